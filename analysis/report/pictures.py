"""Figures as pictures in a page: WebP without loss of 256 colours, half as large as a PNG and as sharp."""

import base64
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from PIL import Image, features

from analysis.figures import gallery
from analysis.figures.base.page import written
from sim.record.record import Record
from sim.store.reader import RunTables


class Picture(NamedTuple):
    """A figure of a result: its heading, its form and text in base 64, size (px), and shape, for print."""

    heading: str
    form: str
    code: str
    width: int
    height: int
    shape: str


def pictures(tables: RunTables, record: Record, names: Iterable[str]) -> list[Picture]:
    """The figures of some names that a result can give, in their order."""
    with ThreadPoolExecutor(1) as pool:  # one is packed while the next is drawn
        packed = [
            pool.submit(
                _picture, gallery.FIGURES[name].about, written(gallery.draw(name, tables, record), "png")
            )
            for name in names
            if gallery.fault(name, tables, record) is None
        ]
    return [picture.result() for picture in packed]


def _picture(heading: str, png: bytes) -> Picture:
    image, stream = Image.open(io.BytesIO(png)).convert("RGB"), io.BytesIO()
    palette = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    form = "webp" if features.check("webp") else "png"
    if form == "webp":
        palette.convert("RGB").save(stream, "WEBP", lossless=True, quality=60, method=3)
    else:
        palette.save(stream, "PNG", optimize=True)
    tall = image.height / image.width
    return Picture(
        heading=heading,
        form=form,
        code=base64.b64encode(stream.getvalue()).decode(),
        width=image.width,
        height=image.height,
        shape="low" if tall < 0.9 else "tall" if tall > 1.3 else "square",
    )
