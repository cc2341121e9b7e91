"""The model as a forecast of marches: weights in closed form, what they learn, and what is left out."""

from dataclasses import fields, replace

import numpy as np
import pytest
from march_rows import reported_march
from scipy.special import logsumexp, ndtr
from worlds import defaults

from analysis.marches.law import MarchLaw
from analysis.marches.model import PRIOR, WEIGHED, WITH_ERROR, MarchModel
from analysis.tables.monte_carlo import exact_binomial
from sim.chance.keyed_arrays import replicate_seeds


def model(draws=3000, seed=1, **values):
    """The model with draws of the priors, some parameters at one value."""
    seeds = replicate_seeds(seed, np.arange(draws))
    records = defaults().draws(seeds)
    law = MarchLaw(**{one.name: records[one.name] for one in fields(MarchLaw)})
    return MarchModel(
        law=replace(law, **{key: np.full(draws, float(n)) for key, n in values.items()}), seeds=seeds
    )


STEADY = {"day_spread": 0, "column_spread": 0, "march_hours": 10}


def test_the_weight_of_a_steady_march_is_in_closed_form():
    one = model(500, **STEADY)
    march = reported_march(km=60, hours=5, width=0.2)
    days = np.ceil(60 / one.law.march_speed / 10) - 1
    hours = 60 / one.law.march_speed + 14 * days
    error = one.left_out_error
    expected = ndtr(np.log(6 / hours) / error) - ndtr(np.log(4 / hours) / error)
    assert np.exp(one.log_likelihoods([march])["m"]) == pytest.approx(expected, abs=1e-12)


def test_marches_of_one_column_share_its_own_factor():
    one = model(200, **STEADY | {"column_spread": 0.3, "march_hours": 24})
    first, then = reported_march("a", km=60), reported_march("b", column="a", km=90)
    alone = sum(one.log_likelihoods([row])[row.column] for row in (first, then))
    together = one.log_likelihoods([first, then])["a"]
    normals = np.linspace(-6, 6, 2001)
    masses = np.exp(-0.5 * normals**2)
    logs = sum(
        np.log(ndtr(np.log(row.most / hours) / error) - ndtr(np.log(row.least / hours) / error))
        for row in (first, then)
        for hours, error in [
            (
                row.km / one.law.march_speed[:, None] / np.exp(0.3 * normals),
                np.maximum(one.left_out_error, 0.4)[:, None],
            )
        ]
    )
    expected = logsumexp(logs, axis=1, b=masses / masses.sum())
    wide = one.left_out_error > 0.4  # of smaller errors nine values of the factor are few
    assert together[wide] == pytest.approx(expected[wide], abs=0.05)
    assert not np.allclose(alone, together)


def test_weighed_draws_learn_a_speed_from_other_columns():
    marches = [
        reported_march(f"m{n}", km=100, hours=4, width=0.3) for n in range(4)
    ]  # 25 km/h, twice the prior
    every = model().forecasts(marches)
    prior, weighed, with_error = (every[name][0] for name in (PRIOR, WEIGHED, WITH_ERROR))
    assert prior.quantile(0.5) > 6
    assert weighed.quantile(0.5) == pytest.approx(4.5, abs=1)
    assert prior.effective == pytest.approx(3000)
    assert 20 < weighed.effective < 1500
    assert with_error.quantile(0.95) > weighed.quantile(0.95)
    assert weighed.weights.sum() == pytest.approx(1)


def test_ground_is_learnt_from_marches_on_other_ground():
    tar = [reported_march(f"t{n}", km=200, hours=8, surface="tar", width=0.05) for n in range(4)]
    off = [reported_march(f"d{n}", km=80, hours=8, surface="desert track", width=0.05) for n in range(4)]
    one = model()
    rows = one.forecasts([*tar, *off, reported_march("new", surface="tar")])[WEIGHED]
    assert rows[-1].weights @ one.law.ground_step > one.law.ground_step.mean() + 0.05


def test_of_marches_that_the_law_wrote_nine_of_ten_lie_in_their_intervals():
    writer, one = model(6, seed=2), model(6000)
    rng = np.random.default_rng(1)
    hits = {PRIOR: 0, WEIGHED: 0}
    for truth in range(6):
        looks = [(float(rng.integers(50, 900)), str(rng.choice(["light", "laden"]))) for _ in range(10)]
        rows = [reported_march(f"m{n}", km=km, kind=kind) for n, (km, kind) in enumerate(looks)]
        hours = [float(np.exp(writer.log_hours(row)[truth])) for row in rows]
        rows = [
            row.model_copy(update={"least": h * 0.8, "most": h * 1.25})
            for row, h in zip(rows, hours, strict=True)
        ]
        forecasts = one.forecasts(rows)
        for name in hits:
            each = zip(forecasts[name], hours, strict=True)
            hits[name] += sum(row.quantile(0.05) <= h <= row.quantile(0.95) for row, h in each)
    assert all(low < 0.9 < high for low, high in (exact_binomial(n, 60, 0.99) for n in hits.values())), hits


def test_the_hours_of_a_column_do_not_move_its_forecasts_and_do_move_others():
    rows = [reported_march(f"m{n}", column=f"c{n // 2}", km=100, hours=6 + n) for n in range(6)]
    slower = [row.model_copy(update={"least": 3 * row.least, "most": 3 * row.most}) for row in rows[:2]]
    before, after = (model().forecasts(each) for each in (rows, [*slower, *rows[2:]]))
    for name, moves in ((PRIOR, False), (WEIGHED, True), (WITH_ERROR, True)):
        moved = [
            not np.array_equal(one.weights, other.weights)
            for one, other in zip(before[name], after[name], strict=True)
        ]
        assert moved == [False] * 2 + [moves] * 4
        assert all(
            np.array_equal(one.log_hours, two.log_hours)
            for one, two in zip(before[name], after[name], strict=True)
        )
