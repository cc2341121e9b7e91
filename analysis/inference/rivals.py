"""Competing explanations: how probable each makes what was reported, and what would tell them apart.

An alternative is a design point of a sweep whose hypotheses override a scenario, with common random numbers.
Its evidence is the mean over its runs of the probability of the rows; the ratio of two is a Bayes factor.
Errors are those of one bootstrap over blocks of runs, the same for all alternatives, so that what they share
falls out of the ratios.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from analysis.scores.targets import Term, terms
from analysis.tables import monte_carlo, sweeps
from analysis.tables.clock import interval_of
from analysis.tables.outcomes import QUANTILES
from analysis.tables.scored_observations import reported, use_of
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

DATE_NEARNESS = timedelta(days=7)
"""How near to what is asked a date may lie that an alternative names, before the alternative is marked."""
LEAST_RUNS = 30.0
"""Effective runs of an alternative below which neither its evidence nor the error of that can be trusted."""
DATE_BINS = 8
"""Bins of a date that is not known, of as many runs each; and one for never."""
EVIDENCE_THRESHOLD = np.log(3.0)
"""Log Bayes factor (nats) from which alternatives count as distinct: a factor 3 (Kass and Raftery 1995)."""


Prediction = tuple[tuple[float, float, float], float]
"""The 5/50/95 % hours of a milestone, and the share of the runs inside its reported interval."""


@dataclass(frozen=True, kw_only=True)
class Rival:
    """An alternative, and those that give equal runs: log evidence (nats) with its error.

    `factor` is the log Bayes factor against the best with its error, `share` its probability if all of them
    (each counted once) were alike before, `if_true` the same were all rows true (None: no run of any of them
    meets them all), `effective` how many runs the evidence rests on. `refuted` are rows that none of its runs
    meets: what `share` it has, it has because a report of these may be false. `dates` are dates that it names
    near to a row, `without` its log factor against the best without those rows (None: no row is left).
    `elsewhere` has, by milestone that is not asked for, the 5/50/95 % hours of its runs weighed by the rows,
    and the share inside the reported interval.
    """

    name: str
    same: tuple[str, ...]
    evidence: float
    error: float
    factor: float
    factor_error: float
    share: float
    if_true: float | None
    effective: float
    refuted: tuple[str, ...]
    without: float | None
    rank: int
    dates: tuple[date, ...]
    elsewhere: Mapping[str, Prediction]


@dataclass(frozen=True)
class Missing:
    """A milestone whose date nobody reports: how much it would tell of which alternative holds (nats)."""

    milestone: str
    worth: float
    most: float  # what it could tell at best: the doubt there is


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The alternatives by rank, the rows they were asked, and what would tell them apart."""

    rows: tuple[str, ...]
    runs: int
    rivals: tuple[Rival, ...]
    missing: tuple[Missing, ...]

    @property
    def together(self) -> tuple[Rival, ...]:
        """The alternatives that cannot be told from the best one, two errors allowed for."""
        return tuple(one for one in self.rivals if -one.factor < EVIDENCE_THRESHOLD + 2.0 * one.factor_error)

    @property
    def enough(self) -> bool:
        """Whether the evidence of those alternatives rests on enough runs for its error to be trusted."""
        return self.least_effective >= LEAST_RUNS

    @property
    def least_effective(self) -> float:
        """The fewest effective runs that the evidence of one of those alternatives rests on."""
        return min(one.effective for one in self.together)

    @property
    def runs_needed(self) -> int:
        """Runs an alternative that are too few, to two digits: a lower bound of those that are needed.

        Were all runs as telling as those there are, they would be enough. But few runs seem more telling than
        they are: those that make a report most probable are rare, and not among them.
        """
        runs = self.runs * LEAST_RUNS / self.least_effective
        step = 10.0 ** (np.floor(np.log10(runs)) - 1.0)
        return int(np.ceil(runs / step) * step)


def verdict(
    tables: RunTables,
    record: Record,
    name: str,
    groups: Sequence[str],
    dates: Sequence[Sequence[date]] | None = None,
) -> Ranking:
    """The alternatives of a sweep by the held-out rows of some groups.

    `dates` are the dates that each design point's scenario leans on. Raises FaultyInput for another kind of
    run.
    """
    names = _points(tables, name)
    scored_terms = rows_of(tables, record, groups, name)
    columns = sweeps.replicates(tables, sweeps.milestones(tables))
    points = _alike(columns)
    hours = {milestone: column[[point for point, *_ in points]] for milestone, column in columns.items()}
    evidence = _evidence([(term, np.nan_to_num(term.shares(hours))) for term in scored_terms])
    elsewhere = _elsewhere(tables, record, {term.milestone for term in scored_terms})
    ranking: list[Rival] = []
    for place in np.argsort(-evidence.logs[:, 0], kind="stable").tolist():
        weights = evidence.products[place] / evidence.products[place].sum()
        rival = _rival(
            evidence,
            place,
            rank=len(ranking) + 1,
            names=[names[point] for point in points[place]],
            dates=dates[points[place][0]] if dates else (),
            elsewhere={m: _weighed(hours[m][place], weights, span) for m, span in elsewhere.items()},
        )
        ranking.append(rival)
    return Ranking(
        rows=tuple(map(_name, scored_terms)),
        runs=evidence.products.shape[1],
        rivals=tuple(ranking),
        missing=tuple(_missing_dates(tables, record, hours, evidence)),
    )


