"""What a scenario file may say: a stage of the campaign as inputs only.

Every input carries the source it comes from and the day on which it was known. Outcomes (arrivals,
captures, losses) never stand in a scenario: they are what a run gives.
"""

from typing import Annotated, Literal

from pydantic import Field

from sim.fields import (
    Checked,
    Count,
    CountRange,
    Day,
    Duration,
    Flag,
    Length,
    Name,
    Share,
    Speed,
    Words,
)
from sim.network import Network

Side = Literal["army", "rebels", "un"]
SIDES: tuple[Side, ...] = ("army", "rebels", "un")
EVENTS = (
    "departure",
    "arrival",
    "tail",
    "harassment",
    "mine",
    "ambush",
    "contact",
    "capture",
)


class Input(Checked):
    """Something known beforehand or decided outside the model: where it comes from, and when it was known."""

    source: Words
    known: Day


class Serial(Checked):
    """A part of a column on the march, in the order of march."""

    id: Name
    persons: CountRange
    vehicles: CountRange


class Objective(Checked):
    """Where a column goes, and whether it is to capture the place or only to arrive."""

    place: Name
    capture: Flag


class Defence(Checked):
    """A position on a column's road that hostile groups defend."""

    place: Name
    source: Words


class Column(Input):
    """A column: its serials, its day of departure at first light, its road and its objective."""

    id: Name
    side: Side
    from_: Annotated[Name, Field(alias="from")]
    departs: Day
    via: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    objective: Objective
    contested_from: Name | None = (
        None  # its road is contested from here on; default: beyond what its side holds
    )
    stops: Annotated[tuple[Name, ...], Field(max_length=50)]
    defended: Annotated[tuple[Defence, ...], Field(max_length=20)] = ()
    serials: Annotated[tuple[Serial, ...], Field(max_length=20)]
    vehicle_gap: Length
    serial_gap: Duration
    mines_reported: Share


class Group(Input):
    """A rebel group: its home, whose columns it is hostile to, and whether it fights or only harasses."""

    id: Name
    home: Name
    role: Literal["fighting", "harassing"]
    hostile_to: Annotated[tuple[Side, ...], Field(max_length=3)]


class Belief(Input):
    """The drone radius that the groups believe in; they rather set themselves outside it."""

    station: Name
    radius: Length


class Drone(Input):
    """A drone detachment: endurance counts from its airfield, the radius from its control station."""

    id: Name
    side: Side
    airfield: Name
    station: Name
    radius: Length
    aircraft: Annotated[Count, Field(le=20)]
    endurance: Annotated[Duration, Field(gt=0, le=72)]
    cruise: Speed
    turn_round: Duration
    ready: Day


class Aviation(Input):
    """Manned aviation of a side: jets and helicopters."""

    side: Side


class Town(Input):
    """Who holds a place at the start."""

    place: Name
    held_by: Literal["army", "rebels", "un", "none"]


class Milestone(Checked):
    """`place:event`, the first such event of a column; where it may happen is the place unless said."""

    id: Words
    column: Name
    at: Name | None = None
    between: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] | None = None
    within: Length | None = None


class Scenario(Checked):
    """A stage of the campaign."""

    summary: Words
    start: Day
    end: Day
    columns: Annotated[tuple[Column, ...], Field(max_length=20)]
    groups: Annotated[tuple[Group, ...], Field(max_length=50)] = ()
    refuges: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    belief: Belief | None = None
    drones: Annotated[tuple[Drone, ...], Field(max_length=20)] = ()
    manned_aviation: Annotated[tuple[Aviation, ...], Field(max_length=1)] = ()
    towns: Annotated[tuple[Town, ...], Field(max_length=200)]
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=200)]


def itinerary(column: Column, network: Network) -> list[str]:
    """The places on a column's way. Raises ValueError if no road leads there."""
    return network.path(column.from_, *column.via, column.objective.place)
