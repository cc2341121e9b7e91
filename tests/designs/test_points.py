"""Designs: the points of each kind, that each can be run by hand, and what is refused, with its line."""

import math
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from bundled import bundled_inputs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import defaults

from sim.chance.keyed_arrays import replicate_seeds
from sim.designs.design import design_seed, designs, load_design
from sim.designs.factors import find, measure
from sim.designs.samples import sample
from sim.designs.variants import variation
from sim.engine.inputs import load_inputs
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput, Map, Where
from sim.parameters.parameter import exact, read_value


def prior_rows():
    return defaults().rows


@cache
def drawn_names():
    return [name for name, row in prior_rows().items() if row.kind != "fixed"]


HEAD = (
    "summary: Is it so?\nsource: assumption\nruns: 10\n"  # three lines; what a test writes begins on line 4
)
NAMES = ["drones-stay-at-gao", "radius-300-km"]


@pytest.fixture
def design(tmp_path, monkeypatch):
    """Load what is written below a head; gives the design."""
    monkeypatch.chdir(tmp_path)

    def call(text, seed=1, inputs=None, head=HEAD):
        (tmp_path / "d.yaml").write_text(head + text, encoding="utf-8")
        return load_design("d.yaml", inputs or bundled_inputs("kidal-offensive"), seed)

    return call


def told(made):
    """Each point's texts by factor, hypotheses under `with`, as plain text."""
    return [
        {
            name: str(point.settings[name]) if name != "with" else list(point.hypotheses)
            for name in made.factors
        }
        for point in made.points
    ]


def column(made, name):
    return [str(point.settings[name]) for point in made.points]


def numbers(made, name):
    """A parameter's values in h and km."""
    return np.array([read_value(prior_rows()[name], text) for text in column(made, name)])


# --- list, grid, one at a time ------------------------------------------------------------------------------


def test_a_list_gives_its_points(design):
    made = design(
        "kind: list\npoints:\n"
        "  - {march_speed: 8 km/h, drones.tb2.radius: 150 km, with: none}\n"
        "  - {with: [radius-300-km, drones-stay-at-gao], march_speed: 10 km/h, drones.tb2.radius: 150 mi}\n"
    )
    assert made.factors == ("march_speed", "drones.tb2.radius", "with")
    assert told(made) == [
        {"march_speed": "8 km/h", "drones.tb2.radius": "150 km", "with": []},
        {
            "march_speed": "10 km/h",
            "drones.tb2.radius": "150 mi",
            "with": ["radius-300-km", "drones-stay-at-gao"],
        },
    ]


def test_a_point_knows_its_lines(design):
    made = design(
        "kind: grid\nvalues:\n  march_speed:\n    - 8 km/h\n    - 9 km/h\n  with: [none, radius-300-km]\n"
    )
    last = made.points[-1]
    assert last.settings["march_speed"].where == Where("d.yaml", 8)
    assert last.hypotheses[0].where == Where("d.yaml", 9)
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_design_says_what_it_is(design):
    made = design("kind: grid\nvalues: {march_speed: [8 km/h]}\n")
    sheet = made.sheet
    about = (
        made.name,
        made.file,
        sheet.summary,
        sheet.kind,
        sheet.runs,
        sheet.common_random_numbers,
        made.notes,
    )
    assert about == ("d", "d.yaml", "Is it so?", "grid", 10, True, ())
    assert made.text == HEAD + "kind: grid\nvalues: {march_speed: [8 km/h]}\n"
    apart = design("kind: grid\ncommon_random_numbers: false\nvalues: {march_speed: [8 km/h]}\n")
    assert not apart.sheet.common_random_numbers


def test_a_design_may_say_by_when(design):
    text = "kind: list\npoints:\n  - {march_speed: 8 km/h}\n"
    assert design(text).sheet.by is None
    assert design(f"by: 2023-11-30T12:00Z\n{text}").sheet.by == datetime(2023, 11, 30, 12, tzinfo=UTC)


def test_summary_and_source_may_be_left_out(design):
    assert design("kind: list\nruns: 2\npoints:\n  - {march_speed: 8 km/h}\n", head="").sheet.summary == ""


def test_a_grid_is_the_product_with_the_first_factor_slowest(design):
    made = design(
        "kind: grid\nvalues:\n  fighters: [1 persons, 2 persons]\n  end: [2023-12-01, 2023-12-02, 2023-12-03]\n"
    )
    days = ["2023-12-01", "2023-12-02", "2023-12-03"]
    assert column(made, "fighters") == ["1 persons"] * 3 + ["2 persons"] * 3
    assert column(made, "end") == days * 2


