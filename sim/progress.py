"""Progress of many runs on stderr: a bar on a terminal, a plain line each tenth in a log."""

import sys
from time import monotonic
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress


def tell(message: str) -> None:
    """A line for the user, on stderr."""
    if sys.stderr is not None:
        print(message, file=sys.stderr, flush=True)  # noqa: T201


class Progress:
    """A context that gives a function to be told how many runs are done."""

    def __init__(self, total: int, stream: TextIO) -> None:
        """Progress towards a total, written to a stream."""
        self.total, self.stream = total, stream
        self.began = monotonic()
        self.tenth = 0
        self.bar: RichProgress | None = None

    def __enter__(self) -> "Progress":
        """Show the bar if there is a terminal."""
        if self.stream.isatty():
            columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self.bar = RichProgress(*columns, console=Console(file=self.stream), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("runs", total=self.total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, done: int) -> None:
        """So many runs are done."""
        if self.bar is not None:
            self.bar.update(self.task, completed=done)
        elif done * 10 // self.total > self.tenth:
            self.tenth = done * 10 // self.total
            rate = done / max(1e-9, monotonic() - self.began)
            self.stream.write(f"{done} of {self.total} runs, {rate:,.0f} a second\n")
            self.stream.flush()
