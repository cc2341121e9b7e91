"""The agreement of two codings: kappa and overlap in closed form, the bundled second coding, the command."""

import json
import math
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bundled import bundled_record

from analysis.claims import agreement
from sim.record.rows import Coded, CodedTwice

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "make"))

import second_coding  # noqa: E402


def coded(hours=(0, 24), **other):
    start = datetime(2023, 10, 2, tzinfo=UTC)
    fields = {
        "party": "army",
        "kind": "party",
        "event": "gao:departure",
        "precision": "day",
        "earliest": start + timedelta(hours=hours[0]),
        "latest": start + timedelta(hours=hours[1]),
        "numbers": {},
    }
    return Coded.model_construct(**(fields | other))


def twice(first, second, name="one"):
    return CodedTwice.model_construct(claim=name, first=first, second=second)


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ({("a", "a"): 20, ("a", "b"): 5, ("b", "a"): 10, ("b", "b"): 15}, 0.4),  # 0.7 seen, 0.5 by chance
        ({("a", "a"): 45, ("a", "b"): 15, ("b", "a"): 25, ("b", "b"): 15}, (0.60 - 0.54) / 0.46),
        ({("a", "a"): 25, ("a", "b"): 35, ("b", "a"): 5, ("b", "b"): 35}, (0.60 - 0.46) / 0.54),
        ({("a", "a"): 7, ("b", "b"): 3}, 1.0),
        ({("a", "b"): 5, ("b", "a"): 5}, -1.0),
        ({("a", "a"): 1, ("a", "b"): 1, ("b", "a"): 1, ("b", "b"): 1}, 0.0),  # independent
    ],
)
def test_kappa_in_closed_form(table, value):
    pairs = [pair for pair, times in table.items() for _ in range(times)]
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    result = agreement.kappa(first, second)
    assert result is not None
    assert result[0] == pytest.approx(value)
    assert agreement.kappa(second, first) == pytest.approx(result)


def test_the_error_of_kappa_is_cohens():
    first, second = [*"a" * 25, *"b" * 25], [*"a" * 20, *"b" * 5, *"a" * 10, *"b" * 15]
    result = agreement.kappa(first, second)
    assert result is not None
    assert result[1] == pytest.approx(math.sqrt(0.7 * 0.3 / 50) / 0.5)


def test_one_label_alone_has_no_kappa():
    assert agreement.kappa(["a", "a"], ["a", "a"]) is None
    assert agreement.kappa(["a", "a"], ["b", "b"]) == (0.0, 0.0)  # chance would give none, and none is seen


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ((0, 24), (0, 24), 1.0),
        ((0, 24), (12, 36), 12 / 36),
        ((0, 24), (6, 12), 6 / 24),
        ((0, 24), (24, 48), 0.0),
        ((0, 24), (240, 264), 0.0),
        ((3, 3), (3, 3), 1.0),
        ((3, 3), (0, 6), 0.0),
        ((3, 3), (4, 4), 0.0),
    ],
)
def test_the_overlap_is_what_both_take_in_of_what_either_does(one, other, share):
    assert agreement.overlap(coded(one), coded(other)) == pytest.approx(share)
    assert agreement.overlap(coded(other), coded(one)) == pytest.approx(share)


def test_each_field_is_compared_by_itself():
    rows = [
        twice(coded(), coded()),
        twice(coded(), coded(party="csp", kind="independent"), "two"),
        twice(coded(), coded(event="kidal:capture", precision="night"), "three"),
        twice(coded(numbers={"men": (5, 5)}), coded((12, 36), numbers={"persons": (5, 6)}), "four"),
    ]
    result = agreement.agreement(rows)
    equal = {field.field: (field.equal, field.claims) for field in result.fields}
    assert equal == {
        **dict.fromkeys(("who says so", "kind", "place", "event", "precision"), (3, 4)),
        "has a number": (4, 4),
        "numbers": (0, 1),
    }
    assert (result.intervals.equal, result.intervals.touching) == (3, 4)
    assert result.intervals.overlap == pytest.approx((3 + 12 / 36) / 4)
    assert [(one.claim, one.field) for one in result.disagreements] == [
        *(("two", name) for name in ("who says so", "kind")),
        *(("three", name) for name in ("place", "event", "precision")),
        *(("four", name) for name in ("numbers", "interval")),
    ]


def test_names_of_numbers_are_each_coders_own():
    rows = [twice(coded(numbers={"men": (5, 5)}), coded(numbers={"persons": (5, 5)}))]
    assert agreement.agreement(rows).disagreements == ()
    assert "in the record then" not in agreement.text(rows)


# --- the bundled second coding ---------------------------------------------------------------------------


def test_the_claims_coded_twice_are_those_of_the_draw():
    record = bundled_record()
    drawn = second_coding.drawn(record.claims)
    assert [row.claim for row in record.second_coding] == [claim.id for claim in drawn]
    assert len(drawn) == second_coding.COUNT == 40


def test_the_sheet_gives_away_no_number_no_date_and_no_id():
    drawn = second_coding.drawn(bundled_record().claims)
    lines = second_coding.sheet(drawn).splitlines()
    for number, (line, claim) in enumerate(zip(lines, drawn, strict=True), 1):
        head, _, words = line.partition(": ")
        assert head == f"{number}. {claim.source}"
        assert not any(sign.isdigit() for sign in words)
        assert claim.id not in words
        assert "October" not in words


def test_the_first_coding_is_the_records_but_for_what_was_mended_since():
    claims = {claim.id: claim for claim in bundled_record().claims}
    mended = {
        (row.claim, name)
        for row in bundled_record().second_coding
        for name in Coded.model_fields
        if getattr(row.first, name) != getattr(claims[row.claim], name)
    }
    assert mended == {("c19-csp-s1", "earliest")}


def test_the_code_book_has_what_the_command_prints():
    page = (ROOT / "docs/background/codebook.md").read_text(encoding="utf-8")
    result = agreement.agreement(bundled_record().second_coding)
    assert f"```\n{agreement.summary(result)}\n```" in page
    for one in result.disagreements:
        assert f"`{one.claim}`" in page, one


def test_the_command_prints_agreement_and_every_disagreement(kidal):
    code, out, err = kidal("record", "--agreement")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 110
    code, out, _ = kidal("record", "--agreement", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["intervals"]["claims"] == 40
    assert {field["field"]: field["kappa"] for field in told["fields"]}["numbers"] is None
    assert len(told["disagreements"]) == len(
        agreement.agreement(bundled_record().second_coding).disagreements
    )


@pytest.mark.parametrize(("other", "word"), [(("--place", "gao"), "--place"), (("--csv",), "--csv")])
def test_agreement_is_of_all_that_was_coded_twice(kidal, other, word):
    code, out, err = kidal("record", "--agreement", *other)
    assert (code, out) == (2, "")
    assert err == (
        f"--agreement {word}: is of all claims coded twice; expected --agreement alone, or --json\n"
    )


def test_a_record_without_a_second_coding_says_so(kidal):
    assert kidal("new", "case", "mine")[0] == 0
    code, out, _ = kidal("--case", "mine", "record", "--agreement")
    assert (code, out) == (0, "The record has no second coding (second_coding.yaml).\n")
    code, out, _ = kidal("--case", "mine", "record", "--agreement", "--json")
    assert json.loads(out) == {"fields": [], "intervals": None, "disagreements": []}
