"""A defended position: fought by daylight, broken by a hazard, left in the dark, gone round, entered."""

import math
from functools import cache

import numpy as np
import pytest
import scipy
from worlds import QUIET, dawn, dusk, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.state.rows import NEVER

NET = network(("a", "p", 40), ("p", "b", 40), ("b", "far", 90), ("b", "near", 30))
COLUMN = "{objectives: [{place: b, capture: true}], defended: [{place: p, source: test}]}"


@cache
def one_column():
    return tiny(f"{{columns: [{COLUMN}], groups: [{{id: g}}, {{id: h}}], refuges: [far, near]}}", NET)


SPARING = QUIET | {"column_loss_rate": 0, "rebel_loss_rate": 0, "march_speed": 10, "march_hours": 10}
RATIO = 400 / (0.4 * 900)  # persons to committed fighters, without cover
HAZARD = 0.2 * RATIO
SEEDS = 1500


@pytest.fixture(scope="module")
def broken():
    """Many runs with a break-off hazard of 0.2 an hour and unit of force ratio."""
    return [play(one_column(), seed, **SPARING | {"break_off": 0.2}) for seed in range(SEEDS)]


def test_the_defence_outlasts_the_first_day_with_the_probability_of_its_hazard(broken):
    held = sum(log(world, one_column(), "contact_end", "break")[0].event == "contact_end" for world in broken)
    share = math.exp(-HAZARD * 4)
    assert abs(held / SEEDS - share) < 4 * math.sqrt(share * (1 - share) / SEEDS)


def test_hours_fought_until_it_breaks_are_exponential_within_the_first_two_days(broken):
    days = [log(world, one_column(), "contact", "contact_end", "break")[:4] for world in broken]
    hours = [sum(end.hour - begin.hour for begin, end in zip(d[::2], d[1::2], strict=True)) for d in days]
    broke = [h for h, d in zip(hours, days, strict=True) if d[-1].event == "break"]
    assert scipy.stats.kstest(broke, scipy.stats.truncexpon(8 * HAZARD, scale=1 / HAZARD).cdf).pvalue > 0.01


def test_contact_is_at_the_hour_of_arrival_and_lasts_four_hours_when_undecided():
    world = play(one_column(), **SPARING | {"break_off": 0})
    begin, end = log(world, one_column(), "contact", "contact_end")[:2]
    assert begin.hour == pytest.approx(dawn(world, 0) + 4, abs=1e-9)
    assert end.hour == pytest.approx(begin.hour + 4)
    assert (begin.amount, begin.other) == pytest.approx((RATIO, 360))


def test_a_fight_late_in_the_day_ends_at_sunset_and_counts_as_a_day():
    world = play(one_column(), **SPARING | {"break_off": 0, "march_speed": 4, "march_hours": 12})
    begin, end = log(world, one_column(), "contact", "contact_end")[:2]
    assert begin.hour == pytest.approx(dawn(world, 0) + 10, abs=1e-9)
    assert end.hour == pytest.approx(dusk(world, 0, 40), abs=1e-9)
    assert one(world, one_column(), "round").hour == pytest.approx(dawn(world, 2, 40), abs=1e-9)


