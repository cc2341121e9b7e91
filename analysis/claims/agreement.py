"""How far two codings of the same claims agree, field by field.

Of labels this gives the share that is equal, with Wilson's interval (95 %), and Cohen's kappa (Cohen 1960,
Educational and Psychological Measurement 20): the agreement beyond what both coders' own frequencies would
give by chance. Of intervals it gives how much of what either takes in both take in.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.tables.monte_carlo import wilson
from analysis.words.text import aligned, interval, json_of, wrapped
from sim.record.rows import Coded, CodedTwice
from sim.state.clock import in_hours

AGREEMENT_HEAD = ("field", "claims", "equal", "share", "95 % interval", "Cohen's kappa", "standard error")
DISAGREEMENT_HEAD = ("claim", "field", "in the record then", "coded again")
AGREEMENT_NOTE = """\
A kappa of 1 is full agreement, 0 what chance alone would give. This says how far the rules of coding fix
what is coded, and not whether the sources are right. Who coded, with what at hand and knowing what, stands
at the head of second_coding.yaml."""


@dataclass(frozen=True, kw_only=True)
class FieldAgreement:
    """How far a field is coded alike: `equal` of `claims`; kappa and its standard error.

    They are None where both codings give all claims one label, and of numbers, which are no labels.
    """

    field: str
    claims: int
    equal: int
    kappa: float | None = None
    error: float | None = None

    @property
    def share(self) -> float:
        """The share of the claims that is coded alike."""
        return self.equal / self.claims


@dataclass(frozen=True, kw_only=True)
class IntervalAgreement:
    """How far intervals agree: how many claims have the same, and others that overlap, and how much.

    `overlap` is the mean over claims of the hours that both take in, as a share of those that either does.
    """

    claims: int
    equal: int
    touching: int
    overlap: float


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """What two codings of a claim make of one field."""

    claim: str
    field: str
    first: str
    second: str


class Agreement(NamedTuple):
    """The agreement of two codings, and where they do not agree."""

    fields: tuple[FieldAgreement, ...]
    intervals: IntervalAgreement
    disagreements: tuple[Disagreement, ...]


CODED_LABELS: dict[str, Callable[[Coded], str]] = {
    "who says so": lambda coded: coded.party,
    "kind": lambda coded: coded.kind,
    "place": lambda coded: coded.event.partition(":")[0],
    "event": lambda coded: coded.event.partition(":")[2],
    "precision": lambda coded: coded.precision,
    "has a number": lambda coded: "yes" if coded.numbers else "no",
}
"""The fields that are labels, by their names, and how a coding gives them."""
NUMBERS, INTERVAL = "numbers", "interval"


def agreement(rows: Sequence[CodedTwice]) -> Agreement:
    """The agreement of the two codings of some claims, of which there is at least one."""
    fields = [
        _labels(name, [label(row.first) for row in rows], [label(row.second) for row in rows])
        for name, label in CODED_LABELS.items()
    ]
    numbered = [row for row in rows if row.first.numbers or row.second.numbers]
    equal = sum(_numbers(row.first) == _numbers(row.second) for row in numbered)
    if numbered:
        fields.append(FieldAgreement(field=NUMBERS, claims=len(numbered), equal=equal))
    return Agreement(
        fields=tuple(fields), intervals=_intervals(rows), disagreements=tuple(_disagreements(rows))
    )


def kappa(first: Sequence[str], second: Sequence[str]) -> tuple[float, float] | None:
    """Cohen's kappa of two codings with labels, and its standard error (Cohen 1960).

    None where each coding gives every item the same one label, so that chance leaves nothing.
    """
    count = len(first)
    once, again = Counter(first), Counter(second)
    seen = sum(one == other for one, other in zip(first, second, strict=True)) / count
    chance = sum(once[label] * again[label] for label in once) / (count * count)
    if chance == 1.0:
        return None
    error = math.sqrt(seen * (1.0 - seen) / count) / (1.0 - chance)
    return (seen - chance) / (1.0 - chance), error


def overlap(one: Coded, other: Coded) -> float:
    """The hours that two intervals share, as a share of those that either takes in (0 to 1).

    Of two moments it is 1 if they are the same.
    """
    both = max(0.0, in_hours(min(one.latest, other.latest) - max(one.earliest, other.earliest)))
    either = in_hours(one.latest - one.earliest) + in_hours(other.latest - other.earliest) - both
    return both / either if either > 0.0 else float(one.earliest == other.earliest)


def _labels(field: str, first: Sequence[str], second: Sequence[str]) -> FieldAgreement:
    equal = sum(one == other for one, other in zip(first, second, strict=True))
    value, error = kappa(first, second) or (None, None)
    return FieldAgreement(field=field, claims=len(first), equal=equal, kappa=value, error=error)


def _numbers(coded: Coded) -> list[tuple[int, int]]:
    """The numbers of a coding without their names, which each coder chooses."""
    return sorted(coded.numbers.values())


def _intervals(rows: Sequence[CodedTwice]) -> IntervalAgreement:
    shares = [overlap(row.first, row.second) for row in rows]
    return IntervalAgreement(
        claims=len(rows),
        equal=sum(_span(row.first) == _span(row.second) for row in rows),
        touching=sum(share > 0.0 for share in shares),
        overlap=sum(shares) / len(shares),
    )


def _span(coded: Coded) -> str:
    return interval(coded.earliest, coded.latest)


def _disagreements(rows: Sequence[CodedTwice]) -> list[Disagreement]:
    """Where two codings differ, claim by claim in the order of the file."""
    words: dict[str, Callable[[Coded], str]] = {
        **{name: label for name, label in CODED_LABELS.items() if name != "has a number"},
        NUMBERS: lambda coded: str(_numbers(coded)),
        INTERVAL: _span,
    }
    return [
        Disagreement(claim=row.claim, field=name, first=word(row.first), second=word(row.second))
        for row in rows
        for name, word in words.items()
        if word(row.first) != word(row.second)
    ]


# --- as text and JSON ------------------------------------------------------------------------------------


def text(rows: Sequence[CodedTwice]) -> str:
    """The agreement, and below it every disagreement; a sentence where nothing was coded twice."""
    if not rows:
        return "The record has no second coding (second_coding.yaml)."
    result = agreement(rows)
    rows_of = [[one.claim, one.field, one.first, one.second] for one in result.disagreements]
    listed = [aligned([list(DISAGREEMENT_HEAD), *rows_of])] if rows_of else []
    return "\n\n".join([summary(result), wrapped(AGREEMENT_NOTE), *listed])


def summary(result: Agreement) -> str:
    """The agreement of each field as a table, and that of the intervals in a sentence."""
    seen = result.intervals
    sentence = (
        f"Intervals: {seen.equal} of {seen.claims} are the same, {seen.touching} overlap; of the hours "
        f"that either coding takes in, both take in {100.0 * seen.overlap:.0f} % (mean over the claims)."
    )
    return "\n\n".join([aligned([list(AGREEMENT_HEAD), *map(_cells, result.fields)]), wrapped(sentence)])


def _cells(field: FieldAgreement) -> list[str]:
    low, high = wilson(field.equal, field.claims)
    kappas = ["" if value is None else f"{value:.2f}" for value in (field.kappa, field.error)]
    return [
        *(field.field, str(field.claims), str(field.equal), f"{100.0 * field.share:.0f} %"),
        f"{100.0 * low:.0f} to {100.0 * high:.0f} %",
        *kappas,
    ]


def as_json(rows: Sequence[CodedTwice]) -> dict[str, object]:
    """The same as one JSON object; what is not known is null."""
    if not rows:
        return {"fields": [], "intervals": None, "disagreements": []}
    result = agreement(rows)
    keys = ("field", "claims", "equal", "share", "kappa", "error")
    return {
        "fields": [json_of(field, *keys) for field in result.fields],
        "intervals": json_of(result.intervals, "claims", "equal", "touching", "overlap"),
        "disagreements": [json_of(one, "claim", "field", "first", "second") for one in result.disagreements],
    }
