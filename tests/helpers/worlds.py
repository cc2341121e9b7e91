"""Tiny worlds for the tests: roads along a meridian, and scenarios of a few lines.

`tiny(text, net)` makes a template from a scenario of which only what matters is written down; `play` gives
the finished world of one run and `log` its events as readable rows.
"""

import math
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from sim.chance.keyed import replicate_seed
from sim.engine.build import build
from sim.engine.loop import advance
from sim.engine.template import Template
from sim.files.case_file import case_file
from sim.files.fields import checked
from sim.files.yaml_tree import List, Map, parse
from sim.parameters.parameter import Parameters
from sim.parameters.reading import load_parameters
from sim.record.record import reported
from sim.scenario.checks.scenario import impossible
from sim.scenario.draft import Draft
from sim.scenario.network import Network, Place, Road
from sim.scenario.reading import LoadedScenario
from sim.scenario.schema import Scenario
from sim.state.kinds import AgentKind, Event
from sim.state.rows import NEVER
from sim.state.world import World

SOUTH, KM_A_DEGREE = 17.0, 110.0  # latitude of the first place, and road-km to a degree north of it
QUIET = {
    "mine_rate": 0,
    "day_spread": 0,
    "column_spread": 0,
    "ambush_rate": 0,
    "night_harassment": 0,
    "manned_cover": 0,
}
"""A run in which nothing happens by chance on the road."""

_SCENARIO = """
summary: a tiny world
start: 2023-10-02
end: 2023-10-22
columns: [{id: army, from: a, objectives: [{place: b, capture: true}]}]
towns: []
milestones: []
"""
_EACH = {
    "columns": """
id: army
side: army
source: assumption
known: 2023-10-02
from: a
departs: 2023-10-02
stops: []
serials: [{id: all, persons: 400, vehicles: 40}]
vehicle_gap: 100 m
serial_gap: 10 min
mines_reported: 1
""",
    "groups": """
home: b
role: fighting
hostile_to: [army]
source: assumption
known: 2023-10-02
""",
    "drones": """
id: drone
side: army
source: assumption
known: 2023-10-02
airfield: a
station: a
radius: 10000 km
aircraft: 1
endurance: 24 h
cruise: 130 km/h
turn_round: 6 h
ready: 2023-10-02
""",
    "towns": """
held_by: none
source: assumption
known: 2023-10-02
""",
    "camps": """
id: camp
vacated: 2023-10-04
source: assumption
known: 2023-10-02
""",
    "garrisons": """
id: post
side: army
persons: 300
vehicles: 60
source: assumption
known: 2023-10-02
""",
    "airlifts": """
id: planes
source: assumption
known: 2023-10-02
""",
    "raids": """
id: raid
source: assumption
known: 2023-10-02
""",
    "destinations": """
kind: town
source: assumption
known: 2023-10-02
""",
}


@cache
def defaults() -> Parameters:
    """The default parameters."""
    return load_parameters()


class Row(NamedTuple):
    """An event of the log by its names."""

    hour: float
    event: str
    agent: str
    place: str
    km: float
    amount: float
    other: float


def network(*roads: tuple) -> Network:
    """Places on a meridian, each road's second place north of its first: (from, to, km[, section])."""
    north = {roads[0][0]: SOUTH}
    rows = []
    for start, end, km, *section in roads:
        north.setdefault(end, north[start] + km / KM_A_DEGREE)
        rows.append(
            Road(
                **{"from": start}, to=end, section=section[0] if section else "one", km=km,
                evidence="guess", surface="piste", terrain="", source="assumption",
            )
        )  # fmt: skip
    places = {
        name: Place(
            id=name, name=name, lat=lat, lon=0.0, position_error_km=0.0, position="computed", kind="airfield",
            region="test", people="", note="test", source="assumption",
        )
        for name, lat in north.items()
    }  # fmt: skip
    return Network(places, tuple(rows))


