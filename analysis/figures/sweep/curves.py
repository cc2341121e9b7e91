"""One factor at a time: how a milestone bends along each, as a median with a band; a panel a factor."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, sheet
from analysis.figures.base.style import BAND_COLOUR
from analysis.figures.sweep.labels import LOG_AXIS_RATIO, PANELS_ACROSS, alone, last_scored
from analysis.tables.clock import horizon, interval_of
from analysis.tables.scored_observations import reported
from analysis.tables.sweeps import ByPoint, summary
from analysis.words import names
from sim.record.record import Record
from sim.store.reader import RunTables

MEDIAN_COLOUR, REPORTED_COLOUR = "#0b5a94", "#f0c75e"
CURVE_HEIGHT, CURVE_GAP, CURVE_ROW = 1.05, 0.4, 1.75  # inches
CURVES_HOW = (
    "Each panel moves one parameter over its prior, the other ones at their values; never counts as the "
    "end of the scenario."
)


@styled
def draw(tables: RunTables, record: Record, milestone: str | None = None) -> Figure:
    """A panel a factor with the milestone's hour (days), those of which the median bends most first.

    The milestone is by default the last scored one. Raises FaultyInput for one that the sweep has not.
    """
    name = last_scored(tables, record, milestone)
    of_milestone = summary(ByPoint(tables), record, name)
    hours = np.minimum(of_milestone.hours, horizon(tables)) / 24.0  # days, never at the horizon
    bends = sorted(panels(tables), key=lambda panel: -np.ptp(hours[panel.points, 1]))
    down = -(-len(bends) // PANELS_ACROSS)
    page = sheet(
        f"{names.milestone(tables, name)}: effect of each parameter",
        common.caption(tables, CURVES_HOW),
        down * CURVE_ROW - 0.2,
        left=0.55,
        right=0.45,
        under=0.35,
        key=[
            key_line("median", color=MEDIAN_COLOUR, marker="o", ms=3, lw=1.4),
            key_patch("90 % prediction interval", color=BAND_COLOUR),
            key_patch("reported interval", color=REPORTED_COLOUR, alpha=0.75),
        ],
    )
    seen = reported(tables, record).get(name)
    span = None if seen is None else [hour / 24.0 for hour in interval_of(tables, seen)]
    limits = _limits([hours[panel.points] for panel in bends], span or [])
    axes = page.panels(len(bends), PANELS_ACROSS, CURVE_HEIGHT, (CURVE_GAP, CURVE_ROW - CURVE_HEIGHT), 0.2)
    for axis, panel in zip(axes, bends, strict=True):
        _draw_panel(axis, panel, hours, span)
        axis.set_ylim(*limits)
    for axis in axes[::PANELS_ACROSS]:
        axis.set_ylabel("day", fontsize=7)
    return page.figure


class CurvePanel(NamedTuple):
    """A factor with its values in order, and the design points at which the others are at the base."""

    name: str
    unit: str | None
    values: np.ndarray
    points: np.ndarray


def panels(tables: RunTables) -> list[CurvePanel]:
    """The factors of which three values or more are moved alone."""
    rows = [_along(tables, **factor) for factor in tables.manifest["design"]["factors"]]
    return [panel for panel in rows if len(panel.points) > 2]


def _along(tables: RunTables, name: str, unit: str | None) -> CurvePanel:
    values = tables.points[name]
    if values.dtype.kind not in "iuf":
        return CurvePanel(name=name, unit=unit, values=values, points=np.zeros(0, int))
    points = alone(tables, name)
    points = points[np.argsort(values[points], kind="stable")]
    return CurvePanel(name=name, unit=unit, values=values[points], points=points)


def _limits(bands: Sequence[np.ndarray], span: Sequence[float]) -> tuple[float, float]:
    """Limits for all panels that hold nine in ten of the bands; what never comes runs out of them."""
    low = min([*span, *(band[:, 0].min() for band in bands)])
    high = max([*span, float(np.quantile(np.concatenate([band[:, 2] for band in bands]), 0.9))])
    return low - 0.06 * (high - low), high + 0.15 * (high - low)


def _draw_panel(axis: Axes, panel: CurvePanel, hours: np.ndarray, span: Sequence[float] | None) -> None:
    name, unit, values, points = panel
    if span is not None:
        axis.axhspan(*span, color=REPORTED_COLOUR, alpha=0.75, lw=0, zorder=1.5)
    axis.fill_between(values, hours[points, 0], hours[points, 2], color=BAND_COLOUR, lw=0, zorder=1)
    axis.plot(values, hours[points, 1], "o-", color=MEDIAN_COLOUR, lw=1.4, ms=2.6, zorder=2)
    axis.set_title(f"{name}, {unit}" if unit else name, fontsize=7.5, loc="left")
    axis.tick_params(labelsize=6.5)
    if values[0] > 0.0 and values[-1] / values[0] > LOG_AXIS_RATIO:
        axis.set_xscale("log")
        axis.set_xticks([values[0], values[len(values) // 2], values[-1]])
        axis.set_xticks([], minor=True)
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}" if value >= 100.0 else f"{value:.2g}")
    axis.grid(axis="y", **common.GRID_LINES)
