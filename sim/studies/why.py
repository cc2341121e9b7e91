"""Why a column takes its time to a place and at it: what the days rest on, and what would shorten them.

The parameters of each run are drawn anew from its seed, so that any result can be asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from analysis.tables import time_budget
from analysis.tables.outcomes import quantiles
from analysis.tables.time_budget import GROUNDS, Stretch
from analysis.words import names
from analysis.words.changes import labelled, line
from analysis.words.text import aligned, counted, percent, wrapped
from sim.files.units import rounded
from sim.parameters.parameter import Parameter, Parameters
from sim.store.reader import RunTables
from sim.studies.verification import job_of

BASIS_WORDS = {
    "outside": "sources",
    "class": "other convoys",
    "judgement": "assumption",
    "judgement, outcome known": "assumption, outcome known",
    "assumption": "assumption",
}
"""What a parameter rests on, in words."""
LEVEL = 0.01
"""Below it, divided by the number of parameters, a rank correlation is shown."""
MOST_LEVERS = 5
LEAST_RANKED = 40


@dataclass(frozen=True, kw_only=True)
class Lever:
    """A parameter that goes with the time: its range, and median hours in its lowest and highest quarter."""

    parameter: str
    correlation: float  # Spearman's, with runs that do not come to the end as the longest
    low: tuple[float, float]  # h and km: least and greatest value in the lowest quarter of runs
    high: tuple[float, float]
    hours: tuple[float, float]  # medians; inf where most runs do not come to the end


CAUSES_HEAD = ["what the days went on", "mean", "share", "5th", "median", "95th percentile"]


@dataclass(frozen=True, kw_only=True)
class TimeAccount:
    """A stretch, what each of its causes rests on in words, and the levers found in its runs."""

    stretch: Stretch
    grounds: dict[str, str]
    assumed: float  # mean hours of causes that rest on assumptions alone
    levers: list[Lever]
    is_drawn: bool


def parameters_of(folder: Path, tables: RunTables) -> Parameters:
    """The parameters of a result, by the files in its folder. Raises FaultyInput."""
    return job_of(folder, tables).inputs.parameters


def why(tables: RunTables, parameters: Parameters, place: str) -> list[TimeAccount]:
    """What the time to a place and at it went on; empty for a place that is no objective of a column."""
    is_drawn = tables.manifest["parameters"] != "fixed"
    draws = parameters.draws(np.asarray(tables.runs["seed"][tables.done], "u8")) if is_drawn else None
    return [_account(row, parameters, draws) for row in time_budget.about(tables, place)]


def _account(row: Stretch, parameters: Parameters, draws: np.ndarray | None) -> TimeAccount:
    grounds = {cause: _ground(cause, parameters) for cause in row.ranked}
    assumed = sum(float(row.hours_of(cause).mean()) for cause in row.ranked if _is_assumed(cause, parameters))
    strongest = levers(row.total, draws) if draws is not None else []
    return TimeAccount(
        stretch=row, grounds=grounds, assumed=assumed, levers=strongest, is_drawn=draws is not None
    )


def _ground(cause: str, parameters: Parameters) -> str:
    """The inputs and parameters of a cause, each with what it rests on itself."""
    about = GROUNDS[cause]
    by_basis: dict[str, list[str]] = {}
    for name in about.get("parameters", ()):
        basis = "posterior" if name in parameters.fitted else BASIS_WORDS[parameters.rows[name].basis]
        by_basis.setdefault(basis, []).append(name)
    texts = [f"{', '.join(known)} ({basis})" for basis, known in by_basis.items()]
    return "; ".join([*([f"{about['inputs']} (input)"] if "inputs" in about else []), *texts])


def _is_assumed(cause: str, parameters: Parameters) -> bool:
    """Whether a cause rests on assumptions alone."""
    rows = [parameters.rows[name] for name in GROUNDS[cause].get("parameters", ())]
    assumed = all(
        row.name not in parameters.fitted and BASIS_WORDS[row.basis].startswith("assumption") for row in rows
    )
    return "inputs" not in GROUNDS[cause] and assumed


def levers(hours: np.ndarray, draws: np.ndarray) -> list[Lever]:
    """The parameters that go with hours (runs,) beyond chance, strongest first, of records `draws`."""
    moved = [name for name in draws.dtype.names or () if np.ptp(draws[name]) > 0.0]
    if len(hours) < LEAST_RANKED or np.isinf(hours).all():
        return []
    ranks = stats.rankdata(hours)
    beyond = []
    for name in moved:
        correlation, chance = stats.spearmanr(draws[name], ranks)
        if chance < LEVEL / len(moved):
            beyond.append(_lever(name, float(correlation), draws[name], hours))
    return sorted(beyond, key=lambda lever: -abs(lever.correlation))[:MOST_LEVERS]


def _lever(name: str, correlation: float, values: np.ndarray, hours: np.ndarray) -> Lever:
    order = np.argsort(values, kind="stable")
    quarter = len(order) // 4
    low, high = order[:quarter], order[-quarter:]
    return Lever(
        parameter=name,
        correlation=correlation,
        low=(float(values[low[0]]), float(values[low[-1]])),
        high=(float(values[high[0]]), float(values[high[-1]])),
        hours=(float(quantiles(hours[low])[1]), float(quantiles(hours[high])[1])),
    )


# --- as text ---------------------------------------------------------------------------------------------


def text(tables: RunTables, parameters: Parameters, accounts: Sequence[TimeAccount]) -> str:
    """A heading, and a part for each stretch."""
    runs = counted(tables.manifest["runs"], "run")
    head = f"{labelled(tables)}: {tables.manifest['scenario']}, {runs}\n{line(tables)}"
    return "\n\n".join([head, *(_text(tables, parameters, account) for account in accounts)])


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
    spread = {
        cause: dict(
            zip(("mean", "q05", "q50", "q95"), map(float, (values.mean(), *quantiles(values))), strict=True)
        )
        for cause in row.ranked
        for values in [row.hours_of(cause)]
    }
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
