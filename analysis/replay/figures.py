"""Plotly figures of a scene, as plain dicts: the map, the time-distance diagram, and fans of many histories.

A trace that a page moves has a `uid`; it stands here as at hour 0. `figure` makes a Plotly object of a dict.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.figures.base.style import COVER, INK
from analysis.figures.run.time_distance import FANS, Box
from analysis.replay.layers import names, places
from analysis.replay.sides import paint_of
from sim.scenario.network import Network, unwrapped
from sim.state.kinds import Side

FONT = {"family": "system-ui, 'Segoe UI', 'Liberation Sans', Arial, sans-serif", "size": 12, "color": INK}
STRIP = {"text": "drone cover", "xref": "x2 domain", "yref": "paper", "x": 0.5, "y": 0.5, "textangle": -90}
STRIP |= {"showarrow": False, "font": {"size": 10, "color": INK}}
"""What the strip at the right of the diagram is."""
EMPTY: dict[str, Any] = {"x": [], "y": []}
MARGIN = 0.25
"""Degrees around what a run touches."""


def figure(drawn: Mapping[str, Any]) -> Any:
    """A Plotly figure of one of the dicts here. Raises ValueError for what Plotly does not know."""
    from plotly.graph_objects import Figure

    return Figure(drawn)


def _trace(uid: str, name: str, mode: str, **more: Any) -> dict[str, Any]:
    about = {"type": "scatter", "uid": uid, "name": name, "mode": mode, **EMPTY}
    return about | {"hoverinfo": "skip" if mode == "lines" else "text", "hovertext": []} | more


def _layout(**more: Any) -> dict[str, Any]:
    paper = {"paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff", "font": FONT, "showlegend": True}
    legend = {"orientation": "h", "x": 0, "y": -0.06, "yanchor": "top", "font": {"size": 11}, "itemwidth": 30}
    look = {
        "hoverlabel": {"align": "left", "bgcolor": "#ffffff", "font": {"size": 12}},
        "hovermode": "closest",
    }
    still = {"dragmode": "pan", "uirevision": "kept", "transition": {"duration": 0}}
    return paper | look | still | {"legend": legend} | more


def map_figure(
    scene: Mapping[str, Any], network: Network, base: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The map of a scene at hour 0: x is longitude, y latitude, at the scale of the middle latitude."""
    marked = {stop["place"] for column in scene["columns"] for stop in column["way"] if stop["mark"]}
    at = [(c["x"], c["y"], c["hour"]) for c in scene["claims"]]
    bounds = _bounds(scene)
    towns = places(network, scene["holders"], marked | set(scene["holders"]))
    circle = {"fill": "toself", "fillcolor": "rgba(191, 227, 214, 0.22)"}
    data = [
        _trace("circle", "drones' circle", "lines", line={"color": "#2a9d78", "width": 1.5}, **circle),
        *base,
        _trace(
            "cover", "drone cover on the way", "lines", line={"color": "#2a9d78", "width": 7}, opacity=0.35
        ),
        towns,
        _trace("station", "drones' station", "markers", marker=_mark("cross", "#2a9d78", "#0b5c43", 11)),
        _trace("events", "in the run", "markers", marker=_mark("diamond", INK, "#ffffff", 11)),
        _trace("claims", "reported", "markers", marker=_mark("circle", "#ffffff", INK, 9)),
        _trace(
            "groups",
            "group",
            "markers",
            marker=_mark("circle", list(scene["inks"].values())[Side.CONTESTING], "#ffffff", 8),
        ),
        _trace("columns", "column", "markers", marker=_mark("square", INK, "#ffffff", 13)),
        names(network, towns),
    ]
    scale = 1.0 / math.cos(math.radians((bounds[2] + bounds[3]) / 2))
    axis = {
        "showgrid": True,
        "gridcolor": "#f0f0f0",
        "zeroline": False,
        "ticksuffix": "°",
        "tickfont": {"size": 10},
    }
    layout = _layout(
        margin={"l": 40, "r": 8, "t": 8, "b": 20},
        xaxis=axis | {"range": bounds[:2], "nticks": 6} | _seam(*bounds[:2]),
        yaxis=axis | {"range": bounds[2:], "scaleanchor": "x", "scaleratio": round(scale, 4), "nticks": 7},
        showlegend=False,
    )
    layout["meta"] = {"claims": _round_places(at)}
    return {"data": data, "layout": layout}


