"""A case is a value: who reads files says of which case, and nothing is a setting of the process."""

import ast
from collections.abc import Iterator

from sources import trees

PROGRAM = ("kidal", "sim", "analysis")
SCHEMAS_WITHOUT = ("checked", "sound")
"""Functions whose schemas mostly say the same in any case; those that do not are named in the test below."""
CASE_SCHEMAS = ("Scenario", "Observation")


ANOTHER = {("analysis/report/page.py", "answer"), ("analysis/inference/smc.py", "answer")}
"""Functions of the name of one that reads, and where they are called."""


def case_readers() -> dict[str, int]:
    """Functions and row classes of the program that take a case but can do without, and the place it has."""
    places = {}
    for tree in trees(*PROGRAM).values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [one.arg for one in node.args.args]
                if "case" in names[len(names) - len(node.args.defaults) :]:
                    places[node.name] = names.index("case") - (names[0] == "self")
                elif "case" in [one.arg for one in node.args.kwonlyargs]:
                    places[node.name] = 99
            elif isinstance(node, ast.ClassDef):
                fields = [part for part in node.body if isinstance(part, ast.AnnAssign) and part.value]
                if "case" in [ast.unparse(part.target) for part in fields]:
                    places[node.name] = 99
    places["Offensive"] = places.pop("__init__")
    return places


def calls(readers: dict[str, int]) -> Iterator[tuple[str, ast.Call, str]]:
    """Calls of them, with the name that is called."""
    for file, tree in trees(*PROGRAM).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).split(".")[-1]
                if name in readers and (file, name) not in ANOTHER:
                    yield file, node, name


def says_which(node: ast.Call, place: int) -> bool:
    keywords = [word.arg for word in node.keywords]
    return (
        len(node.args) > place
        or any(isinstance(arg, ast.Starred) for arg in node.args)
        or bool({"case", None} & {*keywords})
    )


def test_every_reader_inside_the_program_is_told_the_case():
    readers = case_readers()
    assert {"load_record", "load_network", "load_scenario", "read_run", "RunTables", "Offensive"} <= set(
        readers
    )
    silent = []
    for file, node, name in calls(readers):
        schema = ast.unparse(node.args[1]) if len(node.args) > 1 else ""
        if name in SCHEMAS_WITHOUT and schema not in CASE_SCHEMAS:
            continue
        others = {word.arg for word in node.keywords} & {"folder", "path"}  # read a folder that is named
        if not others and not says_which(node, readers[name]):
            silent.append(f"{file}:{node.lineno}: {ast.unparse(node)[:70]}")
    assert silent == []


def test_a_call_that_is_silent_is_found():
    (call,) = [node for node in ast.walk(ast.parse("load_record()")) if isinstance(node, ast.Call)]
    assert not says_which(call, 0)
    (call,) = [
        node for node in ast.walk(ast.parse("load_parameters(a, case=b)")) if isinstance(node, ast.Call)
    ]
    assert says_which(call, 2)
