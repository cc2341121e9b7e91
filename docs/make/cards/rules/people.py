"""Cards of the towns, and of what parties would report."""

from functools import cache

import numpy as np

from cards.card import Axis, Card, Values
from cards.tiny import template, world_of
from sim.chance.keyed import replicate_seed
from sim.engine import reports
from sim.engine.template import Reporter, Template
from sim.rules import setup, towns
from sim.state.kinds import Side
from sim.state.rows import NEVER

TOWN = "towns: [{place: t, people: 10000}]"


def _leaving(values: Values, x: float, struck: float) -> float:
    world = world_of(_one_town(), values)
    world.ranges[0][0] = x
    return towns.share_leaving(world, 0, bool(struck))


@cache
def _one_town() -> Template:
    goals = "objectives: [{place: b, capture: true}]"
    return template(
        f"columns: [{{{goals}}}], {TOWN}, destinations: [{{place: z}}, {{place: b, kind: border}}]",
        (("a", "b", 300), ("b", "t", 100), ("t", "z", 50)),
    )


def _displaced(values: Values, x: float) -> float:
    world = world_of(_one_town(), values)
    world.ranges[0][0] = 60.0
    for number in range(int(x)):
        towns.empty(world, 0, 24.0 * (number + 1), moved=False)
    return world.towns[0].departures


def _after_strike(values: Values, x: float) -> float:
    world = world_of(_one_town(), values)
    world.ranges[0][0] = NEVER
    world.towns[0].struck = 0.0
    towns.empty(world, 0, 24.0 * x, moved=False)
    return world.towns[0].departures / world.towns[0].people


def _weight(values: Values, x: float, draws: float, fought: float) -> float:
    made = template(
        f"columns: [{{objectives: [{{place: b, capture: true}}]}}], {TOWN}, destinations: [{{place: z}}]",
        (("a", "b", 30), ("b", "t", 100), ("t", "z", x)),
    )
    world = world_of(made, values)
    destination = world.destinations[0]
    destination.draws, world.places[destination.place].fought = bool(draws), bool(fought)
    return towns.weight(world, world.towns[0].place, destination)


PARTY = Reporter(party="p", side=int(Side.ADVANCING), events=("ambush_end",), own=())


def _one_fight(lost: float, seed: int, values: Values) -> tuple[float, float, float]:
    """Delay of a party's report of a fight at hour 100, own casualties, enemy casualties claimed."""
    fight = {
        "design_id": 0,
        "replicate": 0,
        "event": "ambush_end",
        "agent": "army",
        "place": "",
        "hour": 100.0,
    }
    events = {name: np.array([value]) for name, value in (fight | {"amount": lost, "other": lost}).items()}
    row = reports._row(
        replicate_seed(7, seed), dict(values), events=events, index=0, reporter=PARTY, count=1, zone=0.0
    )
    return float(row[5]) - 100.0, float(row[8]), float(row[9])  # type: ignore[arg-type]


def _delays(values: Values) -> list[float]:
    return [_one_fight(20, seed, values)[0] for seed in range(3000)]


def _reported(values: Values, x: float, enemy: float) -> list[float]:
    return [_one_fight(x, seed, values)[2 if enemy else 1] for seed in range(1200)]


