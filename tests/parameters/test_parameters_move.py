"""Every declared parameter and every number of a scenario, moved through its file, changes some run.

The share that each has in the dates is printed: `pytest tests/parameters/test_parameters_move.py -s`.
"""

import math
from functools import cache

import pytest
from bundled import parameter_names
from worlds import defaults, log, opened_drawn, template_of

from sim.chance.keyed import replicate_seed
from sim.engine.build import build
from sim.engine.history import events
from sim.engine.loop import advance
from sim.engine.outcomes import outcomes
from sim.engine.reports import reports
from sim.files.case import BUNDLED
from sim.files.overrides import lay
from sim.files.units import UNITLESS, UNITS
from sim.files.yaml_tree import Where, read
from sim.parameters.reading import load_parameters
from sim.scenario.network import load_network
from sim.scenario.reading import load_scenario
from sim.state.rows import NEVER

pytestmark = pytest.mark.slow

SEEDS = 8  # every run draws the other parameters from their priors
MORE = 300  # as many are tried for what moves a run rarely, such as the bounds of being beaten
# What shows in the bundled scenarios hardly or never. Manned aviation is a floor below the drones, whose
# circle reaches all of gao-anefis; and a column of 750 meets no force ratio below 0.45.
ELSEWHERE = {
    "manned_cover": {"drones.tb2.radius": "100 km"},
    "beaten_ratio": {f"columns.army.serials.{part}.persons": "90" for part in ("head", "main", "rear")},
}
ELSEWHERE |= {
    "night_pace": {"columns.army.by_night.source": "test", "columns.army.by_night.known": "2023-10-01"},
    "raid_radius": {"groups.mnla.home": "essouk", "groups.hcua.home": "aguelhok"},
    ("raid_clear", 0): {"garrisons.kidal.raided": "true"},
    ("raid_clear", 1): {"garrisons.kidal.raided": "true", "groups.mnla.blocks": "[anefis, inbogitane]"},
    ("strike_reach", 1): {
        "columns.army.objectives.aguelhok.place": "tessalit",
        "milestones.aguelhok:capture.id": "tessalit:capture",
        "headline": "[tessalit:capture]",
        "drones.tb2.radius": "300 km",
    },
    "camp_radius": {
        "camps.aguelhok.place": "techanaght",
        "milestones.aguelhok:vacated.id": "techanaght:vacated",
        "milestones.aguelhok:camp_taken.id": "techanaght:camp_taken",
    },
}
HOLD = """drones_forward strike_rate strike_vehicles refit refit_spread planning planning_spread probe_rate
probe_least probe_most population_growth leaving threat_radius strike_leaving strike_time distance_offset refuge_weight
fighting_weight"""
# The scenario in which a parameter shows; the first stage for all others.
SHOWS = {
    "un-kidal-gao": ["laden_factor"],
    "anefis-hold": HOLD.split(),
    "anefis-kidal": ["refuge_time"],
    "kidal-aguelhok": ["strike_reach"],
    "kidal-offensive": ["camp_radius"],
    "blockade": ["supply_least", "raid_clear", "ground_step"],
    "tessalit-airlift": ["raid_rate", "raid_hours"],
    "un-withdrawal": ["raid_radius"],
}
SCENARIO = {name: scenario for scenario, names in SHOWS.items() for name in names}
MOVES = [(name, bound) for name in parameter_names() for bound in (0, 1)]


@cache
def template(name, *sets):
    return build(load_scenario(name, dict(sets)), defaults())


@cache
def told(name, sets, seed, parameters=None):
    """A run's log with its outcomes, its milestones and its horizon, parameters drawn."""
    row = template(name, *sets)
    given, run_seed = parameters or defaults(), replicate_seed(7, seed)
    world = opened_drawn(row, seed, given)
    advance(world, NEVER)
    table = events(row, world, 0)
    told = [list(column) for column in reports(row, run_seed, given.draw(run_seed), table).values()]
    history = log(world, row), outcomes(row, world), str(told)
    return history, [m.hour for m in world.milestones], world.run[0].horizon


def shift(one, other):
    """Mean absolute change of the milestones of a run, h; those that never come stand at the horizon."""
    pairs = [(min(a, one[2]), min(b, one[2])) for a, b in zip(one[1], other[1], strict=True)]
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


def moved(runs, base):
    """Whether any of many runs changes, looked for until one does; and the mean change of the first, h."""
    first = [(one(), other()) for one, other in zip(runs[:SEEDS], base[:SEEDS], strict=True)]
    hours = sum(shift(*pair) for pair in first) / len(first)
    changed = any(a[0] != b[0] for a, b in first) or any(
        one()[0] != other()[0] for one, other in zip(runs[SEEDS:], base[SEEDS:], strict=True)
    )
    return changed, hours


