"""The bundled network against published distances and light, and what a faulty network is told."""

from datetime import UTC, date, datetime
from functools import cache

import pytest
import scipy
from astral import Depression, Observer
from astral import sun as astral_sun
from bundled import bundled_network

from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.scenario.network import GEOD, load_network
from sim.scenario.sun import days_from, sun_table

FOLDER = BUNDLED.path("params") / "network"
RADIUS = 150 * 1.609344
AXIS = ("gao", "tin_aouker", "almoustarat", "tarkint", "tabrichat", "tabankort", "in_tabourak", "anefis_s10",
        "anefis", "inbogitane", "techanaght", "alkit_rd", "kidal")  # fmt: skip

# --- places and great circles ----------------------------------------------------------------------------


def test_all_places_and_roads_are_there():
    assert (len(bundled_network().places), len(bundled_network().roads)) == (43, 57)
    ends = {end for road in bundled_network().roads for end in (road.from_, road.to)}
    assert ends == set(bundled_network().places)


def test_every_place_can_be_reached_from_every_other():
    assert all(len(ends) == 43 for ends in bundled_network().road_distances().values())


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ("gao_apt", "tarkint", 136.6),
        ("gao_apt", "tabankort", 177.3),
        ("gao_apt", "anefis", 208.9),
        ("gao_apt", "alkit_rd", 262.6),
        ("gao_apt", "kidal", 285.4),
        ("gao_apt", "aguelhok", 367.4),
        ("gao_apt", "tessalit_apt", 454.2),
        ("anefis", "kidal", 95.9),
        ("anefis", "alkit_rd", 68.9),
        ("anefis", "aguelhok", 159.5),
        ("anefis", "tessalit_apt", 246.7),
        ("kidal", "aguelhok", 127.2),
        ("kidal", "tinzaouaten", 227.1),
    ],
)
def test_great_circles_agree_with_the_check_values(start, end, km):
    assert bundled_network().great_circle(start, end) == pytest.approx(km, abs=0.06)
    assert bundled_network().great_circle(end, start) == pytest.approx(
        bundled_network().great_circle(start, end), abs=1e-9
    )


def test_miles_from_gao_airport():
    assert pytest.approx(241.4, abs=0.05) == RADIUS
    miles = {
        place: bundled_network().great_circle("gao_apt", place) / 1.609344
        for place in ("anefis", "alkit_rd", "kidal")
    }
    assert {place: int(distance) for place, distance in miles.items()} == {
        "anefis": 129,
        "alkit_rd": 163,
        "kidal": 177,
    }


@pytest.mark.parametrize(
    ("base", "inside", "outside"),
    [
        (
            "gao_apt",
            {"anefis", "tarkint", "tabankort"},
            {"alkit", "alkit_rd", "kidal", "aguelhok", "tessalit", "tessalit_apt"},
        ),
        ("anefis", {"alkit_rd", "alkit", "kidal", "aguelhok"}, {"tessalit_apt"}),
    ],
)
def test_150_miles_of_a_base_take_in_these_places_and_leave_out_those(base, inside, outside):
    network = bundled_network()
    within = {place for place in network.places if network.great_circle(base, place) <= RADIUS}
    assert inside <= within
    assert not outside & within


def test_tessalit_airport_is_only_just_out_of_reach_of_anefis():
    assert 0 < bundled_network().great_circle("anefis", "tessalit_apt") - RADIUS < 6


def test_a_base_is_at_no_distance_of_itself_and_of_nothing_else():
    network = bundled_network()
    assert [place for place in network.places if network.great_circle("kidal", place) <= 0] == ["kidal"]


# --- roads -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "km", "error"),
    [
        ("gao", "tin_aouker", 70, 0),
        ("gao", "tarkint", 150, 0),
        ("tarkint", "tabrichat", 30, 0),
        ("tarkint", "anefis", 90, 0),
        ("anefis", "kidal", 112, 0),
        ("gao", "kidal", 352, 0),
        ("alkit_rd", "kidal", 30, 0),
        ("anefis_s10", "anefis", 10, 1),
        ("bourem", "kidal", 286, 1),
        ("gao", "aguelhok", 430, 1),
        ("aguelhok", "tessalit", 88, 0),
    ],
)
def test_road_lengths_add_up(start, end, km, error):
    assert bundled_network().road_km(start, end) == pytest.approx(km, abs=error)
    assert bundled_network().road_km(end, start) == bundled_network().road_km(start, end)


