"""The rows of joint evidence: every scored report of one scenario, each at its own hours, in order of time.

Each row is a share of one probability of the whole record, so the probabilities of all that might have been
reported add to 1. A dated report lies in its own interval, not at a distance from another one. If it is false
it lies anywhere in a window that has a place. A silence that ends where the same event is reported is left
out: that report says it.

They go by the last hour to which runs are taken for them: what rows add to those before is a difference of
two logs. What comes before the first row that is held out is what a fit can have read (here October).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.scores.targets import Term, terms
from analysis.tables import clock, outcomes
from analysis.tables.scored_observations import event_of, use_of
from analysis.words import names as words
from sim.files.yaml_tree import Faults, Where
from sim.record.record import Record
from sim.record.rows import SCORED, Observation, ReportedCount
from sim.store.reader import RunTables

REACH = 6.0
"""Standard deviations beyond a report's interval after which it is as good as impossible."""
AskWord = Literal["hour", "silence", "strikes", "displaced"]
STRIKES, PEOPLE_OUTCOMES = "mine_strikes_reported", ("displaced", "displaced_to_border")
ASKABLE = (STRIKES, *PEOPLE_OUTCOMES)
"""Outcomes that runs can be asked of under way: strikes up to a milestone, people at an hour."""


@dataclass(frozen=True, kw_only=True)
class JointRow:
    """A report as joint evidence asks it.

    `low` to `high` are h since 00:00 of the first day, `blur` their standard deviation (h); of strikes and
    people they are numbers. With probability `weight` the report is true; a false one reads so with
    probability `false`. Runs are taken no further than `limit` (h).
    """

    name: str
    title: str
    part: Literal["fit", "held out"]
    ask: AskWord
    milestone: str | None  # None: the number of an hour
    column: str | None
    low: float
    high: float
    blur: float
    weight: float
    false: float
    limit: float
    group: str | None = None  # of rows that are predicted together
    outcome: str | None = None  # of sim.store.schema, of a number

    def is_called(self, name: str) -> bool:
        """Whether a name means it: its own, or of what is dated the milestone's."""
        return name == self.name or (self.ask in ("hour", "silence") and name == self.milestone)

    def at_base_rate(self) -> "JointRow":
        """The same report for a model that has no opinion of it: as probable as a false one."""
        return replace(self, weight=0.0)

    @property
    def floor(self) -> float:
        """The log of its probability where it can only be false (nats)."""
        with np.errstate(divide="ignore"):
            return float(np.log((1.0 - self.weight) * self.false))

    def probability(self, truth: np.ndarray) -> np.ndarray:
        """The probability (runs,) of the report where that of a true one is `truth` (runs,), or scalars."""
        return np.asarray(self.weight * truth + (1.0 - self.weight) * self.false)


def before_held_out(rows: Sequence[JointRow]) -> int:
    """How many rows come before the first that is held out."""
    return next((at for at, row in enumerate(rows) if row.part == "held out"), len(rows))


def joint_rows(tables: RunTables, record: Record, name: str) -> list[JointRow]:
    """The rows of a scenario, by its tables before any run.

    Raises FaultyInput if a report lies outside of the window of false ones.
    """
    faults = Faults()
    of_record = [
        term for term in terms(tables, record, linked=False) if not _is_said_again(term.observation, record)
    ]
    rows = [_timed(tables, record, term, faults, name) for term in of_record]
    faults.refuse()
    return rows + list(_numbers(tables, record, rows))


def in_order(rows: Sequence[JointRow], name: str) -> list[JointRow]:
    """Rows in the order in which runs are asked.

    Raises FaultyInput if there is none, or if a number of an hour would be read of runs that may be past it.
    """
    faults = Faults()
    in_time = sorted(rows, key=lambda row: (row.limit, row.ask == "strikes"))
    for number, row in enumerate(in_time):
        later = [other for other in in_time[:number] if other.limit > row.limit]
        if row.ask == "displaced" and later:
            message = f"{row.name!r} is read at an hour that runs have passed with {later[0].name!r}"
            faults.note(Where(name, 0), f"{message}; expected a count to fit at an hour before those rows")
    if not rows:
        faults.note(Where(name, 0), "nothing of it is scored; `kidal record` lists what is")
    faults.refuse()
    return in_time


