"""Rival explanations: how probable each makes what was reported, and what would tell them apart.

A rival is a design point of a sweep that lays hypotheses over a scenario, with common random numbers. Its
evidence is the mean over its runs of the probability of the rows; the ratio of two is a Bayes factor. Errors
are those of one bootstrap over blocks of runs, the same for all rivals, so that shared luck falls out of the
ratios.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import numpy as np

from analysis.scores.targets import Hours, Term, terms
from analysis.tables import monte_carlo, sweeps
from analysis.tables.clock import hour_of
from analysis.tables.outcomes import QUANTILES
from analysis.tables.scored_observations import reported, use_of
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

DATE_NEARNESS = timedelta(days=7)
"""How near to what is asked a date may lie that a rival names, before the rival is marked."""
LEAST_RUNS = 30.0
"""Effective runs of a rival below which neither its evidence nor the error of that can be trusted."""
DATE_BINS = 8
"""Bins of a date that is not known, of as many runs each; and one for never."""
EVIDENCE_THRESHOLD = np.log(3.0)
"""Log Bayes factor (nats) from which rivals count as told apart: a factor of 3 (Kass and Raftery 1995)."""


@dataclass(frozen=True, kw_only=True)
class Rival:
    """A rival, and those that give equal runs: log evidence (nats) with its error.

    `factor` is the log Bayes factor against the best with its error, `share` its probability if all rivals
    (each counted once) were alike before, `effective` how many runs that rests on. `refuted` are rows that
    none of its runs meets, were they all true. `dates` are dates that it names near to a row, `without` its
    log factor against the best without those rows (None: no row is left). `elsewhere` has, by milestone that
    is not asked for, the 5/50/95 % hours of its runs weighed by the rows, and the share inside the reported
    interval.
    """

    name: str
    same: tuple[str, ...]
    evidence: float
    error: float
    factor: float
    factor_error: float
    share: float
    effective: float
    refuted: tuple[str, ...]
    dates: tuple[date, ...]
    without: float | None
    rank: int
    elsewhere: Mapping[str, tuple[tuple[float, float, float], float]]


@dataclass(frozen=True)
class Missing:
    """A milestone whose date nobody reports: how much it would tell of which rival holds (nats)."""

    milestone: str
    worth: float
    most: float  # what it could tell at best: the doubt there is


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The rivals by rank, the rows they were asked, and what would tell them apart."""

    rows: tuple[str, ...]
    runs: int
    rivals: tuple[Rival, ...]
    missing: tuple[Missing, ...]

    @property
    def together(self) -> tuple[Rival, ...]:
        """The rivals that cannot be told from the best one, two errors allowed for."""
        return tuple(one for one in self.rivals if -one.factor < EVIDENCE_THRESHOLD + 2.0 * one.factor_error)

    @property
    def enough(self) -> bool:
        """Whether the evidence of those rivals rests on enough runs for its error to be trusted."""
        return min(one.effective for one in self.together) >= LEAST_RUNS


def verdict(
    tables: RunTables,
    record: Record,
    name: str,
    groups: Sequence[str],
    dates: Sequence[Sequence[date]] | None = None,
) -> Ranking:
    """The rivals of a sweep by the held-out rows of some groups.

    `dates` are the dates that each design point's scenario leans on. Raises FaultyInput for another kind of
    run.
    """
    names = _points(tables, name)
    scored_terms = rows_of(tables, record, groups, name)
    hours_by_point = _by_point(tables, len(names))
    first = _heads(hours_by_point)
    heads = list(dict.fromkeys(first.values()))
    looked = [_RivalRuns(hours_by_point[point], scored_terms) for point in heads]
    logs = _logs(looked, scored_terms)
    shares = np.exp(logs[:, 0] - logs[:, 0].max())
    shares /= shares.sum()
    elsewhere = _elsewhere(tables, record, scored_terms)
    ranking: list[Rival] = []
    for place in np.argsort(-logs[:, 0], kind="stable").tolist():
        same = [names[point] for point, head in first.items() if head == heads[place]]
        near, without = _without(looked, place, scored_terms, dates[heads[place]] if dates else ())
        evidence, error, factor, factor_error = _against(logs, place)
        rival = Rival(
            name=same[0],
            same=tuple(same[1:]),
            evidence=evidence,
            error=error,
            factor=factor,
            factor_error=factor_error,
            share=float(shares[place]),
            effective=looked[place].effective(scored_terms),
            refuted=looked[place].excluded_by(scored_terms),
            dates=near,
            without=without,
            rank=len(ranking) + 1,
            elsewhere={m: looked[place].summary(m, span, scored_terms) for m, span in elsewhere.items()},
        )
        ranking.append(rival)
    missing = _missing(tables, record, scored_terms, looked, shares)
    return Ranking(
        rows=tuple(map(_term_name, scored_terms)),
        runs=looked[0].runs,
        rivals=tuple(ranking),
        missing=tuple(missing),
    )


