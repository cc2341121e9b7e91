"""Compiled functions in the user's cache folder: no damaged one is loaded, and many processes compile once.

A folder holds what was compiled from one state of the rules, a file for each function and each signature. Its
bytes are held against their SHA-256 before they are loaded.
"""

import hashlib
import os
import pickle
from contextlib import suppress
from pathlib import Path
from re import fullmatch
from shutil import rmtree
from typing import Any

from filelock import FileLock, Timeout
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps
from numba.core.sigutils import normalize_signature

from sim.cache import entries
from sim.console import tell

VERSIONS = 3
"""States of the rules that are kept: those used last."""
COMPILE_WAIT = 300.0  # s
USE_MARK, CACHE_LOCK = ".used", ".lock"
KEPT_NAMES = (
    rf"\.(used|lock|writable)|sim_[0-9a-f]+|.+\.nb[ci]({entries.SUM})?(\.(tmp\.)?[0-9a-f]+(\.aside)?)?"
)
"""What files and folders are called in which compiled rules are kept, now or formerly."""
TIME = "10 to 30 seconds"


class CacheFailure(Exception):
    """What is not compiled yet could not be kept; the message says why."""


class RulesCache(NullCache):  # type: ignore[misc]
    """Numba's cache of one function, in a folder.

    `is_loaded` tells whether something was taken from it. With `needs_folder` nothing is compiled that cannot
    be kept. `patience` are the seconds after which another process that compiles is no longer waited for.
    """

    def __init__(self, name: str, folder: Path | None, reason: str) -> None:
        """Of a function's name; `reason` says why nothing can be written to the folder."""
        self.name, self.folder, self.reason, self.patience = name, folder, reason, COMPILE_WAIT
        self.is_loaded = self.needs_folder = self.is_damaged = False
        self.files: set[Path] = set()
        self.lock: FileLock | None = None

    @property
    def cache_path(self) -> str:
        """The folder, as Numba asks for it."""
        return str(self.folder or "")

    def load_overload(self, signature: Any, context: Any) -> Any:
        """What was compiled for a signature; None, and the lock held: compile it. Raises CacheFailure."""
        context.refresh()
        path = self._path(signature, context.codegen())
        entry = self._read(path, context)
        if entry is None and self.reason:
            if self.needs_folder:
                raise CacheFailure(self.reason)
            tell(f"warning: {self.reason}: the next run compiles the rules again")
            tell(f"compiling the rules in memory: {TIME} ...")
        elif entry is None and not (self._locked() and (entry := self._read(path, context))):
            tell(self._why())
        if entry is not None:
            self.release()
            self.is_loaded = True
            self._used()
        return entry

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled; what cannot be written is told of."""
        if not self.reason and self.folder is not None and not compiled.library.has_dynamic_globals:
            path = self._path(signature, compiled.codegen)
            try:
                entries.put(path, dumps(compiled._reduce()))
                self.files.add(path)
                self._used()
            except OSError as error:
                tell(f"warning: {unwritable(self.folder, error)}: the next run compiles the rules again")
            remove_old(self.folder)
        self.release()

    def release(self) -> None:
        """Let other processes compile."""
        if self.lock is not None:
            self.lock.release()
            self.lock = None

    def drop(self) -> None:
        """Take away what was loaded or compiled here."""
        for path in self.files:
            entries.drop(path)

    def _path(self, signature: Any, codegen: Any) -> Path:
        # signatures and the processor, with what it can do
        key = repr((normalize_signature(signature)[0], codegen.magic_tuple())).encode()
        return Path(self.cache_path, f"{self.name}-{hashlib.sha256(key).hexdigest()[:32]}.nbc")

    def _read(self, path: Path, context: Any) -> Any:
        """What a file holds; None if it is not there or not what was written."""
        if self.folder is None:
            return None
        try:
            if (content := entries.get(path)) is None:
                return None
            self.files.add(path)
            return CompileResult._rebuild(context, *pickle.loads(content))
        except Exception:  # noqa: BLE001
            self.is_damaged = True  # whatever is wrong with the files, compiling anew is right
            return None

    def _locked(self) -> bool:
        """Take the lock, if need be once another process has compiled; whether it is held now."""
        lock = FileLock(Path(self.cache_path, CACHE_LOCK))
        with suppress(OSError, NotImplementedError, Timeout):
            try:
                lock.acquire(timeout=0)
            except Timeout:
                tell("another process compiles the rules: waiting for it ...")
                lock.acquire(timeout=self.patience)
            self.lock = lock
        return self.lock is not None

    def _why(self) -> str:
        """Why something is compiled."""
        if self.is_damaged:
            return f"the cache of the compiled rules was damaged: compiling them anew, {TIME} ..."
        return f"compiling the rules, once for this version of the program: {TIME} ..."

    def _used(self) -> None:
        with suppress(OSError):
            Path(self.cache_path, USE_MARK).touch()


def unwritable(folder: Path | None, error: Exception) -> str:
    """That a folder cannot be written to, and why."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"{folder or 'the cache folder'} cannot be written ({reason})"


# --- old versions -------------------------------------------------------------------------------------------


def remove_old(folder: Path) -> None:
    """Take away the folders beside one that were not used for longest, but for a few, and none in use."""
    with suppress(OSError):
        beside = [path for path in folder.parent.iterdir() if _is_ours(path)]
        uses = {
            path / USE_MARK if (path / USE_MARK).exists() else path: path for path in beside if path != folder
        }
        for used in entries.newest(uses)[VERSIONS - 1 :]:
            lock = FileLock(uses[used] / CACHE_LOCK, timeout=0)
            with suppress(Timeout, OSError, NotImplementedError), lock:  # no process compiles in it
                rmtree(uses[used], ignore_errors=True)


def _is_ours(path: Path) -> bool:
    """Whether a path is a folder of compiled rules, and of nothing else."""
    if path.is_symlink() or not path.is_dir() or not fullmatch("[0-9a-f]{16}", path.name):
        return False
    return all(fullmatch(KEPT_NAMES, one.name) for one in path.rglob("*"))


def writable(folder: Path) -> None:
    """Make a folder, if it is not there, and write to it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / f"{USE_MARK}.{os.getpid()}.aside"
    trial.touch()
    trial.unlink()
