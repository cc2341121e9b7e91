"""Options that several commands have, and how they print JSON."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer import Argument, Option

from sim.console import hushed, say, tell
from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import nearest, refuse
from sim.store.manifest_names import label_fault

if TYPE_CHECKING:
    from sim.engine.inputs import Inputs


def scenario_names(incomplete: str) -> list[str]:
    """The scenarios that come with the program, for shells that complete words."""
    from sim.scenario.reading import scenarios

    return [name for name in scenarios(BUNDLED) if name.startswith(incomplete)]


ScenarioArgument = Annotated[
    str,
    Argument(
        metavar="SCENARIO",
        help="A scenario file, or the name of one of the case.",
        autocompletion=scenario_names,
    ),
]
SeedOption = Annotated[int, Option(help="Random seed.", min=0, max=2**64 - 1)]
Sets = Annotated[
    list[str], Option("--set", help="NAME=VALUE: a parameter, or a scenario field by its path. Repeatable.")
]
With = Annotated[
    list[str],
    Option(
        "--with",
        help="A hypothesis on top of the scenario, by file or name. Repeatable for different fields.",
    ),
]
Params = Annotated[
    list[Path],
    Option(
        help="A parameter file: its values count in one run, its priors or posterior in many. Repeatable."
    ),
]
Out = Annotated[Path | None, Option(help="Folder of the result (default: runs/NAME-HASH).")]
LabelOption = Annotated[
    str | None,
    Option(help="Words by which the result is known wherever it is shown (default: its folder's name)."),
]
FixedOption = Annotated[bool, Option("--fixed", help="Keep each parameter's value; only chance differs.")]
Workers = Annotated[
    int | None,
    Option(min=1, help="Threads for many runs, or processes with --cluster local (default: one a core)."),
]
Cores = Annotated[int | None, Option("--workers", min=1, help="Threads (default: one a core).")]
Cluster = Annotated[
    str | None,
    Option(
        help="Run on Dask: tcp://HOST:PORT of a scheduler you trust, or local for processes of this machine."
    ),
]
Quiet = Annotated[bool, Option("--quiet", "-q", help="Print results and faults alone, no progress.")]
Json = Annotated[bool, Option("--json", help="Print one JSON object and nothing else.")]
Csv = Annotated[bool, Option("--csv", help="Print comma-separated values.")]
Markdown = Annotated[bool, Option("--markdown", help="Print a table in Markdown.")]
Latex = Annotated[bool, Option("--latex", help="Print a table in LaTeX (booktabs).")]


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What commands that run a scenario have in common: case, seed, and what is on top of the scenario."""

    seed: SeedOption = 1
    sets: Sets = field(default_factory=list)
    hypotheses: With = field(default_factory=list)
    params: Params = field(default_factory=list)
    case: Case = BUNDLED
    """Where names are looked up; no option of theirs, for --case stands before the command's name."""

    def inputs(self, scenario: str) -> "Inputs":
        """A scenario by name or path, with what is on top of it. Raises FaultyInput."""
        from sim.engine.inputs import load_inputs

        return load_inputs(scenario, self.params, self.sets, self.hypotheses, case=self.case)


def with_run_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes `options` as one that has each of the RunOptions in its place."""
    context = Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)
    defaults, fields = RunOptions(case=BUNDLED), signature(RunOptions).parameters
    common = [fields[name].replace(default=getattr(defaults, name)) for name in fields if name != "case"]
    parts = signature(command).parameters.items()
    groups = [[context, *common] if name == "options" else [part] for name, part in parts]
    parameters = [part.replace(kind=Parameter.KEYWORD_ONLY) for group in groups for part in group]

    @wraps(command)
    def call(**values: Any) -> None:
        shared = {part.name: values.pop(part.name) for part in common}
        command(options=RunOptions(case=case_of(values.pop("context")), **shared), **values)

    made: Any = call
    made.__signature__ = Signature(parameters)
    made.__annotations__ = {part.name: part.annotation for part in parameters}
    return call


def with_quiet(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes --quiet, too."""

    @wraps(command)
    def call(*, quiet: bool = False, **values: Any) -> None:
        with hushed(quiet):
            command(**values)

    option = Parameter("quiet", Parameter.KEYWORD_ONLY, default=False, annotation=Quiet)
    parameters = [*signature(command).parameters.values(), option]
    made: Any = call
    made.__signature__ = Signature([part.replace(kind=Parameter.KEYWORD_ONLY) for part in parameters])
    made.__annotations__ = {part.name: part.annotation for part in parameters}
    return call


