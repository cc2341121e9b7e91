"""Cards of the march: speed, hours, daylight, pressing on, contact, supply."""

import math

from cards.card import Axis, Card, Values
from cards.tiny import ALIKE, GROUPS, QUIET, one_column, redrawn, template, world_of
from sim.engine.loop import advance
from sim.rules import combat, daylight, route, setup
from sim.rules.column import day, delays, march
from sim.rules.route import head_km
from sim.state.kinds import ColumnKind, Mode

NOON = 36.0
"""Noon of the second day, h."""
LONG = (("a", "b", 600), ("b", "z", 100))


def _day_speeds(values: Values) -> list[float]:
    world = world_of(one_column(), values)
    column, speeds = world.columns[0], []
    for _ in redrawn(world, 3000):
        day.open_window(world, column, NOON)
        speeds.append(column.day_speed)
    return speeds


def _speed_of_kind(values: Values, x: float, kind: float) -> float:
    named = ColumnKind(int(kind)).name.lower()
    world = world_of(one_column(f", kind: {named}"), dict(values) | {"march_speed": x})
    return route.march_speed(world, world.columns[0])


def _own_speeds(values: Values) -> list[float]:
    world, speeds = world_of(one_column(), values), []
    for _ in redrawn(world, 3000):
        setup.open_column(world, world.columns[0])
        speeds.append(route.march_speed(world, world.columns[0]))
    return speeds


def _speed_on_ground(values: Values, x: float) -> float:
    world = world_of(one_column(), values)
    column, leg = world.columns[0], world.legs[0]
    leg.surface = int(x)
    setup.open_ground(world)
    day.open_window(world, column, NOON)
    return march.pace(world, column, NOON)


def _pace_by_night(values: Values, x: float) -> float:
    world = world_of(one_column(", by_night: {source: test, known: 2023-10-01}"), values)
    column = world.columns[0]
    day.open_window(world, column, 24.0 + x)
    return march.pace(world, column, 24.0 + x)


def _km_after(values: Values, x: float) -> float:
    world = world_of(one_column("", LONG), values)
    column = world.columns[0]
    hour = column.departs + x
    advance(world, hour)
    return head_km(column, hour)


def _km_of_the_day(values: Values, x: float) -> float:
    window = values["march_speed"] * values["march_hours"]
    roads = (("a", "stop", window + x), ("stop", "b", 100), ("b", "z", 100))
    made = one_column(", stops: [stop]", roads)
    world = world_of(made, values)
    advance(world, world.columns[0].departs + 20)
    return world.columns[0].km - window


def _pace_after_contact(values: Values, x: float) -> float:
    world = world_of(one_column(), values)
    column = world.columns[0]
    day.open_window(world, column, NOON)
    column.struck = True
    day.after_halt(world, column, NOON)
    return march.pace(world, column, NOON + x)


def _marches_on(values: Values, x: float) -> float:
    world = world_of(one_column(), values)
    column = world.columns[0]
    day.open_window(world, column, NOON)
    column.mode, column.window_end = Mode.AMBUSHED, NOON + x
    day.after_ambush(world, column, NOON)
    return float(column.mode == Mode.MARCH)


def _wait_for_supply(values: Values, x: float) -> float:
    world = world_of(one_column(", supply: 10 days"), values)
    column = world.columns[0]
    column.km, column.supply_end = 60.0, NOON + 24 * x
    hour = day.set_out(world, column, NOON)
    return hour - NOON if column.mode == Mode.SUPPLY else 0.0


def _light(values: Values, x: float, dusk: float) -> float:
    made = template(f"end: 2024-10-01, columns: [{{objectives: [{{place: b, capture: true}}]}}], {GROUPS}")
    world = world_of(made, values)
    column = world.columns[0]
    hour = daylight.sunset(world, column, int(x)) if dusk else daylight.first_light(world, column, int(x))
    return hour - 24 * x


def _hours_booked(values: Values, x: float, cause: float) -> float:
    world = world_of(one_column(), values)
    column = world.columns[0]
    hour = column.departs + x
    advance(world, hour)
    delays.book(world, column, hour)
    return float(world.accounts[0][int(cause)])


def _start(values: Values, x: float) -> float:
    world = world_of(one_column(f", departs: 2023-10-{2 + int(x):02}"), values)
    column = world.columns[0]
    advance(world, column.departs)
    return world.stages[0].departed_at - daylight.first_light(world, column, 0)


