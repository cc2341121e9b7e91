"""Commands about the reported record: its claims in order of time, and whether they hold together."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from sim.commands.options import (
    Csv,
    Json,
    Markdown,
    SeedOption,
    case_of,
    check_ending,
    form_of,
    print_forms,
    print_result,
)
from sim.files.case import Case
from sim.files.yaml_tree import Where, refuse, writing

if TYPE_CHECKING:
    from analysis.claims.chronology import ChronologyFilter
    from analysis.claims.strikes import Geometry
    from sim.record.record import Record
    from sim.scenario.network import Network

DEFAULT_SPEED = "25 km/h"  # as analysis.claims.audit has it, which is not imported for help
DEFAULT_DRAWS = 40_000  # as sim.studies.questions.marches has it, which is not imported either


def record(
    context: typer.Context,
    *,
    place: Annotated[str | None, Option(help="Only claims about this place, by its id.")] = None,
    party: Annotated[str | None, Option(help="Only what this party claims.")] = None,
    event: Annotated[str | None, Option(help="Only this event, as capture or PLACE:capture.")] = None,
    source: Annotated[str | None, Option(help="Only what stands in this source, by its id.")] = None,
    csv: Annotated[bool, Option("--csv", help="A line a claim, with all its columns.")] = False,
    markdown: Annotated[bool, Option("--markdown", help="Tables in Markdown.")] = False,
    bibtex: Annotated[bool, Option("--bibtex", help="The sources of these claims as BibTeX.")] = False,
    agreement: Annotated[
        bool, Option("--agreement", help="How far a second coding of some claims agrees with the record.")
    ] = False,
    json: Json = False,
) -> None:
    """List the reported claims in order of time.

    Who claims what, and what it is used for. What no model produces (killings of civilians, statements,
    misinformation) stands there like the rest. --agreement says, field by field, how far claims that were
    coded twice are coded alike.

    Example: kidal record --place kidal --event capture
    """
    from analysis.claims import chronology
    from analysis.claims.chronology_forms import CLAIM_FORMS
    from sim.record.record import load_record

    form = form_of({"csv": csv, "markdown": markdown, "bibtex": bibtex, "json": json})
    selection = chronology.ChronologyFilter(place=place, party=party, event=event, source=source)
    if agreement:
        _print_agreement(load_record(case_of(context)), selection, form)
        return
    entries = chronology.chronology(load_record(case_of(context)), selection)
    text = CLAIM_FORMS.get(form, chronology.text)
    print_result(json, lambda: chronology.as_json(entries), lambda: text(entries).rstrip("\n"))


def _print_agreement(record: "Record", selection: "ChronologyFilter", form: str) -> None:
    """The agreement of two codings, as text or JSON. Raises FaultyInput for what goes with claims only."""
    from analysis.claims import agreement

    others = [noun for noun, word in selection._asdict().items() if word]
    others += [form] if form not in ("", "json") else []
    if others:
        refuse(
            Where(f"--agreement --{others[0]}", 0),
            "is of all claims coded twice; expected --agreement alone, or --json",
        )
    rows = record.second_coding
    print_result(form == "json", lambda: agreement.as_json(rows), lambda: agreement.text(rows))


def strikes(
    context: typer.Context,
    plot: Annotated[Path | None, Option(help="Draw the map of it to this file (.png, .svg, .pdf).")] = None,
    json: Json = False,
) -> None:
    """Say which bases and radii of drones fit the strikes.

    Those that are dated are asked. Nothing is simulated.

    Example: kidal strikes --plot strikes.png
    """
    from analysis.claims import strikes as strike_geometry
    from sim.files.case_file import case_file
    from sim.record.record import load_record
    from sim.scenario.hypotheses import radii
    from sim.scenario.network import load_network
    from sim.state.kinds import Side

    case = case_of(context)
    network, holder = load_network(case), case_file(case).sides[Side.ADVANCING].name
    geometry = strike_geometry.geometry(
        load_record(case), network, radii(case), case.path("record"), holder=holder, case=case
    )
    if plot is not None:
        _draw(geometry, network, case, plot)
    figure = f"\n\ndrawn: {plot}" if plot else ""
    text = strike_geometry.text
    print_result(json, lambda: strike_geometry.as_json(geometry), lambda: text(geometry, network) + figure)


def _draw(geometry: "Geometry", network: "Network", case: Case, path: Path) -> None:
    """Draw the map of strike geometry. Raises FaultyInput."""
    from analysis.figures.base import page
    from analysis.figures.base.outlines import load_outlines
    from analysis.figures.run import strike_map
    from sim.commands.tables import ENDINGS

    outlines = load_outlines(case)
    check_ending("--plot", path, "figure", *ENDINGS)
    with writing(f"--plot {path}", "file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        page.save(strike_map.draw(geometry, network, outlines), path)


def audit(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        Argument(metavar="RECORD", help="A record: its folder or claims.yaml (default: the case's)."),
    ] = None,
    network: Annotated[
        Path | None, Option(help="Folder with places.csv and roads.csv (default: the case's).")
    ] = None,
    speed: Annotated[str, Option(help="No column marches faster (an assumption).")] = DEFAULT_SPEED,
    by_night: Annotated[
        bool, Option("--by-night", help="Columns may set out from a stop in the dark too.")
    ] = False,
    json: Json = False,
) -> None:
    """Say whether the reported claims can all hold in time.

    And which of them clash. A folder needs sources.yaml and claims.yaml; with routes.yaml the roads count
    too. Nothing is simulated.

    Example: kidal audit --speed "20 km/h" --by-night
    """
    from sim.studies.questions.audit import audit_answer

    answer = audit_answer(case_of(context), folder, network, speed=speed, by_night=by_night)
    print_result(json, lambda: answer.data, lambda: answer.text)


def marches(
    context: typer.Context,
    *,
    rows: Annotated[bool, Option("--rows", help="March by march, with the reported hours.")] = False,
    draws: Annotated[int, Option(help="Draws of the parameters.", min=100, max=400_000)] = DEFAULT_DRAWS,
    seed: SeedOption = 1,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """Say how well marches of other columns are predicted.

    Each column is predicted from the others: by the march law of the simulation, beside a regression of pace
    on kind and surface and a pace of 72 km a day. The law forecasts with its priors, and with draws weighed
    by the marches of other columns. The record's marches.yaml has the marches. No run is made.

    Example: kidal marches --rows
    """
    from sim.studies.questions.marches import marches_answer

    form = form_of({"csv": csv, "markdown": markdown, "json": json})
    answer = marches_answer(case_of(context), seed=seed, draws=draws, rows=rows)
    print_forms(form, lambda: answer.cells, lambda: answer.data, lambda: answer.text)
