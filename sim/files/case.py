"""A case: a war with its network, its scenarios and its record, each in a folder of one place.

A case is a folder with `scenarios/`, `params/network/` and `record/`. What else it has lies where the program
has it: `params/sweeps/`, `scenarios/hypotheses/` and so on. What holds for any case the program lends:
parameters, the designs of sensitivity analyses.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sim.files.paths import display_path, is_file_name, link_fault, program_file, real_path
from sim.files.yaml_tree import READABLE, Fault, Faults, FaultyInput, Where, nearest, refuse

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
        if folder is not None and (fault := link_fault(Path(folder))):
            refuse(f"--case {folder}", f"cannot be read ({fault}); expected the path of a folder")
        home = None if folder is None else real_path(Path(folder))
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
        path = self.path(*words)
        return path if path.exists() else program_file(*words)

    def named(self, name: str, noun: str, *words: str, option: str = "") -> Path:
        """A YAML file of one of its folders by its stem, or any file by its path. Raises FaultyInput.

        `noun` says what it is to be, `words` in which folder; `option` is what stood before the name.
        """
        folder = self.path(*words)
        known = sorted(path.stem for path in folder.glob("*.yaml"))
        if name in known:
            return _named_file(folder / f"{name}.yaml")
        is_file, fault = False, ""
        with suppress(OSError, ValueError):
            is_file, fault = Path(name).is_file(), link_fault(Path(name))
        if is_file:
            return _named_file(Path(name))
        if fault:
            refuse(f"{option}{name}", f"cannot be read ({fault}); {READABLE}")
        owner = "of the case" if self.home else "that comes with the program"
        message = f"is neither a file nor a {noun} {owner}; {nearest(name, known, f'list {LISTS[noun]}')}"
        raise FaultyInput([Fault(Where(f"{option}{name}", 0), message)])


LISTS = {
    "scenario": "scenarios",
    "hypothesis": "hypotheses",
    "design": "designs",
    "calibration": "calibrations",
    "plan of evidence": "evidence",
    "what-if": "what-ifs",
}
"""The lists of `kidal list` by what is in them."""
BUNDLED = Case()
"""The case that comes with the program."""


def _named_file(path: Path) -> Path:
    """A file whose name results and pages bear. Raises FaultyInput if they cannot."""
    if not is_file_name(path.stem):
        message = "has a name with '<', '>' or letters that cannot be shown, or a very long one"
        refuse(ascii(path.name)[1:-1], f"{message}; expected another name")
    return path


def _check(home: Path) -> None:
    """Raise FaultyInput if a folder is no case."""
    shown, faults = display_path(home), Faults()
    if not shown.isprintable():
        refuse(f"--case {shown!a}", "has letters that cannot be shown; expected another name")
    if not is_file_name(home.name or "-"):
        refuse(f"--case {shown}", "has '<' or '>' in its name; expected another name")
    for name in CASE_FOLDERS:
        if not (home / name).is_dir():
            right = f"expected one with {', '.join(CASE_FOLDERS)}"
            faults.note(f"--case {shown}", f"has no folder {name}; {right}")
        elif not os.access(home / name, os.R_OK | os.X_OK):
            faults.note(
                f"--case {shown}", f"has a folder {name} that cannot be read; expected permission to open it"
            )
    faults.refuse()
