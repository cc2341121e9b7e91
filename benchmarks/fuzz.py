"""Mutated files of every kind: each is accepted, or refused with located messages, and soon.

`python benchmarks/fuzz.py [FILES]` (default 10,000) takes the files that come with the program and a small
result folder, changes them a little, at random, from a fixed seed, and reads them as the commands do. A
traceback, a message without its place, and a file that takes longer than 20 s are told, and end it with 1.
"""

import json
import random
import re
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from analysis.claims.strikes import geometry
from analysis.figures.base.outlines import load_outlines
from analysis.tables import timeline
from analysis.tables.scored_observations import of_run
from sim.chance.keyed_arrays import replicate_seeds
from sim.designs.design import load_design
from sim.designs.variants import variation
from sim.designs.whatif import load_what_if
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.case import BUNDLED
from sim.files.case_file import read_case_file
from sim.files.yaml_tree import FaultyInput
from sim.parameters.posterior import HELD_OUT_GROUPS, PosteriorSheet, made
from sim.parameters.reading import load_parameters
from sim.record.record import held_out_hash, load_record
from sim.scenario.network import load_network
from sim.scenario.reading import chief_scenario, load_scenario
from sim.store.provenance import rules
from sim.store.reader import read_run
from sim.store.writer import sealed
from sim.studies.calibration.plan import load_plan
from sim.studies.evidence.plan import load_evidence_plan

SECONDS = 20
SPECIAL = [*"{}[]:,-#&*!|>'\"%@`?\\~<=\n\t .0123456789aeno\r\0\x85\u2028\ufeffé"]
WORDS = [
    *("no", "16:30", "010", ".nan", "-.inf", "1e999", "9" * 400, "-1", "0", "~", "{}", "[]", "[[]]"),
    *("{a: b}", "&a", "*a", "!!int", "!!python/object/apply:os.system [id]", "<<: ", "---", "%YAML 1.1\n"),
    *("? ", "| ", '"\\ud800"', '"\\0"', "3 km/h", "2023-10-02", "9999-12-31", "0001-01-01", "kidal"),
    *("../../etc/passwd", "/dev/zero", "1e-300", "\n- ", "1e300 km", "5000000", "prior", "1 to 0"),
    *("a" * 5000, "[" * 300, "- " * 300, "{a: " * 300),
]


@dataclass(frozen=True)
class Kind:
    """A kind of file: those to change, and how a folder with a changed one is read."""

    files: Mapping[str, bytes]
    read: Callable[[Path, str], object]


def mutant(text: str, rng: random.Random) -> str:
    """A text with characters, words, values or lines changed in one to three places."""
    for _ in range(rng.randint(1, 3)):
        lines = text.splitlines(keepends=True) or [""]
        at = rng.randrange(len(lines))
        line = lines[at]
        kind = rng.choice(("drop", "double", "swap", "character", "value", "word", "line", "cut"))
        if kind == "drop":
            lines[at] = ""
        elif kind == "double":
            lines[at] = line * rng.choice((2, 2, 50))
        elif kind == "swap":
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "character":
            start = rng.randrange(len(line) + 1)
            lines[at] = line[:start] + rng.choice(SPECIAL) + line[start + rng.randrange(3) :]
        elif kind == "line":
            lines[at] = "".join(rng.choices(SPECIAL + WORDS, k=rng.randrange(12))) + "\n"
        elif kind == "cut":
            lines = lines[:at]
        else:
            pattern = r"[^\s,:{}\[\]]+" if kind == "word" else r"(?<=: )[^,}\n]+"
            spans = [found.span() for found in re.finditer(pattern, line)] or [(len(line), len(line))]
            start, end = rng.choice(spans)
            lines[at] = line[:start] + rng.choice(WORDS) + line[end:]
        text = "".join(lines)
    return text


def changed(raw: bytes, name: str, rng: random.Random) -> bytes:
    """A file changed as text, or if it is a table, byte by byte."""
    if not name.endswith(".parquet"):
        return mutant(raw.decode(), rng).encode("utf-8", "surrogatepass")
    found = bytearray(raw)
    for _ in range(rng.choice((1, 4, 32))):
        at = rng.randrange(len(found)) if rng.random() < 0.5 else max(0, len(found) - rng.randrange(1, 4000))
        found[at] = rng.randrange(256)
    return bytes(found[: rng.randrange(len(found))] if rng.random() < 0.1 else found)


# --- the kinds ----------------------------------------------------------------------------------------------


