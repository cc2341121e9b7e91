"""Strict files: YAML 1.2 whose every scalar is text, read with line numbers, every fault told at once.

`read` turns a file into a tree of Map, List and Text that know their lines; `checked` gives the tree
to a schema (a `StrictModel`), whose field types parse the text. Nothing is guessed by YAML itself, so
`no`, `16:30`, `010` and `.nan` reach our own messages. Anchors, aliases, tags and merge keys are refused.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, NoReturn, Self

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.console import beginning, escaped, shortened
from sim.files.paths import display_path, reason

MAX_YAML_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_KEYS = 1_000
"""Of a mapping: no file has so many, and the faults of far more would take minutes to look for."""
MAX_SCANNED = 64
READABLE = "expected the path of a readable file"
MOST_OFFERED = 12
"""Names that a message offers, where a command lists all of them."""
MOST_SHOWN = 50
"""Faults or notes that are shown, of a file of which far more may be wrong: more than that nobody reads."""


class Where(NamedTuple):
    """A line of a file; line 0 stands for the whole file."""

    file: str
    line: int


class Fault(NamedTuple):
    """One thing wrong, and where."""

    where: Where
    message: str

    def __str__(self) -> str:
        """The fault as `file:line: message` in one line; long texts in it are shortened.

        It is escaped: in Python it comes to a terminal by no other way.
        """
        file = beginning(self.where.file)
        place = f"{file}:{self.where.line}" if self.where.line else file
        key = place.removeprefix("--set ").split(".")[-1] if place.startswith("--set ") else ""
        message = self.message.removeprefix(f"{key}: ") if key else self.message
        return escaped(f"{place}: {shortened(message)}").replace("\n", "\\n")


class FaultyInput(ValueError):
    """Everything wrong with what the user gave, found in one reading."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep each fault once, in the order of the files and lines; the message shows the first of them."""
        self.faults = sorted(set(faults))
        lines, more = [*map(str, self.faults[:MOST_SHOWN])], len(self.faults) - MOST_SHOWN
        super().__init__("\n".join(lines + ([f"and {more:,} more faults"] if more > 0 else [])))


FaultPlace = Where | Path | str
"""A line; a path, for the whole of its file; or an option or a call as the user wrote it."""


def where_of(place: FaultPlace) -> Where:
    """A place as messages name it."""
    if isinstance(place, Where):
        return place
    return Where(display_path(place) if isinstance(place, Path) else place, 0)


def refuse(place: FaultPlace, message: str) -> NoReturn:
    """Stop with a single fault. Raises FaultyInput."""
    raise FaultyInput([Fault(where_of(place), message)])


class Faults(list[Fault]):
    """Faults as they are found; `with` them, a FaultyInput is noted where it would be raised."""

    def note(self, place: FaultPlace, message: str) -> None:
        """Note something wrong."""
        self.append(Fault(where_of(place), message))

    def refuse(self) -> None:
        """Raises FaultyInput with all of them if there are any."""
        if self:
            raise FaultyInput(self)

    def __enter__(self) -> Self:
        """Begin to note what is raised."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Note what was raised, if it is FaultyInput."""
        if isinstance(error, FaultyInput):
            self += error.faults
        return isinstance(error, FaultyInput)


@contextmanager
def writing(place: FaultPlace, other: str = "--out") -> Iterator[None]:
    """An OSError in this context is a fault of the place; the advice is another one. Raises FaultyInput."""
    try:
        yield
    except OSError as error:
        refuse(place, f"cannot be written ({reason(error)}); expected another {other}")


class Text(str):
    """The text of a scalar, with its line."""

    __slots__ = ("where",)
    where: Where

    def __new__(cls, value: str, where: Where) -> "Text":
        """A text at a place."""
        self = super().__new__(cls, value)
        self.where = where
        return self

    def __getnewargs__(self) -> tuple[str, Where]:  # type: ignore[override]
        """What a copy is made from: scenarios travel to the workers of a cluster."""
        return str(self), self.where


class Map(dict[str, Any]):
    """A mapping in the order of the file; `lines` says where each key stands."""

    def __init__(self, where: Where) -> None:
        """An empty mapping that begins at a place."""
        super().__init__()
        self.where = where
        self.lines: dict[str, Where] = {}

    def put(self, key: str, value: Any, where: Where) -> None:
        """Set a key and its line."""
        self[key] = value
        self.lines[key] = where


