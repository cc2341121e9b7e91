"""The simulation's march law as a forecast of marches: with its prior, and weighed by other columns' marches.

A draw of the parameters counts by how well it bears the marches of the other columns (importance sampling
from the prior). A column's own factor is integrated by Gauss and Hermite, the days' factors by one draw
each, which leaves the weights unbiased. The law lets no march end between a window and the next; a report in
that gap would rule out every draw, so in the weights log hours have an error besides, for what the law
leaves out (halts, traffic, weather). Its sd is drawn with the parameters, from the prior of the regression's
errors. The simulation has no such error, so forecasts are given without it, and with it beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri

from analysis.marches.forecast import MarchForecast, alike, log_interval
from analysis.marches.law import MarchLaw
from analysis.marches.regression import EFFECT_SPREAD
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniform, uniforms
from sim.record.rows import ReportedMarch

DAYS = 40
"""Days whose factors are drawn; a longer march goes on as on the last of them."""
OWN_NODES = 9
"""Values of a column's own factor over which its marches are averaged."""
LEAST_PROBABILITY = 1e-300
PRIOR, WEIGHED, WITH_ERROR = "prior", "weighed", "weighed, with its error"
"""What the law is a forecast with: its prior; weighed draws; these, with an error besides."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MarchModel:
    """The law for draws of its parameters, and the seeds (draws,) by which chance on the way is keyed."""

    law: MarchLaw
    seeds: np.ndarray

    def forecasts(self, marches: Sequence[ReportedMarch]) -> dict[str, list[MarchForecast]]:
        """A forecast of each march by the prior, by weighed draws, and by these with an error besides."""
        log_hours = [self.log_hours(march) for march in marches]
        errors = self.left_out_error * ndtri(uniforms(self.seeds, key_of("marches", "further error")))
        fits = self.log_likelihoods(marches)
        by_column = {column: _weights(fits, column, self.seeds) for column in fits}
        weights = [by_column[march.column] for march in marches]
        pairs = list(zip(log_hours, weights, strict=True))
        return {
            PRIOR: [alike(hours) for hours in log_hours],
            WEIGHED: [MarchForecast(log_hours=hours, weights=weight) for hours, weight in pairs],
            WITH_ERROR: [MarchForecast(log_hours=hours + errors, weights=weight) for hours, weight in pairs],
        }

    def log_hours(self, march: ReportedMarch) -> np.ndarray:
        """Logs of elapsed hours (draws,) of a march, the column's own factor drawn as well."""
        normal = ndtri(uniforms(self.seeds, key_of("marching column", march.column)))
        return np.asarray(np.log(self._elapsed(march, normal[:, None])[:, 0]))

    def log_likelihoods(self, marches: Sequence[ReportedMarch]) -> dict[str, np.ndarray]:
        """By column, the log probabilities (draws,) of the reports of its marches."""
        by_column = sorted(marches, key=lambda march: march.column)
        return {
            column: self._log_likelihood(list(rows))
            for column, rows in groupby(by_column, key=lambda march: march.column)
        }

    def _log_likelihood(self, marches: Sequence[ReportedMarch]) -> np.ndarray:
        """The log probability (draws,) of the marches of one column, which share its own factor."""
        nodes, masses = np.polynomial.hermite_e.hermegauss(OWN_NODES)
        normals = np.broadcast_to(nodes, (len(self.seeds), OWN_NODES))
        logs = sum(self._log_probability(march, normals) for march in marches)
        return np.asarray(logsumexp(logs + np.log(masses / masses.sum()), axis=1))

    def _log_probability(self, march: ReportedMarch, normals: np.ndarray) -> np.ndarray:
        """The log probability (draws, columns) of a march's report, by the column's own factor."""
        log_hours, error = np.log(self._elapsed(march, normals)), self.left_out_error[:, None]
        low, high = log_interval(march)
        below, above = (low - log_hours) / error, (high - log_hours) / error
        late = below > 0.0  # differences are taken in the lower tail, where they keep their digits
        first, then = np.where(late, -above, below), np.where(late, -below, above)
        return np.asarray(np.log(np.maximum(ndtr(then) - ndtr(first), LEAST_PROBABILITY)))

    @property
    def left_out_error(self) -> np.ndarray:
        """The log-sd (draws,) of what the law leaves out of a march."""
        shares = uniforms(self.seeds, key_of("marches", "left out"))
        return np.asarray(EFFECT_SPREAD * ndtri(0.5 + 0.5 * shares))

    def _elapsed(self, march: ReportedMarch, normals: np.ndarray) -> np.ndarray:
        """Elapsed hours (draws, columns) for normal numbers (draws, columns) of the column's own factor."""
        days = np.arange(DAYS, dtype="u8")
        key, purpose = np.uint64(key_of("march", march.id)), np.uint64(0)
        lucks = np.exp(self.law.day_spread[:, None] * ndtri(uniform(self.seeds[:, None], key, purpose, days)))
        return self.law.elapsed(march, np.exp(self.law.column_spread[:, None] * normals), lucks)


def _weights(fits: dict[str, np.ndarray], column: str, seeds: np.ndarray) -> np.ndarray:
    """The weights (draws,) by the log likelihoods of all columns but one, adding to 1."""
    logs = np.zeros(len(seeds))
    for name, fit in fits.items():
        if name != column:
            logs += fit
    weights = np.exp(logs - np.max(logs))
    return np.asarray(weights / weights.sum())
