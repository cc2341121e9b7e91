"""What a second thread gains, beside what a second process gains."""

from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np
from timing import each

from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.inputs import load_inputs
from sim.ensembles.ensemble import ensemble

RUNS = 16 * 1024
"""Runs of a measure; each process does half of them where there are two."""


def histories(runs: int, workers: int) -> None:
    """So many runs of the whole offensive on some threads."""
    inputs = load_inputs("kidal-offensive")
    seeds = replicate_seeds(1, np.arange(runs))
    ensemble(inputs.template, inputs.parameters.draws, seeds, spread=True, workers=workers, chunk=1024)


def _serve(line: Connection) -> None:
    """Do as many runs as come down a line, until 0 comes; the first ones to be warm."""
    histories(64, 1)
    line.send(0)
    while (runs := line.recv()) > 0:
        histories(runs, 1)
        line.send(runs)


class Processes:
    """Processes of their own that wait for work."""

    def __init__(self, count: int) -> None:
        """So many, started and warm."""
        context = get_context("spawn")
        self.lines = []
        for _ in range(count):
            mine, theirs = context.Pipe()
            context.Process(target=_serve, args=(theirs,), daemon=True).start()
            self.lines.append(mine)
        for line in self.lines:
            line.recv()

    def run(self, count: int) -> float:
        """Seconds a run where some of them share the work."""

        def work() -> None:
            """Share the runs out and wait for all."""
            for line in self.lines[:count]:
                line.send(RUNS // count)
            for line in self.lines[:count]:
                line.recv()

        return each(work, RUNS)

    def end(self) -> None:
        """Send them home."""
        for line in self.lines:
            line.send(0)
