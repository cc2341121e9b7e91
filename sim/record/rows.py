"""The rows of the record: what its files may say, and reading them with the lines they came from."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

from pydantic import Field

from sim.files import yaml_tree
from sim.files.case import BUNDLED, Case
from sim.files.case_file import SideId, side_field
from sim.files.fields import Count as Whole
from sim.files.fields import CountRange, Duration, Flag, Instant, Name, Share, StrictModel, Words, checked
from sim.files.yaml_tree import Fault, FaultyInput, List, Map, Where
from sim.record.names import (
    ClaimEventName,
    ClaimName,
    EventName,
    LoggedName,
    ObservedName,
    OutcomeName,
    PartyName,
    PlaceName,
    SourceName,
)
from sim.record.operators import Quantity

Attribution = Literal["both sides agree", "independent", "one source", "party", "against interest"]
Use = Literal["fit", "held out", "check", "input", "shown", "by construction"]
SCORED = ("fit", "held out")
COMPARED = (*SCORED, "check")
"""Uses of observations that are scored; and that are compared, those of `check` being counted nowhere."""
Precision = Literal["hour", "part of day", "night", "day", "range"]
ColumnName = Name
Reads = Literal["at most", "at least", "within"]
Answer = Literal["yes", "no"]
TakerId = Annotated[str, side_field("advancing", "contesting")]
"""The id of a side that may take a camp."""


class Source(StrictModel):
    """A document the record is built from."""

    id: Name
    title: Words
    published: Words
    about: Words


class DatedEvent(StrictModel):
    """An event, the column it belongs to if any, and the interval (UTC) in which it can have happened."""

    event: EventName
    column: ColumnName | None = None
    earliest: Instant
    latest: Instant


class Claim(DatedEvent):
    """What one party says of an event in one source."""

    id: Name
    event: ClaimEventName
    precision: Precision
    party: PartyName
    kind: Attribution
    source: SourceName
    says: Words
    numbers: dict[Name, CountRange] = Field(default_factory=dict)
    contradicted_by: tuple[ClaimName, ...] = ()
    recurs: Flag = False  # of something that lasts or happens again: other days do not contradict it
    note: Words | None = None


class Observation(DatedEvent):
    """What simulated milestones are held against, and the claims it rests on.

    `since` is the linked event from which its hours are scored, `window` the time in which a false report
    would have put it (h). `survival`: nothing of the kind happened from earliest to latest.
    """

    kind: Attribution
    use: Use = "fit"
    precision: Precision | None = None
    since: ObservedName | None = None
    window: Duration | None = None
    survival: Flag = False
    group: Literal["A", "B", "C"] | None = None  # of held-out rows: predicted together
    who: TakerId | None = None  # who is reported to have taken a camp
    claims: Annotated[tuple[ClaimName, ...], Field(min_length=1)]
    reason: Words | None = None
    note: Words | None = None


class ReportedCount(StrictModel):
    """A reported number that a run gives too: an outcome of sim.store.schema, of one column if that is said.

    `of` names the columns of the runs' table that are added for it; with `at` it is the outcome up to then,
    with `until` the reported strikes on the column up to its milestone.
    """

    outcome: OutcomeName
    column: ColumnName | None = None
    of: Annotated[tuple[Words, ...], Field(max_length=10)] = ()
    at: Instant | None = None
    until: EventName | None = None
    number: CountRange
    kind: Attribution
    use: Use = "check"
    most: Whole | None = None  # how large a false report could have made it
    claims: Annotated[tuple[ClaimName, ...], Field(min_length=1)]
    reason: Words | None = None


class Route(StrictModel):
    """The places that a column passed, in order, the network's way between them."""

    column: ColumnName
    places: Annotated[tuple[PlaceName, ...], Field(min_length=2)]
    source: Words


