"""Docstrings of public functions say what a signature cannot: shapes of arrays, and what is raised."""

import ast
import re

import pytest
from sources import trees

SHAPE = re.compile(r"\(\w[\w *+]*(, [\w *+]+)*,?\)|\bscalars?\b")
"""How a shape is written: `(runs,)`, `(points, runs)`; or what may be one number is called a scalar."""
RAISES = re.compile(r"\bRaises\b|\bRefuses\b")


def public_functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """Functions of a module and methods of its classes that have no underscore; what stands in a function is its own."""
    functions = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            functions += public_functions(node)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            functions.append(node)
    return functions


def takes_or_gives_arrays(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    notes = [argument.annotation for argument in arguments] + [function.returns]
    return any("ndarray" in ast.unparse(note) or "NDArray" in ast.unparse(note) for note in notes if note)


def raises(function: ast.FunctionDef) -> bool:
    """Whether an error is made in a function itself; one that is handed on is the business of whoever makes it."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(function)) or any(
        isinstance(name, ast.Name) and name.id in ("refuse", "refused") for name in calls
    )


def silent(tree: ast.AST) -> list[str]:
    """The public functions whose docstrings do not say what they should."""
    gaps = []
    for function in public_functions(tree):
        text = ast.get_docstring(function) or ""
        if takes_or_gives_arrays(function) and not SHAPE.search(text):
            gaps.append(f"{function.lineno}: {function.name}: shapes")
        if raises(function) and not RAISES.search(text):
            gaps.append(f"{function.lineno}: {function.name}: what it raises")
    return gaps


def test_docstrings_give_shapes_and_errors():
    modules = trees("sim", "analysis", "kidal")
    gaps = {name: silent(tree) for name, tree in modules.items()}
    assert sum(len(public_functions(tree)) for tree in modules.values()) > 500
    assert {name: lines for name, lines in gaps.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('def at(hours: np.ndarray): """Hours of runs."""', ["1: at: shapes"]),
        ('def at(hours: np.ndarray): """Hours (h; runs, milestones)."""', ["1: at: shapes"]),
        ('def at(hours: np.ndarray): """Hours (runs, milestones) of runs."""', []),
        ('def at() -> list[np.ndarray]: """Hours (runs,)."""', []),
        ('def at(): """The hour."""; raise KeyError("x")', ["1: at: what it raises"]),
        ('def at(): """The hour. Raises KeyError for none."""; raise KeyError("x")', []),
        ("def _at(hours: np.ndarray): ...", []),
        ("class _Hours:\n    def at(self) -> np.ndarray: ...", []),
        ('class Hours:\n    def at(self) -> np.ndarray: """All."""', ["2: at: shapes"]),
    ],
)
def test_what_is_left_unsaid_is_seen(source, expected):
    assert silent(ast.parse(source)) == expected
