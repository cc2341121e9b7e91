"""Cards of what befalls a column on its road: harassing fire, mines, ambushes, serials."""

from cards.card import Axis, Card, Values
from cards.rules.march import NOON
from cards.tiny import GROUPS, one_column, redrawn, template, world_of
from sim.chance.keyed import Purpose, exponential
from sim.rules import groups, setup
from sim.rules.column import ambush, day, march, mines, serials
from sim.rules.daylight import next_first_light
from sim.state.rows import NEVER
from sim.state.world import World

FIELD = 4000
"""Runs of which a share or a mean is taken."""


def _contested(values: Values, km: float = 10.0) -> World:
    """A column on contested road."""
    world = world_of(one_column(), values)
    world.columns[0].km = km
    return world


def _later_starts(values: Values) -> list[float]:
    world = _contested(values)
    column, midnight = world.columns[0], 24.0
    dawn = next_first_light(world, column, midnight)
    return [day.midnight(world, column, midnight) - dawn for _ in redrawn(world, FIELD)]


MINED = (
    "columns: [{objectives: [{place: b, capture: true}]}], groups: [{id: g, home: z, mines: [army]}, "
    "{id: h, home: b}], refuges: [z]"
)
"""A group beyond the objective that lays mines for the column."""


def _first_strikes(values: Values, drawn: float) -> list[float]:
    world, km = world_of(template("rules: {mines: everywhere}, " + MINED), values), []
    column = world.columns[0]
    for _ in redrawn(world, FIELD):
        setup.open_way(world)
        setup.open_column(world, column)
        if not drawn:
            world.legs[0].mine_factor = column.mine_factor = 1.0
        km.append(march.mine_km(world, column))
    return km


def _mined_at(values: Values, x: float) -> float:
    far = (("a", "b", 2.0 * x, "near"), ("b", "z", 50.0, "far"))
    made = template(MINED.replace("home: z", "home: a"), far)
    world = world_of(made, values)
    return setup.mined(world, world.columns[0], world.legs[0])


def _none_found(values: Values, x: float) -> list[float]:
    world = world_of(template(MINED), values)
    column, none = world.columns[0], []
    for _ in redrawn(world, FIELD):
        column.finds = column.mines = 0
        for _ in range(int(x)):
            mines.meet(world, column, NOON)
        none.append(float(column.finds == 0))
    return none


def _find_halts(values: Values) -> list[float]:
    world = world_of(template(MINED), values)
    return [mines.find(world, world.columns[0], NOON) - NOON for _ in redrawn(world, FIELD)]


def _halts(values: Values) -> list[float]:
    world = world_of(one_column(), values)
    return [mines.strike(world, world.columns[0], NOON) - NOON for _ in redrawn(world, FIELD)]


def _hit(values: Values, x: float) -> list[float]:
    world = world_of(one_column(), values)
    column, hit = world.columns[0], []
    for _ in redrawn(world, FIELD):
        before, column.vehicles = 40.0, 40.0
        mines.strike(world, column, NOON)
        hit.append(float(before - column.vehicles == x))
    return hit


def _is_met(values: Values, x: float, ready: float) -> list[float]:
    aviation = "manned_aviation: [{side: army, source: test, known: 2023-10-02}]"
    made = template(f"columns: [{{objectives: [{{place: b, capture: true}}]}}], {GROUPS}, {aviation}")
    world = world_of(made, dict(values) | {"manned_cover": x})
    column = world.columns[0]
    column.km = 250.0
    if ready < 1:
        world.groups[1].rested = NEVER
    return [float(ambush.is_met(world, column, NOON)) for _ in range(FIELD)]


def _ambush_km(values: Values) -> list[float]:
    world, km = world_of(one_column(), values), []
    column = world.columns[0]
    for _ in redrawn(world, FIELD):
        column.ambush_left = exponential(world.run[0].seed, column.key, Purpose.AMBUSH_CLOCK, 0)
        km.append(march.ambush_km(world, column))
    return km


def _ready(values: Values, x: float, hours: float) -> float:
    world = world_of(one_column(), values)
    column, group = world.columns[0], world.groups[0]
    group.engaged = column.agent
    groups.disengage(world, column.agent, column.key, 0, now=NOON, lost=0.0)
    column.km = 300.0 - x
    return float(groups.is_ready(world, group, column, NOON + hours))


def _fight_hours(values: Values) -> list[float]:
    world = world_of(one_column(), values)
    column = world.columns[0]
    return [ambush.fight(world, column, NOON, 100.0) - NOON for _ in range(FIELD)]


