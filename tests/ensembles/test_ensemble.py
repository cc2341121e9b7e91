"""Ensembles: the same rows however the work is split, few parts in memory, failures as rows, nothing left."""

import errno
import gc
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest
from bundled import bundled_inputs
from hypothesis import example, given, settings
from hypothesis import strategies as st
from worlds import with_room

from sim.chance.keyed_arrays import replicate_seeds
from sim.cli import main
from sim.engine import compiled as engine
from sim.engine import inputs
from sim.engine.batch import COMPILED_FROM, UNEQUAL
from sim.engine.build import build
from sim.engine.history import events, run_one
from sim.engine.inputs import load_inputs
from sim.engine.outcomes import names, outcomes
from sim.engine.reports import reports
from sim.ensembles import ensemble as ensembles
from sim.ensembles import executors
from sim.ensembles.ensemble import RunBatch, ensemble
from sim.ensembles.job import Job
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import read_run

pytestmark = pytest.mark.slow


@cache
def gao():
    return bundled_inputs("gao-anefis").template


@cache
def priors():
    return bundled_inputs("gao-anefis").parameters


SEEDS = replicate_seeds(1, np.arange(60))


@cache
def default_values():
    return priors().values()


@cache
def drawn_values():
    return priors().draws(SEEDS)


@cache
def number_names():
    return [*gao().milestones, *names(gao())]


HEAD = ["design_id", "replicate", "seed", "status", "error"]
WORKERS, CHUNKS, KEPT, MODES = (1, 2, 3), (1, 7, 64, 4096), (0, 1, 5, 99), (False, True)
FULL = "IndexError: the event log is full"


class Alone(NamedTuple):
    """A run as run_one gives it: what the rows of an ensemble are held against."""

    numbers: list[float]
    events: dict[str, np.ndarray]
    reports: dict[str, np.ndarray]


def alone(template, values, seed):
    """A run done by itself, with strengths drawn."""
    world = run_one(template, values, int(seed), spread=True)
    told = events(template, world, 0)
    numbers = [*(milestone.hour for milestone in world.milestones), *outcomes(template, world)]
    return Alone(numbers, told, reports(template, int(seed), values, told))


@cache
def each_alone():
    return [alone(gao(), priors().draw(int(seed)), seed) for seed in SEEDS]


@cache
def lengths():
    return [len(run.events["hour"]) for run in each_alone()]


@cache
def half_of_them():
    return int(np.median(lengths()))


"""A room for events that half of the runs exceed."""


def expected(order, keep=0, room=10_000, found=None, seeds=SEEDS, template=None):
    found, template = found or each_alone(), template or gao()
    """The tables of runs done one by one; those with more events than there is room for failed."""
    failed = [len(found[i].events["hour"]) > room for i in order]
    numbers = [
        [np.nan] * len(found[i].numbers) if bad else found[i].numbers
        for i, bad in zip(order, failed, strict=True)
    ]
    runs = {
        "design_id": np.zeros(len(order), "i4"),
        "replicate": np.arange(len(order), dtype="i4"),
        "seed": seeds[list(order)],
        "status": np.array(["failed" if bad else "done" for bad in failed], "U6"),
        "error": np.array([FULL if bad else "" for bad in failed], "U"),
    }
    runs |= zip([*template.milestones, *names(template)], np.array(numbers).T, strict=True)
    whole = [(at, i) for at, (i, bad) in enumerate(zip(order, failed, strict=True)) if at < keep and not bad]
    return RunBatch(
        runs, *(below(whole, [getattr(run, name) for run in found]) for name in Alone._fields[1:])
    )


def below(whole, tables):
    """Runs one below the other, each with the number of its run."""
    none = {name: column[:0] for name, column in tables[0].items()}
    table = {name: np.concatenate([none[name], *(tables[i][name] for _, i in whole)]) for name in none}
    at = np.array([at for at, _ in whole], "i4")
    return table | {"replicate": np.repeat(at, [len(tables[i]["event"]) for _, i in whole])}


