"""Where input files lie: in the case that is in use, or among those that come with the program.

A case is a folder with `scenarios/`, `params/network/` and `record/`. What else it has of what the program
has, it has at the same place: `params/default.yaml`, `params/sweeps/` and so on.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_case: list[Path] = []


def use_case(folder: str | Path | None) -> None:
    """Read input files from a case from now on, or with None from the program's own."""
    _case[:] = [] if folder is None else [Path(folder)]


def case() -> Path | None:
    """The folder of the case in use."""
    return _case[0] if _case else None


def bundled(*words: str) -> Path:
    """A file or folder by its path: the case's if it has it, else the program's own.

    Raises FileNotFoundError.
    """
    for folder in (*_case, _HERE / "bundled", _HERE.parent):
        if folder.joinpath(*words).exists():
            return folder.joinpath(*words)
    raise FileNotFoundError(f"{'/'.join(words)} that comes with kidal-offensive is not beside {_HERE}")


def shown(path: Path) -> str:
    """A path as messages and manifests show it: from the current folder if it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
