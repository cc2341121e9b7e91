"""A sweep in numbers: what is said of each design point is what can be counted by hand."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from bundled import bundled_record
from sweep_tables import NAMES, made

from analysis.tables import sweeps
from analysis.tables.monte_carlo import wilson
from analysis.tables.sweeps import Axis, ByPoint
from analysis.words import changes
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables


def radii(*rows: list, **how: object) -> RunTables:
    """A sweep over a radius, a row of hours a point."""
    return made(
        {"radius": [100.0 * (n + 1) for n in range(len(rows))]}, list(rows), units={"radius": "km"}, **how
    )


# --- shares and quantiles --------------------------------------------------------------------------------


def test_wilson_interval_is_the_closed_form() -> None:
    z = 1.959963984540054
    found = wilson(np.array([0, 5, 10, 3]), np.array([10, 10, 10, 40]))
    # no hit in n: from 0 to z² / (n + z²); half of n: 1/2 and z / 2 / sqrt(n + z²) to either side
    assert found[0] == pytest.approx([0.0, z * z / (10 + z * z)])
    assert found[1] == pytest.approx([0.5 - z / 2 / np.sqrt(10 + z * z), 0.5 + z / 2 / np.sqrt(10 + z * z)])
    assert found[2] == pytest.approx([10 / (10 + z * z), 1.0])
    # its edges p solve (p - 3/40)² = z² p (1 - p) / 40
    assert (found[3] - 3 / 40) ** 2 == pytest.approx(z * z * found[3] * (1 - found[3]) / 40)
    assert found[0, 0] == 0.0
    assert found[2, 1] == 1.0


def test_without_runs_there_is_no_interval() -> None:
    assert np.isnan(wilson(np.array([0]), np.array([0]))).all()


def test_summary_of_a_point_is_what_can_be_counted() -> None:
    tables = radii(
        [113.0, 114.0, 120.0, 132.0], [133.0, np.inf, np.inf, np.inf], [120.0] * 4, failed=[(2, 0)]
    )
    found = sweeps.summary(ByPoint(tables), bundled_record(), "anefis:capture")
    assert found.finished_runs.tolist() == [4, 4, 3]
    assert found.failed_runs.tolist() == [0, 0, 1]
    assert found.share_reached.tolist() == [1.0, 0.25, 1.0]
    assert found.share_in is not None
    assert found.share_in.tolist() == [0.75, 0.0, 1.0]
    assert found.hours.tolist() == [[113.0, 114.0, 132.0], [133.0, np.inf, np.inf], [120.0] * 3]


@pytest.mark.parametrize("size", [1, 2, 7, 19, 20, 21, 100, 137])
def test_quantiles_are_those_of_numpy(size: int) -> None:
    hours = np.random.default_rng(size).uniform(100, 200, size).astype(np.float32)
    found = sweeps.summary(ByPoint(radii(hours, hours + 1)), bundled_record(), "anefis:capture").hours
    wanted = np.quantile(hours, sweeps.QUANTILES, method="inverted_cdf")
    assert found[0] == pytest.approx(wanted)
    assert found[1] == pytest.approx(wanted + 1)


def test_probability_before_a_moment_leaves_out_the_moment_itself() -> None:
    runs = ByPoint(radii([24.0, 48.0, 48.1, np.inf], [np.inf] * 4))
    share, between = sweeps.probability(runs, "anefis:capture", datetime(2023, 10, 4, tzinfo=UTC))
    assert share.tolist() == [0.25, 0.0]
    assert between == pytest.approx(wilson(np.array([1, 0]), np.array([4, 4])))
    assert sweeps.probability(runs, "anefis:capture", datetime(2023, 10, 4))[0].tolist() == [0.25, 0.0]


def test_runs_in_any_order_give_the_same_numbers() -> None:
    tables = radii([113.0, 114.0, np.inf], [120.0, 121.0, 122.0])
    mixed = {name: column[[4, 0, 3, 2, 5, 1]] for name, column in tables.runs.items()}
    one, two = (
        sweeps.summary(ByPoint(replace(tables, runs=runs)), bundled_record(), "anefis:capture")
        for runs in (tables.runs, mixed)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_a_point_of_failed_runs_alone_has_no_numbers() -> None:
    tables = radii([1.0, 2.0], [3.0, 4.0], failed=[(0, 0), (0, 1)])
    found = sweeps.summary(ByPoint(tables), bundled_record(), "anefis:capture")
    assert np.isnan(found.share_reached[0])
    assert np.isnan(found.hours[0]).all()
    first = sweeps.as_json(tables, bundled_record())[0]
    assert (first["runs"], first["failed"]) == (0, 2)
    assert first["milestones"]["anefis:capture"]["probability"] is None
    assert "0, 2 failed  -" in sweeps.text(tables, bundled_record())


# --- axes ------------------------------------------------------------------------------------------------


def axes(factors: dict[str, list], kind: str = "grid") -> list[str]:
    count = len(next(iter(factors.values())))
    return [axis.name for axis in sweeps.axes(made(factors, [[1.0]] * count, kind))]


def test_axes_are_the_fewest_leading_factors_that_tell_points_apart() -> None:
    assert axes({"radius": [1.0, 1.0, 2.0, 2.0], "with": ["a", "b", "a", "b"]}) == ["radius", "with"]
    assert axes({"persons": [1.0, 2.0, 3.0], "vehicles": [4.0, 5.0, 6.0]}, "list") == ["persons"]
    assert axes({"radius": [1.0, 1.0, 2.0], "speed": [1.0, 2.0, 2.0], "more": [1.0, 2.0, 3.0]}) == [
        "radius",
        "speed",
    ]


def test_a_factor_that_stays_is_no_axis() -> None:
    assert axes({"still": [5.0, 5.0], "speed": [1.0, 2.0]}) == ["speed"]
    assert axes({"still": [5.0]}) == []
    assert axes({"still": [5.0, 5.0], "speed": [1.0, 2.0]}, "sobol") == ["speed"]


def test_a_sampled_design_has_all_that_vary() -> None:
    assert axes({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], "c": [1.0, 1.0, 1.0]}, "latin-hypercube") == [
        "a",
        "b",
    ]


def test_a_plain_run_has_no_axes() -> None:
    tables = radii([1.0])
    assert sweeps.axes(replace(tables, manifest={**tables.manifest, "design": None})) == []


def test_axis_knows_numbers_dates_and_texts() -> None:
    dates = Axis("day", None, np.array(["2023-10-03", "2023-10-04 06:00"], object))
    assert dates.is_date
    assert not dates.is_number
    zero, hours = sweeps.days(dates)
    assert zero == datetime(2023, 10, 3, tzinfo=UTC)
    assert hours.tolist() == [0.0, 30.0]
    assert not Axis("with", None, np.array(["20231003", "2023-13-45"], object)).is_date
    radius = Axis("radius", "km", np.array([150.0, 241.4]))
    assert radius.is_number
    assert (radius.label, radius.value_text(1)) == ("radius (km)", "241.4 km")
    assert Axis("with", None, np.array([""], object)).value_text(0) == "none"


def test_influence_is_the_share_of_variance_between_groups() -> None:
    share = np.array([0.0, 1.0, 0.0, 1.0])
    assert sweeps.influence(Axis("a", "", np.array([1.0, 2.0, 1.0, 2.0])), share) == pytest.approx(1.0)
    assert sweeps.influence(Axis("b", "", np.array([1.0, 1.0, 2.0, 2.0])), share) == 0.0
    assert sweeps.influence(Axis("b", "", np.array([1.0, 1.0, 2.0, 2.0])), np.full(4, 0.5)) == 0.0
    # means 1/2, 1/2 and 1 around 2/3: 2 * 1/36 + 2 * 1/36 + 2 * 1/9 of 6 * 2/9
    three = Axis("c", None, np.array(["x", "x", "y", "y", "z", "z"], object))
    assert sweeps.influence(three, np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0])) == pytest.approx(0.25)


# --- which milestone -------------------------------------------------------------------------------------


def named(*names: str) -> RunTables:
    tables = radii([100.0, np.inf])
    rows = [{"id": name, "column": "army", "km": 0.0} for name in names]
    never = {name: np.full(2, np.inf, np.float32) for name in names}
    return replace(tables, manifest={**tables.manifest, "milestones": rows}, runs=never | dict(tables.runs))


def test_chief_milestone_is_the_last_scored_capture() -> None:
    assert sweeps.chief(named("anefis:capture", "tabankort:ambush"), bundled_record()) == "anefis:capture"
    assert (
        sweeps.chief(named("tarkint:mine", "tabankort:ambush", "kidal:entry"), bundled_record())
        == "tabankort:ambush"
    )
    assert (
        sweeps.chief(named("gao:departure", "tarkint:arrival"), replace(bundled_record(), observations=()))
        == "tarkint:arrival"
    )
    assert (
        sweeps.chief(named("gao:departure", "x:capture"), replace(bundled_record(), observations=()))
        == "gao:departure"
    )
    assert sweeps.chief(named("x:arrival", "x:capture"), bundled_record()) == "x:capture"


def test_deadline_is_the_designs_own_else_the_end_of_the_report_else_of_the_scenario() -> None:
    tables = radii([1.0])
    assert sweeps.deadline(tables, bundled_record(), "anefis:capture") == datetime(
        2023, 10, 7, 12, tzinfo=UTC
    )
    assert sweeps.deadline(tables, bundled_record(), "anefis:probe_late") == datetime(2023, 11, 1, tzinfo=UTC)
    tables.manifest["design"]["by"] = "2023-10-20T06:00:00+00:00"
    assert sweeps.deadline(tables, bundled_record(), "anefis:capture") == datetime(
        2023, 10, 20, 6, tzinfo=UTC
    )


def test_an_unknown_milestone_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        FaultyInput,
        match="--milestone: 'anefis:captured' is no milestone of this result; did you mean 'anefis:capture'",
    ):
        sweeps.chosen(radii([1.0]), bundled_record(), "anefis:captured")


# --- as text and as JSON ---------------------------------------------------------------------------------


def test_the_words_of_a_point_are_read_off_its_own_settings_alone() -> None:
    """Not off those of all points for each: a design of thousands would take the square of that."""

    class Unread:
        def __str__(self) -> str:
            raise AssertionError("the settings of another point are read")

    tables = radii([113.0], [133.0], [150.0])
    settings = np.array([Unread(), "radius=200 mi", Unread()], object)
    alone = replace(tables, points={**tables.points, "settings": settings})
    assert changes.design_words(alone, 1) == "radius 200 mi"


def test_text_has_a_row_a_point() -> None:
    lines = sweeps.text(
        radii([113.0, 114.0, 120.0, 132.0], [133.0, np.inf, np.inf, np.inf]), bundled_record()
    ).splitlines()
    reported = "reported 6 Oct 18:00 to 7 Oct 12:00 (corroborated by both parties; scored)"
    assert lines[0] == f"anefis: captured; {reported}"
    head = ["point", "settings", "runs", "Pr(event)", "5th percentile", "median", "95th percentile", "within"]
    assert re.split("  +", lines[2]) == head
    first = ["0", "radius 100 km", "4", "1.00", "6 Oct 17:00", "6 Oct 18:00", "7 Oct 12:00", "0.75"]
    assert re.split("  +", lines[3]) == first
    second = ["1", "radius 200 km", "4", "0.25", "7 Oct 13:00", "never", "never", "0.00"]
    assert re.split("  +", lines[4]) == second
    assert lines[-1] == "never: not by the end of the scenario, 1 Nov 2023, 00:00 UTC"


def test_text_of_a_milestone_that_is_not_reported_has_no_share_within() -> None:
    text = sweeps.text(radii([1.0]), bundled_record(), "anefis:probe_late")
    assert text.splitlines()[0] == "anefis: probe late"
    assert "within" not in text


def test_text_ends_after_twenty_points_and_cuts_long_settings() -> None:
    text = sweeps.text(radii(*[[120.0]] * 1000, settings=["s" * 100] * 1000), bundled_record())
    assert "... and 980 more: kidal query" in text
    assert "\n19 " in text
    assert "\n20 " not in text
    assert max(map(len, text.splitlines())) < 140


def test_json_has_every_milestone_at_every_point() -> None:
    tables = made({"radius": [1.0, 2.0], "with": ["a", ""]}, [[114.0, np.inf], [120.0, 121.0]])
    points = json.loads(json.dumps(sweeps.as_json(tables, bundled_record()), allow_nan=False))
    assert [point["design_id"] for point in points] == [0, 1]
    assert points[0]["factors"] == {"radius": 1.0, "with": "a"}
    assert points[0]["settings"] == "radius=1.0, with=a"
    assert set(points[0]["milestones"]) == set(NAMES)
    found = points[0]["milestones"]["anefis:capture"]
    assert found["probability"] == found["share_within"] == 0.5
    assert found["interval"] == pytest.approx(wilson(np.array([1]), np.array([2]))[0].tolist())
    assert (found["q05"], found["q50"], found["q95"]) == ("2023-10-06T18:00Z", "2023-10-06T18:00Z", None)
    assert points[0]["milestones"]["gao:departure"]["share_within"] is None


def test_a_date_adds_its_probability_to_text_and_json() -> None:
    tables, by = (
        radii([113.0, 114.0, 119.9, 120.0], [133.0, np.inf, np.inf, np.inf]),
        datetime(2023, 10, 7, tzinfo=UTC),
    )
    head, first, second = sweeps.cells(tables, bundled_record(), "anefis:capture", by)
    assert head[-1] == "Pr(before 7 Oct)"
    assert first[-1] == "0.75 (0.30 to 0.95)"
    assert second[-1] == "0.00 (0.00 to 0.49)"
    point = sweeps.as_json(tables, bundled_record(), by)[0]["milestones"]["anefis:capture"]
    assert point["before"]["probability"] == 0.75
