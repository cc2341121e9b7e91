"""What figures share: their caption, rows, dates, and the paint of reports."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures.base.page import FigureLayout, key_line, key_patch, sheet, short_name, widest
from analysis.figures.base.style import INK, LOOKS, QUIET
from analysis.tables.clock import begins, horizon, hour_of, interval_of, origin
from analysis.words import changes
from analysis.words.names import place as place_name
from analysis.words.names import role
from analysis.words.text import counted, day, plain_moment
from sim.record.rows import SCORED, Observation
from sim.state.clock import moment_at
from sim.store.reader import RunTables
from sim.store.schema import Table

DRAWS = {"prior": "each parameter drawn from its prior", "fixed": "each parameter at its one value"}
GRID_LINES: dict[str, Any] = {"color": "#e5e5e5", "lw": 0.6}


# --- words -------------------------------------------------------------------------------------------------


def name_of(tables: RunTables) -> str:
    """The scenario, or the label that a result was given, with what was changed."""
    return changes.labelled(tables, tables.manifest.get("label") or tables.manifest["scenario"])


def caption(tables: RunTables, more: str = "", histories: int | None = None) -> str:
    """What was run, how many of its runs are drawn if not all runs are, and how to read a figure."""
    m, design, failed = tables.manifest, tables.manifest.get("design"), int((~tables.done).sum())
    label, runs = m.get("label"), counted(m["runs"], "run")
    text = f"{label}: {m['scenario']}" if label else str(m["scenario"])
    if design:
        points = counted(len(tables.points["design_id"]), "point")
        text += f", design {design['name']} ({design['kind']}, {points})"
        runs = f"{counted(design['runs'], 'run')} at each point"
    text += f"; {changes.line(tables)}; {runs}, random seed {m['seed']}"
    text += f", {DRAWS[m['parameters']]}" if m["parameters"] in DRAWS else ""
    text += f" but {len(m['pinned'])} set by hand" if m.get("pinned") and "changes" not in m else ""
    text += f"; {counted(failed, 'run')} failed and not shown" if failed else ""
    if histories is not None and histories < len(tables.done) - failed:
        text += f"; the first {histories:,} runs are shown"
    return f"{text}. {more}".rstrip()


def middle_of(count: int, *, back: bool = False) -> str:
    """What stands for so many runs in a legend: the one, or their median; `back`: some are turned back."""
    if back and count > 1:
        return "median of the runs not turned back"
    return "one run" if count == 1 else f"median of {count:,} runs"


def place_names(tables: RunTables, places: Iterable[str]) -> list[str]:
    """Names of places by their ids."""
    return [place_name(tables, place) for place in places]


# --- rows ------------------------------------------------------------------------------------------------


def picked(table: Mapping[str, np.ndarray], which: np.ndarray) -> Table:
    """The rows of a table that a mask (rows,) picks."""
    return {name: values[which] for name, values in table.items()}


def of_column(table: Mapping[str, np.ndarray], column: str) -> Table:
    """The rows of a table of places or km of itineraries that are of a column; its columns are (rows,)."""
    return picked(table, table["column"] == column)


def sheet_of_rows(
    title: str,
    text: str,
    tall: float,
    names: Sequence[str],
    *,
    least: float,
    edges: tuple[float, float] = (0.6, 0.6),
    **room: Any,
) -> tuple[FigureLayout, Axes]:
    """A sheet and the axis of its body, with names down the left side and lines upwards.

    `least` is the room for the names at least, `edges` is that below the last and above the first row (rows),
    and `room` what else `sheet` takes.
    """
    names = [short_name(name) for name in names]
    page = sheet(title, text, tall, left=max(least, widest(names, 8.5) + 0.35), **room)
    axis = page.body()
    rows(axis, names, *edges)
    axis.grid(axis="x", **GRID_LINES)
    return page, axis


def rows(axis: Axes, names: Sequence[str], low: float = 0.6, high: float = 0.6) -> None:
    """Names down the left side, the first one on top, and so much room below the last and above the first."""
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 1 + low, -high)
    axis.tick_params(axis="y", length=0)


def note(axis: Axes, level: float, text: str) -> None:
    """A quiet word at the right of a row."""
    where: Any = {"xycoords": ("axes fraction", "data"), "va": "center"}
    axis.annotate(text, (1.01, level), fontsize=7.5, color=QUIET, **where)


def note_head(axis: Axes, text: str) -> None:
    """What the words at the right of rows are, above them."""
    where: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "gid": "head"}
    axis.annotate(text, (1.01, 1.0), (0, 3), fontsize=7.5, color=QUIET, **where)


def median(axis: Axes, level: float, quantiles: Sequence[float], edge: float) -> None:
    """5, 50 and 95 % of some hours as a line with a dot, which ends at an edge; one beyond it has no dot."""
    low, middle, high = np.minimum(quantiles, edge)
    axis.plot([low, high], [level, level], color=INK, lw=1.2, zorder=3, gid="span")
    if np.isfinite(quantiles[1]):
        axis.plot([middle], [level], "o", color=INK, mec="white", mew=0.6, ms=5.5, zorder=4, gid="median")


def median_key(tables: RunTables) -> Artist:
    """The hour of a milestone in a legend: that of one run, or median and interval of the runs."""
    single = len(tables.done) == 1
    word = "one run" if single else "median and 90 % prediction interval; to the edge: after the end"
    return key_line(word, color=INK, marker="o", ms=4.5, lw=0 if single else 1.2)


# --- dates -------------------------------------------------------------------------------------------------


def dates(axis: Axes, zero: datetime, start: float, end: float, most: int = 9) -> None:
    """Ticks at midnights between two hours, so many at most; at hours of the day where that is too few."""
    if end - start >= 48.0:
        hours = midnights(zero, start, end, most)
        axis.set_xticks(hours, [day(moment_at(zero, hour)) for hour in hours])
        return
    step = next(hours for hours in (1.0, 2.0, 3.0, 6.0, 12.0) if (end - start) / hours < 7)
    hours = list(np.arange(step * np.ceil(start / step), end + 1e-6, step))
    moments = [moment_at(zero, hour) for hour in hours]
    axis.set_xticks(hours, [f"{day(at)}, {at:%H:%M}" for at in moments])


def midnights(zero: datetime, start: float, end: float, most: int) -> list[float]:
    """The hours of midnights between two hours, so many at most: every few days, else by the month."""
    hours = [float(hour) for hour in np.arange(24.0 * np.ceil(start / 24.0), end + 1e-6, 24.0)]
    for step in (1, 2, 3, 4, 5):
        if len(every := [hour for hour in hours if hour % (24.0 * step) == 0.0]) <= most:
            return every
    moments = [(hour, moment_at(zero, hour)) for hour in hours]
    for days, months in (((1, 15), 1), ((1,), 1), ((1,), 3), ((1,), 12)):
        some = [hour for hour, at in moments if at.day in days and (at.month - 1) % months == 0]
        if len(some) <= most:
            return some
    return some[:: -(-len(some) // most)]


def dated(axis: Axes, tables: RunTables, start: float, end: float, most: int = 11) -> None:
    """Dates along the bottom of an axis (UTC) from an hour to another."""
    axis.set_xlim(start, end)
    dates(axis, origin(tables), start, end, most)
    axis.set_xlabel(dates_label(tables, start, end))


def dates_label(tables: RunTables, start: float, end: float) -> str:
    """What dates between two hours are: in UTC, of a year or more."""
    ends = [moment_at(origin(tables), start), moment_at(origin(tables), end) - timedelta(minutes=1)]
    years = dict.fromkeys(f"{at:%Y}" for at in ends)
    return f"{'date' if end - start >= 48.0 else 'date and hour'} (UTC), {' to '.join(years)}"


def date(tables: RunTables, hour: float, *, year: bool = False) -> str:
    """The day of an hour as 7 Oct, or with its year."""
    return day(moment_at(origin(tables), hour), year=year)


def plain_hour(tables: RunTables, hour: float) -> str:
    """The moment of an hour as 7 Oct 2023, 14:10 UTC."""
    return plain_moment(moment_at(origin(tables), hour))


def moment(tables: RunTables, by: datetime | None) -> float:
    """The hour of a moment that was asked for, the end of the scenario if none was."""
    return horizon(tables) if by is None else min(horizon(tables), max(begins(tables), hour_of(tables, by)))


def grid(tables: RunTables, step: float = 0.0) -> np.ndarray:
    """Hours (hours,) from the start to the end of the scenario, at least 400, or by so many at most."""
    start, end = begins(tables), horizon(tables)
    length = end - start
    return np.linspace(start, end, 1 + int(np.ceil(length / (step or max(1.0, length / 400.0)))))


# --- reports -----------------------------------------------------------------------------------------------


def report_box(
    axis: Axes, span: tuple[float, float], height: tuple[float, float], kind: str, zorder: float
) -> None:
    """What is reported, as a box that spans hours and a height, in the paint of its kind."""
    (start, end), (low, high), paint = span, height, LOOKS[kind].paint
    axis.add_patch(Rectangle((start, low), end - start, high - low, zorder=zorder, gid="report", **paint))


def report_band(axis: Axes, tables: RunTables, observation: Observation, alpha: float | None = None) -> None:
    """A reported interval as a band over all of an axis."""
    look = LOOKS[observation.kind].paint | {"lw": 0.6, "zorder": 0.5, "gid": "report", "alpha": alpha}
    axis.axvspan(*interval_of(tables, observation), **look)


def report_patch(kind: str, use: str = "", alpha: float | None = None) -> Artist:
    """A kind of report in a legend; what it is used for is said where that is no score."""
    look = LOOKS[kind]
    unscored = f" ({role(use)}, not scored)" if use not in ("", *SCORED) else ""
    return key_patch(f"reported: {look.label}{unscored}", alpha=alpha, **look.paint)
