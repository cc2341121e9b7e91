"""Why a column takes its time, as text, as cells of a table and as JSON."""

from collections.abc import Sequence

import numpy as np

from analysis.tables import time_budget
from analysis.tables.outcomes import quantiles, summary
from analysis.words import names
from analysis.words.changes import labelled, line
from analysis.words.text import aligned, counted, percent, wrapped
from sim.files.units import rounded
from sim.parameters.parameter import Parameter, Parameters
from sim.store.reader import RunTables
from sim.studies.questions.why import Lever, TimeAccount

CAUSES_HEAD = ["what the days went on", "mean", "share", "5th", "median", "95th percentile"]


def text(tables: RunTables, parameters: Parameters, accounts: Sequence[TimeAccount]) -> str:
    """A heading, the longest stretch in a sentence, and a part for each stretch."""
    runs = counted(tables.manifest["runs"], "run")
    head = f"{labelled(tables)}: {tables.manifest['scenario']}, {runs}\n{line(tables)}"
    parts = [_text(tables, parameters, account) for account in accounts]
    return "\n\n".join([head, *_longest(tables, accounts), *parts])


def _longest(tables: RunTables, accounts: Sequence[TimeAccount]) -> list[str]:
    """A sentence on the stretch that takes longest in the mean; none where no run ends any."""
    ended = [account for account in accounts if account.stretch.ranked]
    if not ended:
        return []
    account = max(ended, key=_mean)
    row = account.stretch
    causes = (f"{names.cause(cause)} {_days(row.hours_of(cause).mean())}" for cause in row.ranked[:3])
    title = time_budget.title(tables, row)
    words = f"{', '.join(causes)}. {_days(account.assumed)} of them rest on assumptions alone."
    return [
        wrapped(f"Longest: {title[:1].lower()}{title[1:]}, {_days(_mean(account))} days in the mean: {words}")
    ]


def _mean(account: TimeAccount) -> float:
    """The mean hours of a stretch over the runs that end it."""
    return float(account.stretch.total[account.stretch.is_ended].mean())


def _text(tables: RunTables, parameters: Parameters, account: TimeAccount) -> str:
    row = account.stretch
    title, ended = time_budget.title(tables, row), float(row.is_ended.mean())
    if not ended:
        return f"{title}: no run comes to its end."
    low, middle, high = quantiles(row.total)
    mean = float(row.total[row.is_ended].mean())
    spans = f"{_days(middle)} days"
    if len(row.is_ended) > 1:
        came = percent(int(row.is_ended.sum()), len(row.is_ended))
        spans = f"median {spans}, 90 % interval {_days(low)} to {_days(high)}; {came} of runs come to its end"
    rows = [CAUSES_HEAD, *_rows(account)]
    grounds = [
        wrapped(f"{names.cause(cause)}: {words}", further="  ") for cause, words in account.grounds.items()
    ]
    assumed = (
        f"Of a mean of {_days(mean)} days, {_days(account.assumed)} rest on assumptions alone. By cause:"
    )
    return "\n".join(
        [
            wrapped(f"{title}: {spans}."),
            "",
            aligned(rows),
            "",
            assumed,
            *grounds,
            "",
            _levers(parameters, account),
        ]
    )


def cells(tables: RunTables, accounts: Sequence[TimeAccount]) -> list[list[str]]:
    """What the days of all stretches went on, a row each below a head."""
    rows = [[time_budget.title(tables, one.stretch), *row] for one in accounts for row in _rows(one)]
    return [["stretch", *CAUSES_HEAD], *rows]


def _rows(account: TimeAccount) -> list[list[str]]:
    """A row a cause, the longest first; none where no run comes to the end of the stretch."""
    row = account.stretch
    mean = float(row.total[row.is_ended].mean()) if row.ranked else 0.0
    return [[names.cause(cause), *_cells(row.hours_of(cause), mean)] for cause in row.ranked]


def _cells(hours: np.ndarray, mean: float) -> list[str]:
    return [
        _days(hours.mean()),
        f"{100.0 * hours.mean() / mean:.0f} %",
        *(_days(hour) for hour in quantiles(hours)),
    ]


def _levers(parameters: Parameters, account: TimeAccount) -> str:
    """What would shorten it, as far as the runs show."""
    if not account.is_drawn:
        return "What would shorten it cannot be seen here: the parameters are the same in all runs."
    if not account.levers:
        return f"No parameter goes with it beyond chance in {len(account.stretch.is_ended):,} runs."
    head = "What goes with it, strongest first (median days; runs that do not end count as longest):"
    lines = [_lever_text(parameters.rows[lever.parameter], lever) for lever in account.levers]
    return "\n".join([head, *lines])


def _lever_text(row: Parameter, lever: Lever) -> str:
    low = f"{_days(lever.hours[0])} in the quarter of runs with {_span(row, lever.low)}"
    high = f"{_days(lever.hours[1])} in that with {_span(row, lever.high)}"
    return wrapped(f"{lever.parameter}: {low}, {high}", further="  ")


def _span(row: Parameter, span: tuple[float, float]) -> str:
    low, high = span
    return f"{rounded(low / row.in_unit)} to {rounded(high / row.in_unit)} {row.shown_unit}".rstrip()


def _days(hours: float) -> str:
    return "after the end" if np.isinf(hours) else f"{hours / 24.0:.1f}"


def as_json(accounts: Sequence[TimeAccount]) -> list[dict[str, object]]:
    """Each stretch: hours by cause, what they rest on, and the levers (hours; null for never)."""
    return [_object(account) for account in accounts]


def _object(account: TimeAccount) -> dict[str, object]:
    row = account.stretch
    spread = {cause: summary(row.hours_of(cause)) for cause in row.ranked}
    known = [
        {
            "parameter": lever.parameter,
            "correlation": lever.correlation,
            "low": lever.low,
            "high": lever.high,
            "hours": [None if np.isinf(hour) else hour for hour in lever.hours],
        }
        for lever in account.levers
    ]
    return {
        "column": row.column,
        "place": row.place,
        "after": row.after,
        "hold": row.is_hold,
        "ended": float(row.is_ended.mean()),
        "hours": spread,
        "rests_on": account.grounds,
        "assumed_hours": account.assumed,
        "goes_with": known,
    }
