"""The auditor finds what cannot hold in time, and nothing else; small records have answers worked out by hand."""

import json
import math
import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.claims import audit_text, temporal_network
from analysis.claims.audit import TOP_SPEED, Audit, audited
from analysis.claims.temporal_network import ORIGIN, Bound, Problem, Window
from analysis.claims.time_constraints import HOUR_MS, daylight, moment_of, ticks
from sim.commands.record import DEFAULT_SPEED
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput, read
from sim.record.record import load_record
from sim.scenario.network import load_network
from sim.scenario.sun import sun_table

SOURCES = "sources:\n  - {id: s0, title: One, published: then, about: a paper}\n"
ROUTE = "routes:\n  - {column: army, places: [aa, cc], source: a map}\n"
PLACES = """\
id,name,lat,lon,position_error_km,position,kind,region,people,note,source
aa,Aa,16.0,0.0,1,gazetteer,town,R,,a note,a map
bb,Bb,16.5,0.0,1,gazetteer,town,R,,a note,a map
cc,Cc,16.8,0.0,1,gazetteer,town,R,,a note,a map
dd,Dd,16.9,0.5,1,gazetteer,town,R,,a note,a map
"""
ROADS = """\
from,to,section,km,evidence,surface,terrain,source
aa,bb,one,100,reported,piste,flat,a map
bb,cc,two,50,reported,piste,flat,a map
"""

Row = tuple[str, ...]
TRIANGLE = [  # 4 h for 150 km, once the stay is taken off: 37.5 km/h
    ("leaves", "aa:departure", "05T08:00", "05T08:30"),
    ("stays", "bb:stay", "05T00:00", "06T00:00", "hours_at_least: 5"),
    ("comes", "cc:arrival", "05T15:00", "05T17:00"),
]


def claim(name: str, event: str, start: str, end: str, numbers: str = "", *rest: str) -> str:
    lines = [f"id: {name}", f"event: {event}"]
    rest = rest if any(line.startswith("column") for line in rest) else (*rest, "column: army")
    lines += [f"earliest: 2023-10-{start}Z", f"latest: 2023-10-{end}Z", "precision: range", "party: csp"]
    lines += ["kind: one source", "source: s0", "says: It was so.", f"numbers: {{{numbers}}}", *rest]
    return "  - " + "\n    ".join(lines) + "\n"


