"""The bundled record holds together, and a faulty one is told line by line."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sim.engine.inputs import UNRULED
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record, held_out_hash, load_record
from sim.record.rows import Claim, union

PLACES = ["gao", "tin_aouker", "tarkint", "tabrichat", "tabankort", "anefis", "ersane", "alkit_rd", "kidal"]
PLACES += ["tessalit", "tessalit_apt", "aguelhok", "tinzaouaten"]
PLACES += ["bourem", "taoussa", "bamba", "ber", "timbuktu", "menaka", "labbezanga", "abeibara"]
PLACES += ["techanaght", "gao_apt"]  # of the second coding alone

# The rows of the ledger of claims: how many each of its sections has; m is what it had left out.
LEDGER = {"a": 9, "b": 12, "c": 23, "d": 3, "e": 11, "f": 9, "g": 8, "h": 11, "i": 7, "j": 5, "l": 5, "m": 43}

# A pair of claims for each entry of the ledger's register of contradictions that has two sides among them: those
# that cannot both be true, and those that can.
REGISTER = {
    "K01": ("c01-s1", "c01-s2"),
    "K04": ("c17-army-s0", "c18-csp-s0"),
    "K06": ("c19-ind-s1", "c19-csp-s1"),
    "K09": ("b09-s0", "b09-s2"),
    "K10": ("b02-early-s2", "b02-late-s2"),
    "K12": ("h02-battle-s2", "h03-s3"),
    "K14, 11 November": ("h03-army-s2", "h03-csp-s2"),
    "K16, separatists": ("l01-army-s4", "l04-csp-s4"),
    "K16, convoy": ("l02-result-army-s4", "l03-vehicles-csp-s4"),
}
DIFFERENCES = {
    "K02": ("a01-s2", "a02-s0"),
    "K03": ("c07-s2", "c08-s2"),
    "K07, strikes on Kidal": ("a05-s2", "g01-s2"),
    "K07, strike at Tessalit": ("a05-s2", "e06-s2"),
    "K08": ("g03-csp-s2", "g03-medical-s2"),
    "K11": ("d02-s2", "h02-s2"),
    "K13": ("c11-s0", "c11-s2"),
    "K14, 12 November": ("h04-army-s3", "h05-csp-s3"),
    "K15": ("h11-s3", "j01-un-s2"),
}

# The intervals of the model's contract (2023, UTC), by event and column.
CONTRACT = {
    ("gao:departure", "army"): ("10-02T00:00", "10-03T00:00"),
    ("tin_aouker:arrival", "army"): ("10-02T05:00", "10-02T21:00"),
    ("tarkint:arrival", "army"): ("10-02T18:00", "10-03T00:00"),
    ("tarkint:harassment", "army"): ("10-02T18:00", "10-03T06:00"),
    ("tarkint:mine", "army"): ("10-03T05:00", "10-03T12:00"),
    ("tabrichat:arrival", "army"): ("10-03T17:00", "10-03T21:00"),
    ("tabankort:arrival", "army"): ("10-04T05:30", "10-05T00:00"),
    ("tabankort:ambush", "army"): ("10-05T06:30", "10-05T07:30"),
    ("anefis:contact", "army"): ("10-05T15:30", "10-05T18:30"),
    ("anefis:capture", "army"): ("10-06T18:00", "10-07T12:00"),
    ("kidal:departure", "un"): ("10-31T00:00", "11-01T00:00"),
    ("gao:arrival", "un"): ("11-07T00:00", "11-08T00:00"),
    ("bourem:raid", None): ("09-12T00:00", "09-13T00:00"),
    ("bamba:raid", None): ("10-01T00:00", "10-02T00:00"),
    ("taoussa:raid", None): ("10-04T00:00", "10-05T00:00"),
    ("tessalit:camp_taken", None): ("10-12T00:00", "10-15T00:00"),
    ("tessalit_apt:raid", None): ("10-12T00:00", "10-17T00:00"),
    ("tessalit_apt:vacated", None): ("10-21T00:00", "10-22T00:00"),
    ("tessalit_apt:camp_taken", None): ("10-21T00:00", "10-22T00:00"),
    ("aguelhok:vacated", None): ("10-18T00:00", "10-24T00:00"),
    ("aguelhok:camp_taken", None): ("10-18T00:00", "10-24T00:00"),
    ("kidal:vacated", None): ("10-31T00:00", "11-01T00:00"),
    ("kidal:camp_taken", None): ("10-31T00:00", "11-01T00:00"),
    ("anefis:probe", "army"): ("10-13T00:00", "10-14T00:00"),
    ("kidal:first_strike", None): ("11-03T18:00", "11-04T06:00"),
    ("anefis:go", "army"): ("11-10T00:00", "11-11T17:00"),
    ("alkit_rd:contact", "army"): ("11-11T15:00", "11-11T17:00"),
    ("alkit_rd:round", "army"): ("11-13T00:00", "11-14T00:00"),
    ("kidal:capture", "army"): ("11-13T18:00", "11-15T00:00"),
    ("aguelhok:capture", "army"): ("12-20T00:00", "12-21T00:00"),
}

SOURCES = """\
sources:
  - {id: s0, title: One, published: then, about: a paper}
  - {id: s1, title: Two, published: then, about: another}
