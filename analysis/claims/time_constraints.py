"""The record as a temporal problem: claims, roads and daylight as bounds between points in time.

An event of a column is a point, a claim bounds it by its interval. One that ends at midnight ends with the
day before, so that reports of two successive days share no moment. Claims with `recurs` make no point.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from analysis.claims.temporal_network import ORIGIN, Bound, Problem, Window
from sim.record.record import Record
from sim.record.rows import Claim, Route
from sim.scenario.network import Network, Place
from sim.scenario.sun import sun_table
from sim.state.rows import NEVER

COMES, LEAVES = ("arrival", "capture", "contact"), ("departure", "go")
"""Events that put a column's head at a place of its way: it comes there, it leaves."""
HOUR_MS = 3_600_000  # ms
STAY = "stay"
MIDNIGHT = time()

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)

ClaimedStay = tuple[Claim, str, str]
"""A claim about a stay that gives hours, and the events that begin and end it."""
Lengths = Mapping[str, float]
"""The places along a column's way and their road-km from its beginning; none that it passes twice."""


class Terms(NamedTuple):
    """What is assumed beside the claims: a highest speed (km/h; None: any), daylight, roads at all."""

    speed: float | None
    daylight: bool = True
    roads: bool = True


class Spot(NamedTuple):
    """A point that puts a column's head between two road-km of its way, if the labels are kept."""

    point: str
    low: float
    high: float
    leaves: bool
    labels: frozenset[str]


def ticks(moment: datetime) -> int:
    """A moment in ms."""
    return (moment - _EPOCH) // _TICK


def moment_of(ticks: int) -> datetime:
    """The moment (UTC) of a time in ms."""
    return _EPOCH + ticks * _TICK


def point_of(event: str, column: str | None) -> str:
    """The name of the point of an event, as `town:capture (north)`."""
    return event if column is None else f"{event} ({column})"


def way_of(route: Route, network: Network) -> Lengths:
    """The way of a route along the network. Raises ValueError if no road leads from a place to the next."""
    path = network.path(*route.places)
    marks = [0.0, *(leg.start_km + leg.km for leg in network.legs(path))]
    return {place: km for place, km in zip(path, marks, strict=True) if path.count(place) == 1}


def problem_of(record: Record, ways: Mapping[str, Lengths], network: Network, terms: Terms) -> Problem:
    """The temporal problem of a record under some terms; its labels are the ids of the claims."""
    point_claims, stays = _points_and_stays(record)
    bounds = [bound for claim in point_claims for bound in _interval(claim)]
    bounds += [bound for stay in stays for bound in _duration(*stay)]
    if terms.roads:
        for column, way in ways.items():
            spots = list(_spots(point_claims, column, way))
            spots += [spot for stay in stays if stay[0].column == column for spot in _ends(stay, way)]
            bounds += _roads(list(dict.fromkeys(spots)), terms.speed)
    windows = {
        point: daylight(network.places[event.partition(":")[0]])
        for point, (event, column) in points_of(record).items()
        if terms.daylight and column is not None and _what(event) in LEAVES
    }
    return Problem(tuple(bounds), windows, tuple(claim.id for claim in record.claims if not claim.recurs))


def points_of(record: Record) -> dict[str, tuple[str, str | None]]:
    """The event and column of every point: of the claims, and of the ends of stays."""
    point_claims, stays = _points_and_stays(record)
    keys = [(claim.event, claim.column) for claim in point_claims]
    keys += [(event, claim.column) for claim, *events in stays for event in events]
    return {point_of(*key): key for key in keys}


def makes_point(claim: Claim) -> bool:
    """Whether a claim's interval is that of a point: of something that neither lasts nor is a stay."""
    return not claim.recurs and _what(claim.event) != STAY


def _points_and_stays(record: Record) -> tuple[list[Claim], list["ClaimedStay"]]:
    """The claims that make points, and the stays."""
    point_claims = [claim for claim in record.claims if makes_point(claim)]
    known = {(claim.event, claim.column) for claim in point_claims}
    return point_claims, list(_stays(record.claims, known))


def _what(event: str) -> str:
    return event.partition(":")[2]


def _interval(claim: Claim) -> Iterator[Bound]:
    """The interval of a claim as two bounds."""
    point, label = point_of(claim.event, claim.column), frozenset({claim.id})
    closes = claim.latest.time() == MIDNIGHT and claim.latest > claim.earliest
    yield Bound(start=ORIGIN, end=point, least=ticks(claim.earliest), labels=label)
    yield Bound(start=point, end=ORIGIN, least=-(ticks(claim.latest) - closes), labels=label)


# --- durations -------------------------------------------------------------------------------------------


