"""A run against the record, observation by observation: its own scores and those of the nulls.

The score of an observation is the log score of the hours since the event it is linked to, where it is linked,
else of its hour itself. Monte Carlo intervals (95 %) come from one bootstrap over blocks of runs, the same
for all observations.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from analysis import compare, nulls, outcomes, scores
from analysis.ledger import SCORED, Count, Observation
from analysis.record import Record
from sim.files import Where, refuse
from sim.stored import RunTables

Hours = Mapping[str, np.ndarray]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Term:
    """What an observation asks of a forecast: low to high, in h since 00:00 of the first day or an event."""

    milestone: str
    observation: Observation
    low: float
    high: float
    blur: float
    weight: float
    since: str | None = None

    @property
    def flat(self) -> float:
        """The probability of the report if it is false."""
        share = min(1.0, (self.high - self.low) / (self.observation.window or np.inf))
        return 1.0 - share if self.observation.survival else share

    def shares(self, forecast: Hours) -> np.ndarray | None:
        """The probability of the report run by run, nan where the event it counts from never came.

        None: the forecast has no opinion.
        """
        if self.milestone not in forecast or (self.since is not None and self.since not in forecast):
            return None
        hours = forecast[self.milestone]
        if self.since is not None:
            start = forecast[self.since]
            with np.errstate(invalid="ignore"):
                hours = np.where(np.isfinite(start), hours - start, np.nan)
        if self.observation.survival:
            found = scores.after(hours, self.high)
        else:
            found = scores.within(hours, self.low, self.high, self.blur)
        return np.where(np.isnan(hours), np.nan, found)

    def score(self, forecast: Hours) -> float:
        """The log score of a forecast (nats); the flat one's where it is silent or never comes so far."""
        shares = self.shares(forecast)
        known = np.array([]) if shares is None else shares[~np.isnan(shares)]
        share = float(known.mean()) if len(known) else self.flat
        return float(scores.log_score(share, self.weight, self.flat))


@dataclass(frozen=True, eq=False)
class Judged:
    """A run's scores at one observation; intervals are Monte Carlo's, 95 %."""

    term: Term
    use: str
    quantiles: tuple[datetime | None, ...]
    reached: float
    inside: float  # share of the runs inside the reported interval, as it stands
    score: float
    resampled: np.ndarray  # the score in each resample of the bootstrap
    crps: float | None  # h; None for a survival
    crps_between: Interval | None
    transform: Interval | None  # ends of the probability transform
    nulls: Mapping[str, float]
    null_crps: Mapping[str, float]
    silent: frozenset[str]  # nulls that have no opinion, and the flat score

    @property
    def between(self) -> Interval:
        """The interval of the score."""
        return middle(self.resampled)

    @property
    def best(self) -> str:
        """The null with the lowest score."""
        return min(self.nulls, key=lambda name: self.nulls[name])

    def skill(self, null: str) -> float:
        """How much better than a null (nats); below 0: worse."""
        return self.nulls[null] - self.score

    def skill_between(self, null: str) -> Interval:
        """The interval of the skill."""
        low, high = self.between
        return self.nulls[null] - high, self.nulls[null] - low


@dataclass(frozen=True)
class Counted:
    """A reported number beside a run's; scores in nats, `flat` that of a null with no opinion."""

    name: str
    count: Count
    mean: float
    quantiles: tuple[float, ...]
    inside: float
    score: float
    flat: float
    runs: int


