"""Ranks and probabilities of models: what is calibrated passes, what is not fails, and closed forms hold."""

import numpy as np
import pytest

from analysis.inference import self_checks
from analysis.inference.self_checks import bands, difference, model_probabilities, reliability
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms


def even(name, count):
    """Numbers between 0 and 1."""
    return uniforms(replicate_seeds(key_of("test", name), np.arange(count)), key_of("test", "number"))


def test_even_numbers_stay_within_the_bands_everywhere_in_95_of_100_samples():
    band, samples = bands(50), even("samples", 50 * 1000).reshape(1000, 50)
    inside = [
        band.outside((sample[:, None] <= band.places).mean(axis=0) - band.places) == 0 for sample in samples
    ]
    assert 0.93 <= np.mean(inside) <= 0.975  # 2.5 standard errors of 1,000 samples about 0.95
    assert np.all(bands(50, 0.99).high >= band.high)
    assert np.any(bands(50, 0.99).high > band.high)


def test_ranks_that_are_too_low_or_too_often_at_the_ends_leave_the_bands():
    ranks = np.floor(even("ranks", 200) * 301)
    band = bands(200)
    assert band.outside(difference(ranks, 300)) == 0
    assert band.outside(difference(ranks * 0.75, 300)) > 0
    ends = np.where(ranks < 150, ranks * 0.6, 300 - (300 - ranks) * 0.6)
    assert band.outside(difference(ends, 300)) > 0


def test_the_difference_is_the_share_below_less_the_even_one():
    assert self_checks.places(4).tolist() == [0.25, 0.5, 0.75]
    assert difference(np.array([0, 1, 3, 8]), 9).tolist() == [0.25, 0.25, 0.0]  # at .05, .15, .35, .85


def made(stretch, count=4000, models=3):
    """Records of models drawn by probabilities, told with their logs times a factor."""
    raw = 1.5 * np.log(even("raw", count * models) / (1 - even("raw", count * models))).reshape(count, models)
    p = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    wrote = (even("wrote", count)[:, None] > np.cumsum(p, axis=1)).sum(axis=1)
    return model_probabilities(stretch * raw, np.minimum(wrote, models - 1))


def test_probabilities_that_are_right_pass_and_those_that_are_too_sure_fail():
    right, sure = made(1.0), made(2.0)
    assert abs(right.slope().value - 1.0) < 3.0 * right.slope().error < 0.2
    assert sure.slope().value == pytest.approx(right.slope().value / 2.0, rel=1e-3)
    assert max(map(abs, [*right.spiegelhalter(), right.spiegelhalter_of_all()])) < 3.0
    assert min([*sure.spiegelhalter(), sure.spiegelhalter_of_all()]) > 5.0
    assert all(abs(one.value) < 3.0 * one.error for one in right.excess())


def test_the_mean_probability_of_a_model_that_is_favoured_exceeds_its_share():
    found = made(1.0)
    favoured = model_probabilities(found.logs + np.array([1.0, 0.0, 0.0]), found.wrote)
    assert favoured.excess()[0].value > 5.0 * favoured.excess()[0].error
    assert favoured.excess()[1].value < -5.0 * favoured.excess()[1].error


def test_spiegelhalter_in_closed_form():
    found = model_probabilities(np.log([[0.8, 0.2], [0.6, 0.4]]), np.array([0, 1]))
    upper = (1 - 0.8) * (1 - 1.6) + (0 - 0.6) * (1 - 1.2)
    lower = np.sqrt(0.6**2 * 0.16 + 0.2**2 * 0.24)
    assert found.spiegelhalter() == pytest.approx([upper / lower] * 2)
    assert found.spiegelhalter_of_all() == pytest.approx(upper / lower)
    assert [one.value for one in found.means()] == pytest.approx([0.7, 0.3])
    assert [one.value for one in found.excess()] == pytest.approx([0.2, -0.2])


def test_the_slope_of_two_models_is_that_of_logistic_regression():
    x = 4.0 * even("x", 500) - 2.0
    y = (even("y", 500) < 1.0 / (1.0 + np.exp(-(0.5 * x + 0.3)))).astype(int)
    found = model_probabilities(np.column_stack([np.zeros(500), x]), y).slope()
    b = np.zeros(2)
    design = np.column_stack([x, np.ones(500)])
    for _ in range(30):  # Newton
        p = 1.0 / (1.0 + np.exp(-design @ b))
        information = design.T @ (design * (p * (1.0 - p))[:, None])
        b += np.linalg.solve(information, design.T @ (y - p))
    assert found == pytest.approx((b[0], np.sqrt(np.linalg.inv(information)[0, 0])), rel=1e-3)


def test_a_bin_of_the_reliability_table_has_its_count_mean_share_and_error():
    found = model_probabilities(np.log([[0.8, 0.2], [0.6, 0.4]]), np.array([0, 1]))
    low, high = reliability(found, (0.0, 0.5, 1.0))
    assert low == pytest.approx((2, 0.3, 0.5, np.sqrt(0.16 + 0.24) / 2))
    assert high == pytest.approx((2, 0.7, 0.5, np.sqrt(0.16 + 0.24) / 2))
