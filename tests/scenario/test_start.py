"""A scenario that begins at an outcome: the record has its interval, and a run's hour is drawn in it."""

from datetime import date, datetime, timedelta
from functools import cache

import pytest
import scipy
from bundled import bundled_network, scenario_names
from worlds import QUIET, log, network, one, opened, opened_drawn, play, tiny

from sim.engine.loop import advance
from sim.files.yaml_tree import FaultyInput
from sim.parameters.reading import load_parameters
from sim.record.record import load_record
from sim.scenario.reading import load_scenario
from sim.state.kinds import AgentKind
from sim.state.rows import NEVER


@cache
def captured_row():
    return load_record().observation("anefis:capture", "army")


LOW, HIGH = 18, 24 + 12  # 6 October 18:00 to 7 October 12:00, in hours of the first day
SPARING = QUIET | {"march_speed": 10, "march_hours": 10}


@cache
def given_template():
    return tiny(
        """{start: {given: "anefis:capture"},
        columns: [{id: one, departs: given, objectives: [{place: b, capture: false}]},
                  {id: two, departs: given, objectives: [{place: b, capture: false}]},
                  {id: held, from: b, holds: given,
                   objectives: [{place: b, capture: true, refit: true}, {place: c, capture: true}]},
                  {id: dated, departs: 2023-10-08, objectives: [{place: b, capture: false}]}]}""",
        network(("a", "b", 40), ("b", "c", 400)),
    )


def hours(world):
    """The hours at which the columns of the given hour begin."""
    found = {row.agent: row.hour for row in log(world, given_template(), "departure", "go", "capture")}
    return {name: found[name] for name in ("one", "two", "held")}


# --- the interval -------------------------------------------------------------------------------------------


def test_the_record_has_the_capture_of_anefis_from_6_to_7_october():
    assert captured_row().earliest.isoformat() == "2023-10-06T18:00:00+00:00"
    assert captured_row().latest.isoformat() == "2023-10-07T12:00:00+00:00"


def test_the_first_day_is_that_on_which_the_reported_interval_begins():
    start = load_scenario("anefis-hold", None, bundled_network()).scenario.start
    assert (start.day, start.given, start.low, start.high) == (date(2023, 10, 6), "anefis:capture", LOW, HIGH)


@pytest.mark.parametrize("name", scenario_names())
def test_every_bundled_start_is_a_day_or_the_interval_of_the_record(name):
    start = load_scenario(name, None, bundled_network()).scenario.start
    if not start.given:
        assert (start.low, start.high) == (0, 0)
        return
    seen = load_record().observation(start.given)
    zero = datetime.combine(start.day, datetime.min.time(), seen.earliest.tzinfo)
    assert zero + timedelta(hours=start.low) == seen.earliest
    assert zero + timedelta(hours=start.high) == seen.latest
    assert 0 <= start.low < 24


def test_no_other_field_need_say_when_the_outcome_was():
    tree = load_scenario("anefis-hold", None, bundled_network()).tree
    assert list(tree["start"].items()) == [("given", "anefis:capture")]
    assert tree["columns"][0]["holds"] == "given"
    assert "2023-10-06" not in str(tree)
    assert "2023-10-07" not in str(tree)


# --- the hour -----------------------------------------------------------------------------------------------


def test_without_spread_the_hour_is_the_middle_of_the_interval():
    for seed in (1, 2):
        world = play(given_template(), seed, until=48, **SPARING)
        assert set(hours(world).values()) == {(LOW + HIGH) / 2}


def test_with_spread_it_is_drawn_in_the_interval_the_same_for_all_columns():
    drawn = []
    for seed in range(300):
        world = opened_drawn(given_template(), seed)
        advance(world, 48)
        (hour,) = set(hours(world).values())
        drawn.append(hour)
    assert LOW <= min(drawn) < LOW + 0.5
    assert HIGH - 0.5 < max(drawn) <= HIGH
    assert scipy.stats.kstest(drawn, scipy.stats.uniform(LOW, HIGH - LOW).cdf).pvalue > 0.01


def test_the_hour_is_keyed_by_the_seed_and_by_nothing_else():
    other = tiny(
        """{start: {given: "anefis:capture"}, groups: [{id: g, home: c}], refuges: [c],
            columns: [{id: alone, departs: given, from: c, objectives: [{place: a, capture: false}]}]}""",
        network(("a", "b", 40), ("b", "c", 90)),
    )
    slow = load_parameters(None, {"march_speed": "5 km/h"})
    first = [opened_drawn(given_template(), seed).columns[1].departs for seed in range(20)]
    assert len(set(first)) == 20
    assert first == [opened_drawn(given_template(), seed).columns[1].departs for seed in range(20)]
    assert first == [opened_drawn(other, seed).columns[0].departs for seed in range(20)]
    assert first == [opened_drawn(given_template(), seed, slow).columns[2].departs for seed in range(20)]


