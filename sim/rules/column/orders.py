"""Orders and closed roads: how long they keep a column where it is, and its going on or back from there.

A column that is to hold stands as in a bivouac: it is on the road, and its nights may be harassed. It goes on
in what is left of the day's march window, or at first light. Before a road that is closed it stands likewise;
one that is on a road when that closes goes on.
"""

from sim.rules import garrisons
from sim.rules.column import serials
from sim.rules.column.march import camp
from sim.rules.daylight import midnight_before, next_first_light
from sim.rules.event_log import log_column
from sim.rules.route import march_speed
from sim.state.kinds import Event, Mode
from sim.state.rows import NEVER, NOBODY, NOWHERE, ColumnState, Waypoint
from sim.state.world import World


def obey(world: World, column: ColumnState, mark: Waypoint, now: float) -> None:
    """What is ordered at a place which the head passes: to stand, to meet another column, to turn."""
    take_up(column, mark, now)
    if mark.meets:
        join_arrived(world, column, now)
    if mark.turns:
        turn(world, column, mark, now)


def take_up(column: ColumnState, mark: Waypoint, now: float) -> None:
    """The head is where an order is to be carried out: from now on, that counts."""
    column.holds_until = max(column.holds_until, mark.hold_until)
    if mark.hold_hours > 0.0:
        column.holds_until = max(column.holds_until, now + mark.hold_hours)
    if mark.meets:
        column.meets_at = mark.place


def free_at(world: World, column: ColumnState, now: float) -> float:
    """The hour from which nothing ordered keeps a column where it is: now, a later one, NEVER if unknown."""
    if column.meets_at != NOWHERE and is_awaiting(world, column):
        return NEVER
    return opens(world, column, max(now, column.holds_until))


def is_awaiting(world: World, column: ColumnState) -> bool:
    """Whether a column that is to merge with this one, at the place where it waits, has not done so."""
    index = world.indices[column.agent]
    for other in world.columns:
        comes = other.merges and other.reinforces == index and other.persons > 0.0
        if comes and world.marks[other.last_mark - 1].place == column.meets_at:
            return True
    return False


def opens(world: World, column: ColumnState, hour: float) -> float:
    """The hour from which a column may set foot on its next road, if it is at the beginning of that."""
    leg = world.legs[column.leg]
    if column.km == leg.start_km:
        for closure in world.closures:
            if closure.road == leg.road and closure.begins <= hour < closure.ends:
                hour = closure.ends
    return hour


def stand_by(world: World, column: ColumnState, now: float, free: float) -> float:
    """Stand where the column is, to an hour as far as it is known; returns when it next acts."""
    if not column.standing:
        begin(world, column, now, free)
    return min(camp(world, column, now), free)


def begin(world: World, column: ColumnState, now: float, free: float) -> None:
    """A column comes to stand; its tail comes up the pass time later."""
    ordered = column.meets_at != NOWHERE or column.holds_until > now
    hours = free - now if free < NEVER else 0.0
    place = world.marks[column.next_mark - 1].place
    log_column(world, column, now, Event.STANDS if ordered else Event.ROAD_CLOSED, place=place, amount=hours)
    column.tail_in = now
    if column.speed > 0.0:
        column.tail_in += serials.pass_time(column)
    column.standing = True
    column.stands_from = now
    column.entering = False


def may_resume(world: World, column: ColumnState, now: float) -> bool:
    """Whether a standing column goes on now: it is free to, and not between midnight and first light."""
    if not column.standing or free_at(world, column, now) > now:
        return False
    dawn = next_first_light(world, column, now)
    return column.by_night or dawn == NEVER or midnight_before(world, dawn) > now


def resume(world: World, column: ColumnState, now: float) -> None:
    """A column goes on from where it stood, all of it together if its tail had come up."""
    place = world.marks[column.next_mark - 1].place
    log_column(world, column, now, Event.RESUMED, place=place, amount=now - column.stands_from)
    if now >= column.tail_in:
        serials.gather(column)
    column.tail_in = NEVER
    column.meets_at = NOWHERE
    column.standing = False


def turn(world: World, column: ColumnState, mark: Waypoint, now: float) -> None:
    """A column turns where it is, and leaves there what it brings a garrison."""
    log_column(world, column, now, Event.TURNED, place=mark.place)
    deliver(world, column, mark, now)


def deliver(world: World, column: ColumnState, mark: Waypoint, now: float) -> None:
    """A column leaves what it brings a garrison, if it is where that stands."""
    if column.supplies != NOBODY and world.garrisons[column.supplies].place == mark.place:
        garrisons.resupply(world, column, now)
        column.supplies, column.load = NOBODY, 0.0


def join_arrived(world: World, column: ColumnState, now: float) -> None:
    """The columns that are to join this one where it has come, and were there before it, do so."""
    index = world.indices[column.agent]
    for other in world.columns:
        if other.reinforces == index and other.mode == Mode.ARRIVED and other.tail_in <= now:
            join(world, other, now)


def join(world: World, column: ColumnState, now: float) -> None:
    """A reinforcement becomes part of the column that holds where it has come in, or is to meet it there."""
    other = world.columns[column.reinforces]
    here = world.marks[column.next_mark].place
    if column.persons <= 0.0 or not receives(world, other, column):
        return
    persons, vehicles = column.persons, column.vehicles
    if column.merges:
        as_one(world, other, column)
    log_column(world, other, now, Event.REINFORCED, place=here, amount=persons).other = vehicles
    other.persons += persons
    other.vehicles += vehicles
    other.reinforced_met = min(other.reinforced_met, now)
    column.persons = column.vehicles = 0.0
    call(world, other, now)


def as_one(world: World, other: ColumnState, column: ColumnState) -> None:
    """What a column takes over from one that merges with it: the slower speed, the load, and the strength.

    By the strength of both it is judged whether it is repulsed.
    """
    before, slower = march_speed(world, other), march_speed(world, column)
    if slower < before:
        other.kind, other.own_speed = column.kind, column.own_speed
        other.day_speed *= slower / before
    other.persons_at_hold += column.persons
    if column.vehicles_at_start > 0.0:
        other.load += column.load * column.vehicles / column.vehicles_at_start
    other.vehicles_at_start += column.vehicles


def receives(world: World, other: ColumnState, column: ColumnState) -> bool:
    """Whether a column is where another one, which has arrived, is to become part of it."""
    here = world.marks[column.next_mark].place
    if other.mode == Mode.HOLDING:
        return other.held_place == here
    if not column.merges:
        return False
    if other.mode == Mode.ARRIVED:
        return world.marks[other.next_mark].place == here
    return other.meets_at == here


def call(world: World, other: ColumnState, now: float) -> None:
    """A column that another one has joined looks at once whether it may go on; by night, at first light."""
    if other.standing and other.mode == Mode.BIVOUAC:
        other.planned = now
    world.wakes[other.agent] = min(world.wakes[other.agent], now)
