"""What-ifs: the bundled files, the variance-reduction factor in closed form, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundled import what_if_names
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.figures.sweep import paired
from analysis.inference import whatif
from analysis.tables.pairs import PairedMilestone, pairs
from sim.designs.whatif import load_what_if, what_ifs
from sim.engine import batch
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables

pytestmark = pytest.mark.slow

OFFENSIVE = "kidal-offensive"
NAMES = what_if_names()
DATE = "anefis:capture"
RNG = np.random.default_rng(11)


def tables(hours: np.ndarray, seed: int = 1, start: str = "2023-10-02", name: str = DATE) -> RunTables:
    """A run with one milestone."""
    count = len(hours)
    manifest = {
        "seed": seed,
        "runs": count,
        "design": None,
        "start": start,
        "milestones": [{"id": name, "column": None}],
    }
    runs = {"replicate": np.arange(count), "seed": np.arange(count), "status": np.full(count, "done", object)}
    return RunTables(
        manifest=manifest,
        runs={**runs, name: np.asarray(hours)},
        events={},
        reports={},
        route={},
        daylight={},
        cover={},
        points={},
    )


def change(a: np.ndarray, b: np.ndarray) -> PairedMilestone:
    (found,) = pairs(tables(a), tables(b))
    return found


# --- what pairing is worth ---------------------------------------------------------------------------------


def test_equal_runs_are_worth_any_number_of_unpaired_ones() -> None:
    hours = RNG.normal(120, 10, 500)
    found = change(hours, hours)
    assert found.variance_reduction == np.inf
    assert (found.same, found.only_a, found.only_b, found.quantiles) == (1.0, 0.0, 0.0, (0.0, 0.0, 0.0))


def test_independent_runs_are_worth_one() -> None:
    """The correlation of 20,000 pairs has the standard deviation 0.007."""
    found = change(RNG.normal(120, 10, 20_000), RNG.normal(150, 10, 20_000))
    assert found.variance_reduction == pytest.approx(1.0, abs=0.04)


@pytest.mark.parametrize("shift", [24.0, -168.0, 0.1])
def test_shifted_runs_are_worth_any_number_though_their_hours_are_rounded(shift: float) -> None:
    hours = RNG.normal(200, 40, 500).astype(np.float32)  # as they are stored
    found = change(hours, (hours + np.float32(shift)).astype(np.float32))
    assert found.variance_reduction == np.inf
    assert found.quantiles == pytest.approx((shift,) * 3, abs=1e-3)
    assert found.same == 0.0


def test_runs_that_differ_by_noise_are_worth_the_ratio_of_the_variances() -> None:
    """Var(a) + Var(a + e) over Var(e)."""
    hours, noise = RNG.normal(120, 10, 50_000), RNG.normal(5, 2, 50_000)
    assert change(hours, hours + noise).variance_reduction == pytest.approx((100 + 104) / 4, rel=0.05)


def test_twice_the_hours_are_worth_five() -> None:
    hours = RNG.normal(120, 10, 50)
    assert change(hours, 2 * hours).variance_reduction == pytest.approx(5.0)


def test_hours_that_run_against_each_other_make_pairing_worse_than_none() -> None:
    hours = RNG.normal(120, 10, 50)
    assert change(hours, 240 - hours).variance_reduction == pytest.approx(0.5)


@given(st.integers(0, 10**6), st.floats(-1.0, 1.0))
@settings(deadline=None, max_examples=40)
def test_worth_is_the_same_from_either_side_and_in_closed_form(seed: int, correlation: float) -> None:
    rng = np.random.default_rng(seed)
    a, e = rng.normal(0, 1, (2, 200))
    b = correlation * a + np.sqrt(1 - correlation**2) * e
    found = change(100 + 10 * a, 100 + 10 * b).variance_reduction
    assert found is not None
    assert found == pytest.approx(change(100 + 10 * b, 100 + 10 * a).variance_reduction)
    if np.isfinite(found):
        assert found == pytest.approx(
            (a.var() + b.var()) / (a.var() + b.var() - 2 * np.cov(a, b, ddof=0)[0, 1])
        )


@pytest.mark.parametrize("hour", [6.0, 6.1, 149.7333])
def test_a_date_that_never_moves_says_nothing_of_the_worth(hour: float) -> None:
    """The mean of equal numbers may be off by a rounding, and so their variance from nought."""
    same = np.full(9999, hour, np.float32)
    assert change(same, same).variance_reduction is None
    assert change(same, same + np.float32(168.0)).variance_reduction is None


def test_fewer_than_two_pairs_say_nothing() -> None:
    found = change(np.array([10.0, np.inf, 5.0]), np.array([12.0, 3.0, np.inf]))
    assert found.variance_reduction is None
    assert (found.same, found.only_a, found.only_b) == pytest.approx((0.0, 1 / 3, 1 / 3))
    assert found.quantiles == (2.0, 2.0, 2.0)


def test_runs_that_have_it_in_neither_are_the_same_and_have_no_hours() -> None:
    found = change(np.full(4, np.inf), np.full(4, np.inf))
    assert (found.same, found.quantiles, found.variance_reduction) == (1.0, None, None)


def test_a_minute_is_no_difference() -> None:
    found = change(np.array([10.0, 10.0, 10.0]), 10.0 + np.array([0.5, 0.99, 1.01]) / 60)
    assert found.same == pytest.approx(2 / 3)


def test_hours_count_from_either_runs_own_first_day() -> None:
    hours = RNG.normal(120, 10, 20)
    (found,) = pairs(tables(hours), tables(hours, start="2023-10-03"))
    assert found.quantiles == pytest.approx((24.0,) * 3)


def test_runs_in_any_order_are_paired_by_replicate() -> None:
    a, b = tables(RNG.normal(120, 10, 50)), tables(RNG.normal(130, 10, 50))
    mixed = np.random.default_rng(1).permutation(50)
    other = replace(b, runs={name: column[mixed] for name, column in b.runs.items()})
    assert whatif.as_json(pairs(a, other)) == whatif.as_json(pairs(a, b))


def test_a_run_that_failed_in_either_is_left_out() -> None:
    a, b = tables(np.arange(4.0)), tables(np.array([1.0, 2.0, 52.0, 4.0]))
    b.runs["status"][2] = "failed"
    (found,) = pairs(a, b)
    assert found.quantiles == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        (
            tables(np.arange(4.0)),
            tables(np.arange(4.0), seed=2),
            "needs two runs of one seed, these have 1 and 2",
        ),
        (tables(np.arange(4.0)), tables(np.arange(5.0)), "needs as many runs of each, these are 4 and 5"),
        (
            tables(np.arange(4.0)),
            tables(np.arange(4.0), name="kidal:capture"),
            "needs milestones that both runs have",
        ),
    ],
    ids=["seed", "runs", "milestones"],
)
def test_runs_of_other_luck_are_refused_in_a_line(one: RunTables, two: RunTables, words: str) -> None:
    with pytest.raises(FaultyInput) as error:
        pairs(one, two)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def texts_of(a: np.ndarray, b: np.ndarray) -> str:
    return whatif.text(tables(a), pairs(tables(a), tables(b)), [DATE])


def test_a_change_that_moves_nothing_is_one_sentence() -> None:
    hours = RNG.normal(120, 10, 20)
    assert texts_of(hours, hours) == (
        "Anefis is captured at the same hour or not at all in each of 20 pairs of runs."
    )


def test_the_sentence_counts_pairs_that_only_one_has_and_shifts_of_those_that_differ() -> None:
    a = np.array([100.0, 100.0, 100.0, 100.0, np.inf, 100.0, np.inf, 100.0])
    b = np.array([76.0, 88.0, 100.0, 148.0, 100.0, np.inf, np.inf, 100.0])
    (row,) = pairs(tables(a), tables(b))
    assert (row.earlier, row.same, row.later) == (3 / 8, 3 / 8, 2 / 8)
    assert row.shifts.tolist() == [-24.0, -12.0, 48.0]
    first = texts_of(a, b).split("\n\n")[0]
    assert "earlier in B in 38 % of 8 pairs, the same in 38 %, later in 25 %" in " ".join(first.split())
    assert "a median of 0.5 days earlier (90 % interval 1.0 days earlier to 2.0 days later)." in " ".join(
        first.split()
    )


def test_where_one_never_has_it_there_is_no_shift() -> None:
    a, b = np.full(4, np.inf), np.full(4, 100.0)
    assert " ".join(texts_of(a, b).split("\n\n")[0].split()).endswith(
        "earlier in B in 100 % of 4 pairs, the same in 0 %, later in 0 %."
    )


def test_json_is_null_where_the_factor_is_infinite() -> None:
    hours = RNG.normal(120, 10, 20)
    (object_,) = json.loads(json.dumps(whatif.as_json(pairs(tables(hours), tables(hours))), allow_nan=False))
    assert object_ == {
        "milestone": DATE,
        "same": 1.0,
        "only_a": 0.0,
        "only_b": 0.0,
        "earlier": 0.0,
        "later": 0.0,
        "hours": [0.0] * 3,
        "shift_hours": None,
        "variance_reduction": None,
    }


# --- the what-ifs that come along --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Forty runs of each what-if, of common random numbers."""
    home = tmp_path_factory.mktemp("whatif")
    return {
        name: do(
            Job(inputs=load_what_if(name, OFFENSIVE).inputs, seed=5, runs=40, draw=True, out=home / name)
        )[1]
        for name in NAMES
    }


