"""Orders and closures that cannot be carried out, and those whose source is missing or too late."""

from pathlib import Path

import pytest
from bundled import bundled_network, bundled_record

from analysis.evidence.rows import joint_rows
from analysis.tables.scored_observations import use_of
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.scenario.courses import course
from sim.scenario.decided import decided
from sim.scenario.reading import load_scenario

ALL = (Path(__file__).parents[1] / "helpers/orders.yaml").read_text(encoding="utf-8")
WAIT = "      - {id: wait, do: hold, at: tarkint, for: 30 h, source: assumption, known: 2023-10-01}\n"
JOIN = "      - {id: join, do: merge, at: tabrichat, with: army, source: assumption, known: 2023-10-01}\n"
BACK = "      - {id: back, do: return, at: menaka, source: assumption, known: 2023-10-01}\n"
PASS = "  - {id: pass, between: [tabankort, tabrichat], from: 2023-10-06, until: 2023-10-11,"
SOURCE = ", source: assumption, known: 2023-10-01"


def read(tmp_path, text):
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    return load_scenario(str(tmp_path / "s.yaml"), None, bundled_network())


def messages(tmp_path, text):
    """What is wrong with a scenario, line by line."""
    with pytest.raises(FaultyInput) as refusal:
        read(tmp_path, text)
    return str(refusal.value).splitlines()


def line_of(piece, text=ALL):
    return text[: text.index(piece)].count("\n") + 1


WRONG = [  # what is replaced, in it; what is told
    (WAIT, "at: tarkint", "at: tarknt", "'tarknt' is not a place of the network; did you mean 'tarkint'?"),
    (WAIT, "at: tarkint", "at: bourem", "'bourem' is not on the way of army; expected one of "),
    (WAIT, "at: tarkint", "at: gao", "'gao' is not on the way of army; "),
    (WAIT, "at: tarkint", "at: kidal", "army is to hold at 'kidal', where it ends anyway; expected a place before"),
    (WAIT, ", for: 30 h", "", "army is to hold at 'tarkint'; expected either 'until' or 'for' with it"),
    (WAIT, "30 h", "30 h, until: 2023-10-09", "army is to hold at 'tarkint'; expected either 'until' or 'for'"),
    (WAIT, "for: 30 h", "for: 0 h", "army is to hold at 'tarkint' for no time; expected a longer one"),
    (WAIT, "for: 30 h", "until: 2023-10-02",
     "army is to hold at 'tarkint' until 2023-10-02, and does not set out before 2023-10-02; expected a day after"),
    (WAIT, "for: 30 h", "until: 2024-10-02", "army is to hold at 'tarkint' until 2024-10-02, after the end"),
    (WAIT, "for: 30 h", "for: 900 h",
     "army is to hold at 'tarkint' for 900 h, beyond the end of the scenario; expected 720 h at most, from 2023-10-02 on"),
    (WAIT, "for: 30 h", "for: 30 h, with: escort", "army is to hold at 'tarkint': 'with' does not go with that"),
    (WAIT, "do: hold", "do: halt", "do: 'halt' is not known; expected 'hold', 'return' or 'merge'"),
    (WAIT, "at: tarkint", "at: anefis", "army is to hold at 'anefis' by 2 orders; expected one"),
    (JOIN, "with: army", "with: amry", "'amry' is no other column; did you mean 'army'?"),
    (JOIN, "with: army", "with: escort", "'escort' is no other column; "),
    (JOIN, "with: army", "with: patrol", "escort is of army, patrol of un; expected one of its side"),
    (JOIN, ", with: army", "", "escort is to merge at 'tabrichat'; expected the column 'with' which it merges"),
    (JOIN, "with: army", "with: convoy", "convoy does not come to 'tabrichat'; "),
    (JOIN, "at: tabrichat", "at: kidal", "'kidal' is not on the way of escort; "),
    (BACK, "at: menaka", "at: kidal", "'kidal' is not on the way of convoy; "),
    (BACK, "at: menaka", "at: menaka, to: kidal", "'kidal' is not on the way of convoy before 'menaka'; "),
    (BACK, "at: menaka", "at: menaka, for: 3 h", "convoy is to return at 'menaka': 'for' does not go with that"),
    (PASS, "tabankort, tabrichat", "tabankort, gao", "no road leads straight from 'tabankort' to 'gao'; expected"),
    (PASS, "tabankort, tabrichat", "tabankort, gaoo", "'gaoo' is not a place of the network; did you mean"),
    (PASS, "until: 2023-10-11", "until: 2023-10-06", "pass is closed from 2023-10-06 until 2023-10-06; expected"),
    (PASS, "from: 2023-10-06", "from: 2023-11-06", "pass is closed from 2023-11-06, after the scenario"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "old", "new", "message"), WRONG)
