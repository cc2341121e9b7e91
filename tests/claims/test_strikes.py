"""Strike geometry: distances, bases and least radii on tiny networks, the record's own strikes, and the map."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_network, bundled_outlines, bundled_record
from figure_texts import artists, assert_apart, words
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from pyproj import Geod
from worlds import network

from analysis.claims import strikes
from analysis.claims.strikes import Geometry, geometry
from analysis.figures.run import strike_map
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.scenario.hypotheses import radii

GEOD = Geod(ellps="WGS84")
ZERO = datetime(2023, 11, 1, tzinfo=UTC)
NET = network(
    ("gao_apt", "x", 110), ("x", "y", 110), ("y", "z", 220)
)  # a degree of latitude each 110 km of road


@cache
def capture():
    return bundled_record().observation("anefis:capture", "army")


def record(days: dict[str, float], held: dict[str, float] | None = None) -> Record:
    """Claims by the day on which they begin, each of one day, and captures by their earliest day."""
    claims = tuple(
        bundled_record()
        .claims[0]
        .model_copy(
            update={
                "id": name,
                "earliest": ZERO + timedelta(days=day),
                "latest": ZERO + timedelta(days=day + 1),
            }
        )
        for name, day in days.items()
    )
    captures = tuple(
        capture().model_copy(update={"event": f"{place}:capture", "earliest": ZERO + timedelta(days=day)})
        for place, day in (held or {}).items()
    )
    return replace(bundled_record(), claims=claims, observations=captures)


def told(tmp_path: Path, *rows: str, by: Record, tries: tuple[float, ...] = ()) -> Geometry:
    (tmp_path / "strikes.yaml").write_text("strikes:\n" + "".join(f"  - {{{row}}}\n" for row in rows))
    (tmp_path / "bases.yaml").write_text("bases: [{place: gao_apt, source: assumption}]\n")
    return geometry(by, NET, tries, tmp_path)


def degrees(start: float, end: float) -> float:
    """A distance along the meridian of the tiny network (km)."""
    return GEOD.inv(0.0, start, 0.0, end)[2] / 1000.0


# --- tiny networks -----------------------------------------------------------------------------------------


def test_a_distance_is_along_the_great_circle(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        "claim: a, place: x, test: true",
        "claim: b, place: z, test: true",
        by=record({"a": 1, "b": 2}),
    )
    (base,) = found.bases
    assert (base.place, base.since) == ("gao_apt", None)
    km = [d.distances["gao_apt"] for d in found.strikes]
    assert km == pytest.approx([degrees(17.0, 18.0), degrees(17.0, 21.0)])
    assert found.least(base) == pytest.approx(degrees(17.0, 21.0))


def test_strikes_stand_in_order_of_time_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [f"claim: {name}, place: x, test: true" for name in "bca"]
    found = told(tmp_path, *rows, by=record({"a": 1, "b": 2, "c": 2}))
    assert [d.claim.id for d in found.strikes] == ["a", "b", "c"]


def test_a_base_that_is_not_yet_held_leads_no_strike(tmp_path: Path) -> None:
    """Captured on day 5 at the earliest: a strike of day 3 is before, one of days 4 to 5 too, one of day 5 not."""
    rows = [f"claim: {name}, place: z, test: true" for name in "abc"]
    found = told(tmp_path, *rows, by=record({"a": 3, "b": 4, "c": 5}, {"y": 5}))
    own = [d.distances["y"] for d in found.strikes]
    assert own[:2] == [None, None]
    assert own[2] == pytest.approx(degrees(19.0, 21.0))
    gao, y = found.bases
    assert (y.place, y.since) == ("y", ZERO + timedelta(days=5))
    assert found.least(y) is None  # no radius from there explains the first two
    assert found.least(gao) == pytest.approx(degrees(17.0, 21.0))
    assert [d.claim.id for d in found.possible("y", 300.0)] == ["c"]


def test_the_least_radius_grows_with_the_strikes_up_to_a_moment(tmp_path: Path) -> None:
    rows = [
        "claim: a, place: x, test: true",
        "claim: b, place: y, test: true",
        "claim: c, place: z, test: true",
    ]
    found = told(tmp_path, *rows, by=record({"a": 1, "b": 2, "c": 3}))
    (base,) = found.bases
    assert found.least(base, ZERO) is None  # nothing had come yet
    for day, north in ((1, 18.0), (2, 19.0), (3, 21.0)):
        assert found.least(base, ZERO + timedelta(days=day)) == pytest.approx(degrees(17.0, north))


def test_a_strike_that_bears_on_nothing_is_shown_and_asks_no_radius(tmp_path: Path) -> None:
    rows = ["claim: a, place: x, test: true", "claim: b, place: z, test: false, reason: a jet perhaps"]
    found = told(tmp_path, *rows, by=record({"a": 1, "b": 2}), tries=(1000.0,))
    assert found.least(found.bases[0]) == pytest.approx(degrees(17.0, 18.0))
    assert [d.claim.id for d in found.possible("gao_apt", 1000.0)] == ["a"]
    text = strikes.text(found, NET)
    assert "b bears on nothing: a jet perhaps" in text
    assert "1 of 1" in text


def test_without_a_strike_that_bears_on_it_there_is_no_least_radius(tmp_path: Path) -> None:
    found = told(tmp_path, "claim: a, place: x, test: false", by=record({"a": 1}), tries=(100.0,))
    assert found.least(found.bases[0]) is None
    assert strikes.as_json(found)["bases"][0]["least_km"] is None


def test_a_strike_on_the_circle_is_within_reach(tmp_path: Path) -> None:
    found = told(tmp_path, "claim: a, place: x, test: true", by=record({"a": 1}))
    least = found.least(found.bases[0])
    assert least is not None
    assert len(found.possible("gao_apt", least)) == 1
    assert found.possible("gao_apt", least - 1e-6) == []


@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 20), st.booleans()), min_size=1, max_size=8),
    st.integers(0, 20),
)
@settings(deadline=None, max_examples=40)
def test_the_least_radius_is_the_first_that_reaches_all(tmp_path_factory, rows: list, held: int) -> None:
    lines = [
        f"claim: c{n}, place: {place}, test: {str(test).lower()}" for n, (place, _, test) in enumerate(rows)
    ]
    by = record({f"c{n}": day for n, (_, day, _) in enumerate(rows)}, {"y": held})
    found = told(tmp_path_factory.mktemp("rows"), *lines, by=by)
    tests = sum(test for _, _, test in rows)
    assert found.bases
    for base in found.bases:
        least = found.least(base)
        if least is None:
            assert len(found.possible(base.place, np.inf)) < max(1, tests)
        else:
            assert len(found.possible(base.place, least)) == tests
            assert len(found.possible(base.place, np.nextafter(least, -1.0))) < tests


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("claim: aa, place: x, test: true", "strikes.yaml:3: claim: 'aa' is not there; did you mean 'a'?"),
        ("claim: a, place: xx, test: true", "strikes.yaml:3: place: 'xx' is not there;"),
        ("claim: a, place: x, test: perhaps", "strikes.yaml:3: "),
        ("claim: a, place: x", "strikes.yaml:3: "),
        ("claim: a, place: x, test: true, fog: 1", "strikes.yaml:3: "),
    ],
    ids=["claim", "place", "test", "missing", "key"],
)
def test_a_faulty_strike_is_refused_with_file_and_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(FaultyInput) as error:
        told(tmp_path, "claim: a, place: x, test: true", row, by=record({"a": 1}))
    assert words in str(error.value)
    assert len(error.value.faults) == 1


def test_a_base_that_is_no_place_is_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "strikes.yaml").write_text("strikes:\n  - {claim: a, place: kidal, test: true}\n")
    (tmp_path / "bases.yaml").write_text("bases:\n  - {place: gao_airport, source: assumption}\n")
    with pytest.raises(FaultyInput, match=r"bases.yaml:2: place: 'gao_airport' is not there"):
        geometry(record({"a": 0.0}), bundled_network(), (), tmp_path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as error:
        told(
            tmp_path,
            "claim: none, place: nowhere, test: true",
            "claim: a, place: there, test: true",
            by=record({"a": 1}),
        )
    assert [fault.where.line for fault in error.value.faults] == [2, 2, 3]


def test_a_file_without_strikes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "strikes.yaml").write_text("strike: []\n")
    with pytest.raises(FaultyInput, match="'strike' is not a key here"):
        geometry(bundled_record(), bundled_network(), (), tmp_path)


# --- the strikes of the record -----------------------------------------------------------------------------


@cache
def found_geometry():
    return geometry(bundled_record(), bundled_network(), radii(), BUNDLED.path("record"))


@cache
def bases():
    return {base.place: base for base in found_geometry().bases}


def test_every_strike_that_is_set_aside_says_why() -> None:
    assert {d.claim.id for d in found_geometry().strikes if not d.strike.test} == {"b12-s2", "e06-s2"}
    assert all(bool(d.strike.reason) != d.strike.test for d in found_geometry().strikes)


def test_every_strike_is_a_claim_of_one_and_no_claim_of_one_is_left_out() -> None:
    known = {d.claim.id for d in found_geometry().strikes}
    reported = {c.id for c in bundled_record().claims if c.event.endswith(("drone_strike", "air_strike"))}
    assert reported <= known


def test_tinzaouaten_needs_227_km_from_kidal() -> None:
    (last,) = [d for d in found_geometry().strikes if d.strike.place == "tinzaouaten"]
    assert last.distances["kidal"] == pytest.approx(227.0, abs=0.5)
    assert [d.claim.id for d in found_geometry().possible("kidal", 227.5)][-1] == last.claim.id
    assert last not in found_geometry().possible("kidal", 226.0)


def test_from_gao_four_of_five_strikes_are_within_300_km_and_none_within_150_miles() -> None:
    assert sum(d.strike.test for d in found_geometry().strikes) == 5
    assert len(found_geometry().possible("gao_apt", 300.0)) == 4
    assert found_geometry().possible("gao_apt", 241.4016) == []
    least = found_geometry().least(bases()["gao_apt"])
    assert least == pytest.approx(511.0, abs=0.5)


def test_places_taken_later_explain_no_earlier_strike() -> None:
    assert found_geometry().least(bases()["kidal"]) is None
    assert found_geometry().least(bases()["aguelhok"]) is None
    assert found_geometry().least(bases()["anefis"]) == pytest.approx(319.0, abs=0.5)
    assert bases()["gao_apt"].since is None
    assert bases()["anefis"].since == datetime(2023, 10, 6, 18, tzinfo=UTC)


# --- as text, JSON and map ---------------------------------------------------------------------------------


def test_text_says_what_each_pair_reaches() -> None:
    text = strikes.text(found_geometry(), bundled_network())
    (gao,) = [line for line in text.splitlines() if line.startswith("Gao airport")]
    assert gao.split()[2:] == ["0", "of", "5", "0", "of", "5", "4", "of", "5", "511", "km"]
    (kidal,) = [line for line in text.splitlines() if line.startswith("Kidal ")]
    assert kidal.split() == [
        "Kidal",
        *["1", "of", "2", "(5)"],
        *["2", "of", "2", "(5)"],
        *["2", "of", "2", "(5)"],
        "-",
    ]


def test_json_is_what_the_tables_say() -> None:
    found = json.loads(json.dumps(strikes.as_json(found_geometry()), allow_nan=False))
    assert [one["claim"] for one in found["strikes"]] == [d.claim.id for d in found_geometry().strikes]
    gao = found["bases"][0]
    assert (gao["place"], gao["since"]) == ("gao_apt", None)
    assert {radius: len(names) for radius, names in gao["possible"].items()} == {
        "150 km": 0,
        "241.402 km": 0,
        "300 km": 4,
    }
    assert found["strikes"][0]["km"]["kidal"] is None


def drawn(found: Geometry | None = None) -> Figure:
    return strike_map.draw(found or found_geometry(), bundled_network(), bundled_outlines())


def test_the_map_shows_each_strike_where_it_fell() -> None:
    figure = drawn()
    places = {d.strike.place for d in found_geometry().strikes}
    assert places
    for place in places:
        (star,) = artists(figure, f"strike:{place}")
        at = bundled_network().places[place]
        assert (star.get_xdata()[0], star.get_ydata()[0]) == (at.lon, at.lat)
        bears = any(d.strike.test for d in found_geometry().strikes if d.strike.place == place)
        assert (star.get_markerfacecolor() == "white") is not bears


def test_a_circle_goes_through_the_farthest_strike_since_the_base_was_held() -> None:
    figure = drawn()
    for place, km in (("kidal", 227.0), ("gao_apt", 511.0), ("anefis", 319.0), ("tessalit_apt", 213.0)):
        (line,) = artists(figure, f"circle:{place}")
        at = bundled_network().places[place]
        far = [
            GEOD.inv(at.lon, at.lat, lon, lat)[2] / 1000.0
            for lon, lat in zip(line.get_xdata(), line.get_ydata(), strict=True)
        ]
        assert far == pytest.approx([km] * len(far), abs=0.6)


def test_words_of_the_map_stand_apart_and_inside_it() -> None:
    figure = drawn()
    assert_apart(figure, words(figure))
    said = {text.get_text() for text in words(figure)}
    assert "Kidal (held from 13 Nov): 227 km needed" in said
    assert any(one.startswith("Kidal: (2 Oct)") for one in said)


def test_a_map_of_strikes_that_bear_on_nothing_has_no_circle() -> None:
    still = tuple(
        replace(d, strike=d.strike.model_copy(update={"test": False})) for d in found_geometry().strikes
    )
    figure = drawn(replace(found_geometry(), strikes=still))
    assert not any(artists(figure, f"circle:{base.place}") for base in found_geometry().bases)
    assert any("no strike since" in text.get_text() for text in words(figure))
    assert_apart(figure, words(figure))


# --- the command -------------------------------------------------------------------------------------------


def test_the_command_tells_and_draws(kidal, tmp_path: Path) -> None:
    code, out, err = kidal("strikes", "--plot", "maps/strikes.svg")
    assert (code, err) == (0, "")
    assert "Tinzaouaten" in out
    assert out.endswith("drawn: maps/strikes.svg\n")
    assert (tmp_path / "maps" / "strikes.svg").read_text().startswith("<?xml")
    assert json.loads(kidal("strikes", "--json")[1]) == json.loads(
        json.dumps(strikes.as_json(found_geometry()))
    )


def test_a_map_of_no_known_kind_is_refused(kidal, tmp_path: Path) -> None:
    code, out, err = kidal("strikes", "--plot", "strikes.doc")
    assert (code, out) == (2, "")
    assert err == "--plot strikes.doc: has no ending of a figure; expected .png, .svg or .pdf\n"
    (tmp_path / "file").write_text("")
    code, out, err = kidal("strikes", "--plot", "file/strikes.png")
    assert (code, out) == (2, "")
    assert "cannot be written" in err


def test_check_knows_the_file(kidal, tmp_path: Path) -> None:
    assert kidal("check", str(BUNDLED.path("record") / "strikes.yaml"))[0] == 0
    text = (BUNDLED.path("record") / "strikes.yaml").read_text().replace("g01-s2", "g01-s9")
    (tmp_path / "strikes.yaml").write_text(text)
    code, _, err = kidal("check", "strikes.yaml")
    assert code == 2
    assert "strikes.yaml:5: claim: 'g01-s9' is not there; did you mean 'g01-s2'?" in err
