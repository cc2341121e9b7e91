"""The page's server: it starts and refuses in words, keeps nothing between visitors, and shows no files."""

import http.client
import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from bundled import bundled_inputs
from dash import html, no_update
from plotly.graph_objects import Figure
from werkzeug.serving import WSGIRequestHandler

from analysis.figures.run.time_distance import arrivals, reported, window
from analysis.tables.histories import trace
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.inputs import load_inputs
from sim.ensembles.ensemble import ensemble
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.yaml_tree import Fault, FaultyInput, Where
from sim.store.reader import RunTables, read_run
from sim.view import connections, runs
from sim.view import server as view_server
from sim.view.address import restored
from sim.view.controls import changed, controls, in_words, shares
from sim.view.layout import fans, layout, milestone_table
from sim.view.pages import FolderPage, ScenarioPage, file_name


@cache
def gao_page():
    return ScenarioPage(bundled_inputs("gao-anefis"), 1)


def parts_of(parts):
    """Parts of a page, and those within them."""
    for part in parts:
        yield part
        inner = getattr(part, "children", None)
        if inner is not None and not isinstance(inner, str):
            yield from parts_of(inner if isinstance(inner, list) else [inner])


HOST = "127.0.0.1"


@contextmanager
def served():
    """A server of the page: its port."""
    with view_server.bound(HOST, 0) as listening:
        server = view_server.made_server(gao_page(), listening, HOST)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture(scope="module")
def port():
    """The port of a server that many tests ask."""
    with served() as number:
        yield number


@pytest.fixture
def fresh_port():
    """The port of a server that one test asks."""
    with served() as number:
        yield number


def get(port, path, host=None):
    link = http.client.HTTPConnection(HOST, port, timeout=20)
    link.putrequest("GET", path, skip_host=host is not None)
    if host is not None:
        link.putheader("Host", host)
    link.endheaders()
    answer = link.getresponse()
    status, body, headers = answer.status, answer.read(), dict(answer.getheaders())
    link.close()
    return status, body, headers


def body_of(settings):
    """What the page's script sends when a setting has changed."""
    names = [{"kind": "setting", "name": name.replace(".", "/")} for name in settings]
    values = [
        {"id": name, "property": "value", "value": value}
        for name, value in zip(names, settings.values(), strict=True)
    ]
    ids = [{"id": name, "property": "id", "value": name} for name in names]
    return {
        "output": "..scene.data...message.children..",
        "outputs": [{"id": "scene", "property": "data"}, {"id": "message", "property": "children"}],
        "inputs": [values, {"id": "tab", "property": "data", "value": "map"}],
        "state": [ids],
        "changedPropIds": [],
    }


def ask(port, raw=b"", **settings):
    """The answer to a changed setting."""
    body = body_of(settings)
    link = http.client.HTTPConnection(HOST, port, timeout=30)
    link.request(
        "POST", "/_dash-update-component", raw or json.dumps(body), {"Content-Type": "application/json"}
    )
    answer = link.getresponse()
    status, body = answer.status, answer.read()
    link.close()
    return status, body


def scene_and_message(answer):
    status, body = answer
    assert status == 200, body[:300]
    response = json.loads(body)["response"]
    return response.get("scene", {}).get("data"), response["message"]["children"]


def test_the_page_and_what_it_loads_come_from_here(port):
    status, body, headers = get(port, "/")
    assert status == 200
    assert b"gao-anefis" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert b"https://" not in body
    for name in ("draw.js", "over.js", "player.js", "tabs.js", "words.js", "page.css"):
        assert f"assets/{name}".encode() in body
        assert get(port, f"/assets/{name}")[0] == 200


def test_the_policy_allows_nothing_that_stands_in_a_text_and_changes_with_each_request(port):
    policies = [get(port, path)[2]["Content-Security-Policy"] for path in ("/", "/", "/nowhere")]
    assert len(set(policies)) == 3
    for policy in policies:
        assert "unsafe" not in policy
        assert re.search(r"script-src 'self' 'sha256-[\w+/]{43}=';", policy)
        assert re.search(r"style-src 'self' 'nonce-[\w-]{22}';", policy)


