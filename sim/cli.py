"""The command line: `kidal`. Each command imports what it needs inside it, so that help comes at once.

Exit 0: done; 1: a run failed, or could not be stored; 2: the call or a file is wrong; 130: Ctrl-C; 143: ended
by SIGTERM. Results go to stdout, progress and faults to stderr.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sim.commands import files, new, record, runs, scores, studies, tables, view
from sim.console import guard_streams, say, tell
from sim.files.case import Case

app = typer.Typer(
    name="kidal",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """Run the command line. Raises SystemExit: 2 with its messages for faulty input, 130 for Ctrl-C."""
    from sim.files.yaml_tree import FaultyInput

    ended: list[int] = []

    def end(number: int, _: object) -> NoReturn:
        ended.append(number)
        raise KeyboardInterrupt

    os.environ["MPLBACKEND"] = "agg"  # a notebook names one to its commands that need not be here
    guard_streams()
    signal.signal(signal.SIGTERM, end)
    try:
        code = app(standalone_mode=False)
    except FaultyInput as error:
        tell(str(error))
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read us has gone
        sys.exit(0)
    except OSError as error:
        tell(f"kidal: {error}")
        sys.exit(1)
    except Exception as error:
        # typer carries a click of its own, whose errors have no public name
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        tell(f"kidal: {message().rstrip('.')}; `kidal --help` tells more")
        sys.exit(2)
    if code == 130:  # typer gives this for Ctrl-C, older ones raise
        tell("stopped; the same command goes on, or starts again")
        code = 128 + ended[0] if ended else code
    sys.exit(code if isinstance(code, int) else 0)


@app.callback(invoke_without_command=True)
def top(
    context: typer.Context,
    case: Annotated[
        Path | None, typer.Option(help="A case of your own: a folder with scenarios, network and record.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version of the program and the number of its rules.")
    ] = False,
) -> None:
    """Simulate how columns advance along the roads of a war, and lay it beside the reported dates."""
    context.obj = Case(case)
    if version:
        from sim.store.provenance import rules
        from sim.version import __version__

        say(f"kidal-offensive {__version__}, rules {rules()}")
        context.exit()
    if context.invoked_subcommand is None:
        say(context.get_help())


COMMANDS: dict[str, Callable[..., None]] = {
    "list": files.list_all,
    "check": files.check,
    "new": new.new,
    "schema": new.schema,
    "run": runs.run,
    "sweep": runs.sweep,
    "plot": tables.plot,
    "query": tables.query,
    "verify": runs.verify,
    "compare": scores.compare,
    "claims": scores.claims,
    "sensitivity": studies.sensitivity,
    "calibrate": studies.calibrate,
    "explain": studies.explain,
    "whatif": studies.whatif,
    "report": scores.report,
    "record": record.record,
    "audit": record.audit,
    "strikes": record.strikes,
    "view": view.view,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
