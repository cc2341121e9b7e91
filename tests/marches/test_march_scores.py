"""Scores of forecasts of marches against numbers done by hand."""

import numpy as np
import pytest
from march_rows import reported_march

from analysis.marches.forecast import MarchForecast, alike, pace_forecasts
from analysis.marches.scoring import REGRESSION, mean_score, scored, scores
from analysis.scores.baselines import PACE, PACE_SPREAD


def point(hours):
    """A forecast of one number of hours, give or take a thousandth."""
    return alike(np.log(hours) + np.linspace(-0.001, 0.001, 11))


def test_a_forecast_inside_the_report_scores_nothing_and_one_beside_it_its_log_distance():
    march = reported_march(hours=10, width=0.01)
    width = np.log(1.01 / 0.99)
    assert scored(march, point(10)).crps == pytest.approx(0)
    assert scored(march, point(20)).crps == pytest.approx(np.log(2), abs=width)
    assert scored(march, point(5)).crps == pytest.approx(np.log(2), abs=width)


def test_the_score_of_a_normal_forecast_is_that_of_the_formula():
    march = reported_march(hours=10, width=0.002)
    forecast = alike(np.log(10) + 0.5 * np.sqrt(2) * _erfinv(np.linspace(-1, 1, 4002)[1:-1]))
    expected = 0.5 * (
        np.sqrt(2 / np.pi) - 1 / np.sqrt(np.pi)
    )  # Gneiting and Raftery 2007, equation 21, at the mean
    assert scored(march, forecast).crps == pytest.approx(expected, abs=2e-3)


def _erfinv(x):
    from scipy.special import erfinv

    return erfinv(x)


def test_weights_count_in_shares_and_quantiles():
    forecast = MarchForecast(log_hours=np.log([4.0, 1.0, 2.0]), weights=np.array([0.5, 0.2, 0.3]))
    assert forecast.shares(np.log([0.5, 1.0, 3.0, 5.0])) == pytest.approx([0, 0.2, 0.5, 1])
    assert [forecast.quantile(level) for level in (0.1, 0.4, 0.9)] == pytest.approx([1, 2, 4])
    assert forecast.effective == pytest.approx(1 / 0.38)


def test_the_pace_is_that_of_the_baselines():
    (forecast,) = pace_forecasts([reported_march(km=PACE)])
    assert [forecast.quantile(level) for level in (0.5, 0.8413447)] == pytest.approx(
        [24, 24 * np.exp(PACE_SPREAD)], rel=1e-3
    )


def test_the_error_is_by_columns_and_not_by_marches():
    values, columns = np.array([1.0, 1.0, 1.0, 5.0, 5.0, 5.0]), list("aaabbb")
    mean = mean_score(values, columns)
    assert mean == pytest.approx((3, np.sqrt(1 * np.var([5, 1]))))
    assert mean.error > mean_score(values, list("abcdef")).error
    assert np.isnan(mean_score(values, list("aaaaaa")).error)


def test_differences_are_of_the_same_marches_and_coverage_is_exact():
    marches = [reported_march(f"m{n}", hours=10, width=0.01) for n in range(4)]
    forecasts = {REGRESSION: [point(10)] * 4, "late": [point(10), point(20), point(20), point(20)]}
    first, late = scores(marches, forecasts)
    assert (first.difference, first.within) == ((0, 0), 4)
    assert late.difference.value == pytest.approx(late.crps.value) == pytest.approx(0.75 * late.rows[1].crps)
    assert late.within == 1
    assert first.coverage == (pytest.approx(0.025**0.25), 1.0)


def test_of_no_marches_there_are_no_scores():
    assert scores([], {REGRESSION: [], "late": []}) == []
