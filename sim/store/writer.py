"""Writing run folders: part by part, each whole or not there, so that a stopped sweep goes on where it was.

A folder holds `manifest.json` (what is run, with which versions and seeds), `scenario.yaml`,
`parameters.yaml` and, for a sweep, `design.yaml` as they were used, the tables of sim.store.schema and, of a
command, `printed.json` (sim.studies.printed). Every file is written aside, put on disk and renamed. While
runs are missing, `files.jsonl` has a line with the checksums of each part that is stored; at the end they go
into the manifest, which makes the folder a finished one.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sim.console import tell
from sim.files.paths import display_path
from sim.files.yaml_tree import FaultyInput, Where, refuse
from sim.store.provenance import rules
from sim.store.reader import is_whole, read_manifest, seal_of
from sim.store.schema import VERSION, Table

MANIFEST, JOURNAL, FOLDER_LOCK = "manifest.json", "files.jsonl", ".lock"
FILLING_KEYS = ("schema", "rules", "hash", "parts")
"""Keys of a manifest without which a folder cannot be filled."""
Sums = dict[str, list[Any]]
"""Size in bytes and SHA-256 by file, below the folder."""
DICTIONARY_SIZE = 512
"""Distinct numbers up to which a column is stored as a dictionary."""


class Folder:
    """A run folder that is being filled, locked against a second one who would."""

    def __init__(self, path: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        """A folder of a manifest, with files that do not come in parts; `opened` makes one."""
        self.path, self.manifest, self.files = path, manifest, files
        self.stored: dict[int, Sums] = {}

    def missing(self) -> list[int]:
        """The parts that are not stored."""
        return [number for number in range(self.manifest["parts"]) if number not in self.stored]

    def add(self, number: int, files: Mapping[str, bytes]) -> None:
        """Store a part: its files, by their place in the folder. Raises OSError; then it is not stored."""
        for file, content in files.items():
            write(self.path / file, content)
        sums = _sums(files)
        with (self.path / JOURNAL).open("ab") as journal:
            journal.write(_line(number, sums))
            journal.flush()
            os.fsync(journal.fileno())
        self.stored[number] = sums

    def put(self, files: Mapping[str, bytes]) -> None:
        """Store more files that do not come in parts. Raises OSError."""
        for file, content in files.items():
            write(self.path / file, content)
        self.files = {**self.files, **files}

    def whole(self) -> dict[str, Any]:
        """The manifest with the checksums of all files."""
        sums = [_sums(self.files), *(self.stored[number] for number in sorted(self.stored))]
        return {**self.manifest, "files": {file: entry for some in sums for file, entry in some.items()}}

    def finish(self) -> None:
        """All parts are stored: the manifest says so."""
        write(self.path / MANIFEST, sealed(self.whole()))
        _tidy(self.path)


@contextmanager
def opened(path: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Folder]:
    """The folder of a manifest, made or gone on with; `files` are those that do not come in parts.

    Raises FaultyInput if something else is there, another process fills it, or it cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / FOLDER_LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        refuse(
            Where(display_path(path), 0),
            "is being filled by another process; waiting for its end would be right",
        )
    except OSError as error:
        refuse(
            Where(display_path(path), 0),
            f"cannot be written ({error.strerror}); another --out would be right",
        )
    try:
        yield _begun(path, manifest, files)
    finally:
        lock.release()
        if not (path / MANIFEST).exists():
            with suppress(OSError):
                (path / FOLDER_LOCK).unlink(missing_ok=True)
                path.rmdir()


