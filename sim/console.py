"""All that is printed: results on stdout; notices and the progress of many runs on stderr.

Texts of files are strangers' texts. What in them would steer a terminal, or turn the order of its letters,
is printed as an escape (`\\x1b`), and so is what the console's code page has no sign for.
"""

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

SILENT_RUNS = 200
"""Runs below which nothing is said: they are done at once."""

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and the end of a line
    "\u2028\u2029"  # other ends of lines
    "\u202a-\u202e\u2066-\u2069"  # overrides, embeddings and isolates of direction
    "\ud800-\udfff]"  # halves of characters: bytes of file names that are no UTF-8
)


def escaped(text: str, encoding: str | None = None) -> str:
    """A text without what steers a terminal, or is not in an encoding (default: any): escapes stand there."""
    plain = _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
    return plain.encode(encoding, "backslashreplace").decode(encoding) if encoding else plain


LONGEST_QUOTED = 300
"""Letters of one quoted text, or of a row without blanks, that a message repeats: more nobody reads."""
_BEGINNING = 60
"""Letters of a longer one that are shown."""
_QUOTED = re.compile(
    rf"""(?<!\w)'(?:[^'\\]|\\.)*'?|(?<!\w)"(?:[^"\\]|\\.)*"?|\S{{{LONGEST_QUOTED + 1},}}""", re.DOTALL
)


def shortened(message: str) -> str:
    """A message whose long texts are shown by their beginning and the number of their letters.

    Those are what stands in quotes and what has no blanks: what a file or a call gave, of any length.
    """
    return _QUOTED.sub(lambda match: beginning(match[0]), message)


def beginning(text: str) -> str:
    """A text, or if it is too long for a message its beginning and the number of its letters; quotes stay."""
    mark = text[0] if text[:1] in ("'", '"') else ""
    letters = len(text) - 2 * len(mark)
    if letters <= LONGEST_QUOTED:
        return text
    return f"{text[: _BEGINNING + len(mark)]}...{mark} ({letters:,} letters)"


class EscapedStream:
    """A stream that escapes what is written on it; for the rest it is the `stream` behind it."""

    def __init__(self, stream: TextIO) -> None:
        """A stream in front of another."""
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, escaped."""
        return self.stream.write(escaped(text, self.stream.encoding))

    def writelines(self, lines: list[str]) -> None:
        """Write texts, escaped."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """What else a stream has."""
        return getattr(self.stream, name)


def guard_streams() -> None:
    """Have all that this process prints escaped: warnings, logs and tracebacks of libraries too."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, EscapedStream):
            setattr(sys, name, EscapedStream(stream))


def say(text: str, end: str = "\n") -> None:
    """A result, on stdout."""
    _print(text, end, sys.stdout)


_quiet = False


@contextmanager
def hushed(quiet: bool) -> Iterator[None]:
    """Whether only results and faults are printed in this block, and neither notices nor progress."""
    global _quiet
    before, _quiet = _quiet, quiet
    try:
        yield
    finally:
        _quiet = before


def is_hushed() -> bool:
    """Whether only results and faults are to be printed."""
    return _quiet


def tell(message: str, *, always: bool = False) -> None:
    """A line for the user, on stderr: a notice, or what is `always` told, as faults are."""
    if _quiet and not always:
        return
    with suppress(OSError):  # a terminal that was closed hears nothing any more
        _print(message, "\n", sys.stderr)


def _print(text: str, end: str, stream: TextIO | None) -> None:
    if stream is not None:
        print(escaped(text, stream.encoding), end=end, file=stream, flush=True)


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

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        what: str = "runs",
        *,
        about: bool = False,
        silent: int = SILENT_RUNS,
    ) -> None:
        """Progress towards a total of something, on a stream (default: stderr).

        A total that is known only `about` may change: see `expect`. Nothing is said of less than is `silent`.
        """
        self.what, self.of = what, "of about" if about else "of"
        self.total, self.stored_runs, self.finished_runs, self.failed_runs = total, 0, 0, 0
        self.stream = (stream or sys.stderr) if total >= silent and not _quiet else None
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
            self.bar = _bar(self.what, self.stream)
            self.bar.start()
            self.task = self.bar.add_task("", total=self.total, completed=there, rate="-", about="")

    def __exit__(self, *error: object) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, runs: int, failed: int) -> None:
        """So many more runs are done, and some of them failed; any thread may tell."""
        with self.lock:
            self.finished_runs, self.failed_runs = self.finished_runs + runs, self.failed_runs + failed
            if self.bar is not None:
                self._move(self.bar)
            elif self.stream is not None and self.finished_runs * 10 // self.total > self.tenth:
                self.tenth = self.finished_runs * 10 // self.total
                self.stream.write(self.line())
                self.stream.flush()

    def expect(self, left: int) -> None:
        """So much is left to do, as far as is known now."""
        with self.lock:
            self.total = self.finished_runs + left
            if self.bar is not None:
                self._move(self.bar)

    def _move(self, bar: "RichProgress") -> None:
        """Show on a bar how far it is; what is not known is left out."""
        about = self._failed() + self._time_left()
        speed = self.speed() if self.finished_runs > self.stored_runs else "-"
        bar.update(self.task, total=self.total, completed=self.finished_runs, rate=speed, about=about)

    def skip(self, there: int) -> None:
        """So much more was done before, and is no sign of how fast it goes."""
        with self.lock:
            self.stored_runs += there
            self.finished_runs += there

    def rate(self) -> float:
        """Runs a second, of those done now."""
        return (self.finished_runs - self.stored_runs) / max(1e-9, monotonic() - self.began)

    def line(self) -> str:
        """How far it is, as a line of a log."""
        head = f"{self.finished_runs:,} {self.of} {self.total:,} {self.what}{self._failed()}"
        return f"{head}, {self.speed()} a second{self._time_left()}\n"

    def _failed(self) -> str:
        return f", {self.failed_runs:,} failed" if self.failed_runs else ""

    def _time_left(self) -> str:
        """How long it still takes (s), of all that was done so far; empty until that is known."""
        rate, left = self.rate(), self.total - self.finished_runs
        return f", {left / rate:,.0f} s left" if left and rate else ""

    def speed(self) -> str:
        """The rate for reading, where it is small with a decimal."""
        rate = self.rate()
        return f"{rate:,.0f}" if rate >= 10.0 else f"{rate:.1f}"


def _bar(what: str, stream: TextIO) -> "RichProgress":
    """A bar of the progress of something on a terminal, which it may steer."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    words = TextColumn("{task.fields[rate]} a second{task.fields[about]}")
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), words)
    terminal = stream.stream if isinstance(stream, EscapedStream) else stream
    return Progress(*columns, console=Console(file=terminal), transient=True)
