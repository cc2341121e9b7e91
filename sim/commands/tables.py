"""Commands that show what a result folder holds: its answer and tables, figures, and SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from analysis.figures import gallery
from analysis.words.text import SCREEN, days_of_years
from sim.commands.options import (
    Csv,
    Json,
    Latex,
    Markdown,
    call_of,
    case_of,
    check_ending,
    check_known,
    form_of,
    plain,
    print_forms,
    print_json,
    print_table,
)
from sim.console import say, tell
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import refuse, writing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.record.record import Record
    from sim.store.reader import RunTables

RunArgument = Annotated[Path, Argument(metavar="RESULT", help="A result folder.")]
Full = Annotated[bool, Option("--full", help="Print all the tables too.")]
By = Annotated[
    str | None,
    Option(
        metavar="DATE",
        help="A date as 2023-12-01 or '1 Dec', or a moment: how probable all is before it, with its "
        "interval. The answer then has dates alone.",
    ),
]
ENDINGS = (".png", ".svg", ".pdf")


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What is drawn: a figure of result folders, what of them it shows, and its file if one is named."""

    runs: Sequence[Path]
    figure: str | None = None
    out: Path | None = None
    point: int | None = None
    milestone: str | None = None
    by: str | None = None
    run: str | None = None
    case: Case

    def file(self, name: str, ending: str) -> Path:
        """Where it is written: where it is to be, or among the figures of the first folder."""
        point = "" if self.point is None else f"-{self.point}"
        return self.out or self.runs[0] / "figures" / f"{name}{point}{ending}"

    def tables(self) -> "list[RunTables]":
        """The tables of its folders, or of their design point. Raises FaultyInput."""
        from sim.store.reader import read_run

        return [_at(read_run(run, self.case), self.point) for run in self.runs]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a result is shown: the answer, with a date or all tables; one table; of a sweep a milestone."""

    table: str | None = None
    full: bool = False
    by: datetime | None = None
    milestone: str | None = None


def show(
    context: typer.Context,
    run: RunArgument,
    *,
    table: Annotated[
        str | None,
        Option(
            help="One table alone: milestones, outcomes, time, control, displacement, garrisons, reports or "
            "contradictions."
        ),
    ] = None,
    full: Full = False,
    by: By = None,
    milestone: Annotated[str | None, Option(help="Of a sweep: which milestone is shown.")] = None,
    csv: Csv = False,
    markdown: Markdown = False,
    latex: Latex = False,
    json: Json = False,
) -> None:
    """Say again what came of a result: its answer, or its tables.

    With --csv, --markdown or --latex it prints one table: milestones, or that of --table; of a
    sweep its points.

    Example: kidal show runs/first --table time
    """
    from analysis.answers.result_tables import RESULT_TABLES
    from analysis.tables import timeline
    from sim.store.reader import read_run
    from sim.studies import printed

    form = form_of({"csv": csv, "markdown": markdown, "latex": latex, "json": json})
    if table is not None:
        check_known(table, RESULT_TABLES, f"--table {table}", "is no table")
    tables = read_run(run, case_of(context))
    if tables.manifest["design"] is None or table:
        timeline.check_single(tables, display_path(run))
    _check_milestone(tables, milestone)
    shown = Shown(table=table, full=full, by=moment_by(by, tables), milestone=milestone)
    record = printed.record_of(tables)
    print_forms(
        form,
        lambda: _cells(tables, record, shown, form),
        lambda: printed.as_json(tables, record, shown.by),
        lambda: text_of(tables, record, shown),
    )


def _check_milestone(tables: "RunTables", milestone: str | None) -> None:
    """Raise FaultyInput for a milestone that is chosen of no sweep."""
    if milestone is not None and tables.manifest["design"] is None:
        refuse(
            f"--milestone {milestone}",
            "is for a sweep; expected none with a result of one scenario, which shows all its milestones",
        )


def _cells(tables: "RunTables", record: "Record", shown: Shown, form: str) -> Sequence[Sequence[object]]:
    """The table of a result or a sweep, its head first. Raises FaultyInput for one that is not one grid."""
    from analysis.answers.result_tables import CELLS
    from analysis.tables import sweeps
    from sim.studies import printed

    if form == "csv" and shown.table in (None, "milestones"):
        return printed.csv_cells(tables, record, shown.by)
    if tables.manifest["design"] is not None and shown.table is None:
        return sweeps.cells(tables, record, sweeps.chosen(tables, record, shown.milestone), shown.by)
    name = shown.table or "milestones"
    if name not in CELLS:
        refuse(f"--{form} --table {name}", f"is not one table; expected {', '.join(CELLS)}")
    return CELLS[name](tables, record) or [[f"no {name} in this result"]]


def text_of(tables: "RunTables", record: "Record", shown: Shown) -> str:
    """What is shown of a result, as text."""
    from analysis.answers.result_tables import RESULT_TABLES
    from sim.studies import printed

    if tables.manifest["design"] is not None:
        return printed.sweep_text(tables, record, shown.milestone, shown.by)
    if shown.table is not None:
        return RESULT_TABLES[shown.table](tables, record) or f"no {shown.table} in this result"
    return (printed.full_text if shown.full else printed.answer_text)(tables, record, shown.by)


def next_calls(tables: "RunTables", path: str, shown: Shown) -> str:
    """Where a result is stored, and what shows more of it."""
    is_all = shown.full or tables.manifest["design"] is not None
    call = call_of(tables.case, f"plot {path}" if is_all else f"show {path} --full")
    label = f" as {tables.label!r}" if tables.label not in (path, Path(path).name) else ""
    where, then = f"stored in {path}{label}", f"next: {call}"
    return f"{where}; {then}" if len(where) + len(then) + 2 <= SCREEN else f"{where}\n{then}"


def plot(
    context: typer.Context,
    run: Annotated[
        list[Path],
        Argument(metavar="RESULT", help="A result folder; two for paired, two or more for compared."),
    ],
    *,
    figure: Annotated[
        str | None, Option(help=f"{gallery.listed()} Default: the first of its kind that can be drawn.")
    ] = None,
    out: Annotated[
        Path | None, Option(help="File (.png, .svg, .pdf; of a film .mp4 or .gif; default: in RUN/figures).")
    ] = None,
    point: Annotated[int | None, Option(min=0, help="A design point of a sweep, to draw as a run.")] = None,
    milestone: Annotated[
        str | None,
        Option(help="Which (default: of a sweep the last reported capture; of captured those scored)."),
    ] = None,
    by: Annotated[
        str | None,
        Option(
            metavar="DATE",
            help="A date or a moment, as 2023-10-07T12:00Z: of captured, probability, heat that before which "
            "(default: the end of the report), of map that at which (default: the end).",
        ),
    ] = None,
    replicate: Annotated[
        str | None,
        Option(
            "--run",
            metavar="nearest|N",
            help="Of film, which stored run: its replicate number, or nearest: that whose scored milestones "
            "miss their reports by the fewest hours on average (default: the first).",
        ),
    ] = None,
) -> None:
    """Draw a figure of a result, or of several beside each other.

    Example: kidal plot runs/first --figure map --by 2023-10-07T12:00Z --out first.png
    """
    default = {1: None, 2: "paired"}.get(len(run), "compared")
    figure, case = figure or default, case_of(context)
    drawing = Drawing(
        runs=run, figure=figure, out=out, point=point, milestone=milestone, by=by, run=replicate, case=case
    )
    say(f"drawn: {display_path(draw_figure(drawing))}")


def draw_figure(drawing: Drawing) -> Path:
    """Draw a figure of a result folder, or of two; returns its file. Raises FaultyInput."""
    figure = drawing.figure
    takes = gallery.FIGURES[figure].takes if figure in gallery.FIGURES else ""
    if takes:
        _check_options(str(figure), drawing)
    if takes == "history":
        return _film(drawing)
    check_ending("--out", drawing.out, "figure", *ENDINGS)
    _check_number(drawing)
    if takes == "fit":
        name, picture = str(figure), _of_fit(str(figure), drawing.runs[0])
    elif takes == "discovery":
        name, picture = str(figure), _box(drawing)
    else:
        name, picture = _of_folders(drawing)

    from analysis.figures.base import page

    path = drawing.file(name, ".png")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        page.save(picture, path)
    return path


def _box(drawing: Drawing) -> "Figure":
    """The figure of the box of a result in which an event is frequent. Raises FaultyInput."""
    from analysis.inference.discovery import discover
    from analysis.tables.sweeps import chosen
    from sim.store.reader import read_run
    from sim.studies.printed import record_of
    from sim.studies.questions import discovery

    folder = drawing.runs[0]
    tables = read_run(folder, drawing.case)
    milestone = chosen(tables, record_of(tables), drawing.milestone)
    hour = discovery.hour_before(tables, moment_by(drawing.by, tables))
    searched = discovery.cases(folder, tables, milestone, hour)
    event = discovery.asked(tables, milestone, hour)
    return gallery.painter(str(drawing.figure))(tables, searched, discover(searched), event)


def _of_fit(figure: str, folder: Path) -> "Figure":
    """A figure of a calibration, with the points of its posterior where it shows them. Raises FaultyInput."""
    from sim.studies.study import read_fit, read_points

    fit, paint = read_fit(folder), gallery.painter(figure)
    if figure == "profiles" and not all("profile" in row for row in fit["parameters"]):
        refuse(folder, "has no profiles: the fit is older; `kidal calibrate` makes one")
    return paint(fit, read_points(folder)) if "points" in gallery.FIGURES[figure].heeds else paint(fit)


def _film(drawing: Drawing) -> Path:
    """Film one stored run of a result or a design point; returns its file. Raises FaultyInput."""
    from analysis.figures.base.outlines import load_outlines
    from analysis.replay import film
    from analysis.replay.scene import scene
    from analysis.tables import timeline
    from sim.console import Progress
    from sim.scenario.network import load_network
    from sim.studies.printed import record_of
    from sim.view.runs import about_folder

    _check_number(drawing)
    encodes, case, folder = film.can_encode(), drawing.case, drawing.runs[0]
    path = drawing.file("film", ".mp4" if encodes else ".gif")
    check_ending("--out", path, "film", ".mp4", ".gif")
    if path.suffix == ".mp4" and not encodes:
        refuse(f"--out {path}", "needs ffmpeg, which is not there; expected .gif")
    tables, network = drawing.tables()[0], load_network(case)
    timeline.check_single(tables, display_path(folder))
    record = record_of(tables)
    played = scene(
        tables, record, network, about_folder(folder, case), _replicate(tables, record, drawing.run)
    )
    if drawing.out is None and not encodes:
        tell("ffmpeg is not there: a gif is written")
    with writing(path), Progress(len(list(film.hours(played))), what="frames") as progress:
        path.parent.mkdir(parents=True, exist_ok=True)
        progress.begin(0, "")
        film.write(played, network, load_outlines(case), path, progress)
    return path


def _replicate(tables: "RunTables", record: "Record", run: str | None) -> int | None:
    """The number of the stored run that is asked for; None for the first. Raises FaultyInput."""
    import numpy as np

    from analysis.tables.histories import stored
    from analysis.tables.scored_observations import misses

    if run is None:
        return None
    numbers = tables.runs["replicate"]
    of_stored = np.flatnonzero(np.isin(numbers, np.unique(stored(tables)["replicate"])))
    if run == "nearest" and len(of_stored):
        hours = misses(tables, record)[of_stored]
        number = int(numbers[of_stored[np.argmin(hours)]])
        tell(f"run {number}: its scored milestones miss their reports by {hours.min():.0f} h on average")
        return number
    if not run.isdecimal() or int(run) not in numbers[of_stored]:
        words = (
            f"{numbers[of_stored].min()} to {numbers[of_stored].max()}"
            if len(of_stored)
            else "one with events"
        )
        refuse(f"--run {run}", f"is no stored run; expected nearest or {words}")
    return int(run)


def _check_number(drawing: Drawing) -> None:
    """Raise FaultyInput if a figure takes another number of runs."""
    figure, count, pairs = drawing.figure, len(drawing.runs), gallery.names("pair")
    place, here = f"--figure {figure}" if figure else "kidal plot", "is one" if count == 1 else f"are {count}"
    if figure in pairs and count != 2:
        refuse(place, f"takes two result folders, here {here}; try `kidal plot ONE OTHER`")
    several = gallery.names("several")
    if figure in several and count < 2:
        refuse(place, f"takes two result folders or more, here {here}; try `kidal plot ONE OTHER`")
    if figure not in (*pairs, *several) and count > 1:
        right = " or ".join(map(repr, (*pairs, *several)))
        refuse(place, f"takes one result folder, here {here}; {right} takes more")


def _of_folders(drawing: Drawing) -> "tuple[str, Figure]":
    """The name of a figure of a run, a sweep or two runs, and the figure. Raises FaultyInput."""
    from analysis.tables import clock
    from sim.studies.printed import record_of

    tables = drawing.tables()
    moment = None if drawing.by is None else _moment(drawing.by, tables[0])
    if drawing.figure in gallery.names("pair"):
        return str(drawing.figure), gallery.painter(str(drawing.figure))(*tables)
    if drawing.figure in gallery.names("several"):
        return str(drawing.figure), gallery.painter(str(drawing.figure))(tables, record_of(tables[0]))
    run, record = tables[0], record_of(tables[0])
    name = gallery.chosen(drawing.figure, run, record)
    _check_options(name, drawing)
    start, end = clock.origin(run), clock.end_of(run)
    if moment is not None and not start <= moment <= end:
        days = days_of_years(start, end)
        refuse(f"--by {drawing.by}", f"is outside the scenario, {days}; expected a date of these days")
    return name, gallery.draw(name, run, record, drawing.milestone, moment)


def _check_options(figure: str, drawing: Drawing) -> None:
    """Raise FaultyInput if a figure does not heed an option that is given."""
    for option in ("milestone", "by", "run"):
        if getattr(drawing, option) is not None and option not in gallery.FIGURES[figure].heeds:
            others = ", ".join(name for name, row in gallery.FIGURES.items() if option in row.heeds)
            message = f"takes no --{option}; leave it out (those that take one: {others})"
            refuse(f"--figure {figure}", message)


def _moment(text: str, tables: "RunTables", option: str = "--by") -> datetime:
    """The moment (UTC) of an option, of a day its midnight, within some runs. Raises FaultyInput."""
    from analysis.tables import clock
    from sim.files import units

    try:
        return units.moment_between(text, clock.origin(tables), clock.end_of(tables))
    except ValueError as error:
        refuse(f"{option} {text}", str(error))


def moment_by(
    text: str | None, tables: "RunTables", where: str = "", *, option: str = "--by"
) -> datetime | None:
    """The moment (UTC) of an option within the days of a scenario, if one is given. Raises FaultyInput."""
    from analysis.answers.answer import check_by

    moment = None if text is None else _moment(text, tables, option)
    if moment is not None:
        check_by(tables, moment, f"{option} {text}{where}")
    return moment


def _at(tables: "RunTables", point: int | None) -> "RunTables":
    """The runs of one design point; of none, all as they are. Raises FaultyInput if there is none such."""
    from analysis.tables.sweeps import point_alone

    if point is None:
        return tables
    points = len(tables.points["design_id"])
    if point >= points:
        refuse(f"--point {point}", f"is no design point here; expected 0 to {points - 1}")
    return point_alone(tables, point)


def query(
    context: typer.Context,
    run: RunArgument,
    statement: Annotated[str, Argument(metavar="SQL", help="SQL over the views below.")],
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Ask the tables of a result by SQL (DuckDB).

    The views are runs, events, reports, points, route, daylight and cover. Names with a colon stand in double
    quotes. Hours count from 00:00 UTC of the scenario's first day and are inf where a milestone never came.

    Example: kidal query runs/first 'select quantile_disc("anefis:capture", 0.5) from runs'
    """
    from analysis.tables.query import answer

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    names, rows = answer(run, statement, case_of(context))
    if form == "json":
        print_json({"columns": names, "rows": [[plain(value) for value in row] for row in rows]})
    else:
        print_table(form, "rows", names, rows)
