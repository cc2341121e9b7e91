"""The figures of a run show what its tables say: shares, hours, claims and differences by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_record
from figure_texts import artists, assert_apart, words
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from run_tables import empty_record, table

from analysis.figures import gallery
from analysis.figures.base import common, sides
from analysis.figures.base.page import save
from analysis.figures.run import arrival_curve, control, delays, displaced, drone_cover
from analysis.figures.run import claims as claims_figure
from analysis.figures.sweep import paired
from analysis.tables import pairs, time_budget
from analysis.tables.clock import hour_of, interval_of
from analysis.tables.histories import stored
from analysis.tables.monte_carlo import wilson
from analysis.words.text import day
from runs import record_of, run_figure, run_tables
from sim.files.yaml_tree import FaultyInput
from sim.record import relations
from sim.record.record import Record
from sim.state.kinds import Cause, Side
from sim.store.reader import RunTables

EVENTS = ["replicate", "hour", "event", "kind", "agent", "place", "km", "amount", "other"]
RUN_FIGURES = gallery.names("run")
NEW = ("map", "captured", "delays", "cover", "holders", "displaced", "claims", "coverage")
SCENARIOS = {
    "kidal-offensive": 20,
    "gao-anefis": 20,
    "un-kidal-gao": 20,
    "tessalit-airlift": 20,
    "september-raids": 20,
    "blockade": 10,
}
NO_DATES = "expected dates that are scored, found none"
REFUSED = {
    ("tessalit-airlift", "coverage"): NO_DATES,
    ("september-raids", "coverage"): NO_DATES,
    ("blockade", "coverage"): NO_DATES,
    ("september-raids", "time-distance"): "expected a column, found none",
    ("tessalit-airlift", "time-distance"): "expected a column, found none",
    ("un-kidal-gao", "cover"): "expected drones, found none",
    ("blockade", "cover"): "expected drones, found none",
    ("september-raids", "cover"): "expected a column, found none",
    ("tessalit-airlift", "cover"): "expected a column, found none",
    ("september-raids", "delays"): "expected a column, found none",
    ("tessalit-airlift", "delays"): "expected a column, found none",
    ("blockade", "claims"): "expected claims about its places in its time, found none",
} | {
    (name, "displaced"): "expected towns or destinations, found none"
    for name in SCENARIOS
    if name != "kidal-offensive"
}


@pytest.fixture
def run():
    """The tables of a scenario's runs, and the record of its time."""

    def given(name: str, runs: int = 0, *rivals: str) -> tuple[RunTables, Record]:
        tables = run_tables(name, runs or SCENARIOS[name], rivals)
        return tables, record_of(tables)

    return given


def made(rows: list[tuple], runs: dict[str, list] | None = None, count: int = 4, **more: object) -> RunTables:
    """Tables of some runs' events and runs' outcomes, over ten days."""
    manifest = {"scenario": "made", "start": "2023-10-02", "end": "2023-10-12", "runs": count, "seed": 7}
    manifest |= {"parameters": "prior", "columns": ["army"], "milestones": [], "design": None, "hash": "0"}
    manifest |= {"outcomes": [name for name in runs or {} if ":" in name], **more}
    columns = {name: np.array(values, float) for name, values in (runs or {}).items()}
    columns |= {"status": np.array(["done"] * count), "replicate": np.arange(count), "seed": np.arange(count)}
    events = table(EVENTS, rows)
    events = {n: v.astype(object) if v.dtype.kind == "U" else v for n, v in events.items()}
    route = [
        ("army", "gao", "Gao", 0.0, 16.0, 0.0, True),
        ("army", "anefis", "Anefis", 100.0, 17.0, 0.0, True),
    ]
    route = table(["column", "place", "name", "km", "lat", "lon", "mark"], route)
    cover = [("army", "tb2", "gao_apt", 50.0, 0.0, float(km), 0.8 * (km < 50)) for km in range(101)] + [
        ("army", "tb2", "anefis", 50.0, np.inf, float(km), 0.8 * (km > 60)) for km in range(101)
    ]
    names = ["column", "drone", "station", "radius", "ready", "km", "cover"]
    return RunTables(
        manifest=manifest,
        runs=columns,
        events=events,
        reports={},
        route=route,
        daylight={},
        cover=table(names, cover),
        points={"design_id": np.zeros(1)},
    )