@pytest.fixture
def look(tmp_path):
    """Audit claims on a way aa-bb-cc of 100 and 50 km."""
    (tmp_path / "net").mkdir()
    (tmp_path / "net/places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "net/roads.csv").write_text(ROADS, encoding="utf-8")

    def call(rows: list[Row], speed: str = "25 km/h", *, by_night: bool = False, route: str = ROUTE) -> Audit:
        (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
        (tmp_path / "claims.yaml").write_text(
            "claims:\n" + "".join(claim(*row) for row in rows), encoding="utf-8"
        )
        (tmp_path / "routes.yaml").unlink(missing_ok=True)
        if route:
            (tmp_path / "routes.yaml").write_text(route, encoding="utf-8")
        return audit_of(tmp_path, load_network(folder=tmp_path / "net"), speed, by_night=by_night)

    return call


def audit_of(folder, network, *terms, **options) -> Audit:
    return audited(load_record(places=network.places, folder=folder), folder, network, *terms, **options)


@pytest.fixture(scope="module")
def bundled() -> Audit:
    return audit_of(BUNDLED.path("record"), load_network())


def sets(audit: Audit) -> set[frozenset[str]]:
    return {frozenset(item.id for item in clash.claims) for clash in audit.clashes}


def span(audit: Audit, event: str) -> tuple[str, str]:
    """The implied interval of an event, days and hours."""
    (found,) = (item for item in audit.events if item.event == event)
    return f"{found.earliest:%dT%H:%M}", f"{found.latest:%dT%H:%M}"


# --- small records ---------------------------------------------------------------------------------------


def test_two_claims_apart_clash_and_rest_on_no_assumption(look):
    found = look([("one", "bb:raid", "02T06:00", "02T08:00"), ("two", "bb:raid", "02T09:00", "02T10:00")])
    assert sets(found) == {frozenset({"one", "two"})}
    assert found.clashes[0].assumptions == ()
    assert [item.id for item in found.left_out] == ["two"]  # of like weight, the later in the file


def test_successive_days_share_no_moment_but_parts_of_a_day_may(look):
    days = [("one", "bb:raid", "01T00:00", "02T00:00"), ("two", "bb:raid", "02T00:00", "03T00:00")]
    assert sets(look(days)) == {frozenset({"one", "two"})}
    parts = [("one", "bb:raid", "01T05:00", "01T12:00"), ("two", "bb:raid", "01T12:00", "01T18:00")]
    found = look(parts)
    assert not found.clashes
    assert span(found, "bb:raid") == ("01T12:00", "01T12:00")


def test_what_recurs_makes_no_point_and_another_column_another_one(look):
    apart = [("one", "bb:raid", "01T06:00", "01T08:00"), ("two", "bb:raid", "02T09:00", "02T10:00")]
    assert not look([apart[0], (*apart[1], "", "recurs: true")]).clashes
    assert look(apart).clashes
    assert not look([apart[0], (*apart[1], "", "column: un")]).clashes


def test_a_road_too_long_for_the_time_clashes_up_to_its_critical_speed(look):
    rows = [
        ("leaves", "aa:departure", "05T08:00", "05T09:00"),
        ("comes", "bb:arrival", "05T10:00", "05T11:00"),
    ]
    found = look(rows)  # 100 km in 3 h at most
    assert sets(found) == {frozenset({"leaves", "comes"})}
    assert found.clashes[0].assumptions == ("speed",)
    assert found.clashes[0].holds_from == pytest.approx(100 / 3, rel=1e-3)
    assert look(rows, "33.3 km/h").clashes
    assert not look(rows, "33.4 km/h").clashes
    assert not look(rows, route="").clashes


def test_a_triangle_of_claims_clashes_only_together(look):
    found = look(TRIANGLE)
    assert sets(found) == {frozenset({"leaves", "stays", "comes"})}
    assert found.clashes[0].holds_from == pytest.approx(37.5, rel=1e-3)
    for gone in TRIANGLE:
        assert not look([row for row in TRIANGLE if row != gone]).clashes
    assert look(TRIANGLE, "37.4 km/h").clashes
    assert not look(TRIANGLE, "37.6 km/h").clashes


def test_a_stay_of_at_most_some_hours_clashes_with_two_reports_too_far_apart(look):
    rows = [
        ("comes", "bb:arrival", "05T06:00", "05T07:00"),
        ("leaves", "bb:departure", "05T12:00", "05T13:00"),
        ("stays", "bb:stay", "05T00:00", "06T00:00", "hours_at_most: 4"),
    ]
    found = look(rows)
    assert sets(found) == {frozenset({"comes", "leaves", "stays"})}
    assert found.clashes[0].assumptions == ()
    rows[2] = (*rows[2][:4], "hours_at_most: 4 to 5")  # from 07:00 to 12:00
    found = look(rows)
    assert not found.clashes
    assert (span(found, "bb:arrival"), span(found, "bb:departure")) == (("05T07:00",) * 2, ("05T12:00",) * 2)


def test_a_claim_may_contradict_itself(look):
    found = look([("stays", "bb:stay", "05T00:00", "06T00:00", "hours_at_least: 9, hours_at_most: 8")])
    assert sets(found) == {frozenset({"stays"})}
    assert "This cannot hold." in audit_text.text(found)


def test_places_in_the_wrong_order_clash_at_any_speed(look):
    rows = [("there", "cc:capture", "05T08:00", "05T09:00"), ("leaves", "aa:go", "05T10:00", "05T11:00")]
    found = look(rows, "10000 km/h")
    assert sets(found) == {frozenset({"there", "leaves"})}
    assert found.clashes[0].assumptions == ("order of places",)
    assert found.clashes[0].holds_from is None


def test_what_is_not_at_a_place_of_the_way_says_nothing_of_roads(look):
    rows = [("leaves", "aa:departure", "05T10:00", "05T11:00")]
    for event in ("cc:harassment", "cc:army_losses", "dd:arrival"):
        assert not look([*rows, ("early", event, "05T08:00", "05T09:00")]).clashes, event
    assert look([*rows, ("early", "cc:arrival", "05T08:00", "05T09:00")]).clashes


def test_a_departure_in_the_dark_needs_the_option(look):
    rows = [("leaves", "aa:departure", "05T20:00", "05T23:00")]
    found = look(rows)
    assert sets(found) == {frozenset({"leaves"})}
    assert found.clashes[0].assumptions == ("daylight",)
    assert not look(rows, by_night=True).clashes


def test_daylight_narrows_a_departure_to_first_light_and_sunset(look):
    rows = [("leaves", "aa:departure", "05T00:00", "06T00:00")]
    (day,) = sun_table((date(2023, 10, 5),), 16.0, 0.0)
    low, high = span(look(rows), "aa:departure")
    for text, hour in ((low, day.dawn), (high, day.sunset)):
        assert abs(int(text[3:5]) + int(text[6:]) / 60 - hour) <= 0.51 / 60
    assert 5.2 < day.dawn < 5.8
    assert 17.4 < day.sunset < 18.1
    assert span(look(rows, by_night=True), "aa:departure") == ("05T00:00", "06T00:00")


def test_implied_intervals_are_exact(look):
    rows = [
        ("leaves", "aa:departure", "05T08:00", "05T12:00"),
        ("comes", "bb:arrival", "05T09:00", "05T14:00"),
    ]
    found = look(rows)  # 100 km at 25 km/h: 4 h
    assert not found.clashes
    assert span(found, "aa:departure") == ("05T08:00", "05T10:00")
    assert span(found, "bb:arrival") == ("05T12:00", "05T14:00")
    assert all(event.narrower for event in found.events)
    assert "narrower: 2.0 of 4.0 h" in audit_text.text(found)
    found = look(rows, "50 km/h")
    assert span(found, "bb:arrival") == ("05T10:00", "05T14:00")


def test_so_far_short_of_a_place_is_so_much_less_road(look):
    rows = [("leaves", "aa:departure", "05T08:00", "05T12:00")]
    short = ("fights", "bb:contact", "05T09:00", "05T18:00", "km_from_bb: 20 to 25")
    found = look([*rows, short, ("town", "bb:capture", "05T09:00", "05T18:00")])
    assert span(found, "bb:contact") == ("05T11:00", "05T17:12")  # 75 km on; 20 km before
    assert span(found, "bb:capture") == ("05T12:00", "05T18:00")
    found = look([*rows, ("fights", "dd:contact", "05T09:00", "05T18:00", "km_from_bb: 50")])
    assert span(found, "dd:contact") == ("05T10:00", "05T18:00")


def test_an_end_of_a_stay_that_nobody_reports_is_implied(look):
    found = look([TRIANGLE[0], TRIANGLE[1]])
    (leaves,) = (event for event in found.events if event.event == "bb:departure")
    assert leaves.reported is None
    assert not leaves.narrower
    assert f"{leaves.earliest:%dT%H:%M}" == "05T17:00"  # 8:00, 4 h of road, 5 h of stay
    assert leaves.latest is None


def test_a_record_of_nothing_but_contradictions_is_settled_in_time_and_says_so(look):
    rows = [(f"c{hour}", "bb:raid", f"05T{hour:02}:00", f"05T{hour:02}:30") for hour in range(24)]
    found = look(rows)  # 276 pairs
    assert found.capped
    assert len(found.left_out) == 23
    assert "the search was cut short" in audit_text.text(found)


def test_all_claims_of_an_event_left_out_leave_its_implied_interval_elsewhere(look):
    found = look(TRIANGLE)
    assert [item.id for item in found.left_out] == ["comes"]
    (comes,) = (event for event in found.events if event.event == "cc:arrival")
    assert comes.overlap is None
    assert "elsewhere: its claims are left out" in audit_text.text(found)


def test_the_pace_that_is_needed_is_that_of_the_tightest_leg(look):
    rows = [
        ("leaves", "aa:departure", "05T08:00", "05T12:00"),
        ("comes", "bb:arrival", "05T09:00", "05T14:00"),
    ]
    (pace,) = look(rows).paces
    assert pace.speed == pytest.approx(100 / 6, rel=1e-3)
    assert pace.claims == ("leaves", "comes")


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_claims_changes_neither_sets_nor_intervals(look, seed):
    extra = [("late", "aa:departure", "05T10:00", "05T11:00"), ("raid", "dd:raid", "01T00:00", "02T00:00")]
    rows = [*TRIANGLE, *extra, ("again", "dd:raid", "02T00:00", "03T00:00")]
    usual = sets(look(rows))
    assert len(usual) == 4  # the triangle with either departure, the departures, the raids
    mixed = [rows[index] for index in np.random.default_rng(seed).permutation(len(rows))]
    assert sets(look(mixed)) == usual
    calm = [
        ("leaves", "aa:departure", "05T08:00", "05T12:00"),
        ("comes", "bb:arrival", "05T09:00", "05T14:00"),
    ]
    assert look(calm).events == look(calm[::-1]).events


# --- temporal problems against enumeration ---------------------------------------------------------------

END = 10
NAMES = "abc"
GRID = np.stack(np.meshgrid(*[np.arange(END + 1)] * 3, indexing="ij"), -1).reshape(-1, 3)


def lit(time):
    """Two units of light in five: 1 and 2, 6 and 7."""
    return (time % 5 == 1) | (time % 5 == 2)


def up(time: int) -> int:
    return next(later for later in range(time, time + 6) if lit(later))


def down(time: int) -> int:
    return next(earlier for earlier in range(time, time - 6, -1) if lit(earlier))


FRAME = tuple(
    bound
    for point in NAMES
    for bound in (Bound(start=ORIGIN, end=point, least=0), Bound(start=point, end=ORIGIN, least=-END))
)
ONE = st.tuples(st.sampled_from(["", *NAMES]), st.sampled_from(["", *NAMES]), st.integers(-END, END))
BOUNDS = st.lists(ONE.filter(lambda row: row[0] != row[1]), min_size=1, max_size=6)
LIT = st.sets(st.sampled_from(NAMES))


def bound(index: int, start: str, end: str, least: int) -> Bound:
    return Bound(start=start, end=end, least=least, labels=frozenset({str(index)}))


def posed(rows: list[tuple[str, str, int]], dark: set[str]) -> Problem:
    bounds = [bound(index, *row) for index, row in enumerate(rows)]
    windows = {point: Window(up, down) for point in sorted(dark)}
    return Problem((*FRAME, *bounds), windows, tuple(map(str, range(len(rows)))))


def solutions(problem: Problem, kept: frozenset[str]) -> np.ndarray:
    """Every assignment of whole times that meets the bounds kept."""
    good = np.ones(len(GRID), bool)
    column = {ORIGIN: np.zeros(len(GRID), int)} | {name: GRID[:, i] for i, name in enumerate(NAMES)}
    for bound in problem.bounds:
        if bound.labels <= kept:
            good &= column[bound.end] - column[bound.start] >= bound.least
    for point in problem.windows:
        good &= lit(column[point])
    return GRID[good]


def subsets(labels: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(some) for size in range(len(labels) + 1) for some in combinations(labels, size)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(BOUNDS, LIT)
def test_small_problems_agree_with_enumeration(rows, dark):
    problem = posed(rows, dark)
    holds = {kept: len(solutions(problem, kept)) > 0 for kept in subsets(problem.labels)}
    for kept, good in holds.items():
        assert (temporal_network.contradiction(problem, kept) is None) == good
    smallest = {
        kept for kept, good in holds.items() if not good and all(holds[kept - {label}] for label in kept)
    }
    found, capped = temporal_network.contradictions(problem)
    assert not capped
    assert len(found) == len(set(found))
    assert set(found) == smallest

    every = frozenset(problem.labels)
    weights = {label: (0.85, 0.5)[int(label) % 2] for label in problem.labels}
    gone = temporal_network.fewest(found, problem.labels, weights)
    best = min(
        (every - kept for kept, good in holds.items() if good),
        key=lambda out: (len(out), round(sum(weights[x] for x in out), 6), sorted(-int(x) for x in out)),
    )
    assert gone == best
    rough = temporal_network.irreducible(problem, found, weights)
    assert holds[every - rough]
    assert not any(holds[every - rough | {label}] for label in rough)

    there = solutions(problem, every - gone)
    tight = temporal_network.implied(problem, every - gone)
    assert {name: tight[name] for name in NAMES} == {
        name: (there[:, i].min(), there[:, i].max()) for i, name in enumerate(NAMES)
    }


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(ONE.filter(lambda row: row[0] != row[1]), min_size=2, max_size=12))
def test_consistency_without_windows_agrees_with_linear_programming(rows):
    problem = Problem(
        tuple(bound(index, *row) for index, row in enumerate(rows)),
        {},
        tuple(map(str, range(len(rows)))),
    )
    table = np.zeros((len(rows), 3))
    for index, (start, end, _) in enumerate(rows):
        for point, sign in ((start, 1.0), (end, -1.0)):
            if point:
                table[index, NAMES.index(point)] = sign
    least = [-float(row[2]) for row in rows]
    known = scipy.optimize.linprog(np.zeros(3), table, least, bounds=(None, None)).status == 0
    found, _ = temporal_network.contradictions(problem)
    assert (not found) == known
    for some in found:
        assert temporal_network.contradiction(problem, some) is not None
        for label in some:
            assert temporal_network.contradiction(problem, some - {label}) is None


def test_a_search_cut_short_says_so():
    rows = [("", "a", time) for time in (2, 4)] + [("a", "", -time) for time in (1, 0)]
    problem = Problem(tuple(bound(index, *row) for index, row in enumerate(rows)), {}, tuple("0123"))
    every, capped = temporal_network.contradictions(problem)
    assert (len(every), capped) == (4, False)
    some, capped = temporal_network.contradictions(problem, most=2)
    assert (len(some), capped) == (2, True)
    gone = temporal_network.irreducible(problem, some, dict.fromkeys("0123", 0.5))
    assert gone in ({"0", "1"}, {"2", "3"})  # settled all the same


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 10 * 366 * 24 * HOUR_MS))
@pytest.mark.slow
def test_a_window_of_daylight_is_a_window(time):
    place = load_network().places["tarkint"]
    light = daylight(place)
    late, early = light.up(time), light.down(time)
    assert early <= time <= late
    assert (light.up(late), light.down(early)) == (late, early)
    assert late - early < 14 * HOUR_MS  # no night there is longer
    (day,) = sun_table((moment_of(time).date(),), place.lat, place.lon)
    midnight = ticks(moment_of(time).replace(hour=0, minute=0, second=0, microsecond=0))
    assert (late == time) == (day.dawn * HOUR_MS - 1 <= time - midnight <= day.sunset * HOUR_MS)


