"""Drones that move forward and strike; ways round; refuges; supply on the road."""

import math
from itertools import pairwise

import pytest
import scipy
from pyproj import Geod
from worlds import KM_A_DEGREE, QUIET, SOUTH, dawn, defaults, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.state.rows import NEVER

CALM = QUIET | {
    "march_speed": 10, "march_hours": 10, "probe_rate": 0, "drones_forward": 240, "refit": 1000, "refit_spread": 0,
    "planning": 0, "planning_spread": 0, "column_loss_rate": 0, "rebel_loss_rate": 0, "leaving": 0,
}  # fmt: skip
NET = network(("a", "b", 50), ("b", "c", 60), ("c", "d", 40))
RATE = 0.25 / 24  # strikes an hour
AVIATION = "manned_aviation: [{side: army, source: t, known: 2023-10-02}]"
TOWN = "{place: c, held_by: rebels, people: 5000, source: t, known: 2023-10-02}"


def field(drone="radius: 80 km, moves_forward: true", rest="", refits="b", net=NET, towns=TOWN):
    """A column that takes b, c and d, with a detachment at a; c is 110 km from it, and 60 km from b."""
    goals = ", ".join(
        f"{{place: {name}, capture: true, refit: {str(name in refits).lower()}, control_site: {str(name == 'b').lower()}}}"
        for name in "bcd"
    )
    drones = f", drones: [{{{drone}}}]" if drone else ""
    return tiny(
        f"{{end: 2024-09-01, columns: [{{objectives: [{goals}]}}], towns: [{towns}]{drones}{rest}}}", net
    )


def taken(world, template, place="b"):
    return next(row.hour for row in log(world, template, "capture") if row.place == place)


def cover_at(km):
    metres = Geod(ellps="WGS84").inv(0, SOUTH, 0, SOUTH + km / KM_A_DEGREE)[2]
    return (24 - 2 * metres / 1000 / 130) / (24 + 6)


# --- the station --------------------------------------------------------------------------------------------


def test_the_station_stands_at_a_control_site_tau_u_after_its_capture_and_covers_from_there():
    template = field()
    world = play(template, **CALM)
    first, second = log(world, template, "on_station")
    assert (first.hour, first.place) == (0, "a")
    assert first.amount == pytest.approx(cover_at(50), abs=1e-5)  # of b, its first objective
    assert (second.hour, second.place) == (pytest.approx(taken(world, template) + 240), "b")
    assert second.amount == pytest.approx(cover_at(110), abs=1e-5)  # transit from the airfield, radius from b
    assert template.places[world.drones[0].station] == "b"


@pytest.mark.parametrize("drone", ["radius: 80 km", "radius: 80 km, moves_forward: false"])
def test_a_detachment_that_does_not_move_forward_stays_and_strikes_nothing_out_of_reach(drone):
    template = field(drone)
    world = play(template, **CALM)
    assert [row.place for row in log(world, template, "on_station")] == ["a"]
    assert template.places[world.drones[0].station] == "a"
    assert not log(world, template, "strike")


def test_a_place_that_is_no_control_site_draws_no_station():
    template = tiny(
        """{end: 2024-09-01, drones: [{radius: 80 km, moves_forward: true}],
            columns: [{objectives: [{place: b, capture: true, refit: true}, {place: c, capture: true}]}]}""",
        NET,
    )
    assert len(log(play(template, **CALM), template, "on_station")) == 1


# --- strikes ------------------------------------------------------------------------------------------------


def test_strikes_fall_only_on_the_objective_while_the_column_holds_and_it_is_covered():
    template = field()
    found = 0
    for seed in range(40):
        world = play(template, seed, **CALM | {"strike_rate": 10 * RATE})
        forward = log(world, template, "on_station")[1].hour
        spans = {"c": (forward, log(world, template, "go")[0].hour)}
        spans["d"] = (taken(world, template, "c"), log(world, template, "go")[1].hour)
        for row in log(world, template, "strike"):
            found += 1
            assert spans[row.place][0] <= row.hour <= spans[row.place][1]
    assert found > 1000


@pytest.mark.parametrize(("reach", "strikes"), [(59, False), (62, True)])
def test_strikes_need_the_hold_within_reach_of_the_objective(reach, strikes):
    template = field(refits="b")
    world = play(template, **CALM | {"strike_rate": 10 * RATE, "strike_reach": reach})
    assert any(row.place == "c" for row in log(world, template, "strike")) == strikes


@pytest.mark.parametrize("drone", ["", "radius: 80 km", "radius: 500 km, ready: 2024-08-30"])
def test_manned_aviation_strikes_nothing(drone):
    template = field(drone, f", {AVIATION}")
    world = play(template, **CALM | {"strike_rate": 10 * RATE, "manned_cover": 1})
    assert not log(world, template, "strike")
    assert dict(zip(names(template), outcomes(template, world), strict=True))["air_strikes"] == 0


