"""The hold: what a column does at a place it has captured, and when it goes on.

A column goes when its refit is over, the conditions of its scenario are met and planning is done; with the
published calendar among the conditions, not before its own pace would bring it to the objective as the window
opens. It knows a condition by its own reports or by sightings some hours old, never by the true state.
"""

from sim.chance.keyed import Given, Purpose, exponential, lognormal, uniform
from sim.rules import camps, drones, notices
from sim.rules.column import orders, serials
from sim.rules.column.march import usual_hours
from sim.rules.daylight import day_at, first_light, next_first_light, sunset
from sim.rules.event_log import Site, log_column, write
from sim.state.kinds import AgentKind, Cause, Event, Mode
from sim.state.rows import NEVER, NOWHERE, ColumnState
from sim.state.world import World

FIRST_CONDITION, LAST_CONDITION = int(Cause.REFITTING), int(Cause.ROAD_CLEAR)


def capture(world: World, column: ColumnState, now: float) -> float:
    """The column's head is in a place with no defender left; returns when something next changes there."""
    mark = world.marks[column.next_mark]
    column.mode = Mode.HOLDING
    hours = now - column.pace_from
    column.last_pace = (column.km - column.pace_km) / hours if hours > 0.0 else 0.0
    column.held_place = mark.place
    column.held_km = column.km
    column.persons_at_hold = column.persons
    column.held_from = now
    column.hold_seed = world.run[0].seed
    column.goes = column.drones_met = NEVER
    world.places[mark.place].holder = column.side
    log_column(world, column, now, Event.CAPTURE, place=mark.place)
    camps.captured(world, mark.place, column.side, now)
    if column.stage < column.last_stage:
        world.stages[column.stage].departed_at = now
        run_probe_clock(world, column, now)
    if mark.control_site:
        drones.move_forward(world, column.side, mark.place, now)
    notices.to_waiting(world, column.side, now)
    notices.to_drones(world, column.side, now)
    orders.take_up(column, mark, now)
    orders.join_arrived(world, column, now)
    return stand(world, column, now)


def stand(world: World, column: ColumnState, now: float) -> float:
    """Let the tail in, probe, and look at the conditions; returns the hour at which something may change."""
    if now >= column.tail_in:
        log_column(world, column, now, Event.TAIL, place=column.held_place, amount=column.pass_time)
        column.tail_in = NEVER
        serials.gather(column)
    if column.stage == column.last_stage:
        return column.tail_in
    if now >= column.probe_at:
        probe(world, column, now)
    return min(column.tail_in, column.probe_at, decide(world, column, now))


def probe(world: World, column: ColumnState, now: float) -> None:
    """By daylight, a part of the column goes some km towards the objective and comes back within the day."""
    day = day_at(column.solar, now)
    if not first_light(world, column, day) <= now <= sunset(world, column, day):
        column.probe_at = next_first_light(world, column, now)
        return
    p = world.p
    seed, key = world.run[0].seed, column.key
    u = uniform(seed, key, Purpose.PROBE_KM, column.probes)
    way = world.marks[next_objective(world, column)].km - column.km
    out = min(way, p.probe_least + u * (p.probe_most - p.probe_least))
    column.probes += 1
    site = Site(column.held_place, column.km + out)
    index = world.indices[column.agent]
    write(world, AgentKind.COLUMN, index, now, Event.PROBE, site=site).amount = out
    column.probe_left = exponential(seed, key, Purpose.PROBE_CLOCK, column.probes)
    run_probe_clock(world, column, now)


def run_probe_clock(world: World, column: ColumnState, now: float) -> None:
    """The clock of probes runs while the column holds, at a constant rate."""
    idle = world.run[0].no_probes or world.marks[column.next_mark].turns
    rate = 0.0 if idle else world.p.probe_rate
    column.probe_at = now + column.probe_left / rate if rate > 0.0 else NEVER


# --- the decision to go -------------------------------------------------------------------------------------


def decide(world: World, column: ColumnState, now: float) -> float:
    """What the column waits for now, and the hour at which it goes once that is known; orders come last.

    Returns the hour at which the present cause of waiting ends as far as it is known, or NEVER.
    """
    at_once = world.run[0].goes_at_once or world.marks[column.next_mark].turns
    hour = now if at_once else waits_until(world, column, now)
    if hour > now:
        return hour
    free = orders.free_at(world, column, now)
    if free > now:
        column.cause = Cause.ORDERED_HOLD
        return free
    column.cause = Cause.OVERNIGHT
    if column.goes == NEVER:
        tail = column.tail_in if column.tail_in < NEVER else now
        column.goes = next_first_light(world, column, max(now, tail))
    return column.goes


def waits_until(world: World, column: ColumnState, now: float) -> float:
    """The hour at which what the column waits for may end, or NEVER; now, or before, if it waits no longer.

    Its cause becomes the first condition that is not met, then planning, then the calendar.
    """
    latest = column.held_from
    for condition in range(FIRST_CONDITION, LAST_CONDITION + 1):
        hour = met(world, column, condition, now)
        if hour > now:
            column.cause = condition
            return hour
        latest = max(latest, hour)
    planned = latest + planning(world, column)
    if planned > now:
        column.cause = Cause.PLANNING
        return planned
    opens = calendar(world, column)
    if opens > now:
        column.cause = Cause.SCHEDULED_DATE
        return opens
    return now


