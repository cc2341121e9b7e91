"""Sensitivity: closed forms, the same numbers as SALib gives, the share of chance, and what is refused."""

import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bundled import bundled_inputs, bundled_record
from figure_texts import assert_apart, words
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep_tables import made

from analysis.figures.sweep import sensitivity as sensitivity_figure
from analysis.inference import sensitivity, sensitivity_text
from analysis.inference.indices import SENSITIVITY_MEASURES, SLICES, indices, pairs, share_of_chance
from analysis.inference.sensitivity import Target, targets
from sim.designs.design import Design, load_design
from sim.designs.samples import sample
from sim.engine.inputs import load_inputs
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables, read_run

CAPTURE = "anefis:capture"
KIND = {"morris": "morris", "sobol": "saltelli", "pawn": "latin-hypercube"}
SIZE = {"morris": 60, "sobol": 64, "pawn": 1000}
MORRIS_STEP = 2 / 3  # of a factor's range, between levels of four
BUNDLED_DESIGNS = ("morris", "sobol", "groups", "pawn", "one-at-a-time")


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990, of the unit cube; a fourth factor does nothing."""
    a, b, c = np.pi * (2 * x[:, :3] - 1).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


UNKNOWN = (np.nan,) * 3
"""What `told` has of a measure that is not determined."""


def problem(factors: int) -> dict:
    return {
        "num_vars": factors,
        "names": [f"x{i}" for i in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }


def told(method: str, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Each measure of each factor: value, low, high; what is not determined as `above` to above."""
    found = indices(method, {f"x{i}": column for i, column in enumerate(x.T)}, y)
    by_name = {one.factor: one.values for one in found}
    return {
        measure: np.array([by_name[f"x{i}"][measure] or UNKNOWN for i in range(x.shape[1])])
        for measure in SENSITIVITY_MEASURES[method]
    }


def sampled(kind: str, columns: dict, hours: np.ndarray, **how: object) -> RunTables:
    """Tables of a design: hours of anefis:capture, points x runs."""
    tables = made({name: list(column) for name, column in columns.items()}, list(hours), kind, **how)
    tables.manifest["design"]["points"] = len(hours)
    return tables


def screened(trajectories: int = 6, runs: int = 5, factors: int = 3, **how: object) -> RunTables:
    """A Morris design of a linear function about 120 h, with some noise."""
    x = sample("morris", factors, trajectories, 3)
    noise = np.random.default_rng(1).normal(0.0, 2.0, (len(x), runs))
    hours = 110 + (x @ (5.0 * np.arange(1, factors + 1)))[:, None] + noise
    return sampled("morris", {f"f{i}": column for i, column in enumerate(x.T)}, hours, **how)


# --- closed forms, and SALib -------------------------------------------------------------------------------


def test_of_a_linear_function_morris_gives_each_slope_times_the_step() -> None:
    x = sample("morris", 3, 10, 1)
    found = told("morris", x, x @ [3.0, -6.0, 0.0])
    assert found["mu*"] == pytest.approx(np.array([[2.0] * 3, [4.0] * 3, [0.0] * 3]))
    assert found["sigma"] == pytest.approx(np.zeros((3, 3)), abs=1e-12)


def test_of_a_linear_function_sobol_gives_each_share_of_the_squared_slopes() -> None:
    x = sample("saltelli", 3, 1024, 1)
    found = told("sobol", x, x @ [1.0, 2.0, 3.0])
    assert found["total"][:, 0] == pytest.approx(np.array([1, 4, 9]) / 14, rel=0.01)
    assert found["first"][:, 0] == pytest.approx(np.array([1, 4, 9]) / 14, rel=0.02)


def test_of_one_factor_alone_a_slice_is_its_share_of_the_whole() -> None:
    """Slice k of ten of y = x: its distribution leaves that of all by max(k, 9 - k) tenths."""
    x = sample("latin-hypercube", 1, 1000, 1)
    found = told("pawn", x, x[:, 0])
    wanted = np.maximum(np.arange(10), 9 - np.arange(10)) / 10
    assert found["largest"][0, 0] == pytest.approx(wanted.max())
    assert found["median"][0, 0] == pytest.approx(np.median(wanted))


