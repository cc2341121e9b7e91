"""The rules compiled give what they give plain and watched, to the last bit; and the cache of the compiled."""

import ast
import errno
import json
import math
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Event

import numba
import numpy as np
import pytest
from bundled import hypothesis_names, scenario_names
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_files import EXACT, EXACT_IN_PARTS
from worlds import defaults, with_room

from sim import maths, rules
from sim.cache import compiled as compiled_cache
from sim.chance import keyed, keyed_arrays
from sim.engine import batch, compiled
from sim.engine.batch import Chunk, compiled_mode, plain
from sim.engine.build import build
from sim.engine.history import log_of
from sim.engine.outcomes import outcomes
from sim.scenario.reading import load_scenario
from sim.store import rules_number, syntax
from sim.store.reader import read_run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = Path(compiled.__file__).resolve().parents[2]
SEED, RUNS = 17, 50
SEEDS = keyed_arrays.replicate_seeds(SEED, np.arange(RUNS))
CASES = [(name,) for name in scenario_names()] + [("kidal-offensive", rival) for rival in hypothesis_names()]
CASES.append(("kidal-offensive", "columns.army.supply=3 days"))
LAST = 2**64 - 1
U64, U32 = st.integers(0, LAST), st.integers(0, 2**32 - 1)
EDGES = [0, 1, 2**63 - 1, 2**63, 2**63 + 1, LAST]


def load(name, *words):
    """A scenario with hypotheses and settings on top of it."""
    sets = dict(word.split("=") for word in words if "=" in word)
    return load_scenario(name, sets, hypotheses=[word for word in words if "=" not in word])


@cache
def template(*words):
    return build(load(*words), defaults())


def chunk_of(scenario, keep=RUNS):
    """A chunk with parameters drawn from the priors, and strengths from their ranges."""
    return Chunk(
        scenario=scenario,
        seeds=SEEDS,
        records=defaults().draws(SEEDS),
        spread=True,
        keep=np.arange(RUNS) < keep,
    )


def assert_same(found, expected):
    """Two arrays of 64-bit numbers with the same bits."""
    found, expected = (np.ascontiguousarray(array).view("u8") for array in (found, expected))
    np.testing.assert_array_equal(found, expected, strict=True)


def stop(*_, **__):
    raise AssertionError("a run went plain")


# --- the same run ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CASES, ids=" with ".join)
def case(request):
    """The words of a scenario and what is on top of it, and its runs done plain."""
    runs = chunk_of(template(*request.param))
    plain(runs)
    assert not any(runs.errors)
    assert max(map(len, runs.logs.values())) >= 4
    return request.param, runs


def test_compiled_runs_are_the_plain_ones_to_the_last_bit(case, monkeypatch):
    _, expected = case
    mode = compiled_mode(expected.scenario)
    monkeypatch.setattr(Chunk, "run_plain", stop)
    apart, together = chunk_of(expected.scenario), chunk_of(expected.scenario, keep=0)
    mode(apart)
    mode(together)
    for found in (apart, together):
        assert_same(found.hours, expected.hours)
        assert_same(found.out, expected.out)
    for index in range(RUNS):
        assert_same(apart.logs[index], expected.logs[index])


@pytest.mark.parametrize("name", scenario_names())
def test_compiled_runs_at_the_parameters_values_are_the_plain_ones_too(name, monkeypatch):
    runs = {
        "scenario": template(name),
        "seeds": SEEDS[:5],
        "records": np.array([tuple(defaults().values().values())], defaults().dtype),
        "spread": False,
        "keep": np.ones(5, bool),
    }
    expected, found = Chunk(**runs), Chunk(**runs)
    plain(expected)
    mode = compiled_mode(template(name))
    monkeypatch.setattr(Chunk, "run_plain", stop)
    mode(found)
    assert_same(found.hours, expected.hours)
    assert_same(found.out, expected.out)
    for index in range(5):
        assert_same(found.logs[index], expected.logs[index])


@cache
def views():
    """Mesa's view (slow to import), and it without its data collector, which takes half of the time."""
    from sim.model import Offensive

    class Quiet(Offensive):
        def _collect(self):
            pass

    return Offensive, Quiet


