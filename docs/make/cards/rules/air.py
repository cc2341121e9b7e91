"""Cards of the air: cover, strikes, the move of the control station."""

from cards.card import Axis, Card, Values
from cards.rules.road import FIELD
from cards.tiny import redrawn, template, world_of
from sim.chance.keyed import Purpose, exponential
from sim.engine.template import Template
from sim.rules import drones, geodesy
from sim.state.kinds import Mode, Side
from sim.state.rows import NEVER, DroneState
from sim.state.world import World

RADIUS, ENDURANCE, CRUISE, TURN = 240.0, 24.0, 130.0, 6.0
AVIATION = "manned_aviation: [{side: army, source: test, known: 2023-10-02}]"
DETACHMENT = f"station: a, airfield: a, radius: {RADIUS} km, moves_forward: true"


def _made(km: float = 60.0) -> Template:
    """A column that holds a and goes on to b, some km away, with drones at a."""
    goals = "objectives: [{place: a, capture: true, refit: true}, {place: b, capture: true}]"
    holder = f"columns: [{{from: a, holds: 2023-10-02, {goals}}}]"
    text = f"end: 2024-09-01, {holder}, drones: [{{{DETACHMENT}}}], {AVIATION}"
    return template(text, (("a", "b", km),))


def _north(km: float) -> geodesy.Vector:
    return geodesy.vector(17.0 + km / 110.65, 0.0)


def _cover(values: Values, x: float) -> float:
    return drones.cover(world_of(_made(), values), Side.ADVANCING, _north(x), 100.0)


def _holding(values: Values, km: float = 60.0) -> tuple[World, DroneState]:
    world = world_of(_made(km), values)
    column = world.columns[0]
    column.mode, column.held_place, column.stage = (
        Mode.HOLDING,
        world.marks[column.next_mark].place,
        column.stage + 1,
    )
    return world, world.drones[0]


def _strikes_by(values: Values, x: float, far: float) -> list[float]:
    world, drone = _holding(values, far)
    counts = []
    for _ in redrawn(world, 400):
        drone.strikes, drone.target, drone.strike_at = 0, -1, NEVER
        drone.strike_left = exponential(world.run[0].seed, drone.key, Purpose.STRIKE_CLOCK, 0)
        world.run[0].log_length = 0
        drone.on_station = True
        hour = drones.wake(world, 0, 0.0)
        while hour <= 24 * x:
            hour = drones.wake(world, 0, hour)
        counts.append(float(drone.strikes))
    return counts


def _destroyed(values: Values, x: float) -> list[float]:
    world, drone = _holding(values)
    drone.target = world.stages[world.columns[0].stage].place
    world.places[drone.target].holder = Side.CONTESTING
    hits = []
    for _ in range(FIELD):
        before = drone.destroyed
        drones.strike(world, drone, 100.0)
        hits.append(float(drone.destroyed - before == x))
    return hits


def _works_at(values: Values, x: float) -> float:
    world, drone = _holding(values)
    drone.ready = 24 * 5.0
    place = world.stages[world.columns[0].stage].place
    drones.move_forward(world, Side.ADVANCING, place, 24 * x)
    return drone.forward_at / 24


