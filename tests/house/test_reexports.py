"""One package only passes on what others define: `kidal`. Any other such module hides where a thing lies."""

import ast

import pytest
from sources import trees


def only_passes_on(tree):
    """Whether a module has imports, and beside them nothing but names for what it imports."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return bool(imports) and all(passes_on(node) for node in tree.body)


def passes_on(node):
    """Whether a statement defines nothing: a text, an import, `__all__`, another name for what is imported, or how
    a module looks a name up."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.FunctionDef(name="__getattr__" | "__dir__"):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AnnAssign(target=ast.Name(id="__all__")):
            return True
        case (
            ast.Assign(value=ast.Name() | ast.Attribute()) | ast.AnnAssign(value=ast.Name() | ast.Attribute())
        ):
            return True
        case ast.If() | ast.Try():
            branches = [*node.body, *node.orelse, *getattr(node, "finalbody", [])]
            branches += [inner for handler in getattr(node, "handlers", []) for inner in handler.body]
            return all(passes_on(inner) for inner in branches)
    return False


def test_kidal_alone_only_passes_on():
    modules = trees("kidal", "sim", "analysis")
    assert len(modules) > 100
    assert [name for name, tree in modules.items() if only_passes_on(tree)] == ["kidal/__init__.py"]


PLANTED = [
    "from sim.rules.column.day import wake\n",
    '"""Rules."""\n\nfrom sim.rules import column\n\nwake = column.day.wake\n',
    "from sim import api\n__all__ = ['run']\n\ndef __getattr__(name):\n    return getattr(api, name)\n",
    "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from sim.api import run\n",
    "try:\n    from sim.fast import run\nexcept ImportError:\n    from sim.slow import run\n",
]
SOUND = [
    '"""Rooms of the rules."""\n',
    '"""The version."""\n\n__version__ = "1"\n',
    "from math import sqrt\n\nLARGEST = sqrt(2.0)\n",
    "from sim.rules import column\n\n\ndef wake(world):\n    return column.day.wake(world, 0, 0.0)\n",
    "import typer\n\napp = typer.Typer()\n",
]


@pytest.mark.parametrize("source", PLANTED)
def test_a_planted_one_is_found(source):
    assert only_passes_on(ast.parse(source))


@pytest.mark.parametrize("source", SOUND)
def test_a_module_with_something_of_its_own_is_none(source):
    assert not only_passes_on(ast.parse(source))
