"""What a design moves: a parameter, a field of the scenario, or the hypotheses on top of the scenario.

A factor reads a design's values and ranges. Each gives texts as `--set` and `--with` take them, so that any
point can be run by hand.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import numpy as np

from sim.engine.inputs import Inputs
from sim.files import units
from sim.files.case import Case
from sim.files.fields import NOT_SINGLE, default_at, keys_at
from sim.files.overrides import STAND_FOR_LISTS, above, has_parts
from sim.files.yaml_tree import Faults, FaultyInput, List, Map, Node, Text, Where, nearest, refuse
from sim.parameters.parameter import Parameter, exact, read_value
from sim.scenario.hypotheses import hypothesis_path

Value = Text | tuple[Text, ...]
"""The text of a parameter or field, or hypotheses."""
RangeDraw = Callable[[np.ndarray], Sequence[Value]]
"""The values of a range at some u from 0 to 1."""
WITH, NONE, PRIOR, BOUNDS = "with", "none", "prior", "bounds"
ReadValue = TypeVar("ReadValue")
_EDGE = 2.0**-31  # half the distance of neighbours in a Sobol' sample


@dataclass(frozen=True)
class ParameterFactor:
    """A parameter."""

    row: Parameter
    where: Where

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.row.name

    @property
    def group(self) -> str:
        """What the parameter is about."""
        return self.row.group

    def base_value(self) -> Text:
        """The parameter's value."""
        return Text(exact(self.row, self.row.value), self.where)

    def read(self, node: Node) -> Text:
        """A number with unit, inside the support."""
        text = _single(node)
        read_value(self.row, text)
        return text

    def bounds(self, where: Where) -> list[Text]:
        """The 5 and 95 % quantiles of the prior, or the range of a fixed parameter."""
        return self.texts(np.array(self.row.bounds()), where)

    def quantiles(self, u: np.ndarray, where: Where) -> list[Text]:
        """The prior's quantile at each u (points,) in (0, 1); the value, where they differ by rounding."""
        numbers = self.row.quantiles(u)
        numbers[np.isclose(numbers, self.row.value, 1e-8, 0.0)] = self.row.value
        return self.texts(numbers, where)

    def spread(self, text: Text, central: float) -> RangeDraw:
        """`low to high`, or `prior`: the central part of the prior's probability, clipped to the support.

        Raises ValueError for a range that is none, does not go up or leaves the support.
        """
        if text == PRIOR:
            if self.row.kind == "fixed":
                raise ValueError("is fixed and has no prior; expected 'low to high'")

            def quantiles(u: np.ndarray) -> list[Text]:  # away from 0 and 1, where they may be infinite
                inside = np.clip(0.5 + central * (u - 0.5), _EDGE, 1.0 - _EDGE)
                return self.texts(self.row.quantiles(inside), text.where)

            return quantiles
        least, most = _ends(text)
        between = _between(text, read_value(self.row, least), read_value(self.row, most))
        return lambda u: self.texts(between(u), text.where)

    def texts(self, numbers: np.ndarray, where: Where) -> list[Text]:
        """Numbers (points,) in h and km as texts, clipped to the support."""
        clipped = np.clip(numbers, *self.row.support)
        return [Text(exact(self.row, float(number)), where) for number in clipped]


@dataclass(frozen=True)
class FieldFactor:
    """A field of the scenario by its path, and what stands there."""

    name: str
    where: Where
    node: Text | List

    @property
    def group(self) -> str:
        """A field is a group of its own."""
        return self.name

    def base_value(self) -> Text:
        """What the scenario says."""
        return Text(_bracketed(self.node), self.where)

    def read(self, node: Node) -> Text:
        """A text, in brackets where the field is a list. Raises ValueError if just one of them is a list."""
        text = Text(_bracketed(node), node.where) if isinstance(node, List) else _single(node)
        listed = text.startswith("[") and text.endswith("]")
        if text in STAND_FOR_LISTS or self.node in STAND_FOR_LISTS:
            return text
        if isinstance(self.node, List) and not listed:
            raise ValueError(f"is a list in the scenario; expected '[{text}]'")
        if listed and not isinstance(self.node, List):
            raise ValueError("is a single value in the scenario, and a list stands here")
        units.words(text)
        return text

    def spread(self, text: Text, central: float) -> RangeDraw:
        """`low to high` in one dimension; whole numbers without unit give whole numbers, each alike.

        Raises ValueError for a range that is none, does not go up or mixes dimensions.
        """
        if text == PRIOR:
            raise ValueError("is a scenario field and has no prior; expected 'low to high'")
        (dimension, low), (other, high) = map(measure, _ends(text))
        if dimension != other:
            right = "expected units on both"
            raise ValueError(f"{str(text)!r} runs from a {dimension} to a {other}; {right}")
        between, first, unit = _between(text, low, high), int(low), units.PREFERRED.get(dimension, "")
        if all(map(_is_whole, _ends(text))):
            numbers = int(high) - first + 1
            return lambda u: [Text(str(first + _choice(numbers, share)), text.where) for share in u]
        return lambda u: [Text(f"{number!r} {unit}".strip(), text.where) for number in between(u).tolist()]


