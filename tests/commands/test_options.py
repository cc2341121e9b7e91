"""Options that several commands have are declared once and stand in each where it says."""

from inspect import signature

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import COMMANDS
from sim.commands.options import RunOptions, with_run_options

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
