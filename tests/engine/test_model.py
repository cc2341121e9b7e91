"""Mesa's view gives the same run as the plain run, and lets a user's agent in."""

import importlib
import inspect
import random
from copy import deepcopy
from functools import cache

import numpy as np
import pytest
from bundled import scenario_names

from sim.chance.keyed import replicate_seed
from sim.engine.history import events, run_one
from sim.engine.inputs import load_inputs
from sim.parameters.reading import load_parameters
from sim.scenario.reading import load_scenario
from sim.state.kinds import AgentKind, Mode, Side


def mesa():
    """Mesa, which is slow to import."""
    return importlib.import_module("mesa")


def model_class():
    return importlib.import_module("sim.model").Offensive


def offensive(*given, **named):
    return model_class()(*given, **named)


def stepped(model):
    while model.running:
        model.step()
    return model


@pytest.mark.parametrize("scenario", scenario_names())
@pytest.mark.parametrize("replicate", range(2))
def test_the_event_log_equals_the_plain_runs_to_the_last_bit(scenario, replicate):
    inputs = load_inputs(scenario)
    seed = replicate_seed(3, replicate)
    values = inputs.parameters.draw(seed)
    plain = events(inputs.template, run_one(inputs.template, values, seed), 0)
    watched = stepped(offensive(scenario, values, rng=3, replicate=replicate)).log()
    assert len(plain["hour"]) >= 4
    for name, column in plain.items():
        np.testing.assert_array_equal(watched[name], column, strict=True)


def test_a_step_is_an_hour_and_the_last_is_at_the_horizon():
    model = offensive(rng=1)
    model.step()
    assert (model.hour, model.steps, f"{model.time_utc:%Y-%m-%dT%H}") == (1.0, 1, "2023-10-02T01")
    assert stepped(model).hour == 30 * 24


def test_agents_are_mesa_agents_with_their_state_as_attributes():
    model = offensive(rng=1)
    for _ in range(10):
        model.step()
    army = model.column("army")
    assert army.mode == Mode.MARCH
    assert army.km == pytest.approx((10 - army.departs) * army.speed)
    assert army.persons == 775
    assert model.drone("tb2").radius == pytest.approx(241.4016)
    assert {type(agent).__name__ for agent in model.agents} == {"ColumnAgent", "DroneAgent", "GroupAgent"}
    assert all(isinstance(agent, mesa().Agent) for agent in model.agents)
    with pytest.raises(AttributeError):
        _ = army.fuel
    with pytest.raises(AttributeError):
        army.fuel = 3


def test_agents_of_every_kind_are_found_by_kind_and_id():
    model = offensive("kidal-offensive", rng=1)
    counted = {town.place: town.people for town in load_scenario("kidal-offensive").scenario.towns}
    growth = load_parameters().values()["population_growth"]
    assert (counted["kidal"], growth) == (25617, 1.2)
    assert model.agent(AgentKind.TOWN, "kidal").people == counted["kidal"] * growth
    assert model.agent(AgentKind.GARRISON, "tessalit-airport").holds
    assert model.agent(AgentKind.CAMP, "kidal").holder == Side.WITHDRAWING
    with pytest.raises(KeyError):
        model.agent(AgentKind.CAMP, "gao")


def test_the_data_collector_has_a_row_an_hour():
    model = offensive("un-kidal-gao", rng=2)
    for _ in range(48):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["hour"]) == list(range(49))
    assert frame["un_km"].is_monotonic_increasing
    assert frame["un_km"].iloc[-1] > 0


@cache
def roadblock():
    """An agent of a user's."""

    class Roadblock(mesa().Agent):
        """Holds the column at a road-km until an hour."""

        def __init__(self, model, km, until):
            super().__init__(model)
            self.km, self.until, self.seen = km, until, []

        def step(self):
            column = self.model.column("army")
            self.seen.append(column.km)
            if column.km > self.km and self.model.hour < self.until:
                column.km = self.km

    return Roadblock


