"""What a program needs in Python: load a scenario, run it once, many times or over a design, compare.

    import kidal
    scenario = kidal.load_scenario("kidal-offensive", sets=["march_speed=9 km/h"])
    one = kidal.run(scenario, seed=7)
    one.moment("anefis:capture")                      # a datetime (UTC), or None
    many = kidal.ensemble(scenario, 1000, seed=1)
    many                                              # the answer, in sentences
    many.runs["kidal:capture"]                        # hours after 00:00 UTC of the first day (inf: never)
    many.to_pandas("runs")["kidal:capture_utc"]       # the same as timestamps (NaT: never)
    many.plot("milestones")                           # a Matplotlib figure

The numbers are those of the command line with the same seed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from sim.chance.keyed import replicate_seed
from sim.chance.keyed_arrays import replicate_seeds
from sim.chance.seeds import whole
from sim.designs.design import load_design
from sim.engine.history import events, run_one
from sim.engine.inputs import Inputs, load_inputs
from sim.ensembles import ensemble as ensembles
from sim.ensembles import run_job
from sim.ensembles.job import Job, in_memory
from sim.files.case import BUNDLED, Case
from sim.state.clock import midnight, utc
from sim.store import reader
from sim.store.manifest_names import label_fault
from sim.studies.result import Comparison, Result, Run

__all__ = [
    "Case",
    "Comparison",
    "Result",
    "Run",
    "compare",
    "ensemble",
    "load_scenario",
    "read_run",
    "run",
    "sweep",
]


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


def run(scenario: Inputs, seed: int = 1) -> Run:
    """One run, each parameter at its value: that of `kidal run SCENARIO --seed SEED`.

    Raises TypeError for a seed that is no whole number, ValueError for one that has not 64 bits.
    """
    template = scenario.template
    world = run_one(template, scenario.parameters.values(), replicate_seed(whole(seed), 0))
    hours = {name: row.hour for name, row in zip(template.milestones, world.milestones, strict=True)}
    return Run(midnight(scenario.loaded.scenario.start.day), hours, events(template, world, 0))


def ensemble(
    scenario: Inputs,
    runs: int,
    seed: int = 1,
    *,
    fixed: bool = False,
    keep: int = 0,
    workers: int | None = None,
    label: str = "",
) -> Result:
    """Many runs: those of `kidal run SCENARIO --runs RUNS --seed SEED`, in memory.

    Parameters are drawn from their priors or posterior, and strengths in their ranges; with `fixed` each
    keeps its value. The first `keep` runs have their events and reports. Raises ValueError for a number
    out of its range and a label that is none, TypeError for a seed that is no whole number.
    """
    if label and (fault := label_fault(label)):
        raise ValueError(f"label={label!a:.80} {fault}")
    parameters = scenario.parameters
    given = parameters.values() if fixed else parameters.draws
    seeds = replicate_seeds(whole(seed), np.arange(runs))
    results = ensembles.ensemble(
        scenario.template, given, seeds, spread=not fixed, keep=keep, workers=workers
    )
    return Result(
        in_memory(Job(inputs=scenario, seed=whole(seed), runs=runs, draw=not fixed, label=label), results)
    )


def sweep(
    scenario: Inputs,
    design: str | Path,
    *,
    out: str | Path,
    runs: int | None = None,
    seed: int = 1,
    fixed: bool = False,
    workers: int | None = None,
) -> Result:
    """A design over a scenario, stored in a folder and read back; a sweep that was stopped goes on.

    Raises FaultyInput for a faulty design; ValueError for a number out of its range;
    TypeError for a seed that is no whole number; OSError if it cannot be stored.
    """
    seed = whole(seed)
    loaded = load_design(str(design), scenario, seed)
    count = loaded.sheet.runs if runs is None else runs
    if count < 1:
        raise ValueError(f"runs={count}; expected 1 or more")
    job = Job(inputs=scenario, seed=seed, runs=count, draw=not fixed, design=loaded, out=Path(out))
    return Result(run_job.do(job, workers=workers)[1])


def read_run(folder: str | Path, case: Case = BUNDLED) -> Result:
    """A stored result: of `kidal run`, or a sweep.

    Raises FaultyInput if it is none, is not finished, is damaged or of another version.
    """
    return Result(reader.read_run(folder, case))


def compare(
    results: Sequence[Result | str | Path], *, by: datetime | None = None, case: Case = BUNDLED
) -> Comparison:
    """Results, or folders of a case, side by side: probability and time of headline milestones, scores.

    With a moment (UTC) the probabilities are those before it. Raises ValueError where there is no result,
    FaultyInput for a folder that is none, for a sweep, and for a moment outside the days of a scenario.
    """
    from analysis.answers import answer
    from analysis.tables import timeline

    if not results:
        raise ValueError("there are no results; expected one or more")
    read = [one if isinstance(one, Result) else read_run(one, case) for one in results]
    moment = None if by is None else utc(by)
    for result in read:
        timeline.check_single(result.tables, result.label)
        if moment is not None:
            answer.check_by(result.tables, moment, f"by={moment:%Y-%m-%d}")
    return Comparison(read, moment)
