"""From checked files to a run's state.

`Template` is a scenario's world before any run: record arrays, and the names behind their indices. Each run
takes it with its own seed and parameters: `Template.plain` gives tables of objects for the plain and the
watched run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sim.parameters.parameter import Parameters
from sim.rules.setup import open_run
from sim.state.kinds import AgentKind
from sim.state.rows import Key, LogEntry
from sim.state.world import World, with_lists

LOG_CAPACITY = 4096
"""Events that the log of a run takes."""
_FIXED_ROWS = ("roads", "days", "closures", "spans", "airlifts", "raids")
_FIXED = (
    "kinds",
    "indices",
    "hostile",
    "miners",
    "wary",
    "refuges",
    "distances",
    "raiders",
    "clears",
    "watched",
)
VARYING = tuple(name for name in World._fields if name not in (*_FIXED_ROWS, *_FIXED, "parameters", "log"))
"""The tables that a run changes, beside its parameters and its log."""
_EMPTY = (0.0, 0, 0, 0, 0, 0.0, 0.0, 0.0)  # a log entry


class Reporter(NamedTuple):
    """A party, the role of the side whose losses are its own (NOBODY: of none), and events it tells of.

    Of those in `own` it tells where they befall a column of its side, and then it alone.
    """

    party: str
    side: int
    events: tuple[str, ...]
    own: tuple[str, ...]


class Log(Sequence[LogEntry]):
    """The event log of a plain run: its entries are made as they are asked for."""

    def __init__(self, capacity: int) -> None:
        """Room for so many entries."""
        self.capacity = capacity
        self.entries: list[LogEntry] = []

    def __len__(self) -> int:
        """The room there is."""
        return self.capacity

    def __getitem__(self, index: int | slice) -> LogEntry | list[LogEntry]:  # type: ignore[override]
        """An entry, or those of a slice that have been made. Raises IndexError past its room."""
        if index == len(self.entries) < self.capacity:
            self.entries.append(LogEntry(*_EMPTY))
        return self.entries[index]

    def __iter__(self) -> Iterator[LogEntry]:
        """The entries that have been made."""
        return iter(self.entries)


@dataclass(frozen=True, kw_only=True)
class Template:
    """A scenario's world before any run, and the names behind its indices.

    `world` is a World whose tables are arrays, its `log` as long as that of a run may get. `names[kind]` are
    the ids of the agents of a kind, `places` those of the network's places, `milestones` those of the
    milestones, `ways[column]` the places of each column's itinerary with their road-km, `stages` the places
    of the objectives, `destinations` those of the displaced, `parties` who tells of its events.
    """

    world: Any
    names: Mapping[AgentKind, Sequence[str]]
    places: Sequence[str]
    milestones: Sequence[str]
    ways: Mapping[str, Sequence[tuple[str, float]]]
    parameters: Parameters
    stages: Sequence[str]
    destinations: Sequence[str]
    parties: Sequence[Reporter] = ()

    @cached_property
    def parameter_row(self) -> type:
        """The row class of the parameters: an unknown name is an AttributeError."""
        return make_dataclass("ParameterRow", [(name, float) for name in self.parameters.rows], slots=True)

    @cached_property
    def _shared(self) -> World:
        """The world, with the tables that no rule writes to as lists."""
        return with_lists(self.world, (*_FIXED_ROWS, *_FIXED))

    def plain(
        self, values: Mapping[str, float], seed: int, *, spread: bool = False, capacity: int | None = None
    ) -> World:
        """The world of one run as tables of objects, opened: `values` in h and km, `seed` the run seed.

        With `spread`, strengths are drawn in their reported ranges; else their midpoints hold. `capacity` is
        the most events that the log takes (default: as many as that of the template's world).
        """
        world = with_lists(self._shared, VARYING)._replace(
            parameters=[self.parameter_row(**values)],
            log=Log(len(self.world.log) if capacity is None else capacity),
        )
        world.run[0].seed, world.run[0].spread = Key(seed), spread
        open_run(world)
        return world
