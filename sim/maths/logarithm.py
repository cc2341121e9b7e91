"""Natural logarithms."""

import math

LN2_HIGH = 0.6931471803691238
"""ln 2 to 32 bits, so that a whole number of up to 11 bits times it is exact."""
LN2_LOW = 1.9082149292705877e-10
"""The rest of ln 2."""
_ROOT_HALF = 0.7071067811865476


def log(x: float) -> float:
    """The natural logarithm of a number above 0; inf gives inf. Raises ValueError for others."""
    if not x > 0.0:
        raise ValueError("log of a number that is not above 0")
    if x == math.inf:
        return x
    fraction, exponent = math.frexp(x)
    if fraction < _ROOT_HALF:
        fraction *= 2.0
        exponent -= 1
    return _assembled(fraction - 1.0, float(exponent), 0.0)


def log1p(x: float) -> float:
    """log(1 + x), exact also where x is small; inf gives inf. Raises ValueError for x not above -1."""
    if not x > -1.0:
        raise ValueError("log1p of a number that is not above -1")
    if x == math.inf:
        return x
    if -0.29 < x < 0.41:
        return x if -1e-17 < x < 1e-17 else _assembled(x, 0.0, 0.0)
    whole = 1.0 + x
    lost = 1.0 - (whole - x) if x > 1.0 else x - (whole - 1.0)
    fraction, exponent = math.frexp(whole)
    if fraction < _ROOT_HALF:
        fraction *= 2.0
        exponent -= 1
    return _assembled(fraction - 1.0, float(exponent), lost / whole)


def _assembled(f: float, exponent: float, lost: float) -> float:
    """log((1 + f) 2^exponent) + lost, for -0.3 < f < 0.42: by s = f / (2 + f), log(1 + f) = 2 artanh(s)."""
    s = f / (2.0 + f)
    z = s * s
    tail = 2.0 / 17.0 + z * (2.0 / 19.0 + z * (2.0 / 21.0 + z * (2.0 / 23.0)))
    tail = 2.0 / 9.0 + z * (2.0 / 11.0 + z * (2.0 / 13.0 + z * (2.0 / 15.0 + z * tail)))
    tail = z * (2.0 / 3.0 + z * (2.0 / 5.0 + z * (2.0 / 7.0 + z * tail)))
    half = 0.5 * f * f
    small = s * (half + tail) + (exponent * LN2_LOW + lost)
    return exponent * LN2_HIGH - ((half - small) - f)
