"""The map shows what the tables say where the network says it is, and its words stand apart."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_network, bundled_outlines, bundled_record
from figure_texts import artists, assert_apart, words
from matplotlib.figure import Figure
from pyproj import Geod
from run_tables import empty_record, made

from analysis.figures import gallery
from analysis.figures.base.labels import Room
from analysis.figures.base.map_data import at_km, circle, degrees, distance, frame, progress, scale, spots
from analysis.figures.base.outlines import Outline, load_countries, load_outlines
from analysis.figures.base.page import save
from analysis.figures.run import map
from analysis.tables.histories import stored
from sim.files.yaml_tree import FaultyInput
from sim.scenario.hypotheses import radii
from sim.store.reader import RunTables

GEOD = Geod(ellps="WGS84")
WAY = ["gao", "tin_aouker", "almoustarat", "tarkint", "tabrichat", "tabankort", "anefis_s10", "anefis"]


def mapped(count: int = 3, **how: object) -> RunTables:
    """The runs of test_time_distance on the road to Anefis, with positions, holders and a strike."""
    tables = made(count, **how)
    places = [bundled_network().places[place] for place in WAY]
    route = {
        **tables.route,
        "lat": np.array([p.lat for p in places]),
        "lon": np.array([p.lon for p in places]),
    }
    rows = len(tables.events["hour"])
    places_of = np.where(tables.events["event"] == "capture", "anefis", "").astype(object)
    events = {**tables.events, "place": places_of, "amount": np.zeros(rows), "other": np.zeros(rows)}
    strike = {"replicate": 0, "hour": 50.0, "event": "strike", "kind": "drone", "agent": "tb2", "km": -1.0}
    strike |= {"place": "kidal", "amount": 1.0, "other": 0.0}
    events = {
        name: np.append(values, strike[name]).astype(values.dtype) for name, values in wide(events).items()
    }
    runs = {"status": np.array(["done"] * count), "replicate": np.arange(count)}
    manifest = {**tables.manifest, "holders": {"gao": "army", "anefis": "rebels"}, "camps": {}}
    return replace(tables, manifest=manifest, route=route, events=events, runs=runs)


def wide(events: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Texts as objects, so that longer ones fit."""
    return {name: v.astype(object) if v.dtype.kind == "U" else v for name, v in events.items()}


def drawn(tables: RunTables, by: datetime | None = None) -> Figure:
    return map.draw(
        tables,
        bundled_record(),
        network=bundled_network(),
        outlines=bundled_outlines(),
        rivals=radii(),
        by=by,
    )


# --- where things are ------------------------------------------------------------------------------------


@pytest.mark.parametrize("km", [150.0, 241.4016, 300.0])
def test_every_point_of_a_circle_is_a_radius_from_its_middle(km: float) -> None:
    lat, lon = circle(16.2484, -0.0055, km)
    base = np.full(len(lat), -0.0055), np.full(len(lat), 16.2484)
    assert GEOD.inv(*base, lon, lat)[2] / 1000.0 == pytest.approx(np.full(len(lat), km), abs=1e-6)


def test_a_road_km_lies_where_the_network_has_it() -> None:
    tables = mapped()
    leg = bundled_network().legs(["gao", "tin_aouker"])[0]
    lat, lon = at_km(tables, "army", np.array([0.0, 35.0, 70.0, 240.0]))
    assert (lat[1], lon[1]) == pytest.approx(bundled_network().point(leg, 35.0))
    assert (lat[3], lon[3]) == (
        bundled_network().places["anefis"].lat,
        bundled_network().places["anefis"].lon,
    )


def test_one_history_has_each_event_and_many_a_mean_number_a_spot() -> None:
    one = mapped(1)
    found = spots(one, bundled_network(), stored(one), ["ambush"])
    assert np.column_stack([found.lat, found.lon]) == pytest.approx(
        np.column_stack(at_km(one, "army", np.array([200.0])))
    )
    three = mapped(3)
    found = spots(three, bundled_network(), stored(three), ["ambush"])
    assert sorted(found.number) == pytest.approx([1 / 3, 1 / 3])  # at 200 km and at 150 km
    assert not len(spots(three, bundled_network(), stored(three), ["ambush"], until=30.0).lat)


def test_what_has_a_place_stands_there() -> None:
    tables = mapped(1)
    (star,) = artists(drawn(tables), "event:drone strikes")
    kidal = bundled_network().places["kidal"]
    assert star.get_offsets()[0].tolist() == pytest.approx([kidal.lon, kidal.lat])


