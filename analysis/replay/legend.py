"""The legend of the map and the diagram, as the page shows it."""

from collections.abc import Collection, Mapping
from typing import Any

from analysis.figures.base.style import COVER, INK
from analysis.replay.figures import DRONES
from analysis.replay.layers import LINES
from analysis.replay.sides import paint_of, parties
from analysis.replay.signs import SIGNS
from sim.record.rows import Claim
from sim.state.kinds import Side

CSS_DASHES = {"dot": "dotted", "dashdot": "dashed"}
NOTE = (
    "Squares are columns. Claims of the last two days stand round their place, nowhere more exact. The strip "
    "at the right of the diagram is the drone cover at each road-km: the wider, the fuller."
)


def legend(claims: Collection[Claim], inks: Mapping[str, str]) -> dict[str, Any]:
    """The legend of a map on which some claims may come: a note, and rows as JSON.

    `inks` are those of the sides by id, in the order of their roles.

    A row has the class of its chip, the chip's style by CSS property, its sign and its words.
    """
    lines = {name: (ink, dash) for name, ink, _, dash in LINES.values()}
    lines |= {"drones' circle and cover": (DRONES, "solid")}
    dots = [
        ("drone cover by road-km", COVER, COVER),
        *((f"held by {s}", ink, INK) for s, ink in inks.items()),
    ]
    claimed = [(f"claimed by: {label}", face, edge) for label, face, edge in map(paint_of, parties(claims))]
    rows = [
        *(_row(text, "chip line", {"border-top": _border(*line)}) for text, line in lines.items()),
        *(_dot(*dot) for dot in dots),
        _dot("group", list(inks.values())[Side.CONTESTING], "#ffffff", "chip small dot"),
        *(_dot(*dot) for dot in claimed),
        *(_row(sign.words, "sign", {}, sign.letter) for sign in SIGNS),
    ]
    return {"rows": rows, "note": NOTE}


def _border(ink: str, dash: str) -> str:
    return f"3px {CSS_DASHES.get(dash, 'solid')} {ink}"


def _dot(text: str, face: str, edge: str, chip: str = "chip dot") -> dict[str, Any]:
    return _row(text, chip, {"background": face, "border-color": edge})


def _row(text: str, chip: str, style: dict[str, str], sign: str = "") -> dict[str, Any]:
    return {"text": text, "chip": chip, "style": style, "sign": sign}
