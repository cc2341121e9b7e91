"""The way of a column as rows: its legs and the marks at which something may happen; other ways by road."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import networkx as nx

from sim.chance.keyed import key_of
from sim.scenario.network import Network, to_mm
from sim.scenario.reading import LoadedScenario
from sim.scenario.schema import Column, Scenario, itinerary, midnight
from sim.state.kinds import Side, Surface
from sim.state.rows import NEVER, NOBODY, NOWHERE, Key, LegState, Waypoint
from sim.state.world import blank

RoadPoint = tuple[int, float]
"""A place as a point of the first road that touches it: the road's index, and km from its first end."""


def stretches(column: Column, places: list[str]) -> list[list[str]]:
    """The places of a column's way from each of its objectives to the next."""
    ends = [places.index(objective.place) for objective in column.objectives]
    return [places[start : end + 1] for start, end in pairwise(ends)]


class Way:
    """A column's itinerary: `places` in order, `km` of each, and its rows."""

    def __init__(self, column: Column, loaded: LoadedScenario) -> None:
        """The way of a checked column."""
        self.column, self.scenario, self.network = column, loaded.scenario, loaded.network
        self.withdraws = column.side == loaded.sides[Side.WITHDRAWING].side
        self.places = itinerary(column, self.network)
        self.roads = self.network.legs(self.places)
        ends = [0.0, *(leg.start_km + leg.km for leg in self.roads)]
        self.km = dict(zip(self.places, ends, strict=True))

    def legs(self, before: Sequence[LegState]) -> list[LegState]:
        """A row a road, in the direction of the march; `before` are those of other columns."""
        rows: list[LegState] = []
        for leg in self.roads:
            start = self.network.places[leg.start]
            road = self.network.roads[leg.road]
            row = blank(LegState)
            row.road, row.forward = leg.road, road.from_ == leg.start
            row.start_km, row.end_km = leg.start_km, leg.start_km + leg.km
            row.lat, row.lon = start.lat, start.lon
            lat, lon = self.network.span(leg)
            row.lat_per_km, row.lon_per_km = lat / leg.km, lon / leg.km
            row.surface = Surface[road.surface.upper().replace(" ", "_")]
            row.section = Key(key_of("section", road.section))
            rows.append(row)
            alike = [other.section for other in (*before, *rows)]
            row.first_alike = alike.index(row.section)
        return rows

    def mark_places(self) -> set[str]:
        """The places at which something may happen: others of the road are no marks."""
        column, scenario = self.column, self.scenario
        names = {column.from_, *column.stops_on(self.places)}
        names |= {column.contested_from or column.from_, self.start_hold()[0]}
        names |= {defence.place for defence in column.defended}
        names |= {objective.place for objective in column.objectives}
        for other in scenario.columns if self.withdraws else ():
            if len(other.objectives) > 1:
                for road in stretches(other, itinerary(other, self.network)):
                    names |= {self.leaves(road) or column.from_}
        surfaces = [self.network.roads[leg.road].surface for leg in self.roads]
        names |= {
            leg.start
            for leg, ground in zip(self.roads[1:], pairwise(surfaces), strict=True)
            if len({*ground}) > 1
        }
        return names | {m.at or m.place for m in scenario.milestones if m.column == column.id}

    def leaves(self, road: list[str]) -> str | None:
        """Where a withdrawing column is off a stretch of road; None if it never uses it, and for others."""
        used = [name for name in self.places if name in road]
        return used[-1] if self.withdraws and len(used) > 1 else None

    def marks(self, place: Mapping[str, int], groups: Mapping[str, int]) -> list[Waypoint]:
        """The marks in order of km; `place` and `groups` are the indices of names."""
        named = self.mark_places()
        rows = [self.mark(name, place) for name in self.places if name in named]
        km = self.km
        middles = {frozenset((a, b)): 0.5 * (km[a] + km[b]) for a, b in pairwise(self.places)}
        without = self.scenario.rules.without
        for group in self.scenario.groups if "ambushes" not in without else ():
            road = frozenset(group.blocks or ())
            if road in middles and self.column.side in group.hostile_to:
                row = self.blank_mark(middles[road], NOWHERE)
                row.block = groups[group.id]
                rows.append(row)
        return sorted(rows, key=lambda row: (row.km, row.block))

    def blank_mark(self, km: float, place: int) -> Waypoint:
        """A mark at which nothing happens."""
        row = blank(Waypoint)
        row.km, row.place, row.block = km, place, NOBODY
        row.leaves = row.reached_at = row.round_km = NEVER
        row.opens = -NEVER
        return row

    def mark(self, name: str, place: Mapping[str, int]) -> Waypoint:
        """The mark of a place."""
        column = self.column
        row = self.blank_mark(self.km[name], place[name])
        row.key = Key(key_of("position", f"{column.id}:{name}"))
        row.stop = name in column.stops_on(self.places)
        for objective in column.objectives:
            if objective.place == name:
                row.objective, row.capture = True, objective.capture
                row.refit, row.control_site = objective.refit, objective.control_site
        opens = [camp.opens for camp in self.scenario.camps if camp.place == name and camp.opens]
        if opens:
            row.opens = midnight(min(opens), self.scenario.start, self.network.zone)
        positions = column.defended if "positions" not in self.scenario.rules.without else ()
        if name in {defence.place for defence in positions}:
            row.defended = True
            row.direct_km, row.round_km = self.way_round(name)
        return row

    def way_round(self, name: str) -> tuple[float, float]:
        """Road-km from a position to the next objective: by the itinerary, and by the network's other road.

        The other road shares neither the road by which the column comes nor that by which it would go on.
        """
        at = self.places.index(name)
        goals = [objective.place for objective in self.column.objectives]
        goal = next(place for place in self.places[at + 1 :] if place in goals)
        graph: Any = self.network.graph()
        graph.remove_edge(self.places[at - 1], name)
        graph.remove_edge(name, self.places[at + 1])
        try:
            other = to_mm(float(nx.shortest_path_length(graph, name, goal, weight="km")))
        except nx.NetworkXNoPath:
            other = NEVER
        return self.km[goal] - self.km[name], other

    def start_hold(self) -> tuple[str, float]:
        """The last place on the way that its side holds at the start, with its km; else its start."""
        holders, side = self.scenario.holders, self.column.side
        held = [(name, km) for name, km in self.km.items() if holders.get(name) == side]
        return held[-1] if held else (self.column.from_, 0.0)

    def wary(self) -> float:
        """Itinerary km at which the way first leaves the radius that the groups believe in, or NEVER."""
        belief = self.scenario.belief
        if not belief or "drones" in self.scenario.rules.without:
            return NEVER
        crossings = self.network.crossings(self.places, belief.station, belief.radius)
        inside = self.network.great_circle(belief.station, self.places[0]) <= belief.radius
        return next(iter(crossings[0 if inside else 1 :]), NEVER)


