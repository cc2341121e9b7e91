"""A scenario that is being checked: what its fields are held against, and the faults found in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sim.files.case_file import SideRow
from sim.files.yaml_tree import Fault, Map, locate, nearest
from sim.record.record import ReportedDates
from sim.scenario.courses import Course
from sim.scenario.network import Network
from sim.scenario.schema import Scenario


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A scenario whose fields fit their types, with the tree that it was read from.

    `dates` are the reported intervals of events, `sides` those of the case by their roles; by `march_speed`
    (km/h) vehicles pass a point. `courses` gets the way of each column, `ways` the places on it.
    """

    scenario: Scenario
    network: Network
    tree: Map
    dates: ReportedDates
    sides: Sequence[SideRow]
    march_speed: float
    ways: dict[str, list[str]] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, message: str, *loc: str | int) -> None:
        """Something wrong, at keys and indices from the top of the file."""
        self.faults.append(Fault(locate(self.tree, loc), message))

    def among(self, name: str | None, known: Collection[str], words: str, *loc: str | int) -> bool:
        """Whether a name is one of those known; else it `words`, such as "is no garrison"."""
        if name not in known:
            listing = "list places" if known is self.network.places else ""
            self.fault(f"{name!r} {words}; {nearest(str(name), known, listing)}", *loc)
        return name in known
