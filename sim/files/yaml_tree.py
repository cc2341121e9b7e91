"""Strict files: YAML 1.2 whose every scalar is text, read with line numbers, every fault told at once.

`read` turns a file into a tree of Map, List and Text that know their lines; `checked` gives the tree
to a schema (a `StrictModel`), whose field types parse the text. Nothing is guessed by YAML itself, so
`no`, `16:30`, `010` and `.nan` reach our own messages. Anchors, aliases, tags and merge keys are refused.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.files.paths import display_path

MAX_YAML_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_SCANNED = 64


class Where(NamedTuple):
    """A line of a file; line 0 stands for the whole file."""

    file: str
    line: int


class Fault(NamedTuple):
    """One thing wrong, and where."""

    where: Where
    message: str

    def __str__(self) -> str:
        """The fault as `file:line: message`."""
        place = f"{self.where.file}:{self.where.line}" if self.where.line else self.where.file
        return f"{place}: {self.message}"


class FaultyInput(ValueError):
    """Everything wrong with what the user gave, found in one reading."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep each fault once, in the order of the files and lines."""
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


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

    def __init__(self, where: Where) -> None:
        """An empty list that begins at a place."""
        super().__init__()
        self.where = where


Node = Map | List | Text


def refuse(where: Where, message: str) -> NoReturn:
    """Stop with a single fault."""
    raise FaultyInput([Fault(where, message)])


def read_text(path: Path) -> str:
    """The text of a file of reasonable size in UTF-8; FaultyInput if there is none."""
    where = Where(display_path(path), 0)
    try:
        if path.exists() and not path.is_file():
            refuse(where, "cannot be read (it is no file); the path of a readable file would be right")
        with path.open("rb") as stream:
            raw = stream.read(MAX_YAML_BYTES + 1)
        if len(raw) > MAX_YAML_BYTES:
            refuse(where, f"is larger than {MAX_YAML_BYTES:,} bytes, which no file of this kind needs")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        refuse(Where(where.file, line), "is not UTF-8 text")
    except (OSError, ValueError) as error:
        if isinstance(error, FaultyInput):
            raise
        reason = getattr(error, "strerror", None) or error
        refuse(where, f"cannot be read ({reason}); the path of a readable file would be right")


def read(path: Path, faults: list[Fault] | None = None) -> Map:
    """The tree of a YAML file; see `parse`."""
    return parse(read_text(path), display_path(path), faults)


def parse(text: str, file: str, faults: list[Fault] | None = None) -> Map:
    """The tree of a YAML text whose top is a mapping. Raises FaultyInput with every fault found.

    With a list for the faults, those that leave a tree to go on with are put there instead.
    """
    syntax_faults: list[Fault] = []
    reader = _Reader(text, file, syntax_faults)
    try:
        tree = reader.document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse(
            Where(file, mark.line + 1 if mark else 1), f"is not YAML here: {error.problem or error.context}"
        )
    except (YAMLError, ValueError, IndexError, OverflowError, AssertionError) as error:
        if isinstance(error, FaultyInput):
            raise
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else reader.line
        reason = str(getattr(error, "reason", error)).splitlines()
        refuse(Where(file, line), f"is not YAML: {reason[0] if reason else 'unreadable'}")
    if not isinstance(tree, Map):
        refuse(Where(file, 1), "holds no keys; 'key: value' lines would be right")
    if faults is not None:
        faults += syntax_faults
    elif syntax_faults:
        raise FaultyInput(syntax_faults)
    return tree


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

    def __init__(self, text: str, file: str, faults: list[Fault]) -> None:
        self.events: Iterator[Any] = _events(text)
        self.file = file
        self.line = 1
        self.faults = faults

    def next(self) -> Any:
        """The next event, None after the last; `line` is where it stands."""
        event = next(self.events, None)
        if event is not None:
            self.line = event.start_mark.line + 1
        return event

    def fault(self, event: Any, message: str) -> None:
        self.faults.append(Fault(self.where(event), message))

    def where(self, event: Any) -> Where:
        return Where(self.file, event.start_mark.line + 1)

    def document(self) -> Node | None:
        """The one document of the stream, or None if the file is empty."""
        tree: Node | None = None
        documents = 0
        while (event := self.next()) is not None:
            if isinstance(event, yaml_events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    refuse(self.where(event), "begins a second document; one a file would be right")
                if event.version not in (None, (1, 2)):
                    refuse(Where(self.file, 1), "asks for another YAML than 1.2")
            elif not isinstance(
                event,
                yaml_events.StreamStartEvent | yaml_events.StreamEndEvent | yaml_events.DocumentEndEvent,
            ):
                tree = self.node(event, 1)
        return tree

    def node(self, event: Any, depth: int) -> Node:
        """The node that begins at an event."""
        if depth > MAX_DEPTH:
            refuse(self.where(event), f"is nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml_events.AliasEvent):
            self.fault(event, f"'*{event.anchor}' is an alias; writing the value out would be right")
            return Text("", self.where(event))
        if event.anchor is not None:
            self.fault(event, f"'&{event.anchor}' is an anchor; these files have none")
        if event.tag is not None:
            self.fault(event, f"{event.tag!r} is a tag; these files have none")
        if isinstance(event, yaml_events.ScalarEvent):
            if any("\ud800" <= letter <= "\udfff" for letter in event.value):
                refuse(self.where(event), "holds half a character, which is no text")
            return Text(event.value, self.where(event))
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
            key = self.node(event, depth + 1)
            value = self.node(self.next(), depth + 1)
            if not isinstance(key, Text):
                self.fault(event, "a list or mapping stands as a key; a name would be right")
            elif key == "<<":
                self.fault(event, "'<<' merges keys; writing them out would be right")
            elif key in result:
                first = result.lines[key].line
                self.fault(
                    event, f"{str(key)!r} stands here again (first on line {first}); once would be right"
                )
            else:
                result.put(str(key), value, self.where(event))
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


def named_file(name: str, folder: Path, noun: str, where: Where) -> Path:
    """A file of a folder by its stem, or any file by its path. Raises FaultyInput."""
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name in known:
        return folder / f"{name}.yaml"
    with suppress(OSError, ValueError):
        if Path(name).is_file():
            return Path(name)
    message = f"is neither a file nor a {noun} that comes with the program; {nearest(name, known)}"
    raise FaultyInput([Fault(where, message)])


def summaries(folder: Path) -> dict[str, str]:
    """The files of a folder by their stems, and the one-line summary of each."""
    return {path.stem: str(read(path)["summary"]) for path in sorted(folder.glob("*.yaml"))}


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint that follows an unknown word: the known one most like it, or the first of them."""
    names = list(dict.fromkeys(filter(None, known)))
    like = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if like:
        return f"did you mean {like[0]!r}?"
    some = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"one of {some} would be right" if names else "none is known here"


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
