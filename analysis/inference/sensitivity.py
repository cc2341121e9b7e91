"""Which parameters matter: indices of a design's factors, for what the runs of each point come to.

What a point comes to is Pr(event), the restricted mean time (days to the event, never counted as the end of
the scenario), the mean time of the runs that have the event, or the share within the reported interval. A run
that failed counts for nothing, and a point without a value is left out of what it would be compared in. The
luck of the runs is a factor too: the share of chance in the variance of their restricted times.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.inference.indices import (
    SLICES,
    Estimate,
    Influence,
    Interaction,
    indices,
    pairs,
    points_together,
    share_of_chance,
)
from analysis.tables import sweeps
from analysis.tables.clock import horizon, interval_of
from analysis.tables.scored_observations import reported
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

METHODS = {"morris": "morris", "saltelli": "sobol"}
METHODS |= dict.fromkeys(("latin-hypercube", "sobol", "prior"), "pawn")
"""The method of each kind of design."""
LEAST_SAMPLES = {"morris": 2, "sobol": 2, "pawn": SLICES}
"""Trajectories, blocks or points without which a method says nothing."""
LARGEST_MISSING_SHARE = 0.05
"""Share of the points without a value above which a target has no indices: the others are no sample."""
RESTRICTED = "restricted mean time"
"""The quantity that a share of chance is given of, and that figures show."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is explained: a quantity of a milestone, the factors by rank, and the share of chance.

    `spread` is the standard deviation of the quantity over the design points, in its unit; `chance` the share
    of the variance of the times of single runs that no factor carries, with its interval: of the restricted
    mean time only. `points` have a value, `missing` have none; `carriers` is how many of the points, those
    furthest from the mean, carry half of the variance. With too many missing there are no factors.
    """

    milestone: str
    quantity: str
    unit: str
    spread: float
    chance: Estimate | None
    points: int
    missing: int
    carriers: int
    pairs: tuple[Interaction, ...]
    factors: tuple[Influence, ...]


def targets(
    tables: RunTables, record: Record, name: str, milestones: tuple[str, ...] = ()
) -> tuple[str, list[Target]]:
    """The method, and every target of some milestones (default: those scored, or what a sweep shows).

    Raises FaultyInput for a run that is no such design, or that did not run in full.
    """
    method, matrix = design_of(tables, name)
    block = points_together(method, np.column_stack(list(matrix.values())))
    by_target = []
    names = milestones or tuple(reported(tables, record, SCORED)) or (sweeps.chief(tables, record),)
    for milestone, hours in sweeps.replicates(tables, names).items():
        for quantity, unit, values in quantities(tables, record, milestone, hours):
            if len(np.unique(values[np.isfinite(values)])) > 1:
                single = np.minimum(hours, horizon(tables)) if quantity == RESTRICTED else None
                chance = None if single is None else share_of_chance(single, block)
                by_target.append(_target(method, matrix, values, (milestone, quantity, unit), chance))
    if not by_target:
        right = "expected --milestone with another"
        refuse(Where(name, 0), f"nothing in it moves {' or '.join(names)}; {right}")
    return method, by_target


def _target(
    method: str,
    matrix: Mapping[str, np.ndarray],
    values: np.ndarray,
    about: tuple[str, str, str],
    chance: Estimate | None,
) -> Target:
    """The target of some values (points,), nan where there is none; about: milestone, quantity, unit."""
    known = values[np.isfinite(values)]
    missing = len(values) - len(known)
    has_indices = missing <= LARGEST_MISSING_SHARE * len(values)
    block = points_together(method, np.column_stack(list(matrix.values())))
    milestone, quantity, unit = about
    return Target(
        milestone=milestone,
        quantity=quantity,
        unit=unit,
        spread=float(known.std()),
        chance=chance,
        points=len(known),
        missing=missing,
        carriers=carriers(known),
        pairs=pairs(matrix, values, block) if method == "sobol" and has_indices else (),
        factors=indices(method, matrix, values) if has_indices else (),
    )


def carriers(values: np.ndarray) -> int:
    """How many of some values (points,), those furthest from their mean, carry half of their variance."""
    shares = np.sort((values - values.mean()) ** 2)[::-1].cumsum()
    return int(np.searchsorted(shares, 0.5 * shares[-1])) + 1


def design_of(tables: RunTables, name: str) -> tuple[str, dict[str, np.ndarray]]:
    """The method of a design and the values (points,) of its factors, in their units.

    Where factors move by groups each is a group, with the values of its first factor. Raises FaultyInput for
    a run that is no sample of numbers, did not run in full, or has too few points.
    """
    design = tables.manifest["design"] or {}
    method, points = method_of(design.get("kind", ""), name), design["points"]
    runs = np.bincount(tables.runs["design_id"], minlength=points)
    short = np.flatnonzero(runs != design["runs"])
    if len(short):
        message = f"{len(short)} of {points} design points did not run in full, the first {short[0]}"
        refuse(Where(name, 0), f"{message}; expected a design that was run to its end")
    matrix: dict[str, np.ndarray] = {}
    for factor in design["factors"]:
        matrix.setdefault(factor.get("group", factor["name"]), tables.points[factor["name"]])
    words = [factor for factor, column in matrix.items() if column.dtype.kind not in "iuf"]
    if words:
        refuse(Where(name, 0), f"{', '.join(words)}: moved by words; expected a sample of numbers")
    least = LEAST_SAMPLES[method] * points_together(method, np.column_stack(list(matrix.values())))
    if points < least:
        refuse(Where(name, 0), f"{points} design points give no interval; expected {least} or more")
    return method, matrix


def method_of(kind: str, name: str) -> str:
    """The method of a kind of design. Raises FaultyInput for one that is no sample."""
    if kind not in METHODS:
        right = "expected a design of kind morris, saltelli or latin-hypercube"
        refuse(Where(name, 0), f"is no sample of factors; {right}")
    return METHODS[kind]


def quantities(
    tables: RunTables, record: Record, milestone: str, hours: np.ndarray
) -> list[tuple[str, str, np.ndarray]]:
    """What each design point's runs (points, runs) come to: name, unit (d or share), numbers (points,).

    Hours are nan where a run failed; a number is nan where no run of the point has it. Days count from the
    scenario's first midnight.
    """
    finished, came = ~np.isnan(hours), np.isfinite(hours)
    columns = [
        ("Pr(event)", "share", _mean(came, finished)),
        (RESTRICTED, "d", _mean(np.minimum(hours, horizon(tables)), finished) / 24.0),
    ]
    if (came != finished).any():  # else it is the restricted mean again
        columns.append(("mean time given the event", "d", _mean(hours, came) / 24.0))
    seen = reported(tables, record).get(milestone)
    if seen is not None:
        low, high = interval_of(tables, seen)
        columns.append(("share within", "share", _mean((hours >= low) & (hours <= high), finished)))
    return columns


def _mean(values: np.ndarray, which: np.ndarray) -> np.ndarray:
    """The mean (points,) of those values (points, runs) that a mask picks; nan where it picks none."""
    with np.errstate(invalid="ignore"):
        means: np.ndarray = np.where(which, values, 0.0).sum(axis=1) / which.sum(axis=1)
    return means
