"""What is said on stderr: notices, and the progress of many runs (a bar on a terminal, lines in a log)."""

import errno
import sys
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

SILENT_RUNS = 200
"""Runs below which nothing is said: they are done at once."""


def tell(message: str) -> None:
    """A line for the user, on stderr."""
    if sys.stderr is not None:
        with suppress(OSError):  # a terminal that was closed hears nothing any more
            print(message, file=sys.stderr, flush=True)  # noqa: T201


LESS = "fewer runs, fewer --workers or closing other programs would help"
_SHORTAGES = ("start new thread", "launch worker thread", "failed to map segment", "allocate memory")
"""Words of errors that are no MemoryError and mean it."""


def shortage(error: BaseException) -> str:
    """What an error says of memory that is lacking, and what to do, for reading; empty for any other."""
    text = (str(error).splitlines() or [""])[0]
    lacks = isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM
    lacks = lacks or (
        not isinstance(error, ValueError | OSError) and any(words in text for words in _SHORTAGES)
    )
    if not lacks:
        return ""
    detail = f" ({text:.100})" if text else ""
    return f"there is not enough memory{detail}; {LESS}"


class Progress:
    """A context that gives a function to be told how many more runs are done, and how many of them failed."""

    def __init__(self, total: int, stream: TextIO | None = None, what: str = "runs") -> None:
        """Progress towards a total of something, on a stream (default: stderr)."""
        self.what = what
        self.total, self.stored_runs, self.finished_runs, self.failed_runs = total, 0, 0, 0
        self.stream = (stream or sys.stderr) if total >= SILENT_RUNS else None
        self.began, self.tenth = monotonic(), 0
        self.lock = Lock()
        self.bar: RichProgress | None = None

    def __enter__(self) -> "Progress":
        """Nothing is shown before it begins."""
        return self

    def begin(self, there: int, where: str) -> None:
        """Begin, with so many runs stored already somewhere; on a terminal, show the bar."""
        if there:
            tell(f"{there:,} of {self.total:,} {self.what} are stored in {where}; going on")
        self.stored_runs = self.finished_runs = there
        self.began, self.tenth = monotonic(), there * 10 // self.total
        if self.stream is not None and self.stream.isatty():
            words = TextColumn("{task.fields[rate]} a second, {task.fields[failed]} failed, left")
            columns = (TextColumn(self.what), BarColumn(), MofNCompleteColumn(), words, TimeRemainingColumn())
            self.bar = RichProgress(*columns, console=Console(file=self.stream), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("", total=self.total, completed=there, rate="-", failed=0)

    def __exit__(self, *error: object) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, runs: int, failed: int) -> None:
        """So many more runs are done, and some of them failed; any thread may tell."""
        with self.lock:
            self.finished_runs, self.failed_runs = self.finished_runs + runs, self.failed_runs + failed
            if self.bar is not None:
                rate = f"{self.rate():,.0f}"
                self.bar.update(self.task, completed=self.finished_runs, rate=rate, failed=self.failed_runs)
            elif self.stream is not None and self.finished_runs * 10 // self.total > self.tenth:
                self.tenth = self.finished_runs * 10 // self.total
                self.stream.write(self.line())
                self.stream.flush()

    def rate(self) -> float:
        """Runs a second, of those done now."""
        return (self.finished_runs - self.stored_runs) / max(1e-9, monotonic() - self.began)

    def line(self) -> str:
        """How far it is, as a line of a log."""
        rate, left = self.rate(), self.total - self.finished_runs
        failed = f", {self.failed_runs:,} failed" if self.failed_runs else ""
        time_left = f", {left / rate:,.0f} s left" if left and rate else ""
        head = f"{self.finished_runs:,} of {self.total:,} {self.what}{failed}"
        return f"{head}, {rate:,.0f} a second{time_left}\n"
