"""Rival hypotheses: each bundled one lays something over the base, and a faulty one is told with its line."""

from functools import cache

import pytest
from bundled import bundled_network, hypothesis_names

from sim.engine.inputs import load_inputs
from sim.files.overrides import above
from sim.files.paths import program_file
from sim.files.yaml_tree import FaultyInput, Where, dump, read
from sim.scenario.hypotheses import hypotheses, hypothesis_path
from sim.scenario.reading import load_scenario, varied

BASE = {"drones-move-forward", "radius-150-mi", "go-refit-drones-calendar"}  # these state what is the base


def whole(*names, **sets):
    """The whole offensive with hypotheses and settings on top of it."""
    return load_scenario("kidal-offensive", sets, bundled_network(), names).scenario


@cache
def plain_whole():
    return whole()


def army(scenario):
    return next(column for column in scenario.columns if column.id == "army")


@pytest.mark.parametrize("name", hypothesis_names())
def test_each_applies_to_the_offensive_and_changes_it_unless_it_states_the_base(name):
    assert (whole(name) == plain_whole()) == (name in BASE)


def test_each_says_in_a_line_what_it_is():
    told = hypotheses()
    assert set(told) >= BASE
    assert len(set(told.values())) == len(told)
    assert all(len(summary) > 15 and "\n" not in summary for summary in told.values())


@pytest.mark.parametrize("name", hypothesis_names("go-"))
def test_the_conditions_of_a_go_are_those_of_its_name(name):
    words = (
        name.removeprefix("go-").replace("camp-vacated", "camp_vacated").replace("road-clear", "road_clear")
    )
    assert sorted(army(whole(name)).go) == sorted(words.split("-"))


def test_every_set_of_conditions_that_can_differ_is_there_once():
    """A vacated camp is implied by a clear road and by a reinforcement."""
    sets = [frozenset(army(whole(name)).go) for name in hypotheses() if name.startswith("go-")]
    assert len(set(sets)) == len(sets)
    free = ["reinforced", "drones", "road_clear", "calendar", "camp_vacated"]
    every = [{"refit"} | {w for i, w in enumerate(free) if n >> i & 1} for n in range(32)]
    apart = [s for s in every if not ("camp_vacated" in s and s & {"road_clear", "reinforced"})]
    assert set(sets) == {frozenset(s) for s in apart}


@pytest.mark.parametrize(
    ("name", "get", "value"),
    [
        ("radius-150-km", lambda s: s.drones[0].radius, 150),
        ("radius-300-km", lambda s: s.drones[0].radius, 300),
        ("hazard-by-night", lambda s: s.rules.night_hazard, 0.5),
        ("contact-on-contested-road", lambda s: s.rules.contact_pace, "on contested road"),
        ("calendar-by-march-speed", lambda s: s.rules.calendar_pace, "march speed"),
        (
            "drones-stay-at-gao",
            lambda s: (s.drones[0].station, s.drones[0].moves_forward),
            ("gao_apt", False),
        ),
    ],
)
def test_a_hypothesis_says_one_thing(name, get, value):
    assert get(plain_whole()) != value
    assert get(whole(name)) == value


# --- order --------------------------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a hypothesis; gives its path."""
    monkeypatch.chdir(tmp_path)

    def call(overrides, name="h.yaml", head="summary: test\nsource: test\noverrides:\n"):
        (tmp_path / name).write_text(head + overrides, encoding="utf-8")
        return name

    return call


def test_a_setting_wins_over_hypotheses_that_set_different_fields(written):
    until = written("  refuges: [abeibara]\n  end: 2023-12-31\n", "until.yaml")
    both = load_scenario(
        "kidal-offensive", {"drones.tb2.radius": "200 km"}, bundled_network(), [until, "radius-300-km"]
    )
    assert both.scenario.drones[0].radius == 200
    assert str(both.scenario.end) == "2023-12-31"
    assert both.hypotheses == (until, "radius-300-km")
    assert whole("radius-300-km", until) == whole(until, "radius-300-km")


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        ("radius-150-mi", "radius-300-km", "drones.tb2.radius"),
        ("radius-300-km", "radius-150-mi", "drones.tb2.radius"),
        ("go-refit", "drones-stay-at-gao", "columns.army.go"),
        ("drones-move-forward", "drones-stay-at-gao", "drones.tb2.moves_forward"),
    ],
)
def test_two_that_set_one_field_are_refused_by_both_names(one, other, field):
    assert refused(one, other) == [f"--with {other}: sets {field} as --with {one} does; expected one of them"]


