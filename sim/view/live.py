"""One stored run as HTML that plays by itself: the page's map and diagram, with all they need inside."""

from pathlib import Path

from markupsafe import Markup

from analysis.report.rendering import Rendered, rendered
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables
from sim.view.controls import in_words
from sim.view.pages import FolderPage

TEMPLATE = Path(__file__).with_name("live.html")


def live(folder: Path, tables: RunTables) -> Rendered:
    """What plays of a result that is read already, with styles, scripts and data; or why it cannot."""
    from plotly.offline import get_plotlyjs

    try:
        page = FolderPage(folder, tables)
        scene = page.scene({})
    except FaultyInput as error:
        return rendered(TEMPLATE, fault=in_words(error))
    count = f"{len(page.controls.fields[0].choices):,}"
    return rendered(TEMPLATE, count=count, scene=scene, plotly=Markup(get_plotlyjs()))
