"""The elementary functions of our own: within a unit in the last place of the truth, and the same compiled."""

import math
import random

import mpmath
import numba
import numpy as np
import pytest

from sim.maths.circular import LARGEST_ANGLE, atan2, cos, sin
from sim.maths.error_function import erf
from sim.maths.exponential import exp, expm1
from sim.maths.logarithm import log, log1p

INF, NAN = math.inf, math.nan
COUNT = 2_000


def spread(rng, low, high, count=COUNT):
    """Numbers of either sign whose decimal exponent is uniform."""
    return [rng.choice((-1, 1)) * 10 ** rng.uniform(low, high) for _ in range(count)]


def between(rng, low, high, count=COUNT):
    return [rng.uniform(low, high) for _ in range(count)]


def points(name):
    """Arguments of a function: its whole range, about its seams, and where a subtraction could cancel."""
    rng = random.Random(name)
    halves = [(k + 0.5) * math.log(2) + d for k in range(-60, 60) for d in (-1e-9, 0.0, 1e-9)]
    quarters = [k * math.pi / 4 for k in range(-800, 800)]
    table = {
        "log": [abs(x) for x in spread(rng, -300, 300)]
        + between(rng, 0.5, 2)
        + [5e-324, math.nextafter(1, 0)],
        "log1p": [
            x for x in spread(rng, -18, -0.01) + between(rng, -0.9999, 3) + between(rng, -0.3, 0.42) if x > -1
        ],
        "exp": between(rng, -707, 709) + between(rng, -1, 1) + spread(rng, -18, 0) + halves,
        "expm1": between(rng, -40, 700)
        + between(rng, -1, 1)
        + spread(rng, -18, 0)
        + between(rng, 0.34, 0.42)
        + halves,
        "sin": between(rng, -7, 7)
        + between(rng, -LARGEST_ANGLE, LARGEST_ANGLE)
        + spread(rng, -18, 0)
        + quarters,
        "erf": between(rng, -6.5, 6.5) + spread(rng, -18, 0),
    }
    table["cos"] = table["sin"]
    if name != "atan2":
        return [(x,) for x in table[name]]
    seams = [0.125, 0.1875, 0.375, 0.75, 1.0]
    seams += [math.nextafter(x, 0) for x in seams]
    close = [(q * s, s) for q in seams for s in (1.0, -3.3, 1e-200, 1e200)]
    far = list(zip(spread(rng, -20, 20), spread(rng, -20, 20), strict=True))
    return list(zip(between(rng, -1, 1), between(rng, -1, 1), strict=True)) + far + close


FUNCTIONS = {f.__name__: f for f in (log, log1p, exp, expm1, sin, cos, atan2, erf)}
TRUE = {"log1p": lambda x: mpmath.log(1 + x)}


def off(got, true):
    """By how many units in the last place a number is off."""
    return (
        float(abs(mpmath.mpf(got) - true) / mpmath.mpf(math.ulp(float(true))))
        if true
        else float(got != 0) * INF
    )


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "erf"])
def test_a_function_is_within_one_unit_in_the_last_place(name):
    true = TRUE.get(name) or getattr(mpmath, name)
    with mpmath.workprec(160):
        worst = max((off(FUNCTIONS[name](*at), true(*map(mpmath.mpf, at))), at) for at in points(name))
    assert worst[0] < 1, worst


def test_the_error_function_is_within_1e_15():
    with mpmath.workprec(160):
        for (x,) in points("erf"):
            assert abs(mpmath.mpf(erf(x)) - mpmath.erf(x)) <= 1e-15 * abs(mpmath.erf(x)) * 1.5, x
    assert (erf(0.0), erf(INF), erf(-INF), erf(7)) == (0, 1, -1, 1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_nearly_that_of_the_c_library(name):
    for at in points(name)[:500]:
        assert FUNCTIONS[name](*at) == pytest.approx(getattr(math, name)(*at), rel=2e-15, abs=1e-320), at


def test_edges():
    assert (log(1.0), log1p(0.0), exp(0.0), expm1(0.0), sin(0.0), cos(0.0), atan2(0.0, 1.0)) == (
        0,
        0,
        1,
        0,
        0,
        1,
        0,
    )
    assert (log(INF), log1p(INF), exp(INF), expm1(INF)) == (INF,) * 4
    assert (exp(-INF), exp(-746.0), expm1(-INF), expm1(-50.0)) == (0, 0, -1, -1)
    assert exp(-745.0) == math.exp(-745.0) > 0
    assert [math.copysign(1, f(-0.0)) for f in (log1p, expm1, sin, erf)] == [-1] * 4
    assert [f(1e-300) for f in (log1p, expm1, sin)] == [1e-300] * 3


@pytest.mark.parametrize("y", [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN])
@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN])
def test_the_angle_of_a_point_on_an_axis_or_far_away(y, x):
    assert repr(atan2(y, x)) == repr(math.atan2(y, x))


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (log, 0.0),
        (log, -1.0),
        (log, NAN),
        (log1p, -1.0),
        (log1p, NAN),
        (exp, NAN),
        (sin, 2e5),
        (cos, NAN),
        (sin, INF),
    ],
)
def test_outside_its_range_a_function_raises(function, x):
    with pytest.raises(ValueError, match=f"{'sine' if function in (sin, cos) else function.__name__}"):
        function(x)
    with pytest.raises(OverflowError):
        exp(709.8)


def test_functions_are_the_same_compiled():
    from sim.engine import compiled  # 0.5 s, and tells Numba of the functions

    compiled._register()
    for name, function in FUNCTIONS.items():
        at = np.array(points(name))
        call = "f(x[0], x[1])" if name == "atan2" else "f(x[0])"
        scope = {"f": function}
        exec(f"def every(xs, out):\n for i in range(len(xs)):\n  x = xs[i]\n  out[i] = {call}", scope)
        out = np.empty(len(at))
        numba.njit(scope["every"])(at, out)
        assert out.tolist() == [function(*map(float, x)) for x in at], name
