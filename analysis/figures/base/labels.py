"""Room on an axis of positions: what is taken, and words written where nothing is."""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike

from sim.console import escaped

HALO = [withStroke(linewidth=2.4, foreground="white")]
WIDE_HALO = [withStroke(linewidth=3.6, foreground="white")]  # of a line
LABEL_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
HORIZONTAL, VERTICAL = {1: "left", -1: "right", 0: "center"}, {1: "bottom", -1: "top", 0: "center"}
LEAD = 13.0  # points: a text further off has a line to its position


class Room:
    """What of an axis whose limits stay is taken (pixels)."""

    def __init__(self, axis: Axes, boxes: Iterable[Bbox] = ()) -> None:
        """All is free but some boxes."""
        self.axis, self.frame = axis, axis.get_window_extent()
        self.boxes = [*boxes]
        self._edges = np.empty((0, 4))  # of the boxes so far (pixels): left, low, right, high

    def take(self, box: Bbox) -> None:
        """Nothing else may stand here."""
        self.boxes.append(box)

    def about(self, x: ArrayLike, y: ArrayLike, points: float, dx: float = 0.0, dy: float = 0.0) -> None:
        """Take what lies so near positions, or so far beside them (points)."""
        scale = self.axis.figure.dpi / 72.0
        size, shift = points * scale, scale * np.array([dx, dy])
        at = self.axis.transData.transform(np.column_stack(np.broadcast_arrays(np.atleast_1d(x), y))) + shift
        self.boxes += [Bbox([point - size, point + size]) for point in at]

    def along(self, x: np.ndarray, y: np.ndarray, points: float) -> None:
        """Take what lies so near a line through positions (points)."""
        at, between = np.arange(len(x)), np.linspace(0.0, max(0, len(x) - 1), 40 * len(x))
        self.about(np.interp(between, at, x), np.interp(between, at, y), points)

    def free(self, box: Bbox) -> bool:
        """Whether a box is inside and touches nothing."""
        inside = self.frame.contains(*box.min) and self.frame.contains(*box.max)
        return bool(inside and not self._is_taken(box))

    def _is_taken(self, box: Bbox) -> bool:
        """Whether a box touches one that is taken: by their edges as one array, since there are thousands."""
        if len(self._edges) < len(self.boxes):
            new = [(*each.min, *each.max) for each in self.boxes[len(self._edges) :]]
            self._edges = np.vstack([self._edges, new])
        (left, low), (right, high), edges = box.min, box.max, self._edges
        across = (edges[:, 0] < right) & (edges[:, 2] > left)
        return bool((across & (edges[:, 1] < high) & (edges[:, 3] > low)).any())

    def put(
        self,
        text: str,
        places: Iterable[dict[str, Any]],
        pad: float,
        fits: Callable[[Bbox], bool] = lambda _: True,
        **look: Any,
    ) -> Annotation | None:
        """Write a text at the first of some places (as `Axes.annotate` has them) with room; None without.

        `pad` is kept free about it (pixels), and `fits` may want more of its box.
        """
        for place in places:
            label = self.axis.annotate(escaped(text), **place, **look)
            box = label.get_window_extent().padded(pad)
            if self.free(box) and fits(box):
                self.take(box)
                return label
            label.remove()
        return None

    def write(self, text: str, x: float, y: float, far: Sequence[float], **how: Any) -> bool:
        """Write a text beside a position, as near as there is room (points); gives whether there was."""
        look: Any = {"path_effects": HALO, "zorder": 9} | how
        label = self.put(text, beside(x, y, far), 1.5, **look)
        if label is not None and np.hypot(*label.xyann) > LEAD:
            line = {"arrowstyle": "-", "color": "#8c8c8c", "lw": 0.6, "shrinkA": 0, "shrinkB": 3}
            by: Any = {"xytext": label.xyann, "textcoords": "offset points"}
            self.axis.annotate("", (x, y), **by, arrowprops=line, zorder=5)
        return label is not None


def beside(x: float, y: float, far: Sequence[float]) -> Iterable[dict[str, Any]]:
    """Places about a position, the nearer ones first (points)."""
    for away, (dx, dy) in product(far, LABEL_DIRECTIONS):
        lean = 0.75 * away if dx and dy else away
        by = {"xy": (x, y), "xytext": (dx * lean, dy * lean), "textcoords": "offset points"}
        yield by | {"ha": HORIZONTAL[dx], "va": VERTICAL[dy]}


def apart(first: Sequence[float], others: Iterable[float], gap: float) -> list[float]:
    """Some values and those of others, the first ones first, that stand so far from all before."""
    chosen = [*first]
    for value in others:
        if all(abs(value - before) >= gap for before in chosen):
            chosen.append(value)
    return chosen
