"""The house: one word, one thing. No public type of two modules, and no constant of two values, has one name."""

import ast
import builtins
import importlib
import re
from collections import defaultdict
from functools import cache

import numpy as np
import pytest
from sources import ROOT, trees


@cache
def modules() -> dict[str, ast.Module]:
    """The modules of the program by their names."""
    return {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree
        for name, tree in trees("sim", "analysis").items()
    }


def classes(tree: ast.Module) -> list[str]:
    """The public classes of a module, inner ones too."""
    found = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [name for name in found if not name.startswith("_")]


def assigned(tree: ast.Module) -> list[str]:
    """The public names that a module's own assignments bind, in pairs too."""
    nodes = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [node.targets if isinstance(node, ast.Assign) else [node.target] for node in nodes]
    found = [part for group in targets for target in group for part in ast.walk(target)]
    names = [part.id for part in found if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def types(tree: ast.Module) -> list[str]:
    """The public classes of a module, and the types that it names by an assignment."""
    return classes(tree) + [name for name in assigned(tree) if name[0].isupper() and not name.isupper()]


def constants(tree: ast.Module) -> list[str]:
    return [name for name in assigned(tree) if name.isupper()]


def same(one: object, other: object) -> bool:
    return type(one) is type(other) and bool(np.all(one == other))


def twice(names_of, among=None):
    """Names that more than one module has, and where."""
    places = defaultdict(list)
    for module, tree in (among or modules()).items():
        for name in names_of(tree):
            places[name].append(module)
    return {name: found for name, found in places.items() if len(found) > 1}


def test_no_public_class_name_stands_twice():
    assert twice(classes) == {}


def test_no_type_has_the_name_of_another():
    assert twice(types) == {}


def test_no_shared_constant_of_one_name_has_two_values():
    values = {
        name: [getattr(importlib.import_module(module), name) for module in places]
        for name, places in twice(constants).items()
    }
    clashes = [name for name, found in values.items() if not all(same(found[0], value) for value in found)]
    assert clashes == []


@pytest.mark.parametrize(
    ("source", "names_of", "found"),
    [
        ("class A: pass", classes, ["A"]),
        ("class _A:\n    class B: pass", classes, ["B"]),
        ("Pair = tuple[int, int]", types, ["Pair"]),
        ("A, B = 1, 2\n_C = 3\nlower = 4", constants, ["A", "B"]),
        ("A: int = 1\nB = C = 2", constants, ["A", "B", "C"]),
        ("def f():\n    A = 1", constants, []),
    ],
)
def test_names_are_found(source, names_of, found):
    assert names_of(ast.parse(source)) == found
    assert set(twice(names_of, {"one": ast.parse(source), "two": ast.parse(source)})) == set(found)


def test_a_docstring_names_exceptions_that_are_there():
    names = {name for tree in modules().values() for name in classes(tree)} | set(dir(builtins))
    known = names | {"Timeout", "CalledProcessError"}
    found = {
        (module, error)
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        for error in re.findall(r"Raises ([A-Z][A-Za-z]+)(?: |\.|,|;|$)", ast.get_docstring(node) or "")
    }
    assert len(found) > 50
    assert [one for one in sorted(found) if one[1] not in known] == []


def test_the_tests_that_pages_name_are_there():
    """`test_dust` is the test that the page of a new rule adds."""
    there = {path.stem for path in (ROOT / "tests").rglob("test_*.py")} | {"test_dust"}
    pages = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "ARCHITECTURE")]
    pages += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    named = {
        (page, test) for page, text in texts.items() for test in re.findall(r"[`/](test_\w+)(?:`|\.py)", text)
    }
    assert len(named) > 20
    assert [one for one in sorted(named) if one[1] not in there] == []