def _engaged(values: Values, x: float) -> float:
    world = world_of(one_column(), values)
    column = world.columns[0]
    column.km = 300.0
    for number, group in enumerate(world.groups):
        group.rested = 0.0 if number < x else NEVER
    return groups.engage_ready(world, column, NOON)


def _blocked(values: Values, x: float) -> float:
    block = "groups: [{id: g, home: z, role: blocking, blocks: [a, b]}, {id: h, home: z}], refuges: [z]"
    made = template(f"columns: [{{objectives: [{{place: b, capture: true}}]}}], {block}")
    world = world_of(made, values)
    column = world.columns[0]
    group = next(one for one in world.groups if one.stance == 4)
    group.rested = NOON + values["recovery"]
    return groups.engage_block(world, column, group, NOON + x)


def _contested_at(values: Values, x: float) -> float:
    made = one_column(", stops: [m], contested_from: m", (("a", "m", 60), ("m", "b", 100), ("b", "z", 100)))
    world = world_of(made, values)
    world.columns[0].km = x
    return float(groups.is_contested(world, world.columns[0]))


SERIALS = (
    ", vehicle_gap: 100 m, serial_gap: 30 min, serials: [{id: one, persons: 100, vehicles: 10}, {id: "
    "two, persons: 300, vehicles: 30}]"
)


def _present(values: Values, x: float) -> float:
    world = world_of(one_column(SERIALS), values)
    column = world.columns[0]
    serials.set_out(column, NOON, 10.0)
    return serials.shares_present(world, column, NOON + x)[0]


def _pass_time(values: Values, x: float) -> float:
    world = world_of(one_column(SERIALS), values)
    column = world.columns[0]
    column.next_mark, column.km, column.speed = column.last_mark - 1, 300.0, x
    day.take(world, column, NOON)
    return column.pass_time


def _first_share(values: Values, x: float) -> float:
    world = world_of(one_column(SERIALS), values)
    column = world.columns[0]
    serials.set_out(column, NOON, 10.0)
    serials.lose(world, column, NOON + 0.1, persons=x, vehicles=0.0)
    return serials.shares_present(world, column, NOON + 0.1)[0]


