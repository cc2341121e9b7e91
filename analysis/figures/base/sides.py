"""The sides of a case as figures name and draw them: the only place in figures that knows them by name."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.artist import Artist

from analysis.figures.base.page import key_patch
from sim.files.case_file import NO_SIDE, ROLES
from sim.store.reader import RunTables


class SideLook(NamedTuple):
    """A side: its code in stored results, its id in files, its name, and how it is drawn."""

    code: int
    id: str
    name: str
    face: str
    edge: str
    hatch: str = ""
    report: str = ""  # the edge of what is reported of it
    dashes: tuple[float, ...] = ()  # of that edge (points), where the rules leave it no choice

    @property
    def paint(self) -> dict[str, Any]:
        """Face, edge and hatch of a patch."""
        return {"fc": self.face, "ec": self.edge, "hatch": self.hatch or None}

    @property
    def patch(self) -> Artist:
        """It in a legend of who holds what."""
        return key_patch(self.name if self is UNHELD else f"controlled by the {self.name}", **self.paint)


UNHELD = SideLook(code=len(ROLES), id=NO_SIDE, name="uncontrolled", face="#ffffff", edge="#8c8c8c")


def holders(tables: RunTables) -> tuple[SideLook, ...]:
    """All that may hold a place in a run, by code: its sides, then nobody. In grey their hatches differ."""
    rows = [row.model_dump(exclude={"role", "side", "ink"}) for row in tables.sides]
    ids = [row.side for row in tables.sides]
    return (*(SideLook(code=code, id=ids[code], **row) for code, row in enumerate(rows)), UNHELD)


def stacked(sides: Sequence[SideLook]) -> list[SideLook]:
    """Holders in the order in which their shares are stacked: the first two sides at the ends."""
    return [sides[0], *sides[2:], sides[1]]


def side_of(sides: Sequence[SideLook], name: str | None) -> SideLook:
    """A holder by its id; the first side where a report names none. Raises KeyError."""
    return {side.id: side for side in sides}[name or sides[0].id]
