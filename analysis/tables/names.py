"""What people read for the ids of a result: places and columns by its names, events by words.yaml."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.store.reader import RunTables

WORDS: dict[str, dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("words.yaml"))
"""Words by kind of id and id."""


def spaced(name: str) -> str:
    """An id without words of its own, with spaces."""
    return " ".join(name.replace("_", " ").replace("-", " ").split())


def place(tables: RunTables, name: str) -> str:
    """The name of a place by its id: of the manifest, else of the routes, else the id with spaces."""
    routes = tables.route
    named = dict(zip(routes["place"], routes["name"], strict=True)) if routes else {}
    named |= tables.manifest.get("places", {})
    return str(named.get(name) or spaced(name))


def column(tables: RunTables, name: str) -> str:
    """The name of a column by its id, such as "army column"; without one the id with spaces."""
    return str(tables.manifest.get("column_names", {}).get(name) or spaced(name))


def event(name: str) -> str:
    """An event of a milestone as a name, such as "bypassed"; without one the id with spaces."""
    return str(WORDS["events"].get(name, {}).get("name") or spaced(name))


def milestone(tables: RunTables, name: str) -> str:
    """A milestone by its id (`place:event` or `place:event:column`), such as "Alkit road: bypassed"."""
    where, _, what = name.partition(":")
    kind, _, of_column = what.partition(":")
    text = f"{place(tables, where)}: {event(kind)}"
    return f"{text} ({column(tables, of_column)})" if of_column else text
