"""The mechanisms that a scenario can be without: what each is, and the milestones that go with it.

A scenario without some of them is a smaller model, nested in the whole one. Of an event that its runs can
never have it has no opinion: a report of that says nothing for it or against it.
"""

from collections.abc import Mapping
from typing import Final

from sim.scenario.schema import Mechanism, Milestone, Scenario

MECHANISMS: Final[Mapping[Mechanism, str]] = {
    "ground": "columns are faster or slower by the surface of the road",
    "kinds": "kinds of column, and each column of a kind, have a speed of their own",
    "nights": "nights in contested country may be harassed",
    "contact": "a column in contact is slower and does not press on at dusk",
    "mines": "groups lay mines, which strike columns or are found, and halt them",
    "ambushes": "groups ambush columns, and stand across roads",
    "positions": "groups defend positions, which are fought for and left by night",
    "bypass": "a column bypasses a position after some undecided days",
    "decision": "a column refits, waits for its conditions and plans before it leaves what it holds",
    "drones": "drones and manned aviation give cover and strike, and groups keep out of reach of them",
    "reconnaissance": "a part of a column that holds goes out and back within the day",
    "raids": "groups raid garrisons of their own accord",
    "displacement": "people leave their towns",
}
"""What is left out with each."""

_NEEDED: Final[Mapping[str, frozenset[Mechanism]]] = {
    "harassment": frozenset({"nights"}),
    "mine": frozenset({"mines"}),
    "mine_found": frozenset({"mines"}),
    "ambush": frozenset({"ambushes"}),
    "contact": frozenset({"positions"}),
    "break": frozenset({"positions"}),
    "round": frozenset({"positions", "bypass"}),
    "probe": frozenset({"reconnaissance"}),
    "first_strike": frozenset({"drones"}),
    "on_station": frozenset({"drones"}),
}
"""The mechanisms without any of which there is no such event."""


_COUNTED: Final[Mapping[str, Mechanism]] = {
    "mine_strikes": "mines",
    "mine_strikes_reported": "mines",
    "mines_found": "mines",
    "ambushes": "ambushes",
    "combat_days": "positions",
    "harassment_nights": "nights",
    "probes": "reconnaissance",
    "air_strikes": "drones",
    "displaced": "displacement",
}
"""Outcomes that are nothing in every run without a mechanism."""


def no_opinion(scenario: Scenario) -> list[str]:
    """The milestones of a scenario that its runs can never have, for want of a mechanism; by their ids."""
    return [milestone.id for milestone in scenario.milestones if _is_silent(scenario, milestone)]


def uncounted(scenario: Scenario) -> list[str]:
    """The outcomes (sim.store.schema.OUTCOMES) that are nothing in all its runs, for want of a mechanism."""
    return [outcome for outcome, mechanism in _COUNTED.items() if mechanism in scenario.rules.without]


def _is_silent(scenario: Scenario, milestone: Milestone) -> bool:
    """Whether no run of a scenario has a milestone. Raids that are orders need no mechanism."""
    without = frozenset(scenario.rules.without)
    if milestone.event in ("raid", "fallen"):
        return "raids" in without and not any(
            raid.garrison == garrison.id
            for raid in scenario.raids
            for garrison in scenario.garrisons
            if garrison.place == milestone.place
        )
    return bool(_NEEDED.get(milestone.event, frozenset()) & without)
