"""The serials of a column set out one after another: those that have not set out yet take no part in a fight.

A serial sets out later than the head by the gaps before it and the pass time of the vehicles before it. That
counts anew from each start and hold, where the column is together again once its tail is in.
"""

import math

from sim.state.rows import NEVER, ColumnState
from sim.state.world import World


def set_out(column: ColumnState, now: float, speed: float) -> None:
    """The head of a column that is together begins to march at a speed (km/h); its serials follow."""
    if column.left == NEVER:
        column.left, column.left_speed = now, speed


def pass_time(column: ColumnState) -> float:
    """How long a marching column takes to pass a point, the gaps between its serials included, h."""
    return column.vehicles * column.vehicle_gap / column.speed + column.serial_gaps


def gather(column: ColumnState) -> None:
    """All serials of a column are together."""
    column.left = NEVER


def first_waiting(world: World, column: ColumnState, now: float) -> int:
    """The first serial that has not set out by an hour; one past the last where all have."""
    if now < column.left:
        return column.last_serial
    km = 0.0
    for i in range(column.first_serial, column.last_serial):
        serial = world.serials[i]
        if column.left + (serial.gaps + km / column.left_speed) > now:
            return i
        km += serial.vehicles * column.vehicles * column.vehicle_gap
    return column.last_serial


def shares_present(world: World, column: ColumnState, now: float) -> tuple[float, float]:
    """Shares of a column's persons and vehicles in the serials that have set out; 1 and 1 where all have."""
    waiting = first_waiting(world, column, now)
    if waiting == column.last_serial:
        return 1.0, 1.0
    return shares_before(world, column, waiting)


def shares_before(world: World, column: ColumnState, waiting: int) -> tuple[float, float]:
    """Shares of a column's persons and vehicles in the serials before one."""
    persons = vehicles = 0.0
    for i in range(column.first_serial, waiting):
        persons += world.serials[i].persons
        vehicles += world.serials[i].vehicles
    return persons, vehicles


def persons_present(world: World, column: ColumnState, now: float) -> float:
    """Persons of a column who are there at an hour: those of the serials that have set out."""
    return part_of(column.persons, shares_present(world, column, now)[0])


def vehicles_present(world: World, column: ColumnState, now: float) -> float:
    """Vehicles of the serials that have set out by an hour."""
    return part_of(column.vehicles, shares_present(world, column, now)[1])


def part_of(total: float, share: float) -> float:
    """A share of what a column has, as a whole number; all of it at a share of 1."""
    return total if share == 1.0 else float(math.floor(total * share + 0.5))


def lose(world: World, column: ColumnState, since: float, persons: float, vehicles: float) -> None:
    """Take losses from a column: the serials that had set out by an hour bear them by their strength."""
    waiting = first_waiting(world, column, since)
    if waiting < column.last_serial:
        bear(world, column, waiting, persons, vehicles)
    column.persons -= persons
    column.persons_lost += persons
    column.vehicles -= vehicles
    column.vehicles_lost += vehicles


def bear(world: World, column: ColumnState, waiting: int, persons: float, vehicles: float) -> None:
    """Set the shares of all serials to what they will be once those that have set out have borne losses."""
    out_persons, out_vehicles = shares_before(world, column, waiting)
    for i in range(column.first_serial, column.last_serial):
        serial = world.serials[i]
        borne = 1.0 if i < waiting else 0.0
        serial.persons = left_of(serial.persons, borne, out_persons, column.persons, persons)
        serial.vehicles = left_of(serial.vehicles, borne, out_vehicles, column.vehicles, vehicles)


def left_of(share: float, borne: float, together: float, total: float, lost: float) -> float:
    """A serial's share of what is left of a column: it bears its part, by strength, of what was lost."""
    if lost <= 0.0 or total <= lost or together <= 0.0:
        return share
    return max(0.0, share - borne * lost / total * share / together) / (1.0 - lost / total)
