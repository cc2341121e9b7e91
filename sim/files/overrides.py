"""Laying values over a file's tree by dotted paths, as --set, hypotheses and designs do."""

from collections.abc import Mapping

from sim.files.yaml_tree import List, Map, Text, Where, nearest, refuse


def lay(tree: Map, path: str, value: str | List, where: Where, *, there: bool = False) -> None:
    """Set the value at a dotted path; items of lists are found by their `id`. Raises FaultyInput.

    Text replaces a single value, a list (or `[a, b]`) one whole list of single values. With `there`, the key
    must be there already.
    """
    node, last = above(tree, path, where)
    old = node.get(last) if isinstance(node, Map) else None
    if there and old is None:
        known = node if isinstance(node, Map) else []
        refuse(where, f"{last!r} of {path!r} is not there; {nearest(last, known)}")
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        items = [Text(item.strip(), where) for item in value[1:-1].split(",") if item.strip()]
        value = List(where, items)
    if isinstance(old, List) and not isinstance(value, List) and not has_parts(old):
        refuse(where, f"{path!r} is a list; '[{value}]' would be right")
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


def above(tree: Map, path: str, where: Where) -> tuple[Map | List, str]:
    """What a dotted path leads to without its last word, and that word. Raises FaultyInput."""
    node: Map | List = tree
    *steps, last = path.split(".")
    for word in steps:
        known = _parts(node)
        if word not in known:
            refuse(where, f"{word!r} of {path!r} is not there; {nearest(word, known)}")
        node = known[word]
    return node, last


def _parts(node: Map | List) -> Mapping[str, Map | List]:
    """The mappings and lists below a node by their keys; items of a list by what names them."""
    if isinstance(node, Map):
        return {key: value for key, value in node.items() if isinstance(value, Map | List)}
    return {str(item.get("id", item.get("place", ""))): item for item in node if isinstance(item, Map)}
