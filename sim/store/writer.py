"""Writing run folders: part by part, each whole or not there; what is kept of a stopped one: `resuming`.

A folder holds `manifest.json` (what is run, with which versions and seeds), `scenario.yaml`,
`parameters.yaml` and, for a sweep, `design.yaml` as they were used, the tables of sim.store.schema and, of a
command, `printed.json` (sim.studies.printed). Every file is written aside, put on disk and renamed. While
runs are missing, `files.jsonl` has a line with the checksums of each part that is stored; at the end they go
into the manifest, which makes the folder a finished one.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.cache import entries
from sim.files.paths import display_path
from sim.store.reader import seal_of
from sim.store.schema import Manifest, Sums, Table

MANIFEST, JOURNAL, FOLDER_LOCK = "manifest.json", "files.jsonl", ".lock"
DICTIONARY_SIZE = 512
"""Distinct numbers up to which a column is stored as a dictionary."""


class FolderLoss(OSError):
    """A result folder that was being filled is gone, or another one lies in its place."""


class Folder:
    """A result folder that is being filled, locked against a second one who would."""

    def __init__(self, path: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        """A folder of a manifest, with files that do not come in parts; sim.store.resuming makes one."""
        self.path, self.manifest, self.files = path, manifest, files
        self.stored: dict[int, Sums] = {}
        self.lock = self._lock_identity()

    def _lock_identity(self) -> tuple[int, int] | None:
        """What tells the file of the lock, which is open while the folder is filled, from any other."""
        try:
            stat = (self.path / FOLDER_LOCK).stat()
        except FileNotFoundError:
            return None
        return stat.st_dev, stat.st_ino

    def is_there(self) -> bool:
        """Whether the folder that was locked is still there: one in its place may be another's."""
        with suppress(OSError):
            return self._lock_identity() == self.lock
        return False

    def _check_there(self) -> None:
        if not self.is_there():
            raise FolderLoss(f"{display_path(self.path)} was taken away while it was filled")

    def missing(self) -> list[int]:
        """The parts that are not stored."""
        return [number for number in range(self.manifest["parts"]) if number not in self.stored]

    def add(self, number: int, files: Mapping[str, bytes]) -> None:
        """Store a part: its files, by their place in the folder. Raises OSError; then it is not stored."""
        self._check_there()
        for file, content in files.items():
            write(self.path / file, content)
        sums = _sums(files)
        with (self.path / JOURNAL).open("ab") as journal:
            journal.write(journal_line(number, sums))
            journal.flush()
            os.fsync(journal.fileno())
        self.stored[number] = sums

    def put(self, files: Mapping[str, bytes]) -> None:
        """Store more files that do not come in parts. Raises OSError."""
        self._check_there()
        for file, content in files.items():
            write(self.path / file, content)
        self.files = {**self.files, **files}

    def whole(self) -> Manifest:
        """The manifest with the checksums of all files."""
        sums = [_sums(self.files), *(self.stored[number] for number in sorted(self.stored))]
        return {**self.manifest, "files": {file: entry for some in sums for file, entry in some.items()}}

    def finish(self) -> None:
        """All parts are stored: the manifest says so. Raises OSError."""
        self._check_there()
        write(self.path / MANIFEST, sealed(self.whole()))
        tidy(self.path)


def tidy(path: Path) -> None:
    """Take away what only an unfinished folder needs."""
    for name in (JOURNAL, FOLDER_LOCK):
        with suppress(OSError):
            (path / name).unlink(missing_ok=True)


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
    entries.replace(path, path.with_name(f".{path.name}.aside"), content)
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
    return {file: (len(content), hashlib.sha256(content).hexdigest()) for file, content in files.items()}


def journal_line(number: int, sums: Sums) -> bytes:
    """What a journal says of a part that is stored."""
    return json.dumps({"part": number, "files": sums}).encode() + b"\n"


def sealed(manifest: Mapping[str, object]) -> bytes:
    """A manifest as a file, with the hash of all that it says."""
    return (json.dumps({**manifest, "seal": seal_of(manifest)}, indent=1) + "\n").encode()