@dataclass(frozen=True)
class HypothesisFactor:
    """The hypotheses on top of the scenario, on top of those that the user lays over it."""

    where: Where
    case: Case
    name: ClassVar[str] = WITH
    group: ClassVar[str] = WITH

    def base_value(self) -> tuple[Text, ...]:
        """None."""
        return ()

    def read(self, node: Node) -> tuple[Text, ...]:
        """A hypothesis by path or its name in the case, a list of them, or `none`.

        Raises ValueError for a list that is empty or names one twice, FaultyInput for one that is not there.
        """
        if node == NONE:
            return ()
        names = tuple(map(_single, node)) if isinstance(node, List) else (_single(node),)
        if not names:
            raise ValueError(f"no hypothesis stands here; expected {NONE!r}")
        for name in names:
            try:
                hypothesis_path(name, self.case)
            except FaultyInput as error:
                refuse(name.where, f"{WITH}: {str(name)[:60]!r} {error.faults[0].message}")
        if len(set(names)) < len(names):
            raise ValueError("a hypothesis stands here twice; expected once")
        return names

    def spread(self, text: Text, central: float) -> RangeDraw:
        """Hypotheses have no range. Raises ValueError, always."""
        raise ValueError(f"{str(text)!r} is no list; expected a list of choices")


Factor = ParameterFactor | FieldFactor | HypothesisFactor
"""What a design moves, by its name: `base_value` where no design does, `read` a value, `spread` a range."""


# --- finding ---------------------------------------------------------------------------------------------


def factor(name: str, where: Where, inputs: Inputs) -> Factor:
    """What a design names at a place. Raises FaultyInput."""
    from sim.scenario.schema import Scenario

    fields, rows = Scenario.model_fields, inputs.parameters.rows
    if name == WITH:
        return HypothesisFactor(where, inputs.loaded.case)
    if "." in name or name in fields:
        return FieldFactor(name, where, _field(inputs.loaded.tree, name, where))
    if name not in rows:
        message = f"{name!r} is neither a parameter, a scenario field nor {WITH!r}"
        refuse(where, f"{message}; {nearest(name, [*rows, *fields, WITH], 'list parameters')}")
    if name in inputs.parameters.pinned:
        right = "expected one of them"
        refuse(where, f"{name!r} is set or pinned already, but the design moves it; {right}")
    return ParameterFactor(rows[name], where)


def find(tree: Map, path: str, where: Where) -> Node:
    """What stands at a dotted path, found as `lay` finds it; what holds if the scenario leaves it out.

    Raises FaultyInput.
    """
    from sim.scenario.schema import Scenario

    node, last, loc = above(tree, path, where, schema=Scenario)
    known: dict[str, Node] = node if isinstance(node, Map) else {}
    if last in known:
        return known[last]
    keys = keys_at(Scenario, loc) if isinstance(node, Map) else []
    if last not in keys:
        refuse(where, f"{last!r} of {path!r} is not there; {nearest(last, [*known, *keys])}")
    text = default_at(Scenario, loc, last)
    if text is None:
        refuse(
            where,
            f"{path!r} is left out of the scenario, which says nothing then; expected a value there",
        )
    return List(where) if text == "[]" else Text(text, where)


def _field(tree: Map, path: str, where: Where) -> Text | List:
    """The single value or list of single values at a path that no setting has laid there."""
    node = find(tree, path, where)
    if has_parts(node) or isinstance(node, Map):
        refuse(where, f"{path!r} does not lead to a single value")
    if node.where.file.startswith("--set "):
        refuse(where, f"{path!r} is set already, but the design moves it; expected one of them")
    return node