def happened(
    replicate: int, hour: float, event: str, agent: str = "army", place: str = "", amount: float = 0.0
):
    return (replicate, hour, event, "column", agent, place, -1.0, amount, 0.0)


@cache
def the_pair() -> tuple[RunTables, RunTables, Figure]:
    """A run and the same with an alternative, and the figure of both."""
    one, two = run_tables("gao-anefis", 20), run_tables("gao-anefis", 20, ("radius-150-km",))
    return one, two, paired.draw(one, two)


# --- all of them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUN_FIGURES)
@pytest.mark.parametrize(
    ("scenario", "one"), [*((name, False) for name in SCENARIOS), ("kidal-offensive", True)]
)
def test_words_stand_apart_or_a_figure_is_refused(scenario: str, name: str, one: bool) -> None:
    runs = 1 if one else SCENARIOS[scenario]
    if (scenario, name) in REFUSED:
        with pytest.raises(FaultyInput, match=f"--figure {name}: {REFUSED[scenario, name]}"):
            run_figure(name, scenario, runs)
        return
    figure = run_figure(name, scenario, runs)
    assert_apart(figure, words(figure))


@pytest.mark.parametrize(
    ("name", "suffix"), [*((name, ".png") for name in [*NEW, "paired"]), ("map", ".svg"), ("claims", ".pdf")]
)
def test_same_input_gives_same_bytes(run, name: str, suffix: str, tmp_path: Path) -> None:
    tables, record = run("kidal-offensive")
    for stem in ("a", "b"):
        figure = paired.draw(tables, tables) if name == "paired" else gallery.draw(name, tables, record)
        save(figure, tmp_path / f"{stem}{suffix}")
    first, second = ((tmp_path / f"{stem}{suffix}").read_bytes() for stem in ("a", "b"))
    assert first == second


def test_the_registry_has_every_figure_once() -> None:
    assert set(RUN_FIGURES) == {"time-distance", "milestones", *NEW}
    assert set(gallery.names("sweep")) == {"ridges", "probability", "heat", "sensitivity", "curves"}
    assert gallery.names("pair") == ["paired"]
    assert {row.takes for row in gallery.FIGURES.values()} == set(gallery.RESULTS)
    assert {need for row in gallery.FIGURES.values() for need in row.needs} == set(gallery.NEEDS)
    modules = [row.module for name, row in gallery.FIGURES.items() if name != "film"]
    assert len(set(modules)) == len(modules)


@pytest.mark.parametrize(
    ("scenario", "first"), [("gao-anefis", "time-distance"), ("september-raids", "milestones")]
)
def test_the_default_is_the_first_that_can_be_drawn(run, scenario: str, first: str) -> None:
    tables, record = run(scenario)
    faults = {name: gallery.fault(name, tables, record) for name in RUN_FIGURES}
    assert gallery.chosen(None, tables, record) == first
    assert next(name for name in RUN_FIGURES if faults[name] is None) == first
    assert faults["time-distance"] in (None, "expected a column, found none")


def test_a_figure_of_another_result_is_none_of_this(run) -> None:
    with pytest.raises(
        FaultyInput, match="--figure heat: is no figure of a run; expected one of time-distance, "
    ):
        gallery.draw("heat", *run("gao-anefis"))


def test_needs_count_what_there_is_within_bounds() -> None:
    tables = made([happened(0, 1.0, "departure")])
    assert gallery.fault("holders", tables, bundled_record()) == (
        "expected places or camps that somebody holds, found none"
    )
    held = replace(tables, manifest={**tables.manifest, "holders": {"gao": "army"}})
    assert gallery.fault("holders", held, bundled_record()) is None
    assert gallery.NEEDS["two"].within == (2, 2)


def test_sides_stand_by_their_codes_and_ids() -> None:
    holders = sides.holders(run_tables("gao-anefis", 60))
    assert [side.code for side in holders] == [0, 1, 2, 3]
    assert [sides.side_of(holders, side.id) for side in holders] == list(holders)
    assert sides.side_of(holders, None) == holders[0]
    assert set(sides.stacked(holders)) == set(holders)
    with pytest.raises(KeyError):
        sides.side_of(holders, "nobody's")


