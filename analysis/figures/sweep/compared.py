"""Several results in one figure: the probability of each headline milestone before a date."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.answers import answer
from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, sheet
from analysis.figures.base.style import looks_of
from analysis.figures.run.arrival_curve import CURVE_POINTS, curve, window
from analysis.tables.clock import hour_of, origin
from analysis.tables.scored_observations import reported
from analysis.words import changes, names
from analysis.words.text import counted
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.store.reader import RunTables

RESULT_LINES = looks_of("series")
COMPARED_HEIGHT = 2.1  # inches
COMPARED_HOW = (
    "A line is the share of the runs of a result in which the milestone has occurred before a date; a run "
    "in which it never does counts."
)
MOST_BANDS = 3
"""Results whose curves have bands, at most: those of more would hide each other."""
BANDS_HOW = " Bands: its 95 % Monte Carlo interval (Wilson)."


@styled
def draw(results: Sequence[RunTables], record: Record) -> Figure:
    """A panel a headline milestone, with a line for each of the results, and the reports as bands.

    Hours count from the first day of the first result. Raises FaultyInput for more results than there are
    looks of lines.
    """
    if len(results) > len(RESULT_LINES):
        refuse(
            Where("--figure compared", 0),
            f"draws {len(RESULT_LINES)} results at most, here are {len(results)}",
        )
    first = results[0]
    shown = [name for name in answer.headline(first, record) if any(name in one.runs for one in results)]
    key = [key_line(changes.labelled(one), lw=1.4, **_line(number)) for number, one in enumerate(results)]
    reports = reported(first, record)
    kinds = dict.fromkeys(reports[name].kind for name in shown if name in reports)
    across = min(3, len(shown))
    down = -(-len(shown) // across)
    page = sheet(
        "Pr(milestone) before a date, for each result",
        _caption(results),
        down * COMPARED_HEIGHT + (down - 1) * 0.75,
        left=0.7,
        under=0.55,
        key=[*key, *map(common.report_patch, kinds)],
    )
    for axis, name in zip(page.panels(len(shown), across, COMPARED_HEIGHT, (0.55, 0.75)), shown, strict=True):
        if name in reports:
            common.report_band(axis, first, reports[name])
        _panel(axis, results, name, record)
    for axis in page.figure.axes[::across]:
        axis.set_ylabel("share of the runs")
    return page.figure


def _caption(results: Sequence[RunTables]) -> str:
    """How many runs each result has, where they differ, and how to read the figure."""
    counts = [counted(int(one.done.sum()), "run") for one in results]
    if len(set(counts)) == 1:
        runs = f"{counts[0]} each"
    else:
        runs = "; ".join(f"{one.label}: {count}" for one, count in zip(results, counts, strict=True))
    of = ", ".join(dict.fromkeys(one.manifest["scenario"] for one in results))
    return f"{of}; {runs}. {COMPARED_HOW}{BANDS_HOW if len(results) <= MOST_BANDS else ''}"


def _panel(axis: Axes, results: Sequence[RunTables], name: str, record: Record) -> None:
    first = results[0]
    hours = [
        one.runs[name][one.done] + hour_of(first, origin(one)) if name in one.runs else np.array([])
        for one in results
    ]
    start, end = window(first, np.concatenate(hours), reported(first, record).get(name))
    grid = np.linspace(start, end, CURVE_POINTS)
    for number, of_result in enumerate(hours):
        if len(of_result):
            share, between = curve(of_result, grid)
            if len(hours) <= MOST_BANDS:
                low, high = between.T
                colour = _line(number)["color"]
                axis.fill_between(grid, low, high, step="pre", color=colour, alpha=0.16, lw=0, gid="between")
            axis.plot(grid, share, lw=1.4, drawstyle="steps-pre", gid="curve", **_line(number))
    common.dated(axis, first, start, end, 4)
    axis.xaxis.label.set_fontsize(7)
    axis.set(ylim=(-0.03, 1.03), yticks=(0.0, 0.5, 1.0))
    axis.set_title(names.milestone(first, name), fontsize=8.5, pad=5)


def _line(number: int) -> dict[str, Any]:
    """Colour and dashes of the lines of a result."""
    return {key: value for key, value in RESULT_LINES[number].items() if key in ("color", "ls")}
