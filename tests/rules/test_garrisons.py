"""A garrison: raided by order or when no column is near, reinforced by air, fed by columns that are ambushed."""

import math
from functools import cache

import numpy as np
import pytest
import scipy
from worlds import QUIET, dawn, log, network, one, opened, opened_drawn, play, tiny

from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.state.kinds import Side, Stance
from sim.state.rows import NEVER

NET = network(
    ("post", "home", 100), ("post", "in", 149), ("post", "out", 151), ("home", "near", 99),
    ("home", "clear", 101), ("near", "z", 400),
)  # fmt: skip
NOBODY_LOST = {"column_loss_rate": 0, "rebel_loss_rate": 0}
SPARING = QUIET | NOBODY_LOST | {"march_speed": 10, "march_hours": 10}
SEEDS = 1000


def told(world, template):
    """The outcomes of a run by name."""
    return dict(zip(names(template), outcomes(template, world), strict=True))


# --- by order -----------------------------------------------------------------------------------------------


def ordered(persons=300, days=(4,), more="", groups="[g, h]"):
    """An order to two of three groups to raid a garrison."""
    raids = ", ".join(
        f"{{id: r{day}, groups: {groups}, garrison: post, day: 2023-10-{day:02}}}" for day in days
    )
    return tiny(
        f"""{{columns: [], groups: [{{id: g, home: home}}, {{id: h, home: home}}, {{id: i, home: home}}],
              garrisons: [{{place: post, persons: {persons}, vehicles: {persons // 5}}}], raids: [{raids}]{more},
              milestones: [{{id: "post:raid"}}, {{id: "post:fallen"}}]}}""",
        NET,
    )


RAIDERS = 0.4 * 900 * 2 / 3  # committed share of the two groups of three that are named


@cache
def raided():
    return ordered()


def test_a_raid_by_order_is_at_first_light_of_its_day_and_lasts_two_hours():
    world = play(raided(), **SPARING)
    begin, end = one(world, raided(), "raid"), one(world, raided(), "raid_end")
    assert begin.hour == pytest.approx(dawn(world, 2), abs=1e-9)
    assert end.hour == begin.hour + 2
    assert (begin.agent, begin.place) == ("post", "post")
    assert (begin.amount, begin.other) == pytest.approx((300 / RAIDERS, RAIDERS))
    assert [row.hour for row in world.milestones] == [begin.hour, math.inf]


def test_only_the_groups_of_the_order_take_part():
    for groups, part in (("[h]", 1), ("[g, h, i]", 3)):
        template = ordered(groups=groups)
        raid = one(play(template, **SPARING), template, "raid")
        assert raid.other == pytest.approx(0.4 * 900 * part / 3)


@pytest.mark.parametrize("aimed", [0, 1])
def test_losses_of_a_raid_are_those_of_an_ambush_of_two_hours(aimed):
    template = ordered(more=", manned_aviation: [{side: army, source: test, known: 2023-10-02}]")
    rates = {"column_loss_rate": 0.01, "rebel_loss_rate": 0.02, "manned_cover": aimed}
    worlds = [play(template, seed, until=72, **SPARING | rates) for seed in range(SEEDS)]
    lost = 0.01 * RAIDERS * 2
    fighters = 0.02 * 300 * 2 * (aimed + (1 - aimed) * RAIDERS / 900)
    by_hand = {
        "garrison_casualties": lost,
        "group_casualties": fighters,
        "garrison_vehicles_lost": lost * 60 / 300,
        "group_vehicles_lost": fighters / 6,
    }
    for name, mean in by_hand.items():
        got = np.mean([told(world, template)[name] for world in worlds])
        assert abs(got - mean) < 4 * math.sqrt(mean / SEEDS), name
    for world in worlds:
        assert world.garrisons[0].persons == 300 - told(world, template)["casualties:post"]


