"""Baselines (nulls): what a ruler and a pencil say, from lengths of roads, the start and published dates.

Each gives hours of the milestones of columns, a sample a number; of the rest it has no opinion. The numbers
are assumptions made by people who knew the outcome, so a null that wins is no discovery either.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import numpy as np
from scipy.special import ndtri

from analysis.tables.clock import origin
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.record.rows import PublishedDate
from sim.state.clock import in_hours
from sim.store.reader import RunTables

ForecastHours = dict[str, np.ndarray]
SAMPLES = 20_000
MARCH_SPEED, MARCH_HOURS = 12.0, 12.0  # assumption: km/h for so many h a day
PACE, PACE_SPREAD = 72.0, 0.39  # assumption: km a day and its log-sd
HOLD, HOLD_SPREAD = 14.0 * 24.0, 1.0  # assumption: median (h) of a hold and its log-sd
HEADS = ("arrival", "contact", "capture", "tail", "departure", "go")
"""Events of a column of which the nulls have an opinion."""


@dataclass(frozen=True, kw_only=True)
class March:
    """What a null knows of a column: its start (h), km by milestone, and `holds`: the km where it stays.

    `goes` are the milestones that come after the hold at their km, `places` the km of the places on its way;
    hours count from `zero`.
    """

    start: float
    first: str  # the milestone at which it starts
    km: Mapping[str, float]
    holds: Sequence[float] = ()
    goes: frozenset[str] = frozenset()
    places: Mapping[str, float] = field(default_factory=dict)
    zero: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def hour(self, date: PublishedDate) -> float:
        """The hour of a published date."""
        return in_hours(date.at - self.zero)


Null = Callable[[March], ForecastHours]


def marches(tables: RunTables, starts: Mapping[str, float] | None = None) -> list[March]:
    """The columns of a run, those whose start is given to it.

    `starts` are hours of starts by milestone; of others the runs say it, if there are any.
    """
    rows = [row for row in tables.manifest["milestones"] if row["column"] and _event(row) in HEADS]
    by_column = [
        _march(tables, [row for row in rows if row["column"] == column], starts or {})
        for column in dict.fromkeys(row["column"] for row in rows)
    ]
    return [march for march in by_column if march is not None]


def _march(tables: RunTables, rows: Sequence[Mapping[str, Any]], hours: Mapping[str, float]) -> March | None:
    """What a null knows of a column with some milestones; None if its start is not given to the run."""
    given = tables.manifest["given"]
    starts = [row for row in rows if row["id"] == given or (row["km"] == 0.0 and _event(row) == "departure")]
    if not starts:
        return None
    first, left = starts[0]["id"], _event(starts[0]) in ("go", "departure")
    if first not in hours and first not in tables.runs:
        return None
    km = {row["id"]: float(row["km"]) for row in rows if row["id"] != first}
    goes = frozenset(name for name in km if name.split(":")[1] == "go")
    way = (tables.route["column"] == rows[0]["column"]) & (tables.route["km"] > 0.0)
    return March(
        start=hours[first] if first in hours else float(np.median(tables.runs[first][tables.done])),
        first=first,
        km=km,
        holds=sorted({km[name] for name in goes} - ({0.0} if left else set())),
        goes=goes,
        places=dict(zip(tables.route["place"][way].tolist(), tables.route["km"][way].tolist(), strict=True)),
        zero=origin(tables),
    )


def _event(row: Mapping[str, Any]) -> str:
    return str(row["id"].split(":")[1])


# --- the nulls -------------------------------------------------------------------------------------------


def ruler(march: March) -> ForecastHours:
    """12 km/h for 12 h a day, and no hold."""
    forecast = {}
    for name, km in march.km.items():
        days, km_left = divmod(km, MARCH_SPEED * MARCH_HOURS)
        forecast[name] = np.array([march.start + 24.0 * days + km_left / MARCH_SPEED])
    return forecast


def pace(march: March) -> ForecastHours:
    """72 km a day, log-sd 0.39, and no hold."""
    return _arrival_hours(replace(march, holds=()))


def vague_hold(march: March) -> ForecastHours:
    """The same, with a hold of 14 days (median, log-sd 1) wherever the column is to go on from a capture."""
    return _arrival_hours(march)


def not_before(march: March, date: PublishedDate) -> ForecastHours:
    """The same, and no go towards a place before the date that was published."""
    return _arrival_hours(march, march.places.get(date.place), march.hour(date))


def at_opening(march: March, date: PublishedDate) -> ForecastHours:
    """At a place when the published time begins, give or take some days."""
    goal = march.places.get(date.place)
    if goal is None:
        return pace(march)
    there = march.hour(date) + date.give * ndtri(_even_sample("opening"))
    early, late = pace(march), vague_hold(march)
    return {name: _about(march, name, goal=goal, there=there, early=early[name], late=late) for name in early}


DATELESS_BASELINES: dict[str, Null] = {"ruler": ruler, "pace": pace, "pace, hold": vague_hold}
"""The nulls that know no date, by the names that tables give them."""
DATED: dict[str, Callable[..., ForecastHours]] = {"not before": not_before, "opens": at_opening}
"""Those that know one, by its kind."""
FLAT = "flat"
"""A null that has no opinion of anything: every moment of a window alike."""


def nulls(published: Iterable[PublishedDate] = ()) -> dict[str, Null]:
    """The nulls by name: those that know no date, and one for each published date."""
    return DATELESS_BASELINES | {date.name: partial(DATED[date.kind], date=date) for date in published}


def forecasts(tables: RunTables, published: Iterable[PublishedDate]) -> dict[str, ForecastHours]:
    """What each null says of a run's milestones, by null and milestone (h); the flat one says nothing."""
    known = marches(tables)
    starts = {march.first: np.array([march.start]) for march in known}
    return {FLAT: {}} | {
        name: {milestone: hours for march in known for milestone, hours in null(march).items()} | starts
        for name, null in nulls(published).items()
    }


