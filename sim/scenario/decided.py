"""What inputs of known outcome decide (orders, nights, closures): milestones that are not scored."""

from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.courses import Course, course, itinerary
from sim.scenario.network import Network
from sim.scenario.schema import Column, Milestone, Scenario, by_night_path

BEFORE_ORDERS = ("departure", "arrival", "capture", "contact", "break", "round")
"""Events of a column at a place that are over when an order is carried out there."""


def decided(scenario: Scenario, network: Network) -> list[str]:
    """The ids of the milestones that are decided by such inputs under `outcome_known`.

    They are those of a column from where it carries the order out on, or comes to the closed road or leaves
    the way that it would have gone; those of the column with which it merges; and those of no column at
    places further on.
    """
    ways = {column.id: course(column, scenario, network) for column in scenario.columns}
    begins: dict[str, int] = {}
    for column, at in _decisions(scenario, network, ways):
        begins[column] = min(at, begins.get(column, at))
    return [
        milestone.id
        for milestone in scenario.milestones
        if any(_is_after(milestone, ways[column], at, column) for column, at in begins.items())
    ]


def _decisions(scenario: Scenario, network: Network, ways: dict[str, Course]) -> Iterator[tuple[str, int]]:
    """The columns that such an order or closure decides on, and from where on their ways."""
    for column in scenario.columns:
        if column.by_night and by_night_path(column) in scenario.outcome_known:
            yield column.id, 0
        for order in column.orders:
            if f"columns.{column.id}.orders.{order.id}" in scenario.outcome_known:
                for name in filter(None, (column.id, order.with_)):
                    yield name, ways[name].reached(order.at) or 0
    for closure in scenario.closures:
        if f"closures.{closure.id}" in scenario.outcome_known:
            for column in scenario.columns:
                yield from _closed(column, frozenset(closure.between), ways[column.id], network)


def _closed(column: Column, road: frozenset[str], way: Course, network: Network) -> Iterator[tuple[str, int]]:
    """Where a closed road first bears on a column's way: at its entry, or where a way round it begins."""
    open_way = itinerary(column, network)
    for places in (way.places, open_way):
        entries = [i for i, ends in enumerate(pairwise(places)) if frozenset(ends) == road]
        if entries:
            pairs = enumerate(zip(way.places, open_way, strict=False))
            parts = (i - 1 for i, (a, b) in pairs if a != b and i <= entries[0])
            yield column.id, min(entries[0], next(parts, entries[0]))


def _is_after(milestone: Milestone, way: Course, at: int, column: str) -> bool:
    """Whether a milestone lies after a place on a column's way, or at it and comes after its order."""
    if milestone.column not in (None, column):
        return False
    named = milestone.between or (milestone.at or milestone.place,)
    places = [way.passes(name)[0] for name in named if way.passes(name)]
    if not places:
        return False
    if milestone.event == "departure" and milestone.column:
        return at == 0 and max(places) == 0
    last = max(places)
    here = last == at and milestone.column is not None and milestone.event not in BEFORE_ORDERS
    return last > at or here
