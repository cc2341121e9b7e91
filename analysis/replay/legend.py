"""The legend of the map and the diagram, as the page shows it."""

from collections.abc import Mapping
from operator import attrgetter

from analysis.figures.base.style import COVER, INK, looks_with
from analysis.replay.figures import DRONES
from analysis.replay.looks import LINES, SIGNS
from analysis.words.text import JsonObject
from sim.record.record import Record
from sim.state.kinds import Side

CSS_DASHES = {"dot": "dotted", "dashdot": "dashed"}
NOTE = (
    "Squares are columns. Claims of the last two days stand beside their place, those of a party together "
    "with their number; nowhere more exact. The strip at the right of the diagram is the drone cover at each "
    "road-km: the wider, the fuller."
)


def legend(record: Record, inks: Mapping[str, str], control: Mapping[str, str]) -> JsonObject:
    """The legend of a map on which the claims of a record may come: a note, and rows as JSON.

    `inks` of sides and words of their `control` are by id, in the order of their roles.

    A row has the class of its chip, the chip's style by CSS property, its sign and its words.
    """
    lines = [(name, f"3px {CSS_DASHES.get(dash, 'solid')} {ink}") for name, ink, _, dash in LINES.values()]
    lines += [("drones' operational radius and cover", f"3px solid {DRONES}")]
    of_party = looks_with(record.parties)
    looks = sorted({of_party[claim.party] for claim in record.claims}, key=attrgetter("place"))
    rows = [
        *(_row(text, "chip line", {"border-top": border}) for text, border in lines),
        _dot("drone cover by road-km", COVER, COVER),
        *(_dot(control[side], ink, INK) for side, ink in inks.items()),
        _dot("group", list(inks.values())[Side.CONTESTING], "#ffffff", "chip small dot"),
        *(_dot(f"claimed by: {look.label}", look.face, look.edge) for look in looks),
        *(_row(sign.words, "sign", {}, sign.letter) for sign in SIGNS),
    ]
    return {"rows": rows, "note": NOTE}


def _dot(text: str, face: str, edge: str, chip: str = "chip dot") -> JsonObject:
    return _row(text, chip, {"background": face, "border-color": edge})


def _row(text: str, chip: str, style: dict[str, str], sign: str = "") -> JsonObject:
    return {"text": text, "chip": chip, "style": style, "sign": sign}
