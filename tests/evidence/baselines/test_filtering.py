"""The filter of baselines against closed forms, numeric integrals and the mean of products."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from joint_rows import CAMPAIGN, made_row
from scipy.special import logsumexp, ndtr

from analysis.evidence.baselines.filtering import base_rates, islands, systematic
from analysis.evidence.baselines.samplers import BASELINES, COMPOSITE, UNIFORM, BaselineNumbers, samplers

ROWS = (
    made_row("b:arrival", 24.0, 36.0, blur=2.0, weight=0.85, false=0.05),
    made_row("d:capture", 60.0, 80.0, blur=2.0, weight=0.97, false=0.1),
    made_row("d:capture", 1.0, 1.0, name="mines", ask="strikes", false=0.1),
    made_row("f:first_strike", 700.0, 760.0, blur=2.0, weight=0.85, false=0.1),
    made_row("d:go", 900.0, 960.0, blur=6.0, weight=0.85, false=0.1),
    made_row("e:break", 940.0, 990.0, ask="silence", weight=0.97, false=0.6),
    made_row("f:capture", 980.0, 1030.0, blur=2.0, weight=0.97, false=0.1),
)


def mean(logs):
    """The log of the mean over islands of the probability of all rows, and the islands' standard error of it."""
    every = logs.sum(axis=1)
    spread = np.exp(every - every.max())
    return float(logsumexp(every) - np.log(len(every))), float(
        spread.std(ddof=1) / spread.mean() / np.sqrt(len(every))
    )


def run(name, rows, count=16, particles=20_000, below=0.5, numbers=None, seed=1):
    sampler = samplers(CAMPAIGN, numbers)[name]
    return islands(sampler, rows, numbers=range(count), particles=particles, resampled_below=below, seed=seed)


@cache
def composite():
    return run(COMPOSITE, ROWS)


def log_pace(km, hours):
    """How many standard deviations slower than 72 km a day a column is that goes some km in some hours."""
    return np.log(hours / (km / 72.0 * 24.0))


def test_one_leg_with_one_report_has_the_normal_probability():
    value, error = mean(run("pace", [made_row("b:arrival", 24.0, 36.0)]).logs)
    exact = np.log(ndtr(log_pace(72.0, 30.0) / 0.39) - ndtr(log_pace(72.0, 18.0) / 0.39))
    assert error < 0.01
    assert value == pytest.approx(exact, abs=4.0 * error)


def test_a_silence_is_the_rest_of_the_normal_probability():
    row = made_row("b:arrival", 6.0, 40.0, ask="silence", weight=0.9, false=0.3)
    value, error = mean(run("pace", [row]).logs)
    late = 1.0 - ndtr(log_pace(72.0, 34.0) / 0.39)
    assert value == pytest.approx(np.log(0.9 * late + 0.1 * 0.3), abs=4.0 * error)


def two_legs(first, second):
    """The probability of two reports on two legs of 72 km, by quadrature over the factors of column and first leg."""
    sd = 0.39 * np.sqrt(0.5)
    grid = np.linspace(-8.0, 8.0, 2001)
    density = np.exp(-0.5 * grid**2) / np.sqrt(2.0 * np.pi) * (grid[1] - grid[0])
    total = 0.0
    for column, weight in zip(grid[::10], density[::10] * 10.0, strict=True):
        came = 6.0 + 24.0 * np.exp(sd * (column + grid))
        inside = density * ((came >= first[0]) & (came <= first[1]))
        with np.errstate(divide="ignore"):
            low, high = (
                np.log(np.maximum(0.0, edge - came) / (24.0 * np.exp(sd * column))) / sd for edge in second
            )
        total += weight * float((inside * (ndtr(high) - ndtr(low))).sum())
    return total


def test_two_legs_are_the_convolution():
    first, second = (24.0, 36.0), (50.0, 70.0)
    value, error = mean(
        run("pace", [made_row("b:arrival", *first), made_row("c:contact", *second)], count=32).logs
    )
    assert error < 0.01
    assert value == pytest.approx(np.log(two_legs(first, second)), abs=4.0 * error + 0.005)


@pytest.mark.parametrize("blur", [0.0, 3.0])
def test_the_probabilities_of_all_that_may_be_reported_add_to_one(blur):
    edges = np.array([6.0, 20.0, 33.0, 50.0, 90.5])
    total = 0.0
    bins = [
        {
            "low": -np.inf if low == 6.0 else low,
            "high": np.inf if high == 90.5 else high,
            "blur": blur,
            "weight": 0.85,
            "false": (high - low) / 84.5,
        }
        for low, high in pairwise(edges)
    ]
    for one in bins:
        for other in bins:
            rows = [made_row("b:arrival", **one), made_row("c:contact", **other)]
            total += float(np.exp(run("pace", rows, count=1, particles=1000, below=0.0).logs.sum()))
    assert total == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("name", BASELINES)
def test_the_filter_agrees_with_the_mean_of_products(name):
    value, error = mean(run(name, ROWS).logs)
    brute, brute_error = mean(run(name, ROWS, particles=100_000, below=0.0, seed=2).logs)
    assert value == pytest.approx(brute, abs=3.0 * np.hypot(error, brute_error) + 1e-9)
    assert error < 0.1


def test_an_island_that_was_resampled_has_fewer_roots():
    assert (composite().roots < 20_000).all()
    assert (composite().roots > 30).all()
    assert (run(COMPOSITE, ROWS, count=2, below=0.0).roots == 20_000).all()


