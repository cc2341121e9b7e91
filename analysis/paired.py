"""Two runs of the same seed, laid against each other replicate by replicate: what differs, and how often."""

from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis import compare, shown
from analysis.layout import legend_tall, sheet, styled, widest
from analysis.looks import INK, QUIET
from analysis.outcomes import origin
from sim.files import Where, refuse
from sim.stored import RunTables

SAME = 1.0 / 60.0  # h: no difference
ROUNDING = 1.0 / 3600.0  # h: a spread below that is due to how hours are stored
WIDE = 200.0  # h: beyond that the axis is of powers of ten
COLUMN = 0.68  # inches, at the right
LINEAR = 10.0  # h: up to that it is even
MINUS = "\N{MINUS SIGN}"
HALF, NEAR = "#4a90c2", "#9cc3de"
PAIRED = "runs in pairs"
"""How faults name what two runs are laid against each other for."""


class Pair(NamedTuple):
    """A milestone in two runs: differences (h, second less first) where both have it, and shares of all."""

    name: str
    hours: np.ndarray
    same: float  # as often as not: in both at the same hour, or in neither
    first: float  # in the first alone
    second: float  # in the second alone
    worth: float | None  # variance of the difference of unpaired runs over that of the pairs


def pairs(one: RunTables, two: RunTables) -> list[Pair]:
    """Each milestone that both runs have, replicate by replicate. Raises FaultyInput: they do not match."""
    check(one, two)
    rows, others = _matched(one, two)
    shift = (origin(two) - origin(one)) / timedelta(hours=1)
    known = {m["id"] for m in two.manifest["milestones"]}
    found = []
    for name in (m["id"] for m in one.manifest["milestones"] if m["id"] in known):
        a = np.asarray(one.runs[name][rows], float)
        b = np.asarray(two.runs[name][others], float) + shift
        both, neither = np.isfinite(a) & np.isfinite(b), np.isinf(a) & np.isinf(b)
        hours = b[both] - a[both]
        same = (np.count_nonzero(np.abs(hours) < SAME) + np.count_nonzero(neither)) / len(a)
        first, second = (float((np.isfinite(x) & np.isinf(y)).mean()) for x, y in ((a, b), (b, a)))
        found.append(Pair(name, hours, float(same), first, second, _worth(a[both], b[both])))
    if not found:
        refuse(Where(PAIRED, 0), "needs milestones that both runs have, these have none")
    return found


def _worth(a: np.ndarray, b: np.ndarray) -> float | None:
    """How much pairing lessens the variance of a difference; None with fewer than two pairs or no spread."""
    if len(a) < 2 or a.var() + b.var() <= ROUNDING**2:
        return None
    paired = float((b - a).var())
    return float((a.var() + b.var()) / paired) if paired > ROUNDING**2 else np.inf


def check(one: RunTables, two: RunTables) -> None:
    """Raise FaultyInput if replicates of two runs are not runs of the same chance."""
    where = Where(PAIRED, 0)
    for tables in (one, two):
        compare.check_single(tables, PAIRED)
    seeds, runs = ([tables.manifest[key] for tables in (one, two)] for key in ("seed", "runs"))
    if seeds[0] != seeds[1]:
        refuse(where, f"needs two runs of one seed, these have {seeds[0]} and {seeds[1]}")
    if runs[0] != runs[1]:
        refuse(where, f"needs as many runs of each, these are {runs[0]:,} and {runs[1]:,}")
    own = [dict(zip(t.runs["replicate"].tolist(), t.runs["seed"].tolist(), strict=True)) for t in (one, two)]
    if own[0] != own[1]:
        refuse(where, "needs two runs whose replicates have the same seeds, these have not")


def _matched(one: RunTables, two: RunTables) -> tuple[np.ndarray, np.ndarray]:
    """The rows of the replicates that failed in neither."""
    rows = [np.flatnonzero(tables.done) for tables in (one, two)]
    names = [tables.runs["replicate"][own] for tables, own in zip((one, two), rows, strict=True)]
    _, first, second = np.intersect1d(names[0], names[1], return_indices=True)
    if not len(first):
        refuse(Where(PAIRED, 0), "needs runs that failed in neither, here are none")
    return rows[0][first], rows[1][second]


