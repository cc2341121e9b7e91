"""Combat: force ratio, losses by Deitchman's mixed law, the end of a fight, and who is beaten."""

from sim.kinds import Kind
from sim.rules import rebels
from sim.rules.chance import Purpose, binomial, poisson
from sim.rules.chronicle import note
from sim.rules.drones import cover
from sim.rules.route import head_position
from sim.tables import Column, World


def force_ratio(world: World, column: Column, fighters: float, cover: float) -> float:
    """Persons, weighted by air cover, to fighters; very large where nobody stands against the column."""
    if fighters <= 0.0:
        return 1e9
    return column.persons * (1.0 + world.parameters[0].air_multiplier * cover) / fighters


def settle(world: World, index: int, now: float, event: int, place: int) -> None:
    """End a column's fight: both sides take their losses, the groups rest, and the event is written down."""
    column = world.columns[index]
    lat, lon = head_position(world, column)
    over = cover(world, column.side, lat, lon, now)
    before = column.persons_lost
    lost = losses(world, column, column.engaged, over, now - column.fight_from)
    rebels.disengage(world, index, now, lost)
    column.ratio = force_ratio(world, column, column.engaged, over)
    column.contact_until = max(column.contact_until, now + world.parameters[0].contact_hours)
    note(world, now, event, Kind.COLUMN, index, place, column.km, column.persons_lost - before, lost)


def losses(world: World, column: Column, fighters: float, cover: float, hours: float) -> float:
    """Take both sides' losses of a fight; returns the fighters lost, and the column's are in its row.

    The column loses Poisson(a_B F h) persons. The groups lose Poisson(a_R N h (c + (1 - c) F / R0)): area
    fire finds fighters by their density F / R0, aimed fire, a share c of it, finds them anyhow
    (Deitchman 1962). Vehicles are lost in proportion to persons.
    """
    p = world.parameters[0]
    seed, key, count = world.run[0].seed, column.key, column.fights
    mean = p.column_loss_rate * fighters * hours
    lost = min(column.persons, float(poisson(seed, key, Purpose.COLUMN_LOSS, count, mean)))
    density = cover + (1.0 - cover) * min(1.0, fighters / p.fighters)
    mean = p.rebel_loss_rate * column.persons * hours * density
    fighters_lost = min(fighters, float(poisson(seed, key, Purpose.GROUP_LOSS, count, mean)))
    if column.persons > 0.0:
        share = min(1.0, column.vehicles / column.persons)
        vehicles = float(binomial(seed, key, Purpose.COLUMN_VEHICLES, count, int(lost), share))
        vehicles = min(vehicles, column.vehicles)
        column.vehicles -= vehicles
        column.vehicles_lost += vehicles
    column.persons -= lost
    column.persons_lost += lost
    column.fights += 1
    return fighters_lost


def is_beaten(world: World, column: Column, ratio: float) -> bool:
    """After a fight: too weak for the enemy it met, or too much lost since its last hold."""
    p = world.parameters[0]
    return ratio < p.beaten_ratio or lost_share(column) > p.beaten_loss


def lost_share(column: Column) -> float:
    """Share of the persons of its last hold that a column has lost since."""
    return 1.0 - column.persons / column.persons_at_hold
