"""The command line: `kidal`. Each command imports what it needs inside it, so that help comes at once.

Exit 0: done; 1: a run failed; 2: the call or a file is wrong; 130: Ctrl-C. Results go to stdout, progress and
faults to stderr.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

app = typer.Typer(
    name="kidal",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Scenario = Annotated[
    str, typer.Argument(help="A scenario file, or the name of one that comes with the program.")
]
Seed = Annotated[int, typer.Option(help="Seed of all chance.", min=0, max=2**64 - 1)]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="NAME=VALUE: a parameter, or a scenario field by its path. Repeatable."),
]
With = Annotated[
    list[str] | None,
    typer.Option("--with", help="A hypothesis laid over the scenario, by file or bundled name. Repeatable."),
]
Params = Annotated[
    Path | None,
    typer.Option(help="A parameter file: its values count in one history, its priors in many."),
]
Out = Annotated[Path | None, typer.Option(help="Folder of the run (default: runs/NAME-HASH).")]
AGAINST = "kidal-offensive"
"""The scenario that a hypothesis is checked over: it has what all others have."""
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def main() -> NoReturn:
    """Run the command line; faulty input ends with its messages and 2, Ctrl-C with 130."""
    from sim.files import FaultyInput

    try:
        code = app(standalone_mode=False)
    except FaultyInput as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read us has gone
        sys.exit(0)
    except OSError as error:
        typer.echo(f"kidal: {error}", err=True)
        sys.exit(1)
    except Exception as error:
        # typer carries a click of its own, whose errors have no public name
        tell = getattr(error, "format_message", None)
        if tell is None:
            raise
        typer.echo(f"kidal: {tell().rstrip('.')}; `kidal --help` tells more", err=True)
        sys.exit(2)
    if code == 130:  # typer gives this for Ctrl-C, older ones raise
        typer.echo("stopped; nothing was stored, and the same command starts again", err=True)
    sys.exit(code if isinstance(code, int) else 0)


@app.callback(invoke_without_command=True)
def top(context: typer.Context) -> None:
    """Simulate the convoy advance from Gao to Kidal, 2023, and lay it beside the reported dates."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("list")
def list_scenarios(json: Json = False) -> None:
    """List the scenarios and the rival hypotheses that come with the program.

    Example: kidal list
    """
    from sim.hypotheses import hypotheses
    from sim.loading import summaries

    scenarios, rivals = summaries(), hypotheses()
    if json:
        _print_json({"scenarios": scenarios, "hypotheses": rivals})
        return
    for title, found in (("Scenarios:", scenarios), ("Rival hypotheses, laid over one by --with:", rivals)):
        width = max(map(len, found))
        typer.echo(title)
        typer.echo("\n".join(f"  {name:<{width}}  {summary}" for name, summary in found.items()))


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to check (default: all that come along).")
    ] = None,
) -> None:
    """Check scenario, parameter, network and record files; every fault is told with its line.

    Example: kidal check my-scenario.yaml
    """
    from analysis.record import load_record
    from sim.bundle import bundled, shown
    from sim.files import FaultyInput
    from sim.network import load_network

    faults = []
    paths = files or [*sorted(bundled("scenarios").rglob("*.yaml")), bundled("params") / "default.yaml"]
    for path in paths:
        try:
            _check(path)
            typer.echo(f"{shown(path)}: in order")
        except FaultyInput as error:
            faults += error.faults
    try:
        if not files:
            load_record(places=load_network().places)
            typer.echo("network and record: in order")
    except FaultyInput as error:
        faults += error.faults
    if faults:
        raise FaultyInput(faults)


def _check(path: Path) -> None:
    """Check a file by what it holds; a table of the network or the record with the others of its folder."""
    from analysis.record import load_record
    from sim.bundle import shown
    from sim.files import Where, read, refuse
    from sim.loading import load_scenario
    from sim.network import load_network
    from sim.parameters import load_parameters

    if path.suffix == ".csv":
        load_network(path.parent)
        return
    keys = read(path, []).keys()
    if "parameters" in keys:
        load_parameters(path)
    elif {"sources", "claims", "observations", "counts"} & keys:
        load_record(path.parent)
    elif "overrides" in keys:
        load_scenario(AGAINST, hypotheses=[str(path)])
    elif {"columns", "start", "milestones"} & keys:
        load_scenario(str(path))
    else:
        message = "has no key of a scenario, a hypothesis, parameters or the record; 'kidal list' names some"
        refuse(Where(shown(path), 0), message)