@styled
def draw(one: RunTables, two: RunTables) -> Figure:
    """A row a milestone: by how much it comes later in the second run, of the same chance."""
    rows = pairs(one, two)
    names = [row.name for row in rows]
    key = _key()
    left, right = max(1.4, widest(names, 8.5) + 0.35), 3.2
    tall = 0.27 * len(rows) + 0.1
    under = 0.65 + legend_tall([str(handle.get_label()) for handle in key], 10.0 - left - right)
    first, second = _titles(one, two)
    title = f"What differs, at the same chance: B less A\nA: {first}\nB: {second}"
    more = (
        "Replicate by replicate, with common random numbers: what differs is due to what A and B differ in. "
        "Shares of the replicates: same, to within a minute or in neither run; only A, it comes in A and "
        "never in B; only B, the other way round."
    )
    page = sheet(title, shown.caption(one, more), tall, left, right, under)
    axis = page.body()
    for level, row in enumerate(rows):
        _row(axis, level, row)
    _frame(axis, rows)
    _columns(axis, rows)
    page.legend(key, 0.6)
    return page.figure


def _columns(axis: Axes, rows: list[Pair]) -> None:
    """At the right of each row: the shares, and the median."""
    look: Any = {"fontsize": 7.5, "annotation_clip": False, "textcoords": "offset points"}
    for number, head in enumerate(("same", "only A", "only B", "median, h")):
        place = 72.0 * (0.15 + COLUMN * number)
        axis.annotate(head, (1.0, 1.0), (place, 3), xycoords="axes fraction", color=QUIET, gid="head", **look)
        for level, row in enumerate(rows):
            middle = _signed(np.median(row.hours), 1) if len(row.hours) else "-"
            cell = (f"{row.same:.3f}", f"{row.first:.3f}", f"{row.second:.3f}", middle)[number]
            where: Any = {"xycoords": axis.get_yaxis_transform(), "va": "center", "gid": "cell"}
            axis.annotate(cell, (1.0, level), (place, 0), **where, **look)


def _signed(value: float, digits: int) -> str:
    """A number with its sign, a minus as print has it; nought has none."""
    return f"{value:+,.{digits}f}".replace("-", MINUS) if round(value, digits) else f"{0:.{digits}f}"


def _titles(one: RunTables, two: RunTables) -> list[str]:
    names = [shown.name_of(tables) for tables in (one, two)]
    if names[0] == names[1]:
        names = [f"{name}, {tables.manifest['hash']}" for name, tables in zip(names, (one, two), strict=True)]
    return names


def _row(axis: Axes, level: int, row: Pair) -> None:
    """5 to 95 % as a thin bar, half of the pairs as a thick one, and the median."""
    axis.axhline(level, color="#ededed", lw=0.5, zorder=0.5)
    if not len(row.hours):
        return
    low, start, middle, end, high = np.quantile(row.hours, (0.05, 0.25, 0.5, 0.75, 0.95))
    axis.barh(level, high - low, 0.3, left=low, fc=NEAR, lw=0, zorder=2)
    axis.patches[-1].set_gid("near")
    axis.barh(level, end - start, 0.56, left=start, fc=HALF, lw=0, zorder=2.5)
    axis.patches[-1].set_gid("half")
    axis.plot([middle], [level], "o", color=INK, mec="white", mew=0.7, ms=5.5, zorder=4, gid="median")


def _frame(axis: Axes, rows: list[Pair]) -> None:
    axis.set_yticks(range(len(rows)), [row.name for row in rows])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.axvline(0.0, color=INK, lw=0.8, ls=(0, (3, 2)), zorder=1)
    ends = [np.abs(np.quantile(row.hours, (0.05, 0.95))).max() for row in rows if len(row.hours)]
    most = max([1.0, *ends])
    if most > WIDE:
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
    axis.grid(axis="x", color="#e5e5e5", lw=0.6)


def _key() -> list[Any]:
    return [
        Line2D([], [], color=INK, marker="o", ms=5.5, lw=0, label="median of the pairs that both have it"),
        Patch(color=HALF, label="half of them"),
        Patch(color=NEAR, label="nine in ten of them"),
    ]
