"""Habits of the command line: stored results, what would be run, quiet commands, words that shells complete."""

import csv
import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import COMMANDS, app
from sim.commands.options import scenario_names
from sim.console import tell


@pytest.fixture
def two(kidal):
    """`kidal` in a folder with two results, the second with a change and a label."""
    for words in (
        ["--out", "runs/first"],
        ["--out", "runs/deep/near", "--label", "150 km", "--set", "march_speed=9 km/h"],
    ):
        assert kidal("run", "gao-anefis", "-q", *words)[0] == 0
    return kidal


def test_results_are_listed_with_label_changes_and_state(two, tmp_path):
    first, near = sorted(json.loads(two("results", "--json")[1])["results"], key=lambda row: row["label"])[
        ::-1
    ]
    assert (first["result"], first["label"], first["changes"]) == ("runs/first", "first", "")
    assert (near["result"], near["label"], near["changes"]) == (
        "runs/deep/near",
        "150 km",
        "march speed 9 km/h",
    )
    assert (near["scenario"], near["runs"], near["state"]) == ("gao-anefis", 1, "complete")
    assert near["size"] == sum(
        p.stat().st_size for p in (tmp_path / "runs/deep/near").rglob("*") if p.is_file()
    )
    rows = list(csv.DictReader(StringIO(two("results", "--csv")[1])))
    assert {row["label"] for row in rows} == {"first", "150 km"}
    assert "| runs/first | first |" in two("results", "--markdown")[1]
    assert "150 km" in two("results")[1]


def test_what_is_not_finished_or_cannot_be_read_says_so(two, tmp_path):
    path = tmp_path / "runs" / "first" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "schema": 5}))
    assert "of schema 5, not read" in two("results")[1]
    (tmp_path / "runs" / "deep" / "near" / "manifest.json").write_text("{}")
    assert "near" not in two("results")[1]


def test_without_results_or_a_folder_a_sentence_says_so(kidal, tmp_path):
    assert kidal("results", "runs")[::2] == (
        2,
        "runs: is no folder; expected one with results, as `kidal run` makes them in runs\n",
    )
    assert kidal("results")[:2] == (0, "no results here or in runs; `kidal run` makes one\n")
    (tmp_path / "runs").mkdir()
    assert kidal("results", "runs")[1] == "no results below runs; `kidal run` makes one\n"


def test_results_beside_the_usual_folder_are_listed_too(kidal, tmp_path):
    for words in (("--out", "beside"), ()):
        assert kidal("run", "gao-anefis", "--runs", "5", *words)[0] == 0
    (tmp_path / "other").mkdir()
    listed = json.loads(kidal("results", "--json")[1])
    assert [Path(one["result"]).parts[0] for one in listed["results"]] == ["beside", "runs"]


