"""A run's state: a table of rows for each kind of agent, and what else a rule may read.

Each row is declared once in sim.state.rows, as a class with typed slots; its dtype follows from it. Rules
read and write attributes (`column.km`), use `len`, indexing and loops, and know nothing else of a table.
Plain and watched, a table is a list of such objects, because reading an attribute of one takes a fiftieth of
the time that NumPy's records take; compiled, it is a record array.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple, Protocol, TypeVar, get_args, get_type_hints

import numpy as np

from sim.state import rows
from sim.state.rows import Key

Array = np.ndarray[Any, Any]
Numbers = Array | list[float]
"""What rules write numbers to, compiled and plain: they name its type, and nothing else of NumPy."""


class ParameterRow(Protocol):
    """The parameters of a run by name, in h and km; what they are is said in params/default.yaml."""

    def __getattr__(self, name: str) -> float: ...  # noqa: D105


class World(NamedTuple):
    """A run's state. `wakes[i]` is the hour at which agent i next acts; agents stand sorted by (kind, id).

    The towns act together, and stand there as one.
    """

    run: Sequence[rows.RunState]
    parameters: Sequence[ParameterRow]  # of the run: one row, which rules read as `world.p`
    wakes: Any
    kinds: Sequence[int]
    indices: Sequence[int]
    columns: Sequence[rows.ColumnState]
    serials: Sequence[rows.SerialState]
    drones: Sequence[rows.DroneState]
    groups: Sequence[rows.GroupState]
    camps: Sequence[rows.CampState]
    garrisons: Sequence[rows.GarrisonState]
    airlifts: Sequence[rows.AirliftState]
    raids: Sequence[rows.RaidState]
    towns: Sequence[rows.TownState]
    heads: Any  # [column]: road-km of its head at the last midnight, -1 before
    ranges: Any  # [town][column]: km between the two then, as the crow flies, NEVER before
    destinations: Sequence[rows.DestinationState]
    shares: Any  # [town][destination]: of those who leave the town
    raiders: Sequence[Sequence[bool]]  # [raid][group]
    stages: Sequence[rows.ObjectiveState]
    accounts: Sequence[Any]  # [stage][cause]: h
    clears: Sequence[Sequence[int]]  # [stage][column]: where that withdrawing column is off the road
    hostile: Sequence[Sequence[bool]]  # [group][column]
    miners: Sequence[Sequence[bool]]  # [group][column]: its mines are for that column
    wary: Sequence[Sequence[float]]  # [group][column]: itinerary km beyond the radius the group believes in
    refuges: Sequence[int]  # places
    legs: Sequence[rows.LegState]
    marks: Sequence[rows.Waypoint]
    places: Sequence[rows.PlaceState]
    roads: Sequence[rows.RoadState]
    distances: Sequence[Sequence[float]]  # road-km between places by their route numbers, inf without a way
    days: Sequence[rows.SolarDay]
    closures: Sequence[rows.ClosureState]
    spans: Sequence[rows.SpanState]
    milestones: Sequence[rows.MilestoneState]
    watched: Sequence[bool]  # [event]: some milestone is of that kind
    log: Sequence[rows.LogEntry]

    @property
    def p(self) -> ParameterRow:
        """The parameters of the run."""
        return self.parameters[0]


ROW_TYPES: dict[str, type] = {
    name: get_args(hint)[0]
    for name, hint in get_type_hints(World).items()
    if get_args(hint) and is_dataclass(get_args(hint)[0])
}
"""The row class of each table whose rows are declared."""
CLOCK_FIELDS: dict[type, tuple[str, ...]] = {
    rows.ColumnState: (
        "planned", "acted_at", "window_end", "contact_until", "fight_from", "held_from", "set_out",
        "pace_from", "supply_end", "stands_from",
    ),
    rows.GroupState: ("arrives", "rested", "acts_on"),
    rows.GarrisonState: ("counted_at",),
}  # fmt: skip
"""Fields with the hour since which, or up to which, something is."""
_CODES = {bool: "?", int: "i8", float: "f8", Key: "u8"}
RowType = TypeVar("RowType")


def dtype_of(row: type) -> np.dtype[np.void]:
    """The dtype of a row class, field by field and aligned: a row is a number of 64-bit words."""
    codes = [(field.name, _CODES[field.type]) for field in fields(row)]  # type: ignore[index]
    return np.dtype(codes, align=True)


def blank(row: type[RowType], begins: float = 0.0) -> RowType:
    """A row of zeros and flags not set, but that what it has been doing began with the run (`begins`, h)."""
    nothing = {bool: False, float: 0.0}
    zeros = {field.name: nothing.get(field.type, 0) for field in fields(row)}  # type: ignore[arg-type]
    return row(**zeros | dict.fromkeys(CLOCK_FIELDS.get(row, ()), begins))


def to_array(table: Sequence[RowType], row: type[RowType]) -> np.ndarray:
    """A table of objects as a record array (rows,) of `dtype_of(row)`."""
    dtype = dtype_of(row)
    return np.array([tuple(getattr(entry, name) for name in dtype.names or ()) for entry in table], dtype)


def to_rows(array: np.ndarray, row: type[RowType]) -> list[RowType]:
    """A record array (rows,) as a table of objects."""
    return [row(*values) for values in array.tolist()]


def with_lists(world: World, names: Iterable[str]) -> World:
    """A world of arrays with some tables as lists: of objects where rows are declared, else of numbers."""
    arrays = {name: getattr(world, name) for name in names}
    lists: dict[str, Any] = {
        name: to_rows(array, ROW_TYPES[name]) if name in ROW_TYPES else array.tolist()
        for name, array in arrays.items()
    }
    return world._replace(**lists)


def grid(table: Sequence[Sequence[float]], width: int, code: str) -> np.ndarray:
    """A table of numbers (rows, width), also where it has no row; `code` is NumPy's of its type."""
    return np.array(table, code).reshape(len(table), width)
