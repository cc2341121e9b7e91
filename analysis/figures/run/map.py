"""A run on a map: roads and places, drones' circles, the column by date, and what befell on the way.

It takes the tables of a run, the record, the network, outlines and alternative radii, never a model.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from analysis.figures.base import basemap, common
from analysis.figures.base.basemap import NetworkMap
from analysis.figures.base.canvas import styled
from analysis.figures.base.map_data import (
    MAP_HEIGHTS,
    MAP_WIDTH,
    Frame,
    Spots,
    degrees,
    frame,
    progress,
    spots,
)
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import key_line
from analysis.figures.base.sides import SideLook, holders
from analysis.figures.base.style import INK, looks_of
from analysis.figures.run import control
from analysis.figures.run.control import HolderShares
from analysis.figures.run.time_distance import columns_drawn
from analysis.tables.histories import Histories, stored, turned_back
from analysis.words import names
from sim.record.record import Record
from sim.scenario.network import Network
from sim.store.reader import RunTables

WAY: dict[str, Any] = {"color": "#e69f00", "lw": 4.0}
STATIONARY_KM = 8.0  # km: a column that moves less in a day stays where it is


class Marker(NamedTuple):
    """Events that are one kind of marker: how it looks, how far it stands from its place (points)."""

    word: str
    events: list[str]
    marker: str
    face: str
    beside: list[float]


MarkerSpots = tuple[Marker, Spots]
MARKERS = [Marker(**row) for row in looks_of("markers")]


@styled
def draw(
    tables: RunTables,
    record: Record,
    *,
    network: Network,
    outlines: Sequence[Outline],
    countries: Sequence[Outline] = (),
    rivals: Sequence[float] = (),
    by: datetime | None = None,
) -> Figure:
    """The map of a run with stored events up to a moment (default: the end of its scenario).

    `rivals` are radii (km) of circles round the drones' stations. What is shown at the moment is who holds
    each place, as shares of the runs; what happened until then is drawn where it happened. The map is framed
    to the ways of the columns of which something is reported.
    """
    histories, until, columns = stored(tables), common.moment(tables, by), columns_drawn(tables, record)
    column = next(iter(columns), None)
    shares = control.over_time(tables, histories, np.array([until]))
    held = [row for row in shares if not row.key.startswith("camp:")]
    markers = _markers(tables, network, histories, until)
    view, tall = _frame(tables, network, columns, [row.place for row in held])
    markers = [(kind, where.inside(view)) for kind, where in markers]
    markers = [(kind, where) for kind, where in markers if len(where.lat)]
    sides, key = holders(tables), _key(tables, column, markers, len(histories))
    key += [side.patch for side in sides if any(row.shares[-1][side.code] > 0.0 for row in held)]
    outlines = [line for line in outlines if view.has(line.lat, line.about(network.meridian)).any()]
    key += basemap.lines_key(outlines, tables, rivals)
    places = [network.places[row.place] for row in held if row.place in network.places]
    off = [place.name for place in places if not view.has(place.lat, place.lon)]
    text = common.caption(tables, _how(tables, column, histories, view=view, off=off), len(histories))
    page = basemap.map_sheet(_title(tables, until), text, tall, key)
    painted = NetworkMap(page.body(), view, network, outlines)
    painted.reach(tables, rivals)
    way = tables.route["column"] == column
    _way(painted, tables.route["lon"][way], tables.route["lat"][way])
    for kind, where in markers:
        _events(painted, kind, where, len(histories))
    _holder_disks(painted, sides, held)
    painted.bar()
    painted.locator(countries)
    first = {*tables.route["place"][way][[0, -1]].tolist()} if way.any() else set()
    first |= {row.place for row in held}
    painted.names(place for place in network.places if place in first)
    painted.countries(countries)
    if column is not None:
        _dates(painted, tables, histories, column, until)
    painted.names(_others(tables, network, first))
    return page.figure


def _markers(
    tables: RunTables, network: Network, histories: Histories, until: float
) -> list[tuple[Marker, Spots]]:
    """What happened until an hour, by kinds of markers; every other kind stands between the others."""
    return [
        (kind, spots(tables, network, histories, kind.events, until, shift=0.5 * (number % 2)))
        for number, kind in enumerate(MARKERS)
    ]


def _frame(
    tables: RunTables, network: Network, columns: Sequence[str], held: Sequence[str]
) -> tuple[Frame, float]:
    """A frame about the ways of some columns; without a column about the places that are held."""
    way = np.isin(tables.route["column"], np.array(columns, object))
    lats, lons = tables.route["lat"][way], tables.route["lon"][way]
    if not len(lats):
        base = [network.places[name] for name in {*held, *tables.cover["station"]} if name in network.places]
        lats, lons = np.array([place.lat for place in base]), np.array([place.lon for place in base])
    return frame(lats, lons, MAP_WIDTH, MAP_HEIGHTS)


def _way(painted: NetworkMap, lon: np.ndarray, lat: np.ndarray) -> None:
    if len(lon):
        painted.axis.plot(lon, lat, zorder=1.8, gid="way", **WAY)
        painted.room.along(lon, lat, 2.2)


def _events(painted: NetworkMap, kind: Marker, where: Spots, histories: int) -> None:
    """Markers; of many runs their areas are as the numbers a run."""
    size, axis = np.full(len(where.lat), 42.0), painted.axis
    if histories > 1:
        size = np.maximum(6.0, 72.0 * where.number / where.number.max())
    dx, dy = kind.beside
    beside = axis.transData + ScaledTranslation(dx / 72.0, dy / 72.0, axis.figure.dpi_scale_trans)
    look: Any = {"fc": kind.face, "ec": INK, "lw": 0.6, "alpha": 0.9, "zorder": 5, "transform": beside}
    axis.scatter(where.lon, where.lat, size, marker=kind.marker, gid=f"event:{kind.word}", **look)
    for lon, lat, area in zip(where.lon, where.lat, size, strict=True):
        painted.room.about(lon, lat, 0.45 * float(np.sqrt(area)), dx, dy)


def _holder_disks(painted: NetworkMap, sides: Sequence[SideLook], held: Sequence[HolderShares]) -> None:
    """Each place as a disk, cut as the shares of the runs in which the sides hold it."""
    for row in (row for row in held if row.place in painted.network.places):
        place, start = painted.network.places[row.place], 0.0
        for side, share in zip(sides, row.shares[-1], strict=True):
            if share > 0.0:
                turn = np.linspace(start, start + share, 2 + int(40 * share)) * 2.0 * np.pi
                rim = np.column_stack([np.sin(turn), np.cos(turn)])
                shape = rim if share == 1.0 else np.vstack([[0.0, 0.0], rim])
                look: Any = {"fc": side.face, "ec": INK, "lw": 0.7, "hatch": side.hatch[:1] * 6}
                look |= {"marker": Path(shape), "zorder": 6, "gid": f"held:{row.place}:{side.name}"}
                painted.axis.scatter([place.lon], [place.lat], 88.0 * float(np.abs(shape).max()) ** 2, **look)
            start += share
        painted.room.about(place.lon, place.lat, 5.0)


def _dates(painted: NetworkMap, tables: RunTables, histories: Histories, column: str, until: float) -> None:
    """Where the median of the column is at midnights, with the dates."""
    for stay in progress(tables, histories, column, until, STATIONARY_KM):
        first, last = common.date(tables, stay.first), common.date(tables, stay.last)
        painted.axis.plot([stay.lon], [stay.lat], "_", color=INK, ms=11, mew=1.6, zorder=7, gid="date")
        painted.room.about(stay.lon, stay.lat, 3.0)
        words = first if first == last else f"from {first}" if stay.stays else f"{first} to {last}"
        how: Any = {"fontsize": 7, "color": "#7a4a00", "weight": "bold", "gid": "date"}
        painted.room.write(words, stay.lon, stay.lat, (9, 16, 26, 38, 52), **how)


def _others(tables: RunTables, network: Network, first: set[str]) -> list[str]:
    """The other places, those on the itineraries first, then towns and villages."""
    way = set(tables.route["place"].tolist())
    rank = ("town", "village", "airfield", "well", "locality", "wadi")
    others = [place for place in network.places.values() if place.id not in first]
    others.sort(key=lambda place: (place.id not in way, rank.index(place.kind), place.id))
    return [place.id for place in others]


# --- words -----------------------------------------------------------------------------------------------


def _title(tables: RunTables, until: float) -> str:
    when = common.plain_hour(tables, until)
    return f"{common.name_of(tables)}: territorial control on {when}, and events up to then"


def _how(
    tables: RunTables, column: str | None, histories: Histories, *, view: Frame, off: Sequence[str]
) -> str:
    """Projection, and how to read the map."""
    text = f"Equirectangular projection, true to scale at {degrees(view.true_at, 'NS')}"
    text += "; roads are straight between places."
    if len(tables.cover["km"]):
        text += " Circles: geodesics on WGS84."
    if column is not None:
        text += f" Dates: {_whose(histories.of_column(column))} {names.column(tables, column)} at 00:00 UTC."
    if len(histories) > 1:
        text += " Areas of markers are as their number per run; a disk is cut as the shares of the runs."
    if off:
        text += f" Beyond the map: {', '.join(off)}."
    if tables.manifest.get("camps"):
        text += " Camps are not drawn: see the figure holders."
    return text


def _whose(histories: Histories) -> str:
    """What the dates are of, before the name of a column."""
    if len(histories) == 1:
        return "the"
    back = int(np.isfinite(turned_back(histories)[0]).sum())
    left_out = f" (without the runs turned back by then: {back:,} at last)" if back else ""
    return f"the median position{left_out} of the"


def _key(
    tables: RunTables, column: str | None, markers: Sequence[MarkerSpots], histories: int
) -> list[Artist]:
    """Roads by surface, the column's route, and what happened with its numbers."""
    key = [key_line(f"road: {word}", **look) for word, look in basemap.SURFACE_STYLES.items()]
    if column is not None:
        key.append(key_line(f"route of the {names.column(tables, column)}", **WAY))
    for kind, where in markers:
        total = f"{where.number.sum():.2g} per run, largest {where.number.max():.2g}"
        total = total if histories > 1 else f"{len(where.number)}"
        look: Any = {"marker": kind.marker, "mfc": kind.face, "mec": INK, "mew": 0.6, "ms": 6.5}
        key.append(key_line(f"{kind.word}: {total}", lw=0, **look))
    return key
