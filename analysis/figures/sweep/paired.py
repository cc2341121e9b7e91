"""Two runs of the same seed, laid against each other replicate by replicate: what differs, and how often."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch
from analysis.figures.base.style import INK, QUIET
from analysis.tables.pairs import PairedMilestone, pairs
from analysis.words import changes, names
from analysis.words.text import counted
from sim.store.reader import RunTables

LOG_AXIS_HOURS = 200.0  # h: beyond that the axis is of powers of ten
CELL_WIDTH = 0.68  # inches, at the right
SAME_SHARE = 0.995  # of the pairs: a milestone alike in more has no row
LINEAR = 10.0  # h: up to that it is even
MINUS = "\N{MINUS SIGN}"
HALF_COLOUR, NINE_TENTHS_COLOUR = "#4a90c2", "#9cc3de"
PAIRED_HOW = (
    "Replicate by replicate, with common random numbers: what differs is due to what A and B differ in. "
    "Shares of the replicates: same, to within a minute or in neither; only A, it occurs in A and never "
    "in B; only B, the reverse."
)


@styled
def draw(one: RunTables, two: RunTables) -> Figure:
    """A row a milestone: by how much it comes later (h) in the second result, with common random numbers.

    Those that differ in fewer than 0.5 % of the pairs have no row, unless all do. Raises FaultyInput for
    results whose replicates do not go together.
    """
    every, (first, second) = pairs(one, two), _titles(one, two)
    rows = [row for row in every if row.same < SAME_SHARE] or every
    left_out = counted(len(every) - len(rows), "milestone")
    alike = (
        f" {left_out} that differ in fewer than 0.5 % of the pairs not drawn."
        if len(rows) < len(every)
        else ""
    )
    page, axis = common.sheet_of_rows(
        f"Hours later in B than in A\nB: {second}\nA: {first}",
        f"A: {common.caption(one, f'B: {changes.titled(two)}. {PAIRED_HOW}{alike}')}",
        0.27 * len(rows) + 0.1,
        [names.milestone(one, row.milestone) for row in rows],
        least=1.4,
        right=3.2,
        under=0.6,
        key=[
            key_line("median of the pairs in which both have it", color=INK, marker="o", ms=5.5, lw=0),
            key_patch("50 % interval of the pairs", color=HALF_COLOUR),
            key_patch("90 % interval of the pairs", color=NINE_TENTHS_COLOUR),
        ],
    )
    for level, row in enumerate(rows):
        _row(axis, level, row)
    _hours(axis, rows)
    _columns(axis, rows)
    return page.figure


def _columns(axis: Axes, rows: list[PairedMilestone]) -> None:
    """At the right of each row: the shares, and the median."""
    look: Any = {"fontsize": 7.5, "annotation_clip": False, "textcoords": "offset points"}
    for number, head in enumerate(("same", "only A", "only B", "median, h")):
        place = 72.0 * (0.15 + CELL_WIDTH * number)
        axis.annotate(head, (1.0, 1.0), (place, 3), xycoords="axes fraction", color=QUIET, gid="head", **look)
        for level, row in enumerate(rows):
            middle = _signed(np.median(row.hours), 1) if len(row.hours) else "-"
            cell = (f"{row.same:.2f}", f"{row.only_a:.2f}", f"{row.only_b:.2f}", middle)[number]
            where: Any = {"xycoords": axis.get_yaxis_transform(), "va": "center", "gid": "cell"}
            axis.annotate(cell, (1.0, level), (place, 0), **where, **look)


def _signed(value: float, digits: int) -> str:
    """A number with its sign, a minus as print has it; nought has none."""
    return f"{value:+,.{digits}f}".replace("-", MINUS) if round(value, digits) else f"{0:.{digits}f}"


def _titles(one: RunTables, two: RunTables) -> list[str]:
    titles = [changes.labelled(tables) for tables in (one, two)]
    if titles[0] == titles[1]:
        return [
            f"{title}, {tables.manifest['hash']}" for title, tables in zip(titles, (one, two), strict=True)
        ]
    return titles


def _row(axis: Axes, level: int, row: PairedMilestone) -> None:
    """5 to 95 % as a thin bar, half of the pairs as a thick one, and the median."""
    axis.axhline(level, color="#ededed", lw=0.5, zorder=0.5)
    if not len(row.hours):
        return
    low, start, middle, end, high = np.quantile(row.hours, (0.05, 0.25, 0.5, 0.75, 0.95))
    axis.barh(level, high - low, 0.3, left=low, fc=NINE_TENTHS_COLOUR, lw=0, zorder=2)
    axis.patches[-1].set_gid("near")
    axis.barh(level, end - start, 0.56, left=start, fc=HALF_COLOUR, lw=0, zorder=2.5)
    axis.patches[-1].set_gid("half")
    axis.plot([middle], [level], "o", color=INK, mec="white", mew=0.7, ms=5.5, zorder=4, gid="median")


def _hours(axis: Axes, rows: list[PairedMilestone]) -> None:
    """Hours along the bottom, even or by powers of ten."""
    axis.axvline(0.0, color=INK, lw=0.8, ls=(0, (3, 2)), zorder=1)
    ends = [np.abs(np.quantile(row.hours, (0.05, 0.95))).max() for row in rows if len(row.hours)]
    most = max([1.0, *ends])
    if most > LOG_AXIS_HOURS:
        axis.set_xscale("symlog", linthresh=LINEAR, linscale=0.7)
        tens = [10.0**power for power in range(1, 1 + int(np.ceil(np.log10(most))))]
        ticks = [*(-ten for ten in tens[::-1]), 0.0, *tens]
        axis.set_xticks(ticks, [_signed(tick, 0) for tick in ticks])
        axis.set_xticks([], minor=True)
        axis.set_xlim(-1.3 * most, 1.3 * most)
        word = f"; even up to {LINEAR:.0f} h, then by powers of ten"
    else:
        axis.set_xlim(-1.08 * most, 1.08 * most)
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", MINUS))
        word = ""
    axis.set_xlabel(f"hours by which it comes later in B than in A{word}")
