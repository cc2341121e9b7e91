"""The tests of a record's rows on the stored runs of a result: yes, no or unknown for each.

What a test means stands at its class in sim.record.operators. All arrays are over the runs that did not fail,
nan where a run is not stored or cannot be judged.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.tables.asked import STILL_KM, entry_of, first_of, lacking
from analysis.tables.clock import horizon
from analysis.tables.histories import Histories, hours, nights, trace
from analysis.tables.monte_carlo import wilson
from sim.record.operators import (
    Before,
    Daylight,
    FirstDay,
    Halt,
    HoursBetween,
    JudgedRow,
    MeanPace,
    Measure,
    Ratio,
    Test,
    Without,
    column_of,
)
from sim.store.reader import RunTables


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A test: its name, its rule or reason in a sentence, and over the runs 1, 0 or nan (unknown).

    `of` is how many runs it looks at: those that are stored, or all.
    """

    name: str
    rule: str
    outcome: np.ndarray = field(repr=False)
    of: int

    @property
    def runs_known(self) -> int:
        """On how many runs it rests."""
        return int(np.isfinite(self.outcome).sum())

    @property
    def share(self) -> float | None:
        """The share of those that meet it; None if there are none."""
        return float(np.nanmean(self.outcome)) if self.runs_known else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share; None if there is none."""
        if self.share is None:
            return None
        low, high = wilson(self.share * self.runs_known, self.runs_known).tolist()
        return low, high


class Judge:
    """A run of one design point, with the events of each column that is asked about."""

    def __init__(self, tables: RunTables) -> None:
        """A judge of a run; nothing is looked at yet."""
        self.tables = tables
        self.runs = int(tables.done.sum())
        self.path: Callable[[str], Histories] = cache(lambda column: trace(tables, column))

    def lacking(self, row: JudgedRow) -> str | None:
        """What the run has not that a row needs; None if it can be judged."""
        if isinstance(row.test, Daylight) and not len(self.tables.daylight["sunset"]):
            return "table of daylight"
        return lacking(self.tables, row, row.column)

    def judged(self, row: JudgedRow, rule: str) -> Judged:
        """A row that can be judged in this run."""
        outcome, of = self._outcome(row.test, row.column)
        return Judged(name=row.name, rule=rule, outcome=outcome, of=of)

    def _outcome(self, test: Test, column: str) -> "Outcome":
        match test:
            case Ratio():
                return _ratio(self, test, column)
            case Before():
                return _before(self, test, column)
            case Daylight():
                return _daylight(self, test, column)
            case Halt():
                return _halt(self, test, column)
            case Without():
                return _without(self, test, column)

    def hours(self, event: str, column: str) -> np.ndarray:
        """When a milestone came (runs,) (h, inf: never). Raises KeyError if the run has none of it."""
        return hours(self.tables, event, column_of(event, column))

    def laid(self, path: Histories, values: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Values (runs,) laid out over all runs (runs,), nan where they are not `known` (runs,)."""
        laid = np.full(self.runs, np.nan)
        laid[path.rows[known]] = values[known]
        return laid


# --- measures ---------------------------------------------------------------------------------------------


class Measured(NamedTuple):
    """A measure over the runs: its value, what it is at least where that is nan, the runs looked at."""

    value: np.ndarray
    at_least: np.ndarray | float
    of: int


def _first_day(judge: Judge, path: Histories, event: str, column: str) -> tuple[np.ndarray, ...]:
    """The km of a milestone's first event, the furthest of its day, the midnight after it; inf: never."""
    first = first_of(judge.tables, path, event, column)
    midnight = 24.0 * (np.floor(path.at(first, "hour") / 24.0) + 1.0)
    furthest = path.most("km", path["hour"] < midnight[path.history])
    return path.at(first, "km"), np.where(first >= 0, furthest, np.inf), midnight


def _measured(judge: Judge, measure: Measure, row_column: str) -> Measured:
    column = measure.column or row_column
    with np.errstate(invalid="ignore", divide="ignore"):
        if isinstance(measure, FirstDay):
            path = judge.path(column)
            start, furthest, _ = _first_day(judge, path, measure.of, column)
            return Measured(judge.laid(path, furthest - start, np.isfinite(start)), -np.inf, len(path))
        start, end = judge.hours(measure.start, column), judge.hours(measure.end, column)
        if isinstance(measure, HoursBetween):
            took, going_on = end - start, np.isfinite(start) & ~np.isfinite(end)
            lasted = np.where(going_on, horizon(judge.tables) - start, -np.inf)
            return Measured(np.where(np.isfinite(took), took, np.nan), lasted, judge.runs)
        return _pace(judge, measure, column, end, start)


