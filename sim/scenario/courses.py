"""Where a column goes: through its objectives, round what is closed, and back or no further by its orders."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from sim.files.units import DayRange
from sim.scenario.network import Network
from sim.scenario.schema import Column, Objective, Order, Scenario

LAST_ORDERS = ("return", "merge")
"""Orders after which a column does not go on as it was to."""


class Course(NamedTuple):
    """The places on a column's way, some of them twice if it comes back, and where on it what is.

    `column` has the objectives that its orders leave it; `goals` says which of the places they are.
    """

    column: Column
    places: list[str]
    goals: list[int]

    def passes(self, place: str) -> list[int]:
        """Where on the way a place is passed, the start left out unless the column never comes back to it."""
        indices = [i for i, name in enumerate(self.places) if name == place]
        return indices[1:] if indices[:1] == [0] and len(indices) > 1 else indices

    def reached(self, place: str) -> int | None:
        """Where on the way a place is first reached, which the start is only by a column that holds it."""
        first = 0 if self.column.holds is not None else 1
        return next((i for i in range(first, len(self.places)) if self.places[i] == place), None)


def itinerary(column: Column, network: Network) -> list[str]:
    """The places on a column's way without any orders. Raises ValueError if no road leads there."""
    return _through(column, network).places


def course(column: Column, scenario: Scenario, network: Network) -> Course:
    """The way of a column in a scenario. Raises ValueError if no road leads there."""
    straight = without_orders(column, scenario, network)
    order = last_order(column, straight)
    if order is None:
        return straight
    at = straight.reached(order.at) or 0
    if order.do == "merge":
        return _ended(straight, straight.places[: at + 1], at - 1)
    back = max(i for i in range(at) if straight.places[i] == _home(straight, order))
    return _ended(straight, straight.places[: at + 1] + straight.places[back:at][::-1], at)


def without_orders(column: Column, scenario: Scenario, network: Network) -> Course:
    """The way of a column round the roads that are closed when it sets out. Raises ValueError."""
    shut = [
        closure for closure in scenario.closures if is_shut(closure.from_, closure.until, column, scenario)
    ]
    for closures in (shut, [closure for closure in shut if closure.until is None]):
        try:
            return _through(column, network, [closure.between for closure in closures])
        except ValueError:
            if all(closure.until is None for closure in closures):
                raise
    raise ValueError("no road leads there")


def is_shut(first: date, until: date | None, column: Column, scenario: Scenario) -> bool:
    """Whether a closure has begun, and not ended, before a column can set out."""
    day = first_day(column, scenario)
    return first <= day and (until is None or day < until)


def first_day(column: Column, scenario: Scenario) -> date:
    """The first day on which a column can set out, or on which it begins with a hold."""
    begins = column.departs if column.holds is None else column.holds
    if isinstance(begins, DayRange):
        begins = begins.first
    day: date = begins if isinstance(begins, date) else scenario.start.day
    return day


def last_order(column: Column, straight: Course) -> Order | None:
    """The order after which a column goes no further, if it comes to where that is carried out."""
    for order in column.orders:
        at = straight.reached(order.at)
        if (
            order.do in LAST_ORDERS
            and at
            and (order.do == "merge" or _home(straight, order) in straight.places[:at])
        ):
            return order
    return None


def stretches(course: Course) -> Iterator[list[str]]:
    """The places of a way from each of its objectives to the next."""
    for start, end in pairwise(course.goals):
        yield course.places[start : end + 1]


def _through(column: Column, network: Network, shut: Collection[Sequence[str]] = ()) -> Course:
    """The shortest way through what a column passes and its objectives, without some roads."""
    stops = [*column.via, *(objective.place for objective in column.objectives)]
    first = len(column.via)
    way, ends = [column.from_], []
    for number, stop in enumerate(stops):
        if column.holds is not None and number == first:  # it stands there already
            ends.append(0)
            continue
        way += network.path(way[-1], stop, shut=shut)[1:]
        ends.append(len(way) - 1)
    return Course(column, way, ends[first:])


def _home(straight: Course, order: Order) -> str:
    """Where an order to return leads."""
    return order.to or straight.column.from_


def _ended(straight: Course, places: list[str], last: int) -> Course:
    """A way to its last place, with the objectives that are captured up to a place on it."""
    goals = zip(straight.column.objectives, straight.goals, strict=True)
    captured = [(goal, at) for goal, at in goals if at <= last and goal.capture]
    captured.append((Objective(place=places[-1], capture=False), len(places) - 1))
    column = straight.column.model_copy(update={"objectives": tuple(goal for goal, _ in captured)})
    return Course(column, places, [at for _, at in captured])
