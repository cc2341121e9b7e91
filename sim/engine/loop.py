"""The loop: the agent whose hour comes first acts; at the same hour, by kind (in its order) and id."""

from sim.rules import camps, drones, garrisons, groups, towns
from sim.rules.column import day
from sim.state.kinds import AgentKind
from sim.state.rows import NEVER
from sim.state.world import World


def advance(world: World, until: float) -> None:
    """Let every agent act whose hour comes up to and with `until` (h) or the horizon, earliest first.

    Running to an hour and on is the same as running through: nothing happens to the state in between.
    """
    run = world.run[0]
    end = min(until, run.horizon)
    while act_next(world, end):
        pass
    run.now = max(run.now, end)


def advance_to(world: World, milestone: int, until: float) -> None:
    """Likewise, but no further than to a milestone: up to the end of the act that brings it."""
    run = world.run[0]
    end = min(until, run.horizon)
    while world.milestones[milestone].hour == NEVER:
        if not act_next(world, end):
            run.now = max(run.now, end)
            break


def act_next(world: World, end: float) -> bool:
    """Let the agent act that acts next, if its hour comes up to and with `end` (h); whether it did."""
    agent = earliest(world)
    hour = world.wakes[agent]
    if not hour <= end or hour == NEVER:
        return False
    world.run[0].now = hour
    world.wakes[agent] = NEVER
    wakes = act(world, world.kinds[agent], world.indices[agent], hour)
    world.wakes[agent] = min(wakes, world.wakes[agent])
    return True


def earliest(world: World) -> int:
    """The agent that acts next; the first in order where hours are equal."""
    first, hour = 0, world.wakes[0]
    for agent in range(1, len(world.wakes)):
        wakes = world.wakes[agent]
        if wakes < hour:
            first, hour = agent, wakes
    return first


def act(world: World, kind: int, index: int, now: float) -> float:
    """The rule of an agent's kind; returns the hour at which it next acts."""
    if kind == AgentKind.COLUMN:
        return day.wake(world, index, now)
    if kind == AgentKind.DRONE:
        return drones.wake(world, index, now)
    if kind == AgentKind.GROUP:
        return groups.wake(world, index, now)
    if kind == AgentKind.CAMP:
        return camps.wake(world, index, now)
    if kind == AgentKind.GARRISON:
        return garrisons.wake(world, index, now)
    if kind == AgentKind.AIRLIFT:
        return garrisons.airlift(world, index, now)
    if kind == AgentKind.RAID:
        return garrisons.ordered(world, index, now)
    return towns.wake(world, now)
