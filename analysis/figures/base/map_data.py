"""Where things are on a map: what happened by position, the column's way by date, circles and the frame."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from analysis.figures.base.common import of_column
from analysis.tables.clock import begins
from analysis.tables.histories import Histories, middle_km
from sim.scenario.network import GEOD, Network
from sim.store.reader import RunTables

MILE = 1.609344  # km
MAP_WIDTH, MAP_HEIGHTS = 9.1, (5.2, 8.4)  # inches: a map, as tall as its land within these
MAP_PADDING, MAP_EXTENT = 0.4, 1.6  # degrees about what is shown, and least extent
CELL = 0.24  # degrees: events so close together are one spot on a map of many runs


def scale(lat: float) -> tuple[float, float]:
    """Km of a degree of latitude and of one of longitude at a latitude."""
    up = GEOD.inv(0.0, lat - 0.5, 0.0, lat + 0.5)[2] / 1000.0
    across = GEOD.inv(-0.05, lat, 0.05, lat)[2] / 1000.0 * 10.0
    return float(up), float(across)


class Spots(NamedTuple):
    """Positions (degrees) and how often something happened there in a run, on average."""

    lat: np.ndarray
    lon: np.ndarray
    number: np.ndarray

    def inside(self, view: "Frame") -> "Spots":
        """Those that lie in a frame."""
        seen = view.has(self.lat, self.lon)
        return Spots(self.lat[seen], self.lon[seen], self.number[seen])


class Stay(NamedTuple):
    """Where the middle run's column is (degrees, road-km) at midnights from an hour to another."""

    first: float
    last: float
    km: float
    lat: float
    lon: float
    stays: bool = False  # to the last of the midnights


class Frame(NamedTuple):
    """The edges of a map (degrees)."""

    west: float
    east: float
    south: float
    north: float

    @property
    def true_at(self) -> int:
        """The whole degree of latitude, off a pole, where the map is true to scale both ways: its middle."""
        return min(89, max(-89, round((self.south + self.north) / 2.0)))

    @property
    def scale(self) -> tuple[float, float]:
        """Km of a degree of latitude and of one of longitude there."""
        return scale(self.true_at)

    def has(self, lat: float | np.ndarray, lon: float | np.ndarray) -> np.ndarray:
        """Whether positions (degrees; scalars or (points,)) lie inside or on the edges."""
        inside = (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)
        return np.asarray(inside)


def at_km(tables: RunTables, column: str, km: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude (degrees, (points,) each) at road-km (points,) of a column's itinerary.

    It is straight between its places.
    """
    way = of_column(tables.route, column)
    return np.interp(km, way["km"], way["lat"]), np.interp(km, way["km"], way["lon"])


def circle(lat: float, lon: float, km: float, points: int = 721) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude of the points at a distance from a position (geodesics on WGS84).

    Longitudes are within 180 degrees of that of the position.
    """
    bearing = np.linspace(0.0, 360.0, points)
    base = np.ones(points)
    lons, lats, _ = GEOD.fwd(lon * base, lat * base, bearing, 1000.0 * km * base)
    return np.asarray(lats), np.asarray(lons) - 360.0 * np.floor((np.asarray(lons) - lon + 180.0) / 360.0)


def spots(
    tables: RunTables,
    network: Network,
    histories: Histories,
    kinds: Iterable[str],
    until: float = np.inf,
    *,
    shift: float = 0.0,
) -> Spots:
    """Where events of some kinds happened up to an hour: each one of one run, cells of many.

    `shift` moves the edges of cells (in cells), so that markers of two kinds on a road come by turns.
    """
    e = histories.events
    rows = histories.by_hour(*kinds)
    rows = rows[e["hour"][rows] <= until]
    lat, lon = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for place in set(e["place"][rows].astype(str)) & set(network.places):
        here = e["place"][rows] == place
        lat[here], lon[here] = network.places[place].lat, network.places[place].lon
    for column in set(e["agent"][rows].astype(str)) & set(tables.route["column"].astype(str)):
        here = (e["agent"][rows] == column) & (e["km"][rows] >= 0.0)
        lat[here], lon[here] = at_km(tables, column, e["km"][rows][here])
    known = np.isfinite(lat)
    return _celled(lat[known], lon[known], len(histories), shift)


def _celled(lat: np.ndarray, lon: np.ndarray, histories: int, shift: float) -> Spots:
    if histories == 1 or not len(lat):
        return Spots(lat, lon, np.ones(len(lat)))
    cells = np.column_stack([np.floor(lat / CELL + shift), np.floor(lon / CELL + shift)])
    _, code, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    code = code.reshape(-1)
    return Spots(np.bincount(code, lat) / counts, np.bincount(code, lon) / counts, counts / histories)


def progress(tables: RunTables, histories: Histories, column: str, until: float, apart: float) -> list[Stay]:
    """Where a column is at the midnights (UTC) up to an hour; it stays where it moves less (km).

    Of many runs it is the median of those that are not turned back (`middle_km`).
    """
    midnights = np.arange(24.0 * np.ceil(begins(tables) / 24.0), until + 1e-6, 24.0)
    km = middle_km(histories.of_column(column), midnights)
    there = np.isfinite(km)
    if not there.any():
        return []
    hours, km = midnights[there], km[there]
    lats, lons = at_km(tables, column, km)
    stays: list[Stay] = []
    for hour, here, lat, lon in zip(hours, km, lats, lons, strict=True):
        if stays and abs(here - stays[-1].km) < apart:
            stays[-1] = stays[-1]._replace(last=float(hour))
        else:
            stays.append(
                Stay(first=float(hour), last=float(hour), km=float(here), lat=float(lat), lon=float(lon))
            )
    return [*stays[:-1], stays[-1]._replace(stays=bool(there[-1]))]


def frame(
    lats: Iterable[float], lons: Iterable[float], wide: float, tall: tuple[float, float]
) -> tuple[Frame, float]:
    """A frame about positions (degrees), as tall as it needs within two heights, and its height (inches)."""
    lat, lon = np.array([*lats]), np.array([*lons])
    middle = (lon.min() + lon.max()) / 2.0, (lat.min() + lat.max()) / 2.0
    east_west = max(MAP_EXTENT, float(np.ptp(lon)) + 2.0 * MAP_PADDING)
    north_south = max(MAP_EXTENT, float(np.ptp(lat)) + 2.0 * MAP_PADDING)
    up, across = scale(min(89, max(-89, round(middle[1]))))
    need = north_south * up / (east_west * across) * wide
    high = float(np.clip(need, *tall))
    km = max(east_west * across, north_south * up * wide / high)
    half = km / across / 2.0, km * high / wide / up / 2.0
    return Frame(
        west=middle[0] - half[0],
        east=middle[0] + half[0],
        south=middle[1] - half[1],
        north=middle[1] + half[1],
    ), high


def degrees(value: float, letters: str) -> str:
    """A degree with its letter: north or east first; one beyond 180 counts from the other side."""
    value = value - 360.0 * np.ceil((value - 180.0) / 360.0)
    letter = letters[0] if value > 0 else letters[1]
    return f"{abs(value):g}°" + (f" {letter}" if value % 180.0 else "")


def distance(km: float) -> str:
    """A radius as it is given: in miles where it is a whole number of these, else in km."""
    miles = km / MILE
    return f"{miles:.0f} mi" if miles and abs(miles - round(miles)) < 1e-3 else f"{km:.0f} km"
