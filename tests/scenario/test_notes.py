"""What a check sees and does not refuse."""

import pytest
from bundled import scenario_names

from sim.files.case import BUNDLED
from sim.scenario.reading import load_scenario

STAGE = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
POST = "garrisons: [{id: post, place: anefis, side: army, persons: 9, vehicles: 1, source: t, known: 2023-10-02}]"
MANY = POST.replace("9, vehicles: 1", "3000, vehicles: 0")
REFUGES = "refuges: [abeibara, tinzaouaten]"


def line_of(text, piece):
    return next(i for i, line in enumerate(text.splitlines(), 1) if piece in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "note"),
    [
        (REFUGES, "refuges: [gao]", "refuges: [gao]", "the refuge 'gao' is held by army at the start, an enemy of mnla,"),
        (REFUGES, "refuges: [kidal]", "id: mnla", "'kidal', the home of mnla, is a refuge too: it starts ready to fight;"),
        (REFUGES, f"{REFUGES}\n{POST}", "{place: anefis, held_by", "'anefis' has a garrison, post: it starts held by army"),
        (REFUGES, f"{REFUGES}\n{MANY}", "id: post", "post has 3,000 persons and no vehicle; 60 a vehicle at most would be"),
        ("gao, held_by: army", "gao, held_by: rebels", "from: gao", "army of army sets out from 'gao', which is held by rebels; a place"),
        ("id: mnla,", "id: mnla, share: 1,", "id: hcua", "the shares of the other groups leave hcua no fighters; less than"),
        (REFUGES, "refuges: [gao]", "refuges: [gao]", "the refuge 'gao' is held by army at the start, an enemy of mnla, hcua, gatia-fam, maa, cma-anefis; another one would be likely"),
    ],
)  # fmt: skip
def test_a_note_is_told_with_its_line_and_refuses_nothing(kidal, tmp_path, old, new, at, note):
    text = STAGE.replace(old, new)
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    code, out, _ = kidal("check", "s.yaml")
    first, *rest = out.splitlines()
    assert (code, first) == (0, "s.yaml: valid")
    assert any(row.startswith(f"s.yaml:{line_of(text, at)}: note: {note}") for row in rest)


RADIUS, ENDURANCE, CRUISE = "    radius: 150 mi", "endurance: 24 h", "cruise: 130 km/h"
HEAD = "persons: 150 to 200, vehicles: 25"
SHORT_FLIGHT = (
    "out and back it gets 65 km of its radius of 241 km; a longer endurance or a faster cruise would be"
)
STOPS = "stops: every place"
MNLA = "id: mnla, home: kidal, role: fighting, hostile_to: [army]"
ODD = [
    (HEAD, "persons: 1000000, vehicles: 1", "head of army has 1,000,000 persons in 1 vehicle; 60 a vehicle at most"),
    (HEAD, "persons: 1000000, vehicles: 1", "head of army has 1,000,000 persons; 100,000 at most would be likely"),
    (HEAD, "persons: 90, vehicles: 0", "head of army has 90 persons in no vehicle; 60 a vehicle at most"),
    (HEAD, "persons: 9, vehicles: 99", "head of army has 99 vehicles and 9 persons to drive; a person a vehicle at least"),
    (RADIUS, "    radius: 20000 km", "the radius of tb2 is 20,000 km; 1 km to 1,000 km would be likely"),
    (RADIUS, "    radius: 1e-300 km", "the radius of tb2 is 1e-297 m; 1 km to 1,000 km would be likely"),
    ("gao_apt, radius: 150 mi", "gao_apt, radius: 0.5 m", "the radius that the groups believe in is 0.5 m; 1 km to"),
    (ENDURANCE, "endurance: 1e-9 h", "tb2 flies 1e-09 h at 130 km/h: out and back it gets 6.5e-05 m, and no flight returns;"),
    (ENDURANCE, "endurance: 1 h", f"tb2 flies 1 h at 130 km/h: {SHORT_FLIGHT} likely"),
    (CRUISE, "cruise: 1e-300 km/h", "tb2 flies 24 h at 1e-300 km/h: out and back it gets 1.2e-296 m, and no flight"),
    ("turn_round: 6 h", "turn_round: 8000 h", "tb2 is in the air 0.3 % of the time, by its turn-round; 2 % or more"),
    ("aircraft: 1", "aircraft: 0", "tb2 has no aircraft, and counts for nothing; 1 or more would be likely"),
    ("ready: 2023-10-02", "ready: 2023-12-02", "tb2 is ready on 2023-12-02, after the end, and counts for nothing;"),
    (MNLA, MNLA.replace("army", "rebels"), "mnla is of rebels, and hostile to rebels; 'army' or 'un' would be likely"),
    (MNLA, MNLA.replace("army", ""), "mnla is hostile to nobody: no column meets it; 'army' or 'un' would be likely"),
    (MNLA, MNLA.replace("army", "army, army"), "'army' stands twice among those mnla is hostile to; once would do"),
    (MNLA, MNLA.replace("mnla", "gatia_fam"), "the id 'gatia-fam' differs from 'gatia_fam' on line 31 only in case,"),
    ("mines: [army]", "mines: [un]", "jnim lays mines for un, and strikes nobody: columns of army march"),
    ("mines: [army]", "mines: [army, army]", "'army' stands twice among those for whom jnim lays mines; once would do"),
    (STOPS, "stops: [tabankort, tin_aouker]", "the stops of army are not in the order of its way, in which it takes"),
    ("    stops: every", "    via: [kidal]\n    stops: every", "army comes to 'alkit_rd' twice on its way; another order"),
    (STOPS, "stops: [tarkint, tarkint]", "'tarkint' stands twice among the stops of army; once would do"),
    (REFUGES, "refuges: [abeibara, abeibara]", "'abeibara' stands twice among the refuges; once would do"),
    ("vehicle_gap: 100 m", "vehicle_gap: 1 m", "the vehicles of army are 1 m apart; 5 m to 1000 m would be likely"),
    ("serial_gap: 10 min", "serial_gap: 200 h", "the serials of army set out 200 h after each other; 24 h at most"),
    ("    vehicle_gap", "    load: 90 h\n    vehicle_gap", "the load of army counts for nothing without a garrison"),
    ("    vehicle_gap", "    go: [refit]\n    vehicle_gap", "army has one objective and goes on to none: 'go' counts for"),
    ("{place: gao,", "{place: gao, people: 500000,", "500,000 people may leave 'gao', where the network counts 86,633;"),
    ("source: assumption", f"source: {'so ' * 166_667}", "source: is a text of 500,000 characters; a sentence or two"),
    (REFUGES, f"{REFUGES}\n{POST.replace('9, v', '300000, v')}", "post has 300,000 persons; 100,000 at most"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "note"), ODD, ids=lambda text: text[:40])
