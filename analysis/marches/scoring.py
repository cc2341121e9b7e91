"""Forecasts of marches held against their reports: CRPS of log hours and coverage, with errors by columns.

CRPS is that of the other scores, on bins as long as the report (analysis.scores.scoring_rules.ranked), here
of log hours: nothing is asked that the report does not say. A report counts as within an interval if its
middle on the log scale is. Marches of one column hang together, so standard errors come from leaving out
columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.marches.forecast import MarchForecast, log_interval, pace_forecasts
from analysis.marches.model import MarchModel
from analysis.marches.regression import regression_forecasts
from analysis.scores.scoring_rules import edges, ranked
from analysis.tables.monte_carlo import exact_binomial, jackknife_error
from sim.record.rows import ReportedMarch

HORIZON = (float(np.log(0.02)), float(np.log(20_000.0)))
"""Logs of hours between which forecasts are scored: from a minute to two years."""
FORECAST_LEVELS = (0.05, 0.5, 0.95)
"""Of the median and the 90 % prediction interval."""
COVERAGE_LEVEL = 0.95
"""Of the exact binomial intervals."""
REGRESSION, REFERENCE_PACE = "regression", "72 km a day"
MODEL, MODEL_BEFORE = "model", "model before"


class MeanScore(NamedTuple):
    """A mean and its standard error by leaving out columns; nan of fewer than two columns."""

    value: float
    error: float


@dataclass(frozen=True, kw_only=True)
class ScoredMarch:
    """A forecast of a march against its report: CRPS of log hours, and its 5 %, 50 % and 95 % points (h)."""

    march: ReportedMarch
    crps: float
    quantiles: tuple[float, float, float]
    effective: float

    @property
    def is_within(self) -> bool:
        """Whether the report's middle lies in the 90 % prediction interval."""
        middle = float(np.exp(np.mean(log_interval(self.march))))
        return self.quantiles[0] <= middle <= self.quantiles[2]


@dataclass(frozen=True, kw_only=True)
class MarchScores:
    """What a forecaster makes of all marches, and how it stands against the regression (negative: better)."""

    name: str
    rows: tuple[ScoredMarch, ...]
    crps: MeanScore
    difference: MeanScore

    @property
    def within(self) -> int:
        """How many reports lie in their 90 % prediction intervals."""
        return sum(row.is_within for row in self.rows)

    @property
    def coverage(self) -> tuple[float, float]:
        """The exact binomial interval (95 %) of the probability that a report lies in its interval."""
        return exact_binomial(self.within, len(self.rows), COVERAGE_LEVEL)

    @property
    def effective(self) -> tuple[float, float]:
        """The least and the greatest effective number of samples of a forecast."""
        numbers = [row.effective for row in self.rows]
        return min(numbers), max(numbers)


def all_forecasts(marches: Sequence[ReportedMarch], model: MarchModel) -> dict[str, list[MarchForecast]]:
    """Forecasts by name: the regression, the pace, the model, and that before kinds and ground counted."""
    before = MarchModel(law=model.law.without_kinds_ground_and_nights(), seeds=model.seeds)
    forecasts = {REGRESSION: regression_forecasts(marches), REFERENCE_PACE: pace_forecasts(marches)}
    for name, one in ((MODEL, model), (MODEL_BEFORE, before)):
        forecasts |= {f"{name}, {how}": rows for how, rows in one.forecasts(marches).items()}
    return forecasts


def scores(
    marches: Sequence[ReportedMarch], forecasts: Mapping[str, Sequence[MarchForecast]]
) -> list[MarchScores]:
    """The scores of forecasters by name, the regression among them; of no marches none."""
    columns = [march.column for march in marches]
    rows = {name: tuple(map(scored, marches, each)) for name, each in forecasts.items() if marches}
    crps = {name: np.array([row.crps for row in each]) for name, each in rows.items()}
    return [
        MarchScores(
            name=name,
            rows=rows[name],
            crps=mean_score(crps[name], columns),
            difference=mean_score(crps[name] - crps[REGRESSION], columns),
        )
        for name in rows
    ]


def scored(march: ReportedMarch, forecast: MarchForecast) -> ScoredMarch:
    """A forecast of a march against its report."""
    low, high = log_interval(march)
    at = edges(low, high, HORIZON[1], HORIZON[0])
    first, middle, last = FORECAST_LEVELS
    return ScoredMarch(
        march=march,
        crps=float(ranked(forecast.shares(at), at, low, high)),
        quantiles=(forecast.quantile(first), forecast.quantile(middle), forecast.quantile(last)),
        effective=forecast.effective,
    )


def mean_score(values: np.ndarray, columns: Sequence[str]) -> MeanScore:
    """The mean of numbers (marches,), with the error by leaving out the marches of each column once."""
    of = np.array(columns)
    without = [values[of != column].mean() for column in dict.fromkeys(columns) if (of != column).any()]
    return MeanScore(float(values.mean()), jackknife_error(np.array(without)))
