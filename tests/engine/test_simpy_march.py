"""The march written in SimPy for the benchmark is ours: path by path where chance is given, else in law."""

import importlib.util
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import scipy
import simpy

from sim.chance.keyed import replicate_seed
from sim.engine.history import run_one
from sim.engine.inputs import load_inputs
from sim.state.kinds import Event

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def benchmark(name):
    """A module of the folder of benchmarks, which is no package."""
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


theirs = benchmark("simpy_march")


@cache
def inputs():
    return load_inputs(str(BENCHMARKS / "march.yaml"))


def values_of():
    """The parameters at their values, with mines enough to tell laws apart, and columns nearly alike."""
    return inputs().parameters.values() | {"mine_rate": 0.03, "column_spread": 0.05}


@cache
def way():
    return theirs.way_of(inputs().template)


def our_march(values, seed):
    """One march of ours, as SimPy's side tells it, and its mines: road-km, and whether it was found."""
    world = run_one(inputs().template, values, seed)
    (column,) = world.columns
    met = (Event.MINE, Event.MINE_UNREPORTED, Event.MINE_FOUND)
    log = world.log[: world.run[0].log_length]
    mines = [(e.km, e.event == Event.MINE_FOUND) for e in log if e.event in met]
    assert len(mines) == column.mines + column.finds
    lost = int(column.vehicles_lost)
    arrival = world.milestones[inputs().template.milestones.index("anefis:arrival")].hour
    march = theirs.March(
        arrival=arrival,
        tail=column.tail_in,
        strikes=column.mines,
        finds=column.finds,
        reported=column.mine_reports,
        vehicles_lost=lost,
    )
    return march, mines


# --- path by path ----------------------------------------------------------------------------------------


class Given(theirs.Column):
    """A column that meets its mines where it is told."""

    def __init__(self, env, way, values, mines):
        self.given = iter(mines)
        super().__init__(env, way, values, 1)

    def next_mine(self):
        km, self.found = next(self.given, (np.inf, False))
        return km

    def is_found(self):
        return self.found


STEADY = {"mine_rate": 0.06, "day_spread": 0, "column_spread": 0, "mine_halt_spread": 0, "mine_vehicles": 0}
"""Days, halts and strikes as they are in the middle: with its mines given, a march has no chance left."""


@pytest.mark.parametrize("draw", ["value", "prior"])
def test_with_the_same_mines_a_march_in_simpy_comes_in_at_the_same_hour(draw):
    strikes = finds = late = 0
    for replicate in range(300):
        seed = replicate_seed(7, replicate)
        values = (values_of() if draw == "value" else inputs().parameters.draw(seed)) | STEADY
        ours, mines = our_march(values, seed)
        env = simpy.Environment()
        column = Given(env, way(), values, mines)
        env.process(column.march())
        env.run(until=way().horizon)
        assert (column.arrival, column.tail) == pytest.approx((ours.arrival, ours.tail), abs=1e-6)
        assert (column.strikes, column.finds) == (ours.strikes, ours.finds)
        assert way().vehicles - column.vehicles == ours.vehicles_lost
        strikes, finds = strikes + ours.strikes, finds + ours.finds
        late += ours.arrival > 48
    assert min(strikes, finds) > 300  # marches that met more than one of either
    assert late > 100  # and that took more than two days


def test_the_way_is_that_of_the_network_and_its_dawns_are_ours():
    assert way().km[-1] == 240
    assert len(set(way().sections)) == 2
    assert way().stops == (70, 150, 180, 196, 240)
    (departure,) = [e for e in run_one(inputs().template, values_of(), 1).log if e.event == Event.DEPARTURE]
    assert way().dawn(0, 0.0) == pytest.approx(departure.hour, abs=1e-9)


