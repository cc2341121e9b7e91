"""Outcomes beside the record as text and JSON: counts, hours, camps, places, people."""

import json
import sys
from dataclasses import replace

import pytest
from bundled import bundled_record

from analysis.answers.result_tables import RESULT_TABLES
from analysis.tables import outcomes, timeline
from analysis.tables.scored_observations import use_of
from runs import run_tables
from sim.cli import main
from sim.record.rows import COMPARED


@pytest.fixture
def tables():
    """The tables of a few runs of a scenario."""
    return run_tables


def lines(text, first):
    """The cells of the table whose head begins so."""
    (part,) = [part for part in text.split("\n\n") if part.startswith(first)]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in part.splitlines()]


def test_the_days_by_cause_add_up_in_the_table(tables):
    for runs in (1, 20):
        head, *rows = lines(
            RESULT_TABLES["time"](tables("kidal-offensive", runs), bundled_record()),
            ("days", "mean days")[runs > 1],
        )
        assert head[-1] == "total"
        assert rows
        for row in rows:
            cells = [0.0 if cell == "-" else float(cell) for cell in row[1 + (runs > 1) :]]
            assert sum(cells[:-1]) == pytest.approx(cells[-1], abs=0.06 * len(cells))


def test_vacated_bases_stand_beside_the_record_as_fixed_by_assumption(tables):
    _, *rows = lines(RESULT_TABLES["control"](tables("un-withdrawal", 20), bundled_record()), "base vacated")
    assert [row[0] for row in rows] == ["Tessalit airport (tessalit main)", "Aguelhok", "Kidal"]
    assert [row[2] for row in rows] == ["army", "rebels", "rebels"]
    assert {row[-1] for row in rows} == {"fixed by assumption"}


def test_camps_inputs_and_what_is_given_are_not_scored(tables):
    uses = {row.milestone: row.use for row in timeline.rows(tables("kidal-offensive", 20), bundled_record())}
    assert uses["kidal:vacated"] == uses["gao:departure"] == "input"
    assert uses["kidal:camp_taken"] == "fixed by assumption"
    assert uses["kidal:capture"] == "held out"
    uses = {row.milestone: row.use for row in timeline.rows(tables("anefis-hold", 20), bundled_record())}
    assert uses["anefis:capture"] == "given"
    assert uses["anefis:go"] == "held out"
    for row in timeline.rows(tables("anefis-hold", 20), bundled_record()):
        assert (row.share_in is not None) == (row.use in COMPARED)


def test_a_stage_that_starts_later_scores_nothing_before_it(tables):
    run = tables("kidal-aguelhok", 20)
    capture = bundled_record().observation("anefis:capture", "army")
    assert use_of(run, bundled_record(), capture) == "given"
    assert (
        use_of(run, bundled_record(), bundled_record().observation("aguelhok:capture", "army")) == "held out"
    )


def test_the_stock_of_the_displaced_is_that_of_the_reported_day(tables):
    run = tables("kidal-offensive", 20)
    (count,) = [count for count in bundled_record().counts if count.outcome == "displaced_to_border"]
    stock = outcomes.observed(run, count, count.outcome)
    end = outcomes.numbers(run, "displaced_to_border")
    assert len(stock) == 20
    assert (stock <= end + 20).all()
    assert (stock > 0).all()
    assert (stock < end).any()
    assert outcomes.counted(tables("anefis-kidal", 5), bundled_record(), "displaced_to_border") is None


def test_all_who_left_stand_beside_those_for_the_border_and_are_no_report(tables):
    run = tables("kidal-offensive", 20)
    (count,) = outcomes.counts(run, bundled_record(), "displaced_to_border")
    other = outcomes.unreported(count)
    assert other is not None
    left, bound = (outcomes.observed(run, one, one.outcome) for one in (other, count))
    assert (left > bound).all()
    assert (left <= outcomes.numbers(run, "displaced") + 20).all()
    entry = outcomes.as_json(run, bundled_record())["displaced_to_border"]
    assert entry["beside"] == {"outcome": "displaced", "runs": 20} | outcomes.summary(left)
    assert entry["as_reported"]["share_within"] == ((bound >= 40_000) & (bound <= 50_000)).mean()
    _, *rows = lines(RESULT_TABLES["outcomes"](run, bundled_record()), "outcome")
    cells = {row[0]: row for row in rows}
    assert cells["displaced persons towards a border by 7 Nov"][5] == "40,000 to 50,000"
    assert cells["displaced persons by 7 Nov"][5:] == ["diagnostic"]
    assert "displaced" not in {count.outcome for count in bundled_record().counts}


def test_a_result_without_those_for_the_border_is_read_and_not_laid_beside_the_report(tables):
    run = tables("kidal-offensive", 20)
    runs = {name: column for name, column in run.runs.items() if "to_border" not in name}
    names = [name for name in run.manifest["outcomes"] if "to_border" not in name]
    older = replace(run, runs=runs, manifest={**run.manifest, "outcomes": names})
    assert not outcomes.counts(older, bundled_record(), "displaced_to_border")
    assert "displaced persons by origin" in RESULT_TABLES["displacement"](older, bundled_record())
    assert "towards a border" not in RESULT_TABLES["outcomes"](older, bundled_record())


def test_losses_of_two_garrisons_are_added_for_a_claim_of_both(tables):
    run = tables("september-raids", 20)
    count = outcomes.counted(run, bundled_record(), "garrison_casualties")
    both = outcomes.numbers(run, "casualties:bamba") + outcomes.numbers(run, "casualties:taoussa")
    assert (outcomes.observed(run, count, "garrison_casualties") == both).all()


def test_who_holds_what_adds_up_to_all_runs(tables):
    _, *rows = lines(RESULT_TABLES["control"](tables("kidal-offensive", 20), bundled_record()), "place")
    assert {"Gao", "Anefis", "Kidal", "Aguelhok"} <= {row[0] for row in rows}
    for row in rows:
        assert sum(float(part.split()[1]) for part in row[1].split(", ")) == pytest.approx(1, abs=0.011)


def test_json_names_every_outcome_the_hypotheses_and_the_given(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["kidal", "run", "anefis-hold", "--runs", "3", "--with", "go-refit", "--json"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        main()
    told = json.loads(capsys.readouterr().out)
    assert end.value.code == 0
    assert (told["hypotheses"], told["given"]) == (["go-refit"], "anefis:capture")
    assert {
        "displaced",
        "displaced_to_border",
        "hours:army:kidal:refitting",
        "camp:kidal",
        "arrived:kidal",
    } <= set(told["outcomes"])
    assert told["milestones"]["anefis:capture"]["use"] == "given"
    assert told["milestones"]["anefis:capture"]["share_within"] is None


def test_a_hypothesis_that_does_not_fit_is_refused_with_its_file_and_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["kidal", "run", "un-kidal-gao", "--with", "radius-300-km"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "hypotheses/radius-300-km.yaml:4: " in told
    assert "Traceback" not in told
    assert not list(tmp_path.iterdir())


def test_json_has_no_number_that_json_does_not_know(tables):
    for name in ("kidal-offensive", "blockade", "tessalit-airlift"):
        run = tables(name, 3)
        json.dumps(timeline.as_json(run, bundled_record()), allow_nan=False)
