"""Why a column takes its time to a place and at it: what the days rest on, and what would shorten them.

The parameters of each run are drawn anew from its seed, so that any result can be asked.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from analysis.tables import time_budget
from analysis.tables.outcomes import quantiles
from analysis.tables.time_budget import GROUNDS, Stretch
from sim.parameters.parameter import Parameters
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


def accounts(tables: RunTables, parameters: Parameters, place: str) -> list[TimeAccount]:
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
