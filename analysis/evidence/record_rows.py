"""The rows that a pseudo-record gives to a filter, and its probability by brute force.

Probabilities over all records that can be written add to 1: what is not reported never came and would have
been reported if it had, a silence is kept or broken, and a false report lies within its window alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from analysis.evidence.pseudo_records import WrittenRecords
from analysis.evidence.rows import REACH, JointRow
from analysis.scores import scoring_rules

LEAST_FALSE = 1e-9
"""The probability of a false report that cannot be written: not 0, for its log is taken."""
RUNS_TOGETHER = 4096
"""Runs that are weighed together; they bound the memory."""


@dataclass(frozen=True, kw_only=True)
class Windows:
    """When the windows of false reports begin, by the row's name, and when the scenario ends (h)."""

    starts: Mapping[str, float]
    end: float


def record_rows(reports: WrittenRecords, number: int, windows: Windows) -> list[JointRow]:
    """The rows of one of some records, in the order of its rows."""
    edges = zip(reports.rows, reports.low[number], reports.high[number], strict=True)
    rows = [_reported(row, float(low), float(high), windows) for row, low, high in edges]
    limits = {str(row.milestone): row.limit for row in rows if row.ask != "strikes"}
    return [
        replace(row, limit=limits.get(str(row.milestone), row.limit)) if row.ask == "strikes" else row
        for row in rows
    ]


def _reported(row: JointRow, low: float, high: float, windows: Windows) -> JointRow:
    """A row as a record has it."""
    if row.ask == "silence":
        broken = replace(row, ask="hour", low=0.0, blur=0.0, false=1.0 - row.false)
        return row if low == 1.0 else broken
    if np.isnan(low):
        return replace(row, ask="silence", high=windows.end, blur=0.0, false=LEAST_FALSE, limit=windows.end)
    if row.ask == "hour":
        window = (row.high - row.low) / row.false
        start = windows.starts[row.name]
        share = (min(high, start + window) - max(low, start)) / window
        limit = min(windows.end, high + REACH * row.blur)
        return replace(row, low=low, high=high, false=max(share, LEAST_FALSE), limit=limit)
    numbers = (row.high - row.low + 1.0) / row.false
    share = (min(high, numbers - 1.0) - max(low, 0.0) + 1.0) / numbers
    return replace(row, low=low, high=high, false=max(share, LEAST_FALSE))


class PoolEvidence(NamedTuple):
    """The logs of records' probabilities (records,), and how many runs each rests on (records,).

    The latter is (sum of weights)^2 over the sum of their squares.
    """

    logs: np.ndarray
    effective: np.ndarray


def weight_sums(records: Sequence[Sequence[JointRow]], truths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sums of the weights that the same whole runs have for each of some records, and of their squares.

    `truths` (runs, rows) are what runs give for the rows, which all records have in one order.
    """
    sums, squares = np.zeros(len(records)), np.zeros(len(records))
    for first in range(0, len(truths), RUNS_TOGETHER):
        some = truths[first : first + RUNS_TOGETHER]
        known: dict[tuple[int, JointRow], np.ndarray] = {}
        for number, rows in enumerate(records):
            weights = np.ones(len(some))
            for place, row in enumerate(rows):
                if (place, row) not in known:
                    known[place, row] = _probability(row, some[:, place])
                weights *= known[place, row]
            sums[number] += weights.sum()
            squares[number] += weights @ weights
    return sums, squares


def pool_evidence(sums: np.ndarray, squares: np.ndarray, runs: int) -> PoolEvidence:
    """What sums of weights and of their squares, each (records,), over so many runs come to."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return PoolEvidence(np.log(sums / runs), np.nan_to_num(sums * sums / squares))


def _probability(row: JointRow, truths: np.ndarray) -> np.ndarray:
    """The probability of a row where runs give these hours or numbers (runs,)."""
    if row.ask == "silence":
        return row.probability(scoring_rules.after(truths, row.high))
    return row.probability(scoring_rules.within(truths, row.low, row.high, row.blur))