def test_a_column_with_a_day_of_its_own_departs_at_its_first_light():
    world = opened(given_template(), **SPARING)
    dated = given_template().names[AgentKind.COLUMN].index("dated")
    assert 2 * 24 + 4 < world.columns[dated].departs < 2 * 24 + 8


def test_a_column_that_holds_at_the_given_hour_has_captured_then():
    world = play(given_template(), until=48, **SPARING)
    capture = one(world, given_template(), "capture")
    assert (capture.agent, capture.place, capture.hour) == ("held", "b", 27)
    assert not [row for row in log(world, given_template()) if row.agent == "held" and row.hour < 27]


def test_a_column_that_departs_at_the_given_hour_goes_and_reaches_its_objective():
    world = play(given_template(), until=NEVER, **SPARING)
    arrivals = {row.agent: row.hour for row in log(world, given_template(), "arrival")}
    assert arrivals["one"] == arrivals["two"] > 27


# --- faulty starts ------------------------------------------------------------------------------------------

HOLD = """summary: a hold
start: {given: "anefis:capture"}
end: 2024-01-01
columns:
  - id: army
    side: army
    source: test
    known: 2023-10-02
    from: anefis
    holds: given
    objectives: [{place: anefis, capture: true}, {place: kidal, capture: true}]
    stops: []
    serials: [{id: all, persons: 400, vehicles: 40}]
    vehicle_gap: 100 m
    serial_gap: 10 min
    mines_reported: 1
milestones:
  - {id: "kidal:capture", column: army}
"""


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """Load the hold with some texts replaced, which must be refused; gives the messages."""
    monkeypatch.chdir(tmp_path)

    def call(*changes):
        text = HOLD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(FaultyInput) as refusal:
            load_scenario("s.yaml", None, bundled_network())
        return str(refusal.value).splitlines()

    return call


def test_the_hold_itself_can_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(HOLD, encoding="utf-8")
    assert load_scenario("s.yaml", None, bundled_network()).scenario.start.high == HIGH


EVENT = '{given: "anefis:capture"}'


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (
            '{given: "anefis:captured"}',
            "start: 'anefis:captured' is not in the record of observations; did you mean ",
        ),
        (
            '{given: "nowhere:party"}',
            "start: 'nowhere:party' is not in the record of observations; expected one of ",
        ),
        ("{given: 2023-10-07}", "start: '2023-10-07' is not in the record of observations"),
        ('{given: "anefis:capture", at: 3 h}', "start: is neither a day nor '{given: place:event}'"),
        ('{gven: "anefis:capture"}', "start: is neither a day nor '{given: place:event}'"),
        ("{}", "start: is neither a day nor '{given: place:event}'"),
        ("[2023-10-07]", "start: is neither a day nor '{given: place:event}'"),
        ("{given: }", "start: "),
        ("{given: [a]}", "start: "),
        ("{given: {a: b}}", "start: "),
        ("", "start: "),
        ("given", "start: 'given' is not a day"),
        ("anefis:capture", "start: 'anefis:capture' is not a day"),
        ("2023-10-32", "start: '2023-10-32' is not"),
    ],
)
def test_a_faulty_start_is_told_with_its_line(refused, start, message):
    told = refused((EVENT, start))
    assert any(row.startswith(f"s.yaml:2: {message}") for row in told)


@pytest.mark.parametrize("key", ["holds", "departs"])
def test_the_given_hour_is_refused_without_a_given_start(refused, key):
    (line,) = refused((EVENT, "2023-10-06"), ("holds: given", f"{key}: given"))
    assert line.startswith(f"s.yaml:10: army {key} on the given hour, but the scenario starts on a day")


def test_given_in_place_of_another_day_is_no_day(refused):
    assert refused(("end: 2024-01-01", "end: given"))[0].startswith("s.yaml:3: end: 'given' is not a day")


def test_an_end_before_the_given_start_is_told(refused):
    told = refused(("end: 2024-01-01", "end: 2023-10-06"))
    assert told == ["s.yaml:3: the end, 2023-10-06, is not after the start, 2023-10-06; expected a later day"]


def test_a_day_before_the_given_start_is_told(refused):
    (line,) = refused(("holds: given", "holds: 2023-10-05"))
    assert line.startswith("s.yaml:10: army holds on 2023-10-05, outside 2023-10-06 to 2024-01-01")
