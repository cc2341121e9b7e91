"""Plotly figures of a scene, as plain dicts: the map, the time-distance diagram, and fans of many runs.

A trace that a page moves has a `uid`; it stands here as at hour 0. Columns, groups and the hour that is shown
are drawn over them by the page.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from analysis.figures.base.style import COVER, INK
from analysis.figures.run.time_distance import FANS, Box, quantile
from analysis.replay.layers import NAME_FONT, places, trace
from analysis.replay.looks import AXIS, LAYOUT
from analysis.tables.histories import Histories, median, turned_back, under_way
from analysis.words.text import JsonObject, stamp
from sim.scenario.network import Network, unwrapped

STRIP = {"text": "drone cover", "xref": "x2 domain", "yref": "paper", "x": 0.5, "y": 0.5, "textangle": -90}
STRIP |= {"showarrow": False, "font": {"size": 10, "color": INK}}
"""What the strip at the right of the diagram is."""
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Shares of the runs whose quantiles a fan has as numbers."""
GHOST = {"color": "#777777", "width": 1.1}
"""The line of the base case beside a fan."""
BACK_MARK = {"symbol": "x-thin", "size": 7, "opacity": 0.6, "line": {"color": "#5c5c5c", "width": 1.2}}
"""Where a run is turned back, as in the diagram of `kidal plot`."""
DRONES = "#2a9d78"
"""The ink of drones' circles and of their cover."""
RING = 6
"""Parties whose claims stand in one ring about a place."""
MARGIN = 0.25
"""Degrees around what a run touches."""


@dataclass(frozen=True)
class Fan:
    """Where a column is in many runs: road-km (runs, hours) at hours (hours,); nan: turned back.

    `back` is the hour and the km at which each is turned back, both (runs,); inf: it is not.
    """

    hours: np.ndarray
    km: np.ndarray
    back: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, histories: Histories, hours: np.ndarray) -> "Fan":
        """That of a column's histories at some hours (hours,)."""
        return cls(hours, under_way(histories, hours), turned_back(histories))

    @cached_property
    def ordered(self) -> np.ndarray:
        """The km (runs, hours), at each hour in ascending order, nan last."""
        return np.sort(self.km, axis=0)

    def at(self, share: float) -> list[float | None]:
        """The km at each hour up to which a share of the runs is; a median is that of a run; None: no run."""
        km = median(self.ordered) if share == 0.5 else quantile(self.ordered, share)
        return [float(number) if np.isfinite(number) else None for number in np.round(km, 2)]

    def band(self, low: float) -> JsonObject:
        """The outline of the runs between a share and its counterpart, over the hours that have a run."""
        there = np.isfinite(self.ordered[0])
        x = self.hours[there].tolist()
        lower, upper = self.at(low)[: len(x)], self.at(1.0 - low)[: len(x)]  # hours without one come last
        return {"x": x + x[::-1], "y": upper + lower[::-1]}

    @property
    def name(self) -> str:
        """What its median is of."""
        back = int(self.is_back.sum())
        return f"median of {len(self.km):,} runs" + (f", {back:,} turned back left out" if back else "")

    @property
    def is_back(self) -> np.ndarray:
        """Whether each run (runs,) is turned back by the last of the hours."""
        return np.asarray(self.back[0] < self.hours[-1])

    def marks(self) -> list[JsonObject]:
        """Where runs are turned back, as a trace of markers; none where none is."""
        (hours, km), back = self.back, self.is_back
        if not back.any():
            return []
        where = {"x": np.round(hours[back], 1).tolist(), "y": np.round(km[back], 1).tolist()}
        name = f"{back.sum():,} of {len(self.km):,} turned back"
        return [trace("turned-back", name, "markers", **where, marker=BACK_MARK)]


