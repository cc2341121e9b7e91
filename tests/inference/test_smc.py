"""Sequential Monte Carlo on likelihoods whose posterior and evidence are known in closed form."""

import math
from dataclasses import replace

import numpy as np
import pytest
import scipy

from analysis.inference.fits import fit_summary
from analysis.inference.smc import Proposals, Sample, Settings, sample
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniforms

SMALL = Settings(first=1500, points=500, moves=2.0, last_moves=4.0, checked=5, repeats=6)


def taken(likelihood, dimensions=1, rows=(0,), blocks=None, seed=1, settings=SMALL) -> Sample:
    """A sample by a likelihood: a function of what is asked that gives the logs of each row."""
    talk = sample(
        dimensions,
        rows,
        blocks=blocks or rows,
        floors=np.full(len(rows), -50.0),
        seed=seed,
        settings=settings,
    )
    asked = next(talk)
    while True:
        try:
            asked = talk.send(likelihood(asked))
        except StopIteration as ended:
            return ended.value


def normal(asked: Proposals, seen: float, width: float, column: int = 0) -> np.ndarray:
    """The log density of a measurement of one dimension."""
    off = (asked.z[:, column] - seen) / width
    return -0.5 * off**2 - math.log(width * math.sqrt(2.0 * math.pi))


def evidence(seen: float, width: float) -> float:
    spread = 1.0 + width**2
    return -0.5 * seen**2 / spread - 0.5 * math.log(2.0 * math.pi * spread)


def test_a_measurement_of_a_normal_gives_the_normal_in_closed_form() -> None:
    found = taken(lambda asked: normal(asked, 1.5, 0.3)[:, None])
    mean, variance = 1.5 / 1.09, 0.09 / 1.09
    error = math.sqrt(variance / found.effective(found.z[:, 0]))
    assert found.z.mean() == pytest.approx(mean, abs=4.0 * error)
    assert found.z.var() == pytest.approx(variance, rel=0.25)
    assert found.evidence == pytest.approx(evidence(1.5, 0.3), abs=0.15)


def test_a_likelihood_with_noise_gives_the_same_posterior() -> None:
    """Unbiased noise, of log-sd 1, on the likelihood itself: pseudo-marginal moves are exact."""

    def noisy(asked: Proposals) -> np.ndarray:
        luck = scipy.special.ndtri(uniforms(asked.keys, key_of("test", "noise")))
        return (normal(asked, 1.5, 0.3) + luck - 0.5)[:, None]

    found = taken(noisy)
    error = math.sqrt(0.09 / 1.09 / found.effective(found.z[:, 0]))
    assert found.z.mean() == pytest.approx(1.5 / 1.09, abs=4.0 * error)
    assert found.z.var() == pytest.approx(0.09 / 1.09, rel=0.3)
    assert found.evidence == pytest.approx(evidence(1.5, 0.3), abs=0.3)
    assert found.noise.mean() == pytest.approx(1.0, rel=0.5)


def test_modules_one_after_the_other_give_what_all_at_once_do() -> None:
    def both(asked: Proposals) -> np.ndarray:
        return np.column_stack([normal(asked, 1.0, 0.5, 0), normal(asked, -1.0, 0.4, 1)])

    apart, once = (taken(both, 2, rows) for rows in ((0, 1), (0, 0)))
    for found in (apart, once):
        assert found.evidence == pytest.approx(evidence(1.0, 0.5) + evidence(-1.0, 0.4), abs=0.25)
        assert found.z.mean(axis=0) == pytest.approx([1.0 / 1.25, -1.0 / 1.16], abs=0.1)
    assert [step.module for step in apart.steps] == sorted(step.module for step in apart.steps)
    assert apart.steps[-1].module == 1


def test_what_a_later_module_asks_for_first_is_not_told_before() -> None:
    asked_for = []

    def lazily(asked: Proposals) -> np.ndarray:
        asked_for.append((asked.since, asked.module))
        rows = np.column_stack([normal(asked, 1.0, 0.5, 0), normal(asked, -1.0, 0.4, 1)])
        for place in (0, 1):
            if not asked.since <= place <= asked.module:
                rows[:, place] = np.nan
        return rows

    found = taken(lazily, 2, (0, 1), (0, 1))
    assert (0, 0) in asked_for
    assert (1, 1) in asked_for
    assert np.isfinite(found.logs).all()
    assert found.evidence == pytest.approx(evidence(1.0, 0.5) + evidence(-1.0, 0.4), abs=0.25)


