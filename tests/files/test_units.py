"""What the text of a file means as a number, a date or a name, and what is refused."""

import re
from datetime import UTC, date, datetime

import pytest

from sim.files import units

DIMENSIONS = {dimension for dimension, _ in units.UNITS.values()}


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("150 mi", "length", 241.4016),
        ("100 m", "length", 0.1),
        ("12 km", "length", 12),
        ("12km", "length", 12),
        ("90 min", "time", 1.5),
        ("1 day", "time", 24),
        ("2 days", "time", 48),
        ("11 km/h", "speed", 11),
        ("10.5 h/day", "hours a day", 10.5),
        (".006 /km", "per length", 0.006),
        ("6e-3 /km", "per length", 0.006),
        ("2.4 /day", "per time", 0.1),
        ("900 persons", "persons", 900),
        ("0.01 /fighter-h", "per fighter and hour", 0.01),
        ("0.002 /soldier-h", "per soldier and hour", 0.002),
        ("0.4", "share", 0.4),
        ("-2", "number", -2),
    ],
)
def test_a_quantity_is_told_in_hours_and_kilometres(text, dimension, value):
    assert units.quantity(text, dimension) == pytest.approx(value, rel=1e-12)


def test_the_preferred_unit_of_each_dimension_is_the_models_own():
    assert {units.UNITS[unit] for unit in units.PREFERRED.values()} == {
        (dimension, 1.0) for dimension in DIMENSIONS - set(units.UNITLESS)
    }


@pytest.mark.parametrize("unit", units.UNITS)
def test_every_unit_is_refused_for_every_other_dimension(unit):
    for dimension in DIMENSIONS - {units.UNITS[unit][0]} - set(units.UNITLESS):
        with pytest.raises(ValueError, match="expected"):
            units.quantity(f"3 {unit}", dimension)


def test_a_bare_number_where_a_unit_is_needed_is_answered_with_a_unit():
    with pytest.raises(ValueError, match=r"'150' has no unit; expected '150 km', '150 m' or '150 mi'"):
        units.quantity("150", "length")


def test_an_unknown_unit_is_answered_with_those_of_the_dimension():
    with pytest.raises(ValueError, match="'miles' is not a unit known here; expected one of km, m, mi"):
        units.quantity("150 miles", "length")


@pytest.mark.parametrize("text", ["3 km", "70%", "3 -"])
def test_a_unit_where_a_plain_number_belongs_is_refused(text):
    with pytest.raises(ValueError, match="expected a plain number"):
        units.number(text)


@pytest.mark.parametrize(
    "text",
    [".nan", "nan", "NaN", ".inf", "-.inf", "inf", "+Infinity", "nan km", "-inf km", "1e999 km", "-1e999 km"],
)
def test_nan_and_infinities_are_refused(text):
    with pytest.raises(ValueError, match=r"is not a finite number|is too large"):
        units.quantity(text, "length")


def test_a_number_that_only_its_unit_makes_infinite_is_refused():
    with pytest.raises(ValueError, match="too large"):
        units.quantity("1e308 days", "time")


@pytest.mark.parametrize("text", ["16:30", "1:00:00"])
def test_a_time_of_day_is_no_number(text):
    with pytest.raises(ValueError, match="expected a plain number"):
        units.number(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [("010", "10 km"), ("007 km", "7 km"), ("00.5 km", "0.5 km"), ("-010", "-10 km"), ("00", "0 km")],
)
def test_a_leading_zero_is_refused_and_the_right_number_offered(text, right):
    with pytest.raises(ValueError, match=f"begins with a zero; expected '{right}'"):
        units.quantity(text, "length")


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1,5", "1_000", "0x10", "1.2.3", "--1", "1 2", "e5", "no", "null", "~", "٩", "\uff11"],
)
def test_what_is_no_plain_decimal_number_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        units.number(text)


@pytest.mark.parametrize("word", ["infantry", "nancy"])
def test_a_word_that_begins_like_nan_or_inf_is_called_no_number(word):
    with pytest.raises(ValueError, match="is not a number"):
        units.number(word)


def test_a_whole_number_is_read():
    assert [units.whole(text) for text in ("0", "115", "-3")] == [0, 115, -3]


@pytest.mark.parametrize(
    "text", ["", "1.0", "1e3", "010", "1_0", "1 0", "+1", "16:30", "no", "9" * 19, "-0", "٣"]
)
def test_a_count_is_written_plainly(text):
    with pytest.raises(ValueError, match="is not a whole number"):
        units.whole(text)


def test_a_count_may_be_a_reported_range():
    assert units.spread("25") == (25, 25)
    assert units.spread("150 to 200") == (150, 200)
    with pytest.raises(ValueError, match="expected '150 to 200'"):
        units.spread("200 to 150")


@pytest.mark.parametrize("text", ["150-200", "150 to", "to 200", "1 to 2 to 3", "150to200"])
def test_a_range_in_other_words_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        units.spread(text)


def test_true_and_false_are_the_only_truth_values():
    assert (units.flag("true"), units.flag("false")) == (True, False)


