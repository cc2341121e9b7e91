"""Commands that show what a run folder holds: figures, and SQL."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.commands.options import Json, print_json

Run = Annotated[Path, typer.Argument(help="A run folder.")]
ENDINGS = (".png", ".svg", ".pdf")


def plot(
    run: Run,
    figure: Annotated[
        str | None,
        typer.Option(
            help="Of a run: time-distance (default where there is a column) or milestones. Of a sweep: "
            "probability (default), ridges or heat."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File (.png, .svg, .pdf; default: RUN/figures/NAME.png).")
    ] = None,
    point: Annotated[
        int | None, typer.Option(min=0, help="A design point of a sweep, to draw as a run.")
    ] = None,
    milestone: Annotated[
        str | None, typer.Option(help="Of a sweep: which (default: the last reported capture).")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Of a sweep: by when, as 2023-10-07T12:00Z (default: the end of the report)."),
    ] = None,
) -> None:
    """Draw a figure of a run or of a sweep.

    Example: kidal plot runs/first --figure time-distance --out first.png
    """
    from sim.bundle import shown

    typer.echo(f"drawn: {shown(drawn(run, figure, out, point, milestone, by))}")


def drawn(
    run: Path,
    figure: str | None = None,
    out: Path | None = None,
    point: int | None = None,
    milestone: str | None = None,
    by: str | None = None,
) -> Path:
    """Draw a figure of a run folder; returns its file. Raises FaultyInput."""
    from sim.bundle import shown
    from sim.files import Where, refuse
    from sim.stored import read_run

    if out is not None and out.suffix not in ENDINGS:
        refuse(Where(f"--out {out}", 0), "has no ending of a figure; .png, .svg or .pdf would be right")
    moment = None if by is None else _moment(by)
    tables = read_run(run)
    if point is not None:
        tables = _at(tables, point)
    name, picture = _picture(tables, figure, milestone, moment)
    path = out or run / "figures" / f"{name if point is None else f'{name}-{point}'}.png"

    from analysis import figures

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figures.save(picture, path)
    except OSError as error:
        refuse(Where(shown(path), 0), f"cannot be written ({error.strerror}); another --out would be right")
    return path


def _moment(text: str) -> datetime:
    """The moment of --by. Raises FaultyInput."""
    from sim import units
    from sim.files import Where, refuse

    try:
        return units.instant(text)
    except ValueError as error:
        refuse(Where(f"--by {text}", 0), str(error))


def _at(tables: Any, point: int) -> Any:
    """The runs of one design point. Raises FaultyInput if there is no such point."""
    from sim.files import Where, refuse

    points = len(tables.points["design_id"])
    if point >= points:
        refuse(Where(f"--point {point}", 0), f"is no design point here; 0 to {points - 1} would be right")
    return replace(tables.at(point), manifest=_of_point(tables, point))


def _of_point(tables: Any, point: int) -> dict[str, Any]:
    """The manifest of one design point: that of a run with its settings."""
    design = tables.manifest["design"] or {"runs": tables.manifest["runs"]}
    name, settings = tables.manifest["scenario"], tables.points["settings"][point]
    if settings:
        name = f"{name} ({settings})"
    return {**tables.manifest, "scenario": name, "design": None, "runs": design["runs"]}


def _picture(tables: Any, figure: str | None, milestone: str | None, by: datetime | None) -> tuple[str, Any]:
    """The name of a figure, and the figure. Raises FaultyInput."""
    from analysis import compare, figures, sweep_figures
    from analysis.record import load_record
    from sim.files import Where, nearest, refuse

    record = load_record().between(*compare.span(tables))
    if tables.manifest["design"] is None:
        name = figure or ("time-distance" if tables.manifest["columns"] else "milestones")
        further: tuple[Any, ...] = ()
        known, what = figures.FIGURES, "a run"
    else:
        name = figure or "probability"
        further = milestone, by
        known, what = sweep_figures.SWEEP_FIGURES, "a sweep (--point N: of a run)"
    if name not in known:
        refuse(Where(f"--figure {name}", 0), f"is no figure of {what}; {nearest(name, known)}")
    return name, known[name](tables, record, *further)


def query(
    run: Run,
    statement: Annotated[str, typer.Argument(help="SQL over the views below.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    json: Json = False,
) -> None:
    """Ask the tables of a run or a sweep by SQL (DuckDB).

    The views are runs, events, reports, points, route, daylight and cover. Names with a colon stand in double
    quotes. Hours count from 00:00 UTC of the scenario's first day and are inf where a milestone never came.

    Example: kidal query runs/first 'select quantile_disc("anefis:capture", 0.5) from runs'
    """
    from analysis.query import asked
    from analysis.text import aligned

    names, rows = asked(run, statement)
    if json:
        print_json({"columns": names, "rows": [[_plain(value) for value in row] for row in rows]})
    elif csv:
        import csv as comma
        import sys

        writer = comma.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    else:
        typer.echo(aligned([names, *([_cell(value) for value in row] for row in rows)]))


def _plain(value: Any) -> Any:
    """A value as JSON has it: never, and what is not known, as null."""
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
