"""Sheets for figures of many shapes, laid out in inches: title, body, legend and caption never meet."""

import io
import os
import re
from bisect import bisect
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from analysis.figures.base.style import QUIET, STYLE_SHEET

PAGE_WIDTH, PAGE_MARGIN = 10.0, 0.2  # inches: a sheet, and its margin
LINE_HEIGHT = 0.165  # inches from line to line of small text
HANDLE = 0.55  # inches that a legend needs beside a label
TITLE_POINTS, NOTE_POINTS = 10.5, 7.5  # points

LABEL = "#4d4d4d"

Arguments = ParamSpec("Arguments")


def styled(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """A function that draws in the style of the figures, and takes a dollar sign for what it is."""

    def drawn(*given: Arguments.args, **named: Arguments.kwargs) -> Figure:
        with style.context([STYLE_SHEET, {"text.parse_math": False}]):
            return draw(*given, **named)

    drawn.__doc__, drawn.__name__ = draw.__doc__, draw.__name__
    return drawn


class FigureLayout(NamedTuple):
    """A figure whose body begins so far from its left and lower edge, and is so wide and tall (inches)."""

    figure: Figure
    left: float
    low: float
    wide: float
    tall: float

    def axes(self, x: float, y: float, wide: float, tall: float) -> Axes:
        """Axes at a place of the body, in inches from its lower left corner."""
        across, up = self.figure.get_size_inches()
        return self.figure.add_axes(((self.left + x) / across, (self.low + y) / up, wide / across, tall / up))

    @property
    def middle(self) -> float:
        """Where the body's middle is in the height of the figure (0 to 1)."""
        return float((self.low + self.tall / 2.0) / self.figure.get_size_inches()[1])

    def body(self) -> Axes:
        """Axes that fill the body."""
        return self.axes(0.0, 0.0, self.wide, self.tall)

    def heading(self, text: str) -> None:
        """What the names at the left of the body are, above them."""
        across, up = self.figure.get_size_inches()
        where: Any = {"fontsize": 8.0, "color": LABEL, "va": "bottom", "gid": "heading"}
        self.figure.text(PAGE_MARGIN / across, (self.low + self.tall + 0.05) / up, text, **where)

    def legend(self, handles: Sequence[Any], below: float) -> None:
        """A legend, so many inches below the body."""
        across, up = self.figure.get_size_inches()
        where: Any = {"loc": "upper left", "borderaxespad": 0.0}
        where["bbox_to_anchor"] = (self.left / across, (self.low - below) / up)
        labels = [str(handle.get_label()) for handle in handles]
        self.figure.legend(handles, labels, ncols=legend_columns(labels, self.wide), **where)


def sheet(
    title: str, caption: str, tall: float, left: float, right: float = 0.3, under: float = 0.5
) -> FigureLayout:
    """A sheet with a body so tall and room so wide at three sides (inches), title above, caption below."""
    head = "\n".join(wrapped(part, PAGE_WIDTH - 2 * PAGE_MARGIN, TITLE_POINTS) for part in title.split("\n"))
    foot = wrapped(caption, PAGE_WIDTH - 2 * PAGE_MARGIN, NOTE_POINTS)
    low = PAGE_MARGIN + LINE_HEIGHT * (foot.count("\n") + 1) + 0.1 + under
    high = low + tall + 0.3 + 0.2 * (head.count("\n") + 1) + PAGE_MARGIN
    figure = Figure(figsize=(PAGE_WIDTH, high))
    FigureCanvasAgg(figure)
    figure.text(
        PAGE_MARGIN / PAGE_WIDTH, 1.0 - PAGE_MARGIN / high, head, fontsize=TITLE_POINTS, va="top", gid="title"
    )
    figure.text(
        PAGE_MARGIN / PAGE_WIDTH,
        PAGE_MARGIN / high,
        foot,
        fontsize=NOTE_POINTS,
        color=QUIET,
        va="bottom",
        gid="caption",
    )
    return FigureLayout(figure=figure, left=left, low=low, wide=PAGE_WIDTH - left - right, tall=tall)


def legend_columns(labels: Sequence[str], wide: float) -> int:
    """How many labels stand beside each other in a width (inches)."""
    return max(1, min(len(labels), int(wide // (widest(labels, 8.0) + HANDLE))))


def legend_tall(labels: Sequence[str], wide: float) -> float:
    """Height of a legend of a width (inches)."""
    return 0.175 * -(-len(labels) // legend_columns(labels, wide)) if labels else 0.0


# --- words -----------------------------------------------------------------------------------------------


@lru_cache(1)
def _renderer() -> RendererAgg:
    return RendererAgg(16, 16, 160)  # type: ignore[no-untyped-call]


@lru_cache(10_000)
def width(text: str, size: float) -> float:
    """Width of a line of text of a size in points (inches)."""
    font = FontProperties(family="DejaVu Sans", size=size)
    wide, _, _ = _renderer().get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
    return float(wide) / 160.0


def widest(texts: Sequence[str], size: float) -> float:
    """Width of the widest line of some texts (inches)."""
    return max((width(line, size) for text in texts for line in text.split("\n")), default=0.0)


def wrapped(text: str, inches: float, size: float, after: str = " ") -> str:
    """A text broken after any of some letters into lines that fit a width."""
    lines = [""]
    for part in re.split(rf"(?<=[{re.escape(after)}])", text):
        if lines[-1] and width((lines[-1] + part).rstrip(), size) > inches:
            lines.append(part)
        else:
            lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def shortened(text: str, inches: float, size: float) -> str:
    """A text, without its middle if it is wider than a width."""
    if len(text) <= 2 or width(text, size) <= inches:
        return text
    fits = bisect(range(3, len(text)), inches, key=lambda histories: width(_ends(text, histories), size))
    return _ends(text, 2 + fits)


def _ends(text: str, histories: int) -> str:
    """So many letters of a text, from both its ends."""
    return f"{text[: (histories + 1) // 2]}...{text[len(text) - histories // 2 :]}"


# --- figures as files: the same figure gives the same bytes -------------------------------------------------


VOLATILE_METADATA = {"png": "Software", "svg": "Date Creator", "pdf": "CreationDate Creator Producer"}
"""What would tell of the day or the program, by the form of a figure."""


def written(figure: Figure, form: str) -> bytes:
    """A figure as png, svg or pdf."""
    stream = io.BytesIO()
    with style.context(STYLE_SHEET):
        figure.savefig(stream, format=form, metadata=dict.fromkeys(VOLATILE_METADATA[form].split()))
    return stream.getvalue()


def save(figure: Figure, path: Path) -> None:
    """Write a figure (png, svg, pdf by its ending) aside, then rename it. Raises OSError."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(written(figure, path.suffix[1:]))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
