"""What a visitor of the page may change: choices and defaults from the scenario and the hypothesis files.

What comes from a page is text by the names here; anything else is refused before it is read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sim.engine.inputs import Inputs
from sim.files.case import Case
from sim.files.yaml_tree import Fault, Faults, FaultyInput, Text, Where, refuse
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
    """What of a scenario a visitor may change."""
    faults = Faults()
    case = inputs.loaded.case
    overrides: dict[str, Mapping[str, Any]] = {
        name: overrides_of(name, faults, case) or {} for name in hypotheses(case)
    }
    fields: list[Control] = []
    for drone in inputs.loaded.tree.get("drones", []):
        fields += _of_drone(inputs, drone, list(overrides.values()))
    for column in inputs.loaded.scenario.columns:
        fields += [_size(column, what) for what in ("vehicles", "persons")]
    return Controls(tuple(fields), {n: text for n, text in hypotheses(case).items() if _fits(inputs, n)})


def _of_drone(
    inputs: Inputs, drone: Mapping[str, Any], overrides: Sequence[Mapping[str, Any]]
) -> list[Control]:
    """The control station and the radius of a drone detachment."""
    name = str(drone["id"])
    paths = {key: f"drones.{name}.{key}" for key in ("station", "radius")}
    known = {key: [str(o[path]) for o in overrides if path in o] for key, path in paths.items()}
    choices = {"station": [str(drone["station"]), *known["station"], *_stations(inputs)]}
    choices["radius"] = [str(drone["radius"]), *known["radius"]]
    return [
        Control(
            name=paths[key],
            label=f"Drones {name}: {key}",
            default=str(drone[key]),
            choices=tuple(dict.fromkeys(choices[key])),
            free=free,
        )
        for key, free in (("station", False), ("radius", True))
    ]


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
    """Whether a hypothesis alone can be laid over a scenario."""
    try:
        varied(inputs.loaded, _overrides([name], inputs.loaded.case), {})
    except FaultyInput:
        return False
    return True


def _overrides(names: Sequence[str], case: Case) -> dict[str, Any]:
    faults = Faults()
    found = {name: overrides_of(name, faults, case) for name in names}
    if faults:
        raise FaultyInput(faults)
    return found


def changed(inputs: Inputs, known: Controls, request: Mapping[str, Any]) -> tuple[Inputs, int]:
    """The inputs with what a visitor asks for, and the seed. Raises FaultyInput.

    A setting that is empty or the default is left to the scenario and its hypotheses.
    """
    rivals = request.get(WITH) or []
    if (
        not isinstance(rivals, list)
        or len(rivals) > RIVALS
        or not all(isinstance(name, str) and name in known.rivals for name in rivals)
    ):
        refuse(
            Where("hypotheses", 0),
            f"are not known here; {RIVALS} at most of those in the list would be right",
        )
    sets: dict[str, str] = {}
    for control in known.fields:
        text = str(request.get(control.name) or "").strip()
        if len(text) > LONGEST:
            refuse(Where(control.label, 0), f"has {len(text)} letters; {LONGEST} at most would be right")
        if text and text != control.default:
            sets |= _settings(inputs, control, text)
    if not rivals and not sets:
        return inputs, seed_of(request)
    laid = varied(inputs.loaded, _overrides(rivals, inputs.loaded.case), sets)
    return Inputs(laid, inputs.parameters), seed_of(request)


def in_words(error: FaultyInput) -> str:
    """What is wrong as a visitor is told: a setting named once, and no folder of this machine."""
    lines = []
    for (file, line), message in error.faults:
        field = file.rpartition(": ")[2]
        where = Where(PurePath(file).name, line)
        told = FOLDERS.sub("", message.removeprefix(f"{field}: "))
        lines.append(str(Fault(where, told)))
    return "\n".join(lines)


def seed_of(request: Mapping[str, Any]) -> int:
    """The seed that is asked for. Raises FaultyInput."""
    text = str(request.get(SEED, 1)).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < 2**64):
        refuse(
            Where("Seed", 0), f"{text[:LONGEST]!r} is none; a whole number from 0 to 2^64 - 1 would be right"
        )
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
    """A total in whole parts as the weights are, the largest remainders rounded up."""
    whole = sum(weights) or 1.0
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