def case_of(context: typer.Context) -> Case:
    """The case of --case, or the one that comes with the program."""
    case: Case = context.obj or BUNDLED
    return case


def call_of(case: Case, words: str) -> str:
    """A call of a command as it is typed for a case: other cases' runs and files are not known without it."""
    return f"kidal --case {quote(display_path(case.home))} {words}" if case.home else f"kidal {words}"


def check_known(word: str, known: Collection[str], place: str, fault: str, *, listing: str = "") -> None:
    """Refuse a word that is none of those known, at an option or a call. Raises FaultyInput.

    `listing` is the command that lists them, as `nearest` has it.
    """
    if word not in known:
        refuse(place, f"{fault}; {nearest(word, known, listing)}")


def checked_label(label: str | None) -> str:
    """A label without spaces around it; empty for none. Raises FaultyInput."""
    if label is None:
        return ""
    if fault := label_fault(label):
        refuse(f"--label {label!a:.80}", fault)
    return label.strip()


def check_ending(option: str, path: Path | None, noun: str, *endings: str) -> None:
    """Refuse a file of an option whose ending is none of some. Raises FaultyInput."""
    if path is not None and path.suffix not in endings:
        right = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        refuse(f"{option} {path}", f"has no ending of a {noun}; expected {right}")


def check_milestones(names: Iterable[str], known: Collection[str]) -> None:
    """Raise FaultyInput if a milestone that --milestone names is none of those known."""
    for name in names:
        check_known(
            name, known, f"--milestone {name}", "is no milestone of this scenario", listing="list milestones"
        )


def form_of(flags: Mapping[str, bool]) -> str:
    """The form that is asked for, an empty text for none. Raises FaultyInput for two."""
    forms = [name for name, given in flags.items() if given]
    if len(forms) > 1:
        refuse(f"--{forms[0]} --{forms[1]}", "are two forms; expected one of them")
    return "".join(forms)


def stop(*messages: str) -> NoReturn:
    """Say on stderr what went wrong, and end the command with exit code 1. Raises typer.Exit."""
    for message in messages:
        tell(message, always=True)
    raise typer.Exit(1)


def print_json(value: object) -> None:
    """Print a JSON object and nothing else."""
    import json

    say(json.dumps(value, indent=1, allow_nan=False))


def print_result(json: bool, as_json: Callable[[], object], text: Callable[[], str]) -> None:
    """Print what a command found: one JSON object and nothing else, or a text."""
    if json:
        print_json(as_json())
    else:
        say(text())


def print_table(
    form: str,
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    text: Callable[[], str] | None = None,
) -> None:
    """Print a table in a form of `form_of`: json, csv, markdown, latex, or a text (default: columns).

    As JSON it is a list of rows, by column, below its name.
    """
    if form == "json":
        named = [dict(zip(columns, map(plain, row), strict=True)) for row in rows]
        print_json({name: named})
    elif form == "csv":
        import csv
        import sys

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([columns, *rows])
    elif form == "markdown":
        from analysis.words.text import markdown_table

        say(markdown_table(columns, [[_cell(value) for value in row] for row in rows]))
    elif form == "latex":
        from analysis.words.text import latex_table

        say(latex_table(name, columns, [[_cell(value) for value in row] for row in rows]))
    elif text is not None:
        say(text())
    else:
        from analysis.words.text import aligned

        say(aligned([columns, *([_cell(value) for value in row] for row in rows)]))


def print_forms(
    form: str,
    cells: Callable[[], Sequence[Sequence[object]]],
    as_json: Callable[[], object],
    text: Callable[[], str],
) -> None:
    """Print what a command gives in a form of `form_of`: of csv, markdown, latex a table, its head first."""
    if form in ("csv", "markdown", "latex"):
        head, *rows = cells()
        print_table(form, "", [str(name) for name in head], rows)
    else:
        print_result(form == "json", as_json, text)


def plain(value: object) -> int | float | str | None:
    """A value as JSON has it: never, and what is not known, as null."""
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