def test_no_answer_tells_a_version(port):
    for path, host in (("/", None), ("/nowhere", None), ("/", "example.org")):
        headers = get(port, path, host)[2]
        assert headers["Server"] == "kidal"
        assert "Werkzeug" not in str(headers)
        assert "Python" not in str(headers)


def test_a_title_is_no_part_of_the_template(monkeypatch):
    page = ScenarioPage(bundled_inputs("gao-anefis"), 1)
    monkeypatch.setattr(page, "title", "{%config%}{%scripts%}{%nonce%}")
    body = view_server.application(page).test_client().get("/").text
    assert "<title>&#123;%config%}&#123;%scripts%}&#123;%nonce%}: gao-anefis</title>" in body


HALF_A_BODY = (
    b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
)
TOO_LARGE = HALF_A_BODY + b"Content-Length: 900000\r\n\r\n" + b"{" * 30_000
CHUNKED = HALF_A_BODY + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{"
HALF_A_BODY += b"Content-Length: 9\r\n\r\n{"


def waiting(port, count, text=b"GET / HTTP/1.1\r\nHost: localhost\r\n"):
    """Connections that ask for half of something."""
    links = [socket.create_connection((HOST, port), timeout=10) for _ in range(count)]
    for link in links:
        link.sendall(text)
    return links


def test_half_a_request_is_ended_when_its_time_is_over(port, monkeypatch, capfd):
    monkeypatch.setattr(connections, "ASKING_SECONDS", 0.3)
    for text, answer in ((b"GET / HT", b""), (b"", b""), (HALF_A_BODY, b"HTTP/1.1 4")):
        (link,) = waiting(port, 1, text)
        with link:
            assert link.recv(10) == answer
    assert capfd.readouterr() == ("", "")


def test_a_request_that_comes_by_drops_has_no_more_time(port, monkeypatch):
    monkeypatch.setattr(connections, "ASKING_SECONDS", 0.4)
    (link,) = waiting(port, 1)
    with link:
        began = monotonic()
        with suppress(OSError):
            while monotonic() < began + 5.0:
                link.sendall(b"X")
                sleep(0.01)
        assert monotonic() < began + 2.0


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\nHost: localhost\r\n", HALF_A_BODY, TOO_LARGE, CHUNKED])
def test_many_connections_that_ask_no_whole_question_hold_few_threads_and_keep_nobody_out(fresh_port, text):
    before, links = threading.active_count(), waiting(fresh_port, 200, text)
    try:
        assert get(fresh_port, "/assets/page.css")[0] == 200
        sleep(0.1)
        assert threading.active_count() <= before + connections.CONNECTIONS + 2
    finally:
        for link in links:
            link.close()


def test_more_questions_at_once_than_there_is_room_for_are_refused(fresh_port, monkeypatch):
    monkeypatch.setattr(connections, "CONNECTIONS", 2)
    is_over = threading.Event()
    monkeypatch.setattr(WSGIRequestHandler, "run_wsgi", lambda handler: is_over.wait(10))
    links = waiting(fresh_port, 2, HALF_A_BODY + b"12345678")  # all is there: none is ended for another
    sleep(0.1)
    assert get(fresh_port, "/")[0] == 503
    is_over.set()
    for link in links:
        link.close()


def test_a_hostile_name_of_a_scenario_is_text(monkeypatch):
    page = ScenarioPage(bundled_inputs("gao-anefis"), 1)
    monkeypatch.setattr(page, "title", "</title><script>alert(1)</script>")
    body = view_server.application(page).test_client().get("/").text
    assert "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;: gao-anefis</title>" in body
    assert "<script>alert(1)" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../view.py",
        "/assets/%2e%2e/view.py",
        "/assets/..%2fview.py",
        "/assets//etc/passwd",
        "/etc/passwd",
        "/../../../../etc/passwd",
        "/pyproject.toml",
    ],
)
def test_no_other_file_can_be_had(port, path):
    status, body, _ = get(port, path)
    assert b"root:" not in body
    assert status == 404
    assert b"def " not in body


