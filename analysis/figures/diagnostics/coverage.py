"""Whether forecasts are as sure as they say: probability transforms of scored dates, and coverage.

A report is an interval, so its transform is one too, and its histogram is that of Czado, Gneiting and Held
(2009): each report spreads its one count evenly between the transform's ends. Coverage is the mean share of a
report that lies in a central interval of the forecast.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, sheet
from analysis.figures.base.style import BAND_COLOUR, INK, QUIET
from analysis.scores import scorecard, scoring_rules
from analysis.scores.scorecard import Interval
from analysis.tables.monte_carlo import exact_binomial
from analysis.words.text import counted
from sim.record.record import Record
from sim.store.reader import RunTables

TRANSFORM_BARS = 5
"""Bars of the histogram: a handful of reports fill no more."""
CENTRAL_LEVELS = tuple(np.arange(0.1, 0.91, 0.1).round(1))
"""Central intervals whose coverage is drawn."""
BAND_LEVEL = 0.9
"""Of the bands: exact binomial intervals."""
COVERAGE_HEIGHT, COVERAGE_GAP = 2.9, 0.9  # inches


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """The histogram of transforms, and coverage beside the size of the interval, of a result's dates."""
    ends = transforms(tables, record)
    page = sheet(
        f"{common.name_of(tables)}: are the forecasts as sure as they say?",
        common.caption(tables, COVERAGE_NOTE.format(rows=counted(len(ends), "scored date"), sure=BAND_LEVEL)),
        COVERAGE_HEIGHT,
        left=0.75,
        right=0.3,
        key=[
            key_patch(BAND_WORDS, fc=BAND_COLOUR),
            key_line("calibrated", color=INK, lw=0.9, ls=(0, (3, 2))),
            key_line("of this result, with its 90 % interval", color=INK, marker="o", ms=4.5, lw=1.0),
        ],
    )
    wide = (page.wide - COVERAGE_GAP) / 2.0
    _histogram(page.axes(0.0, 0.0, wide, COVERAGE_HEIGHT), ends)
    _coverage(page.axes(wide + COVERAGE_GAP, 0.0, wide, COVERAGE_HEIGHT), ends)
    return page.figure


BAND_WORDS = "where a calibrated forecast lies in 9 of 10 cases, were the dates independent"
COVERAGE_NOTE = (
    "{rows}: each is the hours since the event that it is linked to, where it is linked, else its hour. A "
    "report is an interval: its count is spread between the shares of runs before and up to its end. "
    "Bands and bars: exact binomial intervals ({sure:.0%}) for as many independent dates; dates of one "
    "campaign hang together, so the truth is less sure than they show."
)


def transforms(tables: RunTables, record: Record) -> list[Interval]:
    """The ends of the probability transforms of a result's scored dates."""
    card = scorecard.card_if_any(tables, record, "")
    return [row.transform for row in card.rows if row.transform is not None]


def histogram(ends: Sequence[Interval], bars: int = TRANSFORM_BARS) -> np.ndarray:
    """How many reports lie in each bar (bars,), each spread evenly between its transform's ends."""
    edges = np.linspace(0.0, 1.0, bars + 1)
    return np.asarray(np.sum([np.diff(_up_to(edges, low, high)) for low, high in ends], axis=0))


def _up_to(edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """The share of a report up to each edge; one without width lies at its place, at 0 in the first bar."""
    if high > low:
        return np.clip((edges - low) / (high - low), 0.0, 1.0)
    return np.where(edges == 0.0, 0.0, (edges >= low).astype(float))


def coverage(ends: Sequence[Interval], level: float) -> float:
    """The mean share of a report in a central interval."""
    return float(np.mean([scoring_rules.covered(one, level) for one in ends]))


def _histogram(axis: Axes, ends: Sequence[Interval]) -> None:
    count, heights = len(ends), histogram(ends)
    low, high = stats.binom.interval(BAND_LEVEL, count, 1.0 / TRANSFORM_BARS)
    axis.axhspan(low, high, color=BAND_COLOUR, lw=0.0, zorder=0.5)
    axis.axhline(count / TRANSFORM_BARS, color=INK, lw=0.9, ls=(0, (3, 2)), zorder=3)
    middles = (np.arange(TRANSFORM_BARS) + 0.5) / TRANSFORM_BARS
    axis.bar(middles, heights, 0.9 / TRANSFORM_BARS, fc="#ffffff80", ec=INK, lw=1.1, zorder=2, gid="bars")
    axis.set(xlim=(0.0, 1.0), ylim=(0.0, 1.1 * max(float(high), float(heights.max()))))
    axis.set_xlabel("probability transform: share of runs before the report")
    axis.set_ylabel("reports")
    _heading(axis, "early reports at the left, late ones at the right")


def _coverage(axis: Axes, ends: Sequence[Interval]) -> None:
    count, levels = len(ends), np.linspace(0.02, 0.98, 49)
    low, high = stats.binom.interval(BAND_LEVEL, count, levels)
    axis.fill_between(levels, low / count, high / count, color=BAND_COLOUR, lw=0.0, zorder=0.5)
    axis.plot([0.0, 1.0], [0.0, 1.0], color=INK, lw=0.9, ls=(0, (3, 2)), zorder=1)
    shares = [coverage(ends, level) for level in CENTRAL_LEVELS]
    for level, share in zip(CENTRAL_LEVELS, shares, strict=True):
        axis.plot(
            [level, level], exact_binomial(share * count, count, BAND_LEVEL), color=QUIET, lw=1.0, zorder=2
        )
    axis.plot(CENTRAL_LEVELS, shares, "o", color=INK, ms=4.5, zorder=3, gid="coverage")
    axis.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    axis.set_xlabel("central prediction interval")
    axis.set_ylabel("share of reports in it")
    _heading(axis, "above the line: the interval is wider than it need be")


def _heading(axis: Axes, text: str) -> None:
    look: Any = {"fontsize": 8.0, "color": QUIET, "loc": "left"}
    axis.set_title(text, **look)
