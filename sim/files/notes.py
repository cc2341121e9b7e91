"""Notes: what is in order in a file and may yet not be meant; told with its line, refused by nothing.

A note is a Fault whose sentence says what is seen and what would be likely. What is looked at in one kind
of file only stands in the `notes` of its room; here is what is the same in all files.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from sim.files.yaml_tree import MOST_SHOWN, Fault, Faults, List, Map, Node, Where

LONG_TEXT = 5_000
"""Characters of a text, two printed pages: pages show a longer one whole, and nobody reads it."""
MARK = "note: "
"""What a note that refuses nothing begins with."""


def as_lines(notes: Iterable[Fault]) -> list[str]:
    """Notes by line as `file:line: note: ...`, the first MOST_SHOWN and how many more there are."""
    ordered = sorted(set(notes))
    lines = [str(Fault(note.where, f"{MARK}{note.message}")) for note in ordered[:MOST_SHOWN]]
    more = len(ordered) - len(lines)
    return [*lines, f"{MARK}{more:,} more of the kind"] if more else lines


def refuse_noted(notes: Iterable[Fault]) -> None:
    """Raises FaultyInput with all notes if there are any: what --strict asks for."""
    Faults(notes).refuse()


def long_texts(node: Node, name: str = "") -> Iterator[Fault]:
    """Texts of a tree that are longer than anybody reads; `name` is the key that the node stands under."""
    if isinstance(node, Map):
        for key, value in node.items():
            yield from long_texts(value, key)
    elif isinstance(node, List):
        for value in node:
            yield from long_texts(value, name)
    elif len(node) > LONG_TEXT:
        yield long_text(node.where, name, node)


def long_text(where: Where, name: str, text: str) -> Fault:
    """The note on a text of a field that is too long."""
    return Fault(where, f"{name}: is a text of {len(text):,} characters; a sentence or two would be likely")


def plain(name: str) -> str:
    """A name as a reader may take it: without case, accents' spelling in Unicode, spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in folded if letter not in " _-\u00ad\u200b\u200c\u200d\u2060\ufeff")


def alike(what: str, names: Iterable[tuple[Where, str]]) -> Iterator[Fault]:
    """Names that are not the same and read the same: by case, hyphens, Unicode's ways to write a letter."""
    first: dict[str, tuple[Where, str]] = {}
    for where, name in names:
        before, other = first.setdefault(plain(name), (where, name))
        if other != name:
            message = (
                f"the {what} {name!r} differs from {other!r} on line {before.line} only in case, hyphens or"
            )
            yield Fault(where, f"{message} the way that letters are written; one of them would be likely")


def twice(what: str, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The indices of names that stood before in a list, and a sentence on each."""
    for i, name in enumerate(names):
        if name in names[:i]:
            yield i, f"{name!r} stands twice among {what}; once would do"
