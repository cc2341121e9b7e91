"""What is seen in a figure: its words, which stand apart, and the artists of a name."""

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text


def artists(place: Axes | Figure, gid: str) -> list[Artist]:
    """The artists of a name in axes, or in the first axes of a figure."""
    axis = place.axes[0] if isinstance(place, Figure) else place
    return [artist for artist in axis.get_children() if artist.get_gid() == gid]


def assert_apart(figure: Figure, words: Sequence[Text]) -> None:
    """Texts lie inside the figure, and none over another."""
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