def test_watched_runs_are_the_plain_ones_to_the_last_bit(case, monkeypatch):
    words, expected = case
    loaded = load(*words)
    monkeypatch.setattr("sim.model.build", lambda *_: expected.scenario)
    monkeypatch.setattr("sim.model.load_parameters", lambda **_: defaults())
    alone = len(words) == 1
    for index in range(20 if alone else 6):  # what is on top of a scenario is inputs, and no rule
        model = views()[index % 10 > 0](
            loaded, expected.values(index), rng=SEED, replicate=index, spread=True
        )
        while model.running:
            model.step()
        assert_same(log_of(model.world), expected.logs[index])
        assert_same(list(model.milestones().values()), expected.hours[index])
        assert_same(outcomes(expected.scenario, model.world), expected.out[index])


def test_a_full_event_log_fails_the_same_runs_with_the_same_error():
    scenario = template("gao-anefis")
    lengths = chunk_of(scenario)
    plain(lengths)
    capacity = int(np.median([len(log) for log in lengths.logs.values()]))
    full = [len(log) > capacity for log in lengths.logs.values()]
    scenario = with_room(scenario, capacity)
    plainly, fast = chunk_of(scenario, keep=5), chunk_of(scenario, keep=5)
    plain(plainly)
    compiled_mode(scenario)(fast)
    assert plainly.errors == ["IndexError: the event log is full" if over else "" for over in full]
    assert fast.errors == plainly.errors
    assert fast.logs.keys() == plainly.logs.keys() == {run for run in range(5) if not full[run]}
    assert_same(fast.hours, plainly.hours)
    assert_same(fast.out, plainly.out)
    alone = chunk_of(scenario)
    done, _ = compiled.run_batch(
        scenario.world, SEEDS, parameters=alone.records, spread=True, hours=alone.hours, out=alone.out
    )
    assert done == full.index(True) < RUNS


# --- the same numbers ---------------------------------------------------------------------------------------


def test_mix_of_arrays_gives_the_published_splitmix64_vectors():
    states = np.array([(1234567 + n * keyed.GOLDEN) & LAST for n in range(5)], "u8")
    assert keyed_arrays.mix(states).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@given(st.lists(U64, min_size=1))
def test_mix_of_arrays_is_the_plain_one(words):
    words += EDGES
    assert keyed_arrays.mix(np.array(words, "u8")).tolist() == [keyed.mix(word) for word in words]


@given(st.lists(st.tuples(U64, U64, U32, U64), min_size=1))
def test_uniforms_of_arrays_are_the_plain_ones(rows):
    rows += [(edge, LAST - edge, 3, edge) for edge in EDGES]
    seeds, keys, purposes, counts = (np.array(column, "u8") for column in zip(*rows, strict=True))
    assert keyed_arrays.uniform(seeds, keys, purposes, counts).tolist() == [
        keyed.uniform(*row) for row in rows
    ]
    for key in keys[:3].tolist():
        first = [keyed.uniform(row[0], key, 0, 0) for row in rows]
        assert keyed_arrays.uniforms(seeds, key).tolist() == first


@given(U64, st.lists(U64, min_size=1))
def test_replicate_seeds_are_the_plain_ones(seed, replicates):
    found = keyed_arrays.replicate_seeds(seed, np.array(replicates, "u8"))
    assert found.dtype == np.uint64
    assert found.tolist() == [keyed.replicate_seed(seed, replicate) for replicate in replicates]
    assert keyed_arrays.replicate_seeds(seed, np.arange(9)).tolist() == [
        keyed.replicate_seed(seed, replicate) for replicate in range(9)
    ]


@cache
def compiled_uniform():
    def uniform(seed, key, purpose, count):
        return keyed.uniform(seed, key, purpose, count)

    return numba.njit(**compiled.OPTIONS)(uniform)


@settings(max_examples=500, deadline=None)
@given(U64, U64, st.sampled_from(list(keyed.Purpose)), st.integers(0, 2**40))
def test_a_compiled_uniform_is_the_plain_one(seed, key, purpose, count):
    for one, other in [(seed, key), *((edge, key) for edge in EDGES), *((seed, edge) for edge in EDGES)]:
        drawn = compiled_uniform()(np.uint64(one), np.uint64(other), int(purpose), count)
        assert drawn == keyed.uniform(one, other, purpose, count)


