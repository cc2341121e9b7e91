"""Combat: force ratio, losses by Deitchman's mixed law, the end of a fight, and who is repulsed."""

from typing import NamedTuple

from sim.chance.keyed import Purpose, binomial, poisson
from sim.rules import groups
from sim.rules.column import serials
from sim.rules.drones import cover_of
from sim.state.rows import ColumnState, Key
from sim.state.world import World


class Fight(NamedTuple):
    """A fight of a column or garrison: who is in it, its drone cover (share of time), and its hours."""

    persons: float
    vehicles: float
    fighters: float
    cover: float
    hours: float


def force_ratio(world: World, column: ColumnState, cover: float, now: float) -> float:
    """Persons present, weighted by air cover, to the fighters engaged; very large where there are none."""
    persons = serials.persons_present(world, column, now)
    return person_ratio(persons * (1.0 + world.p.air_multiplier * cover), column.engaged)


def person_ratio(persons: float, fighters: float) -> float:
    """Persons to fighters; very large where nobody attacks."""
    return persons / fighters if fighters > 0.0 else 1e9


def settle(world: World, column: ColumnState, now: float) -> tuple[float, float]:
    """End a column's fight: both sides take their losses and the groups rest; returns both losses.

    The column's are borne by those who were there as it began.
    """
    since, cover = column.fight_from, cover_of(world, column, now)
    fight = Fight(
        persons=serials.persons_present(world, column, since),
        vehicles=serials.vehicles_present(world, column, since),
        fighters=column.engaged,
        cover=cover,
        hours=now - since,
    )
    persons, vehicles, fighters = toll(world, column.key, column.fights, fight)
    serials.lose(world, column, since, persons, vehicles)
    groups.disengage(world, column.agent, column.key, column.fights, now=now, lost=fighters)
    column.fights += 1
    column.ratio = force_ratio(world, column, cover, now)
    stay_in_contact(world, column, now)
    return persons, fighters


def toll(world: World, key: Key, count: int, fight: Fight) -> tuple[float, float, float]:
    """Persons, vehicles and fighters lost in the `count`-th fight of a column or garrison.

    They lose Poisson(a_B F h) persons. The groups lose Poisson(a_R N h (c + (1 - c) F / R0)): area
    fire finds fighters by their density F / R0, aimed fire, a share c of it, finds them anyhow
    (Deitchman 1962). Vehicles are lost in proportion to persons.
    """
    p = world.p
    seed = world.run[0].seed
    mean = p.column_loss_rate * fight.fighters * fight.hours
    lost = min(fight.persons, float(poisson(seed, key, Purpose.COLUMN_LOSS, count, mean)))
    density = fight.cover + (1.0 - fight.cover) * min(1.0, fight.fighters / p.fighters)
    mean = p.rebel_loss_rate * fight.persons * fight.hours * density
    fighters_lost = min(fight.fighters, float(poisson(seed, key, Purpose.GROUP_LOSS, count, mean)))
    hit = 0.0
    if fight.persons > 0.0:
        share = min(1.0, fight.vehicles / fight.persons)
        hit = float(binomial(seed, key, Purpose.COLUMN_VEHICLES, count, trials=int(lost), share=share))
        hit = min(hit, fight.vehicles)
    return lost, hit, fighters_lost


def is_beaten(world: World, column: ColumnState, now: float) -> bool:
    """After a fight: too weak for the enemy it met, or too much lost since its last hold."""
    p = world.p
    return column.ratio < p.beaten_ratio or lost_share(world, column, now) > p.beaten_loss


def lost_share(world: World, column: ColumnState, now: float) -> float:
    """Share that those of a column who have set out since its last hold have lost."""
    present = serials.persons_present(world, column, now)
    before = column.persons_at_hold - (column.persons - present)
    return 1.0 - present / before if before > 0.0 else 0.0


def stay_in_contact(world: World, column: ColumnState, now: float) -> None:
    """A column is in contact for some hours from now, if its run knows of contact."""
    if not world.run[0].no_contact:
        column.contact_until = max(column.contact_until, now + world.p.contact_hours)
