"""Joint evidence: the probability of all rows together, from independent filters (islands) of a model.

An island is a particle filter with runs of its own; the product of its rows' mean weights is an unbiased
estimate of that probability (Del Moral 2004). The islands' mean is the estimate; its error comes from leaving
out one island after the other. The islands of all models have the same keys, so a difference of two models is
taken island by island. All logs are natural ones (nats).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from analysis.evidence.rows import JointRow, before_held_out
from analysis.tables.monte_carlo import jackknife_error

LEAST_FIRST_RUNS = 3
"""First runs from which those of an island must come in the end, at least; fewer say that it collapsed."""
MOST_SHARE = 0.5
"""Of the sum over the islands, the most that one may have; more says that the mean is that island's."""
SMALL_ERROR = 0.15
"""The error of a log that is asked for (nats)."""


class LogEstimate(NamedTuple):
    """A log and its standard error (nats): nan of fewer than two islands, or where no run bears it out."""

    value: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the islands of a model say: the logs of the rows' mean weights, (islands, rows).

    `roots` (islands,) is from how many of its first `runs` those of an island come in the end. `silent` are
    rows of which the model says nothing.
    """

    name: str
    rows: tuple[JointRow, ...]
    logs: np.ndarray
    roots: np.ndarray
    runs: int
    silent: frozenset[str] = frozenset()

    @cached_property
    def reached(self) -> np.ndarray:
        """The logs of the probability of the rows up to each, (islands, 1 + rows); at first 0."""
        return np.concatenate([np.zeros((len(self.logs), 1)), np.cumsum(self.logs, axis=1)], axis=1)

    @property
    def fitted(self) -> int:
        """How many rows come before the first that is held out."""
        return before_held_out(self.rows)

    def up_to(self, count: int) -> LogEstimate:
        """The log evidence of the first rows."""
        return self.after(0, count)

    def after(self, first: int, count: int) -> LogEstimate:
        """What the rows from one to another add to those before."""

        return jackknife(lambda islands: self.added(islands, first, count), len(self.logs))

    def added(self, islands: np.ndarray, first: int, count: int) -> float:
        """What the rows from one to another add to those before, by some islands (their numbers)."""
        return _mean(self.reached[islands, count]) - _mean(self.reached[islands, first])

    @property
    def parts(self) -> tuple[LogEstimate, LogEstimate, LogEstimate]:
        """The rows before the first that is held out, what those after them add, and all together."""
        every = len(self.rows)
        return self.up_to(self.fitted), self.after(self.fitted, every), self.up_to(every)

    @property
    def conditional(self) -> list[LogEstimate]:
        """What each row adds to those before it."""
        return [self.after(place, place + 1) for place in range(len(self.rows))]

    @property
    def collapsed(self) -> int:
        """How many islands rest on too few of their first runs, or on none."""
        return int(((self.roots < LEAST_FIRST_RUNS) | ~np.isfinite(self.reached[:, -1])).sum())

    @property
    def largest_share(self) -> float:
        """The share that one island has of the sum over all."""
        logs = self.reached[:, -1]
        return float(np.exp(logs.max() - logsumexp(logs))) if np.isfinite(logs).any() else 1.0

    @property
    def rests_on_one(self) -> bool:
        """Whether one island has too much of the sum: half, of two islands three quarters."""
        return self.largest_share > max(MOST_SHARE, 1.5 / len(self.logs))

    @property
    def borne_out_by_none(self) -> list[str]:
        """Rows that are as good as impossible in every run: what they have they have as false reports."""
        return [
            row.name
            for row, logs in zip(self.rows, self.logs.T, strict=True)
            if row.name not in self.silent and np.all(logs <= row.floor + 1e-9)
        ]


def lead(model: Evidence, rival: Evidence, first: int, count: int) -> LogEstimate:
    """The log Bayes factor of a model against another, on the rows from one to another.

    Raises ValueError for other rows or another number of islands.
    """
    if model.rows != rival.rows or len(model.logs) != len(rival.logs):
        raise ValueError("models are compared on the same rows, island by island")

    def difference(islands: np.ndarray) -> float:
        return model.added(islands, first, count) - rival.added(islands, first, count)

    return jackknife(difference, len(model.logs))


def leads(model: Evidence, rival: Evidence) -> tuple[LogEstimate, LogEstimate, LogEstimate]:
    """The log Bayes factor on the rows before the first that is held out, on what follows, and on all."""
    every, fitted = len(model.rows), model.fitted
    return lead(model, rival, 0, fitted), lead(model, rival, fitted, every), lead(model, rival, 0, every)


def balance(plus: Sequence[Evidence], minus: Sequence[Evidence]) -> LogEstimate:
    """The log evidence of some, all rows together, less that of others, island by island.

    Raises ValueError for other numbers of islands.
    """
    every = [*plus, *minus]
    if len({len(one.logs) for one in every}) != 1:
        raise ValueError("evidence is compared island by island: of as many islands")

    def log_means(some: Sequence[Evidence], numbers: np.ndarray) -> float:
        return sum(_mean(one.reached[numbers, -1]) for one in some)

    def difference(numbers: np.ndarray) -> float:
        return log_means(plus, numbers) - log_means(minus, numbers)

    return jackknife(difference, len(every[0].logs))


def mixture(name: str, models: Sequence[Evidence]) -> Evidence:
    """A model that is each of some with equal probability; the rows say which. Raises ValueError for none."""
    if not models:
        raise ValueError("a mixture of no models")
    reached = logsumexp([model.reached for model in models], axis=0) - np.log(len(models))
    with np.errstate(invalid="ignore"):
        logs = np.where(np.isfinite(reached[:, 1:]), np.diff(reached, axis=1), -np.inf)
    return Evidence(
        name=name,
        rows=models[0].rows,
        logs=logs,
        roots=np.max([model.roots for model in models], axis=0),
        runs=sum(model.runs for model in models),
    )


def _mean(logs: np.ndarray) -> float:
    """The log of the mean of numbers with these logs (islands,), as one of NumPy's: -inf - -inf is nan."""
    return np.float64(logsumexp(logs) - np.log(len(logs)))


def jackknife(of: Callable[[np.ndarray], float], count: int) -> LogEstimate:
    """A number of so many islands, with the error by leaving out each once (Efron 1982).

    Where no island bears out the rows there is no error; where only one does it is infinite.
    """
    every = np.arange(count)
    with np.errstate(invalid="ignore"):
        value = of(every)
        if count < 2 or not np.isfinite(value):
            return LogEstimate(value, float("nan"))
        without = np.array([of(np.delete(every, island)) for island in every])
    if not np.isfinite(without).all():
        return LogEstimate(value, float("inf"))
    return LogEstimate(value, jackknife_error(without))
