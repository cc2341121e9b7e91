"""Cards of combat: force ratio, casualties, who turns back."""

from cards.card import Axis, Card, Values
from cards.rules.march import NOON
from cards.rules.positions import MIDDAY, before, made
from cards.rules.road import FIELD
from cards.tiny import ALIKE, world_of
from sim.rules import combat, groups, route, setup
from sim.rules.column import day, defended_position, march


def _ratio(values: Values, x: float) -> float:
    world, column = before(values)
    column.engaged = groups.engage_all(world, column)
    return combat.force_ratio(world, column, x, MIDDAY)


FIGHT = combat.Fight(persons=400.0, vehicles=40.0, fighters=300.0, cover=0.0, hours=4.0)


def _column_lost(values: Values, x: float) -> list[float]:
    world = world_of(made(), values)
    fight = FIGHT._replace(hours=x)
    return [combat.toll(world, world.columns[0].key, count, fight)[0] for count in range(FIELD)]


def _groups_lost(values: Values, x: float) -> list[float]:
    world = world_of(made(), values)
    fight = FIGHT._replace(cover=x)
    return [combat.toll(world, world.columns[0].key, count, fight)[2] for count in range(FIELD)]


def _vehicles_lost(values: Values, x: float) -> list[float]:
    world = world_of(made(), values)
    fight = FIGHT._replace(vehicles=x)
    return [combat.toll(world, world.columns[0].key, count, fight)[1] for count in range(FIELD)]


def _group_vehicles(values: Values, x: float) -> list[float]:
    world, column = before(values)
    vehicles = []
    for count in range(FIELD):
        for group in world.groups:
            group.engaged, group.vehicles_lost, group.fighters = column.agent, 0.0, 450.0
        groups.disengage(world, column.agent, column.key, count, now=MIDDAY, lost=x)
        vehicles.append(sum(group.vehicles_lost for group in world.groups))
    return vehicles


def _turns_back(values: Values, x: float, lost: float) -> float:
    world, column = before(values)
    column.ratio, column.persons = x, 400.0 * (1 - lost)
    return float(combat.is_beaten(world, column, MIDDAY))


def _way_back(values: Values, x: float) -> float:
    world, column = before(values)
    column.km = x
    return march.go_back(world, column, NOON) - NOON


