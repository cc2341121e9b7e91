"""What the fields of a file may be: types that parse the text of a scalar, and the check against a schema.

A schema is a `StrictModel`; `checked` gives it a tree of sim.files.yaml_tree and tells every fault with its
line.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Annotated, Any, TypeVar, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.files import units
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import MOST_SHOWN, Fault, FaultyInput, List, Map, Node, Where, locate, nearest

FOR_READERS = "For readers: counts for nothing in results."
"""How the description of a field begins by which no number changes, in the schemas of files."""


def for_readers(use: str = "") -> FieldInfo:
    """Says of a field that it changes no result, and what it is for: `Annotated[Words, for_readers()]`."""
    return FieldInfo(description=f"{FOR_READERS} {use}".rstrip())


class StrictModel(BaseModel):
    """A schema: unknown keys are errors, values never change after they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


LONGEST_VALUE = 200
"""Characters of a value, at most, where no free text stands: more than any has, and a message can show."""
LONGEST_ADDRESS = 2_000
NOT_SINGLE = "a list or mapping stands here; expected a single value"


def _scalar(
    parse_text: Callable[[str], object], schema: dict[str, object], longest: float = LONGEST_VALUE
) -> BeforeValidator:
    """A validator that parses the text of a scalar; lists, mappings and longer texts are refused.

    `schema` is what an editor is told of the field (JSON Schema), which reads numbers and words by itself.
    """

    def validator(value: object) -> object:
        if isinstance(value, str):
            if len(value) > longest:
                beginning = f"{value[:40]!r} and on is a text of {len(value):,} characters"
                raise ValueError(f"{beginning}; expected {longest} at most")
            return parse_text(str(value))
        if isinstance(value, dict | list):
            raise ValueError(NOT_SINGLE)  # noqa: TRY004
        return value

    return BeforeValidator(validator, json_schema_input_type=Annotated[str, WithJsonSchema(schema)])


def _of(dimension: str) -> BeforeValidator:
    known = "|".join(re.escape(unit) for unit, (kind, _) in units.UNITS.items() if kind == dimension)
    schema: dict[str, object] = {
        "type": "string",
        "pattern": rf"^[0-9.eE+-]+\s*({known})$",
        "description": f"a {dimension}",
        "examples": [f"5 {units.PREFERRED[dimension]}"],
    }
    return _scalar(lambda text: units.quantity(text, dimension), schema)


TEXT: dict[str, object] = {"type": ["string", "number"]}
"""A text, which an editor may take for a number."""
Number = Annotated[float, _scalar(units.number, {"type": "number"})]
Share = Annotated[
    float, _scalar(units.number, {"type": "number", "minimum": 0, "maximum": 1}), Field(ge=0, le=1)
]
Length = Annotated[float, _of("length"), Field(gt=0, le=20_000)]
Duration = Annotated[float, _of("time"), Field(ge=0, le=24 * 366 * 2)]
Speed = Annotated[float, _of("speed"), Field(gt=0, le=1_000)]
Count = Annotated[int, _scalar(units.whole, {"type": "integer", "minimum": 0}), Field(ge=0, le=1_000_000)]
CountRange = Annotated[
    tuple[Annotated[int, Field(ge=0, le=1_000_000)], Annotated[int, Field(ge=0, le=1_000_000)]],
    _scalar(
        units.spread,
        {"type": ["integer", "string"], "pattern": "^[0-9]+( to [0-9]+)?$", "examples": ["150 to 200"]},
    ),
]
Flag = Annotated[bool, _scalar(units.flag, {"type": "boolean"})]
Name = Annotated[str, _scalar(units.name, {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$"})]
Words = Annotated[str, _scalar(units.words, TEXT, math.inf)]
Label = Annotated[str, _scalar(units.words, TEXT)]
"""What pages and figures call a thing: words that stand in one line, and no text."""
DAY_SCHEMA: dict[str, object] = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "examples": ["2023-10-02"],
}
Day = Annotated[date, _scalar(units.day, DAY_SCHEMA)]
PartialDay = Annotated[
    str,
    _scalar(
        units.partial_day,
        {"type": ["string", "integer"], "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$", "examples": ["2023-10-05"]},
    ),
]
"""A day, a month or a year, as it stands in the file."""
WebAddress = Annotated[
    str,
    _scalar(units.web_address, {"type": "string", "format": "uri", "pattern": "^https?://"}, LONGEST_ADDRESS),
]
"""The address of a page, however long."""
GIVEN = "given"
DayOrGiven = Annotated[
    Any,
    _scalar(
        lambda text: GIVEN if text == GIVEN else units.day(text),
        {"anyOf": [DAY_SCHEMA, {"const": GIVEN}]},
    ),
]
"""A day, or the hour of the milestone that the scenario starts from."""
DAYS_SCHEMA: dict[str, object] = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}( to [0-9]{4}-[0-9]{2}-[0-9]{2})?$",
    "examples": ["2023-10-02", "2023-11-01 to 2023-11-09"],
}
DaysOrGiven = Annotated[
    Any,
    _scalar(
        lambda text: GIVEN if text == GIVEN else units.days(text),
        {"anyOf": [DAYS_SCHEMA, {"const": GIVEN}]},
    ),
]
"""A day, a range of days, or the hour of the milestone that the scenario starts from."""
Instant = Annotated[Any, _scalar(units.instant, {"type": "string", "examples": ["2023-10-05T06:30Z"]})]

