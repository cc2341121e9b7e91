"""Many runs of one scenario: milestones and outcomes as named arrays, and the first histories whole.

    from sim.chance64 import replicate_seeds
    from sim.ensembles import ensemble
    from sim.inputs import load_inputs
    inputs = load_inputs("kidal-offensive")
    seeds = replicate_seeds(1, np.arange(10_000))
    result = ensemble(inputs.template, inputs.parameters.draws, seeds, spread=True)
    result.runs["kidal:capture"]  # hours, inf where it never came

From some tens of runs on, the rules run compiled (sim.compiled) on all cores; fewer, or where Numba does not
work, run plain. The numbers are the same to the last bit, on any number of workers and in any chunks.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypedDict, Unpack

import numpy as np

from sim.given import Given, records_of, run_seeds
from sim.modes import Chunk, Mode, compiled_mode, plain
from sim.results import Result, result_of, stacked
from sim.world import Template

COMPILED_FROM = 50
"""Runs from which an ensemble is compiled: below, a plain one has ended before Numba is imported."""
CHUNK = 4096
"""Runs that a worker does at a time: it bounds the memory."""
PLAIN_CHUNK = 25
"""The same where they run plain: small, so that progress is told."""


class How(TypedDict, total=False):
    """How an ensemble is run: the keyword arguments of `ensemble` and `parts`."""

    spread: bool
    keep: int
    workers: int | None
    chunk: int | None
    compiled: bool | None
    progress: Callable[[int], None]


def ensemble(
    scenario: Template, parameters: Given, seeds: Sequence[int] | np.ndarray, **how: Unpack[How]
) -> Result:
    """Runs of one scenario, one a run seed, in one piece. Arguments and errors as for `parts`."""
    return stacked(list(parts(scenario, parameters, seeds, **how)))


def parts(
    scenario: Template,
    parameters: Given,
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
    mode: Mode = plain
    if len(keys) >= COMPILED_FROM if compiled is None else compiled:
        mode = compiled_mode(scenario, runs=None if compiled else len(keys))
    workers = 1 if mode is plain else workers or os.cpu_count() or 1
    share = -(-len(keys) // (2 * workers))  # so that every worker has something to do
    size = chunk or min(PLAIN_CHUNK if mode is plain else CHUNK, share)

    def part(first: int) -> Result:
        own = keys[first : first + size]
        replicates = np.arange(first, first + len(own), dtype="i4")
        done = Chunk(scenario, own, given(first, own), spread, replicates < keep)
        mode(done)
        return result_of(done, np.zeros(len(own), "i4"), replicates)

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
