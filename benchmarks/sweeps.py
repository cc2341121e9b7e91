"""How large and how fast sweeps are, and whether they end alike when they are killed.

`python benchmarks/sweeps.py` measures each row once, which takes minutes, and writes benchmarks/sweeps.md.
Nothing here is asserted in a test, and other work on the machine disturbs it. Sweeps that are killed, lose a
worker or run out of disk are held against an unbroken one, file by file; the disk is a tmpfs, which only root
can mount.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import NamedTuple

from commands import KIDAL
from timing import machine

HERE = Path(__file__).parent
Rows = list[tuple[str, str, str]]
KILLS = 20
FEW = 100_000
"""Runs of a sweep of some seconds."""


class Done(NamedTuple):
    """A command that has ended: its exit code, seconds, greatest memory in GB, and last line to stderr."""

    code: int
    seconds: float
    memory: float
    said: str


def design(folder: Path, points: int, runs: int) -> str:
    """A design over the march and the groups' strength."""
    text = (
        f"summary: a sample\nsource: made up\nkind: latin-hypercube\nruns: {runs}\npoints: {points}\n"
        "ranges:\n  march_speed: 6 km/h to 16 km/h\n  fighters: 100 persons to 3000 persons\n"
    )
    path = folder / f"design-{points}.yaml"
    path.write_text(text, encoding="utf-8")
    return path.name


