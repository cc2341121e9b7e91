"""Prior against posterior: a panel a parameter, what was believed before and what the record left of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, sheet
from analysis.figures.base.style import INK, QUIET
from analysis.figures.sweep.labels import LOG_AXIS_RATIO, PANELS_ACROSS
from analysis.inference.fits.fit_summary import LEVELS

PRIOR_COLOUR, POSTERIOR_COLOUR = "#c8c8c8", "#0072b2"
DENSITY_HEIGHT, DENSITY_GAP, DENSITY_ROW = 0.95, 0.28, 1.62  # inches
WEAK_CONTRACTION = 0.1
"""Contraction below which the record is said to teach nothing of a parameter."""


@styled
def draw(fit: Mapping[str, Any]) -> Figure:
    """The densities of each parameter (in its unit), those of which most was learnt first."""
    rows = sorted(fit["parameters"], key=lambda row: -row["contraction"])
    down = -(-len(rows) // PANELS_ACROSS)
    more = (
        f"Plan {fit['plan']}, random seed {fit['seed']}, {fit['points']:,} posterior samples. "
        "Densities over the middle 99 % by a kernel; the number is the contraction: 1 less the share of the "
        "prior's variance that is left (on the prior's own scale)."
    )
    title, tall = f"What the record teaches: {fit['summary']}", down * DENSITY_ROW - 0.2
    key = [
        key_patch("prior", fc=PRIOR_COLOUR, ec=QUIET),
        key_line("posterior", color=POSTERIOR_COLOUR, lw=1.6),
        key_line("posterior median", color=INK, lw=0.9, ls=(0, (3, 2))),
    ]
    page = sheet(title, more, tall, left=0.45, right=0.51, under=0.25, key=key)
    gaps = (DENSITY_GAP, DENSITY_ROW - DENSITY_HEIGHT)
    for axis, row in zip(
        page.panels(len(rows), PANELS_ACROSS, DENSITY_HEIGHT, gaps, 0.19), rows, strict=True
    ):
        _panel(axis, row)
    return page.figure


def _panel(axis: Axes, row: Mapping[str, Any]) -> None:
    prior, posterior = np.asarray(row["prior"]), np.asarray(row["posterior"])
    logs = prior.min() > 0.0 and prior[94] / prior[4] > LOG_AXIS_RATIO
    to: Any = np.log if logs else (lambda values: values)
    low, high = to(min(prior[0], posterior[0])), to(max(prior[-1], posterior[-1]))
    grid = np.linspace(low, high, 200)
    shown = np.exp(grid) if logs else grid
    axis.fill_between(shown, scipy.stats.gaussian_kde(to(prior))(grid), fc=PRIOR_COLOUR, ec=QUIET, lw=0.6)
    axis.plot(shown, scipy.stats.gaussian_kde(to(posterior))(grid), color=POSTERIOR_COLOUR, lw=1.6)
    middle = float(np.interp(0.5, LEVELS, posterior))
    axis.axvline(middle, color=INK, lw=0.9, ls=(0, (3, 2)))
    if logs:
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(10.0, (1.0, 3.0), numticks=6))
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_yticks([])
    axis.set_ylim(bottom=0.0)
    axis.tick_params(axis="x", labelsize=6.5)
    unit = "" if row["unit"] == "-" else f", {row['unit']}"
    axis.set_title(f"{row['name']}{unit}", fontsize=7.5, loc="left")
    learnt = row["contraction"] >= WEAK_CONTRACTION
    look: Any = {"color": INK if learnt else QUIET, "weight": "bold" if learnt else "normal"}
    axis.set_title(f"{row['contraction']:+.2f}", fontsize=7.5, loc="right", **look)