def test_a_field_within_a_field_is_the_same_and_one_beside_it_is_not(written):
    whole_list = written("  columns.army.stops: []\n", "stops.yaml")
    within = written("  columns.army.stops.bourem.hours: 3 h\n", "hours.yaml")
    starts = [line for line in refused(whole_list, within) if "expected one of them" in line]
    assert starts == [
        f"--with {within}: sets columns.army.stops.bourem.hours as --with {whole_list} does; expected one of them"
    ]
    beside = whole(whole_list, written("  columns.army.go: [refit]\n", "go.yaml"))
    assert (army(beside).stops, army(beside).go) == ((), ("refit",))


def test_inputs_are_laid_in_the_same_order():
    sets = ["drones.tb2.radius=200 km", "refit=20 days"]
    inputs = load_inputs("kidal-offensive", None, sets, ["radius-300-km", "go-refit"])
    assert inputs.loaded.scenario.drones[0].radius == 200
    assert army(inputs.loaded.scenario).go == ("refit",)
    assert inputs.parameters.values()["refit"] == 20 * 24


def test_a_hypothesis_changes_the_hash_of_the_scenario_only_if_it_changes_the_scenario():
    plain, base, rival = (
        load_inputs("kidal-offensive", hypotheses=names).hashes["scenario"]
        for names in ([], ["drones-move-forward"], ["radius-300-km"])
    )
    assert plain == base != rival


def test_a_list_replaces_a_list(written):
    assert army(whole(written("  columns.army.go: [refit]\n"))).go == ("refit",)
    assert whole(written("  refuges: [abeibara]\n")).refuges == ("abeibara",)
    assert army(whole(written("  columns.army.stops: []\n"))).stops == ()


def test_the_rest_of_the_scenario_is_left_alone():
    rival = whole("radius-300-km")
    assert rival.model_copy(update={"drones": plain_whole().drones}) == plain_whole()


# --- what cannot be -----------------------------------------------------------------------------------------


def refused(*names, sets=None):
    with pytest.raises(FaultyInput) as refusal:
        load_scenario("kidal-offensive", sets, bundled_network(), names)
    return str(refusal.value).splitlines()


STAY = "  drones.tb2.station: gao_apt\n  drones.tb2.moves_forward: false\n"
"""That drones stay at Gao, and no more."""


@pytest.mark.parametrize("go", ["go-refit-drones", "go-refit-drones-calendar", "go-refit-reinforced-drones"])
def test_drones_that_stay_at_gao_are_no_condition_of_a_go_on_kidal(go, written):
    (line,) = refused(written(STAY), go)
    assert line.startswith(f"{hypothesis_path(go).as_posix()}:4: ") or f"{go}.yaml:4: " in line
    assert "can never go" in line
    assert "'drones'" in line
    assert "kidal" in line


@pytest.mark.parametrize(("radius", "fits"), [("280 km", False), ("290 km", True)])
def test_that_is_so_below_285_kilometres(radius, fits, written):
    names, sets = [written(STAY), "go-refit-drones"], {"drones.tb2.radius": radius}
    if fits:
        assert army(load_scenario("anefis-hold", sets, bundled_network(), names).scenario).go == (
            "refit",
            "drones",
        )
        return
    with pytest.raises(FaultyInput, match="can never go"):
        load_scenario("anefis-hold", sets, bundled_network(), names)


def test_with_300_kilometres_drones_at_gao_can_be_waited_for(written):
    names = [written(STAY), "go-refit-drones-calendar", "radius-300-km"]
    loaded = load_scenario("anefis-hold", None, bundled_network(), names)
    assert army(loaded.scenario).go == ("refit", "drones", "calendar")
    with pytest.raises(FaultyInput, match="can never go"):
        load_scenario("anefis-hold", None, bundled_network(), names[:2])


