"""Late draws: parameters that no rule has read before they are opened, and clones that part by them alone."""

import numpy as np
import pytest
import scipy
from bundled import bundled_inputs, scenario_names

from sim.chance.keyed_arrays import replicate_seeds
from sim.engine import branch
from sim.engine.loop import advance, advance_to
from sim.state.rows import NEVER

pytestmark = pytest.mark.slow
RUNS = {"kidal-offensive": 20}
WITH_COLUMNS = [name for name in scenario_names() if bundled_inputs(name).loaded.scenario.columns]


class LoggedParameters:
    """The parameters of a world, which note what was read of them and did not open with that.

    What is read in the event that opens it (the beginning of an ambush asks how long it lasts) is not early:
    runs are stopped, and drawn again, between events. So it is looked at when time has gone on.
    """

    def __init__(self, row, world):
        """Of a row of parameters and the world in which it stands."""
        self.__dict__.update(row=row, world=world, waiting={}, early=set(), read=set())

    def __getattr__(self, name):
        self.look()
        self.read.add(name)
        opener = branch.LATE.get(name)
        if opener is not None and not branch.is_open(self.world, opener):
            self.waiting.setdefault(name, self.world.run[0].now)
        return getattr(self.row, name)

    def look(self, hour=None):
        """Whether what was read before now is open."""
        now = self.world.run[0].now if hour is None else hour
        for name in [name for name, read_at in self.waiting.items() if read_at < now]:
            del self.waiting[name]
            if not branch.is_open(self.world, branch.LATE[name]):
                self.early.add(name)


def logged(scenario, seed):
    """A run to its end, and what it read."""
    inputs = bundled_inputs(scenario)
    world = inputs.template.plain(inputs.parameters.draw(seed), seed, spread=True)
    parameters = LoggedParameters(world.parameters[0], world)
    world = world._replace(parameters=[parameters])
    parameters.__dict__["world"] = world
    advance(world, NEVER)
    parameters.look(NEVER)
    return parameters, world


@pytest.mark.parametrize("scenario", WITH_COLUMNS)
def test_no_rule_reads_a_late_parameter_before_it_is_open(scenario):
    for seed in replicate_seeds(5, np.arange(RUNS.get(scenario, 6))).tolist():
        parameters, _ = logged(scenario, seed)
        assert parameters.early == set()
        assert "march_speed" in parameters.read


def test_every_late_parameter_is_read_by_some_run():
    read = set()
    for scenario in ("kidal-offensive", "un-kidal-gao"):
        for seed in replicate_seeds(5, np.arange(12)).tolist():
            read |= logged(scenario, seed)[0].read
    assert branch.LATE.keys() <= read


def test_a_parameter_that_is_read_early_is_seen():
    """The instrument sees what it is for: with a parameter of the march for a late one."""
    inputs = bundled_inputs("gao-anefis")
    world = inputs.template.plain(inputs.parameters.values(), 3, spread=True)
    parameters = LoggedParameters(world.parameters[0], world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(branch.LATE, "march_speed", branch.BY_CAPTURE)
        world = world._replace(parameters=[parameters])
        parameters.__dict__["world"] = world
        advance(world, NEVER)
        parameters.look(NEVER)
    assert "march_speed" in parameters.early


LATE = ("refit", "drones_forward", "planning")


def opened(world):
    return branch.is_open(world, branch.BY_CAPTURE)


def go_hours(redrawn, runs):
    """The hours of the go by runs whose late parameters are drawn again at a stop before it, or not.

    Drawn again at every stop on the way and once in the hold, where they must stay.
    """
    inputs = bundled_inputs("kidal-offensive")
    template, rows = inputs.template, inputs.parameters
    names = list(rows.draw(1))
    places = np.array([names.index(name) for name in LATE])
    openers = np.array([branch.LATE[name] for name in LATE])
    stops = [list(template.milestones).index(name) for name in ("tarkint:arrival", "anefis:capture")]
    go = list(template.milestones).index("anefis:go")
    hours, changes = [], []
    others = rows.draws(replicate_seeds(78, np.arange(runs)))
    for number, seed in enumerate(replicate_seeds(77, np.arange(runs)).tolist()):
        world = template.plain(rows.draw(seed), seed, spread=True)
        for stop in stops:
            advance_to(world, stop, 400.0)
            if redrawn:
                before = [getattr(world.parameters[0], name) for name in LATE]
                values = np.array([getattr(world.parameters[0], name) for name in names])
                late = np.array([others[number][name] for name in LATE])
                was_open = opened(world)
                branch.draw_late(world, values, late, places, openers)
                for name, value in zip(names, values.tolist(), strict=True):
                    setattr(world.parameters[0], name, value)
                changes.append((was_open, before != [getattr(world.parameters[0], name) for name in LATE]))
        advance_to(world, go, 1500.0)
        hours.append(min(world.milestones[go].hour, 1500.0))
    return hours, changes


def test_late_draws_leave_the_chance_of_what_comes_as_it_was():
    """Of a prior of which nothing was read another draw is as good: the go comes alike, and not in the same hour."""
    plain, _ = go_hours(redrawn=False, runs=400)
    again, changes = go_hours(redrawn=True, runs=400)
    assert scipy.stats.ks_2samp(plain, again).pvalue > 0.01
    assert np.mean(np.array(plain) != np.array(again)) > 0.5
    assert all(changed and not was_open for was_open, changed in changes[::2])  # on the march
    in_hold = [changed for was_open, changed in changes[1::2] if was_open]
    assert len(in_hold) > 100
    assert not any(in_hold)
