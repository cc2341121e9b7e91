"""Pr(a milestone before a date) over two factors of a sweep, a cell a pair of values."""

from datetime import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import PAGE_WIDTH, sheet, shortened, widest
from analysis.figures.base.style import INK
from analysis.figures.sweep import probability
from analysis.figures.sweep.probability import Ways
from analysis.tables import sweeps
from sim.record.record import Record
from sim.store.reader import RunTables

MOST_COLUMNS = 24  # of cells
HEAT_COLOURS = "cividis"


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """Pr(a milestone before a date) over two factors: a cell has it (0 to 1) for a pair of values.

    Raises FaultyInput for a milestone that the sweep has not.
    """
    across, down = factors(tables)
    shares, title, sure = probability.shares(tables, record, milestone, by)
    if len(across.names) * len(down.names) < len(shares.share):
        sure += " A cell is the mean of its design points."
    left = max(1.6, widest(probability.values(down), 8.5) + 0.4)
    cell = min(1.1, (PAGE_WIDTH - left - 1.2) / len(across.names))
    columns = _columns(across, cell)
    page = sheet(
        title,
        common.caption(tables, sure),
        max(0.9, min(0.45, max(0.24, 4.0 / len(down.names))) * len(down.names)),
        left=left,
        right=PAGE_WIDTH - left - cell * len(across.names),
        under=0.35 + 0.15 * (max(name.count("\n") for name in columns) + 1),
    )
    axis = page.body()
    _cells(axis, across, down, shares.share, 8.0 if cell > 0.4 else 6.0)
    axis.set_xticks(range(len(across.names)), columns)
    axis.set_yticks(range(len(down.names)), probability.values(down))
    axis.set_xlabel(across.axis.heading)
    page.heading(shortened(down.axis.heading, 8.0, 8.0))
    page.colours(HEAT_COLOURS, (0.0, 0.5, 1.0), "Pr", fontsize=8, loc="center", pad=4)
    return page.figure


def factors(tables: RunTables) -> tuple[Ways, Ways]:
    """The two factors that tell the points of a sweep apart: across, and down, where a text may be long."""
    ways = [probability.classes(axis, MOST_COLUMNS) for axis in sweeps.axes(tables)]
    across, down = sorted(ways, key=lambda way: not probability.is_scaled(way.axis))
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
