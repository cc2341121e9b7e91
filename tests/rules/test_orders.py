"""Orders and closed roads on tiny worlds: holding, going back, merging, standing before a road or going round it."""

from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from worlds import QUIET, dawn, defaults, log, network, one, play, tiny

from sim.chance.keyed import ONCE, Purpose, lognormal, replicate_seed
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine import batch
from sim.engine.build import build
from sim.engine.history import events, run_one
from sim.engine.inputs import load_inputs
from sim.engine.outcomes import names, outcomes
from sim.scenario.reading import load_scenario
from sim.state.kinds import AgentKind, Event

NET = network(("a", "b", 50), ("b", "c", 60), ("c", "d", 40))
ROUND = network(("a", "b", 50), ("b", "c", 60), ("a", "m", 80), ("m", "c", 90))
CALM = QUIET | {"march_speed": 10, "march_hours": 10, "column_spread": 0, "ground_step": 0}
CALM |= {"wheeled_factor": 1, "laden_factor": 0.5, "probe_rate": 0, "refit_spread": 0, "planning_spread": 0}
KNOWN = "source: test, known: 2023-09-01"
ALL = Path(__file__).parents[1] / "helpers/orders.yaml"


def order(do, at, **more):
    """An order as a file has it."""
    rest = "".join(f", {key.rstrip('_')}: {value}" for key, value in more.items())
    return f"{{id: {do}-{at}, do: {do}, at: {at}{rest}, {KNOWN}}}"


def column(*orders, goal="c", name="army", capture="false", **more):
    """A column from a as a file has it."""
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    goals = f"objectives: [{{place: {goal}, capture: {capture}}}]"
    return f"{{id: {name}, from: a, {goals}, orders: [{', '.join(orders)}]{rest}}}"


def made(*columns, net=NET, more="", at="c"):
    """A tiny world of some columns; its milestone is the first one's arrival at a place."""
    milestones = f"milestones: [{{id: '{at}:arrival', column: army}}]"
    return tiny(f"{{columns: [{', '.join(columns)}], {milestones}{more}}}", net)


def shut(*ends, since="2023-10-02", until=None):
    """A closed road as a file has it."""
    end = "" if until is None else f", until: {until}"
    return f", closures: [{{id: shut, between: [{', '.join(ends)}], from: {since}{end}, {KNOWN}}}]"


def happened(template, *events_, **overrides):
    """The finished world of a run, and its events by (event, agent, place)."""
    world = play(template, **CALM | overrides)
    rows = {}
    for row in log(world, template, *events_):
        rows.setdefault((row.event, row.agent, row.place), row)
    return world, rows


def arrival(template, place="c", agent="army", **overrides):
    """The hour at which a column first arrives at a place."""
    return happened(template, "arrival", **overrides)[1]["arrival", agent, place].hour


def state(world, template, name):
    """A column's row by its id."""
    return world.columns[template.names[AgentKind.COLUMN].index(name)]


# --- hold ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 2, 5])
def test_a_hold_for_whole_days_delays_the_arrival_by_these(days):
    free, held = made(column()), made(column(order("hold", "b", for_=f"{24 * days} h")))
    late = arrival(held) - arrival(free)
    assert late == pytest.approx(24 * days, abs=0.05)  # first light comes later every day


def test_a_column_stands_for_as_long_as_it_is_ordered_and_goes_on_in_what_is_left_of_the_day():
    template = made(column(order("hold", "b", for_="2 h")))
    world, rows = happened(template)
    came = dawn(world, 0) + 5
    assert rows["stands", "army", "b"].hour == pytest.approx(came)
    assert rows["stands", "army", "b"].amount == pytest.approx(2)
    assert rows["resumed", "army", "b"].hour == pytest.approx(came + 2)
    assert rows["resumed", "army", "b"].amount == pytest.approx(2)
    # three hours of march are left of the day
    assert one(world, template, "bivouac").km == pytest.approx(80, abs=0.05)


def test_a_hold_until_a_day_ends_at_its_first_light():
    template = made(column(order("hold", "b", until="2023-10-06")))
    world, rows = happened(template)
    assert rows["resumed", "army", "b"].hour == pytest.approx(dawn(world, 4, 50))
    assert rows["arrival", "army", "c"].hour == pytest.approx(dawn(world, 4, 50) + 6)