def calls(name, sets, parameters=None):
    return [lambda seed=seed: told(name, sets, seed, parameters) for seed in range(MORE)]


def from_file(folder, name, bound):
    """The parameters with one of them fixed at its low (0) or high (1) bound by a file."""
    row = defaults().rows[name]
    unit = "" if UNITS[row.unit][0] in UNITLESS else f" {row.unit}"
    low, high = (f"{number / row.in_unit:.9g}{unit}" for number in row.bounds())
    text = f"value: {(low, high)[bound]}\n    prior: {{kind: fixed, low: {low}, high: {high}}}\n"
    file = folder / "moved.yaml"
    file.write_text(f"parameters:\n  {name}:\n    {text}")
    parameters = load_parameters(file)
    assert parameters.rows[name].value == pytest.approx(row.bounds()[bound])
    return Hashed(parameters)


class Hashed:
    """Parameters that a cache may hold."""

    def __init__(self, parameters):
        self.draw = parameters.draw


@pytest.mark.parametrize(("name", "bound"), MOVES, ids=str)
def test_a_parameter_at_its_bound_moves_some_history(name, bound, tmp_path):
    sets = tuple(ELSEWHERE.get((name, bound), ELSEWHERE.get(name, {})).items())
    scenario = SCENARIO.get(name, "gao-anefis")
    changed, hours = moved(calls(scenario, sets, from_file(tmp_path, name, bound)), calls(scenario, sets))
    print(f"{name:22} {('low', 'high')[bound]:4} {hours:8.2f} h")  # noqa: T201 - read with -s
    assert changed


@pytest.mark.parametrize("name", ["march_speed", "march_hours", "mine_rate", "mine_halt", "contact_pace"])
def test_the_un_column_is_moved_by_what_concerns_it(name, tmp_path):
    runs = calls("un-kidal-gao", (), from_file(tmp_path, name, 1))[:SEEDS]
    changed, hours = moved(runs, calls("un-kidal-gao", ())[:SEEDS])
    assert changed
    assert hours > 1


FIELDS = [
    ("drones.tb2.radius", "100 km"),
    ("drones.tb2.aircraft", "2"),
    ("drones.tb2.endurance", "8 h"),
    ("drones.tb2.cruise", "60 km/h"),
    ("drones.tb2.turn_round", "24 h"),
    ("drones.tb2.ready", "2023-10-31"),
    ("drones.tb2.station", "tinzaouaten"),
    ("belief.radius", "100 km"),
    ("columns.army.serials.head.persons", "500"),
    ("columns.army.serials.main.vehicles", "90"),
    ("columns.army.vehicle_gap", "200 m"),
    ("columns.army.serial_gap", "30 min"),
    ("columns.army.mines_reported", "0.1"),
    ("columns.army.contested_from", "gao"),
    ("columns.army.departs", "2023-10-04"),
    ("groups.mnla.home", "anefis"),
    ("groups.mnla.role", "harassing"),
    ("start", "2023-10-01"),
    ("end", "2023-10-05"),
]


@pytest.mark.parametrize(("field", "text"), FIELDS, ids=str)
def test_a_field_of_the_scenario_moves_some_history(field, text):
    runs, base = calls("gao-anefis", ((field, text),)), calls("gao-anefis", ())
    changed, hours = moved(runs, base)
    print(f"{field:36} {text:14} {hours:8.2f} h")  # noqa: T201 - read with -s
    assert changed


def test_the_station_of_the_feared_radius_moves_some_history_where_the_way_leaves_it():
    near = (("belief.radius", "100 km"),)
    runs, base = calls("gao-anefis", (*near, ("belief.station", "tarkint"))), calls("gao-anefis", near)
    assert moved(runs, base)[0]


def test_whose_manned_aviation_flies_moves_some_history_beyond_the_drones():
    logs = []
    for side in ("un", "army"):
        tree = read(BUNDLED.path("scenarios") / "gao-anefis.yaml")
        lay(tree, "drones.tb2.radius", "100 km", Where("test", 0))
        lay(tree["manned_aviation"][0], "side", side, Where("test", 0))
        row = template_of(tree, load_network())
        worlds = [opened_drawn(row, seed) for seed in range(40)]
        logs.append([(advance(world, NEVER), log(world, row)) for world in worlds])
    assert logs[0] != logs[1]


def test_a_field_of_the_un_scenario_moves_its_history():
    for field, text in [("vehicle_gap", "300 m"), ("serial_gap", "2 h"), ("mines_reported", "0.2")]:
        runs = calls("un-kidal-gao", ((f"columns.un.{field}", text),))
        changed, hours = moved(runs, calls("un-kidal-gao", ()))
        assert changed
        assert math.isfinite(hours)
