"""What the pages of docs/ show is what happens."""

import importlib
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.identity import model_hash

DOCS = Path(__file__).resolve().parent.parent / "docs"
FILE = r"`([\w-]+\.yaml)`:\n\n```yaml\n(.*?)^```"


@pytest.mark.parametrize(
    "page", ["first.md", "own-scenario.md", "own-case.md", "sweeps.md", "scoring.md", "calibration.md"]
)
def test_the_commands_of_a_page_end_well_one_after_the_other(page, tmp_path, monkeypatch, capsys):
    text = (DOCS / page).read_text(encoding="utf-8")
    for name, content in re.findall(FILE, text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")
    calls = re.findall(r"^kidal (.*)$", text, re.MULTILINE)
    assert len(calls) > 5
    monkeypatch.chdir(tmp_path)
    for call in calls:
        monkeypatch.setattr(sys, "argv", ["kidal", *shlex.split(call)])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 0, (call, capsys.readouterr().err)


NUMBER = re.compile(r"(?<![\w-])[+-]?\d[\d,]*\.\d+")


def test_the_page_of_results_is_what_its_command_gives(monkeypatch):
    """To the last digit but one: sums of floating numbers differ a little between machines."""
    monkeypatch.syspath_prepend(str(DOCS))
    results = importlib.import_module("results")
    made, kept = results.page(), (DOCS / "results.md").read_text(encoding="utf-8")
    assert NUMBER.sub("x", made) == NUMBER.sub("x", kept)
    mine, theirs = ([float(n.replace(",", "")) for n in NUMBER.findall(text)] for text in (made, kept))
    assert mine == pytest.approx(theirs, abs=0.0101)


def test_the_page_of_findings_is_what_was_found_with_these_rules(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    findings = importlib.import_module("findings")
    kept = json.loads((DOCS / "findings.json").read_text(encoding="utf-8"))
    assert findings.page(kept) == (DOCS / "findings.md").read_text(encoding="utf-8")
    assert list(kept) == list(findings.COMMANDS)
    assert kept["october"]["model"] == model_hash(), "rules have changed: `python docs/findings.py` again"
    assert kept["october"]["faults"] == kept["hold"]["faults"] == []


def test_what_the_findings_say_of_strikes_is_what_the_command_gives(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["kidal", "strikes", "--json"])
    with pytest.raises(SystemExit):
        main()
    kept = json.loads((DOCS / "findings.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == kept["strikes"]


def test_the_pages_made_from_files_are_those_of_their_files(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    build = importlib.import_module("build")
    for name, page in build.PAGES.items():
        assert (DOCS / name).read_text(encoding="utf-8") == page(), f"{name}: `python docs/build.py` again"


def test_every_link_between_pages_leads_to_a_file():
    for page in DOCS.glob("*.md"):
        links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (DOCS / link).exists()] == []
