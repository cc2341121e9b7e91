"""Mine strikes are Poisson per km given the factors of section and column, and overdispersed over them."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
import scipy
from worlds import QUIET, log, network, opened, tiny

from sim.engine.loop import advance
from sim.state.rows import NEVER

RUNS = 20_000
FAST = QUIET | {"mine_rate": 0.02, "mine_halt": 1e-6, "contact_pace": 1, "march_speed": 100}
MEAN = 0.02 * 100


@cache
def mined_road():
    return tiny(
        "{rules: {mines: everywhere}, columns: [{objectives: [{place: b, capture: false}], mines_reported: 0.7}]}",
        network(("a", "b", 100)),
    )


def strikes(seed, *, factors_of_one=True, **more):
    world = opened(mined_road(), seed, capacity=80 if factors_of_one else 400, **FAST | more)
    if factors_of_one:
        world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    advance(world, NEVER)
    return world.columns[0].mines


@pytest.fixture(scope="module")
def counts():
    return np.array([strikes(seed) for seed in range(RUNS)])


@pytest.mark.slow
def test_strikes_have_the_mean_and_the_variance_of_a_poisson_number(counts):
    assert abs(counts.mean() - MEAN) < 4 * np.sqrt(MEAN / RUNS)
    assert abs(counts.var() / MEAN - 1) < 4 * np.sqrt(2 / RUNS + 1 / (MEAN * RUNS))


@pytest.mark.slow
def test_strikes_have_the_poisson_pmf(counts):
    seen = Counter(np.minimum(counts, 8))
    expected = [*scipy.stats.poisson.pmf(range(8), MEAN), scipy.stats.poisson.sf(7, MEAN)]
    found = [seen[n] for n in range(9)]
    assert scipy.stats.chisquare(found, RUNS * np.array(expected)).pvalue > 0.001


@pytest.mark.slow
def test_the_factors_of_section_and_column_overdisperse_the_strikes():
    counts = np.array([strikes(seed, factors_of_one=False) for seed in range(RUNS)])
    square = 1 / 2 + 1  # E[g^2] of a Gamma(2, 1/2): variance plus mean squared
    by_hand = MEAN + MEAN * MEAN * (square * square - 1)
    assert counts.mean() == pytest.approx(MEAN, abs=4 * np.sqrt(by_hand / RUNS))
    assert counts.var() == pytest.approx(by_hand, rel=0.08)


def struck(runs, **more):
    """The strikes of many runs: halt, vehicles hit, and whether it was reported."""
    rows = []
    for seed in range(runs):
        world = opened(mined_road(), seed, capacity=400, **FAST | more)
        world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
        advance(world, NEVER)
        rows += log(world, mined_road(), "mine", "mine_unreported")
    return rows


def test_halts_are_lognormal_about_their_median():
    logs = np.log([row.other / 3 for row in struck(600, mine_halt=3, mine_halt_spread=0.5)])
    assert scipy.stats.kstest(logs, scipy.stats.norm(0, 0.5).cdf).pvalue > 0.01


def test_strikes_are_reported_with_the_columns_probability():
    rows = struck(800)
    told = sum(row.event == "mine" for row in rows)
    assert abs(told / len(rows) - 0.7) < 4 * np.sqrt(0.7 * 0.3 / len(rows))


def test_a_strike_hits_one_vehicle_and_a_poisson_number_more():
    hit = np.array([row.amount for row in struck(800, mine_vehicles=1.5)])
    assert hit.min() == 1
    assert abs(hit.mean() - 2.5) < 4 * np.sqrt(1.5 / len(hit))


def test_no_mines_no_strikes_and_more_mines_not_fewer():
    none, few, many = ([strikes(seed, mine_rate=rate) for seed in range(200)] for rate in (0, 0.02, 0.1))
    assert max(none) == 0
    assert all(less <= more for less, more in zip(few, many, strict=True))
    assert sum(few) < sum(many)


def test_two_columns_of_a_run_share_the_sections_factor_and_not_the_columns():
    net = network(("a", "m", 50, "first"), ("m", "b", 50, "second"))
    ends = "objectives: [{place: b, capture: false}]"
    template = tiny(
        f"{{rules: {{mines: everywhere}}, columns: [{{id: x, {ends}}}, {{id: y, side: un, {ends}}}]}}", net
    )
    world = opened(template)
    first, second, again_first, again_second = (leg.mine_factor for leg in world.legs)
    assert (first, second) == (again_first, again_second)
    assert first != second
    assert world.columns[0].mine_factor != world.columns[1].mine_factor


def test_the_sections_factor_differs_between_runs():
    assert opened(mined_road(), 1).legs[0].mine_factor != opened(mined_road(), 2).legs[0].mine_factor
