"""The group: it learns late where a column was, sets itself ahead of it, fights, and goes when broken.

A group acts on sightings 2 to 6 hours old and never on a column's true state. Only a broken one goes to a
refuge.
"""

from sim.chance.keyed import Purpose, binomial, uniform
from sim.rules.event_log import log_group
from sim.rules.route import head_km, on_road, outward_km, road_distance, way_to
from sim.state.kinds import Event, Mode, Stance
from sim.state.rows import NEVER, NOBODY, NOWHERE, ColumnState, GroupState, Key
from sim.state.world import World


def wake(world: World, index: int, now: float) -> float:
    """Leave if broken; else act on the sighting that has come in, and let the next one be taken."""
    group = world.groups[index]
    if group.stance == Stance.BROKEN:
        return withdraw(world, group, now) if now >= group.leaves else group.leaves
    if group.stance >= Stance.WITHDRAWN or not group.fights:
        return NEVER
    if group.quarry != NOBODY and now < group.acts_on:
        return group.acts_on
    if group.quarry != NOBODY:
        group.told_of, group.told_km = group.quarry, group.seen_km
    if group.quarry != NOBODY and group.engaged == NOBODY:
        set_ahead(world, group, now)
    return look(world, group, now)


def look(world: World, group: GroupState, now: float) -> float:
    """A column is sighted now; the group learns of it, and acts, some hours later.

    A group on its way acts when it is in its place: its sighting is taken so much later.
    """
    p = world.p
    u = uniform(world.run[0].seed, group.key, Purpose.SIGHTING, group.looks)
    delay = p.sighting_least + u * (p.sighting_most - p.sighting_least)
    group.quarry = NOBODY
    if group.arrives - delay > now:
        return group.arrives - delay
    group.quarry = nearest_column(world, group, now)
    if group.quarry == NOBODY:
        return next_departure(world, group, now)
    group.looks += 1
    group.seen_km = head_km(world.columns[group.quarry], now)
    group.acts_on = now + delay
    return group.acts_on


def set_ahead(world: World, group: GroupState, now: float) -> None:
    """Stay if well ahead of the sighting; else choose a place there, outside the feared radius if it can."""
    p = world.p
    column = world.columns[group.quarry]
    if p.ahead_least <= group.set_km - group.seen_km <= p.ahead_most:
        return
    end = world.marks[column.last_mark - 1].km
    low, high = group.seen_km + p.ahead_least, group.seen_km + p.ahead_most
    wary = world.wary[world.indices[group.agent]][group.quarry]
    if wary < high:
        low = max(low, wary)
    u = uniform(world.run[0].seed, group.key, Purpose.SETTING, group.sets)
    target = min(low + u * (high - low), end)
    group.sets += 1
    if target == group.set_km:
        return
    set_at(world, group, now, target)


def set_at(world: World, group: GroupState, now: float, km: float, place: int = NOWHERE) -> None:
    """Send a group to a km of its quarry's itinerary, which may be a place."""
    road, road_km = on_road(world, world.columns[group.quarry], km)
    go(world, group, now, road, road_km)
    group.stance = Stance.SHADOW
    group.set_km = km
    log_group(world, group, now, Event.SET, place=place, km=km)


def go(world: World, group: GroupState, now: float, road: int, road_km: float) -> None:
    """Send a group to a point on a road, once it is where it was going; on its way it is not to be met."""
    way = road_distance(world, group.road, group.road_km, road, road_km)
    group.arrives = max(now, group.arrives) + way / world.p.group_speed
    group.road, group.road_km = road, road_km


def nearest_column(world: World, group: GroupState, now: float) -> int:
    """The hostile column under way that is nearest by road, or NOBODY."""
    best, nearest = NEVER, NOBODY
    for i, column in enumerate(world.columns):
        if is_hostile(world, group, column) and Mode.WAITING < column.mode < Mode.HOLDING:
            way = way_to_column(world, group, column, head_km(column, now))
            if way < best:
                best, nearest = way, i
    return nearest


def way_to_column(world: World, group: GroupState, column: ColumnState, km: float) -> float:
    """The shortest way by road from a group to a road-km of a column's itinerary, km."""
    road, road_km = on_road(world, column, km)
    return road_distance(world, group.road, group.road_km, road, road_km)


def next_departure(world: World, group: GroupState, now: float) -> float:
    """The hour at which a hostile column next departs, or NEVER."""
    hour = NEVER
    for column in world.columns:
        if is_hostile(world, group, column) and column.mode == Mode.WAITING and column.departs > now:
            hour = min(hour, column.departs)
    return hour


def choose_refuge(world: World, column: ColumnState, now: float) -> int:
    """The refuge nearest to a column beyond two days at its pace since its last hold; else the farthest."""
    hours = now - column.set_out
    pace = (column.km - column.set_out_km) / hours if hours > 0.0 else 0.0
    least = pace * world.p.refuge_time
    road, road_km = on_road(world, column, head_km(column, now))
    near, far = NOBODY, NOBODY
    nearest, farthest = NEVER, -1.0
    for place in world.refuges:
        way = way_to(world, place, road, road_km)
        if least <= way < nearest:
            nearest, near = way, place
        if way > farthest:
            farthest, far = way, place
    return near if near != NOBODY else far


# --- what a column's rules ask of the groups ---------------------------------------------------------------


def is_hostile(world: World, group: GroupState, column: ColumnState) -> bool:
    """Whether a group is hostile to a column."""
    return world.hostile[world.indices[group.agent]][world.indices[column.agent]]


