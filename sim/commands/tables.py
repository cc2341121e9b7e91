"""Commands that show what a run folder holds: figures, and SQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.figures import gallery
from sim.commands.options import Json, case_of, print_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.files.case import Case

RunArgument = Annotated[Path, typer.Argument(help="A run folder.")]
RunOrPairArgument = Annotated[list[Path], typer.Argument(help="A run folder; two for paired.")]
ENDINGS = (".png", ".svg", ".pdf")
FILMS = (".mp4", ".gif")


def plot(
    context: typer.Context,
    run: RunOrPairArgument,
    figure: Annotated[
        str | None,
        typer.Option(help=f"{gallery.listed()} Default: the first of its kind that can be drawn."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File (.png, .svg, .pdf; of a film .mp4 or .gif; default: in RUN/figures)."),
    ] = None,
    point: Annotated[
        int | None, typer.Option(min=0, help="A design point of a sweep, to draw as a run.")
    ] = None,
    milestone: Annotated[
        str | None,
        typer.Option(help="Which (default: of a sweep the last reported capture; of captured those scored)."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="By when, as 2023-10-07T12:00Z (default: of probability and heat the end of the report; of "
            "map the end)."
        ),
    ] = None,
) -> None:
    """Draw a figure of a run, of a sweep, or of two runs.

    Example: kidal plot runs/first --figure map --by 2023-10-07T12:00Z --out first.png
    """
    from sim.files.paths import display_path

    path = figure_file(run, figure, out=out, point=point, milestone=milestone, by=by, case=case_of(context))
    typer.echo(f"drawn: {display_path(path)}")


def figure_file(
    runs: Sequence[Path],
    figure: str | None = None,
    out: Path | None = None,
    point: int | None = None,
    milestone: str | None = None,
    by: str | None = None,
    *,
    case: "Case",
) -> Path:
    """Draw a figure of a run folder, or of two; returns its file. Raises FaultyInput."""
    from sim.files.yaml_tree import Where, refuse

    figure = figure or ("paired" if len(runs) == 2 else None)
    takes = gallery.FIGURES[figure].takes if figure in gallery.FIGURES else ""
    if takes:
        _check_options(str(figure), milestone, by)
    if takes == "history":
        return _film(runs, out, point, case)
    if out is not None and out.suffix not in ENDINGS:
        refuse(Where(f"--out {out}", 0), "has no ending of a figure; .png, .svg or .pdf would be right")
    _check_number(runs, figure)
    if takes == "fit":
        from sim.studies.study import read_fit

        name, picture = str(figure), gallery.painter(str(figure))(read_fit(runs[0]))
    else:
        name, picture = _of_folders(runs, figure, point=point, milestone=milestone, by=by, case=case)
    path = out or runs[0] / "figures" / f"{name if point is None else f'{name}-{point}'}.png"

    from analysis.figures.base import page

    with _written(path):
        page.save(picture, path)
    return path


@contextmanager
def _written(path: Path) -> Iterator[None]:
    """Where a figure or film is written, in a folder that is there. Raises FaultyInput if that fails."""
    from sim.files.paths import display_path
    from sim.files.yaml_tree import Where, refuse

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        message = f"cannot be written ({error.strerror}); another --out would be right"
        refuse(Where(display_path(path), 0), message)


def _film(runs: Sequence[Path], out: Path | None, point: int | None, case: "Case") -> Path:
    """Film the first stored history of a run or a design point; returns its file. Raises FaultyInput."""
    from analysis.figures.base.outlines import load_outlines
    from analysis.replay import film
    from analysis.replay.scene import scene
    from analysis.tables import timeline
    from sim.console import Progress
    from sim.files.paths import display_path
    from sim.files.yaml_tree import Where, refuse
    from sim.record.record import load_record
    from sim.scenario.network import load_network
    from sim.store.reader import read_run
    from sim.view.runs import about_folder

    _check_number(runs, "film")
    encodes = film.can_encode()
    name = "film" if point is None else f"film-{point}"
    path = out or runs[0] / "figures" / f"{name}{'.mp4' if encodes else '.gif'}"
    if path.suffix not in FILMS:
        refuse(Where(f"--out {path}", 0), "has no ending of a film; .mp4 or .gif would be right")
    if path.suffix == ".mp4" and not encodes:
        refuse(Where(f"--out {path}", 0), "needs ffmpeg, which is not there; .gif would be right")
    tables, network = read_run(runs[0], case), load_network(case)
    tables = tables if point is None else _at(tables, point)
    timeline.check_single(tables, display_path(runs[0]))
    record = load_record(case).between(*timeline.span(tables))
    played = scene(tables, record, network, about_folder(runs[0], case))
    if out is None and not encodes:
        typer.echo("ffmpeg is not there: a gif is written", err=True)
    with _written(path), Progress(len(list(film.hours(played))), what="frames") as progress:
        progress.begin(0, "")
        film.write(played, network, load_outlines(case), path, progress)
    return path


def _check_number(runs: Sequence[Path], figure: str | None) -> None:
    """Raise FaultyInput if a figure takes another number of runs."""
    from sim.files.yaml_tree import Where, refuse

    pair, where = figure in gallery.names("pair"), Where(f"--figure {figure}" if figure else "kidal plot", 0)
    if len(runs) > 1 + pair:
        other = "" if pair else f"; {' or '.join(map(repr, gallery.names('pair')))} takes two"
        refuse(where, f"takes {'two run folders' if pair else 'one run folder'}, here are {len(runs)}{other}")
    if pair and len(runs) == 1:
        refuse(where, "takes two run folders, here is one")


def _of_folders(
    runs: Sequence[Path],
    figure: str | None,
    *,
    point: int | None,
    milestone: str | None,
    by: str | None,
    case: "Case",
) -> "tuple[str, Figure]":
    """The name of a figure of a run, a sweep or two runs, and the figure. Raises FaultyInput."""
    from analysis.tables import timeline
    from sim.record.record import load_record
    from sim.store.reader import read_run

    moment = None if by is None else _moment(by)
    tables = [read_run(run, case) for run in runs]
    if point is not None:
        tables = [_at(one, point) for one in tables]
    if figure in gallery.names("pair"):
        return str(figure), gallery.painter(str(figure))(*tables)
    record = load_record(tables[0].case).between(*timeline.span(tables[0]))
    name = gallery.chosen(figure, tables[0], record)
    _check_options(name, milestone, by)
    if moment is not None:
        _check_moment(tables[0], f"--by {by}", moment)
    return name, gallery.draw(name, tables[0], record, milestone, moment)


def _check_options(figure: str, milestone: str | None, by: str | None) -> None:
    """Raise FaultyInput if a figure does not heed an option that is given."""
    from sim.files.yaml_tree import Where, refuse

    for option, value in (("milestone", milestone), ("by", by)):
        if value is not None and option not in gallery.FIGURES[figure].heeds:
            others = ", ".join(name for name, row in gallery.FIGURES.items() if option in row.heeds)
            message = f"takes no --{option}; leaving it out would be right (those that take one: {others})"
            refuse(Where(f"--figure {figure}", 0), message)


def _check_moment(tables: Any, where: str, moment: datetime) -> None:
    """Raise FaultyInput if a moment is outside the days of a run."""
    from analysis.tables import clock
    from sim.files.yaml_tree import Where, refuse

    start, end = clock.origin(tables), clock.end_of(tables)
    if not start <= moment <= end:
        days = f"{start:%Y-%m-%dT%H:%MZ} to {end:%Y-%m-%dT%H:%MZ}"
        refuse(Where(where, 0), f"is outside the days of the run; {days} would be right")


def _moment(text: str) -> datetime:
    """The moment of --by. Raises FaultyInput."""
    from sim.files import units
    from sim.files.yaml_tree import Where, refuse

    try:
        return units.instant(text)
    except ValueError as error:
        refuse(Where(f"--by {text}", 0), str(error))


def _at(tables: Any, point: int) -> Any:
    """The runs of one design point. Raises FaultyInput if there is no such point."""
    from sim.files.yaml_tree import Where, refuse

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


def query(
    context: typer.Context,
    run: RunArgument,
    statement: Annotated[str, typer.Argument(help="SQL over the views below.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    json: Json = False,
) -> None:
    """Ask the tables of a run or a sweep by SQL (DuckDB).

    The views are runs, events, reports, points, route, daylight and cover. Names with a colon stand in double
    quotes. Hours count from 00:00 UTC of the scenario's first day and are inf where a milestone never came.

    Example: kidal query runs/first 'select quantile_disc("anefis:capture", 0.5) from runs'
    """
    from analysis.tables.query import answer
    from analysis.tables.text import aligned

    names, rows = answer(run, statement, case_of(context))
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
