"""The sides of a case as figures name and draw them: the only place in figures that knows them by name."""

from typing import Any, NamedTuple

from matplotlib.patches import Patch

from sim.state.kinds import ARMY, REBELS, UN


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
    def patch(self) -> Patch:
        """It in a legend of who holds what."""
        return Patch(label=f"held by {'the ' * (self is not NO_SIDE)}{self.name}", **self.paint)


ROWS: tuple[tuple[Any, ...], ...] = (
    (ARMY, "army", "army", "#009e73", "#00563f", "", "#003d2a", (4, 1.2)),
    (REBELS, "rebels", "rebels", "#ecc3d8", "#8a3b69", "\\\\\\\\", "#5e1f45", (1.6, 1.0)),
    (UN, "un", "UN", "#a8d8f2", "#0072b2", "....", "#004a75", (1.6, 1.0)),
)
SIDES = tuple(SideLook._make(row) for row in ROWS)
"""The sides in the order of their codes; in grey they differ by lightness and hatch."""
NO_SIDE = SideLook(code=len(SIDES), id="none", name="nobody", face="#ffffff", edge="#8c8c8c")
HOLDERS = (*SIDES, NO_SIDE)
"""All that may hold a place, by code."""
STACKED = (SIDES[0], *SIDES[2:], NO_SIDE, SIDES[1])
"""Holders in the order in which their shares are stacked, from below: the first two sides at the ends."""


def side_of(name: str | None) -> SideLook:
    """A holder by its id; the first side where a report names none. Raises KeyError."""
    return {side.id: side for side in HOLDERS}[name or SIDES[0].id]
