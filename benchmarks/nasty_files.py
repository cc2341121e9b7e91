"""Nasty files of every kind that the program reads: each is accepted, or told well and nothing is written.

`python benchmarks/nasty_files.py [EVERY]` damages one file of a small case or result folder after the other in every
way below, and calls `kidal check`, `run`, `sweep` and so on with it, in a process for each kind with 4 GB of memory;
every EVERY-th (default 8) is called as a command of its own too (counted behind `+`). Told well is: exit 2, every
line `file:line: what is wrong; what was expected`, no traceback, and nothing written. What is neither accepted nor
told well is printed and ends it with 1. `python benchmarks/nasty_files.py EVERY KIND` tries one kind.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fuzz import posterior
from nasty import End, call, command, inside, limit_memory, mishandled, small_case

WELL = ("accepted", "told well")
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Words before a command that take from root what lets it read any file."""
Damage = Callable[[Path], None]
"""Damages a file, whose path it is given."""
Tree = Mapping[str, tuple[int, int]]
"""Files of a folder by their paths: bytes, and time of the last change (ns)."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file: where it lies, the calls that read it, and what of it may be another number, day or text."""

    file: str
    calls: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


CHECK, RUN = "check {file}", "run salt-road --out out"
KINDS = {
    "scenario": Kind(
        file="salt/scenarios/salt-road.yaml",
        calls=(CHECK, RUN),
        numbers=("vehicles: <60>", "radius: <120 km>", "mines_reported: <0.7>", "persons: <300 to 400>"),
        days=("start: <1999-02-01>", "departs: <1999-02-01>"),
        texts=("id: <eye>", "from: <port_amal>", "summary: <\"Port Amal to Fort Idir: a column on the Salt Road, "
               "by way of the village that bars it\">"),
    ),
    "hypothesis": Kind(
        file="salt/scenarios/hypotheses/far-eye.yaml",
        calls=(CHECK, "run salt-road --with far-eye --out out"),
        numbers=("radius: <240 km>",),
        texts=("summary: <the eye sees further>", "<drones.eye.radius>: 240"),
    ),
    "parameters": Kind(
        file="salt/params/fast.yaml",
        calls=(CHECK, "run salt-road --params salt/params/fast.yaml --out out"),
        numbers=("value: <20 km/h>", "low: <15 km/h>"),
        texts=("<march_speed>:", "source: <made up>"),
    ),
    "design": Kind(
        file="salt/params/sweeps/eye-radius.yaml",
        calls=(CHECK, "sweep salt-road eye-radius --runs 2 --out out"),
        numbers=("runs: <200>", "[<60 km>,"),
        texts=("<drones.eye.radius>:", "milestone: <fort_idir:capture>"),
    ),
    "what-if": Kind(
        file="salt/params/whatif/later.yaml",
        calls=(CHECK, "whatif base later --runs 2"),
        days=("departs: <1999-02-08>",),
        texts=("<columns.army.departs>:", "summary: <a week later>"),
    ),
    "calibration": Kind(
        file="salt/params/calibrations/first.yaml",
        calls=(CHECK,),
        numbers=("histories: <100>",),
        texts=("[<march_speed>]", '["<two_wells:arrival>"]'),
    ),
    "case": Kind(
        file="salt/params/case.yaml",
        calls=(CHECK, RUN),
        numbers=("dashes: [<4>,",),
        texts=("name: <harbour guard>", "side: <army>", "chief: <salt-road>", 'face: <"#c0c0ff">'),
    ),
    "places": Kind(
        file="salt/params/network/places.csv",
        calls=(CHECK, RUN),
        numbers=("Port Amal,<20.00>", "Coast,<42000>", ",<-30.00>,"),
        texts=("<port_amal>,", ",<Two Wells>,"),
    ),
    "roads": Kind(
        file="salt/params/network/roads.csv",
        calls=(CHECK, RUN),
        numbers=("coast-wells,<66>",),
        texts=("<coast-wells>", "port_amal,<two_wells>"),
    ),
    "sources": Kind(file="salt/record/sources.yaml", calls=(CHECK, "record"), texts=("id: <bulletin>", "<Harbour Bulletin>")),
    "claims": Kind(
        file="salt/record/claims.yaml",
        calls=(CHECK, "record", "audit"),
        numbers=("league_killed: <20>",),
        days=("earliest: <1999-02-01T12:00Z>",),
        texts=("id: <wells>", "event: <two_wells:arrival>", "<The army says that its column drank at>"),
    ),
    "observations": Kind(
        file="salt/record/observations.yaml",
        calls=(CHECK, RUN),
        numbers=("window: <10 days>",),
        days=("latest: <1999-02-02T00:00Z>",),
        texts=("event: <two_wells:arrival>",),
    ),
    "parties": Kind(file="salt/record/parties.yaml", calls=(CHECK, RUN), texts=("party: <army>", "reports: [<ambush_end>")),
    "contested": Kind(file="salt/record/contested.yaml", calls=(CHECK,), numbers=("number: <20>",), texts=("kind: <losses>",)),
    "patterns": Kind(file="salt/record/patterns.yaml", calls=(CHECK,), numbers=("below: <0.5>",), texts=("kind: <ratio>",)),
    "posterior": Kind(file="fit/posterior.yaml", calls=("check {file}", "run salt-road --params fit/posterior.yaml --out out")),
    "points": Kind(file="fit/posterior-0.csv", calls=("check fit/posterior.yaml", "run salt-road --params fit/posterior.yaml --out out")),
    "manifest": Kind(file="one/manifest.json", calls=("compare one", "plot one --out one.png", "claims one")),
    "runs": Kind(file="one/runs/part-000000.parquet", calls=("compare one", "claims one")),
    "events": Kind(file="one/events/part-000000.parquet", calls=("query one 'select * from events'", "verify one --rows 1")),
    "stored scenario": Kind(file="one/scenario.yaml", calls=("verify one --rows 1",)),
}  # fmt: skip
FOLDERS = {
    "network folder": Kind(file="salt/params/network", calls=(RUN, "check")),
    "record folder": Kind(file="salt/record", calls=("record", "audit")),
    "scenario folder": Kind(file="salt/scenarios", calls=(RUN, "check", "list")),
    "result folder": Kind(file="one", calls=("compare one", "plot one")),
    "parts": Kind(file="one/runs", calls=("compare one", "verify one")),
}
ALL: Mapping[str, Kind] = KINDS | FOLDERS
AS_COMMAND = " as a command"
ODD_NUMBERS = (
    "1e400", "042", "1_000", "250-400", "100", "1,5", "1,5 km", "NA", ".nan", "-.inf", "-1", "0x1F", "1e-400", "9" * 400,
    "ten", "''", "1 000", "½", "٤٢", "−5", "42000.0", "[1, 2]", "{a: 1}", "~", "true", "5 furlongs", "100 %",
)  # fmt: skip
ODD_DAYS = (
    "1999-02-30", "1999-13-01", "16:30", "02/10/1999", "1999-2-1", "tomorrow", "9999-12-31", "0001-01-01",
    "1999-02-01T25:00Z", "1999-02-01T07:00", "1999-02-01T07:00+25:00", "1899-12-31", "１９９９-02-01", "NA", "19990201",
    "1 February 1999", "918000000", "[1999-02-01]", "''",
)  # fmt: skip
ODD_TEXTS = (
    "$x$", "<script>alert(1)</script>", '"\\e[31mred"', '"\\u202egnp"', "\u202egnp", "'a\tb'", "no", "''", "x" * 5_000, "/dev/zero",
    "../../etc/passwd", "é", "[a]", '"\\0"', "kidal; rm -rf",
)  # fmt: skip


