"""The road network: places with positions, roads with lengths, great circles and range circles.

Positions are degrees on WGS84, lengths kilometres; longitudes of a network run on across 180 degrees. Every
position carries its error and every road the kind of evidence behind its length. A radius is measured along
great circles, not along roads.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import atan2, cos, degrees, floor, radians, sin
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

import networkx as nx
from pydantic import BeforeValidator, Field
from pyproj import Geod

from sim.files import units
from sim.files.case import BUNDLED, Case
from sim.files.fields import Label, Name, Number, StrictModel, Words, checked, for_readers
from sim.files.paths import display_path
from sim.files.yaml_tree import Faults, Map, Text, Where, nearest, read_text, refuse

GEOD = Geod(ellps="WGS84")
LENGTH_ERROR = {"reported": 0.05, "derived": 0.08, "estimate": 0.12, "guess": 0.25}
"""How far a road's length may be off, as a share of it, by the evidence behind it (assumption)."""

_SOLVED_TO = 1e-9  # km


_UNKNOWN = ("na", "n/a", "nan", "null", "none", "unknown", "-", "?", "~", ".")
"""What other programs write into a cell of which nothing is known."""


def _people(value: object) -> int | None:
    if str(value).strip().lower() in _UNKNOWN:
        raise ValueError(f"{str(value)!r} is not a whole number; expected an empty cell")
    count = units.whole(str(value)) if str(value) else None
    if count is not None and count < 0:
        raise ValueError(f"{count} is out of range; expected 0 or more")
    return count


class Place(StrictModel):
    """A place: a position (degrees, WGS84) with its error (km), and the people of its commune if counted."""

    id: Name
    name: Annotated[Label, for_readers("Maps and tables show it.")]
    lat: Annotated[Number, Field(ge=-90, le=90)]
    lon: Annotated[Number, Field(ge=-180, le=180)]
    position_error_km: Annotated[
        Number, Field(ge=0, le=100), for_readers("Lengths of roads are checked by it.")
    ]
    position: Annotated[Literal["gazetteer", "computed"], for_readers()]
    kind: Annotated[
        Literal["town", "village", "locality", "well", "wadi", "airfield"],
        for_readers("Drones and airlifts need an airfield; maps draw it."),
    ]
    region: Annotated[Label, for_readers()]
    people: Annotated[
        int | None,
        BeforeValidator(_people),
        for_readers("What a scenario says of a town is held against it."),
    ]
    note: Annotated[Words, for_readers()]
    source: Annotated[Words, for_readers()]


class Road(StrictModel):
    """A road between two places: its length (km), the evidence for it, its surface and its section."""

    from_: Annotated[Name, Field(alias="from")]
    to: Name
    section: Name
    km: Annotated[Number, Field(gt=0, le=2_000)]
    evidence: Annotated[
        Literal["reported", "derived", "estimate", "guess"],
        for_readers("Lengths are checked by it."),
    ]
    surface: Literal["tar", "laterite", "piste", "desert track"]  # the slower, the farther on in this list
    terrain: Annotated[str, for_readers("No rule knows of it.")]
    source: Annotated[Words, for_readers()]

    @property
    def length_error(self) -> float:
        """How far the length may be off, as a share of it."""
        return LENGTH_ERROR[self.evidence]


class Leg(NamedTuple):
    """A road as an itinerary takes it: its index, the direction, and the road-km at which it begins."""

    road: int
    start: str
    end: str
    start_km: float
    km: float


class NetworkLines(NamedTuple):
    """The lines of a network's places by their ids, and of its roads in order."""

    places: Mapping[str, Where]
    roads: tuple[Where, ...]


