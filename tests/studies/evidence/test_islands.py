"""Islands of runs with drawn parameters: probabilities that add to 1, brute force, threads, the cache."""

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest
from bundled import bundled_inputs
from joint_rows import made_row

from sim.cache import entries
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.loop import advance
from sim.ensembles.ensemble import ensemble
from sim.state.rows import NEVER
from sim.studies.evidence import islands
from sim.studies.evidence.islands import KEPT, evidence, late_draws, rows_of
from sim.studies.evidence.size import IslandPlan

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def cache_of_its_own(monkeypatch, tmp_path):
    """Islands are kept in an empty folder; the compiled rules stay where they are."""
    monkeypatch.setattr(islands, "KEPT", str(tmp_path / KEPT))


def run(scenario, rows, **plan):
    return evidence("made", bundled_inputs(scenario), IslandPlan(**plan), rows=rows, workers=2)


# --- probabilities add to 1 ----------------------------------------------------------------------------------

FOREVER = 1e6  # h


def bins(milestone, edges, *, blur=0.0, weight=0.85):
    """Every report there might be of an hour: in one of the bins of a window, or that it never came.

    The outer bins have what lies beyond: nothing that comes is left out. A false report is in the window.
    """
    span = edges[-1] - edges[0]
    rows = []
    for place, (low, high) in enumerate(pairwise(edges)):
        first, last = place == 0, place == len(edges) - 2
        rows.append(
            made_row(
                milestone,
                -FOREVER if first else low,
                FOREVER if last else high,
                blur=blur,
                weight=weight,
                false=(high - low) / span,
                limit=NEVER,
            )
        )
    never = made_row(milestone, low=0.0, high=FOREVER, ask="silence", weight=weight, false=0.0, limit=NEVER)
    return [*rows, never]


def counts(milestone, most, *, weight=0.85):
    """Every number of strikes that might be reported; the last bin has what is more."""
    return [
        made_row(
            milestone,
            number,
            FOREVER if number == most else number,
            name="mines",
            ask="strikes",
            column="army",
            weight=weight,
            false=1.0 / (most + 1.0),
            limit=NEVER,
        )
        for number in range(most + 1)
    ]


@pytest.mark.parametrize("blur", [0.0, 2.0])
def test_the_probabilities_of_all_records_that_might_be_add_to_one(blur):
    """Three reports of the first stage in all their bins: with resampling too, for every first one goes on."""
    whole = product(
        bins("tarkint:arrival", [0.0, 18.0, 24.0, 40.0], blur=blur),
        bins("anefis:capture", [0.0, 100.0, 130.0, 240.0], blur=blur, weight=0.97),
        counts("anefis:capture", 3),
    )
    logs = [run("gao-anefis", rows, runs=60, islands=1).logs[0] for rows in whole]
    assert len(logs) == 64
    shares = np.exp(np.array(logs).sum(axis=1))
    assert shares.sum() == pytest.approx(1.0, abs=1e-9)
    assert shares.max() < 0.5


@pytest.mark.parametrize("edges", [[0.0, 30.0, 60.0, 90.0]])
def test_hours_counted_from_another_event_with_both_intervals_add_to_more(edges):
    """What the rows were before: the instrument sees an interval that is counted twice."""
    rows = bins("tarkint:arrival", edges)
    wide = [replace(row, low=row.low - 10.0, high=row.high + 10.0) for row in rows[:-1]]
    total = sum(
        math.exp(run("gao-anefis", [row], runs=200, islands=1).logs[0].sum()) for row in (*wide, rows[-1])
    )
    assert total > 1.01


# --- brute force ---------------------------------------------------------------------------------------------

WHOLE = 160_000


@cache
def whole_runs(scenario):
    """Whole runs of a scenario with drawn parameters, in which nothing is resampled."""
    inputs, seeds = bundled_inputs(scenario), replicate_seeds(123, np.arange(WHOLE))
    return ensemble(inputs.template, inputs.parameters.draws(seeds), seeds, spread=True).runs