def test_the_way_from_gao_to_kidal_is_the_axis_of_the_valley():
    assert tuple(bundled_network().path("gao", "kidal")) == AXIS


def test_a_way_may_be_led_through_stops():
    assert "alkit" in bundled_network().path("anefis", "alkit", "kidal")
    assert bundled_network().road_km("anefis", "alkit", "kidal") == 82 + 17 + 40


@pytest.mark.parametrize(("path", "sinuosity"), [(AXIS[:9], 1.11), (AXIS[8:], 1.17)])
def test_sinuosity_is_that_of_valley_and_plain(path, sinuosity):
    straight = bundled_network().great_circle(path[0], path[-1])
    assert bundled_network().road_km(path[0], path[-1]) / straight == pytest.approx(sinuosity, abs=0.06)


@pytest.mark.parametrize("road", bundled_network().roads, ids=lambda road: f"{road.from_}-{road.to}")
def test_no_road_is_shorter_than_the_great_circle_or_far_longer(road):
    straight = bundled_network().great_circle(road.from_, road.to)
    slack = (
        bundled_network().places[road.from_].position_error_km
        + bundled_network().places[road.to].position_error_km
    )
    assert road.km * (1 + road.length_error) >= straight - slack
    assert road.km <= 1.35 * (straight + slack)


def test_lengths_are_uncertain_by_their_evidence():
    assert {road.evidence: road.length_error for road in bundled_network().roads} == {
        "reported": 0.05,
        "derived": 0.08,
        "estimate": 0.12,
        "guess": 0.25,
    }


def test_sections_are_those_in_which_mines_share_a_factor():
    legs = bundled_network().legs(AXIS)
    km = {}
    for leg in legs:
        section = bundled_network().roads[leg.road].section
        km[section] = km.get(section, 0) + leg.km
    assert km == {"gao-tarkint": 150, "tarkint-anefis": 90, "anefis-kidal": 112}


def test_legs_follow_each_other():
    legs = bundled_network().legs(AXIS)
    assert [leg.start_km + leg.km for leg in legs[:-1]] == [leg.start_km for leg in legs[1:]]
    assert [leg.end for leg in legs[:-1]] == [leg.start for leg in legs[1:]]


# --- range circles ---------------------------------------------------------------------------------------


def at(path, km):
    """Latitude and longitude at a road-km of a path."""
    leg = next(leg for leg in bundled_network().legs(path) if leg.start_km <= km <= leg.start_km + leg.km)
    return bundled_network().point(leg, km)


def distance(base, lat, lon):
    place = bundled_network().places[base]
    return GEOD.inv(place.lon, place.lat, lon, lat)[2] / 1000


def test_150_miles_from_gao_airport_end_between_anefis_and_kidal():
    (km,) = bundled_network().crossings(AXIS, "gao_apt", RADIUS)
    assert at(AXIS, km) == pytest.approx((18.22, 0.96), abs=0.01)
    assert km - 240 == pytest.approx(50, abs=1)
    assert 352 - km == pytest.approx(62, abs=1)


def test_150_km_from_gao_airport_end_between_tarkint_and_tabrichat():
    (km,) = bundled_network().crossings(AXIS, "gao_apt", 150)
    assert 150 < km < 180


@pytest.mark.parametrize("radius", [20, 150, RADIUS, 262.5, 285])
def test_a_crossing_lies_on_the_circle_to_a_metre(radius):
    kms = bundled_network().crossings(AXIS, "gao_apt", radius)
    assert kms
    for km in kms:
        assert distance("gao_apt", *at(AXIS, km)) == pytest.approx(radius, abs=0.001)


