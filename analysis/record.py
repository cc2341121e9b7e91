"""The reported record: who says what happened when, and which of it the simulation is laid beside.

Four files hold it: `sources.yaml`, `claims.yaml` (one report a row), `observations.yaml` (one interval a
milestone, with the claims it rests on) and `counts.yaml` (numbers). `load_record` tells every fault at once.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, Field

from sim import files
from sim.fields import Checked, CountRange, Instant, Name, Words, checked
from sim.files import Fault, FaultyInput, List, Map, Where, nearest
from sim.schema import OUTCOMES

Party = Literal["army", "csp", "jnim", "un", "gatia", "civilians", "independent", "narrative"]
Kind = Literal["both sides agree", "independent", "one source", "party", "against interest"]
Use = Literal["scored", "input", "shown", "by construction"]
Precision = Literal["hour", "part of day", "night", "day", "range"]
Column = Name

_EVENT = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")


def _event(text: str) -> str:
    if not _EVENT.fullmatch(text):
        raise ValueError(f"{text!r} is not place:event; something like 'anefis:capture' would be right")
    return text


Event = Annotated[Words, AfterValidator(_event)]


class Source(Checked):
    """A document the record is built from."""

    id: Name
    title: Words
    published: Words
    about: Words


class Dated(Checked):
    """An event, the column it belongs to if any, and the interval (UTC) in which it can have happened."""

    event: Event
    column: Column | None = None
    earliest: Instant
    latest: Instant


class Claim(Dated):
    """What one party says of an event in one source."""

    id: Name
    precision: Precision
    party: Party
    kind: Kind
    source: Name
    says: Words
    numbers: dict[Name, CountRange] = Field(default_factory=dict)
    contradicted_by: tuple[Name, ...] = ()
    note: Words | None = None


class Observation(Dated):
    """The interval that a simulated milestone is compared with, and the claims it rests on."""

    kind: Kind
    use: Use = "scored"
    who: Literal["army", "rebels"] | None = None  # who is reported to have taken a camp
    claims: Annotated[tuple[Name, ...], Field(min_length=1)]
    reason: Words | None = None
    note: Words | None = None


class Count(Checked):
    """A reported number that a run gives too: an outcome of sim.schema, of one column if that is said.

    `of` names the columns of the runs' table that are added for it; with `at` it is the outcome up to then.
    """

    outcome: Name
    column: Column | None = None
    of: Annotated[tuple[Words, ...], Field(max_length=10)] = ()
    at: Instant | None = None
    number: CountRange
    kind: Kind
    claims: Annotated[tuple[Name, ...], Field(min_length=1)]
    reason: Words | None = None


@dataclass(frozen=True)
class Record:
    """Sources, claims, observations and counts, checked against each other, in the order of the files."""

    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    observations: tuple[Observation, ...]
    counts: tuple[Count, ...]

    def observation(self, event: str, column: Column | None = None) -> Observation | None:
        """The observation of an event, None if there is none; the column is needed where several have one."""
        found = [item for item in self.observations if item.event == event and column in (None, item.column)]
        if len(found) > 1:
            columns = ", ".join(str(item.column) for item in found)
            raise ValueError(f"{event} is observed for several columns; one of {columns} would be right")
        return found[0] if found else None

    def between(self, start: datetime, end: datetime) -> "Record":
        """The record of a time: the observations whose intervals touch it and the claims that do.

        The claims an observation rests on come with it; a contradiction by a claim of another time goes.
        """
        seen = tuple(item for item in self.observations if item.earliest <= end and item.latest >= start)
        known = {item.id for item in self.claims if item.earliest <= end and item.latest >= start}
        known.update(name for item in seen for name in item.claims)
        claims = tuple(_among(claim, known) for claim in self.claims if claim.id in known)
        counts = tuple(count for count in self.counts if known.issuperset(count.claims))
        return Record(self.sources, claims, seen, counts)

    def claims_of(self, event: str, column: Column | None = None) -> tuple[Claim, ...]:
        """The claims about an event, of one column if it is given."""
        return tuple(item for item in self.claims if item.event == event and column in (None, item.column))


def _among(claim: Claim, known: Collection[str]) -> Claim:
    """A claim with those of its contradictions that are known."""
    others = tuple(name for name in claim.contradicted_by if name in known)
    return claim.model_copy(update={"contradicted_by": others})


def union(claims: Iterable[Claim]) -> tuple[datetime, datetime]:
    """The shortest interval that holds those of all the claims, of which there is at least one."""
    spans = [(claim.earliest, claim.latest) for claim in claims]
    return min(earliest for earliest, _ in spans), max(latest for _, latest in spans)


@cache
def reported() -> dict[str, tuple[datetime, datetime]]:
    """The reported interval of each event of the observations, of its first column if it has several."""
    tree = files.read(Path(__file__).parent / "record" / "observations.yaml")
    rows = [checked(node, Observation) for node in reversed(tree["observations"])]
    return {row.event: (row.earliest, row.latest) for row in rows}


def load_record(folder: Path | None = None, places: Collection[str] | None = None) -> Record:
    """The record of a folder (default: the one that comes with the package), checked across its rows.

    With `places` (ids of the network) the place of every event is checked too. Raises FaultyInput.
    """
    home = folder or Path(__file__).parent / "record"
    faults: list[Fault] = []
    sources = _table(home / "sources.yaml", "sources", Source, faults)
    claims = _table(home / "claims.yaml", "claims", Claim, faults)
    observations = _table(home / "observations.yaml", "observations", Observation, faults)
    counts = _table(home / "counts.yaml", "counts", Count, faults)
    faults += _repeated(sources.rows, "id")
    faults += _claim_faults(claims, sources.ids)
    faults += _observation_faults(observations, claims)
    faults += _count_faults(counts, claims)
    for row in [*claims.rows, *observations.rows]:
        faults += _dated_faults(row, places)
    if faults:
        raise FaultyInput(faults)
    return Record(sources.values, claims.values, observations.values, counts.values)


# --- reading ---------------------------------------------------------------------------------------------

Value = TypeVar("Value", bound=Checked, covariant=True)


class _Row(NamedTuple, Generic[Value]):
    """A row that fits its schema, and the lines it came from."""

    node: Map
    value: Value

    def at(self, *steps: str | int) -> Where:
        return files.locate(self.node, steps)


class _Table(NamedTuple, Generic[Value]):
    """The sound rows of a file; `ids` are those of all rows, faulty ones too (None: the file is no table)."""

    rows: list[_Row[Value]]
    ids: list[str] | None

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(row.value for row in self.rows)


def _table(path: Path, key: str, schema: type[Value], faults: list[Fault]) -> _Table[Value]:
    nodes = _nodes(path, key, faults)
    rows: list[_Row[Value]] = []
    for node in nodes or []:
        try:
            rows.append(_Row(node, checked(node, schema)))
        except FaultyInput as error:
            faults += error.faults
    ids = [str(node["id"]) for node in nodes or [] if isinstance(node, Map) and "id" in node]
    return _Table(rows, ids if nodes else None)


def _nodes(path: Path, key: str, faults: list[Fault]) -> List | None:
    """The rows under the one key that a file has."""
    try:
        tree = files.read(path)
    except FaultyInput as error:
        faults += error.faults
        return None
    hint = f"is not a key here; {key!r} is the only one"
    faults += [Fault(tree.lines[other], f"{other!r} {hint}") for other in tree if other != key]
    nodes = tree.get(key)
    if isinstance(nodes, List) and nodes:
        return nodes
    faults.append(
        Fault(tree.lines.get(key, tree.where), f"{key!r} has no rows; lines with '-' would be right")
    )
    return None


# --- checks across rows ----------------------------------------------------------------------------------


def _repeated(rows: Iterable[_Row[Checked]], *keys: str) -> Iterator[Fault]:
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


def _dated_faults(row: _Row[Dated], places: Collection[str] | None) -> Iterator[Fault]:
    value = row.value
    if value.latest < value.earliest:
        span = f"{_written(value.latest)} lies before earliest, {_written(value.earliest)}"
        yield Fault(row.at("latest"), f"latest: {span}; the other way round would be right")
    yield from _unknown(row.at("event"), value.event.partition(":")[0], "place", places)


def _claim_faults(table: _Table[Claim], sources: Collection[str] | None) -> Iterator[Fault]:
    yield from _repeated(table.rows, "id")
    sound = {claim.id: claim for claim in table.values}
    for row in table.rows:
        yield from _unknown(row.at("source"), row.value.source, "source", sources)
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


def _observation_faults(table: _Table[Observation], claims: _Table[Claim]) -> Iterator[Fault]:
    yield from _repeated(table.rows, "event", "column")
    sound = {claim.id: claim for claim in claims.values}
    for row in table.rows:
        for index, name in enumerate(row.value.claims):
            yield from _unknown(row.at("claims", index), name, "claim", claims.ids)
            column = sound[name].column if name in sound else None
            if None not in (column, row.value.column) and column != row.value.column:
                yield Fault(row.at("claims", index), f"{name!r} is about the column {column!r}, not this one")
        if all(name in sound for name in row.value.claims):
            yield from _interval_fault(row, union(sound[name] for name in row.value.claims))


def _count_faults(table: _Table[Count], claims: _Table[Claim]) -> Iterator[Fault]:
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


def _interval_fault(row: _Row[Observation], span: tuple[datetime, datetime]) -> Iterator[Fault]:
    if row.value.reason is None and (row.value.earliest, row.value.latest) != span:
        key = "latest" if row.value.earliest == span[0] else "earliest"
        whole = f"{_written(span[0])} to {_written(span[1])}"
        yield Fault(row.at(key), f"{key}: its claims say {whole}; that, or a 'reason', would be right")


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"