@pytest.mark.parametrize(("persons", "holds"), [(73, True), (71, False)])
def test_a_garrison_falls_below_three_tenths_of_a_person_to_a_raider(persons, holds):
    template = ordered(persons)
    world = play(template, **SPARING)
    assert (persons / RAIDERS > 0.3) == holds
    assert told(world, template)["control:post"] == (Side.ADVANCING if holds else Side.CONTESTING)
    assert told(world, template)["garrisons_fallen"] == (not holds)
    fallen = world.milestones[1].hour
    assert fallen == (math.inf if holds else pytest.approx(dawn(world, 2) + 2))


def test_what_counts_is_who_is_left_after_the_raid():
    template = ordered(100)
    world = play(template, **SPARING | {"column_loss_rate": 0.1})
    left = 100 - told(world, template)["casualties:post"]
    assert 100 / RAIDERS > 0.3 > left / RAIDERS
    assert one(world, template, "fallen").amount == left


def test_a_garrison_that_fell_is_not_raided_again():
    for persons, raids in ((300, 2), (71, 1)):
        template = ordered(persons, days=(4, 8))
        assert told(play(template, **SPARING), template)["raids"] == raids


def test_the_raiders_stay_in_the_place_that_they_took():
    for persons, holder in ((300, Side.ADVANCING), (71, Side.CONTESTING)):
        camp = ", camps: [{id: camp, place: post, vacated: 2023-10-08}]"
        world = play(ordered(persons, more=camp), until=6 * 24 + 12, **SPARING)
        assert world.camps[0].holder == holder


# --- of their own accord ------------------------------------------------------------------------------------

LONG = "start: 2023-10-02, end: 2024-08-02"


def own(homes, columns="[]", more="role: fighting", long=""):
    """Groups that raid a garrison when they are free to."""
    groups = ", ".join(f"{{id: g{i}, home: {home}, {more}}}" for i, home in enumerate(homes))
    return tiny(
        f"""{{{long}columns: {columns}, groups: [{groups}], refuges: [z],
              garrisons: [{{place: post, persons: 9000, raided: true}}], milestones: [{{id: "post:raid"}}]}}""",
        NET,
    )


EAGER = SPARING | {"raid_rate": 10}


def raids(template, until=72, **overrides):
    """The hours of the raids."""
    world = play(template, until=until, **overrides)
    return [row.hour for row in log(world, template, "raid")]


@pytest.mark.parametrize("groups", [1, 3])
def test_raids_come_at_three_hundredths_a_day_to_a_garrison(groups):
    template = own(["home"] * groups, long=LONG + ", ")
    firsts, counts = [], []
    for seed in range(200):
        hours = raids(template, until=NEVER, seed=seed, **SPARING | {"recovery": 0})
        firsts.append(hours[0] / 24 if hours else 305.0)
        counts.append(len(hours))
    assert scipy.stats.kstest(firsts, scipy.stats.expon(scale=1 / 0.03).cdf).pvalue > 0.01
    expected = 200 * 305 * 0.03
    assert abs(sum(counts) - expected) < 4 * math.sqrt(expected)


def test_no_raid_without_raided_or_without_a_group():
    assert not raids(own([]), **EAGER)
    template = tiny(
        """{columns: [], groups: [{id: g, home: home}], garrisons: [{place: post}],
            camps: [{place: home}], milestones: [{id: "home:vacated"}]}""",
        NET,
    )
    assert not raids(template, **EAGER)


@pytest.mark.parametrize(("home", "come"), [("in", True), ("out", False)])
def test_a_group_goes_no_farther_than_150_kilometres_for_a_raid(home, come):
    assert bool(raids(own([home]), **EAGER)) == come


@pytest.mark.parametrize(
    ("place", "side", "come"), [("near", "army", False), ("clear", "army", True), ("near", "rebels", True)]
)
def test_a_group_raids_only_with_no_hostile_column_within_100_kilometres(place, side, come):
    goals = f"[{{place: {place}, capture: true, refit: true}}, {{place: z, capture: true}}]"
    column = f"[{{id: c, side: {side}, from: {place}, holds: 2023-10-02, objectives: {goals}}}]"
    hours = raids(own(["home"], column), **EAGER | {"refit": 1e4, "recovery": 0})
    assert bool([hour for hour in hours if hour > 24]) == come