def map_figure(scene: Mapping[str, Any], network: Network, base: Sequence[JsonObject]) -> JsonObject:
    """The map of a scene at hour 0: x is longitude, y latitude, at the scale of the middle latitude."""
    marked = {stop["place"] for column in scene["columns"] for stop in column["way"] if stop["mark"]}
    held = scene["holders"]
    towns, names = places(network, held, marked | set(held))
    circle = {"fill": "toself", "fillcolor": "rgba(191, 227, 214, 0.22)"}
    data = [
        trace(
            "circle", "drones' operational radius", "lines", line={"color": DRONES, "width": 1.5}, **circle
        ),
        *base,
        trace("cover", "drone cover on the route", "lines", line={"color": DRONES, "width": 7}, opacity=0.35),
        towns,
        trace("station", "ground control station", "markers", marker=_mark("cross", DRONES, "#0b5c43", 11)),
        trace("events", "in the run", "markers", marker=_mark("diamond", INK, "#ffffff", 11)),
        trace(
            "claims",
            "reported",
            "markers+text",
            marker=_mark("circle", "#ffffff", INK, 9),
            text=[],
            textfont=NAME_FONT,
        ),
        names,
    ]
    west, east, south, north = _bounds(scene)
    axis = {"gridcolor": "#f0f0f0", "zeroline": False, "ticksuffix": "°", "tickfont": {"size": 10}}
    true = {"scaleanchor": "x", "scaleratio": round(1.0 / math.cos(math.radians((south + north) / 2)), 4)}
    layout = {
        "margin": {"l": 40, "r": 8, "t": 8, "b": 20},
        "xaxis": axis | {"range": [west, east], "nticks": 6} | _seam(west, east),
        "yaxis": axis | {"range": [south, north], "nticks": 7} | true,
        "meta": {"claims": _round_places(scene["claims"])},
    }
    return {"data": data, "layout": LAYOUT | layout}


def _mark(symbol: str, face: str, edge: str, size: float) -> JsonObject:
    line = {"color": edge, "width": 1.5}
    return {"symbol": symbol, "color": face, "size": size, "line": line, "opacity": 1}


def _seam(west: float, east: float) -> JsonObject:
    """The ticks of longitudes of which some lie beyond 180 degrees, as they are counted: on from -180."""
    if west >= -180.0 and east <= 180.0:
        return {}
    step = next((step for step in (0.5, 1.0, 2.0, 5.0) if east - west <= 6.0 * step), 10.0)
    at = step * np.arange(np.ceil((west - 2.0 * step) / step), np.floor((east + 2.0 * step) / step) + 1.0)
    names = [f"{unwrapped(float(lon), 0.0):g}°" for lon in at]
    return {"tickmode": "array", "tickvals": at.tolist(), "ticktext": names, "ticksuffix": ""}


def _bounds(scene: Mapping[str, Any]) -> list[float]:
    """The part of the map that a run touches: west, east, south, north."""
    stops = [stop for column in scene["columns"] for stop in column["way"]]
    rows = [*stops, *scene["events"], *(scene["claims"] if len(stops) < 2 else ())]
    at = [(row["x"], row["y"]) for row in rows if row["x"] is not None] or [(0.0, 17.0)]
    x, y = zip(*at, strict=True)
    return [min(x) - 2 * MARGIN, max(x) + 2 * MARGIN, min(y) - MARGIN, max(y) + MARGIN]


def _round_places(claims: Sequence[Mapping[str, Any]]) -> list[list[float]]:
    """Where to draw claims: those of a party at a place together, parties in rings about it, none over it.

    Offsets are in ring steps to the east and to the north.
    """
    parties: dict[tuple[float, float], dict[str, int]] = {}
    offsets = []
    for claim in claims:
        known = parties.setdefault((claim["x"], claim["y"]), {})
        ring, sector = divmod(known.setdefault(claim["party"], len(known)), RING)
        turn = 2.0 * math.pi * (sector + 0.5 * (ring % 2) + 0.5) / RING
        offsets.append([round((ring + 1) * math.cos(turn), 3), round((ring + 1) * math.sin(turn), 3)])
    return offsets


def distance_figure(scene: Mapping[str, Any], column: str | None = None) -> JsonObject:
    """The time-distance diagram of a column (default: the first); without one, an empty diagram."""
    shown = next((c for c in scene["columns"] if column in (None, c["id"])), None)
    way, line = (shown["way"], shown["line"]) if shown else ([], {"hour": [], "km": []})
    strip = {"fill": "tozerox", "fillcolor": COVER}
    data = [
        trace("whole", "the run", "lines", line={"color": "#bbbbbb", "width": 1.5})
        | {"x": line["hour"], "y": line["km"]},
        *_spans(scene),
        trace("signs", "in the run", "markers", marker=_mark("diamond", INK, "#ffffff", 10)),
        trace("strip", "drone cover", "lines", xaxis="x2", line={"width": 0}, **strip),
    ]
    layout = _time_layout((scene["begins"], scene["hours"]), scene["nights"], way)
    layout["xaxis"]["domain"] = [0, 0.94]
    layout["xaxis2"] = AXIS | {"domain": [0.95, 1], "range": [0, 1], "anchor": "y", "showgrid": False}
    layout["annotations"] = [STRIP] if scene["drones"] else []
    return {"data": data, "layout": layout}


