"""Notes are told where a file is checked and where it is run, and refuse nothing but with --strict."""

import json
import shutil

import pytest

from sim.files.case import BUNDLED
from sim.files.notes import as_lines
from sim.files.yaml_tree import MOST_SHOWN, Fault, Where

STAGE = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
NOTE = "tb2 flies 1e-09 h at 130 km/h: out and back it gets 6.5e-05 m, and no flight returns"
DESIGN = "kind: list\nruns: 2\npoints:\n  - {drones.tb2.radius: 150 km}\n  - {drones.tb2.radius: 5000 km}\n"


@pytest.fixture
def odd(tmp_path):
    """A scenario with a note."""
    (tmp_path / "odd.yaml").write_text(
        STAGE.replace("endurance: 24 h", "endurance: 1e-9 h"), encoding="utf-8"
    )


def test_a_run_tells_notes_on_stderr_and_in_its_json(kidal, odd):
    code, out, err = kidal("run", "odd.yaml", "--out", "one", "--json")
    line = err.splitlines()[0]
    assert (code, line.startswith(f"odd.yaml:51: note: {NOTE}")) == (0, True)
    assert json.loads(out)["notes"] == [line]
    assert "notes" not in json.loads(kidal("run", "gao-anefis", "--out", "two", "--json")[1])


@pytest.mark.parametrize(
    "words", [("check", "odd.yaml"), ("run", "odd.yaml"), ("sweep", "odd.yaml", "rebel-strength", "--runs", "1")]
)  # fmt: skip
def test_strict_makes_notes_faults_and_nothing_is_written(kidal, odd, tmp_path, words):
    before = sorted(tmp_path.rglob("*"))
    code, out, err = kidal(*words, "--strict")
    assert (code, out, err.splitlines()[0].startswith(f"odd.yaml:51: {NOTE}")) == (2, "", True)
    assert sorted(tmp_path.rglob("*")) == before


def test_strict_lets_pass_what_has_no_note(kidal):
    assert kidal("check", "--strict", str(BUNDLED.path("scenarios") / "gao-anefis.yaml"))[0] == 0


def test_a_setting_is_noted_at_its_option(kidal):
    code, _, err = kidal("run", "gao-anefis", "--set", "drones.tb2.radius=5000 km", "--out", "one")
    assert code == 0
    assert err.splitlines()[0].startswith(
        "--set drones.tb2.radius: note: the radius of tb2 is 5,000 km; 1 km to"
    )


def test_a_point_of_a_design_is_noted_at_its_line(kidal, tmp_path):
    (tmp_path / "d.yaml").write_text(DESIGN)
    note = (
        "d.yaml:5: note: drones.tb2.radius: the radius of tb2 is 5,000 km; 1 km to 1,000 km would be likely"
    )
    assert kidal("check", "d.yaml") == (0, f"d.yaml: valid\n{note}\n", "")
    assert note in kidal("sweep", "gao-anefis", "d.yaml", "--out", "s")[2].splitlines()
    assert kidal("sweep", "gao-anefis", "d.yaml", "--out", "t", "--strict")[0] == 2


def test_a_hypothesis_and_a_what_if_are_noted_at_their_lines(kidal, tmp_path):
    head = "summary: far\nsource: assumption\n"
    (tmp_path / "h.yaml").write_text(f"{head}overrides:\n  drones.tb2.radius: 5000 km\n")
    (tmp_path / "w.yaml").write_text(f"{head}set: {{drones.tb2.radius: 5000 km}}\n")
    for name, line in (("h.yaml", 4), ("w.yaml", 3)):
        assert f"{name}:{line}: note: the radius of tb2 is 5,000 km" in kidal("check", name)[1]


@pytest.mark.parametrize("name", ["params/default.yaml", "scenarios/hypotheses/go-refit.yaml"])
def test_a_text_that_nobody_reads_is_noted_in_any_file(kidal, tmp_path, name):
    lines = BUNDLED.path(*name.split("/")).read_text(encoding="utf-8").splitlines()
    row = next(i for i, line in enumerate(lines) if line.lstrip(" -{").startswith(("summary: ", "note: ")))
    lines[row] = f"{lines[row].partition(': ')[0]}: {'so ' * 3000}"
    (tmp_path / "f.yaml").write_text("\n".join(lines), encoding="utf-8")
    code, out, err = kidal("check", "f.yaml")
    assert (code, err) == (0, "")
    assert f"f.yaml:{row + 1}: note: " in out
    assert "is a text of 9" in out or "is a text of 8" in out


def test_sides_that_cannot_be_told_apart_are_noted(kidal, tmp_path):
    text = BUNDLED.path("params", "case.yaml").read_text(encoding="utf-8")
    (tmp_path / "c.yaml").write_text(text.replace("side: rebels", "side: ar-my"), encoding="utf-8")
    assert ": note: the side 'ar-my' differs from 'army' on line" in kidal("check", "c.yaml")[1]


def test_a_run_tells_what_is_noted_of_its_network(kidal, tmp_path):
    kidal("new", "case", "salt")
    path = tmp_path / "salt" / "params" / "network" / "places.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",42000,", f",{10**12},"), encoding="utf-8")
    code, _, err = kidal("--case", "salt", "run", "salt-road", "--out", "one")
    assert (code, "places.csv:2: note: people: 1,000,000,000,000 live in 'port_amal'" in err) == (0, True)


def test_fifty_notes_are_told_and_the_others_counted():
    lines = as_lines(Fault(Where("f", i), "odd") for i in range(1, 3001))
    assert (len(lines), lines[-1]) == (MOST_SHOWN + 1, "note: 2,950 more of the kind")


@pytest.mark.slow
def test_no_note_is_made_on_any_bundled_file(kidal, tmp_path):
    shutil.copytree(BUNDLED.path("params", "new", "case"), tmp_path / "salt")
    for words in ((), ("--case", "salt")):
        code, out, err = kidal(*words, "check", "--strict")
        assert (code, err, "note:" in out) == (0, "", False)
