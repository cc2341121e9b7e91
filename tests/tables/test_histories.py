"""The clock of a run and its stored runs, on hand-made tables with known answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from bundled import bundled_record
from run_tables import made

from analysis.answers.result_tables import RESULT_TABLES
from analysis.tables import clock
from analysis.tables.histories import middle_km, stored, trace
from sim.state.clock import in_hours, midnight, moment_at, utc

INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize("hour", [-5.5, 0.0, 23.25, 720.0, 1e-6])
def test_the_hour_of_the_moment_of_an_hour_is_that_hour(hour):
    zero = midnight(date(2023, 10, 2))
    assert zero == datetime(2023, 10, 2, tzinfo=UTC)
    assert in_hours(moment_at(zero, hour) - zero) == pytest.approx(hour, abs=1e-9)


def test_a_moment_of_another_zone_is_as_it_is_and_one_of_none_is_utc():
    assert utc(datetime(2023, 10, 2, 6)) == datetime(2023, 10, 2, 6, tzinfo=UTC)
    assert utc(datetime(2023, 10, 2, 6, tzinfo=INDIA)) == datetime(2023, 10, 2, 0, 30, tzinfo=UTC)
    assert clock.hour_of(made(), datetime(2023, 10, 2, 6, tzinfo=INDIA)) == 0.5


def test_a_run_has_its_days_and_what_never_comes_has_no_moment():
    tables = made()
    assert (clock.begins(tables), clock.horizon(tables)) == (0.0, 720.0)
    assert clock.end_of(tables) == datetime(2023, 11, 1, tzinfo=UTC)
    assert clock.moment_of(tables, 30.5) == datetime(2023, 10, 3, 6, 30, tzinfo=UTC)
    assert clock.moment_of(tables, np.inf) is None
    with pytest.raises(OverflowError):
        moment_at(clock.origin(tables), np.inf)


def test_events_stand_by_history_and_hour_in_whatever_order_they_are_stored():
    tables = made()
    mixed = np.random.default_rng(1).permutation(len(tables.events["hour"]))
    path = trace(
        replace(tables, events={name: column[mixed] for name, column in tables.events.items()}), "army"
    )
    assert path.history.tolist() == [0] * 5 + [1] * 5 + [2] * 4
    assert path["hour"].tolist() == trace(tables, "army")["hour"].tolist()
    assert path["hour"][:5].tolist() == [6.0, 18.0, 30.0, 40.0, 100.0]
    assert path.at(path.first(path.of("capture")), "hour").tolist() == [100.0, 130.0, np.inf]
    assert path.at(path.first(path.of("ambush", "mine")), "km").tolist() == [200.0, 100.0, 150.0]
    assert path.number(path.of("march", "arrival")).tolist() == [2, 1, 0]
    assert path.total("km", path.of("march")).tolist() == [150.0, 100.0, 0.0]
    assert path.most("km", path.of("mine", "contact")).tolist() == [-np.inf, 229.0, -np.inf]
    assert path["event"][path.by_hour("capture", "beaten")].tolist() == ["beaten", "capture", "capture"]


def test_histories_of_runs_that_failed_are_left_out_and_rows_name_those_that_did_not():
    tables = made()
    failed = replace(tables, runs={**tables.runs, "status": np.array(["done", "failed", "done"])})
    path = trace(failed, "army")
    assert (len(path), path.rows.tolist()) == (2, [0, 1])
    assert path["replicate"].tolist() == [0] * 5 + [2] * 4
    assert len(stored(replace(tables, events={}))) == 0
    assert trace(tables, "nobody").positions(np.arange(3.0)).shape == (0, 3)


def test_the_parties_that_report_casualties_are_those_of_the_reports():
    reports = {
        "party": np.array(["west", "east", "un"], object),
        "own_casualties": np.array([3.0, 6.0, np.nan]),
        "enemy_casualties_claimed": np.array([9.0, 12.0, np.nan]),
    }
    text = RESULT_TABLES["reports"](replace(made(), reports=reports), bundled_record())
    assert [line.split() for line in text.splitlines()[1:]] == [["east", "2", "4"], ["west", "1", "3"]]


def test_where_a_column_is_leaves_out_the_runs_that_are_turned_back() -> None:
    # at 55 h: 210 and 164.5 km, and a third that drives back at 75 km
    hours = np.array([36.0, 55.0])
    km = middle_km(trace(made(), "army"), hours)
    assert km.tolist() == pytest.approx([115.48, 210.0])
    alone = trace(made(), "army")
    last = alone.where(alone.history == 2)
    only = replace(last, rows=last.rows[2:], history=last.history * 0)
    assert middle_km(only, hours).tolist() == pytest.approx([112.5, 75.0])  # one run: where it drives
    assert np.isnan(middle_km(trace(made(), "nobody"), hours)).all()
