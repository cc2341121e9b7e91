"""The column's day: first light, march, what it meets on the road, dusk, night; then where it arrives.

A column marches in a window of some hours from first light, slower while in contact. Mines and ambushes
stop it; at the end of the window it may press on to a near stop; nights in contested country may be
harassed. At a defended position it fights by daylight (sim.rules.column.defended_position); what it captures,
it holds until it goes on (sim.rules.column.hold).
"""

from sim.chance.keyed import Purpose, exponential, lognormal, uniform
from sim.rules import combat, groups, notices
from sim.rules.column import ambush, defended_position, delays, hold, mines, orders, serials
from sim.rules.column.march import camp, carry_on, go_back, held_behind, march, pace, stand, usual_hours
from sim.rules.daylight import change_of_light, day_at, end_of_night, first_light, next_first_light
from sim.rules.event_log import log_column
from sim.rules.route import march_speed, outward_km
from sim.state.kinds import Event, Intent, Mode, Side
from sim.state.rows import NEVER, NOBODY, NOWHERE, ColumnState
from sim.state.world import World


def wake(world: World, index: int, now: float) -> float:
    """Come to the present and go on from what the column was doing; returns when it next acts, h.

    A column on the march that is woken early plans anew; one that stands goes on standing.
    """
    column = world.columns[index]
    delays.book(world, column, now)
    carry_on(world, column, now)
    if now < column.planned and column.speed <= 0.0 and column.mode != Mode.HOLDING:
        return column.planned
    column.planned = act(world, column, now)
    return column.planned


def act(world: World, column: ColumnState, now: float) -> float:
    """What follows from a column's mode."""
    mode = column.mode
    if mode == Mode.WAITING:
        return depart(world, column, now)
    if mode in (Mode.MARCH, Mode.ENTRY):
        return meet(world, column, now)
    if mode == Mode.BIVOUAC:
        return camped(world, column, now)
    if mode == Mode.NIGHT:
        return set_out(world, column, now)
    if mode == Mode.HALT:
        return after_halt(world, column, now)
    if mode == Mode.SUPPLY:
        return resupplied(world, column, now)
    if mode == Mode.HOLDING:
        return stand_or_go(world, column, now)
    if mode >= Mode.ARRIVED:
        return finish(world, column, now)
    return contend(world, column, now)


def contend(world: World, column: ColumnState, now: float) -> float:
    """What follows where a column is held up by fighters."""
    mode = column.mode
    if mode == Mode.AMBUSHED:
        return after_ambush(world, column, now)
    if mode == Mode.ASSAULT:
        return defended_position.end_fight(world, column, now)
    if mode == Mode.FACING:
        return defended_position.face(world, column, now)
    return defended_position.follow(world, column, now)


def depart(world: World, column: ColumnState, now: float) -> float:
    """The first start, or the hold with which the scenario begins.

    A column that is to join or supply others waits until its side holds the place where it goes; one whose
    first road is closed, until first light after that.
    """
    mark = world.marks[column.next_mark]
    if column.waits_for_place and world.places[awaited_place(world, column)].holder != column.side:
        return NEVER
    free = orders.opens(world, column, now)
    if free > now and not column.holds:
        column.departs = end_of_night(world, column, free) if free < NEVER else NEVER
        return column.departs
    if column.waits_for_place:
        hold_line(world, column)
        notices.to_groups(world, column, now)
    world.stages[column.stage].departed_at = now
    hold.begin_leg(column, now)
    if column.holds:
        hold.recall_leg(world, column)
        return take(world, column, now)
    column.next_mark += 1
    event = Event.GO if column.starts_given else Event.DEPARTURE
    log_column(world, column, now, event, place=mark.place)
    if column.side == Side.WITHDRAWING:
        notices.of_withdrawal(world, column, now)
    return set_out(world, column, now)


def awaited_place(world: World, column: ColumnState) -> int:
    """The place that a column's side must hold before it departs: where it joins or supplies others."""
    if column.supplies != NOBODY:
        return world.garrisons[column.supplies].place
    return world.stages[column.stage].place


def hold_line(world: World, column: ColumnState) -> None:
    """Find the last place on its way that a column's side holds: its road is not contested before."""
    for i in range(column.next_mark, column.last_mark):
        mark = world.marks[i]
        known = mark.place != NOWHERE and not mark.again
        if known and world.places[mark.place].holder == column.side:
            column.held_place = mark.place
            column.held_km = mark.km