# --- the bundled record ----------------------------------------------------------------------------------


def test_the_bundled_record_holds_the_known_clashes_of_time(bundled):
    known = {("c01-s0", "c01-s1"), ("c01-s1", "c01-s2"), ("b02-early-s2", "b02-late-s2")}
    known |= {("b09-s0", "b09-s2"), ("h02-battle-s2", "h03-s3")}
    assert {*map(frozenset, known), frozenset({"c04-s2", "c07-s2", "c08-s2"})} <= sets(bundled)


def test_a_day_at_tarkint_needs_a_departure_in_the_dark_or_10_km_an_hour(bundled):
    (clash,) = (clash for clash in bundled.clashes if "c07-s2" in {item.id for item in clash.claims})
    assert clash.assumptions == ("daylight", "order of places")
    assert clash.by_night_from == pytest.approx(30 / 3, rel=1e-3)  # 18:00 and a day, to 21:00
    night = audit_of(BUNDLED.path("record"), load_network(), by_night=True)
    assert not any("c07-s2" in some for some in sets(night))
    assert span(night, "tarkint:arrival") == ("02T18:00", "02T19:48")  # a day and 1.2 h before 21:00
    (pace,) = (pace for pace in night.paces if pace.column == "army")
    assert pace.speed == pytest.approx(10, rel=1e-3)
    assert pace.claims == ("c04-s2", "c07-s2", "c08-s2")
    assert ("c07-s2", "c08-s2", "holds", "differs") in night.named
    assert any(
        "c07-s2" in some
        for some in sets(audit_of(BUNDLED.path("record"), load_network(), "9.9 km/h", by_night=True))
    )


