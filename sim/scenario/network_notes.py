"""What is valid in a network and may yet not be meant; refused by nothing but --strict.

Each function looks at one thing. Bounds are assumptions; each says what it is taken from.
"""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from sim.files.notes import LONG_TEXT, alike, long_text
from sim.files.yaml_tree import Fault
from sim.scenario.network import Network, NetworkLines, Place, unwrapped

LARGEST_TOWN = 50_000_000
"""People of a place: more than the largest city of the world has."""
WINDING = 3.0
"""A road's length by the great circle between its ends: mountain roads reach 2 to 3."""
SPARE = 10.0
"""Road-km by which a short road may be longer than that: across a town, about an airfield."""
APART = 1_000.0
"""From a place to the nearest other (km): farther than any two neighbours on a road."""
BEYOND_OUTLINES = 1.0
"""Degrees by which places may lie outside the outlines of borders and rivers, which end somewhere."""
EARTH = 6_371.0
"""Its mean radius, km."""


class Extent(NamedTuple):
    """Latitudes and longitudes (degrees) between which something lies; longitudes run on across 180."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a position (degrees) lies within it, BEYOND_OUTLINES allowed for."""
        lon = unwrapped(lon, (self.west + self.east) / 2.0)
        return (
            self.south - BEYOND_OUTLINES <= lat <= self.north + BEYOND_OUTLINES
            and self.west - BEYOND_OUTLINES <= lon <= self.east + BEYOND_OUTLINES
        )


def notes(network: Network, outlines: Extent | None = None) -> list[Fault]:
    """All that is noted of a network that was read from files, `outlines` being the box of its outlines."""
    lines = network.lines
    if lines is None:
        return []
    looks = (_alike, _towns, _texts, _apart, _one_spot, _winding)
    seen = chain.from_iterable(look(network, lines) for look in looks)
    return [*seen, *_outside(network, lines, outlines)]


def _alike(network: Network, lines: NetworkLines) -> Iterator[Fault]:
    """Ids and names of places that read the same."""
    places = network.places.values()
    yield from alike("id", [(lines.places[place.id], place.id) for place in places])
    yield from alike("name", [(lines.places[place.id], place.name) for place in places])


def _towns(network: Network, lines: NetworkLines) -> Iterator[Fault]:
    """Places of more people than any city has."""
    for place in network.places.values():
        if place.people is not None and place.people > LARGEST_TOWN:
            message = (
                f"people: {place.people:,} live in {place.id!r}; {LARGEST_TOWN:,} at most would be likely"
            )
            yield Fault(lines.places[place.id], message)


def _texts(network: Network, lines: NetworkLines) -> Iterator[Fault]:
    """Texts of places and roads that are longer than anybody reads."""
    rows = [*zip(lines.places.values(), network.places.values(), strict=True)]
    for where, row in [*rows, *zip(lines.roads, network.roads, strict=True)]:
        for name, text in row:
            if isinstance(text, str) and len(text) > LONG_TEXT:
                yield long_text(where, name, text)


def _outside(network: Network, lines: NetworkLines, box: Extent | None) -> Iterator[Fault]:
    """Places outside the outlines of borders and rivers; latitude and longitude may have changed places."""
    for place in network.places.values() if box else ():
        if box and not box.holds(place.lat, place.lon):
            message = (
                f"{place.id!r} at {shown(place.lat, place.lon)} lies outside the outlines, {box_text(box)}"
            )
            swapped = box.holds(place.lon, place.lat)
            right = "latitude and longitude exchanged" if swapped else "a position within them"
            yield Fault(lines.places[place.id], f"{message}; {right} would be likely")


def _apart(network: Network, lines: NetworkLines) -> Iterator[Fault]:
    """Places far from all others."""
    places = list(network.places.values())
    for place, km in zip(places, _nearest_km(places), strict=True):
        if np.isfinite(km) and km > APART:
            message = f"{place.id!r} at {shown(place.lat, place.lon)} lies {km:,.0f} km from any other place"
            yield Fault(lines.places[place.id], f"{message}; {APART:,.0f} km at most would be likely")


def _nearest_km(places: list[Place]) -> np.ndarray:
    """From each place to the nearest other, km (places,), on a sphere; not finite for a single one."""
    lat, lon = np.radians([[place.lat, place.lon] for place in places]).T
    if np.hypot(np.ptp(lat), np.ptp(lon)) < APART / EARTH:
        return np.zeros(len(places))  # none can be so far, and nothing is searched for
    from scipy.spatial import KDTree  # slow to import

    points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    chords = KDTree(points).query(points, k=2)[0][:, 1]
    return np.asarray(2.0 * EARTH * np.arcsin(np.minimum(chords / 2.0, 1.0)))


def _one_spot(network: Network, lines: NetworkLines) -> Iterator[Fault]:
    """Places in the very position of another."""
    first: dict[tuple[float, float], str] = {}
    for place in network.places.values():
        other = first.setdefault((place.lat, place.lon), place.id)
        if other != place.id:
            message = f"{place.id!r} lies in the very position of {other!r} (line {lines.places[other].line})"
            yield Fault(lines.places[place.id], f"{message}; another one would be likely")


def _winding(network: Network, lines: NetworkLines) -> Iterator[Fault]:
    """Roads many times as long as the great circle between their ends, all errors of both allowed for."""
    for where, road in zip(lines.roads, network.roads, strict=True):
        ends = [network.places[end] for end in (road.from_, road.to)]
        straight = network.great_circle(road.from_, road.to)
        most = WINDING * (straight + sum(end.position_error_km for end in ends)) + SPARE
        if road.km * (1 - road.length_error) > most:
            message = f"the road {road.from_}-{road.to} of {road.km:g} km is {_times(road.km, straight)}"
            yield Fault(
                where,
                f"{message} between its ends ({straight:.1f} km); {most:.0f} km at most would be likely",
            )


def _times(km: float, straight: float) -> str:
    return (
        f"{km / straight:,.0f} times the great circle" if straight > 0.0 else "longer than the great circle"
    )


def shown(lat: float, lon: float) -> str:
    """A position (degrees) as people write it, such as 16.27 N 0.04 W."""
    return f"{_degrees(lat, 'NS')} {_degrees(unwrapped(lon, 0.0), 'EW')}"


def box_text(box: Extent) -> str:
    """A box as people write it."""
    ends = [_degrees(lat, "NS") for lat in (box.south, box.north)]
    ends += [_degrees(unwrapped(lon, 0.0), "EW") for lon in (box.west, box.east)]
    return "{} to {} and {} to {}".format(*ends)


def _degrees(number: float, signs: str) -> str:
    return f"{abs(number):.2f} {signs[int(number < 0)]}"


def box_of(network: Network) -> Extent:
    """The box in which the places of a network lie."""
    lats = [place.lat for place in network.places.values()]
    lons = [place.lon for place in network.places.values()]
    return Extent(south=min(lats), north=max(lats), west=min(lons), east=max(lons))
