"""Mechanisms that a scenario is without: none of their events, and the march is what is left in closed form."""

from functools import cache
from typing import get_args

import pytest
from bundled import hypothesis_names
from worlds import QUIET, dawn, defaults, log, network, one, opened_drawn, play, tiny

from sim.engine.build import build
from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.scenario.mechanisms import MECHANISMS, no_opinion, uncounted
from sim.scenario.reading import load_scenario
from sim.scenario.schema import Mechanism
from sim.state.rows import NEVER

SEEDS = range(12)
LADDER = hypothesis_names("ladder-")
EVENTS = {
    "ground": set(),
    "kinds": set(),
    "nights": {"harassment"},
    "contact": set(),
    "mines": {"mine", "mine_unreported", "mine_found", "halt_end"},
    "ambushes": {"ambush", "ambush_end", "roadblock"},
    "positions": {"contact", "contact_end", "break", "left", "round", "entry"},
    "bypass": {"round"},
    "decision": set(),
    "drones": {"on_station", "strike"},
    "reconnaissance": {"probe"},
    "raids": {"raid"},
    "displacement": {"displaced"},
}
"""The events of the log that go with each mechanism."""


@cache
def told(*hypotheses):
    """The scenario, and of some runs the events by name, the milestones by id, and the outcomes by name."""
    loaded = load_scenario("kidal-offensive", hypotheses=hypotheses)
    template, runs = build(loaded, defaults()), []
    for seed in SEEDS:
        world = opened_drawn(template, seed)
        advance(world, NEVER)
        hours = dict(zip(template.milestones, (row.hour for row in world.milestones), strict=True))
        given = dict(zip(names(template), outcomes(template, world), strict=True))
        runs.append((log(world, template), hours, given))
    return loaded.scenario, runs


def happened(runs):
    return {row.event for rows, _, _ in runs for row in rows}


def test_each_mechanism_has_its_words_and_a_hypothesis_without_it():
    assert set(MECHANISMS) == set(get_args(Mechanism)) == set(EVENTS)
    assert hypothesis_names("without-") == sorted(f"without-{name}" for name in MECHANISMS)


@pytest.mark.parametrize("name", MECHANISMS)
def test_without_a_mechanism_there_are_none_of_its_events_and_with_it_there_are(name):
    assert happened(told()[1]) >= EVENTS[name] - {"roadblock"}
    assert not happened(told(f"without-{name}")[1]) & EVENTS[name]


@pytest.mark.parametrize("name", [f"without-{name}" for name in MECHANISMS] + LADDER)
def test_of_what_it_cannot_give_a_scenario_has_no_opinion_and_of_no_more(name):
    scenario, runs = told(name)
    silent = no_opinion(scenario)
    assert all(hours[milestone] == NEVER for _, hours, _ in runs for milestone in silent)
    assert all(given[outcome] == 0.0 for _, _, given in runs for outcome in uncounted(scenario))
    came = {milestone for _, hours, _ in runs for milestone in hours if hours[milestone] < NEVER}
    assert not came & set(silent)
    assert {"anefis:capture", "kidal:capture", "aguelhok:capture", "anefis:go"} <= came


def test_the_whole_model_has_an_opinion_of_everything():
    assert no_opinion(told()[0]) == uncounted(told()[0]) == []


def test_the_march_alone_is_silent_of_contact_mines_fights_probes_drones_and_raids():
    assert set(no_opinion(told(LADDER[0])[0])) == {
        "tarkint:harassment", "tarkint:mine", "tabankort:ambush", "anefis:contact", "anefis:probe", "anefis:on_station",
        "kidal:first_strike", "alkit_rd:contact", "alkit_rd:break", "alkit_rd:round", "tessalit_apt:raid",
    }  # fmt: skip


def test_a_raid_that_is_an_order_needs_no_mechanism():
    scenario = load_scenario("september-raids", {"rules.without": "[raids]"}).scenario
    assert no_opinion(scenario) == []


def test_each_rung_of_the_ladder_adds_to_the_one_before_and_the_last_is_the_base():
    rungs = [set(told(name)[0].rules.without) for name in LADDER]
    assert len(rungs) == 7
    assert all(higher < lower for lower, higher in zip(rungs, [*rungs[1:], set()], strict=True))


def test_every_table_of_a_rung_has_the_columns_of_the_base():
    """So that a sweep may have them as its points."""
    base = told()[1][0]
    for name in LADDER:
        assert [*told(name)[1][0][2]] == [*base[2]]
        assert [*told(name)[1][0][1]] == [*base[1]]