def text(change: Callable[[bytes], bytes]) -> Damage:
    """A damage of a file's bytes."""
    return lambda path: path.write_bytes(change(path.read_bytes())) and None


def replaced(make: Callable[[Path], None]) -> Damage:
    """A damage that puts something else in the place of a file."""

    def damage(path: Path) -> None:
        away(path)
        make(path)

    return damage


def away(path: Path) -> None:
    """Take a file, a link or a folder away."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


BYTES: Mapping[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "blank lines": lambda raw: b"\n \n\n",
    "a mark of byte order": lambda raw: b"\xef\xbb\xbf" + raw,
    "that mark alone": lambda raw: b"\xef\xbb\xbf",
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda raw: raw.decode().encode("utf-16-le"),
    "Latin-1": lambda raw: raw + "# café\n".encode("latin-1"),
    "half a letter": lambda raw: raw + b"# \xed\xa0\x80\n",
    "NUL": lambda raw: raw[: len(raw) // 2] + b"\0" + raw[len(raw) // 2 :],
    "an escape": lambda raw: raw[: len(raw) // 2] + b"\x1b[2J" + raw[len(raw) // 2 :],
    "2 MB": lambda raw: raw + b"# more\n" * 300_000,
    "one line of 10 MB": lambda raw: b"x" * 10_000_000,
    "deep nesting": lambda raw: raw + b"deep: " + b"[" * 9_999 + b"\n",
    "deep nesting of mappings": lambda raw: raw + b"deep: " + b"{a: " * 500 + b"1" + b"}" * 500 + b"\n",
    "anchors": lambda raw: b"laughs: &a [x]\nmore: [*a, *a]\n" + raw,
    "merged keys": lambda raw: raw + b"<<: {a: 1}\n",
    "a tag": lambda raw: raw + b"x: !!python/object/apply:os.system [id]\n",
    "tabs": lambda raw: raw.replace(b"  ", b"\t"),
    "CRLF": lambda raw: raw.replace(b"\n", b"\r\n"),
    "CR": lambda raw: raw.replace(b"\n", b"\r"),
    "every line twice": lambda raw: b"".join(line * 2 for line in raw.splitlines(keepends=True)),
    "itself twice": lambda raw: raw + raw,
    "a second document": lambda raw: raw + b"---\na: 1\n",
    "90,000 unknown keys": lambda raw: raw + b"".join(b"k%d: 1\n" % number for number in range(90_000)),
    "unknown keys of odd names": lambda raw: raw + b'"\\u202ex": 1\n"\\e[1m": 1\n"$x$": 1\n<b>: 1\n',
    "a list": lambda raw: b"- a\n- b\n",
    "JSON": lambda raw: b'{"a": [1, null]}',
    "JSON without end": lambda raw: b'{"a": [1, ',
    "half": lambda raw: raw[: len(raw) // 2],
    "no last line end": lambda raw: raw.rstrip(b"\n"),
    "an archive": lambda raw: b"PK\x03\x04" + bytes(range(256)) * 4,
    "bidi": lambda raw: raw.replace(b": ", ": \u202e".encode(), 3),
    "HTML": lambda raw: b"<!DOCTYPE html><html><body>404: Not Found</body></html>\n",
    "lines turned round": lambda raw: b"\n".join(raw.splitlines()[::-1]),
    "quotes turned": lambda raw: raw.replace(b'"', "”".encode()),
}
NODES: Mapping[str, Damage] = {
    "a link to itself": replaced(lambda path: path.symlink_to(path.name)),
    "a link to nothing": replaced(lambda path: path.symlink_to("nothing-there")),
    "a folder": replaced(lambda path: path.mkdir()),
    "a pipe": replaced(lambda path: os.mkfifo(path)),
    "a device without end": replaced(lambda path: path.symlink_to("/dev/zero")),
    "gone": away,
    "no permission": lambda path: path.chmod(0),
}
INNER: Mapping[str, Damage] = {
    "a link to itself": NODES["a link to itself"],
    "a link to nothing": NODES["a link to nothing"],
    "a file": replaced(lambda path: path.write_text("x") and None),
    "empty": replaced(lambda path: path.mkdir()),
    "gone": away,
    "no permission": NODES["no permission"],
    "a foreign file in it": lambda path: (path / "notes of mine.txt").write_text("x") and None,
    "a link to itself in it": lambda path: (path / "loop.yaml").symlink_to("loop.yaml"),
    "an odd name in it": lambda path: (path / "\x1b[31m\u202e$x$<b>.yaml").write_text("a: 1\n") and None,
    "a name that is no text in it": lambda path: Path(os.fsdecode(os.fsencode(path) + b"/\xff.yaml")).write_text("a: 1\n") and None,
    "a folder named as a file in it": lambda path: (path / "more.yaml").mkdir(),
}  # fmt: skip


def instead(mark: str, value: str) -> Damage:
    """A damage that puts another value in the place of a marked one."""
    before, _, after = mark.partition("<")
    old, _, after = after.rpartition(">")

    def damage(path: Path) -> None:
        content = path.read_text(encoding="utf-8")
        assert before + old + after in content, (path, mark)
        path.write_text(content.replace(before + old + after, before + value + after, 1), encoding="utf-8")

    return damage


def damages(kind: Kind) -> Iterator[tuple[str, Damage]]:
    """What is done to a file of a kind, by names."""
    binary = kind.file.endswith(".parquet")
    for name, change in BYTES.items():
        if not binary or name in ("empty", "2 MB", "half", "JSON", "an archive", "UTF-16 without a mark"):
            yield name, text(change if not binary or "UTF" not in name else bytes.swapcase)
    yield from NODES.items()
    for marks, values in ((kind.numbers, ODD_NUMBERS), (kind.days, ODD_DAYS), (kind.texts, ODD_TEXTS)):
        for place, mark in enumerate(marks):
            # the first place of a kind has all values, each other one every third
            for value in values[place :: 3 if place else 1]:
                yield f"{mark} {value!r:.40}", instead(mark, value)


def trials() -> Iterator[tuple[str, str, Damage]]:
    """All nasty files: kind, damage, and how it is done."""
    for name, kind in KINDS.items():
        for what, damage in damages(kind):
            yield name, what, damage
    for name in FOLDERS:
        for what, damage in INNER.items():
            yield name, what, damage


def prepared(folder: Path) -> None:
    """Write what is damaged: a case, a result folder and a posterior."""
    small_case(folder / "salt")
    (folder / "fit").mkdir()
    for name, raw in posterior().items():
        (folder / "fit" / name).write_bytes(raw)
    with inside(folder):
        for words in ("check", "check fit/posterior.yaml", "run salt-road --runs 5 --out one"):
            end = call("--case", "salt", *words.split())
            assert end.code == 0, (words, end)


def tree(folder: Path) -> Tree:
    """What is in a folder."""
    found = {}
    for path in folder.rglob("*"):
        stat = path.lstat()
        if not path.is_dir() or path.is_symlink():
            found[str(path.relative_to(folder))] = (stat.st_size, stat.st_mtime_ns)
        else:
            found[str(path.relative_to(folder))] = (0, 0)
    return found


def judged(run: Callable[..., End], folder: Path, kind: Kind) -> str:
    """How the calls of a kind go: 'accepted', 'told well', or what is wrong."""
    ends = set()
    for words in kind.calls:
        before = tree(folder)
        end = run("--case", "salt", *shlex.split(words.format(file=kind.file)))
        wrong = mishandled(end)
        if not wrong and end.code == 2 and tree(folder) != before:
            wrong = f"written: {', '.join(sorted(set(tree(folder)) ^ set(before))) or 'a file is changed'}"
        if wrong:
            return f"{words}: {wrong}"
        ends.add(end.code)
    return "told well" if 2 in ends else "accepted"


def tried(pristine: Path, kind: Kind, damage: Damage, run: Callable[..., End] = call) -> str:
    """Damage a file of a copy of a folder, and judge the calls that read it."""
    with tempfile.TemporaryDirectory(prefix="nasty-") as room:
        Path(room).chmod(0o755)
        folder = Path(room) / "here"
        shutil.copytree(pristine, folder, symlinks=True)
        damage(folder / kind.file)
        try:
            with inside(folder):
                return judged(run, folder, kind)
        finally:
            for path in (folder / kind.file, folder / kind.file / "x"):
                if not path.is_symlink() and path.exists():
                    path.chmod(0o755)


def ways(number: int, what: str, every: int) -> Iterator[tuple[str, Callable[..., End]]]:
    """How commands are called with a file: in this process, some as their own. Permissions do not hold for root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if what != "no permission" or not root:
        yield "", call
        if number % every == 0:
            yield AS_COMMAND, command
    elif shutil.which("setpriv"):
        yield AS_COMMAND, partial(command, before=UNPRIVILEGED)


