"""A chunk of runs of one scenario, done plain or compiled: the same numbers to the last bit."""

import math
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter

import numpy as np

from sim.chance.keyed_arrays import replicate_seeds
from sim.console import tell
from sim.engine import outcomes
from sim.engine.history import log_of, run_one
from sim.engine.template import Template
from sim.parameters.parameter import Values

FAILURES = (ArithmeticError, ValueError, IndexError)
"""What may go wrong in a run: it becomes a row with its error, and the others go on."""

COMPILED_FROM = 50
"""Runs from which they are compiled: below, plain ones have ended before Numba is imported."""
_COMPILING = Lock()
COMPILING = 20.0
"""Seconds that compiling takes: 10 to 30."""
UNEQUAL = "AssertionError: it fails compiled and not plain, which is a fault of the program"


@dataclass(kw_only=True)
class Chunk:
    """Runs to be done together, one a seed, with one record of parameters for all or one for each.

    `seeds` and `keep` are (runs,), `records` (runs,) or (1,). They give `hours` (h; (runs, milestones)) and
    `out` (runs, outcomes), nan where a run failed, an error or an empty text each, and the logs of those with
    `keep`, by run.
    """

    scenario: Template
    seeds: np.ndarray
    records: np.ndarray
    spread: bool
    keep: np.ndarray
    hours: np.ndarray = field(init=False)
    out: np.ndarray = field(init=False)
    errors: list[str] = field(init=False)
    logs: dict[int, np.ndarray] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make room for the results."""
        self.hours = np.full((len(self.seeds), len(self.scenario.milestones)), np.nan)
        self.out = np.full((len(self.seeds), len(outcomes.names(self.scenario))), np.nan)
        self.errors = [""] * len(self.seeds)

    def values(self, index: int) -> Values:
        """The parameters of a run by name."""
        record = self.records[index if len(self.records) > 1 else 0]
        return dict(zip(record.dtype.names, record.tolist(), strict=True))

    def run_plain(self, index: int) -> None:
        """Do one of the runs plain."""
        try:
            world = run_one(self.scenario, self.values(index), int(self.seeds[index]), spread=self.spread)
        except FAILURES as error:
            self.errors[index] = f"{type(error).__name__}: {error}"
            return
        self.hours[index] = [milestone.hour for milestone in world.milestones]
        outcomes.fill(world, self.out[index])
        if self.keep[index]:
            self.logs[index] = log_of(world)


ChunkRunner = Callable[[Chunk], None]


def plain(chunk: Chunk) -> None:
    """Do a chunk run by run."""
    for index in range(len(chunk.seeds)):
        chunk.run_plain(index)


def compiled(chunk: Chunk) -> None:
    """Do a chunk at one go; a run to be kept whole alone, one that fails plain, because that says why."""
    from sim.engine import compiled as engine

    at, count = 0, len(chunk.seeds)
    alone = [*np.flatnonzero(chunk.keep).tolist(), count]
    while at < count:
        end = at + 1 if chunk.keep[at] else alone[bisect(alone, at)]
        done, log = engine.run_batch(
            chunk.scenario.world,
            chunk.seeds[at:end],
            parameters=chunk.records[at:end] if len(chunk.records) > 1 else chunk.records,
            spread=chunk.spread,
            hours=chunk.hours[at:end],
            out=chunk.out[at:end],
        )
        if at + done < end:
            chunk.run_plain(at + done)
            chunk.errors[at + done] = chunk.errors[at + done] or UNEQUAL
            end = at + done + 1
        elif chunk.keep[at]:
            chunk.logs[at] = log
        at = end


def is_compiled(runs: int, forced: bool | None) -> bool:
    """Whether so many runs are done compiled: from COMPILED_FROM on, or as a caller forces it."""
    return runs >= COMPILED_FROM if forced is None else forced


def compiled_mode(
    scenario: Template, say: Callable[[str], None] = tell, runs: int | None = None
) -> ChunkRunner:
    """The compiled mode, ready to go; or, with a word, the plain one where Numba does not work.

    Where what is compiled cannot be kept, fewer `runs` than compiling pays for go plain, too.
    """
    try:
        with _COMPILING:
            return _compiled(scenario, say, runs)
    except Exception as error:  # noqa: BLE001
        # whatever is wrong with Numba, running plain is right
        say(f"not compiled ({error}): running plain, many times slower")
        return plain


def _compiled(scenario: Template, say: Callable[[str], None], runs: int | None) -> ChunkRunner:
    """As `compiled_mode`. Raises whatever Numba raises."""
    from sim.cache.compiled import CacheFailure
    from sim.engine import compiled as engine

    width, loop = len(outcomes.names(scenario)), engine._run_batch
    try:
        engine.prepare(scenario.world, width, in_memory=runs is None)
    except CacheFailure as error:
        least = pays_from(scenario)
        if runs is not None and runs < least:
            say(f"{error}: {runs:,} runs go plain, compiling would pay from {least:,} on")
            return plain
        engine.prepare(scenario.world, width)
    if not engine.was_loaded(loop) or agrees(scenario, compiled):
        return compiled
    say("the compiled rules of the cache give other numbers than the plain ones: compiling them anew")
    engine.forget(loop)
    engine.prepare(scenario.world, width)
    if agrees(scenario, compiled):
        return compiled
    engine.forget(loop)
    say("not compiled (it gives other numbers than the plain rules): running plain, many times slower")
    return plain


def pays_from(scenario: Template) -> int:
    """Runs from which compiling takes less time than running plain here: by the time of some plain ones."""
    chunk, times = _trial(scenario), []
    for index in range(len(chunk.seeds)):
        began = perf_counter()
        chunk.run_plain(index)
        times.append(perf_counter() - began)
    return math.ceil(COMPILING / max(min(times), 1e-6))


def agrees(scenario: Template, mode: ChunkRunner) -> bool:
    """Whether a mode gives for some runs of a scenario what the plain one gives, to the bit."""
    results = []
    for how in (plain, mode):
        chunk = _trial(scenario)
        how(chunk)
        logs = {index: log.tobytes() for index, log in chunk.logs.items()}
        results.append((chunk.hours.tobytes(), chunk.out.tobytes(), chunk.errors, logs))
    return results[0] == results[1]


def _trial(scenario: Template) -> Chunk:
    """Two runs of a scenario, with parameters drawn, to be kept whole."""
    seeds = replicate_seeds(0, np.arange(2))
    return Chunk(
        scenario=scenario,
        seeds=seeds,
        records=scenario.parameters.draws(seeds),
        spread=True,
        keep=np.ones(2, bool),
    )
