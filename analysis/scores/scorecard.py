"""A run against the record, observation by observation: its own scores and those of the nulls.

The score of an observation is the log score of the hours since the event it is linked to, where it is linked,
else of its hour itself. Monte Carlo intervals (95 %) come from one bootstrap over blocks of runs, the same
for all observations.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from analysis.scores import baselines, scoring_rules
from analysis.scores.targets import Hours, Term, claimed_term, terms
from analysis.tables import clock, monte_carlo, outcomes, timeline
from analysis.words import names as words
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED, ReportedCount
from sim.store.reader import RunTables

Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ClaimedScore:
    """A run's score at the interval that an observation's claims give by themselves."""

    term: Term
    inside: float
    score: float
    between: Interval
    nulls: Mapping[str, float]


@dataclass(frozen=True, eq=False, kw_only=True)
class ObservationScore:
    """A run's scores at one observation; intervals are Monte Carlo's, 95 %."""

    term: Term
    quantiles: tuple[datetime | None, ...]
    share_reached: float
    inside: float  # share of the runs inside the reported interval, as it stands
    score: float
    resampled: np.ndarray  # the score in each resample of the bootstrap
    crps: float | None  # h; None for a survival
    crps_between: Interval | None
    transform: Interval | None  # ends of the probability transform
    nulls: Mapping[str, float]
    null_crps: Mapping[str, float]
    silent: frozenset[str]  # nulls that have no opinion, and the flat score; "": the run itself
    claimed: ClaimedScore | None = None  # where the claims' own interval is not the scored one

    @property
    def between(self) -> Interval:
        """The interval of the score."""
        return middle(self.resampled)

    @property
    def best(self) -> str:
        """The null with the lowest score; of equals the first, which is the flat one."""
        return min(self.nulls, key=lambda name: self.nulls[name])

    def skill(self, null: str) -> float:
        """How much better than a null (nats); below 0: worse."""
        return self.nulls[null] - self.score

    def skill_between(self, null: str) -> Interval:
        """The interval of the skill."""
        low, high = self.between
        return self.nulls[null] - high, self.nulls[null] - low


@dataclass(frozen=True, kw_only=True)
class Unreported:
    """What is shown beside a reported number, and is neither reported nor scored itself."""

    name: str
    outcome: str
    mean: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CountScore:
    """A reported number beside a run's; scores in nats, `flat` that of a null with no opinion."""

    name: str
    count: ReportedCount
    mean: float
    quantiles: tuple[float, ...]
    inside: float
    score: float
    flat: float
    runs: int
    documents: str = ""  # that it rests on, as tables name them
    beside: Unreported | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """A run's scores, observation by observation, in the order of its milestones.

    `titles` has the names of its milestones for people; `joint` has energy scores of what all baselines but
    the uniform one speak of too: of the run ("") and each baseline.
    `values` (runs, rows) is what each observation is about, capped at the horizon (h); `interval_hits`
    (runs, rows) whether its interval is met.
    """

    name: str
    titles: Mapping[str, str]
    rows: tuple[ObservationScore, ...]
    joint: Mapping[str, float]
    values: np.ndarray
    interval_hits: np.ndarray
    numbers: tuple[CountScore, ...]

    @property
    def is_scored(self) -> bool:
        """Whether an observation or a number of it is scored."""
        return bool(self.rows or self.numbers)

    def of(self, *uses: str) -> list[int]:
        """The places of the rows of some uses, or of groups of held-out ones."""
        rows = enumerate(row.term for row in self.rows)
        return [place for place, term in rows if term.use in uses or term.observation.group in uses]


EMPTY_CARD = Card(
    titles={}, name="", rows=(), joint={}, values=np.empty((0, 0)), interval_hits=np.empty((0, 0)), numbers=()
)
"""Of a result of which nothing is scored."""


@dataclass(frozen=True, kw_only=True)
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
    joint_share: float  # share of the runs that meet every interval at once
    runs: int  # of which it is


def card(tables: RunTables, record: Record, name: str, only: Collection[str] | None = None) -> Card:
    """The scores of a run, or of some of its milestones only.

    Raises FaultyInput if it is a sweep, if every run failed, or if nothing of it is reported.
    """
    made = card_if_any(tables, record, name, only)
    if not made.is_scored:
        what = "none of its milestones is" if only is None else f"{', '.join(only)}: not"
        refuse(Where(name, 0), f"{what} scored against the record; `kidal record` lists what is")
    return made


