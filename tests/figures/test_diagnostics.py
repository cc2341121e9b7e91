"""Figures by which fits and scores are judged: what is drawn is what the numbers say."""

from itertools import pairwise

import numpy as np
import pytest
from figure_texts import artists, assert_apart, words
from joint_rows import made_row

from analysis.evidence.baselines.samplers import COMPOSITE
from analysis.evidence.joint import Evidence
from analysis.evidence.tables import Weighed
from analysis.figures import gallery
from analysis.figures.diagnostics import coverage, pairs, profiles, reports
from analysis.inference.fits.fit_summary import LEVELS
from runs import record_of, run_tables

ROWS = (
    made_row("b:arrival", 24.0, 48.0, title="Tarkint: arrival"),
    made_row("d:capture", 1.0, 3.0, title="mine strikes", ask="strikes"),
    made_row("e:break", 0.0, 72.0, title="Alkit road: not before", ask="silence", part="held out"),
)


def evidence(name, shift):
    """Four islands whose logs of rows lie about -1, -2, -3 less a shift."""
    logs = (
        -np.array([1.0, 2.0, 3.0]) - shift + 0.1 * np.array([[0, 1, -1], [1, 0, 1], [-1, 1, 0], [0, -1, 1]])
    )
    return Evidence(name=name, rows=ROWS, logs=logs, roots=np.full(4, 9), runs=50)


def of_reports():
    weighed = Weighed([evidence("whole", 0.0)], [evidence(COMPOSITE, 0.5)])
    return weighed, reports.draw(weighed, run_tables("kidal-offensive", 20))


def test_each_report_has_the_score_that_was_computed():
    weighed, figure = of_reports()
    assert_apart(figure, words(figure))
    for gid, one in (("model", weighed.base), ("rival", weighed.rival)):
        drawn = [artist.get_xdata()[0] for artist in artists(figure, gid)]
        assert drawn == pytest.approx([estimate.value for estimate in one.conditional])
    texts = [text.get_text() for text in words(figure)]
    for label in ("Tarkint: arrival: 3 Oct", "mine strikes: 1 to 3", "Alkit road: not before: 4 Oct"):
        assert label in texts
    assert sum(text.startswith("+0.50") for text in texts) == 3
    (cut,) = artists(figure, "cut")
    assert cut.get_ydata()[0] == 1.5


def test_no_bar_goes_beyond_what_is_certain():
    near = evidence("sure", -0.95)
    first = near.conditional[0]
    assert first.value + reports.SURE_ERRORS * first.error > 0.0
    figure = reports.draw(Weighed([near], [evidence(COMPOSITE, 0.5)]), run_tables("kidal-offensive", 20))
    ends = [line.get_xdata()[1] for line in artists(figure, "span")]
    assert len(ends) == 6
    assert max(ends) == 0.0


# --- coverage ------------------------------------------------------------------------------------------------


def test_every_report_is_one_count_spread_over_the_bars_that_it_touches():
    found = coverage.histogram([(0.0, 0.4), (0.5, 0.5), (0.0, 0.0), (1.0, 1.0)], 5)
    assert found == pytest.approx([1.5, 0.5, 1.0, 0.0, 1.0])
    assert coverage.histogram([(0.1, 0.9)], 2) == pytest.approx([0.5, 0.5])


def test_coverage_of_even_transforms_is_the_interval_and_of_early_ones_less():
    even = list(pairwise(np.linspace(0.0, 1.0, 41)))
    for level in coverage.CENTRAL_LEVELS:
        assert coverage.coverage(even, level) == pytest.approx(level)
    assert coverage.coverage([(0.0, 0.05)] * 9, 0.5) == 0.0


def test_the_figure_of_coverage_has_a_count_for_each_scored_date():
    tables = run_tables("kidal-offensive", 20)
    record = record_of(tables)
    found = coverage.transforms(tables, record)
    figure = gallery.draw("coverage", tables, record)
    assert_apart(figure, words(figure))
    bars = artists(figure, "bars") or [bar for bar in figure.axes[0].patches if bar.get_gid() == "bars"]
    assert sum(bar.get_height() for bar in bars) == pytest.approx(len(found))
    assert len(found) > 5
    dots = figure.axes[1].lines[-1]
    assert dots.get_ydata() == pytest.approx(
        [coverage.coverage(found, level) for level in coverage.CENTRAL_LEVELS]
    )


# --- fits ----------------------------------------------------------------------------------------------------


def fit(count):
    """A fit of some parameters, the first two of which go together."""
    random = np.random.default_rng(1)
    z = random.normal(size=(400, count))
    z[:, 1] = 0.9 * z[:, 0] + np.sqrt(1.0 - 0.81) * z[:, 1]
    points = {f"p{i}": np.exp(z[:, i]) for i in range(count)}
    prior = np.exp(np.linspace(-2.5, 2.5, len(LEVELS))).tolist()
    bins = [
        {
            "low": b / 20,
            "high": (b + 1) / 20,
            "points": 5,
            "greatest": -0.1 * (b - 8) ** 2,
            "at": (b + 0.5) / 20,
        }
        for b in range(20)
    ]
    bins[3] |= {"points": 0, "greatest": None, "at": None}
    rows = [
        {"name": name, "unit": "h", "prior": prior, "posterior": prior, "profile": bins} for name in points
    ]
    made = {"parameters": rows, "plan": "made-up", "points": 400, "summary": "made up", "noise": 0.25}
    return made | {"correlations": np.corrcoef(z.T).tolist()}, points


@pytest.mark.parametrize("count", [2, 5, 11])
def test_pairs_are_those_of_the_points_with_their_correlations(count):
    made, points = fit(count)
    figure = pairs.draw(made, points)
    assert_apart(figure, words(figure))
    shown = min(count, pairs.MOST_PARAMETERS)
    panels = [axis for axis in figure.axes if artists(axis, "points")]
    assert len(panels) == shown * (shown - 1) // 2
    (dots,) = artists(panels[0], "points")
    assert dots.get_xdata() == pytest.approx(points["p0"])
    assert dots.get_ydata() == pytest.approx(points["p1"])
    numbers = [artist for axis in figure.axes for artist in artists(axis, "r")]
    assert numbers[0].get_text() == f"{made['correlations'][0][1]:+.2f}"
    assert numbers[0].get_weight() == "bold"


def test_of_many_parameters_those_that_are_bound_are_drawn():
    correlations = np.eye(12)
    correlations[10, 11] = correlations[11, 10] = -0.9
    correlations[2, 7] = correlations[7, 2] = 0.5
    chosen = pairs.most_bound(correlations)
    assert len(chosen) == pairs.MOST_PARAMETERS
    assert {2, 7, 10, 11} <= set(chosen)
    assert chosen == sorted(chosen)


def test_a_profile_is_drawn_at_the_values_of_its_best_points():
    made, _ = fit(3)
    figure = profiles.draw(made)
    assert_apart(figure, words(figure))
    axis = next(axis for axis in figure.axes if axis.get_title(loc="left") == "p0, h")
    known = [row for row in made["parameters"][0]["profile"] if row["greatest"] is not None]
    assert axis.lines[0].get_ydata() == pytest.approx([row["greatest"] for row in known])
    assert axis.lines[0].get_xdata() == pytest.approx(
        np.interp([row["at"] for row in known], LEVELS, made["parameters"][0]["prior"])
    )
