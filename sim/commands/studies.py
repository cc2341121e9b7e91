"""Commands that ask what drives the model, what fits, and which story the record can bear."""

from typing import Annotated

import typer

from sim.commands.options import Json, Out, Params, Seed, Sets, With, Workers, print_json


def calibrate(
    plan: Annotated[
        str, typer.Argument(help="A calibration plan, by file or bundled name: october, hold.")
    ] = "october",
    seed: Seed = 1,
    points: Annotated[int, typer.Option(min=100, max=100_000, help="Points of the posterior.")] = 1600,
    sets: Sets = None,
    hypotheses: With = None,
    params: Params = None,
    out: Out = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Fit parameters to the rows of the record that may be fitted; writes a posterior that --params takes.

    A fit that was stopped goes on where it was when the same command is given again.

    Example: kidal calibrate october --out october
    """
    from dataclasses import replace

    from analysis import fit
    from analysis.smc import Settings
    from sim.bundle import shown
    from sim.calibrations import load_plan
    from sim.compiled import NotCompiled
    from sim.study import Calibration
    from sim.study import calibrate as fitted

    own = Settings()
    settings = replace(own, points=points, first=points * own.first // own.points)
    loaded = load_plan(plan, params or [], sets or [], hypotheses or [])
    try:
        folder, found = fitted(Calibration(loaded, seed, settings, out), workers)
    except NotCompiled as error:
        typer.echo(f"kidal: {error}; a calibration needs Numba, or would take days", err=True)
        raise typer.Exit(1) from None
    if json:
        print_json(found | {"out": shown(folder)})
    else:
        typer.echo(f"{found['summary']}\n\n{fit.text(found)}\n")
        if not found["faults"]:
            typer.echo(f"posterior: {shown(folder / 'posterior.yaml')} (for --params)")
    if found["faults"]:
        typer.echo(f"no result, and no posterior is written: {'; '.join(found['faults'])}", err=True)
        raise typer.Exit(1)