def test_a_column_that_comes_after_the_day_goes_through():
    held = made(column(order("hold", "c", until="2023-10-03"), goal="d"), at="d")
    free = made(column(goal="d"), at="d")
    late = {"march_speed": 4}
    assert arrival(held, "d", **late) == arrival(free, "d", **late)
    assert not log(play(held, **CALM | late), held, "stands")


def test_the_time_of_an_ordered_halt_is_booked_to_it_and_to_nothing_else():
    template = made(column(order("hold", "b", until="2023-10-06")))
    world, rows = happened(template)
    table = dict(zip(names(template), outcomes(template, world), strict=True))
    booked = {
        name.rpartition(":")[2]: value for name, value in table.items() if name.startswith("hours:army:c")
    }
    stood = rows["resumed", "army", "b"].hour - rows["stands", "army", "b"].hour
    assert booked["ordered_halt"] == pytest.approx(stood)
    assert booked["overnight"] == 0
    assert sum(booked.values()) == pytest.approx(rows["arrival", "army", "c"].hour - dawn(world, 0))


def test_a_column_without_orders_has_no_hours_of_them():
    assert not any("ordered" in name for name in names(made(column())))


@pytest.mark.parametrize("hours", [0, 1])
def test_nights_of_a_hold_are_harassed_as_those_of_a_bivouac(hours):
    groups = ", groups: [{id: g, home: c}], refuges: [d]"
    template = made(column(order("hold", "b", until="2023-10-06")), more=groups)
    overrides = {"night_harassment": hours, "night_slip": 0, "ambush_rate": 0, "fighters": 1}
    world = play(template, **CALM | overrides)
    nights = [row for row in log(world, template, "harassment") if row.km == 50]
    assert len(nights) == 4 * hours


def test_what_a_column_captured_it_holds_until_the_day_and_goes_at_first_light():
    goals = "objectives: [{place: b, capture: true}, {place: c, capture: true}]"
    text = f"{{id: army, from: a, {goals}, orders: [{order('hold', 'b', until='2023-10-12')}]}}"
    template = made(text)
    world, rows = happened(template, refit=0, planning=0)
    assert rows["go", "army", "b"].hour == pytest.approx(dawn(world, 10, 50))
    table = dict(zip(names(template), outcomes(template, world), strict=True))
    night = rows["go", "army", "b"].hour - 24 * 10  # free at midnight, it goes at first light
    held = rows["go", "army", "b"].hour - rows["capture", "army", "b"].hour - night
    assert table["hours:army:c:ordered_hold"] == pytest.approx(held)
    assert table["hours:army:c:ordered_halt"] == 0


def test_an_order_lets_nobody_go_before_its_own_conditions():
    goals = "objectives: [{place: b, capture: true, refit: true}, {place: c, capture: true}]"
    free = made(f"{{id: army, from: a, {goals}}}")
    held = made(f"{{id: army, from: a, {goals}, orders: [{order('hold', 'b', until='2023-10-04')}]}}")
    overrides = {"refit": 120, "planning": 24}
    assert arrival(free, **overrides) == arrival(held, **overrides)


# --- return -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [column(order("return", "c")), column(goal="a", via="[c]"), column(order("return", "c"), goal="d")],
)
def test_out_and_back_arrives_where_it_began_with_twice_the_km(text):
    template = made(text, at="a")
    world = play(template, **CALM)
    *_, back = log(world, template, "arrival")
    assert (back.place, back.km) == ("a", 220)
    # 22 hours of march: 10 on each of two days, 2 on the third
    assert back.hour == pytest.approx(dawn(world, 2, 20) + 2)
    assert world.milestones[0].hour == back.hour
    assert one(world, template, "tail").place == "a"
    assert [place for place, _ in template.ways["army"]] == ["a", "b", "c", "b", "a"]


def test_a_column_turns_where_it_is_ordered_and_may_go_back_to_a_place_on_its_way():
    template = made(column(order("return", "c", to="b"), goal="d"), at="b")
    world, rows = happened(template)
    assert rows["turned", "army", "c"].km == 110
    assert rows["tail", "army", "b"].km == 170
    assert world.milestones[0].hour == pytest.approx(dawn(world, 0) + 5)  # the first time that it comes there


