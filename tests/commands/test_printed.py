"""What is printed: nothing of a stranger's file steers the terminal, and no code page of a console ends a command."""

import ast
import io
import subprocess
import sys

import pytest
from sources import trees

from sim import console
from sim.cli import main
from sim.console import EscapedStream, Progress, escaped, say
from sim.files.yaml_tree import FaultyInput, refuse

EVIL = "\x1b]0;owned\x07\x9b31m\u202eABC"
SHOWN = r"\x1b]0;owned\x07\x9b31m\u202eABC"


def console_of(encoding: str) -> io.TextIOWrapper:
    """A console of a code page, as strict as Python makes it."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", write_through=True)


def printed(stream: io.TextIOWrapper) -> str:
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode(stream.encoding)


@pytest.mark.parametrize("letter", "\x00\x07\b\r\x1b\x7f\x85\x9b\u2028\u2029\u202a\u202e\u2066\u2069\udc80")
def test_what_steers_is_an_escape(letter):
    plain = escaped(f"a{letter}b")
    assert plain.isprintable()
    assert plain.encode().decode("unicode_escape") == f"a{letter}b"
    assert escaped(plain) == plain


def test_other_letters_stay_as_they_are():
    text = "a\tb\nL’armée : « Anéfis » كيدال\u200f ⵜⵉ 中文 -- \\x1b"
    assert escaped(text, "utf-8") == text


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("cp1252", r"é \u0643 \u4e2d"),
        ("ascii", r"\xe9 \u0643 \u4e2d"),
        ("cp437", r"é \u0643 \u4e2d"),
        ("utf-8", "é ك 中"),
    ],
)
def test_what_a_code_page_has_not_is_an_escape(monkeypatch, encoding, shown):
    stream = console_of(encoding)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, stream)
    say("é ك 中", end=";")
    console.tell("é ك 中")
    EscapedStream(stream).writelines(["é ك 中"])
    assert printed(stream).replace("\r", "") == f"{shown};{shown}\n{shown}"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_bar_of_progress_is_drawn_on_any_console(monkeypatch, encoding):
    stream = console_of(encoding)
    monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", EscapedStream(stream))
    with Progress(400) as progress:
        progress.begin(200, "runs/中")
        progress(200, 0)
    lines = printed(stream)
    assert r"stored in runs/\u4e2d" in lines
    assert "\x1b[" in lines  # the bar is ours, and may steer


@pytest.fixture
def commands(monkeypatch, tmp_path):
    """Run `kidal WORDS` in an empty folder on a console; gives the exit code and all that is printed."""
    monkeypatch.chdir(tmp_path)

    def call(encoding, *words):
        stream = console_of(encoding)
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, stream)
        monkeypatch.setattr(sys, "argv", ["kidal", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, printed(stream)

    return call


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_texts_of_a_case_are_escaped_in_tables_notes_and_messages(commands, encoding, tmp_path):
    assert commands(encoding, "new", "case", "c")[0] == 0
    summary = '"' + EVIL.replace("\x1b", r"\e").replace("\x07", r"\a").replace("\x9b", r"\x9b") + ' 中"'
    scenario = tmp_path / "c/scenarios/salt-road.yaml"
    lines = scenario.read_text(encoding="utf-8").splitlines()
    lines = [f"summary: {summary}" if line.startswith("summary:") else line for line in lines]
    scenario.write_text("\n".join(lines), encoding="utf-8")
    places = tmp_path / "c/params/network/places.csv"
    text = places.read_text(encoding="utf-8")
    places.write_text(text.replace("Two Wells", "Two \u202eABC Wells"), encoding="utf-8")
    calls = {
        ("list",): 0,
        ("record",): 0,
        ("run", "salt-road", "--out", "r"): 0,
        ("query", "r", "select * from route"): 0,
        ("query", "r", "select * from route", "--csv"): 0,
        ("query", "r", "select * from route", "--json"): 0,
        ("run", EVIL): 2,
        ("run", "salt-road", "--set", f"{EVIL}=1"): 2,
        ("query", "r", f"select {EVIL}"): 2,
        (EVIL,): 2,
        ("run", "--help"): 0,
    }
    for words, right in calls.items():
        code, output = commands(encoding, "--case", "c", *words)
        assert (words, code) == (words, right)
        assert escaped(output).replace("\\r", "") == output.replace("\r", ""), words
        if words[:2] == ("query", "r") and right == 0:
            assert r"\u202eABC" in output
        elif words != ("run", "--help") and words[0] not in ("record", "run", "query"):
            assert r"\x1b]0;owned\x07\x9b31m" in output, words


def test_a_fault_that_nobody_catches_is_escaped_in_python():
    with pytest.raises(FaultyInput) as fault:
        refuse(f"a{EVIL}.yaml", EVIL)
    assert str(fault.value) == f"a{SHOWN}.yaml: {SHOWN}"


def test_what_libraries_print_is_escaped_too(tmp_path):
    code = (
        "import sys, warnings\nfrom sim.console import guard_streams\nguard_streams(); guard_streams()\n"
        "warnings.warn('\\x1b[31m\\u4e2d')\nraise ValueError('\\x1b[2J\\u202e')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert run.returncode == 1
    assert r"\x1b[31m" in run.stderr
    assert r"ValueError: \x1b[2J\u202e" in run.stderr
    assert escaped(run.stderr) == run.stderr


def test_all_is_printed_by_one_door():
    doors = {"echo", "secho", "print"}
    calls = {
        f"{name}:{node.lineno}"
        for package in ("sim", "analysis", "kidal")
        for name, tree in trees(package).items()
        if name != "sim/console.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in doors
    }
    assert calls == set()


def test_a_name_that_the_place_tells_is_not_told_again(kidal):
    _, _, err = kidal("run", "gao-anefis", "--set", "march_speed=x", "--set", "drones.tb2.radius=x")
    assert "--set march_speed: value: 'x' is not a number" in err
    _, _, err = kidal("run", "gao-anefis", "--set", "drones.tb2.radius=x")
    assert err.startswith("--set drones.tb2.radius: 'x' is not a number")