def test_they_are_those_that_the_issue_names() -> None:
    assert NAMES == [
        "a-week-later",
        "base",
        "drones-at-gao-only",
        "drones-forward-at-once",
        "half-the-fighters",
        "no-mines",
        "radius-300-km",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_and_says_what_it_changes(name: str) -> None:
    found = load_what_if(name, OFFENSIVE)
    assert (found.name, found.summary) == (name, what_ifs()[name])
    assert found.summary
    same = found.inputs.hashes == load_what_if("base", OFFENSIVE).inputs.hashes
    assert same is (name == "base")


@pytest.mark.parametrize("name", NAMES)
def test_each_changes_some_run_and_base_none(name: str, runs: dict) -> None:
    found = pairs(runs["base"], runs[name])
    changed = [one.milestone for one in found if one.same < 1.0]
    assert bool(changed) is (name != "base")
    assert "gao:departure" not in changed or name == "a-week-later"


def test_a_week_later_is_a_week_for_the_departure_and_nothing_for_the_un(runs: dict) -> None:
    found = {one.milestone: one for one in pairs(runs["base"], runs["a-week-later"])}
    assert found["gao:departure"].quantiles == pytest.approx(
        (168.0,) * 3, abs=0.2
    )  # first light moves with the season
    assert found["gao:departure"].variance_reduction is None
    assert found["kidal:departure"].same == 1.0


def test_what_does_not_fit_is_told_where_the_what_if_says_it() -> None:
    with pytest.raises(FaultyInput) as error:
        load_what_if("half-the-fighters", "un-kidal-gao")
    assert {f.where.file.rpartition("/")[2] for f in error.value.faults} == {"half-the-fighters.yaml"}
    with pytest.raises(FaultyInput, match=r"no-mines.yaml:3: sets 'mine_rate' again"):
        load_what_if("no-mines", "gao-anefis", sets=["mine_rate=0.01 /km"])


def test_half_the_fighters_are_half_of_each_group_that_fights() -> None:
    whole, half = (load_what_if(name, OFFENSIVE).inputs.template for name in ("base", "half-the-fighters"))
    fights = whole.world.groups["fights"] == 1
    assert half.world.groups["share"][fights] == pytest.approx(0.5 * whole.world.groups["share"][fights])
    assert (half.world.groups["share"][~fights] == whole.world.groups["share"][~fights]).all()


def test_pairing_is_worth_something_where_a_what_if_changes_little(runs: dict) -> None:
    found = {one.milestone: one for one in pairs(runs["base"], runs["no-mines"])}
    assert found["tin_aouker:arrival"].variance_reduction is not None
    assert found["tin_aouker:arrival"].variance_reduction > 1.0
    assert found["tarkint:mine"].only_b == 0.0
    assert np.isinf(runs["no-mines"].runs["tarkint:mine"]).all()


def test_the_figure_of_two_what_ifs_draws(runs: dict) -> None:
    figure = paired.draw(runs["base"], runs["no-mines"])
    figure.draw_without_rendering()
    assert figure.axes


# --- what a file may say -----------------------------------------------------------------------------------

HEAD = "summary: As if\nsource: assumption\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEAD}sets: {{mine_rate: 0 /km}}\n", "w.yaml:3: 'sets' is not a key here;"),
        (f"{HEAD}set: {{mine_rat: 0 /km}}\n", "did you mean 'mine_rate'?"),
        (f"{HEAD}set: {{mine_rate: 0}}\n", "expected '0 /km'"),
        (f"{HEAD}set: {{columns.army.depart: 2023-10-09}}\n", "did you mean 'departs'?"),
        (f"{HEAD}with: [drones-stay-at-goa]\n", "did you mean 'drones-stay-at-gao'?"),
        ("source: assumption\n", "w.yaml"),
        ("summary: As if\n", "w.yaml"),
        (f"{HEAD}summary: Again\n", "w.yaml:3: "),
    ],
    ids=["key", "parameter", "unit", "field", "hypothesis", "no summary", "no source", "twice"],
)
def test_a_faulty_file_is_refused_in_a_line(kidal, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "w.yaml").write_text(text)
    code, out, err = kidal("whatif", "base", "w.yaml")
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["w.yaml"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("base", "no-mine"), "did you mean 'no-mines'?"),
        (("bas", "no-mines"), "did you mean 'base'?"),
        (("base", "none.yaml"), "none.yaml"),
        (("base", "no-mines", "--scenario", "kidal-ofensive"), "did you mean 'kidal-offensive'?"),
        (("base", "no-mines", "--runs", "1"), "'--runs'"),
        (("base",), "Missing argument"),
    ],
)
def test_a_wrong_call_ends_with_2_a_line_and_nothing_run(kidal, tmp_path: Path, words, told: str) -> None:
    code, out, err = kidal("whatif", *words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_setting_of_the_call_holds_in_both_and_one_that_the_file_sets_too_is_refused() -> None:
    given_ = {"sets": ["refit=20 days"], "hypotheses": ["radius-150-km"]}
    one, two = (load_what_if(name, OFFENSIVE, **given_).inputs for name in ("base", "no-mines"))
    assert [found.parameters.values()["refit"] for found in (one, two)] == [480.0] * 2
    assert two.parameters.values()["mine_rate"] == 0.0 < one.parameters.values()["mine_rate"]
    assert [found.loaded.scenario.drones[0].radius for found in (one, two)] == [150.0] * 2
    with pytest.raises(
        FaultyInput, match="sets drones.tb2.radius as --with radius-150-km does; expected one"
    ):
        load_what_if("radius-300-km", OFFENSIVE, **given_)


def test_a_setting_of_what_the_file_sets_is_refused() -> None:
    with pytest.raises(FaultyInput, match="sets 'mine_rate' again; expected once"):
        load_what_if("no-mines", "kidal-offensive", sets=["mine_rate=0.01 /km"])


# --- the command -------------------------------------------------------------------------------------------


def test_the_command_lays_two_what_ifs_against_each_other(kidal, tmp_path: Path) -> None:
    words = "whatif", "base", "no-mines", "--scenario", "gao-anefis", "--runs", "20"
    code, out, _ = kidal(*words)
    assert code == 0
    assert out.startswith(
        "A: base. The scenario as it is.\n   changed: nothing\nB: no-mines. There are no mines.\n"
    )
    assert "variance reduction" in out
    object_ = json.loads(kidal(*words, "--json")[1])
    assert (object_["a"], object_["b"], len(object_["out"])) == ("base", "no-mines", 2)
    first = object_["milestones"][0]
    assert (first["milestone"], first["same"]) == ("gao:departure", 1.0)
    assert out.rstrip().endswith(f"kidal plot {' '.join(object_['out'])}")
    assert kidal("plot", *object_["out"], "--out", "p.png")[0] == 0


def test_a_run_that_fails_is_told_and_ends_with_1(kidal, monkeypatch) -> None:
    plain, seen = batch.run_one, []

    def fail_once(template, values, run_seed, *, spread=False):
        seen.append(run_seed)
        if len(seen) == 2:
            raise ArithmeticError("planted")
        return plain(template, values, run_seed, spread=spread)

    monkeypatch.setattr(batch, "run_one", fail_once)
    code, out, err = kidal("whatif", "base", "no-mines", "--scenario", "gao-anefis", "--runs", "3")
    assert code == 1
    assert "1 of 3 runs failed, the first with: ArithmeticError: planted" in err
    assert "Gao: departure" in out


@pytest.mark.parametrize("name", ["sensitivity", "calibrate", "explain", "whatif", "strikes"])
def test_help_of_a_study_comes_with_an_example(kidal, name: str) -> None:
    code, out, err = kidal(name, "--help")
    assert (code, err) == (0, "")
    assert f"Example: kidal {name}" in out
