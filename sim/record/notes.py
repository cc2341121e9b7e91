"""What is valid in a record and may yet not be meant: told with its line, refused by nothing but --strict.

Each function looks at one thing. Bounds are assumptions; each says what it is taken from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain

from sim.files.fields import StrictModel
from sim.files.notes import alike, long_texts
from sim.files.yaml_tree import Fault
from sim.record import relations
from sim.record.checks import Tables
from sim.record.rows import Claim, DatedEvent, RecordRow, Source

LONG_EVENT = timedelta(days=366)
"""Within which an event happened, at most: that of a stage is known to the month at least."""


def notes(tables: Tables) -> list[Fault]:
    """All that is noted of the rows of a record."""
    dated: Iterable[RecordRow[DatedEvent]] = [*tables.claims.rows, *tables.observed]
    return [
        *_claims(tables.claims.rows),
        *_relations(tables.claims.rows),
        *_sources(tables.sources.rows),
        *_names(tables),
        *_long_events(dated),
        *chain.from_iterable(long_texts(row.node) for table in tables for row in table.rows),
    ]


def _claims(rows: Iterable[RecordRow[Claim]]) -> Iterator[Fault]:
    """One claim under two ids: all that it says, by whom and where, is the same; it would count twice."""
    return _again(rows, "claim", ("event", "column", "earliest", "latest", "party", "source", "says"))


def _relations(rows: Sequence[RecordRow[Claim]]) -> Iterator[Fault]:
    """Pairs of claims whose numbers say otherwise than the key under which they name each other, or none."""
    by_event: dict[str, list[RecordRow[Claim]]] = defaultdict(list)
    for row in rows:
        for earlier in by_event[row.value.event]:
            message = _relation(row.value, earlier.value)
            if message:
                yield Fault(row.at("id"), f"{row.value.id!r} and {earlier.value.id!r}: {message}")
        by_event[row.value.event].append(row)


def _relation(one: Claim, other: Claim) -> str:
    """What is odd about how two claims of one event stand to each other; empty: nothing."""
    shared = relations.shared_numbers(one, other)
    quantities = ", ".join(name.replace("_", " ") for name in shared)
    exclude = relations.numbers_exclude(one, other)
    if other.id in one.contradicted_by and shared and not (exclude or relations.times_exclude(one, other)):
        return f"{quantities}: both can be true; 'differs_from' in place of 'contradicted_by' would be likely"
    if not exclude or other.id in one.contradicted_by or one.recurs or other.recurs:
        return ""
    if other.id in one.differs_from or not relations.times_exclude(one, other):
        return f"{quantities}: not both can be true; 'contradicted_by' would be likely"
    return ""


def _sources(rows: Iterable[RecordRow[Source]]) -> Iterator[Fault]:
    """One document under two ids."""
    return _again(rows, "document", ("title", "published"))


def _again(rows: Iterable[RecordRow[StrictModel]], noun: str, keys: tuple[str, ...]) -> Iterator[Fault]:
    """Rows of other ids that say the same in some of their fields."""
    first: dict[tuple[str, ...], RecordRow[StrictModel]] = {}
    for row in rows:
        values = tuple(str(getattr(row.value, key)).casefold() for key in keys)
        before, where = first.setdefault(values, row), row.at("id")
        if before is not row:
            name, other = row.node["id"], before.node["id"]
            message = (
                f"{str(name)!r} is the {noun} {str(other)!r} of line {before.at('id').line} under another id"
            )
            yield Fault(where, f"{message}; once would be likely")


def _names(tables: Tables) -> Iterator[Fault]:
    """Ids and parties that read the same."""
    yield from alike("id", [(row.at("id"), row.value.id) for row in tables.claims.rows])
    yield from alike("id", [(row.at("id"), row.value.id) for row in tables.sources.rows])
    yield from alike("party", [(row.at("party"), row.value.party) for row in tables.parties.rows])


def _long_events(rows: Iterable[RecordRow[DatedEvent]]) -> Iterator[Fault]:
    """Intervals so long that they say nothing: a year is mistyped."""
    for row in rows:
        length = row.value.latest - row.value.earliest
        if length > LONG_EVENT:
            message = (
                f"latest: lies {length.days:,} days after earliest; {LONG_EVENT.days} at most would be likely"
            )
            yield Fault(row.at("latest"), message)
