"""Cases of one's own: another network, its scenarios and its record, in a folder of the reader's."""

from pathlib import Path

from sim.files.paths import display_path, set_case
from sim.files.yaml_tree import Fault, FaultyInput, Where

CASE_FOLDERS = ("scenarios", "params/network", "record")
"""Folders that every case has; for the rest see sim.files.paths."""


def use_case(folder: str | Path | None) -> None:
    """Read scenarios, parameters, network and record from a case's folder; None: the program's own again.

    It holds for the whole process, until it is called again. Raises FaultyInput if a folder is missing.
    """
    if folder is None:
        set_case(None)
        return
    home = Path(folder).resolve()
    name = display_path(home)
    where = Where(f"--case {name if name.isprintable() else ascii(name)}", 0)
    if not name.isprintable():
        raise FaultyInput([Fault(where, "has letters that cannot be shown; another name would be right")])
    wanted = f"one with {', '.join(CASE_FOLDERS)} would be right"
    missing = [name for name in CASE_FOLDERS if not (home / name).is_dir()]
    faults = [Fault(where, f"has no folder {name}; {wanted}") for name in missing]
    if faults:
        raise FaultyInput(faults)
    set_case(home)
