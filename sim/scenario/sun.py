"""Civil dawn and sunset at a place, as a table of local solar days that the rules can read without a library.

The local solar day n of a place begins at its mean solar midnight, 24 n - longitude / 15 hours after 00:00
UTC of day 0. Its dawn lies between that midnight and noon, its sunset between noon and the next midnight.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from math import cos, radians, sin
from typing import NamedTuple

from astral import refraction_at_zenith
from astral.julian import julianday, julianday_to_juliancentury
from astral.sun import SUN_APPARENT_RADIUS, eq_of_time, sun_declination

from sim.state.rows import NEVER, SolarDay


def _height(zenith: float) -> float:
    """The sine of the geometric height of the sun where it appears at a zenith distance (degrees)."""
    return cos(radians(zenith + refraction_at_zenith(zenith)))


DAWN, SUNSET = _height(96.0), _height(90.0 + SUN_APPARENT_RADIUS)
SPARE_DAYS = 3
"""Local solar days before a scenario's first and after its last that the rules may look at."""
_STEP = 0.5  # degrees, for the slopes
_POLE = 89.8  # degrees: nearer to a pole than that, the sun is taken to be as there
_SOLVED_TO = 1e-8  # h
_HOURS = 36_000  # ticks of an hour in a table, 0.1 s: so that no bit hangs on a library's last digit
_SLOPES = 360_000  # and of an hour a degree in its slopes, 0.01 s
_DARK = (NEVER, 0.0, 0.0, NEVER, 0.0, 0.0)  # a day on which the sun does not come up


def solar_hours(lon: float) -> float:
    """Mean solar time at a longitude (degrees) less UTC, h; a whole number of 1/1024 h, so sums are exact."""
    return round(lon / 15.0 * 1024.0) / 1024.0


@cache
def sun_table(
    days: tuple[date, ...], lat: float, lon: float, zero: date | None = None
) -> tuple[SolarDay, ...]:
    """Dawn (sun 6 degrees below the horizon) and sunset of local solar days, h after 00:00 UTC of `zero`.

    `zero` is the first day unless given. Each is linear in latitude and longitude about the reference point
    (degrees): up to 30 degrees of latitude within a minute over 300 km. Where it is never dark, dawn is the
    midnight before and sunset the one after; a sun that does not rise but comes within 6 degrees of the
    horizon gives light from dawn to noon; where it comes no nearer, both are NEVER.
    """
    first = zero or days[0]
    return tuple(_day(day, 24.0 * (day - first).days, lat, lon) for day in days)


def days_about(first: date, last: date, lat: float, lon: float) -> tuple[SolarDay, ...]:
    """The table of some days, and SPARE_DAYS more before and after them, h after 00:00 UTC of the first."""
    days = days_from(first - timedelta(days=SPARE_DAYS), (last - first).days + 1 + 2 * SPARE_DAYS)
    return sun_table(days, lat, lon, first)


def days_from(start: date, count: int) -> tuple[date, ...]:
    """Successive days."""
    return tuple(start + timedelta(days=n) for n in range(count))


class _Light(NamedTuple):
    """Dawn and sunset of a local solar day, h after 00:00 UTC of its date; equal where it stays dark."""

    dawn: float
    sunset: float


def _day(day: date, hour: float, lat: float, lon: float) -> SolarDay:
    """The row of a day that begins at an hour: what the sky says, rounded."""
    here, start = _light(day, lat, lon), -solar_hours(lon)
    south, north = max(-90.0, lat - _STEP), min(90.0, lat + _STEP)
    across = _light(day, south, lon), _light(day, north, lon)
    along = _light(day, lat, lon - _STEP), _light(day, lat, lon + _STEP)
    row: list[float] = []
    for event, bound in ((0, start), (1, start + 24.0)):
        row.append(round((hour + here[event]) * _HOURS) / _HOURS)
        for (low, high), width in ((across, north - south), (along, 2.0 * _STEP)):
            slope = (high[event] - low[event]) / width if here[event] != bound else 0.0
            row.append(round(slope * _SLOPES) / _SLOPES)
    return SolarDay(*(_DARK if row[3] <= row[0] else row))


def _light(day: date, lat: float, lon: float) -> _Light:
    """The light of a local solar day of a place, searched for by the height of the sun."""
    sky = _Sky(day, lat, lon)
    start, noon = -solar_hours(lon), sky.noon
    if sky.height(noon) <= DAWN:
        return _Light(noon, noon)
    low, high = max(start, noon - 12.0), min(start + 24.0, noon + 12.0)
    dawn, sunset = start, start + 24.0
    if sky.height(low) < DAWN:
        dawn = _crossing(lambda hour: sky.height(hour) - DAWN, low, noon)
    if sky.height(noon) <= SUNSET:
        sunset = noon
    elif sky.height(high) < SUNSET:
        sunset = _crossing(lambda hour: sky.height(hour) - SUNSET, noon, high)
    return _Light(dawn, sunset)


class _Sky:
    """The sun over a place; hours count from 00:00 UTC of a day."""

    def __init__(self, day: date, lat: float, lon: float) -> None:
        self.zero, self.lon = julianday(day), lon
        north = radians(min(_POLE, max(-_POLE, lat)))
        self.sine, self.cosine = sin(north), cos(north)
        self.noon = 12.0 - lon / 15.0
        for _ in range(3):  # by its equation of time, which moves by half a minute a day
            self.noon = 12.0 - lon / 15.0 - eq_of_time(self.century(self.noon)) / 60.0

    def century(self, hour: float) -> float:
        """Julian centuries."""
        return float(julianday_to_juliancentury(self.zero + hour / 24.0))

    def height(self, hour: float) -> float:
        """The sine of the geometric height of the sun."""
        century = self.century(hour)
        down = radians(sun_declination(century))
        turned = radians(15.0 * (hour - 12.0) + self.lon + eq_of_time(century) / 4.0)
        return self.sine * sin(down) + self.cosine * cos(down) * cos(turned)


def _crossing(above: Callable[[float], float], low: float, high: float) -> float:
    """The hour between two at which a function changes its sign, by false position (Illinois)."""
    at_low, at_high = above(low), above(high)
    estimate, side = low, 0
    for _ in range(100):
        before, estimate = estimate, (low * at_high - high * at_low) / (at_high - at_low)
        if abs(estimate - before) < _SOLVED_TO:
            break
        here = above(estimate)
        if (here < 0.0) == (at_low < 0.0):
            low, at_low = estimate, here
            at_high, side = (at_high / 2.0 if side < 0 else at_high), -1
        else:
            high, at_high = estimate, here
            at_low, side = (at_low / 2.0 if side > 0 else at_low), 1
    return estimate