Model = TypeVar("Model", bound=StrictModel)


def checked(tree: Node, schema: type[Model], case: Case = BUNDLED) -> Model:
    """The tree as its schema, in a case. Raises FaultyInput with every fault and its line."""
    try:
        return schema.model_validate(tree, context=case)
    except ValidationError as error:
        raise FaultyInput(_faults(tree, schema, error.errors())) from None


def case_in(about: ValidationInfo) -> Case:
    """The case in which a field is read. Raises TypeError where a schema is read without `checked`."""
    if not isinstance(about.context, Case):
        raise TypeError("a field that hangs on the case is read without one")
    return about.context


def sound(tree: Map, schema: type[Model], case: Case = BUNDLED) -> tuple[Map, Model] | None:
    """A tree without those items of its lists that hold faults, and its schema; None if still faulty."""
    try:
        return tree, schema.model_validate(tree, context=case)
    except ValidationError as error:
        remaining = _without(tree, [detail["loc"] for detail in error.errors()])
    with suppress(ValidationError):
        return remaining, schema.model_validate(remaining, context=case)
    return None


def _without(tree: Map, locs: list[tuple[int | str, ...]]) -> Map:
    """A copy of a mapping without the items of its lists and the other keys on some paths."""
    copy, below_keys = Map(tree.where), defaultdict(list)
    for first, *deeper in filter(None, locs):
        below_keys[first].append(deeper)
    for key, value in tree.items():
        below = below_keys.get(key, [])
        if isinstance(value, List):
            faulty = {loc[0] for loc in below if loc}
            value = List(value.where, [item for i, item in enumerate(value) if i not in faulty])
        elif below:
            continue
        copy.put(key, value, tree.lines[key])
    return copy


def _has_below(loc: tuple[int | str, ...], places: Iterable[tuple[int | str, ...]]) -> bool:
    """Whether a fault lies below a list: its faulty items were left out, so it only seems too short."""
    return any(len(place) > len(loc) and place[: len(loc)] == loc for place in places)


_VALUE_MESSAGES = {
    "too_short": "holds {actual_length}; expected {min_length} or more",
    "too_long": "holds {actual_length}; expected {max_length} at most",
    "literal_error": "{given!r:.60} is not known; expected {expected}",
    "greater_than_equal": "{given:.60} is out of range; expected {limit} or more",
    "greater_than": "{given:.60} is out of range; expected more than {limit}",
    "less_than_equal": "{given:.60} is out of range; expected {limit} or less",
    "less_than": "{given:.60} is out of range; expected less than {limit}",
}
"""What is wrong with a value, by the type of pydantic's error; the others have words of their own."""
_BOUNDS = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}
"""Errors of bounds, and what pydantic calls these."""


