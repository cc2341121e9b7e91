"""What is valid in a scenario and may yet not be meant; refused by nothing but --strict.

Each function looks at one thing. Bounds are assumptions; each says what it is taken from.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from sim.files.case_file import NO_SIDE
from sim.files.notes import alike, long_texts, twice
from sim.files.yaml_tree import Fault, locate
from sim.scenario.draft import Draft
from sim.scenario.schema import EVERY_PLACE, Column, Drone
from sim.state.kinds import Side

FieldPath = tuple[str | int, ...]
"""Keys and indices from the top of the file."""
Note = tuple[FieldPath, str]
"""Where it stands, and what is seen there."""
NoteSource = Callable[[Draft], Iterator[Note]]

CROWD = 60
"""Persons a vehicle, the seats of a coach or a large lorry."""
CORPS = 100_000
"""Persons of a serial or a garrison: a corps; the model is one of columns of some hundreds."""
ON_FOOT = 1_000
"""Persons of a garrison with hardly a vehicle: a battalion or two."""
LIFT = 5_000
"""Persons flown in within a night: some fifty flights of the largest transports."""
MOST_RADIUS, LEAST_RADIUS = 1_000.0, 1.0
"""Radii (km) of a drone's control: beyond any line of sight or relay between aircraft, and within a walk."""
SLOW = 20.0
"""Of a cruise (km/h): no aircraft stays up at less."""
SHORT_GAP, LONG_GAP = 0.005, 1.0
"""From one vehicle to the next (km): the length of a vehicle, and more than a driver sees."""
LONG_WAIT = 24.0
"""From one serial to the next (h): a day; later ones are columns of their own."""
LEAST_AIRBORNE = 0.02
"""The least share of its time that an aircraft is in the air: half an hour a day."""
CENSUS = 3.0
"""How many times the people of its commune by the network's count a town may have: wars fill towns."""


def notes(draft: Draft) -> list[Fault]:
    """All that is noted of a scenario whose fields and references are valid."""
    seen = chain.from_iterable(look(draft) for look in NOTED)
    return [
        *(Fault(locate(draft.tree, loc), message) for loc, message in seen),
        *_alike(draft),
        *long_texts(draft.tree),
    ]


# --- who is with whom ---------------------------------------------------------------------------------------


def _homes(draft: Draft) -> Iterator[Note]:
    """Groups whose home is a refuge without their having withdrawn there."""
    scenario = draft.scenario
    for i, group in enumerate(scenario.groups):
        if group.home in scenario.refuges and not group.withdrawn:
            message = f"{group.home!r}, the home of {group.id}, is a refuge too: it starts ready to fight"
            yield ("groups", i, "home"), f"{message}; 'withdrawn: true' would start it withdrawn"


def _refuges(draft: Draft) -> Iterator[Note]:
    """Refuges that a side holds to which groups that may withdraw are hostile."""
    scenario = draft.scenario
    fighting = [group for group in scenario.groups if group.role == "fighting"]
    for i, refuge in enumerate(scenario.refuges):
        holder = scenario.holders.get(refuge, NO_SIDE)
        foes = [group.id for group in fighting if holder in group.hostile_to]
        if foes:
            message = f"the refuge {refuge!r} is held by {holder} at the start, an enemy of"
            yield ("refuges", i), f"{message} {', '.join(foes)}; another one would be likely"


def _holders(draft: Draft) -> Iterator[Note]:
    """Towns that one side is said to hold and another has a garrison in."""
    posts = {garrison.place: garrison for garrison in draft.scenario.garrisons}
    for i, town in enumerate(draft.scenario.towns):
        post = posts.get(town.place)
        if post and post.side != town.held_by:
            message = f"{town.place!r} has a garrison, {post.id}: it starts held by {post.side}"
            yield ("towns", i, "held_by"), f"{message}, and {town.held_by!r} counts for nothing"


def _hostility(draft: Draft) -> Iterator[Note]:
    """Groups hostile to their own side, or to nobody."""
    home_side = draft.sides[Side.CONTESTING].side
    others = " or ".join(repr(side.side) for side in draft.sides if side.side != home_side)
    for i, group in enumerate(draft.scenario.groups):
        at = ("groups", i, "hostile_to")
        if not group.hostile_to and not group.mines:
            yield at, f"{group.id} is hostile to nobody: no column meets it; {others} would be likely"
        elif home_side in group.hostile_to:
            yield at, f"{group.id} is of {home_side}, and hostile to {home_side}; {others} would be likely"


