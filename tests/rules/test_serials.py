"""Serials set out one after another: closed forms of who is there at an hour, and what a fight makes of it."""

import pytest
from worlds import QUIET, log, network, one, opened, play, tiny

from sim.engine.inputs import load_inputs
from sim.engine.loop import advance
from sim.files.yaml_tree import FaultyInput
from sim.rules import camps, combat
from sim.rules.column import mines, serials
from sim.scenario.reading import load_scenario
from sim.state.kinds import Mode

NET = network(("a", "p", 40), ("p", "b", 40), ("b", "q", 40), ("q", "c", 40), ("c", "r", 60))
CALM = QUIET | {"march_speed": 10, "march_hours": 10, "column_loss_rate": 0, "rebel_loss_rate": 0}
CALM |= {"planning": 0, "probe_rate": 0, "refit": 0, "refit_spread": 0, "break_off": 0}
CALM |= {"fighters": 500, "committed_share": 0.4}  # 200 in a position
LONG = 400  # h, longer than to any fight here
THREE = """[{id: one, persons: 100, vehicles: 10}, {id: two, persons: 60, vehicles: 6},
            {id: three, persons: 240, vehicles: 24}]"""


def world_of(gap, vehicle_gap="100 m", objectives="[{place: b, capture: true}]", at="p", more=""):
    """A column of 100, 60 and 240 persons in 10, 6 and 24 vehicles, with some hours between its serials."""
    return tiny(
        f"""{{end: 2024-03-01, columns: [{{objectives: {objectives}, vehicle_gap: {vehicle_gap},
              serials: {THREE}, serial_gap: {gap} h, defended: [{{place: {at}, source: test}}]}}],
              groups: [{{id: g, home: p}}], refuges: [r]{more}}}""",
        NET,
    )


def ratio(template, **overrides):
    """The force ratio with which the first fight at a position begins."""
    return log(play(template, **CALM | overrides), template, "contact")[0].amount


def out(gap=LONG, hours=1.0, **overrides):
    """The world of a column some hours after its head set out, and the column."""
    world = opened(world_of(gap), **CALM | overrides)
    advance(world, world.columns[0].departs)
    return world, world.columns[0], world.columns[0].departs + hours


def test_with_a_gap_longer_than_the_time_to_the_fight_the_ratio_is_that_of_the_first_serial():
    assert ratio(world_of(LONG)) == 100 / 200


def test_without_gaps_and_length_all_fight():
    assert ratio(world_of(0, "1 m")) == 400 / 200


@pytest.mark.parametrize(("gap", "persons"), [(1.5, 400), (2.5, 160), (5.5, 100)])
def test_the_serials_that_have_set_out_in_the_four_hours_to_the_position_fight(gap, persons):
    assert ratio(world_of(gap)) == persons / 200


def test_a_longer_gap_never_means_more_force():
    ratios = [ratio(world_of(gap)) for gap in (0, 0.5, 1, 1.9, 2, 3, 3.8, 4, 10, LONG)]
    assert ratios == sorted(ratios, reverse=True)
    assert set(ratios) == {2.0, 0.8, 0.5}


def test_a_serial_sets_out_the_gaps_and_the_pass_time_before_it_later_than_the_head():
    """At 10 km/h and 100 m a vehicle, 10 vehicles pass in 0.1 h and 16 in 0.16 h."""
    world, column, start = out(gap=2, hours=0)
    there = [
        serials.persons_present(world, column, start + hours)
        for hours in (0, 2.0999, 2.1001, 4.1599, 4.1601, 9000)
    ]
    assert there == [100, 100, 160, 160, 400, 400]
    assert serials.vehicles_present(world, column, start + 3) == 16


def test_the_pass_time_is_when_the_last_serial_sets_out_and_its_own_vehicles():
    parts = "[{id: one, persons: 100, vehicles: 10}, {id: two, persons: 300, vehicles: 30}]"
    column = f"{{objectives: [{{place: p, capture: false}}], serial_gap: 2 h, serials: {parts}}}"
    template = tiny(f"columns: [{column}]", NET)
    world = play(template, **CALM)
    assert world.columns[0].pass_time == pytest.approx((2 + 0.1) + 0.3)
    assert (
        one(world, template, "tail").hour == one(world, template, "arrival").hour + world.columns[0].pass_time
    )


GO_ON = "[{place: p, capture: true, refit: true}, {place: c, capture: true}]"


def test_after_a_hold_all_are_there_and_set_out_anew():
    template = world_of(2, objectives=GO_ON, at="b")
    world = play(template, **CALM)
    tail, go, fight = (log(world, template, event)[0] for event in ("tail", "go", "contact"))
    column = world.columns[0]
    assert tail.hour < go.hour == column.left < fight.hour
    assert fight.amount == 160 / 200  # four hours after the go
    world = opened(template, **CALM)
    advance(world, go.hour - 0.01)
    assert world.columns[0].mode == Mode.HOLDING
    assert serials.persons_present(world, world.columns[0], go.hour - 0.01) == 400


def test_a_column_that_begins_with_a_hold_is_together_there():
    column = f"{{from: a, holds: 2023-10-02, objectives: {GO_ON.replace('p,', 'a,')}, serials: {THREE}"
    template = tiny(f"columns: [{column}, serial_gap: 200 h}}]", NET)
    world = opened(template, **CALM | {"refit": 1e4})
    advance(world, 100)
    assert serials.persons_present(world, world.columns[0], 100) == 400


# --- what they lose -----------------------------------------------------------------------------------------


