"""The number of the rules: what it covers, when it moves, and what goes by it."""

import ast
import csv
import importlib
import shutil
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import sim
from sim.cache import entries
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.store import provenance, rules_number, syntax
from sim.store.reader import read_run
from sim.version import __version__

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TREE = Path(sim.__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "baselines" / "rules_numbers.csv"


def names_imported(path):
    """Every dotted name that a file imports from the program, and each name with what follows it."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached(*roots):
    """The files of all modules that some import, found as Python finds them."""
    found, waiting = {}, list(roots)
    while waiting:
        name = waiting.pop()
        if name in found or name.split(".")[0] not in ("sim", "analysis") or name in ("sim", "analysis"):
            continue
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError:  # a name of a module, not a module
            spec = None
        if spec is not None:
            found[name] = Path(spec.origin)
            waiting += names_imported(found[name])
    return found


@pytest.fixture
def tree(tmp_path):
    """A copy of the program's source files."""
    for package in syntax.HASHED_PACKAGES:
        shutil.copytree(TREE / package, tmp_path / package, ignore=shutil.ignore_patterns("*.yaml", "*.csv"))
    return tmp_path


def edited(tree, name, edit):
    """The hash of a tree in which a module's text is another."""
    path = tree / Path(*name.split("."))
    path = path / "__init__.py" if (path / "__init__.py").exists() else path.with_suffix(".py")
    before = path.read_text(encoding="utf-8")
    path.write_text(edit(before), encoding="utf-8")
    try:
        return syntax.hash_of(tree, *provenance.ROOTS)
    finally:
        path.write_text(before, encoding="utf-8")


# --- what it covers -----------------------------------------------------------------------------------------


def test_every_module_that_engine_and_studies_are_made_from_is_in_the_hash():
    found = set(reached(*provenance.ROOTS)) - syntax.UNHASHED
    assert found - set(syntax.closure(TREE, *provenance.ROOTS)) == set()
    assert {
        "sim.rules.column.mines",
        "sim.chance.keyed_arrays",
        "sim.record.record",
        "analysis.inference.smc",
        "sim.studies.calibration.report_rows",
    } <= found


@pytest.mark.parametrize(
    "name",
    [
        "sim.rules.column.march",
        "sim.state.rows",
        "sim.studies.calibration.report_rows",
        "sim.files.units",
        "sim.record.checks",
        "analysis.inference.fits.fit_summary",
    ],
)
def test_what_a_module_does_counts(name, tree):
    before = syntax.hash_of(tree, *provenance.ROOTS)
    assert edited(tree, name, lambda text: text + "\nADDED = 1\n") != before


@pytest.mark.parametrize(
    "name", ["sim.rules.column.march", "sim.engine.compiled", "sim.files.units", "sim.record.record"]
)
def test_what_a_module_says_of_itself_does_not(name, tree):
    def told(text):
        first = text.index('"""', 3)
        return f'"""Another sentence.{text[first:]}\n# a comment\n\n"""A text below."""\n'

    before = syntax.hash_of(tree, *provenance.ROOTS)
    assert edited(tree, name, told) == before


@pytest.mark.parametrize(
    "name", ["sim.view.pages", "sim.commands.runs", "analysis.figures.run.time_distance", "sim.version"]
)
def test_pages_commands_and_figures_do_not(name, tree):
    before = syntax.hash_of(tree, *provenance.ROOTS)
    assert edited(tree, name, lambda text: text + "\nADDED = 1\n") == before


def test_packages_are_found_wherever_their_modules_lie(tmp_path):
    files = {
        "sim/__init__.py": "",
        "sim/engine/__init__.py": "",
        "sim/engine/loop.py": "from sim import maths\nfrom sim.state.rows import Row\nimport analysis.marks.crps\n",
        "sim/maths/__init__.py": "",
        "sim/maths/deep/__init__.py": "",
        "sim/maths/deep/exp.py": "from ..log import ln\n",
        "sim/maths/log.py": "",
        "sim/state/__init__.py": "from . import kinds\n",
        "sim/state/kinds.py": "",
        "sim/state/rows.py": "def late():\n    from sim.later import x\n",
        "sim/later.py": "",
        "sim/page.py": "",
        "analysis/__init__.py": "",
        "analysis/marks/__init__.py": "",
        "analysis/marks/crps.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    wanted = {
        "sim.engine sim.engine.loop sim.maths sim.maths.deep sim.maths.deep.exp sim.maths.log sim.later",
        "sim.state sim.state.kinds sim.state.rows analysis.marks analysis.marks.crps",
    }
    assert set(syntax.closure(tmp_path, "sim.engine.loop")) == set(" ".join(wanted).split())


def test_a_root_that_was_moved_is_told_of(tree):
    (tree / "sim" / "studies" / "study.py").rename(tree / "sim" / "studies" / "other.py")
    with pytest.raises(LookupError, match=r"no module sim\.studies\.study below"):
        syntax.hash_of(tree, *provenance.ROOTS)


TRICKY = '''"""Told."""
from __future__ import annotations
import math as m  # noted
def f(a: int, /, b=-0.0, *c, d: str = 'x' "y", **e) -> float:
    """Told."""
    x = f"{a!r:>{b:.3f}} {{}} {'q'}" f'z{d=}'
    return [y for y in (1, 2.5, 1e300, b"z", None, True, ...) if y] or (lambda: (yield))
class A(Exception):
    B: int = 0
    """Told."""
    async def g(self):
        async with self as s, s: ...
        match s:
            case {"k": [1, *r], **t} | A(B=2): pass
        try: del s[1:2, ...]
        except* A: raise
'''


def test_the_spelling_is_the_same_on_every_python():
    told = syntax.spelled(ast.parse(TRICKY))
    assert "Told" not in told
    assert "noted" not in told
    assert provenance.digest(told) == "551ed9030af3"


# --- the number ---------------------------------------------------------------------------------------------


def test_the_number_is_that_of_this_tree():
    told = "the rules have changed: `python benchmarks/rules_number.py --record`"
    assert syntax.hash_of(TREE, *provenance.ROOTS) == rules_number.SYNTAX, told
    assert provenance.rules() == str(rules_number.RULES)


def test_the_number_is_raised_with_the_tables_and_not_without():
    with RECORDED.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    numbers, tables = [int(row["number"]) for row in rows], [row["tables"] for row in rows]
    assert (numbers[-1], tables[-1]) == (rules_number.RULES, rules_number.TABLES)
    assert numbers == list(range(1, len(rows) + 1))
    assert all(one != other for one, other in pairwise(tables))
    days = [date.fromisoformat(row["date"]) for row in rows]
    assert days == sorted(days)


def bench(monkeypatch, name):
    """A module of the folder of benchmarks, which is no package."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module(name)


def test_recording_raises_the_number_if_and_only_if_the_tables_moved(monkeypatch):
    tool = bench(monkeypatch, "rules_number")
    before = tool.Recorded(3, "aa", "bb")
    monkeypatch.setattr(tool, "hash_of", lambda *_: "cc")
    ledger = "number,date,tables\n3,2026-01-01,aa\n"
    for tables, number, rows in (
        ("aa", 3, ledger),
        ("dd", 4, f"{ledger}4,2026-01-02,dd\n"),
        ("", 3, ledger),
    ):
        monkeypatch.setattr(tool, "tables_hash", lambda tables=tables: tables)
        now = tool.found(before)
        assert now == (number, tables or "aa", "cc")
        assert tool.as_ledger(ledger, before, now, "2026-01-02") == rows
        assert f"rules number {number} is due" in tool.report(before, now) or number == 3
    first = tool.Recorded(1, "", "bb")
    monkeypatch.setattr(tool, "tables_hash", lambda: "aa")
    assert tool.found(first) == (1, "aa", "cc")
    filled = tool.as_ledger("number,date,tables\n1,2026-01-01,\n", first, tool.found(first), "2026-01-02")
    assert filled == "number,date,tables\n1,2026-01-02,aa\n"


def test_what_is_recorded_is_read_again(monkeypatch):
    tool = bench(monkeypatch, "rules_number")
    read = {}
    exec(tool.as_module(tool.MODULE.read_text(), tool.Recorded(7, "aa", "bb")), read)
    assert (read["RULES"], read["TABLES"], read["SYNTAX"]) == (7, "aa", "bb")


# --- what goes by it ----------------------------------------------------------------------------------------


@pytest.fixture
def other_rules(monkeypatch):
    """From its call on the tree's rules are others, as in a new process."""

    def change(syntax="f" * 64):
        monkeypatch.setattr(provenance, "syntax_hash", lambda *_: syntax)
        provenance.rules.cache_clear()

    yield change
    provenance.rules.cache_clear()


NUMBER = str(rules_number.RULES)
TOLD = f"the rules of this tree are not those of rules number {NUMBER}: its results hold for this tree only\n"


def test_changed_rules_are_told_of_once_and_go_on_only_with_their_own(kidal, other_rules, tmp_path):
    assert kidal("run", "gao-anefis", "--out", "a")[0] == 0
    assert read_run(tmp_path / "a").manifest["rules"] == NUMBER
    assert kidal("--version")[1] == f"kidal-offensive {__version__}, rules {NUMBER}\n"
    other_rules()
    code, _, err = kidal("run", "gao-anefis", "--out", "a")
    assert code == 2
    assert (
        err
        == f"{TOLD}a: was made by other rules ({NUMBER}; here {NUMBER}+ffffffffffff); expected another --out\n"
    )
    assert kidal("run", "gao-anefis", "--out", "b")[0] == 0
    assert read_run(tmp_path / "b").manifest["rules"] == f"{NUMBER}+ffffffffffff"
    other_rules("e" * 64)
    assert (
        f"was made by other rules ({NUMBER}+ffffffffffff; here {NUMBER}+eeeeeeeeeeee)"
        in kidal("run", "gao-anefis", "--out", "b")[2]
    )


def test_another_syntax_of_the_same_number_orphans_nothing(monkeypatch, other_rules, tmp_path):
    job = Job(inputs=load_inputs("gao-anefis"), seed=1, runs=2, draw=True, out=tmp_path / "run")
    do(job)
    monkeypatch.setattr(rules_number, "SYNTAX", "f" * 64)  # a refactoring, recorded
    other_rules()
    again = Job(inputs=load_inputs("gao-anefis"), seed=1, runs=2, draw=True, out=tmp_path / "run")
    assert again.hash == job.hash
    monkeypatch.setattr("sim.ensembles.run_job._fill", None)  # nothing is run again
    do(again)


def test_machines_of_other_rules_share_no_sweep(other_rules):
    before = provenance.fingerprint()
    other_rules()
    assert before["its rules"] == NUMBER
    assert provenance.fingerprint()["its rules"] == f"{NUMBER}+ffffffffffff"


# --- how it is kept -----------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder of hashes of trees, empty, and a count of trees read."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    read, hash_of = [], syntax.hash_of
    monkeypatch.setattr(syntax, "hash_of", lambda *what: read.append(what) or hash_of(*what))
    return tmp_path / "kidal-offensive" / "syntax", read


def again():
    return syntax.syntax_hash.__wrapped__("sim.state.rows")


def test_a_tree_is_parsed_once(kept):
    folder, read = kept
    assert again() == again() == syntax.hash_of(TREE, "sim.state.rows")
    assert len(read) == 2
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("end", ["", entries.SUM])
def test_a_damaged_hash_is_made_anew(kept, end):
    folder, read = kept
    right = again()
    path = next(path for path in folder.iterdir() if (path.suffix == entries.SUM) == bool(end))
    raw = bytearray(path.read_bytes())
    raw[0] ^= 1
    path.write_bytes(raw)
    assert again() == right
    assert len(read) == 2
    assert again() == right
    assert len(read) == 2


def test_without_a_folder_it_is_made_each_time(kept, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert again() == again()
    assert len(kept[1]) == 2


def test_hashes_of_old_trees_are_taken_away(kept):
    folder, _ = kept
    folder.mkdir(parents=True)
    for number in range(syntax.TREES + 3):
        entries.put(folder / f"old{number}", b"x")
    again()
    assert len(list(folder.iterdir())) == 2 * syntax.TREES


def test_an_old_posterior_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "p.yaml").write_text(
        'posteriors:\n  - draws: d.csv\n    seal: "x"\n    model: "x"\n    plan: october\n    held: [A]\n'
        '    record: "x"\nparameters: {march_speed: {value: 9 km/h}}\n'
    )
    with pytest.raises(
        FaultyInput, match="p.yaml:4: this posterior is older than the numbers of the rules; calib"
    ):
        load_inputs("gao-anefis", tmp_path / "p.yaml")