def test_a_milestone_of_a_stretch_counts_on_the_way_back_too():
    text = "{id: 'b:mine', column: army, between: [a, b]}, {id: 'c:mine', column: army, at: b, within: 5 km}"
    world = tiny(f"{{columns: [{column(order('return', 'c'))}], milestones: [{text}]}}", NET)
    spans = world.world.spans.tolist()
    assert [(row["from_km"], row["to_km"]) for row in world.world.milestones] == [(0, 50), (45, 55)]
    assert spans == [(170, 220), (165, 175)]


def test_what_it_captured_it_leaves_at_the_next_first_light_without_planning():
    template = made(column(order("return", "c"), capture="true"), at="a")
    world, rows = happened(template, planning=500, refit=500)
    assert rows["go", "army", "c"].hour == pytest.approx(dawn(world, 2, 110))
    assert rows["turned", "army", "c"].hour == rows["go", "army", "c"].hour
    assert rows["arrival", "army", "a"].km == 220


def test_a_hold_where_it_turns_comes_first():
    template = made(column(order("hold", "c", until="2023-10-08"), order("return", "c")), at="a")
    world, rows = happened(template)
    assert rows["resumed", "army", "c"].hour == pytest.approx(dawn(world, 6, 110))
    assert rows["arrival", "army", "a"].hour == pytest.approx(dawn(world, 7, 10) + 1)


def test_a_road_is_contested_on_the_way_back_where_it_was_on_the_way_out():
    groups = ", groups: [{id: g, home: d}], refuges: [d], towns: [{place: a, held_by: army}]"
    text = column(order("return", "c"), contested_from="b")
    template = made(text, more=groups, at="a")
    world = play(template, **CALM | {"night_harassment": 1, "night_slip": 0, "march_hours": 2, "fighters": 1})
    kms = [row.km for row in log(world, template, "harassment")]
    assert kms
    assert all(50 <= km < 170 for km in kms)
    nights = [row.km for row in log(world, template, "bivouac")]
    assert {km for km in nights if 51 < km < 169} <= set(kms)


def test_what_comes_back_from_a_garrison_has_left_its_load_there():
    post = ", garrisons: [{id: post, place: c, supply: 10 days}], towns: [{place: a, held_by: army}]"
    text = column(order("return", "c"), supplies="post", load="20 days")
    template = made(text, more=post, at="a")
    world, rows = happened(template)
    assert rows["resupply", "post", "c"].amount == pytest.approx(20)
    assert rows["resupply", "post", "c"].hour == rows["turned", "army", "c"].hour
    assert world.garrisons[0].resupplies == 1
    assert rows["arrival", "army", "a"].km == 220


@pytest.mark.parametrize(("at", "net"), [("b", 0), ("c", 1)])
def test_a_column_delivers_only_where_the_garrison_stands(at, net):
    post = ", garrisons: [{id: post, place: c, supply: 10 days}]"
    text = column(order("return", at), supplies="post", load="20 days")
    template = made(text, more=post, at="a")
    world, _ = happened(template)
    assert world.garrisons[0].resupplies == net
    assert not log(world, template, "resupply") or net


def test_a_repulsed_column_on_its_way_back_is_where_it_came_by_on_the_way_out():
    from sim.rules.column.march import carry_on, go_back

    groups = ", towns: [{place: a, held_by: army}]"
    template = made(column(order("return", "c")), more=groups, at="a")
    world = play(template, until=50, **CALM)
    army = world.columns[0]
    carry_on(world, army, 50.0)
    km = army.km
    assert 110 < km < 220
    hours = go_back(world, army, 50.0) - 50.0
    assert army.km == pytest.approx(220 - km)
    assert hours == pytest.approx((220 - km) / (10 * 10 / 24))


# --- merge --------------------------------------------------------------------------------------------------

JOINS = order("merge", "b", with_="army")


