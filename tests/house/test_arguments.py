"""Arguments have names: what a mistaken order would hide, and no type checker would see, is written out."""

import ast

import pytest
from sources import trees

PROGRAM = ("kidal", "sim", "analysis", "benchmarks", "docs/make")
FIELDS = 4
"""Fields from which a dataclass takes them by name only, and a named tuple is filled by name."""
MOST = 5
"""Positional arguments of a call at most."""
MOST_DEFINED = 6
"""Parameters of a function at most that may be given by position; compiled functions take a row of more."""
BY_POSITION = {
    "sim/state/rows.py": "rows are made from the records of a table, in the order of its columns",
}
"""Files that are left out, and why."""
VARIADIC = {"kidal": "the words of a command line, of which a fixture of the tests takes any number"}
"""Functions that take any number of arguments where no definition of that name says so, and why."""


def judged(*folders: str) -> dict[str, ast.Module]:
    """The modules of some folders, without those that are left out."""
    return {name: tree for name, tree in trees(*folders).items() if name not in BY_POSITION}


def decorator(node: ast.ClassDef) -> ast.expr | None:
    """The decorator that makes a class a dataclass."""
    for one in node.decorator_list:
        called = one.func if isinstance(one, ast.Call) else one
        if ast.unparse(called).split(".")[-1] == "dataclass":
            return one
    return None


def is_by_name_only(one: ast.expr) -> bool:
    """Whether a dataclass takes its fields by name only."""
    keywords = one.keywords if isinstance(one, ast.Call) else []
    return any(word.arg == "kw_only" and ast.unparse(word.value) == "True" for word in keywords)


def positional_classes(tree: ast.Module) -> list[str]:
    """Dataclasses of many fields that may be filled by position."""
    found = []
    for node in ast.walk(tree):
        one = decorator(node) if isinstance(node, ast.ClassDef) else None
        if one is not None and not is_by_name_only(one):
            fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
            count = sum("ClassVar" not in ast.unparse(part.annotation) for part in fields)
            found += [node.name] if count >= FIELDS else []
    return found


def large_tuples(tree: ast.Module) -> set[str]:
    """Named tuples of many fields."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {
        node.name
        for node in found
        if any(ast.unparse(base).split(".")[-1] == "NamedTuple" for base in node.bases)
        and sum(isinstance(part, ast.AnnAssign) for part in node.body) >= FIELDS
    }


def filled_by_position(tree: ast.Module, names: set[str]) -> list[str]:
    """Calls of some classes that do not name their arguments; elements of HTML may have the same names."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    called = [(node.lineno, ast.unparse(node.func).split(".")) for node in calls]
    return [
        f"{line}: {'.'.join(parts)}" for line, parts in called if parts[-1] in names and parts[0] != "html"
    ]


def unpacked(tree: ast.Module) -> list[int]:
    """Lines at which a comprehension is unpacked into two names or more."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.GeneratorExp | ast.ListComp)
        and any(isinstance(target, ast.Tuple | ast.List) and len(target.elts) > 1 for target in node.targets)
    ]


def variadic(tree: ast.Module) -> set[str]:
    """Functions that take any number of positional arguments: they have no names."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if node.args.vararg}


def long_calls(tree: ast.Module, free: frozenset[str] = frozenset()) -> list[str]:
    """Calls with many positional arguments, but of `free` functions."""
    return [
        f"{node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and len(node.args) > MOST
        and ast.unparse(node.func).split(".")[-1] not in free
    ]


def long_definitions(tree: ast.Module) -> list[str]:
    """Functions with many parameters that may be given by position."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{node.lineno}: {node.name}"
        for node in functions
        if len(node.args.posonlyargs) + len(node.args.args) > MOST_DEFINED
    ]


def test_fields_of_large_dataclasses_are_given_by_name():
    found = {name: positional_classes(tree) for name, tree in judged(*PROGRAM).items()}
    assert {name: classes for name, classes in found.items() if classes} == {}


def test_large_named_tuples_are_filled_by_name():
    modules = judged("kidal", "sim", "analysis")
    names = set().union(*map(large_tuples, modules.values()))
    assert names
    found = {name: filled_by_position(tree, names) for name, tree in modules.items()}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_no_comprehension_is_unpacked_into_names():
    found = {name: unpacked(tree) for name, tree in judged(*PROGRAM).items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_calls_with_many_arguments_name_them():
    modules = judged(*PROGRAM, "tests")
    free = frozenset(VARIADIC).union(*map(variadic, modules.values()))
    found = {name: long_calls(tree, free) for name, tree in modules.items()}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_functions_of_many_parameters_take_them_by_name():
    found = {name: long_definitions(tree) for name, tree in judged(*PROGRAM).items()}
    assert {name: functions for name, functions in found.items() if functions} == {}


CLASS = "@dataclass{}\nclass Serial:\n    id: str\n    vehicles: int\n    persons: int\n    {}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLASS.format("", "side: str"), ["Serial"]),
        (CLASS.format("(frozen=True)", "side: str = 'army'"), ["Serial"]),
        (CLASS.format("(kw_only=False)", "side: str"), ["Serial"]),
        (CLASS.format("(kw_only=True)", "side: str"), []),
        (CLASS.format("", "side: ClassVar[str] = 'army'"), []),
    ],
)
def test_a_dataclass_of_four_fields_is_seen(text, expected):
    assert positional_classes(ast.parse(text)) == expected


TUPLE = "class Leg(NamedTuple):\n    road: int\n    start: str\n    end: str\n    {}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TUPLE.format("km: float") + "Leg(1, start='a', end='b', km=2.0)", ["6: Leg"]),
        (TUPLE.format("km: float") + "network.Leg(*row)", ["6: network.Leg"]),
        (TUPLE.format("km: float") + "Leg(road=1, start='a', end='b', km=2.0)", []),
        (TUPLE.format("pass") + "Leg(1, 'a', 'b')", []),
        (TUPLE.format("km: float") + "html.Leg('a')", []),
    ],
)
def test_a_named_tuple_filled_by_position_is_seen(text, expected):
    tree = ast.parse(text)
    assert filled_by_position(tree, large_tuples(tree)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("low, high = (hour(edge) for edge in span)", [1]),
        ("low, high = [hour(edge) for edge in span]", [1]),
        ("[low, *more] = (hour(edge) for edge in span)", [1]),
        ("hours = [hour(edge) for edge in span]", []),
        ("(day,) = [hour(edge) for edge in span]", []),
        ("low, high = hour(span[0]), hour(span[1])", []),
    ],
)
def test_an_unpacked_comprehension_is_seen(text, expected):
    assert unpacked(ast.parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("draw(1, 2, 3, 4, 5, 6)", ["1: draw"]),
        ("page.draw(1, 2, 3, 4, *rest, 6)", ["1: page.draw"]),
        ("draw(1, 2, 3, 4, 5, by=6)", []),
        ("kidal('a', 'b', 'c', 'd', 'e', 'f')", []),
    ],
)
def test_a_call_with_many_arguments_is_seen(text, expected):
    assert long_calls(ast.parse(text), frozenset({"kidal"})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def draw(a, b, c, d, e, f, g): pass", ["1: draw"]),
        ("def draw(a, b, /, c, d, e, f, g=0): pass", ["1: draw"]),
        ("async def draw(a, b, c, d, e, f, g): pass", ["1: draw"]),
        ("def draw(a, b, c, d, e, f, *, g): pass", []),
        ("def draw(a, b, c, d, e, f, *more, **named): pass", []),
    ],
)
def test_a_definition_with_many_parameters_is_seen(text, expected):
    assert long_definitions(ast.parse(text)) == expected
