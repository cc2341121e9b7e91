"""Sweeps: neither workers nor parts nor other points change a row, and replicates share their luck over points."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from bundled import bundled_inputs

from sim.designs.design import load_design
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.store.reader import read_run
from sim.store.schema import PART_TABLES

pytestmark = pytest.mark.slow

HEAD = "summary: What matters?\nsource: made up\nkind: list\nruns: 70\npoints:\n"
SPEEDS = ("march_speed: 8 km/h", "march_speed: 10 km/h", "march_speed: 14 km/h")
PLACES = ("with: none", "with: hazard-by-night", "with: radius-300-km")
RUNS = 70


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Do a sweep over points as they are written; gives its tables. The same twice is done once."""
    known = {}

    def tables(points, common=True, scenario=None, runs=RUNS, draw=True, workers=2, **sizes):
        scenario = scenario or bundled_inputs("gao-anefis")
        key = (tuple(points), common, scenario.loaded.name, runs, draw, workers, tuple(sorted(sizes.items())))
        if key not in known:
            folder = tmp_path_factory.mktemp("swept")
            asked = job(folder, points, common=common, inputs=scenario, runs=runs, draw=draw, **sizes)
            known[key] = do(asked, workers=workers)[1]
        return known[key]

    return tables


def job(folder, points, common=True, inputs=None, runs=RUNS, draw=True, **sizes):
    """A job over points as they are written."""
    inputs = inputs or bundled_inputs("gao-anefis")
    path = folder / "design.yaml"
    more = "" if common else "common_random_numbers: false\n"
    path.write_text(more + HEAD + "".join(f"  - {{{point}}}\n" for point in points))
    return Job(
        inputs=inputs,
        seed=1,
        runs=runs,
        draw=draw,
        design=load_design(str(path), inputs, 1),
        out=folder / "out",
        **sizes,
    )


def assert_same(found, wanted, but=(), point=None, as_point=None):
    """Equal tables to the last bit, of all points or of one; `but` are columns that are left out."""
    for name in PART_TABLES:
        one, other = getattr(found, name), getattr(wanted, name)
        assert [column for column in one if column not in but] == [c for c in other if c not in but]
        here = slice(None) if point is None else one["design_id"] == point
        there = slice(None) if as_point is None else other["design_id"] == as_point
        for column in one:
            if column not in but:
                np.testing.assert_array_equal(
                    one[column][here], other[column][there], err_msg=f"{name} {column}", strict=True
                )


# --- workers and parts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [SPEEDS, PLACES], ids=["parameters", "scenarios"])
@pytest.mark.parametrize(("workers", "size"), [(1, 7), (2, 64), (3, 64), (2, 70), (3, 209), (1, 1000)])
def test_neither_workers_nor_the_size_of_parts_change_a_row(workers, size, points, swept):
    assert_same(swept(points, workers=workers, size=size), swept(points))


def test_neither_the_mode_nor_the_size_of_chunks_changes_a_row(swept, monkeypatch):
    wanted = swept(SPEEDS)
    assert_same(swept(SPEEDS, workers=1, size=90, chunk=11), wanted)
    monkeypatch.setattr("sim.engine.batch.COMPILED_FROM", 1_000_000)
    assert_same(swept(SPEEDS, workers=1, size=91, chunk=11), wanted)