CARDS = (
    Card(
        id="contested",
        title="Contested road",
        sentence=(
            "A column is on contested road beyond what its side holds and from where its scenario says "
            "that this begins, while a hostile group is in the field."
        ),
        formula="contested = 1 if km >= begins else 0",
        where={
            "km": "road-km of the head",
            "begins": "km from which the scenario has the road contested",
            "contested": "1 or 0",
        },
        code=(groups.is_contested,),
        also=(groups.is_hunted, groups.is_hostile, groups.is_contested_ahead),
        x=Axis("km", "road-km of the head", (0, 20, 40, 59, 61, 80, 120, 150)),
        y="1: contested",
        inputs={"begins": 60.0},
        run=_contested_at,
        assumptions="The line is an input, chosen by people who knew where the first attacks were reported.",
        evidence="None: assumed by people who knew that no report names contact before that place.",
        alternatives=("contact-on-contested-road",),
        is_not="It is no front and no map of who is where.",
    ),
    Card(
        id="harassing-fire",
        title="Nights of harassing fire",
        sentence=(
            "A night on contested road is disturbed with one probability; the next start is then later "
            "by an exponential time, and the column is in contact."
        ),
        formula="later = night_harassment * exp(-hours / night_slip)",
        where={"hours": "h of delay", "later": "share of nights after which the start is later by more"},
        code=(day.midnight,),
        x=Axis("hours", "delay of the start, h", (0, 0.5, 1, 1.5, 2, 3, 4, 6)),
        y="share of nights",
        draws="above",
        run=_later_starts,
        assumptions="Nights are alike and independent, however many groups are near and whatever flies.",
        evidence="None; reports name single nights and no rate.",
        is_not="It hurts nobody, and is not drawn at a defended position.",
    ),
    Card(
        id="mine-strikes",
        title="Devices along the road",
        sentence=(
            "A column meets devices at a rate per km, times a factor of the section of road and one of the "
            "column, each drawn once a run from Gamma(2, 1/2) with mean 1, and times how near a group is "
            "that lays mines for it."
        ),
        formula="z = 4 / (mine_rate * km)\nnone = z**2 * U(2, 1, z) if drawn else exp(-mine_rate * km)",
        where={
            "km": "km of road marched",
            "none": (
                "share of runs without a device so far, where a group is that lays them: with both factors "
                "1, or drawn (U is Tricomi's function)"
            ),
        },
        code=(march.mine_km, march.mines_per_km),
        also=(march.carry_on, march.march, setup.open_way),
        x=Axis("km", "km marched", (10, 25, 50, 75, 100, 150, 200, 250, 290)),
        y="share without a device",
        draws="above",
        series={"factors drawn": {"drawn": 1.0}, "both factors 1": {"drawn": 0.0}},
        run=_first_strikes,
        assumptions=(
            "A section is as bad for all columns of a run; what is met does not thin out the mines, and who "
            "marches second is not safer."
        ),
        evidence=(
            "Counts of strikes and finds on convoys of the region, the two columns modelled here left out; "
            "no survey of mines was used and none is given."
        ),
        alternatives=("mines-everywhere",),
        is_not="It is no map of hazard: the factors are drawn anew in each run and belong to no place.",
    ),
    Card(
        id="mines-laid",
        title="Mines are laid by somebody",
        sentence=(
            "On each section of a column's way the rate of devices falls with the way by road from the "
            "home of the nearest group that lays mines for its side; where nobody does there are none."
        ),
        formula="share = exp(-km / mine_reach)",
        where={"km": "by road, from the group's home to the middle of the section", "share": "of the rate"},
        code=(setup.mined,),
        also=(setup.open_mines,),
        x=Axis("km", "km by road from the group's home", (10, 25, 50, 75, 100, 150, 200, 300)),
        y="share of the rate",
        run=_mined_at,
        assumptions=(
            "The home counts, wherever the group is later; a section has the rate of its middle. How far a "
            "group lays mines is an assumption: nothing in the facts informs it."
        ),
        evidence="None.",
        alternatives=("mines-everywhere",),
        is_not="It is a number of a whole section: no place, method or time of a device is modelled.",
    ),
    Card(
        id="mine-found",
        title="A device that is found",
        sentence="A device that is met is found with one probability, and strikes nobody.",
        formula="none = (1 - mine_found) ** devices",
        where={"devices": "devices met", "none": "share of columns that have found none of them"},
        code=(mines.meet,),
        also=(mines.met,),
        x=Axis("devices", "devices met", (0, 1, 2, 3, 4, 6), whole=True),
        y="share without a find",
        draws="mean",
        run=_none_found,
        within=1e-3,
        assumptions="The same for every column and device.",
        evidence=(
            "On 14 escorts in Mali in 2019 and 2020 ten devices were found and none exploded; other columns"
            " were struck and no find is reported of them."
        ),
        alternatives=("mines-everywhere",),
        is_not="It is no drill of search.",
    ),
    Card(
        id="find-halt",
        title="Halt at a device that is found",
        sentence="A find halts the column for a lognormal time, and no more comes of it.",
        formula="longer = 1 - Phi(log(hours / find_halt) / mine_halt_spread)",
        where={"hours": "h of halt", "longer": "share of halts that are longer"},
        code=(mines.find, mines.halt, day.after_halt),
        x=Axis("hours", "halt, h", (0.5, 1, 1.25, 1.5, 2, 2.5, 3, 4)),
        y="share of halts longer",
        draws="above",
        run=_find_halts,
        assumptions="Halts at finds scatter about their median as those after strikes do.",
        evidence="One find of 2023 between Tessalit and Gao took 1 h 29 min.",
        is_not="It is no clearing drill.",
    ),
    Card(
        id="mine-halt",
        title="Halt after a mine strike",
        sentence="A mine strike halts the column for a lognormal time; afterwards it is in contact.",
        formula="longer = 1 - Phi(log(hours / mine_halt) / mine_halt_spread)",
        where={"hours": "h of halt", "longer": "share of halts that are longer"},
        code=(mines.strike,),
        also=(day.after_halt,),
        x=Axis("hours", "halt, h", (1, 2, 3, 4, 5, 6, 8, 10, 14)),
        y="share of halts longer",
        draws="above",
        run=_halts,
        assumptions=(
            "The whole column halts, however long it is; the halt does not hang on how many vehicles "
            "were hit."
        ),
        evidence="None.",
        is_not="It is no clearing drill.",
    ),
    Card(
        id="mine-vehicles",
        title="Vehicles hit by a mine strike",
        sentence=(
            "A strike hits one vehicle and a Poisson number more, at most those that have set out; "
            "whether it is reported is drawn with a probability of the column."
        ),
        formula="share = poisson(hit - 1, mine_vehicles)",
        where={"hit": "vehicles", "share": "share of strikes"},
        code=(mines.strike,),
        also=(serials.vehicles_present,),
        x=Axis("hit", "vehicles hit by a strike", (1, 2, 3, 4, 5), whole=True),
        y="share of strikes",
        draws="mean",
        run=_hit,
        within=1e-3,
        assumptions="Persons are not counted among the casualties of a strike.",
        evidence="Reports of single strikes name one to six vehicles.",
        is_not="It does not say who was in the vehicles.",
    ),
    Card(
        id="ambush-places",
        title="Places fit for an ambush",
        sentence=(
            "Places fit for an ambush lie along the road as a Poisson process; behind a defence that "
            "has left there are none."
        ),
        formula="none = exp(-ambush_rate * km)",
        where={"km": "km of road marched", "none": "share of runs that have passed none"},
        code=(march.ambush_km,),
        also=(march.carry_on,),
        x=Axis("km", "km marched", (10, 30, 60, 90, 120, 180, 240)),
        y="share without one",
        draws="above",
        run=_ambush_km,
        assumptions="The rate is the same on all roads; no terrain enters.",
        evidence="None.",
        is_not="It names no place.",
    ),
    Card(
        id="ambush-met",
        title="Whether an ambush is met",
        sentence=(
            "At a place fit for one, on contested road, an ambush is met with the share of groups that "
            "are ready for it, less what air cover deters."
        ),
        formula="met = (1 - drone_suppression * cover) * ready",
        where={
            "cover": "share of time that aircraft are above, 0 to 1",
            "ready": "ready groups of all that fight it",
            "met": "probability",
        },
        code=(ambush.is_met,),
        also=(groups.ready_share,),
        x=Axis("cover", "air cover, share of time", (0, 0.2, 0.4, 0.6, 0.8, 1)),
        y="Pr(an ambush is met)",
        draws="mean",
        series={"both groups ready": {"ready": 1.0}, "one of two": {"ready": 0.5}},
        run=_is_met,
        within=1e-3,
        assumptions="Cover deters by its share of time, and equally by day and night.",
        evidence="Mir and Moore (2019): attacks fell by 43 to 62 % under drones, in another country.",
        is_not="Cover does not find or strike an ambush here.",
    ),
    Card(
        id="ready",
        title="Groups that are ready",
        sentence=(
            "A group can take part in an ambush if it is in its place, near by road and has rested "
            "since its last fight."
        ),
        formula="ready = 1 if km <= ready_radius and hours >= recovery else 0",
        where={"km": "km by road", "hours": "h since its last fight", "ready": "1 or 0"},
        code=(groups.is_ready,),
        also=(groups.disengage, groups.fighting, groups.way_to_column),
        x=Axis("km", "km by road from the group to the column", (5, 20, 40, 55, 65, 72, 80, 100)),
        y="1: ready",
        series={"12 h after a fight": {"hours": 12.0}, "26 h": {"hours": 26.0}, "36 h": {"hours": 36.0}},
        run=_ready,
        assumptions="One radius and one time of rest for all groups.",
        evidence="None.",
        is_not="It is no range of weapons.",
    ),
    Card(
        id="fighters-engaged",
        title="Fighters in a fight",
        sentence=(
            "The fighters are shared among the groups that fight; of each ready group a share takes "
            "part in an ambush, and likewise of each free group in a defence."
        ),
        formula="engaged = committed_share * fighters * ready / groups",
        where={
            "ready": "groups that are ready",
            "groups": "all that fight",
            "engaged": "fighters in the fight",
        },
        code=(groups.engage_ready, setup.share_fighters),
        also=(groups.engage_all, groups.committed, groups.defends),
        x=Axis("ready", "groups ready, of two", (0, 1, 2), whole=True),
        y="fighters engaged",
        inputs={"groups": 2.0},
        run=_engaged,
        assumptions=(
            "Groups are of the strength that their scenario gives, else equal; losses are borne in "
            "proportion."
        ),
        evidence="No count was published.",
        is_not="It is no order of battle.",
    ),
    Card(
        id="ambush-length",
        title="Length of an ambush",
        sentence="An ambush lasts a lognormal time, during which the column stands.",
        formula="longer = 1 - Phi(log(hours / ambush_hours) / ambush_hours_spread)",
        where={"hours": "h", "longer": "share of ambushes that last longer"},
        code=(ambush.fight,),
        also=(ambush.roadblock,),
        x=Axis("hours", "length, h", (1, 2, 3, 4, 5, 6, 8, 10)),
        y="share of ambushes longer",
        draws="above",
        run=_fight_hours,
        assumptions=(
            "The length does not hang on who is stronger; past the march window an ambush ends the day."
        ),
        evidence="None.",
        is_not="It is not how long people shoot.",
    ),
    Card(
        id="roadblock",
        title="A group across the road",
        sentence=(
            "A group that blocks a road fights, as in an ambush, every hostile column that comes to "
            "it, if it has rested since its last fight."
        ),
        formula="engaged = committed_share * fighters * share if hours >= recovery else 0",
        where={
            "hours": "h since its last fight",
            "share": "of the fighters in that group",
            "engaged": "fighters",
        },
        code=(groups.engage_block,),
        also=(groups.disengage, ambush.roadblock, setup.share_fighters),
        x=Axis("hours", "hours since its last fight", (2, 10, 20, 23, 26, 29, 33, 40)),
        y="fighters engaged",
        inputs={"share": 0.5},
        run=_blocked,
        assumptions="It neither moves nor defends a position while it blocks.",
        evidence="An input with its source; only scenarios that give `blocks` use it.",
        is_not="No road is closed to those who live on it.",
    ),
    Card(
        id="serials",
        title="Serials set out one after another",
        sentence=(
            "A serial sets out later than the head by the gaps before it and the pass time of the "
            "vehicles before it; those that have not set out take no part in a fight."
        ),
        formula="behind = gap + vehicles * spacing / speed\npresent = 1 if hours >= behind else first",
        where={
            "hours": "h since the head set out",
            "gap": "h between the two serials",
            "vehicles": "of the first",
            "spacing": "km between vehicles",
            "speed": "km/h of the start",
            "first": "share of persons in the first",
            "present": "share of persons who have set out",
        },
        code=(serials.shares_present, serials.first_waiting),
        also=(
            serials.set_out,
            serials.gather,
            serials.shares_before,
            serials.persons_present,
            serials.part_of,
        ),
        x=Axis("hours", "hours since the head set out", (0, 0.2, 0.4, 0.55, 0.59, 0.61, 0.7, 0.85, 1.2)),
        y="share of persons out",
        inputs={"gap": 0.5, "vehicles": 10.0, "spacing": 0.1, "speed": 10.0, "first": 0.25},
        run=_present,
        assumptions="Anew from each start and hold; on the march the serials keep their gaps.",
        evidence="March tables; the gaps are inputs.",
        is_not="A serial is no agent: it decides nothing.",
    ),
    Card(
        id="pass-time",
        title="Pass time",
        sentence=(
            "The rear of a column comes in a pass time after its head: its length at the speed of "
            "arrival, and the gaps between its serials."
        ),
        formula="hours = vehicles * spacing / speed + gaps",
        where={
            "speed": "km/h",
            "vehicles": "of the column",
            "spacing": "km",
            "gaps": "h, between serials",
            "hours": "h",
        },
        code=(day.take,),
        also=(day.finish, serials.gather),
        x=Axis("speed", "speed of arrival, km/h", (2, 4, 6, 8, 10, 14, 18)),
        y="pass time, h",
        inputs={"vehicles": 40.0, "spacing": 0.1, "gaps": 0.5},
        run=_pass_time,
        assumptions="Vehicles lost leave no gap.",
        evidence="The arithmetic of march tables.",
        is_not="It is no time to close up or to unload.",
    ),
    Card(
        id="losses-borne",
        title="Who bears losses",
        sentence=(
            "Losses of a column are borne by the serials that had set out when the fight began, by "
            "their strength."
        ),
        formula="share = (first - lost) / (persons - lost)",
        where={
            "lost": "casualties",
            "first": "persons in the first serial, which alone has set out",
            "persons": "of the column",
            "share": "what the first serial is of the column afterwards",
        },
        code=(serials.lose, serials.bear, serials.left_of),
        x=Axis("lost", "casualties", (0, 10, 25, 50, 75, 100)),
        y="share of the first serial",
        inputs={"first": 100.0, "persons": 400.0},
        run=_first_share,
        assumptions="Within a serial losses are alike.",
        evidence="Bookkeeping.",
        is_not="It counts persons, and nobody's rank or part.",
    ),
)
