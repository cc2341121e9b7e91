"""What people read for the ids of a result: places and columns by its names, the others by words.yaml."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.store.reader import RunTables

WORDS_FILE = Path(__file__).with_name("words.yaml")
WORDS: dict[str, dict[str, Any]] = YAML(typ="safe").load(WORDS_FILE)
"""Words by kind of id and id."""


def spaced(name: str) -> str:
    """An id without words of its own, with spaces."""
    return " ".join(name.replace("_", " ").replace("-", " ").split())


def place(tables: RunTables, name: str) -> str:
    """The name of a place by its id: of the manifest, else of the routes, else the id with spaces."""
    routes = tables.route
    named = dict(zip(routes["place"], routes["name"], strict=True)) if "name" in routes else {}
    named |= tables.manifest.get("places", {})
    return str(named.get(name) or spaced(name))


def column(tables: RunTables, name: str) -> str:
    """The name of a column by its id; without one the id with spaces."""
    return str(tables.manifest.get("column_names", {}).get(name) or spaced(name))


def drone(name: str) -> str:
    """A detachment of drones by its id: one with a figure is a type, as TB2."""
    return spaced(name).upper() if any(map(str.isdigit, name)) else spaced(name)


def event(name: str) -> str:
    """An event of a milestone as a name, such as "bypassed"; without one the id with spaces."""
    return str(WORDS["events"].get(name, {}).get("name") or spaced(name))


def event_meaning(name: str) -> str:
    """What an event says that milestones may name, such as "the column captures the place"."""
    return str(WORDS["events"][name]["meaning"])


def milestone(tables: RunTables, name: str) -> str:
    """A milestone by its id, such as "Alkit road: bypassed"; with its column where several have the same."""
    where, kind, *of = name.split(":")
    text = f"{place(tables, where)}: {event(kind)}"
    alike = [row for row in tables.manifest["milestones"] if row["id"].split(":")[:2] == [where, kind]]
    of += [row["column"] for row in alike if row["id"] == name and row["column"] and alike[1:]]
    return f"{text} ({column(tables, of[0])})" if of else text


def happening(tables: RunTables, name: str, of_column: str | None, *, comes: bool = True) -> str:
    """That a milestone comes, or does not, such as "Kidal is not captured"."""
    where, kind = name.split(":")[:2]
    at, words = place(tables, where), WORDS["events"].get(kind)
    if words is None:
        return f"{at}: {spaced(kind)} {'occurs' if comes else 'does not occur'}"
    text = str(words["yes" if comes else "no"]).format(place=at, column=column(tables, of_column or "column"))
    return text[0].upper() + text[1:]


def cause(name: str) -> str:
    """What time went on by its id, such as "overnight halts"."""
    return str(WORDS["causes"].get(name) or spaced(name))


def outcome(tables: RunTables, name: str) -> str:
    """An outcome by its id, with the names of the sides in it."""
    sides = {row.role: row.name for row in tables.sides}
    return str(WORDS["outcomes"].get(name) or spaced(name)).format(**sides)


def role(use: str) -> str:
    """What an observation is used for as tables have it: scored, input, diagnostic or fixed by assumption."""
    return str(WORDS["roles"].get(use, use))


def report(kind: str) -> str:
    """How a report is attributed, such as "corroborated by both parties"."""
    return str(WORDS["reports"].get(kind, kind))


def baseline(name: str) -> str:
    """A baseline forecast by its id, such as "constant speed"; one of a published date is its own name."""
    return str(WORDS["baselines"].get(name, name))