def _mines(draft: Draft) -> Iterator[Note]:
    """Mines that strike nobody, laid for a side of which no column marches; and mines that nobody lays."""
    sides = {column.side for column in draft.scenario.columns}
    march = f"columns of {' and '.join(sorted(sides))} march" if sides else "no column marches"
    for i, group in enumerate(draft.scenario.groups):
        for j, side in enumerate(group.mines):
            if side not in sides:
                yield (
                    ("groups", i, "mines", j),
                    f"{group.id} lays mines for {side}, and strikes nobody: {march}",
                )
    yield from _unlaid(draft)


def _unlaid(draft: Draft) -> Iterator[Note]:
    """Milestones of mines, of sides for whose columns nobody lays any; one a side.

    A scenario without such a milestone asks for no mines, and may mean to have none.
    """
    scenario = draft.scenario
    if scenario.rules.mines == "everywhere" or "mines" in scenario.rules.without:
        return
    columns = {column.id: column for column in scenario.columns}
    met = {side for group in scenario.groups for side in group.mines}
    for i, milestone in enumerate(scenario.milestones):
        column = columns.get(milestone.column or "")
        reports = column.mines_reported if column and milestone.event == "mine" else 1.0
        if column and milestone.event in ("mine", "mine_found") and reports > 0.0 and column.side not in met:
            met.add(column.side)
            nobody = f"no group lays mines for {column.side}: its columns meet none"
            message = f"{nobody}, and {milestone.id!r} never comes"
            yield ("milestones", i, "id"), f"{message}; a group's 'mines: [{column.side}]' would lay some"


def _starts(draft: Draft) -> Iterator[Note]:
    """Columns that set out from a place that an enemy holds at the start."""
    enemies = {draft.sides[Side.ADVANCING].side, draft.sides[Side.CONTESTING].side}
    for i, column in enumerate(draft.scenario.columns):
        holder = draft.scenario.holders.get(column.from_, NO_SIDE)
        if holder != column.side and {holder, column.side} == enemies:
            message = (
                f"{column.id} of {column.side} sets out from {column.from_!r}, which is held by {holder}"
            )
            yield ("columns", i, "from"), f"{message}; a place that {column.side} holds would be likely"


def _shares(draft: Draft) -> Iterator[Note]:
    """Groups for which the shares of others leave nothing."""
    groups = [(i, group) for i, group in enumerate(draft.scenario.groups) if group.role != "local"]
    if sum(group.share or 0.0 for _, group in groups) >= 1.0 - 1e-9:
        for i, group in groups:
            if group.share is None:
                message = f"the shares of the other groups leave {group.id} no fighters"
                yield ("groups", i, "id"), f"{message}; less than 1 in all would be likely"


# --- numbers ------------------------------------------------------------------------------------------------


def _crews(draft: Draft) -> Iterator[Note]:
    """Serials and garrisons of more persons than their vehicles carry; serials with too few to drive."""
    for i, column in enumerate(draft.scenario.columns):
        for j, serial in enumerate(column.serials):
            (persons, most), (fewest, vehicles) = serial.persons, serial.vehicles
            at = ("columns", i, "serials", j)
            if persons > CROWD * vehicles:
                message = f"{serial.id} of {column.id} has {persons:,} persons in {_vehicles(vehicles)}"
                yield (*at, "persons"), f"{message}; {CROWD} a vehicle at most would be likely"
            elif fewest > most:
                message = f"{serial.id} of {column.id} has {_vehicles(fewest)} and {most:,} persons to drive"
                yield (*at, "vehicles"), f"{message}; a person a vehicle at least would be likely"
    for i, post in enumerate(draft.scenario.garrisons):
        persons, vehicles = post.persons[0], post.vehicles[1]
        if persons > max(ON_FOOT, CROWD * vehicles):
            message = f"{post.id} has {persons:,} persons and {_vehicles(vehicles)}"
            yield ("garrisons", i, "persons"), f"{message}; {CROWD} a vehicle at most would be likely"


def _vehicles(number: int) -> str:
    return f"{number:,} vehicles" if number > 1 else ("no vehicle", "1 vehicle")[number]


