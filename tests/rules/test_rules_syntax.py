"""Rules keep to what plain Python and a compiler compute alike to the last bit, and to short functions."""

import ast
from pathlib import Path

import pytest
from stored_files import EXACT, EXACT_IN_PARTS

import sim.rules

SIM = Path(sim.rules.__file__).parents[1]
FILES = [
    *sorted((SIM / "rules").rglob("*.py")),
    SIM / "chance" / "keyed.py",
    *(SIM / "engine" / f"{name}.py" for name in ("loop", "outcomes", "particle_filter", "branch")),
]
OWN = sorted((SIM / "maths").glob("*.py"))


def nodes(path, kind):
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kind)]


@pytest.mark.parametrize("path", FILES + OWN, ids=lambda path: path.stem)
def test_no_power_and_no_function_whose_last_bit_may_differ(path):
    used = {node.attr for node in nodes(path, ast.Attribute) if getattr(node.value, "id", "") == "math"}
    assert used <= (EXACT_IN_PARTS if path in OWN else EXACT)
    assert "math" not in {node.module for node in nodes(path, ast.ImportFrom)}
    assert not [node.lineno for node in nodes(path, ast.BinOp) if isinstance(node.op, ast.Pow)]
    assert not {alias.name for node in nodes(path, ast.Import) for alias in node.names} - {"math"}


@pytest.mark.parametrize("path", FILES + OWN, ids=lambda path: path.stem)
def test_functions_are_short_and_say_what_they_do(path):
    for function in nodes(path, ast.FunctionDef):
        assert ast.get_docstring(function) or function.name.startswith("_"), function.name
        assert function.end_lineno - function.lineno < 60, function.name


def test_rules_read_no_clock_and_no_other_chance():
    for path in FILES + OWN:
        imported = {node.module for node in nodes(path, ast.ImportFrom)}
        assert not imported & {"random", "time", "datetime", "numpy"}, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_logged_of_an_event_is_given_by_name(path):
    """By position only who, when and what: of three numbers in a row none can be taken for another."""
    calls = [call for call in nodes(path, ast.Call) if getattr(call.func, "id", "").startswith("log_")]
    assert [call.lineno for call in calls if len(call.args) > 4] == []
