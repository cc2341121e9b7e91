"""The march against sums done by hand: hours of the window, nights, dusk, contact, the tail."""

import math
from datetime import UTC, date, datetime, time

import numpy as np
import pytest
import scipy
from astral import Depression, Observer
from astral.sun import dawn as astral_dawn
from worlds import KM_A_DEGREE, QUIET, SOUTH, dawn, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.scenario.network import Network
from sim.state.rows import NEVER

PLAIN = QUIET | {"march_speed": 10, "march_hours": 10}
CALM = "columns: [{{objectives: [{{place: b, capture: false}}]{more}}}]"


def lone(km, more="", *, net=None):
    return tiny(CALM.format(more=more), net or network(("a", "b", km)))


def paved(net, *surfaces):
    """A network with other surfaces of its roads."""
    roads = (
        road.model_copy(update={"surface": surface})
        for road, surface in zip(net.roads, surfaces, strict=True)
    )
    return Network(net.places, tuple(roads))


def test_a_lone_column_departs_at_civil_dawn():
    world = play(lone(50), **PLAIN)
    sky = astral_dawn(Observer(SOUTH, 0.0), date(2023, 10, 2), Depression.CIVIL, UTC)
    midnight = datetime.combine(date(2023, 10, 2), time(), UTC)
    assert one(world, lone(50), "departure").hour == pytest.approx(
        (sky - midnight).total_seconds() / 3600, abs=0.001
    )


@pytest.mark.parametrize("km", [60.0, 250.0, 330.0])
def test_first_light_in_the_table_is_within_a_minute_and_a_half_of_the_sky(km):
    world = play(lone(400), **PLAIN)
    sky = astral_dawn(Observer(SOUTH + km / KM_A_DEGREE, 0.0), date(2023, 10, 5), Depression.CIVIL, UTC)
    hours = (sky - datetime.combine(date(2023, 10, 2), time(), UTC)).total_seconds() / 3600
    assert dawn(world, 3, km) == pytest.approx(hours, abs=1.5 / 60)


def test_a_lone_column_arrives_after_two_whole_days_two_nights_and_five_hours():
    template = lone(250)
    world = play(template, **PLAIN)
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 2, 200) + 5, abs=1e-9)
    assert [row.km for row in log(world, template, "bivouac")] == pytest.approx([100, 200])


@pytest.mark.parametrize(("km", "pressed"), [(129.9, True), (130.1, False), (160, False)])
def test_a_column_presses_on_at_dusk_to_a_stop_less_than_three_hours_ahead(km, pressed):
    template = lone(km, ", stops: [b]")
    world = play(template, **PLAIN)
    by_hand = dawn(world, 0) + km / 10 if pressed else dawn(world, 1, 100) + (km - 100) / 10
    assert one(world, template, "arrival").hour == pytest.approx(by_hand, abs=1e-9)


def test_a_column_in_contact_does_not_press_on():
    template = lone(125, ", stops: [b]")
    world = opened(template, **PLAIN, contact_pace=1)
    world.columns[0].contact_until = 20
    advance(world, NEVER)
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 1, 100) + 2.5, abs=1e-9)


def test_other_places_of_the_network_are_no_stops():
    template = lone(0, net=network(("a", "m", 110), ("m", "b", 90)))
    world = play(template, **PLAIN)
    assert one(world, template, "bivouac").km == pytest.approx(100)
    assert {row.place for row in log(world, template)} == {"a", "b", ""}


def test_a_column_does_not_press_on_to_an_objective_that_is_no_stop():
    template = lone(125)
    world = play(template, **PLAIN)
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 1, 100) + 2.5, abs=1e-9)


def test_a_mine_strike_while_pressing_on_ends_the_day():
    template = lone(125, ", stops: [b]")
    world = opened(template, **PLAIN | {"mine_rate": 1e-9, "mine_halt": 0.5, "mine_halt_spread": 0})
    world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 110 * 1e-9
    advance(world, NEVER)
    night = one(world, template, "bivouac")
    assert (night.km, night.hour) == (pytest.approx(110), pytest.approx(dawn(world, 0) + 11.5))


def test_a_column_that_pressed_on_to_a_stop_sleeps_there():
    template = lone(0, ", stops: [m]", net=network(("a", "m", 110), ("m", "b", 50)))
    world = play(template, **PLAIN)
    night = one(world, template, "bivouac")
    assert (night.km, night.hour) == (110, pytest.approx(dawn(world, 0) + 11))


@pytest.mark.parametrize("side", ["army", "un"])
@pytest.mark.parametrize(("kind", "speed"), [("light", 10), ("wheeled", 9), ("laden", 7.5)])
def test_a_column_marches_at_the_speed_of_its_kind_whatever_its_side(kind, speed, side):
    template = lone(60, f", side: {side}, kind: {kind}")
    world = play(template, **PLAIN, wheeled_factor=0.9, laden_factor=0.75)
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 0) + 60 / speed, abs=1e-9)


