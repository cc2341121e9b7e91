"""The record's claims in order of time: who claims what, how far it is trusted, and what it is used for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from analysis.claims.time_constraints import point_of
from analysis.tables.text import interval, stamp, wrapped
from sim.files.yaml_tree import Where, nearest, refuse
from sim.record.record import Record
from sim.record.rows import SCORED, Claim

UNSCORED = "scored nowhere"
_PAD = "    "


class ChronologyFilter(NamedTuple):
    """What the claims are narrowed to: a place, a party, an event (`capture`, `town:capture`), a source."""

    place: str | None = None
    party: str | None = None
    event: str | None = None
    source: str | None = None


class ChronologyEntry(NamedTuple):
    """A claim, its weight, and each observation or count that rests on it, with what that is for."""

    claim: Claim
    weight: float
    uses: tuple[tuple[str, str], ...]

    @property
    def scored(self) -> bool:
        """Whether anything that rests on it is scored."""
        return any(use in SCORED for _, use in self.uses)


def chronology(record: Record, selection: ChronologyFilter | None = None) -> list[ChronologyEntry]:
    """The claims asked for (default: all) by their intervals, then as in the file. Raises FaultyInput."""
    selection = selection or ChronologyFilter()
    _known(record, selection)
    uses = _uses(record)
    claims = [claim for claim in record.claims if _fits(claim, selection)]
    claims.sort(key=lambda claim: (claim.earliest, claim.latest))
    return [
        ChronologyEntry(claim, record.weights[claim.kind], tuple(uses.get(claim.id, ()))) for claim in claims
    ]


def _known(record: Record, selection: ChronologyFilter) -> None:
    """Refuse what no claim of the record has."""
    known: Mapping[str, Iterable[str]] = {
        "place": [_place(claim) for claim in record.claims],
        "party": [claim.party for claim in record.claims],
        "event": [name for claim in record.claims for name in (_what(claim), claim.event)],
        "source": [source.id for source in record.sources],
    }
    for noun, word in selection._asdict().items():
        if word is not None and word not in known[noun]:
            message = f"is the {noun} of no claim in the record; {nearest(word, known[noun])}"
            refuse(Where(f"--{noun} {word}", 0), message)


def _fits(claim: Claim, selection: ChronologyFilter) -> bool:
    return (
        selection.place in (None, _place(claim))
        and selection.party in (None, claim.party)
        and selection.event in (None, claim.event, _what(claim))
        and selection.source in (None, claim.source)
    )


def _place(claim: Claim) -> str:
    return claim.event.partition(":")[0]


def _what(claim: Claim) -> str:
    return claim.event.partition(":")[2]


def _uses(record: Record) -> dict[str, list[tuple[str, str]]]:
    """What rests on each claim, and its use, in the order of the files."""
    uses: dict[str, list[tuple[str, str]]] = {}
    for item in (*record.observations, *record.survivals):
        name = point_of(item.event, item.column)
        for claim in item.claims:
            uses.setdefault(claim, []).append((f"no {name}" if item.survival else name, item.use))
    for count in record.counts:
        for claim in count.claims:
            uses.setdefault(claim, []).append((point_of(count.outcome, count.column), count.use))
    for matter in record.contested:
        for claim in (name for side in matter.sides for name in side.claims):
            uses.setdefault(claim, []).append((matter.id, "weighed"))
    return uses


def text(entries: Sequence[ChronologyEntry]) -> str:
    """The claims as a listing, one paragraph a claim."""
    if not entries:
        return "No claim of the record is of all that."
    count = f"{len(entries)} claim{'s' if len(entries) > 1 else ''}, by the reported interval (UTC)"
    return "\n\n".join([count, *map(_paragraph, entries)])


def _paragraph(entry: ChronologyEntry) -> str:
    claim = entry.claim
    lasts = ", lasting or recurring" if claim.recurs else ""
    lines = [
        f"{interval(claim.earliest, claim.latest)}  {point_of(claim.event, claim.column)}{lasts}",
        f"{_PAD}{claim.id}: claimed by {claim.party} in {claim.source}; {claim.kind}, "
        f"weight {entry.weight:g}; precision: {claim.precision}",
        wrapped(claim.says, _PAD),
    ]
    if claim.numbers:
        lines.append(wrapped(", ".join(map(_number, claim.numbers.items())), _PAD))
    if claim.note:
        lines.append(wrapped(f"note: {claim.note}", _PAD))
    if claim.contradicted_by:
        lines.append(wrapped(f"contradicted by {', '.join(claim.contradicted_by)}", _PAD))
    return "\n".join([*lines, wrapped(_used(entry), _PAD)])


def _number(item: tuple[str, tuple[int, int]]) -> str:
    name, (low, high) = item
    return f"{name.replace('_', ' ')}: {low:,}" + ("" if low == high else f" to {high:,}")


def _used(entry: ChronologyEntry) -> str:
    """What a claim is used for, and whether that is scored."""
    told = "; ".join(f"{name}: {use}" for name, use in entry.uses)
    rests = f"observed in {told}" if told else "observed in nothing that is simulated"
    return f"{rests}; {'scored' if entry.scored else UNSCORED}"


def as_json(entries: Sequence[ChronologyEntry]) -> dict[str, Any]:
    """The claims as one JSON object; times as 2023-10-05T14:10Z."""
    return {"claims": [_claim_json(entry) for entry in entries]}


def _claim_json(entry: ChronologyEntry) -> dict[str, Any]:
    claim = entry.claim
    return {
        "id": claim.id,
        "earliest": stamp(claim.earliest),
        "latest": stamp(claim.latest),
        "event": claim.event,
        "column": claim.column,
        "precision": claim.precision,
        "party": claim.party,
        "kind": claim.kind,
        "source": claim.source,
        "weight": entry.weight,
        "says": claim.says,
        "numbers": {key: list(span) for key, span in claim.numbers.items()},
        "recurs": claim.recurs,
        "note": claim.note,
        "contradicted_by": list(claim.contradicted_by),
        "uses": [{"of": name, "use": use} for name, use in entry.uses],
        "scored": entry.scored,
    }
