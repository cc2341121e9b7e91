"""A part of a job: its runs, done by one worker, as the files that are stored."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.engine.batch import Chunk, ChunkRunner, plain
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import CHUNK, PLAIN_CHUNK, mode_of
from sim.ensembles.job import Job
from sim.ensembles.results import RunBatch, result_of, stacked
from sim.store.schema import PART_TABLES, Table
from sim.store.writer import encoded, part_file

RunProgress = Callable[[int, int], None]
"""Told how many more runs are done, and how many of them failed."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part that is done: its files by their place in the folder, its runs, and how many of them failed."""

    number: int
    files: dict[str, bytes]
    runs: int
    failed: int


def run_part(job: Job, number: int, progress: RunProgress = lambda runs, failed: None) -> Part:
    """Do a part of a job. What `progress` raises stops it between two chunks."""
    chunks = []
    for inputs, runs in job.stretches(number):
        mode = mode_of(inputs.template, job.total, say=lambda _: None)  # whoever began has said it
        size = job.chunk or (PLAIN_CHUNK if mode is plain else CHUNK)  # it bounds the memory
        for start in range(0, len(runs), size):
            chunks.append(some_runs(job, inputs, mode, runs[start : start + size]))
            progress(len(chunks[-1]), _failed(chunks[-1]))
    result = stacked(chunks)
    factors = tuple(job.design.factors) if job.design else ()
    files = {
        part_file(name, number): encoded(getattr(result, name), factors)
        for name in PART_TABLES
        if number == 0 or name == "runs" or len(getattr(result, name)["replicate"])
    }
    return Part(number=number, files=files, runs=len(result), failed=_failed(result))


def _failed(result: RunBatch) -> int:
    return int((result.runs["status"] == "failed").sum())


def some_runs(job: Job, inputs: Inputs, mode: ChunkRunner, runs: np.ndarray) -> RunBatch:
    """Some runs of a job by their whole numbers (runs,), all of one scenario, in some mode.

    A run that fails is a row with its error.
    """
    points, replicates = runs // job.runs, runs % job.runs
    seeds = job.seeds(points, replicates)
    chunk = Chunk(
        scenario=inputs.template,
        seeds=seeds,
        records=records(job, inputs, points, seeds),
        spread=job.draw,
        keep=replicates < job.keep,
    )
    mode(chunk)
    moved = {name: column[points] for name, column in job.variation.columns.items()}
    result = result_of(chunk, points.astype("i4"), replicates.astype("i4"), moved)
    return RunBatch(_single(result.runs, moved), result.events, result.reports)


def records(job: Job, inputs: Inputs, points: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """The parameters of some runs, by their points and seeds: drawn or fixed, and moved by the design.

    Records (runs,) in h and km (`Parameters.dtype`), or (1,) where all runs have the same.
    """
    parameters = inputs.parameters
    if job.draw:
        rows = parameters.draws(seeds)
    else:
        count = len(seeds) if job.variation.values else 1
        rows = np.repeat(np.array([tuple(parameters.values().values())], parameters.dtype), count)
    for name, values in job.variation.values.items():
        rows[name] = values[points]
    return rows


def _single(runs: Table, moved: Table) -> Table:
    """A table of runs with its hours and outcomes as 32-bit numbers."""
    return {
        name: column.astype("f4") if column.dtype.kind == "f" and name not in moved else column
        for name, column in runs.items()
    }