def assert_same(found, wanted):
    """Equal to the last bit: columns and their order, types, and numbers."""
    for name in ("runs", "events", "reports"):
        one, other = getattr(found, name), getattr(wanted, name)
        assert list(one) == list(other)
        for column in one:
            assert_same_bits(one[column], other[column], f"{name} {column}")


def assert_same_bits(one, other, name=""):
    bits = [array.view("u8") if array.dtype == "f8" else array for array in (one, other)]
    np.testing.assert_array_equal(*map(np.ascontiguousarray, bits), err_msg=name, strict=True)


def rows(order=range(60), parameters=None, room=None, **how):
    """The ensemble of some of the seeds, with strengths drawn and room for so many events in each run."""
    parameters = priors().draws if parameters is None else parameters
    template = gao() if room is None else with_room(gao(), room)
    return ensemble(template, parameters, SEEDS[list(order)], spread=True, **how)


@pytest.fixture
def spied(monkeypatch):
    """The scenarios for which the compiled mode is asked for."""
    seen, ready = [], ensembles.compiled_mode

    def spy(scenario, *say, **how):
        seen.append(scenario)
        return ready(scenario, *say, **how)

    monkeypatch.setattr(ensembles, "compiled_mode", spy)
    return seen


@pytest.fixture
def started(monkeypatch):
    """The numbers of runs in the parts that were started."""
    sizes, make = [], ensembles.Chunk

    def count(*, seeds, **what):
        sizes.append(len(seeds))
        return make(seeds=seeds, **what)

    monkeypatch.setattr(ensembles, "Chunk", count)
    return sizes


# --- what must not matter -----------------------------------------------------------------------------------


@pytest.mark.parametrize("compiled", MODES)
@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_rows_are_those_of_single_runs_on_any_workers_and_in_any_chunk(chunk, compiled):
    for workers in WORKERS:
        found = rows(workers=workers, chunk=chunk, compiled=compiled, keep=10)
        assert_same(found, expected(range(60), keep=10))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    order=st.lists(st.integers(0, 59), min_size=1, max_size=40),
    workers=st.sampled_from(WORKERS),
    chunk=st.sampled_from(CHUNKS),
    compiled=st.sampled_from([None, *MODES]),
    keep=st.sampled_from(KEPT),
    drawn=st.booleans(),
)
@example(order=[59] * 50, workers=3, chunk=7, compiled=None, keep=99, drawn=True)
@example(order=list(range(59, -1, -1)), workers=2, chunk=7, compiled=True, keep=5, drawn=False)
def test_no_subset_or_order_of_the_seeds_changes_a_row(order, workers, chunk, compiled, keep, drawn):
    given_ = drawn_values()[order] if drawn else priors().draws
    found = rows(order, given_, workers=workers, chunk=chunk, compiled=compiled, keep=keep)
    assert_same(found, expected(order, keep))


@pytest.mark.parametrize("scenario", ["kidal-offensive", "un-withdrawal"])
def test_other_scenarios_give_the_rows_of_single_runs_too(scenario):
    inputs = load_inputs(scenario)
    template, seeds = inputs.template, SEEDS[:6]
    found = [alone(template, inputs.parameters.draw(int(seed)), seed) for seed in seeds]
    wanted = expected(range(6), 2, found=found, seeds=seeds, template=template)
    for compiled in MODES:
        how = {"compiled": compiled, "chunk": 4, "workers": 2, "keep": 2, "spread": True}
        assert_same(ensemble(template, inputs.parameters.draws, seeds, **how), wanted)


@pytest.mark.parametrize("compiled", MODES)
def test_a_part_that_takes_long_keeps_its_place(monkeypatch, compiled):
    make = ensembles.result_of

    def late(chunk, points, replicates):
        time.sleep(0.1 if replicates[0] == 0 else 0)
        return make(chunk, points, replicates)

    monkeypatch.setattr(ensembles, "result_of", late)
    assert_same(rows(range(20), workers=3, chunk=4, compiled=compiled), expected(range(20)))


