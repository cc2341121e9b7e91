"""Rules keep to what plain Python and a compiler compute alike to the last bit, and to short functions."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest
from sources import tree_of
from stored_files import EXACT, EXACT_IN_PARTS

import sim.rules
from sim.state.world import ROW_TYPES

SIM = Path(sim.rules.__file__).parents[1]
FILES = [
    *sorted((SIM / "rules").rglob("*.py")),
    SIM / "chance" / "keyed.py",
    *(SIM / "engine" / f"{name}.py" for name in ("loop", "outcomes", "particle_filter", "branch")),
]
OWN = sorted((SIM / "maths").glob("*.py"))


def nodes(path, kind):
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, kind)]


def name_called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


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
def test_what_is_logged_of_an_event_and_the_numbers_of_a_fight_are_given_by_name(path):
    """By position only who, when and what: of three numbers in a row none can be taken for another."""
    calls = [call for call in nodes(path, ast.Call) if name_called(call).startswith(("log_", "toll"))]
    assert [call.lineno for call in calls if len(call.args) > 4] == []


LAWS = {"uniform", "exponential", "normal", "lognormal", "poisson", "binomial", "whole", "delay"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_whose_draw_it_is_and_which_has_a_name(path):
    """Key, purpose and number are a row's or an enumeration's; only the laws themselves count their draws."""
    if path.stem != "keyed":
        draws = [call for call in nodes(path, ast.Call) if name_called(call) in LAWS]
        bare = [
            call.lineno for call in draws if any(isinstance(word, ast.Constant) for word in call.args[:4])
        ]
        assert bare == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_flag_is_compared_with_no_number(path):
    types = {(field.name, field.type) for row in ROW_TYPES.values() for field in fields(row)}
    flags = {name for name, kind in types if kind is bool and (name, int) not in types}
    assert {"pressing", "defended"} <= flags
    for node in nodes(path, ast.Compare):
        words = (node.left, *node.comparators)
        named = [word.attr for word in words if getattr(word, "attr", "") in flags]
        numbered = any(isinstance(word, ast.Constant) for word in words)
        assert not (named and numbered), f"line {node.lineno}: {named} is true or false"
