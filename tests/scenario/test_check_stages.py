"""Goes, camps, garrisons, raids, airlifts, blocks and milestones that cannot be: each told with its line."""

import pytest
from bundled import bundled_network, scenario_names

from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.scenario.network import load_network
from sim.scenario.reading import load_scenario

TEXTS = {
    name: (BUNDLED.path("scenarios") / f"{name}.yaml").read_text(encoding="utf-8")
    for name in ("kidal-offensive", "anefis-hold", "blockade", "september-raids", "tessalit-airlift")
}
WHOLE, HOLD, BLOCKADE, RAIDS, AIRLIFT = TEXTS


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """Load a bundled scenario with texts replaced, which must be refused; gives its text and the messages."""
    monkeypatch.chdir(tmp_path)

    def call(name, *changes):
        text = TEXTS[name]
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(FaultyInput) as refusal:
            load_scenario("s.yaml", None, bundled_network())
        return text, str(refusal.value).splitlines()

    return call


def line_of(text, piece):
    return text[: text.index(piece)].count("\n") + 1


def told_at(answer, piece, message):
    """Whether a message is told on the line of a piece of the text."""
    text, told = answer
    return any(row.startswith(f"s.yaml:{line_of(text, piece)}: {message}") for row in told)


@pytest.mark.parametrize("name", scenario_names())
def test_the_bundled_scenarios_can_be(name):
    assert load_scenario(name, None, bundled_network()).scenario.milestones


# --- conditions of a go -------------------------------------------------------------------------------------

GO = "go: [refit, drones, calendar]"
NEVER_MET = [  # scenario, changes, message after "army can never go: '...' is among its conditions, but"
    (WHOLE, "reinforced", ("    reinforces: army\n", ""), "no column reinforces army"),
    (HOLD, "reinforced", ("    reinforces: army\n", ""), "no column reinforces army"),
    (HOLD, "camp_vacated", ("{id: kidal, place: kidal, v", "{id: kidal, place: aguelhok, v"), "no camp"),
    (HOLD, "calendar", (", opens: 2023-11-15", ""), "no camp at 'kidal' has a published day"),
    (HOLD, "calendar", ("{id: kidal, place: kidal, v", "{id: kidal, place: aguelhok, v"), "no camp"),
    (HOLD, "road_clear", ("side: un\n", "side: army\n"), "the scenario has no column of the UN"),
    (
        HOLD,
        "drones",
        ("moves_forward: true", "moves_forward: false"),
        "no drone station has 'kidal'",
    ),
    (
        HOLD,
        "drones",
        ("control_site: true", "control_site: false"),
        "no drone station has 'kidal'",
    ),
    (HOLD, "drones", ("radius: 150 mi\n", "radius: 60 km\n"), "no drone station has 'kidal'"),
    (HOLD, "drones", ("tb2\n    side: army", "tb2\n    side: un"), "no drone station has 'kidal'"),
    (WHOLE, "drones", ("radius: 150 mi\n", "radius: 120 km\n"), "no drone station has 'aguelhok'"),
]


@pytest.mark.parametrize(("name", "condition", "change", "message"), NEVER_MET)
def test_a_go_that_can_never_come_is_told_where_the_condition_stands(
    refused, name, condition, change, message
):
    answer = refused(name, (GO, f"go: [refit, {condition}]"), change)
    whole = f"army can never go: '{condition}' is among its conditions, but {message}"
    assert told_at(answer, f"go: [refit, {condition}]", whole)


@pytest.mark.parametrize(
    "change", [change for _, condition, change, _ in NEVER_MET[:8] if condition != "drones"]
)
def test_what_is_no_condition_may_be_missing(tmp_path, change):
    text = (
        TEXTS[HOLD].replace(GO, "go: [refit]").replace(*change, 1).replace('  - {id: "kidal:vacated"}\n', "")
    )
    text = text.replace('  - {id: "anefis:reinforced", column: army}\n', "")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert load_scenario(str(tmp_path / "s.yaml"), None, bundled_network())


def test_drones_that_are_ready_only_after_the_end_never_cover_the_objective(refused):
    answer = refused(HOLD, (GO, "go: [refit, drones]"), ("ready: 2023-10-02", "ready: 2024-06-01"))
    assert told_at(answer, "go: [refit, drones]", "army can never go") or told_at(answer, "ready: 2024", "")


def test_an_unknown_condition_is_told(refused):
    assert told_at(
        refused(HOLD, (GO, "go: [refit, dornes]")), "go: [refit, dornes]", "go: 'dornes' is not known"
    )


# --- fields that name what is not there ---------------------------------------------------------------------

