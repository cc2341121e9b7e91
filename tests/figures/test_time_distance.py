"""The time-distance diagram shows what the tables and the record say, and its words stand apart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from bundled import bundled_record
from figure_texts import artists, assert_apart
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from run_tables import COVER, empty_record, made, table

from analysis.figures import gallery
from analysis.figures.base.page import save
from analysis.figures.base.style import KINDS, LOOKS, LOOKS_FILE, STYLE_SHEET, UNNAMED, looks_with
from analysis.figures.run import time_distance
from analysis.figures.run.milestones import SET_ROLES
from analysis.figures.run.time_distance import (
    arrivals,
    reported,
    window,
)
from analysis.tables import timeline
from analysis.tables.histories import trace
from analysis.words import names
from runs import record_of, run_figure, run_tables
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.record.rows import Attribution, Voice
from sim.store.reader import RunTables


def drawn(tables: RunTables, record: Record | None = None) -> tuple[Figure, Axes]:
    figure = gallery.draw("time-distance", tables, record or bundled_record())
    return figure, figure.axes[0]


def patches(axis: Axes, gid: str) -> list[Rectangle]:
    return [p for p in axis.patches if isinstance(p, Rectangle) and p.get_gid() == gid]


def spans(boxes: list[Rectangle]) -> list[tuple[float, float]]:
    return [(box.get_x(), box.get_x() + box.get_width()) for box in boxes]


def words(figure: Figure) -> list[Text]:
    figure.draw_without_rendering()
    return [
        t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_visible() and t.get_text().strip()
    ]


# --- simulated -------------------------------------------------------------------------------------------


def test_median_is_the_middle_of_three_hand_computed_positions() -> None:
    # at 36 h: 150 + 50 * 6 / 10 = 180; 100 + 129 * 6 / 50 = 115.48; 150 * 30 / 40 = 112.5
    assert trace(made(), "army").positions(np.array([36.0]))[:, 0] == pytest.approx([180.0, 115.48, 112.5])
    line = drawn(made())[1].lines[0]
    assert np.interp(36.0, line.get_xdata(), line.get_ydata()) == pytest.approx(115.48)


def test_a_column_turned_back_is_in_no_band_from_then_on_and_marked_where_it_was() -> None:
    _, axis = drawn(made())
    (mark,) = artists(axis, "turned back")
    assert (mark.get_xdata().tolist(), mark.get_ydata().tolist()) == ([50.0], [150.0])
    assert mark.get_label() == "1 of 3 turned back"
    # at 55 h the other two are at 200 + 40 * 15 / 60 = 210 and 100 + 129 * 25 / 50 = 164.5
    for fan, level in zip(artists(axis, "fan"), (0.25, 0.05), strict=True):
        at = fan.get_paths()[0].vertices
        here = at[np.isclose(at[:, 0], 55.0), 1]
        assert [here.min(), here.max()] == pytest.approx([164.5 + level * 45.5, 210.0 - level * 45.5])
    assert np.interp(500.0, axis.lines[0].get_xdata(), axis.lines[0].get_ydata()) == 240.0


def test_where_all_are_turned_back_no_band_goes_on() -> None:
    tables = made()
    of_back = tables.events["replicate"] == 2
    alone = replace(
        tables,
        events={
            name: np.concatenate([values[of_back], values[of_back]]) for name, values in tables.events.items()
        },
    )
    alone.events["replicate"] = np.repeat([0, 1], of_back.sum())
    line = drawn(alone)[1].lines[0]
    assert np.isfinite(line.get_ydata()[line.get_xdata() <= 50.0]).all()
    assert np.isnan(line.get_ydata()[line.get_xdata() > 50.1]).all()


def test_column_stands_before_its_departure_and_after_its_last_event_and_goes_back_if_beaten() -> None:
    km = trace(made(), "army").positions(np.array([0.0, 5.9, 55.0, 500.0]))
    assert km[:, 0].tolist() == km[:, 1].tolist() == [0.0, 0.0, 0.0]
    assert km[2, 2] == pytest.approx(75.0)
    assert km[:, 3].tolist() == [240.0, 240.0, 0.0]


def test_beaten_column_never_arrives() -> None:
    assert arrivals(made(), "army").tolist() == [100.0, 130.0, np.inf]


def test_figure_says_how_many_histories_it_shows_and_who_is_late() -> None:
    text = " ".join(t.get_text().replace("\n", " ") for t in words(drawn(made())[0]))
    assert "median of the runs not turned back" in text
    assert "1 of 3 turned back" in text
    assert "1 of 3 runs not there when the axis ends, 1 turned back and in no band since." in text
    assert "random seed 7" in text


def test_symbols_only_for_one_history() -> None:
    labels = {line.get_label() for line in drawn(made(1))[1].lines}
    assert {"one run", "ambush"} < labels
    assert "mine strike, reported" not in labels
    assert len(drawn(made(3))[1].lines) == 2  # the median, and where one is turned back


# --- reported --------------------------------------------------------------------------------------------


def test_every_observation_on_the_way_has_its_box_at_its_interval() -> None:
    zero = datetime(2023, 10, 2, tzinfo=UTC)
    told = {milestone["id"] for milestone in made().manifest["milestones"]}
    wanted = [o for o in bundled_record().observations if o.column == "army" and o.event in told]
    assert len(wanted) == len(told) == 10
    hours = [tuple((t - zero).total_seconds() / 3600 for t in (o.earliest, o.latest)) for o in wanted]
    boxes = [box for box in reported(made(), bundled_record(), "army") if not box.contested]
    assert [(box.event, (box.start, box.end)) for box in boxes] == [
        (o.event, h) for o, h in zip(wanted, hours, strict=True)
    ]
    assert spans(patches(drawn(made())[1], "report"))[: len(hours)] == pytest.approx(np.array(hours))


def test_box_stands_at_the_km_of_its_milestone() -> None:
    kms = {box.event: box.km for box in reported(made(), bundled_record(), "army")}
    assert kms["anefis:contact"] == 229.0
    assert kms["tarkint:arrival"] == 150.0


def test_contested_entry_is_an_outline_by_each_party() -> None:
    entry = [box for box in reported(made(), bundled_record(), "army") if box.contested]
    assert {(box.event, box.who) for box in entry} == {
        ("anefis:entry", "independent"),
        ("anefis:entry", "csp"),
    }
    outlines = [p for p in patches(drawn(made())[1], "report") if p.get_facecolor()[3] == 0.0]
    assert len(outlines) == 2


def test_boxes_never_cover_each_other() -> None:
    _, axis = drawn(made())
    rooms = [p.get_window_extent().padded(-1) for p in patches(axis, "report")]
    assert [room.count_overlaps(rooms) for room in rooms] == [1] * len(rooms)


def test_looks_differ_in_grey_by_lightness_hatch_or_dashes() -> None:
    looks = {row for name, row in looks_with(bundled_record().parties).items() if name != "narrative"}
    grey = {row: float(np.dot(to_rgb(row[1]), (0.299, 0.587, 0.114))) for row in looks}
    for a in looks:
        for b in looks - {a}:
            assert abs(grey[a] - grey[b]) >= 0.1 or a[3] != b[3], (a[0], b[0])
            assert a[4] != b[4] or a[3] != b[3], (a[0], b[0])


def test_a_party_without_a_look_of_its_own_has_a_neutral_one_under_its_id() -> None:
    looks = looks_with(bundled_record().parties)
    assert (looks["csp"].label, looks["csp"].place) == ("CSP", 5)
    assert looks["salters"] == UNNAMED["party"]._replace(label="salters", place=len(looks))
    assert looks["salters"].place > looks["party"].place


def test_parties_stand_in_a_legend_between_kinds_of_reports_and_nobody() -> None:
    looks = looks_with(bundled_record().parties)
    parties = ["army", "csp", "jnim", "un", "gatia", "civilians"]
    assert list(looks) == [*KINDS, *parties, "narrative", "party"]
    assert [look.place for look in looks.values()] == [*range(len(looks))]


def test_a_party_of_another_case_has_its_own_look_and_none_of_the_bundled_ones() -> None:
    plain = Voice.model_validate({"party": "army", "about": "another army"})
    red = Voice.model_validate({"party": "csp", "about": "x", "label": "Red Guard", "face": "#ff0000"})
    looks = looks_with([plain, red])
    neutral = UNNAMED["party"]
    assert looks["army"] == neutral._replace(label="army", place=4)
    assert looks["csp"] == neutral._replace(label="Red Guard", face="#ff0000", place=5)


def test_every_kind_of_report_has_a_look() -> None:
    assert {*get_args(Attribution)} <= {*LOOKS}


def test_no_party_of_a_case_has_a_look_in_the_program() -> None:
    ids = {row["id"] for kind in ("looks", "unnamed") for row in LOOKS_FILE[kind]}
    assert ids & {row.party for row in bundled_record().parties} == {"independent", "narrative"}


# --- the frame -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tables", [made(3), made(1), made(3, cover=False)], ids=["three", "one", "bare"])
@pytest.mark.parametrize("record", [bundled_record, empty_record], ids=["record", "none"])
def test_words_stand_apart_and_inside_the_figure(tables: RunTables, record: Callable[[], Record]) -> None:
    figure, _ = drawn(tables, record())
    assert_apart(figure, words(figure))


def test_places_close_together_keep_their_names() -> None:
    text = [t.get_text() for t in words(drawn(made())[0])]
    assert {"Anefis  240", "10 km south of Anefis  229", "Gao  0"} <= set(text)


def test_nights_are_those_of_the_daylight_table() -> None:
    tables = made()
    dusk = [0.0, *tables.daylight["sunset"]]
    wanted = np.column_stack([dusk, [*tables.daylight["first_light"], 720.0]])
    assert np.array(spans(patches(drawn(tables)[1], "night"))) == pytest.approx(wanted)


def test_axis_ends_with_whole_days_after_the_last_report() -> None:
    tables = made()
    assert window(tables, reported(tables, bundled_record(), "army"), "army") == (0.0, 168.0)
    assert window(tables, [], "army") == (0.0, 144.0)  # 0.9 of the way from 100 to 130 h, and 6 h


def test_strip_is_hatched_beyond_the_reach_and_names_the_radius() -> None:
    _, axis = drawn(made())
    strip = axis.child_axes[0]
    assert strip.collections[2].get_hatch()
    assert strip.collections[2].get_paths()[0].get_extents().y0 == pytest.approx(165.0)
    assert strip.texts[0].get_text() == "operational radius: TB2 150 km"
    assert not drawn(made(cover=False))[1].child_axes


def test_no_history_and_no_report_still_gives_a_figure() -> None:
    tables = made()
    bare = RunTables(
        manifest=tables.manifest,
        runs={"status": np.array(["failed"] * 3), "replicate": np.arange(3)},
        events={},
        reports={},
        route=tables.route,
        daylight=tables.daylight,
        cover=table(COVER, []),
        points={},
    )
    text = " ".join(t.get_text() for t in words(drawn(bare, empty_record())[0]))
    assert "3 runs failed and not shown" in text
    assert not drawn(bare, empty_record())[1].findobj(Legend)[0].get_texts()


def box(start: float, end: float, km: float = 10.0) -> time_distance.Box:
    return time_distance.Box(
        event="anefis:entry", km=km, start=start, end=end, who="army", look=UNNAMED["party"], contested=False
    )


def test_the_first_days_of_a_long_time_are_enlarged_up_to_where_reports_pause() -> None:
    boxes = [box(500.0, 510.0), box(0.0, 30.0, 0.0), box(60.0, 133.0, 20.0), box(60.0, 62.0)]
    assert time_distance.first_days(boxes, 0.0, 2000.0) == 144.0
    assert time_distance.first_days(boxes, 0.0, 900.0) is None
    assert time_distance.first_days(boxes[1:], 0.0, 2000.0) is None
    assert time_distance.first_days(boxes[:3], 0.0, 2000.0) is None  # no crowd
    assert time_distance.first_days([], 0.0, 2000.0) is None


def test_an_enlargement_shows_the_way_so_far_and_its_words_stand_apart() -> None:
    figure = run_figure("time-distance", "kidal-offensive", 20)
    whole, enlarged = figure.axes[2], figure.axes[1]
    assert [axis.get_title(loc="left") for axis in (enlarged,)] == ["Enlarged: the days before 8 Oct 2023"]
    assert enlarged.get_xlim() == (0.0, 144.0)
    assert whole.get_xlim()[1] > 1900.0
    assert enlarged.get_ylim()[1] == pytest.approx(1.1 * 240.0)
    assert_apart(figure, words(figure))
    said = [{text.get_text() for text in axis.texts} for axis in (whole, enlarged)]
    assert {"departure", "ambush", "arrival"} <= said[1]  # named once, where there is room
    assert not {"departure", "ambush", "arrival"} & said[0]
    assert "captured" in said[0]


def test_a_long_time_has_months_along_it_and_no_nights() -> None:
    figure = run_figure("time-distance", "kidal-offensive", 20)
    whole, enlarged = figure.axes[2], figure.axes[1]
    dates = [text.get_text() for text in whole.get_xticklabels()]
    assert {"15 Oct", "1 Nov", "15 Nov", "1 Dec", "15 Dec"} <= set(dates)
    assert whole.get_xlabel() == "date (UTC), 2023; a tick is midnight"
    assert not patches(whole, "night")
    assert patches(enlarged, "night")


# --- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_same_input_gives_same_bytes(suffix: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(drawn(made())[0], tmp_path / f"{name}{suffix}")
    first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("a", "b"))
    assert first == second
    assert len(list(tmp_path.iterdir())) == 2


def test_a_figure_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        assert self.stat().st_size > 0
        raise OSError("no space")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        save(Figure(), tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_style_file_comes_with_the_package() -> None:
    assert STYLE_SHEET.is_file()


# --- milestones ------------------------------------------------------------------------------------------


def test_the_figure_of_milestones_has_a_row_each_and_a_box_for_each_report(tmp_path):
    tables = run_tables("tessalit-airlift", 20)
    record = record_of(tables)
    figure = run_figure("milestones", "tessalit-airlift", 20)
    (axis,) = figure.axes
    rows = [row for row in timeline.rows(tables, record) if names.role(row.use) not in SET_ROLES]
    assert len(rows) < len(timeline.rows(tables, record))
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        names.milestone(tables, row.milestone) for row in rows
    ]
    boxes = [patch for patch in axis.patches if patch.get_gid() == "report"]
    assert len(boxes) == sum(row.observation is not None for row in rows)
    caption = " ".join(" ".join(text.get_text() for text in figure.findobj(Text)).split())
    assert caption.count("A box spans") == 1
    assert (
        "A box spans the hours that are reported. Pr(event): share of the runs in which it comes." in caption
    )
    for name in ("one.png", "two.png"):
        save(gallery.draw("milestones", tables, record), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_run_without_a_column_has_no_time_distance_diagram():
    tables = run_tables("september-raids", 20)
    with pytest.raises(FaultyInput, match="expected a column, found none; 'milestones' can be drawn"):
        gallery.draw("time-distance", tables, empty_record())


def test_a_probe_does_not_move_the_column_in_the_figure():
    tables = run_tables("anefis-hold", 1, sets=("probe_rate=2 /day",))
    assert (tables.events["event"] == "probe").sum() > 20
    held = tables.events["hour"][tables.events["event"] == "go"][0]
    ((hours, km),) = trace(tables, "army").paths()
    assert set(km[hours < held]) == {0.0}
