"""Fits and models on records that the model wrote: the same numbers as the filter asks, truths found again."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from bundled import bundled_inputs

from analysis.inference import self_checks
from analysis.inference.smc import Settings
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.inputs import load_inputs
from sim.engine.particle_filter import ASK_SILENCE
from sim.studies.calibration.plan import load_plan
from sim.studies.evidence import islands, model_factors
from sim.studies.evidence.islands import rows_of
from sim.studies.evidence.model_factors import FactorPlan, before_held_out, factors, many_truths
from sim.studies.evidence.pseudo_fits import FitPlan, pseudo_block, pseudo_rows, run_truths, truth_ranks
from sim.studies.evidence.size import IslandPlan


@pytest.fixture(autouse=True)
def no_cache(monkeypatch, tmp_path):
    """Fits and sums are kept in a folder of the test's own; compiled rules are not."""
    own = SimpleNamespace(**vars(islands.entries) | {"home": lambda: tmp_path})
    monkeypatch.setattr(islands, "entries", own)


def test_a_plain_run_gives_what_many_runs_give():
    inputs = bundled_inputs("gao-anefis")
    scenario = pseudo_rows(inputs, before_held_out(inputs))
    seeds = replicate_seeds(5, np.arange(12))
    many = many_truths(inputs, scenario.rows, seeds)
    for seed, truths in zip(seeds.tolist(), many, strict=True):
        assert run_truths(inputs, scenario, inputs.parameters.draw(seed), seed) == pytest.approx(truths)
    assert np.isinf(many).any()
    assert len(np.unique(many[:, [row.ask == "strikes" for row in scenario.rows]])) > 1


def test_people_are_read_at_their_hour_and_by_no_whole_run():
    inputs = bundled_inputs("kidal-offensive")
    rows = [row for row in rows_of(inputs) if row.ask == "displaced"]
    seed = int(replicate_seeds(5, np.arange(1))[0])
    values = inputs.parameters.draw(seed)
    early = [replace(row, limit=100.0) for row in rows]
    (people,) = run_truths(inputs, pseudo_rows(inputs, rows), values, seed)
    (before,) = run_truths(inputs, pseudo_rows(inputs, early), values, seed)
    assert people > before >= 0.0
    with pytest.raises(ValueError, match="read at an hour"):
        many_truths(inputs, rows, np.array([seed], "u8"))


def test_a_block_asks_what_never_came_last_and_up_to_the_end():
    plan = load_plan("october")
    block = next(one for one in plan.blocks if one.inputs.loaded.name == "gao-anefis")
    rows = {row.name: row for row in rows_of(block.inputs)}
    scenario = pseudo_rows(block.inputs, [rows[name] for name in block.names])
    for seed in range(1, 4):
        made = pseudo_block(block, scenario, {}, seed=seed, runs=20)
        silent = made.asks["kind"] == ASK_SILENCE
        assert made.histories == 20
        assert sorted(made.names) == sorted(block.names)
        assert np.all(np.diff(silent.astype(int)) >= 0)
        assert np.all(made.asks["limit"][silent] == scenario.windows.end)
        assert np.all(made.modules[silent] == block.modules.max())
        assert np.all(made.asks["limit"][~silent] <= scenario.windows.end)
    assert silent.any()  # a mine or an ambush never comes in most runs


# With 120 first points and 40 in the end, ranks of parameters that a record informs are too coarse.
TINY = Settings(first=240, points=80, moves=1.0, last_moves=2.0, checked=2, repeats=3)


@pytest.mark.slow
def test_truths_lie_at_every_rank_of_their_posterior_and_are_closed_in_on():
    size = FitPlan(fits=20, runs=200, seed=3, settings=TINY)
    found = truth_ranks(load_plan("october"), size)
    level = 1.0 - 0.01 / len(found.names)
    band = self_checks.bands(size.fits, level)
    for place, name in enumerate(found.names):
        assert band.outside(self_checks.difference(found.ranks[:, place], TINY.points)) == 0, name
    speed = found.names.index("march_speed")
    assert np.corrcoef(found.truths[:, speed], found.means[:, speed])[0, 1] > 0.5
    again = truth_ranks(load_plan("october"), FitPlan(fits=2, runs=200, seed=3, settings=TINY))
    assert np.array_equal(again.ranks, found.ranks[:2])


@pytest.mark.slow
def test_models_are_weighed_alike_by_whole_runs_and_by_filters():
    models = [load_inputs("gao-anefis"), load_inputs("gao-anefis", [], [], ["without-contact"])]
    plan = FactorPlan(records=40, pool=20_000, least=0.0, islands=IslandPlan(runs=1000, islands=6))
    found = factors(models, plan)
    assert not found.filtered.any()
    assert np.exp(found.judged.logs).sum(axis=1) == pytest.approx(np.ones(40))
    assert sorted(set(found.judged.wrote.tolist())) == [0, 1]
    scenario = pseudo_rows(models[0], before_held_out(models[0]))
    best = int(np.argmax(found.effective.min(axis=1)))
    record = model_factors.drawn_records(models, scenario, plan)[0][best]
    for place, inputs in enumerate(models):
        log, error = model_factors.by_filter(inputs, record, plan.islands)
        noise = np.hypot(error, found.effective[best, place] ** -0.5)
        assert abs(log - found.by_force[best, place]) < 4.0 * noise < 1.0
