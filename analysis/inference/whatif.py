"""Two results of one seed, pair by pair, as text and JSON: whether milestones come earlier, by how much."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.tables.outcomes import quantiles
from analysis.tables.pairs import PairedMilestone
from analysis.words import names
from analysis.words.text import aligned, json_of, percent, wrapped
from sim.store.reader import RunTables

PAIRS_HEAD = (
    "milestone",
    "earlier",
    "same",
    "later",
    "shift, days: 5th",
    "median",
    "95th",
    "variance reduction",
)
PAIRS_NOTE = (
    "Pair by pair, with common random numbers. Earlier: or in B alone; later: or in A alone; same: to within "
    "a minute, or in neither. The shift is B less A, of the pairs in which both have it and it differs. "
    "Variance reduction: how many times more runs it would take without common random numbers."
)


def sentence(tables: RunTables, row: PairedMilestone) -> str:
    """What B changes in one milestone."""
    column = next((m.get("column") for m in tables.manifest["milestones"] if m["id"] == row.milestone), None)
    event = names.happening(tables, row.milestone, column)
    if row.same == 1.0:
        return f"{event} at the same hour or not at all in each of {row.of:,} pairs of runs."
    earlier = f"earlier in B in {_percent(row, row.earlier)} of {row.of:,} pairs"
    others = f"the same in {_percent(row, row.same)}, later in {_percent(row, row.later)}"
    return f"{event} {earlier}, {others}{_shift(row.shifts)}."


def _percent(row: PairedMilestone, share: float) -> str:
    return percent(round(share * row.of), row.of)


def _shift(hours: np.ndarray) -> str:
    """By how much, where both have it and it differs."""
    if not len(hours):
        return ""
    low, middle, high = quantiles(hours)
    first = _days(low) if low * high < 0.0 else f"{abs(low) / 24.0:.1f}"
    spread = f"90 % interval {first} to {_days(high)}"
    return f"; where it differs, by a median of {_days(middle)} ({spread})"


def _days(hours: float) -> str:
    """Days earlier or later."""
    return f"{abs(hours) / 24.0:.1f} days {'earlier' if hours < 0.0 else 'later'}"


def text(tables: RunTables, milestones: Sequence[PairedMilestone], headline: Sequence[str]) -> str:
    """A sentence for each headline milestone; a row for each that changes, and the names of the others."""
    rows = [row for row in milestones if row.same < 1.0]
    by_name = {row.milestone: row for row in milestones}
    sentences = [
        wrapped(sentence(tables, by_name[name]), further="  ") for name in headline if name in by_name
    ]
    parts = ["\n".join(sentences)]
    if rows:
        parts += [aligned([PAIRS_HEAD, *(_cells(tables, row) for row in rows)]), wrapped(PAIRS_NOTE)]
    untouched = [names.milestone(tables, row.milestone) for row in milestones if row.same == 1.0]
    if untouched and rows:
        parts.append(wrapped(f"Nothing changes in any pair: {'; '.join(untouched)}.", further="  "))
    return "\n\n".join(parts)


def cells(tables: RunTables, milestones: Sequence[PairedMilestone]) -> list[list[str]]:
    """A row a milestone below a head."""
    return [list(PAIRS_HEAD), *(_cells(tables, row) for row in milestones)]


def _cells(tables: RunTables, row: PairedMilestone) -> list[str]:
    shares = [f"{share:.2f}" for share in (row.earlier, row.same, row.later)]
    days = [f"{hour / 24.0:+.1f}" for hour in quantiles(row.shifts)] if len(row.shifts) else ["-"] * 3
    factor = row.variance_reduction
    is_idle = factor is None or row.same == 1.0
    known = "-" if is_idle else ("infinite" if factor == np.inf else f"{factor:.1f}")
    return [names.milestone(tables, row.milestone), *shares, *days, known]


def as_json(milestones: Sequence[PairedMilestone]) -> list[dict[str, Any]]:
    """A milestone an object, hours and shares; the factor is null where it is infinite or unknown."""
    return [
        json_of(row, "milestone", "same", "only_a", "only_b", "earlier", "later")
        | {
            "hours": row.quantiles,
            "shift_hours": tuple(quantiles(row.shifts).tolist()) if len(row.shifts) else None,
            "variance_reduction": None if row.variance_reduction == np.inf else row.variance_reduction,
        }
        for row in milestones
    ]
