"""The parameters of the model: values, units, priors and where each comes from.

`params/default.yaml` names every parameter. A file given with `--params` may hold some of them only and
change their values and priors; a name that is not in the default file is an error. Inside the model a
parameter is a number in hours, kilometres and what follows from them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim import units
from sim.bundle import bundled, shown
from sim.fields import Checked, Words, checked
from sim.files import Fault, FaultyInput, Map, Text, Where, locate, nearest, read
from sim.priors import NUMBERS, PLAIN, AnyPrior, quantile
from sim.rules.chance import key_of, uniform

Basis = Literal["outside", "class", "judgement", "judgement, outcome known", "assumption", "definition"]


class _Row(Checked):
    symbol: Words
    unit: Words
    value: Words
    prior: AnyPrior
    basis: Basis
    source: Words
    note: Words


@dataclass(frozen=True)
class Parameter:
    """A parameter in its own unit's dimension: `value` and `numbers` of its prior are in h and km."""

    name: str
    symbol: str
    unit: str
    value: float
    kind: str
    numbers: Mapping[str, float]
    basis: str
    source: str
    note: str

    @property
    def in_unit(self) -> float:
        """How many of the model's own unit one of the parameter's unit is."""
        return units.UNITS[self.unit][1]

    def quantile(self, u: float) -> float:
        """The prior's quantile at u in (0, 1), in h and km; a fixed parameter gives its value."""
        return self.value if self.kind == "fixed" else quantile(self.kind, self.numbers, u)

    def bounds(self) -> tuple[float, float]:
        """The 5 and 95 % quantiles of the prior, or the range in which a fixed parameter is varied."""
        if self.kind == "fixed":
            return self.numbers["low"], self.numbers["high"]
        return self.quantile(0.05), self.quantile(0.95)


Values = dict[str, float]


@dataclass(frozen=True)
class Parameters:
    """All parameters by name, in the order of the default file; `pinned` are never drawn."""

    rows: Mapping[str, Parameter]
    pinned: frozenset[str] = frozenset()

    def values(self) -> Values:
        """Each parameter's value, in h and km."""
        return {name: row.value for name, row in self.rows.items()}

    def draw(self, run_seed: int) -> Values:
        """Each parameter drawn from its prior, keyed by run seed and name; pinned ones keep their value."""
        return {
            name: row.value
            if name in self.pinned or row.kind == "fixed"
            else row.quantile(uniform(run_seed, key_of("parameter", name), 0, 0))
            for name, row in self.rows.items()
        }

    def text(self) -> str:
        """The parameters as a YAML file that `--params` takes."""
        lines = ["parameters:"]
        for row in self.rows.values():
            prior = ", ".join(f"{key}: {_written(row, key, number)}" for key, number in row.numbers.items())
            lines += [
                f"  {row.name}:",
                f"    symbol: {_quoted(row.symbol)}",
                f"    unit: {_quoted(row.unit)}",
                f"    value: {_written(row, 'value', row.value)}",
                f"    prior: {{kind: {row.kind}, {prior}}}",
                f"    basis: {_quoted(row.basis)}",
                f"    source: {_quoted(row.source)}",
                f"    note: {_quoted(row.note)}",
            ]
        return "\n".join(lines) + "\n"


def load_parameters(path: Path | None = None, sets: Mapping[str, str] | None = None) -> Parameters:
    """The default parameters, with those of a file and single values laid over them.

    `sets` maps a name to the text of a value (from `--set`); such parameters are pinned. Raises FaultyInput
    with every fault found.
    """
    default = bundled("params") / "default.yaml"
    tree = read(default)
    _check_keys(tree)
    faults: list[Fault] = []
    if path is not None and path.resolve() != default.resolve():
        faults += _lay_file(tree["parameters"], read(path))
    pinned = dict(sets or {})
    for name, text in pinned.items():
        faults += _lay_value(tree["parameters"], name, text)
    rows: dict[str, Parameter] = {}
    for name, node in tree["parameters"].items():
        try:
            rows[name] = _parameter(name, node)
        except FaultyInput as error:
            faults += error.faults
    faults += _crossed(rows, tree)
    if faults:
        raise FaultyInput(faults)
    return Parameters(rows, frozenset(pinned))


def _check_keys(tree: Map) -> None:
    """A parameter file has one key, `parameters`, with names below it."""
    faults = [
        Fault(where, f"{key!r} is not a key here; 'parameters' is the only one")
        for key, where in tree.lines.items()
        if key != "parameters"
    ]
    if not isinstance(tree.get("parameters"), Map):
        faults.append(
            Fault(locate(tree, ["parameters"]), "the key 'parameters' with names below it is missing")
        )
    if faults:
        raise FaultyInput(faults)


def _lay_file(known: Map, other: Map) -> list[Fault]:
    """Lay the rows of a user's file over the known ones; returns what is wrong with their names and keys."""
    _check_keys(other)
    faults: list[Fault] = []
    for name, row in other["parameters"].items():
        where = other["parameters"].lines[name]
        if name not in known:
            faults.append(Fault(where, f"{name!r} is no parameter; {nearest(name, known)}"))
        elif not isinstance(row, Map):
            faults.append(Fault(where, f"{name!r} has no keys; 'value: ...' below it would be right"))
        else:
            if "unit" in row and "value" not in row:
                faults.append(Fault(row.lines["unit"], f"{name!r} changes its unit and keeps its value"))
            for key, value in row.items():
                known[name].put(key, value, row.lines[key])
    return faults