def test_a_list_of_the_scenario_takes_lists(design):
    made = design("kind: grid\nvalues:\n  columns.army.go: [[refit], '[refit, drones]', []]\n")
    assert column(made, "columns.army.go") == ["[refit]", "[refit, drones]", "[]"]
    for text in column(made, "columns.army.go"):
        load_inputs("kidal-offensive", sets=[f"columns.army.go={text}"])


def test_one_at_a_time_begins_at_the_base_and_moves_one_factor_a_point(design):
    made = design(
        "kind: one-at-a-time\nvalues:\n"
        "  fighters: [450 persons, 900.0 persons, 1800 persons]\n"
        "  drones.tb2.radius: [150 km, 241.4016 km]\n"  # the second is the base's 150 miles
        "  columns.army.stops: [[tarkint]]\n"
        "  with: [none, radius-300-km]\n"
    )
    base = {
        "fighters": "900.0 persons",
        "drones.tb2.radius": "150 mi",
        "columns.army.stops": "every place",
        "with": [],
    }
    moves = [
        {"fighters": "450 persons"},
        {"fighters": "1800 persons"},
        {"drones.tb2.radius": "150 km"},
        {"columns.army.stops": "[tarkint]"},
        {"with": ["radius-300-km"]},
    ]
    assert told(made) == [base, *({**base, **move} for move in moves)]


@pytest.mark.parametrize("name", ["mine_rate", "refit", "contact_pace", "day_spread", "probe_rate"])
def test_bounds_are_those_of_the_parameter(design, name):
    made = design(f"kind: one-at-a-time\nvalues: {{{name}: bounds}}\n")
    row = prior_rows()[name]
    assert numbers(made, name).tolist() == [row.value, *row.bounds()]


# --- samples ------------------------------------------------------------------------------------------------

RANGES = (
    "ranges:\n"
    "  march_speed: 8 km/h to 12 km/h\n"
    "  drones.tb2.radius: 100 km to 300 km\n"
    "  refit: prior\n"
    "  with: [none, radius-300-km, [radius-300-km, drones-stay-at-gao]]\n"
)
SIZED = {
    "latin-hypercube": "points: 10\n",
    "sobol": "points: 16\n",
    "morris": "trajectories: 5\n",
    "saltelli": "points: 8\n",
}
COUNTS = {"latin-hypercube": 10, "sobol": 16, "morris": 5 * 5, "saltelli": 8 * 6}


@pytest.mark.parametrize("kind", SIZED)
def test_a_sample_goes_through_each_factors_range(design, kind):
    made = design(f"kind: {kind}\n{SIZED[kind]}{RANGES}", seed=7)
    u = sample(kind, 4, int(SIZED[kind].split()[1]), design_seed(kind, 7))
    assert len(made.points) == len(u) == COUNTS[kind]
    assert numbers(made, "march_speed") == pytest.approx(8 + 4 * u[:, 0], rel=1e-12)
    radius = [measure(text) for text in column(made, "drones.tb2.radius")]
    assert [n for _, n in radius] == pytest.approx(100 + 200 * u[:, 1], rel=1e-12)
    central = 0.05 + 0.9 * u[:, 2] if kind == "morris" else u[:, 2]
    assert numbers(made, "refit") == pytest.approx(prior_rows()["refit"].quantiles(central), rel=1e-9)
    choices = [(), ("radius-300-km",), ("radius-300-km", "drones-stay-at-gao")]
    assert [p.hypotheses for p in made.points] == [choices[min(int(x * 3), 2)] for x in u[:, 3]]


@pytest.mark.parametrize("kind", SIZED)
def test_points_depend_on_the_seed_and_not_on_what_else_the_file_says(design, kind):
    text = f"kind: {kind}\n{SIZED[kind]}{RANGES}"
    plain = told(design(text))
    assert (
        told(design(f"# a comment\n{text}", head=HEAD.replace("so?", "true?").replace("10", "99"))) == plain
    )
    assert told(design(text, seed=2)) != plain


def test_a_prior_is_spanned_by_its_ends_in_a_morris_design(design):
    made = design("kind: morris\ntrajectories: 20\nlevels: 2\nranges: {mine_rate: prior, refit: prior}\n")
    for name in ("mine_rate", "refit"):
        assert sorted(set(numbers(made, name))) == pytest.approx(list(prior_rows()[name].bounds()))


