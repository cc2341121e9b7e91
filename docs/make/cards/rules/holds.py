"""Cards of the hold: refit, planning, the conditions to resume the advance, the calendar."""

from cards.card import Axis, Card, Values
from cards.rules.road import FIELD
from cards.tiny import QUIET, redrawn, template, world_of
from sim.chance.keyed import Purpose, exponential
from sim.engine.loop import advance
from sim.engine.template import Template
from sim.rules import camps, notices, setup
from sim.rules.column import day, hold, orders
from sim.rules.column.march import usual_hours
from sim.rules.route import march_speed, way_hours
from sim.state.kinds import Event
from sim.state.rows import NEVER, ColumnState
from sim.state.world import World

ROADS = (("a", "b", 50), ("b", "c", 60), ("c", "z", 100))
LATER, FEW = 10_000.0, 300
"""An hour when all is known, and how many sightings a mean is taken of."""
CALM = QUIET | {"probe_rate": 0.0, "leaving": 0.0}
FIXED = CALM | {"refit_spread": 0.0, "planning_spread": 0.0}


def _made(go: str = "", more: str = "") -> Template:
    """A column that holds b from the first day on and goes on to c."""
    goals = "objectives: [{place: b, capture: true, refit: true}, {place: c, capture: true}]"
    return template(
        f"end: 2024-03-01, columns: [{{id: army, from: b, holds: 2023-10-02, {goals}, go: [{go}]}}"
        + (more or "]"),
        ROADS,
    )


def _army(world: World) -> ColumnState:
    return next(column for column in world.columns if column.last_stage - column.first_stage == 2)


def _holding(values: Values, go: str = "", more: str = "") -> tuple[World, ColumnState]:
    world = world_of(_made(go, more), values)
    column = _army(world)
    advance(world, column.departs)
    return world, column


def _refits(values: Values) -> list[float]:
    world, column = _holding(values)
    return [hold.refit(world, column) / 24 for _ in redrawn(world, FIELD)]


def _plannings(values: Values) -> list[float]:
    world, column = _holding(values)
    return [hold.planning(world, column) / 24 for _ in redrawn(world, FIELD)]


DRONE = "], drones: [{station: b, airfield: b, radius: 100 km, ready: 2023-10-02}]"


def _goes(values: Values, x: float, drones: float) -> float:
    world = world_of(_made("drones" if drones else "", DRONE), values)
    drone = world.drones[0]
    drone.ready = world.wakes[drone.agent] = 24 * x
    advance(world, NEVER)
    went = next(entry for entry in world.log if entry.event == Event.GO)
    return went.amount / 24


def _seen(values: Values) -> list[float]:
    world, column = _holding(values)
    return [notices.delay(world, world.run[0].seed, column.key, 0) for _ in redrawn(world, FIELD)]


CAMP = "], camps: [{id: camp, place: c, vacated: 2023-10-09}]"


def _camp_seen(values: Values, x: float) -> list[float]:
    world, _ = _holding(values, "camp_vacated", CAMP)
    days, place = [], world.camps[0].place
    world.run[0].now = LATER
    for _ in redrawn(world, FEW):
        camps.vacate(world, world.camps[0], 24 * x)
        days.append(hold.camp_seen(world, place) / 24)
    return days


UN = (
    ", {id: un, side: un, from: c, departs: 2023-10-20, objectives: [{place: a, capture: false}]}], "
    "camps: [{id: camp, place: c}]"
)


def _road_clear(values: Values, x: float) -> list[float]:
    world, column = _holding(values, "road_clear", UN)
    other = next(one for one in world.columns if one is not column)
    world.stages[other.first_stage].departed_at = 24 * x
    for number in range(other.first_mark, other.last_mark):
        world.marks[number].reached_at = 24 * x + 30
    world.camps[0].notice_at, world.run[0].now = 0.0, LATER
    place = world.stages[column.stage].place
    return [hold.road_clear(world, column, place) / 24 for _ in redrawn(world, FEW)]


MORE = (
    ", {id: more, from: a, departs: 2023-10-07, objectives: [{place: b, capture: false}], reinforces: army}]"
)


def _reinforced(values: Values, x: float) -> float:
    world, column = _holding(values, "reinforced", MORE)
    other = next(one for one in world.columns if one is not column)
    other.persons = x
    while world.marks[other.next_mark].place != column.held_place:
        other.next_mark += 1
    orders.join(world, other, 100.0)
    return column.persons


CALENDAR = "], camps: [{id: camp, place: c, vacated: 2023-10-09, opens: 2023-10-20}]"