def card_if_any(tables: RunTables, record: Record, name: str, only: Collection[str] | None = None) -> Card:
    """The scores of a run, or of some of its milestones only; a card without any where nothing is scored.

    Raises FaultyInput if it is a sweep, or if every run failed.
    """
    timeline.check_single(tables, name)
    scored_terms = terms(tables, record, only)
    numbers = tuple(_numbers(tables, record)) if only is None else ()
    if not scored_terms and not numbers:
        return replace(EMPTY_CARD, name=name)
    names = {term.milestone for term in scored_terms} | {term.since for term in scored_terms if term.since}
    hours = {milestone: tables.runs[milestone][tables.done].astype(float) for milestone in names}
    forecasts, end = baselines.forecasts(tables, record.published), clock.horizon(tables)
    weights = monte_carlo.resamples(monte_carlo.block_of(int(tables.done.sum()))[-1] + 1, name="")
    rows = tuple(
        replace(
            _observation_score(tables, term, hours=hours, forecasts=forecasts, weights=weights, end=end),
            claimed=_claimed(claimed_term(tables, record, term), hours, forecasts, weights),
        )
        for term in scored_terms
    )
    values = np.array([term.capped_hours(hours, end) for term in scored_terms])
    hits = np.array([term.interval_hits(hours) for term in scored_terms])
    return Card(
        name=name,
        titles={row["id"]: words.milestone(tables, row["id"]) for row in tables.manifest["milestones"]},
        rows=rows,
        joint=_joint(scored_terms, hours, forecasts, end),
        values=values.T.reshape(-1, len(scored_terms)),
        interval_hits=hits.T.reshape(-1, len(scored_terms)),
        numbers=numbers,
    )


def total(scorecard: Card, places: Sequence[int]) -> Total:
    """The scores of some rows together; there is at least one."""
    rows = [scorecard.rows[place] for place in places]
    sums = {name: sum(row.nulls[name] for row in rows) for name in rows[0].nulls}
    best = min(sums, key=lambda name: sums[name])
    skills = np.array([row.skill(best) for row in rows])
    worth = scoring_rules.independent(scorecard.values[:, places])
    error = float(skills.std(ddof=1) / np.sqrt(worth)) if len(rows) > 1 and worth > 0.0 else float("nan")
    transforms = [row.transform for row in rows if row.transform]
    central = (0.5, 0.9) if transforms else ()
    return Total(
        rows=len(rows),
        independent=worth,
        score=sum(row.score for row in rows),
        between=middle(np.sum([row.resampled for row in rows], axis=0)),
        nulls=sums,
        best=best,
        skill=float(skills.mean()),
        error=error,
        coverage={c: float(np.mean([scoring_rules.covered(t, c) for t in transforms])) for c in central},
        joint_share=float(scorecard.interval_hits[:, places].all(axis=1).mean()),
        runs=len(scorecard.interval_hits),
    )


# --- judging ---------------------------------------------------------------------------------------------


def _observation_score(
    tables: RunTables,
    term: Term,
    hours: Hours,
    forecasts: Mapping[str, Hours],
    weights: np.ndarray,
    end: float,
) -> ObservationScore:
    run_hours, (low, high), begin = hours[term.milestone], term.span, clock.begins(tables)
    shares = term.shares(hours)
    value = between = transform = None
    null_crps: dict[str, float] = {}
    if not term.observation.survival:
        value, between = _crps(run_hours, scoring_rules.edges(low, high, end, begin), (low, high), weights)
        transform = scoring_rules.pit(run_hours, low, high)
        opinions = {name: f[term.milestone] for name, f in forecasts.items() if term.milestone in f}
        null_crps = {name: scoring_rules.crps(h, low, high, end, begin) for name, h in opinions.items()}
    silent = {name for name, forecast in forecasts.items() if not term.is_in(forecast)}
    silent |= {""} if np.isnan(shares).all() else set()
    return ObservationScore(
        term=term,
        quantiles=timeline.quantiles(tables, run_hours),
        share_reached=float(np.isfinite(run_hours).mean()),
        inside=float(term.interval_hits(hours).mean()),
        score=term.score(hours),
        resampled=_resampled(term, shares, weights),
        crps=value,
        crps_between=between,
        transform=transform,
        nulls={name: term.score(forecast) for name, forecast in forecasts.items()},
        null_crps=null_crps,
        silent=frozenset(silent),
    )


