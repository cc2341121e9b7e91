"""Chance: a draw depends on the run's seed, on who draws, on what for and on its number, and on nothing else.

Runs may be done in any order and anywhere, an added agent takes no luck from the others, and scenarios run
with one seed share all chance but that of what differs between them.
The mix is SplitMix64 (Steele, Lea and Flood 2014, OOPSLA).
"""

import math
from enum import IntEnum
from hashlib import blake2b

from sim.maths.circular import cos
from sim.maths.exponential import exp
from sim.maths.logarithm import log, log1p

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15


class Purpose(IntEnum):
    """What a draw is for. The numbers never change: they are part of every stored result."""

    LATENT = 1
    DAY_SPEED = 2
    HARASSMENT = 3
    SLIP = 4
    MINE_CLOCK = 5
    MINE_HALT = 6
    MINE_VEHICLES = 7
    MINE_REPORT = 8
    AMBUSH_CLOCK = 9
    AMBUSH_MET = 10
    AMBUSH_HOURS = 11
    COLUMN_LOSS = 12
    GROUP_LOSS = 13
    COLUMN_VEHICLES = 14
    GROUP_VEHICLES = 15
    BREAK_CLOCK = 16
    LEAVING = 17
    WAY_ROUND = 18
    SIGHTING = 19
    SETTING = 20
    GIVEN = 21
    REFIT = 22
    PLANNING = 23
    PROBE_CLOCK = 24
    PROBE_KM = 25
    STRIKE_CLOCK = 26
    STRIKE_VEHICLES = 27
    SEEN = 28
    AIRLIFT = 29
    RAID_CLOCK = 30
    REPORT_DELAY = 31
    REPORT_OWN = 32
    MINE_FOUND = 33
    FIND_HALT = 34
    COLUMN_SPEED = 35


class Latent(IntEnum):
    """Numbers of an agent's draws of what is hidden in it (Purpose.LATENT); they never change either."""

    MINE_FACTOR = 0  # and 1: gamma2
    PERSONS = 2
    VEHICLES = 3
    DEPARTURE = 4


class Given(IntEnum):
    """Numbers of the draws of what the scenario gives as an interval (Purpose.GIVEN); they never change."""

    START = 0
    LEG = 1


ONCE = 0
"""The number of a draw that an agent makes once for its purpose."""
THE_RUN = 0
"""The key of the run itself, where no agent draws."""


def mix(x: int) -> int:
    """The output of SplitMix64 for the state x: 64 bits, each depending on every bit of x."""
    x = (x + GOLDEN) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def replicate_seed(seed: int, replicate: int) -> int:
    """The run seed of a replicate, the same at every design point."""
    return mix(mix(seed & MASK) ^ (replicate & MASK))


def key_of(kind: str, name: str) -> int:
    """The key of an agent or a parameter: a 64-bit hash of its kind and id."""
    return int.from_bytes(blake2b(f"{kind}:{name}".encode(), digest_size=8).digest(), "little")


def uniform(seed: int, key: int, purpose: int, count: int) -> float:
    """A number between 0 and 1, both excluded."""
    bits = mix(mix(seed ^ key) ^ ((purpose << 32) + count))
    return ((bits >> 12) + 0.5) * 2.220446049250313e-16


def whole(seed: int, key: int, draw: int, low: int, high: int, spread: bool) -> float:
    """A whole number of a range: with spread every number alike, else its midpoint."""
    if not spread:
        return float(math.floor(0.5 * (low + high)))
    return float(math.floor(low + uniform(seed, key, Purpose.LATENT, draw) * (high - low + 1)))


def exponential(seed: int, key: int, purpose: int, count: int) -> float:
    """A unit exponential: what a hazard must use up before it fires."""
    return -log(uniform(seed, key, purpose, count))


def normal(seed: int, key: int, purpose: int, count: int) -> float:
    """A standard normal (Box and Muller 1958), from two uniforms."""
    radius = math.sqrt(-2.0 * log(uniform(seed, key, purpose, 2 * count)))
    return radius * cos(6.283185307179586 * uniform(seed, key, purpose, 2 * count + 1))


def lognormal(seed: int, key: int, purpose: int, count: int, log_sd: float) -> float:
    """A lognormal factor with median 1."""
    return exp(log_sd * normal(seed, key, purpose, count))


def gamma2(seed: int, key: int, purpose: int) -> float:
    """A Gamma(2, 1/2) factor, mean 1 and variance 1/2: the mean of two exponentials."""
    return 0.5 * (exponential(seed, key, purpose, 0) + exponential(seed, key, purpose, 1))


def poisson(seed: int, key: int, purpose: int, count: int, mean: float) -> int:
    """A Poisson number by inversion; above a mean of 500, where exp(-mean) fails, a rounded normal."""
    if mean > 500.0:
        return int(max(0.0, math.floor(mean + math.sqrt(mean) * normal(seed, key, purpose, count) + 0.5)))
    u = uniform(seed, key, purpose, count)
    n = 0
    term = exp(-mean)
    total = term
    while u > total and n < 2000:
        n += 1
        term *= mean / n
        total += term
    return n


def binomial(seed: int, key: int, purpose: int, count: int, trials: int, share: float) -> int:
    """A binomial number by inversion; where (1 - share)^trials is too small for that, the rounded mean."""
    if share <= 0.0 or trials <= 0:
        return 0
    if share >= 1.0:
        return trials
    odds = share / (1.0 - share)
    term = exp(trials * log1p(-share))
    if term <= 0.0:
        return math.floor(trials * share + 0.5)
    u = uniform(seed, key, purpose, count)
    n = 0
    total = term
    while u > total and n < trials:
        n += 1
        term *= odds * (trials - n + 1) / n
        total += term
    return n
