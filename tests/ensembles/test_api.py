"""In Python as on the command line: the same numbers, as named arrays and tables."""

import builtins
import json
from datetime import datetime
from functools import cache

import numpy as np
import pytest

from sim.api import (
    Result,
    audit,
    compare,
    ensemble,
    load_scenario,
    read_run,
    run,
    sweep,
    whatif,
    why,
)
from sim.chance.keyed import replicate_seed
from sim.files.yaml_tree import FaultyInput
from sim.store.schema import AXES, PART_TABLES


@cache
def many_runs(label="slow <b>"):
    return ensemble(load_scenario("gao-anefis", sets=["march_speed=9 km/h"]), 12, seed=1, keep=6, label=label)


def test_one_history_is_that_of_the_command(kidal):
    history = run(load_scenario("gao-anefis", sets=["march_speed=9 km/h"]), seed=7)
    out = kidal("run", "gao-anefis", "--seed", "7", "--set", "march_speed=9 km/h", "--json")[1]
    told = json.loads(out)["milestones"]
    for name, row in told.items():
        moment = history.moment(name)
        assert (moment is None) == (row["time"] is None)
        if moment is not None:
            assert abs((moment - type(moment).fromisoformat(row["time"])).total_seconds()) <= 60
    assert "departure" in history.events["event"]
    assert history.arrow().num_rows == len(history.events["hour"])


def test_many_histories_are_those_of_the_command(kidal):
    many = ensemble(load_scenario("gao-anefis"), 60, seed=3, keep=2)
    told = json.loads(kidal("run", "gao-anefis", "--runs", "60", "--seed", "3", "--json")[1])
    reached = np.isfinite(many.runs["anefis:capture"]).mean()
    assert told["milestones"]["anefis:capture"]["probability"] == pytest.approx(reached)
    assert set(np.unique(many.events["replicate"])) == {0, 1}
    for name in (*PART_TABLES, *AXES):
        assert many.arrow(name).column_names == list(many.table(name))
    with pytest.raises(KeyError, match="did you mean 'runs'"):
        many.arrow("run")
    fixed = ensemble(load_scenario("gao-anefis"), 5, fixed=True)
    for found, seed in ((many, 3), (fixed, 1)):
        assert found.runs["seed"].tolist() == [
            replicate_seed(seed, r) for r in range(len(found.runs["seed"]))
        ]


def test_a_sweep_is_read_back(tmp_path):
    (tmp_path / "d.yaml").write_text("kind: grid\nruns: 20\nvalues: {march_speed: [8 km/h, 12 km/h]}\n")
    tables = sweep(load_scenario("gao-anefis"), tmp_path / "d.yaml", out=tmp_path / "out")
    slow, fast = (tables.at(point).runs["tarkint:arrival"].mean() for point in (0, 1))
    assert slow > fast
    words = repr(tables)
    assert words == "<Result 'out': gao-anefis, 2 points of 20 runs (d), changed: nothing>"
    assert "<td>march speed 12 km/h</td>" in tables._repr_html_()
    assert "march speed 12 km/h" in tables.summary()
    assert tables.at(1).summary().count("changed: march speed 12 km/h") == 1
    with pytest.raises(IndexError, match="2 is no design point here; expected 0 to 1"):
        tables.at(2)
    again = read_run(tmp_path / "out")
    assert isinstance(again, Result)
    assert again.to_pandas().equals(tables.to_pandas())


def test_what_is_wrong_is_an_error_with_every_fault():
    with pytest.raises(FaultyInput, match="did you mean 'gao-anefis'"):
        load_scenario("gao-anefi")
    with pytest.raises(ValueError, match="no seeds"):
        ensemble(load_scenario("gao-anefis"), 0)


def test_paths_may_be_texts_and_odd_numbers_are_value_errors(tmp_path):
    (tmp_path / "p.yaml").write_text("parameters: {march_speed: {value: 9 km/h}}\n")
    scenario = load_scenario("gao-anefis", params=str(tmp_path / "p.yaml"))
    assert scenario.parameters.values()["march_speed"] == 9.0
    assert sweep(scenario, "mine-rate", out=str(tmp_path / "out"), runs=1).manifest["design"]["runs"] == 1
    with pytest.raises(ValueError, match="runs=0; expected 1 or more"):
        sweep(scenario, "mine-rate", out=tmp_path / "none", runs=0)
    for call in (
        run,
        lambda s, seed: ensemble(s, 5, seed),
        lambda s, seed: sweep(s, "mine-rate", out=tmp_path, seed=seed),
    ):
        with pytest.raises(ValueError, match=r"seed=\d+; expected a whole number from 0 to 2\*\*64 - 1"):
            call(scenario, seed=2**70)


def test_a_seed_of_numpy_is_the_same_number(tmp_path):
    scenario = load_scenario("gao-anefis")
    for seed in (7, 2**63 + 5):
        one, other = (run(scenario, kind(seed)) for kind in (int, np.uint64))
        assert one.milestones == other.milestones
    one, other = (ensemble(scenario, 3, kind(7)).runs["seed"].tolist() for kind in (int, np.int32))
    assert one == other
    swept = sweep(scenario, "mine-rate", out=tmp_path / "s", runs=1, seed=np.int64(7))
    assert swept.manifest["seed"] == 7


