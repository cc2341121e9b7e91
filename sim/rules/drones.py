"""Air cover: how much of the time aircraft are over a place, and the drone detachment's own day."""

from sim.chance.keyed import Purpose, exponential, poisson
from sim.rules import notices, towns
from sim.rules.event_log import log_at
from sim.rules.geodesy import Vector, distance, place_vector, vector
from sim.rules.route import head_position
from sim.state.kinds import Event, Mode, Side
from sim.state.rows import NEVER, NOWHERE, ColumnState, DroneState
from sim.state.world import World


def wake(world: World, index: int, now: float) -> float:
    """Come on station, strike, and look for what may be struck."""
    drone = world.drones[index]
    if now >= drone.forward_at:
        drone.station = drone.forward
        drone.forward, drone.forward_at = drone.next_station, drone.next_station_at
        drone.next_station_at = NEVER
        come_on_station(world, drone, now)
    elif not drone.on_station and now >= drone.ready:
        come_on_station(world, drone, now)
    if now >= drone.strike_at:
        strike(world, drone, now)
    aim(world, drone, now)
    return min(drone.forward_at, drone.strike_at)


def come_on_station(world: World, drone: DroneState, now: float) -> None:
    """The control station works; columns of its side that hold, and its other detachments, learn of it."""
    drone.on_station = True
    over = objective_cover(world, drone)
    log_at(world, drone.agent, now, Event.ON_STATION, place=drone.station, amount=over)
    notices.to_holders(world, now)
    notices.to_drones(world, drone.side, now)


def move_forward(world: World, side: int, place: int, now: float) -> None:
    """The control stations of a side that follow its columns will stand at a captured place.

    A move that is under way is finished first.
    """
    for drone in world.drones:
        if drone.side == side and drone.moves_forward and drone.station != place:
            hour = max(drone.ready, now) + world.p.drones_forward
            if drone.forward_at < NEVER:
                drone.next_station, drone.next_station_at = place, hour
            else:
                drone.forward, drone.forward_at = place, hour
            world.wakes[drone.agent] = min(world.wakes[drone.agent], drone.forward_at)


def aim(world: World, drone: DroneState, now: float) -> None:
    """Turn to what it may strike; the clock of strikes runs while there is something."""
    rate = world.p.strike_rate
    target = place_to_strike(world, drone) if drone.ready <= now else NOWHERE
    if target == NOWHERE and drone.strike_at < NEVER:
        drone.strike_left = (drone.strike_at - now) * rate
        drone.strike_at = NEVER
    if target != NOWHERE and drone.target == NOWHERE and rate > 0.0:
        drone.strike_at = now + drone.strike_left / rate
    drone.target = target


def place_to_strike(world: World, drone: DroneState) -> int:
    """The objective of a column that holds near it, under cover; NOWHERE if there is none.

    One detachment at a time strikes an objective: the rate is the objective's.
    """
    for column in world.columns:
        if column.side == drone.side and column.mode == Mode.HOLDING and column.stage < column.last_stage:
            goal = world.stages[column.stage].place
            place = place_vector(world, goal)
            near = distance(place_vector(world, column.held_place), place) <= world.p.strike_reach
            if near and not is_taken(world, drone, goal) and drone_cover(world, drone, place) > 0.0:
                return goal
    return NOWHERE


def is_taken(world: World, drone: DroneState, place: int) -> bool:
    """Whether another detachment strikes a place."""
    taken = False
    for other in world.drones:
        taken = taken or (other.agent != drone.agent and other.target == place)
    return taken


def strike(world: World, drone: DroneState, now: float) -> None:
    """A strike destroys vehicles where the contesting side holds the place, and persons leave."""
    p = world.p
    seed = world.run[0].seed
    hit = 0.0
    if world.places[drone.target].holder == Side.CONTESTING:
        hit = float(poisson(seed, drone.key, Purpose.STRIKE_VEHICLES, drone.strikes, p.strike_vehicles))
    drone.destroyed += hit
    drone.strikes += 1
    towns.fought_at(world, drone.target)
    for town in world.towns:
        if town.place == drone.target:
            town.struck = now
    log_at(world, drone.agent, now, Event.STRIKE, place=drone.target, amount=hit)
    left = exponential(seed, drone.key, Purpose.STRIKE_CLOCK, drone.strikes)
    drone.strike_at = now + left / p.strike_rate


def reach(world: World, side: int, place: int, now: float) -> bool:
    """Whether a drone detachment of a side covers a place; manned aviation does not count."""
    at = place_vector(world, place)
    for drone in world.drones:
        if drone.side == side and drone.ready <= now and drone_cover(world, drone, at) > 0.0:
            return True
    return False


def objective_cover(world: World, drone: DroneState) -> float:
    """Its cover of the next objective of the first column of its side that has one; 0 without any."""
    for column in world.columns:
        if column.side == drone.side and column.stage < column.last_stage:
            return drone_cover(world, drone, place_vector(world, world.stages[column.stage].place))
    return 0.0


def cover(world: World, side: int, at: Vector, now: float) -> float:
    """Cover of a side at a position and hour, 0 to 1: its best detachment's, or its manned aviation's."""
    best = world.p.manned_cover if world.run[0].manned_side == side else 0.0
    for drone in world.drones:
        if drone.side == side and drone.ready <= now:
            best = max(best, drone_cover(world, drone, at))
    return best


def cover_of(world: World, column: ColumnState, now: float) -> float:
    """Cover of its own side over a column's head where it last acted, 0 to 1."""
    lat, lon = head_position(world, column)
    return cover(world, column.side, vector(lat, lon), now)


def drone_cover(world: World, drone: DroneState, at: Vector) -> float:
    """Share of the time that a ready detachment is over a position: less transit and turn-round."""
    way = distance(place_vector(world, drone.station), at)
    if way > drone.radius:
        return 0.0
    if drone.field != drone.station:
        way = distance(place_vector(world, drone.field), at)
    transit = 2.0 * way / drone.cruise
    share = drone.aircraft * (drone.endurance - transit) / (drone.endurance + drone.turn_round)
    return min(1.0, max(0.0, share))