@dataclass(frozen=True)
class Card:
    """A run's scores, observation by observation, in the order of its milestones."""

    name: str
    rows: tuple[Judged, ...]
    joint: Mapping[
        str, float
    ]  # energy scores of what the nulls speak of too: of the run ("") and of each null
    values: np.ndarray  # runs x rows: what each scored observation is about, capped at the horizon
    numbers: tuple[Counted, ...]
    met: Mapping[str, float | None]  # share of the runs that meet all observations of a use at once

    def of(self, *uses: str) -> tuple[Judged, ...]:
        """The rows of some uses, or of groups of held-out ones."""
        return tuple(row for row in self.rows if row.use in uses or row.term.observation.group in uses)

    def independent(self, rows: Iterable[Judged]) -> float:
        """How many independent observations some rows are worth."""
        return scores.independent(self.values[:, [self.rows.index(row) for row in rows]])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The nulls, in their order."""
        return tuple(self.rows[0].nulls) if self.rows else ()


@dataclass(frozen=True)
class Total:
    """Scores summed over some rows (nats), and how they compare with the best null of all of them."""

    rows: int
    independent: float
    score: float
    between: Interval
    nulls: Mapping[str, float]
    best: str
    skill: float  # over the best null, a row
    error: float  # its standard error over the rows, as if so many were independent as are
    coverage: Mapping[float, float]


def card(tables: RunTables, record: Record, name: str, only: Collection[str] | None = None) -> Card:
    """The scores of a run, or of some of its milestones only.

    Raises FaultyInput if it is a sweep, if every run failed, or if nothing of it is reported.
    """
    compare.check_single(tables, name)
    done = tables.done
    terms = [term for term in _terms(tables, record) if only is None or term.milestone in only]
    if not terms:
        refuse(
            Where(name, 0),
            "none of its milestones is scored against the record; another scenario would be right",
        )
    names = {term.milestone for term in terms} | {term.since for term in terms if term.since}
    hours = {milestone: tables.runs[milestone][done].astype(float) for milestone in names}
    said, end = (
        nulls.forecasts(tables),
        outcomes.hour_of(tables, datetime.fromisoformat(tables.manifest["end"])),
    )
    weights = scores.resamples(scores.block_of(int(done.sum()))[-1] + 1, name="")
    rows = tuple(_judged(tables, record, term, hours, said, weights, end) for term in terms)
    values = np.column_stack([_value(term, hours, end) for term in terms])
    met = {use: compare.together(tables, record, [use]) for use in SCORED}
    met["all"] = compare.together(tables, record)
    return Card(name, rows, _joint(terms, hours, said, end), values, tuple(_numbers(tables, record)), met)


def total(found: Card, rows: tuple[Judged, ...]) -> Total:
    """The scores of some rows together; there is at least one."""
    sums = {name: sum(row.nulls[name] for row in rows) for name in found.names}
    best = min(sums, key=lambda name: sums[name])
    skills, worth = np.array([row.skill(best) for row in rows]), found.independent(rows)
    error = float(skills.std(ddof=1) / np.sqrt(max(1.0, worth))) if len(rows) > 1 else float("nan")
    transforms = [row.transform for row in rows if row.transform]
    shares = {c: float(np.mean([scores.covered(t, c) for t in transforms])) for c in (0.5, 0.9) if transforms}
    return Total(
        len(rows),
        worth,
        sum(row.score for row in rows),
        middle(np.sum([row.resampled for row in rows], axis=0)),
        sums,
        best,
        float(skills.mean()),
        error,
        shares,
    )


# --- terms -----------------------------------------------------------------------------------------------


def _terms(tables: RunTables, record: Record) -> Iterable[Term]:
    """What the record asks of a run: survivals stand before the hour that ends them."""
    known = {row["id"] for row in tables.manifest["milestones"]}
    for row in tables.manifest["milestones"]:
        name, column = row["id"], row["column"]
        still = [o for o in record.survivals if o.event == name and o.column in (None, column)]
        seen = compare.observed(record, name, column)
        for observation in (*still, *([] if seen is None else [seen])):
            if compare.use_of(tables, record, observation) in SCORED:
                yield _term(tables, record, name, observation, known)


def _term(
    tables: RunTables, record: Record, name: str, observation: Observation, known: Iterable[str]
) -> Term:
    low, high = (outcomes.hour_of(tables, edge) for edge in (observation.earliest, observation.latest))
    blur = record.blurs.get(str(observation.precision), 0.0)
    weight = record.weights[observation.kind]
    start = None if observation.since is None else record.observation(observation.since, observation.column)
    if start is None or start.event not in known:
        return Term(name, observation, low, high, blur, weight)
    first, last = (outcomes.hour_of(tables, edge) for edge in (start.earliest, start.latest))
    blur = float(np.hypot(blur, record.blurs.get(str(start.precision), 0.0)))
    if observation.survival:  # quiet to the end of the silence, from whenever the event before was
        return Term(name, observation, 0.0, high - (first + last) / 2.0, 0.0, weight, start.event)
    return Term(name, observation, max(0.0, low - last), high - first, blur, weight, start.event)


# --- judging ---------------------------------------------------------------------------------------------


def _judged(
    tables: RunTables,
    record: Record,
    term: Term,
    hours: Hours,
    said: Mapping[str, Hours],
    weights: np.ndarray,
    end: float,
) -> Judged:
    own, seen = hours[term.milestone], term.observation
    low, high = (outcomes.hour_of(tables, edge) for edge in (seen.earliest, seen.latest))
    resampled = _resampled(term, term.shares(hours), weights)
    inside = scores.after(own, high) if seen.survival else scores.within(own, low, high)
    value = between = transform = None
    if not seen.survival:
        value, between = _crps(own, low, high, end, weights)
        transform = scores.pit(own, low, high)
    opinions = {
        name: forecast[term.milestone] for name, forecast in said.items() if term.milestone in forecast
    }
    return Judged(
        term,
        compare.use_of(tables, record, seen),
        compare.quantiles(own, outcomes.origin(tables)),
        float(np.isfinite(own).mean()),
        float(inside.mean()),
        term.score(hours),
        resampled,
        value,
        between,
        transform,
        {name: term.score(forecast) for name, forecast in said.items()},
        {} if seen.survival else {name: scores.crps(h, low, high, end) for name, h in opinions.items()},
        frozenset(said.keys() - opinions.keys()),
    )


def _resampled(term: Term, shares: np.ndarray | None, weights: np.ndarray) -> np.ndarray:
    """The log score in each resample; resamples with no run that comes so far have the flat one's."""
    if shares is None:
        return np.full(len(weights), float(scores.log_score(term.flat, term.weight, term.flat)))
    known, block = ~np.isnan(shares), scores.block_of(len(shares))
    hits = weights @ np.bincount(block, np.where(known, shares, 0.0), weights.shape[1])
    runs = weights @ np.bincount(block, known, weights.shape[1])
    share = np.where(runs > 0.0, hits / np.maximum(runs, 1.0), term.flat)
    return scores.log_score(share, term.weight, term.flat)


