"""Two runs of the same luck as text and JSON: what changes, how often nothing does, what pairing is worth."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.tables.pairs import PairedMilestone
from analysis.tables.text import aligned


def text(milestones: Sequence[PairedMilestone]) -> str:
    """A table, a milestone a row."""
    lines = [
        ["milestone", "B less A, h: 5 / 50 / 95 %", "same", "only in A", "only in B", "pairing is worth"]
    ]
    for row in milestones:
        hours = " / ".join(f"{hour:+.1f}" for hour in row.quantiles or ()) or "-"
        shares = (f"{share:.3f}" for share in (row.same, row.only_a, row.only_b))
        worth = "-" if row.worth is None else ("all" if row.worth == np.inf else f"{row.worth:.1f}")
        lines.append([row.milestone, hours, *shares, worth])
    note = (
        "Run by run, with common random numbers. Same: to within a minute, or in neither. Pairing is worth: "
        "how many unpaired runs one pair stands for (variance ratio), where both have it."
    )
    return f"{aligned(lines)}\n\n{note}"


def as_json(milestones: Sequence[PairedMilestone]) -> list[dict[str, Any]]:
    """A milestone an object; what pairing is worth null where it leaves no doubt, or nothing is known."""
    return [
        row._asdict() | {"hours": row.quantiles, "worth": None if row.worth == np.inf else row.worth}
        for row in milestones
    ]
