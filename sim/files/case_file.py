"""What a case calls its sides, and the scenario that is meant where none is named: its `params/case.yaml`.

A case that has no such file has the one that comes with the program.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from sim.files.case import BUNDLED, Case
from sim.files.fields import Name, Number, StrictModel, Words, checked
from sim.files.yaml_tree import Fault, FaultyInput, locate, read

Role = Literal["advancing", "contesting", "withdrawing"]
ROLES: tuple[Role, ...] = get_args(Role)
"""The roles of sides in the order of their numbers, those of sim.state.kinds.Side."""
NO_SIDE = "none"
"""What a scenario says of a place that no side holds."""
_HATCHES = set("/\\|-+xXoO.*")


def _colour(text: str) -> str:
    if len(text) != 7 or text[0] != "#" or not set(text[1:]) <= set("0123456789abcdef"):
        raise ValueError(f"{text!r} is not a colour; something like '#009e73' would be right")
    return text


def _hatch(text: str) -> str:
    if not set(text) <= _HATCHES:
        raise ValueError(f"{text!r} is not a hatch; some of {''.join(sorted(_HATCHES))} would be right")
    return text


Colour = Annotated[Words, AfterValidator(_colour)]
Hatch = Annotated[str, AfterValidator(_hatch)]


class SideRow(StrictModel):
    """A side of a case: its role in the rules, its id in files and outputs, its name, and how it is drawn."""

    role: Role
    side: Name
    name: Words
    face: Colour
    edge: Colour
    hatch: Hatch = ""
    report: Colour
    dashes: Annotated[tuple[Annotated[Number, Field(gt=0)], ...], Field(min_length=2, max_length=8)]
    ink: Colour


class CaseFile(StrictModel):
    """A case's sides, in a file in any order, here by their roles; and its chief scenario if it names one."""

    chief: Name | None = None
    sides: Annotated[tuple[SideRow, ...], Field(min_length=len(ROLES), max_length=len(ROLES))]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the sides; an index is the number of a role (sim.state.kinds.Side)."""
        return tuple(row.side for row in self.sides)


def case_file(case: Case = BUNDLED) -> CaseFile:
    """The file of a case, or else the program's own. Raises FaultyInput with every fault."""
    return read_case_file(case.lent("params", "case.yaml"))


@cache
def read_case_file(path: Path) -> CaseFile:
    """A case's file. Raises FaultyInput with every fault and its line."""
    tree = read(path)
    case = checked(tree, CaseFile)
    faults = []
    for key, taken in (("role", []), ("side", [NO_SIDE])):
        for i, row in enumerate(case.sides):
            value = getattr(row, key)
            if value in taken:
                where = locate(tree, ["sides", i, key])
                faults.append(Fault(where, f"{key}: {value!r} is taken; another one would be right"))
            taken.append(value)
    if faults:
        raise FaultyInput(faults)
    by_role = sorted(case.sides, key=lambda row: ROLES.index(row.role))
    return case.model_copy(update={"sides": tuple(by_role)})
