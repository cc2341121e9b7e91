"""Options that several commands have are declared once and stand in each where it says."""

from inspect import signature
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import COMMANDS
from sim.commands.options import RunOptions, check_ending, check_known, stop, with_run_options
from sim.files.yaml_tree import FaultyInput

COMMON = ["seed", "sets", "hypotheses", "params"]


def answer(*words):
    """What a small command with the common options gets from a command line."""
    seen = []
    app = typer.Typer()

    @app.command()
    @with_run_options
    def small(scenario: str, *, options: RunOptions, runs: int = 1) -> None:
        seen.append((scenario, options, runs))

    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return seen[0]


def test_a_command_gets_its_common_options_together():
    words = ["gao", "--seed", "7", "--set", "a=1", "--set", "b=2", "--with", "c", "--runs", "3"]
    scenario, options, runs = answer(*words)
    assert (scenario, runs) == ("gao", 3)
    assert (options.seed, options.sets, options.hypotheses) == (7, ["a=1", "b=2"], ["c"])
    assert not options.params


def test_without_words_they_have_their_defaults():
    assert answer("gao")[1] == RunOptions()


@pytest.mark.parametrize("name", ["run", "sweep", "sensitivity", "calibrate", "explain", "whatif", "view"])
def test_commands_that_run_a_scenario_have_the_common_options(name):
    parameters = signature(COMMANDS[name]).parameters
    at = list(parameters).index("seed")
    assert list(parameters)[at : at + 4] == COMMON
    common = signature(RunOptions).parameters
    assert all(parameters[word].annotation == common[word].annotation for word in COMMON)
    assert "options" not in parameters


@pytest.mark.parametrize(
    ("noun", "endings", "right"),
    [
        ("page", (".html",), ".html"),
        ("film", (".mp4", ".gif"), ".mp4 or .gif"),
        ("figure", (".png", ".svg", ".pdf"), ".png, .svg or .pdf"),
    ],
)
def test_a_file_of_another_ending_is_refused_with_those_that_are_right(noun, endings, right):
    check_ending("--out", None, noun, *endings)
    check_ending("--out", Path(f"a{endings[-1]}"), noun, *endings)
    with pytest.raises(FaultyInput) as refused:
        check_ending("--out", Path("a.doc"), noun, *endings)
    assert str(refused.value) == f"--out a.doc: has no ending of a {noun}; expected {right}"


def test_an_unknown_word_is_refused_with_the_one_most_like_it():
    check_known("morris", ["sobol", "morris"], "--method morris", "is no method")
    with pytest.raises(FaultyInput, match=r"^--method moris: is no method; did you mean 'morris'\?$"):
        check_known("moris", ["sobol", "morris"], "--method moris", "is no method")


def test_a_command_that_stops_says_why_on_stderr_and_ends_with_1(capsys):
    with pytest.raises(typer.Exit) as end:
        stop("no posterior is written")
    assert end.value.exit_code == 1
    assert capsys.readouterr() == ("", "no posterior is written\n")