CARDS = (
    Card(
        id="force-ratio",
        title="Force ratio",
        sentence=(
            "The force ratio is the persons of the column who are there, weighted by its air cover, to "
            "the fighters engaged."
        ),
        formula="ratio = persons * (1 + air_multiplier * cover) / (committed_share * fighters)",
        where={
            "cover": "share of time, 0 to 1",
            "persons": "of the column who are there",
            "ratio": "persons to a fighter",
        },
        code=(combat.force_ratio, combat.person_ratio),
        also=(groups.engage_all, groups.defends, setup.share_fighters),
        x=Axis("cover", "air cover, share of time", (0, 0.2, 0.4, 0.6, 0.8, 1)),
        y="force ratio",
        inputs={"persons": 400.0},
        run=_ratio,
        assumptions=(
            "A person counts as a person, whatever their arms or training; cover weighs by its share of time."
        ),
        evidence=(
            "Force ratios are the common measure of such studies (Helmbold); the weight of cover is a "
            "judgement by people who knew the outcome."
        ),
        is_not="It is no measure of skill or will.",
    ),
    Card(
        id="column-casualties",
        title="Casualties of a column",
        sentence=(
            "A column loses a Poisson number of persons, in proportion to the fighters engaged and the hours."
        ),
        formula="lost = column_loss_rate * engaged * hours",
        where={"hours": "h of fighting", "lost": "mean casualties", "engaged": "fighters in the fight"},
        code=(combat.toll,),
        also=(combat.settle,),
        x=Axis("hours", "hours of fighting", (1, 2, 4, 6, 8, 10)),
        y="casualties, mean",
        draws="mean",
        inputs={"engaged": 300.0},
        run=_column_lost,
        assumptions=(
            "Fighters fire at what they see, a column on a road; killed, wounded and missing are one number."
        ),
        evidence="Deitchman (1962) for the form; the rate is a judgement.",
        is_not=(
            "Nobody but persons of the two sides is counted here: harm to civilians is no mechanism of "
            "the model."
        ),
    ),
    Card(
        id="group-casualties",
        title="Casualties of the groups",
        sentence=(
            "The groups lose a Poisson number of fighters: to aimed fire in proportion to the persons "
            "of the column, to area fire in proportion to the density of fighters as well; cover is "
            "the share that is aimed."
        ),
        formula=(
            "lost = rebel_loss_rate * persons * hours * (cover + (1 - cover) * min(1, engaged / fighters))"
        ),
        where={
            "cover": "share of time, 0 to 1",
            "persons": "of the column in the fight",
            "hours": "of fighting",
            "engaged": "fighters in the fight",
            "lost": "mean casualties",
        },
        code=(combat.toll,),
        also=(combat.settle,),
        x=Axis("cover", "air cover, share of time", (0, 0.2, 0.4, 0.6, 0.8, 1)),
        y="casualties, mean",
        draws="mean",
        inputs={"persons": 400.0, "hours": 4.0, "engaged": 300.0},
        run=_groups_lost,
        assumptions="Density is that of the engaged among all fighters of the run.",
        evidence="Deitchman (1962), mixed; the rate is a judgement.",
        is_not="It is no effect of strikes, which stand apart.",
    ),
    Card(
        id="column-vehicles",
        title="Vehicles a column loses in a fight",
        sentence="For each person lost, a vehicle is lost with the probability of vehicles to persons.",
        formula="hit = column_loss_rate * engaged * hours * vehicles / persons",
        where={
            "vehicles": "of the column in the fight",
            "persons": "of the column in the fight",
            "hours": "of fighting",
            "engaged": "fighters in the fight",
            "hit": "mean vehicles lost",
        },
        code=(combat.toll,),
        x=Axis("vehicles", "vehicles of 400 persons", (10, 20, 40, 80, 120)),
        y="vehicles lost, mean",
        draws="mean",
        inputs={"persons": 400.0, "hours": 4.0, "engaged": 300.0},
        run=_vehicles_lost,
        within=0.02,
        assumptions="At most as many vehicles as there are.",
        evidence="None.",
        is_not="It does not include mines.",
    ),
    Card(
        id="group-vehicles",
        title="Vehicles the groups lose in a fight",
        sentence="For each fighter lost, a vehicle of the groups is lost with one probability.",
        formula="vehicles = lost * min(1, 1 / persons_a_vehicle)",
        where={"lost": "fighters lost", "vehicles": "mean vehicles lost"},
        code=(groups.disengage,),
        x=Axis("lost", "fighters lost", (0, 6, 12, 24, 48)),
        y="vehicles lost, mean",
        draws="mean",
        run=_group_vehicles,
        parameters_set={"recovery": 24.0},
        assumptions="The groups share losses by strength, and rest afterwards.",
        evidence="None.",
        is_not="It does not include strikes.",
    ),
    Card(
        id="turned-back",
        title="When a column turns back",
        sentence=(
            "After a fight a column turns back if the force ratio is too low, or if it has lost too "
            "large a share of its persons since its last hold."
        ),
        formula="back = 1 if ratio < beaten_ratio or lost > beaten_loss else 0",
        where={
            "ratio": "force ratio after the fight",
            "lost": "share of its persons that are casualties since the last hold",
            "back": "1: it turns back",
        },
        code=(combat.is_beaten, combat.lost_share),
        also=(day.after_ambush, defended_position.end_fight),
        x=Axis("ratio", "force ratio after the fight", (0.1, 0.2, 0.28, 0.32, 0.36, 0.42, 0.6, 1)),
        y="1: turns back",
        series={"10 % lost": {"lost": 0.1}, "26 %": {"lost": 0.26}, "30 %": {"lost": 0.3}},
        run=_turns_back,
        assumptions="Two thresholds for all columns.",
        evidence="None.",
        is_not="Garrisons have a like threshold, and no choice.",
    ),
    Card(
        id="way-back",
        title="The way back",
        sentence=(
            "A column that turns back goes to the last place behind it that its side holds, at its "
            "usual daily march, and nothing meets it."
        ),
        formula="hours = km / (march_speed * march_hours / 24)",
        where={"km": "from the place held", "hours": "h"},
        code=(march.go_back, march.usual_hours),
        also=(march.held_behind, route.way_hours, route.march_speed),
        parameters_set=ALIKE,
        x=Axis("km", "km from the place held", (10, 25, 40, 70, 95)),
        y="hours",
        run=_way_back,
        assumptions="It does not try again.",
        evidence="None.",
        is_not="It is no rout.",
    ),
)