def test_an_order_or_closure_that_cannot_be_is_told_with_its_line(
    tmp_path, monkeypatch, row, old, new, message
):
    monkeypatch.chdir(tmp_path)
    assert ALL.count(row) == row.count(old) == 1
    told = messages(tmp_path, ALL.replace(row, row.replace(old, new)))
    assert any(one.startswith(f"s.yaml:{line_of(row)}: {message}") for one in told), told


def test_all_of_them_are_told_at_once(tmp_path):
    text = ALL.replace(WAIT, WAIT.replace("tarkint", "bourem")).replace(
        JOIN, JOIN.replace(": army", ": nobody")
    )
    told = messages(tmp_path, text.replace(PASS, PASS.replace("tabrichat", "gao")))
    assert len({one.split(":")[-2 if one.startswith("C") else 1] for one in told}) >= 3


def test_an_order_beyond_where_a_column_turns_is_told(tmp_path):
    text = ALL.replace(WAIT, WAIT + BACK.replace("menaka", "tabankort"))
    assert any(
        "army is to hold at 'anefis', and goes back or ends before that" in one
        for one in messages(tmp_path, text)
    )


def test_a_second_order_to_end_and_a_merge_in_a_row_are_told(tmp_path):
    told = messages(tmp_path, ALL.replace(JOIN, JOIN + BACK.replace("menaka", "tarkint")))
    assert any(
        "escort is to return at 'tarkint', and is to merge before; expected one" in one for one in told
    )
    text = ALL.replace(WAIT, JOIN.replace("join", "too").replace("with: army", "with: escort") + WAIT)
    assert any(
        "army is to merge itself; expected the column that goes on" in one for one in messages(tmp_path, text)
    )


def test_a_road_that_never_opens_and_has_no_way_round_is_told(tmp_path):
    more = "".join(
        f"  - {{id: {name}, between: [{a}, {b}], from: 2023-10-01{SOURCE}}}\n"
        for name, a, b in (("one", "tin_hama", "indelimane"), ("two", "kidal", "menaka"))
    )
    told = messages(tmp_path, ALL.replace("closures:\n", f"closures:\n{more}"))
    assert any("convoy cannot get to its objective: no road leads from gao to menaka" in one for one in told)


# --- sources ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "path", "day"),
    [(WAIT, "columns.army.orders.wait", "2023-10-02"), (PASS, "closures.pass", "2023-10-06")],
)
def test_without_a_source_from_before_an_input_is_marked_or_refused(tmp_path, row, path, day):
    source = row if row == WAIT else f"{PASS}{SOURCE[1:]}}}\n"
    name = "the order wait of army" if row == WAIT else "the closure pass"
    marks = f"or '{path}' under 'outcome_known'"
    for old, new, message in (
        (" source: assumption,", "", f"{name} has no source; expected one from {day} at the latest, {marks}"),
        (
            ", known: 2023-10-01",
            "",
            f"{name} has no day on which it was known ('known'); expected one from {day}",
        ),
        (
            "known: 2023-10-01",
            "known: 2023-10-07",
            f"{name} was known only on 2023-10-07, and can be carried out",
        ),
    ):
        text = ALL.replace(source, source.replace(old, new))
        assert text != ALL
        assert any(message in one for one in messages(tmp_path, text))
        marked = f"{text}outcome_known: [{path}]\n"
        assert decided(read(tmp_path, marked).scenario, bundled_network())
    assert decided(read(tmp_path, ALL).scenario, bundled_network()) == []