"""
CLAIMS = """\
claims:
  - id: first
    event: anefis:capture
    column: army
    earliest: 2023-10-07T05:00Z
    latest: 2023-10-07T12:00Z
    precision: part of day
    party: army
    kind: both sides agree
    source: s0
    says: The army reported it.
    numbers: {vehicles: 1 to 6, killed: 0}
    contradicted_by: [second]
  - id: second
    event: anefis:capture
    column: army
    earliest: 2023-10-06T18:00Z
    latest: 2023-10-07T06:00Z
    precision: night
    party: csp
    kind: against interest
    source: s1
    says: The CSP reported it.
    contradicted_by: [first]
"""
OBSERVATIONS = """\
observations:
  - event: anefis:capture
    column: army
    earliest: 2023-10-06T18:00Z
    latest: 2023-10-07T12:00Z
    kind: both sides agree
    precision: part of day
    window: 10 days
    claims: [first, second]
"""
COUNTS = """\
counts:
  - {outcome: mine_strikes, column: army, number: 1 to 6, kind: one source, claims: [first]}
"""


@pytest.fixture(scope="module")
def bundled() -> Record:
    return load_record(places=PLACES)


def write(
    folder: Path,
    claims: str = CLAIMS,
    observations: str = OBSERVATIONS,
    sources: str = SOURCES,
    counts: str = COUNTS,
) -> Path:
    files = {"sources": sources, "claims": claims, "observations": observations, "counts": counts}
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path, places: list[str] | None = None) -> list[str]:
    """The faults of a folder's record, with file names in place of paths."""
    with pytest.raises(FaultyInput) as caught:
        load_record(places=places, folder=folder)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def claims_of(record: Record, event: str, column: str | None = None) -> list[Claim]:
    return [claim for claim in record.claims if claim.event == event and column in (None, claim.column)]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2023-{text}").replace(tzinfo=UTC)


# --- the bundled record ----------------------------------------------------------------------------------


def test_the_bundled_record_names_six_sources_and_claims_rest_on_all_but_the_unseen_one(
    bundled: Record,
) -> None:
    assert [source.id for source in bundled.sources] == ["s0", "s1", "s2", "s3", "s4", "s5"]
    assert {claim.source for claim in bundled.claims} == {"s0", "s1", "s2", "s3", "s4"}


def test_every_ledger_row_has_a_claim_and_every_claim_a_ledger_row(bundled: Record) -> None:
    ledger = {f"{section}{row:02}" for section, last in LEDGER.items() for row in range(1, last + 1)}
    assert len(ledger) == 146
    assert {claim.id.split("-")[0] for claim in bundled.claims} == ledger


def test_no_two_claims_say_the_same(bundled: Record) -> None:
    says = Counter(claim.says.lower() for claim in bundled.claims)
    assert [text for text, times in says.items() if times > 1] == []


