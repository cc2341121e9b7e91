"""What no scenario can be, across its fields: told with its line before anything runs."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sim.files.case_file import SideRow
from sim.files.fields import GIVEN
from sim.files.yaml_tree import Fault, Map, locate, nearest
from sim.record.record import ReportedDates
from sim.scenario.check_length import too_long
from sim.scenario.check_milestones import impossible_milestones
from sim.scenario.check_stages import impossible_stages
from sim.scenario.network import Network
from sim.scenario.schema import Column, Scenario, itinerary
from sim.state.kinds import Side

INPUTS = (
    "columns", "groups", "drones", "manned_aviation", "towns", "camps", "garrisons", "airlifts", "raids",
    "destinations",
)  # fmt: skip


def impossible(
    scenario: Scenario,
    network: Network,
    tree: Map,
    *,
    dates: ReportedDates,
    sides: Sequence[SideRow],
    whole: bool = True,
    march_speed: float = math.inf,
) -> list[Fault]:
    """What cannot be: places off the network, objectives out of reach, ends before starts, ids repeated.

    `dates` are the reported intervals of events, `sides` those of the case by their roles. With `whole`
    false, parts of the scenario are left out, and what needs them all is not looked at. By `march_speed`
    (km/h) vehicles pass a point, where it is asked whether all of a column sets out in time.
    """
    check = _Checks(scenario, network, tree)
    check.times()
    check.places()
    check.ids()
    check.itineraries()
    faults = check.faults
    faults += too_long(scenario, network, tree, check.ways, march_speed)
    if whole:
        check.needed()
        faults += impossible_stages(scenario, network, tree, dates, sides[Side.WITHDRAWING])
        faults += impossible_milestones(scenario, network, tree, check.ways)
    return faults


class _Checks:
    """Checks across the fields of a scenario, one method a subject; each adds to `faults`."""

    def __init__(self, scenario: Scenario, network: Network, tree: Map) -> None:
        self.scenario, self.network, self.tree = scenario, network, tree
        self.faults: list[Fault] = []
        self.ways: dict[str, list[str]] = {}
        self.on_roads = {end for road in network.roads for end in (road.from_, road.to)}

    def fault(self, message: str, *loc: str | int) -> None:
        self.faults.append(Fault(locate(self.tree, loc), message))

    def times(self) -> None:
        s = self.scenario
        first = s.start.day
        if s.end <= first:
            self.fault(
                f"the end, {s.end}, is not after the start, {first}; a later day would be right", "end"
            )
        if s.end - first > timedelta(days=366):
            self.fault("the scenario is longer than 366 days, more than the model is meant for", "end")
        for key in INPUTS:
            for i, row in enumerate(getattr(s, key)):
                if row.known == GIVEN:
                    self.day("it is known from", row.known, key, i, "known")
                elif row.known > s.end:
                    message = f"known only on {row.known}, after the end of the scenario"
                    self.fault(f"{message}; a day up to {s.end} would be right", key, i, "known")
        self.days()

    def days(self) -> None:
        """Days on which something happens, outside the scenario."""
        s = self.scenario
        for i, column in enumerate(s.columns):
            key = "departs" if column.holds is None else "holds"
            self.day(f"{column.id} {key} on", getattr(column, key), "columns", i, key)
            if (column.departs is None) == (column.holds is None):
                message = f"{column.id} needs either 'departs' or 'holds'; one of them would be right"
                self.fault(message, "columns", i, "id")
        for key, field, word in (("camps", "vacated", "is vacated on"), ("raids", "day", "is on")):
            for i, row in enumerate(getattr(s, key)):
                self.day(f"{row.id} {word}", getattr(row, field), key, i, field)
        for i, airlift in enumerate(s.airlifts):
            self.day(f"{airlift.id} is in the night of", airlift.night, "airlifts", i, "night")

    def day(self, what: str, day: Any, *loc: str | int) -> None:
        """A day outside the scenario, or a given hour where the scenario begins on a day."""
        s = self.scenario
        if day == GIVEN and not s.start.given:
            message = f"{what} the given hour, but the scenario starts on a day"
            self.fault(f"{message}; a day, or 'start: {{given: ...}}', would be right", *loc)
        elif day not in (None, GIVEN) and not s.start.day <= day < s.end:
            message = f"{what} {day}, outside {s.start.day} to {s.end}"
            self.fault(f"{message}; a day between would be right", *loc)

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
            self.airfield(drone.airfield, "drones", i, "airfield")
        for i, airlift in enumerate(s.airlifts):
            self.airfield(airlift.airfield, "airlifts", i, "airfield")
        for key in ("towns", "camps", "garrisons", "destinations"):
            for i, row in enumerate(getattr(s, key)):
                self.place(row.place, key, i, "place", by_road=key != "towns" or row.people > 0)
        for i, refuge in enumerate(s.refuges):
            self.place(refuge, "refuges", i, by_road=True)
        if s.belief:
            self.place(s.belief.station, "belief", "station")

    def airfield(self, place: str, *loc: str | int) -> None:
        """A place from which aircraft fly that has no airfield."""
        self.place(place, *loc)
        known = self.network.places.get(place)
        if known and known.kind != "airfield":
            some = ", ".join(name for name, row in self.network.places.items() if row.kind == "airfield")
            self.fault(f"{place!r} has no airfield; one of {some} would be right", *loc)

    def places_of(self, column: Column, i: int) -> None:
        """The places that a column names."""
        self.place(column.from_, "columns", i, "from")
        for j, objective in enumerate(column.objectives):
            self.place(objective.place, "columns", i, "objectives", j, "place")
        if column.contested_from:
            self.place(column.contested_from, "columns", i, "contested_from")
        for key in ("via", "stops"):
            for j, stop in enumerate(getattr(column, key)):
                self.place(stop, "columns", i, key, j)
        for j, defence in enumerate(column.defended):
            self.place(defence.place, "columns", i, "defended", j, "place")

    def ids(self) -> None:
        s = self.scenario
        for key in ("columns", "groups", "drones", "camps", "garrisons", "airlifts", "raids", "milestones"):
            self._once(key, "id", [item.id for item in getattr(s, key)])
        for key in ("towns", "garrisons", "destinations"):
            self._once(key, "place", [row.place for row in getattr(s, key)])
        for i, column in enumerate(s.columns):
            goals = [objective.place for objective in column.objectives]
            self._once("objectives", "place", goals, "columns", i)
            self._once("serials", "id", [serial.id for serial in column.serials], "columns", i)
            for what in ("persons", "vehicles"):
                if sum(getattr(serial, what)[0] for serial in column.serials) == 0:
                    message = f"{column.id} has no {what}; one at least would be right"
                    self.fault(message, "columns", i, "serials")

    def needed(self) -> None:
        """What a whole scenario cannot be without."""
        s = self.scenario
        if not s.milestones:
            self.fault("milestones: holds 0; 1 or more would be right", "milestones")
        if not (s.columns or s.garrisons or s.camps):
            self.fault("columns: holds 0; a column, a garrison or a camp would be right", "columns")
        flees = any(group.role == "fighting" for group in s.groups) and s.columns
        if flees and not s.refuges:
            message = "groups that fight need somewhere to withdraw to; a list 'refuges:' would be right"
            self.fault(message, "refuges")

    def _once(self, key: str, field: str, ids: list[str], *above: str | int) -> None:
        for i, name in enumerate(ids):
            if name in ids[:i]:
                message = f"{name!r} stands twice among the {key}; once would be right"
                self.fault(message, *above, key, i, field)

    def itineraries(self) -> None:
        for i, column in enumerate(self.scenario.columns):
            named = {column.from_, *column.via, *(objective.place for objective in column.objectives)}
            if not named <= set(self.network.places):
                continue
            try:
                way = itinerary(column, self.network)
            except ValueError as error:
                self.fault(f"{column.id} cannot get to its objective: {error}", "columns", i, "objectives")
                continue
            self.ways[column.id] = way
            if len(way) == 1:
                message = f"{column.id} begins at its last objective; one further on would be right"
                self.fault(message, "columns", i, "objectives")
            if column.holds is not None and column.objectives[0].place != column.from_:
                message = f"{column.id} holds {column.objectives[0].place!r} but comes from {column.from_!r}"
                self.fault(f"{message}; the same place would be right", "columns", i, "from")
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
