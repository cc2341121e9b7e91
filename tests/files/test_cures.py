"""A message's cure is accepted when it is typed in: for every field that files have, and ways people write."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated, Any

import pytest
from bundled import bundled_inputs
from pydantic import Field, create_model

import sim
from sim.engine.inputs import load_inputs
from sim.files import units
from sim.files.fields import StrictModel, checked
from sim.files.yaml_tree import FaultyInput, Map, Text, Where
from sim.parameters.parameter import read_value

HERE = Where("f", 1)
RIGHT = ("0.5", "5", "5 km", "5 h", "5 km/h", "true", "2023-10-05", "2023-10-05T07:00Z", "gao", "some words")
"""Texts of which the first that a field takes says what it takes."""


@cache
def schemas() -> tuple[type[StrictModel], ...]:
    for module in walk_packages(sim.__path__, "sim."):
        if not module.name.startswith("sim.view"):
            import_module(module.name)
    found: list[type[StrictModel]] = [StrictModel]
    for schema in found:
        found += [one for one in schema.__subclasses__() if one.__module__.startswith("sim.")]
    return tuple(found[1:])


@cache
def fields() -> dict[str, type[StrictModel]]:
    """Every field of files, as a schema of its own with the key `x`; of those that are alike, one."""
    made = {}
    for schema in schemas():
        for name, field in schema.model_fields.items():
            kind: Any = Annotated[field.annotation, Field(), *field.metadata]
            key = f"{schema.__module__}.{schema.__name__}.{name}"
            made.setdefault(repr(kind), (key, create_model("Alone", __base__=StrictModel, x=(kind, ...))))
    return dict(made.values())


def fault(schema: type[StrictModel], text: str) -> str:
    """What is wrong with a text in a field; empty if nothing is."""
    tree = Map(HERE)
    tree.put("x", Text(text, HERE), HERE)
    try:
        checked(tree, schema)
    except FaultyInput as error:
        return error.faults[0].message
    return ""


def cures(message: str) -> list[str]:
    """What a message offers: the quoted texts behind its semicolon, and bounds as they are written."""
    _, _, advice = message.partition("; ")
    bound = re.match(r"expected (.*) or (?:more|less)", advice)
    return [bound[1]] if bound else re.findall(r"'([^']+)'", advice)


def wrong(right: str) -> Iterator[str]:
    """expected How people write a text that."""
    number, _, unit = right.partition(" ")
    unit = f" {unit}" if unit else ""
    if re.fullmatch(r"[0-9.]+", number):
        comma = number.replace(".", ",") if "." in number else f"{number},0"
        yield from (
            f"{number}-{number}{unit}",
            f"{number} to {number}{unit}",
            f"{number}{unit}-{number}{unit}",
        )
        yield from (
            f"{number}00000",
            f"{number}000-{number}000{unit}",
            f"0{number}000{unit}",
            f"{number},000{unit}",
        )
        yield from (number, f"{number}.0", f"0{number}{unit}", f"{comma}{unit}", f"{number} miles", "NA", "~")
        yield from (
            f"{number}%",
            f"-{number}{unit}",
            f"900000000{unit}",
            f"{number} kilometers",
            "16:30",
            "few",
        )
    yield from ("yes", "True", "no", "5.10.2023", "2023-10-05 07:00", "Gao Camp", "")


def test_every_field_of_every_schema_is_tried():
    taken = {next((text for text in RIGHT if not fault(one, text)), None) for one in fields().values()}
    assert len(fields()) > 60
    assert {"0.5", "5", "5 km", "5 h", "5 km/h", "true", "2023-10-05", "gao"} <= taken


def test_a_cure_is_accepted_when_it_is_typed_in():
    mistaken, tried = [], 0
    for name, schema in fields().items():
        right = next((text for text in RIGHT if not fault(schema, text)), None)
        for text in wrong(right) if right else ():
            message = fault(schema, text)
            tried += bool(message)
            if any(fault(schema, cure) for cure in cures(message)):
                mistaken.append(f"{name}: {text!r}: {message}")
    assert tried > 500
    assert mistaken[:20] == []


@pytest.mark.parametrize(
    ("read", "text", "cure"),
    [
        (units.whole, "42000.0", "expected '42000'"),
        (units.whole, "42,000", "expected '42000'"),
        (units.whole, "42 000", "expected '42000'"),
        (units.whole, "1e3", "expected '1000'"),
        (units.whole, "025", "expected '25'"),
        (units.whole, "150 to 200", "expected one whole number, as '150'"),
        (units.whole, "250-400", "expected one whole number, as '250'"),
        (units.spread, "250-400", "expected '250 to 400'"),
        (units.spread, "250..400", "expected '250 to 400'"),
        (units.spread, "400\u2013250", "expected '250 to 400'"),
        (units.spread, "42,000 to 43,000", "expected '42000 to 43000'"),
        (units.number, "0,5", "expected '0.5'"),
        (units.number, "70%", "expected a plain number, as '0.7'"),
        (lambda text: units.quantity(text, "length"), "1,500 m", "expected '1.500 m' or '1500 m'"),
        (lambda text: units.quantity(text, "length"), "100", "expected '100 km', '100 m' or '100 mi'"),
        (lambda text: units.quantity(text, "time"), "010", "expected '10 h'"),
        (lambda text: units.quantity(text, "time"), "2 to 3 days", "expected one number, as '2 days'"),
    ],
)
def test_what_a_text_means_is_offered(read, text, cure):
    with pytest.raises(ValueError, match=re.escape(f"; {cure}")):
        read(text)


def test_a_limit_is_told_in_the_unit_that_was_written():
    drone = next(schema for name, schema in fields().items() if name.endswith("Drone.endurance"))
    assert fault(drone, "4 days") == "x: 4 days is out of range; expected 3 days or less"
    assert fault(drone, "80 h") == "x: 80 h is out of range; expected 72 h or less"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5", "'5' has no unit; expected '5 h' or '5 min'"),
        ("100", "'100' has no unit; expected '100 min'"),
        ("5000", "'5000' has no unit; expected 72 h or less"),
        ("0100 h", "'0100 h' begins with a zero; expected 72 h or less"),
        ("1,500 h", "'1,500 h' has a comma; expected '1.500 h'"),
    ],
)
def test_of_what_a_text_may_mean_only_that_is_offered_which_its_field_takes(text, message):
    drone = next(schema for name, schema in fields().items() if name.endswith("Drone.endurance"))
    assert fault(drone, text) == f"x: {message}"


def test_a_parameter_is_offered_only_what_it_takes():
    row = bundled_inputs("gao-anefis").parameters.rows["press_on"]
    with pytest.raises(ValueError, match="^'5' has no unit; expected '5 h' or '5 min'$"):
        read_value(row, "5")
    with pytest.raises(FaultyInput, match="'30' has no unit; expected '30 min'$"):
        load_inputs("gao-anefis", None, ["press_on=30"])
    with pytest.raises(ValueError, match="^'5000' has no unit; expected 0 h to 24 h$"):
        read_value(row, "5000")


@pytest.mark.parametrize("text", ["NA", "n/a", "-", "?"])
def test_people_whom_nobody_counted_are_an_empty_cell(text):
    people = next(schema for name, schema in fields().items() if name.endswith("Place.people"))
    assert fault(people, text).endswith("; expected an empty cell")
    assert not fault(people, "")
