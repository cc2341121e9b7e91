"""Commands that ask what drives the model, what fits, and which story the record can bear."""

from typing import Annotated

import typer

from sim.commands.options import Json, Out, Params, Scenario, Seed, Sets, With, Workers, print_json


def sensitivity(
    scenario: Scenario,
    method: Annotated[
        str, typer.Option(help="morris (a screening), sobol (shares of variance) or pawn.")
    ] = "morris",
    design: Annotated[
        str | None, typer.Option(help="A design of your own: of kind morris, saltelli or latin-hypercube.")
    ] = None,
    milestone: Annotated[
        list[str] | None,
        typer.Option(help="Only these, as anefis:capture (default: all scored). Repeatable."),
    ] = None,
    seed: Seed = 1,
    sets: Sets = None,
    hypotheses: With = None,
    params: Params = None,
    out: Out = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Tell which parameters move the dates: a design of points is run, and its factors are ranked.

    Example: kidal sensitivity kidal-offensive --method sobol --milestone anefis:capture
    """
    from analysis import compare, influence_words
    from analysis import sensitivity as influences
    from analysis.record import load_record
    from sim.bundle import shown
    from sim.designs import load_design
    from sim.files import Where, nearest, refuse
    from sim.inputs import load_inputs
    from sim.job import Job
    from sim.sweep import do

    methods = ("morris", "sobol", "pawn")
    if method not in methods:
        refuse(Where(f"--method {method}", 0), f"is no method; {nearest(method, methods)}")
    inputs = load_inputs(scenario, params, sets or [], hypotheses or [])
    known = inputs.template.milestones
    for name in milestone or ():
        if name not in known:
            refuse(Where(f"--milestone {name}", 0), f"is none of this scenario's; {nearest(name, known)}")
    sheet = load_design(design or method, inputs, seed)
    folder, tables = do(Job(inputs, seed, sheet.runs, True, sheet, out), workers=workers)
    record = load_record().between(*compare.span(tables))
    told, found = influences.targets(tables, record, shown(folder), tuple(milestone or ()))
    if json:
        print_json(influence_words.as_json(told, found) | {"out": shown(folder)})
        return
    typer.echo(f"{sheet.summary}\n{scenario}, {len(sheet.points):,} points of {sheet.runs:,} runs\n")
    typer.echo(influence_words.text(told, found))
    typer.echo(f"\nstored in {shown(folder)}; its figure: kidal plot {shown(folder)} --figure sensitivity")


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
