"""Which parameters matter: indices of a design's factors, for what the runs of each point come to.

Morris' screening, Sobol's indices and PAWN's distances, as SALib gives them (the tests hold them together),
each with a bootstrap over what the design repeats: trajectories, blocks, points. What a point comes to is the
median hour of a milestone (never: the horizon), the share of runs that reach it, or that hit its reported
interval. The luck of the runs is a factor too: the share of chance in the variance of the hours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from analysis.tables import sweeps
from analysis.tables.clock import horizon, interval_of
from analysis.tables.scored_observations import reported
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

METHODS = {"morris": "morris", "saltelli": "sobol"}
METHODS |= dict.fromkeys(("latin-hypercube", "sobol", "prior"), "pawn")
"""The method of each kind of design."""
SENSITIVITY_MEASURES = {
    "morris": ("mu*", "sigma"),
    "sobol": ("total", "first"),
    "pawn": ("median", "largest"),
}
"""What each method gives of a factor; it is ranked by the first."""
SLICES = 10
LEAST_SAMPLES = {"morris": 2, "sobol": 2, "pawn": SLICES}
"""Trajectories, blocks or points without which a method says nothing."""
SENSITIVITY_RESAMPLES = 200
PAIRS = 3
"""Pairs of factors that are told of each target."""


Estimate = tuple[float, float, float]
"""A number with its 95 % interval."""


@dataclass(frozen=True)
class Influence:
    """A factor's measures at one target, each with its 95 % interval."""

    factor: str
    values: Mapping[str, Estimate]


class Interaction(NamedTuple):
    """Two factors, and the share of variance that they carry together beside what each does alone."""

    factors: tuple[str, str]
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is explained: a quantity of a milestone, the factors by rank, and the share of chance.

    `spread` is the standard deviation of the quantity over the design points, in its unit; `chance` the share
    of the variance of the hours of single runs that no factor carries, with its interval: of hours only.
    """

    milestone: str
    quantity: str
    unit: str
    spread: float
    chance: Estimate | None
    pairs: tuple[Interaction, ...]
    factors: tuple[Influence, ...]


def targets(
    tables: RunTables, record: Record, name: str, milestones: tuple[str, ...] = ()
) -> tuple[str, list[Target]]:
    """The method, and every target of some milestones (default: those scored, or what a sweep shows).

    Raises FaultyInput for a run that is no such design, or that did not run in full.
    """
    method, matrix = design_of(tables, name)
    block = _together(method, np.column_stack(list(matrix.values())))
    by_target = []
    names = milestones or tuple(reported(tables, record, SCORED)) or (sweeps.chief(tables, record),)
    for milestone, hours in sweeps.replicates(tables, names).items():
        single = np.minimum(hours, horizon(tables))
        chance = share_of_chance(single, block) if hours.shape[1] > 1 else None
        for quantity, unit, values in quantities(tables, record, milestone, hours):
            if np.ptp(values) > 0.0:
                target = Target(
                    milestone=milestone,
                    quantity=quantity,
                    unit=unit,
                    spread=float(values.std()),
                    chance=chance if unit == "h" else None,
                    pairs=pairs(matrix, values, block) if method == "sobol" else (),
                    factors=indices(method, matrix, values),
                )
                by_target.append(target)
    if not by_target:
        right = "expected --milestone with another"
        refuse(Where(name, 0), f"nothing in it moves {' or '.join(names)}; {right}")
    return method, by_target


def design_of(tables: RunTables, name: str) -> tuple[str, dict[str, np.ndarray]]:
    """The method of a design and the values (points,) of its factors, in their units.

    Raises FaultyInput for a run that is no sample of numbers, did not run in full, or has too few points.
    """
    design = tables.manifest["design"] or {}
    method, points = method_of(design.get("kind", ""), name), design["points"]
    runs = np.bincount(tables.runs["design_id"][tables.done], minlength=points)
    short = np.flatnonzero(runs != design["runs"])
    if len(short):
        message = f"{len(short)} of {points} design points did not run in full, the first {short[0]}"
        refuse(Where(name, 0), f"{message}; expected a design whose runs all end")
    matrix = {factor["name"]: tables.points[factor["name"]] for factor in design["factors"]}
    words = [factor for factor, column in matrix.items() if column.dtype.kind not in "iuf"]
    if words:
        refuse(Where(name, 0), f"{', '.join(words)}: moved by words; expected a sample of numbers")
    least = LEAST_SAMPLES[method] * _together(method, np.column_stack(list(matrix.values())))
    if points < least:
        refuse(Where(name, 0), f"{points} design points give no interval; expected {least} or more")
    return method, matrix


def method_of(kind: str, name: str) -> str:
    """The method of a kind of design. Raises FaultyInput for one that is no sample."""
    if kind not in METHODS:
        right = "expected a design of kind morris, saltelli or latin-hypercube"
        refuse(Where(name, 0), f"is no sample of factors; {right}")
    return METHODS[kind]


def quantities(
    tables: RunTables, record: Record, milestone: str, hours: np.ndarray
) -> list[tuple[str, str, np.ndarray]]:
    """What each design point's runs (points, runs) come to: name, unit (h or share), numbers (points,)."""
    columns = [
        ("median hour", "h", np.minimum(np.median(hours, axis=1), horizon(tables))),
        ("Pr(event)", "share", np.isfinite(hours).mean(axis=1)),
    ]
    seen = reported(tables, record).get(milestone)
    if seen is not None:
        low, high = interval_of(tables, seen)
        columns.append(("share within", "share", ((hours >= low) & (hours <= high)).mean(axis=1)))
    return columns


