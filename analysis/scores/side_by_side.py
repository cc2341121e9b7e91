"""Results side by side: which columns and cells a table of them has, and which are equal in all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from analysis.answers import answer
from analysis.scores import patterns, scorecard
from analysis.scores import tables as score_tables
from analysis.scores.scorecard import Card, Total, total
from analysis.tables import timeline
from analysis.tables.monte_carlo import wilson
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.tables.scored_observations import NO_REPORTS
from analysis.words import changes, names
from analysis.words.text import day, moment_words, percent, stamp
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

ComparedColumns = dict[tuple[str, str], list[str]]
"""Cells of each result by the two lines of the head of their column."""
RESULT = ("", "result")
"""The head of the column of names."""
UNSCORED_HERE = "not scored: no milestone or number of it is scored against the record"
MILESTONE_NUMBERS = ("probability", "low", "high", "q05_utc", "q50_utc", "q95_utc")
"""What `numbers` has of a milestone."""


class Compared(NamedTuple):
    """A result and its scores, which bear the name that it has beside others."""

    tables: RunTables
    record: Record
    card: Card

    @property
    def name(self) -> str:
        """What it is called."""
        return self.card.name


def scored(tables: RunTables, record: Record, name: str, only: Iterable[str] = ()) -> Compared:
    """A result with its scores, or those of some milestones; none where nothing of them is scored.

    Raises FaultyInput if it is a sweep, or if every run failed.
    """
    return Compared(tables, record, scorecard.card_if_any(tables, record, name, tuple(only) or None))


def unscored(result: Compared) -> str:
    """Why a result has no scores; empty if it has some."""
    if result.card.is_scored:
        return ""
    return UNSCORED_HERE if result.record.claims else f"not scored: {NO_REPORTS}"


def milestones(results: Sequence[Compared], only: Sequence[str] = ()) -> list[str]:
    """The milestones of the table: some, else all that a result is summed up by."""
    headlines = (name for result in results for name in answer.headline(result.tables, result.record))
    return list(dict.fromkeys(only or headlines))


def cells(
    results: Sequence[Compared], by: datetime | None = None, only: Sequence[str] = ()
) -> list[list[str]]:
    """A row a result below a head."""
    table = columns(results, by, only)
    return [[in_one(head) for head in table], *map(list, zip(*table.values(), strict=True))]


def columns(
    results: Sequence[Compared], by: datetime | None = None, only: Sequence[str] = ()
) -> ComparedColumns:
    """The name of each result, its milestones and scores, the equal ones too."""
    return {RESULT: [result.name for result in results]} | compared(results, by, only)


def numbers(results: Sequence[Compared], by: datetime | None = None) -> dict[str, list[Any]]:
    """The same as numbers: columns by name, each (results,) long, None where a result has none of it.

    `PLACE:EVENT_probability` and its Monte Carlo interval (95 %, `_low`, `_high`) are shares (0 to 1) of the
    runs in which it occurs (before a moment, UTC, with `by`); `_q05_utc`, `_q50_utc` and `_q95_utc` are
    times, None after the end; scores are nats.
    """
    table: dict[str, list[Any]] = {"result": [result.name for result in results]}
    table["changed"] = [changes.in_words(result.tables) for result in results]
    for name in milestones(results):
        rows = [_milestone_numbers(result.tables, name, by) for result in results]
        table |= {f"{name}_{key}": [row[key] for row in rows] for key in MILESTONE_NUMBERS}
    totals = _totals(results)
    table["best_baseline"] = [one and one.best for one in totals]
    table["best_baseline_log_score"] = [one and one.nulls[one.best] for one in totals]
    table["log_score"] = [one and one.score for one in totals]
    table["skill"] = [one and one.skill for one in totals]
    return table


def _milestone_numbers(tables: RunTables, name: str, by: datetime | None) -> dict[str, Any]:
    """The values of MILESTONE_NUMBERS; empty ones where a result has no such milestone."""
    if name not in tables.runs:
        return dict.fromkeys(MILESTONE_NUMBERS)
    hits, runs = timeline.occurrences(tables, name, by)
    quantiles = timeline.quantiles(tables, tables.runs[name][tables.done])
    shares = [hits / runs, *map(float, wilson(hits, runs))]
    return dict(zip(MILESTONE_NUMBERS, (*shares, *quantiles), strict=True))


def compared(
    results: Sequence[Compared], by: datetime | None = None, only: Sequence[str] = ()
) -> ComparedColumns:
    """Probability and time of each milestone, and scores: cells of each result by their heads.

    With a moment (UTC) the probability is that before it, with its Monte Carlo interval (95 %).
    """
    return _milestones(results, by, only) | _scores(results)


def in_one(head: tuple[str, str]) -> str:
    """The head of a column in one line."""
    return ", ".join(filter(None, head))


def equal_columns(table: ComparedColumns) -> list[tuple[str, str]]:
    """The heads of columns that are the same in all of several results."""
    several = len(table[RESULT]) > 1
    return [head for head, of in table.items() if several and head != RESULT and len(set(of)) == 1]


def have_same_inputs(results: Sequence[Compared]) -> bool:
    """Whether several stored results were run from the same inputs, with the same seed."""
    hashes = {str(result.tables.manifest.get("hash", "")) for result in results}
    return len(results) > 1 and len(hashes) == 1 and "" not in hashes


def _milestones(results: Sequence[Compared], by: datetime | None, only: Sequence[str]) -> ComparedColumns:
    """Two columns a milestone."""
    table: ComparedColumns = {}
    until = f" before {moment_words(by, year=False)}" if by else ""
    for name in milestones(results, only):
        title = next(names.milestone(r.tables, name) for r in results if name in r.tables.runs)
        table[title, f"Pr{until}"] = [_probability(r.tables, name, by) for r in results]
        table[title, "median (90 % interval)"] = [_spread(r.tables, name) for r in results]
    return table


def _totals(results: Sequence[Compared]) -> list[Total | None]:
    """The scores of each result over all scored observations; None of one without any."""
    return [total(card, card.of(*SCORED)) if card.rows else None for _, _, card in results]


def _probability(tables: RunTables, name: str, by: datetime | None) -> str:
    """Share of runs in which it happens (before a moment), with the interval that their number leaves it."""
    if name not in tables.runs:
        return "-"
    hits, runs = timeline.occurrences(tables, name, by)
    low, high = wilson(hits, runs)
    return percent(hits, runs) + (f" ({100 * low:.0f} to {100 * high:.0f})" if by else "")


def _spread(tables: RunTables, name: str) -> str:
    if name not in tables.runs:
        return "-"
    low, middle, high = timeline.quantiles(tables, tables.runs[name][tables.done])
    if low == middle == high:  # of one run, or never
        return _day(middle)
    return f"{_day(middle)} ({_day(low)} to {_day(high)})"


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else day(moment)


def _scores(results: Sequence[Compared]) -> ComparedColumns:
    """Scores over all observations beside the best baseline's; empty where no result has an observation."""
    totals = _totals(results)
    if not any(totals):
        return {}
    cells = [_score_cells(one) for one in totals]
    return {head: [row[place] for row in cells] for place, head in enumerate(SCORE_HEADS)}


