"""The points of each kind of design, planned from its file and made once nothing is wrong with it."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.chance.keyed_arrays import replicate_seeds
from sim.designs import factors, samples
from sim.designs.factors import Factor, ParameterFactor, Value
from sim.designs.schema import Morris, Sobol
from sim.engine.inputs import Inputs
from sim.files.yaml_tree import Faults, List, Map, Node, Text, locate, refuse

ALONG = np.linspace(0.05, 0.95, 9)
"""The quantiles of a parameter that is moved alone over its prior."""
_CENTRAL = {"morris": 0.9}
"""How much of a prior's probability a sample spans; all of it unless said here."""


class PointSet(NamedTuple):
    """Factors, how many points there are, and how to make them once nothing is wrong."""

    factors: Sequence[Factor]
    size: int
    rows: Callable[[], Iterable[Sequence[Value]]]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A design file that is being read."""

    tree: Map
    sheet: Any  # of its kind, None if it is faulty
    inputs: Inputs
    seed: int
    faults: Faults
    notes: list[str]


def _factors(named: Node | None, reading: Reading) -> list[tuple[Factor, Node]]:
    """The factors that a mapping names, each with what stands there; what is none is noted and left out.

    Where there is no mapping the schema has told of it.
    """
    mapping = named if isinstance(named, Map) else Map(reading.tree.where)
    pairs: list[tuple[Factor, Node]] = []
    for name, node in mapping.items():
        with reading.faults:
            pairs.append((factors.factor(name, mapping.lines[name], reading.inputs), node))
    return pairs


def _listed(reading: Reading) -> PointSet:
    """The points as they are written."""
    written = reading.tree.get("points")
    points = [point for point in written if isinstance(point, Map)] if isinstance(written, List) else []
    moved = [one for one, _ in _factors(points[0], reading)] if points else []
    rows = []
    for point in points:
        if set(point) != set(points[0]):
            names = f"names {', '.join(point)}, but the first point {', '.join(points[0])}"
            reading.faults.note(point.where, f"{names}; expected the same")
        row = [factors.value(one, point[one.name], reading.faults) for one in moved if one.name in point]
        rows.append([text for text in row if text is not None])
    if all(len(row) == len(moved) for row in rows):  # of faulty points there is more to say first
        contents = [tuple(map(factors.same, row)) for row in rows]
        places = [point.where for point in points]
        for where, line in factors.repeats(zip(contents, places, strict=True)):
            reading.faults.note(where, f"is the point of line {line} again; expected once")
    return PointSet(moved, len(rows), lambda: rows)


def _grid(reading: Reading) -> PointSet:
    """All combinations of the values, the first factor slowest."""
    moved = _factors(reading.tree.get("values"), reading)
    columns = [factors.values(one, node, reading.faults) for one, node in moved]
    size = math.prod(map(len, columns))
    return PointSet([one for one, _ in moved], size, lambda: itertools.product(*columns))


def _one_at_a_time(reading: Reading) -> PointSet:
    """The base, then each value with the other factors at the base."""
    moved = _factors(reading.tree.get("values"), reading)
    base = [one.base_value() for one, _ in moved]
    rows = [base]
    for place, (one, node) in enumerate(moved):
        base_text = factors.same(base[place])
        others = [text for text in _alone(one, node, reading.faults) if factors.same(text) != base_text]
        rows += [[*base[:place], text, *base[place + 1 :]] for text in others]
    return PointSet([one for one, _ in moved], len(rows), lambda: rows)


def _alone(moved: Factor, node: Node, faults: Faults) -> Sequence[Value]:
    """The values of a factor that is moved alone: a list, a parameter's bounds, or nine quantiles."""
    if node not in (factors.BOUNDS, factors.PRIOR):
        return factors.values(moved, node, faults)
    if isinstance(moved, ParameterFactor) and (node == factors.BOUNDS or moved.row.kind != "fixed"):
        return moved.bounds(node.where) if node == factors.BOUNDS else moved.quantiles(ALONG, node.where)
    has = "bounds" if node == factors.BOUNDS else "prior"
    what = "fixed" if isinstance(moved, ParameterFactor) else "no parameter"
    faults.note(node.where, f"{moved.name}: is {what} and has no {has}; expected a list")
    return []