@pytest.mark.parametrize(
    ("text", "right"), [("yes", "true"), ("On", "true"), ("no", "false"), ("OFF", "false")]
)
def test_the_truth_values_of_older_yaml_are_answered_with_the_right_ones(text, right):
    with pytest.raises(ValueError, match=f"expected '{right}'"):
        units.flag(text)


@pytest.mark.parametrize("text", ["True", "FALSE", "1", "", "y"])
def test_other_truth_values_are_refused(text):
    with pytest.raises(ValueError, match="is not true or false"):
        units.flag(text)


@pytest.mark.parametrize("text", ["gao", "gao_apt", "gatia-fam", "anefis_s10"])
def test_a_name_is_read_as_it_stands(text):
    assert units.name(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Yes",
        "on",
        "null",
        "true",
        "",
        "Gao",
        "1gao",
        "_gao",
        "gao_",
        "a b",
        "a.b",
        "é",
        "gao\n",
        "a" * 61,
    ],
)
def test_what_is_no_name_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a name|truth value"):
        units.name(text)


def test_words_lose_their_line_breaks_only():
    assert units.words(" two\n  words ") == "two words"


@pytest.mark.parametrize("text", ["", "  ", "~", "null"])
def test_words_that_say_nothing_are_refused(text):
    with pytest.raises(ValueError, match="expected some words"):
        units.words(text)


def test_a_day_is_read():
    assert units.day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2023-13-01",
        "2023-10-2",
        "20231002",
        "2 October",
        "2023-10-02T06:00Z",
        "",
        "0000-01-01",
        "2023-10-0\uff12",
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a day|is not in the calendar"):
        units.day(text)


@pytest.mark.parametrize(
    "text", ["2023-10-05T07:00Z", "2023-10-05 07:00Z", "2023-10-05T07:00:00Z", "2023-10-05T08:00+01:00"]
)
def test_a_moment_is_told_in_utc(text):
    moment = units.instant(text)
    assert moment == datetime(2023, 10, 5, 7, tzinfo=UTC)
    assert moment.tzinfo is UTC


def test_a_moment_without_zone_is_answered_with_the_zone():
    with pytest.raises(ValueError, match=r"has no zone; expected '2023-10-05T07:00Z'"):
        units.instant("2023-10-05T07:00")


@pytest.mark.parametrize(
    "text",
    [
        "2023-10-05",
        "07:00",
        "2023-10-05T24:00Z",
        "2023-10-05T07:60Z",
        "2023-02-30T07:00Z",
        "2023-10-05T7:00Z",
        "0000-01-01T00:00Z",
        "2023-10-05T07:00+99:99",
        "2023-10-05T07:00z",
        "now",
    ],
)
def test_what_is_no_moment_of_the_calendar_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a date-time|is not in the calendar"):
        units.instant(text)


@pytest.mark.parametrize(
    ("read", "text"),
    [(units.day, "1582-12-31"), (units.day, "2101-01-01")]
    + [(units.instant, f"{year}T00:00Z") for year in ("0001-01-01", "0999-06-01", "9999-12-31")]
    + [(units.instant, "0001-01-01T00:00+14:00"), (units.instant, "9999-12-31T23:00-14:00")],
)
def test_days_and_moments_before_1583_and_after_2100_are_refused_alike(read, text):
    with pytest.raises(
        ValueError,
        match=r"is out of range; expected a (day|moment) from 1583 to 2100, in the Gregorian calendar",
    ):
        read(text)


def test_an_older_war_has_dates_too():
    assert units.day("1812-06-24") == date(1812, 6, 24)
    assert units.instant("1583-01-01T00:00+02:00") == datetime(1582, 12, 31, 22, tzinfo=UTC)


def test_no_country_is_named_to_a_moment_without_zone():
    with pytest.raises(ValueError, match="has no zone") as fault:
        units.instant("2023-10-05T07:00")
    assert "for UTC" in str(fault.value)
    assert "Mali" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-12-01", datetime(2023, 12, 1, tzinfo=UTC)),
        ("2023-12-01T07:00+01:00", datetime(2023, 12, 1, 6, tzinfo=UTC)),
        ("1 Dec", datetime(2023, 12, 1, tzinfo=UTC)),
        ("1 december 2023", datetime(2023, 12, 1, tzinfo=UTC)),
        ("1 Jan", datetime(2024, 1, 1, tzinfo=UTC)),
        ("29 Feb", datetime(2024, 2, 29, tzinfo=UTC)),
        ("3 Sep", datetime(2023, 9, 3, tzinfo=UTC)),
    ],
)
def test_a_day_is_read_as_people_write_it_in_the_year_that_a_span_has_of_it(
    text: str, moment: datetime
) -> None:
    start, end = datetime(2023, 10, 2, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    assert units.moment_between(text, start, end) == moment


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 Dec", "'1 Dec' comes in several years; expected its year too"),
        ("31 Nov", "'31 Nov' is not in the calendar; expected one that is"),
        ("1 Decay", "'1 Decay' is not a day; expected something like '2023-10-02'"),
        ("Dec", "'Dec' is not a day"),
    ],
)
def test_a_day_that_is_none_or_several_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        units.moment_between(text, datetime(2022, 10, 2, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