@pytest.mark.parametrize("compiled", MODES)
def test_one_record_for_all_is_an_array_that_repeats_it(compiled):
    how = {"compiled": compiled, "chunk": 7, "keep": 3}
    wanted = rows(range(20), np.repeat(drawn_values()[5:6], 20), **how)
    one = dict(zip(drawn_values().dtype.names, drawn_values()[5].tolist(), strict=True))
    backwards = dict(reversed(one.items()))
    for record in (
        one,
        backwards,
        np.array(drawn_values()[5]),
        np.repeat(drawn_values()[5:6], 20).view(np.recarray),
    ):
        assert_same(rows(range(20), record, **how), wanted)
    assert_same_bits(wanted.runs[number_names()[-1]][5:6], expected([5]).runs[number_names()[-1]])


def test_the_fields_of_an_array_may_stand_in_any_order():
    backwards = np.empty(60, [(name, "f8") for name in reversed(drawn_values().dtype.names)])
    for name in drawn_values().dtype.names:
        backwards[name] = drawn_values()[name]
    for compiled in MODES:
        assert_same(rows(parameters=backwards, compiled=compiled), expected(range(60)))


def test_midpoints_hold_without_spread():
    world = run_one(gao(), priors().draw(int(SEEDS[0])), int(SEEDS[0]))
    for compiled in MODES:
        found = ensemble(gao(), priors().draws, SEEDS[:2], compiled=compiled).runs
        numbers = [found[name][0] for name in number_names()]
        assert numbers == [*(milestone.hour for milestone in world.milestones), *outcomes(gao(), world)]
        assert numbers != each_alone()[0].numbers


SMALL = [0, 3, 7, 2**53]


@pytest.mark.parametrize(
    "seeds",
    [
        SMALL,
        tuple(SMALL),
        np.array(SMALL, "i8"),
        np.array(SMALL, "u8"),
        np.array(SMALL, ">u8"),
        np.array(SMALL, "f8"),
        np.array(SMALL, object),
        list(np.array(SMALL, "u8")),
        np.repeat(np.array(SMALL, "u8"), 2)[::2],
    ],
    ids=["list", "tuple", "i8", "u8", ">u8", "f8", "objects", "of NumPy's", "strided"],
)
def test_seeds_may_be_any_sequence_of_whole_numbers(seeds):
    found = ensemble(gao(), default_values(), seeds, compiled=False).runs
    assert_same_bits(found["seed"], np.array(SMALL, "u8"))
    for at, seed in enumerate(SMALL):
        world = run_one(gao(), default_values(), seed)
        assert [found[name][at] for name in gao().milestones] == [row.hour for row in world.milestones]


def test_the_greatest_seed_and_a_range_are_seeds():
    assert list(ensemble(gao(), default_values(), [2**64 - 1]).runs["seed"]) == [2**64 - 1]
    assert list(ensemble(gao(), default_values(), range(2, 9, 3), compiled=True).runs["seed"]) == [2, 5, 8]


def test_nothing_is_compiled_again_for_seeds_that_lie_otherwise_in_memory():
    rows(compiled=True)
    before = len(engine.compiled(engine._run_batch).signatures)
    locked = SEEDS.copy()
    locked.flags.writeable = False
    assert_same(
        ensemble(gao(), priors().draws, SEEDS[::-1], spread=True, compiled=True), expected(range(59, -1, -1))
    )
    assert_same(ensemble(gao(), priors().draws, locked, spread=True, compiled=True), expected(range(60)))
    assert len(engine.compiled(engine._run_batch).signatures) == before


def digest(result):
    """A hash of all bits of a result."""
    state = hashlib.sha256()
    for table in (result.runs, result.events, result.reports):
        for name, column in table.items():
            state.update(name.encode() + column.dtype.str.encode() + column.tobytes())
    return state.hexdigest()


