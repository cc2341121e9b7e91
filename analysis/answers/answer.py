"""The answer of a result in sentences: its headline milestones, its time, casualties and the displaced."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from analysis.tables import clock, outcomes, timeline
from analysis.tables.monte_carlo import wilson
from analysis.tables.scored_observations import reported
from analysis.tables.time_budget import TimeBudget, legs
from analysis.tables.timeline import MilestoneRow
from analysis.words import names
from analysis.words.text import (
    SCREEN,
    day,
    days,
    days_of_years,
    moment_words,
    number_range,
    percent,
    plain_moment,
    reported_days,
    share_of_runs,
    wrapped,
)
from sim.files.yaml_tree import refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.state.kinds import Side
from sim.store.reader import RunTables

MOST_UNNAMED = 4
"""Milestones of the headline of a scenario that names none, at most: the last ones."""


def headline(tables: RunTables, record: Record) -> list[str]:
    """The milestones that sum a result up: those that its scenario names.

    Else the captures that are scored, else all that is scored, else captures of or arrivals at objectives,
    else all; of these the last few.
    """
    known = [milestone["id"] for milestone in tables.manifest["milestones"]]
    chosen = [name for name in tables.manifest.get("headline", ()) if name in known]
    scored = list(reported(tables, record, SCORED))
    captures = [name for name in scored if _event(name) == "capture"]
    return chosen or (captures or scored or _ends(tables) or known)[-MOST_UNNAMED:]


def _ends(tables: RunTables) -> list[str]:
    """The captures of objectives of columns, and the arrivals there."""
    ways = [name.removeprefix("reached:") for name in outcomes.names(tables, "reached")]
    return [
        milestone["id"]
        for milestone in tables.manifest["milestones"]
        if _event(milestone["id"]) in ("capture", "arrival")
        and f"{milestone['column']}:{milestone['id'].split(':')[0]}" in ways
    ]


def _event(milestone: str) -> str:
    return milestone.split(":")[1]


def sentences(tables: RunTables, record: Record, by: datetime | None = None) -> list[str]:
    """A sentence for each milestone of the headline; with a date (UTC) also how probable it is before."""
    one = _of_one if outcomes.is_single(tables) else _of_many
    return [one(tables, row, by) for row in _rows(tables, record)]


def _rows(tables: RunTables, record: Record) -> list[MilestoneRow]:
    """The rows of the milestones of the headline."""
    columns = _columns(tables)
    return [timeline.row_of(tables, record, name, columns[name]) for name in headline(tables, record)]


def _columns(tables: RunTables) -> dict[str, str | None]:
    """The column of each milestone, if it has one."""
    return {milestone["id"]: milestone["column"] for milestone in tables.manifest["milestones"]}


def _of_one(tables: RunTables, row: MilestoneRow, by: datetime | None) -> str:
    """A milestone of one run: when it came, and how that lies to the report."""
    time = row.quantiles[1]
    text = names.happening(tables, row.milestone, row.column, comes=time is not None)
    text += f" on {plain_moment(time)}" if time else f" by the end, {day(clock.end_of(tables), year=True)}"
    text += _one_before(time, by)
    return f"{text}; {_report(row, timeline.difference(row, time))}."


def _of_many(tables: RunTables, row: MilestoneRow, by: datetime | None) -> str:
    """A milestone of many runs: its probability and quantiles, the report, and the share of runs within."""
    hits, runs = timeline.occurrences(tables, row.milestone)
    comes = names.happening(tables, row.milestone, row.column)
    parts = [f"{comes} in {share_of_runs(hits, runs)}{_before(tables, row, by)}"]
    low, median, high = row.quantiles
    if low is not None:
        middle = f"median {day(median)}, " if median else ""
        parts.append(f"{middle}90 % interval {days(low, high)}")
    parts.append(_report(row))
    if row.share_in is not None and hits:
        parts.append(f"{_within(round(row.share_in * runs), runs)}")
    return "; ".join(parts) + "."


def _report(row: MilestoneRow, differs: str = "") -> str:
    """When a milestone is reported; its role where it is not scored, and how a run differs from it."""
    seen = row.observation
    if seen is None:
        return "no report in the record"
    role = "" if row.use in SCORED else names.role(row.use)
    note = ", ".join(filter(None, (role, differs)))
    return f"reported {reported_days(seen.earliest, seen.latest)}" + (f" ({note})" if note else "")


def _within(hits: int, runs: int) -> str:
    """The share of the runs that are within what is reported."""
    return {0: "no run within", runs: "all runs within"}.get(hits, f"{percent(hits, runs)} of runs within")


# --- by a date ----------------------------------------------------------------------------------------------


def check_by(tables: RunTables, moment: datetime, option: str) -> None:
    """Refuse a moment (UTC) that is not within the days of a scenario. Raises FaultyInput."""
    start, end = clock.origin(tables), clock.end_of(tables)
    if not start < moment <= end:
        span = days_of_years(start, end)
        refuse(option, f"is outside the scenario, {span}; expected a date of these days")


def by_date(tables: RunTables, record: Record, by: datetime) -> dict[str, Any]:
    """The probability of each milestone of the headline before a moment (UTC), as JSON has it.

    `interval` is the 95 % Monte Carlo interval (Wilson) of that probability, low and high.
    """
    return {name: timeline.probability_before(tables, name, by) for name in headline(tables, record)}


def _before(tables: RunTables, row: MilestoneRow, by: datetime | None) -> str:
    """What a sentence of many runs says of a moment (UTC): the probability before it, with its interval."""
    if by is None:
        return ""
    hits, runs = timeline.occurrences(tables, row.milestone, by)
    low, high = wilson(hits, runs).tolist()
    digits = 0 if high - low > 0.02 else 1 if high - low > 0.002 else 2
    edges = f"{100.0 * low:.{digits}f} to {100.0 * high:.{digits}f} %"
    share = {0: "none", runs: "all"}.get(hits, percent(hits, runs))
    return f", in {share} before {moment_words(by, year=False)} (95 % Monte Carlo interval {edges})"


def _one_before(time: datetime | None, by: datetime | None) -> str:
    """What a sentence of one run says of a moment (UTC), if it comes at all."""
    if by is None or time is None:
        return ""
    return f", {'' if time < by else 'not '}before {moment_words(by, year=False)}"


# --- what stands below --------------------------------------------------------------------------------------


def lines(tables: RunTables, record: Record, by: datetime | None = None) -> list[str]:
    """All of the answer in lines of a screen: sentences, what the time went on, casualties, the displaced.

    With a date (UTC) the sentences are longer, and what has no date is left out: it all fits one screen.
    """
    texts = sentences(tables, record, by)
    texts += below(tables, record) if by is None else _time(tables, record)
    return "\n".join(wrapped(text, further="  ", width=SCREEN) for text in texts).splitlines()


def below(tables: RunTables, record: Record) -> list[str]:
    """What stands below the sentences of the milestones: time, casualties, displaced persons."""
    casualties = list(_casualties(tables, record))
    how = "" if casualties else _how(tables)  # said once
    return [*_time(tables, record), *casualties, *_displaced(tables, record, how)]


def _time(tables: RunTables, record: Record) -> Iterator[str]:
    """A line for each leg of the headline's columns to a place of the headline: days by cause, ranked."""
    chief, columns = headline(tables, record), _columns(tables)
    places = {name.split(":")[0] for name in chief}
    budgets = [leg for leg in legs(tables) if leg.column in {columns[name] for name in chief}]
    chosen = [leg for leg in budgets if leg.place in places] or budgets[-1:]
    if chosen:
        mean = "" if outcomes.is_single(tables) else ", mean of the runs that end it"
        yield f"Days by leg{mean}:"
    for leg in chosen:
        ends = [other.place for other in budgets if other.column == leg.column]
        start = [_start(tables, leg.column), *ends][ends.index(leg.place)]
        yield _ranked(f"  {names.place(tables, start)} to {names.place(tables, leg.place)}", leg)


