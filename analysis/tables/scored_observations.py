"""Which observations of the record a run is scored by, and why the others are not: decided here alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from analysis.tables import clock
from analysis.tables.clock import horizon, interval_of
from sim.record.record import Record
from sim.record.rows import SCORED, Claim, Observation
from sim.store.reader import RunTables

REPORT_MARGIN = timedelta(days=2)
"""Days on either side of a scenario up to which reports are of it."""
NAMED_PLACES = 2
"""How many places of claims about a column a way needs to be that column's: more than a start."""
NO_REPORTS = "no reports to compare with"
"""What is said of a run that is laid beside nothing."""


def span(tables: RunTables) -> tuple[datetime, datetime]:
    """The days of a run's scenario and two more on either side: reports outside are of something else."""
    return clock.origin(tables) - REPORT_MARGIN, clock.end_of(tables) + REPORT_MARGIN


def of_run(tables: RunTables, record: Record) -> Record:
    """What of a record a run is laid beside: that of its days, its columns and its places.

    It is nothing where the scenario says so (`record: none`), and where no claim of its days is about a place
    of the run. A column elsewhere that has the id of one of the record is none of the record's.
    """
    if tables.manifest.get("reports") == "none":
        return record.empty()
    of_days = record.between(*span(tables))
    if not tables.route:  # of a plan, which has no ways yet
        return of_days
    here, ways = places_of(tables), ways_of(tables)
    if not here & _places(of_days.claims):
        return record.empty()
    named = {name: _places(claim for claim in record.claims if claim.column == name) for name in ways}
    strangers = [name for name, way in ways.items() if len(way & named[name]) < NAMED_PLACES]
    far = {claim.id for claim in of_days.claims if not here & _places([claim])}
    counts = [count for count in of_days.counts if count.column or not far.issuperset(count.claims)]
    return replace(of_days, counts=tuple(counts)).without_columns(strangers)


def _places(claims: Iterable[Claim]) -> set[str]:
    """The places that claims are about."""
    return {claim.event.partition(":")[0] for claim in claims}


def ways_of(tables: RunTables) -> dict[str, set[str]]:
    """The places on the way of each column of a run."""
    route = tables.route
    rows = zip(route["column"].tolist(), route["place"].tolist(), strict=True) if route else ()
    ways: dict[str, set[str]] = defaultdict(set)
    for column, place in rows:
        ways[column].add(place)
    return ways


def places_of(tables: RunTables) -> set[str]:
    """The places of a run: on ways, held by somebody, with camps or milestones."""
    manifest = tables.manifest
    places = {*manifest.get("holders", ()), *manifest.get("camps", {}).values()}
    places |= {row["id"].split(":")[0] for row in manifest["milestones"]}
    return places.union(*ways_of(tables).values())


def use_of(tables: RunTables, record: Record, observation: Observation) -> str:
    """What an observation is used for in a run: `given` where the scenario starts from it or later.

    `no opinion` where the run is without a mechanism that the event needs. Else `fit` if a posterior of the
    run has read it, or its use in the record. SCORED are scored. `decided` where it hangs on an order or a
    closure that is under `outcome_known`.
    """
    silent = tables.manifest.get("no_opinion", ())
    if observation.event in map(event_of, silent):
        return "no opinion"
    if observation.event in decided_for(tables, observation.column):
        return "decided"
    given = tables.manifest.get("given", "")
    start = next((item for item in record.observations if item.event == given), None)
    if start is not None and (observation.event == given or observation.latest <= start.earliest):
        return "given"
    return "fit" if observation.group in tables.manifest.get("spent", ()) else observation.use


def decided_for(tables: RunTables, column: str | None) -> set[str]:
    """The events of a column, or of no matter which, that orders and closures of known outcome decide."""
    names = set(tables.manifest.get("decided", ()))
    rows = [row for row in tables.manifest["milestones"] if row["id"] in names]
    return {event_of(row["id"]) for row in rows if column is None or row["column"] in (None, column)}


def event_of(milestone: str) -> str:
    """The event of a milestone by its id, `place:event`, without the column that may stand behind it."""
    return ":".join(milestone.split(":")[:2])


def observed(record: Record, event: str, column: str | None) -> Observation | None:
    """The observation of an event (`place:event`, or with the column's id behind it), if there is one."""
    event = event_of(event)
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
