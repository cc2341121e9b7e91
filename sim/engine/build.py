"""Building a template: a scenario's names become indices, its inputs rows, agents sorted by (kind, id)."""

from datetime import date
from operator import attrgetter
from typing import Any

import numpy as np

from sim.chance.keyed import key_of
from sim.engine.itinerary import RoadPoint, Way, road_points, routed_places
from sim.engine.template import LOG_CAPACITY, Reporter, Template
from sim.files.case_file import NO_SIDE
from sim.files.fields import GIVEN
from sim.files.units import DayRange
from sim.parameters.parameter import Parameters
from sim.record.record import parties_of, reported
from sim.rules.daylight import day_at
from sim.rules.geodesy import vector
from sim.scenario import schema, sun
from sim.scenario.courses import stretches
from sim.scenario.reading import LoadedScenario
from sim.state import rows, world
from sim.state.kinds import EVENTS, PLACE_EVENTS, AgentKind, Cause, ColumnKind, Event, Side, Stance
from sim.state.rows import NEVER, NOBODY, NOWHERE, Key
from sim.state.world import World, blank, grid, to_array


def build(loaded: LoadedScenario, parameters: Parameters) -> Template:
    """The template of a checked scenario whose runs have these parameters."""
    return _Builder(loaded).template(parameters)


