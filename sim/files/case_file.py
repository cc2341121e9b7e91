"""What a case calls its sides, and the scenario that is meant where none is named: its `params/case.yaml`.

A case that has no such file has the one that comes with the program.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from sim.files.case import BUNDLED, Case
from sim.files.fields import Label, Name, Number, StrictModel, Words, case_in, checked
from sim.files.notes import alike
from sim.files.paths import display_path, file_state
from sim.files.units import shaped
from sim.files.yaml_tree import Fault, Faults, Map, locate, nearest, read, refuse

Role = Literal["advancing", "contesting", "withdrawing"]
ROLES: tuple[Role, ...] = get_args(Role)
"""The roles of sides in the order of their numbers, those of sim.state.kinds.Side."""
NO_SIDE = "none"
"""What a scenario says of a place that no side holds."""
Colour = Annotated[
    Words, AfterValidator(shaped("#[0-9a-f]{6}", "a colour; expected something like '#009e73'"))
]
Hatch = Annotated[str, AfterValidator(shaped(r"[*+\-./OX\\ox|]*", r"a hatch; expected some of *+-./OX\ox|"))]

Dashes = Annotated[tuple[Annotated[Number, Field(gt=0)], ...], Field(min_length=2, max_length=8)]
"""Of a line: points on, points off, and so on."""


class SideRow(StrictModel):
    """A side of a case: its role in the rules, its id in files and outputs, its name, and how it is drawn."""

    role: Role
    side: Name
    name: Label
    face: Colour
    edge: Colour
    hatch: Hatch = ""
    report: Colour
    dashes: Dashes
    ink: Colour


class CaseFile(StrictModel):
    """A case's sides, in a file in any order, here by their roles; and what is meant where nothing is named.

    `chief` is a scenario, `rivals` a design of competing explanations, `plan` a plan of a calibration.
    """

    chief: Name | None = None
    rivals: Name | None = None
    plan: Name | None = None
    sides: Annotated[tuple[SideRow, ...], Field(min_length=len(ROLES), max_length=len(ROLES))]


def case_file(case: Case = BUNDLED) -> CaseFile:
    """The file of a case, or else the program's own. Raises FaultyInput with every fault."""
    return read_case_file(case.lent("params", "case.yaml"))


def default_of(case: Case, key: Literal["rivals", "plan"], noun: str) -> str:
    """What a case's own file names where a command is given no name; `noun` says what that is.

    Raises FaultyInput if it names none, for what another case names is not there.
    """
    path = case.path("params", "case.yaml")
    name: str | None = getattr(case_file(case), key) if path.exists() else None
    if name is None:
        right = f"expected a name, or `{key}: NAME` in params/case.yaml"
        refuse(display_path(path), f"names no {noun} that is meant where none is given; {right}")
    return name


def read_case_file(path: Path) -> CaseFile:
    """A case's file. Raises FaultyInput with every fault and its line."""
    return _read(path, file_state(path))


@lru_cache(16)
def _read(path: Path, _: object) -> CaseFile:
    tree, faults = read(path), Faults()
    case = checked(tree, CaseFile)
    for key, taken in (("role", []), ("side", [NO_SIDE])):
        for i, row in enumerate(case.sides):
            value = getattr(row, key)
            if value in taken:
                where = locate(tree, ["sides", i, key])
                faults.note(where, f"{key}: {value!r} is taken; expected another one")
            taken.append(value)
    faults.refuse()
    by_role = sorted(case.sides, key=lambda row: ROLES.index(row.role))
    return case.model_copy(update={"sides": tuple(by_role)})


def case_notes(case: CaseFile, tree: Map) -> tuple[Fault, ...]:
    """What of a case's file may not be meant: sides whose names read the same, or that are drawn the same."""
    nodes = {str(node["role"]): node for node in tree["sides"]}
    notes: list[Fault] = []
    faces: dict[tuple[str, str], str] = {}
    for key in ("side", "name"):
        notes += alike(key, [(nodes[row.role].lines[key], getattr(row, key)) for row in case.sides])
    for row in case.sides:
        other = faces.setdefault((row.face, row.hatch), row.side)
        if other != row.side:
            message = (
                f"face: {row.face!r} is the colour of {other!r} too, and figures cannot distinguish them"
            )
            notes.append(Fault(nodes[row.role].lines["face"], f"{message}; another one would be likely"))
    return tuple(notes)


def side_field(*words: str) -> BeforeValidator:
    """A field that holds the id of a side, by the file of the case in whose context it is read.

    `words` are the roles of the sides that it may name, or what may stand there beside them. In a JSON Schema
    `side: ROLE` stands for an id (see `with_ids`). Raises ValueError, when it is read, for any other text.
    """

    def validator(value: object, about: ValidationInfo) -> str:
        ids: dict[str, str] = {row.role: row.side for row in case_file(case_in(about)).sides}
        known = [ids.get(word, word) for word in words]
        if value not in known:
            raise ValueError(f"{str(value)!r:.60} is not known; {nearest(str(value), known)}")
        return str(value)

    marks = [f"side: {word}" if word in ROLES else word for word in words]
    schema = {"enum": marks} if len(words) > 1 else {"const": marks[0]}
    text = Annotated[str, WithJsonSchema({**schema, "type": "string"})]
    return BeforeValidator(validator, json_schema_input_type=text)


SideId = Annotated[str, side_field(*ROLES)]
"""The id of any side of a case."""


def with_ids(schema: dict[str, object], case: Case = BUNDLED) -> dict[str, object]:
    """A JSON Schema with the ids of a case's sides where `side: ROLE` stands for them."""
    text = json.dumps(schema)
    for row in case_file(case).sides:
        text = text.replace(f'"side: {row.role}"', f'"{row.side}"')
    schema_with_ids: dict[str, object] = json.loads(text)
    return schema_with_ids
