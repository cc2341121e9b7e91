"""The reported record: who says what happened when, and which of it the simulation is held against.

Files of one folder hold it, a table each: `sources` and `claims` (one report a row); `observations` (what a
milestone is held against, with the claims it rests on) and `held_out` (likewise, what no fit may read);
`counts` (numbers); `contested` (what parties say against each other); `routes` (the ways of columns);
`published` (dates known beforehand); `patterns` and `by_construction` (tests of the runs of a result);
`second_coding` (claims coded twice); `marches` (those of other columns); `weights` and `precisions` (how far
reports are trusted). A record of one's own needs sources and claims; the last two are then those that come
with the program.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sim.files import yaml_tree
from sim.files.case import BUNDLED, Case
from sim.files.case_file import case_file
from sim.files.fields import checked
from sim.files.paths import file_state, program_file
from sim.files.yaml_tree import Fault, Faults
from sim.record import relations
from sim.record.checks import FILES, Tables, faults_of, party_faults
from sim.record.citing import short_names
from sim.record.notes import notes
from sim.record.operators import FixedRow, PatternRow
from sim.record.rows import (
    Claim,
    CodedTwice,
    ColumnName,
    ContestedQuantity,
    DatedEvent,
    Observation,
    PublishedDate,
    ReportedCount,
    ReportedMarch,
    Route,
    Rows,
    SchemaType,
    Source,
    Voice,
    read_rows,
    union,
)

NEEDED = ("sources", "claims")
"""Files that every record has; others that are neither these nor lent may be left out."""
DEFAULT_FILES = ("weights", "precisions", "events")
"""Files that the record that comes with the program lends to one that has none."""
MADE_OVER = {"observations", "held_out", "weights", "precisions", "events"}
"""Files whose rows are not a record's as they stand."""


