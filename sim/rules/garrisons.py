"""The garrison: raided by order or when no column is near, fed by resupply columns, reinforced by airlift."""

from sim.chance.keyed import Latent, Purpose, exponential, whole
from sim.rules import camps, combat, groups, towns
from sim.rules.drones import cover
from sim.rules.event_log import log_at
from sim.rules.geodesy import place_vector
from sim.rules.route import way_to
from sim.state.kinds import Event, Mode, Side, Stance
from sim.state.rows import NEVER, NOBODY, ColumnState, GarrisonState, GroupState
from sim.state.world import World


def wake(world: World, index: int, now: float) -> float:
    """End a raid; let the next be tried that groups make of their own accord."""
    garrison = world.garrisons[index]
    if is_raided(garrison) and now >= garrison.raid_until:
        end_raid(world, garrison, now)
    if garrison.holds and now >= garrison.raid_next:
        attempt(world, garrison, now)
    if is_raided(garrison):
        return min(garrison.raid_until, garrison.raid_next)
    return garrison.raid_next if garrison.holds else NEVER


def is_raided(garrison: GarrisonState) -> bool:
    """Whether a raid is on."""
    return garrison.raid_until > -NEVER


def may_be_raided(world: World, garrison: GarrisonState) -> bool:
    """Whether a garrison stands alone in its place, and no raid is on."""
    for column in world.columns:
        if column.mode == Mode.HOLDING and column.held_place == garrison.place:
            return False
    return garrison.holds and not is_raided(garrison)


def attempt(world: World, garrison: GarrisonState, now: float) -> None:
    """Raids are tried at a constant rate; one comes if a group is free to, the nearest of them."""
    best, raider = NEVER, NOBODY
    for i, group in enumerate(world.groups):
        way = way_to(world, garrison.place, group.road, group.road_km)
        if way < best and may_raid(world, group, now) and way <= world.p.raid_radius:
            best, raider = way, i
    garrison.attempts += 1
    next_attempt(world, garrison, now)
    if raider != NOBODY and may_be_raided(world, garrison):
        world.groups[raider].engaged = garrison.agent
        begin_raid(world, garrison, now)


def next_attempt(world: World, garrison: GarrisonState, now: float) -> None:
    """Set the hour of the next attempt; NEVER where groups raid by order only."""
    rate = world.p.raid_rate
    garrison.raid_next = NEVER
    if garrison.hunted and rate > 0.0:
        left = exponential(world.run[0].seed, garrison.key, Purpose.RAID_CLOCK, garrison.attempts)
        garrison.raid_next = now + left / rate


def may_raid(world: World, group: GroupState, now: float) -> bool:
    """Whether a group is free for a raid and knows of no hostile column near.

    It knows where columns hold or have arrived, and its last sighting of one under way.
    """
    if not is_free(group, now):
        return False
    for i, column in enumerate(world.columns):
        stands = column.mode == Mode.HOLDING or (column.mode == Mode.ARRIVED and column.persons > 0.0)
        km = column.km
        if group.told_of == i and not stands:
            stands, km = Mode.WAITING < column.mode < Mode.HOLDING, group.told_km
        hostile = stands and groups.is_hostile(world, group, column)
        if hostile and groups.way_to_column(world, group, column, km) < world.p.raid_clear:
            return False
    return True


def is_free(group: GroupState, now: float) -> bool:
    """Whether a group that raids is in the field, in its place, rested and not fighting."""
    if not group.raids or group.stance in (Stance.WITHDRAWN, Stance.BROKEN):
        return False
    return group.arrives <= now and group.rested <= now and group.engaged == NOBODY


def ordered(world: World, index: int, now: float) -> float:
    """An order to raid: those of its groups that are free and near enough attack; none, no raid."""
    garrison = world.garrisons[world.raids[index].garrison]
    if not may_be_raided(world, garrison):
        return NEVER
    comes = False
    for i, group in enumerate(world.groups):
        near = way_to(world, garrison.place, group.road, group.road_km) <= world.p.raid_radius
        if world.raiders[index][i] and near and is_free(group, now):
            group.engaged = garrison.agent
            comes = True
    if comes:
        begin_raid(world, garrison, now)
        world.wakes[garrison.agent] = min(world.wakes[garrison.agent], garrison.raid_until)
    return NEVER


