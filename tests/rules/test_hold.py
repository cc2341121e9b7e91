"""The hold: refit, the conditions of the go as they are known, planning; probes meanwhile."""

import numpy as np
import pytest
import scipy
from worlds import QUIET, dawn, defaults, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.state.kinds import AgentKind, Cause, Mode, Side

NET = network(("a", "b", 50), ("b", "c", 60))
CALM = QUIET | {
    "march_speed": 10, "march_hours": 10, "laden_factor": 1, "probe_rate": 0, "drones_forward": 240,
    "refit": 48, "refit_spread": 0, "planning": 0, "planning_spread": 0, "sighting_least": 3, "sighting_most": 3,
}  # fmt: skip
TO_B, TO_A = "objectives: [{place: b, capture: false}]", "objectives: [{place: a, capture: false}]"
MORE = f"{{id: more, from: a, departs: 2023-10-07, {TO_B}, reinforces: army}}"
UN = f"{{id: un, side: un, kind: laden, from: c, departs: 2023-10-08, {TO_A}}}"
CAMP = "{id: c, place: c, vacated: 2023-10-09, opens: 2023-10-20, source: test, known: 2023-10-02}"
DRONE = "drones: [{radius: 80 km, moves_forward: true}]"  # c is 110 km from its first station


def holder(*go, refit=True, net=NET, more="", others=f", {MORE}, {UN}", extra=f", camps: [{CAMP}], {DRONE}"):
    """A column that takes b, holds it and goes on to c."""
    first = f"{{place: b, capture: true, refit: {str(refit).lower()}, control_site: true}}"
    army = f"{{objectives: [{first}, {{place: c, capture: true}}], go: [{', '.join(go)}]{more}}}"
    return tiny(f"{{end: 2024-03-01, columns: [{army}{others}]{extra}}}", net)


def light(world, hour, km=50):
    """The first light after an hour at a road-km."""
    return min(dawn(world, day, km) for day in range(140) if dawn(world, day, km) > hour)


def capture(world, template):
    return next(row.hour for row in log(world, template, "capture") if row.place == "b")


def went(template, **overrides):
    """A world, and the hours of its capture and of its go."""
    world = play(template, **CALM | overrides)
    return world, capture(world, template), one(world, template, "go").hour


def before(template, hour, vacated=None, **overrides):
    """The army's state at an hour, with the camp vacated at an hour of our own."""
    world = opened(template, **CALM | overrides)
    if vacated is not None:
        world.camps[0].vacated = world.wakes[world.camps[0].agent] = vacated
    advance(world, hour)
    army = world.columns[template.names[AgentKind.COLUMN].index("army")]
    rows = [row for row in log(world, template) if row.agent == "army"]
    return army.mode, army.planned, army.cause, army.goes, rows


# --- refit and planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "late", "day"), [(2, -0.01, 2), (2, 0.01, 3), (30, -0.01, 30), (0.1, 0, 1)])
def test_the_column_goes_at_the_first_light_after_its_refit(days, late, day):
    template = holder("refit")
    world = opened(template)
    refit = dawn(world, days, 50) - (dawn(world, 0) + 5) + late if days >= 1 else 24 * days
    world, taken, goes = went(template, refit=refit)
    assert taken == pytest.approx(dawn(world, 0) + 5)
    assert goes == pytest.approx(dawn(world, day, 50), abs=1e-9)
    assert one(world, template, "go").amount == pytest.approx(goes - taken)


def test_it_refits_whether_or_not_the_go_names_it_and_not_where_the_objective_does_not():
    for template, hours in ((holder(), 48), (holder("refit", refit=False), 0)):
        world, taken, goes = went(template)
        assert goes == pytest.approx(light(world, taken + hours))


@pytest.mark.parametrize("planning", [1, 24, 100])
def test_planning_comes_after_the_refit(planning):
    world, taken, goes = went(holder("refit"), planning=planning)
    assert goes == pytest.approx(light(world, taken + 48 + planning))


