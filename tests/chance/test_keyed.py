"""Chance is the published mix, uniform, independent between streams, and turned into the right laws."""

import numpy as np
import pytest
import scipy

from sim.chance import keyed
from sim.chance.keyed import MASK, Purpose, key_of, mix, replicate_seed, uniform

N = 20_000
KEY = key_of("column", "army")


def drawn(law, *more, n=N):
    return np.array([law(5, KEY, Purpose.LATENT, count, *more) for count in range(n)])


def test_mix_gives_the_published_splitmix64_vectors():
    states = [(1234567 + n * 0x9E3779B97F4A7C15) & MASK for n in range(5)]
    assert [mix(state) for state in states] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@pytest.mark.parametrize("bits", [0, MASK])
def test_uniform_excludes_0_and_1_for_every_word(monkeypatch, bits):
    monkeypatch.setattr(keyed, "mix", lambda x: bits)
    assert 0.0 < uniform(1, 2, Purpose.HARASSMENT, 4) < 1.0


@pytest.mark.parametrize("axis", ["seed", "key", "purpose", "count"])
def test_draws_are_uniform_along_every_argument(axis):
    base = {"seed": 5, "key": KEY, "purpose": Purpose.HARASSMENT, "count": 0}
    numbers = [uniform(**(base | {axis: base[axis] + n})) for n in range(N)]
    assert scipy.stats.kstest(numbers, "uniform").pvalue > 0.01


def test_streams_that_differ_in_seed_key_purpose_or_count_are_uncorrelated():
    seeds, keys = [replicate_seed(1, r) for r in range(2)], [key_of("group", name) for name in "abc"]
    streams = [(seed, key, purpose) for seed in seeds for key in keys for purpose in list(Purpose)[:4]]
    table = np.array([[uniform(*stream, count) for count in range(4000)] for stream in streams])
    between = np.corrcoef(table)[np.triu_indices(len(streams), 1)]
    following = [np.corrcoef(row[:-1], row[1:])[0, 1] for row in table]
    assert np.abs([*between, *following]).max() < 4.5 / np.sqrt(4000)


def test_replicates_of_neighbouring_seeds_share_no_run_seed():
    first, second = ({replicate_seed(seed, r) for r in range(50_000)} for seed in (1, 2))
    assert len(first) == len(second) == 50_000
    assert not first & second


@pytest.mark.parametrize(("law", "exact"), [(keyed.exponential, "expon"), (keyed.normal, "norm")])
def test_exponential_and_normal_draws_follow_their_law(law, exact):
    assert scipy.stats.kstest(drawn(law), exact).pvalue > 0.01


def test_lognormal_factors_have_median_1_and_their_log_sd():
    assert scipy.stats.kstest(np.log(drawn(keyed.lognormal, 0.4)), scipy.stats.norm(0, 0.4).cdf).pvalue > 0.01


def test_gamma2_factors_follow_gamma_of_shape_2_and_scale_one_half():
    factors = [keyed.gamma2(5, KEY + n, Purpose.LATENT) for n in range(N)]
    assert scipy.stats.kstest(factors, scipy.stats.gamma(2, scale=0.5).cdf).pvalue > 0.01


@pytest.mark.parametrize("mean", [0.0, 0.1, 1.0, 14.4, 120.0, 499.0])
def test_poisson_draws_are_the_exact_quantile_of_their_uniform(mean):
    us = drawn(uniform, n=2000)
    assert (drawn(keyed.poisson, mean, n=2000) == scipy.stats.poisson.ppf(us, mean)).all()


@pytest.mark.parametrize("mean", [501.0, 40_000.0])
def test_large_poisson_draws_keep_mean_and_variance(mean):
    counts = drawn(keyed.poisson, mean)
    assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / N)
    assert abs(counts.var() / mean - 1) < 4 * np.sqrt(2 / N)


@pytest.mark.parametrize(("trials", "share"), [(1, 0.5), (12, 0.15), (300, 1 / 6), (600, 0.6)])
def test_binomial_draws_are_the_exact_quantile_of_their_uniform(trials, share):
    us = drawn(uniform, n=2000)
    assert (drawn(keyed.binomial, trials, share, n=2000) == scipy.stats.binom.ppf(us, trials, share)).all()


def test_binomial_knows_nobody_everybody_and_no_trials():
    draws = [
        keyed.binomial(5, KEY, purpose=Purpose.LATENT, count=0, trials=n, share=share)
        for n, share in [(9, 0.0), (9, 1.0), (0, 0.5)]
    ]
    assert draws == [0, 9, 0]


def test_keys_differ_by_kind_and_by_name():
    names = ("army", "un", "jnim", "b")
    keys = {key_of(kind, name) for kind in ("column", "group", "section") for name in names}
    assert len(keys) == 12


def test_numbers_of_purposes_are_what_they_always_were():
    names = [
        "LATENT",
        "DAY_SPEED",
        "HARASSMENT",
        "SLIP",
        "MINE_CLOCK",
        "MINE_HALT",
        "MINE_VEHICLES",
        "MINE_REPORT",
        "AMBUSH_CLOCK",
        "AMBUSH_MET",
        "AMBUSH_HOURS",
        "COLUMN_LOSS",
        "GROUP_LOSS",
        "COLUMN_VEHICLES",
        "GROUP_VEHICLES",
        "BREAK_CLOCK",
        "LEAVING",
        "WAY_ROUND",
        "SIGHTING",
        "SETTING",
    ]
    known = {name: number for number, name in enumerate(names, 1)}
    assert {name: Purpose[name] for name in known} == known  # later purposes get later numbers
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose)
