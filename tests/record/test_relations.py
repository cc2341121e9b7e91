"""What a stated number can stand for, and how two claims stand to each other by their numbers and their times."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from bundled import bundled_record

from sim.files.notes import as_lines
from sim.record import relations
from sim.record.record import load_record
from sim.record.rows import Claim

SOURCES = "sources:\n  - {id: s0, title: One, published: then, about: a paper}\n"


def claim(name: str = "one", hours: tuple[int, int] = (0, 24), **other: object) -> Claim:
    start = datetime(2023, 10, 2, tzinfo=UTC)
    fields = {
        "id": name,
        "event": "gao:strength",
        "earliest": start + timedelta(hours=hours[0]),
        "latest": start + timedelta(hours=hours[1]),
        "precision": "day",
        "party": "army",
        "kind": "party",
        "source": "s0",
        "says": name,
    }
    return Claim.model_construct(**(fields | {"numbers": {}} | other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "least", "most"),
    [
        (100, 50, 150),
        (115, 114.5, 115.5),
        (120, 115, 125),
        (25_000, 24_500, 25_500),
        (8, 7.5, 8.5),
        (0, 0, 0),
    ],
)
def test_a_rough_number_is_read_to_half_a_unit_of_its_last_digit_that_is_no_nought(number, least, most):
    assert relations.rough_reading(number) == (least, most)


@pytest.mark.parametrize(
    ("numbers", "rough", "reading"),
    [
        ({"vehicles": (115, 115)}, (), {"vehicles": (115, 115)}),
        ({"vehicles": (100, 100)}, ("vehicles",), {"vehicles": (50, 150)}),
        ({"vehicles": (100, 150)}, ("vehicles",), {"vehicles": (50, 155)}),
        ({"killed_at_least": (10, 10)}, (), {"killed": (10, math.inf)}),
        ({"killed_at_most": (10, 10)}, (), {"killed": (0, 10)}),
        ({"killed_at_least": (10, 10)}, ("killed_at_least",), {"killed": (5, math.inf)}),
    ],
)
def test_a_bound_is_open_and_only_what_is_called_rough_is_widened(numbers, rough, reading):
    assert relations.readings(claim(numbers=numbers, rough=rough)) == reading


@pytest.mark.parametrize(
    ("one", "other", "exclude"),
    [
        ({"numbers": {"vehicles": (115, 115)}}, {"numbers": {"vehicles": (100, 100)}}, True),
        ({"numbers": {"vehicles": (115, 115)}}, {"numbers": {"vehicles": (100, 100)}, "rough": ("vehicles",)}, False),
        ({"numbers": {"vehicles": (151, 151)}}, {"numbers": {"vehicles": (100, 100)}, "rough": ("vehicles",)}, True),
        ({"numbers": {"killed": (14, 14)}}, {"numbers": {"killed_at_least": (10, 10)}}, False),
        ({"numbers": {"killed": (9, 9)}}, {"numbers": {"killed_at_least": (10, 10)}}, True),
        ({"numbers": {"killed": (9, 9)}}, {"numbers": {"hurt": (10, 10)}}, False),
        ({"numbers": {"killed": (9, 9)}}, {"numbers": {"killed": (10, 10)}, "event": "gao:losses"}, False),
        ({"numbers": {"killed": (9, 9)}}, {"numbers": {"killed": (10, 10)}, "column": "un"}, False),
    ],
)  # fmt: skip
def test_numbers_exclude_each_other_where_no_one_number_is_both(one, other, exclude):
    first, second = claim("one", **one), claim("other", **other)
    assert relations.numbers_exclude(first, second) is exclude
    assert relations.numbers_exclude(second, first) is exclude


def test_times_exclude_each_other_where_intervals_of_one_event_are_apart():
    day, next_day, long = claim(hours=(0, 24)), claim(hours=(24, 48)), claim(hours=(12, 36))
    assert relations.times_exclude(day, next_day)
    assert relations.times_exclude(next_day, day)
    assert not relations.times_exclude(day, long)
    assert not relations.times_exclude(day, claim(hours=(24, 48), recurs=True))
    assert not relations.times_exclude(day, claim(hours=(24, 48), event="gao:losses"))


def test_pairs_are_named_once_and_contradictions_first():
    claims = [claim("a", differs_from=("b",)), claim("b", differs_from=("a",), contradicted_by=("c",))]
    claims.append(claim("c", contradicted_by=("b",)))
    assert relations.named_pairs(claims) == [("b", "c", "contradicts"), ("a", "b", "differs")]
    assert relations.named_pairs(claims[1:]) == [("b", "c", "contradicts")]
    assert relations.among(claims[1], {"c"}).differs_from == ()
    assert relations.among(claims[1], {"c"}).contradicted_by == ("c",)


def test_the_bundled_pairs_by_numbers_are_filed_as_the_numbers_say():
    claims = {item.id: item for item in bundled_record().claims}
    for one, other, relation in relations.named_pairs(claims.values()):
        shared = relations.shared_numbers(claims[one], claims[other])
        if shared:
            assert all(shared.values()) == (relation == "differs"), (one, other)
        if relation == "differs":
            assert not relations.times_exclude(claims[one], claims[other]), (one, other)
    assert ("a01-s2", "a02-s0", "differs") in relations.named_pairs(claims.values())  # 115, and about 100
    assert ("g03-csp-s2", "g03-medical-s2", "differs") in relations.named_pairs(
        claims.values()
    )  # 14, 10 or more
    assert ("l01-army-s4", "l04-csp-s4", "contradicts") in relations.named_pairs(claims.values())  # 10, 3


ROW = """\
  - id: {name}
    event: gao:strength
    earliest: 2023-10-02T00:00Z
    latest: 2023-10-03T00:00Z
    precision: day
    party: army
    kind: party
    source: s0
    says: {name} of them.
    numbers: {{vehicles: {number}}}
    {more}
"""


def noted(tmp_path, *rows):
    """The notes on a record of claims, each with its name, its number and what else it has."""
    made = (ROW.format(name=name, number=number, more=more) for name, number, more in rows)
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "claims.yaml").write_text("claims:\n" + "".join(made), encoding="utf-8")
    return as_lines(load_record(folder=tmp_path).notes)


BOTH = "'other' and 'one': vehicles: both can be true; 'differs_from' in place of 'contradicted_by' would be likely"
NEITHER = "'other' and 'one': vehicles: not both can be true; 'contradicted_by' would be likely"


@pytest.mark.parametrize(
    ("first", "second", "key", "note"),
    [
        ("115", "100\n    rough: [vehicles]", "contradicted_by", BOTH),
        ("115", "100\n    rough: [vehicles]", "differs_from", None),
        ("115", "100", "contradicted_by", None),
        ("115", "100", "differs_from", NEITHER),
        ("115", "100", "", NEITHER),
        ("115", "100 to 120", "", None),
        ("115", "100\n    recurs: true", "", None),
    ],
)
def test_a_pair_whose_numbers_say_otherwise_is_noted(tmp_path, first, second, key, note):
    number, _, more = second.partition("\n")
    names = {"one": f"{key}: [other]", "other": f"{key}: [one]"} if key else {"one": "", "other": ""}
    lines = noted(tmp_path, ("one", first, names["one"]), ("other", number, f"{names['other']}\n{more}"))
    assert [line.partition("note: ")[2] for line in lines] == ([note] if note else [])