SCORE_HEADS = (
    ("", "best baseline"),
    ("best baseline", "log score, nats"),
    ("", "log score, nats"),
    ("", "skill per observation"),
)


def _score_cells(one: Total | None) -> list[str]:
    if one is None:
        return ["-"] * len(SCORE_HEADS)
    best = names.baseline(one.best)
    return [best, f"{one.nulls[one.best]:.2f}", f"{one.score:.2f}", score_tables.skill(one)]


# --- as JSON and as rows of CSV --------------------------------------------------------------------------


def as_json(
    results: Sequence[Compared], by: datetime | None = None, only: Sequence[str] = ()
) -> dict[str, object]:
    """What was changed in each result, its milestones, its scores and the qualitative checks, by its name."""
    of_scored = [result for result in results if result.card.is_scored]
    return {
        "results": {result.name: _described(result, by, only) for result in results},
        **score_tables.as_json([result.card for result in of_scored]),
        "patterns": {result.name: patterns.as_json(result.tables, result.record) for result in of_scored},
    }


def _described(result: Compared, by: datetime | None, only: Sequence[str]) -> dict[str, object]:
    """What was changed in a result, and its milestones; with a moment the probability before it."""
    wanted = [name for name in milestones([result], only) if name in result.tables.runs]
    date = {"by": {"date": stamp(by)}} if by else {}
    why = {"not_scored": reason} if (reason := unscored(result)) else {}
    return {
        **changes.as_json(result.tables),
        "milestones": {name: _entry(result.tables, name, by) for name in wanted},
        **date,
        **why,
    }


def _entry(tables: RunTables, name: str, by: datetime | None) -> dict[str, Any]:
    hits, runs = timeline.occurrences(tables, name)
    times = map(stamp, timeline.quantiles(tables, tables.runs[name][tables.done]))
    before = {} if by is None else {"before": timeline.probability_before(tables, name, by)}
    return {"probability": hits / runs, **dict(zip(QUANTILE_KEYS, times, strict=True)), **before}


def rows(
    results: Sequence[Compared], by: datetime | None = None, only: Sequence[str] = ()
) -> list[dict[str, object]]:
    """A row for each result and observation; milestones of the table without one have a row without scores.

    With a moment (UTC) each has the probability of its milestone before it, and the ends of its interval.
    """
    lines: list[dict[str, object]] = []
    for result in results:
        scores = score_tables.flat_rows(result.card)
        known = {row["milestone"] for row in scores}
        for name in milestones([result], only):
            if name in result.tables.runs and name not in known:
                head: dict[str, object] = {"result": result.name, "milestone": name}
                scores.append(head | _entry(result.tables, name, None))
        lines += [row | _before(result.tables, str(row["milestone"]), by) for row in scores]
    return lines


def _before(tables: RunTables, name: str, by: datetime | None) -> dict[str, object]:
    if by is None:
        return {}
    entry = timeline.probability_before(tables, name, by)
    low, high = entry["interval"]
    return {
        "before": stamp(by),
        "before: probability": entry["probability"],
        "before: interval low": low,
        "before: interval high": high,
    }
