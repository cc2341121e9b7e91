"""The points of a posterior, two parameters at a time: which ones the reports bind to each other."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from analysis.figures.base.canvas import styled
from analysis.figures.base.page import PAGE_WIDTH, sheet, shortened
from analysis.figures.base.style import INK, QUIET
from analysis.figures.sweep.labels import LOG_AXIS_RATIO
from analysis.inference.fits.fit_summary import STRONG
from analysis.words.text import counted

POINT_LOOK: dict[str, Any] = {
    "color": "#0072b2",
    "ms": 1.4,
    "alpha": 0.35,
    "gid": "points",
    "rasterized": True,
}
MOST_PARAMETERS = 8
"""As many as a page has room for: of more, those that are bound to others most."""
MOST_DRAWN_POINTS = 2000
DECADE = 10.0
"""Ratio of an axis's ends below which it has three marks a power of ten, not two."""
PAIRS_LEFT, PAIRS_RIGHT, PAIR_GAP = 0.95, 0.25, 0.12  # inches beside the panels, and between two
PAIR_BARS = 24
"""Bars of a histogram."""


@styled
def draw(fit: Mapping[str, Any], points: Mapping[str, np.ndarray]) -> Figure:
    """Points (points,) of each pair of parameters, in their units, and correlations on the prior's scale."""
    every, correlations = list(fit["parameters"]), np.asarray(fit["correlations"], float)
    places = most_bound(correlations)
    rows = [every[place] for place in places]
    side = min(1.6, (PAGE_WIDTH - PAIRS_LEFT - PAIRS_RIGHT - PAIR_GAP * (len(rows) - 1)) / len(rows))
    tall = len(rows) * side + (len(rows) - 1) * PAIR_GAP
    text = _caption(len(every), len(rows), fit["points"])
    page = sheet(_title(fit), text, tall, left=PAIRS_LEFT, right=PAIRS_RIGHT, under=0.55)
    shown = np.linspace(0, fit["points"] - 1, min(fit["points"], MOST_DRAWN_POINTS)).astype(int)
    for down, row in enumerate(rows):
        for across, other in enumerate(rows):
            axis = page.axes(across * (side + PAIR_GAP), tall - side - down * (side + PAIR_GAP), side, side)
            if down < across:
                _correlation(axis, float(correlations[places[down], places[across]]))
                continue
            _panel(axis, points, row, other, shown)
            _labels(axis, row, other, edges=(across == 0, down == len(rows) - 1))
    return page.figure


def most_bound(correlations: np.ndarray) -> list[int]:
    """The places of the parameters to draw, in order: of the strongest `correlations` (places, places)."""
    count = len(correlations)
    if count <= MOST_PARAMETERS:
        return list(range(count))
    pairs = sorted(combinations(range(count), 2), key=lambda pair: -abs(correlations[pair]))
    chosen: list[int] = []
    for place in (place for pair in pairs for place in pair):
        if place not in chosen and len(chosen) < MOST_PARAMETERS:
            chosen.append(place)
    return sorted(chosen)


def _title(fit: Mapping[str, Any]) -> str:
    return f"Posterior, two parameters at a time: {fit['summary']}"


def _caption(every: int, shown: int, points: int) -> str:
    of = f", {shown} of {every} parameters: those of the strongest correlations" if shown < every else ""
    first = f"; {MOST_DRAWN_POINTS:,} of them drawn" if points > MOST_DRAWN_POINTS else ""
    return (
        f"{counted(points, 'point')}{first}{of}. Numbers: correlations on the scale on which "
        "the priors are normal, dark where they are .3 or more either way. Down the diagonal: each parameter "
        "alone."
    )


def _panel(
    axis: Axes,
    points: Mapping[str, np.ndarray],
    row: Mapping[str, Any],
    other: Mapping[str, Any],
    shown: np.ndarray,
) -> None:
    """Points of two parameters, or the histogram of one."""
    x = points[other["name"]]
    if row is other:
        axis.hist(x, bins=_edges(x, is_log(other)), color="#9cc3de", ec="white", lw=0.3, gid="alone")
        axis.set_yticks([])
    else:
        axis.plot(x[shown], points[row["name"]][shown], ".", **POINT_LOOK)
        _scale(axis, "y", is_log(row))
    _scale(axis, "x", is_log(other))


def is_log(row: Mapping[str, Any]) -> bool:
    """Whether a parameter's axis is of powers, as in the figure of prior and posterior."""
    prior = row["prior"]
    return bool(min(prior) > 0.0 and prior[94] / prior[4] > LOG_AXIS_RATIO)


def _edges(values: np.ndarray, logs: bool) -> list[float]:
    """The edges of bars, of one width on the axis."""
    low, high = float(values.min()), float(values.max())
    spaced = np.geomspace if logs and low > 0.0 else np.linspace
    edges: list[float] = spaced(low, high, PAIR_BARS + 1).tolist()
    return edges


def _scale(axis: Axes, which: str, logs: bool) -> None:
    line = axis.xaxis if which == "x" else axis.yaxis
    if logs:
        axis.set(**{f"{which}scale": "log"})
        low, high = line.get_view_interval()
        subs = (1.0, 2.0, 5.0) if high < DECADE * low else (1.0, 3.0)
        line.set_major_locator(LogLocator(10.0, subs, numticks=4))
        line.set_major_formatter(StrMethodFormatter("{x:g}"))
        line.set_minor_formatter(NullFormatter())
    else:
        line.set_major_locator(MaxNLocator(3))


def _labels(axis: Axes, row: Mapping[str, Any], other: Mapping[str, Any], edges: tuple[bool, bool]) -> None:
    """Names and units at the left and lower edges of the whole; no ticks elsewhere."""
    axis.tick_params(labelsize=6.0, length=2.0, labelleft=edges[0] and row is not other, labelbottom=edges[1])
    if edges[0]:
        axis.set_ylabel(_named(row), fontsize=7.0)
        axis.yaxis.set_label_coords(-0.42, 0.5)
    if edges[1]:
        axis.set_xlabel(_named(other), fontsize=7.0)
        axis.xaxis.set_label_coords(0.5, -0.28)


def _named(row: Mapping[str, Any]) -> str:
    unit = "" if row["unit"] == "-" else f", {row['unit']}"
    return shortened(f"{row['name']}{unit}", 1.25, 7.0)


def _correlation(axis: Axes, value: float) -> None:
    """A correlation as a number."""
    axis.set_axis_off()
    axis.set(xticks=[], yticks=[])
    strong = abs(value) >= STRONG
    look: Any = {"color": INK if strong else QUIET, "weight": "bold" if strong else "normal", "gid": "r"}
    where: Any = {"ha": "center", "va": "center", "transform": axis.transAxes}
    axis.text(0.5, 0.5, f"{value:+.2f}", fontsize=8.0, **where, **look)
