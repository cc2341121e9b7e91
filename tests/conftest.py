"""What several tests use."""

import os
import sys

os.environ["MPLBACKEND"] = "agg"  # before Matplotlib is imported, which may find there one that is not here

import pytest

from sim.cli import main
from sim.engine import outcomes
from sim.engine.inputs import load_inputs
from sim.files.case import use_case


@pytest.fixture(autouse=True)
def _no_case():
    """A case that a test used is that test's alone."""
    yield
    use_case(None)


@pytest.fixture(scope="session")
def compiled_rules():
    """The rules compiled before: where the cache has them not, a command of 50 runs or more says that it compiles."""
    from sim.engine import compiled  # slow to import

    scenario = load_inputs("gao-anefis").template
    compiled.prepare(scenario.world, len(outcomes.names(scenario)))


@pytest.fixture
def kidal(monkeypatch, capsys, tmp_path):
    """Run `kidal WORDS` in an empty folder; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["kidal", *words])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return end.value.code, out, err

    return call
