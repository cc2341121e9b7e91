"""Delay accounting: each hour between a departure and the last capture goes to exactly one cause."""

from functools import cache

import pytest
from worlds import QUIET, dawn, log, network, one, opened, opened_drawn, play, tiny

from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.state.kinds import AgentKind, Cause, Side
from sim.state.rows import NEVER

CALM = QUIET | {
    "march_speed": 10, "march_hours": 10, "laden_factor": 1, "probe_rate": 0, "refit": 48, "refit_spread": 0,
    "planning": 24, "planning_spread": 0, "sighting_least": 3, "sighting_most": 3, "contact_hours": 0,
    "mine_halt_spread": 0, "ambush_hours_spread": 0, "column_loss_rate": 0, "rebel_loss_rate": 0,
}  # fmt: skip
NET = network(
    ("a", "p", 40), ("p", "b", 40), ("b", "q", 40), ("q", "c", 40), ("c", "d", 60), ("d", "far", 200)
)
OBJECTIVES = """[{place: b, capture: true, refit: true, control_site: true},
                 {place: c, capture: true, refit: true, control_site: true}, {place: d, capture: true}]"""


@cache
def everything():
    return tiny(
        f"""{{end: 2023-12-20,
      columns: [{{objectives: {OBJECTIVES}, go: [refit, reinforced, drones, camp_vacated, road_clear, calendar],
                  stops: [p], defended: [{{place: p, source: t}}, {{place: q, source: t}}], supply: 10 days}},
                {{id: more, from: a, departs: 2023-10-12, objectives: [{{place: b, capture: false}}], reinforces: army}},
                {{id: un, side: un, kind: laden, from: d, departs: 2023-10-14, objectives: [{{place: a, capture: false}}]}}],
      groups: [{{id: g, mines: [army, un]}}, {{id: h}}], refuges: [far], drones: [{{radius: 100 km, moves_forward: true}}],
      camps: [{{id: c, place: c, vacated: 2023-10-18, opens: 2023-11-10, source: t, known: 2023-10-02}},
              {{id: d, place: d, vacated: 2023-10-18, opens: 2023-11-20, source: t, known: 2023-10-02}}]}}""",
        NET,
    )


STORMY = {
    "night_harassment": 0.6, "mine_rate": 0.02, "ambush_rate": 0.05, "break_off": 0.2, "drones_forward": 200,
    "refit": 100, "planning": 30,
}  # fmt: skip


def hours(world, template, column, place):
    """Hours of each cause on the way to an objective, as a run's outcomes tell them."""
    found = dict(zip(names(template), outcomes(template, world), strict=True))
    head = f"hours:{column}:{place}:"
    return {name.removeprefix(head): value for name, value in found.items() if name.startswith(head)}


def booked(world, template, column, place):
    """The causes that have hours."""
    return {cause: value for cause, value in hours(world, template, column, place).items() if value}


def whole(world, template):
    """Of each objective, the hours booked and the hours from departure to the end there, or to now."""
    rows = []
    for name, column in zip(template.names[AgentKind.COLUMN], world.columns, strict=True):
        for stage in range(column.first_stage, column.last_stage):
            row = world.stages[stage]
            due = max(0.0, min(row.completed_at, world.run[0].now) - row.departed_at)
            rows.append((sum(hours(world, template, name, template.stages[stage]).values()), due))
    return rows


@pytest.mark.parametrize("seed", range(25))
def test_the_causes_of_each_objective_add_up_to_its_time_whatever_happens(seed):
    world = play(everything(), seed, capacity=4096, **STORMY)
    for total, due in whole(world, everything()):
        assert total == pytest.approx(due, abs=1e-6)
    found = zip(names(everything()), outcomes(everything(), world), strict=True)
    assert all(value >= 0 for name, value in found if name.startswith("hours:"))


def test_they_add_up_with_parameters_drawn_and_at_any_hour():
    for seed in range(6):
        world = opened_drawn(everything(), seed)
        while world.run[0].now < world.run[0].horizon:
            advance(world, world.run[0].now + 37.3)
            assert whole(world, everything())
            for total, due in whole(world, everything()):
                assert total == pytest.approx(due, abs=1e-6)