def test_the_column_is_where_its_median_is_at_midnight() -> None:
    tables = mapped(3)
    found = progress(tables, stored(tables), "army", 145.0, 8.0)
    # middle of three: at 24 h 90, at 48 h 150; one is turned back at 50 h, of the others the upper: at 72 h
    # 200 + 40 * 32 / 60 = 221, at 96 h 200 + 40 * 56 / 60 = 237, then less than 8 km on
    assert [stay.first for stay in found] == [0.0, 24.0, 48.0, 72.0, 96.0]
    assert [round(stay.km) for stay in found] == [0, 90, 150, 221, 237]
    assert found[1].km == pytest.approx(100.0 * 18 / 20)
    assert found[-1].last == 144.0
    assert found[-1].stays
    leg = bundled_network().legs(["tin_aouker", "almoustarat"])[0]
    wanted = bundled_network().point(leg._replace(start_km=70.0), found[1].km)
    assert (found[1].lat, found[1].lon) == pytest.approx(wanted)


@pytest.mark.parametrize("lat", [18.0, -41.0, 62.0])
def test_a_map_is_true_to_scale_where_it_says(lat: float) -> None:
    up, across = scale(lat)
    assert GEOD.inv(0.0, lat - 0.5, 0.0, lat + 0.5)[2] / 1000.0 == pytest.approx(up)
    assert GEOD.inv(0.0, lat, 1.0, lat)[2] / 1000.0 == pytest.approx(across, rel=1e-3)
    view, tall = frame([lat - 1.7, lat + 1.7], [0.0, 1.0], 9.0, (5.0, 8.0))
    assert (view.true_at, view.scale) == (lat, (up, across))
    assert (view.north - view.south) * up / tall == pytest.approx((view.east - view.west) * across / 9.0)


def test_the_axes_and_the_scale_are_true_where_the_caption_says() -> None:
    figure = drawn(mapped())
    figure.draw_without_rendering()
    (west, east), (south, north) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    true_at = round((south + north) / 2.0)
    said = " ".join(" ".join(text.get_text() for text in words(figure)).split())
    assert f"true to scale at {true_at}° N" in said
    up, across = scale(true_at)
    box = figure.axes[0].get_window_extent()
    assert (north - south) * up / box.height == pytest.approx((east - west) * across / box.width, rel=1e-3)
    (bar,) = artists(figure, "scale")
    (km,) = [
        t.get_text() for t in figure.axes[0].texts if t.get_text().endswith(" km") and t.get_fontsize() == 8
    ]
    x = bar.get_xdata()
    assert (x[1] - x[0]) * across == pytest.approx(float(km.removesuffix(" km")))


def test_degrees_and_radii_are_words() -> None:
    assert [degrees(value, "EW") for value in (-1.0, 0.0, 0.5)] == ["1° W", "0°", "0.5° E"]
    assert [distance(km) for km in (150.0, 241.4016, 0.0)] == ["150 km", "150 mi", "0 km"]


# --- what is drawn ---------------------------------------------------------------------------------------


def test_circles_are_those_of_the_station_and_its_rivals() -> None:
    figure = drawn(mapped())
    (own,) = artists(figure, "radius")
    base = bundled_network().places["gao_apt"]
    far = [GEOD.inv(base.lon, base.lat, x, y)[2] / 1000.0 for x, y in own.get_xydata()]
    assert far == pytest.approx([150.0] * len(far))
    assert radii() == pytest.approx([150.0, 241.4016, 300.0])
    assert len(artists(figure, "rival")) == 2  # the run's own 150 km is none
    assert all(line.get_linestyle() == "--" for line in artists(figure, "rival"))
    assert not artists(drawn(mapped(cover=False)), "radius")


def test_roads_look_as_their_surface() -> None:
    roads = artists(drawn(mapped()), "road")
    assert len(roads) == len(bundled_network().roads)
    looks = {(line.get_color(), line.get_linewidth(), line.get_linestyle()) for line in roads}
    assert len(looks) == len({road.surface for road in bundled_network().roads})


def test_disks_are_cut_as_the_shares_by_the_date() -> None:
    early, late = drawn(mapped(), datetime(2023, 10, 6, 12, tzinfo=UTC)), drawn(mapped())
    assert [len(artists(early, f"held:anefis:{side}")) for side in ("army", "rebels")] == [1, 1]  # at 108 h
    area = [
        np.ptp(artists(figure, "held:anefis:army")[0].get_paths()[0].vertices[:, 0])
        for figure in (early, late)
    ]
    assert area[0] < area[1]
    first = drawn(mapped(), datetime(2023, 10, 3, tzinfo=UTC))
    assert not artists(first, "held:anefis:army")
    assert "on 3 Oct 2023, 00:00 UTC" in " ".join(t.get_text() for t in first.texts)
    assert not artists(first, "event:drone strikes")  # at 50 h


