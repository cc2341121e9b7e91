"""What parties tell of a history: late, by the part of the day, in their own favour, and without effect on it."""

from functools import cache

import numpy as np
import pytest
from worlds import defaults

from sim.chance.keyed import replicate_seed
from sim.engine.build import build
from sim.engine.history import events, run_one
from sim.engine.reports import reports
from sim.scenario.reading import load_scenario
from sim.state.kinds import FIGHT_ENDS


@cache
def template(name="kidal-offensive"):
    return build(load_scenario(name), defaults())


def told(name="kidal-offensive", seed=1, **overrides):
    """The events of a run and what is told of them, as rows."""
    values = defaults().values() | overrides
    world = run_one(template(name), values, replicate_seed(2, seed))
    table = events(template(name), world, 0)
    found = reports(template(name), world.run[0].seed, values, table)
    return table, [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def fights(table):
    return [
        (event, hour, army, groups)
        for event, hour, army, groups in zip(
            *(table[key] for key in ("event", "hour", "amount", "other")), strict=True
        )
        if event in FIGHT_ENDS
    ]


def test_both_parties_tell_of_every_fight_and_capture():
    table, rows = told()
    for event in (*FIGHT_ENDS, "capture"):
        happened = int((table["event"] == event).sum())
        for party in ("army", "csp"):
            assert sum(row["event"] == event and row["party"] == party for row in rows) == happened
    assert any(row["event"] == "break" for row in rows)


def test_with_everything_told_and_nothing_added_each_party_tells_the_truth():
    table, rows = told(own_told=1.0, other_told=1.0)
    army = [
        (r["own_casualties"], r["enemy_casualties_claimed"])
        for r in rows
        if r["event"] in FIGHT_ENDS and r["party"] == "army"
    ]
    csp = [
        (r["enemy_casualties_claimed"], r["own_casualties"])
        for r in rows
        if r["event"] in FIGHT_ENDS and r["party"] == "csp"
    ]
    assert army == csp == [(army, groups) for _, _, army, groups in fights(table)]


def test_a_party_that_tells_nothing_of_itself_and_double_of_the_other():
    table, rows = told(own_told=0.0, other_told=2.0)
    army = [r for r in rows if r["event"] in FIGHT_ENDS and r["party"] == "army"]
    assert {r["own_casualties"] for r in army} == {0.0}
    assert [r["enemy_casualties_claimed"] for r in army] == [2 * groups for *_, groups in fights(table)]


def test_on_average_a_party_tells_its_share_of_its_own_losses():
    true = told_of = 0.0
    for seed in range(60):
        table, rows = told("gao-anefis", seed, own_told=0.4, column_loss_rate=0.03)
        true += sum(army for _, _, army, _ in fights(table))
        told_of += sum(r["own_casualties"] for r in rows if r["event"] in FIGHT_ENDS and r["party"] == "army")
    assert true > 1000
    assert told_of / true == pytest.approx(0.4, abs=4 * (0.24 / true) ** 0.5)


def test_what_is_told_comes_later_and_by_the_part_of_the_day_in_which_it_was():
    table, rows = told()
    assert rows
    hours = {(str(event), round(hour, 9)) for event, hour in zip(table["event"], table["hour"], strict=True)}
    for row in rows:
        matches = [
            hour for event, hour in hours if event == row["event"] and row["earliest"] <= hour < row["latest"]
        ]
        assert matches
        assert row["reported"] > min(matches)
        assert row["latest"] - row["earliest"] == 6
        assert row["earliest"] % 6 == 0


def test_the_un_tells_of_strikes_on_its_columns_and_jnim_of_others():
    _, rows = told("un-kidal-gao", mine_rate=0.05, mine_reach=1000, mine_found=0)
    assert {row["party"] for row in rows if row["event"] == "mine"} == {"un"}
    _, rows = told("gao-anefis", mine_rate=0.05, mine_reach=1000, mine_found=0)
    assert {row["party"] for row in rows if row["event"] == "mine"} == {"jnim"}


def test_what_is_told_changes_nothing_that_happens():
    plain, biased = told(), told(own_told=0.9, other_told=9.0, report_delay=500.0)
    for name in plain[0]:
        np.testing.assert_array_equal(plain[0][name], biased[0][name])
    assert plain[1] != biased[1]