def test_parts_of_one_size_are_equal_byte_for_byte_on_threads_and_on_a_cluster(tmp_path):
    distributed = pytest.importorskip("distributed")
    how = {"processes": False, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    found = {}
    with distributed.LocalCluster(n_workers=2, protocol="tcp://", host="127.0.0.1", **how) as cluster:
        calls = {
            "one": {"workers": 1},
            "three": {"workers": 3},
            "dask": {"address": cluster.scheduler_address},
        }
        for name, call in calls.items():
            (tmp_path / name).mkdir()
            folder, _ = do(job(tmp_path / name, PLACES, size=40), **call)
            found[name] = {
                path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")
            }
    assert len(found["one"]) > 6
    assert found["one"] == found["three"] == found["dask"]


def test_hours_and_outcomes_are_32_bit_and_events_64_bit(swept):
    tables = swept(SPEEDS)
    floats = {name: {c.dtype.name for c in getattr(tables, name).values()} for name in ("runs", "events")}
    assert floats["events"] & {"float32", "float64"} == {"float64"}
    runs = tables.runs
    assert {n for n in runs if runs[n].dtype == "float64"} == {"march_speed"}
    assert runs["seed"].dtype == "uint64"
    assert runs["anefis:capture"].dtype == "float32"
    alone = do_alone(bundled_inputs("gao-anefis"))
    assert not [name for name in alone.runs if alone.runs[name].dtype == "float64"]


def do_alone(inputs, runs=RUNS, draw=True, seed=1):
    """Many runs without a design."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        _, tables = do(
            Job(inputs=inputs, seed=seed, runs=runs, draw=draw, out=Path(folder) / "out"), workers=1
        )
        return replace(tables, runs=dict(tables.runs))


def test_each_row_stands_at_its_place_with_the_factors_of_its_point(swept):
    tables = swept(SPEEDS, workers=3, size=64)
    runs = tables.runs
    assert runs["design_id"].tolist() == np.repeat(np.arange(3), RUNS).tolist()
    assert runs["replicate"].tolist() == np.tile(np.arange(RUNS), 3).tolist()
    assert runs["march_speed"].tolist() == np.repeat([8.0, 10.0, 14.0], RUNS).tolist()
    assert tables.points["march_speed"].tolist() == [8.0, 10.0, 14.0]
    for name in ("events", "reports"):
        keys = [getattr(tables, name)[key].tolist() for key in ("design_id", "replicate")]
        assert list(zip(*keys, strict=True)) == sorted(zip(*keys, strict=True))


# --- common random numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [SPEEDS, PLACES], ids=["parameters", "scenarios"])
def test_a_replicate_has_the_same_seed_at_every_point(points, swept):
    seeds = swept(points).runs["seed"].reshape(3, RUNS)
    assert (seeds == seeds[0]).all()
    assert len(set(seeds[0].tolist())) == RUNS


def test_without_common_random_numbers_no_two_runs_share_a_seed(swept):
    apart = swept(SPEEDS, common=False)
    assert len(set(apart.runs["seed"].tolist())) == 3 * RUNS
    assert_same(swept(SPEEDS, common=False, workers=1, size=33), apart)


def test_what_a_point_does_not_move_is_drawn_alike_at_every_point(swept):
    """At the parameters' own values nothing is left that could differ."""
    tables = swept(("march_speed: 10 km/h", "march_speed: 10.0000001 km/h"), workers=1)
    runs = tables.runs
    near = np.isclose(*runs["anefis:capture"].reshape(2, RUNS), atol=0.01)
    assert near.mean() > 0.9


CASES = {
    "march_speed: 8 km/h, fighters: 300 persons": (["march_speed=8 km/h", "fighters=300 persons"], []),
    "march_speed: 14 km/h, fighters: 3000 persons": (["march_speed=14 km/h", "fighters=3000 persons"], []),
    "with: none, drones.tb2.radius: 100 km": (["drones.tb2.radius=100 km"], []),
    "with: hazard-by-night, drones.tb2.radius: 250 km": (
        ["drones.tb2.radius=250 km"],
        ["hazard-by-night"],
    ),
}


@pytest.mark.parametrize("draw", [True, False], ids=["drawn", "fixed"])
@pytest.mark.parametrize("first", [0, 2])
def test_the_rows_of_a_point_are_those_of_running_it_alone(first, draw, swept):
    points = list(CASES)[first : first + 2]
    tables = swept(points, workers=2, size=50, draw=draw)
    factors = [name for name in tables.points if name not in ("design_id", "settings")]
    for number, point in enumerate(points):
        sets, rivals = CASES[point]
        alone = do_alone(load_inputs("gao-anefis", sets=sets, hypotheses=rivals), draw=draw)
        assert_same(tables, alone, but=("design_id", *factors), point=number)


def test_a_point_of_a_sweep_is_what_the_command_gives_for_it_alone(kidal, monkeypatch):
    Path("design.yaml").write_text(HEAD + "".join(f"  - {point}\n" for point in SPEEDS))
    code, told, _ = kidal(
        "sweep", "gao-anefis", "design.yaml", "--seed", "5", "--set", "fighters=900 persons", "--json"
    )
    assert code == 0
    tables = read_run(Path(json.loads(told)["out"]))
    words = ("run", "gao-anefis", "--runs", "70", "--seed", "5", "--set", "fighters=900 persons", "--json")
    code, told, _ = kidal(*words, "--set", "march_speed=14 km/h")
    assert code == 0
    alone = read_run(Path(json.loads(told)["out"]))
    assert_same(tables, alone, but=("design_id", "march_speed"), point=2)


def test_another_point_leaves_the_rows_of_the_others_as_they_were(swept):
    few = swept(SPEEDS[:2], workers=1)
    for points in ((*SPEEDS[:2], SPEEDS[2]), (SPEEDS[2], *SPEEDS[:2])):
        more = swept(points)
        for number, point in enumerate(SPEEDS[:2]):
            assert_same(more, few, but=("design_id",), point=points.index(point), as_point=number)


def test_another_point_at_the_end_leaves_rows_without_common_numbers_as_they_were(swept):
    few, more = (swept(SPEEDS[:n], common=False, workers=1) for n in (2, 3))
    for number in range(2):
        assert_same(more, few, point=number, as_point=number)


def test_more_replicates_leave_the_first_ones_as_they_were(swept):
    few, more = swept(SPEEDS, runs=40), swept(SPEEDS)
    first = more.runs["replicate"] < 40
    for column in few.runs:
        np.testing.assert_array_equal(few.runs[column], more.runs[column][first], err_msg=column)


# --- what is kept -------------------------------------------------------------------------------------------


def test_histories_are_kept_of_the_first_runs_of_each_point(swept):
    tables = swept(SPEEDS, size=51, histories=30)
    kept = set(zip(tables.events["design_id"].tolist(), tables.events["replicate"].tolist(), strict=True))
    assert kept == {(point, replicate) for point in range(3) for replicate in range(10)}


def test_parts_are_parquet_in_files_of_few_runs_with_checksums_in_the_manifest(tmp_path):
    folder, _ = do(job(tmp_path, SPEEDS, size=50))
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {
        path.relative_to(folder).as_posix() for name in PART_TABLES for path in (folder / name).iterdir()
    }
    assert set(manifest["files"]) >= files
    sizes = [pq.read_metadata(path).num_rows for path in sorted((folder / "runs").iterdir())]
    assert sizes == [50, 50, 50, 50, 10]
