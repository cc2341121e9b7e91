"""Where things are: heads of columns on their itineraries, groups on roads, and the road between them."""

from sim.state.kinds import ColumnKind
from sim.state.rows import ColumnState
from sim.state.world import World


def head_km(column: ColumnState, now: float) -> float:
    """Road-km of a column's head along its itinerary at an hour not before it last acted."""
    return column.km + column.speed * (now - column.acted_at)


def outward_km(world: World, column: ColumnState) -> float:
    """Road-km of a column's head as it was when it first came by: the same until it goes a road again."""
    leg = world.legs[column.leg]
    if not leg.again:
        return column.km
    along = column.km - leg.start_km
    return leg.first_km - along if leg.back else leg.first_km + along


def leg_at(world: World, column: ColumnState, km: float) -> int:
    """The leg of a column's itinerary on which a road-km lies, before or behind its head."""
    leg = column.leg if km >= world.legs[column.leg].start_km else column.first_leg
    while leg + 1 < column.last_leg and world.legs[leg].end_km <= km:
        leg += 1
    return leg


def head_position(world: World, column: ColumnState) -> tuple[float, float]:
    """Latitude and longitude of a column's head when it last acted, degrees."""
    return position_at(world, column, column.km)


def position_at(world: World, column: ColumnState, km: float) -> tuple[float, float]:
    """Latitude and longitude at a road-km of a column's itinerary, degrees."""
    leg = world.legs[leg_at(world, column, km)]
    along = km - leg.start_km
    return leg.lat + leg.lat_per_km * along, leg.lon + leg.lon_per_km * along


def on_road(world: World, column: ColumnState, km: float) -> tuple[int, float]:
    """A road-km of a column's itinerary as a road and the km from that road's first end."""
    leg = world.legs[leg_at(world, column, km)]
    if leg.forward:
        return leg.road, km - leg.start_km
    return leg.road, leg.end_km - km


def way_between(world: World, start: int, end: int) -> float:
    """The shortest way by road between two numbered places, km; NEVER if there is none.

    Raises KeyError for one without a number, between which nobody was to go (sim.engine.itinerary).
    """
    if start < 0 or end < 0:
        raise KeyError("a way is asked for from or to a place that is not among the routed places")
    return world.distances[start][end]


def road_distance(world: World, road1: int, km1: float, road2: int, km2: float) -> float:
    """The shortest way by road between two points on roads, km."""
    first, second = world.roads[road1], world.roads[road2]
    ahead1, ahead2 = first.km - km1, second.km - km2
    from_start = min(
        way_between(world, first.start, second.start) + km2,
        way_between(world, first.start, second.end) + ahead2,
    )
    from_end = min(
        way_between(world, first.end, second.start) + km2, way_between(world, first.end, second.end) + ahead2
    )
    shortest = min(km1 + from_start, ahead1 + from_end)
    if road1 == road2:
        return min(shortest, abs(km1 - km2))
    return shortest


def way_to(world: World, place: int, road: int, road_km: float) -> float:
    """The shortest way by road from a point on a road to a place, km."""
    point = world.places[place]
    return road_distance(world, point.road, point.road_km, road, road_km)


def way_hours(world: World, column: ColumnState, start: float, end: float) -> float:
    """Hours of march between two road-km of a column's itinerary, each leg at the speed on its ground."""
    hours = 0.0
    for i in range(column.first_leg, column.last_leg):
        leg = world.legs[i]
        km = min(end, leg.end_km) - max(start, leg.start_km)
        if km > 0.0:
            hours += km / leg.ground
    return hours / march_speed(world, column)


def march_speed(world: World, column: ColumnState) -> float:
    """The march speed of a column on a piste, km/h: by its kind, and a factor of its own."""
    p = world.p
    speed = p.march_speed * column.own_speed
    if column.kind == ColumnKind.WHEELED:
        return speed * p.wheeled_factor
    return speed * p.laden_factor if column.kind == ColumnKind.LADEN else speed