CARDS = (
    Card(
        id="cover",
        title="Air cover",
        sentence=(
            "A detachment covers a position within the radius of its control station for the share of "
            "time that its aircraft are there: the endurance less the transit from its airfield, in "
            "each round of flight and turn-round; manned aviation gives a floor anywhere."
        ),
        formula=(
            "share = aircraft * (endurance - 2 * km / cruise) / (endurance + turn_round) if km <= "
            "radius else 0\ncover = max(manned_cover, share)"
        ),
        where={
            "km": "from airfield and station, by great circle",
            "aircraft": "of the detachment",
            "endurance": "h",
            "cruise": "km/h",
            "turn_round": "h on the ground",
            "radius": "km",
            "share": "of time, 1 at most",
            "cover": "share of time, 0 to 1",
        },
        code=(drones.drone_cover, drones.cover),
        also=(drones.reach, drones.cover_of, geodesy.distance),
        x=Axis("km", "km from airfield and station", (0, 40, 80, 120, 160, 200, 236, 244, 280, 320)),
        y="cover, share of time",
        inputs={
            "aircraft": 1.0,
            "endurance": ENDURANCE,
            "cruise": CRUISE,
            "turn_round": TURN,
            "radius": RADIUS,
        },
        run=_cover,
        within=1e-3,
        assumptions=(
            "Weather, losses and other tasks count for nothing; the best detachment counts, they do "
            "not add up."
        ),
        evidence=(
            "One source gives the station and the radius; the other numbers are assumptions of the scenarios."
        ),
        alternatives=("radius-150-km", "radius-150-mi", "radius-300-km", "drones-stay-at-gao"),
        is_not="It is no sight: what is under cover is not thereby found.",
    ),
    Card(
        id="strikes",
        title="Air strikes",
        sentence=(
            "Drones strike the objective of a column of their side that holds near it, at a constant "
            "rate while they cover it."
        ),
        formula="strikes = strike_rate * 24 * days if far <= strike_reach else 0",
        where={
            "days": "days on station with cover",
            "far": "km from what the column holds to the objective",
            "strikes": "mean number so far",
        },
        code=(drones.aim, drones.place_to_strike),
        also=(drones.wake, drones.strike, drones.is_taken, drones.objective_cover, drones.come_on_station),
        x=Axis("days", "days on station", (2, 5, 10, 20, 30)),
        y="strikes, mean",
        draws="mean",
        series={"objective at 60 km": {"far": 60.0}, "160 km": {"far": 160.0}, "190 km": {"far": 190.0}},
        run=_strikes_by,
        parameters_set={"leaving": 0.0},
        within=0.01,
        assumptions="The rate is the objective's and does not grow with detachments or hang on targets.",
        evidence="None: the rate is an assumption. `kidal strikes` weighs what was reported of strikes.",
        alternatives=("drones-stay-at-gao", "drones-move-forward"),
        is_not="It is no support of a fight, and says nothing of who was hit beyond vehicles of the groups.",
    ),
    Card(
        id="strike-vehicles",
        title="Vehicles destroyed by a strike",
        sentence="Where the contesting side holds the place, a strike destroys a Poisson number of vehicles.",
        formula="share = poisson(hit, strike_vehicles)",
        where={"hit": "vehicles", "share": "share of strikes"},
        code=(drones.strike,),
        x=Axis("hit", "vehicles destroyed", (0, 1, 2, 3), whole=True),
        y="share of strikes",
        draws="mean",
        run=_destroyed,
        within=1e-3,
        assumptions="The vehicles are counted and missed by nobody: the groups fight on as before.",
        evidence="None.",
        is_not="Persons who were harmed are in the record, with its sources, and in no rule.",
    ),
    Card(
        id="station",
        title="The control station moves forward",
        sentence=(
            "After the capture of a control site the ground control station works there some days "
            "later; a move under way is finished first."
        ),
        formula="works = max(ready, days) + drones_forward / 24",
        where={
            "days": "day of the capture",
            "ready": "day on which the detachment is ready; here the fifth",
            "works": "day",
        },
        code=(drones.move_forward,),
        also=(drones.wake, drones.come_on_station),
        x=Axis("days", "day of the capture", (1, 3, 5, 7, 12, 20)),
        y="station works, day",
        run=_works_at,
        inputs={"ready": 5.0},
        assumptions="Until then it works where it stood.",
        evidence=(
            "Strikes were reported beyond the reported radius in November: the station had moved, or "
            "the radius is larger. The time was chosen by people who knew the dates."
        ),
        alternatives=("drones-stay-at-gao", "drones-move-forward"),
        is_not="It is no base: nobody attacks or defends it.",
    ),
)