def test_a_crossing_is_where_another_solver_finds_it():
    (km,) = bundled_network().crossings(AXIS, "gao_apt", RADIUS)
    other = scipy.optimize.brentq(
        lambda x: distance("gao_apt", *at(AXIS, x)) - RADIUS, 255, 321.9, xtol=1e-10
    )
    assert km == pytest.approx(other, abs=1e-6)


def test_a_way_that_passes_a_base_crosses_its_circle_twice():
    crossings = bundled_network().crossings(AXIS, "anefis", 50)
    assert len(crossings) == 2
    assert crossings[0] < bundled_network().road_km("gao", "anefis") < crossings[1]


def test_a_way_back_crosses_at_the_same_points():
    (there,) = bundled_network().crossings(AXIS, "gao_apt", RADIUS)
    (back,) = bundled_network().crossings(AXIS[::-1], "gao_apt", RADIUS)
    assert there + back == pytest.approx(352, abs=1e-6)


@pytest.mark.parametrize("radius", [1, 500])
def test_a_circle_that_the_way_stays_inside_or_outside_of_is_not_crossed(radius):
    assert bundled_network().crossings(AXIS[1:], "gao_apt", radius) == []


def test_the_ends_of_a_leg_are_its_places():
    legs = bundled_network().legs(AXIS)
    assert len(legs) == len(AXIS) - 1
    for leg in legs:
        for place, km in ((leg.start, leg.start_km), (leg.end, leg.start_km + leg.km)):
            known = bundled_network().places[place]
            assert bundled_network().point(leg, km) == pytest.approx((known.lat, known.lon), abs=1e-12)


# --- light -----------------------------------------------------------------------------------------------

MINUTE = 1 / 60
START = date(2023, 10, 1)


def gao():
    return bundled_network().places["gao"]


@cache
def october_sun():
    return sun_table(days_from(START, 92), gao().lat, gao().lon)


def light(event, place, day):
    """The hour of the day of `dawn` or `sunset` at a place, as rules work it out from the table about Gao."""
    number = (day - START).days
    row, here = october_sun()[number], bundled_network().places[place]
    north, east = getattr(row, f"{event}_north"), getattr(row, f"{event}_east")
    return getattr(row, event) + north * (here.lat - gao().lat) + east * (here.lon - gao().lon) - 24 * number


@pytest.mark.parametrize(
    ("place", "month", "day", "clock"),
    [
        ("gao", 10, 2, "17:49"),
        ("gao", 10, 7, "17:45"),
        ("gao", 11, 11, "17:27"),
        ("gao", 11, 14, "17:26"),
        ("kidal", 10, 2, "17:42"),
        ("kidal", 10, 7, "17:38"),
        ("kidal", 11, 11, "17:18"),
        ("kidal", 11, 14, "17:17"),
    ],
)
def test_sunset_agrees_with_the_check_values_to_a_minute(place, month, day, clock):
    hours, minutes = map(int, clock.split(":"))
    assert light("sunset", place, date(2023, month, day)) == pytest.approx(hours + minutes / 60, abs=MINUTE)


@pytest.mark.parametrize("place", ["gao", "kidal"])
def test_dawn_and_sunset_are_astrals_to_a_minute_from_october_to_december(place):
    here = Observer(bundled_network().places[place].lat, bundled_network().places[place].lon)
    for day in days_from(START, 92):
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        dawn = astral_sun.dawn(here, day, Depression.CIVIL, UTC) - midnight
        sunset = astral_sun.sunset(here, day, UTC) - midnight
        assert light("dawn", place, day) == pytest.approx(dawn.total_seconds() / 3600, abs=MINUTE)
        assert light("sunset", place, day) == pytest.approx(sunset.total_seconds() / 3600, abs=MINUTE)


def test_civil_dawn_comes_about_twenty_minutes_before_the_sunrise_of_the_check_values():
    for place, month, day, sunrise in (("gao", 10, 2, 5 + 50 / 60), ("kidal", 11, 14, 6.0)):
        assert 18 * MINUTE < sunrise - light("dawn", place, date(2023, month, day)) < 28 * MINUTE


