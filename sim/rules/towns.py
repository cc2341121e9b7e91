"""The town: families leave, more as a column that takes places comes near and after strikes.

The hazard of leaving, a day, is p_c exp(-distance / r_c), and p_s more on a day with a strike and two days
after. Towns are large, so the expected number leaves. Where they go follows Flee's weights by distance
(Suleimenova, Bell and Groen 2017).
"""

import math

from sim.kinds import Event, Kind, Mode
from sim.rows import NEVER, Destination, Town
from sim.rules.chronicle import note
from sim.rules.drones import distance
from sim.rules.route import head_km, position_at
from sim.tables import World


def wake(world: World, index: int, now: float) -> float:
    """At midnight, the families of the past day have left."""
    town = world.towns[index]
    p = world.parameters[0]
    rate = 24.0 * p.leaving * math.exp(-threat_km(world, town, now) / p.threat_radius)
    if now - town.struck <= p.strike_time:
        rate += 24.0 * p.strike_leaving
    leave = (town.people - town.left) * -math.expm1(-rate)
    town.left += leave
    if leave > 0.0:
        settle(world, town, leave)
    if leave >= 1.0:
        note(world, now, Event.DISPLACED, Kind.TOWN, index, town.place, -1.0, leave, town.left)
    return now + 24.0


def threat_km(world: World, town: Town, now: float) -> float:
    """Distance to the nearest column that takes places, as the crow flies, km; NEVER without one."""
    point = world.places[town.place]
    nearest = NEVER
    for column in world.columns:
        if column.captures == 1 and column.mode != Mode.WAITING:
            lat, lon = position_at(world, column, head_km(column, now))
            nearest = min(nearest, distance(point.lat, point.lon, lat, lon))
    return nearest


def settle(world: World, town: Town, leave: float) -> None:
    """Share those who leave over the destinations: nearer ones, borders and refuges more, fighting less."""
    total = 0.0
    for destination in world.destinations:
        total += weight(world, town, destination)
    for destination in world.destinations:
        if total > 0.0:
            part = weight(world, town, destination) / total
            destination.arrived += leave * part


def weight(world: World, town: Town, destination: Destination) -> float:
    """The weight of a destination for those of a town; none for their own."""
    way = world.distances[town.place][destination.place]
    if destination.place == town.place or way == NEVER:
        return 0.0
    p = world.parameters[0]
    weight = p.refuge_weight if destination.draws == 1 else 1.0
    if world.places[destination.place].fought == 1:
        weight *= p.fighting_weight
    return weight / (way + p.distance_offset)
