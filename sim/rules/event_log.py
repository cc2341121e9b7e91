"""The log: every event with hour, agent, place and amount, and the first hour of each milestone."""

from sim.state.kinds import AgentKind
from sim.state.rows import NOBODY
from sim.state.world import World


def note(
    world: World,
    hour: float,
    event: int,
    kind: int,
    agent: int,
    place: int,
    km: float,
    amount: float,
    other: float,
) -> None:
    """Write an event down. Raises IndexError when the log is full: no event is ever dropped."""
    run = world.run[0]
    if run.log_length >= len(world.log):
        raise IndexError("the event log is full")
    entry = world.log[run.log_length]
    entry.hour = hour
    entry.event = event
    entry.kind = kind
    entry.agent = agent
    entry.place = place
    entry.km = km
    entry.amount = amount
    entry.other = other
    run.log_length += 1
    if world.watched[entry.event] == 1:
        mark(world, hour, event, kind, agent, place, km)


def mark(world: World, hour: float, event: int, kind: int, agent: int, place: int, km: float) -> None:
    """Let an event be the first of its milestones."""
    for milestone in world.milestones:
        if milestone.event == event and hour < milestone.hour:
            if milestone.column == NOBODY:
                here = milestone.place == place
            else:
                here = (
                    kind == AgentKind.COLUMN
                    and agent == milestone.column
                    and milestone.from_km <= km <= milestone.to_km
                )
            if here:
                milestone.hour = hour
