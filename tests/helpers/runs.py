"""Runs and figures that several tests read, made once in a process, when a test first asks for them.

For tests that change nothing of them: who writes to a folder copies it.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from bundled import bundled_inputs, bundled_record
from matplotlib.figure import Figure

from analysis.figures import gallery
from analysis.tables.scored_observations import of_run
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.record.record import Record
from sim.store.reader import RunTables


@cache
def _home() -> TemporaryDirectory:
    """The folder of all runs of a process, which goes with it."""
    return TemporaryDirectory(prefix="runs-")


@cache
def _done(
    scenario: str, runs: int, rivals: tuple[str, ...], sets: tuple[str, ...], seed: int
) -> tuple[Path, RunTables]:
    """A run that is done once in a process: its folder and tables."""
    inputs = load_inputs(scenario, None, sets, rivals) if rivals else bundled_inputs(scenario, *sets)
    out = Path(mkdtemp(dir=_home().name), scenario)
    return do(Job(inputs=inputs, seed=seed, runs=runs, draw=runs > 1, out=out))


def run_folder(
    scenario: str, runs: int, rivals: tuple[str, ...] = (), sets: tuple[str, ...] = (), seed: int = 1
) -> Path:
    """The folder of so many runs with parameters drawn, or of one at their values."""
    return _done(scenario, runs, tuple(rivals), tuple(sets), seed)[0]


def run_tables(
    scenario: str, runs: int, rivals: tuple[str, ...] = (), sets: tuple[str, ...] = (), seed: int = 1
) -> RunTables:
    """Their tables."""
    return _done(scenario, runs, tuple(rivals), tuple(sets), seed)[1]


def record_of(tables: RunTables) -> Record:
    """The record of the time of a run."""
    return of_run(tables, bundled_record())


@cache
def run_figure(name: str, scenario: str, runs: int) -> Figure:
    """A figure of them, to be read; who draws on it has it drawn anew. Raises FaultyInput."""
    tables = run_tables(scenario, runs)
    return gallery.draw(name, tables, record_of(tables))
