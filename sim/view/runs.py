"""What the page runs: one run as tables, or milestones and columns of many, all in memory.

Nothing here is kept from one request to the next.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from analysis.replay.scene import About
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.batch import Chunk, compiled_mode
from sim.engine.history import events_of
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import ensemble
from sim.ensembles.job import Job, axes, described, in_memory
from sim.files.case import Case
from sim.files.paths import real_path
from sim.files.yaml_tree import FaultyInput, refuse
from sim.scenario.reading import LoadedScenario, load_scenario
from sim.state.kinds import AgentKind, Event
from sim.store.reader import RunTables

FAN_RUNS = 1000
"""Runs of the fans."""
THREADS = 2
"""Threads that run them."""
GRID = 480
"""Moments at which the fans are drawn, at most."""


def one_run(inputs: Inputs, seed: int) -> RunTables:
    """One run with each parameter at its value: that of `kidal run --seed`. Raises FaultyInput."""
    job, seeds = Job(inputs=inputs, seed=seed, runs=1, draw=False), replicate_seeds(seed, np.arange(1))
    result = ensemble(inputs.template, inputs.parameters.values(), seeds, keep=1, compiled=False)
    tables = in_memory(job, result)
    if not tables.done.any():
        refuse("this run", f"failed ({result.runs['error'][0]}); expected another setting")
    return tables


def many(inputs: Inputs, seed: int) -> RunTables:
    """Runs drawn from the priors, the first of `kidal run --seed --runs`: milestones, and events of columns.

    Raises FaultyInput if all of them fail.
    """
    template, seeds = inputs.template, replicate_seeds(seed, np.arange(FAN_RUNS))
    records, mode = inputs.parameters.draws(seeds), compiled_mode(template, runs=FAN_RUNS)
    parts = [
        Chunk(scenario=template, seeds=keys, records=rows, spread=True, keep=np.ones(len(keys), bool))
        for keys, rows in zip(np.array_split(seeds, THREADS), np.array_split(records, THREADS), strict=True)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(mode, parts))
    done = [(chunk, index) for chunk in parts for index in sorted(chunk.logs)]
    if not done:
        refuse("these runs", f"failed ({parts[0].errors[0]}); expected another setting")
    logs = [chunk.logs[index] for chunk, index in done]
    logs = [log[(log["kind"] == AgentKind.COLUMN) & (log["event"] != Event.PROBE)] for log in logs]
    replicates = np.arange(len(logs), dtype="i4")
    events = events_of(template, np.concatenate(logs), np.repeat(replicates, [len(log) for log in logs]))
    job = Job(inputs=inputs, seed=seed, runs=FAN_RUNS, draw=True)
    names = [milestone.id for milestone in inputs.loaded.scenario.milestones]
    hours = np.array([chunk.hours[index] for chunk, index in done]).T
    runs = {"status": np.full(len(logs), "done"), "replicate": replicates}
    runs |= dict(zip(names, hours, strict=True))
    case = inputs.loaded.case
    return RunTables(manifest=described(job), runs=runs, events=events, **axes(job), case=case, name="")


def grid(span: tuple[float, float]) -> np.ndarray:
    """The moments (h, shape (moments,)) at which fans are drawn: every so many whole hours of a span (h)."""
    step = max(1.0, float(np.ceil((span[1] - span[0]) / GRID)))
    return np.append(np.arange(span[0], span[1], step), span[1])


def about(loaded: LoadedScenario) -> About:
    """What the scenario says beside a run's tables."""
    scenario = loaded.scenario
    return About(
        {column.id: column.side for column in scenario.columns},
        {group.id: group.home for group in scenario.groups},
        {drone.id: drone.radius for drone in scenario.drones},
    )


def about_folder(folder: Path, case: Case) -> About:
    """What the scenario of a result says, if it can be read by itself."""
    try:
        return about(load_scenario(str(real_path(folder / "scenario.yaml")), case=case))
    except (FaultyInput, OSError):
        return About()