def test_ishigamis_shares_are_the_closed_form() -> None:
    x = sample("saltelli", 4, 4096, 1)
    found = told("sobol", x, ishigami(x))
    variance = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 18 + 1 / 2
    first = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 7**2 / 8, 0, 0]) / variance
    both = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50) / variance  # of the first and the third
    assert found["first"][:, 0] == pytest.approx(first, abs=0.02)
    assert found["total"][:, 0] == pytest.approx(first + np.array([both, 0, both, 0]), abs=0.02)


def salib(measure: str) -> Callable[..., dict]:
    """SALib's own analysis, which is slow to import."""
    return importlib.import_module(f"SALib.analyze.{measure}").analyze


def test_morris_is_salibs_by_the_step() -> None:
    x = sample("morris", 4, 60, 2)
    y = ishigami(x)
    theirs, ours = salib("morris")(problem(4), x, y, num_levels=4), told("morris", x, y)
    assert ours["mu*"][:, 0] == pytest.approx(MORRIS_STEP * np.asarray(theirs["mu_star"]))
    assert ours["sigma"][:, 0] == pytest.approx(MORRIS_STEP * np.asarray(theirs["sigma"]))


def test_pairs_are_salibs_and_those_that_act_together() -> None:
    x = sample("saltelli", 3, 512, 2, second_order=True)
    y = x[:, 0] + 4.0 * (x[:, 0] - 0.5) * (x[:, 1] - 0.5) + 0.1 * x[:, 2]
    theirs = salib("sobol")(problem(3), y, calc_second_order=True, seed=1)["S2"]
    names = problem(3)["names"]
    found = pairs(dict(zip(names, x.T, strict=True)), y, 8)
    for pair in found:
        i, j = (names.index(name) for name in pair.factors)
        assert pair.share is not None
        value, low, high = pair.share
        assert value == pytest.approx(theirs[i, j], abs=1e-9)
        assert low < value < high
    assert found[0].factors == (names[0], names[1])
    assert found[0].share is not None
    assert found[0].share[1] > 0.3
    assert pairs(dict(zip(names, x.T, strict=True)), y[:20], 5) == ()


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("factors", [3, 4])
def test_sobol_is_salibs_with_pairs_and_without(second_order: bool, factors: int) -> None:
    x = sample("saltelli", factors, 128, 2, second_order=second_order)
    y = ishigami(x)
    theirs = salib("sobol")(problem(factors), y, calc_second_order=second_order, seed=1)
    ours = told("sobol", x, y)
    assert ours["total"][:, 0] == pytest.approx(theirs["ST"])
    assert ours["first"][:, 0] == pytest.approx(theirs["S1"])


def test_pawn_is_salibs_up_to_a_point_at_either_end_of_a_slice() -> None:
    """SALib cuts at quantiles between points and leaves out the greatest: its slices differ by a point at
    each end, which moves the distribution of a slice of 400 by 1 / 399 each at most."""
    x = sample("latin-hypercube", 4, 4000, 2)
    y = ishigami(x)
    theirs, ours = salib("pawn")(problem(4), x, y, S=SLICES), told("pawn", x, y)
    assert ours["median"][:, 0] == pytest.approx(np.asarray(theirs["median"]), abs=2 / 399)
    assert ours["largest"][:, 0] == pytest.approx(np.asarray(theirs["maximum"]), abs=2 / 399)


def test_pawn_counts_equal_values_as_equal() -> None:
    x = sample("latin-hypercube", 2, 500, 4)
    y = np.floor(4 * x[:, 0])
    theirs, ours = salib("pawn")(problem(2), x, y, S=SLICES), told("pawn", x, y)
    assert ours["largest"][:, 0] == pytest.approx(np.asarray(theirs["maximum"]), abs=2 / 49)
    assert told("pawn", x, np.full(500, 7.0))["largest"].max() == 0.0


@pytest.mark.parametrize("method", SENSITIVITY_MEASURES)
def test_the_factor_that_does_most_stands_first_and_one_that_does_nothing_last(method: str) -> None:
    x = sample(KIND[method], 4, SIZE[method], 5)
    found = indices(method, dict(zip("abcd", x.T, strict=True)), x @ [1.0, 0.0, 9.0, 4.0])
    assert [one.factor for one in found] == ["c", "d", "a", "b"]


