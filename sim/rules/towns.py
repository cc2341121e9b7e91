"""The town: persons leave, more as a column that takes places comes near and after strikes.

Its people are those of the census times population_growth. The hazard of leaving, a day, is
p_c exp(-distance / r_c), and p_s more on a day with a strike and two days after. Towns are large, so the
expected number leaves. Where they go: Flee's weights by distance (Suleimenova, Bell and Groen 2017). They
count at a destination as they set out for it.
"""

from sim.maths.exponential import exp, expm1
from sim.rules.event_log import log_town
from sim.rules.geodesy import distance, place_vector, vector
from sim.rules.route import head_km, position_at, way_between
from sim.state.kinds import Event, Mode
from sim.state.rows import NEVER, DestinationState
from sim.state.world import World


def fought_at(world: World, place: int) -> None:
    """There was a fight, raid or strike at a place: fewer will go there."""
    if not world.places[place].fought:
        world.places[place].fought = True
        share_out(world)


def share_out(world: World) -> None:
    """The share of each destination in those who leave a town from now on, in proportion to its weight."""
    for index, town in enumerate(world.towns):
        shares, total = world.shares[index], 0.0
        for i, destination in enumerate(world.destinations):
            shares[i] = weight(world, town.place, destination)
            total += shares[i]
        if total > 0.0:
            for i in range(len(shares)):
                shares[i] /= total


def weight(world: World, place: int, destination: DestinationState) -> float:
    """The weight of a destination for those of a place: nearer ones, borders and refuges more, fighting less.

    None for their own place.
    """
    start, end = world.places[place], world.places[destination.place]
    way = way_between(world, start.route_number, end.route_number)
    if destination.place == place or way == NEVER:
        return 0.0
    p = world.p
    weight = p.refuge_weight if destination.draws else 1.0
    if end.fought:
        weight *= p.fighting_weight
    return weight / (way + p.distance_offset)


# --- the town -----------------------------------------------------------------------------------------------


def wake(world: World, now: float) -> float:
    """At midnight, the families of the past day have left every town."""
    moved = False
    for i in range(len(world.columns)):
        moved = look_at(world, i, now) or moved
    for index in range(len(world.towns)):
        empty(world, index, now, moved)
    return now + 24.0


def look_at(world: World, index: int, now: float) -> bool:
    """Measure how far a column that takes places is from each town; False where it stands as it stood."""
    column = world.columns[index]
    if not column.captures or column.mode == Mode.WAITING:
        return False
    km = head_km(column, now)
    if km == world.heads[index]:
        return False
    world.heads[index] = km
    lat, lon = position_at(world, column, km)
    head = vector(lat, lon)
    for i, town in enumerate(world.towns):
        world.ranges[i][index] = distance(place_vector(world, town.place), head)
    return True


def empty(world: World, index: int, now: float, moved: bool) -> None:
    """Let the families of a day leave a town."""
    town = world.towns[index]
    struck = now - town.struck <= world.p.strike_time
    if town.share < 0.0 or moved or struck != town.struck_lately:  # else they leave as on the day before
        town.struck_lately = struck
        town.share = share_leaving(world, index, struck)
    leave = (town.people - town.departures) * town.share
    town.departures += leave
    to_border = send(world, index, leave)
    town.border_departures += to_border
    if leave >= 1.0:
        log_town(world, index, now, Event.DISPLACED, amount=leave, other=to_border)


def send(world: World, index: int, leave: float) -> float:
    """Share those who leave a town out to the destinations; returns how many set out for a border."""
    to_border = 0.0
    for i, destination in enumerate(world.destinations):
        bound = leave * world.shares[index][i]
        destination.arrivals += bound
        if destination.border:
            to_border += bound
    return to_border


def share_leaving(world: World, index: int, struck: bool) -> float:
    """The share of those who are in a town that leaves in a day: by the nearest column, and by strikes."""
    p = world.p
    nearest = NEVER
    for i in range(len(world.columns)):
        nearest = min(nearest, world.ranges[index][i])
    rate = 24.0 * p.leaving * exp(-nearest / p.threat_radius)
    if struck:
        rate += 24.0 * p.strike_leaving
    return -expm1(-rate)
