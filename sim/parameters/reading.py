"""The parameters of the model: values, units, priors and where each comes from.

`params/default.yaml` names every parameter. A file given with `--params` may hold some of them only and
change their values and priors; a name that is not in the default file is an error. Inside the model a
parameter is a number in hours, kilometres and what follows from them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sim.files import units
from sim.files.case import BUNDLED, Case
from sim.files.fields import Flag, Label, Name, StrictModel, Words, checked, for_readers
from sim.files.paths import display_path, program_file
from sim.files.yaml_tree import Faults, List, Map, Node, Text, Where, locate, nearest, read, refuse
from sim.parameters.parameter import (
    PRIOR_NUMBERS,
    UNITLESS_NUMBERS,
    AnyPrior,
    FileUse,
    Parameter,
    Parameters,
    between,
    short,
)
from sim.parameters.posterior import Posterior, PosteriorSheet, read_posterior
from sim.record.record import held_out_hash

Basis = Literal["outside", "class", "judgement", "judgement, outcome known", "assumption"]


class _Support(StrictModel):
    least: Words
    most: Words


class _Row(StrictModel):
    group: Label
    symbol: Annotated[Label, for_readers()]
    unit: Label
    value: Words
    prior: AnyPrior
    support: _Support
    pinned: Flag = False
    basis: Annotated[Basis, for_readers()]
    source: Annotated[Words, for_readers()]
    note: Annotated[Words, for_readers()]


class ParameterOverride(StrictModel):
    """A row of a file that is on top of the default parameters: what it leaves out stays as it is."""

    group: Label | None = None  # stays as it is
    symbol: Annotated[Label | None, for_readers()] = None
    unit: Label | None = None
    value: Words | None = None
    prior: AnyPrior | None = None
    support: _Support | None = None
    pinned: Flag = False
    basis: Annotated[Basis | None, for_readers()] = None
    source: Annotated[Words | None, for_readers()] = None
    note: Annotated[Words | None, for_readers()] = None


class ParameterFile(StrictModel):
    """A parameter file, for editors."""

    parameters: dict[Name, ParameterOverride]
    posteriors: list[PosteriorSheet] = Field(default_factory=list)


def load_parameters(
    params: Path | Sequence[Path] | None = None,
    sets: Mapping[str, str] | None = None,
    case: Case = BUNDLED,
) -> Parameters:
    """The default parameters, with the case's, files and single values on top of them, later ones on top.

    `sets` maps a name to the text of a value (from `--set`); such parameters are pinned. Raises FaultyInput
    with every fault found.
    """
    default, lent = program_file("params", "default.yaml"), case.lent("params", "default.yaml")
    faults = Faults()
    known = _named(read(default, faults), faults)
    posteriors: list[Posterior] = []
    files: list[FileUse] = []
    for path in [lent, *([params] if isinstance(params, Path) else params or ())]:
        if display_path(path) != display_path(default):
            tree = read(path, faults)
            laid = _named(tree, faults)
            _lay_file(known, laid, faults)
            posteriors = list(filter(None, (one.without(laid) for one in posteriors)))
            fitted = [
                *_posteriors(tree, path.parent, known=known, others=posteriors, case=case, faults=faults)
            ]
            posteriors += fitted
            if path != lent:
                names = tuple(name for one in fitted for name in one.names)
                values = tuple(name for name in laid if name not in names)
                files.append(FileUse(file=display_path(path), values=values, posterior=names))
    pinned = dict(sets or {})
    for name, text in pinned.items():
        _lay_value(known, name, text, faults)
    checked_rows = {name: _parameter(name, node, faults) for name, node in known.items()}
    rows = {name: row for name, row in checked_rows.items() if row is not None}
    _note_crossed(rows, known, display_path(default), faults)
    for posterior in posteriors:
        _note_outside(posterior, rows, faults)
    faults.refuse()
    pins = {name for name in rows if known[name].get("pinned") == "true"}
    return Parameters(
        rows=rows,
        pinned=frozenset(pinned) | pins,
        posteriors=tuple(posteriors),
        files=tuple(files),
    )


def _posteriors(
    tree: Map, folder: Path, *, known: Map, others: Sequence[Posterior], case: Case, faults: Faults
) -> Iterator[Posterior]:
    """The posteriors that a file names; of a parameter that another one has, too, that is told."""
    nodes = tree.get("posteriors")
    if nodes is None:
        return
    again = "calibrate again"
    taken = {name for one in others for name in one.names}
    for node in nodes if isinstance(nodes, List) else [nodes]:
        with faults:
            if isinstance(node, Map) and "model" in node and "rules" not in node:
                refuse(node.lines["model"], f"this posterior is older than the numbers of the rules; {again}")
            sheet = checked(node, PosteriorSheet)
            one = read_posterior(sheet, folder, node.where, known)
            foreign = sheet.record != held_out_hash(case)
            if foreign and sheet.case == case.name:
                message = "record: the held-out rows were changed since this was fitted"
                refuse(node.lines["record"], f"{message}; {again}")
            if both := ", ".join(sorted(taken & set(one.names))):
                faults.note(node.where, f"another posterior has {both} too; expected one of them")
            taken |= set(one.names)
            yield replace(one, foreign=foreign)


def _note_outside(posterior: Posterior, rows: Mapping[str, Parameter], faults: Faults) -> None:
    """Note draws outside the support of their parameter."""
    for name, column in zip(posterior.names, posterior.draws.T, strict=True):
        least, most = rows[name].support if name in rows else (-math.inf, math.inf)
        if not ((column >= least) & (column <= most)).all():
            right = f"expected {between(rows[name], least, most)}"
            faults.note(posterior.sheet.draws, f"{name}: some draws are out of range; {right}")


def _named(tree: Map, faults: Faults) -> Map:
    """The rows of a parameter file by name: `parameters`, with names below it."""
    known = ("parameters", "posteriors")
    for key, where in tree.lines.items():
        if key not in known:
            faults.note(where, f"{key!r} is not a key here; {nearest(key, known)}")
    rows = tree.get("parameters")
    if isinstance(rows, Map):
        return rows
    where = locate(tree, ["parameters"])
    faults.note(where, "the key 'parameters' is missing; expected 'parameters:' with names below it")
    return Map(where)


def _lay_file(known: Map, other: Map, faults: Faults) -> None:
    """Lay a user's rows over the known ones; what is wrong with their names, keys and units is noted."""
    for name, row in other.items():
        if name not in known:
            faults.note(
                other.lines[name], f"{name!r} is no parameter; {nearest(name, known, 'list parameters')}"
            )
        elif not isinstance(row, Map):
            faults.note(other.lines[name], f"{name!r} has no keys; expected 'value: ...' below it")
        elif key := _changed_default(row, known[name]):
            faults.note(row.lines[key], f"{name}: its {key} is the default file's; leave it out")
        elif "unit" in row and (message := _wrong_unit(known[name]["unit"], row["unit"])):
            faults.note(row.lines["unit"], f"{name}: {message}")
        else:
            for key, value in row.items():
                known[name].put(key, value, row.lines[key])