CANNOT = [  # scenario, old, new, the text on whose line it is told (default: new), message
    (HOLD, "reinforces: army", "reinforces: amry", "", "'amry' is no other column; did you mean 'army'?"),
    (HOLD, "reinforces: army", "reinforces: reinforcement", "", "'reinforcement' is no other column; "),
    (HOLD, "reinforces: army", "reinforces: un", "objectives: [{place: anefis, capture: f", "reinforcement joins un at "),
    (BLOCKADE, "supplies: kidal", "supplies: kidall", "", "'kidall' is no garrison; did you mean 'kidal'?"),
    (BLOCKADE, "supplies: kidal", "supplies: menaka", "", "kidal-one supplies menaka at 'menaka' but goes to 'kidal'"),
    (BLOCKADE, "role: blocking, blocks: [techanaght, alkit_rd]", "role: blocking", "{id: mnla", "mnla: 'blocks' goes with"),
    (BLOCKADE, "role: blocking", "role: fighting", "{id: mnla", "mnla: 'blocks' goes with the role 'blocking'"),
    (BLOCKADE, "[techanaght, alkit_rd]", "[techanaght, kidal]", "{id: mnla", "no road leads straight from 'techanaght'"),
    (BLOCKADE, "[techanaght, alkit_rd]", "[techanaght, nowhere]", "{id: mnla", "no road leads straight from "),
    (BLOCKADE, "[techanaght, alkit_rd]", "[kidal, kidal]", "{id: mnla", "no road leads straight from 'kidal'"),
    (BLOCKADE, "[techanaght, alkit_rd]", "[alkit_rd]", "{id: mnla", "blocks: holds 1; expected 2 or more"),
    (BLOCKADE, "[techanaght, alkit_rd]", "[kidal, alkit_rd, gao]", "{id: mnla", "blocks: holds 3; expected 2 at most"),
    (BLOCKADE, "role: blocking", "role: blocking, withdrawn: true", "{id: mnla", "mnla blocks a road and has withdrawn; expected one of"),
    (RAIDS, "home: bourem, role", "home: bourem, withdrawn: true, role", "{id: mnla", "mnla has withdrawn to 'bourem', which is no refuge"),
    (BLOCKADE, "share: 0.2", "share: 0.3", "groups:", "the shares of the groups add up to 1.1; expected 1 at most"),
    (BLOCKADE, "share: 0.2", "share: 1.2", "", "share: 1.2 is out of range"),
    (RAIDS, "groups: [mnla, hcua], g", "groups: [mnla, hcau], g", "", "'hcau' is no group that fights; did you mean 'hcua'?"),
    (RAIDS, "home: bourem, role: fighting", "home: bourem, role: harassing", "raids:  +1", "'mnla' is no group that fights"),
    (RAIDS, "groups: [mnla, hcua], g", "groups: [], g", "", "groups: holds 0; expected 1 or more"),
    (RAIDS, "garrison: bourem", "garrison: borem", "", "'borem' is no garrison; did you mean 'bourem'?"),
    (RAIDS, "day: 2023-09-12", "day: 2023-09-09", "", "bourem is on 2023-09-09, outside 2023-09-10 to 2023-10-10"),
    (RAIDS, "day: 2023-09-12", "day: 2023-10-10", "", "bourem is on 2023-10-10, outside"),
    (RAIDS, "{id: hcua, home: bourem", "{id: hcua, home: borem", "", "'borem' is not a place of the network"),
    (RAIDS, "place: bourem", "place: borem", "", "'borem' is not a place of the network; did you mean 'bourem'?"),
    (RAIDS, "place: bamba", "place: bourem", "{id: bamba, place: bourem", "'bourem' stands twice among the garrisons; expected once"),
    (RAIDS, "{id: bamba, place", "{id: bourem, place", "{id: bourem, place: bamba", "'bourem' stands twice among the garrisons"),
    (RAIDS, "{id: bamba, groups", "{id: bourem, groups", "{id: bourem, groups: [maa", "'bourem' stands twice among the raids"),
    (RAIDS, "place: bourem, side: army", "place: bourem, side: rebels", "", "side: 'rebels' is not known"),
    (AIRLIFT, "airfield: tessalit_apt", "airfield: tessalit", "", "'tessalit' has no airfield"),
    (AIRLIFT, "airfield: tessalit_apt", "airfield: gao_apt", "", "no garrison stands at 'gao_apt'; "),
    (AIRLIFT, "airfield: tessalit_apt", "airfield: tesalit_apt", "", "'tesalit_apt' is not a place of the network; did"),
    (AIRLIFT, "night: 2023-10-11", "night: 2023-11-01", "", "first is in the night of 2023-11-01, outside"),
    (AIRLIFT, "night: 2023-10-11", "night: 2023-10-09", "", "first is in the night of 2023-10-09, outside"),
    (AIRLIFT, "{id: second, a", "{id: first, a", "{id: first, airfield: tessalit_apt, night: 2023-10-16", "'first' stands twice"),
    (AIRLIFT, "vacated: 2023-10-12", "vacated: 2023-10-09", "", "post-one is vacated on 2023-10-09, outside"),
    (AIRLIFT, "vacated: 2023-10-12", "vacated: 2023-11-01", "", "post-one is vacated on 2023-11-01, outside"),
    (AIRLIFT, "{id: post-one, place: tessalit,", "{id: post-one, place: tesalit,", "", "'tesalit' is not a place"),
    (AIRLIFT, "{id: post-two", "{id: post-one", "{id: post-one, place: tessalit, vacated: 2023-10-13", "'post-one' stands twice"),
    (WHOLE, "{place: tindarssan", "{place: tindarsan", "", "'tindarsan' is not a place of the network; did you mean"),
    (WHOLE, "{place: tindarssan", "{place: boughessa", "{place: boughessa, kind: refuge", "'boughessa' stands twice"),
    (WHOLE, "kind: refuge", "kind: refige", "", "kind: 'refige' is not known; expected 'border', 'refuge' or 'town'"),
    (WHOLE, "{place: kidal, capture: true", "{place: anefis, capture: true", "objectives:  +2", "'anefis' stands twice among the objectives"),
    (WHOLE, "departs: 2023-10-02", "holds: 2023-10-02", "from: gao", "army holds 'anefis' but comes from 'gao'; expected the same"),
    (WHOLE, "    departs: 2023-10-02                # at first light\n", "", "- id: army", "army needs either 'departs' or 'holds'"),
    (HOLD, "holds: given ", "holds: given\n    departs: 2023-10-08 ", "- id: army", "army needs either 'departs' or 'holds'"),
    (HOLD, "      - {place: kidal, capture: true, refit: true, control_site: true}\n", "", "objectives:", "army begins at its last objective"),
    (HOLD, "from: anefis", "from: gao", "", "army holds 'anefis' but comes from 'gao'"),
    (HOLD, "airfield: gao_apt", "airfield: anefis", "", "'anefis' has no airfield"),
    (HOLD, "    station: gao_apt", "    station: base", "", "'base' is not a place of the network"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "place", "message"), CANNOT)
