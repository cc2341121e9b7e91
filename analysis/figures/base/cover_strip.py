"""Drone cover along a column's way, drawn beside its time-distance diagram."""

import numpy as np
import pyarrow as pa
from matplotlib.axes import Axes

from analysis.figures.base.map_data import distance
from analysis.figures.base.style import COVER, QUIET
from analysis.words import names
from sim.store.schema import Table


def strip(axis: Axes, cover: Table) -> None:
    """A strip at the right of an axis: cover by km, pale where it comes only once a station has moved.

    What no station reaches is hatched.
    """
    if not len(cover["km"]):
        return
    beside = axis.inset_axes((1.012, 0, 0.04, 1))
    at_first = np.where(np.isfinite(cover["ready"]), cover["cover"], 0.0)
    stretches = pa.table({"km": cover["km"], "ever": cover["cover"], "first": at_first}).group_by("km")
    most = stretches.aggregate([("first", "max"), ("ever", "max")]).sort_by("km").to_pydict()
    km, first, ever = map(np.array, (most["km"], most["first_max"], most["ever_max"]))
    beside.fill_betweenx(km, 0, ever, color=COVER, alpha=0.4, lw=0)
    beside.fill_betweenx(km, 0, first, color=COVER, lw=0)
    beside.fill_betweenx(km, 0, 1, where=ever <= 0, fc="white", ec="#999999", hatch="////", lw=0)
    beside.set(xlim=(0, 1), ylim=axis.get_ylim(), yticks=[], xticks=[0, 1], xticklabels=["0", "1"])
    beside.set_xlabel("drone cover,\nshare of time", labelpad=1)
    radii = {f"{names.drone(d)} {distance(r)}" for d, r in zip(cover["drone"], cover["radius"], strict=True)}
    moved = "; pale: once its station has moved" if (ever > first).any() else ""
    place = (0.4, float(km[0] + 0.02 * np.ptp(km)))
    words = f"operational radius: {', '.join(sorted(radii))}{moved}"
    beside.text(*place, words, rotation=90, ha="center", fontsize=7, color=QUIET)
