"""Two runs of the same seed replicate by replicate: what differs, and how often."""

from typing import NamedTuple

import numpy as np

from analysis.tables import timeline
from analysis.tables.clock import hour_of, origin
from sim.files.yaml_tree import Where, refuse
from sim.store.reader import RunTables

SAME = 1.0 / 60.0  # h: no difference
ROUNDING = 1.0 / 3600.0  # h: a spread below that is due to how hours are stored
PAIRED = "runs in pairs"
"""How faults name what two runs are laid against each other for."""


class PairedMilestone(NamedTuple):
    """A milestone in two runs: differences (h, second less first) where both have it, and shares of all."""

    name: str
    hours: np.ndarray
    same: float  # as often as not: in both at the same hour, or in neither
    first: float  # in the first alone
    second: float  # in the second alone
    worth: float | None  # variance of the difference of unpaired runs over that of the pairs


def pairs(one: RunTables, two: RunTables) -> list[PairedMilestone]:
    """Each milestone that both runs have, replicate by replicate. Raises FaultyInput: they do not match."""
    check(one, two)
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
    both, neither = np.isfinite(a) & np.isfinite(b), np.isinf(a) & np.isinf(b)
    hours = b[both] - a[both]
    return PairedMilestone(
        name=name,
        hours=hours,
        same=float((np.count_nonzero(np.abs(hours) < SAME) + np.count_nonzero(neither)) / len(a)),
        first=float((np.isfinite(a) & np.isinf(b)).mean()),
        second=float((np.isfinite(b) & np.isinf(a)).mean()),
        worth=_worth(a[both], b[both]),
    )


def _worth(a: np.ndarray, b: np.ndarray) -> float | None:
    """How much pairing lessens the variance of a difference; None with fewer than two pairs or no spread."""
    if len(a) < 2 or a.var() + b.var() <= ROUNDING**2:
        return None
    paired = float((b - a).var())
    return float((a.var() + b.var()) / paired) if paired > ROUNDING**2 else np.inf


def check(one: RunTables, two: RunTables) -> None:
    """Raise FaultyInput if replicates of two runs are not runs of the same chance."""
    where = Where(PAIRED, 0)
    for tables in (one, two):
        timeline.check_single(tables, PAIRED)
    seeds = [tables.manifest["seed"] for tables in (one, two)]
    runs = [tables.manifest["runs"] for tables in (one, two)]
    if seeds[0] != seeds[1]:
        refuse(where, f"needs two runs of one seed, these have {seeds[0]} and {seeds[1]}")
    if runs[0] != runs[1]:
        refuse(where, f"needs as many runs of each, these are {runs[0]:,} and {runs[1]:,}")
    own = [dict(zip(t.runs["replicate"].tolist(), t.runs["seed"].tolist(), strict=True)) for t in (one, two)]
    if own[0] != own[1]:
        refuse(where, "needs two runs whose replicates have the same seeds, these have not")


def _matched(one: RunTables, two: RunTables) -> tuple[np.ndarray, np.ndarray]:
    """The rows of the replicates that failed in neither."""
    rows = [np.flatnonzero(tables.done) for tables in (one, two)]
    names = [tables.runs["replicate"][own] for tables, own in zip((one, two), rows, strict=True)]
    _, first, second = np.intersect1d(names[0], names[1], return_indices=True)
    if not len(first):
        refuse(Where(PAIRED, 0), "needs runs that failed in neither, here are none")
    return rows[0][first], rows[1][second]
