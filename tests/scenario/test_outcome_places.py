"""No place at which something is to come out, and no number of an outcome, is an input without saying so.

Where a column goes is an order, and who holds a town at the start is known. But that its road is contested from
some place, that it stops or is fought at some place, that groups stand there or drones do: such a place is an
outcome if the record has something of the column there that the model is judged by. It stands under
`outcome_known` of the scenario then, or it is an alternative that says so.
"""

import re

import pytest

from sim.files.case import BUNDLED
from sim.files.yaml_tree import List, Map, read
from sim.record.record import load_record
from sim.record.rows import COMPARED
from sim.scenario.network import load_network
from sim.scenario.reading import load_scenario, scenarios
from sim.scenario.schema import Scenario

COLUMN = "army"
ORDERED_TO = {"gao", "anefis", "kidal", "aguelhok"}
"""Where it starts, and the premises of the UN that it was sent to: orders, by S0."""


def outcome_places():
    """The places of compared observations of the column, and where its scenarios say that these may be."""
    seen = [row.event for row in load_record().observations if row.use in COMPARED and row.column == COLUMN]
    places = {event.split(":")[0] for event in seen}
    for name in scenarios():
        for milestone in load_scenario(name).scenario.milestones:
            if milestone.column == COLUMN and milestone.id in seen:
                places |= {milestone.at or milestone.place, *(milestone.between or ())}
    return places - ORDERED_TO


def placed(scenario):
    """Dotted paths of the inputs that say where something comes out, with their places."""
    for column in scenario.columns:
        if column.id == COLUMN:
            path = f"columns.{column.id}"
            yield f"{path}.contested_from", column.contested_from
            yield from (
                (f"{path}.{key}", place) for key in ("via", "stops") for place in getattr(column, key)
            )
            yield from ((f"{path}.defended.{row.place}", row.place) for row in column.defended)
            yield from ((f"{path}.orders.{row.id}", row.at) for row in column.orders)
    for closure in scenario.closures:
        yield from ((f"closures.{closure.id}", place) for place in closure.between)
    for group in scenario.groups:
        yield f"groups.{group.id}.home", group.home
        yield from ((f"groups.{group.id}.blocks", place) for place in group.blocks or ())
    for drone in scenario.drones:
        yield f"drones.{drone.id}.station", drone.station
    if scenario.belief:
        yield "belief.station", scenario.belief.station


def unsaid(scenario, places):
    """The inputs at outcome places that `outcome_known` does not name."""
    return [
        path for path, place in placed(scenario) if place in places and path not in scenario.outcome_known
    ]


def texts(node):
    """All single values below a node, with their lines."""
    if isinstance(node, Map | List):
        for part in node.values() if isinstance(node, Map) else node:
            yield from texts(part)
    else:
        yield str(node), node.where.line


def test_the_outcome_places_are_those_of_the_march_the_fights_and_the_mine():
    assert outcome_places() == {"tarkint", "tabrichat", "tabankort", "anefis_s10", "alkit_rd"}


@pytest.mark.parametrize("name", scenarios())
def test_a_scenario_says_which_of_its_inputs_are_at_outcome_places(name):
    scenario = load_scenario(name).scenario
    if any(column.id == COLUMN for column in scenario.columns):
        assert unsaid(scenario, outcome_places()) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("stops: every place", "stops: [tin_aouker, tarkint]", "columns.army.stops"),
        ("contested_from: tarkint", "contested_from: tabrichat", None),
        ("  - columns.army.contested_from\n", "", "columns.army.contested_from"),
        ("  - columns.army.defended.anefis_s10\n", "", "columns.army.defended.anefis_s10"),
        ("id: maa, home: anefis", "id: maa, home: anefis_s10", "groups.maa.home"),
        ("{station: gao_apt, radius: 150 mi", "{station: tabankort, radius: 150 mi", "belief.station"),
        ("    station: gao_apt", "    station: tarkint", "drones.tb2.station"),
    ],
)
def test_a_planted_place_is_found(tmp_path, old, new, path):
    text = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "s.yaml").write_text(text.replace(old, new), encoding="utf-8")
    assert unsaid(load_scenario(str(tmp_path / "s.yaml")).scenario, outcome_places()) == [path][: bool(path)]


@pytest.mark.parametrize("kind", ["params/sweeps", "params/whatif", "scenarios/hypotheses"])
def test_an_alternative_at_outcome_places_says_that_these_are_outcomes(kind):
    known = set(load_network().places)
    for path in sorted(BUNDLED.path(*kind.split("/")).glob("*.yaml")):
        tree = read(path)
        named = {word for text, _ in texts(tree) for word in re.findall(r"[a-z0-9_]+", text)} & known
        if named & outcome_places():
            assert "outcome" in str(tree["source"]), path.name