def test_everything_happens_in_some_of_these_runs():
    found = set()
    for seed in range(25):
        world = play(everything(), seed, capacity=4096, **STORMY)
        for column, place in (("army", "b"), ("army", "c"), ("army", "d"), ("un", "a"), ("more", "b")):
            found |= set(booked(world, everything(), column, place))
    assert found >= {cause.name.lower() for cause in Cause} - {
        "supply",
        "turned_back",
        "ordered_halt",
        "ordered_hold",
    }


# --- on the road --------------------------------------------------------------------------------------------


def test_a_calm_march_is_march_and_night_and_nothing_else():
    template = tiny("{columns: [{objectives: [{place: b, capture: true}]}]}", network(("a", "b", 250)))
    world = play(template, **CALM)
    total = dawn(world, 2, 200) + 5 - dawn(world, 0)
    assert booked(world, template, "army", "b") == pytest.approx({"march": 25, "overnight": total - 25})


def test_a_halt_after_a_mine_is_booked_to_the_mine():
    template = tiny("{columns: [{objectives: [{place: b, capture: true}]}]}", network(("a", "b", 80)))
    world = opened(template, **CALM | {"mine_rate": 1e-9, "mine_halt": 1.5})
    world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 30 * 1e-9
    advance(world, NEVER)
    assert booked(world, template, "army", "b") == pytest.approx({"march": 8, "mine_halts": 1.5})


def test_an_ambush_is_booked_to_contact():
    """The group's home is on the road at km 70, in reach of the column at km 20, before it has learnt of it."""
    field = "groups: [{id: g, home: p}], refuges: [b]"
    net = network(("a", "p", 70), ("p", "b", 10))
    template = tiny(f"{{columns: [{{objectives: [{{place: b, capture: true}}]}}], {field}}}", net)
    world = opened(template, **CALM | {"ambush_rate": 1e-9, "ambush_hours": 1})
    world.columns[0].ambush_left = 20 * 1e-9
    advance(world, NEVER)
    assert len(log(world, template, "ambush")) == 1
    assert booked(world, template, "army", "b") == pytest.approx({"march": 8, "in_contact": 1})


def test_a_position_is_contact_while_it_is_fought_and_undecided_in_between():
    """40 km in 4 h, a day of 4 h, a fight of 2 h, then the night until the defence leaves; 40 km at 8 km/h."""
    field = "defended: [{place: p, source: t}]}], groups: [{id: g}], refuges: [far]"
    template = tiny(f"{{columns: [{{objectives: [{{place: b, capture: true}}], {field}}}", NET)
    world = opened(template, **CALM | {"break_off": 0.1})
    world.marks[1].break_left = 0.1 * (400 / (0.4 * 900)) * 6
    advance(world, NEVER)
    left = one(world, template, "left").hour
    by_hand = {"march": 4 + 5, "in_contact": 6, "combat_undecided": left - dawn(world, 0) - 4 - 6}
    assert booked(world, template, "army", "b") == pytest.approx(by_hand)


def test_a_beaten_column_is_booked_as_beaten_to_the_end():
    field = "defended: [{place: p, source: t}]}], groups: [{id: g}], refuges: [far]"
    template = tiny(f"{{columns: [{{objectives: [{{place: b, capture: true}}], {field}}}", NET)
    world = play(template, **CALM | {"fighters": 9000})
    end = dawn(world, 0) + 8
    by_hand = {"march": 4, "in_contact": 4, "turned_back": 20 * 24 - end}
    assert one(world, template, "beaten").hour == pytest.approx(end)
    assert booked(world, template, "army", "b") == pytest.approx(by_hand)


# --- at a hold ----------------------------------------------------------------------------------------------

FIELD = {
    "reinforced": "{id: more, from: a, departs: 2023-10-07, objectives: [{place: b, capture: false}], reinforces: army}",
    "road_clear": "{id: un, side: un, kind: laden, from: c, departs: 2023-10-13, objectives: [{place: a, capture: false}]}",
}
CAMP = "{id: c, place: c, vacated: 2023-10-11, opens: 2023-10-20, source: t, known: 2023-10-02}"


