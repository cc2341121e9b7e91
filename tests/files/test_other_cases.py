"""Cases of other countries, with other sides and parties, go through every command without a word of the bundled one."""

import re
from pathlib import Path

import pytest

from sim.cli import COMMANDS
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import read
from sim.record.record import load_record
from sim.scenario.network import load_network

OF_ANY_COUNTRY = {"kidal", "independent", "narrative", "civilians"}
"""Ids of the bundled case that are words of any: the program's name, and classes of reports."""
SIDES = """\
chief: salt-road
sides:
  - {role: advancing, side: harbour, name: harbour guard, face: "#c0c0ff", edge: "#000080", report: "#000040",
     dashes: [4, 1], ink: "#000080"}
  - {role: contesting, side: league, name: hill league, face: "#ffd0a0", edge: "#804000", report: "#402000",
     dashes: [2, 1], ink: "#804000"}
  - {role: withdrawing, side: mission, name: relief mission, face: "#d0ffd0", edge: "#008000", report: "#004000",
     dashes: [2, 1], ink: "#008000"}
"""
OTHER_WORDS = [
    (r"(side|held_by|who): army", r"\1: harbour"),
    (r"(side|held_by|who): rebels", r"\1: league"),
    (r"column: army", "column: guard"),
    (r"- id: army", "- id: guard"),
    (r"hostile_to: \[army\]", "hostile_to: [harbour]"),
    (r"party: army", "party: guard"),
    (r"party: league", "party: hillmen-of-the-north"),
    (r"\bpan-army\b", "pan-guard"),
    (r"\b[Tt]he army\b", "the guard"),
    (r"\barmy\b", "guard"),
]
DESIGN = """\
summary: Who is right about the eye?
source: assumption
kind: grid
runs: 100
values:
  with: [none, far-eye]
"""
HYPOTHESIS = "summary: the eye sees further\nsource: assumption\noverrides:\n  drones.eye.radius: 240 km\n"
PLAN = """\
summary: The speed of the march, by the first day
source: assumption
parameters: [march_speed]
spends: []
modules:
  - id: first
    histories: 100
    reads:
      salt-road: ["two_wells:arrival"]
"""
STRIKES = "strikes:\n  - {claim: smoke, place: salt_pan, test: true, reason: assumption}\n"
NOT_DRAWN = ("displaced",)
"""The made-up case has no camps that people flee to."""
FIGURES = (
    "time-distance",
    "milestones",
    "map",
    "captured",
    "delays",
    "cover",
    "holders",
    "displaced",
    "claims",
)


