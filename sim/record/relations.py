"""How two claims stand to each other.

They *contradict* each other if they cannot both be true, and *differ* if they say different things that can
both be true. Numbers decide it by what they can stand for: a rough one is read to half a unit of its last
digit that is no nought (about 100: 50 to 150), a bound is open at its other end.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from sim.record.rows import Claim

Relation = Literal["contradicts", "differs"]
KEYS: Mapping[Relation, Literal["contradicted_by", "differs_from"]] = {
    "contradicts": "contradicted_by",
    "differs": "differs_from",
}
"""The key of a claim under which it names the others of a relation."""
AT_LEAST, AT_MOST = "_at_least", "_at_most"
"""How the name of a number ends that is a bound."""

NumberReading = tuple[float, float]
"""The least and the most that a stated number can stand for; a bound is open at one end (inf)."""


def named(claim: Claim, relation: Relation) -> tuple[str, ...]:
    """The claims (ids) that a claim names as of a relation."""
    return claim.contradicted_by if relation == "contradicts" else claim.differs_from


def named_pairs(claims: Iterable[Claim]) -> list[tuple[str, str, Relation]]:
    """The pairs of claims (ids) that name each other, the earlier first; those that contradict come first."""
    listed = list(claims)
    rank = {claim.id: index for index, claim in enumerate(listed)}
    return [
        (claim.id, other, relation)
        for relation in KEYS
        for claim in listed
        for other in named(claim, relation)
        if other in rank and rank[claim.id] < rank[other]
    ]


def rough_reading(number: float) -> NumberReading:
    """What a rough whole number can stand for: half a unit of its last digit that is no nought; 0 is 0."""
    if number == 0:
        return 0.0, 0.0
    digits = len(str(int(number))) - len(str(int(number)).rstrip("0"))
    half = 10.0**digits / 2.0
    return number - half, number + half


def readings(claim: Claim) -> dict[str, NumberReading]:
    """What each number of a claim can stand for, by its quantity: its name without the word of a bound."""
    return {
        _quantity(name): _reading(name, span, name in claim.rough) for name, span in claim.numbers.items()
    }


def _quantity(name: str) -> str:
    return name.removesuffix(AT_LEAST).removesuffix(AT_MOST)


def _reading(name: str, span: tuple[int, int], rough: bool) -> NumberReading:
    low, high = map(float, span)
    if rough:
        low, high = rough_reading(low)[0], rough_reading(high)[1]
    return (
        0.0 if name.endswith(AT_MOST) else low,
        math.inf if name.endswith(AT_LEAST) else high,
    )


def shared_numbers(one: Claim, other: Claim) -> dict[str, bool]:
    """The quantities that two claims of one event both give, and whether both numbers can be true."""
    if one.event != other.event or one.column != other.column:
        return {}
    first, second = readings(one), readings(other)
    return {name: _overlap(first[name], second[name]) for name in first if name in second}


def numbers_exclude(one: Claim, other: Claim) -> bool:
    """Whether two claims of one event give numbers that cannot both be true."""
    return not all(shared_numbers(one, other).values())


def times_exclude(one: Claim, other: Claim) -> bool:
    """Whether two claims date one event so that they cannot both be true; not of what lasts or recurs."""
    same = (one.event, one.column) == (other.event, other.column)
    apart = one.latest <= other.earliest or other.latest <= one.earliest
    return same and apart and not (one.recurs or other.recurs)


def _overlap(one: NumberReading, other: NumberReading) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def among(claim: Claim, known: Collection[str]) -> Claim:
    """A claim with those of the claims it names that are known."""
    known_names: dict[str, tuple[str, ...]] = {
        key: tuple(name for name in getattr(claim, key) if name in known) for key in KEYS.values()
    }
    return claim.model_copy(update=known_names)
