"""The way of a column as rows: its legs and the marks at which something may happen; other ways by road."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import networkx as nx

from sim.chance.keyed import key_of
from sim.scenario.courses import course, stretches
from sim.scenario.network import Network, to_mm
from sim.scenario.reading import LoadedScenario
from sim.scenario.schema import Column, Milestone, Scenario, midnight
from sim.state.kinds import Side, Surface
from sim.state.rows import NEVER, NOBODY, NOWHERE, Key, LegState, Waypoint
from sim.state.world import blank

RoadPoint = tuple[int, float]
"""A place as a point of the first road that touches it: the road's index, and km from its first end."""


class Way:
    """A column's itinerary: `places` in order, their `kms`, the first `km` of each place, and its rows.

    `column` has the objectives that its orders leave it.
    """

    def __init__(self, column: Column, loaded: LoadedScenario) -> None:
        """The way of a checked column."""
        self.scenario, self.network = loaded.scenario, loaded.network
        self.withdraws = column.side == loaded.sides[Side.WITHDRAWING].side
        self.course = course(column, self.scenario, self.network)
        self.column, self.places = self.course.column, self.course.places
        self.roads = self.network.legs(self.places)
        self.kms = [0.0, *(leg.start_km + leg.km for leg in self.roads)]
        self.km: dict[str, float] = {}
        for name, km in zip(self.places, self.kms, strict=True):
            self.km.setdefault(name, km)

    @property
    def passed(self) -> list[tuple[str, float]]:
        """The places in order with their km; one passed again stands there again."""
        return list(zip(self.places, self.kms, strict=True))

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
            row.middle_road, row.middle_km = middle(self.network, leg.road)
            row.first_km = row.start_km
            self.again(row, rows)
            rows.append(row)
            alike = [other.section for other in (*before, *rows)]
            row.first_alike = alike.index(row.section)
        return rows

    def again(self, row: LegState, before: Sequence[LegState]) -> None:
        """Say of a leg whether the column has come by its road before, and where that was."""
        first = next((leg for leg in before if leg.road == row.road), None)
        if first is not None:
            row.again, row.back = True, first.forward != row.forward
            row.first_km = first.end_km if row.back else first.start_km

    def mark_places(self) -> set[str]:
        """The places at which something may happen: others of the road are no marks."""
        column, scenario = self.column, self.scenario
        names = {column.from_, *column.stops_on(self.places)}
        names |= {column.contested_from or column.from_, self.start_hold()[0]}
        names |= {defence.place for defence in column.defended}
        names |= {objective.place for objective in column.objectives}
        for other in scenario.columns if self.withdraws else ():
            for road in stretches(course(other, scenario, self.network)):
                names |= {self.leaves(road) or column.from_}
        surfaces = [self.network.roads[leg.road].surface for leg in self.roads]
        names |= {
            leg.start
            for leg, ground in zip(self.roads[1:], pairwise(surfaces), strict=True)
            if len({*ground}) > 1
        }
        names |= {order.at for order in column.orders} | self.meetings()
        shut = {frozenset(closure.between) for closure in scenario.closures}
        names |= {leg.start for leg in self.roads if frozenset((leg.start, leg.end)) in shut}
        return names | {m.at or m.place for m in scenario.milestones if m.column == column.id}

    def meetings(self) -> set[str]:
        """The places at which other columns are to merge with this one."""
        orders = (order for other in self.scenario.columns for order in other.orders)
        return {order.at for order in orders if order.do == "merge" and order.with_ == self.column.id}

    def leaves(self, road: list[str]) -> str | None:
        """Where a withdrawing column is off a stretch of road; None if it never uses it, and for others."""
        used = [name for name in self.places if name in road]
        return used[-1] if self.withdraws and len(used) > 1 else None

    def marks(self, place: Mapping[str, int], groups: Mapping[str, int]) -> list[Waypoint]:
        """The marks in order of km; `place` and `groups` are the indices of names."""
        named = self.mark_places()
        rows = [self.mark(i, place) for i, name in enumerate(self.places) if name in named]
        middles = [(frozenset((a, b)), 0.5 * (start + end)) for (a, start), (b, end) in pairwise(self.passed)]
        without = self.scenario.rules.without
        for group in self.scenario.groups if "ambushes" not in without else ():
            blocked = frozenset(group.blocks or ())
            if self.column.side in group.hostile_to:
                for middle in (km for road, km in middles if road == blocked):
                    row = self.blank_mark(middle, NOWHERE)
                    row.block = groups[group.id]
                    rows.append(row)
        return sorted(rows, key=lambda row: (row.km, row.block))

    def blank_mark(self, km: float, place: int) -> Waypoint:
        """A mark at which nothing happens."""
        row = blank(Waypoint)
        row.km, row.place, row.block = km, place, NOBODY
        row.leaves = row.reached_at = row.round_km = NEVER
        row.opens = row.hold_until = -NEVER
        return row

    def mark(self, at: int, place: Mapping[str, int]) -> Waypoint:
        """The mark of a place, by where on the way it is passed."""
        column, name = self.column, self.places[at]
        row = self.blank_mark(self.kms[at], place[name])
        row.again = name in self.places[:at]
        row.key = Key(key_of("position", f"{column.id}:{name}"))
        row.stop = name in column.stops_on(self.places)
        for objective, goal in zip(column.objectives, self.course.goals, strict=True):
            if goal == at:
                row.objective, row.capture = True, objective.capture
                row.refit, row.control_site = objective.refit, objective.control_site
        opens = [camp.opens for camp in self.scenario.camps if camp.place == name and camp.opens]
        if opens:
            row.opens = midnight(min(opens), self.scenario.start, self.network.zone)
        positions = column.defended if "positions" not in self.scenario.rules.without else ()
        if name in {defence.place for defence in positions} and self.course.reached(name) == at:
            row.defended = True
            row.direct_km, row.round_km = self.way_round(at)
        self.order(row, name, at)
        return row

    def order(self, row: Waypoint, name: str, at: int) -> None:
        """Give a mark the orders that are carried out there, where the column first reaches the place."""
        if self.course.reached(name) != at:
            return
        row.meets = name in self.meetings()
        for order in self.column.orders:
            if order.at == name and order.do == "hold":
                if order.until is not None:
                    row.hold_until = midnight(order.until, self.scenario.start, self.network.zone)
                row.hold_hours = order.for_ or 0.0
            row.turns = row.turns or (order.at == name and order.do == "return")

    def way_round(self, at: int) -> tuple[float, float]:
        """Road-km from a position to the next objective: by the itinerary, and by the network's other road.

        The other road shares neither the road by which the column comes nor that by which it would go on.
        """
        goal = next(goal for goal in self.course.goals if goal > at)
        graph: Any = self.network.graph()
        graph.remove_edges_from(pairwise(self.places[at - 1 : at + 2]))
        try:
            length = nx.shortest_path_length(graph, self.places[at], self.places[goal], weight="km")
            other = to_mm(float(length))
        except nx.NetworkXNoPath:
            other = NEVER
        return self.kms[goal] - self.kms[at], other

    def start_hold(self) -> tuple[str, float]:
        """The last place on the way that its side holds at the start, with its km; else its start."""
        holders, side = self.scenario.holders, self.column.side
        held = [(name, km) for name, km in self.km.items() if holders.get(name) == side]
        return held[-1] if held else (self.column.from_, 0.0)

    def spans(self, milestone: Milestone) -> list[tuple[float, float]]:
        """The stretches of the way (km) on which a milestone may happen: one each time it passes there."""
        if milestone.between:
            ends = [(name, km) for name, km in self.passed if name in milestone.between]
            return [(start, end) for (a, start), (b, end) in pairwise(ends) if a != b]
        name, margin = milestone.at or milestone.place, milestone.within or 0.0
        return [(km - margin, km + margin) for place, km in self.passed if place == name]

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


def middle(network: Network, road: int) -> RoadPoint:
    """The middle of the section of a road, whoever marches on how much of it.

    A section is a way of roads one behind the other; of one that forks, it is the longest way. Raises
    ValueError if the lengths do not add up.
    """
    name = network.roads[road].section
    roads = [(i, one) for i, one in enumerate(network.roads) if one.section == name]
    net = nx.Graph()
    for i, one in roads:
        net.add_edge(one.from_, one.to, km=one.km, road=i)
    joined = net.subgraph(nx.node_connected_component(net, network.roads[road].from_))
    ways = dict(nx.all_pairs_dijkstra(joined, weight="km"))
    km, first, last = max((ways[a][0][b], a, b) for a in ways for b in ways[a][0])
    left = 0.5 * km
    for start, end in pairwise(ways[first][1][last]):
        edge = joined.edges[start, end]
        if left <= edge["km"]:
            forward = network.roads[edge["road"]].from_ == start
            return edge["road"], left if forward else edge["km"] - left
        left -= edge["km"]
    raise ValueError(f"the section {name} has no middle")


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
    near |= {middle(network, road)[0] for road in near}
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