# --- counts -------------------------------------------------------------------------------------------------

NOUNS = {
    "mine_strikes_reported": r"mines?|strikes?|explosions?",
    "displaced_to_border": r"displaced|fled|flee|left|people|persons|families",
    "garrison_casualties": r"killed|dead|casualties|taken|lost",
    "column_vehicles_lost": r"lost|destroyed|taken|burnt",
}
WORDS = {1: "one|a single", 6: "six", 14: "fourteen", 30: "thirty", 34: "thirty-four", 42: "forty-two"}
COUNTS = [(row.outcome, row.number) for row in load_record().counts]


def counted(text):
    """Whether a text has a number of an outcome: a large one however written, a small one beside its noun."""
    plain = re.sub(r"(?<=\d)[,_ ](?=\d{3}(?!\d))", "", text.lower())
    for outcome, (low, high) in COUNTS:
        if low != high and re.search(rf"(?<!\d){low}\s*(?:to|-|\u2013|and)\s*{high}(?!\d)", plain):
            return True
        for number in {low, high}:
            if number >= 1000 and re.search(rf"(?<![\d.]){number}(?![\d.]*\d)", plain):
                return True
            written = rf"(?<![\d.,-])(?:{number}|{WORDS.get(number, number)})(?![\d.]*\d)"
            noun = rf"(?:reported\s+)?(?:{NOUNS[outcome]})\b"
            near = rf"{written}\s+(?:\w+\s+)?{noun}|\b{noun}\s*(?::|=|of|were|was)\s*{written}(?!\s*(?:/|km|h\b|day))"
            if number > 1 and re.search(near, plain):
                return True
    return False


def found(folder):
    files = sorted(path for path in folder.rglob("*.yaml") if "case" not in path.parts)
    lines = (
        (path, i, line) for path in files for i, line in enumerate(path.read_text("utf-8").split("\n"), 1)
    )
    return [f"{path.name}:{i}: {line}" for path, i, line in lines if counted(line)]


@pytest.mark.parametrize("kind", ["scenarios", "params"])
def test_no_number_of_an_outcome_stands_in_the_files_of_the_program(kind):
    assert found(BUNDLED.path(kind)) == []


@pytest.mark.parametrize(
    "text",
    [
        "people: 40000",
        "# 40,000 to 50,000 left",
        "between 40 000 and 50 000 people",
        "value: 50000 persons",
        "the UN's column met 6 mines",
        "six reported strikes",
        "mine strikes: 6",
        "34 to 42 persons",
        "persons: 34-42",
        "thirty-four killed",
        "vehicles: 14 to 30",
        "14 lorries lost",
    ],
)
def test_a_planted_count_is_found_however_it_is_written(tmp_path, text):
    assert COUNTS
    (tmp_path / "a.yaml").write_text(f"summary: x\n{text}\n", encoding="utf-8")
    assert found(tmp_path) == [f"a.yaml:2: {text}"]


@pytest.mark.parametrize(
    "text",
    [
        "people: 25617",
        "vehicles: 34 to 50",
        "mines_reported: 0.6",
        "value: 6 h",
        "strike_rate: 6 /day",
        "persons: 150 to 200",
        "support: {least: 1 persons, most: 100000 persons}",
        "thirty vehicles, by the separatists' account",
        "turn_round: 6 h",
    ],
)
def test_another_number_is_none(text):
    assert not counted(text)


def test_the_schema_has_no_place_that_is_not_looked_at():
    """A new field of a column, a group or drones that names a place must be looked at, or be an order."""
    looked_at = {"contested_from", "via", "stops", "defended", "orders", "home", "blocks", "station"}
    orders = {"from_", "objectives", "airfield", "leg_from", "reinforces", "supplies", "id", "side", "go"}
    schema = {
        name: Scenario.model_fields[name].annotation.__args__[0] for name in ("columns", "groups", "drones")
    }
    fields = {field for model in schema.values() for field in model.model_fields}
    numbers = {
        "source", "known", "name", "departs", "holds", "load", "supply", "serials", "vehicle_gap", "serial_gap",
        "mines_reported", "role", "hostile_to", "share", "withdrawn", "radius", "aircraft", "endurance", "cruise",
        "turn_round", "ready", "moves_forward", "kind", "by_night", "mines",
    }  # fmt: skip
    assert fields == looked_at | orders | numbers
