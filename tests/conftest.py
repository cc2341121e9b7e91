"""What several tests use."""

import gc
import os
import sys

os.environ["MPLBACKEND"] = "agg"  # before Matplotlib is imported, which may find there one that is not here

import pytest
from hypothesis import settings

from sim.cli import main
from sim.engine import outcomes
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job

settings.register_profile("no time is asserted", deadline=None)
settings.load_profile("no time is asserted")


def pytest_collection_finish(session):
    """What was imported stays: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


@pytest.fixture(scope="session")
def compiled_rules():
    """The rules compiled before: where the cache has them not, a command of 50 runs or more says that it compiles."""
    from sim.engine import compiled  # slow to import

    scenario = load_inputs("gao-anefis").template
    compiled.prepare(scenario.world, len(outcomes.names(scenario)))


@pytest.fixture
def jobs(monkeypatch):
    """Have jobs other sizes than usual, where they name none: `jobs(size=20)`."""

    def resize(**sizes):
        for name, size in sizes.items():
            monkeypatch.setitem(Job.__init__.__kwdefaults__, name, size)

    return resize


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
