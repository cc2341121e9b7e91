"""A result folder that another writer left without a column: refused in one line, whatever reads it."""

import hashlib
import json
import math
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from bundled import bundled_inputs
from stored_files import flip, reseal

from analysis.replay import film
from sim.designs.design import load_design
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job, described
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.store.manifest_names import manifest_faults
from sim.store.reader import read_manifest, read_run
from sim.store.schema import AXES, PART_TABLES, VERSION, columns
from sim.studies.study import read_fit


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "run"
    return do(Job(inputs=load_inputs("gao-anefis"), seed=1, runs=2, draw=True, out=path))[0]


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def without(run, file, column):
    """Write a file anew without a column, and the manifest to match."""
    pq.write_table(pq.read_table(run / file).drop_columns([column]), run / file)
    content = (run / file).read_bytes()
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["files"][file] = [len(content), hashlib.sha256(content).hexdigest()]
    reseal(run, manifest)


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("runs/part-000000.parquet", "anefis:capture"),
        ("runs/part-000000.parquet", "status"),
        ("runs/part-000000.parquet", "mine_strikes"),
        ("events/part-000000.parquet", "km"),
        ("reports/part-000000.parquet", "reported"),
        ("axis/route.parquet", "lat"),
        ("axis/cover.parquet", "ready"),
    ],
)
def test_a_table_without_a_column_is_refused_by_name(run, file, column):
    without(run, file, column)
    with pytest.raises(FaultyInput) as error:
        read_run(run)
    assert str(error.value).endswith(f"{file}: lacks the column {column}; run it again with another --out")


def test_every_column_that_is_written_is_known_and_none_else(whole):
    tables = read_run(whole)
    for name in (*PART_TABLES, *AXES):
        assert set(getattr(tables, name)) == set(columns(tables.manifest, name)), name


def test_a_folder_without_a_table_is_refused(run):
    manifest = json.loads((run / "manifest.json").read_text())
    del manifest["files"]["axis/cover.parquet"]
    reseal(run, manifest)
    with pytest.raises(FaultyInput, match="lacks the table cover; run it again with another --out"):
        read_run(run)


@pytest.mark.parametrize(
    "words",
    [
        ("plot", "run"),
        ("plot", "run", "--figure", "film"),
        ("report", "run"),
        ("compare", "run"),
        ("verify", "run"),
        ("view", "run", "--no-open", "--port", "0"),
    ],
)
@pytest.mark.parametrize("encodes", [True, False], ids=["ffmpeg", "no-ffmpeg"])
def test_the_commands_refuse_it_in_one_line(kidal, run, words, encodes, monkeypatch):
    monkeypatch.setattr(film, "can_encode", lambda: encodes)
    monkeypatch.setattr("werkzeug.serving.BaseWSGIServer.serve_forever", lambda self: None)
    without(run, "events/part-000000.parquet", "km")
    code, out, err = kidal(*words)
    assert (code, out) == (2, "")
    assert err == "run/events/part-000000.parquet: lacks the column km; run it again with another --out\n"


def test_a_later_part_without_a_column_is_refused_when_it_is_read(run, tmp_path):
    second = "runs/part-000001.parquet"
    shutil.copy(run / "runs/part-000000.parquet", run / second)
    without(run, second, "mine_strikes")
    tables = read_run(run)
    assert np.all(tables.runs["status"] == "done")
    with pytest.raises(FaultyInput, match="part-000001.parquet: lacks the column mine_strikes"):
        tables.runs["mine_strikes"]


def test_a_column_whose_name_is_no_text_is_refused(run):
    path = run / "axis" / "daylight.parquet"
    content = path.read_bytes().replace(b"sunset", b"\xffunset")
    path.write_bytes(content)
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["files"]["axis/daylight.parquet"] = [len(content), hashlib.sha256(content).hexdigest()]
    reseal(run, manifest)
    with pytest.raises(FaultyInput, match="axis/daylight.parquet: cannot be read"):
        read_run(run)


