"""Cards of orders and closed roads: to hold, to return by the same road, to merge."""

from cards.card import Axis, Card, Values
from cards.tiny import QUIET, template, world_of
from sim.rules import route
from sim.rules.column import day, march, orders, serials
from sim.state.rows import ColumnState
from sim.state.world import World

ROADS = (("a", "b", 300), ("b", "z", 100))
KNOWN = "source: test, known: 2023-09-01"
SHUT = f"closures: [{{id: shut, between: [a, b], from: 2023-10-04, until: 2023-10-08, {KNOWN}}}]"


def _world(values: Values, more: str = "") -> tuple[World, ColumnState]:
    """A column that goes out to b and back to a."""
    order = f"{{id: back, do: return, at: b, {KNOWN}}}"
    goals = f"objectives: [{{place: b, capture: false}}], orders: [{order}]"
    text = f"columns: [{{id: army, from: a, {goals}}}], milestones: [{{id: 'a:arrival', column: army}}]{more}"
    world = world_of(template(text, ROADS), values)
    return world, world.columns[0]


def _stood(values: Values, x: float, until: float, came: float) -> float:
    world, column = _world(values)
    mark = world.marks[column.first_mark]
    mark.hold_hours, mark.hold_until = x, until
    orders.take_up(column, mark, came)
    return orders.free_at(world, column, came) - came


def _shut(values: Values, x: float) -> float:
    world, column = _world(values, f", {SHUT}")
    return orders.opens(world, column, 24 * x) / 24 - x


def _outward(values: Values, x: float) -> float:
    world, column = _world(values)
    column.km = x
    column.leg = route.leg_at(world, column, x)
    return route.outward_km(world, column)


def _load(values: Values, x: float) -> float:
    (world, joined), column = _world(values), _world(values)[1]
    column.load, column.vehicles, column.vehicles_at_start = 480.0, x, 40.0
    joined.load = 240.0
    orders.as_one(world, joined, column)
    return joined.load / 24


CARDS = (
    Card(
        id="ordered-hold",
        title="Order to hold",
        sentence=(
            "A column that comes to where it is to hold stands there for the time ordered, or until the day "
            "ordered has begun, and goes on in what is left of the day's march window or at first light."
        ),
        formula="stood = max(hours, until - came, 0)",
        where={
            "hours": "hours for which it is to hold",
            "until": "hour at which the day begins until which it is to hold",
            "came": "hour at which its head came",
            "stood": "hours until it is free to go on",
        },
        code=(orders.take_up, orders.free_at),
        also=(
            *(orders.obey, orders.stand_by, orders.begin, orders.may_resume, orders.resume),
            *(march.camp, day.camped, day.march_on, serials.pass_time),
        ),
        x=Axis("hours", "hours for which it is to hold", (0, 6, 11, 13, 24, 48)),
        y="hours until it is free to go on",
        series={"until noon": {"until": 20.0, "came": 8.0}},
        run=_stood,
        parameters_set=QUIET,
        assumptions=(
            "On the road it stands as in a bivouac: groups may sight it, and its nights may be harassed. "
            "Where it holds what it has captured, the order comes after all other conditions."
        ),
        evidence="None: an order is an input, with a source from before it is carried out.",
        is_not="It is no advice where to stand.",
    ),
    Card(
        id="closed-road",
        title="Closed road",
        sentence=(
            "From the day on which a road is closed to the day on which it opens, no column sets foot on it: "
            "one that comes to it stands there."
        ),
        formula="stood = (shut <= came) * (came < reopened) * (reopened - came)",
        where={
            "came": "day on which the head comes to the road",
            "shut": "day from which it is closed",
            "reopened": "day on which it opens",
            "stood": "days until it may go on",
        },
        code=(orders.opens,),
        also=(orders.free_at, day.depart),
        x=Axis("came", "day on which the head comes to the road", (1, 2, 3, 4.5, 5.9, 7)),
        y="days until it may go on",
        inputs={"shut": 2.0, "reopened": 6.0},
        run=_shut,
        parameters_set=QUIET,
        assumptions=(
            "One that is on the road when it closes goes on. One that cannot set out before goes the "
            "shortest way without it, if there is one. A bypass and the way back of a repulsed column are "
            "not looked at."
        ),
        evidence="None: a closure is an input.",
        is_not="It is no mine and no roadblock.",
    ),
    Card(
        id="out-and-back",
        title="Order to return",
        sentence=(
            "A column that comes to where it is to return turns there without loss of time and goes back by "
            "the road it came; that is contested where it was on the way out."
        ),
        formula="outward = min(km, 2 * way - km)",
        where={
            "km": "km that it has marched",
            "way": "km to where it turns",
            "outward": "km from its start by road",
        },
        code=(route.outward_km,),
        also=(orders.turn, orders.deliver, march.held_behind, march.go_back, day.awaited_place),
        x=Axis("km", "km that it has marched", (0, 150, 299, 301, 450, 590)),
        y="km from its start by road",
        inputs={"way": 300.0},
        run=_outward,
        parameters_set=QUIET,
        assumptions=(
            "What it has captured it leaves at the next first light, without planning. What it brings a "
            "garrison it leaves where it turns. Mines are laid on the way back as on the way out."
        ),
        evidence="None.",
        is_not="It is no repulse: nobody makes it turn.",
    ),
    Card(
        id="merged",
        title="Order to merge",
        sentence=(
            "Of two columns that are to merge at a place, the first to come waits for the other; from the "
            "hour at which both are there they are one, with the persons, vehicles and load of both, as slow "
            "as the slower."
        ),
        formula="load = had + brought * vehicles / before",
        where={
            "had": "days of supply that the column carries with which the other one merges",
            "brought": "days of supply with which the other one set out",
            "vehicles": "vehicles that the other one has left",
            "before": "vehicles with which it set out",
            "load": "days of supply of both",
        },
        code=(orders.as_one,),
        also=(orders.join_arrived, orders.is_awaiting, orders.receives, orders.call),
        x=Axis("vehicles", "vehicles that the other one has left", (10, 20, 30, 40)),
        y="days of supply of both",
        inputs={"had": 10.0, "brought": 20.0, "before": 40.0},
        run=_load,
        parameters_set=QUIET,
        assumptions=(
            "A column that waits does so to the end if the other one is repulsed. That other is there once "
            "its rear is in."
        ),
        evidence="None.",
        is_not="It is no reinforcement of what is held: that needs no order.",
    ),
)  # fmt: skip