def rows_of(tables: RunTables, record: Record, groups: Sequence[str], name: str) -> list[Term]:
    """The held-out rows of some groups that a run has. Raises FaultyInput if there is none."""
    scored_terms = [term for term in terms(tables, record) if term.observation.group in groups]
    if not scored_terms:
        refuse(Where(name, 0), f"none of its milestones is held out in group {', '.join(groups)}")
    return scored_terms


def _logs(looked: Sequence["_RivalRuns"], scored_terms: Sequence[Term]) -> np.ndarray:
    """The log evidence of each rival, of all runs first and then in each resample (rivals x resamples)."""
    weights = monte_carlo.resamples(monte_carlo.block_of(looked[0].runs)[-1] + 1, name="rivals")
    return np.array([_log_means(one.product(scored_terms), weights) for one in looked])


def _against(logs: np.ndarray, place: int) -> tuple[float, float, float, float]:
    """A rival's log evidence and its log factor against the best, each with its error."""
    ratios = logs[place] - logs[int(np.argmax(logs[:, 0]))]
    return float(logs[place, 0]), float(logs[place, 1:].std()), float(ratios[0]), float(ratios[1:].std())


def _without(
    looked: Sequence["_RivalRuns"], place: int, scored_terms: Sequence[Term], dates: Sequence[date]
) -> tuple[tuple[date, ...], float | None]:
    """The dates of a rival that lie near to a row; and its log factor against the best without those rows."""
    near = sorted({day for day in dates for term in scored_terms if _is_near(term, day)})
    rest = [term for term in scored_terms if not any(_is_near(term, day) for day in near)]
    if not near or not rest:
        return tuple(near), None
    logs = np.log([one.product(rest).mean() for one in looked])
    return tuple(near), float(logs[place] - logs.max())


def _is_near(term: Term, day: date) -> bool:
    """Whether a date lies near to what a row asks; of a silence, to its end."""
    low: date = term.observation.earliest.date()
    high: date = term.observation.latest.date()
    first = high if term.observation.survival else low
    return first - DATE_NEARNESS <= day <= high + DATE_NEARNESS


def _term_name(term: Term) -> str:
    return f"{term.milestone} (silence)" if term.observation.survival else term.milestone


def check(factors: Sequence[str], common: bool, name: str) -> None:
    """Raise FaultyInput if a design of some factors lays no rivals over a scenario."""
    if list(factors) != ["with"] or not common:
        right = "a design over 'with' alone, with common random numbers, would be right"
        refuse(Where(name, 0), f"is no sweep of rivals; {right}")


def _points(tables: RunTables, name: str) -> list[str]:
    """The rivals by design point. Raises FaultyInput."""
    design = tables.manifest["design"] or {}
    check([factor["name"] for factor in design.get("factors", ())], bool(design.get("common")), name)
    if not tables.done.all() or len(tables.done) != design["points"] * design["runs"]:
        refuse(Where(name, 0), "did not run in full; a design whose runs all end would be right")
    return [str(value) for value in tables.points["with"]]


def _by_point(tables: RunTables, points: int) -> list[Hours]:
    """The milestones of each design point's runs."""
    columns = sweeps.replicates(tables, [row["id"] for row in tables.manifest["milestones"]])
    return [{name: column[point] for name, column in columns.items()} for point in range(points)]


def _heads(hours_by_point: Sequence[Hours]) -> dict[int, int]:
    """The first design point that gives the same milestones in every run, by design point."""
    first: dict[str, int] = {}
    heads = {}
    for point, hours in enumerate(hours_by_point):
        state = sha256()
        for column in hours.values():
            state.update(column.tobytes())
        heads[point] = first.setdefault(state.hexdigest(), point)
    return heads


