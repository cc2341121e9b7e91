"""Wherever a result is shown, its label stands there, and what was changed."""

import json
import re
from pathlib import Path

import pytest

from analysis.report.text import what
from analysis.words import changes
from sim.commands.tables import Drawing
from sim.files.case import BUNDLED
from sim.store.reader import read_run

LINE = "changed: radius 200 km (base: 150 mi)"
NEAR = ("--set", "drones.tb2.radius=200 km", "--label", "Near & safe")


@pytest.mark.parametrize(
    ("label", "fault"),
    [
        ("a/b", "'a/b': is a label with a slash"),
        ("a\\b", "'a\\\\b': is a label with a slash"),
        ("", "'': is no label, for nothing is in it"),
        (" ", "' ': is no label, for nothing is in it"),
        ("a\nb", "'a\\nb': is a label with characters that cannot be printed"),
        ("a\u202eb", "'a\\u202eb': is a label with characters that cannot be printed"),
        ("x" * 61, f"'{'x' * 61}': is a label of 61 letters"),
    ],
)
@pytest.mark.parametrize("words", [("run", "gao-anefis"), ("sweep", "gao-anefis", "drone-radius")])
def test_what_is_no_label_is_refused_in_a_sentence(kidal, tmp_path, words, label, fault):
    code, out, err = kidal(*words, "--label", label)
    right = "expected a line of 1 to 60 letters without slashes"
    assert (code, out, err) == (2, "", f"--label {fault}; {right}\n")
    assert [*tmp_path.iterdir()] == []


def test_a_run_says_what_was_changed_in_words_and_json(kidal):
    code, out, _ = kidal("run", "gao-anefis", *NEAR, "--out", "near")
    assert code == 0
    assert f"; {LINE}." in " ".join(out.split())
    assert "stored in near as 'Near & safe'; next: kidal show near --full" in out
    head = json.loads(kidal("run", "gao-anefis", *NEAR, "--out", "near", "--json")[1])
    assert (head["label"], head["set"]) == ("Near & safe", {"drones.tb2.radius": "200 km"})
    assert (head["hypotheses"], head["params"]) == ([], [])
    assert kidal("verify", "near")[0] == 0
    assert "; changed: nothing." in " ".join(kidal("run", "gao-anefis", "--out", "base")[1].split())
    assert json.loads(kidal("run", "gao-anefis", "--out", "base", "--json")[1])["label"] == "base"


def test_another_label_is_another_name_of_the_same_result(kidal):
    kidal("run", "gao-anefis", *NEAR, "--out", "near")
    code, out, err = kidal("run", "gao-anefis", *NEAR[:3], "200 km", "--out", "near", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["label"] == "200 km"
    assert kidal("verify", "near")[0] == 0


def test_compare_and_claims_begin_with_what_was_changed(kidal):
    kidal("run", "gao-anefis", *NEAR, "--out", "near")
    kidal("run", "gao-anefis", "--with", "radius-300-km", "--out", "far")
    out = kidal("compare", "near", "far", "--full")[1]
    assert out.startswith(
        f"Near & safe: gao-anefis, {LINE}\nfar: gao-anefis, changed: radius 300 km (base: 150 mi)\n\n"
    )
    results = json.loads(kidal("compare", "near", "far", "--json")[1])["results"]
    assert {name: result["label"] for name, result in results.items()} == {
        "near": "Near & safe",
        "far": "far",
    }
    assert results["far"]["hypotheses"] == ["radius-300-km"]
    kidal("run", "gao-anefis", "--label", "base", "--out", "base")
    assert kidal("compare", "base", "--full")[1].startswith("base: gao-anefis, changed: nothing\n\n")
    assert kidal("claims", "near")[1].splitlines()[1] == LINE
    assert json.loads(kidal("claims", "near", "--json")[1])["label"] == "Near & safe"


def test_a_sweep_says_what_was_changed_besides_its_design(kidal):
    words = ("sweep", "gao-anefis", "rebel-strength", "--runs", "2", *NEAR, "--out", "sweep")
    assert kidal(*words)[1].splitlines()[2] == LINE
    assert json.loads(kidal(*words, "--json")[1])["label"] == "Near & safe"


def test_a_what_if_says_what_each_of_the_two_changes(kidal):
    words = ("whatif", "base", "radius-300-km", "--runs", "2")
    lines = kidal(*words)[1].splitlines()
    assert lines[1].strip() == "changed: nothing"
    assert lines[3].strip() == "changed: radius 300 km (base: 150 mi)"
    results = json.loads(kidal(*words, "--json")[1])["results"]
    assert [result["label"] for result in results] == ["base", "radius-300-km"]


def test_a_point_of_a_sweep_is_shown_with_what_the_design_changes_there(kidal):
    assert kidal("sweep", "gao-anefis", "mine-rate", "--runs", "2", *NEAR, "--out", "out")[0] == 0
    rate = read_run("out").points["mine_rate"][1]
    tables = Drawing(runs=[Path("out")], point=1, case=BUNDLED).tables()[0]
    assert changes.labelled(tables) == f"Near & safe (radius 200 km; mine rate {rate:g} /km)"


def test_a_report_and_the_page_are_headed_by_it(kidal):
    from sim.view.pages import FolderPage

    kidal("run", "gao-anefis", *NEAR, "--out", "near")
    assert f"Changed: {LINE.removeprefix('changed: ')}." in what(read_run("near"))
    page = FolderPage(Path("near"), read_run("near"))
    assert page.name == "Near & safe"
    assert page.summary.endswith(f"; {LINE}")


def test_a_paired_figure_names_both_by_label_and_changes(kidal):
    kidal("run", "gao-anefis", "--runs", "2", *NEAR, "--out", "near")
    kidal("run", "gao-anefis", "--runs", "2", "--label", "base", "--out", "as-it-is")
    assert kidal("plot", "as-it-is", "near", "--out", "pair.svg")[0] == 0
    texts = " ".join(re.findall("<!-- (.*?) -->", Path("pair.svg").read_text(encoding="utf-8")))
    assert "B: Near &amp; safe (radius 200 km)" in texts
