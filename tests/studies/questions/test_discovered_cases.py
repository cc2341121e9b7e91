"""What scenario discovery searches in a result, the command that prints it, its figure, and what is refused."""

import json

import numpy as np
import pytest
from bundled import bundled_inputs
from figure_texts import assert_apart, words
from sweep_tables import made

from analysis.figures.sweep import box as box_figure
from analysis.inference.discovery import discover
from runs import run_folder, run_tables
from sim.files.yaml_tree import FaultyInput
from sim.studies.questions import discovery

CAPTURE = "anefis:capture"


def test_the_cases_of_a_result_are_its_runs_with_their_parameters() -> None:
    folder, tables = run_folder("gao-anefis", 300), run_tables("gao-anefis", 300)
    found = discovery.cases(folder, tables, CAPTURE, 216.0)
    parameters = bundled_inputs("gao-anefis").parameters
    assert found.names == tuple(name for name, row in parameters.rows.items() if row.kind != "fixed")
    assert found.y.tolist() == (tables.runs[CAPTURE] < 216.0).astype(float).tolist()
    one = parameters.draw(int(tables.runs["seed"][17]))
    for name, unit, value in zip(found.names, found.units, found.x[17], strict=True):
        row = parameters.rows[name]
        assert value * row.in_unit == pytest.approx(one[name])
        assert unit == row.shown_unit


def swept(count: int, **how):
    """A sweep of so many points over two numbers and a word; the event comes early where a is large."""
    a = np.arange(float(count))
    factors = {"a": a.tolist(), "b": (a % 7).tolist(), "w": ["x", "y"] * (count // 2)}
    hours = [[100.0 if 4 * a_ > 3 * count else 200.0, 200.0] for a_ in a]
    return made(factors, hours, "latin-hypercube", **how)


def test_the_cases_of_a_sweep_are_its_design_points(tmp_path) -> None:
    found = discovery.cases(tmp_path, swept(200, failed=[(3, 0), (3, 1), (199, 1)]), CAPTURE, 150.0)
    assert (found.names, found.left_out, found.noun) == (("a", "b"), ("w",), "design points")
    assert len(found.y) == 199  # of the point whose runs failed nothing is known
    assert found.y[:3].tolist() == [0.0] * 3
    assert found.y[-2:].tolist() == [0.5, 1.0]
    box = discover(found)
    assert [(one.parameter, one.high) for one in box.restrictions] == [("a", np.inf)]
    assert box.restrictions[0].low == pytest.approx(150.5, abs=6)


@pytest.mark.parametrize(
    ("tables", "milestone", "text"),
    [
        (lambda: swept(50 * 2), "anefis:captur", "is no milestone of x; did you mean 'anefis:capture'?"),
        (lambda: swept(98), CAPTURE, "x: has 98 design points; expected 100 or more"),
        (lambda: swept(200), "gao:departure", "happens equally often before that in all 200 design points;"),
        (lambda: made({"w": ["x", "y"] * 100}, [[1.0]] * 200), CAPTURE, "x: has no parameter that varies;"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_line(tables, milestone, text) -> None:
    from pathlib import Path

    with pytest.raises(FaultyInput) as error:
        discovery.cases(Path("x"), tables(), milestone, 150.0)
    assert text in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_the_command_prints_a_box_in_words_and_as_json(kidal) -> None:
    folder = str(run_folder("gao-anefis", 300))
    call = ("discover", folder, CAPTURE, "--before", "2023-10-10")
    code, out, err = kidal(*call)
    assert (code, err) == (0, "")
    assert "Anefis: captured before 10 Oct 2023: " in out
    object_ = json.loads(kidal(*call, "--json")[1])
    assert (object_["of"], object_["cases"], object_["before"]) == ("runs", 300, "2023-10-10")
    assert object_["is_box"] == ("A box in " in out)
    assert object_["is_box"]
    assert {row["parameter"] for row in object_["parameters"]} & {
        "march_speed",
        "contact_pace",
        "mine_rate",
        "wheeled_factor",
    }
    rows = kidal(*call, "--csv")[1].splitlines()
    assert rows[0] == 'parameter,box,"all, 5 to 95 %",quasi-p-value,found again'
    assert len(rows) == 1 + len(object_["parameters"])
    words = ("--figure", "box", "--milestone", CAPTURE, "--by", "2023-10-10", "--out", "b.png")
    assert kidal("plot", folder, *words)[0] == 0


def test_one_parameter_at_most(kidal) -> None:
    call = ("discover", str(run_folder("gao-anefis", 300)), CAPTURE, "--before", "2023-10-10", "--json")
    object_ = json.loads(kidal(*call, "--most", "1")[1])
    assert object_["box"]["restricted"] == 1


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("anefis:captur",), "is no milestone of "),
        ((CAPTURE, "--before", "2024-03-01"), "--before 2024-03-01: is outside the scenario, 2 Oct 2023 to"),
        ((CAPTURE, "--before", "soon"), "--before soon: "),
        ((CAPTURE, "--before", "2023-10-02T01:00Z"), "happens equally often before that in all 300 runs;"),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_line(kidal, words, text) -> None:
    code, out, err = kidal("discover", str(run_folder("gao-anefis", 300)), *words)
    assert (code, out) == (2, "")
    assert text in err
    assert err.count("\n") == 1


def test_a_result_without_drawn_parameters_is_refused(kidal) -> None:
    assert kidal("run", "gao-anefis", "--runs", "20", "--fixed", "--out", "fixed")[0] == 0
    code, out, err = kidal("discover", "fixed", CAPTURE)
    assert (code, out) == (2, "")
    assert "fixed: has no parameter that varies; expected a result of many runs without --fixed" in err
    assert err.count("\n") == 1


def test_the_figure_has_a_panel_a_parameter_and_its_words_stand_apart() -> None:
    folder, tables = run_folder("gao-anefis", 300), run_tables("gao-anefis", 300)
    cases = discovery.cases(folder, tables, CAPTURE, 192.0)
    found = discover(cases)
    figure = box_figure.draw(tables, cases, found, discovery.asked(tables, CAPTURE, 192.0))
    figure.draw_without_rendering()
    titles = [axis.get_title(loc="left").split(":")[0] for axis in figure.axes]
    assert titles == [one.parameter for one in found.restrictions]
    assert_apart(figure, words(figure))
