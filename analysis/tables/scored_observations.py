"""Which observations of the record a run is scored by, and why the others are not: decided here alone."""

from collections.abc import Collection

import numpy as np

from analysis.tables.clock import horizon, interval_of
from sim.record.record import Record
from sim.record.rows import SCORED, Observation
from sim.store.reader import RunTables


def use_of(tables: RunTables, record: Record, observation: Observation) -> str:
    """What an observation is used for in a run: `given` where the scenario starts from it or later.

    Else `fit` if a posterior of the run has read it, or its use in the record. SCORED are scored.
    """
    given = tables.manifest.get("given", "")
    start = next((item for item in record.observations if item.event == given), None)
    if start is not None and (observation.event == given or observation.latest <= start.earliest):
        return "given"
    return "fit" if observation.group in tables.manifest.get("spent", ()) else observation.use


def observed(record: Record, event: str, column: str | None) -> Observation | None:
    """The observation of an event (`place:event`, or with the column's id behind it), if there is one."""
    event = ":".join(event.split(":")[:2])
    return next((o for o in record.observations if o.event == event and o.column in (None, column)), None)


def misses(tables: RunTables, record: Record) -> np.ndarray:
    """By how many hours each run (runs,) misses the reports of its scored milestones, on average.

    A milestone inside its interval misses it by nothing; one that never comes counts as at the end.
    """
    total = np.zeros(len(tables.done))
    for name, seen in (rows := reported(tables, record, SCORED)).items():
        hours = np.minimum(np.asarray(tables.runs[name], float), horizon(tables))
        low, high = interval_of(tables, seen)
        total += np.maximum(low - hours, 0.0) + np.maximum(hours - high, 0.0)
    return total / max(1, len(rows))


def reported(
    tables: RunTables, record: Record, uses: Collection[str] | None = None
) -> dict[str, Observation]:
    """The observation of each milestone of a run that has one (of some uses), in the scenario's order."""
    rows = tables.manifest["milestones"]
    by_milestone = {row["id"]: observed(record, row["id"], row["column"]) for row in rows}
    return {
        name: seen
        for name, seen in by_milestone.items()
        if seen and (uses is None or use_of(tables, record, seen) in uses)
    }
