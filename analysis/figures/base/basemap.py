"""The land of a map: degrees, roads by surface, borders and rivers, circles and a scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analysis.figures.base.labels import HALO, Room
from analysis.figures.base.map_data import Frame, circle, degrees, distance
from analysis.figures.base.outlines import Outline
from analysis.figures.base.style import INK
from sim.scenario.network import Network, Place
from sim.store.reader import RunTables

SURFACE_STYLES: dict[str, dict[str, Any]] = {
    "tar": {"color": "#4d4d4d", "lw": 2.0},
    "laterite": {"color": "#7a6a58", "lw": 1.3},
    "piste": {"color": "#8c8c8c", "lw": 0.9},
    "desert track": {"color": "#9c9c9c", "lw": 0.9, "ls": (0, (1.2, 1.8))},
}
OUTLINES: dict[str, dict[str, Any]] = {
    "river": {"color": "#8ec5e8", "lw": 2.2},
    "border": {"color": "#b0a0b8", "lw": 1.0, "ls": (0, (7, 2, 1.5, 2))},
}
DRONE_COLOUR = "#0072b2"
MAP_LEFT, MAP_WIDTH, MAP_HEIGHTS = 0.65, 9.1, (5.2, 8.4)  # inches: a map, as tall as its land within these
CIRCLES: dict[str, dict[str, Any]] = {
    "radius": {"lw": 1.6},
    "rival": {"lw": 0.7, "ls": (0, (3, 2.5))},
    "later": {"lw": 1.0, "ls": (0, (6, 3)), "alpha": 0.75},
}
NORTH_EAST = 38.0  # degrees from north, either way: where a circle is named


def ground(axis: Axes, view: Frame) -> None:
    """Limits, true scale, and degrees along the sides."""
    axis.set(xlim=(view.west, view.east), ylim=(view.south, view.north))
    up, across = view.scale
    axis.set_aspect(up / across)
    step = 1.0 if view.north - view.south > 2.5 else 0.5
    sides = (view.west, view.east, "EW", axis.xaxis), (view.south, view.north, "NS", axis.yaxis)
    for low, high, letters, line in sides:
        marks = np.arange(np.ceil(low / step), np.floor(high / step) + 1.0) * step
        line.set_ticks(marks, [degrees(float(mark), letters) for mark in marks])
    axis.spines[:].set_visible(True)
    axis.grid(color="#efefef", lw=0.6)
    axis.set_facecolor("#fdfcf9")


def land(axis: Axes, network: Network, outlines: Sequence[Outline], view: Frame) -> None:
    """Borders and rivers, roads by surface, and a dot a place."""
    for outline in outlines:
        lon, look = outline.about(network.meridian), OUTLINES[outline.kind]
        axis.plot(lon, outline.lat, zorder=1, gid=outline.kind, **look)
    for road in network.roads:
        ends = [network.places[end] for end in (road.from_, road.to)]
        lon = np.unwrap([place.lon for place in ends], period=360.0)
        axis.plot(lon, [place.lat for place in ends], zorder=1.5, gid="road", **SURFACE_STYLES[road.surface])
    inside = [place for place in network.places.values() if view.has(place.lat, place.lon)]
    spots = np.array([(place.lon, place.lat) for place in inside]).reshape(-1, 2)
    axis.plot(*spots.T, "o", ms=2.4, color="#4d4d4d", zorder=2, gid="places")


def circles(
    axis: Axes, tables: RunTables, network: Network, rivals: Sequence[float], view: Frame, taken: Room
) -> None:
    """The reach of each drone detachment from its station and from later ones, and rivals round the first."""
    c = tables.cover
    sites = dict.fromkeys(zip(c["drone"], c["station"], c["radius"], np.isfinite(c["ready"]), strict=True))
    for drone, station, radius, ready in sites:
        if station not in network.places:
            continue
        base = network.places[station]
        words = f"{drone} from {base.name}: {distance(radius)}" if ready else f"once at {base.name}"
        gid = "radius" if ready else "later"
        _label(axis, _circle(axis, base, radius, gid), words, view, taken)
        for km in rivals if ready else ():
            if abs(km - radius) > 0.5:
                _label(axis, _circle(axis, base, km, "rival"), distance(km), view, taken)


def _circle(axis: Axes, base: Place, km: float, gid: str) -> tuple[np.ndarray, np.ndarray]:
    lat, lon = circle(base.lat, base.lon, km)
    axis.plot(lon, lat, color=DRONE_COLOUR, zorder=2.2, gid=gid, **CIRCLES[gid])
    return lat, lon


def _label(axis: Axes, line: tuple[np.ndarray, np.ndarray], words: str, view: Frame, taken: Room) -> None:
    """The name of a circle on it, as near to north-east as there is room."""
    lat, lon = line
    inside = np.flatnonzero(view.has(lat, lon))
    bearing = (360.0 * inside / (len(lat) - 1) + 180.0) % 360.0 - 180.0
    look: Any = {"fontsize": 7, "color": DRONE_COLOUR, "ha": "center", "va": "center", "path_effects": HALO}
    for at in inside[np.argsort(np.abs(np.abs(bearing) - NORTH_EAST), kind="stable")]:
        label = axis.text(lon[at], lat[at], words, zorder=8, gid="circle", **look)
        box = label.get_window_extent().padded(2.0)
        if taken.free(box):
            taken.take(box)
            return
        label.remove()


def bar(axis: Axes, view: Frame, taken: Room) -> None:
    """A scale of a round number of km, in the lower left corner."""
    wide, tall, across = view.east - view.west, view.north - view.south, view.scale[1]
    km = max(step for step in (5, 10, 20, 50, 100, 200, 500) if step <= max(5.0, wide * across / 4.5))
    x, y = view.west + 0.03 * wide, view.south + 0.035 * tall
    ends = [x, x + km / across]
    look: Any = {"color": INK, "lw": 2.4, "solid_capstyle": "butt"}
    axis.plot(ends, [y, y], zorder=8, gid="scale", path_effects=HALO, **look)
    words: Any = {"ha": "center", "va": "bottom", "fontsize": 8, "path_effects": HALO, "zorder": 8}
    label = axis.text(sum(ends) / 2.0, y + 0.012 * tall, f"{km} km", **words)
    taken.take(label.get_window_extent().padded(6.0))
    taken.about(np.linspace(ends[0], ends[1], 9), y, 5.0)
