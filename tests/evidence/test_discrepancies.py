"""Discrepancies of made-up records, by hand; what the model wrote passes, and what was moved does not."""

from functools import cache

import numpy as np
import pytest
from joint_rows import CAMPAIGN, WAY, made_row

from analysis.evidence.discrepancies import KnownCampaign, discrepancies
from analysis.evidence.discrepancy_tables import (
    CANNOT_TELL,
    INSIDE,
    LEAST_POWER,
    NOT_REPORTED,
    OUTSIDE,
    OWN,
    SHIFT,
    SHIFTED,
    Checked,
    as_json,
    cells,
    central,
    checked,
    number_cells,
    outside,
    text,
)
from analysis.evidence.pseudo_records import WrittenRecords, log_scores, reported, written
from sim.chance.keyed_arrays import replicate_seeds

HOURS = {
    "b:arrival": 30.0,
    "c:contact": 60.0,
    "d:capture": 84.0,
    "d:go": 324.0,
    "e:contact": 348.0,
    "f:capture": 372.0,
    "g:capture": 732.0,
}
"""A march of 72 km a day, fights of a day for 12 km, a hold of ten days, and a second one of fifteen."""
ROWS = tuple(made_row(name, hour - 1.0, hour + 1.0, false=0.01) for name, hour in HOURS.items())
STRIKES = made_row("s", 2.0, 2.0, ask="strikes", false=0.1, title="to d")
KNOWN = KnownCampaign(campaign=CAMPAIGN, milestones=list(HOURS), noons=np.array([12.0, 36.0]), end=1000.0)


def record(**moved):
    """A record with some hours moved (nan: not reported), by the milestones with _ for the colon."""
    hours = HOURS | {name.replace("_", ":"): hour for name, hour in moved.items()}
    middle = np.array([[hours[row.name] for row in ROWS] + [2.0]])
    half = np.array([1.0] * len(ROWS) + [0.0])  # of the width of a report
    return WrittenRecords(rows=(*ROWS, STRIKES), low=middle - half, high=middle + half)


def found(name, **moved):
    return discrepancies(KNOWN, record(**moved))[name][0]


def test_each_is_as_by_hand():
    values = {name: value[0] for name, value in discrepancies(KNOWN, record()).items()}
    assert values == pytest.approx(
        {
            "order of events": 0.0,
            "share of hours standing": (240.0 + 360.0) / (732.0 - WAY.start),
            "hour of day of fights": 0.0,
            "second hold over first": 360.0 / 264.0,
            "strikes by section: to d": 2.0,
            "hours a km contested over uncontested": (48.0 / 24.0) / (78.0 / 216.0),
        }
    )


def test_order_counts_pairs_that_are_turned_and_half_of_those_that_overlap():
    assert found("order of events", c_contact=10.0) == pytest.approx(1 / 21)
    assert found("order of events", c_contact=31.0) == pytest.approx(0.5 / 21)
    assert found("order of events", c_contact=10.0, g_capture=np.nan) == pytest.approx(1 / 15)


def test_hours_of_fights_count_from_noon_on_any_day():
    assert found("hour of day of fights", c_contact=63.0, e_contact=348.0 + 24.0 - 1.0) == pytest.approx(1.0)
    assert found("hour of day of fights", c_contact=np.nan, e_contact=351.0) == pytest.approx(3.0)


def test_a_hold_that_does_not_end_stands_to_the_end():
    stands = found(
        "share of hours standing", d_go=np.nan, e_contact=np.nan, f_capture=np.nan, g_capture=np.nan
    )
    assert stands == pytest.approx((1000.0 - 84.0) / (1000.0 - 6.0))


def test_without_the_decision_a_hold_ends_at_the_next_place():
    assert found("share of hours standing", d_go=np.nan) == pytest.approx((264.0 + 360.0) / 726.0)
    assert found("second hold over first", d_go=np.nan) == pytest.approx(360.0 / 264.0)


def test_a_leg_behind_an_unreported_decision_counts_for_no_pace():
    value = found("hours a km contested over uncontested", d_go=np.nan)
    assert value == pytest.approx((48.0 / 24.0) / (54.0 / 144.0))


def test_what_is_not_reported_gives_none():
    assert np.isnan(found("second hold over first", g_capture=np.nan))
    assert np.isnan(found("hour of day of fights", c_contact=np.nan, e_contact=np.nan))
    few = WrittenRecords(rows=(STRIKES,), low=np.array([[2.0]]), high=np.array([[2.0]]))
    values = discrepancies(KNOWN, few)
    assert values.pop("strikes by section: to d").tolist() == [2.0]
    assert np.isnan([*values.values()]).all()


# --- records that a model wrote, and others ----------------------------------------------------------------


RUNS = 400


