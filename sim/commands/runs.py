"""Commands that run the model: one history, many, or a sweep over a design."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from sim.commands.options import (
    Cluster,
    FixedOption,
    Json,
    Out,
    RunOptions,
    ScenarioArgument,
    Workers,
    check_milestones,
    print_result,
    with_run_options,
)
from sim.commands.tables import figure_file
from sim.files.paths import display_path

if TYPE_CHECKING:
    from sim.ensembles.job import Job
    from sim.store.reader import RunTables


def job_of(**fields: Any) -> "Job":
    """The job of a command, by what a job is made of."""
    from sim.ensembles.job import Job

    return Job(**fields)


@with_run_options
def run(
    scenario: ScenarioArgument,
    runs: Annotated[int, Option(min=1, max=10_000_000, help="How many histories.")] = 1,
    *,
    options: RunOptions,
    fixed: FixedOption = False,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    draw: Annotated[bool, Option("--plot", help="Draw its figure too.")] = False,
    json: Json = False,
) -> None:
    """Run one history, or with --runs the distribution, and print it beside the reported dates.

    One history uses each parameter's value; --runs draws every parameter from its prior, except those set.

    Example: kidal run kidal-offensive --runs 1000 --with radius-300-km --set "march_speed=9 km/h"
    """
    inputs = options.inputs(scenario)
    job = job_of(inputs=inputs, seed=options.seed, runs=runs, draw=runs > 1 and not fixed, out=out)
    _do(job, workers, cluster, draw=draw, json=json)


@with_run_options
def sweep(
    scenario: ScenarioArgument,
    design: Annotated[str, Argument(help="A design file, or the name of one that comes with the program.")],
    runs: Annotated[
        int | None,
        Option(min=1, max=10_000_000, help="Histories a design point (default: the design's)."),
    ] = None,
    *,
    options: RunOptions,
    fixed: FixedOption = False,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    milestone: Annotated[
        str | None, Option(help="Which milestone is told (default: the last reported capture).")
    ] = None,
    draw: Annotated[bool, Option("--plot", help="Draw its figure too.")] = False,
    json: Json = False,
) -> None:
    """Run a scenario at every point of a design, and print how a milestone changes over the points.

    What the design does not move is drawn from its prior (with --fixed: keeps its value). A sweep that was
    stopped goes on where it was when the same command is given again.

    Example: kidal sweep gao-anefis rebel-strength --runs 500 --plot
    """
    from sim.designs.design import load_design

    inputs = options.inputs(scenario)
    loaded = load_design(design, inputs, options.seed)
    about = _about_milestones(inputs.template.milestones, milestone, loaded.sheet.milestone)
    for note in [*loaded.notes, *about]:
        typer.echo(note, err=True)
    points = {"runs": runs or loaded.sheet.runs, "design": loaded}
    job = job_of(inputs=inputs, seed=options.seed, draw=not fixed, out=out, **points)
    _do(job, workers, cluster, milestone=milestone, draw=draw, json=json)


def _about_milestones(known: Sequence[str], milestone: str | None, of_design: str | None) -> list[str]:
    """What is to be said of a design's own milestone. Raises FaultyInput if the one of the user is none."""
    check_milestones([] if milestone is None else [milestone], known)
    if milestone is None and of_design is not None and of_design not in known:
        return [f"the design's milestone {of_design} is none of this scenario's: another one is told"]
    return []


def _do(
    job: "Job",
    workers: int | None,
    cluster: str | None,
    *,
    milestone: str | None = None,
    draw: bool,
    json: bool,
) -> None:
    """Do a job, print what it gives and draw its figure; exit 1 if a run failed. Raises FaultyInput."""
    from time import perf_counter

    from sim.ensembles.run_job import do
    from sim.studies import printed

    began = perf_counter()
    folder, tables = do(job, workers=workers, address=cluster, summary=printed.stored)
    seconds, path, record = perf_counter() - began, display_path(folder), printed.record_of(tables)
    failed = tell_failed(tables)
    if failed < job.total:
        figures = "its figures" if job.design else "its figure"
        stored = f"stored in {path}; {figures}: kidal plot {path}"
        print_result(
            json,
            lambda: _as_json(tables, path, seconds),
            lambda: f"{printed.table(tables, record, milestone)}\n\n{stored}",
        )
    if draw:
        case = job.inputs.loaded.case
        typer.echo(f"drawn: {display_path(figure_file([folder], milestone=milestone, case=case))}", err=json)
    if failed:
        raise typer.Exit(1)


def _as_json(tables: "RunTables", path: str, seconds: float) -> dict[str, Any]:
    """What a run or a sweep gives, for --json; `path` is where it is stored."""
    from analysis.tables import sweeps, timeline
    from sim.studies.printed import record_of

    manifest, record = tables.manifest, record_of(tables)
    keys = ("scenario", "hypotheses", "given", "design", "runs", "seed", "parameters")
    head = {key: manifest[key] for key in keys if key != "design" or manifest["design"]}
    head["seconds"] = round(seconds, 3)
    if manifest["design"]:
        return head | {"out": path, "points": sweeps.as_json(tables, record)}
    speed = {"runs_per_second": round(manifest["runs"] / seconds, 1), "out": path}
    return head | speed | timeline.as_json(tables, record)


def tell_failed(tables: "RunTables") -> int:
    """Say how many runs failed, and why the first did; returns their number."""
    failed = int((~tables.done).sum())
    if failed:
        first = next(error for error in tables.runs["error"] if error)
        runs = tables.manifest["runs"]
        typer.echo(f"{failed:,} of {runs:,} runs failed, the first with: {first}", err=True)
    return failed