@pytest.mark.parametrize("seed", [1.5, True, np.True_, "1", None])
def test_what_is_no_whole_number_is_no_seed(seed, tmp_path):
    """1.5 was cut to 1, and True was 1: the runs of another seed without a word."""
    scenario = load_scenario("gao-anefis")
    for call in (
        lambda: run(scenario, seed),
        lambda: ensemble(scenario, 3, seed),
        lambda: sweep(scenario, "mine-rate", out=tmp_path / "s", seed=seed),
    ):
        with pytest.raises(TypeError, match=r"seed=.*; expected a whole number from 0 to 2\*\*64 - 1"):
            call()
    assert list(tmp_path.iterdir()) == []


# --- what a result says of itself ------------------------------------------------------------------------


def test_a_result_says_in_short_what_it_is_and_what_came():
    head, sentence = repr(many_runs()).splitlines()
    changed = "changed: march speed 9 km/h (base: drawn from 6.19 to 19.6 km/h)"
    assert head == f"<Result 'slow <b>': gao-anefis, 12 runs, {changed}>"
    assert sentence.startswith("  Anefis is captured in ")
    assert len(many_runs()) == 12
    assert many_runs().changes[0]["name"] == "march_speed"
    assert repr(run(load_scenario("gao-anefis"))).startswith("<Run from 2023-10-02: ")


def test_in_a_notebook_it_is_html_in_which_texts_are_texts():
    html = many_runs()._repr_html_()
    assert "slow &lt;b&gt;" in html
    assert "<b>&#x27;" not in html
    assert "<td>Anefis: captured</td>" in html


def test_a_summary_is_the_text_of_show(kidal, tmp_path):
    kidal("run", "gao-anefis", "--runs", "12", "--out", str(tmp_path / "r"))
    shown = kidal("show", str(tmp_path / "r"))[1]
    assert read_run(tmp_path / "r").summary() == shown.rstrip("\n")
    in_memory = ensemble(load_scenario("gao-anefis"), 12, keep=12)
    assert in_memory.summary() == shown.rstrip("\n")


def test_frames_have_moments_behind_hours_and_nat_for_never():
    pd = pytest.importorskip("pandas")
    frame = many_runs().to_pandas("runs")
    hours, moments = frame["anefis:capture"], frame["anefis:capture_utc"]
    assert list(frame).index("anefis:capture_utc") == list(frame).index("anefis:capture") + 1
    assert str(moments.dt.tz) == "UTC"
    assert np.array_equal(moments.isna(), np.isinf(hours))
    first = int(np.flatnonzero(np.isfinite(hours))[0])
    expected = pd.Timestamp("2023-10-02", tz="UTC") + pd.Timedelta(hours=float(hours[first]))
    assert abs(moments[first] - expected) <= pd.Timedelta(seconds=1)
    assert "hours:army:anefis:march_utc" not in frame
    assert "hour_utc" in many_runs().to_pandas("events")
    assert "reported_utc" in many_runs().to_pandas("reports")
    assert "hour_utc" in run(load_scenario("gao-anefis")).to_pandas()


def test_without_pandas_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *more):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"needs pandas; try `pip install '\.\[pandas\]'` in the checkout"):
        many_runs().to_pandas()


def test_figures_are_drawn_by_name_and_show_themselves():
    figure = many_runs().plot("milestones")
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert many_runs().plot("paired", other=many_runs("other")).axes
    with pytest.raises(ValueError, match="paired is of two results; expected other=RESULT"):
        many_runs().plot("paired")
    with pytest.raises(ValueError, match="film is of a stored run; `kidal plot` draws it"):
        many_runs().plot("film")
    with pytest.raises(FaultyInput, match="did you mean 'map'"):
        many_runs().plot("mapp")
    with pytest.raises(
        ValueError, match=r"map is of whole runs; ensemble\(\.\.\., keep=100\) would keep some"
    ):
        ensemble(load_scenario("gao-anefis"), 3).plot("map")


def test_no_whole_runs_are_told_where_a_number_needs_them():
    """Numbers by a date are sums of events: without any there was an IndexError."""
    result = ensemble(load_scenario("kidal-offensive"), 3)
    assert "the record's number is of whole runs, and none is kept" in " ".join(result.summary().split())
    assert str(compare([result]))


def test_results_stand_side_by_side():
    both = compare([many_runs(), many_runs("other")], by=datetime(2023, 10, 8))
    lines = str(both).splitlines()
    assert "slow <b>, 12 runs: march speed 9 km/h" in lines
    html = both._repr_html_()
    assert "<th>Anefis: captured, Pr before 8 Oct</th>" in html
    assert "slow &lt;b&gt;" in html
    assert both.plot().axes
    assert both.plot("paired").axes
    with pytest.raises(ValueError, match="map is of a result; expected compared, or paired of two results"):
        both.plot("map")
    with pytest.raises(ValueError, match="paired is of two results of one random seed; expected"):
        compare([many_runs()]).plot("paired")
    with pytest.raises(ValueError, match="there are no results"):
        compare([])
    with pytest.raises(FaultyInput, match="by=2030-01-01: is outside the scenario"):
        compare([many_runs()], by=datetime(2030, 1, 1))
    with pytest.raises(ValueError, match="label='a/b'"):
        ensemble(load_scenario("gao-anefis"), 3, label="a/b")