LAWS = [
    (keyed.exponential, 0),
    (keyed.normal, 0),
    (keyed.lognormal, 0, 0.7),
    (keyed.gamma2,),
    (keyed.poisson, 0, 14.4),
    (keyed.poisson, 0, 900.0),
    (keyed.binomial, 0, 40, 0.15),
    (keyed.binomial, 0, 40, 1.0),
    (keyed.binomial, 0, 9000, 0.5),
    (keyed.whole, 60, 775, False),
    (keyed.whole, 60, 775, True),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: "-".join([law[0].__name__, *map(str, law[1:])]))
def test_a_compiled_law_gives_the_plain_numbers(law):
    compiled.compiled(compiled._run_batch)  # Numba knows the rules from here on
    plainly, *more = law
    fast = numba.njit(**compiled.OPTIONS)(plainly)
    seeds = keyed_arrays.replicate_seeds(3, np.arange(2000))
    drawn = [float(fast(seed, np.uint64(LAST), 3, *more)) for seed in seeds]
    assert_same(drawn, [float(plainly(int(seed), LAST, 3, *more)) for seed in seeds])


SIGNED = np.random.default_rng(1).normal(size=20_000) * 10.0 ** np.random.default_rng(2).uniform(
    -9, 2, 20_000
)


@pytest.mark.parametrize("name", sorted(EXACT_IN_PARTS - {"pi", "inf", "frexp", "ldexp", "copysign"}))
def test_what_rules_may_use_of_math_gives_the_same_bits_compiled(name):
    function = getattr(math, name)
    given = np.abs(SIGNED) if name == "sqrt" else SIGNED

    def each(out, xs):
        for i in range(len(xs)):
            out[i] = function(xs[i])

    found, expected = np.zeros(len(SIGNED)), np.zeros(len(SIGNED))
    each(expected, given.tolist())
    numba.njit(**compiled.OPTIONS)(each)(found, given)
    assert_same(found, expected)


@cache
def drawn_alone():
    return np.array([tuple(defaults().draw(seed).values()) for seed in SEEDS.tolist()], defaults().dtype)


@settings(deadline=None)
@given(st.slices(RUNS))
def test_parameters_drawn_together_are_those_drawn_alone(part):
    assert defaults().draws(SEEDS[part]).tobytes() == drawn_alone()[part].tobytes()


# --- the same words -----------------------------------------------------------------------------------------