def _mark(symbol: str, face: str, edge: str, size: float) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "color": face,
        "size": size,
        "line": {"color": edge, "width": 1.5},
        "opacity": 1,
    }


def _seam(west: float, east: float) -> dict[str, Any]:
    """The ticks of longitudes of which some lie beyond 180 degrees, as they are counted: on from -180."""
    if west >= -180.0 and east <= 180.0:
        return {}
    step = next((step for step in (0.5, 1.0, 2.0, 5.0) if east - west <= 6.0 * step), 10.0)
    at = step * np.arange(np.ceil((west - 2.0 * step) / step), np.floor((east + 2.0 * step) / step) + 1.0)
    names = [f"{unwrapped(float(lon), 0.0):g}°" for lon in at]
    return {"tickmode": "array", "tickvals": at.tolist(), "ticktext": names, "ticksuffix": ""}


def _bounds(scene: Mapping[str, Any]) -> list[float]:
    """The part of the map that a run touches: west, east, south, north."""
    x = [stop["x"] for column in scene["columns"] for stop in column["way"]]
    y = [stop["y"] for column in scene["columns"] for stop in column["way"]]
    rows = [*scene["events"], *(scene["claims"] if len(x) < 2 else ())]
    x += [row["x"] for row in rows if row["x"] is not None] or [0.0]
    y += [row["y"] for row in rows if row["y"] is not None] or [17.0]
    return [min(x) - 2 * MARGIN, max(x) + 2 * MARGIN, min(y) - MARGIN, max(y) + MARGIN]


def _round_places(at: Sequence[tuple[float, float, float]]) -> list[list[float]]:
    """Where to draw claims: in rings about their place, one after the other, so that none hides another.

    Offsets are in ring steps to the east and to the north.
    """
    counts: dict[tuple[float, float], int] = {}
    found = []
    for x, y, _ in at:
        number = counts[x, y] = counts.get((x, y), -1) + 1
        ring = 1 + number // 8
        turn = 2.0 * math.pi * (number % 8 + 0.5 * (ring % 2)) / 8.0
        found.append([round((ring + 0.4) * math.cos(turn), 3), round((ring + 0.4) * math.sin(turn), 3)])
    return found


def distance_figure(scene: Mapping[str, Any], column: str | None = None) -> dict[str, Any]:
    """The time-distance diagram of a column (default: the first); without one, an empty diagram."""
    shown_column = next((c for c in scene["columns"] if column in (None, c["id"])), None)
    way = shown_column["way"] if shown_column else []
    line = shown_column["line"] if shown_column else {"hour": [], "km": []}
    top = max((stop["km"] for stop in way), default=1.0)
    data = [
        _trace(
            "whole", "the run", "lines", x=line["hour"], y=line["km"], line={"color": "#bbbbbb", "width": 1.5}
        ),
        _trace("done", "the run so far", "lines", line={"color": INK, "width": 2.5}),
        *_spans(scene),
        _trace("signs", "in the run", "markers", marker=_mark("diamond", INK, "#ffffff", 10)),
        _trace("cursor", "now", "lines", line={"color": "#d55e00", "width": 1.2}),
        _trace("now", "column", "markers", marker=_mark("square", INK, "#ffffff", 12)),
        _trace("strip", "drone cover", "lines", xaxis="x2", line={"width": 0}, fill="tozerox"),
    ]
    data[-1]["fillcolor"] = COVER
    layout = _time_layout((scene["begins"], scene["hours"]), top, scene["nights"], way)
    layout["annotations"] = [STRIP] if scene["drones"] else []
    return {"data": data, "layout": layout}


