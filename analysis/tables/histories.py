"""The stored runs of a result: whose they are, their events, where a column is, what parties would tell.

All arrays here count runs from 0 in the order of the table of runs; runs that failed are left out. One
over `(events,)` goes with the events that a Histories holds, one over `(runs,)` with its runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.tables.clock import begins, horizon
from analysis.tables.scored_observations import event_of
from sim.files.yaml_tree import Where, refuse
from sim.state.kinds import FIGHT_ENDS
from sim.store.reader import RERUN_ADVICE, RunTables
from sim.store.schema import LOSS_COLUMNS, TABLE_COLUMNS, Table


@dataclass(frozen=True, kw_only=True)
class Histories:
    """The stored runs, and some of their events in the order of runs and hours.

    `rows` (runs,) are the places of the stored runs among the runs that did not fail; `history` and
    `index` (events,) give each event's run and its row in the `table` of events, whose columns and units
    are those of sim.store.schema.
    """

    rows: np.ndarray
    history: np.ndarray
    index: np.ndarray
    table: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        """How many runs are stored."""
        return len(self.rows)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column (events,) of the table of events. Raises KeyError if it has none of that name."""
        return np.asarray(self.table[name][self.index])

    @cached_property
    def events(self) -> Table:
        """All columns of the events."""
        return {name: self[name] for name in self.table}

    def where(self, mask: np.ndarray) -> "Histories":
        """The same runs with those events alone that a mask (events,) picks."""
        return replace(self, history=self.history[mask], index=self.index[mask])

    def of_column(self, column: str) -> "Histories":
        """The same runs with the events of a column alone, without probes."""
        return self.where((self["kind"] == "column") & (self["agent"] == column) & (self["event"] != "probe"))

    def of(self, *events: str) -> np.ndarray:
        """Which of its events (events,) are of some kinds."""
        return np.isin(self["event"], np.array(events, object))

    def by_hour(self, *events: str) -> np.ndarray:
        """The places among its events, `(number,)`, of those of some kinds, in the order of their hours."""
        places = np.flatnonzero(self.of(*events))
        return places[np.argsort(self["hour"][places], kind="stable")]

    def first(self, mask: np.ndarray) -> np.ndarray:
        """The place (runs,) of each run's first event that a mask (events,) picks; -1: none."""
        first = np.full(len(self), -1)
        places = np.flatnonzero(mask)[::-1]
        first[self.history[places]] = places  # the earliest is written last
        return first

    def at(self, places: np.ndarray, name: str) -> np.ndarray:
        """A column's numbers (runs,) of the events that `first` gave; inf where there is none."""
        return np.append(self[name].astype(float), np.inf)[np.where(places < 0, len(self.index), places)]

    def total(self, name: str, mask: np.ndarray) -> np.ndarray:
        """The sum of a column (runs,) over those events of each run that a mask (events,) picks."""
        return np.bincount(self.history[mask], self[name][mask], len(self))

    def number(self, mask: np.ndarray) -> np.ndarray:
        """How many events (runs,) a mask (events,) picks of each run."""
        return np.bincount(self.history[mask], minlength=len(self))

    def most(self, name: str, mask: np.ndarray) -> np.ndarray:
        """The largest of a column (runs,) over the events that a mask (events,) picks; -inf: of none."""
        most = np.full(len(self), -np.inf)
        np.maximum.at(most, self.history[mask], self[name][mask])
        return most

    def paths(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Hours and km of the events of each run that has some, both (events of it,)."""
        if not len(self.index):
            return []
        ends = np.flatnonzero(np.diff(self.history)) + 1
        return [*zip(np.split(self["hour"], ends), np.split(self["km"], ends), strict=True)]

    def positions(self, hours: np.ndarray) -> np.ndarray:
        """Road-km (runs, hours) at each hour (hours,): 0 before the first event, then linear between.

        Runs without events have no row.
        """
        rows = [np.interp(hours, hour, km, left=0.0) for hour, km in self.paths()]
        return np.array(rows).reshape(-1, len(hours))


def stored(tables: RunTables) -> Histories:
    """The stored runs of a result's one design point, with all their events."""
    events = tables.events or {name: np.zeros(0) for name in TABLE_COLUMNS["events"]}
    replicates = pa.array(tables.runs["replicate"][tables.done])
    run = pc.index_in(pa.array(events["replicate"], replicates.type), replicates)  # null: it failed
    keys = [("run", "ascending"), ("hour", "ascending")]
    order = pc.sort_indices(pa.table({"run": run, "hour": events["hour"]}), keys)  # stable, nulls last
    index = order[: len(run) - run.null_count]
    runs = run.take(index).dictionary_encode()
    return Histories(
        rows=runs.dictionary.to_numpy(), history=runs.indices.to_numpy(), index=index.to_numpy(), table=events
    )


def trace(tables: RunTables, column: str) -> Histories:
    """The stored runs with the events of a column alone, without probes."""
    return stored(tables).of_column(column)


# --- where a column is -----------------------------------------------------------------------------------


def turned_back(histories: Histories) -> tuple[np.ndarray, np.ndarray]:
    """Hour and km at which each run that has events is turned back, both (runs,); inf: it is not."""
    first = histories.first(histories.of("beaten"))[np.unique(histories.history)]
    return histories.at(first, "hour"), histories.at(first, "km")


def under_way(histories: Histories, hours: np.ndarray) -> np.ndarray:
    """Road-km (runs, hours) at each hour (hours,) as `positions` has it; nan once a run is turned back."""
    km = histories.positions(hours)
    km[hours > turned_back(histories)[0][:, np.newaxis]] = np.nan
    return km


def median(values: np.ndarray) -> np.ndarray:
    """The upper median (hours,) of values (runs, hours) without those that are nan; nan where all are."""
    if not len(values):
        return np.full(values.shape[1], np.nan)
    at = np.minimum(np.isfinite(values).sum(axis=0) // 2, len(values) - 1)
    return np.asarray(np.take_along_axis(np.sort(values, axis=0), at[np.newaxis], 0)[0])


def middle_km(histories: Histories, hours: np.ndarray) -> np.ndarray:
    """Where a column is (road-km, (hours,)): in one run, or the median of those that are not turned back.

    Nan where there is no such run.
    """
    rows = histories.positions(hours)
    return rows[0] if len(rows) == 1 else median(under_way(histories, hours))


# --- other tables ----------------------------------------------------------------------------------------


def milestones(tables: RunTables) -> dict[tuple[str, str | None], dict[str, Any]]:
    """The manifest's milestones by `place:event` and column, which is None of a place's own."""
    entries = reversed(tables.manifest["milestones"])  # of several the first counts
    return {(event_of(entry["id"]), entry["column"]): entry for entry in entries}


def hours(tables: RunTables, event: str, column: str | None) -> np.ndarray:
    """When a column's milestone came (h, inf: never), (runs,) of those that did not fail.

    Raises KeyError if the run has none of it.
    """
    return np.asarray(tables.runs[milestones(tables)[event, column]["id"]][tables.done], float)


def nights(tables: RunTables) -> list[tuple[float, float]]:
    """From the beginning or a sunset to the next first light or the horizon (h), those that last at all.

    None where the run's table of daylight has no day.
    """
    light = tables.daylight
    if not len(light["sunset"]):
        return []
    is_day = np.isfinite(light["first_light"])
    dusks = [begins(tables), *light["sunset"][is_day].tolist()]
    dawns = [*light["first_light"][is_day].tolist(), horizon(tables)]
    return [(dusk, dawn) for dusk, dawn in zip(dusks, dawns, strict=True) if dusk < dawn]


def reported_losses(tables: RunTables, party: str) -> tuple[np.ndarray, np.ndarray]:
    """What a party says it lost and the other lost, persons, both (events,) of the table; nan: tells of none.

    The reports stand in the order of the events they are of. Raises FaultyInput if they do not go together.
    """
    events, reports = tables.events, tables.reports
    fights = np.isin(events["event"], np.array(FIGHT_ENDS, object))
    fight_rows = np.flatnonzero(fights & (events["hour"] < horizon(tables)))
    party_rows = np.flatnonzero((reports["party"] == party) & np.isfinite(reports["own_casualties"]))
    if len(party_rows) != len(fight_rows) or any(
        (events[name][fight_rows] != reports[name][party_rows]).any() for name in ("replicate", "event")
    ):
        counts = f"its {len(party_rows):,} reports of fights by {party!r}", f"its {len(fight_rows):,} fights"
        where = Where(f"run {tables.manifest['scenario']}-{tables.manifest['hash']}", 0)
        refuse(where, f"{counts[0]} do not go with {counts[1]}; {RERUN_ADVICE}")
    losses = np.full((2, len(fights)), np.nan)
    losses[:, fight_rows] = [reports[name][party_rows] for name in LOSS_COLUMNS]
    return losses[0], losses[1]
