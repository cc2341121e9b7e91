"""The particle filter: plain and compiled alike, unbiased, and clones whose luck is their own."""

import copy
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import scipy

from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.engine import branch, compiled, particle_filter
from sim.engine.inputs import load_inputs
from sim.engine.loop import advance, advance_to
from sim.engine.outcomes import names, outcomes
from sim.ensembles.ensemble import ensemble
from sim.maths.logarithm import log
from sim.state.rows import NEVER
from sim.studies.calibration import likelihood, report_rows
from sim.studies.calibration.likelihood import weigh
from sim.studies.calibration.plan import Block, load_plan
from sim.studies.evidence.islands import rows_of

pytestmark = pytest.mark.slow


@cache
def plan():
    return load_plan("october")


@cache
def blocks():
    return {block.inputs.loaded.name: block for block in plan().blocks}


NAMES = ("un-kidal-gao", "gao-anefis", "kidal-offensive")
"""The scenarios of the plan."""


def test_every_scenario_of_the_plan_is_looked_at() -> None:
    assert set(blocks()) == set(NAMES)


def values_of(block: Block, key: int) -> dict[str, float]:
    drawn = block.inputs.parameters.draws(np.array([key], "u8"))[0]
    return {name: float(drawn[name]) for name in drawn.dtype.names}


def plainly(block: Block, values: dict[str, float], key: int, histories: int) -> list[float]:
    """The filter again, with whole worlds for particles and nothing in place."""
    count = len(block.asks)
    seeds = replicate_seeds(key, np.arange(count * histories)).reshape(count, -1)
    offsets = uniforms(seeds[:, 0], key_of("filter", "draw"))
    worlds = [block.inputs.template.plain(values, int(seed), spread=True) for seed in seeds[0]]
    weights, logs, again = np.full(histories, 1.0 / histories), [], False
    for k in range(count):
        ask = report_rows.ask_of(block.asks[k])
        for i, world in enumerate(worlds):
            if again:
                branch.fork(world, int(seeds[k, i]))
            particle_filter.seek(world, ask)
            weights[i] *= particle_filter.probability(world, ask)
        total = 0.0
        for weight in weights.tolist():
            total += weight
        logs.append(log(total))
        weights = weights / total
        again = sum((w * w for w in weights.tolist()), 0.0) * histories > 2.0
        if again:
            picks = np.zeros(histories, int)
            particle_filter.draw_again(weights, offsets[k], picks)
            worlds = [copy.deepcopy(worlds[pick]) for pick in picks]
            weights = np.full(histories, 1.0 / histories)
    return logs


@pytest.mark.parametrize("name", NAMES)
def test_the_filter_is_the_same_plain_and_compiled(name: str) -> None:
    block = replace(blocks()[name], histories=12)
    for key in (1, 2):
        values = values_of(block, key)
        assert weigh(block, values, key).tolist() == plainly(block, values, key, 12)


def test_one_report_is_the_mean_over_an_ensemble() -> None:
    block = replace(blocks()["gao-anefis"], asks=blocks()["gao-anefis"].asks[:1], histories=500)
    template, values = block.inputs.template, values_of(block, 3)
    seeds = replicate_seeds(3, np.arange(500))
    hours = ensemble(template, values, seeds, spread=True).runs["tarkint:arrival"]
    ask = report_rows.ask_of(block.asks[0])
    inside = [
        0.5 * (math.erf((ask.high - h) / ask.blur / 2**0.5) - math.erf((ask.low - h) / ask.blur / 2**0.5))
        if h < NEVER
        else 0.0
        for h in hours.tolist()
    ]
    expected = math.log(np.mean([ask.weight * p + (1.0 - ask.weight) * ask.false for p in inside]))
    assert weigh(block, values, 3)[0] == pytest.approx(expected, abs=1e-9)


