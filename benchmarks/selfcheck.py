"""Simulation-based calibration: 200 small fits of reports that the model made itself; are ranks even?

`python benchmarks/selfcheck.py [FITS]`. Reduced: one scenario (the UN's column), three arrivals, five
parameters, 50 histories a filter, 100 points.
"""

import sys
from time import perf_counter

import numpy as np

from analysis.inference.smc import Settings
from sim.studies.simulation_check import PARAMETERS, evenness, fits

REDUCED = Settings(first=300, points=100, moves=1.5, last_moves=4.0, checked=4, repeats=6)


def main(count: int) -> None:
    began = perf_counter()
    found = list(fits(count, 1, REDUCED))
    seconds = perf_counter() - began
    even = evenness(found)
    print(f"{count} fits in {seconds / 60.0:.1f} minutes; 20 p-values in 100 lie below 0.2 if ranks are even")
    for i, name in enumerate(PARAMETERS):
        ranks = np.array([one.ranks[i] for one in found])
        inside = np.mean((ranks >= 5) & (ranks <= 95))
        left = np.mean([one.z[:, i].var() for one in found])
        print(
            f"{name:14} p = {even[name]:.3f}, truth in the middle 90 %: {inside:.2f}, "
            f"variance left {left:.2f}"
        )
    print(f"variance of the log likelihood {np.mean([one.noise for one in found]):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
