"""What the pages of docs/ show is what happens."""

import importlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.store.provenance import rules

pytestmark = [pytest.mark.docs, pytest.mark.slow]

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILE = r"`([\w-]+\.yaml)`:\n\n```yaml\n(.*?)^```"


PAGES = [
    "tutorial/first.md",
    "tutorial/own-scenario.md",
    "tutorial/own-case.md",
    "guides/sweeps.md",
    "guides/scoring.md",
    "guides/discrepancies.md",
    "guides/calibration.md",
    "guides/diagnostics.md",
    "guides/evidence.md",
    "guides/marches.md",
]


def has_arviz() -> bool:
    """Whether the library is there that a page reads points with, and that the program does not need."""
    return importlib.util.find_spec("arviz") is not None


BLOCK = r"^```(sh|python)\n(.*?)^```"


@pytest.mark.parametrize("page", [*PAGES, "guides/tables.md", "guides/agents.md"])
def test_the_commands_of_a_page_end_well_one_after_the_other(page, tmp_path, kidal):
    text = (DOCS / page).read_text(encoding="utf-8")
    for name, content in re.findall(FILE, text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")
    names: dict[str, object] = {"__name__": "page"}
    blocks = re.findall(BLOCK, text, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 1
    for language, block in blocks:
        if language == "python" and "SLURM" not in block and ("arviz" not in block or has_arviz()):
            exec(compile(block, page, "exec"), names)
        for call in re.findall(r"^kidal (.*?)(?: > \S+)?$", block, re.MULTILINE) if language == "sh" else ():
            code, _, err = kidal(*shlex.split(call))
            assert code == 0, (call, err)


@pytest.mark.skipif(not (shutil.which("git") and shutil.which("bash")), reason="needs git and bash")
def test_the_page_of_a_new_rule_holds_as_it_stands(tmp_path):
    """Its change is applied to a copy of the program, and its commands are run there."""
    text = (DOCS / "tutorial/new-rule.md").read_text(encoding="utf-8")
    copy, cache = tmp_path / "copy", tmp_path / "cache"
    for name in ("sim", "analysis", "scenarios", "params", "tests"):
        shutil.copytree(DOCS.parent / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (diff,) = re.findall(r"^```diff\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (copy / "dust.diff").write_text(diff, encoding="utf-8")
    ((_, block),) = re.findall(BLOCK, text, re.MULTILINE | re.DOTALL)
    ways = {
        "kidal": f"{sys.executable} -c 'from sim.cli import main; main()'",
        "pytest": f"{sys.executable} -m pytest",
    }
    calls = re.sub(r"\b(kidal|pytest) (?=run|tests)", lambda match: ways[match[1]] + " ", block)
    variables = {
        "PYTHONPATH": f"{copy}:{copy / 'tests' / 'helpers'}",
        "XDG_CACHE_HOME": str(cache),
        "PYTEST_ADDOPTS": "",
        "NUMBA_OPT": "0",  # compiled sooner, and few runs
    }
    done = subprocess.run(
        ["bash", "-ec", calls],
        cwd=copy,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    one, other = (pq.read_table(copy / name / "runs") for name in ("dusty", "plain"))
    assert one.num_rows == 60
    assert one.equals(other)


NUMBER = re.compile(r"(?<![\w-])[+-]?\d[\d,]*\.\d+")


def test_the_page_of_results_is_what_its_command_gives(monkeypatch):
    """To the last digit but one: sums of floating numbers differ a little between machines."""
    monkeypatch.syspath_prepend(str(DOCS / "make"))
    results = importlib.import_module("results")
    made, stored = results.page(), (DOCS / "results/results.md").read_text(encoding="utf-8")
    assert NUMBER.sub("x", made) == NUMBER.sub("x", stored)
    mine, theirs = ([float(n.replace(",", "")) for n in NUMBER.findall(text)] for text in (made, stored))
    assert mine == pytest.approx(theirs, abs=0.0101)


def test_the_page_of_findings_is_what_was_found_with_these_rules(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS / "make"))
    findings = importlib.import_module("findings")
    stored = json.loads((DOCS / "results/findings.json").read_text(encoding="utf-8"))
    assert findings.page(stored) == (DOCS / "results/findings.md").read_text(encoding="utf-8")
    assert list(stored) == list(findings.COMMANDS)
    assert stored["october"]["rules"] == rules(), "rules have changed: `python docs/make/findings.py` again"
    assert stored["october"]["faults"] == stored["hold"]["faults"] == []


def test_what_the_findings_say_of_strikes_is_what_the_command_gives(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["kidal", "strikes", "--json"])
    with pytest.raises(SystemExit):
        main()
    stored = json.loads((DOCS / "results/findings.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == stored["strikes"]


def test_the_pages_made_from_files_are_those_of_their_files(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS / "make"))
    build = importlib.import_module("build")
    assert build.PAGES
    for name, page in build.PAGES.items():
        assert (DOCS / name).read_text(encoding="utf-8") == page(), (
            f"{name}: `python docs/make/build.py` again"
        )


def test_every_link_between_pages_leads_to_a_file_beside_them():
    """What lies outside docs/ is none of the site's."""
    pages = list(DOCS.rglob("*.md"))
    assert len(pages) > 10
    for page in pages:
        links = re.findall(r"\]\(([^)#:]+)(?:#[\w.-]+)?\)", page.read_text(encoding="utf-8"))
        goals = [(page.parent / link).resolve() for link in links]
        assert [goal for goal in goals if not goal.is_relative_to(DOCS) or not goal.exists()] == [], page.name
