"""The command that lists what the case and the program have, each name with its sentence."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Annotated

import typer
from typer import Argument, Option

from sim.commands.options import (
    Csv,
    Json,
    Markdown,
    case_of,
    check_known,
    form_of,
    print_result,
    print_table,
)
from sim.files.case import Case
from sim.files.yaml_tree import FaultyInput, refuse

ListRows = list[dict[str, str]]
"""Rows of a list: cells by column. A column `group` comes first where there is one."""


def _named(summaries: Mapping[str, str]) -> ListRows:
    return [{"id": name, "summary": summary} for name, summary in summaries.items()]


def _scenarios(case: Case) -> ListRows:
    from sim.scenario.reading import scenarios

    return _named(scenarios(case))


def _hypotheses(case: Case) -> ListRows:
    """By the fields that they override: those that are alternatives of each other stand together."""
    from sim.files.yaml_tree import Faults
    from sim.scenario.hypotheses import hypotheses, hypothesis_path, read_hypothesis

    faults = Faults()
    rows = [
        {"group": ", ".join(read_hypothesis(hypothesis_path(row["id"], case), faults)), **row}
        for row in _named(hypotheses(case))
    ]
    faults.refuse()
    return rows


def _designs(case: Case) -> ListRows:
    from sim.designs.design import designs

    return _named(designs(case))


def _calibrations(case: Case) -> ListRows:
    from sim.studies.calibration.plan import calibration_plans

    return _named(calibration_plans(case))


def _evidence(case: Case) -> ListRows:
    from sim.studies.evidence.plan import evidence_plans

    return _named(evidence_plans(case))


def _what_ifs(case: Case) -> ListRows:
    from sim.designs.whatif import what_ifs

    return _named(what_ifs(case))


def _parameters(case: Case) -> ListRows:
    """By the headings of the program's file, which has them all."""
    from sim.files.paths import program_file
    from sim.parameters.reading import load_parameters

    heading, groups = "", {}
    for line in program_file("params", "default.yaml").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"  # --- ([^(;]*)", line):
            heading = match[1].strip()
        elif match := re.match(r"  (\w+):", line):
            groups[match[1]] = heading
    return [
        {
            "group": groups[name],
            "id": name,
            "value": f"{row.value / row.in_unit:.6g}",
            "unit": row.shown_unit,
            "meaning": row.note,
        }
        for name, row in load_parameters(case=case).rows.items()
    ]


def _places(case: Case) -> ListRows:
    from sim.scenario.network import load_network

    places = load_network(case).places.values()
    return [{"group": one.kind, "id": one.id, "name": one.name, "note": one.note} for one in places]


def _events(_: Case) -> ListRows:
    from analysis.words import names
    from sim.state.kinds import EVENTS, PLACE_EVENTS

    groups = {"of a column": EVENTS, "at a place": PLACE_EVENTS}
    return [
        {"group": group, "id": event, "meaning": names.event_meaning(event)}
        for group, events in groups.items()
        for event in events
    ]


def _figures(_: Case) -> ListRows:
    from analysis.figures.gallery import FIGURES, RESULTS

    return [
        {"group": f"of {words}", "id": name, "summary": row.about}
        for takes, words in RESULTS.items()
        for name, row in FIGURES.items()
        if row.takes == takes
    ]


def _milestones(case: Case, scenario: str | None = None) -> ListRows:
    from analysis.words import names
    from sim.scenario.reading import chief_scenario, load_scenario

    loaded = load_scenario(scenario or chief_scenario(case), case=case)
    places = loaded.network.places
    return [
        {
            "group": f"of column {one.column}" if one.column else "at a place",
            "id": one.id,
            "place": places[one.place].name if one.place in places else one.place,
            "meaning": names.event_meaning(one.event),
        }
        for one in loaded.scenario.milestones
    ]


