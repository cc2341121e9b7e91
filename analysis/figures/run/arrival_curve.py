"""Pr(a milestone before a date) as a curve against the date, beside the interval that is reported."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.labels import HALO, Room
from analysis.figures.base.page import key_line, key_patch, sheet
from analysis.figures.base.style import BAND_COLOUR, INK
from analysis.tables import sweeps, timeline
from analysis.tables.clock import horizon, interval_of, origin
from analysis.tables.monte_carlo import wilson
from analysis.tables.scored_observations import reported, use_of
from analysis.words import names
from analysis.words.text import moment_words
from sim.record.record import Record
from sim.record.rows import SCORED, Observation
from sim.state.clock import moment_at
from sim.store.reader import RunTables

ARRIVAL_EVENTS = ("capture", "arrival")
CURVE_POINTS = 400  # of a curve
CURVE_BOXES = 40  # of its points by which words keep clear of it
LEAST_WINDOW = 50.0  # h, so that ticks are days
ARRIVAL_HOW = (
    "A curve is the share of the runs in which it has occurred before a date; a run in which it never does "
    "counts."
)


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """The captures and arrivals that are scored, a panel each; or the one milestone that is asked for.

    A panel has the share of the finished runs (0 to 1) in which it comes before a date, with Wilson's 95 %
    interval, and a mark at a moment if one is asked for. Raises FaultyInput for a milestone that the run has
    not.
    """
    shown, reports = chosen(tables, record, milestone), reported(tables, record)
    across = min(3, len(shown))
    down = -(-len(shown) // across)
    tall = 2.1 if down > 1 else 2.9
    key = _key(tables, record, [reports[name] for name in shown if name in reports])
    what = names.milestone(tables, shown[0]) if len(shown) == 1 else "capture or arrival"
    when = "before a date" if by is None else f"before {_words_of(tables, by)}"
    title, text = f"{common.name_of(tables)}: Pr({what}) {when}", common.caption(tables, ARRIVAL_HOW)
    page = sheet(title, text, down * tall + (down - 1) * 0.75, left=0.7, under=0.55, key=key)
    for axis, name in zip(page.panels(len(shown), across, tall, (0.55, 0.75)), shown, strict=True):
        _panel(axis, tables, name, reports.get(name), None if by is None else common.moment(tables, by))
    for axis in page.figure.axes[::across]:
        axis.set_ylabel("share of the runs")
    return page.figure


def _words_of(tables: RunTables, by: datetime) -> str:
    return moment_words(moment_at(origin(tables), common.moment(tables, by)))


def chosen(tables: RunTables, record: Record, milestone: str | None) -> list[str]:
    """The milestones to draw: the one asked for, else captures and arrivals, those that are scored if any.

    Raises FaultyInput for one that the run has not.
    """
    if milestone is not None:
        return [sweeps.chosen(tables, record, milestone)]
    wanted = [name for name in sweeps.milestones(tables) if name.split(":")[1] in ARRIVAL_EVENTS]
    scored = [name for name in reported(tables, record, SCORED) if name in wanted]
    return scored or wanted or [sweeps.chosen(tables, record, None)]


def curve(hours: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of runs (0 to 1) in which it has come before each hour, and Wilson's 95 % interval of it.

    `hours` are those of the runs (runs,), inf for never; the shares are (hours,) the intervals (hours, 2).
    """
    hits = timeline.count_before(hours, grid)
    return hits / len(hours), wilson(hits, np.full(len(grid), len(hours)))


