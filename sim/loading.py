"""Loading a scenario; what no scenario can be is told with its line before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sim.bundle import bundled, shown
from sim.fields import checked
from sim.files import Fault, FaultyInput, Map, Where, lay, locate, nearest, read
from sim.network import Network, load_network
from sim.scenario import EVENTS, Column, Scenario, itinerary


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
    inside = folder / f"{name}.yaml"
    if inside.parent == folder and inside.is_file():
        return inside
    if Path(name).is_file():
        return Path(name)
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    message = f"is neither a file nor a scenario that comes with the program; {nearest(name, known)}"
    raise FaultyInput([Fault(Where(name, 0), message)])


def load_scenario(name: str, sets: Mapping[str, str] | None = None, network: Network | None = None) -> Loaded:
    """A scenario by path or bundled name, with single fields laid over it (`drones.tb2.radius` -> `150 km`).

    Raises FaultyInput with every fault found.
    """
    path = scenario_path(name)
    tree = read(path)
    for field, text in (sets or {}).items():
        lay(tree, field, text, Where(f"--set {field}", 0))
    scenario = checked(tree, Scenario)
    network = network or load_network()
    faults = impossible(scenario, network, tree)
    if faults:
        raise FaultyInput(faults)
    return Loaded(path.stem, shown(path), scenario, network, tree)


def impossible(scenario: Scenario, network: Network, tree: Map) -> list[Fault]:
    """What cannot be: places off the network, objectives out of reach, ends before starts, ids repeated."""
    check = _Checks(scenario, network, tree)
    check.calendar()
    check.places()
    check.ids()
    if not check.faults:
        check.itineraries()
    if not check.faults:
        check.milestones()
    return check.faults


class _Checks:
    """Checks across the fields of a scenario, one method a subject; each adds to `faults`."""

    def __init__(self, scenario: Scenario, network: Network, tree: Map) -> None:
        self.scenario, self.network, self.tree = scenario, network, tree
        self.faults: list[Fault] = []

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
        for i, column in enumerate(s.columns):
            if not s.start <= column.departs < s.end:
                message = f"{column.id} departs on {column.departs}, outside {s.start} to {s.end}"
                self.fault(f"{message}; a day between would be right", "columns", i, "departs")

    def place(self, place: str, *loc: str | int) -> None:
        if place not in self.network.places:
            self.fault(
                f"{place!r} is not a place of the network; {nearest(place, self.network.places)}", *loc
            )

    def places(self) -> None:
        s = self.scenario
        for i, column in enumerate(s.columns):
            self.places_of(column, i)
        for i, group in enumerate(s.groups):
            self.place(group.home, "groups", i, "home")
        for i, drone in enumerate(s.drones):
            self.place(drone.station, "drones", i, "station")
            self.place(drone.airfield, "drones", i, "airfield")
            known = self.network.places.get(drone.airfield)
            if known and known.kind != "airfield":
                self.fault(f"{drone.airfield!r} has no airfield", "drones", i, "airfield")
        for i, town in enumerate(s.towns):
            self.place(town.place, "towns", i, "place")
        for i, refuge in enumerate(s.refuges):
            self.place(refuge, "refuges", i)
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
            if sum(serial.persons[0] for serial in column.serials) == 0:
                self.fault(
                    f"{column.id} has no persons; one at least would be right", "columns", i, "serials"
                )
            if sum(serial.vehicles[0] for serial in column.serials) == 0:
                self.fault(
                    f"{column.id} has no vehicles; one at least would be right", "columns", i, "serials"
                )
        if any(group.role == "fighting" for group in s.groups) and not s.refuges:
            self.fault("groups that fight need somewhere to withdraw to; a list 'refuges:' would be right")

    def _once(self, key: str, field: str, ids: list[str]) -> None:
        for i, name in enumerate(ids):
            if name in ids[:i]:
                self.fault(f"{name!r} stands twice among the {key}; once would be right", key, i, field)

    def itineraries(self) -> None:
        for i, column in enumerate(self.scenario.columns):
            try:
                way = itinerary(column, self.network)
            except ValueError as error:
                self.fault(f"{column.id} cannot get to its objective: {error}", "columns", i, "objective")
                continue
            if len(way) == 1:
                self.fault(f"{column.id} begins at its objective", "columns", i, "objective")
            if len(set(way)) < len(way):
                self.fault(f"{column.id} passes a place twice on its way", "columns", i, "via")
            for j, stop in enumerate(column.stops):
                if stop not in way:
                    self.fault(f"{stop!r} is not on the way of {column.id}", "columns", i, "stops", j)
            if column.contested_from and column.contested_from not in way:
                self.fault(
                    f"{column.contested_from!r} is not on the way of {column.id}",
                    "columns",
                    i,
                    "contested_from",
                )
            for j, defence in enumerate(column.defended):
                if defence.place not in way[1:-1]:
                    message = f"{defence.place!r} is not between start and objective of {column.id}"
                    self.fault(message, "columns", i, "defended", j)

    def milestones(self) -> None:
        columns = {column.id: column for column in self.scenario.columns}
        for i, milestone in enumerate(self.scenario.milestones):
            place, _, event = milestone.id.partition(":")
            if event not in EVENTS:
                self.fault(
                    f"{milestone.id!r}: {event!r} is no event; {nearest(event, EVENTS)}",
                    "milestones",
                    i,
                    "id",
                )
            column = columns.get(milestone.column)
            if column is None:
                message = f"{milestone.column!r} is not a column; {nearest(milestone.column, columns)}"
                self.fault(message, "milestones", i, "column")
                continue
            if milestone.between and (milestone.at or milestone.within):
                self.fault("either 'between' or 'at' and 'within' would be right", "milestones", i)
            way = itinerary(column, self.network)
            for stretch_end in milestone.between or [milestone.at or place]:
                if stretch_end not in way:
                    message = f"{stretch_end!r} is not on the way of {column.id}; {nearest(stretch_end, way)}"
                    self.fault(message, "milestones", i, "id")


def summaries() -> dict[str, str]:
    """The scenarios that come with the program and their one-line summaries."""
    paths = sorted(bundled("scenarios").glob("*.yaml"))
    return {path.stem: str(read(path)["summary"]) for path in paths}
