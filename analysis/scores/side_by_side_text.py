"""Results side by side as text, Markdown, LaTeX and CSV."""

from collections.abc import Sequence
from datetime import datetime

from analysis.scores import patterns, side_by_side
from analysis.scores import tables as score_tables
from analysis.scores.side_by_side import Compared, ComparedColumns, in_one
from analysis.words import changes
from analysis.words.text import aligned, counted, wrapped

FULL_NOTE = "The score of each observation, and what skill means: --full."
SAME_INPUTS = "They have the same inputs and seed, and so the same outcomes."
SAME_OUTCOMES = "They differ in nothing of this table."


def text(results: Sequence[Compared], by: datetime | None = None, only: Sequence[str] = ()) -> str:
    """What was changed in each, and a row a result: probability and time of each milestone, and scores.

    What is equal in all stands below the table, unless all of it is. With `by` the probabilities are those
    before that moment (UTC), with their Monte Carlo interval (95 %).
    """
    table = side_by_side.columns(results, by, only)
    equal = side_by_side.equal_columns(table)
    is_all = len(equal) == len(table) - 1 and bool(equal)
    shown = {head: cells for head, cells in table.items() if is_all or head not in equal}
    parts = ["\n".join(_losses(results)), "\n".join(map(_changed, results)), _grid(shown)]
    if is_all:
        same = side_by_side.have_same_inputs(results)
        parts.append(SAME_INPUTS if same else SAME_OUTCOMES)
    elif equal:
        texts = "; ".join(f"{in_one(head)} {table[head][0]}" for head in equal)
        parts.append(wrapped(f"Equal in all: {texts}.", further="  "))
    return "\n\n".join([*parts, *([FULL_NOTE] if any(result.card.is_scored for result in results) else [])])


def _losses(results: Sequence[Compared]) -> list[str]:
    """Where a baseline does better than each result, or why it is not scored."""
    return [
        wrapped(f"{result.name}: {side_by_side.unscored(result)}.")
        if side_by_side.unscored(result)
        else wrapped(score_tables.lost(result.card))
        for result in results
    ]


def _changed(result: Compared) -> str:
    """Its name, of how many runs it is, and what was changed."""
    return f"{result.name}, {counted(_runs(result), 'run')}: {changes.briefly(result.tables)}"


def _runs(result: Compared) -> int:
    return int(result.tables.done.sum())


def _grid(shown: ComparedColumns) -> str:
    """Columns as text, below heads of two lines."""
    heads = zip(*_once(shown), strict=True)
    return aligned([*map(list, heads), *map(list, zip(*shown.values(), strict=True))])


def _once(columns: ComparedColumns) -> list[tuple[str, str]]:
    """The heads, the upper line left out where it is that of the column before."""
    heads = list(columns)
    return [
        ("" if i and heads[i - 1][0] == upper else upper, lower) for i, (upper, lower) in enumerate(heads)
    ]


def form(
    name: str,
    results: Sequence[Compared],
    by: datetime | None = None,
    only: Sequence[str] = (),
    *,
    full: bool = False,
) -> str:
    """In Markdown or LaTeX a row a result, with its runs and changes, what is equal in all left out.

    If it is to be `full`, all columns, and the tables of scores below them. As CSV the scores.
    """
    if name == "csv":
        return score_tables.csv_text(side_by_side.rows(results, by, only))
    changed = ["changed", *(changes.in_words(result.tables) or "nothing" for result in results)]
    runs = ["runs", *(f"{_runs(result):,}" for result in results)]
    table = side_by_side.columns(results, by, only)
    equal = [] if full else side_by_side.equal_columns(table)
    hidden = equal if len(equal) < len(table) - 1 else []
    shown = {head: cells for head, cells in table.items() if head not in hidden}
    cells = [[in_one(head) for head in shown], *map(list, zip(*shown.values(), strict=True))]
    rows = [[row[0], *added, *row[1:]] for row, *added in zip(cells, runs, changed, strict=True)]
    scored = [result.card for result in results if result.card.is_scored and full]
    reasons = [f"{result.name}: {why}." for result in results if (why := side_by_side.unscored(result))]
    return score_tables.FORMS[name](scored, [("Results", rows)], reasons)


def full_text(results: Sequence[Compared]) -> str:
    """The scores of each observation, and the qualitative checks of each result that has some."""
    scored = [result for result in results if result.card.is_scored]
    heads = [f"{result.name}: {_about(result)}" for result in results]
    reasons = [f"{result.name}: {why}." for result in results if (why := side_by_side.unscored(result))]
    checks = [
        f"Qualitative checks, {result.name}\n\n{patterns.text(result.tables, result.record)}"
        for result in scored
    ]
    scores = [score_tables.text([result.card for result in scored])] if scored else []
    return "\n\n".join(["\n".join([*heads, *reasons]), *scores, *checks])


def _about(result: Compared) -> str:
    return changes.titled(result.tables).removeprefix(f"{result.name}: ")
