"""A stored run of each of some results as HTML that plays by itself, with all that it needs inside."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from analysis.report.rendering import Rendered, rendered
from sim.files.case import Case
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables
from sim.view.controls import in_words
from sim.view.pages import FolderPage, Ground, make_ground

TEMPLATE = Path(__file__).with_name("live.html")


class PlayedResult(NamedTuple):
    """A result to be played: its folder, its tables, and its label."""

    folder: Path
    tables: RunTables
    label: str


def live(results: Sequence[PlayedResult]) -> Rendered:
    """What plays of results that are read already, one at a time, with styles, scripts and data.

    Where one cannot be played it says why.
    """
    from plotly.offline import get_plotlyjs

    played, faults = [], []
    grounds: dict[Case, Ground] = {}
    for folder, tables, label in results:
        try:
            if tables.case not in grounds:
                grounds[tables.case] = make_ground(tables.case)
            page = FolderPage(folder, tables, grounds[tables.case])
            numbers = list(page.controls.fields[0].choices)
            about = {"label": label, "replicate": numbers[0], "count": f"{len(numbers):,}"}
            played.append(about | {"scene": page.scene({})})
        except FaultyInput as error:
            faults.append((label, in_words(error)))
    return rendered(TEMPLATE, played=played, faults=faults, plotly=Markup(get_plotlyjs()))
