"""Profiles of a fit: the most that the log likelihood came to along each parameter."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, sheet
from analysis.figures.base.style import INK, QUIET
from analysis.figures.diagnostics.pairs import is_log
from analysis.figures.sweep.labels import PANELS_ACROSS
from analysis.inference.fits.fit_summary import LEVELS, PROFILE_NATS

PROFILE_LOOK: dict[str, Any] = {"color": "#0072b2", "marker": "o", "ms": 3.0, "lw": 1.0}
NEAR_LOOK: dict[str, Any] = {"color": QUIET, "lw": 0.8, "ls": (0, (3, 2))}
PROFILE_HEIGHT, PROFILE_ROW, PROFILE_GAP = 0.95, 1.62, 0.42  # inches: a panel, from row to row, between two
PROFILE_DEPTH = 12.0
"""How far below its top a profile is shown (nats)."""


@styled
def draw(fit: Mapping[str, Any]) -> Figure:
    """A panel a parameter, in its unit: the greatest log likelihood of the points of each bin (nats)."""
    rows = fit["parameters"]
    error = float(np.sqrt(fit["noise"]))
    down = -(-len(rows) // PANELS_ACROSS)
    key = [
        key_line(
            "greatest log likelihood in a bin, less the greatest of all (bar: standard error)", **PROFILE_LOOK
        ),
        key_line(f"{PROFILE_NATS:.0f} nats below the top", **NEAR_LOOK),
    ]
    page = sheet(
        f"Where the reports let each parameter be: {fit['summary']}",
        PROFILE_NOTE.format(plan=fit["plan"], error=error),
        down * PROFILE_ROW - 0.2,
        left=0.55,
        right=0.3,
        under=0.25,
        key=key,
    )
    panels = page.panels(
        len(rows), PANELS_ACROSS, PROFILE_HEIGHT, (PROFILE_GAP, PROFILE_ROW - PROFILE_HEIGHT), 0.19
    )
    for axis, row in zip(panels, rows, strict=True):
        _panel(axis, row, error)
    return page.figure


PROFILE_NOTE = (
    "Plan {plan}. Each bin has a twentieth of the prior; its dot stands at the best of the points that the "
    "fit weighed there. A log likelihood is an estimate with a standard error of {error:.2f} nats, and the "
    "greatest of many lies above the truth: a fall counts, small steps do not. Nats down the side; dots "
    "below the panel are not drawn."
)


def _panel(axis: Axes, row: Mapping[str, Any], error: float) -> None:
    known = [one for one in row["profile"] if one["greatest"] is not None]
    at = np.interp([one["at"] for one in known], LEVELS, row["prior"])
    tops = np.array([one["greatest"] for one in known])
    axis.errorbar(at, tops, yerr=error, elinewidth=0.7, **PROFILE_LOOK)
    axis.axhline(-PROFILE_NATS, **NEAR_LOOK)
    axis.set_ylim(-PROFILE_DEPTH, max(1.0, 2.0 * error))
    axis.set_yticks([-12, -8, -4, 0])
    if is_log(row):
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(10.0, (1.0, 3.0), numticks=6))
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_xlim(row["prior"][0], row["prior"][-1])
    axis.tick_params(labelsize=6.5)
    unit = "" if row["unit"] == "-" else f", {row['unit']}"
    axis.set_title(f"{row['name']}{unit}", fontsize=7.5, loc="left", color=INK)