class _RivalRuns:
    """The runs of one rival: the probability of each row in each of them."""

    def __init__(self, hours: Hours, scored_terms: Sequence[Term]) -> None:
        self.hours, self.runs = hours, len(next(iter(hours.values())))
        self.true = {id(term): np.nan_to_num(self._shares(term)) for term in scored_terms}

    def _shares(self, term: Term) -> np.ndarray:
        found = term.shares(self.hours)
        return np.zeros(self.runs) if found is None else found

    def product(self, scored_terms: Sequence[Term]) -> np.ndarray:
        """The probability of some rows together in each run; one that never came so far makes them false."""
        found: np.ndarray = np.prod(
            [term.weight * self.true[id(term)] + (1.0 - term.weight) * term.flat for term in scored_terms],
            axis=0,
        )
        return found

    def effective(self, scored_terms: Sequence[Term]) -> float:
        """How many runs the mean of the rows' probability rests on."""
        weights = self.product(scored_terms)
        return float(weights.sum() ** 2 / (weights**2).sum())

    def excluded_by(self, scored_terms: Sequence[Term]) -> tuple[str, ...]:
        """Rows that no run bears out."""
        return tuple(
            dict.fromkeys(_term_name(term) for term in scored_terms if self.true[id(term)].max() < 1e-9)
        )

    def summary(
        self, milestone: str, span: tuple[float, float] | None, scored_terms: Sequence[Term]
    ) -> tuple[tuple[float, float, float], float]:
        """Quantiles of a milestone in the runs weighed by the rows, and the share inside an interval."""
        weights = self.product(scored_terms)
        weights = weights / weights.sum()
        hours = self.hours[milestone]
        order = np.argsort(hours, kind="stable")
        at = np.minimum(np.searchsorted(np.cumsum(weights[order]), QUANTILES), len(hours) - 1)
        low, middle, high = hours[order][at].tolist()
        inside = float(weights[(hours >= span[0]) & (hours <= span[1])].sum()) if span else float("nan")
        return (low, middle, high), inside

    def histogram(
        self, milestone: str, scored_terms: Sequence[Term], edges: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """A milestone over bins in the runs weighed by the rows, and how many runs that is worth."""
        weights = self.product(scored_terms)
        bins = np.searchsorted(edges, self.hours[milestone])
        found: np.ndarray = np.bincount(bins, weights, len(edges) + 1) / weights.sum()
        return found, self.effective(scored_terms)


def _log_means(products: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The log of the mean of some probabilities, of all runs first and then in each resample."""
    block = monte_carlo.block_of(len(products))
    sums, sizes = np.bincount(block, products), np.bincount(block).astype(float)
    found: np.ndarray = np.log(np.append(products.mean(), (weights @ sums) / (weights @ sizes)))
    return found


def _elsewhere(
    tables: RunTables, record: Record, scored_terms: Sequence[Term]
) -> dict[str, tuple[float, float] | None]:
    """The scored milestones that are not asked for, with their reported intervals in hours."""
    scored_names = {term.milestone for term in scored_terms}
    spans: dict[str, tuple[float, float] | None] = {}
    for observation in record.observations:
        known = {row["id"]: row["column"] for row in tables.manifest["milestones"]}
        name = observation.event
        if name in scored_names or name not in known or observation.column not in (None, known[name]):
            continue
        if use_of(tables, record, observation) in SCORED and observation.group:
            spans[name] = hour_of(tables, observation.earliest), hour_of(tables, observation.latest)
    return spans


def _missing(
    tables: RunTables,
    record: Record,
    scored_terms: Sequence[Term],
    looked: Sequence[_RivalRuns],
    shares: np.ndarray,
) -> list[Missing]:
    """Each milestone that nobody reports, by what its date would tell of the rivals."""
    scored_names = {term.milestone for term in scored_terms}
    known = reported(tables, record)
    most = float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
    gains = []
    for row in tables.manifest["milestones"]:
        if row["id"] in scored_names or row["id"] in known:
            continue
        hours = np.concatenate([one.hours[row["id"]] for one in looked])
        came = np.sort(hours[np.isfinite(hours)])
        at = (np.linspace(0.0, 1.0, DATE_BINS + 1)[1:] * (len(came) - 1)).astype(int)
        edges = np.unique(came[at]) if len(came) else came
        histograms = [one.histogram(row["id"], scored_terms, edges) for one in looked]
        gains.append(Missing(row["id"], min(most, _information(shares, histograms)), most))
    return sorted(gains, key=lambda one: -one.worth)


def _information(shares: np.ndarray, told: Sequence[tuple[np.ndarray, float]]) -> float:
    """Mutual information of rival and bin (nats), less what few runs feign (Miller 1955)."""
    bins = np.array([one for one, _ in told])
    both = shares @ bins
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(bins > 0.0, bins * np.log(bins / both), 0.0).sum(axis=1)
    feigned = np.array([((one > 0.0).sum() - 1) / (2.0 * effective) for one, effective in told])
    feigned -= ((both > 0.0).sum() - 1) / (2.0 * sum(effective for _, effective in told))
    return max(0.0, float(shares @ (raw - feigned)))
