"""What several tests do alike: damage a file, and see that the words of a figure stand apart."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.text import Text


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(raw)


def assert_apart(figure: Figure, words: Sequence[Text]) -> None:
    rooms = [(t.get_text(), t.get_window_extent().padded(-0.5)) for t in words]
    for index, (text, room) in enumerate(rooms):
        assert figure.bbox.contains(*room.min), text
        assert figure.bbox.contains(*room.max), text
        clash = [other for other, place in rooms[index + 1 :] if room.overlaps(place)]
        assert not clash, (text, clash)
