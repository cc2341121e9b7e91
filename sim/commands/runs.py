"""Commands that run the model: once, many times, over a design, or a result again; and what is stored."""

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from sim.commands.notes import Strict, of_inputs, tell_notes
from sim.commands.options import (
    Cluster,
    Csv,
    FixedOption,
    Json,
    LabelOption,
    Markdown,
    Out,
    RunOptions,
    ScenarioArgument,
    Workers,
    case_of,
    check_milestones,
    checked_label,
    form_of,
    print_json,
    print_result,
    print_table,
    stop,
    with_run_options,
)
from sim.commands.tables import (
    By,
    Drawing,
    Full,
    RunArgument,
    Shown,
    draw_figure,
    moment_by,
    next_calls,
    text_of,
)
from sim.console import say, tell
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Faults, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sim.ensembles.job import Job
    from sim.store.reader import RunTables


@with_run_options
def run(
    scenario: ScenarioArgument,
    runs: Annotated[int, Option(min=1, max=10_000_000, help="How many runs.")] = 1,
    *,
    options: RunOptions,
    fixed: FixedOption = False,
    out: Out = None,
    label: LabelOption = None,
    workers: Workers = None,
    cluster: Cluster = None,
    draw: Annotated[bool, Option("--plot", help="Draw its figure too.")] = False,
    full: Full = False,
    by: By = None,
    json: Json = False,
    strict: Strict = False,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Say what would be run, and how long it takes; nothing is stored.")
    ] = False,
) -> None:
    """Run a scenario, and lay it beside the reported dates.

    One run uses each parameter's value; with --runs each of many draws every parameter from its prior, except
    those set.

    What is valid and may not be meant is noted on stderr.

    Example: kidal run kidal-offensive --runs 1000 --with radius-300-km --set "march_speed=9 km/h"
    """
    from sim.ensembles.job import Job, tables_of

    name, inputs = checked_label(label), options.inputs(scenario)
    notes = tell_notes(of_inputs(inputs, options.params), strict=strict)
    job = Job(inputs=inputs, seed=options.seed, runs=runs, draw=runs > 1 and not fixed, out=out, label=name)
    moment = moment_by(by, tables_of(job))
    if dry_run:
        from sim.studies import dry_run as dry

        print_result(json, lambda: dry.as_json(job), lambda: dry.text(job))
        return
    _do(job, workers, cluster, draw=draw, full=full, by=moment, json=json, notes=notes)


@with_run_options
def sweep(
    scenario: ScenarioArgument,
    design: Annotated[str, Argument(metavar="DESIGN", help="A design file, or the name of one of the case.")],
    runs: Annotated[
        int | None, Option(min=1, max=10_000_000, help="Runs a design point (default: the design's).")
    ] = None,
    *,
    options: RunOptions,
    fixed: FixedOption = False,
    out: Out = None,
    label: LabelOption = None,
    workers: Workers = None,
    cluster: Cluster = None,
    milestone: Annotated[
        str | None, Option(help="Which milestone is shown (default: the last reported capture).")
    ] = None,
    by: By = None,
    draw: Annotated[bool, Option("--plot", help="Draw its figure too.")] = False,
    json: Json = False,
    strict: Strict = False,
) -> None:
    """Run a scenario at every point of a design.

    It prints how a milestone changes over the points.

    What the design does not move is drawn from its prior (with --fixed: keeps its value). A sweep that was
    stopped goes on where it was when the same command is given again.

    Example: kidal sweep gao-anefis rebel-strength --runs 500 --plot
    """
    from sim.designs.design import load_design
    from sim.ensembles.job import Job, tables_of

    name, inputs = checked_label(label), options.inputs(scenario)
    loaded, milestones = load_design(design, inputs, options.seed), inputs.template.milestones
    if milestone is not None:
        check_milestones([milestone], milestones)
    for note in loaded.notes:
        tell(note)
    count = runs or loaded.sheet.runs
    job = Job(
        inputs=inputs, seed=options.seed, runs=count, draw=not fixed, design=loaded, out=out, label=name
    )
    moment = moment_by(by, tables_of(job))
    notes = tell_notes([*of_inputs(inputs, options.params), *job.variation.notes], strict=strict)
    if milestone is None and loaded.sheet.milestone not in (None, *milestones):
        about = f"its milestone {loaded.sheet.milestone!r} is no milestone of {scenario}"
        tell(f"{loaded.file}: {about}; another one is shown")
    _do(job, workers, cluster, milestone=milestone, draw=draw, by=moment, json=json, notes=notes)


