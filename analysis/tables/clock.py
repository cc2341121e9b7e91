"""The clock of a stored run: its first and last hour, the hours of moments, and the moments of hours.

Hours count from 00:00 UTC of the scenario's first day, and are inf for what never comes.
"""

from datetime import date, datetime

import numpy as np

from sim.record.rows import Claim, Observation
from sim.state.clock import in_hours, midnight, moment_at, utc
from sim.store.reader import RunTables


def origin(tables: RunTables) -> datetime:
    """Hour 0 of a run: 00:00 UTC of the scenario's first day."""
    return midnight(date.fromisoformat(tables.manifest["start"]))


def end_of(tables: RunTables) -> datetime:
    """The end of the scenario (UTC)."""
    return utc(datetime.fromisoformat(tables.manifest["end"]))


def begins(tables: RunTables) -> float:
    """The hour at which a run begins: before hour 0 in the east, after it in the west."""
    return float(tables.manifest.get("begins", 0.0))


def horizon(tables: RunTables) -> float:
    """The hour of the end of the scenario."""
    return hour_of(tables, end_of(tables))


def hour_of(tables: RunTables, moment: datetime) -> float:
    """The hour of a moment (UTC if it does not say)."""
    return in_hours(utc(moment) - origin(tables))


def interval_of(tables: RunTables, reported: Observation | Claim) -> tuple[float, float]:
    """The first and last hour of what is reported."""
    return hour_of(tables, reported.earliest), hour_of(tables, reported.latest)


def moment_of(tables: RunTables, hour: float) -> datetime | None:
    """The moment of an hour (UTC); None for one that never comes."""
    return moment_at(origin(tables), hour) if np.isfinite(hour) else None


def days_of(tables: RunTables) -> str:
    """The scenario's first day, and the day or moment (UTC) of its end, to be read."""
    return f"{tables.manifest['start']} to {tables.manifest['end'].replace('T', ' ')[:16]}"
