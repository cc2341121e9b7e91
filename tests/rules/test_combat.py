"""Losses have the means of Deitchman's mixed law; the weak and the bled go back and capture nothing."""

from functools import cache

import numpy as np
import pytest
from worlds import QUIET, log, network, one, opened, play, tiny

from sim.rules import combat

FIGHT = """{columns: [{objectives: [{place: b, capture: true}], defended: [{place: p, source: test}]}],
groups: [{id: g}, {id: h}], refuges: [r]}"""
NET = network(("a", "p", 40), ("p", "b", 40), ("b", "r", 60))


@cache
def fight():
    return tiny(FIGHT, NET)


DRAWS = 4000


def fought(engaged, cover, hours, persons=400.0, **overrides):
    """Persons, fighters and vehicles lost in many fights of a column with 40 vehicles."""
    world = opened(fight(), **overrides)
    column = world.columns[0]
    rows = []
    for count in range(DRAWS):
        numbers = combat.Fight(persons=persons, vehicles=40.0, fighters=engaged, cover=cover, hours=hours)
        lost, vehicles, fighters = combat.toll(world, column.key, count, numbers)
        rows.append((lost, fighters, vehicles))
    return np.array(rows).T


def test_a_column_loses_a_poisson_number_of_mean_rate_fighters_hours():
    persons, _, _ = fought(300, 0.5, 3, column_loss_rate=0.01)
    mean = 0.01 * 300 * 3
    assert abs(persons.mean() - mean) < 4 * np.sqrt(mean / DRAWS)
    assert abs(persons.var() / mean - 1) < 4 * np.sqrt(2 / DRAWS + 1 / (mean * DRAWS))


@pytest.mark.parametrize(("cover", "persons"), [(0.0, 400), (0.4, 100), (0.4, 400), (1.0, 400)])
def test_fighters_are_lost_to_aimed_fire_by_cover_and_else_by_their_density(cover, persons):
    _, fighters, _ = fought(300, cover, 3, persons, rebel_loss_rate=0.004, fighters=900)
    mean = 0.004 * persons * 3 * (cover + (1 - cover) * 300 / 900)
    assert abs(fighters.mean() - mean) < 4 * np.sqrt(mean / DRAWS)


def test_vehicles_are_lost_in_proportion_to_persons():
    persons, _, vehicles = fought(300, 0, 3, column_loss_rate=0.02)
    assert abs(vehicles.mean() - 0.1 * persons.mean()) < 4 * np.sqrt(1.8 / DRAWS)


def test_nobody_loses_more_than_there_are():
    persons, fighters, vehicles = fought(50, 1, 24, column_loss_rate=10, rebel_loss_rate=10)
    assert (persons.max(), fighters.max()) == (400, 50)
    assert vehicles.max() <= 40


@pytest.mark.parametrize(("cover", "by_hand"), [(0, 400 / 250), (0.5, 400 * 1.3 / 250)])
def test_the_force_ratio_is_persons_weighted_by_cover_to_fighters(cover, by_hand):
    world = opened(fight(), air_multiplier=0.6)
    world.columns[0].engaged = 250
    assert combat.force_ratio(world, world.columns[0], cover, 0.0) == pytest.approx(by_hand)


@pytest.mark.parametrize(("ratio", "left", "beaten"), [
    (0.31, 301, False), (0.29, 301, True), (0.31, 299, True), (5, 400, False),
])  # fmt: skip
def test_beaten_is_a_ratio_below_three_tenths_or_a_loss_above_a_quarter(ratio, left, beaten):
    world = opened(fight())
    world.columns[0].persons, world.columns[0].ratio = left, ratio
    assert combat.is_beaten(world, world.columns[0], 0.0) == beaten


@pytest.fixture(scope="module")
def beaten():
    """A column of 400 against 2,000 fighters at a position at km 40, both of them sparing the other."""
    many = {"fighters": 5000, "committed_share": 0.4, "column_loss_rate": 0, "rebel_loss_rate": 0}
    return play(fight(), **QUIET | many | {"break_off": 0, "march_speed": 10, "march_hours": 10})


def test_a_column_with_a_force_ratio_below_three_tenths_goes_back(beaten):
    row, back = one(beaten, fight(), "beaten"), one(beaten, fight(), "return")
    assert row.amount == pytest.approx(400 / 2000)
    assert back.place == "a"
    assert back.hour == pytest.approx(row.hour + 24 * 40 / (10 * 10))
    assert beaten.columns[0].km == pytest.approx(0, abs=1e-9)


def test_a_beaten_column_captures_nothing(beaten):
    assert log(beaten, fight())[-1].event == "return"
    assert [m.hour for m in beaten.milestones] == [np.inf]


def test_fighters_lost_are_missing_from_the_groups_that_fought():
    world = play(fight(), **QUIET | {"rebel_loss_rate": 0.1, "break_off": 0.5})
    lost = one(world, fight(), "break").other
    assert lost > 0
    assert [group.lost for group in world.groups] == pytest.approx([lost / 2, lost / 2])
    assert sum(group.fighters for group in world.groups) == pytest.approx(900 - lost)


def test_vehicles_of_groups_are_lost_at_one_to_six_persons():
    worlds = [
        play(fight(), seed, **QUIET | {"rebel_loss_rate": 0.1, "break_off": 0.5}) for seed in range(200)
    ]
    persons = sum(group.lost for world in worlds for group in world.groups)
    vehicles = sum(group.vehicles_lost for world in worlds for group in world.groups)
    assert abs(vehicles - persons / 6) < 4 * np.sqrt(persons * 5 / 36)