def _do(
    job: "Job",
    workers: int | None,
    cluster: str | None,
    *,
    milestone: str | None = None,
    draw: bool,
    full: bool = False,
    by: "datetime | None" = None,
    json: bool,
    notes: list[str],
) -> None:
    """Do a job, print what it gives and draw its figure; exit 1 if a run failed. Raises FaultyInput."""
    from time import perf_counter

    from sim.ensembles.run_job import do
    from sim.record.record import load_record
    from sim.studies import printed

    load_record(job.inputs.loaded.case)  # its faults are told before there are runs to lay beside it
    began = perf_counter()
    folder, tables = do(job, workers=workers, address=cluster, summary=printed.stored, relabel=True)
    seconds, path, record = perf_counter() - began, display_path(folder), printed.record_of(tables)
    failed = tell_failed(tables)
    if failed < job.total:
        cost = _cost(tables, seconds) | {"out": path} | ({"notes": notes} if notes else {})
        shown = Shown(full=full, by=by, milestone=milestone)
        print_result(
            json,
            lambda: cost | printed.as_json(tables, record, by),
            lambda: f"{text_of(tables, record, shown)}\n\n{next_calls(tables, path, shown)}",
        )
    if draw:
        drawing = Drawing(runs=[folder], milestone=milestone, case=tables.case)
        (tell if json else say)(f"drawn: {display_path(draw_figure(drawing))}")
    if failed:
        stop()


def _cost(tables: "RunTables", seconds: float) -> dict[str, object]:
    """The seconds that a run or a sweep took, as JSON has them."""
    cost: dict[str, object] = {"seconds": round(seconds, 3)}
    if not tables.manifest["design"]:
        cost["runs_per_second"] = round(tables.manifest["runs"] / seconds, 1)
    return cost


def tell_failed(tables: "RunTables") -> int:
    """Say how many runs failed, and why the first did; returns their number."""
    failed = int((~tables.done).sum())
    if failed:
        first = next(error for error in tables.runs["error"] if error)
        runs = tables.manifest["runs"]
        tell(f"{failed:,} of {runs:,} runs failed, the first with: {first}", always=True)
    return failed


def verify(
    context: typer.Context,
    run: RunArgument,
    rows: Annotated[int, Option(min=1, help="How many runs are run again.")] = 20,
    seed: Annotated[
        int | None, Option(min=0, max=2**64 - 1, help="Seed by which they are drawn; else by chance.")
    ] = None,
    json: Json = False,
) -> None:
    """Run some of a result again, and compare every bit.

    It goes by the files in its folder. Of a run or a sweep of anybody: milestones and outcomes, events
    and reports where runs are kept, and the table that was printed. Exit 0: equal; 1: something
    differs; 2: it cannot be verified here. A result of a case of one's own needs --case, because the
    network is not in the folder.

    Example: kidal verify runs/first --rows 50
    """
    from sim.studies.verification import verify as verified

    seed = secrets.randbits(64) if seed is None else seed
    verdict = verified(run, rows, seed, case_of(context))
    runs = f"{verdict.runs:,} of {verdict.of:,} runs run again (--seed {seed})"
    histories = f"{verdict.histories:,} kept whole"
    lines = [*map(str, verdict.differences)] or ["equal, to the last bit"]
    lines += [f"{verdict.folder}: {runs}, {histories}; printed table: {verdict.table}"]
    if verdict.differences and verdict.libraries:
        lines += [f"made with other libraries: {', '.join(verdict.libraries)}"]
    print_result(json, verdict.as_json, lambda: "\n".join(lines))
    if verdict.differences:
        stop()


def results(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        Argument(
            metavar="FOLDER", help="The folder below which they lie.", show_default="runs, and those here"
        ),
    ] = None,
    *,
    delete: Annotated[
        list[Path] | None, Option(help="Delete this result, by its folder. Repeatable.")
    ] = None,
    yes: Annotated[bool, Option("--yes", help="Delete without asking.")] = False,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """List the results that are stored, or delete some.

    With --delete it asks first. What is no result is never deleted, nor a folder that holds something
    else too.

    Example: kidal results --delete runs/first
    """
    from sim.studies import stored_results

    if delete:
        _delete(delete, case_of(context), yes=yes)
        return
    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    case = case_of(context)
    below = stored_results.results_here(case) if folder is None else stored_results.results(folder, case)
    if json:
        print_json(stored_results.as_json(below))
    elif not below and not form:
        where = "here or in runs" if folder is None else f"below {display_path(folder)}"
        say(f"no results {where}; `kidal run` makes one")
    else:
        print_table(form, "results", stored_results.LISTED, [result.row() for result in below])


def _delete(folders: list[Path], case: Case, *, yes: bool) -> None:
    """Delete results, on a terminal once that is confirmed. Raises FaultyInput, and nothing is deleted."""
    from sim.studies import stored_results

    faults, chosen = Faults(), []
    for folder in dict.fromkeys(folders):
        with faults:
            chosen.append(stored_results.check_deletable(folder, case))
    faults.refuse()
    if not yes and not sys.stdin.isatty():
        refuse("--delete", "asks first, and there is no terminal; with --yes it would be done")
    for result in chosen:
        name = display_path(result.path)
        if yes or typer.confirm(
            f"delete {name} ({result.runs:,} runs, {result.size / 1e6:.1f} MB)?", err=True
        ):
            stored_results.delete(result)
            say(f"deleted: {name}")
