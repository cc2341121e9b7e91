"""A report: one page of HTML with all that a run gives, that needs nothing beside it and asks no network."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.claims import contested, contested_text
from analysis.figures import gallery
from analysis.figures.base.page import written
from analysis.report.rendering import Rendered, digest, policy, rendered
from analysis.report.text import answer, misses, nothing_scored, reproducibility, what
from analysis.scores import patterns, scorecard
from analysis.scores import tables as score_tables
from analysis.scores.scorecard import Card
from analysis.tables import timeline
from analysis.words.text import paragraphs
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.scenario.network import load_network
from sim.store.reader import RunTables

REPORT_TEMPLATE = Path(__file__).with_name("report.html")
REPORT_FIGURES = (
    "time-distance",
    "map",
    "captured",
    "milestones",
    "delays",
    "cover",
    "holders",
    "displaced",
    "claims",
)
"""The figures of a report in their order; those that a run cannot give are left out."""


@dataclass(frozen=True)
class ReportedRun:
    """A run of a report: its name, its tables, and the record of its time."""

    name: str
    tables: RunTables
    record: Record


def page(
    runs: Sequence[ReportedRun], live: Rendered | None = None, *, figures: Iterable[str] = REPORT_FIGURES
) -> str:
    """The report of some runs, of which there is at least one; `live` is what can be played.

    Of `figures`, names of REPORT_FIGURES, those are drawn of each run that it can give.

    Raises FaultyInput if a run is a sweep or no run of it is finished.
    """
    for run in runs:
        timeline.check_single(run.tables, run.name)
    cards = {run.name: card for run in runs if (card := _card(run))}
    summary = runs[0].tables.manifest["summary"]
    values = {
        "title": summary if len(runs) == 1 else f"{len(runs)} runs side by side",
        "runs": [_shown(run, cards.get(run.name), list(figures)) for run in runs],
        "live": live.html if live else "",
        "scores": score_tables.tables([*cards.values()]) if cards else [],
        "notes": [
            *(words(card) for card in cards.values() for words in (score_tables.lost, score_tables.joint)),
            score_tables.SCORES_NOTE,
        ],
    }
    return _closed(values, live)


def _closed(values: dict[str, Any], live: Rendered | None) -> str:
    """A page with the policy that allows its own scripts and styles, and nothing else."""
    draft = rendered(REPORT_TEMPLATE, **values, policy="", nonce="")
    nonce = digest(draft.html)  # which nobody knows before the page is written
    allowed = policy([draft, *([live] if live else [])], nonce)
    return rendered(REPORT_TEMPLATE, **values, policy=allowed, nonce=nonce).html


def _card(run: ReportedRun) -> Card | None:
    """The scorecard of a run; None if nothing of it is scored."""
    try:
        return scorecard.card(run.tables, run.record, run.name)
    except FaultyInput:
        return None


def _shown(run: ReportedRun, card: Card | None, figures: Sequence[str]) -> dict[str, Any]:
    """What the template tells of a run."""
    account = contested.weigh(run.tables, run.record)
    return {
        "name": run.name,
        "what": what(run.tables),
        "answer": answer(card, load_network(run.tables.case)) if card else [nothing_scored(run.record)],
        "figures": _pictures(run, figures),
        "claims": contested_text.text(run.tables, account) if account.results else "",
        "patterns": patterns.text(run.tables, run.record) if run.record.claims else "",
        "misses": misses(card) if card else [],
        "reproducibility": reproducibility(run.tables),
        "contradictions": paragraphs(timeline.contradictions(run.tables, run.record).splitlines()),
    }


def _pictures(run: ReportedRun, figures: Sequence[str]) -> dict[str, str]:
    """The figures that a run can give, by their headings: PNG in base 64."""
    pictures = {}
    for name in figures:
        if gallery.fault(name, run.tables, run.record) is None:
            png = written(gallery.draw(name, run.tables, run.record), "png")
            pictures[gallery.FIGURES[name].about] = base64.b64encode(png).decode()
    return pictures