@pytest.mark.parametrize("method", SENSITIVITY_MEASURES)
@pytest.mark.parametrize("seed", range(4))
def test_intervals_hold_the_value_also_of_a_factor_that_does_nothing(method: str, seed: int) -> None:
    x = sample(KIND[method], 4, SIZE[method], seed)
    for measure in told(method, x, ishigami(x)).values():
        value, low, high = measure[np.isfinite(measure[:, 0])].T
        assert len(value) > 1
        assert (low <= value + 1e-12).all()
        assert (value <= high + 1e-12).all()


def test_intervals_narrow_as_a_design_grows() -> None:
    for method in SENSITIVITY_MEASURES:
        wide = []
        for times in (1, 8):
            x = sample(KIND[method], 3, SIZE[method] * times, 1)
            value = told(method, x, ishigami(x))[SENSITIVITY_MEASURES[method][0]][0]
            wide.append(value[2] - value[1])
        assert wide[1] < 0.6 * wide[0], method  # about a third where it goes by the root


def test_the_same_design_gives_the_same_intervals() -> None:
    x = sample("morris", 4, 20, 1)
    assert indices("morris", dict(zip("abcd", x.T, strict=True)), ishigami(x)) == indices(
        "morris", dict(zip("abcd", x.T, strict=True)), ishigami(x)
    )


@given(st.integers(0, 10**6), st.floats(0.1, 50.0), st.floats(-500.0, 500.0))
@settings(deadline=None, max_examples=25)
def test_units_of_a_factor_and_of_the_hours_do_not_matter(seed: int, scale: float, shift: float) -> None:
    for method in SENSITIVITY_MEASURES:
        x = sample(KIND[method], 3, 16, seed)
        plain = told(method, x, ishigami(x))
        other = told(method, scale * x + shift, scale * ishigami(x) + shift)
        for measure, values in plain.items():
            times = scale if method == "morris" else 1.0
            assert other[measure] == pytest.approx(times * values, rel=1e-6, abs=1e-6 * times, nan_ok=True)


# --- the share of chance -----------------------------------------------------------------------------------


def luck(points: float, shared: float, noise: float, count: int = 400, runs: int = 300) -> np.ndarray:
    """Hours of points x runs by three variances; those of the runs are shared by all points."""
    rng = np.random.default_rng(7)
    own = rng.normal(0, points**0.5, (count, 1)), rng.normal(0, shared**0.5, (1, runs))
    return 200 + own[0] + own[1] + rng.normal(0, noise**0.5, (count, runs))


@pytest.mark.parametrize(
    ("a", "b", "c"), [(9, 0, 1), (1, 0, 9), (4, 4, 0), (4, 2, 2), (1, 8, 1), (0.1, 1, 5)]
)
def test_the_share_of_chance_is_what_the_runs_of_a_point_vary_by(a: float, b: float, c: float) -> None:
    hours = luck(a, b, c)
    share, low, high = share_of_chance(hours) or UNKNOWN
    # 400 points and 300 runs: sd of a variance 0.07 and 0.08 of it
    assert share == pytest.approx((b + c) / (a + b + c), abs=0.05)
    assert low <= share <= high


def test_without_chance_the_share_is_0_and_without_factors_1() -> None:
    assert (share_of_chance(luck(4, 0, 0)) or UNKNOWN)[0] == pytest.approx(0.0, abs=1e-9)
    assert (share_of_chance(luck(0, 0, 4)) or UNKNOWN)[0] == pytest.approx(1.0, abs=0.01)
    assert share_of_chance(np.full((5, 4), 100.0)) == (1.0, 1.0, 1.0)


def test_few_runs_a_point_are_not_taken_for_factors() -> None:
    """The means of three runs vary by a third of the noise, which is no doing of the points."""
    assert (share_of_chance(luck(1, 0, 9, 4000, 3)) or UNKNOWN)[0] == pytest.approx(0.9, abs=0.02)


# --- what a design is asked --------------------------------------------------------------------------------