def test_the_columns_are_the_armys_the_uns_and_the_supply_convoy(bundled: Record) -> None:
    assert {claim.column for claim in bundled.claims} == {None, "army", "un", "logistics"}
    convoy = [claim for claim in bundled.claims if claim.column == "logistics"]
    assert {claim.source for claim in convoy} == {"s4"}
    spans = {(f"{claim.earliest:%Y-%m-%dT%H:%M}", f"{claim.latest:%Y-%m-%dT%H:%M}") for claim in convoy}
    assert spans == {("2025-06-01T00:00", "2025-07-01T00:00")}


def test_counts_are_those_of_the_contract(bundled: Record) -> None:
    assert [(count.outcome, count.column, count.number) for count in bundled.counts] == [
        ("mine_strikes_reported", "un", (6, 6)),
        ("mine_strikes_reported", "army", (1, 1)),
        ("column_vehicles_lost", "logistics", (14, 30)),
        ("displaced_to_border", None, (40_000, 50_000)),
        ("garrison_casualties", None, (34, 42)),
    ]


def test_a_claims_id_ends_with_its_source_and_is_its_own(bundled: Record) -> None:
    assert [claim.id for claim in bundled.claims if not claim.id.endswith(f"-{claim.source}")] == []
    assert [name for name, times in Counter(claim.id for claim in bundled.claims).items() if times > 1] == []


def test_observed_intervals_are_those_of_the_contract(bundled: Record) -> None:
    observed = {(item.event, item.column): (item.earliest, item.latest) for item in bundled.observations}
    assert observed.pop(("tessalit_apt:airlift", None)) == (moment("10-11T18:00"), moment("10-12T06:00"))
    assert observed == {key: (moment(start), moment(end)) for key, (start, end) in CONTRACT.items()}


def test_observations_rest_on_named_claims_and_equal_their_union_or_say_why_not(bundled: Record) -> None:
    claims = {claim.id: claim for claim in bundled.claims}
    assert bundled.observations
    for item in bundled.observations:
        span = union(claims[name] for name in item.claims)
        assert (span == (item.earliest, item.latest)) != (item.reason is not None), item.event


def test_only_four_observations_need_a_reason(bundled: Record) -> None:
    assert [item.event for item in bundled.observations if item.reason] == [
        "tabankort:arrival",
        "anefis:capture",
        "taoussa:raid",
        "alkit_rd:contact",
    ]


def test_what_is_not_scored_says_so(bundled: Record) -> None:
    silent = [item for item in bundled.observations if "not scored" not in (item.note or "")]
    assert [item.event for item in silent if item.event.split(":")[1] in ("vacated", "camp_taken")] == []
    assert [item.event for item in silent if item.event.endswith(":raid")] == ["tessalit_apt:raid"]


def test_contradictions_are_told_on_both_sides(bundled: Record) -> None:
    pairs = {(claim.id, other) for claim in bundled.claims for other in claim.contradicted_by}
    assert pairs == {(other, name) for name, other in pairs}
    assert [entry for entry, pair in REGISTER.items() if pair not in pairs] == []


def test_differences_are_told_on_both_sides(bundled: Record) -> None:
    pairs = {(claim.id, other) for claim in bundled.claims for other in claim.differs_from}
    assert pairs == {(other, name) for name, other in pairs}
    assert [entry for entry, pair in DIFFERENCES.items() if pair not in pairs] == []


def test_nothing_observed_rests_on_what_the_ledger_had_left_out(bundled: Record) -> None:
    rows = (*bundled.observations, *bundled.survivals, *bundled.counts)
    sides = [side for matter in bundled.contested for side in matter.sides]
    cited = {name for row in (*rows, *sides) for name in row.claims}
    assert [name for name in cited if name.startswith("m")] == []


def test_the_held_out_rows_are_the_bytes_that_they_were() -> None:
    assert held_out_hash() == "176c0c97abecd6715d386e32ea6c681a5a572cce6baf48b733fa552a776c4840"


