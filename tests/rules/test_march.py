"""The march against sums done by hand: hours of the window, nights, dusk, contact, the tail."""

import math
from datetime import UTC, date, datetime, time

import pytest
from astral import Depression, Observer
from astral.sun import dawn as astral_dawn
from worlds import KM_A_DEGREE, QUIET, SOUTH, dawn, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.state.rows import NEVER

PLAIN = QUIET | {"march_speed": 10, "march_hours": 10}
CALM = "columns: [{{objectives: [{{place: b, capture: false}}]{more}}}]"


def lone(km, more="", *, net=None):
    return tiny(CALM.format(more=more), net or network(("a", "b", km)))


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


def test_a_un_column_marches_at_its_share_of_the_speed():
    template = lone(60, ", side: un")
    world = play(template, **PLAIN, un_factor=0.75)
    assert one(world, template, "arrival").hour == pytest.approx(dawn(world, 0) + 60 / 7.5, abs=1e-9)


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
