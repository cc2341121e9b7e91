"""`kidal compare`: what it prints, in every form, and what it refuses."""

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from sim.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a run of the first stage and one of the offensive, each of 60 runs."""
    place = tmp_path_factory.mktemp("runs")
    for scenario in ("gao-anefis", "kidal-offensive"):
        old, sys.argv = sys.argv, ["kidal", "run", scenario, "--runs", "60", "--out", str(place / scenario)]
        try:
            with pytest.raises(SystemExit) as end:
                main()
        finally:
            sys.argv = old
        assert end.value.code == 0
    return place


@pytest.fixture
def compare(kidal, folder):
    """Compare copies of the runs, under the names that they have in the folder that the call is in."""

    def call(*words):
        for name in ("gao-anefis", "kidal-offensive"):
            shutil.copytree(folder / name, name, dirs_exist_ok=True)
        return kidal("compare", *words)

    return call


def test_text_has_the_losses_first_and_a_row_a_result(compare):
    code, out, err = compare("gao-anefis", "kidal-offensive", "--by", "2023-10-20")
    assert (code, err) == (0, "")
    assert out.startswith("gao-anefis: a baseline is better on")
    assert out.index("kidal-offensive: a baseline is better on") < out.index(
        "kidal-offensive: nothing changed"
    )
    rows = [line for line in out.splitlines() if line.startswith(("gao-anefis  ", "kidal-offensive  "))]
    assert len(rows) == 2
    assert "Pr by 20 Oct" in out
    assert " ± nan" not in out


def test_one_result_has_all_columns_and_equal_ones_are_hidden_of_two(compare):
    assert "Equal in all" not in compare("gao-anefis")[1]
    shutil.copytree("gao-anefis", "again")
    out = compare("gao-anefis", "again")[1]
    assert "Equal in all: " in out
    assert [line.split() for line in out.splitlines() if line.startswith("again  ")] == []


def test_full_text_has_the_baselines_first_and_the_summary(compare):
    code, out, err = compare("kidal-offensive", "--full")
    assert (code, err) == (0, "")
    assert (
        out.index("Log scores, baseline forecasts first")
        < out.index("Together")
        < out.index("Times (UTC) and reports")
    )
    head = next(line for line in out.splitlines() if line.startswith("observation, counted from"))
    assert head.index("uniform") < head.index("15 Nov ± 7 d") < head.index("result's") < head.index("skill")
    assert "held out A" in out
    assert "kidal-offensive: a baseline is better on" in out


def test_two_results_stand_side_by_side_in_full(compare):
    code, out, _ = compare("gao-anefis", "kidal-offensive", "--full")
    assert code == 0
    arrivals = [line.split() for line in out.splitlines() if line.startswith("Tarkint: arrival ")]
    assert [words[2] for words in arrivals[:2]] == ["gao-anefis", "kidal-offensive"]
    captures = [
        line for line in out.splitlines() if line.startswith("Kidal: captured, Anefis: advance resumed")
    ]
    assert len(captures) == 1


def test_csv_markdown_and_latex_come_alone(compare):
    code, out, _ = compare("gao-anefis", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["milestone"] for row in rows][-1] == "anefis:capture"
    assert all(float(row["score"]) > 0 for row in rows)
    markdown = compare("gao-anefis", "--markdown")[1]
    assert markdown.startswith("**Results**\n\n| result | changed |")
    assert "| gao-anefis | nothing |" in markdown
    assert "\n**Log scores, baseline forecasts first (nats; lower is better)**" in markdown
    assert compare("gao-anefis", "--latex")[1].startswith("\\begin{table}")


def test_json_is_one_object_and_a_milestone_can_be_asked_for_alone(compare):
    code, out, _ = compare("gao-anefis", "--json", "--milestone", "anefis:capture")
    run = json.loads(out)["runs"]["gao-anefis"]
    assert code == 0
    assert list(run["observations"]) == ["anefis:capture"]
    assert run["observations"]["anefis:capture"]["since"] == "anefis:contact"
    assert run["together"]["fit"]["rows"] == 1


def test_the_same_call_prints_the_same(compare):
    assert compare("gao-anefis")[1] == compare("gao-anefis")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "nowhere: is not a result folder"),
        (
            ("gao-anefis", "--milestone", "kidal:capture"),
            "gao-anefis: 'kidal:capture' is none of its milestones",
        ),
        (("gao-anefis", "--csv", "--json"), "--csv --json: are two forms; expected one of them"),
    ],
)
def test_what_cannot_be_compared_is_told(compare, words, message):
    code, out, err = compare(*words)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert "Traceback" not in err


def test_every_faulty_run_is_told_at_once(compare):
    code, _, err = compare("nowhere", "gao-anefis", "elsewhere")
    assert code == 2
    assert [line.split(":")[0] for line in err.splitlines()] == ["elsewhere", "nowhere"]


def test_a_scenario_that_nothing_is_reported_of_is_told(kidal):
    assert kidal("run", "blockade", "--out", "out")[0] == 0
    code, _, err = kidal("compare", "out")
    assert code == 2
    assert err.startswith("out: none of its milestones is scored against the record")


def test_an_empty_run_is_told(compare, kidal):
    compare("gao-anefis")
    Path("gao-anefis", "runs", "part-000000.parquet").write_bytes(b"")
    code, _, err = kidal("compare", "gao-anefis")
    assert code == 2
    assert "part-000000.parquet: is missing or damaged" in err
