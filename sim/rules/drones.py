"""Air cover: how much of the time aircraft are over a place, and the drone detachment's own day."""

import math

from sim.kinds import Event, Kind
from sim.rules.chronicle import note
from sim.tables import NEVER, NOWHERE, Drone, World

EARTH_RADIUS = 6378.137  # km, equatorial, WGS84
FLATTENING = 1.0 / 298.257223563
DEGREE = math.pi / 180.0  # radians


def wake(world: World, index: int, now: float) -> float:
    """The detachment comes on station once; from then on it covers whatever its radius reaches."""
    note(world, now, Event.ON_STATION, Kind.DRONE, index, NOWHERE, 0.0, 0.0, 0.0)
    return NEVER


def cover(world: World, side: int, lat: float, lon: float, now: float) -> float:
    """Cover of a side at a position and hour, 0 to 1: its best detachment's, or its manned aviation's."""
    best = 0.0
    if world.run[0].manned_side == side:
        best = world.parameters[0].manned_cover
    for drone in world.drones:
        if drone.side == side and drone.ready <= now:
            best = max(best, drone_cover(drone, lat, lon))
    return best


def drone_cover(drone: Drone, lat: float, lon: float) -> float:
    """Share of the time that a ready detachment is over a position: less transit and turn-round."""
    if distance(drone.station_lat, drone.station_lon, lat, lon) > drone.radius:
        return 0.0
    transit = 2.0 * distance(drone.field_lat, drone.field_lon, lat, lon) / drone.cruise
    share = drone.aircraft * (drone.endurance - transit) / (drone.endurance + drone.turn_round)
    return min(1.0, max(0.0, share))


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great circle in km on WGS84 by the Andoyer-Lambert formula, within 0.1 km of the geodesic here."""
    b1, b2 = _reduced(lat1), _reduced(lat2)
    half_lat = math.sin((b2 - b1) / 2.0)
    half_lon = math.sin(DEGREE * (lon2 - lon1) / 2.0)
    h = half_lat * half_lat + math.cos(b1) * math.cos(b2) * half_lon * half_lon
    if h <= 0.0:
        return 0.0
    angle = 2.0 * math.atan2(math.sqrt(h), math.sqrt(1.0 - h))
    mean, half = (b1 + b2) / 2.0, (b2 - b1) / 2.0
    x = math.sin(mean) * math.cos(half) / math.cos(angle / 2.0)
    y = math.cos(mean) * math.sin(half) / math.sin(angle / 2.0)
    correction = (angle - math.sin(angle)) * x * x + (angle + math.sin(angle)) * y * y
    return EARTH_RADIUS * (angle - FLATTENING / 2.0 * correction)


def _reduced(lat: float) -> float:
    """Reduced latitude, radians."""
    angle = DEGREE * lat
    return math.atan2((1.0 - FLATTENING) * math.sin(angle), math.cos(angle))
