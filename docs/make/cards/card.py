"""What a card says, its formula as a number, and the same number by running the rule's own functions."""

import ast
import inspect
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from scipy import special, stats

from sim.parameters.parameter import Parameter
from sim.parameters.reading import load_parameters

Values = Mapping[str, float]
NOTHING: Mapping[str, Any] = MappingProxyType({})
FUNCTIONS: dict[str, Callable[..., float]] = {
    name: getattr(math, name) for name in ("exp", "log", "sqrt", "floor", "ceil", "sin", "cos", "tan", "acos")
}
FUNCTIONS |= {
    "min": min,
    "max": max,
    "Phi": special.ndtr,
    "U": special.hyperu,
    "poisson": lambda n, mean: stats.poisson.pmf(n, mean),
    "radians": math.radians,
    "degrees": math.degrees,
}
"""What formulas may use: `Phi` is the standard normal distribution, `poisson(n, mean)` the probability of n,
`U` Tricomi's function."""


class Axis(NamedTuple):
    """What a plot is over: its name in the formula, its label with the unit, and its points.

    `whole` says that nothing lies between whole numbers.
    """

    name: str
    label: str
    points: Sequence[float]
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Card:
    """A rule.

    `run(values, x)` gives what the functions in `code` make of a value of the axis, at parameters by name (h
    and km): the number itself, or for a `mean` a list of draws. For a share of draws `above` or `below` each
    value it is `run(values)`, the draws. What a series fixes are further arguments, by name. `formula` is one
    or more lines `name = expression`, of which the last is plotted.
    """

    id: str
    title: str
    sentence: str
    formula: str
    where: Mapping[str, str]
    code: Sequence[Callable[..., Any]]
    also: Sequence[Callable[..., Any]] = ()
    x: Axis
    y: str
    run: Callable[..., Any]
    draws: Literal["exact", "mean", "above", "below"] = "exact"
    series: Mapping[str, Values] = field(default_factory=lambda: {"": NOTHING})
    inputs: Values = field(default_factory=dict)
    parameters_set: Values = field(default_factory=dict)
    within: float = 1e-9
    assumptions: str
    evidence: str
    alternatives: Sequence[str] = ()
    is_not: str

    @property
    def named(self) -> tuple[str, ...]:
        """The names in the formula that are parameters."""
        names = {node.id for node in ast.walk(ast.parse(self.formula)) if isinstance(node, ast.Name)}
        return tuple(name for name in parameters() if name in names)

    @property
    def read(self) -> tuple[str, ...]:
        """The parameters that the card's functions read themselves, in the order of the file."""
        names = set().union(*(names_read(one) for one in (*self.code, *self.also)))
        return tuple(name for name in parameters() if name in names)

    def values(self, moved: Values = NOTHING) -> dict[str, float]:
        """All parameters as the plot has them, h and km, with some moved."""
        return (
            {name: row.value for name, row in parameters().items()} | dict(self.parameters_set) | dict(moved)
        )

    def by_formula(self, values: Values, x: float, series: Values) -> float:
        """The formula's last line at a point."""
        names: dict[str, Any] = FUNCTIONS | dict(self.inputs) | dict(values) | dict(series) | {self.x.name: x}
        lines = ast.parse(self.formula).body
        exec(compile(self.formula, self.id, "exec"), {"__builtins__": {}}, names)
        return float(names[ast.unparse(lines[-1].targets[0])])  # type: ignore[attr-defined]


class Point(NamedTuple):
    """What the code gives at a point, and how far a right formula may be from it."""

    y: float
    within: float


@cache
def parameters() -> Mapping[str, Parameter]:
    """The parameters of the model by name."""
    return load_parameters().rows


def names_read(function: Callable[..., Any]) -> set[str]:
    """The parameters that a function reads itself: `world.p.NAME`, `p.NAME` or `values["NAME"]`."""
    tree = ast.parse(inspect.getsource(function))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("p", "world.p"):
            names.add(node.attr)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "values":
            names.add(ast.literal_eval(node.slice) if isinstance(node.slice, ast.Constant) else "")
    return names & set(parameters())


SIGMAS = 4.5
"""Standard errors that the code may be from the formula: one in a hundred thousand draws is farther."""


def by_code(card: Card, moved: Values = NOTHING) -> dict[str, list[Point]]:
    """For each series the points that the rule's own functions give along the axis."""
    values = card.values(moved)
    return {name: list(_points(card, values, series)) for name, series in card.series.items()}


def _points(card: Card, values: Values, series: Values) -> Iterable[Point]:
    if card.draws in ("above", "below"):
        sample = card.run(values, **series)
        for x in card.x.points:
            share = sum(draw > x for draw in sample) / len(sample)
            share = share if card.draws == "above" else 1.0 - share
            yield Point(share, _error(share, len(sample)) + card.within)
        return
    for x in card.x.points:
        y = card.run(values, x, **series)
        if card.draws == "exact":
            yield Point(float(y), card.within)
        else:
            error = SIGMAS * statistics.stdev(y) / math.sqrt(len(y))
            yield Point(statistics.fmean(y), error + card.within)


def _error(share: float, draws: int) -> float:
    """What a share of some draws may be off, by the score interval's half width about it."""
    square = SIGMAS**2
    return SIGMAS * math.sqrt(share * (1 - share) / draws + square / (4 * draws**2)) / (
        1 + square / draws
    ) + (square / draws / (1 + square / draws) * abs(0.5 - share))


def formula_line(card: Card, moved: Values = NOTHING, *, wrong: Values = NOTHING) -> dict[str, list[float]]:
    """For each series the formula along the axis; `wrong` are parameters that it alone is given otherwise."""
    values = card.values(moved) | dict(wrong)
    return {
        name: [card.by_formula(values, x, series) for x in card.x.points]
        for name, series in card.series.items()
    }


def disagreements(points: Mapping[str, Sequence[Point]], lines: Mapping[str, Sequence[float]]) -> list[str]:
    """Where a formula is farther from the code than it may be."""
    return [
        f"{name} [{number}]: the code gives {point.y:.6g} (+-{point.within:.2g}), the formula {y:.6g}"
        for name, row in points.items()
        for number, (point, y) in enumerate(zip(row, lines[name], strict=True))
        if not abs(point.y - y) <= point.within
    ]


def moved_values(card: Card) -> dict[str, float]:
    """The parameters of a formula, each moved half the way to its upper bound."""
    rows, values = parameters(), card.values()
    return {
        name: (values[name] + rows[name].bounds()[1]) / 2
        for name in card.named
        if name not in card.parameters_set
    }