def test_another_process_gives_the_same_bits(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    code = "import test_ensemble as t; print(t.digest(t.rows(keep=5, compiled=True, chunk=7, workers=2)))"
    call = [sys.executable, "-c", code]
    here = Path(__file__).parent
    monkeypatch.setenv("PYTHONPATH", str(here.parent / "helpers"))
    found = subprocess.run(call, cwd=here, check=True, capture_output=True, text=True).stdout.strip()
    assert found == digest(expected(range(60), keep=5))


# --- which mode ---------------------------------------------------------------------------------------------


def test_some_tens_of_runs_are_compiled_and_fewer_are_not(spied):
    rows(range(COMPILED_FROM - 1))
    assert spied == []
    rows(range(COMPILED_FROM))
    assert spied == [gao()]
    rows(compiled=False)
    assert spied == [gao()]


def test_where_the_rules_cannot_be_compiled_they_run_plain_with_a_word(monkeypatch, capsys):
    def fail(*_, **__):
        raise engine.NotCompiled("planted")

    monkeypatch.setattr(engine, "prepare", fail)
    assert_same(rows(workers=2, keep=3), expected(range(60), keep=3))
    assert capsys.readouterr().err == "not compiled (planted): running plain, many times slower\n"


def test_where_numba_is_missing_the_rules_run_plain_with_a_word(monkeypatch, capsys):
    from sim import engine as package

    monkeypatch.delattr(package, "compiled")
    monkeypatch.setitem(sys.modules, "sim.engine.compiled", None)
    assert_same(rows(), expected(range(60)))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("not compiled (")
    assert line.endswith("running plain, many times slower")


# --- what is given back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("compiled", MODES)
@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("chunk", [1, 3, 4096])
def test_the_first_histories_are_kept_whole_with_their_reports(keep, chunk, compiled):
    found = rows(range(12), keep=keep, chunk=chunk, compiled=compiled, workers=2)
    assert_same(found, expected(range(12), keep))
    told = [set(table.get("replicate", ())) for table in (found.events, found.reports)]
    assert told == [set(range(min(12, keep)))] * 2
    counts = Counter(found.events.get("replicate", ()))
    assert counts == {i: lengths()[i] for i in range(min(12, keep))}


@pytest.mark.parametrize("compiled", MODES)
def test_columns_are_named_arrays_of_one_length_and_replicates_count_from_0(compiled):
    found = rows(compiled=compiled, chunk=7, keep=2)
    assert list(found.runs) == [*HEAD, *gao().milestones, *names(gao())]
    assert {len(column) for column in found.runs.values()} == {60} == {len(found)}
    assert found.runs["replicate"].tolist() == list(range(60))
    assert found.runs["seed"].tolist() == SEEDS.tolist()
    for table in (found.events, found.reports):
        assert len({len(column) for column in table.values()}) == 1
    for name in number_names():
        assert found.runs[name].dtype == "f8"
        assert not np.isnan(found.runs[name]).any()


@pytest.mark.parametrize("compiled", MODES)
def test_a_milestone_that_never_came_is_inf(compiled):
    found = rows(compiled=compiled, keep=60)
    hours = found.runs["anefis:capture"]
    captured = found.events["replicate"][
        (found.events["event"] == "capture") & (found.events["place"] == "anefis")
    ]
    assert np.flatnonzero(np.isfinite(hours)).tolist() == captured.tolist()
    assert set(hours[~np.isfinite(hours)]) == {np.inf}
    np.testing.assert_array_equal(np.isfinite(hours), found.runs["reached:army:anefis"] == 1)


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.fixture(params=MODES, ids=["plain", "compiled"])
def refused(request, monkeypatch):
    """Why an ensemble is refused, before anything is compiled or run."""

    def never(*_, **__):
        pytest.fail("something was compiled or run")

    monkeypatch.setattr(ensembles, "compiled_mode", never)
    monkeypatch.setattr(ensembles, "Chunk", never)

    def why(parameters, seeds, **how):
        with pytest.raises(ValueError, match=r"expected|whole number|support|one for all|unknown") as told:
            ensemble(gao(), parameters, seeds, compiled=request.param, **how)
        assert len(str(told.value).splitlines()) == 1
        return str(told.value)

    return why


WHOLE = "no whole number from 0 to 2^64 - 1"


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ([3, -1], f"seed -1 is {WHOLE}"),
        ([2**64], f"seed {2**64} is {WHOLE}"),
        ([1, 1.5], f"seed 1.5 is {WHOLE}"),
        ([2.0**64], WHOLE),
        (["5"], WHOLE),
        (np.array([1, -2]), f"seed -2 is {WHOLE}"),
        (np.array([0.5]), f"seed 0.5 is {WHOLE}"),
        (np.array(["1"]), WHOLE),
        ([], "there are no seeds; expected one a run"),
        (range(0), "there are no seeds; expected one a run"),
        (np.array([], "u8"), "there are no seeds; expected one a run"),
        (np.arange(6).reshape(3, 2), "seed"),
        (SEEDS[:6].reshape(3, 2), "seed"),
        ([float("nan")], WHOLE),
        ([float("inf")], WHOLE),
        (["x"], WHOLE),
        ([None], WHOLE),
        (np.array([True]), "seed"),
        ([True], WHOLE),
    ],
)
def test_a_wrong_seed_is_told_before_anything_runs(refused, seeds, told):
    assert told in refused(default_values(), seeds)


