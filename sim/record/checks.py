"""What is wrong across the rows of the record: unknown names, repeated rows, intervals nobody reports."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple, get_args, get_type_hints

from sim.files.fields import StrictModel
from sim.files.yaml_tree import Fault, Where, nearest
from sim.record import names, operators, relations
from sim.record.rows import (
    SCORED,
    Blur,
    Claim,
    CodedTwice,
    ContestedQuantity,
    DatedEvent,
    Observation,
    PublishedDate,
    RecordRow,
    ReportedCount,
    ReportedMarch,
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
from sim.store.schema import OUTCOMES, renamed

_VERBS: Mapping[relations.Relation, str] = {"contradicts": "contradicts", "differs": "differs from"}
EVENT_NAMES = {**EVENTS, **PLACE_EVENTS}
LOG_EVENTS = tuple(event.name.lower() for event in Event)
"""The words of the log of events."""


class Tables(NamedTuple):
    """The tables of a record, by the names of their files; the observations are in one file or two."""

    sources: Rows[Source]
    claims: Rows[Claim]
    observations: Rows[Observation]
    held_out: Rows[Observation]
    counts: Rows[ReportedCount]
    contested: Rows[ContestedQuantity]
    routes: Rows[Route]
    weights: Rows[Weight]
    precisions: Rows[Blur]
    events: Rows[Word]
    parties: Rows[Voice]
    published: Rows[PublishedDate]
    patterns: Rows[operators.PatternRow]
    by_construction: Rows[operators.FixedRow]
    second_coding: Rows[CodedTwice]
    marches: Rows[ReportedMarch]

    @property
    def observed(self) -> list[RecordRow[Observation]]:
        """The observations of both files."""
        return [*self.observations.rows, *self.held_out.rows]

    @property
    def judged(self) -> list[RecordRow[operators.JudgedRow]]:
        """The rows with tests, of both files."""
        return [*self.patterns.rows, *self.by_construction.rows]


FILES: Mapping[str, type[StrictModel]] = {
    name: get_args(table)[0] for name, table in get_type_hints(Tables).items()
}
"""The files of a record, and the row of each."""


def faults_of(tables: Tables, places: Collection[str] | None) -> Iterator[Fault]:
    """Every fault across the rows; `places` are those of the network, None: they are not looked at."""
    yield from _repeated(tables.sources.rows, "id")
    yield from _repeated(tables.claims.rows, "id")
    yield from _repeated(tables.observed, "event", "column", "survival")
    yield from _repeated(tables.counts.rows, "outcome", "column")
    yield from _repeated(tables.contested.rows, "id")
    yield from _repeated(tables.routes.rows, "column")
    yield from _repeated(tables.weights.rows, "kind")
    yield from _repeated(tables.precisions.rows, "precision")
    yield from _repeated(tables.events.rows, "event")
    yield from party_faults(tables.parties.rows)
    yield from _repeated(tables.published.rows, "name")
    yield from _repeated(tables.judged, "name")
    yield from _repeated(tables.second_coding.rows, "claim")
    yield from _repeated(tables.marches.rows, "id")
    known = _known(tables, places)
    for row in chain.from_iterable(table.rows for table in tables):
        yield from _name_faults(row, known)
    yield from chain.from_iterable(map(_interval_order, [*tables.claims.rows, *tables.observed]))
    yield from chain.from_iterable(map(_judged_faults, tables.judged))
    claims = {claim.id: claim for claim in tables.claims.values}
    for claim in tables.claims.rows:
        yield from _one_sided(claim, claims)
    for observation in tables.observed:
        yield from _observation_faults(observation, claims)
        yield from _trust_faults(observation, tables)
    yield from chain.from_iterable(map(_access_faults, tables.sources.rows))
    yield from chain.from_iterable(map(_march_faults, tables.marches.rows))
    for count in tables.counts.rows:
        yield from _count_faults(count, claims)
    for matter in tables.contested.rows:
        yield from _contested_faults(matter, claims)


def _known(
    tables: Tables, places: Collection[str] | None
) -> dict[type[names.Reference], Collection[str] | None]:
    """What each kind of name may be; None: any."""
    return {
        names.ClaimRef: tables.claims.ids,
        names.SourceRef: tables.sources.ids,
        names.PartyRef: [voice.party for voice in tables.parties.values],
        names.SideRef: [voice.side for voice in tables.parties.values if voice.side],
        names.PlaceRef: places,
        names.OutcomeRef: OUTCOMES,
        names.LoggedRef: LOG_EVENTS,
        names.ObservedRef: [row.value.event for row in tables.observed],
        names.MilestoneRef: EVENT_NAMES,
        names.ClaimedEvent: [*EVENT_NAMES, *(word.event for word in tables.events.values)],
    }


def _name_faults(
    row: RecordRow[StrictModel], known: Mapping[type[names.Reference], Collection[str] | None]
) -> Iterator[Fault]:
    """The names in a row of what there is not."""
    for path, word, _ in names.leaves(row.value):
        if isinstance(word, names.MilestoneRef):
            place, _, event = word.partition(":")
            yield from _unknown(row.at(*path), names.PlaceRef(place), known[names.PlaceRef])
            yield from _unknown(row.at(*path), type(word)(event), known[type(word)])
        elif isinstance(word, names.Reference):
            yield from _unknown(row.at(*path), word, known[type(word)])


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


def _unknown(where: Where, word: names.Reference, known: Collection[str] | None) -> Iterator[Fault]:
    if known is not None and word not in known:
        listing = {"place": "list places", "claim": "record", "source": "record"}.get(word.noun, "")
        hint = renamed(word) if isinstance(word, names.OutcomeRef) else ""
        yield Fault(where, f"{word!r} is no {word.noun}; {hint or nearest(word, known, listing)}")


def _interval_order(row: RecordRow[DatedEvent]) -> Iterator[Fault]:
    value = row.value
    if value.latest < value.earliest:
        span = f"{_written(value.latest)} lies before earliest, {_written(value.earliest)}"
        yield Fault(row.at("latest"), f"latest: {span}; expected the reverse")


def _march_faults(row: RecordRow[ReportedMarch]) -> Iterator[Fault]:
    """An elapsed time without a width: what is reported is known to some precision."""
    least, most = row.value.least, row.value.most
    if most <= least:
        yield Fault(row.at("most"), f"most: {most:g} h is no more than least, {least:g} h; expected more")


def _access_faults(row: RecordRow[Source]) -> Iterator[Fault]:
    """A page that was read before it was published."""
    accessed, published = row.value.accessed, row.value.date or ""
    if accessed is not None and accessed.isoformat()[: len(published)] < published:
        message = f"accessed: {accessed} lies before the source's date, {published}"
        yield Fault(row.at("accessed"), f"{message}; expected a later day")


def party_faults(rows: Sequence[RecordRow[Voice]]) -> Iterator[Fault]:
    """Parties that stand twice, and events told as its own by one without a side."""
    yield from _repeated(rows, "party")
    for row in rows:
        if row.value.side is None and row.value.reports_own:
            yield Fault(row.at("reports_own"), "reports_own: is of a side; expected a key 'side'")


def _judged_faults(row: RecordRow[operators.JudgedRow]) -> Iterator[Fault]:
    test, numbers = row.value.test, operators.numbers_of(row.value.test)
    if isinstance(test, operators.Ratio) and not numbers:
        yield Fault(row.at("test"), "test: a ratio needs one of at_least, at_most and below")
    if isinstance(test, operators.Without) and (test.between is None) == (test.at is None):
        yield Fault(row.at("test"), "test: 'without' has either two milestones, between, or one, at")
    rule = row.value.rule if isinstance(row.value, operators.PatternRow) else ""
    for name in operators.NUMBER.findall(rule):
        if name not in numbers:
            yield Fault(row.at("rule"), f"rule: {name!r} is no number of its test; {nearest(name, numbers)}")


def _one_sided(row: RecordRow[Claim], claims: Mapping[str, Claim]) -> Iterator[Fault]:
    """Contradictions and differences that only one of two claims names, or that a claim has with itself."""
    claim = row.value
    for relation, key in relations.KEYS.items():
        for index, other in enumerate(relations.named(claim, relation)):
            where = row.at(key, index)
            if other == claim.id:
                yield Fault(where, f"{other!r} {_VERBS[relation]} itself; expected the id of another claim")
            elif other in claims and claim.id not in relations.named(claims[other], relation):
                yield Fault(where, f"{other!r} does not name {claim.id!r} in return; expected both ways")
    for index, other in enumerate(claim.differs_from):
        if other in claim.contradicted_by:
            message = f"{other!r} stands under contradicted_by too; expected one of the two"
            yield Fault(row.at("differs_from", index), message)
    for index, name in enumerate(claim.rough):
        if name not in claim.numbers:
            yield Fault(
                row.at("rough", index), f"{name!r} is none of its numbers; {nearest(name, claim.numbers)}"
            )


def _observation_faults(row: RecordRow[Observation], claims: Mapping[str, Claim]) -> Iterator[Fault]:
    value = row.value
    for index, name in enumerate(value.claims):
        column = claims[name].column if name in claims else None
        if None not in (column, value.column) and column != value.column:
            yield Fault(row.at("claims", index), f"{name!r} is about the column {column!r}, not this one")
    if all(name in claims for name in value.claims):
        yield from _interval_fault(row, union(claims[name] for name in value.claims))


def _trust_faults(row: RecordRow[Observation], tables: Tables) -> Iterator[Fault]:
    """What a scored observation lacks, and held-out ones in the wrong file."""
    value = row.value
    apart = row.at("event").file.endswith("held_out.yaml")
    if apart != (value.use == "held out"):
        right = "'held out'" if apart else "another one, or the file held_out.yaml"
        yield Fault(row.at("use"), f"use: {value.use!r} stands in this file; expected {right}")
    if (value.group is not None) != (value.use == "held out"):
        yield Fault(row.at("group"), "group: goes with what is held out, and only with it; A, B or C")
    if value.use not in SCORED:
        return
    kinds = {claim.kind for claim in tables.claims.values if claim.id in value.claims}
    if kinds and value.kind not in kinds:
        right = " or ".join(repr(kind) for kind in sorted(kinds))
        yield Fault(row.at("kind"), f"kind: no claim that it rests on is {value.kind!r}; expected {right}")
    if value.window is None:
        yield Fault(row.at("window"), "window: a scored observation needs one; something like '10 d'")
    elif value.window <= in_hours(value.latest - value.earliest):
        yield Fault(row.at("window"), "window: is shorter than the interval; expected a longer one")
    if value.precision is None and not value.survival:
        yield Fault(row.at("precision"), "precision: a scored observation needs one, as claims have it")
    if value.kind not in {weight.kind for weight in tables.weights.values}:
        yield Fault(row.at("kind"), f"kind: {value.kind!r} has no weight in weights.yaml; expected one")
    if value.precision not in {None, *(blur.precision for blur in tables.precisions.values)}:
        yield Fault(row.at("precision"), f"precision: {value.precision!r} has no blur in precisions.yaml")


def _count_faults(row: RecordRow[ReportedCount], claims: Mapping[str, Claim]) -> Iterator[Fault]:
    if row.value.reason is None and all(name in claims for name in row.value.claims):
        yield from _number_fault(row, (), row.value.number, [claims[name] for name in row.value.claims])


def _number_fault(
    row: RecordRow[StrictModel], at: tuple[str | int, ...], number: tuple[int, int], claims: Iterable[Claim]
) -> Iterator[Fault]:
    """A number that no claim states."""
    if number not in [stated for claim in claims for stated in claim.numbers.values()]:
        message = "number: no claim states it; expected one that does, or a 'reason'"
        yield Fault(row.at(*at, "number"), message)


def _contested_faults(row: RecordRow[ContestedQuantity], claims: Mapping[str, Claim]) -> Iterator[Fault]:
    value, given = row.value, row.value.quantity.given
    if given.first.partition(":")[2] not in EVENTS:
        what = f"first: {given.first!r} is no event of a column"
        yield Fault(row.at("quantity", "given", "first"), f"{what}; 'place:contact' would be one")
    if given.before is not None and given.source is None:
        yield Fault(row.at("quantity", "given", "before"), "before: has no 'source'; 'assumption' may be one")
    seen: set[str] = set()
    for index, side in enumerate(value.sides):
        at = row.at("sides", index, "party")
        if side.party in seen:
            yield Fault(at, f"party: {side.party!r} speaks here already; expected one side a party")
        seen.add(side.party)
        if (side.answer is None) != (value.sides[0].answer is None):
            yield Fault(at, "sides: some give numbers, others yes or no; expected one or the other")
        for step, name in enumerate(side.claims):
            yield from _voice_fault(row.at("sides", index, "claims", step), value, side, claims.get(name))
        yield from _side_faults(row, index, [claims[name] for name in side.claims if name in claims])


def _voice_fault(
    where: Where, item: ContestedQuantity, side: Statement, claim: Claim | None
) -> Iterator[Fault]:
    """A claim that is another party's, or about another column."""
    if claim is not None and claim.party != side.party:
        yield Fault(where, f"{claim.id!r} is by {claim.party!r}, not by {side.party!r}; expected its own")
    if claim is not None and claim.column not in (None, item.column):
        yield Fault(where, f"{claim.id!r} is about the column {claim.column!r}, not this one")


