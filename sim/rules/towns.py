"""The town: families leave, more as a column that takes places comes near and after strikes.

The hazard of leaving, a day, is p_c exp(-distance / r_c), and p_s more on a day with a strike and two days
after. Towns are large, so the expected number leaves. Where they go: sim/rules/flight.py.
"""

import math

from sim.kinds import Event, Kind, Mode
from sim.rows import NEVER
from sim.rules.chronicle import note
from sim.rules.drones import distance
from sim.rules.flight import settle
from sim.rules.route import head_km, position_at
from sim.tables import World


def wake(world: World, index: int, now: float) -> float:
    """At midnight, the families of the past day have left."""
    town = world.towns[index]
    threat = threat_km(world, index, now)
    struck = now - town.struck <= world.parameters[0].strike_time
    if threat != town.threat or struck != (town.struck_lately == 1):  # else the night is as the last one
        town.threat, town.struck_lately = threat, int(struck)
        town.share = share_leaving(world, threat, struck)
    leave = (town.people - town.left) * town.share
    town.left += leave
    if leave > 0.0:
        settle(world, index, leave)
    if leave >= 1.0:
        note(world, now, Event.DISPLACED, Kind.TOWN, index, town.place, -1.0, leave, town.left)
    return now + 24.0


def share_leaving(world: World, threat: float, struck: bool) -> float:
    """The share of those who are there that leaves in a day."""
    p = world.parameters[0]
    rate = 24.0 * p.leaving * math.exp(-threat / p.threat_radius)
    if struck:
        rate += 24.0 * p.strike_leaving
    return -math.expm1(-rate)


def threat_km(world: World, index: int, now: float) -> float:
    """Distance to the nearest column that takes places, as the crow flies, km; NEVER without one."""
    nearest = NEVER
    for i in range(len(world.columns)):
        column = world.columns[i]
        if column.captures == 1 and column.mode != Mode.WAITING:
            km = head_km(column, now)
            if km != world.heads[index][i]:  # else it stands where it stood
                point = world.places[world.towns[index].place]
                lat, lon = position_at(world, column, km)
                world.heads[index][i] = km
                world.ranges[index][i] = distance(point.lat, point.lon, lat, lon)
            nearest = min(nearest, world.ranges[index][i])
    return nearest
