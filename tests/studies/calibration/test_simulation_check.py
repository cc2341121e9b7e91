"""Truths that the model itself made reports of are found again: ranks are even, and the posterior closes in."""

import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.inference.smc import Settings

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from selfcheck import PARAMETERS, evenness, fits

pytestmark = pytest.mark.slow

TINY = Settings(first=200, points=80, moves=1.5, last_moves=3.0, checked=3, repeats=4)


def test_truths_lie_at_every_rank_of_their_posterior_and_are_closed_in_on() -> None:
    found = list(fits(16, 3, TINY, 30))
    assert min(evenness(found, bins=4).values()) > 0.001
    off = np.array([one.z.mean(axis=0) - one.truth for one in found])
    truth = np.array([one.truth for one in found])
    speed = PARAMETERS.index("march_speed")
    assert (off[:, speed] ** 2).mean() < 0.8 * (truth[:, speed] ** 2).mean()  # the prior's mean is at 0
    assert np.mean([one.z[:, speed].var() for one in found]) < 0.8
