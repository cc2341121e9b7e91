"""A camp of the withdrawing side: vacated at noon, it passes to a side that is or can be there within a day.

No parameter decides who takes a camp but where the scenario puts people: it is shown, never scored.
"""

from sim.chance.keyed import ONCE
from sim.rules import notices
from sim.rules.column import serials
from sim.rules.event_log import log_camp
from sim.rules.route import head_km, march_speed, on_road, way_to
from sim.state.kinds import ADVANCING, CONTESTING, Event, Mode, Side, Stance
from sim.state.rows import NEVER, NOBODY
from sim.state.world import World


def wake(world: World, index: int, now: float) -> float:
    """Be vacated, taken, and seen to be empty."""
    camp = world.camps[index]
    if camp.notice_at == NEVER:
        vacate(world, index, now)
    if camp.holder == NOBODY and now >= camp.takes_at:
        take(world, index, camp.taker, now)
    if now >= camp.notice_at:
        notices.to_holders(world, now)
    hour = NEVER
    for next_hour in (camp.takes_at, camp.notice_at):
        if next_hour > now:
            hour = min(hour, next_hour)
    return hour


def vacate(world: World, index: int, now: float) -> None:
    """It is vacated; whoever has most persons near has the camp, else who can be there first within a day."""
    camp = world.camps[index]
    camp.holder = NOBODY
    camp.notice_at = now + notices.delay(world, world.run[0].seed, camp.key, ONCE)
    log_camp(world, index, now, Event.VACATED)
    advancing, contesting = persons_near(world, camp.place, now)
    camp.takes_at = now
    if advancing > 0.0 or contesting > 0.0:
        camp.taker = taker_of(advancing > contesting)
        return
    advancing, contesting = first_there(world, camp.place, now)
    camp.takes_at = now + min(advancing, contesting)
    camp.taker = taker_of(advancing < contesting)
    if camp.takes_at > now + 24.0:
        camp.takes_at, camp.taker = NEVER, NOBODY


def taker_of(is_advancing: bool) -> int:
    """The side that has a camp: the advancing one, or the contesting one."""
    return ADVANCING if is_advancing else CONTESTING


def take(world: World, index: int, side: int, now: float) -> None:
    """A side comes into an empty camp, and so into a place that nobody held."""
    camp = world.camps[index]
    camp.holder = side
    camp.takes_at = NEVER
    if world.places[camp.place].holder == NOBODY:
        world.places[camp.place].holder = side
    if camp.taken_by == NOBODY:
        camp.taken_by = side
        log_camp(world, index, now, Event.CAMP_TAKEN, amount=float(side))


def captured(world: World, place: int, side: int, now: float) -> None:
    """A side has come to hold a place: the vacated camps there are its own."""
    for i in range(len(world.camps)):
        if world.camps[i].place == place and world.camps[i].holder != Side.WITHDRAWING:
            take(world, i, side, now)


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
    p = world.p
    advancing, contesting = NEVER, NEVER
    for column in world.columns:
        if column.side == Side.ADVANCING and column.mode == Mode.HOLDING:
            road, road_km = on_road(world, column, column.km)
            hours = way_to(world, place, road, road_km) / march_speed(world, column)
            advancing = min(advancing, hours)
    for group in world.groups:
        if group.stance != Stance.WITHDRAWN and group.raids:
            way = way_to(world, place, group.road, group.road_km)
            contesting = min(contesting, max(0.0, group.arrives - now) + way / p.group_speed)
    return advancing, contesting
