"""What scenario discovery searches in a stored result: parameters of its cases, and whether an event came.

The cases of a result are its runs, whose parameters are drawn anew from their seeds; those of a sweep are its
design points, with what the design moves.
"""

from datetime import datetime
from pathlib import Path

import numpy as np

from analysis.inference.discovery import LEAST_CASES, Cases
from analysis.tables.clock import hour_of, moment_of
from analysis.tables.sweeps import ByPoint, milestones
from analysis.words import names
from analysis.words.text import moment_words
from sim.files.paths import display_path
from sim.files.yaml_tree import nearest, refuse
from sim.store.reader import RunTables
from sim.studies.verification import job_of


def cases(folder: Path, tables: RunTables, milestone: str, before: float = np.inf) -> Cases:
    """The cases of a result, and which have a milestone before an hour (default: at all).

    Runs that failed count for nothing. Raises FaultyInput for a milestone that is none of the result's, and
    for a result in which no parameter varies, there are few cases, or all have the same outcome.
    """
    known = milestones(tables)
    if milestone not in known:
        refuse(milestone, f"is no milestone of {display_path(folder)}; {nearest(milestone, known)}")
    of_result = (_of_runs if tables.manifest["design"] is None else _of_points)(
        folder, tables, milestone, before
    )
    where = display_path(folder)
    if not of_result.names:
        right = "expected a result of many runs without --fixed, or a sweep that moves numbers"
        refuse(where, f"has no parameter that varies; {right}")
    if len(of_result.y) < LEAST_CASES:
        refuse(where, f"has {len(of_result.y)} {of_result.noun}; expected {LEAST_CASES} or more")
    if np.ptp(of_result.y) == 0.0:
        when = "" if np.isinf(before) else " before that"
        message = f"happens equally often{when} in all {len(of_result.y):,} {of_result.noun}"
        refuse(milestone, f"{message}; expected another date or milestone")
    return of_result


def asked(tables: RunTables, milestone: str, before: float = np.inf) -> str:
    """The event in words."""
    moment = moment_of(tables, before)
    when = "" if moment is None else f" before {moment_words(moment)}"
    return f"{names.milestone(tables, milestone)}{when}"


def _of_runs(folder: Path, tables: RunTables, milestone: str, before: float) -> Cases:
    """The runs of a result that did not fail, with the parameters that were drawn."""
    y = (tables.runs[milestone][tables.done] < before).astype(float)
    if tables.manifest["parameters"] == "fixed":
        return Cases(names=(), units=(), x=np.empty((len(y), 0)), y=y, noun="runs")
    parameters = job_of(folder, tables).inputs.parameters
    draws = parameters.draws(np.asarray(tables.runs["seed"][tables.done], "u8"))
    moved = [row for name, row in parameters.rows.items() if len(y) and np.ptp(draws[name]) > 0.0]
    return Cases(
        names=tuple(row.name for row in moved),
        units=tuple(row.shown_unit for row in moved),
        x=np.column_stack([draws[row.name] / row.in_unit for row in moved] or [np.empty((len(y), 0))]),
        y=y,
        noun="runs",
    )


def _of_points(folder: Path, tables: RunTables, milestone: str, before: float) -> Cases:
    """The design points of a sweep of which a run did not fail, with the numbers that tell them apart."""
    runs = ByPoint(tables)
    share, _ = runs.share(runs.hours(milestone) < before)
    ended = np.isfinite(share)
    factors = tables.manifest["design"]["factors"]
    words = [row["name"] for row in factors if tables.points[row["name"]].dtype.kind not in "iuf"]
    moved = [
        row
        for row in factors
        if row["name"] not in words and len(np.unique(tables.points[row["name"]][ended])) > 1
    ]
    columns = [tables.points[row["name"]][ended].astype(float) for row in moved]
    return Cases(
        names=tuple(row["name"] for row in moved),
        units=tuple((row["unit"] or "").removesuffix("-") for row in moved),
        x=np.column_stack(columns or [np.empty((int(ended.sum()), 0))]),
        y=share[ended],
        noun="design points",
        left_out=tuple(words),
    )


def hour_before(tables: RunTables, moment: datetime | None) -> float:
    """The hour of a moment (UTC); infinity for none."""
    return np.inf if moment is None else hour_of(tables, moment)
