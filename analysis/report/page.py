"""A report: one page of HTML with all that results give, that needs nothing beside it and asks no network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from analysis.answers import answer
from analysis.claims import contested
from analysis.report import claims, tables, text
from analysis.report.pictures import pictures
from analysis.report.rendering import Rendered, digest, policy, rendered
from analysis.scores import patterns, scorecard
from analysis.scores.scorecard import Card
from analysis.scores.side_by_side import Compared
from analysis.scores.tables import baseline_better
from analysis.tables import timeline
from analysis.words import changes
from analysis.words.text import capital
from sim.record.record import Record
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
"""The figures of a report in their order; those that a result cannot give are left out."""


@dataclass(frozen=True)
class ReportedRun:
    """A result of a report: its folder by name, its tables, and the record of its time."""

    name: str
    tables: RunTables
    record: Record


class Section(NamedTuple):
    """A part of the page: its anchor, its heading, what the template makes of it, and of which values."""

    anchor: str
    title: str
    kind: str
    values: Any


def page(
    runs: Sequence[ReportedRun], live: Rendered | None = None, *, figures: Iterable[str] = REPORT_FIGURES
) -> str:
    """The report of some results, of which there is at least one; `live` is what can be played.

    Of `figures`, names of REPORT_FIGURES, those are drawn of each result that it can give.

    Raises FaultyInput if a result is a sweep or no run of it is finished.
    """
    for run in runs:
        timeline.check_single(run.tables, run.name)
    cards, labels = [_card(run) for run in runs], changes.labels([(run.name, run.tables) for run in runs])
    answers = [
        {"label": label, "what": text.what(run.tables), "sentences": answer.sentences(run.tables, run.record)}
        | {"below": [*answer.below(run.tables, run.record), *text.scored(card, run.record)]}
        for run, card, label in zip(runs, cards, labels, strict=True)
    ]
    of_runs = [
        section
        for number, (run, card) in enumerate(zip(runs, cards, strict=True))
        for section in _sections(
            run, card, str(number), f": {labels[number]}" if runs[1:] else "", [*figures]
        )
    ]
    of_runs = _once(of_runs)
    summary = runs[0].tables.manifest["summary"]
    values = {
        "title": text.side_by_side(labels) if runs[1:] else summary,
        "answers": answers,
        "beside": _side_by_side(runs, cards, labels) if runs[1:] else None,
        "live": live.html if live else "",
        "sections": [*of_runs, *_last(runs, labels)],
    }
    return _closed(values, live)


def _closed(values: dict[str, Any], live: Rendered | None) -> str:
    """A page with the policy that allows its own scripts and styles, and nothing else."""
    draft = rendered(REPORT_TEMPLATE, **values, policy="", nonce="")
    nonce = digest(draft.html)  # which nobody knows before the page is written
    allowed = policy([draft, *([live] if live else [])], nonce)
    return rendered(REPORT_TEMPLATE, **values, policy=allowed, nonce=nonce).html


def _card(run: ReportedRun) -> Card | None:
    """The scorecard of a result; None if nothing of it is scored."""
    made = scorecard.card_if_any(run.tables, run.record, run.name)
    return made if made.is_scored else None


def _side_by_side(
    runs: Sequence[ReportedRun], cards: Sequence[Card | None], labels: Sequence[str]
) -> tables.ReportTable:
    rows = [
        Compared(run.tables, run.record, card or scorecard.EMPTY_CARD)
        for run, card in zip(runs, cards, strict=True)
    ]
    return tables.side_by_side(rows, labels)


def _sections(
    run: ReportedRun, card: Card | None, number: str, of_run: str, figures: Sequence[str]
) -> list[Section]:
    """The sections of a result that have something in them."""
    contents = {
        "figures": ("Figures", pictures(run.tables, run.record, figures)),
        "scores": ("Scores beside the record", _scores(run, card)),
        "checks": ("Qualitative checks", _checks(patterns.patterns(run.tables, run.record))),
        "claims": ("Contested claims", _claims(run, contested.weigh(run.tables, run.record))),
    }
    return [
        Section(anchor=f"{kind}-{number}", title=title + of_run, kind=kind, values=values)
        for kind, (title, values) in contents.items()
        if values
    ]


def _once(sections: Iterable[Section]) -> list[Section]:
    """Sections whose pictures each come once: that of the claims is the same in results of the same days."""
    seen: set[str] = set()
    made = []
    for section in sections:
        if section.kind == "figures":
            fresh = [picture for picture in section.values if picture.code not in seen]
            seen |= {picture.code for picture in fresh}
            section = section._replace(values=fresh)
        made.append(section)
    return made


def _scores(run: ReportedRun, card: Card | None) -> dict[str, Any]:
    """Tables of scores, and sentences about them; empty without a score."""
    if card is None:
        return {}
    return {
        "sentences": [capital(baseline_better(card)), text.joint(card), text.NOTE_ON_SCORES],
        "tables": tables.scores(card),
        "discrepancies": text.discrepancies(card, run.tables),
    }


def _checks(judged: patterns.Patterns) -> dict[str, Any]:
    """Tables of the qualitative checks, and their rules; empty without any."""
    rows = [*judged.judged, *patterns.all_together(judged.judged)]
    made = [table for table in (tables.checks(rows), tables.fixed(judged)) if table.rows]
    lacking = [f"{name} (no {what})" for name, what in judged.not_judged.items()]
    if not made and not lacking:
        return {}
    return {
        "tables": made,
        "rules": [(one.name, one.rule) for one in judged.judged],
        "lacking": f"Not judged: {'; '.join(lacking)}." if lacking else "",
    }


def _claims(run: ReportedRun, account: contested.Account) -> dict[str, Any]:
    """Contested matters and reliabilities; empty without any."""
    if not account.results:
        return {}
    return {
        "matters": claims.matters(run.tables, run.record, account),
        "tables": claims.weighed(run.record, account),
        "note": claims.reliability_note(account),
    }


def _last(runs: Sequence[ReportedRun], labels: Sequence[str]) -> list[Section]:
    """The sections about all results."""
    groups = {
        relation: dict.fromkeys(
            line for run in runs for line in timeline.relations(run.tables, run.record, relation).splitlines()
        )
        for relation in timeline.RELATION_TITLES
    }
    boxes = [
        (label if runs[1:] else "", text.reproducibility(run.tables, run.name))
        for run, label in zip(runs, labels, strict=True)
    ]
    contents = {
        "contradictions": (timeline.RELATION_TITLES["contradicts"], [*groups["contradicts"]]),
        "differences": (timeline.RELATION_TITLES["differs"], [*groups["differs"]]),
        "reproducibility": ("Reproducibility", boxes),
    }
    return [
        Section(anchor=kind, title=title, kind=kind, values=values)
        for kind, (title, values) in contents.items()
        if values
    ]
