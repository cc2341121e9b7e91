"""No reader meets the phrases of `words.yaml`: in README, the pages, and the help of each command."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
import yaml
from sources import ROOT, trees

from analysis.words.names import WORDS
from sim.cli import COMMANDS

PHRASES = yaml.safe_load((ROOT / "tests/house/words.yaml").read_text(encoding="utf-8"))
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "ARCHITECTURE")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "results"),
]
"""Pages that are read; CHANGELOG says what words were, and `docs/results` is made by commands of its own."""


def prose(text: str) -> str:
    """A page without its code, the paths of its links, and the names that mkdocstrings is given."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|^:::.*$", "", text, flags=re.MULTILINE)
    return " ".join(text.split())


@cache
def patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(row["instead"], re.compile(row["phrase"], re.IGNORECASE)) for row in PHRASES]


def met(text: str) -> list[str]:
    """The phrases that a text holds, and what stands in their place."""
    return [
        f"{match[0]}: say {instead}" for instead, pattern in patterns() for match in pattern.finditer(text)
    ]


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["instead"])
def test_a_phrase_catches_its_sentence_and_spares_the_other(row):
    pattern = re.compile(row["phrase"], re.IGNORECASE)
    assert pattern.search(row["catches"])
    assert not pattern.search(row["spares"])


def test_a_phrase_stands_once_and_is_caught_as_its_own():
    assert len({row["phrase"] for row in PHRASES}) == len(PHRASES)
    assert met("300 histories of\nthe run".replace("\n", " ")) == ["histories: say run"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_holds_no_phrase_that_was_replaced(path):
    assert met(prose(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_help_holds_no_phrase_that_was_replaced(name, kidal):
    assert met(" ".join(kidal(*name.split(), "--help")[1].split())) == []


# --- texts of the program ------------------------------------------------------------------------------------

IDS = re.compile(r"^[ {-]*(?:id|event|kind|use|rivals|histories|milestone|headline|else_if)\b")
"""Lines of data that hold ids and keys, which are no prose."""
RECORDED = ("claims.yaml", "second_coding.yaml", "held_out.yaml", "words.yaml", "looks.yaml")
"""Files of ids beside words, or whose text has a hash in what was fitted before it was read."""


def literals(tree: ast.Module) -> Iterator[str]:
    """Texts of a module with more than one word, docstrings left out: messages, heads of tables, labels."""
    nodes = list(ast.walk(tree))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings and node.value not in WORDS["reports"]:
            yield node.value if re.search(r"[ (]", node.value.strip()) else "one word"


@pytest.mark.parametrize("package", ["kidal", "sim", "analysis"])
def test_a_text_of_the_program_holds_no_phrase_that_was_replaced(package):
    found = {
        name: phrases
        for name, tree in trees(package).items()
        if (phrases := [phrase for text in literals(tree) for phrase in met(text)])
    }
    assert found == {}


@pytest.mark.parametrize("folder", ["params", "scenarios", "analysis/record"])
def test_a_text_of_the_data_holds_no_phrase_that_was_replaced(folder):
    found = {}
    for path in sorted((ROOT / folder).rglob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines() if path.name not in RECORDED else []
        prose_lines = [line.partition("  #")[0] for line in lines if not line.lstrip().startswith("#")]
        phrases = [phrase for line in prose_lines if not IDS.match(line) for phrase in met(line)]
        if phrases:
            found[path.name] = phrases
    assert found == {}
