"""The loop: the agent whose hour comes first acts; at the same hour, by kind (in its order) and id."""

from sim.kinds import Kind
from sim.rows import NEVER
from sim.rules import camps, column, drones, garrisons, rebels, towns
from sim.tables import World


def advance(world: World, until: float) -> None:
    """Let every agent act whose hour comes up to and with `until` (h) or the horizon, earliest first.

    Running to an hour and on is the same as running through: nothing happens to the state in between.
    """
    run = world.run[0]
    end = min(until, run.horizon)
    while True:
        agent = earliest(world)
        hour = world.wakes[agent]
        if not hour <= end or hour == NEVER:
            break
        run.now = hour
        world.wakes[agent] = NEVER
        wakes = act(world, world.kinds[agent], world.indices[agent], hour)
        world.wakes[agent] = min(wakes, world.wakes[agent])
    run.now = max(run.now, end)


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
    if kind == Kind.COLUMN:
        return column.wake(world, index, now)
    if kind == Kind.DRONE:
        return drones.wake(world, index, now)
    if kind == Kind.GROUP:
        return rebels.wake(world, index, now)
    if kind == Kind.CAMP:
        return camps.wake(world, index, now)
    if kind == Kind.GARRISON:
        return garrisons.wake(world, index, now)
    if kind == Kind.AIRLIFT:
        return garrisons.airlift(world, index, now)
    if kind == Kind.RAID:
        return garrisons.ordered(world, index, now)
    return towns.wake(world, now)
