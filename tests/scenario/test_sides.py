"""Sides have the ids that their case gives them, wherever a file names one; the rules know their roles."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_record

from sim.commands import json_schema
from sim.engine.history import events, run_one
from sim.engine.inputs import load_inputs
from sim.engine.reports import reports
from sim.ensembles.job import Job, described
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import FaultyInput
from sim.record.record import load_record, parties_of
from sim.scenario.reading import chief_scenario, scenarios
from sim.state.kinds import Side
from sim.store.reader import RunTables

IDS = {"army": "red", "rebels": "blue", "un": "white"}
NAMED = re.compile(
    r"((?:side|who|held_by): |(?:hostile_to|mines): \[|(?:hostile_to|mines): \[\w+, )(army|rebels|un)\b"
)


def renamed(text: str) -> str:
    for _ in range(2):
        text = NAMED.sub(lambda found: found[1] + IDS[found[2]], text)
    return text


@pytest.fixture(scope="module")
def own_case(tmp_path_factory) -> Case:
    """The bundled case with other ids of its sides, in another order of its file."""
    folder: Path = tmp_path_factory.mktemp("own")
    for part in ("scenarios", "params/network", "record"):
        shutil.copytree(BUNDLED.path(*part.split("/")), folder / part)
    for path in [*folder.glob("scenarios/*.yaml"), *folder.glob("record/*.yaml")]:
        path.write_text(renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
    head, *rows = BUNDLED.path("params", "case.yaml").read_text(encoding="utf-8").split("  - role: ")
    text = head + "".join(f"  - role: {row}" for row in reversed(rows))
    (folder / "params" / "case.yaml").write_text(renamed(text), encoding="utf-8")
    return Case(folder)


def played(case: Case):
    inputs = load_inputs("kidal-offensive", case=case)
    world = run_one(inputs.template, inputs.parameters.values(), 7)
    table = events(inputs.template, world, 0)
    return inputs, table, reports(inputs.template, 7, inputs.parameters.values(), table)


def test_other_ids_of_sides_give_the_same_run_and_reports(own_case):
    ours, theirs = played(own_case), played(BUNDLED)
    for number in (1, 2):
        for name in theirs[number]:
            np.testing.assert_array_equal(ours[number][name], theirs[number][name])
    assert set(ours[0].loaded.scenario.holders.values()) <= {"red", "blue", "white", "none"}


def test_an_unknown_side_is_told_with_those_of_the_case(own_case):
    with pytest.raises(FaultyInput, match=r"side: 'army' is not known; expected one of red, blue, white"):
        load_inputs("kidal-offensive", sets=["drones.tb2.side=army"], case=own_case)
    with pytest.raises(FaultyInput, match="side: 'bleu' is not known; did you mean 'blue'"):
        load_inputs("kidal-offensive", sets=["drones.tb2.side=bleu"], case=own_case)


def test_only_the_side_that_advances_has_garrisons(own_case):
    garrison = load_inputs("kidal-offensive", case=own_case).loaded.scenario.garrisons[0]
    with pytest.raises(FaultyInput, match="side: 'blue' is not known; expected one of red"):
        load_inputs("kidal-offensive", sets=[f"garrisons.{garrison.id}.side=blue"], case=own_case)


def test_the_record_names_the_sides_of_its_case(own_case):
    sides = {party.party: party.side for party in load_record(own_case).parties if party.side}
    assert sides == {"army": "red", "csp": "blue", "un": "white"}
    takers = {row.who for row in load_record(own_case).observations if row.who}
    assert takers == {IDS[str(row.who)] for row in bundled_record().observations if row.who}


def test_parties_that_the_program_lends_are_of_the_sides_in_the_same_roles(own_case, tmp_path):
    shutil.copytree(own_case.path(), tmp_path / "lent")
    (tmp_path / "lent" / "record" / "parties.yaml").unlink()
    parties = parties_of(Case(tmp_path / "lent"))
    assert {party.party: party.side for party in parties if party.side} == {
        "army": "red",
        "csp": "blue",
        "un": "white",
    }


def test_the_schema_of_a_scenario_lists_the_sides_of_the_case(own_case):
    ours = json_schema.schema("scenario", own_case)["$defs"]
    assert ours["Column"]["properties"]["side"]["enum"] == ["red", "blue", "white"]
    assert ours["Town"]["properties"]["held_by"]["enum"] == ["red", "blue", "white", "none"]
    assert ours["Garrison"]["properties"]["side"]["const"] == "red"
    bundled = json_schema.schema("scenario")["$defs"]
    assert bundled["Drone"]["properties"]["side"]["enum"] == ["army", "rebels", "un"]


def test_a_manifest_says_the_sides_and_one_that_does_not_has_those_of_the_case(own_case):
    inputs = load_inputs("kidal-offensive", case=own_case)
    manifest = json.loads(json.dumps(described(Job(inputs=inputs, seed=1, runs=1, draw=False))))
    assert [row["side"] for row in manifest["sides"]] == ["red", "blue", "white"]
    empty = {name: {} for name in ("runs", "events", "reports", "route", "daylight", "cover", "points")}
    stored = RunTables(manifest=manifest, **empty)
    assert [row.name for row in stored.sides] == ["army", "rebels", "UN"]
    assert stored.sides[Side.ADVANCING].dashes == (4.0, 1.2)
    older = {key: value for key, value in manifest.items() if key != "sides"}
    assert [row.side for row in RunTables(manifest=older, **empty).sides] == ["army", "rebels", "un"]
    assert [row.side for row in RunTables(manifest=older, case=own_case, **empty).sides] == list(IDS.values())


def test_who_tells_of_what_counts_for_the_hash_of_the_inputs_and_words_about_a_party_do_not(
    own_case, tmp_path
):
    def hashed(name, old, new):
        folder = tmp_path / name
        shutil.copytree(own_case.path(), folder)
        path = folder / "record" / "parties.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return load_inputs("gao-anefis", case=Case(folder)).hashes

    before = load_inputs("gao-anefis", case=own_case).hashes
    assert hashed("about", "the UN and its agencies", "someone") == before
    moved = hashed("mine", "reports: [mine]", "reports: [mine, strike]")
    assert {key for key in before if moved[key] != before[key]} == {"parties"}


def test_a_party_of_no_side_tells_of_a_fight_without_losses(own_case, tmp_path):
    folder = tmp_path / "witness"
    shutil.copytree(own_case.path(), folder)
    path = folder / "record" / "parties.yaml"
    text = path.read_text(encoding="utf-8").replace("reports: [mine]", "reports: [break]")
    path.write_text(text, encoding="utf-8")
    _, _, table = played(Case(folder))
    seen = table["party"] == "jnim"
    assert seen.any()
    assert np.isnan(table["own_casualties"][seen]).all()
    assert np.isnan(table["enemy_casualties_claimed"][seen]).all()


def test_the_chief_scenario_is_the_one_that_the_case_names_or_the_first(own_case, tmp_path):
    folder = tmp_path / "chief"
    shutil.copytree(own_case.path(), folder)
    assert chief_scenario(Case(folder)) == "kidal-offensive"
    path = folder / "params" / "case.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("chief: kidal-offensive", "chief: gao-anefis"),
        encoding="utf-8",
    )
    assert chief_scenario(Case(folder)) == "gao-anefis"
    (folder / "scenarios" / "gao-anefis.yaml").unlink()
    assert chief_scenario(Case(folder)) == min(scenarios(Case(folder)))
