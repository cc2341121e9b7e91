"""The painter of a map: degrees, roads by surface, borders and rivers, circles, names and a scale."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from analysis.figures.base.labels import HALO, Room
from analysis.figures.base.map_data import MAP_WIDTH, Frame, circle, degrees, distance
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import PAGE_WIDTH, FigureLayout, key_line, sheet, short_name
from analysis.figures.base.style import INK, named_looks
from sim.scenario.network import Network, Place
from sim.store.reader import RunTables

SURFACE_STYLES, OUTLINES, CIRCLES = named_looks("roads"), named_looks("outlines"), named_looks("circles")
DRONE_COLOUR = CIRCLES["radius"]["color"]
MAP_LEFT = 0.65  # inches
MAP_NAMES = 2.0  # inches that the name of a place may take
NORTH_EAST = 38.0  # degrees from north, either way: where a circle is named


class NetworkMap:
    """A map of a network on an axis, and what of it is taken."""

    def __init__(self, axis: Axes, view: Frame, network: Network, outlines: Sequence[Outline]) -> None:
        """Limits at true scale, degrees along the sides, borders and rivers, roads by surface, places."""
        self.axis, self.view, self.network = axis, view, network
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
        for outline in outlines:
            lon, look = outline.about(network.meridian), OUTLINES[outline.kind]
            axis.plot(lon, outline.lat, zorder=1, gid=outline.kind, **look)
        for road in network.roads:
            ends = [network.places[end] for end in (road.from_, road.to)]
            lon, lat = np.unwrap([place.lon for place in ends], period=360.0), [place.lat for place in ends]
            axis.plot(lon, lat, zorder=1.5, gid="road", **SURFACE_STYLES[road.surface])
        inside = [place for place in network.places.values() if view.has(place.lat, place.lon)]
        spots = np.array([(place.lon, place.lat) for place in inside]).reshape(-1, 2)
        axis.plot(*spots.T, "o", ms=2.4, color="#4d4d4d", zorder=2, gid="places")
        self.room = Room(axis)

    def circle(self, base: Place, km: float, words: str = "", **look: Any) -> None:
        """A circle about a place, named as near to north-east on it as there is room."""
        lat, lon = circle(base.lat, base.lon, km)
        self.axis.plot(lon, lat, **look)
        if not words:
            return
        inside = np.flatnonzero(self.view.has(lat, lon))
        bearing = (360.0 * inside / (len(lat) - 1) + 180.0) % 360.0 - 180.0
        inside = inside[np.argsort(np.abs(np.abs(bearing) - NORTH_EAST), kind="stable")]
        how: Any = {"fontsize": 7, "color": DRONE_COLOUR, "ha": "center", "va": "center", "zorder": 8}
        places = ({"xy": (lon[at], lat[at])} for at in inside)
        self.room.put(words, places, 2.0, path_effects=HALO, gid="circle", **how)

    def reach(self, tables: RunTables, rivals: Sequence[float]) -> None:
        """The reach of each drone detachment from its station and from later ones; rivals round the first."""
        c = tables.cover
        sites = zip(c["drone"], c["station"], c["radius"], np.isfinite(c["ready"]), strict=True)
        for drone, station, radius, first in dict.fromkeys(sites):
            if station not in self.network.places:
                continue
            base = self.network.places[station]
            words = f"{drone} from {base.name}: {distance(radius)}" if first else f"once at {base.name}"
            gid = "radius" if first else "later"
            self.circle(base, radius, words, zorder=2.2, gid=gid, **CIRCLES[gid])
            for km in rivals if first else ():
                if abs(km - radius) > 0.5:
                    self.circle(base, km, distance(km), zorder=2.2, gid="rival", **CIRCLES["rival"])

    def names(self, places: Iterable[str]) -> None:
        """The names of places where there is room, the first ones first; towns are larger."""
        for place in (self.network.places[name] for name in places):
            if self.view.has(place.lat, place.lon):
                big = place.kind == "town"
                how: Any = {"fontsize": 9 if big else 7.5, "color": INK if big else "#404040", "gid": "place"}
                self.room.write(short_name(place.name, MAP_NAMES), place.lon, place.lat, (6, 10), **how)

    def bar(self) -> None:
        """A scale of a round number of km, in the lower left corner."""
        view, across = self.view, self.view.scale[1]
        wide, tall = view.east - view.west, view.north - view.south
        km = max(step for step in (5, 10, 20, 50, 100, 200, 500) if step <= max(5.0, wide * across / 4.5))
        x, y = view.west + 0.03 * wide, view.south + 0.035 * tall
        ends = [x, x + km / across]
        look: Any = {"color": INK, "lw": 2.4, "solid_capstyle": "butt"}
        self.axis.plot(ends, [y, y], zorder=8, gid="scale", path_effects=HALO, **look)
        words: Any = {"ha": "center", "va": "bottom", "fontsize": 8, "path_effects": HALO, "zorder": 8}
        label = self.axis.text(sum(ends) / 2.0, y + 0.012 * tall, f"{km} km", **words)
        self.room.take(label.get_window_extent().padded(6.0))
        self.room.about(np.linspace(ends[0], ends[1], 9), y, 5.0)


def map_sheet(title: str, caption: str, tall: float, key: Sequence[Artist]) -> FigureLayout:
    """The sheet of a map."""
    right = PAGE_WIDTH - MAP_LEFT - MAP_WIDTH
    return sheet(title, caption, tall, left=MAP_LEFT, right=right, under=0.4, key=key)


def lines_key(outlines: Sequence[Outline], tables: RunTables, rivals: Sequence[float]) -> list[Artist]:
    """The legend of outlines and of the drones' circles."""
    key = []
    for kind in dict.fromkeys(outline.kind for outline in outlines):
        names = {outline.name for outline in outlines if outline.kind == kind}
        key.append(key_line(names.pop() if len(names) == 1 else kind, **OUTLINES[kind]))
    if len(tables.cover["km"]):
        key.append(key_line("reach of the drones", **CIRCLES["radius"]))
        key += [key_line("rival radius", **CIRCLES["rival"])] if rivals else []
        later = np.isinf(tables.cover["ready"]).any()
        key += [key_line("reach from a later station", **CIRCLES["later"])] if later else []
    return key
