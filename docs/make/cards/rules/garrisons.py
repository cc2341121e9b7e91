"""Cards of garrisons: raids, airlift, supply."""

from cards.card import Axis, Card, Values
from cards.rules.march import NOON
from cards.rules.road import FIELD
from cards.tiny import redrawn, template, world_of
from sim.rules import combat, garrisons, setup
from sim.state.kinds import Mode
from sim.state.world import World

POST = "garrisons: [{place: post, persons: 300, vehicles: 60, raided: true}]"
RAIDERS = f"groups: [{{id: g, home: g}}], {POST}, refuges: [z]"
POST_ROADS = (("post", "g", 100), ("g", "c", 50), ("c", "z", 400), ("post", "d", 600))


def _post(values: Values, more: str = "", roads: tuple[tuple[object, ...], ...] = POST_ROADS) -> World:
    text = f"columns: [], {RAIDERS}, milestones: [{{id: 'post:raid'}}]{more}"
    return world_of(template(text, roads), values)


def _first_attempt(values: Values) -> list[float]:
    world = _post(values)
    garrison, days = world.garrisons[0], []
    for _ in redrawn(world, FIELD):
        garrison.attempts = 0
        garrisons.next_attempt(world, garrison, 0.0)
        days.append(garrison.raid_next / 24)
    return days


def _goes_for_a_raid(values: Values, x: float) -> float:
    world = _post(values, roads=(("post", "g", x), ("g", "z", 900)))
    garrisons.attempt(world, world.garrisons[0], NOON)
    return float(garrisons.is_raided(world.garrisons[0]))


def _clear(values: Values, x: float) -> float:
    goals = "objectives: [{place: c, capture: true, refit: true}, {place: z, capture: true}]"
    text = f"columns: [{{id: army, from: c, holds: 2023-10-02, {goals}}}], {RAIDERS}"
    made = template(text, (("post", "g", 100), ("g", "c", x), ("c", "z", 900)))
    world = world_of(made, values)
    world.columns[0].mode = Mode.HOLDING
    return float(garrisons.may_raid(world, world.groups[0], NOON))


def _raid_losses(values: Values, x: float) -> list[float]:
    world, losses = _post(values), []
    garrison, group = world.garrisons[0], world.groups[0]
    for _ in redrawn(world, 1500):
        garrison.persons, garrison.vehicles, garrison.holds = 300.0, 60.0, True
        group.fighters, group.engaged = x, garrison.agent
        garrisons.begin_raid(world, garrison, NOON)
        garrisons.end_raid(world, garrison, garrison.raid_until)
        losses.append(300.0 - garrison.persons)
    return losses


def _falls(values: Values, x: float) -> float:
    world = _post(values)
    garrison, group = world.garrisons[0], world.groups[0]
    garrison.persons, group.engaged = x, garrison.agent
    garrisons.begin_raid(world, garrison, NOON)
    garrisons.end_raid(world, garrison, garrison.raid_until)
    return float(not garrison.holds)


def _ordered(values: Values, x: float) -> float:
    raids = ", raids: [{id: r, groups: [g], garrison: post, day: 2023-10-04}]"
    world = _post(values, raids, (("post", "g", x), ("g", "z", 900)))
    garrisons.ordered(world, 0, NOON)
    return world.garrisons[0].raiders


AIRLIFT = ", airlifts: [{id: planes, airfield: post, night: 2023-10-04, persons: 150}]"


def _lands(values: Values) -> list[float]:
    world = _post(values, AIRLIFT)
    row, hours = world.airlifts[0], []
    for _ in redrawn(world, 800):
        setup.open_run(world)
        hours.append(world.wakes[row.agent] - row.evening)
    return hours


def _supply(values: Values, x: float, hungry: float) -> float:
    world = _post(values)
    garrison = world.garrisons[0]
    garrison.supply, garrison.counted_at, garrison.holds = 240.0, 0.0, True
    hours = garrisons.hungry(garrison, 24 * x) if hungry else garrisons.supply_left(garrison, 24 * x)
    return hours / 24


