"""Hashes of what modules of the program say, whatever their comments, docstrings and line breaks.

    syntax_hash("sim.engine.compiled")     # of that module and of all that it is made from

Modules are found by their imports, so that none must be listed, wherever it lies.
"""

import ast
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import resolve_name
from itertools import accumulate
from pathlib import Path

from sim.cache import entries

TREE = Path(__file__).resolve().parents[2]
"""The folder of the program's packages."""
HASHED_PACKAGES = ("sim", "analysis")
UNHASHED = frozenset({"sim.console", "sim.store.rules_number", "sim.version"})
"""Modules that no number can hang on: what is said of progress, and what the versions are called."""
TREES = 8
"""Source trees whose hashes are kept in the user's cache folder."""


@cache
def syntax_hash(*roots: str) -> str:
    """The SHA-256 of all that some modules are made from. Raises LookupError for one that is not there.

    It is kept in the user's cache folder, under a hash of every source file's bytes.
    """
    name = hashlib.sha256(f"{tree_hash(TREE)} {' '.join(roots)}".encode()).hexdigest()[:32]
    with suppress(OSError, RuntimeError, entries.FileDamage):
        if entry := entries.get(entries.home() / "syntax" / name):
            return entry.decode()
    fresh = hash_of(TREE, *roots)
    with suppress(OSError, RuntimeError):
        folder = entries.home() / "syntax"
        folder.mkdir(parents=True, exist_ok=True)
        entries.put(folder / name, fresh.encode())
        known = [one for one in folder.iterdir() if one.suffix == ""]
        for old in entries.newest(known)[TREES:]:
            entries.drop(old)
    return fresh


@cache
def tree_hash(tree: Path) -> str:
    """A hash of the bytes and names of all source files below a folder."""
    state = hashlib.sha256()
    for path in sorted(path for package in HASHED_PACKAGES for path in (tree / package).rglob("*.py")):
        state.update(f"{path.relative_to(tree).as_posix()} ".encode())
        state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()


def hash_of(tree: Path, *roots: str) -> str:
    """The SHA-256 of the syntax of all that some modules are made from. Raises LookupError."""
    state = hashlib.sha256()
    for name, parsed in closure(tree, *roots).items():
        state.update(f"{name}\n{spelled(parsed)}\n".encode())
    return state.hexdigest()


def closure(tree: Path, *roots: str) -> dict[str, ast.Module]:
    """The modules below a folder that some modules import, and those themselves, parsed, by name.

    Of a package that is imported as a whole, every module counts, because it may be asked for what is in it.
    Raises LookupError for a root that is not there.
    """
    lost = [name for name in roots if _file(tree, name) is None]
    if lost:
        raise LookupError(f"no module {', '.join(lost)} below {tree}")
    modules: dict[str, ast.Module] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        path = None if name in modules or name in UNHASHED else _file(tree, name)
        if path is not None:
            modules[name] = ast.parse(path.read_bytes())
            waiting += _imported(tree, name, modules[name])
            above = accumulate(name.split(".")[:-1], "{}.{}".format)
            waiting += [*above][1:]  # but for the outermost, a face that gives what is asked of it
    return dict(sorted(modules.items()))


def _file(tree: Path, name: str) -> Path | None:
    """The file of a module; None if there is none."""
    if name.split(".")[0] not in HASHED_PACKAGES:
        return None
    bare = tree.joinpath(*name.split("."))
    paths = (bare.with_name(f"{bare.name}.py"), bare / "__init__.py")
    return next(filter(Path.is_file, paths), None)


def _imported(tree: Path, name: str, parsed: ast.Module) -> Iterator[str]:
    """The modules that a module imports, anywhere in it."""
    path = _file(tree, name)
    package = name if path is not None and path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                yield from _whole(tree, alias.name)
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                if _file(tree, inner) is None:  # a name of that module itself
                    yield source
                else:
                    yield inner
                    yield from _whole(tree, inner)


def _whole(tree: Path, name: str) -> Iterator[str]:
    """Every module of a package below the outermost; of a module nothing."""
    folder = tree.joinpath(*name.split("."))
    if "." in name and (folder / "__init__.py").is_file():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(tree).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# --- syntax as text -----------------------------------------------------------------------------------------

_UNSAID = frozenset({"ctx", "kind", "type_comment"})
"""Fields of nodes that say nothing that does not stand elsewhere."""


def spelled(value: object) -> str:
    """The syntax of a module as a text: the same on every Python, without comments, docstrings and places.

    So is that of a node, a list of nodes or a constant. Fields that are empty say nothing and are left out.
    """
    if isinstance(value, ast.AST):
        fields = {field: getattr(value, field, None) for field in value._fields if field not in _UNSAID}
        empty: tuple[object, ...] = ([],) if isinstance(value, ast.Constant) else ([], None)
        words = [f"{field}={spelled(inner)}" for field, inner in fields.items() if inner not in empty]
        return f"{type(value).__name__}({''.join(words)})"
    if isinstance(value, list):
        items = [f"{spelled(inner)}," for inner in value if not _is_docstring(inner)]
        return f"[{''.join(items)}]"
    return repr(value)


def _is_docstring(node: object) -> bool:
    """Whether a node is a text alone: that of a module, a function or a name."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False
