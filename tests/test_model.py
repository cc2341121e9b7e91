"""Mesa's view gives the same history as the plain run, and lets a user's agent in."""

import mesa
import numpy as np
import pytest

from sim.history import events, run_one
from sim.inputs import load_inputs
from sim.kinds import Kind, Mode
from sim.loading import scenarios
from sim.model import Offensive
from sim.rules.chance import replicate_seed


def stepped(model):
    while model.running:
        model.step()
    return model


@pytest.mark.parametrize("scenario", scenarios())
@pytest.mark.parametrize("replicate", range(2))
def test_the_event_log_equals_the_plain_runs_to_the_last_bit(scenario, replicate):
    inputs = load_inputs(scenario)
    seed = replicate_seed(3, replicate)
    values = inputs.parameters.draw(seed)
    plain = events(inputs.template, run_one(inputs.template, values, seed), 0)
    watched = stepped(Offensive(scenario, values, rng=3, replicate=replicate)).log()
    assert len(plain["hour"]) >= 4
    for name, column in plain.items():
        np.testing.assert_array_equal(watched[name], column, strict=True)


def test_a_step_is_an_hour_and_the_last_is_at_the_horizon():
    model = Offensive(rng=1)
    model.step()
    assert (model.hour, model.steps, f"{model.time_utc:%Y-%m-%dT%H}") == (1.0, 1, "2023-10-02T01")
    assert stepped(model).hour == 30 * 24


def test_agents_are_mesa_agents_with_their_state_as_attributes():
    model = Offensive(rng=1)
    for _ in range(10):
        model.step()
    army = model.column("army")
    assert army.mode == Mode.MARCH
    assert army.km == pytest.approx((10 - army.departs) * army.speed)
    assert army.persons == 775
    assert model.drone("tb2").radius == pytest.approx(241.4016)
    assert {type(agent).__name__ for agent in model.agents} == {"ColumnAgent", "DroneAgent", "GroupAgent"}
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    with pytest.raises(AttributeError):
        _ = army.fuel
    with pytest.raises(AttributeError):
        army.fuel = 3


def test_agents_of_every_kind_are_found_by_kind_and_id():
    model = Offensive("kidal-offensive", rng=1)
    assert model.agent(Kind.TOWN, "kidal").people == 25617
    assert model.agent(Kind.GARRISON, "tessalit-airport").holds == 1
    assert model.agent(Kind.CAMP, "kidal").holder == 2
    with pytest.raises(KeyError):
        model.agent(Kind.CAMP, "gao")


def test_the_data_collector_has_a_row_an_hour():
    model = Offensive("un-kidal-gao", rng=2)
    for _ in range(48):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["hour"]) == list(range(49))
    assert frame["un_km"].is_monotonic_increasing
    assert frame["un_km"].iloc[-1] > 0


class Roadblock(mesa.Agent):
    """Holds the column at a road-km until an hour."""

    def __init__(self, model, km, until):
        super().__init__(model)
        self.km, self.until, self.seen = km, until, []

    def step(self):
        column = self.model.column("army")
        self.seen.append(column.km)
        if column.km > self.km and self.model.hour < self.until:
            column.km = self.km


def test_an_agent_of_the_user_is_stepped_each_hour_and_changes_the_world():
    free, barred = Offensive(rng=1), Offensive(rng=1)
    block = Roadblock(barred, 30.0, 72.0)
    stepped(free), stepped(barred)
    assert len(block.seen) == barred.steps
    assert max(block.seen[:72]) < 30.0 + 20.0
    assert free.milestones()["tin_aouker:arrival"] < 24 < 72 <= barred.milestones()["tin_aouker:arrival"]


def test_an_agent_that_only_watches_changes_nothing():
    free, watched = Offensive(rng=1), Offensive(rng=1)
    Roadblock(watched, 1e9, 0.0)
    stepped(free), stepped(watched)
    np.testing.assert_array_equal(free.log()["hour"], watched.log()["hour"])


def test_fewer_fighters_from_an_hour_on_count_from_then_on():
    plain, changed = Offensive(rng=1), Offensive(rng=1)
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
        (lambda model: Offensive(parameters={"march_sped": 9.0}), "did you mean 'march_speed'"),
        (lambda model: Offensive(parameters={"march_speed": -3.0}), "march_speed=-3.0 must be 0.1 to 200"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value(call, told):
    with pytest.raises(ValueError, match=told):
        call(Offensive(rng=1))


@pytest.mark.parametrize("rng", [None, "one", np.random.default_rng(1)])
def test_a_seed_that_is_no_whole_number_is_refused_with_the_value(rng):
    with pytest.raises(TypeError, match="must be a whole number, the seed"):
        Offensive(rng=rng)