def stand_or_go(world: World, column: ColumnState, now: float) -> float:
    """Hold what was captured, and go on when it is time."""
    hour = hold.stand(world, column, now)
    if column.goes > now:
        return hour
    hold.leave(world, column, now)
    return set_out(world, column, now)


def set_out(world: World, column: ColumnState, now: float) -> float:
    """Begin the day's march, unless supply is too low for it."""
    if column.supply > 0.0 and world.marks[held_behind(world, column)].km == column.km:
        column.supply_end = now + column.supply
    if column.supply > 0.0 and column.supply_end - now < world.p.supply_least:
        if column.load <= 0.0:
            return wait_for_supply(world, column, now)
        column.load = max(0.0, column.load - column.supply)  # it eats of what it carries
        column.supply_end = now + column.supply
    open_window(world, column, now)
    return march_on(world, column, now)


def wait_for_supply(world: World, column: ColumnState, now: float) -> float:
    """Supply comes up from the last held place at the column's own daily march."""
    behind = world.marks[held_behind(world, column)]
    hours = usual_hours(world, column, behind.km, outward_km(world, column))
    column.mode = Mode.SUPPLY
    log_column(world, column, now, Event.SUPPLY, amount=hours)
    return now + hours


def resupplied(world: World, column: ColumnState, now: float) -> float:
    """Supply has come up; the march goes on at the next first light, by night too at once."""
    # However little it set out with, it can march for a day before it has to wait again.
    column.supply_end = now + max(column.supply, world.p.supply_least + 24.0)
    column.mode = Mode.NIGHT
    return now if column.by_night else next_first_light(world, column, now)


def open_window(world: World, column: ColumnState, now: float) -> None:
    """The day's speed, and its march window: from first light on, whenever the column starts in it.

    A day that stays dark has no window. One that marches by night as well has windows without a gap, each to
    the next change of light.
    """
    p = world.p
    day = day_at(column.solar, now)
    luck = lognormal(world.run[0].seed, column.key, Purpose.DAY_SPEED, day, p.day_spread)
    column.day_speed = march_speed(world, column) * luck
    column.pressing = False
    if column.by_night:
        column.window_end = change_of_light(world, column, now)
        return
    dawn = first_light(world, column, day)
    column.window_end = dawn + p.march_hours if dawn < NEVER else now


def new_day(world: World, column: ColumnState, now: float) -> None:
    """After a halt or an ambush: if another day has broken meanwhile, its window is open."""
    dawn = first_light(world, column, day_at(column.solar, now))
    if column.window_end < dawn <= now or (column.by_night and column.window_end <= now):
        open_window(world, column, now)


def march_on(world: World, column: ColumnState, now: float) -> float:
    """March to the end of the window, make a bivouac if that has passed, or stand by order."""
    free = orders.free_at(world, column, now)
    if free > now:
        return orders.stand_by(world, column, now, free)
    if now >= column.window_end:
        return bivouac(world, column, now)
    if column.standing:
        orders.resume(world, column, now)
    column.mode = Mode.MARCH
    return march(world, column, now, pace(world, column, now), column.window_end)


def meet(world: World, column: ColumnState, now: float) -> float:
    """What a marching or entering column set out to meet has come."""
    intent = column.intent if now >= column.planned else Intent.NOTHING
    if intent == Intent.MARK:
        return reach(world, column, now)
    if intent == Intent.MINE:
        return mines.meet(world, column, now)
    if intent == Intent.AMBUSH and ambush.is_met(world, column, now):
        return ambush.fight(world, column, now, groups.engage_ready(world, column, now))
    if intent == Intent.DUSK:
        return dusk(world, column, now)
    return go_on(world, column, now)


def go_on(world: World, column: ColumnState, now: float) -> float:
    """Take up the march again, or the entry."""
    if column.entering:
        return defended_position.go_on(world, column, now)
    return march_on(world, column, now)


def reach(world: World, column: ColumnState, now: float) -> float:
    """The head comes to a mark: a position, the objective, a stop, or a place only to be written down."""
    mark = world.marks[column.next_mark]
    mark.reached_at = now
    if mark.block != NOBODY:
        column.next_mark += 1
        fighters = groups.engage_block(world, column, world.groups[mark.block], now)
        return ambush.roadblock(world, column, now, fighters) if fighters > 0.0 else go_on(world, column, now)
    log_column(world, column, now, Event.ARRIVAL, place=mark.place)
    if column.side == Side.WITHDRAWING:
        notices.of_withdrawal(world, column, now)
    if defended_position.is_defended(world, column, mark):
        column.entering = False
        return defended_position.face(world, column, now)
    if world.places[mark.place].holder == column.side:
        column.supply_end = now + column.supply
    if mark.objective:
        return take(world, column, now)
    column.next_mark += 1
    orders.obey(world, column, mark, now)
    if mark.stop and column.km <= max(column.held_km, column.contested_km):
        column.pace_km, column.pace_from = column.km, now
    if column.pressing and mark.stop and orders.free_at(world, column, now) <= now:
        return bivouac(world, column, now)
    return go_on(world, column, now)


