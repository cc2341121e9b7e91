"""Estimates from islands: errors against closed forms, mixtures, leads, and islands that are no result."""

import numpy as np
import pytest
from joint_rows import made_row
from scipy.special import logsumexp

from analysis.evidence.joint import Evidence, lead, leads, mixture

ROWS = (
    made_row("b:arrival", 24.0, 36.0),
    made_row("d:capture", 60.0, 80.0, weight=0.9, false=0.1),
    made_row("f:capture", 980.0, 1030.0, part="held out", weight=0.85, false=0.2),
)


def made(name="one", islands=16, seed=1, rows=ROWS, **others):
    """Evidence with logs drawn by a seed."""
    logs = np.random.default_rng(seed).normal(-2.0, 0.4, (islands, len(rows)))
    fields = {"logs": logs, "roots": np.full(islands, 50), "runs": 1000}
    return Evidence(name=name, rows=tuple(rows), **fields | others)


def test_the_estimate_is_the_log_of_the_islands_mean():
    one = made()
    assert one.up_to(3).value == pytest.approx(np.log(np.exp(one.logs.sum(axis=1)).mean()), abs=1e-12)
    assert one.up_to(0) == (0.0, 0.0)


def test_the_error_is_that_of_the_log_of_a_mean():
    """Leaving one out gives, to first order, the standard error of the mean over the mean."""
    logs = np.random.default_rng(3).normal(-2.0, 0.02, (400, 1))
    one = made(islands=400, rows=ROWS[:1], logs=logs)
    levels = np.exp(logs[:, 0])
    assert one.up_to(1).error == pytest.approx(levels.std(ddof=1) / levels.mean() / 20.0, rel=1e-3)


def test_of_two_islands_the_error_is_half_their_distance():
    one = made(islands=2, rows=ROWS[:1], logs=np.log([[0.2], [0.5]]))
    assert one.up_to(1) == pytest.approx((np.log(0.35), np.log(2.5) / 2.0), abs=1e-12)


def test_one_island_has_no_error():
    assert np.isnan(made(islands=1).up_to(3).error)


def test_what_rows_add_is_a_difference():
    one = made()
    before, after, every = one.parts
    assert one.fitted == 2
    assert after.value == pytest.approx(every.value - before.value, abs=1e-12)
    assert sum(row.value for row in one.conditional) == pytest.approx(every.value, abs=1e-12)


def test_common_islands_take_the_error_of_a_difference_away():
    """What both have of the same luck cancels; apart it would be the root of the sum of squares."""
    one = made()
    other = made(name="other", logs=one.logs - [0.0, 0.3, 0.0])
    ahead = lead(one, other, 0, 3)
    assert ahead == pytest.approx((0.3, 0.0), abs=1e-12)
    assert one.up_to(3).error > 0.05


def test_the_lead_of_a_model_over_itself_is_nothing():
    one = made()
    assert leads(one, one) == ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))


def test_leads_are_antisymmetric_and_add_up():
    one, other, third = (made(name=str(seed), seed=seed) for seed in (1, 2, 3))
    there, back = lead(one, other, 0, 2), lead(other, one, 0, 2)
    assert there.value == pytest.approx(-back.value, abs=1e-12)
    assert there.error == pytest.approx(back.error, abs=1e-12)
    total = lead(one, other, 0, 3).value + lead(other, third, 0, 3).value
    assert total == pytest.approx(lead(one, third, 0, 3).value, abs=1e-12)


def test_models_of_other_rows_or_islands_are_not_compared():
    for other in (made(islands=15), made(rows=ROWS[:2])):
        with pytest.raises(ValueError, match="on the same rows, island by island"):
            lead(made(), other, 0, 2)


def test_a_mixture_is_the_mean_of_probabilities_up_to_each_row():
    models = [made(name=str(seed), seed=seed) for seed in (1, 2, 3)]
    both = mixture("any", models)
    products = np.mean([np.exp(model.reached) for model in models], axis=0)
    assert np.exp(both.reached) == pytest.approx(products, rel=1e-12)
    assert both.up_to(3).value == pytest.approx(
        logsumexp([model.up_to(3).value for model in models]) - np.log(3.0), abs=1e-12
    )
    assert (both.name, both.runs) == ("any", 3000)


def test_a_mixture_of_one_model_twice_is_that_model():
    one = made()
    assert mixture("twice", [one, one]).logs == pytest.approx(one.logs, abs=1e-12)


def test_a_mixture_with_a_model_that_is_out_goes_on_with_the_other():
    """Half of the probability is lost at the row that rules one out, and nothing after it."""
    out = made().logs.copy()
    out[:, 1:] = -np.inf
    one = made()
    both = mixture("any", [one, made(logs=out, roots=np.zeros(16, int))])
    assert both.logs[:, 1] == pytest.approx(one.logs[:, 1] - np.log(2.0), abs=1e-12)
    assert both.logs[:, 2] == pytest.approx(one.logs[:, 2], abs=1e-12)
    assert both.collapsed == 0


def test_a_mixture_of_models_that_are_out_is_out():
    out = made().logs.copy()
    out[:, 1:] = -np.inf
    both = mixture("none", [made(logs=out), made(logs=out)])
    assert np.isneginf(both.logs[:, 1:]).all()
    assert np.isneginf(both.up_to(3).value)
    assert np.isnan(both.up_to(3).error)
    assert np.isnan(both.after(2, 3)).all()  # nothing is left of which it could be asked
    assert lead(both, made(), 0, 3).value == -np.inf
    assert lead(made(), both, 0, 3).value == np.inf


def test_what_one_island_alone_bears_out_has_no_bounded_error():
    logs = made().logs.copy()
    logs[1:, 2] = -np.inf
    assert made(logs=logs).up_to(3).error == np.inf


def test_a_mixture_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no models"):
        mixture("none", [])


def test_islands_that_collapsed_are_counted():
    roots = np.full(16, 50)
    roots[:3] = [1, 2, 3]
    logs = made().logs.copy()
    logs[5, 2] = -np.inf
    assert made(roots=roots, logs=logs).collapsed == 3  # two of few roots, one that no run bears out
    assert made().collapsed == 0


def test_an_estimate_that_rests_on_one_island_says_so():
    logs = np.full((4, 1), -5.0)
    assert made(islands=4, rows=ROWS[:1], logs=logs).largest_share == pytest.approx(0.25)
    logs[2] = -2.0
    share = np.exp(3.0) / (np.exp(3.0) + 3.0)
    assert made(islands=4, rows=ROWS[:1], logs=logs).largest_share == pytest.approx(share)
    assert made(islands=4, rows=ROWS[:1], logs=np.full((4, 1), -np.inf)).largest_share == 1.0


def test_rows_that_are_false_in_every_run_are_named():
    logs = np.tile([-1.0, np.log(0.1 * 0.1), np.log(0.15 * 0.2)], (16, 1))
    assert made(logs=logs).borne_out_by_none == ["d:capture", "f:capture"]
    logs[7, 1] += 0.01
    assert made(logs=logs).borne_out_by_none == ["f:capture"]
    assert made(logs=logs, silent=frozenset(["f:capture"])).borne_out_by_none == []