def test_refits_and_plannings_are_lognormal_about_the_runs_and_independent():
    template = holder("refit")
    spread = {"refit": 240, "refit_spread": 0.15, "planning": 96, "planning_spread": 0.3}
    worlds_ = [play(template, seed, **CALM | spread) for seed in range(300)]
    refits = [world.accounts[1][Cause.REFITTING] for world in worlds_]
    plannings = [world.accounts[1][Cause.PLANNING] for world in worlds_]
    assert scipy.stats.kstest(np.log(np.array(refits) / 240) / 0.15, "norm").pvalue > 0.01
    assert scipy.stats.kstest(np.log(np.array(plannings) / 96) / 0.3, "norm").pvalue > 0.01
    assert scipy.stats.pearsonr(np.log(refits), np.log(plannings)).pvalue > 0.01


def test_after_the_last_objective_there_is_no_further_go():
    template = holder("refit")
    world = play(template, **CALM)
    assert [row.place for row in log(world, template, "capture")] == ["b", "c"]
    assert len(log(world, template, "go")) == 1
    assert (world.columns[0].mode, world.columns[0].km) == (Mode.HOLDING, 110)


# --- the conditions -----------------------------------------------------------------------------------------


def met(world, template, condition):
    """When a condition is met as known, by hand: from the other agents' events."""
    taken = capture(world, template)
    if condition == "reinforced":
        return dawn(world, 5) + 5 + 40 * 0.1 / 10  # first light of 7 October, 50 km, 40 vehicles of 100 m
    if condition == "drones":
        return taken + 240
    if condition == "camp_vacated":
        return one(world, template, "vacated").hour + 3
    if condition == "road_clear":
        off = dawn(world, 6, 110) + 6 + 3  # 60 km from c, and the sighting
        return max(off, met(world, template, "camp_vacated"))
    return 18 * 24 - 60 / 10  # the window opens on 20 October; its last leg was 50 km in 5 h


