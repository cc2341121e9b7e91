"""Drone cover of a column's road over time: in which share of the runs a working station reaches it."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.labels import WIDE_HALO, apart
from analysis.figures.base.map_data import distance
from analysis.figures.base.page import key_line, sheet, short_name, widest
from analysis.figures.base.style import INK
from analysis.figures.run.time_distance import columns_drawn
from analysis.tables.histories import Histories, middle_km, stored, turned_back
from analysis.words import names
from sim.record.record import Record
from sim.store.reader import RunTables
from sim.store.schema import Table

COVER_COLOURS = "Blues"
DARKEST = 1.25  # share at which the colours end, so that 1 is not too dark
KM = 2.0  # of a cell


def reach(tables: RunTables, column: str, km: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Whether a drone detachment reaches road-km (points,) of a column: (points,), by drone and station."""
    cover = common.of_column(tables.cover, column)
    reaches: dict[str, dict[str, np.ndarray]] = {}
    for drone, station in dict.fromkeys(zip(cover["drone"], cover["station"], strict=True)):
        rows = common.picked(cover, (cover["drone"] == drone) & (cover["station"] == station))
        at = np.minimum(np.searchsorted(rows["km"], km), len(rows["km"]) - 1)
        reaches.setdefault(str(drone), {})[str(station)] = rows["cover"][at] > 0.0
    return reaches


def stations(histories: Histories, drone: str, names: list[str], hours: np.ndarray) -> np.ndarray:
    """The number of the station a detachment works from, -1 for none yet: (runs, hours)."""
    e, rows = histories.events, histories.by_hour("on_station")
    now = np.full((len(histories), len(hours)), -1, np.int16)
    for row in rows[e["agent"][rows] == drone]:
        place = str(e["place"][row])
        code = names.index(place) if place in names else -1
        now[histories.history[row], np.searchsorted(hours, e["hour"][row]) :] = code
    return now


def shares(
    tables: RunTables, histories: Histories, column: str, hours: np.ndarray, km: np.ndarray
) -> np.ndarray:
    """The share of the runs (0 to 1) in which some working station reaches a road-km at an hour.

    `hours` are (hours,), `km` (points,), the shares (points, hours).
    """
    parts = [
        (
            np.array([*reached.values(), np.zeros(len(km), bool)]),
            stations(histories, drone, [*reached], hours),
        )
        for drone, reached in reach(tables, column, km).items()
    ]  # what is reached from each station, and last from none
    covered = ([reached[now[:, at]] for reached, now in parts] for at in range(len(hours)))
    return np.column_stack([np.any(by_drone, axis=0).mean(axis=0) for by_drone in covered])


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """Where and when a column's road has drone cover, and where the column is: road-km by date (UTC).

    The colour is the share of the stored runs, 0 to 1.
    """
    covered = tables.cover["column"].tolist()
    column = next((name for name in columns_drawn(tables, record) if name in covered), covered[0])
    histories, hours = stored(tables), common.grid(tables)
    way = common.of_column(tables.route, column)
    top = float(way["km"].max())
    edges = np.linspace(0.0, top, 1 + max(1, round(top / KM)))
    cover_shares = shares(tables, histories, column, hours, (edges[1:] + edges[:-1]) / 2.0)
    marks = _names(tables, way)
    travelled = histories.of_column(column)
    back = bool(np.isfinite(turned_back(travelled)[0]).any())
    label = f"position of the column: {common.middle_of(len(histories), back=back)}"
    look: Any = {"color": INK, "lw": 2.0}
    page = sheet(
        f"{common.name_of(tables)}: drone cover of the route of the {names.column(tables, column)}",
        common.caption(tables, _how(tables, column), len(histories)),
        4.6,
        left=widest([*marks.values()], 8.5) + 0.5,
        right=1.1,
        under=0.6,
        key=[key_line(label, **look)],
    )
    axis = page.body()
    step = np.append(hours, 2 * hours[-1] - hours[-2])
    colours: Any = {"cmap": COVER_COLOURS, "vmin": 0.0, "vmax": DARKEST, "gid": "cover", "rasterized": True}
    axis.pcolormesh(step, edges, cover_shares, **colours)
    axis.plot(hours, middle_km(travelled, hours), gid="column", path_effects=WIDE_HALO, **look)
    axis.set_yticks(list(marks), list(marks.values()))
    axis.hlines(list(marks), *axis.get_xlim(), color="white", lw=0.6, alpha=0.8)
    axis.set_ylim(0.0, 1.035 * top)
    common.dated(axis, tables, float(hours[0]), float(hours[-1]))
    page.heading("road-km from the start")
    ticks = (0.0, 1.0) if len(histories) == 1 else (0.0, 0.25, 0.5, 0.75, 1.0)
    page.colours(COVER_COLOURS, ticks, "share of\nruns", most=DARKEST, fontsize=7.5, loc="left", pad=9)
    return page.figure


def _names(tables: RunTables, way: Table) -> dict[float, str]:
    """The marks of a way that stand apart by km, with it; its first and last, then those that are held."""
    rows = zip(way["km"], way["name"], way["mark"], strict=True)
    marks = {float(km): str(name) for km, name, mark in rows if mark}
    held = {*common.place_names(tables, tables.manifest.get("holders", ()))}
    order = sorted(marks, key=lambda km: (marks[km] not in held, km))
    kms = apart([min(marks), max(marks)], order, 0.042 * float(way["km"].max()))
    return {km: f"{short_name(marks[km])}  {km:.0f}" for km in sorted({*kms})}


def _how(tables: RunTables, column: str) -> str:
    cover = common.of_column(tables.cover, column)
    radii = dict.fromkeys(zip(cover["drone"], cover["radius"], strict=True))
    reach = ", ".join(f"{names.drone(drone)} {distance(radius)}" for drone, radius in radii)
    return (
        f"A km has cover where a station that works then reaches it (operational radius: {reach}); "
        "whether an aircraft is over it at that hour is not shown."
    )
