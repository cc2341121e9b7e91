"""Groups act on old sightings and nothing else; they set themselves ahead, outside the radius they fear."""

from copy import deepcopy
from functools import cache

import pytest
import scipy
from worlds import QUIET, defaults, log, network, opened, opened_drawn, play, tiny

from sim.engine.build import build
from sim.engine.loop import advance
from sim.rules import groups
from sim.scenario.reading import load_scenario
from sim.state.kinds import Mode, Stance
from sim.state.rows import NEVER


@cache
def gao():
    return build(load_scenario("gao-anefis"), defaults())


NET = network(("a", "m", 150), ("m", "b", 150), ("b", "r", 60))
FIELD = (
    "columns: [{objectives: [{place: b, capture: true}]}], groups: [{id: e}, {id: f}, {id: g}], refuges: [r]"
)


@cache
def tiny_field():
    return tiny(f"{{{FIELD}}}", NET)


def decide(world, index, moved):
    """The next choice of a group whose quarry is in truth `moved` km farther on, and changed besides."""
    world = deepcopy(world._replace(log=world.log[-1:]))
    world.run[0].log_length = 0
    group, column = world.groups[index], world.columns[0]
    if moved is not None:
        column.km = min(column.km + moved, 239.0)
        while world.legs[column.leg].end_km <= column.km:
            column.leg += 1
        column.persons, column.mode, column.speed = 7.0, Mode.HALT, 0.0
        column.contact_until = column.window_end = NEVER
    groups.set_ahead(world, group, group.acts_on)
    return group.set_km, group.arrives, group.sets, group.road, group.road_km


def decisions_due(hour, seed):
    world = play(gao(), seed, until=hour)
    due = [i for i, group in enumerate(world.groups) if group.quarry >= 0 and group.stance <= Stance.SHADOW]
    return [(world, i) for i in due]


@pytest.mark.parametrize("moved", [0, 10])
def test_a_choice_is_the_same_whatever_the_column_truly_is_and_does(moved):
    cases = [case for seed in range(6) for hour in (7, 20, 40, 60) for case in decisions_due(hour, seed)]
    assert len(cases) > 100
    for world, index in cases:
        assert decide(world, index, moved) == pytest.approx(decide(world, index, None), abs=1e-9)


def test_a_choice_is_the_same_when_the_column_has_passed_what_was_seen():
    cases = decisions_due(7, 1)
    assert cases
    for world, index in cases:
        assert decide(world, index, 120) == pytest.approx(decide(world, index, None), abs=1e-9)


def test_no_group_ever_stands_off_its_road():
    for seed in range(60):
        world = opened_drawn(gao(), seed)
        while world.run[0].now < world.run[0].horizon:
            advance(world, world.run[0].now + 3)
            for group in world.groups:
                assert -1e-9 <= group.road_km <= world.roads[group.road].km + 1e-9


def test_the_march_is_the_same_up_to_the_first_fight_whatever_the_fighters():
    for seed in range(10):
        marches = []
        for fighters in (200, 900, 4000):
            world = play(gao(), seed, fighters=fighters)
            rows = [row for row in log(world, gao()) if row.agent == "army"]
            first = next(i for i, row in enumerate(rows) if row.event in ("ambush", "contact"))
            marches.append([(row.hour, row.event, row.km) for row in rows[: first + 1]])
        assert marches[0] == marches[1] == marches[2]


@pytest.fixture
def choices(monkeypatch):
    """Watches groups: rows of (agent, seen_km, age of the sighting, chosen or None) for each decision."""
    rows, looked = [], {}
    look, set_ahead = groups.look, groups.set_ahead

    def watched_look(world, group, now):
        looked[group.agent] = now
        return look(world, group, now)

    def watched_set(world, group, now):
        sets = group.sets
        set_ahead(world, group, now)
        chosen = group.set_km if group.sets > sets else None
        rows.append((group.agent, group.seen_km, now - looked[group.agent], chosen))

    monkeypatch.setattr(groups, "look", watched_look)
    monkeypatch.setattr(groups, "set_ahead", watched_set)
    return rows


def test_sightings_are_two_to_six_hours_old(choices):
    for seed in range(20):
        play(gao(), seed)
    ages = [age for _, _, age, _ in choices]
    assert min(ages) >= 2
    assert max(ages) <= 6