def hold(*go):
    others = "".join(f", {text}" for name, text in FIELD.items() if name in go)
    objectives = "[{place: b, capture: true, refit: true, control_site: true}, {place: c, capture: true}]"
    army = f"{{objectives: {objectives}, go: [{', '.join(go)}]}}"
    rest = f"drones: [{{radius: 80 km, moves_forward: true}}], camps: [{CAMP}]"
    return tiny(
        f"{{end: 2023-12-20, columns: [{army}{others}], {rest}}}", network(("a", "b", 50), ("b", "c", 60))
    )


def at_hold(template, **overrides):
    """A world, the hour of its capture, and what the hold and the march after it are booked to."""
    world = play(template, **CALM | {"drones_forward": 168} | overrides)
    taken = next(row.hour for row in log(world, template, "capture"))
    return world, taken, booked(world, template, "army", "c")


def test_a_hold_is_refit_then_planning_then_the_night_before_first_light():
    world, taken, found = at_hold(hold("refit"))
    night = dawn(world, 4, 50) - (taken + 48 + 24)
    assert found == pytest.approx({"refitting": 48, "planning": 24, "overnight": night, "march": 6})


def test_each_condition_gets_the_hours_for_which_it_alone_was_missing():
    """Known: refit day 2, more day 5, drones day 7, camp day 9; planning to day 14, calendar day 17."""
    template = hold("refit", "reinforced", "drones", "camp_vacated", "calendar")
    world, taken, found = at_hold(template, planning=120)
    joined = dawn(world, 5) + 5 + 0.4
    forward, seen = taken + 168, one(world, template, "vacated").hour + 3
    assert found == pytest.approx(
        {
            "refitting": 48, "reinforcement": joined - taken - 48, "drones": forward - joined, "camp_vacated": seen - forward,
            "planning": 120, "scheduled_date": 18 * 24 - 6 - seen - 120, "overnight": dawn(world, 18, 50) - (18 * 24 - 6),
            "march": 6,
        },
        abs=2e-3,
    )  # fmt: skip


def test_the_road_gets_the_hours_from_the_empty_camp_to_the_un_past_the_held_place():
    """It sets out on 8 October, slowly."""
    template = hold("refit", "road_clear")
    un = next(row for row in template.world.columns if row["side"] == Side.WITHDRAWING)
    un["departs"] = 6 * 24.0
    world, taken, found = at_hold(template, laden_factor=0.1)
    seen = one(world, template, "vacated").hour + 3
    (off,) = (r.hour + 3 for r in log(world, template, "arrival") if (r.agent, r.place) == ("un", "b"))
    assert found["road_clear"] == pytest.approx(off - taken - 48)
    assert seen < off


@pytest.mark.parametrize("condition", ["reinforced", "drones", "camp_vacated", "road_clear"])
def test_a_condition_met_during_the_refit_gets_no_hour(condition):
    _, _, found = at_hold(hold("refit", condition), refit=1000)
    assert set(found) == {"refitting", "planning", "overnight", "march"}
    assert (found["refitting"], found["planning"]) == pytest.approx((1000, 24))


def test_a_hold_without_end_is_booked_up_to_the_horizon():
    _, taken, found = at_hold(hold("refit"), refit=1e5)
    assert found == pytest.approx({"refitting": 79 * 24 - taken})


def test_columns_that_capture_nothing_have_no_hours_of_a_hold():
    template = hold("refit", "road_clear")
    world, _, _ = at_hold(template)
    assert set(hours(world, template, "un", "a")) == {
        "march",
        "overnight",
        "mine_halts",
        "in_contact",
        "combat_undecided",
        "supply",
        "turned_back",
    }
    night = dawn(world, 12, 10) + 1 - dawn(world, 11, 110) - 11
    assert booked(world, template, "un", "a") == pytest.approx({"march": 11, "overnight": night}, abs=2e-3)