def _lay_value(known: Map, name: str, text: str) -> list[Fault]:
    """Lay the text of a value over a known row."""
    where = Where(f"--set {name}", 0)
    if name not in known:
        return [Fault(where, f"{name!r} is no parameter; {nearest(name, known)}")]
    known[name].put("value", Text(text, where), where)
    return []


def _parameter(name: str, node: Map) -> Parameter:
    """One row of the file, every fault of it at once."""
    faults: list[Fault] = []
    row = None
    try:
        row = checked(node, _Row)
    except FaultyInput as error:
        faults += error.faults
    unit = str(node.get("unit", ""))
    if unit not in units.UNITS:
        message = f"{name}: {unit!r} is not a unit known here; {nearest(unit, units.UNITS)}"
        raise FaultyInput([*faults, Fault(locate(node, ["unit"]), message)])
    value = _number(name, "value", node, unit, faults)
    prior = node.get("prior")
    numbers = {}
    if isinstance(prior, Map):
        numbers = {key: _number(name, key, prior, unit, faults) for key in prior if key in NUMBERS}
    if row is None or faults:
        raise FaultyInput(faults)
    faults += _out_of_support(name, unit, value, numbers, node)
    if faults:
        raise FaultyInput(faults)
    return Parameter(name, row.symbol, unit, value, row.prior.kind, numbers, row.basis, row.source, row.note)


def _number(name: str, key: str, node: Map, unit: str, faults: list[Fault]) -> float:
    """A number of a row in the model's own units; faults are noted, and 1 stands for what is faulty."""
    text = node.get(key)
    if not isinstance(text, Text):
        return 1.0
    dimension = units.UNITS[unit][0]
    try:
        number = units.number(text) if key in PLAIN else units.quantity(text, dimension)
    except ValueError as error:
        faults.append(Fault(node.lines[key], f"{name}: {key}: {error}"))
        return 1.0
    above_zero = key in (*PLAIN, "median", "scale") or (key == "value" and dimension in _NEVER_ZERO)
    if number < 0 or (number == 0 and above_zero):
        wanted = "more than 0" if above_zero else "0 or more"
        faults.append(
            Fault(node.lines[key], f"{name}: {key}: {str(text)!r} is out of range; {wanted} would be right")
        )
    elif dimension == "share" and key not in PLAIN and number > 1:
        faults.append(
            Fault(
                node.lines[key],
                f"{name}: {key}: {str(text)!r} is out of range; a share from 0 to 1 would be right",
            )
        )
    return number


_NEVER_ZERO = ("speed", "hours a day", "persons")


def _out_of_support(name: str, unit: str, value: float, numbers: Values, node: Map) -> list[Fault]:
    """What the bounds of a prior forbid."""
    faults = []
    if "low" in numbers and numbers["low"] >= numbers["high"]:
        where = locate(node, ["prior", "low"])
        faults.append(
            Fault(where, f"{name}: the prior's low is not below its high; the other way round would be right")
        )
    highest = min(numbers.get("cut", math.inf), 24.0 if unit == "h/day" else math.inf)
    if value > highest:
        where = locate(node, ["value"])
        faults.append(Fault(where, f"{name}: {value:g} is out of range; at most {highest:g} would be right"))
    return faults


_ORDERED = (("sighting_least", "sighting_most"), ("ahead_least", "ahead_most"), ("round_least", "round_most"))


def _crossed(rows: Mapping[str, Parameter], tree: Map) -> list[Fault]:
    """Least values that lie above their greatest."""
    return [
        Fault(
            locate(tree, ["parameters", low, "value"]),
            f"{low}: {rows[low].value:g} is above {high} ({rows[high].value:g}); less would be right",
        )
        for low, high in _ORDERED
        if low in rows and high in rows and rows[low].value > rows[high].value
    ]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(row: Parameter, key: str, number: float) -> str:
    """A number of the row as text that reads back as the same number."""
    if key in PLAIN or units.UNITS[row.unit][0] in units.BARE:
        return repr(number)
    unit, in_unit = row.unit, row.in_unit
    if number / in_unit * in_unit != number:
        unit = units.PREFERRED[units.UNITS[unit][0]]
        in_unit = units.UNITS[unit][1]
    return f"{number / in_unit!r} {unit}"


def table(parameters: Parameters) -> list[dict[str, Any]]:
    """The parameters as rows for a table: values and bounds as text in their own unit."""
    rows = []
    for row in parameters.rows.values():
        low, high = row.bounds()
        unit = "" if units.UNITS[row.unit][0] in units.BARE else f" {row.unit}"
        numbers = ", ".join(f"{n if key in PLAIN else n / row.in_unit:.4g}" for key, n in row.numbers.items())
        rows.append(
            {
                "name": row.name,
                "symbol": row.symbol,
                "value": f"{row.value / row.in_unit:.4g}{unit}",
                "prior": "fixed" if row.kind == "fixed" else f"{row.kind}({numbers})",
                "range": f"{low / row.in_unit:.3g} to {high / row.in_unit:.3g}",
                "basis": row.basis,
                "source": row.source,
                "note": row.note,
            }
        )
    return rows


def file_of(path: Path | None) -> str:
    """The parameter file as manifests name it."""
    return shown(path) if path else "params/default.yaml"