def _panel(
    axis: Axes, tables: RunTables, name: str, observation: Observation | None, by: float | None
) -> None:
    hours = tables.runs[name][tables.done]
    start, end = window(tables, hours, observation)
    if by is not None:
        start, end = min(start, by - 12.0), max(end, by + 12.0)
    came = hours[(hours > start) & (hours < end)][:2000]
    grid = np.unique(np.concatenate([np.linspace(start, end, CURVE_POINTS), came]))
    share, between = curve(hours, grid)
    if observation is not None:
        common.report_band(axis, tables, observation)
    if len(hours) > 1:
        low, high = between.T
        axis.fill_between(grid, low, high, step="pre", color=BAND_COLOUR, lw=0, gid="band", zorder=2)
    axis.plot(grid, share, color=INK, lw=1.6, drawstyle="steps-pre", gid="curve", zorder=3)
    common.dated(axis, tables, start, end, 4)
    axis.xaxis.label.set_fontsize(7)
    axis.set(ylim=(-0.03, 1.03), yticks=(0.0, 0.5, 1.0))
    ever = float(np.isfinite(hours).mean())
    share_ever = f"Pr {ever:.2f}" if len(hours) > 1 else "reached" if ever else "not reached"
    axis.set_title(f"{names.milestone(tables, name)}; {share_ever} by the end", fontsize=8.5, pad=5)
    if by is not None:
        _mark(axis, by, *(part[0] for part in curve(hours, np.array([by]))), single=len(hours) == 1)


def _mark(axis: Axes, by: float, share: float, between: np.ndarray, *, single: bool) -> None:
    """A moment that is asked for, with the share that has come before it and its interval."""
    axis.axvline(by, color=INK, lw=0.9, ls=(0, (3, 2)), zorder=2.5, gid="by")
    axis.plot([by], [share], "o", color=INK, mec="white", mew=0.7, ms=5.5, zorder=4, gid="by")
    words = f"Pr {share:.2f}" + ("" if single else f" ({between[0]:.2f} to {between[1]:.2f})")
    room = Room(axis)
    for line in (line for line in axis.lines if line.get_gid() == "curve"):
        x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        every = 1 + len(x) // CURVE_BOXES
        room.along(x[::every], y[::every], 1.5)
    look: Any = {"fontsize": 7.5, "zorder": 5, "path_effects": HALO, "gid": "by"}
    bands = [patch.get_window_extent() for patch in axis.patches if patch.get_gid() == "report"]

    def is_clear(box: Bbox) -> bool:
        return not box.count_overlaps(bands)

    label = room.put(words, _about(by, share), 1.0, is_clear, **look)
    label = label or room.put(words, _about(by, share), 1.0, **look)
    if label is None:
        axis.annotate(words, (by, 1.0), (4, -3), textcoords="offset points", va="top", **look)


def _about(by: float, share: float) -> Iterator[dict[str, Any]]:
    """Places for what is said of a mark: inside the panel, below it at its right first, off the curve."""
    beside = (
        (6, -12, "left", "top"),
        (-6, 12, "right", "bottom"),
        (6, 12, "left", "bottom"),
        (-6, -12, "right", "top"),
    )
    for dx, dy, ha, va in beside:
        by_mark = {"xytext": (dx, dy), "textcoords": "offset points", "ha": ha, "va": va}
        yield {"xy": (by, share)} | by_mark
    for level, (dx, ha) in product((0.9, 0.7, 0.5, 0.3, 0.15), ((6, "left"), (-6, "right"))):
        yield {"xy": (by, level), "xytext": (dx, 0), "textcoords": "offset points", "ha": ha, "va": "center"}


def window(tables: RunTables, hours: np.ndarray, observation: Observation | None) -> tuple[float, float]:
    """The hours from which to which a panel goes: nearly all of some hours (runs,), a report, room beside."""
    last = float(horizon(tables))
    came = hours[np.isfinite(hours)]
    ends = list(np.quantile(came, (0.005, 0.98))) if len(came) else []
    ends += list(interval_of(tables, observation)) if observation is not None else []
    low, high = (min(ends), max(ends)) if ends else (0.0, last)
    pad = max(12.0, 0.08 * (high - low), (LEAST_WINDOW - high + low) / 2.0)
    return low - pad, max(low - pad + LEAST_WINDOW, min(max(last, high + 1.0), high + pad))


def _key(tables: RunTables, record: Record, observations: list[Observation]) -> list[Artist]:
    runs = int(tables.done.sum())
    key = [key_line("share of the runs in which it has occurred before a date", color=INK, lw=1.6)]
    if runs > 1:
        key.append(key_patch(f"95 % interval (Wilson), {runs:,} runs", color=BAND_COLOUR))
    uses = ((row.kind, use_of(tables, record, row)) for row in observations)
    kinds = {(kind, "" if use in SCORED else use) for kind, use in uses}
    return key + [common.report_patch(kind, use) for kind, use in sorted(kinds)]
