"""Many runs of one scenario: milestones and outcomes as named arrays, and the first runs whole.

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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim.console import tell
from sim.engine.batch import Chunk, ChunkRunner, compiled_mode, is_compiled, plain
from sim.engine.template import Template
from sim.ensembles.results import RunBatch, result_of, stacked
from sim.parameters.parameter import Parameters, Values

ParameterSource = Values | np.ndarray | np.void | Callable[[np.ndarray], np.ndarray]
"""Parameters of runs in h and km: one record for all, an array with a record a run, or seeds -> such an array
(`Parameters.draws` draws them from their priors)."""


def run_seeds(seeds: Sequence[int] | np.ndarray) -> np.ndarray:
    """Run seeds as an array (runs,) of unsigned 64 bits. Raises ValueError."""
    if np.ndim(seeds) != 1:
        raise ValueError(f"the seeds have {np.ndim(seeds)} dimensions; expected a sequence of seeds")
    if len(seeds) == 0:
        raise ValueError("there are no seeds; expected one a run")
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
    """A function that gives a chunk's records of parameters, from its first run's number and its seeds.

    `seeds` (runs,) are those of all chunks; the records are (runs,), or (1,) where all have the same.
    Raises ValueError, also later: what a user's function gives is checked as it comes.
    """
    if callable(parameters):
        function = parameters
        return lambda first, some: _checked(scenario.parameters, function(some), len(some))
    records = _checked(scenario.parameters, parameters, len(seeds))
    return lambda first, some: records if len(records) == 1 else records[first : first + len(some)]


def _checked(known: Parameters, parameters: object, count: int) -> np.ndarray:
    """Records of parameters in their support: one for all, or one for each of so many. Raises ValueError."""
    columns: Mapping[str, object]
    shape: tuple[int, ...] = ()
    if isinstance(parameters, Mapping):
        columns = parameters
    elif isinstance(parameters, np.ndarray | np.void):
        columns, shape = {name: parameters[name] for name in parameters.dtype.names or ()}, parameters.shape
    else:
        right = "expected a record by name, an array with a record a run, or a function of seeds"
        raise ValueError(f"the parameters are a {type(parameters).__name__}; {right}")  # noqa: TRY004
    if odd := sorted(known.rows.keys() ^ columns.keys()):
        raise ValueError(f"the parameters are not those of the scenario: {', '.join(odd)} missing or unknown")
    if shape not in ((), (count,)):
        raise ValueError(f"{np.prod(shape)} records of parameters for {count} seeds; as many, or one for all")
    records = np.empty(shape or 1, known.dtype)
    for name in known.rows:
        records[name] = _numbers(name, columns[name], shape)
    for name, row in known.rows.items():
        least, most = row.support
        wrong = records[name][~((records[name] >= least) & (records[name] <= most))]
        if len(wrong):
            raise ValueError(f"{name}: {wrong[0]:g} is outside its support, {least:g} to {most:g} (h, km)")
    return records


def _numbers(name: str, column: object, shape: tuple[int, ...]) -> np.ndarray:
    """One parameter's number, or its numbers. Raises ValueError."""
    try:
        numbers = np.asarray(column, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {column!r} is no number; expected one in h and km") from None
    if numbers.shape != shape:
        raise ValueError(f"{name}: {numbers.size} numbers; expected one, or an array of records")
    return numbers


# --- the runs -----------------------------------------------------------------------------------------------


CHUNK = 4096
"""Runs that a worker does at a time: it bounds the memory."""
PLAIN_CHUNK = 25
"""The same where they run plain: small, so that progress is told of a job."""


def mode_of(
    scenario: Template, runs: int, compiled: bool | None = None, say: Callable[[str], None] = tell
) -> ChunkRunner:
    """How runs of a scenario are done: compiled if there are enough, or as `compiled` forces it."""
    if is_compiled(runs, compiled):
        return compiled_mode(scenario, say, None if compiled else runs)
    return plain


def _hold_to_least(name: str, number: object, least: int) -> None:
    """Raise ValueError for what is neither None nor a whole number that is large enough."""
    if number is not None and not (isinstance(number, int) and number >= least):
        raise ValueError(f"{name}={number}; expected a whole number, {least} or more")


def ensemble(
    scenario: Template,
    parameters: ParameterSource,
    seeds: Sequence[int] | np.ndarray,
    *,
    spread: bool = False,
    keep: int = 0,
    workers: int | None = None,
    chunk: int | None = None,
    compiled: bool | None = None,
) -> RunBatch:
    """Runs of one scenario, one a run seed (runs,), `chunk` of them at a time, in order.

    With `spread` a run draws its strengths from their reported ranges; else their midpoints hold. The first
    `keep` runs are kept with their events and reports. `workers` are threads, by default one a core.
    `compiled` forces a mode. A run that fails is a row with its error.

    Raises ValueError for seeds outside 64 bits, no seeds, an array of parameters of another length or outside
    their support: before anything is compiled or run.
    """
    keys = run_seeds(seeds)
    records = records_of(scenario, parameters, keys)
    _hold_to_least("workers", workers, 1)
    _hold_to_least("chunk", chunk, 1)
    _hold_to_least("keep", keep, 0)
    mode = mode_of(scenario, len(keys), compiled)
    workers = 1 if mode is plain else workers or os.cpu_count() or 1
    share = -(-len(keys) // (2 * workers))  # so that every worker has something to do
    size = chunk or min(PLAIN_CHUNK if mode is plain else CHUNK, share)

    def part(first: int) -> RunBatch:
        some = keys[first : first + size]
        replicates = np.arange(first, first + len(some), dtype="i4")
        done = Chunk(
            scenario=scenario, seeds=some, records=records(first, some), spread=spread, keep=replicates < keep
        )
        mode(done)
        return result_of(done, np.zeros(len(some), "i4"), replicates)

    with ThreadPoolExecutor(workers) as pool:  # of the parts that wait when one fails, none is begun
        return stacked(list(pool.map(part, range(0, len(keys), size))))
