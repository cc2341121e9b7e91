"""Great circles are near the geodesic anywhere, near each other's and far, and across 180 degrees and the poles."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from sim.rules.geodesy import distance, vector

GEOD = Geod(ellps="WGS84")
LATS = st.integers(-90_000_000, 90_000_000).map(lambda n: n / 1e6)
LONS = st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6)
NEAR = st.integers(-4_000_000, 4_000_000).map(lambda n: n / 1e6)


def geodesic(lat1, lon1, lat2, lon2):
    return GEOD.inv(lon1, lat1, lon2, lat2)[2] / 1000


def great_circle(lat1, lon1, lat2, lon2):
    return distance(vector(lat1, lon1), vector(lat2, lon2))


@settings(derandomize=True, max_examples=500, deadline=None)
@given(LATS, LONS, NEAR, NEAR)
def test_distances_are_within_a_hundred_metres_of_the_geodesic(lat, lon, north, east):
    other = (max(-90.0, min(90.0, lat + north)), lon + east)
    km = geodesic(lat, lon, *other)
    assume(km < 600)
    assert great_circle(lat, lon, *other) == pytest.approx(km, abs=0.1)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(LATS, LONS, LATS, LONS)
def test_long_distances_are_within_two_parts_in_ten_thousand(lat1, lon1, lat2, lon2):
    km = geodesic(lat1, lon1, lat2, lon2)
    assume(km < 19_000)  # near the opposite point the formula fails, as it does in every textbook
    assert great_circle(lat1, lon1, lat2, lon2) == pytest.approx(km, rel=2e-4, abs=1e-6)


def test_a_quarter_of_the_meridian_and_of_the_equator_are_what_they_are():
    assert great_circle(0, 0, 90, 0) == pytest.approx(10_001.966, abs=0.05)
    assert great_circle(0, 0, 0, 90) == pytest.approx(math.pi / 2 * 6378.137, abs=1e-6)
    assert great_circle(0, 0, 0, 180) == pytest.approx(20_004, abs=35)


def test_180_degrees_are_no_seam():
    assert great_circle(17, 179.5, 17, -179.5) == pytest.approx(great_circle(17, 10, 17, 11), abs=1e-6)


@pytest.mark.parametrize("lat", [14.0, 16.2484, 17.0, 18.4411])
def test_the_distance_of_next_to_equal_positions_is_next_to_nothing(lat):
    for other in (math.nextafter(lat, 90), math.nextafter(lat, 0), lat + 1e-12):
        assert 0 <= great_circle(lat, 0.5, other, 0.5) < 1e-6
    assert great_circle(lat, 0.0, lat, 1e-200) == 0


@settings(derandomize=True, max_examples=200, deadline=None)
@given(LATS, LONS)
def test_a_vector_has_length_1_and_the_reduced_latitude(lat, lon):
    x, y, z = vector(lat, lon)
    assert math.hypot(x, y, z) == pytest.approx(1, abs=1e-15)
    reduced = math.atan((1 - 1 / 298.257223563) * math.tan(math.radians(lat)))
    assert z == pytest.approx(math.sin(reduced), abs=1e-15)
    assert (x, y) == pytest.approx(
        (math.cos(reduced) * math.cos(math.radians(lon)), math.cos(reduced) * math.sin(math.radians(lon))),
        abs=1e-15,
    )
