"""What inputs of known outcome decide (orders, nights, closures): milestones that are not scored."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from sim.files.case import BUNDLED, Case
from sim.files.case_file import case_file
from sim.files.fields import GIVEN
from sim.files.units import DayRange
from sim.scenario.courses import Course, course, first_day, itinerary, stretches
from sim.scenario.network import Network
from sim.scenario.schema import Closure, Column, Milestone, Order, Scenario, by_night_path
from sim.state.kinds import Side

COMING_EVENTS = ("arrival", "contact", "break", "round", "capture")
"""Events of a column at a place before it can hold there."""
ROAD_EVENTS = ("mine", "mine_found", "ambush", "probe")
"""Events on the road there and beyond."""
FIRST_PASSED = ("arrival", "capture", "first_strike", "on_station", "resupply")
"""Events of which the first at a place is where the way first comes there."""


class PlaceStep(IntEnum):
    """What happens at a place of a column's way, in order; an order to hold there decides the last two."""

    DEPARTURE = 0
    COMING = 1
    TAIL = 2
    JOINED = 3  # by another column for which it waits
    STAY = 4
    ROAD = 5  # beyond


class WayMark(NamedTuple):
    """A point of a column's way: the index of a place, and what of that happens there."""

    at: int
    step: PlaceStep


class _Setting(NamedTuple):
    """A scenario with the way of each of its columns, and the side that withdraws."""

    scenario: Scenario
    network: Network
    ways: Mapping[str, Course]
    withdrawing: str


def decided(scenario: Scenario, network: Network, case: Case = BUNDLED) -> list[str]:
    """The ids of the milestones that are decided by such inputs under `outcome_known`.

    They are those of a column from where it carries the order out on, or comes to the closed road or leaves
    the way that it would have gone; and those of no column at places further on, as far as a column can bring
    them about. From one column it is followed to others, and on from those:

    - to the column that it joins or with which it merges, from where they meet on (`reinforced` is among the
      conditions of that one's go, or its strength in later fights is another);
    - of a withdrawing column, to those whose go waits until it has left their road (`road_clear`), from the
      hold on before which they see that;
    - to those that set out only when their side has captured a place, from their departure on;
    - from what it captures to where drones move, and so to columns whose go waits for these.

    What columns do to each other by way of the groups, of cover in a fight, or of whose place it is when
    another passes, is not followed; nor is who takes a camp, which is never scored.
    """
    ways = {column.id: course(column, scenario, network) for column in scenario.columns}
    withdrawing = case_file(case).sides[Side.WITHDRAWING].side
    setting = _Setting(scenario=scenario, network=network, ways=ways, withdrawing=withdrawing)
    begins = _followed(setting)
    return [
        milestone.id
        for milestone in scenario.milestones
        if any(_is_decided(setting, milestone, name, since) for name, since in begins.items())
    ]


def _followed(setting: _Setting) -> dict[str, WayMark]:
    """The columns on which such an input decides, by whatever links, and from where on their ways."""
    begins: dict[str, WayMark] = {}
    due = list(_inputs(setting))
    while due:
        name, since = due.pop()
        if name not in begins or since < begins[name]:
            begins[name] = since
            due += _meetings(setting, name, since)
            due += _clearances(setting, name, since)
            due += _captures(setting, name, since)
    return begins


# --- the inputs ---------------------------------------------------------------------------------------------


def _inputs(setting: _Setting) -> Iterator[tuple[str, WayMark]]:
    """The columns to which such inputs are given, and from where on their ways they count."""
    known = setting.scenario.outcome_known
    for column in setting.scenario.columns:
        way = setting.ways[column.id]
        if column.by_night and by_night_path(column) in known:
            yield column.id, WayMark(0, PlaceStep.STAY if "calendar" in column.go else PlaceStep.ROAD)
        for order in column.orders:
            if f"columns.{column.id}.orders.{order.id}" in known:
                yield column.id, WayMark(way.reached(order.at) or 0, _step(order))
    for closure in setting.scenario.closures:
        if f"closures.{closure.id}" in known:
            for column in setting.scenario.columns:
                yield from _closed(setting, column, closure)