def _faults(tree: Node, schema: type[StrictModel], details: list[ErrorDetails]) -> Iterator[Fault]:
    """What pydantic found, in our words and by line; of what is too much to be shown in its own."""
    places = [detail["loc"] for detail in details]
    seen = [
        (locate(tree, detail["loc"]), number)
        for number, detail in enumerate(details)
        if detail["type"] != "too_short" or not _has_below(detail["loc"], places)
    ]
    for shown, (where, number) in enumerate(sorted(seen)):
        detail = details[number]
        yield _fault(where, schema, detail) if shown < MOST_SHOWN else Fault(where, detail["msg"])


def _fault(where: Where, schema: type[StrictModel], detail: ErrorDetails) -> Fault:
    """What pydantic found at a place, in our words."""
    loc, kind = detail["loc"], detail["type"]
    key = next((str(step) for step in reversed(loc) if isinstance(step, str) and step != "[key]"), "")
    if kind == "extra_forbidden":
        return Fault(where, f"{key!r} is not a key here; {nearest(key, keys_at(schema, loc[:-1]))}")
    if kind == "missing":
        return Fault(where, f"the key {key!r} is missing; expected '{key}: ...'")
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return Fault(where, f"{key or 'this'} has no keys of its own; expected 'key: value' lines")
    if kind in ("list_type", "tuple_type"):
        return Fault(where, f"{key or 'this'} is not a list; expected '[...]' or lines with '-'")
    if kind.startswith("union_tag"):
        wanted = ", ".join(filter(None, map(_variant, _models(schema, loc))))
        given = repr(str(detail["ctx"]["tag"])[:60]) if "tag" in detail["ctx"] else "nothing"
        return Fault(where, f"{key}: kind: {given} is not known; expected one of {wanted}")
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, units.Mistyped):
        message = error.among(partial(_refusal, schema, loc), _example_at(schema, loc))
    else:
        message = _about_value(detail, _bounds_at(schema, loc))
        if kind == "value_error" and (example := _example_at(schema, loc)):
            message = re.sub(r"(?<=as|ke) '[^']*'$", f" {example!r}", message)
    return Fault(where, f"{key}: {message}" if key else message)


def _about_value(detail: ErrorDetails, bounds: Sequence[object]) -> str:
    """What is wrong with a value that stands where one may stand, between all bounds of its field."""
    kind, given, message = detail["type"], str(detail["input"]), detail["msg"].removeprefix("Value error, ")
    if kind in _BOUNDS:
        kind, limit = _nearest_bound(kind, detail["ctx"], bounds)
        return _VALUE_MESSAGES[kind].format(given=given, limit=_in_its_unit(given, limit, kind))
    if kind in _VALUE_MESSAGES:
        message = _VALUE_MESSAGES[kind].format(given=given, **detail["ctx"])
        return message + _meant(given, detail["ctx"]["expected"]) if kind == "literal_error" else message
    if kind != "value_error":
        message = f"{given:.60} is out of range: {message[0].lower()}{message[1:]}"
    return message


def _meant(given: str, listing: str) -> str:
    """What follows the listing of the words that a field may hold: the one most like what stands there."""
    hint = nearest(given, re.findall("'([^']*)'", listing))
    return f"; {hint}" if hint.startswith("did") else ""


def _refusal(schema: type[StrictModel], loc: Sequence[str | int], text: str) -> str:
    """What is wrong with a text in a field on a path, as far as its bounds go; empty if nothing is."""
    for field in _fields_at(schema, loc):
        annotation: Any = Annotated[field.annotation, Field(), *field.metadata]
        reader: TypeAdapter[object] = TypeAdapter(annotation)
        try:
            reader.validate_python(text)
        except ValidationError as error:
            return _about_value(error.errors()[0], field.metadata)
    return ""


