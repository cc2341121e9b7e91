"""All cards by subject, in the order of the page, and the functions that are no rule of their own."""

from collections.abc import Callable
from typing import Any

from cards.card import Card
from cards.rules import air, combat, garrisons, groups, holds, march, orders, people, positions, road
from sim.rules import daylight, event_log, geodesy, notices, route
from sim.rules.column import day
from sim.rules.column.march import stand
from sim.rules.garrisons import is_raided

SUBJECTS: dict[str, tuple[Card, ...]] = {
    "March": march.CARDS,
    "On the road": road.CARDS,
    "Defended positions": positions.CARDS,
    "Combat": combat.CARDS,
    "Hold": holds.CARDS,
    "Orders and closed roads": orders.CARDS,
    "Air": air.CARDS,
    "Groups and camps": groups.CARDS,
    "Garrisons": garrisons.CARDS,
    "Towns and reports": people.CARDS,
}
CARDS = {card.id: card for cards in SUBJECTS.values() for card in cards}
NO_RULES: dict[str, tuple[Callable[..., Any], ...]] = {
    "says which rule comes next, and has none itself": (
        day.wake,
        day.act,
        day.contend,
        stand,
        is_raided,
    ),
    "geometry: places, roads and great circles": (
        *(route.head_km, route.leg_at, route.head_position, route.position_at, route.on_road),
        *(route.way_between, route.road_distance, route.way_to, geodesy.vector, geodesy.place_vector),
    ),
    "the calendar: days, midnights, degrees": (daylight.day_at, daylight.midnight_before, daylight.east_of),
    "wakes an agent for whom something may have changed": (
        *(notices.to_waiting, notices.to_drones, notices.to_groups),
    ),
    "writes down what happened": (
        *(event_log.log_column, event_log.log_group, event_log.log_at, event_log.log_town, event_log.write),
        *(event_log.date_milestones, event_log.brings),
    ),
}
"""Functions of sim/rules that no card names, by the reason."""
