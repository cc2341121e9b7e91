"""The user's cache folder: files with their SHA-256 beside them, so that a damaged one is never taken.

Below it are a folder `HASH` of compiled rules for each of the last few versions (sim.cache.compiled) and
`syntax`, the hashes of source trees (sim.store.syntax). All of it may be deleted at any time.
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

SUM = ".sha256"
"""What the file of a checksum is called after its file; `sha256sum -c` reads it."""


class FileDamage(Exception):
    """A file is not what was written."""


def home() -> Path:
    """The program's folder in the user's cache folder. Raises RuntimeError where the user has no home."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kidal-offensive"


def put(path: Path, content: bytes) -> None:
    """Write a file and its checksum. Raises OSError."""
    for file, written in ((path, content), (_sum_of(path), _line(path, content))):
        replace(file, file.with_name(f"{file.name}.{uuid4().hex[:8]}.aside"), written)


def get(path: Path) -> bytes | None:
    """What a file holds; None if it, or its checksum, is not there. Raises FileDamage."""
    try:
        content, line = path.read_bytes(), _sum_of(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileDamage(str(path)) from error
    if line != _line(path, content):
        raise FileDamage(str(path))
    return content


def drop(path: Path) -> None:
    """Take a file and its checksum away; what cannot be taken away stays."""
    for one in (_sum_of(path), path):
        with suppress(OSError):
            one.unlink(missing_ok=True)


def newest(paths: Iterable[Path]) -> list[Path]:
    """Paths by the time of their last change, the newest first; those that are gone are left out."""
    dated = []
    for path in paths:
        with suppress(OSError):
            dated.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(dated, reverse=True)]


def _sum_of(path: Path) -> Path:
    return path.with_name(path.name + SUM)


def _line(path: Path, content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {path.name}\n".encode()


def replace(path: Path, aside: Path, content: bytes) -> None:
    """Write a file aside, put it on disk and rename it. Raises OSError; then nothing has changed."""
    try:
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
