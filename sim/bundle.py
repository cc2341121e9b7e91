"""Where the files that come with the program lie, installed from a wheel or run from a checkout."""

from pathlib import Path
from typing import Literal

Kind = Literal["scenarios", "params"]
_HERE = Path(__file__).resolve().parent


def bundled(kind: Kind) -> Path:
    """The folder of the files of one kind that come with the program. Raises FileNotFoundError."""
    for folder in (_HERE / "bundled" / kind, _HERE.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder of {kind} that comes with kidal-offensive is not beside {_HERE}")


def shown(path: Path) -> str:
    """A path as messages and manifests show it: from the current folder if it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
