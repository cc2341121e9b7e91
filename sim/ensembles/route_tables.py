"""What a figure needs beside the runs: the places of each itinerary, daylight, and drone cover by road-km."""

import math
from collections.abc import Sequence

import numpy as np

from sim.engine.template import Template
from sim.rules import drones
from sim.rules.daylight import day_at
from sim.rules.geodesy import vector
from sim.scenario.network import unwrapped
from sim.scenario.reading import LoadedScenario
from sim.scenario.schema import EVERY_PLACE, Drone, midnight
from sim.state.kinds import AgentKind
from sim.state.rows import DroneState, PlaceState
from sim.state.world import to_rows
from sim.store.schema import TABLE_COLUMNS, Table


def route_table(loaded: LoadedScenario, template: Template) -> Table:
    """A row a place on a column's itinerary (sim.store.schema)."""
    rows = []
    world = template.world
    for column in loaded.scenario.columns:
        agent = world.columns[template.names[AgentKind.COLUMN].index(column.id)]
        marks = world.marks[agent["next_mark"] : agent["last_mark"]]
        named = {template.places[place] for place in marks["place"]}
        if column.stops == (EVERY_PLACE,):  # then a stop is nothing to be marked for
            others = marks["place"][marks["defended"] | marks["objective"]]
            milestones = [row for row in loaded.scenario.milestones if row.column == column.id]
            dated = {row.at or row.place for row in milestones}
            named &= {template.places[place] for place in others} | dated
        lon = float(agent["sun_lon"])
        for place, km in template.ways[column.id]:
            row = loaded.network.places[place]
            lon = unwrapped(row.lon, lon)  # on from the place before, across 180 degrees too
            rows.append((column.id, place, row.name, km, row.lat, lon, place in named))
    return _table("route", rows)


def daylight_table(loaded: LoadedScenario, template: Template) -> Table:
    """A row a day of the scenario, at the first column's start or the first garrison (sim.store.schema)."""
    world, count = template.world, (loaded.scenario.end - loaded.scenario.start.day).days + 1
    days = world.days[:0]
    for place in (*world.columns[:1], *world.garrisons[:1])[:1]:
        noon = midnight(loaded.scenario.start.day, loaded.scenario.start, loaded.network.zone) + 12.0
        first = int(place["first_day"]) + day_at(float(place["solar"]), noon)
        days = world.days[first : first + count]
    return {"first_light": days["dawn"].copy(), "sunset": days["sunset"].copy()}


def cover_table(loaded: LoadedScenario, template: Template) -> Table:
    """A row a drone detachment, station and km of itineraries of its side's columns (sim.store.schema)."""
    rows = []
    sources = {drone.id: drone for drone in loaded.scenario.drones}
    states = to_rows(template.world.drones, DroneState)
    for name, drone in zip(template.names[AgentKind.DRONE], states, strict=True):
        source = sources[name]
        for column in loaded.scenario.columns:
            if column.side == source.side:
                for station, ready in _stations(loaded, source, drone):
                    head = (column.id, source.id, station, drone.radius, ready)
                    drone.station = template.places.index(station)
                    rows += [(*head, km, cover) for km, cover in _covers(loaded, template, column.id, drone)]
    return _table("cover", rows)


def _stations(loaded: LoadedScenario, source: Drone, drone: DroneState) -> list[tuple[str, float]]:
    """The places at which a detachment's station may stand, and the hours from which it does."""
    sites = [
        objective.place
        for column in loaded.scenario.columns
        for objective in column.objectives
        if objective.control_site and source.moves_forward and column.side == source.side
    ]
    later = dict.fromkeys(place for place in sites if place != source.station)
    return [(source.station, drone.ready), *((place, math.inf) for place in later)]


def _covers(
    loaded: LoadedScenario, template: Template, column: str, drone: DroneState
) -> list[tuple[float, float]]:
    """Cover at every whole km of a way, and at its end."""
    spots: list[tuple[float, tuple[float, float]]] = []
    for leg in loaded.network.legs([place for place, _ in template.ways[column]]):
        end = leg.start_km + leg.km
        marks = range(math.ceil(leg.start_km), math.ceil(end))
        spots += [(km, loaded.network.point(leg, km)) for km in marks]
    last = loaded.network.places[template.ways[column][-1][0]]
    places = template.world._replace(places=to_rows(template.world.places, PlaceState))
    return [
        (float(km), drones.drone_cover(places, drone, vector(*at)))
        for km, at in [*spots, (end, (last.lat, last.lon))]
    ]


def _table(name: str, rows: Sequence[tuple[object, ...]]) -> Table:
    columns = enumerate(TABLE_COLUMNS[name])
    return {column: np.array([row[place] for row in rows]) for place, column in columns}
