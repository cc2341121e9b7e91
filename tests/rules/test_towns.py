"""Displacement: how many leave a town, by the distance of a column and strikes, and where they come to."""

import math
from functools import cache
from itertools import pairwise

import pytest
from worlds import QUIET, log, network, opened, play, tiny

from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.scenario.network import Network
from sim.state.rows import NEVER

SPARING = QUIET | {
    "march_speed": 10,
    "march_hours": 10,
    "refit": 1e4,
    "probe_rate": 0,
    "population_growth": 1,
}
NET = network(("a", "t", 110), ("a", "z", 300), ("a", "m", 60), ("a", "u", 250))


@cache
def town_km():
    return NET.great_circle("a", "t")


@cache
def town_rate():
    return 0.05 * math.exp(-town_km() / 90)


def hold(goal="z", more=""):
    """A column that holds a for good."""
    goals = f"[{{place: a, capture: true, refit: true}}, {{place: {goal}, capture: true}}]"
    return f"columns: [{{id: army, from: a, holds: 2023-10-02, objectives: {goals}}}]{more}"


def towns(*rows):
    return "towns: [" + ", ".join(f"{{place: {place}, people: {people}}}" for place, people in rows) + "]"


def told(world, template):
    """The outcomes of a run by name."""
    return dict(zip(names(template), outcomes(template, world), strict=True))


def left(template, days, **overrides):
    return told(play(template, until=24 * days, **SPARING | overrides), template)["displaced"]


# --- how many leave -------------------------------------------------------------------------------------------


@cache
def one_town():
    return tiny(f"{{{hold()}, {towns(('t', 10_000))}}}", NET)


@pytest.mark.parametrize("days", [0, 1, 7, 20])
def test_people_leave_at_the_rate_of_the_columns_distance(days):
    assert left(one_town(), days) == pytest.approx(10_000 * -math.expm1(-days * town_rate()), rel=1e-3)


@pytest.mark.parametrize(("leaving", "radius"), [(0.1, 90), (0.05, 30), (0, 90)])
def test_the_rate_is_of_the_two_parameters(leaving, radius):
    rate = leaving * math.exp(-town_km() / radius)
    got = left(one_town(), 10, leaving=leaving / 24, threat_radius=radius)
    assert got == pytest.approx(10_000 * -math.expm1(-10 * rate), rel=2e-3)


@pytest.mark.parametrize("name", ["aaa", "zzz"])
def test_the_nearest_of_two_columns_counts(name):
    goals = "[{place: m, capture: true, refit: true}, {place: z, capture: true}]"
    second = f"{hold()[:-1]}, {{id: {name}, from: m, holds: 2023-10-02, objectives: {goals}}}]"
    template = tiny(f"{{{second}, {towns(('t', 10_000))}}}", NET)
    rate = 0.05 * math.exp(-NET.great_circle("m", "t") / 90)
    assert left(template, 10) == pytest.approx(10_000 * -math.expm1(-10 * rate), rel=2e-3)


def test_more_leave_as_the_column_comes_nearer():
    template = tiny(
        f"{{columns: [{{objectives: [{{place: z, capture: true}}]}}], {towns(('u', 1000))}}}", NET
    )
    world, daily = opened(template, **SPARING), [0.0]
    for day in (1, 2):
        advance(world, 24 * day)
        daily.append(told(world, template)["displaced"])
    first, second = ((after - before) / (1000 - before) for before, after in pairwise(daily))
    assert first < second


def test_nobody_leaves_without_a_column():
    template = tiny(
        f"""{{columns: [], garrisons: [{{place: a, raided: true}}], {towns(("t", 10_000))},
              destinations: [{{place: u}}], milestones: [{{id: "a:raid"}}]}}""",
        NET,
    )
    assert left(template, 20) == 0
    assert told(play(template), template)["arrived:u"] == 0


def test_nobody_leaves_before_the_column_sets_out():
    late = "columns: [{id: army, departs: 2023-10-12, objectives: [{place: z, capture: true}]}]"
    template = tiny(f"{{{late}, {towns(('t', 10_000))}}}", NET)
    assert left(template, 10) == 0
    assert left(template, 12) > 0