def held_long(rest="", towns=TOWN, seeds=60, drone="radius: 500 km", **overrides):
    """Many runs of a hold of 200 days under cover from its first hour on, and its length in days."""
    template = field(drone, rest, towns=towns)
    found = [
        play(template, seed, until=200 * 24, **CALM | {"refit": 1e5} | overrides) for seed in range(seeds)
    ]
    return template, found, (200 * 24 - taken(found[0], template)) / 24


def test_over_a_long_hold_strikes_come_at_a_quarter_a_day():
    assert defaults().values()["strike_rate"] == pytest.approx(RATE)
    template, found, days = held_long(seeds=400)
    rows = [log(world, template, "strike") for world in found]
    assert abs(sum(map(len, rows)) - 400 * 0.25 * days) < 4 * math.sqrt(400 * 0.25 * days)
    gaps = [b.hour - a.hour for row in rows for a, b in pairwise(row)]
    first = [row[0].hour - taken(found[0], template) for row in rows]
    assert scipy.stats.kstest(first, scipy.stats.expon(scale=96).cdf).pvalue > 0.01
    assert abs(sum(gaps) / len(gaps) - 96) < 4 * 96 / math.sqrt(len(gaps))


def test_a_second_detachment_over_the_same_objective_adds_no_strikes():
    template = field("radius: 500 km}, {id: other, radius: 500 km", "")
    found = [play(template, seed, until=200 * 24, **CALM | {"refit": 1e5}) for seed in range(60)]
    strikes, mean = sum(len(log(world, template, "strike")) for world in found), 60 * 0.25 * 199.5
    assert abs(strikes - mean) < 5 * math.sqrt(mean)


def test_a_strike_destroys_half_a_vehicle_in_the_mean_where_rebels_hold_the_place():
    template, found, _ = held_long()
    rows = [row for world in found for row in log(world, template, "strike")]
    hit = [row.amount for row in rows]
    assert abs(sum(hit) / len(hit) - 0.5) < 4 * math.sqrt(0.5 / len(hit))
    assert abs(sum(h == 0 for h in hit) / len(hit) - math.exp(-0.5)) < 4 * 0.49 / math.sqrt(len(hit))
    at = names(template).index("group_vehicles_lost")
    assert sum(outcomes(template, world)[at] for world in found) == sum(hit)


@pytest.mark.parametrize("holder", ["none", "army", "un"])
def test_a_strike_destroys_nothing_where_no_rebels_are(holder):
    template, found, _ = held_long(towns=TOWN.replace("rebels", holder), seeds=5)
    rows = [row for world in found for row in log(world, template, "strike")]
    assert len(rows) > 100
    assert {row.amount for row in rows} == {0}


def test_families_leave_a_town_on_the_day_of_a_strike_and_the_two_days_after_only():
    template, (world,), _ = held_long(seeds=1, strike_leaving=0.1 / 24, strike_rate=RATE / 5)
    struck = [row.hour for row in log(world, template, "strike")]
    days = [row.hour for row in log(world, template, "displaced") if row.amount > 0]
    assert len(struck) > 2
    assert days
    assert all(any(0 <= day - hour <= 96 for hour in struck) for day in days)


def test_the_strike_clock_stops_while_the_column_is_on_the_march():
    """The first hold uses some of the clock, the march none of it, the second hold the rest."""
    template = field("radius: 500 km", refits="bc")
    world = opened(template, **CALM | {"refit": 48, "strike_rate": RATE})
    reference = play(template, **CALM | {"refit": 48, "strike_rate": 0})
    hold = log(reference, template, "go")[0].hour - taken(reference, template)
    world.drones[0].strike_left = RATE * (hold + 10)
    advance(world, NEVER)
    first = log(world, template, "strike")[0]
    assert (first.hour, first.place) == (pytest.approx(taken(world, template, "c") + 10), "d")


# --- the way round ------------------------------------------------------------------------------------------

SPARING = CALM | {"break_off": 0.2}
DEFENDED = "{objectives: [{place: b, capture: true}], defended: [{place: p, source: test}]}"
BRANCH = (("a", "p", 40), ("p", "b", 40), ("b", "far", 200))


def rounding(*roads, **overrides):
    """The further hours, and those from the leaving to the entry, where the defence lasts two days and more."""
    template = tiny(
        f"{{columns: [{DEFENDED}], groups: [{{id: g}}], refuges: [far]}}", network(*BRANCH, *roads)
    )
    world = opened(template, **SPARING | overrides)
    world.marks[1].break_left = 0.2 * (400 / (0.4 * 900)) * 9
    advance(world, NEVER)
    start, left, entry = (one(world, template, name) for name in ("round", "left", "entry"))
    assert taken(world, template) - entry.hour == pytest.approx(40 / (0.8 * overrides.get("march_speed", 10)))
    assert entry.hour - left.hour == pytest.approx(start.amount)
    return start.amount


