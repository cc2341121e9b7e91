"""Indices of a design's factors, and the share of chance, each with its 95 % interval by the bootstrap.

Morris' screening, Sobol's indices and PAWN's distances, as SALib gives them (the tests hold them together).
The bootstrap is over what a design repeats: trajectories, blocks, points. A value that is not known (nan) is
left out, with the differences that it is a part of. Shares of variance lie between 0 and 1: one whose
interval passes 1 is not determined, and nothing is given of it but the lower end.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from analysis.tables import sweeps
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms

SENSITIVITY_MEASURES = {
    "morris": ("mu*", "sigma"),
    "sobol": ("total", "first"),
    "pawn": ("median", "largest"),
}
"""What each method gives of a factor; it is ranked by the first."""
SLICES = 10
SENSITIVITY_RESAMPLES = 200
PAIRS = 3
"""Pairs of factors that are told of each target."""
INDICES = ("sobol",)
"""Methods whose measures are shares of variance, which no interval may leave."""

Estimate = tuple[float, float, float]
"""A number with its 95 % interval."""


@dataclass(frozen=True)
class Influence:
    """A factor's (or a group's) measures at one target, each with its 95 % interval.

    Of a measure that is not determined there is None, and `above` has the lower end of its interval.
    """

    factor: str
    values: Mapping[str, Estimate | None]
    above: Mapping[str, float]

    def rank(self, measure: str) -> float:
        """By what it is ranked: the value, or where there is none the lower end."""
        value = self.values[measure]
        return self.above[measure] if value is None else value[0]

    @property
    def is_determined(self) -> bool:
        """Whether all of its measures are."""
        return not self.above


class Interaction(NamedTuple):
    """Two factors, and the share of variance that they carry together beside what each does alone.

    None where it is not determined; `above` is then the lower end of its interval, else 0.
    """

    factors: tuple[str, str]
    share: Estimate | None
    above: float


def indices(method: str, matrix: Mapping[str, np.ndarray], values: np.ndarray) -> tuple[Influence, ...]:
    """The factors by rank, with their measures at `values` (points,); `matrix` has the columns (points,).

    Morris' measures are in the unit of the values, those of sobol and pawn shares and distances (0 to 1).
    """
    names, measures = list(matrix), SENSITIVITY_MEASURES[method]
    columns = np.column_stack([matrix[name] for name in names]).astype(float)
    block, measures_of = points_together(method, columns), MEASURE[method]
    if method == "pawn":
        columns, values = columns[np.isfinite(values)], values[np.isfinite(values)]
    x, y = columns.reshape(-1, block, len(names)), values.reshape(-1, block)
    spans = _spans(lambda rows: measures_of(x[rows], y[rows]), len(y), centred=method == "pawn")
    most = 1.0 if method in INDICES else np.inf
    influences = [
        _influence(name, dict(zip(measures, (span[i] for span in spans), strict=True)), most)
        for i, name in enumerate(names)
    ]
    return tuple(sorted(influences, key=lambda one: -one.rank(measures[0])))


def _influence(name: str, spans: Mapping[str, Sequence[float]], most: float) -> Influence:
    """A factor with its measures, of which none may pass the most."""
    shares = {measure: _determined(span, most) for measure, span in spans.items()}
    return Influence(
        factor=name,
        values={measure: share for measure, (share, _) in shares.items()},
        above={measure: above for measure, (share, above) in shares.items() if share is None},
    )


def _determined(span: Sequence[float], most: float) -> tuple[Estimate | None, float]:
    """A number with its interval, and 0; None and the interval's lower end if it passes the most."""
    value, low, high = span
    if high <= most:
        return (value, low, high), 0.0
    return None, max(0.0, low) if np.isfinite(low) else 0.0


def _spans(of: Callable[[np.ndarray], np.ndarray], count: int, *, centred: bool = False) -> list[Any]:
    """Numbers by the rows of a design with their 95 % intervals by the bootstrap, the last axis.

    Where points that come twice would move a number by themselves, its draws are `centred` on it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of means of nothing, which are nan
        value = of(np.arange(count))
        resampled = np.array([of(rows) for rows in _resampled(count, SENSITIVITY_RESAMPLES)])
        if centred:
            resampled = np.clip(resampled + value - resampled.mean(axis=0), 0.0, 1.0)
        edges = np.nanquantile(resampled, (0.025, 0.975), axis=0)
    spans: list[Any] = np.stack([value, *edges], axis=-1).tolist()
    return spans


def pairs(matrix: Mapping[str, np.ndarray], values: np.ndarray, block: int) -> tuple[Interaction, ...]:
    """The largest second-order indices (Saltelli 2002) of `values` (points,), by columns (points,).

    Empty for a design that has not the rows of B with A's; `block` is how many of its points go together.
    """
    names, y = list(matrix), values.reshape(-1, block)
    if block != 2 * len(names) + 2 or len(names) < 2:
        return ()
    first, second = np.triu_indices(len(names), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        most = np.argsort(-_second(y, first, second), kind="stable")[:PAIRS]
    first, second = first[most], second[most]
    spans = _spans(lambda rows: _second(y[rows], first, second), len(y))
    together = zip(first, second, (_determined(span, 1.0) for span in spans), strict=True)
    return tuple(Interaction((names[i], names[j]), *share) for i, j, share in together)


def _second(y: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Second-order indices of some pairs."""
    factors = y.shape[1] // 2 - 1
    y = y - np.nanmean(y)
    a, b, ab, ba = y[:, :1], y[:, -1:], y[:, 1 : factors + 1], y[:, factors + 1 : -1]
    variance = np.nanvar(np.concatenate([a, b]))
    if variance <= 0.0:
        return np.zeros(len(first))
    alone = np.nanmean(b * (ab - a), axis=0)
    both = np.nanmean(ba[:, first] * ab[:, second] - a * b, axis=0)
    return np.asarray((both - alone[first] - alone[second]) / variance)


