"""A film: its hours, what a frame shows, and what is refused."""

from itertools import pairwise

import numpy as np
import pytest
from figure_texts import assert_apart
from PIL import Image

from analysis.figures.base.outlines import load_outlines
from analysis.replay import film
from analysis.replay.film_stage import FilmCanvas
from analysis.replay.looks import EVENT_SYMBOLS, SIGNS
from analysis.replay.scene import About, scene
from analysis.tables.scored_observations import misses
from runs import record_of, run_tables
from sim.scenario.network import load_network
from sim.store.reader import read_run

pytestmark = pytest.mark.slow

SHORT = ("--set", "end=2023-10-03")
"""A day: 9 frames."""


@pytest.fixture(scope="module")
def played():
    tables = run_tables("gao-anefis", 1)
    sides = About(sides={"army": "army"})
    return scene(tables, record_of(tables), load_network(), sides)


@pytest.fixture
def stage(played):
    return FilmCanvas(played, load_network(), load_outlines())


def test_the_hours_reach_from_the_first_to_the_last_and_are_fewer_of_a_long_run():
    assert list(film.hours({"begins": 0, "hours": 7})) == [0, 3, 6, 7]
    assert list(film.hours({"begins": 0, "hours": 2184}))[:3] == [0, 6, 12]
    assert list(film.hours({"begins": 0, "hours": 2184}))[-1] == 2184
    assert list(film.hours({"begins": -7, "hours": 1})) == [-7, -4, -1, 1]


def test_a_frame_shows_the_date_the_column_and_what_has_come(stage, played):
    column = played["columns"][0]
    stage.at(80)
    assert stage.clock.get_text() == "5 Oct 2023, 08:00 UTC"
    assert stage.heads["army"].get_data() == ([column["x"][80]], [column["y"][80]])
    assert np.array_equal(stage.trails["army"].get_xdata(), column["x"][:81])
    come = [claim for claim in played["claims"] if claim["hour"] <= 80]
    assert stage.claims_text.get_text().split("\n")[1].startswith(come[-1]["when"])
    stage.at(0)
    assert stage.heads["army"].get_data() == ([], [])
    assert stage.clock.get_text() == "2 Oct 2023, 00:00 UTC"


def test_words_of_the_panel_stay_apart_at_every_hour(stage):
    stage.picture(0)
    for hour in range(0, 700, 6):
        stage.at(hour)
        boxes = [
            text.get_window_extent()
            for text in (stage.clock, stage.claims_text, stage.events_text, stage.key)
        ]
        assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes)), hour
        assert all(box.x1 <= stage.figure.bbox.width for box in boxes)


def test_names_stand_apart_and_the_map_has_a_scale(stage):
    stage.picture(80)
    names = [text for text in stage.axis.texts if text.get_text()]
    assert {"Gao", "Anefis", "Tabankort", "10 km south of Anefis"} <= {text.get_text() for text in names}
    assert any(text.get_text().endswith(" km") for text in names)
    assert_apart(stage.figure, names)


def test_the_legend_tells_the_signs_of_this_film_apart():
    tables = run_tables("gao-anefis", 1, seed=38)  # with a mine strike, an ambush and combat
    played = scene(tables, record_of(tables), load_network(), About(sides={"army": "army"}))
    stage = FilmCanvas(played, load_network(), load_outlines())
    labels = [text.get_text() for text in stage.key.get_texts()]
    assert {"column", "operational radius", "control: army", "mine strike", "ambush", "combat"} <= set(labels)
    looks = [stage.signs[name].get_marker() for name in stage.signs]
    assert len(set(looks)) == len(looks)
    assert list(stage.signs) == [sign.words for sign in SIGNS]
    assert len(set(EVENT_SYMBOLS.values())) == len(EVENT_SYMBOLS)
    mine = next(event for event in played["events"] if event["sign"] in ("x", "x-open"))
    stage.at(int(mine["hour"]) + 1)
    assert mine["x"] in stage.signs["mine strike"].get_xdata()
    assert mine["x"] not in stage.signs["ambush"].get_xdata()


def test_a_picture_hangs_on_its_hour_alone(stage, played):
    first = stage.picture(80)
    stage.picture(200)
    assert stage.picture(80) == first
    assert FilmCanvas(played, load_network(), load_outlines()).picture(80) == first