def test_second_order_doubles_a_saltelli_design(design):
    text = "kind: saltelli\npoints: 4\nsecond_order: true\nranges: {mine_rate: prior, refit: prior}\n"
    assert len(design(text).points) == 4 * (2 * 2 + 2)


@pytest.mark.parametrize(("way", "points"), [("up", 128), ("down", 64)])
def test_a_size_is_rounded_to_a_power_of_two_if_the_file_permits_it(design, way, points):
    made = design(f"kind: sobol\npoints: 100\nround: {way}\nranges: {{mine_rate: prior}}\n")
    assert len(made.points) == points
    assert made.notes == (f"100 is no power of two: {points} is taken, as 'round: {way}' permits",)
    assert design(f"kind: sobol\npoints: 64\nround: {way}\nranges: {{mine_rate: prior}}\n").notes == ()


def test_whole_numbers_stay_whole_and_come_alike(design):
    made = design("kind: sobol\npoints: 64\nranges: {columns.army.serials.main.vehicles: 3 to 6}\n")
    found = column(made, "columns.army.serials.main.vehicles")
    assert {text: found.count(text) for text in found} == dict.fromkeys("3456", 16)


def test_choices_come_alike(design):
    made = design(
        "kind: sobol\npoints: 64\nranges: {end: [2023-12-01, 2023-12-02], fighters: [1 persons, 2 persons]}\n"
    )
    assert column(made, "end").count("2023-12-01") == 32
    assert column(made, "fighters").count("1 persons") == 32


@pytest.mark.parametrize("name", drawn_names())
def test_the_ends_of_a_prior_stay_inside_the_support(design, name, monkeypatch):
    ends = np.array([[0.0], [1.0]])
    monkeypatch.setattr("sim.designs.samples.sample", lambda *_, **__: ends)
    low, high = numbers(design(f"kind: sobol\npoints: 2\nranges: {{{name}: prior}}\n"), name)
    assert prior_rows()[name].support[0] <= low < high <= prior_rows()[name].support[1]


@given(st.data())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_range_gives_points_inside_it_that_read_back(design, data):
    name = data.draw(st.sampled_from(list(prior_rows())))
    row = prior_rows()[name]
    ends = st.floats(row.support[0], min(row.support[1], row.numbers.get("cut", math.inf)))
    low, high = sorted(data.draw(st.lists(ends, min_size=2, max_size=2, unique=True)))
    kind = data.draw(st.sampled_from(["latin-hypercube", "sobol", "morris"]))
    size = "trajectories: 2" if kind == "morris" else "points: 8"
    made = design(f"kind: {kind}\n{size}\nranges:\n  {name}: {exact(row, low)} to {exact(row, high)}\n")
    found = numbers(made, name)
    assert ((found >= low) & (found <= high)).all()
    assert [exact(row, float(n)) for n in found] == column(made, name)


@given(st.floats(1e-3, 1e4), st.floats(1e-3, 1e4), st.sampled_from(["km", "mi", "m", ""]))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_does_any_range_of_a_field(design, one, other, unit):
    if one == other:
        return
    low, high = sorted([one, other])
    made = design(
        f"kind: sobol\npoints: 8\nranges:\n  drones.tb2.radius: {low!r} {unit} to {high!r} {unit}\n"
    )
    least, most = measure(f"{low!r} {unit}"), measure(f"{high!r} {unit}")
    assert all(least <= measure(text) <= most for text in column(made, "drones.tb2.radius"))


# --- prior --------------------------------------------------------------------------------------------------


def test_a_prior_design_draws_what_the_parameters_draw(design):
    made = design("kind: prior\npoints: 20\n", seed=3)
    records = bundled_inputs("kidal-offensive").parameters.draws(
        replicate_seeds(design_seed("prior", 3), np.arange(20))
    )
    assert list(made.factors) == drawn_names()
    for name in drawn_names():
        assert numbers(made, name).tolist() == records[name].tolist()


def test_over_names_some_and_leaves_their_draws_what_they_are(design):
    every = design("kind: prior\npoints: 5\n")
    some = design("kind: prior\npoints: 5\nover: [refit, mine_rate]\n")
    assert some.factors == ("refit", "mine_rate")
    assert all(column(some, name) == column(every, name) for name in some.factors)
    assert told(design("kind: prior\npoints: 3\nover: [refit, mine_rate]\n")) == told(some)[:3]


def test_a_pinned_parameter_is_not_drawn(design):
    pinned = load_inputs("kidal-offensive", sets=["refit=20 days"])
    assert set(design("kind: prior\npoints: 2\n", inputs=pinned).factors) == set(drawn_names()) - {"refit"}


