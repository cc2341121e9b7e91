"""The drones of a scene: from which hour a detachment's station works where, its circle, and its cover."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis import whereabouts
from sim.network import Network
from sim.schema import Table
from sim.stored import RunTables

CORNERS = 96
"""Points on a circle."""


def circle(lon: float, lat: float, radius: float) -> tuple[list[float], list[float]]:
    """Points at a distance (km, great circle) from a position, the first one twice: x and y."""
    north, east = whereabouts.circle(lat, lon, radius, CORNERS + 1)
    return np.round(east, 4).tolist(), np.round(north, 4).tolist()


def drones_of(
    tables: RunTables, events: Table, network: Network, radii: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Each detachment with the steps of its station, by the hour from which it works there."""
    ready = np.flatnonzero((events["event"] == "on_station") & (events["kind"] == "drone"))
    known = dict(zip(tables.cover["drone"].tolist(), tables.cover["radius"].tolist(), strict=True))
    names = dict.fromkeys([*events["agent"][ready].tolist(), *known])
    return [
        {
            "id": name,
            "radius": round(radius, 2),
            "steps": [
                _step(tables, network, name, radius, events["hour"][row].item(), str(events["place"][row]))
                for row in ready
                if events["agent"][row] == name and events["place"][row] in network.places
            ],
        }
        for name in names
        if (radius := float((dict(radii) | known).get(name, 0.0))) > 0.0
    ]


def _step(
    tables: RunTables, network: Network, drone: str, radius: float, hour: float, station: str
) -> dict[str, Any]:
    """A station from the hour at which it works: its circle, and the cover of each column's way."""
    place = network.places[station]
    x, y = circle(place.lon, place.lat, radius)
    cover = {column: _cover(tables, drone, station, column) for column in tables.manifest["columns"]}
    told = {"hour": round(hour, 2), "station": place.name, "x": place.lon, "y": place.lat}
    return told | {"circle": {"x": x, "y": y}, "cover": {name: part for name, part in cover.items() if part}}


def _cover(tables: RunTables, drone: str, station: str, column: str) -> dict[str, list[float | None]]:
    """Cover (share of time) by km of a way, with positions; empty if the drones are not on its side.

    Positions of what is not covered are null: so a line breaks there.
    """
    table, route = tables.cover, tables.route
    rows = (table["drone"] == drone) & (table["station"] == station) & (table["column"] == column)
    if not rows.any():
        return {}
    km, share = table["km"][rows], table["cover"][rows]
    own = route["column"] == column
    x, y = (np.round(np.interp(km, route["km"][own], route[key][own]), 4).tolist() for key in ("lon", "lat"))
    covered = (share > 0).tolist()
    return {
        "km": np.round(km, 2).tolist(),
        "cover": np.round(share, 3).tolist(),
        "x": [value if on else None for value, on in zip(x, covered, strict=True)],
        "y": [value if on else None for value, on in zip(y, covered, strict=True)],
    }
