"""Rules that have a rival: the pace on contested road, the hazard by night, the pace behind the calendar."""

import math

import pytest
from worlds import QUIET, dawn, dusk, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.state.rows import NEVER

CALM = QUIET | {
    "march_speed": 10, "march_hours": 10, "contact_pace": 0.4, "probe_rate": 0, "refit": 48, "refit_spread": 0,
    "planning": 0, "planning_spread": 0, "column_loss_rate": 0, "rebel_loss_rate": 0,
}  # fmt: skip

# --- the pace on contested road -----------------------------------------------------------------------------

ROAD = network(("a", "m", 30), ("m", "b", 10), ("b", "far", 200))
GROUPS = "groups: [{id: g, role: harassing, hostile_to: [army]}], refuges: [far]"


def march(rule, more="", *, groups=GROUPS, towns="", side="army"):
    """The hours from departure to arrival at b, 40 km, out of contact."""
    column = f"{{side: {side}, objectives: [{{place: b, capture: false}}]{more}}}"
    template = tiny(
        f"{{columns: [{column}], {groups}, towns: [{towns}], rules: {{contact_pace: {rule}}}}}", ROAD
    )
    world = play(template, **CALM | {"laden_factor": 1})
    rows = log(world, template, "departure", "arrival")
    return rows[-1].hour - rows[0].hour


HELD = "{place: PLACE, held_by: army, source: t, known: 2023-10-02}"


def test_out_of_contact_the_march_is_at_full_speed():
    assert march("in contact") == pytest.approx(4)


def test_the_rival_slows_all_contested_road_from_the_first_km():
    assert march("on contested road") == pytest.approx(40 / 4)


@pytest.mark.parametrize("more", ["", ", stops: [m]"])
def test_the_rival_slows_nothing_before_the_last_place_that_is_held(more):
    towns = HELD.replace("PLACE", "m")
    assert march("on contested road", more, towns=towns) == pytest.approx(30 / 10 + 10 / 4)


@pytest.mark.parametrize("more", ["", ", stops: [m]"])
def test_the_rival_slows_nothing_before_the_place_that_the_scenario_names(more):
    assert march("on contested road", f"{more}, contested_from: m") == pytest.approx(30 / 10 + 10 / 4)


def test_the_rival_slows_nobody_where_no_group_is_hostile():
    assert march("on contested road", side="un") == pytest.approx(4)
    assert march("on contested road", groups="groups: [], refuges: [far]") == pytest.approx(4)


def test_the_rival_slows_nothing_on_held_road():
    assert march("on contested road", towns=HELD.replace("PLACE", "b")) == pytest.approx(4)


def test_the_rival_slows_no_column_twice():
    """In contact on contested road: m_C once."""
    text = "columns: [{objectives: [{place: b, capture: false}]}]"
    for rule in ("in contact", "on contested road"):
        rest = f"{GROUPS}, rules: {{contact_pace: {rule}}}"
        template = tiny(f"{{{text}, {rest}}}", ROAD)
        world = opened(template, **CALM)
        world.columns[0].contact_until = 100
        advance(world, NEVER)
        assert one(world, template, "arrival").hour - dawn(world, 0) == pytest.approx(10)


def test_the_second_day_of_the_rival_is_slow_too():
    net = network(("a", "b", 60), ("b", "far", 200))
    rest = f"{GROUPS}, rules: {{contact_pace: on contested road}}"
    template = tiny(f"{{columns: [{{objectives: [{{place: b, capture: false}}]}}], {rest}}}", net)
    world = play(template, **CALM)
    assert one(world, template, "bivouac").km == pytest.approx(40)
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 1, 40) + 5)


# --- the hazard by night ------------------------------------------------------------------------------------

NET = network(("a", "p", 40), ("p", "b", 40), ("b", "far", 200))
RATIO = 400 / (0.4 * 900)
SEEDS = 400


