"""Supply: a garrison eats it up, a column brings more, and a group that stands across the road ambushes it."""

import math
from functools import cache

import pytest
from worlds import QUIET, dawn, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.state.rows import NEVER

NET = network(("a", "post", 40), ("post", "far", 90), ("a", "side", 40))
SPARING = QUIET | {"column_loss_rate": 0, "rebel_loss_rate": 0, "march_speed": 10, "march_hours": 10}
NO_TAIL = "vehicle_gap: 1 m, serial_gap: 0 min"  # so that the tail is in with the head


def told(world, template):
    """The outcomes of a run by name."""
    return dict(zip(names(template), outcomes(template, world), strict=True))


def road(groups="[]", columns="[2023-10-07]", more="", supply="3 days", persons=300):
    """Columns with supply for a garrison 40 km away, one a day."""
    days = columns.strip("[]").split(", ")
    rows = ", ".join(
        f"{{id: c{i}, departs: {day}, objectives: [{{place: post, capture: false}}], supplies: post,"
        f" load: 20 days, {NO_TAIL}{more}}}"
        for i, day in enumerate(days)
    )
    return tiny(
        f"""{{rules: {{mines: everywhere}}, columns: [{rows}], groups: {groups}, refuges: [far],
              garrisons: [{{place: post, persons: {persons}, supply: {supply}}}],
              milestones: [{{id: "post:resupply"}}]}}""",
        NET,
    )


BLOCK = "[{{id: g, home: far, role: blocking, blocks: {}, hostile_to: [army]}}]".format


@cache
def free():
    return road()


@cache
def blocked():
    return road(BLOCK("[a, post]"))


# --- what a garrison has --------------------------------------------------------------------------------------


def test_supply_falls_by_a_day_a_day_and_days_without_count_once_it_is_gone():
    for days, supply, without in ((0.5, 2.5, 0), (2, 1, 0), (3, 0, 0), (5, 0, 2)):
        state = told(play(free(), until=24 * days, **SPARING), free())
        assert (state["supply:post"], state["without:post"]) == pytest.approx((supply, without))


def test_a_column_brings_its_load():
    world = play(free(), until=24 * 12, **SPARING)
    resupply = one(world, free(), "resupply")
    assert resupply.hour == pytest.approx(dawn(world, 5) + 4, abs=0.02)
    assert (resupply.agent, resupply.place, resupply.amount) == ("post", "post", pytest.approx(20))
    assert world.milestones[0].hour == resupply.hour
    state = told(world, free())
    assert state["resupplies"] == 1
    assert state["without:post"] == pytest.approx(resupply.hour / 24 - 3)
    assert state["supply:post"] == pytest.approx(20 - (12 - resupply.hour / 24))


def test_what_is_brought_adds_to_what_is_left():
    template = road(supply="8 days", columns="[2023-10-04, 2023-10-06]")
    world = play(template, until=24 * 10, **SPARING)
    state = told(world, template)
    assert (state["resupplies"], state["without:post"]) == (2, 0)
    assert state["supply:post"] == pytest.approx(8 + 2 * 20 - 10)


def test_a_load_shrinks_by_the_share_of_vehicles_lost_on_the_way():
    lossy = SPARING | {"column_loss_rate": 0.02, "beaten_loss": 1, "beaten_ratio": 0, "ambush_hours": 1}
    shares = set()
    for seed in range(30):
        world = play(blocked(), seed, **lossy)
        lost = world.columns[0].vehicles_lost
        assert one(world, blocked(), "resupply").amount == pytest.approx(20 * (40 - lost) / 40)
        shares.add(lost)
    assert len(shares) > 2


def test_vehicles_lost_to_mines_count_too():
    world = play(free(), **SPARING | {"mine_rate": 0.1, "mine_halt": 1})
    lost = world.columns[0].vehicles_lost
    assert lost > 0
    assert one(world, free(), "resupply").amount == pytest.approx(20 * (40 - lost) / 40)


def test_a_garrison_that_fell_gets_nothing():
    world = opened(free(), **SPARING)
    advance(world, dawn(world, 5) + 1)
    world.garrisons[0].holds = False
    advance(world, NEVER)
    assert told(world, free())["resupplies"] == 0


# --- the roadblock --------------------------------------------------------------------------------------------


def test_a_group_ambushes_a_column_in_the_middle_of_the_road_that_it_blocks():
    world = play(blocked(), **SPARING | {"ambush_hours_spread": 0})
    ambush = one(world, blocked(), "ambush")
    assert (ambush.hour, ambush.km) == pytest.approx((dawn(world, 5) + 2, 20))
    assert (ambush.amount, ambush.other) == pytest.approx((4, 0.4 * 900))
    assert one(world, blocked(), "resupply").hour > ambush.hour + 4


def test_its_losses_are_those_of_an_ambush():
    rates = {"column_loss_rate": 0.002, "rebel_loss_rate": 0.02, "ambush_hours_spread": 0, "beaten_loss": 1}
    worlds = [play(blocked(), seed, **SPARING | rates) for seed in range(400)]
    means = {"column_casualties": 0.002 * 360 * 4, "group_casualties": 0.02 * 400 * 4 * 360 / 900}
    for name, mean in means.items():
        got = sum(told(world, blocked())[name] for world in worlds) / 400
        assert abs(got - mean) < 4 * math.sqrt(mean / 400), name


def test_a_share_of_the_fighters_stands_at_a_block():
    template = road("[{id: g, home: far, role: blocking, blocks: [a, post], share: 0.3}]")
    assert one(play(template, **SPARING), template, "ambush").other == pytest.approx(0.4 * 0.3 * 900)


@pytest.mark.parametrize(
    ("groups", "side"),
    [
        (BLOCK("[a, post]"), "un"),
        ("[{id: g, home: far, role: blocking, blocks: [a, post], hostile_to: [un]}]", "army"),
        (BLOCK("[post, far]"), "army"),
        (BLOCK("[a, side]"), "army"),
    ],
)
def test_a_column_passes_who_is_not_hostile_to_it_or_blocks_another_road(groups, side):
    template = tiny(
        f"""{{columns: [{{side: {side}, id: c, objectives: [{{place: post, capture: false}}]}}],
              groups: {groups}, refuges: [far]}}""",
        NET,
    )
    world = play(template, **SPARING | {"laden_factor": 1})
    assert not log(world, template, "ambush", "roadblock")
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 0) + 4)


def test_a_group_rests_for_a_day_after_its_block_and_then_stands_there_again():
    template = road(BLOCK("[a, post]"), columns="[2023-10-07, 2023-10-08, 2023-10-10]")
    world = play(template, **SPARING | {"ambush_hours_spread": 0})
    assert [row.agent for row in log(world, template, "ambush")] == ["c0", "c2"]


def test_a_column_beaten_at_a_block_brings_nothing():
    weak = road(BLOCK("[a, post]"), more=", serials: [{id: all, persons: 100, vehicles: 40}]")
    world = play(weak, **SPARING)  # 100 / 360 is less than 0.3
    assert one(world, weak, "beaten")
    assert told(world, weak)["resupplies"] == 0
    hours = [row.hour for row in log(world, weak)]
    assert hours == sorted(hours)
    back = one(world, weak, "return")
    assert (back.place, back.km) == ("a", pytest.approx(0, abs=1e-6))
