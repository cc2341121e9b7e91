"""The log of looks: every model that was scored on the record, a line each, so that they can be counted.

It is `docs/decisions/looks.csv` of a checkout: a command that is run at its root adds what was not scored
before. Anywhere else nothing is logged.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from analysis.evidence.joint import Evidence
from sim.store import provenance
from sim.store.writer import write

LOOKS_LOG = Path("docs", "decisions", "looks.csv")
LOOK_COLUMNS = ("date", "rules", "model", "rows", "runs", "islands", "before", "after", "all", "error")
"""Columns: the day (UTC); rules number; what was scored; on how many rows, how; log evidence, its error."""
_SCORED = slice(1, None)
"""Of a line, what tells one look from another: not the day, and not the name alone, for inputs may differ."""


def log_looks(scored: Sequence[Evidence], file: Path = LOOKS_LOG) -> int:
    """Add models to the log, those that it has not; returns how many it has then (0: there is no log)."""
    if not file.is_file():
        return 0
    lines = read_looks(file)
    today = datetime.now(UTC).date().isoformat()
    looks = {line[_SCORED]: line for line in [*[_line(today, one) for one in scored], *lines]}
    new = [line for line in looks.values() if line not in lines]
    if new:
        write(file, _text([LOOK_COLUMNS, *lines, *new]).encode())
    return len(lines) + len(new)


def read_looks(file: Path = LOOKS_LOG) -> list[tuple[str, ...]]:
    """The lines of the log, without its head."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [tuple(line) for line in csv.reader(stream)][1:]


def _line(today: str, one: Evidence) -> tuple[str, ...]:
    before, after, every = one.parts
    sizes = (str(len(one.rows)), str(one.runs), str(len(one.logs)))
    logs = (f"{before.value:.3f}", f"{after.value:.3f}", f"{every.value:.3f}", f"{every.error:.3f}")
    return today, provenance.rules(), one.name, *sizes, *logs


def _text(lines: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()
