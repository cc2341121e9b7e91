"""The command that opens the page in the browser."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from sim.commands.options import RunOptions, with_run_options
from sim.files.yaml_tree import refuse


@with_run_options
def view(
    scenario: Annotated[str, Argument(help="A scenario file, a bundled name, or a run folder.")],
    *,
    options: RunOptions,
    host: Annotated[str, Option(help="Address to serve on; others may then reach it.")] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65535, help="Port to serve on (0: any free one).")] = 8050,
    no_open: Annotated[bool, Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Open a page with an animated map, a time-distance diagram and fans of 1,000 histories.

    It is served on this machine alone, loads nothing from elsewhere and stores nothing. A run folder is shown
    as it is stored. Needs the extra `view`.

    Example: kidal view kidal-offensive
    """
    from sim.store.reader import read_run
    from sim.view import server
    from sim.view.pages import FolderPage, Page, ScenarioPage

    server.check_extra()
    folder = Path(scenario)
    if folder.is_dir():
        if options != RunOptions(case=options.case):
            refuse(scenario, "is a run folder, which is shown as it is; its name alone would be right")
        page: Page = FolderPage(folder, read_run(folder, options.case))
    else:
        page = ScenarioPage(options.inputs(scenario), options.seed)
    server.serve(page, host, port, browse=not no_open)
