"""The box of a scenario discovery: a panel a parameter, what was drawn of it, and the box's range."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, sheet
from analysis.figures.base.style import INK, QUIET
from analysis.figures.sweep.labels import LOG_AXIS_RATIO, PANELS_ACROSS
from analysis.inference.discovery import Cases, Discovery, Restriction
from analysis.inference.discovery_text import limits
from sim.files.yaml_tree import Where, refuse
from sim.store.reader import RunTables

ALL_COLOUR, EVENT_COLOUR, BOX_COLOUR = "#c8c8c8", "#0072b2", "#f0c75e"
BOX_HEIGHT, BOX_GAP, BOX_ROW = 1.2, 0.28, 1.7  # inches
BOX_BINS = 30
SHOWN_QUANTILES = (0.005, 0.995)
"""What of a parameter's values a panel shows."""


@styled
def draw(tables: RunTables, cases: Cases, found_box: Discovery, event: str) -> Figure:
    """A panel for each parameter of a box, those that are surest first.

    Grey is the distribution over all cases, the line that of the cases with the event, weighted by its share
    in each; the box's range lies behind. Raises FaultyInput if there is no box.
    """
    if not found_box.is_box:
        right = "expected an event for which `kidal discover` gives one"
        refuse(Where("--figure box", 0), f"there is no box for {event}; {right}")
    best, count = found_box.best, len(found_box.restrictions)
    how = (
        f"In the box {100 * best.density:.0f} % of the {cases.noun} have the event, of all "
        f"{100 * found_box.base:.0f} %; it has {100 * best.coverage:.0f} % of those that have it, and "
        f"{100 * best.mass:.0f} % of all {cases.noun}. Found in one half, judged by "
        "the other. Vertical: number in relation to the largest bar."
    )
    down = -(-count // PANELS_ACROSS)
    page = sheet(
        f"Where it is frequent: {event}",
        common.caption(tables, how),
        down * BOX_ROW - 0.2,
        left=0.55,
        right=0.51,
        under=0.4,
        key=[
            key_patch("range of the box", fc=BOX_COLOUR, alpha=0.5),
            key_patch(f"all {cases.noun}", fc=ALL_COLOUR, ec=QUIET),
            key_line("those with the event", color=EVENT_COLOUR, lw=1.6),
        ],
    )
    across = min(count, PANELS_ACROSS)
    axes = page.panels(count, across, BOX_HEIGHT, (BOX_GAP, BOX_ROW - BOX_HEIGHT), 0.19)
    for axis, one in zip(axes, found_box.restrictions, strict=True):
        _panel(axis, cases, one)
    return page.figure


def _panel(axis: Axes, cases: Cases, one: Restriction) -> None:
    values = cases.x[:, cases.names.index(one.parameter)]
    low, high = np.quantile(values, SHOWN_QUANTILES)
    logs = low > 0.0 and one.all_high / one.all_low > LOG_AXIS_RATIO
    edges = np.geomspace(low, high, BOX_BINS + 1) if logs else np.linspace(low, high, BOX_BINS + 1)
    everything = np.histogram(values, edges)[0]
    event = np.histogram(values, edges, weights=cases.y)[0]
    axis.axvspan(max(one.low, low), min(one.high, high), color=BOX_COLOUR, alpha=0.5, lw=0)
    axis.stairs(everything / everything.max(), edges, fill=True, fc=ALL_COLOUR, alpha=0.75)
    axis.stairs(event / event.max(), edges, color=EVENT_COLOUR, lw=1.6)
    for limit in (one.low, one.high):
        if np.isfinite(limit):
            axis.axvline(limit, color=INK, lw=1.0, ls=(0, (3, 2)))
    if logs:
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(10.0, (1.0, 3.0), numticks=6))
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_xlim(low, high)
    axis.set_ylim(0.0, 1.05)
    axis.set_yticks([0.0, 0.5, 1.0])
    axis.tick_params(labelsize=6.5)
    look: Any = {"fontsize": 7.5, "loc": "left"}
    axis.set_title(f"{one.parameter}: {limits(one)}", **look)
    axis.set_xlabel(one.unit or "no unit", fontsize=7.0)
