"""What runs would have reported: intervals of the record's own kind, false reports, their probability."""

import numpy as np
import pytest
from joint_rows import made_row

from analysis.evidence.pseudo_records import log_scores, reported, written
from sim.chance.keyed_arrays import replicate_seeds

SEEDS = replicate_seeds(1, np.arange(4000))
HOUR = made_row("a:capture", 18.0, 24.0)
SILENCE = made_row("b:break", 0.0, 50.0, ask="silence", false=0.25)
STRIKES = made_row("one strikes", 2.0, 3.0, ask="strikes", false=2 / 12)


def one(row, truths, starts=0.0):
    """The reports of a row alone, of runs with these truths."""
    truths = np.asarray(truths, float)[:, None]
    reports = written([row], {row.name: starts}, truths, SEEDS[: len(truths)])
    return reports.low[:, 0], reports.high[:, 0]


def with_weight(row, weight):
    return made_row(row.name, row.low, row.high, ask=row.ask, false=row.false, weight=weight)


def test_the_record_is_one_of_those_that_its_hours_write():
    low, high = one(HOUR, [18.0, 20.0, 23.9])
    record = reported([HOUR])
    assert low.tolist() == [record.low[0, 0]] * 3
    assert high.tolist() == [record.high[0, 0]] * 3


def test_other_hours_lie_in_other_intervals_of_the_same_width():
    low, high = one(HOUR, [17.9, 24.0, 97.0, 0.0])
    assert low.tolist() == [12.0, 24.0, 96.0, 0.0]
    assert (high - low).tolist() == [6.0] * 4


def test_what_never_comes_is_not_reported():
    assert np.isnan(one(HOUR, [np.inf])).all()


def test_the_blur_moves_hours_by_its_standard_deviation():
    row = made_row("a:capture", 0.0, 0.01, blur=2.0)
    low, _ = one(row, np.full(4000, 100.0))
    assert low.mean() == pytest.approx(100.0, abs=3 * 2.0 / np.sqrt(4000))
    assert low.std() == pytest.approx(2.0, abs=0.1)


def test_false_reports_lie_anywhere_in_the_window():
    low, high = one(with_weight(HOUR, 0.6), np.full(4000, np.inf), starts=6.0)  # a window of 12 h
    is_reported = np.isfinite(low)
    assert is_reported.mean() == pytest.approx(0.4, abs=3 * np.sqrt(0.24 / 4000))
    assert sorted({*zip(low[is_reported], high[is_reported], strict=True)}) == [(6.0, 12.0), (12.0, 18.0)]
    assert (low[is_reported] == 6.0).mean() == pytest.approx(0.5, abs=0.05)


def test_a_silence_is_kept_or_broken():
    assert one(SILENCE, [49.0, 51.0, np.inf])[0].tolist() == [0.0, 1.0, 1.0]
    low, _ = one(with_weight(SILENCE, 0.0), np.zeros(4000))
    assert low.mean() == pytest.approx(0.25, abs=3 * np.sqrt(0.1875 / 4000))


def test_numbers_are_reported_in_ranges_as_wide_as_the_records():
    low, high = one(STRIKES, [0, 1, 2, 3, 4, 11])
    assert low.tolist() == [0, 0, 2, 2, 4, 10]
    assert (high - low).tolist() == [1] * 6
    low, _ = one(with_weight(STRIKES, 0.0), np.zeros(4000))
    values, counts = np.unique(low, return_counts=True)
    assert values.tolist() == [0, 2, 4, 6, 8, 10]
    assert counts / 4000 == pytest.approx(np.full(6, 1 / 6), abs=0.03)


def test_reports_moved_are_dates_alone():
    reports = reported([HOUR, SILENCE, STRIKES]).later(72.0)
    assert reports.low[0].tolist() == [90.0, 1.0, 2.0]
    assert reports.high[0].tolist() == [96.0, 1.0, 3.0]


def test_the_score_is_the_log_of_the_share_of_the_pool():
    row = made_row("a:capture", 18.0, 24.0, weight=0.8, false=0.1)
    pool = np.array([19.0, 20.0, 30.0, 200.0])[:, None]
    assert log_scores(reported([row]), pool) == pytest.approx(np.log(0.8 * 0.5 + 0.2 * 0.1))
    two = reported([row, with_weight(SILENCE, 0.9)])
    share = 0.9 * (2 - 0.5) / 5 + 0.1 * 0.25  # one of four runs is later than 50 h, counted with half a run
    both = np.column_stack([pool[:, 0], pool[:, 0]])
    assert log_scores(two, both) == pytest.approx(np.log(0.42) + np.log(share))


@pytest.mark.parametrize("weight", [1.0, 0.8])
def test_probabilities_of_all_that_may_be_reported_add_to_one(weight):
    row = made_row("a:capture", 18.0, 24.0, blur=1.0, weight=weight, false=6.0 / 60.0)
    pool = np.append(np.linspace(10.0, 50.0, 900), np.full(100, np.inf))[:, None]
    places = np.arange(-3, 7)[:, None] * 6.0
    every = np.vstack([places + 18.0, [[np.nan]]])
    reports = reported([row])
    records = type(reports)(rows=(row,), low=every, high=every + 6.0)
    assert np.exp(log_scores(records, pool)).sum() == pytest.approx(1.0, abs=2e-3)
