"""What a number of runs says of a share or a score: Wilson's intervals, and the bootstrap by blocks."""

import numpy as np

from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms

BOOTSTRAP_BLOCKS, BOOTSTRAP_RESAMPLES = 200, 400  # of the bootstrap
Z = 1.959963984540054  # 97.5 % of the standard normal


def wilson(hits: np.ndarray | float, runs: np.ndarray | int) -> np.ndarray:
    """Low and high, along a last axis, of Wilson's 95 % interval for shares (0 to 1); nan without runs.

    `hits` and `runs` are scalars or arrays of one shape; of (points,) comes (points, 2). Source: Wilson,
    Journal of the American Statistical Association 22, 209 (1927).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share, unit = np.divide(hits, runs), np.divide(Z * Z, runs)
        middle = (share + unit / 2.0) / (1.0 + unit)
        half = np.sqrt(unit * (share * (1.0 - share) + unit / 4.0)) / (1.0 + unit)
    low = np.where(np.equal(hits, 0), 0.0 * share, middle - half)
    high = np.where(np.equal(hits, runs), share, middle + half)
    return np.stack([low, high], axis=-1)


def block_of(runs: int) -> np.ndarray:
    """The block (runs,) of the bootstrap that each run is in: some 200 of one length, or one a run."""
    return np.arange(runs) * min(BOOTSTRAP_BLOCKS, runs) // runs


def resamples(blocks: int, name: str) -> np.ndarray:
    """How often each block comes in each resample of the bootstrap, (resamples, blocks); keyed by a name."""
    seeds = replicate_seeds(key_of("bootstrap", name), np.arange(BOOTSTRAP_RESAMPLES * blocks))
    picks = (uniforms(seeds, key_of("bootstrap", "block")) * blocks).astype(int)
    rows = picks.reshape(BOOTSTRAP_RESAMPLES, blocks)
    return np.array([np.bincount(row, minlength=blocks) for row in rows], float)
