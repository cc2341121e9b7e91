"""`kidal query`: SQL over a result folder, read where it lies; what is no run, or not whole, is refused."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
from bundled import bundled_inputs
from stored_files import cut, reseal

from analysis.tables import query
from analysis.tables.query import VIEWS, answer, connected
from sim.designs.design import load_design
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import read_run
from sim.store.schema import AXES, PART_TABLES

DESIGN = """summary: Does the speed of the march matter?
source: made up
kind: list
runs: 60
points:
  - {march_speed: 8 km/h, with: none}
  - {march_speed: 14 km/h, with: radius-300-km}
"""


def made(folder, name):
    """A sweep of two points in several parts."""
    (folder / "design.yaml").write_text(DESIGN)
    design = load_design(str(folder / "design.yaml"), bundled_inputs("gao-anefis"), 1)
    return do(
        Job(
            inputs=bundled_inputs("gao-anefis"),
            seed=1,
            runs=60,
            draw=True,
            design=design,
            out=folder / name,
            size=50,
        ),
        workers=1,
    )[0]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return made(tmp_path_factory.mktemp("query"), "run")


@pytest.fixture
def own(run, tmp_path):
    """A run that a test may damage."""
    return shutil.copytree(run, tmp_path / "own")


def test_there_is_a_view_for_each_table_with_its_columns_and_rows(run):
    assert set(VIEWS) == {*PART_TABLES, *AXES}
    tables = read_run(run)
    for name in VIEWS:
        table = getattr(tables, name)
        columns, rows = answer(run, f"select * from {name}")
        assert columns == list(table)
        for place, column in enumerate(columns):
            found = np.array([row[place] for row in rows], table[column].dtype)
            np.testing.assert_array_equal(found, table[column], err_msg=f"{name} {column}", strict=True)


def test_hours_are_32_bit_in_runs_and_64_bit_in_events(run):
    types = {name: dict(row[:2] for row in answer(run, f"describe {name}")[1]) for name in ("runs", "events")}
    assert types["runs"]["anefis:capture"] == "FLOAT"
    assert types["runs"]["seed"] == "UBIGINT"
    assert types["runs"]["march_speed"] == "DOUBLE"
    assert types["events"]["hour"] == "DOUBLE"


def test_the_tables_join_and_group(run):
    statement = """select points.settings, count(*), count(distinct seed), median("anefis:capture")
        from runs join points using (design_id) where status = 'done' group by all order by 1"""
    _, rows = answer(run, statement)
    runs = read_run(run).runs
    for row, point in zip(rows, (1, 0), strict=True):
        hours = runs["anefis:capture"][runs["design_id"] == point]
        assert row == (read_run(run).points["settings"][point], 60, 60, pytest.approx(np.median(hours)))


def test_a_table_a_json_object_and_comma_separated_values_are_printed(kidal, run):
    ask = ("query", str(run), "select design_id, count(*) as n, null as gap from runs group by 1 order by 1")
    assert kidal(*ask)[1].splitlines()[0].split() == ["design_id", "n", "gap"]
    code, out, told = kidal(*ask, "--json")
    assert (code, told) == (0, "")
    assert json.loads(out) == {"columns": ["design_id", "n", "gap"], "rows": [[0, 60, None], [1, 60, None]]}
    assert kidal(*ask, "--csv")[1] == "design_id,n,gap\n0,60,\n1,60,\n"


@pytest.mark.parametrize(
    ("value", "json_value"),
    [
        ("'inf'::float", None),
        ("'nan'::double", None),
        ("'2023-10-02'::date", "2023-10-02"),
        ("sum(1)", 1),
        ("1.5::decimal(4, 2)", "1.50"),
        ("true", True),
        ("[1, 2]", "[1, 2]"),
        ("'a, \"b\"'", 'a, "b"'),
    ],
)
def test_whatever_a_value_is_it_is_json(value, json_value, kidal, run):
    code, out, _ = kidal("query", str(run), f"select {value} as x", "--json")
    assert code == 0
    assert json.loads(out)["rows"] == [[json_value]]


def test_no_rows_are_a_head_alone(kidal, run):
    code, out, told = kidal("query", str(run), "select seed, status from runs where false")
    assert (code, out.split(), told) == (0, ["seed", "status"], "")


@pytest.mark.parametrize(
    "statement",
    ["select * from run", "selec 1", 'select "anefis:captur" from runs', "select anefis:capture from runs"],
)
def test_a_statement_that_cannot_be_answered_is_told_of_in_one_line_with_a_cure(statement, kidal, run):
    code, out, told = kidal("query", str(run), statement)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"kidal query \S+: .+; expected .+.*\n", told)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "select * from run",
            "'run' is no table; expected one of runs, route, cover, events, points, reports, daylight",
        ),
        ("select * from Event", "'Event' is no table; expected one of events, "),
        ("select x.seed from runs r", "'x' is no table; expected one of "),
        (
            'select "anefis:captur" from runs',
            "'anefis:captur' is no column; expected one of \"anefis:capture\", ",
        ),
        ("select anefis:capture from runs", "'capture' is no column; expected one of \"anefis:capture\", "),
        ("select r.sed\nfrom runs r", "'sed' is no column (line 1 of the statement); expected one of seed, "),
        (
            "select persons_lost from runs",
            "'persons_lost' is no column; it is called 'column_casualties' since schema 6",
        ),
        ("select hours from events", "'hours' is no column; expected one of hour, "),
        ("select foo from runs", "'describe runs' lists all "),
        ("select medain(seed) from runs", 'does not exist; did you mean "median"?'),
        (
            "selec 1",
            "syntax error at or near \"selec\"; expected SQL such as 'select * from runs limit 5'",
        ),
        (
            f"select {'x' * 5_000} from runs",
            f"'{'x' * 60}...' (5,000 letters) is no column; expected one of ",
        ),
    ],
)
def test_the_tables_and_columns_that_there_are_are_named_the_nearest_first(statement, message, kidal, run):
    assert message in kidal("query", str(run), statement)[2]


@pytest.mark.parametrize("statement", ["", " ", ";", "-- nothing"])
def test_no_statement_is_told_of(statement, kidal, run):
    code, _, told = kidal("query", str(run), statement)
    assert "Traceback" not in told
    assert code in (0, 2)


# --- other files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('{other}')",
        "select * from read_text('{other}')",
        "select * from '{other}'",
        "copy runs to '{folder}/out.csv'",
        "attach '{folder}/new.db' as new",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "install httpfs",
    ],
)
def test_no_file_beside_the_run_is_read_or_written(statement, run, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("secret\n1\n")
    with pytest.raises(FaultyInput):
        answer(run, statement.format(other=other, folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('.tmp/other.csv')",
        "select * from read_text('.tmp/other.csv')",
        "select * from glob('.tmp/*')",
        "select * from '.tmp/other.csv'",
        "copy runs to '.tmp/out.csv'",
        "attach '.tmp/new.db' as new",
        "attach '.tmp/mine.db' as mine (read_only)",
        "export database '.tmp/all'",
        "set temp_directory = '.'",
        "pragma profile_output = '.tmp/profile.json'",
    ],
)
def test_no_folder_for_temporary_files_is_open_to_sql(statement, run, tmp_path, monkeypatch):
    """DuckDB lets SQL read and write where it would put aside what does not fit into memory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".tmp").mkdir()
    (tmp_path / ".tmp" / "other.csv").write_text("secret\n1\n")
    duckdb.connect(tmp_path / ".tmp" / "mine.db").close()
    with pytest.raises(FaultyInput):
        answer(run, statement)
    assert sorted(path.name for path in (tmp_path / ".tmp").iterdir()) == ["mine.db", "other.csv"]