def without(name):
    return {key: value for key, value in default_values().items() if key != name}


def changed(index, value):
    drawn = drawn_values()[:6].copy()
    drawn["march_speed"][index] = value
    return drawn


OUTSIDE = "march_speed: {} is outside its support, 0.1 to 200 (h, km)"


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        (lambda: drawn_values()[:5], "5 records of parameters for 6 seeds; as many, or one for all"),
        (lambda: drawn_values()[:7], "7 records of parameters for 6 seeds; as many, or one for all"),
        (lambda: drawn_values()[:0], "0 records of parameters for 6 seeds"),
        (lambda: default_values() | {"march_speed": 1000.0}, OUTSIDE.format(1000)),
        (lambda: default_values() | {"march_speed": float("nan")}, OUTSIDE.format("nan")),
        (lambda: default_values() | {"march_speed": float("inf")}, OUTSIDE.format("inf")),
        (lambda: default_values() | {"march_speed": None}, OUTSIDE.format("nan")),
        (lambda: changed(5, 0.0), OUTSIDE.format(0)),
        (lambda: changed(0, np.nan), OUTSIDE.format("nan")),
        (lambda: without("march_speed"), "march_speed missing or unknown"),
        (lambda: default_values() | {"fog": 1.0}, "fog missing or unknown"),
        (lambda: drawn_values()[:6][[*drawn_values().dtype.names[1:]]], "march_speed missing or unknown"),
        (lambda: np.ones((6, len(default_values()))), "missing or unknown"),
        (lambda: drawn_values()[:4].reshape(1, 4), "4 records"),
        (lambda: drawn_values()[:9].reshape(1, 9), "9 records"),
        (lambda: drawn_values()[:6].reshape(2, 3), "records"),
        (lambda: drawn_values()[:6].reshape(6, 1), "records"),
        (lambda: default_values() | {"march_speed": "9 km/h"}, "march_speed"),
        (lambda: default_values() | {"march_speed": np.ones(6)}, "march_speed"),
        (lambda: [default_values()] * 6, "record"),
        (lambda: list(drawn_values()[:6]), "record"),
        (lambda: priors(), "record"),
    ],
)
def test_wrong_parameters_are_told_before_anything_runs(refused, parameters, told):
    assert told in refused(parameters(), SEEDS[:6])


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"workers": 0}, "workers=0; expected a whole number, 1 or more"),
        ({"workers": -1}, "workers=-1; expected a whole number, 1 or more"),
        ({"chunk": 0}, "chunk=0; expected a whole number, 1 or more"),
        ({"chunk": -4096}, "chunk=-4096; expected a whole number, 1 or more"),
        ({"chunk": 1.5}, "chunk=1.5"),
        ({"keep": -1}, "keep=-1; expected a whole number, 0 or more"),
    ],
)
def test_a_wrong_split_is_told_before_anything_runs(refused, how, told):
    assert told in refused(default_values(), SEEDS, **how)


def test_an_element_of_an_array_is_one_record_for_all():
    assert_same(
        rows(range(6), drawn_values()[5], compiled=False),
        rows(range(6), np.array(drawn_values()[5]), compiled=False),
    )


