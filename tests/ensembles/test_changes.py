"""What a job says that it changes, by hypotheses, settings and parameter files; and that a label moves nothing."""

import json
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_inputs
from stored_files import reseal

from analysis.words import changes
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job, tables_of
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.parameters.posterior import PosteriorSheet, made
from sim.parameters.reading import load_parameters
from sim.record.record import held_out_hash
from sim.store import provenance
from sim.store.reader import read_run

RADIUS = "drones.tb2.radius"
STAY = ["drones-stay-at-gao"]
SLOW = "parameters:\n  march_speed: {value: 9 km/h, prior: {kind: uniform, low: 8 km/h, high: 10 km/h}}\n"


def of(runs=1, draw=False, scenario="kidal-offensive", **laid):
    """The tables of a job before it is run, with what is on top of its scenario."""
    return tables_of(Job(inputs=load_inputs(scenario, **laid), seed=1, runs=runs, draw=draw))


def texts(tables):
    return [(change["by"], change["name"], change["value"], change["base"]) for change in tables.changes]


def test_nothing_is_changed_of_a_scenario_as_it_is():
    for runs, draw in ((1, False), (10, True)):
        tables = of(runs, draw)
        assert (texts(tables), changes.in_words(tables)) == ([], "")
        assert changes.line(tables) == "changed: nothing"
        assert changes.labelled(tables) == tables.label == "kidal-offensive"


def test_settings_have_their_values_and_what_they_would_be():
    tables = of(10, True, sets=[f"{RADIUS}=200 km", "march_speed=9 km/h"])
    assert changes.in_words(tables) == "radius 200 km; march speed 9 km/h"
    assert texts(tables) == [
        ("set", RADIUS, "200 km", "150 mi"),
        ("set", "march_speed", "9 km/h", "drawn from 6.19 to 19.6 km/h"),
    ]
    assert tables.manifest["set"] == {RADIUS: "200 km", "march_speed": "9 km/h"}
    line = "changed: radius 200 km (base: 150 mi); march speed 9 km/h (base: 11 km/h)"
    assert changes.line(of(sets=[f"{RADIUS}=200 km", "march_speed=9 km/h"])) == line


def test_a_field_of_one_of_many_is_named_with_it():
    tables = of(sets=["columns.army.departs=2023-10-09", "groups.mnla.share=0.1", "rules.night_hazard=0.5"])
    assert changes.in_words(tables) == "army departure 9 Oct 2023; mnla share 0.1; night hazard 0.5"


def test_what_the_scenario_leaves_out_is_as_the_model_has_it():
    assert changes.line(of(scenario="blockade", hypotheses=["hazard-by-night"])).endswith("0.5 (base: 0)")
    assert texts(of(scenario="blockade", sets=["rules.night_hazard=0"])) == []


def test_a_hypothesis_is_told_by_what_it_sets_and_its_summary():
    tables = of(hypotheses=STAY)
    assert texts(tables) == [
        (*STAY, "drones.tb2.moves_forward", "false", "true"),
        (*STAY, "columns.army.go", "refit, calendar", "refit, drones, calendar"),
    ]
    assert changes.in_words(tables) == (
        "control station moves forward: no; army conditions to resume the advance: refit, calendar"
    )
    assert tables.manifest["hypotheses"] == STAY
    summary = "The drones' control station stays at Gao; drones are then no condition to resume the advance"
    assert tables.manifest["summaries"] == {STAY[0]: summary}


def test_later_changes_win_and_what_is_as_before_is_none():
    both = of(hypotheses=["radius-300-km"], sets=[f"{RADIUS}=200 km"])
    assert texts(both) == [("set", RADIUS, "200 km", "150 mi")]
    assert texts(of(hypotheses=["radius-300-km"], sets=[f"{RADIUS}=150 mi"])) == []
    assert texts(of(hypotheses=["radius-150-mi"])) == []
    with pytest.raises(
        FaultyInput, match=f"--with radius-150-mi: sets {RADIUS} as --with radius-300-km does"
    ):
        of(hypotheses=["radius-300-km", "radius-150-mi"])
    assert texts(of(sets=[f"{RADIUS}=150 mi", "march_speed=11 km/h"])) == []
    assert texts(of(10, True, sets=["march_speed=11 km/h"]))[0][2] == "11 km/h"  # where it would be drawn


def test_a_parameter_file_gives_values_to_one_run_and_priors_to_many(tmp_path):
    file = tmp_path / "slow.yaml"
    file.write_text(SLOW)
    assert changes.in_words(of(params=file)) == "march speed 9 km/h"
    many = of(10, True, params=file, sets=[f"{RADIUS}=200 km"], hypotheses=["hazard-by-night"])
    assert changes.in_words(many) == "night hazard 0.5; radius 200 km; march speed drawn from 8.1 to 9.9 km/h"
    assert many.manifest["params"] == [{"file": str(file), "values": ["march_speed"], "posterior": []}]
    assert [change["by"] for change in many.changes] == ["hazard-by-night", "set", "params"]


