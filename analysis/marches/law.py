"""The law of an unopposed march, as the rules have it: speed by kind and ground, and a window of march a day.

What the rules do run by run (sim.rules.route.march_speed, sim.rules.column.day and march) stands here for
draws of the parameters; a test lays both side by side. A march begins with its first window, each day's
speed has a factor of its own, and outside of the window a column stands: night marches have no rule yet.
Nobody presses on at dusk, for where the stops of these marches were is not known.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.record.rows import ReportedMarch
from sim.state.kinds import ColumnKind, Surface

NIGHTS = 24.0
"""From the beginning of a day's window to that of the next (h); dawns drift by a minute or two."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MarchLaw:
    """Draws of what the march law hangs on, each (draws,), named as the parameters (h and km)."""

    march_speed: np.ndarray
    march_hours: np.ndarray
    day_spread: np.ndarray
    ground_step: np.ndarray
    wheeled_factor: np.ndarray
    laden_factor: np.ndarray
    column_spread: np.ndarray

    def without_kinds_and_ground(self) -> "MarchLaw":
        """The law before kinds of column and ground counted: one speed for all."""
        zero, one = np.zeros_like(self.march_speed), np.ones_like(self.march_speed)
        return replace(self, ground_step=zero, wheeled_factor=one, laden_factor=one, column_spread=zero)

    def speeds(self, kind: ColumnKind, surface: Surface) -> np.ndarray:
        """Speeds (draws,) of a kind of column on a surface (km/h), its own factor and the day's left out."""
        ground = np.exp(self.ground_step * (Surface.PISTE - surface))
        if kind == ColumnKind.WHEELED:
            return np.asarray(self.march_speed * self.wheeled_factor * ground)
        if kind == ColumnKind.LADEN:
            return np.asarray(self.march_speed * self.laden_factor * ground)
        return np.asarray(self.march_speed * ground)

    def speeds_of(self, march: ReportedMarch) -> np.ndarray:
        """Speeds (draws,) of the column of a march on its surface (km/h)."""
        return self.speeds(ColumnKind[march.kind.upper()], Surface[march.surface.upper().replace(" ", "_")])


def elapsed_hours(km: float, speeds: np.ndarray, window: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Elapsed hours (draws, columns) of a march of some km.

    `speeds` (draws, columns) are in km/h, `window` (draws,) is the hours of march a day, `factors` (draws,
    days) are those of the speed of each day; further days have that of the last.
    """
    need = km / (speeds * window[:, None])  # days of march at a factor of 1
    reach = np.cumsum(factors, axis=1)
    last = factors.shape[1] - 1
    days = np.minimum((reach[:, None, :-1] < need[..., None]).sum(axis=-1), last)
    before = np.take_along_axis(np.concatenate([np.zeros((len(reach), 1)), reach], axis=1), days, axis=1)
    left = (need - before) / np.take_along_axis(factors, days, axis=1)  # shares of a window
    further = np.maximum(np.ceil(left) - 1.0, 0.0)
    return np.asarray(NIGHTS * (days + further) + (left - further) * window[:, None])