@pytest.mark.parametrize(("other", "speed"), [(60, 10), (100, 10), (100, 16), (55, 5)])
def test_the_networks_other_road_takes_its_further_km_at_the_pace_of_the_entry(other, speed):
    assert rounding(("p", "q", 30), ("q", "b", other - 30), march_speed=speed) == pytest.approx(
        (other - 40) / (0.8 * speed)
    )


def test_the_shortest_of_other_roads_is_the_way_round():
    roads = (("p", "q", 30), ("q", "b", 60), ("p", "r", 10), ("r", "b", 60))
    assert rounding(*roads) == pytest.approx((70 - 40) / 8)


@pytest.mark.parametrize("roads", [(), (("p", "q", 30),), (("b", "q", 30), ("q", "r", 30))])
def test_without_another_road_the_way_round_is_six_to_twelve_hours(roads):
    assert 6 <= rounding(*roads) <= 12


# --- refuges ------------------------------------------------------------------------------------------------


def withdrawn(refuges, more="", towns=""):
    """Where groups of a broken position withdraw to, and the hours from the departure to their leaving."""
    net = network(
        ("a", "m", 30), ("m", "p", 50), ("p", "b", 40), *((("b"), f"r{km}", km - 40) for km in refuges)
    )
    column = f"{{objectives: [{{place: b, capture: true}}], defended: [{{place: p, source: test}}]{more}}}"
    places = ", ".join(f"r{km}" for km in refuges)
    template = tiny(f"{{columns: [{column}], groups: [{{id: g}}], refuges: [{places}]{towns}}}", net)
    world = play(template, **CALM | {"break_off": 50})
    gone = one(world, template, "withdrawal")
    return int(gone.place[1:]), gone.hour - dawn(world, 0)


def test_a_broken_group_goes_to_the_nearest_refuge_beyond_two_days_at_the_columns_pace():
    _, hours = withdrawn([50, 900])
    reach = 80 / hours * 48  # road-km from p that the column makes in two days as it has so far
    assert 120 < reach < 480
    near, beyond = int(reach) - 5, int(reach) + 5
    assert withdrawn([near, beyond, 900])[0] == beyond
    assert withdrawn([900, near, beyond])[0] == beyond
    assert withdrawn([beyond, beyond + 50])[0] == beyond


def test_where_no_refuge_is_that_far_it_goes_to_the_farthest():
    assert withdrawn([50, 90, 70])[0] == 90


def test_the_pace_counts_from_where_the_column_set_out_not_from_a_held_place_on_its_way():
    """Both readings, from the start or from m, give more than 50 km in 48 h over the same stretch and hours."""
    held = ", towns: [{place: m, held_by: army, source: t, known: 2023-10-02}]"
    _, hours = withdrawn([50, 900])
    slow = min(80 / hours, 50 / (hours - 3)) * 48
    inconsistent = 50 / hours * 48
    between = int((slow + inconsistent) / 2)
    assert withdrawn([between, 900], towns=held)[0] == 900


# --- supply -------------------------------------------------------------------------------------------------


def supplied(km, supply, **overrides):
    template = tiny(
        f"{{columns: [{{objectives: [{{place: b, capture: true}}]{supply}}}]}}", network(("a", "b", km))
    )
    return play(template, **CALM | overrides), template


def test_a_column_with_less_than_two_days_left_waits_for_supply_from_the_last_held_place():
    """100 km a day: after eight days' march a day and a half of 9.5 is left; supply takes as long to come up."""
    world, template = supplied(950, ", supply: 228 h")
    low = one(world, template, "supply")
    assert (low.hour, low.km) == pytest.approx((dawn(world, 8, 800), 800))
    assert low.amount == pytest.approx(8 * 24)
    again = next(row.hour for row in log(world, template, "march") if row.hour > low.hour)
    light = min(
        dawn(world, day, low.km) for day in range(22) if dawn(world, day, low.km) > low.hour + low.amount
    )
    assert again == pytest.approx(light)


@pytest.mark.parametrize(
    ("km", "supply"), [(1500, ""), (750, ", supply: 10 days"), (950, ", supply: 12 days")]
)
def test_a_column_without_the_field_or_with_enough_never_waits(km, supply):
    world, template = supplied(km, supply)
    assert not log(world, template, "supply")
    assert (km == 1500) or one(world, template, "capture")


def test_a_hold_counts_as_supplied():
    template = tiny(
        """{end: 2024-09-01, columns: [{supply: 5 days,
            objectives: [{place: b, capture: true, refit: true}, {place: c, capture: true}]}]}""", NET
    )  # fmt: skip
    world = play(template, **CALM)
    assert not log(world, template, "supply")
    assert len(log(world, template, "capture")) == 2