def points_together(method: str, columns: np.ndarray) -> int:
    """How many points of a design belong together: a trajectory, a block of crossings, or one.

    `columns` are (points, factors).
    """
    factors = int(columns.shape[1])
    if method == "pawn":
        return 1
    if method == "morris":
        return factors + 1
    if len(columns) % (factors + 2) == 0:
        x = columns.reshape(-1, factors + 2, factors)
        if all(np.array_equal(x[:, 1 + i, i], x[:, -1, i]) for i in range(factors)):
            return factors + 2
    return 2 * factors + 2


def _resampled(count: int, times: int, what: str = "sensitivity") -> np.ndarray:
    """Rows drawn again for the bootstrap (times x count), keyed: the same for all targets of a design."""
    seeds = replicate_seeds(key_of("bootstrap", what), np.arange(times * count))
    resampled: np.ndarray = uniforms(seeds, key_of("bootstrap", "row")) * count
    return resampled.astype(int).reshape(times, count)


def _morris(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean absolute elementary effect and the effects' standard deviation, a step (measures x factors).

    x is trajectories x points x factors. An effect is over one step of the design: from one level to the one
    two thirds of the factor's range away (Morris 1991; Campolongo, Cariboni and Saltelli 2007).
    """
    steps, changes = np.diff(x, axis=1), np.diff(y, axis=1)
    moved = (steps != 0.0).argmax(axis=2)
    signs = np.sign(np.take_along_axis(steps, moved[:, :, None], axis=2))[:, :, 0]
    effects = np.zeros((len(x), x.shape[2]))
    np.put_along_axis(effects, moved, signs * changes, axis=1)
    return np.stack([np.nanmean(np.abs(effects), axis=0), np.nanstd(effects, axis=0, ddof=1)])


def _sobol(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Total and first-order indices (Saltelli and others 2010; Jansen 1999), by blocks of A, A with B's, B.

    y is blocks x points; the rows of B with A's, which a design with pairs has, serve the pairs alone.
    """
    factors = x.shape[2]
    y = y - np.nanmean(y)
    a, b, ab = y[:, 0], y[:, -1], y[:, 1 : factors + 1]
    variance = np.nanvar(np.concatenate([a, b]))
    if variance <= 0.0:
        return np.zeros((2, factors))
    total = 0.5 * np.nanmean((a[:, None] - ab) ** 2, axis=0) / variance
    first = np.nanmean(b[:, None] * (ab - a[:, None]), axis=0) / variance
    return np.stack([total, first])


def _pawn(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Median and greatest Kolmogorov distance of a slice's values from all (Pianosi and Wagener 2018)."""
    columns, values = x.reshape(-1, x.shape[2]), y.ravel()
    order, count = np.argsort(values, kind="stable"), len(values)
    last = np.append(np.diff(values[order]) > 0.0, True)  # of equal values the last one counts
    within = sweeps.slices(columns, SLICES)[order, :, None] == np.arange(SLICES)  # points x factors x slices
    shares = within.cumsum(axis=0) / within.sum(axis=0)
    distances = np.abs(shares - np.arange(1, count + 1)[:, None, None] / count)[last].max(axis=0)
    return np.stack([np.median(distances, axis=1), distances.max(axis=1)])


MEASURE = {"morris": _morris, "sobol": _sobol, "pawn": _pawn}


# --- the share of chance -----------------------------------------------------------------------------------


def share_of_chance(hours: np.ndarray, block: int = 1) -> Estimate | None:
    """The share (0 to 1) of the variance of hours (points, runs) that is not the points', and its interval.

    Of points that go together all are left out if a run of one of them failed (nan). None if fewer than two
    runs a point or two such blocks of points are left.

    Runs of one replicate may share their luck: then the points' means share it too, and do not differ by it.
    The bootstrap draws points again, `block` of them together, and replicates; its middle is put where the
    value is, for drawing replicates again takes from their variance.
    """
    runs = hours.shape[1]
    blocks = hours.reshape(-1, block, runs)
    blocks = blocks[~np.isnan(blocks).any(axis=(1, 2))]
    if runs < 2 or len(blocks) < 2:
        return None
    hours = blocks.reshape(-1, runs)
    rows = _resampled(len(blocks), SENSITIVITY_RESAMPLES // 4)
    columns = _resampled(runs, len(rows), "replicate")
    picks = zip(rows, columns, strict=True)
    resampled = np.array([_chance(blocks[row].reshape(-1, runs)[:, column]) for row, column in picks])
    value = _chance(hours)
    low, high = np.clip(np.quantile(resampled, (0.025, 0.975)) - resampled.mean() + value, 0.0, 1.0).tolist()
    return value, low, high


def _chance(hours: np.ndarray) -> float:
    runs = hours.shape[1]
    residual = hours - hours.mean(axis=1, keepdims=True) - hours.mean(axis=0) + hours.mean()
    noise = (residual**2).sum() / max(1.0, (len(hours) - 1.0) * (runs - 1.0))
    points = max(0.0, hours.mean(axis=1).var(ddof=1) - noise / runs)
    within = hours.var(axis=1, ddof=1).mean()
    return float(within / (points + within)) if points + within > 0.0 else 1.0
