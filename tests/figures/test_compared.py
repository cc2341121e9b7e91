"""Several results in one figure: a line each that is its share of runs, on the hours of the first."""

from dataclasses import replace

import numpy as np
import pytest
from bundled import bundled_record
from run_tables import made

from analysis.figures.sweep import compared
from sim.files.yaml_tree import FaultyInput


def captured(*hours):
    """Runs that capture the end of the road at some hours."""
    tables = made(len(hours))
    names = [row["id"] for row in tables.manifest["milestones"]]
    return replace(tables, runs={**tables.runs, **dict.fromkeys(names, np.array(hours))})


def test_a_line_is_the_share_of_the_runs_of_each_result():
    one = captured(100.0, 130.0, np.inf)
    later = captured(124.0, 154.0, np.inf)
    figure = compared.draw([one, later], bundled_record())
    axis = next(axis for axis in figure.axes if axis.get_title(loc="left") == "Anefis: captured")
    lines = [line for line in axis.lines if line.get_gid() == "curve"]
    hours = np.asarray(lines[0].get_xdata())
    for line, tables in zip(lines, (one, later), strict=True):
        came = tables.runs["anefis:capture"]
        assert line.get_ydata() == pytest.approx([(came <= hour).mean() for hour in hours])
    assert len({line.get_linestyle() for line in lines}) == 2


def test_more_results_than_there_are_lines_are_refused():
    with pytest.raises(FaultyInput, match="results at most, here are 9"):
        compared.draw([made()] * 9, bundled_record())
