"""The page of rules: each formula gives what running the code gives, and no rule or parameter is left out."""

import ast
import importlib
import inspect
import pkgutil
import re
from functools import cache

import numpy as np
import pytest
from sources import ROOT

import sim.rules
from sim.scenario.hypotheses import hypotheses

DOCS = ROOT / "docs"
PLOTS = DOCS / "figures/rules"
IDS = sorted(
    name
    for path in (DOCS / "make/cards/rules").glob("*.py")
    for name in re.findall(r'^        id="([\w-]+)",$', path.read_text(encoding="utf-8"), re.MULTILINE)
)


@pytest.fixture(autouse=True)
def cards(monkeypatch):
    """Where the maker of the page lies."""
    monkeypatch.syspath_prepend(str(DOCS / "make"))


def made(name):
    """A module of the maker."""
    return importlib.import_module(f"cards.{name}")


def card(name):
    return made("rules.subjects").CARDS[name]


@cache
def runs(name):
    """A card's rule run at the values of its parameters, and with those of its formula moved."""
    one, cards_ = card(name), made("card")
    return [(moved, cards_.by_code(one, moved)) for moved in ({}, cards_.moved_values(one))]


def refused(name, **wrong):
    """Whether the formula with something wrong in it is seen to be wrong, with or without parameters moved."""
    cards_ = made("card")
    return any(
        cards_.disagreements(points, cards_.formula_line(card(name), moved, wrong=wrong))
        for moved, points in runs(name)
    )


# --- the formula --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IDS)
def test_the_formula_gives_what_the_code_gives(name):
    cards_ = made("card")
    for moved, points in runs(name):
        assert cards_.disagreements(points, cards_.formula_line(card(name), moved)) == []


@pytest.mark.parametrize("name", IDS)
def test_a_number_of_the_formula_that_is_off_by_three_tenths_is_noticed(name):
    one = card(name)
    numbers = one.values() | dict(one.inputs)
    unseen = [key for key in (*one.named, *one.inputs) if not refused(name, **{key: 1.3 * numbers[key]})]
    assert unseen == []


@pytest.mark.parametrize("name", IDS)
def test_a_formula_that_is_off_by_a_tenth_of_its_range_is_noticed(name):
    cards_, points = made("card"), runs(name)[0][1]
    lines = cards_.formula_line(card(name))
    size = max(map(max, lines.values())) - min(map(min, lines.values()))
    assert size > 0
    for sign in (1, -1):
        wrong = {key: [y + sign * size / 10 for y in ys] for key, ys in lines.items()}
        assert len(cards_.disagreements(points, wrong)) > 1


@pytest.mark.parametrize("name", IDS)
def test_a_formula_names_parameters_that_its_functions_read_and_explains_its_other_names(name):
    one = card(name)
    names = {node.id for node in ast.walk(ast.parse(one.formula)) if isinstance(node, ast.Name)}
    switches = {key for series in one.series.values() for key in series}
    inner = {node.targets[0].id for node in ast.parse(one.formula).body}
    assert set(one.named) <= set(one.read)
    assert not (switches | inner | {one.x.name} | set(one.inputs)) & set(made("card").parameters())
    known = set(one.named) | set(made("card").FUNCTIONS) | switches | inner | set(one.where)
    assert names <= known
    assert {one.x.name, *one.inputs, ast.parse(one.formula).body[-1].targets[0].id} <= set(one.where)
    assert set(one.where) <= names


# --- all of it ----------------------------------------------------------------------------------------------


def functions_of_rules():
    """Every function that a module of sim/rules defines."""
    names = [module.name for module in pkgutil.walk_packages(sim.rules.__path__, "sim.rules.")]
    modules = [importlib.import_module(name) for name in names]
    return {
        one
        for module in modules
        for one in vars(module).values()
        if inspect.isfunction(one) and one.__module__ == module.__name__
    }