# --- other ways ---------------------------------------------------------------------------------------------


def road_points(network: Network) -> dict[str, RoadPoint]:
    """Each place of a network as a point of a road; those that no road touches are left out."""
    points: dict[str, RoadPoint] = {}
    for index, road in enumerate(network.roads):
        points.setdefault(road.from_, (index, 0.0))
        points.setdefault(road.to, (index, road.km))
    return points


def routed_places(
    scenario: Scenario, network: Network, ways: Sequence[Way], points: Mapping[str, RoadPoint]
) -> dict[str, int]:
    """Numbers for the places between which runs of a scenario may ask for a way, in the network's order.

    They are those that it names, those on the columns' `ways`, and the ends of the roads on which their
    `points` lie, of the columns' roads and of those that groups block: nobody stands on another road.
    """
    named = {name for way in ways for name in way.places}
    named |= {text for text in _texts(scenario.model_dump()) if text in network.places}
    named |= {milestone.place for milestone in scenario.milestones} & network.places.keys()
    blocked = [frozenset(group.blocks) for group in scenario.groups if group.blocks]
    near = {leg.road for way in ways for leg in way.roads}
    near |= {points[name][0] for name in named if name in points}
    near |= {i for i, road in enumerate(network.roads) if frozenset((road.from_, road.to)) in blocked}
    for index in near:
        named |= {network.roads[index].from_, network.roads[index].to}
    return {name: number for number, name in enumerate(filter(named.__contains__, network.places))}


def _texts(value: object) -> Iterator[str]:
    """All texts below a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
