"""Run folders: written aside and renamed, never half there; read back as tables.

A folder holds `manifest.json` (what was run, with which versions and seeds), `scenario.yaml` and
`parameters.yaml` (as they were used) and the tables of sim.schema.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim import __version__
from sim.bundle import shown
from sim.files import FaultyInput, Where, refuse
from sim.schema import VERSION, Table

_PARTS = ("runs", "events", "reports")
_AXES = ("route", "daylight", "cover")
PART = 65_536
"""Runs, about, in a file of a run folder."""


_NEEDED = (
    "schema",
    "hash",
    "scenario",
    "start",
    "end",
    "columns",
    "milestones",
    "runs",
    "parts",
    "seed",
    "parameters",
)


class Columns(Mapping[str, np.ndarray]):
    """A table in several files, read column by column as it is asked for: it may be larger than memory."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Raises FaultyInput if a file is missing or damaged."""
        self.files = [(path, _read(path, pq.ParquetFile)) for path in files]
        self.names: list[str] = self.files[0][1].schema_arrow.names

    def __getitem__(self, name: str) -> np.ndarray:
        """A column. Raises KeyError, and FaultyInput if it cannot be read."""
        if name not in self.names:
            raise KeyError(name)
        return np.concatenate([_read(path, _column, file, name) for path, file in self.files])

    def __iter__(self) -> Iterator[str]:
        """The names of the columns."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self.names)


@dataclass(frozen=True)
class RunTables:
    """A run folder in memory: its manifest, and each table as named arrays (see sim.schema)."""

    manifest: Mapping[str, Any]
    runs: Mapping[str, np.ndarray]
    events: Table
    reports: Table
    route: Table
    daylight: Table
    cover: Table

    @cached_property
    def done(self) -> np.ndarray:
        """Which of the runs did not fail."""
        done: np.ndarray = self.runs["status"] == "done"
        return done


def write_run(
    folder: Path,
    manifest: Mapping[str, Any],
    parts: Iterable[Any],
    axes: Mapping[str, Table],
    texts: Mapping[str, str],
) -> None:
    """Write a run folder: beside its place first, then renamed.

    `parts` are runs with their `events` and `reports`, written as they come; `axes` are the tables of an axis
    by name, `texts` further files. Raises FaultyInput if the folder is there already or cannot be written.
    """
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        for name in (*_PARTS, "axis"):
            (aside / name).mkdir(parents=True)
        for number, part in enumerate(parts):
            for name in _PARTS:
                if number == 0 or getattr(part, name):  # only the first runs have histories
                    _write(aside / name / f"part-{number}.parquet", getattr(part, name))
        for name in _AXES:
            _write(aside / "axis" / f"{name}.parquet", axes[name])
        for name, text in texts.items():
            (aside / name).write_text(text, encoding="utf-8")
        text = json.dumps({**manifest, "parts": number + 1}, indent=1) + "\n"
        (aside / "manifest.json").write_text(text, encoding="utf-8")
        aside.rename(folder)
    except OSError as error:
        refuse(Where(shown(folder), 0), f"cannot be written ({error.strerror}); another --out would be right")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, table: Table) -> None:
    """A table as Parquet; numbers with a fraction seldom repeat, so their bytes are sorted instead."""
    floats = [name for name, column in table.items() if column.dtype.kind == "f"]
    others = [name for name in table if name not in floats]
    pq.write_table(
        pa.table(table), path, compression="zstd", use_dictionary=others, use_byte_stream_split=floats
    )


def read_run(folder: Path) -> RunTables:
    """A run folder as tables. Raises FaultyInput if it is none, is damaged, or is of another version."""
    manifest = read_manifest(folder)
    if manifest.get("schema") != VERSION:
        message = f"is of schema version {manifest.get('schema')}, this program reads {VERSION}"
        refuse(Where(shown(folder / "manifest.json"), 0), f"{message}; running it again would be right")
    parts = {
        name: [folder / name / f"part-{number}.parquet" for number in range(manifest["parts"])]
        for name in _PARTS
    }
    runs = Columns(parts["runs"])
    events, reports = (
        dict(Columns([path for i, path in enumerate(parts[name]) if i == 0 or path.exists()]))
        for name in ("events", "reports")
    )
    axes = {name: dict(Columns([folder / "axis" / f"{name}.parquet"])) for name in _AXES}
    return RunTables(manifest, runs, events, reports, **axes)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder. Raises FaultyInput if there is none."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        refuse(
            Where(shown(folder), 0), "is not a run folder (no readable manifest.json); `kidal run` makes one"
        )
    if not isinstance(manifest, dict) or not set(_NEEDED) <= set(manifest):
        refuse(Where(shown(path), 0), f"is no manifest; one with {', '.join(_NEEDED)} would be right")
    return manifest


def _column(file: Any, name: str) -> np.ndarray:
    column = file.read([name])[name].combine_chunks()
    if pa.types.is_string(column.type):  # few words, often repeated: each is kept once
        column = column.dictionary_encode()
        words = np.array(column.dictionary.to_pylist(), object)
        return np.asarray(words[column.indices.to_numpy(zero_copy_only=False)])
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _read(path: Path, how: Callable[..., Any], *what: Any) -> Any:
    """Something of a file. Raises FaultyInput if it cannot be read."""
    try:
        return how(*(what or (path,)))
    except (OSError, pa.ArrowException) as error:
        reason = f"cannot be read ({str(error).splitlines()[0]:.80})"
        refuse(Where(shown(path), 0), f"{reason}; deleting the folder and running again would be right")


def check_writable(folder: Path) -> None:
    """Raise FaultyInput if a folder could not be made at a path: told before anything is run."""
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir() or not os.access(above, os.W_OK):
        message = f"cannot be made, {shown(above)} cannot be written to; another --out would be right"
        refuse(Where(shown(folder), 0), message)


def is_stored(folder: Path, run_hash: str) -> bool:
    """Whether the run of a hash is in a folder. Raises FaultyInput if something else is there."""
    if not folder.exists():
        return False
    try:
        manifest = read_manifest(folder)
    except FaultyInput:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            return False
        refuse(Where(shown(folder), 0), "is there already and is no run folder; another --out would be right")
    if manifest.get("hash") != run_hash:
        refuse(Where(shown(folder), 0), "holds another run; another --out would be right")
    return True


def digest(*parts: str | bytes) -> str:
    """A short hash of texts in order."""
    state = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "little") + raw)
    return state.hexdigest()[:12]


def code_hash() -> str:
    """A hash of the simulation's source files."""
    folder = Path(__file__).parent
    files = sorted(folder.glob("*.py")) + sorted((folder / "rules").glob("*.py"))
    return digest(*(path.name + "\n" + path.read_text(encoding="utf-8") for path in files))


def surroundings() -> dict[str, Any]:
    """Versions, commit and machine for a manifest."""
    names = ["numpy", "numba", "networkx", "pyproj", "astral", "scipy", "pyarrow", "pydantic", "ruamel.yaml"]
    packages = {}
    for name in names:
        with suppress(PackageNotFoundError):  # Numba may be missing
            packages[name] = version(name)
    return {
        "program": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": packages,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "command": ["kidal", *sys.argv[1:]],
    }


def _commit() -> str | None:
    """The commit of the checkout that runs, if it is one."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return None
    try:
        call = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
