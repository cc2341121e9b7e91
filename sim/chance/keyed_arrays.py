"""The keyed draws of sim.chance.keyed in wrapping 64-bit arithmetic: for arrays of seeds, and for Numba."""

from typing import Any

import numpy as np

from sim.chance.keyed import GOLDEN

_GOLDEN, _FIRST, _SECOND = np.uint64(GOLDEN), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_12, _27, _30, _31, _32 = np.uint64(12), np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


def mix(x: Any) -> Any:
    """As keyed.mix, of an array of unsigned 64-bit numbers; compiled, of one."""
    x = x + _GOLDEN
    x = (x ^ (x >> _30)) * _FIRST
    x = (x ^ (x >> _27)) * _SECOND
    return x ^ (x >> _31)


def uniform(seed: Any, key: Any, purpose: Any, count: Any) -> Any:
    """As keyed.uniform, of unsigned 64-bit numbers, some of them arrays; compiled, of single ones."""
    bits = mix(mix(seed ^ key) ^ ((purpose << _32) + count))
    return ((bits >> _12) + 0.5) * 2.220446049250313e-16


def uniforms(seeds: np.ndarray, key: int) -> np.ndarray:
    """The draw (runs,), 0 to 1, that an agent or parameter has first of all in runs of `seeds` (runs,)."""
    return np.asarray(uniform(seeds, np.uint64(key), np.uint64(0), np.uint64(0)))


def replicate_seeds(seed: int, replicates: np.ndarray) -> np.ndarray:
    """As keyed.replicate_seed, for `replicates` (runs,): run seeds (runs,), unsigned 64 bits each."""
    return np.asarray(mix(mix(np.array([seed], "u8")) ^ replicates.astype("u8")))