@pytest.mark.parametrize(
    "tables", [mapped(3), mapped(1), mapped(2, cover=False)], ids=["three", "one", "bare"]
)
def test_words_stand_apart_and_inside_the_figure(tables: RunTables) -> None:
    figure = drawn(tables)
    assert_apart(figure, words(figure))
    assert {"Gao", "Anefis"} <= {text.get_text() for text in words(figure)}


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_same_input_gives_same_bytes(suffix: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(drawn(mapped()), tmp_path / f"{name}{suffix}")
    first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("a", "b"))
    assert first == second


def test_a_run_without_histories_has_no_map() -> None:
    bare = replace(mapped(), runs={"status": np.array(["failed"] * 3), "replicate": np.arange(3)})
    with pytest.raises(FaultyInput, match="--figure map: expected stored runs, found none"):
        gallery.draw("map", bare, empty_record())


def test_a_text_without_room_is_left_out() -> None:
    figure = Figure(figsize=(4, 4))
    axis = figure.add_axes((0, 0, 1, 1))
    room = Room(axis)
    assert room.write("one", 0.5, 0.5, (3,))
    room.take(axis.get_window_extent())
    assert not room.write("two", 0.5, 0.5, (3, 9))
    assert [text.get_text() for text in axis.texts] == ["one"]


# --- where it lies ---------------------------------------------------------------------------------------


def test_the_map_is_framed_to_the_way_and_says_what_lies_beyond() -> None:
    tables = mapped()
    far = replace(tables, manifest={**tables.manifest, "holders": {"gao": "army", "tinzaouaten": "rebels"}})
    figure = drawn(far)
    assert figure.axes[0].get_xlim() == drawn(tables).axes[0].get_xlim()
    assert figure.axes[0].get_ylim()[1] < bundled_network().places["tinzaouaten"].lat
    assert "Beyond the map: Tinzaouaten." in " ".join(t.get_text().replace("\n", " ") for t in figure.texts)


def test_what_happens_on_the_road_stands_on_it() -> None:
    roads = {kind.word: kind.beside for kind in map.MARKERS if {"mine", "ambush"} & set(kind.events)}
    assert roads == {"mine strikes": [0.0, 0.0], "ambushes": [0.0, 0.0]}
    tables = mapped(3)
    once, shifted = (
        spots(tables, bundled_network(), stored(tables), ["departure"], shift=shift) for shift in (0.0, 0.5)
    )
    assert once.number.sum() == shifted.number.sum() == 1.0


def test_countries_are_named_and_a_small_map_shows_where_the_frame_lies() -> None:
    figure = map.draw(
        mapped(),
        bundled_record(),
        network=bundled_network(),
        outlines=bundled_outlines(),
        countries=load_countries(),
    )
    axis = figure.axes[0]
    assert "Mali" in {text.get_text() for text in axis.texts if text.get_gid() == "country"}
    (inset,) = [child for child in axis.child_axes if child.get_gid() == "locator"]
    (square,) = artists(inset, "frame")
    (west, south), (east, north) = square.get_xy().min(axis=0), square.get_xy().max(axis=0)
    assert (west, east, south, north) == pytest.approx((*axis.get_xlim(), *axis.get_ylim()))
    assert {"Mali", "Algeria", "Niger"} <= {text.get_text() for text in inset.texts}
    assert_apart(figure, words(figure))
    assert not drawn(mapped()).axes[0].child_axes  # a case without countries


# --- outlines --------------------------------------------------------------------------------------------


def test_outlines_are_borders_and_the_niger() -> None:
    assert {line.name for line in bundled_outlines() if line.kind == "river"} == {"Niger"}
    assert {line.kind for line in bundled_outlines()} == {"border", "river"}
    niger = np.concatenate([np.column_stack([o.lat, o.lon]) for o in bundled_outlines() if o.kind == "river"])
    gao = bundled_network().places["gao"]
    assert np.hypot(*(niger - (gao.lat, gao.lon)).T).min() < 0.1


@pytest.mark.parametrize(
    "text",
    [
        "line,kind\n1,river\n",
        "line,kind,name,lat,lon\n1,lake,x,1,2\n",
        "line,kind,name,lat,lon\n1,river,x,a,2\n",
    ],
)
def test_a_file_that_has_no_outlines_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "outlines.csv").write_text(text)
    for load in (load_outlines, load_countries):
        with pytest.raises(FaultyInput, match="is no table of line, kind, name, lat and lon"):
            load(path=tmp_path / "outlines.csv")
    good = "line,kind,name,lat,lon\n1,river,x,1,2\n1,river,x,3,4\n"
    (tmp_path / "outlines.csv").write_text(good)
    (line,) = load_outlines(path=tmp_path / "outlines.csv")
    assert isinstance(line, Outline)
    assert (line.lat.tolist(), line.lon.tolist()) == ([1.0, 3.0], [2.0, 4.0])