def _time_layout(
    span: tuple[float, float], top: float, nights: Sequence[Any], way: Sequence[Any]
) -> dict[str, Any]:
    """Axes of hours and road-km; days and places are named by the page, as it has room."""
    bare = {"zeroline": False, "showgrid": True, "gridcolor": "#eeeeee", "tickfont": {"size": 11}}
    shapes = [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": dusk, "x1": dawn, "y0": 0, "y1": 1}
        | {"fillcolor": INK, "opacity": 0.05, "line": {"width": 0}, "layer": "below"}
        for dusk, dawn in (nights if span[1] - span[0] <= 40 * 24 else ())
    ]
    return _layout(
        margin={"l": 20, "r": 8, "t": 8, "b": 26},
        xaxis=bare | {"range": [*span], "domain": [0, 0.94], "tickvals": [], "ticktext": []},
        yaxis=bare
        | {"range": [-0.04 * top, 1.06 * top], "tickvals": [], "ticktext": [], "fixedrange": True}
        | {"automargin": True},
        xaxis2={"domain": [0.95, 1], "range": [0, 1], "anchor": "y", "tickvals": [], "showgrid": False}
        | {"zeroline": False, "fixedrange": True},
        shapes=shapes,
        showlegend=False,
        meta={"way": [[stop["km"], stop["name"], stop["rank"]] for stop in way]},
    )


def _spans(scene: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An empty trace a party: its claims come as their hour does."""
    lines = {claim["party"]: {"color": claim["edge"], "width": 2} for claim in scene["claims"]}
    labels = {claim["party"]: f"claimed by {claim['label']}" for claim in scene["claims"]}
    return [
        _trace(f"claims-{party}", labels[party], "lines+markers", connectgaps=False)
        | {"line": line, "meta": party, "marker": {"symbol": "line-ns", "size": 5, "line": line}}
        for party, line in lines.items()
    ]


def fan_figure(
    hours: np.ndarray, km: np.ndarray, boxes: Sequence[Box], way: Sequence[Any], span: tuple[float, float]
) -> dict[str, Any]:
    """Fans of a column's position over many histories (a row each), beside the reported intervals."""
    top, data = max((stop["km"] for stop in way), default=1.0), []
    x = hours.tolist()
    for low, ink, label in reversed(FANS):
        lower, upper = np.round(np.quantile(km, [low, 1.0 - low], axis=0), 2).tolist()
        data.append(
            _trace(f"fan-{low}", label, "lines", x=x + x[::-1], y=upper + lower[::-1])
            | {"fill": "toself", "fillcolor": ink, "line": {"width": 0}}
        )
    middle = np.round(np.quantile(km, 0.5, axis=0, method="higher"), 2).tolist()
    name = f"median of {len(km):,} histories"
    data.append(_trace("median", name, "lines", x=x, y=middle, line={"color": INK, "width": 2.2}))
    data += _boxes(boxes, 0.014 * top)
    layout = _time_layout(span, top, (), way)
    layout["xaxis"] |= {"range": list(span), "domain": [0, 1]}
    del layout["xaxis2"]
    layout |= {"showlegend": True, "margin": {"l": 20, "r": 12, "t": 8, "b": 30}}
    return {"data": data, "layout": layout}


def _word(box: Box) -> str:
    """The look as a word of a `uid`: Plotly makes a CSS class of it, in which a space or a colon fails."""
    return f"{box.look.replace(' ', '-')}-{int(box.contested)}"


def _boxes(boxes: Sequence[Box], half: float) -> list[dict[str, Any]]:
    """A trace a look of reports: a box spans the hours reported for its place; a dashed one is contested."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for box in boxes:
        label, face, edge = paint_of(box.look)
        name = f"reported: {label}" + (", contested" if box.contested else "")
        trace = found.setdefault(
            (name, box.contested),
            _trace(f"boxes-{_word(box)}", name, "lines", fill="toself", hoveron="fills")
            | {"x": [], "y": [], "fillcolor": "rgba(0,0,0,0)" if box.contested else face}
            | {"line": {"color": edge, "width": 1.4, "dash": "dash" if box.contested else "solid"}},
        )
        trace["x"] += [box.start, box.end, box.end, box.start, box.start, None]
        trace["y"] += [box.km - half, box.km - half, box.km + half, box.km + half, box.km - half, None]
        trace["hoverinfo"] = "skip"
    return list(found.values())