@pytest.mark.parametrize(("army", "other"), [(2, 5), (5, 2), (3, 3)])
def test_merged_columns_are_one_from_the_hour_at_which_the_later_one_is_there(army, other):
    first = column(goal="d", departs=f"2023-10-0{army}")
    template = made(first, column(JOINS, name="more", goal="d", departs=f"2023-10-0{other}"), at="d")
    world, rows = happened(template)
    gone, left = state(world, template, "more"), state(world, template, "army")
    assert (left.persons, left.vehicles) == (800, 80)
    assert (gone.persons, gone.vehicles) == (0, 0)
    there = max(rows["arrival", "army", "b"].hour, rows["tail", "more", "b"].hour)
    assert rows["reinforced", "army", "b"].hour == there
    assert (rows["reinforced", "army", "b"].amount, rows["reinforced", "army", "b"].other) == (400, 40)
    assert ("arrival", "more", "c") not in rows
    alone = made(column(goal="d", departs=f"2023-10-0{max(army, other)}"), at="d")
    wait = rows["tail", "more", "b"].amount if other >= army else 0.0
    assert arrival(template, "d") - arrival(alone, "d") == pytest.approx(wait, abs=0.01)


def test_a_column_waits_to_the_end_for_one_that_does_not_come():
    template = made(column(goal="d"), column(JOINS, name="more", goal="d", departs="2023-10-20"), at="d")
    world, rows = happened(template, march_speed=1.5)
    assert rows["stands", "army", "b"].amount == 0
    assert ("arrival", "army", "c") not in rows
    assert world.milestones[0].hour == np.inf


def test_two_columns_may_merge_with_a_third():
    template = made(
        column(goal="d"),
        column(JOINS, name="more", goal="d", departs="2023-10-04"),
        column(JOINS, name="others", goal="d", departs="2023-10-06"),
        at="d",
    )
    world, rows = happened(template)
    assert state(world, template, "army").persons == 1200
    assert rows["resumed", "army", "b"].hour == rows["tail", "others", "b"].hour


def test_columns_that_are_one_are_as_slow_as_the_slower():
    template = made(column(goal="d"), column(JOINS, name="more", goal="d", kind="laden"), at="d")
    world, _ = happened(template)
    assert state(world, template, "army").kind == 2
    speeds = [row.amount for row in log(world, template, "march") if row.agent == "army" and row.km > 50]
    assert speeds == pytest.approx([5] * len(speeds))


@pytest.mark.parametrize(("army", "more"), [("light", "laden"), ("laden", "light"), ("laden", "laden")])
@pytest.mark.parametrize("laden", [0.5, 2])
@pytest.mark.parametrize(("first", "second"), [(2, 5), (5, 2)])
def test_whoever_is_first_and_whatever_its_kind_the_slower_speed_is_that_of_both(
    army, more, laden, first, second
):
    template = made(
        column(goal="d", kind=army, departs=f"2023-10-0{first}"),
        column(JOINS, name="more", goal="d", kind=more, departs=f"2023-10-0{second}"),
        at="d",
    )
    world, _ = happened(template, laden_factor=laden, column_spread=0.3)
    of_kind = {"light": 1, "laden": laden}
    alone = [
        10
        * of_kind[kind]
        * lognormal(world.run[0].seed, state(world, template, name).key, Purpose.COLUMN_SPEED, ONCE, 0.3)
        for kind, name in ((army, "army"), (more, "more"))
    ]
    speeds = [row.amount for row in log(world, template, "march") if row.agent == "army" and row.km > 50]
    assert speeds == pytest.approx([min(alone)] * len(speeds))
    assert speeds


def test_what_merges_brings_its_load():
    post = ", garrisons: [{id: post, place: d, supply: 10 days}]"
    first = column(goal="d", supplies="post", load="10 days")
    template = made(first, column(JOINS, name="more", goal="d", load="20 days"), more=post, at="d")
    _, rows = happened(template)
    assert rows["resupply", "post", "d"].amount == pytest.approx(30)


def test_a_column_may_merge_with_one_that_holds_or_has_arrived():
    for capture in ("true", "false"):
        joins = order("merge", "c", with_="army")
        template = made(
            column(capture=capture), column(joins, name="more", goal="d", departs="2023-10-07"), at="c"
        )
        world, rows = happened(template)
        assert state(world, template, "army").persons == 800
        assert rows["reinforced", "army", "c"].hour == rows["tail", "more", "c"].hour


# --- closed roads -------------------------------------------------------------------------------------------


