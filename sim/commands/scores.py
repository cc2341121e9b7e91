"""Commands that hold runs against the record."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from sim.commands.options import (
    Cores,
    Csv,
    Json,
    Markdown,
    RunOptions,
    case_of,
    check_ending,
    check_known,
    form_of,
    print_forms,
    print_json,
    stop,
    with_run_options,
)
from sim.commands.tables import ENDINGS, By, Full, RunArgument, moment_by
from sim.console import say, tell
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Faults, Where, refuse, writing
from sim.studies.evidence.size import LEFT_OUT_RUNS, IslandPlan, RecordPlan

if TYPE_CHECKING:
    from analysis.evidence.joint import Evidence
    from analysis.evidence.tables import Weighed
    from analysis.scores.side_by_side import Compared
    from sim.record.record import Record
    from sim.store.reader import RunTables
    from sim.studies.evidence.plan import WeighedModel

RunsArgument = Annotated[list[Path], Argument(metavar="RESULT", help="Result folders, side by side.")]


def compare(
    context: typer.Context,
    runs: RunsArgument,
    *,
    milestone: Annotated[
        list[str] | None,
        Option(help="Milestones of table and scores, as PLACE:EVENT (default: the headline's). Repeatable."),
    ] = None,
    by: By = None,
    full: Full = False,
    joint: Annotated[bool, Option(help="Weigh their models by all reports together: runs filters.")] = False,
    csv: Annotated[bool, Option("--csv", help="A line for each result and observation.")] = False,
    markdown: Annotated[bool, Option("--markdown", help="Tables in Markdown.")] = False,
    latex: Annotated[bool, Option("--latex", help="Tables in LaTeX (booktabs).")] = False,
    json: Json = False,
) -> None:
    """Lay results side by side, and score them.

    They are scored against the reported dates, beside baseline forecasts. Where a baseline does better
    stands first; then a row a result: the probability and time of the milestones that it is summed up by,
    and its scores; a result of which nothing is scored has none, and says why. --full prints the score of
    each observation, the dates, the numbers and the qualitative checks. --joint is another question: how
    probable each model makes all reports together.
    Refuses with it what looks at single milestones.

    Example: kidal compare runs/first runs/second --by 2023-12-01
    """
    from analysis.scores import side_by_side, side_by_side_text

    form = form_of({"csv": csv, "markdown": markdown, "latex": latex, "json": json})
    if joint:
        from sim.studies.evidence.weigh import models_of

        if latex or by or milestone:
            refuse("--joint", "weighs all reports together; expected no --latex, --by or --milestone with it")
        _weigh(models_of(runs, case_of(context)), IslandPlan(), form, full=full)
        return
    faults, only = Faults(), milestone or []
    results = _results(_read(runs, case_of(context), faults), only, faults, paths=form in ("csv", "json"))
    moment = None
    for result in results:
        with faults:
            moment = moment_by(by, result.tables, f" in {result.name}")
    faults.refuse()
    _check_scored(results, only)
    if json:
        unreported = [result.name for result in results if not result.record.claims]
        others = {"no_reports": unreported} if unreported else {}
        print_json(side_by_side.as_json(results, moment, only) | others)
    elif form:
        say(side_by_side_text.form(form, results, moment, only, full=full))
    elif full:
        say(side_by_side_text.full_text(results))
    else:
        say(side_by_side_text.text(results, moment, only))


def _check_scored(results: "Sequence[Compared]", only: Sequence[str]) -> None:
    """Refuse milestones that are asked for where none of them is scored. Raises FaultyInput."""
    if only and not any(result.card.is_scored for result in results):
        message = "not scored against the record; `kidal record` lists what is"
        refuse(" ".join(result.name for result in results), f"{', '.join(only)}: {message}")


def _results(
    read: "Iterable[tuple[str, RunTables, Record]]",
    milestones: Sequence[str],
    faults: Faults,
    *,
    paths: bool,
) -> "list[Compared]":
    """Results with their scores, named by their paths or by their labels; what is faulty is noted."""
    from analysis.scores import side_by_side
    from analysis.tables import timeline
    from analysis.words import changes

    known = []
    for path, tables, record in read:
        with faults:
            timeline.check_single(tables, path)
            names = [row["id"] for row in tables.manifest["milestones"]]
            for one in milestones:
                check_known(one, names, path, f"{one!r} is no milestone of it", listing="list milestones")
            known.append((path, tables, record))
    called = [path for path, *_ in known]
    labels = called if paths else changes.labels([(path, tables) for path, tables, _ in known])
    return [
        side_by_side.scored(tables, record, label, milestones)
        for label, (_, tables, record) in zip(labels, known, strict=True)
    ]


def _read(runs: Sequence[Path], case: Case, faults: Faults) -> "Iterator[tuple[str, RunTables, Record]]":
    """Runs by their names, each with the record of its days; what cannot be read is noted and left out."""
    from analysis.tables.scored_observations import of_run
    from sim.record.record import load_record
    from sim.store.reader import read_run

    record = load_record(case)
    for run in dict.fromkeys(runs):
        with faults:
            tables = read_run(run, case)
            yield display_path(run), tables, of_run(tables, record)


def report(
    context: typer.Context,
    runs: RunsArgument,
    out: Annotated[
        Path | None, Option(help="File (.html; default: report.html in the first result).")
    ] = None,
) -> None:
    """Write one page of HTML with all that results give.

    It needs nothing beside it and asks no network. The answer stands on top; figures, scores beside the
    record, contested claims and how to reproduce it follow. Several results stand side by side.

    Example: kidal report runs/first
    """
    from analysis.report import page as pages
    from analysis.words import changes
    from sim.store.writer import write
    from sim.view.live import PlayedResult, live

    path = out or runs[0] / "report.html"
    check_ending("--out", path, "page", ".html")
    faults = Faults()
    reported = [pages.ReportedRun(*row) for row in _read(runs, case_of(context), faults)]
    faults.refuse()
    labels = changes.labels([(run.name, run.tables) for run in reported])
    played = [
        PlayedResult(folder, run.tables, label)
        for folder, run, label in zip(dict.fromkeys(runs), reported, labels, strict=True)
    ]
    text = pages.page(reported, live(played))
    with writing(path):
        write(path, text.encode())
    say(f"written: {display_path(path)}")


def claims(
    context: typer.Context,
    run: RunArgument,
    *,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Weigh what the parties claim against each other.

    It is weighed by a result: losses, vehicles, who got on and who did not. For each contested number or
    statement it prints the run's distribution, as it is and as each party would report it, and how
    probable each side's claim is; then how reliable that makes each party. It decides nothing that the
    model's assumptions do not decide already, and says so.

    Example: kidal claims runs/first
    """
    from analysis.claims import contested, contested_text
    from analysis.tables import timeline
    from analysis.tables.scored_observations import NO_REPORTS, of_run
    from analysis.words import changes
    from sim.record.record import load_record
    from sim.store.reader import read_run

    form, case = form_of({"csv": csv, "markdown": markdown, "json": json}), case_of(context)
    tables = read_run(run, case)
    timeline.check_single(tables, display_path(run))
    record = load_record(case)
    compared = of_run(tables, record)
    account = contested.weigh(tables, record if compared.claims else compared)
    manifest = tables.manifest
    about = f"Contested claims beside {manifest['scenario']}, {manifest['runs']:,} runs"
    head = f"{about}\n{changes.line(tables)}"
    print_forms(
        form,
        lambda: contested_text.cells(account, None if form == "csv" else account.party_names),
        lambda: contested_text.as_json(tables, account),
        lambda: f"{head}\n\n{contested_text.text(tables, account) if compared.claims else NO_REPORTS}",
    )


