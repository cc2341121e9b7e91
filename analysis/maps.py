"""A run on a map: roads and places, drones' circles, the column by date, and what befell on the way.

It takes the tables of a run, the record, the network, outlines and rival radii, never a model.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis import holders, shown
from analysis.figures import columns_drawn
from analysis.layout import legend_tall, sheet, styled
from analysis.looks import INK
from analysis.outlines import Outline
from analysis.record import Record
from analysis.room import HALO, Room
from analysis.shown import SIDE_LOOKS, SIDES, Histories
from analysis.whereabouts import ACROSS, TRUE_AT, UP, Frame, Spots, circle, degrees, distance, frame, progress, spots
from sim.network import Network
from sim.stored import RunTables

SURFACES: dict[str, dict[str, Any]] = {
    "tar": {"color": "#4d4d4d", "lw": 2.0},
    "laterite": {"color": "#7a6a58", "lw": 1.3},
    "piste": {"color": "#8c8c8c", "lw": 0.9},
    "desert track": {"color": "#9c9c9c", "lw": 0.9, "ls": (0, (1.2, 1.8))},
}
WAY, DRONES = "#e69f00", "#0072b2"
WIDE, TALL = 9.2, (5.2, 8.4)  # inches
BESIDE = 0.07  # degrees: what happened stands so far east or west of the road, to be told apart


class Kind(NamedTuple):
    """Events that are one kind of marker: how it looks, how far it stands from its place."""

    word: str
    events: tuple[str, ...]
    marker: str
    face: str
    dx: float
    dy: float


KINDS = (
    Kind("mine strikes", ("mine", "mine_unreported"), "X", "#1a1a1a", -BESIDE, 0.0),
    Kind("ambushes", ("ambush",), "v", "#d55e00", BESIDE, 0.0),
    Kind("fights at a position", ("contact",), "D", "#ffffff", 0.0, 0.0),
    Kind("drone strikes", ("strike",), "*", "#56b4e9", BESIDE, BESIDE),
    Kind("raids on a garrison", ("raid",), "P", "#cc79a7", -BESIDE, BESIDE),
)


@styled
def draw(
    tables: RunTables,
    record: Record,
    network: Network,
    outlines: Sequence[Outline],
    rivals: Sequence[float] = (),
    by: datetime | None = None,
) -> Figure:
    """The map of a run up to a moment (default: the end of its scenario)."""
    kept, until = shown.stored(tables, "map"), shown.moment(tables, by)
    column = (columns_drawn(tables, record) or [None])[0]
    found = [(kind, spots(tables, network, kept, kind.events, until)) for kind in KINDS]
    found = [(kind, where) for kind, where in found if len(where.lat)]
    held = [row for row in holders.over_time(tables, kept, np.array([until])) if not row.key.startswith("camp:")]
    view, tall = _frame(tables, network, held, found)
    key = _key(tables, network, view, column, held, found, len(kept))
    under = 0.5 + legend_tall([str(handle.get_label()) for handle in key], WIDE)
    when = shown.date(tables, until, "%Y-%m-%d %H:%M UTC")
    title = f"{shown.name_of(tables)}: who holds what on {when}, and what happened until then"
    page = sheet(title, shown.caption(tables, _how(tables, column, kept), len(kept)), tall, 0.55, 10 - 0.55 - WIDE, under)
    axis = page.body()
    _ground(axis, view)
    _land(axis, network, outlines, view)
    taken = Room(axis)
    _circles(axis, tables, network, rivals, view, taken)
    if column is not None:
        _way(axis, tables, column, taken)
    for kind, where in found:
        _events(axis, kind, where, taken, len(kept))
    _held(axis, network, held, taken)
    _bar(axis, view, taken)
    first = {*tables.route["place"][tables.route["column"] == column][[0, -1]]} if column else set()
    first |= {row.place for row in held}
    towns = [place for place in network.places if place in first]
    _names(axis, network, towns, view, taken)
    if column is not None:
        _dates(axis, tables, kept, column, until, taken)
    _names(axis, network, _others(tables, network, first), view, taken)
    page.legend(key, 0.4)
    return page.figure


# --- the land --------------------------------------------------------------------------------------------


def _frame(tables: RunTables, network: Network, held: Sequence[Any], found: Sequence[Any]) -> tuple[Frame, float]:
    """A frame about the itineraries, the places that are held, the stations, and what happened."""
    base = [network.places[row.place] for row in held if row.place in network.places]
    base += [network.places[name] for name in set(tables.cover["station"].tolist()) if name in network.places]
    lats = [*tables.route["lat"], *(place.lat for place in base), *(lat for _, s in found for lat in s.lat)]
    lons = [*tables.route["lon"], *(place.lon for place in base), *(lon for _, s in found for lon in s.lon)]
    if not lats:
        shown.none("map", "places of the network")
    return frame(lats, lons, WIDE, TALL)


def _ground(axis: Axes, view: Frame) -> None:
    """Limits, true scale, and degrees along the sides."""
    axis.set(xlim=(view.west, view.east), ylim=(view.south, view.north))
    axis.set_aspect(UP / ACROSS)
    step = 1.0 if view.north - view.south > 2.5 else 0.5
    for low, high, letters, line in ((view.west, view.east, "EW", axis.xaxis), (view.south, view.north, "NS", axis.yaxis)):
        marks = np.arange(np.ceil(low / step), np.floor(high / step) + 1.0) * step
        line.set_ticks(marks, [degrees(float(mark), letters) for mark in marks])
    axis.spines[:].set_visible(True)
    axis.grid(color="#efefef", lw=0.6)
    axis.set_facecolor("#fdfcf9")


def _land(axis: Axes, network: Network, outlines: Sequence[Outline], view: Frame) -> None:
    for outline in outlines:
        river = outline.kind == "river"
        look: Any = {"color": "#8ec5e8", "lw": 2.2} if river else {"color": "#b0a0b8", "lw": 1.0, "ls": (0, (7, 2, 1.5, 2))}
        axis.plot(outline.lon, outline.lat, zorder=1, gid=outline.kind, **look)
    for road in network.roads:
        ends = [network.places[end] for end in (road.from_, road.to)]
        axis.plot([p.lon for p in ends], [p.lat for p in ends], zorder=1.5, gid="road", **SURFACES[road.surface])
    inside = [place for place in network.places.values() if view.has(place.lat, place.lon)]
    axis.plot([p.lon for p in inside], [p.lat for p in inside], "o", ms=2.4, color="#4d4d4d", zorder=2, gid="places")


def _circles(
    axis: Axes, tables: RunTables, network: Network, rivals: Sequence[float], view: Frame, taken: Room
) -> None:
    """The reach of each drone detachment from where it is stationed first, then rival radii and later stations."""
    c = tables.cover
    sites = dict.fromkeys(zip(c["drone"], c["station"], c["radius"], np.isfinite(c["ready"]), strict=True))
    for drone, station, radius, ready in sites:
        if station in network.places:
            base = network.places[station]
            look: Any = {"lw": 1.6} if ready else {"lw": 1.0, "ls": (0, (6, 3)), "alpha": 0.75}
            words = f"{drone} from {base.name}: {distance(radius)}" if ready else f"once at {base.name}"
            _circle(axis, (base.lat, base.lon), radius, words, look, view, taken, "radius" if ready else "later")
            for km in rivals if ready else ():
                if abs(km - radius) > 0.5:
                    thin: Any = {"lw": 0.7, "ls": (0, (3, 2.5))}
                    _circle(axis, (base.lat, base.lon), km, f"{distance(km)}", thin, view, taken, "rival")


def _circle(
    axis: Axes, base: tuple[float, float], km: float, words: str, look: Any, view: Frame, taken: Room, gid: str
) -> None:
    lat, lon = circle(*base, km)
    axis.plot(lon, lat, color=DRONES, zorder=2.2, gid=gid, **look)
    inside = np.flatnonzero(view.has(lat, lon))
    for at in inside[np.argsort(np.abs(np.abs((inside / (len(lat) - 1) * 360.0 + 180.0) % 360.0 - 180.0) - 38.0))]:
        label = axis.text(lon[at], lat[at], words, fontsize=7, color=DRONES, ha="center", va="center", path_effects=HALO, zorder=8)
        label.set_gid("circle")
        if taken.free(label.get_window_extent().padded(2.0)):
            taken.take(label.get_window_extent().padded(2.0))
            return
        label.remove()


def _bar(axis: Axes, view: Frame, taken: Room) -> None:
    """A scale of a round number of km, in a lower corner."""
    wide = (view.east - view.west) * ACROSS
    km = max(step for step in (5, 10, 20, 50, 100, 200, 500) if step <= max(5.0, wide / 4.5))
    x, y = view.west + 0.03 * (view.east - view.west), view.south + 0.035 * (view.north - view.south)
    axis.plot([x, x + km / ACROSS], [y, y], color=INK, lw=2.4, solid_capstyle="butt", gid="scale", zorder=8, path_effects=HALO)
    label = axis.text(x + km / ACROSS / 2, y + 0.012 * (view.north - view.south), f"{km} km", ha="center", va="bottom", fontsize=8, path_effects=HALO, zorder=8)
    taken.take(label.get_window_extent().padded(6.0))
    taken.about(np.linspace(x, x + km / ACROSS, 9), y, 5.0)


# --- the run ---------------------------------------------------------------------------------------------


def _way(axis: Axes, tables: RunTables, column: str, taken: Room) -> None:
    mine = tables.route["column"] == column
    lat, lon = tables.route["lat"][mine], tables.route["lon"][mine]
    axis.plot(lon, lat, color=WAY, lw=3.6, alpha=0.55, zorder=1.8, gid="way")
    share, at = np.linspace(0.0, len(lat) - 1.0, 40 * len(lat)), np.arange(len(lat))
    taken.about(np.interp(share, at, lon), np.interp(share, at, lat), 1.2)


def _events(axis: Axes, kind: Kind, where: Spots, taken: Room, histories: int) -> None:
    """Markers; of many histories their areas are as the numbers a history."""
    size = 42.0 if histories == 1 else np.maximum(4.0, 110.0 * where.number / max(1.0, where.number.max()))
    size = np.broadcast_to(size, where.number.shape)
    x, y = where.lon + kind.dx, where.lat + kind.dy
    axis.scatter(x, y, size, marker=kind.marker, fc=kind.face, ec=INK, lw=0.6, alpha=0.9, zorder=5, gid=f"event:{kind.word}")
    for lon, lat, area in zip(x, y, size, strict=True):
        if area > 12.0:
            taken.about(lon, lat, 0.45 * float(np.sqrt(area)))


def _held(axis: Axes, network: Network, held: Sequence[Any], taken: Room) -> None:
    """Each place as a disk, cut as the shares of the histories in which the sides hold it."""
    for row in held:
        if row.place not in network.places:
            continue
        place, start = network.places[row.place], 0.0
        for side, share in enumerate(row.shares[-1]):
            if share > 0.0:
                turn = np.linspace(start, start + share, 2 + int(40 * share)) * 2.0 * np.pi
                rim = np.column_stack([np.sin(turn), np.cos(turn)])
                shape = rim if share == 1.0 else np.vstack([[0.0, 0.0], rim])
                look = {"fc": SIDE_LOOKS[side]["fc"], "ec": INK, "lw": 0.7, "hatch": SIDE_LOOKS[side].get("hatch", "")[:1] * 6}
                area = 88.0 * float(np.abs(shape).max()) ** 2
                axis.scatter([place.lon], [place.lat], area, marker=shape, zorder=6, gid=f"held:{row.place}:{SIDES[side]}", **look)
            start += share
        taken.about(place.lon, place.lat, 5.0)


def _dates(axis: Axes, tables: RunTables, kept: Histories, column: str, until: float, taken: Room) -> None:
    """Where the median of the column is at midnights, with the dates."""
    for stay in progress(tables, kept, column, 8.0):
        if stay.first > until:
            break
        first, last = shown.date(tables, stay.first), shown.date(tables, min(stay.last, 24.0 * (until // 24.0)))
        axis.plot([stay.lon], [stay.lat], "_", color=INK, ms=11, mew=1.6, zorder=7, gid="date")
        taken.about(stay.lon, stay.lat, 3.0)
        words = first if first == last else f"{first} to {last}"
        taken.write(words, stay.lon, stay.lat, (9, 16, 26, 38, 52), fontsize=7, color="#7a4a00", weight="bold", gid="date")


def _others(tables: RunTables, network: Network, first: set[str]) -> list[str]:
    """The other places, those on the itineraries first, then towns and villages."""
    way, rank = set(tables.route["place"].tolist()), ("town", "village", "airfield", "well", "locality", "wadi")
    rest = [place for place in network.places.values() if place.id not in first]
    rest.sort(key=lambda place: (place.id not in way, rank.index(place.kind), place.id))
    return [place.id for place in rest]


def _names(axis: Axes, network: Network, places: Sequence[str], view: Frame, taken: Room) -> None:
    for name in places:
        place = network.places[name]
        if view.has(place.lat, place.lon):
            big = place.kind == "town"
            how: Any = {"fontsize": 9 if big else 7.5, "color": INK if big else "#404040", "gid": "place"}
            taken.write(place.name, place.lon, place.lat, (6, 10), **how)


# --- words -----------------------------------------------------------------------------------------------


def _how(tables: RunTables, column: str | None, kept: Histories) -> str:
    """Projection, and how to read the map."""
    text = f"Equirectangular projection, true to scale at {TRUE_AT:.0f} degrees north; roads are straight between places."
    if len(tables.cover["km"]):
        text += " Circles: geodesics on WGS84."
    if column is not None:
        whose = "the column" if len(kept) == 1 else "the median position of the column"
        text += f" Dates: {whose} {column} at 00:00 UTC."
    if len(kept) > 1:
        text += " Areas of markers are as the number a history; a disk is cut as the shares of the histories."
    return text + " Markers of mines, ambushes, strikes and raids stand beside their place."


def _key(
    tables: RunTables, network: Network, view: Frame, column: str | None, held: Sequence[Any], found: Sequence[Any],
    histories: int,
) -> list[Any]:
    key: list[Any] = [Line2D([], [], label=f"road: {word}", **look) for word, look in SURFACES.items()]
    key.append(Line2D([], [], color="#8ec5e8", lw=2.2, label="Niger"))
    key.append(Line2D([], [], color="#b0a0b8", lw=1.0, ls=(0, (7, 2, 1.5, 2)), label="border"))
    if column is not None:
        key.append(Line2D([], [], color=WAY, lw=3.6, alpha=0.55, label=f"way of {column}"))
    for kind, where in found:
        total = f"{where.number.sum():.2g} a history" if histories > 1 else f"{len(where.number)}"
        key.append(Line2D([], [], lw=0, marker=kind.marker, mfc=kind.face, mec=INK, mew=0.6, ms=6.5, label=f"{kind.word}: {total}"))
    sides = [side for side in SIDES if any(row.shares[-1][side] > 0.0 for row in held)]
    key += [Patch(label=f"held by {SIDES[side]}", **SIDE_LOOKS[side]) for side in sides]
    if len(tables.cover["km"]):
        key.append(Line2D([], [], color=DRONES, lw=1.6, label="reach of the drones"))
        key.append(Line2D([], [], color=DRONES, lw=0.7, ls=(0, (3, 2.5)), label="rival radius"))
        if not np.isfinite(tables.cover["ready"]).all():
            key.append(Line2D([], [], color=DRONES, lw=1.0, ls=(0, (6, 3)), alpha=0.75, label="reach from a later station"))
    return key