def test_a_name_of_another_machine_is_refused(port):
    assert get(port, "/", host="example.org")[0] == 403
    assert get(port, "/", host=f"localhost:{port}")[0] == 200


def test_a_request_that_is_too_large_is_refused(port):
    assert ask(port, raw=b"x" * (view_server.LARGEST_REQUEST + 1))[0] == 413


def test_a_file_that_dash_has_not_is_not_found(port, capfd):
    for path in ("dash/dcc/nope.js", "nope/nope.js"):
        status, body, _ = get(port, f"/_dash-component-suites/{path}")
        assert (status, body) == (404, b"no such file")
    assert capfd.readouterr() == ("", "")


UNREADABLE = [
    {},
    [],
    {"output": "nothing"},
    body_of({}) | {"inputs": [1, 2]},
    body_of({}) | {"state": [[{"id": 1}]]},
    body_of({}) | {"output": 7},
]


@pytest.mark.parametrize("body", UNREADABLE)
def test_a_question_that_cannot_be_read_is_refused_without_a_traceback(port, capfd, body):
    assert ask(port, raw=json.dumps(body)) == (400, b"no such question")
    assert capfd.readouterr() == ("", "")


def test_settings_without_names_or_with_other_values_are_refused(port, capfd):
    body = body_of({"with": [{}]})
    assert "Alternative hypotheses: unknown" in scene_and_message(ask(port, raw=json.dumps(body)))[1]
    body["state"][0][0]["value"] = 3
    assert "have no names" in scene_and_message(ask(port, raw=json.dumps(body)))[1]
    assert capfd.readouterr() == ("", "")


def test_what_fails_in_the_program_is_told_of(monkeypatch, caplog):
    page = ScenarioPage(bundled_inputs("gao-anefis"), 1)
    monkeypatch.setattr(page, "scene", lambda _: 1 / 0)
    answer = view_server.application(page).test_client().post("/_dash-update-component", json=body_of({}))
    assert answer.status_code == 500
    assert "ZeroDivisionError" in caplog.text


def test_a_setting_makes_a_run_with_it(port):
    plain, message = scene_and_message(ask(port, seed="1"))
    assert message == ""
    assert plain["columns"][0]["km"] == gao_page().scene({})["columns"][0]["km"]
    other, _ = scene_and_message(ask(port, **{"seed": "1", "drones.tb2.radius": "130 km"}))
    assert other["drones"][0]["radius"] == 130.0
    assert scene_and_message(ask(port, seed="2"))[0]["columns"][0]["km"] != plain["columns"][0]["km"]


def test_two_visitors_share_nothing(port):
    settings_of_visitors = [
        {"seed": str(seed), "drones.tb2.radius": radius}
        for seed in (3, 4, 5)
        for radius in ("130 km", "150 mi")
    ]
    with ThreadPoolExecutor(6) as pool:
        scenes = list(
            pool.map(lambda settings: scene_and_message(ask(port, **settings))[0], settings_of_visitors * 2)
        )
    for settings, scene in zip(settings_of_visitors * 2, scenes, strict=True):
        assert scene == json.loads(json.dumps(gao_page().scene(settings)))
    assert scene_and_message(ask(port, seed="1"))[0] == json.loads(json.dumps(gao_page().scene({})))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"drones.tb2.radius": "170 km"}, "'170 km' is not offered; expected one of 130 km, 150 km, 200 km"),
        ({"drones.tb2.radius": "x" * 41}, "has 41 letters; expected 40 at most"),
        ({"drones.tb2.station": "../../etc"}, "is not offered; expected one of gao_apt, kidal_apt"),
        ({"seed": "-1"}, "Random seed: '-1' is invalid; expected a whole number from 0 to 2^64 - 1"),
        ({"seed": "\u0663"}, "a whole number"),
        ({"size.army.vehicles": "0"}, "expected a whole number from 1 to 5000"),
        ({"with": ["../../../etc/passwd"]}, "unknown; expected some of the list"),
        ({"with": "../../../etc/passwd"}, "unknown; expected some of the list"),
        ({"with": ["hazard-by-night"] * 2}, "exclude each other; expected one of them"),
        ({"with.1": ["hazard-by-night"], "with.2": "hazard-by-night"}, "exclude each other"),
    ],
)
def test_a_setting_that_is_refused_shows_why(port, settings, message):
    scene, shown = scene_and_message(ask(port, **settings))
    assert scene is None
    assert message in shown


