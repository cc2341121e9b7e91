"""How figures look: their style, inks, and how a kind of report or the claims of a party are drawn."""

from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

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

    @property
    def paint(self) -> dict[str, Any]:
        """Face, edge and hatch of a patch."""
        return {"fc": self.face, "ec": self.edge, "hatch": self.hatch}


class Looks(dict[str, Look]):
    """Looks by kind of report or party; a party that has none of its own is any party, under its own name."""

    def __missing__(self, name: str) -> Look:
        """The neutral look."""
        return self["party"]._replace(label=name)


LOOKS_FILE: dict[str, list[Any]] = YAML(typ="safe").load(Path(__file__).with_name("looks.yaml"))
LOOKS = Looks((row.pop("id"), Look(**row | {"dashes": tuple(row["dashes"])})) for row in LOOKS_FILE["looks"])


def looks_of(kind: str) -> list[dict[str, Any]]:
    """The looks of a kind in looks.yaml, as Matplotlib has them: dashes stand behind an offset.

    Raises KeyError for a kind that is none.
    """
    rows = LOOKS_FILE[kind]
    return [row | {"ls": (0, row["ls"])} if isinstance(row.get("ls"), list) else row for row in rows]


def named_looks(kind: str) -> dict[str, dict[str, Any]]:
    """The looks of a kind by what is drawn so. Raises KeyError."""
    return {row.pop("id"): row for row in looks_of(kind)}


def party_look(name: str) -> Look:
    """The look of a party's claims, or of a kind of report; of any other party a neutral one with its id."""
    return LOOKS[name]


def legend_place(name: str) -> int:
    """Where a party or a kind of report stands in a legend; others come last."""
    return list(LOOKS).index(name) if name in LOOKS else len(LOOKS)
