"""Files to start from, and schemas that agree with what the program reads."""

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from sim.commands.json_schema import FILE_KINDS, RECORD, schema
from sim.files.case import BUNDLED

FILES = {
    "scenario": sorted(BUNDLED.path("scenarios").glob("*.yaml")),
    "parameters": [BUNDLED.path("params") / "default.yaml", BUNDLED.path("params") / "wide-hold.yaml"],
    "design": sorted((BUNDLED.path("params") / "sweeps").glob("*.yaml")),
    "calibration": sorted((BUNDLED.path("params") / "calibrations").glob("*.yaml")),
    "evidence": sorted((BUNDLED.path("params") / "evidence").glob("*.yaml")),
    "what-if": sorted((BUNDLED.path("params") / "whatif").glob("*.yaml")),
    "case": [BUNDLED.path("params") / "case.yaml"],
    "record": [Path(__file__).parents[2] / "analysis" / "record" / f"{key}.yaml" for key in RECORD],
}


def editor():
    """YAML as an editor reads it: numbers and truth values by themselves, dates as text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    return yaml


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_every_bundled_file_fits_its_schema(kind):
    sheet = schema(kind)
    jsonschema.Draft202012Validator.check_schema(sheet)
    validator = jsonschema.Draft202012Validator(sheet)
    assert FILES[kind]
    for path in FILES[kind]:
        assert [error.message for error in validator.iter_errors(editor().load(path))] == [], path


WRONG = [
    ("scenario", "radius: 150 mi", "radius: 150"),
    ("scenario", "radius: 150 mi", "radius: 150 h"),
    ("scenario", "summary:", "sumary:"),
    ("scenario", "capture: true", "capture: perhaps"),
    ("scenario", "start: 2023-10-02", "start: 2 October"),
    ("design", "kind: grid", "kind: gird"),
    ("parameters", "kind: lognormal", "kind: lognormall"),
    ("calibration", "histories: 1200", "histories: many"),
]


@pytest.mark.parametrize(("kind", "old", "new"), WRONG)
def test_a_schema_sees_a_wrong_key_unit_or_word(kind, old, new):
    path = next(path for path in FILES[kind] if old in path.read_text())
    validator = jsonschema.Draft202012Validator(schema(kind))
    assert list(validator.iter_errors(editor().load(path.read_text().replace(old, new, 1))))


def test_a_new_scenario_is_in_order_and_runs(kidal):
    code, out, _ = kidal("new", "scenario", "my-column")
    assert code == 0
    assert "written: my-column.yaml" in out
    first = Path("my-column.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    assert json.loads(Path("scenario.schema.json").read_text()) == schema("scenario")
    assert kidal("check", "my-column.yaml")[0] == 0
    code, out, _ = kidal("run", "my-column.yaml", "--runs", "60", "--json")
    assert code == 0
    assert json.loads(out)["milestones"]["anefis:capture"]["probability"] > 0.3


def test_a_new_scenario_of_another_case_is_one_of_its_own(kidal):
    assert kidal("new", "case", "salt")[0] == 0
    code, out, err = kidal("--case", "salt", "new", "scenario", "mine")
    assert (code, err) == (0, "")
    assert "`kidal --case salt check mine.yaml` and `kidal --case salt run mine.yaml` are next" in out
    text = Path("mine.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n# A copy of salt-road")
    assert "from: port_amal" in text
    code, out, err = kidal("--case", "salt", "check", "mine.yaml")
    assert (code, err) == (0, "")
    assert "mine.yaml: valid" in out


def test_a_case_may_have_a_scenario_to_start_from(kidal):
    assert kidal("new", "case", "salt")[0] == 0
    Path("salt/params/new").mkdir()
    Path("salt/params/new/scenario.yaml").write_text("summary: ours\n")
    assert kidal("--case", "salt", "new", "scenario", "mine")[0] == 0
    assert Path("mine.yaml").read_text().endswith("scenario.schema.json\nsummary: ours\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("scenari", "x"), "is nothing to start; did you mean 'scenario'?"),
        (("scenario", "../x"), "is not a name"),
        (("scenario", "X"), "is not a name"),
    ],
)
def test_what_cannot_be_started_is_refused(kidal, words, message):
    code, _, err = kidal("new", *words)
    assert code == 2
    assert message in err
    assert list(Path().iterdir()) == []


def test_nothing_is_overwritten(kidal):
    Path("mine.yaml").write_text("mine")
    code, _, err = kidal("new", "scenario", "mine")
    assert (code, err.strip()) == (2, "mine.yaml: is there already; expected another name")
    assert Path("mine.yaml").read_text() == "mine"


def test_schemas_are_printed_and_other_kinds_refused(kidal):
    code, out, _ = kidal("schema", "design")
    assert code == 0
    assert json.loads(out) == schema("design")
    code, _, err = kidal("schema", "designs")
    assert code == 2
    assert "did you mean 'design'?" in err


def test_a_scenario_without_a_summary_is_told_once_by_its_case(kidal, tmp_path):
    assert kidal("new", "case", "salt-road")[0] == 0
    path = tmp_path / "salt-road" / "scenarios" / "salt-road.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("summary:")), encoding="utf-8")
    code, out, err = kidal("--case", "salt-road", "check", "-q")
    assert (code, out) == (2, "")
    (fault,) = [line for line in err.splitlines() if "summary" in line]
    assert "the key 'summary' is missing" in fault