def test_sides_differ_in_grey_by_lightness_or_hatch() -> None:
    looks = [(side.face, side.hatch) for side in sides.holders(run_tables("gao-anefis", 60))]
    assert len({hatch for _, hatch in looks}) == 3  # the army and nobody have none: dark and white
    assert len(set(looks)) == 4
    assert list(delays.CAUSES) == [cause.name.lower() for cause in Cause]


def test_causes_differ_in_grey_by_lightness_or_hatch() -> None:
    grey = {
        cause: float(np.dot(to_rgb(look["fc"]), (0.299, 0.587, 0.114)))
        for cause, look in delays.CAUSES.items()
    }
    hatch = {cause: look["hatch"] for cause, look in delays.CAUSES.items()}
    for one, two in combinations(delays.CAUSES, 2):
        assert abs(grey[one] - grey[two]) >= 0.1 or hatch[one] != hatch[two], (one, two)


# --- who holds what --------------------------------------------------------------------------------------


def test_holders_follow_captures_falls_and_camps() -> None:
    rows = [
        happened(0, 24.0, "capture", place="anefis"),
        happened(1, 48.0, "capture", place="anefis"),
        happened(1, 72.0, "fallen", place="anefis"),
        *(happened(r, 30.0, "vacated", "post", "tessalit") for r in range(4)),
        *(
            happened(r, 36.0, event="camp_taken", agent="post", place="tessalit", amount=float(r % 2))
            for r in range(3)
        ),
        happened(2, 90.0, "capture", place="tessalit"),
    ]
    tables = made(rows, holders={"anefis": "rebels", "tessalit": "none"}, camps={"post": "tessalit"})
    hours = np.array([0.0, 24.0, 47.0, 48.0, 80.0, 100.0])
    anefis, tessalit, post = control.over_time(tables, stored(tables), hours)
    assert anefis.shares[:, Side.ADVANCING].tolist() == [0.0, 0.25, 0.25, 0.5, 0.25, 0.25]
    assert anefis.shares.sum(axis=1).tolist() == [1.0] * 6
    assert tessalit.shares[-1].tolist() == [0.5, 0.25, 0.0, 0.25]
    assert post.shares[1].tolist() == [0.0, 0.0, 1.0, 0.0]
    assert post.shares[3].tolist() == [0.5, 0.25, 0.0, 0.25]