# --- values ----------------------------------------------------------------------------------------------


def value(moved: Factor, node: Node, faults: Faults) -> Value | None:
    """One value of a factor; None, and its fault noted, if it is none."""
    read: Callable[[Node], Value] = moved.read
    return _noted(node, moved, faults, read)


def values(moved: Factor, node: Node, faults: Faults, least: int = 1) -> list[Value]:
    """A list of values of a factor, of which none comes twice."""
    if not isinstance(node, List):
        faults.note(node.where, f"{moved.name}: is not a list; expected '[...]'")
        return []
    if len(node) < least:
        faults.note(node.where, f"{moved.name}: holds {len(node)}; expected {least} or more")
    texts = [(text, item.where) for item in node if (text := value(moved, item, faults)) is not None]
    for where, line in repeats((same(text), where) for text, where in texts):
        faults.note(where, f"{moved.name}: says again what line {line} says; expected once")
    return [text for text, _ in texts]


def repeats(contents: Iterable[tuple[Hashable, Where]]) -> Iterator[tuple[Where, int]]:
    """The places at which there is what stands at an earlier one, and the line of that."""
    first: dict[Hashable, Where] = {}
    for content, where in contents:
        if first.setdefault(content, where) is not where:
            yield where, first[content].line


def draw(moved: Factor, node: Node, faults: Faults, central: float = 1.0) -> RangeDraw | None:
    """A range of a factor: a list of choices, each alike, or a text; None if it is faulty.

    Of a prior the `central` part of its probability is drawn (Morris: 90 %, its outer levels being the ends).
    """
    if isinstance(node, List):
        choices = values(moved, node, faults, 2)
        return lambda u: [choices[_choice(len(choices), share)] for share in u]
    return _noted(node, moved, faults, lambda text: moved.spread(_single(text), central))


def same(operand: Value) -> Hashable:
    """What two values have in common if they say the same, be it in other units."""
    if isinstance(operand, tuple):
        return operand
    with suppress(ValueError):
        dimension, number = measure(operand)
        return dimension, f"{number:.12g}"  # 150 mi are 241.4016 km, whatever rounding does to them
    return " ".join(operand.split())


def measure(text: str) -> tuple[str, float]:
    """The dimension of a text and its number in the model's own unit. Raises ValueError."""
    for dimension in ("number", *units.PREFERRED):
        with suppress(ValueError):
            return dimension, units.quantity(text, dimension)
    raise ValueError(f"{str(text)!r} is no number with a unit known here; expected something like '8 km'")


def _noted(node: Node, moved: Factor, faults: Faults, read: Callable[[Node], ReadValue]) -> ReadValue | None:
    """What is read of a node; None, and its fault noted, if it is faulty."""
    with faults:
        try:
            return read(node)
        except FaultyInput:
            raise
        except ValueError as error:
            faults.note(node.where, f"{moved.name}: {error}")
    return None


def _single(node: Node) -> Text:
    """A node that is a text. Raises ValueError."""
    if not isinstance(node, Text):
        raise ValueError(NOT_SINGLE)  # noqa: TRY004
    return node


def _bracketed(node: Text | List) -> str:
    """A text as it is, a list of texts in brackets. Raises ValueError."""
    return f"[{', '.join(map(_single, node))}]" if isinstance(node, List) else str(node)


def _ends(text: str) -> tuple[str, str]:
    """The two ends of `low to high`. Raises ValueError."""
    low, separator, high = text.partition(" to ")
    if not (low.strip() and separator and high.strip()):
        raise ValueError(f"{str(text)!r} is no range; expected 'low to high' or a list of choices")
    return low.strip(), high.strip()


def _is_whole(text: str) -> bool:
    """Whether a text is a whole number without unit."""
    with suppress(ValueError):
        return units.whole(text) is not None
    return False


def _between(text: str, low: float, high: float) -> Callable[[np.ndarray], np.ndarray]:
    """Numbers of a range by some u, uniform; the clip undoes what rounding adds. Raises ValueError."""
    if low >= high:
        raise ValueError(f"{str(text)!r} does not go up; expected a low below the high")
    return lambda u: np.clip(low + u * (high - low), low, high)


def _choice(number: int, u: float) -> int:
    """Which of a number of choices, each alike; u = 1 is the last."""
    return min(int(u * number), number - 1)