def _side_faults(row: RecordRow[ContestedQuantity], index: int, claims: Iterable[Claim]) -> Iterator[Fault]:
    """A side that says nothing, or two things, or a number that no claim of it states."""
    side = row.value.sides[index]
    if (side.number is None) == (side.answer is None):
        yield Fault(row.at("sides", index), "sides: each has either a number or an answer, yes or no")
    is_answer = isinstance(row.value.quantity, operators.ANSWER_KINDS)
    if (side.answer is not None) != is_answer:
        right = "an answer, yes or no," if is_answer else "a number"
        kind = row.value.quantity.kind
        yield Fault(row.at("quantity", "kind"), f"quantity: {kind!r} goes with {right} on every side")
    if (side.number is None) != (side.reads is None):
        yield Fault(row.at("sides", index, "reads"), "reads: goes with a number, and only with it")
    if side.number is None:
        return
    if row.value.unit is None and index == 0:
        yield Fault(row.at("unit"), "unit: numbers need one; expected something like 'persons'")
    if side.reason is None:
        yield from _number_fault(row, ("sides", index), side.number, claims)


def _interval_fault(row: RecordRow[Observation], span: tuple[datetime, datetime]) -> Iterator[Fault]:
    if row.value.reason is None and (row.value.earliest, row.value.latest) != span:
        key = "latest" if row.value.earliest == span[0] else "earliest"
        whole = f"{_written(span[0])} to {_written(span[1])}"
        yield Fault(row.at(key), f"{key}: its claims say {whole}; expected that, or a 'reason'")


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
