"""The figures of a sweep show what its tables say, and their words stand apart."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_record
from figure_texts import artists, assert_apart, words
from matplotlib.figure import Figure
from sweep_tables import REPORTED, made

from analysis.figures import gallery
from analysis.figures.base import page
from analysis.figures.base.page import save
from analysis.figures.sweep import labels, probability, ridges
from analysis.tables import sweeps
from analysis.tables.sweeps import ByPoint
from analysis.words import changes
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables


@cache
def nothing_reported():
    return replace(bundled_record(), claims=(), observations=())


POINT_FIGURES = ("ridges", "probability", "heat")
RADII = [150.0, 200.0, 241.4, 300.0, 350.0, 450.0]
KM = {"drones.tb2.radius": "km"}
LONG = [
    "go-refit-reinforced-drones-road-clear-calendar",
    "go-refit-reinforced-drones-road-clear",
    "",
    "a b, c",
]
NEVER = [np.inf] * 5


def spread(middle: float, share: float = 1.0, size: int = 40) -> list[float]:
    """Hours evenly about a middle, the last of them never."""
    hours = middle + np.linspace(-20, 20, size)
    hours[round(share * size) :] = np.inf
    return list(hours)


def radius(count: int = 6, **how: object) -> RunTables:
    rows = [spread(110 + 6 * n, 1.0 - 0.1 * n) for n in range(count)]
    return made({"drones.tb2.radius": RADII[:count]}, rows, units=KM, **how)


def grid(rows: list, columns: list, first: str = "drones.tb2.radius", second: str = "with") -> RunTables:
    factors = {first: [a for a in rows for _ in columns], second: columns * len(rows)}
    return made(factors, [spread(100 + 2 * n) for n in range(len(rows) * len(columns))], units=KM)


def sampled(points: int, factors: int, kind: str = "latin-hypercube") -> RunTables:
    draws = np.random.default_rng(points).random((points, factors))
    named = {
        f"garrisons.{j}.break_off_threshold_of_it": list(draws[:, j] * 10.0 ** (j - 4))
        for j in range(factors)
    }
    named["with"] = [LONG[int(4 * u)] for u in draws[:, 0]]
    return made(named, [spread(100 + 40 * u) for u in draws[:, -1]], kind=kind)


def dates() -> RunTables:
    days = [f"2023-10-{day:02} 06:00" for day in range(2, 14, 2)]
    return made({"columns.army.departs": days}, [spread(110 + 24 * n) for n in range(6)])


def ties() -> RunTables:
    rows = [[120.0] * 9, NEVER, [120.0, np.inf], [130.0], spread(120), [125.0, 126.0]]
    return made({"drones.tb2.radius": RADII}, rows, units=KM, failed=[(3, 0)])


def forty() -> RunTables:
    return made(
        {"garrisons.kidal.break_off_threshold": list(np.arange(40.0) / 128)},
        [spread(100 + n) for n in range(40)],
    )


@cache
def shapes():
    return {
        "two": radius(2),
        "six": radius(),
        "forty": forty(),
        "names": made(
            {"with": [*LONG, *(f"go-refit-{n}-drones-camp-vacated" for n in range(20))]}, [spread(120)] * 24
        ),
        "grid": grid(RADII, LONG),
        "texts": grid(LONG, [f"calendar by march speed and {n}" for n in range(5)], "go"),
        "numbers": grid(
            list(np.linspace(100, 400, 20)), list(np.linspace(0.1, 7, 20)), second="columns.army.persons"
        ),
        "few": grid(RADII, [8.0, 10.0, 12.0], second="march_speed"),
        "dates": dates(),
        "ties": ties(),
        "never": made({"drones.tb2.radius": RADII}, [NEVER] * 6, units=KM),
        "one": radius(1),
        "sampled": sampled(200, 20),
        "panels": sampled(30, 5),
        "dollars": made({"with": ["$5_$", "a$"]}, [spread(100), spread(120)]),
        "steps": made(
            {"a": [2.0, 1.0, 3.0, 2.0], "b": [5.0, 5.0, 5.0, 6.0], "c": [7.0] * 4},
            [spread(100)] * 4,
            "one-at-a-time",
        ),
    }


SHAPES = [
    "two",
    "six",
    "forty",
    "names",
    "grid",
    "texts",
    "numbers",
    "few",
    "dates",
    "ties",
    "never",
    "one",
    "sampled",
    "panels",
    "dollars",
    "steps",
]
DRAWN = [
    (shape, name)
    for shape in SHAPES
    for name in POINT_FIGURES
    if not (name == "ridges" and shape in ("numbers", "sampled"))
    and not (name == "probability" and shape == "one")
    and not (name == "heat" and shape not in ("grid", "texts", "numbers", "few"))
]


def said(figure: Figure, gid: str) -> str:
    return next(text.get_text() for text in figure.texts if text.get_gid() == gid).replace("\n", " ")


# --- layout ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "name"), DRAWN)
def test_words_stand_apart_and_inside_the_figure(shape: str, name: str) -> None:
    figure = gallery.draw(name, shapes()[shape], bundled_record())
    assert_apart(figure, words(figure))


@pytest.mark.parametrize("name", POINT_FIGURES)
def test_without_a_report_there_is_still_a_figure(name: str) -> None:
    figure = gallery.draw(name, shapes()["few"], nothing_reported(), "anefis:capture")
    assert not [a for axis in figure.axes for a in artists(axis, "report")]


@pytest.mark.parametrize("name", POINT_FIGURES)
@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_same_input_gives_same_bytes(name: str, suffix: str, tmp_path: Path) -> None:
    for stem in ("a", "b"):
        save(gallery.draw(name, shapes()["few"], bundled_record()), tmp_path / f"{stem}{suffix}")
    first, second = ((tmp_path / f"{stem}{suffix}").read_bytes() for stem in ("a", "b"))
    assert first == second


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    text = "go-refit-reinforced-drones-road-clear-calendar"
    lines = page.wrapped(text, 1.0, 8.0, "-").split("\n")
    assert "".join(lines) == text
    assert page.widest(lines, 8.0) <= 1.0 < page.width(text, 8.0)


def test_shortened_keeps_both_ends_and_fits() -> None:
    text = "go-refit-reinforced-drones-road-clear-calendar"
    short = page.shortened(text, 1.5, 8.0)
    start, end = short.split("...")
    assert text.startswith(start)
    assert text.endswith(end)
    assert 1.4 < page.width(short, 8.0) <= 1.5
    assert page.shortened(text, 9.0, 8.0) == text


def test_lines_differ_in_marker_and_dashes() -> None:
    for word in ("color", "marker", "ls"):
        assert len({str(look[word]) for look in probability.SERIES}) == probability.MOST_LINES


# --- words -----------------------------------------------------------------------------------------------


def test_caption_says_what_was_run_and_what_common_numbers_do() -> None:
    text = said(gallery.draw("probability", radius(failed=[(0, 1), (4, 2)]), bundled_record()), "caption")
    assert (
        "made, design made-up (grid, 6 points); changed: nothing; 40 runs at each point, random seed 7"
        in text
    )
    assert "each parameter drawn from its prior; 2 runs failed and not shown." in text
    assert "of each point alone" in text
    assert "share their random numbers, so differences between them are surer than they look" in text


def test_without_common_numbers_nothing_is_said_of_them() -> None:
    tables = radius()
    design = {**tables.manifest["design"], "common": False}
    own = replace(tables, manifest={**tables.manifest, "design": design})
    assert "share their random" not in said(gallery.draw("probability", own, bundled_record()), "caption")


def test_title_asks_the_question_and_says_the_finding() -> None:
    tables = made({"speed": [1.0, 2.0]}, [[114.0, np.inf], [114.0, 120.0]], units={"speed": "km/h"})
    title = said(gallery.draw("probability", tables, bundled_record()), "title")
    assert title == (
        "Does the radius decide when Anefis falls? "
        "Pr(anefis: captured before 7 Oct 2023, 12:00 UTC): from 0.50 (1) to 1.00 (2)"
    )
    title = said(gallery.draw("ridges", tables, bundled_record()), "title")
    assert title.endswith("anefis: captured: median 6 Oct; Pr(event) 0.50 to 1.00")


# --- ridges ----------------------------------------------------------------------------------------------


def test_each_point_has_its_ridge_as_high_as_its_share_and_its_median() -> None:
    tables = radius()
    (axis,) = gallery.draw("ridges", tables, bundled_record()).axes
    found = sweeps.summary(ByPoint(tables), bundled_record(), "anefis:capture")
    tops = [
        level - ridge.get_paths()[0].get_extents().y0 for level, ridge in enumerate(artists(axis, "ridge"))
    ]
    assert tops == pytest.approx(0.85 * found.share_reached)
    medians = [(line.get_xdata()[0], line.get_ydata()[0]) for line in artists(axis, "median")]
    assert np.array(medians) == pytest.approx(np.column_stack([found.hours[:, 1], np.arange(6)]))
    assert [t.get_text() for t in axis.texts] == [*(f"{s:.2f}" for s in found.share_reached), "Pr(event)"]
    assert [t.get_text() for t in axis.get_yticklabels()] == ["150", "200", "241.4", "300", "350", "450"]


def test_the_reported_interval_is_a_band() -> None:
    (axis,) = gallery.draw("ridges", radius(), bundled_record()).axes
    (band,) = artists(axis, "report")
    assert (band.get_x(), band.get_x() + band.get_width()) == REPORTED


def test_what_never_comes_has_no_ridge_and_what_failed_no_share() -> None:
    (axis,) = gallery.draw("ridges", ties(), bundled_record()).axes
    assert len(artists(axis, "ridge")) == 4
    assert [t.get_text() for t in axis.texts][1:4] == ["0.00", "0.50", "all failed"]


def test_density_keeps_every_run_even_of_one_hour() -> None:
    for hours in (np.full(7, 120.0), np.array([120.0, 121.0, np.inf]), np.array(spread(120))):
        x, y = ridges.density(hours, 0.0, 240.0)
        assert y.sum() == pytest.approx(np.isfinite(hours).sum())
        assert (x * y).sum() / y.sum() == pytest.approx(hours[np.isfinite(hours)].mean(), abs=0.6)
    assert not ridges.density(np.full(3, np.inf), 0.0, 240.0)[1].any()


def test_more_than_forty_ridges_are_refused() -> None:
    with pytest.raises(
        FaultyInput,
        match="--figure ridges: expected 40 design points at most, found 200; 'probability' can be drawn",
    ):
        gallery.draw("ridges", shapes()["sampled"], bundled_record())


# --- probability -----------------------------------------------------------------------------------------


def test_points_stand_at_their_values_and_shares_with_wilson_bars() -> None:
    tables, by = radius(), datetime(2023, 10, 6, 12, tzinfo=UTC)
    (axis,) = gallery.draw("probability", tables, bundled_record(), by=by).axes
    share, between = sweeps.probability(ByPoint(tables), "anefis:capture", by)
    ((line,), (bars,)) = artists(axis, "share"), artists(axis, "interval")
    assert line.get_xdata().tolist() == RADII
    assert line.get_ydata() == pytest.approx(share)
    assert np.array([segment[:, 1] for segment in bars.get_segments()]) == pytest.approx(between)
    assert axis.get_xlabel() == "radius (km)"
    assert axis.get_ylabel() == "Pr(anefis: captured before 6 Oct 2023, 12:00 UTC)"


def test_texts_stand_below_each_other_unjoined() -> None:
    tables = made({"with": ["b", "a", ""]}, [[100.0], [np.inf], [100.0]])
    (axis,) = gallery.draw("probability", tables, bundled_record()).axes
    (line,) = artists(axis, "share")
    assert line.get_xdata().tolist() == [1.0, 0.0, 1.0]
    assert line.get_ydata().tolist() == [0.0, 1.0, 2.0]
    assert line.get_linestyle() == "None"
    assert [t.get_text() for t in axis.get_yticklabels()] == ["b", "a", "none"]


def test_dates_stand_to_scale() -> None:
    (axis,) = gallery.draw("probability", dates(), bundled_record()).axes
    (line,) = artists(axis, "share")
    assert line.get_xdata().tolist() == [6.0 + 48.0 * n for n in range(6)]
    assert axis.get_xlabel() == "departure, 2023 (UTC)"


def test_two_factors_give_a_line_a_value_of_the_text() -> None:
    tables = shapes()["grid"]
    figure = gallery.draw("probability", tables, bundled_record())
    lines = artists(figure.axes[0], "share")
    share = sweeps.probability(ByPoint(tables), "anefis:capture", datetime(2023, 10, 7, 12, tzinfo=UTC))[0]
    assert [line.get_label() for line in lines] == [
        "alternative hypothesis: " + (name.replace("-", " ") or "none") for name in LONG
    ]
    for number, line in enumerate(lines):
        assert line.get_xdata().tolist() == RADII
        assert line.get_ydata() == pytest.approx(share[number::4])
    assert len({line.get_marker() for line in lines}) == len({line.get_linestyle() for line in lines}) == 4


def test_values_stand_as_the_design_gives_them_and_factors_in_words() -> None:
    texts = [(radius, speed) for radius in ("150 mi", "300 km") for speed in ("8 km/h", "10 km/h")]
    factors = {
        "drones.tb2.radius": [241.4016, 241.4016, 300.0, 300.0],
        "march_speed": [8.0, 10.0, 8.0, 10.0],
    }
    settings = [f"drones.tb2.radius={radius}, march_speed={speed}, a-hypothesis" for radius, speed in texts]
    units = {"drones.tb2.radius": "km", "march_speed": "km/h"}
    tables = made(factors, [[118.0, 125.0]] * 4, units=units, settings=settings)
    radius, speed = sweeps.axes(tables)
    assert [radius.value_text(point) for point in range(4)] == ["150 mi", "150 mi", "300 km", "300 km"]
    assert [speed.value_text(point) for point in range(2)] == ["8 km/h", "10 km/h"]
    assert (radius.heading, radius.label, speed.heading) == ("radius", "radius (km)", "march speed (km/h)")
    assert labels.point_names(tables)[:2] == ["150 mi, 8 km/h", "150 mi, 10 km/h"]
    assert [change["value"] for change in changes.at_point(tables, 0)] == ["150 mi", "8 km/h"]
    shown = " ".join(text.get_text() for text in words(gallery.draw("heat", tables, bundled_record())))
    assert "150 mi" in shown
    assert "241.4" not in shown
    assert "tb2" not in shown


def test_two_numbers_of_many_values_give_panels_and_of_few_lines() -> None:
    assert len(gallery.draw("probability", shapes()["numbers"], bundled_record()).axes) == 2
    (axis,) = gallery.draw("probability", shapes()["few"], bundled_record()).axes
    assert [line.get_label() for line in artists(axis, "share")] == [f"march speed: {n}" for n in (8, 10, 12)]


def test_a_sampled_design_has_twelve_panels_the_strongest_first() -> None:
    tables = sampled(200, 20)
    figure = gallery.draw("probability", tables, bundled_record())
    assert len(figure.axes) == 12
    assert figure.axes[0].get_xlabel().replace("\n", "") == "19 break off threshold of it"
    (dots,) = artists(figure.axes[0], "share")
    assert dots.get_xdata() == pytest.approx(tables.points["garrisons.19.break_off_threshold_of_it"])
    assert not artists(figure.axes[0], "interval")
    assert "12 of 21 factors are drawn." in said(figure, "caption")
    assert "before 7 Oct 2023, 12:00 UTC" in said(figure, "label")


def test_running_median_is_that_of_each_group() -> None:
    along = sweeps.Axis("a", "", np.arange(24.0))
    x, y = probability.running(along, along.values, np.repeat([0.1, 0.5, 0.9], 8))
    assert x.tolist() == [3.5, 11.5, 19.5]
    assert y.tolist() == [0.1, 0.5, 0.9]


def test_one_at_a_time_draws_only_the_points_where_nothing_else_moves() -> None:
    figure = gallery.draw("probability", shapes()["steps"], bundled_record())
    drawn = {axis.get_xlabel(): artists(axis, "share")[0].get_xdata().tolist() for axis in figure.axes}
    assert drawn == {"a": [2.0, 1.0, 3.0], "b": [5.0, 6.0]}


def test_one_point_has_no_probability_to_draw_along() -> None:
    with pytest.raises(FaultyInput, match="expected a factor that varies, found none; 'ridges' can be drawn"):
        gallery.draw("probability", shapes()["one"], bundled_record())


# --- heat ------------------------------------------------------------------------------------------------


def test_each_cell_has_its_number_and_colour() -> None:
    tables = shapes()["few"]
    share = sweeps.probability(ByPoint(tables), "anefis:capture", datetime(2023, 10, 7, 12, tzinfo=UTC))[0]
    axis = gallery.draw("heat", tables, bundled_record()).axes[0]
    (cells,) = artists(axis, "cells")
    assert np.asarray(cells.get_array()).reshape(3, 6) == pytest.approx(share.reshape(6, 3).T)
    wanted = {(x, y): f"{share[3 * x + y]:.2f}" for x in range(6) for y in range(3)}
    assert {text.get_position(): text.get_text() for text in artists(axis, "cell")} == wanted
    assert [t.get_text() for t in axis.get_yticklabels()] == ["8", "10", "12"]
    assert axis.get_ylim()[0] < axis.get_ylim()[1]


def test_a_missing_point_leaves_its_cell_empty() -> None:
    tables = made({"a": [1.0, 1.0, 2.0], "b": [1.0, 2.0, 1.0]}, [spread(100)] * 3, "list")
    axis = gallery.draw("heat", tables, bundled_record()).axes[0]
    assert sorted(text.get_position() for text in artists(axis, "cell")) == [(0, 0), (0, 1), (1, 0)]


def test_a_sample_of_two_numbers_is_put_into_classes_and_a_cell_is_the_mean_of_its_points() -> None:
    draws = np.random.default_rng(3).random((300, 2))
    came = draws[:, 0] + draws[:, 1]
    factors = {"a": list(10.0 + 80.0 * draws[:, 0]), "b": list(draws[:, 1])}
    tables = made(factors, [spread(60 + 60 * u) for u in came], "latin-hypercube")
    share = sweeps.probability(ByPoint(tables), "anefis:capture", datetime(2023, 10, 7, 12, tzinfo=UTC))[0]
    figure = gallery.draw("heat", tables, bundled_record())
    (cells,) = artists(figure.axes[0], "cells")
    found = np.asarray(cells.get_array()).reshape(8, 8)
    a, b = (np.array(factors[name]) for name in "ab")
    edges = [np.linspace(row.min(), row.max(), 9) for row in (a, b)]
    for y, x in ((0, 0), (7, 7), (3, 5)):
        inside = (a >= edges[0][x]) & (a <= edges[0][x + 1]) & (b >= edges[1][y]) & (b <= edges[1][y + 1])
        assert found[y, x] == pytest.approx(share[inside].mean())
    assert "A cell is the mean of its design points." in said(figure, "caption")
    assert_apart(figure, words(figure))


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (radius(), "expected two factors, and no more, .*, found 1; 'probability' can be drawn"),
        (sampled(30, 5), "expected two factors, and no more, .*, found 6; 'probability' can be drawn"),
        (
            grid([f"place-{number}" for number in range(45)], [1.0, 2.0], first="place"),
            "expected 40 values at most of the factor down, found 45; 'probability' can be drawn",
        ),
    ],
)
def test_heat_refuses_what_has_not_two_factors_or_too_many_cells(tables: RunTables, message: str) -> None:
    with pytest.raises(FaultyInput, match=message):
        gallery.draw("heat", tables, bundled_record())