def test_a_manifest_that_was_changed_is_refused(run):
    text = (run / "manifest.json").read_text()
    (run / "manifest.json").write_text(text.replace('"runs": 2', '"runs": 3'))
    with pytest.raises(FaultyInput, match="manifest.json: was changed after it was written; run it again"):
        read_run(run)


SCRIPT = "</title><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("scenario", SCRIPT, "scenario: '</title><script>alert"),
        ("scenario", "../../etc", "scenario: '../../etc' is invalid; expected the name of a file"),
        ("scenario", "a\x1b[31m", r"scenario: 'a\\x1b\[31m' is invalid"),
        ("hypotheses", ["<b>.yaml"], "hypotheses.0: '<b>.yaml' is invalid; expected the name of a file"),
        ("columns", ["army", "<img src=x>"], "columns.1: '<img src=x>' is not a name"),
        ("holders", {"gao": "<a href=x>"}, "holders.gao: '<a href=x>' is not a name"),
        ("milestones", [{"id": "gao:<b>"}], "milestones.0.id: '<b>' is not a name"),
        ("milestones", [{"id": "gao:arrival"}], "milestones.0.column: is missing"),
        ("camps", 5, "camps: '5' is invalid; expected a valid dictionary"),
        ("camps", {"c": "gao"}, "camps: 'c' is in no outcome; expected 'camp:c' among them"),
        ("design", {"name": None}, "design.name: 'None' is invalid; expected a valid string"),
        ("end", "soon", "end: 'soon' is not a day; expected something like '2023-10-02'"),
        ("end", "2023-10-01", "end: 2023-10-01 does not fit the start 2023-10-02; expected a later moment"),
        ("end", "2099-10-01", "end: 2099-10-01 does not fit the start 2023-10-02"),
        ("end", "2023-11-01T00:00:00Z", "end: '2023-11-01T00:00:00Z' is invalid; expected a day, or a mom"),
        ("start", 5, "start: '5' is invalid; expected a valid string"),
        ("start", "2023-02-30", "start: '2023-02-30' is not in the calendar"),
        ("runs", "many", "runs: 'many' is invalid; expected a valid integer"),
        ("runs", 2.5, "runs: '2.5' is invalid; expected a valid integer"),
        ("runs", 10**30, f"runs: '{10**30}' is invalid; expected "),
        ("seed", -1, "seed: '-1' is invalid; expected greater than or equal to 0"),
        ("part_size", 0, "part_size: '0' is invalid; expected greater than or equal to 1"),
        ("sides", [{"role": "advancing"}], "sides.0.side: is missing"),
        ("sides", "army", "sides: 'army' is invalid; expected a valid list"),
        ("begins", math.nan, "begins: 'nan' is invalid; expected a finite number"),
        ("begins", 1e300, "begins: '1e\\+300' is invalid; expected less than or equal to 24"),
        ("files", {"runs/part-000000.parquet": ["1", ""]}, "files.*: '1' is invalid; expected a valid int"),
        ("command", "kidal run", "command: 'kidal run' is invalid; expected a valid list"),
        ("places", {"gao": "G" * 201}, "places.gao: 'GGGG.* is invalid; .* at most 200 characters"),
        ("column_names", {"army": "G" * 201}, "column_names.army: 'GGGG.* is invalid; .* at most 200 char"),
        ("summary", "G" * 1_000_001, "summary: 'GGGG.* is invalid; .* at most 1000000 characters"),
    ],
)
def test_a_manifest_whose_names_are_none_is_refused(run, key, value, words):
    manifest = json.loads((run / "manifest.json").read_text())
    manifest[key] = value
    reseal(run, manifest)
    with pytest.raises(FaultyInput, match=rf"manifest.json: was changed after it was written \({words}"):
        read_run(run)