@dataclass(frozen=True)
class Network:
    """Places by id and roads in order, checked against each other; `lines` say where each stands."""

    places: Mapping[str, Place]
    roads: tuple[Road, ...]
    lines: NetworkLines | None = field(default=None, compare=False, repr=False)

    @cached_property
    def meridian(self) -> float:
        """The longitude of its places' mean direction from the earth's axis, above -180 up to 180 degrees."""
        angles = [radians(place.lon) for place in self.places.values()]
        lon = degrees(atan2(sum(map(sin, angles)), sum(map(cos, angles))))
        return round(lon, 6) if lon > -180.0 else 180.0

    @property
    def zone(self) -> int:
        """Its time zone less UTC: the whole number of hours that is nearest to its meridian."""
        return round(self.meridian / 15.0)

    def unwrapped(self) -> "Network":
        """The same, with longitudes (beyond 180 degrees, if need be) that leave no seam within it."""
        places = {
            name: place.model_copy(update={"lon": unwrapped(place.lon, self.meridian)})
            for name, place in self.places.items()
        }
        return replace(self, places=places)

    def span(self, leg: Leg) -> tuple[float, float]:
        """Degrees of latitude and longitude from a leg's start to its end, the short way round."""
        a, b = self.places[leg.start], self.places[leg.end]
        return b.lat - a.lat, unwrapped(b.lon - a.lon, 0.0)

    def graph(self) -> "nx.Graph[str]":
        """The network as an undirected graph of places; edges have a road's length, `km`, and `index`."""
        return self._graph.copy()

    @cached_property
    def _graph(self) -> "nx.Graph[str]":
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.places)
        for index, road in enumerate(self.roads):
            graph.add_edge(road.from_, road.to, km=road.km, index=index)
        return graph

    def great_circle(self, start: str, end: str) -> float:
        """The distance between two places in km (geodesic on WGS84)."""
        a, b = self.places[start], self.places[end]
        return _distance(a.lat, a.lon, b.lat, b.lon)

    def path(self, *stops: str, shut: Collection[Sequence[str]] = ()) -> list[str]:
        """The places on the shortest way by road through the stops, without the roads between some places.

        Raises ValueError if there is none.
        """
        way, graph = [stops[0]], self._graph
        if shut:
            graph = self.graph()
            graph.remove_edges_from(tuple(ends) for ends in shut)
        for start, end in pairwise(stops):
            try:
                way += nx.shortest_path(graph, start, end, weight="km")[1:]
            except nx.NetworkXNoPath:
                raise ValueError(f"no road leads from {start} to {end}") from None
        return way

    def legs(self, path: Iterable[str]) -> list[Leg]:
        """The roads along a path of neighbouring places, with their road-km from its beginning."""
        legs: list[Leg] = []
        km = 0.0
        for start, end in pairwise(path):
            road = self._graph.edges[start, end]["index"]
            legs.append(Leg(road=road, start=start, end=end, start_km=km, km=self.roads[road].km))
            km += self.roads[road].km
        return legs

    def road_km(self, *stops: str) -> float:
        """The length of the shortest way by road through the stops, km."""
        return sum(leg.km for leg in self.legs(self.path(*stops)))

    def road_distances(self, places: Iterable[str] | None = None) -> dict[str, dict[str, float]]:
        """The shortest way by road between every two of some places, km (default: of all).

        Places without a way are left out.
        """
        wanted = dict.fromkeys(self.places if places is None else places)
        distances = {}
        for start in wanted:
            ends = nx.single_source_dijkstra_path_length(self._graph, start, weight="km")
            distances[start] = {end: to_mm(km) for end, km in ends.items() if end in wanted}
        return distances

    def point(self, leg: Leg, km: float) -> tuple[float, float]:
        """Latitude and longitude at a road-km of a leg, on the straight line between its ends."""
        start, share = self.places[leg.start], (km - leg.start_km) / leg.km
        north, east = self.span(leg)
        return start.lat + share * north, start.lon + share * east

    def crossings(self, path: Iterable[str], base: str, radius: float) -> list[float]:
        """The road-km from the beginning of a path at which it crosses a circle (km) round a base.

        Each leg is sampled every kilometre or so for a change of side, which is then solved for by bisection.
        """
        distances: list[float] = []
        for leg in self.legs(path):
            steps = max(2, round(leg.km) + 1)
            marks = [leg.start_km + leg.km * i / steps for i in range(steps + 1)]
            sides = [self._range(leg, km, base) - radius for km in marks]
            distances += [
                self._solve(leg, marks[i], marks[i + 1], base, radius)
                for i in range(steps)
                if (sides[i] <= 0) != (sides[i + 1] <= 0)
            ]
        return distances

    def _range(self, leg: Leg, km: float, base: str) -> float:
        lat, lon = self.point(leg, km)
        return _distance(self.places[base].lat, self.places[base].lon, lat, lon)

    def _solve(self, leg: Leg, low: float, high: float, base: str, radius: float) -> float:
        inside_at_low = self._range(leg, low, base) <= radius
        while high - low > _SOLVED_TO:
            middle = (low + high) / 2
            if middle in (low, high):
                break
            if (self._range(leg, middle, base) <= radius) == inside_at_low:
                low = middle
            else:
                high = middle
        return to_mm((low + high) / 2)


def unwrapped(lon: float, about: float) -> float:
    """A longitude as the number within 180 degrees of another one's."""
    return lon - 360.0 * floor((lon - about + 180.0) / 360.0)