def test_legs_of_one_section_have_the_same_mines():
    near = np.exp(-np.array(way().mined) / values_of()["mine_reach"])
    mines = [
        theirs.Column(simpy.Environment(), way(), values_of(), seed).mines for seed in range(4000)
    ] / near
    assert (np.ptp(mines[:, :3], axis=1) < 1e-12).all()
    assert (np.ptp(mines[:, 3:], axis=1) < 1e-12).all()
    assert (mines[:, 0] != mines[:, 3]).all()
    rates = mines[:, [0, 3]] / values_of()["mine_rate"]  # products of two Gamma(2, 1/2): variance 5/4
    assert rates.mean(axis=0) == pytest.approx([1, 1], abs=4 * np.sqrt(1.25 / 4000))
    assert rates.var(axis=0) == pytest.approx([1.25, 1.25], rel=0.2)
    assert np.cov(rates.T)[0, 1] == pytest.approx(0.5, abs=0.1)  # the column's own factor, in both


# --- in law ----------------------------------------------------------------------------------------------

OURS, THEIRS = 2000, 8000
LEVEL = 0.001
"""Two laws are taken as equal if no test refuses it at this level; a small change must be refused at it."""


def table(marches):
    """Marches as columns by name."""
    return dict(zip(theirs.March._fields, np.array(marches, float).T, strict=True))


def simulated(values):
    return table([theirs.march(way(), values, seed) for seed in range(THEIRS)])


def refusals(a, b):
    """The p-values of equal laws: of the hour of arrival without and with strikes, and of their number.

    The hours have no atoms; taken apart, those of marches without strikes tell more, for strikes spread them.
    """
    hours = {
        name: scipy.stats.ks_2samp(a["arrival"][x], b["arrival"][y], method="asymp").pvalue
        for name, x, y in (
            ("whole", a["strikes"] == 0, b["strikes"] == 0),
            ("struck", a["strikes"] > 0, b["strikes"] > 0),
            ("all", a["strikes"] >= 0, b["strikes"] >= 0),
        )
    }
    counts = np.array([np.bincount(np.minimum(t["strikes"], 6).astype(int), minlength=7) for t in (a, b)])
    counts = counts[:, counts.any(axis=0)]
    return hours | {"strikes": scipy.stats.chi2_contingency(counts).pvalue}


@pytest.fixture(scope="module")
def ours():
    return table([our_march(values_of(), replicate_seed(1, replicate))[0] for replicate in range(OURS)])


@pytest.fixture(scope="module")
def in_simpy():
    return simulated(values_of())


def test_hours_and_strikes_of_both_have_the_same_law(ours, in_simpy):
    assert len(np.unique(ours["arrival"])) == OURS  # no ties: Kolmogorov and Smirnov may be asked
    assert np.isfinite(ours["tail"]).all()
    assert np.isfinite(in_simpy["tail"]).all()
    found = refusals(ours, in_simpy)
    assert min(found.values()) > LEVEL, found


@pytest.mark.parametrize("what", ["arrival", "tail", "strikes", "finds", "reported", "vehicles_lost"])
def test_the_means_of_both_are_within_three_standard_errors(ours, in_simpy, what):
    a, b = ours[what], in_simpy[what]
    assert abs(a.mean() - b.mean()) < 3 * np.sqrt(a.var() / OURS + b.var() / THEIRS)


@pytest.mark.parametrize(
    ("name", "factor", "told_by"),
    [
        ("mine_rate", 1.2, "strikes"),
        ("mine_rate", 1 / 1.2, "strikes"),
        ("march_hours", 1.05, "whole"),
        ("march_hours", 1 / 1.05, "whole"),
        ("march_speed", 1.05, "whole"),
        ("contact_hours", 1 / 1.2, "struck"),
        ("mine_halt", 1 / 1.5, "struck"),
    ],
)
def test_a_small_change_of_the_march_would_be_told(ours, name, factor, told_by):
    found = refusals(ours, simulated(values_of() | {name: factor * values_of()[name]}))
    assert found[told_by] < LEVEL, found