def begin_raid(world: World, garrison: GarrisonState, now: float) -> None:
    """The engaged groups attack for some hours."""
    p = world.p
    garrison.raiders = 0.0
    for group in world.groups:
        if group.engaged == garrison.agent:
            garrison.raiders += p.committed_share * group.fighters
    garrison.raid_until = now + p.raid_hours
    garrison.raids += 1
    towns.fought_at(world, garrison.place)
    ratio = combat.person_ratio(garrison.persons, garrison.raiders)
    log_at(
        world, garrison.agent, now, Event.RAID, place=garrison.place, amount=ratio
    ).other = garrison.raiders


def end_raid(world: World, garrison: GarrisonState, now: float) -> None:
    """Count the losses; the garrison falls if it is too weak for the raiders, who then stay."""
    p = world.p
    fight = combat.Fight(
        persons=garrison.persons,
        vehicles=garrison.vehicles,
        fighters=garrison.raiders,
        cover=cover(world, garrison.side, place_vector(world, garrison.place), now),
        hours=p.raid_hours,
    )
    lost, vehicles, fighters = combat.toll(world, garrison.key, garrison.raids, fight)
    garrison.persons -= lost
    garrison.persons_lost += lost
    garrison.vehicles -= vehicles
    garrison.vehicles_lost += vehicles
    log_at(world, garrison.agent, now, Event.RAID_END, place=garrison.place, amount=lost).other = fighters
    if combat.person_ratio(garrison.persons, garrison.raiders) < p.beaten_ratio:
        fall(world, garrison, now)
    groups.disengage(world, garrison.agent, garrison.key, garrison.raids, now=now, lost=fighters)
    garrison.raid_until = -NEVER


def fall(world: World, garrison: GarrisonState, now: float) -> None:
    """The garrison leaves its place, and the raiders stay there."""
    point = world.places[garrison.place]
    count_supply(garrison, now)
    garrison.holds = False
    point.holder = Side.CONTESTING
    for group in world.groups:
        if group.engaged == garrison.agent:
            group.road, group.road_km, group.arrives = point.road, point.road_km, now
            group.set_km = -NEVER
            if group.stance == Stance.BLOCKING:
                group.stance = Stance.HOME
    log_at(world, garrison.agent, now, Event.FALLEN, place=garrison.place, amount=garrison.persons)
    camps.captured(world, garrison.place, point.holder, now)


def airlift(world: World, index: int, now: float) -> float:
    """Persons land in the night, if the garrison still holds its place."""
    row = world.airlifts[index]
    garrison = world.garrisons[row.garrison]
    if garrison.holds:
        run = world.run[0]
        brought = whole(run.seed, row.key, Latent.PERSONS, row.persons_low, row.persons_high, run.spread)
        garrison.persons += brought
        log_at(world, row.agent, now, Event.AIRLIFT, place=garrison.place, amount=brought)
    return NEVER


# --- supply -------------------------------------------------------------------------------------------------


def supply_left(garrison: GarrisonState, now: float) -> float:
    """Hours of supply left at an hour: an hour an hour since it was last counted."""
    return max(0.0, garrison.supply - (now - garrison.counted_at))


def hungry(garrison: GarrisonState, now: float) -> float:
    """Hours without supply since it was last counted."""
    return max(0.0, now - garrison.counted_at - garrison.supply) if garrison.holds else 0.0


def count_supply(garrison: GarrisonState, now: float) -> None:
    """Count what supply is left, and the hours without."""
    garrison.without += hungry(garrison, now)
    garrison.supply = supply_left(garrison, now)
    garrison.counted_at = now


def resupply(world: World, column: ColumnState, now: float) -> None:
    """A column brings a garrison supply, less by the share of its vehicles that it lost on the way."""
    garrison = world.garrisons[column.supplies]
    if not garrison.holds or column.vehicles_at_start <= 0.0:
        return
    brought = column.load * column.vehicles / column.vehicles_at_start
    count_supply(garrison, now)
    garrison.supply += brought
    garrison.resupplies += 1
    log_at(world, garrison.agent, now, Event.RESUPPLY, place=garrison.place, amount=brought / 24.0)
