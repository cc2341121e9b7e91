"""What a program needs in Python: load a scenario, run one history, many, or a sweep.

    import kidal
    scenario = kidal.load_scenario("kidal-offensive", sets=["march_speed=9 km/h"])
    history = kidal.run(scenario, seed=7)
    history.milestones["anefis:capture"]              # hours after 00:00 UTC of the first day; inf: never
    many = kidal.ensemble(scenario, 1000, seed=1)
    many.runs["kidal:capture"]                        # an array, a number a run
    many.arrow("runs").to_pandas()                    # or polars.from_arrow(many.arrow("runs"))

The numbers are those of the command line with the same seed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim.chance.keyed import replicate_seed
from sim.chance.keyed_arrays import replicate_seeds
from sim.chance.seeds import whole
from sim.designs.design import load_design
from sim.engine.history import events, run_one
from sim.engine.inputs import Inputs, load_inputs
from sim.ensembles import ensemble as ensembles
from sim.ensembles import run_job
from sim.ensembles.job import Job
from sim.ensembles.results import Result
from sim.files.case import BUNDLED, Case
from sim.state.clock import midnight, moment_at
from sim.store.reader import RunTables
from sim.store.schema import Table

__all__ = ["Case", "Ensemble", "History", "ensemble", "load_scenario", "run", "sweep"]


@dataclass(frozen=True)
class History:
    """One history: milestones in hours after 00:00 UTC of `start` (inf: never), and its event log."""

    start: datetime
    milestones: dict[str, float]
    events: Table

    def moment(self, milestone: str) -> datetime | None:
        """When a milestone came (UTC), None if it never did. Raises KeyError for one that is none."""
        hour = self.milestones[milestone]
        return moment_at(self.start, hour) if np.isfinite(hour) else None

    def arrow(self) -> pa.Table:
        """The event log as an Arrow table: `to_pandas()`, or `polars.from_arrow`."""
        return pa.table(self.events)


@dataclass(frozen=True)
class Ensemble(Result):
    """Many histories: tables `runs`, `events` and `reports` as named arrays (columns: sim.store.schema)."""

    def arrow(self, name: str) -> pa.Table:
        """One of the tables as an Arrow table. Raises KeyError."""
        return pa.table({"runs": self.runs, "events": self.events, "reports": self.reports}[name])


def load_scenario(
    name: str | Path,
    *,
    params: str | Path | Sequence[str | Path] | None = None,
    sets: Iterable[str] = (),
    hypotheses: Sequence[str] = (),
    case: Case = BUNDLED,
) -> Inputs:
    """A scenario by path or its name in a case, with parameter files, `name=value` settings and hypotheses.

    Raises sim.files.yaml_tree.FaultyInput with every fault of all of them.
    """
    files = [params] if isinstance(params, str | Path) else params or ()
    return load_inputs(str(name), [Path(file) for file in files], sets, hypotheses, case=case)


def run(scenario: Inputs, seed: int = 1) -> History:
    """One history, each parameter at its value: that of `kidal run SCENARIO --seed SEED`.

    Raises TypeError for a seed that is no whole number, ValueError for one that has not 64 bits.
    """
    template = scenario.template
    world = run_one(template, scenario.parameters.values(), replicate_seed(whole(seed), 0))
    hours = {name: row.hour for name, row in zip(template.milestones, world.milestones, strict=True)}
    return History(midnight(scenario.loaded.scenario.start.day), hours, events(template, world, 0))


def ensemble(
    scenario: Inputs,
    runs: int,
    seed: int = 1,
    *,
    fixed: bool = False,
    keep: int = 0,
    workers: int | None = None,
) -> Ensemble:
    """Many histories: those of `kidal run SCENARIO --runs RUNS --seed SEED`, in memory.

    Parameters are drawn from their priors or posterior, and strengths in their ranges; with `fixed` each
    keeps its value. The first `keep` histories have their events and reports. Raises ValueError for a number
    out of its range, TypeError for a seed that is no whole number.
    """
    parameters = scenario.parameters
    given = parameters.values() if fixed else parameters.draws
    seeds = replicate_seeds(whole(seed), np.arange(runs))
    results = ensembles.ensemble(
        scenario.template, given, seeds, spread=not fixed, keep=keep, workers=workers
    )
    return Ensemble(results.runs, results.events, results.reports)


def sweep(
    scenario: Inputs,
    design: str | Path,
    *,
    out: str | Path,
    runs: int | None = None,
    seed: int = 1,
    fixed: bool = False,
    workers: int | None = None,
) -> RunTables:
    """A design over a scenario, stored in a folder and read back; a sweep that was stopped goes on.

    Raises sim.files.yaml_tree.FaultyInput for a faulty design; ValueError for a number out of its range;
    TypeError for a seed that is no whole number; OSError if it cannot be stored.
    """
    seed = whole(seed)
    loaded = load_design(str(design), scenario, seed)
    count = loaded.sheet.runs if runs is None else runs
    if count < 1:
        raise ValueError(f"runs={count}; 1 or more would be right")
    job = Job(inputs=scenario, seed=seed, runs=count, draw=not fixed, design=loaded, out=Path(out))
    return run_job.do(job, workers=workers)[1]