DEFAULT_ALONE = ("support", "group")
"""Keys of a row that no other file may change."""


def _changed_default(row: Map, known: Map) -> str:
    """The first key that a user's row has otherwise than it may; empty if there is none."""
    return next((key for key in DEFAULT_ALONE if row.get(key, known[key]) != known[key]), "")


def _wrong_unit(known: str, unit: Node) -> str:
    """What is wrong with the unit of a user's row; empty if nothing is."""
    dimension = units.UNITS[known][0]
    if not isinstance(unit, Text) or unit not in units.UNITS:
        return f"{str(unit)!r} is not a unit known here; {nearest(str(unit), units.UNITS)}"
    if units.UNITS[unit][0] != dimension:
        return f"{str(unit)!r} is no unit of a {dimension}; expected {known!r}"
    return ""


def _lay_value(known: Map, name: str, text: str, faults: Faults) -> None:
    """Lay the text of a value over a known row."""
    where = getattr(text, "where", Where(f"--set {name}", 0))
    if name in known:
        known[name].put("value", Text(text, where), where)
    else:
        faults.note(where, f"{name!r} is no parameter; {nearest(name, known, 'list parameters')}")


def _parameter(name: str, node: Map, faults: Faults) -> Parameter | None:
    """One row of the file; None, and its faults noted, if it is faulty."""
    before, unit = len(faults), str(node.get("unit", ""))
    with faults:
        row = checked(node, _Row)
        if unit not in units.UNITS:
            message = f"{name}: {unit!r} is not a unit known here; {nearest(unit, units.UNITS)}"
            refuse(node.lines["unit"], message)
    numbers = _numbers(name, node, unit, faults) if unit in units.UNITS else {}
    if len(faults) > before:
        return None
    parameter = Parameter(
        name=name,
        value=numbers["", "value"],
        kind=row.prior.kind,
        numbers={key: number for (part, key), number in numbers.items() if part == "prior"},
        support=(numbers["support", "least"], numbers["support", "most"]),
        **row.model_dump(include={"group", "symbol", "unit", "basis", "source", "note"}),
    )
    _note_out_of_support(parameter, node, faults)
    return parameter if len(faults) == before else None


