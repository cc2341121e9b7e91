"""What a baseline knows of a campaign: its ways leg by leg, reported contacts, dates known beforehand.

The legs and starts are those of analysis.scores.baselines.March. A way is contested from a contact that the
record reports; hours count from 00:00 UTC of the scenario's first day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.scores.baselines import March, marches
from analysis.tables.clock import hour_of
from analysis.tables.scored_observations import observed
from sim.record.record import Record
from sim.record.rows import Observation, PublishedDate
from sim.store.reader import RunTables


@dataclass(frozen=True, kw_only=True)
class WayStep:
    """From the milestone before to this one: a leg of so many km, or a hold where the column goes on from.

    `contact` is the reported contact that it follows before the next capture, `first_contact` the first one
    of the way; None before any.
    """

    milestone: str
    km: float
    leg: float
    holds: bool
    contact: str | None = None
    first_contact: str | None = None


@dataclass(frozen=True, kw_only=True)
class KnownWay:
    """A column's way: the hour at which it starts, its steps in order, and the km of places on it."""

    column: str
    start: float
    steps: tuple[WayStep, ...]
    places: Mapping[str, float]

    def last_hold(self, km: float) -> int | None:
        """The step of the last hold before a km; None if there is none."""
        return max((at for at, step in enumerate(self.steps) if step.holds and step.km < km), default=None)

    def first_at(self, km: float) -> int | None:
        """The first step that ends at a km or beyond it; None if there is none."""
        return next((at for at, step in enumerate(self.steps) if step.km >= km and not step.holds), None)


@dataclass(frozen=True, kw_only=True)
class PublishedOpening:
    """A published opening: the place, its hour and its standard deviation (h)."""

    place: str
    hour: float
    give: float


@dataclass(frozen=True, kw_only=True)
class StrikeWindow:
    """The first strike on a place: how far along which way that is, and from when to when it may be (h).

    It does not come before the column has come to its last hold before the place.
    """

    way: KnownWay
    km: float
    begins: float
    ends: float


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """All that baselines know: ways, the published opening, strikes, and the contact before each break."""

    ways: tuple[KnownWay, ...]
    opening: PublishedOpening | None
    strikes: Mapping[str, StrikeWindow]
    breaks: Mapping[str, str]


def campaign(tables: RunTables, record: Record) -> Campaign:
    """What baselines know of a scenario with its ways, by its tables before any run and the record of it.

    Where several openings are published with different spreads, the narrowest counts.
    """
    columns = {row["id"]: row["column"] for row in tables.manifest["milestones"]}
    known = marches(tables, given_starts(tables, record))
    ways = tuple(_way(march, columns[march.first], record) for march in known)
    opens = min(_dates(record, "opens"), key=lambda date: date.give, default=None)
    opening = None
    if opens is not None:
        opening = PublishedOpening(place=opens.place, hour=hour_of(tables, opens.at), give=opens.give)
    return Campaign(
        ways=ways,
        opening=opening,
        strikes=_strikes(tables, record, ways, opening),
        breaks=_breaks(tables, ways),
    )


def given_starts(tables: RunTables, record: Record) -> dict[str, float]:
    """The hours of milestones that are inputs: of a departure the first light of the day that is reported."""
    starts = {}
    for row in tables.manifest["milestones"]:
        seen = observed(record, row["id"], row["column"])
        if seen is not None and (seen.use == "input" or row["id"] == tables.manifest.get("given")):
            starts[row["id"]] = _start(tables, seen)
    return starts


def _start(tables: RunTables, seen: Observation) -> float:
    """The first light in the reported interval of a departure (h), else the interval's middle."""
    low, high = hour_of(tables, seen.earliest), hour_of(tables, seen.latest)
    lights = np.asarray(tables.daylight.get("first_light", ()), float)
    lights = lights[(lights >= low) & (lights <= high) & (event_of(seen.event) == "departure")]
    return float(lights[0]) if len(lights) else (low + high) / 2.0


def _way(march: March, column: str, record: Record) -> KnownWay:
    """A column's steps in order of the way; at the same km what comes after a hold comes last."""
    names = sorted(march.km, key=lambda name: (march.km[name], name in march.goes))
    steps: list[WayStep] = []
    contact = first_contact = None
    for before, name in pairwise((march.first, *names)):
        start = march.km.get(before, 0.0)
        if event_of(before) == "capture":
            contact = None
        if event_of(before) == "contact" and observed(record, before, column) is not None:
            contact, first_contact = contact or before, first_contact or before
        steps.append(
            WayStep(
                milestone=name,
                km=march.km[name],
                leg=march.km[name] - start,
                holds=name in march.goes and march.km[name] in march.holds,
                contact=contact,
                first_contact=first_contact,
            )
        )
    return KnownWay(column=column, start=march.start, steps=tuple(steps), places=march.places)


def event_of(milestone: str) -> str:
    """The event of a milestone: what stands behind its place."""
    return milestone.split(":")[1]


def _dates(record: Record, kind: str) -> list[PublishedDate]:
    return [date for date in record.published if date.kind == kind]


def _strikes(
    tables: RunTables, record: Record, ways: Sequence[KnownWay], opening: PublishedOpening | None
) -> dict[str, StrikeWindow]:
    """The first strikes on the place that is to open: from the date before which nobody was to go there."""
    if opening is None:
        return {}
    way = next((way for way in ways if opening.place in way.places), None)
    names = [row["id"] for row in tables.manifest["milestones"] if event_of(row["id"]) == "first_strike"]
    if way is None:
        return {}
    closed = [
        hour_of(tables, date.at) for date in _dates(record, "not before") if date.place == opening.place
    ]
    strike = StrikeWindow(
        way=way, km=way.places[opening.place], begins=max(closed, default=way.start), ends=opening.hour
    )
    return {name: strike for name in names if name.partition(":")[0] == opening.place}


def _breaks(tables: RunTables, ways: Sequence[KnownWay]) -> dict[str, str]:
    """The contact before each break of a defended position, by the place and column."""
    contacts = {
        (way.column, step.milestone.partition(":")[0]): step.milestone
        for way in ways
        for step in way.steps
        if event_of(step.milestone) == "contact"
    }
    rows = [row for row in tables.manifest["milestones"] if event_of(row["id"]) == "break"]
    places = {row["id"]: (row["column"], row["id"].partition(":")[0]) for row in rows}
    return {name: contacts[place] for name, place in places.items() if place in contacts}
