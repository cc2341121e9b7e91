"""Cases of other countries, with other sides and parties, go through every command without a word of the bundled one."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.figures.gallery import FIGURES
from sim.cli import COMMANDS
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import read
from sim.parameters.reading import load_parameters
from sim.record.record import load_record
from sim.scenario.network import load_network
from sim.view.layout import layout

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
    (r"mines: \[army\]", "mines: [harbour]"),
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
CLAIMS = """
  - id: smoke
    event: salt_pan:drone_strike
    column: army
    earliest: 1999-02-03T06:00Z
    latest: 1999-02-03T18:00Z
    precision: part of day
    party: league
    kind: party
    source: bulletin
    says: The League says that an aircraft struck its men at Salt Pan.

  - id: pan-taken
    event: salt_pan:capture
    column: army
    earliest: 1999-02-03T06:00Z
    latest: 1999-02-06T00:00Z
    precision: range
    party: independent
    kind: independent
    source: bulletin
    says: Reporters saw the column in Salt Pan.
"""
HELD_OUT = """\
held_out:
  - event: salt_pan:capture
    column: army
    earliest: 1999-02-03T06:00Z
    latest: 1999-02-06T00:00Z
    kind: independent
    use: held out
    group: A
    precision: range
    window: 10 days
    since: "two_wells:arrival"
    claims: [pan-taken]
"""
COUNTS = """\
counts:
  - outcome: group_casualties
    column: army
    number: 4 to 20
    most: 200
    kind: both sides agree
    use: fit
    claims: [pan-army, pan-league]
    reason: What either side says, as a range.
"""
STRIKES = "strikes:\n  - {claim: smoke, place: salt_pan, test: true, reason: assumption}\n"
LENT = "parameters.yaml"
"""A copy of the program's parameters, whose notes say what they were chosen for."""
NOT_DRAWN = ("displaced",)
"""The made-up case has no camps that people flee to."""
FIGURES_OF_RUNS = [name for name, figure in FIGURES.items() if figure.takes == "run"]


