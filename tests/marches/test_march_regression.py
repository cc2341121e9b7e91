"""The regression of pace: closed forms by hand, truths recovered, and what is left out left out."""

import numpy as np
import pytest
from march_rows import reported_march

from analysis.marches import regression
from analysis.marches.regression import PACE_LEVEL, PACE_LEVEL_SPREAD, posterior_pace, regression_forecasts
from analysis.tables.monte_carlo import exact_binomial

EFFECTS = {"light": 0.5, "wheeled": 0.0, "laden": -0.5, "tar": 0.6, "piste": -0.6}
"""Logs of pace that made-up marches have."""


def made(columns, legs, seed):
    """Marches of columns whose log pace is 2, with effects, column sd 0.2 and error sd 0.3."""
    rng = np.random.default_rng(seed)
    rows = []
    for column in range(columns):
        kind, own = rng.choice(["light", "wheeled", "laden"]), rng.normal(0, 0.2)
        for leg in range(legs):
            surface = rng.choice(["tar", "piste"])
            pace = 2 + EFFECTS[kind] + EFFECTS[surface] + own + rng.normal(0, 0.3)
            name = f"m{column}-{leg}"
            looks = {"kind": kind, "surface": surface, "column": f"c{column}"}
            rows.append(reported_march(name, km=300, hours=300 / np.exp(pace), width=0.02, **looks))
    return rows


def mean_of(others, **looks):
    weights, means, _ = posterior_pace(others, reported_march("new", **looks))
    return float(weights @ means)


# --- closed forms ----------------------------------------------------------------------------------------


def test_of_no_march_it_knows_the_prior_alone(monkeypatch):
    monkeypatch.setattr(regression, "SD_GRID", np.array([0.5]))
    weights, means, sds = posterior_pace([], reported_march())
    assert (weights.tolist(), means.tolist()) == ([1.0], [PACE_LEVEL])
    assert sds == pytest.approx([np.sqrt(PACE_LEVEL_SPREAD**2 + 2 * 0.25 + 0.25 + 0.25)])


def test_of_one_march_it_is_the_normal_formula(monkeypatch):
    monkeypatch.setattr(regression, "SD_GRID", np.array([0.5]))
    other = reported_march("other", kind="laden", km=100, hours=5, width=0.2)
    _, means, sds = posterior_pace([other], reported_march("m", kind="light"))
    width = np.log(6 / 4)
    seen = PACE_LEVEL_SPREAD**2 + 4 * 0.25 + width**2 / 12
    shared = PACE_LEVEL_SPREAD**2 + 0.25  # the level and the surface
    pace = np.log(100) - 0.5 * (np.log(6) + np.log(4))
    assert means == pytest.approx([PACE_LEVEL + shared / seen * (pace - PACE_LEVEL)])
    assert sds == pytest.approx([np.sqrt(PACE_LEVEL_SPREAD**2 + 4 * 0.25 - shared**2 / seen)])


def test_a_wider_report_weighs_less():
    fast = {"kind": "light", "km": 100, "hours": 2}
    narrow, wide = (mean_of([reported_march("other", width=width, **fast)]) for width in (0.05, 0.95))
    assert PACE_LEVEL < wide < narrow


# --- truths ----------------------------------------------------------------------------------------------


def test_known_effects_are_recovered():
    rows = made(columns=40, legs=3, seed=1)
    for kind in ("light", "wheeled", "laden"):
        for surface in ("tar", "piste"):
            truth = 2 + EFFECTS[kind] + EFFECTS[surface]
            assert mean_of(rows, kind=kind, surface=surface) == pytest.approx(truth, abs=0.2)


def test_of_made_up_marches_nine_of_ten_lie_in_their_intervals():
    hits = count = 0
    for seed in range(3):
        rows = made(columns=20, legs=1, seed=seed)
        for row, forecast in zip(rows, regression_forecasts(rows), strict=True):
            count += 1
            middle = np.sqrt(row.least * row.most)
            hits += forecast.quantile(0.05) <= middle <= forecast.quantile(0.95)
    low, high = exact_binomial(hits, count, 0.99)
    assert low < 0.9 < high


# --- left out --------------------------------------------------------------------------------------------


def test_the_hours_of_a_column_do_not_move_its_forecasts_and_do_move_others():
    rows = made(columns=5, legs=2, seed=1)
    slower = [row.model_copy(update={"most": 9 * row.most, "least": 8 * row.least}) for row in rows[:2]]
    before, after = regression_forecasts(rows), regression_forecasts([*slower, *rows[2:]])
    moved = [one.quantile(0.5) != other.quantile(0.5) for one, other in zip(before, after, strict=True)]
    assert moved == [False] * 2 + [True] * 8
