"""A camp that the UN leaves: vacated at noon, taken by who is near or can be there within a day, seen later."""

import math
from functools import cache

import pytest
from worlds import QUIET, dawn, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.state.kinds import Side, Stance
from sim.state.rows import NOBODY

NOON = 2 * 24 + 12  # of 4 October, the day of the camp
NET = network(
    ("x", "near", 9), ("x", "edge", 11), ("x", "far", 100), ("x", "day", 590), ("x", "beyond", 610),
    ("far", "z", 900),
)  # fmt: skip
SPARING = QUIET | {"march_speed": 10, "march_hours": 10, "planning": 0, "refit": 0, "probe_rate": 0}


def camp(groups="[]", garrisons="[]", columns="[]", net=NET):
    """A camp at x, vacated on 4 October."""
    refuge = "z" if net is NET else "far"
    return tiny(
        f"""{{columns: {columns}, groups: {groups}, garrisons: {garrisons}, refuges: [{refuge}],
              camps: [{{id: camp, place: x}}], milestones: [{{id: "x:vacated"}}, {{id: "x:camp_taken"}}]}}""",
        net,
    )


def post(place, persons):
    return f"[{{place: {place}, persons: {persons}}}]"


def at(*homes):
    """Groups that fight nobody here, one a home."""
    return "[" + ", ".join(f"{{id: g{i}, home: {home}}}" for i, home in enumerate(homes)) + "]"


def holding(place, then="z"):
    """A column of 400 that holds a place for good."""
    goals = f"[{{place: {place}, capture: true, refit: true}}, {{place: {then}, capture: true}}]"
    return f"[{{id: army, from: {place}, holds: 2023-10-02, objectives: {goals}}}]"


def taken(template, until=math.inf, **overrides):
    """Who has the camp, and when it was taken."""
    world = play(template, until=until, **SPARING | overrides)
    hours = dict(zip(template.milestones, (row.hour for row in world.milestones), strict=True))
    assert hours["x:vacated"] == NOON
    if until == math.inf:
        told = dict(zip(names(template), outcomes(template, world), strict=True))
        assert told["camp:camp"] == world.camps[0].holder
    return world.camps[0].holder, hours["x:camp_taken"]


def test_a_camp_is_vacated_at_noon_of_its_day():
    template = camp(at("x"))
    world = play(template, **SPARING)
    vacated = one(world, template, "vacated")
    assert (vacated.hour, vacated.agent, vacated.place) == (NOON, "camp", "x")


def test_before_that_day_it_is_the_uns():
    template = camp(at("x"))
    world = play(template, until=NOON - 0.1, **SPARING)
    assert world.camps[0].holder == Side.WITHDRAWING
    assert not log(world, template, "vacated", "camp_taken")


@pytest.mark.parametrize(
    ("garrison", "home", "fighters", "holder"),
    [
        (("x", 100), "x", 99, Side.ADVANCING),
        (("x", 100), "x", 101, Side.CONTESTING),
        (("x", 100), "near", 99, Side.ADVANCING),
        (("x", 100), "near", 101, Side.CONTESTING),
        (("x", 1), "edge", 100, Side.ADVANCING),
        (("near", 900), "near", 1, Side.CONTESTING),
        (("near", 900), "x", 1, Side.CONTESTING),
        (("edge", 900), "near", 1, Side.CONTESTING),
    ],
)
def test_it_passes_at_once_to_the_side_with_most_persons_within_ten_kilometres(
    garrison, home, fighters, holder
):
    assert taken(camp(at(home), post(*garrison)), fighters=fighters) == (holder, NOON)


def test_a_garrison_counts_in_its_place_and_nowhere_else():
    """Nine kilometres away it neither keeps a camp nor comes to one: a group at 100 km is there first."""
    template = camp(at("far"), post("near", 900))
    assert taken(template, fighters=1) == (Side.CONTESTING, pytest.approx(NOON + 100 / 25))
    assert taken(camp(garrisons=post("near", 900))) == (NOBODY, math.inf)
    assert taken(camp(garrisons=post("x", 1))) == (Side.ADVANCING, NOON)


@pytest.mark.parametrize(("role", "holder"), [("local", Side.CONTESTING), ("harassing", NOBODY)])
def test_a_group_that_only_harasses_takes_no_camp_near_or_far(role, holder):
    group = f"[{{id: g, home: near, role: {role}, share: 0.5}}]"
    assert taken(camp(group))[0] == holder
    assert taken(camp(group, post("x", 1)))[0] == (holder if role == "local" else Side.ADVANCING)


def test_the_groups_near_it_count_together():
    template = camp(at("x", "near"), post("x", 100))
    assert taken(template, fighters=120) == (Side.CONTESTING, NOON)
    assert taken(template, fighters=80) == (Side.ADVANCING, NOON)


def test_persons_near_are_near_by_road_not_as_the_crow_flies():
    fork = network(("hub", "x", 30), ("hub", "beside", 30), ("hub", "far", 90))
    assert fork.great_circle("x", "beside") == 0
    template = camp(at("beside"), post("x", 100), net=fork)
    assert taken(template, fighters=900) == (Side.ADVANCING, NOON)


@pytest.mark.parametrize(("fighters", "holder"), [(399, Side.ADVANCING), (401, Side.CONTESTING)])
def test_a_column_near_it_counts_with_its_persons(fighters, holder):
    assert taken(camp(at("x"), columns=holding("near")), fighters=fighters, refit=1e4) == (holder, NOON)


