"""Parameters: the bundled file against the model's table, priors against SciPy, and what is refused."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import scipy
from bundled import parameter_names

from sim.engine.inputs import load_inputs
from sim.files import units
from sim.files.case import BUNDLED
from sim.files.paths import program_file
from sim.files.yaml_tree import FaultyInput
from sim.parameters.parameter import UNITLESS_NUMBERS, Parameters, table
from sim.parameters.reading import load_parameters


@cache
def default():
    return load_parameters()


# name: symbol, unit, prior, its numbers, 5 and 95 % quantile as the model's table writes them
MODEL = {
    "march_speed": ("v", "km/h", "lognormal", (11, 0.35), ("6.2", "19.6")),
    "march_hours": ("H", "h/day", "uniform", (8, 13), ("8.25", "12.75")),
    "contact_pace": ("m_C", "share", "lognormal", (0.4, 0.5, 1), (".18", ".91")),
    "mine_rate": ("lambda_I", "/km", "lognormal", (0.006, 0.5), (".0026", ".0137")),
    "mine_halt": ("h_I", "h", "lognormal", (4, 0.9), ("0.9", "18")),
    "ambush_rate": ("lambda_A", "/km", "lognormal", (0.012, 0.7), (".004", ".038")),
    "drone_suppression": ("phi", "share", "beta", (4, 5), (".19", ".71")),
    "ambush_hours": ("h_A", "h", "lognormal", (4, 0.6), ("1.5", "10.7")),
    "fighters": ("R0", "persons", "lognormal", (900, 0.5), ("395", "2050")),
    "committed_share": ("f_A", "share", "beta", (4, 6), (".17", ".66")),
    "break_off": ("eta", "/h", "lognormal", (0.06, 0.7), (".019", ".19")),
    "air_multiplier": ("kappa", "-", "lognormal", (0.6, 0.5), (".26", "1.37")),
    "wheeled_factor": ("m_W", "-", "lognormal", (1, 0.4), (".52", "1.93")),
    "laden_factor": ("m_L", "-", "lognormal", (1, 0.4), (".52", "1.93")),
    "column_spread": ("s_C", "-", "half-normal", (0.3,), (".019", ".59")),
    "ground_step": ("g", "-", "half-normal", (0.25,), (".016", ".49")),
    "night_pace": ("n_N", "share", "beta", (8, 12), (".23", ".58")),
    "mine_reach": ("l_I", "km", "lognormal", (100, 0.6), ("37", "268")),
    "mine_found": ("q_I", "share", "beta", (2, 2), (".135", ".865")),
    "column_loss_rate": ("a_B", "/fighter-h", "lognormal", (0.01, 0.8), (".003", ".037")),
    "refit": ("tau_R", "days", "gamma", (6, 4.2), ("11", "44")),
    "drones_forward": ("tau_U", "days", "gamma", (4, 6), ("8", "47")),
    "planning": ("tau_P", "days", "lognormal", (4, 0.7), ("1.3", "12.65")),
    "population_growth": ("f_P", "-", "lognormal", (1.2, 0.25), (".795", "1.81")),
    "leaving": ("p_c", "/day", "lognormal", (0.05, 0.7), (".016", ".16")),
    "threat_radius": ("r_c", "km", "lognormal", (90, 0.6), ("34", "241")),
    "strike_leaving": ("p_s", "/day", "lognormal", (0.1, 0.7), (".03", ".32")),
    "report_delay": ("t_D", "h", "lognormal", (12, 0.8), ("3.2", "45")),
    "own_told": ("q_1", "share", "beta", (2, 3), (".10", ".75")),
    "other_told": ("q_2", "-", "lognormal", (2, 0.6), (".75", "5.4")),
    "rebel_loss_rate": ("a_R", "/soldier-h", "lognormal", (0.002, 0.8), (".0005", ".0075")),
    "contact_hours": ("t_C", "h", "lognormal", (24, 0.4, 1000), ("12.4", "46")),
    "press_on": ("t_P", "h", "uniform", (0, 6), ("0.3", "5.7")),
    "night_harassment": ("p_N", "share", "beta", (3, 2), (".25", ".90")),
    "night_slip": ("t_N", "h", "lognormal", (1.5, 0.7, 24), (".47", "4.7")),
    "fight_hours": ("t_F", "h", "lognormal", (4, 0.4, 24), ("2.1", "7.7")),
    "round_days": ("n_R", "-", "lognormal", (2, 0.5, 30), (".88", "4.6")),
    "round_force": ("f_R", "-", "lognormal", (1.5, 0.3, 10), (".92", "2.5")),
    "round_least": ("r_1", "h", "uniform", (3, 9), ("3.3", "8.7")),
    "round_most": ("r_2", "h", "uniform", (9, 15), ("9.3", "14.7")),
    "strike_rate": ("lambda_S", "/day", "lognormal", (0.25, 0.7), (".08", ".79")),
    "probe_rate": ("lambda_P", "/day", "lognormal", (0.05, 0.8), (".013", ".19")),
    "probe_least": ("d_P", "km", "uniform", (2.5, 7.5), ("2.75", "7.25")),
    "probe_most": ("D_P", "km", "uniform", (10, 30), ("11", "29")),
}
# name: value and bounds of what the model holds fixed (h, km); by half either way unless the model says else
FIXED = {
    "day_spread": (0.15, 0.075, 0.225),
    "least_march": (2, 1, 3),
    "find_halt": (1.5, 0.75, 3),
    "mine_halt_spread": (0.5, 0.25, 0.75),
    "mine_vehicles": (1, 0.5, 1.5),
    "ambush_hours_spread": (0.4, 0.2, 0.6),
    "ready_radius": (60, 30, 90),
    "recovery": (24, 12, 36),
    "group_speed": (25, 12.5, 37.5),
    "sighting_least": (2, 1, 3),
    "sighting_most": (6, 4, 9),  # not below the greatest least
    "ahead_least": (15, 7.5, 22.5),
    "ahead_most": (60, 30, 90),
    "entry_pace": (0.8, 0.4, 1),  # a share
    "beaten_ratio": (0.3, 0.15, 0.45),
    "beaten_loss": (0.25, 0.125, 0.375),
    "persons_a_vehicle": (6, 3, 9),
    "manned_cover": (0.1, 0, 0.3),
    "strike_reach": (150, 75, 225),
    "strike_vehicles": (0.5, 0.25, 0.75),
    "refit_spread": (0.15, 0.075, 0.225),
    "planning_spread": (0.3, 0.15, 0.45),
    "supply_least": (48, 24, 72),
    "refuge_time": (48, 24, 72),
    "camp_radius": (10, 5, 15),
    "raid_rate": (0.03 / 24, 0.015 / 24, 0.045 / 24),
    "raid_radius": (150, 75, 225),
    "raid_clear": (100, 50, 150),
    "raid_hours": (2, 1, 3),
    "strike_time": (72, 36, 108),
    "distance_offset": (10, 5, 15),
    "refuge_weight": (2, 1, 3),
    "fighting_weight": (0.25, 0.125, 0.375),
    "report_spread": (0.5, 0.25, 0.75),
}
HINDSIGHT = {
    "contact_pace", "contact_hours", "press_on", "night_harassment", "night_slip", "break_off", "air_multiplier",
    "fight_hours", "round_days", "round_force", "round_least", "round_most", "drones_forward", "strike_rate", "refit",
    "planning", "probe_rate", "probe_least", "probe_most", "threat_radius",
    "population_growth",
}  # fmt: skip


def half_a_digit(text):
    """Half a unit of the last digit that is written and not a closing zero of a whole number."""
    if "." in text:
        return 0.5 * 10.0 ** -len(text.split(".")[1])
    return 0.5 * 10.0 ** (len(text) - len(text.rstrip("0")))


# --- the bundled file ------------------------------------------------------------------------------------


def test_the_file_holds_the_models_table_and_what_it_holds_fixed():
    assert set(default().rows) == set(MODEL) | set(FIXED)


@pytest.mark.parametrize("name", parameter_names())
def test_every_row_has_unit_source_note_and_basis(name):
    row = default().rows[name]
    assert row.unit in units.UNITS
    assert len(row.source) > 1
    assert len(row.note.split()) > 3
    assert row.note.endswith(".")
    assert row.basis in {
        "outside",
        "class",
        "judgement",
        "judgement, outcome known",
        "assumption",
        "definition",
    }
    assert row.symbol


def test_symbols_and_notes_are_given_once():
    for field in ("symbol", "note"):
        assert len({getattr(row, field) for row in default().rows.values()}) == len(default().rows)


@pytest.mark.parametrize("name", MODEL)
def test_a_prior_is_that_of_the_models_table(name):
    symbol, unit, kind, numbers, _ = MODEL[name]
    row = default().rows[name]
    assert (row.symbol, row.unit, row.kind) == (symbol, unit, kind)
    own = {key: n if key in UNITLESS_NUMBERS else n / row.in_unit for key, n in row.numbers.items()}
    assert tuple(own.values()) == pytest.approx(numbers)


@pytest.mark.parametrize("name", MODEL)
def test_the_5_and_95_percent_bounds_are_those_of_the_models_table(name):
    for bound, written in zip(default().rows[name].bounds(), MODEL[name][4], strict=True):
        assert bound / default().rows[name].in_unit == pytest.approx(
            float(written), abs=half_a_digit(written) + 1e-9
        )


@pytest.mark.parametrize("name", MODEL)
def test_one_history_uses_the_middle_of_the_prior(name):
    row = default().rows[name]
    mean = {"beta": lambda n: n["a"] / (n["a"] + n["b"]), "uniform": lambda n: (n["low"] + n["high"]) / 2}
    middle = mean.get(row.kind, lambda n: row.quantile(0.5))(row.numbers)
    assert row.value == pytest.approx(middle, rel=2e-4)


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_number_and_its_bounds_are_the_models(name):
    row = default().rows[name]
    assert row.kind == "fixed"
    assert (row.value, *row.bounds()) == pytest.approx(FIXED[name])


def test_what_was_set_with_the_outcome_known_says_so():
    assert set(default().outcome_known) == HINDSIGHT


def test_nothing_set_with_the_outcome_known_is_fixed_but_in_the_file_of_the_old_base():
    assert not [name for name in HINDSIGHT if default().rows[name].kind == "fixed"]
    old = load_parameters(program_file("params", "fixed-hindsight.yaml")).rows
    fixed = {name for name, row in old.items() if row.kind == "fixed"} - FIXED.keys()
    assert fixed < HINDSIGHT
    assert {name: old[name].value for name in fixed} == {name: default().rows[name].value for name in fixed}


def test_a_fixed_row_says_that_it_is_an_assumption():
    for name in FIXED:
        assert "assumption" in default().rows[name].basis + default().rows[name].source


# --- priors ----------------------------------------------------------------------------------------------

SCIPY = {
    "half-normal": lambda n: scipy.stats.halfnorm(scale=n["sd"]),
    "lognormal": lambda n: scipy.stats.lognorm(n["log_sd"], scale=n["median"]),
    "uniform": lambda n: scipy.stats.uniform(n["low"], n["high"] - n["low"]),
    "gamma": lambda n: scipy.stats.gamma(n["shape"], scale=n["scale"]),
    "beta": lambda n: scipy.stats.beta(n["a"], n["b"]),
}
EXAMPLES = {
    "march_speed": "{kind: gamma, shape: 6, scale: 2 km/h}",
    "recovery": "{kind: lognormal, median: 2 days, log_sd: 0.5, cut: 3 days}",
}


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """Load a parameter file of a given text."""
    monkeypatch.chdir(tmp_path)

    def call(text, sets=None):
        (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
        return load_parameters(tmp_path / "p.yaml", sets)

    return call


@pytest.fixture
def refused(loaded):
    """Load a parameter file that must be refused; gives the messages without the folder."""

    def call(text, sets=None):
        with pytest.raises(FaultyInput) as refusal:
            loaded(text, sets)
        return [
            f"{Path(where.file).name}:{where.line}: {message}" if where.line else f"{where.file}: {message}"
            for where, message in refusal.value.faults
        ]

    return call


def one(name, keys):
    return f"# comment\nparameters:\n  {name}: {{{keys}}}\n"


@pytest.mark.parametrize("name", MODEL)
def test_quantiles_are_scipys(name):
    row = default().rows[name]
    for u in (1e-9, 0.05, 0.3, 0.5, 0.95, 1 - 1e-9):
        expected = min(SCIPY[row.kind](row.numbers).ppf(u), row.numbers.get("cut", math.inf))
        assert row.quantile(u) == pytest.approx(expected, rel=1e-9)


def test_quantiles_of_a_gamma_and_of_a_cut_in_other_units_are_scipys(loaded):
    text = "parameters:\n" + "".join(f"  {name}: {{prior: {prior}}}\n" for name, prior in EXAMPLES.items())
    rows = loaded(text).rows
    for u in (0.01, 0.5, 0.99):
        assert rows["march_speed"].quantile(u) == pytest.approx(
            scipy.stats.gamma(6, scale=2).ppf(u), rel=1e-9
        )
        expected = min(72, scipy.stats.lognorm(0.5, scale=48).ppf(u))
        assert rows["recovery"].quantile(u) == pytest.approx(expected, rel=1e-9)


def test_a_fixed_number_has_one_quantile():
    assert {default().rows["recovery"].quantile(u) for u in (0.01, 0.5, 0.99)} == {24}


@pytest.mark.parametrize("name", MODEL)
def test_draws_follow_the_prior(name):
    row = default().rows[name]
    alone = Parameters(rows={name: row})
    drawn = np.array([alone.draw(seed)[name] for seed in range(400)])
    shares = SCIPY[row.kind](row.numbers).cdf(drawn[drawn < row.numbers.get("cut", math.inf)])
    whole = SCIPY[row.kind](row.numbers).cdf(row.numbers.get("cut", math.inf))
    assert scipy.stats.kstest(shares / whole, "uniform").pvalue > 1e-3


def test_a_draw_is_the_same_for_the_same_seed_and_another_for_another():
    assert load_parameters().draw(7) == default().draw(7)
    moved = {name for name in default().rows if default().draw(7)[name] != default().draw(8)[name]}
    assert moved == set(MODEL)


def test_a_draw_does_not_depend_on_what_other_parameters_there_are():
    whole = default().draw(7)
    for name in default().rows:
        rest = {other: row for other, row in default().rows.items() if other != name}
        assert Parameters(rows=rest).draw(7) == {other: whole[other] for other in rest}


def test_a_draw_does_not_depend_on_the_order_of_the_file():
    assert Parameters(rows=dict(reversed(default().rows.items()))).draw(7) == default().draw(7)


def test_what_is_set_is_pinned_and_leaves_the_other_draws_alone():
    pinned = load_parameters(sets={"march_speed": "9 km/h"})
    assert pinned.pinned == {"march_speed"}
    for seed in range(5):
        assert pinned.draw(seed) == default().draw(seed) | {"march_speed": 9.0}


# --- files on top of the default -------------------------------------------------------------------------


def test_a_file_may_hold_some_parameters_only(loaded):
    got = loaded(one("recovery", "value: 2 days"))
    assert got.values() == default().values() | {"recovery": 48.0}
    assert got.pinned == frozenset()


def test_a_value_that_is_set_goes_before_that_of_a_file(loaded):
    got = loaded(one("recovery", "value: 2 days"), {"recovery": "3 h"})
    assert got.values()["recovery"] == 3.0


def test_no_file_and_the_default_file_are_the_same():
    assert load_parameters(BUNDLED.path("params") / "default.yaml") == default()


def test_the_text_reads_back_as_equal_parameters(loaded):
    odd = "parameters:\n  recovery: {value: 100 min, prior: {kind: uniform, low: 0.1 days, high: 7 min}}\n"
    odd = odd.replace("7 min", "700 min")
    for parameters in (default(), loaded(odd), load_parameters(sets={"mine_rate": "0.1 /km"})):
        assert loaded(parameters.text()).rows == parameters.rows


@pytest.mark.parametrize("note", ['a \\\\ b \\" c', "# no comment: {x}", "\\x85 \\u2028 é", "\\a bell"])
def test_any_note_reads_back(loaded, note):
    parameters = loaded(one("recovery", f'note: "{note}"'))
    assert loaded(parameters.text()).rows == parameters.rows


def test_the_table_tells_each_parameter_in_its_own_unit():
    rows = {row["name"]: row for row in table(default())}
    assert list(rows) == list(default().rows)
    assert (rows["march_speed"]["value"], rows["march_speed"]["range"]) == ("11 km/h", "6.19 to 19.6")
    assert rows["manned_cover"]["prior"] == "fixed"


# --- faults ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys", "message"),
    [
        ("march_sped", "value: 9 km/h", "'march_sped' is no parameter; did you mean 'march_speed'?"),
        ("march_speed", "valu: 9 km/h", "'valu' is not a key here; did you mean 'value'?"),
        ("march_speed", "value: 9", "march_speed: value: '9' has no unit; expected '9 km/h'"),
        (
            "march_speed",
            "value: 9 h",
            "march_speed: value: '9 h' is a time, not a speed; expected something like '9 km/h'",
        ),
        (
            "march_speed",
            "value: 9 mph",
            "march_speed: value: 'mph' is not a unit known here; expected one of km/h",
        ),
        ("march_speed", "value: .nan", "march_speed: value: '.nan' is not a finite number"),
        (
            "march_speed",
            "value: -9 km/h",
            "march_speed: value: '-9 km/h' is out of range; expected 0.1 km/h to 200 km/h",
        ),
        (
            "march_speed",
            "value: 0 km/h",
            "march_speed: value: '0 km/h' is out of range; expected 0.1 km/h to 200 km/h",
        ),
        ("march_speed", "value: no", "march_speed: value: 'no' is not a number"),
        (
            "march_hours",
            "value: 25 h/day",
            "march_hours: value: '25 h/day' is out of range; expected 0.1 h/day to 24 h/day",
        ),
        (
            "contact_pace",
            "value: 1.2",
            "contact_pace: value: '1.2' is out of range; expected 0.01 to 1",
        ),
        (
            "contact_pace",
            "value: 40 %",
            "contact_pace: value: '40 %' has a unit; expected a plain number",
        ),
        ("recovery", "value: 16:30", "recovery: value: '16:30' reads as a time of day"),
        ("recovery", "value: 010 h", "recovery: value: '010 h' begins with a zero; expected '10 h'"),
        ("recovery", "value: -1 h", "recovery: value: '-1 h' is out of range; expected 0 h to 1000 h"),
        ("recovery", "basis: guess", "basis: 'guess' is not known"),
        ("recovery", "note: ''", "note: nothing is written here; expected some words"),
        ("recovery", "unit: fortnights, value: 1 h", "recovery: 'fortnights' is not a unit known here"),
        (
            "recovery",
            "prior: {kind: normal, low: 1 h, high: 2 h}",
            "prior: kind: 'normal' is not known; expected one of lognormal, half-normal, uniform, gamma, beta, fixed",
        ),
        (
            "recovery",
            "prior: {kind: fixed, low: 3 h, high: 2 h}",
            "recovery: the prior's low is not below its high",
        ),
        ("recovery", "prior: {kind: fixed, low: 3 h}", "the key 'high' is missing"),
        (
            "recovery",
            "prior: {kind: fixed, low: 1 h, high: 2 h, hi: 3 h}",
            "'hi' is not a key here; did you mean 'high'?",
        ),
        (
            "recovery",
            "prior: {kind: lognormal, median: 0 h, log_sd: 1}",
            "recovery: median: '0 h' is out of range; expected more than 0",
        ),
        (
            "recovery",
            "prior: {kind: lognormal, median: 1 h, log_sd: -1}",
            "recovery: log_sd: '-1' is out of range; expected more than 0",
        ),
        (
            "contact_pace",
            "prior: {kind: lognormal, median: 0.4, log_sd: 1, cut: 2}",
            "contact_pace: the prior reaches from 0.003449 to 2; expected 0.01 to 1",
        ),
        (
            "contact_pace",
            "prior: {kind: uniform, low: 0.4, high: 1.4}",
            "contact_pace: the prior reaches from 0.4 to 1.4; expected 0.01 to 1",
        ),
        (
            "drone_suppression",
            "prior: {kind: beta, a: 0, b: 5}",
            "drone_suppression: a: '0' is out of range; expected more than 0",
        ),
        (
            "sighting_least",
            "value: 7 h",
            "sighting_least: 7 h is above sighting_most (6 h); expected less",
        ),
        (
            "ahead_least",
            "value: 61 km",
            "ahead_least: 61 km is above ahead_most (60 km); expected less",
        ),
        ("round_least", "value: 1 day", "round_least: 24 h is above round_most (12 h); expected less"),
    ],
)
def test_a_faulty_row_is_told_with_its_line_and_remedy(refused, name, keys, message):
    (told,) = refused(one(name, keys))
    assert told.startswith(f"p.yaml:3: {message}")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("march_hours", "prior: {kind: uniform, low: 20 h/day, high: 30 h/day}"),
        ("march_hours", "prior: {kind: lognormal, median: 20 h/day, log_sd: 1}"),
        ("march_speed", "prior: {kind: beta, a: 4, b: 5}"),
        ("contact_pace", "prior: {kind: lognormal, median: 0.4, log_sd: 0.5}"),
        ("contact_pace", "prior: {kind: gamma, shape: 4, scale: 1}"),
        ("sighting_least", "prior: {kind: uniform, low: 60 h, high: 61 h}"),
    ],
)
def test_a_prior_that_leaves_the_parameters_range_is_refused(refused, name, keys):
    assert refused(one(name, keys))[0].startswith("p.yaml:3: ")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("march_speed", "prior: {kind: lognormal, median: 11 km/h, log_sd: 1000}"),
        ("march_speed", "prior: {kind: gamma, shape: 1e300, scale: 1e300 km/h}"),
        ("recovery", "value: 1e308 days"),
    ],
)
def test_a_row_whose_numbers_are_not_finite_is_refused(refused, name, keys):
    assert refused(one(name, keys))[0].startswith("p.yaml:3: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact_pace", "0"),
        ("entry_pace", "0"),
        ("persons_a_vehicle", "0"),
        ("day_spread", "1e9"),
        ("ambush_hours_spread", "1e9"),
        ("ambush_rate", "1e9 /km"),
    ],
)
def test_a_value_with_which_no_run_can_end_is_refused(name, value):
    with pytest.raises(FaultyInput, match=rf"--set {name}: value: .* is out of range"):
        load_parameters(sets={name: value})


def test_the_greater_of_two_bounds_that_is_set_below_the_least_is_named_itself():
    with pytest.raises(FaultyInput, match="^--set sighting_most"):
        load_parameters(sets={"sighting_most": "1 h"})


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("march_speed", "unit: km, value: 9 km"),
        ("recovery", "prior: {kind: lognormal, median: 1 h, log_sd: 1, cut: 2 h}"),
        ("sighting_most", "value: 1 h"),
    ],
)
def test_a_fault_is_told_at_the_line_that_the_user_wrote(refused, name, keys):
    assert all(told.startswith("p.yaml:3: ") for told in refused(one(name, keys)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "p.yaml:1: holds no keys"),
        (
            "parameters: 3\n",
            "p.yaml:1: the key 'parameters' is missing; expected 'parameters:' with names below it",
        ),
        (
            "parameters: [a]\n",
            "p.yaml:1: the key 'parameters' is missing; expected 'parameters:' with names below it",
        ),
        (
            "parameter: {recovery: {value: 1 h}}\n",
            "p.yaml:1: 'parameter' is not a key here; did you mean 'parameters'?",
        ),
        (
            "parameters:\n  recovery: 1 h\n",
            "p.yaml:2: 'recovery' has no keys; expected 'value: ...' below it",
        ),
        (
            "parameters:\n  recovery: {value: 1 h}\n  recovery: {value: 2 h}\n",
            "p.yaml:3: 'recovery' stands here again (first on line 2)",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(refused, text, message):
    assert refused(text)[0].startswith(message)


@pytest.mark.parametrize("keys", ["unit: [h]", "unit: {a: b}", "unit: [h], value: 1 h"])
def test_a_list_or_mapping_as_a_unit_is_told_with_its_line(refused, keys):
    assert refused(one("recovery", keys))[0].startswith("p.yaml:3: ")


def test_a_users_file_does_not_widen_what_a_parameter_may_be(refused):
    told = refused(one("ambush_rate", "value: 1e9 /km, support: {least: 0 /km, most: 1e300 /km}"))
    assert told[0].startswith("p.yaml:3: ")


def test_a_faulty_prior_does_not_hide_a_faulty_value_of_its_row(refused):
    assert len(refused(one("contact_pace", "value: 4, prior: {kind: normal}"))) == 2


def test_a_path_that_cannot_be_is_refused():
    with pytest.raises(FaultyInput, match="cannot be read"):
        load_parameters(Path("\0"))


def test_all_faults_of_a_file_are_told_at_once(refused):
    text = """\
