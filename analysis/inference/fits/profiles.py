"""Profiles: the most that the log likelihood comes to along a parameter, whatever the others are.

They come from the points that a fit has weighed anyhow, in bins of a parameter's prior of equal probability.
The log likelihood of a point has an error. The greatest of several such values lies above the truth, the more
the more points a bin has, so a profile says where the likelihood is flat and where it falls, and no more.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

PROFILE_BINS = 20


class ProfileBin(NamedTuple):
    """A bin of a parameter: its edges as shares of the prior (0 to 1), its points, the greatest of them.

    `greatest` is the log likelihood (nats) less the greatest of all bins; None without a point. `at` is the
    share of the prior at which that point lies.
    """

    low: float
    high: float
    points: int
    greatest: float | None
    at: float | None


def profiles(z: np.ndarray, log_likelihood: np.ndarray, bins: int = PROFILE_BINS) -> list[list[ProfileBin]]:
    """The profile of each parameter, from points `z` (points, parameters), standard normal under the prior.

    `log_likelihood` (points,) is in nats; points at which it is not finite are left out. There is at least
    one that is.
    """
    known = np.isfinite(log_likelihood)
    shares, logs = ndtr(z[known]), log_likelihood[known] - log_likelihood[known].max()
    return [_profile(column, logs, bins) for column in shares.T]


def _profile(shares: np.ndarray, logs: np.ndarray, bins: int) -> list[ProfileBin]:
    numbers = np.minimum((shares * bins).astype(int), bins - 1)
    rows = []
    for number in range(bins):
        inside = np.flatnonzero(numbers == number)
        best = inside[np.argmax(logs[inside])] if len(inside) else None
        rows.append(
            ProfileBin(
                low=number / bins,
                high=(number + 1) / bins,
                points=len(inside),
                greatest=None if best is None else float(logs[best]),
                at=None if best is None else float(shares[best]),
            )
        )
    return rows


def range_within(rows: Sequence[ProfileBin], nats: float) -> tuple[float, float] | None:
    """The shares of the prior between which a profile lies less than so many nats below its top.

    None if every bin that has a point does.
    """
    known = [row for row in rows if row.greatest is not None]
    near = [row for row in known if row.greatest is not None and row.greatest >= -nats]
    return None if len(near) == len(known) else (min(row.low for row in near), max(row.high for row in near))
