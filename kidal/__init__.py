"""Simulate the convoy advance from Gao to Kidal, 2023: the public interface in Python.

    import kidal
    scenario = kidal.load_scenario("kidal-offensive", sets=["march_speed=9 km/h"])
    history = kidal.run(scenario, seed=7)
    history.milestones["anefis:capture"]        # hours after 00:00 UTC of the first day; inf: never
    many = kidal.ensemble(scenario, 1000, seed=1)
    many.runs["kidal:capture"]                  # an array, a number a run
    kidal.Offensive("kidal-offensive", rng=7)   # the first of these as a Mesa model

The names in `__all__` are kept between versions, or their change stands in CHANGELOG.md. Modules of `sim` and
`analysis` may change. The Mesa model is imported when it is first asked for, because Mesa takes seconds.
"""

from typing import TYPE_CHECKING

from sim.api import Case, Ensemble, History, ensemble, load_scenario, run, sweep
from sim.engine.inputs import Inputs
from sim.files.yaml_tree import FaultyInput
from sim.state.kinds import AgentKind
from sim.store.reader import RunTables, read_run
from sim.version import __version__

__all__ = [
    "AgentKind",
    "Case",
    "Ensemble",
    "FaultyInput",
    "History",
    "Inputs",
    "Offensive",
    "RunTables",
    "__version__",
    "ensemble",
    "load_scenario",
    "read_run",
    "run",
    "sweep",
]

if TYPE_CHECKING:
    from sim.model import Offensive
else:  # hidden from type checkers: with it, they would take any name of this package

    def __getattr__(name: str) -> object:
        """The Mesa model. Raises AttributeError for another name."""
        if name == "Offensive":
            from sim.model import Offensive

            return Offensive
        if name == "use_case":
            raise AttributeError("use_case is gone; load_scenario(name, case=Case(folder)) is expected")
        raise AttributeError(f"module 'kidal' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, the Mesa model among them."""
    return sorted(__all__)
