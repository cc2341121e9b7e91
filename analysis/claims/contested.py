"""What runs say of contested numbers and statements, and of how reliable that makes each party.

No side is taken: for each matter this gives the distribution of the quantity in the runs, as it is and as
each party would have told of it, and how probable a report at least as extreme as each side's is by both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from analysis.claims.chronology import parties
from analysis.claims.quantities import QuantitySample, quantity_sample
from analysis.claims.reliability import Matter, Reliabilities, State, one_coin
from analysis.tables.outcomes import QUANTILES
from sim.record.record import Record
from sim.record.rows import ContestedQuantity, Statement
from sim.store.reader import RunTables

PSEUDO_COUNT = 0.5
"""assumption: runs added to each truth that can be, so that none is impossible for want of runs."""
PREDICTIVE = {
    "prior": "prior predictive",
    "fixed": "at fixed parameters",
    "posterior": "posterior predictive",
}


@dataclass(frozen=True)
class Spread:
    """A distribution: 5, 50 and 95 % and the mean."""

    quantiles: tuple[float, ...]
    mean: float


@dataclass(frozen=True, kw_only=True)
class PartyReport:
    """A side, and the probability of what it says, or more: of the simulated value, and of its own report."""

    side: Statement
    in_truth: float
    as_reported: float | None
    documents: str  # that its claims stand in, as tables name them


class Exclusion(NamedTuple):
    """Two parties whose statements, as they are read here, cannot both be true.

    `by_reading`: no claims of theirs contradict each other in the record, so that words were read narrowly.
    """

    parties: tuple[str, str]
    by_reading: bool


@dataclass(frozen=True, kw_only=True)
class ContestedResult:
    """A contested matter in a run; `reports` has a spread for each party that the observer lets tell."""

    item: ContestedQuantity
    sample: QuantitySample
    truth: Spread
    reports: Mapping[str, Spread]
    sides: tuple[PartyReport, ...]
    exclusions: tuple[Exclusion, ...]

    @property
    def count(self) -> int:
        """The runs in which the matter comes up."""
        return len(self.sample.truth)


@dataclass(frozen=True, kw_only=True)
class Account:
    """All of it: what can be weighed, what cannot and why, and the reliabilities by what can."""

    results: tuple[ContestedResult, ...]
    missing: Mapping[str, str]
    verdict: Reliabilities
    kind_weights: Mapping[str, Mapping[str, float]]
    """By party: the record's weight of each kind of its claims."""
    party_names: Mapping[str, str]
    """What people call each party, by its id."""


def weigh(tables: RunTables, record: Record) -> Account:
    """Every contested matter of the record against a run of one design point. Raises FaultyInput."""
    weighed: list[ContestedResult] = []
    missing: dict[str, str] = {}
    for item in record.contested:
        sample = quantity_sample(tables, item, record.parties)
        if isinstance(sample, str):
            missing[item.id] = sample
        elif not len(sample.truth):
            missing[item.id] = f"{sample.event} is in none of its {sample.of:,} stored runs"
        else:
            weighed.append(_result(item, sample, record))
    verdict = one_coin([matter(one.item, one.sample.truth) for one in weighed])
    weights = _kind_weights(record, weighed)
    return Account(
        results=tuple(weighed),
        missing=missing,
        verdict=verdict,
        kind_weights=weights,
        party_names=parties(record),
    )


def _result(item: ContestedQuantity, sample: QuantitySample, record: Record) -> ContestedResult:
    sides = []
    for side in item.sides:
        telling = sample.reports.get(side.party)
        as_reported = None if telling is None else float(bears_out(side, telling).mean())
        in_truth = float(bears_out(side, sample.truth).mean())
        sides.append(
            PartyReport(
                side=side, in_truth=in_truth, as_reported=as_reported, documents=record.documents(side.claims)
            )
        )
    reports = {party: _spread(values) for party, values in sample.reports.items()}
    return ContestedResult(
        item=item,
        sample=sample,
        truth=_spread(sample.truth),
        reports=reports,
        sides=tuple(sides),
        exclusions=tuple(exclusions(item, record)),
    )


def exclusions(item: ContestedQuantity, record: Record) -> Iterator[Exclusion]:
    """The pairs of parties whose statements on a matter no truth bears out together."""
    values, against = _candidates(item), {claim.id: claim.contradicted_by for claim in record.claims}
    for one, other in combinations(item.sides, 2):
        if not (bears_out(one, values) & bears_out(other, values)).any():
            named = any({*against.get(name, ())} & {*other.claims} for name in one.claims)
            yield Exclusion((one.party, other.party), by_reading=not named)


def _spread(values: np.ndarray) -> Spread:
    return Spread(tuple(np.quantile(values, QUANTILES, method="inverted_cdf").tolist()), float(values.mean()))


def bears_out(side: Statement, values: np.ndarray) -> np.ndarray:
    """Which values (runs,) are as a side says, or more so in its direction; of yes and no, 1 and 0."""
    if side.number is None:
        return np.asarray(values == (side.answer == "yes"))
    low, high = side.number
    enough, few = values >= low, values <= high
    return {"at least": enough, "at most": few, "within": enough & few}[str(side.reads)]


def matter(item: ContestedQuantity, truth: np.ndarray) -> Matter:
    """A matter for the one-coin model: which of its statements are right, with the share of the runs.

    `truth` (runs,) is what is contested, in its unit (persons, vehicles), or 1 and 0 for yes and no.
    """
    states = Counter(_states(item, truth))
    possible = sorted(set(_states(item, _candidates(item))))
    total = len(truth) + PSEUDO_COUNT * len(possible)
    priors = {state: (states[state] + PSEUDO_COUNT) / total for state in possible}
    return Matter(item.id, tuple(side.party for side in item.sides), priors)


def _states(item: ContestedQuantity, values: np.ndarray) -> list[State]:
    rows = np.stack([bears_out(side, values) for side in item.sides], axis=1)
    return [tuple(row) for row in rows.tolist()]


def _candidates(item: ContestedQuantity) -> np.ndarray:
    """Values among which every truth that the sides tell apart has one."""
    numbers = [side.number for side in item.sides if side.number is not None]
    if not numbers:
        return np.array([0.0, 1.0])
    edges = chain.from_iterable(numbers)
    return np.array(sorted({0.0, *(float(max(0, edge + step)) for edge in edges for step in (-1, 0, 1))}))


def _kind_weights(record: Record, weighed: Sequence[ContestedResult]) -> dict[str, dict[str, float]]:
    kinds = {claim.id: claim.kind for claim in record.claims}
    by_party: dict[str, dict[str, float]] = defaultdict(dict)
    for side in chain.from_iterable(one.item.sides for one in weighed):
        known = [kinds[name] for name in side.claims if kinds[name] in record.weights]
        by_party[side.party] |= {kind: record.weights[kind] for kind in known}
    return by_party