def test_an_assumption_is_no_source_where_there_are_reports_to_be_scored_by(tmp_path):
    text = ALL.replace("record: none", "record: case")
    told = messages(tmp_path, text)
    assert len(told) == 8
    assert any(
        "the order wait of army has no source but an assumption; expected one from 2023-10-02 at the" in one
        for one in told
    )
    sourced = text.replace(f"{SOURCE[2:]}}}", f"{SOURCE[2:].replace('assumption', 'S0')}}}")
    assert read(tmp_path, sourced)


@pytest.mark.parametrize(
    ("night", "message"),
    [
        ("{source: S0, known: 2023-10-03}", "the march of army by night was known only on 2023-10-03, and can be carried"),
        ("{source: assumption, known: 2023-10-01}", "the march of army by night has no source but an assumption; expected"),
    ],
)  # fmt: skip
def test_a_march_by_night_needs_a_source_from_before_it(tmp_path, night, message):
    text = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
    head = "    contested_from: tarkint\n"
    made = text.replace(head, f"{head}    by_night: {night}\n")
    told = [one for one in messages(tmp_path, made) if message in one]
    assert [one.split(":")[1] for one in told] == [str(line_of("    by_night", made))]
    marked = made.replace("outcome_known:\n", "outcome_known:\n  - columns.army.by_night\n")
    decides = decided(read(tmp_path, marked).scenario, bundled_network())
    assert {"tarkint:arrival", "anefis:capture"} <= set(decides)
    early = made.replace(night, "{source: S0, known: 2023-10-02}")
    assert decided(read(tmp_path, early).scenario, bundled_network()) == []


def test_an_unknown_kind_of_column_is_told_with_those_that_there_are(tmp_path):
    text = ALL.replace("  - id: army\n", "  - id: army\n    kind: ladn\n", 1)
    assert any(
        "kind: 'ladn' is not known; expected 'light', 'wheeled' or 'laden'; did you mean 'laden'?" in one
        for one in messages(tmp_path, text)
    )


def test_a_mark_that_leads_to_no_order_is_told(tmp_path):
    told = messages(tmp_path, f"{ALL}outcome_known: [columns.army.orders.wiat, closures.pas]\n")
    assert any("'columns.army.orders.wiat' leads to nothing; did you mean 'wait'?" in one for one in told)
    assert any("'closures.pas' leads to nothing; did you mean 'pass'?" in one for one in told)


@pytest.mark.parametrize(
    ("path", "milestones"),
    [
        ("columns.army.orders.wait", {"tabrichat:reinforced", "tarkint:harassment", "anefis:capture", "anefis:go"}),
        ("columns.escort.orders.join", {"tabrichat:tail", "tabrichat:reinforced", "tarkint:harassment",
                                        "anefis:capture", "anefis:go"}),
        ("columns.army.orders.stay", {"anefis:go"}),
        ("columns.escort.orders.first", {"tabrichat:tail", "tabrichat:reinforced", "tarkint:harassment",
                                         "anefis:capture", "anefis:go"}),
        ("columns.convoy.orders.back", {"tin_hama:mine", "gao:arrival", "gao:tail"}),  # it may be on the way back
        ("closures.bridge", {"tin_hama:mine", "menaka:arrival", "menaka:resupply", "gao:arrival", "gao:tail"}),
    ],
)  # fmt: skip
def test_what_an_order_of_known_outcome_decides_comes_after_it(tmp_path, path, milestones):
    marked = read(tmp_path, f"{ALL}outcome_known: [{path}]\n")
    assert set(decided(marked.scenario, bundled_network())) == milestones


