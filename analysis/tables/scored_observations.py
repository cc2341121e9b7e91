"""Which observations of the record a run is scored by, and why the others are not."""

from sim.record.record import Record
from sim.record.rows import Observation
from sim.store.reader import RunTables


def use_of(tables: RunTables, record: Record, observation: Observation) -> str:
    """What an observation is used for in a run: `given` where the scenario starts from it or later."""
    given = tables.manifest.get("given", "")
    start = next((item for item in record.observations if item.event == given), None)
    if start is not None and (observation.event == given or observation.latest <= start.earliest):
        return "given"
    if observation.group in tables.manifest.get("spent", ()):
        return "fit"  # a posterior of the run has read it
    return observation.use