@pytest.mark.parametrize("growth", [0.5, 1, 1.7])
def test_who_leaves_is_in_proportion_to_the_growth_of_the_population(growth):
    expected = growth * 10_000 * -math.expm1(-7 * town_rate())
    assert left(one_town(), 7, population_growth=growth) == pytest.approx(expected, rel=1e-3)
    world = play(one_town(), until=24 * 7, **SPARING | {"population_growth": growth})
    assert world.towns[0].people == growth * 10_000


def test_the_growth_of_the_population_moves_nothing_else_in_a_run():
    template = tiny(
        f"""{{columns: [{{objectives: [{{place: t, capture: true}}]}}], groups: [{{id: g, home: t}}],
              refuges: [z], drones: [{{}}], {towns(("t", 10_000), ("u", 500))}}}""",
        NET,
    )
    logs = []
    for growth in (0.5, 2):
        world = play(template, 3, population_growth=growth)
        logs.append([row for row in log(world, template) if row.event != "displaced"])
    assert logs[0] == logs[1]
    assert len({row.event for row in logs[0]}) > 3


def test_a_town_without_people_is_nobodys_concern():
    template = tiny(f"{{{hold()}, {towns(('t', 0))}}}", NET)
    state = told(play(template, **SPARING), template)
    assert state["displaced"] == 0
    assert "displaced:t" not in state


# --- strikes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [72.1, 84, 95.9])
def test_a_strike_adds_on_its_day_and_the_two_after(hour):
    world = opened(one_town(), **SPARING)
    advance(world, hour)
    world.towns[0].struck = hour
    for days in range(4, 12):
        advance(world, 24 * days)
        struck = min(3, days - 3)  # the days with strike so far: 3, 4 and 5
        expected = 10_000 * -math.expm1(-(days * town_rate() + struck * 0.10))
        assert told(world, one_town())["displaced"] == pytest.approx(expected, rel=1e-3)


