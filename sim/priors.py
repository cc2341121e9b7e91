"""Priors: their kinds, as files write them, and their quantile functions."""

import math
from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.fields import Checked, Words


class Lognormal(Checked):
    """Median and sd of the logarithm; cut at a largest value if one is given (values above it become it)."""

    kind: Literal["lognormal"]
    median: Words
    log_sd: Words
    cut: Words | None = None


class Uniform(Checked):
    """Every value between two bounds alike."""

    kind: Literal["uniform"]
    low: Words
    high: Words


class Gamma(Checked):
    """Shape and scale; the mean is their product."""

    kind: Literal["gamma"]
    shape: Words
    scale: Words


class Beta(Checked):
    """A share between 0 and 1."""

    kind: Literal["beta"]
    a: Words
    b: Words


class Fixed(Checked):
    """No prior: the value holds in every run, and is varied one at a time between two bounds."""

    kind: Literal["fixed"]
    low: Words
    high: Words


AnyPrior = Annotated[Lognormal | Uniform | Gamma | Beta | Fixed, Field(discriminator="kind")]

PLAIN = ("log_sd", "shape", "a", "b")
"""Numbers of a prior that have no unit; the others have the parameter's."""
NUMBERS = (*PLAIN, "median", "cut", "low", "high", "scale")


def quantile(kind: str, numbers: Mapping[str, float], u: np.ndarray) -> np.ndarray:
    """The quantiles of a prior at some u in (0, 1). Raises ValueError for a kind without any.

    What the library gives is rounded to nine digits, so that its last bits, which differ between machines, do
    not decide a run.
    """
    from scipy import special  # 0.1 s, and needed only where priors are drawn

    with np.errstate(over="ignore"):  # what is too large is infinite
        if kind == "lognormal":
            values = rounded(numbers["median"] * np.exp(numbers["log_sd"] * special.ndtri(u)))
            return np.asarray(np.minimum(values, numbers.get("cut", math.inf)))
        if kind == "uniform":
            return numbers["low"] + u * (numbers["high"] - numbers["low"])
        if kind == "gamma":
            return rounded(numbers["scale"] * special.gammaincinv(numbers["shape"], u))
        if kind == "beta":
            return rounded(special.betaincinv(numbers["a"], numbers["b"], u))
    raise ValueError(f"a prior of kind {kind!r} has no quantiles")


_DROPPED = 23
"""Bits of a number's 53 that rounding leaves out: 30 are nine digits."""


def rounded(numbers: np.ndarray | float) -> np.ndarray:
    """Numbers rounded to 30 bits, that is to 1e-9 of themselves, ties away from zero; inf stays inf."""
    bits = np.array(numbers, "f8").view("i8")
    return ((bits + (1 << (_DROPPED - 1))) & -(1 << _DROPPED)).view("f8")
