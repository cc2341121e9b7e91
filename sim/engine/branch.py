"""A run that goes on with other draws: what comes from here on is drawn anew, what was drawn stays as it is.

A clock that has not fired is what is left of a unit exponential, which has no memory: it is drawn anew too.
So clones of one run part at once, and the chance of what befalls them is what it was. A parameter that no
rule has read yet may be drawn anew as well, for nothing in the run hangs on it.
"""

from sim.chance.keyed import ONCE, Purpose, exponential
from sim.rules.column import defended_position, delays
from sim.rules.column.march import carry_on
from sim.rules.column.mines import met
from sim.state.kinds import ColumnKind, Mode
from sim.state.rows import NEVER, Key
from sim.state.world import Array, World

BY_FIGHT, BY_CAPTURE, BY_LADEN = range(3)
"""What opens late parameters: the first fight, a first objective taken, a laden column sets out."""
LATE = {
    "air_multiplier": BY_FIGHT,
    "column_loss_rate": BY_FIGHT,
    "rebel_loss_rate": BY_FIGHT,
    "beaten_loss": BY_FIGHT,
    "beaten_ratio": BY_FIGHT,
    "persons_a_vehicle": BY_FIGHT,
    "recovery": BY_FIGHT,
    "ambush_hours": BY_FIGHT,
    "ambush_hours_spread": BY_FIGHT,
    "break_off": BY_FIGHT,
    "fight_hours": BY_FIGHT,
    "entry_pace": BY_FIGHT,
    "round_days": BY_FIGHT,
    "round_force": BY_FIGHT,
    "round_least": BY_FIGHT,
    "round_most": BY_FIGHT,
    "refit": BY_CAPTURE,
    "refit_spread": BY_CAPTURE,
    "planning": BY_CAPTURE,
    "planning_spread": BY_CAPTURE,
    "drones_forward": BY_CAPTURE,
    "probe_rate": BY_CAPTURE,
    "probe_least": BY_CAPTURE,
    "probe_most": BY_CAPTURE,
    "laden_factor": BY_LADEN,
}
"""Parameters that no rule reads before something has opened them."""


def fork(world: World, seed: Key) -> None:
    """Give a run another seed from now on, and draw what its clocks have left."""
    run = world.run[0]
    run.seed = seed
    for column in world.columns:
        delays.book(world, column, run.now)
        carry_on(world, column, run.now)
        column.mine_left = exponential(seed, column.key, Purpose.MINE_CLOCK, met(column))
        if column.ambush_left < NEVER:
            column.ambush_left = exponential(seed, column.key, Purpose.AMBUSH_CLOCK, column.candidates)
        if column.mode in (Mode.MARCH, Mode.ENTRY):
            world.wakes[column.agent] = run.now  # to plan anew
    for mark in world.marks:
        if mark.defended and mark.leaves == NEVER and mark.break_left > 0.0:
            mark.break_left = exponential(seed, mark.key, Purpose.BREAK_CLOCK, ONCE)
    for column in world.columns:
        if column.mode == Mode.ASSAULT:
            world.wakes[column.agent] = defended_position.fight_on(world, column, run.now)
    fork_strikes(world)


def fork_strikes(world: World) -> None:
    """Draw what is left to the next strike of each detachment that has a target."""
    run, rate = world.run[0], world.p.strike_rate
    for drone in world.drones:
        if drone.strike_at < NEVER:
            left = exponential(run.seed, drone.key, Purpose.STRIKE_CLOCK, drone.strikes)
            drone.strike_at = run.now + left / rate
            world.wakes[drone.agent] = min(world.wakes[drone.agent], drone.strike_at)


def is_open(world: World, opener: int) -> bool:
    """Whether rules may have read the parameters that something opens."""
    if opener == BY_FIGHT:
        for garrison in world.garrisons:
            if garrison.attempts > 0 or garrison.raids > 0:
                return True
    for column in world.columns:
        if opener == BY_FIGHT and (
            column.fights > 0 or column.mode in (Mode.AMBUSHED, Mode.ASSAULT, Mode.FACING)
        ):
            return True
        if opener == BY_LADEN and column.kind == ColumnKind.LADEN and column.departs <= world.run[0].now:
            return True
        has_taken = column.captures and world.stages[column.first_stage].completed_at < NEVER
        if opener == BY_CAPTURE and (column.holds or has_taken):
            return True
    return False


def draw_late(world: World, values: Array, late: Array, places: Array, openers: Array) -> None:
    """Give a run other values of what no rule has read.

    Of `values` (parameters,) those at `places` (late,) become `late` (late,) where their `openers` (late,)
    have not come.
    """
    for k in range(len(places)):
        if not is_open(world, openers[k]):
            values[places[k]] = late[k]
