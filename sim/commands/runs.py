"""Commands that run the model: one history, many, or a sweep over a design."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.commands.options import (
    Cluster,
    FixedOption,
    Json,
    Out,
    RunOptions,
    ScenarioArgument,
    Workers,
    check_milestones,
    print_json,
    with_run_options,
)
from sim.commands.tables import figure_file


def job_of(**fields: Any) -> Any:
    """The job of a command, by what a job is made of."""
    from sim.ensembles.job import Job

    return Job(**fields)


@with_run_options
def run(
    scenario: ScenarioArgument,
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many histories.")] = 1,
    *,
    options: RunOptions,
    fixed: FixedOption = False,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    draw: Annotated[bool, typer.Option("--plot", help="Draw its figure too.")] = False,
    json: Json = False,
) -> None:
    """Run one history, or with --runs the distribution, and print it beside the reported dates.

    One history uses each parameter's value; --runs draws every parameter from its prior, except those set.

    Example: kidal run kidal-offensive --runs 1000 --with radius-300-km --set "march_speed=9 km/h"
    """
    from time import perf_counter

    from sim.ensembles.run_job import do
    from sim.files.paths import display_path
    from sim.studies.printed import stored

    inputs = options.inputs(scenario)
    job = job_of(inputs=inputs, seed=options.seed, runs=runs, draw=runs > 1 and not fixed, out=out)
    began = perf_counter()
    folder, tables = do(job, workers=workers, address=cluster, summary=stored)
    seconds = perf_counter() - began
    _report_run(folder, tables, seconds, json)
    if draw:
        typer.echo(f"drawn: {display_path(figure_file([folder], case=options.case))}", err=json)
    if (~tables.done).any():
        raise typer.Exit(1)


def _report_run(folder: Path, tables: Any, seconds: float, json: bool) -> None:
    from analysis.tables import timeline
    from sim.files.paths import display_path
    from sim.studies import printed

    manifest = tables.manifest
    record = printed.record_of(tables)
    count = manifest["runs"]
    if tell_failed(tables) == count:
        return
    if json:
        keys = ("scenario", "hypotheses", "given", "runs", "seed", "parameters")
        head = {key: manifest[key] for key in keys}
        speed = {"seconds": round(seconds, 3), "runs_per_second": round(count / seconds, 1)}
        print_json(head | speed | {"out": display_path(folder)} | timeline.as_json(tables, record))
        return
    typer.echo(f"{printed.table(tables, record)}\n")
    typer.echo(f"stored in {display_path(folder)}; its figure: kidal plot {display_path(folder)}")


@with_run_options
def sweep(
    scenario: ScenarioArgument,
    design: Annotated[
        str, typer.Argument(help="A design file, or the name of one that comes with the program.")
    ],
    runs: Annotated[
        int | None,
        typer.Option(min=1, max=10_000_000, help="Histories a design point (default: the design's)."),
    ] = None,
    *,
    options: RunOptions,
    fixed: FixedOption = False,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    milestone: Annotated[
        str | None, typer.Option(help="Which milestone is told (default: the last reported capture).")
    ] = None,
    draw: Annotated[bool, typer.Option("--plot", help="Draw its figure too.")] = False,
    json: Json = False,
) -> None:
    """Run a scenario at every point of a design, and print how a milestone changes over the points.

    What the design does not move is drawn from its prior (with --fixed: keeps its value). A sweep that was
    stopped goes on where it was when the same command is given again.

    Example: kidal sweep gao-anefis rebel-strength --runs 500 --plot
    """
    from time import perf_counter

    from sim.designs.design import load_design
    from sim.ensembles.run_job import do
    from sim.files.paths import display_path
    from sim.studies.printed import stored

    inputs = options.inputs(scenario)
    sheet = load_design(design, inputs, options.seed)
    for note in [*sheet.notes, *_about_milestones(inputs.template.milestones, milestone, sheet.milestone)]:
        typer.echo(note, err=True)
    job = job_of(
        inputs=inputs, seed=options.seed, runs=runs or sheet.runs, draw=not fixed, design=sheet, out=out
    )
    began = perf_counter()
    folder, tables = do(job, workers=workers, address=cluster, summary=stored)
    _report_sweep(folder, tables, milestone, perf_counter() - began, json)
    if draw:
        typer.echo(
            f"drawn: {display_path(figure_file([folder], milestone=milestone, case=options.case))}", err=json
        )
    if (~tables.done).any():
        raise typer.Exit(1)


def _about_milestones(known: Sequence[str], asked: str | None, own: str | None) -> list[str]:
    """What is to be said of a design's own milestone. Raises FaultyInput if the one asked for is none."""
    check_milestones([] if asked is None else [asked], known)
    if asked is None and own is not None and own not in known:
        return [f"the design's milestone {own} is none of this scenario's: another one is told"]
    return []


def _report_sweep(folder: Path, tables: Any, milestone: str | None, seconds: float, json: bool) -> None:
    from analysis.tables import sweeps
    from sim.files.paths import display_path
    from sim.studies import printed

    manifest = tables.manifest
    record = printed.record_of(tables)
    if tell_failed(tables) == manifest["runs"]:
        return
    if json:
        keys = ("scenario", "hypotheses", "given", "design", "runs", "seed", "parameters")
        head = {key: manifest[key] for key in keys} | {
            "seconds": round(seconds, 3),
            "out": display_path(folder),
        }
        print_json(head | {"points": sweeps.as_json(tables, record)})
        return
    typer.echo(printed.table(tables, record, milestone))
    typer.echo(f"\nstored in {display_path(folder)}; its figures: kidal plot {display_path(folder)}")


def tell_failed(tables: Any) -> int:
    """Say how many runs failed, and why the first did; returns their number."""
    failed = int((~tables.done).sum())
    if failed:
        first = next(error for error in tables.runs["error"] if error)
        typer.echo(
            f"{failed:,} of {tables.manifest['runs']:,} runs failed, the first with: {first}", err=True
        )
    return failed
