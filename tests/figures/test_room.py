"""Room on an axis: what is taken, as Matplotlib's own count of overlaps has it."""

import numpy as np
from matplotlib.transforms import Bbox

from analysis.figures.base.canvas import StyledFigure
from analysis.figures.base.labels import Room


def test_a_box_is_free_where_it_is_inside_and_overlaps_none_that_is_taken() -> None:
    figure = StyledFigure(figsize=(4, 3), dpi=100)
    room = Room(figure.add_axes((0.0, 0.0, 1.0, 1.0)))
    rng = np.random.default_rng(1)
    corners = rng.uniform((0.0, 0.0), (400.0, 300.0), (60, 2))
    boxes = [Bbox.from_bounds(x, y, 30.0, 20.0) for x, y in corners]
    answers = []
    for number, box in enumerate(boxes):
        inside = box.x1 <= 400.0 and box.y1 <= 300.0
        answers.append(room.free(box))
        assert answers[-1] == (inside and not box.count_overlaps(room.boxes)), number
        room.take(box)
    assert len({*answers}) == 2
    beside = Bbox.from_bounds(boxes[0].x1, boxes[0].y0, 5.0, 5.0)
    assert Room(room.axis, [boxes[0]]).free(beside) == (beside.x1 <= 400.0)  # edges alone touch nothing


def test_nothing_is_taken_of_an_empty_axis() -> None:
    figure = StyledFigure(figsize=(4, 3), dpi=100)
    room = Room(figure.add_axes((0.0, 0.0, 1.0, 1.0)))
    assert room.free(Bbox.from_bounds(10.0, 10.0, 20.0, 20.0))
    assert not room.free(Bbox.from_bounds(390.0, 10.0, 20.0, 20.0))
