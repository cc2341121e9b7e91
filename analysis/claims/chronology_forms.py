"""The record's claims as CSV and Markdown, and their sources as BibTeX."""

import csv
import io
from collections.abc import Callable, Sequence

from analysis.claims.chronology import ChronologyEntry, claim_json, number_texts, source_list, sources
from analysis.claims.time_constraints import point_of
from analysis.words.text import interval, markdown_table
from sim.record import citing

CLAIM_COLUMNS = (
    *("id", "earliest", "latest", "event", "column", "precision", "party", "kind", "weight", "source"),
    *("document", "url", "says", "numbers", "rough", "recurs", "note", "contradicted_by", "differs_from"),
    *("uses", "scored"),
)
"""The columns of the claims as CSV; `document` is the short name of the source."""
_SIGNS = str.maketrans({"*": r"\*", "_": r"\_", "<": "&lt;"})


def csv_text(entries: Sequence[ChronologyEntry]) -> str:
    """A line a claim with all its columns; several things in a cell stand with '; ' between."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CLAIM_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_cells, entries))
    return out.getvalue()


def _cells(entry: ChronologyEntry) -> dict[str, object]:
    claim, url = entry.claim, entry.source.url
    return claim_json(entry) | {
        "document": entry.document,
        "url": url,
        "numbers": "; ".join(number_texts(claim)),
        "rough": "; ".join(claim.rough),
        "contradicted_by": "; ".join(claim.contradicted_by),
        "differs_from": "; ".join(claim.differs_from),
        "uses": "; ".join(f"{name}: {use}" for name, use in entry.uses),
    }


def markdown(entries: Sequence[ChronologyEntry]) -> str:
    """The claims as a table in Markdown, their sources as a list below it."""
    head = ["reported interval (UTC)", "event", "claimed by", "source", "kind", "weight", "says"]
    table = markdown_table(head, list(map(_row, entries)))
    return table + "\n\n" + "\n".join(f"- {_marked(line)}" for line in source_list(entries))


def _row(entry: ChronologyEntry) -> list[str]:
    claim = entry.claim
    cells = [interval(claim.earliest, claim.latest), point_of(claim.event, claim.column), entry.party]
    return list(map(_marked, [*cells, entry.document, claim.kind, f"{entry.weight:g}", claim.says]))


def _marked(text: str) -> str:
    """Text whose signs Markdown does not take for its own; `markdown_table` sees to bars."""
    return text.translate(_SIGNS)


def bibtex(entries: Sequence[ChronologyEntry]) -> str:
    """The sources of the claims as BibTeX."""
    return citing.bibtex(sources(entries))


CLAIM_FORMS: dict[str, Callable[[Sequence[ChronologyEntry]], str]] = {
    "csv": csv_text,
    "markdown": markdown,
    "bibtex": bibtex,
}
"""Forms other than text and JSON, by name."""
