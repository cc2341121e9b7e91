"""A case of one's own: its files are read instead of the program's, and its runs are its own."""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.figures.base.outlines import load_outlines
from sim.api import Case, ensemble, load_scenario
from sim.designs.design import designs
from sim.designs.whatif import what_ifs
from sim.files.case import BUNDLED
from sim.files.case_file import case_file
from sim.files.yaml_tree import FaultyInput
from sim.parameters.reading import load_parameters
from sim.record.record import load_record, reported
from sim.scenario.hypotheses import hypotheses
from sim.scenario.network import load_network
from sim.scenario.reading import chief_scenario, scenarios
from sim.studies.calibration.plan import calibration_plans


@pytest.fixture
def salt(kidal, tmp_path) -> Path:
    """The case that `kidal new case` writes."""
    assert kidal("new", "case", "salt")[0] == 0
    return tmp_path / "salt"


def test_all_that_is_read_is_the_case_s(salt):
    case = Case(salt)
    assert (case.name, Case().name, BUNDLED.name) == ("salt", None, None)
    assert list(scenarios(case)) == ["salt-road"]
    assert set(load_network(case).places) >= {"port_amal", "fort_idir"}
    assert [claim.source for claim in load_record(case).claims] == ["bulletin"] * 4
    assert load_record(case).published == ()
    assert set(reported(case)) == {"two_wells:arrival", "salt_pan:contact", "fort_idir:capture"}
    assert load_outlines(case) == []
    lent, own = load_parameters().rows, load_parameters(case=case).rows
    assert {name for name, row in own.items() if row != lent[name]} == {"population_growth"}
    assert (own["population_growth"].value, own["population_growth"].kind) == (1.0, "fixed")
    assert list(own) == list(lent)


def test_several_cases_are_open_at_once(salt, kidal, tmp_path):
    assert kidal("new", "case", "ours", "--from", "bundled")[0] == 0
    cases = [Case(salt), BUNDLED, Case(tmp_path / "ours")]
    names = ["salt-road", "kidal-offensive", "kidal-offensive"]
    loaded = [load_scenario(name, case=case) for name, case in zip(names, cases, strict=True)]
    assert [inputs.loaded.case for inputs in loaded] == cases
    made, bundled, copied = [ensemble(inputs, 3).runs for inputs in loaded]
    assert "fort_idir:capture" in made
    assert "kidal:capture" not in made
    assert list(bundled) == list(copied)
    assert all((bundled[name] == copied[name]).all() for name in bundled)


def test_a_case_begins_as_a_copy_of_the_bundled_one(kidal, tmp_path):
    assert kidal("new", "case", "ours", "--from", "bundled")[0] == 0
    ours = Case(tmp_path / "ours")
    assert load_record(ours) == load_record()
    assert load_network(ours) == load_network()
    for names in (scenarios, hypotheses, designs, what_ifs, calibration_plans):
        assert names(ours) == names() != {}
    assert kidal("--case", "ours", "check")[0] == 0
    (tmp_path / "ours" / "scenarios" / "kidal-offensive.yaml").unlink()
    assert chief_scenario(ours) == "anefis-hold"


@pytest.mark.parametrize("words", [("scenario", "s", "--from", "bundled"), ("case", "s", "--from", "salt")])
def test_nothing_else_is_a_start(words, kidal, tmp_path):
    code, _, err = kidal("new", *words)
    right = "is nothing to start from; expected --from bundled with the kind case"
    assert (code, err) == (2, f"kidal new {' '.join(words)}: {right}\n")
    assert list(tmp_path.iterdir()) == []


def test_parameters_of_the_case_are_laid_over_those_that_are_lent(salt):
    own = salt / "params" / "default.yaml"
    own.write_text("parameters:\n  march_speed: {value: 20 km/h}\n  # others are lent\n")
    lent, case = load_parameters().values(), Case(salt)
    assert load_parameters(case=case).values() == lent | {"march_speed": 20.0}
    own.write_text("parameters:\n  march_sped: {value: 20 km/h}\n")
    with pytest.raises(FaultyInput, match=r"salt/params/default.yaml:2: .* did you mean 'march_speed'"):
        load_parameters(case=case)


