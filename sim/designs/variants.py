"""What a design moves at each of its points: parameters as numbers, and scenarios of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from sim.console import Progress
from sim.designs.design import Design, Point
from sim.designs.factors import NONE, WITH
from sim.engine.inputs import Inputs
from sim.files import units
from sim.files.case import Case
from sim.files.yaml_tree import Fault, Faults, Map, Text, Where, dump
from sim.parameters.parameter import Parameters, read_value, short
from sim.parameters.reading import ORDERED
from sim.scenario.hypotheses import overrides_of
from sim.scenario.reading import LoadedScenario, varied
from sim.store.provenance import digest
from sim.store.schema import Table

VariantKey = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]

SILENT_SCENARIOS = 1000
"""Scenarios of a design that are checked, in some seconds, without a word."""
MOST_LAID = 64
"""Variants that a design remembers, each with its template: its points are asked for several times."""


class Variants:
    """The inputs of a design's points: the scenario with hypotheses and fields; parameters as they were.

    `rivals` are the overrides of each hypothesis, read once.
    """

    def __init__(self, inputs: Inputs, rivals: Mapping[str, Map]) -> None:
        """Of a scenario; a point is laid when it is first asked for, the last MOST_LAID are remembered."""
        self.inputs, self.rivals = inputs, rivals
        self._variant = lru_cache(MOST_LAID)(self._lay)

    def __reduce__(self) -> tuple[type["Variants"], tuple[Inputs, Mapping[str, Map]]]:
        """As other processes get it: what was laid here is laid there anew."""
        return Variants, (self.inputs, self.rivals)

    def at(self, point: Point) -> Inputs:
        """The inputs of a point, by any thread. Raises FaultyInput for a scenario that cannot be."""
        names = tuple(str(name) for name in point.hypotheses if name in self.rivals)
        fields = tuple(_fields(self.inputs, point).items())
        return self._variant(names, fields) if names or fields else self.inputs

    def _lay(self, names: tuple[str, ...], fields: tuple[tuple[str, Text], ...]) -> Inputs:
        overrides = {name: self.rivals[name] for name in names}
        return replace(self.inputs, loaded=varied(self.inputs.loaded, overrides, dict(fields)))


@dataclass(frozen=True, kw_only=True)
class Variation:
    """What a design moves, by point.

    `values` are parameters in h and km, each (points,); `scenarios` the inputs of its points; `variants` are
    numbers, one a point, equal for equal scenarios, and `hashes` those of the scenarios; `columns` are the
    factors for reading, an entry a point, `units` their units, None for texts; `notes` say what of their
    scenarios may not be meant, beside what is noted of the scenario that they begin with.
    """

    values: Mapping[str, np.ndarray]
    scenarios: Variants
    variants: np.ndarray
    hashes: tuple[str, ...]
    columns: Table
    units: Mapping[str, str | None]
    notes: tuple[Fault, ...] = ()


def variation(inputs: Inputs, design: Design | None) -> Variation:
    """What a design moves at its points. Raises FaultyInput with every fault of every point."""
    if design is None:
        alone = Variants(inputs, {})
        return Variation(
            values={}, scenarios=alone, variants=np.zeros(1, int), hashes=(), columns={}, units={}
        )
    faults = Faults()
    rows = inputs.parameters.rows
    values = {
        name: np.array([read_value(rows[name], point.settings[name]) for point in design.points])
        for name in design.factors
        if name in rows
    }
    _note_crossed(inputs.parameters, design.points, values, faults)
    keys = [_key(inputs, point) for point in design.points]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    scenarios = Variants(inputs, _rivals(design, inputs.loaded.case, faults))
    seen: list[Fault] = []
    hashes = _hashes(scenarios, dict(zip(keys, design.points, strict=True)), faults, notes=seen)
    faults.refuse()
    columns = {
        name: (values[name] / rows[name].in_unit, rows[name].shown_unit)
        if name in rows
        else _column(name, design.points)
        for name in design.factors
    }
    return Variation(
        values=values,
        scenarios=scenarios,
        variants=np.array([numbers[key] for key in keys]),
        hashes=hashes,
        columns={name: column for name, (column, _) in columns.items()},
        units={name: unit for name, (_, unit) in columns.items()},
        notes=tuple(dict.fromkeys(seen)),
    )


def _rivals(design: Design, case: Case, faults: Faults) -> dict[str, Map]:
    """The overrides of every hypothesis of a design; those that cannot be read are faults."""
    names = dict.fromkeys(name for point in design.points for name in point.hypotheses)
    overrides = {str(name): overrides_of(name, faults, case) for name in names}
    return {name: tree for name, tree in overrides.items() if tree}


def _fields(inputs: Inputs, point: Point) -> dict[str, Text]:
    """The scenario fields that a point sets."""
    known = inputs.parameters.rows
    return {name: text for name, text in point.settings.items() if name not in known}


def _key(inputs: Inputs, point: Point) -> VariantKey:
    """What tells one scenario of a design from the others."""
    fields = tuple((name, str(text)) for name, text in _fields(inputs, point).items())
    return tuple(map(str, point.hypotheses)), fields


def _column(name: str, points: Sequence[Point]) -> tuple[np.ndarray, str | None]:
    """A factor that is no parameter, as numbers of one unit if its texts are such, else as texts."""
    if name == WITH:
        return np.array(["+".join(point.hypotheses) or NONE for point in points], object), None
    texts = [str(point.settings[name]) for point in points]
    numbers = units.alike(texts)
    if numbers is None:
        return np.array(texts, object), None
    return np.array(numbers[0]), numbers[1]


# --- what is wrong ------------------------------------------------------------------------------------------


def _note_crossed(
    parameters: Parameters, points: Sequence[Point], values: Mapping[str, np.ndarray], faults: Faults
) -> None:
    """Note points at which a least value lies above its greatest."""
    rows = parameters.rows
    for low, high in ORDERED:
        if low in values or high in values:
            ends = [values.get(name, np.full(len(points), rows[name].value)) for name in (low, high)]
            for i in np.flatnonzero(ends[0] > ends[1]).tolist():
                below, above = short(rows[low], ends[0][i]), short(rows[high], ends[1][i])
                where = points[i].settings[low if low in values else high].where
                faults.note(where, f"{low}: {below} is above {high} ({above}); expected less")


def _hashes(
    scenarios: Variants, points: Mapping[VariantKey, Point], faults: Faults, *, notes: list[Fault]
) -> tuple[str, ...]:
    """Hashes of a design's scenarios; those that cannot be, or do not fit into one table, are faults.

    What is noted of them and not of the scenario that they begin with is put among the notes.
    """
    hashes, first = [], scenarios.inputs.loaded
    with Progress(len(points), what="scenarios of the design", silent=SILENT_SCENARIOS) as progress:
        if points:
            progress.begin(0, "")
        for point in points.values():
            own_faults = Faults()
            with own_faults:
                loaded = scenarios.at(point).loaded
                hashes.append(digest(dump(loaded.tree)))
                notes += [_of(point, note) for note in loaded.notes if note not in first.notes]
                if _shape(loaded) != _shape(first):
                    message = "gives other days, agents or milestones than the scenario"
                    faults.note(_where(point), f"{message}; a design of its own would do")
            faults += [_of(point, fault) for fault in own_faults]
            progress(1, 0)
    return tuple(hashes)


def _of(point: Point, fault: Fault) -> Fault:
    """A fault of a point's scenario at the line of the design that it comes from."""
    named = {text.where: name for name, text in point.settings.items()}
    if fault.where in named:
        path, field = named[fault.where], named[fault.where].rpartition(".")[2]
        return Fault(fault.where, f"{path}: {fault.message.removeprefix(f'{field}: ')}")
    first = _where(point)
    return fault if fault.where.file == first.file else Fault(first, f"with this, {fault}")


def _where(point: Point) -> Where:
    """The first line of the design file that a point's scenario comes from."""
    return min(text.where for text in (*point.hypotheses, *point.settings.values()))


def _shape(loaded: LoadedScenario) -> object:
    """What the columns of a table of runs hang on."""
    scenario = loaded.scenario
    return (
        (scenario.start, scenario.end),
        [(m.id, m.column, m.event, m.place) for m in scenario.milestones],
        [(c.id, c.side, [o.place for o in c.objectives]) for c in scenario.columns],
        [(c.id, o.do, o.at, o.to, o.with_) for c in scenario.columns for o in c.orders],
        [[item.id for item in items] for items in (scenario.camps, scenario.garrisons)],
        [(town.place, town.people > 0) for town in scenario.towns],
        [d.place for d in scenario.destinations],
        scenario.holders.keys(),
    )
