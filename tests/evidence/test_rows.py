"""Rows of joint evidence: each report at its own hours, windows of false ones, numbers, the order of asking."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from bundled import bundled_inputs, bundled_record
from joint_rows import made_row

from analysis.evidence.rows import in_order, joint_rows, not_asked
from analysis.tables.clock import horizon, hour_of
from analysis.tables.scored_observations import of_run
from sim.files.yaml_tree import FaultyInput
from sim.studies.evidence.islands import planned, rows_of


@cache
def before(scenario):
    return planned(bundled_inputs(scenario))


@cache
def known(scenario="kidal-offensive"):
    return {row.name: row for row in rows_of(bundled_inputs(scenario))}


def changed(scenario, event, **fields):
    """The rows of a scenario with something else said of an observation."""
    tables = before(scenario)
    record = of_run(tables, bundled_record())
    seen = tuple(one.model_copy(update=fields) if one.event == event else one for one in record.observations)
    assert any(one.event == event for one in seen)
    return {row.name: row for row in joint_rows(tables, replace(record, observations=seen), "made")}


def refused(*args, **fields):
    with pytest.raises(FaultyInput) as error:
        changed(*args, **fields)
    return [fault.message for fault in error.value.faults]


def test_all_rows_lie_in_one_scenario_in_order_of_time():
    rows = list(known().values())
    assert [row.part for row in rows].count("held out") == 6
    assert len(rows) == 18
    assert all(one.limit <= other.limit for one, other in pairwise(rows))
    names = list(known())
    assert names.index("mine_strikes_reported:army") == names.index("anefis:capture") + 1
    assert names.index("mine_strikes_reported:un") == names.index("gao:arrival") + 1


def test_a_report_is_asked_at_its_own_hours():
    """The capture of Anefis from 6 to 7 October, whenever the contact was."""
    capture = known()["anefis:capture"]
    seen = bundled_record().observation("anefis:capture", "army")
    assert (capture.low, capture.high) == tuple(
        hour_of(before("kidal-offensive"), moment) for moment in (seen.earliest, seen.latest)
    )
    assert capture.limit == capture.high + 6.0 * capture.blur


def test_what_a_report_followed_moves_its_window_and_not_its_hours():
    """`since` says from when a false report may be; the hours of the true one stay."""
    one = known("gao-anefis")["tabrichat:arrival"]
    moved = changed("gao-anefis", "tabrichat:arrival", since=None)["tabrichat:arrival"]
    assert (one.low, one.high, one.false, one.limit) == (moved.low, moved.high, moved.false, moved.limit)


def test_a_window_that_is_given_is_that_of_a_false_report():
    seen = bundled_record().observation("gao:arrival", "un")
    row = known()["gao:arrival"]
    assert row.false == pytest.approx((row.high - row.low) / seen.window)
    wide = changed("kidal-offensive", "gao:arrival", window=2.0 * seen.window)["gao:arrival"]
    assert wide.false == pytest.approx(row.false / 2.0)


def test_without_a_window_a_false_report_lies_anywhere_up_to_the_end():
    row = changed("kidal-offensive", "gao:arrival", window=None)["gao:arrival"]
    seen = bundled_record().observation("gao:arrival", "un")
    tables, span = before("kidal-offensive"), (row.high - row.low) / row.false
    assert span == pytest.approx(horizon(tables) - hour_of(tables, seen.window_from))


def test_a_report_before_its_window_is_refused():
    seen = bundled_record().observation("gao:arrival", "un")
    (message,) = refused("kidal-offensive", "gao:arrival", window_from=seen.latest)
    assert message == (
        "gao:arrival: its interval lies outside of the window of false reports; "
        "expected `window_from` in the record to begin before it"
    )


def test_a_report_after_its_window_is_refused_and_all_faults_stand_together():
    assert len(refused("kidal-offensive", "gao:arrival", window_from=None)) == 1
    tables = before("kidal-offensive")
    record = of_run(tables, bundled_record())
    short = tuple(
        one.model_copy(update={"window": 1.0}) if one.event in ("gao:arrival", "tarkint:arrival") else one
        for one in record.observations
    )
    with pytest.raises(FaultyInput) as error:
        joint_rows(tables, replace(record, observations=short), "made")
    assert len(error.value.faults) == 2


def test_a_silence_that_ends_where_the_event_is_reported_is_left_out():
    """That nothing moved before the go says what the report of the go says."""
    (silence,) = (one for one in bundled_record().survivals if one.event == "anefis:go")
    assert "anefis:go (silence)" not in changed("anefis-hold", "anefis:go")
    later = {"earliest": silence.latest + timedelta(hours=1), "latest": silence.latest + timedelta(hours=9)}
    assert "anefis:go (silence)" in changed("anefis-hold", "anefis:go", **later)


def test_a_silence_is_asked_from_the_beginning_of_its_window():
    row = known()["alkit_rd:break (silence)"]
    assert (row.ask, row.milestone, row.blur) == ("silence", "alkit_rd:break", 0.0)
    assert row.limit == row.high
    assert 0.0 < row.false < 1.0


def test_strikes_are_counted_up_to_the_milestone_that_is_named_or_the_last():
    rows = known()
    assert rows["mine_strikes_reported:army"].milestone == "anefis:capture"
    assert rows["mine_strikes_reported:un"].milestone == "gao:arrival"
    assert rows["mine_strikes_reported:un"].limit == rows["gao:arrival"].limit


def test_a_number_has_one_of_all_it_might_have_been_where_it_is_false():
    count = next(one for one in bundled_record().counts if one.outcome == "displaced_to_border")
    row = known()["displaced_to_border"]
    low, high = count.number
    assert row.false == pytest.approx((high - low + 1) / (count.most + 1))
    assert (row.low, row.high) == (low, high)


def test_false_reports_of_all_bins_of_a_window_add_to_one():
    """An hour in bins of its window; a silence up to each edge and the bins before it."""
    seen = bundled_record().observation("gao:arrival", "un")
    edges = [seen.window_from + timedelta(hours=seen.window) * share for share in (0.0, 0.1, 0.35, 0.8, 1.0)]
    bins = [
        changed("kidal-offensive", "gao:arrival", earliest=low, latest=high)["gao:arrival"]
        for low, high in pairwise(edges)
    ]
    assert sum(row.false for row in bins) == pytest.approx(1.0, abs=1e-12)
    for low, high in pairwise(bins):
        assert low.high == pytest.approx(high.low, abs=1e-9)
    tables = before("kidal-offensive")
    record = of_run(tables, bundled_record())
    for place, edge in enumerate(edges[1:], start=1):
        silence = seen.model_copy(update={"survival": True, "earliest": edges[0], "latest": edge})
        alone = replace(record, survivals=(silence,), observations=(), counts=())
        (row,) = joint_rows(tables, alone, "made")
        assert row.ask == "silence"
        assert row.false + sum(one.false for one in bins[:place]) == pytest.approx(1.0, abs=1e-12)


# --- order --------------------------------------------------------------------------------------------------


def test_rows_go_by_the_hour_to_which_runs_are_taken_strikes_after_what_they_lean_on():
    rows = [
        made_row("c", 30.0, 40.0, limit=52.0),
        made_row("mines", 1.0, 1.0, ask="strikes", limit=20.0),
        made_row("a", 10.0, 14.0, limit=20.0),
        made_row("b", 5.0, 16.0, limit=16.0),
    ]
    assert [row.name for row in in_order(rows, "x")] == ["b", "a", "mines", "c"]
    assert in_order(rows[::-1], "x") == in_order(rows, "x")


def test_a_scenario_of_which_nothing_is_scored_is_refused():
    with pytest.raises(FaultyInput, match=r"^x: nothing of it is scored; `kidal record` lists what is$"):
        in_order([], "x")


def test_a_name_means_a_row_or_what_is_dated_of_a_milestone():
    row = made_row("a:go", 1.0, 2.0, name="a:go (silence)", ask="silence")
    assert row.is_called("a:go (silence)")
    assert row.is_called("a:go")
    mines = made_row("a:go", 1.0, 1.0, name="mines", ask="strikes")
    assert not mines.is_called("a:go")


def test_the_floor_is_the_probability_of_a_false_report():
    row = made_row("a", 1.0, 2.0, weight=0.85, false=0.1)
    assert row.floor == pytest.approx(np.log(0.015))
    assert row.probability(np.array([0.0, 0.4, 1.0])) == pytest.approx([0.015, 0.355, 0.865])
    assert made_row("a", 1.0, 2.0).floor == -np.inf


def test_scored_reports_that_a_scenario_has_no_milestone_for_are_named():
    """All of the whole campaign are asked; of the first stage those of its days that lie elsewhere are not."""
    assert left_out("kidal-offensive") == []
    assert left_out("gao-anefis") == ["Anefis: advance resumed, not before", "mine strikes, reported, un"]
    assert "Kidal: captured" in left_out("un-kidal-gao")


def left_out(scenario):
    tables = before(scenario)
    return not_asked(tables, of_run(tables, bundled_record()), rows_of(bundled_inputs(scenario)))
