"""A job of `kidal run`: one history or many, done once and kept in a run folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim import axis, store
from sim.chance64 import replicate_seeds
from sim.ensemble import Result, parts, stacked
from sim.files import FaultyInput, dump
from sim.inputs import Inputs
from sim.outcomes import names
from sim.schema import VERSION
from sim.store import RunTables

KEEP = 1000
"""Runs of a job that are kept as whole histories."""


@dataclass(frozen=True)
class Job:
    """What to run: inputs, seed, how many histories, and whether parameters are drawn from their priors."""

    inputs: Inputs
    seed: int
    runs: int
    draw: bool
    out: Path | None = None
    workers: int | None = None

    @property
    def parameters(self) -> str:
        """What the runs' parameters are: 'prior', or 'fixed' (each parameter's value)."""
        return "prior" if self.draw else "fixed"

    @property
    def hash(self) -> str:
        """The hash of everything that decides the numbers."""
        parts = [f"{key}:{value}" for key, value in self.inputs.hashes.items()]
        return store.digest(*parts, str(self.seed), str(self.runs), self.parameters)

    @property
    def folder(self) -> Path:
        """Where the run is stored."""
        return self.out or Path("runs") / f"{self.inputs.loaded.name}-{self.hash}"


def do(job: Job, progress: Callable[[int], None] = lambda done: None) -> tuple[Path, RunTables]:
    """Run a job and store it part by part, or find it stored already; read back. Raises FaultyInput."""
    if not store.is_stored(job.folder, job.hash):
        store.check_writable(job.folder)
        inputs = job.inputs
        axes = {
            "route": axis.route_table(inputs.loaded, inputs.template),
            "daylight": axis.daylight_table(inputs.loaded, inputs.template),
            "cover": axis.cover_table(inputs.loaded, inputs.template),
        }
        texts = {
            "scenario.yaml": dump(inputs.loaded.tree) + "\n",
            "parameters.yaml": inputs.parameters.text(),
        }
        try:
            store.write_run(job.folder, manifest(job), in_parts(job, progress), axes, texts)
        except FaultyInput:
            if not store.is_stored(job.folder, job.hash):
                raise  # else the same job was done beside this one
    return job.folder, store.read_run(job.folder)


def in_parts(job: Job, progress: Callable[[int], None]) -> Iterator[Result]:
    """The runs of a job in pieces fit for a file."""
    parameters = job.inputs.parameters
    chunks = parts(
        job.inputs.template,
        parameters.draws if job.draw else parameters.values(),
        replicate_seeds(job.seed, np.arange(job.runs)),
        spread=job.draw,
        keep=KEEP,
        workers=job.workers,
        progress=progress,
    )
    waiting: list[Result] = []
    for chunk in chunks:
        waiting.append(chunk)
        if sum(map(len, waiting)) >= store.PART:
            yield stacked(waiting)
            waiting = []
    if waiting:
        yield stacked(waiting)


def manifest(job: Job) -> dict[str, Any]:
    """What was run, with which hashes, versions and command."""
    loaded = job.inputs.loaded
    ways = job.inputs.template.ways
    rows = job.inputs.template.world.milestones
    milestones = [
        {
            "id": source.id,
            "column": source.column,
            "km": dict(ways[source.column])[source.at or source.place] if source.column else None,
            "from_km": float(row["from_km"]),
            "to_km": float(row["to_km"]),
        }
        for source, row in zip(loaded.scenario.milestones, rows, strict=True)
    ]
    return {
        "schema": VERSION,
        "hash": job.hash,
        "scenario": loaded.name,
        "summary": loaded.scenario.summary,
        "file": loaded.file,
        "start": loaded.scenario.start.day.isoformat(),
        "given": loaded.scenario.start.given,
        "hypotheses": list(loaded.hypotheses),
        "end": loaded.scenario.end.isoformat(),
        "columns": [column.id for column in loaded.scenario.columns],
        "milestones": milestones,
        "outcomes": names(job.inputs.template),
        "holders": dict(loaded.scenario.holders),
        "camps": {camp.id: camp.place for camp in loaded.scenario.camps},
        "runs": job.runs,
        "seed": job.seed,
        "parameters": job.parameters,
        "pinned": sorted(job.inputs.parameters.pinned),
        "hashes": job.inputs.hashes,
        **store.surroundings(),
    }