def _time_layout(span: tuple[float, float], nights: Sequence[Any], way: Sequence[Any]) -> JsonObject:
    """Axes of hours and road-km; days and places are named by the page, as it has room."""
    top = _top(way)
    shapes = [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": dusk, "x1": dawn, "y0": 0, "y1": 1}
        | {"fillcolor": INK, "opacity": 0.05, "line": {"width": 0}, "layer": "below"}
        for dusk, dawn in (nights if span[1] - span[0] <= 40 * 24 else ())
    ]
    return LAYOUT | {
        "margin": {"l": 20, "r": 8, "t": 8, "b": 26},
        "xaxis": AXIS | {"range": [*span], "fixedrange": False},
        "yaxis": AXIS | {"range": [-0.04 * top, 1.06 * top], "automargin": True},
        "shapes": shapes,
        "meta": {"way": [[stop["km"], stop["name"], stop["rank"]] for stop in way]},
    }


def _top(way: Sequence[Any]) -> float:
    """The length of a way (km)."""
    return max((stop["km"] for stop in way), default=1.0)


def _spans(scene: Mapping[str, Any]) -> list[JsonObject]:
    """An empty trace a party: its claims come as their hour does."""
    lines = {claim["party"]: {"color": claim["edge"], "width": 2} for claim in scene["claims"]}
    labels = {claim["party"]: f"claimed by {claim['label']}" for claim in scene["claims"]}
    return [
        trace(f"claims-{party}", labels[party], "lines+markers", connectgaps=False)
        | {"line": line, "meta": party, "marker": {"symbol": "line-ns", "size": 5, "line": line}}
        for party, line in lines.items()
    ]


def fan_figure(
    boxes: Sequence[Box], way: Sequence[Any], span: tuple[float, float], fan: Fan, base: Fan | None = None
) -> JsonObject:
    """The fan of a column's position beside reported intervals, over the thin grey lines of the base case.

    `way` are the places that `way_of` of the scene gives, `span` the first and last hour that are shown.
    """
    x = fan.hours.tolist()
    data = []
    for low, ink, label in reversed(FANS):
        area = fan.band(low) | {"fill": "toself", "fillcolor": ink, "line": {"width": 0}}
        data.append(trace(f"fan-{round(100 * low):02}", label, "lines", **area))
    if base is not None:
        thin = {"x": [*x, None, *x], "y": [*base.at(0.05), None, *base.at(0.95)], "line": GHOST}
        data.append(trace("base-band", "base case: 90 % prediction interval", "lines", **thin))
        data.append(
            trace("base", "base case: median", "lines", x=x, y=base.at(0.5), line=GHOST | {"dash": "dash"})
        )
    data.append(trace("median", fan.name, "lines", x=x, y=fan.at(0.5), line={"color": INK, "width": 2.2}))
    data += fan.marks()
    data += _boxes(boxes, 0.014 * _top(way))
    legend = {"orientation": "h", "x": 0, "y": -0.06, "yanchor": "top", "font": {"size": 11}, "itemwidth": 30}
    layout = _time_layout(span, (), way) | {"showlegend": True, "legend": legend}
    return {"data": data, "layout": layout | {"margin": {"l": 20, "r": 12, "t": 8, "b": 30}}}


def fan_csv(zero: datetime, fan: Fan, base: Fan | None = None) -> str:
    """The numbers of a fan as CSV: a row a moment (UTC), quantiles of road-km, then those of the base.

    Hours of fans count from `zero`.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    fans = {"km": fan} | ({"base_km": base} if base else {})
    table.writerow(["time", *(f"{name}_q{round(100 * share):02}" for name in fans for share in SHARES)])
    moments = [stamp(zero + timedelta(hours=float(hour))) for hour in fan.hours]
    table.writerows(
        zip(moments, *(each.at(share) for each in fans.values() for share in SHARES), strict=True)
    )
    return text.getvalue()


def _boxes(boxes: Sequence[Box], half: float) -> list[JsonObject]:
    """A trace a look of reports: a box spans the hours reported for its place; a dashed one is contested.

    Plotly makes a class of CSS of a `uid`, in which a space fails.
    """
    traces: dict[str, JsonObject] = {}
    for box in boxes:
        look = box.look
        uid = f"boxes-{box.who.replace(' ', '-')}-{int(box.contested)}"
        if uid not in traces:
            name = f"reported: {look.label}" + ", contested" * box.contested
            line = {"color": look.edge, "width": 1.4, "dash": "dash" if box.contested else "solid"}
            traces[uid] = trace(uid, name, "lines", fill="toself", hoveron="fills", line=line)
            traces[uid]["fillcolor"] = "rgba(0,0,0,0)" if box.contested else look.face
        traces[uid]["x"] += [box.start, box.end, box.end, box.start, box.start, None]
        low, high = box.km - half, box.km + half
        traces[uid]["y"] += [low, low, high, high, low, None]
    return list(traces.values())
