"""Every field that a scenario or a network may have moves some run, or its description says that it moves none."""

import csv
import shutil
from functools import cache
from pathlib import Path

import pytest
from schemas import models
from worlds import defaults, log, opened_drawn

from sim.engine.build import build
from sim.engine.history import events
from sim.engine.loop import advance
from sim.engine.outcomes import names, outcomes
from sim.engine.reports import reports
from sim.files.case import BUNDLED
from sim.files.fields import FOR_READERS
from sim.scenario.network import Place, Road, load_network
from sim.scenario.reading import load_scenario
from sim.scenario.schema import Scenario
from sim.state.rows import NEVER

SEEDS = 60
"""Runs that are tried until one differs."""


MODELS = [*models(Scenario, []), Place, Road]
FIELDS = {
    (model.__name__, name): field
    for model in MODELS
    for name, field in model.model_fields.items()
    if not models(field.annotation, [])  # the fields of these are looked at
}
SHOWN = {key for key, field in FIELDS.items() if str(field.description).startswith(FOR_READERS)}

HOLD, AIR, AIRLIFT, BLOCK = "anefis-hold", "kidal-air-campaign", "tessalit-airlift", "blockade"
FIRST, WHOLE, AGUELHOK, RAIDS = "gao-anefis", "kidal-offensive", "kidal-aguelhok", "september-raids"
MILESTONES = "all milestones"
GONE, GO_GONE, LIFT = (
    f'\nmilestones:\n  - {{id: "{name}"{column}}}\n'
    for name, column in (
        ("gao:departure", ", column: army"),
        ("kidal:vacated", ""),
        ("tessalit_apt:airlift", ""),
    )
)
# field: the scenario in which it shows, the text of it that is replaced (once), and by what
MOVED = {
    ("Scenario", "start"): (FIRST, "start: 2023-10-02", "start: 2023-10-01"),
    ("Scenario", "end"): (FIRST, "end: 2023-11-01", "end: 2023-10-05"),
    ("Column", "id"): (FIRST, 'id: army\n', 'id: escort\n', 'column: army', 'column: escort', 'columns.army.', 'columns.escort.'),
    ("Column", "side"): (FIRST, 'id: army\n    side: army', 'id: army\n    side: un', 'capture: true', 'capture: false', MILESTONES, GONE),
    ("Column", "from_"): (FIRST, 'from: gao\n', 'from: bourem\n', 'contested_from: tarkint\n', 'contested_from: tabankort\n', MILESTONES, '\nmilestones:\n  - {id: "bourem:departure", column: army}\n'),
    ("Column", "kind"): (FIRST, 'id: army\n', 'id: army\n    kind: laden\n'),
    ("Column", "departs"): (FIRST, "departs: 2023-10-02", "departs: 2023-10-04"),
    ("Column", "holds"): (HOLD, 'holds: given ', 'holds: 2023-10-20 ', '    leg_from: "tarkint:arrival" ', '    # '),
    ("Column", "leg_from"): (HOLD, "tarkint:arrival", "gao:departure"),
    ("Column", "via"): (FIRST, "from: gao\n", "from: gao\n    via: [bourem]\n", MILESTONES, GONE),
    ("Objective", "place"): (FIRST, '{place: anefis, capture', '{place: alkit_rd, capture', MILESTONES, GONE),
    ("Objective", "capture"): (FIRST, 'capture: true', 'capture: false', MILESTONES, GONE),
    ("Objective", "refit"): (WHOLE, "{place: anefis, capture: true, refit: true,", "{place: anefis, capture: true,"),
    ("Objective", "control_site"): (WHOLE, 'refit: true, control_site: true}', 'refit: true}', 'go: [refit, drones, calendar]', 'go: [refit, calendar]', MILESTONES, GONE),
    ("Defence", "place"): (FIRST, '{place: anefis_s10, source', '{place: tabankort, source', 'defended.anefis_s10', 'defended.tabankort', MILESTONES, GONE),
    ("Column", "go"): (WHOLE, "go: [refit, drones, calendar]", "go: [refit]"),
    ("Column", "reinforces"): (WHOLE, "    reinforces: army\n", "", "go: [refit, drones, calendar]", "go: [drones]"),
    ("Column", "supplies"): (BLOCK, "    supplies: kidal\n", "", MILESTONES, '\nmilestones:\n  - {id: "menaka:resupply"}\n'),
    ("Column", "load"): (BLOCK, "load: 20 days", "load: 2 days"),
    ("Column", "supply"): (BLOCK, "supply: 10 days", "supply: 1 days"),
    ("Column", "contested_from"): (FIRST, "contested_from: tarkint\n", "contested_from: gao\n"),
    ("Column", "stops"): (FIRST, "stops: every place", "stops: [tarkint]"),
    ("Serial", "persons"): (FIRST, "id: main, persons: 300", "id: main, persons: 900"),
    ("Serial", "vehicles"): (FIRST, "vehicles: 25", "vehicles: 250"),
    ("Column", "vehicle_gap"): (FIRST, "vehicle_gap: 100 m", "vehicle_gap: 300 m"),
    ("Column", "serial_gap"): (FIRST, "serial_gap: 10 min", "serial_gap: 60 min"),
    ("Column", "mines_reported"): (FIRST, "mines_reported: 0.7", "mines_reported: 0.1"),
    ("Group", "id"): (FIRST, "id: mnla", "id: others"),
    ("Group", "home"): (FIRST, "id: mnla, home: kidal", "id: mnla, home: anefis"),
    ("Group", "role"): (FIRST, "id: maa, home: anefis, role: fighting", "id: maa, home: anefis, role: harassing"),
    ("Group", "hostile_to"): (FIRST, "id: maa, home: anefis, role: fighting, hostile_to: [army]", "id: maa, home: anefis, role: fighting, hostile_to: [un]"),
    ("Group", "mines"): (FIRST, ", mines: [army]", ""),
    ("Group", "share"): (BLOCK, "share: 0.2", "share: 0.05"),
    ("Group", "blocks"): (BLOCK, "blocks: [techanaght, alkit_rd]", "blocks: [anefis, inbogitane]"),
    ("Group", "withdrawn"): (AGUELHOK, "withdrawn: true, ", ""),
    ("Scenario", "refuges"): (WHOLE, "refuges: [abeibara, tinzaouaten]", "refuges: [aguelhok]"),
    ("Belief", "station"): (HOLD, "{station: gao_apt, radius: 150 mi", "{station: tessalit_apt, radius: 150 mi"),
    ("Belief", "radius"): (FIRST, "{station: gao_apt, radius: 150 mi", "{station: gao_apt, radius: 100 km"),
    ("Drone", "id"): (FIRST, "id: tb2", "id: eye"),
    ("Drone", "side"): (FIRST, "id: tb2\n    side: army", "id: tb2\n    side: un"),
    ("Drone", "airfield"): (FIRST, "airfield: gao_apt", "airfield: tessalit_apt"),
    ("Drone", "station"): (FIRST, "    station: gao_apt", "    station: tessalit_apt"),
    ("Drone", "radius"): (FIRST, "    radius: 150 mi", "    radius: 100 km"),
    ("Drone", "aircraft"): (FIRST, "aircraft: 1", "aircraft: 2"),
    ("Drone", "endurance"): (FIRST, "endurance: 24 h", "endurance: 8 h"),
    ("Drone", "cruise"): (FIRST, "cruise: 130 km/h", "cruise: 60 km/h"),
    ("Drone", "turn_round"): (FIRST, "turn_round: 6 h", "turn_round: 24 h"),
    ("Drone", "ready"): (FIRST, "ready: 2023-10-02", "ready: 2023-10-30"),
    ("Drone", "moves_forward"): (WHOLE, 'moves_forward: true', 'moves_forward: false', 'go: [refit, drones, calendar]', 'go: [refit, calendar]', MILESTONES, GONE),
    ("Aviation", "side"): (AIRLIFT, "  - {side: army, source: \"S0", "  - {side: un, source: \"S0"),
    ("Town", "place"): (WHOLE, "{place: tabankort, held_by: none", "{place: almoustarat, held_by: army"),
    ("Town", "held_by"): (WHOLE, "{place: tin_essako, held_by: none", "{place: tin_essako, held_by: army"),
    ("Town", "people"): (WHOLE, "people: 7470", "people: 70000"),
    ("Camp", "id"): (AIRLIFT, "id: post-one", "id: post-zero"),
    ("Camp", "place"): (WHOLE, "{id: aguelhok, place: aguelhok,", "{id: aguelhok, place: techanaght,", "aguelhok:vacated", "techanaght:vacated", "aguelhok:camp_taken", "techanaght:camp_taken"),
    ("Camp", "vacated"): (AIRLIFT, "vacated: 2023-10-12", "vacated: 2023-10-20"),
    ("Camp", "opens"): (WHOLE, "opens: 2023-11-15", "opens: 2023-12-15"),
    ("Garrison", "id"): (AIRLIFT, "id: tessalit-airport", "id: post"),
    ("Garrison", "place"): (BLOCK, '{id: kidal, place: kidal,', '{id: kidal, place: anefis,', '{place: kidal, capture', '{place: anefis, capture', 'tabankort, anefis]', 'tabankort]', MILESTONES, '\nmilestones:\n  - {id: "menaka:resupply"}\n'),
    ("Garrison", "persons"): (AIRLIFT, "persons: 150 to 250", "persons: 15 to 25"),
    ("Garrison", "vehicles"): (AIRLIFT, "vehicles: 15 to 30", "vehicles: 150 to 300"),
    ("Garrison", "supply"): (BLOCK, "supply: 30 days", "supply: 3 days"),
    ("Garrison", "raided"): (AIRLIFT, 'raided: true, ', '', MILESTONES, LIFT),
    ("Airlift", "id"): (AIRLIFT, "id: first", "id: earlier"),
    ("Airlift", "airfield"): (BLOCK, "\nrefuges:", "\nairlifts: [{id: lift, airfield: timbuktu_apt, night: 2024-01-02, persons: 60, source: x, known: 2023-12-31}]\nrefuges:"),
    ("Airlift", "night"): (AIRLIFT, "night: 2023-10-11", "night: 2023-10-28"),
    ("Airlift", "persons"): (AIRLIFT, "persons: 24 to 96", "persons: 2000"),
    ("Destination", "place"): (WHOLE, '{place: boughessa, kind', '{place: bourem, kind'),
    ("Destination", "kind"): (WHOLE, "{place: boughessa, kind: border", "{place: boughessa, kind: town"),
    ("Rules", "contact_pace"): (FIRST, "contact_pace: in contact", "contact_pace: on contested road"),
    ("Rules", "night_hazard"): (FIRST, "night_hazard: 0", "night_hazard: 1"),
    ("Rules", "calendar_pace"): (HOLD, "calendar_pace: last leg", "calendar_pace: march speed"),
    ("Rules", "mines"): (FIRST, "calendar_pace: last leg}", "calendar_pace: last leg, mines: everywhere}"),
    ("Rules", "without"): (FIRST, "calendar_pace: last leg}", "calendar_pace: last leg, without: [mines]}"),
    ("Milestone", "id"): ("un-kidal-gao", "anefis:arrival", "in_tabourak:arrival"),
    ("Milestone", "column"): (FIRST, '  - {id: "gao:departure", column: army}\n', '  - {id: "gao:on_station"}\n', 'station: gao_apt', 'station: gao'),
    ("Milestone", "at"): (FIRST, "column: army, within: 25 km", "column: army, within: 25 km, at: tabrichat"),
    ("Milestone", "between"): (FIRST, "between: [tabrichat, anefis_s10]", "between: [gao, tarkint]"),
    ("Milestone", "within"): (FIRST, "within: 25 km", "within: 1 km"),
}  # fmt: skip
MOVED |= {
    ("Raid", "groups"): (RAIDS, "groups: [mnla, hcua]", "groups: [maa]"),
    ("Raid", "garrison"): (RAIDS, 'garrison: bourem', 'garrison: bamba', MILESTONES, '\nmilestones:\n  - {id: "bamba:raid"}\n'),
    ("Raid", "day"): (RAIDS, "day: 2023-09-12", "day: 2023-09-15"),
    ("Airlift", "airfield"): (AIRLIFT, "airfield: tessalit_apt, night: 2023-10-11", "airfield: kidal_apt, night: 2023-10-11",
                              "garrisons:\n", "garrisons:\n  - {id: two, place: kidal_apt, side: army, persons: 9, vehicles: 1, source: x, known: 2023-10-10}\n"),
}  # fmt: skip
ORDERS = str(Path(__file__).parents[1] / "helpers/orders.yaml")
WAIT, JOIN = "{id: wait, do: hold, at: tarkint, for: 30 h", "{id: join, do: merge, at: tabrichat, with: army"
BACK, PASS = (
    "{id: back, do: return, at: menaka",
    "{id: pass, between: [tabankort, tabrichat], from: 2023-10-06",
)
TWIN = """  - {id: twin, side: army, source: x, known: 2023-10-02, from: gao, departs: 2023-10-02, stops: [],
     objectives: [{place: tabrichat, capture: false}], serials: [{id: all, persons: 9, vehicles: 3}],
     vehicle_gap: 100 m, serial_gap: 10 min, mines_reported: 1}
"""
MOVED |= {
    ("Order", "do"): (ORDERS, "do: return, at: menaka", "do: hold, for: 3 h, at: indelimane", MILESTONES, GONE),
    ("Order", "at"): (ORDERS, WAIT, WAIT.replace("tarkint", "almoustarat")),
    ("Order", "until"): (ORDERS, "at: anefis, until: 2023-10-20", "at: anefis, until: 2023-10-28"),
    ("Order", "for_"): (ORDERS, WAIT, WAIT.replace("30", "60")),
    ("Order", "to"): (ORDERS, BACK, f"{BACK}, to: tin_hama", MILESTONES, GONE),
    ("Order", "with_"): (ORDERS, "  - id: convoy", TWIN + "  - id: convoy", JOIN, JOIN.replace("army", "twin"), MILESTONES, GONE),
    ("Closure", "between"): (ORDERS, PASS, PASS.replace("tabankort, tabrichat", "tarkint, tabrichat")),
    ("Closure", "from_"): (ORDERS, PASS, PASS.replace("10-06", "10-10")),
    ("Closure", "until"): (ORDERS, "from: 2023-10-06, until: 2023-10-11", "from: 2023-10-06, until: 2023-10-21"),
}  # fmt: skip
ONE_VALUE = {("Garrison", "side")}
"""Fields that have one value in a case: only the advancing side has garrisons."""
TABLES = {
    ("Place", "id"): (
        ("places.csv", "\ntabankort,", "\ntabankort_two,"),
        ("roads.csv", "tabankort", "tabankort_two"),
        ("gao-anefis.yaml", "tabankort", "tabankort_two"),
    ),
    ("Place", "lat"): (("places.csv", "tarkint,Tarkint,17.4770", "tarkint,Tarkint,17.4970"),),
    ("Place", "lon"): (("places.csv", "tarkint,Tarkint,17.4770,0.1163", "tarkint,Tarkint,17.4770,0.1463"),),
    ("Road", "from_"): (
        ("roads.csv", "almoustarat,tarkint,gao-tarkint,14", "tin_aouker,tarkint,gao-tarkint,90"),
    ),
    ("Road", "to"): (
        ("roads.csv", "tin_aouker,almoustarat,gao-tarkint,66", "tin_aouker,tarkint,gao-tarkint,90"),
        ("roads.csv", "almoustarat,tarkint,gao-tarkint,14", "almoustarat,bourem,gao-tarkint,114"),
    ),
    ("Road", "section"): (("roads.csv", "gao,tin_aouker,gao-tarkint", "gao,tin_aouker,gao-other"),),
    ("Road", "surface"): (("roads.csv", "gao-tarkint,70,reported,piste", "gao-tarkint,70,reported,tar"),),
    ("Road", "km"): (("roads.csv", "gao-tarkint,70,", "gao-tarkint,90,"),),
}


