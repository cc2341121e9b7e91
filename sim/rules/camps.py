"""A camp of the withdrawing side: vacated at noon, a side that is or can be there within a day controls it.

No parameter decides who takes a camp but where the scenario puts people: it is shown, never scored.
"""

from sim.chance.keyed import ONCE
from sim.rules import notices
from sim.rules.column import serials
from sim.rules.event_log import log_at
from sim.rules.route import head_km, march_speed, on_road, way_to
from sim.state.kinds import ADVANCING, CONTESTING, Event, Mode, Side, Stance
from sim.state.rows import NEVER, NOBODY, CampState
from sim.state.world import World


def wake(world: World, index: int, now: float) -> float:
    """Be vacated, taken, and seen to be empty."""
    camp = world.camps[index]
    if camp.notice_at == NEVER:
        vacate(world, camp, now)
    if now >= camp.takes_at:
        take(world, camp, camp.taker, now)
    if now < camp.notice_at:
        return min(camp.takes_at, camp.notice_at)
    notices.to_holders(world, now)
    return camp.takes_at


def vacate(world: World, camp: CampState, now: float) -> None:
    """It is vacated; whoever has most persons near has the camp, else who can be there first within a day."""
    camp.holder = NOBODY
    camp.notice_at = now + notices.delay(world, world.run[0].seed, camp.key, ONCE)
    log_at(world, camp.agent, now, Event.VACATED, place=camp.place)
    advancing, contesting = persons_near(world, camp.place, now)
    camp.takes_at = now
    if advancing > 0.0 or contesting > 0.0:
        camp.taker = ADVANCING if advancing > contesting else CONTESTING
        return
    advancing, contesting = first_there(world, camp.place, now)
    camp.takes_at = now + min(advancing, contesting)
    camp.taker = ADVANCING if advancing < contesting else CONTESTING
    if camp.takes_at > now + 24.0:
        camp.takes_at, camp.taker = NEVER, NOBODY


def take(world: World, camp: CampState, side: int, now: float) -> None:
    """A side comes into an empty camp, and so into a place that nobody held."""
    camp.holder = side
    camp.takes_at = NEVER
    if world.places[camp.place].holder == NOBODY:
        world.places[camp.place].holder = side
    if camp.taken_by == NOBODY:
        camp.taken_by = side
        log_at(world, camp.agent, now, Event.CAMP_TAKEN, place=camp.place, amount=float(side))


def captured(world: World, place: int, side: int, now: float) -> None:
    """A side has come to hold a place: the vacated camps there are its own."""
    for camp in world.camps:
        if camp.place == place and camp.holder != Side.WITHDRAWING:
            take(world, camp, side, now)


def persons_near(world: World, place: int, now: float) -> tuple[float, float]:
    """Persons of the advancing and of the contesting side near a place: within the camp radius by road.

    A garrison stays: it counts in its own place and nowhere else. Groups that only harass take no camp.
    """
    radius = world.p.camp_radius
    advancing, contesting = 0.0, 0.0
    for column in world.columns:
        if column.side == Side.ADVANCING and column.mode > Mode.WAITING:
            road, road_km = on_road(world, column, head_km(column, now))
            if way_to(world, place, road, road_km) <= radius:
                advancing += serials.persons_present(world, column, now)
    for garrison in world.garrisons:
        if garrison.place == place and garrison.side == Side.ADVANCING and garrison.holds:
            advancing += garrison.persons
    for group in world.groups:
        near = way_to(world, place, group.road, group.road_km) <= radius
        if near and group.raids and group.stance != Stance.WITHDRAWN and group.arrives <= now:
            contesting += group.fighters
    return advancing, contesting


def first_there(world: World, place: int, now: float) -> tuple[float, float]:
    """Hours in which each side could be at a place: its columns that hold, its groups; garrisons stay."""
    advancing, contesting = NEVER, NEVER
    for column in world.columns:
        if column.side == Side.ADVANCING and column.mode == Mode.HOLDING:
            road, road_km = on_road(world, column, column.km)
            hours = way_to(world, place, road, road_km) / march_speed(world, column)
            advancing = min(advancing, hours)
    for group in world.groups:
        if group.stance != Stance.WITHDRAWN and group.raids:
            way = way_to(world, place, group.road, group.road_km)
            contesting = min(contesting, max(0.0, group.arrives - now) + way / world.p.group_speed)
    return advancing, contesting
