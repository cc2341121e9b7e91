"""Where those who leave a town go: Flee's weights by distance (Suleimenova, Bell and Groen 2017)."""

from sim.rows import NEVER, Destination
from sim.tables import World


def settle(world: World, town: int, leave: float) -> None:
    """Share those who leave a town over the destinations."""
    for i in range(len(world.destinations)):
        world.destinations[i].arrived += leave * world.shares[town][i]


def fought_at(world: World, place: int) -> None:
    """There was a fight, raid or strike at a place: fewer will go there."""
    if world.places[place].fought == 0:
        world.places[place].fought = 1
        share_out(world)


def share_out(world: World) -> None:
    """The share of each destination in those who leave a town from now on, in proportion to its weight."""
    for town in range(len(world.towns)):
        place = world.towns[town].place
        total = 0.0
        for i in range(len(world.destinations)):
            world.shares[town][i] = weight(world, place, world.destinations[i])
            total += world.shares[town][i]
        if total > 0.0:
            for i in range(len(world.destinations)):
                world.shares[town][i] /= total


def weight(world: World, place: int, destination: Destination) -> float:
    """The weight of a destination for those of a place: nearer ones, borders and refuges more, fighting less.

    None for their own place.
    """
    way = world.distances[place][destination.place]
    if destination.place == place or way == NEVER:
        return 0.0
    p = world.parameters[0]
    weight = p.refuge_weight if destination.draws == 1 else 1.0
    if world.places[destination.place].fought == 1:
        weight *= p.fighting_weight
    return weight / (way + p.distance_offset)
