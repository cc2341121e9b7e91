"""The record's claims in order of time: who claims what, how far it is trusted, and what it is used for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analysis.claims.time_constraints import point_of
from analysis.words.text import interval, json_of, wrapped
from sim.files.yaml_tree import Where, nearest, refuse
from sim.record.citing import in_full
from sim.record.record import Record
from sim.record.relations import KEYS
from sim.record.rows import SCORED, Claim, Source

UNSCORED = "scored nowhere"
SOURCES_HEAD = "Sources (kidal record --bibtex gives a bibliography):"
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
    source: Source
    document: str  # what tables call the source
    party: str  # what people call who claims it
    weight: float
    uses: tuple[tuple[str, str], ...]

    @property
    def scored(self) -> bool:
        """Whether anything that rests on it is scored."""
        return any(use in SCORED for _, use in self.uses)


def chronology(record: Record, selection: ChronologyFilter | None = None) -> list[ChronologyEntry]:
    """The claims asked for (default: all) by their intervals, then as in the file. Raises FaultyInput."""
    wanted = {noun: word for noun, word in (selection or ChronologyFilter())._asdict().items() if word}
    for noun, word in wanted.items():
        known = [value for claim in record.claims for value in _values(claim)[noun]]
        known = [source.id for source in record.sources] if noun == "source" else known
        if word not in known:
            what = f"is the {noun} of no claim in the record; {nearest(word, known, 'record')}"
            refuse(Where(f"--{noun} {word}", 0), what)
    uses, sources = _uses(record), {source.id: source for source in record.sources}
    called = parties(record)
    return [
        ChronologyEntry(
            claim=claim,
            source=sources[claim.source],
            document=record.source_names[claim.source],
            party=called[claim.party],
            weight=record.weights[claim.kind],
            uses=tuple(uses[claim.id]),
        )
        for claim in sorted(record.claims, key=lambda claim: (claim.earliest, claim.latest))
        if all(word in _values(claim)[noun] for noun, word in wanted.items())
    ]


def parties(record: Record) -> dict[str, str]:
    """What people call each party, by its id."""
    return {voice.party: voice.label or voice.party for voice in record.parties}


def _values(claim: Claim) -> dict[str, tuple[str, ...]]:
    """What a claim has of each that claims are narrowed to."""
    place, _, event = claim.event.partition(":")
    words = {"place": (place,), "event": (event, claim.event)}
    return words | {"party": (claim.party,), "source": (claim.source,)}


def _uses(record: Record) -> Mapping[str, list[tuple[str, str]]]:
    """What rests on each claim, and its use, in the order of the files."""
    rows: list[tuple[Sequence[str], str, str]] = [
        (item.claims, point_of(item.event, item.column), item.use) for item in record.observations
    ]
    rows += [(item.claims, f"no {point_of(item.event, item.column)}", item.use) for item in record.survivals]
    rows += [(count.claims, point_of(count.outcome, count.column), count.use) for count in record.counts]
    rows += [(side.claims, matter.id, "weighed") for matter in record.contested for side in matter.sides]
    uses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for claims, name, use in rows:
        for claim in claims:
            uses[claim].append((name, use))
    return uses


def text(entries: Sequence[ChronologyEntry]) -> str:
    """The claims as a listing, one paragraph a claim."""
    if not entries:
        return "No claim of the record is of all that."
    count = f"{len(entries)} claim{'s' if len(entries) > 1 else ''}, by the reported interval (UTC)"
    listed = [wrapped(line, further=_PAD) for line in source_list(entries)]
    return "\n\n".join([count, *map(_paragraph, entries), "\n".join([SOURCES_HEAD, *listed])])


def _paragraph(entry: ChronologyEntry) -> str:
    claim = entry.claim
    lasts = ", lasting or recurring" if claim.recurs else ""
    lines = [
        f"{interval(claim.earliest, claim.latest)}  {point_of(claim.event, claim.column)}{lasts}",
        wrapped(
            f"{claim.id}: claimed by {entry.party} in {entry.document}; {claim.kind}, "
            f"weight {entry.weight:g}; precision: {claim.precision}",
            _PAD,
        ),
        wrapped(claim.says, _PAD),
    ]
    if claim.numbers:
        lines.append(wrapped(", ".join(number_texts(claim)), _PAD))
    if claim.note:
        lines.append(wrapped(f"note: {claim.note}", _PAD))
    if claim.contradicted_by:
        lines.append(wrapped(f"contradicted by {', '.join(claim.contradicted_by)}", _PAD))
    if claim.differs_from:
        lines.append(wrapped(f"differs from {', '.join(claim.differs_from)}; both can be true", _PAD))
    return "\n".join([*lines, wrapped(_used(entry), _PAD)])


def sources(entries: Iterable[ChronologyEntry]) -> list[Source]:
    """The sources of some claims, each once, in the order of their ids."""
    by_id = {entry.source.id: entry.source for entry in entries}
    return [by_id[name] for name in sorted(by_id)]


def source_list(entries: Sequence[ChronologyEntry]) -> list[str]:
    """What is known of the sources of some claims, a line each."""
    return in_full(sources(entries), {entry.source.id: entry.document for entry in entries})


def number_texts(claim: Claim) -> list[str]:
    """The numbers that a claim states, by their names, as `soldiers: 150 to 200`, `vehicles: about 100`."""
    return [
        f"{name.replace('_', ' ')}: {'about ' if name in claim.rough else ''}{low:,}"
        + ("" if low == high else f" to {high:,}")
        for name, (low, high) in claim.numbers.items()
    ]


def _used(entry: ChronologyEntry) -> str:
    """What a claim is used for, and whether that is scored."""
    uses = "; ".join(f"{name}: {use}" for name, use in entry.uses)
    rests = f"observed in {uses}" if uses else "observed in nothing that is simulated"
    return f"{rests}; {'scored' if entry.scored else UNSCORED}"


def as_json(entries: Sequence[ChronologyEntry]) -> dict[str, object]:
    """The claims as one JSON object; times as 2023-10-05T14:10Z."""
    cited = [json_of(source, *Source.model_fields) for source in sources(entries)]
    return {"claims": [claim_json(row) for row in entries], "sources": cited}


def claim_json(row: ChronologyEntry) -> dict[str, object]:
    """A claim as JSON has it."""
    head = ("id", "earliest", "latest", "event", "column", "precision", "party", "kind", "source")
    return {
        **json_of(row.claim, *head),
        "weight": row.weight,
        **json_of(row.claim, "says", "numbers", "rough", "recurs", "note", *KEYS.values()),
        "uses": [{"of": name, "use": use} for name, use in row.uses],
        "scored": row.scored,
    }
