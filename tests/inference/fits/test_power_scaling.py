"""Power-scaling against closed forms of a normal, and profiles of a likelihood that is known."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from analysis.inference.fits.power_scaling import (
    SCALING_POWERS,
    distance,
    power_weights,
    sensitivities,
    sensitivity,
)
from analysis.inference.fits.profiles import profiles, range_within

DRAWS = 20_000
ERROR, REPORT = 0.6, 1.2
"""A report of a standard normal parameter, and its standard error."""


def posterior(prior_power=1.0, likelihood_power=1.0, report=REPORT, error=ERROR):
    """Mean and standard deviation where prior and likelihood are raised to powers."""
    of_prior, of_report = prior_power, likelihood_power / error**2
    return of_report * report / (of_prior + of_report), (of_prior + of_report) ** -0.5


def drawn(report=REPORT, error=ERROR):
    """Draws of the posterior, evenly through its probability, and their logs of prior and likelihood."""
    mean, sd = posterior(report=report, error=error)
    draws = mean + sd * ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    return draws, -0.5 * draws**2, -0.5 * ((draws - report) / error) ** 2


@pytest.mark.parametrize("power", SCALING_POWERS)
@pytest.mark.parametrize("what", ["prior", "likelihood"])
def test_weights_give_the_posterior_of_the_scaled_normal(power, what):
    draws, log_prior, log_likelihood = drawn()
    weights = power_weights(log_prior if what == "prior" else log_likelihood, power)
    mean = weights @ draws
    sd = np.sqrt(weights @ (draws - mean) ** 2)
    assert weights.sum() == pytest.approx(1.0)
    assert (mean, sd) == pytest.approx(posterior(**{f"{what}_power": power}), abs=2e-3)


def test_the_divergence_is_that_of_the_two_distribution_functions():
    draws = np.array([0.0, 1.0, 3.0])
    weights = np.array([0.2, 0.2, 0.6])
    p, q, steps = np.array([1 / 3, 2 / 3]), np.array([0.2, 0.4]), np.array([1.0, 2.0])
    expected = []
    for one, other in ((p, q), (1 - p, 1 - q)):
        middle = 0.5 * (one + other)
        total = steps @ (one * np.log2(one / middle) + other * np.log2(other / middle))
        expected.append(np.sqrt(total / (steps @ (one + other))))
    assert distance(draws, weights) == pytest.approx(max(expected))


def test_equal_weights_are_no_distance_and_a_shift_of_scale_counts_for_nothing():
    draws, log_prior, _ = drawn()
    assert distance(draws, np.full(DRAWS, 1.0 / DRAWS)) == pytest.approx(0.0, abs=1e-6)
    assert distance(np.zeros(5), np.array([0.6, 0.1, 0.1, 0.1, 0.1])) == 0.0
    weights = power_weights(log_prior, 0.8)
    assert distance(7.0 * draws - 3.0, weights) == pytest.approx(distance(draws, weights))


def test_a_sensitivity_is_the_mean_distance_for_a_doubling():
    draws, log_prior, _ = drawn()
    weights = [power_weights(log_prior, power) for power in SCALING_POWERS]
    expected = (distance(draws, weights[0]) + distance(draws, weights[1])) / 2.0 / np.log2(1.25)
    assert sensitivity(draws, weights) == pytest.approx(expected)


def test_a_report_in_the_tail_of_its_prior_is_flagged_and_a_weak_one_rests_on_the_prior():
    for report, error, flag in (
        (4.0, 1.0, "prior and reports may conflict"),
        (0.0, 20.0, "rests on the prior"),
        (0.0, 0.02, ""),
    ):
        draws, log_prior, log_likelihood = drawn(report, error)
        found = sensitivities({"rate": draws}, log_prior, log_likelihood)["rate"]
        assert found.flag == flag, (report, error, found)


def test_what_is_in_neither_prior_nor_likelihood_moves_with_neither():
    draws, log_prior, log_likelihood = drawn()
    other = np.sin(np.arange(DRAWS) * 7919.0)
    found = sensitivities({"idle": other, "rate": draws}, log_prior, log_likelihood)
    assert found["idle"].flag == "moved by neither"
    assert found["idle"].likelihood < 0.02 < 0.1 < found["rate"].likelihood


def test_uneven_weights_are_told():
    rare = np.full(200, -1000.0)
    rare[:3] = 0.0
    found = sensitivities({"rate": np.arange(200.0)}, np.zeros(200), rare)["rate"]
    assert found.effective == pytest.approx(3.0, rel=1e-6)
    assert found.flag == "weights too uneven for a judgement"


# --- profiles ------------------------------------------------------------------------------------------------


def grid_points():
    """Points of two parameters, evenly through the prior, and a log likelihood with a ridge between them."""
    shares = (np.arange(200) + 0.5) / 200
    z = np.array([[a, b] for a in ndtri(shares) for b in ndtri(shares)])
    return z, -2.0 * (z[:, 0] - 0.5) ** 2 - 8.0 * (z[:, 1] - z[:, 0]) ** 2


def test_a_profile_is_the_most_over_the_other_parameter():
    z, logs = grid_points()
    first, second = profiles(z, logs)
    for row in first:
        low, high = (ndtri(np.clip(share, 1e-9, 1.0 - 1e-9)) for share in (row.low, row.high))
        nearest = np.clip(0.5, low, high)
        assert row.greatest == pytest.approx(-2.0 * (nearest - 0.5) ** 2, abs=0.1 + 0.1 * abs(nearest))
        assert row.points == 2000
    slope = 8.0 * 2.0 / (8.0 + 2.0)  # of the second: the first goes with it at a price
    for row in second:
        nearest = np.clip(0.5, *(ndtri(np.clip(share, 1e-9, 1.0 - 1e-9)) for share in (row.low, row.high)))
        assert row.greatest == pytest.approx(-slope * (nearest - 0.5) ** 2, abs=0.1 + 0.1 * abs(nearest))
    assert max(row.greatest for row in first) == 0.0


def test_points_that_were_given_up_and_empty_bins_have_no_profile():
    z = np.array([[-1.0], [0.1], [1.0]])
    (rows,) = profiles(z, np.array([-np.inf, -3.0, -1.0]), bins=4)
    assert [row.points for row in rows] == [0, 0, 1, 1]
    assert [row.greatest for row in rows] == [None, None, -2.0, 0.0]
    assert rows[2].at == pytest.approx(ndtr(0.1))
    assert range_within(rows, 1.0) == (0.75, 1.0)
    assert range_within(rows, 2.5) is None
