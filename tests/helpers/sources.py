"""The program's sources as syntax trees, each parsed once in a process; tests only read them."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def trees(*folders: str) -> dict[str, ast.Module]:
    """The modules of some folders, by their files below the root."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): tree_of(path) for path in paths}
