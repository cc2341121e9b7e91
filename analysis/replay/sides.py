"""Sides and parties on the page: all that hangs on their ids stands here alone."""

from collections.abc import Collection
from typing import NamedTuple

from analysis.figures.base.style import LOOKS
from sim.record.rows import Claim

INKS = {"army": "#007a58", "rebels": "#a8487f", "un": "#0072b2", "none": "#777777"}
"""The ink of a side by its id: of its columns, and of what it holds."""
NO_SIDE = "none"
"""Who holds what no side holds; whose a column is of which nobody says it."""
GROUP_SIDE = "rebels"
"""Whose the groups are, and what they overrun."""
CAMP_OWNER = "the UN"
"""Whose the camps were that are vacated."""


class Paint(NamedTuple):
    """How a kind of report, or what a party claims, is painted: its words, its face and edge."""

    label: str
    face: str
    edge: str


def paint_of(look: str) -> Paint:
    """The paint of a kind of report, or of the claims of a party."""
    return Paint(*LOOKS[look][:3])


def parties(claims: Collection[Claim]) -> list[str]:
    """The parties of some claims, in the order of the figures' legends; those without a look come last."""
    named = dict.fromkeys(claim.party for claim in claims)
    return [*(party for party in LOOKS if party in named), *(party for party in named if party not in LOOKS)]
