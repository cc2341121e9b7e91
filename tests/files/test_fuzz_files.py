"""Whatever the text, it is accepted or refused with located messages: never a traceback."""

import math
import re

import pytest
from bundled import bundled_network
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.inputs import load_inputs
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput, parse
from sim.parameters.parameter import table
from sim.parameters.reading import load_parameters
from sim.scenario.network import load_network
from sim.scenario.reading import load_scenario

pytestmark = pytest.mark.slow

STAGE = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
DEFAULT = (BUNDLED.path("params") / "default.yaml").read_text(encoding="utf-8")
CSV = {
    name: (BUNDLED.path("params") / "network" / f"{name}.csv").read_text(encoding="utf-8")
    for name in ("places", "roads")
}
SPECIAL = list("{}[]:,-#&*!|>'\"%@`?\\~<=\n\t .0123456789aeno\r\0\x85\u2028\ufeffé")
WORDS = [
    "no",
    "16:30",
    "010",
    ".nan",
    "-.inf",
    "1e999",
    "9" * 400,
    "-1",
    "0",
    "",
    "~",
    "{}",
    "[]",
    "[[]]",
    "{a: b}",
    "&a",
    "*a",
    "!!int",
    "!x!y",
    "<<: ",
    "---",
    "...",
    "%YAML 1.1\n",
    "%YAML 1.3\n",
    "%TAG ! x\n",
    "? ",
    "| ",
    ">-\n",
    "\t",
    "'",
    '"',
    '"\\ud800"',
    '"\\0"',
    '"\\UFFFFFFFF"',
    "km",
    "3 km/h",
    "2023-10-02",
    "9999-12-31",
    "0001-01-01",
    "kidal",
    "1e-300",
    "\n- ",
    "\n\n",
    ",,",
    "1e300 km",
    "5000000",
]


def examples(number):
    """The same examples in every run, as many as said, each as slow as it likes."""
    return settings(max_examples=number, derandomize=True, database=None, deadline=None)


def texts():
    """Any text, and text made of what means something to YAML."""
    return st.text(max_size=60) | st.lists(st.sampled_from(SPECIAL + WORDS), max_size=25).map("".join)


@st.composite
def mutants(draw, text, most=3):
    """A text with characters or lines taken out, doubled, put in or replaced, in one to a few places."""
    for _ in range(draw(st.integers(1, most))):
        lines = text.splitlines(keepends=True) or [""]
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        kind = draw(st.sampled_from(["drop", "double", "swap", "character", "value", "word", "line"]))
        if kind == "drop":
            lines[at] = ""
        elif kind == "double":
            lines[at] = line * 2
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "character":
            start = draw(st.integers(0, len(line)))
            new = draw(st.sampled_from(["", *SPECIAL]) | st.characters(codec="utf-8"))
            lines[at] = line[:start] + new + line[start + draw(st.integers(0, 2)) :]
        elif kind == "line":
            lines[at] = draw(texts()) + "\n"
        else:  # a whole value or word of the line is replaced
            spans = [
                m.span()
                for m in re.finditer(r"[^\s,:{}\[\]]+" if kind == "word" else r"(?<=: )[^,}\n]+", line)
            ]
            start, end = draw(st.sampled_from(spans)) if spans else (len(line), len(line))
            lines[at] = line[:start] + draw(st.sampled_from(WORDS)) + line[end:]
        text = "".join(lines)
    return text


def given_or_refused(call):
    """What a call gives, and the faults with which it refuses to."""
    try:
        return call(), []
    except FaultyInput as refusal:
        return None, refusal.faults


def outcome(call, text, *names):
    """What a call gives, or None if it refuses the text with messages that say on one line where and what."""
    value, faults = given_or_refused(call)
    assert value is not None or faults
    lines = 2 + len(re.findall(r"\r\n|[\n\r\x85\u2028\u2029]", text))
    for (file, line), message in faults:
        assert file.endswith(names)
        assert 0 <= line <= lines
        assert line or "cannot be read" in message or "is larger than" in message
        assert message.isprintable()
        assert len(message) < 2000
    return value


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def written(folder, name, text):
    """A file of a text, byte by byte; what has no UTF-8 is written as it may stand in a file all the same."""
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    return folder / name


@given(text=texts())
@examples(200)
def test_any_text_is_a_tree_or_refused(text):
    tree = outcome(lambda: parse(text, "f"), text, "f")
    assert tree is None or all(isinstance(key, str) for key in tree)


@given(raw=st.binary(max_size=80))
@examples(60)
def test_any_bytes_are_parameters_or_refused(folder, raw):
    (folder / "b.yaml").write_bytes(raw)
    outcome(lambda: load_parameters(folder / "b.yaml"), raw.decode("latin-1"), "b.yaml")


@given(text=mutants(STAGE))
@examples(150)
def test_any_scenario_is_built_or_refused(folder, text):
    path = written(folder, "s.yaml", text)
    loaded = outcome(lambda: load_scenario(str(path), network=bundled_network()), text, "s.yaml")
    if loaded:
        assert load_inputs(str(path)).template


@given(text=texts())
@examples(50)
def test_any_text_is_a_scenario_or_refused(folder, text):
    path = written(folder, "t.yaml", text)
    outcome(lambda: load_scenario(str(path), network=bundled_network()), text, "t.yaml")


@given(text=mutants(DEFAULT, 2))
@examples(60)
def test_any_parameters_are_drawn_finite_and_written_or_refused(folder, text):
    path = written(folder, "p.yaml", text)
    parameters = outcome(lambda: load_parameters(path), text, "p.yaml", "default.yaml")
    if parameters:
        assert all(math.isfinite(value) for seed in range(5) for value in parameters.draw(seed).values())
        assert table(parameters)
        again = load_parameters(written(folder, "q.yaml", parameters.text()))
        assert again.rows == parameters.rows


def csv_mutants():
    """A file of the network by its name, and a mutant of it."""
    return st.sampled_from(list(CSV)).flatmap(lambda name: st.tuples(st.just(name), mutants(CSV[name])))


@given(change=csv_mutants())
@examples(120)
def test_any_network_is_a_network_or_refused(folder, change):
    texts_of = CSV | dict([change])
    for file, text in texts_of.items():
        written(folder, f"{file}.csv", text)
    net = outcome(
        lambda: load_network(folder=folder), "\n".join(texts_of.values()), "places.csv", "roads.csv"
    )
    assert net is None or all(road.km > 0 for road in net.roads)


PATHS = st.sampled_from(
    ["drones.tb2.radius", "columns.army.serials.head.persons", "start", "columns", "groups.mnla.home", "belief.radius",
     "milestones.anefis:tail.id", "columns.army.stops", "towns.gao.held_by"]
) | texts()  # fmt: skip


@given(path=PATHS, text=st.sampled_from(WORDS) | texts())
@examples(100)
def test_any_setting_of_a_scenario_is_taken_or_refused_by_its_path(path, text):
    loaded, faults = given_or_refused(lambda: load_scenario("gao-anefis", {path: text}, bundled_network()))
    assert loaded or f"--set {path}" in {fault.where.file for fault in faults}


NAMES = st.sampled_from(["march_speed", "contact_pace", "fighters", "day_spread"]) | texts()


@given(name=NAMES, text=st.sampled_from(WORDS) | texts())
@examples(80)
def test_any_setting_of_a_parameter_is_taken_or_refused_by_its_name(name, text):
    parameters, faults = given_or_refused(lambda: load_parameters(sets={name: text}))
    assert parameters or {fault.where.file for fault in faults} == {f"--set {name}"}
    assert not parameters or math.isfinite(parameters.values()[name])