def test_an_observations_claims_have_an_interval_of_their_own(bundled: Record) -> None:
    spans = {
        (item.event, item.survival): bundled.claimed_interval(item)
        for item in (*bundled.observations, *bundled.survivals)
        if bundled.claimed_interval(item) != (item.earliest, item.latest)
    }
    assert spans == {
        ("tabankort:arrival", False): (moment("10-04T00:00"), moment("10-05T00:00")),
        ("anefis:capture", False): (moment("10-07T05:00"), moment("10-07T12:00")),
        ("taoussa:raid", False): (moment("09-12T00:00"), moment("10-05T00:00")),
        ("alkit_rd:contact", False): (moment("11-11T15:00"), moment("11-11T18:30")),
        ("kidal:capture", False): (moment("11-14T00:00"), moment("11-15T00:00")),
        ("alkit_rd:break", True): (moment("11-11T15:00"), moment("11-13T00:00")),
    }


def test_a_contested_result_has_a_row_for_each_party(bundled: Record) -> None:
    results = ("alkit_rd:result", "alkit_rd:advantage", "kidal:rebel_losses", "anefis:logistics_result")
    for event in ("anefis:rebel_losses", "anefis:advance", *results):
        assert {claim.party for claim in claims_of(bundled, event)} == {"army", "csp"}, event
    for event in ("anefis:entry", "kidal:killing_of_civilians"):
        assert {claim.party for claim in claims_of(bundled, event)} == {"csp", "independent"}, event


def test_what_both_sides_agree_on_is_told_by_both(bundled: Record) -> None:
    for event in ("anefis:contact", "anefis:capture", "kidal:capture", "anefis:logistics_ambush"):
        agreed = {claim.party for claim in claims_of(bundled, event) if claim.kind == "both sides agree"}
        assert agreed == {"army", "csp"}, event


def test_a_party_speaks_as_a_party_or_where_the_other_agrees_or_once_against_itself(bundled: Record) -> None:
    parties = {"army", "csp", "jnim", "gatia"}
    kinds = {claim.kind for claim in bundled.claims if claim.party in parties}
    assert kinds == {"party", "both sides agree", "against interest"}
    assert [claim.id for claim in bundled.claims if claim.kind == "against interest"] == ["h09-csp-s2"]
    assert [
        claim.id for claim in bundled.claims if claim.kind == "party" and claim.party not in parties
    ] == []


def test_days_last_from_midnight_to_midnight_unless_a_note_says_where_the_hours_come_from(
    bundled: Record,
) -> None:
    days = [claim for claim in bundled.claims if claim.precision == "day" and claim.note is None]
    odd = [claim.id for claim in days if claim.latest - claim.earliest != timedelta(days=1)]
    assert odd == ["c19-csp-s0"]


def test_numbers_are_ranges(bundled: Record) -> None:
    (mine,) = (claim for claim in claims_of(bundled, "tarkint:mine") if claim.numbers)
    assert mine.numbers == {"vehicles_destroyed": (1, 6)}
    assert claims_of(bundled, "gao:strength")[0].numbers["vehicles"] == (115, 115)


def test_an_event_is_looked_up_by_column(bundled: Record) -> None:
    arrival = bundled.observation("gao:arrival", "un")
    assert arrival is not None
    assert arrival == bundled.observation("gao:arrival")
    assert bundled.observation("gao:arrival", "army") is None
    assert bundled.observation("nowhere:arrival") is None
    assert [claim.id for claim in claims_of(bundled, "gao:arrival", "un")] == ["f08-s2"]
    assert claims_of(bundled, "gao:arrival", "army") == []


def test_the_places_are_those_of_the_network() -> None:
    table = Path(__file__).parents[2] / "params" / "network" / "places.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        places = [row["id"] for row in csv.DictReader(stream)]
    load_record(places=places)
    with pytest.raises(FaultyInput, match="anefis"):
        load_record(places=[place for place in places if place != "anefis"])


def test_a_time_has_the_claims_its_observations_rest_on_and_no_contradiction_of_another_time(
    bundled: Record,
) -> None:
    october = bundled.between(moment("09-30T00:00"), moment("11-03T00:00"))
    claims = {claim.id: claim for claim in october.claims}
    assert claims["d02-s2"].differs_from == ()  # h02-s2 is of November
    assert claims["a05-s2"].differs_from == ("e06-s2",)  # g01-s2 is of November
    assert claims["c17-army-s0"].contradicted_by == ("c18-csp-s0", "c18-csp-s2")
    assert {name for claim in october.claims for name in claim.contradicted_by} <= set(claims)
    eve = bundled.between(moment("11-13T18:00"), moment("11-13T20:00"))
    capture = eve.observation("kidal:capture", "army")
    assert capture is not None
    assert {claim.id for claim in eve.claims} >= set(capture.claims)
    assert "i01-army-s2" not in {claim.id for claim in eve.claims}


