"""Simulation of the convoy advance from Gao to Kidal, October to December 2023.

`from sim import load_scenario, run, ensemble, sweep, use_case`: see sim.api.
"""

from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim.api import Ensemble, History, ensemble, load_scenario, run, sweep, use_case

__all__ = ["Ensemble", "History", "__version__", "ensemble", "load_scenario", "run", "sweep", "use_case"]


def __getattr__(name: str) -> Any:
    """What sim.api has, imported when it is first asked for: it takes half a second."""
    if name in __all__:
        from sim import api

        return getattr(api, name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