def finish(folder: Path) -> None:
    """Give a case what commands ask for: a hypothesis, a design of it, what-ifs, a plan, more of a record."""
    files = {
        "scenarios/hypotheses/far-eye.yaml": HYPOTHESIS,
        "params/sweeps/eyes.yaml": DESIGN,
        "params/whatif/base.yaml": "summary: as it is\nsource: assumption\n",
        "params/whatif/quick.yaml": "summary: quick\nsource: assumption\nset: {march_speed: 20 km/h}\n",
        "params/calibrations/first.yaml": PLAN,
        "record/claims.yaml": (folder / "record/claims.yaml").read_text() + CLAIMS,
        "record/held_out.yaml": HELD_OUT,
        "record/counts.yaml": COUNTS,
        "record/strikes.yaml": STRIKES,
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
        return found

    others = {"Mali", "Malian", "Wagner", "TB2", "tb2", "Gao"}
    return (words(BUNDLED) | others) - words(Case(folder)) - OF_ANY_COUNTRY


def outputs(kidal, folder: Path):
    """The words of a call, and all that it prints, call by call; then all files that were written."""

    def call(*words: str, refused: str = "") -> tuple[str, str]:
        code, out, err = kidal("--case", "salt", *words)
        assert (code, refused in err) == (2 if refused else 0, True), (words, err)
        return " ".join(words), out + err

    yield call("list")
    yield call("check")
    yield call("new", "scenario", "mine")
    yield call("check", "mine.yaml")
    yield call("schema", "scenario")
    yield call("run", "salt-road", "--out", "one")
    yield call("run", "salt-road", "--runs", "60", "--out", "many")
    yield call("run", "salt-road", "--runs", "60", "--out", "many", "--json")
    yield call("sweep", "salt-road", "eye-radius", "--runs", "20", "--out", "eye")
    for form in ((), ("--json",), ("--csv",), ("--latex",)):
        yield call("compare", "many", *form)
    for name in FIGURES_OF_RUNS:
        refused = "expected towns or destinations, found none" if name in NOT_DRAWN else ""
        yield call("plot", "many", "--figure", name, "--out", f"{name}.svg", refused=refused)
    yield call("plot", "eye", "--out", "sweep.svg")
    yield call("show", "many", "--full")
    yield call("why", "many", "fort_idir")
    yield call("results", ".")
    yield call("compare", "many", "--full")
    yield call("report", "many", "--out", "page.html")
    yield call("query", "many", "select party, count(*) from reports group by party order by party")
    yield call("verify", "many", "--rows", "3")
    yield call("claims", "many")
    yield call("record")
    yield call("audit")
    yield call("strikes", "--plot", "strikes.svg")
    yield call("marches")
    yield call("sensitivity", "salt-road", "--milestone", "fort_idir:capture", "--out", "screened")
    yield call("run", "salt-road", "--runs", "200", "--out", "boxed")
    yield call("discover", "boxed", "fort_idir:capture")
    yield call("whatif", "base", "quick", "--runs", "60")
    yield call("explain", "eyes", "--runs", "100", "--out", "why")
    yield call("calibrate", "first", "--points", "200", "--out", "fit")
    yield call("evidence", "base", "--scenario", "salt-road", "--runs", "60", "--islands", "2", "--full")
    yield call("discrepancies", "salt-road", "--records", "100")
    yield call("view", "salt-road", "--no-open")
    yield call("view", "nothing-there", "--no-open", refused="is neither a file nor a scenario of the case")
    for path in sorted(folder.parent.rglob("*")):
        if path.is_file() and path.name != LENT and not path.is_relative_to(folder):
            yield path.relative_to(folder.parent).as_posix(), text_in(path)


def text_in(path: Path) -> str:
    """What a file says: a page without what it brings along, the columns and texts of a table."""
    if path.suffix != ".parquet":
        return text_of(path.read_text(encoding="utf-8"))
    table = pq.read_table(path)
    texts = [name for name in table.column_names if pa.types.is_string(table.schema.field(name).type)]
    return "\n".join([*table.column_names, *(str(v) for n in texts for v in table[n].unique().to_pylist())])


def text_of(page: str) -> str:
    """A page without its pictures, and without the libraries that it brings along."""
    page = re.sub(r"data:image/(?:png|webp);base64,[\w+/=]*", "", page)
    return re.sub(r"<script[^>]*>(?:(?!</script>).){200000,}?</script>", "", page, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.usefixtures("compiled_rules")
def test_nothing_of_the_bundled_case_is_said(other, kidal, monkeypatch):
    pages = []
    monkeypatch.setattr("sim.view.server.serve", lambda page, *_, **__: pages.append(page))
    foreign, leaks, called = foreign_in(other), {}, set()
    for name, text in outputs(kidal, other):
        called.add(name.split()[0])
        leaks[name] = foreign(text)
    (page,) = pages
    shown = {
        "layout": [part.to_plotly_json() for part in layout(page)],
        "scene": page.scene({}),
        "fan": page.fan({}, next(iter(page.columns))),
    }
    assert foreign(repr(shown)) == []
    assert {name: words for name, words in leaks.items() if words} == {}
    assert set(COMMANDS) <= called


def foreign_in(folder: Path):
    """What tells which words of the bundled case stand in an output, with what stands about them."""
    words = words_of_the_bundled_case(folder)
    words |= {word.removesuffix("s") for word in words if len(word) > 3}
    known = {*load_parameters(case=Case(folder)).rows, *load_parameters(case=Case(folder)).fitted}
    pattern = re.compile(rf"(?<![a-zA-Z0-9-])(?:{'|'.join(map(re.escape, sorted(words)))})(?![a-zA-Z0-9-])")

    def foreign(text: str) -> list[str]:
        plain = re.sub(rf"\b(?:{'|'.join(known)})\b", "", text)
        places = {plain[max(0, m.start() - 40) : m.end() + 20] for m in pattern.finditer(plain)}
        return sorted(places)[:4]

    return foreign


def test_a_word_inside_a_columns_name_is_found_where_people_read(other):
    foreign = foreign_in(other)
    assert foreign("TB2 of laden_factor") == ["TB2 of "]
    assert foreign("laden_factor of salt") == []


def test_the_words_that_are_looked_for_are_those_of_mali(other):
    words = words_of_the_bundled_case(other)
    assert {"anefis", "Anefis", "Kidal", "jnim", "gao"} <= words
    assert not words & {"Salt Pan", "bulletin", "independent", "kidal"}
