"""Columns longer than their road or than the days they have: told with their line before anything runs."""

from itertools import pairwise

from sim.files.fields import GIVEN
from sim.scenario.draft import Draft
from sim.scenario.schema import Column, Scenario
from sim.state.clock import in_hours


def check_length(draft: Draft) -> None:
    """Columns whose vehicles do not fit on their itinerary, or whose rear would set out after the end."""
    for i, column in enumerate(draft.scenario.columns):
        road = sum(draft.network.road_km(*ends) for ends in pairwise(draft.ways.get(column.id, ())))
        hours = hours_left(draft.scenario, column)
        vehicles = sum(serial.vehicles[1] for serial in column.serials)
        length, gaps = vehicles * column.vehicle_gap, column.serial_gap * (len(column.serials) - 1)
        passing = gaps + length / draft.march_speed
        if length > road > 0.0:
            message = f"{column.id} is {length:,.1f} km long ({vehicles:,} vehicles), longer than its road of"
            most = f"{int(road / column.vehicle_gap):,} vehicles at most"
            message += f" {road:,.1f} km; {most}, or a shorter 'vehicle_gap', would be right"
            draft.fault(message, "columns", i, "serials")
        elif passing > hours > 0.0:
            rear = f"would pass {passing:,.1f} h after its head ({gaps:,.1f} h of them gaps)"
            message = f"the rear of {column.id} {rear}, and the scenario leaves {hours:,.1f} h"
            draft.fault(f"{message}; a shorter 'serial_gap' would be right", "columns", i, "serial_gap")


def hours_left(scenario: Scenario, column: Column) -> float:
    """Hours from a column's departure, or from its hold, to the end of the scenario."""
    begins = column.departs if column.holds is None else column.holds
    days = scenario.end - (scenario.start.day if begins in (None, GIVEN) else begins)
    return in_hours(days) - (scenario.start.low if begins == GIVEN else 0.0)
