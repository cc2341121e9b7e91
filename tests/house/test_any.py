"""`Any` stands in signatures only where a library without types begins."""

import ast

from sources import trees

BORDERS = {
    "sim/cache/compiled.py": "Numba's cache",
    "sim/chance/keyed_arrays.py": "Numba's overloads",
    "sim/commands/options.py": "what Typer calls",
    "sim/console.py": "what Rich asks of a stream",
    "sim/engine/compiled.py": "Numba's compiled functions and typed tables",
    "sim/ensembles/executors.py": "Dask",
    "sim/files/yaml_tree.py": "events of ruamel.yaml",
    "sim/studies/comparison.py": "pandas",
    "sim/studies/result.py": "pandas",
    "sim/model.py": "Mesa's agents and collectors",
    "sim/view/connections.py": "Werkzeug's server",
    "sim/view/layout.py": "Dash's components",
    "sim/view/server.py": "Dash and its server",
}
"""Modules that may have it, and the library they border on."""


def with_any(tree: ast.Module) -> list[str]:
    """The functions that have `Any` in their signature."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [
        f"{function.lineno}: {function.name}"
        for function in functions
        for note in [*(argument.annotation for argument in _arguments(function.args)), function.returns]
        if note and any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(note))
    ]


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def test_any_stands_at_borders_alone():
    spread = {name: with_any(tree) for name, tree in trees("sim").items() if name not in BORDERS}
    assert {name: lines for name, lines in spread.items() if lines} == {}


def test_a_border_that_has_none_is_none():
    assert [name for name in BORDERS if not with_any(trees("sim")[name])] == []


def test_any_is_seen():
    source = "def a(x: dict[str, Any], *y: Any, z: int) -> Any: ...\ndef b(x: int) -> str: ..."
    assert with_any(ast.parse(source)) == ["1: a", "1: a", "1: a"]
