"""One history: a plain run, and its event log as a table."""

import numpy as np

from sim.engine.loop import advance
from sim.engine.template import Template
from sim.parameters.parameter import Values
from sim.state.kinds import AgentKind, Event
from sim.state.rows import NEVER, LogEntry
from sim.state.world import World, to_array
from sim.store.schema import Table

_EVENTS = np.array(["", *(event.name.lower() for event in Event)])
_KINDS = np.array([kind.name.lower() for kind in AgentKind])


def run_one(template: Template, values: Values, run_seed: int, *, spread: bool = False) -> World:
    """One run to its horizon, plain: the world as it is then. `values` in h and km."""
    world = template.plain(values, run_seed, spread=spread)
    advance(world, NEVER)
    return world


def log_of(world: World) -> np.ndarray:
    """The event log of a plain run as an array (events,) of sim.state.rows.LogEntry."""
    return to_array(world.log[: world.run[0].log_length], LogEntry)


NO_LOG = to_array([], LogEntry)
"""A log without an entry."""


def events(template: Template, world: World, replicate: int) -> Table:
    """A plain run's event log as a table."""
    return events_of(template, log_of(world), replicate)


def events_of(
    template: Template, log: np.ndarray, replicate: int | np.ndarray, design_id: int | np.ndarray = 0
) -> Table:
    """An event log (events,) as a table, as sim.store.schema says.

    `replicate` and `design_id` are one number, or one for each entry (events,).
    """
    before = np.cumsum([0, *(len(template.names[kind]) for kind in AgentKind)])[:-1]
    agents = np.array([name for kind in AgentKind for name in template.names[kind]])
    places = np.array([*template.places, ""])  # -1, no place, is the last
    return {
        "design_id": np.full(len(log), design_id, "i4"),
        "replicate": np.full(len(log), replicate, "i4"),
        "hour": log["hour"].copy(),
        "event": _EVENTS[log["event"]],
        "kind": _KINDS[log["kind"]],
        "agent": agents[before[log["kind"]] + log["agent"]],
        "place": places[log["place"]],
        "km": log["km"].copy(),
        "amount": log["amount"].copy(),
        "other": log["other"].copy(),
    }