@pytest.mark.parametrize("compiled", MODES)
@pytest.mark.parametrize(
    "given_",
    [
        lambda seeds: priors().draws(seeds)[:-1],
        lambda seeds: np.repeat(priors().draws(seeds), 2),
        lambda seeds: np.repeat(changed(0, np.nan)[:1], len(seeds)),
    ],
    ids=["fewer", "more", "outside"],
)
def test_what_a_function_gives_is_held_to_the_same(given_, compiled):
    with pytest.raises(ValueError, match=r"records of parameters|support|unknown"):
        rows(range(6), given_, compiled=compiled)


# --- memory -------------------------------------------------------------------------------------------------


class Alive:
    """How many of the objects that a function made are alive, and the most that ever were."""

    def __init__(self, make):
        self.make, self.now, self.most = make, 0, 0
        self.lock = threading.RLock()

    def __call__(self, *what, **named):
        made = self.make(*what, **named)
        weakref.finalize(made, self.gone)
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        return made

    def gone(self):
        with self.lock:
            self.now -= 1


@pytest.mark.parametrize("compiled", MODES)
@pytest.mark.parametrize("workers", WORKERS)
def test_few_chunks_are_alive_however_many_there_are(monkeypatch, workers, compiled):
    chunks = Alive(ensembles.Chunk)
    monkeypatch.setattr(ensembles, "Chunk", chunks)
    ensemble(gao(), priors().draws, SEEDS, chunk=2, workers=workers, keep=60, compiled=compiled)
    assert 1 <= chunks.most <= workers if compiled else chunks.most == 1
    gc.collect()
    assert chunks.now == 0


# --- runs that fail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("compiled", MODES)
@pytest.mark.parametrize("chunk", [1, 7, 4096])
@pytest.mark.parametrize("keep", [0, 9, 99])
def test_a_run_that_fails_is_a_row_with_its_error_and_the_others_are_as_without_it(keep, chunk, compiled):
    found = rows(room=half_of_them(), compiled=compiled, chunk=chunk, workers=2, keep=keep)
    assert set(found.runs["status"]) == {"done", "failed"}
    assert_same(found, expected(range(60), keep, room=half_of_them()))


@pytest.mark.parametrize("compiled", MODES)
def test_the_first_and_the_last_run_may_fail(compiled):
    room = half_of_them()
    order = sorted(range(60), key=lambda i: (lengths()[i] <= half_of_them(), i))
    for some in (order, order[::-1], [order[0]], [order[-1], order[0]]):
        assert_same(rows(some, room=room, compiled=compiled, keep=1), expected(some, 1, room=room))


@pytest.mark.parametrize("compiled", MODES)
def test_all_runs_may_fail(compiled):
    found = rows(room=1, compiled=compiled, keep=5, chunk=7)
    assert set(found.runs["error"]) == {FULL}
    assert np.isnan([found.runs[name] for name in number_names()]).all()
    assert [len(table["replicate"]) for table in (found.events, found.reports)] == [0, 0]


@pytest.mark.parametrize("keep", [0, 99])
def test_a_run_that_fails_compiled_alone_is_told_as_a_fault_of_the_program(monkeypatch, keep):
    whole, batch, room = rows(compiled=True, keep=keep), engine.run_batch, half_of_them()
    monkeypatch.setattr(
        engine,
        "run_batch",
        lambda world, *what, **named: batch(world._replace(log=world.log[:room]), *what, **named),
    )
    found = rows(compiled=True, keep=keep)
    assert set(found.runs["error"]) == {"", UNEQUAL}
    done = found.runs["status"] == "done"
    assert 0 < done.sum() < 60
    for name in number_names():
        assert_same_bits(found.runs[name][done], whole.runs[name][done], name)


# --- an early end -------------------------------------------------------------------------------------------


