"""The command that opens the page in the browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from sim.commands.options import RunOptions, with_run_options
from sim.files.yaml_tree import refuse

if TYPE_CHECKING:
    from sim.view.pages import Page


@with_run_options
def view(
    scenario: Annotated[str, Argument(metavar="SCENARIO", help="A scenario, by file or name, or a result.")],
    *,
    options: RunOptions,
    host: Annotated[str, Option(help="Address to serve on; others may then reach it.")] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65535, help="Port to serve on (0: any free one).")] = 8050,
    no_open: Annotated[bool, Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Open a page in the browser that plays a run.

    It has a map, a time-distance diagram and fans of 1,000 runs.

    What is changed there stands beside the base case, and its address keeps the settings. It is served on
    this machine alone, loads nothing from elsewhere and stores nothing. A result is shown as it is stored.
    Needs the extra `view`.

    Example: kidal view kidal-offensive
    """
    from sim.view import server

    server.check_extra()
    server.serve(_page(scenario, options), host, port, browse=not no_open)


def _page(scenario: str, options: RunOptions) -> "Page":
    """The page of a scenario, or of a result, which takes no options of runs. Raises FaultyInput."""
    from sim.store.reader import read_run
    from sim.view.pages import FolderPage, ScenarioPage

    folder = Path(scenario)
    if not folder.is_dir():
        return ScenarioPage(options.inputs(scenario), options.seed)
    if options != RunOptions(case=options.case):
        refuse(scenario, "is a result, which is shown as it is; expected its name alone")
    return FolderPage(folder, read_run(folder, options.case))
