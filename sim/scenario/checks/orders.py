"""Orders and closures that could not be carried out, or whose source is missing or too late."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from sim.files.fields import GIVEN
from sim.files.yaml_tree import nearest
from sim.scenario.courses import LAST_ORDERS, Course, first_day, without_orders
from sim.scenario.draft import Draft
from sim.scenario.schema import CASE_RECORD, Closure, Column, Input, Order, by_night_path

KEYS_BESIDE = {"hold": ("until", "for"), "return": ("to",), "merge": ("with",)}
"""The keys of an order beside its place, by what is ordered."""

ASSUMED = "assumption"
"""How a source begins that is no document: none for an order of a scenario that is laid beside reports."""


class _At(NamedTuple):
    """An order of a column, and where it stands in the file."""

    column: Column
    order: Order
    loc: tuple[str | int, ...]

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.column.id} is to {self.order.do} at {self.order.at!r}"

    def value(self, key: str) -> object:
        """What stands under a key of the file."""
        return getattr(self.order, f"{key}_" if key in ("for", "with") else key)


class _Sourced(NamedTuple):
    """An input that must have a source from before a day: its name, its path under 'outcome_known'."""

    name: str
    path: str
    row: Order | Closure | Input
    day: date


def check_orders(draft: Draft) -> None:
    """Orders that nobody could carry out, and roads that are not there."""
    for i, column in enumerate(draft.scenario.columns):
        orders = [_At(column, order, ("columns", i, "orders", j)) for j, order in enumerate(column.orders)]
        for one in orders:
            _keys(draft, one)
            _until(draft, one)
            if one.order.do == "merge" and one.order.with_:
                _other(draft, one)
        _repeated(draft, orders)
        if column.id in draft.courses:
            _on_the_way(draft, orders, without_orders(column, draft.scenario, draft.network))
    for i, closure in enumerate(draft.scenario.closures):
        _closure(draft, closure, i)


def check_sources(draft: Draft) -> None:
    """Orders and closures without a source from before they can be carried out, and that do not say so."""
    for i, column in enumerate(draft.scenario.columns):
        day = first_day(column, draft.scenario)
        for j, order in enumerate(column.orders):
            path, loc = f"columns.{column.id}.orders.{order.id}", ("columns", i, "orders", j)
            name = f"the order {order.id} of {column.id}"
            _source(draft, _Sourced(name=name, path=path, row=order, day=day), loc)
        if column.by_night:
            name, path = f"the march of {column.id} by night", by_night_path(column)
            march = _Sourced(name=name, path=path, row=column.by_night, day=day)
            _source(draft, march, ("columns", i, "by_night"))
    for i, closure in enumerate(draft.scenario.closures):
        name, path = f"the closure {closure.id}", f"closures.{closure.id}"
        road = _Sourced(name=name, path=path, row=closure, day=closure.from_)
        _source(draft, road, ("closures", i))


def _keys(draft: Draft, one: _At) -> None:
    """Keys that go with another kind of order, and those that are missing."""
    given = [key for keys in KEYS_BESIDE.values() for key in keys if one.value(key) is not None]
    for key in given:
        if key not in KEYS_BESIDE[one.order.do]:
            right = " or ".join(repr(name) for name in KEYS_BESIDE[one.order.do])
            draft.fault(f"{one.name}: {key!r} does not go with that; expected {right}", *one.loc, key)
    if one.order.do == "hold" and len({*given} & {"until", "for"}) != 1:
        draft.fault(f"{one.name}; expected either 'until' or 'for' with it", *one.loc)
    if one.order.do == "merge" and one.order.with_ is None:
        draft.fault(f"{one.name}; expected the column 'with' which it merges", *one.loc)
    if one.order.for_ == 0.0:
        draft.fault(f"{one.name} for no time; expected a longer one", *one.loc, "for")


def _until(draft: Draft, one: _At) -> None:
    """A hold that ends before its column can have come, or after the scenario whenever it comes."""
    until, first, end = one.order.until, first_day(one.column, draft.scenario), draft.scenario.end
    if until is not None and until <= first:
        message = f"{one.name} until {until}, and does not set out before {first}"
        draft.fault(f"{message}; expected a day after that", *one.loc, "until")
    elif until is not None and until > end:
        message = f"{one.name} until {until}, after the end of the scenario"
        draft.fault(f"{message}; expected a day up to {end}", *one.loc, "until")
    most = 24.0 * (end - first).days
    if one.order.for_ is not None and one.order.for_ > most > 0.0:
        message = f"{one.name} for {one.order.for_:g} h, beyond the end of the scenario"
        draft.fault(f"{message}; expected {most:g} h at most, from {first} on", *one.loc, "for")


def _other(draft: Draft, one: _At) -> None:
    """Another column with which one cannot merge."""
    others = {column.id: column for column in draft.scenario.columns if column is not one.column}
    name, at, loc = str(one.order.with_), one.order.at, (*one.loc, "with")
    if not draft.among(name, others, "is no other column", *loc):
        return
    other, message = others[name], ""
    if other.side != one.column.side:
        message = f"{one.column.id} is of {one.column.side}, {name} of {other.side}; expected one of its side"
    elif any(order.do == "merge" for order in other.orders):
        message = f"{name} is to merge itself; expected the column that goes on"
    elif one.column.reinforces:
        message = f"{one.column.id} reinforces {one.column.reinforces} already; expected one of the two"
    elif name in draft.courses and draft.courses[name].reached(at) is None:
        way = draft.ways[name][1:]
        message = f"{name} does not come to {at!r}; {nearest(at, way)}"
    if message:
        draft.fault(message, *loc)


def _repeated(draft: Draft, orders: list[_At]) -> None:
    """A second order to go no further, and a second one to hold at a place."""
    ends = [one for one in orders if one.order.do in LAST_ORDERS]
    for one in ends[1:]:
        draft.fault(f"{one.name}, and is to {ends[0].order.do} before; expected one of them", *one.loc)
    holds = Counter(one.order.at for one in orders if one.order.do == "hold")
    for one in orders:
        if one.order.do == "hold" and holds[one.order.at] > 1:
            draft.fault(f"{one.name} by {holds[one.order.at]} orders; expected one", *one.loc)


def _on_the_way(draft: Draft, orders: list[_At], straight: Course) -> None:
    """Orders at places where their column never is, or where it ends anyway."""
    for one in orders:
        order, course = one.order, draft.courses[one.column.id]
        way = straight.places if one.column.holds is not None else straight.places[1:]
        known = order.at in draft.network.places
        if not known or not draft.among(
            order.at, way, f"is not on the way of {one.column.id}", *one.loc, "at"
        ):
            continue
        at = course.reached(order.at)
        if at is None:
            draft.fault(
                f"{one.name}, and goes back or ends before that; expected a place before", *one.loc, "at"
            )
        elif order.do == "hold" and at == len(course.places) - 1:
            draft.fault(f"{one.name}, where it ends anyway; expected a place before", *one.loc, "at")
        elif order.do == "return":
            _home(draft, one, straight, at)


def _home(draft: Draft, one: _At, straight: Course, at: int) -> None:
    """A column that is to go back to where it did not come by, or to what is an objective."""
    home, key = one.order.to or straight.column.from_, "to" if one.order.to else "at"
    words = f"is not on the way of {one.column.id} before {one.order.at!r}"
    captured = [goal.place for goal in draft.courses[one.column.id].column.objectives[:-1]]
    if home not in draft.network.places:
        return
    if draft.among(home, straight.places[:at], words, *one.loc, key) and home in captured:
        message = f"{one.column.id} goes back to {home!r}, one of its objectives"
        draft.fault(f"{message}; expected 'to' another place", *one.loc, key)
    if one.column.reinforces:
        message = f"{one.name}, and reinforces {one.column.reinforces}; expected one of the two"
        draft.fault(message, *one.loc)


def _closure(draft: Draft, closure: Closure, i: int) -> None:
    """A closed road that is not there, or is closed at no time of the scenario."""
    first, end, ends = draft.scenario.start.day, draft.scenario.end, closure.between
    known = [place for place in ends if draft.among(
        place, draft.network.places, "is not a place of the network", "closures", i, "between"
    )]  # fmt: skip
    if len(known) == len(ends) and not draft.network.graph().has_edge(*ends):
        message = f"no road leads straight from {ends[0]!r} to {ends[1]!r}"
        draft.fault(f"{message}; expected the two ends of a road", "closures", i, "between")
    if closure.from_ >= end:
        message = f"{closure.id} is closed from {closure.from_}, after the scenario"
        draft.fault(f"{message}; expected a day before {end}", "closures", i, "from")
    if closure.until is not None and closure.until <= max(closure.from_, first):
        message = f"{closure.id} is closed from {closure.from_} until {closure.until}"
        draft.fault(f"{message}; expected a later day, after {first}", "closures", i, "until")


def _source(draft: Draft, one: _Sourced, loc: tuple[str | int, ...]) -> None:
    """An input whose source is not from before a day, and that is not marked as of known outcome."""
    name, path, row, day = one
    known = draft.scenario.start.day if row.known == GIVEN else row.known
    if path in draft.scenario.outcome_known:
        return
    marked = f"or {path!r} under 'outcome_known'"
    assumed = draft.scenario.record == CASE_RECORD and str(row.source).lower().startswith(ASSUMED)
    if row.source is None or known is None or assumed:
        missing = "source" if row.source is None else "day on which it was known ('known')"
        missing = "source but an assumption" if assumed else missing
        message = f"{name} has no {missing}; expected one from {day} at the latest, {marked}"
        draft.fault(message, *loc)
    elif known > day:
        message = f"{name} was known only on {known}, and can be carried out from {day} on"
        draft.fault(f"{message}; expected a day up to that, {marked}", *loc, "known")
