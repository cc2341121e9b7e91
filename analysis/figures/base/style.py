"""How figures look: their style, inks, and how a kind of report is drawn."""

from pathlib import Path

STYLE_SHEET = Path(__file__).with_name("style.mplstyle")

INK, QUIET, COVER = "#1a1a1a", "#666666", "#bfe3d6"
BAND_COLOUR = "#9cc3de"  # of an interval about a curve

Look = tuple[str, str, str, str, tuple[float, ...]]


class Looks(dict[str, Look]):
    """How kinds of reports and parties are drawn; one that has no look of its own is any party."""

    def __missing__(self, name: str) -> Look:
        """The look of a party of a case of one's own, under its own name."""
        return (name, *self["party"][1:])

    def place(self, name: str) -> int:
        """Where it stands in a legend."""
        return list(self).index(name) if name in self else len(self)


# Label, face, edge, hatch, and dashes of the edge if contested; the colours are Okabe and Ito's. What more
# voices bear out is darker and fuller, a party alone is pale and hatched: so they differ in grey too.
LOOKS = Looks(
    {
        "both sides agree": ("both sides agree", "#d55e00", "#7a3500", "", (4, 1)),
        "against interest": ("against its own interest", "#d55e00", "#7a3500", "....", (4, 1)),
        "independent": ("independent", "#e69f00", "#8a5f00", "", (5, 1.5)),
        "one source": ("one source", "#fbf3a0", "#8a7d00", "", (3, 3)),
        "army": ("army", "#b9e3d3", "#007a58", "////", (6, 1, 1, 1)),
        "csp": ("CSP", "#f3dbe8", "#a8487f", "\\\\\\\\", (1.2, 1)),
        "jnim": ("JNIM", "#cccccc", "#000000", "xxxx", (1, 2)),
        "un": ("UN", "#d6ecf9", "#0072b2", "||||", (8, 2)),
        "gatia": ("GATIA", "#ffffff", "#007a58", "++++", (6, 1, 1, 1, 1, 1)),
        "civilians": ("civilians", "#ffffff", "#666666", "----", (2, 2)),
        "narrative": ("one source", "#fbf3a0", "#8a7d00", "", (3, 3)),
        "party": ("a party alone", "#ededed", "#333333", "\\\\///", (2, 1)),
    }
)
