"""The command that runs a result again."""

import secrets
from typing import Annotated

import typer
from typer import Option

from sim.commands.options import Json, case_of, print_result
from sim.commands.tables import RunArgument


def verify(
    context: typer.Context,
    run: RunArgument,
    rows: Annotated[int, Option(min=1, help="How many runs are run again.")] = 20,
    seed: Annotated[
        int | None, Option(min=0, max=2**64 - 1, help="Seed by which they are drawn; else by chance.")
    ] = None,
    json: Json = False,
) -> None:
    """Run some runs of a result again, by the files in its folder, and compare them to the last bit.

    Of a run or a sweep of anybody: milestones and outcomes, events and reports where histories are kept, and
    the table that was printed. Exit 0: equal; 1: something differs; 2: it cannot be verified here. A result
    of a case of one's own needs --case, because the network is not in the folder.

    Example: kidal verify runs/first --rows 50
    """
    from sim.studies.verification import verify as verified

    seed = secrets.randbits(64) if seed is None else seed
    verdict = verified(run, rows, seed, case_of(context))
    runs = f"{verdict.runs:,} of {verdict.of:,} runs run again (--seed {seed})"
    histories = f"{verdict.histories:,} with their histories"
    lines = [*map(str, verdict.differences)] or ["equal, to the last bit"]
    lines += [f"{verdict.folder}: {runs}, {histories}; printed table: {verdict.table}"]
    if verdict.differences and verdict.libraries:
        lines += [f"made with other libraries: {', '.join(verdict.libraries)}"]
    print_result(json, verdict.as_json, lambda: "\n".join(lines))
    if verdict.differences:
        raise typer.Exit(1)
