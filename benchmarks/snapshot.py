"""A snapshot of what the program gives: moves and names of its modules must leave it as it is, to the byte.

    python benchmarks/snapshot.py [--record FILE | --against FILE]

A SHA-256 each of the tables of the portable baseline, of four commands' JSON, one of them a small fit, and of
five commands' text, without what hangs on the machine, the time, the place, the version or the commit.
Exit 1: it is not what FILE holds.
"""

import argparse
import hashlib
import importlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[1]
VARYING = {
    "command",
    "commit",
    "hash",
    "machine",
    "out",
    "packages",
    "program",
    "python",
    "rules",
    "seal",
    "seconds",
    "sources",
}
"""Keys of JSON whose values hang on where, when and with which version something ran."""
TIMES = re.compile(r"\b[\d,.]+ (s|seconds|minutes|ms)\b|\b[\d,.]+ runs a second\b")
VERSIONS = re.compile(r"\brules(?: number)? \d+(\+[0-9a-f]+)?\b|\b\d+\+[0-9a-f]{12}\b")
DESIGN = """summary: "What moves the capture of Anefis?"
source: assumption
kind: morris
trajectories: 10
runs: 20
ranges:
  march_speed: prior
  mine_rate: prior
  ambush_rate: prior
  fighters: prior
"""
RUNS = 200
JSON = {
    "compare": ["compare", "stored", "--json"],
    "audit": ["audit", "--json"],
    "sensitivity": ["sensitivity", "gao-anefis", "--design", "morris.yaml", "--out", "swept", "--json"],
    "fit": ["calibrate", "hold", "--points", "200", "--out", "fitted", "--json"],
}
TEXT = {
    "list": ["list"],
    "check": ["check"],
    "record": ["record"],
    "run": ["run", "gao-anefis", "--fixed", "--runs", "5", "--out", "fixed"],
    "strikes": ["strikes"],
}


def kidal(words: list[str], folder: Path) -> str:
    """What `kidal WORDS` prints in a folder. Raises CalledProcessError."""
    call = [sys.executable, "-c", "from sim.cli import main; main()", *words]
    done = subprocess.run(call, cwd=folder, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout


def without(value: Any) -> Any:
    """A value of JSON without what varies."""
    if isinstance(value, dict):
        return {key: without(inner) for key, inner in value.items() if key not in VARYING}
    if isinstance(value, list):
        return [without(inner) for inner in value]
    return settled(value) if isinstance(value, str) else value


def settled(text: str) -> str:
    """A text without times, versions and the tree's own place."""
    return VERSIONS.sub("RULES", TIMES.sub("TIME", text.replace(str(TREE), "TREE")))


def sha256(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def snapshot() -> Iterator[tuple[str, str]]:
    """What is hashed, and its SHA-256."""
    yield "portable baseline", importlib.import_module("portable").tables_hash()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "morris.yaml").write_text(DESIGN, encoding="utf-8")
        kidal(["run", "gao-anefis", "--runs", str(RUNS), "--out", "stored"], folder)
        for name, words in JSON.items():
            found = without(json.loads(kidal(words, folder)))
            yield f"{name} --json", sha256(json.dumps(found, sort_keys=True))
        for name, words in TEXT.items():
            yield name, sha256(settled(kidal(words, folder)))


def main() -> int:
    """Print the hashes, write them or hold them against a file; 1 if some have moved."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--record", type=Path, help="write it to this file")
    parser.add_argument("--against", type=Path, help="hold it against this file")
    given = parser.parse_args()
    found = {}
    for name, value in snapshot():
        found[name] = value
        print(f"{value}  {name}", flush=True)
    if given.record:
        given.record.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.against:
        before = json.loads(given.against.read_text(encoding="utf-8"))
        moved = [name for name in before | found if before.get(name) != found.get(name)]
        print(f"moved: {', '.join(moved)}" if moved else "equal")
        return int(bool(moved))
    return 0


if __name__ == "__main__":
    sys.exit(main())
