"""Commands that ask what drives the model, what fits, and which story the record can bear."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from sim.commands.options import (
    Cores,
    Csv,
    Json,
    Markdown,
    Out,
    RunOptions,
    ScenarioArgument,
    call_of,
    case_of,
    check_known,
    check_milestones,
    form_of,
    print_forms,
    print_result,
    stop,
    with_run_options,
)
from sim.commands.tables import RunArgument, moment_by
from sim.files.case import Case
from sim.files.paths import display_path


@with_run_options
def sensitivity(
    scenario: ScenarioArgument,
    method: Annotated[
        str,
        Option(help="morris (a screening), sobol (shares of variance), groups (those of groups) or pawn."),
    ] = "morris",
    design: Annotated[
        str | None, Option(help="A design of your own: of kind morris, saltelli or latin-hypercube.")
    ] = None,
    milestone: Annotated[
        list[str] | None, Option(help="Only these, as PLACE:EVENT (default: all scored). Repeatable.")
    ] = None,
    *,
    options: RunOptions,
    out: Out = None,
    workers: Cores = None,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Rank the parameters by how they move the dates.

    A design of points is run for it. Of each milestone are explained: whether it happens, when (never counts
    as the end of the scenario), when if it happens, and the share within the reported interval.

    Example: kidal sensitivity kidal-offensive --method sobol --milestone anefis:capture
    """
    from analysis.inference import sensitivity as analysed
    from analysis.inference import sensitivity_text
    from analysis.inference.indices import SENSITIVITY_MEASURES
    from analysis.words import changes
    from sim.designs.design import load_design
    from sim.ensembles.job import Job
    from sim.ensembles.run_job import do
    from sim.studies.printed import record_of

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    check_known(method, (*SENSITIVITY_MEASURES, "groups"), f"--method {method}", "is no method")
    inputs = options.inputs(scenario)
    check_milestones(milestone or (), inputs.template.milestones)
    design_name = design or str(options.case.lent("params", "sweeps", f"{method}.yaml"))
    loaded = load_design(design_name, inputs, options.seed)
    sheet = loaded.sheet
    analysed.method_of(sheet.kind, loaded.file)
    job = Job(inputs=inputs, seed=options.seed, runs=sheet.runs, draw=True, design=loaded, out=out)
    folder, tables = do(job, workers=workers)
    path = display_path(folder)
    name, by_target = analysed.targets(tables, record_of(tables), path, tuple(milestone or ()))
    head = f"{sheet.summary}\n{scenario}, {len(loaded.points):,} points of {sheet.runs:,} runs"
    figure = call_of(options.case, f"plot {path} --figure sensitivity")
    stored = f"stored in {path}; its figure: {figure}"
    print_forms(
        form,
        lambda: sensitivity_text.cells(name, by_target),
        lambda: sensitivity_text.as_json(name, by_target) | {"out": path},
        lambda: f"{head}\n{changes.line(tables)}\n\n{sensitivity_text.text(name, by_target)}\n\n{stored}",
    )


