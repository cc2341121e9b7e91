"""What an ensemble is given, checked before anything is compiled or run: run seeds, and parameters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.values import Parameters, Values
from sim.world import Template

Given = Values | np.ndarray | np.void | Callable[[np.ndarray], np.ndarray]
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


def _is_seed(seed: Any) -> bool:
    """Whether a number may be a seed."""
    if isinstance(seed, float | np.floating):
        return float(seed).is_integer() and 0 <= float(seed) < 2**64
    return isinstance(seed, int | np.integer) and not isinstance(seed, bool) and 0 <= int(seed) < 2**64


def records_of(
    scenario: Template, parameters: Given, seeds: np.ndarray
) -> Callable[[int, np.ndarray], np.ndarray]:
    """A function that gives the records of parameters of a chunk, from its first run's number and its seeds.

    Raises ValueError, also later: what a user's function gives is checked as it comes.
    """
    if callable(parameters):
        function = parameters
        return lambda first, own: _checked(scenario.parameters, function(own), len(own))
    records = _checked(scenario.parameters, parameters, len(seeds))
    if len(records) == 1:
        return lambda first, own: records
    return lambda first, own: records[first : first + len(own)]


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