def test_the_fields_that_count_for_nothing_are_these():
    assert {f"{model}.{name}" for model, name in SHOWN} == {
        "Order.id", "Closure.id", "Scenario.summary", "Scenario.headline", "Scenario.record", "Scenario.outcome_known", "Camp.opens_source", "Camp.opens_known", "Column.name", "Serial.id", "Raid.id", "Defence.source", "Place.name", "Place.position_error_km", "Place.position",
        "Place.kind", "Place.region", "Place.people", "Place.note", "Place.source", "Road.evidence",
        "Road.terrain", "Road.source",
        *(f"{model.__name__}.{name}" for model in MODELS for name in ("source", "known") if "known" in model.model_fields),
    }  # fmt: skip


def test_every_field_is_moved_or_said_to_count_for_nothing():
    assert FIELDS.keys() == MOVED.keys() | TABLES.keys() | SHOWN | ONE_VALUE
    assert not SHOWN & (MOVED.keys() | TABLES.keys())


def replaced(text, *pairs):
    """A text with some parts of it replaced wherever they stand; MILESTONES stands for all of these."""
    _, end, rows = text.partition("\nmilestones:\n")
    pairs = [end + rows if part == MILESTONES else part for part in pairs]
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


@cache
def template(name):
    return build(load_scenario(name), defaults())