def test_a_column_has_one_factor_of_its_own_for_the_whole_run_and_another_than_others():
    two = "{{id: {}, objectives: [{{place: b, capture: false}}]}}"
    template = tiny(f"columns: [{two.format('x')}, {two.format('y')}]", network(("a", "b", 300)))
    logs = []
    for seed in range(2000):
        world = opened(template, seed, **PLAIN | {"column_spread": 0.3})
        logs.append([np.log(column.own_speed) for column in world.columns])
    first, second = np.array(logs).T
    assert scipy.stats.kstest(first, scipy.stats.norm(0, 0.3).cdf).pvalue > 0.01
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
    world = play(template, **PLAIN | {"column_spread": 0.3})
    column = world.columns[0]
    hours = 300 / (10 * column.own_speed)
    assert hours > 20
    arrival = next(row.hour for row in log(world, template, "arrival") if row.agent == "x")
    assert arrival == pytest.approx(dawn(world, int(hours // 10)) + hours % 10, abs=0.01)


@pytest.mark.parametrize(
    ("surface", "step"), [("tar", 2), ("laterite", 1), ("piste", 0), ("desert track", -1)]
)
def test_each_class_of_surface_is_a_step_faster_or_slower_than_the_next(surface, step):
    template = lone(60, net=paved(network(("a", "b", 60)), surface))
    world = play(template, **PLAIN, ground_step=0.2)
    hours = 60 / (10 * np.exp(0.2 * step))
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 0) + hours, abs=1e-9)


def test_a_column_changes_its_speed_where_the_surface_changes():
    template = lone(0, net=paved(network(("a", "m", 30), ("m", "b", 40)), "tar", "desert track"))
    world = play(template, **PLAIN, ground_step=0.2)
    hours = 30 / (10 * np.exp(0.4)) + 40 / (10 * np.exp(-0.2))
    there = [row.hour for row in log(world, template, "arrival") if row.place == "b"]
    assert there == [pytest.approx(dawn(world, 0) + hours, abs=1e-9)]
    assert [row.amount for row in log(world, template, "march")] == pytest.approx(
        [10 * np.exp(0.4), 10 * np.exp(-0.2)]
    )


NIGHT = ", by_night: {source: test, known: 2023-10-01}"


def test_a_column_that_marches_by_night_never_stops_and_is_slower_in_the_dark():
    template = lone(280, NIGHT)
    world = play(template, **PLAIN, night_pace=0.4)
    at = dawn(world, 0)
    changes = [row.hour for row in log(world, template, "march")]
    day, night = changes[1] - at, changes[2] - changes[1]
    assert changes == pytest.approx([at, at + day, dawn(world, 1, 10 * day + 4 * night)], abs=1e-3)
    assert 11 < day < 13
    hours = (280 - 10 * day - 4 * night) / 10
    assert one(world, template, "arrival").hour == pytest.approx(at + day + night + hours, abs=1e-9)
    assert not log(world, template, "bivouac")
    assert world.columns[0].km == 280


def test_a_halt_into_the_night_is_followed_by_a_march_in_the_dark():
    template = lone(300, NIGHT)
    rare = {"mine_rate": 1e-9, "mine_halt": 5, "mine_halt_spread": 0, "mine_found": 0, "contact_pace": 1}
    world = opened(template, **PLAIN | rare, night_pace=0.4)
    world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 100 * 1e-9
    advance(world, NEVER)
    at = dawn(world, 0)
    assert one(world, template, "halt_end").hour == pytest.approx(at + 15)
    dark = next(row for row in log(world, template, "march") if row.hour > at + 12)
    assert (dark.hour, dark.amount) == (pytest.approx(at + 15), pytest.approx(4))


@pytest.fixture
def struck():
    """A column of 10 km/h that strikes a mine at km 20, halts two hours and never strikes another."""
    template = lone(300)
    rare = {"mine_rate": 1e-9, "mine_halt": 2, "mine_halt_spread": 0, "contact_pace": 0.4}
    world = opened(template, **PLAIN | rare)
    world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 20 * 1e-9
    advance(world, NEVER)
    return template, world


def test_after_a_mine_strike_the_pace_is_the_contact_pace_for_24_hours(struck):
    template, world = struck
    first, second = dawn(world, 0), dawn(world, 1, 20 + 6 * 4)
    marches = log(world, template, "march")[:4]
    free = first + 2 + 2 + 24
    assert [row.amount for row in marches] == pytest.approx([10, 4, 4, 10])
    assert [row.hour for row in marches] == pytest.approx([first, first + 4, second, free], abs=1e-9)
    assert marches[3].km == pytest.approx(44 + 4 * (free - second), abs=1e-6)


def test_a_halt_that_ends_within_the_window_is_followed_by_march_to_its_end(struck):
    template, world = struck
    assert one(world, template, "halt_end").hour == pytest.approx(dawn(world, 0) + 4)
    night = log(world, template, "bivouac")[0]
    assert (night.hour, night.km) == (pytest.approx(dawn(world, 0) + 10), pytest.approx(44))


def test_a_halt_that_outlasts_the_window_ends_in_a_bivouac_and_a_start_at_the_next_dawn():
    template = lone(50)
    world = opened(template, **PLAIN | {"mine_rate": 1e-9, "mine_halt": 11, "mine_halt_spread": 0})
    world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 20 * 1e-9
    advance(world, NEVER)
    assert log(world, template, "march")[1].hour == pytest.approx(dawn(world, 1, 20), abs=1e-9)


def test_a_halt_that_ends_in_the_next_days_window_does_not_cost_that_day():
    template = lone(50)
    world = opened(template, **PLAIN | {"mine_rate": 1e-9, "mine_halt": 26, "mine_halt_spread": 0})
    world.legs[0].mine_factor = world.columns[0].mine_factor = 1.0
    world.columns[0].mine_left = 20 * 1e-9
    advance(world, NEVER)
    assert log(world, template, "march")[1].hour == pytest.approx(dawn(world, 0) + 2 + 26)


def test_the_tail_arrives_the_pass_time_after_the_head():
    serials = "[{id: x, persons: 5, vehicles: 30}, {id: y, persons: 5, vehicles: 45}]"
    template = lone(50, f", serials: {serials}, vehicle_gap: 200 m, serial_gap: 15 min")
    world = play(template, **PLAIN)
    tail = one(world, template, "tail")
    assert tail.amount == pytest.approx(75 * 0.2 / 10 + 0.25)
    assert tail.hour == pytest.approx(dawn(world, 0) + 5 + 1.75)


def test_a_column_that_never_gets_there_ends_at_the_horizon_with_its_milestone_never():
    template = lone(2000)
    world = play(template, **PLAIN | {"march_speed": 5})
    assert [m.hour for m in world.milestones] == [math.inf]
    assert world.run[0].now == 20 * 24 == world.run[0].horizon
    assert max(row.hour for row in log(world, template)) <= 480


def test_a_days_speed_is_lognormal_about_the_columns():
    template = lone(50)
    speeds = [log(play(template, seed, **PLAIN | {"day_spread": 0.15}), template, "march")[0].amount
              for seed in range(400)]  # fmt: skip
    logs = [math.log(speed / 10) for speed in speeds]
    assert abs(sum(logs) / 400) < 4 * 0.15 / 20
    assert math.sqrt(sum(x * x for x in logs) / 400) == pytest.approx(0.15, rel=4 / math.sqrt(800))


def test_a_harassed_night_puts_the_column_in_contact_from_midnight_and_delays_its_start():
    net = network(("a", "b", 300))
    template = tiny("{groups: [{id: g, role: harassing}]}", net)
    world = play(template, **PLAIN | {"night_harassment": 1})
    first = log(world, template, "harassment")[0]
    slow, fast = log(world, template, "march")[1:3]
    assert first.hour == 24
    assert slow.hour == pytest.approx(dawn(world, 1, 100) + first.amount)
    assert (slow.amount, fast.amount) == pytest.approx((4, 4))  # the second night is harassed too


@pytest.mark.parametrize(("share", "nights"), [(0, 0), (1, 2)])
def test_every_night_or_none_is_harassed(share, nights):
    template = tiny("{groups: [{id: g, role: harassing}]}", network(("a", "b", 250)))
    world = play(template, **PLAIN | {"night_harassment": share, "contact_pace": 1, "night_slip": 0})
    assert len(log(world, template, "harassment")) == nights


def test_un_columns_are_not_harassed():
    column = "{side: un, objectives: [{place: b, capture: false}]}"
    template = tiny(
        f"{{columns: [{column}], groups: [{{id: g, role: harassing}}]}}", network(("a", "b", 300))
    )
    assert not log(play(template, **PLAIN | {"night_harassment": 1}), template, "harassment")


def test_supply_counts_on_a_march_by_night_too():
    """With 3 days of supply and 2 to keep, it waits after each day for what comes up from the start."""
    net = network(("a", "b", 600))
    waits = {}
    for night in ("", NIGHT):
        template = lone(0, f", supply: 3 days{night}", net=net)
        world = play(template, **PLAIN, night_pace=0.4, supply_least=48)
        waits[night] = [(row.km, row.amount) for row in log(world, template, "supply")]
    km, hours = waits[NIGHT][0]
    assert waits[""][0][0] == pytest.approx(100)
    assert 165 < km < 172  # a day of 12 hours, and a night of 12 at four tenths
    assert hours == pytest.approx(km / 10 * 24 / (12 * 1.4))
