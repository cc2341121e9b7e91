"""The baseline of marches: a hierarchical regression of log pace on kind and surface.

log pace = level + kind's + surface's + column's + error, all normal, pace being km/h over the whole time.
With the standard deviations given, the law is normal in closed form (Rasmussen and Williams 2006, equations
2.25 and 2.30); they are integrated over a grid. A report is an interval: it counts by its middle on the log
scale, and as a uniform error of its width, whose variance is width^2 / 12.
"""

from collections.abc import Hashable, Sequence
from itertools import product

import numpy as np
from scipy.special import ndtri

from analysis.marches.forecast import MarchForecast, alike, even_sample, log_interval
from analysis.scores.baselines import PACE, SAMPLES
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.record.rows import ReportedMarch

PACE_LEVEL, PACE_LEVEL_SPREAD = float(np.log(PACE / 24.0)), 1.0
"""Assumption: the prior of the level is that pace in km/h, give or take a factor of e (log-sd)."""
EFFECT_SPREAD = 0.5
"""Assumption: half-normal scale of the sds of effects, of columns and of errors; 0.5 is a factor of 1.6."""
SD_GRID = EFFECT_SPREAD * ndtri(0.5 + 0.5 * (np.arange(10) + 0.5) / 10)
"""Values of each sd, equally probable beforehand."""


def regression_forecasts(marches: Sequence[ReportedMarch]) -> list[MarchForecast]:
    """A forecast of each march from those of other columns."""
    return [_from_others(marches, march) for march in marches]


def _from_others(marches: Sequence[ReportedMarch], march: ReportedMarch) -> MarchForecast:
    """The forecast of a march: the grid's normals, each as often as its sds are probable."""
    others = [other for other in marches if other.column != march.column]
    weights, means, sds = posterior_pace(others, march)
    part = np.minimum(np.searchsorted(np.cumsum(weights), even_sample()), len(weights) - 1)
    normal = ndtri(uniforms(replicate_seeds(0, np.arange(SAMPLES)), key_of("marches", "regression")))
    return alike(np.log(march.km) - means[part] - sds[part] * normal)


def posterior_pace(
    others: Sequence[ReportedMarch], march: ReportedMarch
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, means and sds (grid,) of the log pace (km/h) of a march given others, over the grid of sds."""
    rows = [*others, march]
    intervals = np.array([log_interval(row) for row in rows])
    middles = np.log([row.km for row in rows]) - intervals.mean(axis=1) - PACE_LEVEL
    width = np.diff(intervals, axis=1)[:, 0] ** 2 / 12.0
    effects = _same([row.kind for row in rows]) + _same([row.surface for row in rows])
    columns, one = _same([row.column for row in rows]), np.eye(len(rows))
    log_weights, means, sds = [], [], []
    for effect, column, error in product(SD_GRID, repeat=3):
        law = PACE_LEVEL_SPREAD**2 + effect**2 * effects + column**2 * columns + error**2 * one
        seen = law[:-1, :-1] + np.diag(width[:-1])
        gain = np.linalg.solve(seen, law[:-1, -1]) if others else law[:-1, -1]
        fit = np.linalg.solve(seen, middles[:-1]) if others else middles[:-1]
        log_weights.append(-0.5 * (middles[:-1] @ fit + np.linalg.slogdet(seen)[1]))
        means.append(PACE_LEVEL + gain @ middles[:-1])
        sds.append(np.sqrt(law[-1, -1] - gain @ law[:-1, -1]))
    weights = np.exp(np.array(log_weights) - max(log_weights))
    return weights / weights.sum(), np.array(means), np.array(sds)


def _same(names: Sequence[Hashable]) -> np.ndarray:
    """Which rows (rows, rows) have a name in common, as 1 or 0."""
    return np.array([[float(one == other) for other in names] for one in names])
