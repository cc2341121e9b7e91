"""A run's state: a table of rows for each kind of agent, and what else a rule may read.

Each row is declared once, as a class with typed slots; its dtype follows from it. Rules read and write
attributes (`column.km`), use `len`, indexing and loops, and know nothing else of a table. Plain and watched,
a table is a list of such objects, because reading an attribute of one takes a fiftieth of the time that
NumPy's records take; compiled, it is a record array. Hours count from 00:00 UTC of the scenario's first
day; km are road-km along the column's itinerary unless said otherwise; indices are -1 where there is none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, NewType, Protocol, TypeVar

import numpy as np

Key = NewType("Key", int)
"""A 64-bit hash: an agent's stream of chance."""

NEVER = math.inf
NOBODY = NOWHERE = -1


@dataclass(slots=True)
class Column:
    """A column of the army and its allies, of the UN, or with supplies: one kind of agent, other numbers."""

    key: Key
    agent: int  # its index in World.wakes
    side: int
    mode: int
    intent: int
    planned: float  # h, when it next acts unless it is woken before
    km: float  # of the head, when it last acted
    since: float  # h, when it last acted
    speed: float  # km/h since then
    day_speed: float  # km/h of the day's march out of contact
    departs: float  # h
    sun_lat: float  # reference point of its daylight, its start
    sun_lon: float
    first_day: int  # its first row of World.days
    first_leg: int
    leg: int
    last_leg: int  # one past it
    next_mark: int
    last_mark: int  # one past it
    held_place: int  # the last place held by its own side
    held_km: float
    contested_km: float  # from which its road is contested, beyond what is held
    window_end: float  # h, end of the day's march window
    pressing: int  # 1: past its window, on to a stop
    contact_until: float  # h
    entering: int  # 1: behind a defence that has left
    mine_left: float  # of a unit exponential, before the next strike
    mine_factor: float
    ambush_left: float  # of a unit exponential, before the next place fit for an ambush
    persons_low: int  # reported range of its strength
    persons_high: int
    vehicles_low: int
    vehicles_high: int
    persons: float
    persons_at_hold: float
    vehicles: float
    pass_time: float  # h, of the arrival at its objective
    vehicle_gap: float  # km
    serial_gaps: float  # h, gaps between serials together
    mines_reported: float  # probability
    mines: int
    mines_told: int  # strikes that were reported
    candidates: int  # places fit for an ambush that were passed
    ambushes: int
    fights: int  # ambushes and days at positions
    nights_harassed: int
    persons_lost: float
    vehicles_lost: float
    fight_from: float  # h
    engaged: float  # fighters in the present fight
    ratio: float  # force ratio of the present fight
    days_fought: int  # at the present position
    rounding: int  # 1: going round the present position
    round_hours: float


@dataclass(slots=True)
class Group:
    """A rebel group. Its place is a road and the km from that road's first end."""

    key: Key
    agent: int
    stance: int
    fights: int  # 1: takes part in ambushes and defence; 0: mines and harassment only
    fighters: float
    road: int
    road_km: float
    arrives: float  # h, at its place
    rested: float  # h, from which it is ready again after a fight
    engaged: int  # column it is fighting
    looks: int  # sightings so far
    sets: int  # places chosen so far
    quarry: int  # column it last sighted
    seen_km: float  # where that column's head was, when it was sighted
    set_km: float  # itinerary km of the quarry at which the group is set
    acts_on: float  # h, when the sighting has reached the group
    leaves: float  # h, when a broken group leaves
    lost: float  # fighters
    vehicles_lost: float


@dataclass(slots=True)
class Drone:
    """A drone detachment: endurance counts from its airfield, the radius from its control station."""

    key: Key
    agent: int
    side: int
    field_lat: float
    field_lon: float
    station_lat: float
    station_lon: float
    radius: float  # km
    aircraft: float
    endurance: float  # h
    cruise: float  # km/h
    turn_round: float  # h
    ready: float  # h


@dataclass(slots=True)
class Leg:
    """A road of a column's itinerary, in the direction of the march."""

    road: int
    forward: int  # 1 from the road's first end, 0 towards it
    start_km: float
    end_km: float
    lat: float
    lon: float
    lat_per_km: float
    lon_per_km: float
    section: Key
    mine_factor: float  # of the section, the same for all columns of a run


