"""Cards of groups on the move, vacated camps and garrisons."""

from cards.card import Axis, Card, Values
from cards.march import NOON
from cards.road import FIELD
from cards.tiny import QUIET, one_column, redrawn, template, world_of
from sim.engine.loop import advance
from sim.rules import camps, combat, garrisons, groups, route, setup
from sim.state.kinds import Mode, Side, Stance
from sim.state.rows import NEVER, NOBODY
from sim.state.world import World

# --- groups -------------------------------------------------------------------------------------------------


def _ages(values: Values) -> list[float]:
    world = world_of(one_column(), values)
    advance(world, world.columns[0].departs)
    group, ages = world.groups[0], []
    for _ in redrawn(world, FIELD):
        group.arrives = 0.0
        ages.append(groups.look(world, group, 10.0) - 10.0)
    return ages


def _ahead(values: Values, fears: float) -> list[float]:
    world = world_of(one_column(), values)
    group, km = world.groups[0], []
    group.quarry, group.seen_km = 0, 50.0
    world.wary[world.indices[group.agent]][0] = 50.0 + fears
    for _ in redrawn(world, FIELD):
        group.set_km = -NEVER
        groups.set_ahead(world, group, 10.0)
        km.append(group.set_km - group.seen_km)
    world.wary[world.indices[group.agent]][0] = NEVER
    return km


def _travel(values: Values, x: float) -> float:
    world = world_of(one_column(), values)
    group = world.groups[0]
    group.road_km = 0.0
    groups.go(world, group, NOON, group.road, x)
    return group.arrives - NOON


REFUGES = (("a", "b", 300), ("b", "near", 40), ("b", "far", 120))


def _refuge_km(values: Values, x: float) -> float:
    made = template(
        "columns: [{objectives: [{place: b, capture: true}]}], groups: [{id: g}], refuges: [near, far]", REFUGES
    )
    world = world_of(made, values)
    column = world.columns[0]
    column.km, column.set_out_km, column.set_out, column.acted_at = 300.0, 300.0 - x, 0.0, 24.0
    place = world.places[groups.choose_refuge(world, column, 24.0)]
    return place.road_km


# --- camps --------------------------------------------------------------------------------------------------


CAMP = "camps: [{id: camp, place: x}], milestones: [{id: 'x:vacated'}]"
CAMP_ROADS = (("x", "g", 9), ("x", "c", 100), ("c", "z", 900))


def _camp_side(values: Values, x: float) -> float:
    text = f"columns: [], groups: [{{id: g, home: g, hostile_to: [army]}}], garrisons: [{{place: x, persons: 300}}], {CAMP}, refuges: [z]"
    world = world_of(template(text, CAMP_ROADS), values)
    world.groups[0].fighters = x
    camps.vacate(world, world.camps[0], NOON)
    return float(world.camps[0].taker == Side.CONTESTING)


def _near(values: Values, x: float) -> float:
    text = f"columns: [], groups: [{{id: g, home: g}}], {CAMP}, refuges: [z]"
    world = world_of(template(text, (("x", "g", x), ("x", "z", 900))), values)
    return float(camps.persons_near(world, world.camps[0].place, NOON)[1] > 0)


def _camp_taken(values: Values, x: float, column: float) -> float:
    goals = "objectives: [{place: c, capture: true, refit: true}, {place: z, capture: true}]"
    army = f"columns: [{{id: army, from: c, holds: 2023-10-02, {goals}}}]" if column else "columns: []"
    fighters = "[]" if column else "[{id: g, home: c}]"
    made = template(f"{army}, groups: {fighters}, {CAMP}, refuges: [z]", (("x", "c", x), ("c", "z", 2000)))
    world = world_of(made, values)
    for row in world.columns:
        row.mode = Mode.HOLDING
    camps.vacate(world, world.camps[0], NOON)
    return world.camps[0].takes_at - NOON if world.camps[0].takes_at < NEVER else 0.0


# --- garrisons ----------------------------------------------------------------------------------------------

POST = "garrisons: [{place: post, persons: 300, vehicles: 60, raided: true}]"
POST_ROADS = (("post", "g", 100), ("g", "c", 50), ("c", "z", 400), ("post", "d", 600))


def _post(values: Values, more: str = "", roads: tuple[tuple[object, ...], ...] = POST_ROADS) -> World:
    text = f"columns: [], groups: [{{id: g, home: g}}], {POST}, milestones: [{{id: 'post:raid'}}], refuges: [z]{more}"
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
    text = f"columns: [{{id: army, from: c, holds: 2023-10-02, {goals}}}], groups: [{{id: g, home: g}}], {POST}, refuges: [z]"
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


