"""What all figures and films are drawn on: Agg, in Matplotlib's own defaults and the one style.

What a caller's Matplotlib is set to (a notebook's backend, TeX, fonts of a matplotlibrc) neither counts nor
changes. Texts come from files: none of them is a formula, so a dollar sign is a dollar sign, and what would
steer a terminal is drawn as an escape (in an SVG it would end the picture).
"""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

from matplotlib import style
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.figures.base.style import STYLE_SHEET
from sim.console import escaped, tell

Arguments = ParamSpec("Arguments")
MOST_LETTERS = 20
"""Letters that a note names."""


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
            self._escape()
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        """What a notebook shows of it, whatever it has Matplotlib set to."""
        stream = io.BytesIO()
        with in_style():
            self.savefig(stream, format="png")
        return stream.getvalue()

    def _escape(self) -> None:
        """Escape its texts; a tick has its own anew from the list of its axis, whenever it is drawn."""
        for axis in (axis for axes in self.axes for axis in (axes.xaxis, axes.yaxis)):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if (plain_labels := list(map(escaped, labels))) != labels:
                axis.set_ticklabels(plain_labels)
        for text in self.findobj(Text):
            assert isinstance(text, Text)
            if (plain := escaped(text.get_text())) != text.get_text():
                text.set_text(plain)

    def get_tightbbox(self, *given: Any, **named: Any) -> Any:
        """The box about all that is drawn (inches)."""
        with in_style():
            return super().get_tightbbox(*given, **named)


def styled(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """A function that draws in the style of the figures."""

    @wraps(draw)
    def drawn(*given: Arguments.args, **named: Arguments.kwargs) -> Figure:
        with in_style(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", NO_GLYPH)  # told when the figure is written
            return draw(*given, **named)

    return drawn


NO_GLYPH = r"Glyph (\d+) .* missing from "
"""What Matplotlib warns of for a letter that its font has not; in place of it stands a box."""
_told_letters: set[str] = set()


@contextmanager
def missing_letters_told() -> Iterator[None]:
    """A context after which the letters that the font has not are told, each once in a process."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing = set()
    for warning in caught:
        if match := re.match(NO_GLYPH, str(warning.message)):
            missing.add(chr(int(match[1])))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if new := sorted(missing - _told_letters):
        _told_letters.update(new)
        letters = " ".join(new[:MOST_LETTERS]) + (" and others" if len(new) > MOST_LETTERS else "")
        tell(f"the font of the figures has no {letters}: boxes stand in their place")