def _distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    return to_mm(float(GEOD.inv(lon1, lat1, lon2, lat2)[2]) / 1000)


def to_mm(km: float) -> float:
    """A length that a library gives, to the millimetre: its last bits differ between machines."""
    return round(km, 6)


def load_network(case: Case = BUNDLED, *, folder: Path | None = None) -> Network:
    """The network of `places.csv` and `roads.csv` of a case, or of another folder.

    Raises FaultyInput with every fault of both files.
    """
    folder, faults = folder or case.path("params", "network"), Faults()
    places, known = _rows(folder / "places.csv", Place, faults)
    roads, _ = _rows(folder / "roads.csv", Road, faults)
    lines = NetworkLines({place.id: where for where, place in places}, tuple(where for where, _ in roads))
    network = Network({place.id: place for _, place in places}, tuple(road for _, road in roads), lines)
    _note_alike(places, faults)
    _note_loose(roads, known, faults)
    if not faults:
        _note_short(roads, network, faults)
    faults.refuse()
    return network.unwrapped()


NetworkRow = TypeVar("NetworkRow", Place, Road)


def _rows(
    path: Path, schema: type[NetworkRow], faults: Faults
) -> tuple[list[tuple[Where, NetworkRow]], list[str] | None]:
    """The rows of a CSV file that fit their schema, with their lines, and the ids of all; none if no table.

    Faults are noted.
    """
    file, wanted = display_path(path), [field.alias or key for key, field in schema.model_fields.items()]
    rows: list[tuple[Where, NetworkRow]] = []
    ids: list[str] = []
    with faults:
        text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
        for where, cells in _table(text, file, wanted):
            tree = Map(where)
            for key, cell in zip(wanted, cells, strict=False):
                tree.put(key, Text(cell, where), where)
            ids += [str(tree["id"])] if "id" in tree else []
            with faults:
                if len(cells) != len(wanted):
                    refuse(where, f"has {len(cells)} cells; expected {len(wanted)}")
                rows.append((where, checked(tree, schema)))
        return rows, ids
    return [], None


def _table(text: str, file: str, wanted: list[str]) -> Iterator[tuple[Where, list[str]]]:
    """The rows of a CSV text below its header, with the lines at which they begin. Raises FaultyInput."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader, [])
        if header != wanted:
            message = f"the columns are {','.join(header)!r}; expected {','.join(wanted)!r}"
            refuse(Where(file, 1), message)
        begins = reader.line_num + 1
        for cells in reader:
            where, begins = Where(file, begins), reader.line_num + 1
            yield where, cells
    except csv.Error as error:
        message = f"is not a CSV table here: {error}; expected commas between cells"
        refuse(Where(file, reader.line_num), message)


def _note_alike(places: Iterable[tuple[Where, Place]], faults: Faults) -> None:
    """Two places of one id or one name."""
    for what in ("id", "name"):
        first: dict[str, Where] = {}
        for where, place in places:
            before = first.setdefault(value := getattr(place, what), where)
            if before != where:
                message = f"the {what} {value!r} stands on line {before.line} too; expected once"
                faults.note(where, message)


def _note_short(roads: Iterable[tuple[Where, Road]], network: Network, faults: Faults) -> None:
    """Roads shorter than the great circle between their ends, all errors of both allowed for."""
    for where, road in roads:
        straight = network.great_circle(road.from_, road.to)
        least = straight - sum(network.places[end].position_error_km for end in (road.from_, road.to))
        if road.km * (1 + road.length_error) < least:
            message = f"the road {road.from_}-{road.to} of {road.km:g} km is shorter than the great circle"
            faults.note(where, f"{message} between its ends; expected {straight:.0f} km or more")


def _note_loose(roads: Iterable[tuple[Where, Road]], places: Collection[str] | None, faults: Faults) -> None:
    """Roads that end nowhere, lead back to where they began, or stand twice."""
    seen: dict[frozenset[str], Where] = {}
    for where, road in roads:
        for end in (road.from_, road.to):
            if places is not None and end not in places:
                hint = nearest(end, filter(str.isidentifier, places), "list places")
                faults.note(where, f"{end!r} is not a place; {hint}")
        pair = frozenset((road.from_, road.to))
        before = seen.setdefault(pair, where)
        if len(pair) == 1:
            faults.note(where, f"the road leads from {road.to!r} to itself")
        elif before != where:
            message = f"a road {road.from_}-{road.to} stands on line {before.line} too; expected once"
            faults.note(where, message)