# --- a record of one's own -------------------------------------------------------------------------------


def test_a_sound_folder_loads_in_its_order(tmp_path: Path) -> None:
    mine = load_record(folder=write(tmp_path), places=["anefis"])
    assert [claim.id for claim in claims_of(mine, "anefis:capture")] == ["first", "second"]
    assert mine.claims[0].numbers == {"vehicles": (1, 6), "killed": (0, 0)}


def test_union_spans_all_claims_and_needs_one(tmp_path: Path) -> None:
    claims = load_record(folder=write(tmp_path)).claims
    assert union(claims) == (moment("10-06T18:00"), moment("10-07T12:00"))
    with pytest.raises(ValueError, match="empty"):
        union(list[Claim]())


def test_a_record_never_changes(tmp_path: Path) -> None:
    mine = load_record(folder=write(tmp_path))
    with pytest.raises(AttributeError):
        mine.claims = ()  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        mine.claims[0].says = "something else"


def test_one_event_of_two_columns_wants_the_column_named(tmp_path: Path) -> None:
    other = (
        OBSERVATIONS.partition("\n")[2]
        .replace("column: army", "column: un")
        .replace("[first, second]", "[un]")
    )
    claims = CLAIMS + CLAIMS.partition("\n")[2].partition("  - id: second")[0].replace(
        "id: first", "id: un"
    ).replace("    contradicted_by: [second]\n", "").replace("column: army", "column: un").replace(
        "10-07T05", "10-06T18"
    )
    mine = load_record(folder=write(tmp_path, claims, OBSERVATIONS + other))
    with pytest.raises(
        ValueError, match="anefis:capture is observed for several columns; expected one of army, un"
    ):
        mine.observation("anefis:capture")
    found = mine.observation("anefis:capture", "un")
    assert found is not None
    assert found.claims == ("un",)


# --- faults ----------------------------------------------------------------------------------------------

CLAIM_FAULTS = [
    (
        ("latest: 2023-10-07T12:00Z", "latest: 2023-10-06T19:00Z"),
        "claims.yaml:6: latest: 2023-10-06T19:00Z lies before earliest, 2023-10-07T05:00Z; "
        "expected the reverse",
    ),
    (("source: s1", "source: s11"), "claims.yaml:22: 's11' is no source; did you mean 's1'?"),
    (("source: s1", "source: radio"), "claims.yaml:22: 'radio' is no source; expected one of s0, s1"),
    (("[second]", "[secnd]"), "claims.yaml:13: 'secnd' is no claim; did you mean 'second'?"),
    (
        ("[second]", "[second, first]"),
        "claims.yaml:13: 'first' contradicts itself; expected the id of another",
    ),
    (
        ("[second]", "[second]\n    differs_from: [second]"),
        "claims.yaml:14: 'second' stands under contradicted_by too; expected one of the two",
    ),
    (
        ("[second]", "[second]\n    differs_from: [first]"),
        "claims.yaml:14: 'first' differs from itself; expected the id of another",
    ),
    (
        ("contradicted_by: [second]", "differs_from: [second]"),
        "claims.yaml:13: 'second' does not name 'first' in return; expected both ways",
    ),
    (
        ("    contradicted_by: [second]", "    rough: [vehicle]\n    contradicted_by: [second]"),
        "claims.yaml:13: 'vehicle' is none of its numbers; did you mean 'vehicles'?",
    ),
    (
        ("    contradicted_by: [first]\n", ""),
        "claims.yaml:13: 'second' does not name 'first' in return; expected both ways",
    ),
    (("1 to 6", "6 to 1"), "claims.yaml:12: vehicles: '6 to 1' runs backwards; expected '1 to 6'"),
    (("killed: 0", "killed: few"), "claims.yaml:12: killed: 'few' is not a whole number"),
    (
        ("event: anefis:capture", "event: anefis capture"),
        "claims.yaml:3: event: 'anefis capture' is not place:event; "
        "expected something like 'some_town:capture'",
    ),
    (("column: army", "column: The Army"), "claims.yaml:4: column: 'The Army' is not a name; "),
    (
        ("party: csp", "party: cps"),
        "claims.yaml:20: 'cps' is no party of parties.yaml; did you mean 'csp'?",
    ),
    (
        ("event: anefis:capture", "event: anefis:caputre"),
        "claims.yaml:3: 'caputre' is no event, nor a word of events.yaml; did you mean 'capture'?",
    ),
    (("kind: against interest", "kind: rumour"), "claims.yaml:21: kind: 'rumour' is not known; "),
    (("precision: night", "precision: dusk"), "claims.yaml:19: precision: 'dusk' is not known; "),
    (("says: The CSP", "say: The CSP"), "claims.yaml:23: 'say' is not a key here; did you mean 'says'?"),
    (("    says: The CSP reported it.\n", ""), "claims.yaml:14: the key 'says' is missing"),
    (
        ("2023-10-07T05:00Z", "2023-10-07T05:00"),
        "claims.yaml:5: earliest: '2023-10-07T05:00' has no zone; expected '2023-10-07T05:00Z'",
    ),
]