def test_what_is_not_plausible_is_noted_with_its_line(kidal, tmp_path, old, new, note):
    text = STAGE.replace(old, new, 1)
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    code, out, _ = kidal("check", "s.yaml")
    row = next(row for row in out.splitlines() if note in row)
    assert (code, row.partition(": note: ")[2][: len(note)]) == (0, note)
    line = int(row.split(":")[1])
    assert text.splitlines()[line - 1] != STAGE.splitlines()[line - 1] or "the id" in note


def test_a_group_that_lays_mines_is_hostile_to_somebody(kidal, tmp_path):
    quiet = STAGE.replace("role: harassing, hostile_to: [army]", "role: harassing, hostile_to: []")
    assert quiet != STAGE
    (tmp_path / "s.yaml").write_text(quiet, encoding="utf-8")
    code, out, _ = kidal("check", "s.yaml")
    assert (code, "note" in out) == (0, False)
    (tmp_path / "s.yaml").write_text(quiet.replace(" mines: [army],", ""), encoding="utf-8")
    assert "jnim is hostile to nobody: no column meets it; " in kidal("check", "s.yaml")[1]


NOBODY_LAYS = "no group lays mines for army: its columns meet none, and 'tarkint:mine' never comes; a group's"


@pytest.mark.parametrize(
    ("old", "new", "noted"),
    [
        ("", "", True),
        ("rules: {", "rules: {mines: everywhere, ", False),
        ("rules: {", "rules: {without: [mines], ", False),
        ("mines_reported: 0.7", "mines_reported: 0", False),
        ('  - {id: "tarkint:mine", column: army, within: 25 km}\n', "", False),
    ],
)
def test_mines_that_are_asked_for_and_that_nobody_lays_are_noted(kidal, tmp_path, old, new, noted):
    assert old in STAGE
    text = STAGE.replace(" mines: [army],", "").replace(old, new, 1 if old else 0)
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    code, out, _ = kidal("check", "s.yaml")
    rows = [row.partition(": note: ")[2] for row in out.splitlines() if "lays mines" in row]
    assert (code, [row[: len(NOBODY_LAYS)] for row in rows]) == (0, [NOBODY_LAYS] * noted)


def test_a_new_scenario_has_mines_and_no_note(kidal):
    assert kidal("new", "scenario", "mine")[0] == 0
    assert kidal("check", "mine.yaml")[:2] == (0, "mine.yaml: valid\n")
    scenario = load_scenario("mine.yaml").scenario
    assert {column.side for column in scenario.columns} == {side for g in scenario.groups for side in g.mines}


def test_an_airlift_of_an_army_in_a_night_is_noted(kidal, tmp_path):
    text = (BUNDLED.path("scenarios") / "tessalit-airlift.yaml").read_text(encoding="utf-8")
    (tmp_path / "s.yaml").write_text(text.replace("persons: 24 to 96", "persons: 90000"), encoding="utf-8")
    assert (
        "first has 90,000 persons in one night; 5,000 at most would be likely" in kidal("check", "s.yaml")[1]
    )


@pytest.mark.parametrize("line", ["serial_gap: 17000 h", "serial_gap: 400 h"])
def test_serials_that_set_out_after_the_end_are_refused(kidal, tmp_path, line):
    (tmp_path / "s.yaml").write_text(STAGE.replace("serial_gap: 10 min", line), encoding="utf-8")
    code, _, err = kidal("check", "s.yaml")
    assert (code, "the rear of army would pass" in err) == (2, True)


@pytest.mark.parametrize("name", scenario_names())
def test_no_note_is_made_on_a_bundled_scenario(name):
    assert load_scenario(name).notes == ()


def test_a_group_that_has_withdrawn_to_its_home_is_meant(kidal, tmp_path):
    text = STAGE.replace("home: kidal,", "home: kidal, withdrawn: true,").replace(REFUGES, "refuges: [kidal]")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    code, out, _ = kidal("check", "s.yaml")
    assert (code, out.splitlines()[0]) == (0, "s.yaml: valid")
    assert "note" not in out
