"""What a run gives beside its milestones: sums over all agents, and what each place and column came to."""

import numpy as np

from sim.kinds import Cause, Kind, Mode
from sim.rows import NEVER
from sim.rules import accounts, garrisons
from sim.schema import OUTCOMES
from sim.tables import World
from sim.world import Template

_ROAD = [cause for cause in Cause if not Cause.REFIT <= cause <= Cause.CALENDAR]
"""What keeps a column that holds nothing."""


def names(template: Template) -> list[str]:
    """The names of a run's outcomes: those of schema.OUTCOMES, then those of the scenario's own agents."""
    rows = World(*(table.view(np.recarray) if table.dtype.names else table for table in template.world))
    return [*OUTCOMES, *(name for name, _ in _own(template, rows))]


def outcomes(template: Template, world: World) -> list[float]:
    """A run's outcomes so far, in the order of `names`."""
    return [*_sums(world), *(value for _, value in _own(template, world))]


def _sums(world: World) -> list[float]:
    """Sums over all columns, groups, garrisons, drones and towns, in the order of schema.OUTCOMES."""
    columns, groups, held = world.columns, world.groups, world.garrisons
    return [
        float(sum(column.mines for column in columns)),
        float(sum(column.mines_told for column in columns)),
        float(sum(column.ambushes for column in columns)),
        float(sum(column.fights - column.ambushes for column in columns)),
        float(sum(column.nights_harassed for column in columns)),
        sum(column.persons_lost for column in columns),
        sum(column.vehicles_lost for column in columns),
        sum(group.lost for group in groups),
        sum(group.vehicles_lost for group in groups) + sum(drone.destroyed for drone in world.drones),
        float(sum(column.mode == Mode.BEATEN for column in columns)),
        float(sum(column.probes for column in columns)),
        float(sum(drone.strikes for drone in world.drones)),
        float(sum(garrison.raids for garrison in held)),
        float(sum(garrison.holds == 0 for garrison in held)),
        sum(garrison.persons_lost for garrison in held),
        sum(garrison.vehicles_lost for garrison in held),
        float(sum(garrison.resupplies for garrison in held)),
        sum(town.left for town in world.towns),
    ]


def _own(template: Template, world: World) -> list[tuple[str, float]]:
    """What the scenario's own agents came to, named as sim.schema says."""
    now = world.run[0].now
    rows = _hours(template, world)
    for name, column in zip(template.names[Kind.COLUMN], world.columns, strict=True):
        rows.append((f"mines:{name}", float(column.mines_told)))
    rows += [(f"holder:{name}", float(world.places[i].holder)) for i, name in _held(template)]
    rows += [
        (f"camp:{name}", float(camp.taken_by))
        for name, camp in zip(template.names[Kind.CAMP], world.camps, strict=True)
    ]
    for name, garrison in zip(template.names[Kind.GARRISON], world.garrisons, strict=True):
        rows.append((f"lost:{name}", float(garrison.persons_lost)))
        if garrison.supply == NEVER:
            continue
        rows.append((f"supply:{name}", garrisons.supply_left(garrison, now) / 24.0))
        rows.append((f"without:{name}", (garrison.without + garrisons.hungry(garrison, now)) / 24.0))
    rows += [
        (f"displaced:{name}", float(town.left))
        for name, town in zip(template.names[Kind.TOWN], world.towns, strict=True)
    ]
    rows += [
        (f"arrived:{name}", float(place.arrived))
        for name, place in zip(template.destinations, world.destinations, strict=True)
    ]
    return rows


def _hours(template: Template, world: World) -> list[tuple[str, float]]:
    """Hours booked to each cause on the way to each objective of each column, up to now."""
    now, rows = world.run[0].now, []
    for name, column in zip(template.names[Kind.COLUMN], world.columns, strict=True):
        for stage in range(column.first_stage, column.last_stage):
            for cause in Cause if column.captures == 1 else _ROAD:
                hours = float(world.accounts[stage][cause])
                if (
                    stage == column.stage
                    and accounts.is_under_way(column)
                    and accounts.cause_of(column) == cause
                ):
                    hours += now - column.since
                rows.append((f"hours:{name}:{template.stages[stage]}:{cause.name.lower()}", hours))
            reached = float(world.stages[stage].done < NEVER)
            rows.append((f"reached:{name}:{template.stages[stage]}", reached))
    return rows


def _held(template: Template) -> list[tuple[int, str]]:
    """The places whose holder is worth telling: those held at the start, objectives and garrisons."""
    world = template.world
    found = {int(i) for name in ("stages", "garrisons", "camps") for i in getattr(world, name)["place"]}
    found |= {i for i, row in enumerate(world.places) if row["holder"] >= 0}
    return [(i, template.places[i]) for i in sorted(found)]