def test_a_capture_before_the_un_has_left_leaves_its_camp_with_it() -> None:
    rows = [happened(0, 24.0, "capture", place="kidal"), happened(0, 48.0, "vacated", "c", "kidal")]
    tables = made(rows, count=1, holders={"kidal": "rebels"}, camps={"c": "kidal"})
    _, camp = control.over_time(tables, stored(tables), np.array([30.0, 50.0]))
    assert camp.shares.tolist() == [[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]


@pytest.mark.parametrize("scenario", ["kidal-offensive", "september-raids", "tessalit-airlift"])
def test_holders_at_the_end_are_those_of_the_outcomes(run, scenario: str) -> None:
    tables, _ = run(scenario)
    kept = stored(tables)
    rows = control.over_time(tables, kept, np.array([common.moment(tables, None)]))
    assert any(f"control:{row.key}" in tables.runs for row in rows)
    for row in rows:
        if f"control:{row.key}" in tables.runs:
            ends = np.asarray(tables.runs[f"control:{row.key}"])
            wanted = [float((ends == side).mean()) for side in (0, 1, 2, -1)]
            assert row.shares[-1].tolist() == pytest.approx(wanted), row.key


def test_bands_stack_to_a_whole_row_and_a_report_is_marked_by_construction(run) -> None:
    tables, record = run("kidal-offensive")
    figure = run_figure("holders", "kidal-offensive", 20)
    axis = figure.axes[0]
    names = [label.get_text() for label in axis.get_yticklabels()]
    assert {"Anefis", "Kidal", "Kidal: UN base"} <= set(names)
    told_of = [patch for patch in axis.patches if patch.get_gid() == "report"]
    seen = next(o for o in record.observations if o.event == "kidal:camp_taken")
    low, high = interval_of(tables, seen)
    level = names.index("Kidal: UN base") - 0.4
    (box,) = [patch for patch in told_of if patch.get_y() == pytest.approx(level)]
    assert (box.get_x(), box.get_width()) == pytest.approx((low, high - low))
    assert box.get_linestyle() not in ("-", "solid")
    key = " ".join(text.get_text() for text in figure.legends[0].get_texts())
    assert "reported: base taken over by the rebels (fixed by assumption, not scored)" in key


# --- P by date -------------------------------------------------------------------------------------------


def test_a_curve_counts_runs_in_which_it_never_comes() -> None:
    share, between = arrival_curve.curve(
        np.array([10.0, 20.0, np.inf, 20.0]), np.array([9.9, 10.0, 20.0, 20.1])
    )
    assert share.tolist() == [0.0, 0.0, 0.25, 0.75]
    p, z, n = 0.75, 1.959963984540054, 4
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert between[3] == pytest.approx([(middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)])


def test_the_panels_are_the_scored_captures_and_arrivals_or_the_one_asked_for(run) -> None:
    tables, record = run("kidal-offensive")
    names = arrival_curve.chosen(tables, record, None)
    assert {"anefis:capture", "kidal:capture", "aguelhok:capture", "gao:arrival"} <= set(names)
    assert all(name.split(":")[1] in ("capture", "arrival") for name in names)
    figure = gallery.draw("captured", tables, record, "kidal:first_strike")
    (axis,) = figure.axes
    assert axis.get_title(loc="left").startswith("Kidal: first air strike; Pr ")
    (band,) = artists(axis, "report")
    seen = next(o for o in record.observations if o.event == "kidal:first_strike")
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx(interval_of(tables, seen))
    with pytest.raises(
        FaultyInput, match="'kidal:captur' is no milestone of this result; did you mean 'kidal:capture'"
    ):
        gallery.draw("captured", tables, record, "kidal:captur")


def test_a_date_is_marked_with_the_share_that_comes_before_it(run) -> None:
    tables, record = run("kidal-offensive")
    by = datetime(2023, 11, 20, tzinfo=UTC)
    figure = gallery.draw("captured", tables, record, "kidal:capture", by)
    (axis,) = figure.axes
    line, point = (artist for artist in artists(axis, "by") if isinstance(artist, Line2D))
    share = float((tables.runs["kidal:capture"] < hour_of(tables, by)).mean())
    assert line.get_xdata()[0] == point.get_xdata()[0] == hour_of(tables, by)
    assert point.get_ydata().tolist() == [share]
    low, high = wilson(np.array([round(20 * share)]), np.array([20]))[0]
    assert f"Pr {share:.2f} ({low:.2f} to {high:.2f})" in [text.get_text() for text in axis.texts]
    assert "Pr(Kidal: captured) before 20 Nov 2023" in all_words(figure)
    assert_apart(figure, words(figure))


# --- delays ----------------------------------------------------------------------------------------------


def test_delays_are_means_of_the_runs_that_came() -> None:
    runs = {
        "hours:army:anefis:march": [10.0, 20.0, 90.0, 30.0],
        "hours:army:anefis:overnight": [0.0, 4.0, 90.0, 8.0],
        "hours:army:anefis:mine_halts": [0.0, 0.0, 90.0, 0.0],
        "reached:army:anefis": [1.0, 1.0, 0.0, 1.0],
    }
    tables = made([], runs)
    (leg,) = time_budget.legs(tables)
    assert leg.hours == {"march": 20.0, "overnight": 4.0}
    assert leg.share_reached == 0.75
    assert leg.total.tolist() == pytest.approx(np.quantile([10.0, 24.0, 38.0], (0.05, 0.5, 0.95)))
    figure = delays.draw(tables, bundled_record())
    bars = {patch.get_gid(): (patch.get_x(), patch.get_width()) for patch in figure.axes[0].patches}
    assert bars == {
        "days:march": (0.0, 20.0 / 24.0),
        "days:overnight": pytest.approx((20.0 / 24.0, 4.0 / 24.0)),
    }
    (line,) = artists(figure.axes[0], "total")
    assert line.get_xdata() == pytest.approx(leg.total[[0, 2]] / 24.0)


# --- cover -----------------------------------------------------------------------------------------------


def test_cover_moves_with_the_station() -> None:
    rows = [(r, 0.0, "on_station", "drone", "tb2", "gao_apt", -1.0, 0.0, 0.0) for r in range(1, 4)]
    rows += [(1, 48.0, "on_station", "drone", "tb2", "anefis", -1.0, 0.0, 0.0), happened(0, 1.0, "departure")]
    tables = made(rows)
    kept, hours, km = (
        stored(tables),
        np.array([0.0, 47.0, 48.0]),
        np.array([10.0, 55.0, 90.0]),
    )
    assert drone_cover.shares(tables, kept, "army", hours, km).tolist() == [
        [0.75, 0.75, 0.5],
        [0.0, 0.0, 0.0],
        [0.0, 0.0, 0.25],
    ]


def test_the_column_on_the_cover_is_that_of_the_runs_not_turned_back() -> None:
    # at 5 h one of three is turned back at 60 km and drives home; the others are at 80 and 90 km
    way = [(0, 90.0), (1, 80.0)]
    rows = [(*happened(r, 0.0, "departure")[:6], 0.0, 0.0, 0.0) for r in range(3)]
    rows += [(*happened(r, 4.0, "arrival")[:6], km, 0.0, 0.0) for r, km in [*way, (2, 60.0)]]
    rows += [(*happened(2, 5.0, "beaten")[:6], 60.0, 0.0, 0.0)]
    rows += [(*happened(2, 9.0, "return")[:6], 0.0, 0.0, 0.0)]
    figure = drone_cover.draw(made(rows, count=3), empty_record())
    (line,) = artists(figure.axes[0], "column")
    assert line.get_ydata()[-1] == 90.0
    assert line.get_ydata()[np.searchsorted(line.get_xdata(), 4.5)] == 80.0
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert "position of the column: median of the runs not turned back" in labels


# --- displaced -------------------------------------------------------------------------------------------


def test_persons_gone_add_up_and_the_report_is_a_box() -> None:
    rows = [
        happened(0, 24.0, event="displaced", agent="kidal", place="kidal", amount=10.0),
        happened(0, 48.0, event="displaced", agent="kidal", place="kidal", amount=5.0),
    ]
    rows.append(happened(1, 30.0, event="displaced", agent="kidal", place="kidal", amount=7.0))
    left = displaced.gone(stored(made(rows, count=2)), np.array([0.0, 24.0, 36.0, 48.0]))
    assert left.tolist() == [[0.0, 10.0, 10.0, 15.0], [0.0, 0.0, 7.0, 7.0]]
    axis = run_figure("displaced", "kidal-offensive", 20).axes[0]
    (box,) = artists(axis, "report")
    assert (box.get_y(), box.get_height()) == (40_000.0, 10_000.0)
    zero = datetime(2023, 10, 2, tzinfo=UTC)
    assert zero + timedelta(hours=box.get_x()) == datetime(2023, 11, 7, tzinfo=UTC)
    runs = run_tables("kidal-offensive", 20).runs
    for gid, outcome in (("median", "displaced_to_border"), ("all", "displaced")):
        (line,) = artists(axis, gid)
        assert line.get_ydata()[-1] == pytest.approx(np.median(np.asarray(runs[outcome], float)), rel=1e-3)


# --- paired ----------------------------------------------------------------------------------------------


def timed(hours: list[float], **more: object) -> RunTables:
    milestones = [{"id": "anefis:capture", "column": "army", "km": 100.0}]
    return made([], {"anefis:capture": hours}, milestones=milestones, count=len(hours), **more)


def test_differences_are_of_the_same_replicate() -> None:
    one = timed([10.0, 20.0, np.inf, np.inf, 30.0])
    two = timed([12.0, np.inf, 5.0, np.inf, 30.0])
    order = np.array([4, 2, 0, 1, 3])
    mixed = replace(two, runs={name: values[order] for name, values in two.runs.items()})
    for other in (two, mixed):
        (pair,) = pairs.pairs(one, other)
        assert sorted(pair.hours) == [0.0, 2.0]
        assert (pair.same, pair.only_a, pair.only_b) == (0.4, 0.2, 0.2)


def test_hours_count_from_each_runs_own_start_and_failed_runs_are_left_out() -> None:
    one, two = timed([34.0, 20.0]), timed([10.0, 20.0], start="2023-10-03")
    two.runs["status"][1] = "failed"
    (pair,) = pairs.pairs(one, two)
    assert (pair.hours.tolist(), pair.same) == ([0.0], 1.0)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (timed([1.0, 2.0], seed=8), "needs two runs of one seed, these have 7 and 8"),
        (timed([1.0]), "needs as many runs of each, these are 2 and 1"),
        (
            replace(timed([1.0, 2.0]), runs=timed([1.0, 2.0]).runs | {"seed": np.array([5, 6])}),
            "have the same seeds",
        ),
        (made([], {}, count=2), "needs milestones that both runs have"),
    ],
)
def test_what_does_not_match_is_refused(other: RunTables, message: str) -> None:
    with pytest.raises(FaultyInput, match=message):
        pairs.pairs(timed([1.0, 2.0]), other)