WHOLE = (BUNDLED.path("scenarios") / "kidal-offensive.yaml").read_text(encoding="utf-8")
GO = "    go: [refit, drones, calendar]\n"
HEADS = {  # a line of each column that stands once in the file, and where it may be ordered to hold
    "reinforcement": ("    departs: 2023-11-01 to 2023-11-09 ", "tarkint"),
    "un": ("    departs: 2023-10-31 ", "alkit_rd"),
    "army": ("    contested_from: tarkint\n", "tarkint"),
}
FROM_ANEFIS = {"anefis:go", "alkit_rd:contact", "alkit_rd:break", "alkit_rd:round", "kidal:capture", "kidal:go", "aguelhok:capture"}  # fmt: skip


def decided_of(tmp_path, text, *paths):
    """What inputs of known outcome decide in a scenario."""
    marks = "".join(f"  - {path}\n" for path in paths)
    made = text.replace("outcome_known:\n", f"outcome_known:\n{marks}")
    return set(decided(read(tmp_path, made).scenario, bundled_network()))


def held(column, go, text=WHOLE, at=None):
    """The whole offensive with a hold of a column until late in November, and conditions of its army's go."""
    head, where = HEADS[column]
    order = f"    orders: [{{id: stay, do: hold, at: {at or where}, until: 2023-11-20}}]\n"
    assert text.count(head) == text.count(GO) == 1
    return text.replace(head, order + head).replace(GO, f"    go: [{go}]\n")


@pytest.mark.parametrize("column", ["reinforcement", "un"])
def test_what_waits_for_a_column_is_decided_with_it(tmp_path, column):
    text = held(column, "refit, reinforced, road_clear")
    told = decided_of(tmp_path, text, f"columns.{column}.orders.stay")
    assert told >= FROM_ANEFIS
    assert ("anefis:reinforced" in told) is (column == "reinforcement")
    assert not told & {"tarkint:arrival", "tarkint:mine", "anefis:capture", "kidal:departure"}
    assert ("gao:arrival" in told) is (column == "un")


def test_a_withdrawing_column_that_nobody_waits_for_decides_only_itself(tmp_path):
    told = decided_of(tmp_path, held("un", "refit, drones, calendar"), "columns.un.orders.stay")
    assert told == {"gao:arrival"}
    late = held("un", "refit, road_clear", at="anefis")  # by then it has left the road to Kidal
    assert decided_of(tmp_path, late, "columns.un.orders.stay") == {"gao:arrival"}


def test_without_the_decision_no_go_waits_for_a_column(tmp_path):
    text = held("un", "refit, road_clear").replace("rules: {", "rules: {without: [decision], ")
    assert decided_of(tmp_path, text, "columns.un.orders.stay") == {"gao:arrival"}


def test_a_column_that_waits_for_a_capture_is_decided_from_its_departure(tmp_path):
    head = '  - {id: "gao:departure", column: army}\n'
    more = '  - {id: "gao:departure:reinforcement", column: reinforcement}\n'
    text = held("army", "refit", WHOLE.replace(head, head + more))
    told = decided_of(tmp_path, text, "columns.army.orders.stay")
    assert {"gao:departure:reinforcement", "anefis:reinforced", "anefis:capture", "anefis:on_station"} <= told
    assert not told & {"gao:departure", "tarkint:arrival", "gao:arrival", "kidal:vacated"}
    late = held("army", "refit", text=WHOLE.replace(head, head + more), at="anefis")
    told = decided_of(tmp_path, late, "columns.army.orders.stay")
    assert not told & {"gao:departure:reinforcement", "anefis:capture", "anefis:on_station"}
    assert told >= FROM_ANEFIS | {"anefis:reinforced", "kidal:first_strike"}