def discover(
    context: typer.Context,
    run: RunArgument,
    milestone: Annotated[str, Argument(help="A milestone, as PLACE:EVENT.")],
    *,
    before: Annotated[
        str | None,
        Option(help="A date as 2023-11-14, or a moment: the event before it (default: at all)."),
    ] = None,
    most: Annotated[int, Option(min=1, max=10, help="Parameters that the box restricts, at most.")] = 3,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Find ranges of parameters in which an event is frequent.

    Of a result the parameters drawn for its runs are searched, of a sweep what its design moves. The box is
    found in one half of the runs or design points, and judged by the other. With --csv or --markdown it
    prints the box alone.

    Example: kidal discover runs/first kidal:capture --before 2023-11-14
    """
    from analysis.inference import discovery_text
    from analysis.inference.discovery import discover as discovered
    from analysis.words import changes
    from sim.store.reader import read_run
    from sim.studies.questions import discovery

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    tables = read_run(run, case_of(context))
    hour = discovery.hour_before(tables, moment_by(before, tables, option="--before"))
    searched = discovery.cases(run, tables, milestone, hour)
    found_box = discovered(searched, most)
    head = f"{tables.label}: {tables.manifest['scenario']}, {changes.line(tables)}"
    by = "" if before is None else f" --by {before}"
    words = f"plot {display_path(run)} --figure box --milestone {milestone}{by}"
    figure = f"\n\nits figure: {call_of(tables.case, words)}" if found_box.is_box else ""
    event = discovery.asked(tables, milestone, hour)
    print_forms(
        form,
        lambda: discovery_text.cells(found_box),
        lambda: (
            {"label": tables.label, "milestone": milestone, "before": before}
            | discovery_text.as_json(searched, found_box)
        ),
        lambda: f"{head}\n{discovery_text.text(event, searched, found_box)}{figure}",
    )


@with_run_options
def explain(
    design: Annotated[
        str | None,
        Argument(
            metavar="DESIGN",
            help="Alternatives, by design file or name.",
            show_default="the design that the case names",
        ),
    ] = None,
    scenario: Annotated[
        str | None, Option(help="The scenario below them.", show_default="the case's chief one")
    ] = None,
    group: Annotated[
        list[str] | None, Option(help="Held-out rows that judge: A, B or C (default: A). Repeatable.")
    ] = None,
    runs: Annotated[int | None, Option(min=100, help="Runs an alternative (default: the design's).")] = None,
    *,
    options: RunOptions,
    wide: Annotated[bool, Option(help="Rank them under wider priors of the hold too.")] = True,
    out: Out = None,
    workers: Cores = None,
    json: Json = False,
) -> None:
    """Weigh competing explanations by held-out observations.

    It gives Bayes factors, with their errors.

    Example: kidal explain drone-stations --params october/posterior.yaml
    """
    from analysis.inference import rivals_text
    from analysis.tables import clock
    from analysis.words import changes
    from sim.files.case_file import default_of
    from sim.parameters.posterior import HELD_OUT_GROUPS
    from sim.scenario.reading import chief_scenario
    from sim.studies.study import rivals

    groups, case, params = group or ["A"], options.case, options.params
    for name in groups:
        check_known(name, HELD_OUT_GROUPS, f"--group {name}", "is no group of held-out rows")
    below = scenario or chief_scenario(case)
    design_name = design or default_of(case, "rivals", "design of competing explanations")
    weigh = partial(
        rivals,
        design_name,
        below,
        seed=options.seed,
        runs=runs,
        groups=groups,
        workers=workers,
        sets=options.sets,
        with_=options.hypotheses,
        case=case,
    )
    folder, tables, ranking = weigh(params=params, out=out)
    wider, note = None, ""
    if wide:
        wider_params = [*params, case.lent("params", "wide-hold.yaml")]
        wider = weigh(params=wider_params, out=out and out.with_name(f"{out.name}-wide"))[2]
        note = _about_lost(params, wider_params, case)
    zero, path = clock.origin(tables), display_path(folder)
    head = f"{tables.manifest['design']['summary']}\n{changes.line(tables)}"
    wide_entry = {"wide": rivals_text.as_json(wider, zero)} if wider else {}
    print_result(
        json,
        lambda: rivals_text.as_json(ranking, zero) | wide_entry | {"out": path},
        lambda: f"{head}\n\n{rivals_text.text(ranking, zero, wider)}\n{note}\nstored in {path}",
    )


def _about_lost(params: Sequence[Path], wider_params: Sequence[Path], case: Case) -> str:
    """A line about what a posterior says and wider priors replace; nothing if there is no such parameter."""
    from sim.parameters.reading import load_parameters

    fitted = load_parameters(params, case=case).fitted
    lost = ", ".join(sorted(fitted - load_parameters(wider_params, case=case).fitted))
    return f"\nthe wider priors replace what a posterior says of {lost}\n" if lost else ""


@with_run_options
def whatif(
    first: Annotated[str, Argument(metavar="A", help="A what-if, by file or name; base changes nothing.")],
    second: Annotated[str, Argument(metavar="B", help="Another, held against it.")],
    scenario: Annotated[
        str | None, Option(help="The scenario that they change.", show_default="the case's chief one")
    ] = None,
    runs: Annotated[int, Option(min=2, max=10_000_000, help="How many pairs of runs.")] = 10_000,
    *,
    options: RunOptions,
    workers: Cores = None,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Run two what-ifs, and say what differs pair by pair.

    Both have the same random numbers.

    Example: kidal whatif base no-mines --params october/posterior.yaml
    """
    from sim.commands.runs import tell_failed
    from sim.designs.whatif import load_what_if
    from sim.ensembles.run_job import do
    from sim.scenario.reading import chief_scenario
    from sim.studies.questions.answers import PairedWhatIfs, what_if_jobs

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    case, sets, hypotheses = options.case, options.sets, options.hypotheses
    load = partial(load_what_if, params=options.params, sets=sets, hypotheses=hypotheses, case=case)
    what_ifs = [load(name, scenario or chief_scenario(case)) for name in (first, second)]
    jobs = what_if_jobs(what_ifs, seed=options.seed, runs=runs)
    done = [do(job, workers=workers) for job in jobs]
    failed = sum(tell_failed(tables) for _, tables in done)
    both = PairedWhatIfs(what_ifs, [tables for _, tables in done])
    folders = [display_path(folder) for folder, _ in done]
    figure = f"its figure: {call_of(case, ' '.join(['plot', *folders]))}"
    print_forms(
        form,
        both.cells,
        lambda: {"a": first, "b": second, "out": folders} | both.as_json(),
        lambda: f"{both.text()}\n\n{figure}",
    )
    if failed:
        stop()


@with_run_options
def calibrate(
    plan: Annotated[
        str | None,
        Argument(
            metavar="PLAN",
            help="A calibration plan, by file or name.",
            show_default="the one that the case names",
        ),
    ] = None,
    points: Annotated[
        int | None, Option(min=200, max=100_000, help="Points of the posterior.", show_default="3000")
    ] = None,
    *,
    options: RunOptions,
    out: Out = None,
    workers: Cores = None,
    json: Json = False,
) -> None:
    """Fit parameters to the rows that may be fitted.

    It writes a posterior that --params takes.

    A fit that was stopped goes on where it was when the same command is given again.

    Example: kidal calibrate october --out october
    """
    from dataclasses import replace

    from analysis.inference.fits import fit_summary
    from analysis.inference.smc import Settings
    from sim.engine.compiled import NotCompiled
    from sim.files.case_file import default_of
    from sim.studies.calibration.plan import load_plan
    from sim.studies.study import Calibration
    from sim.studies.study import calibrate as fitted

    defaults = Settings()
    count = points or defaults.points
    settings = replace(defaults, points=count, first=count * defaults.first // defaults.points)
    plan_name = plan or default_of(options.case, "plan", "plan of a calibration")
    loaded = load_plan(plan_name, options.params, options.sets, options.hypotheses, options.case)
    try:
        folder, fit = fitted(Calibration(plan=loaded, seed=options.seed, settings=settings, out=out), workers)
    except NotCompiled as error:
        stop(f"kidal: {error}; a calibration needs Numba, or would take days")
    path = display_path(folder / "posterior.yaml")
    posterior = "" if fit["faults"] else f"\nposterior: {path} (for --params)"
    print_result(
        json,
        lambda: fit | {"out": display_path(folder)},
        lambda: f"{fit['summary']}\n\n{fit_summary.text(fit)}\n{posterior}",
    )
    if fit["faults"]:
        stop(f"no result, and no posterior is written: {'; '.join(fit['faults'])}")
