"""Reading run folders: what sim.store.writer wrote, as tables; columns are read as they are asked for."""

import hashlib
import json
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.console import shortage, tell
from sim.files.case import BUNDLED, Case
from sim.files.case_file import SideRow, case_file
from sim.files.paths import display_path, link_fault
from sim.files.yaml_tree import Fault, FaultyInput, refuse, where_of
from sim.store.manifest_names import manifest_faults
from sim.store.provenance import digest
from sim.store.schema import AXES, PART_TABLES, VERSION, Change, Manifest, RunManifest, Table, columns

MANIFEST_KEYS = tuple(RunManifest.__annotations__)
"""Keys that every manifest of a run has; a finished one has `files` too."""
CHECKSUM_BYTES = 10**9
"""Bytes of a folder up to which all checksums are held against its files when it is read."""
RERUN_REMEDY = "the same command again would put it right"
"""What helps where a file is not what the manifest says: what is whole is kept, the other run again."""
RERUN_ADVICE = "run it again with another --out"
"""What helps where the manifest itself cannot be gone by: no run goes on in such a folder."""

CHANGED = "was changed after it was written"


class ManifestChange(FaultyInput):
    """A manifest is not what was written."""


class _Table(Mapping[str, np.ndarray]):
    """A table whose columns come as they are asked for."""

    names: Sequence[str]

    def __iter__(self) -> Iterator[str]:
        """The names of the columns."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self.names)


class Columns(_Table):
    """A table in several files, read column by column as it is asked for: it may be larger than memory."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Raises FaultyInput if the first file cannot be read; no file stays open."""
        self.files = files
        with _reading(files[0]):
            self.names = pq.read_schema(files[0]).names

    def __getitem__(self, name: str) -> np.ndarray:
        """A column (rows,). Raises KeyError, and FaultyInput if it cannot be read."""
        if name not in self.names:
            raise KeyError(name)
        return np.concatenate([_column(path, name) for path in self.files])


