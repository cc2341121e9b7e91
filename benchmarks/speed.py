"""Speed of one history: `python benchmarks/speed.py` prints medians over repeats and what was not imported.

Times are of this machine; nothing here is asserted in a test.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from sim.campaign import advance
from sim.inputs import load_inputs
from sim.rows import NEVER
from sim.rules.chance import replicate_seed

KIDAL = Path(sys.executable).with_name("kidal")
HEAVY = ("mesa", "numba", "matplotlib")


def median(measure: Callable[[], float], repeats: int) -> float:
    """The median of a measurement over repeats, after one that is not counted."""
    measure()
    return statistics.median(measure() for _ in range(repeats))


def command(*words: str) -> Callable[[], float]:
    """The wall time of a command as a whole process, s."""

    def measure() -> float:
        with tempfile.TemporaryDirectory() as folder:
            began = perf_counter()
            subprocess.run([KIDAL, *words], cwd=folder, check=True, capture_output=True)
            return perf_counter() - began

    return measure


def histories(scenario: str, parameters: str, count: int = 200) -> tuple[float, float]:
    """Milliseconds and events of a plain history, set-up of its tables included, over some replicates."""
    inputs = load_inputs(scenario)
    times, events = [], []
    for replicate in range(count):
        seed = replicate_seed(1, replicate)
        draw = parameters == "prior"
        values = inputs.parameters.draw(seed) if draw else inputs.parameters.values()
        began = perf_counter()
        world = inputs.template.plain(values, seed, spread=draw)
        advance(world, NEVER)
        times.append(1000 * (perf_counter() - began))
        events.append(world.run[0].logged)
    return statistics.median(times), statistics.mean(events)


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


if __name__ == "__main__":
    print(f"kidal --help                     {median(command('--help'), 9):6.2f} s   (target 0.5)")
    print(f"kidal run gao-anefis, new folder {median(command('run', 'gao-anefis'), 9):6.2f} s   (target 3)")
    print(f"of {', '.join(HEAVY)} it imports: {', '.join(imported()) or 'none'}")
    for name, target in (("gao-anefis", 10), ("un-kidal-gao", 10), ("kidal-offensive", 30)):
        for mode in ("fixed", "prior"):
            milliseconds, count = histories(name, mode)
            print(
                f"plain history, {name}, {mode:5}  {milliseconds:6.2f} ms, "
                f"{count:.0f} events   (target {target})"
            )
