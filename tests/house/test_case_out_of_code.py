"""No id of a place, a party or a side stands in the program: they are the case's, and another has others."""

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache

import pytest
from sources import trees

from sim.files.case import BUNDLED
from sim.files.case_file import case_file
from sim.record.record import parties_of

PROGRAM = ("sim", "analysis")
OF_THE_PROGRAM = {"kidal"}
"""An id of a place that is the program's own name."""
KINDS_OF_REPORTS = {"independent"}
"""Ids of parties that name a kind of report, too: the kinds are the program's (sim.record.rows.Attribution)."""
WORDS = {
    "civilians": "who is hurt in war, in sentences",
    "narrative": "a text that tells, in sentences",
}
"""Ids of parties that are English words: they may stand in a sentence, but not alone as a constant or a name."""
EXAMPLE = re.compile(r"^ *Example: .*$|^ *(one|many)\..*$", re.MULTILINE)
"""Examples of use in help and in the public interface's page are for the bundled case, where all can be tried."""
PLACES_OF_EXAMPLES = ("sim/commands/", "sim/api.py")
WORD = re.compile(r"[\w-]+")
"""A word of a text; names with hyphens, such as those of scenarios, are words of their own."""


@cache
def ids() -> frozenset[str]:
    with BUNDLED.path("params", "network", "places.csv").open(encoding="utf-8", newline="") as stream:
        places = {row["id"] for row in csv.DictReader(stream)}
    parties = {row.party for row in parties_of(BUNDLED)}
    return frozenset(places | parties | {row.side for row in case_file(BUNDLED).sides}) - OF_THE_PROGRAM


def names_of(node: ast.AST) -> Iterator[str]:
    """The identifiers that a node of a syntax tree has."""
    for field in ("id", "attr", "arg", "name", "asname"):
        name = getattr(node, field, None)
        if isinstance(name, str):
            yield from {*name.lower().split("_")} - KINDS_OF_REPORTS


def words_of(text: str, file: str) -> Iterator[str]:
    """The words of a string that may not be ids of a case."""
    if file.startswith(PLACES_OF_EXAMPLES):
        text = EXAMPLE.sub("", text)
    is_sentence = " " in text.strip()
    for word in WORD.findall(text):
        if word not in KINDS_OF_REPORTS and not (is_sentence and word in WORDS):
            yield word


def ids_in(tree: ast.AST, file: str) -> list[str]:
    """Each id of the case that stands in a module, with its line."""
    places = []
    for node in ast.walk(tree):
        constant = node.value if isinstance(node, ast.Constant) else None
        words = words_of(constant, file) if isinstance(constant, str) else names_of(node)
        places += [f"{file}:{getattr(node, 'lineno', 1)}: {word}" for word in words if word in ids()]
    return places


def test_no_id_of_the_bundled_case_stands_in_the_program():
    assert {"gao", "anefis", "tessalit_apt", "army", "rebels", "un", "csp", "jnim"} <= ids()
    assert [place for file, tree in trees(*PROGRAM).items() for place in ids_in(tree, file)] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('parties = ("army", "csp")', ["army", "csp"]),
        ('"""Where the UN is."""', []),
        ('"""Where the un is, and anefis."""', ["un", "anefis"]),
        ("ARMY_COLUMN = 1", ["army"]),
        ("def in_the_gao_case(csp): pass", ["gao", "csp"]),
        ('who = "civilians"', ["civilians"]),
        ('"""Who counts civilians."""', []),
        ('name = "gao-anefis"', []),
        ('"""A column.\\n\\nExample: kidal record --place anefis\\n"""', ["anefis"]),
    ],
)
def test_what_is_looked_for_is_found(code, found):
    places = ids_in(ast.parse(code), "sim/rules/made_up.py")
    assert sorted(place.rpartition(" ")[2] for place in places) == sorted(found)


def test_examples_of_use_may_name_what_can_be_tried():
    code = '"""A column.\n\nExample: kidal record --place anefis\n"""'
    assert ids_in(ast.parse(code), "sim/commands/made_up.py") == []
    assert len(ids_in(ast.parse('help = "Only these, as anefis:capture."'), "sim/commands/made_up.py")) == 1
    assert len(ids_in(ast.parse('place = "anefis"'), "sim/commands/made_up.py")) == 1
