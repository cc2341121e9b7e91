"""The bundled scenarios, and what a scenario that cannot be is told, with its line, before anything runs."""

from datetime import date
from functools import cache

import pytest
from bundled import scenario_names

from sim.engine.build import build
from sim.engine.history import run_one
from sim.engine.inputs import load_inputs
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.scenario.courses import itinerary
from sim.scenario.network import load_network
from sim.scenario.reading import load_scenario, scenarios
from sim.state.kinds import EVENTS

STAGE = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")


@cache
def army():
    return load_scenario("gao-anefis")


@cache
def un():
    return load_scenario("un-kidal-gao")


BOTH = pytest.mark.parametrize("loaded", [army, un], ids=["gao-anefis", "un-kidal-gao"])

# --- what the bundled scenarios say ----------------------------------------------------------------------


def total(column, what):
    """The least and greatest number of persons or vehicles of a column."""
    numbers = [getattr(serial, what) for serial in column.serials]
    return sum(low for low, _ in numbers), sum(high for _, high in numbers)


def test_the_scenarios_that_come_with_the_program_are_these():
    assert list(scenarios()) == scenario_names()
    assert set(scenarios()) == {
        "gao-anefis", "anefis-hold", "anefis-kidal", "kidal-aguelhok", "kidal-offensive",
        "tessalit-airlift", "un-withdrawal", "un-kidal-gao", "kidal-air-campaign", "september-raids",
        "blockade", "logistics-convoy-2025",
    }  # fmt: skip
    assert all(len(summary) > 20 for summary in scenarios().values())


def test_the_army_column_is_of_115_vehicles_and_600_soldiers_behind_150_to_200_of_wagner():
    (column,) = army().scenario.columns
    assert column.side == "army"
    assert total(column, "vehicles") == (115, 115)
    assert column.serials[0].persons == (150, 200)
    assert [sum(serial.persons[end] for serial in column.serials[1:]) for end in (0, 1)] == [600, 600]


def test_the_army_column_goes_from_gao_to_capture_anefis_from_2_october():
    (column,) = army().scenario.columns
    assert (column.from_, column.departs) == ("gao", date(2023, 10, 2))
    assert (column.objectives[0].place, column.objectives[0].capture) == ("anefis", True)
    assert [defence.place for defence in column.defended] == ["anefis_s10"]
    assert army().network.road_km(*itinerary(column, army().network)) == 240


def test_the_drones_of_the_army_stand_at_gao_airport_with_150_miles():
    (drone,) = army().scenario.drones
    assert (drone.id, drone.side, drone.airfield, drone.station) == ("tb2", "army", "gao_apt", "gao_apt")
    assert drone.radius == pytest.approx(241.4, abs=0.05)
    assert (drone.aircraft, drone.endurance, drone.cruise, drone.turn_round) == (1, 24, 130, 6)


def test_five_groups_fight_the_army_and_one_only_harasses_it():
    roles = [group.role for group in army().scenario.groups]
    assert (roles.count("fighting"), roles.count("harassing")) == (5, 1)
    assert all(group.hostile_to == ("army",) for group in army().scenario.groups)
    assert army().scenario.refuges == ("abeibara", "tinzaouaten")


def test_the_un_column_is_of_850_people_in_100_to_150_vehicles_without_drones_or_fighters():
    (column,) = un().scenario.columns
    assert column.side == "un"
    assert (total(column, "persons"), total(column, "vehicles")) == ((850, 850), (100, 150))
    assert (un().scenario.drones, un().scenario.manned_aviation) == ((), ())
    (group,) = un().scenario.groups
    assert (group.role, group.hostile_to, group.mines) == ("harassing", (), ("un",))


def test_the_un_column_goes_from_kidal_to_gao_from_31_october_and_captures_nothing():
    (column,) = un().scenario.columns
    assert (column.from_, column.departs) == ("kidal", date(2023, 10, 31))
    assert (column.objectives[0].place, column.objectives[0].capture, column.defended) == ("gao", False, ())
    assert un().network.road_km(*itinerary(column, un().network)) == 352


