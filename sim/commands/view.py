"""The command that opens the page in the browser."""

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Params, SeedOption, Sets, With


def view(
    scenario: Annotated[str, typer.Argument(help="A scenario file, a bundled name, or a run folder.")],
    seed: SeedOption = 1,
    sets: Sets = None,
    hypotheses: With = None,
    params: Params = None,
    host: Annotated[str, typer.Option(help="Address to serve on; others may then reach it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on (0: any free one).")] = 8050,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Open a page with an animated map, a time-distance diagram and fans of 1,000 histories.

    It is served on this machine alone, loads nothing from elsewhere and stores nothing. A run folder is shown
    as it is stored. Needs the extra `view`.

    Example: kidal view kidal-offensive
    """
    from sim.files.yaml_tree import Where, refuse
    from sim.view import server

    server.check_extra()
    run = Path(scenario) if server.is_run(scenario) else None
    if run is not None and (sets or hypotheses or params or seed != 1):
        refuse(Where(scenario, 0), "is a run folder, which is shown as it is; its name alone would be right")
    inputs = None
    if run is None:
        from sim.engine.inputs import load_inputs

        inputs = load_inputs(scenario, params, sets or [], hypotheses or [])
    server.serve(server.page_of(run, inputs, seed), host, port, browse=not no_open)
