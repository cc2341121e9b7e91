"""What README shows is what happens."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from sim.cli import main

pytestmark = [pytest.mark.docs, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
CALLS = [
    line.removeprefix(".venv/bin/kidal ")
    for kind, text in BLOCKS
    for line in text.splitlines()
    if kind == "sh" and line.startswith(".venv/bin/kidal")
]
QUESTIONS = re.findall(r"^\| [^|]+ \| `kidal ([^`]+)` \|", README, re.MULTILINE)
"""The commands of the table of questions, which ask the results of those above."""
FIRST = "run kidal-offensive --runs 300"
"""What README's first command runs, whose answer stands there."""


def test_there_are_two_commands_that_set_up_and_some_to_use():
    assert len([line for line in README.splitlines() if line.startswith("python3 -m venv")]) == 2
    assert len(CALLS) >= 5
    assert len(QUESTIONS) >= 15
    assert [line for line in BLOCKS[0][1].splitlines() if f"kidal {FIRST} " in line] != []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all commands, which follow one another."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    return folder


FEW_RUNS = 2000
"""Runs of an alternative that say how many are not enough, in seconds; README's take half a minute."""
SMALL_EVIDENCE = ["--runs", "200", "--islands", "2"]
"""Filters that end in seconds; those of README's command take minutes."""


@pytest.mark.parametrize("call", dict.fromkeys([FIRST, *CALLS, *QUESTIONS]))
def test_a_command_of_readme_ends_well_with_runs_enough_for_what_it_shows(call, folder, monkeypatch, capsys):
    words, enough = shlex.split(call), 0
    if words[0] == "explain":
        at = words.index("--runs") + 1
        enough, words[at] = int(words[at]), str(FEW_RUNS)
    if words[0] == "evidence":
        words += SMALL_EVIDENCE
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["kidal", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    text = capsys.readouterr().out
    if call == FIRST:
        (shown,) = [block for kind, block in BLOCKS if kind == "text" and "changed: nothing" in block]
        assert text.startswith(shown)
    needed = re.search(r"more than ([\d,]+) runs an alternative are needed", text)
    if enough and needed:
        assert int(needed[1].replace(",", "")) < enough
    else:
        assert "too few" not in text.lower()


def test_the_python_of_readme_runs(capsys):
    (many,) = [text for kind, text in BLOCKS if kind == "python"]
    exec(compile(many, "README.md", "exec"), {})
    head, *answer, share, events = capsys.readouterr().out.splitlines()
    assert head == "<Result: gao-anefis, 5,000 runs, changed: nothing>"
    assert answer[0].startswith("  Anefis is captured in ")
    assert 0.1 < float(share) < 0.9
    assert "departure" in events


def test_every_file_that_readme_names_is_there():
    names = re.findall(r"\]\(([^)#]+)\)|`((?:sim|params|scenarios|benchmarks|analysis)/[\w./-]+)`", README)
    paths = [name or code for name, code in names if "*" not in name + code and "://" not in name]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []
