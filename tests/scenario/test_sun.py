"""Day and night far from Greenwich: local solar days, polar days and nights, dates of a time zone, and 180 degrees."""

import csv
import io
import math
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from astral import Depression, Observer
from astral import sun as astral_sun
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import QUIET, log, network, one, opened, play, tiny

from analysis.claims.time_constraints import daylight, ticks
from analysis.figures.base import map_data
from analysis.figures.base.outlines import Outline
from analysis.replay import film
from analysis.scores import scoring_rules
from analysis.tables.histories import nights
from sim.api import Case, ensemble, load_scenario
from sim.chance.keyed import replicate_seed
from sim.engine.history import events, run_one
from sim.engine.reports import reports
from sim.ensembles.route_tables import daylight_table, route_table
from sim.files.case import BUNDLED
from sim.rules.daylight import (
    day_at,
    east_of,
    end_of_night,
    first_light,
    midnight_before,
    next_first_light,
    sunset,
)
from sim.scenario.network import Network, load_network
from sim.scenario.schema import Start, beginning, midnight
from sim.scenario.sun import days_from, solar_hours, sun_table
from sim.state.rows import NEVER
from sim.store.reader import RunTables

CASE = BUNDLED.path("params", "new", "case")
WEST = -30.0  # longitude of the first place of the case
MARKS = (
    "port_amal:departure",
    "two_wells:arrival",
    "salt_pan:contact",
    "salt_pan:capture",
    "fort_idir:capture",
)
LONGITUDES = [15.0 * n for n in range(-12, 12)]
LATITUDES = (-85, -70, -61, -35, 0, 35, 61, 70, 85)


def case(folder: Path, lon: float = WEST, lat: float = 20.0, month: str = "02") -> Path:
    """The case that `kidal new case` writes, moved to another position and month."""
    for path in CASE.rglob("*.*"):
        to = folder / path.relative_to(CASE)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(path.read_text())
    table = folder / "params" / "network" / "places.csv"
    head, *rows = csv.reader(io.StringIO(table.read_text()))
    for row in rows:
        row[2] = f"{float(row[2]) - 20.0 + lat:.4f}"
        row[3] = f"{(float(row[3]) - WEST + lon + 180.0) % 360.0 - 180.0:.4f}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head, *rows])
    table.write_text(out.getvalue())
    scenario = folder / "scenarios" / "salt-road.yaml"
    scenario.write_text(scenario.read_text().replace("1999-02-", f"1999-{month}-"))
    return folder


def east(net: Network, lon: float, lat: float = 0.0) -> Network:
    """A network moved to another longitude, and so many degrees north."""
    places = {
        name: place.model_copy(update={"lon": place.lon + lon, "lat": place.lat + lat})
        for name, place in net.places.items()
    }
    return Network(places, net.roads)


# --- the table -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["gao", "kidal", "tessalit"])
def test_the_table_of_the_region_is_astral_s_to_a_tenth_of_a_second(place):
    at = load_network().places[place]
    days = days_from(date(2023, 10, 2), 92)
    zero = datetime.combine(days[0], time(), UTC)
    here = Observer(at.lat, at.lon)
    for day, row in zip(days, sun_table(days, at.lat, at.lon), strict=True):
        dawn = astral_sun.dawn(here, day, Depression.CIVIL, UTC) - zero
        dusk = astral_sun.sunset(here, day, UTC) - zero
        assert row.dawn * 3600 == pytest.approx(dawn.total_seconds(), abs=0.1)
        assert row.sunset * 3600 == pytest.approx(dusk.total_seconds(), abs=0.1)


def test_what_enters_is_rounded_so_that_no_bit_hangs_on_a_library():
    for row in sun_table(days_from(date(2023, 10, 2), 30), 16.27, -0.04):
        for hour, ticks_an_hour in ((row.dawn, 36_000), (row.sunset, 36_000), (row.dawn_north, 360_000)):
            assert hour == round(hour * ticks_an_hour) / ticks_an_hour


@pytest.mark.parametrize("month", [6, 12])
@pytest.mark.parametrize("lat", LATITUDES)
def test_sunset_comes_after_dawn_in_every_local_day_or_it_is_all_light_or_all_dark(lat, month):
    days = days_from(date(1999, month, 15), 4)
    for lon in LONGITUDES:
        solar = solar_hours(lon)
        for number, row in enumerate(sun_table(days, lat, lon)):
            start = 24.0 * number - solar
            if row.dawn == NEVER:
                assert row.sunset == NEVER
            else:
                assert start <= row.dawn < row.sunset <= start + 24.0
            assert abs(lat) < 85 or (row.dawn, row.sunset) in ((start, start + 24.0), (NEVER, NEVER))
            assert (row.dawn == NEVER) == (lat * (month - 9) > 250)  # 85 degrees, in its winter


def test_the_light_of_a_day_comes_and_goes_with_its_neighbours():
    """61.5 N: in June it is never quite dark; at 68 N in December the sun stays down, and there is dusk at noon."""
    (white,) = sun_table((date(1999, 6, 21),), 61.5, 0.0)
    assert (white.dawn, white.sunset) == (0.0, pytest.approx(21.77, abs=0.02))
    (winter,) = sun_table((date(1999, 12, 21),), 68.0, 0.0)
    assert (winter.dawn, winter.sunset) == (pytest.approx(9.3, abs=0.02), pytest.approx(11.97, abs=0.02))
    lengths = [row.sunset - row.dawn for row in sun_table(days_from(date(1999, 4, 20), 60), 69.0, 0.0)]
    assert max(abs(b - a) for a, b in pairwise(lengths)) < 0.6
    assert lengths[-1] == 24.0


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    lat=st.floats(-84, 84), lon=st.floats(-180, 180), number=st.integers(0, 365), local=st.floats(0.2, 23.8)
)
def test_it_is_light_where_the_sun_stands_high_enough(lat, lon, number, local):
    day, hour = date(2023, 1, 1) + timedelta(days=number), local - lon / 15.0
    (row,) = sun_table((day,), lat, lon)
    moment = datetime.combine(day, time(), UTC) + timedelta(hours=hour)
    height = astral_sun.elevation(Observer(lat, lon), moment, with_refraction=False)
    least = -6.05 if local < 12.0 else -0.83
    if abs(height - least) > 0.2 and abs(local - 12.0) > 0.5:
        assert (row.dawn <= hour < row.sunset) == (height > least)


# --- the rules -------------------------------------------------------------------------------------------


def at(lat: float, lon: float = 0.0, text: str = "{}"):
    """A tiny world of October, so far north of the equator."""
    net = east(network(("a", "b", 400)), lon, lat - 17.0)
    return tiny(text, net)


NORTH = """{start: 1999-MONTH-02, end: 1999-MONTH-22, columns: [{id: army, from: a,
  objectives: [{place: b, capture: true}], departs: 1999-MONTH-02, known: 1999-MONTH-02}]}"""


def test_a_polar_day_is_light_throughout_and_each_midnight_begins_a_march():
    template = at(75.0, 30.0, NORTH.replace("MONTH", "06"))
    world = play(template, **QUIET)
    column = opened(template).columns[0]
    for hour in np.arange(-2.0, 200.0, 0.7):
        day = day_at(column.solar, hour)
        assert first_light(world, column, day) <= hour < sunset(world, column, day)
        assert next_first_light(world, column, hour) == 24.0 * (day + 1) - 2.0
    dusk = sunset(world, column, 3)
    assert end_of_night(world, column, dusk) == dusk
    starts = [row.hour for row in log(world, template, "march")][1:]
    halts = [row.hour for row in log(world, template, "bivouac")]
    assert one(world, template, "departure").hour == -2.0
    assert halts == pytest.approx([24.0 * n - 2.0 + 10.5 for n in range(len(halts))])
    assert one(world, template, "arrival").hour < NEVER
    assert all((hour + 2.0) % 24.0 == 0.0 for hour in starts if hour > halts[0])


def test_a_column_does_not_set_out_in_a_night_without_end():
    template = at(82.0, 0.0, NORTH.replace("MONTH", "12"))
    world = play(template, **QUIET)
    column = world.columns[0]
    assert column.departs == next_first_light(world, column, 0.0) == NEVER
    assert log(world, template, "departure", "march") == []


def test_a_column_that_is_caught_by_the_polar_night_stays_till_light_comes_back():
    text = NORTH.replace("MONTH", "01").replace("end: 1999-01-22", "end: 1999-03-22")
    template = at(77.0, 0.0, text)
    world = play(template, **QUIET)
    light = min(row["dawn"] for row in template.world.days if row["dawn"] > 0.0)
    assert 24.0 * 22 < light < 24.0 * 25
    assert one(world, template, "departure").hour == light


def test_a_broken_defence_leaves_within_a_day_where_the_night_has_no_end():
    text = """{start: 1999-11-01, end: 1999-12-31, columns: [{id: army, from: a, departs: 1999-11-01,
      known: 1999-11-01, objectives: [{place: b, capture: true}], defended: [{place: p, source: assumption}]}],
      groups: [{id: g, home: p, known: 1999-11-01}], refuges: [a]}"""
    template = tiny(text, east(network(("a", "p", 40), ("p", "b", 10)), 0.0, 62.2))
    world = play(template, **QUIET, break_off=5.0)
    broken, left = one(world, template, "break"), one(world, template, "left")
    assert broken.hour <= left.hour < broken.hour + 24.0 + 12.0


def test_longitudes_are_compared_the_short_way_round():
    assert east_of(179.5, -179.5) == 1.0
    assert east_of(-179.5, 179.5) == -1.0
    assert east_of(-0.04, 2.5) == 2.5 - -0.04


# --- dates and the beginning -----------------------------------------------------------------------------


@pytest.mark.parametrize(("lon", "zone"), [(0.0, 0), (105.0, 7), (-165.0, -11), (7.4, 0), (-7.6, -1)])
def test_dates_are_days_of_the_nearest_whole_hour(lon, zone):
    net = east(network(("a", "b", 400)), lon)
    text = """{drones: [{ready: 2023-10-03}], towns: [{place: b, people: 40000}],
      camps: [{place: b, vacated: 2023-10-04, opens: 2023-10-06}],
      garrisons: [{place: a, supply: 9 days}], airlifts: [{airfield: a, night: 2023-10-03, persons: 10}],
      groups: [{id: g}], refuges: [a]}"""
    template = tiny(text, net)
    world = opened(template)
    assert net.zone == zone
    run = world.run[0]
    assert (run.begins, run.now, run.zone, run.horizon) == (-zone, -zone, zone, 480.0 - zone)
    assert world.drones[0].ready == 24.0 - zone
    assert world.camps[0].vacated == 60.0 - zone
    assert world.airlifts[0].evening == 42.0 - zone
    assert world.garrisons[0].counted_at == world.groups[0].arrives == world.columns[0].contact_until == -zone
    assert min(world.wakes) == -zone
    done = play(template, **QUIET)
    assert min(row.hour for row in log(done, template)) >= -zone
    assert {(row.hour + zone) % 24.0 for row in log(done, template, "displaced")} == {0.0}
    assert midnight_before(done, 24.0 - zone) == -zone
    assert midnight_before(done, 24.5 - zone) == 24.0 - zone


def test_a_given_start_before_the_zone_s_midnight_begins_the_run():
    start = Start(day=date(2023, 10, 7), given="anefis:capture", low=3.5, high=12.0)
    assert beginning(start, 0) == 0.0
    assert beginning(start, -10) == 3.0
    assert beginning(start, 7) == -7.0
    assert midnight(date(2023, 10, 9), start, 7) == 41.0


