"""Whether the record's claims can all hold together in time, and if not, which of them clash.

Nothing is simulated: claims are intervals, stays are durations, and a column needs time for its road. The
highest speed is an assumption, above 19 in 20 of the march speeds that the prior gives; so is daylight.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from analysis.claims import temporal_network
from analysis.claims.temporal_network import OpenInterval, Problem, fewest, irreducible
from analysis.claims.time_constraints import (
    Lengths,
    Terms,
    makes_point,
    moment_of,
    point_of,
    points_of,
    problem_of,
    way_of,
)
from analysis.words.text import round_minute
from sim.files import units, yaml_tree
from sim.files.yaml_tree import Where, locate, refuse
from sim.record.record import Record
from sim.record.relations import Relation, named_pairs
from sim.record.rows import Claim, union
from sim.scenario.network import Network

TOP_SPEED = "25 km/h"
"""No column marches faster (assumption)."""
FASTEST, SLOWEST = 10_000.0, 0.01  # km/h: no critical speed is looked for beyond

CLASHES, HOLDS, UNTIMED = "found", "holds", "not of time"
"""What becomes of a pair that the record names; `holds`: in time, as things are assumed."""

_TIE = 1e-4  # less than weights differ by, however many claims there are
_MINUTE = timedelta(minutes=1)


Labels = Sequence[str] | frozenset[str]


class Clash(NamedTuple):
    """Claims that cannot all hold, though any but one can; and the assumptions without which they could.

    `holds_from` is the speed (km/h) from which on they hold, where speed is one of these, and `by_night_from`
    that from which on they hold if columns set out in the dark, where daylight is; None: at none.
    """

    claims: tuple[Claim, ...]
    assumptions: tuple[str, ...]
    holds_from: float | None
    by_night_from: float | None


class AuditedEvent(NamedTuple):
    """An event of a column: its reported interval (None: no claim) and the implied one (UTC, None: open)."""

    event: str
    column: str | None
    reported: tuple[datetime, datetime] | None
    earliest: datetime | None
    latest: datetime | None

    @property
    def overlap(self) -> timedelta | None:
        """How much of the reported interval lies within the implied one; None if none of it does."""
        if self.reported is None:
            return None
        start, end = max(self.earliest or self.reported[0], self.reported[0]), self.reported[1]
        end = min(self.latest or end, end)
        return None if end < start else end - start

    @property
    def narrower(self) -> bool:
        """Whether the implied interval leaves out a minute or more of the reported one."""
        if self.reported is None:
            return False
        return self.overlap is None or self.reported[1] - self.reported[0] - self.overlap >= _MINUTE


class Pace(NamedTuple):
    """The least highest speed (km/h) at which a column's kept claims hold, and the claims that need it."""

    column: str
    speed: float
    claims: tuple[str, ...]


class NamedPair(NamedTuple):
    """Two claims (ids) that the record says contradict or differ, and what the audit made of it (CLASHES)."""

    one: str
    other: str
    verdict: str
    relation: Relation


class Audit(NamedTuple):
    """What an audit found; `named` are the pairs of claims that the record says contradict or differ.

    `places` has the name of each place of the network, by its id.
    """

    record: Record
    places: Mapping[str, str]
    terms: Terms
    columns: tuple[str, ...]
    clashes: tuple[Clash, ...]
    capped: bool
    left_out: tuple[Claim, ...]
    events: tuple[AuditedEvent, ...]
    paces: tuple[Pace, ...]
    named: tuple[NamedPair, ...]


def audited(
    record: Record, folder: Path, network: Network, speed: str = TOP_SPEED, *, by_night: bool = False
) -> Audit:
    """The audit of the record of a folder on a network, no column being faster than `speed`, as `25 km/h`.

    Raises FaultyInput for a speed that is none or out of range, and for a route that has no road.
    """
    terms = Terms(_speed(speed), not by_night)
    bench = _Bench(record=record, ways=_ways(record, network, folder), network=network, terms=terms)
    clashes: list[Clash] = []
    gone: set[str] = set()
    capped = False
    weights = _weights(record)
    parts = temporal_network.parts(bench.problem())
    for part in parts:
        sets, more = temporal_network.contradictions(part)
        clashes += map(bench.clash, sets)
        gone |= irreducible(part, sets, weights) if more else fewest(sets, part.labels, weights)
        capped |= more
    rank = {claim.id: index for index, claim in enumerate(record.claims)}
    clashes.sort(key=lambda clash: [rank[claim.id] for claim in clash.claims])
    kept_ids = [claim.id for claim in record.claims if claim.id not in gone]
    return Audit(
        record=record,
        places={name: place.name for name, place in network.places.items()},
        terms=terms,
        columns=tuple(bench.ways),
        clashes=tuple(clashes),
        capped=capped,
        left_out=tuple(claim for claim in record.claims if claim.id in gone),
        events=_events(record, temporal_network.implied(bench.problem(), kept_ids)),
        paces=tuple(pace for column in bench.ways if (pace := bench.pace(column, kept_ids)) is not None),
        named=_named(record, clashes, parts),
    )


def _weights(record: Record) -> dict[str, float]:
    """The weight of each claim, a little less where nothing observed rests on it: it breaks ties alone."""
    seen = {name for row in (*record.observations, *record.survivals) for name in row.claims}
    return {c.id: record.weights[c.kind] - (0.0 if c.id in seen else _TIE) for c in record.claims}


