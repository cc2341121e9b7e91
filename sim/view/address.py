"""The settings in the page's address: what of a link holds, and what is told of the rest."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from sim.files.yaml_tree import FaultyInput
from sim.view.controls import LONGEST, SEED, WITH
from sim.view.pages import BY, Page

COLUMN, TAB = "column", "tab"
TABS = {"map": "Map and diagram", "fan": "Many runs"}
SHOWN = 5
"""Settings that are told of, at most."""


def restored(page: Page, search: str) -> tuple[dict[str, Any], str]:
    """What an address asks for behind its `?`, by name, and a sentence of what of it is ignored."""
    try:
        texts = parse_qs(search.removeprefix("?"), max_num_fields=100)
    except ValueError:
        return {}, "Ignored: the address asks for too much"
    request: dict[str, Any] = {}
    ignored = []
    for name, text in ((name, text) for name, values in texts.items() for text in values):
        value = [*request.get(WITH, []), text] if name == WITH else text
        if _holds(page, name, value):
            request[name] = value
        else:
            ignored.append(f"{name[:LONGEST]}={text[:LONGEST]}")
    more = ["..."] if len(ignored) > SHOWN else []
    words = "; ".join([*ignored[:SHOWN], *more])
    return request, f"Ignored in the address, since it is not offered here: {words}" if ignored else ""


def _holds(page: Page, name: str, value: Any) -> bool:
    """Whether a setting is one of a page and may be as it is."""
    lists: Mapping[str, Any] = {COLUMN: page.columns, TAB: TABS}
    known = {control.name for control in page.controls.fields} | {BY, *lists}
    known |= set() if page.seed is None else {SEED, WITH}
    if name not in known or value not in lists.get(name, [value]):
        return False
    try:
        page.check({name: value})
    except FaultyInput:
        return False
    return True
