"""Mutated files of every kind that the program reads, a few of each; `benchmarks/fuzz.py` has thousands."""

import random
import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from fuzz import Kind, kinds, read, tried

pytestmark = pytest.mark.slow

KINDS = (
    "scenario", "hypothesis", "parameters", "network", "design", "what-if", "calibration", "evidence", "record", "posterior",
    "result folder", "case",
)  # fmt: skip


@cache
def all_kinds():
    return kinds()


@pytest.mark.parametrize("name", KINDS)
def test_a_mutated_file_is_accepted_or_refused_with_its_place(name, tmp_path):
    rng = random.Random(f"ci {name}")
    ends = [tried(all_kinds()[name], tmp_path / str(number), rng) for number in range(15)]
    assert set(ends) <= {"accepted", "refused"}
    assert "refused" in ends


@pytest.mark.parametrize("name", KINDS)
def test_the_files_as_they_are_are_accepted(name, tmp_path):
    file, content = next(iter(all_kinds()[name].files.items()))
    assert read(all_kinds()[name], tmp_path / "case", file, content) == "accepted"


def test_what_ends_otherwise_is_told(tmp_path):
    def broken(folder: Path, name: str) -> None:
        raise KeyError(name)

    assert (
        read(Kind({"a.yaml": b""}, broken), tmp_path / "case", "a.yaml", b"x") == "a.yaml: KeyError: 'a.yaml'"
    )


def test_these_are_all_kinds():
    assert set(all_kinds()) == set(KINDS)
