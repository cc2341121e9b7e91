"""`kidal verify`: a result is run again from what its folder holds, and what differs is told."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bundled import hypothesis_names, scenario_names
from stored_files import flip, reseal

from analysis.words import changes
from sim.designs.design import load_design
from sim.engine.batch import compiled_mode
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.store import provenance
from sim.store.provenance import rules
from sim.store.reader import read_run
from sim.studies import printed
from sim.studies.verification import row_sample, unequal, verify

pytestmark = pytest.mark.slow

RUNS = 40
PART = "runs/part-000000.parquet"


def made(folder, job):
    return do(job, summary=printed.stored)[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "run"
    return made(path, Job(inputs=load_inputs("gao-anefis"), seed=1, runs=RUNS, draw=True, out=path))


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    inputs = load_inputs("gao-anefis", sets=["march_speed=9 km/h"])
    design = load_design("rebel-strength", inputs, 1)
    path = tmp_path_factory.mktemp("swept") / "sweep"
    return made(path, Job(inputs=inputs, seed=1, runs=6, draw=True, design=design, out=path, size=10))


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


@pytest.fixture
def sweep(swept, tmp_path):
    return shutil.copytree(swept, tmp_path / "sweep")


def resum(folder, file, content):
    """Write a file of a folder as if it had been made so."""
    (folder / file).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][file] = [len(content), hashlib.sha256(content).hexdigest()]
    reseal(folder, manifest)


def alter(folder, file, column, row, change):
    """Alter one value of a stored table, and the checksums to match."""
    table = pq.read_table(folder / file)
    place = table.column_names.index(column)
    values = table.column(column).to_pylist()
    before = values[row]
    values[row] = change(before)
    assert values[row] != before
    sink = pa.BufferOutputStream()
    pq.write_table(table.set_column(place, column, pa.array(values, table.schema.field(column).type)), sink)
    resum(folder, file, sink.getvalue().to_pybytes())
    return before, values[row]


# --- equal --------------------------------------------------------------------------------------------------


def test_a_fresh_run_is_equal(run, kidal):
    code, out, err = kidal("verify", "run", "--seed", "1")
    assert (code, err) == (0, "")
    assert out == (
        "equal, to the last bit\n"
        f"run: 20 of {RUNS} runs run again (--seed 1), 20 kept whole; printed table: equal\n"
    )


def test_a_fresh_sweep_in_parts_is_equal(sweep):
    verdict = verify(sweep, 1000, 1)
    assert verdict.differences == ()
    assert verdict.runs == verdict.of == verdict.histories == 42


@pytest.mark.parametrize("name", scenario_names())
def test_a_run_of_every_scenario_is_equal(name, kidal):
    assert kidal("run", name, "--runs", "3", "--out", "out")[0] == 0
    code, out, _ = kidal("verify", "out", "--json")
    found = json.loads(out)
    assert (code, found["equal"], found["runs"], found["table"]) == (0, True, 3, "equal")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--runs", "3", "--fixed"),
        ("--runs", "3", "--set", "march_speed=9 km/h", "--set", "columns.army.supply=3 days"),
        ("--with", hypothesis_names()[0]),
        ("--runs", "3", "--seed", str(2**64 - 1)),
    ],
)
def test_a_run_with_any_options_is_equal(words, kidal):
    assert kidal("run", "kidal-offensive", "--out", "out", *words)[0] == 0
    assert kidal("verify", "out")[:2][0] == 0


@pytest.mark.parametrize("design", ["go-conditions", "drone-stations", "morris"])
def test_a_sweep_of_hypotheses_fields_or_a_sample_is_equal(design, kidal):
    assert kidal("sweep", "kidal-offensive", design, "--runs", "1", "--out", "out")[0] == 0
    assert kidal("verify", "out", "--rows", "9")[0] == 0


def test_what_ran_compiled_is_run_again_plain(tmp_path):
    compiled_mode(load_inputs("gao-anefis").template)
    job = Job(inputs=load_inputs("gao-anefis"), seed=3, runs=300, draw=True, out=tmp_path / "run")
    made(job.folder, job)
    assert verify(job.folder, 30, 2).differences == ()


def test_a_result_of_python_has_no_printed_table(tmp_path, kidal):
    do(Job(inputs=load_inputs("gao-anefis"), seed=1, runs=2, draw=True, out=tmp_path / "run"))
    code, out, _ = kidal("verify", "run")
    assert code == 0
    assert out.endswith("; printed table: none\n")


def test_what_is_printed_is_what_is_stored(kidal, tmp_path):
    _, out, _ = kidal("run", "gao-anefis", "--runs", "5", "--out", "one")
    lines = json.loads((tmp_path / "one" / printed.PRINTED_FILE).read_text(encoding="utf-8"))["answer"]
    assert out.splitlines()[: len(lines)] == lines
    _, out, _ = kidal("show", "one", "--full")
    stored = json.loads((tmp_path / "one" / printed.PRINTED_FILE).read_text(encoding="utf-8"))
    (known,) = changes.hindsight(read_run(tmp_path / "one"))
    told = [*stored["answer"], "", *stored["lines"], ""]
    assert out.splitlines()[: len(told)] == told
    assert " ".join(" ".join(out.splitlines()[len(told) :]).split()) == known
    _, out, _ = kidal("sweep", "gao-anefis", "rebel-strength", "--runs", "2", "--out", "two")
    lines = json.loads((tmp_path / "two" / printed.PRINTED_FILE).read_text(encoding="utf-8"))["lines"]
    assert out.splitlines()[: len(lines)] == lines


# --- what differs -------------------------------------------------------------------------------------------


def test_one_altered_number_is_found_and_told(run, kidal):
    before, after = alter(
        run, PART, "anefis:capture", 7, lambda hour: float(np.nextafter(np.float32(hour), np.float32(1e9)))
    )
    code, out, err = kidal("verify", "run", "--rows", str(RUNS))
    assert (code, err) == (1, "")
    stored, again = (str(np.float32(hour)) for hour in (after, before))
    assert f"runs of run 7: anefis:capture: stored {stored}, run again {again}" in out.splitlines()
    found = json.loads(kidal("verify", "run", "--rows", str(RUNS), "--json")[1])
    assert not found["equal"]
    assert [(one["run"], one["column"]) for one in found["differences"]] == [(7, "anefis:capture")]


@pytest.mark.parametrize(
    ("file", "column", "change", "told"),
    [
        (PART, "mine_strikes", lambda x: x + 1, "runs of run 0: mine_strikes"),
        (PART, "seed", lambda x: x ^ 1, "runs of run 0: seed"),
        (PART, "replicate", lambda x: x + 1, "runs of run 0: replicate"),
        (PART, "status", lambda _: "failed", "runs of run 0: status"),
        ("events/part-000000.parquet", "amount", lambda x: x + 1e-9, "events of run 0: amount (row 0)"),
        ("events/part-000000.parquet", "place", lambda _: "kidal", "events of run 0: place (row 0)"),
        ("events/part-000000.parquet", "replicate", lambda x: 10**6, "events of run 0: rows"),
        ("reports/part-000000.parquet", "reported", lambda x: x + 1, "reports of run 0: reported (row 0)"),
        ("axis/route.parquet", "km", lambda x: x + 1e-9, "route: km (row 0)"),
        ("axis/daylight.parquet", "sunset", lambda x: x + 1e-9, "daylight: sunset (row 0)"),
    ],
)
def test_whatever_is_altered_is_found(run, file, column, change, told):
    alter(run, file, column, 0, change)
    assert any(str(one).startswith(told) for one in verify(run, RUNS, 1).differences)


def test_an_altered_factor_of_a_sweep_is_found(sweep):
    (factor,) = [
        one["name"] for one in json.loads((sweep / "manifest.json").read_text())["design"]["factors"]
    ]
    alter(sweep, "runs/part-000003.parquet", factor, 2, lambda x: x * 2 if isinstance(x, float) else x + "1")
    found = [one for one in verify(sweep, 1000, 1).differences if one.table == "runs"]
    assert [(one.run, one.column) for one in found] == [(32, factor)]


def test_an_altered_manifest_is_found(run, kidal):
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["milestones"][0]["to_km"] += 1.0
    reseal(run, manifest)
    assert [(one.table, one.column) for one in verify(run, 1, 1).differences] == [("manifest", "milestones")]
    assert kidal("verify", "run")[1].endswith("; printed table: not made again\n")


def test_an_altered_table_is_found(run, kidal):
    text = (run / printed.PRINTED_FILE).read_text(encoding="utf-8")
    resum(run, printed.PRINTED_FILE, text.replace(" 1.00 ", " 0.99 ", 1).encode())
    (found,) = verify(run, 1, 1).differences
    assert (found.table, found.column) == ("printed table", "line 2")
    assert "0.99" in found.stored
    assert "1.00" in found.found
    resum(run, printed.PRINTED_FILE, re.sub("median . Oct", "median 9 Oct", text, count=1).encode())
    (found,) = verify(run, 1, 1).differences
    assert (found.table, found.column) == ("printed answer", "line 4")
    assert kidal("verify", "run")[1].endswith("; printed table: other\n")


def test_the_table_is_made_of_all_rows_and_not_only_of_those_that_are_run_again(run):
    """A row that is not drawn, altered enough to show."""
    alter(run, PART, "anefis:capture", 0, lambda _: float("inf"))
    seed = next(
        seed
        for seed in range(100)
        if 0 not in row_sample(Job(inputs=load_inputs("gao-anefis"), seed=1, runs=RUNS, draw=True), 1, seed)
    )
    found = verify(run, 1, seed).differences
    assert {one.table for one in found} == {"printed answer", "printed table"}


# --- what cannot be verified --------------------------------------------------------------------------------


def refused(folder):
    with pytest.raises(FaultyInput) as error:
        verify(folder, RUNS, 1)
    (fault,) = error.value.faults
    return fault.message


def changed(folder, **keys):
    reseal(folder, json.loads((folder / "manifest.json").read_text()) | keys)


def test_a_result_of_other_rules(run, kidal):
    changed(run, rules="7")
    told = f"cannot be verified: it was made by rules 7, these are rules {rules()}; expected the program of its manifest"
    assert refused(run).startswith(told)
    assert kidal("verify", "run")[0] == 2


@pytest.mark.parametrize("file", [PART, "scenario.yaml", "axis/route.parquet", printed.PRINTED_FILE])
def test_a_damaged_or_missing_file(run, file):
    flip(run / file)
    assert "damaged" in refused(run)
    (run / file).unlink()
    assert "missing" in refused(run)


def test_other_inputs(run):
    text = (run / "scenario.yaml").read_text(encoding="utf-8")
    resum(run, "scenario.yaml", text.replace(" column ", " columns ", 1).encode())
    assert refused(run).startswith("cannot be verified: its inputs are others here (scenario);")


def test_another_network(run, monkeypatch):
    hashes = json.loads((run / "manifest.json").read_text())["hashes"]
    changed(run, hash="0" * 12, hashes={**hashes, "network": "0" * 12})
    assert "its inputs are others here (network); expected the case, network and record" in refused(run)


def test_other_libraries_excuse_no_difference(run):
    packages = provenance.packages() | {"numpy": "1.0"}
    changed(run, packages=packages)
    assert verify(run, RUNS, 1).differences == ()
    alter(run, PART, "mine_strikes", 3, lambda x: x + 1)
    verdict = verify(run, RUNS, 1)
    assert [one.column for one in verdict.differences] == ["mine_strikes"]
    assert verdict.libraries == (f"numpy 1.0 (here {np.__version__})",)


@pytest.mark.parametrize(("key", "what"), [("record", "record of reports"), ("words", "wording of tables")])
def test_a_table_beside_another_record_or_in_other_words(run, key, what):
    about = json.loads((run / printed.PRINTED_FILE).read_text(encoding="utf-8"))
    resum(run, printed.PRINTED_FILE, json.dumps(about | {key: "0"}).encode())
    assert verify(run, 1, 1).differences == ()  # it says the same
    about["lines"][3] += " and more"
    resum(run, printed.PRINTED_FILE, json.dumps(about | {key: "0"}).encode())
    assert f"its runs are equal, its printed table cannot be verified: the {what} is another here" in refused(
        run
    )


def test_a_case_of_ones_own_is_named(kidal, tmp_path):
    assert kidal("new", "case", "mine")[0] == 0
    name = next((tmp_path / "mine" / "scenarios").glob("*.yaml")).stem
    assert kidal("--case", "mine", "run", name, "--runs", "2", "--out", "out")[0] == 0
    assert kidal("--case", "mine", "verify", "out")[0] == 0
    code, _, err = kidal("verify", "out")
    assert code == 2
    assert err == "out: is a run of another case; expected --case with the folder 'mine'\n"


def test_a_calibration_and_what_is_no_result(tmp_path, kidal):
    assert kidal("verify", "nothing")[0] == 2
    (tmp_path / "fit").mkdir()
    reseal(tmp_path / "fit", {"schema": 6, "kind": "calibration"})
    assert "is a calibration, and no run" in kidal("verify", "fit")[2]


# --- which are drawn ----------------------------------------------------------------------------------------


def test_runs_are_drawn_by_seed_half_of_them_with_histories(swept):
    inputs = load_inputs("gao-anefis")
    job = Job(inputs=inputs, seed=1, runs=1_000_000, draw=True)
    chosen = row_sample(job, 20, 1)
    assert len(set(chosen.tolist())) == 20
    assert chosen.tolist() == row_sample(job, 20, 1).tolist() != row_sample(job, 20, 2).tolist()
    assert (chosen < job.keep).sum() == 10
    assert row_sample(job, 1, 1) < job.keep
    design = load_design("rebel-strength", inputs, 1)
    many = Job(inputs=inputs, seed=1, runs=10_000, draw=True, design=design)
    chosen = row_sample(many, 2000, 1)
    kept = chosen % many.runs < many.keep
    assert 990 < kept.sum() < 1040
    assert len(np.unique(chosen[kept] // many.runs)) == len(design.points)


def test_numbers_are_equal_to_the_bit_and_texts_as_texts():
    zeros = np.array([0.0, -0.0, np.nan, np.inf], "f4")
    assert unequal(zeros, zeros.copy()).tolist() == [False] * 4
    assert unequal(zeros, np.abs(zeros)).tolist() == [False, True, False, False]
    assert unequal(zeros, zeros.astype("f8")).all()
    assert unequal(np.array(["a", "b"], object), np.array(["a", "c"])).tolist() == [False, True]


def test_a_result_that_was_moved_is_verified_where_it_is(run, tmp_path):
    there = shutil.move(run, tmp_path / "from elsewhere")
    assert verify(Path(there), 5, 1).differences == ()
