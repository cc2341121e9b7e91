"""Commands that hold runs against the record."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.commands.options import Json, case_of, print_json
from sim.commands.tables import RunArgument

RunsArgument = Annotated[list[Path], typer.Argument(help="Run folders, side by side.")]


def compare(
    context: typer.Context,
    runs: RunsArgument,
    milestone: Annotated[
        list[str] | None, typer.Option(help="Only these, as anefis:capture. Repeatable.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="A line a run and observation.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables in Markdown.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Tables in LaTeX (booktabs).")] = False,
    json: Json = False,
) -> None:
    """Score runs against the reported dates, beside nulls that know the roads and a ruler.

    Example: kidal compare runs/first runs/second
    """
    from analysis.scores import patterns, scorecard
    from analysis.scores import tables as score_tables
    from analysis.tables import timeline
    from sim.files.paths import display_path
    from sim.files.yaml_tree import FaultyInput, Where, refuse
    from sim.record.record import load_record
    from sim.store.reader import read_run

    forms = [
        name for name, on in {"csv": csv, "markdown": markdown, "latex": latex, "json": json}.items() if on
    ]
    if len(forms) > 1:
        refuse(Where(f"--{forms[0]} --{forms[1]}", 0), "are two forms; one of them would be right")
    case = case_of(context)
    record, cards, checks, faults = load_record(case), [], {}, []
    for run in dict.fromkeys(runs):
        try:
            tables, name = read_run(run, case), display_path(run)
            _check_known(tables, name, milestone or [])
            period_record = record.between(*timeline.span(tables))
            cards.append(scorecard.card(tables, period_record, name, milestone or None))
            checks[name] = (tables, period_record)
        except FaultyInput as error:
            faults += error.faults
    if faults:
        raise FaultyInput(faults)
    if json:
        shares = {name: patterns.as_json(*pair) for name, pair in checks.items()}
        print_json(score_tables.as_json(cards) | {"patterns": shares})
        return
    typer.echo(score_tables.FORMS.get("".join(forms), score_tables.text)(cards))
    if not forms:
        for name, pair in checks.items():
            typer.echo(f"\nWeak patterns, {name}\n\n{patterns.text(*pair)}")


def _check_known(tables: Any, run: str, milestones: Sequence[str]) -> None:
    """Raise FaultyInput if a run has not some milestones."""
    from sim.files.yaml_tree import Where, nearest, refuse

    known = [row["id"] for row in tables.manifest["milestones"]]
    for name in milestones:
        if name not in known:
            refuse(Where(run, 0), f"{name!r} is none of its milestones; {nearest(name, known)}")


def report(
    context: typer.Context,
    runs: RunsArgument,
    out: Annotated[
        Path | None, typer.Option(help="File (.html; default: report.html in the first run).")
    ] = None,
) -> None:
    """Write one page of HTML with all that runs give; it needs nothing beside it and asks no network.

    Example: kidal report runs/first
    """
    from analysis.report import page as pages
    from analysis.tables import timeline
    from sim.files.paths import display_path
    from sim.files.yaml_tree import FaultyInput, Where, refuse
    from sim.record.record import load_record
    from sim.store.reader import read_run
    from sim.store.writer import write
    from sim.view.live import live

    path = out or runs[0] / "report.html"
    if path.suffix != ".html":
        refuse(Where(f"--out {path}", 0), "has no ending of a page; .html would be right")
    case = case_of(context)
    record, told, faults = load_record(case), [], []
    for run in dict.fromkeys(runs):
        try:
            tables = read_run(run, case)
            told.append(pages.ReportedRun(display_path(run), tables, record.between(*timeline.span(tables))))
        except FaultyInput as error:
            faults += error.faults
    if faults:
        raise FaultyInput(faults)
    text = pages.page(told, live(runs[0], told[0].tables))
    try:
        write(path, text.encode())
    except OSError as error:
        refuse(
            Where(display_path(path), 0),
            f"cannot be written ({error.strerror}); another --out would be right",
        )
    typer.echo(f"written: {display_path(path)}")


def claims(context: typer.Context, run: RunArgument, json: Json = False) -> None:
    """Weigh what the parties claim against each other by a run: losses, vehicles, who got on and who did not.

    For each contested number or statement it prints the run's distribution, as it is and as each party would
    tell of it, and how probable each side's claim is; then how reliable that makes each party. It decides
    nothing that the model's assumptions do not decide already, and says so.

    Example: kidal claims runs/first
    """
    from analysis.claims import contested, contested_text
    from analysis.tables import timeline
    from sim.files.paths import display_path
    from sim.record.record import load_record
    from sim.store.reader import read_run

    case = case_of(context)
    tables = read_run(run, case)
    timeline.check_single(tables, display_path(run))
    account = contested.weigh(tables, load_record(case))
    if json:
        print_json(contested_text.as_json(tables, account))
        return
    manifest = tables.manifest
    rivals = f", with {', '.join(manifest['hypotheses'])}" if manifest["hypotheses"] else ""
    typer.echo(f"Contested claims beside {manifest['scenario']}{rivals}, {manifest['runs']:,} runs\n")
    typer.echo(contested_text.text(tables, account))