def why(
    context: typer.Context,
    run: RunArgument,
    place: Annotated[
        str, Argument(metavar="PLACE", help="A place that a column takes or reaches, by its id or name.")
    ],
    *,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Say what the time to a place went on, in days.

    And which of it is assumption, and what the time at it went on. The runs of a result are ranked by
    their time, and each parameter's draws are held against it. With parameters that are independent in
    their priors, what goes with the time is what changes it.

    Example: kidal why runs/first anefis
    """
    from sim.store.reader import read_run
    from sim.studies.questions import answers
    from sim.studies.questions.why import parameters_of

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    tables = read_run(run, case_of(context))
    answer = answers.why_answer(tables, lambda: parameters_of(run, tables), place, name=display_path(run))
    print_forms(form, lambda: answer.cells, lambda: answer.data, lambda: answer.text)


@with_run_options
def evidence(
    plan: Annotated[
        str, Argument(help="Models to weigh, by plan file or name of one; base weighs the scenario alone.")
    ] = "base",
    scenario: Annotated[
        str | None, Option(help="The scenario below them.", show_default="the case's chief one")
    ] = None,
    runs: Annotated[
        int | None,
        Option(
            min=10,
            max=100_000,
            help="Runs of an island.",
            show_default=f"{IslandPlan.runs}; {LEFT_OUT_RUNS} with --leave-one-out",
        ),
    ] = None,
    islands: Annotated[
        int, Option(min=2, max=1000, help="Independent filters of a model.")
    ] = IslandPlan.islands,
    all_within: Annotated[
        bool, Option(help="How probable a run within all reported intervals at once is, instead.")
    ] = False,
    full: Full = False,
    *,
    leave_one_out: Annotated[
        bool, Option("--leave-one-out", help="The first model on all rows but one, for each row.")
    ] = False,
    reliability: Annotated[
        list[float] | None,
        Option(
            help="Weigh too with all reports true with this probability. Repeatable; default: the plan's."
        ),
    ] = None,
    plot: Annotated[
        Path | None, Option(help="Draw what each report adds to this file (.png, .svg, .pdf).")
    ] = None,
    options: RunOptions,
    workers: Cores = None,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Weigh models by all reports together, beside a baseline.

    Each report is scored at its own interval, in order of time, by filters of runs whose parameters are
    drawn, and by the composite baseline; what is done is kept, so that only what changed runs again. Which
    models are weighed stands in a plan (params/evidence); where the program's own log of looks is there,
    each is entered. --leave-one-out says on which report a verdict hangs, --reliability on what the reports
    are trusted.

    Example: kidal evidence alternatives
    """
    from analysis.evidence import left_out, reliabilities
    from sim.studies.evidence import diagnostics

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    questions = {"--all-within": all_within, "--leave-one-out": leave_one_out}
    questions |= {"--reliability": bool(reliability), "--plot": plot is not None, "--full": full}
    _check_questions([name for name, is_given in questions.items() if is_given], reliability or (), plot)
    models, levels = _models(plan, scenario, options)
    usual = LEFT_OUT_RUNS if leave_one_out else IslandPlan.runs
    size, levels = IslandPlan(runs=runs or usual, islands=islands, seed=options.seed), reliability or levels
    with _compiled():
        if all_within:
            _print_all_within(models, size, form, workers=workers)
        elif leave_one_out:
            done = diagnostics.leave_one_out(models[0], size, workers)
            print_forms(
                form,
                lambda: left_out.cells(done),
                lambda: left_out.as_json(done),
                lambda: left_out.text(done),
            )
        elif levels and plot is None and not full:
            at_levels = diagnostics.at_reliabilities(models, size, levels, workers)
            _tell_looks(reliabilities.named(at_levels))
            print_forms(
                form,
                lambda: reliabilities.cells(at_levels),
                lambda: reliabilities.as_json(at_levels),
                lambda: reliabilities.text(at_levels),
            )
        else:
            _weigh(models, size, form, full=full, workers=workers, plot=plot)


OWN_TABLES = ("--all-within", "--leave-one-out", "--reliability")
"""Questions that are answered by a table of their own."""


def _check_questions(names: Sequence[str], reliability: Sequence[float], plot: Path | None) -> None:
    """Raise FaultyInput for questions that do not go together, and a reliability that is none."""
    faults = Faults()
    with faults:
        check_ending("--plot", plot, "figure", *ENDINGS)
    for one in reliability:
        if not 0.0 < one < 1.0:
            faults.note(Where(f"--reliability {one:g}", 0), "is no probability; expected one between 0 and 1")
    if len(names) > 1 and names[0] in OWN_TABLES:
        faults.note(Where(names[0], 0), f"has a table of its own; expected no {', '.join(names[1:])} with it")
    faults.refuse()


def _models(
    plan: str, scenario: str | None, options: RunOptions
) -> "tuple[list[WeighedModel], Sequence[float]]":
    """The models of a plan, or the scenario alone, and the plan's reliabilities. Raises FaultyInput."""
    from sim.scenario.reading import chief_scenario
    from sim.studies.evidence.plan import WeighedModel, load_evidence_plan

    below = scenario or chief_scenario(options.case)
    if plan == "base":
        return [WeighedModel(name=below, inputs=options.inputs(below))], ()
    loaded = load_evidence_plan(
        plan,
        below,
        params=options.params,
        sets=options.sets,
        hypotheses=options.hypotheses,
        case=options.case,
    )
    return list(loaded.models), loaded.reliabilities


@contextmanager
def _compiled() -> Iterator[None]:
    """A context that ends the command, with the reason, where rules cannot be compiled."""
    from sim.engine.compiled import NotCompiled

    try:
        yield
    except NotCompiled as error:
        stop(f"the evidence needs the compiled rules: {error}")


def _weigh(
    models: "Sequence[WeighedModel]",
    plan: IslandPlan,
    form: str,
    *,
    full: bool,
    workers: int | None = None,
    plot: Path | None = None,
) -> None:
    """Weigh models, enter them in the log of looks where there is one, print them, and draw the first."""
    from analysis.evidence import tables
    from sim.studies.evidence.weigh import weigh

    with _compiled():
        weighed = weigh(models, plan, workers)
    _tell_looks(weighed.models)
    if plot is not None:
        _draw(weighed, models[0], plot)
    figure = f"\n\ndrawn: {display_path(plot)}" if plot else ""
    print_forms(
        form,
        lambda: tables.row_cells(weighed) if full else tables.cells(weighed),
        lambda: tables.as_json(weighed),
        lambda: tables.text(weighed, full=full) + figure,
    )


def _draw(weighed: "Weighed", model: "WeighedModel", path: Path) -> None:
    """Draw what each report adds. Raises FaultyInput where the file cannot be written."""
    from analysis.figures.base import page
    from analysis.figures.diagnostics import reports
    from sim.studies.evidence.islands import planned
    from sim.studies.evidence.weigh import inputs_of

    with writing(f"--plot {path}", "file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        page.save(reports.draw(weighed, planned(inputs_of(model))), path)


def _tell_looks(scored: "Sequence[Evidence]") -> None:
    """Enter models in the log of looks where there is one, and say how many it has."""
    from sim.studies.evidence.looks import LOOKS_LOG, log_looks

    if looks := log_looks(scored):
        tell(f"{looks} looks at the record are logged in {LOOKS_LOG}")


def _print_all_within(
    models: "Sequence[WeighedModel]", plan: IslandPlan, form: str, *, workers: int | None
) -> None:
    """Print how probable a run of each model within all reported intervals is."""
    from analysis.evidence import all_within
    from sim.studies.evidence.weigh import shares_within

    shares = shares_within(models, plan, workers)
    print_forms(
        form,
        lambda: all_within.cells(shares),
        lambda: all_within.as_json(shares),
        lambda: all_within.text(shares),
    )


@with_run_options
def discrepancies(
    scenario: Annotated[
        str | None,
        Argument(help="A scenario file, or the name of one.", show_default="the case's chief one"),
    ] = None,
    records: Annotated[
        int, Option(min=100, max=10_000, help="Pseudo-records of each model.")
    ] = RecordPlan.records,
    all_true: Annotated[bool, Option(help="Let no report be false.")] = False,
    *,
    options: RunOptions,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Lay the record beside records that the model writes.

    Six named discrepancies, and a score of all rows together, are found from the record and from
    pseudo-records: where it lies among them, and how often each would find one of four false models. Power
    below 0.3 reads "cannot tell". No check says that a model is right.

    Example: kidal discrepancies kidal-offensive
    """
    from analysis.evidence import discrepancy_tables as tables
    from sim.scenario.reading import chief_scenario
    from sim.studies.evidence.pseudo import pseudo_checks

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    name = scenario or chief_scenario(options.case)
    plan = RecordPlan(records=records, seed=options.seed, all_true=all_true)
    lines = pseudo_checks(options.inputs(name), plan)
    print_forms(
        form,
        lambda: tables.number_cells(lines) if form == "csv" else tables.cells(lines),
        lambda: {"scenario": name, **tables.as_json(lines)},
        lambda: tables.text(lines, name),
    )