def test_islands_hang_on_their_number_alone():
    sampler = samplers(CAMPAIGN)[COMPOSITE]
    apart = [islands(sampler, ROWS, numbers=numbers) for numbers in ([3], [0, 1], [2])]
    assert np.array_equal(apart[0].logs[0], composite().logs[3])
    assert np.array_equal(np.vstack([apart[1].logs, apart[2].logs]), composite().logs[:3])
    assert np.array_equal(apart[1].roots, composite().roots[:2])


def test_threads_move_nothing():
    sampler = samplers(CAMPAIGN)[COMPOSITE]
    with ThreadPoolExecutor(4) as pool:
        logs = [one.logs[0] for one in pool.map(lambda n: islands(sampler, ROWS, numbers=[n]), range(8))]
    assert np.array_equal(logs, composite().logs[:8])


def test_islands_differ_and_so_do_seeds():
    assert len(np.unique(composite().logs[:, 0])) == 16
    assert not np.array_equal(run(COMPOSITE, ROWS, count=1, seed=2).logs[0], composite().logs[0])


def test_the_same_rows_have_the_same_numbers_whichever_baseline_is_asked():
    rows = [row for row in ROWS if row.milestone in ("b:arrival", "d:capture")]
    one, other = (run(name, rows, count=3) for name in ("contested pace", COMPOSITE))
    assert np.array_equal(one.logs, other.logs)


def test_a_row_without_an_opinion_has_its_base_rate_and_is_named():
    named = {name: base_rates(sampler, ROWS) for name, sampler in samplers(CAMPAIGN).items()}
    assert named["pace"] == {"mines": 0.1, "f:first_strike": 0.1, "e:break": 0.6}
    assert named[COMPOSITE] == {"mines": 0.1}
    assert named[UNIFORM] == {row.name: row.false for row in ROWS}
    assert composite().logs[:, 2] == pytest.approx(np.log(0.1))


def test_the_uniform_baseline_is_the_product_of_base_rates():
    logs = run(UNIFORM, ROWS, count=2).logs
    assert logs.sum(axis=1) == pytest.approx(np.log([row.false for row in ROWS]).sum())


def test_from_a_row_that_no_campaign_allows_all_is_impossible():
    rows = [ROWS[0], made_row("c:contact", 0.0, 5.0), made_row("d:capture", 60.0, 80.0)]
    logs = run("pace", rows, count=2).logs
    assert np.isfinite(logs[:, 0]).all()
    assert np.isneginf(logs[:, 1:]).all()


def test_no_rows_have_no_logs():
    assert run("pace", [], count=3).logs.shape == (3, 0)


MARCH = (made_row("b:arrival", 40.0, 44.0), made_row("c:contact", 56.0, 66.0))
BATTLE = (*MARCH, made_row("d:capture", 60.0, 72.0, weight=0.97))
HOLD = (*BATTLE, made_row("d:go", 300.0, 500.0, weight=0.97))
HOLDS = (*HOLD, made_row("f:capture", 400.0, 600.0, weight=0.9), made_row("f:go", 700.0, 1000.0, weight=0.9))
BREAK = (*HOLD, made_row("e:contact", 350.0, 450.0), made_row("e:break", 400.0, 450.0, weight=0.97))


@pytest.mark.parametrize(
    ("name", "number", "value", "rows"),
    [
        ("pace", "pace", 50.0, MARCH),
        ("pace", "pace_spread", 0.8, MARCH),
        ("pace", "column_share", 0.0, MARCH),
        ("pace", "hold", 100.0, HOLD),
        ("pace", "hold_spread", 0.3, HOLD),
        ("contested pace", "contested_pace", 30.0, BATTLE),
        ("contested pace", "contested_spread", 0.3, BATTLE),
        ("contested pace to the end", "contested_pace", 30.0, BATTLE),
        ("persistence", "again_spread", 0.1, HOLDS),
        ("line that holds", "holds_a_day", 0.2, BREAK),
        ("published opening", "pace", 50.0, MARCH),
        ("first strike", "pace", 50.0, MARCH),
        (COMPOSITE, "contested_pace", 30.0, BATTLE),
    ],
)
def test_the_numbers_of_each_baseline_move_its_evidence(name, number, value, rows):
    first, error = mean(run(name, rows).logs)
    moved, moved_error = mean(run(name, rows, numbers=BaselineNumbers(**{number: value})).logs)
    assert abs(moved - first) > 5.0 * np.hypot(error, moved_error)


@pytest.mark.parametrize(("field", "value"), [("hour", 900.0), ("give", 200.0)])
def test_the_published_opening_moves_its_evidence(field, value):
    rows = (made_row("f:capture", 980.0, 1030.0),)
    moved = replace(CAMPAIGN, opening=replace(CAMPAIGN.opening, **{field: value}))
    sampler = samplers(moved)["published opening"]
    first, error = mean(run("published opening", rows).logs)
    other, other_error = mean(islands(sampler, rows, numbers=range(16)).logs)
    assert abs(other - first) > 5.0 * np.hypot(error, other_error)


@pytest.mark.parametrize("start", [1e-9, 0.3, 1.0 - 1e-9])
def test_systematic_places_are_within_one_of_their_share(start):
    weights = np.array([0.1, 0.0, 0.25, 0.65])
    counts = np.bincount(systematic(np.repeat(weights / 25.0, 25), start), minlength=100)
    assert len(counts) == 100
    assert counts.reshape(4, 25).sum(axis=1) == pytest.approx(100.0 * weights, abs=1.0)
