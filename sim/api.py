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
from sim.parameters.parameter import Parameters
from sim.state.clock import midnight, utc
from sim.store import reader
from sim.store.manifest_names import label_fault
from sim.store.reader import RunTables
from sim.studies.comparison import Comparison
from sim.studies.result import CommandAnswer, PairedAnswer, Result, Run

__all__ = [
    "Case",
    "CommandAnswer",
    "Comparison",
    "PairedAnswer",
    "Result",
    "Run",
    "audit",
    "compare",
    "ensemble",
    "load_scenario",
    "read_run",
    "run",
    "sweep",
    "whatif",
    "why",
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
    return load_inputs(str(name), _files(params), sets, hypotheses, case=case)


def _files(params: str | Path | Sequence[str | Path] | None) -> list[Path]:
    files = [params] if isinstance(params, str | Path) else params or ()
    return [Path(file) for file in files]


def run(scenario: Inputs, seed: int = 1) -> Run:
    """One run, each parameter at its value: that of `kidal run SCENARIO --seed SEED`.

    Raises TypeError for a seed that is no whole number, ValueError for one that has not 64 bits.
    """
    template, seed = scenario.template, whole(seed)
    world = run_one(template, scenario.parameters.values(), replicate_seed(seed, 0))
    return Run(
        start=midnight(scenario.loaded.scenario.start.day),
        milestones={name: row.hour for name, row in zip(template.milestones, world.milestones, strict=True)},
        events=events(template, world, 0),
        load_tables=lambda: _tables(Job(inputs=scenario, seed=seed, runs=1, draw=False), keep=1),
    )


def _tables(job: Job, *, keep: int, workers: int | None = None) -> RunTables:
    """The runs of a job in memory, the first `keep` of them with their events and reports."""
    parameters, seeds = job.inputs.parameters, replicate_seeds(job.seed, np.arange(job.runs))
    given = parameters.draws if job.draw else parameters.values()
    runs = ensembles.ensemble(job.inputs.template, given, seeds, spread=job.draw, keep=keep, workers=workers)
    return in_memory(job, runs)


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
    job = Job(inputs=scenario, seed=whole(seed), runs=runs, draw=not fixed, label=label)
    return Result(_tables(job, keep=keep, workers=workers), lambda: scenario.parameters)


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
    tables = reader.read_run(folder, case)

    def parameters() -> Parameters:
        from sim.studies.questions.why import parameters_of

        return parameters_of(Path(folder), tables)

    return Result(tables, parameters)


def compare(
    results: Sequence[Result | str | Path], *, by: datetime | str | None = None, case: Case = BUNDLED
) -> Comparison:
    """Results, or folders of a case, side by side: probability and time of headline milestones, scores.

    With a moment (UTC; also an ISO text) the probabilities are those before it. Raises ValueError where there
    is no result and for a text that is no moment, FaultyInput for a folder that is none, for a sweep, and for
    a moment outside the days of a scenario.
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


# --- questions -------------------------------------------------------------------------------------------


def why(result: Result | str | Path, place: str, *, case: Case = BUNDLED) -> CommandAnswer:
    """What the time to a place and at it went on, in days: that of `kidal why RESULT PLACE`.

    The result, or its folder of a case, is of one scenario; a place is an id or a name. Raises FaultyInput
    for a sweep and for a place that no column takes or reaches, ValueError for a point of a sweep.
    """
    from sim.studies.questions import answers

    given = result if isinstance(result, Result) else read_run(result, case)
    return answers.why_answer(given.tables, given.read_parameters or _no_parameters, place)


def _no_parameters() -> Parameters:
    raise ValueError("a point of a sweep has no parameters of its own; expected a result of one scenario")


def whatif(
    first: str | Path,
    second: str | Path,
    *,
    scenario: str | Path | None = None,
    runs: int = 1000,
    seed: int = 1,
    params: str | Path | Sequence[str | Path] | None = None,
    sets: Iterable[str] = (),
    hypotheses: Sequence[str] = (),
    workers: int | None = None,
    case: Case = BUNDLED,
) -> PairedAnswer:
    """Two what-ifs (files, or names in a case) pair by pair, in memory: that of `kidal whatif A B`.

    `scenario` is what they change (default: the case's chief one), `runs` the number of pairs. Raises
    FaultyInput with every fault of what is named; ValueError for fewer than 2 pairs; TypeError for a seed
    that is no whole number.
    """
    from sim.designs.whatif import load_what_if
    from sim.scenario.reading import chief_scenario
    from sim.studies.questions import answers

    if runs < 2:
        raise ValueError(f"runs={runs}; expected 2 or more")
    below, settings = str(scenario or chief_scenario(case)), list(sets)
    what_ifs = [
        load_what_if(str(name), below, params=_files(params), sets=settings, hypotheses=hypotheses, case=case)
        for name in (first, second)
    ]
    jobs = answers.what_if_jobs(what_ifs, seed=whole(seed), runs=runs)
    return answers.paired_answer(what_ifs, [_tables(job, keep=0, workers=workers) for job in jobs])


def audit(
    folder: str | Path | None = None,
    *,
    network: str | Path | None = None,
    speed: str = "25 km/h",
    by_night: bool = False,
    case: Case = BUNDLED,
) -> CommandAnswer:
    """Whether the reported claims can all hold in time, and which clash: that of `kidal audit`.

    They are those of a record's folder or of its claims.yaml (default: the case's), on the roads of a folder
    with places.csv and roads.csv (default: the case's). No column is faster than `speed`, an assumption.
    Raises FaultyInput for a record or network that is none, and for a speed out of range.
    """
    from sim.studies.questions.audit import audit_answer

    home = None if folder is None else Path(folder)
    roads = None if network is None else Path(network)
    return audit_answer(case, home, roads, speed=speed, by_night=by_night)
