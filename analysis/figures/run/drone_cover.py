"""Drone cover of a column's road over time: in which share of the histories a working station reaches it."""

from datetime import datetime

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from analysis.figures.base import common
from analysis.figures.base.page import FigureLayout, sheet, styled, widest
from analysis.figures.base.style import INK
from analysis.figures.run.time_distance import columns_drawn
from analysis.tables.histories import Histories
from sim.record.record import Record
from sim.store.reader import RunTables

COVER_COLOURS = "Blues"
KM = 2.0  # of a cell


def reach(tables: RunTables, column: str, km: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Whether a station of a drone detachment reaches each road-km of a column, by drone and station."""
    c = tables.cover
    found: dict[str, dict[str, np.ndarray]] = {}
    mine = c["column"] == column
    for drone, station in dict.fromkeys(zip(c["drone"][mine], c["station"][mine], strict=True)):
        rows = np.flatnonzero(mine & (c["drone"] == drone) & (c["station"] == station))
        rows = rows[np.argsort(c["km"][rows], kind="stable")]
        at = np.minimum(np.searchsorted(c["km"][rows], km), len(rows) - 1)
        found.setdefault(str(drone), {})[str(station)] = c["cover"][rows][at] > 0.0
    return found


def stations(histories: Histories, drone: str, names: list[str], hours: np.ndarray) -> np.ndarray:
    """Which of some stations a detachment works from at each hour, a row a history; -1: from none yet."""
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
    """The share of the histories in which some working station reaches a road-km at an hour: km by hours."""
    reached = reach(tables, column, km)
    codes = [(stations(histories, drone, list(by), hours), [*by.values()]) for drone, by in reached.items()]
    cover_shares = np.zeros((len(km), len(hours)))
    for at in range(len(hours)):
        where, counts = np.unique(
            np.column_stack([now[:, at] for now, _ in codes]), axis=0, return_counts=True
        )
        for state, count in zip(where, counts, strict=True):
            over = [by[code] for code, (_, by) in zip(state, codes, strict=True) if code >= 0]
            cover_shares[:, at] += count * np.any(over, axis=0) if over else 0.0
    return cover_shares / len(histories)


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """Where and when a column's road has drone cover, and where the column is: road-km against the date."""
    if not tables.manifest["columns"]:
        common.none("cover", "a column")
    if not len(tables.cover["km"]):
        common.none("cover", "drones", "map")
    candidates = [name for name in columns_drawn(tables, record) if name in set(tables.cover["column"])]
    column = candidates[0] if candidates else str(tables.cover["column"][0])
    histories, hours = common.stored(tables, "cover"), common.grid(tables)
    top = float(tables.route["km"][tables.route["column"] == column].max())
    edges = np.linspace(0.0, top, 1 + max(1, round(top / KM)))
    cover_shares = shares(tables, histories, column, hours, (edges[1:] + edges[:-1]) / 2.0)
    names = _names(tables, column)
    place_labels = [f"{name}  {km:.0f}" for km, name in names]
    single = len(histories) == 1
    title = f"{common.name_of(tables)}: drone cover of the road of the column {column}"
    page = sheet(
        title,
        common.caption(tables, _how(tables, column), len(histories)),
        tall=4.6,
        left=widest(place_labels, 8.5) + 0.5,
        right=1.1,
        under=0.85,
    )
    axis = page.body()
    step = np.append(hours, 2 * hours[-1] - hours[-2]) if len(hours) > 1 else np.array([0.0, 1.0])
    axis.pcolormesh(
        step, edges, cover_shares, cmap=COVER_COLOURS, vmin=0.0, vmax=1.25, gid="cover", rasterized=True
    )
    halo = [withStroke(linewidth=3.6, foreground="white")]
    middle = np.quantile(histories.of_column(column).positions(hours), 0.5, axis=0, method="higher")
    label = "one history" if single else f"median position of the column in {len(histories):,} histories"
    axis.plot(hours, middle, color=INK, lw=2.0, label=label, gid="column", path_effects=halo)
    _marks(axis, names, place_labels, top)
    common.dated(axis, tables, float(hours[0]), float(hours[-1]))
    page.heading("road-km from the start")
    page.legend([Line2D([], [], color=INK, lw=2.0, label=label)], 0.6)
    _scale(page, single)
    return page.figure


def _names(tables: RunTables, column: str) -> list[tuple[float, str]]:
    """The marks of the column's way that stand apart, the first and last of them always."""
    r = tables.route
    of_column = r["column"] == column
    rows = sorted(zip(r["km"][of_column], r["name"][of_column], r["mark"][of_column], strict=True))
    marks = [(float(km), str(name)) for km, name, mark in rows if mark]
    gap = 0.042 * rows[-1][0]
    histories, held = (
        [marks[0], marks[-1]],
        set(common.place_names(tables, tables.manifest.get("holders", ()))),
    )
    for mark in sorted(marks[1:-1], key=lambda mark: mark[1] not in held):
        if all(abs(mark[0] - km) >= gap for km, _ in histories):
            histories.append(mark)
    return sorted(set(histories))


def _marks(axis: Axes, names: list[tuple[float, str]], said: list[str], top: float) -> None:
    axis.set_yticks([km for km, _ in names], said)
    axis.hlines([km for km, _ in names], *axis.get_xlim(), color="white", lw=0.6, alpha=0.8)
    axis.set_ylim(0.0, 1.035 * top)


def _how(tables: RunTables, column: str) -> str:
    c = tables.cover
    drones = dict.fromkeys(
        (str(drone), float(radius))
        for drone, radius, of in zip(c["drone"], c["radius"], c["column"], strict=True)
        if of == column
    )
    reach = ", ".join(f"{drone} {radius:.0f} km" for drone, radius in drones)
    return (
        f"A km has cover where a station that works then reaches it (radius of the scenario: {reach}); "
        "whether an aircraft is over it at that hour is not shown."
    )


def _scale(page: FigureLayout, single: bool) -> None:
    """The scale of the colours, at the right."""
    axis = page.axes(page.wide + 0.25, 0.0, 0.16, page.tall)
    ramp = np.linspace(0.0, 1.0, 256)[:, None]
    axis.imshow(
        ramp, cmap=COVER_COLOURS, vmin=0.0, vmax=1.25, aspect="auto", origin="lower", extent=(0, 1, 0, 1)
    )
    axis.set(xticks=[], yticks=(0.0, 1.0) if single else (0.0, 0.25, 0.5, 0.75, 1.0))
    axis.yaxis.tick_right()
    axis.set_title("share of\nhistories", fontsize=7.5, loc="left", pad=9)
