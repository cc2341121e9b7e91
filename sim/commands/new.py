"""Commands that help to write files: a commented start, and what editors complete and check with."""

from pathlib import Path
from typing import Annotated

import typer

SCHEMA_LINE = "# yaml-language-server: $schema={kind}.schema.json\n"
"""The line by which editors find the schema."""
NAME_TAKEN = "is there already; another name would be right"


def new(
    kind: Annotated[str, typer.Argument(help="What: scenario, or case (a network, scenario and record).")],
    name: Annotated[str, typer.Argument(help="Its name: lower-case letters, digits, '-' and '_'.")],
) -> None:
    """Write files to start from: a scenario, NAME.yaml, with its schema, or a case, the folder NAME.

    Example: kidal new scenario my-column
    """
    from sim.files import units
    from sim.files.paths import data_file
    from sim.files.yaml_tree import Where, nearest, refuse

    folder = data_file("params", "new")
    known = sorted(path.stem for path in folder.iterdir())
    if kind not in known:
        refuse(Where(f"kidal new {kind}", 0), f"is nothing to start; {nearest(kind, known)}")
    try:
        units.name(name)
    except ValueError as error:
        refuse(Where(f"kidal new {kind} {name}", 0), str(error))
    if kind == "case":
        _copy(folder / kind, Path(name))
        say = f"`kidal --case {name} check` and `kidal --case {name} list` are next"
        typer.echo(f"written: the folder {name}; {say}")
        return
    text = SCHEMA_LINE.format(kind=kind) + (folder / f"{kind}.yaml").read_text(encoding="utf-8")
    _write(Path(f"{name}.yaml"), text)
    beside = Path(f"{kind}.schema.json")
    if not beside.exists():
        _write(beside, _schema(kind))
    typer.echo(f"written: {name}.yaml; `kidal check {name}.yaml` and `kidal run {name}.yaml` are next")


def schema(
    kind: Annotated[
        str, typer.Argument(help="scenario, parameters, design, calibration, what-if or record.")
    ],
) -> None:
    """Print the JSON Schema of a kind of file, for editors that complete and check YAML.

    Example: kidal schema scenario > scenario.schema.json
    """
    typer.echo(_schema(kind), nl=False)


def _schema(kind: str) -> str:
    """A schema as text. Raises FaultyInput."""
    import json

    from sim.commands import json_schema
    from sim.files.yaml_tree import Where, nearest, refuse

    if kind not in json_schema.FILE_KINDS:
        refuse(
            Where(f"kidal schema {kind}", 0), f"is no kind of file; {nearest(kind, json_schema.FILE_KINDS)}"
        )
    return json.dumps(json_schema.schema(kind), indent=1) + "\n"


def _copy(folder: Path, to: Path) -> None:
    """Copy a folder to a new one. Raises FaultyInput if there is one, or it cannot be written."""
    import shutil
    import tempfile

    from sim.files.paths import display_path
    from sim.files.yaml_tree import Where, refuse

    if to.exists():
        refuse(Where(display_path(to), 0), NAME_TAKEN)
    try:
        with tempfile.TemporaryDirectory(dir=".", prefix=".new-") as aside:
            shutil.copytree(folder, Path(aside) / to.name, copy_function=shutil.copyfile)
            (Path(aside) / to.name).rename(to)
    except OSError as error:
        refuse(
            Where(display_path(to), 0), f"cannot be written ({error.strerror}); another folder would be right"
        )


def _write(path: Path, text: str) -> None:
    """Write a new file. Raises FaultyInput if there is one, or it cannot be written."""
    from sim.files.paths import display_path
    from sim.files.yaml_tree import Where, refuse

    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        refuse(Where(display_path(path), 0), NAME_TAKEN)
    except OSError as error:
        refuse(
            Where(display_path(path), 0),
            f"cannot be written ({error.strerror}); another folder would be right",
        )
