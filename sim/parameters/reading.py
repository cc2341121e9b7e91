"""The parameters of the model: values, units, priors and where each comes from.

`params/default.yaml` names every parameter. A file given with `--params` may hold some of them only and
change their values and priors; a name that is not in the default file is an error. Inside the model a
parameter is a number in hours, kilometres and what follows from them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from sim.files import units
from sim.files.case import BUNDLED, Case
from sim.files.fields import Flag, Name, StrictModel, Words, checked
from sim.files.paths import display_path, program_file
from sim.files.yaml_tree import Fault, FaultyInput, List, Map, Node, Text, Where, locate, nearest, read
from sim.parameters.parameter import PRIOR_NUMBERS, UNITLESS_NUMBERS, AnyPrior, Parameter, Parameters, short
from sim.parameters.posterior import Posterior, PosteriorSheet, read_posterior
from sim.record.record import held_out_hash

Basis = Literal["outside", "class", "judgement", "judgement, outcome known", "assumption"]


class _Support(StrictModel):
    least: Words
    most: Words


class _Row(StrictModel):
    symbol: Words
    unit: Words
    value: Words
    prior: AnyPrior
    support: _Support
    pinned: Flag = False
    basis: Basis
    source: Words
    note: Words


class ParameterOverride(StrictModel):
    """A row of a file that is laid over the default parameters: what it leaves out stays as it is."""

    symbol: Words | None = None
    unit: Words | None = None
    value: Words | None = None
    prior: AnyPrior | None = None
    support: _Support | None = None
    pinned: Flag = False
    basis: Basis | None = None
    source: Words | None = None
    note: Words | None = None


class ParameterFile(StrictModel):
    """A parameter file, for editors."""

    parameters: dict[Name, ParameterOverride]
    posteriors: list[PosteriorSheet] = Field(default_factory=list)


def load_parameters(
    params: Path | Sequence[Path] | None = None,
    sets: Mapping[str, str] | None = None,
    case: Case = BUNDLED,
) -> Parameters:
    """The default parameters, with the case's, files and single values laid over them, later ones on top.

    `sets` maps a name to the text of a value (from `--set`); such parameters are pinned. Raises FaultyInput
    with every fault found.
    """
    default, own = program_file("params", "default.yaml"), case.lent("params", "default.yaml")
    faults: list[Fault] = []
    known = _named(read(default, faults), faults)
    posteriors: list[Posterior] = []
    for path in [own, *([params] if isinstance(params, Path) else params or ())]:
        if display_path(path) != display_path(default):
            tree = read(path, faults)
            laid = _named(tree, faults)
            faults += _lay_file(known, laid)
            posteriors = [kept for one in posteriors if (kept := one.without(laid))]
            posteriors += _posteriors(
                tree, path.parent, known=known, others=posteriors, case=case, faults=faults
            )
    pinned = dict(sets or {})
    for name, text in pinned.items():
        faults += _lay_value(known, name, text)
    rows: dict[str, Parameter] = {}
    for name, node in known.items():
        row = _parameter(name, node, faults)
        if row is not None:
            rows[name] = row
    faults += _crossed(rows, known, display_path(default))
    faults += [fault for one in posteriors for fault in _outside(one, rows)]
    if faults:
        raise FaultyInput(faults)
    pins = {name for name in rows if known[name].get("pinned") == "true"}
    return Parameters(rows, frozenset(pinned) | pins, tuple(posteriors))


def _posteriors(
    tree: Map, folder: Path, *, known: Map, others: Sequence[Posterior], case: Case, faults: list[Fault]
) -> Iterator[Posterior]:
    """The posteriors that a file names; of a parameter that another one has, too, that is told."""
    nodes = tree.get("posteriors")
    if nodes is None:
        return
    taken = {name for one in others for name in one.names}
    for node in nodes if isinstance(nodes, List) else [nodes]:
        if isinstance(node, Map) and "model" in node and "rules" not in node:
            message = "this posterior is older than the numbers of the rules"
            faults.append(Fault(node.lines["model"], f"{message}; calibrating again would be right"))
            continue
        try:
            sheet = checked(node, PosteriorSheet)
        except FaultyInput as error:
            faults += error.faults
            continue
        one = read_posterior(sheet, folder, node.where, known, faults)
        foreign = sheet.record != held_out_hash(case)
        if one is not None and foreign and sheet.case == case.name:
            message = "the held-out rows were changed since this was fitted"
            faults.append(Fault(node.lines["record"], f"record: {message}; calibrating again would be right"))
            continue
        if one is not None and taken & set(one.names):
            both = ", ".join(sorted(taken & set(one.names)))
            faults.append(Fault(node.where, f"another posterior has {both} too; one of them would be right"))
        if one is not None:
            taken |= set(one.names)
            yield replace(one, foreign=foreign)


def _outside(posterior: Posterior, rows: Mapping[str, Parameter]) -> Iterator[Fault]:
    """Draws outside the support of their parameter."""
    for name, column in zip(posterior.names, posterior.draws.T, strict=True):
        if name in rows and not ((column >= rows[name].support[0]) & (column <= rows[name].support[1])).all():
            least, most = rows[name].support
            right = f"{short(rows[name], least)} to {short(rows[name], most)} would be right"
            where = Where(posterior.sheet.draws, 0)
            yield Fault(where, f"{name}: some draws are out of range; {right}")


def _named(tree: Map, faults: list[Fault]) -> Map:
    """The rows of a parameter file by name: `parameters`, with names below it."""
    for key, where in tree.lines.items():
        if key not in ("parameters", "posteriors"):
            faults.append(
                Fault(where, f"{key!r} is not a key here; {nearest(key, ['parameters', 'posteriors'])}")
            )
    rows = tree.get("parameters")
    if isinstance(rows, Map):
        return rows
    where = locate(tree, ["parameters"])
    faults.append(Fault(where, "the key 'parameters' with names below it is missing"))
    return Map(where)


def _lay_file(known: Map, other: Map) -> list[Fault]:
    """Lay a user's rows over the known ones; returns what is wrong with their names, keys and units."""
    faults: list[Fault] = []
    for name, row in other.items():
        where = other.lines[name]
        if name not in known:
            faults.append(Fault(where, f"{name!r} is no parameter; {nearest(name, known)}"))
        elif not isinstance(row, Map):
            faults.append(Fault(where, f"{name!r} has no keys; 'value: ...' below it would be right"))
        elif row.get("support", known[name]["support"]) != known[name]["support"]:
            message = f"{name}: its support is the default file's; leaving it out would be right"
            faults.append(Fault(row.lines["support"], message))
        elif "unit" in row and (message := _wrong_unit(known[name]["unit"], row["unit"])):
            faults.append(Fault(row.lines["unit"], f"{name}: {message}"))
        else:
            for key, value in row.items():
                known[name].put(key, value, row.lines[key])
    return faults


