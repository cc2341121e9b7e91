"""What a result has changed, in words: `radius 200 km; march speed 9 km/h`."""

import re

from sim.store.reader import RunTables
from sim.store.schema import Change

FLAGS = {"true": "yes", "false": "no"}
ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def in_words(tables: RunTables) -> str:
    """What was changed, by values with units; empty if nothing was."""
    return "; ".join(f"{change['words']} {_plain(change['value'])}".rstrip() for change in tables.changes)


def line(tables: RunTables) -> str:
    """A line for a heading: what was changed, each with what it is in the scenario as it stands."""
    texts = [
        f"{change['words']} {_plain(change['value'])}".rstrip() + _base(change) for change in tables.changes
    ]
    return f"changed: {'; '.join(texts) or 'nothing'}"


def labelled(tables: RunTables) -> str:
    """A result by its label, with what was changed behind it: `near (radius 200 km)`."""
    changes = in_words(tables)
    return f"{tables.label} ({changes})" if changes else tables.label


def _base(change: Change) -> str:
    return f" (base: {_plain(change['base'])})" if change["base"] else ""


def _plain(value: str) -> str:
    """A value of a file as people read it: yes and no, ids with spaces."""
    return FLAGS.get(value) or ID.sub(lambda match: match[0].replace("_", " "), value)
