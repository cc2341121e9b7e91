"""Commands that hold runs against the record."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from sim.commands.options import Json, case_of, check_ending, check_known, form_of, print_json, print_result
from sim.commands.tables import By, Full, RunArgument, moment_by
from sim.console import say
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Faults, writing

if TYPE_CHECKING:
    from sim.record.record import Record
    from sim.store.reader import RunTables

RunsArgument = Annotated[list[Path], Argument(help="Run folders, side by side.")]


def compare(
    context: typer.Context,
    runs: RunsArgument,
    *,
    milestone: Annotated[list[str] | None, Option(help="Only these, as PLACE:EVENT. Repeatable.")] = None,
    by: By = None,
    full: Full = False,
    csv: Annotated[bool, Option("--csv", help="A line a run and observation.")] = False,
    markdown: Annotated[bool, Option("--markdown", help="Tables in Markdown.")] = False,
    latex: Annotated[bool, Option("--latex", help="Tables in LaTeX (booktabs).")] = False,
    json: Json = False,
) -> None:
    """Lay results side by side, and score them against the reported dates beside baseline forecasts.

    Where a baseline does better stands first; then a row a result: the probability and time of the milestones
    that it is summed up by, and its scores. --full prints the score of each observation, the dates, the
    numbers and the qualitative checks.

    Example: kidal compare runs/first runs/second --by 2023-12-01
    """
    from analysis.scores import patterns, scorecard, side_by_side
    from analysis.scores import tables as score_tables
    from analysis.tables import changes

    form = form_of({"csv": csv, "markdown": markdown, "latex": latex, "json": json})
    cards, checks, faults = [], {}, Faults()
    for name, tables, record in _read(runs, case_of(context), faults):
        with faults:
            known = [row["id"] for row in tables.manifest["milestones"]]
            for one in milestone or ():
                check_known(one, known, name, f"{one!r} is none of its milestones", listing="list milestones")
            cards.append(scorecard.card(tables, record, name, milestone or None))
            checks[name] = (tables, record)
    faults.refuse()
    if json:
        shares = {name: patterns.as_json(*pair) for name, pair in checks.items()}
        labels = {name: changes.as_json(tables) for name, (tables, _) in checks.items()}
        print_json({"results": labels} | score_tables.as_json(cards) | {"patterns": shares})
        return
    if not full and not form:
        results = [side_by_side.Compared(*checks[card.name], card) for card in cards]
        moments = [moment_by(by, result.tables) for result in results]
        say(side_by_side.text(results, moments[0]))
        return
    if not form:
        heads = [f"{name}: {changes.titled(tables)}" for name, (tables, _) in checks.items()]
        say("\n".join([*heads, ""]))
    say(score_tables.FORMS.get(form, score_tables.text)(cards))
    if not form:
        for name, pair in checks.items():
            say(f"\nQualitative checks, {name}\n\n{patterns.text(*pair)}")


def _read(runs: Sequence[Path], case: Case, faults: Faults) -> "Iterator[tuple[str, RunTables, Record]]":
    """Runs by their names, each with the record of its days; what cannot be read is noted and left out."""
    from analysis.tables import timeline
    from sim.record.record import load_record
    from sim.store.reader import read_run

    record = load_record(case)
    for run in dict.fromkeys(runs):
        with faults:
            tables = read_run(run, case)
            yield display_path(run), tables, record.between(*timeline.span(tables))


def report(
    context: typer.Context,
    runs: RunsArgument,
    out: Annotated[
        Path | None, Option(help="File (.html; default: report.html in the first result).")
    ] = None,
) -> None:
    """Write one page of HTML with all that results give; it needs nothing beside it and asks no network.

    The answer stands on top; figures, scores beside the record, contested claims and how to reproduce it
    follow. Several results stand side by side; each can be played.

    Example: kidal report runs/first
    """
    from analysis.report import page as pages
    from analysis.report import text as texts
    from sim.store.writer import write
    from sim.view.live import PlayedResult, live

    path = out or runs[0] / "report.html"
    check_ending("--out", path, "page", ".html")
    faults = Faults()
    reported = [pages.ReportedRun(*row) for row in _read(runs, case_of(context), faults)]
    faults.refuse()
    labels = texts.labels([(run.name, run.tables) for run in reported])
    played = [
        PlayedResult(folder, run.tables, label)
        for folder, run, label in zip(dict.fromkeys(runs), reported, labels, strict=True)
    ]
    text = pages.page(reported, live(played))
    with writing(path):
        write(path, text.encode())
    say(f"written: {display_path(path)}")


def claims(context: typer.Context, run: RunArgument, json: Json = False) -> None:
    """Weigh what the parties claim against each other by a run: losses, vehicles, who got on and who did not.

    For each contested number or statement it prints the run's distribution, as it is and as each party would
    tell of it, and how probable each side's claim is; then how reliable that makes each party. It decides
    nothing that the model's assumptions do not decide already, and says so.

    Example: kidal claims runs/first
    """
    from analysis.claims import contested, contested_text
    from analysis.tables import changes, timeline
    from sim.record.record import load_record
    from sim.store.reader import read_run

    case = case_of(context)
    tables = read_run(run, case)
    timeline.check_single(tables, display_path(run))
    account = contested.weigh(tables, load_record(case))
    manifest = tables.manifest
    about = f"Contested claims beside {manifest['scenario']}, {manifest['runs']:,} runs"
    head = f"{about}\n{changes.line(tables)}"
    print_result(
        json,
        lambda: contested_text.as_json(tables, account),
        lambda: f"{head}\n\n{contested_text.text(tables, account)}",
    )


def why(
    context: typer.Context,
    run: RunArgument,
    place: Annotated[str, Argument(help="A place that a column takes or reaches, by its id.")],
    json: Json = False,
) -> None:
    """Say in days what the time to a place and at it went on, and which of it is assumption.

    The runs of a result are ranked by their time, and each parameter's draws are held against it. With
    parameters that are independent in their priors, what goes with the time is what changes it.

    Example: kidal why runs/first anefis
    """
    from analysis.tables import time_budget, timeline
    from sim.store.reader import read_run
    from sim.studies import why as accounts

    tables = read_run(run, case_of(context))
    timeline.check_single(tables, display_path(run))
    check_known(place, time_budget.places(tables), place, "is no place that a column takes or reaches here")
    parameters = accounts.parameters_of(run, tables)
    stretches = accounts.why(tables, parameters, place)
    print_result(
        json,
        lambda: {"label": tables.label, "place": place, "stretches": accounts.as_json(stretches)},
        lambda: accounts.text(tables, parameters, stretches),
    )