def _speed(text: str) -> float:
    """The speed of --speed in km/h. Raises FaultyInput."""
    where = Where(f"--speed {text}", 0)
    try:
        speed = units.quantity(text, "speed")
    except ValueError as error:
        refuse(where, str(error))
    if not SLOWEST <= speed <= FASTEST:
        refuse(where, f"{text!r} is out of range; expected {SLOWEST:g} to {FASTEST:g} km/h")
    return speed


def _ways(record: Record, network: Network, home: Path) -> dict[str, Lengths]:
    """The way of each column that has a route. Raises FaultyInput at the route that has no road."""
    ways: dict[str, Lengths] = {}
    for index, route in enumerate(record.routes):
        try:
            ways[route.column] = way_of(route, network)
        except ValueError as error:
            where = locate(yaml_tree.read(home / "routes.yaml"), ("routes", index, "places"))
            refuse(where, f"places: {error}; expected places joined by roads")
    return ways


class _Bench(NamedTuple):
    """What the trials of an audit have in common."""

    record: Record
    ways: Mapping[str, Lengths]
    network: Network
    terms: Terms

    def problem(self, terms: Terms | None = None) -> Problem:
        """The record's temporal problem, under other terms if they are given."""
        return problem_of(self.record, self.ways, self.network, terms or self.terms)

    def holds(self, labels: Labels, terms: Terms) -> bool:
        """Whether some claims can hold together under some terms."""
        return temporal_network.contradiction(self.problem(terms), labels) is None

    def clash(self, labels: frozenset[str]) -> Clash:
        """A smallest contradictory set with what it rests on, and the speed from which on it would hold.

        An assumption that is not needed is left aside: daylight first, then speed, then the order of places.
        """
        terms = self.terms
        if terms.daylight and not self.holds(labels, terms._replace(daylight=False)):
            terms = terms._replace(daylight=False)
        needed = ["daylight"] if terms.daylight else []
        if self.holds(labels, terms._replace(roads=False)):
            timed = self.holds(labels, terms._replace(speed=None))
            needed += ["speed"] if timed else ["order of places"]
        claims = tuple(claim for claim in self.record.claims if claim.id in labels)
        fast = self.least_speed(labels, FASTEST) if "speed" in needed else None
        night = self.least_speed(labels, FASTEST, daylight=False) if "daylight" in needed else None
        return Clash(claims=claims, assumptions=tuple(needed), holds_from=fast, by_night_from=night)

    def least_speed(self, labels: Labels, most: float, *, daylight: bool | None = None) -> float | None:
        """The least speed up to one (km/h) at which claims hold together; None if there is none."""
        terms = self.terms if daylight is None else self.terms._replace(daylight=daylight)
        if not self.holds(labels, terms._replace(speed=most)):
            return None
        low, high = SLOWEST, most
        while high - low > 1e-4 * high:
            middle = (low * high) ** 0.5
            if self.holds(labels, terms._replace(speed=middle)):
                high = middle
            else:
                low = middle
        return high

    def pace(self, column: str, labels_held: Sequence[str]) -> Pace | None:
        """The pace that the kept claims about a column ask for, None if the slowest would do."""
        column_ids = {claim.id for claim in self.record.claims if claim.column == column}
        labels = [label for label in labels_held if label in column_ids]
        speed = self.least_speed(labels, self.terms.speed or FASTEST)
        if speed is None:
            return None
        slower = self.problem(self.terms._replace(speed=speed * 0.999))
        core = temporal_network.contradiction(slower, labels)
        if core is None:
            return None
        needed = temporal_network.minimal(slower, core)
        return Pace(column, speed, tuple(label for label in labels if label in needed))


def _events(record: Record, implied: Mapping[str, OpenInterval]) -> tuple[AuditedEvent, ...]:
    """Every point with its reported and its implied interval, in order of time."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in filter(makes_point, record.claims):
        claims[point_of(claim.event, claim.column)].append(claim)
    events = []
    for point, (event, column) in points_of(record).items():
        earliest, latest = map(_minute, implied[point])
        reported = union(claims[point]) if point in claims else None
        events.append(
            AuditedEvent(event=event, column=column, reported=reported, earliest=earliest, latest=latest)
        )
    return tuple(sorted(events, key=_when))


def _when(event: AuditedEvent) -> tuple[datetime, str]:
    """Where an event stands in order of time: by its implied interval, or the reported one."""
    edges = [event.earliest, *(event.reported or ()), event.latest, datetime.max.replace(tzinfo=UTC)]
    return next(edge for edge in edges if edge is not None), point_of(event.event, event.column)


def _minute(time: int | None) -> datetime | None:
    """The whole minute nearest to a time (ms); None of none."""
    return None if time is None else round_minute(moment_of(time))


def _named(record: Record, clashes: Sequence[Clash], parts: Sequence[Problem]) -> tuple[NamedPair, ...]:
    """The pairs of claims that the record names, contradictions first, and what the audit made of each.

    Of time are those that a set found has, and those about two points that bounds link.
    """
    sets = [{claim.id for claim in clash.claims} for clash in clashes]
    part_of = {label: index for index, part in enumerate(parts) for label in part.labels}
    event_of = {claim.id: claim.event for claim in record.claims}
    pairs = []
    for one, other, relation in named_pairs(record.claims):
        linked = event_of[one] != event_of[other] and part_of.get(one) == part_of.get(other, -1)
        verdict = CLASHES if any({one, other} <= ids for ids in sets) else HOLDS if linked else UNTIMED
        pairs.append(NamedPair(one=one, other=other, verdict=verdict, relation=relation))
    return tuple(pairs)