def unequal(source, allowed=EXACT):
    """What is in a rule that Python and Numba may compute differently, or that is not compiled at all."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
            yield "**"
        elif isinstance(node, ast.Name) and node.id in ("pow", "round", "divmod"):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math":
            yield from {node.attr} - allowed
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name != "math" or alias.asname)
        elif isinstance(node, ast.ImportFrom):
            whole = node.module.split(".")[0] == "sim" or node.module in ("enum", "typing")
            yield from [] if whole else [f"{node.module}.{alias.name}" for alias in node.names]


OWN = [f"sim.maths.{module.name}" for module in pkgutil.iter_modules(maths.__path__)]
RULES = [module.name for module in pkgutil.walk_packages(rules.__path__, "sim.rules.") if not module.ispkg]
RULES += ["sim.chance.keyed", "sim.engine.loop", "sim.engine.outcomes", "sim.engine.branch", *OWN]
HASHES = {"sim.chance.keyed": ["hashlib.blake2b"]}


def source_of(name):
    return Path(sys.modules[name].__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RULES)
def test_no_rule_holds_what_numba_computes_otherwise(name):
    allowed = EXACT_IN_PARTS if name in OWN else EXACT
    assert list(unequal(source_of(name), allowed)) == HASHES.get(name, [])


@pytest.mark.parametrize(
    "planted",
    [
        "x ** 2",
        "x **= 2",
        "pow(x, 2)",
        "math.pow(x, 2)",
        "math.hypot(x, y)",
        "math.lgamma(x)",
        "math.exp(x)",
        "import numpy",
        "import math as m",
        "from math import hypot",
        "from random import random",
    ],
)
def test_what_is_planted_there_is_found(planted):
    assert len(list(unequal(source_of("sim.rules.column.mines") + planted))) == 1


# --- the cache ----------------------------------------------------------------------------------------------

COMPILING = "compiling the rules, once for this version of the program: 10 to 30 seconds ..."
DAMAGED = "the cache of the compiled rules was damaged: compiling them anew, 10 to 30 seconds ..."
IN_MEMORY = "compiling the rules in memory: 10 to 30 seconds ..."


def sources():
    """The modules of sim that the compiled rules are made from: themselves, and what they import from."""
    found = {*RULES, "sim.engine.compiled", "sim.chance.keyed_arrays"}
    for name in RULES:
        for node in ast.walk(ast.parse(source_of(name))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("sim"):
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= inner & set(sys.modules) or {node.module}
    return sorted(found)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the program's sources."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(
        Path(compiled.__file__).parents[1], folder / "sim", ignore=shutil.ignore_patterns("*.pyc")
    )
    return folder


@pytest.mark.parametrize("name", sources())
def test_the_folder_of_the_cache_is_another_for_another_source(name, tree):
    before, path = syntax.hash_of(tree, "sim.engine.compiled"), tree / f"{name.replace('.', '/')}.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\nADDED = 1\n", encoding="utf-8")
    other = syntax.hash_of(tree, "sim.engine.compiled")
    path.write_text(text + "\n# a comment\n", encoding="utf-8")
    assert syntax.hash_of(tree, "sim.engine.compiled") == before != other
    path.write_text(text, encoding="utf-8")


def test_the_folder_of_the_cache_is_the_same_for_the_same_source_and_versions(monkeypatch):
    assert compiled.sources_hash.__wrapped__() == compiled.sources_hash()
    for module in (numba, np):
        with monkeypatch.context() as other:
            other.setattr(module, "__version__", "0.1")
            assert compiled.sources_hash.__wrapped__() != compiled.sources_hash()


def test_the_folder_of_the_cache_lies_below_that_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiled.cache_folder().parent == tmp_path / "kidal-offensive"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert compiled.cache_folder().parent == tmp_path / ".cache" / "kidal-offensive"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert compiled.cache_folder().parent == tmp_path / ".cache" / "kidal-offensive"


def small_batch(given, batch):
    """Compiled in no time: how many words of memory a run has."""
    for i in range(len(batch.seeds)):
        batch.hours[i, 0] = len(batch.scratch) + i
        batch.done[0] += 1


@pytest.fixture
def afresh(monkeypatch):
    """From its call on nothing is compiled or loaded yet, as in a new process."""
    made = compiled.compiled.__wrapped__
    return lambda: monkeypatch.setattr(compiled, "compiled", cache(made))


@pytest.fixture
def small(monkeypatch, tmp_path, capsys, afresh):
    """Run a small batch as in a new process, with a cache of its own; gives what is told."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(compiled, "_run_batch", small_batch)
    scenario = template("gao-anefis")
    words = sum(getattr(scenario.world, name).nbytes for name in compiled.VARYING) // 8

    def call(patience=300.0):
        afresh()
        compiled.compiled(small_batch)._cache.patience = patience
        chunk = chunk_of(scenario)
        done, _ = compiled.run_batch(
            scenario.world, SEEDS, parameters=chunk.records, spread=True, hours=chunk.hours, out=chunk.out
        )
        assert done == RUNS
        assert chunk.hours[:, 0].tolist() == [words + i for i in range(RUNS)]
        return capsys.readouterr().err.splitlines()

    return call


