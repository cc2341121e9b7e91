"""The rows of the record: what its files may say, and reading them with the lines they came from."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

from pydantic import Field

from sim.files import yaml_tree
from sim.files.case import BUNDLED, Case
from sim.files.case_file import Colour, Dashes, Hatch, SideId, side_field
from sim.files.fields import Count as Whole
from sim.files.fields import (
    CountRange,
    Day,
    Duration,
    Flag,
    Instant,
    Label,
    Length,
    Name,
    PartialDay,
    Share,
    StrictModel,
    WebAddress,
    Words,
    checked,
    for_readers,
)
from sim.files.yaml_tree import Faults, List, Map, Where, refuse
from sim.record import names
from sim.record.operators import Quantity

Attribution = Literal["both sides agree", "independent", "one source", "party", "against interest"]
Use = Literal["fit", "held out", "check", "input", "shown", "fixed by assumption"]
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
    """A document the record is built from; what of it is not known is left out.

    `date` is that of publication, as far as it is known: a day, a month or a year. `retells` is whose
    reporting it passes on. `ids` are those in catalogues, such as a DOI, by the catalogue's name.
    """

    id: Name
    title: Annotated[Words, for_readers("Lists and reports show it.")]
    published: Annotated[Words, for_readers("Lists show it.")]
    date: Annotated[PartialDay | None, for_readers("Tables show it.")] = None
    publisher: Annotated[Words | None, for_readers("Tables show it.")] = None
    retells: Annotated[Words | None, for_readers("Tables show it where no publisher is known.")] = None
    url: Annotated[WebAddress | None, for_readers("Lists show it.")] = None
    accessed: Annotated[Day | None, for_readers("On which its page was read.")] = None
    ids: Annotated[dict[Name, Words], for_readers("Lists show them.")] = Field(default_factory=dict)
    about: Annotated[Words, for_readers()]


class DatedEvent(StrictModel):
    """An event, the column it belongs to if any, and the interval (UTC) in which it can have happened."""

    event: names.EventName
    column: ColumnName | None = None
    earliest: Instant
    latest: Instant


class Claim(DatedEvent):
    """What one party says of an event in one source."""

    id: Name
    event: names.ClaimEventName
    precision: Precision
    party: names.PartyName
    kind: Attribution
    source: names.SourceName
    says: Annotated[Words, for_readers("Lists and reports show it.")]
    numbers: dict[Name, CountRange] = Field(default_factory=dict)
    rough: tuple[
        Name, ...
    ] = ()  # names of the numbers that the source calls so ("about"): sim.record.relations
    contradicted_by: tuple[names.ClaimName, ...] = ()  # cannot be true together with this one
    differs_from: tuple[names.ClaimName, ...] = ()  # say something else, and can both be true
    recurs: Flag = False  # of something that lasts or happens again: other days do not contradict it
    note: Annotated[Words | None, for_readers()] = None


class Coded(StrictModel):
    """What a coder made of a statement: the fields of a claim that are compared."""

    party: names.PartyName
    kind: Attribution
    event: names.ClaimEventName
    precision: Precision
    earliest: Instant
    latest: Instant
    numbers: dict[Name, CountRange] = Field(default_factory=dict)


class CodedTwice(StrictModel):
    """A claim's two codings: `first` as the ledger had it at the time, and `second`, made without it."""

    claim: names.ClaimName
    first: Coded
    second: Coded


class Observation(DatedEvent):
    """What simulated milestones are held against, and the claims it rests on.

    `since` is the linked event from which its hours are scored, `window` the time in which a false report
    would have put it (h): it begins with `window_from`, else with the linked event, else with the scenario.
    `survival`: nothing of the kind happened from earliest to latest.
    """

    kind: Attribution
    use: Use = "fit"
    precision: Precision | None = None
    since: names.ObservedName | None = None
    window: Duration | None = None
    window_from: Instant | None = None
    survival: Flag = False
    group: Literal["A", "B", "C"] | None = None  # of held-out rows: predicted together
    who: TakerId | None = None  # who is reported to have taken a camp
    claims: Annotated[tuple[names.ClaimName, ...], Field(min_length=1)]
    reason: Annotated[Words | None, for_readers("Without one, the interval is that of its claims.")] = None
    note: Annotated[Words | None, for_readers()] = None


class ReportedCount(StrictModel):
    """A reported number that a run gives too: an outcome of sim.store.schema, of one column if that is said.

    `of` names the columns of the runs' table that are added for it; with `at` it is the outcome up to then,
    with `until` the reported strikes on the column up to its milestone.
    """

    outcome: names.OutcomeName
    column: ColumnName | None = None
    of: Annotated[tuple[Words, ...], Field(max_length=10)] = ()
    at: Instant | None = None
    until: names.EventName | None = None
    number: CountRange
    kind: Attribution
    use: Use = "check"
    most: Whole | None = None  # how large a false report could have made it
    claims: Annotated[tuple[names.ClaimName, ...], Field(min_length=1)]
    reason: Annotated[Words | None, for_readers("Without one, a claim states the number.")] = None