def test_an_answer_that_does_not_fit_into_memory_is_told_of_without_what_is_locked(run, monkeypatch):
    small = {**query.NO_SPILL, "memory_limit": "64MB"}
    monkeypatch.setattr(query, "NO_SPILL", small)
    with pytest.raises(FaultyInput) as error:
        answer(run, "select list(md5(range::varchar)) from range(10_000_000)")
    assert "Out of Memory" in str(error.value)
    assert str(error.value).endswith("expected fewer rows or columns at once: nothing is put aside on disk")
    assert "SET" not in str(error.value)


@pytest.mark.parametrize(
    "statement",
    [
        "copy (select 1 as a) to '{run}/runs/part-000000.parquet'",
        "copy (select 1 as a) to '{run}/more.csv'",
        "attach '{run}/new.db' as new",
        "export database '{run}/all'",
    ],
)
def test_asking_never_writes_into_the_run(statement, own):
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    with pytest.raises(FaultyInput):
        answer(own, statement.format(run=own))
    assert before == {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name", ["with space", "o'clock", 'q"q', "a[1]", "a*", "what?", "{x}", "häuser", "a;b", "%s"]
)
def test_a_folder_may_have_any_name(name, run, tmp_path):
    assert answer(
        shutil.copytree(run, tmp_path / name), "select count(*), count(distinct design_id) from runs"
    )[1] == [(120, 2)]