def position(share):
    column = "{objectives: [{place: b, capture: true}], defended: [{place: p, source: t}]}"
    rules = f"rules: {{night_hazard: {share}}}"
    return tiny(f"{{columns: [{column}], groups: [{{id: g}}], refuges: [far], {rules}}}", NET)


def breaks(share, eta=0.05, seeds=SEEDS):
    """Of many runs, the hours from the first contact until the groups of a position know that they leave."""
    template, found = position(share), []
    for seed in range(seeds):
        world = opened(template, seed, **CALM | {"break_off": eta})
        while world.marks[1].leaves == NEVER and world.run[0].now < world.run[0].horizon:
            advance(world, world.run[0].now + 0.25)
        found.append((world.run[0].now, log(world, template, "contact")[0].hour, world, template))
    return found


def in_dark(world, hour, step=0.25):
    """Whether a step that ends at an hour is wholly in the dark at the position."""
    day = int(hour // 24)
    return not dawn(world, day, 40) - 0.01 <= hour <= dusk(world, day, 40) + step + 0.01


def in_fight(world, template, hour, step=0.25):
    rows = log(world, template, "contact", "contact_end", "break")
    return any(
        a.hour - 0.01 <= hour <= b.hour + step + 0.01 for a, b in zip(rows[::2], rows[1::2], strict=False)
    )


def test_without_the_rival_no_defence_breaks_by_night():
    found = breaks(0, seeds=150)
    assert found
    for hour, _, world, template in found:
        assert in_fight(world, template, hour)


def test_with_the_rival_some_defences_break_by_night_at_its_share_of_the_hazard():
    """Of those undecided after the first day: 4 h fought, then the dark at half the hazard, then first light."""
    found = breaks(0.5)
    nights = undecided = 0
    for hour, _, world, _ in found:
        first = dusk(world, 0, 40), dawn(world, 1, 40)
        undecided += hour > first[0] + 0.25
        nights += first[0] + 0.25 < hour <= first[1] + 0.01
    share = 1 - math.exp(-0.5 * 0.05 * RATIO * (first[1] - first[0]))
    assert abs(nights / undecided - share) < 4 * math.sqrt(share * (1 - share) / undecided)


def test_with_the_rival_nothing_breaks_in_the_daylight_after_the_days_fight():
    """Only by night, and in the four hours of the fight: from then to sunset nobody fights."""
    afternoons = []
    for _, _, world, template in breaks(1, eta=0.1):
        for row in log(world, template, "break"):
            day = int(row.hour // 24)
            dark = not dawn(world, day, 40) <= row.hour <= dusk(world, day, 40) - 1e-9
            afternoons += [] if dark or in_fight(world, template, row.hour, 0.0) else [row.hour]
    assert afternoons == []


def test_a_defence_that_breaks_by_night_leaves_before_the_coming_light():
    template = position(1)
    for seed in range(100):
        world = play(template, seed, **CALM | {"break_off": 0.1})
        left, last = one(world, template, "left"), log(world, template, "contact")[-1]
        day = int(last.hour // 24)
        assert dusk(world, day, 40) <= left.hour <= dawn(world, day + 1, 40) + 1e-9


def test_a_defence_that_breaks_by_night_is_told_like_any_other():
    template = position(1)
    for seed in range(20):
        world = play(template, seed, **CALM | {"break_off": 0.1})
        assert [row.event for row in log(world, template, "break", "left")] == ["break", "left"]


def test_before_any_fight_the_rival_breaks_nothing():
    """A column that arrives by night has not fought yet."""
    template = position(1)
    for seed in range(30):
        slow = CALM | {"break_off": 0.5, "march_hours": 3}
        world = play(template, seed, until=dawn_of_first_fight(template), **slow)
        assert not log(world, template, "left", "break")


def dawn_of_first_fight(template):
    """It marches 30 km a day: at p after an hour of the second day."""
    world = opened(template, **CALM)
    return dawn(world, 1, 30) + 1


# --- the pace behind the calendar ---------------------------------------------------------------------------

FAR = network(("a", "s", 140), ("s", "b", 30), ("b", "c", 300))
OPENS = 44 * 24  # 15 November
CAMP = "{id: c, place: c, vacated: 2023-10-31, opens: 2023-11-15, source: t, known: 2023-10-02}"


def hold(more="", rule="last leg", *, net=FAR, conditions="calendar", camp=CAMP, rest=""):
    """A column that takes b, 170 km on, and is to be at c, 300 km farther, as the camp there opens."""
    goals = "[{place: b, capture: true, refit: true}, {place: c, capture: true}]"
    column = f"{{objectives: {goals}, go: [{conditions}]{more}}}"
    rules = f"rules: {{calendar_pace: {rule}}}"
    return tiny(f"{{end: 2024-01-01, columns: [{column}], camps: [{camp}], {rules}{rest}}}", net)


def goes(world, template):
    return one(world, template, "go").hour


def counted_back(world, km, hours, at=170):
    """The first light after the opening minus the hours of 300 km at the pace of some km in some hours."""
    due = OPENS - 300 / (km / hours)
    return pytest.approx(
        min(dawn(world, day, at) for day in range(60) if dawn(world, day, at) > due), abs=2e-3
    )


def test_the_last_leg_begins_at_the_start_and_its_nights_count():
    world = play(hold(", stops: [s]"), **CALM)
    leg = dawn(world, 1, 100) + 7 - dawn(world, 0)
    assert goes(world, hold()) == counted_back(world, 170, leg)


STOP = ", stops: [s], contested_from: s"


def test_the_last_leg_begins_at_the_last_uncontested_stop():
    world = play(hold(STOP), **CALM)
    assert goes(world, hold(STOP)) == counted_back(world, 30, 3)


def test_halts_count_in_the_last_leg():
    """A mine 10 km after the stop; when its halt is over another day has broken."""
    overrides = {"mine_rate": 1e-9, "mine_halt": 20, "mine_halt_spread": 0, "contact_hours": 0}
    world = opened(hold(STOP), **CALM | overrides)
    world.legs[0].mine_factor = world.legs[1].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 150 * 1e-9
    advance(world, NEVER)
    assert log(world, hold(STOP), "capture")[0].hour == pytest.approx(dawn(world, 1, 100) + 4 + 23)
    assert goes(world, hold(STOP)) == counted_back(world, 30, 23)


def test_fights_count_in_the_last_leg():
    net = network(("a", "s", 20), ("s", "p", 10), ("p", "b", 20), ("b", "c", 300))
    more, rest = f"{STOP}, defended: [{{place: p, source: t}}]", ", groups: [{id: g}], refuges: [c]"
    template = hold(more, net=net, rest=rest)
    world = play(template, **CALM | {"break_off": 5})
    leg = log(world, template, "capture")[0].hour - (dawn(world, 0) + 2)
    assert leg > 10
    assert goes(world, template) == counted_back(world, 30, leg, 50)


def test_the_calendar_binds_even_when_the_camp_is_vacated_early():
    early = hold(conditions="camp_vacated, calendar", camp=CAMP.replace("2023-10-31", "2023-10-03"))
    world = play(early, **CALM)
    assert goes(world, early) == goes(play(hold(), **CALM), hold())
    alone = hold(conditions="camp_vacated", camp=CAMP.replace("2023-10-31", "2023-10-03"))
    assert goes(play(alone, **CALM), alone) < goes(world, early) - 24 * 20


@pytest.mark.parametrize("more", ["", STOP])
def test_the_rival_counts_back_by_march_speed_and_hours_alone(more):
    world = play(hold(more, "march speed"), **CALM)
    assert goes(world, hold()) == counted_back(world, 10 * 10, 24)
    assert goes(world, hold()) != goes(play(hold(more), **CALM), hold())
