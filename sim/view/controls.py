"""What a visitor of the page may change: choices and defaults from the scenario and the hypothesis files.

What comes from a page is text by the names here; anything else is refused before it is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import networkx as nx
import numpy as np

from analysis.replay.looks import called
from sim.engine.inputs import Inputs
from sim.files import units
from sim.files.case import Case
from sim.files.overrides import above
from sim.files.yaml_tree import Fault, Faults, FaultyInput, List, Map, Text, Where, read, refuse
from sim.scenario.hypotheses import hypotheses, overrides_of
from sim.scenario.reading import LoadedScenario, varied
from sim.scenario.schema import Column

LONGEST = 40
"""Letters of a setting, at most."""
LARGEST_COLUMN = 5000
"""Vehicles or persons of a column, at most."""
FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/:]+/)+")
"""The folders of a path from the root of this machine."""
WITH = "with"
SEED = "seed"


@dataclass(frozen=True, kw_only=True)
class Control:
    """A setting: its name, what it is, its default as text, and choices in words by text (none: typed)."""

    name: str
    label: str
    default: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Alternatives:
    """Hypotheses of which at most one can hold: sentences by name, and those of the scenario itself."""

    sentences: Mapping[str, str]
    base: tuple[str, ...] = ()


@dataclass(frozen=True)
class Controls:
    """The settings of a scenario, and the alternative hypotheses to it in groups."""

    fields: tuple[Control, ...]
    groups: tuple[Alternatives, ...] = ()

    def group_of(self, name: object) -> Alternatives | None:
        """The group in which a hypothesis is offered, if it is."""
        return next((group for group in self.groups if name in group.sentences), None)


def controls(inputs: Inputs) -> Controls:
    """What of a scenario a visitor may change: drones' stations and radii, sizes of columns, hypotheses.

    Hypotheses that cannot be read or on top of it, or concern what it says nothing of, are left out.
    """
    case, unheeded = inputs.loaded.case, Faults()
    overrides = {name: overrides_of(name, unheeded, case) or Map(Where("", 0)) for name in hypotheses(case)}
    fields: list[Control] = []
    for drone in inputs.loaded.tree.get("drones", []):
        fields += [read_off(inputs, drone, overrides.values()) for read_off in (_station, _radius)]
    for column in inputs.loaded.scenario.columns:
        fields += [_size(column, what) for what in ("vehicles", "persons")]
    return Controls(tuple(fields), tuple(_groups(inputs, overrides, {control.name for control in fields})))


def _station(inputs: Inputs, drone: Mapping[str, str], overrides: Iterable[Map]) -> Control:
    """The ground control station of a drone detachment: its own, of hypotheses, or where one may stand."""
    name, places = f"drones.{drone['id']}.station", inputs.loaded.network.places
    given = [fields[name] for fields in overrides if name in fields]
    sites = dict.fromkeys(map(str, [drone["station"], *given, *_stations(inputs)]))
    return Control(
        name=name,
        label=f"Drones {called(drone['id'])}: control station",
        default=str(drone["station"]),
        choices={site: places[site].name for site in sites if site in places},
    )


def _radius(inputs: Inputs, drone: Mapping[str, str], overrides: Iterable[Map]) -> Control:
    """The operational radius of a drone detachment in steps: its own, those of hypotheses and of designs."""
    name, default = f"drones.{drone['id']}.radius", str(drone["radius"])
    given = [fields[name] for fields in overrides if name in fields]
    by_km = {
        units.quantity(text, "length"): str(text)
        for text in [*_swept(inputs.loaded.case, name), *given, default]
    }
    fitting = {
        km: text
        for km, text in sorted(by_km.items())
        if text == default or _laid(inputs, {}, {name: text}) is not None
    }
    return Control(
        name=name,
        label=f"Drones {called(drone['id'])}: radius",
        default=default,
        choices={
            text: text if text.endswith("km") else f"{text} ({km:.0f} km)" for km, text in fitting.items()
        },
    )


def _swept(case: Case, path: str) -> Iterator[Text]:
    """The values that the designs of a case give a field."""
    for file in sorted(case.path("params", "sweeps").glob("*.yaml")):
        with suppress(FaultyInput):
            values = read(file, Faults()).get("values")
            steps = values.get(path) if isinstance(values, Map) else None
            yield from steps if isinstance(steps, List) else ()


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
    return Control(
        name=f"size.{column.id}.{what}",
        label=f"{column.name or f'column {column.id}'}: {what}".capitalize(),
        default=default,
    )


def _groups(inputs: Inputs, overrides: Mapping[str, Map], offered: set[str]) -> Iterator[Alternatives]:
    """Hypotheses that set a field in common, directly or by others between; none that a control offers."""
    summaries = hypotheses(inputs.loaded.case)
    laid = {name: _laid(inputs, {name: fields}) for name, fields in overrides.items() if fields}
    fits = {name: loaded for name, loaded in laid.items() if loaded and _is_about(inputs, overrides[name])}
    fields = nx.Graph((name, (path,)) for name in fits for path in overrides[name])
    for part in nx.connected_components(fields):
        names = [name for name in fits if name in part]
        base = [name for name in names if fits[name].scenario == inputs.loaded.scenario]
        others = {
            name: summaries[name]
            for name in names
            if name not in base and not overrides[name].keys() <= offered
        }
        if others:
            yield Alternatives(others, tuple(summaries[name] for name in base))


def _laid(
    inputs: Inputs, rivals: Mapping[str, Map], sets: Mapping[str, str] | None = None
) -> LoadedScenario | None:
    """The scenario with hypotheses and settings, or None where they do not fit it."""
    with suppress(FaultyInput):
        return varied(inputs.loaded, rivals, sets or {})
    return None


def _is_about(inputs: Inputs, overrides: Map) -> bool:
    """Whether what a hypothesis says of agents, a scenario says something of."""
    tree = inputs.loaded.tree
    agents = [path for path in overrides if isinstance(tree.get(path.split(".")[0]), List)]
    ends = [above(tree, path, tree.where) for path in agents]
    return all(key in node for node, key, _ in ends)


def _overrides(names: Sequence[str], case: Case) -> dict[str, Map]:
    """What some hypotheses of a case change, by their names. Raises FaultyInput with every fault."""
    faults = Faults()
    overrides = {name: overrides_of(name, faults, case) for name in names}
    faults.refuse()
    return {name: fields for name, fields in overrides.items() if fields is not None}


def changed(inputs: Inputs, known: Controls, request: Mapping[str, object]) -> tuple[Inputs, int]:
    """The inputs with what a visitor asks for, and the seed; the same inputs if nothing is changed.

    `request` has texts by the names of controls, names of hypotheses in a list as `with`, and `seed`, each of
    which may be missing. A setting that is empty or the default is left to the scenario and its hypotheses.
    Raises FaultyInput for what is not offered, is too long, or does not fit the scenario.
    """
    rivals = _alternatives(known, request.get(WITH) or [])
    sets: dict[str, str] = {}
    for control in known.fields:
        text = str(request.get(control.name) or "").strip()
        if len(text) > LONGEST:
            refuse(control.label, f"has {len(text)} letters; expected {LONGEST} at most")
        if text and text != control.default:
            sets |= _settings(inputs, control, text)
    if rivals or sets:
        loaded = varied(inputs.loaded, _overrides(rivals, inputs.loaded.case), sets)
        inputs = replace(inputs, loaded=loaded)
    return inputs, _seed(request)


def _alternatives(known: Controls, names: object) -> list[str]:
    """Names of hypotheses, of each group one at most. Raises FaultyInput if they are others."""
    if not isinstance(names, list) or not all(
        isinstance(name, str) and known.group_of(name) for name in names
    ):
        refuse("Alternative hypotheses", "unknown; expected some of the list")
    groups = [known.groups.index(group) for name in names if (group := known.group_of(name))]
    if len(set(groups)) < len(names):
        refuse(
            "Alternative hypotheses", f"{' and '.join(names)[:200]} exclude each other; expected one of them"
        )
    return names


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
        refuse("Random seed", f"{text[:LONGEST]!r} is invalid; expected a whole number from 0 to 2^64 - 1")
    return int(text)


def _settings(inputs: Inputs, control: Control, text: str) -> dict[str, str]:
    """A control's text as fields of the scenario. Raises FaultyInput."""
    where = Where(control.label, 0)
    if control.choices and text not in control.choices:
        refuse(where, f"{text!r} is not offered; expected one of {', '.join(control.choices)}")
    if not control.name.startswith("size."):
        return {control.name: Text(text, where)}
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_COLUMN):
        refuse(where, f"{text!r} is invalid; expected a whole number from 1 to {LARGEST_COLUMN}")
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