def test_what_the_record_calls_contradictory_is_told_apart(bundled):
    named = {(pair.one, pair.other): (pair.relation, pair.verdict) for pair in bundled.named}
    for relation, key in (("contradicts", "contradicted_by"), ("differs", "differs_from")):
        pairs = {frozenset({item.id, o}) for item in bundled.record.claims for o in getattr(item, key)}
        assert {frozenset(pair) for pair in named if named[pair][0] == relation} == pairs
    assert len(named) == len(bundled.named)
    assert named["b02-early-s2", "b02-late-s2"] == ("contradicts", "found")
    assert named["c07-s2", "c08-s2"] == ("differs", "found")
    assert named["c17-army-s0", "c18-csp-s0"] == ("contradicts", "not of time")  # losses
    assert named["a01-s2", "a02-s0"] == ("differs", "not of time")  # 115 vehicles, and about a hundred


def test_a_pair_says_in_words_who_says_what_against_whom(bundled):
    told = " ".join(audit_text.text(bundled).split())
    wiki = "Wikipedia, Kidal offensive (secondary source)"
    assert (
        f"Ber, battle: {wiki}: 6 Aug 2023; against it {wiki}: 11 to 12 Aug 2023 (b02-early-s2, b02-late-s2)"
    ) in told
    assert (
        f"Tarkint, stay (army): {wiki}: at least 24 h; beside it Tabrichat, arrival (army): {wiki}: "
        "3 Oct 2023, 17:00 to 21:00 (c07-s2, c08-s2)"
    ) in told
    assert (
        'Anefis, rebel losses (army): RFI, 6 Oct 2023 (army): 5 Oct 2023, "The army claimed to have wrecked '
        'several rebel pick-ups and to have killed a great many of its enemies."; against it RFI, 6 Oct 2023 '
        '(CSP): 5 Oct 2023, "The CSP claimed that it had eight wounded and nobody killed." '
        "(c17-army-s0, c18-csp-s0)"
    ) in told


