"""What a result has changed, in words: `radius 200 km; march speed 9 km/h`."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analysis.words.names import spaced
from analysis.words.text import day
from sim.scenario.changes import FIELD_WORDS
from sim.store.reader import RunTables
from sim.store.schema import Change

WITH, HYPOTHESIS = "with", "alternative hypothesis"
"""The factor of a design that lays hypotheses over its scenario, and what people read for it."""
QUANTITY = re.compile(r"[-+\d.eE]+ ([^,\s]+)")
FLAGS = {"true": "yes", "false": "no"}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
OLDER = "an older result: what else was set is not listed"


def in_words(tables: RunTables) -> str:
    """What was changed, by values with units; empty if nothing was."""
    return "; ".join(map(_short, tables.changes))


def briefly(tables: RunTables) -> str:
    """What was changed, by values with units, or that nothing was."""
    return in_words(tables) or ("nothing changed" if "changes" in tables.manifest else OLDER)


def line(tables: RunTables) -> str:
    """A line for a heading: what was changed, and in brackets what it is in the scenario as it stands."""
    texts = [_short(change) + _behind(tables, change) for change in tables.changes]
    if "changes" not in tables.manifest:
        texts.append(OLDER)
    return f"changed: {'; '.join(texts) or 'nothing'}"


def hindsight(tables: RunTables) -> list[str]:
    """A line that names what was chosen with the outcome known: fields of the scenario, then parameters."""
    named = tables.manifest.get("outcome_known", ())
    return [f"chosen with the outcome known ({len(named)}): {', '.join(named)}"] if named else []


def titled(tables: RunTables) -> str:
    """For captions and lists of results: the label if it has one, the scenario, what was changed."""
    label, scenario = tables.manifest.get("label"), tables.manifest["scenario"]
    return f"{label}: {scenario}, {line(tables)}" if label else f"{scenario}, {line(tables)}"


def labelled(tables: RunTables, label: str = "") -> str:
    """A result by its label, or another name, with what was changed behind it: `near (radius 200 km)`."""
    changes, label = in_words(tables), label or tables.label
    return f"{label} ({changes})" if changes else label


def labels(results: Sequence[tuple[str, RunTables]]) -> list[str]:
    """What to call each of some results, by name and tables: their labels, or names where two are alike."""
    known = [tables.label for _, tables in results]
    return [
        label if known.count(label) == 1 else name for label, (name, _) in zip(known, results, strict=True)
    ]


def at_point(tables: RunTables, point: int) -> list[Change]:
    """What a sweep has changed at one of its design points: for all of them, then by its design."""
    changes = list(tables.changes)
    for factor in (tables.manifest["design"] or {"factors": ()})["factors"]:
        name, value, unit = factor["name"], tables.points[factor["name"]][point], factor["unit"]
        text = value if isinstance(value, str) else f"{value:.6g} {unit or ''}".rstrip()
        text = in_another_unit(_given_text(tables.points["settings"][point], name), unit) or text
        words = factor_words([name])[0]
        changes.append(Change(by="design", name=name, words=words, value=text, base=""))
    return changes


def design_words(tables: RunTables, point: int) -> str:
    """What a design has set at one of its points, in words: `radius 130 km; drones move forward`."""
    of_design = at_point(tables, point)[len(tables.changes) :]
    return "; ".join(
        hypothesis_words(tables, one["value"]) if one["words"] == HYPOTHESIS else _short(one)
        for one in of_design
    )


def hypothesis_words(tables: RunTables, name: str) -> str:
    """A hypothesis by its id, with the names of places in it."""
    places = tables.manifest.get("places", {})
    return " ".join(str(places.get(word, word)) for word in spaced(name).split())


def given_texts(tables: RunTables, factor: str) -> list[str]:
    """What a design has for a number at each point, such as `150 mi`; empty where that is not kept."""
    return [_given_text(settings, factor) for settings in tables.points["settings"]]


def _given_text(settings: object, factor: str) -> str:
    """What the settings of a point have for a number; empty where that is not kept."""
    match = re.search(rf"(?:^|, ){re.escape(factor)}=([^,]*)", str(settings))
    return match[1] if match else ""


def in_another_unit(text: str, unit: str | None) -> str:
    """A text of a design if it is a number with another unit than one, such as `150 mi`; else nothing."""
    match = QUANTITY.fullmatch(text)
    return text if unit and match and match[1] != unit else ""


def factor_words(names: Sequence[str]) -> list[str]:
    """Factors of a design in words: the last parts of their paths, as many as tell them apart."""
    parts = [[*name.split(".")[:-1], FIELD_WORDS.get(last := name.split(".")[-1], last)] for name in names]
    words = [spaced(of[-1]) for of in parts]
    for length in range(2, max(map(len, parts), default=0) + 1):
        again = [word for word in words if words.count(word) > 1]
        words = [
            spaced(" ".join(of[-length:])) if word in again else word
            for of, word in zip(parts, words, strict=True)
        ]
    return [HYPOTHESIS if name == WITH else word for name, word in zip(names, words, strict=True)]


def as_json(tables: RunTables) -> dict[str, Any]:
    """The label of a result and what it changed, as JSON has them."""
    manifest = tables.manifest
    return {
        "label": tables.label,
        "set": manifest.get("set", {}),
        "hypotheses": manifest.get("hypotheses", []),
        "summaries": manifest.get("summaries", {}),
        "params": manifest.get("params", []),
        "changes": tables.changes,
    }


def _short(change: Change) -> str:
    """`radius 200 km`, but `contact pace: on contested road`."""
    words, value = change["words"], _plain(change["value"])
    of_parameters = change["by"] in ("params", "fixed")
    return f"{words} {value}".rstrip() if of_parameters or not value[:1].isalpha() else f"{words}: {value}"


def _behind(tables: RunTables, change: Change) -> str:
    """In brackets: what the scenario has there, or which parameters a posterior gives."""
    files = {file["file"]: file["posterior"] for file in tables.manifest.get("params", ())}
    others = {other["name"] for other in tables.changes}
    if names := [_plain(name) for name in files.get(change["name"], ()) if name not in others]:
        return f" ({', '.join(names)})"
    return f" (base: {_plain(change['base'])})" if change["base"] else ""


def _plain(value: str) -> str:
    """A value of a file as people read it: yes and no, a date, ids with spaces; a path as it is."""
    if "/" in value:
        return value
    if DATE.fullmatch(value):
        return day(datetime.fromisoformat(value), year=True)
    return FLAGS.get(value) or ID.sub(lambda match: match[0].replace("_", " "), value)
