"""Daylight: civil dawn (first light) and sunset at a column's head, from a table of days."""

import math

from sim.rows import Column
from sim.rules.route import head_position
from sim.tables import World


def first_light(world: World, column: Column, day: int) -> float:
    """Civil dawn of a day where the column is, h."""
    table = world.days[column.first_day + day]
    lat, lon = head_position(world, column)
    north, east = lat - column.sun_lat, lon - column.sun_lon
    return table.dawn + table.dawn_north * north + table.dawn_east * east


def sunset(world: World, column: Column, day: int) -> float:
    """Sunset of a day where the column is, h."""
    table = world.days[column.first_day + day]
    lat, lon = head_position(world, column)
    return (
        table.sunset
        + table.sunset_north * (lat - column.sun_lat)
        + table.sunset_east * (lon - column.sun_lon)
    )


def next_first_light(world: World, column: Column, now: float) -> float:
    """The first civil dawn after an hour where the column is, h."""
    day = math.floor(now / 24.0)
    dawn = first_light(world, column, day)
    return dawn if dawn > now else first_light(world, column, day + 1)
