"""What a number of runs says of a share or a score: binomial intervals, the bootstrap, the jackknife."""

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


def exact_binomial(hits: float, count: int, sure: float) -> tuple[float, float]:
    """The exact binomial interval (Clopper and Pearson 1934) of a probability, of so many hits of a count.

    Hits may be parts of one, which the beta distribution takes as they are. `sure` is from 0 to 1.
    """
    from scipy import stats  # 0.3 s, and needed only here

    tail = (1.0 - sure) / 2.0
    low = float(stats.beta.ppf(tail, hits, count - hits + 1.0)) if hits > 0.0 else 0.0
    high = float(stats.beta.ppf(1.0 - tail, hits + 1.0, count - hits)) if hits < count else 1.0
    return low, high


def jackknife_error(without: np.ndarray) -> float:
    """The standard error of a number from those (groups,) without one group each (Efron 1982); nan of one."""
    if len(without) < 2:
        return float("nan")
    return float(np.sqrt((len(without) - 1) * np.var(without)))


def block_of(runs: int) -> np.ndarray:
    """The block (runs,) of the bootstrap that each run is in: some 200 of one length, or one a run."""
    return np.arange(runs) * min(BOOTSTRAP_BLOCKS, runs) // runs


def resamples(blocks: int, name: str) -> np.ndarray:
    """How often each block comes in each resample of the bootstrap, (resamples, blocks); keyed by a name."""
    seeds = replicate_seeds(key_of("bootstrap", name), np.arange(BOOTSTRAP_RESAMPLES * blocks))
    picks = (uniforms(seeds, key_of("bootstrap", "block")) * blocks).astype(int)
    rows = picks.reshape(BOOTSTRAP_RESAMPLES, blocks)
    return np.array([np.bincount(row, minlength=blocks) for row in rows], float)
