"""Civil dawn and sunset over the region, as a table of days that the rules can read without a library."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from astral import Depression, Observer
from astral import sun as astral_sun

from sim.rows import Day

_STEP = 0.5  # degrees, for the slopes


@cache
def sun_table(days: tuple[date, ...], lat: float, lon: float) -> tuple[Day, ...]:
    """Dawn (sun 6 degrees below the horizon) and sunset of each day: h after the first day's 00:00 UTC.

    Each is linear in latitude and longitude about the reference point (degrees), within a minute over 300 km.
    """
    table = []
    for number, day in enumerate(days):
        row = []
        for event in (_dawn, _sunset):
            here = event(day, lat, lon)
            north = (event(day, lat + _STEP, lon) - event(day, lat - _STEP, lon)) / (2 * _STEP)
            east = (event(day, lat, lon + _STEP) - event(day, lat, lon - _STEP)) / (2 * _STEP)
            row += [24.0 * number + here, north, east]
        table.append(Day(*row))
    return tuple(table)


def days_from(start: date, count: int) -> tuple[date, ...]:
    """Successive days."""
    return tuple(start + timedelta(days=n) for n in range(count))


def _dawn(day: date, lat: float, lon: float) -> float:
    return _hours(astral_sun.dawn(Observer(lat, lon), day, Depression.CIVIL, UTC), day)


def _sunset(day: date, lat: float, lon: float) -> float:
    return _hours(astral_sun.sunset(Observer(lat, lon), day, UTC), day)


def _hours(moment: datetime, day: date) -> float:
    return (moment - datetime.combine(day, time(), UTC)).total_seconds() / 3600
