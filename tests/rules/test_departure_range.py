"""A departure in a range of days: every day alike, keyed by the seed, at its first light; the middle in one run."""

from collections import Counter

import pytest
import scipy
from worlds import QUIET, dawn, log, network, opened, opened_drawn, play, tiny

from sim.files.units import DayRange, days
from sim.files.yaml_tree import FaultyInput
from sim.scenario.reading import load_scenario

NET = network(("a", "b", 40))
RANGE = tiny("{columns: [{departs: 2023-10-03 to 2023-10-08, objectives: [{place: b, capture: true}]}]}", NET)
SIX = range(1, 7)


def test_every_day_of_the_range_is_drawn_alike_and_no_other():
    drawn = Counter(round((opened_drawn(RANGE, seed).columns[0].departs - 5.5) / 24) for seed in range(1200))
    assert set(drawn) == set(SIX)
    assert scipy.stats.chisquare([drawn[day] for day in SIX]).pvalue > 0.001


def test_the_column_departs_at_the_first_light_of_its_day():
    for seed in range(20):
        world = opened_drawn(RANGE, seed)
        assert world.columns[0].departs in [dawn(world, day) for day in SIX]


def test_one_run_takes_the_middle_day():
    world = opened(RANGE)
    assert world.columns[0].departs == dawn(world, 3)


def test_it_takes_no_luck_from_other_draws_and_a_single_day_draws_none():
    alone = tiny("{columns: [{departs: 2023-10-05, objectives: [{place: b, capture: true}]}]}", NET)
    for seed in range(20):
        one, other = opened_drawn(RANGE, seed).columns[0], opened_drawn(alone, seed).columns[0]
        assert (one.mine_factor, one.mine_left, one.persons) == (
            other.mine_factor,
            other.mine_left,
            other.persons,
        )
    assert len({opened_drawn(alone, seed).columns[0].departs for seed in range(20)}) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2023-10-08 to 2023-10-03", "does not run forwards; expected a last day after the first"),
        ("2023-10-08 to 2023-10-08", "does not run forwards"),
        ("2023-10-08 to Friday", "'Friday' is not a day"),
        ("2023-10-08 until 2023-10-09", "is not a day"),
        ("2023-09-30 to 2023-10-04", "army departs on 2023-09-30 to 2023-10-04, not all of it within"),
        ("2023-10-30 to 2023-11-04", "not all of it within 2023-10-02 to 2023-11-01; expected days between"),
    ],
)
def test_a_range_that_cannot_be_is_told(text, message):
    with pytest.raises(FaultyInput, match=message):
        load_scenario("gao-anefis", {"columns.army.departs": text})


def test_a_day_is_read_as_before_and_a_range_reads_back():
    assert str(days("2023-11-01")) == "2023-11-01"
    assert isinstance(days("2023-11-01 to 2023-11-09"), DayRange)
    assert str(days("2023-11-01 to 2023-11-09")) == "2023-11-01 to 2023-11-09"


# --- every place a stop -------------------------------------------------------------------------------------

ROAD = network(("a", "m", 55), ("m", "n", 10), ("n", "b", 90))
CALM = QUIET | {"march_speed": 10, "march_hours": 5, "press_on": 2}


def bivouac(stops):
    """The road-km of the first night's bivouac; the window ends at 50 km, and 20 km more may be pressed on."""
    template = tiny(f"{{columns: [{{stops: {stops}, objectives: [{{place: b, capture: false}}]}}]}}", ROAD)
    return log(play(template, **CALM), template, "bivouac")[0].km


@pytest.mark.parametrize(
    ("stops", "km"),
    [("[]", 50), ("[n]", 65), ("[m]", 55), ("[m, n]", 55), ("every place", 55)],
)
def test_where_every_place_is_a_stop_the_column_presses_on_to_the_next(stops, km):
    assert bivouac(stops) == pytest.approx(km)


def test_every_place_of_the_way_is_a_mark_then():
    template = tiny("{columns: [{stops: every place, objectives: [{place: b, capture: false}]}]}", ROAD)
    assert [row.place for row in log(play(template, **CALM), template, "arrival")] == ["m", "n", "b"]


def test_the_words_may_take_the_place_of_a_list_and_a_list_theirs():
    named = load_scenario("gao-anefis", {"columns.army.stops": "[tarkint]"}).scenario.columns[0]
    assert named.stops_on(["gao", "x", "tarkint"]) == ("tarkint",)
    every = load_scenario("un-kidal-gao", {"columns.un.stops": "every place"}).scenario.columns[0]
    assert every.stops_on(["kidal", "x", "gao"]) == ("x", "gao")
    with pytest.raises(FaultyInput, match="is a list; expected '.every stop.'"):
        load_scenario("un-kidal-gao", {"columns.un.stops": "every stop"})
    with pytest.raises(FaultyInput, match="stops is not a list"):
        load_scenario("gao-anefis", {"columns.army.stops": "everywhere"})
