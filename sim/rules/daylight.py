"""Daylight: civil dawn (first light) and sunset at a column's head, from a table of local solar days.

Where it is never dark, each midnight is a sunset and a first light, and a day is light throughout. Where it
stays dark there is no first light, and what waits for one waits for that of a later day.
"""

import math

from sim.rules.route import head_position
from sim.state.rows import NEVER, ColumnState
from sim.state.world import World


def day_at(solar: float, hour: float) -> int:
    """The number of a place's local solar day at an hour; `solar` is its mean solar time less UTC, h."""
    return math.floor((hour + solar) / 24.0)


def midnight_before(world: World, hour: float) -> float:
    """The last midnight of the case's time zone before an hour, h."""
    zone = world.run[0].zone
    return -24.0 * math.floor(-(hour + zone) / 24.0) - 24.0 - zone


def first_light(world: World, column: ColumnState, day: int) -> float:
    """Civil dawn of a local solar day where the column is, h; NEVER where it stays dark."""
    if column.first_day + day >= column.last_day:
        return NEVER
    table = world.days[column.first_day + day]
    lat, lon = head_position(world, column)
    north, east = lat - column.sun_lat, east_of(column.sun_lon, lon)
    dawn = table.dawn + table.dawn_north * north + table.dawn_east * east
    return max(dawn, 24.0 * day - column.solar)


def sunset(world: World, column: ColumnState, day: int) -> float:
    """Sunset of a local solar day where the column is, h; NEVER where it stays dark."""
    if column.first_day + day >= column.last_day:
        return NEVER
    table = world.days[column.first_day + day]
    if table.sunset == NEVER:
        return NEVER
    lat, lon = head_position(world, column)
    north, east = lat - column.sun_lat, east_of(column.sun_lon, lon)
    dusk = table.sunset + table.sunset_north * north + table.sunset_east * east
    return min(dusk, 24.0 * (day + 1) - column.solar)


def is_light(world: World, column: ColumnState, now: float) -> bool:
    """Whether it is day where a column is: from first light to sunset."""
    day = day_at(column.solar, now)
    return first_light(world, column, day) <= now < sunset(world, column, day)


def change_of_light(world: World, column: ColumnState, now: float) -> float:
    """The next sunset or first light where a column is, within a day; h."""
    if is_light(world, column, now):
        hour = sunset(world, column, day_at(column.solar, now))
    else:
        hour = next_first_light(world, column, now)
    return min(hour, now + 24.0)


def east_of(lon1: float, lon2: float) -> float:
    """How far east of the first the second longitude is, the short way round, degrees."""
    east = lon2 - lon1
    return east - 360.0 * math.floor((east + 180.0) / 360.0)


def next_first_light(world: World, column: ColumnState, now: float) -> float:
    """The first civil dawn after an hour where the column is, h; NEVER if none comes."""
    day = day_at(column.solar, now)
    dawn = first_light(world, column, day)
    return dawn if now < dawn < NEVER else first_light_from(world, column, day + 1)


def end_of_night(world: World, column: ColumnState, dusk: float) -> float:
    """The first civil dawn at an hour or after it: at once where it is never dark; h, NEVER if none comes."""
    day = day_at(column.solar, dusk)
    dawn = first_light(world, column, day)
    return dawn if dusk <= dawn < NEVER else first_light_from(world, column, day + 1)


def first_light_from(world: World, column: ColumnState, day: int) -> float:
    """The first civil dawn of a local solar day or a later one where the column is, h; else NEVER."""
    for number in range(day, column.last_day - column.first_day):
        dawn = first_light(world, column, number)
        if dawn < NEVER:
            return dawn
    return NEVER
