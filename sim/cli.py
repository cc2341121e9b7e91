"""The command line: `kidal`. Each command imports what it needs inside it, so that help comes at once.

Exit 0: done; 1: a run failed, or could not be stored; 2: the call or a file is wrong; 130: Ctrl-C; 143: ended
by SIGTERM; 129: by SIGHUP. Results go to stdout, progress and faults to stderr.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sim.commands import files, lists, new, record, runs, scores, studies, tables, view
from sim.commands.options import with_quiet
from sim.console import guard_streams, say, shortage, shortened, tell
from sim.files.case import Case

ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""What ends a command as Ctrl-C does: SIGHUP comes when a terminal is closed, SIGBREAK is Windows' own."""

app = typer.Typer(
    name="kidal",
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
    hear(end)
    try:
        check_words(sys.argv)
        code = app(standalone_mode=False)
    except FaultyInput as error:
        tell(str(error), always=True)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read us has gone
        sys.exit(0)
    except Exception as error:
        if what := outside(error):
            tell(f"kidal: {shortened(what)}", always=True)
            sys.exit(1)
        # typer carries a click of its own, whose errors have no public name
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        tell(f"kidal: {shortened(message().rstrip('.'))}; see `kidal --help`", always=True)
        sys.exit(2)
    if code == 130:  # typer gives this for Ctrl-C, older ones raise
        tell("stopped; the same command goes on, or starts again", always=True)
        code = 128 + ended[0] if ended else code
    sys.exit(code if isinstance(code, int) else 0)


def hear(end: Callable[[int, object], None]) -> None:
    """Have the signals that end a command call something; those that are to be ignored still are."""
    for name in ENDING_SIGNALS:
        number = getattr(signal, name, None)  # no system has all
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, end)


def check_words(words: Sequence[str]) -> None:
    """Refuse words of a call that are no UTF-8: no file of a run can be named so. Raises FaultyInput."""
    from sim.files.yaml_tree import Faults

    faults = Faults()
    for word in words:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            faults.note(f"{word!a}", "is no UTF-8 text; expected a name in UTF-8")
    faults.refuse()


def outside(error: Exception) -> str:
    """What an error says of memory, disk or files; empty for one that is no matter of theirs."""
    if missing := shortage(error):
        return missing
    if not isinstance(error, OSError):
        return ""
    try:
        Path.cwd()
    except OSError:
        return "the current folder is not there any more; try `cd` to another"
    return str(error)


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
    "list": lists.list_all,
    "check": files.check,
    "new": new.new,
    "schema": new.schema,
    "run": runs.run,
    "sweep": runs.sweep,
    "show": tables.show,
    "plot": tables.plot,
    "query": tables.query,
    "verify": runs.verify,
    "results": runs.results,
    "compare": scores.compare,
    "claims": scores.claims,
    "why": scores.why,
    "sensitivity": studies.sensitivity,
    "discover": studies.discover,
    "calibrate": studies.calibrate,
    "evidence": scores.evidence,
    "discrepancies": scores.discrepancies,
    "explain": studies.explain,
    "whatif": studies.whatif,
    "report": scores.report,
    "record": record.record,
    "audit": record.audit,
    "strikes": record.strikes,
    "marches": record.marches,
    "view": view.view,
}
for name, command in COMMANDS.items():
    app.command(name)(with_quiet(command))
