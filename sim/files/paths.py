"""Where input files lie: in the case that is in use, or among those that come with the program.

A case is a folder with `scenarios/`, `params/network/` and `record/`. What else it has lies where the program
has it: `params/sweeps/`, `scenarios/hypotheses/` and so on. What holds for any case the program lends:
parameters, the designs of sensitivity analyses.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent
_case: list[Path] = []


def set_case(folder: Path | None) -> None:
    """Read input files from a case (a resolved path) from now on, or with None from the program's own."""
    _case[:] = [] if folder is None else [folder]


def case() -> Path | None:
    """The folder of the case in use."""
    return _case[0] if _case else None


def case_name() -> str | None:
    """The name of the case in use: that of its folder."""
    return _case[0].name if _case else None


def bundled(*words: str) -> Path:
    """A folder by its path: the case's, which may not be there, or the program's own.

    Raises FileNotFoundError if the program's own is not there.
    """
    return _case[0].joinpath(*words) if _case else program_file(*words)


def data_file(*words: str) -> Path:
    """A file by its path: the case's if it has it, else the program's own. Raises FileNotFoundError."""
    found = bundled(*words)
    return found if found.exists() else program_file(*words)


def program_file(*words: str) -> Path:
    """A file of the program's own by its path. Raises FileNotFoundError."""
    for folder in (_HERE / "bundled", _HERE.parent):
        if folder.joinpath(*words).exists():
            return folder.joinpath(*words)
    raise FileNotFoundError(f"{'/'.join(words)} that comes with kidal-offensive is not beside {_HERE}")


def display_path(path: Path) -> str:
    """A path as messages and manifests show it: from the current folder if it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
