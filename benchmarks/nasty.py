"""What `nasty_files.py` and `nasty_names.py` share: a small case, calls of `kidal`, and their judge."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import traceback
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time
from unittest import mock

from fuzz import alarmed

from sim.cli import main
from sim.files.case import BUNDLED

SLOW, ENDLESS = 20, 200
"""Seconds of the processor that a call may take, and seconds after which it is ended: machines are busy."""
CTRL_C = 130
MOST_MEMORY = 3 * 2**30
"""Bytes of memory, at most."""
MOST_LINES, LONGEST = 60, 2_000
"""Lines of faults, and letters of a line, that somebody still reads."""
TELLING = re.compile(r".+?(:\d+)?: .+; .+|and [\d,]+ more faults")
"""A fault: where, what is wrong, and what was expected; or how many more there are."""
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of all that follows."""
CASE_FILES = {
    "scenarios/hypotheses/far-eye.yaml": (
        "summary: the eye sees further\nsource: assumption\noverrides:\n  drones.eye.radius: 240 km\n"
    ),
    "params/whatif/base.yaml": "summary: as it is\nsource: assumption\n",
    "params/whatif/later.yaml": (
        "summary: a week later\nsource: assumption\nset: {columns.army.departs: 1999-02-08}\n"
    ),
    "params/calibrations/first.yaml": (
        "summary: The speed of the march, by the first day\nsource: assumption\nparameters: [march_speed]\n"
        "spends: []\nmodules:\n  - id: first\n    histories: 100\n    reads:\n"
        '      salt-road: ["two_wells:arrival"]\n'
    ),
    "params/fast.yaml": (
        "parameters:\n  march_speed:\n    value: 20 km/h\n"
        "    prior: {kind: uniform, low: 15 km/h, high: 25 km/h}\n    source: made up\n"
    ),
}
"""What the small case of the program is given besides, by path."""
SIDES = """\
chief: salt-road
sides:
  - {role: advancing, side: army, name: harbour guard, face: "#c0c0ff", edge: "#000080", report: "#000040",
     dashes: [4, 1], ink: "#000080"}
  - {role: contesting, side: rebels, name: hill league, face: "#ffd0a0", edge: "#804000", report: "#402000",
     dashes: [2, 1], ink: "#804000"}
  - {role: withdrawing, side: un, name: relief mission, face: "#d0ffd0", edge: "#008000", report: "#004000",
     dashes: [2, 1], ink: "#008000"}
"""


@dataclass(frozen=True, kw_only=True)
class End:
    """How a call ended: its exit code (None for an exception that nothing caught), its words, and seconds."""

    code: int | None
    out: str
    err: str
    seconds: float = 0.0


def small_case(folder: Path) -> None:
    """Write a small case with a file of every kind."""
    shutil.copytree(BUNDLED.path("params", "new") / "case", folder, copy_function=shutil.copyfile)
    for name, text in {**CASE_FILES, "params/case.yaml": SIDES}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def limit_memory() -> None:
    """Let this process and those it starts have a few GB at most: or the machine ends with them."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def call(*words: str) -> End:
    """Run `kidal WORDS` in this process, in the current folder, as long as the alarm lets it."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape")
    code: int | None = None
    began, wall = process_time(), monotonic()
    with (
        mock.patch.object(sys, "argv", ["kidal", *words]),
        mock.patch("sim.cli.hear"),  # what ends a command would end no more than it: this process is meant
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            with alarmed(ENDLESS):
                main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
            traceback.print_exc(file=err)
    if code == CTRL_C:
        raise KeyboardInterrupt
    seconds, passed = process_time() - began, monotonic() - wall
    return End(code=code, out=_text(out), err=_text(err), seconds=passed if passed > ENDLESS else seconds)


def _text(stream: io.TextIOWrapper) -> str:
    """What was written to a stream."""
    stream.flush()
    raw = stream.detach()
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8", "surrogateescape")


def command(*words: str, before: Sequence[str] = ()) -> End:
    """Run `kidal WORDS` as a process of its own, with other words before it."""
    code = "from sim.cli import main; main()"
    try:
        done = subprocess.run(
            [*before, sys.executable, "-c", code, *words], capture_output=True, timeout=ENDLESS, check=False
        )
    except subprocess.TimeoutExpired:
        return End(code=None, out="", err=f"longer than {ENDLESS} s")
    return End(
        code=done.returncode,
        out=done.stdout.decode("utf-8", "surrogateescape"),
        err=done.stderr.decode("utf-8", "surrogateescape"),
    )


def controls(text: str) -> str:
    """What a terminal would obey instead of showing it: control characters, and changes of direction."""
    plain = text.replace("\n", "").replace("\t", "")
    return "".join(c for c in plain if unicodedata.category(c) in ("Cc", "Cs") or OVERRIDES.match(c))[:10]


def mishandled(end: End, codes: Sequence[int] = (0, 2)) -> str:
    """What is wrong with how a call ended; nothing if it went well, or was refused as it should be."""
    printed = end.out + end.err
    if end.code is None or "Traceback (most recent call last)" in printed:
        return f"traceback: {end.err.strip().splitlines()[-1][:300]}"
    if end.seconds > SLOW:
        return f"takes {end.seconds:.0f} s"
    if odd := controls(printed):
        return f"control characters {odd!r} are printed"
    if end.code not in codes:
        return f"exit {end.code}: {end.err.strip()[:300]}"
    return _untold(end.err) if end.code == 2 else ""


def _untold(err: str) -> str:
    """What is wrong with how faults are told."""
    lines = err.splitlines()
    if not lines:
        return "nothing is said"
    if len(lines) > MOST_LINES:
        return f"{len(lines)} lines"
    for line in lines:
        if not TELLING.fullmatch(line):
            return f"is not 'file:line: what; what was expected': {line[:200]!r}"
        if len(line) > LONGEST:
            return f"a line of {len(line)} letters: {line[:100]!r}"
    return ""