# --- moving ----------------------------------------------------------------------------------------------


@cache
def _even_sample(name: str) -> np.ndarray:
    """Numbers between 0 and 1, evenly, in a random order that its name gives."""
    order = np.argsort(uniforms(replicate_seeds(0, np.arange(SAMPLES)), key_of("null", name)), kind="stable")
    sample: np.ndarray = (order + 0.5) / SAMPLES
    sample.flags.writeable = False  # the same numbers serve every null and column
    return sample


def _hours_a_km() -> np.ndarray:
    return np.asarray(24.0 / (PACE * np.exp(PACE_SPREAD * ndtri(_even_sample("pace")))))


def _arrival_hours(march: March, goal: float | None = None, least: float = 0.0) -> ForecastHours:
    """The hours at one pace a sample, with holds, each drawn alone; before the goal they last to `least`."""
    slow, arrivals = _hours_a_km(), {}
    holds = [HOLD * np.exp(HOLD_SPREAD * ndtri(_even_sample(f"hold {n}"))) for n in range(len(march.holds))]
    for name, km in march.km.items():
        stayed = np.zeros(SAMPLES)
        for at, hold in zip(march.holds, holds, strict=True):
            if at < km or (at == km and name in march.goes):
                came = march.start + at * slow + stayed
                before = goal is not None and at < goal
                stayed = stayed + (np.maximum(hold, least - came) if before else hold)
        arrivals[name] = march.start + km * slow + stayed
    return arrivals


def _about(
    march: March, name: str, goal: float, there: np.ndarray, early: np.ndarray, late: ForecastHours
) -> np.ndarray:
    """The hours of a milestone of a column that is at the goal at some hours: on the way there, and after."""
    km, slow = march.km[name], _hours_a_km()
    last = max((at for at in march.holds if at < goal), default=0.0)
    if km < last or (km == last and name not in march.goes):
        return early
    if km < goal or (km == goal and name not in march.goes):
        return np.maximum(there - (goal - km) * slow, march.start + last * slow)
    unheld = [n for n in march.km if march.km[n] == goal and n not in march.goes]
    return late[name] - late[unheld[0]] + there if unheld else late[name]