@pytest.mark.skipif(not film.can_encode(), reason="needs ffmpeg")
def test_an_mp4_has_the_same_bytes_each_time_and_what_fails_is_told(played, tmp_path):
    shown = [0, 40, 80]
    told = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.mp4"
        assert (
            film.write(
                played,
                load_network(),
                outlines=load_outlines(),
                path=path,
                progress=lambda *n: told.append(n),
                frame_hours=shown,
            )
            == 3
        )
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert told == [(1, 0)] * 6
    with pytest.raises(OSError, match="ffmpeg: .*No such file or directory"):
        film.write(played, load_network(), load_outlines(), tmp_path / "no" / "c.mp4", frame_hours=shown)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def test_a_gif_has_a_frame_an_hour_shown_and_the_same_bytes_each_time(played, tmp_path):
    shown = [0, 40, 80]
    for name in ("a", "b"):
        assert (
            film.write(played, load_network(), load_outlines(), tmp_path / f"{name}.gif", frame_hours=shown)
            == 3
        )
    with Image.open(tmp_path / "a.gif") as found:
        assert (found.n_frames, found.size) == (3, (960, 540))
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "b.gif"]


def test_a_gif_stores_only_what_moves(played, tmp_path):
    shown = list(range(0, 60, 3))
    film.write(played, load_network(), load_outlines(), tmp_path / "a.gif", frame_hours=shown)
    assert (tmp_path / "a.gif").stat().st_size < 20 * 5_000 + 40_000  # 20 frames beside the first


def test_the_command_writes_a_gif_where_ffmpeg_is_not_and_says_so(kidal, monkeypatch):
    monkeypatch.setattr(film, "can_encode", lambda: False)
    assert kidal("run", "gao-anefis", *SHORT, "--out", "out")[0] == 0
    code, out, err = kidal("plot", "out", "--figure", "film")
    assert (code, out, err) == (0, "drawn: out/figures/film.gif\n", "ffmpeg is not there: a gif is written\n")
    for ending, message in ((".mp4", "needs ffmpeg"), (".png", "has no ending of a film")):
        code, out, err = kidal("plot", "out", "--figure", "film", "--out", f"film{ending}")
        assert (code, out) == (2, "")
        assert err.startswith(f"--out film{ending}: {message}")


def test_the_run_that_is_filmed_is_chosen(kidal, monkeypatch):
    shown = []
    monkeypatch.setattr(film, "can_encode", lambda: False)
    monkeypatch.setattr(film, "write", lambda played, *_: shown.append(played["columns"][0]["leaves"]))
    assert kidal("run", "gao-anefis", *SHORT, "--runs", "5", "--out", "out")[0] == 0
    for run in ((), ("--run", "3"), ("--run", "nearest")):
        code, _, err = kidal("plot", "out", "--figure", "film", *run)
        assert code == 0
    assert "its scored milestones miss their reports by" in err
    tables = read_run("out")
    leaves = {
        int(number): hour
        for number, hour in zip(tables.runs["replicate"], tables.runs["gao:departure"], strict=True)
    }
    nearest = int(np.argmin(misses(tables, record_of(tables))))
    assert shown == pytest.approx([leaves[0], leaves[3], leaves[nearest]], abs=0.01)
    for run, message in (("7", "is no stored run; expected nearest or 0 to 4"), ("x", "is no stored run")):
        code, out, err = kidal("plot", "out", "--figure", "film", "--run", run)
        assert (code, out) == (2, "")
        assert err.startswith(f"--run {run}: {message}")
    assert kidal("plot", "out", "--figure", "map", "--run", "1")[2].startswith("--figure map: takes no --run")


def test_a_point_of_a_sweep_is_filmed(kidal, monkeypatch):
    monkeypatch.setattr(film, "can_encode", lambda: False)
    assert kidal("sweep", "gao-anefis", "mine-rate", *SHORT, "--runs", "1", "--out", "out")[0] == 0
    code, out, _ = kidal("plot", "out", "--figure", "film", "--point", "1")
    assert (code, out) == (0, "drawn: out/figures/film-1.gif\n")
    assert kidal("plot", "out", "--figure", "film")[0] == 2
