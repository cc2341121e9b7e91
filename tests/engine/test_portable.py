"""The same bits on every machine: the portable baseline plain and compiled, and with another C library under it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.store.rules_number import TABLES

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NO_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"}


def tables_hash(*options, **environment):
    """The hash that a process of its own prints."""
    call = [sys.executable, str(BENCHMARKS / "portable.py"), *options]
    return subprocess.run(
        call, check=True, capture_output=True, text=True, env=os.environ | environment
    ).stdout.strip()


@pytest.mark.parametrize("options", [[], ["--plain"]], ids=["compiled", "plain"])
def test_the_tables_of_all_scenarios_are_the_recorded_ones(options):
    assert tables_hash(*options) == TABLES


EXPS = "import math, random; r = random.Random(1); print(hash(tuple(math.exp(r.uniform(-20, 20)) for _ in range(20_000))))"


def test_they_are_the_same_without_fused_multiply_and_add():
    call = [sys.executable, "-c", EXPS]
    asis, without = (
        subprocess.run(call, check=True, capture_output=True, env=os.environ | more).stdout
        for more in ({}, NO_FMA)
    )
    if asis == without:
        pytest.skip("this C library has no other code without FMA, or the processor has none")
    assert tables_hash("--plain", **NO_FMA) == TABLES


def test_they_are_the_same_with_a_c_library_that_is_off_by_one_unit_in_the_last_place(tmp_path):
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler here, or not Linux: benchmarks/platforms.py tries it where there is one")
    library = tmp_path / "off_by_one.so"
    source = str(BENCHMARKS / "off_by_one.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), source, "-ldl"], check=True)
    probe = "import math; print(math.exp(0.3))"
    call = [sys.executable, "-c", probe]
    other = os.environ | {"LD_PRELOAD": str(library)}
    shifted = subprocess.run(call, check=True, capture_output=True, env=other).stdout
    assert shifted != subprocess.run(call, check=True, capture_output=True).stdout
    assert tables_hash("--plain", LD_PRELOAD=str(library)) == TABLES
