"""Columns longer than their road or than the days they have: told with their line before anything runs."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sim.files.fields import GIVEN
from sim.files.yaml_tree import Fault, Map, locate
from sim.scenario.network import Network
from sim.scenario.schema import Column, Scenario
from sim.state.clock import in_hours


def too_long(
    scenario: Scenario, network: Network, tree: Map, ways: Mapping[str, Sequence[str]], march_speed: float
) -> list[Fault]:
    """Columns whose vehicles do not fit on their itinerary, or whose rear could not set out before the end.

    `ways` are the places of the itineraries by column, `march_speed` (km/h) the speed at which vehicles pass.
    """
    faults = []
    for i, column in enumerate(scenario.columns):
        km = road_km(ways.get(column.id, ()), network)
        for key, message in _faults(column, km, hours_left(scenario, column), march_speed):
            faults.append(Fault(locate(tree, ("columns", i, key)), message))
    return faults


def road_km(way: Sequence[str], network: Network) -> float:
    """The length of an itinerary, km; 0 where there is none."""
    return sum(network.road_km(start, end) for start, end in pairwise(way))


def hours_left(scenario: Scenario, column: Column) -> float:
    """Hours from a column's departure, or from its hold, to the end of the scenario."""
    begins = column.departs if column.holds is None else column.holds
    days = scenario.end - (scenario.start.day if begins in (None, GIVEN) else begins)
    return in_hours(days) - (scenario.start.low if begins == GIVEN else 0.0)


def _faults(column: Column, road: float, hours: float, march_speed: float) -> Iterator[tuple[str, str]]:
    """What is wrong with a column's length on a road (km) and in some hours, with the key where it stands."""
    vehicles = sum(serial.vehicles[1] for serial in column.serials)
    length, gaps = vehicles * column.vehicle_gap, column.serial_gap * (len(column.serials) - 1)
    if length > road > 0.0:
        message = f"{column.id} is {length:,.1f} km long ({vehicles:,} vehicles), longer than its road of"
        most = f"{int(road / column.vehicle_gap):,} vehicles at most"
        yield "serials", f"{message} {road:,.1f} km; {most}, or a shorter 'vehicle_gap', would be right"
    elif gaps + length / march_speed > hours > 0.0:
        rear = f"would pass {gaps + length / march_speed:,.1f} h after its head ({gaps:,.1f} h of them gaps)"
        message = f"the rear of {column.id} {rear}, and the scenario leaves {hours:,.1f} h"
        yield "serial_gap", f"{message}; a shorter 'serial_gap' would be right"