@pytest.fixture
def unwritable(small, monkeypatch, tmp_path):
    """The user's cache folder cannot be made; gives the beginning of what is told of it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "below"))
    return f"{compiled.cache_folder()} cannot be written (Not a directory)"


def test_what_is_compiled_is_compiled_once(small):
    assert small() == [COMPILING]
    assert small() == []


def test_another_place_and_time_of_the_same_sources_is_the_same_cache(small, monkeypatch, tmp_path):
    small()
    copy = tmp_path / "elsewhere" / "compiled.py"
    copy.parent.mkdir()
    copy.write_text("# moved\n\n" + Path(compiled.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    code = small_batch.__code__.replace(co_filename=str(copy), co_firstlineno=1)
    monkeypatch.setattr(small_batch, "__code__", code)
    assert small() == []


def test_a_cache_that_cannot_be_written_is_told_in_a_line_and_runs(small, unwritable):
    for _ in range(2):
        assert small() == [f"warning: {unwritable}: the next run compiles the rules again", IN_MEMORY]


def test_a_cache_that_can_only_be_read_is_read(small, monkeypatch):
    def read_only(_):
        raise PermissionError(errno.EROFS, os.strerror(errno.EROFS))

    small()
    monkeypatch.setattr(compiled, "writable", read_only)
    assert small() == []


def test_without_a_home_it_compiles_in_memory(small, monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    warning, compiling = small()
    assert warning.startswith("warning: the cache folder cannot be written (Could not determine home")
    assert compiling == IN_MEMORY


def test_where_nothing_can_be_kept_it_compiles_only_if_that_pays(unwritable, capsys, afresh, monkeypatch):
    scenario = template("gao-anefis")
    afresh()
    assert compiled_mode(scenario, runs=60) is plain
    (told,) = capsys.readouterr().err.splitlines()
    least = int(
        re.fullmatch(
            r"60 runs go plain, compiling would pay from ([\d,]+) on", told.removeprefix(f"{unwritable}: ")
        )[1].replace(",", "")
    )
    assert 100 < least < 10**6  # of a run of some milliseconds
    assert compiled_mode(scenario, runs=100 * least) is not plain
    assert capsys.readouterr().err.splitlines()[-1] == IN_MEMORY
    afresh()
    monkeypatch.setattr(batch, "COMPILING", 0.0)
    assert compiled_mode(scenario, runs=60) is not plain


def test_compiling_pays_where_plain_runs_take_longer(monkeypatch):
    clock = iter(np.cumsum([0.0, 0.02] * 4))
    monkeypatch.setattr(batch, "perf_counter", lambda: next(clock))
    assert batch.pays_from(template("gao-anefis")) == pytest.approx(1000, abs=1)


def test_rules_that_do_not_compile_run_plain_with_a_word(small, monkeypatch, capsys, tmp_path):
    def broken(*_):
        return undefined_name  # noqa: F821

    monkeypatch.setattr(compiled, "_run_batch", broken)
    monkeypatch.setattr(compiled, "compiled", cache(compiled.compiled.__wrapped__))
    assert compiled_mode(template("gao-anefis")) is plain
    told = capsys.readouterr().err.splitlines()[-1]
    assert "cannot compile the rules" in told
    assert told.endswith("running plain, many times slower")
    with FileLock(compiled.cache_folder() / compiled_cache.CACHE_LOCK, timeout=0):  # others may compile
        pass


def test_a_full_disk_is_told_in_a_line_and_runs(small, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(compiled_cache.entries, "put", full)
    for _ in range(2):
        compiling, warning = small()
        assert compiling == COMPILING
        assert warning.startswith(f"warning: {compiled.cache_folder()}")
        assert warning.endswith(
            "cannot be written (No space left on device): the next run compiles the rules again"
        )


@pytest.mark.parametrize("ending", ["nbc", "nbc.sha256"])
@pytest.mark.parametrize("damage", ["empty", "cut", "other", "first", "middle", "last"])
def test_a_damaged_cache_is_compiled_anew_and_mended(small, tmp_path, ending, damage):
    small()
    (path,) = tmp_path.rglob(f"*.{ending}")
    whole = path.read_bytes()
    if damage in ("first", "middle", "last"):
        at = {"first": 0, "middle": len(whole) // 2, "last": len(whole) - 1}[damage]
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "other": b"\x80\xff"}[damage])
    assert small() == [DAMAGED]
    assert small() == []


def test_no_damaged_byte_is_unpickled(small, tmp_path, monkeypatch):
    small()
    (path,) = tmp_path.rglob("*.nbc")
    path.write_bytes(b"cos\nsystem\n(S'touch " + bytes(tmp_path / "run") + b"'\ntR.")
    assert small() == [DAMAGED]
    assert not (tmp_path / "run").exists()


def test_a_cache_that_gives_other_numbers_is_not_used(small, afresh, capsys):
    """Its checksums are right: what was compiled gives wrong numbers."""
    small()
    afresh()
    assert compiled_mode(template("gao-anefis")) is plain
    assert capsys.readouterr().err.splitlines() == [
        "the compiled rules of the cache give other numbers than the plain ones: compiling them anew",
        COMPILING,
        "not compiled (it gives other numbers than the plain rules): running plain, many times slower",
    ]
    assert small() == [COMPILING]  # it was taken away


def test_a_cache_that_gives_other_numbers_is_compiled_anew(small, afresh, capsys, monkeypatch):
    small()
    afresh()
    answers = iter([False, True])
    monkeypatch.setattr(batch, "agrees", lambda *_: next(answers))
    assert compiled_mode(template("gao-anefis")) is not plain
    assert [line for line in capsys.readouterr().err.splitlines() if "plain, many" in line] == []
    assert small() == []


@pytest.mark.parametrize("what", ["hours", "out", "log", "error"])
def test_two_runs_are_compared_to_the_bit(what):
    def off(chunk):
        plain(chunk)
        if what == "log":
            chunk.logs[1]["km"][-1] = np.nextafter(chunk.logs[1]["km"][-1], 1e9)
        elif what == "error":
            chunk.errors[1] = "planted"
        else:
            numbers = getattr(chunk, what)
            numbers[1, 0] = np.nextafter(numbers[1, 0], 1e9)

    scenario = template("gao-anefis")
    assert batch.agrees(scenario, plain)
    assert not batch.agrees(scenario, off)


def test_what_came_from_the_cache_is_tried_once(small, afresh, monkeypatch):
    small()
    afresh()
    tried = []
    monkeypatch.setattr(batch, "agrees", lambda *_: tried.append(1) or True)
    for _ in range(3):
        compiled_mode(template("gao-anefis"))
    assert len(tried) == 1


# --- many processes and versions ----------------------------------------------------------------------------


def test_of_two_that_start_cold_one_compiles_and_the_other_waits(small, tmp_path, monkeypatch):
    small()
    warm, cold = compiled.cache_folder(), tmp_path / "cold" / "kidal-offensive" / compiled.sources_hash()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cold"))
    cold.mkdir(parents=True)
    told, waiting = [], Event()

    def say(message):
        told.append(message)
        waiting.set()

    monkeypatch.setattr(compiled_cache, "tell", say)
    with ThreadPoolExecutor(1) as pool, FileLock(cold / compiled_cache.CACHE_LOCK):
        late = pool.submit(small)
        assert waiting.wait(60)
        assert not late.done()
        for path in warm.glob("*.nbc*"):
            shutil.copy(path, cold)
        # the one that compiled is done
    late.result()
    assert told == ["another process compiles the rules: waiting for it ..."]


def test_one_that_hangs_is_not_waited_for_without_end(small):
    folder = compiled.cache_folder()
    folder.mkdir(parents=True)
    with FileLock(folder / compiled_cache.CACHE_LOCK):
        assert small(patience=0.1) == ["another process compiles the rules: waiting for it ...", COMPILING]
    assert small() == []


def used(folder, ago, *files):
    """A folder of compiled rules that was used so many hours ago."""
    folder.mkdir(parents=True)
    for name in (".used", "run-00.nbc", "run-00.nbc.sha256", *files):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    at = time.time() - 3600 * ago
    os.utime(folder / ".used", (at, at))
    return folder


def test_old_versions_are_taken_away_but_for_the_last_used(small, tmp_path):
    home = tmp_path / "kidal-offensive"
    two, one, three, four = (used(home / f"{n:016x}", n) for n in (2, 1, 3, 4))
    thesis = used(home / "00000000000000aa", 9, "thesis.txt")
    old = used(home / "00000000000000bb", 8, ".writable", "sim_0f/compiled._run-1.py313.1.nbc")
    other, busy = used(home / "runs", 9), used(home / "00000000000000cc", 9)
    (home / "00000000000000dd").symlink_to(four)
    with FileLock(busy / compiled_cache.CACHE_LOCK):
        small()
    left = {path for path in home.iterdir() if path.name != "syntax"}
    assert left == {compiled.cache_folder(), one, two, thesis, other, busy, home / "00000000000000dd"}
    assert not three.exists()
    assert not old.exists()


def test_two_versions_that_are_used_in_turn_keep_each_other(small, tmp_path, monkeypatch):
    own = compiled.sources_hash()
    for _ in range(3):
        for name in (own, "f" * 16):
            monkeypatch.setattr(compiled, "sources_hash", lambda name=name: name)
            small()
        used(tmp_path / "kidal-offensive" / f"{time.time_ns() % 2**60:016x}", 1)
    for name in (own, "f" * 16):
        monkeypatch.setattr(compiled, "sources_hash", lambda name=name: name)
        assert small() == []


# --- the program --------------------------------------------------------------------------------------------


def kidal(folder, out, root=INSTALLED, before="", **env):
    """Run the command in a new process; gives its answer, its tables, and what it told beside progress."""
    code = f"{before}\nfrom sim.cli import main\nmain()"
    words = ["run", "gao-anefis", "--runs", "60", "--json", "--out", out]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(root)} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if " of 60 runs, " not in line]
    return json.loads(done.stdout)["milestones"], read_run(folder / out), lines


def assert_same_run(found, expected):
    """Two answers and result folders with the same numbers."""
    assert found[0] == expected[0]
    for name in ("runs", "events", "reports"):
        one, other = (getattr(run, name) for run in (found[1], expected[1]))
        assert list(one) == list(other)
        for column in other:
            np.testing.assert_array_equal(one[column], other[column], strict=True)


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """The run of the program with the cache warm."""
    compiled_mode(template("gao-anefis"))
    return kidal(tmp_path_factory.mktemp("warm"), "warm")


def test_with_the_cache_warm_nothing_is_compiled(warm):
    assert warm[2] == []
    assert len(warm[1].events["hour"]) > 60 * 4


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (
            {"NUMBA_DISABLE_JIT": "1"},
            "not compiled (NUMBA_DISABLE_JIT is set): running plain, many times slower",
        ),
        (
            {"before": "import sys; sys.modules['numba'] = None"},
            "not compiled (No module named 'numba.core'; 'numba' is not a package): running plain, many times slower",
        ),
    ],
    ids=["switched-off", "missing"],
)
def test_without_numba_it_runs_plain_and_says_so_in_a_line(warm, tmp_path, how, told):
    slow = kidal(tmp_path, "slow", **how)
    assert slow[2] == [told]
    assert_same_run(slow, warm)


def test_an_edited_rule_is_compiled_anew_and_counts(warm, tmp_path):
    root, cached = tmp_path / "copy", tmp_path / "cache"
    for name in ("sim", "analysis", "scenarios", "params"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    mines = root / "sim" / "rules" / "column" / "mines.py"
    text = mines.read_text(encoding="utf-8")
    assert text.count("1.0 + poisson") == 1
    mines.write_text(text.replace("1.0 + poisson", "2.0 + poisson"), encoding="utf-8")
    own = {"XDG_CACHE_HOME": str(cached), "NUMBA_OPT": "0"}  # compiled sooner
    first = kidal(tmp_path, "first", root, **own)
    again = kidal(tmp_path, "again", root, **own)
    slow = kidal(tmp_path, "slow", root, NUMBA_DISABLE_JIT="1")
    other = f"the rules of this tree are not those of rules number {rules_number.RULES}: its results hold for this tree only"
    assert first[2] == [other, COMPILING]
    assert again[2] == [other]
    (folder,) = (path for path in (cached / "kidal-offensive").iterdir() if path.name != "syntax")
    assert folder.name != compiled.cache_folder().name
    lost = [run.runs["column_vehicles_lost"].sum() for _, run, _ in (first, warm)]
    assert lost[0] > lost[1]
    for run in (again, slow):
        assert_same_run(run, first)