def _calendar(values: Values, x: float, by_march: float) -> float:
    world, column = _holding(values, "calendar", CALENDAR)
    column.last_pace = x
    world.run[0].march_calendar = bool(by_march)
    return world.marks[hold.next_objective(world, column)].opens - hold.calendar(world, column)


def _first_probe(values: Values) -> list[float]:
    world, column = _holding(values)
    days = []
    for _ in redrawn(world, FIELD):
        column.probe_left = exponential(world.run[0].seed, column.key, Purpose.PROBE_CLOCK, 0)
        hold.run_probe_clock(world, column, 0.0)
        days.append(column.probe_at / 24)
    return days


def _probe_km(values: Values) -> list[float]:
    world, column = _holding(values)
    km = []
    for _ in redrawn(world, FIELD):
        hold.probe(world, column, 12.0)
        km.append(world.log[world.run[0].log_length - 1].amount)
    return km


def _leg_pace(values: Values, x: float) -> float:
    world = world_of(template("columns: [{objectives: [{place: b, capture: true}]}]", ROADS), values)
    column = world.columns[0]
    column.next_mark, column.km, column.pace_km, column.pace_from = column.last_mark - 1, 50.0, 0.0, 12.0
    column.stage = column.last_stage
    hold.capture(world, column, 12.0 + x)
    return column.last_pace


def _given(values: Values) -> list[float]:
    world = world_of(_made(), values)
    run = world.run[0]
    run.spread, run.given_low, run.given_high = True, 6.0, 18.0
    return [setup.given_hour(world) for _ in redrawn(world, FIELD)]


def _strength(values: Values) -> list[float]:
    world, column = _holding(values)
    world.run[0].spread = True
    column.persons_low, column.persons_high, persons = 300, 499, []
    for _ in redrawn(world, FIELD):
        setup.draw_strength(world, column)
        persons.append(column.persons)
    return persons