def test_every_function_of_the_rules_is_on_a_card_or_is_no_rule_for_a_reason():
    subjects = made("rules.subjects")
    on_cards = {one for row in subjects.CARDS.values() for one in (*row.code, *row.also)}
    others = {one for functions in subjects.NO_RULES.values() for one in functions}
    found = functions_of_rules()
    assert len(found) > 100
    assert {one.__qualname__ for one in found - on_cards - others} == set()
    assert {one.__qualname__ for one in on_cards & others} == set()


def test_every_parameter_is_in_some_formula():
    names = {name for row in made("rules.subjects").CARDS.values() for name in row.named}
    assert set(made("card").parameters()) == names


def test_cards_have_ids_of_their_own_and_alternatives_that_are_on_file():
    subjects = made("rules.subjects")
    assert sorted(subjects.CARDS) == IDS
    assert len(IDS) == sum(map(len, subjects.SUBJECTS.values())) > 50
    assert {name for row in subjects.CARDS.values() for name in row.alternatives} <= set(hypotheses())


# --- the page and its plots ---------------------------------------------------------------------------------


def test_the_page_of_rules_is_that_of_its_cards():
    page = (DOCS / "background/rules.md").read_text(encoding="utf-8")
    assert page == made("page").page(), "`python docs/make/build.py` again"


def test_each_card_has_a_plot_and_each_plot_a_card():
    assert sorted(path.stem for path in PLOTS.glob("*")) == IDS


@pytest.mark.parametrize("name", IDS)
def test_a_plot_shows_what_the_code_gives(name):
    """The data in the drawing, not its bytes: those hang on the library that draws."""
    plots, one = made("plots"), card(name)
    text = (PLOTS / f"{name}.svg").read_text(encoding="utf-8")
    stored = plots.data_in(text)
    assert stored["x"] == pytest.approx(list(one.x.points))
    assert list(stored["series"]) == list(one.series)
    lines = made("card").formula_line(one)
    for key, points in runs(name)[0][1].items():
        assert stored["series"][key]["code"] == pytest.approx([p.y for p in points], rel=1e-5, abs=1e-9)
        assert stored["series"][key]["formula"] == pytest.approx(lines[key], rel=1e-5, abs=1e-9)
    assert len(text.encode()) < 30_000


def test_a_plot_is_drawn_of_its_data_alike_each_time():
    plots, one = made("plots"), card("contact-pace")
    data = plots.data_in((PLOTS / "contact-pace.svg").read_text(encoding="utf-8"))
    text = plots.svg(one, data)
    assert text == plots.svg(one, data)
    assert plots.data_in(text) == data
    assert one.x.label in text
    assert one.y in text


def test_a_plot_without_its_data_is_refused():
    with pytest.raises(ValueError, match="bears no data"):
        made("plots").data_in("<svg/>")


# --- how a card is judged -----------------------------------------------------------------------------------


def test_shares_and_means_of_draws_are_held_within_their_errors():
    cards_ = made("card")
    one = card("refit")
    points = cards_.by_code(one)[""]
    assert all(0.005 < point.within < 0.05 for point in points)  # 4,000 draws: 4.5 x 0.008 at a half
    mean = cards_.by_code(card("camp-seen"))[""][0]
    spread = 4 / 24 / np.sqrt(12)  # of one age between 2 and 6 h, in days
    assert mean.within == pytest.approx(4.5 * spread / np.sqrt(300), rel=0.1)


def test_what_a_function_reads_is_seen_as_attribute_and_as_key():
    from sim.engine.reports import _row
    from sim.rules.column.march import pace

    cards_ = made("card")
    assert cards_.names_read(pace) == {"contact_pace", "night_pace"}
    assert {"report_delay", "own_told"} <= cards_.names_read(_row)


def test_a_formula_is_shown_by_its_symbols():
    shown = made("page").shown
    assert shown("none = exp(-ambush_rate * km)") == "none = exp(−λ_A · km)"
    assert shown("y = z**2 if a >= 1 else -a - 1") == "y = z^2 if a ≥ 1 else −a − 1"
