"""What a design file may say, as schemas: one for each kind of design (see sim.designs.design)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sim.files import units
from sim.files.fields import NOT_SINGLE, Flag, Instant, StrictModel, Words, checked, for_readers
from sim.files.yaml_tree import Faults, Map, Text, nearest


def _whole(given: object) -> int:
    if isinstance(given, str):
        return units.whole(str(given))
    raise ValueError(NOT_SINGLE)


Whole = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int), Field(ge=1)]
FactorValues = Annotated[dict[str, Any], Field(min_length=1)]


def _milestone(text: Text) -> Text:
    parts = text.split(":")
    if not 2 <= len(parts) <= 3:
        raise ValueError(f"{text!r:.60} is not place:event; expected something like 'some_town:capture'")
    for part in parts:
        units.name(part)
    return text


MilestoneId = Annotated[Words, AfterValidator(_milestone)]
"""The id of a milestone: `place:event`, or with its column's id behind it."""


class DesignSheet(StrictModel):
    """What every design file may say."""

    summary: Annotated[Words, for_readers("Lists show it.")] = ""
    source: Annotated[Words, for_readers()] = ""
    kind: Words
    runs: Annotated[Whole, Field(le=10_000_000)]
    common_random_numbers: Flag = True
    milestone: MilestoneId | None = None
    by: Instant | None = None


class _List(DesignSheet):
    points: Annotated[list[FactorValues], Field(min_length=1)]


class _Values(DesignSheet):
    values: FactorValues


class _Ranges(DesignSheet):
    ranges: FactorValues


class _Hypercube(_Ranges):
    points: Whole


class Sobol(_Hypercube):
    """A sample whose size must be a power of two, or may be rounded to one."""

    round: Literal["up", "down"] | None = None


class _Saltelli(Sobol):
    second_order: Flag = False
    groups: Flag = False


class Morris(_Ranges):
    """Trajectories through a grid of levels."""

    trajectories: Whole
    levels: Annotated[Whole, Field(le=1_000, multiple_of=2)] = 4


class _Prior(DesignSheet):
    points: Whole
    over: Annotated[tuple[Words, ...], Field(min_length=1)] | None = None


SHEETS: dict[str, type[DesignSheet]] = {
    "list": _List,
    "grid": _Values,
    "one-at-a-time": _Values,
    "latin-hypercube": _Hypercube,
    "sobol": Sobol,
    "morris": Morris,
    "saltelli": _Saltelli,
    "prior": _Prior,
}
"""What a design of each kind may say."""


def read_sheet(tree: Map, faults: Faults) -> DesignSheet | None:
    """The checked file; None, and its faults noted, if it is faulty. Of an unknown kind only the head."""
    kind = tree.get("kind")
    schema = SHEETS.get(kind) if isinstance(kind, Text) else None
    if schema is None and isinstance(kind, Text):
        faults.note(tree.lines["kind"], f"kind: {str(kind)[:60]!r} is not known; {nearest(kind, SHEETS)}")
    with faults:
        return checked(tree if schema else _head(tree), schema or DesignSheet)
    return None


def _head(tree: Map) -> Map:
    """The keys that every design has."""
    head = Map(tree.where)
    for key in tree.keys() & DesignSheet.model_fields.keys():
        head.put(key, tree[key], tree.lines[key])
    return head
