"""Pr(a milestone before a date) along what a sweep moves: lines with intervals, or a small panel a factor."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import LABEL, key_line, sheet, shortened, widest, wrapped
from analysis.figures.base.style import INK, QUIET, looks_of
from analysis.figures.sweep import labels
from analysis.figures.sweep.labels import NAMES
from analysis.tables import sweeps
from analysis.tables.sweeps import CROSSED, Axis, ByPoint
from analysis.words import names
from analysis.words.text import moment_words
from sim.files.units import rounded
from sim.record.record import Record
from sim.state.clock import utc
from sim.store.reader import RunTables

MOST_LINES = 8
MOST_VALUES = 6  # of a number that are drawn as lines
MOST_POINTS = 60  # on them
CLASSES = 8  # of a number with too many values for a map
PANELS, SMOOTH, BARS = 12, 24, 40  # most panels, fewest points with a running median, most with intervals
PANEL_HEIGHT, ALONE = 1.45, 2.4  # inches: of a panel in rows, of one in a single row
PANEL_GAP, PANEL_FOOT = 0.3, 0.95  # inches between two panels, and under one
SERIES = looks_of("series")
"""Colour, marker and dashes of lines."""


class Ways(NamedTuple):
    """The values of an axis in order as texts, and which of them each design point has."""

    axis: Axis
    names: list[str]
    code: np.ndarray


class Shares(NamedTuple):
    """A share at each design point, its interval, and its name."""

    share: np.ndarray
    between: np.ndarray
    label: str


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """Pr(a milestone before a date) (0 to 1) against what the sweep moves: as lines, or as a panel a factor.

    Raises FaultyInput for a milestone that the sweep has not.
    """
    axes = sweeps.axes(tables)
    points, title, text = shares(tables, record, milestone, by)
    as_lines = split(tables, axes)
    if as_lines is not None:
        return _lines_figure(points, title, common.caption(tables, text), *as_lines)
    one_at_a_time = (tables.manifest.get("design") or {}).get("kind") == "one-at-a-time"
    first = strongest(axes, points.share)
    across = min(len(first), 3 if len(first) <= 6 else 4)
    down = -(-len(first) // across)
    text += f" {len(first)} of {len(axes)} factors are drawn." if len(first) < len(axes) else ""
    text += " The factor along which Pr differs most stands first."
    if len(points.share) >= SMOOTH:
        text += " Dots: design points; black: their running median."
    tall = PANEL_HEIGHT if down > 1 else ALONE
    body = down * tall + (down - 1) * PANEL_FOOT
    page = sheet(title, common.caption(tables, text), body, left=0.9, under=0.85)
    for number, axis in enumerate(page.panels(len(first), across, tall, (PANEL_GAP, PANEL_FOOT))):
        wide = (page.wide - PANEL_GAP * (across - 1)) / across
        moved = labels.alone(tables, first[number].name) if one_at_a_time else np.arange(len(points.share))
        _panel(axis, first[number], moved, points, wide)
        axis.set(ylim=(-0.04, 1.04), yticks=(0.0, 0.5, 1.0))
        axis.tick_params(labelleft=number % across == 0)
        axis.grid(axis="y", **common.GRID_LINES)
    where: Any = {"rotation": 90, "va": "center", "ha": "left", "fontsize": 8, "color": LABEL, "gid": "label"}
    middle = page.at(0.0, page.tall / 2.0)[1]
    page.figure.text(0.02, middle, points.label.replace(" before ", "\nbefore "), **where)
    return page.figure


def shares(
    tables: RunTables, record: Record, milestone: str | None, by: datetime | None
) -> tuple[Shares, str, str]:
    """The probability at each point, with the title of its figure, and how sure it is."""
    name, runs = sweeps.chosen(tables, record, milestone), ByPoint(tables)
    by = by or sweeps.deadline(tables, record, name)
    share, between = sweeps.probability(runs, name, by)
    label = f"Pr({names.milestone(tables, name)} before {moment_words(utc(by).astimezone(UTC))})"
    title = f"{labels.question(tables, name)}\n{label}: {labels.extremes(tables, share)}"
    return Shares(share, between, label), title, labels.sureness(tables, between)


def ways(axis: Axis) -> Ways:
    """The values of an axis: numbers and dates ascend, other texts stand in the order of the points."""
    _, first, code = np.unique(axis.values, return_index=True, return_inverse=True)
    order = np.arange(len(first)) if is_scaled(axis) else np.argsort(first)
    return Ways(axis, [axis.number_text(first[way]) for way in order], np.argsort(order)[code])


def classes(axis: Axis, most: int) -> Ways:
    """The values of an axis, or where it has more numbers than `most`, classes of equal width."""
    if not axis.is_number or len(np.unique(axis.values)) <= most:
        return ways(axis)
    low, high = float(axis.values.min()), float(axis.values.max())
    code = np.minimum((axis.values - low) / (high - low) * CLASSES, CLASSES - 1).astype(int)
    edges = np.linspace(low, high, CLASSES + 1)
    words = [*map(rounded, edges)]
    return Ways(axis, [f"{a} to {b}" for a, b in itertools.pairwise(words)], code)


def is_scaled(axis: Axis) -> bool:
    """Whether an axis is drawn to scale: of numbers or dates."""
    return axis.is_number or axis.is_date


def split(tables: RunTables, axes: Sequence[Axis]) -> tuple[Ways, Ways | None] | None:
    """The axis to draw along and the one to draw a line a value of; None where panels would do.

    What is rather a line a value: a text, few values, the later factor.
    """
    axis_ways, kind = [ways(axis) for axis in axes], (tables.manifest.get("design") or {}).get("kind")
    if len(axes) == 1 and len(axis_ways[0].code) <= MOST_POINTS:
        return axis_ways[0], None
    if len(axes) != 2 or kind not in CROSSED:
        return None
    for way in sorted((1, 0), key=lambda way: (is_scaled(axes[way]), len(axis_ways[way].names))):
        along, series = axis_ways[1 - way], axis_ways[way]
        most = MOST_VALUES if is_scaled(axes[way]) else MOST_LINES
        if len(series.names) <= most and len(along.names) <= MOST_POINTS:
            return along, series
    return None


# --- lines -----------------------------------------------------------------------------------------------


def _lines_figure(points: Shares, title: str, text: str, along: Ways, series: Ways | None) -> Figure:
    """A line for each value of a second axis, or one; texts stand below each other, the rest is to scale."""
    flat, lines = not is_scaled(along.axis), [] if series is None else series_names(series)
    row = 0.22 if series is None else max(0.24, 0.11 * len(lines) + 0.14)
    tall = max(1.2, row * len(along.names)) if flat else 4.2
    left = widest(values(along), 8.5) + 0.45 if flat else 0.85
    looks = [look | {"ms": 5, "lw": 1.2} for look in SERIES[: max(1, len(lines))]]
    if flat and series is None:
        looks[0]["ls"] = ""  # the texts have no order in which to join them
    key = [key_line(name, **look) for name, look in zip(lines, looks, strict=False)]
    page = sheet(title, text, tall, left=left, right=0.4, key=key)
    axis = page.body()
    at = _frame(axis, along, flat)
    (axis.set_xlabel if flat else axis.set_ylabel)(points.label)
    for number, look in enumerate(looks):
        line = np.flatnonzero(series.code == number) if series else np.arange(len(at))
        line = line[np.argsort(at[line], kind="stable")]
        shift = 5.0 * (number - (len(looks) - 1) / 2.0) / max(1.0, len(looks) / 4.0)
        rows = Shares(points.share[line], points.between[line], (lines or [""])[number])
        _line(axis, at[line], rows, look, shift)
    if flat:
        page.heading(shortened(along.axis.heading, 8.0, 8.0))
    return page.figure


def values(along: Ways) -> list[str]:
    """The values of an axis as they are written beside it."""
    return [shortened(name, NAMES, 8.5) for name in along.names]


def series_names(series: Ways) -> list[str]:
    """What the lines are, as the legend says it."""
    words = (f"{series.axis.title}: {name}{_unit(series.axis, name)}" for name in series.names)
    return [shortened(name, 6.0, 8.0) for name in words]


def _unit(axis: Axis, name: str) -> str:
    """The unit that a value of a factor lacks, to stand behind it."""
    return f" {axis.unit}" if axis.unit and " " not in name.replace(" to ", "") else ""


def _line(axis: Axes, at: np.ndarray, rows: Shares, look: dict[str, Any], shift: float) -> None:
    """One line and its bars, moved aside by some points so that bars stand apart."""
    flat = axis.yaxis_inverted()
    aside = (0.0, -shift / 72.0) if flat else (shift / 72.0, 0.0)
    moved = axis.transData + ScaledTranslation(*aside, axis.figure.dpi_scale_trans)
    bars = axis.hlines if flat else axis.vlines
    bars(at, *rows.between.T, lw=1.0, gid="interval", zorder=3, color=look["color"], transform=moved)
    x, y = (rows.share, at) if flat else (at, rows.share)
    axis.plot(x, y, zorder=4, gid="share", label=rows.label, transform=moved, **look)


def _frame(axis: Axes, along: Ways, flat: bool) -> np.ndarray:
    """Limits, ticks and label of the axis drawn along; where its values stand."""
    if flat:
        axis.set_xlim(-0.02, 1.02)
        common.rows(axis, values(along))
        axis.grid(axis="both", **common.GRID_LINES)
        return along.code.astype(float)
    at = scale(axis, along.axis, 9)
    axis.set(ylim=(-0.03, 1.03))
    days = f", {min(along.names):.4} (UTC)" if along.axis.is_date else ""
    axis.set_xlabel(f"{along.axis.label}{days}")
    axis.grid(axis="y", **common.GRID_LINES)
    return at


def scale(axis: Axes, along: Axis, most: int) -> np.ndarray:
    """Set the ticks along numbers or dates, so many at most; where the values stand (points,)."""
    zero, at = sweeps.days(along) if along.is_date else (None, along.values.astype(float))
    pad = 0.05 * (float(np.ptp(at)) or abs(float(at[0])) or 1.0)
    axis.set_xlim(at.min() - pad, at.max() + pad)
    if zero is not None:
        common.dates(axis, zero, *axis.get_xlim(), most)
        return at
    axis.xaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    return at


# --- panels ----------------------------------------------------------------------------------------------


def strongest(axes: Sequence[Axis], share: np.ndarray) -> list[Axis]:
    """The axes along which a share (points,) differs most, so many as there are panels; that one first."""
    pulls = [sweeps.influence(axis, share) for axis in axes]
    return [axes[number] for number in np.argsort(-np.array(pulls), kind="stable")[:PANELS]]


def _panel(axis: Axes, along: Axis, points: np.ndarray, shares: Shares, wide: float) -> None:
    panel_axis = along.at(points)
    share, between = shares.share[points], shares.between[points]
    at = scale(axis, panel_axis, 4) if is_scaled(panel_axis) else _kinds(axis, ways(panel_axis), wide)
    few = len(points) <= BARS
    if few:
        axis.vlines(at, between[:, 0], between[:, 1], color=QUIET, lw=0.8, gid="interval")
    size = 3.5 if few else 2.2
    axis.plot(at, share, "o", ms=size, color="#0072b2", alpha=0.9 if few else 0.45, mew=0, gid="share")
    if len(points) >= SMOOTH:
        middle = running(panel_axis, at, share)
        how: Any = {"ls": "-"} if is_scaled(panel_axis) else {"ls": "", "marker": "_", "ms": 16, "mew": 2.0}
        axis.plot(*middle, color=INK, lw=1.6, gid="median", **how)
    axis.set_xlabel(broken(along.label, wide), fontsize=7.5)
    axis.tick_params(axis="both" if is_scaled(panel_axis) else "y", labelsize=7)


def running(along: Axis, at: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The median place and share of each group of points along a factor, in order: (groups,) of (points,)."""
    group = sweeps.groups(along.values)
    kinds = sorted(range(group.max() + 1), key=lambda kind: float(np.median(at[group == kind])))
    places = [np.median(at[group == kind]) for kind in kinds]
    return np.array(places), np.array([np.median(share[group == kind]) for kind in kinds])


def _kinds(axis: Axes, along: Ways, wide: float) -> np.ndarray:
    """Ticks at the texts of a factor, named where there is room."""
    count = len(along.names)
    every = -(-count // 5)
    cell = every * wide / count - 0.06
    words = [broken(name, cell, 6.0, 4) if n % every == 0 else "" for n, name in enumerate(along.names)]
    axis.set_xticks(range(count), words, fontsize=6)
    axis.set_xlim(-0.5, count - 0.5)
    return along.code.astype(float)


def broken(text: str, wide: float, size: float = 7.5, most: int = 3) -> str:
    """A name broken after its dots, dashes, underscores and blanks into some lines, each shortened to fit."""
    parts = wrapped(text, wide, size, "-_. ").split("\n")
    parts = [*parts[: most - 1], "".join(parts[most - 1 :])] if len(parts) > most else parts
    return "\n".join(shortened(part, wide, size) for part in parts)
