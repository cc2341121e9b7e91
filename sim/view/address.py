"""The settings in the page's address: what of a link holds, and what is told of the rest."""

from collections.abc import Collection, Mapping
from urllib.parse import parse_qs

from sim.files.yaml_tree import FaultyInput
from sim.view.controls import LONGEST, SEED, WITH
from sim.view.pages import BY, Page

WHICH, TAB = "column", "tab"
TABS = {"map": "Map and diagram", "fan": "Many runs"}
SHOWN = 5
"""Settings that are told of, at most."""


def restored(page: Page, search: str) -> tuple[dict[str, object], str]:
    """What an address asks for behind its `?`, by name, and a sentence of what of it is ignored."""
    try:
        texts = parse_qs(search.removeprefix("?"), max_num_fields=100)
    except ValueError:
        return {}, "Ignored: the address asks for too much"
    request: dict[str, object] = {}
    names: list[str] = []
    ignored = []
    for name, text in ((name, text) for name, values in texts.items() for text in values):
        value = [*names, text] if name == WITH else text
        if not _holds(page, name, value):
            ignored.append(f"{name[:LONGEST]}={text[:LONGEST]}")
            continue
        request[name] = value
        names = value if isinstance(value, list) else names
    more = ["..."] if len(ignored) > SHOWN else []
    words = "; ".join([*ignored[:SHOWN], *more])
    return request, f"Ignored in the address, since it is not offered here: {words}" if ignored else ""


def _holds(page: Page, name: str, value: object) -> bool:
    """Whether a setting is one of a page and may be as it is."""
    lists: Mapping[str, Collection[str]] = {WHICH: page.columns, TAB: TABS}
    known = {control.name for control in page.controls.fields} | {BY, *lists}
    known |= set() if page.seed is None else {SEED, WITH}
    if name not in known or (name in lists and value not in lists[name]):
        return False
    try:
        page.check({name: value})
    except FaultyInput:
        return False
    return True
