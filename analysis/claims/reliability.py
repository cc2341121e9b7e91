"""How reliable each party is, by statements whose truth is not known: the one-coin model, solved exactly.

Each matter has a latent truth that makes each of its statements right or wrong; its prior is given. A party's
statement is right with the party's own probability, which has a prior Beta(1, 1). Given how many of a party's
statements are right, that probability is Beta again; so the posterior is a sum over truths, made here matter
by matter, over the counts of right statements alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from scipy.optimize import brentq
from scipy.special import betainc, betaln

State = tuple[bool, ...]
"""Which of a matter's statements are right, in their order."""
EDGES = (0.05, 0.95)


@dataclass(frozen=True)
class Matter:
    """A contested matter: the party of each statement, and the prior of which of them are right."""

    id: str
    parties: tuple[str, ...]
    priors: Mapping[State, float]


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """The probability that a party's statement is right: posterior mean, 5/95 %, number of statements."""

    party: str
    statements: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliabilities:
    """Each party's reliability, and the posterior probability that each statement of each matter is right."""

    parties: tuple[Reliability, ...]
    right: Mapping[str, tuple[float, ...]]


Counts = dict[tuple[int, ...], float]
"""How many statements of each party are right, and how probable that is before anyone is weighed."""


def one_coin(matters: Sequence[Matter]) -> Reliabilities:
    """The exact posterior of parties and statements; parties in the order in which they first speak.

    The model is that of Dawid and Skene 1979 with one parameter a party.
    """
    parties = list(dict.fromkeys(party for matter in matters for party in matter.parties))
    spoken = [sum(matter.parties.count(party) for matter in matters) for party in parties]
    counts = _counts(matters, parties)
    weights = {right: prior * _evidence(right, spoken) for right, prior in counts.items()}
    total = sum(weights.values())
    reliabilities = []
    for index, party in enumerate(parties):
        mixture = [0.0] * (spoken[index] + 1)
        for right, weight in weights.items():
            mixture[right[index]] += weight / total
        reliabilities.append(_reliability(party, mixture))
    beliefs = {}
    for at, matter in enumerate(matters):
        others = _counts([*matters[:at], *matters[at + 1 :]], parties)
        beliefs[matter.id] = _posterior(matter, others, parties, spoken)
    return Reliabilities(tuple(reliabilities), beliefs)


def _counts(matters: Sequence[Matter], parties: Sequence[str]) -> Counts:
    """Every count of right statements that some truths of the matters give, with their prior."""
    counts: Counts = {(0,) * len(parties): 1.0}
    for matter in matters:
        longer: Counts = {}
        for state, prior in matter.priors.items():
            step = _step(matter, state, parties)
            for count, weight in counts.items():
                key = tuple(a + b for a, b in zip(count, step, strict=True))
                longer[key] = longer.get(key, 0.0) + weight * prior
        counts = longer
    return counts


def _step(matter: Matter, state: State, parties: Sequence[str]) -> tuple[int, ...]:
    """How many statements of each party a truth of one matter makes right."""
    statements = list(zip(matter.parties, state, strict=True))
    return tuple(sum(right for who, right in statements if who == party) for party in parties)


def _evidence(right: Sequence[int], spoken: Sequence[int]) -> float:
    """How probable it is that just these many statements are right, over all reliabilities."""
    return exp(sum(betaln(1 + r, 1 + n - r) for r, n in zip(right, spoken, strict=True)))


def _posterior(
    matter: Matter, others: Counts, parties: Sequence[str], spoken: Sequence[int]
) -> tuple[float, ...]:
    weights = {}
    for state, prior in matter.priors.items():
        step = _step(matter, state, parties)
        weights[state] = prior * sum(
            weight * _evidence([a + b for a, b in zip(count, step, strict=True)], spoken)
            for count, weight in others.items()
        )
    total = sum(weights.values())
    return tuple(
        sum(weight for state, weight in weights.items() if state[index]) / total
        for index in range(len(matter.parties))
    )


def _reliability(party: str, mixture: Sequence[float]) -> Reliability:
    """A party's reliability from how probable each number of right statements is."""
    n = len(mixture) - 1
    mean = sum(weight * (1 + r) / (2 + n) for r, weight in enumerate(mixture))

    def above(theta: float, edge: float) -> float:
        below = sum(weight * betainc(1 + r, 1 + n - r, theta) for r, weight in enumerate(mixture))
        return float(below) - edge

    edges = [float(brentq(above, 0.0, 1.0, args=(edge,))) for edge in EDGES]
    return Reliability(party=party, statements=n, mean=mean, low=edges[0], high=edges[1])