def _alike(columns: Mapping[str, np.ndarray]) -> list[list[int]]:
    """The design points of each rival: they give equal hours (points, runs) of every milestone."""
    alike: dict[bytes, list[int]] = defaultdict(list)
    for point, hours in enumerate(zip(*columns.values(), strict=True)):
        alike[b"".join(of_milestone.tobytes() for of_milestone in hours)].append(point)
    return list(alike.values())


def _rival(
    evidence: "_Evidence",
    place: int,
    *,
    rank: int,
    names: Sequence[str],
    dates: Sequence[date],
    elsewhere: Mapping[str, Prediction],
) -> Rival:
    """The alternative at a place among the alternatives, by the names of the design points that are it."""
    logs = evidence.logs[:, 0]
    ratios = evidence.logs[place] - evidence.logs[np.argmax(logs)]
    near, without = _without(evidence.rows, place, dates)
    refuted = dict.fromkeys(_name(term) for term, true in evidence.rows if true[place].max() < 1e-9)
    return Rival(
        name=names[0],
        same=tuple(names[1:]),
        evidence=float(logs[place]),
        error=float(evidence.logs[place, 1:].std()),
        factor=float(ratios[0]),
        factor_error=float(ratios[1:].std()),
        share=float(evidence.shares[place]),
        if_true=None if np.isnan(evidence.if_true[place]) else float(evidence.if_true[place]),
        effective=float(evidence.effective[place]),
        refuted=tuple(refuted),
        without=without,
        rank=rank,
        dates=near,
        elsewhere=elsewhere,
    )


def rows_of(tables: RunTables, record: Record, groups: Sequence[str], name: str) -> list[Term]:
    """The held-out rows of some groups that a run has. Raises FaultyInput if there is none."""
    scored_terms = [term for term in terms(tables, record) if term.observation.group in groups]
    if not scored_terms:
        refuse(Where(name, 0), f"none of its milestones is held out in group {', '.join(groups)}")
    return scored_terms


def check(factors: Sequence[str], common: bool, name: str) -> None:
    """Whether a design lays alternatives over a scenario: Raises FaultyInput if its factors do not."""
    if list(factors) != ["with"] or not common:
        right = "expected a design over 'with' alone, with common random numbers"
        refuse(Where(name, 0), f"is no sweep of alternatives; {right}")


def _points(tables: RunTables, name: str) -> list[str]:
    """The alternatives by design point. Raises FaultyInput."""
    design = tables.manifest["design"] or {}
    check([factor["name"] for factor in design.get("factors", ())], bool(design.get("common")), name)
    if not tables.done.all() or len(tables.done) != design["points"] * design["runs"]:
        refuse(Where(name, 0), "did not run in full; expected a design whose runs all end")
    return [str(value) for value in tables.points["with"]]


def _name(term: Term) -> str:
    return f"{term.milestone} (silence)" if term.observation.survival else term.milestone


# --- evidence: arrays are alternatives x runs ------------------------------------------------------------


class _Evidence(NamedTuple):
    """The rows with the probability of each in each run (alternatives, runs), and what they come to together.

    It is 0 where what a row counts from never came.
    `products` (alternatives, runs) is the probability of all rows, `logs` (alternatives, 1 + resamples) their
    log evidence, `shares` and `effective` (alternatives,) their probabilities and effective runs, `if_true`
    (alternatives,) the probabilities were all rows true, nan where no run meets them all.
    """

    rows: Sequence[tuple[Term, np.ndarray]]
    products: np.ndarray
    logs: np.ndarray
    shares: np.ndarray
    if_true: np.ndarray
    effective: np.ndarray


def _evidence(rows: Sequence[tuple[Term, np.ndarray]]) -> _Evidence:
    products = _product(rows)
    logs = _log_means(products)
    shares = np.exp(logs[:, 0] - logs[:, 0].max())
    effective = products.sum(axis=1) ** 2 / (products**2).sum(axis=1)
    return _Evidence(
        rows=rows,
        products=products,
        logs=logs,
        shares=shares / shares.sum(),
        if_true=_if_true(rows),
        effective=effective,
    )


