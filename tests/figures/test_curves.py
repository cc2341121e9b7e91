"""Curves of one factor at a time, and prior against posterior: what is drawn is what the tables say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from figure_texts import assert_apart, words

from analysis.figures import gallery
from analysis.figures.sweep import prior_posterior
from analysis.inference.fits.fit_summary import LEVELS
from sim.designs.design import load_design
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.record.record import load_record

DESIGN = """summary: bends
kind: one-at-a-time
runs: 30
values: {march_speed: prior, contact_pace: prior, refit: bounds}
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bends")
    (folder / "bends.yaml").write_text(DESIGN)
    inputs = load_inputs("gao-anefis")
    design = load_design(str(folder / "bends.yaml"), inputs, 1)
    assert len(design.points) == 1 + 8 + 8 + 2  # the middle of a prior is the value
    return do(
        Job(inputs=inputs, seed=1, runs=design.sheet.runs, draw=True, design=design, out=folder / "out")
    )[1]


def test_a_panel_has_the_median_at_each_value_and_those_that_bend_most_come_first(swept):
    figure = gallery.draw("curves", swept, load_record(), "tarkint:arrival")
    panels = [axis for axis in figure.axes if axis.lines]
    names = [axis.get_title(loc="left") for axis in panels]
    assert names[0] == "march_speed, km/h"
    assert set(names) == {"march_speed, km/h", "contact_pace", "refit, days"}
    values, days = panels[0].lines[0].get_data()
    assert (np.diff(values) > 0).all()
    own = swept.points["march_speed"] == values[0]
    hours = swept.runs["tarkint:arrival"][np.isin(swept.runs["design_id"], np.flatnonzero(own))]
    assert days[0] == pytest.approx(np.quantile(hours, 0.5, method="inverted_cdf") / 24.0, rel=1e-6)
    assert days[0] > days[-1]
    flat = panels[names.index("refit, days")].lines[0].get_data()[1]
    assert np.ptp(flat) == 0.0
    assert_apart(figure, words(figure))


def test_a_milestone_that_is_none_is_refused_by_its_name(swept):
    with pytest.raises(
        FaultyInput, match="'tarkint:arival' is no milestone of this result; did you mean 'tarkint:arrival'"
    ):
        gallery.draw("curves", swept, load_record(), "tarkint:arival")


def test_another_design_has_no_curves(swept):
    other = replace(
        swept, manifest={**swept.manifest, "design": {**swept.manifest["design"], "kind": "grid"}}
    )
    with pytest.raises(FaultyInput, match="expected a design of kind one-at-a-time, found none"):
        gallery.draw("curves", other, load_record())


def fit(contractions):
    u = np.linspace(-2.5, 2.5, len(LEVELS))
    rows = [
        {
            "name": f"p{i}",
            "unit": "h",
            "prior": np.exp(u).tolist(),
            "posterior": np.exp(u * (1 - c)).tolist(),
            "contraction": c,
        }
        for i, c in enumerate(contractions)
    ]
    return {"parameters": rows, "plan": "made-up", "seed": 1, "points": 9, "summary": "made up"}


def test_the_parameter_of_which_most_was_learnt_comes_first(tmp_path: Path):
    figure = prior_posterior.draw(fit([0.1, 0.8, -0.05, 0.4, 0.2]))
    panels = [axis for axis in figure.axes if axis.lines]
    assert [axis.get_title(loc="left") for axis in panels] == ["p1, h", "p3, h", "p4, h", "p0, h", "p2, h"]
    assert [axis.get_title(loc="right") for axis in panels] == ["+0.80", "+0.40", "+0.20", "+0.10", "-0.05"]
    narrow, wide = (panels[place].lines[0].get_data() for place in (0, -1))
    assert narrow[1].max() > 2.0 * wide[1].max()
    assert_apart(figure, words(figure))
