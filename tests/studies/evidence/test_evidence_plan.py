"""Plans of models to weigh: what is read, and what is refused with its line."""

import pytest
from bundled import bundled_inputs

from sim.engine.inputs import load_inputs
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.studies.evidence import weigh as weighing
from sim.studies.evidence.islands import rows_of
from sim.studies.evidence.plan import FOLDER, WeighedModel, evidence_plans, load_evidence_plan

PLAN = """summary: mines or none
source: made up
models:
  - {id: base}
  - {id: no mines, with: [radius-300-km], set: {mine_rate: 0 /km}}
  - {id: either, mixture: [base, no mines]}
"""


def loaded(tmp_path, text=PLAN, **others):
    path = tmp_path / "p.yaml"
    path.write_text(text)
    return load_evidence_plan(str(path), "gao-anefis", **others)


def refused(tmp_path, text):
    with pytest.raises(FaultyInput) as error:
        loaded(tmp_path, text)
    return [(fault.where.line, fault.message) for fault in error.value.faults]


def test_models_are_the_scenario_with_what_is_on_top(tmp_path):
    base, mines, either = loaded(tmp_path).models
    assert base.inputs.hashes == bundled_inputs("gao-anefis").hashes
    assert mines.inputs.parameters.rows["mine_rate"].value == 0.0
    assert mines.inputs.hashes != base.inputs.hashes
    assert (either.inputs, either.mixture) == (None, ("base", "no mines"))


def test_what_the_command_sets_holds_in_every_model(tmp_path):
    plan = loaded(tmp_path, sets=["march_speed=20 km/h"], hypotheses=["hazard-by-night"])
    for model in plan.models[:2]:
        assert model.inputs.parameters.rows["march_speed"].value == 20.0
        assert model.inputs.loaded.scenario.rules.night_hazard == 0.5


def test_every_bundled_plan_is_valid_and_named():
    assert "alternatives" in evidence_plans()
    for name, summary in evidence_plans().items():
        plan = load_evidence_plan(name, "kidal-offensive")
        assert (plan.name.endswith(f"{name}.yaml"), plan.summary) == (True, summary)
        assert plan.models[0].mixture == ()
        names = [model.name for model in plan.models]
        assert len(set(names)) == len(names)
    assert sorted(path.stem for path in BUNDLED.path(*FOLDER).glob("*.yaml")) == sorted(evidence_plans())


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: no mines", "id: base", 5, "'base' is a model already; expected another name"),
        ("id: no mines", "id: composite", 5, "'composite' is the name of a baseline; expected another name"),
        ("[base, no mines]", "[base, either]", 6, "'either' is no model above that is run"),
        ("[base, no mines]", "[base, no mynes]", 6, "'no mynes' is no model above that is run; did you mean 'no mines'?"),
        ("[base, no mines]", "[base]", 6, "has one model; expected two or more"),
        ("mixture:", "set: {mine_rate: 1 /km}, mixture:", 6, "is of models as they are; expected no 'with', 'set' or 'params'"),
        ("mixture:", "with: [hazard-by-night], mixture:", 6, "is of models as they are; expected no 'with', 'set' or 'params'"),
        ("radius-300-km", "radius-300-mk", 5, "is neither a file nor a hypothesis"),
        ("mine_rate: 0 /km", "mine_rate: 0 h", 5, "mine_rate"),
        ("mine_rate: 0 /km", "mine_rat: 0 /km", 5, "mine_rat"),
        ("{id: base}", "{id: base, weight: 2}", 4, "'weight' is not a key here"),
        ("source", "sorce", 2, "'sorce' is not a key here"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plan_stands_with_its_line(tmp_path, old, new, line, said):
    assert old in PLAN
    faults = refused(tmp_path, PLAN.replace(old, new))
    assert any(number == line and said in message for number, message in faults), faults


def test_a_mixture_of_a_mixture_is_refused(tmp_path):
    ((line, message),) = refused(tmp_path, PLAN + "  - {id: again, mixture: [base, either]}\n")
    assert (line, message.split(";")[0]) == (7, "'either' is no model above that is run")


def test_a_model_that_stands_twice_in_a_mixture_is_refused(tmp_path):
    ((line, message),) = refused(tmp_path, PLAN.replace("[base, no mines]", "[base, base]"))
    assert (line, message) == (6, "'base' stands here twice; expected once")


def test_all_faults_stand_together(tmp_path):
    text = (
        PLAN.replace("id: no mines", "id: base")
        .replace("radius-300-km", "x")
        .replace("[base, no mines]", "[y]")
    )
    assert len(refused(tmp_path, text)) == 4


def test_no_models_are_no_plan(tmp_path):
    ((line, message),) = refused(tmp_path, "summary: a\nsource: b\nmodels: []\n")
    assert line == 3
    assert "models" in message


def test_models_without_the_milestones_of_the_first_are_refused(monkeypatch):
    """The rows that are lost are named; nothing is run."""
    monkeypatch.setattr(weighing, "evidence", None)
    models = [WeighedModel(name=name, inputs=bundled_inputs(name)) for name in ("gao-anefis", "un-kidal-gao")]
    with pytest.raises(FaultyInput) as error:
        weighing.weigh(models, weighing.IslandPlan(runs=10, islands=2))
    (fault,) = error.value.faults
    assert str(fault).startswith("un-kidal-gao: is not asked what gao-anefis is: tarkint:arrival, ")
    assert fault.message.endswith("expected models of one scenario, with its milestones")


def test_rows_are_those_of_the_first_model():
    rows = rows_of(bundled_inputs("gao-anefis"))
    other = WeighedModel(name="two", inputs=bundled_inputs("gao-anefis", "mine_rate=0 /km"))
    assert len(rows) == 9
    assert weighing.silent_rows(other, rows, "one") == frozenset()
    bare = load_inputs("gao-anefis", hypotheses=["without-mines"])
    silent = weighing.silent_rows(WeighedModel(name="bare", inputs=bare), rows, "one")
    assert silent == {"tarkint:mine", "mine_strikes_reported:army"}
