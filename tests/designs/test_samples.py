"""Samples of the unit cube against what their methods promise, and against SALib's own."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.designs.samples import SAMPLE_KINDS, powers_about, rows, sample

KEPT = {  # the first two points of two factors, size 2, seed 42
    "latin-hypercube": [[0.04162792122254577, 0.5445066661828384], [0.5617037476950771, 0.3453407951929277]],
    "sobol": [[0.20519809238612652, 0.6625079745426774], [0.6663575898855925, 0.06745565216988325]],
    "morris": [[0, 0], [0, 2 / 3]],
    "saltelli": [[0.431029474362731, 0.8143679723143578], [0.806412766687572, 0.8143679723143578]],
}
SIZES = {"latin-hypercube": 10, "sobol": 16, "morris": 6, "saltelli": 8}


@pytest.mark.parametrize("kind", SAMPLE_KINDS)
def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another(kind):
    one, again, other = (sample(kind, 3, SIZES[kind], seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", SAMPLE_KINDS)
@pytest.mark.parametrize("factors", [1, 2, 5])
def test_a_sample_has_as_many_rows_as_it_says_inside_the_unit_cube(kind, factors):
    made = sample(kind, factors, SIZES[kind], 2**64 - 1)
    assert made.shape == (rows(kind, factors, SIZES[kind]), factors)
    assert ((made >= 0) & (made <= 1)).all()


@pytest.mark.parametrize("kind", SAMPLE_KINDS)
def test_a_sample_stays_what_it_is(kind):
    """Points of a stored sweep can be made again: these numbers change only on purpose."""
    assert sample(kind, 2, 2, 42)[:2] == pytest.approx(np.array(KEPT[kind]), abs=1e-15)


# --- one kind at a time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_latin_hypercube_has_one_point_in_each_stratum_of_each_factor(size):
    strata = np.floor(sample("latin-hypercube", 4, size, 3) * size)
    assert (np.sort(strata, axis=0) == np.arange(size)[:, None]).all()


@pytest.mark.parametrize("size", [1, 2, 64])
def test_a_sobol_sample_is_balanced(size):
    """Each factor has one point in each of `size` strata; two factors, one in each of `size` equal boxes."""
    made = sample("sobol", 2, size, 4)
    assert (np.sort(np.floor(made * size), axis=0) == np.arange(size)[:, None]).all()
    wide = 2 ** (size.bit_length() // 2)
    boxes = {(int(x * wide), int(y * (size // wide or 1))) for x, y in made}
    assert len(boxes) == size


@pytest.mark.parametrize("levels", [2, 4, 8])
def test_each_step_of_a_trajectory_moves_one_factor_by_half_the_levels(levels):
    made = sample("morris", 5, 20, 5, levels=levels).reshape(20, 6, 5)
    steps = np.diff(made, axis=1)
    assert ((steps != 0).sum(axis=2) == 1).all()
    assert ((steps != 0).sum(axis=1) == 1).all()  # and each factor once
    assert np.abs(steps[steps != 0]) == pytest.approx(levels / (2 * (levels - 1)))
    assert set(np.unique(made)) <= {level / (levels - 1) for level in range(levels)}


def crossed(made, factors, second_order):
    """The samples A and B of a Saltelli sample, and whether what lies between them is their crossing."""
    block = made.reshape(-1, rows("saltelli", factors, 1, second_order=second_order), factors)
    a, b = block[:, 0], block[:, -1]
    for k in range(factors):
        mixed = a.copy()
        mixed[:, k] = b[:, k]
        assert np.array_equal(block[:, 1 + k], mixed)
        if second_order:
            mixed = b.copy()
            mixed[:, k] = a[:, k]
            assert np.array_equal(block[:, 1 + factors + k], mixed)
    return a, b


@pytest.mark.parametrize(("second_order", "count"), [(False, 8 * 5), (True, 8 * 8)])
def test_a_saltelli_sample_crosses_two_sobol_samples(second_order, count):
    made = sample("saltelli", 3, 8, 6, second_order=second_order)
    assert len(made) == count
    a, b = crossed(made, 3, second_order)
    assert not np.array_equal(a, b)


def test_the_order_is_salibs_own():
    """Ishigami's function has known indices; with rows in another order the analysis would not find them."""
    from SALib.analyze import sobol
    from SALib.sample import sobol as own
    from SALib.test_functions import Ishigami

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    made = sample("saltelli", 3, 512, 7)
    assert np.array_equal(made, own.sample(problem, 512, calc_second_order=False, seed=7))
    y = Ishigami.evaluate(np.pi * (2 * made - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sobol.analyze(problem, y, calc_second_order=False, num_resamples=2, seed=1)
    assert found["S1"] == pytest.approx([0.314, 0.442, 0], abs=0.05)
    assert found["ST"] == pytest.approx([0.558, 0.442, 0.244], abs=0.05)


def test_salib_finds_the_slopes_of_a_plane_from_the_trajectories():
    from SALib.analyze import morris

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    made = sample("morris", 3, 5, 8)
    found = morris.analyze(problem, made, made @ np.array([3.0, -2.0, 0.0]), num_levels=4, num_resamples=2)
    assert np.asarray(found["mu"], float) == pytest.approx([3, -2, 0], abs=1e-9)


@given(st.integers(1, 10**18))
@settings(deadline=None)
def test_a_number_lies_between_the_powers_about_it(number):
    below, above = powers_about(number)
    assert below <= number <= above
    assert bin(below).count("1") == bin(above).count("1") == 1
    assert above == below or (below < number < above == 2 * below)
