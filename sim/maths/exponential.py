"""The exponential function and its difference from 1."""

import math

from sim.maths.logarithm import LN2_HIGH, LN2_LOW

_PER_LN2 = 1.4426950408889634
_LARGEST = 709.782712893384
_SMALLEST = -745.1332191019412


def exp(x: float) -> float:
    """e to the power x: 0 below -745.13. Raises OverflowError above 709.78, ValueError for nan."""
    if not x <= _LARGEST:
        if x == math.inf:
            return x
        if x > _LARGEST:
            raise OverflowError("exp of so large a number")
        raise ValueError("exp of what is no number")
    if x < _SMALLEST:
        return 0.0
    k = math.floor(_PER_LN2 * x + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    return math.ldexp(1.0 + (r + (((high - r) - low) + _beyond(r))), k)


def expm1(x: float) -> float:
    """exp(x) - 1, exact also where x is small; -1 below -38. Raises as exp does."""
    if -1e-17 < x < 1e-17:
        return x
    if x < -38.0:
        return -1.0
    if not x < 40.0:
        return exp(x)
    k = 0 if -0.35 < x < 0.406 else math.floor(_PER_LN2 * x + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    remainder = ((high - r) - low) + _beyond(r)
    if k == 0:
        return r + remainder
    power = math.ldexp(1.0, k)
    less, scaled = power - 1.0, power * r
    total = less + scaled
    back = total - less
    lost = (less - (total - back)) + (scaled - back) + ((power - less) - 1.0)
    return total + (lost + power * remainder)


def _beyond(r: float) -> float:
    """exp(r) - 1 - r for a small r, by Taylor's series."""
    tail = 1.0 / 479001600.0 + r * (1.0 / 6227020800.0 + r * (1.0 / 87178291200.0))
    tail = 1.0 / 3628800.0 + r * (1.0 / 39916800.0 + r * tail)
    tail = 1.0 / 720.0 + r * (1.0 / 5040.0 + r * (1.0 / 40320.0 + r * (1.0 / 362880.0 + r * tail)))
    tail = 1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * tail))
    square = r * r
    return 0.5 * square + r * square * tail
