"""The answer of a result: each sentence at probabilities of 0 and 1, of one run, without a report or a record."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from bundled import bundled_record
from run_tables import empty_record, made

from analysis.answers import answer
from analysis.figures.run import arrival_curve
from analysis.scores import scorecard, side_by_side
from analysis.tables import sweeps
from analysis.words import text
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.store.reader import RunTables
from sim.store.schema import OUTCOMES

INF = float("inf")
CAPTURED = 5 * 24.0 + 4.0  # 7 October, 04:00 UTC
MIDNIGHT, DATE = 6 * 24.0, datetime(2023, 10, 8, tzinfo=UTC)


def result(hours: list[float], milestone: str = "anefis:capture", **manifest: object) -> RunTables:
    """Runs in which a milestone, the headline, comes at some hours."""
    tables, count = made(1), len(hours)
    runs = {name: np.full(count, INF) for name in [row["id"] for row in tables.manifest["milestones"]]}
    runs |= {name: np.zeros(count) for name in OUTCOMES} | {milestone: np.array(hours)}
    runs |= {"status": np.array(["done"] * count), "replicate": np.arange(count)}
    about = {"headline": [milestone], "runs": count, "column_names": {"army": "army column"}}
    return replace(tables, runs=runs, manifest={**tables.manifest, **about, **manifest})


def said(hours: list[float], record: Record | None = None, by: datetime | None = None) -> list[str]:
    return answer.sentences(result(hours), record or bundled_record(), by)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ([CAPTURED] * 3 + [INF], "in 75 % of runs; median 7 Oct, 90 % interval 7 Oct to after the end; {}; 75 % of runs within."),
        ([CAPTURED, CAPTURED + 48], "in all 2 runs; median 7 Oct, 90 % interval 7 to 9 Oct; {}; 50 % of runs within."),
        ([CAPTURED] * 2, "in all 2 runs; median 7 Oct, 90 % interval 7 Oct; {}; all runs within."),
        ([INF] * 300, "in none of 300 runs; {}."),
        ([CAPTURED] + [INF] * 300, "in under 1 % of runs; {}; under 1 % of runs within."),
        ([CAPTURED + 480] * 300 + [INF], "in over 99 % of runs; median 27 Oct, 90 % interval 27 Oct; {}; no run within."),
        ([CAPTURED] + [INF] * 9, "in 10 % of runs; 90 % interval 7 Oct to after the end; {}; 10 % of runs within."),
    ],
)  # fmt: skip
def test_a_milestone_of_many_runs(hours: list[float], sentence: str) -> None:
    assert said(hours) == ["Anefis is captured " + sentence.format("reported 6 to 7 Oct")]


@pytest.mark.parametrize(
    ("hour", "sentence"),
    [
        (CAPTURED, "Anefis is captured on 7 Oct 2023, 04:00 UTC; reported 6 to 7 Oct (within)."),
        (CAPTURED + 80, "Anefis is captured on 10 Oct 2023, 12:00 UTC; reported 6 to 7 Oct (3.0 days late)."),
        (CAPTURED - 24, "Anefis is captured on 6 Oct 2023, 04:00 UTC; reported 6 to 7 Oct (14 h early)."),
        (INF, "Anefis is not captured by the end, 1 Nov 2023; reported 6 to 7 Oct."),
    ],
)
def test_a_milestone_of_one_run(hour: float, sentence: str) -> None:
    assert said([hour]) == [sentence]


def test_a_milestone_without_a_report_says_so() -> None:
    assert said([CAPTURED], empty_record()) == [
        "Anefis is captured on 7 Oct 2023, 04:00 UTC; no report in the record."
    ]
    assert said([CAPTURED, INF], empty_record()) == [
        "Anefis is captured in 50 % of runs; median 7 Oct, 90 % interval 7 Oct to after the end; no report in the record."
    ]


def test_a_report_that_is_not_scored_has_its_role() -> None:
    sentence = answer.sentences(result([5.0, 6.0], "gao:departure"), bundled_record())
    assert sentence == [
        "The army column departs from Gao in all 2 runs; median 2 Oct, 90 % interval 2 Oct; reported 2 Oct (input)."
    ]


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ([CAPTURED] * 71 + [INF] * 29, "in 71 % of runs, in 71 % before 8 Oct (95 % Monte Carlo interval 61 to 79 %);"),
        ([CAPTURED] * 100, "in all 100 runs, in all before 8 Oct (95 % Monte Carlo interval 96 to 100 %);"),
        ([CAPTURED + 48] * 1000, "in all 1,000 runs, in none before 8 Oct (95 % Monte Carlo interval 0.0 to 0.4 %);"),
        ([INF] * 1000, "in none of 1,000 runs, in none before 8 Oct (95 % Monte Carlo interval 0.0 to 0.4 %);"),
        ([MIDNIGHT, INF], "in 50 % of runs, in none before 8 Oct (95 % Monte Carlo interval 0 to 66 %);"),
        ([CAPTURED], "on 7 Oct 2023, 04:00 UTC, before 8 Oct;"),
        ([MIDNIGHT], "on 8 Oct 2023, 00:00 UTC, not before 8 Oct;"),
    ],
)  # fmt: skip
def test_how_probable_a_milestone_is_before_a_date(hours: list[float], sentence: str) -> None:
    (first,) = said(hours, by=DATE)
    assert first.startswith(f"Anefis is captured {sentence} ")
    assert len(said(hours)) == 1


def test_one_run_in_which_a_milestone_does_not_come_before_a_moment_or_at_all() -> None:
    (first,) = said([CAPTURED], by=datetime(2023, 10, 7, 2, 30, tzinfo=UTC))
    assert first.startswith("Anefis is captured on 7 Oct 2023, 04:00 UTC, not before 7 Oct, 02:30 UTC; ")
    assert said([INF], by=DATE) == said([INF])


def test_a_date_means_before_it_in_sentences_json_sweeps_and_figures() -> None:
    tables = result([MIDNIGHT - 1e-6, MIDNIGHT, INF, MIDNIGHT + 1e-6])
    runs = {**tables.runs, "design_id": np.zeros(4, int)}
    points = {"design_id": np.zeros(1, int)}
    sweep = replace(tables, runs=runs, points=points)
    share, _ = sweeps.probability(sweeps.ByPoint(sweep), "anefis:capture", DATE)
    drawn, _ = arrival_curve.curve(tables.runs["anefis:capture"], np.array([MIDNIGHT]))
    entry = answer.by_date(tables, bundled_record(), DATE)["anefis:capture"]
    record = bundled_record()
    beside = side_by_side.columns([side_by_side.Compared(tables, record, scorecard.EMPTY_CARD)], DATE)
    assert entry["probability"] == share[0] == drawn[0] == 0.25
    assert beside["Anefis: captured", "Pr before 8 Oct"] == ["25 % (5 to 70)"]
    assert "in 25 % before 8 Oct (" in answer.sentences(tables, record, DATE)[0]


def test_a_date_leaves_out_what_has_none() -> None:
    tables = result([CAPTURED] * 2)
    tables = replace(tables, runs={**tables.runs, "displaced": np.array([100.0, 3000.0])})
    assert "Displaced" in " ".join(answer.lines(tables, bundled_record()))
    assert "Displaced" not in " ".join(answer.lines(tables, bundled_record(), DATE))


@pytest.mark.parametrize("day", [1, 2])
def test_a_date_outside_the_scenario_is_refused(day: int) -> None:
    with pytest.raises(FaultyInput, match="is outside the scenario, 2 Oct 2023 to 1 Nov 2023"):
        answer.check_by(result([CAPTURED]), datetime(2023, 10, day, tzinfo=UTC), "--by DATE")


def test_without_a_headline_captures_that_are_scored_count_else_what_is_scored_else_ends() -> None:
    tables = result([CAPTURED], headline=[])
    assert answer.headline(tables, bundled_record()) == ["anefis:capture"]
    no_capture = [row for row in tables.manifest["milestones"] if row["id"] != "anefis:capture"]
    scored = answer.headline(result([CAPTURED], headline=[], milestones=no_capture), bundled_record())
    assert scored == ["tabrichat:arrival", "tabankort:arrival", "tabankort:ambush", "anefis:contact"]
    ends = result([CAPTURED], headline=[], outcomes=["reached:army:anefis"])
    assert answer.headline(ends, empty_record()) == ["anefis:capture"]
    no_end = result([CAPTURED], headline=["kidal:capture"], outcomes=[])
    assert len(answer.headline(no_end, empty_record())) == 4


def test_the_time_of_a_leg_is_ranked_in_days_and_fits_a_line() -> None:
    tables = result([CAPTURED] * 2, outcomes=[*OUTCOMES, "reached:army:anefis", "hours:army:anefis:march"])
    causes = {"march": 36.0, "overnight": 48.0, "combat_undecided": 24.0, "in_contact": 12.0}
    hours = {f"hours:army:anefis:{name}": np.full(2, value) for name, value in causes.items()}
    outcomes = [*OUTCOMES, "reached:army:anefis", *hours]
    tables = replace(
        tables,
        runs={**tables.runs, **hours, "reached:army:anefis": np.ones(2)},
        manifest={**tables.manifest, "outcomes": outcomes},
    )
    *_, head, line = answer.lines(tables, bundled_record())
    assert head == "Days by leg, mean of the runs that end it:"
    assert line == "  Gao to Anefis 5.0: overnight halts 2.0, march 1.5, undecided combat 1.0"


def test_casualties_and_the_displaced_stand_beside_reports_or_none() -> None:
    tables = result([CAPTURED] * 2)
    assert len(answer.lines(tables, bundled_record())) == 2  # nobody was hurt, and nobody fled
    runs = {**tables.runs, "column_casualties": np.array([4.0, 12.0]), "displaced": np.array([100.0, 3000.0])}
    lines = answer.lines(replace(tables, runs=runs), bundled_record())
    assert lines[-3:] == [
        "Casualties (median, 90 % interval): army columns 4 (4 to 12); no total in the",
        "  record.",
        "Displaced persons: 100 (100 to 3,000) by the end; no number in the record.",
    ]
    unhurt = answer.lines(replace(tables, runs=runs | {"column_casualties": np.zeros(2)}), bundled_record())
    assert unhurt[-2] == "Displaced persons (median, 90 % interval): 100 (100 to 3,000) by the end; no"


@pytest.mark.parametrize(
    ("hits", "total", "share"),
    [
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 101, "under 1 %"),
        (1, 100, "1 %"),
        (100, 101, "over 99 %"),
        (2, 3, "67 %"),
    ],
)
def test_shares_in_sentences_are_whole_percents(hits: int, total: int, share: str) -> None:
    assert text.percent(hits, total) == share


def test_days_of_intervals_are_plain() -> None:
    def at(*when: int) -> datetime:
        return datetime(2023, *when, tzinfo=UTC)

    assert text.days(at(10, 31), at(11, 2)) == "31 Oct to 2 Nov"
    assert text.days(at(12, 27), datetime(2024, 1, 2, tzinfo=UTC)) == "27 Dec 2023 to 2 Jan 2024"
    assert text.days(at(11, 11), None) == "11 Nov to after the end"
    assert text.reported_days(at(12, 20), at(12, 21)) == "20 Dec"
    assert text.reported_days(at(12, 20), at(12, 20)) == "20 Dec"
    assert text.reported_end(at(11, 8)) == "7 Nov"
    assert text.reported_end(at(11, 8, 12)) == "8 Nov, 12:00 UTC"
    assert text.day_hours(at(10, 3, 17), at(10, 3, 21)) == "3 Oct 17:00 to 21:00"
    assert text.wrapped("x" * 77 + " 90 %", width=80) == "x" * 77 + "\n90 %"