def _sampled(reading: Reading) -> PointSet | None:
    """A sample of the unit cube, each column through its factor's range."""
    moved, kind = _factors(reading.tree.get("ranges"), reading), str(reading.tree["kind"])
    draws = [factors.draw(one, node, reading.faults, _CENTRAL.get(kind, 1.0)) for one, node in moved]
    if reading.sheet is None:
        return None
    size = _size(reading)
    options = reading.sheet.model_dump(include={"levels", "second_order"})
    groups = tuple(one.group for one, _ in moved) if getattr(reading.sheet, "groups", False) else ()
    if len(set(groups)) == 1:
        where = locate(reading.tree, ["groups"])
        reading.faults.note(where, f"groups: all factors are of {groups[0]!r}; expected two groups or more")

    def rows() -> Iterator[tuple[Value, ...]]:
        columns = samples.sample(kind, len(draws), size, reading.seed, groups=groups, **options).T
        return zip(*(one(u) for one, u in zip(filter(None, draws), columns, strict=True)), strict=True)

    crossed, second_order = len(set(groups)) or len(draws), options.get("second_order", False)
    count = samples.rows(kind, crossed, size, second_order=second_order)
    return PointSet([one for one, _ in moved], count, rows)


def _size(reading: Reading) -> int:
    """The size of a sample; where it must be a power of two, rounded to one if the file permits it."""
    sheet = reading.sheet
    if isinstance(sheet, Morris):
        return sheet.trajectories
    below, above = samples.powers_about(sheet.points)
    if not isinstance(sheet, Sobol) or below == above:
        return int(sheet.points)
    if sheet.round is None:
        right = f"expected {below} or {above}, or 'round: down' or 'round: up' to permit it"
        message = f"points: {sheet.points} is no power of two; {right}"
        reading.faults.note(locate(reading.tree, ["points"]), message)
    size = above if sheet.round == "up" else below
    permission = f"as 'round: {sheet.round}' permits"
    reading.notes.append(f"{sheet.points} is no power of two: {size} is taken, {permission}")
    return size


def _prior(reading: Reading) -> PointSet | None:
    """Draws from the priors: all that are drawn, or some of them."""
    tree, parameters = reading.tree, reading.inputs.parameters
    over, where = tree.get("over"), locate(tree, ["points"])
    free = [row for name, row in parameters.rows.items() if name not in parameters.pinned]
    all_drawn = [ParameterFactor(row, where) for row in free if row.kind != "fixed"]
    moved = all_drawn if over is None else _over(over, reading)
    if not moved and over is None:
        reading.faults.note(where, "no parameter is drawn from a prior; expected one not pinned")
    if reading.sheet is None:
        return None
    size = int(reading.sheet.points)

    def rows() -> Iterator[tuple[Value, ...]]:
        records = parameters.draws(replicate_seeds(reading.seed, np.arange(size)))
        return zip(*(one.texts(records[one.name], one.where) for one in moved), strict=True)

    return PointSet(moved, size, rows)


def _over(names: Node, reading: Reading) -> list[ParameterFactor]:
    """The parameters of a list, each with a prior and named once."""
    named = [name for name in names if isinstance(name, Text)] if isinstance(names, List) else []
    parameters: dict[str, ParameterFactor] = {}
    for name in named:
        with reading.faults:
            moved = factors.factor(name, name.where, reading.inputs)
            if not isinstance(moved, ParameterFactor) or moved.row.kind == "fixed":
                refuse(name.where, f"over: {str(name)!r} has no prior; expected a parameter with one")
            if name in parameters:
                refuse(name.where, f"over: {str(name)!r} stands here again; expected once")
            parameters[moved.name] = moved
    return list(parameters.values())


PLANS: dict[str, Callable[[Reading], PointSet | None]] = {
    "list": _listed,
    "grid": _grid,
    "one-at-a-time": _one_at_a_time,
    "prior": _prior,
    **dict.fromkeys(samples.SAMPLE_KINDS, _sampled),
}
