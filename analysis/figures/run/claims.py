"""What the parties claim, along time: a row an event, a bar a claim, coloured by who claims it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.labels import HALO
from analysis.figures.base.page import key_line, key_patch, sheet, short_name, widest
from analysis.figures.base.style import INK, LOOKS_FILE, QUIET, Look, Looks, looks_with
from analysis.tables.clock import begins, days_of, horizon, hour_of
from analysis.words import names
from sim.record.record import Record
from sim.record.relations import Relation, named, named_pairs
from sim.record.rows import Claim
from sim.store.reader import RunTables

CLAIM_HEIGHT = 0.16  # inches, a claim
CLAIM_WIDTH = 0.045  # inches, a bar
NARROW = 3.0  # times that: a narrower bar shows neither hatch nor dashes
CLAIM_GAP = 0.62  # inches between panels
QUIET_DAYS = timedelta(days=3)  # a new panel: after so long without a claim,
PANEL_EVENTS = 3  # and so many events
CLAIMS_HOW = (
    "Claims of the record about the time, the places and the columns of {} ({}), none of them simulated. "
    "A bar spans the hours in which the event can have happened by that claim; what lasts, and what is said "
    "of numbers and results, is left out."
)
LINKS: dict[Relation, dict[str, Any]] = {
    "contradicts": {"color": INK, "lw": 0.9, "ls": (0, (2, 1.5)), "marker": ".", "ms": 3},
    "differs": {"color": QUIET, "lw": 0.8, "ls": "-", "marker": "|", "ms": 4},
}
LINK_WORDS: dict[Relation, str] = {
    "contradicts": "these contradict each other",
    "differs": "these differ; both can be true",
}


class Line(NamedTuple):
    """An event and the claims about it, in the order of their beginnings."""

    event: str
    claims: tuple[Claim, ...]


def lines(tables: RunTables, record: Record) -> list[Line]:
    """The events of a run's time, places and columns that parties claim, by when the first may have been."""
    m = tables.manifest
    places = {*m.get("holders", ()), *m.get("camps", {}).values(), *map(str, tables.route["place"])}
    places |= {row["id"].split(":")[0] for row in m["milestones"]}
    end = horizon(tables)
    by_event: dict[str, list[Claim]] = {}
    for claim in sorted(record.claims, key=attrgetter("earliest", "latest", "event", "id")):
        place, word = claim.event.split(":")
        inside = hour_of(tables, claim.latest) > begins(tables) and hour_of(tables, claim.earliest) < end
        column = claim.column is None or claim.column in m["columns"]
        if place in places and word in LOOKS_FILE["happens"] and inside and column and not claim.recurs:
            by_event.setdefault(claim.event, []).append(claim)
    return [Line(event, tuple(claims)) for event, claims in by_event.items()]


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """A row an event, a bar the hours (UTC) of each claim about it; contested ones are dashed and linked."""
    rows, looks = lines(tables, record), looks_with(record.parties)
    parts = panels(rows)
    places = common.place_names(tables, [line.event.split(":")[0] for line in rows])
    words = [names.event(line.event.split(":")[1]) for line in rows]
    titles = {
        line.event: short_name(f"{place}: {word}")
        for line, place, word in zip(rows, places, words, strict=True)
    }
    what = f"{len(rows)} events, {sum(len(line.claims) for line in rows)} claims"
    talls = [CLAIM_HEIGHT * sum(len(line.claims) + 0.5 for line in part) for part in parts]
    page = sheet(
        f"Claims of events by date and party: {what}",
        CLAIMS_HOW.format(tables.manifest["scenario"], days_of(tables)),
        sum(talls) + CLAIM_GAP * (len(parts) - 1),
        left=widest([*titles.values()], 8.0) + 0.35,
        under=0.55,
        key=_key(rows, looks),
    )
    low = page.tall
    for part, tall in zip(parts, talls, strict=True):
        low -= tall
        _panel(page.axes(0.0, low, page.wide, tall), tables, part, titles, wide=page.wide, looks=looks)
        low -= CLAIM_GAP
    return page.figure


