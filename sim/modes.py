"""A chunk of runs of one scenario, done plain or compiled: the same numbers to the last bit."""

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from sim import outcomes
from sim.history import log_of, run_one
from sim.progress import tell
from sim.values import Values
from sim.world import Template

FAILURES = (ArithmeticError, ValueError, IndexError)
"""What may go wrong in a run: it becomes a row with its error, and the others go on."""

_COMPILING = Lock()
UNEQUAL = "AssertionError: it fails compiled and not plain, which is a fault of the program"


@dataclass
class Chunk:
    """Runs to be done together, one a seed, with one record of parameters for all or one for each.

    They give `hours[run][milestone]`, `out[run][outcome]` (nan where a run failed), an error or an empty text
    each, and the logs of those with `keep`, by run.
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


Mode = Callable[[Chunk], None]


def plain(chunk: Chunk) -> None:
    """Do a chunk run by run."""
    for index in range(len(chunk.seeds)):
        chunk.run_plain(index)


def compiled_mode(scenario: Template, say: Callable[[str], None] = tell) -> Mode:
    """The compiled mode, ready to go; or, with a word, the plain one where Numba does not work."""
    try:
        from sim import compiled as engine

        with _COMPILING:
            engine.prepare(scenario.world, len(outcomes.names(scenario)))
    except Exception as error:  # noqa: BLE001
        # whatever is wrong with Numba, running plain is right
        say(f"not compiled ({error}): running plain, many times slower")
        return plain

    def compiled(chunk: Chunk) -> None:
        """Do a chunk at one go; a run to be kept whole alone, one that fails plain, because that says why."""
        at, count = 0, len(chunk.seeds)
        kept = [*np.flatnonzero(chunk.keep).tolist(), count]
        while at < count:
            end = at + 1 if chunk.keep[at] else kept[bisect(kept, at)]
            records = chunk.records[at:end] if len(chunk.records) > 1 else chunk.records
            done, log = engine.run_batch(
                scenario.world,
                chunk.seeds[at:end],
                records,
                chunk.spread,
                chunk.hours[at:end],
                chunk.out[at:end],
            )
            if at + done < end:
                chunk.run_plain(at + done)
                chunk.errors[at + done] = chunk.errors[at + done] or UNEQUAL
                end = at + done + 1
            elif chunk.keep[at]:
                chunk.logs[at] = log
            at = end

    return compiled
