"""Pseudo-records of the bundled model: what runs give for rows, false models, the command."""

import csv
import io
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from bundled import bundled_inputs

from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.batch import plain
from sim.ensembles.job import Job
from sim.ensembles.part import some_runs
from sim.studies.evidence import islands, pseudo
from sim.studies.evidence.islands import rows_of
from sim.studies.evidence.pseudo import ALL_ROWS, FALSE_MODELS, pseudo_checks, truths_of
from sim.studies.evidence.size import RecordPlan

SEEDS = replicate_seeds(5, np.arange(60))
SMALL = RecordPlan(records=100, pool=100)


@pytest.fixture(autouse=True)
def no_cache(monkeypatch, tmp_path):
    """What runs give is kept in a folder of the test's own; compiled rules are not."""
    own = SimpleNamespace(**vars(islands.entries) | {"home": lambda: tmp_path})
    monkeypatch.setattr(islands, "entries", own)


@pytest.fixture
def inputs():
    return bundled_inputs("gao-anefis")


def test_the_rows_are_read_of_runs_as_results_have_them(inputs):
    rows = rows_of(inputs)
    job = Job(inputs=inputs, seed=5, runs=30, draw=True)
    batch = some_runs(job, inputs, plain, np.arange(30))
    given = truths_of(inputs, rows, job.seeds(np.zeros(30, int), np.arange(30)))
    for row, values in zip(rows, given.T, strict=True):
        if row.ask in ("hour", "silence"):
            assert values == pytest.approx(batch.runs[row.milestone])
    strikes = next(values for row, values in zip(rows, given.T, strict=True) if row.ask == "strikes")
    milestone = next(row.milestone for row in rows if row.ask == "strikes")
    log = batch.events
    by_hand = [
        ((log["replicate"] == run) & (log["event"] == "mine") & (log["agent"] == "army"))[
            log["hour"] <= np.where(log["replicate"] == run, batch.runs[milestone][run], 0.0) + 1e-3
        ].sum()
        for run in range(30)
    ]
    assert strikes.tolist() == by_hand
    assert max(by_hand) > 1


def test_each_false_model_changes_what_it_says(inputs):
    rows = rows_of(inputs)
    own = truths_of(inputs, rows, SEEDS)
    speed, pace, break_off, mines = (truths_of(inputs, rows, SEEDS, model) for model in FALSE_MODELS)
    at = {row.name: place for place, row in enumerate(rows)}
    first, contact, capture = at["tarkint:arrival"], at["anefis:contact"], at["anefis:capture"]
    assert np.median(speed[:, first]) < np.median(own[:, first])
    assert (pace[:, contact] <= own[:, contact]).mean() > 0.7
    assert break_off[:, contact].tolist() == own[:, contact].tolist()
    assert np.median(break_off[:, capture]) < np.median(own[:, capture])
    strikes = at["mine_strikes_reported:army"]
    assert mines[:, strikes].mean() > 2.0 * own[:, strikes].mean()


def test_what_runs_give_is_kept_and_read_again(inputs, monkeypatch):
    rows = rows_of(inputs)
    first = truths_of(inputs, rows, SEEDS)
    monkeypatch.setattr(pseudo, "_run", None)
    assert truths_of(inputs, rows, SEEDS).tobytes() == first.tobytes()
    with pytest.raises(TypeError):
        truths_of(inputs, rows, SEEDS, FALSE_MODELS[0])


def test_a_failed_run_is_left_out(inputs, monkeypatch):
    def fail_first(template, runs):
        def mode(chunk):
            plain(chunk)
            chunk.errors[0] = "ValueError: made up"

        return mode

    rows = rows_of(inputs)
    whole = truths_of(inputs, rows, SEEDS[:5])
    monkeypatch.setattr(pseudo, "mode_of", fail_first)
    assert (
        truths_of(inputs, rows, SEEDS[:5], replace(FALSE_MODELS[0], factor=1.0)).tolist()
        == whole[1:].tolist()
    )


def test_the_six_and_the_total_are_there_with_four_false_models(compiled_rules, inputs):
    lines = pseudo_checks(inputs, SMALL)
    names = [line.name.partition(":")[0] for line in lines]
    assert names == [
        ALL_ROWS,
        "order of events",
        "share of hours standing",
        "hour of day of fights",
        "second hold over first",
        "strikes by section",
        "hours a km contested over uncontested",
    ]
    assert [*lines[0].power] == ["march speed x 2", "no contact pace", "break-off x 5", "mines x 5"]
    assert lines[4].verdict == "not reported"  # the scenario has no hold
    assert len(lines[0].pseudo) == 100
    again = pseudo_checks(inputs, replace(SMALL, seed=2))
    assert again[0].pseudo.tolist() != lines[0].pseudo.tolist()
    assert again[5].value == lines[5].value == 1.0


def test_the_command_prints_every_form(compiled_rules, kidal):
    words = ("discrepancies", "gao-anefis", "--records", "100", "-q")
    code, out, err = kidal(*words)
    assert (code, err) == (0, "")
    assert out.startswith("gao-anefis: the record beside 100 pseudo-records that the model wrote.")
    table = list(csv.reader(io.StringIO(kidal(*words, "--csv")[1])))
    assert len(table) == 8
    entries = json.loads(kidal(*words, "--json")[1])["discrepancies"]
    assert [entry["name"] for entry in entries] == [row[0] for row in table[1:]]
    assert kidal(*words, "--markdown")[1].count("\n") == 9
    assert kidal(*words, "--all-true")[1] != out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "nowhere"),
        (["gao-anefis", "--records", "5"], "greater than or equal to 100"),
        (["gao-anefis", "--csv", "--json"], "are two forms"),
        (["logistics-convoy-2025"], "nothing of it is scored"),
    ],
)
def test_a_wrong_call_is_refused_in_a_sentence(kidal, words, message):
    code, out, err = kidal("discrepancies", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
