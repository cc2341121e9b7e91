"""What hypotheses and settings change of a scenario, field by field, as it was and as it is then."""

import re
from collections.abc import Iterable, Mapping

from sim.files.fields import default_at
from sim.files.overrides import above
from sim.files.yaml_tree import FaultyInput, List, Map
from sim.scenario.schema import Scenario
from sim.store.schema import Change

SET = "set"
"""What a change is by that is no hypothesis' and no parameter file's."""

FIELD_WORDS = {
    "departs": "departure",
    "go": "conditions to resume the advance",
    "moves_forward": "control station moves forward",
}
"""Fields whose name says too little where it stands alone."""


def texts_at(tree: Map, paths: Iterable[str]) -> dict[str, str]:
    """What a scenario says at dotted paths, as text, or what holds if it leaves that out. Raises nothing."""
    return {path: _text_at(tree, path) for path in paths}


def _text_at(tree: Map, path: str) -> str:
    try:
        node, last, loc = above(tree, path, tree.where, schema=Scenario)
    except FaultyInput:
        return ""
    value = node.get(last) if isinstance(node, Map) else ""
    if value is None:
        value = re.sub(r"^(\d+)\.0\b", r"\1", default_at(Scenario, loc, last) or "")
    return ", ".join(map(str, value)) if isinstance(value, List) else str(value)


def merged(
    earlier: Iterable[Change], tree: Map, before: Mapping[str, str], by: Mapping[str, str]
) -> tuple[Change, ...]:
    """Earlier changes and those since some texts by path were before; what is as at first is none.

    `by` has what set each path last: 'set', or the id of a hypothesis.
    """
    changes = {change["name"]: change for change in earlier}
    for path, value in texts_at(tree, before).items():
        base = changes[path]["base"] if path in changes else before[path]
        words = _in_short(tree, path)
        changes[path] = Change(by=by[path], name=path, words=words, value=value, base=base)
    return tuple(change for change in changes.values() if change["value"] != change["base"])


def _in_short(tree: Map, path: str) -> str:
    """A field without what goes without saying: `radius` of the only drones, `mnla share` of one of many."""
    *steps, last = path.split(".")
    node: object = tree
    names = []
    for step in steps:
        if isinstance(node, List):
            names += [step] if len(node) > 1 else []
            items = [item for item in node if isinstance(item, Map)]
            node = next((item for item in items if step in (item.get("id"), item.get("place"))), None)
        else:
            node = node.get(step) if isinstance(node, Map) else None
    return " ".join([*names, FIELD_WORDS.get(last, last)]).replace("_", " ")