def tried_kind(name: str, every: int) -> Counter[str]:
    """Try all nasty files of a kind: ends and their numbers; what was mishandled is printed on stderr."""
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as room:
        pristine = Path(room) / "pristine"
        pristine.mkdir()
        prepared(pristine)
        for number, (other, what, damage) in enumerate(trials()):
            for how, run in ways(number, what, every) if other == name else ():
                end = tried(pristine, ALL[name], damage, run)
                ends[f"{end if end in WELL else 'mishandled'}{how}"] += 1
                if end not in WELL:
                    print(f"{name}, {what}{how}: {end}", file=sys.stderr, flush=True)
    return ends


def apart(name: str, every: int) -> Counter[str]:
    """Try a kind in a process with little memory of its own; one that dies has mishandled a file."""
    words = [sys.executable, __file__, str(every), name]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"{name}: its process ends with {done.returncode}", file=sys.stderr, flush=True)
        return Counter(mishandled=1)
    return Counter(json.loads(done.stdout.splitlines()[-1]))


def counted(name: str, ends: Counter[str]) -> str:
    """A row of the table: a kind and how many of its files ended how, as a command of its own behind '+'."""
    cells = [f"{ends[end]} + {ends[end + AS_COMMAND]}" for end in (*WELL, "mishandled")]
    alone = sum(number for end, number in ends.items() if end.endswith(AS_COMMAND))
    return f"| {name} | {ends.total() - alone} + {alone} | {' | '.join(cells)} |"


def main(every: int) -> int:
    """Try all nasty files, two kinds at a time, and print what became of them; 1 if some were mishandled."""
    total: Counter[str] = Counter()
    print(f"| kind | tried | {' | '.join(WELL)} | mishandled |\n|---|---|---|---|---|", flush=True)
    with ThreadPoolExecutor(2) as pool:
        for name, ends in zip(ALL, pool.map(partial(apart, every=every), ALL), strict=True):
            print(counted(name, ends), flush=True)
            total += ends
    print(counted("all", total))
    return int(any(end.startswith("mishandled") for end in total))


if __name__ == "__main__":
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    if len(sys.argv) > 2:
        limit_memory()
        print(json.dumps(tried_kind(sys.argv[2], calls)))
    else:
        sys.exit(main(calls))