CARDS = (
    Card(
        id="strength",
        title="Strength in a reported range",
        sentence=(
            "The persons and vehicles of columns and garrisons are drawn once a run, every whole "
            "number of the reported range alike."
        ),
        formula="fewer = min(1, max(0, (floor(persons) - low + 1) / (high - low + 1)))",
        where={
            "persons": "of a column",
            "low": "reported range of the persons",
            "high": "likewise",
            "fewer": "share of runs with so many or fewer",
        },
        code=(setup.draw_strength,),
        also=(setup.open_column, setup.open_garrison),
        x=Axis("persons", "persons", (290, 320, 350, 400, 450, 480, 499)),
        y="share of runs with fewer",
        draws="below",
        inputs={"low": 300.0, "high": 499.0},
        run=_strength,
        assumptions="Within the range nothing is known.",
        evidence="The range is an input with its source.",
        is_not="One run, and `--fixed`, takes the middle.",
    ),
    Card(
        id="given-start",
        title="The hour of a given start",
        sentence=(
            "A scenario that starts from a milestone starts at an hour drawn in its reported interval, "
            "each alike."
        ),
        formula="before = min(1, max(0, (hour - low) / (high - low)))",
        where={
            "hour": "h",
            "low": "reported interval of the hour",
            "high": "likewise",
            "before": "share of runs that start before",
        },
        code=(setup.given_hour,),
        also=(hold.recall_leg,),
        x=Axis("hour", "hour", (5, 7, 9, 12, 15, 17, 19)),
        y="share of runs started",
        draws="below",
        inputs={"low": 6.0, "high": 18.0},
        run=_given,
        assumptions=(
            "The interval is that of the observation; the outcome before the start is taken as reported."
        ),
        evidence="The record.",
        is_not="It is no prediction of that hour.",
    ),
    Card(
        id="leg-pace",
        title="Capture, and the pace of a leg",
        sentence=(
            "A column whose head is in its objective with no defender left holds it; its pace since it "
            "last met contested road, halts and fights included, is the pace of that leg."
        ),
        formula="pace = km / hours",
        where={"hours": "h since the leg began", "km": "of the leg", "pace": "km/h"},
        code=(hold.capture,),
        also=(hold.begin_leg, hold.leave, hold.stand, day.stand_or_go),
        x=Axis("hours", "hours for 50 km", (5, 10, 20, 40, 80)),
        y="pace, km/h",
        inputs={"km": 50.0},
        run=_leg_pace,
        parameters_set=CALM,
        assumptions="A place is held as soon as the head of a column is there.",
        evidence="By assumption; shown, and not scored as a result.",
        is_not="It is no fight in a town.",
    ),
    Card(
        id="refit",
        title="Refit",
        sentence=(
            "After a capture a column refits, resupply included, for a time of the run's times a "
            "lognormal factor of this hold; where the objective asks for none, there is none."
        ),
        formula="longer = 1 - Phi(log(days / (refit / 24)) / refit_spread)",
        where={"days": "days", "longer": "share of refits that are longer, at one value of the run"},
        code=(hold.refit, hold.luck),
        x=Axis("days", "refit, days", (15, 18, 20, 22, 24, 27, 30, 35)),
        y="share of refits longer",
        draws="above",
        run=_refits,
        assumptions=(
            "It does not hang on losses, supply or the season. In the plot the run's value is fixed; "
            "`--runs` draws it as well."
        ),
        evidence="A judgement by people who knew that the hold lasted five weeks.",
        is_not="It is no measure of readiness.",
    ),
    Card(
        id="planning",
        title="Planning",
        sentence=(
            "Once the last condition is met, planning takes a time of the run's times a lognormal "
            "factor of this hold."
        ),
        formula="longer = 1 - Phi(log(days / (planning / 24)) / planning_spread)",
        where={"days": "days", "longer": "share of plannings that take longer, at one value of the run"},
        code=(hold.planning, hold.luck),
        x=Axis("days", "planning, days", (2, 2.5, 3, 3.5, 4, 5, 6, 8)),
        y="share longer",
        draws="above",
        run=_plannings,
        assumptions="It begins with the last condition, and not before.",
        evidence="A judgement by people who knew the dates.",
        is_not="It is no staff at work.",
    ),
    Card(
        id="decision",
        title="Decision to resume the advance",
        sentence=(
            "A column goes on at the first dawn after its refit is over, the conditions of its "
            "scenario are met, as it knows them, and planning is done."
        ),
        formula="met = max(refit / 24, days) if drones else refit / 24\ngoes = ceil(met + planning / 24)",
        where={
            "days": "day of the hold at which drones cover the objective",
            "goes": "day of the hold at whose dawn it goes; the hold begins at dawn",
        },
        code=(hold.decide, hold.waits_until, hold.met),
        also=(hold.stand, hold.leave, hold.covered_since, hold.refit, hold.planning, day.stand_or_go),
        x=Axis(
            "days", "day of the hold at which drones cover the objective", (2, 12, 20, 23, 25, 26.5, 31, 38)
        ),
        y="length of the hold, days",
        series={"drones are a condition": {"drones": 1.0}, "they are none": {"drones": 0.0}},
        run=_goes,
        parameters_set=FIXED,
        within=0.02,
        assumptions="Which conditions count is an input of the scenario; all have to be met, and each once.",
        evidence="The record does not settle what was waited for: `kidal explain` compares explanations.",
        alternatives=("go-refit", "go-refit-drones", "go-refit-calendar", "go-refit-road-clear"),
        is_not="It is no commander's mind.",
    ),
    Card(
        id="sightings",
        title="When a thing is seen",
        sentence=(
            "A column that holds learns of a vacated camp or of a withdrawing column some hours after "
            "it happened, every delay between two bounds alike."
        ),
        formula="seen = min(1, max(0, (hours - sighting_least) / (sighting_most - sighting_least)))",
        where={"hours": "h since it happened", "seen": "probability that it is known"},
        code=(notices.delay,),
        also=(notices.of_withdrawal, notices.to_holders),
        x=Axis("hours", "hours since it happened", (1, 2.5, 3, 4, 5, 5.8, 7)),
        y="Pr(known)",
        draws="below",
        run=_seen,
        assumptions="Nothing is seen wrongly or never.",
        evidence="None.",
        is_not="It is no means of reconnaissance.",
    ),
    Card(
        id="camp-seen",
        title="Condition: the camp is vacated",
        sentence="The condition is met once all camps at the next objective are seen to be vacated.",
        formula="met = days + (sighting_least + sighting_most) / 48",
        where={"days": "day on which the camp is vacated", "met": "day, in the mean of sightings"},
        code=(hold.camp_seen,),
        also=(hold.met, notices.delay, camps.vacate),
        x=Axis("days", "day on which the camp is vacated", (1, 5, 9, 14, 20)),
        y="condition met, day",
        draws="mean",
        run=_camp_seen,
        parameters_set=FIXED,
        assumptions="The day of each camp is an input, published beforehand or reported.",
        evidence="The days on which camps were vacated are in the record.",
        alternatives=("go-refit-camp-vacated",),
        is_not="It is no agreement between sides.",
    ),
    Card(
        id="road-clear",
        title="Condition: the road is clear",
        sentence=(
            "The condition is met once the withdrawing side is seen to have left the objective and the "
            "road to it."
        ),
        formula="met = days + (march + (sighting_least + sighting_most) / 2) / 24",
        where={
            "days": "day on which the withdrawing column sets out",
            "march": "h until it is off the road",
            "met": "day, in the mean of sightings",
        },
        code=(hold.road_clear,),
        also=(hold.met, notices.delay, notices.of_withdrawal),
        x=Axis("days", "day on which the withdrawing column sets out", (1, 5, 9, 14, 20)),
        y="condition met, day",
        draws="mean",
        inputs={"march": 30.0},
        run=_road_clear,
        parameters_set=FIXED,
        assumptions="Nobody foresees when a withdrawing column will be off the road.",
        evidence="None.",
        alternatives=("go-refit-road-clear",),
        is_not="It is no agreement between sides.",
    ),
    Card(
        id="reinforced",
        title="Condition: reinforced",
        sentence="A column that comes in to reinforce one that holds becomes part of it once its rear is in.",
        formula="persons = held + more",
        where={
            "more": "persons that come in",
            "held": "persons of the column that holds, before",
            "persons": "of it afterwards",
        },
        code=(orders.join,),
        also=(hold.met, day.finish),
        x=Axis("more", "persons that come in", (50, 100, 200, 400)),
        y="persons together",
        inputs={"held": 400.0},
        run=_reinforced,
        parameters_set=FIXED,
        assumptions="Its day of departure and strength are inputs.",
        evidence=(
            "One source says that the column waited for reinforcements; their number and day are assumptions."
        ),
        alternatives=("go-refit-reinforced",),
        is_not="It brings no supply.",
    ),
    Card(
        id="calendar",
        title="Condition: the published calendar",
        sentence=(
            "With the published opening of a handover among the conditions, a column goes no earlier "
            "than its own pace would bring it to the objective just as that opens: the pace of its "
            "last leg, or, in an alternative, its march speed."
        ),
        formula="pace = march_speed * march_hours / 24 if by_march else last\nbefore = km / pace",
        where={
            "last": "km/h, pace of the last leg, halts and fights included",
            "km": "to the objective",
            "before": "h before the opening at which it may go",
        },
        code=(hold.calendar,),
        also=(hold.next_objective, usual_hours, way_hours, march_speed),
        x=Axis("last", "pace of the last leg, km/h", (0.5, 0.8, 1.2, 2, 3, 4.5)),
        y="hours before the opening",
        series={"last leg": {"by_march": 0.0}, "march speed": {"by_march": 1.0}},
        inputs={"km": 60.0},
        run=_calendar,
        parameters_set=FIXED,
        assumptions=(
            "It takes the next leg to be like the last. The lead of the model on November hangs on "
            "this rule, which was chosen by people who knew the outcome."
        ),
        evidence=(
            "No document of the record has the published opening; that anybody reckoned with it is an "
            "assumption."
        ),
        alternatives=("calendar-by-march-speed", "go-refit"),
        is_not="It is no knowledge of what will happen on the way.",
    ),
    Card(
        id="reconnaissance",
        title="Reconnaissance in force: how often",
        sentence=(
            "While a column holds, a part of it goes out at a constant rate; by night it waits for "
            "first light."
        ),
        formula="none = exp(-probe_rate * 24 * days)",
        where={"days": "days of the hold", "none": "share of holds without one so far"},
        code=(hold.run_probe_clock,),
        also=(hold.probe,),
        x=Axis("days", "days of the hold", (2, 5, 10, 20, 35, 60)),
        y="share without one",
        draws="above",
        run=_first_probe,
        assumptions="It meets nothing, costs nothing, and changes nothing but what is reported.",
        evidence="One such move is in the record.",
        is_not="It decides nothing about the advance.",
    ),
    Card(
        id="reconnaissance-km",
        title="Reconnaissance in force: how far",
        sentence=(
            "It goes some km towards the objective, every distance between two bounds alike, and comes "
            "back within the day."
        ),
        formula="nearer = min(1, max(0, (km - probe_least) / (probe_most - probe_least)))",
        where={"km": "km out", "nearer": "share that go less far"},
        code=(hold.probe,),
        also=(hold.next_objective,),
        x=Axis("km", "km out", (4, 6, 8, 11, 14, 17, 21)),
        y="share less far",
        draws="below",
        run=_probe_km,
        assumptions="Not beyond the objective.",
        evidence="A judgement by people who knew of one.",
        is_not="It is no attack.",
    ),
)
