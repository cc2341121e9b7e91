"""A device on the road: found, or a strike: vehicles hit, whether it is reported; and the halt after it."""

from sim.chance.keyed import Purpose, exponential, lognormal, poisson, uniform
from sim.rules.column import serials
from sim.rules.column.march import stand
from sim.rules.event_log import log_column
from sim.state.kinds import Event, Mode
from sim.state.rows import ColumnState
from sim.state.world import World


def meet(world: World, column: ColumnState, now: float) -> float:
    """A device is found, or strikes; returns the end of the halt."""
    if world.run[0].mines_everywhere:
        return strike(world, column, now)
    u = uniform(world.run[0].seed, column.key, Purpose.MINE_FOUND, met(column))
    return find(world, column, now) if u < world.p.mine_found else strike(world, column, now)


def met(column: ColumnState) -> int:
    """How many devices a column has met."""
    return column.mines + column.finds


def find(world: World, column: ColumnState, now: float) -> float:
    """A device is found and halts the column; returns the end of the halt."""
    p = world.p
    spread = lognormal(world.run[0].seed, column.key, Purpose.FIND_HALT, column.finds, p.mine_halt_spread)
    column.finds += 1
    return halt(world, column, now, Event.MINE_FOUND, hours=p.find_halt * spread)


def halt(world: World, column: ColumnState, now: float, event: int, hours: float, hit: float = 0.0) -> float:
    """Halt a column at a device and draw when it meets the next; returns the end of the halt.

    While the column presses on past its window it ends the day.
    """
    column.struck = event != Event.MINE_FOUND
    column.mine_left = exponential(world.run[0].seed, column.key, Purpose.MINE_CLOCK, met(column))
    column.mode = Mode.HALT
    if column.pressing:
        column.window_end = min(column.window_end, now)
    stand(column)
    log_column(world, column, now, event, amount=hit).other = hours
    return now + hours


def strike(world: World, column: ColumnState, now: float) -> float:
    """A mine hits 1 + Poisson(mine_vehicles) vehicles and halts the column; returns the end of the halt."""
    p = world.p
    seed, key, count = world.run[0].seed, column.key, column.mines
    hit = 1.0 + poisson(seed, key, Purpose.MINE_VEHICLES, count, p.mine_vehicles)
    hit = min(hit, serials.vehicles_present(world, column, now))
    hours = p.mine_halt * lognormal(seed, key, Purpose.MINE_HALT, count, p.mine_halt_spread)
    event = Event.MINE_UNREPORTED
    if uniform(seed, key, Purpose.MINE_REPORT, count) < column.mines_reported:
        event = Event.MINE
        column.mine_reports += 1
    serials.lose(world, column, now, persons=0.0, vehicles=hit)
    column.mines += 1
    return halt(world, column, now, event, hours=hours, hit=hit)
