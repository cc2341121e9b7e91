"""What decides the numbers: the identity of the rules; and which versions of what ran where."""

import hashlib
import os
import platform
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.console import tell
from sim.store import rules_number
from sim.store.syntax import syntax_hash
from sim.version import __version__

NUMERIC_PACKAGES = (
    "numpy",
    "numba",
    "networkx",
    "pyproj",
    "astral",
    "scipy",
    "pyarrow",
    "pydantic",
    "ruamel.yaml",
)


def digest(*parts: str | bytes) -> str:
    """A short hash of texts in order."""
    state = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "little") + raw)
    return state.hexdigest()[:12]


ROOTS = ("sim.ensembles.run_job", "sim.model", "sim.studies.study")
"""What runs and fits: the rules are these modules and all that they are made from."""


@cache
def rules() -> str:
    """The identity of the rules: their number, as `1`.

    Of a tree whose rules were changed since the number was given it is `1+HASH`, and a line says so.
    """
    identity = _rules()
    if "+" in identity:
        number = f"rules number {rules_number.RULES}"
        tell(f"the rules of this tree are not those of {number}: its results hold for this tree only")
    return identity


def _rules() -> str:
    syntax = syntax_hash(*ROOTS)
    return f"{rules_number.RULES}" + ("" if syntax == rules_number.SYNTAX else f"+{syntax[:12]}")


@cache
def packages() -> dict[str, str]:
    """The versions of the libraries that a run's numbers may hang on."""
    versions = {}
    for name in NUMERIC_PACKAGES:
        with suppress(PackageNotFoundError):  # Numba may be missing
            versions[name] = version(name)
    return versions


def fingerprint() -> dict[str, str]:
    """What must be equal on all machines that share a sweep."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"kidal-offensive": __version__, "its rules": _rules(), "Python": python} | packages()


def surroundings() -> dict[str, object]:
    """Rules, versions, commit, command and machine for a manifest."""
    return {
        "program": __version__,
        "rules": rules(),
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": packages(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "command": ["kidal", *sys.argv[1:]],
    }


def _commit() -> str | None:
    """The commit of the checkout that runs, if it is one."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        call = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
