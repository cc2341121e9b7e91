"""How figures look: their style, inks, and how a kind of report or the claims of a party are drawn."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from sim.record.rows import PartyLook, Voice

STYLE_SHEET = Path(__file__).with_name("style.mplstyle")

INK, QUIET, COVER = "#1a1a1a", "#666666", "#bfe3d6"
BAND_COLOUR = "#9cc3de"  # of an interval about a curve


class Look(NamedTuple):
    """How a kind of report, or what a party claims, is drawn."""

    label: str
    face: str
    edge: str
    hatch: str
    dashes: tuple[float, ...]  # of the edge if it is contested (points)
    says: str = ""  # in a legend of who claims what, if not `claimed by: label`
    place: int = 0  # in a legend

    @property
    def paint(self) -> dict[str, Any]:
        """Face, edge and hatch of a patch."""
        return {"fc": self.face, "ec": self.edge, "hatch": self.hatch}


LOOKS_FILE: dict[str, list[Any]] = YAML(typ="safe").load(Path(__file__).with_name("looks.yaml"))


class Looks(dict[str, Look]):
    """Looks by kind of report or party, in the order of a legend; a party without one is drawn neutrally."""

    def __missing__(self, name: str) -> Look:
        """The look of any party, under its id."""
        return UNNAMED["party"]._replace(label=name, place=len(self))


def _looks(kind: str) -> dict[str, Look]:
    """Looks of a kind in looks.yaml by what is drawn so."""
    rows = {row["id"]: {**row, "dashes": tuple(row["dashes"])} for row in LOOKS_FILE[kind]}
    return {name: Look(**{key: row[key] for key in row if key != "id"}) for name, row in rows.items()}


KINDS, UNNAMED = _looks("looks"), _looks("unnamed")
"""Looks of kinds of reports; of claims by nobody, and by a party alone, of which nothing else is known."""
LOOKS = KINDS | UNNAMED
"""All looks that no case decides."""


def looks_with(parties: Iterable[Voice]) -> Looks:
    """The looks of kinds of reports and of a record's parties.

    In a legend kinds stand first, then parties that tell of a run's events, then others, then nobody.
    """
    by_id = dict(KINDS)
    for party in sorted(parties, key=lambda party: not (party.reports or party.reports_own)):
        base = LOOKS.get(party.party, UNNAMED["party"]._replace(label=party.party))
        given = party.model_dump(include={*PartyLook.model_fields}, exclude_none=True)
        if party.party in KINDS:
            given.pop("label", None)  # in legends it is a kind of report
        by_id[party.party] = base._replace(**given)
    by_id |= {name: by_id.pop(name, look) for name, look in UNNAMED.items()}
    return Looks((name, look._replace(place=place)) for place, (name, look) in enumerate(by_id.items()))


def looks_of(kind: str) -> list[dict[str, Any]]:
    """The looks of a kind in looks.yaml, as Matplotlib has them: dashes stand behind an offset.

    Raises KeyError for a kind that is none.
    """
    rows = LOOKS_FILE[kind]
    return [row | {"ls": (0, row["ls"])} if isinstance(row.get("ls"), list) else row for row in rows]


def named_looks(kind: str) -> dict[str, dict[str, Any]]:
    """The looks of a kind by what is drawn so. Raises KeyError."""
    return {row.pop("id"): row for row in looks_of(kind)}
