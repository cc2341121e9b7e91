"""A scene says what the tables and the record say, hour by hour, as plain JSON."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from bundled import bundled_inputs, bundled_network, bundled_outlines, bundled_record
from plotly.graph_objects import Figure

from analysis.figures.base.style import looks_with
from analysis.figures.run.time_distance import Box
from analysis.replay.drones import circle
from analysis.replay.figures import Fan, distance_figure, fan_csv, fan_figure, map_figure
from analysis.replay.layers import ground
from analysis.replay.legend import legend
from analysis.replay.looks import EVENT_SYMBOLS, EVENT_WORDS
from analysis.replay.scene import About, scene, way_of
from analysis.tables.histories import trace
from analysis.tables.scored_observations import of_run
from sim.engine.inputs import load_inputs
from sim.files.yaml_tree import FaultyInput
from sim.scenario.network import GEOD
from sim.state.kinds import Event
from sim.view.runs import about, one_run


@cache
def the_tables():
    return one_run(bundled_inputs("gao-anefis"), 1)


@cache
def own_record():
    return of_run(the_tables(), bundled_record())


@cache
def told_about():
    return about(bundled_inputs("gao-anefis").loaded)


@cache
def the_scene():
    return scene(the_tables(), own_record(), bundled_network(), told_about())


@cache
def army():
    return the_scene()["columns"][0]


def hour_of(event, name="army"):
    chosen = (the_tables().events["event"] == event) & (the_tables().events["agent"] == name)
    return float(the_tables().events["hour"][chosen][0])


def test_a_column_is_where_its_events_say_at_every_hour():
    assert the_scene()["hours"] == 30 * 24
    assert len(army()["km"]) == len(army()["x"]) == the_scene()["hours"] + 1
    expected = trace(the_tables(), "army").positions(np.arange(the_scene()["hours"] + 1.0))[0]
    np.testing.assert_allclose(army()["km"], expected, atol=0.005)
    assert army()["km"][0] == 0.0
    assert army()["km"][-1] == 240.0
    assert army()["leaves"] == pytest.approx(hour_of("departure"), abs=0.01)


def test_positions_lie_on_the_road_between_the_places_passed():
    gao, anefis = bundled_network().places["gao"], bundled_network().places["anefis"]
    assert (army()["x"][0], army()["y"][0]) == pytest.approx((gao.lon, gao.lat), abs=1e-4)
    assert (army()["x"][-1], army()["y"][-1]) == pytest.approx((anefis.lon, anefis.lat), abs=1e-4)
    legs = bundled_network().legs([stop["place"] for stop in army()["way"]])
    for hour in (8, 40, 60, 79, 110):
        km = army()["km"][hour]
        leg = next(leg for leg in legs if leg.start_km <= km <= leg.start_km + leg.km)
        assert (army()["y"][hour], army()["x"][hour]) == pytest.approx(
            bundled_network().point(leg, km), abs=2e-4
        )


def test_claims_come_at_their_hour_with_party_source_and_interval():
    (told,) = [
        claim
        for claim in the_scene()["claims"]
        if claim["event"] == "tabankort:ambush" and claim["party"] == "csp"
    ]
    assert told["hour"] == 3 * 24 + 6.5
    assert told["end"] == 3 * 24 + 7.5
    assert told["when"] == "5 Oct, 06:30 to 07:30"
    assert (told["label"], told["place"]) == ("CSP", "Tabankort")
    assert told["km"] == {"army": 196.0}
    assert told["says"]
    assert told["source"] == "RFI, 5 Oct 2023"
    hours = [claim["hour"] for claim in the_scene()["claims"]]
    assert hours == sorted(hours)


def test_claims_are_those_of_the_record_dated_to_a_day_or_closer():
    zero = datetime(2023, 10, 2, tzinfo=UTC)
    end = zero + timedelta(hours=the_scene()["hours"])
    expected = {
        claim.id
        for claim in own_record().claims
        if claim.precision != "range"
        and claim.event.split(":")[0] in bundled_network().places
        and claim.earliest < end
    }
    assert {claim["id"] for claim in the_scene()["claims"]} == expected
    assert len(expected) > 50


def test_a_fight_ten_km_from_its_place_is_claimed_where_the_milestone_is():
    kms = {claim["km"]["army"] for claim in the_scene()["claims"] if claim["event"] == "anefis:contact"}
    assert kms == {229.0}


def test_holders_change_with_a_capture():
    assert the_scene()["holders"]["gao"] == [[0.0, "army"]]
    assert the_scene()["holders"]["anefis"] == [
        [0.0, "rebels"],
        [pytest.approx(hour_of("capture"), abs=0.01), "army"],
    ]


def test_a_camp_goes_to_who_takes_it_and_a_garrison_that_falls_to_the_rebels():
    rows = {
        "hour": [5.0, 6.0, 7.0],
        "event": ["camp_taken", "fallen", "camp_taken"],
        "kind": ["camp", "garrison", "camp"],
    }
    rows |= {
        "agent": ["c", "g", "c"],
        "place": ["kidal", "gao", "tarkint"],
        "km": [-1.0] * 3,
        "amount": [1.0, 9.0, -1.0],
    }
    rows |= {"replicate": [0] * 3, "other": [0.0] * 3}
    tables = replace(the_tables(), events={name: np.array(values) for name, values in rows.items()})
    held = scene(tables, own_record(), bundled_network(), told_about())["holders"]
    assert held["kidal"] == [[0.0, "none"], [5.0, "rebels"]]
    assert held["gao"] == [[0.0, "army"], [6.0, "rebels"]]
    assert held["tarkint"] == [[0.0, "none"]]


def test_the_drones_circle_has_its_radius_and_the_way_its_cover():
    (drone,) = the_scene()["drones"]
    assert drone["radius"] == pytest.approx(150 * 1.609344, abs=0.01)
    (step,) = drone["steps"]
    assert (step["hour"], step["station"]) == (0.0, "Gao airport")
    lengths = [
        GEOD.inv(step["x"], step["y"], x, y)[2] / 1000 for x, y in zip(*step["circle"].values(), strict=True)
    ]
    np.testing.assert_allclose(lengths, drone["radius"], atol=0.05)
    cover = step["cover"]["army"]
    assert max(cover["km"]) == 240.0
    assert [x is None for x in cover["x"]] == [share == 0 for share in cover["cover"]]


def test_a_smaller_radius_covers_less_of_the_way():
    other = one_run(load_inputs("gao-anefis", sets=["drones.tb2.radius=100 km"]), 1)
    covers = [
        sum(
            scene(tables, own_record(), bundled_network(), About())["drones"][0]["steps"][0]["cover"]["army"][
                "cover"
            ]
        )
        for tables in (the_tables(), other)
    ]
    assert covers[1] < covers[0]


def test_a_circle_ends_where_it_began():
    x, y = circle(0.0, 17.0, 100.0).values()
    assert (x[0], y[0]) == (x[-1], y[-1])
    assert y[0] == pytest.approx(17.9036, abs=1e-3)


def test_groups_stay_at_home_until_they_set_themselves():
    homes = {group["id"]: (group["x"][0], group["y"][0]) for group in the_scene()["groups"]}
    kidal = bundled_network().places["kidal"]
    assert homes["mnla"] == pytest.approx((kidal.lon, kidal.lat), abs=1e-4)
    for group in the_scene()["groups"]:
        assert group["hour"] == sorted(group["hour"])
    abeibara = bundled_network().places["abeibara"]
    last = next(group for group in the_scene()["groups"] if group["id"] == "mnla")
    assert (last["x"][-1], last["y"][-1]) == pytest.approx((abeibara.lon, abeibara.lat), abs=1e-4)
    assert all(
        group["id"] != "jnim"
        for group in scene(the_tables(), own_record(), bundled_network(), About())["groups"]
    )  # it never moves


def test_what_the_run_did_is_told_in_order_without_marching():
    told = [event["text"] for event in the_scene()["events"]]
    assert told[:3] == [
        "drones are operational, with their ground control station at Gao airport",
        "army column: leaves Gao",
        "army column: reaches Tin Aouker",
    ]
    assert "army column: captures Anefis" in told
    assert any(text.startswith("army column: finds a mine ") for text in told)


def test_words_and_signs_are_those_of_events_that_there_are():
    assert EVENT_WORDS.keys() | EVENT_SYMBOLS.keys() <= {event.name.lower() for event in Event}


def test_a_scene_is_json_and_the_same_every_time():
    text = json.dumps(the_scene(), allow_nan=False)
    assert json.loads(text) == the_scene()
    again = scene(one_run(load_inputs("gao-anefis"), 1), own_record(), bundled_network(), told_about())
    assert json.dumps(again) == text


def test_only_a_stored_history_has_a_scene():
    with pytest.raises(FaultyInput, match="run 7 is not stored; expected 0 to 0"):
        scene(the_tables(), own_record(), bundled_network(), About(), replicate=7)


@pytest.mark.parametrize("name", ["september-raids", "kidal-air-campaign", "un-withdrawal", "blockade"])
def test_every_kind_of_stage_has_a_scene(name):
    inputs = load_inputs(name)
    tables = one_run(inputs, 1)
    told = scene(tables, of_run(tables, bundled_record()), bundled_network(), about(inputs.loaded))
    json.dumps(told, allow_nan=False)
    Figure(map_figure(told, bundled_network(), ground(bundled_network(), bundled_outlines())))
    Figure(distance_figure(told))


def test_plotly_takes_the_figures_and_the_ground_is_that_of_the_network():
    base = ground(bundled_network(), bundled_outlines())
    drawn = Figure(map_figure(the_scene(), bundled_network(), base))
    surfaces = {road.surface for road in bundled_network().roads}
    assert {f"road: {surface}" for surface in surfaces} <= {trace.name for trace in drawn.data}
    roads = sum(trace["x"].count(None) for trace in base if trace["name"].startswith("road"))
    assert roads == len(bundled_network().roads)
    places = next(trace for trace in drawn.data if trace.uid == "places")
    assert sorted(places.ids) == sorted(bundled_network().places)
    assert set(places.ids[:5]) == set(the_scene()["holders"])
    diagram = Figure(distance_figure(the_scene(), "army"))
    assert {trace.uid for trace in diagram.data} >= {"whole", "signs", "strip", "claims-csp", "claims-army"}
    assert "map" not in str(drawn.layout.to_plotly_json().keys() - {"meta"})  # no tiles


def test_claims_of_a_party_at_a_place_are_one_mark_beside_it_and_apart_from_others():
    offsets = map_figure(the_scene(), bundled_network(), [])["layout"]["meta"]["claims"]
    by_mark = {}
    for claim, offset in zip(the_scene()["claims"], offsets, strict=True):
        by_mark.setdefault((claim["x"], claim["y"], *offset), set()).add(claim["party"])
    assert {len(parties) for parties in by_mark.values()} == {1}
    assert len(by_mark) == len({(claim["x"], claim["y"], claim["party"]) for claim in the_scene()["claims"]})
    assert min(np.hypot(*mark[2:]) for mark in by_mark) >= 0.99  # not over the place


def fan_of(km):
    never = np.full(len(km), np.inf)
    return Fan(np.arange(5.0), np.outer(km, np.ones(5)) * 10, (never, never))


def test_fans_are_the_quantiles_and_the_base_case_is_thin_lines_over_them():
    way = way_of(the_tables(), "army")
    drawn = fan_figure([], way, (0.0, 4.0), fan_of([0, 1, 2, 3, 4]), fan_of([0, 0, 10, 10, 10]))
    by = {trace["uid"]: trace for trace in drawn["data"]}
    assert by["median"]["y"] == [20.0] * 5
    assert by["fan-25"]["y"] == [30.0] * 5 + [10.0] * 5
    assert by["median"]["name"] == "median of 5 runs"
    assert by["base"]["y"] == [100.0] * 5
    assert by["base-band"]["y"] == [0.0] * 5 + [None] + [100.0] * 5
    alone = fan_figure([], way, (0.0, 4.0), fan_of([0, 1, 2, 3, 4]))
    assert [trace["uid"] for trace in alone["data"]] == [uid for uid in by if not uid.startswith("base")]


def test_the_numbers_of_a_fan_are_a_csv_with_those_of_the_base_case():
    zero = datetime(2023, 10, 2, tzinfo=UTC)
    head, first, second, *_ = fan_csv(zero, fan_of([0, 1, 2, 3, 4]), fan_of([1])).splitlines()
    assert head == "time,km_q05,km_q25,km_q50,km_q75,km_q95," + ",".join(
        f"base_km_q{share}" for share in ("05", "25", "50", "75", "95")
    )
    assert first == "2023-10-02T00:00Z,2.0,10.0,20.0,30.0,38.0,10.0,10.0,10.0,10.0,10.0"
    assert second.startswith("2023-10-02T01:00Z,")
    assert fan_csv(zero, fan_of([1])).splitlines()[0].endswith("km_q95")


def test_runs_turned_back_are_in_no_fan_from_then_on():
    km = fan_of([1, 2, 3]).km
    km[2, 2:], km[:, 4] = np.nan, np.nan
    fan = Fan(np.arange(5.0), km, (np.array([3.0, 3.5, 1.5]), np.array([10.0, 20.04, 30.0])))
    assert fan.at(0.5) == [20.0, 20.0, 20.0, 20.0, None]
    by = {trace["uid"]: trace for trace in fan_figure([], [], (0.0, 4.0), fan)["data"]}
    assert by["median"]["name"] == "median of 3 runs, 3 turned back left out"
    assert by["turned-back"]["name"] == "3 of 3 turned back"
    assert (by["turned-back"]["x"], by["turned-back"]["y"]) == ([3.0, 3.5, 1.5], [10.0, 20.0, 30.0])
    shorter = Fan(np.arange(3.0), km[:, :3], fan.back)
    assert shorter.name == "median of 3 runs, 1 turned back left out"
    assert by["fan-25"]["x"] == [0.0, 1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 0.0]
    assert by["fan-25"]["y"] == [25.0, 25.0, 17.5, 17.5, 12.5, 12.5, 15.0, 15.0]
    assert fan_csv(datetime(2023, 10, 2, tzinfo=UTC), fan).splitlines()[-1] == "2023-10-02T04:00Z,,,,,"


def test_every_uid_can_be_a_class_of_css():
    boxes = [
        Box(event=f"{who} {contested}", km=1.0, start=0.0, end=1.0, who=who, look=look, contested=contested)
        for who, look in looks_with(bundled_record().parties).items()
        for contested in (True, False)
    ]
    drawn = [
        fan_figure(boxes, way_of(the_tables(), "army"), (0.0, 4.0), fan_of([0, 0, 0])),
        map_figure(the_scene(), bundled_network(), ground(bundled_network(), bundled_outlines())),
        distance_figure(the_scene()),
    ]
    for figure_ in drawn:
        uids = [trace["uid"] for trace in figure_["data"] if "uid" in trace]
        assert [uid for uid in uids if not re.fullmatch(r"[A-Za-z0-9_-]+", uid)] == []
        assert len(set(uids)) == len(uids)


def test_sides_are_the_scenarios_own():
    told = scene(the_tables(), own_record(), bundled_network(), About(sides={"army": "un"}))
    assert [(column["side"], column["ink"]) for column in told["columns"]] == [("un", "#0072b2")]
    assert told["holders"]["anefis"][-1][1] == "un"
    assert {group["ink"] for group in the_scene()["groups"]} == {told["inks"]["rebels"]}


def test_a_column_of_which_nobody_says_the_side_is_nobodys_whatever_its_name():
    tables = the_tables()
    route = tables.route | {"column": np.full(len(tables.route["column"]), "until-dawn")}
    renamed = replace(tables, route=route, manifest=tables.manifest | {"columns": ["until-dawn"]})
    told = scene(renamed, own_record(), bundled_network(), About())
    assert [column["side"] for column in told["columns"]] == ["none"]


def test_the_legend_has_the_parties_that_claim_something():
    record = bundled_record()
    claims, looks = record.claims, looks_with(record.parties)
    labels = [
        row["text"]
        for row in legend(record, the_scene()["inks"], the_scene()["control"])["rows"]
        if row["text"].startswith("claimed by: ")
    ]
    assert labels == [
        f"claimed by: {looks[party].label}" for party in looks if party in {c.party for c in claims}
    ]
    words = [row["text"] for row in legend(record, the_scene()["inks"], the_scene()["control"])["rows"]]
    assert {"controlled by UN", "uncontrolled"} <= set(words)
    other = (claims[0].model_copy(update={"party": "harbour-union"}),)
    assert (
        legend(replace(record, claims=other), the_scene()["inks"], the_scene()["control"])["rows"][-7]["text"]
        == "claimed by: harbour-union"
    )