def products(scenario, rows):
    """The probability of all rows of each whole run (runs,)."""
    runs, joint = whole_runs(scenario), np.ones(WHOLE)
    erf = np.vectorize(math.erf)
    for row in rows:
        if row.ask == "strikes":
            truth = (runs["mines:army"] >= row.low) & (runs["mines:army"] <= row.high)
        else:
            hours = np.where(np.isfinite(runs[row.milestone]), runs[row.milestone], 1e9)
            wide = row.blur * math.sqrt(2.0)
            truth = (
                hours > row.high
                if row.ask == "silence"
                else 0.5 * (erf((row.high - hours) / wide) - erf((row.low - hours) / wide))
            )
        joint *= row.probability(truth.astype(float))
    return joint


NAMES = ("tarkint:harassment", "tabankort:arrival", "anefis:capture", "mine_strikes_reported:army")


def test_filters_agree_with_the_mean_of_products_over_whole_runs():
    rows = [row for row in rows_of(bundled_inputs("gao-anefis")) if row.name in NAMES]
    assert len(rows) == 4
    joint = products("gao-anefis", rows)
    found = np.exp(run("gao-anefis", rows, runs=8000, islands=16).logs.sum(axis=1))
    error = math.hypot(joint.std() / math.sqrt(WHOLE), found.std(ddof=1) / 4.0)
    assert 1e-4 < joint.mean() < 1e-2
    assert abs(found.mean() - joint.mean()) < 3.0 * error
    assert error < 0.1 * joint.mean()  # so that the test can fail


def test_filters_with_late_draws_agree_with_whole_runs():
    """Of the hold, whose parameters are drawn again until they are read; the first report makes runs clones."""
    rows = [
        made_row("tarkint:arrival", 18.0, 24.0, blur=2.0, weight=0.97, false=0.05, limit=36.0),
        made_row("anefis:go", 800.0, 900.0, blur=6.0, weight=0.97, false=0.05, limit=936.0),
    ]
    joint = products("kidal-offensive", rows)
    found = run("kidal-offensive", rows, runs=2000, islands=16)
    assert (found.roots < 2000).all()
    levels = np.exp(found.logs.sum(axis=1))
    error = math.hypot(joint.std() / math.sqrt(WHOLE), levels.std(ddof=1) / 4.0)
    assert abs(levels.mean() - joint.mean()) < 3.0 * error
    assert error < 0.15 * joint.mean()


# --- strikes up to a milestone -------------------------------------------------------------------------------


@pytest.mark.parametrize(("scenario", "column", "until"), [
    ("gao-anefis", "army", "anefis:capture"),
    ("kidal-offensive", "army", "anefis:capture"),
    ("un-kidal-gao", "un", "tarkint:arrival"),
])  # fmt: skip
def test_strikes_are_noted_with_the_milestone_up_to_which_they_count(scenario, column, until):
    """As many as the event table has of the column's reported mines up to that hour."""
    inputs = bundled_inputs(scenario)
    seeds = replicate_seeds(31, np.arange(60))
    done = ensemble(inputs.template, inputs.parameters.draws(seeds), seeds, spread=True, keep=60)
    place = list(inputs.template.milestones).index(until)
    noted, more = [], 0
    for number, seed in enumerate(seeds.tolist()):
        world = inputs.template.plain(inputs.parameters.draw(seed), seed, spread=True)
        advance(world, NEVER)
        events = done.events
        of_run = (events["replicate"] == number) & (events["event"] == "mine") & (events["agent"] == column)
        hours = events["hour"][of_run]
        milestone = world.milestones[place]
        if milestone.hour < NEVER:
            assert milestone.mine_reports == (hours <= milestone.hour).sum()
            noted.append(milestone.mine_reports)
            more += len(hours) > milestone.mine_reports
    assert max(noted) > 1
    assert scenario == "gao-anefis" or more > 0  # later strikes are not counted


def test_counts_of_later_strikes_are_not_read_where_the_milestone_has_come():
    """Asked after a later report, strikes up to the arrival are what they were."""
    early = made_row("tarkint:arrival", 0.0, 0.0, name="mines", ask="strikes", column="un", limit=300.0)
    late = made_row("gao:arrival", 0.0, -1.0, ask="silence", limit=FOREVER)
    runs = {"runs": 400, "islands": 2}
    before = run("un-kidal-gao", [early, late], **runs).logs[:, 0]
    after = run("un-kidal-gao", [late, early], **runs).logs.sum(axis=1)
    reached = run("un-kidal-gao", [late], **runs).logs[:, 0]
    assert before.max() < -0.05
    assert after == pytest.approx(before, abs=1e-9)
    assert reached == pytest.approx(0.0, abs=1e-9)


