"""Loading a scenario; what no scenario can be is told with its line before anything runs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sim.bundle import bundled, shown
from sim.fields import checked, sound
from sim.files import Fault, FaultyInput, Map, Where, lay, locate, nearest, read
from sim.network import Network, load_network
from sim.scenario import EVENTS, Column, Milestone, Scenario, itinerary


@dataclass(frozen=True)
class Loaded:
    """A checked scenario with its name, the network it stands on, and the tree it was read from."""

    name: str
    file: str
    scenario: Scenario
    network: Network
    tree: Map


def scenario_path(name: str) -> Path:
    """The file of a scenario given by path or by bundled name. Raises FaultyInput."""
    folder = bundled("scenarios")
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name in known:
        return folder / f"{name}.yaml"
    with suppress(OSError, ValueError):
        if Path(name).is_file():
            return Path(name)
    message = f"is neither a file nor a scenario that comes with the program; {nearest(name, known)}"
    raise FaultyInput([Fault(Where(name[:200], 0), message)])


def load_scenario(name: str, sets: Mapping[str, str] | None = None, network: Network | None = None) -> Loaded:
    """A scenario by path or bundled name, with single fields laid over it (`drones.tb2.radius` -> `150 km`).

    Raises FaultyInput with every fault found.
    """
    path = scenario_path(name)
    faults: list[Fault] = []
    tree = read(path, faults)
    for field, text in (sets or {}).items():
        try:
            lay(tree, field, text, Where(f"--set {field}", 0))
        except FaultyInput as error:
            faults += error.faults
    network = network or load_network()
    scenario = None
    try:
        scenario = checked(tree, Scenario)
    except FaultyInput as error:
        faults += error.faults
    rest = sound(tree, Scenario) if scenario is None else (tree, scenario)
    if rest is not None:
        faults += impossible(rest[1], network, rest[0], whole=scenario is not None)
    if faults or scenario is None:
        raise FaultyInput(faults)
    return Loaded(path.stem, shown(path), scenario, network, tree)


def impossible(scenario: Scenario, network: Network, tree: Map, *, whole: bool = True) -> list[Fault]:
    """What cannot be: places off the network, objectives out of reach, ends before starts, ids repeated.

    With `whole` false, parts of the scenario are left out, and what needs them all is not looked at.
    """
    check = _Checks(scenario, network, tree)
    check.calendar()
    check.places()
    check.ids()
    check.itineraries()
    if whole:
        check.needed()
        check.milestones()
    return check.faults


class _Checks:
    """Checks across the fields of a scenario, one method a subject; each adds to `faults`."""

    def __init__(self, scenario: Scenario, network: Network, tree: Map) -> None:
        self.scenario, self.network, self.tree = scenario, network, tree
        self.faults: list[Fault] = []
        self.ways: dict[str, list[str]] = {}
        self.on_roads = {end for road in network.roads for end in (road.from_, road.to)}

    def fault(self, message: str, *loc: str | int) -> None:
        self.faults.append(Fault(locate(self.tree, loc), message))

    def calendar(self) -> None:
        s = self.scenario
        if s.end <= s.start:
            self.fault(
                f"the end, {s.end}, is not after the start, {s.start}; a later day would be right", "end"
            )
        if s.end - s.start > timedelta(days=366):
            self.fault("the scenario is longer than 366 days, more than the model is meant for", "end")
        for key in ("columns", "groups", "drones", "manned_aviation", "towns"):
            for i, row in enumerate(getattr(s, key)):
                if row.known > s.end:
                    message = f"known only on {row.known}, after the end of the scenario"
                    self.fault(f"{message}; a day up to {s.end} would be right", key, i, "known")
        for i, column in enumerate(s.columns):
            if not s.start <= column.departs < s.end:
                message = f"{column.id} departs on {column.departs}, outside {s.start} to {s.end}"
                self.fault(f"{message}; a day between would be right", "columns", i, "departs")

    def place(self, place: str, *loc: str | int, by_road: bool = False) -> None:
        if place not in self.network.places:
            hint = nearest(place, self.network.places)
            self.fault(f"{place!r} is not a place of the network; {hint}", *loc)
        elif by_road and place not in self.on_roads:
            self.fault(f"no road leads to {place!r}; a place on a road would be right", *loc)

    def places(self) -> None:
        s = self.scenario
        for i, column in enumerate(s.columns):
            self.places_of(column, i)
        for i, group in enumerate(s.groups):
            self.place(group.home, "groups", i, "home", by_road=True)
        for i, drone in enumerate(s.drones):
            self.place(drone.station, "drones", i, "station")
            self.place(drone.airfield, "drones", i, "airfield")
            known = self.network.places.get(drone.airfield)
            if known and known.kind != "airfield":
                self.fault(f"{drone.airfield!r} has no airfield", "drones", i, "airfield")
        for i, town in enumerate(s.towns):
            self.place(town.place, "towns", i, "place")
        for i, refuge in enumerate(s.refuges):
            self.place(refuge, "refuges", i, by_road=True)
        if s.belief:
            self.place(s.belief.station, "belief", "station")

    def places_of(self, column: Column, i: int) -> None:
        """The places that a column names."""
        self.place(column.from_, "columns", i, "from")
        self.place(column.objective.place, "columns", i, "objective", "place")
        if column.contested_from:
            self.place(column.contested_from, "columns", i, "contested_from")
        for key in ("via", "stops"):
            for j, stop in enumerate(getattr(column, key)):
                self.place(stop, "columns", i, key, j)
        for j, defence in enumerate(column.defended):
            self.place(defence.place, "columns", i, "defended", j, "place")

    def ids(self) -> None:
        s = self.scenario
        for key in ("columns", "groups", "drones", "milestones"):
            self._once(key, "id", [item.id for item in getattr(s, key)])
        self._once("towns", "place", [town.place for town in s.towns])
        for i, column in enumerate(s.columns):
            self._once("serials", "id", [serial.id for serial in column.serials], "columns", i)
            for what in ("persons", "vehicles"):
                if sum(getattr(serial, what)[0] for serial in column.serials) == 0:
                    message = f"{column.id} has no {what}; one at least would be right"
                    self.fault(message, "columns", i, "serials")

    def needed(self) -> None:
        """What a whole scenario cannot be without."""
        s = self.scenario
        for key in ("columns", "milestones"):
            if not getattr(s, key):
                self.fault(f"{key}: holds 0; 1 or more would be right", key)
        if any(group.role == "fighting" for group in s.groups) and not s.refuges:
            message = "groups that fight need somewhere to withdraw to; a list 'refuges:' would be right"
            self.fault(message, "refuges")

    def _once(self, key: str, field: str, ids: list[str], *above: str | int) -> None:
        for i, name in enumerate(ids):
            if name in ids[:i]:
                message = f"{name!r} stands twice among the {key}; once would be right"
                self.fault(message, *above, key, i, field)

    def itineraries(self) -> None:
        for i, column in enumerate(self.scenario.columns):
            named = (column.from_, *column.via, column.objective.place)
            if not set(named) <= set(self.network.places):
                continue
            try:
                way = itinerary(column, self.network)
            except ValueError as error:
                self.fault(f"{column.id} cannot get to its objective: {error}", "columns", i, "objective")
                continue
            self.ways[column.id] = way
            if len(way) == 1:
                self.fault(f"{column.id} begins at its objective", "columns", i, "objective")
            if len(set(way)) < len(way):
                self.fault(f"{column.id} passes a place twice on its way", "columns", i, "via")
            self.on_the_way(column, i)

    def on_the_way(self, column: Column, i: int) -> None:
        """Places of the network that a column names and does not pass."""
        way, known = self.ways[column.id], self.network.places
        for j, stop in enumerate(column.stops):
            if stop in known and stop not in way:
                self.fault(f"{stop!r} is not on the way of {column.id}", "columns", i, "stops", j)
        start = column.contested_from
        if start in known and start not in way:
            self.fault(f"{start!r} is not on the way of {column.id}", "columns", i, "contested_from")
        for j, defence in enumerate(column.defended):
            if defence.place in known and defence.place not in way[1:-1]:
                message = f"{defence.place!r} is not between start and objective of {column.id}"
                self.fault(message, "columns", i, "defended", j)

    def milestones(self) -> None:
        columns = [column.id for column in self.scenario.columns]
        for i, milestone in enumerate(self.scenario.milestones):
            place, _, event = milestone.id.partition(":")
            if event not in EVENTS:
                message = f"{milestone.id!r}: {event!r} is no event; {nearest(event, EVENTS)}"
                self.fault(message, "milestones", i, "id")
            self.place(place, "milestones", i, "id")
            if milestone.column not in columns:
                message = f"{milestone.column!r} is not a column; {nearest(milestone.column, columns)}"
                self.fault(message, "milestones", i, "column")
            if milestone.between and (milestone.at or milestone.within):
                self.fault("either 'between' or 'at' and 'within' would be right", "milestones", i)
            self.stretch(milestone, i)

    def can_be(self, milestone: Milestone, i: int) -> None:
        """An event that never happens at the place of a milestone."""
        column = next((c for c in self.scenario.columns if c.id == milestone.column), None)
        place, _, event = milestone.id.partition(":")
        if column is None or column.id not in self.ways or milestone.between or milestone.within:
            return
        goal = column.objective.place
        where = {
            "departure": {column.from_},
            "tail": {goal},
            "capture": {goal} if column.objective.capture else set(),
            "contact": {defence.place for defence in column.defended},
        }
        if event in where and (milestone.at or place) not in where[event]:
            places = ", ".join(sorted(where[event])) or "no place of this column"
            message = f"{milestone.id}: no {event} of {column.id} can be at {milestone.at or place}"
            self.fault(f"{message}; {places} would be right", "milestones", i, "id")

    def stretch(self, milestone: Milestone, i: int) -> None:
        """Where a milestone may happen, if that is not on its column's way."""
        way = self.ways.get(milestone.column, [])
        place = milestone.id.partition(":")[0]
        ends = milestone.between or [milestone.at or place]
        self.can_be(milestone, i)
        for end in ends:
            if way and end not in way and (end in self.network.places or end != place):
                key = "between" if milestone.between else "at" if milestone.at else "id"
                message = f"{end!r} is not on the way of {milestone.column}; {nearest(end, way)}"
                self.fault(message, "milestones", i, key)


def summaries() -> dict[str, str]:
    """The scenarios that come with the program and their one-line summaries."""
    paths = sorted(bundled("scenarios").glob("*.yaml"))
    return {path.stem: str(read(path)["summary"]) for path in paths}