def test_nothing_is_fought_by_night(broken):
    for world in broken[:200]:
        rows = log(world, one_column(), "contact", "contact_end", "break")
        assert rows
        for row in rows:
            day = int(row.hour // 24)
            assert dawn(world, day, 40) - 1e-9 <= row.hour <= dusk(world, day, 40) + 1e-9


def test_a_broken_defence_leaves_at_an_hour_uniform_between_sunset_and_first_light(broken):
    shares = []
    for world in broken:
        day = int(one(world, one_column(), "break").hour // 24)
        night = dusk(world, day, 40), dawn(world, day + 1, 40)
        shares.append((one(world, one_column(), "left").hour - night[0]) / (night[1] - night[0]))
    assert scipy.stats.kstest(shares, "uniform").pvalue > 0.01


def test_the_column_follows_at_eight_tenths_of_its_speed_by_night_too(broken):
    straight = [world for world in broken if not log(world, one_column(), "round")]
    for world in straight:
        hours = one(world, one_column(), "capture").hour - one(world, one_column(), "left").hour
        assert hours == pytest.approx(40 / (0.8 * 10))
    assert len(straight) > SEEDS / 2


def test_nothing_is_captured_before_the_defence_has_left(broken):
    assert broken
    for world in broken:
        events = [row.event for row in log(world, one_column())]
        assert events.index("break") < events.index("left") < events.index("capture")


def test_an_unbroken_defence_is_never_passed():
    world = play(one_column(), **SPARING | {"break_off": 0})
    assert not log(world, one_column(), "left", "entry", "capture")
    assert world.columns[0].km == 40


def test_after_two_undecided_days_the_column_goes_round_with_half_as_much_force_again():
    world = play(one_column(), **SPARING | {"break_off": 0})
    contacts = log(world, one_column(), "contact")
    assert [row.amount for row in contacts[:5]] == pytest.approx([RATIO, RATIO, *[1.5 * RATIO] * 3])
    assert (
        one(world, one_column(), "round").hour
        == contacts[2].hour
        == pytest.approx(dawn(world, 2, 40), abs=1e-9)
    )
    assert 6 <= one(world, one_column(), "round").amount <= 12


def test_the_way_round_takes_its_further_hours_once_the_defence_has_left(broken):
    went = [world for world in broken if log(world, one_column(), "round")]
    for world in went:
        further = one(world, one_column(), "round").amount
        assert one(world, one_column(), "entry").hour - one(
            world, one_column(), "left"
        ).hour == pytest.approx(further)
        assert one(world, one_column(), "capture").hour - one(
            world, one_column(), "entry"
        ).hour == pytest.approx(5)
    hours = [one(world, one_column(), "round").amount for world in went]
    assert scipy.stats.kstest(hours, scipy.stats.uniform(6, 6).cdf).pvalue > 0.01


@pytest.mark.parametrize("groups", ["[]", "[{id: g, role: harassing}]", "[{id: g, hostile_to: [un]}]"])
def test_a_position_without_fighters_is_passed(groups):
    template = tiny(f"{{columns: [{COLUMN}], groups: {groups}, refuges: [far]}}", NET)
    world = play(template, **SPARING)
    assert not log(world, template, "contact")
    assert one(world, template, "capture").hour == pytest.approx(dawn(world, 0) + 8)


@cache
def two_places():
    return tiny(
        """{columns: [{objectives: [{place: b, capture: true}],
                   defended: [{place: p, source: test}, {place: q, source: test}]}],
        groups: [{id: g}], refuges: [far, near]}""",
        network(("a", "p", 40), ("p", "q", 30), ("q", "b", 30), ("b", "far", 90), ("b", "near", 30)),
    )


@pytest.fixture(scope="module")
def twice():
    """Two positions, each broken on its first day."""
    return play(two_places(), **SPARING | {"break_off": 50})


def test_broken_groups_fall_back_to_the_next_position_while_there_is_one(twice):
    left = log(twice, two_places(), "left")
    back = next(row for row in log(twice, two_places(), "set") if row.hour == left[0].hour)
    assert (back.place, back.km) == ("q", 70)
    assert [row.place for row in log(twice, two_places(), "contact")] == ["p", "q"]


def test_broken_groups_withdraw_to_the_farthest_refuge_when_none_is_two_days_away(twice):
    left, gone = log(twice, two_places(), "left")[1], one(twice, two_places(), "withdrawal")
    assert (gone.hour, gone.place) == (left.hour, "far")
    assert gone.amount > gone.hour


def test_days_fought_and_the_way_round_count_for_one_position_only():
    world = opened(two_places(), **SPARING | {"break_off": 0.05})
    first, second = world.marks[1:3]
    hazard = 0.05 * RATIO
    first.break_left, second.break_left = hazard * 9, hazard * 7  # on the third day, round; on the second
    advance(world, NEVER)
    contacts = [(row.place, row.amount) for row in log(world, two_places(), "contact")]
    by_hand = [RATIO, RATIO, 1.5 * RATIO, RATIO, RATIO]
    assert [place for place, _ in contacts] == ["p", "p", "p", "q", "q"]
    assert [ratio for _, ratio in contacts] == pytest.approx(by_hand)


def test_a_column_that_comes_to_a_position_by_night_waits_for_first_light(twice):
    arrival = next(row for row in log(twice, two_places(), "arrival") if row.place == "q")
    second = log(twice, two_places(), "contact")[1]
    day = int(arrival.hour // 24)
    assert arrival.hour < dawn(twice, day, 70) or arrival.hour > dusk(twice, day, 70)
    assert second.hour == pytest.approx(
        min(dawn(twice, d, 70) for d in range(9) if dawn(twice, d, 70) > arrival.hour)
    )


@pytest.mark.parametrize(("eta", "held"), [(0, 1.0), (1e6, 0.0)])
def test_without_hazard_nobody_breaks_and_with_a_great_one_everybody(eta, held):
    worlds = [play(one_column(), seed, until=48, **SPARING | {"break_off": eta}) for seed in range(40)]
    assert np.mean([not log(world, one_column(), "break") for world in worlds]) == held


def test_a_break_carries_over_what_the_first_day_has_used_of_the_clock():
    world = opened(one_column(), **SPARING | {"break_off": 0.2})
    world.marks[1].break_left = HAZARD * 5
    advance(world, 96)
    begin, end = log(world, one_column(), "contact", "break")[1:]
    assert end.hour - begin.hour == pytest.approx(1)
