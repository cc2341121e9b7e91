"""Figures of a sweep: a milestone at each design point, as dates, as a share along a factor, as a map of two.

They take a sweep's tables and the record, never a model. Hours count from 00:00 UTC of the first day.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.base import common
from analysis.figures.base.page import FigureLayout, legend_tall, sheet, shortened, styled, widest
from analysis.figures.base.style import INK, QUIET, party_look
from analysis.figures.sweep import labels, probability
from analysis.figures.sweep.probability import PANEL_FOOT, Shares, Ways
from analysis.tables import sweeps
from analysis.tables.clock import begins, horizon, interval_of, origin
from analysis.tables.scored_observations import reported, use_of
from analysis.tables.sweeps import ByPoint
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

MOST_RIDGES, MOST_COLUMNS, MOST_ROWS = 40, 24, 40  # most ridges, most columns and rows of a map
RIDGE_BINS = 320  # of a ridge, over the dates shown
PALE = 0.55  # how opaque the reported interval is behind the ridges
RIDGE_COLOUR, HEAT_COLOURS = "#8fb8d6", "cividis"


# --- ridges ----------------------------------------------------------------------------------------------


@styled
def draw_ridges(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """When a milestone comes at each design point: distribution, median, and the reported interval."""
    name, runs = sweeps.chosen(tables, record, milestone), ByPoint(tables)
    if runs.count > MOST_RIDGES:
        what = f"draws {MOST_RIDGES} design points at most, this sweep has {runs.count:,}"
        refuse(Where("--figure ridges", 0), f"{what}; 'probability' would do")
    of_milestone, hours = sweeps.summary(runs, record, name), runs.split(runs.hours(name))
    point_names, row = labels.names(tables), min(0.7, max(0.24, 5.0 / runs.count))
    band = _band(tables, record, name)
    title = f"{labels.question(tables, name)}\n{labels.medians(tables, of_milestone, name)}"
    more = " A ridge is as high as P, the share of the runs that reach it."
    text = labels.caption(tables, runs, of_milestone.between, more)
    left, right = max(1.6, widest(point_names, 8.5) + 0.35), 0.8
    key = [_key(), *([band] if band else [])]
    under = 0.55 + legend_tall([str(handle.get_label()) for handle in key], 10.0 - left - right)
    page = sheet(title, text, tall=row * (runs.count + 0.2), left=left, right=right, under=under)
    axis = page.body()
    _dated(axis, tables, record, name, hours)
    for level, part in enumerate(hours):
        _ridge(axis, level, part, of_milestone.hours[level], of_milestone.share_reached[level])
    _named(axis, point_names)
    page.heading(labels.heading(tables))
    page.legend(key, 0.5)
    return page.figure


def _key() -> Line2D:
    word = "median and 5 to 95 % of the runs; to the edge: never"
    return Line2D([], [], color=INK, marker="o", ms=4.5, lw=1.2, label=word)


def _band(tables: RunTables, record: Record, milestone: str) -> Patch | None:
    """How the reported interval is drawn, if there is one."""
    seen = reported(tables, record).get(milestone)
    if seen is None:
        return None
    use, look = use_of(tables, record, seen), party_look(seen.kind)
    word = f"reported: {look.label}" + ("" if use in SCORED else f" ({use}, not scored)")
    return Patch(alpha=PALE, label=word, **look.paint)


def _dated(
    axis: Axes, tables: RunTables, record: Record, milestone: str, hours: Sequence[np.ndarray]
) -> None:
    """The dates along the bottom, wide enough for nearly all that comes, and what is reported as a band."""
    seen, last = reported(tables, record).get(milestone), horizon(tables)
    edges = interval_of(tables, seen) if seen else ()
    came = np.concatenate([part[np.isfinite(part)] for part in hours])
    ends = [*edges, *(np.quantile(came, (0.002, 0.998)) if len(came) else [])] or [begins(tables), last]
    pad = max(3.0, 0.04 * (max(ends) - min(ends))) if len(came) else 24.0
    axis.set_xlim(min(ends) - pad, max(ends) + pad)
    common.dates(axis, origin(tables), *axis.get_xlim())
    axis.set_xlabel(f"month-day (UTC) from {tables.manifest['start']}; P: share of the runs that reach it")
    axis.grid(axis="x", color="#e5e5e5", lw=0.6)
    if seen is not None:
        axis.axvspan(*edges, **common.paint(seen.kind), lw=0.6, alpha=PALE, zorder=0.5, gid="report")


def _ridge(axis: Axes, level: int, hours: np.ndarray, quantiles: np.ndarray, reached: float) -> None:
    """One design point: its density as high as the share that comes, its median, and that share as text."""
    low, high = axis.get_xlim()
    axis.axhline(level, color="#bfbfbf", lw=0.5, zorder=1)
    x, y = density(hours, low, high)
    if y.any():
        top = level - 0.85 * reached * y / y.max()
        axis.fill_between(x, level, top, fc=RIDGE_COLOUR, ec="none", alpha=0.85, zorder=2, gid="ridge")
        axis.plot(x, top, color="#2f5d7c", lw=0.8, zorder=2.5)
    if len(hours):
        start, middle, end = np.minimum(quantiles, high)
        axis.plot([start, end], [level, level], color=INK, lw=1.2, zorder=3, gid="span")
        if np.isfinite(quantiles[1]):
            axis.plot([middle], [level], "o", color=INK, mec="white", mew=0.6, ms=5.5, zorder=4, gid="median")
    note = f"P {reached:.2f}" if len(hours) else "all failed"
    where: Any = {"xycoords": ("axes fraction", "data"), "va": "center"}
    axis.annotate(note, (1.01, level - 0.1), fontsize=7.5, color=QUIET, **where)


def density(hours: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """A histogram of the hours between two, lightly smoothed: middles of its bins, and runs in each."""
    counts, edges = np.histogram(hours[np.isfinite(hours)], RIDGE_BINS, (low, high))
    came = np.sort(hours[(hours >= low) & (hours <= high)])
    middles = (edges[1:] + edges[:-1]) / 2.0
    if not len(came):
        return middles, counts.astype(float)
    spread = min(float(came.std()), float(np.subtract(*np.quantile(came, (0.75, 0.25)))) / 1.34)
    bins = min(RIDGE_BINS / 12.0, max(1.5, 0.6 * spread * len(came) ** -0.2 * RIDGE_BINS / (high - low)))
    reach = np.arange(-int(4 * bins), int(4 * bins) + 1)
    kernel = np.exp(-0.5 * (reach / bins) ** 2)
    return middles, np.convolve(counts, kernel / kernel.sum(), "same")


def _named(axis: Axes, names: Sequence[str]) -> None:
    """Names of the ridges down the left side."""
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.75, -1.0)
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)


# --- probability -----------------------------------------------------------------------------------------


@styled
def draw_probability(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """P(a milestone by a date) against what the sweep moves: as lines, or as a panel a factor."""
    axes = sweeps.axes(tables)
    if not axes:
        refuse(
            Where("--figure probability", 0), "needs a factor that varies, here is none; 'ridges' would do"
        )
    shares, title, text = _shares(tables, record, milestone, by)
    drawn = probability.split(tables, axes)
    if drawn is not None:
        return _lines(tables, shares, title, text, drawn)
    first = probability.strongest(axes, shares.share)
    _, rows = probability.grid(len(first))
    text += f" {len(first)} of {len(axes)} factors are drawn." if len(first) < len(axes) else ""
    text += " The factor along which P differs most stands first."
    if len(shares.share) >= probability.SMOOTH:
        text += " Dots: design points; black: their running median."
    tall = rows * probability.tall(rows) + (rows - 1) * PANEL_FOOT
    page = sheet(title, text, tall=tall, left=0.9, right=0.3, under=0.85)
    probability.panels(page, tables, first, shares)
    return page.figure


def _shares(
    tables: RunTables, record: Record, milestone: str | None, by: datetime | None
) -> tuple[Shares, str, str]:
    """The probability at each point, with the title and the caption of its figure."""
    name, runs = sweeps.chosen(tables, record, milestone), ByPoint(tables)
    by = by or sweeps.deadline(tables, record, name)
    share, between = sweeps.probability(runs, name, by)
    asked = labels.question_text(name, by)
    title = f"{labels.question(tables, name)}\n{asked}: {labels.extremes(tables, share)}"
    return Shares(share, between, asked), title, labels.caption(tables, runs, between)


def _lines(
    tables: RunTables, shares: Shares, title: str, text: str, drawn: tuple[Ways, Ways | None]
) -> Figure:
    along, series = drawn
    tall, left = probability.room(along, series)
    names = probability.series_names(series)
    page = sheet(title, text, tall=tall, left=left, right=0.4, under=0.55 + legend_tall(names, 9.6 - left))
    handles = probability.lines(page.body(), along, series, shares)
    if not probability.is_scaled(along.axis):
        page.heading(shortened(along.axis.label, 8.0, 8.0))
    if series is not None:
        page.legend(handles, 0.5)
    return page.figure


# --- heat ------------------------------------------------------------------------------------------------


@styled
def draw_heat(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """P(a milestone by a date) over two factors: a cell a pair of values, its number written in it."""
    across, down = _two(tables)
    shares, title, text = _shares(tables, record, milestone, by)
    if len(across.names) * len(down.names) < len(shares.share):
        text += " A cell is the mean of its design points."
    left = max(1.6, widest(probability.values(down), 8.5) + 0.4)
    cell = min(1.1, (10.0 - left - 1.2) / len(across.names))
    cell_texts = _columns(across, cell)
    lines = max(name.count("\n") for name in cell_texts) + 1
    row, right = min(0.45, max(0.24, 4.0 / len(down.names))), 10.0 - left - cell * len(across.names)
    page = sheet(
        title, text, tall=max(0.9, row * len(down.names)), left=left, right=right, under=0.35 + 0.15 * lines
    )
    axis = page.body()
    _cells(axis, across, down, shares.share, 8.0 if cell > 0.4 else 6.0)
    axis.set_xticks(range(len(across.names)), cell_texts)
    axis.set_yticks(range(len(down.names)), probability.values(down))
    axis.set_xlabel(across.axis.label)
    page.heading(shortened(down.axis.label, 8.0, 8.0))
    _bar(page)
    return page.figure


def _two(tables: RunTables) -> tuple[Ways, Ways]:
    """The factors across and down, where a text may be long. Raises FaultyInput unless they are two."""
    axes, where = sweeps.axes(tables), Where("--figure heat", 0)
    if len(axes) != 2:
        message = "needs two factors, and no more, to tell the design points apart"
        refuse(where, f"{message}; of this sweep they are {len(axes)}; 'probability' would do")
    classes = [probability.classes(axis, MOST_COLUMNS) for axis in axes]
    across, down = sorted(classes, key=lambda way: not probability.is_scaled(way.axis))
    if len(across.names) > MOST_COLUMNS or len(down.names) > MOST_ROWS:
        cells = f"{len(across.names):,} by {len(down.names):,}"
        sizes = f"{MOST_COLUMNS} by {MOST_ROWS} cells at most, here are {cells}"
        refuse(where, f"draws {sizes}; 'probability' would do")
    return across, down


def _columns(across: Ways, cell: float) -> list[str]:
    """Names of the columns: texts in lines, numbers at every so manyth where they are wide."""
    if probability.is_scaled(across.axis):
        every = int(np.ceil((widest(across.names, 8.5) + 0.08) / cell))
        return [name if number % every == 0 else "" for number, name in enumerate(across.names)]
    return [probability.broken(name, cell - 0.08, 8.5, 4) for name in across.names]


def _cells(axis: Axes, across: Ways, down: Ways, share: np.ndarray, size: float) -> None:
    """Colours and means over points; down the side, numbers grow upward; without a point a cell is empty."""
    wide, tall = len(across.names), len(down.names)
    known, cell = np.isfinite(share), down.code * wide + across.code
    sums = np.bincount(cell[known], share[known], tall * wide)
    counts = np.bincount(cell[known], minlength=tall * wide)
    table = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(tall, wide)
    edges = np.arange(wide + 1) - 0.5, np.arange(tall + 1) - 0.5
    axis.pcolormesh(*edges, table, cmap=HEAT_COLOURS, vmin=0.0, vmax=1.0, ec="white", lw=0.8, gid="cells")
    for y, x in zip(*np.nonzero(np.isfinite(table)), strict=True):
        color = "white" if table[y, x] < 0.5 else INK
        where: Any = {"ha": "center", "va": "center", "color": color, "fontsize": size, "gid": "cell"}
        axis.text(x, y, f"{table[y, x]:.2f}", **where)
    upward = probability.is_scaled(down.axis)
    axis.set(xlim=(-0.5, wide - 0.5), ylim=(-0.5, tall - 0.5) if upward else (tall - 0.5, -0.5))
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)


def _bar(page: FigureLayout) -> None:
    """The scale of the colours, at the right."""
    axis = page.axes(page.wide + 0.2, 0.0, 0.14, page.tall)
    axis.imshow(
        np.linspace(0.0, 1.0, 256)[:, None],
        cmap=HEAT_COLOURS,
        aspect="auto",
        origin="lower",
        extent=(0, 1, 0, 1),
    )
    axis.set(xticks=[], yticks=(0.0, 0.5, 1.0))
    axis.yaxis.tick_right()
    axis.set_title("P", fontsize=8, loc="center", pad=4)


POINT_FIGURES: dict[str, Callable[..., Figure]] = {
    "ridges": draw_ridges,
    "probability": draw_probability,
    "heat": draw_heat,
}
"""Figures of a sweep by name; each takes tables, the record, and if wanted a milestone and a date."""
