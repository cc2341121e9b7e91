"""Rows of pseudo-records: their probabilities add to 1, and brute force is the mean over runs."""

from dataclasses import replace

import numpy as np
import pytest
from joint_rows import made_row

from analysis.evidence.pseudo_records import WrittenRecords
from analysis.evidence.record_rows import RUNS_TOGETHER, Windows, pool_evidence, record_rows, weight_sums

HOUR = made_row("b:arrival", 20.0, 30.0, blur=2.0, weight=0.8, false=0.05)
STRIKES = made_row("b:arrival", 1.0, 1.0, name="strikes", ask="strikes", weight=0.8, false=0.1, limit=77.0)
SILENCE = made_row("c:contact", 0.0, 50.0, name="quiet", ask="silence", weight=0.9, false=0.75)
WINDOWS = Windows(starts={"b:arrival": 10.0}, end=400.0)
"""The window of false reports of the hour is 200 h long, that of strikes 0 to 9."""


def records(row, reported):
    """Records of one row, each what is reported: low and high, nan if nothing is."""
    low, high = np.array(reported, float).T[:, :, None]
    written = WrittenRecords(rows=(row,), low=low, high=high)
    return [record_rows(written, number, WINDOWS) for number in range(len(low))]


def total(row, reported, truth):
    """The sum of the probabilities of records in a run with a truth."""
    sums, _ = weight_sums(records(row, reported), np.array([[truth]]))
    return sums.sum()


@pytest.mark.parametrize("truth", [10.0, 47.3, 209.0, np.inf])
def test_probabilities_of_all_that_may_be_reported_of_an_hour_add_to_1(truth):
    edges = np.arange(-50.0, 400.0, 10.0)
    reported = [*zip(edges, edges + 10.0, strict=True), (np.nan, np.nan)]
    assert total(HOUR, reported, truth) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("truth", [0.0, 4.0, 9.0, 14.0])
def test_those_of_all_numbers_and_of_a_silence_do_too(truth):
    numbers = [(number, number) for number in range(20)]
    assert total(STRIKES, numbers, truth) == pytest.approx(1.0, abs=1e-6)
    assert total(SILENCE, [(1.0, 1.0), (0.0, 0.0)], 20.0 * truth) == pytest.approx(1.0, abs=1e-6)


def test_a_false_report_may_lie_within_its_window_alone():
    (inside,), (across,), (outside,), (never,) = records(
        HOUR, [(20, 30), (5, 15), (-10, 0), (np.nan, np.nan)]
    )
    assert (inside.false, across.false) == pytest.approx((0.05, 0.025))
    assert outside.false == pytest.approx(0.0, abs=1e-6)
    assert (never.ask, never.high, never.limit) == ("silence", 400.0, 400.0)
    assert never.false == pytest.approx(0.0, abs=1e-6)
    assert inside.limit == 42.0


def test_strikes_are_counted_as_far_as_their_milestone_is_looked_for():
    written = WrittenRecords(rows=(HOUR, STRIKES), low=np.array([[40.0, 3.0]]), high=np.array([[50.0, 3.0]]))
    hour, strikes = record_rows(written, 0, WINDOWS)
    assert hour.limit == strikes.limit == 62.0
    assert (strikes.low, strikes.high) == (3.0, 3.0)


def test_brute_force_is_the_mean_over_runs_of_the_product_of_rows():
    truths = np.tile([[25.0, 1.0], [120.0, 1.0], [np.inf, 4.0]], (RUNS_TOGETHER, 1))  # three batches
    record = [replace(HOUR, blur=0.0), STRIKES]
    a, b = 0.8 + 0.2 * 0.05, 0.2 * 0.05
    c, d = 0.8 + 0.2 * 0.1, 0.2 * 0.1
    products = np.array([a * c, b * c, b * d])
    found = pool_evidence(*weight_sums([record], truths), len(truths))
    assert found.logs[0] == pytest.approx(np.log(products.mean()))
    assert found.effective[0] == pytest.approx(len(truths) / 3 * products.sum() ** 2 / (products**2).sum())
