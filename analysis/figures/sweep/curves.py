"""One factor at a time: how a milestone bends along each, as a median with a band; a panel a factor."""

from datetime import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.base import common
from analysis.figures.base.page import legend_tall, sheet, styled
from analysis.figures.base.style import BAND_COLOUR
from analysis.figures.sweep.labels import LOG_AXIS_RATIO, PANELS_ACROSS
from analysis.tables import sweeps
from analysis.tables.clock import horizon, interval_of
from analysis.tables.scored_observations import reported
from analysis.tables.sweeps import ByPoint, summary
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

MEDIAN_COLOUR, REPORTED_COLOUR = "#0b5a94", "#f0c75e"
CURVE_WIDTH, CURVE_HEIGHT, CURVE_GAP, CURVE_ROW = 1.95, 1.05, 0.4, 1.75  # inches


@styled
def draw(tables: RunTables, record: Record, milestone: str | None, by: datetime | None) -> Figure:
    """The panels, those of which the median bends most first (default: the last scored milestone)."""
    design = tables.manifest["design"] or {}
    if design.get("kind") != "one-at-a-time":
        refuse(Where("--figure curves", 0), "needs a design of kind one-at-a-time")
    known = list(reported(tables, record, SCORED))
    name = sweeps.chosen(tables, record, milestone or (known[-1] if known else None))
    of_milestone = summary(ByPoint(tables), record, name)
    hours = np.minimum(of_milestone.hours, horizon(tables)) / 24.0  # days, never at the horizon
    panels = [(f["name"], f["unit"], *_along(tables, f["name"])) for f in design["factors"]]
    panels = [panel for panel in panels if len(panel[3]) > 2]
    if not panels:
        refuse(Where("--figure curves", 0), "needs three values or more of some parameter")
    panels.sort(key=lambda panel: -np.ptp(hours[panel[3], 1]))
    down = -(-len(panels) // PANELS_ACROSS)
    key = _key()
    under = 0.45 + legend_tall([str(handle.get_label()) for handle in key], 9.0)
    more = (
        "Each panel moves one parameter over its prior, the other ones at their values; never counts as the "
        "horizon."
    )
    page = sheet(
        f"How {name} bends along each parameter",
        common.caption(tables, more),
        tall=down * CURVE_ROW - 0.2,
        left=0.55,
        right=0.2,
        under=under,
    )
    span = _reported(tables, record, name)
    limits = _limits([hours[points] for *_, points in panels], span)
    for place, panel in enumerate(panels):
        x, y = (
            (place % PANELS_ACROSS) * (CURVE_WIDTH + CURVE_GAP),
            (down - 1 - place // PANELS_ACROSS) * CURVE_ROW + 0.3,
        )
        axis = page.axes(x, y, CURVE_WIDTH, CURVE_HEIGHT)
        _panel(axis, panel, hours, span)
        axis.set_ylim(*limits)
        if place % PANELS_ACROSS == 0:
            axis.set_ylabel("day", fontsize=7)
    page.legend(key, 0.35)
    return page.figure


def _along(tables: RunTables, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The values of a factor in order, and the points at which the others are at the base."""
    values = tables.points[name]
    if values.dtype.kind not in "iuf":
        return values, np.zeros(0, int)
    alone = np.ones(len(values), bool)
    for other in (f["name"] for f in tables.manifest["design"]["factors"] if f["name"] != name):
        alone &= tables.points[other] == tables.points[other][0]
    points = np.flatnonzero(alone)
    points = points[np.argsort(values[points], kind="stable")]
    return values[points], points


def _reported(tables: RunTables, record: Record, name: str) -> tuple[float, float] | None:
    """The reported interval of a milestone, in days."""
    seen = reported(tables, record).get(name)
    if seen is None:
        return None
    low, high = interval_of(tables, seen)
    return low / 24.0, high / 24.0


def _limits(bands: list[np.ndarray], span: tuple[float, float] | None) -> tuple[float, float]:
    """Limits for all panels that hold nine in ten of the bands; what never comes runs out of them."""
    low = min(band[:, 0].min() for band in bands)
    high = float(np.quantile(np.concatenate([band[:, 2] for band in bands]), 0.9))
    low, high = (low, high) if span is None else (min(low, span[0]), max(high, span[1]))
    return low - 0.06 * (high - low), high + 0.15 * (high - low)


def _panel(axis: Axes, panel: Any, hours: np.ndarray, span: tuple[float, float] | None) -> None:
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
    axis.grid(axis="y", color="#e5e5e5", lw=0.5)


def _key() -> list[Any]:
    return [
        Line2D([], [], color=MEDIAN_COLOUR, marker="o", ms=3, lw=1.4, label="median"),
        Patch(color=BAND_COLOUR, label="5 to 95 % of the runs"),
        Patch(color=REPORTED_COLOUR, alpha=0.75, label="reported interval"),
    ]