def _stays(claims: Iterable[Claim], reported: set[tuple[str, str | None]]) -> Iterator[ClaimedStay]:
    """The stays; an end that is reported nowhere is an arrival or a departure."""
    for claim in claims:
        hours = {"hours_at_least", "hours_at_most"} & claim.numbers.keys()
        if _what(claim.event) == STAY and not claim.recurs and hours:
            place = claim.event.partition(":")[0]
            ends = []
            for words in (COMES[:2], LEAVES):
                known = [f"{place}:{word}" for word in words if (f"{place}:{word}", claim.column) in reported]
                ends.append(known[0] if known else f"{place}:{words[0]}")
            yield claim, ends[0], ends[1]


def _duration(claim: Claim, comes: str, leaves: str) -> Iterator[Bound]:
    """The hours of a stay as bounds of departure minus arrival; of a range, what it leaves open at most."""
    start, end = point_of(comes, claim.column), point_of(leaves, claim.column)
    label = frozenset({claim.id})
    if "hours_at_least" in claim.numbers:
        yield Bound(start=start, end=end, least=claim.numbers["hours_at_least"][0] * HOUR_MS, labels=label)
    if "hours_at_most" in claim.numbers:
        yield Bound(start=end, end=start, least=-claim.numbers["hours_at_most"][1] * HOUR_MS, labels=label)


def _ends(stay: ClaimedStay, way: Lengths) -> Iterator[Spot]:
    """The two ends of a stay on a way; those that no claim reports stand at the place itself."""
    claim, *events = stay
    km = way.get(claim.event.partition(":")[0])
    if km is not None:
        for event in events:
            point = point_of(event, claim.column)
            yield Spot(point=point, low=km, high=km, leaves=_what(event) in LEAVES, labels=frozenset())


# --- roads -----------------------------------------------------------------------------------------------


def _spots(claims: Sequence[Claim], column: str, way: Lengths) -> Iterator[Spot]:
    """Where the events of a column put its head: at their place, or as far short of it as claims say."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.column == column and _what(claim.event) in (*COMES, *LEAVES):
            groups[claim.event].append(claim)
    for event, group in groups.items():
        place, _, what = event.partition(":")
        short = [(claim, *span) for claim in group if (span := _short_of(claim, place, way)) is not None]
        point, leaves = point_of(event, column), what in LEAVES
        for claim, low, high in short:
            yield Spot(point=point, low=low, high=high, leaves=leaves, labels=frozenset({claim.id}))
        if not short and place in way:
            yield Spot(point=point, low=way[place], high=way[place], leaves=leaves, labels=frozenset())


def _short_of(claim: Claim, place: str, way: Lengths) -> tuple[float, float] | None:
    """The road-km that a claim's number `km_from_X` names: short of its own place, or of one of the way."""
    for other, km in way.items():
        if f"km_from_{other}" in claim.numbers and (other == place or place not in way):
            nearest, farthest = claim.numbers[f"km_from_{other}"]
            return max(0.0, km - farthest), max(0.0, km - nearest)
    return None


def _roads(spots: Sequence[Spot], speed: float | None) -> Iterator[Bound]:
    """Each spot follows those before it on the way by the road between them at the speed (km/h)."""
    for first in spots:
        for then in spots:
            gap = then.low - first.high
            same = gap == 0.0 and first.low == first.high and not first.leaves and then.leaves
            if first.point != then.point and (gap > 0.0 or same):
                least = 0 if speed is None else int(gap / speed * HOUR_MS)
                yield Bound(start=first.point, end=then.point, least=least, labels=first.labels | then.labels)


# --- daylight --------------------------------------------------------------------------------------------


def daylight(place: Place) -> Window:
    """The days at a place, each from first light (civil dawn) to sunset, as a window."""

    def up(time: int) -> int:
        turns = _turns(place, time)
        begun = [light for at, light in turns if at <= time]
        if begun[-1:] == [True] or (time, False) in turns:
            return time
        return min((at for at, light in turns if light and at > time), default=time)

    def down(time: int) -> int:
        earlier = (at for at, _ in _turns(place, time) if at < time)
        return time if up(time) == time else max(earlier, default=time)

    return Window(up, down)


def _turns(place: Place, time: int) -> list[tuple[int, bool]]:
    """First lights (True) and sunsets (False) at a place in the days about a time (ms).

    There are none where it stays dark so long: a report of such a place is held to no daylight.
    """
    today = moment_of(time).date()
    turns: list[tuple[int, bool]] = []
    for day in (today + timedelta(days=n) for n in range(-2, 3)):
        (row,) = sun_table((day,), place.lat, place.lon)
        if row.dawn != NEVER:
            start = ticks(datetime.combine(day, MIDNIGHT, UTC))
            turns += [(start + int(row.dawn * HOUR_MS), True), (start + int(row.sunset * HOUR_MS), False)]
    return sorted(turns)