def is_contested(world: World, column: ColumnState) -> bool:
    """Whether a column is on contested road, beyond what its side holds, and a hostile group in the field.

    On its way back a road is contested where it was on the way out.
    """
    km = outward_km(world, column)
    return km > column.held_km and km >= column.contested_km and is_hunted(world, column)


def is_contested_ahead(world: World, column: ColumnState) -> bool:
    """Whether the road on which a column goes on is contested: from the very place where that begins."""
    km, beyond = outward_km(world, column), max(column.held_km, column.contested_km)
    contested = km > beyond if world.legs[column.leg].back else km >= beyond
    return contested and is_hunted(world, column)


def is_hunted(world: World, column: ColumnState) -> bool:
    """Whether a group hostile to a column is in the field."""
    for group in world.groups:
        if group.stance != Stance.WITHDRAWN and is_hostile(world, group, column):
            return True
    return False


def fighting(world: World, group: GroupState, column: ColumnState) -> bool:
    """Whether a group is one that fights a column, wherever it is now."""
    return group.fights and is_hostile(world, group, column)


def defends(world: World, group: GroupState, column: ColumnState) -> bool:
    """Whether a group defends a position: not once it has withdrawn, nor while it blocks a road."""
    return group.stance not in (Stance.WITHDRAWN, Stance.BLOCKING) and fighting(world, group, column)


def is_ready(world: World, group: GroupState, column: ColumnState, now: float) -> bool:
    """Whether a group can take part in an ambush on a column: in its place, rested, and near by road."""
    if group.stance > Stance.SHADOW or not fighting(world, group, column):
        return False
    if group.arrives > now or group.rested > now or group.engaged != NOBODY:
        return False
    return way_to_column(world, group, column, column.km) <= world.p.ready_radius


def ready_share(world: World, column: ColumnState, now: float) -> float:
    """Groups ready for an ambush on a column, as a share of all that fight it."""
    ready, every = 0, 0
    for group in world.groups:
        if fighting(world, group, column):
            every += 1
            if is_ready(world, group, column, now):
                ready += 1
    return ready / every if every > 0 else 0.0


def engage_ready(world: World, column: ColumnState, now: float) -> float:
    """Engage every ready group in an ambush; returns the fighters that take part."""
    fighters = 0.0
    for group in world.groups:
        if is_ready(world, group, column, now):
            group.engaged = column.agent
            fighters += group.fighters
    return world.p.committed_share * fighters


def engage_all(world: World, column: ColumnState) -> float:
    """Engage every free group that defends a position; returns the fighters in it."""
    fighters = 0.0
    for group in world.groups:
        if group.engaged == NOBODY and defends(world, group, column):
            group.engaged = column.agent
            fighters += group.fighters
    return world.p.committed_share * fighters


def committed(world: World, column: ColumnState) -> float:
    """Fighters that the groups which defend it commit to a position against a column."""
    fighters = 0.0
    for group in world.groups:
        if defends(world, group, column):
            fighters += group.fighters
    return world.p.committed_share * fighters


def engage_block(world: World, column: ColumnState, group: GroupState, now: float) -> float:
    """Engage the group that stands across a column's road; returns the fighters that take part."""
    if group.stance != Stance.BLOCKING or not is_hostile(world, group, column):
        return 0.0
    if group.rested > now or group.engaged != NOBODY:
        return 0.0
    group.engaged = column.agent
    return world.p.committed_share * group.fighters


def disengage(world: World, foe: int, key: Key, count: int, now: float, lost: float) -> None:
    """End a fight: the groups engaged with a foe share its losses by their strength and rest.

    `foe` is its agent, `key` and `count` are those of the fight's draws.
    """
    p = world.p
    together = 0.0
    for group in world.groups:
        if group.engaged == foe:
            together += group.fighters
    share = min(1.0, 1.0 / p.persons_a_vehicle)
    vehicles = binomial(world.run[0].seed, key, Purpose.GROUP_VEHICLES, count, trials=int(lost), share=share)
    for group in world.groups:
        if group.engaged == foe:
            part = group.fighters / together if together > 0.0 else 0.0
            group.lost += lost * part
            group.vehicles_lost += vehicles * part
            group.fighters -= lost * part
            group.rested = now + p.recovery
            group.engaged = NOBODY


def break_up(world: World, column: ColumnState, leaves: float) -> None:
    """The groups of a broken position will leave at an hour of the coming night."""
    for group in world.groups:
        if defends(world, group, column):
            group.leaves = min(group.leaves, leaves) if group.stance == Stance.BROKEN else leaves
            group.stance = Stance.BROKEN
            group.quarry = world.indices[column.agent]
            world.wakes[group.agent] = group.leaves


def withdraw(world: World, group: GroupState, now: float) -> float:
    """Fall back to the next defended position on the column's way, or, where none is left, to a refuge.

    That is the nearest beyond two days at the column's pace since its last hold, or else the farthest.
    """
    column = world.columns[group.quarry]
    group.rested = now + world.p.recovery
    for i in range(column.next_mark, column.last_mark):
        mark = world.marks[i]
        if mark.defended and mark.leaves == NEVER:
            set_at(world, group, now, mark.km, place=mark.place)
            return look(world, group, now)
    refuge = choose_refuge(world, column, now)
    if refuge != NOBODY:
        go(world, group, now, world.places[refuge].road, world.places[refuge].road_km)
    group.stance = Stance.WITHDRAWN
    log_group(world, group, now, Event.WITHDRAWAL, place=refuge)
    return NEVER
