"""Many runs of one scenario: milestones and outcomes as named arrays, and the first histories whole.

    from sim.chance.keyed_arrays import replicate_seeds
    from sim.ensembles.ensemble import ensemble
    from sim.engine.inputs import load_inputs
    inputs = load_inputs("kidal-offensive")
    seeds = replicate_seeds(1, np.arange(10_000))
    result = ensemble(inputs.template, inputs.parameters.draws, seeds, spread=True)
    result.runs["kidal:capture"]  # hours, inf where it never came

From some tens of runs on, the rules run compiled (sim.engine.compiled) on all cores; fewer, or where Numba
does not work, run plain. The numbers are the same to the last bit, on any number of workers and in any
chunks.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypedDict, Unpack

import numpy as np

from sim.engine.batch import Chunk, ChunkRunner, compiled_mode, is_compiled, plain
from sim.engine.template import Template
from sim.ensembles.results import Result, result_of, stacked
from sim.parameters.parameter import Parameters, Values

ParameterSource = Values | np.ndarray | np.void | Callable[[np.ndarray], np.ndarray]
"""Parameters of runs in h and km: one record for all, an array with a record a run, or seeds -> such an array
(`Parameters.draws` draws them from their priors)."""


def run_seeds(seeds: Sequence[int] | np.ndarray) -> np.ndarray:
    """Run seeds as an array of unsigned 64 bits. Raises ValueError."""
    if np.ndim(seeds) != 1:
        raise ValueError(f"the seeds have {np.ndim(seeds)} dimensions; a sequence of seeds would be right")
    if len(seeds) == 0:
        raise ValueError("there are no seeds; one a run would be right")
    if isinstance(seeds, np.ndarray) and seeds.dtype == np.uint64:
        return seeds.copy()
    wrong = [seed for seed in seeds if not _is_seed(seed)]
    if wrong:
        raise ValueError(f"seed {wrong[0]} is no whole number from 0 to 2^64 - 1")
    return np.array([int(seed) for seed in seeds], "u8")


def _is_seed(seed: object) -> bool:
    """Whether a number may be a seed."""
    if isinstance(seed, float | np.floating):
        return float(seed).is_integer() and 0 <= float(seed) < 2**64
    return isinstance(seed, int | np.integer) and not isinstance(seed, bool) and 0 <= int(seed) < 2**64


def records_of(
    scenario: Template, parameters: ParameterSource, seeds: np.ndarray
) -> Callable[[int, np.ndarray], np.ndarray]:
    """A function that gives the records of parameters of a chunk, from its first run's number and its seeds.

    Raises ValueError, also later: what a user's function gives is checked as it comes.
    """
    if callable(parameters):
        function = parameters
        return lambda first, some: _checked(scenario.parameters, function(some), len(some))
    records = _checked(scenario.parameters, parameters, len(seeds))
    return lambda first, some: records if len(records) == 1 else records[first : first + len(some)]


def _checked(known: Parameters, parameters: Any, count: int) -> np.ndarray:
    """Records of parameters in their support: one for all, or one for each of so many. Raises ValueError."""
    if isinstance(parameters, np.void):
        parameters = np.array(parameters)
    table = isinstance(parameters, np.ndarray)
    if not table and not isinstance(parameters, Mapping):
        right = "a record by name, an array with a record a run, or a function of seeds would be right"
        raise ValueError(f"the parameters are a {type(parameters).__name__}; {right}")
    names = (parameters.dtype.names or ()) if table else tuple(parameters)
    odd = sorted(set(known.rows) ^ set(names))
    if odd:
        raise ValueError(f"the parameters are not those of the scenario: {', '.join(odd)} missing or unknown")
    shape = parameters.shape if table else ()
    if shape not in ((), (count,)):
        raise ValueError(f"{np.prod(shape)} records of parameters for {count} seeds; as many, or one for all")
    if table and parameters.dtype == known.dtype:
        records: np.ndarray = np.require(np.atleast_1d(parameters), requirements=["C", "W"])
    else:
        records = np.empty(shape or 1, known.dtype)
        for name in known.rows:
            records[name] = _numbers(name, parameters[name], shape)
    for name, row in known.rows.items():
        least, most = row.support
        wrong = records[name][~((records[name] >= least) & (records[name] <= most))]
        if len(wrong):
            raise ValueError(f"{name}: {wrong[0]:g} is outside its support, {least:g} to {most:g} (h, km)")
    return records


def _numbers(name: str, given: Any, shape: tuple[int, ...]) -> np.ndarray:
    """One parameter's number, or its numbers. Raises ValueError."""
    try:
        numbers = np.asarray(given, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {given!r} is no number; one in h and km would be right") from None
    if numbers.shape != shape:
        raise ValueError(f"{name}: {numbers.size} numbers; one, or an array of records, would be right")
    return numbers


# --- the runs -----------------------------------------------------------------------------------------------


CHUNK = 4096
"""Runs that a worker does at a time: it bounds the memory."""
PLAIN_CHUNK = 25
"""The same where they run plain: small, so that progress is told."""


class EnsembleOptions(TypedDict, total=False):
    """How an ensemble is run: the keyword arguments of `ensemble` and `parts`."""

    spread: bool
    keep: int
    workers: int | None
    chunk: int | None
    compiled: bool | None
    progress: Callable[[int], None]


def ensemble(
    scenario: Template,
    parameters: ParameterSource,
    seeds: Sequence[int] | np.ndarray,
    **how: Unpack[EnsembleOptions],
) -> Result:
    """Runs of one scenario, one a run seed, in one piece. Arguments and errors as for `parts`."""
    return stacked(list(parts(scenario, parameters, seeds, **how)))


def parts(
    scenario: Template,
    parameters: ParameterSource,
    seeds: Sequence[int] | np.ndarray,
    *,
    spread: bool = False,
    keep: int = 0,
    workers: int | None = None,
    chunk: int | None = None,
    compiled: bool | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Result]:
    """Runs of one scenario, one a run seed, `chunk` of them at a time, in order: so memory stays small.

    With `spread` a run draws its strengths from their reported ranges; else their midpoints hold. The first
    `keep` runs are kept as whole histories, events and reports. `workers` are threads, by default one a core.
    `compiled` forces a mode. `progress` is told how many runs are done. A run that fails is a row with its
    error.

    Raises ValueError for seeds outside 64 bits, no seeds, an array of parameters of another length or outside
    their support: before anything is compiled or run.
    """
    keys = run_seeds(seeds)
    given = records_of(scenario, parameters, keys)
    sizes: dict[str, tuple[Any, int]] = {"workers": (workers, 1), "chunk": (chunk, 1), "keep": (keep, 0)}
    for name, (number, least) in sizes.items():
        if number is not None and not (isinstance(number, int) and number >= least):
            raise ValueError(f"{name}={number}; a whole number, {least} or more, would be right")
    mode: ChunkRunner = plain
    if is_compiled(len(keys), compiled):
        mode = compiled_mode(scenario, runs=None if compiled else len(keys))
    workers = 1 if mode is plain else workers or os.cpu_count() or 1
    share = -(-len(keys) // (2 * workers))  # so that every worker has something to do
    size = chunk or min(PLAIN_CHUNK if mode is plain else CHUNK, share)

    def part(first: int) -> Result:
        some = keys[first : first + size]
        replicates = np.arange(first, first + len(some), dtype="i4")
        done = Chunk(
            scenario=scenario, seeds=some, records=given(first, some), spread=spread, keep=replicates < keep
        )
        mode(done)
        return result_of(done, np.zeros(len(some), "i4"), replicates)

    return _in_order(part, range(0, len(keys), size), workers, progress)


def _in_order(
    part: Callable[[int], Result], firsts: range, workers: int, progress: Callable[[int], None]
) -> Iterator[Result]:
    """Parts by the number of their first run, done by some threads; few wait to be taken."""
    count = 0
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for first in [*firsts, None]:
                if first is not None:
                    waiting.append(pool.submit(part, first))
                while len(waiting) > (workers if first is not None else 0):
                    done = waiting.popleft().result()
                    count += len(done)
                    progress(count)
                    yield done
        finally:
            pool.shutdown(cancel_futures=True)