def by_quantity(found: list[Target]) -> dict[str, Target]:
    return {target.quantity: target for target in found if target.milestone == CAPTURE}


def quantities(hours: list[list[float]], milestone: str = CAPTURE) -> dict[str, tuple[str, np.ndarray]]:
    """What design points come to, by their hours: unit and numbers of each quantity."""
    rows = sensitivity.quantities(screened(), bundled_record(), milestone, np.array(hours))
    return {name: (unit, numbers) for name, unit, numbers in rows}


def test_a_point_comes_to_its_share_that_arrives_its_mean_times_and_its_share_in_the_report() -> None:
    found = quantities([[120.0, 121.0, 130.0, 140.0, np.inf], [100.0, np.inf, np.inf, np.inf, np.inf]])
    never = 720.0  # the horizon, thirty days
    assert {name: unit for name, (unit, _) in found.items()} == {
        "Pr(event)": "share",
        "restricted mean time": "d",
        "mean time given the event": "d",
        "share within": "share",
    }
    assert found["Pr(event)"][1] == pytest.approx([0.8, 0.2])
    assert 120 * found["restricted mean time"][1] == pytest.approx([511 + never, 100 + 4 * never])
    assert 24 * found["mean time given the event"][1] == pytest.approx([511 / 4, 100])
    assert found["share within"][1] == pytest.approx([0.6, 0.0])


def test_runs_that_failed_count_for_nothing_and_a_point_without_a_value_has_none() -> None:
    found = quantities([[120.0, np.nan, np.inf], [np.nan, np.nan, np.nan], [np.inf, np.inf, np.nan]])
    assert found["Pr(event)"][1] == pytest.approx([0.5, np.nan, 0.0], nan_ok=True)
    assert found["restricted mean time"][1] == pytest.approx([17.5, np.nan, 30.0], nan_ok=True)
    assert found["mean time given the event"][1] == pytest.approx([5.0, np.nan, np.nan], nan_ok=True)
    assert found["share within"][1] == pytest.approx([0.5, np.nan, 0.0], nan_ok=True)


def test_of_an_event_that_always_comes_the_time_is_told_once() -> None:
    assert list(quantities([[120.0, 121.0], [130.0, np.nan]])) == [
        "Pr(event)",
        "restricted mean time",
        "share within",
    ]


def test_a_milestone_without_report_has_no_share_in_it() -> None:
    assert list(quantities([[5.0] * 3] * 2, "anefis:probe_late")) == ["Pr(event)", "restricted mean time"]


# --- what is not determined, and what is missing ------------------------------------------------------------


def test_no_share_is_given_whose_interval_passes_1_but_its_lower_end() -> None:
    """One point of a thousand carries nearly all: its factor's share is anything, its interval above 1."""
    x = sample("saltelli", 3, 128, 1)
    y = 0.001 * x[:, 0]
    y[7] += 5.0
    for one in indices("sobol", dict(zip("abc", x.T, strict=True)), y):
        for measure, value in one.values.items():
            assert (value is None) == (measure in one.above)
            assert value is None or value[2] <= 1.0
            assert one.above.get(measure, 0.0) < 1.0
    assert sensitivity.carriers(y) == 1


def test_what_one_factor_carries_alone_is_above_a_share_and_stands_first() -> None:
    x = sample("saltelli", 2, 256, 1)
    first, other = indices("sobol", {"a": x[:, 0], "b": x[:, 1]}, 3.0 * x[:, 1])
    assert (first.factor, first.values["total"]) == ("b", None)
    assert 0.8 < first.above["total"] <= 1.0
    assert other.values["total"] == pytest.approx((0.0, 0.0, 0.0))
    assert other.is_determined


def test_half_of_the_variance_is_that_of_so_many_points() -> None:
    assert sensitivity.carriers(np.array([0.0] * 99 + [1.0])) == 1
    assert sensitivity.carriers(np.array([0.0, 1.0] * 50)) == 50
    normal = np.random.default_rng(1).normal(size=100_000)
    assert sensitivity.carriers(normal) == pytest.approx(12_400, rel=0.02)  # beyond 1.538 sd


