"""The layers of a scene's map as Plotly traces in plain dicts: borders, rivers, roads, places, names."""

import html
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from analysis.figures.base.outlines import Outline
from analysis.figures.base.style import INK, QUIET
from analysis.replay.looks import LINES
from analysis.words.text import JsonObject
from sim.scenario.network import Network

NAME_FONT = {"size": 11, "color": INK, "shadow": "0 0 3px white, 0 0 3px white, 0 0 2px white"}
"""Letters on the map."""
MINOR_PLACE_SIZE = 4
"""Size of the mark of a place that matters to no column."""


def plain(text: str) -> str:
    """A text as Plotly takes it for the text that it is: no tag of it is one."""
    return html.escape(text, quote=False)


def trace(uid: str, name: str, mode: str, **more: Any) -> JsonObject:
    """A trace that is empty unless `more` says otherwise; lines tell nothing to who hovers over them.

    Plotly reads texts as a kind of HTML, which a name is not; texts in `more` have passed `plain`.
    """
    about = {"type": "scatter", "uid": uid, "name": plain(name), "mode": mode, "x": [], "y": []}
    return about | {"hoverinfo": "skip" if mode == "lines" else "text", "hovertext": []} | more


def ground(network: Network, outlines: Sequence[Outline]) -> list[JsonObject]:
    """Traces of all that does not move: outlines, then roads."""
    parts: dict[str, list[tuple[Iterable[float], Iterable[float]]]] = {kind: [] for kind in LINES}
    for outline in outlines:
        parts[outline.kind].append((outline.about(network.meridian).tolist(), outline.lat.tolist()))
    for road in network.roads:
        ends = [network.places[end] for end in (road.from_, road.to)]
        lons = np.unwrap([place.lon for place in ends], period=360.0).tolist()
        parts[road.surface].append((lons, [place.lat for place in ends]))
    return [
        trace(kind.replace(" ", "-"), name, "lines", line={"color": ink, "width": width, "dash": dash})
        | {
            "x": [lon for lons, _ in parts[kind] for lon in (*lons, None)],  # a gap after each
            "y": [lat for _, lats in parts[kind] for lat in (*lats, None)],
        }
        for kind, (name, ink, width, dash) in LINES.items()
    ]


def places(network: Network, held: Collection[str], marked: Collection[str]) -> list[JsonObject]:
    """The places and their names, those that matter most to a run first: so they are the first to get a name.

    No name is shown yet: the page shows those that there is room for. With each stands whether its mark is a
    large one or a town's.
    """

    def rank(name: str) -> tuple[bool, bool, bool, str]:
        is_settled = network.places[name].kind in ("town", "village")
        return name not in held, name not in marked, not is_settled, name

    order = sorted(network.places, key=rank)
    rows = [network.places[name] for name in order]
    sizes = [8 if name in held else 6 if name in marked else MINOR_PLACE_SIZE for name in order]
    at = {"x": [place.lon for place in rows], "y": [place.lat for place in rows]}
    marker = {
        "size": sizes,
        "color": ["#ffffff" if name in held else QUIET for name in order],
        "line": {"color": INK, "width": [1.2 if name in held else 0 for name in order]},
    }
    hovers = [plain(f"{place.name} ({place.kind})") for place in rows]
    matters = [size > MINOR_PLACE_SIZE or row.kind == "town" for row, size in zip(rows, sizes, strict=True)]
    words = {
        "customdata": [[row.name, large] for row, large in zip(rows, matters, strict=True)],
        "text": [" "] * len(rows),
        "textposition": ["top center"] * len(rows),
        "textfont": NAME_FONT,
        "marker": {"size": 15, "opacity": 0},  # room between a place and its name
        "hoverinfo": "skip",
    }
    return [
        trace("places", "place", "markers", ids=order, marker=marker, hovertext=hovers, **at),
        trace("names", "names", "markers+text", **at, **words),
    ]