FAULTY = [  # overrides, the line of the fault, message
    ("  drones.tb2.radus: 300 km\n", 4, "'radus' of 'drones.tb2.radus' is not there; did you mean 'radius'?"),
    ("  drones.tb3.radius: 300 km\n", 4, "'tb3' of 'drones.tb3.radius' is not there; did you mean 'tb2'?"),
    ("  drone.tb2.radius: 300 km\n", 4, "'drone' of 'drone.tb2.radius' is not there; did you mean 'drones'?"),
    (
        "  end: 2023-12-31\n  drones.tb2.radius: 300\n",
        5,
        "radius: '300' has no unit; expected '300 km', '300 m' or '300 mi'",
    ),
    ("  drones.tb2.radius: [300 km]\n", 4, "radius: a list or mapping stands here"),
    ("  drones.tb2.station: gao_air\n", 4, "'gao_air' is not a place of the network"),
    ("  drones.tb2: x\n", 4, "'tb2' of 'drones.tb2' is not there"),
    ("  columns: [a, b]\n", 4, "'columns' does not lead to a single value"),
    ("  columns.army.serials: [a]\n", 4, "'columns.army.serials' does not lead to a single value"),
    ("  columns.army.go: refit\n", 4, ""),
    (
        "  columns.army.go: [refit, dornes]\n",
        4,
        "go: 'dornes' is not known; expected 'refit', 'reinforced', ",
    ),
    ("  columns.army.go: [[refit]]\n", 4, ""),
    ("  rules.night_hazard: 5\n", 4, "night_hazard: 5 is out of range"),
    (
        "  rules.nigth_hazard: 0.5\n",
        4,
        "'nigth_hazard' of 'rules.nigth_hazard' is not there; did you mean 'night_hazard'?",
    ),
    ("  drones:\n    tb2.radius: 300 km\n", 4, "'drones' has keys of its own; expected a dotted path"),
    ("  end: 2024-12-31\n", 4, "the scenario is longer than 366 days"),
    ("  end: &e 2023-12-31\n", 4, ""),
    ("  end: 2023-12-30\n  end: 2023-12-31\n", 5, ""),
    ("  .: 1\n", 4, "'' of '.' is not there"),
    (
        "  - end\n",
        3,
        "the key 'overrides' is missing; expected 'overrides:' with dotted paths below it",
    ),
    ("  {}\n", 3, "the key 'overrides' is missing; expected 'overrides:' with dotted paths below it"),
    ("  end: 2023-12-31\nmore: 1\n", 5, "'more' is not a key here"),
]


@pytest.mark.parametrize(("overrides", "line", "message"), FAULTY)
def test_a_faulty_hypothesis_is_told_with_its_own_file_and_line(written, overrides, line, message):
    told = refused(written(overrides))
    assert any(row.startswith(f"h.yaml:{line}: {message}") for row in told)
    assert all(row.startswith("h.yaml:") for row in told)


@pytest.mark.parametrize("key", ["summary", "source", "overrides"])
@pytest.mark.parametrize("how", ["left out", "empty"])
def test_a_missing_key_is_told(written, key, how):
    rows = {"summary": "s", "source": "s", "overrides": "\n  end: 2023-12-31"}
    rows = {k: v for k, v in rows.items() if k != key} | ({key: ""} if how == "empty" else {})
    (line,) = refused(written("", head="".join(f"{k}: {v}\n" for k, v in rows.items())))
    assert line.startswith("h.yaml:")
    assert key in line


