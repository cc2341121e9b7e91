"""The ground of a scene: roads by surface, places, borders and rivers, as traces for plain x and y axes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.looks import INK, QUIET
from analysis.outlines import load_outlines
from sim.network import Network

SURFACES = {
    "tar": ("#4d4d4d", 2.6, "solid"),
    "laterite": ("#a0703c", 2.0, "solid"),
    "piste": ("#b59a6a", 1.6, "solid"),
    "desert track": ("#b59a6a", 1.1, "dot"),
}
"""Ink, width and dash of a road by its surface."""
SMALL = 4
"""Size of the mark of a place that matters to no column."""
LINES = {"border": ("border", "#888888", 1.2, "dashdot"), "river": ("river", "#7fb2dd", 1.8, "solid")}
"""Name, ink, width and dash of an outline by its kind."""


def ground(network: Network) -> list[dict[str, Any]]:
    """Traces of all that does not move: outlines, then roads."""
    outlines = load_outlines()
    found = []
    for kind, (name, ink, width, dash) in LINES.items():
        x, y = _joined(
            [
                list(zip(o.about(network.meridian).tolist(), o.lat.tolist(), strict=True))
                for o in outlines
                if o.kind == kind
            ]
        )
        found.append(_line(kind, name, x, y, (ink, width, dash)))
    for surface, look in SURFACES.items():
        roads = [road for road in network.roads if road.surface == surface]
        ends = [[network.places[end] for end in (road.from_, road.to)] for road in roads]
        lons = [np.unwrap([place.lon for place in pair], period=360.0).tolist() for pair in ends]
        lats = [[place.lat for place in pair] for pair in ends]
        x, y = _joined([list(zip(*line, strict=True)) for line in zip(lons, lats, strict=True)])
        found.append(_line(surface.replace(" ", "-"), f"road: {surface}", x, y, look))
    return found


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
    found = [network.places[name] for name in order]
    return {
        "type": "scatter",
        "mode": "markers",
        "uid": "places",
        "name": "place",
        "ids": order,
        "x": [place.lon for place in found],
        "y": [place.lat for place in found],
        "hovertext": [f"{place.name} ({place.kind})" for place in found],
        "hoverinfo": "text",
        "showlegend": False,
        "marker": {
            "size": [8 if name in held else 6 if name in marked else SMALL for name in order],
            "color": ["#ffffff" if name in held else QUIET for name in order],
            "line": {"color": "#1a1a1a", "width": [1.2 if name in held else 0 for name in order]},
        },
    }


def names(network: Network, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the places drawn, none shown yet: the page shows those that there is room for.

    With each stands whether its mark is a large one or a town's.
    """
    found = [network.places[name] for name in drawn["ids"]]
    large = [size > SMALL for size in drawn["marker"]["size"]]
    known = zip(found, large, strict=True)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "marker": {"size": 15, "opacity": 0},  # room between a place and its name
        "uid": "names",
        "name": "names",
        "x": drawn["x"],
        "y": drawn["y"],
        "customdata": [[place.name, big or place.kind == "town"] for place, big in known],
        "text": [" " for _ in found],
        "textposition": ["top center" for _ in found],
        "textfont": {"size": 11, "color": INK, "shadow": "0 0 3px white, 0 0 3px white, 0 0 2px white"},
        "hoverinfo": "skip",
        "showlegend": False,
    }
