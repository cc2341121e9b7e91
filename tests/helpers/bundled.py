"""What the program brings along, loaded once for all tests of a process, when a test first asks for it.

For tests that change nothing of it.
"""

import re
from functools import cache

from analysis.figures.base.outlines import load_outlines
from sim.engine.inputs import Inputs, load_inputs
from sim.files.paths import program_file
from sim.record.record import Record, load_record
from sim.scenario.network import Network, load_network


@cache
def bundled_inputs(scenario: str, *sets: str) -> Inputs:
    """A scenario and the parameters, with settings `name=value` on top of them."""
    return load_inputs(scenario, None, sets)


@cache
def bundled_network() -> Network:
    """The places and roads."""
    return load_network()


@cache
def bundled_outlines() -> list:
    """Borders and rivers."""
    return load_outlines()


@cache
def bundled_record() -> Record:
    """The whole record."""
    return load_record()


def scenario_names() -> list[str]:
    """The names of the scenarios without reading any: for parameters of tests."""
    return [path.stem for path in sorted(program_file("scenarios").glob("*.yaml"))]


def hypothesis_names(start: str = "") -> list[str]:
    """The names of the hypotheses that begin so, without reading any."""
    return [path.stem for path in sorted(program_file("scenarios", "hypotheses").glob(f"{start}*.yaml"))]


def parameter_names() -> list[str]:
    """The names of the parameters, as they stand at the lines' beginnings."""
    return re.findall(
        r"^  (\w+):$", program_file("params", "default.yaml").read_text(encoding="utf-8"), re.MULTILINE
    )


def what_if_names() -> list[str]:
    """The names of the what-ifs, without reading any."""
    return [path.stem for path in sorted(program_file("params", "whatif").glob("*.yaml"))]
