"""Drone cover along a column's way, drawn beside its time-distance diagram."""

import numpy as np
from matplotlib.axes import Axes

from analysis.figures.base.style import COVER, QUIET
from sim.store.schema import Table


def strip(axis: Axes, cover: Table) -> None:
    """A strip at the right of an axis: cover by km, pale where it comes only once a station has moved.

    What no station reaches is hatched.
    """
    if not len(cover["km"]):
        return
    beside, (km, at) = axis.inset_axes((1.012, 0, 0.04, 1)), np.unique(cover["km"], return_inverse=True)
    first, ever = np.zeros((2, len(km)))
    np.maximum.at(first, at, np.where(np.isfinite(cover["ready"]), cover["cover"], 0.0))
    np.maximum.at(ever, at, cover["cover"])
    beside.fill_betweenx(km, 0, ever, color=COVER, alpha=0.4, lw=0)
    beside.fill_betweenx(km, 0, first, color=COVER, lw=0)
    beside.fill_betweenx(km, 0, 1, where=ever <= 0, fc="white", ec="#999999", hatch="////", lw=0)
    beside.set(xlim=(0, 1), ylim=axis.get_ylim(), yticks=[], xticks=[0, 1], xticklabels=["0", "1"])
    beside.set_xlabel("drone cover,\nshare of time", labelpad=1)
    radii = {f"{d}: {r:.0f} km" for d, r in zip(cover["drone"], cover["radius"], strict=True)}
    moved = "; pale: once its station has moved" if (ever > first).any() else ""
    place = (0.4, float(km[0] + 0.02 * np.ptp(km)))
    words = f"radius of {', '.join(sorted(radii))}{moved}"
    beside.text(*place, words, rotation=90, ha="center", fontsize=7, color=QUIET)