def test_a_rival_is_laid_against_the_base_and_words_stand_apart() -> None:
    one, two, figure = the_pair()
    assert_apart(figure, words(figure))
    a, b = (np.asarray(tables.runs["anefis:capture"], float) for tables in (one, two))
    pair = next(pair for pair in pairs.pairs(one, two) if pair.milestone == "anefis:capture")
    both = np.isfinite(a) & np.isfinite(b)
    assert pair.hours.tolist() == (b[both] - a[both]).tolist()
    medians = [line.get_xdata()[0] for line in artists(figure.axes[0], "median")]
    shifts = pair.hours[np.abs(pair.hours) >= pairs.SAME]
    assert np.median(shifts) in medians
    assert all(medians)
    texts = " ".join(t.get_text() for t in figure.texts).replace("\n", " ")
    head = "Hours later in gao-anefis, radius 150 km than in gao-anefis, nothing changed"
    assert head in texts
    assert "A: gao-anefis; changed: nothing; 20 runs, random seed 1" in texts
    assert "B: gao-anefis, changed: radius 150 km (base: 150 mi)." in texts


def test_a_difference_is_of_the_pairs_that_differ_in_hours_or_where_many_in_days() -> None:
    one = timed([10.0, 20.0, 30.0, 40.0, np.inf])
    for shift, unit, median in ((30.0, "hours", "+30.0"), (240.0, "days", "+10.0")):
        figure = paired.draw(one, timed([10.0, 20.0, 30.0 + shift, 40.0 + shift, np.inf]))
        (axis,) = figure.axes
        assert artists(axis, "median")[0].get_xdata().tolist() == [shift / (24.0 if unit == "days" else 1.0)]
        cells = [text.get_text() for text in axis.texts if text.get_gid() == "cell"]
        assert cells == ["0.60", "0.00", "0.00", median]
        assert axis.get_xlabel().startswith(f"{unit} by which it comes later")