def test_the_product_over_reports_is_unbiased() -> None:
    """Against the joint probability of the same reports in independent whole runs."""
    block = blocks()["gao-anefis"]
    values, template = values_of(block, 1), block.inputs.template
    runs = ensemble(template, values, replicate_seeds(9, np.arange(40_000)), spread=True).runs
    joint = np.ones(40_000)
    for name, ask in zip(block.names[:4], block.asks[:4], strict=True):
        row = report_rows.ask_of(ask)
        hours = runs[name]
        wide = row.blur * math.sqrt(2.0)
        erf = np.vectorize(math.erf)
        with np.errstate(invalid="ignore"):
            found = np.where(
                np.isfinite(hours), 0.5 * (erf((row.high - hours) / wide) - erf((row.low - hours) / wide)), 0
            )
        joint *= row.weight * found + (1.0 - row.weight) * row.false
    few = replace(block, asks=block.asks[:4], names=block.names[:4], histories=100)
    estimates = np.exp([weigh(few, values, key).sum() for key in range(400)])
    error = math.hypot(estimates.std() / 20.0, joint.std() / 200.0)
    assert abs(estimates.mean() - joint.mean()) < 4.0 * error
    assert estimates.std() / 20.0 < 0.1 * joint.mean()  # so that the test can fail


def test_a_fork_in_a_hold_leaves_its_refit_and_planning_as_they_were() -> None:
    """With the drones there from the start, the go is decided before the fork."""
    inputs = load_inputs("kidal-air-campaign", sets=["drones_forward=0 days", "columns.army.go=[refit]"])
    template = inputs.template
    at, go = (list(template.milestones).index(name) for name in ("anefis:on_station", "anefis:go"))
    hours = set()
    for seed in range(12):
        world = template.plain(inputs.parameters.values(), 11, spread=True)
        advance_to(world, at, NEVER)
        branch.fork(world, seed)
        advance(world, NEVER)
        hours.add(world.milestones[go].hour)
    assert len(hours) == 1


def test_the_filter_of_a_hold_is_unbiased() -> None:
    """First strike and go, where the go leans on what was drawn before the strike."""
    block = replace(load_plan("hold").blocks[0], histories=100)
    template = block.inputs.template
    values = template.parameters.values() | {"refit": 720.0, "drones_forward": 528.0, "planning": 144.0}
    runs = ensemble(template, values, replicate_seeds(9, np.arange(60_000)), spread=True).runs
    joint = np.ones(60_000)
    for row in (report_rows.ask_of(ask) for ask in block.asks):
        with np.errstate(invalid="ignore"):
            hours = runs[template.milestones[row.milestone]]
            wide = max(row.blur, 1e-9) * math.sqrt(2.0)
            erf = np.vectorize(math.erf)
            inside = 0.5 * (erf((row.high - hours) / wide) - erf((row.low - hours) / wide))
        true = (
            (hours > row.high).astype(float)
            if row.kind == particle_filter.ASK_SILENCE
            else np.nan_to_num(inside)
        )
        joint *= row.weight * true + (1.0 - row.weight) * row.false
    estimates = np.exp([weigh(block, values, key).sum() for key in range(400)])
    error = math.hypot(estimates.std() / 20.0, joint.std() / math.sqrt(60_000))
    assert abs(estimates.mean() - joint.mean()) < 3.5 * error
    assert error < 0.1 * joint.mean()


def test_running_to_a_milestone_and_on_is_running_through() -> None:
    template = load_inputs("gao-anefis").template
    values = template.parameters.values()
    stopped, through = (template.plain(values, 11, spread=True) for _ in range(2))
    place = list(template.milestones).index("tabrichat:arrival")
    advance_to(stopped, place, NEVER)
    assert stopped.milestones[place].hour == stopped.run[0].now < NEVER
    assert all(row.hour >= NEVER or row.hour <= stopped.run[0].now for row in stopped.milestones)
    advance(stopped, NEVER)
    advance(through, NEVER)
    assert [m.hour for m in stopped.milestones] == [m.hour for m in through.milestones]


def test_a_fork_changes_what_comes_and_not_what_came() -> None:
    template = load_inputs("gao-anefis").template
    values = template.parameters.values()
    place = list(template.milestones).index("tarkint:arrival")
    ends = set()
    for seed in range(30):
        world = template.plain(values, 11, spread=True)
        advance_to(world, place, NEVER)
        before = [m.hour for m in world.milestones if m.hour < NEVER]
        branch.fork(world, int(replicate_seeds(1, np.array([seed]))[0]))
        advance(world, NEVER)
        assert sorted(m.hour for m in world.milestones)[: len(before)] == sorted(before)
        ends.add(world.milestones[list(template.milestones).index("anefis:capture")].hour)
    assert len(ends) > 20