@app.command()
def run(
    scenario: Scenario,
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many histories.")] = 1,
    seed: Seed = 1,
    sets: Sets = None,
    hypotheses: With = None,
    params: Params = None,
    fixed: Annotated[
        bool, typer.Option("--fixed", help="Keep each parameter's value; only chance differs.")
    ] = False,
    out: Out = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads for many histories (default: one a core).")
    ] = None,
    draw: Annotated[bool, typer.Option("--plot", help="Draw its figure too.")] = False,
    json: Json = False,
) -> None:
    """Run one history, or with --runs the distribution, and print it beside the reported dates.

    One history uses each parameter's value; --runs draws every parameter from its prior, except those set.

    Example: kidal run kidal-offensive --runs 1000 --with radius-300-km --set "march_speed=9 km/h"
    """
    from time import perf_counter

    from sim.bundle import shown
    from sim.inputs import load_inputs
    from sim.job import Job, do

    inputs = load_inputs(scenario, params, sets or [], hypotheses or [])
    job = Job(inputs, seed, runs, draw=runs > 1 and not fixed, out=out, workers=workers)
    began = perf_counter()
    with _progress(runs) as progress:
        folder, tables = do(job, progress)
    seconds = perf_counter() - began
    _report_run(folder, tables, seconds, json)
    if draw:
        path = _draw(folder, None, None)
        typer.echo(f"drawn: {shown(path)}", err=json)
    if (~tables.done).any():
        raise typer.Exit(1)


def _report_run(folder: Path, tables: Any, seconds: float, json: bool) -> None:
    from analysis import compare, outcomes
    from analysis.record import load_record
    from sim.bundle import shown

    manifest = tables.manifest
    record = load_record().between(*compare.span(tables))
    count = manifest["runs"]
    failed = int((~tables.done).sum())
    if failed:
        first = next(error for error in tables.runs["error"] if error)
        typer.echo(f"{failed} of {count} runs failed, the first with: {first}", err=True)
    if failed == count:
        return
    if json:
        keys = ("scenario", "hypotheses", "given", "runs", "seed", "parameters")
        head = {key: manifest[key] for key in keys}
        speed = {"seconds": round(seconds, 3), "runs_per_second": round(count / seconds, 1)}
        _print_json(head | speed | {"out": shown(folder)} | compare.as_json(tables, record))
        return
    rivals = f"\nwith the hypotheses: {', '.join(manifest['hypotheses'])}" if manifest["hypotheses"] else ""
    typer.echo(f"{manifest['summary']}{rivals}\n")
    typer.echo(compare.timeline(tables, record) if count == 1 else compare.distribution(tables, record))
    typer.echo(f"\n{outcomes.text(tables, record)}\n")
    clash = compare.contradictions(tables, record)
    if clash:
        typer.echo(f"Reports that contradict each other (texts with --json):\n{clash}\n")
    typer.echo(f"stored in {shown(folder)}; its figure: kidal plot {shown(folder)}")


@app.command()
def plot(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    figure: Annotated[
        str | None, typer.Option(help="time-distance (default where there is a column) or milestones.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File (.png, .svg, .pdf; default: RUN/figures/NAME.png).")
    ] = None,
) -> None:
    """Draw a figure of a run.

    Example: kidal plot runs/first --figure time-distance --out first.png
    """
    from sim.bundle import shown

    typer.echo(f"drawn: {shown(_draw(run, figure, out))}")


def _draw(run: Path, figure: str | None, out: Path | None) -> Path:
    """Draw a figure of a run folder; returns its file."""
    from sim.bundle import shown
    from sim.files import Where, nearest, refuse
    from sim.store import read_run

    if out is not None and out.suffix not in (".png", ".svg", ".pdf"):
        refuse(Where(f"--out {out}", 0), "has no ending of a figure; .png, .svg or .pdf would be right")
    tables = read_run(run)
    figure = figure or ("time-distance" if tables.manifest["columns"] else "milestones")
    path = out or run / "figures" / f"{figure}.png"

    from analysis import compare, figures
    from analysis.record import load_record

    if figure not in figures.FIGURES:
        refuse(Where(f"--figure {figure}", 0), f"is no figure; {nearest(figure, figures.FIGURES)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figures.save(figures.FIGURES[figure](tables, load_record().between(*compare.span(tables))), path)
    except OSError as error:
        refuse(Where(shown(path), 0), f"cannot be written ({error.strerror}); another --out would be right")
    return path


def _print_json(value: Any) -> None:
    import json

    typer.echo(json.dumps(value, indent=1, allow_nan=False))


def _progress(runs: int) -> Any:
    """Told how many runs are done: a bar on a terminal, plain lines in a log, nothing for a few runs."""
    from contextlib import nullcontext

    if runs < 200 or sys.stderr is None:
        return nullcontext(lambda done: None)
    from sim.progress import Progress

    return Progress(runs, sys.stderr)
