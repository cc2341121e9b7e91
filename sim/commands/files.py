"""The command that says whether files are valid."""

import math
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument

from sim.commands.notes import Strict, of_network, outlines_box
from sim.commands.options import case_of
from sim.console import is_hushed, say
from sim.files.case import Case
from sim.files.notes import as_lines, long_texts, refuse_noted
from sim.files.paths import display_path
from sim.files.yaml_tree import Fault, Faults, FaultyInput, List, Map, read, refuse


def check(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, Argument(metavar="FILE", help="Files to check (default: all of the case).")
    ] = None,
    strict: Strict = False,
) -> None:
    """Check files, and name every fault with its line.

    They may be of any kind that the program reads.

    What is valid and may not be meant is shown as a note; --strict makes notes faults. With --quiet only
    faults are printed.

    Example: kidal check my-scenario.yaml
    """
    from sim.parameters.reading import load_parameters

    case, faults = case_of(context), Faults()
    paths = files or [
        path
        for kind in ("scenarios", "params")
        for path in sorted(case.path(kind).rglob("*.yaml"))
        if path.relative_to(case.path(kind)).parts[:2] != ("new", "case")
    ]
    march_speed = math.inf  # without default parameters, whose faults are not those of a scenario
    with suppress(FaultyInput):
        march_speed = load_parameters(case=case).rows["march_speed"].value
    for path in paths:
        with faults:
            _tell(path, _check(path, case, march_speed), strict=strict)
    if not files:
        with faults:
            _tell("network and record", _check_ground(case), strict=strict)
    faults.refuse()


def _tell(name: str | Path, notes: Sequence[Fault], *, strict: bool) -> None:
    """Say that something is valid, and what is noted of it. Raises FaultyInput if notes are faults."""
    if strict:
        refuse_noted(notes)
    known = _outcome_known(name) if isinstance(name, Path) else []
    labels = [f"  chosen with the outcome known: {', '.join(known)}"] if known else []
    shown = display_path(name) if isinstance(name, Path) else name
    if not is_hushed():
        say("\n".join([f"{shown}: valid", *labels, *as_lines(notes)]))


def _outcome_known(path: Path) -> list[str]:
    """What a file says was chosen with the outcome known: fields of a scenario, parameters by their basis."""
    if path.suffix != ".yaml":
        return []
    from sim.parameters.parameter import OUTCOME_KNOWN

    tree = read(path, [])
    rows, fields = tree.get("parameters"), tree.get("outcome_known")
    named = rows.items() if isinstance(rows, Map) else ()
    known = [name for name, row in named if isinstance(row, Map) and row.get("basis") == OUTCOME_KNOWN]
    return [*map(str, fields if isinstance(fields, List) else ()), *known]


def _check_ground(case: Case) -> Sequence[Fault]:
    """Check the network and the record of a case, and give notes on them. Raises FaultyInput.

    Where no outlines say whether its places lie where they should, where they lie is printed.
    """
    from analysis.claims.strikes import geometry
    from sim.record.record import load_record
    from sim.scenario.network import load_network
    from sim.scenario.network_notes import box_of, box_text

    network = load_network(case)
    record = load_record(case, network.places)
    if (case.path("record") / "strikes.yaml").exists():
        geometry(record, network, (), case.path("record"), case=case)
    folder = case.path("params", "network")
    if not outlines_box(folder) and not is_hushed():
        say(f"places lie from {box_text(box_of(network))}; no outlines.csv says whether they should")
    return [*of_network(network, folder), *record.notes]


def _check(path: Path, case: Case, march_speed: float) -> Sequence[Fault]:
    """Check a file by what it holds, and give notes on it; a table with the others of its folder."""
    if path.suffix == ".csv":
        return _check_table(path)
    tree, file = read(path, []), display_path(path)
    notes = [note for note in _check_kind(path, tree, case, march_speed) if note.where.file == file]
    return [*notes, *long_texts(tree)]


def _check_kind(path: Path, tree: Map, case: Case, march_speed: float) -> Sequence[Fault]:
    """Check a file of YAML by its keys, and give notes on what it holds, other files' among them."""
    from analysis.claims.strikes import geometry
    from sim.commands.json_schema import RECORD
    from sim.designs.whatif import load_what_if
    from sim.files.case_file import case_notes, read_case_file
    from sim.parameters.reading import load_parameters
    from sim.record.record import load_record
    from sim.scenario.network import load_network
    from sim.scenario.reading import chief_scenario, load_scenario
    from sim.studies.calibration.plan import load_plan
    from sim.studies.evidence.plan import load_evidence_plan

    keys, name = tree.keys(), str(path)
    checks: tuple[tuple[Set[str], Callable[[], object]], ...] = (
        ({"kind"}, lambda: _check_design(path, case)),
        ({"sides"}, lambda: case_notes(read_case_file(path), tree)),
        ({"modules"}, lambda: load_plan(name, case=case)),
        ({"models"}, lambda: load_evidence_plan(name, chief_scenario(case), case=case)),
        ({"parameters"}, lambda: load_parameters(path, case=case)),
        (
            {"strikes", "bases"},
            lambda: geometry(load_record(case), load_network(case), (), path.parent, case=case),
        ),
        (RECORD.keys(), lambda: load_record(case, folder=path.parent).notes),
        ({"overrides"}, lambda: load_scenario(chief_scenario(case), hypotheses=[name], case=case).notes),
        (
            {"columns", "start", "milestones"},
            lambda: load_scenario(name, march_speed=march_speed, case=case).notes,
        ),
    )
    for known, check_kind in checks:
        if known & keys:
            notes = check_kind()
            return notes if isinstance(notes, tuple) else ()
    if not {"with", "set"} & keys and keys != {"summary", "source"}:
        message = "has no key of a scenario, a hypothesis, a design, parameters, a what-if or the record"
        refuse(path, f"{message}; 'kidal list' names some")
    return load_what_if(name, chief_scenario(case), case=case).inputs.loaded.notes


def _check_table(path: Path) -> Sequence[Fault]:
    """Check a table of a network with the others of its folder, and give notes on it."""
    from analysis.figures.base.outlines import load_countries, load_outlines
    from sim.scenario.network import load_network

    if path.name in ("outlines.csv", "countries.csv"):
        (load_outlines if path.name == "outlines.csv" else load_countries)(path=path)
    elif path.name in ("places.csv", "roads.csv"):
        network, file = load_network(folder=path.parent), display_path(path)
        return [note for note in of_network(network, path.parent) if note.where.file == file]
    else:
        refuse(
            path,
            "is no table of a network; expected places.csv, roads.csv, outlines.csv or countries.csv",
        )
    return ()


def _check_design(path: Path, case: Case) -> Sequence[Fault]:
    """Check a design, and give notes on every scenario that it makes of the whole offensive."""
    from sim.designs.design import load_design
    from sim.designs.variants import variation
    from sim.engine.inputs import load_inputs
    from sim.scenario.reading import chief_scenario

    inputs = load_inputs(chief_scenario(case), case=case)
    return variation(inputs, load_design(str(path), inputs, 1)).notes