def test_a_set_says_each_claim_in_words_with_its_id_at_the_end(bundled):
    lines = [" ".join(line.split()) for line in audit_text.text(bundled).splitlines()]
    wiki = "in Wikipedia, Kidal offensive"
    assert f"Ber, battle claimed by secondary source 6 Aug 2023 {wiki} (b02-early-s2)" in lines
    assert (
        f"Tarkint, arrival (army) claimed by secondary source 2 Oct 2023, 18:00 to 3 Oct 2023, 00:00 {wiki} (c04-s2)"
        in lines
    )
    assert "Ber, battle claimed by secondary source 11 to 12 Aug 2023 weight 0.85 (b02-late-s2)" in lines


def test_a_set_without_a_pair_of_the_record_is_named_by_its_number(look):
    told = audit_text.text(look(TRIANGLE))
    assert "of which the record names no pair (1):\n    number 1 (leaves, stays, comes)" in told
    assert "Aa, departure (army)" in told


def test_leaving_out_settles_the_record_and_nothing_less_would(bundled):
    gone = {item.id for item in bundled.left_out}
    assert all(gone & some for some in sets(bundled))
    for size in range(len(gone)):
        assert not any(
            all(set(few) & some for some in sets(bundled))
            for few in combinations(sorted(set().union(*sets(bundled))), size)
        )