def _claimed(
    term: Term | None, hours: Hours, forecasts: Mapping[str, Hours], weights: np.ndarray
) -> ClaimedScore | None:
    """The scores at the interval of the claims themselves, if there is such a term."""
    if term is None:
        return None
    return ClaimedScore(
        term=term,
        inside=float(term.interval_hits(hours).mean()),
        score=term.score(hours),
        between=middle(_resampled(term, term.shares(hours), weights)),
        nulls={name: term.score(forecast) for name, forecast in forecasts.items()},
    )


def _resampled(term: Term, shares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The log score in each resample; resamples with no run that comes so far have the flat one's."""
    known, block = ~np.isnan(shares), monte_carlo.block_of(len(shares))
    hits = weights @ np.bincount(block, np.where(known, shares, 0.0), weights.shape[1])
    runs = weights @ np.bincount(block, known, weights.shape[1])
    share = np.where(runs > 0.0, hits / np.maximum(runs, 1.0), term.flat)
    return scoring_rules.log_score(share, term.weight, term.flat)


def _crps(
    hours: np.ndarray, at: np.ndarray, span: tuple[float, float], weights: np.ndarray
) -> tuple[float, Interval]:
    """The ranked score and its interval, from the runs of each block up to each edge."""
    block, bins = monte_carlo.block_of(len(hours)), np.searchsorted(at, hours, "left")
    counts = np.bincount(block * (len(at) + 1) + bins, minlength=weights.shape[1] * (len(at) + 1))
    table = counts.reshape(weights.shape[1], -1)[:, :-1].cumsum(axis=1).astype(float)
    sizes = np.bincount(block).astype(float)
    resampled = (weights @ table) / (weights @ sizes)[:, None]
    score = scoring_rules.ranked(table.sum(axis=0) / len(hours), at, *span)
    return float(score), middle(scoring_rules.ranked(resampled, at, *span))


def _joint(
    scored_terms: Iterable[Term], hours: Hours, forecasts: Mapping[str, Hours], end: float
) -> dict[str, float]:
    """The energy score of what is observed and the nulls have an opinion of, each in its window's units."""
    speakers = {name: forecast for name, forecast in forecasts.items() if name != baselines.FLAT}
    timed = [term for term in scored_terms if not term.observation.survival]
    timed = [term for term in timed if all(term.is_in(f) for f in speakers.values())]
    scale = np.array([term.observation.window or 1.0 for term in timed])
    seen = np.array([(term.low + term.high) / 2.0 for term in timed]) / scale
    scores = {}
    for name, forecast in {"": hours, **speakers}.items() if timed else ():
        columns = np.broadcast_arrays(*[term.capped_hours(forecast, end) for term in timed])
        scores[name] = scoring_rules.energy(np.column_stack(columns) / scale, seen)
    return scores


def _numbers(tables: RunTables, record: Record) -> Iterable[CountScore]:
    """The reported numbers that are scored and of which a run has its own."""
    for count in record.counts:
        if count.use in SCORED and count.most is not None and outcomes.fits(tables, count):
            counts = outcomes.observed(tables, count, count.outcome)
            name = outcomes.label(tables, count)
            score = _count_score(name, count, counts, count.most, record.weights[count.kind])
            beside = _unreported(tables, count)
            yield replace(score, documents=record.documents(count.claims), beside=beside)


def _unreported(tables: RunTables, count: ReportedCount) -> Unreported | None:
    """What stands beside a reported number, if something does."""
    other = outcomes.unreported(count)
    if other is None:
        return None
    values = outcomes.observed(tables, other, other.outcome)
    return Unreported(
        name=outcomes.label(tables, other),
        outcome=other.outcome,
        mean=float(values.mean()),
        quantiles=tuple(outcomes.quantiles(values).tolist()),
    )


def _count_score(name: str, count: ReportedCount, counts: np.ndarray, most: int, weight: float) -> CountScore:
    """The score of the runs' own numbers at a reported one, which might be up to `most`."""
    low, high = count.number
    inside, flat = outcomes.share_within(counts, count), (high - low + 1) / (most + 1)
    return CountScore(
        name=name,
        count=count,
        mean=float(counts.mean()),
        quantiles=tuple(outcomes.quantiles(counts).tolist()),
        inside=inside,
        score=float(scoring_rules.log_score(inside, weight, flat)),
        flat=float(scoring_rules.log_score(flat, weight, flat)),
        runs=len(counts),
    )


def middle(values: np.ndarray) -> Interval:
    """The central 95 % of some values (resamples,), in their unit."""
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
