"""`kidal compare`: what it prints, in every form, and what it refuses."""

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from analysis.tables.monte_carlo import wilson
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
        "kidal-offensive, 60 runs: nothing changed"
    )
    rows = [line for line in out.splitlines() if line.startswith(("gao-anefis  ", "kidal-offensive  "))]
    assert len(rows) == 2
    assert "Pr before 20 Oct" in out
    assert " ± nan" not in out


def test_one_result_has_all_columns_and_results_that_are_alike_have_them_too_and_say_so(compare, kidal):
    assert "Equal in all" not in compare("gao-anefis")[1]
    shutil.copytree("gao-anefis", "again")
    out = compare("gao-anefis", "again")[1]
    assert "Equal in all: " not in out
    rows = [line.split()[1:] for line in out.splitlines() if line.startswith(("again  ", "gao-anefis  "))]
    assert rows[0] == rows[1] != []
    assert "They have the same inputs and seed, and so the same outcomes." in out
    near = (
        *["run", "gao-anefis", "--runs", "60", "--label", "near", "--out", "folder", "--set"],
        "drones.tb2.radius=200 km",
    )
    assert kidal(*near)[0] == 0
    out = compare("gao-anefis", "folder")[1]
    assert "near, 60 runs: radius 200 km" in out
    assert "folder" not in out


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
    rows = list(csv.DictReader(io.StringIO(compare("gao-anefis", "--csv", "--by", "8 Oct")[1])))
    (last,) = [row for row in rows if row["milestone"] == "anefis:capture"]
    assert (last["before"], {"score", "before: interval low"} <= last.keys()) == ("2023-10-08T00:00Z", True)
    entry = json.loads(compare("gao-anefis", "--json", "--by", "8 Oct")[1])["results"]["gao-anefis"]
    before = entry["milestones"]["anefis:capture"]["before"]
    assert entry["by"] == {"date": "2023-10-08T00:00Z"}
    assert f"{before['probability']}" == last["before: probability"]
    assert before["interval"] == [float(last[f"before: interval {end}"]) for end in ("low", "high")]
    assert before["interval"] == wilson(round(60 * before["probability"]), 60).tolist()
    markdown = compare("gao-anefis", "--markdown")[1]
    assert markdown.startswith("**Results**\n\n| result | runs | changed |")
    assert "| gao-anefis | 60 | nothing |" in markdown
    scores = "\n**Log scores, baseline forecasts first (nats; lower is better)**"
    assert scores not in markdown
    assert scores in compare("gao-anefis", "--markdown", "--full")[1]
    latex = compare("gao-anefis", "--latex")[1]
    assert latex.startswith("\\begin{table}")
    assert latex.count("\\begin{table}") == 1


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
            "gao-anefis: 'kidal:capture' is no milestone of it",
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
    code, out, err = kidal("compare", "out")
    assert (code, err) == (0, "")
    first, _, changed, _, _, lower, row = out.splitlines()
    assert first == "out: not scored: no milestone or number of it is scored against the record."
    assert changed == "out, 1 run: nothing changed"
    assert "Pr" in lower
    assert row.startswith("out  ")


def test_a_result_without_scores_stands_beside_one_with_them_in_every_form(compare, kidal):
    compare("gao-anefis")
    assert kidal("run", "blockade", "--out", "out")[0] == 0
    out = kidal("compare", "out", "gao-anefis")[1]
    (row,) = [line for line in out.splitlines() if line.startswith("out  ")]
    assert row.split()[-4:] == ["-"] * 4
    for form in ("--markdown", "--latex", "--full"):
        assert "out: not scored: no milestone or number" in kidal("compare", "out", "gao-anefis", form)[1], (
            form
        )
    found = json.loads(kidal("compare", "out", "gao-anefis", "--json")[1])
    assert list(found["results"]) == ["out", "gao-anefis"]
    assert list(found["runs"]) == ["gao-anefis"]
    assert found["results"]["out"]["not_scored"].startswith("not scored: no milestone")
    rows = list(csv.DictReader(io.StringIO(kidal("compare", "out", "gao-anefis", "--csv")[1])))
    of_out = [row for row in rows if row["result"] == "out"]
    assert [row["milestone"] for row in of_out] == list(found["results"]["out"]["milestones"])
    assert {row["score"] for row in of_out} == {""}


def test_a_milestone_narrows_the_rows_too(compare):
    out = compare("kidal-offensive", "--milestone", "kidal:capture")[1]
    assert "Kidal: captured" in out
    assert "Aguelhok" not in out
    code, _, err = compare("gao-anefis", "kidal-offensive", "--milestone", "gao:departure")
    assert (code, err) == (
        2,
        "gao-anefis kidal-offensive: gao:departure: not scored against the record; `kidal record` lists what is\n",
    )


def test_an_empty_run_is_told(compare, kidal):
    compare("gao-anefis")
    Path("gao-anefis", "runs", "part-000000.parquet").write_bytes(b"")
    code, _, err = kidal("compare", "gao-anefis")
    assert code == 2
    assert "part-000000.parquet: is missing or damaged" in err


def test_results_of_one_label_stand_apart_in_python():
    import kidal as package

    scenario = package.load_scenario("gao-anefis")
    both = package.compare([package.ensemble(scenario, 5, seed=seed) for seed in (1, 2)])
    assert both.to_pandas()["result"].tolist() == ["gao-anefis (1)", "gao-anefis (2)"]
    assert "gao-anefis (2), 5 runs: nothing changed" in str(both)
