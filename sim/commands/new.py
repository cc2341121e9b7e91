"""Commands that help to write files: a commented start, and what editors complete and check with."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from sim.commands.options import call_of, case_of, check_known
from sim.console import say
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import refuse, writing

SCHEMA_LINE = "# yaml-language-server: $schema={kind}.schema.json\n"
"""The line by which editors find the schema."""
CASE_PARTS = (
    "scenarios",
    "params/case.yaml",
    "params/network",
    "params/sweeps",
    "params/whatif",
    "params/calibrations",
    "params/evidence",
    "record",
)
"""What a copy of the bundled case has; parameters and the like are lent to any."""
NAME_TAKEN = "is there already; expected another name"


def new(
    context: typer.Context,
    kind: Annotated[
        str, Argument(metavar="KIND", help="What: scenario, or case (a network, scenario and record).")
    ],
    name: Annotated[str, Argument(metavar="NAME", help="Its name: lower-case letters, digits, '-' and '_'.")],
    source: Annotated[
        str | None,
        Option("--from", help="Of a case: bundled, for a copy of the one that comes with the program."),
    ] = None,
) -> None:
    """Write files to start from: of a scenario, or of a case.

    A scenario is NAME.yaml with its schema, a case the folder NAME.

    A scenario of another case (--case) is a copy of its chief one. A case is a small made-up one, or with
    --from bundled a copy of that of the program.

    Example: kidal new scenario my-column
    """
    folder = BUNDLED.path("params", "new")
    _check_words(kind, name, source, sorted(path.stem for path in folder.iterdir()))
    if kind == "case":
        bundled = {part: BUNDLED.path(*part.split("/")) for part in CASE_PARTS}
        _copy(bundled if source else {".": folder / kind}, Path(name))
        written, following = f"the folder {name}", (f"kidal --case {name} check", f"kidal --case {name} list")
    else:
        case, written = case_of(context), f"{name}.yaml"
        following = (call_of(case, f"check {written}"), call_of(case, f"run {written}"))
        _write(Path(written), SCHEMA_LINE.format(kind=kind) + _scenario_text(case))
        beside = Path(f"{kind}.schema.json")
        if not beside.exists():
            _write(beside, _schema(kind, case))
    say(f"written: {written}; `{following[0]}` and `{following[1]}` are next")


def _scenario_text(case: Case) -> str:
    """The text of a scenario to start from, whose ids are the case's: of its own, or else of its chief one.

    Raises FaultyInput if it has no scenario.
    """
    from sim.files.yaml_tree import read_text
    from sim.scenario.reading import chief_scenario

    own_start = case.path("params", "new", "scenario.yaml")
    if own_start.exists():
        return read_text(own_start)
    name = chief_scenario(case)
    text = read_text(case.path("scenarios", f"{name}.yaml"))
    return f"# A copy of {name}, to be changed.\n" + text.removeprefix(SCHEMA_LINE.format(kind="scenario"))


def _check_words(kind: str, name: str, source: str | None, kinds: Collection[str]) -> None:
    """Refuse what cannot be started, a name that is none, and a source that is none. Raises FaultyInput."""
    from sim.files import units

    check_known(kind, kinds, f"kidal new {kind}", "is nothing to start")
    try:
        units.name(name)
    except ValueError as error:
        refuse(f"kidal new {kind} {name}", str(error))
    if source is not None and (kind, source) != ("case", "bundled"):
        right = "expected --from bundled with the kind case"
        refuse(f"kidal new {kind} {name} --from {source}", f"is nothing to start from; {right}")


def schema(
    context: typer.Context,
    kind: Annotated[
        str,
        Argument(
            metavar="KIND",
            help="case, scenario, parameters, design, calibration, evidence, what-if or record.",
        ),
    ],
) -> None:
    """Print the JSON Schema of a kind of file, for editors.

    They complete and check YAML by it.

    Example: kidal schema scenario > scenario.schema.json
    """
    say(_schema(kind, case_of(context)), end="")


def _schema(kind: str, case: Case) -> str:
    """A schema as text. Raises FaultyInput."""
    import json

    from sim.commands.json_schema import FILE_KINDS
    from sim.commands.json_schema import schema as schema_of

    check_known(kind, FILE_KINDS, f"kidal schema {kind}", "is no kind of file")
    return json.dumps(schema_of(kind, case), indent=1) + "\n"


def _copy(parts: Mapping[str, Path], to: Path) -> None:
    """Copy folders and files below a new one. Raises FaultyInput if there is one, or it cannot be written."""
    import shutil
    import tempfile

    if to.exists() or to.is_symlink():
        refuse(to, NAME_TAKEN)
    with writing(to, "folder"), tempfile.TemporaryDirectory(dir=".", prefix=".new-") as aside:
        for below, part in parts.items():
            target = Path(aside) / to.name / below
            if part.is_dir():
                shutil.copytree(part, target, copy_function=shutil.copyfile)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(part, target)
        (Path(aside) / to.name).rename(to)


def _write(path: Path, text: str) -> None:
    """Write a new file. Raises FaultyInput if there is one, or it cannot be written."""
    with writing(path, "folder"):
        try:
            with path.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError:
            refuse(path, NAME_TAKEN)
