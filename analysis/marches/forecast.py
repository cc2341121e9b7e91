"""Forecasts of how long a march takes, and what of its report they are held against.

The report of a march is an interval of elapsed hours. Hours are scored on a log scale, where double and half
are as far from right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from analysis.scores.baselines import PACE, PACE_SPREAD, SAMPLES
from sim.record.rows import ReportedMarch


@dataclass(frozen=True, kw_only=True, eq=False)
class MarchForecast:
    """Samples of the log of elapsed hours (h) of a march, (samples,), and their weights (samples,).

    The weights add to 1. `effective` is how many equally weighted samples they are worth.
    """

    log_hours: np.ndarray
    weights: np.ndarray

    @property
    def effective(self) -> float:
        """The effective number of samples (Kish 1965)."""
        return float(1.0 / np.sum(self.weights**2))

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        """The samples in order, and the share up to each."""
        order = np.argsort(self.log_hours, kind="stable")
        return self.log_hours[order], np.cumsum(self.weights[order])

    def shares(self, at: np.ndarray) -> np.ndarray:
        """The shares (edges,) of the forecast up to logs of hours (edges,)."""
        values, upto = self._sorted
        return np.concatenate([[0.0], upto])[np.searchsorted(values, at, "right")]

    def quantile(self, level: float) -> float:
        """The elapsed hours (h) that a share of the forecast does not exceed."""
        values, upto = self._sorted
        place = min(int(np.searchsorted(upto, level * upto[-1])), len(values) - 1)
        return float(np.exp(values[place]))


def alike(log_hours: np.ndarray) -> MarchForecast:
    """A forecast of samples (samples,) that count alike."""
    return MarchForecast(log_hours=log_hours, weights=np.full(len(log_hours), 1.0 / len(log_hours)))


def log_interval(march: ReportedMarch) -> tuple[float, float]:
    """The logs of the least and the most elapsed hours (h) of a report."""
    return float(np.log(march.least)), float(np.log(march.most))


def even_sample(samples: int = SAMPLES) -> np.ndarray:
    """Numbers between 0 and 1, (samples,), evenly."""
    return (np.arange(samples) + 0.5) / samples


def pace_forecasts(marches: Sequence[ReportedMarch]) -> list[MarchForecast]:
    """The baseline of the evidence: 72 km a day, log-sd 0.39, whatever drives on whatever ground."""
    log_hours_a_km = np.log(24.0 / PACE) + PACE_SPREAD * ndtri(even_sample())
    return [alike(np.log(march.km) + log_hours_a_km) for march in marches]