@pytest.mark.parametrize("method", SENSITIVITY_MEASURES)
def test_values_missing_here_and_there_move_an_index_by_little(method: str) -> None:
    x = sample(KIND[method], 3, 4 * SIZE[method], 5)
    y = x @ [1.0, 2.0, 4.0]
    whole = told(method, x, y)
    y[np.random.default_rng(3).permutation(len(y))[: len(y) // 33]] = np.nan
    for measure, values in told(method, x, y).items():
        assert values[:, 0] == pytest.approx(whole[measure][:, 0], abs=0.12)
        assert np.isfinite(values).all()


def holed(points: int, runs: int = 4) -> RunTables:
    """A screened design, at some of whose first points no run has the event."""
    tables = screened(runs=runs, trajectories=20)
    tables.runs[CAPTURE][: points * runs] = np.inf
    return tables


def test_points_without_the_event_are_left_out_of_its_time_and_counted() -> None:
    method, found = targets(holed(3), bundled_record(), "x", (CAPTURE,))
    given = by_quantity(found)["mean time given the event"]
    assert (given.points, given.missing) == (77, 3)
    assert [one.factor for one in given.factors] == ["f2", "f1", "f0"]
    assert by_quantity(found)["Pr(event)"].missing == 0
    text = sensitivity_text.text(method, found)
    assert "left out: 3 of 80 points whose runs give no value" in text


def test_with_many_points_missing_nothing_is_determined() -> None:
    method, found = targets(holed(5), bundled_record(), "x", (CAPTURE,))
    given = by_quantity(found)["mean time given the event"]
    assert (given.points, given.missing, given.factors) == (75, 5, ())
    assert "not determined: 5 of 80 points whose runs give no value" in sensitivity_text.text(method, found)
    assert json.loads(json.dumps(sensitivity_text.as_json(method, found), allow_nan=False))


def test_failed_runs_are_left_out_and_indices_given() -> None:
    failed = [(3, 2), (7, 0)]
    method, found = targets(screened(trajectories=20, failed=failed), bundled_record(), "x", (CAPTURE,))
    times = by_quantity(found)["restricted mean time"]
    assert method == "morris"
    assert times.missing == 0
    assert [one.factor for one in times.factors] == ["f2", "f1", "f0"]
    assert times.chance is not None


def test_a_share_of_chance_leaves_out_points_with_a_failed_run() -> None:
    hours = luck(4, 0, 4, 60, 20)
    holes = hours.copy()
    holes[3, 5] = np.nan
    whole, part = share_of_chance(hours), share_of_chance(holes)
    assert whole is not None
    assert part is not None
    assert part[0] == pytest.approx(whole[0], abs=0.05)
    assert share_of_chance(np.full((4, 3), np.nan)) is None


# --- groups -------------------------------------------------------------------------------------------------


def test_of_a_linear_function_a_groups_share_is_the_sum_of_its_factors() -> None:
    groups = ("p", "q", "p", "r")
    x = sample("saltelli", 4, 1024, 1, groups=groups)
    assert len(x) == 1024 * (3 + 2)
    hours = 100.0 + (x @ [4.0, 2.0, 2.0, 1.0])[:, None] + np.zeros((1, 2))
    tables = sampled("saltelli", {f"f{i}": column for i, column in enumerate(x.T)}, hours)
    for row, group in zip(tables.manifest["design"]["factors"], groups, strict=True):
        row["group"] = group
    _, found = targets(tables, bundled_record(), "x", (CAPTURE,))
    shares = {one.factor: one.values for one in by_quantity(found)["restricted mean time"].factors}
    assert list(shares) == ["p", "q", "r"]
    for group, share in (("p", 20 / 25), ("q", 4 / 25), ("r", 1 / 25)):
        for measure in ("total", "first"):
            value = shares[group][measure]
            assert value is not None
            assert value[0] == pytest.approx(share, rel=0.1)


def test_the_bundled_groups_cross_what_the_parameter_file_puts_together() -> None:
    design = brought_along("groups")
    rows = bundled_inputs("kidal-offensive").parameters.rows
    assert design.groups == tuple(rows[name].group for name in design.factors)
    assert set(design.groups) == {"march", "mines", "fight", "drones", "hold"}
    assert len(design.points) == 1024 * (5 + 2)


def test_factors_of_one_group_alone_are_refused(tmp_path) -> None:
    path = tmp_path / "d.yaml"
    ranges = "ranges: {march_speed: prior, march_hours: prior}"
    path.write_text(f"kind: saltelli\nruns: 2\npoints: 8\ngroups: true\n{ranges}\n")
    with pytest.raises(FaultyInput, match=r"d.yaml:4: groups: all factors are of 'march'; expected two"):
        load_design(str(path), bundled_inputs("kidal-offensive"), 1)


def test_targets_are_the_scored_milestones_that_something_moves() -> None:
    method, found = targets(screened(), bundled_record(), "runs/x")
    assert method == "morris"
    assert {(t.milestone, t.quantity) for t in found} == {
        (CAPTURE, "restricted mean time"),
        (CAPTURE, "share within"),
    }
    chance = by_quantity(found)["restricted mean time"].chance
    assert chance is not None
    assert chance[1] <= chance[0] <= chance[2]
    assert by_quantity(found)["share within"].chance is None
    assert [one.factor for one in found[0].factors] == ["f2", "f1", "f0"]


def test_runs_in_any_order_give_the_same_indices() -> None:
    tables = screened()
    mixed = np.random.default_rng(2).permutation(len(tables.runs["replicate"]))
    other = replace(tables, runs={name: column[mixed] for name, column in tables.runs.items()})
    assert targets(other, bundled_record(), "x") == targets(tables, bundled_record(), "x")


def test_one_run_a_point_has_indices_and_no_share_of_chance() -> None:
    _, found = targets(screened(runs=1), bundled_record(), "x")
    assert by_quantity(found)["restricted mean time"].chance is None
    assert "share of chance" not in sensitivity_text.text("morris", found)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (lambda: cut(screened()), "1 of 24 design points did not run in full, the first 23;"),
        (lambda: sampled("grid", {"a": np.arange(4.0)}, np.ones((4, 2))), "is no sample of factors;"),
        (lambda: sampled("one-at-a-time", {"a": np.arange(4.0)}, np.ones((4, 2))), "is no sample of factors;"),
        (lambda: bare(screened()), "is no sample of factors;"),
        (
            lambda: sampled("latin-hypercube", {"a": np.arange(4.0), "with": list("xyxy")}, np.ones((4, 2))),
            "with: moved by words; expected a sample of numbers",
        ),
        (lambda: sampled("latin-hypercube", {"a": np.arange(4.0)}, np.ones((4, 2))), "4 design points give no interval; expected 10 or more"),
        (lambda: screened(trajectories=1), "4 design points give no interval; expected 8 or more"),
        (lambda: sampled("morris", {"a": np.tile([0.0, 1.0], 4)}, np.ones((8, 2))), "nothing in it moves "),
    ],
    ids=["partial", "grid", "one at a time", "plain run", "words", "too few", "one trajectory", "still"],
)  # fmt: skip
def test_what_gives_no_indices_is_refused_in_a_line(tables, words: str) -> None:
    with pytest.raises(FaultyInput) as error:
        targets(tables(), bundled_record(), "runs/x")
    assert str(error.value).startswith("runs/x: ")
    assert words in str(error.value)
    assert "expected" in str(error.value)
    assert "\n" not in str(error.value)


