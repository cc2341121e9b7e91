"""What the record asks of a run: an interval of hours or a silence, an observation each, and its score."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.scores import scoring_rules
from analysis.tables.clock import interval_of
from analysis.tables.scored_observations import observed, use_of
from sim.record.record import Record
from sim.record.rows import SCORED, Observation
from sim.store.reader import RunTables

Hours = Mapping[str, np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Term:
    """What an observation asks of a forecast: low to high, in h since 00:00 of the first day or an event.

    `span` is the reported interval in h since 00:00 of the first day, `use` what the run uses it for.
    """

    milestone: str
    observation: Observation
    use: str
    span: tuple[float, float]
    low: float
    high: float
    blur: float
    weight: float
    since: str | None = None
    documents: str = ""  # that the observation rests on, as tables name them

    @property
    def flat(self) -> float:
        """The probability of the report if it is false."""
        share = min(1.0, (self.high - self.low) / (self.observation.window or np.inf))
        return 1.0 - share if self.observation.survival else share

    def is_in(self, forecast: Hours) -> bool:
        """Whether a forecast has an opinion of what is asked: only then it has hours and shares."""
        return self.milestone in forecast and (self.since is None or self.since in forecast)

    def hours(self, forecast: Hours) -> np.ndarray:
        """The hours asked for (runs,), nan where the event they count from never came."""
        hours = forecast[self.milestone]
        if self.since is None:
            return hours
        start = forecast[self.since]
        with np.errstate(invalid="ignore"):
            return np.where(np.isfinite(start), hours - start, np.nan)

    def shares(self, forecast: Hours) -> np.ndarray:
        """The probability of the report (runs,), nan as for `hours`."""
        hours = self.hours(forecast)
        return np.where(np.isnan(hours), np.nan, self._met(hours, self.low, self.high, self.blur))

    def score(self, forecast: Hours) -> float:
        """The log score of a forecast (nats); the flat one's where it is silent or never comes so far."""
        shares = self.shares(forecast) if self.is_in(forecast) else np.array([])
        known = shares[~np.isnan(shares)]
        share = float(known.mean()) if len(known) else self.flat
        return float(scoring_rules.log_score(share, self.weight, self.flat))

    def interval_hits(self, forecast: Hours) -> np.ndarray:
        """Whether the hour itself lies in the reported interval, or after the silence (runs,): 1 or 0."""
        return self._met(forecast[self.milestone], *self.span)

    def _met(self, hours: np.ndarray, low: float, high: float, blur: float = 0.0) -> np.ndarray:
        """The probability of a report from low to high, or of a silence up to high, run by run."""
        if self.observation.survival:
            return scoring_rules.after(hours, high)
        return scoring_rules.within(hours, low, high, blur)

    def capped_hours(self, forecast: Hours, end: float) -> np.ndarray:
        """The hours asked for (runs,), those that never come at the horizon's length `end` (h)."""
        hours = self.hours(forecast)
        return np.where(np.isfinite(hours), np.minimum(np.nan_to_num(hours), end), end)


def terms(
    tables: RunTables, record: Record, only: Iterable[str] | None = None, *, linked: bool = True
) -> list[Term]:
    """What the record asks of a run, or of some of its milestones; a silence before the hour that ends it.

    Where it is not `linked`, each is asked at its own hours, whatever it is reported to have followed.
    """
    known = {row["id"] for row in tables.manifest["milestones"]}
    wanted = known if only is None else set(only)
    scored_terms = []
    for row in tables.manifest["milestones"]:
        name, column = row["id"], row["column"]
        still = [o for o in record.survivals if o.event == name and o.column in (None, column)]
        seen = observed(record, name, column)
        for observation in (*still, *([] if seen is None else [seen])):
            use = use_of(tables, record, observation)
            if use in SCORED and name in wanted:
                term = _term(tables, record, name=name, observation=observation, use=use)
                scored_terms.append(_linked(tables, record, term, known) if linked else term)
    return scored_terms


def claimed_term(tables: RunTables, record: Record, term: Term) -> Term | None:
    """The same asked of the interval that the claims give by themselves; None where that is the same."""
    seen = term.observation
    earliest, latest = record.claimed_interval(seen)
    if (earliest, latest) == (seen.earliest, seen.latest):
        return None
    claimed = seen.model_copy(update={"earliest": earliest, "latest": latest})
    known = {row["id"] for row in tables.manifest["milestones"]}
    plain = _term(tables, record, name=term.milestone, observation=claimed, use=term.use)
    return _linked(tables, record, plain, known)


def _term(tables: RunTables, record: Record, name: str, observation: Observation, use: str) -> Term:
    low, high = interval_of(tables, observation)
    return Term(
        milestone=name,
        observation=observation,
        use=use,
        span=(low, high),
        low=low,
        high=high,
        blur=record.blurs.get(str(observation.precision), 0.0),
        weight=record.weights[observation.kind],
        documents=record.documents(observation.claims),
    )


def _linked(tables: RunTables, record: Record, term: Term, known: Iterable[str]) -> Term:
    """A term that counts from the event its observation is linked to, where the run has that milestone."""
    seen = term.observation
    start = None if seen.since is None else record.observation(seen.since, seen.column)
    if start is None or start.event not in known:
        return term
    first, last = interval_of(tables, start)
    if seen.survival:  # from the middle of what is reported before, to the end of the silence
        return replace(term, low=0.0, high=term.high - (first + last) / 2.0, blur=0.0, since=start.event)
    start_blur = record.blurs.get(str(start.precision), 0.0)
    blur = math.sqrt(term.blur * term.blur + start_blur * start_blur)
    return replace(term, low=max(0.0, term.low - last), high=term.high - first, blur=blur, since=start.event)
