"""Samples of the unit cube: what the designs of experiments are made of.

A row is a point and a column a factor. The same kind, size and seed give the same sample. Morris and Saltelli
samples stay in the order that SALib's analysis trusts.
"""

from collections.abc import Sequence

import numpy as np

SAMPLE_KINDS = ("latin-hypercube", "sobol", "morris", "saltelli")


def rows(kind: str, factors: int, size: int, *, second_order: bool = False) -> int:
    """How many points a sample has; `size` counts its points, Morris trajectories or Saltelli's base.

    Factors that cross together, as a group, are one.
    """
    if kind == "morris":
        return size * (factors + 1)
    if kind == "saltelli":
        return size * ((2 if second_order else 1) * factors + 2)
    return size


def sample(
    kind: str,
    factors: int,
    size: int,
    seed: int,
    *,
    levels: int = 4,
    second_order: bool = False,
    groups: Sequence[str] = (),
) -> np.ndarray:
    """A sample (rows, factors) of one of the SAMPLE_KINDS, each number from 0 to 1, both included.

    One of kind latin-hypercube has a point in each of `size` strata of every factor, one of sobol is the
    scrambled sequence, one of morris trajectories on a grid of `levels` (even), each step moving one factor
    (Morris 1991), one of saltelli two Sobol' samples and their crossings (Saltelli 2002), with
    `second_order` those for interactions. With `groups`, a name a factor, those of a group cross together;
    the groups come in the order in which they first stand. Sobol and Saltelli samples need a power of two as
    size.
    """
    from scipy.stats import qmc  # slow to import, as SALib is below

    names, bounds = [f"x{number}" for number in range(factors)], [[0.0, 1.0]] * factors
    cube: dict[str, object] = {"num_vars": factors, "names": names, "bounds": bounds}
    if groups:
        cube["groups"] = list(groups)
    if kind == "morris":
        from SALib.sample import morris

        made = morris.sample(cube, size, num_levels=levels, seed=seed)
        made = np.round(made * (levels - 1)) / (levels - 1)  # a level is one number, always
    elif kind == "saltelli":
        from SALib.sample import sobol

        made = sobol.sample(cube, size, calc_second_order=second_order, seed=seed)
    elif kind == "sobol":
        made = qmc.Sobol(factors, scramble=True, seed=np.random.default_rng(seed)).random(size)
    else:
        made = qmc.LatinHypercube(factors, seed=np.random.default_rng(seed)).random(size)
    return np.asarray(made)


def powers_about(number: int) -> tuple[int, int]:
    """The powers of two next to a number above 0, below and above; the number itself twice if it is one."""
    below = 1 << (number.bit_length() - 1)
    return below, below if below == number else 2 * below