def cut(tables: RunTables) -> RunTables:
    """Without the last run."""
    return replace(tables, runs={name: column[:-1] for name, column in tables.runs.items()})


def bare(tables: RunTables) -> RunTables:
    """As a plain run."""
    return replace(tables, manifest={**tables.manifest, "design": None})


# --- as text, JSON and figure ------------------------------------------------------------------------------


def test_text_names_the_measures_and_ranks_the_factors() -> None:
    lines = sensitivity_text.text(*targets(screened(), bundled_record(), "x")).splitlines()
    assert lines[0].startswith("mu*: mean absolute change")
    assert lines[2].startswith("anefis:capture, restricted mean time (sd over the points ")
    assert lines[3].split() == ["factor", "mu*", "sigma"]
    assert [line.split()[0] for line in lines[4:7]] == ["f2", "f1", "f0"]
    assert all("[" in line for line in lines[4:7])


def test_text_stops_after_eight_factors_and_json_does_not() -> None:
    method, found = targets(screened(factors=10), bundled_record(), "x")
    assert "f1 " not in sensitivity_text.text(method, found)
    object_ = json.loads(json.dumps(sensitivity_text.as_json(method, found), allow_nan=False))
    assert object_["method"] == "morris"
    first = object_["targets"][0]
    assert [factor["factor"] for factor in first["factors"]] == [f"f{i}" for i in range(9, -1, -1)]
    assert all(len(factor["mu*"]) == len(factor["sigma"]) == 3 for factor in first["factors"])
    assert first["unit"] == "d"