@pytest.mark.parametrize(
    ("radius", "message"),
    [
        ("250 km", "kidal-offensive.yaml:20: army can never go: 'drones' is among its conditions"),
        ("banana", "Drones TB2: radius: 'banana' is not offered; expected one of "),
    ],
)
def test_a_message_names_a_setting_once_and_no_folder(monkeypatch, tmp_path, radius, message):
    monkeypatch.chdir(tmp_path)  # so that the scenario has its whole path
    fixed = [
        f"drones.tb2.{field}" for field in ("moves_forward=false", "station=tessalit_apt", "radius=250 km")
    ]
    page = ScenarioPage(load_inputs("kidal-offensive", sets=fixed), 1)
    client = view_server.application(page).test_client()
    body = body_of({"drones.tb2.station": "gao_apt", "drones.tb2.radius": radius})
    shown = client.post("/_dash-update-component", json=body).json["response"]["message"]["children"]
    assert shown.startswith(message)
    assert "/" not in shown


def test_folders_are_taken_out_of_messages_and_units_are_not():
    where = Where("Drones tb2: radius", 0)
    error = FaultyInput([Fault(where, "radius: 'km/h' stands in '/srv/model/a.yaml' and in /tmp/x/b.yaml:3")])
    assert in_words(error) == "Drones tb2: radius: 'km/h' stands in 'a.yaml' and in b.yaml:3"


def test_what_is_no_setting_changes_nothing(port):
    assert (
        scene_and_message(ask(port, **{"columns.army.departs": "2023-11-01", "seed": "1"}))[0]
        == scene_and_message(ask(port, seed="1"))[0]
    )


def test_controls_come_from_the_scenario_and_the_hypotheses():
    known = controls(bundled_inputs("gao-anefis"))
    by = {control.name: control for control in known.fields}
    assert by["drones.tb2.radius"].default == "150 mi"
    steps = {"130 km", "150 km", "200 km", "150 mi (241 km)", "300 km", "400 km"}
    assert set(by["drones.tb2.radius"].choices.values()) == steps
    assert list(by["drones.tb2.station"].choices) == ["gao_apt", "kidal_apt", "tessalit_apt"]
    assert by["drones.tb2.station"].choices["gao_apt"] == "Gao airport"
    assert by["size.army.vehicles"].default == "115"
    assert by["size.army.persons"].default == "750 to 800"
    offered = [set(group.sentences) for group in known.groups]
    assert {"hazard-by-night"} in offered
    assert known.group_of("drones-stay-at-gao") is None  # this stage has nothing that it changes
    assert known.group_of("radius-300-km") is None  # which is a step of the radius


def test_hypotheses_that_set_the_same_field_exclude_each_other_and_the_base_is_named():
    inputs = load_inputs("kidal-offensive")
    known = controls(inputs)
    group = known.group_of("go-refit")
    assert {"go-refit-calendar", "drones-stay-at-gao"} <= group.sentences.keys()
    assert "go-refit-drones-calendar" not in group.sentences  # the scenario as it stands
    assert "Conditions to resume the advance: refit, drones, calendar" in group.base
    assert len(known.group_of("hazard-by-night").sentences) == 1
    with pytest.raises(FaultyInput, match="go-refit and go-refit-calendar exclude each other"):
        changed(inputs, known, {"with": ["go-refit", "go-refit-calendar"]})
    both, _ = changed(inputs, known, {"with": ["go-refit", "hazard-by-night"]})
    assert both.loaded.hypotheses == ("go-refit", "hazard-by-night")


