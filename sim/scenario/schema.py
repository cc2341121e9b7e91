"""What a scenario file may say: a stage of the campaign as inputs only.

Every input carries the source it comes from and the day on which it was known. Outcomes (arrivals,
captures, losses) never stand in a scenario: they are what a run gives. A stage that begins at an outcome says
so (`start: {given: place:event}`), and the record says when that was.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import floor
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from sim.files import units
from sim.files.case_file import NO_SIDE, ROLES, SideId, side_field
from sim.files.fields import (
    DAY_SCHEMA,
    GIVEN,
    Count,
    CountRange,
    Day,
    DayOrGiven,
    DaysOrGiven,
    Duration,
    Flag,
    Length,
    Name,
    Share,
    Speed,
    StrictModel,
    Words,
    case_in,
    for_readers,
)
from sim.files.yaml_tree import Map, nearest
from sim.record.record import reported
from sim.state import clock


class Start(NamedTuple):
    """Hour 0 is 00:00 UTC of `day`; a given milestone came between `low` and `high` (h) after that.

    Days of a scenario are those of its network's time zone: `day` begins before hour 0 in the east, and after
    it in the west.
    """

    day: date
    given: str = ""
    low: float = 0.0
    high: float = 0.0


def _start(value: object, about: ValidationInfo) -> Start:
    """The start of `2023-10-02` or of `{given: place:event}`. Raises ValueError."""
    if isinstance(value, str):
        return Start(day=units.day(str(value)))
    if not isinstance(value, Map) or set(value) != {"given"}:
        raise ValueError("is neither a day nor '{given: place:event}'; expected one of them")
    event, known = str(value["given"]), reported(case_in(about))
    if event not in known:
        raise ValueError(f"{event!r} is not in the record of observations; {nearest(event, known, 'record')}")
    day = known[event][0].date()
    low, high = hours(known[event], day)
    return Start(day=day, given=event, low=low, high=high)


def hours(interval: tuple[datetime, datetime], day: date) -> tuple[float, float]:
    """A reported interval in hours from 00:00 UTC of a day."""
    zero = clock.midnight(day)
    earliest, latest = interval
    return clock.in_hours(earliest - zero), clock.in_hours(latest - zero)


def midnight(day: date, start: Start, zone: float) -> float:
    """The hour at which a day of a scenario begins, in a time zone (h, less UTC)."""
    return 24.0 * (day - start.day).days - zone


def beginning(start: Start, zone: float) -> float:
    """The hour at which a scenario begins: the midnight of its first day, or a given start before that."""
    first = midnight(start.day, start, zone)
    return min(first, float(floor(start.low))) if start.given else first


_GIVEN_SCHEMA = {
    "type": "object",
    "properties": {GIVEN: {"type": "string"}},
    "required": [GIVEN],
}
START_FIELD = BeforeValidator(
    _start, json_schema_input_type=Annotated[str, WithJsonSchema({"anyOf": [DAY_SCHEMA, _GIVEN_SCHEMA]})]
)


# --- the file -----------------------------------------------------------------------------------------------


class Input(StrictModel):
    """Something known beforehand or decided outside the model: where it comes from, and when it was known."""

    source: Annotated[Words, for_readers()]
    known: Annotated[DayOrGiven, for_readers("It may not lie after the end.")]


class Serial(StrictModel):
    """A part of a column on the march, in the order of march."""

    id: Annotated[Name, for_readers()]
    persons: CountRange
    vehicles: CountRange


class Objective(StrictModel):
    """Where a column goes, whether to capture the place or only to arrive, and what it does there then."""

    place: Name
    capture: Flag
    refit: Flag = False  # it refits there before it goes on
    control_site: Flag = False  # a drone control station may stand there


class Defence(StrictModel):
    """A position on a column's road that hostile groups defend."""

    place: Name
    source: Annotated[Words, for_readers()]


class Order(StrictModel):
    """An order to a column: to hold at a place, to go back from it, or to merge with another column there.

    A column that is to `hold` stands there until first light of a day, or `for` a time from its arrival. One
    that is to `return` turns there and goes back by the road it came, to where it set out or to the place
    `to`. One that is to `merge` ends there: it becomes part of the column `with` which it merges, and who
    comes first waits. Without a source from before it can be carried out, `outcome_known` names the order.
    """

    id: Annotated[Name, for_readers("`outcome_known` names it by that.")]
    do: Literal["hold", "return", "merge"]
    at: Name
    until: Day | None = None
    for_: Annotated[Duration | None, Field(alias="for", examples=["48 h"])] = None
    to: Name | None = None
    with_: Annotated[Name | None, Field(alias="with")] = None
    source: Annotated[Words | None, for_readers("Without one, what it decides is not scored.")] = None
    known: Annotated[DayOrGiven | None, for_readers("Up to the day on which its column sets out.")] = None


class Closure(StrictModel):
    """A road closed from a day on, until another or to the end: no column sets foot on it in that time.

    Without a source from before it closes, `outcome_known` names the closure.
    """

    id: Annotated[Name, for_readers("`outcome_known` names it by that.")]
    between: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)]  # the road's two ends
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None
    source: Annotated[Words | None, for_readers("Without one, what it decides is not scored.")] = None
    known: Annotated[DayOrGiven | None, for_readers("Up to the day on which it closes.")] = None