def test_an_agent_of_the_user_is_stepped_each_hour_and_changes_the_world():
    free, barred = offensive(rng=1), offensive(rng=1)
    block = roadblock()(barred, 30.0, 72.0)
    stepped(free), stepped(barred)
    assert len(block.seen) == barred.steps
    assert max(block.seen[:72]) < 30.0 + 20.0
    assert free.milestones()["tin_aouker:arrival"] < 24 < 72 <= barred.milestones()["tin_aouker:arrival"]


def test_an_agent_that_only_watches_changes_nothing():
    free, watched = offensive(rng=1), offensive(rng=1)
    roadblock()(watched, 1e9, 0.0)
    stepped(free), stepped(watched)
    np.testing.assert_array_equal(free.log()["hour"], watched.log()["hour"])


def test_fewer_fighters_from_an_hour_on_count_from_then_on():
    plain, changed = offensive(rng=1), offensive(rng=1)
    for model in (plain, changed):
        for _ in range(60):
            model.step()
    for name in ("mnla", "hcua", "gatia-fam", "maa", "cma-anefis"):
        changed.group(name).fighters = 0.0
    stepped(plain), stepped(changed)
    assert changed.milestones()["anefis:capture"] < plain.milestones()["anefis:capture"]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda model: setattr(model.column("army"), "km", 1e9),
            "km=1000000000.0 must be on the way, 0 to 240",
        ),
        (lambda model: setattr(model.column("army"), "persons", -1), "persons=-1 must be 0 or more"),
        (lambda model: offensive(parameters={"march_sped": 9.0}), "did you mean 'march_speed'"),
        (lambda model: offensive(parameters={"march_speed": -3.0}), "march_speed=-3.0 must be 0.1 to 200"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value(call, told):
    with pytest.raises(ValueError, match=told):
        call(offensive(rng=1))


@pytest.mark.parametrize("name", ["rng", "seed"])
@pytest.mark.parametrize("given", ["one", b"1", 1.0, True, [], [1, "2"], random.Random(1), np.array([1, 2])])
def test_what_is_no_seed_is_refused_with_the_value(name, given):
    with pytest.raises(TypeError, match=rf"^{name}.*; expected a whole number from 0 to 2\*\*64 - 1"):
        offensive(**{name: given})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"rng": -1}, "rng=-1; expected a whole number from 0"),
        ({"seed": 2**64}, "seed=18446744073709551616; expected a whole number from 0"),
        ({"rng": [1, -2]}, r"rng\[1\]=-2; expected a whole number from 0"),
        ({"rng": 1, "replicate": -1}, "replicate=-1; expected a whole number from 0"),
        ({"rng": 1, "seed": 1}, "rng and seed are one thing"),
    ],
)
def test_a_seed_out_of_range_is_refused_with_the_value(call, told):
    with pytest.raises(ValueError, match=told):
        offensive(**call)


def test_a_replicate_that_is_no_whole_number_is_refused():
    with pytest.raises(TypeError, match=r"replicate=1\.0; expected a whole number"):
        offensive(rng=1, replicate=1.0)


def test_parameters_that_are_none_are_refused_and_not_passed_over():
    """In `mesa.batch_run` a mapping that stands in no list comes as its names."""
    with pytest.raises(TypeError, match="parameters='march_speed'; .* in mesa.batch_run in a list"):
        offensive(parameters="march_speed")


GIVEN = [
    (7, 7),
    (np.int64(7), 7),
    (np.uint64(2**64 - 1), 2**64 - 1),
    (np.random.SeedSequence(7), 16920295385781661272),
    ([7], 16920295385781661272),
    (np.random.default_rng(7), 11530976094092348043),
    (np.random.PCG64(7), 11530976094092348043),
]