@pytest.fixture
def no_thread_left():
    """Fail if the test leaves a thread of its own."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert set(threading.enumerate()) - before == set()


@pytest.mark.usefixtures("no_thread_left")
@pytest.mark.parametrize("compiled", MODES)
@pytest.mark.parametrize("where", ["parameters", "mode"])
def test_an_exception_from_within_reaches_the_caller_and_ends_the_work(monkeypatch, started, where, compiled):
    def fail(*_):
        time.sleep(0.02)  # so that the first is seen to fail before all others are begun
        raise KeyError("planted")

    if where == "mode":
        monkeypatch.setattr(ensembles, "plain", fail)
        monkeypatch.setattr(ensembles, "compiled_mode", lambda *_: fail)
    given_ = fail if where == "parameters" else priors().draws
    with pytest.raises(KeyError, match="planted"):
        rows(parameters=given_, chunk=1, workers=2, compiled=compiled)
    assert len(started) <= 4


# --- kidal run ----------------------------------------------------------------------------------------------


@pytest.fixture
def many(kidal, jobs, tmp_path):
    """Run 60 runs in chunks of 8, in files of 16 at least, of which some are kept; gives the folder."""

    def run(*words, keep=5, out="mine"):
        jobs(size=16, chunk=8, histories=keep)
        assert kidal("run", "gao-anefis", "--runs", "60", "--out", out, *words)[0] == 0
        return tmp_path / out

    return run


def assert_read_back(tables, wanted):
    """Tables of a result folder equal to those of an ensemble; there, texts are objects and numbers smaller."""
    smaller = dict.fromkeys(number_names(), "f4")
    for name in ("runs", "events", "reports"):
        stored, made = getattr(tables, name), getattr(wanted, name)
        assert list(stored) == list(made)
        for column in made:
            if made[column].dtype.kind == "U":
                assert stored[column].tolist() == made[column].tolist()
            else:
                as_stored = made[column].astype(smaller.get(column, made[column].dtype))
                assert_same_bits(stored[column], as_stored, f"{name} {column}")


def files_of(folder):
    """Every file of a result folder with its bytes; the manifest without its command."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(found.pop("manifest.json"))
    return found | {
        "manifest": {key: value for key, value in manifest.items() if key not in ("command", "seal")}
    }


def test_many_histories_run_compiled_and_few_plain_with_the_same_rows(kidal, spied, tmp_path):
    assert kidal("run", "gao-anefis", "--runs", "20", "--out", "few")[0] == 0
    assert len(spied) == 0
    assert kidal("run", "gao-anefis", "--runs", "60", "--out", "many")[0] == 0
    assert len(spied) > 0
    assert_read_back(read_run(tmp_path / "few"), expected(range(20), keep=20))
    assert_read_back(read_run(tmp_path / "many"), expected(range(60), keep=60))


def test_the_number_of_workers_changes_no_byte_of_the_files(many):
    assert files_of(many("--workers", "1", out="one")) == files_of(many("--workers", "2", out="two"))


def test_workers_reach_the_ensemble(many, monkeypatch):
    seen, pool = [], executors.ThreadPoolExecutor

    def spy(workers):
        seen.append(workers)
        return pool(workers)

    monkeypatch.setattr(executors, "ThreadPoolExecutor", spy)
    many("--workers", "3")
    assert seen == [3]


def test_no_workers_are_refused(kidal, tmp_path):
    code, out, err = kidal("run", "gao-anefis", "--runs", "60", "--workers", "0")
    assert (code, out) == (2, "")
    assert "--workers" in err
    assert "'--workers'" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("keep", "files"), [(5, 1), (16, 1), (20, 2), (1000, 4)])
def test_more_runs_than_a_file_holds_are_read_back_as_one_with_the_first_histories(many, keep, files):
    folder = many(keep=keep)
    counts = [pq.read_metadata(folder / "runs" / f"part-{i:06d}.parquet").num_rows for i in range(4)]
    assert counts == [16, 16, 16, 12]
    for name, count in (("runs", 4), ("events", files), ("reports", files)):
        found = sorted(path.name for path in (folder / name).iterdir())
        assert found == [f"part-{i:06d}.parquet" for i in range(count)]
    tables = read_run(folder)
    assert tables.manifest["parts"] == 4
    assert set(tables.events["replicate"]) == set(range(min(60, keep)))
    assert_read_back(tables, expected(range(60), keep))
    assert tables.done.tolist() == [True] * 60