@BOTH
def test_every_input_names_its_source_and_was_known_by_the_start(loaded):
    loaded = loaded()
    scenario = loaded.scenario
    inputs = [
        *scenario.columns,
        *scenario.groups,
        *scenario.drones,
        *scenario.manned_aviation,
        *scenario.towns,
    ]
    inputs += [scenario.belief] if scenario.belief else []
    assert all(row.source for row in inputs)
    assert all(row.known <= scenario.start.day for row in inputs)


@BOTH
def test_every_serial_has_persons_for_its_vehicles(loaded):
    loaded = loaded()
    for column in loaded.scenario.columns:
        assert column.serials
        for serial in column.serials:
            assert serial.persons[0] >= serial.vehicles[1] > 0


@BOTH
def test_every_milestone_is_an_event_on_the_way(loaded):
    loaded = loaded()
    assert loaded.scenario.milestones
    for milestone in loaded.scenario.milestones:
        place, event = milestone.id.split(":")
        assert place in loaded.network.places
        assert event in EVENTS


@BOTH
def test_a_scenario_reads_the_same_by_name_and_by_path(loaded):
    loaded = loaded()
    path = BUNDLED.path("scenarios") / f"{loaded.name}.yaml"
    again = load_scenario(str(path))
    assert (again.name, again.scenario) == (loaded.name, loaded.scenario)