def test_a_group_rests_for_a_day_after_a_raid():
    hours = raids(own(["home"]), until=240, **EAGER)
    gaps = np.diff(hours)
    assert len(gaps) > 5
    assert gaps.min() >= 2 + 24
    assert gaps.max() < 2 + 24 + 2


def test_a_garrison_is_raided_by_one_group_at_a_time():
    world = play(own(["home", "in"]), until=240, **EAGER)
    rows = log(world, own(["home", "in"]), "raid", "raid_end")
    assert [row.event for row in rows] == ["raid", "raid_end"] * (len(rows) // 2)
    assert {row.other for row in rows if row.event == "raid"} == {0.4 * 450}


@pytest.mark.parametrize("stance", [Stance.WITHDRAWN, Stance.BROKEN])
def test_a_group_that_has_withdrawn_or_is_broken_does_not_raid(stance):
    template = own(["home"])
    world = opened(template, **EAGER)
    world.groups[0].stance, world.groups[0].leaves = stance, NEVER
    advance(world, 72)
    assert not log(world, template, "raid")


def test_a_group_that_rests_does_not_raid():
    template = own(["home"])
    world = opened(template, **EAGER)
    world.groups[0].rested = 50
    advance(world, 72)
    assert 50 <= log(world, template, "raid")[0].hour < 51


def test_a_group_that_only_harasses_does_not_raid():
    assert not raids(own(["home"], more="role: harassing"), **EAGER)


def test_a_garrison_that_fell_is_left_alone():
    template = own(["home"])
    world = opened(template, **EAGER)
    world.garrisons[0].persons = 10
    advance(world, 240)
    assert len(log(world, template, "raid")) == 1
    assert one(world, template, "fallen").amount == 10


# --- by air -------------------------------------------------------------------------------------------------


def flown(persons=200, raids="[]", vehicles=0):
    return tiny(
        f"""{{columns: [], groups: [{{id: g, home: home}}], raids: {raids},
              garrisons: [{{place: post, persons: {persons}, vehicles: {vehicles}}}],
              airlifts: [{{airfield: post, night: 2023-10-11, persons: 24 to 96}}],
              milestones: [{{id: "post:airlift"}}]}}""",
        NET,
    )


@cache
def by_air():
    return flown()


def test_an_airlift_lands_in_its_night():
    worlds = [play(by_air(), seed, **SPARING) for seed in range(400)]
    hours = [one(world, by_air(), "airlift").hour - 9 * 24 for world in worlds]
    assert 18 <= min(hours) < 18.5
    assert 29.5 < max(hours) <= 30
    assert [world.milestones[0].hour for world in worlds] == [hour + 9 * 24 for hour in hours]


def test_an_airlift_adds_the_middle_of_its_persons_to_the_garrison():
    world = play(by_air(), **SPARING)
    assert one(world, by_air(), "airlift").amount == (24 + 96) / 2
    assert world.garrisons[0].persons == 200 + 60


def test_the_persons_of_an_airlift_are_drawn_with_the_strengths():
    brought = []
    for seed in range(300):
        world = opened_drawn(by_air(), seed)
        advance(world, NEVER)
        brought.append(one(world, by_air(), "airlift").amount)
        assert world.garrisons[0].persons == 200 + brought[-1]
    assert (min(brought), max(brought)) == (24, 96)
    assert abs(np.mean(brought) - 60) < 4 * 73 / math.sqrt(12 * 300)


def test_nobody_is_flown_to_a_garrison_that_fell():
    raid = "[{groups: [g], garrison: post, day: 2023-10-05}]"
    template = flown(persons=20, raids=raid)
    world = play(template, **SPARING)
    assert log(world, template, "fallen")
    assert not log(world, template, "airlift")


def test_those_flown_in_help_the_garrison_to_hold():
    raid = "[{groups: [g], garrison: post, day: 2023-10-13}]"
    template = flown(persons=100, raids=raid)  # against 360 raiders: 108 would hold
    assert not log(play(template, **SPARING), template, "fallen")
