"""What is wrong across the rows of the record: unknown names, repeated rows, intervals nobody reports."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from sim.files.fields import StrictModel
from sim.files.yaml_tree import Fault, Where, nearest
from sim.record.rows import (
    SCORED,
    YES_NO,
    Blur,
    Claim,
    ContestedQuantity,
    DatedEvent,
    Observation,
    PublishedDate,
    RecordRow,
    ReportedCount,
    Route,
    Rows,
    Source,
    Statement,
    Voice,
    Weight,
    Word,
    union,
)
from sim.state.clock import in_hours
from sim.state.kinds import EVENTS, PLACE_EVENTS, Event
from sim.store.schema import OUTCOMES

EVENT_NAMES = {**EVENTS, **PLACE_EVENTS}
LOG_EVENTS = tuple(event.name.lower() for event in Event)
"""The words of the log of events."""


class Tables(NamedTuple):
    """The tables of a record; the observations are in one file or two."""

    sources: Rows[Source]
    claims: Rows[Claim]
    observations: list[Rows[Observation]]
    counts: Rows[ReportedCount]
    contested: Rows[ContestedQuantity]
    routes: Rows[Route]
    weights: Rows[Weight]
    precisions: Rows[Blur]
    events: Rows[Word]
    parties: Rows[Voice]
    published: Rows[PublishedDate]


def faults_of(tables: Tables, places: Collection[str] | None) -> Iterator[Fault]:
    """Every fault across the rows; `places` are those of the network, None: they are not looked at."""
    yield from _repeated(tables.sources.rows, "id")
    yield from _repeated(tables.weights.rows, "kind")
    yield from _repeated(tables.precisions.rows, "precision")
    yield from _repeated(tables.routes.rows, "column")
    yield from _repeated(tables.events.rows, "event")
    yield from party_faults(tables.parties.rows)
    yield from _repeated(tables.published.rows, "name")
    for date in tables.published.rows:
        yield from _unknown(date.at("place"), date.value.place, "place", places)
    yield from _claim_faults(tables)
    observations = list(chain.from_iterable(table.rows for table in tables.observations))
    yield from _repeated(observations, "event", "column", "survival")
    known = {row.value.event for row in observations}
    for row in observations:
        yield from _observation_faults(row, tables.claims, known)
        yield from _trust_faults(row, tables)
    yield from _count_faults(tables.counts, tables.claims)
    yield from _repeated(tables.contested.rows, "id")
    for matter in tables.contested.rows:
        yield from _contested_faults(matter, tables.claims)
    for dated in chain(tables.claims.rows, observations):
        yield from _dated_faults(dated, places)
    for route in tables.routes.rows:
        for index, place in enumerate(route.value.places):
            yield from _unknown(route.at("places", index), place, "place", places)


def _repeated(rows: Iterable[RecordRow[StrictModel]], *keys: str) -> Iterator[Fault]:
    """Rows whose keys have together the values of an earlier row."""
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        where = row.at(keys[0])
        mark = tuple(getattr(row.value, key) for key in keys)
        if mark in seen:
            what = " of ".join(str(part) for part in mark if part)
            yield Fault(where, f"{what!r} stands here again (first on line {seen[mark]}); once would do")
        seen.setdefault(mark, where.line)


def _unknown(where: Where, word: str, noun: str, known: Collection[str] | None) -> Iterator[Fault]:
    if known is not None and word not in known:
        yield Fault(where, f"{word!r} is no {noun}; {nearest(word, known)}")


def _dated_faults(row: RecordRow[DatedEvent], places: Collection[str] | None) -> Iterator[Fault]:
    value = row.value
    if value.latest < value.earliest:
        span = f"{_written(value.latest)} lies before earliest, {_written(value.earliest)}"
        yield Fault(row.at("latest"), f"latest: {span}; the other way round would be right")
    yield from _unknown(row.at("event"), value.event.partition(":")[0], "place", places)


def party_faults(rows: Sequence[RecordRow[Voice]]) -> Iterator[Fault]:
    """Parties that stand twice, and events that no party can tell of."""
    yield from _repeated(rows, "party")
    for row in rows:
        for key in ("reports", "reports_own"):
            for index, event in enumerate(getattr(row.value, key)):
                yield from _unknown(row.at(key, index), event, "event of the log", LOG_EVENTS)
        if row.value.side is None and row.value.reports_own:
            yield Fault(row.at("reports_own"), "reports_own: is of a side; a key 'side' would be right")


def _claim_faults(tables: Tables) -> Iterator[Fault]:
    table, sources = tables.claims, tables.sources.ids
    events = [*EVENT_NAMES, *(word.event for word in tables.events.values)]
    parties = [voice.party for voice in tables.parties.values]
    yield from _repeated(table.rows, "id")
    sound = {claim.id: claim for claim in table.values}
    for row in table.rows:
        yield from _unknown(row.at("source"), row.value.source, "source", sources)
        yield from _unknown(row.at("party"), row.value.party, "party of parties.yaml", parties)
        event = row.value.event.partition(":")[2]
        yield from _unknown(row.at("event"), event, "event, nor a word of events.yaml", events)
        for index, other in enumerate(row.value.contradicted_by):
            where = row.at("contradicted_by", index)
            yield from _unknown(where, other, "claim", table.ids)
            yield from _one_sided(where, row.value, other, sound)


def _one_sided(where: Where, claim: Claim, other: str, sound: dict[str, Claim]) -> Iterator[Fault]:
    """A contradiction that only one of two claims tells, or that a claim has with itself."""
    if other == claim.id:
        yield Fault(where, f"{other!r} contradicts itself; the id of another claim would be right")
    elif other in sound and claim.id not in sound[other].contradicted_by:
        yield Fault(where, f"{other!r} does not name {claim.id!r} in return; both ways would be right")


def _observation_faults(
    row: RecordRow[Observation], claims: Rows[Claim], known: Collection[str]
) -> Iterator[Fault]:
    sound, value = {claim.id: claim for claim in claims.values}, row.value
    yield from _unknown(row.at("event"), value.event.partition(":")[2], "event", EVENT_NAMES)
    if value.since is not None:
        yield from _unknown(row.at("since"), value.since, "observation", known)
    for index, name in enumerate(value.claims):
        yield from _unknown(row.at("claims", index), name, "claim", claims.ids)
        column = sound[name].column if name in sound else None
        if None not in (column, value.column) and column != value.column:
            yield Fault(row.at("claims", index), f"{name!r} is about the column {column!r}, not this one")
    if all(name in sound for name in value.claims):
        yield from _interval_fault(row, union(sound[name] for name in value.claims))


def _trust_faults(row: RecordRow[Observation], tables: Tables) -> Iterator[Fault]:
    """What a scored observation lacks, and held-out ones in the wrong file."""
    value = row.value
    apart = row.at("event").file.endswith("held_out.yaml")
    if apart != (value.use == "held out"):
        right = "'held out'" if apart else "another one, or the file held_out.yaml,"
        yield Fault(row.at("use"), f"use: {value.use!r} stands in this file; {right} would be right")
    if (value.group is not None) != (value.use == "held out"):
        yield Fault(row.at("group"), "group: goes with what is held out, and only with it; A, B or C")
    if value.use not in SCORED:
        return
    kinds = {claim.kind for claim in tables.claims.values if claim.id in value.claims}
    if kinds and value.kind not in kinds:
        right = " or ".join(repr(kind) for kind in sorted(kinds))
        yield Fault(
            row.at("kind"), f"kind: no claim that it rests on is {value.kind!r}; {right} would be right"
        )
    if value.window is None:
        yield Fault(row.at("window"), "window: a scored observation needs one; something like '10 d'")
    elif value.window <= in_hours(value.latest - value.earliest):
        yield Fault(row.at("window"), "window: is shorter than the interval; a longer one would be right")
    if value.precision is None and not value.survival:
        yield Fault(row.at("precision"), "precision: a scored observation needs one, as claims have it")
    if value.kind not in {weight.kind for weight in tables.weights.values}:
        yield Fault(row.at("kind"), f"kind: {value.kind!r} has no weight in weights.yaml; one would be right")
    if value.precision not in {None, *(blur.precision for blur in tables.precisions.values)}:
        yield Fault(row.at("precision"), f"precision: {value.precision!r} has no blur in precisions.yaml")


def _count_faults(table: Rows[ReportedCount], claims: Rows[Claim]) -> Iterator[Fault]:
    yield from _repeated(table.rows, "outcome", "column")
    sound = {claim.id: claim for claim in claims.values}
    for row in table.rows:
        yield from _unknown(row.at("outcome"), row.value.outcome, "outcome", OUTCOMES)
        for index, name in enumerate(row.value.claims):
            yield from _unknown(row.at("claims", index), name, "claim", claims.ids)
        if row.value.reason is None and all(name in sound for name in row.value.claims):
            stated = [number for name in row.value.claims for number in sound[name].numbers.values()]
            if row.value.number not in stated:
                message = "number: no claim states it; one that does, or a 'reason', would be right"
                yield Fault(row.at("number"), message)


def _contested_faults(row: RecordRow[ContestedQuantity], claims: Rows[Claim]) -> Iterator[Fault]:
    sound, value = {claim.id: claim for claim in claims.values}, row.value
    seen: set[str] = set()
    for index, side in enumerate(value.sides):
        at = row.at("sides", index, "party")
        if side.party in seen:
            yield Fault(at, f"party: {side.party!r} speaks here already; one side a party would be right")
        seen.add(side.party)
        if (side.answer is None) != (value.sides[0].answer is None):
            yield Fault(at, "sides: some give numbers, others yes or no; one or the other would be right")
        for step, name in enumerate(side.claims):
            where = row.at("sides", index, "claims", step)
            yield from _unknown(where, name, "claim", claims.ids)
            yield from _voice_fault(where, value, side, sound.get(name))
        yield from _side_faults(row, index, [sound[name] for name in side.claims if name in sound])


def _voice_fault(
    where: Where, item: ContestedQuantity, side: Statement, claim: Claim | None
) -> Iterator[Fault]:
    """A claim that is another party's, or about another column."""
    if claim is not None and claim.party != side.party:
        yield Fault(
            where, f"{claim.id!r} is by {claim.party!r}, not by {side.party!r}; its own would be right"
        )
    if claim is not None and claim.column not in (None, item.column):
        yield Fault(where, f"{claim.id!r} is about the column {claim.column!r}, not this one")


