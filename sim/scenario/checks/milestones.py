"""Milestones that could never come: told with their line before anything runs."""

from collections.abc import Collection, Mapping, Sequence

from sim.files.fields import GIVEN
from sim.files.yaml_tree import nearest
from sim.scenario.draft import Draft
from sim.scenario.schema import Column, Milestone
from sim.state.kinds import EVENTS, PLACE_EVENTS


def check_milestones(draft: Draft) -> None:
    """Milestones of unknown events, columns or places, or where they never are; a headline that is none."""
    for i, milestone in enumerate(draft.scenario.milestones):
        draft.among(
            milestone.place, draft.network.places, "is not a place of the network", "milestones", i, "id"
        )
        if milestone.column is None:
            _at_a_place(draft, milestone, i)
        else:
            _of_a_column(draft, milestone, i)
    known = [milestone.id for milestone in draft.scenario.milestones]
    for i, name in enumerate(draft.scenario.headline):
        draft.among(name, known, "is no milestone of this scenario", "headline", i)
        if name in draft.scenario.headline[:i]:
            draft.fault(f"{name!r} stands twice in the headline; expected once", "headline", i)


def _at_a_place(draft: Draft, m: Milestone, i: int) -> None:
    """A milestone of no column: an event that happens at places."""
    message = ""
    if m.event in EVENTS:
        message = f"{m.id!r} needs a column; {nearest('', [column.id for column in draft.scenario.columns])}"
    elif m.event not in PLACE_EVENTS:
        message = f"{m.id!r}: {m.event!r} is no event; {nearest(m.event, PLACE_EVENTS, 'list events')}"
    elif m.between or m.at or m.within:
        message = f"{m.id!r} has no column, and so no way; leave out where"
    elif m.place in draft.network.places and m.place not in (where := _places_of(draft, m.event)):
        right = f"expected {', '.join(sorted(where))}" if where else "no place of this scenario can have one"
        message = f"{m.id}: no {m.event} can be at {m.place}; {right}"
    if message:
        draft.fault(message, "milestones", i, "id")


def _places_of(draft: Draft, event: str) -> Collection[str]:
    """The places at which an event of no column may happen."""
    s = draft.scenario
    objectives = [objective for column in s.columns for objective in column.objectives]
    camps, fed = {camp.place for camp in s.camps}, {column.supplies for column in s.columns}
    ordered = {raid.garrison for raid in s.raids}
    raided = {post.place for post in s.garrisons if post.raided or post.id in ordered}
    return {
        "first_strike": {objective.place for objective in objectives} if s.drones else set(),
        "on_station": {d.station for d in s.drones} | {o.place for o in objectives if o.control_site},
        "vacated": camps,
        "camp_taken": camps,
        "airlift": {airlift.airfield for airlift in s.airlifts},
        "resupply": {post.place for post in s.garrisons if post.id in fed},
    }.get(event, raided)


def _of_a_column(draft: Draft, m: Milestone, i: int) -> None:
    """A milestone of a column: where it may happen, and whether it can."""
    columns, at = {column.id: column for column in draft.scenario.columns}, ("milestones", i)
    if m.event in PLACE_EVENTS:
        draft.fault(f"{m.id!r} is of no column; leave out 'column'", *at, "column")
        return
    if m.event not in EVENTS:
        draft.fault(
            f"{m.id!r}: {m.event!r} is no event; {nearest(m.event, EVENTS, 'list events')}", *at, "id"
        )
    draft.among(m.column, columns, "is not a column", *at, "column")
    if m.id.count(":") > 1 and m.id != f"{m.place}:{m.event}:{m.column}":
        draft.fault(
            f"{m.id!r} differs from its place, event and column; expected '{m.place}:{m.event}:{m.column}'",
            *at,
            "id",
        )
    if m.between and (m.at or m.within):
        draft.fault("expected either 'between' or 'at' and 'within'", *at)
    way = draft.ways.get(str(m.column), [])
    if way and not (m.between or m.within):
        _can_be(draft, m, draft.courses[str(m.column)].column, i)
    _stretch(draft, m, way, i)


def _can_be(draft: Draft, m: Milestone, column: Column, i: int) -> None:
    """An event that never happens at the place of a milestone."""
    goals = [objective.place for objective in column.objectives]
    captured = {objective.place for objective in column.objectives if objective.capture}
    defended = {defence.place for defence in column.defended}
    orders = [order for other in draft.scenario.columns for order in other.orders]
    met = {order.at for order in orders if order.do == "merge" and order.with_ == column.id}
    starts = column.departs is not None and column.departs != GIVEN
    where: Mapping[str, Collection[str]] = {
        "departure": {column.from_} if starts else set(),
        "go": captured - {goals[-1]} | ({column.from_} if column.departs == GIVEN else set()),
        "tail": captured | {goals[-1]},
        "capture": captured,
        "reinforced": captured | met,
        **dict.fromkeys(("contact", "break", "round"), defended),
        "probe": set(),
    }
    if m.event in where and (m.at or m.place) not in where[m.event]:
        places = ", ".join(sorted(where[m.event]))
        right = f"expected {places}" if places else "no place of this column can have one"
        message = f"{m.id}: no {m.event} of {column.id} can be at {m.at or m.place}"
        draft.fault(f"{message}; {right}", "milestones", i, "id")


def _stretch(draft: Draft, m: Milestone, way: Sequence[str], i: int) -> None:
    """Where a milestone may happen, if that is not on its column's way."""
    key = "between" if m.between else "at" if m.at else "id"
    for end in dict.fromkeys(m.between or [m.at or m.place]):
        if way and (end in draft.network.places or end != m.place):
            draft.among(end, way, f"is not on the way of {m.column}", "milestones", i, key)
