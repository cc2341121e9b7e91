"""Two runs of the same luck in numbers: what changes, how often nothing does, and what pairing is worth."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from analysis.tables.outcomes import QUANTILES
from analysis.tables.pairs import PairedMilestone, pairs
from analysis.tables.text import aligned
from sim.store.reader import RunTables


class Change(NamedTuple):
    """A milestone in the runs of B less those of A: 5/50/95 % of the hours where both have it, and shares.

    `worth` is the variance of the difference of unpaired runs over that of the paired ones.
    """

    milestone: str
    hours: tuple[float, float, float] | None
    same: float
    only_a: float
    only_b: float
    worth: float | None


def changes(one: RunTables, two: RunTables) -> list[Change]:
    """Every milestone that both runs have. Raises FaultyInput if they are not of the same luck."""
    return [_change(one, two, pair) for pair in pairs(one, two)]


def _change(one: RunTables, two: RunTables, pair: PairedMilestone) -> Change:
    hours = None
    if len(pair.hours):
        hours = tuple(np.quantile(pair.hours, QUANTILES, method="inverted_cdf").tolist())
    return Change(
        milestone=pair.name,
        hours=hours,
        same=pair.same,
        only_a=pair.first,
        only_b=pair.second,
        worth=pair.worth,
    )


def text(outcome_changes: Sequence[Change]) -> str:
    """A table, a milestone a row."""
    lines = [
        ["milestone", "B less A, h: 5 / 50 / 95 %", "same", "only in A", "only in B", "pairing is worth"]
    ]
    for row in outcome_changes:
        hours = "-" if row.hours is None else " / ".join(f"{hour:+.1f}" for hour in row.hours)
        shares = (f"{share:.3f}" for share in (row.same, row.only_a, row.only_b))
        worth = "-" if row.worth is None else ("all" if row.worth == np.inf else f"{row.worth:.1f}")
        lines.append([row.milestone, hours, *shares, worth])
    note = (
        "Run by run, with common random numbers. Same: to within a minute, or in neither. Pairing is worth: "
        "how many unpaired runs one pair stands for (variance ratio), where both have it."
    )
    return f"{aligned(lines)}\n\n{note}"


def as_json(outcome_changes: Sequence[Change]) -> list[dict[str, Any]]:
    """A milestone an object."""
    told = []
    for row in outcome_changes:
        worth = None if row.worth is None or row.worth == np.inf else row.worth
        told.append(row._asdict() | {"worth": worth})
    return told