def test_what_cannot_be_is_told_with_its_line(refused, name, old, new, place, message):
    text, told = refused(name, (old, new))
    piece, _, more = place.partition("  +")
    line = line_of(text, piece or new) + int(more or 0)
    assert [row for row in told if row.startswith(f"s.yaml:{line}: {message}")], told


def test_a_scenario_of_nobody_is_told(refused):
    text = TEXTS[RAIDS]
    garrisons = text[text.index("garrisons:") : text.index("raids: ")]
    raids = text[text.index("raids: ") : text.index("manned_aviation:")]
    _, told = refused(RAIDS, (garrisons, ""), (raids, ""))
    assert any("expected a column, a garrison or a camp" in row for row in told)


def test_a_place_without_a_road_has_no_camp_garrison_or_destination(refused, tmp_path):
    rows = [("place: tessalit_apt, side", "garrisons:"), ("place: tessalit_apt, vacated", "tessalit-main")]
    alone = (
        (BUNDLED.path("params") / "network" / "roads.csv")
        .read_text(encoding="utf-8")
        .splitlines(keepends=True)
    )
    (tmp_path / "roads.csv").write_text(
        "".join(r for r in alone if "tessalit_apt" not in r), encoding="utf-8"
    )
    places = (BUNDLED.path("params") / "network" / "places.csv").read_text(encoding="utf-8")
    (tmp_path / "places.csv").write_text(places, encoding="utf-8")
    (tmp_path / "t.yaml").write_text(TEXTS[AIRLIFT], encoding="utf-8")
    with pytest.raises(FaultyInput) as refusal:
        load_scenario(str(tmp_path / "t.yaml"), None, load_network(folder=tmp_path))
    told = [row for row in str(refusal.value).splitlines() if "no road leads to 'tessalit_apt'" in row]
    assert len(told) == len(rows)


# --- milestones ---------------------------------------------------------------------------------------------