def test_where_nothing_differs_a_sentence_says_so() -> None:
    one = timed([10.0, 20.0, np.inf])
    (axis,) = paired.draw(one, timed([10.0, 20.0, np.inf])).axes
    (sentence,) = artists(axis, "unchanged")
    assert sentence.get_text() == (
        "Nothing differs in 3 pairs of runs: 1 milestone in both to within a minute, or in neither."
    )
    shifts = np.array([0.01, 0.6])
    assert paired._middle(shifts, paired.IN_DAYS) == "+0.3 h"
    assert paired._middle(shifts * 72.0, paired.IN_DAYS) == "+0.9"
    assert paired._middle(-shifts / 30.0, paired.IN_HOURS) == f"{paired.MINUS}1 min"
    assert not artists(axis, "median")


def test_a_milestone_that_differs_in_no_pair_has_no_row() -> None:
    rows = [{"id": name, "column": "army", "km": 100.0} for name in ("anefis:capture", "anefis:contact")]
    one, two = (
        made([], {"anefis:capture": [10.0, 20.0], "anefis:contact": [5.0, last]}, milestones=rows, count=2)
        for last in (15.0, 16.0)
    )
    (axis,) = paired.draw(one, two).axes
    assert len(axis.get_yticklabels()) == 1


@pytest.mark.parametrize("day", [1, 3, 8, 12])
def test_what_is_said_of_a_date_stands_inside_its_panel(day: int) -> None:
    hours = [70.0, 72.0, 75.0, 80.0, 190.0, np.inf]
    tables = timed(hours)
    figure = gallery.draw("captured", tables, empty_record(), by=datetime(2023, 10, day, 12, tzinfo=UTC))
    figure.draw_without_rendering()
    (axis,) = figure.axes
    (words_of_it,) = (text for text in axis.texts if text.get_gid() == "by")
    box, frame = words_of_it.get_window_extent(), axis.get_window_extent()
    assert frame.contains(*box.min)
    assert frame.contains(*box.max)


# --- claims ----------------------------------------------------------------------------------------------