def test_points_sure_to_be_refused_need_not_be_weighed() -> None:
    def whole(asked: Proposals) -> np.ndarray:
        return normal(asked, 1.5, 0.3)[:, None]

    def cut(asked: Proposals) -> np.ndarray:
        rows = whole(asked)
        rows[(rows * asked.shares).sum(axis=1) < asked.least] = -np.inf
        return rows

    one, other = taken(whole), taken(cut)
    assert np.array_equal(one.z, other.z)
    assert np.array_equal(one.logs, other.logs)


def test_a_sample_is_its_seed() -> None:
    first, again, other = (taken(lambda asked: normal(asked, 1.5, 0.3)[:, None], seed=s) for s in (1, 1, 2))
    assert np.array_equal(first.z, again.z)
    assert not np.array_equal(first.z, other.z)


def test_simulation_based_calibration_gives_even_ranks() -> None:
    """Truths drawn from the prior lie at every rank of their posterior alike."""
    tiny = replace(SMALL, first=120, points=39, checked=1, repeats=2)
    rng = np.random.default_rng(5)
    ranks = []
    for number in range(120):
        truth = rng.normal()
        seen = truth + 0.5 * rng.normal()
        found = taken(lambda asked, seen=seen: normal(asked, seen, 0.5)[:, None], seed=number, settings=tiny)
        ranks.append((found.z[:, 0] < truth).sum())
    counts = np.histogram(ranks, bins=5, range=(0, 40))[0]
    assert scipy.stats.chisquare(counts).pvalue > 0.01


def test_effective_points_are_those_of_independent_ones_where_each_has_a_root_of_its_own() -> None:
    z = np.random.default_rng(1).normal(size=(4000, 1))
    found = Sample(z=z, logs=z, roots=np.arange(4000), prior=z, ruled_out=0.0, steps=())
    assert found.effective(z[:, 0]) == pytest.approx(4000, rel=1e-9)
    same = Sample(
        z=np.repeat(z[:400], 10, axis=0),
        logs=z,
        roots=np.repeat(np.arange(400), 10),
        prior=z,
        ruled_out=0.0,
        steps=(),
    )
    assert same.effective(same.z[:, 0]) == pytest.approx(400, rel=1e-9)


def account(found: Sample) -> dict:
    values = {"a": found.z[:, 0]}
    return fit_summary.account(
        found,
        ["a"],
        prior={"a": found.prior[:, 0]},
        posterior=values,
        units={"a": "h"},
        rows=["row"],
        modules=["march"],
    )


def test_a_sound_fit_has_no_faults_and_a_collapsed_one_says_why() -> None:
    found = taken(lambda asked: normal(asked, 1.5, 0.3)[:, None])
    sound = account(found)
    assert sound["faults"] == []
    assert sound["parameters"][0]["contraction"] == pytest.approx(1.0 - 0.09 / 1.09, abs=0.05)
    assert sound["informed"] == 1
    assert "contraction" in fit_summary.text(sound)
    noisy = account(replace(found, noise=np.array([3.0, 4.0])))
    assert "variance of 3.50" in noisy["faults"][0]
    stuck = account(replace(found, steps=(replace(found.steps[0], accepted=0.001, distinct=3),)))
    assert len(stuck["faults"]) == 3
    few = account(replace(found, roots=np.arange(500) % 3))
    assert few["faults"] == ["all points come from 3 of the prior's; 20 are needed"]
    alike = account(replace(found, roots=(found.z[:, 0] > np.median(found.z)) + 2 * (np.arange(500) % 12)))
    assert any("effective points" in fault for fault in alike["faults"])


def test_a_row_that_can_only_be_false_rules_points_out() -> None:
    def floored(asked: Proposals) -> np.ndarray:
        return np.where(asked.z[:, :1] > 0.0, -1.0, -50.0)

    found = taken(floored)
    assert found.ruled_out == pytest.approx(0.5, abs=0.05)
    assert (found.z > 0.0).all()


def test_how_much_is_left_is_told_with_every_proposal_and_comes_to_nothing() -> None:
    points, estimates = [], []

    def told(asked: Proposals) -> np.ndarray:
        points.append(len(asked.z))
        estimates.append(sum(points) + asked.left)
        return np.stack([normal(asked, 1.0, 0.3), normal(asked, 0.8, 0.2)], axis=1)

    taken(told, rows=(0, 1))
    assert estimates[-1] == sum(points)
    assert all(0.25 * sum(points) < total < 4.0 * sum(points) for total in estimates)
