"""Cards of a defended position: its defence, days of combat, bypass, entry."""

from cards.card import Axis, Card, Values
from cards.rules.road import FIELD
from cards.tiny import ALIKE, GROUPS, QUIET, redrawn, template, world_of
from sim.engine.template import Template
from sim.rules import daylight, groups, route, setup
from sim.rules.column import defended_position
from sim.state.kinds import Stance
from sim.state.rows import NEVER, NOBODY, ColumnState
from sim.state.world import World

ROADS = (("a", "p", 40), ("p", "b", 60), ("b", "z", 100))
GOAL = "objectives: [{place: b, capture: true}], defended: [{place: p, source: test}]"
AVIATION = ", manned_aviation: [{side: army, source: test, known: 2023-10-02}]"
MIDDAY = 12.0
"""Noon of the first day, h."""


def made(more: str = "") -> Template:
    """A column that has to pass a defended position to its objective."""
    return template(f"columns: [{{{GOAL}}}], {GROUPS}{more}", ROADS)


def before(values: Values, more: str = "") -> tuple[World, ColumnState]:
    """A column of 400 before a position that two groups defend."""
    world = world_of(made(more), values)
    column = world.columns[0]
    column.km, column.next_mark = 40.0, _position(world, column)
    return world, column


def _position(world: World, column: ColumnState) -> int:
    marks = range(column.first_mark, column.last_mark)
    return next(number for number in marks if world.marks[number].defended)


def _combat_until_broken(values: Values, ratio: float) -> list[float]:
    world, column = before(values)
    hours = []
    for _ in redrawn(world, FIELD):
        setup.open_way(world)
        for group in world.groups:
            group.engaged = NOBODY
        column.persons = ratio * groups.committed(world, column)
        end = defended_position.fight(world, column, MIDDAY, NEVER)
        broke = world.marks[column.next_mark].break_left <= 0.0
        hours.append(end - MIDDAY if broke else NEVER)
    return hours


def _combat_hours(values: Values, x: float) -> float:
    world, column = before(values)
    hour = daylight.sunset(world, column, 0) - x
    return defended_position.face(world, column, hour) - hour


def _ratio_by_day(values: Values, x: float) -> float:
    world, column = before(values)
    column.days_fought = int(x)
    defended_position.face(world, column, MIDDAY)
    return column.ratio


def _bypass_hours(values: Values) -> list[float]:
    world, column = before(values)
    hours = []
    for _ in redrawn(world, FIELD):
        defended_position.start_round(world, column, MIDDAY)
        hours.append(column.round_hours)
    return hours


def _bypass_by_road(values: Values, x: float) -> float:
    roads = (*ROADS, ("p", "q", x / 2), ("q", "b", x / 2))
    world = world_of(template(f"columns: [{{{GOAL}}}], {GROUPS}", roads), values)
    column = world.columns[0]
    column.next_mark = _position(world, column)
    defended_position.start_round(world, column, MIDDAY)
    return column.round_hours


def _unbroken_at_dawn(values: Values, x: float) -> list[float]:
    world, column = before(values)
    world.run[0].night_hazard = x
    column.days_fought, column.ratio, still = 1, 1.0, []
    for _ in redrawn(world, FIELD):
        setup.open_way(world)
        defended_position.watch(world, column, daylight.sunset(world, column, 0))
        still.append(float(world.marks[column.next_mark].break_left > 0.0))
    return still


def _night(values: Values) -> tuple[World, ColumnState, float, float]:
    world, column = before(values)
    dusk = daylight.sunset(world, column, 0)
    return world, column, dusk, daylight.end_of_night(world, column, dusk)


def _leaves(values: Values) -> list[float]:
    world, column, dusk, dawn = _night(values)
    shares = []
    for _ in redrawn(world, FIELD):
        for group in world.groups:
            group.stance = Stance.HOME
        shares.append((defended_position.broken(world, column, MIDDAY) - dusk) / (dawn - dusk))
    return shares


def _entry_km(values: Values, x: float) -> float:
    world, column = before(values)
    column.acted_at = MIDDAY
    defended_position.follow(world, column, MIDDAY)
    return route.head_km(column, MIDDAY + x) - 40.0


