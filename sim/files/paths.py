"""Where the files lie that come with the program, how paths are shown, and what is wrong with some."""

import errno
import os
from contextlib import suppress
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
    with suppress(OSError, ValueError):  # the current folder may be gone
        if ".." not in path.parts and path.absolute().is_relative_to(Path.cwd()):
            return path.absolute().relative_to(Path.cwd()).as_posix()
        return real_path(path).relative_to(Path.cwd()).as_posix()
    return path.as_posix()


def real_path(path: Path) -> Path:
    """A path as `resolve` gives it, which in Python before 3.13 fails where links lead to themselves.

    Raises OSError if the current folder is gone and the path is below it.
    """
    return Path(os.path.realpath(path))


_WINDOWS_LOOP = 1921
"""What Windows calls links that lead to themselves."""


def link_fault(path: Path) -> str:
    """What is wrong with the links on a path, for reading; empty if nothing is."""
    for link in (path, *path.parents):
        try:
            link.stat()
        except OSError as error:
            if not os.path.islink(link):  # noqa: PTH114 (is_symlink fails for names that are too long)
                continue
            loop = error.errno == errno.ELOOP or getattr(error, "winerror", 0) == _WINDOWS_LOOP
            return f"{link.name} is a link that leads to {'itself' if loop else 'what is not there'}"
        except ValueError:  # no path at all
            return ""
        else:
            return ""
    return ""


def reason(error: OSError) -> str:
    """Why the system refused something, for reading."""
    with suppress(TypeError):
        if fault := link_fault(Path(error.filename)):
            return fault
    return error.strerror or str(error)