def test_faults_of_hypotheses_and_settings_are_told_at_once(written):
    first = written("  drones.tb2.radus: 1 km\n", "one.yaml")
    second = written("  drones.tb2.radius: 300\n", "two.yaml")
    told = refused(first, second, "radius-30-km", sets={"drones.tb9.x": "1"})
    starts = ("one.yaml:4: ", "two.yaml:4: ", "--with radius-30-km: ", "--set drones.tb9.x: ")
    assert all(any(row.startswith(start) for row in told) for start in starts)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("radius-300", "did you mean 'radius-300-km'?"),
        ("go-refit-drone", "did you mean 'go-refit-drones'?"),
        ("", "one of calendar-by-march-speed, "),
        ("..", "one of calendar-by-march-speed, "),
        ("\0", "one of calendar-by-march-speed, "),
        ("x" * 5000, "one of calendar-by-march-speed, "),
    ],
)
def test_an_unknown_hypothesis_is_answered_with_those_there_are(tmp_path, monkeypatch, name, hint):
    monkeypatch.chdir(tmp_path)
    (line,) = refused(name)
    assert line.startswith("--with ")
    assert hint in line


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", ": :\n", "\t", "a: [", "summary: \x00\n"])
def test_a_file_that_is_no_hypothesis_is_told(written, text):
    assert all(row.startswith("h.yaml:") for row in refused(written("", head=text)))


def test_a_binary_file_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h.yaml").write_bytes(b"\xff\xfe\x00")
    assert refused("h.yaml") == ["h.yaml:1: is not UTF-8 text; expected the file saved as UTF-8"]


# --- what a scenario leaves out ----------------------------------------------------------------------------


def lean(tmp_path, monkeypatch, *left_out):
    """The whole offensive as a file without some of its lines and sections; the folder is the current one."""
    monkeypatch.chdir(tmp_path)
    tree = read(program_file("scenarios", "kidal-offensive.yaml"))
    for path in left_out:
        node, last, _ = above(tree, path, Where("test", 0))
        node.pop(last, None)
    (tmp_path / "lean.yaml").write_text(dump(tree), encoding="utf-8")


@pytest.mark.parametrize(
    ("left_out", "override", "get", "default", "value"),
    [
        ("rules", "rules.night_hazard: 0.5", lambda s: s.rules.night_hazard, 0.0, 0.5),
        ("columns.army.go", "columns.army.go: [refit]", lambda s: army(s).go, (), ("refit",)),
        ("columns.army.supply", "columns.army.supply: 900 h", lambda s: army(s).supply, 0.0, 900.0),
        ("manned_aviation", "manned_aviation: []", lambda s: s.manned_aviation, (), ()),
    ],
)
def test_what_a_scenario_leaves_out_can_be_overridden(
    left_out, override, get, default, value, tmp_path, monkeypatch
):
    lean(tmp_path, monkeypatch, left_out)
    (tmp_path / "h.yaml").write_text(f"summary: a\nsource: b\noverrides:\n  {override}\n", encoding="utf-8")
    assert get(load_scenario("lean.yaml", None, bundled_network()).scenario) == default
    assert get(load_scenario("lean.yaml", None, bundled_network(), ["h.yaml"]).scenario) == value
    path, _, text = override.partition(": ")
    assert get(load_scenario("lean.yaml", {path: text}, bundled_network()).scenario) == value


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("rule.night_hazard", "'rule' of 'rule.night_hazard' is not there; did you mean 'rules'?"),
        (
            "rules.nigth_hazard",
            "'nigth_hazard' of 'rules.nigth_hazard' is not there; did you mean 'night_hazard'?",
        ),
        ("end.day", "'end' of 'end.day' is not there; expected one of "),
    ],
)
def test_what_no_scenario_has_is_still_refused(path, message, tmp_path, monkeypatch):
    lean(tmp_path, monkeypatch, "rules")
    (tmp_path / "h.yaml").write_text(f"summary: a\nsource: b\noverrides:\n  {path}: 1\n", encoding="utf-8")
    with pytest.raises(FaultyInput) as error:
        load_scenario("lean.yaml", None, bundled_network(), ["h.yaml"])
    assert str(error.value).startswith(f"h.yaml:4: {message}")


def test_a_part_that_is_laid_over_leaves_the_tree_it_came_from_as_it_was():
    loaded = load_scenario("kidal-offensive", None, bundled_network())
    before = dump(loaded.tree)
    sets = {"drones.tb2.radius": "300 km", "rules.night_hazard": "0.5", "columns.army.go": "[refit]"}
    other = varied(loaded, {}, sets)
    assert dump(loaded.tree) == before
    assert (other.scenario.drones[0].radius, army(other.scenario).go) == (300.0, ("refit",))
    assert other.tree["towns"] is loaded.tree["towns"]