# --- faulty scenarios ------------------------------------------------------------------------------------


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Write stage one with some texts replaced; gives the path."""
    monkeypatch.chdir(tmp_path)

    def call(*changes):
        text = STAGE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
        return "s.yaml"

    return call


@pytest.fixture
def refused(given):
    """Load stage one with some texts replaced, which must be refused; gives the messages."""

    def call(*changes, **arguments):
        with pytest.raises(FaultyInput) as refusal:
            load_scenario(given(*changes), **arguments)
        return str(refusal.value).splitlines()

    return call


def line_of(text, changed):
    """The line on which a piece of the changed text begins."""
    return text[: text.index(changed)].count("\n") + 1


FIELDS = [  # old, new, message
    (
        "vehicle_gap: 100 m",
        "vehicle_gap: 100 m\n    vehicle_gapp: 1 m",
        "'vehicle_gapp' is not a key here; did you mean 'vehicle_gap'?",
    ),
    ("role: fighting,", "rule: fighting, role: fighting,", "'rule' is not a key here; did you mean 'role'?"),
    ("start: ", "strat: 1\nstart: ", "'strat' is not a key here; did you mean 'start'?"),
    (
        "vehicle_gap: 100 m",
        "vehicle_gap: 100",
        "vehicle_gap: '100' has no unit; expected '100 m'",
    ),
    ("cruise: 130 km/h", "cruise: 130", "cruise: '130' has no unit; expected '130 km/h'"),
    (
        "endurance: 24 h",
        "endurance: 24 km",
        "endurance: '24 km' is a length, not a time; expected something like '24 h'",
    ),
    ("capture: true", "capture: yes", "capture: 'yes' is not true or false; expected 'true'"),
    ("capture: true", "capture: no", "capture: 'no' is not true or false; expected 'false'"),
    ("serial_gap: 10 min", "serial_gap: 16:30", "serial_gap: '16:30' reads as a time of day"),
    (
        "serial_gap: 10 min",
        "serial_gap: 010 min",
        "serial_gap: '010 min' begins with a zero; expected '10 min'",
    ),
    ("vehicles: 25", "vehicles: 025", "vehicles: '025' is not a whole number"),
    ("mines_reported: 0.7", "mines_reported: .nan", "mines_reported: '.nan' is not a finite number"),
    ("radius: 150 mi\n", "radius: .inf mi\n", "radius: '.inf mi' is not a finite number"),
    ("mines_reported: 0.7", "mines_reported: 1.7", "mines_reported: 1.7 is out of range"),
    ("radius: 150 mi\n", "radius: -150 mi\n", "radius: -150 mi is out of range"),
    ("endurance: 24 h", "endurance: 0 h", "endurance: 0 h is out of range"),
    ("aircraft: 1", "aircraft: 21", "aircraft: 21 is out of range"),
    ("persons: 150 to 200", "persons: -150 to 200", "persons: -150 is out of range"),
    ("vehicles: 25", "vehicles: -25", "vehicles: -25 is out of range"),
    (
        "persons: 150 to 200",
        "persons: 200 to 150",
        "persons: '200 to 150' runs backwards; expected '150 to 200'",
    ),
    (
        "start: 2023-10-02",
        "start: 2 October 2023",
        "start: '2 October 2023' is not a day; expected something like '2023-10-02'",
    ),
    ("end: 2023-11-01", "end: 2023-11-31", "end: '2023-11-31' is not in the calendar"),
    ("side: army", "side: arny", "side: 'arny' is not known; did you mean 'army'?"),
    ("{id: mnla", "{id: no", "id: 'no' reads as a truth value; expected another name"),
    ("stops: every place", "stops: tarkint", "stops is not a list"),
    ("refuges: [abeibara, tinzaouaten]", "refuges:", "refuges is not a list"),
    ("objectives: [{place: anefis, capture: true}]", "objectives: anefis", "objectives is not a list"),
    (
        "radius: 150 mi\n",
        "radius: [150 mi]\n",
        "radius: a list or mapping stands here; expected a single value",
    ),
    ("    cruise: 130 km/h\n", "", "the key 'cruise' is missing"),
]


@pytest.mark.parametrize(("old", "new", "message"), FIELDS)
def test_a_faulty_field_is_told_with_its_line_and_remedy(refused, old, new, message):
    told = refused((old, new))
    text = STAGE.replace(old, new, 1)
    line = line_of(text, new.strip().splitlines()[-1]) if new else line_of(text, "- id: tb2")
    if message.startswith(("'strat'", "'vehicle_gapp'")):
        line = line_of(text, message.split("'")[1] + ":")
    assert [row for row in told if row.startswith(f"s.yaml:{line}: {message}")]


def test_a_faulty_column_is_not_also_told_as_a_missing_column(refused):
    assert refused(("vehicle_gap: 100 m", "vehicle_gap: 100")) == [
        "s.yaml:24: vehicle_gap: '100' has no unit; expected '100 m'"
    ]


IMPOSSIBLE = [  # old, new, the text on whose line it is told, message
    (
        'headline: ["anefis:capture"]',
        'headline: ["anefis:captured"]',
        "headline:",
        "'anefis:captured' is no milestone of this scenario; did you mean 'anefis:capture'?",
    ),
    (
        'headline: ["anefis:capture"]',
        'headline: ["anefis:capture", "anefis:capture"]',
        "headline:",
        "'anefis:capture' stands twice in the headline; expected once",
    ),
    (
        "end: 2023-11-01",
        "end: 2023-10-01",
        "end:",
        "the end, 2023-10-01, is not after the start, 2023-10-02; expected a later day",
    ),
    ("end: 2023-11-01", "end: 2023-10-02", "end:", "the end, 2023-10-02, is not after the start"),
    ("end: 2023-11-01", "end: 2024-10-03", "end:", "the scenario is longer than 366 days"),
    (
        "departs: 2023-10-02",
        "departs: 2023-11-01",
        "departs:",
        "army departs on 2023-11-01, outside 2023-10-02 to 2023-11-01",
    ),
    (
        "departs: 2023-10-02",
        "departs: 2023-10-01",
        "departs:",
        "army departs on 2023-10-01, outside 2023-10-02 to 2023-11-01",
    ),
    (
        "from: gao\n",
        "from: gaoo\n",
        "from: gaoo",
        "'gaoo' is not a place of the network; did you mean 'gao'?",
    ),
    (
        "place: anefis, c",
        "place: anefiz, c",
        "objectives:",
        "'anefiz' is not a place of the network; did you mean 'anefis'?",
    ),
    ("place: anefis, c", "place: gao, c", "objectives:", "army begins at its last objective"),
    (
        "airfield: gao_apt",
        "airfield: gao_air",
        "airfield:",
        "'gao_air' is not a place of the network; did you mean 'gao_apt'?",
    ),
    ("airfield: gao_apt", "airfield: anefis", "airfield:", "'anefis' has no airfield"),
    (
        "    station: gao_apt",
        "    station: gao_air",
        "    station:",
        "'gao_air' is not a place of the network; did you mean 'gao_apt'?",
    ),
    ("{station: gao_apt", "{station: base", "belief:", "'base' is not a place of the network"),
    (
        "home: kidal",
        "home: kidall",
        "{id: mnla",
        "'kidall' is not a place of the network; did you mean 'kidal'?",
    ),
    (
        "[abeibara, ",
        "[abeibra, ",
        "refuges:",
        "'abeibra' is not a place of the network; did you mean 'abeibara'?",
    ),
    (
        "{place: tin_aouker, h",
        "{place: tin_auker, h",
        "{place: tin_auker",
        "'tin_auker' is not a place of the network; did you mean 'tin_aouker'?",
    ),
    (
        "contested_from: tarkint",
        "contested_from: kidal",
        "contested_from: kidal",
        "'kidal' is not on the way of army",
    ),
    ("stops: every place", "stops: [bourem]", "stops:", "'bourem' is not on the way of army"),
    ("stops: every place", "stops: [tin_auker]", "stops:", "'tin_auker' is not a place of the network"),
    (
        "- {place: anefis_s10",
        "- {place: kidal",
        "- {place: kidal",
        "'kidal' is not between start and objective of army",
    ),
    (
        "- {place: anefis_s10",
        "- {place: anefis",
        "- {place: anefis",
        "'anefis' is not between start and objective of army",
    ),
    ("{id: hcua", "{id: mnla", "gatia", "'mnla' stands twice among the groups; expected once"),
    ("{id: main", "{id: head", "{id: head, persons: 300", "'head' stands twice among the serials"),
    (
        "{place: tin_aouker, h",
        "{place: gao, h",
        "{place: gao, held_by: none",
        "'gao' stands twice among the towns; expected once",
    ),
    (
        '"anefis:tail"',
        '"anefis:capture"',
        "END",
        "'anefis:capture' stands twice among the milestones; expected once",
    ),
    (
        '"anefis:tail"',
        '"anefis:tails"',
        "anefis:tails",
        "'anefis:tails': 'tails' is no event; did you mean 'tail'?",
    ),
    ('"anefis:tail"', '"anefis"', "END", "'anefis': '' is no event; expected one of departure, arrival, "),
    (
        '"anefis:tail"',
        '"anefiz:tail"',
        "anefiz",
        "'anefiz' is not a place of the network; did you mean 'anefis'?",
    ),
    ('"anefis:tail"', '"kidal:arrival"', "kidal:", "'kidal' is not on the way of army"),
    ('"tarkint:harassment"', '"tarknt:harassment"', "tarknt", "'tarknt' is not"),
    (
        '"anefis:tail", column: army',
        '"anefis:tail", column: arny',
        "arny",
        "'arny' is not a column; did you mean 'army'?",
    ),
    (
        "between: [gao, anefis]",
        "between: [gao, kidal]",
        "between: [gao, kidal]",
        "'kidal' is not on the way of army",
    ),
    (
        "between: [gao, anefis]",
        "between: [gao, anefis], at: gao",
        "at: gao",
        "expected either 'between' or 'at' and 'within'",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "message"), IMPOSSIBLE)
def test_what_cannot_be_is_told_with_its_line(refused, old, new, place, message):
    told = refused((old, new))
    text = STAGE.replace(old, new, 1)
    lines = {"END": STAGE.rstrip().count("\n"), "gatia": line_of(text, "{id: gatia") - 1}
    line = lines.get(place) or line_of(text, place)
    assert [row for row in told if row.startswith(f"s.yaml:{line}: {message}")]


def test_a_day_out_of_range_is_told_in_the_words_of_files(refused):
    told = refused(("end: 2023-11-01", "end: 9999-12-31"))
    assert told[0].startswith("s.yaml:4: end: '9999-12-31' is out of range")
    assert "datetime" not in told[0]


def test_two_columns_of_one_id_are_told(refused):
    column = STAGE[STAGE.index("  - id: army") : STAGE.index("# Where the groups")]
    (told,) = refused(("columns:\n", f"columns:\n{column}"))
    assert "'army' stands twice among the columns; expected once" in told
    assert told.startswith(f"s.yaml:{7 + column.count(chr(10))}: ")


def test_a_scenario_without_columns_is_told(refused):
    column = STAGE[STAGE.index("columns:") : STAGE.index("# Where the groups")]
    assert refused((column, "columns: []\n"))[0].startswith("s.yaml:6: columns")


def test_a_column_without_persons_or_vehicles_is_told(refused):
    serials = STAGE[STAGE.index("      - {id: head") : STAGE.index("    vehicle_gap")]
    told = refused((serials, "      - {id: head, persons: 0, vehicles: 0 to 9}\n"))
    assert told == [
        "s.yaml:20: army has no persons; expected one at least",
        "s.yaml:20: army has no vehicles; expected one at least",
    ]


def test_groups_that_fight_without_a_refuge_are_told(refused):
    (told,) = refused(("refuges: [abeibara, tinzaouaten]", "refuges: []"))
    assert told.startswith("s.yaml:38: ")
    assert "expected a list 'refuges:'" in told


@pytest.fixture
def cut(tmp_path):
    """The bundled network without any road to Ti-n-Essako."""
    folder = BUNDLED.path("params") / "network"
    for file in ("places", "roads"):
        lines = (folder / f"{file}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if file == "places" or "tin_essako" not in line]
        (tmp_path / f"{file}.csv").write_text("".join(kept), encoding="utf-8")
    return load_network(folder=tmp_path)


def test_an_objective_that_no_road_leads_to_is_told(refused, cut):
    told = refused(("place: anefis, c", "place: tin_essako, c"), network=cut)
    assert told == [
        "s.yaml:13: army cannot get to its objective: no road leads from gao to tin_essako; expected a road in roads.csv"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"), [("home: kidal", "home: tin_essako", 31), ("[abeibara,", "[tin_essako,", 38)]
)
def test_a_home_or_refuge_that_no_road_leads_to_is_told(refused, cut, old, new, line):
    assert refused((old, new), network=cut)[0].startswith(f"s.yaml:{line}: ")


@pytest.mark.parametrize(
    ("start", "end"), [("9999-12-01", "9999-12-31"), ("0001-01-01", "0001-02-01")], ids=["last", "first"]
)
def test_a_scenario_at_the_end_of_the_calendar_is_refused(given, start, end):
    text = STAGE.replace("2023-10-02", start).replace("2023-11-01", end)
    path = given((STAGE, text))
    with pytest.raises(FaultyInput, match="^s.yaml:"):
        load_inputs(path)


# --- all at once -----------------------------------------------------------------------------------------


def test_faults_of_different_kinds_are_told_at_once(refused):
    told = refused(
        ("start: 2023-10-02", "start: 2.10."),
        ("capture: true", "capture: yes"),
        ("mines_reported: 0.7", "mines_reported: 7"),
        ("refuges:", "refuge:"),
        ("radius: 150 mi\n", "radius: 150\n"),
        ("held_by: army", "held_by: amry"),
        ('"anefis:tail", column: army', '"anefis:tail", colum: army'),
    )
    lines = {row.split(":")[1] for row in told}
    assert {"3", "13", "26", "38", "49", "60", "87"} <= lines


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("side: army\n", "side: army\n    side: un\n", 9),
        ("vehicles: 25", "vehicles: &v 25", 21),
        ("from: gao\n", "from: !s gao\n", 11),
    ],
    ids=["a key twice", "an anchor", "a tag"],
)
def test_a_fault_of_the_text_does_not_hide_those_of_the_fields(refused, old, new, line):
    told = refused(("start: 2023-10-02", "start: 2.10."), (old, new))
    assert {row.split(":")[1] for row in told} == {"3", str(line)}


def test_a_faulty_field_does_not_hide_what_cannot_be(refused):
    told = refused(
        ("aircraft: 1", "aircraft: x"),
        ("end: 2023-11-01", "end: 2023-10-01"),
        ("from: gao\n", "from: gaoo\n"),
    )
    assert {"4", "11", "50"} <= {row.split(":")[1] for row in told}


def test_a_faulty_column_does_not_hide_what_cannot_be(refused):
    told = refused(
        ("mines_reported: 0.7", "mines_reported: 7"),
        ("end: 2023-11-01", "end: 2023-10-01"),
        ("home: kidal", "home: kidall"),
    )
    assert {"4", "26", "31"} <= {row.split(":")[1] for row in told}


def test_all_that_cannot_be_is_told_at_once(refused):
    told = refused(
        ("end: 2023-11-01", "end: 2023-10-01"),
        ("stops: every place", "stops: [bourem]"),
        ("home: kidal", "home: kidall"),
        ('"anefis:tail"', '"anefis:tails"'),
    )
    assert {"4", "17", "31", "87"} <= {row.split(":")[1] for row in told}


# --- names and settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("gao-anefs", "did you mean 'gao-anefis'?"),
        ("zzz", "one of anefis-hold, anefis-kidal, blockade, "),
        ("", "one of anefis-hold, anefis-kidal, blockade, "),
        (".", "one of anefis-hold, "),
        ("../scenarios/gao-anefis", "did you mean 'gao-anefis'?"),
        ("x" * 5000, "one of anefis-hold, "),
        ("\0", "one of anefis-hold, "),
    ],
    ids=["near", "far", "empty", "folder", "outside", "long", "nul"],
)
def test_a_name_that_is_no_scenario_is_answered_with_those_there_are(tmp_path, monkeypatch, name, hint):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FaultyInput) as refusal:
        load_scenario(name)
    assert hint in str(refusal.value)


@pytest.mark.parametrize(
    ("path", "text", "get", "value"),
    [
        ("end", "2023-10-20", lambda s: s.end, date(2023, 10, 20)),
        ("belief.radius", "150 km", lambda s: s.belief.radius, 150),
        ("drones.tb2.radius", "150 km", lambda s: s.drones[0].radius, 150),
        ("columns.army.contested_from", "gao", lambda s: s.columns[0].contested_from, "gao"),
        ("columns.army.serials.head.persons", "90", lambda s: s.columns[0].serials[0].persons, (90, 90)),
        ("groups.jnim.role", "fighting", lambda s: s.groups[5].role, "fighting"),
        ("towns.gao.held_by", "none", lambda s: s.towns[0].held_by, "none"),
        ("milestones.tarkint:mine.within", "30 km", lambda s: s.milestones[4].within, 30),
    ],
)
def test_a_field_is_set_by_its_path_and_ids(path, text, get, value):
    assert get(load_scenario("gao-anefis").scenario) != value
    assert get(load_scenario("gao-anefis", {path: text}).scenario) == value


def test_a_setting_leaves_the_rest_of_the_scenario_alone():
    got = load_scenario("gao-anefis", {"drones.tb2.radius": "150 km"}).scenario
    assert got.model_copy(update={"drones": army().scenario.drones}) == army().scenario


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("drones.tb2.radius", "150", "'150' has no unit; expected '150 km', '150 m' or '150 mi'"),
        ("drones.tb2.radus", "150 km", "'radus' is not a key here; did you mean 'radius'?"),
        ("drones.tb3.radius", "150 km", "'tb3' of 'drones.tb3.radius' is not there; did you mean 'tb2'?"),
        ("drone.tb2.radius", "150 km", "'drone' of 'drone.tb2.radius' is not there; did you mean 'drones'?"),
        ("drones.0.radius", "150 km", "'0' of 'drones.0.radius' is not there; expected one of tb2"),
        ("drones", "x", "'drones' does not lead to a single value"),
        ("drones.tb2", "x", "'drones.tb2' does not lead to a single value"),
        ("strat", "2023-10-02", "'strat' is not a key here; did you mean 'start'?"),
        (
            "end",
            "2023-10-01",
            "the end, 2023-10-01, is not after the start, 2023-10-02; expected a later day",
        ),
        ("belief.station", "gao_air", "'gao_air' is not a place of the network; did you mean 'gao_apt'?"),
        (
            "drones.tb2.airfield",
            "kidal",
            "'kidal' has no airfield; expected one of gao_apt, kidal_apt, tessalit_apt",
        ),
        ("groups.hcua.id", "mnla", "'mnla' stands twice among the groups; expected once"),
        (
            "milestones.anefis:tail.id",
            "anefis:tails",
            "'anefis:tails': 'tails' is no event; did you mean 'tail'?",
        ),
    ],
)
def test_a_faulty_setting_is_told_by_its_path(path, text, message):
    with pytest.raises(FaultyInput) as refusal:
        load_scenario("gao-anefis", {path: text})
    assert f"--set {path}: {message}" in str(refusal.value).splitlines()


def test_a_faulty_setting_of_a_column_is_told_once():
    with pytest.raises(FaultyInput) as refusal:
        load_scenario("gao-anefis", {"columns.army.vehicle_gap": "1"})
    assert (
        str(refusal.value)
        == "--set columns.army.vehicle_gap: '1' has no unit; expected '1 m', '1 km' or '1 mi'"
    )


def test_all_faulty_settings_are_told_at_once():
    sets = {"drones.tb2.radius": "150", "columns.army.mines_reported": "8", "a.b": "1", "drones.tb9.x": "1"}
    with pytest.raises(FaultyInput) as refusal:
        load_scenario("gao-anefis", sets)
    assert {f"--set {path}" for path in sets} <= {fault.where.file for fault in refusal.value.faults}


# --- milestones that could never come, and other traps ---------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("tin_aouker:capture", "no capture of army can be at tin_aouker; expected anefis"),
        ("tabankort:contact", "no contact of army can be at tabankort; expected anefis_s10"),
        ("tarkint:tail", "no tail of army can be at tarkint; expected anefis"),
        ("tarkint:departure", "no departure of army can be at tarkint; expected gao"),
    ],
)
def test_a_milestone_that_could_never_come_is_told(refused, id_, told):
    (line,) = refused(('"tin_aouker:arrival"', f'"{id_}"'))
    assert line.endswith(f"{id_}: {told}")


def test_an_arrival_is_known_at_any_place_of_the_way(given):
    inputs = load_inputs(given((STAGE, STAGE.replace('"tin_aouker:arrival"', '"almoustarat:arrival"'))))
    world = run_one(inputs.template, inputs.parameters.values(), 1)
    assert 0 < world.milestones[1].hour < world.milestones[2].hour < 1000


def test_a_second_manned_aviation_is_refused(refused):
    row = "  - {side: army, source: x, known: 2023-10-02}\n"
    (line,) = refused(("manned_aviation:\n", f"manned_aviation:\n{row}"))
    assert "holds 2; expected 1 at most" in line


def test_an_input_known_only_after_the_end_is_refused(refused):
    (line,) = refused(("known: 2023-10-02", "known: 2023-12-25"))
    assert "after the end of the scenario" in line


def test_a_place_without_a_road_does_not_stop_a_run_that_needs_it_not(cut):
    loaded = load_scenario("gao-anefis", network=cut)
    parameters = load_inputs("gao-anefis").parameters
    world = run_one(build(loaded, parameters), parameters.values(), 1)
    assert world.run[0].log_length > 10
