"""Simulate the convoy advance from Gao to Kidal, 2023: the public interface in Python.

    import kidal
    scenario = kidal.load_scenario("kidal-offensive", sets=["march_speed=9 km/h"])
    one = kidal.run(scenario, seed=7)
    one.moment("anefis:capture")                # a datetime (UTC), or None
    many = kidal.ensemble(scenario, 1000, seed=1)
    many                                        # the answer, in sentences
    many.runs["kidal:capture"]                  # an array, a number a run: hours, inf for never
    kidal.Offensive("kidal-offensive", rng=7)   # the first of these as a Mesa model

The names in `__all__` are kept between versions, or their change stands in CHANGELOG.md. Modules of `sim` and
`analysis` may change. The Mesa model is imported when it is first asked for, because Mesa takes seconds.
"""

from typing import TYPE_CHECKING

from sim.api import (
    Case,
    CommandAnswer,
    Comparison,
    PairedAnswer,
    Result,
    Run,
    audit,
    compare,
    ensemble,
    load_scenario,
    read_run,
    run,
    sweep,
    whatif,
    why,
)
from sim.engine.inputs import Inputs
from sim.files.yaml_tree import FaultyInput
from sim.state.kinds import AgentKind
from sim.version import __version__

__all__ = [
    "AgentKind",
    "Case",
    "CommandAnswer",
    "Comparison",
    "FaultyInput",
    "Inputs",
    "Offensive",
    "PairedAnswer",
    "Result",
    "Run",
    "__version__",
    "audit",
    "compare",
    "ensemble",
    "load_scenario",
    "read_run",
    "run",
    "sweep",
    "whatif",
    "why",
]

if TYPE_CHECKING:
    from sim.model import Offensive
else:  # hidden from type checkers: with it, they would take any name of this package

    def __getattr__(name: str) -> object:
        """The Mesa model. Raises AttributeError for another name."""
        if name == "Offensive":
            from sim.model import Offensive

            return Offensive
        replacements = {
            "Ensemble": "kidal.Result",
            "History": "kidal.Run",
            "RunTables": "kidal.Result",
            "use_case": "load_scenario(name, case=Case(folder))",
        }
        if name in replacements:
            raise AttributeError(f"{name} is gone; {replacements[name]} is expected")
        raise AttributeError(f"module 'kidal' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, the Mesa model among them."""
    return sorted(__all__)