def test_a_run_of_a_case_is_laid_beside_its_record(salt, kidal):
    code, out, _ = kidal("--case", "salt", "run", "salt-road", "--out", "one", "--json")
    assert code == 0
    told = json.loads(out)["milestones"]
    assert told["fort_idir:capture"]["reported"]["claims"] == ["fort"]
    assert json.loads(Path("one/manifest.json").read_text())["case"] == "salt"


def test_a_run_of_another_case_is_refused(salt, kidal):
    kidal("--case", "salt", "run", "salt-road", "--out", "one")
    code, _, err = kidal("compare", "one")
    assert (code, err) == (2, "one: is a run of another case; expected --case with the folder 'salt'\n")
    kidal("run", "gao-anefis", "--out", "other")
    code, _, err = kidal("--case", "salt", "plot", "other")
    assert (code, err) == (2, "other: is a run of another case; expected no --case\n")


def test_a_folder_that_is_no_case_is_refused_with_all_that_it_lacks(kidal, tmp_path):
    (tmp_path / "half" / "scenarios").mkdir(parents=True)
    code, _, err = kidal("--case", "half", "list")
    assert code == 2
    assert [line.split(";")[0] for line in err.splitlines()] == [
        "--case half: has no folder params/network",
        "--case half: has no folder record",
    ]


def test_a_folder_that_may_not_be_opened_is_told(kidal, tmp_path, monkeypatch):
    kidal("new", "case", "salt")
    access = os.access
    monkeypatch.setattr("os.access", lambda path, mode: access(path, mode) and Path(path).name != "record")
    code, _, err = kidal("--case", "salt", "record")
    right = "expected permission to open it"
    assert (code, err) == (2, f"--case salt: has a folder record that cannot be read; {right}\n")


def test_a_file_without_a_summary_is_told_by_its_name(kidal, tmp_path):
    kidal("new", "case", "salt")
    (tmp_path / "salt" / "scenarios" / "more.yaml").write_text("a: 1\n", encoding="utf-8")
    code, _, err = kidal("--case", "salt", "list")
    assert (code, err) == (2, "salt/scenarios/more.yaml:1: has no 'summary'; expected one, in a line\n")


@pytest.mark.parametrize(
    ("words", "name", "noun"),
    [
        (["run", "gao-anefis"], "gao-anefis", "scenario"),
        (["run", "salt-road", "--with", "sea"], "--with sea", "hypothesis"),
        (["sweep", "salt-road", "go-conditions"], "go-conditions", "design"),
    ],
)
def test_a_file_that_a_case_has_not_is_refused_in_its_name(words, name, noun, salt, kidal):
    code, _, err = kidal("--case", "salt", *words)
    assert (code, err.split(";")[0]) == (2, f"{name}: is neither a file nor a {noun} of the case")


def test_a_file_that_the_program_has_not_is_refused_in_its_name(kidal):
    code, _, err = kidal("run", "salt-road")
    assert code == 2
    assert err.startswith("salt-road: is neither a file nor a scenario that comes with the program; ")


def test_a_case_holds_when_the_folder_is_left(salt, monkeypatch, tmp_path):
    case = Case("salt")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load_scenario("salt-road", case=case).loaded.name == "salt-road"


@pytest.mark.skipif(sys.platform == "win32", reason="no file there has such a name")
def test_names_that_would_be_markup_on_a_page_are_refused(salt, kidal, tmp_path):
    source = salt / "scenarios" / "salt-road.yaml"
    (tmp_path / "a<b.yaml").write_bytes(source.read_bytes())
    words = (
        "has a name with '<', '>' or letters that cannot be shown, or a very long one; expected another name"
    )
    assert kidal("--case", "salt", "run", "a<b.yaml") == (2, "", f"a<b.yaml: {words}\n")
    salt.rename(tmp_path / "<salt>")
    _, _, err = kidal("--case", "<salt>", "list")
    assert err == "--case <salt>: has '<' or '>' in its name; expected another name\n"


def test_a_case_whose_name_cannot_be_shown_is_refused(salt, kidal, tmp_path):
    salt.rename(tmp_path / "o\x1b[31m")
    code, _, err = kidal("--case", "o\x1b[31m", "list")
    assert code == 2
    assert err == "--case 'o\\x1b[31m': has letters that cannot be shown; expected another name\n"