def test_a_radius_that_no_run_can_have_is_no_step():
    held = load_inputs("kidal-offensive", sets=["drones.tb2.moves_forward=false", "drones.tb2.radius=400 km"])
    radius = next(control for control in controls(held).fields if control.name == "drones.tb2.radius")
    assert list(radius.choices) == ["400 km"]  # from Gao, what is shorter never reaches where the army goes


def test_sizes_are_shared_among_the_serials_and_defaults_leave_a_hypothesis_its_say():
    inputs, _ = changed(
        bundled_inputs("gao-anefis"),
        controls(bundled_inputs("gao-anefis")),
        {"size.army.vehicles": "60", "drones.tb2.radius": "300 km"},
    )
    (column,) = inputs.loaded.scenario.columns
    assert [serial.vehicles for serial in column.serials] == [(13, 13), (24, 24), (23, 23)]
    assert inputs.loaded.scenario.drones[0].radius == 300.0
    same, seed = changed(
        bundled_inputs("gao-anefis"),
        controls(bundled_inputs("gao-anefis")),
        {"drones.tb2.radius": "150 mi", "seed": "9"},
    )
    assert same is bundled_inputs("gao-anefis")
    assert seed == 9


def test_shares_add_up():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert shares(7, [1, 1]) == [4, 3]
    assert shares(100, [25, 45, 45]) == [22, 39, 39]


def test_the_ways_of_the_fans_are_those_of_the_same_seeds_run_plain():
    hours, seeds = np.arange(0.0, 240.0, 3.0), replicate_seeds(1, np.arange(3))
    draws = bundled_inputs("gao-anefis").parameters.draws
    plain = ensemble(bundled_inputs("gao-anefis").template, draws, seeds, spread=True, keep=3, compiled=False)
    tables = RunTables(
        manifest={},
        runs=plain.runs,
        events=plain.events,
        reports={},
        route={},
        daylight={},
        cover={},
        points={},
    )
    ways = trace(runs.many(bundled_inputs("gao-anefis"), 1), "army").positions(hours)
    assert ways.shape == (1000, 80)
    np.testing.assert_array_equal(ways[:3], trace(tables, "army").positions(hours))


def test_fans_reach_to_where_nine_in_ten_of_those_that_arrive_are_there():
    inputs = load_inputs("kidal-offensive")
    came = arrivals(runs.many(inputs, 1), "un")
    low, high = ScenarioPage(inputs, 1).fan({}, "un")["figure"]["layout"]["xaxis"]["range"]
    assert low <= came.min()
    assert high >= np.quantile(came[np.isfinite(came)], 0.9)


def test_fans_follow_the_settings():
    fan = gao_page().fan({"seed": "1"}, "army")
    Figure(fan["figure"])
    assert fan["say"] == "1,000 runs, random seed 1, parameters drawn from their priors"
    again = gao_page().fan({"seed": "1"}, "army")
    assert again == fan
    assert gao_page().fan({"seed": "2"}, "army") != fan
    with pytest.raises(FaultyInput, match="'un' is unknown"):
        gao_page().fan({}, "un")


def test_what_is_changed_stands_beside_the_base_case_with_common_random_numbers():
    fan = gao_page().fan({"seed": "1", "drones.tb2.radius": "300 km"}, "army")
    assert "; radius 300 km; grey: the base case, with common random numbers" in fan["say"]
    by = {trace["uid"]: trace for trace in fan["figure"]["data"]}
    base = {trace["uid"]: trace for trace in gao_page().fan({"seed": "1"}, "army")["figure"]["data"]}
    assert "base" not in base
    assert by["base"]["y"][:20] == base["median"]["y"][:20]
    about, head, *_ = fan["csv"].splitlines()
    assert about == f"# {fan['title']}"
    assert head.startswith("time,km_q05,")
    assert head.endswith("base_km_q95")
    assert fan["title"] == f"gao-anefis, army column: {fan['say']}"
    assert fan["file"] == "gao-anefis-army-seed-1-radius-300-km"