def test_a_mesa_run_begins_where_the_plain_one_does(tmp_path):
    far = Case(case(tmp_path / "far", 105.0))
    from sim.model import Offensive  # slow to import

    model = Offensive("salt-road", rng=1, case=far)
    assert (model.hour, model.time_utc) == (-7.0, datetime(1999, 1, 31, 17, tzinfo=UTC))
    for _ in range(60):
        model.step()
    loaded = load_scenario("salt-road", case=far)
    world = run_one(loaded.template, loaded.parameters.values(), replicate_seed(1, 0))
    told = events(loaded.template, world, 0)
    early = told["hour"] <= 53.0
    assert {name: values[early].tolist() for name, values in told.items()} == {
        name: values.tolist() for name, values in model.log().items()
    }


def test_parties_tell_of_parts_of_the_local_day():
    net = east(network(("a", "b", 400)), 105.0)
    template = tiny("{}", net)
    world = play(template, **QUIET | {"mine_rate": 0.02})
    table = events(template, world, 0)
    found = reports(template, 1, template.parameters.values(), table)
    assert len(found["earliest"])
    assert set((found["earliest"] + 7.0) % 24.0) <= {0.0, 6.0, 12.0, 18.0}
    assert ((found["latest"] - found["earliest"]) == 6.0).all()


# --- a case moved round the earth ------------------------------------------------------------------------


def hours_of(folder: Path, runs: int):
    """The local hours of a run's events, and of the milestones of many."""
    loaded = load_scenario("salt-road", case=Case(folder))
    local = loaded.loaded.network.meridian / 15.0
    world = run_one(loaded.template, loaded.parameters.values(), replicate_seed(1, 0))
    many = ensemble(loaded, runs, seed=1).runs
    told = events(loaded.template, world, 0)
    return told["event"].tolist(), told["hour"] + local, np.array([many[name] for name in MARKS]) + local


@pytest.mark.slow
def test_a_case_gives_the_same_local_hours_at_every_longitude(tmp_path):
    kinds, hours, many = hours_of(case(tmp_path / "home"), 200)
    assert np.isfinite(many).mean(axis=1)[2:] == pytest.approx([0.95, 0.65, 0.6], abs=0.1)
    for lon in LONGITUDES:
        found = hours_of(case(tmp_path / f"at{lon:g}", lon), 200)
        assert found[0] == kinds
        assert found[1] == pytest.approx(hours, abs=2.0 / 60.0)
        assert np.isfinite(found[2]).mean(axis=1) == pytest.approx(np.isfinite(many).mean(axis=1), abs=0.02)
        both = np.isfinite(found[2]) & np.isfinite(many)
        apart = np.abs(np.where(both, found[2], 0.0) - np.where(both, many, 0.0))
        assert (apart > 2.0 / 60.0).mean() < 0.01  # a fight may break a moment before or after its end


@pytest.mark.parametrize("month", ["06", "12"])
@pytest.mark.parametrize("lat", LATITUDES)
def test_a_case_at_any_latitude_is_checked_and_run(lat, month, kidal, tmp_path):
    case(tmp_path / "far", -165.0, lat, month)
    assert kidal("--case", "far", "check")[::2] == (0, "")
    code, _, err = kidal("--case", "far", "run", "salt-road", "--out", "one")
    assert (code, err) == (0, "")


# --- across 180 degrees ----------------------------------------------------------------------------------


@pytest.fixture
def seam(tmp_path) -> Network:
    """The network of a case that lies on both sides of 180 degrees."""
    return load_network(Case(case(tmp_path / "seam", 179.6)))


def test_a_network_has_no_seam(seam):
    lons = {name: place.lon for name, place in seam.places.items()}
    assert (lons["port_amal"], lons["fort_idir"]) == (-180.4, -179.75)
    assert (abs(seam.zone), seam.meridian) == (12, pytest.approx(-179.99, abs=0.01))
    for leg in seam.legs(["port_amal", "two_wells", "red_ford", "salt_pan_s8", "salt_pan", "fort_idir"]):
        lat, lon = seam.point(leg, leg.start_km + leg.km / 2)
        ends = seam.places[leg.start], seam.places[leg.end]
        assert (lat, lon) == pytest.approx(
            [(getattr(ends[0], c) + getattr(ends[1], c)) / 2 for c in ("lat", "lon")]
        )


