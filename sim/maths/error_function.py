"""The error function."""

import math

from sim.maths.exponential import exp

_TWO_OVER_ROOT_PI = 1.1283791670955126
_ONE_FROM = 6.0  # from here on erf is 1 to the last bit
_SERIES_TO = 2.5


def erf(x: float) -> float:
    """The error function, to 1e-15: by its series, and by the continued fraction of 1 - erf where x is large.

    Abramowitz and Stegun 1964, 7.1.6 and 7.1.14.
    """
    size = math.fabs(x)
    if size >= _ONE_FROM:
        return math.copysign(1.0, x)
    near = _TWO_OVER_ROOT_PI * exp(-x * x)
    if size > _SERIES_TO:
        fraction = size
        for n in range(40, 0, -1):
            fraction = size + 0.5 * n / fraction
        return math.copysign(1.0 - 0.5 * near / fraction, x)
    term = total = x
    n = 0
    while math.fabs(term) > 1e-17 * math.fabs(total):
        n += 1
        term *= 2.0 * x * x / (2 * n + 1)
        total += term
    return near * total
