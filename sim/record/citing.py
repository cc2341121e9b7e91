"""How sources are cited: short names for tables, and BibTeX."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from sim.files.units import MONTHS
from sim.record.rows import Source

TITLE_WORDS = 3
"""How many words of a title stand for a publisher or a date that is not known."""
_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def short_names(sources: Iterable[Source]) -> Mapping[str, str]:
    """What tables call each source, by its id: `RFI, 5 Oct 2023`; with the id where two read the same."""
    by_id = {source.id: _short(source) for source in sources}
    often = Counter(by_id.values())
    return {name: short if often[short] == 1 else f"{short} ({name})" for name, short in by_id.items()}


def _short(source: Source) -> str:
    """Publisher and date of a source; the first words of its title for one that is not known, or for both."""
    words = source.title.split()
    title = " ".join(words[:TITLE_WORDS]) + ("..." if len(words) > TITLE_WORDS else "")
    parts = (source.publisher or source.retells or title, plain_date(source.date) if source.date else title)
    return ", ".join(dict.fromkeys(parts))


def in_full(sources: Iterable[Source], names: Mapping[str, str]) -> list[str]:
    """What is known of sources, a line each: of a publisher and an address, also that they are not."""
    return [f"{names[source.id]} ({source.id}): {_known(source)}" for source in sources]


def _known(source: Source) -> str:
    parts = [
        source.title,
        f"published {source.published}",
        f"publisher {source.publisher or 'unknown'}",
        f"retells {source.retells}" if source.retells else "",
        source.url or "address unknown",
        f"accessed {plain_date(source.accessed.isoformat())}" if source.accessed else "",
        *(f"{name} {text}" for name, text in source.ids.items()),
    ]
    return "; ".join(filter(None, parts))


def plain_date(text: str) -> str:
    """A day, a month or a year of a file as people read it: `5 Oct 2023`, `Oct 2023`, `2023`."""
    year, *parts = text.split("-")
    months = [MONTHS[int(month) - 1] for month in parts[:1]]
    return " ".join([*(str(int(day)) for day in parts[1:]), *months, year])


def bibtex(sources: Iterable[Source]) -> str:
    """The sources as BibTeX, an entry each whose key is the id; what is not known is left out."""
    return "\n\n".join(map(_entry, sources))


def _entry(source: Source) -> str:
    others = [f"{name}: {text}" for name, text in source.ids.items() if name != "doi"]
    retold = [f"Retells reporting by {source.retells}."] * (source.retells is not None)
    fields = {
        "title": f"{{{tex_escaped(source.title)}}}",
        "date": source.date,
        "year": source.date and source.date[:4],
        "organization": source.publisher and tex_escaped(source.publisher),
        "doi": source.ids.get("doi"),
        "url": source.url,
        "urldate": source.accessed and source.accessed.isoformat(),
        "note": tex_escaped(" ".join([f"Published: {source.published}.", *retold, *others])),
    }
    lines = [f"  {name} = {{{text}}}" for name, text in fields.items() if text]
    return ",\n".join([f"@{'online' if source.url else 'misc'}{{{source.id}", *lines]) + "\n}"


def tex_escaped(text: str) -> str:
    """Text whose signs TeX does not take for its own."""
    return re.sub(r"[\\~^&%$#_{}]", lambda sign: _ESCAPES.get(sign[0], "\\" + sign[0]), text)
