"""Whether the record's claims can all hold together in time, and if not, which of them clash.

Nothing is simulated: claims are intervals, stays are durations, and a column needs time for its road. The
highest speed is an assumption, above 19.6 km/h, the 95 % quantile of the march speed's prior; so is daylight.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from analysis import temporal
from analysis.ledger import Claim, union
from analysis.record import HOME, Record, load_record
from analysis.temporal import Interval, Problem
from analysis.terms import Terms, Way, is_stay, moment_of, point_of, problem_of, way_of
from sim import files, units
from sim.bundle import shown
from sim.files import Where, locate, refuse
from sim.network import Network

SPEED = "25 km/h"
"""No column marches faster (assumption)."""
FASTEST, SLOWEST = 10_000.0, 0.01  # km/h: no critical speed is looked for beyond

_MINUTE = timedelta(minutes=1)


class Clash(NamedTuple):
    """Claims that cannot all hold, though any but one can; and the assumptions without which they could.

    `holds_from` is the speed (km/h) from which on they hold, where speed is one of these and there is one.
    """

    claims: tuple[Claim, ...]
    assumptions: tuple[str, ...]
    holds_from: float | None


class Event(NamedTuple):
    """An event of a column: its reported interval (None: no claim), and the one that the rest implies (UTC)."""

    event: str
    column: str | None
    reported: tuple[datetime, datetime] | None
    earliest: datetime | None
    latest: datetime | None

    @property
    def narrower(self) -> bool:
        """Whether the implied interval leaves out a minute or more of the reported one."""
        if self.reported is None or self.earliest is None or self.latest is None:
            return False
        return self.earliest - self.reported[0] >= _MINUTE or self.reported[1] - self.latest >= _MINUTE


class Pace(NamedTuple):
    """The least highest speed (km/h) at which a column's kept claims hold, and the claims that need it."""

    column: str
    speed: float
    claims: tuple[str, ...]


class Audit(NamedTuple):
    """What an audit found; `named` are the pairs the record itself calls contradictory: of time or not."""

    record: Record
    terms: Terms
    columns: tuple[str, ...]
    clashes: tuple[Clash, ...]
    capped: bool
    left_out: tuple[Claim, ...]
    events: tuple[Event, ...]
    paces: tuple[Pace, ...]
    named: tuple[tuple[str, str, bool], ...]


def audited(folder: Path | None, network: Network, speed: str = SPEED, *, by_night: bool = False) -> Audit:
    """The audit of a record's folder (None: the bundled one) on a network. Raises FaultyInput."""
    terms = Terms(_speed(speed), not by_night)
    record = load_record(folder, network.places)
    ways = _ways(record, network, folder or HOME)
    return audit(record, ways, network, terms)


def audit(record: Record, ways: Mapping[str, Way], network: Network, terms: Terms) -> Audit:
    """The audit of a record whose columns have known ways, under some terms."""
    bench = _Bench(record, ways, network, terms)
    clashes: list[Clash] = []
    gone: set[str] = set()
    capped = False
    weights = {claim.id: record.weights[claim.kind] for claim in record.claims}
    for part in temporal.parts(bench.problem()):
        sets, more = temporal.contradictions(part)
        clashes += [bench.clash(part, found) for found in sets]
        gone |= temporal.left_out(part, sets, weights) if sets else set()
        capped |= more
    rank = {claim.id: index for index, claim in enumerate(record.claims)}
    clashes.sort(key=lambda clash: [rank[claim.id] for claim in clash.claims])
    kept = [claim.id for claim in record.claims if claim.id not in gone]
    return Audit(
        record,
        terms,
        tuple(ways),
        tuple(clashes),
        capped,
        tuple(claim for claim in record.claims if claim.id in gone),
        _events(record, temporal.implied(bench.problem(), kept)),
        tuple(pace for column in ways if (pace := bench.pace(column, kept)) is not None),
        _named(record, clashes),
    )


def _speed(text: str) -> float:
    """The speed of --speed in km/h. Raises FaultyInput."""
    where = Where(f"--speed {text}", 0)
    try:
        speed = units.quantity(text, "speed")
    except ValueError as error:
        refuse(where, str(error))
    if not SLOWEST <= speed <= FASTEST:
        refuse(where, f"{text!r} is out of range; {SLOWEST:g} to {FASTEST:g} km/h would be right")
    return speed