# --- threads and the cache -----------------------------------------------------------------------------------

SMALL = IslandPlan(runs=60, islands=5)


@cache
def inputs():
    return bundled_inputs("gao-anefis")


def same(one, other):
    return np.array_equal(one.logs, other.logs) and np.array_equal(one.roots, other.roots)


@pytest.fixture
def counted(monkeypatch):
    """The numbers of islands that are run, and not taken from the cache."""
    numbers, right = [], islands.Asked.run

    def run_island(self, number):
        numbers.append(number)
        return right(self, number)

    monkeypatch.setattr(islands.Asked, "run", run_island)
    return numbers


def weighed(of=None, plan=SMALL, rows=None, workers=1):
    """The evidence of inputs on their rows."""
    of = of or inputs()
    return evidence("one", of, plan, rows=rows_of(of) if rows is None else rows, workers=workers)


def test_islands_are_the_same_on_any_number_of_workers(counted, monkeypatch):
    monkeypatch.setattr(islands.Asked, "path", lambda *_: None)
    one, many = (weighed(workers=workers) for workers in (1, 4))
    assert same(one, many)
    assert sorted(counted) == sorted([*range(5)] * 2)
    assert len(np.unique(one.logs[:, 0])) == 5


def test_what_is_kept_is_the_same_to_the_bit_and_only_what_is_new_runs(counted):
    first = weighed(workers=2)
    assert sorted(counted) == [0, 1, 2, 3, 4]
    assert same(weighed(workers=2), first)
    assert len(counted) == 5
    more = weighed(plan=replace(SMALL, islands=7))
    assert sorted(counted[5:]) == [5, 6]
    assert np.array_equal(more.logs[:5], first.logs)


@pytest.mark.parametrize("what", ["seed", "runs", "rows", "parameters"])
def test_what_decides_an_island_has_it_run_anew(what, counted):
    weighed()
    plan = replace(SMALL, **{what: 61}) if what in ("seed", "runs") else SMALL
    rows = rows_of(inputs())[1:] if what == "rows" else None
    other = bundled_inputs("gao-anefis", "mine_rate=0 /km") if what == "parameters" else inputs()
    weighed(other, plan, rows)
    assert len(counted) == 10


@pytest.mark.parametrize("damage", ["content", "cut", "sum"])
def test_a_damaged_entry_is_run_again(damage, counted, tmp_path):
    first = weighed()
    files = sorted((tmp_path / KEPT).glob("*.npy"))
    assert len(files) == 5
    path = files[2]
    content = path.read_bytes()
    if damage == "sum":
        path.with_name(path.name + entries.SUM).write_text("0  x\n")
    else:
        path.write_bytes(content[:20] if damage == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    assert same(weighed(), first)
    assert len(counted) == 6
    assert path.read_bytes() == content
    assert same(weighed(), first)
    assert len(counted) == 6


def test_without_a_home_nothing_is_kept_and_all_is_run(counted, monkeypatch):
    def homeless():
        raise RuntimeError("no home")

    monkeypatch.setattr(entries, "home", homeless)
    monkeypatch.setattr(islands.compiled, "prepare_filter", lambda *_: None)
    for _ in range(2):
        weighed(plan=replace(SMALL, islands=2))
    assert len(counted) == 4


def test_late_draws_are_of_the_prior_and_of_what_is_drawn_alone():
    seeds = replicate_seeds(4, np.arange(300)).reshape(2, -1)
    draws = late_draws(bundled_inputs("kidal-offensive"), seeds)
    assert draws.values.shape == (2, 150, len(draws.names))
    rows = bundled_inputs("kidal-offensive").parameters.rows
    place = draws.names.index("refit")
    assert np.median(draws.values[:, :, place]) == pytest.approx(rows["refit"].quantile(0.5), rel=0.1)
    assert len(np.unique(draws.values[:, :, place])) > 250
    pinned = late_draws(bundled_inputs("kidal-offensive", "refit=10 days"), seeds)
    assert "refit" not in pinned.names
    assert set(pinned.names) == set(draws.names) - {"refit"}
