"""How a scene looks, from looks.yaml: what a run did, in words and signs that page and film share."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from analysis.words import names
from analysis.words.text import JsonObject


class Sign(NamedTuple):
    """A sign: its words and letter, Matplotlib's marker, face and edge, Plotly's symbol by event."""

    words: str
    letter: str
    marker: str
    face: str
    edge: str
    symbols: Mapping[str, str]


SHORT = 5
"""Letters of an id that stands for more words, at most."""
_LOOKS = YAML(typ="safe").load(Path(__file__).with_name("looks.yaml"))
LAYOUT: JsonObject = _LOOKS["layout"]
"""What Plotly is told of every figure."""
AXIS: JsonObject = _LOOKS["axis"]
"""What it is told of an axis that the page labels by itself."""
LINES: Mapping[str, tuple[str, str, float, str]] = _LOOKS["lines"]
"""Name, ink, width and dash of an outline by its kind, and of a road by its surface."""
EVENT_WORDS: Mapping[str, str] = _LOOKS["words"]
"""Events of a run that are told, as words between who and where."""
SIGNS = tuple(Sign(**row) for row in _LOOKS["signs"])
"""Events that are drawn, and how."""


def called(name: str) -> str:
    """A group or a drone detachment by its id: TB2, MNLA, harbour union."""
    return name.upper() if len(name) <= SHORT and name.isalnum() else names.spaced(name)


EVENT_SYMBOLS = {event: symbol for sign in SIGNS for event, symbol in sign.symbols.items()}
