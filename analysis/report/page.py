"""A report: one page of HTML with all that a run gives, that needs nothing beside it and asks no network."""

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.claims import contested, contested_text
from analysis.figures import gallery
from analysis.figures.base.page import written
from analysis.report.text import LIMITS, answer, misses, reproducibility, what
from analysis.scores import patterns, scorecard
from analysis.scores import tables as score_tables
from analysis.scores.scorecard import Card
from analysis.tables import timeline
from analysis.tables.text import paragraphs
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.scenario.network import load_network
from sim.store.reader import RunTables

REPORT_CSS = Path(__file__).with_name("report.css")
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


def page(runs: Sequence[ReportedRun], live: str = "", *, figures: Sequence[str] = REPORT_FIGURES) -> str:
    """The report of some runs, of which there is at least one; `live` is HTML of what can be played.

    `figures` are drawn of each run in this order, but those that it cannot give.

    Raises FaultyInput if a run is a sweep or no run of it is finished.
    """
    for run in runs:
        timeline.check_single(run.tables, run.name)
    cards = _cards(runs)
    first = runs[0].tables.manifest
    title = first["summary"] if len(runs) == 1 else f"{len(runs)} runs side by side"
    parts = [
        f"<h1>{_safe(title)}</h1>",
        *(_head(run, cards.get(run.name)) for run in runs),
        live,
        *(_figures(run, figures, alone=len(runs) == 1) for run in runs),
        _scores(list(cards.values())),
        *(_claims(run) for run in runs),
        *(_patterns(run) for run in runs),
        *(_misses(card) for card in cards.values()),
        _section("Limits", _list(LIMITS)),
        *(_reproducibility(run) for run in runs),
    ]
    return _document(title, "\n".join(part for part in parts if part))


def _cards(runs: Sequence[ReportedRun]) -> dict[str, Card]:
    """The scorecards of the runs of which something is scored."""
    found = {}
    for run in runs:
        try:
            found[run.name] = scorecard.card(run.tables, run.record, run.name)
        except FaultyInput:
            continue
    return found


# --- parts -----------------------------------------------------------------------------------------------


def _head(run: ReportedRun, card: Card | None) -> str:
    """What was run, and the answer."""
    said = (
        answer(card, load_network(run.tables.case))
        if card is not None
        else ["Nothing that it gives is scored against the record."]
    )
    return f"<p>{_safe(what(run.tables))}</p>\n<ol class='answer'>{_items(said)}</ol>"


def _figures(run: ReportedRun, figures: Sequence[str], *, alone: bool) -> str:
    """The figures that a run can give, as pictures inside the page."""
    shown = []
    for name in figures:
        if gallery.fault(name, run.tables, run.record) is not None:
            continue
        code = base64.b64encode(written(gallery.draw(name, run.tables, run.record), "png")).decode()
        about = _safe(gallery.FIGURES[name].about)
        shown.append(
            f"<figure><figcaption>{about}</figcaption>"
            f"<div class='wide' tabindex='0'><img alt='{about}' "
            f"src='data:image/png;base64,{code}'></div></figure>"
        )
    return _section("Figures" if alone else f"Figures, {run.name}", "\n".join(shown)) if shown else ""


def _scores(cards: Sequence[Card]) -> str:
    if not cards:
        return ""
    tables = "\n".join(
        f"<h3>{_safe(name)}</h3>\n{_table(table)}" for name, table in score_tables.tables(cards)
    )
    words = [sentence for card in cards for sentence in (score_tables.lost(card), score_tables.joint(card))]
    return _section(
        "Against the record, rules of thumb first", tables + _prose([*words, score_tables.SCORES_NOTE])
    )


def _claims(run: ReportedRun) -> str:
    account = contested.weigh(run.tables, run.record)
    if not account.results:
        return ""
    return _section(
        "Contested claims weighed", f"<pre>{_safe(contested_text.text(run.tables, account))}</pre>"
    )


def _patterns(run: ReportedRun) -> str:
    found = patterns.text(run.tables, run.record)
    return _section("Weak patterns", f"<pre>{_safe(found)}</pre>") if found else ""


def _misses(card: Card) -> str:
    return _section("The worst misses", _list(misses(card))) if card.rows else ""


def _reproducibility(run: ReportedRun) -> str:
    """How to get the run again, and the reports that contradict each other."""
    rows = "".join(
        f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in reproducibility(run.tables)
    )
    clash = timeline.contradictions(run.tables, run.record)
    more = f"<h3>Reports that contradict each other</h3><pre>{_safe(paragraphs(clash.splitlines()))}</pre>"
    return _section("How to get it again", f"<dl>{rows}</dl>{more if clash else ''}")


# --- HTML ------------------------------------------------------------------------------------------------


def _document(title: str, body: str) -> str:
    style = REPORT_CSS.read_text(encoding="utf-8")
    head = "<meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'>"
    policy = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    head += f"<meta http-equiv='Content-Security-Policy' content=\"{policy}\">"
    title = f"<title>{_safe(title)}</title>"
    return (
        f"<!doctype html>\n<html lang='en'><head>{head}{title}<style>\n{style}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{_safe(title)}</h2>\n{body}\n</section>"


def _table(table: Sequence[Sequence[str]]) -> str:
    head, *lines = table
    body = "".join(f"<tr>{_row('td', line)}</tr>\n" for line in lines)
    first = f"<thead><tr>{_row('th', head)}</tr></thead>"
    return f"<div class='wide'><table>{first}<tbody>\n{body}</tbody></table></div>"


def _row(kind: str, cells: Sequence[str]) -> str:
    return "".join(f"<{kind}>{_safe(cell)}</{kind}>" for cell in cells)


def _list(items: Iterable[str]) -> str:
    return f"<ul>{_items(items)}</ul>"


def _items(items: Iterable[str]) -> str:
    return "".join(f"<li>{_safe(item)}</li>\n" for item in items)


def _prose(sentences: Iterable[str]) -> str:
    return "".join(f"<p>{_safe(sentence)}</p>\n" for sentence in sentences)


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
