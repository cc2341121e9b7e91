"""A scan of the table of daylight: longitudes x latitudes x days of a year, beside the height of the sun.

`python benchmarks/sun.py` takes half a minute. Of each local solar day it looks at the row, and at hours
spread over the day: the row must say light where the sun stands higher than at dawn (before noon) or at
sunset (after noon).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from math import asin, degrees, isfinite

from astral import Observer
from astral.sun import elevation

from sim.scenario.sun import DAWN, SUNSET, solar_hours, sun_table
from sim.state.rows import SolarDay

LONGITUDES, LATITUDES = range(-180, 180, 15), range(-90, 91, 5)
DAYS = [date(2023, month, day) for month in range(1, 13) for day in (1, 11, 21)]
HOURS = [2.0 * n + 1.0 for n in range(12)]  # of a local solar day; none is near noon, where dawn ends
NEAR = 0.1  # degrees: so near to the height of dawn or sunset nothing is decided
POLAR = 85  # degrees of latitude from which on a day of the sun is longer than a local day


def main() -> None:
    """Print how many rows were tried, of what kinds, and how many are wrong."""
    kinds, wrong = Counter[str](), 0
    for lat, lon, day in product(LATITUDES, LONGITUDES, DAYS):
        (row,) = sun_table((day,), float(lat), float(lon))
        start = -solar_hours(float(lon))
        kinds[kind(row, start)] += 1
        faults = [*faults_of(row, start), *(faults_in(row, day, lat, lon) if abs(lat) < POLAR else ())]
        wrong += bool(faults)
        for fault in faults:
            print(f"{day} at {lat} N, {lon} E: {fault}")
    print(f"local solar days tried: {sum(kinds.values()):,}, wrong: {wrong:,}")
    for name, count in sorted(kinds.items()):
        print(f"{name}: {count:,}")


def kind(row: SolarDay, start: float) -> str:
    """Whether a day is light throughout, dark, or has a dawn and a sunset."""
    if not isfinite(row.dawn):
        return "dark throughout"
    night = (row.dawn > start, row.sunset < start + 24.0)
    return {
        (False, False): "light throughout",
        (True, True): "with dawn and sunset",
    }.get(night, "with a sunset, and light from midnight")


def faults_of(row: SolarDay, start: float) -> Iterator[str]:
    """A row whose sunset is not after its dawn, or that leaves its day."""
    if isfinite(row.dawn) != isfinite(row.sunset):
        yield f"dawn {row.dawn}, sunset {row.sunset}"
    elif isfinite(row.dawn) and not start <= row.dawn < row.sunset <= start + 24.0:
        yield f"dawn {row.dawn} and sunset {row.sunset} in a day from {start}"


def faults_in(row: SolarDay, day: date, lat: int, lon: int) -> Iterator[str]:
    """Hours at which the row says light, and the sun's height does not, or the other way round."""
    zero, here = datetime.combine(day, time(), UTC), Observer(float(lat), float(lon))
    for local in HOURS:
        hour = local - lon / 15.0
        height = elevation(here, zero + timedelta(hours=hour), with_refraction=False)
        least = degrees(asin(DAWN if local < 12.0 else SUNSET))
        lit = row.dawn <= hour < row.sunset
        if abs(height - least) > NEAR and lit != (height > least):
            yield f"{'light' if lit else 'dark'} at {hour:.2f} h, with the sun at {height:.2f} degrees"


if __name__ == "__main__":
    main()
