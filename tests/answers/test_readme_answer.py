"""What README quotes of its main job is what that job gives, and all of it fits a screen."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from analysis.answers import answer
from analysis.tables import timeline
from analysis.words.text import SCREEN
from runs import record_of, run_tables
from sim.commands.tables import Shown, next_calls
from sim.studies import printed

README = Path(__file__).resolve().parents[2] / "README.md"
RUNS, SCREEN_LINES = 300, 21


@cache
def readme() -> str:
    return README.read_text(encoding="utf-8")


def test_the_answer_in_readme_is_that_of_its_first_command() -> None:
    assert f"kidal run kidal-offensive --runs {RUNS} --plot" in readme()
    tables = run_tables("kidal-offensive", RUNS)
    (shown,) = [
        text
        for text in re.findall(r"^```text\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)
        if "changed:" in text
    ]
    assert printed.answer_text(tables, record_of(tables)).splitlines() == shown.splitlines()


@pytest.mark.parametrize(
    "by", [None, datetime(2023, 12, 1, tzinfo=UTC), datetime(2023, 11, 1, 12, tzinfo=UTC)]
)
def test_the_first_screen_of_readmes_command_has_room_with_a_date_too(by: datetime | None) -> None:
    tables = run_tables("kidal-offensive", RUNS)
    text = printed.answer_text(tables, record_of(tables), by)
    lines = f"{text}\n\n{next_calls(tables, 'runs/kidal-offensive-0123456789ab', Shown(by=by))}".splitlines()
    assert len(lines) <= SCREEN_LINES
    assert max(map(len, lines)) <= SCREEN


def test_the_sentence_of_readme_on_2000_runs_is_what_they_give() -> None:
    tables = run_tables("kidal-offensive", 2000)
    record = record_of(tables)
    (kidal,) = [line for line in answer.sentences(tables, record) if line.startswith("Kidal is captured")]
    quoted = re.search(
        r"2,000 runs .*? Kidal captured in (\d+ %) of runs with a median of (\d+ \w{3})\w*;\s+(\d+ to \d+ \w{3})\w* was"
        r" reported, and (\d+ %) of the runs lie within",
        " ".join(readme().split()),
    )
    assert quoted is not None
    share, median, reported, within = quoted.groups()
    assert kidal.startswith(f"Kidal is captured in {share} of runs; median {median}, ")
    assert kidal.endswith(f"; reported {reported}; {within} of runs within.")
    assert "No run of the 2,000 meets all reported intervals at once" in " ".join(readme().split())
    assert timeline.together(tables, record) == 0.0