def test_a_calibrated_file_is_drawn_from(design, tmp_path):
    (tmp_path / "p.yaml").write_text(
        "parameters:\n  mine_rate: {prior: {kind: uniform, low: 0.5 /km, high: 0.6 /km}, value: 0.55 /km}\n"
    )
    inputs = load_inputs("kidal-offensive", tmp_path / "p.yaml")
    for text in ("kind: prior\npoints: 8\n", "kind: sobol\npoints: 8\nranges: {mine_rate: prior}\n"):
        found = [measure(text)[1] for text in column(design(text, inputs=inputs), "mine_rate")]
        assert all(0.5 <= n <= 0.6 for n in found)
        assert len(set(found)) == 8


# --- running a point by hand --------------------------------------------------------------------------------


def test_any_point_can_be_run_by_hand(design):
    made = design(
        "kind: latin-hypercube\npoints: 4\nranges:\n  drones.tb2.radius: 150 mi to 400 km\n"
        "  columns.army.mines_reported: 0.2 to 0.6\n  columns.army.serial_gap: 5 min to 1 h\n  leaving: prior\n"
        "  with: [none, hazard-by-night]\n"
    )
    assert len(made.points) == 4
    for point in made.points:
        sets = [f"{name}={text}" for name, text in point.settings.items()]
        inputs = load_inputs("kidal-offensive", None, sets, point.hypotheses)
        assert inputs.parameters.values()["leaving"] == measure(point.settings["leaving"])[1]
        assert inputs.loaded.scenario.drones[0].radius == measure(point.settings["drones.tb2.radius"])[1]


def at(tree, path):
    """What stands at a path, None if nothing does."""
    try:
        return find(tree, path, tree.where)
    except FaultyInput:
        return None


def test_what_stands_in_a_tree_is_found_as_a_setting_finds_it():
    tree = bundled_inputs("kidal-offensive").loaded.tree
    assert at(tree, "drones.tb2.radius") == "150 mi"
    assert at(tree, "towns.kidal.held_by") == "rebels"
    assert at(tree, "refuges") == ["abeibara", "tinzaouaten"]
    assert isinstance(at(tree, "rules"), Map)
    assert [at(tree, path) for path in ("", "drones.tb2", "drones.tb2.radus", "end.x", "a.b")] == [None] * 5


# --- what is refused ----------------------------------------------------------------------------------------


def refused(design, text, **how):
    with pytest.raises(FaultyInput) as refusal:
        design(text, **how)
    return str(refusal.value).splitlines()