def panels(rows: Sequence[Line]) -> list[list[Line]]:
    """The events in parts with a time axis each, parted where nothing is claimed for days."""
    parts: list[list[Line]] = []
    for line in rows:
        before = [claim.latest for part in parts[-1:] for other in part for claim in other.claims]
        last = max(before, default=None)
        if last is None or (line.claims[0].earliest - last > QUIET_DAYS and len(parts[-1]) >= PANEL_EVENTS):
            parts.append([])
        parts[-1].append(line)
    return parts


def _panel(
    axis: Axes, tables: RunTables, rows: Sequence[Line], titles: dict[str, str], *, wide: float, looks: Looks
) -> None:
    """Some events along their own time axis."""
    start, end = _window(tables, rows)
    common.dated(axis, tables, start, end)
    axis.grid(axis="x", **common.GRID_LINES)
    places: dict[str, tuple[float, float]] = {}
    ticks, level, least = [], 0.0, CLAIM_WIDTH * (end - start) / wide
    for number, line in enumerate(rows):
        top, level = level, level + len(line.claims) + 0.5
        if number % 2:
            axis.axhspan(top, level, fc="#f5f5f5", lw=0, zorder=0)
        ticks.append((top + level) / 2.0)
        for place, claim in enumerate(line.claims):
            places[claim.id] = _bar(axis, tables, claim, top + 0.75 + place, least, look=looks[claim.party])
    for one, other, relation in named_pairs(claim for line in rows for claim in line.claims):
        ends = zip(places[one], places[other], strict=True)
        axis.plot(*ends, gid=f"link:{relation}", zorder=4, **LINKS[relation])
    axis.set_yticks(ticks, [titles[line.event] for line in rows], fontsize=8.0)
    axis.set_ylim(level, 0.0)
    axis.tick_params(axis="y", length=0)


def _window(tables: RunTables, rows: Iterable[Line]) -> tuple[float, float]:
    """From the first claim to the last, within the scenario and a day on either side."""
    claims = [claim for line in rows for claim in line.claims]
    low, high = begins(tables), horizon(tables)
    first = max(low - 24.0, min(hour_of(tables, claim.earliest) for claim in claims))
    last = min(high + 24.0, max(hour_of(tables, claim.latest) for claim in claims))
    pad = max(3.0, 0.015 * (last - first))
    return first - pad, last + pad


def _bar(
    axis: Axes, tables: RunTables, claim: Claim, level: float, least: float, *, look: Look
) -> tuple[float, float]:
    """The interval of a claim, drawn as wide as can be seen; gives where it begins and its level."""
    start, end = axis.get_xlim()
    low, high = max(start, hour_of(tables, claim.earliest)), min(end, hour_of(tables, claim.latest))
    middle, wide = (low + high) / 2.0, max(least, high - low)
    edge: Any = {"ls": (0, look.dashes), "lw": 1.2} if claim.contradicted_by else {"ls": "-", "lw": 0.9}
    box = Rectangle((middle - wide / 2.0, level - 0.34), wide, 0.68, zorder=3, **look.paint, **edge)
    axis.add_patch(box).set_gid(f"claim:{claim.id}")
    if wide < NARROW * least:  # its party and dashes cannot be seen
        words = short_name(look.label) + (", contested" if claim.contradicted_by else "")
        side = 1 if middle < start + 0.8 * (end - start) else -1
        how: Any = {"fontsize": 6.5, "color": QUIET, "va": "center", "gid": "narrow", "zorder": 5}
        how |= {"ha": "left" if side > 0 else "right", "path_effects": HALO, "textcoords": "offset points"}
        axis.annotate(words, (middle + side * wide / 2.0, level), (4 * side, 0), **how)
    return middle - wide / 2.0, level


def _key(rows: Sequence[Line], looks: Looks) -> list[Artist]:
    """Who claims something, and what lines and dashes mean."""
    claims = [claim for line in rows for claim in line.claims]
    shown = {claim.id for claim in claims}
    shown_looks = sorted({looks[claim.party] for claim in claims}, key=attrgetter("place"))
    key = [key_patch(look.says or f"claimed by: {look.label}", **look.paint) for look in shown_looks]
    for relation, words in LINK_WORDS.items():
        if any(shown.intersection(named(claim, relation)) for claim in claims):
            key.append(key_line(words, **LINKS[relation]))
    if any(claim.contradicted_by for claim in claims):
        key.append(key_patch("contested: another claim contradicts it", fc="none", ec=INK, ls="--"))
    return key