CASE_LISTS: Mapping[str, tuple[str, Callable[[Case], ListRows]]] = {
    "scenarios": ("Scenarios", _scenarios),
    "hypotheses": ("Alternative hypotheses, for --with", _hypotheses),
    "designs": ("Designs of sweeps, for kidal sweep", _designs),
    "calibrations": ("Plans of calibrations, for kidal calibrate", _calibrations),
    "evidence": ("Plans of models to weigh, for kidal evidence", _evidence),
    "what-ifs": ("What-ifs, for kidal whatif", _what_ifs),
}
"""Lists that `kidal list` shows whole, with their headings."""
OTHER_LISTS: Mapping[str, Callable[[Case], ListRows]] = {
    "parameters": _parameters,
    "places": _places,
    "events": _events,
    "figures": _figures,
    "milestones": _milestones,
}
"""Lists of which `kidal list` shows how long they are."""


def list_all(
    context: typer.Context,
    what: Annotated[
        str | None,
        Argument(
            metavar="LIST",
            help=f"One list whole: {', '.join([*CASE_LISTS, *OTHER_LISTS])}.",
            show_default="an overview",
        ),
    ] = None,
    of: Annotated[
        str | None, Option(help="Whose milestones.", metavar="SCENARIO", show_default="the case's chief one")
    ] = None,
    csv: Csv = False,
    markdown: Markdown = False,
    json: Json = False,
) -> None:
    """List scenarios, parameters, places, events and more.

    Each name has its sentence.

    Example: kidal list milestones --of gao-anefis
    """
    case, form = case_of(context), form_of({"csv": csv, "markdown": markdown, "json": json})
    _check(what, of, form)
    if what is None:
        _overview(case, json=json)
        return
    if what == "milestones":
        rows = _milestones(case, of)
    else:
        rows = CASE_LISTS[what][1](case) if what in CASE_LISTS else OTHER_LISTS[what](case)
    head = list(rows[0]) if rows else ["id"]
    print_table(form, what, head, [list(row.values()) for row in rows], text=lambda: _text(rows))


def _check(what: str | None, of: str | None, form: str) -> None:
    """Raise FaultyInput for a list that is none, or an option that goes with another."""
    if what is not None:
        check_known(what, [*CASE_LISTS, *OTHER_LISTS], f"kidal list {what}", "is no list")
    elif form in ("csv", "markdown"):
        refuse(f"--{form}", "takes one list; expected its name, as 'kidal list places'")
    if of is not None and what != "milestones":
        refuse(f"--of {of}", "goes with milestones alone; expected 'kidal list milestones'")


def _overview(case: Case, *, json: bool) -> None:
    """Print what the case has, and how much there is in the other lists."""
    tables = {name: rows(case) for name, (_, rows) in CASE_LISTS.items()}

    def text() -> str:
        lines = []
        for name, rows in filter(lambda table: table[1], tables.items()):
            width = max(len(row["id"]) for row in rows)
            lines.append(f"{CASE_LISTS[name][0]} ({len(rows)}, kidal list {name}):")
            lines += [f"  {row['id']:<{width}}  {row['summary']}" for row in rows]
        counts = [f"{name}{_count(rows, case)}" for name, rows in OTHER_LISTS.items()]
        return "\n".join([*lines, f"More lists, by kidal list NAME: {', '.join(counts)}."])

    print_result(
        json,
        lambda: {name: {row["id"]: row["summary"] for row in rows} for name, rows in tables.items()},
        text,
    )


def _count(rows: Callable[[Case], ListRows], case: Case) -> str:
    """How long a list is; nothing if a file of it is faulty, which is told when the list is asked for."""
    with suppress(FaultyInput):
        return f" ({len(rows(case))})"
    return ""


def _text(rows: ListRows) -> str:
    """Rows as columns, below the names of their groups if they have some."""
    from analysis.words.text import aligned

    groups: dict[str, list[list[str]]] = {}
    for row in rows:
        cells = [cell for key, cell in row.items() if key != "group"]
        groups.setdefault(row.get("group", ""), []).append(cells)
    lines = aligned([cells for group in groups.values() for cells in group]).splitlines() if rows else []
    shown, at = [], 0
    for group, members in groups.items():
        shown += [f"{group}:"] if group else []
        shown += [f"  {line}" if group else line for line in lines[at : at + len(members)]]
        at += len(members)
    return "\n".join(shown) if rows else "none here"