GRID = "kind: grid\nvalues:\n  "
SOBOL = "kind: sobol\npoints: 4\nranges:\n  "
OAT = "kind: one-at-a-time\nvalues:\n  "
FAULTY = [  # text, line, what is wrong, what would be right
    ("kind: gird\nvalues: {}\n", 4, "kind: 'gird' is not known; did you mean 'grid'?"),
    ("kind: [grid]\nvalues: {}\n", 4, "kind: a list or mapping stands here"),
    ("values: {}\n", 1, "the key 'kind' is missing"),
    ("kind: grid\n", 1, "the key 'values' is missing"),
    ("kind: grid\nranges: {}\nvalues: {fighters: [1 persons]}\n", 5, "'ranges' is not a key here"),
    ("kind: grid\nvalues: {}\n", 5, "values: holds 0; expected 1 or more"),
    ("kind: grid\nvalues: fighters\n", 5, "values has no keys of its own"),
    ("kind: grid\nmilestone: kidal\nvalues: {fighters: [1 persons]}\n", 5, "milestone: 'kidal' is not place:event"),
    ("kind: grid\nmilestone: 'kidal:<b>'\nvalues: {fighters: [1 persons]}\n", 5, "milestone: '<b>' is not a name"),
    (GRID + "fighters: []\n", 6, "fighters: holds 0; expected 1 or more"),
    (GRID + "fighters: 1 persons\n", 6, "fighters: is not a list; expected '[...]'"),
    (GRID + "fihgters: [1 persons]\n", 6, "'fihgters' is neither a parameter, a scenario field nor 'with'; did you mean 'fighters'?"),
    (GRID + "drones.tb3.radius: [1 km]\n", 6, "'tb3' of 'drones.tb3.radius' is not there; did you mean 'tb2'?"),
    (GRID + "drones.tb2.radus: [1 km]\n", 6, "'radus' of 'drones.tb2.radus' is not there; did you mean 'radius'?"),
    (GRID + "drones.tb2: [1 km]\n", 6, "'tb2' of 'drones.tb2' is not there"),
    (GRID + "columns.army.serials: [[a]]\n", 6, "'columns.army.serials' does not lead to a single value"),
    (GRID + "fighters:\n  - 1\n  - 2 km\n", 7, "fighters: '1' has no unit; expected '1 persons'"),
    (GRID + "fighters:\n  - 1\n  - 2 km\n", 8, "fighters: '2 km' is a length, not a persons"),
    (GRID + "fighters: [many]\n", 6, "fighters: 'many' is not a number"),
    (GRID + "fighters: [[1 persons]]\n", 6, "fighters: a list or mapping stands here"),
    (GRID + "fighters: [0 persons]\n", 6, "fighters: '0 persons' is out of range; expected 1 persons to 100000 persons"),
    (GRID + "refit:\n    - 1 days\n    - 24 h\n", 8, "refit: says again what line 7 says; expected once"),
    (GRID + "end:\n    - 2023-12-01\n    - 2023-12-01\n", 8, "end: says again what line 7 says"),
    (GRID + "with: [none, none]\n", 6, "with: says again what line 6 says"),
    (GRID + "with: [radius-30-km]\n", 6, "with: 'radius-30-km' is neither a file nor a hypothesis that comes with the program; did you mean 'radius-300-km'?"),
    (GRID + "with: [[radius-300-km, none]]\n", 6, "with: 'none' is neither a file nor a hypothesis"),
    (GRID + "with: [[]]\n", 6, "with: no hypothesis stands here; expected 'none'"),
    (GRID + "with: [[radius-300-km, radius-300-km]]\n", 6, "with: a hypothesis stands here twice"),
    (GRID + "with: [{a: b}]\n", 6, "with: a list or mapping stands here"),
    (GRID + "with: none\n", 6, "with: is not a list"),
    (GRID + "end: [{a: b}]\n", 6, "end: a list or mapping stands here"),
    (GRID + "end: [[2023-12-01]]\n", 6, "end: is a single value in the scenario, and a list stands here"),
    (GRID + "end: ['']\n", 6, "end: nothing is written here"),
    (GRID + "refuges: [abeibara]\n", 6, "refuges: is a list in the scenario; expected '[abeibara]'"),
    (OAT + "end: bounds\n", 6, "end: is no parameter and has no bounds; expected a list"),
    (OAT + "with: bounds\n", 6, "with: is no parameter and has no bounds"),
    (OAT + "fighters: bonds\n", 6, "fighters: is not a list"),
    ("kind: list\npoints: []\n", 5, "points: holds 0; expected 1 or more"),
    ("kind: list\npoints: 5\n", 5, "points is not a list"),
    ("kind: list\npoints:\n  - {}\n", 6, "points: holds 0; expected 1 or more"),
    ("kind: list\npoints:\n  - fighters\n", 6, "points has no keys of its own"),
    ("kind: list\npoints:\n  - {refit: 1 h}\n  - {planning: 1 h}\n", 7, "names planning, but the first point refit; expected the same"),
    ("kind: list\npoints:\n  - {refit: 1 h}\n  - {refit: 1 h, planning: 1 h}\n", 7, "names refit, planning, but the first point refit"),
    ("kind: list\npoints:\n  - {refit: 1 days}\n  - {refit: 24 h}\n", 7, "is the point of line 6 again; expected once"),
    ("kind: list\npoints:\n  - {refit: 1 h}\n  - {refit: 1}\n", 7, "refit: '1' has no unit"),
    (SOBOL + "refit: 2 days to 1 days\n", 7, "refit: '2 days to 1 days' does not go up; expected a low below the high"),
    (SOBOL + "refit: 1 days to 24 h\n", 7, "refit: '1 days to 24 h' does not go up"),
    (SOBOL + "refit: 1 to 2 days\n", 7, "refit: '1' has no unit"),
    (SOBOL + "refit: 1 days\n", 7, "refit: '1 days' is no range; expected 'low to high' or a list of choices"),
    (SOBOL + "refit: to 1 days\n", 7, "refit: 'to 1 days' is no range"),
    (SOBOL + "refit: 1 days to 2000 days\n", 7, "refit: '2000 days' is out of range; expected 0 days to 1000 days"),
    (SOBOL + "refit: [1 days]\n", 7, "refit: holds 1; expected 2 or more"),
    (SOBOL + "refit: {low: 1 h}\n", 7, "refit: a list or mapping stands here"),
    (SOBOL + "least_march: prior\n", 7, "least_march: is fixed and has no prior; expected 'low to high'"),
    (SOBOL + "drones.tb2.radius: prior\n", 7, "drones.tb2.radius: is a scenario field and has no prior"),
    (SOBOL + "drones.tb2.radius: 100 to 300 km\n", 7, "drones.tb2.radius: '100 to 300 km' runs from a number to a length; expected units on both"),
    (SOBOL + "drones.tb2.radius: 300 km to 100 km\n", 7, "drones.tb2.radius: '300 km to 100 km' does not go up"),
    (SOBOL + "columns.army.serials.main.persons: 5 to 5\n", 7, "columns.army.serials.main.persons: '5 to 5' does not go up"),
    (SOBOL + "end: 2023-12-01 to 2023-12-09\n", 7, "end: '2023-12-01' is no number with a unit known here"),
    (SOBOL + "with: none to radius-300-km\n", 7, "with: 'none to radius-300-km' is no list; expected a list of choices"),
    (SOBOL + "with: prior\n", 7, "with: 'prior' is no list"),
    ("kind: sobol\nranges: {refit: prior}\npoints: 100\n", 6, "points: 100 is no power of two; expected 64 or 128, or 'round: down' or 'round: up'"),
    ("kind: saltelli\nranges: {refit: prior}\npoints: 3\n", 6, "points: 3 is no power of two; expected 2 or 4"),
    ("kind: sobol\nranges: {refit: prior}\npoints: 4\nround: off\n", 7, "round: 'off' is not known; expected 'up' or 'down'"),
    ("kind: latin-hypercube\nranges: {refit: prior}\npoints: 4\nround: up\n", 7, "'round' is not a key here"),
    ("kind: latin-hypercube\nranges: {refit: prior}\npoints: 0\n", 6, "points: 0 is out of range; expected 1 or more"),
    ("kind: latin-hypercube\nranges: {refit: prior}\npoints: [4]\n", 6, "points: a list or mapping stands here"),
    ("kind: latin-hypercube\nranges: {refit: prior}\n", 1, "the key 'points' is missing"),
    ("kind: latin-hypercube\nranges: {refit: prior}\npoints: 100001\n", 6, "the design has 100,001 points; expected 100,000 at most"),
    ("kind: morris\nranges: {refit: prior, planning: prior}\ntrajectories: 33334\n", 6, "the design has 100,002 points"),
    ("kind: morris\nranges: {refit: prior}\ntrajectories: 3\nlevels: 5\n", 7, "levels: 5 is out of range"),
    ("kind: morris\nranges: {refit: prior}\npoints: 3\n", 6, "'points' is not a key here"),
    ("kind: saltelli\nranges: {refit: prior}\npoints: 65536\n", 6, "the design has 196,608 points"),
    ("kind: saltelli\nranges: {refit: prior}\npoints: 4\nsecond_order: yes\n", 7, "second_order: 'yes' is not true or false; expected 'true'"),
    ("kind: prior\npoints: 4\nover: []\n", 6, "over: holds 0; expected 1 or more"),
    ("kind: prior\npoints: 4\nover: refit\n", 6, "over is not a list"),
    ("kind: prior\npoints: 4\nover: [refti]\n", 6, "'refti' is neither a parameter, a scenario field nor 'with'; did you mean 'refit'?"),
    ("kind: prior\npoints: 4\nover: [least_march]\n", 6, "over: 'least_march' has no prior"),
    ("kind: prior\npoints: 4\nover: [end]\n", 6, "over: 'end' has no prior"),
    ("kind: prior\npoints: 4\nover: [refit, refit]\n", 6, "over: 'refit' stands here again"),
    ("kind: prior\npoints: 4\nover: [[refit]]\n", 6, "over: a list or mapping stands here"),
    ("kind: grid\nvalues: {refit: [1 h]}\nmore: 1\n", 6, "'more' is not a key here"),
    ("kind: grid\nvalues: {refit: &a [1 h]}\n", 5, "'&a' is an anchor; these files have none"),
    (GRID + "refit: [1 h]\n  refit: [2 h]\n", 7, "'refit' stands here again"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), FAULTY)
