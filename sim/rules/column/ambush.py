"""An ambush on the road: where one may be laid, and whether it is.

Places fit for an ambush come along a column's road at the full rate; at each, an ambush is met with
probability (1 - phi x cover) x (groups ready / all groups). So the hazard per km is the product of the
three, exactly, however cover and groups change on the way.
"""

from sim.chance.keyed import Purpose, exponential, lognormal, uniform
from sim.rules import groups
from sim.rules.column.march import stand
from sim.rules.drones import cover_of
from sim.rules.event_log import log_column
from sim.state.kinds import Event, Mode
from sim.state.rows import ColumnState
from sim.state.world import World


def is_met(world: World, column: ColumnState, now: float) -> bool:
    """Whether an ambush waits at the place fit for one that the column has reached."""
    seed, key, count = world.run[0].seed, column.key, column.candidates
    column.candidates += 1
    column.ambush_left = exponential(seed, key, Purpose.AMBUSH_CLOCK, column.candidates)
    if not groups.is_contested(world, column):
        return False
    deterred = world.p.drone_suppression * cover_of(world, column, now)
    chance = (1.0 - deterred) * groups.ready_share(world, column, now)
    return uniform(seed, key, Purpose.AMBUSH_MET, count) < chance


def roadblock(world: World, column: ColumnState, now: float, fighters: float) -> float:
    """The fighters who stand across the road fight the column as in an ambush."""
    log_column(world, column, now, Event.ROADBLOCK, amount=fighters)
    return fight(world, column, now, fighters)


def fight(world: World, column: ColumnState, now: float, fighters: float) -> float:
    """An ambush by some fighters; returns its end. Past the window, it ends the day."""
    p = world.p
    column.engaged = fighters
    factor = lognormal(
        world.run[0].seed, column.key, Purpose.AMBUSH_HOURS, column.ambushes, p.ambush_hours_spread
    )
    hours = p.ambush_hours * factor
    column.ambushes += 1
    column.fight_from = now
    column.mode = Mode.AMBUSHED
    if column.pressing:
        column.window_end = min(column.window_end, now)
    stand(column)
    log_column(world, column, now, Event.AMBUSH, amount=hours).other = column.engaged
    return now + hours
