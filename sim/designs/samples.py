"""Samples of the unit cube: what the designs of experiments are made of.

A row is a point and a column a factor. The same kind, size and seed give the same sample. Morris and Saltelli
samples stay in the order that SALib's analysis trusts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

SAMPLE_KINDS = ("latin-hypercube", "sobol", "morris", "saltelli")


def rows(kind: str, factors: int, size: int, *, second_order: bool = False) -> int:
    """How many points a sample has; `size` counts its points, Morris trajectories or Saltelli's base."""
    if kind == "morris":
        return size * (factors + 1)
    if kind == "saltelli":
        return size * ((2 if second_order else 1) * factors + 2)
    return size


def sample(
    kind: str, factors: int, size: int, seed: int, *, levels: int = 4, second_order: bool = False
) -> np.ndarray:
    """A sample of one of the SAMPLE_KINDS: `rows` points by factors, each between 0 and 1, both included.

    `levels` are those of a Morris sample (even), `second_order` asks Saltelli's scheme for interactions.
    Sobol and Saltelli samples need a size that is a power of two.
    """
    if kind == "morris":
        return _morris(factors, size, seed, levels)
    if kind == "saltelli":
        return _saltelli(factors, size, seed, second_order)
    return _MAKERS[kind](factors, size, seed)


def powers_about(number: int) -> tuple[int, int]:
    """The powers of two next to a number above 0, below and above; the number itself twice if it is one."""
    below = 1 << (number.bit_length() - 1)
    return below, below if below == number else 2 * below


def _latin_hypercube(factors: int, size: int, seed: int) -> np.ndarray:
    """One point in each of `size` strata of every factor."""
    from scipy.stats import qmc  # slow to import, as SALib is below

    made: np.ndarray = qmc.LatinHypercube(factors, seed=np.random.default_rng(seed)).random(size)
    return made


def _sobol(factors: int, size: int, seed: int) -> np.ndarray:
    """The scrambled Sobol' sequence."""
    from scipy.stats import qmc

    made: np.ndarray = qmc.Sobol(factors, scramble=True, seed=np.random.default_rng(seed)).random(size)
    return made


def _morris(factors: int, size: int, seed: int, levels: int) -> np.ndarray:
    """Trajectories on a grid of levels, each step moving one factor (Morris 1991)."""
    from SALib.sample import morris

    made = morris.sample(_cube(factors), size, num_levels=levels, seed=seed)
    snapped: np.ndarray = np.round(made * (levels - 1)) / (levels - 1)  # a level is one number, always
    return snapped


def _saltelli(factors: int, size: int, seed: int, second_order: bool) -> np.ndarray:
    """Two Sobol' samples and their crossings (Saltelli 2002)."""
    from SALib.sample import sobol

    made: np.ndarray = sobol.sample(_cube(factors), size, calc_second_order=second_order, seed=seed)
    return made


def _cube(factors: int) -> dict[str, Any]:
    """The unit cube as SALib's problem."""
    names = [f"x{number}" for number in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


_MAKERS: dict[str, Callable[[int, int, int], np.ndarray]] = {
    "latin-hypercube": _latin_hypercube,
    "sobol": _sobol,
}