def test_the_numbers_of_results_side_by_side_are_numbers_and_timestamps():
    pd = pytest.importorskip("pandas")
    never = ensemble(load_scenario("un-kidal-gao"), 3, label="elsewhere")
    frame = compare([many_runs(), many_runs("other"), never]).to_pandas()
    assert list(frame["result"]) == ["slow <b>", "other", "elsewhere"]
    assert frame["changed"][0] == "march speed 9 km/h"
    hours = many_runs().runs["anefis:capture"]
    name = "anefis:capture_"
    assert frame[f"{name}probability"][0] == np.isfinite(hours).mean()
    assert frame[f"{name}low"][0] < frame[f"{name}probability"][0] < frame[f"{name}high"][0]
    moments = frame[f"{name}q50_utc"]
    assert str(moments.dt.tz) == "UTC"
    expected = pd.Timestamp("2023-10-02", tz="UTC") + pd.Timedelta(hours=float(np.sort(hours)[5]))
    assert abs(moments[0] - expected) < pd.Timedelta(hours=24)
    assert moments.isna().tolist() == [False, False, True]
    floats = [column for column in frame if column not in ("result", "changed", "best_baseline")]
    kinds = {frame[column].dtype.kind for column in floats}
    assert kinds == {"f", "M"}
    assert np.isfinite(frame["log_score"][0])
    by = compare([many_runs()], by=datetime(2023, 10, 7)).to_pandas()
    assert by[f"{name}probability"][0] == (hours < 120.0).mean()


def test_one_run_shows_its_answer_and_its_figures():
    one = run(load_scenario("gao-anefis"), seed=7)
    html = one._repr_html_()
    assert "Anefis is captured on" in html
    assert "<td>Anefis: captured</td>" in html
    assert one.result.tables.runs["anefis:capture"].tolist() == [one.milestones["anefis:capture"]]
    assert one.plot("map").axes
    assert one.plot().axes
    with pytest.raises(ValueError, match="paired is of two results"):
        one.plot("paired")


# --- questions -------------------------------------------------------------------------------------------


def test_why_whatif_and_audit_answer_as_the_commands_do(kidal, tmp_path):
    kidal("run", "gao-anefis", "--runs", "50", "--out", "r")
    for result in ("r", read_run("r"), ensemble(load_scenario("gao-anefis"), 50, label="r")):
        answer = why(result, "Anefis")
        assert str(answer) == kidal("why", "r", "anefis")[1].rstrip("\n")
        if not isinstance(result, Result) or result.manifest.get("hash"):  # stored: hours of 32 bits
            assert json.loads(json.dumps(answer.data)) == json.loads(kidal("why", "r", "anefis", "--json")[1])
    assert answer.cells[0][0] == "stretch"
    words = ("whatif", "base", "no-mines", "--scenario", "gao-anefis", "--runs", "20")
    pair = whatif("base", "no-mines", scenario="gao-anefis", runs=20)
    printed = kidal(*words)[1]
    assert printed.startswith(str(pair))
    assert printed.removeprefix(str(pair)).startswith("\n\nits figure: ")
    stored = json.loads(kidal(*words, "--json")[1])
    assert pair.data.keys() | {"a", "b", "out"} == stored.keys()
    shares = ("milestone", "same", "only_a", "only_b", "earlier", "later")  # hours are stored with 32 bits
    for given, row in zip(pair.data["milestones"], stored["milestones"], strict=True):
        assert [given[name] for name in shares] == [row[name] for name in shares]
        assert given["hours"] == (row["hours"] and pytest.approx(row["hours"], abs=1e-3))
    assert pair.plot().axes
    assert str(why(pair.results[1], "anefis"))
    verdict = audit(speed="20 km/h")
    assert str(verdict) == kidal("audit", "--speed", "20 km/h")[1].rstrip("\n")
    assert verdict._repr_html_().startswith("<pre>")


def test_what_cannot_be_answered_is_refused(tmp_path):
    with pytest.raises(FaultyInput, match="anefi: is no place that a column takes or reaches here; did you"):
        why(many_runs(), "anefi")
    swept = sweep(load_scenario("gao-anefis"), "mine-rate", out=tmp_path / "s", runs=2)
    with pytest.raises(FaultyInput, match="is a sweep"):
        why(swept, "anefis")
    with pytest.raises(ValueError, match="a point of a sweep has no parameters of its own"):
        why(swept.at(0), "anefis")
    with pytest.raises(ValueError, match="runs=1; expected 2 or more"):
        whatif("base", "no-mines", runs=1)
    with pytest.raises(FaultyInput, match="did you mean 'no-mines'"):
        whatif("base", "no-mine")
    with pytest.raises(FaultyInput, match="--speed|speed"):
        audit(speed="fast")