FORKS = [
    ("gao-anefis", "tarkint:arrival", "anefis:capture"),
    ("gao-anefis", "tabrichat:arrival", "anefis:capture"),
    ("gao-anefis", "anefis:contact", "anefis:capture"),
    ("kidal-air-campaign", "anefis:on_station", "kidal:first_strike"),
]


@pytest.mark.parametrize(("scenario", "stop", "event"), FORKS)
def test_a_fork_leaves_the_chance_of_what_comes_as_it_was(scenario: str, stop: str, event: str) -> None:
    """Runs that are forked at a milestone, and runs that are not, come to another one alike."""
    template = load_inputs(scenario).template
    values = template.parameters.values()
    at, end = (list(template.milestones).index(name) for name in (stop, event))
    hours: dict[bool, list[float]] = {True: [], False: []}
    for number, seed in enumerate(replicate_seeds(21, np.arange(1200)).tolist()):
        for forked in hours:
            world = template.plain(values, seed, spread=True)
            advance_to(world, at, NEVER)
            if forked:
                branch.fork(world, int(replicate_seeds(22, np.array([number]))[0]))
            advance(world, NEVER)
            hours[forked].append(min(world.milestones[end].hour, 2400.0))
    assert scipy.stats.ks_2samp(hours[True], hours[False]).pvalue > 0.01
    assert hours[True] != hours[False]


@pytest.mark.parametrize("outcome", ["displaced", "displaced_to_border"])
def test_a_number_of_the_displaced_is_that_of_the_outcome_that_is_asked(outcome: str) -> None:
    block = blocks()["kidal-offensive"]
    template = block.inputs.template
    row = next(row for row in rows_of(block.inputs) if row.ask == "displaced")
    ask = report_rows.of_row(template, replace(row, outcome=outcome))
    world = template.plain(values_of(block, 1), 7)
    particle_filter.seek(world, ask)
    number = dict(zip(names(template), outcomes(template, world), strict=True))[outcome]
    assert number > 1.0
    assert particle_filter.truth(world, replace(ask, low=number - 1.0, high=number + 1.0)) == 1.0
    assert particle_filter.truth(world, replace(ask, low=number + 1.0, high=number + 2.0)) == 0.0


def test_resampling_is_by_weight() -> None:
    picks = np.zeros(1000, int)
    particle_filter.draw_again(np.array([0.1, 0.0, 0.6, 0.3] + [0.0] * 996), 0.5, picks)
    assert np.bincount(picks, minlength=4)[:4].tolist() == [100, 0, 600, 300]


def test_rows_that_no_history_bears_out_end_the_filter() -> None:
    asks = blocks()["gao-anefis"].asks.copy()
    asks["weight"][1], asks["low"][1], asks["high"][1] = 1.0, 1e6, 2e6
    found = weigh(
        replace(blocks()["gao-anefis"], asks=asks, histories=10), values_of(blocks()["gao-anefis"], 1), 1
    )
    assert np.isfinite(found[0])
    assert (found[1:] == -np.inf).all()


# --- a compiled filter of the cache -------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_compiled_filter_agrees_with_plain_histories(name: str) -> None:
    assert likelihood.agrees(blocks()[name])


def test_a_filter_with_other_numbers_is_compiled_anew_or_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong, forgotten = compiled.run_filter, [True], []

    def run(*given: object, **named: object) -> compiled.Filtered:
        filtered = right(*given, **named)
        return filtered._replace(logs=np.nextafter(filtered.logs, 0.0)) if wrong[0] else filtered

    def forget(loop: object) -> None:
        forgotten.append(loop)
        wrong[0] = len(forgotten) % 2 == 0

    block = blocks()["gao-anefis"]
    monkeypatch.setattr(compiled, "run_filter", run)
    monkeypatch.setattr(compiled, "was_loaded", lambda _: True)
    monkeypatch.setattr(compiled, "forget", forget)
    likelihood._prepare(block)
    told = "the compiled filter of the cache gives other numbers than the plain one: compiling it anew\n"
    assert capsys.readouterr().err.endswith(told)
    assert forgotten == [compiled._run_filter]
    monkeypatch.setattr(compiled, "forget", forgotten.append)
    wrong[0] = True
    with pytest.raises(compiled.NotCompiled, match="gives other numbers than the plain one"):
        likelihood._prepare(block)
    assert len(forgotten) == 3