# --- faulty networks -------------------------------------------------------------------------------------

FILES = {name: (FOLDER / f"{name}.csv").read_text(encoding="utf-8") for name in ("places", "roads")}


@pytest.fixture
def faults(tmp_path, monkeypatch):
    """Replace texts in copies of both files; gives the messages of the network's refusal."""
    monkeypatch.chdir(tmp_path)

    def call(*changes, **whole):
        texts = {**FILES, **whole}
        for file, old, new in changes:
            assert old in texts[file]
            texts[file] = texts[file].replace(old, new, 1)
        for file, text in texts.items():
            (tmp_path / f"{file}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(FaultyInput) as refused:
            load_network(folder=tmp_path)
        return str(refused.value).splitlines()

    return call


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "roads",
            "kidal,essouk,",
            "kidal,esouk,",
            "roads.csv:43: 'esouk' is not a place; did you mean 'essouk'?",
        ),
        ("roads", "kidal,essouk,", "kidal,kidal,", "roads.csv:43: the road leads from 'kidal' to itself"),
        (
            "roads",
            "kidal,essouk,",
            "aguelhok,kidal,",
            "roads.csv:45: a road kidal-aguelhok stands on line 43 too; expected once",
        ),
        ("roads", ",70,", ",-70,", "roads.csv:2: km: -70 is out of range; expected more than 0"),
        ("roads", ",70,", ",0,", "roads.csv:2: km: 0 is out of range; expected more than 0"),
        (
            "roads",
            ",70,",
            ",nan,",
            "roads.csv:2: km: 'nan' is not a finite number; expected a plain number",
        ),
        ("roads", ",70,", ",070,", "roads.csv:2: km: '070' begins with a zero; expected '70'"),
        (
            "roads",
            ",70,",
            ",70 km,",
            "roads.csv:2: km: '70 km' has a unit; expected a plain number, as '70'",
        ),
        ("roads", ",70,", ",,", "roads.csv:2: km: '' is not a number; expected a plain number"),
        (
            "roads",
            "reported",
            "repotred",
            "roads.csv:2: evidence: 'repotred' is not known; "
            "expected 'reported', 'derived', 'estimate' or 'guess'; did you mean 'reported'?",
        ),
        (
            "roads",
            "70,reported,piste",
            "70,reported,pist",
            "roads.csv:2: surface: 'pist' is not known; expected 'tar', 'laterite', 'piste' or "
            "'desert track'; did you mean 'piste'?",
        ),
        ("roads", ",70,", ",70,70,", "roads.csv:2: has 9 cells; expected 8"),
        (
            "places",
            "ersane,Ersane",
            "ersane,Tarkint",
            "places.csv:7: the name 'Tarkint' stands on line 6 too; expected once",
        ),
        (
            "places",
            "86633",
            "-5",
            "places.csv:2: people: -5 is out of range; expected 0 or more",
        ),
    ],
)
def test_a_faulty_row_is_told_with_its_line(faults, file, old, new, message):
    assert faults((file, old, new)) == [message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("16.2717", "96", "places.csv:2: lat: 96 is out of range; expected 90 or less"),
        ("16.2717", ".inf", "places.csv:2: lat: '.inf' is not a finite number"),
        ("gao,Gao", "no,Gao", "places.csv:2: id: 'no' reads as a truth value; expected another name"),
        ("gao,Gao", "gao,", "places.csv:2: name: nothing is written here; expected some words"),
        ("86633", "many", "places.csv:2: people: 'many' is not a whole number"),
        ("16.2717,", "", "places.csv:2: has 10 cells; expected 11"),
        (
            "gazetteer",
            "gazeteer",
            "places.csv:2: position: 'gazeteer' is not known; expected 'gazetteer' or 'computed'",
        ),
        (
            "ersane,Ersane",
            "tarkint,Ersane",
            "places.csv:7: the id 'tarkint' stands on line 6 too; expected once",
        ),
        ("gao,Gao", 'gao,"Gao', "places.csv:2: is not a CSV table here"),
    ],
)
def test_a_faulty_place_is_told_with_its_line(faults, old, new, message):
    assert faults(("places", old, new))[0].startswith(message)