def test_drones_that_move_after_a_capture_decide_whose_go_waits_for_them(tmp_path):
    block = WHOLE[WHOLE.index("  - id: reinforcement\n") : WHOLE.index("  - id: un\n")]
    other = (
        "  - id: second\n    side: army\n    source: assumption\n    known: 2023-10-02\n    from: gao\n"
        "    departs: 2023-10-03\n    objectives: [{place: menaka, capture: true}, {place: ansongo, capture: true}]\n"
        "    go: [drones]\n    stops: []\n    serials: [{id: all, persons: 90, vehicles: 30}]\n"
        "    vehicle_gap: 100 m\n    serial_gap: 10 min\n    mines_reported: 1\n"
    )
    rows = '  - {id: "menaka:capture", column: second}\n  - {id: "menaka:go", column: second}\n'
    made = WHOLE.replace(block, block + other).replace("milestones:\n", f"milestones:\n{rows}")
    text = held("army", "refit", made)
    told = decided_of(tmp_path, text, "columns.army.orders.stay")
    assert {"menaka:go", "menaka:capture"} & told == {"menaka:go"}
    still = text.replace("    moves_forward: true\n", "").replace("  - drones.tb2.moves_forward\n", "")
    assert "menaka:go" not in decided_of(tmp_path, still, "columns.army.orders.stay")


def test_a_hold_decides_nothing_that_is_over_by_then(tmp_path):
    rows = "".join(
        f'  - {{id: "{place}:{event}", column: army, between: [gao, tarkint]}}\n'
        for place, event in (("tarkint", "mine_found"), ("tin_aouker", "ambush"), ("tarkint", "harassment"))
    )
    old = '  - {id: "tarkint:harassment", column: army, between: [gao, anefis]}\n'
    assert WHOLE.count(old) == 1
    text = held("army", "refit", WHOLE.replace(old, rows))
    told = decided_of(tmp_path, text, "columns.army.orders.stay")
    assert not told & {"tarkint:mine_found", "tin_aouker:ambush"}
    assert {"tarkint:harassment", "tarkint:mine"} <= told  # it stands there by night; and 25 km beyond


def test_a_road_event_near_a_place_may_come_beyond_a_hold_behind_it(tmp_path):
    near = WHOLE.replace("within: 25 km", "within: 900 km")
    for text, counts in ((WHOLE, False), (near, True)):
        made = held("army", "refit", text, at="tabankort")
        assert ("tarkint:mine" in decided_of(tmp_path, made, "columns.army.orders.stay")) is counts


def test_a_march_by_night_decides_no_departure(tmp_path):
    head = HEADS["army"][0]
    text = WHOLE.replace(head, f"    by_night: {{source: S0, known: 2023-10-04}}\n{head}")
    told = decided_of(tmp_path, text, "columns.army.by_night")
    assert "gao:departure" not in told
    assert {"tin_aouker:arrival", "anefis:capture"} <= told


def test_a_first_road_that_is_closed_decides_the_departures_that_may_wait_for_it(tmp_path):
    scenario = read(tmp_path, WHOLE).scenario
    entry = ", ".join(course(scenario.columns[0], scenario, bundled_network()).places[:2])
    old = '  - {id: "gao:departure", column: army}\n'
    more = '  - {id: "gao:departure:reinforcement", column: reinforcement}\n'
    for days, counts in (("2023-11-02, until: 2023-11-12", True), ("2023-10-10, until: 2023-10-20", False)):
        gate = f"closures:\n  - {{id: gate, between: [{entry}], from: {days}}}\n"
        made = WHOLE.replace(old, old + more).replace("groups:\n", f"{gate}\ngroups:\n")
        told = decided_of(tmp_path, made, "closures.gate")
        assert ("gao:departure:reinforcement" in told) is counts
        assert not told & {"gao:departure", "tarkint:arrival", "anefis:capture"}  # the army has left


