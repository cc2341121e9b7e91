"""Checking any file of the project by what it holds."""

from pathlib import Path

from sim.bundle import shown
from sim.files import Where, read, refuse
from sim.loading import load_scenario
from sim.network import load_network
from sim.parameters import load_parameters


def check_file(path: Path) -> None:
    """Check a scenario, a parameter file, or the network folder of a CSV file. Raises FaultyInput."""
    if path.suffix == ".csv":
        load_network(path.parent)
        return
    keys = read(path).keys()
    if "parameters" in keys:
        load_parameters(path)
    elif {"columns", "start", "milestones"} & keys:
        load_scenario(str(path))
    else:
        message = "is no scenario and no parameter file; keys 'columns' or 'parameters' would make it one"
        refuse(Where(shown(path), 0), message)