def test_a_folder_whose_name_is_a_pattern_is_not_taken_for_its_neighbours(run, tmp_path):
    """What is in `a1` is not read when `a[1]` is asked."""
    shutil.copytree(run, tmp_path / "a1")
    odd = shutil.copytree(run, tmp_path / "a[1]")
    for part in (tmp_path / "a1").rglob("*.parquet"):
        part.unlink()
    assert answer(odd, "select count(*) from runs")[1] == [(120,)]
    (tmp_path / "a1" / "runs" / "part-000000.parquet").write_bytes(b"no table")
    assert answer(odd, "select count(*) from runs")[1] == [(120,)]


def test_a_folder_may_be_asked_from_anywhere(run, monkeypatch):
    monkeypatch.chdir(run.parent)
    assert answer(Path("run"), "select count(*) from runs")[1] == [(120,)]
    assert answer(Path("run/../run"), "select count(*) from runs")[1] == [(120,)]
    connected(Path("run")).close()


# --- what is refused ----------------------------------------------------------------------------------------


def refused(kidal, folder):
    """What is told of a folder that cannot be asked."""
    code, out, told = kidal("query", str(folder), "select count(*) from runs")
    assert (code, out) == (2, "")
    assert "Traceback" not in told
    return told


def test_what_is_no_run_folder_is_refused(kidal, tmp_path):
    for folder in (tmp_path / "nothing", tmp_path):
        assert "is not a result folder (no readable manifest.json)" in refused(kidal, folder)


def test_a_run_that_is_not_finished_is_refused_with_the_command_that_goes_on(kidal, own):
    manifest = json.loads((own / "manifest.json").read_text())
    manifest["command"] = ["kidal", "sweep", "gao-anefis", "my design.yaml", "--set", "fighters=9 persons"]
    reseal(own, {k: v for k, v in manifest.items() if k != "files"})
    told = refused(kidal, own)
    assert "is not finished" in told
    assert "`kidal sweep gao-anefis 'my design.yaml' --set 'fighters=9 persons'`" in told


@pytest.mark.parametrize("schema", [1, 3, 4])
def test_a_run_of_another_version_is_refused(schema, kidal, own):
    manifest = json.loads((own / "manifest.json").read_text())
    (own / "manifest.json").write_text(json.dumps(manifest | {"schema": schema}))
    told = refused(kidal, own)
    assert f"is of schema version {schema}, this program reads 6; run it again with another --out" in told


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 6}', "\x00", "\udcff"])
def test_a_manifest_that_is_none_is_refused(text, kidal, own):
    (own / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    assert refused(kidal, own).count("\n") == 1


def spoil_foot(path):
    raw = bytearray(path.read_bytes())
    raw[-40:-8] = b"\xff" * 32
    path.write_bytes(raw)


@pytest.mark.parametrize("file", ["runs/part-000001.parquet", "axis/points.parquet"])
@pytest.mark.parametrize("damage", [cut, spoil_foot, Path.unlink])
def test_a_damaged_file_is_named(damage, file, kidal, own):
    damage(own / file)
    assert file in refused(kidal, own)


def test_no_row_of_a_part_that_is_damaged_is_given(own):
    """A bit that is not what was written: found, or of no effect on the numbers."""
    before = answer(own, "select * from runs")
    for place in range(300, (own / "runs" / "part-000001.parquet").stat().st_size, 997):
        path = own / "runs" / "part-000001.parquet"
        whole = path.read_bytes()
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            found = answer(own, "select * from runs")
        except FaultyInput:
            found = before
        path.write_bytes(whole)
        assert repr(found) == repr(before), f"byte {place}"


def test_duckdb_reads_the_files_by_itself(run):
    """No `kidal` is needed."""
    found = duckdb.sql(f"select count(*) from '{run}/runs/*.parquet'").fetchall()
    assert found == [(120,)]
