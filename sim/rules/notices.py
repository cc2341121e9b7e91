"""Word that reaches agents: whom an event wakes, because something may have changed for them."""

from sim.chance.keyed import Purpose, uniform
from sim.rules.daylight import next_first_light
from sim.rules.groups import is_hostile
from sim.state.kinds import Mode, Stance
from sim.state.rows import NOBODY, ColumnState, Key
from sim.state.world import World


def delay(world: World, seed: Key, key: Key, count: int) -> float:
    """How much later a thing is known than it happens, h: as for any sighting."""
    p = world.p
    u = uniform(seed, key, Purpose.SEEN, count)
    return p.sighting_least + u * (p.sighting_most - p.sighting_least)


def to_holders(world: World, hour: float) -> None:
    """Columns that hold look at their conditions again at an hour."""
    for column in world.columns:
        if column.mode == Mode.HOLDING:
            world.wakes[column.agent] = min(world.wakes[column.agent], hour)


def of_withdrawal(world: World, withdrawing: ColumnState, now: float) -> None:
    """Columns that hold see, each with its own delay, that a withdrawing column has left or come."""
    for column in world.columns:
        if column.mode == Mode.HOLDING:
            hold = column.stage - column.first_stage
            seen = now + delay(world, column.hold_seed, withdrawing.key, hold)
            world.wakes[column.agent] = min(world.wakes[column.agent], seen)


def to_waiting(world: World, side: int, now: float) -> None:
    """A place has come into a side's hands: its columns that waited for that set out at first light."""
    for column in world.columns:
        if column.side == side and column.mode == Mode.WAITING and column.waits_for_place:
            column.planned = column.departs
            if column.departs <= now:
                column.planned = next_first_light(world, column, now)
            world.wakes[column.agent] = column.planned


def to_drones(world: World, side: int, now: float) -> None:
    """The drone detachments of a side look for what they may strike."""
    for drone in world.drones:
        if drone.side == side and drone.ready <= now:
            world.wakes[drone.agent] = now


def to_groups(world: World, column: ColumnState, now: float) -> None:
    """The groups hostile to a column look out for it again: it has left a hold, or set out late."""
    for group in world.groups:
        idle = group.stance <= Stance.SHADOW and group.fights and group.quarry == NOBODY
        if idle and is_hostile(world, group, column):
            world.wakes[group.agent] = min(world.wakes[group.agent], now)