def take(world: World, column: ColumnState, now: float) -> float:
    """Capture the objective, or just arrive; the tail follows the pass time later."""
    mark = world.marks[column.next_mark]
    column.pass_time = 0.0
    if column.speed > 0.0:
        column.pass_time = serials.pass_time(column)
    stand(column)
    column.tail_in = now + column.pass_time
    world.stages[column.stage].completed_at = now
    column.stage += 1
    if mark.capture:
        return hold.capture(world, column, now)
    column.mode = Mode.ARRIVED
    if mark.meets:
        orders.join_arrived(world, column, now)
    return column.tail_in


def finish(world: World, column: ColumnState, now: float) -> float:
    """The tail comes in, with what the column brings; or a beaten column is back where it last held."""
    stand(column)
    if column.mode == Mode.BEATEN:
        column.km = column.held_km
        log_column(world, column, now, Event.RETURN, place=column.held_place)
        return NEVER
    mark = world.marks[column.next_mark]
    log_column(world, column, now, Event.TAIL, place=mark.place, amount=column.pass_time)
    serials.gather(column)
    orders.deliver(world, column, mark, now)
    if column.reinforces != NOBODY:
        orders.join(world, column, now)
    return NEVER


# --- the end of the day, and the night ----------------------------------------------------------------------


def dusk(world: World, column: ColumnState, now: float) -> float:
    """At the end of the window go on by night, or press on to a near stop unless in contact; else stop."""
    p = world.p
    if column.by_night:
        return set_out(world, column, now)
    if not column.pressing and now >= column.contact_until:
        near = column.km + column.day_speed * p.press_on
        for i in range(column.next_mark, column.last_mark):
            if world.marks[i].stop and world.marks[i].km < near:
                column.pressing = True
                column.window_end = now + p.press_on
                return march_on(world, column, now)
    return bivouac(world, column, now)


def bivouac(world: World, column: ColumnState, now: float) -> float:
    """Stop for the night; what comes of it is known at midnight. A night without end is never left."""
    log_column(world, column, now, Event.BIVOUAC)
    return camp(world, column, now)


def camped(world: World, column: ColumnState, now: float) -> float:
    """By day, a column that stood by order goes on; else it is midnight in its bivouac."""
    if orders.may_resume(world, column, now):
        return set_out(world, column, now)
    starts = midnight(world, column, now)
    if not column.by_night:
        return starts
    return min(starts, max(now, orders.free_at(world, column, now)))


def midnight(world: World, column: ColumnState, now: float) -> float:
    """A night in contested country may have been harassed: contact, and a later start."""
    p = world.p
    dawn = next_first_light(world, column, now)
    night = day_at(column.solar, dawn)
    column.mode = Mode.NIGHT
    if world.run[0].quiet_nights or not groups.is_contested(world, column):
        return dawn
    if uniform(world.run[0].seed, column.key, Purpose.HARASSMENT, night) >= p.night_harassment:
        return dawn
    slip = p.night_slip * exponential(world.run[0].seed, column.key, Purpose.SLIP, night)
    column.nights_harassed += 1
    combat.stay_in_contact(world, column, now)
    log_column(world, column, now, Event.HARASSMENT, amount=slip)
    return dawn + slip


# --- after a halt or a fight --------------------------------------------------------------------------------


def after_halt(world: World, column: ColumnState, now: float) -> float:
    """The road is swept; after a strike the column stays in contact for a day."""
    log_column(world, column, now, Event.HALT_END)
    if column.struck:
        combat.stay_in_contact(world, column, now)
    new_day(world, column, now)
    return go_on(world, column, now)


def after_ambush(world: World, column: ColumnState, now: float) -> float:
    """Count the losses; go back if beaten, and end the day if little of the window is left."""
    lost, fighters = combat.settle(world, column, now)
    log_column(world, column, now, Event.AMBUSH_END, amount=lost).other = fighters
    if combat.is_beaten(world, column, now):
        return go_back(world, column, now)
    new_day(world, column, now)
    if column.window_end - now < world.p.least_march and not column.by_night:
        return bivouac(world, column, now)
    return march_on(world, column, now)
