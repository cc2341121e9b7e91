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
    from sim.view import server

    server.check_extra()
    run = Path(scenario) if server.is_run(scenario) else None
    changed = options.sets or options.hypotheses or options.params or options.seed != 1
    if run is not None and changed:
        refuse(scenario, "is a run folder, which is shown as it is; its name alone would be right")
    inputs = options.inputs(scenario) if run is None else None
    server.serve(server.page_of(run, inputs, options.seed, options.case), host, port, browse=not no_open)
