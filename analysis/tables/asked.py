"""What operators of a record need of a run: its milestones, and the first events on the road of one."""

import numpy as np

from analysis.tables.histories import Histories, milestones
from sim.files.fields import StrictModel
from sim.record.operators import milestones_of
from sim.store.reader import RunTables

STILL_KM = 1e-6
"""Less than this apart is the same place."""


def lacking(tables: RunTables, operator: StrictModel, column: str) -> str | None:
    """What a run has not that an operator about a column needs, as `column one`; None if it has all."""
    known = milestones(tables)
    for event, of in milestones_of(operator, column):
        if of is not None and of not in tables.manifest["columns"]:
            return f"column {of}"
        if (event, of) not in known:
            return f"milestone {event}" + (f" of {of}" if of else "")
    return None


def entry_of(tables: RunTables, event: str, column: str) -> dict[str, float]:
    """The road of a column's milestone: km, from_km and to_km. Raises KeyError if the run has none of it."""
    entry = milestones(tables)[event, column]
    return {name: float(entry[name]) for name in ("km", "from_km", "to_km")}


def between(path: Histories, low: float, high: float) -> np.ndarray:
    """Which events (events,) of a column lie from one road-km to another, these too."""
    inside: np.ndarray = (path["km"] >= low - STILL_KM) & (path["km"] <= high + STILL_KM)
    return inside


def on_road_of(tables: RunTables, path: Histories, event: str, column: str) -> np.ndarray:
    """Which events (events,) of a column lie on the road that a milestone is about. Raises KeyError."""
    road = entry_of(tables, event, column)
    return between(path, road["from_km"], road["to_km"])


def first_of(tables: RunTables, path: Histories, event: str, column: str) -> np.ndarray:
    """The place (runs,) of each run's first event of a milestone's kind on its road; -1: none.

    `event` is written `place:event`. Raises KeyError if the run has no such milestone.
    """
    return path.first(path.of(event.partition(":")[2]) & on_road_of(tables, path, event, column))
