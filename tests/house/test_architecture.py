"""ARCHITECTURE.md and the pages of decisions name what is there; the floors are the same wherever they are drawn."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from sources import ROOT, tree_of

from sim.cli import COMMANDS

PREDICTIONS = sorted((ROOT / "docs" / "decisions").glob("2*.md"))
"""Pages written before a change, which say what it is expected to move; a day stands before their names."""
DECISIONS = sorted({*(ROOT / "docs" / "decisions").glob("*.md")} - {*PREDICTIONS})
PAGES = [ROOT / "ARCHITECTURE.md", *DECISIONS]
PARTS = ["Context", "Decision", "Consequences", "Measured", "What would change it"]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


# --- names --------------------------------------------------------------------------------------------------


@cache
def words():
    """Every word of the program's sources and files."""
    roots = [
        ROOT / name for name in ("kidal", "sim", "analysis", "tests", "benchmarks", "params", "scenarios")
    ]
    paths = [path for root in roots for path in root.rglob("*") if path.suffix in (".py", ".yaml")]
    paths = [path for path in paths if path != Path(__file__)]
    return {word for path in paths for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}


def file_of(parts):
    """The file of a module; None if there is none."""
    bare = ROOT.joinpath(*parts)
    return next((path for path in (bare.with_suffix(".py"), bare / "__init__.py") if path.is_file()), None)


def defined(body):
    """What a module or class defines, by name; beside it an import as a definition of nothing further."""
    found = {}
    for node in body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                found[node.name] = node
            case ast.Assign():
                found |= {
                    name.id: node
                    for target in node.targets
                    for name in ast.walk(target)
                    if isinstance(name, ast.Name)
                }
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = node
            case ast.If():
                found |= defined(node.body) | defined(node.orelse)
            case ast.ImportFrom():
                found |= {alias.asname or alias.name: node for alias in node.names}
    return found


def is_there(dotted, *, passed_on=False):
    """Whether a dotted name is a module, or what a module defines; names it only imports count if `passed_on`."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        path = file_of(parts[:cut])
        if path is None:
            continue
        body = tree_of(path).body
        for name in parts[cut:]:
            node = defined(body).get(name)
            if node is None or (isinstance(node, ast.ImportFrom) and not passed_on):
                return False
            body = node.body if isinstance(node, ast.ClassDef) else []
        return True
    return False


def missing(text):
    """What a page puts in code type and is not there: paths, dotted names, commands and bare words."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    code = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    drawn = " ".join(re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL))
    tokens = {word for span in code for word in span.split()} | set(re.findall(r"[\w-]+/[\w./-]*", drawn))
    return sorted(
        {token for token in tokens if not holds(token)} | {span for span in code if not is_command(span)}
    )


def holds(token):
    """Whether a token of code type is there."""
    if re.fullmatch(r"(kidal|sim|analysis)(\.\w+)+", token):
        return is_there(token, passed_on=token.startswith("kidal."))
    if "/" in token or re.search(r"\.(py|md|yaml|yml|toml|csv|json)$", token):
        return (ROOT / token).exists()
    return not re.fullmatch(r"\w+", token) or token in words() or (ROOT / token).exists()


def is_command(span):
    """Whether a span that begins as a command of `kidal` names one."""
    found = re.fullmatch(r"kidal (\w+).*", span)
    return found is None or found[1] in COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page):
    assert missing(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "sim.engine.loop.advanced",
        "sim.engine.loops",
        "sim.engine.template.Template.simple",
        "sim.engine.loop.World",  # imported there, defined elsewhere
        "kidal.simulate",
        "sim/engine/loops.py",
        "tests/engine/test_loop.md",
        "analysis/record/hidden.yaml",
        "CHANGES.md",
        "kidal simulate",
        "carry_off",
    ],
)
def test_a_planted_name_is_found(planted):
    assert missing(f"As `{planted}` says.") == [planted]


@pytest.mark.parametrize(
    "sound",
    [
        "sim.engine.loop.advance",
        "sim.engine.template.Template.plain",
        "sim.state.rows.RunState.seed",
        "sim.rules.column",
        "analysis.figures.gallery.FIGURES",
        "kidal.Offensive",
        "sim/rules/",
        "pyproject.toml",
        "kidal run",
        "python docs/make/build.py",
        "carry_on",
        "len",
    ],
)
def test_a_name_that_is_there_is_none(sound):
    assert missing(f"As `{sound}` says.") == []