def _start(tables: RunTables, column: str) -> str:
    """The place at which a column begins."""
    return str(tables.route["place"][tables.route["column"] == column][0])


def _ranked(head: str, leg: TimeBudget) -> str:
    """The days of a leg, and what they went on, the longest first: as many causes as a line holds."""
    text = f"{head} {sum(leg.hours.values()) / 24.0:.1f}: "
    parts: list[str] = []
    for cause, hours in sorted(leg.hours.items(), key=lambda pair: -pair[1]):
        part = f"{names.cause(cause)} {hours / 24.0:.1f}"
        if parts and len(text + ", ".join([*parts, part])) > SCREEN:
            break
        parts.append(part)
    return f"{text}{', '.join(parts)}"


def _casualties(tables: RunTables, record: Record) -> Iterator[str]:
    """A line on casualties: of columns, of the groups and of garrisons, beside what is reported of them."""
    sides = tables.sides
    named = {
        "column_casualties": f"{sides[Side.ADVANCING].name} columns",
        "group_casualties": sides[Side.CONTESTING].name,
        "garrison_casualties": "garrisons",
    }
    values = {word: outcomes.numbers(tables, name) for name, word in named.items()}
    counted = [f"{word} {_spread(of_runs)}" for word, of_runs in values.items() if of_runs.any()]
    beside = [text for name in named for text in _counts(tables, record, name)]
    if counted or beside:
        texts = [
            ", ".join(counted) or "none",
            *(beside or [_no_number(tables, record, *named, word="total")]),
        ]
        yield f"Casualties{_how(tables)}: {'; '.join(texts)}."