def test_those_who_have_set_out_bear_the_losses():
    """Of 100 and 60 before a third of 240, 16 persons fall: 10 and 6 of them."""
    world, column, now = out(gap=2, hours=3)
    serials.lose(world, column, now, 16.0, 8.0)
    left = [(s.persons * column.persons, s.vehicles * column.vehicles) for s in world.serials]
    assert left == [pytest.approx(row) for row in ((90, 5), (54, 3), (240, 24))]
    assert (column.persons, column.persons_lost, column.vehicles, column.vehicles_lost) == (384, 16, 32, 8)


def test_nobody_is_lost_who_has_not_set_out():
    world, column, now = out(column_loss_rate=10)
    column.fight_from, column.engaged = now, 200.0
    combat.settle(world, column, now + 24.0)
    assert (column.persons_lost, column.persons) == (100, 300)
    assert serials.persons_present(world, column, now) == 0
    assert column.vehicles_lost <= 10


def test_the_groups_lose_by_those_who_are_there(monkeypatch):
    """Poisson of mean 0.004 x 100 persons x 3 h in the open, in 4,000 fights."""
    world, column, now = out(rebel_loss_rate=0.004)
    monkeypatch.setattr(combat, "cover_of", lambda *_: 1.0)
    column.fight_from, column.engaged = now, 500.0
    lost = [combat.settle(world, column, now + 3.0)[1] for _ in range(4000)]
    assert abs(sum(lost) / 4000 - 1.2) < 4 * (1.2 / 4000) ** 0.5


@pytest.mark.parametrize(("lost", "beaten"), [(24.0, False), (26.0, True)])
def test_the_column_goes_back_when_those_who_are_there_have_lost_a_quarter(lost, beaten):
    world, column, now = out()
    column.ratio = 5.0
    serials.lose(world, column, now, lost, 0.0)
    assert combat.lost_share(world, column, now) == pytest.approx(lost / 100)
    assert combat.is_beaten(world, column, now) == beaten


def test_a_mine_hits_no_vehicle_that_has_not_set_out():
    world, column, now = out(mine_vehicles=1000)
    mines.strike(world, column, now)
    assert column.vehicles_lost == 10


def test_only_those_who_have_set_out_are_near_a_camp():
    world, _, now = out(camp_radius=1000)
    assert camps.persons_near(world, 0, now) == (100, 500)


def test_a_reinforcement_joins_when_its_rear_is_in_and_not_with_its_head():
    army = "{departs: 2023-10-06, objectives: [{place: b, capture: true, refit: true}, {place: c, capture: true}]}"
    more = f"{{id: more, objectives: [{{place: b, capture: false}}], reinforces: army, serials: {THREE}"
    held = "towns: [{place: b, held_by: army}]"
    template = tiny(f"end: 2023-12-01\ncolumns: [{army}, {more}, serial_gap: 100 h}}]\n{held}", NET)
    world = play(template, **CALM | {"refit": 400})
    tail = next(row for row in log(world, template, "tail") if row.agent == "more")
    captures = log(world, template, "capture")
    assert captures[0].hour < tail.hour - 24
    assert one(world, template, "reinforced").hour == tail.hour


# --- columns too long ---------------------------------------------------------------------------------------


def refused(sets):
    """What is wrong with the first stage once some of its fields are set."""
    with pytest.raises(FaultyInput) as error:
        load_scenario("gao-anefis", sets)
    return [fault.message for fault in error.value.faults]


def test_a_column_longer_than_its_road_is_told():
    (told,) = refused({"columns.army.serials.head.vehicles": "2311"})
    assert told.startswith("army is 240.1 km long (2,401 vehicles), longer than its road of 240.0 km")
    load_scenario("gao-anefis", {"columns.army.serials.head.vehicles": "2310"})
    (told,) = refused({"columns.army.serials.head.vehicles": "2311", "columns.army.vehicle_gap": "9 km"})
    assert told.endswith("; expected 26 vehicles at most, or a shorter 'vehicle_gap'")


def test_a_column_whose_rear_would_set_out_after_the_end_is_told():
    """Thirty days are 720 h, and two gaps lie between three serials."""
    (told,) = refused({"columns.army.serial_gap": "360.1 h"})
    assert "(720.2 h of them gaps), and the scenario leaves 720.0 h" in told
    assert told.endswith("expected a shorter 'serial_gap'")
    load_scenario("gao-anefis", {"columns.army.serial_gap": "360 h"})


@pytest.mark.parametrize(("speed", "right"), [(11, False), (12, True)])
def test_its_pass_time_counts_at_the_march_speed_of_the_run(speed, right):
    """Two gaps of 359.5 h and 11.5 km of vehicles: 720.05 h at 11 km/h, 719.96 h at 12 km/h."""
    sets = ["columns.army.serial_gap=359.5 h", f"march_speed={speed} km/h"]
    if right:
        load_inputs("gao-anefis", sets=sets)
        return
    with pytest.raises(FaultyInput, match=r"\(719.0 h of them gaps\)"):
        load_inputs("gao-anefis", sets=sets)


def test_a_column_that_holds_counts_from_its_hold():
    """From the earliest reported hour of the capture that is given."""
    given = load_scenario("anefis-hold")
    left = 24.0 * (given.scenario.end - given.scenario.start.day).days - given.scenario.start.low
    with pytest.raises(FaultyInput, match="serial_gap"):
        load_scenario("anefis-hold", {"columns.army.serial_gap": f"{left / 2 + 0.1} h"})
    load_scenario("anefis-hold", {"columns.army.serial_gap": f"{left / 2 - 0.1} h"})