ColumnKindName = Literal["light", "wheeled", "laden"]
CASE_RECORD: Final = "case"
RecordChoice = Literal["none", "case"]
"""Which reports the runs of a scenario are laid beside: none, or those of the case."""
Condition = Literal["refit", "reinforced", "drones", "camp_vacated", "road_clear", "calendar"]


EVERY_PLACE: Final = "every place"
"""In the place of a list of stops: each place of the network on a column's way is one."""


def _stops(value: object, as_list: ValidatorFunctionWrapHandler) -> tuple[str, ...]:
    """The places of a list, or the words for every place. Raises ValueError."""
    if value == EVERY_PLACE:
        return (EVERY_PLACE,)
    places: tuple[str, ...] = as_list(value)
    return places


Stops = Annotated[
    tuple[Name, ...],
    Field(max_length=50),
    WrapValidator(_stops, json_schema_input_type=tuple[Name, ...] | Literal["every place"]),
]
"""Places to which a column presses on at dusk, or those words alone; see Column.stops_on."""


class Column(Input):
    """A column: its serials, its start, its road and its objectives in order.

    A serial sets out when those before it have passed, `serial_gap` after each, and fights from then on.
    It `departs` at first light of a day, any of a range alike, or at the given hour, or since then it `holds`
    its first objective, from which it comes. With `go` it needs these conditions beside its refit before it
    leaves what it holds.
    """

    id: Name
    name: Annotated[Words | None, for_readers("Tables and sentences show it.")] = None
    side: SideId
    kind: ColumnKindName = "wheeled"  # light vehicles, wheeled ones, or laden lorries: how fast they are
    from_: Annotated[Name, Field(alias="from")]
    departs: DaysOrGiven | None = None
    holds: DayOrGiven | None = None
    leg_from: Words | None = None  # an event of the record at which its leg to what it `holds` began
    via: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1, max_length=10)]
    go: Annotated[tuple[Condition, ...], Field(max_length=6)] = ()
    reinforces: Name | None = None  # a column that it joins at its objective
    supplies: Name | None = None  # a garrison at its objective
    load: Annotated[Duration, Field(examples=["20 days"])] = 0.0  # of supply for that garrison
    # with which it leaves what its side holds; 0: it is fed on the way
    supply: Annotated[Duration, Field(examples=["10 days"])] = 0.0
    by_night: Input | None = None  # it marches by night as well, slower; known before it departs
    contested_from: Name | None = None  # its road is contested from here; else beyond what is held
    stops: Stops
    defended: Annotated[tuple[Defence, ...], Field(max_length=20)] = ()
    orders: Annotated[tuple[Order, ...], Field(max_length=20)] = ()
    serials: Annotated[tuple[Serial, ...], Field(max_length=20)]
    vehicle_gap: Annotated[Length, Field(le=10, examples=["100 m"])]
    serial_gap: Annotated[Duration, Field(examples=["10 min"])]
    mines_reported: Share

    def stops_on(self, way: Sequence[str]) -> tuple[str, ...]:
        """Its stops on a way, which are all places of that but the first where no list of them is given."""
        return tuple(way[1:]) if self.stops == (EVERY_PLACE,) else self.stops


def by_night_path(column: Column) -> str:
    """The dotted path of a column's march by night, as `outcome_known` has it."""
    return f"columns.{column.id}.by_night"


class Group(Input):
    """A group: its home, whose columns it is hostile to, and what it does.

    A group that fights moves ahead of columns. One that harasses makes a road contested while it is the only
    one in the field; beside others that counts for nothing. Whatever its role, its `mines` are for columns of
    these sides, the more the nearer its home is by road. One that blocks stands in the middle of a road
    (`blocks`, its two ends) and defends no position. One that is local stays at home, raids garrisons near
    and takes camps. One that has `withdrawn` starts in the refuge that is its home and fights no more; any
    other is ready to fight, wherever its home is. `share` is a group's part of the fighters; those without
    one share equally what is left. The share of a local group comes on top: `fighters` counts those who may
    go anywhere.
    """

    id: Name
    home: Name
    role: Literal["fighting", "harassing", "blocking", "local"]
    hostile_to: Annotated[tuple[SideId, ...], Field(max_length=3)]
    mines: Annotated[tuple[SideId, ...], Field(max_length=3)] = ()  # for whose columns it lays mines
    share: Share | None = None
    blocks: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] | None = None
    withdrawn: Flag = False


class Belief(Input):
    """The drone radius that the groups believe in; they rather set themselves outside it."""

    station: Name
    radius: Length


class Drone(Input):
    """A drone detachment: endurance counts from its airfield, the radius from its control station."""

    id: Name
    side: SideId
    airfield: Name
    station: Name
    radius: Length
    aircraft: Annotated[Count, Field(le=20)]
    endurance: Annotated[Duration, Field(gt=0, le=72)]
    cruise: Speed
    turn_round: Duration
    ready: Day
    moves_forward: Flag = False  # its control station follows to captured control sites


