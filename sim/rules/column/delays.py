"""Delay accounting: each hour between a column's departure and its last capture goes to exactly one cause."""

from sim.state.kinds import Cause, Mode
from sim.state.rows import ColumnState
from sim.state.world import World

_CAUSES = {
    Mode.BIVOUAC: Cause.OVERNIGHT,
    Mode.NIGHT: Cause.OVERNIGHT,
    Mode.HALT: Cause.MINE_HALTS,
    Mode.AMBUSHED: Cause.IN_CONTACT,
    Mode.ASSAULT: Cause.IN_CONTACT,
    Mode.FACING: Cause.COMBAT_UNDECIDED,
    Mode.SUPPLY: Cause.SUPPLY,
    Mode.BEATEN: Cause.TURNED_BACK,
}
MODE_CAUSES = tuple(int(_CAUSES.get(mode, Cause.MARCH)) for mode in Mode)
"""The cause of each mode; a holding column says itself what it waits for."""
ORDERED_HALT = int(Cause.ORDERED_HALT)
"""The cause of a column that stands on the road by order, or before a closed road."""


def book(world: World, column: ColumnState, now: float) -> None:
    """Book the hours since the column last acted, all of them spent in one mode, to their cause."""
    if is_under_way(column):
        world.accounts[column.stage][cause_of(column)] += now - column.acted_at


def is_under_way(column: ColumnState) -> bool:
    """Whether a column's hours count towards an objective still to be reached."""
    return column.stage < column.last_stage and column.mode != Mode.WAITING


def cause_of(column: ColumnState) -> int:
    """The cause to which a column's hours go in its present mode."""
    if column.standing and Mode.BIVOUAC <= column.mode <= Mode.NIGHT:
        return ORDERED_HALT
    return column.cause if column.mode == Mode.HOLDING else MODE_CAUSES[column.mode]
