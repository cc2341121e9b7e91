"""Options that several commands have, and how they print JSON."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

ScenarioArgument = Annotated[
    str, typer.Argument(help="A scenario file, or the name of one that comes with the program.")
]
SeedOption = Annotated[int, typer.Option(help="Seed of all chance.", min=0, max=2**64 - 1)]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="NAME=VALUE: a parameter, or a scenario field by its path. Repeatable."),
]
With = Annotated[
    list[str] | None,
    typer.Option("--with", help="A hypothesis laid over the scenario, by file or bundled name. Repeatable."),
]
Params = Annotated[
    list[Path] | None,
    typer.Option(
        help="A parameter file: its values count in one history, its priors or posterior in many. Repeatable."
    ),
]
Out = Annotated[Path | None, typer.Option(help="Folder of the run (default: runs/NAME-HASH).")]
FixedOption = Annotated[
    bool, typer.Option("--fixed", help="Keep each parameter's value; only chance differs.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1, help="Threads for many histories, or processes with --cluster local (default: one a core)."
    ),
]
Cores = Annotated[int | None, typer.Option("--workers", min=1, help="Threads (default: one a core).")]
Cluster = Annotated[
    str | None,
    typer.Option(help="Run on Dask: tcp://HOST:PORT of a scheduler, or local for processes of this machine."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def check_milestones(asked: Iterable[str], known: Collection[str]) -> None:
    """Raise FaultyInput if a milestone that --milestone names is none of those known."""
    from sim.files.yaml_tree import Where, nearest, refuse

    for name in asked:
        if name not in known:
            refuse(Where(f"--milestone {name}", 0), f"is none of this scenario's; {nearest(name, known)}")


def print_json(value: Any) -> None:
    """Print a JSON object and nothing else."""
    import json

    typer.echo(json.dumps(value, indent=1, allow_nan=False))
