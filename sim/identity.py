"""What decides the numbers, as hashes; and which versions of what ran where."""

import hashlib
import os
import platform
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.version import __version__

HERE = Path(__file__).parent
PACKAGES = ("numpy", "numba", "networkx", "pyproj", "astral", "scipy", "pyarrow", "pydantic", "ruamel.yaml")


def digest(*parts: str | bytes) -> str:
    """A short hash of texts in order."""
    state = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "little") + raw)
    return state.hexdigest()[:12]


@cache
def code_hash() -> str:
    """A hash of the simulation's source files."""
    return _hash_of(sorted(HERE.glob("*.py")) + _rules())


_RUN = "campaign rows tables kinds world build ways sun start priors values chance64 compiled"
_READ = "scenario loading hypotheses laying parameters network units inputs given"
_FIT = "particles likelihood asks calibrations study"
_ASK = "smc asked scores outcomes record ledger"
MODEL = (*_RUN.split(), *_READ.split(), *_FIT.split(), *(f"../analysis/{name}" for name in _ASK.split()))
"""Modules beside the rules that decide what a run with given parameters gives, and what a fit to it does."""


@cache
def model_hash() -> str:
    """A hash of the rules, of what they run on and of what fits them: a posterior holds for one of each."""
    return _hash_of(_rules() + [HERE / f"{name}.py" for name in MODEL])


def _rules() -> list[Path]:
    return sorted((HERE / "rules").glob("*.py"))


def _hash_of(files: list[Path]) -> str:
    return digest(*(path.name + "\n" + path.read_text(encoding="utf-8") for path in files))


@cache
def packages() -> dict[str, str]:
    """The versions of the libraries that a run's numbers may hang on."""
    found = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):  # Numba may be missing
            found[name] = version(name)
    return found


def fingerprint() -> dict[str, str]:
    """What must be equal on all machines that share a sweep."""
    own = {"kidal-offensive": __version__, "its code": code_hash()}
    return own | {"Python": ".".join(platform.python_version_tuple()[:2])} | packages()


def surroundings() -> dict[str, Any]:
    """Versions, commit, command and machine for a manifest."""
    return {
        "program": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": packages(),
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