def share_of_chance(hours: np.ndarray, block: int = 1) -> Estimate:
    """The share (0 to 1) of the variance of hours (points, runs) that is not the points', and its interval.

    Runs of one replicate may share their luck: then the points' means share it too, and do not differ by it.
    The bootstrap draws points again, `block` of them together, and replicates; its middle is put where the
    value is, for drawing replicates again takes from their variance.
    """
    runs = hours.shape[1]
    blocks = hours.reshape(-1, block, runs)
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


# --- indices -----------------------------------------------------------------------------------------------


def indices(method: str, matrix: Mapping[str, np.ndarray], values: np.ndarray) -> tuple[Influence, ...]:
    """The factors by rank, with their measures at `values` (points,); `matrix` has the columns (points,).

    Morris' measures are in the unit of the values, those of sobol and pawn shares and distances (0 to 1).
    """
    names, measures = list(matrix), SENSITIVITY_MEASURES[method]
    columns = np.column_stack([matrix[name] for name in names]).astype(float)
    block, measures_of = _together(method, columns), MEASURE[method]
    x, y = columns.reshape(-1, block, len(names)), values.reshape(-1, block)
    spans = _spans(lambda rows: measures_of(x[rows], y[rows]), len(y), centred=method == "pawn")
    influences = [
        Influence(name, {measure: tuple(spans[k][i]) for k, measure in enumerate(measures)})
        for i, name in enumerate(names)
    ]
    return tuple(sorted(influences, key=lambda one: -one.values[measures[0]][0]))


def _spans(of: Callable[[np.ndarray], np.ndarray], count: int, *, centred: bool = False) -> list[Any]:
    """Numbers by the rows of a design with their 95 % intervals by the bootstrap, the last axis.

    Where points that come twice would move a number by themselves, its draws are `centred` on it.
    """
    value = of(np.arange(count))
    resampled = np.array([of(rows) for rows in _resampled(count, SENSITIVITY_RESAMPLES)])
    if centred:
        resampled = np.clip(resampled + value - resampled.mean(axis=0), 0.0, 1.0)
    spans: list[Any] = np.stack([value, *np.quantile(resampled, (0.025, 0.975), axis=0)], axis=-1).tolist()
    return spans


def pairs(matrix: Mapping[str, np.ndarray], values: np.ndarray, block: int) -> tuple[Interaction, ...]:
    """The largest second-order indices (Saltelli 2002) of `values` (points,), by columns (points,).

    Empty for a design that has not the rows of B with A's; `block` is how many of its points go together.
    """
    names, y = list(matrix), values.reshape(-1, block)
    if block != 2 * len(names) + 2 or len(names) < 2:
        return ()
    first, second = np.triu_indices(len(names), 1)
    most = np.argsort(-_second(y, first, second), kind="stable")[:PAIRS]
    first, second = first[most], second[most]
    spans = _spans(lambda rows: _second(y[rows], first, second), len(y))
    together = zip(first, second, spans, strict=True)
    return tuple(Interaction((names[i], names[j]), tuple(span)) for i, j, span in together)


def _second(y: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Second-order indices of some pairs."""
    factors = y.shape[1] // 2 - 1
    y = y - y.mean()
    a, b, ab, ba = y[:, :1], y[:, -1:], y[:, 1 : factors + 1], y[:, factors + 1 : -1]
    variance = np.concatenate([a, b]).var()
    if variance <= 0.0:
        return np.zeros(len(first))
    alone = (b * (ab - a)).mean(axis=0)
    both = (ba[:, first] * ab[:, second] - a * b).mean(axis=0)
    return np.asarray((both - alone[first] - alone[second]) / variance)


def _together(method: str, columns: np.ndarray) -> int:
    """How many points of a design belong together: a trajectory, a block of crossings, or one."""
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
    return np.stack([np.abs(effects).mean(axis=0), effects.std(axis=0, ddof=1)])


def _sobol(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Total and first-order indices (Saltelli and others 2010; Jansen 1999), by blocks of A, A with B's, B.

    y is blocks x points; the rows of B with A's, which a design with pairs has, serve the pairs alone.
    """
    factors = x.shape[2]
    y = y - y.mean()
    a, b, ab = y[:, 0], y[:, -1], y[:, 1 : factors + 1]
    variance = np.concatenate([a, b]).var()
    if variance <= 0.0:
        return np.zeros((2, factors))
    total = 0.5 * ((a[:, None] - ab) ** 2).mean(axis=0) / variance
    first = (b[:, None] * (ab - a[:, None])).mean(axis=0) / variance
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