def _wrong_unit(known: str, unit: Node) -> str:
    """What is wrong with the unit of a user's row; empty if nothing is."""
    dimension = units.UNITS[known][0]
    if not isinstance(unit, Text) or unit not in units.UNITS:
        return f"{str(unit)!r} is not a unit known here; {nearest(str(unit), units.UNITS)}"
    if units.UNITS[unit][0] != dimension:
        return f"{str(unit)!r} is no unit of a {dimension}; {known!r} would be right"
    return ""


def _lay_value(known: Map, name: str, text: str) -> list[Fault]:
    """Lay the text of a value over a known row."""
    where = getattr(text, "where", Where(f"--set {name}", 0))
    if name not in known:
        return [Fault(where, f"{name!r} is no parameter; {nearest(name, known)}")]
    known[name].put("value", Text(text, where), where)
    return []


def _parameter(name: str, node: Any, faults: list[Fault]) -> Parameter | None:
    """One row of the file; None, and its faults noted, if it is faulty."""
    before = len(faults)
    row = None
    try:
        row = checked(node, _Row)
    except FaultyInput as error:
        faults += error.faults
    unit = str(node.get("unit", "")) if isinstance(node, Map) else ""
    if unit in units.UNITS:
        numbers = _numbers(name, node, unit, faults)
        if row is not None and len(faults) == before:
            parameter = _made(name, row, numbers)
            wrong = _out_of_support(parameter, node)
            faults += wrong
            return None if wrong else parameter
    elif row is not None:
        message = f"{name}: {unit!r} is not a unit known here; {nearest(unit, units.UNITS)}"
        faults.append(Fault(locate(node, ["unit"]), message))
    return None


