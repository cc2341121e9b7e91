"""Cards of groups on the move, and of vacated camps."""

from typing import Any

from cards.card import Axis, Card, Values
from cards.rules.march import NOON
from cards.rules.road import FIELD
from cards.tiny import ALIKE, one_column, redrawn, template, world_of
from sim.engine.loop import advance
from sim.rules import camps, groups, route
from sim.state.kinds import Mode, Side
from sim.state.rows import NEVER


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
    wary: Any = world.wary[world.indices[group.agent]]
    wary[0] = 50.0 + fears
    for _ in redrawn(world, FIELD):
        group.set_km = -NEVER
        groups.set_ahead(world, group, 10.0)
        km.append(group.set_km - group.seen_km)
    wary[0] = NEVER
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
        "columns: [{objectives: [{place: b, capture: true}]}], groups: [{id: g}], refuges: [near, far]",
        REFUGES,
    )
    world = world_of(made, values)
    column = world.columns[0]
    column.km, column.set_out_km, column.set_out, column.acted_at = 300.0, 300.0 - x, 0.0, 24.0
    place = world.places[groups.choose_refuge(world, column, 24.0)]
    return place.road_km


CAMP = "camps: [{id: camp, place: x}], milestones: [{id: 'x:vacated'}]"
GROUP = "groups: [{id: g, home: g}], refuges: [z]"
CAMP_ROADS = (("x", "g", 9), ("x", "c", 100), ("c", "z", 900))


def _camp_side(values: Values, x: float) -> float:
    text = f"columns: [], {GROUP}, garrisons: [{{place: x, persons: 300}}], {CAMP}"
    world = world_of(template(text, CAMP_ROADS), values)
    world.groups[0].fighters = x
    camps.vacate(world, world.camps[0], NOON)
    return float(world.camps[0].taker == Side.CONTESTING)


def _near(values: Values, x: float) -> float:
    text = f"columns: [], {GROUP}, {CAMP}"
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


CARDS = (
    Card(
        id="sighting-age",
        title="Sightings",
        sentence=(
            "A group acts on where the nearest hostile column was some hours before, every age of a "
            "sighting between two bounds alike."
        ),
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
        sentence=(
            "A group goes to a point ahead of the sighting, every km between two bounds alike, and "
            "beyond the radius of drones that it believes in where that leaves room."
        ),
        formula="low = max(ahead_least, fears) if fears < ahead_most else ahead_least\n"
        "nearer = min(1, max(0, (km - low) / (ahead_most - low)))",
        where={
            "km": "of road ahead of the sighting",
            "fears": "km ahead of the sighting at which that radius ends",
            "nearer": "share of choices that are nearer",
        },
        code=(groups.set_ahead,),
        also=(groups.set_at, groups.wake),
        x=Axis("km", "km ahead of the sighting", (10, 18, 25, 35, 42, 50, 58, 65)),
        y="share nearer",
        draws="below",
        series={"no fear": {"fears": 0.0}, "feared up to 40 km ahead": {"fears": 40.0}},
        run=_ahead,
        assumptions=(
            "A group that is well ahead stays. The radius it believes in is an input, and may be wrong."
        ),
        evidence="None for the distances.",
        is_not="It is no choice of ground, and is not optimised.",
    ),
    Card(
        id="group-travel",
        title="Groups on the move",
        sentence=(
            "A group goes by the shortest road at one speed; on its way it is not to be met and takes "
            "part in nothing."
        ),
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
        sentence=(
            "Broken groups fall back to the next defended position, or where none is left to the "
            "nearest refuge beyond what the column covers in some days at its pace since its last "
            "hold; else to the farthest."
        ),
        formula="least = refuge_time * gone / 24\nkm = near if near >= least else far",
        where={
            "gone": "km that the column went in the last 24 h",
            "least": "km",
            "near": "km by road to the nearer refuge",
            "far": "km by road to the farther",
            "km": "by road to the one chosen",
        },
        code=(groups.choose_refuge, groups.withdraw),
        also=(groups.break_up,),
        x=Axis("gone", "pace of the column, km/day", (4, 10, 16, 19, 21, 26, 40, 70)),
        y="km to the refuge",
        inputs={"near": 40.0, "far": 120.0},
        run=_refuge_km,
        assumptions="Which places are refuges is an input. In a refuge a group is out of the campaign.",
        evidence="None: the refuges are an assumption of the scenarios.",
        is_not="It is no surrender and no end of the war.",
    ),
    Card(
        id="camp-side",
        title="Who has a vacated camp",
        sentence="When the UN leaves a camp at noon, the side with most persons near has it.",
        formula="contesting = 1 if others > garrison else 0",
        where={
            "others": "fighters near the camp, here 9 km away",
            "garrison": "persons of the advancing side in the place",
            "contesting": "1: the contesting side has it, 0: the advancing side",
        },
        code=(camps.vacate, camps.persons_near),
        also=(camps.wake, camps.take),
        x=Axis("others", "fighters near the camp", (100, 200, 280, 320, 350, 400, 600)),
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
        sentence=(
            "Columns and groups are near a camp within a distance by road; a garrison counts in its "
            "own place only."
        ),
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
        sentence=(
            "If nobody is near, the side that can be there first within a day comes into the camp, its "
            "columns at march speed and its groups at theirs."
        ),
        formula="way = km / (march_speed if column else group_speed)\nhours = way if way <= 24 else 0",
        where={"km": "by road to whoever is nearest", "hours": "h until the camp is taken; 0: nobody comes"},
        code=(camps.first_there, camps.vacate),
        also=(camps.take, camps.captured, route.march_speed),
        x=Axis("km", "km by road", (20, 100, 180, 240, 300, 400, 560, 640)),
        y="h until taken (0: never)",
        series={"a column that holds": {"column": 1.0}, "a group": {"column": 0.0}},
        parameters_set=ALIKE,
        run=_camp_taken,
        assumptions="Whoever can, does.",
        evidence="Fixed by assumption: shown, never scored.",
        is_not="It is no race that anybody decided on.",
    ),
)
