"""Drones of a scene: from which hour a station works where, its circle, its cover of the columns' ways."""

from collections.abc import Mapping

import numpy as np

from analysis.figures.base import map_data
from analysis.words.text import JsonObject
from sim.scenario.network import Network, Place
from sim.store.reader import RunTables
from sim.store.schema import Table

CORNERS = 96
"""Points on a circle."""


def circle(lon: float, lat: float, radius: float) -> dict[str, list[float]]:
    """Points at a distance (km, geodesic) from a position, the first one twice: x and y in degrees."""
    north, east = map_data.circle(lat, lon, radius, CORNERS + 1)
    return {"x": np.round(east, 4).tolist(), "y": np.round(north, 4).tolist()}


def drones_of(
    tables: RunTables, events: Table, network: Network, radii: Mapping[str, float]
) -> list[JsonObject]:
    """Each detachment with its radius (km) and the steps of its station, by the hour from which it works.

    `events` are those of one run in the order of their hours; `radii` (km) of detachments that cover no
    column's way.
    """
    ready = (events["event"] == "on_station") & (events["kind"] == "drone")
    covering = dict(zip(tables.cover["drone"].tolist(), tables.cover["radius"].tolist(), strict=True))
    radius_of = {**radii, **covering}
    moves: dict[str, list[JsonObject]] = {
        drone: [] for drone in [*events["agent"][ready].tolist(), *covering]
    }
    rows = zip(*(events[name][ready].tolist() for name in ("agent", "hour", "place")), strict=True)
    for drone, hour, station in rows:
        if station in network.places:
            place = network.places[station]
            moves[drone].append(_step(tables, place, drone, radius_of.get(drone, 0.0), hour))
    return [
        {"id": name, "radius": round(float(radius_of[name]), 2), "steps": steps}
        for name, steps in moves.items()
        if radius_of.get(name, 0.0) > 0.0
    ]


def _step(tables: RunTables, place: Place, drone: str, radius: float, hour: float) -> JsonObject:
    """A station from the hour at which it works: its circle, and the cover of each column's way."""
    covers = {column: _cover(tables, drone, place.id, column) for column in tables.manifest["columns"]}
    return {
        "hour": round(hour, 2),
        "station": place.name,
        "x": place.lon,
        "y": place.lat,
        "circle": circle(place.lon, place.lat, radius),
        "cover": {column: cover for column, cover in covers.items() if cover},
    }


def _cover(tables: RunTables, drone: str, station: str, column: str) -> dict[str, list[float | None]]:
    """Cover (share of time) by km of a way, with positions; empty if the drones are not on its side.

    Positions of what is not covered are null: so a line breaks there.
    """
    table = tables.cover
    rows = (table["drone"] == drone) & (table["station"] == station) & (table["column"] == column)
    if not rows.any():
        return {}
    km, share = table["km"][rows], table["cover"][rows]
    lat, lon = np.round(map_data.at_km(tables, column, km), 4)
    return {
        "km": np.round(km, 2).tolist(),
        "cover": np.round(share, 3).tolist(),
        "x": [x if some else None for x, some in zip(lon.tolist(), share > 0, strict=True)],
        "y": [y if some else None for y, some in zip(lat.tolist(), share > 0, strict=True)],
    }
