"""Patterns of a made-up country: each operator is a row of its record, and a record without rows says so."""

import json
import re
from pathlib import Path

import pytest
from bundled import bundled_record

from sim.files.yaml_tree import FaultyInput
from sim.record.operators import JudgedRow, PatternRow, numbers_of
from sim.record.record import load_record

FAMILIES = """
  - {name: km, column: army, rule: "At least {at_least} times.", source: assumption, test: {kind: ratio,
     of: {kind: first day, of: "port_amal:departure"}, at_least: 1.5,
     to: {kind: pace, start: "port_amal:departure", end: "salt_pan:contact", from_midnight: true}}}
  - {name: hours, column: army, rule: "{at_least} to {at_most} times.", source: a guess, test: {kind: ratio,
     of: {kind: hours, start: "salt_pan:capture", end: "fort_idir:capture"}, at_least: 0.5, at_most: 2,
     to: {kind: hours, start: "port_amal:departure", end: "salt_pan:contact"}}}
  - {name: order, column: army, rule: First one then the other., source: assumption,
     test: {kind: before, first: "two_wells:arrival", then: "salt_pan:contact"}}
  - {name: light, column: army, rule: "Within {margin} h of daylight.", source: assumption,
     test: {kind: daylight, events: [ambush, contact], margin: 1 h}}
  - {name: halt, column: army, rule: "Within {within} h.", source: assumption,
     test: {kind: halt, before: "salt_pan:capture", events: [mine, mine_unreported, ambush, contact], within: 24 h}}
  - {name: none, column: army, rule: No fight., source: assumption,
     test: {kind: without, events: [contact], at: "fort_idir:capture"}}
  - {name: elsewhere, column: riders, rule: Nothing., source: assumption,
     test: {kind: before, first: "two_wells:arrival", then: "salt_pan:contact"}}
"""
QUANTITIES = {
    "amount": "kind: amount",
    "losses": "kind: losses, events: [contact_end, break], number: amount, side: army, same_day: true",
    "lost": 'kind: losses, along: ["two_wells:arrival", "salt_pan:capture"], events: [break], number: other, side: rebels',
    "outcome": "kind: outcome, outcome: column_vehicles_lost, less: [mine, mine_unreported]",
    "progress": "kind: progress, days: 1",
    "happened": "kind: happened, days: 2, yes_if: {broken: break, round: round}, otherwise: unchanged",
}
ANSWER = "    sides: [{party: league, claims: [pan-league], answer: no}]\n"
NUMBER = "    unit: persons\n    sides: [{party: league, claims: [pan-league], number: 4, reads: at most}]\n"


def matter(name: str, words: str) -> str:
    """A contested matter of a kind."""
    given = 'given: {first: "salt_pan:contact", words: a contact}'
    sides = ANSWER if name in ("progress", "happened") else NUMBER
    lines = f"  - id: {name}\n    question: What of it?\n    column: army\n    limits: None.\n"
    return f"{lines}    quantity: {{{words}, {given}}}\n{sides}"


@pytest.fixture
def salt(kidal, tmp_path) -> Path:
    """A made-up case whose record has a row of every operator."""
    assert kidal("new", "case", "salt")[0] == 0
    record = tmp_path / "salt" / "record"
    (record / "patterns.yaml").write_text("patterns:" + FAMILIES, encoding="utf-8")
    contested = "".join(matter(*item) for item in QUANTITIES.items())
    (record / "contested.yaml").write_text("contested:\n" + contested, encoding="utf-8")
    return tmp_path / "salt"


def printed(kidal, *words: str) -> str:
    code, out, err = kidal("--case", "salt", *words)
    assert code == 0, err
    return str(out)


def test_each_operator_works_for_a_made_up_country(kidal, salt):
    printed(kidal, "run", "salt-road", "--runs", "30", "--out", "one")
    told = json.loads(printed(kidal, "compare", "one", "--json"))["patterns"]["one"]
    known = {entry["name"]: entry["share"] for entry in told["patterns"]}
    assert list(known) == ["km", "hours", "order", "light", "halt", "none", "all fitted dates at once"]
    assert (known["order"], known["none"]) == (1.0, 1.0)
    assert all(0.0 <= share <= 1.0 for share in known.values())
    assert told["not_judged"] == [{"name": "elsewhere", "lacks": "column riders"}]
    assert [entry["share"] for entry in told["by_construction"]] == [1.0]
    text = printed(kidal, "compare", "one", "--full")
    assert "hours: a guess. All other fixed numbers are assumptions." in text
    assert text.endswith("Not judged, for the run has no column riders: elsewhere.\n")
    assert "hours: 0.5 to 2 times." in text


def test_each_quantity_works_for_a_made_up_country(kidal, salt):
    printed(kidal, "run", "salt-road", "--runs", "30", "--out", "one")
    told = json.loads(printed(kidal, "claims", "one", "--json"))
    assert [entry["id"] for entry in told["contested"]] == list(QUANTITIES)
    found = {entry["id"]: entry for entry in told["contested"]}
    assert len({(entry["given"], entry["histories"], entry["of"]) for entry in told["contested"]}) == 1
    assert (
        set(found["losses"]["simulated_reports"])
        == set(found["lost"]["simulated_reports"])
        == {"army", "league"}
    )
    own, others = (found["losses"]["simulated_reports"][party]["mean"] for party in ("army", "league"))
    assert own <= found["losses"]["truth"]["mean"] <= others
    own, others = (found["lost"]["simulated_reports"][party]["mean"] for party in ("league", "army"))
    assert own <= found["lost"]["truth"]["mean"] <= others
    assert sum(found["happened"]["parts"].values()) == pytest.approx(1.0)
    assert list(found["happened"]["parts"]) == ["broken", "round", "unchanged"]