class RowSelection(_Table):
    """Some rows of a table, column by column as they are asked for."""

    def __init__(self, table: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        """Rows by a mask, or (selected,) by their numbers."""
        self.table, self.rows, self.names = table, rows, list(table)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column (selected,). Raises KeyError."""
        return np.asarray(self.table[name][self.rows])


@dataclass(frozen=True, kw_only=True)
class RunTables:
    """A result folder in memory: its manifest, and each table as named arrays (see sim.store.schema)."""

    manifest: Mapping[str, Any]
    runs: Mapping[str, np.ndarray] = field(default_factory=dict)
    events: Mapping[str, np.ndarray] = field(default_factory=dict)
    reports: Mapping[str, np.ndarray] = field(default_factory=dict)
    route: Table = field(default_factory=dict)
    daylight: Table = field(default_factory=dict)
    cover: Table = field(default_factory=dict)
    points: Table = field(default_factory=dict)
    case: Case = BUNDLED
    name: str = ""
    """That of its folder; empty where it lies in none."""

    @property
    def label(self) -> str:
        """By which people know the result: the text of --label, else the name of its folder or scenario."""
        return str(self.manifest.get("label") or self.name or self.manifest["scenario"])

    @property
    def changes(self) -> Sequence[Change]:
        """What was changed against the scenario and the parameters as they are; see sim.store.schema.Change.

        Results that are older than this list have their hypotheses in it, by name alone.
        """
        older = [
            Change(by=name, name=name, words=f"with {name}", value="", base="")
            for name in self.manifest.get("hypotheses", ())
        ]
        changes: Sequence[Change] = self.manifest.get("changes", older)
        return changes

    @cached_property
    def done(self) -> np.ndarray:
        """Which of the runs did not fail, (runs,)."""
        return np.asarray(self.runs["status"] == "done")

    @cached_property
    def sides(self) -> tuple[SideRow, ...]:
        """The sides by the numbers of their roles: the manifest's, or the case's if it lists none."""
        stored = self.manifest.get("sides")
        return tuple(map(SideRow.model_validate, stored)) if stored else case_file(self.case).sides

    def at(self, point: int) -> "RunTables":
        """What is of one design point alone."""

        def rows(table: Mapping[str, np.ndarray]) -> RowSelection:
            return RowSelection(table, table["design_id"] == point)

        return replace(self, runs=rows(self.runs), events=rows(self.events), reports=rows(self.reports))


def read_run(folder: str | Path, case: Case = BUNDLED, *, summed: bool = True) -> RunTables:
    """A finished result folder as tables; `summed`: checksums are held against its files, if it is not large.

    Raises FaultyInput if it is none, is not finished, is damaged or of another version.
    """
    path = Path(folder)
    return read_tables(path, finished_manifest(path, case), case, summed=summed)


def read_tables(folder: Path, manifest: Manifest, case: Case = BUNDLED, *, summed: bool = True) -> RunTables:
    """As `read_run`, by a manifest that may not be stored yet. Raises FaultyInput."""
    for file, entry in manifest["files"].items():
        if "/" not in file and not is_whole(folder / file, entry):
            refuse(folder / file, f"is missing or was changed; {RERUN_REMEDY}")
    tables = {name: _table(folder, manifest, name, summed=summed) for name in (*PART_TABLES, *AXES)}
    in_memory = {name: dict(table) for name, table in tables.items() if name != "runs"}
    name = folder.absolute().name
    return RunTables(manifest=manifest, runs=tables["runs"], case=case, name=name, **in_memory)


def _table(folder: Path, manifest: Manifest, name: str, *, summed: bool) -> Columns:
    """A table with all the columns that it should have, none of them read yet. Raises FaultyInput."""
    files = files_of(folder, manifest, name, summed=summed)
    table = Columns(files)
    for column in columns(manifest, name):
        if column not in table.names:
            refuse(files[0], f"lacks the column {column}; {RERUN_ADVICE}")
    return table


def files_of(folder: Path, manifest: Manifest, name: str, *, summed: bool = True) -> list[Path]:
    """The files of a table in order, held against their sizes and checksums. Raises FaultyInput."""
    entries = manifest["files"]
    small = summed and sum(size for size, _ in entries.values()) <= CHECKSUM_BYTES
    files = [file for file in entries if file.startswith(f"{name}/") or file == f"axis/{name}.parquet"]
    for file in files:
        if not is_whole(folder / file, entries[file], summed=small):
            refuse(folder / file, f"is missing or damaged; {RERUN_REMEDY}")
    if not files:
        refuse(folder, f"lacks the table {name}; {RERUN_ADVICE}")
    return [folder / file for file in files]


def is_whole(path: Path, entry: tuple[int, str], *, summed: bool = True) -> bool:
    """Whether a file has its size and, if it is summed, its checksum."""
    try:
        fits = path.stat().st_size == entry[0]
        if not (fits and summed):
            return fits
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == entry[1]
    except OSError:
        return False


def finished_manifest(folder: Path, case: Case = BUNDLED) -> Manifest:
    """The manifest of a finished result folder of this version. Raises FaultyInput."""
    manifest, about = read_manifest(folder), folder / "manifest.json"
    if manifest["schema"] != VERSION:
        versions = f"{manifest['schema']}, this program reads {VERSION}"
        refuse(about, f"is of schema version {versions}; {RERUN_ADVICE}")
    name = manifest.get("case")
    if name != case.name:
        right = f"--case with the folder {name!r}" if name else "no --case"
        refuse(folder, f"is a run of another case; expected {right}")
    if "files" not in manifest:
        refuse(folder, f"is not finished; `{shlex.join(manifest['command'])}` goes on with it")
    _tell_of_foreign(folder, manifest)
    return manifest


def _tell_of_foreign(folder: Path, manifest: Manifest) -> None:
    """Say if files lie among the tables that are not of this run."""
    if foreign := foreign_files(folder, manifest):
        more = f" (and {len(foreign) - 1:,} more)" if foreign[1:] else ""
        warning = f"what reads all of {display_path(foreign[0].parent)} takes it for a part of the run"
        message = f"is no file of this result; it is left out here, but {warning}: take it away"
        tell(f"{display_path(foreign[0])}{more}: {message}")


def foreign_files(folder: Path, manifest: Manifest) -> list[Path]:
    """What lies among the tables of a finished folder and is not in its manifest.

    Whatever reads a whole folder, as `pandas.read_parquet` does, takes it for a part of the table, unless its
    name begins with a dot or an underscore.
    """
    paths = [path for name in (*PART_TABLES, "axis") for path in sorted((folder / name).glob("*"))]
    files = manifest["files"]
    return [
        path for path in paths if path.name[0] not in "._" and f"{path.parent.name}/{path.name}" not in files
    ]


def read_manifest(folder: Path, needed: Collection[str] = MANIFEST_KEYS) -> Manifest:
    """The manifest of a folder, with what is needed of it: that of a run. Raises FaultyInput.

    One of another version has its seal not looked at.
    """
    path = folder / "manifest.json"
    check_path(folder)
    try:
        if not path.is_file():  # a pipe or a device may have no end
            raise ValueError("no file")
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        why = link_fault(folder) or link_fault(path) or "no readable manifest.json"
        refuse(folder, f"is not a result folder ({why}); `kidal run` makes one")
    manifest = content if isinstance(content, dict) else {}
    if manifest.get("schema", VERSION) != VERSION:
        manifest = {**dict.fromkeys(needed), **manifest}  # its version is what is to be told of
    elif not manifest.keys() >= set(needed):
        if "kind" in manifest:
            refuse(folder, f"is a {manifest['kind']}, and no run; `kidal run` makes one")
        refuse(path, f"is no manifest; expected one with {', '.join(needed)}")
    elif manifest.get("seal") != seal_of(manifest):
        raise ManifestChange([Fault(where_of(path), f"{CHANGED}; {RERUN_ADVICE}")])
    elif faults := manifest_faults(manifest):
        where = where_of(path)
        raise ManifestChange([Fault(where, f"{CHANGED} ({fault}); {RERUN_ADVICE}") for fault in faults])
    return cast("Manifest", manifest)


def check_path(folder: Path) -> None:
    """Refuse a path that is no UTF-8, which no reader of Parquet takes. Raises FaultyInput."""
    try:
        str(folder.absolute()).encode()
    except UnicodeEncodeError:
        refuse(f"{str(folder)!a}", "is a path that is no UTF-8 text; expected another name")


def seal_of(manifest: Mapping[str, object]) -> str:
    """The hash of a manifest without its seal."""
    return digest(json.dumps({key: value for key, value in manifest.items() if key != "seal"}))


def _column(path: Path, name: str) -> np.ndarray:
    with _reading(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        if name not in file.schema_arrow.names:
            raise KeyError(name)
        column = file.read([name])[name].combine_chunks()
        if not pa.types.is_string(column.type):
            return np.asarray(column.to_numpy(zero_copy_only=False))
        column = column.dictionary_encode()  # few words, often repeated: each is kept once
        words = np.array(column.dictionary.to_pylist(), object)
        return np.asarray(words[column.indices.to_numpy(zero_copy_only=False)])


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What a file does not give in this context is a fault of it. Raises FaultyInput."""
    try:
        yield
    except KeyError as error:  # a later part than the one that was looked at
        refuse(path, f"lacks the column {error.args[0]}; {RERUN_ADVICE}")
    except (OSError, ValueError, pa.ArrowException) as error:  # names that are no text are a ValueError
        if shortage(error):
            raise  # which is no fault of the file
        reason = "".join(filter(str.isprintable, str(error).splitlines()[0]))
        refuse(path, f"cannot be read ({reason:.80}); {RERUN_REMEDY}, or {RERUN_ADVICE}")
