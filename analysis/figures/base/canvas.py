"""What all figures and films are drawn on: Agg, in Matplotlib's own defaults and the one style.

What a caller's Matplotlib is set to (a notebook's backend, TeX, fonts of a matplotlibrc) neither counts nor
changes. A dollar sign is a dollar sign: texts come from files, and none of them is a formula.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

from matplotlib import style
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.figures.base.style import STYLE_SHEET

Arguments = ParamSpec("Arguments")


@contextmanager
def in_style() -> Iterator[None]:
    """A context in which Matplotlib has its defaults and the style of the figures, and no mathtext."""
    with style.context([STYLE_SHEET, {"text.parse_math": False}], after_reset=True):
        yield


class StyledFigure(Figure):
    """A figure on Agg that stays in the style when somebody else draws it, as a notebook does.

    Ticks and what else is made as late as that take their looks from the settings of the moment.
    """

    def __init__(self, **size: Any) -> None:
        """An empty figure; `size` is `figsize` (inches) and `dpi`."""
        super().__init__(**size)
        FigureCanvasAgg(self)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it."""
        with in_style():
            super().draw(renderer)

    def get_tightbbox(self, *given: Any, **named: Any) -> Any:
        """The box about all that is drawn (inches)."""
        with in_style():
            return super().get_tightbbox(*given, **named)


def styled(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """A function that draws in the style of the figures."""

    @wraps(draw)
    def drawn(*given: Arguments.args, **named: Arguments.kwargs) -> Figure:
        with in_style():
            return draw(*given, **named)

    return drawn