def test_a_faulty_place_is_not_also_told_as_missing_at_its_roads(faults):
    assert len(faults(("places", "16.2717", "96"))) == 1


def test_a_table_that_breaks_off_is_not_also_told_at_every_road(faults):
    assert len(faults(("places", "gao,Gao", 'gao,"Gao'))) == 1


def test_an_unknown_place_is_answered_in_the_order_of_the_file(faults):
    (told,) = faults(("roads", "kidal,essouk,", "kidal,zzz,"))
    assert told.startswith("roads.csv:43: 'zzz' is not a place; expected one of gao, gao_apt, tin_aouker, ")


@pytest.mark.parametrize("file", ["places", "roads"])
def test_an_unknown_column_is_refused_by_its_name(faults, file):
    (told,) = faults((file, ",source", ",colour,source"))
    assert told.startswith(f"{file}.csv:1: ")
    assert "colour" in told
    assert "expected" in told


@pytest.mark.parametrize(("old", "new"), [("lat,lon", "lon,lat"), ("id,name", "name"), ("id,name", "id,id")])
def test_missing_swapped_and_doubled_columns_are_refused(faults, old, new):
    assert faults(("places", old, new))[0].startswith("places.csv:1: ")


def test_faults_of_both_headers_are_told_at_once(faults):
    told = faults(("places", "lat,lon", "lon,lat"), ("roads", "from,to", "to,from"))
    assert [line.split(":")[0] for line in told] == ["places.csv", "roads.csv"]


def test_all_faulty_rows_of_both_files_are_told_at_once(faults):
    told = faults(
        ("places", ",16.2484", ",x"),
        ("places", "ersane,Ersane", "ersane,Tarkint"),
        ("roads", "kidal,essouk,", "kidal,esouk,"),
        ("roads", ",70,", ",-70,"),
    )
    places = {":".join(line.split(":")[:2]) for line in told}
    assert {"places.csv:3", "places.csv:7", "roads.csv:43", "roads.csv:2"} <= places


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "places.csv:1: "),
        (b"id\n\xe9", "places.csv:2: is not UTF-8 text"),
        (FILES["places"].replace("\ngao_apt", "\n\ngao_apt"), "places.csv:3: "),
        (b"#" * 1_000_001, "places.csv: is larger than 1,000,000 bytes"),
        (FILES["places"].replace("regional capital", "x" * 140_000, 1), "places.csv:2: "),
    ],
    ids=["empty", "latin", "blank line", "large", "large cell"],
)
def test_a_file_that_is_no_table_is_refused(faults, text, message):
    assert message in faults(places=text)[0]


def test_a_file_has_one_name_in_all_messages(faults):
    assert faults(places=b"id\n\xe9")[0].startswith("places.csv:2: is not UTF-8 text")


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(FaultyInput, match="cannot be read"):
        load_network(folder=tmp_path / "none")


def test_line_ends_of_every_system_and_a_byte_order_mark_are_read(tmp_path):
    for mark, end in (("", "\r\n"), ("", "\r"), ("\ufeff", "\n")):
        for file, text in FILES.items():
            (tmp_path / f"{file}.csv").write_bytes((mark + text.replace("\n", end)).encode())
        assert load_network(folder=tmp_path) == bundled_network()


def test_no_road_is_told_as_the_places_without_a_way(tmp_path):
    (tmp_path / "places.csv").write_text(FILES["places"], encoding="utf-8")
    cut = "".join(line for line in FILES["roads"].splitlines(keepends=True) if "tin_essako" not in line)
    (tmp_path / "roads.csv").write_text(cut, encoding="utf-8")
    net = load_network(folder=tmp_path)
    with pytest.raises(ValueError, match="no road leads from gao to tin_essako"):
        net.path("gao", "tin_essako")
    assert "tin_essako" not in net.road_distances()["gao"]
