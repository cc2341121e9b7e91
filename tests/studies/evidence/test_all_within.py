"""The probability of being within all reported intervals: by splitting, and by whole runs."""

import csv
import io
import json
from math import log, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from bundled import bundled_inputs
from joint_rows import made_row

from analysis.evidence.all_within import exact_rows, share_within, text
from analysis.evidence.joint import Evidence
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.batch import Chunk, compiled_mode
from sim.studies.evidence import islands
from sim.studies.evidence.islands import evidence, rows_of
from sim.studies.evidence.size import IslandPlan


@pytest.fixture(autouse=True)
def no_cache(monkeypatch, tmp_path):
    """Islands are kept in a folder of the test's own; compiled rules are not."""
    own = SimpleNamespace(**vars(islands.entries) | {"home": lambda: tmp_path})
    monkeypatch.setattr(islands, "entries", own)


def made(*shares):
    """Two rows: their shares, island by island."""
    rows = (made_row("a:arrival", 1.0, 2.0), made_row("b:arrival", 3.0, 4.0))
    with np.errstate(divide="ignore"):
        logs = np.log(np.array(shares, float))
    return Evidence(name="x", rows=rows, logs=logs, roots=np.full(len(shares), 9), runs=10)


def test_the_share_is_the_mean_of_islands_with_their_error():
    one = made((0.5, 0.2), (0.5, 0.4), (0.5, 0.6))
    assert share_within(one, 1) == pytest.approx((0.5, 0.0))
    assert share_within(one, 2) == pytest.approx((0.2, 0.1 / sqrt(3) / 0.2))


def test_where_no_run_is_within_it_says_so():
    one = made((0.5, 0.0), (0.5, 0.0))
    assert share_within(one, 2).value == 0.0
    assert np.isnan(share_within(one, 2).error)
    assert "no run of 2 islands of 10 runs lies within all 2 reported intervals" in " ".join(
        text([one]).split()
    )


def test_exact_rows_are_the_dated_ones_with_sharp_edges_in_order():
    rows = [
        made_row("b:arrival", 3.0, 9.0, blur=2.0, weight=0.8, limit=21.0),
        made_row("a:arrival", 1.0, 2.0, blur=2.0, weight=0.8, limit=14.0),
        made_row("s", 1.0, 2.0, ask="strikes"),
    ]
    sharp = exact_rows(rows)
    assert [(row.name, row.weight, row.blur, row.limit) for row in sharp] == [
        ("a:arrival", 1.0, 0.0, 2.0),
        ("b:arrival", 1.0, 0.0, 9.0),
    ]


def test_splitting_agrees_with_whole_runs_about_a_thousandth(compiled_rules):
    inputs, count = bundled_inputs("gao-anefis"), 200_000
    rows = [row for row in exact_rows(rows_of(inputs)) if not row.name.endswith(":mine")][:3]
    split = share_within(evidence("x", inputs, IslandPlan(runs=4000, islands=8), rows=rows), 3)
    seeds = replicate_seeds(77, np.arange(count))
    chunk = Chunk(
        scenario=inputs.template,
        seeds=seeds,
        records=inputs.parameters.draws(seeds),
        spread=True,
        keep=np.zeros(count, bool),
    )
    compiled_mode(inputs.template)(chunk)
    places = [list(inputs.template.milestones).index(row.milestone) for row in rows]
    inside = [
        (row.low <= chunk.hours[:, at]) & (chunk.hours[:, at] <= row.high)
        for row, at in zip(rows, places, strict=True)
    ]
    hits = int(np.all(inside, axis=0).sum())
    assert 20 < hits < 200
    error = sqrt(split.error**2 + 1.0 / hits)
    assert abs(log(split.value) - log(hits / count)) < 3.0 * error
    assert split.error < 0.3


def test_the_command_prints_every_form_and_refuses_what_is_of_another(compiled_rules, kidal):
    words = ("evidence", "--scenario", "gao-anefis", "--all-within", "--runs", "500", "--islands", "3", "-q")
    code, out, err = kidal(*words)
    assert (code, err) == (0, "")
    assert out.startswith("gao-anefis: ")
    (model,) = json.loads(kidal(*words, "--json")[1])["models"]
    assert model["share"] == pytest.approx(np.mean(model["shares"]))
    assert len(list(csv.reader(io.StringIO(kidal(*words, "--csv")[1])))) == 1 + len(model["rows"])
    code, out, err = kidal(*words, "--full")
    assert (code, out) == (2, "")
    assert err == "--all-within: has a table of its own; expected no --full with it\n"
