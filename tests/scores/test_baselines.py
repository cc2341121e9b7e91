"""The nulls, each on a way whose answer is known."""

from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
import scipy
from bundled import bundled_record

from analysis.scores import baselines
from analysis.scores.baselines import HOLD, March

ROAD = March(start=5.5, first="a:departure", km={"b:arrival": 72.0, "c:arrival": 144.0, "d:arrival": 180.0})
KM = {"anefis:capture": 240.0, "anefis:go": 240.0, "alkit_rd:contact": 322.0, "kidal:capture": 352.0}
KM |= {"kidal:go": 352.0, "aguelhok:capture": 500.0}
WHOLE = March(
    start=5.5,
    first="gao:departure",
    km=KM,
    holds=[240.0, 352.0],
    goes=frozenset({"anefis:go", "kidal:go"}),
    places={"anefis": 240.0, "kidal": 352.0, "aguelhok": 500.0},
    zero=datetime(2023, 10, 2, tzinfo=UTC),
)
NULLS = ("ruler", "pace", "pace, hold", "not before 31 Oct", "15 Nov ± 2 d", "15 Nov ± 7 d")


def published(at):
    """A date that was published before: not before the 31st, and the opening at Kidal, sooner and vaguer."""
    return bundled_record().published[at]


@cache
def all_nulls():
    return baselines.nulls(bundled_record().published)


def median(hours):
    return float(np.median(hours))


def test_the_ruler_drives_twelve_hours_a_day():
    found = baselines.ruler(ROAD)
    assert {name: hours.tolist() for name, hours in found.items()} == {
        "b:arrival": [5.5 + 6.0],
        "c:arrival": [5.5 + 24.0],
        "d:arrival": [5.5 + 24.0 + 3.0],
    }


def test_the_ruler_holds_nowhere():
    found = baselines.ruler(WHOLE)
    assert found["anefis:go"] == found["anefis:capture"] == 5.5 + 24.0 + 8.0


def test_the_pace_is_72_km_a_day_with_its_spread():
    hours = baselines.pace(ROAD)["c:arrival"] - 5.5
    assert median(hours) == pytest.approx(48.0, rel=1e-3)
    assert np.log(hours).std() == pytest.approx(0.39, abs=0.005)
    assert scipy.stats.kstest(np.log(hours / 48.0) / 0.39, "norm").statistic < 0.001


def test_a_sample_keeps_its_pace_from_place_to_place():
    found = baselines.pace(ROAD)
    assert (found["c:arrival"] - 5.5) == pytest.approx(2.0 * (found["b:arrival"] - 5.5))


def test_a_vague_hold_is_added_once_at_each_place_it_goes_on_from():
    moved, held = baselines.pace(WHOLE), baselines.vague_hold(WHOLE)
    assert held["anefis:capture"] == pytest.approx(moved["anefis:capture"])
    first = held["anefis:go"] - held["anefis:capture"]
    assert median(first) == pytest.approx(HOLD, rel=1e-3)
    assert np.log(first).std() == pytest.approx(1.0, abs=0.01)
    assert held["kidal:capture"] - held["anefis:go"] == pytest.approx(
        moved["kidal:capture"] - moved["anefis:go"]
    )
    second = held["kidal:go"] - held["kidal:capture"]
    assert median(second) == pytest.approx(HOLD, rel=1e-3)
    assert abs(scipy.stats.spearmanr(first, second).statistic) < 0.03
    assert abs(scipy.stats.spearmanr(first, held["anefis:capture"]).statistic) < 0.03


def test_no_go_before_the_date_and_none_moved_that_is_later():
    held, late = baselines.vague_hold(WHOLE), baselines.not_before(WHOLE, published(0))
    assert late["anefis:go"] == pytest.approx(np.maximum(held["anefis:go"], 29 * 24.0))
    assert late["kidal:go"] - late["kidal:capture"] == pytest.approx(held["kidal:go"] - held["kidal:capture"])


@pytest.mark.parametrize(("date", "days"), [(1, 2.0), (2, 7.0)])
def test_the_opening_null_is_at_kidal_about_the_date(date, days):
    found = baselines.at_opening(WHOLE, published(date))
    there = found["kidal:capture"]
    assert median(there) == pytest.approx(44 * 24.0, abs=0.1)
    early = baselines.pace(WHOLE)["anefis:capture"]
    free = there > early + 5 * 24.0  # where it need not wait for the column to come
    assert scipy.stats.norm(44 * 24.0, 24.0 * days).ppf(0.05) == pytest.approx(
        np.quantile(there, 0.05), abs=12.0
    )
    way = (there - found["anefis:go"])[free]
    assert median(way) == pytest.approx(112.0 / 72.0 * 24.0, rel=0.02)
    assert (there >= found["alkit_rd:contact"]).all()
    assert (found["anefis:go"] >= found["anefis:capture"] - 1e-9).all()
    assert found["anefis:capture"] == pytest.approx(early)
    assert median(found["kidal:go"] - there) == pytest.approx(HOLD, rel=1e-3)


def test_without_kidal_on_its_way_the_opening_is_a_pace():
    found = baselines.at_opening(ROAD, published(1))
    assert found["c:arrival"] == pytest.approx(baselines.pace(ROAD)["c:arrival"])


@pytest.mark.parametrize("name", NULLS)
def test_hours_ascend_along_the_way_in_every_sample(name):
    found = all_nulls()[name](WHOLE)
    for before, after in zip(list(KM)[:-1], list(KM)[1:], strict=True):
        assert (found[after] >= found[before] - 1e-9).all(), (before, after)


@pytest.mark.parametrize("name", NULLS)
def test_a_null_says_the_same_each_time(name):
    one, other = all_nulls()[name](WHOLE), all_nulls()[name](WHOLE)
    assert all(np.array_equal(one[key], other[key]) for key in KM)


def test_these_are_all_nulls():
    assert list(all_nulls()) == list(NULLS)
