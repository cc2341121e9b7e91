"""Results as rows of one table: headline milestones and scores; what is equal in all is hidden."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from analysis.answers import answer
from analysis.scores import patterns
from analysis.scores import tables as score_tables
from analysis.scores.scorecard import Card, Total, total
from analysis.tables import clock, timeline
from analysis.tables.monte_carlo import wilson
from analysis.words import changes, names
from analysis.words.text import aligned, day, percent, wrapped
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

ComparedColumns = dict[tuple[str, str], list[str]]
"""Cells of each result by the two lines of the head of their column."""


MILESTONE_NUMBERS = ("probability", "low", "high", "q05_utc", "q50_utc", "q95_utc")
"""What `numbers` has of a milestone."""
FULL_NOTE = "The score of each observation, and what skill means: --full."


class Compared(NamedTuple):
    """A result and its scores."""

    tables: RunTables
    record: Record
    card: Card


def text(results: Sequence[Compared], by: datetime | None = None) -> str:
    """What was changed in each, and a row a result: probability and time of each headline milestone, scores.

    With `by` the probability that a milestone comes by then, with its Monte Carlo interval (95 %).
    """
    labels = [result.tables.label for result in results]
    about = [
        f"{label}: {changes.briefly(result.tables)}" for label, result in zip(labels, results, strict=True)
    ]
    table = columns(results, by)
    equal = [
        head
        for head, cells in table.items()
        if len(results) > 1 and head[1] != "result" and len(set(cells)) == 1
    ]
    shown = {head: cells for head, cells in table.items() if head not in equal}
    heads = zip(*(_once(shown)), strict=True)
    rows = aligned([*map(list, heads), *map(list, zip(*shown.values(), strict=True))])
    same = (
        [
            wrapped(
                f"Equal in all: {'; '.join(f'{in_one(head)} {table[head][0]}' for head in equal)}.",
                further="  ",
            )
        ]
        if equal
        else []
    )
    losses = [wrapped(score_tables.lost(result.card)) for result in results]
    return "\n\n".join(["\n".join(losses), "\n".join(about), rows, *same, FULL_NOTE])


def form(name: str, results: Sequence[Compared], by: datetime | None = None) -> str:
    """In Markdown or LaTeX a row a result, with what was changed, above the scores; as CSV the scores."""
    changed = ["changed", *(changes.in_words(result.tables) or "nothing" for result in results)]
    rows = [[row[0], change, *row[1:]] for row, change in zip(cells(results, by), changed, strict=True)]
    return score_tables.FORMS[name]([result.card for result in results], [("Results", rows)])


def cells(results: Sequence[Compared], by: datetime | None = None) -> list[list[str]]:
    """A row a result below a head."""
    table = columns(results, by)
    return [[in_one(head) for head in table], *map(list, zip(*table.values(), strict=True))]


def columns(results: Sequence[Compared], by: datetime | None = None) -> ComparedColumns:
    """The label of each result, its headline milestones and scores, the equal ones too."""
    labels = [result.tables.label for result in results]
    return {("", "result"): labels} | compared(results, by)


def numbers(results: Sequence[Compared], by: datetime | None = None) -> dict[str, list[Any]]:
    """The same as numbers: columns by name, each (results,) long, None where a result has none of it.

    `PLACE:EVENT_probability` and its Monte Carlo interval (95 %, `_low`, `_high`) are shares (0 to 1) of the
    runs in which it occurs (`by` a moment); `_q05_utc`, `_q50_utc` and `_q95_utc` are times, None after the
    end; scores are nats.
    """
    table: dict[str, list[Any]] = {"result": [result.tables.label for result in results]}
    table["changed"] = [changes.in_words(result.tables) for result in results]
    for name in _wanted(results):
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
    hits, runs = answer.occurrences(tables, name, np.inf if by is None else clock.hour_of(tables, by))
    quantiles = timeline.quantiles(tables, tables.runs[name][tables.done])
    shares = [hits / runs, *map(float, wilson(hits, runs))]
    return dict(zip(MILESTONE_NUMBERS, (*shares, *quantiles), strict=True))


def compared(results: Sequence[Compared], by: datetime | None = None) -> ComparedColumns:
    """Probability and time of each headline milestone, and scores: cells of each result by their heads."""
    return _milestones(results, by) | _scores(results)


def in_one(head: tuple[str, str]) -> str:
    """The head of a column in one line."""
    return ", ".join(filter(None, head))


def _once(columns: ComparedColumns) -> list[tuple[str, str]]:
    """The heads, the upper line left out where it is that of the column before."""
    heads = list(columns)
    return [
        ("" if i and heads[i - 1][0] == upper else upper, lower) for i, (upper, lower) in enumerate(heads)
    ]


def _milestones(results: Sequence[Compared], by: datetime | None) -> ComparedColumns:
    """Two columns a milestone that some result is summed up by."""
    columns: ComparedColumns = {}
    for name in _wanted(results):
        title = next(names.milestone(r.tables, name) for r in results if name in r.tables.runs)
        until = f" by {day(by)}" if by else ""
        columns[title, f"Pr{until}"] = [_probability(r.tables, name, by) for r in results]
        columns[title, "median (90 % interval)"] = [_spread(r.tables, name) for r in results]
    return columns


def _wanted(results: Sequence[Compared]) -> dict[str, None]:
    """The milestones that some result is summed up by, in order."""
    return dict.fromkeys(name for result in results for name in answer.headline(result.tables, result.record))


def _totals(results: Sequence[Compared]) -> list[Total | None]:
    """The scores of each result over all scored observations; None of one without any."""
    return [total(card, card.of(*SCORED)) if card.rows else None for _, _, card in results]


def _probability(tables: RunTables, name: str, by: datetime | None) -> str:
    """Share of runs in which it happens (by an hour), with the interval that their number leaves it."""
    if name not in tables.runs:
        return "-"
    hits, runs = answer.occurrences(tables, name, np.inf if by is None else clock.hour_of(tables, by))
    low, high = wilson(hits, runs)
    return percent(hits, runs) + (f" ({100 * low:.0f} to {100 * high:.0f})" if by else "")


def _spread(tables: RunTables, name: str) -> str:
    if name not in tables.runs:
        return "-"
    low, middle, high = timeline.quantiles(tables, tables.runs[name][tables.done])
    return f"{_day(middle)} ({_day(low)} to {_day(high)})"


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else day(moment)


def _scores(results: Sequence[Compared]) -> ComparedColumns:
    """Scores over all observations beside the best baseline's; empty where no result has an observation."""
    totals = _totals(results)
    if not any(totals):
        return {}
    return {
        ("", "best baseline"): ["-" if one is None else names.baseline(one.best) for one in totals],
        ("best baseline", "log score, nats"): [
            "-" if one is None else f"{one.nulls[one.best]:.2f}" for one in totals
        ],
        ("", "log score, nats"): ["-" if one is None else f"{one.score:.2f}" for one in totals],
        ("", "skill per observation"): ["-" if one is None else score_tables.skill(one) for one in totals],
    }


# --- the scores in full -----------------------------------------------------------------------------------


def full_text(results: Sequence[Compared]) -> str:
    """The scores of each observation, and the qualitative checks of each result."""
    cards = [result.card for result in results]
    heads = [f"{card.name}: {_about(tables, card.name)}" for tables, _, card in results]
    checks = [
        f"Qualitative checks, {card.name}\n\n{patterns.text(tables, record)}"
        for tables, record, card in results
    ]
    return "\n\n".join(["\n".join(heads), score_tables.text(cards), *checks])


def _about(tables: RunTables, name: str) -> str:
    return changes.titled(tables).removeprefix(f"{name}: ")


def as_json(results: Sequence[Compared]) -> dict[str, object]:
    """What was changed in each result, its scores and the qualitative checks, by its name."""
    return {
        "results": {card.name: changes.as_json(tables) for tables, _, card in results},
        **score_tables.as_json([result.card for result in results]),
        "patterns": {card.name: patterns.as_json(tables, record) for tables, record, card in results},
    }
