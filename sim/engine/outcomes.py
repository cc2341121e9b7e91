"""What a run gives beside its milestones: sums over all agents, and what each place and column came to.

`names` and `fill` follow one order. `fill` is compiled with the rules, and written like one.
"""

from sim.engine.template import Template
from sim.rules import garrisons
from sim.rules.column import delays
from sim.state.kinds import AgentKind, Cause, Mode
from sim.state.rows import NEVER
from sim.state.world import Numbers, World
from sim.store.schema import OUTCOMES

(
    MINE_STRIKES,
    MINE_STRIKES_REPORTED,
    MINES_FOUND,
    AMBUSHES,
    COMBAT_DAYS,
    HARASSMENT_NIGHTS,
    COLUMN_CASUALTIES,
    COLUMN_VEHICLES_LOST,
    GROUP_CASUALTIES,
    GROUP_VEHICLES_LOST,
    COLUMNS_REPULSED,
    PROBES,
    AIR_STRIKES,
    RAIDS,
    GARRISONS_FALLEN,
    GARRISON_CASUALTIES,
    GARRISON_VEHICLES_LOST,
    RESUPPLIES,
    DISPLACED,
    DISPLACED_TO_BORDER,
) = range(len(OUTCOMES))
SUM_COUNT, CAUSE_COUNT = len(OUTCOMES), len(Cause)
FIRST_HOLD, LAST_HOLD = int(Cause.REFITTING), int(Cause.SCHEDULED_DATE)
"""Causes that keep only a column which captures."""


def names(template: Template) -> list[str]:
    """The names of a run's outcomes: those of schema.OUTCOMES, then those of the scenario's own agents."""
    world, ids = template.world, template.names
    columns = list(OUTCOMES)
    for name, column in zip(ids[AgentKind.COLUMN], world.columns, strict=True):
        for stage in template.stages[column["first_stage"] : column["last_stage"]]:
            captures, ordered = bool(column["captures"]), bool(column["ordered"])
            causes = [cause for cause in Cause if may_keep(captures, ordered, cause)]
            columns += [f"hours:{name}:{stage}:{cause.name.lower()}" for cause in causes]
            columns.append(f"reached:{name}:{stage}")
    columns += [f"mines:{name}" for name in ids[AgentKind.COLUMN]]
    places = zip(template.places, world.places, strict=True)
    columns += [f"control:{name}" for name, place in places if place["holder_outcome"]]
    columns += [f"camp:{name}" for name in ids[AgentKind.CAMP]]
    for name, garrison in zip(ids[AgentKind.GARRISON], world.garrisons, strict=True):
        fed = [f"supply:{name}", f"without:{name}"] if garrison["supply"] < NEVER else []
        columns += [f"casualties:{name}", *fed]
    columns += [f"displaced:{name}" for name in ids[AgentKind.TOWN]]
    columns += [f"arrived:{name}" for name in template.destinations]
    if world.destinations["border"].any():
        columns += [f"displaced_to_border:{name}" for name in ids[AgentKind.TOWN]]
    return columns


def outcomes(template: Template, world: World) -> list[float]:
    """A run's outcomes so far, in the order of `names`."""
    out = [0.0] * len(names(template))
    fill(world, out)
    return out


def fill(world: World, out: Numbers) -> None:
    """Write a run's outcomes so far into `out` (outcomes,), in the order of `names`."""
    add_up(world, out)
    at = hours(world, out, SUM_COUNT)
    for column in world.columns:
        out[at] = float(column.mine_reports)
        at += 1
    for place in world.places:
        if place.holder_outcome:
            out[at] = float(place.holder)
            at += 1
    for camp in world.camps:
        out[at] = float(camp.taken_by)
        at += 1
    at = supplies(world, out, at)
    for town in world.towns:
        out[at] = town.departures
        at += 1
    for destination in world.destinations:
        out[at] = destination.arrivals
        at += 1
    if has_border(world):
        for town in world.towns:
            out[at] = town.border_departures
            at += 1


def add_up(world: World, out: Numbers) -> None:
    """Sums over all columns, groups, drones, garrisons and towns."""
    for i in range(SUM_COUNT):
        out[i] = 0.0
    for column in world.columns:
        out[MINE_STRIKES] += column.mines
        out[MINE_STRIKES_REPORTED] += column.mine_reports
        out[MINES_FOUND] += column.finds
        out[AMBUSHES] += column.ambushes
        out[COMBAT_DAYS] += column.fights - column.ambushes
        out[HARASSMENT_NIGHTS] += column.nights_harassed
        out[COLUMN_CASUALTIES] += column.persons_lost
        out[COLUMN_VEHICLES_LOST] += column.vehicles_lost
        out[PROBES] += column.probes
        if column.mode == Mode.BEATEN:
            out[COLUMNS_REPULSED] += 1.0
    for group in world.groups:
        out[GROUP_CASUALTIES] += group.lost
        out[GROUP_VEHICLES_LOST] += group.vehicles_lost
    for drone in world.drones:
        out[GROUP_VEHICLES_LOST] += drone.destroyed
        out[AIR_STRIKES] += drone.strikes
    for garrison in world.garrisons:
        out[RAIDS] += garrison.raids
        if not garrison.holds:
            out[GARRISONS_FALLEN] += 1.0
        out[GARRISON_CASUALTIES] += garrison.persons_lost
        out[GARRISON_VEHICLES_LOST] += garrison.vehicles_lost
        out[RESUPPLIES] += garrison.resupplies
    for town in world.towns:
        out[DISPLACED] += town.departures
        out[DISPLACED_TO_BORDER] += town.border_departures


def has_border(world: World) -> bool:
    """Whether some destination of those who leave lies at a border."""
    for destination in world.destinations:  # noqa: SIM110 - compiled
        if destination.border:
            return True
    return False


def hours(world: World, out: Numbers, at: int) -> int:
    """Hours booked to each cause on the way to each objective, up to now, and whether it was reached."""
    now = world.run[0].now
    for column in world.columns:
        for stage in range(column.first_stage, column.last_stage):
            open_cause = -1
            if stage == column.stage and delays.is_under_way(column):
                open_cause = delays.cause_of(column)
            for cause in range(CAUSE_COUNT):
                if may_keep(column.captures, column.ordered, cause):
                    out[at] = world.accounts[stage][cause]
                    if cause == open_cause:
                        out[at] += now - column.acted_at
                    at += 1
            out[at] = 1.0 if world.stages[stage].completed_at < NEVER else 0.0
            at += 1
    return at


def may_keep(captures: bool, ordered: bool, cause: int) -> bool:
    """Whether a cause may keep a column: those of a hold only one that captures, orders one that has some."""
    if cause >= delays.ORDERED_HALT:
        return ordered and (captures or cause == delays.ORDERED_HALT)
    return captures or cause < FIRST_HOLD or cause > LAST_HOLD


def supplies(world: World, out: Numbers, at: int) -> int:
    """Persons lost in raids; days of supply left and without, where supply is counted."""
    now = world.run[0].now
    for garrison in world.garrisons:
        out[at] = garrison.persons_lost
        at += 1
        if garrison.supply < NEVER:
            out[at] = garrisons.supply_left(garrison, now) / 24.0
            out[at + 1] = (garrison.without + garrisons.hungry(garrison, now)) / 24.0
            at += 2
    return at