class _Builder:
    """Turns a scenario's names into indices."""

    def __init__(self, loaded: LoadedScenario) -> None:
        scenario, network = self.scenario, self.network = loaded.scenario, loaded.network
        self.case = loaded.case
        self.role = {side.side: role for role, side in enumerate(loaded.sides)} | {NO_SIDE: NOBODY}
        self.begins = schema.beginning(scenario.start, network.zone)
        self.places = list(network.places)
        self.place = {name: i for i, name in enumerate(self.places)}
        agents = {kind: getattr(scenario, f"{kind.name.lower()}s") for kind in AgentKind}
        self.without = frozenset(scenario.rules.without)
        agents[AgentKind.TOWN] = [town for town in scenario.towns if town.people]
        agents[AgentKind.DRONE] = agents[AgentKind.DRONE] if self.has("drones") else ()
        name_of = {kind: attrgetter("place" if kind == AgentKind.TOWN else "id") for kind in AgentKind}
        self.agents: dict[AgentKind, list[Any]] = {
            kind: sorted(items, key=name_of[kind]) for kind, items in agents.items()
        }
        self.names = {kind: list(map(name_of[kind], items)) for kind, items in self.agents.items()}
        self.index = {kind: {name: i for i, name in enumerate(names)} for kind, names in self.names.items()}
        self.ways = {column.id: Way(column, loaded) for column in self.agents[AgentKind.COLUMN]}
        self.road_points = road_points(network)
        self.routed = routed_places(scenario, network, list(self.ways.values()), self.road_points)
        self.legs: list[rows.LegState] = []
        self.marks: list[rows.Waypoint] = []
        self.serials: list[rows.SerialState] = []
        self.days: list[rows.SolarDay] = []
        self.stages: list[rows.ObjectiveState] = []
        self.spans: list[rows.SpanState] = []
        self.mark_ranges: dict[str, range] = {}

    def has(self, mechanism: schema.Mechanism) -> bool:
        """Whether the runs have a mechanism."""
        return mechanism not in self.without

    def template(self, parameters: Parameters) -> Template:
        arrays: dict[str, Any] = self.tables()
        arrays |= self.arrays()
        arrays["parameters"] = np.zeros(1, parameters.dtype)
        arrays["log"] = np.zeros(LOG_CAPACITY, world.dtype_of(rows.LogEntry))
        arrays["watched"] = np.isin(range(len(Event) + 1), arrays["milestones"]["event"])
        return Template(
            world=World(**arrays),
            names=self.names,
            places=self.places,
            milestones=[m.id for m in self.scenario.milestones],
            ways={name: way.passed for name, way in self.ways.items()},
            parameters=parameters,
            stages=[self.places[row.place] for row in self.stages],
            destinations=[d.place for d in self.scenario.destinations],
            parties=self.reporters(),
        )

    def tables(self) -> dict[str, np.ndarray]:
        """The tables of rows by their names in a World; those of agents come first, for they fill others."""
        agents: dict[AgentKind, list[Any]] = {
            kind: list(map(getattr(self, kind.name.lower()), items)) for kind, items in self.agents.items()
        }
        for kind, table in agents.items():
            for name, row in zip(self.names[kind], table, strict=True):
                row.key = Key(key_of(kind.name.lower(), name))
        for agent, (kind, i) in enumerate(self.wakers()):
            if kind != AgentKind.TOWN:
                agents[kind][i].agent = agent
        place, roads, destinations = self.place, self.network.roads, self.scenario.destinations
        tables: dict[str, list[Any]] = {f"{kind.name.lower()}s": table for kind, table in agents.items()}
        tables |= {
            "run": [self.run()],
            "legs": self.legs,
            "marks": self.marks,
            "serials": self.serials,
            "places": self.place_rows(),
            "roads": [
                rows.RoadState(self.route_number(road.from_), self.route_number(road.to), road.km)
                for road in roads
            ],
            "days": self.days,
            "stages": self.stages,
            "destinations": [
                rows.DestinationState(place[d.place], d.kind != "town", d.kind == "border", 0.0)
                for d in destinations
            ],
            "closures": self.closures(),
            "milestones": [self.milestone(m) for m in self.scenario.milestones],
            "spans": self.spans,
        }
        return {name: to_array(table, world.ROW_TYPES[name]) for name, table in tables.items()}

    def reporters(self) -> list[Reporter]:
        """The parties of the case's record that tell of a run, in its order."""
        return [
            Reporter(
                party=row.party, side=self.role[row.side or NO_SIDE], events=row.reports, own=row.reports_own
            )
            for row in parties_of(self.case)
            if row.reports or row.reports_own
        ]

    def arrays(self) -> dict[str, np.ndarray]:
        """What is no table of rows, once there are the rows of agents."""
        agents, known = self.wakers(), self.network.road_distances(self.routed)
        wary = [way.wary() for way in self.ways.values()]
        groups, columns = self.agents[AgentKind.GROUP], self.agents[AgentKind.COLUMN]
        raids = self.agents[AgentKind.RAID]
        towns, goals = len(self.agents[AgentKind.TOWN]), len(self.scenario.destinations)
        return {
            "wakes": np.full(len(agents), NEVER),
            "kinds": np.array([kind for kind, _ in agents], "i8"),
            "indices": np.array([i for _, i in agents], "i8"),
            "heads": np.full(len(columns), -1.0),
            "ranges": np.full((towns, len(columns)), NEVER),
            "shares": np.zeros((towns, goals)),
            "raiders": grid([[g.id in raid.groups for g in groups] for raid in raids], len(groups), "?"),
            "accounts": np.zeros((len(self.stages), len(Cause))),
            "clears": grid(self.clears(), len(columns), "i8"),
            "hostile": grid([[c.side in g.hostile_to for c in columns] for g in groups], len(columns), "?"),
            "miners": grid([[c.side in g.mines for c in columns] for g in groups], len(columns), "?"),
            "wary": grid([wary] * len(groups), len(columns), "f8"),
            "refuges": np.array([self.place[name] for name in self.scenario.refuges], "i8"),
            "distances": grid(
                [[known[a].get(b, NEVER) for b in self.routed] for a in self.routed], len(self.routed), "f8"
            ),
        }

    def wakers(self) -> list[tuple[AgentKind, int]]:
        """Who acts, in order: each agent by kind and index, but the towns as one."""
        acting = {kind: items[:1] if kind == AgentKind.TOWN else items for kind, items in self.agents.items()}
        return [(kind, i) for kind, items in acting.items() for i in range(len(items))]

    def hour(self, day: date) -> float:
        return schema.midnight(day, self.scenario.start, self.network.zone)

    def run(self) -> rows.RunState:
        s, row = self.scenario, blank(rows.RunState)
        row.zone, row.horizon = float(self.network.zone), self.hour(s.end)
        row.now = row.begins = self.begins
        sides = [self.role[aviation.side] for aviation in s.manned_aviation if self.has("drones")]
        row.manned_side = sides[0] if sides else NOBODY
        row.given_low, row.given_high = s.start.low, s.start.high
        row.contact_everywhere = s.rules.contact_pace == "on contested road" and self.has("contact")
        row.night_hazard = s.rules.night_hazard
        row.mines_everywhere = s.rules.mines == "everywhere"
        row.march_calendar = s.rules.calendar_pace == "march speed"
        row.quiet_nights, row.no_contact = not self.has("nights"), not self.has("contact")
        row.no_ground, row.no_kinds = not self.has("ground"), not self.has("kinds")
        row.no_mines, row.no_ambushes = not self.has("mines"), not self.has("ambushes")
        row.no_bypass, row.no_probes = not self.has("bypass"), not self.has("reconnaissance")
        row.goes_at_once = not self.has("decision")
        return row

    def daylight(self, row: rows.ForceState, place: str) -> None:
        """Give a row the local solar days of the scenario at a place, and some before and after them."""
        point, span = self.network.places[place], (self.scenario.start.day, self.scenario.end)
        row.solar, row.first_day = sun.solar_hours(point.lon), len(self.days) + sun.SPARE_DAYS
        self.days += sun.days_about(*span, point.lat, point.lon)
        row.last_day = len(self.days)

    # --- agents ---------------------------------------------------------------------------------------------

    def column(self, source: schema.Column) -> rows.ColumnState:
        way, row = self.ways[source.id], blank(rows.ColumnState, self.begins)
        row.side = self.role[source.side]
        row.kind = ColumnKind[source.kind.upper()] if self.has("kinds") else ColumnKind.LIGHT
        row.by_night = source.by_night is not None
        start = self.network.places[source.from_]
        row.sun_lat, row.sun_lon = start.lat, start.lon
        self.daylight(row, source.from_)
        row.first_leg = row.leg = len(self.legs)
        self.legs += way.legs(self.legs)
        row.first_mark = row.next_mark = len(self.marks)
        self.marks += way.marks(self.place, self.index[AgentKind.GROUP])
        row.last_leg, row.last_mark = len(self.legs), len(self.marks)
        self.mark_ranges[source.id] = range(row.first_mark, row.last_mark)
        held, row.held_km = way.start_hold()
        row.held_place, row.contested_km = self.place[held], row.held_km
        if source.contested_from:
            row.contested_km = way.km[source.contested_from]
        self.strength(row, source)
        row.vehicle_gap = source.vehicle_gap
        row.serial_gaps = source.serial_gap * (len(source.serials) - 1)
        row.mines_reported = source.mines_reported
        self.errand(row, way.column)
        self.orders(row, way)
        return row

    def orders(self, row: rows.ColumnState, way: Way) -> None:
        """What may keep a column where it is, and with which other one it merges."""
        row.holds_until, row.meets_at = -NEVER, NOWHERE
        row.ordered = bool(way.column.orders or way.meetings() or self.scenario.closures)
        for order in way.column.orders:
            if order.do == "merge":
                row.merges, row.reinforces = True, self.index[AgentKind.COLUMN][order.with_ or ""]

    def closures(self) -> list[rows.ClosureState]:
        """The times in which roads are closed, in order of their beginnings."""
        ends = {frozenset((road.from_, road.to)): i for i, road in enumerate(self.network.roads)}
        table = [
            rows.ClosureState(
                ends[frozenset(closure.between)],
                self.hour(closure.from_),
                NEVER if closure.until is None else self.hour(closure.until),
            )
            for closure in self.scenario.closures
        ]
        return sorted(table, key=attrgetter("begins"))

    def strength(self, row: rows.ColumnState, source: schema.Column) -> None:
        """A column's strength, and how its serials share it: by the middles of their reported ranges."""
        serials = source.serials
        row.persons_low = sum(serial.persons[0] for serial in serials)
        row.persons_high = sum(serial.persons[1] for serial in serials)
        row.vehicles_low = sum(serial.vehicles[0] for serial in serials)
        row.vehicles_high = sum(serial.vehicles[1] for serial in serials)
        row.left, row.first_serial = NEVER, len(self.serials)
        for i, serial in enumerate(serials):
            persons = sum(serial.persons) / (row.persons_low + row.persons_high)
            vehicles = sum(serial.vehicles) / (row.vehicles_low + row.vehicles_high)
            self.serials.append(rows.SerialState(source.serial_gap * i, persons, vehicles))
        row.last_serial = len(self.serials)

    def errand(self, row: rows.ColumnState, source: schema.Column) -> None:
        """When a column starts, what for, and on what conditions it goes on."""
        begins: Any = source.departs if source.holds is None else source.holds
        row.holds, row.starts_given = source.holds is not None, begins == GIVEN
        days = begins if isinstance(begins, DayRange) else (begins, begins)
        row.departs = self.begins if begins == GIVEN else self.hour(days[0])
        row.departure_days = 0 if begins == GIVEN else (days[1] - days[0]).days
        row.first_stage = row.stage = len(self.stages)
        self.stages += [rows.ObjectiveState(self.place[o.place], NEVER, NEVER) for o in source.objectives]
        row.last_stage = len(self.stages)
        row.captures = any(objective.capture for objective in source.objectives)
        row.goes = row.tail_in = row.probe_at = row.drones_met = row.reinforced_met = NEVER
        row.waits_for_reinforcement, row.waits_for_drones = "reinforced" in source.go, "drones" in source.go
        row.waits_for_drones = row.waits_for_drones and self.has("drones")
        row.waits_for_camp, row.waits_for_road = "camp_vacated" in source.go, "road_clear" in source.go
        row.waits_for_calendar = "calendar" in source.go
        row.supply, row.load = source.supply, source.load
        if source.leg_from:
            row.leg_km = self.network.road_km(source.leg_from.split(":")[0], source.from_)
            dates = reported(self.case)
            row.leg_low, row.leg_high = schema.hours(dates[source.leg_from], self.scenario.start.day)
        row.reinforces = self.index[AgentKind.COLUMN].get(source.reinforces or "", NOBODY)
        row.supplies = self.index[AgentKind.GARRISON].get(source.supplies or "", NOBODY)
        row.waits_for_place = bool(source.reinforces or source.supplies)

    def clears(self) -> list[list[int]]:
        """For each objective after a hold, where each withdrawing column is off the road to it: its mark."""
        table = []
        for column in self.agents[AgentKind.COLUMN]:
            table.append([NOWHERE] * len(self.ways))
            roads = stretches(self.ways[column.id].course)
            table += [[self.off(name, road) for name in self.ways] for road in roads]
        return table

    def off(self, other: str, road: list[str]) -> int:
        leaves = self.ways[other].leaves(road)
        marks = (i for i in self.mark_ranges[other] if leaves and self.marks[i].place == self.place[leaves])
        return max(marks, default=NOWHERE)

    def drone(self, source: schema.Drone) -> rows.DroneState:
        row = blank(rows.DroneState)
        row.side, row.field = self.role[source.side], self.place[source.airfield]
        row.radius, row.aircraft = source.radius, float(source.aircraft)
        row.endurance, row.cruise, row.turn_round = source.endurance, source.cruise, source.turn_round
        row.ready = max(self.begins, self.hour(source.ready))
        row.forward_at = row.next_station_at = NEVER
        row.moves_forward = source.moves_forward
        row.station = row.forward = row.next_station = self.place[source.station]
        row.target, row.strike_at = NOWHERE, NEVER
        return row

    def group(self, source: schema.Group) -> rows.GroupState:
        row = blank(rows.GroupState, self.begins)
        row.fights = source.role in ("fighting", "blocking")
        row.raids = source.role != "harassing"
        row.road, row.road_km = self.road_point(source.home)
        if source.withdrawn:
            row.stance = Stance.WITHDRAWN
        if source.blocks:
            ends = set(source.blocks)
            row.stance = Stance.BLOCKING
            row.road = next(i for i, r in enumerate(self.network.roads) if {r.from_, r.to} == ends)
            row.road_km = self.network.roads[row.road].km / 2
        row.share = self.share(source)
        row.engaged = row.quarry = row.told_of = NOBODY
        row.set_km = -NEVER
        row.leaves = NEVER
        return row

    def share(self, source: schema.Group) -> float:
        """A group's share of the fighters: its own, or an equal part of what the others leave."""
        if source.share is not None or source.role in ("harassing", "local"):
            return source.share or 0.0
        others = [group for group in self.scenario.groups if group.role in ("fighting", "blocking")]
        given = sum(group.share for group in others if group.share is not None)
        return (1.0 - given) / sum(group.share is None for group in others)

    def camp(self, source: schema.Camp) -> rows.CampState:
        row = blank(rows.CampState)
        row.place, row.vacated = self.place[source.place], self.hour(source.vacated) + 12.0
        row.notice_at = row.takes_at = NEVER
        row.holder, row.taker, row.taken_by = int(Side.WITHDRAWING), NOBODY, NOBODY
        return row

    def garrison(self, source: schema.Garrison) -> rows.GarrisonState:
        row = blank(rows.GarrisonState, self.begins)
        row.side, row.place = self.role[source.side], self.place[source.place]
        self.daylight(row, source.place)
        row.persons_low, row.persons_high = source.persons
        row.vehicles_low, row.vehicles_high = source.vehicles
        row.holds, row.hunted = True, source.raided and self.has("raids")
        row.raid_until, row.raid_next = -NEVER, NEVER
        row.supply = NEVER if source.supply is None else source.supply
        return row

    def airlift(self, source: schema.Airlift) -> rows.AirliftState:
        row = blank(rows.AirliftState)
        row.evening = self.hour(source.night) + 18.0
        places = [garrison.place for garrison in self.agents[AgentKind.GARRISON]]
        row.garrison = places.index(source.airfield)
        row.persons_low, row.persons_high = source.persons
        return row

    def raid(self, source: schema.Raid) -> rows.RaidState:
        row = blank(rows.RaidState)
        row.garrison = self.index[AgentKind.GARRISON][source.garrison]
        place = self.network.places[self.agents[AgentKind.GARRISON][row.garrison].place]
        row.day = day_at(sun.solar_hours(place.lon), self.hour(source.day) + 12.0)
        return row

    def town(self, source: schema.Town) -> rows.TownState:
        row = blank(rows.TownState)
        row.place = self.place[source.place]
        row.people = float(source.people) if self.has("displacement") else 0.0
        row.struck, row.share = -NEVER, -1.0
        return row

    # --- places and roads -----------------------------------------------------------------------------------

    def road_point(self, place: str) -> RoadPoint:
        """A place as a point of the first road that touches it; no road is NOWHERE."""
        return self.road_points.get(place, (NOWHERE, 0.0))

    def route_number(self, place: str) -> int:
        """Where a place stands in `distances`."""
        return self.routed.get(place, NOWHERE)

    def place_rows(self) -> list[rows.PlaceState]:
        """Places; who holds one at the end is an outcome where somebody holds it, or comes to."""
        holders = self.scenario.holders
        ends = {self.places[row.place] for row in self.stages}
        ends |= {g.place for g in self.scenario.garrisons} | {c.place for c in self.scenario.camps}
        table = []
        for name, point in self.network.places.items():
            row = blank(rows.PlaceState)
            row.road, row.road_km = self.road_point(name)
            row.route_number = self.route_number(name)
            row.x, row.y, row.z = vector(point.lat, point.lon)
            row.holder = self.role[holders.get(name, NO_SIDE)]
            row.holder_outcome = row.holder != NOBODY or name in ends
            table.append(row)
        return table

    def milestone(self, source: schema.Milestone) -> rows.MilestoneState:
        row = blank(rows.MilestoneState)
        row.hour, row.column, row.place = NEVER, NOBODY, NOWHERE
        if source.column is None:
            row.event, row.place = PLACE_EVENTS[source.event], self.place[source.place]
            return row
        row.event, row.column = EVENTS[source.event], self.index[AgentKind.COLUMN][source.column]
        first, *further = self.ways[source.column].spans(source)
        row.from_km, row.to_km = first
        row.first_span = len(self.spans)
        self.spans += [rows.SpanState(*span) for span in further]
        row.last_span = len(self.spans)
        return row
