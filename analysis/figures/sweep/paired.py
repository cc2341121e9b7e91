"""Two runs of the same seed, laid against each other replicate by replicate: what differs, and how often."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, sheet
from analysis.figures.base.style import INK, QUIET
from analysis.tables.pairs import PairedMilestone, pairs
from analysis.words import changes, names
from analysis.words.text import counted
from sim.store.reader import RunTables

CELL_WIDTH = 0.68  # inches, at the right
SAME_SHARE = 0.995  # of the pairs: a milestone alike in more has no row
UNCHANGED = "The same"
"""What a title says of results between which nothing differs."""
MINUS = "\N{MINUS SIGN}"
HALF_COLOUR, NINE_TENTHS_COLOUR = "#4a90c2", "#9cc3de"
PAIRED_HOW = (
    "Replicate by replicate, with common random numbers: what differs is due to what A and B differ in. "
    "Shares of the replicates: same, to within a minute or in neither; only A, it occurs in A and never "
    "in B; only B, the reverse."
)
BARS_HOW = " Bars and median are of the pairs in which it comes at another hour."


class TimeUnit(NamedTuple):
    """In what differences are given: its name, its hours, how many are even, and from how many not all."""

    name: str
    hours: float
    even: float
    log_from: float


IN_HOURS = TimeUnit(name="hours", hours=1.0, even=10.0, log_from=200.0)
IN_DAYS = TimeUnit(name="days", hours=24.0, even=1.0, log_from=20.0)
MOST_HOURS = 72.0  # h: more is given in days


@styled
def draw(one: RunTables, two: RunTables) -> Figure:
    """A row a milestone: by how much it comes later in the second result, with common random numbers.

    In hours, or in days where they are many; of the pairs in which it differs. A milestone that differs in
    fewer than 0.5 % of the pairs has no row, unless all do; where nothing differs a sentence says so. Raises
    FaultyInput for results whose replicates do not go together.
    """
    every = pairs(one, two)
    rows = [row for row in every if row.same < SAME_SHARE] or [row for row in every if row.same < 1.0]
    if not rows:
        return _unchanged(one, two, every)
    unit = _unit(rows)
    page, axis = common.sheet_of_rows(
        _title(one, two, f"{unit.name.capitalize()} later"),
        _caption(one, two, len(every) - len(rows)),
        0.27 * len(rows) + 0.1,
        [names.milestone(one, row.milestone) for row in rows],
        least=1.4,
        right=3.2,
        under=0.6,
        key=[
            key_line("median", color=INK, marker="o", ms=5.5, lw=0),
            key_patch("50 % interval", color=HALF_COLOUR),
            key_patch("90 % interval of the pairs in which it differs", color=NINE_TENTHS_COLOUR),
        ],
    )
    for level, row in enumerate(rows):
        _row(axis, level, row.shifts / unit.hours)
    _times(axis, rows, unit)
    _columns(axis, rows, unit)
    return page.figure


def _unchanged(one: RunTables, two: RunTables, every: list[PairedMilestone]) -> Figure:
    """A sheet that says that no milestone differs in any pair."""
    text = f"A: {common.caption(one, f'B: {changes.titled(two)}. {PAIRED_HOW}')}"
    page = sheet(_title(one, two, UNCHANGED), text, 0.5, left=0.2)
    axis = page.body()
    axis.set_axis_off()
    count, of = counted(len(every), "milestone"), counted(every[0].of, "pair")
    sentence = f"Nothing differs in {of} of runs: {count} in both to within a minute, or in neither."
    axis.text(0.0, 0.5, sentence, transform=axis.transAxes, va="center", fontsize=9.5, gid="unchanged")
    return page.figure


def _unit(rows: list[PairedMilestone]) -> TimeUnit:
    return IN_DAYS if _most(rows) > MOST_HOURS else IN_HOURS


def _most(rows: list[PairedMilestone]) -> float:
    """The largest difference (h) that a bar comes to."""
    ends = [np.abs(np.quantile(row.shifts, (0.05, 0.95))).max() for row in rows if len(row.shifts)]
    return float(max([1.0, *ends]))


def _title(one: RunTables, two: RunTables, what: str) -> str:
    """What of which of the two is held against the other, and what is changed in either."""
    first, second = _labels(one, two)
    changed = [changes.briefly(tables) for tables in (one, two)]
    head = f"{what} in {second} {'as' if what == UNCHANGED else 'than'} in {first}"
    return f"{head}\nB: {second} ({changed[1]})\nA: {first} ({changed[0]})"


def _labels(one: RunTables, two: RunTables) -> list[str]:
    """What to call each: its label, with its hash where both are called alike."""
    if one.label != two.label:
        return [one.label, two.label]
    alike = changes.in_words(one) == changes.in_words(two)
    parts = [tables.manifest["hash"] if alike else changes.briefly(tables) for tables in (one, two)]
    return [f"{tables.label}, {part}" for tables, part in zip((one, two), parts, strict=True)]


def _caption(one: RunTables, two: RunTables, left_out: int) -> str:
    alike = (
        f" {counted(left_out, 'milestone')} that differ in fewer than 0.5 % of the pairs not drawn."
        if left_out
        else ""
    )
    return f"A: {common.caption(one, f'B: {changes.titled(two)}. {PAIRED_HOW}{BARS_HOW}{alike}')}"


def _columns(axis: Axes, rows: list[PairedMilestone], unit: TimeUnit) -> None:
    """At the right of each row: the shares, and the median of the pairs in which it differs."""
    look: Any = {"fontsize": 7.5, "annotation_clip": False, "textcoords": "offset points"}
    for number, head in enumerate(("same", "only A", "only B", f"median, {unit.name}")):
        place = 72.0 * (0.15 + CELL_WIDTH * number)
        axis.annotate(head, (1.0, 1.0), (place, 3), xycoords="axes fraction", color=QUIET, gid="head", **look)
        for level, row in enumerate(rows):
            shares = (f"{row.same:.2f}", f"{row.only_a:.2f}", f"{row.only_b:.2f}")
            cell = (*shares, _middle(row.shifts, unit))[number]
            where: Any = {"xycoords": axis.get_yaxis_transform(), "va": "center", "gid": "cell"}
            axis.annotate(cell, (1.0, level), (place, 0), **where, **look)


def _middle(shifts: np.ndarray, unit: TimeUnit) -> str:
    """The median of some hours in a unit, or in a smaller one in which it is not nought."""
    if not len(shifts):
        return "-"
    hours = float(np.median(shifts))
    for hours_of, digits, word in ((unit.hours, 1, ""), (1.0, 1, " h"), (1.0 / 60.0, 0, " min")):
        if round(hours / hours_of, digits):
            return f"{_signed(hours / hours_of, digits)}{word}"
    return "0"


def _signed(value: float, digits: int) -> str:
    """A number with its sign, a minus as print has it; nought has none."""
    return f"{value:+,.{digits}f}".replace("-", MINUS) if round(value, digits) else f"{0:.{digits}f}"


def _row(axis: Axes, level: int, shifts: np.ndarray) -> None:
    """5 to 95 % as a thin bar, half of the pairs as a thick one, and the median."""
    axis.axhline(level, color="#ededed", lw=0.5, zorder=0.5)
    if not len(shifts):
        return
    low, start, middle, end, high = np.quantile(shifts, (0.05, 0.25, 0.5, 0.75, 0.95))
    axis.barh(level, high - low, 0.3, left=low, fc=NINE_TENTHS_COLOUR, lw=0, zorder=2)
    axis.patches[-1].set_gid("near")
    axis.barh(level, end - start, 0.56, left=start, fc=HALF_COLOUR, lw=0, zorder=2.5)
    axis.patches[-1].set_gid("half")
    axis.plot([middle], [level], "o", color=INK, mec="white", mew=0.7, ms=5.5, zorder=4, gid="median")


def _times(axis: Axes, rows: list[PairedMilestone], unit: TimeUnit) -> None:
    """Hours or days along the bottom, even or by powers of ten."""
    axis.axvline(0.0, color=INK, lw=0.8, ls=(0, (3, 2)), zorder=1)
    most, word = _most(rows) / unit.hours, ""
    if most > unit.log_from:
        axis.set_xscale("symlog", linthresh=unit.even, linscale=0.7)
        tens = [unit.even * 10.0**power for power in range(1 + int(np.ceil(np.log10(most / unit.even))))]
        ticks = [*(-ten for ten in tens[::-1]), 0.0, *tens]
        axis.set_xticks(ticks, [_signed(tick, 0) for tick in ticks])
        axis.set_xticks([], minor=True)
        axis.set_xlim(-1.3 * most, 1.3 * most)
        word = f"; even up to {counted(int(unit.even), unit.name[:-1])}, then by powers of ten"
    else:
        axis.set_xlim(-1.08 * most, 1.08 * most)
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", MINUS))
    axis.set_xlabel(f"{unit.name} by which it comes later in B than in A{word}")
