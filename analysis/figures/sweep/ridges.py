"""When a milestone comes at each design point of a sweep, a ridge a point."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.sweep import labels
from analysis.tables import sweeps
from analysis.tables.clock import begins, horizon, interval_of, origin
from analysis.tables.scored_observations import reported, use_of
from analysis.tables.sweeps import ByPoint
from sim.record.record import Record
from sim.record.rows import Observation
from sim.store.reader import RunTables

RIDGE_BINS = 320  # of a ridge, over the dates shown
PALE = 0.55  # how opaque the reported interval is behind the ridges
RIDGE_COLOUR, RIDGE_EDGE = "#8fb8d6", "#2f5d7c"


@styled
def draw(tables: RunTables, record: Record, milestone: str | None = None) -> Figure:
    """When a milestone comes at each design point (UTC): distribution, median, and the reported interval.

    A ridge is as high as the share of its point's finished runs that reach it. Raises FaultyInput for a
    milestone that the sweep has not.
    """
    name, runs = sweeps.chosen(tables, record, milestone), ByPoint(tables)
    of_milestone, hours = sweeps.summary(runs, record, name), runs.split(runs.hours(name))
    points, seen = labels.point_names(tables), reported(tables, record).get(name)
    key = [common.median_key(tables)]
    key += [common.report_patch(seen.kind, use_of(tables, record, seen), PALE)] if seen else []
    more = " A ridge is as high as Pr(event), the share of the runs in which it occurs."
    page, axis = common.sheet_of_rows(
        f"{labels.question(tables, name)}\n{labels.medians(tables, of_milestone, name)}",
        common.caption(tables, labels.sureness(tables, of_milestone.between) + more),
        min(0.7, max(0.24, 5.0 / runs.count)) * (runs.count + 0.2),
        points,
        least=1.6,
        edges=(0.25, 1.0),
        right=0.8,
        key=key,
    )
    _dated(axis, tables, seen, hours)
    for level, part in enumerate(hours):
        _ridge(axis, level, part, of_milestone.share_reached[level])
        common.median(axis, level, of_milestone.hours[level], axis.get_xlim()[1])
    axis.spines["left"].set_visible(False)
    page.heading(labels.heading(tables))
    common.note_head(axis, "Pr(event)")
    return page.figure


def _dated(axis: Axes, tables: RunTables, seen: Observation | None, hours: Sequence[np.ndarray]) -> None:
    """The dates along the bottom, wide enough for nearly all that comes, and what is reported as a band."""
    came = np.concatenate([part[np.isfinite(part)] for part in hours])
    ends = [*interval_of(tables, seen)] if seen else []
    ends = [*ends, *np.quantile(came, (0.002, 0.998))] if len(came) else ends
    ends = ends or [begins(tables), horizon(tables)]
    pad = max(3.0, 0.04 * (max(ends) - min(ends))) if len(came) else 24.0
    axis.set_xlim(min(ends) - pad, max(ends) + pad)
    common.dates(axis, origin(tables), *axis.get_xlim())
    axis.set_xlabel(common.dates_label(tables, *axis.get_xlim()))
    if seen is not None:
        common.report_band(axis, tables, seen, PALE)


def _ridge(axis: Axes, level: int, hours: np.ndarray, reached: float) -> None:
    """The density of one design point, as high as the share that comes, and that share as text."""
    axis.axhline(level, color="#bfbfbf", lw=0.5, zorder=1)
    x, y = density(hours, *axis.get_xlim())
    if y.any():
        top = level - 0.85 * reached * y / y.max()
        axis.fill_between(x, level, top, fc=RIDGE_COLOUR, ec="none", alpha=0.85, zorder=2, gid="ridge")
        axis.plot(x, top, color=RIDGE_EDGE, lw=0.8, zorder=2.5)
    common.note(axis, level - 0.1, f"{reached:.2f}" if len(hours) else "all failed")


def density(hours: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """A histogram of hours (runs,) between two, lightly smoothed: middles of bins, runs in each (bins,)."""
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
