"""Runs as tables: what a chunk of them gave, and tables of the same columns put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.batch import Chunk
from sim.engine.history import NO_LOG, events_of
from sim.engine.outcomes import names
from sim.engine.reports import reports
from sim.store.schema import PART_TABLES, Table


@dataclass(frozen=True)
class RunBatch:
    """What an ensemble, or a part of one, gives: tables as sim.store.schema says."""

    runs: Table
    events: Table
    reports: Table

    def __len__(self) -> int:
        """How many runs there are."""
        return len(self.runs["replicate"])


def result_of(
    chunk: Chunk,
    design_ids: np.ndarray,
    replicates: np.ndarray,
    factors: Mapping[str, np.ndarray] | None = None,
) -> RunBatch:
    """A chunk as tables, given its runs' design points, replicates and what the design moves there.

    All of these are arrays (runs,) of the chunk; columns and units are those of sim.store.schema.
    """
    table: Table = {
        "design_id": design_ids,
        "replicate": replicates,
        "seed": chunk.seeds,
        "status": np.array(["failed" if error else "done" for error in chunk.errors], "U6"),
        "error": np.array(chunk.errors, "U"),
    }
    table |= factors or {}
    table |= zip(chunk.scenario.milestones, np.ascontiguousarray(chunk.hours.T), strict=True)
    table |= zip(names(chunk.scenario), np.ascontiguousarray(chunk.out.T), strict=True)
    kept_runs = np.array(sorted(chunk.logs), int)
    logs = [NO_LOG, *(chunk.logs[index] for index in kept_runs)]
    of = np.repeat(kept_runs, [len(log) for log in logs[1:]])
    events = events_of(chunk.scenario, np.concatenate(logs), replicates[of], design_ids[of])
    report_tables = [_report_table(chunk, index, of, events) for index in [-1, *kept_runs]]
    return RunBatch(table, events, joined(report_tables))


def _report_table(chunk: Chunk, index: int, of: np.ndarray, events: Table) -> Table:
    """The reports of one of the runs, whose events are `of` it; of none, a table without rows."""
    of_run = {name: column[of == index] for name, column in events.items()}
    return reports(chunk.scenario, int(chunk.seeds[index]), chunk.values(index), of_run)


def stacked(results: Sequence[RunBatch]) -> RunBatch:
    """Results of the same scenario as one."""
    return RunBatch(*(joined([getattr(result, name) for result in results]) for name in PART_TABLES))


def joined(tables: Sequence[Mapping[str, np.ndarray]]) -> Table:
    """Tables of the same columns, each (rows,), one below the other."""
    if len(tables) == 1:
        return dict(tables[0])
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