class List(list[Any]):
    """A list that knows where it begins."""

    def __init__(self, where: Where, items: Iterable[Any] = ()) -> None:
        """A list of some items that begins at a place."""
        super().__init__(items)
        self.where = where


Node = Map | List | Text


def read_text(path: Path) -> str:
    """The text of a file of reasonable size in UTF-8. Raises FaultyInput if there is none."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError("it is no file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_YAML_BYTES + 1)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else error
        refuse(path, f"cannot be read ({why}); {READABLE}")
    if len(raw) > MAX_YAML_BYTES:
        size = f"is larger than {MAX_YAML_BYTES:,} bytes, which no file of this kind needs"
        refuse(path, f"{size}; expected a smaller one")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        refuse(Where(display_path(path), line), "is not UTF-8 text; expected the file saved as UTF-8")
    _check_characters(text, display_path(path))
    return text


_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that YAML has none of: they steer a machine, or are none."""


def _check_characters(text: str, file: str) -> None:
    """Raise FaultyInput at the first character of a text that no text has."""
    if match := _NO_TEXT.search(text):
        line = len(re.findall(r"\r\n|\r|\n", text[: match.start()])) + 1
        code = f"U+{ord(match[0]):04X}"
        refuse(Where(file, line), f"holds the character {code}, which no text has; leave it out")


def read(path: Path, faults: list[Fault] | None = None) -> Map:
    """The tree of a YAML file; see `parse`."""
    return parse(read_text(path), display_path(path), faults)


def parse(text: str, file: str, faults: list[Fault] | None = None) -> Map:
    """The tree of a YAML text whose top is a mapping. Raises FaultyInput with every fault found.

    With a list for the faults, those that leave a tree to go on with are put there instead.
    """
    _check_characters(text, file)
    reader = _Reader(text, file)
    try:
        tree = reader.document()
    except FaultyInput:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        refuse(Where(file, line), f"is not YAML here: {error.problem or error.context}; {YAML_LINES}")
    except (YAMLError, ValueError, IndexError, OverflowError, AssertionError) as error:
        reason = str(error).splitlines()
        refuse(
            Where(file, reader.line), f"is not YAML: {reason[0] if reason else 'unreadable'}; {YAML_LINES}"
        )
    if not isinstance(tree, Map):
        refuse(Where(file, 1), "holds no keys; expected 'key: value' lines")
    if faults is None:
        reader.faults.refuse()
    else:
        faults += reader.faults
    return tree


YAML_LINES = "expected 'key: value' lines, set in by spaces"

_scanned: dict[str, tuple[Any, ...]] = {}  # the events of texts that were read to their end


def _events(text: str) -> Iterator[Any]:
    """YAML's events of a text; a text that is read again is not scanned again, which is most of the work."""
    if known := _scanned.get(text):
        yield from known
        return
    events = []
    for event in YAML(typ="safe", pure=True).parse(text):
        events.append(event)
        yield event
    if len(_scanned) >= MAX_SCANNED:
        _scanned.clear()
    _scanned[text] = tuple(events)


