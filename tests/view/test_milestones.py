"""The table below the fans: medians and probabilities before a day, at the edges of what there can be."""

from dataclasses import replace
from datetime import date

import numpy as np
from bundled import bundled_inputs, bundled_record

from sim.view.milestones import table
from sim.view.runs import one_run


def tables_of(*hours):
    """A run of the first stage for each hour (h) at which Anefis is captured."""
    tables = one_run(bundled_inputs("gao-anefis"), 1)
    runs = {"status": np.full(len(hours), "done"), "anefis:capture": np.array(hours, float)}
    return replace(tables, runs=runs)


HEAD = ["Milestone", "Median", "Pr before 6 Oct", "Pr by the end", "90 % prediction interval", "Reported"]
DAY = 24.0


def test_a_milestone_has_its_median_its_probabilities_and_the_base_case_below_it():
    runs, base = tables_of(3 * DAY, 4.5 * DAY, 10 * DAY, np.inf), tables_of(5 * DAY)
    head, row, ghost = table(runs, bundled_record(), date(2023, 10, 6), base)
    assert head == HEAD
    assert row == ["Anefis: captured", "6 Oct", "25 %", "75 %", "5 Oct to after the end", "6 to 7 Oct"]
    assert ghost == ["", "7 Oct", "0 %", "100 %", "7 Oct", ""]


def test_what_never_comes_and_what_nobody_reports_is_said():
    head, row = table(tables_of(np.inf), bundled_record(), None)
    assert head == [name for name in HEAD if "before" not in name]
    assert row == ["Anefis: captured", "after the end", "0 %", "after the end", "6 to 7 Oct"]
    record = replace(bundled_record(), observations=())
    assert table(tables_of(DAY), record, None)[1][-1] == ""