class Statement(StrictModel):
    """What one party says of a contested matter: a number or a range of them, or yes or no.

    `reads` is which numbers bear a range out: those of its upper end or fewer, of its lower end or more, or
    within it. `reason` says how words were read as a number: an assumption.
    """

    party: PartyName
    claims: Annotated[tuple[ClaimName, ...], Field(min_length=1)]
    number: CountRange | None = None
    reads: Reads | None = None
    answer: Answer | None = None
    reason: Words | None = None


class ContestedQuantity(StrictModel):
    """A number or statement that parties contest, what runs say of it, and what that does not say."""

    id: Name
    question: Words
    quantity: Quantity
    column: ColumnName
    unit: Words | None = None
    sides: Annotated[tuple[Statement, ...], Field(min_length=1)]
    limits: Words


class Word(StrictModel):
    """What may stand behind the colon of a claim's event, beside the events of milestones."""

    event: Name
    about: Words


class Voice(StrictModel):
    """A party that claims something, and what of a run it would tell.

    `side` is the side whose losses are its own. `reports` are events of the log (sim.state.kinds.Event) that
    it tells of; `reports_own` those that it tells of where they befall a column of its side, alone then.
    """

    party: Name
    about: Words
    side: SideId | None = None
    reports: tuple[LoggedName, ...] = ()
    reports_own: tuple[LoggedName, ...] = ()


class Weight(StrictModel):
    """How probable it is that a report of a kind is right (0 to 1)."""

    kind: Attribution
    weight: Share
    source: Words


class Blur(StrictModel):
    """How far from the edges of its interval an event of a precision may lie: a standard deviation (h)."""

    precision: Precision
    blur: Duration
    source: Words


class PublishedDate(StrictModel):
    """A date of a place that was published beforehand, which a null may know.

    `not before`: no column goes towards the place earlier; `opens`: a column is there at that time, give or
    take so much (a standard deviation, h).
    """

    name: Words
    place: PlaceName
    kind: Literal["not before", "opens"]
    at: Instant
    give: Duration = 0.0
    source: Words


def union(claims: Iterable[Claim]) -> tuple[datetime, datetime]:
    """The shortest interval that holds those of all the claims, of which there is at least one."""
    spans = [(claim.earliest, claim.latest) for claim in claims]
    return min(earliest for earliest, _ in spans), max(latest for _, latest in spans)


# --- reading ---------------------------------------------------------------------------------------------

SchemaType = TypeVar("SchemaType", bound=StrictModel, covariant=True)


class RecordRow(NamedTuple, Generic[SchemaType]):
    """A row that fits its schema, and the lines it came from."""

    node: Map
    value: SchemaType

    def at(self, *steps: str | int) -> Where:
        """The line of something in it."""
        return yaml_tree.locate(self.node, steps)


class Rows(NamedTuple, Generic[SchemaType]):
    """The sound rows of a file; `ids` are those of all rows, faulty ones too (None: the file is no table)."""

    rows: list[RecordRow[SchemaType]]
    ids: list[str] | None

    @property
    def values(self) -> tuple[SchemaType, ...]:
        """The rows without their lines."""
        return tuple(row.value for row in self.rows)


def read_rows(
    path: Path, key: str, schema: type[SchemaType], faults: list[Fault], case: Case = BUNDLED
) -> Rows[SchemaType]:
    """The rows of a file of a case under the one key that it has; what is wrong with it is noted."""
    nodes = _nodes(path, key, faults)
    rows: list[RecordRow[SchemaType]] = []
    for node in nodes or []:
        try:
            rows.append(RecordRow(node, checked(node, schema, case)))
        except FaultyInput as error:
            faults += error.faults
    ids = [str(node["id"]) for node in nodes or [] if isinstance(node, Map) and "id" in node]
    return Rows(rows, ids if nodes else None)


def _nodes(path: Path, key: str, faults: list[Fault]) -> List | None:
    """The rows under the one key that a file has."""
    try:
        tree = yaml_tree.read(path)
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