def test_claims_are_those_of_its_time_places_and_columns(run) -> None:
    tables, record = run("gao-anefis")
    rows = claims_figure.lines(tables, record)
    claims = [claim for line in rows for claim in line.claims]
    assert {claim.event for claim in claims} >= {"gao:departure", "tabankort:ambush", "anefis:capture"}
    assert not {"gao:strength", "kidal:capture", "bamba:raid"} & {claim.event for claim in claims}
    assert all(claim.column in (None, "army") and not claim.recurs for claim in claims)
    begins = [line.claims[0].earliest for line in rows]
    assert begins == sorted(begins)


def test_a_claim_spans_its_interval_in_the_colour_of_its_party_and_is_dashed_if_contested(run) -> None:
    tables, record = run("gao-anefis")
    figure = run_figure("claims", "gao-anefis", 20)
    bars = {patch.get_gid(): patch for axis in figure.axes for patch in axis.patches}
    zero = datetime(2023, 10, 2, tzinfo=UTC)
    for line in claims_figure.lines(tables, record):
        for claim in line.claims:
            bar = bars[f"claim:{claim.id}"]
            hours = [(edge - zero) / timedelta(hours=1) for edge in (claim.earliest, claim.latest)]
            assert bar.get_x() + bar.get_width() / 2 == pytest.approx(sum(hours) / 2)
            assert bar.get_width() >= hours[1] - hours[0] - 1e-6
            assert (bar.get_linestyle() in ("-", "solid")) == (not claim.contradicted_by), claim.id
    shown = [claim for line in claims_figure.lines(tables, record) for claim in line.claims]
    for relation in ("contradicts", "differs"):
        links = [line for axis in figure.axes for line in artists(axis, f"link:{relation}")]
        pairs = [pair for pair in relations.named_pairs(shown) if pair[2] == relation]
        assert len(links) == len(pairs) > 0, relation


def test_a_quiet_time_parts_the_claims(run) -> None:
    parts = claims_figure.panels(claims_figure.lines(*run("kidal-offensive")))
    assert len(parts) > 1
    assert all(len(part) >= claims_figure.PANEL_EVENTS for part in parts[:-1])
    for part, other in pairwise(parts):
        last = max(claim.latest for line in part for claim in line.claims)
        assert other[0].claims[0].earliest - last > claims_figure.QUIET_DAYS


def test_a_bar_too_narrow_for_hatch_and_dashes_says_whose_it_is() -> None:
    figure = run_figure("claims", "gao-anefis", 20)
    said = [text.get_text() for axis in figure.axes for text in axis.texts if text.get_gid() == "narrow"]
    assert sorted(said) == [
        "CSP",
        "independent",
        "independent",
        "secondary source",
    ]


# --- words -----------------------------------------------------------------------------------------------


def all_words(figure: Figure) -> str:
    axes = [
        word
        for axis in figure.axes
        for word in (axis.get_xlabel(), *(text.get_text() for text in axis.texts))
    ]
    return " ".join([*axes, *(text.get_text() for text in figure.texts)])


def test_every_figure_of_a_run_says_what_was_run() -> None:
    others = {
        "time-distance",
        "claims",
        "displaced",
    }  # with a caption of its own, of no run, of another scenario
    assert others < set(RUN_FIGURES)
    for name in set(RUN_FIGURES) - others:
        said = all_words(run_figure(name, "gao-anefis", 20))
        assert "gao-anefis; changed: nothing; 20 runs, random seed 1, " in said.replace("\n", " "), name


def test_delays_of_one_history_speak_of_no_mean_and_no_share() -> None:
    said = all_words(run_figure("delays", "gao-anefis", 1))
    assert "total" in said
    assert "mean" not in said
    assert "Pr" not in said


def test_dates_are_plain_and_their_year_is_said() -> None:
    figure = run_figure("captured", "gao-anefis", 20)
    assert figure.axes
    for axis in figure.axes:
        assert all(label.get_text().endswith(" Oct") for label in axis.get_xticklabels())
        assert axis.get_xlabel() == "date (UTC), 2023"