def test_every_strike_of_the_drones_on_a_town_counts_for_three_days():
    template = tiny(f"{{{hold('t')}, drones: [{{}}], {towns(('t', 10_000))}}}", NET)
    for seed in range(20):
        world = play(template, seed, **SPARING)
        days = {int(row.hour // 24) for row in log(world, template, "strike")}
        struck = sum(any(day - back in days for back in range(3)) for day in range(20))
        assert 0 < struck < 20 or not days
        expected = 10_000 * -math.expm1(-(20 * town_rate() + struck * 0.10))
        assert told(world, template)["displaced:t"] == pytest.approx(expected, rel=1e-3)


def test_a_strike_on_one_town_moves_nobody_elsewhere():
    struck = tiny(f"{{{hold('t')}, drones: [{{}}], {towns(('t', 10_000), ('u', 10_000))}}}", NET)
    world = play(struck, **SPARING)
    rate = 0.05 * math.exp(-NET.great_circle("a", "u") / 90)
    assert log(world, struck, "strike")
    assert told(world, struck)["displaced:u"] == pytest.approx(10_000 * -math.expm1(-20 * rate), rel=1e-3)


# --- where they go --------------------------------------------------------------------------------------------

STAR = network(
    ("a", "t", 110), ("t", "n", 30), ("t", "e", 70), ("t", "s", 70), ("t", "w", 110), ("a", "z", 300)
)
TO = """destinations: [{place: n}, {place: e, kind: border}, {place: s, kind: refuge}, {place: w}, {place: t}]"""
BY_HAND = {"n": 1 / 40, "e": 2 / 80, "s": 2 / 80, "w": 1 / 120, "t": 0}


def shares(state):
    """The parts of those who arrived that came to each destination."""
    arrived = {name: state[f"arrived:{name}"] for name in BY_HAND}
    return {name: number / sum(arrived.values()) for name, number in arrived.items()}


def test_the_displaced_go_where_it_is_near_and_twice_as_much_to_borders_and_refuges():
    template = tiny(f"{{{hold()}, {towns(('t', 10_000))}, {TO}}}", STAR)
    state = told(play(template, **SPARING), template)
    total = sum(BY_HAND.values())
    assert shares(state) == pytest.approx({name: weight / total for name, weight in BY_HAND.items()})
    assert sum(state[f"arrived:{name}"] for name in BY_HAND) == pytest.approx(state["displaced"])


def test_arrivals_of_several_towns_add_up_to_those_who_left():
    template = tiny(f"{{{hold()}, {towns(('t', 10_000), ('w', 500), ('a', 90))}, {TO}}}", STAR)
    state = told(play(template, **SPARING), template)
    assert state["displaced"] == pytest.approx(sum(state[f"displaced:{name}"] for name in "twa"))
    assert sum(state[f"arrived:{name}"] for name in BY_HAND) == pytest.approx(state["displaced"])
    assert state["arrived:t"] > 0


def test_a_quarter_as_many_go_where_there_was_a_raid():
    raid = "groups: [{id: g, home: n}], garrisons: [{place: n, persons: 900}], refuges: [z]"
    order = "raids: [{groups: [g], garrison: post, day: 2023-10-02}]"
    template = tiny(f"{{{hold()}, {towns(('t', 10_000))}, {TO}, {raid}, {order}}}", STAR)
    weights = BY_HAND | {"n": 0.25 / 40}
    total = sum(weights.values())
    got = shares(told(play(template, **SPARING), template))
    assert got == pytest.approx({name: weight / total for name, weight in weights.items()})


def test_a_quarter_as_many_go_where_a_position_was_fought_for():
    net = network(("a", "p", 40), ("p", "b", 40), ("b", "t", 50), ("t", "calm", 90), ("b", "far", 90))
    template = tiny(
        f"""{{columns: [{{objectives: [{{place: b, capture: true}}], defended: [{{place: p, source: test}}]}}],
              groups: [{{id: g}}], refuges: [far], {towns(("t", 10_000))},
              destinations: [{{place: p}}, {{place: calm}}]}}""",
        net,
    )
    world = play(template, until=24 * 5, **SPARING | {"break_off": 0, "column_loss_rate": 0})
    assert log(world, template, "contact")[0].hour < 24
    state = told(world, template)
    assert state["arrived:calm"] > 0
    assert state["arrived:p"] == pytest.approx(0.25 * state["arrived:calm"])


def test_those_for_the_border_are_those_of_the_destinations_at_a_border():
    template = tiny(f"{{{hold()}, {towns(('t', 10_000), ('w', 500))}, {TO}}}", STAR)
    world = play(template, **SPARING)
    state = told(world, template)
    assert state["displaced_to_border"] == pytest.approx(state["arrived:e"])
    assert state["displaced_to_border:t"] == pytest.approx(
        state["displaced:t"] * BY_HAND["e"] / sum(BY_HAND.values())
    )
    assert state["displaced_to_border"] == pytest.approx(
        state["displaced_to_border:t"] + state["displaced_to_border:w"]
    )
    assert 0 < state["displaced_to_border"] < state["displaced"]


def test_the_log_has_those_for_the_border_day_by_day():
    template = tiny(f"{{{hold()}, {towns(('t', 10_000))}, {TO}}}", STAR)
    world = play(template, **SPARING)
    rows, share = log(world, template, "displaced"), BY_HAND["e"] / sum(BY_HAND.values())
    assert len(rows) > 10
    assert [row.other for row in rows] == pytest.approx([share * row.amount for row in rows])
    assert sum(row.other for row in rows) == pytest.approx(told(world, template)["displaced_to_border"])


def test_nobody_is_for_the_border_where_no_destination_lies_at_one():
    to = "destinations: [{place: n}, {place: s, kind: refuge}]"
    template = tiny(f"{{{hold()}, {towns(('t', 10_000))}, {to}}}", STAR)
    world = play(template, **SPARING)
    state = told(world, template)
    assert state["displaced"] > 0
    assert state["displaced_to_border"] == 0
    assert "displaced_to_border:t" not in state
    assert {row.other for row in log(world, template, "displaced")} == {0}


def test_a_place_without_a_road_takes_nobody_in():
    land, isle = network(("a", "t", 110), ("t", "n", 30), ("a", "z", 300)), network(("isle1", "isle2", 5))
    net = Network(land.places | isle.places, land.roads + isle.roads)
    text = f"{{{hold()}, {towns(('t', 10_000))}, destinations: [{{place: n}}, {{place: isle2}}]}}"
    template = tiny(text, net)
    state = told(play(template, until=NEVER, **SPARING), template)
    assert state["arrived:isle2"] == 0
    assert state["arrived:n"] == pytest.approx(state["displaced"])