def test_a_group_chooses_again_only_when_it_has_come_to_its_place(monkeypatch):
    early, set_ahead = [], groups.set_ahead

    def watched(world, group, now):
        early.append(group.arrives - now)
        set_ahead(world, group, now)

    monkeypatch.setattr(groups, "set_ahead", watched)
    for seed in range(20):
        play(gao(), seed)
    assert max(early) <= 1e-9
    assert len(early) > 1000


def test_sightings_of_groups_that_are_in_place_are_uniform_between_two_and_six_hours_old(choices):
    for seed in range(60):
        play(tiny_field(), seed, **QUIET | {"group_speed": 1e9})
    ages = [age for _, _, age, _ in choices]
    assert scipy.stats.kstest(ages, scipy.stats.uniform(2, 4).cdf).pvalue > 0.01


def test_groups_set_themselves_uniformly_15_to_60_km_ahead_of_the_sighting(choices):
    for seed in range(200):
        play(tiny_field(), seed, **QUIET)
    ahead = [chosen - seen for _, seen, _, chosen in choices if chosen is not None and seen + 60 <= 300]
    assert scipy.stats.kstest(ahead, scipy.stats.uniform(15, 45).cdf).pvalue > 0.01
    assert all(chosen <= 300 for _, _, _, chosen in choices if chosen is not None)


def test_a_group_that_is_still_15_to_60_km_ahead_stays_where_it_is(choices):
    for seed in range(30):
        play(tiny_field(), seed, **QUIET)
    place, moved = {}, 0
    for agent, seen, _, chosen in choices:
        if seen == 0:
            place.pop(agent, None)  # another run begins
        if agent in place and chosen is not None:
            moved += 1
            assert not 15 <= place[agent] - seen <= 60
        place[agent] = chosen if chosen is not None else place[agent]
    assert moved


def test_groups_keep_outside_the_radius_they_fear_when_the_band_allows(choices):
    belief = "belief: {station: a, radius: 100 km, source: test, known: 2023-10-02}"
    template = tiny(f"{{{FIELD}, {belief}}}", NET)
    for seed in range(60):
        play(template, seed, **QUIET)
    reach = template.world.wary[0][0]
    assert reach == pytest.approx(100 / 110.67 * 110, abs=0.5)  # a degree of latitude is 110.67 km at 17 N
    allowed = [chosen for _, seen, _, chosen in choices if chosen is not None and seen + 60 > reach]
    forced = [chosen for _, seen, _, chosen in choices if chosen is not None and seen + 60 <= reach]
    assert min(allowed) >= reach
    assert max(forced) < reach


def test_a_group_on_its_way_is_nowhere_to_be_met():
    world = opened(tiny_field(), **QUIET)
    world.columns[0].km, world.columns[0].leg = 149.0, 0
    world.groups[0].road, world.groups[0].road_km = 0, 149.0
    assert groups.is_ready(world, world.groups[0], world.columns[0], 5.0)
    world.groups[0].arrives = 5.1
    assert not groups.is_ready(world, world.groups[0], world.columns[0], 5.0)


@pytest.mark.parametrize(("km", "ready"), [(59.9, True), (60.1, False)])
def test_a_group_is_ready_within_60_road_km_of_the_column(km, ready):
    world = opened(tiny_field(), **QUIET)
    world.groups[0].road, world.groups[0].road_km = 0, km
    assert groups.is_ready(world, world.groups[0], world.columns[0], 5.0) == ready


def test_a_group_moves_at_its_speed_along_the_roads():
    world = play(tiny_field(), until=20, **QUIET)
    first = log(world, tiny_field(), "set")[0]
    assert first.amount - first.hour == pytest.approx((300 - first.km) / 25)  # from its home at km 300


def test_a_harassing_group_neither_moves_nor_fights_nor_withdraws():
    template = tiny(f"{{{FIELD.replace('{id: e}', '{id: e, role: harassing}')}}}", NET)
    world = play(template, **QUIET | {"ambush_rate": 0.05})
    assert not [row for row in log(world, template) if row.agent == "e"]
    assert world.groups[0].fighters == 0
    assert [group.fighters for group in world.groups[1:]] != [0, 0]