@pytest.mark.parametrize("name", ["rng", "seed"])
@pytest.mark.parametrize(("given", "seed"), GIVEN)
def test_all_that_mesa_takes_gives_a_seed_that_never_changes(name, given, seed):
    assert offensive(**{name: deepcopy(given)}).seed == seed


def test_a_generator_gives_the_next_seed_each_time():
    one, other = (np.random.default_rng(7) for _ in range(2))
    seeds = [offensive(rng=one).seed for _ in range(2)]
    assert len(set(seeds)) == 2
    assert [offensive(rng=other).seed for _ in range(2)] == seeds


def test_without_a_seed_each_run_draws_its_own_and_keeps_it():
    models = [stepped(offensive()) for _ in range(4)]
    assert len({model.seed for model in models}) == 4
    assert len({tuple(model.milestones().values()) for model in models}) > 1
    again = stepped(offensive(rng=models[0].seed))
    assert again.milestones() == models[0].milestones()
    assert int(float(again.seed)) == again.seed  # a table of floating numbers keeps it


def test_generators_for_agents_of_the_user_differ_from_run_to_run_and_can_be_had_again():
    def draws(**given):
        model = offensive(**given)
        return model.random.random(), float(model.rng.random())

    assert draws(rng=1) == draws(rng=1, replicate=0) == draws(seed=1)
    for way in range(2):
        assert len({draws(rng=1, replicate=replicate)[way] for replicate in range(5)}) == 5


def batch(parameters, **how):
    """The last row of each run of `mesa.batch_run`, which takes seeds itself in newer versions alone."""
    found = mesa().batch_run(model_class(), parameters, display_progress=False, **how)
    return [{name: row[name] for name in row if name not in ("RunId", "iteration")} for row in found]


@pytest.mark.filterwarnings("ignore:The `iterations`:DeprecationWarning")
def test_replicates_of_a_batch_differ_and_each_row_tells_its_seed():
    rows = batch({"scenario": "gao-anefis"}, iterations=4)
    assert len({row["seed"] for row in rows}) == 4
    assert len({(row["army_km"], row["column_casualties"]) for row in rows}) > 1
    (again,) = batch({"scenario": "gao-anefis", "rng": [rows[0]["seed"]]})
    assert {name: again[name] for name in rows[0]} == rows[0]


def test_seeds_of_a_batch_give_the_runs_of_these_seeds():
    found = [batch({"scenario": "gao-anefis", "rng": rng}) for rng in ([1, 2, 3], np.array([1, 2, 3]))]
    if "rng" in inspect.signature(mesa().batch_run).parameters:
        found.append(batch({"scenario": "gao-anefis"}, rng=[1, 2, 3]))
    for rows in found:
        for seed, row in zip((1, 2, 3), rows, strict=True):
            model = offensive(rng=seed)
            while model.hour < row["hour"]:
                model.step()
            frame = model.datacollector.get_model_vars_dataframe()
            assert {name: row[name] for name in frame} == frame.iloc[-1].to_dict()


def test_replicates_of_a_batch_are_those_of_the_command_line():
    rows = batch({"scenario": "gao-anefis", "rng": 1, "replicate": range(3)}, max_steps=10)
    assert [row["seed"] for row in rows] == [1, 1, 1]
    for replicate, row in enumerate(rows):
        model = offensive(rng=1, replicate=replicate)
        while model.hour < row["hour"]:
            model.step()
        assert row["army_km"] == model.column("army").km


def test_a_batch_over_parameters_counts_them():
    slow, fast = batch({"rng": 1, "parameters": [{"march_speed": 5.0}, {"march_speed": 20.0}]}, max_steps=30)
    assert slow["army_km"] < fast["army_km"]


@pytest.mark.slow
def test_a_batch_on_several_cores_is_that_on_one():
    one, two = (
        sorted(batch({"rng": [1, 2]}, max_steps=30, number_processes=number), key=lambda row: row["rng"])
        for number in (1, 2)
    )
    assert one == two
