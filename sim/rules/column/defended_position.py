"""A defended position: fought by daylight, gone round after undecided days, left in the dark, entered.

The way round is some hours of further march, met by nothing.
At a position no night is harassed: what a night brings there is the leaving of a broken defence.
"""

from sim.chance.keyed import ONCE, Purpose, exponential, uniform
from sim.rules import combat, groups, towns
from sim.rules.column import orders
from sim.rules.column.march import go_back, march, stand
from sim.rules.daylight import day_at, end_of_night, first_light, next_first_light, sunset
from sim.rules.drones import cover_of
from sim.rules.event_log import log_column
from sim.rules.route import march_speed
from sim.state.kinds import Event, Mode
from sim.state.rows import NEVER, ColumnState, Waypoint
from sim.state.world import World


def is_defended(world: World, column: ColumnState, mark: Waypoint) -> bool:
    """Whether a mark is a position whose defence is neither broken nor without fighters."""
    return mark.defended and mark.leaves == NEVER and groups.committed(world, column) > 0.0


def face(world: World, column: ColumnState, now: float) -> float:
    """Fight by daylight, else wait for first light; after undecided days, start on the way round."""
    mark = world.marks[column.next_mark]
    day = day_at(column.solar, now)
    dusk = sunset(world, column, day)
    stand(column)
    if not is_defended(world, column, mark):
        return enter(world, column, now)
    if mark.break_left <= 0.0:
        log_column(world, column, now, Event.BREAK, place=mark.place)
        return broken(world, column, now)
    if not first_light(world, column, day) <= now < dusk:
        column.mode = Mode.FACING
        return watch(world, column, now)
    undecided = column.days_fought >= world.p.round_days and not world.run[0].no_bypass
    if undecided and not column.rounding:
        start_round(world, column, now)
    return fight(world, column, now, dusk)


def start_round(world: World, column: ColumnState, now: float) -> None:
    """The column starts on a way round: further hours of march, and a better force ratio on it.

    The way is the network's other road to the objective, if there is one; else some hours across country.
    """
    mark = world.marks[column.next_mark]
    p = world.p
    u = uniform(world.run[0].seed, mark.key, Purpose.WAY_ROUND, ONCE)
    column.rounding = True
    column.round_hours = p.round_least + u * (p.round_most - p.round_least)
    if mark.round_km < NEVER:
        further = max(0.0, mark.round_km - mark.direct_km)
        column.round_hours = further / (p.entry_pace * march_speed(world, column))
    log_column(world, column, now, Event.ROUND, amount=column.round_hours)


def fight(world: World, column: ColumnState, now: float, dusk: float) -> float:
    """The day's fight, four hours at most: the defence is broken at hazard eta x force ratio."""
    mark = world.marks[column.next_mark]
    p = world.p
    column.engaged = groups.engage_all(world, column)
    column.ratio = combat.force_ratio(world, column, cover_of(world, column, now), now)
    if column.rounding:
        column.ratio *= p.round_force
    column.mode = Mode.ASSAULT
    column.fight_from = now
    towns.fought_at(world, mark.place)
    log_column(
        world, column, now, Event.CONTACT, place=mark.place, amount=column.ratio
    ).other = column.engaged
    return use_up(mark, p.break_off * column.ratio, now, min(now + p.fight_hours, dusk))


def fight_on(world: World, column: ColumnState, now: float) -> float:
    """Go on with a fight against a defence of which it is drawn anew how long it holds; returns its end."""
    mark = world.marks[column.next_mark]
    p = world.p
    mark.break_left = exponential(world.run[0].seed, mark.key, Purpose.BREAK_CLOCK, ONCE)
    end = min(column.fight_from + p.fight_hours, sunset(world, column, day_at(column.solar, now)))
    column.planned = use_up(mark, p.break_off * column.ratio, now, end)
    return column.planned


def use_up(mark: Waypoint, hazard: float, start: float, end: float) -> float:
    """Let a hazard (1/h) work on a defence between two hours; returns the hour of its break, or the end."""
    if hazard > 0.0 and mark.break_left < hazard * (end - start):
        breaks = start + max(0.0, mark.break_left) / hazard
        mark.break_left = 0.0
        return breaks
    mark.break_left -= hazard * (end - start)
    return end


def end_fight(world: World, column: ColumnState, now: float) -> float:
    """Count the losses of the day; a broken defence leaves in the coming night, unless it beat the column."""
    mark = world.marks[column.next_mark]
    column.days_fought += 1
    lost, fighters = combat.settle(world, column, now)
    beaten = combat.is_beaten(world, column, now)
    event = Event.CONTACT_END if beaten or mark.break_left > 0.0 else Event.BREAK
    log_column(world, column, now, event, place=mark.place, amount=lost).other = fighters
    if beaten:
        return go_back(world, column, now)
    column.mode = Mode.FACING
    return watch(world, column, now) if mark.break_left > 0.0 else broken(world, column, now)


def watch(world: World, column: ColumnState, now: float) -> float:
    """Face the position until first light; an alternative lets the hazard hold then too, at a share of it."""
    dawn = next_first_light(world, column, now)
    hazard = world.run[0].night_hazard * world.p.break_off * column.ratio
    if column.days_fought == 0 or hazard <= 0.0:
        return dawn
    return use_up(world.marks[column.next_mark], hazard, nightfall(world, column, now), dawn)


def nightfall(world: World, column: ColumnState, now: float) -> float:
    """Where the column is: the coming sunset, or now if it is night."""
    day = day_at(column.solar, now)
    if now < first_light(world, column, day):
        return now
    return max(now, sunset(world, column, day))


def broken(world: World, column: ColumnState, now: float) -> float:
    """A broken defence will leave in the coming night, or in what is left of this one, within a day."""
    mark = world.marks[column.next_mark]
    column.mode = Mode.FACING
    u = uniform(world.run[0].seed, mark.key, Purpose.LEAVING, ONCE)
    dusk = nightfall(world, column, now)
    dawn = min(end_of_night(world, column, dusk), dusk + 24.0)
    mark.leaves = dusk + u * (dawn - dusk)
    groups.break_up(world, column, mark.leaves)
    return mark.leaves


def enter(world: World, column: ColumnState, now: float) -> float:
    """The defence has left: the column follows, first by the way round if it was on it."""
    mark = world.marks[column.next_mark]
    log_column(world, column, now, Event.LEFT, place=mark.place)
    if column.rounding:
        column.mode = Mode.ROUND
        return now + column.round_hours
    return follow(world, column, now)


def follow(world: World, column: ColumnState, now: float) -> float:
    """Leave the position behind and go on by day and night, unless something is ordered there."""
    mark = world.marks[column.next_mark]
    column.next_mark += 1
    column.days_fought = 0
    column.rounding = False
    column.entering = True
    log_column(world, column, now, Event.ENTRY)
    orders.obey(world, column, mark, now)
    return go_on(world, column, now)


def go_on(world: World, column: ColumnState, now: float) -> float:
    """The rest of the way behind a defence that has left, with mines and without ambush."""
    free = orders.free_at(world, column, now)
    if free > now:
        return orders.stand_by(world, column, now, free)
    column.mode = Mode.ENTRY
    speed = march_speed(world, column) * world.legs[column.leg].ground
    return march(world, column, now, world.p.entry_pace * speed, NEVER)
