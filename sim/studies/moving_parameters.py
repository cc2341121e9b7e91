"""Which parameters a scenario's runs still hang on: found by running, not by reading the rules.

A scenario without some mechanisms reads fewer parameters than the whole model, and the number of those it
reads is what its evidence is to be paid with.
"""

from collections.abc import Collection, Iterable, Iterator

import numpy as np

from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import ensemble
from sim.store.schema import TABLE_COLUMNS, Table

RUNS = 400


def moving_parameters(
    inputs: Inputs, runs: int = RUNS, seed: int = 1, *, of: Collection[str] | None = None
) -> list[str]:
    """The parameters that move a milestone or an outcome of some run, in their file's order.

    `of` are the names of those that count, such as the milestones that are scored (default: all).

    Each of so many `runs` draws all parameters from their priors; then each parameter in turn is set, in all
    runs, to the 5 % and to the 95 % quantile of its prior, or to the ends of its range where it is fixed.
    What moves one run in thousands is not seen in few. Reports are looked past: they move no run.
    """
    seeds = replicate_seeds(seed, np.arange(runs))
    records = inputs.parameters.draws(seeds)
    before = _runs(inputs, records, seeds)
    counted = [name for name in before if of is None or name in of]

    def is_moved(name: str) -> bool:
        after = (_runs(inputs, moved, seeds) for moved in _moved(inputs, records, name))
        return any(_differs(before, runs, counted) for runs in after)

    return [name for name in inputs.parameters.rows if is_moved(name)]


def _moved(inputs: Inputs, records: np.ndarray, name: str) -> Iterator[np.ndarray]:
    """The records of runs (runs,) with a parameter at its low, then at its high bound."""
    row = inputs.parameters.rows[name]
    for bound in row.bounds():
        moved = records.copy()
        moved[name] = min(max(bound, row.support[0]), row.support[1])
        yield moved


def _runs(inputs: Inputs, records: np.ndarray, seeds: np.ndarray) -> Table:
    """The milestones and outcomes of runs (runs,), by name."""
    runs = ensemble(inputs.template, records, seeds, spread=True).runs
    return {name: column for name, column in runs.items() if name not in TABLE_COLUMNS["runs"]}


def _differs(one: Table, other: Table, counted: Iterable[str]) -> bool:
    """Whether any number of any run differs, of the columns that count."""
    return any(not np.array_equal(one[name], other[name], equal_nan=True) for name in counted)
