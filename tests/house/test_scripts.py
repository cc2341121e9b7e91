"""Programs beside the package (benchmarks, what makes pages) find all that they import."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["benchmarks", "docs/make"])
def test_a_program_finds_what_it_imports(folder):
    names = sorted(path.stem for path in (ROOT / folder).glob("*.py"))
    assert len(names) > 5
    found = [str(ROOT / name) for name in (folder, "tests/helpers", ".")]
    code = f"import sys; sys.path[:0] = {found}; import {', '.join(names)}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