def test_the_file_of_a_fan_is_named_by_its_settings_and_a_long_name_is_cut():
    tables = runs.one_run(bundled_inputs("gao-anefis"), 7)
    assert file_name(tables, "army") == "gao-anefis-army-seed-7"
    change = {"by": "set", "name": "x", "words": "march speed", "value": "9 km/h", "base": ""}
    names = [
        file_name(replace(tables, manifest={**tables.manifest, "changes": [change] * 8 + more}), "army")
        for more in ([], [change])
    ]
    assert names[0] != names[1]
    assert all(re.fullmatch(r"[\w.-]{1,107}", name) for name in names)


def test_where_there_is_no_column_the_fans_say_so_and_nothing_waits():
    page = ScenarioPage(bundled_inputs("september-raids"), 1)
    assert fans(page, "fan", None, dict) == ({"say": "no column in this run"}, no_update, no_update)
    assert fans(page, "map", None, dict) == (no_update, no_update, no_update)


def test_the_cells_of_the_milestones_know_their_heads_and_choices_are_folded():
    page = ScenarioPage(bundled_inputs("kidal-offensive"), 1)
    folded = [part for part in parts_of(layout(page)) if isinstance(part, html.Details)]
    (group,) = (part for part in folded if "Conditions to resume" in part.children[0].children)
    assert not group.open
    chosen = parts_of(layout(page, "?with=go-refit"))
    assert any(isinstance(part, html.Details) and getattr(part, "open", False) for part in chosen)
    table = milestone_table([["Milestone", "Median", "Reported"], ["Kidal: captured", "17 Nov", ""]])
    cells = [part for part in parts_of([table]) if isinstance(part, html.Td)]
    assert [cell.to_plotly_json()["props"]["data-head"] for cell in cells] == ["Median", "Reported"]


def test_a_fan_does_not_go_home_with_the_runs_that_are_turned_back():
    fan = gao_page().fan({"seed": "1"}, "army")
    by = {trace["uid"]: trace for trace in fan["figure"]["data"]}
    tables = runs.many(gao_page().inputs, 1)
    _, end = window(tables, reported(tables, gao_page().ground.record, "army"), "army")  # later is not shown
    beaten = (tables.events["event"] == "beaten") & (tables.events["agent"] == "army")
    beaten &= tables.events["hour"] <= end
    back = np.unique(tables.events["replicate"][beaten]).size
    assert 20 < back < 200
    assert by["median"]["name"] == f"median of 1,000 runs, {back} turned back left out"
    assert by["turned-back"]["name"] == f"{back} of 1,000 turned back"
    assert len(by["turned-back"]["x"]) == back
    low = [float(line.split(",")[1]) for line in fan["csv"].splitlines()[-200:]]
    assert low[-1] == max(low) > 200.0


def test_a_link_gives_back_its_settings_and_what_is_not_offered_is_told_in_a_sentence():
    good = "?drones.tb2.radius=300+km&with=hazard-by-night&with=calendar-by-march-speed&seed=7&by=2023-10-08&tab=fan"
    request, fault = restored(gao_page(), good)
    assert fault == ""
    names = ["hazard-by-night", "calendar-by-march-speed"]
    assert request == {
        "drones.tb2.radius": "300 km",
        "with": names,
        "seed": "7",
        "by": "2023-10-08",
        "tab": "fan",
    }
    inputs, seed = changed(gao_page().inputs, gao_page().controls, request)
    assert (inputs.loaded.scenario.drones[0].radius, seed) == (300.0, 7)
    bad = "?fog=1&seed=-1&with=none&with=hazard-by-night&tab=x&column=un&by=2024-01-01&seed=%F0&by=soon"
    request, fault = restored(gao_page(), bad)
    assert request == {"with": ["hazard-by-night"]}
    assert fault.startswith("Ignored in the address, since it is not offered here: fog=1; seed=-1; ")
    assert fault.endswith("; ...")
    assert restored(gao_page(), "?" + "a=1&" * 200) == ({}, "Ignored: the address asks for too much")
    assert "seed" in str(layout(gao_page(), "?seed=<script>")[1])
    assert json.loads(json.dumps(layout(gao_page(), good), default=lambda part: part.to_plotly_json()))


