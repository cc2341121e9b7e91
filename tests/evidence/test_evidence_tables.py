"""Joint evidence as text, table and JSON: the answer first, remarks on what is no result, nothing lost."""

import json

import numpy as np
import pytest
from joint_rows import made_row

from analysis.evidence import tables
from analysis.evidence.joint import Evidence, lead
from analysis.evidence.tables import Weighed

ROWS = (
    made_row("b:arrival", 24.0, 36.0, title="Arrival at B"),
    made_row("mines", 1.0, 1.0, ask="strikes", title="Mine strikes", false=0.1),
    made_row("d:capture", 60.0, 80.0, part="held out", weight=0.9, false=0.1, title="Capture of D"),
)


def made(name, middle, spread=0.05, seed=1, **others):
    """Evidence with logs about some number."""
    logs = np.random.default_rng(seed).normal(middle, spread, (16, 3))
    return Evidence(name=name, rows=ROWS, **{"logs": logs, "roots": np.full(16, 90), "runs": 500} | others)


def weighed(*models, rival=None):
    composite = rival or made("composite", -2.0, silent=frozenset(["mines"]))
    return Weighed(models or [made("base", -1.5, seed=2)], [made("uniform", -3.0, seed=3), composite])


def test_the_lead_over_the_composite_stands_first():
    one = weighed()
    first = tables.sentences(one)[0]
    ahead = [lead(one.base, one.rival, *span) for span in ((0, 2), (2, 3), (0, 3))]
    for estimate in ahead:
        assert f"{estimate.value:+.2f} ({estimate.error:.2f})" in first
    assert "on the first 2 rows" in first
    assert "on the 1 row after" in first
    assert "base against the composite baseline" in tables.text(one).splitlines()[0]


def test_what_it_has_no_opinion_on_and_what_no_run_bears_out_is_said():
    logs = made("base", -1.5).logs.copy()
    logs[:, 2] = np.log(0.1 * 0.1)
    text = " ".join(tables.sentences(weighed(made("base", -1.5, logs=logs))))
    assert "The composite has no opinion on Mine strikes: " in text
    assert "No run of base bears out: Capture of D." in text
    assert "No run" not in " ".join(tables.sentences(weighed()))


def test_a_model_that_is_no_estimate_yet_is_told_before_the_tables():
    roots = np.full(16, 90)
    roots[:2] = 1
    sure, unsure = made("base", -1.5, seed=2), made("other", -1.6, seed=4, roots=roots)
    text = " ".join(tables.sentences(weighed(sure, unsure)))
    assert "No estimate yet, and its error says too little: other (2 of 16 islands collapsed)." in text
    assert "No estimate yet" not in " ".join(tables.sentences(weighed(sure)))


def test_what_the_scenario_cannot_be_asked_is_said_and_stands_in_json():
    one = weighed()._replace(not_asked=["Aguelhok: captured", "displaced persons"])
    text = " ".join(tables.sentences(one))
    assert "are not asked: Aguelhok: captured; displaced persons." in text
    assert tables.as_json(one)["not_asked"] == ["Aguelhok: captured", "displaced persons"]
    assert "not asked" not in " ".join(tables.sentences(weighed()))


@pytest.mark.parametrize(("spread", "said"), [(0.05, False), (1.5, True)])
def test_a_large_error_is_said(spread, said):
    text = " ".join(tables.sentences(weighed(made("base", -1.5, spread))))
    assert ("more --runs or --islands are needed" in text) == said


def test_the_table_has_models_then_baselines_and_remarks():
    roots = np.full(16, 90)
    roots[:2] = 1
    one = weighed(made("base", -1.5, seed=2), made("other", -1.6, seed=4, roots=roots))
    head, *lines = tables.cells(one)
    assert [line[0] for line in lines] == ["base", "other", "uniform", "composite"]
    assert [line[-1] for line in lines] == [
        "",
        "2 of 16 islands collapsed",
        "a scale, no opponent",
        "silent on 1 rows",
    ]
    assert lines[3][5:8] == ["", "", ""]
    assert all(len(line) == len(head) for line in lines)
    assert lines[0][4].startswith(f"{one.base.up_to(3).value:.2f} (")


def test_an_estimate_of_one_island_says_so():
    logs = made("base", -1.5).logs.copy()
    logs[3] += 4.0
    assert tables.cells(weighed(made("base", -1.5, logs=logs)))[1][-1] == "rests on one island"


@pytest.mark.parametrize(("ahead", "said"), [(0.2, ""), (2.0, "rests on one island")])
def test_one_of_two_islands_always_has_half(ahead, said):
    logs = np.full((2, 3), -1.5)
    logs[0, 0] += ahead
    one = Weighed([made("base", -1.5, logs=logs, roots=np.full(2, 90))], [])
    assert tables._remark(one.base) == said


def test_the_rows_add_up_to_the_whole():
    _, *lines = tables.row_cells(weighed())
    assert [line[:2] for line in lines] == [
        ["Arrival at B", "fit"],
        ["Mine strikes", "fit"],
        ["Capture of D", "held out"],
    ]
    total = sum(float(line[2].split()[0]) for line in lines)
    assert total == pytest.approx(weighed().base.up_to(3).value, abs=0.02)


def test_the_json_has_every_island():
    one = weighed()
    written = json.loads(json.dumps(tables.as_json(one), allow_nan=False))
    assert [model["name"] for model in written["models"] + written["baselines"]] == [
        "base",
        "uniform",
        "composite",
    ]
    (model,) = written["models"]
    assert np.array_equal(model["logs"], one.base.logs)
    assert model["all"]["value"] == one.base.up_to(3).value
    assert model["lead_all"]["error"] == lead(one.base, one.rival, 0, 3).error
    assert "lead_all" not in written["baselines"][1]
    assert [row["row"] for row in written["rows"]] == ["b:arrival", "mines", "d:capture"]


def test_a_model_that_is_out_is_shown_as_such_in_every_form():
    logs = made("base", -1.5).logs.copy()
    logs[:, 1:] = -np.inf
    one = weighed(made("base", -1.5, logs=logs))
    assert "-inf (no error)" in tables.cells(one)[1][4]
    (model,) = json.loads(json.dumps(tables.as_json(one), allow_nan=False))["models"]
    assert model["all"] == {"value": None, "error": None}
    assert model["logs"][0][1:] == [None, None]
    assert tables.text(one, full=True)
