"""How fast it is: `python benchmarks/speed.py` measures for some minutes and writes benchmarks/README.md.

Measures take turns; what is printed are medians over 9 rounds, and ratios taken round by round with their
least and greatest. Nothing here is asserted in a test, and other work on the machine disturbs it.
"""

import tempfile
from pathlib import Path

from commands import HEAVY, command, imported, timed
from histories import Bench, floor_under, marches
from threads import RUNS, Processes, histories
from timing import REPEATS, each, interleaved, machine, median, ratio

HERE = Path(__file__).parent
Rows = list[tuple[str, str, str]]


def of_modes() -> Rows:
    """Plain, Mesa-stepped and compiled, and the floor."""
    rows: Rows = []
    for scenario, target in (("gao-anefis", 10), ("kidal-offensive", 30)):
        bench = Bench(scenario)
        events, draws, searches, agents = bench.work()
        measures = {
            "compiled": bench.compiled,
            "plain": bench.plain,
            "stepped": bench.stepped,
            "floor": floor_under(bench),
        }
        found = interleaved(measures)
        fast = median(found["compiled"])
        per_core = (
            f"{1 / fast:,.0f} a second; {events:.0f} events a run, {1e9 * fast / events:.0f} ns an event"
        )
        whole = scenario == "kidal-offensive"
        rows += [
            (f"{scenario}: compiled, one core", per_core, ">= 10,000 a second" if whole else ""),
            (f"{scenario}: plain, one run", f"{1e3 * median(found['plain']):.1f} ms", f"<= {target} ms"),
            (f"{scenario}: Mesa-stepped, one run", f"{1e3 * median(found['stepped']):.0f} ms", ""),
            (f"{scenario}: compiled over plain", ratio(found["plain"], found["compiled"]), ">= 100"),
            (f"{scenario}: compiled over Mesa-stepped", ratio(found["stepped"], found["compiled"]), ">= 300"),
            (
                f"{scenario}: above the floor ({draws:.0f} draws, {searches:.0f} searches of {agents}, "
                f"{1e6 * median(found['floor']):.1f} µs)",
                ratio(found["compiled"], found["floor"]),
                "<= 3" if whole else "",
            ),
        ]
    return rows


def of_marches() -> Rows:
    """A march in SimPy and ours."""
    found = interleaved(marches(Bench(str(HERE / "march.yaml"))))
    return [
        ("a march in SimPy", f"{1e6 * median(found['SimPy']):.0f} µs", ""),
        ("the same march compiled", f"{1e6 * median(found['compiled']):.2f} µs", ""),
        ("compiled over SimPy", ratio(found["SimPy"], found["compiled"]), ">= 100"),
        ("SimPy over plain", ratio(found["plain"], found["SimPy"]), ""),
    ]


def of_threads() -> Rows:
    """The gain of a second thread and of a second process."""
    processes = Processes(2)
    found = interleaved(
        {
            "thread": lambda: each(lambda: histories(RUNS, 1), RUNS),
            "threads": lambda: each(lambda: histories(RUNS, 2), RUNS),
            "process": lambda: processes.run(1),
            "processes": lambda: processes.run(2),
        }
    )
    processes.end()
    gains = [a / b for a, b in zip(found["thread"], found["threads"], strict=True)]
    others = [a / b for a, b in zip(found["process"], found["processes"], strict=True)]
    return [
        ("two threads over one", ratio(found["thread"], found["threads"]), ""),
        ("two processes over one", ratio(found["process"], found["processes"]), ""),
        ("gain of threads over gain of processes", ratio(gains, others), ">= 0.95"),
    ]


def of_commands() -> Rows:
    """Whole commands."""
    found = interleaved({"help": command("--help"), "run": command("run", "gao-anefis")}, repeats=REPEATS)
    few = ("run", "kidal-offensive", "--runs", "50")
    with tempfile.TemporaryDirectory() as cache:
        first = timed(*few, cache=cache)[0]
        warm = median([timed(*few, cache=cache)[0] for _ in range(5)])
    seconds, memory = timed("run", "kidal-offensive", "--runs", "1000000", "--workers", "2")
    with tempfile.TemporaryDirectory() as folder:
        timed("run", "kidal-offensive", "--runs", "100000", "--out", f"{folder}/some")
        compared = median([timed("compare", f"{folder}/some")[0] for _ in range(3)])
        audited = median([timed("audit")[0] for _ in range(3)])
    return [
        ("`kidal --help`", f"{median(found['help']):.2f} s", "<= 0.5 s"),
        ("`kidal run gao-anefis`, new folder", f"{median(found['run']):.2f} s", "<= 3 s"),
        (f"of {', '.join(HEAVY)} it imports", ", ".join(imported()) or "none", ""),
        (f"`kidal {' '.join(few)}`, first compile", f"{first:.1f} s", "<= 30 s"),
        ("the same with a warm cache", f"{warm:.1f} s", "<= 4 s"),
        ("`kidal run kidal-offensive --runs 1000000 --workers 2`", f"{seconds:.0f} s", "<= 60 s"),
        ("its greatest memory", f"{memory:.2f} GB", "<= 1.5 GB"),
        ("`kidal compare` of 100,000 runs of kidal-offensive", f"{compared:.1f} s", "<= 10 s"),
        ("`kidal audit` of the whole record, its start included", f"{audited:.1f} s", "the audit <= 1 s"),
    ]


def page(rows: Rows) -> str:
    """The rows as a page."""
    text = (HERE / "about.md").read_text(encoding="utf-8").rstrip()
    table = "\n".join(f"| {what} | {number} | {target} |" for what, number, target in rows)
    return f"{text}\n\n{machine()}.\n\n| what | measured | target |\n|---|---|---|\n{table}\n"


if __name__ == "__main__":
    rows: Rows = []
    for measure in (of_modes, of_marches, of_threads, of_commands):
        for row in measure():
            print(" | ".join(row), flush=True)
            rows.append(row)
    (HERE / "README.md").write_text(page(rows), encoding="utf-8")
