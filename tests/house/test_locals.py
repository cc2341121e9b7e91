"""Locals are named by what they are: a word that fits any value (`found`, `rest`) says nothing of this one."""

import ast

import pytest
from sources import trees

VAGUE = frozenset({"told", "found", "own", "said", "asked", "kept", "drawn", "rest"})
"""Words that say what was done with a value, and not what it is."""


def vague_locals(tree: ast.Module) -> list[str]:
    """Arguments and targets of assignments, loops and comprehensions in functions that have a vague name."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    inner = {id(node): node for function in functions for node in ast.walk(function)}.values()
    names = [(node.lineno, node.arg) for node in inner if isinstance(node, ast.arg)]
    names += [
        (node.lineno, node.id)
        for node in inner
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return [f"{line}: {name}" for line, name in sorted(names) if name in VAGUE]


def test_locals_are_named_by_what_they_are():
    modules = trees("sim", "analysis")
    assert len(modules) > 50
    vague = {name: vague_locals(tree) for name, tree in modules.items()}
    assert {name: lines for name, lines in vague.items() if lines} == {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("found = 1", ["2: found"]),
        ("low, (rest, *own) = hours", ["2: own", "2: rest"]),
        ("for told in hours: pass", ["2: told"]),
        ("return [kept for kept in hours]", ["2: kept"]),
        ("return lambda said: said", ["2: said"]),
        ("if (asked := hours): pass", ["2: asked"]),
        ("hours.drawn = 1", []),
        ("return draw(drawn=hours)", []),
        ("found_hours = 1", []),
    ],
)
def test_a_vague_name_is_seen(line, expected):
    assert vague_locals(ast.parse(f"def day(hours):\n    {line}")) == expected


def test_a_vague_argument_is_seen_and_a_constant_is_none():
    assert vague_locals(ast.parse("rest = 1\ndef day(own, *, kept=rest): ...")) == ["2: kept", "2: own"]
