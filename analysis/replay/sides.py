"""Sides and parties on the page, by the rows of the case."""

from collections.abc import Collection
from typing import NamedTuple

from analysis.figures.base.style import LOOKS
from sim.files.case_file import NO_SIDE
from sim.record.rows import Claim
from sim.state.kinds import Side
from sim.store.reader import RunTables


def inks(tables: RunTables) -> dict[str, str]:
    """The ink of each side by its id, in the order of their roles: of its columns, and of what it holds."""
    return {row.side: row.ink for row in tables.sides} | {NO_SIDE: "#777777"}


def group_side(tables: RunTables) -> str:
    """Whose the groups are, and what they overrun."""
    return tables.sides[Side.CONTESTING].side


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