@pytest.mark.usefixtures("compiled_rules")
def test_rivals_and_what_ifs_are_laid_over_the_case_s_scenario(salt, kidal):
    folder = salt / "params" / "whatif"
    folder.mkdir()
    (folder / "base.yaml").write_text("summary: as it is\nsource: assumption\n")
    (folder / "quick.yaml").write_text("summary: quick\nsource: assumption\nset: {march_speed: 20 km/h}\n")
    code, out, err = kidal("--case", "salt", "whatif", "base", "quick", "--runs", "60")
    assert (code, err) == (0, "")
    assert "Fort Idir is captured" in out


def test_a_table_that_is_none_of_a_network_s_is_told_so(salt, kidal):
    (salt / "big.csv").write_text("a,b\n1,2\n")
    code, _, err = kidal("--case", "salt", "check", "salt/big.csv")
    assert code == 2
    assert err.startswith(
        "salt/big.csv: is no table of a network; expected places.csv, roads.csv, outlines.csv or countries.csv"
    )


def test_faults_of_a_case_s_files_are_told_with_their_lines(salt, kidal):
    roads = salt / "params" / "network" / "roads.csv"
    roads.write_text(roads.read_text().replace("red_ford,salt_pan_s8", "red_fort,salt_pan_s8"))
    claims = salt / "record" / "claims.yaml"
    claims.write_text(claims.read_text().replace("party: league", "party: legion"))
    code, _, err = kidal("--case", "salt", "check")
    assert (code, "Traceback" in err) == (2, False)
    assert "salt/params/network/roads.csv:5: " in err
    assert "did you mean 'red_ford'?" in err
    assert kidal("--case", "salt", "check", "salt/record/claims.yaml")[2].startswith(
        "salt/record/claims.yaml:"
    )


@pytest.mark.slow
def test_a_party_without_a_look_of_its_own_is_drawn_under_its_name(salt, kidal):
    for name in ("parties", "claims", "contested"):
        path = salt / "record" / f"{name}.yaml"
        path.write_text(path.read_text().replace("party: army", "party: harbour"))
    assert kidal("--case", "salt", "run", "salt-road", "--runs", "60", "--out", "many")[0] == 0
    for figure in ("time-distance", "milestones", "claims", "captured", "map"):
        code, _, err = kidal("--case", "salt", "plot", "many", "--figure", figure, "--out", f"{figure}.svg")
        assert (code, err) == (0, ""), figure
    for figure in ("time-distance", "claims"):
        assert "harbour" in Path(f"{figure}.svg").read_text()
    assert kidal("--case", "salt", "report", "many", "--out", "page.html")[0] == 0
    assert "harbour" in Path("page.html").read_text()


def test_a_new_case_takes_no_place_that_is_taken(salt, kidal):
    code, _, err = kidal("new", "case", "salt")
    assert (code, err) == (2, "salt: is there already; expected another name\n")
    assert kidal("new", "case", "../salt")[0] == 2


def test_files_that_are_edited_while_the_process_goes_on_are_read_anew(salt):
    case = Case(salt)
    named, dates, parties = case_file(case), reported(case), load_scenario("salt-road", case=case).hashes
    rows = salt / "record" / "parties.yaml"
    rows.write_text(rows.read_text().replace(", strike, mine]", "]"))
    assert load_scenario("salt-road", case=case).hashes["parties"] != parties["parties"]
    rows = salt / "record" / "observations.yaml"
    rows.write_text(rows.read_text().replace("1999-02-10T00:00Z", "1999-02-10T06:00Z"))
    assert reported(case)["fort_idir:capture"][1] - dates["fort_idir:capture"][1] == timedelta(hours=6)
    own = BUNDLED.path("params", "case.yaml").read_text().replace("name: army", "name: harbour guard")
    (salt / "params" / "case.yaml").write_text(own)
    assert (named.sides[0].name, case_file(case).sides[0].name) == ("army", "harbour guard")
    (salt / "params" / "case.yaml").write_text(own.replace("harbour guard", "harbour watch"))
    assert case_file(case).sides[0].name == "harbour watch"