def history(template, seed):
    """All that a run gives: events, milestones, outcomes and reports, with the names of them."""
    world = opened_drawn(template, seed)
    advance(world, NEVER)
    given = reports(template, seed, defaults().draw(seed), events(template, world, 0))
    told = str(
        {name: list(column) for name, column in given.items()}
    )  # as text: no nan is the same as another
    hours = dict(zip(template.milestones, [row.hour for row in world.milestones], strict=True))
    return log(world, template), outcomes(template, world), names(template), told, hours


@cache
def before(name, seed):
    return history(template(name), seed)


def test_a_scenario_that_is_not_changed_moves_no_history():
    assert not differs(FIRST, build(load_scenario(FIRST), defaults()))


def differs(name, changed):
    """Whether some run is another one; where other milestones are asked for, these do not count."""
    parts = slice(0, 5) if changed.milestones == template(name).milestones else slice(0, 3)
    return any(history(changed, seed)[parts] != before(name, seed)[parts] for seed in range(SEEDS))


@pytest.mark.parametrize("key", MOVED, ids=".".join)
def test_a_field_of_a_scenario_moves_some_history(key, tmp_path):
    name, *pairs = MOVED[key]
    path = Path(name) if name.endswith(".yaml") else BUNDLED.path("scenarios") / f"{name}.yaml"
    (tmp_path / path.name).write_text(replaced(path.read_text(encoding="utf-8"), *pairs), encoding="utf-8")
    changed = build(load_scenario(str(tmp_path / path.name)), defaults())
    assert differs(name, changed)