def test_a_faulty_design_is_told_with_its_line(design, text, line, message):
    rows = refused(design, text)
    assert any(row.startswith(f"d.yaml:{line}: {message}") for row in rows), rows
    assert all(row.startswith("d.yaml:") for row in rows)


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ("0", "runs: 0 is out of range; expected 1 or more"),
        ("-5", "runs: -5 is out of range"),
        ("10000001", "runs: 10000001 is out of range; expected 10000000 or less"),
        ("1e3", "runs: '1e3' is not a whole number"),
        ("[5]", "runs: a list or mapping stands here"),
        ("", "runs: '' is not a whole number"),
    ],
)
def test_runs_are_a_whole_number_within_reason(design, runs, message):
    (row,) = refused(design, "kind: prior\npoints: 4\n", head=f"runs: {runs}\n")
    assert row.startswith(f"d.yaml:1: {message}")


def test_there_are_not_too_many_runs_in_all(design):
    text = "runs: 10000000\nkind: sobol\nranges: {refit: prior}\npoints: "
    assert len(design(f"{text}512\n", head="").points) == 512
    (row,) = refused(design, f"{text}1024\n", head="")
    assert row == (
        "d.yaml:1: runs: 10,000,000 at 1,024 points are 10,240,000,000 in all; "
        "expected 10,000,000,000 at most"
    )


