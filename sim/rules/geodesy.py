"""Great circles between points that keep their trigonometry: unit vectors of reduced latitude."""

import math

from sim.maths.circular import atan2, cos, sin
from sim.state.world import World

EARTH_RADIUS = 6378.137  # km, equatorial, WGS84
FLATTENING = 1.0 / 298.257223563
DEGREE = math.pi / 180.0  # radians

Vector = tuple[float, float, float]
"""From the Earth's centre, towards 0 E, 90 E and the north pole; of length 1."""


def vector(lat: float, lon: float) -> Vector:
    """The unit vector of a position on WGS84 (degrees), its latitude reduced: tan b = (1 - f) tan lat."""
    across, up = cos(DEGREE * lat), (1.0 - FLATTENING) * sin(DEGREE * lat)
    length = math.sqrt(across * across + up * up)
    across /= length
    return across * cos(DEGREE * lon), across * sin(DEGREE * lon), up / length


def place_vector(world: World, place: int) -> Vector:
    """The unit vector of a place."""
    point = world.places[place]
    return point.x, point.y, point.z


def distance(a: Vector, b: Vector) -> float:
    """Great circle in km on WGS84 by the Andoyer-Lambert formula, within 0.1 km of the geodesic here."""
    east, north, up = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    chord = east * east + north * north + up * up
    east, north, both = b[0] + a[0], b[1] + a[1], b[2] + a[2]
    across = east * east + north * north + both * both
    if chord <= 0.0:
        return 0.0
    if across <= 0.0:
        return math.pi * EARTH_RADIUS * (1.0 - FLATTENING / 2.0)
    sine, cosine = math.sqrt(chord), math.sqrt(across)  # twice those of half the angle
    angle, bent = 2.0 * atan2(sine, cosine), 0.5 * sine * cosine
    correction = (angle - bent) * both * both / across + (angle + bent) * up * up / chord
    return EARTH_RADIUS * (angle - FLATTENING / 2.0 * correction)