def met(world: World, column: ColumnState, condition: int, now: float) -> float:
    """The hour since which a condition of the go is met, as the column knows it; later than now, or NEVER."""
    if condition == Cause.REFITTING:
        return column.held_from + refit(world, column)
    place = world.marks[next_objective(world, column)].place
    if condition == Cause.REINFORCEMENT and column.waits_for_reinforcement:
        return column.reinforced_met
    if condition == Cause.DRONES and column.waits_for_drones:
        return covered_since(world, column, place, now)
    if condition == Cause.CAMP_VACATED and column.waits_for_camp:
        return camp_seen(world, place)
    if condition == Cause.ROAD_CLEAR and column.waits_for_road:
        return road_clear(world, column, place)
    return column.held_from


def covered_since(world: World, column: ColumnState, place: int, now: float) -> float:
    """The hour since which drones cover a place as far as a column has seen; NEVER while they do not."""
    if not drones.reach(world, column.side, place, now):
        column.drones_met = NEVER
    elif column.drones_met == NEVER:
        column.drones_met = now
    return column.drones_met


def refit(world: World, column: ColumnState) -> float:
    """How long this refit takes, resupply included, h; none where the objective asks for none."""
    if not world.marks[column.next_mark].refit:
        return 0.0
    return world.p.refit * luck(column, Purpose.REFIT, world.p.refit_spread)


def planning(world: World, column: ColumnState) -> float:
    """How long planning takes once the conditions are met, h."""
    return world.p.planning * luck(column, Purpose.PLANNING, world.p.planning_spread)


def luck(column: ColumnState, purpose: int, log_sd: float) -> float:
    """A lognormal factor of the present hold, the same however often it is asked for."""
    hold = column.stage - column.first_stage
    return lognormal(column.hold_seed, column.key, purpose, hold, log_sd)


def camp_seen(world: World, place: int) -> float:
    """The hour at which all camps of a place are seen to be vacated; NEVER before."""
    latest = world.run[0].begins
    for camp in world.camps:
        if camp.place == place:
            latest = max(latest, camp.notice_at) if camp.notice_at <= world.run[0].now else NEVER
    return latest


def road_clear(world: World, column: ColumnState, place: int) -> float:
    """The hour at which the withdrawing side is seen to have left a place and the road to it; NEVER before.

    A withdrawing column counts from when it was seen to set out: what it will do is not known before.
    """
    latest = camp_seen(world, place)
    hold = column.stage - column.first_stage
    for i, other in enumerate(world.columns):
        mark = world.clears[column.stage][i]
        if mark != NOWHERE:
            delay = notices.delay(world, column.hold_seed, other.key, hold)
            if world.stages[other.first_stage].departed_at + delay <= world.run[0].now:
                latest = max(latest, world.marks[mark].reached_at + delay)
    return latest


def calendar(world: World, column: ColumnState) -> float:
    """The hour from which the pace of its last leg brings the column there just as the window opens."""
    mark = world.marks[next_objective(world, column)]
    if not column.waits_for_calendar or mark.opens == -NEVER:
        return column.held_from
    if column.last_pace <= 0.0 or world.run[0].march_calendar:
        return mark.opens - usual_hours(world, column, column.km, mark.km)
    return mark.opens - (mark.km - column.km) / column.last_pace


def next_objective(world: World, column: ColumnState) -> int:
    """The mark of the objective after the one that a column holds."""
    index = column.next_mark + 1
    while not world.marks[index].objective:
        index += 1
    return index


def leave(world: World, column: ColumnState, now: float) -> None:
    """The go: the column leaves what it holds, and the groups look out for it again."""
    log_column(world, column, now, Event.GO, place=column.held_place, amount=now - column.held_from)
    if column.probe_at < NEVER:
        column.probe_left = max(0.0, column.probe_at - now) * world.p.probe_rate
        column.probe_at = NEVER
    mark = world.marks[column.next_mark]
    if mark.turns:
        orders.turn(world, column, mark, now)
    column.meets_at = NOWHERE
    column.next_mark += 1
    column.entering = False
    column.mode = Mode.NIGHT
    begin_leg(column, now)
    notices.to_groups(world, column, now)
    notices.to_drones(world, column.side, now)


def recall_leg(world: World, column: ColumnState) -> None:
    """The leg to what a column holds at the start, if the scenario says when that began; drawn too."""
    if column.leg_km > 0.0:
        run = world.run[0]
        u = uniform(run.seed, column.key, Purpose.GIVEN, Given.LEG) if run.spread else 0.5
        column.pace_km = column.km - column.leg_km
        column.pace_from = column.leg_low + u * (column.leg_high - column.leg_low)


def begin_leg(column: ColumnState, now: float) -> None:
    """From here on the column's pace counts, its supply falls and its losses are those of the leg."""
    column.persons_at_hold = column.persons
    serials.gather(column)
    column.set_out = now
    column.set_out_km = column.km
    column.pace_km = column.km
    column.pace_from = now
    column.supply_end = now + column.supply
