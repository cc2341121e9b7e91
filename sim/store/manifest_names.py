"""Names in a manifest are names: a folder may come from anybody, and what it names stands on pages."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.files.paths import is_file_name
from sim.files.units import name as checked_name


def misnomer(manifest: Mapping[str, object]) -> str | None:
    """What is wrong with the names of files and things in a manifest; None if all of them are names."""
    try:
        texts = [text for text in _files(manifest) if not is_file_name(text)]
        texts += [text for text in _things(manifest) if not _is_name(text)]
    except (TypeError, AttributeError, KeyError):
        return "has a list, a number or nothing where a name should be"
    return f"names {texts[0]!a:.60}, which is no name" if texts else None


def _is_name(text: str) -> bool:
    """Whether a text is a name of a thing. Raises AttributeError for what is no text."""
    try:
        return bool(checked_name(text))
    except ValueError:
        return False


def _files(manifest: Mapping[str, object]) -> Iterator[str]:
    """Names that are those of files: of its scenario, case, design, and of hypotheses, which may be paths."""
    fields: Any = manifest  # which may be anything yet
    yield from (fields.get("scenario") or "-", fields.get("case") or "-")
    yield (fields.get("design") or {"name": "-"})["name"]
    for path in fields.get("hypotheses") or ():
        yield path.replace("/", "-").replace("\\", "-")


def _things(manifest: Mapping[str, object]) -> Iterator[str]:
    """Names that files give: of columns, places, sides, camps, and those that a milestone is made of."""
    fields: Any = manifest
    yield from fields.get("columns") or ()
    for key in ("holders", "camps"):
        for pair in (fields.get(key) or {}).items():
            yield from pair
    for key in ("places", "column_names"):
        for name, text in (fields.get(key) or {}).items():
            yield name
            text.strip()  # what is no text is refused, whatever it says
    for milestone in fields.get("milestones") or ():
        yield from milestone["id"].split(":")
        yield milestone.get("column") or "none"