# --- the command -------------------------------------------------------------------------------------------


def test_a_port_in_use_is_told_in_a_sentence(kidal):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = kidal("view", "gao-anefis", "--no-open", "--port", str(port))
    assert code == 2
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith(
        f"{HOST}:{port}: cannot be served on (Address already in use); expected another --port"
    )


def test_a_missing_extra_is_told_in_a_sentence(kidal, monkeypatch):
    monkeypatch.setattr(view_server, "find_spec", lambda name: None if name == "dash" else object())
    code, _, err = kidal("view", "gao-anefis", "--no-open")
    assert code == 2
    assert err == "kidal view: needs dash; try `pip install '.[view]'` in the checkout\n"


def test_a_host_that_others_reach_is_warned_of(kidal, monkeypatch):
    monkeypatch.setattr("werkzeug.serving.BaseWSGIServer.serve_forever", lambda self: None)
    code, out, err = kidal("view", "gao-anefis", "--no-open", "--host", "0.0.0.0", "--port", "0")
    assert (code, out) == (0, "")
    assert "warning: 0.0.0.0 can be reached from other machines" in err
    code, _, err = kidal("view", "gao-anefis", "--no-open", "--port", "0")
    assert code == 0
    assert "warning" not in err
    assert "gao-anefis at http://127.0.0.1:" in err


@pytest.mark.parametrize(
    "words", [("no-such-scenario",), ("gao-anefis", "--set", "fog=1"), ("gao-anefis", "--with", "x")]
)
def test_a_wrong_scenario_or_setting_ends_as_elsewhere(kidal, words):
    code, _, err = kidal("view", *words, "--no-open")
    assert code == 2
    assert "Traceback" not in err


def test_a_folder_that_is_no_run_is_refused(kidal, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = kidal("view", "empty", "--no-open")
    assert code == 2
    assert "is not a result folder" in err


# --- a result folder ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path, _ = do(
        Job(
            inputs=bundled_inputs("gao-anefis"),
            seed=5,
            runs=3,
            draw=True,
            out=tmp_path_factory.mktemp("run") / "a",
        )
    )
    return path


def test_a_result_shows_its_stored_runs(folder):
    page = FolderPage(folder, read_run(folder))
    assert [control.name for control in page.controls.fields] == ["replicate"]
    first, second = page.scene({}), page.scene({"replicate": "1"})
    assert first["columns"][0]["km"] != second["columns"][0]["km"]
    assert {group["id"] for group in first["groups"]} >= {"jnim"}  # its scenario says where they live
    fan = page.fan({}, "army")
    Figure(fan["figure"])
    assert fan["say"] == f"the 3 stored runs of {folder.name}"
    with pytest.raises(FaultyInput, match="'3' is not stored"):
        page.scene({"replicate": "3"})


def test_a_run_folder_takes_no_settings(kidal, folder):
    code, _, err = kidal("view", str(folder), "--set", "march_speed=9 km/h", "--no-open")
    assert code == 2
    assert "is a result, which is shown as it is; expected its name alone" in err


def test_the_scripts_are_in_the_package():
    assets = Path(view_server.__file__).with_name("assets")
    assert {path.name for path in assets.iterdir()} == {
        "draw.js",
        "over.js",
        "page.css",
        "player.js",
        "styles.js",
        "tabs.js",
        "words.js",
    }
    for path in assets.iterdir():
        assert "http" not in path.read_text().replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", ["draw.js", "over.js", "player.js", "tabs.js", "words.js"])
def test_locals_of_the_scripts_are_named_by_what_they_are(name):
    script = Path(view_server.__file__).with_name("assets").joinpath(name).read_text(encoding="utf-8")
    code = re.sub(r"//.*|\"[^\"\n]*\"", "", script)
    assert len(code) > 1000
    assert re.findall(r"(?<![.\w])(?:told|found|own|said|asked|kept|drawn|rest|gd|t)\b", code) == []
