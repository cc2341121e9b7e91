"""The painter of a map: degrees, roads by surface, borders and rivers, circles, names and a scale."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from analysis.figures.base.labels import HALO, Room
from analysis.figures.base.map_data import MAP_WIDTH, Frame, circle, degrees, distance, scale
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import PAGE_WIDTH, FigureLayout, key_line, sheet, short_name
from analysis.figures.base.style import INK, named_looks
from analysis.words import names
from sim.scenario.network import Network, Place
from sim.store.reader import RunTables

SURFACE_STYLES, OUTLINES, CIRCLES = named_looks("roads"), named_looks("outlines"), named_looks("circles")
DRONE_COLOUR = CIRCLES["radius"]["color"]
MAP_LEFT = 0.65  # inches
MAP_NAMES = 2.0  # inches that the name of a place may take
NORTH_EAST = 38.0  # degrees from north, either way: where a circle is named
INSET, INSET_SPAN = 1.6, 26.0  # inches and degrees of latitude: a small map of where a map lies
LAND, HERE = "#ece8e0", "#cfc6b4"


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
        """The reach of each drone detachment from its station and later ones; alternatives round it."""
        c = tables.cover
        sites = zip(c["drone"], c["station"], c["radius"], np.isfinite(c["ready"]), strict=True)
        for drone, station, radius, first in dict.fromkeys(sites):
            if station not in self.network.places:
                continue
            base = self.network.places[station]
            words = f"{names.drone(drone)} from {base.name}: {distance(radius)}"
            words = words if first else f"later, from {base.name}"
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

    def countries(self, countries: Sequence[Outline]) -> None:
        """The names of countries where there is room."""
        name_countries(self.room, countries, self.network.meridian, fontsize=11, zorder=1.2)

    def locator(self, countries: Sequence[Outline]) -> None:
        """A small map of the countries about this one with its frame, in a corner with room."""
        view, box = self.view, self.room.frame
        lon, lat = (view.west + view.east) / 2.0, (view.south + view.north) / 2.0
        up, across = scale(view.true_at)
        size, inches = np.array([box.width, box.height]), INSET * self.axis.figure.dpi
        spots = product((0.99 - inches / box.width, 0.01), (0.99 - inches / box.height, 0.01))
        corners = (np.asarray(box.min) + spot * size for spot in map(np.array, spots))
        wide = (Bbox([low, low + inches]) for low in corners)
        free = next((corner for corner in wide if not corner.count_overlaps(self.room.boxes)), None)
        if free is None or not countries:
            return
        self.room.take(free)
        bounds = (np.asarray(free.min) - box.min) / size
        inset = self.axis.inset_axes((*bounds, *(inches / size)), zorder=10)
        for country in countries:
            x, y = country.about(self.network.meridian), country.lat
            is_here = Path(np.column_stack([x, y])).contains_point((lon, lat))
            inset.fill(x, y, fc=HERE if is_here else LAND, ec="white", lw=0.6)
        frame_x, frame_y = [view.west, view.east, view.east, view.west], [view.south] * 2 + [view.north] * 2
        inset.fill(frame_x, frame_y, fc="none", ec=INK, lw=1.0, gid="frame")
        half = INSET_SPAN / 2.0
        inset.set(xlim=(lon - half * up / across, lon + half * up / across), ylim=(lat - half, lat + half))
        inset.set(xticks=[], yticks=[], facecolor="white", gid="locator")
        inset.spines[:].set_visible(True)
        room = Room(inset)
        room.along(np.array([*frame_x, view.west]), np.array([*frame_y, view.south]), 1.0)
        name_countries(room, countries, self.network.meridian, fontsize=5)

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


def name_countries(room: Room, countries: Sequence[Outline], meridian: float, **look: Any) -> None:
    """The names of countries on an axis, each as near the middle of what is seen of it as there is room."""
    x, y = room.axis.get_xlim(), room.axis.get_ylim()
    grid = np.array([*product(np.linspace(*x, 40), np.linspace(*y, 40))])
    seen: dict[str, list[np.ndarray]] = {}
    for country in countries:
        ring = Path(np.column_stack([country.about(meridian), country.lat]))
        seen.setdefault(country.name, []).append(grid[ring.contains_points(grid)])
    look |= {"color": "#857a6a", "ha": "center", "va": "center", "gid": "country"}
    for name, parts in seen.items():
        if len(points := np.concatenate(parts)):
            order = np.argsort(np.hypot(*(points - points.mean(axis=0)).T), kind="stable")
            room.put(name, ({"xy": points[at]} for at in order[: len(points) // 2]), 2.0, **look)


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
        key.append(key_line("operational radius of drones", **CIRCLES["radius"]))
        key += [key_line("alternative radius", **CIRCLES["rival"])] if rivals else []
        later = np.isinf(tables.cover["ready"]).any()
        key += [key_line("radius from a later station", **CIRCLES["later"])] if later else []
    return key
