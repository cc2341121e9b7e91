"""Figures as pictures in a page: PNG with a palette, a third as large as in full colour and as sharp."""

import base64
import io
from collections.abc import Iterable
from typing import NamedTuple

from PIL import Image

from analysis.figures import gallery
from analysis.figures.base.page import written
from sim.record.record import Record
from sim.store.reader import RunTables


class Picture(NamedTuple):
    """A figure of a result: its heading, its PNG in base 64, its size (px), and its shape, for print."""

    heading: str
    code: str
    width: int
    height: int
    shape: str


def pictures(tables: RunTables, record: Record, names: Iterable[str]) -> list[Picture]:
    """The figures of some names that a result can give, in their order."""
    return [
        _picture(gallery.FIGURES[name].about, written(gallery.draw(name, tables, record), "png"))
        for name in names
        if gallery.fault(name, tables, record) is None
    ]


def _picture(heading: str, png: bytes) -> Picture:
    image, stream = Image.open(io.BytesIO(png)).convert("RGB"), io.BytesIO()
    palette = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(stream, "PNG")
    tall = image.height / image.width
    return Picture(
        heading=heading,
        code=base64.b64encode(stream.getvalue()).decode(),
        width=image.width,
        height=image.height,
        shape="low" if tall < 0.9 else "tall" if tall > 1.3 else "square",
    )