def on_roads(tmp_path, *edits):
    """The first stage on a network with some texts of its tables replaced."""
    shutil.copytree(BUNDLED.path("params", "network"), tmp_path / "net")
    shutil.copy(BUNDLED.path("scenarios") / f"{FIRST}.yaml", tmp_path / "net")
    for table, *pairs in edits:
        path = tmp_path / "net" / table
        path.write_text(replaced(path.read_text(encoding="utf-8"), *pairs), encoding="utf-8")
    net = load_network(folder=tmp_path / "net")
    return build(load_scenario(str(tmp_path / "net" / f"{FIRST}.yaml"), network=net), defaults())


@pytest.mark.parametrize("key", TABLES, ids=".".join)
def test_a_field_of_a_network_moves_some_history(key, tmp_path):
    assert differs(FIRST, on_roads(tmp_path, *TABLES[key]))


def rewritten(path):
    """A table of the network with other words and numbers in all columns that count for nothing."""
    head, *rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    model = {"places.csv": Place, "roads.csv": Road}[path.name]
    other = {
        "position_error_km": lambda old: str(float(old) + 0.5),
        "position": lambda old: {"gazetteer": "computed", "computed": "gazetteer"}[old],
        "kind": lambda old: old if old == "airfield" else {"town": "village"}.get(old, "town"),
        "people": lambda _: "7",
        "evidence": lambda old: "guess",
    }
    for row in rows:
        for i, name in enumerate(head):
            if (model.__name__, name) in SHOWN:
                row[i] = other.get(name, lambda old: f"{old} or so")(row[i])
    with path.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([head, *rows])


