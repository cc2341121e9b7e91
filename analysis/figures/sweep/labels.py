"""The words of a sweep's figures: names of points, what is asked, what is found, and how to read it."""

from collections.abc import Sequence

import numpy as np

from analysis.figures.base.page import shortened, widest
from analysis.tables import sweeps
from analysis.tables.clock import moment_of
from analysis.tables.scored_observations import reported
from analysis.tables.sweeps import Axis, Summary
from analysis.words import changes, names
from analysis.words.text import day
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

NAMES = 3.2  # inches that the name of a point or value may take
LETTERS = 100  # longer settings are too wide anyway
PANELS_ACROSS = 4
LOG_AXIS_RATIO = 5.0
"""Ratio of the greatest and least value shown from which an axis is of powers."""


def last_scored(tables: RunTables, record: Record, milestone: str | None) -> str:
    """A milestone by its name, or the last one that is scored. Raises FaultyInput for none of the run's."""
    return sweeps.chosen(tables, record, milestone or next(reversed(reported(tables, record, SCORED)), None))


def point_names(tables: RunTables) -> list[str]:
    """A name for each design point: its values on one or two axes, else its settings, else its number."""
    axes, count = sweeps.axes(tables), len(tables.points["design_id"])
    if len(axes) == 1:
        full = _as_given(axes[0])
    elif len(axes) == 2:
        full = [", ".join(axis.value_text(point) for axis in axes) for point in range(count)]
    else:
        full = [str(settings) for settings in tables.points["settings"]]
    long = len(axes) > 2 and (max(map(len, full)) > LETTERS or widest(full, 8.5) > NAMES)
    texts = [] if long else [shortened(name, NAMES, 8.5) for name in full]
    if len(set(texts)) < count or not all(texts):
        return [f"point {number}" for number in tables.points["design_id"]]
    return texts


def _as_given(axis: Axis) -> list[str]:
    """The values of the one axis at each point: with units as the design gives them, else as numbers."""
    if axis.unit and all(changes.QUANTITY.fullmatch(text) for text in axis.given):
        return [*axis.given]
    return [axis.number_text(point) for point in range(len(axis.values))]


def heading(tables: RunTables) -> str:
    """What the names of the points are."""
    axes = sweeps.axes(tables)
    text = ", ".join(axis.heading for axis in axes) if 0 < len(axes) < 3 else "design point"
    return shortened(text, 8.0, 8.0)


def question(tables: RunTables, milestone: str) -> str:
    """What the design asks, or what is shown where it has no summary."""
    design = tables.manifest.get("design") or {}
    return str(
        design.get("summary")
        or f"{names.milestone(tables, milestone)} at {len(tables.points['design_id']):,} design points"
    )


def alone(tables: RunTables, factor: str) -> np.ndarray:
    """The points of a one-at-a-time design at which no other factor is moved (points,): base is the first."""
    names = [row["name"] for row in tables.manifest["design"]["factors"] if row["name"] != factor]
    others = [tables.points[name] == tables.points[name][0] for name in names]
    return np.flatnonzero(np.all([np.ones_like(tables.points[factor], bool), *others], axis=0))


def extremes(tables: RunTables, share: np.ndarray) -> str:
    """The lowest and the highest of the points' shares (points,), 0 to 1, and where they are."""
    known, points = np.flatnonzero(np.isfinite(share)), point_names(tables)
    if not len(known):
        return "no run is finished"
    low, high = known[np.argmin(share[known])], known[np.argmax(share[known])]
    if len(known) == 1 or share[low] == share[high]:
        return f"{share[low]:.2f}" + (" at every point" if len(known) > 1 else "")
    return f"from {share[low]:.2f} ({points[low]}) to {share[high]:.2f} ({points[high]})"


def medians(tables: RunTables, summary: Summary, milestone: str) -> str:
    """When half of a point's runs have reached a milestone, and which share ever does, over the points."""
    hours, reached = summary.hours[:, 1], summary.share_reached
    if not np.isfinite(reached).any():
        return f"{names.milestone(tables, milestone)}: no run is finished"
    moments = [moment_of(tables, hour) for hour in (np.nanmin(hours), np.nanmax(hours))]
    times = _span([day(moment) if moment else "after the end" for moment in moments])
    share = _span([f"{share:.2f}" for share in (np.nanmin(reached), np.nanmax(reached))])
    return f"{names.milestone(tables, milestone)}: median {times}; Pr(event) {share}"


def _span(edges: Sequence[str]) -> str:
    return " to ".join(dict.fromkeys(edges))


def sureness(tables: RunTables, between: np.ndarray) -> str:
    """How sure a point's share is, and what common random numbers do; `between` are intervals (points, 2)."""
    half = np.ptp(between[np.isfinite(between[:, 0])], axis=1) / 2.0
    if not len(half):
        return ""
    text = "Intervals (95 %, Wilson) are of each point alone, and reach"
    text += f" {float(np.max(half)):.2f} to either side at most"
    if (tables.manifest.get("design") or {}).get("common") and len(between) > 1:
        text += (
            "; the points share their random numbers, so differences between them are surer than they look"
        )
    return f"{text}."