class Aviation(Input):
    """Manned aviation of a side: jets and helicopters."""

    side: SideId


class Town(Input):
    """Who holds a place at the start, and how many people a census counts there, who may leave it.

    The parameter `population_growth` is a factor on them.
    """

    place: Name
    held_by: Annotated[str, side_field(*ROLES, NO_SIDE)]
    people: Count = 0


class Camp(Input):
    """A camp of the withdrawing side: the day it was vacated, and the published first day of its handover.

    `source` and `known` are of the first; the published day may come from elsewhere, and was known before.
    """

    id: Name
    place: Name
    vacated: Day
    opens: Day | None = None
    opens_source: Annotated[Words | None, for_readers()] = None
    opens_known: Annotated[Day | None, for_readers("It may not lie after that day.")] = None


class Garrison(Input):
    """A garrison in its place: it eats up its `supply`; with `raided`, groups raid it of their own accord."""

    id: Name
    place: Name
    side: Annotated[str, side_field("advancing")]
    persons: CountRange
    vehicles: CountRange
    supply: Annotated[Duration | None, Field(examples=["10 days"])] = None
    raided: Flag = False


class Airlift(Input):
    """Persons flown to the garrison at an airfield in the night that begins on a day."""

    id: Name
    airfield: Name
    night: Day
    persons: CountRange


class Raid(Input):
    """An order to raid: which groups attack which garrison, on what day at first light."""

    id: Annotated[Name, for_readers()]
    groups: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    garrison: Name
    day: Day


class Destination(Input):
    """A place for which the displaced set out; those at a border and refuges draw more."""

    place: Name
    kind: Literal["border", "refuge", "town"]


Mechanism = Literal[
    "ground", "kinds", "nights", "contact", "mines", "ambushes", "positions", "bypass", "decision", "drones",
    "reconnaissance", "raids", "displacement",
]  # fmt: skip
"""What a scenario can be without; in words: sim.scenario.mechanisms."""


class Rules(StrictModel):
    """Rules that have a rival: which of the two holds; and mechanisms that the runs are without."""

    contact_pace: Literal["in contact", "on contested road"] = "in contact"
    night_hazard: Share = 0.0  # share of the hazard of a fight at a position that holds by night too
    calendar_pace: Literal["last leg", "march speed"] = "last leg"
    mines: Literal["laid", "everywhere"] = "laid"
    without: Annotated[tuple[Mechanism, ...], Field(max_length=20)] = ()


class Milestone(StrictModel):
    """`place:event`, the first such event of a column; where it may happen is the place unless said.

    Without a column, the first such event at the place. `place:event:column` tells apart the same event of
    several columns.
    """

    id: Words
    column: Name | None = None
    at: Name | None = None
    between: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] | None = None
    within: Length | None = None

    @property
    def place(self) -> str:
        """The place of its id."""
        return self.id.split(":")[0]

    @property
    def event(self) -> str:
        """The event of its id."""
        return (self.id + ":").split(":")[1]


class Scenario(StrictModel):
    """A stage of the campaign."""

    summary: Annotated[Words, for_readers("Lists show it.")]
    record: Annotated[RecordChoice, for_readers("none: no reports are compared with.")] = CASE_RECORD
    start: Annotated[Any, START_FIELD]  # a sim.scenario.schema.Start
    end: Day
    columns: Annotated[tuple[Column, ...], Field(max_length=20)] = ()
    closures: Annotated[tuple[Closure, ...], Field(max_length=20)] = ()
    groups: Annotated[tuple[Group, ...], Field(max_length=50)] = ()
    refuges: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    belief: Belief | None = None
    drones: Annotated[tuple[Drone, ...], Field(max_length=20)] = ()
    manned_aviation: Annotated[tuple[Aviation, ...], Field(max_length=1)] = ()
    towns: Annotated[tuple[Town, ...], Field(max_length=200)] = ()
    camps: Annotated[tuple[Camp, ...], Field(max_length=20)] = ()
    garrisons: Annotated[tuple[Garrison, ...], Field(max_length=20)] = ()
    airlifts: Annotated[tuple[Airlift, ...], Field(max_length=20)] = ()
    raids: Annotated[tuple[Raid, ...], Field(max_length=20)] = ()
    destinations: Annotated[tuple[Destination, ...], Field(max_length=20)] = ()
    rules: Rules = Rules()

    @property
    def holders(self) -> Mapping[str, str]:
        """Who holds each place at the start: as its town says, or the side of its garrison."""
        towns: dict[str, str] = {town.place: town.held_by for town in self.towns}
        return towns | {garrison.place: garrison.side for garrison in self.garrisons}

    outcome_known: Annotated[
        tuple[Words, ...],
        Field(max_length=100),
        for_readers("Dotted paths of what was chosen by people who knew the outcome; results list them."),
    ] = ()
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=200)]
    headline: Annotated[
        tuple[Words, ...],
        Field(max_length=10),
        for_readers("Milestones, by their ids, that results are summed up by."),
    ] = ()
