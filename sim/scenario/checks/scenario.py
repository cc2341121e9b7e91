"""What no scenario can be, across its fields: told with its line before anything runs."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from sim.files.fields import GIVEN, keys_at
from sim.files.overrides import above
from sim.files.units import DayRange
from sim.files.yaml_tree import Fault, FaultyInput, Map, locate, nearest
from sim.scenario.checks.milestones import check_milestones
from sim.scenario.checks.orders import check_orders, check_sources
from sim.scenario.checks.stages import check_stages
from sim.scenario.courses import course
from sim.scenario.draft import Draft
from sim.scenario.schema import Column, Scenario
from sim.state.clock import in_hours

INPUTS = (
    "columns", "groups", "drones", "manned_aviation", "towns", "camps", "garrisons", "airlifts", "raids",
    "destinations",
)  # fmt: skip
UNIQUE = {
    "id": (
        "columns", "closures", "groups", "drones", "camps", "garrisons", "airlifts", "raids", "milestones",
    ),
    "place": ("towns", "garrisons", "destinations"),
}  # fmt: skip
"""Fields that no two rows of a list have alike, and the lists."""
NamedPlace = tuple[str | None, *tuple[str | int, ...]]
"""A place that the scenario names, and where: keys and indices from the top of the file."""


def impossible(draft: Draft, *, whole: bool = True) -> list[Fault]:
    """What cannot be: places off the network, objectives out of reach, ends before starts, ids repeated.

    With `whole` false, parts of the scenario are left out, and what needs them all is not looked at.
    """
    _times(draft)
    _days(draft)
    _places(draft)
    _ids(draft)
    _itineraries(draft)
    _lengths(draft)
    check_orders(draft)
    if whole:
        check_sources(draft)
        _labels(draft)
        _needed(draft)
        check_stages(draft)
        check_milestones(draft)
    return draft.faults


def _times(draft: Draft) -> None:
    """The length of the scenario, and inputs that are known only after it."""
    s, first = draft.scenario, draft.scenario.start.day
    if s.end <= first:
        draft.fault(f"the end, {s.end}, is not after the start, {first}; expected a later day", "end")
    if s.end - first > timedelta(days=366):
        message = "the scenario is longer than 366 days, more than the model is meant for"
        draft.fault(f"{message}; expected an earlier end", "end")
    for key in INPUTS:
        for i, row in enumerate(getattr(s, key)):
            if row.known == GIVEN:
                _day(draft, "it is known from", row.known, key, i, "known")
            elif row.known > s.end:
                message = f"known only on {row.known}, after the end of the scenario"
                draft.fault(f"{message}; expected a day up to {s.end}", key, i, "known")


def _days(draft: Draft) -> None:
    """Days on which something happens, outside the scenario."""
    s = draft.scenario
    for i, column in enumerate(s.columns):
        key = "departs" if column.holds is None else "holds"
        _day(draft, f"{column.id} {key} on", getattr(column, key), "columns", i, key)
        if (column.departs is None) == (column.holds is None):
            message = f"{column.id} needs either 'departs' or 'holds'; expected one of them"
            draft.fault(message, "columns", i, "id")
    fields = (
        ("camps", "vacated", "is vacated on"),
        ("raids", "day", "is on"),
        ("airlifts", "night", "is in the night of"),
    )
    for key, name, words in fields:
        for i, row in enumerate(getattr(s, key)):
            _day(draft, f"{row.id} {words}", getattr(row, name), key, i, name)


def _day(draft: Draft, what: str, day: date | DayRange | str | None, *loc: str | int) -> None:
    """A day outside the scenario, or a given hour where the scenario begins on a day."""
    start, end = draft.scenario.start, draft.scenario.end
    if day == GIVEN and not start.given:
        message = f"{what} the given hour, but the scenario starts on a day"
        draft.fault(f"{message}; expected a day, or 'start: {{given: ...}}'", *loc)
    elif isinstance(day, DayRange):
        if not start.day <= day.first < day.last < end:
            message = f"{what} {day}, not all of it within {start.day} to {end}"
            draft.fault(f"{message}; expected days between", *loc)
    elif isinstance(day, date) and not start.day <= day < end:
        draft.fault(f"{what} {day}, outside {start.day} to {end}; expected a day between", *loc)


def _places(draft: Draft) -> None:
    """Places that are not of the network, or that no road or aircraft comes to."""
    s, known = draft.scenario, draft.network.places
    on_roads = {end for road in draft.network.roads for end in (road.from_, road.to)}
    airfields = [name for name, row in known.items() if row.kind == "airfield"]
    for place, *loc in _named_places(draft):
        draft.among(place, known, "is not a place of the network", *loc)
    by_road: list[NamedPlace] = [(group.home, "groups", i, "home") for i, group in enumerate(s.groups)]
    by_road += [(refuge, "refuges", i) for i, refuge in enumerate(s.refuges)]
    for key in ("towns", "camps", "garrisons", "destinations"):
        rows = enumerate(getattr(s, key))
        by_road += [(row.place, key, i, "place") for i, row in rows if key != "towns" or row.people > 0]
    for place, *loc in by_road:
        if place in known and place not in on_roads:
            draft.fault(f"no road leads to {place!r}; expected a place on a road", *loc)
    for key in ("drones", "airlifts"):
        for i, row in enumerate(getattr(s, key)):
            if row.airfield in known and row.airfield not in airfields:
                message = f"{row.airfield!r} has no airfield; expected one of {', '.join(airfields)}"
                draft.fault(message, key, i, "airfield")


def _named_places(draft: Draft) -> Iterator[NamedPlace]:
    """Every place that the scenario names but those of milestones, with where it stands."""
    s = draft.scenario
    for i, column in enumerate(s.columns):
        yield column.from_, "columns", i, "from"
        if column.contested_from:
            yield column.contested_from, "columns", i, "contested_from"
        for key, places in (("via", column.via), ("stops", column.stops_on(()))):
            yield from ((place, "columns", i, key, j) for j, place in enumerate(places))
        for key in ("objectives", "defended"):
            rows = enumerate(getattr(column, key))
            yield from ((row.place, "columns", i, key, j, "place") for j, row in rows)
        yield from ((order.at, "columns", i, "orders", j, "at") for j, order in enumerate(column.orders))
        homes = ((j, order.to) for j, order in enumerate(column.orders) if order.to)
        yield from ((home, "columns", i, "orders", j, "to") for j, home in homes)
    fields = {"groups": ("home",), "drones": ("station", "airfield"), "airlifts": ("airfield",)}
    fields |= dict.fromkeys(("towns", "camps", "garrisons", "destinations"), ("place",))
    for key, names in fields.items():
        for i, row in enumerate(getattr(s, key)):
            yield from ((getattr(row, name), key, i, name) for name in names)
    yield from ((refuge, "refuges", i) for i, refuge in enumerate(s.refuges))
    if s.belief:
        yield s.belief.station, "belief", "station"


def _ids(draft: Draft) -> None:
    """expected What stands twice where once, and columns of nobody."""
    s = draft.scenario
    for name, keys in UNIQUE.items():
        for key in keys:
            _once(draft, [getattr(row, name) for row in getattr(s, key)], key, name)
    for i, column in enumerate(s.columns):
        _once(draft, [goal.place for goal in column.objectives], "objectives", "place", "columns", i)
        _once(draft, [serial.id for serial in column.serials], "serials", "id", "columns", i)
        _once(draft, [order.id for order in column.orders], "orders", "id", "columns", i)
        for what in ("persons", "vehicles"):
            if sum(getattr(serial, what)[0] for serial in column.serials) == 0:
                message = f"{column.id} has no {what}; expected one at least"
                draft.fault(message, "columns", i, "serials")


def _once(draft: Draft, ids: Sequence[str], key: str, field: str, *above: str | int) -> None:
    for i, name in enumerate(ids):
        if name in ids[:i]:
            draft.fault(f"{name!r} stands twice among the {key}; expected once", *above, key, i, field)


def _needed(draft: Draft) -> None:
    """What a whole scenario cannot be without."""
    s = draft.scenario
    if not s.milestones:
        draft.fault("milestones: holds 0; expected 1 or more", "milestones")
    if not (s.columns or s.garrisons or s.camps):
        draft.fault("columns: holds 0; expected a column, a garrison or a camp", "columns")
    flees = any(group.role == "fighting" for group in s.groups) and s.columns
    if flees and not s.refuges:
        message = "groups that fight need somewhere to withdraw to; expected a list 'refuges:'"
        draft.fault(message, "refuges")


def _itineraries(draft: Draft) -> None:
    """Columns that cannot get where they are to go, or not as is said; the ways of the others."""
    for i, column in enumerate(draft.scenario.columns):
        goals = [objective.place for objective in column.objectives]
        if not {column.from_, *column.via, *goals} <= set(draft.network.places):
            continue
        try:
            draft.courses[column.id] = course(column, draft.scenario, draft.network)
        except ValueError as error:
            message = f"{column.id} cannot get to its objective: {error}; expected a road in roads.csv"
            draft.fault(message, "columns", i, "objectives")
            continue
        way = draft.ways[column.id] = draft.courses[column.id].places
        if len(way) == 1:
            message = f"{column.id} begins at its last objective; expected one further on"
            draft.fault(message, "columns", i, "objectives")
        if column.holds is not None and goals[0] != column.from_:
            message = f"{column.id} holds {goals[0]!r} but comes from {column.from_!r}"
            draft.fault(f"{message}; expected the same place", "columns", i, "from")
        _on_the_way(draft, column, i)


def _on_the_way(draft: Draft, column: Column, i: int) -> None:
    """Places of the network that a column names and does not pass."""
    way, known = draft.ways[column.id], draft.network.places
    named: list[NamedPlace] = [(stop, "stops", j) for j, stop in enumerate(column.stops_on(way))]
    for place, *loc in [*named, (column.contested_from, "contested_from")]:
        if place in known and place not in way:
            draft.fault(f"{place!r} is not on the way of {column.id}", "columns", i, *loc)
    for j, defence in enumerate(column.defended):
        if defence.place in known and defence.place not in way[1:-1]:
            message = f"{defence.place!r} is not between start and objective of {column.id}"
            draft.fault(message, "columns", i, "defended", j)


def _lengths(draft: Draft) -> None:
    """Columns whose vehicles do not fit on their itinerary, or whose rear would set out after the end."""
    for i, column in enumerate(draft.scenario.columns):
        road = sum(draft.network.road_km(*ends) for ends in pairwise(draft.ways.get(column.id, ())))
        hours = _hours_left(draft.scenario, column)
        vehicles = sum(serial.vehicles[1] for serial in column.serials)
        length, gaps = vehicles * column.vehicle_gap, column.serial_gap * (len(column.serials) - 1)
        passing = gaps + length / draft.march_speed
        if length > road > 0.0:
            message = f"{column.id} is {length:,.1f} km long ({vehicles:,} vehicles), longer than its road of"
            most = int(road / column.vehicle_gap)
            fewer = f"{most:,} {'vehicle' if most == 1 else 'vehicles'} at most, or " if most else ""
            message += f" {road:,.1f} km; expected {fewer}a shorter 'vehicle_gap'"
            draft.fault(message, "columns", i, "serials")
        elif passing > hours > 0.0:
            rear = f"would pass {passing:,.1f} h after its head ({gaps:,.1f} h of them gaps)"
            message = f"the rear of {column.id} {rear}, and the scenario leaves {hours:,.1f} h"
            draft.fault(f"{message}; expected a shorter 'serial_gap'", "columns", i, "serial_gap")


def _labels(draft: Draft) -> None:
    """Paths of `outcome_known` that lead to nothing that the file says, or might say."""
    for i, path in enumerate(draft.scenario.outcome_known):
        where = locate(draft.tree, ("outcome_known", i))
        try:
            node, last, loc = above(draft.tree, path, where, schema=Scenario)
        except FaultyInput as error:
            draft.faults.extend(error.faults)
            continue
        known = [str(row.get("id", row.get("place"))) for row in node if isinstance(row, Map)]
        known += keys_at(Scenario, loc) if isinstance(node, Map) else []
        if last not in known:
            draft.fault(f"{path!r} leads to nothing; {nearest(last, known)}", "outcome_known", i)


def _hours_left(scenario: Scenario, column: Column) -> float:
    """Hours from a column's departure, or from its hold, to the end of the scenario."""
    begins = column.departs if column.holds is None else column.holds
    if isinstance(begins, DayRange):
        begins = begins.last
    days = scenario.end - (scenario.start.day if begins in (None, GIVEN) else begins)
    return in_hours(days) - (scenario.start.low if begins == GIVEN else 0.0)