def test_the_highest_speed_lies_above_nearly_all_of_the_models():
    prior = read(Path(__file__).parents[2] / "params/default.yaml")["parameters"]["march_speed"]["prior"]
    median, log_sd = float(prior["median"].split()[0]), float(prior["log_sd"])
    assert f"{median * math.exp(1.6448536 * log_sd):.1f}" == "19.6"
    assert TOP_SPEED == DEFAULT_SPEED == "25 km/h"


# --- the command -----------------------------------------------------------------------------------------


def test_faults_are_told_with_their_line(look, tmp_path):
    rows = [("one", "aa:departure", "05T08:00", "05T09:00")]
    with pytest.raises(FaultyInput, match=r"routes\.yaml:2: places: no road leads from aa to dd; "):
        look(rows, route=ROUTE.replace("cc", "dd"))
    with pytest.raises(FaultyInput, match=r"routes\.yaml:2: 'ccc' is no place; did you mean 'cc'\?"):
        look(rows, route=ROUTE.replace("cc", "ccc"))
    with pytest.raises(FaultyInput, match=r"claims\.yaml:3: 'bbb' is no place; did you mean 'bb'\?"):
        look([("one", "bbb:departure", "05T08:00", "05T09:00")])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--speed", "25"), "--speed 25: '25' has no unit; expected '25 km/h'"),
        (("--speed", "3 h"), "--speed 3 h: '3 h' is a time, not a speed"),
        (("--speed", "0 km/h"), "--speed 0 km/h: '0 km/h' is out of range; expected 0.01 to 10000 km/h"),
        (("nowhere",), "nowhere/sources.yaml: cannot be read"),
        (("--network", "nowhere"), "nowhere/places.csv: cannot be read"),
    ],
)
def test_a_wrong_call_ends_with_2_and_no_traceback(kidal, words, told):
    code, out, err = kidal("audit", *words)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_the_audit_of_a_folder_is_printed_and_ends_well(kidal, look, tmp_path):
    look(TRIANGLE)
    call = ("audit", str(tmp_path), "--network", str(tmp_path / "net"))
    code, out, err = kidal(*call)
    assert (code, err) == (0, "")
    assert "Not consistent: 1 smallest contradictory sets of claims." in out
    assert "They would hold at a march of 37.5 km/h or more." in out
    assert "claimed by CSP" in out
    code, out, _ = kidal(*call, "--json", "--speed", "38 km/h")
    found = json.loads(out)
    assert code == 0
    assert found["consistent"]
    assert found["contradictory_sets"] == []
    assert found["assumptions"] == {"speed_km_h": 38.0, "daylight": True}
    code, out, _ = kidal(*call, "--json")
    (some,) = json.loads(out)["contradictory_sets"]
    assert [item["id"] for item in some["claims"]] == ["leaves", "stays", "comes"]
    assert some["claims"][0]["title"] == "One"
    assert some["claims"][0]["earliest"] == "2023-10-05T08:00Z"
    assert some["claims"][1]["numbers"] == {"hours_at_least": [5, 5]}
    assert some["holds_from_km_h"] == pytest.approx(37.5, rel=1e-3)