AIRLIFT = ", airlifts: [{id: planes, garrison: post, day: 2023-10-04, persons: [100, 199]}]"


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
        id="sighting-age",
        title="Sightings",
        sentence="A group acts on where the nearest hostile column was some hours before, every age of a sighting between two"
        " bounds alike.",
        formula="younger = min(1, max(0, (hours - sighting_least) / (sighting_most - sighting_least)))",
        where={"hours": "h", "younger": "share of sightings that are younger when acted on"},
        code=(groups.look,),
        also=(groups.wake, groups.nearest_column, groups.next_departure),
        x=Axis("hours", "age of a sighting, h", (1, 2.5, 3, 4, 5, 5.8, 7)),
        y="share younger",
        draws="below",
        run=_ages,
        assumptions="One sighting at a time, never wrong; nothing else is known of a column.",
        evidence="None.",
        is_not="It does not say how a column is seen.",
    ),
    Card(
        id="set-ahead",
        title="Groups set themselves ahead",
        sentence="A group goes to a point ahead of the sighting, every km between two bounds alike, and beyond the radius of"
        " drones that it believes in where that leaves room.",
        formula="low = max(ahead_least, fears) if fears < ahead_most else ahead_least\n"
        "nearer = min(1, max(0, (km - low) / (ahead_most - low)))",
        where={"km": "of road ahead of the sighting", "fears": "km ahead of the sighting at which that radius ends",
               "nearer": "share of choices that are nearer"},
        code=(groups.set_ahead,),
        also=(groups.set_at, groups.wake),
        x=Axis("km", "km ahead of the sighting", (10, 18, 25, 35, 42, 50, 58, 65)),
        y="share nearer",
        draws="below",
        series={"no fear": {"fears": 0.0}, "feared up to 40 km ahead": {"fears": 40.0}},
        run=_ahead,
        assumptions="A group that is well ahead stays. The radius it believes in is an input, and may be wrong.",
        evidence="None for the distances.",
        is_not="It is no choice of ground, and is not optimised.",
    ),
    Card(
        id="group-travel",
        title="Groups on the move",
        sentence="A group goes by the shortest road at one speed; on its way it is not to be met and takes part in nothing.",
        formula="hours = km / group_speed",
        where={"km": "by road", "hours": "h"},
        code=(groups.go,),
        also=(groups.set_at,),
        x=Axis("km", "km by road", (10, 40, 80, 120, 200)),
        y="hours on the move",
        run=_travel,
        assumptions="No mines, strikes or halts befall it.",
        evidence="None.",
        is_not="It is no convoy.",
    ),
    Card(
        id="refuge",
        title="Where broken groups go",
        sentence="Broken groups fall back to the next defended position, or where none is left to the nearest refuge beyond what"
        " the column covers in some days at its pace since its last hold; else to the farthest.",
        formula="least = refuge_time * gone / 24\nkm = near if near >= least else far",
        where={"gone": "km that the column went in the last 24 h", "km": "by road to the refuge; here one at 40, one at 120"},
        code=(groups.choose_refuge, groups.withdraw),
        also=(groups.break_up,),
        x=Axis("gone", "pace of the column, km/day", (4, 10, 16, 19, 21, 26, 40, 70)),
        y="km to the refuge",
        inputs={"near": 40.0, "far": 120.0},
        run=_refuge_km,
        assumptions="Which places are refuges is an input. In a refuge a group is out of the campaign.",
        evidence="Groups were reported in the border hills afterwards.",
        is_not="It is no surrender and no end of the war.",
    ),
    Card(
        id="camp-side",
        title="Who has a vacated camp",
        sentence="When the UN leaves a camp at noon, the side with most persons near has it.",
        formula="contesting = 1 if fighters > garrison else 0",
        where={"fighters": "near the camp, here 9 km away", "garrison": "persons of the advancing side in the place",
               "contesting": "1: the contesting side has it, 0: the advancing side"},
        code=(camps.vacate, camps.persons_near),
        also=(camps.wake, camps.take),
        x=Axis("fighters", "fighters near the camp", (100, 200, 280, 320, 350, 400, 600)),
        y="1: contesting side",
        inputs={"garrison": 300.0},
        run=_camp_side,
        assumptions="Nobody fights for a camp.",
        evidence="Fixed by assumption: shown, never scored.",
        is_not="It is no agreement with the UN.",
    ),
    Card(
        id="camp-near",
        title="Who is near a camp",
        sentence="Columns and groups are near a camp within a distance by road; a garrison counts in its own place only.",
        formula="near = 1 if km <= camp_radius else 0",
        where={"km": "by road", "near": "1 or 0"},
        code=(camps.persons_near,),
        x=Axis("km", "km by road", (2, 6, 9, 11, 12, 14, 20)),
        y="1: near",
        run=_near,
        assumptions="Groups that only harass take no camp.",
        evidence="None.",
        is_not="It is no claim to a place.",
    ),
    Card(
        id="camp-first",
        title="Who comes to an empty camp",
        sentence="If nobody is near, the side that can be there first within a day comes into the camp, its columns at march"
        " speed and its groups at theirs.",
        formula="way = km / (march_speed if column else group_speed)\nhours = way if way <= 24 else 0",
        where={"km": "by road to whoever is nearest", "hours": "h until the camp is taken; 0: nobody comes"},
        code=(camps.first_there, camps.vacate),
        also=(camps.take, camps.captured, route.march_speed),
        x=Axis("km", "km by road", (20, 100, 180, 240, 300, 400, 560, 640)),
        y="h until taken (0: never)",
        series={"a column that holds": {"column": 1.0}, "a group": {"column": 0.0}},
        run=_camp_taken,
        assumptions="Whoever can, does.",
        evidence="Fixed by assumption: shown, never scored.",
        is_not="It is no race that anybody decided on.",
    ),
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
        sentence="A raid lasts some hours, a share of the groups' fighters takes part, and both sides lose as in an ambush.",
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
        sentence="After a raid a garrison with too few persons to a raider leaves its place, and the raiders stay there.",
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
        sentence="A scenario may order groups to raid a garrison at first light of a day: those attack that are free and near"
        " enough.",
        formula="raiders = committed_share * fighters if km <= raid_radius else 0",
        where={"km": "by road to the garrison", "raiders": "fighters that attack"},
        code=(garrisons.ordered,),
        also=(garrisons.begin_raid, garrisons.is_free, garrisons.may_be_raided, setup.raid_dawn, setup.share_fighters),
        x=Axis("km", "km by road to the garrison", (20, 100, 140, 160, 182, 192, 250)),
        y="raiders",
        run=_ordered,
        assumptions="An order is an input with its source; it may come to nothing.",
        evidence="Raids on garrisons in September are in the record.",
        is_not="It is no cause of what followed.",
    ),
    Card(
        id="airlift",
        title="Airlift",
        sentence="Persons land at a garrison in the night that the scenario gives, if its side still holds the place; every hour"
        " of twelve alike.",
        formula="landed = min(1, max(0, hours / 12))",
        where={"hours": "h since the evening", "landed": "share of runs in which they have landed"},
        code=(setup.open_run, garrisons.airlift),
        x=Axis("hours", "hours since the evening", (0, 2, 4, 6, 8, 10, 12)),
        y="share landed",
        draws="below",
        run=_lands,
        assumptions="Nobody shoots at it; how many come is drawn in the reported range.",
        evidence="The record of airlifts.",
        is_not="It brings no supply.",
    ),
    Card(
        id="garrison-supply",
        title="Supply of a garrison",
        sentence="A garrison uses an hour of supply an hour; what it is without is counted and changes nothing else.",
        formula="left = max(0, 10 - days)\nwithout = max(0, days - 10)\nhours = without if hungry else left",
        where={"days": "days since it had supply for 10", "hours": "days of supply left, or days without"},
        code=(garrisons.supply_left, garrisons.hungry),
        also=(garrisons.count_supply,),
        x=Axis("days", "days since it had supply for 10", (0, 3, 6, 9, 11, 14, 18)),
        y="days",
        series={"supply left": {"hungry": 0.0}, "days without": {"hungry": 1.0}},
        run=_supply,
        assumptions="Hunger neither weakens nor moves a garrison.",
        evidence="Bookkeeping of an input.",
        is_not="It is no life of a town under blockade.",
    ),
    Card(
        id="resupply",
        title="Resupply",
        sentence="A column that comes in brings a garrison its load, less by the share of vehicles that it lost on the way.",
        formula="days = load * (vehicles - lost) / vehicles",
        where={"lost": "vehicles lost on the way", "vehicles": "with which it set out", "load": "days of supply",
               "days": "days of supply brought"},
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