# --- closed forms -------------------------------------------------------------------------------------------

NET = network(("a", "m", 30), ("m", "b", 10), ("b", "far", 200))
WILD = QUIET | {
    "march_speed": 10, "march_hours": 10, "mine_rate": 0.9, "mine_halt_spread": 0, "mine_found": 0, "mine_reach": 100000, "ambush_rate": 9, "contact_pace": 0.5,
    "night_harassment": 1, "ready_radius": 900, "break_off": 0.001,
}  # fmt: skip
GROUP = "groups: [{id: g, home: b, hostile_to: [army], mines: [army]}], refuges: [far]"
DEFENDED = "defended: [{place: m, source: t}]"


def arrival(without, more="", **overrides):
    """The hours from first light to the arrival at b, 40 km on, or NEVER; and the log."""
    column = f"{{objectives: [{{place: b, capture: true}}]{more}}}"
    template = tiny(f"{{columns: [{column}], {GROUP}, rules: {{without: [{without}]}}}}", NET)
    world = play(template, **WILD | overrides)
    rows = log(world, template, "arrival")
    return next((row.hour for row in rows if row.place == "b"), NEVER) - dawn(world, 0), log(world, template)


def test_without_mines_ambushes_and_positions_the_march_is_way_by_speed():
    hours, rows = arrival("mines, ambushes, positions", f", {DEFENDED}")
    assert hours == pytest.approx(4)
    assert {row.event for row in rows} <= {"departure", "march", "arrival", "capture", "tail", "set"}


def test_with_them_it_is_not():
    for others in ("ambushes, positions", "mines, positions"):
        assert arrival(others)[0] > 5
    hours, rows = arrival("mines, ambushes", f", {DEFENDED}", break_off=9)
    assert hours > 5
    assert [row.place for row in rows if row.event == "contact"] == ["m"]


def test_without_contact_a_halt_slows_nothing_after_it():
    """The same mines and halts: what is left of the way is gone at full speed, not at half of it."""
    slow, rows = arrival("ambushes, positions", mine_halt=0.001)
    quick, others = arrival("ambushes, positions, contact", mine_halt=0.001)
    mines = [[row.km for row in found if row.event == "mine"] for found in (rows, others)]
    assert mines[0] == pytest.approx(mines[1])
    assert quick == pytest.approx(4, abs=0.2)
    assert slow > quick + 1


def test_without_nights_no_night_is_harassed():
    far = network(("a", "b", 150), ("b", "far", 200))
    for without, is_harassed in (("", True), ("nights", False)):
        text = f"columns: [{{objectives: [{{place: b, capture: true}}]}}], {GROUP}, rules: {{without: [{without}]}}"
        template = tiny(f"{{{text}}}", far)
        world = play(template, **WILD | {"mine_rate": 0, "ambush_rate": 0})
        assert bool(log(world, template, "harassment")) == is_harassed


def test_without_the_decision_the_column_goes_at_the_next_first_light():
    camp = "{id: c, place: far, vacated: 2023-10-09, opens: 2023-10-20, source: t, known: 2023-10-02}"
    goals = "[{place: b, capture: true, refit: true}, {place: far, capture: true}]"
    for without in ("decision", ""):
        text = f"columns: [{{objectives: {goals}, go: [refit, calendar]}}], camps: [{camp}]"
        template = tiny(f"{{{text}, rules: {{without: [{without}]}}}}", NET)
        world = play(template, **QUIET | {"march_speed": 10, "probe_rate": 0, "refit": 48, "planning": 24})
        goes, next_light = one(world, template, "go").hour, dawn(world, 1, 40)
        assert (goes == pytest.approx(next_light, abs=1e-6)) == (without == "decision")


def test_without_the_bypass_a_position_is_fought_for_until_it_breaks():
    for without, rounds in (("", 1), ("bypass", 0)):
        column = f"{{objectives: [{{place: b, capture: true}}], {DEFENDED}}}"
        template = tiny(f"{{columns: [{column}], {GROUP}, rules: {{without: [{without}]}}}}", NET)
        calm = {"mine_rate": 0, "ambush_rate": 0, "break_off": 0, "column_loss_rate": 0, "rebel_loss_rate": 0}
        world = play(template, **WILD | calm)
        assert len(log(world, template, "round")) == rounds
        assert len(log(world, template, "contact")) == 20  # a day each to the end
