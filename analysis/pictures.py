"""Figures as files: the same figure gives the same bytes."""

import io
import os
from pathlib import Path

from matplotlib import style
from matplotlib.figure import Figure

from analysis.looks import STYLE

BARE = {"png": "Software", "svg": "Date Creator", "pdf": "CreationDate Creator Producer"}
"""What would tell of the day or the program, by the form of a figure."""


def written(figure: Figure, form: str) -> bytes:
    """A figure as png, svg or pdf."""
    stream = io.BytesIO()
    with style.context(STYLE):
        figure.savefig(stream, format=form, metadata=dict.fromkeys(BARE[form].split()))
    return stream.getvalue()


def save(figure: Figure, path: Path) -> None:
    """Write a figure (png, svg, pdf by its ending) aside, then rename it. Raises OSError."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(written(figure, path.suffix[1:]))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