def _crowds(draft: Draft) -> Iterator[Note]:
    """Serials, garrisons and airlifts larger than there are."""
    s = draft.scenario
    sizes: list[tuple[FieldPath, str, int, int]] = [
        (("columns", i, "serials", j, "persons"), f"{row.id} of {column.id}", row.persons[0], CORPS)
        for i, column in enumerate(s.columns)
        for j, row in enumerate(column.serials)
    ]
    sizes += [
        (("garrisons", i, "persons"), row.id, row.persons[0], CORPS) for i, row in enumerate(s.garrisons)
    ]
    sizes += [(("airlifts", i, "persons"), row.id, row.persons[0], LIFT) for i, row in enumerate(s.airlifts)]
    for at, name, persons, most in sizes:
        if persons > most:
            night = " in one night" if most == LIFT else ""
            yield at, f"{name} has {persons:,} persons{night}; {most:,} at most would be likely"


def _gaps(draft: Draft) -> Iterator[Note]:
    """Vehicles that stand in each other or out of sight, and serials that set out on another day."""
    for i, column in enumerate(draft.scenario.columns):
        gap, wait = column.vehicle_gap, column.serial_gap
        if not SHORT_GAP <= gap <= LONG_GAP:
            right = f"{1000 * SHORT_GAP:g} m to {1000 * LONG_GAP:g} m would be likely"
            yield ("columns", i, "vehicle_gap"), f"the vehicles of {column.id} are {_km(gap)} apart; {right}"
        if len(column.serials) > 1 and wait > LONG_WAIT:
            message = f"the serials of {column.id} set out {wait:g} h after each other"
            yield ("columns", i, "serial_gap"), f"{message}; {LONG_WAIT:g} h at most would be likely"


def _radii(draft: Draft) -> Iterator[Note]:
    """Radii of drones that no drone of the kind has, true or believed in."""
    s = draft.scenario
    radii: list[tuple[FieldPath, str, float]] = [
        (("drones", i, "radius"), f"the radius of {row.id}", row.radius) for i, row in enumerate(s.drones)
    ]
    if s.belief:
        radii.append((("belief", "radius"), "the radius that the groups believe in", s.belief.radius))
    for at, name, radius in radii:
        if not LEAST_RADIUS <= radius <= MOST_RADIUS:
            yield at, f"{name} is {_km(radius)}; {LEAST_RADIUS:g} km to {MOST_RADIUS:,.0f} km would be likely"


def _flights(draft: Draft) -> Iterator[Note]:
    """Drones that cannot fly to where they are to be, and back, or are hardly ever in the air."""
    for i, drone in enumerate(draft.scenario.drones):
        reach, first = drone.cruise * drone.endurance / 2.0, max(_way(draft, drone) - drone.radius, 0.0)
        flight = f"{drone.id} flies {drone.endurance:g} h at {drone.cruise:g} km/h"
        message = f"{flight}: out and back it gets {_km(reach)}"
        longer = "a longer endurance or a faster cruise would be likely"
        airborne = drone.endurance / (drone.endurance + drone.turn_round)
        if reach <= max(first, LEAST_RADIUS):
            key = "cruise" if drone.cruise < SLOW else "endurance"
            yield ("drones", i, key), f"{message}, and no flight returns; {longer}"
        elif reach < drone.radius <= MOST_RADIUS:
            yield ("drones", i, "endurance"), f"{message} of its radius of {_km(drone.radius)}; {longer}"
        elif airborne < LEAST_AIRBORNE:
            message = f"{drone.id} is in the air {100 * airborne:.2g} % of the time, by its turn-round"
            right = f"{100 * LEAST_AIRBORNE:g} % or more would be likely"
            yield ("drones", i, "turn_round"), f"{message}; {right}"


def _way(draft: Draft, drone: Drone) -> float:
    """From a drone's airfield to its control station, km."""
    return draft.network.great_circle(drone.airfield, drone.station)


def _people(draft: Draft) -> Iterator[Note]:
    """Towns of far more people than the network counts there."""
    for i, town in enumerate(draft.scenario.towns):
        counted = draft.network.places[town.place].people
        if counted and town.people > CENSUS * counted:
            message = f"{town.people:,} people may leave {town.place!r}, where the network counts {counted:,}"
            yield ("towns", i, "people"), f"{message}; {int(CENSUS * counted):,} at most would be likely"


def _km(length: float) -> str:
    """A length (km) in words, in m if it is short."""
    if length >= 1.0:
        return f"{length:,.0f} km"
    return f"{1000.0 * length:.3g} m"