class _Reader:
    """Builds a tree from YAML's event stream, noting what is refused on the way."""

    def __init__(self, text: str, file: str) -> None:
        self.events, self.file, self.line, self.faults = _events(text), file, 1, Faults()

    def next(self) -> Any:
        """The next event, None after the last; `line` is where it stands."""
        event = next(self.events, None)
        if event is not None:
            self.line = event.start_mark.line + 1
        return event

    def where(self, event: Any) -> Where:
        return Where(self.file, event.start_mark.line + 1)

    def document(self) -> Node | None:
        """The one document of the stream, or None if the file is empty."""
        tree: Node | None = None
        while (event := self.next()) is not None:
            if isinstance(event, yaml_events.DocumentStartEvent):
                if tree is not None:
                    refuse(self.where(event), "begins a second document; expected one a file")
                if event.version not in (None, (1, 2)):
                    right = "leave that line out"
                    refuse(Where(self.file, 1), f"asks for another YAML than 1.2; {right}")
            elif isinstance(event, yaml_events.NodeEvent):
                tree = self.node(event, 1)
        return tree

    def node(self, event: Any, depth: int) -> Node:
        """The node that begins at an event."""
        where = self.where(event)
        if depth > MAX_DEPTH:
            refuse(where, f"is nested more than {MAX_DEPTH} deep; expected less")
        if isinstance(event, yaml_events.AliasEvent):
            self.faults.note(where, f"'*{event.anchor}' is an alias; write the value out")
            return Text("", where)
        if event.anchor is not None:
            self.faults.note(where, f"'&{event.anchor}' is an anchor; these files have none")
        if event.tag is not None:
            self.faults.note(where, f"{event.tag!r} is a tag; these files have none")
        if isinstance(event, yaml_events.ScalarEvent):
            if any("\ud800" <= letter <= "\udfff" for letter in event.value):
                refuse(where, "holds half a character, which is no text; expected a whole one")
            return Text(event.value, where)
        if isinstance(event, yaml_events.SequenceStartEvent):
            return self.sequence(event, depth)
        return self.mapping(event, depth)

    def sequence(self, start: Any, depth: int) -> List:
        items = List(self.where(start))
        while not isinstance(event := self.next(), yaml_events.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return items

    def mapping(self, start: Any, depth: int) -> Map:
        result = Map(self.where(start))
        while not isinstance(event := self.next(), yaml_events.MappingEndEvent):
            key, where = self.node(event, depth + 1), self.where(event)
            value = self.node(self.next(), depth + 1)
            if not isinstance(key, Text):
                self.faults.note(where, "a list or mapping stands as a key; expected a name")
            elif key == "<<":
                self.faults.note(where, "'<<' merges keys; write them out")
            elif key in result:
                first = f"(first on line {result.lines[key].line})"
                self.faults.note(where, f"{str(key)!r} stands here again {first}; expected once")
            elif len(result) < MAX_KEYS:
                result.put(str(key), value, where)
            else:  # told alone: who reads of fifty faulty keys first does not come to it
                message = f"more than {MAX_KEYS:,} keys stand here, which no file of these kinds has"
                refuse(result.where, f"{message}; expected fewer")
        return result


def locate(tree: Node, loc: Iterable[str | int]) -> Where:
    """The line of a path into a tree; steps that are not in the tree (names of variants) are passed over."""
    node: Any = tree
    where: Where = node.where
    for step in loc:
        if isinstance(node, Map) and step in node:
            where, node = node.lines[str(step)], node[str(step)]
        elif isinstance(node, List) and isinstance(step, int) and step < len(node):
            node = node[step]
            where = node.where
    return where


def summaries(folder: Path) -> dict[str, str]:
    """The files of a folder by their stems, and the one-line summary of each. Raises FaultyInput."""
    faults, lines = Faults(), {}
    for path in sorted(folder.glob("*.yaml")):
        with faults:
            tree = read(path)
            if "summary" not in tree:
                refuse(Where(display_path(path), 1), "has no 'summary'; expected one, in a line")
            lines[path.stem] = str(tree["summary"])
    faults.refuse()
    return lines


def nearest(word: str, known: Iterable[str], listing: str = "") -> str:
    """The hint that follows an unknown word: the known one most like it, or those that are known.

    Of many that a command of `kidal` lists, such as "list places", the first stand there with its name; where
    none does, all of them, as far as so much is shown at all.
    """
    names = list(dict.fromkeys(filter(None, known)))
    like = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if like:
        return f"did you mean {like[0]!r}?"
    most = MOST_OFFERED if listing else MOST_SHOWN
    some = ", ".join(name[:60] for name in names[:most]) + (", ..." if len(names) > most else "")
    where = f" ('kidal {listing}' lists all)" if listing and len(names) > most else ""
    return f"expected one of {some}{where}" if names else "none is known here"


def dump(node: Node, indent: int = 0) -> str:
    """A tree as YAML text that reads back to the same tree; every scalar is quoted."""
    pad = "  " * indent
    if isinstance(node, Map):
        lines = [f"{pad}{_key(key)}:{_below(value, indent)}" for key, value in node.items()]
    elif isinstance(node, List):
        lines = [f"{pad}-{_below(value, indent)}" for value in node]
    else:
        return pad + json.dumps(str(node))
    return "\n".join(lines)


def _key(key: str) -> str:
    """A key as it is if it is a plain name, else quoted."""
    return key if re.fullmatch(r"[a-z_][a-z0-9_-]*", key) else json.dumps(key)


def _below(node: Node, indent: int) -> str:
    if isinstance(node, Map | List):
        return "\n" + dump(node, indent + 1) if node else (" {}" if isinstance(node, Map) else " []")
    return " " + dump(node)
