"""In Python as on the command line: the same numbers, as named arrays and tables."""

import json

import numpy as np
import pytest

from sim.api import ensemble, load_scenario, run, sweep
from sim.chance.keyed import replicate_seed
from sim.files.yaml_tree import FaultyInput
from sim.store.schema import PART_TABLES


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
    for name in PART_TABLES:
        table = many.arrow(name)
        assert table.column_names == list(getattr(many, name))
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
    with pytest.raises(ValueError, match="runs=0; 1 or more would be right"):
        sweep(scenario, "mine-rate", out=tmp_path / "none", runs=0)
    for call in (
        run,
        lambda s, seed: ensemble(s, 5, seed),
        lambda s, seed: sweep(s, "mine-rate", out=tmp_path, seed=seed),
    ):
        with pytest.raises(ValueError, match=r"seed=\d+; a whole number from 0 to 2\*\*64 - 1"):
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
        with pytest.raises(TypeError, match=r"seed=.*; a whole number from 0 to 2\*\*64 - 1 would be right"):
            call()
    assert list(tmp_path.iterdir()) == []
