"""Room on an axis of positions: what is taken, and words written where nothing is."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

HALO = [withStroke(linewidth=2.4, foreground="white")]
LABEL_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
HORIZONTAL, VERTICAL = {1: "left", -1: "right", 0: "center"}, {1: "bottom", -1: "top", 0: "center"}
LEAD = 12.0  # points: a text further off has a line to its position


class Room:
    """What of an axis whose limits stay is taken (pixels)."""

    def __init__(self, axis: Axes) -> None:
        """All is free."""
        self.axis, self.frame = axis, axis.get_window_extent()
        self.boxes: list[Bbox] = []

    def take(self, box: Bbox) -> None:
        """Nothing else may stand here."""
        self.boxes.append(box)

    def about(self, x: Any, y: Any, points: float, dx: float = 0.0, dy: float = 0.0) -> None:
        """Take what lies so near positions, or so far beside them (points)."""
        scale = self.axis.figure.dpi / 72.0
        size, shift = points * scale, scale * np.array([dx, dy])
        at = np.column_stack(np.broadcast_arrays(np.atleast_1d(x), np.atleast_1d(y)))
        self.boxes += [
            Bbox([point - size, point + size]) for point in self.axis.transData.transform(at) + shift
        ]

    def free(self, box: Bbox) -> bool:
        """Whether a box is inside and touches nothing."""
        inside = self.frame.contains(*box.min) and self.frame.contains(*box.max)
        return bool(inside and not box.count_overlaps(self.boxes))

    def write(self, text: str, x: float, y: float, far: Sequence[float], **how: Any) -> bool:
        """Write a text beside a position, as near as there is room (points); gives whether there was."""
        for away, (dx, dy) in product(far, LABEL_DIRECTIONS):
            lean = 0.75 * away if dx and dy else away
            by: Any = {"xytext": (dx * lean, dy * lean), "textcoords": "offset points"}
            look: Any = {"ha": HORIZONTAL[dx], "va": VERTICAL[dy], "path_effects": HALO, "zorder": 9} | how
            label = self.axis.annotate(text, (x, y), **by, **look)
            box = label.get_window_extent().padded(1.5)
            if self.free(box):
                self.take(box)
                if away > LEAD:
                    line = {"arrowstyle": "-", "color": "#8c8c8c", "lw": 0.6, "shrinkA": 0, "shrinkB": 3}
                    self.axis.annotate("", (x, y), **by, arrowprops=line, zorder=5)
                return True
            label.remove()
        return False
