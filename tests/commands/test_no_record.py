"""A scenario with `record: none` is laid beside no reports, and every command says so and goes on."""

import json
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.engine.inputs import load_inputs
from sim.view.pages import ScenarioPage

NOTHING = "no reports to compare with"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """The result of a scenario that asks for no record, of 20 runs."""
    folder = tmp_path_factory.mktemp("runs") / "alone"
    words = ["run", "gao-anefis", "--runs", "20", "--set", "record=none", "--out", str(folder)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["kidal", *words])
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 0
    return folder


def test_run_says_it(result):
    assert NOTHING in "\n".join(json.loads((result / "printed.json").read_text(encoding="utf-8"))["answer"])


def test_a_single_run_and_json_too(kidal):
    code, out, _ = kidal("run", "gao-anefis", "--set", "record=none")
    assert (code, NOTHING in out) == (0, True)
    code, out, _ = kidal("run", "gao-anefis", "--set", "record=none", "--json")
    milestones = json.loads(out)["milestones"].values()
    assert (code, any("reported" in entry for entry in milestones)) == (0, False)


def test_a_file_may_say_it_and_nothing_else_than_none_or_case(kidal):
    assert kidal("new", "scenario", "here")[0] == 0
    text = Path("here.yaml").read_text(encoding="utf-8")
    Path("here.yaml").write_text(text.replace("record: case", "record: none"), encoding="utf-8")
    assert kidal("check", "here.yaml")[:2] == (0, "here.yaml: valid\n")
    code, out, _ = kidal("run", "here.yaml")
    assert (code, NOTHING in out) == (0, True)
    Path("here.yaml").write_text(text.replace("record: case", "record: nine"), encoding="utf-8")
    code, out, err = kidal("check", "here.yaml")
    assert (code, out) == (2, "")
    assert err.endswith(": record: 'nine' is not known; expected 'none' or 'case'; did you mean 'none'?\n")


def test_compare_says_it_and_goes_on_with_others(kidal, result):
    code, out, err = kidal("compare", str(result))
    assert (code, err, out.splitlines()[0]) == (0, "", f"alone: not scored: {NOTHING}.")
    assert out.splitlines()[-1].startswith("alone  ")
    code, out, err = kidal("compare", str(result), "--csv")
    assert (code, out.splitlines()[0], err) == (0, "result,milestone,probability,q05,q50,q95", "")
    assert kidal("run", "gao-anefis", "--runs", "20", "--out", "beside")[0] == 0
    code, out, _ = kidal("compare", str(result), "beside")
    assert (code, "best baseline" in out, out.startswith(f"alone: not scored: {NOTHING}.\n")) == (
        0,
        True,
        True,
    )
    code, out, _ = kidal("compare", str(result), "beside", "--json")
    answer = json.loads(out)
    assert (code, list(answer["runs"]), answer["no_reports"]) == (0, ["beside"], [str(result)])


def test_a_milestone_that_is_named_is_refused(kidal, result):
    code, out, err = kidal("compare", str(result), "--milestone", "anefis:capture")
    assert (code, out) == (2, "")
    assert "not scored against the record" in err


def test_claims_says_it(kidal, result):
    code, out, err = kidal("claims", str(result))
    assert (code, err) == (0, "")
    assert out.endswith(f"\n\n{NOTHING}\n")
    code, out, _ = kidal("claims", str(result), "--json")
    assert (code, json.loads(out)["contested"]) == (0, [])


def test_a_report_says_it(kidal, result):
    code, _, err = kidal("report", str(result), "--out", "alone.html")
    assert (code, err) == (0, "")
    page = Path("alone.html").read_text(encoding="utf-8")
    assert f"There are {NOTHING}." in page
    assert "Qualitative checks" not in page


@pytest.mark.parametrize("figure", ["time-distance", "milestones", "captured"])
def test_figures_are_drawn(kidal, result, figure):
    out = kidal("plot", str(result), "--figure", figure, "--out", "a.png")
    assert out == (0, "drawn: a.png\n", "")


def test_a_sweep_says_it_and_a_sensitivity_is_of_what_a_sweep_shows(kidal):
    design = "kind: morris\nsummary: a\nsource: b\ntrajectories: 4\nruns: 40\nranges: {march_speed: prior, fighters: prior}\n"
    Path("few.yaml").write_text(design, encoding="utf-8")
    words = ("gao-anefis", "--set", "record=none", "--out", "few")
    code, out, _ = kidal("sensitivity", *words, "--design", "few.yaml", "--json")
    assert (code, {row["milestone"] for row in json.loads(out)["targets"]}) == (0, {"anefis:tail"})
    code, out, _ = kidal("sweep", words[0], "few.yaml", *words[1:])
    assert (code, f"\n\nThere are {NOTHING}.\n" in out) == (0, True)


def test_the_page_shows_no_claims():
    page = ScenarioPage(load_inputs("gao-anefis", [], ["record=none"], []), 1)
    scene = page.scene({})
    assert (scene["claims"], "army" in scene["distance"]) == ([], True)
