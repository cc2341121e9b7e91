"""Power-scaling: how a posterior changes if the prior, or the likelihood, is raised to a power (Kallioinen,
Paananen, Bürkner and Vehtari 2023).

Powers near to 1 make a prior or the reports count a little less, and a little more. Draws of the posterior
are weighed for it anew, so nothing is run. What it does to a parameter is the cumulative Jensen-Shannon
distance (Nguyen and Vreeken 2015) of its two distributions, from 0 to 1; a sensitivity is the mean of those
of both powers, for a doubling of the power.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

SCALING_POWERS = (0.8, 1.25)
"""The powers: each is one over the other."""
SENSITIVE_FROM = 0.05
"""Sensitivity from which a parameter counts as sensitive, the authors' threshold."""
LEAST_WEIGHED = 100.0
"""Draws that weights must be worth, if a sensitivity is to be relied on."""


class Sensitivity(NamedTuple):
    """How a parameter's posterior answers to scaling of the prior and of the likelihood.

    `effective` is how many draws the worst of the weights are worth.
    """

    prior: float
    likelihood: float
    effective: float

    @property
    def flag(self) -> str:
        """What that says of the parameter, in words; nothing for one that gives no cause to look."""
        if self.effective < LEAST_WEIGHED:
            return "weights too uneven for a judgement"
        if self.prior >= SENSITIVE_FROM and self.likelihood >= SENSITIVE_FROM:
            return "prior and reports may conflict"
        if self.prior >= SENSITIVE_FROM:
            return "rests on the prior"
        return "" if self.likelihood >= SENSITIVE_FROM else "moved by neither"


def sensitivities(
    values: Mapping[str, np.ndarray], log_prior: np.ndarray, log_likelihood: np.ndarray
) -> dict[str, Sensitivity]:
    """The sensitivity of each parameter, from its draws (draws,), all alike in weight.

    `log_prior` and `log_likelihood` (draws,) are those of all parameters together (nats). Where the
    likelihood is an unbiased estimate, the answer is right as far as its error is as large everywhere.
    """
    weights = {
        what: [power_weights(logs, power) for power in SCALING_POWERS]
        for what, logs in (("prior", log_prior), ("likelihood", log_likelihood))
    }
    effective = min(float(1.0 / (one**2).sum()) for some in weights.values() for one in some)
    return {
        name: Sensitivity(
            prior=sensitivity(draws, weights["prior"]),
            likelihood=sensitivity(draws, weights["likelihood"]),
            effective=effective,
        )
        for name, draws in values.items()
    }


def power_weights(logs: np.ndarray, power: float) -> np.ndarray:
    """The weights (draws,), which add to 1, of a density with these logs (nats) raised to a power."""
    scaled = (power - 1.0) * logs
    return np.asarray(np.exp(scaled - logsumexp(scaled)))


def sensitivity(draws: np.ndarray, weights: list[np.ndarray]) -> float:
    """The mean distance of a parameter's draws (draws,) by weights of both powers, for a doubling."""
    return float(np.mean([distance(draws, one) for one in weights]) / np.log2(SCALING_POWERS[1]))


def distance(draws: np.ndarray, weights: np.ndarray) -> float:
    """The cumulative Jensen-Shannon distance of draws (draws,) and the same draws by weights that add to 1.

    It is the greater one of those taken from the left and from the right; 0 for draws that are all alike.
    """
    return max(_one_sided(draws, weights), _one_sided(-draws, weights))


def _one_sided(draws: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(draws, kind="stable")
    steps = np.diff(draws[order])
    plain = np.arange(1, len(draws)) / len(draws)
    weighed = np.minimum(1.0, np.cumsum(weights[order])[:-1])
    most = float(steps @ (plain + weighed))
    if most <= 0.0:
        return 0.0
    both = _divergence(plain, weighed, steps) + _divergence(weighed, plain, steps)
    return float(np.sqrt(max(0.0, both) / most))


def _divergence(one: np.ndarray, other: np.ndarray, steps: np.ndarray) -> float:
    """The cumulative divergence (bits) of one distribution function from the mean of both."""
    middle = 0.5 * (one + other)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(one > 0.0, one * np.log2(one / middle), 0.0)
    return float(steps @ logs + 0.5 / np.log(2.0) * (steps @ (other - one)))