def test_a_grid_too_large_is_refused_by_its_number_before_it_is_made(design):
    values = ", ".join(f"{n} h" for n in range(1000))
    (row,) = refused(
        design, f"kind: grid\nvalues:\n  refit: [{values}]\n  planning: [{values}]\n  recovery: [{values}]\n"
    )
    assert row.startswith("d.yaml:5: the design has 1,000,000,000 points; expected 100,000 at most")


@pytest.mark.parametrize("name", ["refit", "drones.tb2.radius"])
def test_what_is_set_is_not_moved(design, name):
    inputs = load_inputs("kidal-offensive", sets=["refit=20 days", "drones.tb2.radius=200 km"])
    (row,) = refused(design, f"kind: grid\nvalues:\n  {name}: [1 h]\n", inputs=inputs)
    assert row.startswith(f"d.yaml:6: '{name}' is set")
    assert "the design moves it" in row


def test_a_design_over_nothing_but_pinned_parameters_is_refused(design):
    sets = [f"{name}={exact(prior_rows()[name], prior_rows()[name].value)}" for name in drawn_names()]
    (row,) = refused(design, "kind: prior\npoints: 4\n", inputs=load_inputs("kidal-offensive", sets=sets))
    assert row.startswith("d.yaml:5: no parameter is drawn from a prior")
    (row,) = refused(
        design, "kind: prior\npoints: 4\nover: [refit]\n", inputs=load_inputs("kidal-offensive", sets=sets)
    )
    assert row.startswith("d.yaml:6: 'refit' is set or pinned already")


def test_all_faults_are_told_at_once(design):
    rows = refused(
        design,
        "kind: sobol\npoints: 100\nmore: 1\nranges:\n  fihgters: prior\n  refit: 2 h to 1 h\n  with: [none, nil]\n",
        head="summary:\nsource: s\nruns: many\n",
    )
    assert [int(row.split(":")[1]) for row in rows] == [1, 3, 6, 8, 9, 10]
    rows = refused(design, "kind: girdd\nvalues: 5\n", head="runs: many\n")
    assert [int(row.split(":")[1]) for row in rows] == [1, 2]


def test_a_point_that_is_no_scenario_is_told_with_the_line_of_the_design(design):
    made = design("kind: grid\nvalues:\n  columns.army.departs: [2023-13-01, 2023-10-02, 2024-05-02]\n")
    with pytest.raises(FaultyInput) as error:
        variation(bundled_inputs("kidal-offensive"), made)
    first, second = map(str, error.value.faults)
    assert first.startswith("d.yaml:6: columns.army.departs: '2023-13-01' is not a day")
    assert second.startswith("d.yaml:6: columns.army.departs: army departs on 2024-05-02, outside")


def test_what_a_point_breaks_elsewhere_is_told_with_both_lines(design):
    made = design("kind: grid\nvalues:\n  start: [2023-10-02, 2023-12-30]\n")
    with pytest.raises(FaultyInput) as error:
        variation(bundled_inputs("kidal-offensive"), made)
    rows = [str(fault) for fault in error.value.faults]
    assert all(re.match(r"d\.yaml:6: with this, .*kidal-offensive\.yaml:\d+: ", row) for row in rows)
    assert any("army departs on 2023-10-02, outside 2023-12-30" in row for row in rows)


