"""Laying values over a file's tree by dotted paths, as --set, hypotheses and designs do."""

from collections.abc import Iterable, Mapping

from sim.files.fields import StrictModel, is_section, keys_at
from sim.files.yaml_tree import List, Map, Text, Where, nearest, refuse

STAND_FOR_LISTS = ("every place",)
"""Words that a file may have where a list of single values stands (sim.scenario.schema.EVERY_PLACE)."""
Loc = tuple[str, ...]
"""The keys from the top of a file, without what names the items of its lists."""


def lay(
    tree: Map,
    path: str,
    value: str | List,
    where: Where,
    *,
    there: bool = False,
    schema: type[StrictModel] | None = None,
) -> None:
    """Set the value at a dotted path; items of lists are found by their `id`. Raises FaultyInput.

    Text replaces a single value, a list (or `[a, b]`) one whole list of single values. With `there`, the key
    must be there already, or be one of the file's `schema`; a section of that which the file leaves out is
    begun.
    """
    node, last, loc = above(tree, path, where, schema=schema, begin=True)
    old = node.get(last) if isinstance(node, Map) else None
    known = [*(node if isinstance(node, Map) else ()), *_keys(schema, node, loc)]
    if there and last not in known:
        refuse(where, f"{last!r} of {path!r} is not there; {nearest(last, known)}")
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        items = [Text(item.strip(), where) for item in value[1:-1].split(",") if item.strip()]
        value = List(where, items)
    if isinstance(old, List) and value in STAND_FOR_LISTS and isinstance(node, Map) and not has_parts(old):
        old = None
    if isinstance(old, List) and not isinstance(value, List) and not has_parts(old):
        refuse(where, f"{path!r} is a list; expected '[{value}]'")
    if isinstance(value, List) and isinstance(node, Map) and not has_parts(old):
        node.put(last, value, where)
        return
    if not isinstance(node, Map) or isinstance(old, Map | List) or isinstance(value, List):
        refuse(where, f"{path!r} does not lead to a single value")
    node.put(last, Text(value, where), where)


def has_parts(node: object) -> bool:
    """Whether a node is a mapping, or a list that holds mappings or lists."""
    return isinstance(node, Map) or (
        isinstance(node, List) and any(isinstance(item, Map | List) for item in node)
    )


def above(
    tree: Map, path: str, where: Where, *, schema: type[StrictModel] | None = None, begin: bool = False
) -> tuple[Map | List, str, Loc]:
    """What a dotted path leads to without its last word, that word, and the keys up to it.

    A section that the file's `schema` has and the file leaves out is empty; with `begin` it is put into the
    tree. Raises FaultyInput.
    """
    node: Map | List = tree
    loc: Loc = ()
    *steps, last = path.split(".")
    for word in steps:
        parts = _parts(node)
        known = dict.fromkeys([*parts, *_left_out(schema, node, loc)])
        if word not in known:
            refuse(where, f"{word!r} of {path!r} is not there; {nearest(word, known)}")
        section = parts.get(word, Map(where))
        if begin and word not in parts and isinstance(node, Map):
            node.put(word, section, where)
        loc = (*loc, word) if isinstance(node, Map) else loc
        node = section
    return node, last, loc


def _keys(schema: type[StrictModel] | None, node: Map | List, loc: Loc) -> list[str]:
    """The keys that a schema has for a mapping."""
    return keys_at(schema, loc) if schema and isinstance(node, Map) else []


def _left_out(schema: type[StrictModel] | None, node: Map | List, loc: Loc) -> list[str]:
    """The sections that a schema has for a mapping and that this one leaves out."""
    keys = _keys(schema, node, loc)
    return [key for key in keys if key not in node and schema and is_section(schema, loc, key)]


def apart(tree: Map, paths: Iterable[str]) -> Map:
    """A copy of a tree that shares with it all but the mappings and lists on the way of some dotted paths."""
    top = copied(tree)
    copies: dict[Loc, Map | List] = {(): top}
    for path in paths:
        node: Map | List = top
        words = tuple(path.split("."))
        for depth in range(1, len(words)):
            part = _parts(node).get(words[depth - 1])
            if part is None:
                break
            if words[:depth] not in copies:
                copies[words[:depth]] = copy = _copy(part)
                _replace(node, part, copy)
            node = copies[words[:depth]]
    return top


def _copy(node: Map | List) -> Map | List:
    """A mapping or list with the same things in it."""
    return copied(node) if isinstance(node, Map) else List(node.where, node)


def copied(node: Map) -> Map:
    """A mapping with the same things in it."""
    copy = Map(node.where)
    copy.update(node)
    copy.lines.update(node.lines)
    return copy


def _replace(node: Map | List, part: Map | List, copy: Map | List) -> None:
    """Put a copy of a part in its place."""
    if isinstance(node, Map):
        node.update((key, copy) for key, value in [*node.items()] if value is part)
    else:
        node[:] = [copy if value is part else value for value in node]


def _parts(node: Map | List) -> Mapping[str, Map | List]:
    """The mappings and lists below a node by their keys; items of a list by what names them."""
    if isinstance(node, Map):
        return {key: value for key, value in node.items() if isinstance(value, Map | List)}
    return {str(item.get("id", item.get("place", ""))): item for item in node if isinstance(item, Map)}