def not_asked(tables: RunTables, record: Record, rows: Sequence[JointRow]) -> list[str]:
    """What of a record's scored reports no row asks, for the scenario has not what it is of: as titles."""
    known = {event_of(milestone["id"]) for milestone in tables.manifest["milestones"]}
    reports = [
        f"{words.milestone(tables, seen.event)}{', not before' if seen.survival else ''}"
        for seen in (*record.observations, *record.survivals)
        if use_of(tables, record, seen) in SCORED and seen.event not in known
        if not _is_said_again(seen, record)
    ]
    row_names = {row.name for row in rows}
    numbers = [
        outcomes.label(tables, count)
        for count in record.counts
        if count.use in SCORED and _name(count) not in row_names
    ]
    return list(dict.fromkeys([*reports, *numbers]))


def _name(count: ReportedCount) -> str:
    """The name of the row of a number."""
    return f"{count.outcome}:{count.column}" if count.column else count.outcome


def _is_said_again(seen: Observation, record: Record) -> bool:
    """Whether a silence ends where the same event is reported."""
    return seen.survival and any(
        other.event == seen.event and other.column == seen.column and other.earliest <= seen.latest
        for other in record.observations
    )


def _timed(tables: RunTables, record: Record, term: Term, faults: Faults, name: str) -> JointRow:
    """A report of an hour or a silence."""
    seen, low, high = term.observation, term.low, term.high
    begin = window_start(tables, record, seen)
    low = begin if seen.survival else low
    window = seen.window if seen.window is not None else clock.horizon(tables) - begin
    if not begin <= low <= high <= begin + window:
        message = f"{seen.event}: its interval lies outside of the window of false reports"
        faults.note(Where(name, 0), f"{message}; expected `window_from` in the record to begin before it")
    share = min(1.0, (high - low) / window)
    return JointRow(
        name=f"{term.milestone} (silence)" if seen.survival else term.milestone,
        title=words.milestone(tables, term.milestone) + (", not before" if seen.survival else ""),
        part="held out" if term.use == "held out" else "fit",
        group=seen.group,
        ask="silence" if seen.survival else "hour",
        milestone=term.milestone,
        column=seen.column,
        low=low,
        high=high,
        blur=0.0 if seen.survival else term.blur,
        weight=term.weight,
        false=1.0 - share if seen.survival else share,
        limit=high if seen.survival else high + REACH * term.blur,
    )


def window_start(tables: RunTables, record: Record, seen: Observation) -> float:
    """When the window of false reports begins (h)."""
    if seen.window_from is not None:
        return clock.hour_of(tables, seen.window_from)
    linked = None if seen.since is None else record.observation(seen.since, seen.column)
    return clock.begins(tables) if linked is None else clock.interval_of(tables, linked)[0]


def _numbers(tables: RunTables, record: Record, rows: Sequence[JointRow]) -> Iterator[JointRow]:
    """The reported numbers to fit that a run of this scenario has."""
    for count in record.counts:
        if count.use not in SCORED or count.most is None:
            continue
        if count.at is not None and count.outcome in PEOPLE_OUTCOMES:
            if clock.begins(tables) <= (hour := clock.hour_of(tables, count.at)) <= clock.horizon(tables):
                yield _number(tables, record, count, ask="displaced", until=None, limit=hour)
        elif (until := _last_row(count, rows)) is not None:
            yield _number(tables, record, count, ask="strikes", until=until.milestone, limit=until.limit)


def _last_row(count: ReportedCount, rows: Sequence[JointRow]) -> JointRow | None:
    """The row up to whose milestone strikes are counted: the one that is named, or the column's last."""
    if count.outcome != STRIKES:
        return None
    of_column = [row for row in rows if row.ask == "hour" and row.column == count.column]
    named = [row for row in of_column if count.until in (None, row.milestone)]
    return max(named, key=lambda row: row.high, default=None)


def _number(
    tables: RunTables, record: Record, count: ReportedCount, *, ask: AskWord, until: str | None, limit: float
) -> JointRow:
    low, high = count.number
    return JointRow(
        name=_name(count),
        title=outcomes.label(tables, count),
        part="held out" if count.use == "held out" else "fit",
        outcome=count.outcome,
        ask=ask,
        milestone=until,
        column=count.column,
        low=float(low),
        high=float(high),
        blur=0.0,
        weight=record.weights[count.kind],
        false=(high - low + 1) / (int(count.most or high) + 1),
        limit=limit,
    )