MILESTONES = [  # scenario, milestone, message
    (AIRLIFT, '{id: "gao:vacated"}', "gao:vacated: no vacated can be at gao; expected tessalit, tessalit_apt"),
    (AIRLIFT, '{id: "gao:camp_taken"}', "gao:camp_taken: no camp_taken can be at gao; "),
    (RAIDS, '{id: "bourem:vacated"}', "bourem:vacated: no vacated can be at bourem; no place of this scenario"),
    (RAIDS, '{id: "gao:raid"}', "gao:raid: no raid can be at gao; expected bamba, bourem, taoussa"),
    (RAIDS, '{id: "gao:fallen"}', "gao:fallen: no fallen can be at gao; "),
    (RAIDS, '{id: "bourem:airlift"}', "bourem:airlift: no airlift can be at bourem; no place of this scenario"),
    (RAIDS, '{id: "gao:resupply"}', "gao:resupply: no resupply can be at gao; "),
    (RAIDS, '{id: "bourem:resupply"}', "bourem:resupply: no resupply can be at bourem; "),
    (BLOCKADE, '{id: "kidal:raid"}', "kidal:raid: no raid can be at kidal; "),
    (RAIDS, '{id: "bourem:first_strike"}', "bourem:first_strike: no first_strike can be at bourem; no place"),
    (HOLD, '{id: "aguelhok:first_strike"}', "aguelhok:first_strike: no first_strike can be at aguelhok; "),
    (HOLD, '{id: "gao:on_station"}', "gao:on_station: no on_station can be at gao; "),
    (HOLD, '{id: "anefis:vacated"}', "anefis:vacated: no vacated can be at anefis; expected kidal"),
    (HOLD, '{id: "kidl:vacated"}', "'kidl' is not a place of the network; did you mean 'kidal'?"),
    (HOLD, '{id: "kidal:vacatd"}', "'kidal:vacatd': 'vacatd' is no event; did you mean 'vacated'?"),
    (HOLD, '{id: "kidal"}', "'kidal': '' is no event; expected one of "),
    (HOLD, '{id: "kidal:capture"}', "'kidal:capture' needs a column; expected one of army, reinforcement, un"),
    (HOLD, '{id: "kidal:vacated", column: army}', "'kidal:vacated' is of no column; leave out 'column'"),
    (HOLD, '{id: "kidal:camp_taken", within: 5 km}', "'kidal:camp_taken' has no column, and so no way"),
    (HOLD, '{id: "kidal:camp_taken", between: [anefis, kidal]}', "'kidal:camp_taken' has no column, and so no way"),
    (HOLD, '{id: "gao:arrival:army", column: un}', "'gao:arrival:army' differs from its place, event and column; expected 'gao:arrival:un'"),
    (HOLD, '{id: "gao:arrival:un:x", column: un}', "'gao:arrival:un:x' differs from its place, event and column; expected 'gao:arrival:un'"),
    (HOLD, '{id: "kidal:go", column: army}', "kidal:go: no go of army can be at kidal; expected anefis"),
    (HOLD, '{id: "anefis:departure", column: army}', "anefis:departure: no departure of army can be at anefis; no"),
    (HOLD, '{id: "kidal:probe", column: army}', "kidal:probe: no probe of army can be at kidal; no place of this"),
    (HOLD, '{id: "kidal:reinforced", column: un}', "kidal:reinforced: no reinforced of un can be at kidal; no place"),
    (HOLD, '{id: "anefis:capture:reinforcement", column: reinforcement}', "anefis:capture:reinforcement: no capture of "),
    (HOLD, '{id: "kidal:round", column: army}', "kidal:round: no round of army can be at kidal; expected alkit_rd"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "message"), MILESTONES)
def test_a_milestone_that_could_never_come_is_told_with_its_line(refused, name, row, message):
    answer = refused(name, ("milestones:\n", f"milestones:\n  - {row}\n"))
    assert told_at(answer, f"  - {row}", message), answer[1]


def test_one_event_of_two_columns_is_told_apart_by_its_id():
    scenario = load_scenario(HOLD, None, bundled_network()).scenario
    assert {m.id: (m.place, m.event) for m in scenario.milestones}["anefis:arrival:un"] == (
        "anefis",
        "arrival",
    )


def test_all_that_cannot_be_is_told_at_once(refused):
    text, told = refused(
        WHOLE,
        (GO, "go: [refit, drones, reinforced]"),
        ("    reinforces: army\n", ""),
        ("moves_forward: true", "moves_forward: false"),
        ("airfield: tessalit_apt", "airfield: tessalit"),
        ("{id: kidal, place: kidal, v", "{id: kidal, place: kidl, v"),
        ('{id: "kidal:vacated"}', '{id: "gao:vacated"}'),
    )
    pieces = ("go: [", "airfield: tessalit,", "place: kidl", '"gao:vacated"')
    assert {str(line_of(text, piece)) for piece in pieces} <= {row.split(":")[1] for row in told}