class Route(StrictModel):
    """The places that a column passed, in order, the network's way between them."""

    column: ColumnName
    places: Annotated[tuple[names.PlaceName, ...], Field(min_length=2)]
    source: Annotated[Words, for_readers()]


class ReportedMarch(StrictModel):
    """A march elsewhere or earlier: how far a column of a kind came on a surface, and in how long.

    `least` and `most` are the elapsed time (h) from setting out to coming in, as far as the sources fix it;
    halts and nights are in it. Marches of one `column` have its name in common. One that was `opposed` is on
    file and not scored. `basis` is what of the row is from memory, inferred or an estimate.
    """

    id: Name
    column: Name
    kind: Literal["light", "wheeled", "laden"]
    surface: Literal["tar", "laterite", "piste", "desert track"]
    km: Length
    least: Annotated[Duration, Field(gt=0)]
    most: Annotated[Duration, Field(gt=0)]
    goes: Literal["by day", "by night", "round the clock"] | None = None
    opposed: Flag = False
    basis: Annotated[Words | None, for_readers("Tables of marches show it.")] = None
    source: Annotated[Words, for_readers("Tables of marches show it.")]
    note: Annotated[Words | None, for_readers()] = None


class Statement(StrictModel):
    """What one party says of a contested matter: a number or a range of them, or yes or no.

    `reads` is which numbers bear a range out: those of its upper end or fewer, of its lower end or more, or
    within it. `reason` says how words were read as a number: an assumption.
    """

    party: names.PartyName
    claims: Annotated[tuple[names.ClaimName, ...], Field(min_length=1)]
    number: CountRange | None = None
    reads: Reads | None = None
    answer: Answer | None = None
    reason: Annotated[Words | None, for_readers("Without one, a claim states the number.")] = None


class ContestedQuantity(StrictModel):
    """A number or statement that parties contest, what runs say of it, and what that does not say."""

    id: Name
    question: Annotated[Words, for_readers("The table of contested matters shows it.")]
    quantity: Quantity
    column: ColumnName
    unit: Label | None = None
    sides: Annotated[tuple[Statement, ...], Field(min_length=1)]
    limits: Annotated[Words, for_readers("The table of contested matters shows it.")]


class Word(StrictModel):
    """What may stand behind the colon of a claim's event, beside the events of milestones."""

    event: Name
    about: Annotated[Words, for_readers()]


class PartyLook(StrictModel):
    """How figures name and draw what a party claims; what is left out is neutral, and the name is its id."""

    label: Label | None = None
    face: Colour | None = None
    edge: Colour | None = None
    hatch: Hatch | None = None
    dashes: Dashes | None = None  # of the edge of what is contested


class Voice(PartyLook):
    """A party that claims something, and what of a run it would tell.

    `side` is the side whose losses are its own. `reports` are events of the log (sim.state.kinds.Event) that
    it tells of; `reports_own` those that it tells of where they befall a column of its side, alone then.
    """

    party: Name
    about: Annotated[Words, for_readers()]
    side: SideId | None = None
    reports: tuple[names.LoggedName, ...] = ()
    reports_own: tuple[names.LoggedName, ...] = ()


class Weight(StrictModel):
    """How probable it is that a report of a kind is right (0 to 1)."""

    kind: Attribution
    weight: Share
    source: Annotated[Words, for_readers()]


class Blur(StrictModel):
    """How far from the edges of its interval an event of a precision may lie: a standard deviation (h)."""

    precision: Precision
    blur: Duration
    source: Annotated[Words, for_readers()]


class PublishedDate(StrictModel):
    """A date of a place that was published beforehand, which a null may know.

    `not before`: no column goes towards the place earlier; `opens`: a column is there at that time, give or
    take so much (a standard deviation, h).
    """

    name: Label
    place: names.PlaceName
    kind: Literal["not before", "opens"]
    at: Instant
    give: Duration = 0.0
    source: Annotated[Words, for_readers()]


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
    path: Path, key: str, schema: type[SchemaType], faults: Faults, case: Case = BUNDLED
) -> Rows[SchemaType]:
    """The rows of a file of a case under the one key that it has; what is wrong with it is noted."""
    rows: list[RecordRow[SchemaType]] = []
    ids: list[str] | None = None
    with faults:
        nodes = _nodes(path, key, faults)
        ids = [str(node["id"]) for node in nodes if isinstance(node, Map) and "id" in node]
        for node in nodes:
            with faults:
                rows.append(RecordRow(node, checked(node, schema, case)))
    return Rows(rows, ids)


def _nodes(path: Path, key: str, faults: Faults) -> List:
    """The rows under the one key that a file has. Raises FaultyInput if there are none."""
    tree = yaml_tree.read(path)
    for other in tree.keys() - {key}:
        faults.note(tree.lines[other], f"{other!r} is not a key here; {key!r} is the only one")
    nodes = tree.get(key)
    if not isinstance(nodes, List) or not nodes:
        refuse(tree.lines.get(key, tree.where), f"{key!r} has no rows; expected lines with '-'")
    return nodes
