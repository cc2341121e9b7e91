"""Which observations of the record a run is scored by, and why the others are not: decided here alone."""

from collections.abc import Collection

from sim.record.record import Record
from sim.record.rows import Observation
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
