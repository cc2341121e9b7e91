"""Two runs of the same seed replicate by replicate: what differs, and how often."""

from typing import NamedTuple

import numpy as np

from analysis.tables import timeline
from analysis.tables.clock import hour_of, origin
from analysis.tables.outcomes import quantiles
from sim.files.yaml_tree import Where, refuse
from sim.store.reader import RunTables

SAME = 1.0 / 60.0  # h: no difference
ROUNDING = 1.0 / 3600.0  # h: a spread below that is due to how hours are stored
PAIRED = "runs in pairs"
"""How faults name what two runs are laid against each other for."""


class PairedMilestone(NamedTuple):
    """A milestone in two runs: how much later it comes in B than in A, and in which shares of the pairs.

    `hours` (pairs,) are the differences (h, B less A) of those in which both have it; `variance_reduction` is
    the variance of the difference of unpaired runs over that of the paired ones, None if unknown.
    """

    milestone: str
    hours: np.ndarray
    of: int  # pairs
    same: float  # in both at the same hour, or in neither
    only_a: float
    only_b: float
    variance_reduction: float | None

    @property
    def earlier(self) -> float:
        """Share of the pairs (0 to 1) in which it comes earlier in B, or in B alone."""
        return float(np.count_nonzero(self.hours <= -SAME) / self.of + self.only_b)

    @property
    def later(self) -> float:
        """Share of the pairs (0 to 1) in which it comes later in B, or in A alone."""
        return float(np.count_nonzero(self.hours >= SAME) / self.of + self.only_a)

    @property
    def shifts(self) -> np.ndarray:
        """The hours (pairs,) of those in which it comes in both, and at another hour."""
        return np.asarray(self.hours[np.abs(self.hours) >= SAME])

    @property
    def quantiles(self) -> tuple[float, ...] | None:
        """5, 50 and 95 % of the hours; None where no pair has them."""
        return tuple(quantiles(self.hours).tolist()) if len(self.hours) else None


def pairs(one: RunTables, two: RunTables) -> list[PairedMilestone]:
    """Each milestone that both runs have, replicate by replicate.

    Raises FaultyInput if their replicates have other seeds, or nothing can be compared.
    """
    rows, others = _matched(one, two)
    shift = hour_of(one, origin(two))
    known = {m["id"] for m in two.manifest["milestones"]}
    shared = [row["id"] for row in one.manifest["milestones"] if row["id"] in known]
    if not shared:
        refuse(Where(PAIRED, 0), "needs milestones that both runs have, these have none")
    return [
        _paired(name, one.runs[name][rows].astype(float), two.runs[name][others].astype(float) + shift)
        for name in shared
    ]


def _paired(name: str, a: np.ndarray, b: np.ndarray) -> PairedMilestone:
    """A milestone by its hours in the runs of either, pair by pair; inf: never."""
    in_a, in_b = np.isfinite(a), np.isfinite(b)
    both = in_a & in_b
    hours = b[both] - a[both]
    alike = np.count_nonzero(np.abs(hours) < SAME) + np.count_nonzero(~in_a & ~in_b)
    return PairedMilestone(
        milestone=name,
        hours=hours,
        of=len(a),
        same=float(alike / len(a)),
        only_a=float((in_a & ~in_b).mean()),
        only_b=float((in_b & ~in_a).mean()),
        variance_reduction=_variance_reduction(a[both], b[both]),
    )


def _variance_reduction(a: np.ndarray, b: np.ndarray) -> float | None:
    """How much pairing lessens the variance of a difference; None with fewer than two pairs or no spread."""
    if len(a) < 2 or a.var() + b.var() <= ROUNDING**2:
        return None
    paired = float((b - a).var())
    return float((a.var() + b.var()) / paired) if paired > ROUNDING**2 else np.inf


def _matched(one: RunTables, two: RunTables) -> tuple[np.ndarray, np.ndarray]:
    """The rows of the replicates that failed in neither. Raises FaultyInput if their seeds differ."""
    for tables in (one, two):
        timeline.check_single(tables, PAIRED)
    a, b = one.manifest, two.manifest
    if a["seed"] != b["seed"]:
        refuse(Where(PAIRED, 0), f"needs two runs of one seed, these have {a['seed']} and {b['seed']}")
    if a["runs"] != b["runs"]:
        refuse(Where(PAIRED, 0), f"needs as many runs of each, these are {a['runs']:,} and {b['runs']:,}")
    rows, others = np.argsort(one.runs["replicate"]), np.argsort(two.runs["replicate"])
    if not all(np.array_equal(one.runs[n][rows], two.runs[n][others]) for n in ("replicate", "seed")):
        refuse(Where(PAIRED, 0), "needs two runs whose replicates have the same seeds, these have not")
    in_both = one.done[rows] & two.done[others]
    if not in_both.any():
        refuse(Where(PAIRED, 0), "needs runs that failed in neither, here are none")
    return rows[in_both], others[in_both]