# --- scores -------------------------------------------------------------------------------------------------

ORDER = "    orders: [{id: halt, do: hold, at: tarkint, for: 12 h}]\n"


@pytest.fixture(scope="module")
def ordered(tmp_path_factory):
    """Tables of the first stage with an order that only those knew who knew the outcome."""
    text = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
    head = "    contested_from: tarkint\n"
    assert head in text
    text = text.replace(head, head + ORDER).replace(
        "outcome_known:\n", "outcome_known:\n  - columns.army.orders.halt\n"
    )
    folder = tmp_path_factory.mktemp("ordered")
    path = folder / "ordered.yaml"
    path.write_text(text, encoding="utf-8")
    return do(Job(inputs=load_inputs(str(path)), seed=1, runs=5, draw=True, out=folder / "out"))[1]


def test_what_such_an_order_decides_is_not_scored(ordered):
    record = bundled_record()
    uses = {
        event: use_of(ordered, record, record.observation(event, "army"))
        for event in ("tarkint:arrival", "tabankort:arrival", "anefis:capture")
    }
    assert uses["tarkint:arrival"] == "fit"
    assert uses["tabankort:arrival"] == uses["anefis:capture"] == "decided"
    assert "anefis:capture" in ordered.manifest["decided"]


def test_no_joint_row_asks_for_it(ordered):
    asked = {row.milestone for row in joint_rows(ordered, bundled_record(), "made")}
    assert "tarkint:arrival" in asked
    assert not asked & set(ordered.manifest["decided"])


# --- commands and results -----------------------------------------------------------------------------------


def test_a_faulty_order_ends_a_command_with_its_line_and_code_two(kidal, tmp_path):
    text = ALL.replace(WAIT, WAIT.replace("at: tarkint", "at: bourem"))
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    for command in (("check", "s.yaml"), ("run", "s.yaml", "--runs", "2")):
        code, out, err = kidal(*command)
        assert code == 2
        assert f"s.yaml:{line_of(WAIT)}: 'bourem' is not on the way of army" in out + err


def test_a_dry_run_says_what_is_ordered(kidal, tmp_path):
    (tmp_path / "s.yaml").write_text(ALL, encoding="utf-8")
    _, out, _ = kidal("run", "s.yaml", "--runs", "2", "--dry-run")
    assert "ordered to hold at Tarkint, hold at Anefis" in " ".join(out.split())


def test_an_order_is_changed_by_its_id(tmp_path):
    (tmp_path / "s.yaml").write_text(ALL, encoding="utf-8")
    loaded = load_scenario(str(tmp_path / "s.yaml"), {"columns.army.orders.wait.for": "60 h"})
    assert loaded.scenario.columns[0].orders[0].for_ == 60


def test_a_result_of_a_way_out_and_back_has_its_places_twice_and_its_milestones_where_it_first_comes(
    tmp_path,
):
    (tmp_path / "s.yaml").write_text(ALL, encoding="utf-8")
    inputs = load_inputs(str(tmp_path / "s.yaml"))
    tables = do(Job(inputs=inputs, seed=1, runs=2, draw=True, out=tmp_path / "out"))[1]
    rows = tables.route["column"] == "convoy"
    way = dict(zip(tables.route["km"][rows].tolist(), tables.route["place"][rows].tolist(), strict=True))
    out = ["gao", "ansongo", "tin_hama", "indelimane", "menaka"]
    assert list(way.values()) == [*out, *out[-2::-1]]
    assert list(way) == sorted(way)
    kms = {(row["id"], row["column"]): row["km"] for row in tables.manifest["milestones"]}
    assert kms["gao:arrival", "convoy"] == max(way)
    assert kms["menaka:arrival", "convoy"] == max(way) / 2
    assert kms["kidal:departure", "patrol"] == 0
    assert kms["kidal:arrival", "patrol"] > 0