def _made(name: str, row: _Row, numbers: dict[tuple[str, str], float]) -> Parameter:
    """The parameter of a checked row and its numbers by (mapping, key)."""
    prior = {key: number for (part, key), number in numbers.items() if part == "prior"}
    return Parameter(
        name=name,
        symbol=row.symbol,
        unit=row.unit,
        value=numbers["", "value"],
        kind=row.prior.kind,
        numbers=prior,
        support=(numbers["support", "least"], numbers["support", "most"]),
        basis=row.basis,
        source=row.source,
        note=row.note,
    )


def _numbers(name: str, node: Map, unit: str, faults: list[Fault]) -> dict[tuple[str, str], float]:
    """The numbers of a row in h and km, by (mapping, key); what is faulty is noted and left out."""
    wanted = {"": ("value",), "prior": PRIOR_NUMBERS, "support": ("least", "most")}
    numbers = {}
    for part, keys in wanted.items():
        mapping = node.get(part) if part else node
        if not isinstance(mapping, Map):
            continue
        for key, text in mapping.items():
            if key not in keys or not isinstance(text, Text) or not text.strip():
                continue
            try:
                numbers[part, key] = _number(key, text, unit)
            except ValueError as error:
                faults.append(Fault(mapping.lines[key], f"{name}: {key}: {error}"))
    if numbers.get(("prior", "low"), -1.0) >= numbers.get(("prior", "high"), math.inf):
        message = f"{name}: the prior's low is not below its high; a lower one would be right"
        faults.append(Fault(locate(node, ["prior", "low"]), message))
    ends = [numbers.get(place) for place in (("support", "least"), ("", "value"), ("support", "most"))]
    known = [end for end in ends if end is not None]
    if len(known) == 3 and known != sorted(known):
        right = f"{node['support']['least']} to {node['support']['most']} would be right"
        message = f"{name}: value: {str(node['value'])!r} is out of range; {right}"
        faults.append(Fault(node.lines["value"], message))
    return numbers


def _number(key: str, text: str, unit: str) -> float:
    """A number of a row, in the model's own units. Raises ValueError."""
    number = units.number(text) if key in UNITLESS_NUMBERS else units.quantity(text, units.UNITS[unit][0])
    if number <= 0 and key in (*UNITLESS_NUMBERS, "median", "scale"):
        raise ValueError(f"{str(text)!r} is out of range; more than 0 would be right")
    return number


def _out_of_support(row: Parameter, node: Map) -> list[Fault]:
    """A prior outside the support, or a value outside its prior's cut."""
    least, most = row.support
    wanted = f"{short(row, least)} to {short(row, most)} would be right"
    faults = []
    if row.value > row.numbers.get("cut", math.inf):
        message = f"{row.name}: {short(row, row.value)} is above the prior's cut; a greater cut would do"
        faults.append(Fault(locate(node, ["prior", "cut"]), message))
    low, high = row.reach()
    if not (least <= low and high <= most):
        message = f"{row.name}: the prior reaches from {short(row, low)} to {short(row, high)}; {wanted}"
        faults.append(Fault(locate(node, ["prior", "kind"]), message))
    return faults


ORDERED = [(f"{name}_least", f"{name}_most") for name in ("sighting", "ahead", "round", "probe")]
"""Parameters of which the first may not be above the second."""


def _crossed(rows: Mapping[str, Parameter], known: Map, default: str) -> list[Fault]:
    """Least values above their greatest, told where the user wrote one of the two."""
    faults = []
    for low, high in ORDERED:
        if low in rows and high in rows and rows[low].value > rows[high].value:
            below, above = short(rows[low], rows[low].value), short(rows[high], rows[high].value)
            where = known[low].lines["value"]
            if where.file != default:
                faults.append(Fault(where, f"{low}: {below} is above {high} ({above}); less would be right"))
            else:
                message = f"{high}: {above} is below {low} ({below}); more would be right"
                faults.append(Fault(known[high].lines["value"], message))
    return faults
