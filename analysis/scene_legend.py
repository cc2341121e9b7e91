"""What the inks and signs of a scene's map and diagram mean: one legend, for the page and for a report."""

from typing import NamedTuple

from analysis.looks import COVER, INK, LOOKS
from analysis.scene import INKS
from analysis.scene_ground import LINES, SURFACES

PARTIES = ("independent", "narrative", "army", "csp", "jnim", "un", "gatia", "civilians")
SIGNS = {"◆": "fight", "▼": "ambush", "✖": "mine", "★": "drone strike", "▲": "raid", "□": "capture"}
DASHES = {"dot": "dotted", "dashdot": "dashed"}
NOTE = (
    "Squares are columns. Claims of the last two days stand round their place, nowhere more exact. The strip "
    "at the right of the diagram is the drone cover at each road-km: the wider, the fuller."
)


class Entry(NamedTuple):
    """A line of a legend: the class of its chip, the chip's style by CSS property, its sign, its words."""

    chip: str
    style: dict[str, str]
    sign: str
    text: str


def entries() -> list[Entry]:
    """The lines of the legend."""
    lines = {f"road: {name}": (ink, dash) for name, (ink, _, dash) in SURFACES.items()}
    lines |= {name: (ink, dash) for name, ink, _, dash in LINES.values()}
    lines |= {"drones' circle and cover": ("#2a9d78", "solid")}
    found = [
        Entry("chip line", {"border-top": f"3px {DASHES.get(dash, 'solid')} {ink}"}, "", text)
        for text, (ink, dash) in lines.items()
    ]
    found.append(_dot("drone cover by road-km", COVER, COVER))
    found += [_dot(f"held by {name}", ink, INK) for name, ink in INKS.items()]
    found.append(_dot("group", INKS["rebels"], "#ffffff", "chip small dot"))
    for party in PARTIES:
        label, face, edge, *_ = LOOKS[party]
        found.append(_dot(f"claimed by: {label}", face, edge))
    return found + [Entry("sign", {}, sign, text) for sign, text in SIGNS.items()]


def _dot(text: str, face: str, edge: str, chip: str = "chip dot") -> Entry:
    return Entry(chip, {"background": face, "border-color": edge}, "", text)
