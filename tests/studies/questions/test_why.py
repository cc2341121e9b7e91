"""Why a column takes its time: days by cause in closed form, what they rest on, and what goes with them."""

import json

import numpy as np
import pytest

from analysis.tables import time_budget
from analysis.tables.time_budget import GROUNDS
from sim.engine.inputs import load_inputs
from sim.ensembles.ensemble import ensemble
from sim.parameters.reading import load_parameters
from sim.state.kinds import Cause
from sim.store.reader import RunTables
from sim.studies.questions import why

HOURS = {
    "hours:army:anefis:march": [24.0, 48.0, 72.0, 9.0],
    "hours:army:anefis:overnight": [0.0, 24.0, 0.0, 9.0],
    "reached:army:anefis": [1.0, 1.0, 1.0, 0.0],
    "hours:army:kidal:march": [12.0, 12.0, 0.0, 0.0],
    "hours:army:kidal:refitting": [240.0, 480.0, 900.0, 0.0],
    "reached:army:kidal": [1.0, 1.0, 0.0, 0.0],
}
ROUTE = {
    "column": np.array(["army"] * 3, object),
    "place": np.array(["gao", "anefis", "kidal"], object),
    "name": np.array(["Gao", "Anefis", "Kidal"], object),
}


def tables() -> RunTables:
    runs = {name: np.array(values) for name, values in HOURS.items()}
    status = {"status": np.full(4, "done", object), "seed": np.arange(4)}
    manifest = {"scenario": "x", "outcomes": list(HOURS), "runs": 4, "milestones": [], "parameters": "drawn"}
    return RunTables(manifest=manifest, runs=runs | status, route=ROUTE)


def test_a_place_has_the_way_to_it_and_the_hold_at_it():
    way, hold = time_budget.about(tables(), "anefis")
    assert (way.is_hold, way.after, way.ranked) == (False, "gao", ["march", "overnight"])
    assert way.total.tolist() == [24.0, 72.0, 72.0, np.inf]
    assert (hold.is_hold, hold.place, hold.after, hold.ranked) == (True, "kidal", "anefis", ["refitting"])
    assert hold.total.tolist() == [240.0, 480.0, np.inf, np.inf]
    assert time_budget.title(tables(), way) == "On the road from Gao to Anefis, army"
    assert time_budget.title(tables(), hold) == "At Anefis, until the army resumes the advance"
    assert time_budget.places(tables()) == ["anefis", "kidal"]


def test_every_cause_has_words_and_parameters_that_there_are():
    assert list(GROUNDS) == [cause.name.lower() for cause in Cause]
    known = load_parameters().rows
    assert {name for row in GROUNDS.values() for name in row.get("parameters", ())} <= set(known)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled_rules")
def test_each_parameter_that_a_cause_names_moves_its_hours():
    inputs = {
        "base": load_inputs("kidal-offensive"),
        "reinforced": load_inputs("kidal-offensive", hypotheses=["go-refit-reinforced"]),
        "clear": load_inputs("kidal-offensive", hypotheses=["go-refit-road-clear"]),
        "blockade": load_inputs("blockade"),
        "convoy": load_inputs("logistics-convoy-2025"),
        "hungry": load_inputs("gao-anefis", sets=["columns.army.supply=4 days"]),
        "dark": load_inputs(
            "gao-anefis", sets=["columns.army.by_night.source=test", "columns.army.by_night.known=2023-10-01"]
        ),
    }
    scenarios = tuple(inputs)

    def hours(cause: str, scenario: str, **values: float) -> float:
        template, parameters = inputs[scenario].template, inputs[scenario].parameters
        record = parameters.values() | values
        runs = ensemble(template, record, np.arange(200)).runs
        return sum(
            float(np.sum(runs[name]))
            for name in runs
            if name.startswith("hours:") and name.endswith(f":{cause}")
        )

    for cause, row in GROUNDS.items():
        for name in row.get("parameters", ()):
            parameter = load_parameters().rows[name]
            low, high = parameter.bounds()
            assert any(
                hours(cause, scenario, **{name: low}) != hours(cause, scenario, **{name: high})
                for scenario in scenarios
            ), (cause, name)


def test_what_orders_the_hours_goes_with_them_and_noise_does_not():
    rng = np.random.default_rng(5)
    draws = np.zeros(400, [("slow", "f8"), ("noise", "f8"), ("same", "f8")])
    draws["slow"], draws["noise"] = rng.uniform(1, 2, 400), rng.uniform(1, 2, 400)
    hours = np.where(draws["slow"] > 1.9, np.inf, 24.0 * draws["slow"])
    (lever,) = why.levers(hours, draws)
    assert lever.parameter == "slow"
    assert lever.correlation == pytest.approx(1.0, abs=0.02)
    ordered = np.sort(draws["slow"])
    assert (lever.low[1], lever.high[0]) == (ordered[99], ordered[300])
    assert lever.hours[0] == pytest.approx(24.0 * ordered[49])
    assert why.levers(np.full(400, np.inf), draws) == []
    assert why.levers(hours[:10], draws[:10]) == []


def test_the_command_says_what_rests_on_assumption(kidal, tmp_path):
    kidal("run", "anefis-hold", "--runs", "80", "--out", "hold")
    code, out, err = kidal("why", "hold", "anefis")
    assert (code, err) == (0, "")
    assert "At Anefis, until the army" in out
    assert out.split("\n\n")[1].startswith("Longest: at Anefis, until the army column resumes the advance, ")
    assert "refitting: refit (assumption, outcome known)" in out
    assert "What goes with it, strongest first" in out
    (stretch, *_) = json.loads(kidal("why", "hold", "anefis", "--json")[1])["stretches"]
    assert stretch["hours"]["refitting"]["mean"] > 0.0
    assert f"refitting {stretch['hours']['refitting']['mean'] / 24:.1f}" in " ".join(
        out.split("\n\n")[1].split()
    )
    assert stretch["assumed_hours"] > 0.0
    code, out, err = kidal("why", "hold", "anefi")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "did you mean 'anefis'?" in err


def test_with_the_same_parameters_in_all_runs_nothing_can_be_ranked(kidal):
    kidal("run", "anefis-hold", "--runs", "20", "--fixed", "--out", "hold")
    assert "the parameters are the same in all runs" in kidal("why", "hold", "anefis")[1]