def test_a_group_that_has_withdrawn_is_not_counted_and_takes_nothing():
    template = camp(at("x"))
    world = opened(template, **SPARING)
    world.groups[0].stance = Stance.WITHDRAWN
    advance(world, math.inf)
    assert world.camps[0].holder == NOBODY
    assert not log(world, template, "camp_taken")


# --- nobody near --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "garrisons", "columns", "holder", "hours"),
    [
        (at("far"), "[]", "[]", Side.CONTESTING, 100 / 25),
        (at("beyond", "far"), "[]", "[]", Side.CONTESTING, 100 / 25),
        (at("day"), "[]", "[]", Side.CONTESTING, 590 / 25),
        ("[]", "[]", holding("far"), Side.ADVANCING, 100 / 10),
        (at("far"), "[]", holding("edge"), Side.ADVANCING, 11 / 10),
        (at("edge"), "[]", holding("far"), Side.CONTESTING, 11 / 25),
        (at("far"), post("edge", 900), "[]", Side.CONTESTING, 100 / 25),  # a garrison stays in its place
    ],
)
def test_with_nobody_near_it_passes_to_the_side_that_is_there_first(
    groups, garrisons, columns, holder, hours
):
    template = camp(groups, garrisons, columns)
    assert taken(template, until=NOON + hours - 0.01, refit=1e4) == (NOBODY, math.inf)
    assert taken(template, refit=1e4) == (holder, pytest.approx(NOON + hours))


@pytest.mark.parametrize(
    ("groups", "garrisons"), [("[]", "[]"), (at("beyond"), "[]"), ("[]", post("edge", 900))]
)
def test_with_nobody_within_a_day_it_stays_empty(groups, garrisons):
    assert taken(camp(groups, garrisons)) == (NOBODY, math.inf)


# --- seen, and captured -------------------------------------------------------------------------------------


@cache
def waits():
    return tiny(
        """{columns: [{id: army, from: near, holds: 2023-10-02, go: [camp_vacated],
                   objectives: [{place: near, capture: true}, {place: x, capture: true}]}],
        camps: [{id: camp, place: x}]}""",
        NET,
    )


def test_that_it_is_vacated_is_seen_two_to_six_hours_later():
    delays = []
    for seed in range(200):
        world = play(waits(), seed, **SPARING)
        waited = dict(zip(names(waits()), outcomes(waits(), world), strict=True))["hours:army:x:camp_vacated"]
        delays.append(dawn(world, 0, 9) + waited - NOON)
    assert 2 <= min(delays) < 2.2
    assert 5.8 < max(delays) <= 6


@pytest.mark.parametrize(("delay", "day"), [(3, 3), (20, 4)])
def test_a_column_that_waits_for_it_goes_at_the_first_light_after_it_is_seen(delay, day):
    world = play(waits(), **SPARING | {"sighting_least": delay, "sighting_most": delay})
    assert one(world, waits(), "go").hour == pytest.approx(dawn(world, day), abs=0.05)


def coming(camp_day, column_day, groups="[]"):
    """A column that captures x four hours after first light of its day."""
    net = network(("a", "x", 40), ("x", "far", 90))
    return tiny(
        f"""{{columns: [{{departs: {column_day}, objectives: [{{place: x, capture: true}}]}}],
              groups: {groups}, refuges: [far], camps: [{{id: camp, place: x, vacated: {camp_day}}}]}}""",
        net,
    )


def test_a_capture_of_the_place_takes_the_camp_from_those_who_have_it():
    template = coming("2023-10-02", "2023-10-04", "[{id: g, home: x, hostile_to: [un]}]")
    assert play(template, until=40, **SPARING).camps[0].holder == Side.CONTESTING
    assert play(template, **SPARING).camps[0].holder == Side.ADVANCING


def test_a_capture_of_the_place_takes_an_empty_camp():
    template = coming("2023-10-02", "2023-10-04")
    assert play(template, until=40, **SPARING).camps[0].holder == NOBODY
    world = play(template, **SPARING)
    assert one(world, template, "capture").hour == pytest.approx(dawn(world, 2) + 4)
    assert world.camps[0].holder == Side.ADVANCING


def test_a_camp_is_not_taken_by_rebels_on_their_way_once_the_place_is_captured():
    net = network(("a", "x", 40), ("x", "far", 250))
    template = tiny(
        """{columns: [{objectives: [{place: x, capture: true}]}], refuges: [a],
            groups: [{id: g, home: far, hostile_to: [un]}], camps: [{id: camp, place: x, vacated: 2023-10-02}]}""",
        net,
    )
    world = play(template, **SPARING | {"march_speed": 5, "march_hours": 12})
    captured, sent = one(world, template, "capture").hour, one(world, template, "vacated").hour + 250 / 25
    assert 12 < captured < sent
    assert world.camps[0].holder == Side.ADVANCING


def test_a_capture_of_the_place_leaves_the_un_in_its_camp_until_it_is_vacated():
    template = coming("2023-10-04", "2023-10-02")
    world = play(template, until=NOON - 0.1, **SPARING)
    assert one(world, template, "capture").hour < 24
    assert world.camps[0].holder == Side.WITHDRAWING
    advance(world, NOON)
    assert world.camps[0].holder == Side.ADVANCING
