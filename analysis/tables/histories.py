"""The stored histories of a run: the events of a column, and what the parties would have told of each fight.

All arrays here count histories from 0 in the order of their replicates; runs that failed are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from analysis.tables.outcomes import begins
from sim.files.yaml_tree import Where, refuse
from sim.state.kinds import FIGHT_ENDS
from sim.store.reader import RunTables
from sim.store.schema import Table

EVENT_NUMBERS = ("hour", "km", "amount", "other")


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Events of one column over the stored histories, by history and hour; probes are left out.

    `rows` are the places of the stored histories among the runs that did not fail; `history` and `index` give
    each event's history and its row in the table of events; hours, km and amounts are those of
    sim.store.schema.
    """

    rows: np.ndarray
    history: np.ndarray
    index: np.ndarray
    event: np.ndarray
    numbers: Table

    @property
    def count(self) -> int:
        """How many histories are stored."""
        return len(self.rows)

    def __getitem__(self, name: str) -> np.ndarray:
        """One of the numbers: hour, km, amount or other."""
        return self.numbers[name]

    def of(self, *events: str) -> np.ndarray:
        """Which of its events are of some kinds."""
        found: np.ndarray = np.any([self.event == event for event in events], axis=0)
        return found

    def first(self, which: np.ndarray) -> np.ndarray:
        """The row of each history's first event among some, -1 where there is none."""
        found = np.full(self.count, -1)
        rows = np.flatnonzero(which)[::-1]
        found[self.history[rows]] = rows  # the earliest is written last
        return found

    def at(self, rows: np.ndarray, name: str) -> np.ndarray:
        """A number of the events that `first` gave; inf where there is none."""
        if not len(self.history):
            return np.full(len(rows), np.inf)
        return np.where(rows >= 0, self.numbers[name][rows], np.inf)

    def total(self, name: str, which: np.ndarray) -> np.ndarray:
        """The sum of a number over some events of each history."""
        return np.bincount(self.history[which], self.numbers[name][which], self.count)

    def most(self, name: str, which: np.ndarray) -> np.ndarray:
        """The largest of a number over some events of each history, -inf where there is none."""
        found = np.full(self.count, -np.inf)
        np.maximum.at(found, self.history[which], self.numbers[name][which])
        return found


def trace(tables: RunTables, column: str) -> Trace:
    """The events of a column in the stored histories of a run's one design point."""
    replicates = tables.runs["replicate"][tables.done]
    events = tables.events
    stored = np.isin(replicates, np.unique(events["replicate"]))
    rows = np.flatnonzero(stored)
    known = replicates[rows]
    column_rows = _rows_of(events, column, known)
    order = np.argsort(known, kind="stable")
    history = order[np.searchsorted(known, events["replicate"][column_rows], sorter=order)]
    by_hour = np.lexsort((events["hour"][column_rows], history))
    column_rows, history = column_rows[by_hour], history[by_hour]
    return Trace(
        rows=rows,
        history=history,
        index=column_rows,
        event=np.asarray(events["event"][column_rows]),
        numbers={name: np.asarray(events[name][column_rows], float) for name in EVENT_NUMBERS},
    )


def _rows_of(events: Mapping[str, np.ndarray], column: str, replicates: np.ndarray) -> np.ndarray:
    """Where the events of a column stand, of some replicates and without probes."""
    rows = np.flatnonzero(events["agent"] == column)
    shown: np.ndarray = (events["event"][rows] != "probe") & np.isin(events["replicate"][rows], replicates)
    found: np.ndarray = rows[shown]
    return found


def milestone(tables: RunTables, event: str, column: str | None) -> dict[str, Any] | None:
    """The manifest's entry of a column's milestone, or of a place's, None if the run has none of it."""
    for entry in tables.manifest["milestones"]:
        if entry["column"] == column and ":".join(entry["id"].split(":")[:2]) == event:
            return dict(entry)
    return None


def hours(tables: RunTables, event: str, column: str | None) -> np.ndarray | None:
    """When a column's milestone came, over the runs that did not fail (h, inf: never); None: it has none."""
    entry = milestone(tables, event, column)
    return None if entry is None else np.asarray(tables.runs[entry["id"]][tables.done], float)


def horizon(tables: RunTables) -> float:
    """The end of the scenario, in hours after 00:00 UTC of its first day."""
    start = datetime.fromisoformat(tables.manifest["start"])
    end = datetime.fromisoformat(tables.manifest["end"])
    return (end - start).total_seconds() / 3600.0


def nights(tables: RunTables) -> list[tuple[float, float]]:
    """From the beginning or a sunset to the next first light or the horizon (h), those that last at all.

    None where the run's table of daylight has no day.
    """
    lights = zip(*(tables.daylight[name].tolist() for name in ("first_light", "sunset")), strict=True)
    days = [light for light in lights if np.isfinite(light[0])]
    dusks = [begins(tables), *(dusk for _, dusk in days)]
    dawns = [*(dawn for dawn, _ in days), horizon(tables)]
    pairs = zip(dusks, dawns, strict=True) if len(tables.daylight["sunset"]) else ()
    return [(dusk, dawn) for dusk, dawn in pairs if dusk < dawn]


def reported_losses(tables: RunTables, party: str) -> tuple[np.ndarray, np.ndarray]:
    """What a party says it lost and the other lost, an entry an event; nan where it tells of no losses.

    The reports stand in the order of the events they are of. Raises FaultyInput if they do not go together.
    """
    events, reports = tables.events, tables.reports
    fights = np.any([events["event"] == event for event in FIGHT_ENDS], axis=0)
    rows = np.flatnonzero(fights & (events["hour"] < horizon(tables)))
    party_rows = np.flatnonzero((reports["party"] == party) & np.isfinite(reports["own_lost"]))
    own_lost, other = np.full(len(events["hour"]), np.nan), np.full(len(events["hour"]), np.nan)
    if len(party_rows) != len(rows) or any(
        (events[name][rows] != reports[name][party_rows]).any() for name in ("replicate", "event")
    ):
        message = (
            f"its {len(party_rows):,} reports of fights by {party!r} do not go with its {len(rows):,} fights"
        )
        refuse(Where(shown_name(tables), 0), f"{message}; running it again would be right")
    own_lost[rows], other[rows] = reports["own_lost"][party_rows], reports["other_lost"][party_rows]
    return own_lost, other


def shown_name(tables: RunTables) -> str:
    """How faults name a run."""
    return f"run {tables.manifest['scenario']}-{tables.manifest['hash']}"


# --- where a column is over time ----------------------------------------------------------------------------


def histories(events: Mapping[str, np.ndarray], column: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Hours and km of a column's events, in time order, for each stored history."""
    if not events:
        return []
    mine = (events["kind"] == "column") & (events["agent"] == column) & (events["event"] != "probe")
    mine = np.flatnonzero(mine)
    order = mine[np.lexsort((events["hour"][mine], events["replicate"][mine]))]
    parts = np.split(order, np.flatnonzero(np.diff(events["replicate"][order])) + 1)
    return [(events["hour"][part], events["km"][part]) for part in parts if len(part)]


def positions(events: Mapping[str, np.ndarray], column: str, hours: np.ndarray) -> np.ndarray:
    """Road-km at each hour, a row a history: 0 before the first event, then linear between events."""
    rows = [np.interp(hours, hour, km, left=0.0) for hour, km in histories(events, column)]
    return np.array(rows).reshape(-1, len(hours))