@pytest.mark.parametrize(("change", "message"), CLAIM_FAULTS, ids=lambda value: str(value)[:40])
def test_a_faulty_claim_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in CLAIMS
    found = faults(write(tmp_path, claims=CLAIMS.replace(*change, 1)))
    assert any(line.startswith(message) for line in found), found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("[first, second]", "[first, secnd]"),
            "observations.yaml:9: 'secnd' is no claim; did you mean 'second'?",
        ),
        (
            ("10-06T18:00Z", "10-06T20:00Z"),
            "observations.yaml:4: earliest: its claims say 2023-10-06T18:00Z to 2023-10-07T12:00Z; "
            "expected that, or a 'reason'",
        ),
        (
            ("10-07T12:00Z", "10-07T11:00Z"),
            "observations.yaml:5: latest: its claims say 2023-10-06T18:00Z to 2023-10-07T12:00Z; "
            "expected that, or a 'reason'",
        ),
        (
            ("10-07T12:00Z", "10-05T12:00Z"),
            "observations.yaml:5: latest: 2023-10-05T12:00Z lies before earliest, 2023-10-06T18:00Z; "
            "expected the reverse",
        ),
        (
            ("column: army", "column: un"),
            "observations.yaml:9: 'first' is about the column 'army', not this one",
        ),
        (("[first, second]", "[]"), "observations.yaml:9: claims: "),
        (
            ("anefis:capture", "capture"),
            "observations.yaml:2: event: 'capture' is not place:event; expected something like",
        ),
    ],
)
def test_a_faulty_observation_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    assert change[0] in OBSERVATIONS
    found = faults(write(tmp_path, observations=OBSERVATIONS.replace(*change, 1)))
    assert any(line.startswith(message) for line in found), found


