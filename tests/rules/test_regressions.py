"""Faults that were found by reading and running, each with the test that would have found it."""

import math

import numpy as np
import pytest
from worlds import QUIET, defaults, log, network, one, opened, play, tiny

from sim.chance.keyed import replicate_seed
from sim.engine.build import build
from sim.engine.history import events, run_one
from sim.engine.loop import advance
from sim.engine.reports import reports
from sim.engine.template import Log
from sim.scenario.reading import load_scenario
from sim.state.kinds import Mode

NET = network(("a", "b", 50), ("b", "c", 60), ("c", "d", 60))
SITES = """[{place: b, capture: true, refit: true, control_site: true},
    {place: c, capture: true, refit: true, control_site: true}, {place: d, capture: true}]"""
CALM = QUIET | {
    "march_speed": 10, "march_hours": 10, "probe_rate": 0, "refit_spread": 0, "planning": 0, "planning_spread": 0,
}  # fmt: skip


def two_holds(more=""):
    return tiny(f"{{end: 2024-09-01, columns: [{{objectives: {SITES}, go: [refit]}}]{more}}}", NET)


def test_a_station_finishes_its_move_before_it_follows_to_the_next_site():
    template = two_holds(", drones: [{moves_forward: true}]")
    world = play(template, **CALM | {"refit": 48, "drones_forward": 400})
    b, c = [row.hour for row in log(world, template, "capture")][:2]
    assert c < b + 400
    stations = [(row.place, row.hour) for row in log(world, template, "on_station")]
    assert stations[1:] == [("b", pytest.approx(b + 400)), ("c", pytest.approx(c + 400))]


def test_the_clock_of_probes_runs_on_from_one_hold_to_the_next():
    template, rate, second = two_holds(), 1 / 300, []
    for seed in range(600):
        world = play(template, seed, **CALM | {"refit": 300, "probe_rate": rate})
        first_go = log(world, template, "go")[0].hour
        hours = [row.hour for row in log(world, template, "probe")]
        if not [hour for hour in hours if hour < first_go]:
            second.append(len(hours))
    assert len(second) > 150
    assert np.mean(second) == pytest.approx(1.0, abs=4 / math.sqrt(len(second)))


def test_who_came_once_as_reinforcement_is_not_waited_for_again():
    army = f"{{objectives: {SITES}, go: [refit, reinforced]}}"
    more = "{id: more, departs: 2023-10-04, objectives: [{place: b, capture: false}], reinforces: army}"
    template = tiny(f"{{end: 2024-09-01, columns: [{army}, {more}]}}", NET)
    world = play(template, **CALM | {"refit": 48})
    assert [row.place for row in log(world, template, "go")] == ["b", "c"]


def test_a_reinforcement_that_came_first_joins_at_the_capture():
    army = f"{{departs: 2023-10-06, objectives: {SITES}, go: [refit, reinforced]}}"
    more = "{id: more, objectives: [{place: b, capture: false}], reinforces: army}"
    held = "towns: [{place: b, held_by: army, source: t, known: 2023-10-02}]"
    template = tiny(f"{{end: 2024-09-01, columns: [{army}, {more}], {held}}}", NET)
    world = play(template, **CALM | {"refit": 48})
    assert one(world, template, "reinforced").hour == log(world, template, "capture")[0].hour
    assert world.columns[0].persons == 800


def test_a_raid_needs_raiders_near_enough():
    homes = {f"groups.{name}.home": "tinzaouaten" for name in ("mnla", "hcua", "maa", "gatia-fam")}
    template = build(load_scenario("september-raids", homes), defaults())
    world = run_one(template, defaults().values(), 1)
    assert not log(world, template, "raid")


def test_a_column_that_only_the_truth_knows_of_does_not_keep_groups_from_a_raid():
    """Near or far, a column under way that no sighting has told of changes no raid; one that holds there does."""
    net = network(("a", "b", 200), ("b", "home", 20))
    text = """{columns: [{objectives: [{place: b, capture: false}]}], refuges: [a],
        groups: [{id: g, home: home, role: local, share: 0.2}],
        garrisons: [{place: home, persons: 9000, raided: true}]}"""
    raids = []
    for km in (1.0, 199.0):
        template = tiny(text, net)
        world = opened(template, 3, **CALM | {"raid_rate": 0.2})
        column = world.columns[0]
        column.mode, column.km, column.planned = Mode.NIGHT, km, math.inf
        world.wakes[column.agent] = math.inf
        advance(world, 200)
        raids.append([row.hour for row in log(world, template, "raid")])
    assert raids[0] == raids[1] != []


def test_what_is_told_of_a_raid_does_not_hang_on_other_agents():
    """An event of another agent, told of or not, moves no report of the others."""
    template = build(load_scenario("september-raids"), defaults())
    world = run_one(template, defaults().values(), replicate_seed(2, 1))
    table = events(template, world, 0)
    more = {name: np.concatenate([column[:1], column]) for name, column in table.items()}
    more["agent"] = more["agent"].astype("U60")
    more["agent"][0], more["event"][0] = "another", "strike"
    plain, beside = (
        reports(template, world.run[0].seed, defaults().values(), rows) for rows in (table, more)
    )
    others = beside["event"] != "strike"
    assert len(plain["reported"]) == others.sum() == len(beside["reported"]) - 1
    for name, column in plain.items():
        np.testing.assert_array_equal(beside[name][others], column)


def test_supply_is_full_again_where_the_own_side_holds():
    net = network(("a", "b", 100), ("b", "c", 300))
    held = "towns: [{place: b, held_by: army, source: t, known: 2023-10-02}]"
    text = f"{{columns: [{{objectives: [{{place: c, capture: true}}], supply: 4 days, stops: [b]}}], {held}}}"
    template = tiny(text, net)
    world = play(template, **CALM | {"march_speed": 5})
    waits = log(world, template, "supply")
    assert waits
    assert waits[0].km > 100
    assert waits[0].hour - one(world, template, "departure").hour > 4 * 24


def test_going_through_a_plain_log_ends_with_what_was_written():
    lines = Log(3)
    lines[0].hour = 1.0
    lines[1].hour = 2.0
    assert [entry.hour for entry in lines] == [1.0, 2.0] == [entry.hour for entry in lines[:5]]
    assert (len(lines), lines[2].hour) == (3, 0.0)
    for far in (3, 4):
        with pytest.raises(IndexError):
            _ = lines[far]