def _ways(record: Record, network: Network, home: Path) -> dict[str, Way]:
    """The way of each column that has a route. Raises FaultyInput at the route that has no road."""
    found: dict[str, Way] = {}
    for index, route in enumerate(record.routes):
        try:
            found[route.column] = way_of(route, network)
        except ValueError as error:
            path = home / "routes.yaml"
            where = locate(files.read(path), ("routes", index, "places"))
            refuse(where or Where(shown(path), 0), f"places: {error}; places joined by roads would be right")
    return found


class _Bench(NamedTuple):
    """What the trials of an audit have in common."""

    record: Record
    ways: Mapping[str, Way]
    network: Network
    terms: Terms

    def problem(self, terms: Terms | None = None) -> Problem:
        """The record's temporal problem, under other terms if they are given."""
        return problem_of(self.record, self.ways, self.network, terms or self.terms)

    def holds(self, labels: Sequence[str] | frozenset[str], terms: Terms) -> bool:
        """Whether some claims can hold together under some terms."""
        return temporal.contradiction(self.problem(terms), labels) is None

    def clash(self, part: Problem, labels: frozenset[str]) -> Clash:
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
        return Clash(claims, tuple(needed), fast)

    def least_speed(self, labels: Sequence[str] | frozenset[str], most: float) -> float | None:
        """The least speed up to one (km/h) at which claims hold together; None if there is none."""
        if not self.holds(labels, self.terms._replace(speed=most)):
            return None
        low, high = SLOWEST, most
        while high - low > 1e-4 * high:
            middle = (low * high) ** 0.5
            if self.holds(labels, self.terms._replace(speed=middle)):
                high = middle
            else:
                low = middle
        return high

    def pace(self, column: str, kept: Sequence[str]) -> Pace | None:
        """The pace that the kept claims about a column ask for, None if the slowest would do."""
        own = {claim.id for claim in self.record.claims if claim.column == column}
        labels = [label for label in kept if label in own]
        speed = self.least_speed(labels, self.terms.speed or FASTEST)
        if speed is None:
            return None
        slower = self.problem(self.terms._replace(speed=speed * 0.999))
        core = temporal.contradiction(slower, labels)
        if core is None:
            return None
        needed = temporal.minimal(slower, core)
        return Pace(column, speed, tuple(label for label in labels if label in needed))


def _events(record: Record, implied: Mapping[str, Interval]) -> tuple[Event, ...]:
    """Every point with its reported and its implied interval, in order of time."""
    told: dict[tuple[str, str | None], list[Claim]] = {}
    for claim in record.claims:
        if not claim.recurs and not is_stay(claim):
            told.setdefault((claim.event, claim.column), []).append(claim)
    names = {point_of(*key): key for key in told}
    columns = {claim.column for claim in record.claims}
    found = []
    for point, (low, high) in implied.items():
        event, column = names.get(point) or _unreported(point, columns)
        reported = union(told[event, column]) if point in names else None
        edges = (None if low is None else _minute(low), None if high is None else _minute(high))
        found.append(Event(event, column, reported, *edges))
    return tuple(sorted(found, key=_when))


def _unreported(point: str, columns: set[str | None]) -> tuple[str, str | None]:
    """The event and column of a point that no claim is about: an end of a stay."""
    return next(
        (event, column)
        for column in sorted(columns, key=str)
        if point == point_of(event := point.partition(" ")[0], column)
    )


def _when(event: Event) -> tuple[bool, float, str]:
    edges = [*(event.reported or ()), event.earliest, event.latest]
    first = next((edge.timestamp() for edge in [event.earliest, *edges] if edge is not None), 0.0)
    return first == 0.0, first, point_of(event.event, event.column)


def _minute(time: int) -> datetime:
    """The whole minute nearest to a time (ms)."""
    return (moment_of(time) + _MINUTE / 2).replace(second=0, microsecond=0)


def _named(record: Record, clashes: Sequence[Clash]) -> tuple[tuple[str, str, bool], ...]:
    """The pairs of claims that the record calls contradictory, and whether a set found has both."""
    sets = [{claim.id for claim in clash.claims} for clash in clashes]
    rank = {claim.id: index for index, claim in enumerate(record.claims)}
    pairs = chain.from_iterable(
        ((claim.id, other) for other in claim.contradicted_by if rank[claim.id] < rank[other])
        for claim in record.claims
    )
    return tuple((one, other, any({one, other} <= found for found in sets)) for one, other in pairs)