LONG = "garrisons.tessalit.break_off_threshold"


def drawn(method: str):
    x = sample(KIND[method], 3, 64, 3)
    rng = np.random.default_rng(1)
    hours = 100 + (x @ [20.0, 10.0, 1.0])[:, None] + rng.normal(0, 4, (len(x), 6))
    columns = dict(zip(("march_speed", LONG, "refit"), x.T, strict=True))
    return sensitivity_figure.draw(sampled(KIND[method], columns, hours), bundled_record())


@pytest.mark.parametrize("method", SENSITIVITY_MEASURES)
def test_the_figure_has_a_bar_a_factor_and_its_words_stand_apart(method: str) -> None:
    figure = drawn(method)
    figure.draw_without_rendering()
    axis = figure.axes[0]
    names = [label.get_text() for label in axis.get_yticklabels()]
    assert names == [
        "march_speed",
        LONG,
        "refit",
        *(["random variation (single runs)"] if method == "sobol" else []),
    ]
    widths = [bar.get_width() for bar in axis.patches[:3]]
    assert widths == sorted(widths, reverse=True)
    assert_apart(figure, words(figure))


def test_a_figure_of_a_milestone_that_is_not_there_is_refused() -> None:
    with pytest.raises(
        FaultyInput, match="--milestone: 'anefis:captur' is no milestone of this result; did you mean"
    ):
        sensitivity_figure.draw(screened(), bundled_record(), "anefis:captur")


# --- the designs that come along ---------------------------------------------------------------------------


@cache
def brought_along(name: str) -> Design:
    return load_design(name, bundled_inputs("kidal-offensive"), 1)


@pytest.mark.parametrize("name", BUNDLED_DESIGNS)
def test_a_design_that_comes_along_moves_the_same_parameters_as_the_others(name: str) -> None:
    made_ = brought_along(name)
    assert made_.factors == brought_along("morris").factors
    assert len(made_.factors) == len(set(made_.factors)) == 23
    assert made_.sheet.common_random_numbers


def test_they_have_the_size_that_is_asked_of_them() -> None:
    factors = 23
    sizes = {name: (len((one := brought_along(name)).points), one.sheet.runs) for name in BUNDLED_DESIGNS}
    assert sizes == {
        "morris": (60 * (factors + 1), 60),
        "sobol": (1024 * (2 * factors + 2), 20),
        "groups": (1024 * (5 + 2), 20),
        "pawn": (2000, 50),
        "one-at-a-time": sizes["one-at-a-time"],
    }
    assert 1 + 8 * factors <= sizes["one-at-a-time"][0] <= 1 + 9 * factors


def test_every_kind_that_has_a_method_comes_along() -> None:
    kinds = {brought_along(name).sheet.kind: name for name in ("morris", "sobol", "pawn")}
    assert {sensitivity.method_of(kind, ""): name for kind, name in kinds.items()} == {
        "morris": "morris",
        "sobol": "sobol",
        "pawn": "pawn",
    }
    assert all((BUNDLED.path("params") / "sweeps" / f"{name}.yaml").exists() for name in BUNDLED_DESIGNS)


def along(tmp_path, values: str):
    path = tmp_path / "d.yaml"
    path.write_text(f"kind: one-at-a-time\nruns: 2\nvalues:\n{values}")
    return load_design(str(path), bundled_inputs("kidal-offensive"), 1)


