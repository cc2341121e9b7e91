"""Where the files lie that come with the program, and how paths are shown."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent
_HOMES = (_HERE / "bundled", _HERE.parent / "analysis", _HERE.parent)  # of a wheel; the record; of a checkout


LONGEST_NAME = 255
"""Letters of a file's name, at most."""
_UNNAMED = set("<>/\\")


def program_file(*words: str) -> Path:
    """A file or folder that comes with the program, by its path in a case. Raises FileNotFoundError."""
    for folder in _HOMES:
        if folder.joinpath(*words).exists():
            return folder.joinpath(*words)
    raise FileNotFoundError(f"{'/'.join(words)} that comes with kidal-offensive is not beside {_HERE}")


def is_file_name(text: str) -> bool:
    """Whether pages and messages can show a file's name as it is: short, without `<`, `>` and slashes."""
    return text.isprintable() and 0 < len(text) <= LONGEST_NAME and not _UNNAMED & set(text)


def file_state(path: Path) -> tuple[str, int, int]:
    """What tells whether a file is as it was when it was read: path, time of its last change (ns), bytes."""
    try:
        stat = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), stat.st_mtime_ns, stat.st_size


def display_path(path: Path) -> str:
    """A path as messages and manifests show it: from the current folder if it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
