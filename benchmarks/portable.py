"""The portable baseline: one hash of all that 200 runs of each bundled scenario give, to the last bit.

    python benchmarks/portable.py [--plain] [--save FILE]

It must be the same on every machine. It moves when a rule, a parameter or an input does, or what a fit
reads, and then the rules number is raised (see sim/store/rules_number.py).
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.batch import Chunk, compiled_mode, plain
from sim.engine.build import build
from sim.engine.history import events_of
from sim.engine.reports import reports
from sim.files.case import BUNDLED
from sim.parameters.reading import load_parameters
from sim.scenario.reading import load_scenario, scenarios
from sim.store.schema import Table
from sim.studies.calibration.plan import load_plan

SEED, RUNS, REPORTED = 1, 200, 20


def tables(*, compiled: bool, runs: int = RUNS) -> Iterator[tuple[str, np.ndarray]]:
    """Each scenario's parameters, milestones, outcomes, events and, of a few runs, reports: names and arrays.

    Numbers are float64 or int64; what nobody reached is inf.
    """
    parameters = load_parameters()
    seeds = replicate_seeds(SEED, np.arange(runs))
    for name in scenarios():
        template = build(load_scenario(name), parameters)
        records = parameters.draws(seeds)
        chunk = Chunk(scenario=template, seeds=seeds, records=records, spread=True, keep=np.ones(runs, bool))
        (compiled_mode(template) if compiled else plain)(chunk)
        if any(chunk.errors):
            raise RuntimeError(f"{name}: {next(filter(None, chunk.errors))}")
        yield f"{name}: parameters", np.column_stack([records[column] for column in records.dtype.names])
        yield f"{name}: milestones", chunk.hours
        yield f"{name}: outcomes", chunk.out
        logs = np.concatenate([chunk.logs[run] for run in range(runs)])
        for column in logs.dtype.names:
            yield f"{name}: events, {column}", np.ascontiguousarray(logs[column])
        for run in range(REPORTED):
            table = reports(
                template, int(seeds[run]), chunk.values(run), events_of(template, chunk.logs[run], run)
            )
            yield f"{name}: reports of run {run}", _numbers(table)
    for path in sorted(BUNDLED.path("params", "calibrations").glob("*.yaml")):
        for number, block in enumerate(load_plan(str(path)).blocks):
            yield f"{path.stem}: reports that block {number} reads", block.asks


def _numbers(table: Table) -> np.ndarray:
    """A table's columns of float64, side by side."""
    return np.column_stack([column for column in table.values() if column.dtype == np.float64])


def tables_hash(*, compiled: bool = True) -> str:
    """The SHA-256 of all the tables."""
    state = hashlib.sha256()
    for _, array in tables(compiled=compiled):
        state.update(repr(array.shape).encode())
        state.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    return state.hexdigest()


def main() -> None:
    """Print the hash, or keep the tables in a file of NumPy's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--plain", action="store_true", help="run plain, not compiled")
    parser.add_argument("--save", type=Path, help="keep the tables in this .npz file")
    given = parser.parse_args()
    if given.save:
        np.savez(given.save, **dict(tables(compiled=not given.plain)))
        return
    print(tables_hash(compiled=not given.plain))


if __name__ == "__main__":
    main()