@pytest.fixture
def posterior(tmp_path):
    """A posterior of two parameters, with their medians, as a fit writes it."""
    sheet = PosteriorSheet(
        draws="posterior-0.csv",
        seal="none",
        rules=provenance.rules(),
        plan="hold",
        held=("A", "B", "C"),
        record=held_out_hash(),
    )
    names, draws = ["march_speed", "mine_rate"], np.array([[9.0, 0.01], [9.5, 0.02]])
    fit = made(names, draws, sheet)
    values = "parameters:\n  march_speed: {value: 9.2 km/h}\n  mine_rate: {value: 0.015 /km}\n"
    (tmp_path / "posterior.yaml").write_text("posteriors:\n" + fit.as_text(0) + values)
    (tmp_path / "posterior-0.csv").write_bytes(fit.content)
    return tmp_path / "posterior.yaml"


def test_a_posterior_is_told_by_its_file_and_its_parameters(posterior):
    tables = of(10, True, params=posterior)
    assert changes.in_words(tables) == f"parameters from the posterior {posterior}"
    assert changes.line(tables) == f"changed: {changes.in_words(tables)} (march speed, mine rate)"
    names = ["march_speed", "mine_rate"]
    assert tables.manifest["params"] == [{"file": str(posterior), "values": [], "posterior": names}]
    assert changes.in_words(of(params=posterior)).startswith("march speed 9.2 km/h; mine rate 0.015 /km")


def test_what_is_set_over_a_posterior_is_no_more_of_it(posterior):
    line = changes.line(of(10, True, params=posterior, sets=["march_speed=9 km/h"]))
    assert f"the posterior {posterior} (mine rate); march speed 9 km/h (base: drawn" in line


def test_many_runs_with_fixed_parameters_say_so():
    assert changes.in_words(of(10, False)) == "parameters fixed at their values"


# --- the label ------------------------------------------------------------------------------------------------


def job(folder, label="", **laid):
    return Job(
        inputs=bundled_inputs("gao-anefis", **laid), seed=1, runs=2, draw=True, out=folder, label=label
    )


def test_a_label_changes_no_hash_and_no_number(tmp_path):
    plain, labelled = job(tmp_path / "plain"), job(tmp_path / "near", "Near, 200 km")
    assert plain.hash == labelled.hash
    one, two = do(plain)[1], do(labelled)[1]
    assert (one.label, two.label) == ("plain", "Near, 200 km")
    assert one.manifest["files"] == two.manifest["files"]  # their checksums, of every table


def test_a_result_that_is_there_takes_a_new_label_where_it_is_asked_for(tmp_path):
    folder = do(job(tmp_path / "run", "first"))[0]
    assert do(job(folder, "second"))[1].label == "first"
    assert do(job(folder, "second"), relabel=True)[1].label == "second"
    assert do(job(folder), relabel=True)[1].label == "second"
    assert read_run(folder).label == "second"


def test_an_older_result_has_the_name_of_its_folder_and_its_hypotheses(tmp_path):
    inputs = load_inputs("gao-anefis", hypotheses=["radius-300-km"])
    folder = do(Job(inputs=inputs, seed=1, runs=2, draw=True, out=tmp_path / "far"))[0]
    content = json.loads((folder / "manifest.json").read_text())
    for key in ("label", "summaries", "set", "params", "changes"):
        del content[key]
    reseal(folder, content)
    tables = read_run(folder)
    assert changes.labelled(tables) == "far (with radius-300-km)"
    assert changes.line(tables) == f"changed: with radius-300-km; {changes.OLDER}"
    given = {key: changes.as_json(tables)[key] for key in ("label", "set", "hypotheses", "params")}
    assert given == {"label": "far", "set": {}, "hypotheses": ["radius-300-km"], "params": []}


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("label", "a/b", "label: is a label with a slash; expected a line of 1"),
        ("label", "x" * 61, "label: is a label of 61 letters"),
        ("label", "a\nb", "label: is a label with characters that cannot"),
        ("label", 5, "label: '5' is invalid; expected a valid string"),
        ("set", {"march_speed": "9\x1bkm/h"}, "set.march_speed: '9\\x1bkm/h' is invalid"),
        ("changes", [{"name": "march_speed"}], "changes.0.by: is missing"),
    ],
)
def test_a_label_or_change_that_cannot_be_shown_is_refused(tmp_path, key, value, fault):
    folder = do(job(tmp_path / "run"))[0]
    content = json.loads((folder / "manifest.json").read_text())
    reseal(folder, content | {key: value})
    with pytest.raises(FaultyInput, match="manifest.json") as error:
        read_run(folder)
    assert fault in str(error.value)


def test_a_text_that_cannot_be_printed_is_stored_as_one_that_can(tmp_path):
    file = Path(tmp_path / "odd.yaml")
    file.write_text('summary: "a\u00a0b"\nsource: assumption\noverrides: {rules.night_hazard: 0.5}\n')
    tables = of(hypotheses=[str(file)])
    assert tables.manifest["summaries"] == {str(file): "a b"}
    assert load_parameters().files == ()