def test_what_is_said_to_count_for_nothing_moves_no_history(tmp_path):
    text = (BUNDLED.path("scenarios") / f"{FIRST}.yaml").read_text(encoding="utf-8")
    edits = (
        "id: head,",
        "id: first,",
        "known: 2023-10-02",
        "known: 2023-10-31",
        "source: assumption",
        "source: x",
    )
    edits += ('source: "S', 'source: "so S', 'summary: "', 'summary: "so ')
    (tmp_path / f"{FIRST}.yaml").write_text(replaced(text, *edits), encoding="utf-8")
    shutil.copytree(BUNDLED.path("params", "network"), tmp_path / "net")
    for name in ("places.csv", "roads.csv"):
        rewritten(tmp_path / "net" / name)
    net = load_network(folder=tmp_path / "net")
    changed = build(load_scenario(str(tmp_path / f"{FIRST}.yaml"), network=net), defaults())
    assert net.roads[0].terrain.endswith("or so")
    assert not differs(FIRST, changed)


@pytest.mark.parametrize(
    "edits",
    [
        ("home: anefis, role: harassing", "home: tessalit, role: harassing"),
        ("  - {id: jnim", "  # {id: jnim"),
    ],
)
def test_a_group_that_only_harasses_counts_for_nothing_but_its_mines(edits, tmp_path):
    elsewhere = "calendar_pace: last leg", "calendar_pace: last leg, mines: everywhere"
    old, new = (
        on_roads(tmp_path / name, (f"{FIRST}.yaml", *elsewhere, *pair))
        for name, pair in (("a", ()), ("b", edits))
    )
    assert all(history(old, seed) == history(new, seed) for seed in range(SEEDS))
    assert differs(FIRST, on_roads(tmp_path / "c", (f"{FIRST}.yaml", *edits)))
