"""The layers of a scene's map: roads by surface, places, borders, rivers, names and drones, as traces."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.figures.base import map_data
from analysis.figures.base.outlines import Outline
from analysis.figures.base.style import INK, QUIET
from sim.scenario.network import Network
from sim.store.reader import RunTables
from sim.store.schema import Table

SURFACE_LINES = {
    "tar": ("#4d4d4d", 2.6, "solid"),
    "laterite": ("#a0703c", 2.0, "solid"),
    "piste": ("#b59a6a", 1.6, "solid"),
    "desert track": ("#b59a6a", 1.1, "dot"),
}
"""Ink, width and dash of a road by its surface."""
MINOR_PLACE_SIZE = 4
"""Size of the mark of a place that matters to no column."""
OUTLINE_LINES = {"border": ("border", "#888888", 1.2, "dashdot"), "river": ("river", "#7fb2dd", 1.8, "solid")}
"""Name, ink, width and dash of an outline by its kind."""


def ground(network: Network, outlines: Sequence[Outline]) -> list[dict[str, Any]]:
    """Traces of all that does not move: outlines, then roads."""
    traces = []
    for kind, (name, ink, width, dash) in OUTLINE_LINES.items():
        x, y = _joined(
            [
                list(zip(o.about(network.meridian).tolist(), o.lat.tolist(), strict=True))
                for o in outlines
                if o.kind == kind
            ]
        )
        traces.append(_line(kind, name, x, y, (ink, width, dash)))
    for surface, look in SURFACE_LINES.items():
        roads = [road for road in network.roads if road.surface == surface]
        ends = [[network.places[end] for end in (road.from_, road.to)] for road in roads]
        lons = [np.unwrap([place.lon for place in pair], period=360.0).tolist() for pair in ends]
        lats = [[place.lat for place in pair] for pair in ends]
        x, y = _joined([list(zip(*line, strict=True)) for line in zip(lons, lats, strict=True)])
        traces.append(_line(surface.replace(" ", "-"), f"road: {surface}", x, y, look))
    return traces


def _line(uid: str, name: str, x: list[Any], y: list[Any], look: tuple[str, float, str]) -> dict[str, Any]:
    ink, width, dash = look
    line = {"color": ink, "width": width, "dash": dash}
    about = {"type": "scatter", "mode": "lines", "uid": uid, "name": name, "hoverinfo": "skip"}
    return about | {"x": x, "y": y, "line": line, "showlegend": bool(x)}


def _joined(lines: list[list[tuple[float, float]]]) -> tuple[list[float | None], list[float | None]]:
    """Lines as one, with a gap after each."""
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        x += [*(point[0] for point in line), None]
        y += [*(point[1] for point in line), None]
    return x, y


def places(network: Network, held: Mapping[str, Any], marked: set[str]) -> dict[str, Any]:
    """The places, those that matter most to a run first: so they are the first to get a name."""

    def rank(name: str) -> tuple[bool, bool, bool, str]:
        place = network.places[name]
        return name not in held, name not in marked, place.kind not in ("town", "village"), name

    order = sorted(network.places, key=rank)
    rows = [network.places[name] for name in order]
    return {
        "type": "scatter",
        "mode": "markers",
        "uid": "places",
        "name": "place",
        "ids": order,
        "x": [place.lon for place in rows],
        "y": [place.lat for place in rows],
        "hovertext": [html.escape(f"{place.name} ({place.kind})", quote=False) for place in rows],
        "hoverinfo": "text",
        "showlegend": False,
        "marker": {
            "size": [8 if name in held else 6 if name in marked else MINOR_PLACE_SIZE for name in order],
            "color": ["#ffffff" if name in held else QUIET for name in order],
            "line": {"color": "#1a1a1a", "width": [1.2 if name in held else 0 for name in order]},
        },
    }


def names(network: Network, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the places drawn, none shown yet: the page shows those that there is room for.

    With each stands whether its mark is a large one or a town's.
    """
    rows = [network.places[name] for name in drawn["ids"]]
    large = [size > MINOR_PLACE_SIZE for size in drawn["marker"]["size"]]
    known = zip(rows, large, strict=True)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "marker": {"size": 15, "opacity": 0},  # room between a place and its name
        "uid": "names",
        "name": "names",
        "x": drawn["x"],
        "y": drawn["y"],
        "customdata": [[place.name, big or place.kind == "town"] for place, big in known],
        "text": [" " for _ in rows],
        "textposition": ["top center" for _ in rows],
        "textfont": {"size": 11, "color": INK, "shadow": "0 0 3px white, 0 0 3px white, 0 0 2px white"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


# --- drones: from which hour a station works where, its circle, its cover -----------------------------------


CORNERS = 96
"""Points on a circle."""


def circle(lon: float, lat: float, radius: float) -> tuple[list[float], list[float]]:
    """Points at a distance (km, great circle) from a position, the first one twice: x and y."""
    north, east = map_data.circle(lat, lon, radius, CORNERS + 1)
    return np.round(east, 4).tolist(), np.round(north, 4).tolist()


def drones_of(
    tables: RunTables, events: Table, network: Network, radii: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Each detachment with the steps of its station, by the hour from which it works there."""
    ready = np.flatnonzero((events["event"] == "on_station") & (events["kind"] == "drone"))
    known = dict(zip(tables.cover["drone"].tolist(), tables.cover["radius"].tolist(), strict=True))
    hours, places = events["hour"], events["place"]
    rows = [row for row in ready if places[row] in network.places]
    drones = []
    for name in dict.fromkeys([*events["agent"][ready].tolist(), *known]):
        if (radius := float((dict(radii) | known).get(name, 0.0))) > 0.0:
            steps = [
                _step(tables, network, name, radius, hour=hours[row].item(), station=str(places[row]))
                for row in rows
                if events["agent"][row] == name
            ]
            drones.append({"id": name, "radius": round(radius, 2), "steps": steps})
    return drones


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
    of_column = route["column"] == column
    kms = route["km"][of_column]
    x = np.round(np.interp(km, kms, route["lon"][of_column]), 4).tolist()
    y = np.round(np.interp(km, kms, route["lat"][of_column]), 4).tolist()
    covered = (share > 0).tolist()
    return {
        "km": np.round(km, 2).tolist(),
        "cover": np.round(share, 3).tolist(),
        "x": [value if on else None for value, on in zip(x, covered, strict=True)],
        "y": [value if on else None for value, on in zip(y, covered, strict=True)],
    }
