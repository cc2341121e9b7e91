"""Sheets for figures of many shapes, laid out in inches: title, body, legend and caption never meet."""

import io
import os
import re
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.base.canvas import StyledFigure, in_style, missing_letters_told
from analysis.figures.base.style import QUIET

# Inches rather than constrained layout: there rows grow with the page and an outside legend hits the caption.
PAGE_WIDTH, PAGE_MARGIN = 10.0, 0.2  # inches: a sheet, and its margin
LINE_HEIGHT = 0.165  # inches from line to line of small text
HANDLE = 0.55  # inches that a legend needs beside a label
KEY_LINE, KEY_GAP = 0.175, 0.05  # inches from line to line of a legend, and between it and the caption
TITLE_POINTS, NOTE_POINTS = 10.5, 7.5  # points
TITLE_LINES, CAPTION_LINES = 6, 12
"""Lines of a title and of a caption, at most: the texts of a file may be of any length."""
ROW_NAMES = 4.0  # inches that the name of a row may take

LABEL = "#4d4d4d"


class FigureLayout(NamedTuple):
    """A figure whose body begins so far from its left and lower edge, and is so wide and tall (inches)."""

    figure: Figure
    left: float
    low: float
    wide: float
    tall: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place in inches from the body's lower left corner, as a share of the figure."""
        across, up = self.figure.get_size_inches()
        return (self.left + x) / across, (self.low + y) / up

    def axes(self, x: float, y: float, wide: float, tall: float) -> Axes:
        """Axes at a place of the body, in inches from its lower left corner."""
        across, up = self.figure.get_size_inches()
        return self.figure.add_axes((*self.at(x, y), wide / across, tall / up))

    def body(self) -> Axes:
        """Axes that fill the body."""
        return self.axes(0.0, 0.0, self.wide, self.tall)

    def panels(
        self, count: int, across: int, tall: float, gap: tuple[float, float], over: float = 0.0
    ) -> list[Axes]:
        """Axes so tall, side by side over the body's width, from so far below its top.

        `gap` is the room between two, and between two rows (inches).
        """
        wide, step = (self.wide - gap[0] * (across - 1)) / across, tall + gap[1]
        places = (divmod(number, across) for number in range(count))
        top = self.tall - over - tall
        return [self.axes(column * (wide + gap[0]), top - row * step, wide, tall) for row, column in places]

    def heading(self, text: str) -> None:
        """What the names at the left of the body are, above them."""
        where: Any = {"fontsize": 8.0, "color": LABEL, "va": "bottom", "gid": "heading"}
        self.figure.text(*self.at(PAGE_MARGIN - self.left, self.tall + 0.05), text, **where)

    def colours(self, cmap: str, ticks: Sequence[float], title: str, most: float = 1.0, **look: Any) -> None:
        """The scale of the colours of shares from 0 to 1, at the right; `most` is where its colours end."""
        axis = self.axes(self.wide + 0.22, 0.0, 0.15, self.tall)
        ramp: Any = {"aspect": "auto", "origin": "lower", "extent": (0, 1, 0, 1)}
        axis.imshow(np.linspace(0.0, 1.0, 256)[:, None], cmap=cmap, vmin=0.0, vmax=most, **ramp)
        axis.set(xticks=[], yticks=ticks)
        axis.yaxis.tick_right()
        axis.set_title(title, **look)


def sheet(
    title: str,
    caption: str,
    tall: float,
    *,
    left: float,
    right: float = 0.3,
    under: float = 0.5,
    key: Sequence[Artist] = (),
) -> FigureLayout:
    """A sheet with a body so tall and room so wide at three sides (inches), title above, caption below.

    The legend of a key stands between what is under the body and the caption.
    """
    across = PAGE_WIDTH - 2 * PAGE_MARGIN
    head = _first_lines(
        "\n".join(wrapped(part, across, TITLE_POINTS) for part in title.split("\n")), TITLE_LINES
    )
    foot = _first_lines(wrapped(caption, across, NOTE_POINTS), CAPTION_LINES)
    wide, room = PAGE_WIDTH - left - right, PAGE_WIDTH - PAGE_MARGIN - left
    labels = [shortened(str(handle.get_label()), room - HANDLE, 8.0) for handle in key]
    columns = max(1, min(len(labels), int(room // (widest(labels, 8.0) + HANDLE))))
    below = under + (KEY_GAP + KEY_LINE * -(-len(labels) // columns) if labels else 0.0)
    low = PAGE_MARGIN + LINE_HEIGHT * (foot.count("\n") + 1) + 0.1 + below
    high = low + tall + 0.3 + 0.2 * (head.count("\n") + 1) + PAGE_MARGIN
    figure = StyledFigure(figsize=(PAGE_WIDTH, high))
    page = FigureLayout(figure=figure, left=left, low=low, wide=wide, tall=tall)
    edge, note = PAGE_MARGIN / PAGE_WIDTH, {"fontsize": NOTE_POINTS, "color": QUIET}
    figure.text(edge, 1.0 - PAGE_MARGIN / high, head, fontsize=TITLE_POINTS, va="top", gid="title")
    figure.text(edge, PAGE_MARGIN / high, foot, note, va="bottom", gid="caption")
    if labels:
        where: Any = {"loc": "upper left", "bbox_to_anchor": page.at(0.0, -under), "borderaxespad": 0.0}
        figure.legend(key, labels, ncols=columns, **where)
    return page


def key_line(label: str, **look: Any) -> Artist:
    """A line or marker in a legend."""
    return Line2D([], [], label=label, **look)


def key_patch(label: str, **look: Any) -> Artist:
    """An area in a legend."""
    return Patch(label=label, **look)


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
    """A text broken after any of some letters into lines that fit a width; a wider word is shortened."""
    lines = [""]
    for word in re.split(rf"(?<=[{re.escape(after)}])", text):
        part = word if width(word.rstrip(), size) <= inches else f"{shortened(word.rstrip(), inches, size)} "
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


def short_name(text: str, inches: float = ROW_NAMES) -> str:
    """The name of a thing as a figure has room for it: all figures cut a longer one alike."""
    return shortened(text, inches, 8.5)


def _first_lines(text: str, most: int) -> str:
    """The first lines of a text, and dots for the last word if there are more."""
    lines = text.split("\n")
    if len(lines) > most:
        lines[most - 1 :] = [f"{lines[most - 1].rpartition(' ')[0]} ..."]
    return "\n".join(lines)


def _ends(text: str, histories: int) -> str:
    """So many letters of a text, from both its ends."""
    return f"{text[: (histories + 1) // 2]}...{text[len(text) - histories // 2 :]}"


# --- figures as files: the same figure gives the same bytes -------------------------------------------------


VOLATILE_METADATA = {"png": "Software", "svg": "Date Creator", "pdf": "CreationDate Creator Producer"}
"""What would tell of the day or the program, by the form of a figure."""


def written(figure: Figure, form: str) -> bytes:
    """A figure as png, svg or pdf."""
    stream = io.BytesIO()
    with in_style(), missing_letters_told():
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
