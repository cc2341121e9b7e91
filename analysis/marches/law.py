"""The law of an unopposed march, as the rules have it: speed by kind and ground, and a window of march a day.

What the rules do run by run (sim.rules.route.march_speed, sim.rules.column.day and march) stands here for
draws of the parameters; a test lays both side by side. A march begins with its first window, each day's
speed has a factor of its own, and outside of the window a column stands, unless it is reported to have
marched by night: then it never stands, and is slower in the dark. Nobody presses on at dusk, for where the
stops of these marches were is not known.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.record.rows import ReportedMarch
from sim.state.kinds import ColumnKind, Surface

NIGHTS = 24.0
"""From the beginning of a day's window to that of the next (h); dawns drift by a minute or two."""
LIGHT = 12.0
"""Hours of light, and of dark, in a day: an assumption; where these marches were it was 11 to 14."""


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
    night_pace: np.ndarray | None

    def without_kinds_ground_and_nights(self) -> "MarchLaw":
        """The law before kinds of column, ground and marches by night counted: one speed for all, by day."""
        zero, one = np.zeros_like(self.march_speed), np.ones_like(self.march_speed)
        alike = replace(self, ground_step=zero, wheeled_factor=one, laden_factor=one, column_spread=zero)
        return replace(alike, night_pace=None)

    def elapsed(self, march: ReportedMarch, own_factors: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """Elapsed hours (draws, columns) of a march, by columns' own factors and days' (draws, days)."""
        speeds = self.speeds_of(march)[:, None] * own_factors
        if self.night_pace is None or march.goes in (None, "by day"):
            return elapsed_hours(march.km, speeds, self.march_hours, factors)
        dark = factors * self.night_pace[:, None]
        halves = (dark, factors) if march.goes == "by night" else (factors, dark)
        by_half = np.stack(halves, axis=-1).reshape(len(factors), -1)
        return elapsed_hours(march.km, speeds, np.full(len(factors), LIGHT), by_half, period=LIGHT)

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


def elapsed_hours(
    km: float, speeds: np.ndarray, window: np.ndarray, factors: np.ndarray, *, period: float = NIGHTS
) -> np.ndarray:
    """Elapsed hours (draws, columns) of a march of some km.

    `speeds` (draws, columns) are in km/h, `window` (draws,) is the hours of march in each `period` (h), as
    a day, and `factors` (draws, periods) are those of the speed in each; further ones have that of the last.
    """
    need = km / (speeds * window[:, None])  # days of march at a factor of 1
    reach = np.cumsum(factors, axis=1)
    last = factors.shape[1] - 1
    days = np.minimum((reach[:, None, :-1] < need[..., None]).sum(axis=-1), last)
    before = np.take_along_axis(np.concatenate([np.zeros((len(reach), 1)), reach], axis=1), days, axis=1)
    left = (need - before) / np.take_along_axis(factors, days, axis=1)  # shares of a window
    further = np.maximum(np.ceil(left) - 1.0, 0.0)
    return np.asarray(period * (days + further) + (left - further) * window[:, None])