def kinds() -> dict[str, Kind]:
    """The kinds of files that the program reads."""
    stage, whole, network = load_inputs("gao-anefis"), load_inputs(chief_scenario()), load_network()

    def below(folder: Path, pattern: str = "*.yaml") -> dict[str, bytes]:
        """The files of a folder by their names."""
        return {path.name: path.read_bytes() for path in sorted(folder.glob(pattern))}

    def own(path: Path, name: str) -> Path:
        """Where a changed file lies."""
        return path / name

    return {
        "scenario": Kind(below(BUNDLED.path("scenarios")), lambda p, n: load_inputs(str(own(p, n))).template),
        "hypothesis": Kind(
            below(BUNDLED.path("scenarios", "hypotheses")),
            lambda p, n: load_scenario(chief_scenario(), hypotheses=[str(own(p, n))]),
        ),
        "parameters": Kind(
            {name: text for name, text in below(BUNDLED.path("params")).items() if name != "case.yaml"},
            lambda p, n: load_parameters(own(p, n)),
        ),
        "case": Kind(below(BUNDLED.path("params"), "case.yaml"), lambda p, n: read_case_file(own(p, n))),
        "network": Kind(
            below(BUNDLED.path("params", "network"), "*.csv"),
            lambda p, n: (load_network(folder=p), load_outlines(path=p / "outlines.csv")),
        ),
        "design": Kind(below(BUNDLED.path("params", "sweeps")), lambda p, n: _design(own(p, n), whole)),
        "what-if": Kind(
            below(BUNDLED.path("params", "whatif")),
            lambda p, n: load_what_if(str(own(p, n)), chief_scenario()),
        ),
        "calibration": Kind(
            below(BUNDLED.path("params", "calibrations")), lambda p, n: load_plan(str(own(p, n)))
        ),
        "evidence": Kind(
            below(BUNDLED.path("params", "evidence")),
            lambda p, n: load_evidence_plan(str(own(p, n)), chief_scenario()),
        ),
        "record": Kind(
            below(BUNDLED.path("record")),
            lambda p, n: geometry(load_record(places=network.places, folder=p), network, (), p),
        ),
        "posterior": Kind(posterior(), lambda p, n: load_parameters(own(p, "posterior.yaml")).draw(1)),
        "result folder": Kind(_run(stage), _looked_at),
    }


def _design(path: Path, inputs: Any) -> None:
    """A design read and its points made."""
    variation(inputs, load_design(str(path), inputs, 1))


def posterior() -> dict[str, bytes]:
    """A posterior as a fit writes it."""
    draws = load_parameters().draws(replicate_seeds(1, np.arange(50)))
    names = ("march_speed", "mine_rate", "fighters")
    kept = {"rules": rules(), "plan": "made-up", "held": HELD_OUT_GROUPS, "record": held_out_hash()}
    sheet = PosteriorSheet(draws="posterior-0.csv", seal="-", **kept)
    one = made(names, np.column_stack([draws[name] for name in names]), sheet)
    return {
        "posterior.yaml": f"posteriors:\n{one.as_text(0)}parameters: {{}}\n".encode(),
        one.file(0): one.content,
    }


def _run(inputs: Any) -> dict[str, bytes]:
    """The files of a small run."""
    with tempfile.TemporaryDirectory() as folder:
        do(Job(inputs=inputs, seed=1, runs=20, draw=True, out=Path(folder) / "run"))
        root = Path(folder) / "run"
        return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def _looked_at(folder: Path, name: str) -> None:
    """A result folder as the commands look at it; what is no text has its checksum made good first."""
    if name.endswith(".parquet"):
        import hashlib

        manifest, content = json.loads((folder / "manifest.json").read_text()), (folder / name).read_bytes()
        manifest["files"][name] = [len(content), hashlib.sha256(content).hexdigest()]
        (folder / "manifest.json").write_bytes(sealed(manifest))
    tables = read_run(folder)
    for table in (tables.runs, tables.events, tables.reports, tables.route, tables.daylight, tables.cover):
        for column in table:
            table[column]
    timeline.text(tables, of_run(tables, load_record()))


# --- trying -------------------------------------------------------------------------------------------------


@contextmanager
def alarmed(seconds: int = SECONDS) -> Iterator[None]:
    """Raise TimeoutError where something takes too long, s."""

    def late(*_: object) -> None:
        """What the alarm calls. Raises TimeoutError."""
        raise TimeoutError(f"longer than {seconds} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def tried(kind: Kind, folder: Path, rng: random.Random) -> str:
    """Change one file and read it: 'accepted', 'refused', or what is wrong with that."""
    name = rng.choice(list(kind.files))
    content = changed(kind.files[name], name, rng)
    return read(kind, folder, name, content)


def read(kind: Kind, folder: Path, name: str, content: bytes) -> str:
    """Read a kind of file, one of them with a content of its own."""
    for file, own in kind.files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content if file == name else own)
    try:
        with alarmed():
            kind.read(folder, name)
    except FaultyInput as error:
        odd = [str(f) for f in error.faults if not (f.where.file and f.message.isprintable())]
        return f"{name}: {odd[0]!r}" if odd or not error.faults else "refused"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"{name}: {type(error).__name__}: {error}"[:300]
    return "accepted"


def fuzz(number: int, seed: int = 1) -> Iterator[tuple[str, Counter[str], float]]:
    """So many files in all, kind after kind: the kind, how it went, and seconds."""
    known = kinds()
    for name, kind in known.items():
        rng, began, found = random.Random(f"{seed} {name}"), perf_counter(), Counter[str]()
        with tempfile.TemporaryDirectory() as folder:
            for file, content in kind.files.items():
                assert read(kind, Path(folder) / "case", file, content) == "accepted", file
            for _ in range(-(-number // len(known))):
                found[tried(kind, Path(folder) / "case", rng)] += 1
                shutil.rmtree(Path(folder) / "case")
        yield name, found, perf_counter() - began


def main(number: int) -> int:
    """Fuzz so many files of each kind and print what became of them; 1 if some ended as none may."""
    wrong = 0
    for name, found, seconds in fuzz(number):
        told = f"{found.pop('accepted', 0):5} accepted {found.pop('refused', 0):5} refused"
        print(f"{name:12} {told} {seconds:6.0f} s", flush=True)
        for text, count in found.items():
            print(f"    {count} x {text}")
        wrong += sum(found.values())
    print(f"{wrong} ended otherwise")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