HELD = OBSERVATIONS.replace("observations:", "held_out:").replace(
    "    precision:", "    use: held out\n    group: A\n    precision:"
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("    group: A\n", ""), "held_out.yaml:2: group: goes with what is held out, and only with it"),
        (
            ("use: held out", "use: fit"),
            "held_out.yaml:7: use: 'fit' stands in this file; expected 'held out'",
        ),
        (("    window: 10 days\n", ""), "held_out.yaml:2: window: a scored observation needs one"),
        (
            ("10 days", "10 h"),
            "held_out.yaml:10: window: is shorter than the interval; expected a longer one",
        ),
        (("    precision: part of day\n", ""), "held_out.yaml:2: precision: a scored observation needs one"),
        (
            ("10 days", "10 days\n    since: gao:departure"),
            "held_out.yaml:11: 'gao:departure' is no observation",
        ),
        (
            ("anefis:capture", "anefis:caputre"),
            "held_out.yaml:2: 'caputre' is no event; did you mean 'capture'?",
        ),
    ],
)
def test_what_a_held_out_row_lacks_is_told(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    folder = write(tmp_path)
    (folder / "observations.yaml").unlink()
    assert change[0] in HELD
    (folder / "held_out.yaml").write_text(HELD.replace(*change, 1), encoding="utf-8")
    found = faults(folder)
    assert any(line.startswith(message) for line in found), found


def test_a_held_out_row_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    text = OBSERVATIONS.replace("    precision:", "    use: held out\n    group: A\n    precision:")
    assert faults(write(tmp_path, observations=text)) == [
        "observations.yaml:7: use: 'held out' stands in this file; expected another one, or the file held_out.yaml"
    ]


def test_a_record_of_sources_and_claims_alone_is_one(tmp_path: Path, bundled: Record) -> None:
    folder = write(tmp_path)
    for name in ("observations", "counts"):
        (folder / f"{name}.yaml").unlink()
    mine = load_record(folder=folder)
    assert (mine.observations, mine.counts, mine.routes) == ((), (), ())
    assert (
        mine.weights
        == bundled.weights
        == {
            "party": 0.5,
            "one source": 0.85,
            "independent": 0.85,
            "against interest": 0.95,
            "both sides agree": 0.97,
        }
    )
    assert mine.blurs["hour"] == 1.0


def test_an_observation_is_of_a_kind_that_one_of_its_claims_is(tmp_path: Path) -> None:
    text = OBSERVATIONS.replace("kind: both sides agree", "kind: independent")
    assert faults(write(tmp_path, observations=text)) == [
        "observations.yaml:6: kind: no claim that it rests on is 'independent'; "
        "expected 'against interest' or 'both sides agree'"
    ]


def test_a_record_may_have_words_and_parties_of_its_own(tmp_path: Path) -> None:
    claims = CLAIMS.replace("anefis:capture", "anefis:parley").replace("party: csp", "party: guides")
    folder = write(tmp_path, claims)
    (folder / "observations.yaml").unlink()
    assert len(faults(folder)) == 3
    (folder / "events.yaml").write_text("events:\n  - {event: parley, about: they talk}\n", encoding="utf-8")
    parties = "parties:\n  - {party: army, about: one}\n  - {party: guides, about: other}\n"
    (folder / "parties.yaml").write_text(parties, encoding="utf-8")
    assert {claim.party for claim in load_record(folder=folder).claims} == {"army", "guides"}


def test_what_is_held_out_is_what_the_plan_holds_out(bundled: Record) -> None:
    rows = [*bundled.observations, *bundled.survivals]
    held = {(row.event, row.survival): (row.group, row.window) for row in rows if row.use == "held out"}
    assert held == {
        ("anefis:go", True): ("A", 1440.0),
        ("kidal:first_strike", False): ("A", 1440.0),
        ("anefis:go", False): ("A", 1440.0),
        ("alkit_rd:contact", False): ("B", 120.0),
        ("alkit_rd:break", True): ("B", 120.0),
        ("kidal:capture", False): ("B", 360.0),
        ("aguelhok:capture", False): ("C", 2160.0),
    }
    fitted = [row.event for row in rows if row.use == "fit"]
    assert fitted == [
        "tarkint:arrival",
        "tarkint:harassment",
        "tarkint:mine",
        "tabrichat:arrival",
        "tabankort:arrival",
        "tabankort:ambush",
        "anefis:contact",
        "anefis:capture",
        "gao:arrival",
    ]


def test_a_reason_allows_another_interval(tmp_path: Path) -> None:
    text = OBSERVATIONS.replace("10-06T18:00Z", "10-06T20:00Z") + "    reason: The night began later.\n"
    assert (
        load_record(folder=write(tmp_path, observations=text)).observations[0].reason
        == "The night began later."
    )


def test_rows_that_stand_twice_are_told(tmp_path: Path) -> None:
    again = "  - {id: s0, title: Three, published: then, about: again}\n"
    second = OBSERVATIONS.partition("\n")[2]
    folder = write(
        tmp_path, CLAIMS.replace("id: second", "id: first"), OBSERVATIONS + second, SOURCES + again
    )
    found = "\n".join(faults(folder))
    assert "sources.yaml:4: 's0' stands here again (first on line 2)" in found
    assert "claims.yaml:14: 'first' stands here again (first on line 2)" in found
    assert "observations.yaml:10: 'anefis:capture of army' stands here again (first on line 2)" in found


def test_places_are_checked_when_they_are_given(tmp_path: Path) -> None:
    folder = write(tmp_path, claims=CLAIMS.replace("anefis:capture", "anafis:capture", 1))
    assert load_record(folder=folder).claims[0].event == "anafis:capture"
    assert faults(folder, ["gao", "anefis"]) == [
        "claims.yaml:3: 'anafis' is no place; did you mean 'anefis'?"
    ]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    claims = CLAIMS.replace("1 to 6", "6 to 1").replace("source: s1", "source: s11")
    folder = write(tmp_path, claims, OBSERVATIONS.replace("[first, second]", "[first, secnd]"))
    (folder / "sources.yaml").write_text(SOURCES.replace("title: One", "titel: One"), encoding="utf-8")
    assert [line.partition(" ")[0] for line in faults(folder)] == [
        "claims.yaml:12:",
        "claims.yaml:22:",
        "observations.yaml:9:",
        "sources.yaml:2:",
        "sources.yaml:2:",
    ]


def test_a_missing_file_is_one_fault_and_raises_no_others(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "sources.yaml").unlink()
    (line,) = faults(folder)
    assert line.startswith("sources.yaml: cannot be read")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claims: none\n", "claims.yaml:1: 'claims' has no rows; expected lines with '-'"),
        ("claim:\n  - {id: a}\n", "claims.yaml:1: 'claim' is not a key here; 'claims' is the only one"),
        ("claims:\n  - first\n", "claims.yaml:2: "),
        ("", "claims.yaml:1: holds no keys"),
    ],
)
def test_a_file_of_another_shape_is_told(tmp_path: Path, text: str, message: str) -> None:
    found = faults(write(tmp_path, claims=text))
    assert any(line.startswith(message) for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "mine_strikes",
            "mine_strike",
            "counts.yaml:2: 'mine_strike' is no outcome; did you mean 'mine_strikes'?",
        ),
        (
            "mine_strikes",
            "rebels_lost",
            "counts.yaml:2: 'rebels_lost' is no outcome; it is called 'group_casualties' since schema 6",
        ),
        (
            "1 to 6",
            "2",
            "counts.yaml:2: number: no claim states it; expected one that does, or a 'reason'",
        ),
        ("[first]", "[frist]", "counts.yaml:2: 'frist' is no claim; did you mean 'first'?"),
    ],
)
def test_a_faulty_count_is_told(tmp_path, old, new, told):
    assert told in faults(write(tmp_path, counts=COUNTS.replace(old, new)))