CARDS = (
    Card(
        id="leaving-towns",
        title="Displacement from a town",
        sentence=(
            "Persons leave a town at a hazard a day that falls with the distance of the nearest column "
            "that takes places, and is higher for some days after a strike; the expected share leaves "
            "at midnight."
        ),
        formula="rate = leaving * exp(-km / threat_radius) + (strike_leaving if struck else 0)\n"
        "share = 1 - exp(-24 * rate)",
        where={
            "km": "great circle to the nearest column",
            "share": "share of those in the town who leave in a day",
        },
        code=(towns.share_leaving,),
        also=(towns.empty, towns.look_at),
        x=Axis("km", "km to the nearest column", (0, 30, 60, 90, 150, 220, 300)),
        y="share leaving in a day",
        series={"no strike": {"struck": 0.0}, "after a strike": {"struck": 1.0}},
        run=_leaving,
        assumptions="Everybody of a town is alike; nobody comes back in the time of a run.",
        evidence=(
            "The form is common in models of flight (Suleimenova, Bell and Groen 2017); the rates are "
            "judgements."
        ),
        is_not="It does not say what befell those who stayed or left.",
    ),
    Card(
        id="cumulative",
        title="Cumulative displacement",
        sentence=(
            "A town has the people of its census times a factor; the share of a day is taken of those who "
            "are still there."
        ),
        formula=(
            "share = 1 - exp(-24 * leaving * exp(-km / threat_radius))\n"
            "displaced = people * population_growth * (1 - (1 - share)**days)"
        ),
        where={
            "days": "days with a column at that distance",
            "km": "of the column from the town",
            "people": "of the town, by the census",
            "displaced": "persons who have left",
        },
        code=(towns.empty, setup.open_towns),
        also=(towns.share_leaving, towns.wake),
        x=Axis("days", "days with a column 60 km away", (0, 5, 10, 20, 40, 60)),
        y="persons displaced",
        inputs={"km": 60.0, "people": 10_000.0},
        run=_displaced,
        within=1e-6,
        assumptions=(
            "The population is that of a census times a factor; towns are large, so chance does not enter."
        ),
        evidence="The scenario names the source of each population.",
        is_not="It is no count of camps.",
    ),
    Card(
        id="after-strike",
        title="After a strike",
        sentence="A strike on a town adds to the hazard of leaving for some days.",
        formula="share = 1 - exp(-24 * strike_leaving) if 24 * days <= strike_time else 0",
        where={"days": "days since the strike", "share": "of a day, with no column in the field"},
        code=(towns.empty, towns.share_leaving),
        also=(towns.fought_at,),
        x=Axis("days", "days since the strike", (0.5, 1.5, 2.5, 2.9, 3.2, 3.6, 3.9, 5)),
        y="share leaving in a day",
        run=_after_strike,
        assumptions="One strike adds as much as several.",
        evidence="None.",
        is_not="Whoever was harmed is in the record, and in no rule.",
    ),
    Card(
        id="destinations",
        title="Where persons go",
        sentence=(
            "Those who leave are shared out by weights that fall with the distance by road, are higher "
            "for borders and refuges and lower where there was fighting."
        ),
        formula="kind = refuge_weight if draws else 1\nseen = fighting_weight if fought else 1\n"
        "weight = kind * seen / (km + distance_offset)",
        where={
            "km": "by road",
            "draws": "it is a border place or a refuge",
            "fought": "there was a fight, raid or strike",
            "weight": "shares are in proportion to it",
        },
        code=(towns.weight, towns.share_out),
        also=(towns.fought_at, towns.send),
        x=Axis("km", "km by road", (20, 60, 120, 200, 300, 450)),
        y="weight, 1/km",
        series={
            "a town": {"draws": 0.0, "fought": 0.0},
            "border or refuge": {"draws": 1.0, "fought": 0.0},
            "a town, fought at": {"draws": 0.0, "fought": 1.0},
        },
        run=_weight,
        assumptions="They count at a destination as they set out for it; no destination is ever full.",
        evidence="The weights of Flee (Suleimenova, Bell and Groen 2017), whose cases are other wars.",
        is_not="It is no route that a family took.",
    ),
    Card(
        id="report-delay",
        title="When a party reports",
        sentence="A party reports an event a lognormal time later, and dates it by the part of the day.",
        formula="later = 1 - Phi(log(hours / report_delay) / report_spread)",
        where={"hours": "h after the event", "later": "share of reports that come later"},
        code=(reports._row,),
        also=(reports.reports, reports._day_part),
        x=Axis("hours", "hours after the event", (4, 6, 9, 12, 16, 20, 30)),
        y="share reported later",
        draws="above",
        run=_delays,
        assumptions="Which party reports what is data of the record; every such event is reported in time.",
        evidence="None measured.",
        is_not="It moves no run, and is no claim that a party said this.",
    ),
    Card(
        id="report-casualties",
        title="Casualties as reported",
        sentence="A party reports a binomial share of its own casualties, and a multiple of the enemy's.",
        formula="said = floor(lost * other_told + 0.5) if enemy else lost * own_told",
        where={"lost": "simulated (true) casualties of a side in a fight", "said": "reported, in the mean"},
        code=(reports._row,),
        x=Axis("lost", "simulated (true) casualties", (0, 5, 10, 20, 40)),
        y="reported casualties, mean",
        draws="mean",
        series={"own": {"enemy": 0.0}, "enemy's, as claimed": {"enemy": 1.0}},
        run=_reported,
        assumptions="All parties alike.",
        evidence=(
            "None measured: that parties report fewer of their own and more of the enemy's is an assumption."
        ),
        is_not="It judges no party.",
    ),
)