# --- lists --------------------------------------------------------------------------------------------------


def _stops(draft: Draft) -> Iterator[Note]:
    """Stops that are not in the order of the way."""
    for i, column in enumerate(draft.scenario.columns):
        way = draft.ways[column.id]
        stops = [] if column.stops == (EVERY_PLACE,) else list(dict.fromkeys(column.stops))
        if stops != (ordered := sorted(stops, key=way.index)):
            message = f"the stops of {column.id} are not in the order of its way, in which it takes them"
            yield ("columns", i, "stops"), f"{message}; [{', '.join(ordered)}] would be likely"


def _twice(draft: Draft) -> Iterator[Note]:
    """Columns that pass a place twice without an order to return."""
    for i, column in enumerate(draft.scenario.columns):
        way = draft.ways[column.id]
        again = next((place for j, place in enumerate(way) if place in way[:j]), None)
        if again is not None and all(order.do != "return" for order in column.orders):
            message = f"{column.id} comes to {again!r} twice on its way"
            yield ("columns", i, "via"), f"{message}; another order of 'via' and objectives would be likely"


def _repeated(draft: Draft) -> Iterator[Note]:
    """Names that stand twice in a list in which once is all that counts."""
    s = draft.scenario
    for i, column in enumerate(s.columns):
        yield from (
            (("columns", i, "stops", j), m) for j, m in twice(f"the stops of {column.id}", column.stops)
        )
        places = [defence.place for defence in column.defended]
        positions = twice(f"the defended positions of {column.id}", places)
        yield from ((("columns", i, "defended", j, "place"), m) for j, m in positions)
    for i, group in enumerate(s.groups):
        sides = twice(f"those {group.id} is hostile to", group.hostile_to)
        yield from ((("groups", i, "hostile_to", j), m) for j, m in sides)
        sides = twice(f"those for whom {group.id} lays mines", group.mines)
        yield from ((("groups", i, "mines", j), m) for j, m in sides)
    for i, raid in enumerate(s.raids):
        yield from ((("raids", i, "groups", j), m) for j, m in twice(f"the groups of {raid.id}", raid.groups))
    yield from ((("refuges", j), m) for j, m in twice("the refuges", s.refuges))


def _alike(draft: Draft) -> Iterator[Fault]:
    """Ids of agents that read the same."""
    s = draft.scenario
    lists: dict[str, Sequence[Any]] = {
        "columns": s.columns,
        "groups": s.groups,
        "drones": s.drones,
        "camps": s.camps,
        "garrisons": s.garrisons,
    }
    for key, rows in lists.items():
        at = [locate(draft.tree, (key, i, "id")) for i in range(len(rows))]
        yield from alike("id", zip(at, [row.id for row in rows], strict=True))


# --- what counts for nothing --------------------------------------------------------------------------------


def _idle(draft: Draft) -> Iterator[Note]:
    """Drones that never fly."""
    for i, drone in enumerate(draft.scenario.drones):
        if drone.aircraft == 0:
            message = f"{drone.id} has no aircraft, and counts for nothing"
            yield ("drones", i, "aircraft"), f"{message}; 1 or more would be likely"
        if drone.ready >= draft.scenario.end:
            message = f"{drone.id} is ready on {drone.ready}, after the end, and counts for nothing"
            yield ("drones", i, "ready"), f"{message}; a day before {draft.scenario.end} would be likely"


def _unused(draft: Draft) -> Iterator[Note]:
    """Fields of a column that count only together with another one."""
    for i, column in enumerate(draft.scenario.columns):
        for key, message in _lone(column):
            yield ("columns", i, key), message


def _lone(column: Column) -> Iterator[tuple[str, str]]:
    """The fields that stand without what they go with, and a sentence on each."""
    if column.load and not column.supplies:
        yield "load", f"the load of {column.id} counts for nothing without a garrison that it 'supplies'"
    if column.go and len(column.objectives) == 1:
        yield "go", f"{column.id} has one objective and goes on to none: 'go' counts for nothing"


NOTED: tuple[NoteSource, ...] = (
    _homes,
    _refuges,
    _holders,
    _hostility,
    _mines,
    _starts,
    _shares,
    _crews,
    _crowds,
    _gaps,
    _radii,
    _flights,
    _people,
    _stops,
    _twice,
    _repeated,
    _idle,
    _unused,
)
"""What is looked at, each with a sentence of its own."""
