"""Pseudo-records: what a record would read if a model's runs were what happened.

Each scored row is reported as the record reports it. The hours are cut into intervals as long as the row's,
of which the row's own is one, and the report is the interval that the run's hour lies in, give or take the
row's blur. A false report, by the row's weight, lies anywhere in the row's window. What never comes is not
reported. So the record itself is one of those that a model can write. Numbers are reported alike, in ranges
as wide as the row's; a silence is kept or broken at the row's own hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.evidence.rows import JointRow, window_start
from analysis.tables.scored_observations import observed
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniforms
from sim.record.record import Record
from sim.store.reader import RunTables


@dataclass(frozen=True, kw_only=True)
class WrittenRecords:
    """Records side by side: what each reports of each of the rows, (records, rows).

    `low` to `high` are h since 00:00 of the first day, or numbers; nan where nothing is reported. Of a
    silence both are 1 where it is kept and 0 where it is broken.
    """

    rows: tuple[JointRow, ...]
    low: np.ndarray
    high: np.ndarray

    def later(self, hours: float) -> "WrittenRecords":
        """The same records with every date so many hours later."""
        dated = np.array([row.ask == "hour" for row in self.rows])
        return WrittenRecords(rows=self.rows, low=self.low + hours * dated, high=self.high + hours * dated)


def reported(rows: Sequence[JointRow]) -> WrittenRecords:
    """The record itself, as one of its kind."""
    silent = np.array([row.ask == "silence" for row in rows])
    low, high = np.array([row.low for row in rows]), np.array([row.high for row in rows])
    return WrittenRecords(
        rows=tuple(rows), low=np.where(silent, 1.0, low)[None], high=np.where(silent, 1.0, high)[None]
    )


def window_starts(tables: RunTables, record: Record, rows: Sequence[JointRow]) -> dict[str, float]:
    """When the window of false reports of each dated row begins (h), by the row's name."""
    starts = {}
    for row in rows:
        if row.ask == "hour" and row.milestone is not None:
            seen = observed(record, row.milestone, row.column)
            starts[row.name] = row.low if seen is None else window_start(tables, record, seen)
    return starts


def written(
    rows: Sequence[JointRow], starts: Mapping[str, float], truths: np.ndarray, seeds: np.ndarray
) -> WrittenRecords:
    """What runs (runs,) would have reported of them, with errors drawn by their `seeds` (runs,).

    `truths` (runs, rows) are the hours of the rows' milestones (inf: never) and their numbers.
    """
    low, high = np.empty(truths.shape), np.empty(truths.shape)
    for place, row in enumerate(rows):
        is_false = uniforms(seeds, key_of("false report", row.name)) >= row.weight
        where = uniforms(seeds, key_of("place of a false report", row.name))
        if row.ask == "silence":
            low[:, place] = high[:, place] = np.where(
                is_false, where < row.false, truths[:, place] > row.high
            )
        elif row.ask == "hour":
            error = ndtri(uniforms(seeds, key_of("error of a report", row.name)))
            window = (row.high - row.low) / row.false if row.false else 0.0
            hours = np.where(is_false, starts[row.name] + where * window, truths[:, place] + row.blur * error)
            low[:, place], high[:, place] = _bins(hours, row.low, row.high - row.low)
        else:
            width = row.high - row.low + 1.0
            numbers = np.where(is_false, np.floor(where * width / row.false), truths[:, place])
            low[:, place], high[:, place] = _bins(numbers, row.low, width)
            high[:, place] -= 1.0
    return WrittenRecords(rows=tuple(rows), low=low, high=high)


def _bins(values: np.ndarray, low: float, width: float) -> tuple[np.ndarray, np.ndarray]:
    """The intervals of a width, one of which begins at `low`, that values (runs,) lie in; nan of infinity."""
    finite = np.where(np.isfinite(values), values, np.nan)
    if width == 0.0:
        return finite, finite
    begin = low + width * np.floor((finite - low) / width)
    return begin, begin + width


def log_scores(reports: WrittenRecords, pool: np.ndarray) -> np.ndarray:
    """The log score of all rows (records,), nats: the sum of the logs of each row's own probability.

    The probability is that in `pool` (runs, rows), runs of the model other than those that wrote the records.
    What rows say of each other is left out: the joint probability would take filters for every record.
    """
    total = np.zeros(len(reports.low))
    for place, row in enumerate(reports.rows):
        total += np.log(_probability(row, reports.low[:, place], reports.high[:, place], pool[:, place]))
    return total


def _probability(row: JointRow, low: np.ndarray, high: np.ndarray, truths: np.ndarray) -> np.ndarray:
    """The probability of reports of a row (records,), where the runs of a pool have these truths (runs,)."""
    if row.ask == "silence":
        silent = row.probability(np.array(_share(truths > row.high)))
        return np.where(low == 1.0, silent, 1.0 - silent)
    below, above = low[:, None], high[:, None]
    if row.ask == "hour" and row.blur > 0.0:
        inside = ndtr((above - truths) / row.blur) - ndtr((below - truths) / row.blur)
    else:
        inside = (below <= truths) & (truths <= above)
    unreported = row.weight * _share(~np.isfinite(truths))
    floor = (1.0 - row.weight) * row.false or 0.5 / (len(truths) + 1.0)
    some = np.maximum(row.probability(inside.mean(axis=1)), floor)
    return np.where(np.isnan(low), unreported, some)


def _share(hits: np.ndarray) -> float:
    """The share of hits (runs,), never 0 or 1 of so few runs."""
    return float((hits.sum() + 0.5) / (len(hits) + 1.0))