@cache
def truths(seed, runs=RUNS):
    """Runs of a made-up model: each leg and hold of the record, give or take a hundredth; 3 strikes or so."""
    chance = np.random.default_rng(seed)
    legs = np.diff([WAY.start, *HOURS.values()])
    hours = WAY.start + np.cumsum(legs * np.exp(0.01 * chance.normal(size=(runs, len(legs)))), axis=1)
    return np.column_stack([hours, chance.poisson(3.0, runs)])


def numbers(reports):
    scores = log_scores(reports, truths(9, 2000))
    return {"total": scores} | discrepancies(KNOWN, reports)


def records(seed, runs=RUNS):
    rows = (*ROWS, STRIKES)
    starts = dict.fromkeys(HOURS, 0.0)
    return written(rows, starts, truths(seed, runs), replicate_seeds(seed, np.arange(runs)))


def shares(reports):
    """By discrepancy, the share of records outside of the central 95 % of the model's own."""
    own = numbers(records(1))
    return {name: outside(values, central(own[name])) for name, values in numbers(reports).items()}


def test_records_that_the_model_wrote_pass_every_check():
    passed = shares(records(2))
    assert len(passed) == 7
    assert max(passed.values()) < 0.05 + 4 * np.sqrt(2 * 0.05 * 0.95 / RUNS)


def test_records_three_days_late_fail():
    failed = shares(records(2).later(SHIFT))
    assert failed["total"] > 0.95
    assert failed["share of hours standing"] > 0.95
    assert failed["hours a km contested over uncontested"] > 0.95


def moved(name, hours):
    """Records of the model with one milestone moved."""
    reports = records(2)
    at = np.array([row.name == name for row in reports.rows]) * hours
    return WrittenRecords(rows=reports.rows, low=reports.low + at, high=reports.high + at)


@pytest.mark.parametrize(
    ("name", "milestone", "hours"),
    [
        ("order of events", "d:capture", -SHIFT),
        ("share of hours standing", "g:capture", SHIFT),
        ("hour of day of fights", "c:contact", 10.0),
        ("second hold over first", "g:capture", SHIFT),
        ("strikes by section: to d", "s", 9.0),
        ("hours a km contested over uncontested", "f:capture", SHIFT),
    ],
)
def test_each_check_fails_where_what_it_is_about_is_moved(name, milestone, hours):
    assert shares(moved(milestone, hours))[name] > 0.9


def test_checks_do_not_see_what_they_are_not_about():
    late = shares(moved("g:capture", SHIFT))
    assert late["hour of day of fights"] < 0.15
    assert late["strikes by section: to d"] < 0.15


# --- tables ---------------------------------------------------------------------------------------------------


def line(value, power, pseudo=tuple(range(100))):
    return Checked(
        name="order",
        value=value,
        pseudo=np.array(pseudo, float),
        power={"x": power},
        false_alarms=0.04,
        shifted=0.1,
    )


def test_a_percentile_counts_equal_records_half():
    assert line(50.0, 0.5).percentile == pytest.approx(50.5)
    assert line(-1.0, 0.5).percentile == 0.0
    assert line(1.0, 0.5, (1.0, 1.0, np.nan)).percentile == 50.0


@pytest.mark.parametrize(
    ("value", "power", "verdict"),
    [
        (50.0, LEAST_POWER, INSIDE),
        (50.0, LEAST_POWER - 0.01, CANNOT_TELL),
        (99.0, LEAST_POWER, OUTSIDE),
        (99.0, 0.0, OUTSIDE),
        (np.nan, 0.9, NOT_REPORTED),
    ],
)
def test_a_verdict_needs_power_unless_the_record_lies_outside(value, power, verdict):
    assert line(value, power).verdict == verdict


def test_power_is_the_share_of_a_false_models_records_outside():
    pseudo = {"a": np.arange(100.0)}
    others = {OWN: {"a": np.full(4, 50.0)}, SHIFTED: {"a": np.array([50.0, 200.0])}}
    others["false"] = {"a": np.array([-1.0, 2.0, 50.0, np.nan])}
    (one,) = checked({"a": np.array([3.0])}, pseudo, others)
    assert (one.false_alarms, one.shifted, one.power) == (0.0, 0.5, {"false": 0.25})
    assert one.central == (2.0, 97.0)


def test_tables_say_what_cannot_be_told():
    words = text([line(50.0, 0.1), line(50.0, 0.9)], "here")
    assert "1 of 2 checks have a power below 0.3 against each of x" in " ".join(words.split())
    assert "fits" not in words
    assert [row[5] for row in cells([line(50.0, 0.1), line(50.0, 0.9)])] == ["x", CANNOT_TELL, "0.90"]
    assert number_cells([line(50.0, 0.1)])[1][6] == 0.1


def test_what_is_not_there_is_null_in_json():
    (row,) = as_json([line(np.nan, 0.1, (np.inf, 1.0))])["discrepancies"]
    assert (row["record"], row["percentile"], row["pseudo"]) == (None, None, [None, 1.0])


def test_the_record_itself_is_read_as_it_stands():
    assert discrepancies(KNOWN, reported(ROWS))["order of events"].tolist() == [0.0]