def _brought(values: Values, x: float) -> float:
    text = """columns: [{objectives: [{place: post, capture: false}], supplies: post, load: 20 days}],
              garrisons: [{place: post, persons: 300, supply: 3 days}], milestones: [{id: 'post:resupply'}]"""
    world = world_of(template(text, (("a", "post", 40), ("post", "z", 90))), values)
    column, garrison = world.columns[0], world.garrisons[0]
    column.vehicles -= x
    before = garrison.supply
    garrisons.resupply(world, column, 0.0)
    return (garrison.supply - before) / 24


CARDS = (
    Card(
        id="raid-attempts",
        title="Raids of their own accord",
        sentence="Groups try raids on a garrison at a constant rate.",
        formula="none = exp(-raid_rate * 24 * days)",
        where={"days": "days", "none": "share of garrisons on which none was tried so far"},
        code=(garrisons.next_attempt,),
        also=(garrisons.attempt, garrisons.wake),
        x=Axis("days", "days", (3, 10, 20, 35, 60, 100)),
        y="share without an attempt",
        draws="above",
        run=_first_attempt,
        assumptions="The rate hangs on nothing; an attempt for which no group is free comes to nothing.",
        evidence="A judgement; only scenarios in which a garrison is `raided` use it.",
        is_not="It is no campaign plan.",
    ),
    Card(
        id="raid-radius",
        title="How far groups go for a raid",
        sentence="A raid is made by the nearest group that is free and near enough by road.",
        formula="raid = 1 if km <= raid_radius else 0",
        where={"km": "by road to the garrison", "raid": "1 or 0"},
        code=(garrisons.attempt,),
        also=(garrisons.is_free, garrisons.may_be_raided),
        x=Axis("km", "km by road to the garrison", (20, 80, 130, 160, 182, 192, 250)),
        y="1: a raid",
        run=_goes_for_a_raid,
        assumptions="It is there at once.",
        evidence="None.",
        is_not="It is no choice of target.",
    ),
    Card(
        id="raid-clear",
        title="No raid with a column near",
        sentence="A group makes no raid of its own accord while it knows of a hostile column near it.",
        formula="free = 0 if km < raid_clear else 1",
        where={"km": "by road from the group to the column", "free": "1: it may raid"},
        code=(garrisons.may_raid,),
        also=(garrisons.is_free,),
        x=Axis("km", "km by road to a hostile column", (20, 60, 90, 110, 120, 128, 160, 250)),
        y="1: may raid",
        run=_clear,
        assumptions="It knows where columns hold, and its last sighting of one under way.",
        evidence="None.",
        is_not="It is no fear of drones.",
    ),
    Card(
        id="raid-losses",
        title="Casualties of a raid",
        sentence=(
            "A raid lasts some hours, a share of the groups' fighters takes part, and both sides lose "
            "as in an ambush."
        ),
        formula="lost = column_loss_rate * committed_share * group * raid_hours",
        where={"group": "fighters of the groups that raid", "lost": "mean casualties of the garrison"},
        code=(garrisons.begin_raid, garrisons.end_raid),
        also=(combat.toll,),
        x=Axis("group", "fighters of the groups", (50, 150, 300, 600)),
        y="casualties, mean",
        draws="mean",
        run=_raid_losses,
        within=0.01,
        assumptions="A garrison fights in its place as a column on the road does.",
        evidence="Deitchman (1962) for the form.",
        is_not="It counts persons of the two sides only.",
    ),
    Card(
        id="garrison-falls",
        title="When a garrison falls",
        sentence=(
            "After a raid a garrison with too few persons to a raider leaves its place, and the "
            "raiders stay there."
        ),
        formula="falls = 1 if persons / (committed_share * fighters) < beaten_ratio else 0",
        where={"persons": "of the garrison", "falls": "1 or 0"},
        code=(garrisons.end_raid, garrisons.fall),
        also=(garrisons.begin_raid, setup.share_fighters),
        x=Axis("persons", "persons of the garrison", (40, 80, 105, 111, 130, 145, 200, 300)),
        y="1: falls",
        run=_falls,
        parameters_set={"column_loss_rate": 0.0, "rebel_loss_rate": 0.0},
        assumptions="The same threshold as for columns. In the plot nobody is lost.",
        evidence="None.",
        is_not="Nobody is taken prisoner, and nobody comes back.",
    ),
    Card(
        id="raid-order",
        title="Raids by order",
        sentence=(
            "A scenario may order groups to raid a garrison at first light of a day: those attack that "
            "are free and near enough."
        ),
        formula="raiders = committed_share * fighters if km <= raid_radius else 0",
        where={"km": "by road to the garrison", "raiders": "fighters that attack"},
        code=(garrisons.ordered,),
        also=(
            garrisons.begin_raid,
            garrisons.is_free,
            garrisons.may_be_raided,
            setup.raid_dawn,
            setup.share_fighters,
        ),
        x=Axis("km", "km by road to the garrison", (20, 100, 140, 160, 182, 192, 250)),
        y="raiders",
        run=_ordered,
        assumptions="An order is an input with its source; it may come to nothing.",
        evidence="Raids on garrisons in September are in the record, and in a scenario of their own.",
        is_not="It is no cause of what followed.",
    ),
    Card(
        id="airlift",
        title="Airlift",
        sentence=(
            "Persons land at a garrison in the night that the scenario gives, if its side still holds "
            "the place; every hour of twelve alike."
        ),
        formula="landed = min(1, max(0, hours / 12))",
        where={"hours": "h since the evening", "landed": "share of runs in which they have landed"},
        code=(setup.open_run, garrisons.airlift),
        x=Axis("hours", "hours since the evening", (0, 2, 4, 6, 8, 10, 12)),
        y="share landed",
        draws="below",
        run=_lands,
        assumptions="Nobody shoots at it; how many come is drawn in the reported range.",
        evidence="The nights are in the record; how many persons came is known only as several dozen.",
        is_not="It brings no supply.",
    ),
    Card(
        id="garrison-supply",
        title="Supply of a garrison",
        sentence=(
            "A garrison uses an hour of supply an hour; what it is without is counted and changes "
            "nothing else."
        ),
        formula=(
            "left = max(0, supply - days)\nwithout = max(0, days - supply)\nhours = without if hungry "
            "else left"
        ),
        where={
            "days": "days since the supply was counted",
            "supply": "days that it had then",
            "hours": "days of supply left, or days without",
        },
        code=(garrisons.supply_left, garrisons.hungry),
        also=(garrisons.count_supply,),
        x=Axis("days", "days since the supply was counted", (0, 3, 6, 9, 11, 14, 18)),
        y="days",
        series={"supply left": {"hungry": 0.0}, "days without": {"hungry": 1.0}},
        inputs={"supply": 10.0},
        run=_supply,
        assumptions="Hunger neither weakens nor moves a garrison.",
        evidence="Bookkeeping of an input.",
        is_not="It is no life of a town under blockade.",
    ),
    Card(
        id="resupply",
        title="Resupply",
        sentence=(
            "A column that comes in brings a garrison its load, less by the share of vehicles that it "
            "lost on the way."
        ),
        formula="days = load * (vehicles - lost) / vehicles",
        where={
            "lost": "vehicles lost on the way",
            "vehicles": "with which it set out",
            "load": "days of supply",
            "days": "days of supply brought",
        },
        code=(garrisons.resupply,),
        also=(garrisons.count_supply,),
        x=Axis("lost", "vehicles lost on the way", (0, 5, 10, 20, 30, 40)),
        y="days of supply brought",
        inputs={"load": 20.0, "vehicles": 40.0},
        run=_brought,
        assumptions="Every vehicle carries the same.",
        evidence="None.",
        is_not="Towns are not fed by it.",
    ),
)
