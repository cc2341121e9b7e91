"""Sine, cosine and the angle of a point."""

import math

LARGEST_ANGLE = 1e5
"""Radians up to which sine and cosine are within a unit in the last place."""
_PER_QUARTER = 0.6366197723675814  # 2 / pi
_HALF_PI = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21)
"""pi / 2 in parts of 33, 33 and 53 bits."""
_PI, _PI_LOW = 3.141592653589793, 1.2246467991473532e-16
_SPLIT = 134217729.0  # 2^27 + 1
_QUARTER = 0.24497866312686414, 1.0698755618734451e-17
_HALF = 0.4636476090008061, 2.2698777452961687e-17
_ONE = 0.7853981633974483, 3.061616997868383e-17
"""The angles of 1/4, 1/2 and 1, each as its nearest number and what that leaves."""


def sin(x: float) -> float:
    """The sine of an angle in radians, up to 1e5 either way. Raises ValueError beyond."""
    if -1e-8 < x < 1e-8:
        return x
    quarter, r, low = _reduced(x)
    value = _sin_near(r, low) if quarter % 2 == 0 else _cos_near(r, low)
    return value if quarter < 2 else -value


def cos(x: float) -> float:
    """The cosine of an angle in radians, up to 1e5 either way. Raises ValueError beyond."""
    quarter, r, low = _reduced(x)
    value = _cos_near(r, low) if quarter % 2 == 0 else _sin_near(r, low)
    return -value if quarter in (1, 2) else value


def atan2(y: float, x: float) -> float:
    """The angle of the point (x, y) in radians, -pi to pi; zeros and infinities as in C's Annex F."""
    across, up = math.fabs(x), math.fabs(y)
    steep = up > across
    if math.isnan(across + up):
        return across + up
    head, tail = _angle(across, up) if steep else _angle(up, across)
    back = math.copysign(1.0, x) < 0.0
    if steep or back:
        base, base_low = (_PI, _PI_LOW) if not steep else (0.5 * _PI, 0.5 * _PI_LOW)
        if back == steep:
            total = base + head
            tail += (head - (total - base)) + base_low
        else:
            total = base - head
            tail = ((base - total) - head) + base_low - tail
        head = total
    return math.copysign(head + tail, y)


def _reduced(x: float) -> tuple[int, float, float]:
    """An angle less a multiple of pi / 2: which multiple (modulo 4), the rest, and what that leaves."""
    if not math.fabs(x) <= LARGEST_ANGLE:
        raise ValueError("sine or cosine of an angle beyond 1e5 radians")
    k = math.floor(_PER_QUARTER * x + 0.5)
    first = x - k * _HALF_PI[0]
    w = k * _HALF_PI[1]
    second = first - w
    lost = (first - second) - w
    low = k * _HALF_PI[2] - lost
    r = second - low
    return k % 4, r, (second - r) - low


def _sin_near(r: float, low: float) -> float:
    """The sine of r + low, for r up to pi / 4, by Taylor's series."""
    z = r * r
    tail = 1.0 / 6227020800.0 - z * (1.0 / 1307674368000.0 - z * (1.0 / 355687428096000.0))
    tail = 1.0 / 5040.0 - z * (1.0 / 362880.0 - z * (1.0 / 39916800.0 - z * tail))
    tail = 1.0 / 6.0 - z * (1.0 / 120.0 - z * tail)
    return r - (r * z * tail - low * (1.0 - 0.5 * z))


def _cos_near(r: float, low: float) -> float:
    """The cosine of r + low, for r up to pi / 4, by Taylor's series."""
    z = r * r
    tail = 1.0 / 479001600.0 - z * (1.0 / 87178291200.0 - z * (1.0 / 20922789888000.0))
    tail = 1.0 / 24.0 - z * (1.0 / 720.0 - z * (1.0 / 40320.0 - z * (1.0 / 3628800.0 - z * tail)))
    half = 0.5 * z
    near = 1.0 - half
    return near + (((1.0 - near) - half) + (z * z * tail - r * low))


def _angle(small: float, large: float) -> tuple[float, float]:
    """The angle whose tangent is small / large (0 to 1), as a number and what that leaves."""
    if large == 0.0 or (large == math.inf and small < large):
        return 0.0, 0.0
    if small == large:
        return _ONE
    q = small / large
    if q < 1e-8:
        return q, 0.0
    scale = 1.0 if 1e-150 < large < 1e150 else math.ldexp(1.0, -math.frexp(large)[1])
    small, large = small * scale, large * scale
    if q < 0.1875:
        return q, _atan_beyond(q) + _remainder(small, large, q)
    if q < 0.375:
        angle, angle_low = _QUARTER
        t = (small - 0.25 * large) / (large + 0.25 * small)
    elif q < 0.75:
        angle, angle_low = _HALF
        t = (small - 0.5 * large) / (large + 0.5 * small)
    else:
        angle, angle_low = _ONE
        t = (small - large) / (large + small)
    return angle, t + (_atan_beyond(t) + angle_low)


def _atan_beyond(t: float) -> float:
    """The angle whose tangent is t (up to 0.19), less t, by Taylor's series."""
    z = t * t
    tail = 1.0 / 17.0 - z * (1.0 / 19.0 - z * (1.0 / 21.0 - z * (1.0 / 23.0)))
    tail = 1.0 / 9.0 - z * (1.0 / 11.0 - z * (1.0 / 13.0 - z * (1.0 / 15.0 - z * tail)))
    return -t * z * (1.0 / 3.0 - z * (1.0 / 5.0 - z * (1.0 / 7.0 - z * tail)))


def _remainder(small: float, large: float, q: float) -> float:
    """small / large - q, by the exact product of q and large (Dekker 1971)."""
    a, b = _SPLIT * q, _SPLIT * large
    q_high, large_high = a - (a - q), b - (b - large)
    q_low, large_low = q - q_high, large - large_high
    product = q * large
    error = ((q_high * large_high - product) + q_high * large_low + q_low * large_high) + q_low * large_low
    return ((small - product) - error) / large
