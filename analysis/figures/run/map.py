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
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from analysis.figures.base import basemap, common
from analysis.figures.base.basemap import MAP_HEIGHTS, MAP_LEFT, MAP_WIDTH
from analysis.figures.base.labels import Room
from analysis.figures.base.map_data import Frame, Spots, degrees, frame, progress, spots
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import legend_tall, sheet, styled
from analysis.figures.base.sides import SideLook, holders
from analysis.figures.base.style import INK
from analysis.figures.run import control
from analysis.figures.run.control import HolderShares
from analysis.figures.run.time_distance import columns_drawn
from analysis.tables.histories import Histories
from sim.record.record import Record
from sim.scenario.network import Network
from sim.store.reader import RunTables

WAY = "#e69f00"
STATIONARY_KM = 8.0  # km: a column that moves less in a day stays where it is
BESIDE = 6.5  # points: what happened stands so far east or west of the road, to be told apart


class Marker(NamedTuple):
    """Events that are one kind of marker: how it looks, how far it stands from its place."""

    word: str
    events: tuple[str, ...]
    marker: str
    face: str
    dx: float
    dy: float


MarkerSpots = tuple[Marker, Spots]
MARKERS = (
    Marker(
        word="mine strikes",
        events=("mine", "mine_unreported"),
        marker="X",
        face="#1a1a1a",
        dx=-BESIDE,
        dy=0.0,
    ),
    Marker(word="ambushes", events=("ambush",), marker="v", face="#d55e00", dx=BESIDE, dy=0.0),
    Marker(word="fights at a position", events=("contact",), marker="D", face="#ffffff", dx=0.0, dy=0.0),
    Marker(word="drone strikes", events=("strike",), marker="*", face="#56b4e9", dx=BESIDE, dy=BESIDE),
    Marker(word="raids on a garrison", events=("raid",), marker="P", face="#cc79a7", dx=-BESIDE, dy=BESIDE),
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
    histories, until = common.stored(tables, "map"), common.moment(tables, by)
    column = next(iter(columns_drawn(tables, record)), None)
    markers = [(kind, spots(tables, network, histories, kind.events, until)) for kind in MARKERS]
    markers = [(kind, where) for kind, where in markers if len(where.lat)]
    rows = control.over_time(tables, histories, np.array([until]))
    held = [row for row in rows if not row.key.startswith("camp:")]
    view, tall = _frame(tables, network, held, markers)
    key = _key(tables, column, held, markers, len(histories)) + _lines(tables, outlines, rivals)
    under = 0.5 + legend_tall([str(handle.get_label()) for handle in key], MAP_WIDTH)
    when = common.date(tables, until, "%Y-%m-%d %H:%M UTC")
    title = f"{common.name_of(tables)}: who holds what on {when}, and what happened until then"
    text = common.caption(tables, _how(tables, column, histories, view), len(histories))
    page = sheet(title, text, tall=tall, left=MAP_LEFT, right=10.0 - MAP_LEFT - MAP_WIDTH, under=under)
    axis = page.body()
    taken = Room(axis)
    basemap.ground(axis, view)
    basemap.land(axis, network, outlines, view)
    basemap.circles(axis, tables, network=network, rivals=rivals, view=view, taken=taken)
    if column is not None:
        _way(axis, tables, column, taken)
    for kind, where in markers:
        _events(axis, kind, where, taken, len(histories))
    _holder_disks(axis, network, held, holders(tables), taken)
    basemap.bar(axis, view, taken)
    first = _first(tables, column) | {row.place for row in held}
    _names(axis, network, [place for place in network.places if place in first], view, taken)
    if column is not None:
        _dates(axis, tables, histories=histories, column=column, until=until, taken=taken)
    _names(axis, network, _others(tables, network, first), view, taken)
    page.legend(key, 0.4)
    return page.figure


def _first(tables: RunTables, column: str | None) -> set[str]:
    """Where the way of a column begins and ends."""
    way = tables.route["place"][tables.route["column"] == column]
    return {*way[[0, -1]].tolist()} if len(way) else set()


def _frame(
    tables: RunTables, network: Network, held: Sequence[HolderShares], markers: Sequence[MarkerSpots]
) -> tuple[Frame, float]:
    """A frame about the itineraries, the places that are held, the stations, and what happened."""
    base = [network.places[row.place] for row in held if row.place in network.places]
    base += [network.places[name] for name in set(tables.cover["station"].tolist()) if name in network.places]
    lats = [*tables.route["lat"], *(place.lat for place in base), *(lat for _, s in markers for lat in s.lat)]
    lons = [*tables.route["lon"], *(place.lon for place in base), *(lon for _, s in markers for lon in s.lon)]
    if not lats:
        common.none("map", "places of the network")
    return frame(lats, lons, MAP_WIDTH, MAP_HEIGHTS)


def _way(axis: Axes, tables: RunTables, column: str, taken: Room) -> None:
    mine = tables.route["column"] == column
    lat, lon = tables.route["lat"][mine], tables.route["lon"][mine]
    axis.plot(lon, lat, color=WAY, lw=3.6, alpha=0.55, zorder=1.8, gid="way")
    share, at = np.linspace(0.0, len(lat) - 1.0, 40 * len(lat)), np.arange(len(lat))
    taken.about(np.interp(share, at, lon), np.interp(share, at, lat), 1.2)


def _events(axis: Axes, kind: Marker, where: Spots, taken: Room, histories: int) -> None:
    """Markers; of many histories their areas are as the numbers a history."""
    size = np.full(len(where.lat), 42.0)
    if histories > 1:
        size = np.maximum(6.0, 72.0 * where.number / where.number.max())
    beside = axis.transData + ScaledTranslation(kind.dx / 72.0, kind.dy / 72.0, axis.figure.dpi_scale_trans)
    look: Any = {"fc": kind.face, "ec": INK, "lw": 0.6, "alpha": 0.9, "zorder": 5, "transform": beside}
    axis.scatter(where.lon, where.lat, size, marker=kind.marker, gid=f"event:{kind.word}", **look)
    for lon, lat, area in zip(where.lon, where.lat, size, strict=True):
        taken.about(lon, lat, 0.45 * float(np.sqrt(area)), kind.dx, kind.dy)


def _holder_disks(
    axis: Axes, network: Network, held: Sequence[HolderShares], sides: Sequence[SideLook], taken: Room
) -> None:
    """Each place as a disk, cut as the shares of the histories in which the sides hold it."""
    for row in held:
        if row.place not in network.places:
            continue
        place, start = network.places[row.place], 0.0
        for side, share in zip(sides, row.shares[-1], strict=True):
            if share > 0.0:
                turn = np.linspace(start, start + share, 2 + int(40 * share)) * 2.0 * np.pi
                rim = np.column_stack([np.sin(turn), np.cos(turn)])
                shape = rim if share == 1.0 else np.vstack([[0.0, 0.0], rim])
                look: Any = {"fc": side.face, "ec": INK, "lw": 0.7, "hatch": side.hatch[:1] * 6}
                area = 88.0 * float(np.abs(shape).max()) ** 2
                axis.scatter(
                    [place.lon],
                    [place.lat],
                    area,
                    marker=Path(shape),
                    zorder=6,
                    gid=f"held:{row.place}:{side.name}",
                    **look,
                )
            start += share
        taken.about(place.lon, place.lat, 5.0)


def _dates(
    axis: Axes, tables: RunTables, histories: Histories, column: str, until: float, taken: Room
) -> None:
    """Where the median of the column is at midnights, with the dates."""
    for stay in progress(tables, histories, column, until, STATIONARY_KM):
        first, last = common.date(tables, stay.first), common.date(tables, stay.last)
        axis.plot([stay.lon], [stay.lat], "_", color=INK, ms=11, mew=1.6, zorder=7, gid="date")
        taken.about(stay.lon, stay.lat, 3.0)
        words = first if first == last else f"{first} to {last}"
        words = f"from {first}" if stay.stays and first != last else words
        how: Any = {"fontsize": 7, "color": "#7a4a00", "weight": "bold", "gid": "date"}
        taken.write(words, stay.lon, stay.lat, (9, 16, 26, 38, 52), **how)


def _others(tables: RunTables, network: Network, first: set[str]) -> list[str]:
    """The other places, those on the itineraries first, then towns and villages."""
    way = set(tables.route["place"].tolist())
    rank = ("town", "village", "airfield", "well", "locality", "wadi")
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


def _how(tables: RunTables, column: str | None, histories: Histories, view: Frame) -> str:
    """Projection, and how to read the map."""
    text = f"Equirectangular projection, true to scale at {degrees(view.true_at, 'NS')}"
    text += "; roads are straight between places."
    if len(tables.cover["km"]):
        text += " Circles: geodesics on WGS84."
    if column is not None:
        whose = "the column" if len(histories) == 1 else "the median position of the column"
        text += f" Dates: {whose} {column} at 00:00 UTC."
    if len(histories) > 1:
        text += " Areas of markers are as the number a history; a disk is cut as the shares of the histories."
    if tables.manifest.get("camps"):
        text += " Camps are not drawn: see the figure holders."
    return text + " Markers of mines, ambushes, strikes and raids stand beside their place."


def _key(
    tables: RunTables,
    column: str | None,
    held: Sequence[HolderShares],
    markers: Sequence[MarkerSpots],
    histories: int,
) -> list[Any]:
    key: list[Any] = [
        Line2D([], [], label=f"road: {word}", **look) for word, look in basemap.SURFACE_STYLES.items()
    ]
    if column is not None:
        key.append(Line2D([], [], color=WAY, lw=3.6, alpha=0.55, label=f"way of the column {column}"))
    for kind, where in markers:
        total = f"{where.number.sum():.2g} a history, largest {where.number.max():.2g}"
        total = total if histories > 1 else f"{len(where.number)}"
        look: Any = {"marker": kind.marker, "mfc": kind.face, "mec": INK, "mew": 0.6, "ms": 6.5}
        key.append(Line2D([], [], lw=0, label=f"{kind.word}: {total}", **look))
    return key + [
        side.patch for side in holders(tables) if any(row.shares[-1][side.code] > 0.0 for row in held)
    ]


def _lines(tables: RunTables, outlines: Sequence[Outline], rivals: Sequence[float]) -> list[Any]:
    """The legend of what is no road: outlines, and circles of drones."""
    key: list[Any] = []
    for kind in dict.fromkeys(outline.kind for outline in outlines):
        names = {outline.name for outline in outlines if outline.kind == kind}
        label = next(iter(names)) if len(names) == 1 else kind
        key.append(Line2D([], [], label=label, **basemap.OUTLINES[kind]))
    words = {"radius": "reach of the drones"}
    if rivals:
        words["rival"] = "rival radius"
    if np.isinf(tables.cover["ready"]).any():
        words["later"] = "reach from a later station"
    for name, word in words.items() if len(tables.cover["km"]) else ():
        key.append(Line2D([], [], color=basemap.DRONE_COLOUR, label=word, **basemap.CIRCLES[name]))
    return key
