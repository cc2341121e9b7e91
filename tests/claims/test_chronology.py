"""The chronology lists every claim, in order of time, with its voice and its use."""

import csv
import io
import json
import re

import pytest

from analysis.claims import chronology
from analysis.claims.chronology import UNSCORED, ChronologyFilter
from analysis.claims.chronology_forms import CLAIM_COLUMNS, CLAIM_FORMS
from sim.files.yaml_tree import FaultyInput
from sim.record.record import load_record
from sim.record.rows import Claim

SOURCES = "sources:\n  - {id: s0, title: One, published: then, about: a paper}\n"
SOURCES += "  - {id: s1, title: Two, published: then, about: another}\n"
ROW = """\
  - id: {id}
    event: {event}
    column: army
    earliest: 2023-10-{start}Z
    latest: 2023-10-{end}Z
    precision: range
    party: {party}
    kind: {kind}
    source: {source}
    says: {party} said it of {event}.
"""
ROWS = [
    ("late", "anefis:capture", "07T05:00", "07T12:00", "army", "party", "s0"),
    ("long", "gao:departure", "02T00:00", "03T00:00", "csp", "against interest", "s1"),
    ("short", "gao:strength", "02T00:00", "02T12:00", "narrative", "one source", "s1"),
    ("other", "anefis:capture", "07T05:00", "07T12:00", "csp", "independent", "s0"),
]
OBSERVATIONS = """\
observations:
  - {event: "anefis:capture", column: army, earliest: 2023-10-07T05:00Z, latest: 2023-10-07T12:00Z, kind: party, \
precision: range, window: 10 days, claims: [late]}
  - {event: "gao:departure", column: army, earliest: 2023-10-02T00:00Z, latest: 2023-10-03T00:00Z, kind: party, \
use: input, claims: [long]}
"""


@pytest.fixture
def mine(tmp_path):
    keys = ("id", "event", "start", "end", "party", "kind", "source")
    rows = [ROW.format(**dict(zip(keys, row, strict=True))) for row in ROWS]
    rows[0] += "    contradicted_by: [other]\n"
    rows[3] += "    contradicted_by: [late]\n"
    files = {"sources": SOURCES, "claims": "claims:\n" + "".join(rows), "observations": OBSERVATIONS}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_record(folder=tmp_path)


@pytest.fixture(scope="module")
def bundled():
    return load_record()


def ids(entries):
    return [entry.claim.id for entry in entries]


def test_claims_stand_by_their_intervals_and_then_as_in_the_file(mine):
    assert ids(chronology.chronology(mine)) == ["short", "long", "late", "other"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ChronologyFilter(place="gao"), ["short", "long"]),
        (ChronologyFilter(party="csp"), ["long", "other"]),
        (ChronologyFilter(event="capture"), ["late", "other"]),
        (ChronologyFilter(event="gao:departure"), ["long"]),
        (ChronologyFilter(source="s0"), ["late", "other"]),
        (ChronologyFilter(place="anefis", party="csp", event="capture", source="s0"), ["other"]),
        (ChronologyFilter(place="gao", party="army"), []),
    ],
)
def test_options_narrow_together(mine, asked, found):
    assert ids(chronology.chronology(mine, asked)) == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ChronologyFilter(place="anefs"),
            "--place anefs: is the place of no claim in the record; did you mean 'anefis'?",
        ),
        (
            ChronologyFilter(party="cps"),
            "--party cps: is the party of no claim in the record; did you mean 'csp'?",
        ),
        (
            ChronologyFilter(event="captur"),
            "--event captur: is the event of no claim in the record; did you mean 'capture'?",
        ),
        (
            ChronologyFilter(source="x"),
            "--source x: is the source of no claim in the record; expected one of s0, s1",
        ),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest(mine, asked, told):
    with pytest.raises(FaultyInput) as caught:
        chronology.chronology(mine, asked)
    assert str(caught.value) == told


def test_a_use_is_told_and_what_is_not_scored_says_so(mine):
    short, long, late, other = chronology.chronology(mine)
    assert late.uses == (("anefis:capture (army)", "fit"),)
    assert long.uses == (("gao:departure (army)", "input"),)
    assert [entry.scored for entry in (short, long, late, other)] == [False, False, True, False]
    assert "observed in anefis:capture (army): fit; scored\n\n" in chronology.text([late])
    assert f"observed in gao:departure (army): input; {UNSCORED}\n\n" in chronology.text([long])
    assert f"observed in nothing that is simulated; {UNSCORED}\n\n" in chronology.text([other])


def test_a_paragraph_names_interval_voice_weight_words_and_contradiction(mine):
    (late,) = chronology.chronology(mine, ChronologyFilter(party="army"))
    assert chronology.text([late]).splitlines()[2:6] == [
        "2023-10-07 05:00 to 12:00  anefis:capture (army)",
        "    late: claimed by army in One; party, weight 0.5; precision: range",
        "    army said it of anefis:capture.",
        "    contradicted by other",
    ]


def test_the_whole_bundled_record_is_there_once_and_fits_the_page(bundled):
    entries = chronology.chronology(bundled)
    assert sorted(ids(entries)) == sorted(claim.id for claim in bundled.claims)
    times = [(entry.claim.earliest, entry.claim.latest) for entry in entries]
    assert times == sorted(times)
    text = chronology.text(entries)
    assert max(map(len, text.splitlines())) <= 110
    called = chronology.parties(bundled)
    assert "claimed by narrative" not in text
    assert called["narrative"] != "narrative"
    for claim in bundled.claims:
        name = bundled.source_names[claim.source]
        assert f" {claim.id}: claimed by {called[claim.party]} in {name}; " in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("event", ["killing_of_civilians", "shooting", "misinformation", "false_photographs"])