def _displaced(tables: RunTables, record: Record, how: str) -> Iterator[str]:
    """A line on displaced persons: those that are reported, beside all who left; else all by the end."""
    values, kinds = outcomes.numbers(tables, "displaced"), ("displaced_to_border", "displaced")
    texts = [text for name in kinds for text in _counts(tables, record, name, about="displaced")]
    if not texts and values.any():
        texts = [f"{_spread(values)} by the end; {_no_number(tables, record, *kinds)}"]
    if texts:
        yield f"Displaced persons{how}: {'; '.join(texts)}."


def _no_number(tables: RunTables, record: Record, *names: str, word: str = "number") -> str:
    """Why no reported number stands beside some outcomes."""
    is_of_events = any(count.outcome in names and (count.at or count.until) for count in record.counts)
    if is_of_events and not (tables.events and len(tables.events["hour"])):
        return f"the record's {word} is of whole runs, and none is kept"
    return f"no {word} in the record"


def _how(tables: RunTables) -> str:
    """What the numbers of a line are."""
    return "" if outcomes.is_single(tables) else " (median, 90 % interval)"


def _counts(tables: RunTables, record: Record, name: str, about: str = "") -> list[str]:
    """What runs give of each reported number of an outcome, and that number.

    `about` is the outcome that the line is about, its own unless said: its words are not said again.
    """
    texts, head = [], names.outcome(tables, about or name)
    for count in outcomes.counts(tables, record, name):
        values, (low, high) = outcomes.observed(tables, count, name), count.number
        number = number_range(low, high)
        within = int(((values >= low) & (values <= high)).sum())
        of = outcomes.label(tables, count).removeprefix(head).lstrip(", ")
        text = f"{of} {_spread(values)}; reported {number}".strip()
        one = " (within)" if within else ""
        texts.append(text + (one if len(values) == 1 else f"; {_within(within, len(values))}"))
        if (other := outcomes.unreported(count)) is not None:
            texts.append(f"all who left {_spread(outcomes.observed(tables, other, other.outcome))}")
    return texts


def _spread(values: np.ndarray) -> str:
    """A number of one run, or the median of many and their 90 % interval."""
    if len(values) == 1:
        return f"{values[0]:,.0f}"
    low, median, high = outcomes.quantiles(values)
    return f"{median:,.0f} ({low:,.0f} to {high:,.0f})"