def _step(order: Order) -> PlaceStep:
    """What an order decides first where it is carried out: a column that merges ends there, tail and all."""
    return PlaceStep.TAIL if order.do == "merge" else PlaceStep.STAY


def _closed(setting: _Setting, column: Column, closure: Closure) -> Iterator[tuple[str, WayMark]]:
    """Where a closed road first bears on a column's way: at its entry, or where a way round it begins.

    It never does if it is open again by the day on which the column sets out, nor where it begins with that
    road on a day before it closes.
    """
    departs = column.departs.last if isinstance(column.departs, DayRange) else column.departs
    early = isinstance(departs, date) and departs < closure.from_ and _awaited(setting, column) is None
    if closure.until is not None and closure.until <= first_day(column, setting.scenario):
        return
    way, open_way = setting.ways[column.id], itinerary(column, setting.network)
    road = frozenset(closure.between)
    for places in (way.places, open_way):
        entries = [i for i, ends in enumerate(pairwise(places)) if frozenset(ends) == road]
        entries = [i for i in entries if i > 0 or not early]
        if entries:
            pairs = enumerate(zip(way.places, open_way, strict=False))
            parts = (i - 1 for i, (a, b) in pairs if a != b and i <= entries[0])
            at = min(entries[0], next(parts, entries[0]))
            waits = at == 0 and column.holds is None and frozenset(way.places[:2]) == road
            yield column.id, WayMark(at, PlaceStep.DEPARTURE if waits else PlaceStep.STAY)


# --- from one column to others ------------------------------------------------------------------------------


def _meetings(setting: _Setting, name: str, since: WayMark) -> Iterator[tuple[str, WayMark]]:
    """The columns that a column joins at its last place, if its coming there is decided."""
    way = setting.ways[name]
    if since > WayMark(len(way.places) - 1, PlaceStep.TAIL):
        return
    for order in way.column.orders:
        if order.do == "merge" and order.with_:
            yield order.with_, WayMark(setting.ways[order.with_].reached(order.at) or 0, PlaceStep.JOINED)
    if way.column.reinforces:
        other = setting.ways[way.column.reinforces]
        for goal, at in zip(other.column.objectives, other.goals, strict=True):
            if goal.place == way.places[-1]:
                yield other.column.id, WayMark(at, PlaceStep.JOINED)


def _clearances(setting: _Setting, name: str, since: WayMark) -> Iterator[tuple[str, WayMark]]:
    """The columns that go on when a withdrawing column has left their road, if that is decided."""
    way = setting.ways[name]
    if way.column.side != setting.withdrawing:
        return
    for other in _waiting(setting, "road_clear"):
        for hold, road in zip(other.goals, stretches(other), strict=False):
            used = [i for i, place in enumerate(way.places) if place in road]
            if len(used) > 1 and since <= WayMark(used[-1], PlaceStep.COMING):
                yield other.column.id, WayMark(hold, PlaceStep.STAY)


def _captures(setting: _Setting, name: str, since: WayMark) -> Iterator[tuple[str, WayMark]]:
    """The columns of its side that wait for what a column captures, or for the drones that move there."""
    way = setting.ways[name]
    goals = zip(way.column.objectives, way.goals, strict=True)
    captured = [goal for goal, at in goals if goal.capture and since <= WayMark(at, PlaceStep.COMING)]
    places = {goal.place for goal in captured}
    for other in setting.scenario.columns:
        if other.side == way.column.side and _awaited(setting, other) in places:
            yield other.id, WayMark(0, PlaceStep.DEPARTURE)
    moved = any(row.moves_forward and row.side == way.column.side for row in setting.scenario.drones)
    if moved and any(goal.control_site for goal in captured):
        for waiting in _waiting(setting, "drones"):
            if waiting.column.id != name and waiting.column.side == way.column.side:
                yield waiting.column.id, WayMark(waiting.goals[0], PlaceStep.STAY)


