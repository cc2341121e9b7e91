"""Commands that hold runs against the record."""

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Json, print_json

Runs = Annotated[list[Path], typer.Argument(help="Run folders, side by side.")]


def compare(
    runs: Runs,
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
    from analysis import compare as reports
    from analysis import score_tables, scorecard
    from analysis.record import load_record
    from sim.bundle import shown
    from sim.files import FaultyInput, Where, nearest, refuse
    from sim.stored import read_run

    forms = [
        name for name, on in {"csv": csv, "markdown": markdown, "latex": latex, "json": json}.items() if on
    ]
    if len(forms) > 1:
        refuse(Where(f"--{forms[0]} --{forms[1]}", 0), "are two forms; one of them would be right")
    record, cards, faults = load_record(), [], []
    for run in dict.fromkeys(runs):
        try:
            tables = read_run(run)
            known = [row["id"] for row in tables.manifest["milestones"]]
            for name in milestone or ():
                if name not in known:
                    refuse(
                        Where(shown(run), 0), f"{name!r} is none of its milestones; {nearest(name, known)}"
                    )
            cards.append(
                scorecard.card(tables, record.between(*reports.span(tables)), shown(run), milestone or None)
            )
        except FaultyInput as error:
            faults += error.faults
    if faults:
        raise FaultyInput(faults)
    if json:
        print_json(score_tables.as_json(cards))
    else:
        typer.echo(score_tables.FORMS.get("".join(forms), score_tables.text)(cards))
