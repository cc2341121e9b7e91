"""`import kidal`: the public names, what importing them costs, and what a type checker sees of them."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kidal as public
from sim import api

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guides" / "python.md").read_text(encoding="utf-8")
SCRIPT = Path(__file__).with_name("user_script.py")


def test_the_public_names_are_those_of_the_page():
    documented = re.findall(r"^::: kidal\.(\w+)$", PAGE, re.MULTILINE)
    assert sorted(documented) == sorted(set(public.__all__) - {"__version__"})


def test_the_example_of_the_page_runs(capsys):
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        exec(compile(block, "python.md", "exec"), {})
    moment, share, what_if, contradictions = capsys.readouterr().out.splitlines()
    assert moment.startswith("2023-10-")
    assert 0.1 < float(share) < 0.9
    assert what_if.startswith("A: base. ")
    assert re.fullmatch(r"[1-9]\d* contradictory sets", contradictions)


def test_every_public_name_is_there_and_listed():
    for name in public.__all__:
        assert getattr(public, name) is not None
    assert dir(public) == sorted(public.__all__)
    assert len(set(public.__all__)) == len(public.__all__)


def test_all_that_the_interface_of_sim_promises_is_public():
    for name in api.__all__:
        assert getattr(public, name) is getattr(api, name)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'kidal' has no attribute 'simulate'"):
        _ = public.simulate


@pytest.mark.parametrize(
    ("name", "expected"),
    [("History", "kidal.Run"), ("Ensemble", "kidal.Result"), ("RunTables", "kidal.Result")],
)
def test_an_old_name_is_answered_with_the_new_one(name, expected):
    with pytest.raises(AttributeError, match=f"{name} is gone; {expected} is expected"):
        getattr(public, name)


LOADED = "print(*sorted({'mesa', 'numba', 'matplotlib', 'analysis', 'typer'} & set(sys.modules)))"


@pytest.mark.parametrize(
    ("more", "loaded"), [("", ""), ("kidal.load_scenario('gao-anefis'); ", ""), ("kidal.Offensive; ", "mesa")]
)
def test_mesa_is_imported_with_its_model_and_nothing_heavy_before(more, loaded):
    call = [sys.executable, "-c", f"import sys, kidal; {more}{LOADED}"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded


@pytest.mark.parametrize("name", ["kidal", "sim"])
def test_the_marker_of_types_lies_in_what_is_installed(name):
    """Of the packages as Python finds them: in CI those of a wheel."""
    assert Path(importlib.import_module(name).__file__).with_name("py.typed").is_file()


def test_a_type_checker_sees_the_types_of_the_public_names_and_no_other_name(tmp_path, pytestconfig):
    """Outside this tree, by what is installed alone; slow the first time, then mypy has its cache."""
    pytest.importorskip("mypy")
    text = SCRIPT.read_text(encoding="utf-8")
    (tmp_path / "script.py").write_text(text + "kidal.simulate(scenario)\n", encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    options = ["--strict", "--config-file=", f"--cache-dir={pytestconfig.cache.mkdir('mypy')}"]
    call = [sys.executable, "-m", "mypy", *options, "--no-color-output", "script.py"]
    done = subprocess.run(call, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    line = len(text.splitlines()) + 1
    expected = f'script.py:{line}: error: Module has no attribute "simulate"  [attr-defined]'
    assert done.stdout.splitlines()[:-1] == [expected], done.stdout + done.stderr


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_needs_only_the_public_interface(page):
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    deep = [
        line
        for block in blocks
        for line in block.splitlines()
        if re.match(r"\s*(from|import) (sim|analysis)\b", line)
    ]
    assert deep == []
