"""What several tests do alike: damage a file, and see that the words of a figure stand apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.store import sealed


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(raw)


def reseal(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest as if it had been made so."""
    (folder / "manifest.json").write_bytes(sealed(manifest))


def assert_apart(figure: Figure, words: Sequence[Text]) -> None:
    rooms = [(t.get_text(), t.get_window_extent().padded(-0.5)) for t in words]
    for index, (text, room) in enumerate(rooms):
        assert figure.bbox.contains(*room.min), text
        assert figure.bbox.contains(*room.max), text
        clash = [other for other, place in rooms[index + 1 :] if room.overlaps(place)]
        assert not clash, (text, clash)


def words(figure: Figure) -> list[Text]:
    """The texts that are seen: labels of ticks beyond an axis's limits are not."""
    figure.draw_without_rendering()
    hidden = set()
    for axis in (line for axes in figure.axes for line in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            gone = not axis.axes.get_visible() or not low <= tick.get_loc() <= high
            hidden |= {tick.label1, tick.label2} if gone else set()
        if not axis.axes.get_visible():
            hidden |= {axis.label, axis.offsetText}
    found = [t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_visible()]
    return [text for text in found if text not in hidden and text.get_text().strip()]