def test_a_table_in_several_files_is_a_mapping(many):
    runs = read_run(many()).runs
    assert isinstance(runs, Mapping)
    assert list(runs) == list(runs.keys()) == [*HEAD, *number_names()]
    assert len(runs) == len(HEAD) + len(number_names())
    assert "seed" in runs
    assert "fog" not in runs
    assert runs.get("fog") is None
    with pytest.raises(KeyError, match="fog"):
        _ = runs["fog"]
    np.testing.assert_array_equal(dict(runs.items())["seed"], SEEDS, strict=True)


def test_failed_runs_are_stored_and_told(kidal, monkeypatch, tmp_path):
    monkeypatch.setattr(inputs, "build", lambda *what: with_room(build(*what), half_of_them()))
    code, _, err = kidal("run", "gao-anefis", "--runs", "60", "--out", "mine")
    wanted = expected(range(60), keep=60, room=half_of_them())
    failed = int((wanted.runs["status"] == "failed").sum())
    assert code == 1
    assert f"{failed} of 60 runs failed, the first with: {FULL}" in err
    assert_read_back(read_run(tmp_path / "mine"), wanted)


def gone(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path):
    path.write_bytes(b"")


def garbled(path):
    """Zeros for all columns; head and foot are as they were."""
    raw = path.read_bytes()
    foot = 8 + int.from_bytes(raw[-8:-4], "little")
    path.write_bytes(raw[:4] + bytes(len(raw) - 4 - foot) + raw[-foot:])


@pytest.mark.parametrize("damage", [gone, cut, emptied, garbled])
@pytest.mark.parametrize(
    "name",
    ["runs/part-000000", "runs/part-000002", "events/part-000000", "reports/part-000000", "axis/route"],
)
def test_a_missing_or_damaged_file_of_a_run_is_told_with_the_way_out(stored, kidal, tmp_path, name, damage):
    for table, column in stored.items():
        (tmp_path / "mine" / table).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / table).write_bytes(column)
    damage(tmp_path / "mine" / f"{name}.parquet")
    code, out, err = kidal("plot", "mine")
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert re.match(rf"mine/{name}.parquet: (is missing or damaged|cannot be read \(.*\)); ", line)
    assert line.endswith("the same command again would put it right")
    with pytest.raises(FaultyInput):
        dict(read_run(tmp_path / "mine").runs)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The files of a run of 60 runs in four parts, by name."""
    folder = tmp_path_factory.mktemp("stored") / "mine"
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {"size": 16, "chunk": 8, "histories": 5}.items():
            patch.setitem(Job.__init__.__kwdefaults__, name, size)
        patch.setattr(sys, "argv", ["kidal", "run", "gao-anefis", "--runs", "60", "--out", str(folder)])
        with pytest.raises(SystemExit):
            main()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def full_after(writes, monkeypatch):
    """A disk on which so many files fit."""
    sync, written = os.fsync, []

    def full(descriptor):
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            written.append(descriptor)
            if len(written) > writes:
                raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr("sim.store.writer.os.fsync", full)


@pytest.mark.usefixtures("no_thread_left")
@pytest.mark.parametrize("writes", [0, 1, 5])
def test_a_disk_that_is_full_at_once_is_one_line(many, kidal, monkeypatch, writes):
    assert many(out="ready").exists()  # what is compiled now is not told of below
    full_after(writes, monkeypatch)
    code, out, err = kidal("run", "gao-anefis", "--runs", "60", "--out", "mine")
    assert (code, out) == (2, "")
    assert err == "mine: cannot be written (No space left on device); expected another --out\n"


@pytest.mark.usefixtures("no_thread_left")
@pytest.mark.parametrize(("writes", "parts"), [(7, 0), (9, 0), (10, 0), (11, 1), (15, 3)])
def test_a_disk_that_fills_up_keeps_what_is_stored_and_goes_on(many, kidal, monkeypatch, writes, parts):
    whole = files_of(many(out="ready"))
    with monkeypatch.context() as patch:
        full_after(writes, patch)
        code, out, err = kidal("run", "gao-anefis", "--runs", "60", "--out", "mine", "--workers", "1")
    assert (code, out) == (1, "")
    assert err == (
        f"kidal: No space left on device; {parts} of 4 parts are stored in mine; "
        "the same command goes on with it\n"
    )
    assert files_of(many(out="mine")) == whole
