"""What several tests do alike with files, and what they hold rules to."""

from pathlib import Path
from typing import Any

from sim.store.writer import sealed

EXACT = {"sqrt", "floor", "pi", "inf"}
"""What IEEE 754 makes the same everywhere; the others are functions of our own."""
EXACT_IN_PARTS = EXACT | {"fabs", "copysign", "isnan", "frexp", "ldexp"}


def cut(path: Path) -> None:
    """Take the last five bytes off a file."""
    path.write_bytes(path.read_bytes()[:-5])


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(raw)


def reseal(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest as if it had been made so."""
    (folder / "manifest.json").write_bytes(sealed(manifest))
