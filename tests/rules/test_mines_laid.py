"""Mines that somebody lays: none of nobody, fewer with the way by road, and some are found."""

from functools import cache

import numpy as np
import pytest
import scipy
from worlds import QUIET, dawn, log, network, one, opened, tiny

from sim.engine.loop import advance
from sim.state.rows import NEVER

RUNS = 4000
NET = network(("a", "b", 100, "first"), ("b", "c", 60, "second"), ("c", "z", 40, "third"))
FAST = QUIET | {
    "mine_rate": 0.02,
    "mine_halt": 1e-6,
    "find_halt": 1e-6,
    "contact_pace": 1,
    "march_speed": 100,
}
TO_C = "columns: [{objectives: [{place: c, capture: false}], mines_reported: 1}]"


@cache
def road(groups="", rules=""):
    return tiny(f"{{{TO_C}, groups: [{groups}], refuges: [z]{rules}}}", NET)


def miner(home, mines="army", name="g", more=""):
    return f"{{id: {name}, home: {home}, role: harassing, hostile_to: [], mines: [{mines}]{more}}}"


def factors(template, seed=1, **values):
    """What the legs of the column have of the rate, the luck of their sections left out."""
    world = opened(template, seed, **FAST | values)
    column = world.columns[0]
    legs = world.legs[column.first_leg : column.last_leg]
    return [leg.mine_factor / leg.section_factor for leg in legs]


def met(template, seed, **values):
    """Finds, strikes and the events of them in a run in which all luck but the clock's is 1."""
    world = opened(template, seed, capacity=400, **FAST | values)
    column = world.columns[0]
    for leg in world.legs:
        leg.mine_factor /= leg.section_factor
    column.mine_factor = 1.0
    advance(world, NEVER)
    return column.finds, column.mines, [row.event for row in log(world, template, "mine", "mine_found")]


def test_where_nobody_lays_mines_there_are_none():
    assert factors(road()) == [0, 0]
    assert factors(road(miner("b", "un"))) == [0, 0]
    hostile = "{id: g, home: b, role: fighting, hostile_to: [army]}"
    assert factors(road(hostile)) == [0, 0]
    assert all(met(road(hostile), seed) == (0, 0, []) for seed in range(50))


def test_a_section_has_the_share_of_its_middle_by_the_way_from_the_nearest_home():
    assert factors(road(miner("c")), mine_reach=100) == pytest.approx([np.exp(-1.1), np.exp(-0.3)])
    assert factors(road(miner("z")), mine_reach=50) == pytest.approx([np.exp(-3.0), np.exp(-1.4)])
    both = f"{miner('a')}, {miner('z', name='h')}"
    assert factors(road(both), mine_reach=100) == pytest.approx([np.exp(-0.5), np.exp(-0.7)])


def test_one_that_lays_mines_for_others_is_no_nearer():
    both = f"{miner('a', 'un')}, {miner('z', name='h')}"
    assert factors(road(both)) == factors(road(miner("z")))


def test_where_mines_are_everywhere_or_nowhere_it_does_not_matter_who_lays_them():
    everywhere, nowhere = ", rules: {mines: everywhere}", ", rules: {without: [mines]}"
    assert factors(road("", everywhere)) == factors(road(miner("z"), everywhere)) == [1, 1]
    assert factors(road(miner("b"), nowhere)) == [0, 0]
    assert not any(met(road("", everywhere), seed, mine_found=1)[0] for seed in range(50))


@pytest.mark.parametrize("reach", [30, 100, 1000])
def test_devices_come_at_the_rate_times_the_share_of_each_section(reach):
    found = [sum(met(road(miner("c")), seed, mine_reach=reach)[:2]) for seed in range(RUNS)]
    mean = 0.02 * (100 * np.exp(-110 / reach) + 60 * np.exp(-30 / reach))
    assert np.mean(found) == pytest.approx(mean, abs=4 * np.sqrt(mean / RUNS))
    assert np.var(found) == pytest.approx(mean, rel=0.15)


def test_a_device_is_found_with_one_probability_and_strikes_nobody_then():
    runs = [met(road(miner("b")), seed, mine_found=0.3, mine_reach=1000) for seed in range(RUNS)]
    finds, strikes = (sum(run[i] for run in runs) for i in (0, 1))
    both = finds + strikes
    assert finds / both == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / both))
    assert [finds, strikes] == [sum(run[2].count(name) for run in runs) for name in ("mine_found", "mine")]
    assert all(run[1] == 0 for run in (met(road(miner("b")), seed, mine_found=1) for seed in range(100)))
    assert all(run[0] == 0 for run in (met(road(miner("b")), seed, mine_found=0) for seed in range(100)))


def test_a_find_halts_the_column_for_a_lognormal_time_and_costs_no_vehicle():
    rows, values = [], FAST | {"find_halt": 1.5, "mine_halt_spread": 0.5, "mine_found": 1, "mine_reach": 1000}
    template = road(miner("b"))
    for seed in range(400):
        world = opened(template, seed, capacity=400, **values)
        before = world.columns[0].vehicles
        advance(world, NEVER)
        assert world.columns[0].vehicles == before
        rows += log(world, template, "mine_found")
    assert {row.amount for row in rows} == {0.0}
    logs = np.log([row.other / 1.5 for row in rows])
    assert scipy.stats.kstest(logs, scipy.stats.norm(0, 0.5).cdf).pvalue > 0.01


def test_the_home_counts_and_not_where_the_group_is_later():
    fighter = "{id: g, home: c, role: fighting, hostile_to: [army], mines: [army]}"
    world = opened(road(fighter), 1, **FAST | {"mine_reach": 100})
    before = [leg.mine_factor for leg in world.legs]
    home = world.groups[0].road_km
    advance(world, NEVER)
    assert world.groups[0].road_km != home
    assert [leg.mine_factor for leg in world.legs] == before


def test_after_a_find_the_column_goes_on_at_its_full_speed_and_after_a_strike_in_contact():
    """A device at km 20: two hours of halt, and 80 km left at 10 km/h or, in contact, at 4."""
    template = tiny(f"{{{TO_C.replace('place: c', 'place: b')}, groups: [{miner('b')}], refuges: [z]}}", NET)
    rare = {"mine_rate": 1e-9, "mine_halt": 2, "find_halt": 2, "mine_halt_spread": 0, "march_hours": 16}
    ended = {}
    for found in (0, 1):
        world = opened(template, **QUIET | rare, march_speed=10, contact_pace=0.4, mine_found=found)
        world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
        world.columns[0].mine_left = 20 * 1e-9
        advance(world, NEVER)
        speeds = [row.amount for row in log(world, template, "march")]
        ended[found] = (speeds[1], one(world, template, "arrival").hour - dawn(world, 0))
    assert ended[1] == pytest.approx((10, 12))
    assert ended[0][0] == pytest.approx(4)
    assert ended[0][1] > 24


def test_columns_that_go_less_or_more_of_a_section_meet_the_same_rate_on_it():
    net = network(("a", "b", 100, "all"), ("b", "c", 60, "all"), ("c", "z", 40, "third"))
    ways = ("objectives: [{place: b, capture: false}]", "objectives: [{place: c, capture: false}]")
    made = ", ".join(f"{{id: {name}, {way}}}" for name, way in zip("xy", ways, strict=True))
    template = tiny(f"{{columns: [{made}], groups: [{miner('a')}], refuges: [z]}}", net)
    world = opened(template, **FAST | {"mine_reach": 100})
    shares = [leg.mine_factor / leg.section_factor for leg in world.legs]
    assert shares == pytest.approx([np.exp(-0.8)] * 3)
