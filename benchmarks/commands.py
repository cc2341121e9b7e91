"""Whole commands: wall time, and the greatest memory of the process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

KIDAL = Path(sys.executable).with_name("kidal")
HEAVY = ("mesa", "numba", "matplotlib")


def timed(*words: str, cache: str | None = None) -> tuple[float, float]:
    """Seconds and GB that a command takes in an empty folder; `cache` is the user's cache folder."""
    surroundings = os.environ | ({"XDG_CACHE_HOME": cache} if cache else {})
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        done = subprocess.Popen(
            [KIDAL, *words],
            cwd=folder,
            env=surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, words)
        return perf_counter() - began, used.ru_maxrss / 1e6


def command(*words: str) -> Callable[[], float]:
    """A measure: the seconds of a command."""
    return lambda: timed(*words)[0]


def imported() -> list[str]:
    """Which of the heavy libraries `kidal run gao-anefis` imports."""
    code = (
        "import sys; sys.argv = ['kidal', 'run', 'gao-anefis']\n"
        "from sim.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
        )
    return done.stderr.splitlines()[-1].split()
