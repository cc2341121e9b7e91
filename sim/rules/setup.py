"""The opening of a run: what is drawn once, before anyone acts."""

from sim.chance.keyed import (
    ONCE,
    THE_RUN,
    Given,
    Latent,
    Purpose,
    exponential,
    gamma2,
    lognormal,
    uniform,
    whole,
)
from sim.maths.exponential import exp
from sim.rules import garrisons, towns
from sim.rules.daylight import day_at, first_light_from, midnight_before
from sim.rules.groups import is_hostile
from sim.rules.route import road_distance
from sim.state.kinds import AgentKind, Surface
from sim.state.rows import NEVER, NOBODY, ColumnState, GarrisonState, LegState
from sim.state.world import World


def open_run(world: World) -> None:
    """Draw what is hidden in columns, sections and positions; share out the fighters; set the first hours."""
    seed = world.run[0].seed
    open_way(world)
    for column in world.columns:
        open_column(world, column)
    for drone in world.drones:
        drone.strike_left = exponential(seed, drone.key, Purpose.STRIKE_CLOCK, drone.strikes)
        world.wakes[drone.agent] = drone.ready
    for camp in world.camps:
        world.wakes[camp.agent] = camp.vacated
    for garrison in world.garrisons:
        open_garrison(world, garrison)
    for airlift in world.airlifts:
        u = uniform(seed, airlift.key, Purpose.AIRLIFT, ONCE)
        world.wakes[airlift.agent] = airlift.evening + 12.0 * u
    for raid in world.raids:
        dawn = raid_dawn(world, world.garrisons[raid.garrison], raid.day)
        world.wakes[raid.agent] = max(world.run[0].begins, dawn)
    open_towns(world)
    share_fighters(world)


def open_way(world: World) -> None:
    """Luck with mines, the same for all legs of a section; what a fight at a position uses up."""
    open_ground(world)
    seed = world.run[0].seed
    for i, leg in enumerate(world.legs):
        if leg.first_alike == i:
            leg.section_factor = gamma2(seed, leg.section, Purpose.LATENT)
        leg.section_factor = world.legs[leg.first_alike].section_factor
    for mark in world.marks:
        if mark.defended:
            mark.break_left = exponential(seed, mark.key, Purpose.BREAK_CLOCK, ONCE)


def open_ground(world: World) -> None:
    """The share of its speed on a piste that a column has on each leg."""
    step = 0.0 if world.run[0].no_ground else world.p.ground_step
    for leg in world.legs:
        leg.ground = exp(step * (Surface.PISTE - leg.surface))


def open_column(world: World, column: ColumnState) -> None:
    """A column's strength, luck with mines and first start, at first light of its day or a later one."""
    seed = world.run[0].seed
    draw_strength(world, column)
    column.vehicles_at_start = column.vehicles
    column.persons_at_hold = column.persons
    draw_speed(world, column)
    open_mines(world, column)
    column.mine_factor = gamma2(seed, column.key, Purpose.LATENT)
    column.mine_left = exponential(seed, column.key, Purpose.MINE_CLOCK, column.mines)
    column.probe_left = exponential(seed, column.key, Purpose.PROBE_CLOCK, column.probes)
    column.ambush_left = NEVER
    for group in world.groups:
        if is_hostile(world, group, column) and not world.run[0].no_ambushes:
            column.ambush_left = exponential(seed, column.key, Purpose.AMBUSH_CLOCK, column.candidates)
    if column.starts_given:
        column.departs = given_hour(world)
    else:
        column.departs += 24.0 * further_days(world, column)
        dawn = first_light_from(world, column, day_at(column.solar, column.departs + 12.0))
        column.departs = max(world.run[0].begins, dawn)
    column.planned = column.departs
    world.wakes[column.agent] = column.departs


def open_mines(world: World, column: ColumnState) -> None:
    """What devices a column meets on each leg: the luck of its section, and how near that is mined."""
    for i in range(column.first_leg, column.last_leg):
        leg = world.legs[i]
        leg.mine_factor = leg.section_factor * mined(world, column, leg)


def mined(world: World, column: ColumnState, leg: LegState) -> float:
    """How near the middle of a leg's section is to who lays mines for a column: 1 there, 0 of nobody."""
    if world.run[0].no_mines:
        return 0.0
    if world.run[0].mines_everywhere:
        return 1.0
    nearest = NEVER
    for i, group in enumerate(world.groups):
        if world.miners[i][world.indices[column.agent]]:
            way = road_distance(world, group.road, group.road_km, leg.middle_road, leg.middle_km)
            nearest = min(nearest, way)
    return exp(-nearest / world.p.mine_reach) if nearest < NEVER else 0.0


def further_days(world: World, column: ColumnState) -> float:
    """Days from the first on which a column may depart to that on which it does, each day alike."""
    run = world.run[0]
    return whole(run.seed, column.key, Latent.DEPARTURE, ONCE, column.departure_days, run.spread)


def draw_speed(world: World, column: ColumnState) -> None:
    """A column's factor on the speed of its kind."""
    run = world.run[0]
    spread = 0.0 if run.no_kinds else world.p.column_spread
    column.own_speed = lognormal(run.seed, column.key, Purpose.COLUMN_SPEED, ONCE, spread)


def draw_strength(world: World, row: ColumnState | GarrisonState) -> None:
    """The persons and vehicles of a column or garrison, in their reported ranges."""
    run = world.run[0]
    row.persons = whole(run.seed, row.key, Latent.PERSONS, row.persons_low, row.persons_high, run.spread)
    row.vehicles = whole(run.seed, row.key, Latent.VEHICLES, row.vehicles_low, row.vehicles_high, run.spread)


def given_hour(world: World) -> float:
    """The hour of the milestone that the scenario starts from: the middle of its interval, or drawn in it."""
    run = world.run[0]
    u = uniform(run.seed, THE_RUN, Purpose.GIVEN, Given.START) if run.spread else 0.5
    return run.given_low + u * (run.given_high - run.given_low)


def raid_dawn(world: World, garrison: GarrisonState, day: int) -> float:
    """The first civil dawn at a garrison on a local solar day or after it, h; NEVER if none comes."""
    for row in range(garrison.first_day + day, garrison.last_day):
        if world.days[row].dawn < NEVER:
            return world.days[row].dawn
    return NEVER


def open_garrison(world: World, garrison: GarrisonState) -> None:
    """A garrison's strength, and the first raid that groups try of their own accord."""
    draw_strength(world, garrison)
    garrisons.next_attempt(world, garrison, world.run[0].begins)
    world.wakes[garrison.agent] = garrison.raid_next


def share_fighters(world: World) -> None:
    """Every group has its share of the fighters; those that fight columns look out from the start."""
    for group in world.groups:
        group.fighters = world.p.fighters * group.share
        if group.fights:
            group.quarry = NOBODY
            world.wakes[group.agent] = world.run[0].begins


def open_towns(world: World) -> None:
    """The towns' people, their first midnight after the beginning, and where their families would go."""
    for town in world.towns:
        town.people *= world.p.population_growth
    for agent, kind in enumerate(world.kinds):
        if kind == AgentKind.TOWN:
            midnight = midnight_before(world, world.run[0].begins) + 24.0
            world.wakes[agent] = midnight if midnight > world.run[0].begins else midnight + 24.0
    towns.share_out(world)