CONDITIONS = ["reinforced", "drones", "camp_vacated", "road_clear", "calendar"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition_delays_the_go_until_it_is_met(condition):
    template = holder("refit", condition)
    world, _, goes = went(template)
    assert goes == pytest.approx(light(world, met(world, template, condition)), abs=2e-3)
    assert goes > went(holder("refit"))[2] + 24


@pytest.mark.parametrize("condition", CONDITIONS)
def test_planning_begins_with_the_last_condition_but_runs_beside_the_calendar(condition):
    template = holder("refit", condition)
    world, taken, goes = went(template, planning=60)
    last = met(world, template, condition)
    hour = max(last, taken + 48 + 60) if condition == "calendar" else last + 60
    assert goes == pytest.approx(light(world, hour), abs=2e-3)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_met_before_the_refit_ends_delays_nothing(condition):
    assert went(holder("refit", condition), refit=1000)[2] == went(holder("refit"), refit=1000)[2]


def test_of_all_conditions_the_latest_decides():
    template = holder("refit", *CONDITIONS)
    world, _, goes = went(template)
    assert goes == pytest.approx(light(world, max(met(world, template, c) for c in CONDITIONS)), abs=2e-3)


def test_a_reinforcement_waits_until_its_side_holds_the_place_and_then_joins():
    early = f", {MORE.replace('10-07', '10-02')}"
    template = holder("refit", "reinforced", others=early, more=", departs: 2023-10-05")
    world, taken, _ = went(template)
    start = next(row for row in log(world, template, "departure") if row.agent == "more")
    assert start.hour == pytest.approx(light(world, taken, 0))
    joined = one(world, template, "reinforced")
    assert (joined.hour, joined.amount, joined.other) == (pytest.approx(start.hour + 5.4), 400, 40)
    army, more = world.columns
    assert (army.persons, army.vehicles, more.persons, more.vehicles) == (800, 80, 0, 0)


def test_a_reinforcement_never_starts_for_a_place_that_is_never_taken():
    net = network(("a", "m", 20), ("m", "b", 30), ("b", "c", 60))
    field, more = ", groups: [{id: g}], refuges: [a]", ", defended: [{place: m, source: test}]"
    world = play(holder(extra=field, more=more, others=f", {MORE}", net=net), **CALM | {"break_off": 0})
    assert world.columns[1].mode == Mode.WAITING


def test_drones_that_come_on_station_at_home_meet_the_condition_too():
    """Ready after the capture, while their station is already asked to move: c is within reach of the first."""
    late = "drones: [{radius: 500 km, ready: 2023-10-09, moves_forward: true}]"
    world, _, goes = went(holder("refit", "drones", others="", extra=f", {late}"), drones_forward=1000)
    assert goes == pytest.approx(light(world, 7 * 24))


def test_manned_aviation_does_not_meet_the_condition_drones():
    planes = "manned_aviation: [{side: army, source: t, known: 2023-10-02}]"
    template = holder("refit", "drones", extra=f", {DRONE}, {planes}")
    world, taken, goes = went(template, manned_cover=0.3)
    assert goes == pytest.approx(light(world, taken + 240))


# --- what is not seen is not known --------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [0.1, 1, 2.9])
def test_a_camps_vacating_changes_nothing_before_it_is_seen(hidden):
    template = holder("refit", "camp_vacated")
    hour = 150.0
    reference = before(template, hour + hidden, vacated=hour + hidden + 50)
    assert before(template, hour + hidden, vacated=hour) == reference
    assert before(template, hour + 3.1, vacated=hour) != before(template, hour + 3.1, vacated=hour + 50)


@pytest.mark.parametrize("delay", [1, 12, 36])
def test_an_unpublished_departure_triggers_the_go_only_once_it_is_seen(delay):
    template = holder("refit", "camp_vacated", extra=f", camps: [{CAMP.replace('opens: 2023-10-20, ', '')}]")
    world, _, goes = went(template, sighting_least=delay, sighting_most=delay)
    assert goes == pytest.approx(light(world, one(world, template, "vacated").hour + delay))


def test_the_camp_is_seen_two_to_six_hours_after_it_is_vacated():
    template = holder("refit", "camp_vacated")
    wide = CALM | {"sighting_least": 2, "sighting_most": 6, "planning": 1000}
    delays = []
    for seed in range(200):
        world = play(template, seed, until=400, **wide)
        seen = capture(world, template) + 48 + world.accounts[1][Cause.CAMP_VACATED]
        delays.append(seen - world.camps[0].vacated)
    assert scipy.stats.kstest(delays, scipy.stats.uniform(2, 4).cdf).pvalue > 0.01


def test_the_road_is_clear_only_when_the_un_has_been_seen_past_the_held_place():
    long = CALM | {"refit": 6 * 24}
    template = holder("refit", "road_clear", extra=f", {DRONE}")
    rows = log(play(template, **long), template, "arrival")
    passed = next(row.hour for row in rows if (row.agent, row.place) == ("un", "b"))
    for hour, alike in ((passed + 2.9, True), (passed + 3.1, False)):
        states = []
        for late in (0, 20):
            world = opened(template, **long)
            advance(world, passed - 0.1)
            un = next(column for column in world.columns if column.side == Side.WITHDRAWING)
            world.wakes[un.agent] = un.planned = un.planned + late  # it comes to b so much later
            advance(world, hour)
            army = world.columns[template.names[AgentKind.COLUMN].index("army")]
            states.append((army.mode, army.cause, army.goes))
        assert (states[0] == states[1]) == alike


@pytest.mark.parametrize(
    ("start", "end", "day", "pace", "refit", "hours"),
    [("a", "c", 8, 1, 6 * 24 + 0.01, 6 * 24 + 28), ("m", "a", 7, 0.2, 5 * 24, 6 * 24 + 10)],
    ids=[
        "towards the objective, off it on the second day",
        "on the road between, off it at b on the second day",
    ],
)
def test_any_un_column_on_the_road_to_the_objective_is_waited_for(start, end, day, pace, refit, hours):
    goal = f"objectives: [{{place: {end}, capture: false}}]"
    un = f"{{id: un, side: un, kind: laden, from: {start}, departs: 2023-10-0{day}, {goal}}}"
    net = network(("a", "b", 50), ("b", "m", 40), ("m", "c", 50))
    template = holder("refit", "road_clear", others=f", {un}", net=net, extra=f", {DRONE}")
    world, _, goes = went(template, refit=refit, laden_factor=pace)
    assert goes == pytest.approx(light(world, dawn(world, 0) + hours + 3))


def test_a_un_column_that_has_not_set_out_is_not_known_of():
    late = UN.replace("10-08", "10-29")
    alone = went(holder("refit", "road_clear", others=f", {late}"))[2]
    assert alone == went(holder("refit", "camp_vacated"))[2]


def test_an_added_column_changes_no_sighting():
    wide = {"sighting_least": 2, "sighting_most": 60}
    other = f"{{id: aaa, from: a, departs: 2024-01-01, {TO_B}}}"
    alone = holder("refit", "road_clear")
    beside = holder("refit", "road_clear", others=f", {MORE}, {UN}, {other}")
    for seed in range(5):
        goes = [one(play(t, seed, **CALM | wide), t, "go").hour for t in (alone, beside)]
        assert goes[0] == goes[1]


# --- a scenario that begins with a hold, and probes ---------------------------------------------------------


def given(go, extra=""):
    """A column that holds b since 2 October."""
    goals = "[{place: b, capture: true, refit: true, control_site: true}, {place: c, capture: true}]"
    army = f"{{from: b, holds: 2023-10-02, objectives: {goals}, go: [{go}]}}"
    return tiny(f"{{end: 2024-09-01, columns: [{army}]{extra}}}", network(("b", "c", 300)))


def test_a_column_that_holds_at_the_start_refits_from_then_on_and_has_never_marched():
    template = given("refit", ", drones: [{airfield: c, station: c, moves_forward: true}]")
    world, taken, goes = went(template)
    assert taken == pytest.approx(dawn(world, 0), abs=24)
    assert goes == pytest.approx(light(world, taken + 48, 0))
    assert log(world, template, "departure") == []
    assert [row.hour for row in log(world, template, "on_station")][1:] == pytest.approx([taken + 240])
    assert world.places[template.places.index("b")].holder == Side.ADVANCING


def test_without_a_last_leg_the_calendar_counts_back_by_march_speed_and_hours():
    world, _, goes = went(given("calendar", f", camps: [{CAMP}]"))
    assert goes == pytest.approx(light(world, 18 * 24 - 24 * 300 / (10 * 10), 0))


def test_probes_come_at_their_rate_and_go_5_to_20_km_towards_the_objective():
    template = given("refit")
    rate, long = defaults().values()["probe_rate"], {"refit": 1e5}
    assert rate == pytest.approx(0.05 / 24)
    found = [play(template, seed, until=300 * 24, **CALM | long | {"probe_rate": rate}) for seed in range(80)]
    probes = [log(world, template, "probe") for world in found]
    mean = 0.05 * (300 * 24 - capture(found[0], template)) / 24
    assert abs(sum(map(len, probes)) - 80 * mean) < 4 * (80 * mean) ** 0.5
    out = [row.amount for rows in probes for row in rows]
    assert scipy.stats.kstest(out, scipy.stats.uniform(5, 15).cdf).pvalue > 0.01
    assert all(row.km == row.amount for rows in probes for row in rows)
    assert {world.columns[0].km for world in found} == {0}


def test_without_a_rate_there_is_no_probe_and_probes_change_neither_the_go_nor_the_march():
    template = holder("refit", *CONDITIONS)
    calm, busy = play(template, **CALM), play(template, **CALM | {"probe_rate": 0.5})
    assert log(calm, template, "probe") == []
    assert len(log(busy, template, "probe")) > 50
    assert [row for row in log(busy, template) if row.event != "probe"] == log(calm, template)
