"""What qualitative checks cost by the number of runs: `python benchmarks/patterns.py` prints a ratio."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from timing import each, interleaved, median, ratio

from analysis.scores import patterns
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.record.record import load_record
from sim.store.reader import RunTables

FEW, MANY = 1_000, 100_000


def repeated(tables: RunTables, count: int) -> RunTables:
    """Tables with a row of each run again and again, to so many; runs are kept of the first alone."""
    rows = np.arange(count) % len(tables.runs["replicate"])
    runs = {name: column[rows] for name, column in tables.runs.items()}
    return replace(tables, runs=runs | {"replicate": np.arange(count)})


def main() -> None:
    """Time few and many runs in turns."""
    record = load_record()
    with tempfile.TemporaryDirectory() as folder:
        tables = do(
            Job(inputs=load_inputs("kidal-offensive"), seed=1, runs=40, draw=True, out=Path(folder) / "run")
        )[1]
        sizes = {count: repeated(tables, count) for count in (FEW, MANY)}
        found = interleaved(
            {
                str(count): lambda own=own: each(lambda: patterns.text(own, record), 1)
                for count, own in sizes.items()
            }
        )
    few, many = found[str(FEW)], found[str(MANY)]
    print(f"{MANY:,} runs: {1e3 * median(many):.0f} ms, {ratio(many, few)} times what {FEW:,} take")


if __name__ == "__main__":
    main()