def test_all_that_is_wrong_with_a_manifest_is_told_at_once(run):
    manifest = json.loads((run / "manifest.json").read_text())
    reseal(run, {**manifest, "seed": -1, "label": "a/b", "start": "yesterday"})
    with pytest.raises(FaultyInput) as refusal:
        read_run(run)
    keys = [line.split("(")[1].split(":")[0] for line in str(refusal.value).splitlines()]
    assert sorted(keys) == ["label", "seed", "start"]
    reseal(run, {**manifest, "camps": {"salt": "gao", "dust": "gao"}, "sides": manifest["sides"][::-1]})
    with pytest.raises(FaultyInput) as refusal:
        read_run(run)
    assert len(str(refusal.value).splitlines()) == 3


def test_sides_of_a_manifest_have_their_roles_in_order(run):
    manifest = json.loads((run / "manifest.json").read_text())
    reseal(run, {**manifest, "sides": manifest["sides"][::-1]})
    with pytest.raises(FaultyInput, match="sides: their roles are others; expected advancing, contesting, w"):
        read_run(run)


@pytest.mark.parametrize("key", ["design", "summary", "given", "holders", "hashes", "packages"])
def test_a_manifest_without_a_key_that_is_read_is_refused(run, key):
    manifest = json.loads((run / "manifest.json").read_text())
    del manifest[key]
    reseal(run, manifest)
    with pytest.raises(FaultyInput, match="manifest.json: is no manifest; expected one with "):
        read_run(run)


@pytest.mark.parametrize("design", ["drone-stations", "mine-rate"])
def test_the_manifest_of_a_sweep_is_right(design):
    inputs = bundled_inputs("kidal-offensive")
    job = Job(inputs=inputs, seed=1, runs=2, draw=True, design=load_design(design, inputs, 1))
    assert manifest_faults(json.loads(json.dumps(described(job)))) == []


def test_a_manifest_may_say_what_is_not_known(run):
    manifest = json.loads((run / "manifest.json").read_text())
    reseal(run, {**manifest, "mood": ["fine", math.inf]})
    assert read_run(run).manifest["mood"] == ["fine", math.inf]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.parquet", "/etc/passwd", "runs/../x.parquet", "a\x1b/b.x"]
)
def test_a_manifest_that_names_files_elsewhere_is_refused(run, name):
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["files"][name] = manifest["files"].pop("runs/part-000000.parquet")
    reseal(run, manifest)
    with pytest.raises(FaultyInput, match=r"manifest.json: was changed .* is invalid; expected a file of a"):
        read_run(run)


def test_a_run_whose_scenario_was_changed_is_refused(run):
    path = run / "scenario.yaml"
    path.write_text(path.read_text().replace("2023-10-02", "2023-10-03"))
    with pytest.raises(FaultyInput, match="scenario.yaml: is missing or was changed"):
        read_run(run)


def test_a_manifest_nested_without_end_is_refused(run):
    (run / "manifest.json").write_text("[" * 200_000)
    with pytest.raises(FaultyInput, match="is not a result folder"):
        read_run(run)


# --- what is told to be right is right ----------------------------------------------------------------------


def changed(run, **entries):
    """Write other entries into a manifest, whose seal stays."""
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, **entries}, indent=1))


def resealed(run, **entries):
    reseal(run, {**json.loads((run / "manifest.json").read_text()), **entries})


@pytest.mark.parametrize(
    "damage",
    [
        lambda run: changed(run, runs=3),
        lambda run: changed(run, hash="0"),
        lambda run: changed(run, part_size=1),
        lambda run: changed(run, schema=4),
        lambda run: resealed(run, schema=4),
        lambda run: resealed(run, files={"../a.parquet": [0, ""]}),
        lambda run: without(run, "axis/route.parquet", "lat"),
        lambda run: without(run, "runs/part-000000.parquet", "status"),
        lambda run: (run / "runs/part-000000.parquet").unlink(),
        lambda run: (run / "scenario.yaml").write_text(""),
        lambda run: flip(run / "axis/cover.parquet"),
    ],
)
def test_what_a_fault_of_a_folder_says_is_right_is_so(damage, run):
    damage(run)
    with pytest.raises(FaultyInput) as error:
        read_run(run)
    same = Job(inputs=bundled_inputs("gao-anefis"), seed=1, runs=2, draw=True, out=run)
    another = replace(same, out=run.with_name("another"))
    if str(error.value).endswith("the same command again would put it right"):
        do(same)
        assert len(read_run(run).runs["seed"]) == 2
    else:
        assert str(error.value).endswith("; run it again with another --out")
        do(another)
        assert len(read_run(another.folder).runs["seed"]) == 2
        with suppress(FaultyInput):  # whatever it holds, it is no less than before
            do(same)


