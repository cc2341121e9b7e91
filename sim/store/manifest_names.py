"""Names in a manifest are names: a folder may come from anybody, and what it names stands on pages.

A label and the texts of changes are words of people: they are printable, and short enough to be shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.files.paths import is_file_name
from sim.files.units import name as checked_name

LONGEST_LABEL = 60
"""Letters of a label, at most."""
LONGEST_TEXT = 2000
"""Letters of a text of a change, at most: a posterior may name many parameters."""


def label_fault(label: str) -> str:
    """What is wrong with a text as the label of a result; empty if nothing is."""
    right = f"expected a line of 1 to {LONGEST_LABEL} letters without slashes"
    if not label.strip():
        return f"is no label, for nothing is in it; {right}"
    if len(label) > LONGEST_LABEL:
        return f"is a label of {len(label):,} letters; {right}"
    if "/" in label or "\\" in label:
        return f"is a label with a slash; {right}"
    return "" if label.isprintable() else f"is a label with characters that cannot be printed; {right}"


def shown(text: str) -> str:
    """A text of somebody as a manifest may have it: a line that can be printed, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST_TEXT]


def misnomer(manifest: Mapping[str, object]) -> str | None:
    """What is wrong with the names of files and things in a manifest; None if all of them are names."""
    try:
        texts = [text for text in _files(manifest) if not is_file_name(text)]
        texts += [text for text in _things(manifest) if not _is_name(text)]
        texts += [text for text in _words(manifest) if not text.isprintable() or len(text) > LONGEST_TEXT]
        texts += [text for text in _labels(manifest) if label_fault(text)]
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
    for milestone_id in fields.get("headline") or ():
        yield from milestone_id.split(":")


def _labels(manifest: Mapping[str, object]) -> Iterator[str]:
    """The label of a result that has one."""
    fields: Any = manifest
    if label := fields.get("label"):
        yield label


def _words(manifest: Mapping[str, object]) -> Iterator[str]:
    """Texts of what was changed: by which file or hypothesis, of what, and how; and what hypotheses say."""
    fields: Any = manifest
    for change in fields.get("changes") or ():
        yield from (change["by"], change["name"], change["words"], change["value"], change["base"])
    for file in fields.get("params") or ():
        yield from (file["file"], *file["values"], *file["posterior"])
    for key in ("set", "summaries"):
        for pair in (fields.get(key) or {}).items():
            yield from pair