def _begun(path: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Folder:
    """A locked folder with all that does not come in parts, and the parts that are there and whole."""
    folder = Folder(path, manifest, files)
    try:
        if (path / MANIFEST).exists():
            folder.manifest = _same(path, read_manifest(path, FILLING_KEYS), manifest)
            _take_over(folder)
            lines = [_line(number, sums) for number, sums in sorted(folder.stored.items())]
            write(path / JOURNAL, b"".join(lines))
        ended = ("files", "seal")
        folder.manifest = {key: value for key, value in folder.manifest.items() if key not in ended}
        write(path / MANIFEST, sealed(folder.manifest))
        for aside in path.glob("*/.*.aside"):
            aside.unlink()
        for file, content in files.items():
            write(path / file, content)
    except OSError as error:
        refuse(
            Where(display_path(path), 0),
            f"cannot be written ({error.strerror}); another --out would be right",
        )
    return folder


def _same(path: Path, found: dict[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest found in a folder, if it is that of these runs. Raises FaultyInput."""
    _check_hash(path, found, str(manifest["hash"]), str(manifest["rules"]))
    for key in ("python", "packages"):
        if found.get(key) != manifest[key]:
            message = f"was begun with other versions ({key}: {_listing(found.get(key))}; here"
            refuse(
                Where(display_path(path), 0),
                f"{message} {_listing(manifest[key])}); another --out would be right",
            )
    return found


def _listing(versions: Any) -> str:
    if not isinstance(versions, dict):
        return str(versions)
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _check_hash(path: Path, manifest: Mapping[str, Any], run_hash: str, rules: str) -> None:
    """Raise FaultyInput if a folder is of another version, of other rules or another run."""
    if manifest["schema"] != VERSION:
        message = f"is of schema version {manifest['schema']}, this program writes {VERSION}"
        refuse(Where(display_path(path), 0), f"{message}; another --out would be right")
    if manifest["rules"] != rules:
        message = f"was made by other rules ({manifest['rules']}; here {rules})"
        refuse(Where(display_path(path), 0), f"{message}; another --out would be right")
    if manifest["hash"] != run_hash:
        refuse(Where(display_path(path), 0), "holds another run; another --out would be right")


def _take_over(folder: Folder) -> None:
    """Find the parts that are stored and whole; the others are told of, and are missing."""
    for number, sums in _recorded_parts(folder.path, folder.manifest):
        wrong = [file for file, entry in sums.items() if not is_whole(folder.path / file, entry)]
        if wrong:
            tell(f"{display_path(folder.path / wrong[0])} is missing or damaged: part {number} is run again")
        else:
            folder.stored[number] = sums


def _recorded_parts(path: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[int, Sums]]:
    """The parts that a folder says it has, with their checksums; a line cut short says nothing."""
    if "files" in manifest:
        parts: dict[int, Sums] = {}
        for file, entry in manifest["files"].items():
            if "/part-" in file:
                parts.setdefault(number_of(file), {})[file] = entry
        yield from parts.items()
    elif (path / JOURNAL).exists():
        for line in (path / JOURNAL).read_bytes().splitlines():
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                yield int(entry["part"]), entry["files"]


def is_finished(path: Path, run_hash: str) -> bool:
    """Whether the run of a hash is in a folder, whole. Raises FaultyInput if something else is there."""
    try:
        if not path.exists() or (path.is_dir() and not any(path.iterdir())):
            return False
    except OSError as error:
        refuse(
            Where(display_path(path), 0), f"cannot be read ({error.strerror}); another --out would be right"
        )
    try:
        manifest = read_manifest(path, FILLING_KEYS)
    except FaultyInput:
        if path.is_dir() and all(item.name.startswith(".") for item in path.iterdir()):
            return False  # stopped before it began
        refuse(
            Where(display_path(path), 0),
            "is there already and is no run folder; another --out would be right",
        )
    _check_hash(path, manifest, run_hash, rules())
    finished = "files" in manifest and all(
        is_whole(path / file, entry) for file, entry in manifest["files"].items()
    )
    if finished:
        _tidy(path)
    return finished


def _tidy(path: Path) -> None:
    """Take away what only an unfinished folder needs."""
    for name in (JOURNAL, FOLDER_LOCK):
        with suppress(OSError):
            (path / name).unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Raise FaultyInput if a folder could not be made at a path: told before anything is run."""
    above = folder.absolute()
    while not above.exists():
        above = above.parent
    if not above.is_dir() or not os.access(above, os.W_OK):
        message = f"cannot be made, {display_path(above)} cannot be written to; another --out would be right"
        refuse(Where(display_path(folder), 0), message)


# --- files --------------------------------------------------------------------------------------------------


def part_file(name: str, number: int) -> str:
    """The file of a table's part, below the folder."""
    return f"{name}/part-{number:06d}.parquet"


def number_of(file: str) -> int:
    """The part that a file belongs to."""
    return int(file.rpartition("-")[2].removesuffix(".parquet"))


def encoded(table: Table, repeated: tuple[str, ...] = ()) -> bytes:
    """A table as Parquet: numbers with a fraction seldom repeat, so their bytes are sorted instead.

    `repeated` are columns that change seldom, `replicate` one that counts on.
    """
    floats = [name for name, column in table.items() if column.dtype.kind == "f" and name not in repeated]
    sorted_bytes = [name for name in floats if not _has_few(table[name])]
    counting = [name for name in ("replicate", "seed") if name in table]
    plain = {"replicate": "DELTA_BINARY_PACKED", "seed": "PLAIN"}
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(table),
        sink,
        compression="zstd",
        use_dictionary=[name for name in table if name not in (*sorted_bytes, *counting)],
        use_byte_stream_split=sorted_bytes,
        column_encoding={name: plain[name] for name in counting},
        write_page_checksum=True,
    )
    return bytes(sink.getvalue())


def _has_few(column: np.ndarray) -> bool:
    """Whether a column seems to hold few distinct numbers."""
    some = column[:: max(1, len(column) // 4096)]
    return len(np.unique(some)) <= DICTIONARY_SIZE


def write(path: Path, content: bytes) -> None:
    """Write a file aside, put it on disk, rename it. Raises OSError; then nothing has changed."""
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(f".{path.name}.aside")
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
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Put a folder's names on disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sums(files: Mapping[str, bytes]) -> Sums:
    return {file: [len(content), hashlib.sha256(content).hexdigest()] for file, content in files.items()}


def _line(number: int, sums: Sums) -> bytes:
    return json.dumps({"part": number, "files": sums}).encode() + b"\n"


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as a file, with the hash of all that it says."""
    told = {**manifest, "seal": seal_of(manifest)}
    return (json.dumps(told, indent=1) + "\n").encode()
