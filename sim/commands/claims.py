"""The command that lays contested claims beside a run."""

from typing import Any

import typer

from sim.commands.options import Json, print_json
from sim.commands.tables import Run


def claims(run: Run, json: Json = False) -> None:
    """Weigh what the parties claim against each other by a run: losses, vehicles, who got on and who did not.

    For each contested number or statement it prints the run's distribution, as it is and as each party would
    tell of it, and how probable each side's claim is; then how reliable that makes each party. It decides
    nothing that the model's assumptions do not decide already, and says so.

    Example: kidal claims runs/first
    """
    from analysis import weighed, weighed_words
    from analysis.record import load_record
    from sim.bundle import shown
    from sim.files import Where, refuse
    from sim.stored import read_run

    tables = read_run(run)
    where = Where(shown(run), 0)
    if tables.manifest["design"] is not None:
        refuse(where, "is a sweep; the folder of a run, from `kidal run`, would be right")
    if not tables.done.any():
        refuse(where, "has no run that did not fail; one that has would be right")
    account = weighed.weigh(tables, load_record())
    if json:
        print_json(weighed_words.as_json(tables, account))
        return
    typer.echo(f"{_head(tables.manifest)}\n\n{weighed_words.text(tables, account)}")


def _head(manifest: Any) -> str:
    rivals = f", with {', '.join(manifest['hypotheses'])}" if manifest["hypotheses"] else ""
    return f"Contested claims beside {manifest['scenario']}{rivals}, {manifest['runs']:,} runs"
