"""How the benchmarks time: measures take turns, so that a slow minute of the machine falls on all of them."""

import os
import platform
import statistics
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

REPEATS = 9


def interleaved(
    measures: Mapping[str, Callable[[], float]], repeats: int = REPEATS
) -> dict[str, list[float]]:
    """Each measure's numbers over some rounds, once a round; a first round is not counted."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(repeats + 1):
        for name, measure in measures.items():
            number = measure()
            if turn > 0:
                found[name].append(number)
    return found


def each(what: Callable[[], object], count: int) -> float:
    """Seconds that one of `count` things done by a call takes."""
    began = perf_counter()
    what()
    return (perf_counter() - began) / count


def median(numbers: list[float]) -> float:
    """The median."""
    return statistics.median(numbers)


def ratio(upper: list[float], lower: list[float]) -> str:
    """The median of a ratio taken round by round, with its least and greatest."""
    ratios = [a / b for a, b in zip(upper, lower, strict=True)]
    return f"{median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})"


def machine() -> str:
    """The machine in a line."""
    import llvmlite
    import mesa
    import numba
    import numpy
    import simpy

    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    versions = ", ".join(
        f"{module.__name__} {module.__version__}" for module in (numpy, numba, llvmlite, mesa, simpy)
    )
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores; {platform.system()}, "
        f"Python {sys.version.split()[0]}, {versions}"
    )
