"""The opening of a run: what is drawn once, before anyone acts."""

import math

from sim.rules.chance import Purpose, exponential, gamma2, uniform
from sim.rules.daylight import first_light
from sim.tables import NEVER, NOBODY, Column, World


def open_run(world: World) -> None:
    """Draw what is hidden in columns, sections and positions; share out the fighters; set the first hours."""
    seed = world.run[0].seed
    for leg in world.legs:
        leg.mine_factor = gamma2(seed, leg.section, Purpose.LATENT)
    for mark in world.marks:
        mark.break_left = exponential(seed, mark.key, Purpose.BREAK_CLOCK, 0)
    for index in range(len(world.columns)):
        open_column(world, index)
    for drone in world.drones:
        world.wakes[drone.agent] = drone.ready
    share_fighters(world)


def open_column(world: World, index: int) -> None:
    """A column's strength, luck with mines and first start, at first light of its day."""
    column = world.columns[index]
    seed = world.run[0].seed
    column.persons = strength(world, column, 2, column.persons_low, column.persons_high)
    column.vehicles = strength(world, column, 3, column.vehicles_low, column.vehicles_high)
    column.persons_at_hold = column.persons
    column.mine_factor = gamma2(seed, column.key, Purpose.LATENT)
    column.mine_left = exponential(seed, column.key, Purpose.MINE_CLOCK, 0)
    column.ambush_left = NEVER
    for row in world.hostile:
        if row[index] == 1:
            column.ambush_left = exponential(seed, column.key, Purpose.AMBUSH_CLOCK, 0)
    column.departs = first_light(world, column, math.floor(column.departs / 24.0))
    column.planned = column.departs
    world.wakes[column.agent] = column.departs


def strength(world: World, column: Column, draw: int, low: int, high: int) -> float:
    """A whole number of a reported range: its midpoint, or drawn with every number alike."""
    if world.run[0].spread == 0:
        return float(math.floor(0.5 * (low + high)))
    u = uniform(world.run[0].seed, column.key, Purpose.LATENT, draw)
    return float(math.floor(low + u * (high - low + 1)))


def share_fighters(world: World) -> None:
    """Every fighting group has the same share of the fighters; each looks out from the start."""
    fighting = 0
    for group in world.groups:
        fighting += group.fights
    for group in world.groups:
        if group.fights == 1:
            group.fighters = world.parameters[0].fighters / fighting
            group.quarry = NOBODY
            world.wakes[group.agent] = 0.0