def test_a_result_is_deleted_once_it_is_confirmed(two, tmp_path, monkeypatch):
    path = tmp_path / "runs" / "first"
    code, _, err = two("results", "--delete", "runs/first")
    assert (code, path.is_dir()) == (2, True)
    assert err == "--delete: asks first, and there is no terminal; with --yes it would be done\n"
    monkeypatch.setattr(sys, "stdin", StringIO("n\ny\n"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert two("results", "--delete", "runs/first")[1].strip() == ""
    assert path.is_dir()
    assert two("results", "--delete", "runs/first")[1].strip() == "deleted: runs/first"
    assert not path.exists()
    assert two("results", "--delete", "runs/deep/near", "--yes")[1] == "deleted: runs/deep/near\n"


def test_what_is_no_result_is_never_deleted(two, tmp_path):
    """All faults are told, and nothing is deleted."""
    (tmp_path / "runs" / "deep" / "near" / "thesis.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "runs" / "first")
    words = [word for name in ("runs", "runs/deep/near", "link", "runs/first") for word in ("--delete", name)]
    code, out, err = two("results", *words, "--yes")
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert lines[1] == "runs: is not a result folder (no readable manifest.json); `kidal run` makes one"
    assert lines[2].startswith(
        "runs/deep/near: holds runs/deep/near/thesis.txt, which is no file of a result"
    )
    assert lines[0] == "link: is a link; expected the folder it leads to"
    assert (tmp_path / "runs" / "first" / "manifest.json").is_file()


def test_a_dry_run_says_what_would_be_run_and_stores_nothing(kidal, tmp_path):
    words = ["run", "gao-anefis", "--runs", "300", "--with", "radius-300-km", "--set", "march_speed=9 km/h"]
    code, out, _ = kidal(*words, "--dry-run")
    assert code == 0
    text = " ".join(out.split())
    for part in (
        "changed: radius 300 km (base: 150 mi); march speed 9 km/h (base: drawn from 6.19 to 19.6 km/h)",
        "115 vehicles; departs from Gao on 2 Oct 2023 for Anefis",
        "radius 300 km, control station at Gao airport",
        "parameters set (1): march speed",
        "mine rate, mine reach, mine found",
        "runs: 300 with seed 1; estimated time: ",
    ):
        assert part in text
    assert all(len(line) <= 80 for line in out.splitlines())
    assert list(tmp_path.iterdir()) == []
    told = json.loads(kidal(*words, "--dry-run", "--json")[1])
    assert (told["runs"], told["pinned"]) == (300, ["march_speed"])
    assert "mine_rate" in told["drawn"]
    assert "only chance is drawn" in kidal("run", "gao-anefis", "--dry-run")[1]


def test_a_quiet_command_is_quiet_until_it_ends_and_no_longer(kidal, capsys):
    assert kidal("check", "nowhere.yaml", "-q")[0] == 2
    capsys.readouterr()
    tell("a notice")
    assert capsys.readouterr().err == "a notice\n"


def test_a_quiet_check_prints_faults_alone(kidal, tmp_path):
    assert kidal("new", "scenario", "good")[0] == 0
    (tmp_path / "bad.yaml").write_text("summary: a\n", encoding="utf-8")
    assert kidal("check", "good.yaml", "-q") == (0, "", "")
    code, out, err = kidal("check", "good.yaml", "bad.yaml", "-q")
    assert (code, out) == (2, "")
    assert err.startswith("bad.yaml")
    assert kidal("check", "good.yaml")[1].startswith("good.yaml: valid")


def test_a_quiet_command_prints_results_and_faults_alone(kidal, compiled_rules):
    code, out, err = kidal("run", "gao-anefis", "--runs", "250", "-q", "--out", "a")
    assert (code, err) == (0, "")
    assert "stored in a" in out
    err = kidal("run", "gao-anefis", "--runs", "250", "--out", "b")[2]
    assert "of 250 runs" in err
    assert "did you mean 'gao-anefis'" in kidal("run", "gao-anefi", "-q")[2]


@pytest.mark.parametrize("table", ["milestones", "outcomes", "time"])
def test_tables_of_a_result_are_csv_and_markdown(two, table):
    rows = list(csv.reader(StringIO(two("show", "runs/first", "--table", table, "--csv")[1])))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    marked = two("show", "runs/first", "--table", table, "--markdown")[1].splitlines()
    assert marked[0].startswith("| ")
    columns = marked[0].count(" | ")
    latex = two("show", "runs/first", "--table", table, "--latex")[1].splitlines()
    assert latex[:3:2] == ["\\begin{table}", "\\toprule"]
    assert len([line for line in latex if line.endswith("\\\\")]) == len(rows)
    assert [line.count(" & ") for line in latex if line.endswith("\\\\")] == [columns] * len(rows)


def test_milestones_are_csv_for_other_programs(two):
    """Ids, moments of ISO and whole numbers, as JSON has them."""
    text = two("show", "runs/first", "--csv", "--by", "2023-10-08")[1]
    rows = {row["milestone"]: row for row in csv.DictReader(StringIO(text))}
    told = json.loads(two("show", "runs/first", "--json")[1])["milestones"]
    assert list(rows) == list(told)
    capture, known = rows["anefis:capture"], told["anefis:capture"]
    assert float(capture["probability"]) == known["probability"]
    assert capture["q50"] == known["q50"]
    assert capture["reported: latest"] == known["reported"]["latest"] == "2023-10-07T12:00Z"
    assert float(capture["before: interval low"]) < float(capture["before: probability"]) <= 1.0


def test_a_sweep_is_csv_with_a_row_a_point_and_milestone(kidal):
    kidal("sweep", "gao-anefis", "mine-rate", "--runs", "3", "-q", "--out", "s")
    rows = list(csv.DictReader(StringIO(kidal("show", "s", "--csv")[1])))
    points = json.loads(kidal("show", "s", "--json")[1])["points"]
    assert len(rows) == sum(len(point["milestones"]) for point in points)
    assert {row["factors: mine_rate"] for row in rows} == {
        str(point["factors"]["mine_rate"]) for point in points
    }


def test_what_is_not_one_table_is_refused(two):
    err = two("show", "runs/first", "--table", "control", "--csv")[2]
    assert err == "--csv --table control: is not one table; expected milestones, outcomes, time, reports\n"
    assert two("why", "runs/first", "anefis", "--csv", "--json")[0] == 2
    assert two("why", "runs/first", "anefis", "--csv")[1].startswith("stretch,what the days went on,mean")
    assert two("claims", "runs/first", "--csv")[1].startswith("matter,party,reported,")


def test_a_sweep_says_how_probable_its_milestone_is_before_a_date(kidal):
    words = ["sweep", "gao-anefis", "mine-rate", "--runs", "3", "-q"]
    out = kidal(*words, "--by", "2023-10-08", "--out", "s")[1]
    assert "Pr(before 8 Oct)" in out
    assert "Pr(before 8 Oct)" in kidal("show", "s", "--by", "8 October")[1]
    told = json.loads(kidal("show", "s", "--by", "2023-10-08", "--json")[1])
    assert told["by"]["date"] == "2023-10-08T00:00Z"
    assert set(told["points"][0]["milestones"]["anefis:capture"]["before"]) == {"probability", "interval"}
    assert kidal(*words, "--by", "2024-10-08", "--out", "t")[0] == 2


def test_helps_are_one_line_that_is_not_cut(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = CliRunner().invoke(app, ["--help"]).output.split("Commands:\n")[1].splitlines()
    assert len(lines) == len(COMMANDS)
    assert [line for line in lines if line.endswith("...") or not line.endswith(".")] == []


def test_a_shell_completes_scenarios():
    assert scenario_names("gao") == ["gao-anefis"]
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).output
