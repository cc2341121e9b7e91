"""The log: every event with hour, agent, place and amount, and the first hour of each milestone.

What the `amount` and `other` of an event are says sim.state.kinds.Event.
"""

from sim.state.kinds import AgentKind
from sim.state.rows import NO_KM, NOBODY, NOWHERE, ColumnState, GroupState, LogEntry, MilestoneState
from sim.state.world import World


def log_column(
    world: World,
    column: ColumnState,
    now: float,
    event: int,
    place: int = NOWHERE,
    ahead: float = 0.0,
    amount: float = 0.0,
    other: float = 0.0,
) -> None:
    """Log an event of a column: at its head, or some km ahead of it."""
    index, km = world.indices[column.agent], column.km + ahead
    write(world, AgentKind.COLUMN, index, now, event, place=place, km=km, amount=amount, other=other)


def log_group(
    world: World, group: GroupState, now: float, event: int, place: int = NOWHERE, km: float = NO_KM
) -> None:
    """Log where a group goes, a place or a km of its quarry's itinerary, with the hour of its arrival."""
    index = world.indices[group.agent]
    write(world, AgentKind.GROUP, index, now, event, place=place, km=km, amount=group.arrives)


def log_at(
    world: World, agent: int, now: float, event: int, place: int, amount: float = 0.0, other: float = 0.0
) -> None:
    """Log an event of a drone detachment, a camp, a garrison or an airlift, at a place."""
    kind, index = world.kinds[agent], world.indices[agent]
    write(world, kind, index, now, event, place=place, amount=amount, other=other)


def log_town(world: World, index: int, now: float, event: int, amount: float, other: float) -> None:
    """Log an event of a town, in its place."""
    place = world.towns[index].place
    write(world, AgentKind.TOWN, index, now, event, place=place, amount=amount, other=other)


def write(
    world: World,
    kind: int,
    agent: int,
    now: float,
    event: int,
    place: int,
    km: float = NO_KM,
    amount: float = 0.0,
    other: float = 0.0,
) -> None:
    """Write the next line of the log. Raises IndexError when it is full: nothing is dropped."""
    run = world.run[0]
    if run.log_length >= len(world.log):
        raise IndexError("the event log is full")
    entry = world.log[run.log_length]
    run.log_length += 1
    entry.hour, entry.event = now, event
    entry.kind, entry.agent = kind, agent
    entry.place, entry.km = place, km
    entry.amount, entry.other = amount, other
    date_milestones(world, entry)


def date_milestones(world: World, entry: LogEntry) -> None:
    """Let an event be the first of its milestones."""
    if world.watched[entry.event]:
        for milestone in world.milestones:
            if milestone.event == entry.event and entry.hour < milestone.hour and brings(entry, milestone):
                milestone.hour = entry.hour


def brings(entry: LogEntry, milestone: MilestoneState) -> bool:
    """Whether an event is at a milestone's place; if it is of a column, on that column's stretch."""
    if milestone.column == NOBODY:
        return milestone.place == entry.place
    if entry.kind != AgentKind.COLUMN or entry.agent != milestone.column:
        return False
    return milestone.from_km <= entry.km <= milestone.to_km
