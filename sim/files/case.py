"""A case: a war with its network, its scenarios and its record, each in a folder of one place.

A case is a folder with `scenarios/`, `params/network/` and `record/`. What else it has lies where the program
has it: `params/sweeps/`, `scenarios/hypotheses/` and so on. What holds for any case the program lends:
parameters, the designs of sensitivity analyses.
"""

from dataclasses import dataclass
from pathlib import Path

from sim.files.paths import display_path, program_file
from sim.files.yaml_tree import Fault, FaultyInput, Where

CASE_FOLDERS = ("scenarios", "params/network", "record")
"""Folders that every case has."""


@dataclass(frozen=True, init=False)
class Case:
    """Where the files of a case lie; it is handed to whatever reads them, and several may be open at once."""

    home: Path | None
    """Its folder; None for the case that comes with the program, whose parts lie where that has them."""

    def __init__(self, folder: str | Path | None = None) -> None:
        """The case of a folder, or the one that comes with the program.

        Raises FaultyInput if a folder is missing.
        """
        home = None if folder is None else Path(folder).resolve()
        if home is not None:
            _check(home)
        object.__setattr__(self, "home", home)

    @property
    def name(self) -> str | None:
        """That of its folder; None for the one that comes with the program."""
        return None if self.home is None else self.home.name

    def path(self, *words: str) -> Path:
        """A file or folder of its own by its path, such as "params", "network"; it may not be there."""
        return program_file(*words) if self.home is None else self.home.joinpath(*words)

    def lent(self, *words: str) -> Path:
        """A file or folder by its path: the case's own, else the program's. Raises FileNotFoundError."""
        own = self.path(*words)
        return own if own.exists() else program_file(*words)


BUNDLED = Case()
"""The case that comes with the program."""


def _check(home: Path) -> None:
    """Raise FaultyInput if a folder is no case."""
    name = display_path(home)
    where = Where(f"--case {name if name.isprintable() else ascii(name)}", 0)
    if not name.isprintable():
        raise FaultyInput([Fault(where, "has letters that cannot be shown; another name would be right")])
    wanted = f"one with {', '.join(CASE_FOLDERS)} would be right"
    missing = [name for name in CASE_FOLDERS if not (home / name).is_dir()]
    faults = [Fault(where, f"has no folder {name}; {wanted}") for name in missing]
    if faults:
        raise FaultyInput(faults)