COMPARED_TABLES = (
    *("sources", "claims", "observations", "survivals", "counts", "routes"),
    *("contested", "published", "patterns", "by_construction", "second_coding"),
)
"""What runs are laid beside: all of a record but its parties and its trust."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record's rows, checked against each other, in the order of the files.

    `survivals` are the observations that something did not happen; `weights` and `blurs` are by kind and by
    precision of a report (see sim.record.rows).
    """

    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    observations: tuple[Observation, ...]
    counts: tuple[ReportedCount, ...]
    parties: tuple[Voice, ...] = ()
    survivals: tuple[Observation, ...] = ()
    routes: tuple[Route, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    blurs: Mapping[str, float] = field(default_factory=dict)
    contested: tuple[ContestedQuantity, ...] = ()
    published: tuple[PublishedDate, ...] = ()
    patterns: tuple[PatternRow, ...] = ()
    by_construction: tuple[FixedRow, ...] = ()
    second_coding: tuple[CodedTwice, ...] = ()
    marches: tuple[ReportedMarch, ...] = ()
    notes: tuple[Fault, ...] = ()  # what may not be meant (sim.record.notes)

    @cached_property
    def source_names(self) -> Mapping[str, str]:
        """What tables call each source, by its id."""
        return short_names(self.sources)

    def documents(self, claims: Iterable[str]) -> str:
        """The sources of claims (ids) as tables name them; of one not in the record none."""
        source_of = {claim.id: claim.source for claim in self.claims}
        cited = [self.source_names[source_of[name]] for name in claims if name in source_of]
        return "; ".join(dict.fromkeys(cited))

    def observation(self, event: str, column: ColumnName | None = None) -> Observation | None:
        """The observation of an event, None if there is none.

        Raises ValueError if no column is given and several have one.
        """
        rows = [item for item in self.observations if item.event == event and column in (None, item.column)]
        if len(rows) > 1:
            columns = ", ".join(str(item.column) for item in rows)
            raise ValueError(f"{event} is observed for several columns; expected one of {columns}")
        return rows[0] if rows else None

    def claimed_interval(self, observation: Observation) -> tuple[datetime, datetime]:
        """The interval (UTC) that an observation's claims give by themselves, whatever is scored.

        It is the union of those about this very event; where all are about other events, of all; where the
        record has none of them, the observation's own.
        """
        claims = [claim for claim in self.claims if claim.id in observation.claims]
        about = [claim for claim in claims if claim.event == observation.event] or claims
        return union(about) if about else (observation.earliest, observation.latest)

    def between(self, start: datetime, end: datetime) -> "Record":
        """The record of a time: the observations whose intervals touch it and the claims that do.

        The claims an observation rests on come with it; a contradiction by, or a difference from, a
        claim of another time goes.
        """
        return self._where(lambda item: item.earliest <= end and item.latest >= start)

    def without_columns(self, columns: Collection[str]) -> "Record":
        """The record but for what is said of some columns, in the same way."""
        return self._where(lambda item: item.column not in columns)

    def empty(self) -> "Record":
        """A record of no reports: its parties, and how far their reports would be trusted, are the same."""
        nothing: dict[str, Any] = dict.fromkeys(COMPARED_TABLES, ())
        return replace(self, **nothing)

    def _where(self, holds: Callable[[DatedEvent], bool]) -> "Record":
        """The observations and claims for which something holds, and what rests on these claims alone."""
        seen = tuple(item for item in self.observations if holds(item))
        still = tuple(item for item in self.survivals if holds(item))
        known = {item.id for item in self.claims if holds(item)}
        known.update(name for item in (*seen, *still) for name in item.claims)
        claims = tuple(relations.among(claim, known) for claim in self.claims if claim.id in known)
        counts = tuple(count for count in self.counts if known.issuperset(count.claims))
        contested = tuple(
            item for item in self.contested if known.issuperset(n for side in item.sides for n in side.claims)
        )
        period_record = replace(self, claims=claims, counts=counts, contested=contested)
        return replace(period_record, observations=seen, survivals=still)


def held_out_hash(case: Case = BUNDLED) -> str:
    """The SHA-256 of the held-out rows of a case's record; of nothing, if it has none."""
    path = case.path("record") / "held_out.yaml"
    return hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest()


ReportedDates = Mapping[str, tuple[datetime, datetime]]


def reported(case: Case = BUNDLED) -> ReportedDates:
    """The reported interval of each event of the observations, of its first column if it has several."""
    paths = [case.path("record") / f"{name}.yaml" for name in ("observations", "held_out")]
    return _dates(case, *map(file_state, paths), file_state(case.lent("params", "case.yaml")))


@lru_cache(16)
def _dates(case: Case, *_: object) -> ReportedDates:
    dates: dict[str, tuple[datetime, datetime]] = {}
    for name in ("observations", "held_out"):
        path = case.path("record") / f"{name}.yaml"
        rows = yaml_tree.read(path).get(name) if path.exists() else ()
        for node in rows if isinstance(rows, Sequence) else ():  # load_record says what else stands there
            row = checked(node, Observation, case)
            if not row.survival:
                dates.setdefault(row.event, (row.earliest, row.latest))
    return dates


def parties_of(case: Case = BUNDLED) -> tuple[Voice, ...]:
    """The parties of a case's record and what they would tell of a run. Raises FaultyInput."""
    sides = file_state(case.lent("params", "case.yaml"))
    return _parties(case, file_state(case.path("record") / "parties.yaml"), sides)


@lru_cache(16)
def _parties(case: Case, *_: object) -> tuple[Voice, ...]:
    faults = Faults()
    table = _party_rows(case.path("record"), case, faults)
    faults += party_faults(table.rows)
    faults.refuse()
    return table.values


def _party_rows(folder: Path, case: Case, faults: Faults) -> Rows[Voice]:
    """The parties of a folder's record; those lent to one without are of the case's sides by role."""
    path = folder / "parties.yaml"
    if path.exists():
        return read_rows(path, "parties", Voice, faults, case)
    lent = read_rows(program_file("record", path.name), "parties", Voice, faults, BUNDLED)
    sides = zip(case_file(BUNDLED).sides, case_file(case).sides, strict=True)
    ids = {theirs.side: ours.side for theirs, ours in sides}
    parties = [row.value.model_copy(update={"side": ids.get(str(row.value.side))}) for row in lent.rows]
    return Rows([row._replace(value=party) for row, party in zip(lent.rows, parties, strict=True)], lent.ids)


def load_record(
    case: Case = BUNDLED, places: Collection[str] | None = None, *, folder: Path | None = None
) -> Record:
    """The record of a case, or of another folder, checked across its rows.

    With `places` (ids of the network) the place of every event is checked too. Raises FaultyInput.
    """
    record_folder = folder or case.path("record")
    faults = Faults()

    def rows(name: str, schema: type[SchemaType]) -> Rows[SchemaType]:
        path = record_folder / f"{name}.yaml"
        if not path.exists() and name in DEFAULT_FILES:
            path = program_file("record", path.name)
        elif not path.exists() and name not in NEEDED:
            return Rows([], None)
        return read_rows(path, name, schema, faults, case)

    read: dict[str, Any] = {name: rows(name, schema) for name, schema in FILES.items() if name != "parties"}
    tables = Tables(**read, parties=_party_rows(record_folder, case, faults))
    faults += faults_of(tables, places)
    faults.refuse()
    seen = [row.value for row in tables.observed]
    as_read: dict[str, Any] = {name: getattr(tables, name).values for name in FILES.keys() - MADE_OVER}
    return Record(
        **as_read,
        observations=tuple(row for row in seen if not row.survival),
        survivals=tuple(row for row in seen if row.survival),
        weights={row.kind: row.weight for row in tables.weights.values},
        blurs={row.precision: row.blur for row in tables.precisions.values},
        notes=tuple(notes(tables)),
    )