CARDS = (
    Card(
        id="start",
        title="First start",
        sentence=(
            "A column first sets out at civil dawn of the day that its scenario gives; one that is to "
            "supply or join others waits, besides, until its side holds the place. Of several days that a "
            "scenario gives each is as likely."
        ),
        formula="start = 24 * days",
        where={"days": "day of departure after the first", "start": "hours from dawn of the first day"},
        code=(setup.open_column, setup.further_days, day.depart),
        also=(day.hold_line,),
        x=Axis("days", "day of departure after the scenario's first", range(8), whole=True),
        y="start, h after first dawn",
        run=_start,
        within=0.1,
        parameters_set=QUIET,
        assumptions="Nobody sets out late or by night.",
        evidence=(
            "The day of departure is an input, with its source in the scenario. Columns of the class "
            "set out at first light."
        ),
        is_not="It does not say why that day was chosen.",
    ),
    Card(
        id="daylight",
        title="Daylight",
        sentence=(
            "Light lasts from civil dawn to sunset of the local solar day where the head of the column is."
        ),
        formula="turn = radians(360 * (day + 274.5) / 365)\n"
        "declination = radians(0.3964 - 22.9133 * cos(turn) + 4.0254 * sin(turn)"
        " - 0.3872 * cos(2 * turn) + 0.052 * sin(2 * turn))\n"
        "equation = (0.0172 + 0.4281 * cos(turn) - 7.3515 * sin(turn)"
        " - 3.3495 * cos(2 * turn) - 9.3619 * sin(2 * turn)) / 60\n"
        "below = 0.833 if dusk else 6\n"
        "arc = degrees(acos((-sin(radians(below)) - sin(latitude) * sin(declination))"
        " / (cos(latitude) * cos(declination)))) / 15\n"
        "hour = 12 - equation + (arc if dusk else -arc)",
        where={
            "day": "days after 2 October",
            "latitude": "radians; here 17 degrees north, on the meridian of Greenwich",
            "below": "degrees of the sun below the horizon",
            "hour": "UTC",
        },
        code=(daylight.first_light, daylight.sunset),
        also=(daylight.next_first_light, daylight.end_of_night, daylight.first_light_from),
        x=Axis("day", "days after 2 October", range(0, 361, 24)),
        y="hour, UTC",
        series={"civil dawn": {"dusk": 0.0}, "sunset": {"dusk": 1.0}},
        inputs={"latitude": math.radians(17)},
        run=_light,
        within=0.06,
        assumptions=(
            "Level horizon; the table of dawns and sunsets is worked out beforehand by a library and "
            "enters to 0.1 s. The formula here is a textbook series (Spencer 1971), good to two "
            "minutes, and not what the code uses."
        ),
        evidence="Astronomy.",
        is_not="It knows neither moonlight nor weather.",
    ),
    Card(
        id="day-speed",
        title="Speed of a day",
        sentence=(
            "A column marches a whole day at one speed out of contact: the march speed times a factor "
            "drawn for the day, halts for rest included."
        ),
        formula="slower = Phi(log(speed / march_speed) / day_spread)",
        where={"speed": "km/h", "slower": "share of days with a lower speed"},
        code=(day.open_window,),
        also=(route.march_speed,),
        x=Axis("speed", "speed, km/h", (7, 8, 9, 10, 11, 12, 13, 14, 16)),
        y="share of days slower",
        draws="below",
        parameters_set=ALIKE,
        run=_day_speeds,
        assumptions="Days are independent.",
        evidence="March tables for the order of size.",
        is_not="It is no speed of a vehicle: short halts are in it.",
    ),
    Card(
        id="kind-of-column",
        title="Kinds of column",
        sentence=(
            "A column is of light vehicles, of wheeled ones, or of laden lorries, as its scenario says; "
            "wheeled and laden ones march at a share of the speed of light ones."
        ),
        formula="speed = march * (1 if kind == 0 else wheeled_factor if kind == 1 else laden_factor)",
        where={
            "march": "the run's march speed, km/h",
            "kind": "0: light, 1: wheeled, 2: laden",
            "speed": "km/h on a piste",
        },
        code=(route.march_speed,),
        x=Axis("march", "march speed of the run, km/h", (6, 8, 10, 12, 15, 18)),
        y="speed, km/h",
        series={"light": {"kind": 0.0}, "wheeled": {"kind": 1.0}, "laden": {"kind": 2.0}},
        parameters_set=ALIKE | {"wheeled_factor": 0.9, "laden_factor": 0.7},
        run=_speed_of_kind,
        assumptions=(
            "A kind is slower than another on every road by the same share; no order of the kinds is assumed."
        ),
        evidence="None of the record; marches of other columns: `kidal marches`.",
        alternatives=("without-kinds",),
        is_not="It is no delay by mines, by breakdowns or by order, and knows no tracked vehicles.",
    ),
    Card(
        id="own-speed",
        title="A column's own speed",
        sentence="Each column has a factor of its own on its speed, drawn once a run about its kind's.",
        formula="slower = Phi(log(speed / (march_speed * wheeled_factor)) / column_spread)",
        where={"speed": "km/h of a wheeled column", "slower": "share of columns with a lower speed"},
        code=(setup.draw_speed,),
        also=(route.march_speed,),
        x=Axis("speed", "speed, km/h", (6, 8, 9, 10, 11, 12, 13, 14, 17)),
        y="share of columns slower",
        draws="below",
        run=_own_speeds,
        assumptions="The factor is the same on all days and all ground.",
        evidence="None of the record; marches of other columns: `kidal marches`.",
        is_not="It says nothing of how a column is led or driven.",
    ),
    Card(
        id="ground",
        title="Ground",
        sentence=(
            "On each road the speed is that on a piste, faster or slower by the same share for each class "
            "that the road's surface is better or worse: tar, laterite, piste, desert track."
        ),
        formula="speed = march_speed * exp(ground_step * (2 - surface))",
        where={"surface": "0: tar, 1: laterite, 2: piste, 3: desert track", "speed": "km/h"},
        code=(setup.open_ground, march.pace),
        also=(route.march_speed, route.way_hours, day.open_window),
        x=Axis("surface", "0: tar, 1: laterite, 2: piste, 3: desert track", (0, 1, 2, 3), whole=True),
        y="speed, km/h",
        parameters_set=QUIET,
        run=_speed_on_ground,
        assumptions=(
            "The classes are steps of one size, and the same for all kinds of column. Hours across country,"
            " on the bypass of a position and to a camp are counted as on a piste."
        ),
        evidence=(
            "None of the record: every road from Gao to Kidal is a piste. Marches of other columns: "
            "`kidal marches`."
        ),
        alternatives=("without-ground",),
        is_not=(
            "It knows neither weather nor terrain: the words on terrain in the table of roads count for "
            "nothing."
        ),
    ),
    Card(
        id="march-by-night",
        title="March by night",
        sentence=(
            "A column of which its scenario says so, from a source before it sets out, marches by night as "
            "well, at a share of its speed, and makes no bivouac."
        ),
        formula="speed = march_speed * (1 if 6 <= hour < 18 else night_pace)",
        where={"hour": "local hour", "speed": "km/h"},
        code=(march.pace, daylight.is_light, daylight.change_of_light),
        also=(day.open_window, day.dusk, route.march_speed),
        x=Axis("hour", "local hour", (0, 2, 4, 7, 10, 13, 16, 19, 22)),
        y="speed, km/h",
        parameters_set=QUIET,
        run=_pace_by_night,
        assumptions=(
            "It sets out, and leaves what it holds, at first light, and then never rests; nights are alike "
            "whatever the moon."
        ),
        evidence="One supply column of 2003 made 17.5 km/h by day and 7 km/h in the night after.",
        is_not="No bundled scenario has it; a night's march is not harassed as a bivouac is.",
    ),
    Card(
        id="march-day",
        title="March by day, halt by night",
        sentence=(
            "A column marches for some hours from civil dawn, makes a bivouac, and goes on at the next dawn."
        ),
        formula="km = march_speed * (march_hours * floor(hours / 24) + min(hours % 24, march_hours))",
        where={"hours": "h since the first start", "km": "km marched, out of contact"},
        code=(day.open_window, day.march_on, day.bivouac, march.march),
        also=(day.new_day, day.go_on, day.meet, day.reach, route.march_speed),
        x=Axis("hours", "hours since the first start", (0, 4, 8, 10, 12, 18, 24, 28, 34, 40, 47)),
        y="km marched",
        parameters_set=QUIET,
        run=_km_after,
        within=0.6,
        assumptions=(
            "The march has a fixed length and not a fixed end; dawn moves by seconds from day to day "
            "and along the road, which the formula leaves out."
        ),
        evidence="Desert convoys of the class drive nearly ten hours a day from dawn.",
        is_not="It is no march by night: that is only behind a defence that has left, or on to a near stop.",
    ),
    Card(
        id="press-on",
        title="Pressing on to a stop",
        sentence=(
            "At the end of the window a column that is not in contact marches on to a named stop if "
            "less than some hours of march are left to it, and halts there."
        ),
        formula="further = ahead if ahead < march_speed * press_on else 0",
        where={"ahead": "km to the stop at the end of the window", "further": "km marched past the window"},
        code=(day.dusk,),
        also=(day.bivouac, route.march_speed),
        x=Axis("ahead", "km to the next stop at the end of the window", (4, 10, 18, 26, 32, 34, 38, 42, 60)),
        y="km marched past the window",
        parameters_set=QUIET,
        run=_km_of_the_day,
        assumptions="Stops are named by the scenario; a column judges the way by its own speed of that day.",
        evidence=(
            "The stops are named in reports; the hours were chosen by people who knew where the first "
            "day ended."
        ),
        is_not="It is no march by night as a habit.",
    ),
    Card(
        id="contact-pace",
        title="Pace in contact",
        sentence=(
            "For some hours after a mine strike, an ambush, a day of combat or a night of harassing "
            "fire a column marches at a share of its speed."
        ),
        formula="speed = march_speed * contact_pace if hours < contact_hours else march_speed",
        where={"hours": "h since the end of the halt or fight", "speed": "km/h"},
        code=(march.pace, day.after_halt, combat.stay_in_contact),
        also=(day.open_window, route.march_speed),
        x=Axis("hours", "hours since the end of a halt", (0, 6, 12, 18, 23, 25, 30, 36, 42, 48)),
        y="speed, km/h",
        parameters_set=QUIET,
        run=_pace_after_contact,
        assumptions="The share is the same whatever brought the contact, and ends all at once.",
        evidence=(
            "Published tables of advance rates have opposed advance slower than unopposed; the share "
            "itself was chosen by people who knew the dates."
        ),
        alternatives=("contact-on-contested-road",),
        is_not="It is no rate of clearing mines.",
    ),
    Card(
        id="least-march",
        title="After an ambush",
        sentence=(
            "After an ambush the column marches on if enough of the day's window is left, and else "
            "makes a bivouac."
        ),
        formula="marches = 1 if left >= least_march else 0",
        where={"left": "h left of the window", "marches": "1: it marches on, 0: it makes a bivouac"},
        code=(day.after_ambush,),
        x=Axis("left", "hours left of the march window", (0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 4)),
        y="1: marches on",
        parameters_set=QUIET,
        run=_marches_on,
        assumptions="The losses of the ambush do not change the choice, unless the column is repulsed.",
        evidence="None.",
        is_not="It is no time to care for the wounded.",
    ),
    Card(
        id="supply",
        title="Supply on the road",
        sentence=(
            "A column that marches on its own supply waits when too little is left, until more has "
            "come up from the last place behind it that its side holds, at the column's own daily pace."
        ),
        formula="pace = march_speed * march_hours / 24\nwait = km / pace if 24 * days < supply_least else 0",
        where={
            "days": "days of supply left in the morning",
            "km": "from the place held",
            "pace": "km/h, nights counted",
            "wait": "h",
        },
        code=(day.set_out, day.wait_for_supply),
        also=(day.resupplied, march.usual_hours, march.held_behind, route.way_hours, route.march_speed),
        x=Axis("days", "days of supply left", (0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.5)),
        y="wait, h",
        parameters_set=QUIET,
        inputs={"km": 60.0},
        run=_wait_for_supply,
        assumptions=(
            "Supply is days, and not fuel, water or ammunition; it is always there at the place held, "
            "and nothing befalls it on the way."
        ),
        evidence="None; only scenarios that give `supply` use it.",
        is_not="It is no model of logistics.",
    ),
    Card(
        id="time-budget",
        title="Time budget",
        sentence=(
            "Each hour between a column's departure and its last capture is booked to exactly one "
            "cause, by what the column was doing."
        ),
        formula="whole = floor(hours / 24)\nmarched = whole * march_hours + min(hours % 24, march_hours)\n"
        "booked = marched if cause == 0 else hours - marched",
        where={"hours": "h since the departure", "booked": "h booked to the cause"},
        code=(delays.book, delays.cause_of),
        also=(delays.is_under_way, day.open_window),
        x=Axis("hours", "hours since the departure", (2, 8, 10, 14, 20, 24, 30, 36, 47)),
        y="hours booked",
        series={"march": {"cause": 0.0}, "overnight halts": {"cause": 1.0}},
        parameters_set=QUIET,
        run=_hours_booked,
        within=0.06,
        assumptions="Where several causes hold at once, as in a hold, the first unmet condition is booked.",
        evidence="Bookkeeping; it moves no run.",
        is_not="It is no counterfactual: without a cause its hours would not all be saved.",
    ),
)
