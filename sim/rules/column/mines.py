"""A mine strike: vehicles hit, whether it is reported, and the halt after it."""

from sim.chance.keyed import Purpose, exponential, lognormal, poisson, uniform
from sim.rules.column import serials
from sim.rules.column.march import stand
from sim.rules.event_log import log_column
from sim.state.kinds import Event, Mode
from sim.state.rows import ColumnState
from sim.state.world import World


def strike(world: World, column: ColumnState, now: float) -> float:
    """A mine hits 1 + Poisson(mine_vehicles) vehicles and halts the column; returns the end of the halt.

    A strike while the column presses on past its window ends the day.
    """
    p = world.p
    seed, key, count = world.run[0].seed, column.key, column.mines
    hit = 1.0 + poisson(seed, key, Purpose.MINE_VEHICLES, count, p.mine_vehicles)
    hit = min(hit, serials.vehicles_present(world, column, now))
    halt = p.mine_halt * lognormal(seed, key, Purpose.MINE_HALT, count, p.mine_halt_spread)
    event = Event.MINE_UNREPORTED
    if uniform(seed, key, Purpose.MINE_REPORT, count) < column.mines_reported:
        event = Event.MINE
        column.mine_reports += 1
    serials.lose(world, column, now, persons=0.0, vehicles=hit)
    column.mines += 1
    column.mine_left = exponential(seed, key, Purpose.MINE_CLOCK, column.mines)
    column.mode = Mode.HALT
    if column.pressing:
        column.window_end = min(column.window_end, now)
    stand(column)
    log_column(world, column, now, event, amount=hit).other = halt
    return now + halt