def _pace(judge: Judge, measure: MeanPace, column: str, end: np.ndarray, start: np.ndarray) -> Measured:
    km: np.ndarray | float = entry_of(judge.tables, measure.start, column)["km"]
    of = judge.runs
    if measure.from_midnight:
        path = judge.path(column)
        _, furthest, midnight = _first_day(judge, path, measure.start, column)
        known, of = np.isfinite(furthest), len(path)
        km, start = judge.laid(path, furthest, known), judge.laid(path, midnight, known)
    days = (end - start) / 24.0
    pace = (entry_of(judge.tables, measure.end, column)["km"] - km) / days
    return Measured(np.where(np.isfinite(days) & (days > 0.0), pace, np.nan), -np.inf, of)


# --- tests ------------------------------------------------------------------------------------------------

Outcome = tuple[np.ndarray, int]
"""1, 0 or nan over the runs, and how many runs were looked at."""


def _ratio(judge: Judge, test: Ratio, column: str) -> Outcome:
    first, second = _measured(judge, test.of, column), _measured(judge, test.to, column)
    limits = [(test.at_least, np.greater_equal), (test.at_most, np.less_equal), (test.below, np.less)]
    bounds = [(times, is_met) for times, is_met in limits if times is not None]
    with np.errstate(invalid="ignore"):
        met = np.all([is_met(first.value, times * second.value) for times, is_met in bounds], axis=0)
        most = min((times for times, _ in limits[1:] if times is not None), default=np.inf)
        too_long = np.where(first.at_least > most * second.value, 0.0, np.nan)
    known = np.isfinite(first.value) & np.isfinite(second.value)
    return np.where(known, met, too_long), min(first.of, second.of)


def _before(judge: Judge, test: Before, column: str) -> Outcome:
    first, then = judge.hours(test.first, column), judge.hours(test.then, column)
    return np.where(np.isfinite(then), first < then, np.nan), judge.runs


def _daylight(judge: Judge, test: Daylight, column: str) -> Outcome:
    path = judge.path(column)
    fights, hour = path.of(*test.events), path["hour"]
    dark = np.zeros(len(hour), bool)
    for dusk, dawn in nights(judge.tables):
        dark |= (hour > dusk + test.margin) & (hour < dawn - test.margin)
    known = path.first(fights) >= 0
    return judge.laid(path, path.first(fights & dark) < 0, known), len(path)


def _halt(judge: Judge, test: Halt, column: str) -> Outcome:
    path = judge.path(column)
    begin = _longest_halt(path, judge.hours(test.before, column)[path.rows])
    since = begin[path.history] - path["hour"]
    near = path.of(*test.events) & (since >= 0.0) & (since <= test.within)
    return judge.laid(path, path.first(near) >= 0, np.isfinite(begin)), len(path)


def _longest_halt(path: Histories, until: np.ndarray) -> np.ndarray:
    """When each run's longest time at one km before an hour began; inf if it has none, or not that hour.

    The way round a position is on no road: time on it is progress.
    """
    begin = np.full(len(path), np.inf)
    if not len(path.history):
        return begin
    still = (np.diff(path.history) == 0) & (np.abs(np.diff(path["km"])) < STILL_KM) & ~path.of("round")[:-1]
    events = pa.table({"who": path.history, "halt": np.append(0, (~still).cumsum()), "hour": path["hour"]})
    halts = events.group_by(["who", "halt"]).aggregate([("hour", "min"), ("hour", "max")])
    who, start = halts["who"].to_numpy(), halts["hour_min"].to_numpy()
    end = halts["hour_max"].to_numpy()
    lasted = np.where(np.isfinite(until[who]), np.minimum(end, until[who]) - start, 0.0)
    lasting = pa.table({"who": who, "start": start, "lasted": lasted}).filter(pc.field("lasted") > 0.0)
    longest = lasting.sort_by([("lasted", "descending"), ("start", "ascending")])
    first = longest.group_by("who", use_threads=False).aggregate([("start", "first")])
    begin[first["who"].to_numpy()] = first["start_first"].to_numpy()
    return begin


def _without(judge: Judge, test: Without, column: str) -> Outcome:
    path = judge.path(column)
    start, end = test.between or (str(test.at), str(test.at))
    since, until = judge.hours(start, column)[path.rows], judge.hours(end, column)[path.rows]
    if test.at:
        inside = np.abs(path["km"] - entry_of(judge.tables, test.at, column)["km"]) < STILL_KM
    else:
        inside = (path["hour"] > since[path.history]) & (path["hour"] < until[path.history])
    met = path.first(path.of(*test.events) & inside) < 0
    return judge.laid(path, met, np.isfinite(since) & np.isfinite(until)), len(path)