def test_a_column_stands_before_a_closed_road_until_first_light_of_the_day_it_opens():
    template = made(column(), more=shut("b", "c", since="2023-10-01", until="2023-10-06"))
    world, rows = happened(template)
    assert rows["road_closed", "army", "b"].hour == pytest.approx(dawn(world, 0) + 5)
    assert rows["resumed", "army", "b"].hour == pytest.approx(dawn(world, 4, 50))
    assert rows["arrival", "army", "c"].hour == pytest.approx(dawn(world, 4, 50) + 6)


def test_it_stands_to_the_end_before_a_road_that_does_not_open():
    template = made(column(), more=shut("c", "b", since="2023-10-03"))
    late = {"march_speed": 2}
    world, rows = happened(template, **late)
    assert rows["road_closed", "army", "b"].amount == 0
    assert ("resumed", "army", "b") not in rows
    assert state(world, template, "army").km == 50


def test_a_column_that_is_on_the_road_when_it_closes_goes_on():
    closed, free = made(column(), more=shut("b", "c", since="2023-10-03")), made(column())
    assert arrival(closed) == arrival(free)


def test_a_column_departs_when_its_first_road_opens():
    template = made(column(), more=shut("a", "b", until="2023-10-07"))
    world, rows = happened(template)
    assert rows["departure", "army", "a"].hour == pytest.approx(dawn(world, 5))


@pytest.mark.parametrize(
    ("since", "until", "departs", "way"),
    [
        ("2023-10-02", None, 2, "amc"),
        ("2023-10-01", "2023-10-03", 2, "amc"),
        ("2023-10-03", None, 2, "abc"),
        ("2023-10-03", None, 3, "amc"),
        ("2023-10-01", "2023-10-03", 3, "abc"),
    ],
)
def test_a_column_goes_round_a_road_that_is_closed_when_it_can_first_set_out(since, until, departs, way):
    first = column(departs=f"2023-10-0{departs}")
    template = made(first, net=ROUND, more=shut("b", "c", since=since, until=until))
    assert "".join(place for place, _ in template.ways["army"]) == way


def test_two_closures_of_a_road_count_one_after_the_other():
    more = shut("b", "c", until="2023-10-05")[:-1]
    more += f", {{id: again, between: [b, c], from: 2023-10-05, until: 2023-10-08, {KNOWN}}}]"
    _, rows = happened(made(column(), more=more))
    world = play(made(column(), more=more), **CALM)
    assert rows["resumed", "army", "b"].hour == pytest.approx(dawn(world, 6, 50))


# --- plain, watched, compiled -------------------------------------------------------------------------------


@cache
def whole():
    return build(load_scenario(str(ALL)), defaults())


def chunk(runs, kept):
    seeds = replicate_seeds(11, np.arange(runs))
    return batch.Chunk(
        scenario=whole(),
        seeds=seeds,
        records=defaults().draws(seeds),
        spread=True,
        keep=np.arange(runs) < kept,
    )


def test_the_scenario_of_all_orders_has_them_all():
    runs = chunk(20, 20)
    batch.plain(runs)
    seen = {int(event) for entries in runs.logs.values() for event in entries["event"]}
    assert {Event.STANDS, Event.ROAD_CLOSED, Event.RESUMED, Event.TURNED, Event.REINFORCED} <= seen


@pytest.mark.parametrize("replicate", range(3))
def test_mesa_gives_the_same_run_of_all_orders(replicate):
    inputs = load_inputs(str(ALL))
    values = inputs.parameters.draw(seed := replicate_seed(3, replicate))
    plain = events(inputs.template, run_one(inputs.template, values, seed), 0)
    model = import_module("sim.model").Offensive(str(ALL), values, rng=3, replicate=replicate)
    while model.running:
        model.step()
    for name, rows in model.log().items():
        np.testing.assert_array_equal(rows, plain[name], strict=True)


@pytest.mark.slow
def test_compiled_gives_the_same_runs_of_all_orders():
    plain, compiled = chunk(60, 20), chunk(60, 20)
    batch.plain(plain)
    batch.compiled_mode(whole())(compiled)
    assert plain.hours.tobytes() == compiled.hours.tobytes()
    assert plain.out.tobytes() == compiled.out.tobytes()
    assert all(plain.logs[i].tobytes() == compiled.logs[i].tobytes() for i in range(20))