def _numbers(name: str, node: Map, unit: str, faults: Faults) -> dict[tuple[str, str], float]:
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
            except units.Mistyped as error:
                message = str(error) if part else error.among(partial(_refusal, node, unit))
                faults.note(mapping.lines[key], f"{name}: {key}: {message}")
            except ValueError as error:
                faults.note(mapping.lines[key], f"{name}: {key}: {error}")
    if numbers.get(("prior", "low"), -1.0) >= numbers.get(("prior", "high"), math.inf):
        message = f"{name}: the prior's low is not below its high; expected a lower one"
        faults.note(locate(node, ["prior", "low"]), message)
    if ("", "value") in numbers and (refusal := _refusal(node, unit, str(node["value"]))):
        faults.note(node.lines["value"], f"{name}: value: {refusal}")
    return numbers


def _refusal(node: Map, unit: str, text: str) -> str:
    """What is wrong with a value that is a number, as far as a row's support goes; empty if nothing is."""
    support = node.get("support")
    if not isinstance(support, Map):
        return ""
    low, high = str(support.get("least")), str(support.get("most"))
    try:
        within = _number("", low, unit) <= _number("", text, unit) <= _number("", high, unit)
    except ValueError:  # of which more is told elsewhere
        return ""
    return "" if within else f"{text!r} is out of range; expected {low} to {high}"


def _number(key: str, text: str, unit: str) -> float:
    """A number of a row, in the model's own units. Raises ValueError."""
    number = units.number(text) if key in UNITLESS_NUMBERS else units.quantity(text, units.UNITS[unit][0])
    if number <= 0 and key in (*UNITLESS_NUMBERS, "median", "scale"):
        raise ValueError(f"{str(text)!r} is out of range; expected more than 0")
    return number


def _note_out_of_support(row: Parameter, node: Map, faults: Faults) -> None:
    """Note a prior outside the support, or a value outside its prior's cut."""
    if row.value > row.numbers.get("cut", math.inf):
        message = f"{row.name}: {short(row, row.value)} is above the prior's cut; a greater cut would do"
        faults.note(locate(node, ["prior", "cut"]), message)
    low, high = row.reach()
    if not (row.support[0] <= low and high <= row.support[1]):
        message = f"{row.name}: the prior reaches from {between(row, low, high)}"
        faults.note(locate(node, ["prior", "kind"]), f"{message}; expected {between(row, *row.support)}")


ORDERED = [(f"{name}_least", f"{name}_most") for name in ("sighting", "ahead", "round", "probe")]
"""Parameters of which the first may not be above the second."""


def _note_crossed(rows: Mapping[str, Parameter], known: Map, default: str, faults: Faults) -> None:
    """Note least values above their greatest where the user wrote one of the two."""
    for low, high in ORDERED:
        if low in rows and high in rows and rows[low].value > rows[high].value:
            below, above = short(rows[low], rows[low].value), short(rows[high], rows[high].value)
            where = known[low].lines["value"]
            if where.file != default:
                faults.note(where, f"{low}: {below} is above {high} ({above}); expected less")
            else:
                message = f"{high}: {above} is below {low} ({below}); expected more"
                faults.note(known[high].lines["value"], message)