# --- form ---------------------------------------------------------------------------------------------------


def test_the_architecture_is_a_page_and_links_every_decision():
    text = text_of("ARCHITECTURE.md")
    assert len(text.splitlines()) <= 120
    linked = re.findall(r"\]\((docs/decisions/[\w-]+\.md)\)", text)
    assert sorted(linked) == [path.relative_to(ROOT).as_posix() for path in DECISIONS]
    rest = [name for name in re.findall(r"\]\(([^)#]+)\)", text) if not (ROOT / name).is_file()]
    assert rest == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_a_screen_with_its_five_parts_and_stands_among_the_pages(page):
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 45
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [re.sub(r" \(.*\)", "", heading) for heading in headings] == PARTS
    assert f": decisions/{page.name}\n" in text_of("mkdocs.yml")


@pytest.mark.parametrize("page", PREDICTIONS, ids=lambda page: page.stem)
def test_a_page_written_before_a_change_says_what_it_predicts_and_what_came(page):
    text = page.read_text(encoding="utf-8")
    assert re.match(r"\d{4}-\d\d-\d\d-[a-z-]+$", page.stem)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Predicted", "What came"]
    assert f": decisions/{page.name}\n" in text_of("mkdocs.yml")


# --- floors -------------------------------------------------------------------------------------------------


def contract(name):
    """The floors of a contract of pyproject.toml, each with its rooms, from the top down."""
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one["name"].startswith(name)]
    return [layer.split(" | ") for layer in layers]


def rooms(text):
    """The rooms of a line, by their paths, as modules."""
    paths = re.findall(r"(?<![\w/])(?:kidal|sim|analysis)/(?:[\w/]+(?:\.py)?)?", text)
    return [path.removesuffix(".py").strip("/").replace("/", ".") for path in paths]


def in_contributing(text):
    table = text.split("| floor | rooms |\n|---|---|\n")[1].split("\n\n")[0]
    return [rooms(line) for line in table.splitlines()]


def in_architecture(text):
    drawing = text.split("## Floors")[1].split("```text\n")[1].split("```")[0]
    return [rooms(line) for line in drawing.splitlines()]


def in_readme(text):
    block = text.split("The floors, from the top down")[1].split("```text\n")[1].split("```")[0]
    return [floor.split(" | ") for floor in " ".join(block.split()).split(" > ")]


DRAWN = {"CONTRIBUTING.md": in_contributing, "ARCHITECTURE.md": in_architecture, "README.md": in_readme}


@pytest.mark.parametrize("name", DRAWN)
def test_the_floors_of_a_page_are_those_of_the_contract(name):
    assert DRAWN[name](text_of(name)) == contract("Floors: each room")


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "ARCHITECTURE.md"])
@pytest.mark.parametrize(
    ("where", "called"), [("analysis", "Floors of analysis"), ("analysis/figures", "Floors of figures")]
)
def test_the_floors_of_analysis_on_a_page_are_those_of_the_contract(name, where, called):
    (line,) = re.findall(rf"Within `{where}/`:\s(.*?)\.(?:\s|$)", text_of(name))
    assert [floor.split(" | ") for floor in line.replace("`", "").split(" > ")] == contract(called)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("CONTRIBUTING.md", "`sim/record/`", "`sim/scenario/`"),
        ("CONTRIBUTING.md", "`sim/rules/`; ", ""),
        ("ARCHITECTURE.md", "sim/engine/     analysis/", "analysis/     sim/engine/"),
        ("README.md", "> sim.record >", "| sim.record >"),
    ],
)
def test_another_floor_on_a_page_is_seen(name, old, new):
    text = text_of(name)
    assert text.count(old) == 1
    assert DRAWN[name](text.replace(old, new)) != contract("Floors: each room")


def test_there_are_at_most_twelve_floors_and_every_room_stands_on_one():
    floors = contract("Floors: each room")
    assert len(floors) <= 12
    inside = [
        path for path in (ROOT / "sim").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    ]
    names = {f"sim.{path.stem}" for path in inside if path.stem != "__init__"} | {"kidal", "analysis"}
    assert {room for floor in floors for room in floor} == names