@pytest.mark.parametrize(
    ("days", "most", "wanted"),
    [
        (6, 9, ["2 Oct", "3 Oct", "4 Oct", "5 Oct", "6 Oct", "7 Oct", "8 Oct"]),
        (30, 9, ["2 Oct", "6 Oct", "10 Oct", "14 Oct", "18 Oct", "22 Oct", "26 Oct", "30 Oct"]),
        (91, 9, ["15 Oct", "1 Nov", "15 Nov", "1 Dec", "15 Dec", "1 Jan"]),
        (91, 4, ["1 Nov", "1 Dec", "1 Jan"]),
        (800, 3, ["1 Jan", "1 Jan"]),
    ],
)
def test_midnights_are_named_by_days_and_where_there_are_many_by_months(days, most, wanted) -> None:
    zero = datetime(2023, 10, 2, tzinfo=UTC)
    hours = common.midnights(zero, 0.0, 24.0 * days, most)
    assert [day(zero + timedelta(hours=hour)) for hour in hours] == wanted


def test_differences_have_a_minus_and_the_shares_are_explained() -> None:
    *_, figure = the_pair()
    figure.canvas.draw()
    cells = [text.get_text() for text in figure.axes[0].texts if text.get_gid() == "cell"]
    ticks = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert not [word for word in (*cells, *ticks) if word.startswith("-") and word != "-"]
    assert any(word.startswith(paired.MINUS) for word in (*cells, *ticks))
    assert "only A, it occurs in A and never in B" in all_words(figure).replace("\n", " ")


# --- the command -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plot_draws_by_name_and_date_and_refuses_with_a_sentence(kidal, tmp_path) -> None:
    kidal("run", "gao-anefis", "--runs", "4", "--out", "one")
    kidal("run", "gao-anefis", "--runs", "4", "--with", "radius-150-km", "--out", "two")
    for name in ("map", "captured", "delays", "cover", "holders", "claims"):
        when = ("--by", "2023-10-05T00:00Z") if name == "map" else ()
        code, out, _ = kidal("plot", "one", "--figure", name, *when)
        assert (code, out) == (0, f"drawn: one/figures/{name}.png\n")
    assert kidal("plot", "one", "two")[1] == "drawn: one/figures/paired.png\n"
    code, _, err = kidal("plot", "one", "--figure", "displaced")
    assert code == 2
    assert (
        "--figure displaced: expected towns or destinations, found none; 'time-distance' can be drawn" in err
    )
    assert "takes two result folders, here is one" in kidal("plot", "one", "--figure", "paired")[2]
    code, _, err = kidal("plot", "one", "two", "--figure", "map")
    assert code == 2
    assert "--figure map: takes one result folder, here are 2; 'paired' or 'compared' takes more" in err
    kidal("run", "gao-anefis", "--out", "three")
    assert kidal("plot", "one", "two", "three", "--figure", "paired")[0] == 2
    said = kidal("plot", "--help")[1]
    assert all(name in said for name in gallery.FIGURES)


def test_an_option_that_a_figure_does_not_heed_is_refused(kidal, tmp_path) -> None:
    kidal("run", "gao-anefis", "--runs", "2", "--out", "one")
    kidal("run", "gao-anefis", "--runs", "2", "--with", "radius-150-km", "--out", "two")
    milestone, by = ("--milestone", "anefis:capture"), ("--by", "2023-10-05T00:00Z")
    for name in (*RUN_FIGURES, "film"):
        for option in (milestone, by):
            if option[0][2:] in gallery.FIGURES[name].heeds:
                continue
            code, out, err = kidal("plot", "one", "--figure", name, *option)
            assert (code, out) == (2, ""), name
            assert err.startswith(f"--figure {name}: takes no {option[0]}; leave it out")
    assert "--figure time-distance: takes no --by" in kidal("plot", "one", *by)[2]
    assert "--figure paired: takes no --milestone" in kidal("plot", "one", "two", *milestone)[2]
    assert kidal("plot", "one", "--figure", "captured", *milestone)[0] == 0


@pytest.mark.parametrize("by", ["2025-01-01T00:00Z", "2023-10-01T23:59Z"])
def test_a_moment_outside_the_run_is_refused(kidal, by: str) -> None:
    kidal("run", "gao-anefis", "--runs", "2", "--out", "one")
    code, _, err = kidal("plot", "one", "--figure", "map", "--by", by)
    assert code == 2
    span = "is outside the scenario, 2 Oct 2023 to 1 Nov 2023; expected a date of these days"
    assert err == f"--by {by}: {span}\n"