def test_one_at_a_time_over_a_prior_gives_the_base_and_nine_quantiles(tmp_path) -> None:
    made_ = along(tmp_path, "  refit: prior\n  mine_rate: prior\n")
    rows = bundled_inputs("kidal-offensive").parameters.rows
    found = [
        load_inputs("kidal-offensive", None, [f"{n}={t}" for n, t in p.settings.items()]).parameters.values()
        for p in made_.points
    ]
    wanted = np.linspace(0.05, 0.95, 9)
    for name, other in (("refit", "mine_rate"), ("mine_rate", "refit")):
        moved = [one[name] for one in found if not np.isclose(one[name], rows[name].value)]
        assert moved == pytest.approx(
            [q for q in rows[name].quantiles(wanted) if not np.isclose(q, rows[name].value)]
        )
        assert {one[other] for one in found if one[name] != rows[name].value} == {rows[other].value}
    assert len(made_.points) == len({tuple(p.settings.items()) for p in made_.points})
    assert (found[0]["refit"], found[0]["mine_rate"]) == (rows["refit"].value, rows["mine_rate"].value)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("drones.tb2.radius", "is no parameter and has no prior; expected a list"),
        ("with", "is no parameter and has no prior; expected a list"),
        (None, "is fixed and has no prior;"),
    ],
)
def test_a_prior_of_what_has_none_is_refused_with_its_line(tmp_path, name: str | None, what: str) -> None:
    rows = bundled_inputs("kidal-offensive").parameters.rows
    name = name or next(name for name, row in rows.items() if row.kind == "fixed")
    with pytest.raises(FaultyInput) as error:
        along(tmp_path, f"  refit: prior\n  {name}: prior\n")
    assert f"d.yaml:5: {name}: {what}" in str(error.value)
    assert len(error.value.faults) == 1


# --- the command -------------------------------------------------------------------------------------------

SMALL = (
    "kind: morris\ntrajectories: 3\nruns: 8\nranges: {march_speed: prior, mine_rate: prior, refit: prior}\n"
)


def test_the_command_runs_a_design_and_ranks_what_moves_a_date(kidal, tmp_path) -> None:
    (tmp_path / "d.yaml").write_text(f"summary: What moves it?\n{SMALL}")
    words = (
        "sensitivity",
        "gao-anefis",
        "--design",
        "d.yaml",
        "--milestone",
        "tabrichat:arrival",
        "--out",
        "mine",
    )
    code, out, _ = kidal(*words)
    assert code == 0
    assert out.startswith("What moves it?\ngao-anefis, 12 points of 8 runs\n")
    assert "tabrichat:arrival, restricted mean time" in out
    object_ = json.loads(kidal(*words, "--json")[1])
    ranks = [factor["factor"] for factor in object_["targets"][0]["factors"]]
    assert set(ranks[:2]) == {"march_speed", "mine_rate"}  # the refit comes after Anefis
    assert object_["targets"][0]["factors"][2] == {"factor": "refit", "mu*": [0.0] * 3, "sigma": [0.0] * 3}
    again = targets(read_run(tmp_path / "mine"), bundled_record(), "mine", ("tabrichat:arrival",))
    assert json.loads(json.dumps(sensitivity_text.as_json(*again))) == {
        k: v for k, v in object_.items() if k != "out"
    }
    assert kidal("plot", "mine", "--figure", "sensitivity", "--out", "s.png")[0] == 0
    assert (tmp_path / "s.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "told_"),
    [
        (("--method", "moris"), "--method moris: is no method; did you mean 'morris'?"),
        (
            ("--milestone", "anefis:captur"),
            "is no milestone of this scenario; did you mean 'anefis:capture'?",
        ),
        (("--design", "mine-rate"), "is no sample of factors; expected a design of kind morris, saltelli"),
        (("--design", "one-at-a-time"), "is no sample of factors;"),
        (("--design", "moris"), "did you mean 'morris'?"),
        (("--set", "refit=1 day"), "'refit' is set or pinned already"),
    ],
)
def test_a_wrong_call_ends_with_2_a_line_and_nothing_run(kidal, tmp_path, words, told_: str) -> None:
    code, out, err = kidal("sensitivity", "gao-anefis", *words)
    assert (code, out) == (2, "")
    assert told_ in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
