"""Every scenario over many seeds: it ends, and no state is one that cannot be."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from bundled import hypothesis_names, scenario_names
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import defaults

from sim.chance.keyed import replicate_seed
from sim.engine.build import build
from sim.engine.history import run_one
from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.rules.garrisons import is_raided
from sim.rules.route import head_km
from sim.scenario.reading import load_scenario
from sim.state.kinds import AgentKind, Event, Mode, Side
from sim.state.rows import NEVER, NOBODY
from sim.state.world import to_array

SEEDS = 100


@cache
def template(name, *rivals):
    return build(load_scenario(name, hypotheses=rivals), defaults())


def run(name, seed, *rivals):
    """A run with parameters and strengths drawn."""
    run_seed = replicate_seed(11, seed)
    return run_one(template(name, *rivals), defaults().draw(run_seed), run_seed, spread=True)


def log_of(world):
    return world.log[: world.run[0].log_length]


def check(world, scenario):
    """What holds of every finished run."""
    hours = [entry.hour for entry in log_of(world)]
    assert hours == sorted(hours)
    assert all(0 <= hour <= world.run[0].horizon for hour in hours)
    assert world.run[0].now == world.run[0].horizon
    for column in world.columns:
        end = world.marks[column.last_mark - 1].km
        assert 0 <= column.persons <= column.persons_high + sum(c.persons_high for c in world.columns)
        assert column.vehicles >= 0
        assert -1e-9 <= head_km(column, world.run[0].now) <= end + 1e-6
        assert world.legs[column.leg].start_km - 1e-6 <= column.km <= world.legs[
            column.leg
        ].end_km + 1e-6 or (column.mode == Mode.BEATEN)
        assert column.first_stage <= column.stage <= column.last_stage
        assert column.mode != Mode.HOLDING or world.places[column.held_place].holder == column.side
    fights = {column.agent for column in world.columns if column.mode in (Mode.AMBUSHED, Mode.ASSAULT)}
    fights |= {garrison.agent for garrison in world.garrisons if is_raided(garrison)}
    for group in world.groups:
        assert group.fighters >= 0
        assert 0 <= group.road_km <= world.roads[group.road].km
        assert group.engaged in {NOBODY, *fights}
    for garrison in world.garrisons:
        assert garrison.persons >= 0
        assert garrison.vehicles >= 0
    for camp in world.camps:
        assert camp.holder in (NOBODY, *Side)
        assert (camp.holder == Side.WITHDRAWING) == (camp.notice_at == math.inf)
    for town in world.towns:
        assert 0 <= town.departures <= town.people
    gone, come = sum(t.departures for t in world.towns), sum(d.arrivals for d in world.destinations)
    assert come == pytest.approx(gone) or not world.destinations
    for before, entry in pairwise(log_of(world)):
        assert (before.event, entry.event, before.agent) != (Event.BREAK, Event.BEATEN, entry.agent)
    for entry in log_of(world):
        if entry.event == Event.CAPTURE:
            assert entry.kind == AgentKind.COLUMN
            assert world.columns[entry.agent].side == Side.ADVANCING
    check_accounts(world, scenario)


def check_accounts(world, scenario):
    """The hours of each objective add up to the time from departure, or the capture before, to the end."""
    row = dict(zip(names(scenario), outcomes(scenario, world), strict=True))
    for name, column in zip(scenario.names[AgentKind.COLUMN], world.columns, strict=True):
        for stage in range(column.first_stage, column.last_stage):
            began, place = world.stages[stage].departed_at, scenario.stages[stage]
            booked = sum(v for key, v in row.items() if key.startswith(f"hours:{name}:{place}:"))
            ended = min(world.stages[stage].completed_at, world.run[0].horizon)
            assert booked == pytest.approx(0.0 if began == math.inf else ended - began, abs=1e-6)


@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_runs_to_its_end_on_many_seeds_with_no_impossible_state(name):
    for seed in range(SEEDS):
        check(run(name, seed), template(name))


@pytest.mark.parametrize("rival", hypothesis_names())
def test_the_whole_offensive_runs_under_every_hypothesis(rival):
    for seed in range(5):
        check(run("kidal-offensive", seed, rival), template("kidal-offensive", rival))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    luck=st.lists(st.floats(1e-4, 1 - 1e-4), min_size=len(defaults().rows), max_size=len(defaults().rows)),
)
def test_no_state_is_impossible_wherever_the_parameters_lie_in_their_priors(seed, luck):
    values = {
        name: row.quantile(u) if row.kind != "fixed" else row.bounds()[0] + u * np.ptp(row.bounds())
        for (name, row), u in zip(defaults().rows.items(), luck, strict=True)
    }
    scenario = template("kidal-offensive")
    check(run_one(scenario, values, seed, spread=True), scenario)


def test_the_whole_offensive_begins_as_its_first_stage_alone():
    """Up to where a group would set itself ahead beyond Anefis: there the way of the first stage ends."""
    compared = 0
    for seed in range(20):
        run_seed = replicate_seed(3, seed)
        values = defaults().draw(run_seed)
        logs = []
        for name in ("gao-anefis", "kidal-offensive"):
            world = template(name).plain(values, run_seed, spread=True)
            army = template(name).names[AgentKind.COLUMN].index("army")
            advance(world, 30 * 24.0)
            captured = world.stages[world.columns[army].first_stage].completed_at
            events = log_of(world)
            beyond = min((e.hour for e in events if e.event == Event.SET and e.km > 240.0), default=NEVER)
            rows = [
                (e.hour, e.event, e.km, e.amount)
                for e in events
                if e.kind == AgentKind.COLUMN and e.agent == army and e.hour <= captured
            ]
            logs.append(rows)
        whole = [row for row in logs[1] if row[0] < beyond]
        assert logs[0][: len(whole)] == whole
        compared += len(whole)
    assert compared > 300


def test_running_in_pieces_is_running_through():
    scenario, run_seed = template("kidal-offensive"), replicate_seed(3, 1)
    through = run_one(scenario, defaults().values(), run_seed)
    pieces = scenario.plain(defaults().values(), run_seed)
    for hour in range(0, 91 * 24, 7):
        advance(pieces, float(hour))
    advance(pieces, NEVER)
    logs = [to_array(log_of(world), type(world.log[0])) for world in (through, pieces)]
    np.testing.assert_array_equal(*logs)


def test_what_happens_at_one_place_shapes_the_next():
    """A longer refit moves the go and the strikes, and leaves the days before the capture alone."""
    scenario, run_seed = template("kidal-offensive"), replicate_seed(3, 1)
    found = []
    for days in (10, 40):
        values = defaults().values() | {"refit": days * 24.0}
        world = run_one(scenario, values, run_seed)
        found.append(dict(zip(scenario.milestones, (m.hour for m in world.milestones), strict=True)))
    assert found[0]["anefis:capture"] == found[1]["anefis:capture"]
    assert found[0]["anefis:go"] + 24 < found[1]["anefis:go"]
    assert found[0]["kidal:capture"] < found[1]["kidal:capture"]


@pytest.mark.parametrize("rival", hypothesis_names("go-"))
def test_under_every_set_of_conditions_the_column_can_reach_its_last_objective(rival):
    scenario = template("kidal-offensive", rival)
    reached = scenario.milestones.index("aguelhok:capture")
    worlds = [run_one(scenario, defaults().values(), replicate_seed(5, seed)) for seed in range(8)]
    assert any(world.milestones[reached].hour < NEVER for world in worlds)


def test_what_the_groups_lose_in_the_log_is_what_they_lost():
    ends = (Event.AMBUSH_END, Event.CONTACT_END, Event.BREAK, Event.RAID_END)
    for name in ("kidal-offensive", "tessalit-airlift", "september-raids", "blockade"):
        for seed in range(30):
            world = run(name, seed)
            told = sum(entry.other for entry in log_of(world) if entry.event in ends)
            assert sum(group.lost for group in world.groups) == pytest.approx(told)