def finish(folder: Path) -> None:
    """Give a case what the shorter commands ask for: a hypothesis, a design of it, what-ifs, a calibration."""
    files = {
        "scenarios/hypotheses/far-eye.yaml": HYPOTHESIS,
        "params/sweeps/eyes.yaml": DESIGN,
        "params/whatif/base.yaml": "summary: as it is\nsource: assumption\n",
        "params/whatif/quick.yaml": "summary: quick\nsource: assumption\nset: {march_speed: 20 km/h}\n",
        "params/calibrations/first.yaml": PLAN,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def rename(folder: Path) -> None:
    """Give the case other sides, parties and columns."""
    for path in folder.rglob("*.yaml"):
        text = path.read_text()
        for old, new in OTHER_WORDS:
            text = re.sub(old, new, text)
        path.write_text(text)
    (folder / "params" / "case.yaml").write_text(SIDES)


@pytest.fixture(params=["as it is", "with other sides"])
def other(request, kidal, tmp_path) -> Path:
    """The made-up case, and one with other sides and parties."""
    assert kidal("new", "case", "salt")[0] == 0
    finish(tmp_path / "salt")
    if request.param == "with other sides":
        rename(tmp_path / "salt")
    return tmp_path / "salt"


def words_of_the_bundled_case(folder: Path) -> set[str]:
    """Ids and names of places, parties, sources, sides and hypotheses that stand in the bundled case alone."""

    def words(case: Case) -> set[str]:
        network, record = load_network(case), load_record(case)
        sides = read(case.lent("params", "case.yaml"))["sides"]
        found = {word for place in network.places.values() for word in (place.id, place.name)}
        found |= {party.party for party in record.parties} | {source.id for source in record.sources}
        found |= {str(side[key]) for side in sides for key in ("side", "name")}
        return found | {"Mali", "Malian", "Wagner", "TB2", "tb2", "UN", "Gao"}

    return words(BUNDLED) - words(Case(folder)) - OF_ANY_COUNTRY


def seen(kidal, *words: str, codes: tuple[int, ...] = (0,)) -> str:
    code, out, err = kidal("--case", "salt", *words)
    assert code in codes, (words, err)
    return out + err


def outputs(kidal, folder: Path):
    """The words of a call, and all that it prints and writes, call by call."""

    def call(*words: str, codes: tuple[int, ...] = (0,)) -> tuple[str, str]:
        return " ".join(words), seen(kidal, *words, codes=codes)

    yield call("list")
    yield call("check")
    yield call("new", "scenario", "mine")
    yield call("schema", "scenario")
    yield call("run", "salt-road", "--out", "one")
    yield call("run", "salt-road", "--runs", "60", "--out", "many")
    yield call("run", "salt-road", "--runs", "60", "--out", "many", "--json")
    yield call("sweep", "salt-road", "eye-radius", "--runs", "20", "--out", "eye")
    for form in ((), ("--json",), ("--csv",), ("--latex",)):
        yield call("compare", "many", *form)
    for name in FIGURES:
        yield call("plot", "many", "--figure", name, "--out", f"{name}.svg", codes=(0, 2))
        if name not in NOT_DRAWN:
            yield f"{name}.svg", Path(f"{name}.svg").read_text()
    yield call("plot", "eye", "--out", "sweep.svg")
    yield "sweep.svg", Path("sweep.svg").read_text()
    yield call("report", "many", "--out", "page.html")
    yield "page.html", text_of(Path("page.html").read_text())
    yield call("query", "many", "select party, count(*) from reports group by party order by party")
    yield call("verify", "many", "--rows", "3")
    yield call("claims", "many")
    yield call("record")
    yield call("audit")
    yield call("strikes", codes=(0, 2))
    yield call("sensitivity", "salt-road", "--milestone", "fort_idir:capture", "--out", "screened")
    yield call("whatif", "base", "quick", "--runs", "60")
    yield call("explain", "eyes", "--runs", "100", codes=(0, 2))
    yield call("calibrate", "first", "--points", "200", "--out", "fit")
    yield call("view", "nothing-there", "--no-open", codes=(2,))
    for path in sorted(folder.parent.rglob("manifest.json")):
        yield path.name, path.read_text()


def text_of(page: str) -> str:
    """A page without its pictures, and without the libraries that it brings along."""
    page = re.sub(r"data:image/png;base64,[\w+/=]*", "", page)
    return re.sub(r"<script[^>]*>(?:(?!</script>).){200000,}?</script>", "", page, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled_rules")
def test_nothing_of_the_bundled_case_is_said(other, kidal):
    foreign = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(words_of_the_bundled_case(other))))})(?![\w-])"
    )
    leaks, called = {}, set()
    for name, text in outputs(kidal, other):
        called.add(name.split()[0])
        found = {
            (match.group(), text[max(0, match.start() - 40) : match.end() + 20])
            for match in foreign.finditer(text)
        }
        if found:
            leaks[name] = sorted(found)[:4]
    assert leaks == {}
    assert set(COMMANDS) <= called


def test_the_words_that_are_looked_for_are_those_of_mali(other):
    words = words_of_the_bundled_case(other)
    assert {"anefis", "Anefis", "Kidal", "jnim", "gao"} <= words
    assert not words & {"Salt Pan", "bulletin", "independent", "kidal"}