def _nearest_bound(kind: str, limits: Mapping[str, float], bounds: Sequence[object]) -> tuple[str, float]:
    """The narrowest of a field's bounds on the side of one that does not hold, with the kind of its error."""
    signs = {name: -1.0 if name in ("le", "lt") else 1.0 for name in _BOUNDS.values()}
    sign = signs[_BOUNDS[kind]]
    alike = [(other, limits[name]) for other, name in _BOUNDS.items() if name in limits]
    alike += [
        (other, float(getattr(bound, name)))
        for bound in bounds
        for other, name in _BOUNDS.items()
        if signs[name] == sign and getattr(bound, name, None) is not None
    ]
    return max(alike, key=lambda bound: (sign * bound[1], _BOUNDS[bound[0]] in ("gt", "lt")))


def _in_its_unit(given: str, limit: float, kind: str) -> str:
    """A limit as it would be written in the place of a value: in its unit, and no further than it is."""
    number = units.in_unit_of(given, float(limit))
    if number is None:
        return f"{limit:.15g}"
    step = 1e-3 if _BOUNDS[kind] in ("le", "lt") else -1e-3
    return f"{math.floor(number / step) * step + 0.0:.10g} {given.lstrip('+-.0123456789eE ')}".strip()


def keys_at(schema: type[StrictModel], loc: Iterable[str | int]) -> list[str]:
    """The keys a schema allows at a path: keys of mappings; what names the items of lists may be left out."""
    return [field.alias or key for model in _models(schema, loc) for key, field in model.model_fields.items()]


def is_section(schema: type[StrictModel], loc: Sequence[str], key: str) -> bool:
    """Whether a schema has one mapping, no list of them, at a key of a path."""
    annotations = [_field(model, key) for model in _models(schema, loc)]
    return any(_models_in(one) and get_origin(one) not in (tuple, list, dict) for one in annotations)


def default_at(schema: type[StrictModel], loc: Sequence[str], key: str) -> str | None:
    """What a file that leaves out a key of a path might say there, as text; None if that is nothing."""
    fields = [
        field
        for model in _models(schema, loc)
        for name, field in model.model_fields.items()
        if (field.alias or name) == key and not field.is_required()
    ]
    for field in fields:
        value = field.get_default(call_default_factory=True, validated_data={})
        annotation: Any = Annotated[field.annotation, Field(), *field.metadata]
        reader: TypeAdapter[object] = TypeAdapter(annotation)
        texts = [str(value).lower() if isinstance(value, bool) else str(value)]
        texts += [f"{value} {unit}" for unit in units.PREFERRED.values()]
        for text in texts:
            with suppress(ValidationError):
                if reader.validate_python(text) == value:
                    return text
        if value == ():
            return "[]"
    return None


def _models(schema: type[StrictModel], loc: Iterable[str | int]) -> list[type[BaseModel]]:
    """The schemas that may stand at a path."""
    models: list[type[BaseModel]] = [schema]
    for step in [step for step in loc if isinstance(step, str)]:
        inner = [_field(m, step) for m in models]
        if any(inner):
            models = [m for annotation in inner for m in _models_in(annotation)]
        else:  # the name of a variant
            models = [m for m in models if _variant(m) == step] or models
    return models


def _field(model: type[BaseModel], key: str) -> object:
    """The annotation of a key of a schema, None if it has none."""
    return next((f.annotation for name, f in model.model_fields.items() if (f.alias or name) == key), None)


def _bounds_at(schema: type[StrictModel], loc: Sequence[str | int]) -> list[object]:
    """What pydantic holds a field on a path to, apart from its type."""
    return [bound for field in _fields_at(schema, loc) for bound in field.metadata]


def _fields_at(schema: type[StrictModel], loc: Sequence[str | int]) -> list[FieldInfo]:
    """The fields that may stand on a path; none for an item of a list."""
    models = _models(schema, loc[:-1]) if loc else []
    fields = [(f.alias or name, f) for model in models for name, f in model.model_fields.items()]
    return [field for name, field in fields if loc and name == loc[-1]]


def _example_at(schema: type[StrictModel], loc: Sequence[str | int]) -> str:
    """How the value of a field on a path is usually written; empty where its type says enough."""
    return next((str(field.examples[0]) for field in _fields_at(schema, loc) if field.examples), "")


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _variant(model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    return str(getattr(kind.annotation, "__args__", ("",))[0]) if kind else ""