def started(folder: Path, *words: str) -> subprocess.Popen:
    """A command that runs in a folder, with its lines to stderr in a file."""
    with (folder / "said").open("wb") as said:
        return subprocess.Popen([KIDAL, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=said)


def ended(folder: Path, process: subprocess.Popen, began: float) -> Done:
    """Wait for a command."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = (folder / "said").read_text(encoding="utf-8").splitlines() or [""]
    return Done(
        code=process.returncode, seconds=perf_counter() - began, memory=used.ru_maxrss / 1e6, said=lines[-1]
    )


def call(folder: Path, *words: str, code: int = 0) -> Done:
    """Do a command in a folder. Raises RuntimeError if it ends in another way."""
    began = perf_counter()
    done = ended(folder, started(folder, *words), began)
    if done.code != code:
        raise RuntimeError(f"{' '.join(words)}: {done}")
    return done


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def content(folder: Path) -> dict[str, str]:
    """A finished run, file by file, without the words of the command."""
    files = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return files | {"manifest.json": json.dumps({**manifest, "command": None})}


def stored(folder: Path) -> int:
    """How many parts a journal tells of."""
    journal = folder / "files.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


@contextmanager
def workers(count: int) -> Iterator[str]:
    """The address of a cluster of processes on this machine."""
    from distributed import LocalCluster

    how = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    with LocalCluster(n_workers=count, protocol="tcp://", host="127.0.0.1", **how) as cluster:
        yield cluster.scheduler_address


def of_millions(folder: Path) -> Rows:
    """A million runs, what they take, and asking them."""
    words = ("sweep", "gao-anefis", design(folder, 1000, 1000), "--out", "million", "--workers", "2")
    done = call(folder, *words)
    again = call(folder, *words)
    other = call(
        folder, "sweep", "kidal-offensive", design(folder, 200, 1000), "--out", "whole", "--workers", "2"
    )
    by_point = 'select design_id, count(*), median("anefis:capture") from runs group by 1 order by 1'
    asked = {
        "counting its rows": "select count(*) from runs",
        "a median a design point": by_point,
        "the mean of every column": "select avg(columns(* exclude (status, error))) from runs",
    }
    rows = [
        ("gao-anefis, 1,000 points of 1,000 runs, 2 workers", f"{done.seconds:.1f} s", "<= 60 s"),
        ("its greatest memory", f"{done.memory:.2f} GB", "<= 1 GB"),
        ("its files", f"{size(folder / 'million') / 1e6:.0f} bytes a run", "<= 60"),
        ("the same command again, all checksums looked at", f"{again.seconds:.1f} s", ""),
    ]
    for what, statement in asked.items():
        rows.append(
            (
                f"`kidal query`, {what}",
                f"{call(folder, 'query', 'million', statement).seconds:.2f} s",
                "<= 2 s",
            )
        )
    return [
        *rows,
        ("kidal-offensive, 200 points of 1,000 runs, 2 workers", f"{other.seconds:.1f} s", ""),
        ("its greatest memory", f"{other.memory:.2f} GB", ""),
        ("its files", f"{size(folder / 'whole') / 2e5:.0f} bytes a run", "<= 110"),
        ("of these, its table of runs", f"{size(folder / 'whole' / 'runs') / 2e5:.0f} bytes a run", ""),
    ]


INSIDE = """
import sys
from pathlib import Path
from time import perf_counter
from sim.designs.design import load_design
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
inputs = load_inputs(sys.argv[1])
design = load_design(sys.argv[2], inputs, 1)
job = Job(inputs=inputs, seed=1, runs=1000, draw=True, design=design, out=Path(sys.argv[3]))
began = perf_counter()
address = sys.argv[4] or None
do(job, workers=None if address else 2, address=address)
print(perf_counter() - began)
"""


def inside(folder: Path, scenario: str, out: str, address: str = "") -> float:
    """Seconds of a sweep itself, its inputs read and its cluster up."""
    words = [sys.executable, "-c", INSIDE, scenario, design(folder, 200, 1000), out, address]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def of_clusters(folder: Path) -> Rows:
    """200,000 runs by two threads and by two processes of a Dask cluster."""
    rows: Rows = []
    for scenario in ("gao-anefis", "kidal-offensive"):
        words = ("sweep", scenario, design(folder, 200, 1000), "--workers", "2", "--out")
        threads = call(folder, *words, f"{scenario}-threads").seconds
        local = call(folder, *words, f"{scenario}-local", "--cluster", "local").seconds
        bare = inside(folder, scenario, f"{scenario}-bare")
        with workers(2) as address:
            inside(folder, scenario, f"{scenario}-first", address)
            warm = inside(folder, scenario, f"{scenario}-warm", address)
        wanted = content(folder / f"{scenario}-threads")
        same = all(
            content(folder / f"{scenario}-{name}") == wanted for name in ("local", "bare", "first", "warm")
        )
        rows += [
            (f"{scenario}, 200,000 runs, 2 threads: the command", f"{threads:.1f} s", ""),
            (
                "`--cluster local`, 2 processes: the command",
                f"{local:.1f} s, {local / threads:.2f} of it",
                "",
            ),
            ("2 threads: the sweep alone", f"{bare:.1f} s", ""),
            ("a cluster that is up: the sweep alone", f"{warm:.1f} s, {warm / bare:.2f} of it", "<= 1.3"),
            ("all of them file by file", "equal" if same else "NOT equal", "equal"),
        ]
    return rows


def of_kills(folder: Path) -> Rows:
    """SIGKILL at random moments of a sweep, each resumed."""
    words = ("sweep", "gao-anefis", design(folder, 4, FEW // 4), "--workers", "2", "--out")
    whole = call(folder, *words, "unbroken")
    wanted, moments = content(folder / "unbroken"), random.Random(20231114)
    equal, kept, late = 0, [], 0
    for number in range(KILLS):
        out = folder / f"killed-{number}"
        process, began = started(folder, *words, out.name), perf_counter()
        sleep(moments.uniform(0.1, 1) * whole.seconds)
        os.kill(process.pid, signal.SIGKILL)  # Popen.kill would reap one that has ended
        late += ended(folder, process, began).code == 0
        kept.append(stored(out))
        call(folder, *words, out.name)
        equal += content(out) == wanted
    told = f"{equal} of {KILLS} equal; {min(kept)} to {max(kept)} parts were stored, {late} had ended"
    return [(f"{KILLS} SIGKILLs of a sweep of {whole.seconds:.1f} s, each resumed", told, f"{KILLS} equal")]


def of_lost_workers(folder: Path) -> Rows:
    """A Dask worker that is killed mid-sweep."""
    from distributed import Client

    words = ("sweep", "gao-anefis", design(folder, 4, FEW // 4), "--out")
    call(folder, *words, "with-all")
    with workers(2) as address:
        with Client(address) as client:
            pids = list(client.run(os.getpid).values())

        def kill() -> None:
            """Kill one worker once five parts are stored."""
            while stored(folder / "with-one-less") < 5:
                sleep(0.01)
            os.kill(pids[0], signal.SIGKILL)

        killer = Thread(target=kill)
        killer.start()
        done = call(folder, *words, "with-one-less", "--cluster", address)
        killer.join()
    same = content(folder / "with-one-less") == content(folder / "with-all")
    told = f"ended after {done.seconds:.1f} s, files {'equal' if same else 'NOT equal'}"
    return [("one of two Dask workers killed after 5 parts", told, "equal")]


def of_full_disks(folder: Path) -> Rows:
    """A disk that is full mid-sweep, and larger after."""
    disk = folder / "disk"
    disk.mkdir()
    what = "a disk of 4 MB that is full, then one of 64 MB"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        return [(what, "not measured: no tmpfs may be mounted", "equal")]
    try:
        words = ("sweep", "gao-anefis", design(folder, 4, FEW // 4), "--workers", "2", "--out")
        full = call(folder, *words, "disk/out", code=1)
        again = call(folder, *words, "disk/out", code=1)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        call(folder, *words, "disk/out")
        call(folder, *words, "roomy")
        same = content(disk / "out") == content(folder / "roomy")
    finally:
        subprocess.run(["umount", disk], check=True)
    told = f"'{full.said}'; again: '{again.said}'; then {'equal' if same else 'NOT equal'}"
    return [(what, told, "equal")]


PAGE = """# How large and how fast sweeps are, and what they survive

`python benchmarks/sweeps.py` measures all of this anew and writes this page; it takes some minutes, and the
machine should have nothing else to do. Each row is measured once; whole commands, their start included,
unless it says "alone". [How fast single runs are](README.md) is another page.

Where a target is missed: a run of the whole offensive has more columns by now than the trial from which its
target came, and most of its bytes are continuous ones (accounts of delay, displaced by town), some 3.2 bytes
each as float32. Rounding hours to a minute and persons to one would still miss it, so nothing is rounded.

{machine}

| what | measured | target |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    rows: Rows = []
    for measure in (of_millions, of_clusters, of_kills, of_lost_workers, of_full_disks):
        with tempfile.TemporaryDirectory() as place:
            rows += measure(Path(place))
    told = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    (HERE / "sweeps.md").write_text(PAGE.format(machine=machine(), rows=told), encoding="utf-8")