@dataclass(slots=True)
class Mark:
    """A place of a column's itinerary at which something may happen."""

    km: float
    place: int
    stop: int  # 1: the column may press on to it at dusk
    defended: int  # 1: a position
    objective: int  # 1: where the itinerary ends
    capture: int  # 1: the objective is to be captured
    key: Key  # of the position
    break_left: float  # of a unit exponential, before the defence breaks
    leaves: float  # h, when the broken defence leaves


@dataclass(slots=True)
class Place:
    """A place of the network, as a point on one of its roads."""

    road: int
    road_km: float
    holder: int  # side, or -1


@dataclass(slots=True)
class Road:
    """A road of the network."""

    start: int
    end: int
    km: float


@dataclass(slots=True)
class Day:
    """Civil dawn and sunset of a day: hours at a column's start, and per degree north and east of it."""

    dawn: float
    dawn_north: float
    dawn_east: float
    sunset: float
    sunset_north: float
    sunset_east: float


@dataclass(slots=True)
class Milestone:
    """The first event of a kind that befalls a column on a stretch of its itinerary."""

    event: int
    column: int
    from_km: float
    to_km: float
    hour: float


@dataclass(slots=True)
class Entry:
    """A line of the event log."""

    hour: float
    event: int
    kind: int  # of the agent
    agent: int  # its index in its own table
    place: int
    km: float
    amount: float
    other: float


@dataclass(slots=True)
class Run:
    """What a run has only one of."""

    seed: Key
    spread: int  # 1: strengths are drawn in their reported ranges, 0: their midpoints hold
    now: float
    logged: int
    horizon: float
    manned_side: int  # whose manned aviation flies


class ParameterRow(Protocol):
    """The parameters of a run by name, in h and km; what they are is said in params/default.yaml."""

    def __getattr__(self, name: str) -> float: ...  # noqa: D105


class World(NamedTuple):
    """A run's state. `wakes[i]` is the hour at which agent i next acts; agents stand sorted by (kind, id)."""

    run: Sequence[Run]
    parameters: Sequence[ParameterRow]
    wakes: Any
    kinds: Sequence[int]
    indices: Sequence[int]
    columns: Sequence[Column]
    drones: Sequence[Drone]
    groups: Sequence[Group]
    hostile: Sequence[Sequence[int]]  # [group][column]: 1 or 0
    wary: Sequence[Sequence[float]]  # [group][column]: itinerary km beyond the radius the group believes in
    refuges: Sequence[int]  # places
    legs: Sequence[Leg]
    marks: Sequence[Mark]
    places: Sequence[Place]
    roads: Sequence[Road]
    distances: Sequence[Sequence[float]]  # road-km between places, inf without a way
    days: Sequence[Day]
    milestones: Sequence[Milestone]
    log: Sequence[Entry]


ROWS: dict[str, type] = {
    "run": Run,
    "columns": Column,
    "drones": Drone,
    "groups": Group,
    "legs": Leg,
    "marks": Mark,
    "places": Place,
    "roads": Road,
    "days": Day,
    "milestones": Milestone,
    "log": Entry,
}
_CODES = {int: "i8", float: "f8", Key: "u8"}
RowType = TypeVar("RowType")


def dtype_of(row: type) -> np.dtype[Any]:
    """The dtype of a row class, field by field."""
    return np.dtype([(field.name, _CODES[field.type]) for field in fields(row)])  # type: ignore[index]


def blank(row: type[RowType]) -> RowType:
    """A row with every number 0."""
    return row(**{f.name: 0.0 if f.type is float else 0 for f in fields(row)})  # type: ignore[arg-type]


def to_array(rows: Sequence[Any], row: type) -> np.ndarray[Any, Any]:
    """A table of objects as a record array."""
    names = [field.name for field in fields(row)]
    return np.array([tuple(getattr(r, name) for name in names) for r in rows], dtype=dtype_of(row))


def to_rows(array: np.ndarray[Any, Any], row: type[RowType]) -> list[RowType]:
    """A record array as a table of objects."""
    return [row(*values) for values in array.tolist()]
