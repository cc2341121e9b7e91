"""From checked files to a run's state.

`Template` is a scenario's world before any run: record arrays, and the names behind their indices. Each run
takes it with its own seed and parameters: `Template.plain` gives tables of objects for the plain and the
watched run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim import sun, tables
from sim.kinds import Event, Kind
from sim.loading import Loaded
from sim.network import Network
from sim.rules.chance import key_of
from sim.rules.opening import open_run
from sim.scenario import SIDES, Milestone, Scenario, itinerary
from sim.tables import NEVER, NOBODY, NOWHERE, Key, World, blank, to_array, to_rows

LOG_CAPACITY = 4096
_PER_RUN = ("columns", "drones", "groups", "legs", "marks", "places", "milestones")


@dataclass(frozen=True)
class Template:
    """A scenario's world before any run, and the names behind its indices.

    `world` is a World whose tables are arrays, `names[kind]` are the ids of the agents of a kind, `places`
    those of the network's places, `milestones` those of the milestones, `ways[column]` the places of each
    column's itinerary with their road-km.
    """

    world: Any
    names: Mapping[Kind, Sequence[str]]
    places: Sequence[str]
    milestones: Sequence[str]
    ways: Mapping[str, Sequence[tuple[str, float]]]
    parameter_names: tuple[str, ...]

    @cached_property
    def parameter_row(self) -> type:
        """The row class of the parameters: an unknown name is an AttributeError."""
        return make_dataclass("ParameterRow", [(name, float) for name in self.parameter_names], slots=True)

    @cached_property
    def _shared(self) -> dict[str, Any]:
        """Tables that no rule writes to, as objects."""
        world = self.world
        rows: dict[str, Any] = {
            name: to_rows(getattr(world, name), tables.ROWS[name]) for name in ("roads", "days")
        }
        return rows | {
            name: getattr(world, name).tolist()
            for name in ("kinds", "indices", "hostile", "wary", "refuges", "distances")
        }

    def plain(self, values: Mapping[str, float], seed: int, *, spread: bool = False) -> World:
        """The world of one run as tables of objects, opened: `values` in h and km, `seed` the run seed.

        With `spread`, strengths are drawn in their reported ranges; else their midpoints hold.
        """
        world = self.world
        own: dict[str, Any] = {name: to_rows(getattr(world, name), tables.ROWS[name]) for name in _PER_RUN}
        run = to_rows(world.run, tables.Run)
        run[0].seed, run[0].spread = Key(seed), int(spread)
        plain = World(
            run=run,
            parameters=[self.parameter_row(**values)],
            wakes=world.wakes.tolist(),
            log=[tables.Entry(0.0, 0, 0, 0, 0, 0.0, 0.0, 0.0) for _ in range(LOG_CAPACITY)],
            **own,
            **self._shared,
        )
        open_run(plain)
        return plain


def build(loaded: Loaded, parameter_names: Sequence[str]) -> Template:
    """The template of a checked scenario."""
    return _Builder(loaded.scenario, loaded.network).template(tuple(parameter_names))


class _Builder:
    """Turns a scenario's names into indices, agents sorted by (kind, id)."""

    def __init__(self, scenario: Scenario, network: Network) -> None:
        self.scenario, self.network = scenario, network
        self.places = list(network.places)
        self.place = {name: i for i, name in enumerate(self.places)}
        self.columns = sorted(scenario.columns, key=lambda column: column.id)
        self.drones = sorted(scenario.drones, key=lambda drone: drone.id)
        self.groups = sorted(scenario.groups, key=lambda group: group.id)
        self.ways = {column.id: itinerary(column, network) for column in self.columns}
        self.legs: list[tables.Leg] = []
        self.marks: list[tables.Mark] = []
        self.days: list[tables.Day] = []

    def template(self, parameter_names: tuple[str, ...]) -> Template:
        agents = [(kind, i) for kind, rows in self.agents() for i in range(len(rows))]
        columns = [self.column(i, agent) for agent, (kind, i) in enumerate(agents) if kind == Kind.COLUMN]
        drones = [self.drone(i, agent) for agent, (kind, i) in enumerate(agents) if kind == Kind.DRONE]
        groups = [self.group(i, agent) for agent, (kind, i) in enumerate(agents) if kind == Kind.GROUP]
        rows: dict[str, list[Any]] = {
            "run": [self.run()],
            "columns": columns,
            "drones": drones,
            "groups": groups,
            "legs": self.legs,
            "marks": self.marks,
            "places": self.place_rows(),
            "roads": [tables.Road(self.place[r.from_], self.place[r.to], r.km) for r in self.network.roads],
            "days": self.days,
            "milestones": [self.milestone(m) for m in self.scenario.milestones],
            "log": [],
        }
        arrays: dict[str, Any] = {
            "parameters": np.zeros(1, np.dtype([(name, "f8") for name in parameter_names])),
            "wakes": np.full(len(agents), NEVER),
            "kinds": np.array([int(kind) for kind, _ in agents], "i8"),
            "indices": np.array([i for _, i in agents], "i8"),
            "hostile": np.array(self.hostile(), "i8").reshape(len(self.groups), len(self.columns)),
            "wary": np.array(self.wary(), "f8").reshape(len(self.groups), len(self.columns)),
            "refuges": np.array([self.place[name] for name in self.scenario.refuges], "i8"),
            "distances": self.distances(),
        }
        arrays |= {name: to_array(table, tables.ROWS[name]) for name, table in rows.items()}
        return Template(
            World(**arrays),
            {kind: [row.id for row in rows] for kind, rows in self.agents()},
            self.places,
            [m.id for m in self.scenario.milestones],
            {name: list(self.km_of(name).items()) for name in self.ways},
            parameter_names,
        )

    def agents(self) -> list[tuple[Kind, list[Any]]]:
        return [(Kind.COLUMN, self.columns), (Kind.DRONE, self.drones), (Kind.GROUP, self.groups)]

    def kms(self, column: str) -> list[float]:
        """The road-km of each place of a column's way."""
        legs = self.network.legs(self.ways[column])
        return [0.0, *(leg.start_km + leg.km for leg in legs)]

    def km_of(self, column: str) -> dict[str, float]:
        """The road-km of a column's way by place."""
        return dict(zip(self.ways[column], self.kms(column), strict=True))

    def hour(self, day: Any) -> float:
        return 24.0 * int((day - self.scenario.start).days)

    def run(self) -> tables.Run:
        row = blank(tables.Run)
        row.horizon = self.hour(self.scenario.end)
        sides = [SIDES.index(aviation.side) for aviation in self.scenario.manned_aviation]
        row.manned_side = sides[0] if sides else NOBODY
        return row

    def add_days(self, lat: float, lon: float) -> None:
        count = (self.scenario.end - self.scenario.start).days + 3
        self.days += sun.sun_table(sun.days_from(self.scenario.start, count), lat, lon)

    def column(self, index: int, agent: int) -> tables.Column:
        source = self.columns[index]
        row = blank(tables.Column)
        row.key, row.agent = Key(key_of("column", source.id)), agent
        row.side = SIDES.index(source.side)
        row.departs = self.hour(source.departs)
        start = self.network.places[source.from_]
        row.sun_lat, row.sun_lon, row.first_day = start.lat, start.lon, len(self.days)
        self.add_days(start.lat, start.lon)
        row.first_leg = row.leg = len(self.legs)
        row.next_mark = len(self.marks)
        self.add_legs(source.id)
        self.add_marks(index)
        row.last_leg, row.last_mark = len(self.legs), len(self.marks)
        row.held_place, row.held_km = self.held(index)
        row.contested_km = row.held_km
        if source.contested_from:
            row.contested_km = self.km_of(source.id)[source.contested_from]
        row.persons_low, row.persons_high = (sum(s.persons[i] for s in source.serials) for i in (0, 1))
        row.vehicles_low, row.vehicles_high = (sum(s.vehicles[i] for s in source.serials) for i in (0, 1))
        row.vehicle_gap = source.vehicle_gap
        row.serial_gaps = source.serial_gap * (len(source.serials) - 1)
        row.mines_reported = source.mines_reported
        return row

    def add_legs(self, column: str) -> None:
        for leg in self.network.legs(self.ways[column]):
            start, end = self.network.places[leg.start], self.network.places[leg.end]
            road = self.network.roads[leg.road]
            row = blank(tables.Leg)
            row.road, row.forward = leg.road, int(road.from_ == leg.start)
            row.start_km, row.end_km = leg.start_km, leg.start_km + leg.km
            row.lat, row.lon = start.lat, start.lon
            row.lat_per_km, row.lon_per_km = (end.lat - start.lat) / leg.km, (end.lon - start.lon) / leg.km
            row.section = Key(key_of("section", road.section))
            self.legs.append(row)

    def add_marks(self, index: int) -> None:
        """The start, stops, positions, objective and places of milestones; no other places of the road."""
        column = self.columns[index]
        defended = {defence.place for defence in column.defended}
        named = {column.from_, column.objective.place, *column.stops, *defended}
        named |= {m.at or m.id.partition(":")[0] for m in self.scenario.milestones if m.column == column.id}
        for name, km in self.km_of(column.id).items():
            if name not in named:
                continue
            row = blank(tables.Mark)
            row.km, row.place = km, self.place[name]
            row.stop, row.defended = int(name in column.stops), int(name in defended)
            row.objective = int(name == column.objective.place)
            row.capture = int(bool(row.objective) and column.objective.capture)
            row.key = Key(key_of("position", f"{column.id}:{name}"))
            row.leaves = NEVER
            self.marks.append(row)

    def held(self, index: int) -> tuple[int, float]:
        """The last place on a column's way that its own side holds; its start if none."""
        column = self.columns[index]
        holders = {town.place: town.held_by for town in self.scenario.towns}
        last = (self.place[column.from_], 0.0)
        for name, km in self.km_of(column.id).items():
            if holders.get(name) == column.side:
                last = (self.place[name], km)
        return last

    def drone(self, index: int, agent: int) -> tables.Drone:
        source = self.drones[index]
        airfield, station = self.network.places[source.airfield], self.network.places[source.station]
        row = blank(tables.Drone)
        row.key, row.agent = Key(key_of("drone", source.id)), agent
        row.side = SIDES.index(source.side)
        row.field_lat, row.field_lon = airfield.lat, airfield.lon
        row.station_lat, row.station_lon = station.lat, station.lon
        row.radius, row.aircraft = source.radius, float(source.aircraft)
        row.endurance, row.cruise, row.turn_round = source.endurance, source.cruise, source.turn_round
        row.ready = max(0.0, self.hour(source.ready))
        return row

    def group(self, index: int, agent: int) -> tables.Group:
        source = self.groups[index]
        row = blank(tables.Group)
        row.key, row.agent = Key(key_of("group", source.id)), agent
        row.fights = int(source.role == "fighting")
        row.road, row.road_km = self.door(source.home)
        row.engaged = row.quarry = NOBODY
        row.set_km = -NEVER
        row.leaves = NEVER
        return row

    def door(self, place: str) -> tuple[int, float]:
        """A place as a point of the first road that touches it; no road is NOWHERE."""
        for index, road in enumerate(self.network.roads):
            if place in (road.from_, road.to):
                return index, 0.0 if road.from_ == place else road.km
        return NOWHERE, 0.0

    def place_rows(self) -> list[tables.Place]:
        holders = {town.place: town.held_by for town in self.scenario.towns}
        rows = []
        for name in self.places:
            holder = holders.get(name, "none")
            road, km = self.door(name)
            rows.append(tables.Place(road, km, SIDES.index(holder) if holder != "none" else NOBODY))
        return rows

    def distances(self) -> np.ndarray[Any, Any]:
        """Road-km between every two places; NEVER where no road leads."""
        known = self.network.road_distances()
        return np.array([[known[a].get(b, NEVER) for b in self.places] for a in self.places])

    def hostile(self) -> list[list[int]]:
        return [[int(c.side in g.hostile_to) for c in self.columns] for g in self.groups]

    def wary(self) -> list[list[float]]:
        """Itinerary km at which each column's way first leaves the radius the groups believe in."""
        belief = self.scenario.belief
        ends: list[float] = []
        for column in self.columns:
            way = self.ways[column.id]
            exits: list[float] = []
            if belief:
                crossings = self.network.crossings(way, belief.station, belief.radius)
                inside = self.network.great_circle(belief.station, way[0]) <= belief.radius
                exits = crossings[0 if inside else 1 :]
            ends.append(exits[0] if exits else NEVER)
        return [ends for _ in self.groups]

    def milestone(self, source: Milestone) -> tables.Milestone:
        names = [column.id for column in self.columns]
        kms = self.km_of(source.column)
        place, _, event = source.id.partition(":")
        row = blank(tables.Milestone)
        row.event, row.column = Event[event.upper()], names.index(source.column)
        row.hour = NEVER
        if source.between:
            row.from_km, row.to_km = sorted(kms[name] for name in source.between)
        else:
            at = kms[source.at or place]
            row.from_km, row.to_km = at - (source.within or 0.0), at + (source.within or 0.0)
        return row