parameters:
  march_sped: {value: 9 km/h}
  march_hours: {value: 9}
  recovery: {value: .nan, basis: x}
  contact_pace: {value: 4, prior: {kind: normal}}
  sighting_least: {value: 9 h}
  fighters:
    valu: 1 persons
    prior: {kind: uniform, low: 3 persons, high: 2 persons}
"""
    told = {line.split(": ")[0] for line in refused(text, {"nonsense": "1", "mine_halt": "1"})}
    lines = {f"p.yaml:{line}" for line in (2, 3, 4, 5, 6, 8, 9)}
    assert told == lines | {"--set nonsense", "--set mine_halt"}


def test_an_unknown_key_at_the_top_does_not_hide_the_faults_below(refused):
    assert len(refused("parameters:\n  recovery: {value: 1}\nnonsense: 1\n")) == 2


def test_a_key_given_twice_does_not_hide_the_other_faults(refused):
    assert len(refused("parameters:\n  recovery: {value: 1}\n  press_on: {value: 1 h, value: 2 h}\n")) == 2


# --- values that are set ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("march_sped", "9 km/h", "'march_sped' is no parameter; did you mean 'march_speed'?"),
        ("march_speed", "9", "value: '9' has no unit; expected '9 km/h'"),
        (
            "march_speed",
            "nan km/h",
            "value: 'nan km/h' is not a finite number; expected a number and a unit, as '5 km/h'",
        ),
        ("sighting_least", "40 h", "40 h is above sighting_most (6 h); expected less"),
    ],
)
def test_a_faulty_setting_is_told_by_its_name(name, text, message):
    with pytest.raises(FaultyInput) as refusal:
        load_parameters(sets={name: text})
    assert str(refusal.value) == f"--set {name}: {message}"


def test_a_setting_out_of_range_is_told_once():
    with pytest.raises(FaultyInput) as refusal:
        load_parameters(sets={"sighting_least": "60 h"})
    assert len(refusal.value.faults) == 1


def test_an_empty_setting_is_told_once():
    with pytest.raises(FaultyInput) as refusal:
        load_parameters(sets={"march_speed": ""})
    assert len(refusal.value.faults) == 1


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("x", "is not NAME=VALUE; expected something like 'march_speed=9 km/h'"),
        ("=3", "is not NAME=VALUE"),
        ("march_speed=", "is not NAME=VALUE"),
        (
            "march_sped=9 km/h",
            "'march_sped' is neither a parameter nor a scenario field; did you mean 'march_speed'?",
        ),
        ("strat=2023-10-02", "'strat' is neither a parameter nor a scenario field; did you mean 'start'?"),
    ],
)
def test_a_setting_of_another_shape_is_refused(setting, message):
    with pytest.raises(FaultyInput) as refusal:
        load_inputs("gao-anefis", None, [setting])
    assert str(refusal.value).startswith(f"--set {setting}: {message}")


def test_one_setting_given_twice_is_refused():
    with pytest.raises(FaultyInput, match="sets 'march_speed' again; expected once"):
        load_inputs("gao-anefis", None, ["march_speed=9 km/h", "march_speed=8 km/h"])


def test_settings_reach_scenario_and_parameters():
    inputs = load_inputs(
        "gao-anefis", None, ["march_speed=9 km/h", "drones.tb2.radius=150 km", "end=2023-10-20"]
    )
    assert inputs.parameters.values()["march_speed"] == 9
    assert inputs.loaded.scenario.drones[0].radius == 150
    assert str(inputs.loaded.scenario.end) == "2023-10-20"


def test_all_faulty_settings_are_told_at_once_with_those_of_the_files(loaded, tmp_path):
    (tmp_path / "p.yaml").write_text(one("recovery", "value: 1"), encoding="utf-8")
    sets = [
        "x",
        "march_speed=9",
        "foo=1",
        "drones.tb2.radius=150",
        "columns.army.mines_reported=8",
        "a.b=1",
        "drones.tb9.x=1",
    ]
    with pytest.raises(FaultyInput) as refusal:
        load_inputs("gao-anefis", tmp_path / "p.yaml", sets)
    named = {fault.where.file.removeprefix("--set ").split("=")[0] for fault in refusal.value.faults}
    assert {setting.split("=")[0] for setting in sets} <= named
    assert any(name.endswith("p.yaml") for name in named)


def test_a_copy_of_the_default_file_is_a_file_of_ones_own(tmp_path):
    copy = tmp_path / "mine.yaml"
    text = (BUNDLED.path("params") / "default.yaml").read_text(encoding="utf-8")
    copy.write_text(text.replace("value: 11 km/h", "value: 9 km/h"), encoding="utf-8")
    assert load_parameters(copy).values() == load_parameters().values() | {"march_speed": 9.0}
