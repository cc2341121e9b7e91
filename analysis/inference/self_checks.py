"""Whether an instrument is calibrated: ranks of truths in their posteriors, and probabilities of models.

Ranks: simulation-based calibration (Talts and others 2018), as the difference of the ranks' empirical
distribution from an even one, with bands that hold for all of its points at once (Saeilynoja, Buerkner and
Vehtari 2022). Models: records are drawn from models at random; the posterior probabilities must be as often
right as they say (Spiegelhalter 1986; Cox 1958).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import binom

from analysis.evidence.joint import LogEstimate
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms

EVEN_SAMPLES = 4000
"""Even samples by which bands are found."""
SLOPES = (0.8, 1.25)
"""Between these the logistic slope shall lie."""
MOST_ERRORS = 2.0
"""Standard errors within which the others shall lie."""


# --- ranks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Bands:
    """Between which a difference of distributions lies everywhere at once: each (points,), at `places`."""

    places: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def outside(self, difference: np.ndarray) -> int:
        """At how many places a difference (points,) is outside."""
        return int(((difference < self.low - 1e-12) | (difference > self.high + 1e-12)).sum())


def places(count: int) -> np.ndarray:
    """Where distributions are compared (points,): at as many places as there are ranks, 100 at most."""
    points = min(count, 100)
    return np.arange(1, points) / points


def bands(count: int, level: float = 0.95) -> Bands:
    """Simultaneous bands of the ECDF of so many even numbers, less the even distribution's."""
    at = places(count)
    trials = replicate_seeds(key_of("bands", str(count)), np.arange(EVEN_SAMPLES * count))
    samples = np.sort(uniforms(trials, key_of("bands", "draw")).reshape(EVEN_SAMPLES, count), axis=1)
    hits = np.array([np.searchsorted(sample, at, "right") for sample in samples])
    below, above = binom.cdf(hits, count, at), binom.sf(hits - 1, count, at)
    rarest = 2.0 * np.minimum(below, above).min(axis=1)
    gamma = float(np.quantile(rarest, 1.0 - level))
    low, high = binom.ppf([[gamma / 2.0], [1.0 - gamma / 2.0]], count, at) / count - at
    return Bands(places=at, low=low, high=high)


def difference(ranks: np.ndarray, points: int) -> np.ndarray:
    """The ECDF of ranks (fits,) among so many points, at `places`, less the even distribution's.

    A rank is the number of points below the truth, 0 to `points`; it counts at the middle of its step.
    """
    at = places(len(ranks))
    shares = np.sort((ranks + 0.5) / (points + 1.0))
    return np.asarray(np.searchsorted(shares, at, "right") / len(ranks) - at)


# --- models ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ModelProbabilities:
    """Posterior probabilities of models, as logs (records, models), and which one wrote each (records,)."""

    logs: np.ndarray
    wrote: np.ndarray

    @property
    def probabilities(self) -> np.ndarray:
        """The probabilities (records, models)."""
        return np.asarray(np.exp(self.logs))

    @property
    def right(self) -> np.ndarray:
        """1 for the model that wrote a record, else 0 (records, models)."""
        return np.asarray(np.eye(self.logs.shape[1])[self.wrote])

    def means(self) -> list[LogEstimate]:
        """The mean probability of each model: calibrated, it is its prior's."""
        return [_mean(column) for column in self.probabilities.T]

    def excess(self) -> list[LogEstimate]:
        """The mean probability of each model less the share of records that it wrote: calibrated, 0."""
        return [_mean(column) for column in (self.probabilities - self.right).T]

    def spiegelhalter(self) -> list[float]:
        """Spiegelhalter's z of each model against all others: standard normal if calibrated."""
        p, y = self.probabilities, self.right
        spread = ((1.0 - 2.0 * p) ** 2 * p * (1.0 - p)).sum(axis=0)
        return list(((y - p) * (1.0 - 2.0 * p)).sum(axis=0) / np.sqrt(spread))

    def spiegelhalter_of_all(self) -> float:
        """The same of all models at once: Brier score less what it is expected to be, by its spread."""
        p = self.probabilities
        scores = (p**2).sum(axis=1)[:, None] - 2.0 * p + 1.0  # (records, models): if that model wrote it
        expected = (p * scores).sum(axis=1)
        spread = (p * (scores - expected[:, None]) ** 2).sum(axis=1)
        reached = scores[np.arange(len(p)), self.wrote]
        return float((reached - expected).sum() / np.sqrt(spread.sum()))

    def slope(self) -> LogEstimate:
        """How far log odds are to be stretched to be right, with a constant a model: calibrated, 1."""
        constants = self.logs.shape[1] - 1

        def terms(given: np.ndarray) -> np.ndarray:
            raw = given[0] * self.logs + np.append(given[1:], 0.0)
            return np.asarray(raw - logsumexp(raw, axis=1, keepdims=True))

        def loss(given: np.ndarray) -> float:
            return -float(terms(given)[np.arange(len(self.wrote)), self.wrote].sum())

        best = minimize(loss, np.append(1.0, np.zeros(constants)), method="BFGS")
        return LogEstimate(float(best.x[0]), float(np.sqrt(self._spread(np.exp(terms(best.x)))[0, 0])))

    def _spread(self, fitted: np.ndarray) -> np.ndarray:
        """The covariance of slope and constants, by the information at the fitted probabilities."""
        count, models = self.logs.shape
        features = np.zeros((count, models, models))  # of each outcome: its log, and which it is
        features[:, :, 0] = self.logs
        features[:, np.arange(models - 1), np.arange(1, models)] = 1.0
        centred = features - np.einsum("nk,nkf->nf", fitted, features)[:, None]
        return np.asarray(np.linalg.inv(np.einsum("nk,nkf,nkg->fg", fitted, centred, centred)))


def model_probabilities(logs: np.ndarray, wrote: np.ndarray) -> ModelProbabilities:
    """Models' log evidence of records (records, models), at equal weight, and which one wrote each."""
    return ModelProbabilities(logs=logs - logsumexp(logs, axis=1, keepdims=True), wrote=np.asarray(wrote))


def _mean(values: np.ndarray) -> LogEstimate:
    return LogEstimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))))


def reliability(
    judgement: ModelProbabilities, edges: Sequence[float]
) -> list[tuple[int, float, float, float]]:
    """A line for each bin of probability: how many, their mean, the share that was right, its error.

    Each record counts once for every model. The error is that of a calibrated share.
    """
    p, y = judgement.probabilities.ravel(), judgement.right.ravel()
    lines = []
    for low, high in pairwise(edges):
        chosen = (p >= low) & ((p < high) | (high == edges[-1]))
        if count := int(chosen.sum()):
            error = float(np.sqrt((p[chosen] * (1.0 - p[chosen])).sum())) / count
            lines.append((count, float(p[chosen].mean()), float(y[chosen].mean()), error))
    return lines