CARDS = (
    Card(
        id="break-off",
        title="Defenders break off",
        sentence=(
            "While they fight, the defenders of a position break off at a hazard in proportion to the "
            "force ratio."
        ),
        formula="holds = exp(-break_off * ratio * hours)",
        where={
            "hours": "h of combat",
            "ratio": "force ratio of the day",
            "holds": "share of defences not broken",
        },
        code=(defended_position.fight, defended_position.use_up),
        also=(
            *(defended_position.is_defended, defended_position.fight_on, defended_position.end_fight),
            setup.open_way,
        ),
        x=Axis("hours", "hours of combat", (1, 2, 4, 6, 9, 12, 16)),
        y="share not broken",
        draws="above",
        series={"force ratio 1": {"ratio": 1.0}, "3": {"ratio": 3.0}},
        run=_combat_until_broken,
        parameters_set={"manned_cover": 0.0, "fight_hours": 1000.0},
        assumptions=(
            "The hazard has no memory, of casualties or of days before. In the plot a day of combat "
            "has no end."
        ),
        evidence=(
            "Helmbold (RAND R-772) and McQuie: casualties alone seldom explain why a side breaks off. "
            "The rate is a judgement by people who knew the outcome."
        ),
        alternatives=("hazard-by-night",),
        is_not="It is no threshold of losses.",
    ),
    Card(
        id="combat-day",
        title="Combat by daylight",
        sentence=(
            "A column fights at a defended position from its arrival or first light for some hours at "
            "most, and not beyond sunset."
        ),
        formula="combat = min(fight_hours, hours)",
        where={
            "hours": "h to sunset at the arrival",
            "combat": "h of combat that day, if the defence does not break",
        },
        code=(defended_position.face, defended_position.fight),
        also=(defended_position.end_fight,),
        x=Axis("hours", "hours to sunset at the arrival", (0.5, 1.5, 2.5, 3.5, 4.5, 6, 8)),
        y="hours of combat",
        run=_combat_hours,
        parameters_set={"break_off": 0.0, "manned_cover": 0.0},
        assumptions="One fight a day.",
        evidence="None: the length is a judgement by people who knew the outcome.",
        alternatives=("hazard-by-night",),
        is_not="It is no rule of tactics.",
    ),
    Card(
        id="bypass",
        title="Bypass after undecided days",
        sentence=(
            "After some undecided days of combat the column bypasses the position; the force ratio of "
            "the days of combat from then on is higher by a factor."
        ),
        formula=(
            "day = persons / (committed_share * fighters)\nratio = day * round_force if days >= "
            "round_days else day"
        ),
        where={
            "days": "undecided days of combat before",
            "persons": "of the column who are there",
            "day": "force ratio without a bypass",
            "ratio": "force ratio of the day",
        },
        code=(defended_position.face, defended_position.start_round),
        also=(defended_position.fight, groups.engage_all, setup.share_fighters),
        x=Axis("days", "undecided days of combat before", (0, 1, 2, 3, 4), whole=True),
        y="force ratio",
        inputs={"persons": 400.0},
        run=_ratio_by_day,
        parameters_set={"manned_cover": 0.0},
        assumptions="A bypass is always there, and always helps.",
        evidence="A judgement by people who knew that one position was bypassed after two days.",
        is_not="It is no choice between two ways: nobody weighs them.",
    ),
    Card(
        id="bypass-length",
        title="Length of a bypass across country",
        sentence=(
            "A bypass that is no road of the network takes a further march of some hours, every length "
            "between two bounds alike."
        ),
        formula="shorter = min(1, max(0, (hours - round_least) / (round_most - round_least)))",
        where={"hours": "h of further march", "shorter": "share of bypasses that are shorter"},
        code=(defended_position.start_round,),
        x=Axis("hours", "further march, h", (4, 6.5, 8, 9, 10, 11, 12.5, 15)),
        y="share shorter",
        draws="below",
        run=_bypass_hours,
        assumptions="It is marched once the defence has left, and met by nothing.",
        evidence="A judgement by people who knew the dates.",
        is_not="It is no path on a map.",
    ),
    Card(
        id="bypass-road",
        title="Length of a bypass by road",
        sentence=(
            "Where the network has another road to the objective, the bypass takes the time of its "
            "further km at the pace of an entry."
        ),
        formula="hours = (km - direct) / (entry_pace * march_speed)",
        where={"km": "by the other road", "direct": "km by the column's own", "hours": "h of further march"},
        code=(defended_position.start_round,),
        also=(route.march_speed,),
        x=Axis("km", "km by the other road", (62, 70, 80, 100, 130)),
        y="further march, h",
        inputs={"direct": 60.0},
        parameters_set=ALIKE,
        run=_bypass_by_road,
        assumptions="No group bars the other road.",
        evidence="The network's lengths, each with its kind of evidence.",
        is_not="It is no second objective.",
    ),
    Card(
        id="night-hazard",
        title="Nights before a position",
        sentence=(
            "Between days of combat nothing is decided, unless an alternative lets the hazard hold by "
            "night, at a share of it."
        ),
        formula="holds = exp(-break_off * share * night)",
        where={
            "share": "`rules.night_hazard` of the scenario: 0, in the alternative 0.5",
            "night": "h from sunset to civil dawn",
            "holds": "share of defences that are not broken at dawn, at force ratio 1",
        },
        code=(defended_position.watch,),
        also=(defended_position.nightfall, defended_position.use_up),
        x=Axis("share", "share of the hazard that holds by night", (0, 0.25, 0.5, 0.75, 1)),
        y="share not broken at dawn",
        draws="mean",
        inputs={"night": 11.7},
        run=_unbroken_at_dawn,
        within=2e-3,
        assumptions="By night nobody loses persons.",
        evidence="None.",
        alternatives=("hazard-by-night",),
        is_not="It is no fight by night.",
    ),
    Card(
        id="leaving",
        title="Leaving in the dark",
        sentence=(
            "A broken defence leaves in the coming night, every hour of it alike; its groups fall back "
            "to the next position or a refuge."
        ),
        formula="left = min(1, max(0, share))",
        where={"share": "of the night that has passed", "left": "share of broken defences that have left"},
        code=(defended_position.broken,),
        also=(defended_position.nightfall, groups.break_up),
        x=Axis("share", "share of the night passed", (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)),
        y="share that have left",
        draws="below",
        run=_leaves,
        assumptions="Nobody leaves by day, all leave at once.",
        evidence="None: that a defence leaves by night was chosen by people who knew the outcome.",
        is_not="It is no pursuit: nobody is lost in it.",
    ),
    Card(
        id="entry",
        title="Entry behind a defence that has left",
        sentence=(
            "Behind a defence that has left, the column goes on by day and night at a share of its "
            "speed, with mines and without ambushes."
        ),
        formula="km = entry_pace * march_speed * hours",
        where={"hours": "h since the defence left", "km": "beyond the position"},
        code=(defended_position.follow, defended_position.go_on),
        also=(defended_position.enter, route.march_speed),
        x=Axis("hours", "hours since the defence left", (0, 1, 2, 3, 4, 5)),
        y="km beyond the position",
        run=_entry_km,
        parameters_set=QUIET,
        assumptions="It is the one march by night.",
        evidence="None.",
        is_not="It is no fight in a town: an undefended place is entered without one, by assumption.",
    ),
)