def _side_faults(row: RecordRow[ContestedQuantity], index: int, claims: Iterable[Claim]) -> Iterator[Fault]:
    """A side that says nothing, or two things, or a number that no claim of it states."""
    side = row.value.sides[index]
    if (side.number is None) == (side.answer is None):
        yield Fault(row.at("sides", index), "sides: each has either a number or an answer, yes or no")
    if (side.answer is not None) != (row.value.quantity in YES_NO):
        right = "an answer, yes or no," if row.value.quantity in YES_NO else "a number"
        yield Fault(row.at("quantity"), f"quantity: {row.value.quantity!r} goes with {right} on every side")
    if (side.number is None) != (side.reads is None):
        yield Fault(row.at("sides", index, "reads"), "reads: goes with a number, and only with it")
    if side.number is None:
        return
    if row.value.unit is None and index == 0:
        yield Fault(row.at("unit"), "unit: numbers need one; something like 'persons' would be right")
    stated = [number for claim in claims for number in claim.numbers.values()]
    if side.reason is None and side.number not in stated:
        message = "number: no claim states it; one that does, or a 'reason', would be right"
        yield Fault(row.at("sides", index, "number"), message)


def _interval_fault(row: RecordRow[Observation], span: tuple[datetime, datetime]) -> Iterator[Fault]:
    if row.value.reason is None and (row.value.earliest, row.value.latest) != span:
        key = "latest" if row.value.earliest == span[0] else "earliest"
        whole = f"{_written(span[0])} to {_written(span[1])}"
        yield Fault(row.at(key), f"{key}: its claims say {whole}; that, or a 'reason', would be right")


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
