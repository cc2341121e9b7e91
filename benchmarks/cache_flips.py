"""Single flipped bits in the cache of compiled rules: `python benchmarks/cache_flips.py [FLIPS]`.

Each flip (default 100) is made in a fresh copy of a whole cache and met by a fresh process that runs 200
runs. Most end where they begin to compile, which shows that the damage was seen; the first few compile
to the end, and their numbers are compared with those of the undamaged cache. A last few flips have the
checksum made anew, so that only the trial against plain runs is left to find them.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from sim.cache import entries

WHOLE, FORGED = 3, 10
"""Flips after which it is compiled to the end; flips that have their checksum made anew."""
COMPILES = 3
"""Exit code of a process that was stopped as it began to compile."""
CHILD = f"""
import hashlib, sys
from sim.cache import compiled as compiled_cache
from sim.engine import batch as modes
from sim.engine.inputs import load_inputs

def tell(message):
    print(message, file=sys.stderr, flush=True)
    if message.startswith("compiling") or "anew" in message:
        sys.stderr.flush()
        if sys.argv[1] == "load":
            import os
            os._exit({COMPILES})

compiled_cache.tell = modes.tell = tell
inputs = load_inputs("gao-anefis")
mode = modes.compiled_mode(inputs.template, tell)
assert mode is not modes.plain
seeds = modes.replicate_seeds(1, modes.np.arange(200))
keep = modes.np.zeros(200, bool)
records = inputs.parameters.draws(seeds)
chunk = modes.Chunk(scenario=inputs.template, seeds=seeds, records=records, spread=True, keep=keep)
mode(chunk)
print(hashlib.sha256(chunk.hours.tobytes() + chunk.out.tobytes()).hexdigest())
"""


def met(home: Path, how: str) -> tuple[int, str, str]:
    """Exit code, numbers and messages of a process that finds a cache."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, how],
        env=os.environ | {"XDG_CACHE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip(), done.stderr


def flip(home: Path, rng: random.Random, *, forged: bool) -> str:
    """Flip a bit of a file of compiled rules, every tenth time of its checksum; returns where."""
    files = sorted(home.rglob("*.nbc"))
    path = rng.choice(files)
    if not forged and rng.random() < 0.1:
        path = path.with_name(path.name + entries.SUM)
    data = bytearray(path.read_bytes())
    at, bit = rng.randrange(len(data)), rng.randrange(8)
    data[at] ^= 1 << bit
    path.write_bytes(data)
    if forged:
        line = f"{hashlib.sha256(data).hexdigest()}  {path.name}\n"
        path.with_name(path.name + entries.SUM).write_text(line)
    return f"{path.name} {at} {bit}"


def outcome(code: int, numbers: str, right: str) -> str:
    """What became of a flip."""
    if code == COMPILES:
        return "recompiled"
    if code != 0:
        return "crashes"
    return "right numbers" if numbers == right else "wrong numbers"


def tried(whole: Path, right: str, rng: random.Random, count: int, *, forged: bool) -> Counter[str]:
    """Flips, one by one, by what became of them."""
    found: Counter[str] = Counter()
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "cache"
            shutil.copytree(whole, home)
            where = flip(home, rng, forged=forged)
            how = "compile" if number < WHOLE and not forged else "load"
            code, numbers, told = met(home, how)
            became = outcome(code, numbers, right)
            if became == "right numbers" and "damaged" in told:
                became = "recompiled to the end, right numbers"
            found[became] += 1
            print(f"{number + 1} {where}: {became}", flush=True)
    return found


def told(title: str, found: Counter[str]) -> str:
    """A line of text: how often each end was met of those that were tried."""
    recompiled = sum(count for name, count in found.items() if name.startswith("recompiled"))
    bad = f"wrong numbers {found['wrong numbers']}, crashes {found['crashes']}"
    good = f"recompiled {recompiled}, right numbers without {found['right numbers']}"
    return f"{title}: tried {found.total()}, {bad}, {good}"


def main(count: int) -> None:
    """Flip so many bits, and some with the checksum made anew. Raises RuntimeError if nothing loads."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "cache"
        met(whole, "compile")
        code, right, errors = met(whole, "load")
        if code != 0:
            raise RuntimeError(errors)
        checked = tried(whole, right, rng, count, forged=False)
        forged = tried(whole, right, rng, FORGED, forged=True)
    print(told("one bit", checked))
    print(told("one bit, with its checksum made anew", forged))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
