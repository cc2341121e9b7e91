"""Daylight: civil dawn (first light) and sunset at a column, from a table of days."""

import math

from sim.tables import World


def first_light(world: World, day: int, lat: float, lon: float) -> float:
    """Civil dawn of a day at a position, h."""
    table = world.days[day]
    run = world.run[0]
    return table.dawn + table.dawn_north * (lat - run.lat) + table.dawn_east * (lon - run.lon)


def sunset(world: World, day: int, lat: float, lon: float) -> float:
    """Sunset of a day at a position, h."""
    table = world.days[day]
    run = world.run[0]
    return table.sunset + table.sunset_north * (lat - run.lat) + table.sunset_east * (lon - run.lon)


def next_first_light(world: World, now: float, lat: float, lon: float) -> float:
    """The first civil dawn after an hour, at a position, h."""
    day = math.floor(now / 24.0)
    dawn = first_light(world, day, lat, lon)
    return dawn if dawn > now else first_light(world, day + 1, lat, lon)