def _waiting(setting: _Setting, condition: str) -> list[Course]:
    """The ways of the columns whose go has a condition, and that go on from a hold at all."""
    without = setting.scenario.rules.without
    if "decision" in without or condition in without:
        return []
    ways = setting.ways.values()
    return [way for way in ways if condition in way.column.go and len(way.goals) > 1]


def _awaited(setting: _Setting, column: Column) -> str | None:
    """The place that a column's side must capture before it sets out; None if it need not, or holds it."""
    scenario = setting.scenario
    posts = {post.id: post for post in scenario.garrisons}
    if column.supplies:
        post = posts[column.supplies]
        falls = post.raided or any(raid.garrison == post.id for raid in scenario.raids)
        return post.place if falls or post.side != column.side else None
    place = column.objectives[0].place
    waits = column.reinforces and scenario.holders.get(place) != column.side
    return place if waits else None


# --- the milestones -----------------------------------------------------------------------------------------


def _is_decided(setting: _Setting, milestone: Milestone, name: str, since: WayMark) -> bool:
    """Whether a milestone comes, or may, from a point of a column's way on, and by that column."""
    way = setting.ways[name]
    if milestone.column == name:
        latest = _latest(setting, milestone, way)
        return latest is not None and latest >= since
    passes = way.passes(milestone.place)
    if milestone.column is not None or not passes or not _brings(setting, milestone, way):
        return False
    return passes[0 if milestone.event in FIRST_PASSED else -1] > since.at


def _brings(setting: _Setting, milestone: Milestone, way: Course) -> bool:
    """Whether a column may have a part in an event of no column at a place on its way."""
    if milestone.event == "on_station":
        return any(goal.control_site and goal.place == milestone.place for goal in way.column.objectives)
    if milestone.event == "resupply":
        posts = {post.id: post.place for post in setting.scenario.garrisons}
        return posts.get(way.column.supplies or "") == milestone.place
    return milestone.event != "vacated"  # of which the scenario says when


def _latest(setting: _Setting, milestone: Milestone, way: Course) -> WayMark | None:
    """The last point of a column's way at which a milestone of that column may come; None if it is never."""
    event = milestone.event
    starts = way.column.departs == GIVEN and milestone.place == way.column.from_
    if event == "departure" or (event == "go" and starts):
        return WayMark(0, PlaceStep.DEPARTURE)
    named = milestone.between or (milestone.at or milestone.place,)
    passages = [indices for name in named if (indices := way.passes(name))]
    if not passages:
        return None
    at = max(indices[0 if event in FIRST_PASSED else -1] for indices in passages)
    if event in COMING_EVENTS or (milestone.between and _is_over(event, at, way)):
        return WayMark(at, PlaceStep.COMING)
    if event in ("tail", "go"):
        return WayMark(at, PlaceStep.TAIL if event == "tail" else PlaceStep.STAY)
    if event == "reinforced":
        return WayMark(at, PlaceStep.JOINED if _stays_for(setting, way, way.places[at]) else PlaceStep.STAY)
    return WayMark(_within(at, milestone.within or 0.0, way, setting.network), PlaceStep.ROAD)


def _stays_for(setting: _Setting, way: Course, place: str) -> bool:
    """Whether a column stays at a place until another has joined it there, however long."""
    orders = [order for other in setting.scenario.columns for order in other.orders]
    met = [order.at for order in orders if order.do == "merge" and order.with_ == way.column.id]
    return place in met or way in _waiting(setting, "reinforced")


def _is_over(event: str, at: int, way: Course) -> bool:
    """Whether an event of a stretch cannot come once the column stands at its end.

    Nights there may be harassed, but not those at what it has captured.
    """
    goals = zip(way.column.objectives, way.goals, strict=True)
    held = any(goal.capture and end == at for goal, end in goals)
    return event in ROAD_EVENTS or (event == "harassment" and held)


def _within(at: int, km: float, way: Course, network: Network) -> int:
    """The last place on a way that is up to some km by road beyond another one."""
    graph = network.graph()
    while at + 1 < len(way.places):
        km -= graph.edges[way.places[at], way.places[at + 1]]["km"]
        if km < 0.0:
            break
        at += 1
    return at
