"""Scores: closed forms, and the same numbers as scoringrules gives."""

import sys

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.scores import scoring_rules
from analysis.tables import monte_carlo

HOURS = np.random.default_rng(5).normal(100.0, 30.0, 400)
SOMETIMES = np.where(np.arange(400) % 5 == 0, np.inf, HOURS)


@pytest.fixture(scope="module")
def rules():
    """Without Numba, for which it would compile for seconds all that it has when it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        return pytest.importorskip("scoringrules")


# --- the log score ---------------------------------------------------------------------------------------


def test_a_sharp_report_holds_the_share_of_runs_inside_it():
    assert scoring_rules.within(np.array([1.0, 2.0, 3.0, np.inf]), 2.0, 3.0).tolist() == [0.0, 1.0, 1.0, 0.0]


def test_a_blurred_report_holds_what_a_normal_has_between_its_edges():
    found = scoring_rules.within(np.array([10.0, np.inf]), 8.0, 13.0, 2.0)
    assert found == pytest.approx([scipy.stats.norm.cdf(1.5) - scipy.stats.norm.cdf(-1.0), 0.0])


def test_a_blur_adds_the_variances():
    runs = np.random.default_rng(1).normal(50.0, 3.0, 200_000)
    wanted = scipy.stats.norm(50.0, 5.0).cdf(58.0) - scipy.stats.norm(50.0, 5.0).cdf(51.0)
    assert scoring_rules.within(runs, 51.0, 58.0, 4.0).mean() == pytest.approx(wanted, abs=2e-3)


def test_a_report_of_no_weight_has_the_flat_score_and_one_of_all_weight_the_share():
    assert scoring_rules.log_score(0.3, 0.0, 0.1) == pytest.approx(-np.log(0.1))
    assert scoring_rules.log_score(0.3, 1.0, 0.1) == pytest.approx(-np.log(0.3))
    assert scoring_rules.log_score(0.0, 0.85, 0.025) == pytest.approx(-np.log(0.15 * 0.025))


@given(st.floats(0.01, 0.99), st.floats(0.05, 1.0), st.floats(0.01, 1.0))
def test_the_log_score_is_proper(truth, weight, flat):
    """A report comes with r p + (1 - r) f: on average no other share scores lower than the true one."""
    shares = np.linspace(0.01, 0.99, 99)
    comes = weight * truth + (1.0 - weight) * flat

    def mean(share):
        return comes * scoring_rules.log_score(share, weight, flat) + (1.0 - comes) * scoring_rules.log_score(
            1.0 - share, weight, 1.0 - flat
        )

    assert mean(truth) <= np.min(mean(shares)) + 1e-12


def test_against_scoringrules_a_binary_log_score(rules):
    share = float(scoring_rules.within(HOURS, 90.0, 120.0).mean())
    assert float(scoring_rules.log_score(share, 1.0, 0.5)) == pytest.approx(
        float(rules.log_score(1.0, share))
    )


def test_a_survival_counts_what_comes_later_or_never():
    assert scoring_rules.after(np.array([5.0, 6.0, np.inf]), 5.0).tolist() == [0.0, 1.0, 1.0]


# --- the ranked score ------------------------------------------------------------------------------------


def test_edges_hold_the_report_and_reach_from_the_start_to_the_horizon():
    found = scoring_rules.edges(18.0, 24.0, 60.0)
    assert found.tolist() == [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0, 48.0, 54.0, 60.0]


def test_a_run_inside_the_report_scores_nothing_and_one_bin_off_its_length():
    assert scoring_rules.crps(np.array([20.0]), 18.0, 24.0, 60.0) == 0.0
    assert scoring_rules.crps(np.array([25.0]), 18.0, 24.0, 60.0) == 6.0
    assert scoring_rules.crps(np.array([17.0]), 18.0, 24.0, 60.0) == 6.0
    assert scoring_rules.crps(np.array([np.inf]), 18.0, 24.0, 60.0) == 6.0 * 7


def test_half_the_runs_never_score_a_quarter_of_the_way_to_the_horizon():
    assert scoring_rules.crps(np.array([20.0, np.inf]), 18.0, 24.0, 60.0) == pytest.approx(0.25 * 6.0 * 7)


def test_a_longer_horizon_charges_runs_that_never_come_more():
    near, far = (scoring_rules.crps(SOMETIMES, 90.0, 96.0, end) for end in (240.0, 480.0))
    assert far == pytest.approx(near + 240.0 * 0.2**2)


@pytest.mark.parametrize("hours", [HOURS, SOMETIMES], ids=["always", "sometimes"])
def test_short_bins_give_the_ranked_score_of_scoringrules(rules, hours):
    end, seen = 300.0, 110.0
    mine = scoring_rules.crps(hours, seen - 0.01, seen + 0.01, end)
    wanted = float(rules.crps_ensemble(seen, np.clip(hours, 0.0, end), estimator="nrg"))
    assert mine == pytest.approx(wanted, rel=2e-3)


def test_on_its_bins_it_is_the_ranked_probability_score_of_scoringrules(rules):
    low, high, end = 96.0, 108.0, 300.0
    at = scoring_rules.edges(low, high, end)
    shares = np.histogram(HOURS, np.concatenate([[-np.inf], at, [np.inf]]))[0] / len(HOURS)
    wanted = float(rules.rps_score(np.searchsorted(at, 100.0) + 1, shares))
    assert scoring_rules.crps(HOURS, low, high, end) == pytest.approx((high - low) * wanted)


@settings(deadline=None)
@given(st.permutations(range(12)), st.floats(0.0, 200.0), st.floats(1.0, 50.0))
def test_the_order_of_runs_does_not_matter(order, low, width):
    hours = HOURS[:12]
    assert scoring_rules.crps(hours[list(order)], low, low + width, 400.0) == scoring_rules.crps(
        hours, low, low + width, 400.0
    )


# --- transforms and coverage -----------------------------------------------------------------------------


def test_the_transform_has_the_shares_before_and_up_to_the_end():
    assert scoring_rules.pit(np.array([1.0, 2.0, 3.0, np.inf]), 2.0, 2.5) == (0.25, 0.5)


@pytest.mark.parametrize(
    ("transform", "central", "share"),
    [((0.4, 0.6), 0.5, 1.0), ((0.0, 0.5), 0.5, 0.5), ((0.0, 0.2), 0.5, 0.0), ((0.0, 1.0), 0.9, 0.9)],
)
def test_coverage_is_the_part_of_the_transform_inside(transform, central, share):
    assert scoring_rules.covered(transform, central) == pytest.approx(share)


def test_a_report_that_no_run_falls_in_is_covered_or_not():
    assert scoring_rules.covered((0.5, 0.5), 0.5) == 1.0
    assert scoring_rules.covered((0.05, 0.05), 0.5) == 0.0


def test_of_a_calibrated_forecast_coverage_is_the_probability():
    """The truth is one more draw; reports are bins of six hours."""
    draws = np.random.default_rng(8).normal(100.0, 30.0, 3000)
    found = {0.5: [], 0.9: []}
    for truth in draws[:1500]:
        low = 6.0 * np.floor(truth / 6.0)
        transform = scoring_rules.pit(draws[1500:], low, low + 6.0)
        for share, rows in found.items():
            rows.append(scoring_rules.covered(transform, share))
    assert np.mean(found[0.5]) == pytest.approx(0.5, abs=0.05)
    assert np.mean(found[0.9]) == pytest.approx(0.9, abs=0.03)


# --- the joint -------------------------------------------------------------------------------------------


def test_the_energy_score_of_all_pairs_is_that_of_scoringrules(rules):
    forecast = np.random.default_rng(2).normal(size=(40, 3))
    seen = np.array([0.3, -1.0, 2.0])
    mine = scoring_rules.energy(forecast, seen, shifts=range(1, 40))
    wanted = float(rules.es_ensemble(seen, forecast))
    far = np.linalg.norm(forecast - seen, axis=1).mean()  # theirs counts each run with itself too
    assert far - mine == pytest.approx((far - wanted) * 40 / 39)


def test_the_energy_score_of_one_sample_is_its_distance():
    assert scoring_rules.energy(np.array([[3.0, 4.0]]), np.zeros(2)) == 5.0


def test_few_shifts_stand_for_all_pairs():
    forecast = np.random.default_rng(2).normal(size=(3_000, 3))
    far = np.linalg.norm(forecast - 1.0, axis=1).mean()
    wanted = far - 0.5 * scipy.spatial.distance.pdist(forecast).mean()
    assert scoring_rules.energy(forecast, np.ones(3)) == pytest.approx(wanted, rel=0.02)


def test_independent_observations_count_in_full_and_copies_once():
    draws = np.random.default_rng(3).normal(size=(20_000, 4))
    assert scoring_rules.independent(draws) == pytest.approx(4.0, abs=0.01)
    copies = np.column_stack([draws[:, 0], draws[:, 0] ** 3, -draws[:, 0], draws[:, 1]])
    assert scoring_rules.independent(copies) == pytest.approx(16.0 / 10.0, abs=0.01)
    assert scoring_rules.independent(np.column_stack([draws[:, 0], np.ones(20_000)])) == 1.0
    assert scoring_rules.independent(np.ones((5, 2))) == 0.0


def test_equal_values_share_their_rank():
    one = np.repeat([1.0, 2.0], 500)
    assert scoring_rules.independent(np.column_stack([one, one])) == pytest.approx(1.0)


# --- the bootstrap ---------------------------------------------------------------------------------------


def test_resamples_are_as_large_as_the_blocks_and_the_same_each_time():
    found = monte_carlo.resamples(50, "a")
    assert found.shape == (monte_carlo.BOOTSTRAP_RESAMPLES, 50)
    assert set(found.sum(axis=1)) == {50.0}
    assert np.array_equal(found, monte_carlo.resamples(50, "a"))
    assert not np.array_equal(found, monte_carlo.resamples(50, "b"))


def test_the_spread_of_resampled_means_is_the_standard_error():
    runs = np.random.default_rng(4).normal(size=10_000)
    block = monte_carlo.block_of(len(runs))
    weights = monte_carlo.resamples(block[-1] + 1, "a")
    means = (weights @ np.bincount(block, runs)) / (weights @ np.bincount(block))
    assert means.std() == pytest.approx(runs.std() / 100.0, rel=0.15)


def test_few_runs_are_a_block_each():
    assert monte_carlo.block_of(3).tolist() == [0, 1, 2]
    assert np.bincount(monte_carlo.block_of(1000)).tolist() == [5] * 200


@pytest.mark.parametrize(
    "score",
    [
        lambda none: scoring_rules.within(none, 1.0, 2.0),
        lambda none: scoring_rules.after(none, 1.0),
        lambda none: scoring_rules.crps(none, 1.0, 2.0, 9.0),
        lambda none: scoring_rules.pit(none, 1.0, 2.0),
        lambda none: scoring_rules.energy(none.reshape(0, 2), np.zeros(2)),
    ],
)
def test_a_forecast_of_no_runs_is_refused(score):
    with pytest.raises(ValueError, match="a forecast of no runs; expected one or more"):
        score(np.array([]))


# --- how sure: shares and means ------------------------------------------------------------------------------


def test_binomial_intervals_are_exact():
    low, high = monte_carlo.exact_binomial(10, 10, 0.9)
    assert (low, high) == (pytest.approx(0.05**0.1), 1.0)
    assert monte_carlo.exact_binomial(0, 10, 0.9) == (0.0, pytest.approx(1.0 - 0.05**0.1))
    low, high = monte_carlo.exact_binomial(7, 20, 0.9)
    assert scipy.stats.binom.sf(6, 20, low) == pytest.approx(0.05)
    assert scipy.stats.binom.cdf(7, 20, high) == pytest.approx(0.05)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.array([1.0, 4.0, 2.0, 7.0])
    without = (values.sum() - values) / 3
    assert monte_carlo.jackknife_error(without) == pytest.approx(values.std(ddof=1) / 2)
    assert np.isnan(monte_carlo.jackknife_error(without[:1]))