@pytest.mark.slow
def test_the_bundled_audit_says_what_it_assumes_and_imports_no_model(kidal):
    code, out, err = kidal("audit")
    assert (code, err) == (0, "")
    assert "between sunset and the next first light" in " ".join(out.split())
    assert "With a departure in the dark they would hold at a march of 10.0 km/h or more." in out
    assert kidal("audit")[1] == out
    program = (
        "import sys; sys.argv = ['kidal', 'audit']\n"
        "from sim.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "names = ('sim.engine.template', 'sim.model', 'sim.engine.build', 'sim.engine.inputs', 'mesa', 'numba', 'matplotlib')\n"
        "assert not set(names) & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_help_has_an_example(kidal):
    for command in ("audit", "record"):
        code, out, _ = kidal(command, "--help")
        assert code == 0
        assert f"Example: kidal {command}" in out


def test_moments_and_ticks_are_each_others_inverse():
    moment = datetime(2023, 10, 5, 6, 30, tzinfo=UTC)
    assert moment_of(ticks(moment)) == moment
    assert ticks(datetime(2023, 10, 5, 7, 30, tzinfo=UTC)) - ticks(moment) == HOUR_MS


def test_the_table_of_events_has_names_and_plain_dates(bundled):
    lines = audit_text.text(bundled).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("event  "))
    rows = lines[first + 1 : first + 1 + len(bundled.events)]
    assert any(row.startswith("Kidal, captured (army)  ") for row in rows)
    ids = {event.event for event in bundled.events}
    assert [row for row in rows if any(name in row for name in ids) or "2023-" in row] == []
