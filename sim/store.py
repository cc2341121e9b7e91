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
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim import __version__
from sim.bundle import shown
from sim.files import FaultyInput, Where, refuse
from sim.schema import VERSION, Table

_TABLES = {
    "runs": "runs/part-0.parquet",
    "events": "events/part-0.parquet",
    "reports": "reports/part-0.parquet",
    "route": "axis/route.parquet",
    "daylight": "axis/daylight.parquet",
    "cover": "axis/cover.parquet",
}


_NEEDED = (
    "schema",
    "hash",
    "scenario",
    "start",
    "end",
    "columns",
    "milestones",
    "runs",
    "seed",
    "parameters",
)


@dataclass(frozen=True)
class RunTables:
    """A run folder in memory: its manifest, and each table as named arrays (see sim.schema)."""

    manifest: Mapping[str, Any]
    runs: Table
    events: Table
    reports: Table
    route: Table
    daylight: Table
    cover: Table


def write_run(folder: Path, tables: RunTables, texts: Mapping[str, str]) -> None:
    """Write a run folder: beside its place first, then renamed. `texts` are further files by name.

    Raises FaultyInput if the folder is there already or cannot be written.
    """
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        aside.mkdir(parents=True)
        for name, path in _TABLES.items():
            target = aside / path
            target.parent.mkdir(exist_ok=True)
            pq.write_table(pa.table(getattr(tables, name)), target, compression="zstd")
        for name, text in texts.items():
            (aside / name).write_text(text, encoding="utf-8")
        (aside / "manifest.json").write_text(json.dumps(tables.manifest, indent=1) + "\n", encoding="utf-8")
        aside.rename(folder)
    except OSError as error:
        refuse(Where(shown(folder), 0), f"cannot be written ({error.strerror}); another --out would be right")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def read_run(folder: Path) -> RunTables:
    """A run folder as tables. Raises FaultyInput if it is none, is damaged, or is of another version."""
    manifest = read_manifest(folder)
    if manifest.get("schema") != VERSION:
        message = f"is of schema version {manifest.get('schema')}, this program reads {VERSION}"
        refuse(Where(shown(folder / "manifest.json"), 0), f"{message}; running it again would be right")
    tables = {name: _read_table(folder / path) for name, path in _TABLES.items()}
    return RunTables(manifest, **tables)


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


def _read_table(path: Path) -> Table:
    try:
        table = pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        reason = f"cannot be read ({str(error).splitlines()[0]:.80})"
        refuse(Where(shown(path), 0), f"{reason}; deleting the folder and running again would be right")
    return {name: np.asarray(table[name].to_numpy(zero_copy_only=False)) for name in table.column_names}


def check_writable(folder: Path) -> None:
    """Raise FaultyInput if a folder could not be made at a path: told before anything is run."""
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir() or not os.access(above, os.W_OK):
        message = f"cannot be made, {shown(above)} cannot be written to; another --out would be right"
        refuse(Where(shown(folder), 0), message)


def existing(folder: Path, run_hash: str) -> RunTables | None:
    """The complete run of a hash in a folder, or None. Raises FaultyInput if something else is there."""
    if not folder.exists():
        return None
    try:
        manifest = read_manifest(folder)
    except FaultyInput:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            return None
        refuse(Where(shown(folder), 0), "is there already and is no run folder; another --out would be right")
    if manifest.get("hash") != run_hash:
        refuse(Where(shown(folder), 0), "holds another run; another --out would be right")
    return read_run(folder)


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
    packages = ("numpy", "networkx", "pyproj", "astral", "scipy", "pyarrow", "pydantic", "ruamel.yaml")
    return {
        "program": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
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