def test_a_run_into_a_folder_whose_manifest_was_changed_says_so(kidal, run):
    changed(run, seed=2)
    before = {path: path.read_bytes() for path in run.rglob("*.*")}
    for words in (("run", "gao-anefis", "--runs", "2", "--out", "run"), ("verify", "run"), ("report", "run")):
        code, out, err = kidal(*words)
        assert (code, out) == (2, "")
        advice = "run it again with another --out"
        assert err == f"run/manifest.json: was changed after it was written; {advice}\n"
    assert before == {path: path.read_bytes() for path in run.rglob("*.*")}


# --- files of others ----------------------------------------------------------------------------------------


def test_a_file_among_the_tables_that_is_not_of_the_run_is_told_of_and_not_read(kidal, run):
    assert kidal("query", "run", "select count(*) from runs", "--csv")[2] == ""
    shutil.copy(run / "runs/part-000000.parquet", run / "runs/part-000001.parquet")
    shutil.copy(run / "runs/part-000000.parquet", run / "runs/part-000002.parquet")
    code, out, err = kidal("query", "run", "select count(*) as n from runs", "--csv")
    assert (code, out) == (0, "n\n2\n")
    assert len(pq.read_table(run / "runs")) == 6
    assert err == (
        "run/runs/part-000001.parquet (and 1 more): is no file of this result; it is left out here, but "
        "what reads all of run/runs takes it for a part of the run: take it away\n"
    )


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("runs/notes.txt", True),
        ("events/more/a.parquet", True),
        ("axis/mine.parquet", True),
        ("runs/.part-000001.parquet.aside", False),
        ("runs/_SUCCESS", False),
        ("figures/map.png", False),
        ("report.html", False),
    ],
)
def test_only_what_others_read_with_the_tables_is_told_of(file, told, run, capsys):
    (run / file).parent.mkdir(exist_ok=True)
    (run / file).touch()
    read_run(run)
    assert ("is no file of this result" in capsys.readouterr().err) == told


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
def test_a_folder_whose_name_is_no_utf_8_is_refused(whole, tmp_path):
    folder = shutil.copytree(whole, tmp_path / "\udcff")
    with pytest.raises(FaultyInput, match="is a path that is no UTF-8 text; expected another name"):
        read_run(folder)
    job = Job(inputs=load_inputs("gao-anefis"), seed=1, runs=2, draw=True, out=tmp_path / "\udcfe")
    with pytest.raises(FaultyInput, match="is a path that is no UTF-8 text"):
        do(job)
    assert not (tmp_path / "\udcfe").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize("make", [lambda path: os.mkfifo(path), lambda path: path.symlink_to("/dev/zero")])
def test_a_manifest_without_end_is_not_waited_for(make, tmp_path):
    make(tmp_path / "manifest.json")
    with pytest.raises(FaultyInput, match="is not a result folder"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [None, b"{", b'{"summary": "other"}'], ids=["gone", "cut", "changed"])
def test_an_account_of_a_fit_that_is_not_what_was_written_is_refused(content, tmp_path):
    text = b'{"summary": "made up"}'
    entry = [len(text), hashlib.sha256(text).hexdigest()]
    reseal(tmp_path, {"schema": VERSION, "kind": "calibration", "files": {"fit.json": entry}})
    (tmp_path / "fit.json").write_bytes(text)
    assert read_fit(tmp_path)["summary"] == "made up"
    (tmp_path / "fit.json").unlink()
    if content is not None:
        (tmp_path / "fit.json").write_bytes(content)
    with pytest.raises(FaultyInput, match="fit.json: is missing or damaged; the same command again"):
        read_fit(tmp_path)