def test_parties_say_which_events_they_tell_of_and_whose_losses_are_their_own(bundled: Record) -> None:
    fights = {"ambush_end", "contact_end", "break", "raid_end", "capture", "fallen", "camp_taken"}
    heard = {voice.party: voice for voice in bundled.parties}
    assert {party: voice.side for party, voice in heard.items() if voice.side} == {
        "army": "army",
        "csp": "rebels",
        "un": "un",
    }
    assert {party: set(voice.reports) for party, voice in heard.items() if voice.reports} == {
        "army": fights,
        "csp": fights | {"strike"},
        "jnim": {"mine"},
    }
    assert {party: voice.reports_own for party, voice in heard.items() if voice.reports_own} == {
        "un": ("mine",)
    }


def test_what_a_party_cannot_tell_of_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "parties.yaml").write_text(
        "parties:\n"
        "  - {party: army, about: one, reports: [ambush_end, fall]}\n"
        "  - {party: csp, about: other, reports_own: [mine]}\n",
        encoding="utf-8",
    )
    assert faults(folder) == [
        "parties.yaml:2: 'fall' is no event of the log; did you mean 'fallen'?",
        "parties.yaml:3: reports_own: is of a side; expected a key 'side'",
    ]


def test_how_a_party_is_drawn_counts_in_no_hash():
    party = load_record().parties[0]
    assert party.face is not None
    assert list(party.model_dump(exclude=UNRULED)) == ["party", "side", "reports", "reports_own"]