def test_a_leg_of_places_as_they_stand_in_a_file_takes_the_short_way(seam):
    places = {
        name: place.model_copy(update={"lon": (place.lon + 180.0) % 360.0 - 180.0})
        for name, place in seam.places.items()
    }
    raw = Network(places, seam.roads)
    (leg,) = raw.legs(["red_ford", "salt_pan_s8"])
    assert raw.places["red_ford"].lon > 179.0 > -179.0 > raw.places["salt_pan_s8"].lon
    assert raw.span(leg)[1] == pytest.approx(0.165)
    assert raw.point(leg, leg.start_km + leg.km)[1] == pytest.approx(180.065)


def test_what_is_drawn_has_no_seam(seam, tmp_path):
    loaded = load_scenario("salt-road", case=Case(tmp_path / "seam"))
    template = loaded.template
    legs = template.world.legs
    assert np.abs(legs["lon_per_km"]).max() < 0.02
    route = route_table(loaded.loaded, template)
    assert np.abs(np.diff(route["lon"])).max() < 0.5
    _, lon = map_data.circle(20.0, 179.9, 120.0)
    assert (lon.min(), lon.max()) == (pytest.approx(178.75, abs=0.02), pytest.approx(181.05, abs=0.02))
    line = Outline(kind="border", name="a border", lat=np.zeros(3), lon=np.array([179.0, -179.5, -178.0]))
    assert line.about(seam.meridian).tolist() == [-181.0, -179.5, -178.0]
    assert [map_data.degrees(x, "EW") for x in (179.0, 180.0, 181.0, -181.5, 0.0)] == [
        "179° E", "180°", "179° W", "178.5° E", "0°",
    ]  # fmt: skip


def test_nights_and_films_begin_where_the_run_does(tmp_path):
    loaded = load_scenario("salt-road", case=Case(case(tmp_path / "far", 105.0)))
    table = daylight_table(loaded.loaded, loaded.template)
    manifest = {"start": "1999-02-01", "end": "1999-02-20T17:00:00", "begins": -7.0}
    tables = RunTables(
        manifest=manifest, runs={}, events={}, reports={}, route={}, daylight=table, cover={}, points={}
    )
    first, second = nights(tables)[:2]
    assert first == (-7.0, pytest.approx(-0.78, abs=0.05))
    assert second == (pytest.approx(11.0, abs=0.3), pytest.approx(23.2, abs=0.05))
    assert list(film.hours({"begins": -7, "hours": 0})) == [-7, -4, -1, 0]
    dark = RunTables(
        manifest=manifest,
        runs={},
        events={},
        reports={},
        route={},
        daylight={name: np.full(3, np.inf) for name in table},
        cover={},
        points={},
    )
    assert nights(dark) == [(-7.0, 473.0)]


def test_bins_of_a_score_hold_a_report_before_hour_0():
    assert scoring_rules.edges(-2.0, 1.0, 10.0, -7.0).tolist() == [-5.0, -2.0, 1.0, 4.0, 7.0, 10.0]
    assert scoring_rules.crps(np.array([-1.0]), -2.0, 1.0, 10.0, -7.0) == 0.0


def test_the_auditor_s_daylight_is_that_of_the_place():
    at = load_network().places["gao"]
    tokyo = at.model_copy(update={"lat": 35.7, "lon": 139.7})
    light = daylight(tokyo)
    noon = ticks(datetime(2023, 10, 2, 12, tzinfo=ZoneInfo("Asia/Tokyo")))
    night = ticks(datetime(2023, 10, 2, 23, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert light.up(noon) == light.down(noon) == noon
    assert (light.up(night) - night) / 3_600_000 == pytest.approx(6.2, abs=0.2)
    assert (night - light.down(night)) / 3_600_000 == pytest.approx(5.6, abs=0.2)
    pole = daylight(at.model_copy(update={"lat": 85.0}))
    assert pole.up(night) == pole.down(night) == night
    assert math.isfinite(light.up(night))
