"""The march: how fast a column goes, what its clocks have left, and what it meets next on its road."""

from sim.rules import combat, groups
from sim.rules.column import serials
from sim.rules.daylight import is_light, midnight_before, next_first_light
from sim.rules.event_log import log_column
from sim.rules.route import head_km, outward_km, way_hours
from sim.state.kinds import Event, Intent, Mode
from sim.state.rows import NEVER, NOWHERE, ColumnState, LegState
from sim.state.world import World

HALF_A_DAY = 12.0
"""Hours of light and of dark, as a column that marches by night reckons with them."""


def pace(world: World, column: ColumnState, now: float) -> float:
    """Speed of the day's march on its ground, slower in contact, km/h; a rival: on all contested road."""
    slow = now < column.contact_until
    if world.run[0].contact_everywhere:
        slow = slow or groups.is_contested_ahead(world, column)
    speed = column.day_speed * world.legs[column.leg].ground
    if column.by_night and not is_light(world, column, now):
        speed *= world.p.night_pace
    return speed * world.p.contact_pace if slow else speed


def march(world: World, column: ColumnState, now: float, speed: float, limit: float) -> float:
    """Go on at a speed until something is met or the limit (h) comes; returns the hour of the first."""
    serials.set_out(column, now, speed)
    if speed != column.speed:
        column.speed = speed
        log_column(world, column, now, Event.MARCH, amount=speed)
    km, column.intent = world.marks[column.next_mark].km, Intent.MARK
    for ahead, intent in ((mine_km(world, column), Intent.MINE), (ambush_km(world, column), Intent.AMBUSH)):
        if ahead < km:
            km, column.intent = ahead, intent
    hour = now + (km - column.km) / speed
    if limit < hour:
        hour, column.intent = limit, Intent.DUSK
    if now < column.contact_until < hour and limit < NEVER:
        hour, column.intent = column.contact_until, Intent.FREE
    return hour


def usual_hours(world: World, column: ColumnState, start: float, end: float) -> float:
    """How long a column usually takes between two road-km of its itinerary, nights counted, h."""
    hours = world.p.march_hours
    if column.by_night:
        hours = HALF_A_DAY * (1.0 + world.p.night_pace)
    return way_hours(world, column, start, end) * 24.0 / hours


def held_behind(world: World, column: ColumnState) -> int:
    """The mark of the last place behind a column's head that its side holds; its start if none."""
    behind, km = column.first_mark, outward_km(world, column)
    for i in range(column.first_mark, column.last_mark):
        mark = world.marks[i]
        if mark.km <= km and mark.place != NOWHERE and world.places[mark.place].holder == column.side:
            behind = i
    return behind


def stand(column: ColumnState) -> None:
    """Stop the head where it is."""
    column.speed = 0.0
    column.intent = Intent.NOTHING


def camp(world: World, column: ColumnState, now: float) -> float:
    """Stand in a bivouac; returns the midnight of the coming night, NEVER where that has no end."""
    stand(column)
    column.mode = Mode.BIVOUAC
    column.pressing = False
    dawn = next_first_light(world, column, now)
    return max(now, midnight_before(world, dawn)) if dawn < NEVER else NEVER


def carry_on(world: World, column: ColumnState, now: float) -> None:
    """Bring the head's place and the clocks of mines and ambushes up to now."""
    target = head_km(column, now)
    if column.speed > 0.0:
        if column.intent == Intent.MARK and now >= column.planned:
            target = world.marks[column.next_mark].km
        rate = world.p.ambush_rate
        while column.km < target:
            leg = world.legs[column.leg]
            end = min(target, leg.end_km)
            if column.leg + 1 == column.last_leg:
                end = target
            column.mine_left -= (end - column.km) * mines_per_km(world, column, leg)
            if not column.entering:
                column.ambush_left -= (end - column.km) * rate
            column.km = end
            if end >= leg.end_km and column.leg + 1 < column.last_leg:
                column.leg += 1
    else:
        column.km = target
    column.acted_at = now


def mines_per_km(world: World, column: ColumnState, leg: LegState) -> float:
    """Devices that a column meets per km of a leg: the run's rate, and the factors of leg and column."""
    return world.p.mine_rate * leg.mine_factor * column.mine_factor


def mine_km(world: World, column: ColumnState) -> float:
    """Road-km at which the mine clock runs out; NEVER if the itinerary ends before."""
    left, km = column.mine_left, column.km
    for index in range(column.leg, column.last_leg):
        leg = world.legs[index]
        rate = mines_per_km(world, column, leg)
        if rate > 0.0 and left < (leg.end_km - km) * rate:
            return km + max(0.0, left) / rate
        left -= (leg.end_km - km) * rate
        km = leg.end_km
    return NEVER


def ambush_km(world: World, column: ColumnState) -> float:
    """Road-km of the next place fit for an ambush; NEVER while entering behind a defence that has left."""
    rate = world.p.ambush_rate
    if rate <= 0.0 or column.entering:
        return NEVER
    return column.km + max(0.0, column.ambush_left) / rate


def go_back(world: World, column: ColumnState, now: float) -> float:
    """A beaten column returns to the last held place behind it at its usual daily march; nothing meets it."""
    lost_share = combat.lost_share(world, column, now)
    log_column(world, column, now, Event.BEATEN, amount=column.ratio).other = lost_share
    behind = world.marks[held_behind(world, column)]
    column.km = outward_km(world, column)  # on a road that it goes again, it goes on to where that began
    column.held_place, column.held_km = behind.place, behind.km
    hours = usual_hours(world, column, column.held_km, column.km)
    column.mode = Mode.BEATEN
    column.intent = Intent.NOTHING
    column.speed = (column.held_km - column.km) / hours if hours > 0.0 else 0.0
    return now + hours
