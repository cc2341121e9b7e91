"""What a run did, in words and signs: the same on the page, in its legend and in a film."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from analysis.figures.base.style import INK

EVENT_WORDS = {
    "departure": "leaves",
    "arrival": "reaches",
    "harassment": "is harassed by night near",
    "mine": "mine strike (reported)",
    "mine_unreported": "mine strike (not reported)",
    "ambush": "is ambushed",
    "contact": "a fight begins at",
    "break": "the defence is broken at",
    "round": "starts on a way round",
    "capture": "captures",
    "beaten": "goes back",
    "go": "leaves its hold at",
    "reinforced": "is reinforced at",
    "supply": "waits for supply",
    "on_station": "are ready, with their station at",
    "strike": "strike at",
    "vacated": "leaves the camp at",
    "camp_taken": "takes over the camp at",
    "airlift": "persons are flown to",
    "raid": "a raid on the garrison at",
    "fallen": "the garrison falls at",
    "resupply": "the garrison is resupplied at",
    "withdrawal": "withdraws to",
    "roadblock": "a group stands on its road",
}
"""Events of a run that are told, as words between who and where."""


class Sign(NamedTuple):
    """A sign: its words and letter, Matplotlib's marker, face and edge, Plotly's symbol by event."""

    words: str
    letter: str
    marker: str
    face: str
    edge: str
    symbols: Mapping[str, str]


_ROWS: tuple[tuple[Any, ...], ...] = (
    ("mine strike", "✖", "X", INK, "white", {"mine": "x", "mine_unreported": "x-open"}),
    ("ambush", "▼", "v", "#d55e00", INK, {"ambush": "triangle-down"}),
    ("fight", "◆", "D", "#ffffff", INK, {"contact": "diamond"}),
    ("drone strike", "★", "*", "#56b4e9", INK, {"strike": "star"}),
    ("raid", "▲", "P", "#cc79a7", INK, {"raid": "triangle-up"}),
    ("capture", "□", "s", "#ffffff", INK, {"capture": "square-open"}),
)
SIGNS = tuple(map(Sign._make, _ROWS))
"""Events that are drawn, and how: faces and edges are those of the map of a run."""
EVENT_SYMBOLS = {event: symbol for sign in SIGNS for event, symbol in sign.symbols.items()}