def _if_true(rows: Sequence[tuple[Term, np.ndarray]]) -> np.ndarray:
    """The alternatives' probabilities (alternatives,) were all rows true; nan if no run meets them all."""
    means = np.prod([true for _, true in rows], axis=0).mean(axis=1)
    total = means.sum()
    return np.asarray(means / total) if total > 0.0 else np.full(len(means), np.nan)


def _product(rows: Sequence[tuple[Term, np.ndarray]]) -> np.ndarray:
    """The probability of some rows together in each run."""
    each = [term.weight * true + (1.0 - term.weight) * term.flat for term, true in rows]
    return np.asarray(np.prod(each, axis=0))


def _log_means(products: np.ndarray) -> np.ndarray:
    """The log of the mean of some probabilities, of all runs first and then in each resample of the runs."""
    block = monte_carlo.block_of(products.shape[1])
    sizes = np.bincount(block).astype(float)
    weights = monte_carlo.resamples(len(sizes), name="rivals")
    sums = (np.bincount(block, one) for one in products)
    resampled = ((weights @ total) / (weights @ sizes) for total in sums)
    means = [np.append(one.mean(), again) for one, again in zip(products, resampled, strict=True)]
    return np.asarray(np.log(means))


def _without(
    rows: Sequence[tuple[Term, np.ndarray]], place: int, dates: Sequence[date]
) -> tuple[tuple[date, ...], float | None]:
    """The dates of an alternative near to a row; and its log factor against the best without those rows."""
    near = sorted({day for day in dates for term, _ in rows if _is_near(term, day)})
    others = [row for row in rows if not any(_is_near(row[0], day) for day in near)]
    if not near or not others:
        return tuple(near), None
    logs = np.log(_product(others).mean(axis=1))
    return tuple(near), float(logs[place] - logs.max())


def _is_near(term: Term, day: date) -> bool:
    """Whether a date lies near to what a row asks; of a silence, to its end."""
    low, high = term.observation.earliest.date(), term.observation.latest.date()
    return bool((high if term.observation.survival else low) - DATE_NEARNESS <= day <= high + DATE_NEARNESS)


# --- what the alternatives say beside the rows -----------------------------------------------------------


def _elsewhere(tables: RunTables, record: Record, names: Collection[str]) -> dict[str, tuple[float, float]]:
    """The scored milestones but for those named, with their reported intervals in hours."""
    columns = {row["id"]: row["column"] for row in tables.manifest["milestones"] if row["id"] not in names}
    return {
        seen.event: interval_of(tables, seen)
        for seen in record.observations
        if seen.event in columns
        and seen.column in (None, columns[seen.event])
        and seen.group
        and use_of(tables, record, seen) in SCORED
    }


def _weighed(hours: np.ndarray, weights: np.ndarray, span: tuple[float, float]) -> Prediction:
    """Quantiles of the hours of runs that are weighed by the rows, and the share inside an interval."""
    order = np.argsort(hours, kind="stable")
    places = np.minimum(np.searchsorted(np.cumsum(weights[order]), QUANTILES), len(hours) - 1)
    low, middle, high = hours[order][places].tolist()
    return (low, middle, high), float(weights[(hours >= span[0]) & (hours <= span[1])].sum())


def _missing_dates(
    tables: RunTables, record: Record, hours: Mapping[str, np.ndarray], evidence: _Evidence
) -> list[Missing]:
    """The milestones that nobody reports and that are not asked for, first those that would tell most."""
    known = {*reported(tables, record), *(term.milestone for term, _ in evidence.rows)}
    missing = [_missing(name, hours[name], evidence) for name in hours if name not in known]
    return sorted(missing, key=lambda one: -one.worth)


def _missing(milestone: str, hours: np.ndarray, evidence: _Evidence) -> Missing:
    """A milestone that nobody reports, by what its date would tell of the alternatives.

    It is the mutual information of alternative and bin (nats), less what few runs feign (Miller 1955).
    """
    shares, effective = evidence.shares, evidence.effective
    came = np.sort(hours[np.isfinite(hours)])
    ends = (np.linspace(0.0, 1.0, DATE_BINS + 1)[1:] * (len(came) - 1)).astype(int)
    edges = np.unique(came[ends] if len(came) else came)
    pairs = zip(np.searchsorted(edges, hours), evidence.products, strict=True)
    bins = np.array([np.bincount(code, weights, len(edges) + 1) / weights.sum() for code, weights in pairs])
    both = shares @ bins
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(bins > 0.0, bins * np.log(bins / both), 0.0).sum(axis=1)
    feigned = ((bins > 0.0).sum(axis=1) - 1) / (2.0 * effective)
    feigned -= ((both > 0.0).sum() - 1) / (2.0 * sum(effective.tolist()))
    most = float(-(shares[shares > 0] * np.log(shares[shares > 0])).sum())
    return Missing(milestone, min(most, max(0.0, float(shares @ (raw - feigned)))), most)
