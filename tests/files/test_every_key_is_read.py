"""Every key that any file may have is read where results are made, or its description says that it counts for nothing."""

import ast

import pytest
from schemas import models
from sources import trees

from sim.commands.json_schema import FILE_KINDS
from sim.files.fields import FOR_READERS

CHECKS = (
    "checks.py",
    "checks/scenario.py",
    "checks/stages.py",
    "checks/milestones.py",
    "notes.py",
    "network_notes.py",
    "json_schema.py",
)
"""Modules that only look whether files are in order."""


def keys():
    """The keys of all kinds of files that are not said to count for nothing, by their models."""
    for kinds in FILE_KINDS.values():
        for model in [found for kind in kinds for found in models(kind, [])]:
            for name, field in model.model_fields.items():
                if not str(field.description).startswith(FOR_READERS):
                    yield model.__name__, name


def names_read():
    """The names of attributes, of arguments and in texts, in the modules that use what was read."""
    words = set()
    for name, tree in trees("sim", "analysis").items():
        if not name.endswith(CHECKS):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute):
                    words.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words.add(node.value)
    return words


def test_every_key_is_read_or_said_to_count_for_nothing():
    words = names_read()
    assert {key for key in keys() if key[1] not in words} == set()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("record", "says"),
        ("parameters", "symbol"),
        ("design", "source"),
        ("calibration", "source"),
        ("what-if", "source"),
    ],
)
def test_an_editor_is_told_what_counts_for_nothing(kidal, kind, key):
    text = kidal("schema", kind)[1]
    at = text.index(f'"{key}": {{')
    assert FOR_READERS in text[at : at + 400]


@pytest.mark.parametrize("key", ["source", "known"])
def test_an_editor_is_told_of_the_fields_of_a_scenario(kidal, key):
    text = kidal("schema", "scenario")[1]
    assert FOR_READERS in text[text.index(f'"{key}": {{') :][:500]
