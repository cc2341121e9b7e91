"""The log: every event with hour, agent, place and amount, and the first hour of each milestone.

What the `amount` and `other` of an event are says sim.state.kinds.Event.
"""

from typing import NamedTuple

from sim.state.kinds import AgentKind
from sim.state.rows import NO_KM, NOBODY, NOWHERE, ColumnState, GroupState, LogEntry, MilestoneState
from sim.state.world import World


class Site(NamedTuple):
    """Where an event is: at a place, or NOWHERE; and the road-km, or NO_KM."""

    place: int
    km: float


def log_column(
    world: World, column: ColumnState, now: float, event: int, place: int = NOWHERE, amount: float = 0.0
) -> LogEntry:
    """Log an event of a column at its head; returns its line."""
    index = world.indices[column.agent]
    entry = write(world, AgentKind.COLUMN, index, now, event, site=Site(place, column.km))
    entry.amount = amount
    return entry


def log_group(
    world: World, group: GroupState, now: float, event: int, place: int = NOWHERE, km: float = NO_KM
) -> None:
    """Log where a group goes, a place or a km of its quarry's itinerary, with the hour of its arrival."""
    index = world.indices[group.agent]
    write(world, AgentKind.GROUP, index, now, event, site=Site(place, km)).amount = group.arrives


def log_at(world: World, agent: int, now: float, event: int, place: int, amount: float = 0.0) -> LogEntry:
    """Log an event of a drone detachment, a camp, a garrison or an airlift, at a place; returns its line."""
    entry = write(world, world.kinds[agent], world.indices[agent], now, event, site=Site(place, NO_KM))
    entry.amount = amount
    return entry


def log_town(world: World, index: int, now: float, event: int, amount: float, other: float) -> None:
    """Log an event of a town, in its place."""
    entry = write(world, AgentKind.TOWN, index, now, event, site=Site(world.towns[index].place, NO_KM))
    entry.amount, entry.other = amount, other


def write(world: World, kind: int, agent: int, now: float, event: int, site: Site) -> LogEntry:
    """Write the next line of the log, its amounts 0; returns it, so that they can be set.

    Raises IndexError when the log is full: nothing is dropped.
    """
    run = world.run[0]
    if run.log_length >= len(world.log):
        raise IndexError("the event log is full")
    entry = world.log[run.log_length]
    run.log_length += 1
    entry.hour, entry.event = now, event
    entry.kind, entry.agent = kind, agent
    entry.place, entry.km = site.place, site.km
    entry.amount = entry.other = 0.0
    date_milestones(world, entry)
    return entry


def date_milestones(world: World, entry: LogEntry) -> None:
    """Let an event be the first of its milestones."""
    if world.watched[entry.event]:
        for milestone in world.milestones:
            earlier = milestone.event == entry.event and entry.hour < milestone.hour
            if earlier and brings(world, entry, milestone):
                milestone.hour = entry.hour
                if milestone.column != NOBODY:
                    milestone.mine_reports = world.columns[milestone.column].mine_reports


def brings(world: World, entry: LogEntry, milestone: MilestoneState) -> bool:
    """Whether an event is at a milestone's place; if it is of a column, on one of that column's stretches."""
    if milestone.column == NOBODY:
        return milestone.place == entry.place
    if entry.kind != AgentKind.COLUMN or entry.agent != milestone.column:
        return False
    if milestone.from_km <= entry.km <= milestone.to_km:
        return True
    for i in range(milestone.first_span, milestone.last_span):
        if world.spans[i].from_km <= entry.km <= world.spans[i].to_km:
            return True
    return False
