"""Scores of simulated hours against reported intervals. Lower is better; hours may be infinite (never).

A forecast is an array of hours, a run a number. A report is an interval; it may err by some hours at its
edges (`blur`, the standard deviation of a normal), and with probability 1 - `weight` it is false, and then
lies anywhere in a window alike. Functions raise ValueError for an empty forecast.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr
from scipy.stats import rankdata


def within(hours: np.ndarray, low: float, high: float, blur: float = 0.0) -> np.ndarray:
    """The probability that a report of an event at these hours (runs,) reads low to high (h), run by run.

    `blur` is in h too. Raises ValueError for no runs.
    """
    _some(hours)
    if blur == 0.0:
        return ((hours >= low) & (hours <= high)).astype(float)
    return np.asarray(ndtr((high - hours) / blur) - ndtr((low - hours) / blur))


def after(hours: np.ndarray, high: float) -> np.ndarray:
    """Whether an event at these hours (runs,) has not happened up to another (h), run by run: 1 or 0.

    Raises ValueError for no runs.
    """
    _some(hours)
    return (hours > high).astype(float)


def log_score(share: np.ndarray | float, weight: float, flat: float) -> np.ndarray:
    """Minus the log probability of a report (nats): `share` if it is right, `flat` if it is false.

    `share` is a scalar or has any shape, which the score has too.
    """
    return np.asarray(-np.log(weight * np.asarray(share) + (1.0 - weight) * flat))


def edges(low: float, high: float, end: float, begin: float = 0.0) -> np.ndarray:
    """The edges of bins as long as the report, one of them the report, from `begin` to the horizon (h)."""
    width = high - low
    below, above = max(0, int(np.floor((low - begin) / width))), int(np.floor((end - high) / width))
    return low + width * np.arange(-below, above + 2)


def crps(hours: np.ndarray, low: float, high: float, end: float, begin: float = 0.0) -> float:
    """Continuous ranked probability score on bins as long as the report, from `begin` to the horizon (h).

    It is the sum over the bins' edges of (F - H)^2 times their length, F being the share of runs up to an
    edge and H whether the report is: as the length falls, that of Gneiting and Raftery 2007, with the
    threshold weight 1 up to the horizon and 0 beyond. A run that never comes counts as beyond.
    """
    _some(hours)
    at = edges(low, high, end, begin)
    return float(ranked(np.searchsorted(np.sort(hours), at, "right") / len(hours), at, low, high))


def ranked(shares: np.ndarray, at: np.ndarray, low: float, high: float) -> np.ndarray:
    """The score of `crps` (h) from shares of runs (..., edges) up to each edge of `at` (edges,) (h)."""
    middle = (low + high) / 2.0
    return np.asarray((high - low) * ((shares - (at > middle)) ** 2).sum(axis=-1))


def pit(hours: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """The shares of hours (runs,) before and up to the end of a report (h): its probability transform's ends.

    Raises ValueError for no runs.
    """
    _some(hours)
    return float((hours < low).mean()), float((hours <= high).mean())


def covered(transform: tuple[float, float], central: float) -> float:
    """How much of a report lies in the central interval of a forecast, by its probability transform (0 to 1).

    Of a calibrated forecast the mean over reports is the central interval's probability. (Czado, Gneiting and
    Held 2009 have the transform of what is known by intervals only.)
    """
    low, high = transform
    left, right = (1.0 - central) / 2.0, (1.0 + central) / 2.0
    if high <= low:
        return float(left <= low <= right)
    return max(0.0, min(high, right) - max(low, left)) / (high - low)


def energy(
    forecast: np.ndarray, observed: np.ndarray, shifts: Sequence[int] = (1, 2, 3, 5, 8, 13, 21, 34)
) -> float:
    """Energy score of vectors (runs, observations) against one (Gneiting and Raftery 2007, equation 22).

    E|X - y| - E|X - X'| / 2; the pairs X, X' are runs that stand so many apart, for runs are independent.
    """
    _some(forecast)
    distance = float(np.linalg.norm(forecast - observed, axis=1).mean())
    steps = [shift for shift in shifts if shift < len(forecast)]
    apart = [np.linalg.norm(forecast - np.roll(forecast, shift, axis=0), axis=1).mean() for shift in steps]
    return distance - 0.5 * float(np.mean(apart)) if apart else distance


def independent(values: np.ndarray) -> float:
    """How many independent observations some (runs, observations) are worth: (sum of l)^2 / sum of l^2.

    l are the eigenvalues of their rank correlations over the runs; observations without spread count nothing.
    """

    ranks = rankdata(values, axis=0) - 1.0  # equal values share their rank
    spread = ranks[:, ranks.std(axis=0) > 0.0]
    if spread.shape[1] == 0:
        return 0.0
    correlations = np.atleast_2d(np.corrcoef(spread, rowvar=False))
    return float(spread.shape[1] ** 2 / (correlations**2).sum())


def _some(hours: np.ndarray) -> None:
    if not len(hours):
        raise ValueError("a forecast of no runs; expected one or more")