def test_what_no_model_produces_is_shown_and_scored_nowhere(bundled, event):
    entries = chronology.chronology(bundled, ChronologyFilter(event=event))
    assert entries
    for entry in entries:
        assert not entry.scored
        assert UNSCORED in chronology.text([entry])


def test_what_observations_and_counts_rest_on_has_their_use(bundled):
    entries = {entry.claim.id: entry for entry in chronology.chronology(bundled)}
    for item in (*bundled.observations, *bundled.survivals, *bundled.counts):
        assert item.claims
        for name in item.claims:
            assert item.use in [use for _, use in entries[name].uses]
            assert entries[name].scored or item.use not in ("fit", "held out")


def test_the_command_prints_a_listing_or_json(kidal):
    code, out, err = kidal("record", "--place", "ersane", "--party", "csp")
    assert (code, err) == (0, "")
    assert out.startswith("2 claims, by the reported interval (UTC)")
    assert out.count(UNSCORED) == 2
    code, out, _ = kidal("record", "--event", "gao:departure", "--source", "s1", "--json")
    (claim,) = json.loads(out)["claims"]
    assert code == 0
    assert (claim["id"], claim["party"], claim["weight"]) == ("c01-s1", "independent", 0.85)
    assert (claim["earliest"], claim["latest"]) == ("2023-10-01T00:00Z", "2023-10-02T00:00Z")
    assert claim["contradicted_by"] == ["c01-s0", "c01-s2"]
    assert not claim["scored"]


def test_nothing_found_is_no_fault_and_an_unknown_word_is(kidal):
    code, out, err = kidal("record", "--place", "ersane", "--party", "army")
    assert (code, out, err) == (0, "No claim of the record is of all that.\n", "")
    code, out, err = kidal("record", "--place", "ersan")
    assert (code, out) == (2, "")
    assert err == "--place ersan: is the place of no claim in the record; did you mean 'ersane'?\n"


# --- other forms -----------------------------------------------------------------------------------------


def test_csv_has_every_claim_with_all_its_columns(kidal, bundled):
    code, out, err = kidal("record", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err) == (0, "")
    assert tuple(rows[0]) == CLAIM_COLUMNS
    assert set(Claim.model_fields) <= set(CLAIM_COLUMNS)
    assert [row["id"] for row in rows] == ids(chronology.chronology(bundled))
    row = next(row for row in rows if row["id"] == "a01-s2")
    assert row["numbers"] == "vehicles: 115; soldiers: 600; wagner: 150 to 200"
    assert (row["source"], row["document"]) == ("s2", "Wikipedia, Kidal offensive")
    assert (row["contradicted_by"], row["differs_from"]) == ("", "a02-s0; a02-s1")
    row = next(row for row in rows if row["id"] == "a02-s0")
    assert (row["numbers"], row["rough"]) == ("vehicles: about 100", "vehicles")


def test_markdown_has_as_many_cells_in_each_line_and_the_sources(kidal):
    code, out, err = kidal("record", "--place", "tabankort", "--markdown")
    lines = [line for line in out.splitlines() if line.startswith("|")]
    assert (code, err) == (0, "")
    assert {line.count(" | ") for line in lines} == {6}
    assert "\n- RFI, 5 Oct 2023 (s1): Malian Army, Heavily Hit" in out


def test_signs_of_markdown_are_escaped(mine):
    (late,) = chronology.chronology(mine, ChronologyFilter(party="army"))
    entry = late._replace(claim=late.claim.model_copy(update={"says": "a | b_c <i>"}))
    assert CLAIM_FORMS["markdown"]([entry]).splitlines()[2].endswith(r"| a \| b\_c &lt;i> |")


def test_bibtex_has_the_sources_of_the_claims_that_are_asked_for(kidal):
    code, out, err = kidal("record", "--source", "s1", "--bibtex")
    assert (code, err) == (0, "")
    assert re.findall(r"^@\w+\{(\w+),", out, re.MULTILINE) == ["s1"]
    _, out, _ = kidal("record", "--bibtex")
    assert re.findall(r"^@\w+\{(\w+),", out, re.MULTILINE) == ["s0", "s1", "s2", "s3", "s4"]


def test_json_and_text_have_the_sources_in_full(kidal):
    _, out, _ = kidal("record", "--source", "s4", "--json")
    (source,) = json.loads(out)["sources"]
    assert (source["id"], source["date"], source["retells"], source["url"]) == ("s4", "2025-06", "AP", None)
    _, out, _ = kidal("record", "--source", "s3")
    assert out.endswith(
        "\n\nSources (kidal record --bibtex gives a bibliography):\n"
        "NNN-Agencies, 13 Nov 2023 (s3): Fighting continues between the Malian army and rebels in the town of Kidal;\n"
        "    published 13 November 2023; publisher NNN-Agencies; address unknown\n"
    )


def test_two_forms_are_refused(kidal):
    told = "--csv --bibtex: are two forms; expected one of them\n"
    assert kidal("record", "--csv", "--bibtex") == (2, "", told)


def test_json_has_the_days_of_sources_as_texts(kidal):
    assert kidal("new", "case", "salt")[0] == 0
    sources = json.loads(kidal("--case", "salt", "record", "--json")[1])["sources"]
    assert any(isinstance(source["accessed"], str) for source in sources)