def tiny(text: str, net: Network) -> Template:
    """The template of a scenario; keys that are not written down take the defaults above."""
    tree = _filled(parse(text, "tiny"), _SCENARIO)
    for key, defaults in _EACH.items():
        for row in tree.get(key, ()):
            departs = "departs" in row
            _filled(row, defaults)
            if "holds" in row and not departs:
                del row["departs"]
    if not tree["milestones"]:
        tree["milestones"] = parse("m: [{id: 'b:arrival', column: army}]", "tiny")["m"]
        tree["milestones"][0]["column"] = tree["columns"][0]["id"]
        tree["milestones"][0]["id"] = f"{tree['columns'][0]['objectives'][-1]['place']}:arrival"
    return template_of(tree, net)


def with_room(template: Template, entries: int) -> Template:
    """A template whose runs fail at the event after so many."""
    return replace(template, world=template.world._replace(log=template.world.log[:entries]))


def template_of(tree: Map, net: Network) -> Template:
    """The template of a scenario's whole tree on a network."""
    scenario = checked(tree, Scenario)
    draft = Draft(
        scenario=scenario,
        network=net,
        tree=tree,
        dates=reported(),
        sides=case_file().sides,
        march_speed=math.inf,
    )
    assert impossible(draft) == []
    return build(
        LoadedScenario(name="tiny", file="tiny", scenario=scenario, network=net, tree=tree), defaults()
    )


def _filled(tree: Map, defaults: str) -> Map:
    """A tree in which keys that are missing have the values of a text of YAML."""
    for key, value in parse(defaults, "defaults").items():
        if key not in tree:
            tree.put(key, value, tree.where)
    return tree


def listed(text: str) -> List:
    """The items of a YAML list, for a tree."""
    return parse(f"items: {text}", "test")["items"]


def values(**overrides: float) -> dict[str, float]:
    """The default values of the parameters with some of them replaced."""
    assert set(overrides) <= set(defaults().rows)
    return defaults().values() | {name: float(value) for name, value in overrides.items()}


def opened(template: Template, seed: int = 1, capacity: int = 512, **overrides: float) -> World:
    """The world of one run before anyone acts, at the default values but for some."""
    return template.plain(values(**overrides), replicate_seed(7, seed), capacity=capacity)


def opened_drawn(template: Template, seed: int, parameters: Parameters | None = None) -> World:
    """The world of one run before anyone acts, with parameters and strengths drawn."""
    run_seed = replicate_seed(7, seed)
    return template.plain((parameters or defaults()).draw(run_seed), run_seed, spread=True, capacity=2048)


def play(template: Template, seed: int = 1, until: float = NEVER, **overrides: float) -> World:
    """One run to its horizon."""
    world = opened(template, seed, **overrides)
    advance(world, until)
    return world


def log(world: World, template: Template, *events: str) -> list[Row]:
    """The event log, of some events or of all."""
    rows = [
        Row(
            hour=entry.hour,
            event=Event(entry.event).name.lower(),
            agent=template.names[AgentKind(entry.kind)][entry.agent],
            place=template.places[entry.place] if entry.place >= 0 else "",
            km=entry.km,
            amount=entry.amount,
            other=entry.other,
        )
        for entry in world.log[: world.run[0].log_length]
    ]
    return [row for row in rows if not events or row.event in events]


def one(world: World, template: Template, event: str) -> Row:
    """The only event of a kind."""
    (row,) = log(world, template, event)
    return row


def dawn(world: World, day: int, km: float = 0.0) -> float:
    """First light at a road-km of a road that begins at the reference point of the daylight."""
    row = world.days[(*world.columns, *world.garrisons)[0].first_day + day]
    return row.dawn + row.dawn_north * km / KM_A_DEGREE


def dusk(world: World, day: int, km: float = 0.0) -> float:
    """Sunset at a road-km of a road that begins at the reference point of the daylight."""
    row = world.days[(*world.columns, *world.garrisons)[0].first_day + day]
    return row.sunset + row.sunset_north * km / KM_A_DEGREE