@pytest.mark.parametrize("name", ["mine-rates", "", "..", "x" * 5000, "\0"])
def test_an_unknown_design_is_answered_with_those_there_are(name):
    with pytest.raises(FaultyInput) as refusal:
        load_design(name, bundled_inputs("kidal-offensive"), 1)
    assert "neither a file nor a design that comes with the program" in str(refusal.value)
    assert "mine-rate" in str(refusal.value) or "column-size" in str(refusal.value)


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", "\t", "kind: [", "kind: \x00\n", "kind: prior\n  x\n"])
def test_a_file_that_is_no_design_is_told(design, text):
    assert all(row.startswith("d.yaml") for row in refused(design, text, head=""))


WORDS = [
    "no",
    ".nan",
    "1e999",
    "-1",
    "0",
    "",
    "~",
    "{}",
    "[]",
    "[[]]",
    "{a: b}",
    "*a",
    "<<: ",
    "none",
    "prior",
    "bounds",
    " to ",
]
WORDS += [
    "9" * 400,
    "\t",
    "'",
    "- ",
    ": ",
    "\n",
    "  ",
    "with",
    "refit",
    "end",
    "columns",
    ".",
    "points: 3\n",
    "round: up\n",
    "[",
    "]",
]
WHOLE = (
    "kind: saltelli\npoints: 4\nranges:\n  refit: 1 h to 2 days\n  end: [2023-12-01, 2023-12-02]\n  with: [none, [radius-300-km]]\n",
    "kind: one-at-a-time\nvalues:\n  refit: bounds\n  columns.army.go: [[refit], [refit, drones]]\n  with: [radius-300-km]\n",
    "kind: list\npoints:\n  - {refit: 1 h, end: 2023-12-01}\n  - {refit: 2 h, end: 2023-12-02}\n",
    "kind: prior\npoints: 3\nover: [refit, planning]\n",
)


@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(WORDS)), max_size=3),
)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_a_design_or_told_with_its_line(design, text, changes):
    for place, gone, word in changes:
        at = int(place * len(text))
        text = text[:at] + word + text[at + gone :]
    try:
        made = design(text)
    except FaultyInput as error:
        assert all(str(fault).startswith(("d.yaml:", "d.yaml: ")) for fault in error.faults)
    else:
        assert made.points


# --- those that come with the program -----------------------------------------------------------------------


def test_each_asks_a_question_and_says_where_its_values_come_from():
    questions = designs()
    assert set(questions) == {
        "drone-radius",
        "drone-radius-base",
        "column-size",
        "departure-date",
        "rebel-strength",
        "mine-rate",
        "morris",
        "sobol",
        "pawn",
        "one-at-a-time",
        "groups",
        "go-conditions",
        "drone-stations",
    }
    assert all(question.endswith("?") for question in questions.values())
    for path in (BUNDLED.path("params") / "sweeps").iterdir():
        assert "\nsource: " in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", ["kidal-offensive", "gao-anefis"])
@pytest.mark.parametrize(
    "name",
    ["drone-radius", "drone-radius-base", "column-size", "departure-date", "rebel-strength", "mine-rate"],
)
def test_each_loads_over_the_offensive_and_its_first_stage(name, scenario):
    made = load_design(name, load_inputs(scenario), 1)
    points = [(tuple(point.settings.items()), point.hypotheses) for point in made.points]
    assert len(set(points)) == len(points) in range(5, 13)
    along = column(made, made.factors[0])
    others = len({tuple(t for f, t in row.items() if f == "with") and str(row["with"]) for row in told(made)})
    assert len(set(along)) * others == len(along)


@pytest.mark.parametrize(
    "name", ["drone-radius-base", "column-size", "departure-date", "rebel-strength", "mine-rate"]
)
@pytest.mark.slow
def test_each_point_of_theirs_can_be_run(name):
    for point in load_design(name, bundled_inputs("kidal-offensive"), 1).points:
        sets = [f"{factor}={text}" for factor, text in point.settings.items()]
        load_inputs("kidal-offensive", None, sets, point.hypotheses)


def test_a_departure_begins_at_the_scenarios_own_day_and_leaves_on_mondays():
    made = load_design("departure-date", bundled_inputs("kidal-offensive"), 1)
    days = column(made, "columns.army.departs")
    assert days[0] == at(bundled_inputs("kidal-offensive").loaded.tree, "columns.army.departs")
    assert {np.datetime64(day).item().weekday() for day in days} == {0}


def test_a_column_keeps_its_persons_to_a_vehicle():
    made = load_design("column-size", bundled_inputs("kidal-offensive"), 1)
    assert {
        int(row[f"columns.army.serials.{serial}.persons"])
        / int(row[f"columns.army.serials.{serial}.vehicles"])
        for row in told(made)
        for serial in ("main", "rear")
    } == {300 / 45}


def test_designs_are_imported_without_what_is_slow():
    code = (
        "import sys, sim.designs.design; print([m for m in ('scipy', 'SALib', 'pandas') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