def test_a_record_without_patterns_says_so_and_is_lent_none(kidal, salt):
    for name in ("patterns", "by_construction", "contested"):
        (salt / "record" / f"{name}.yaml").unlink()
    printed(kidal, "run", "salt-road", "--runs", "10", "--out", "one")
    text = printed(kidal, "compare", "one", "--full").partition("Qualitative checks, one\n\n")[2]
    assert text.startswith("The record names no patterns of its own (patterns.yaml).\n")
    assert "Not judged" not in text
    assert "fixed by assumption" not in text
    told = json.loads(printed(kidal, "compare", "one", "--json"))["patterns"]["one"]
    assert [entry["name"] for entry in told["patterns"]] == ["all fitted dates at once"]
    assert (told["by_construction"], told["not_judged"]) == ([], [])
    assert printed(kidal, "claims", "one").endswith("The record has no contested matters.\n")


def test_the_numbers_of_a_bundled_rule_are_those_of_its_row():
    rules = {row.name: row for row in bundled_record().patterns}
    numbers = {
        name: {f"{number:g}" for number in numbers_of(row.test).values()} for name, row in rules.items()
    }
    assert sorted(map(sorted, numbers.values())) == [[], ["0.5", "2"], ["1"], ["1"], ["2"], ["24"]]
    for name, row in rules.items():
        assert not re.search(r"\d", row.rule.replace("{", "").replace("}", "")), name
        assert set(re.findall(r"[\d.]*\d", row.sentence)) <= numbers[name]
        assert row.source


# --- faults ---------------------------------------------------------------------------------------------------

PATTERNS = """\
patterns:
  - name: first
    column: army
    rule: "{at_least} times"
    test:
      kind: ratio
      of: {kind: hours, start: "salt_pan:capture", end: "fort_idir:capture"}
      to: {kind: first day, of: "port_amal:departure"}
      at_least: 2
    source: assumption
  - name: second
    column: army
    rule: Nothing.
    test: {kind: without, events: [contact], at: "salt_pan:capture"}
    needs: ["two_wells:arrival"]
    source: assumption
"""
FAULTS = [
    ("kind: hours", "kind: hour", "7: of: kind: 'hour' is not known; expected one of first day, pace, hours"),
    (
        "kind: ratio",
        "kind: rato",
        "5: test: kind: 'rato' is not known; expected one of ratio, before, daylight, halt,",
    ),
    ("[contact]", "[contract]", "14: 'contract' is no event of the log; did you mean 'contact'?"),
    ("salt_pan:capture", "salt_pan:capure", "7: 'capure' is no event; did you mean 'capture'?"),
    ("salt_pan:capture", "salt_pam:capture", "7: 'salt_pam' is no place; did you mean 'salt_pan'?"),
    ("two_wells:arrival", "two_well:arrival", "15: 'two_well' is no place; did you mean 'two_wells'?"),
    ("{at_least}", "{at_lest}", "4: rule: 'at_lest' is no number of its test; did you mean 'at_least'?"),
    ("      at_least: 2\n", "", "5: test: a ratio needs one of at_least, at_most and below"),
    (", at: ", ", att: ", "14: 'att' is not a key here; did you mean 'at'?"),
    (', at: "salt_pan:capture"', "", "14: test: 'without' has either two milestones, between, or one, at"),
    ("at_least: 2", "at_least: many", "9: at_least: 'many' is not a number"),
    ("name: second", "name: first", "11: 'first' stands here again (first on line 2); once would do"),
    ("    source: assumption\n", "", "2: the key 'source' is missing"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_faulty_pattern_is_told_with_its_line(tmp_path, old, new, message):
    assert old in PATTERNS
    for path in (Path(__file__).parents[2] / "params/new/case/record").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "patterns.yaml").write_text(PATTERNS.replace(old, new, 1), encoding="utf-8")
    places = ["port_amal", "two_wells", "salt_pan", "salt_pan_s8", "fort_idir"]
    with pytest.raises(FaultyInput) as caught:
        load_record(folder=tmp_path, places=places)
    lines = [line.rpartition("patterns.yaml:")[2] for line in str(caught.value).splitlines()]
    assert any(line.startswith(message) for line in lines), lines


def test_all_faults_of_a_pattern_are_told_at_once(tmp_path):
    for path in (Path(__file__).parents[2] / "params/new/case/record").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (
        PATTERNS.replace("{at_least}", "{x}").replace("[contact]", "[contract]").replace("fort_idir:c", "f:x")
    )
    (tmp_path / "patterns.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultyInput) as caught:
        load_record(folder=tmp_path)
    assert [fault.where.line for fault in caught.value.faults] == [4, 7, 14]


def test_rows_of_both_files_have_the_same_tests():
    assert {type(row) for row in bundled_record().patterns} == {PatternRow}
    assert all(isinstance(row, JudgedRow) for row in bundled_record().by_construction)
