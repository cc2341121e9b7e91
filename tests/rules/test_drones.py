"""Air cover: nothing beyond the circle or before its day, inside it the availability worked out by hand."""

import pytest
from pyproj import Geod
from worlds import network, opened, tiny

from sim.rules.drones import cover
from sim.rules.geodesy import distance, vector
from sim.scenario.network import load_network
from sim.state.kinds import Side

GEOD = Geod(ellps="WGS84")


def geodesic(lat1, lon1, lat2, lon2):
    return GEOD.inv(lon1, lat1, lon2, lat2)[2] / 1000


def world(drone="radius: 200 km", **overrides):
    aviation = "manned_aviation: [{side: army, source: test, known: 2023-10-02}]"
    return opened(tiny(f"{{drones: [{{{drone}}}], {aviation}}}", network(("a", "b", 500))), **overrides)


@pytest.mark.parametrize(("north", "inside"), [(1.0, True), (1.806, True), (1.808, False), (3.0, False)])
def test_cover_is_the_availability_inside_the_circle_and_none_outside(north, inside):
    km = geodesic(17, 0, 17 + north, 0)
    assert (km <= 200) == inside
    by_hand = (24 - 2 * km / 130) / (24 + 6) if inside else 0.0
    assert cover(world(manned_cover=0), Side.ADVANCING, vector(17 + north, 0), 5) == pytest.approx(
        by_hand, abs=1e-5
    )


@pytest.mark.parametrize(("aircraft", "endurance", "by_hand"), [(2, 4, 1.6 * 0.5), (3, 24, 1), (1, 1, 0)])
def test_more_aircraft_add_up_to_one_at_most_and_short_endurance_gives_none(aircraft, endurance, by_hand):
    km = geodesic(17, 0, 18, 0)
    text = f"aircraft: {aircraft}, endurance: {endurance} h, turn_round: 1 h, cruise: {km:.6f} km/h"
    share = {2: 2 * (4 - 2) / 5, 3: 1, 1: 0}[aircraft]
    assert share == pytest.approx(by_hand)
    found = cover(world(f"radius: 200 km, {text}", manned_cover=0), Side.ADVANCING, vector(18, 0), 5)
    assert found == pytest.approx(share, abs=1e-4)


def test_the_radius_counts_from_the_station_and_the_transit_from_the_airfield():
    km = geodesic(17, 0, 17 + 400 / 110, 0)
    template = tiny("{drones: [{station: m, radius: 10 km}]}", network(("a", "m", 400), ("m", "b", 9)))
    found = cover(opened(template), Side.ADVANCING, vector(17 + 400 / 110, 0), 5)
    assert found == pytest.approx((24 - 2 * km / 130) / 30, abs=1e-5)


@pytest.mark.parametrize("north", [0.5, 30])
def test_manned_aviation_is_a_floor_anywhere(north):
    assert cover(world("radius: 10 km", manned_cover=0.2), Side.ADVANCING, vector(17 + north, 0), 5) == 0.2


def test_drones_and_aviation_cover_their_own_side_only():
    assert (
        cover(world(), Side.WITHDRAWING, vector(17, 0), 5)
        == cover(world(), Side.CONTESTING, vector(17, 0), 5)
        == 0
    )


def test_a_detachment_covers_nothing_before_its_day():
    late = world("radius: 200 km, ready: 2023-10-05", manned_cover=0)
    assert cover(late, Side.ADVANCING, vector(17, 0), 71.9) == 0
    assert cover(late, Side.ADVANCING, vector(17, 0), 72) == pytest.approx(24 / 30)


def test_the_drones_at_gao_are_over_anefis_about_seven_tenths_of_the_time():
    gao, anefis = (load_network().places[name] for name in ("gao_apt", "anefis"))
    km = geodesic(gao.lat, gao.lon, anefis.lat, anefis.lon)
    assert distance(vector(gao.lat, gao.lon), vector(anefis.lat, anefis.lon)) == pytest.approx(km, abs=0.1)
    assert (24 - 2 * km / 130) / 30 == pytest.approx(0.69, abs=0.005)
