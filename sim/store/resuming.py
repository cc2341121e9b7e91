"""Whether a result folder can be begun or gone on with, and what is kept of one that was stopped.

The parts whose files are there with the sums of the journal are kept; the others are run again.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from filelock import FileLock, Timeout

from sim.console import tell
from sim.files.paths import display_path, link_fault, reason
from sim.files.yaml_tree import FaultyInput, refuse, writing
from sim.store import writer
from sim.store.provenance import rules
from sim.store.reader import ManifestChange, check_path, is_whole, read_manifest
from sim.store.schema import VERSION, Manifest, Sums
from sim.store.writer import FOLDER_LOCK, JOURNAL, MANIFEST, Folder

FILLING_KEYS = ("schema", "rules", "hash", "parts")
"""Keys of a manifest without which a folder cannot be filled."""
ANOTHER = "expected another --out"


@contextmanager
def opened(path: Path, manifest: Mapping[str, object], files: Mapping[str, bytes]) -> Iterator[Folder]:
    """The folder of a manifest, made or gone on with; `files` are those that do not come in parts.

    Raises FaultyInput if something else is there, another process fills it, or it cannot be written.
    """
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / FOLDER_LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            refuse(path, "is being filled by another process; wait for its end")
    try:
        yield _begun(path, cast("Manifest", {**manifest}), files)
    finally:
        lock.release()
        if not (path / MANIFEST).exists():
            with suppress(OSError):
                (path / FOLDER_LOCK).unlink(missing_ok=True)
                path.rmdir()


def _begun(path: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Folder:
    """A locked folder with all that does not come in parts, and the parts that are there and whole."""
    folder = Folder(path, manifest, files)
    with writing(path):
        if (path / MANIFEST).exists():
            folder.manifest = read_manifest(path, FILLING_KEYS)
            _check_same(path, folder.manifest, manifest)
            _take_over(folder)
            lines = [writer.journal_line(number, sums) for number, sums in sorted(folder.stored.items())]
            writer.write(path / JOURNAL, b"".join(lines))
        folder.manifest.pop("files", None)
        folder.manifest.pop("seal", None)
        writer.write(path / MANIFEST, writer.sealed(folder.manifest))
        for aside in path.glob("*/.*.aside"):
            aside.unlink()
        folder.put(files)
    return folder


def _check_same(path: Path, stored: Mapping[str, object], manifest: Mapping[str, object]) -> None:
    """Raise FaultyInput if the manifest that is stored in a folder is not that of these runs."""
    _check_hash(path, stored, str(manifest["hash"]), str(manifest["rules"]))
    for key in ("python", "packages"):
        if stored.get(key) != manifest[key]:
            versions = f"{key}: {_listing(stored.get(key))}; here {_listing(manifest[key])}"
            refuse(path, f"was begun with other versions ({versions}); {ANOTHER}")


def _listing(versions: object) -> str:
    if not isinstance(versions, dict):
        return str(versions)
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _check_hash(path: Path, manifest: Mapping[str, object], run_hash: str, rules: str) -> None:
    """Raise FaultyInput if a folder is of another version, of other rules or another run."""
    if manifest["schema"] != VERSION:
        versions = f"{manifest['schema']}, this program writes {VERSION}"
        refuse(path, f"is of schema version {versions}; {ANOTHER}")
    if manifest["rules"] != rules:
        refuse(path, f"was made by other rules ({manifest['rules']}; here {rules}); {ANOTHER}")
    if manifest["hash"] != run_hash:
        refuse(path, f"holds another run; {ANOTHER}")


def _take_over(folder: Folder) -> None:
    """Find the parts that are stored and whole; the others are told of, and are missing."""
    for number, sums in _recorded_parts(folder.path, folder.manifest):
        wrong = [file for file, entry in sums.items() if not is_whole(folder.path / file, entry)]
        if wrong:
            tell(f"{display_path(folder.path / wrong[0])} is missing or damaged: part {number} is run again")
        else:
            folder.stored[number] = sums


def _recorded_parts(path: Path, manifest: Manifest) -> Iterator[tuple[int, Sums]]:
    """The parts that a folder says it has, with their checksums; a line cut short says nothing."""
    if "files" in manifest:
        parts: dict[int, Sums] = {}
        for file, entry in manifest["files"].items():
            if "/part-" in file:
                parts.setdefault(writer.number_of(file), {})[file] = entry
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
        refuse(path, f"cannot be read ({reason(error)}); {ANOTHER}")
    try:
        manifest = read_manifest(path, FILLING_KEYS)
    except ManifestChange:
        raise
    except FaultyInput:
        if path.is_dir() and all(item.name.startswith(".") for item in path.iterdir()):
            return False  # stopped before it began
        refuse(path, f"is there already and is no result folder; {ANOTHER}")
    _check_hash(path, manifest, run_hash, rules())
    entries = manifest.get("files", {}).items()
    finished = "files" in manifest and all(is_whole(path / file, entry) for file, entry in entries)
    if finished:
        writer.tidy(path)
    return finished


def relabel(folder: Path, label: str) -> None:
    """Give a finished result another label, which decides no number. Raises FaultyInput if it cannot be."""
    manifest = read_manifest(folder)
    if manifest.get("label") != label:
        with writing(folder):
            writer.write(folder / MANIFEST, writer.sealed({**manifest, "label": label}))


def check_writable(folder: Path) -> None:
    """Raises FaultyInput if a folder could not be made at a path: told before anything is run."""
    check_path(folder)
    if fault := link_fault(folder):
        refuse(folder, f"cannot be written ({fault}); {ANOTHER}")
    above = folder.absolute()
    while not above.exists():
        above = above.parent
    if not above.is_dir() or not os.access(above, os.W_OK):
        refuse(folder, f"cannot be made, {display_path(above)} cannot be written to; {ANOTHER}")