def _crps(
    hours: np.ndarray, low: float, high: float, end: float, weights: np.ndarray
) -> tuple[float, Interval]:
    """The ranked score and its interval, from the runs of each block up to each edge."""
    at = scores.edges(low, high, end)
    block, bins = scores.block_of(len(hours)), np.searchsorted(at, hours, "left")
    counts = np.bincount(block * (len(at) + 1) + bins, minlength=weights.shape[1] * (len(at) + 1))
    table = counts.reshape(weights.shape[1], -1)[:, :-1].cumsum(axis=1).astype(float)
    sizes = np.bincount(block).astype(float)
    drawn = (weights @ table) / (weights @ sizes)[:, None]
    found = scores.ranked(table.sum(axis=0) / len(hours), at, low, high)
    return float(found), middle(scores.ranked(drawn, at, low, high))


def _numbers(tables: RunTables, record: Record) -> Iterable[Counted]:
    """The reported numbers that are scored and of which a run has its own."""
    for name in outcomes.names(tables):
        count = outcomes.counted(tables, record, name)
        if count is None or count.use not in SCORED or count.most is None:
            continue
        own, (low, high) = outcomes.observed(tables, count, name), count.number
        inside = float(((own >= low) & (own <= high)).mean())
        weight, flat = record.weights[count.kind], (high - low + 1) / (count.most + 1)
        quantiles = tuple(np.quantile(own, outcomes.QUANTILES, method="inverted_cdf").tolist())
        score, alike = (float(scores.log_score(share, weight, flat)) for share in (inside, flat))
        label = outcomes.label(name.replace("_", " "), count)
        yield Counted(label, count, float(own.mean()), quantiles, inside, score, alike, len(own))


def middle(values: np.ndarray) -> Interval:
    """The central 95 % of some values."""
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def _value(term: Term, hours: Hours, end: float) -> np.ndarray:
    """What an observation is about, run by run (h): the hours since its link, capped at the horizon."""
    found = np.minimum(hours[term.milestone], end)
    if term.since is None:
        return found
    return found - np.minimum(hours[term.since], end)


def _joint(terms: list[Term], hours: Hours, said: Mapping[str, Hours], end: float) -> dict[str, float]:
    """The energy score of what is observed and the nulls have an opinion of, each in its window's units."""

    def speaks(forecast: Hours, term: Term) -> bool:
        return term.milestone in forecast and (term.since or term.milestone) in forecast

    timed = [t for t in terms if not t.observation.survival and all(speaks(f, t) for f in said.values())]
    scale = np.array([term.observation.window or 1.0 for term in timed])
    seen = np.array([(term.low + term.high) / 2.0 for term in timed]) / scale
    found = {}
    for name, forecast in {"": hours, **said}.items() if timed else ():
        columns = np.broadcast_arrays(*[_value(term, forecast, end) for term in timed])
        found[name] = scores.energy(np.column_stack(columns) / scale, seen)
    return found
