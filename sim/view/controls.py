"""What a visitor of the page may change: choices and defaults from the scenario and the hypothesis files.

What comes from a page is text by the names here; anything else is refused before it is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from sim.engine.inputs import Inputs
from sim.files.case import Case
from sim.files.overrides import above
from sim.files.yaml_tree import Fault, Faults, FaultyInput, List, Map, Text, Where, refuse
from sim.scenario.hypotheses import hypotheses, overrides_of
from sim.scenario.reading import varied
from sim.scenario.schema import Column

LONGEST = 40
"""Letters of a setting, at most."""
RIVALS = 10
"""Hypotheses laid over a scenario at once, at most."""
LARGEST_COLUMN = 5000
"""Vehicles or persons of a column, at most."""
FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/:]+/)+")
"""The folders of a path from the root of this machine."""
WITH = "with"
SEED = "seed"


@dataclass(frozen=True, kw_only=True)
class Control:
    """A setting: its name, what it is, its default as text, and choices (`free`: others may be typed)."""

    name: str
    label: str
    default: str
    choices: tuple[str, ...] = ()
    free: bool = True


@dataclass(frozen=True)
class Controls:
    """The settings of a scenario, and the hypotheses that can be laid over it with their summaries."""

    fields: tuple[Control, ...]
    rivals: Mapping[str, str]


def controls(inputs: Inputs) -> Controls:
    """What of a scenario a visitor may change: drones' stations and radii (km), then sizes of columns.

    Hypotheses that cannot be read or laid over it, or concern what it says nothing of, are left out.
    """
    case, unheeded = inputs.loaded.case, Faults()
    overrides: list[Mapping[str, str]] = [
        overrides_of(name, unheeded, case) or {} for name in hypotheses(case)
    ]
    fields: list[Control] = []
    for drone in inputs.loaded.tree.get("drones", []):
        fields += _of_drone(inputs, drone, overrides)
    for column in inputs.loaded.scenario.columns:
        fields += [_size(column, what) for what in ("vehicles", "persons")]
    rivals = {name: summary for name, summary in hypotheses(case).items() if _fits(inputs, name)}
    return Controls(tuple(fields), rivals)


def _of_drone(
    inputs: Inputs, drone: Mapping[str, str], overrides: Sequence[Mapping[str, str]]
) -> Iterator[Control]:
    """The control station and the radius of a drone detachment."""
    for key, sites in (("station", _stations(inputs)), ("radius", [])):
        name = f"drones.{drone['id']}.{key}"
        choices = [drone[key], *(fields[name] for fields in overrides if name in fields), *sites]
        yield Control(
            name=name,
            label=f"Drones {drone['id']}: {key}",
            default=str(drone[key]),
            choices=tuple(dict.fromkeys(map(str, choices))),
            free=key == "radius",
        )


def _stations(inputs: Inputs) -> list[str]:
    """Where a control station may stand: airfields, and what the columns take for it."""
    columns = inputs.loaded.scenario.columns
    sites = [goal.place for column in columns for goal in column.objectives if goal.control_site]
    places = inputs.loaded.network.places.values()
    return [place.id for place in places if place.kind == "airfield"] + sites


def _size(column: Column, what: str) -> Control:
    """The vehicles or persons of a column, all its serials together."""
    ranges = [getattr(serial, what) for serial in column.serials]
    low, high = sum(least for least, _ in ranges), sum(most for _, most in ranges)
    default = f"{low}" if low == high else f"{low} to {high}"
    return Control(name=f"size.{column.id}.{what}", label=f"Column {column.id}: {what}", default=default)


def _fits(inputs: Inputs, name: str) -> bool:
    """Whether a hypothesis alone can be laid over a scenario, and concerns what that says of its agents."""
    with suppress(FaultyInput):
        rivals = _overrides([name], inputs.loaded.case)
        varied(inputs.loaded, rivals, {})
        tree = inputs.loaded.tree
        agents = [path for path in rivals.get(name, ()) if isinstance(tree.get(path.split(".")[0]), List)]
        ends = [above(tree, path, tree.where) for path in agents]
        return all(key in node for node, key, _ in ends)
    return False


def _overrides(names: Sequence[str], case: Case) -> dict[str, Map]:
    """What some hypotheses of a case change, by their names. Raises FaultyInput with every fault."""
    faults = Faults()
    overrides = {name: overrides_of(name, faults, case) for name in names}
    faults.refuse()
    return {name: fields for name, fields in overrides.items() if fields is not None}


def changed(inputs: Inputs, known: Controls, request: Mapping[str, object]) -> tuple[Inputs, int]:
    """The inputs with what a visitor asks for, and the seed.

    `request` has texts by the names of controls, names of hypotheses in a list as `with`, and `seed`, each of
    which may be missing. A setting that is empty or the default is left to the scenario and its hypotheses.
    Raises FaultyInput for what is not offered, is too long, or does not fit the scenario.
    """
    rivals, offered = request.get(WITH) or [], list(known.rivals)
    if not isinstance(rivals, list) or len(rivals) > RIVALS or any(name not in offered for name in rivals):
        refuse("hypotheses", f"are not known here; {RIVALS} at most of those in the list would be right")
    sets: dict[str, str] = {}
    for control in known.fields:
        text = str(request.get(control.name) or "").strip()
        if len(text) > LONGEST:
            refuse(control.label, f"has {len(text)} letters; {LONGEST} at most would be right")
        if text and text != control.default:
            sets |= _settings(inputs, control, text)
    if rivals or sets:
        loaded = varied(inputs.loaded, _overrides(rivals, inputs.loaded.case), sets)
        inputs = replace(inputs, loaded=loaded)
    return inputs, _seed(request)


def in_words(error: FaultyInput) -> str:
    """What is wrong as a visitor is told: a setting named once, and no folder of this machine."""
    lines = []
    for (file, line), message in error.faults:
        field = file.rpartition(": ")[2]
        where = Where(PurePath(file).name, line)
        words = FOLDERS.sub("", message.removeprefix(f"{field}: "))
        lines.append(str(Fault(where, words)))
    return "\n".join(lines)


def _seed(request: Mapping[str, object]) -> int:
    """The seed of a request, 1 if it has none. Raises FaultyInput if it is not a whole number below 2^64."""
    text = str(request.get(SEED, 1)).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < 2**64):
        refuse("Seed", f"{text[:LONGEST]!r} is none; a whole number from 0 to 2^64 - 1 would be right")
    return int(text)


def _settings(inputs: Inputs, control: Control, text: str) -> dict[str, str]:
    """A control's text as fields of the scenario. Raises FaultyInput."""
    where = Where(control.label, 0)
    if not control.free and text not in control.choices:
        refuse(where, f"{text!r} is no choice; one of {', '.join(control.choices)} would be right")
    if not control.name.startswith("size."):
        return {control.name: Text(text, where)}
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_COLUMN):
        refuse(where, f"{text!r} is no number of them; 1 to {LARGEST_COLUMN} would be right")
    _, column, what = control.name.split(".")
    source = next(item for item in inputs.loaded.scenario.columns if item.id == column)
    weights = [sum(getattr(serial, what)) for serial in source.serials]
    parts = zip(source.serials, shares(int(text), weights), strict=True)
    return {f"columns.{column}.serials.{serial.id}.{what}": Text(str(part), where) for serial, part in parts}


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """A total in whole parts as the weights are (some above 0), the largest remainders rounded up.

    Of equal remainders the first ones are rounded up.
    """
    exact = total * np.asarray(weights, float) / (sum(weights) or 1.0)
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: total - parts.sum()]] += 1
    return [int(part) for part in parts]
