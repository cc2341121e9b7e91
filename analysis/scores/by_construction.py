"""What a run shows because of its rules and inputs: listed with its reason and share, and never counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.tables.histories import hours, milestone, trace
from sim.record.record import Record
from sim.store.reader import RunTables

ARMY_COLUMN = "army"
"""The column that it is about, by its id in the scenarios."""
STILL_KM = 1e-6
"""Less than this apart is the same place."""


@dataclass(frozen=True, kw_only=True)
class FixedOutcome:
    """What the rules leave no choice: shown with its reason and its share in the runs, and never counted."""

    name: str
    reason: str
    share: float | None
    runs: int


def by_construction(tables: RunTables, record: Record) -> list[FixedOutcome]:
    """What a run shows because of its rules, not of its numbers."""
    return [*_camps(tables, record), *_spans(tables)]


def _camps(tables: RunTables, record: Record) -> Iterator[FixedOutcome]:
    for camp, place in tables.manifest.get("camps", {}).items():
        seen = next((o for o in record.observations if o.event == f"{place}:camp_taken" and o.who), None)
        if seen is not None:
            holder = tables.runs[f"camp:{camp}"][tables.done]
            side = [row.side for row in tables.sides].index(str(seen.who))
            share = float((holder == side).mean())
            reason = (
                "Camps: a vacated camp passes to the side present there, which the scenario nearly decides."
            )
            yield FixedOutcome(
                name=f"the camp {camp} passes to the {seen.who}", reason=reason, share=share, runs=len(holder)
            )


class Span(NamedTuple):
    """Events that do not come between two milestones (one twice: at its km), and why the rules see to it."""

    name: str
    start: str
    end: str
    events: tuple[str, ...]
    reason: str


SPANS = (
    Span(
        name="no fight at a position in the hold at Anefis",
        start="anefis:capture",
        end="anefis:go",
        events=("contact",),
        reason="Hold: the groups stand ahead of a column that holds; only its own small probes go out.",
    ),
    Span(
        name="Kidal itself taken without a fight",
        start="kidal:capture",
        end="kidal:capture",
        events=("contact", "ambush"),
        reason="Kidal: the groups contest no town, only the positions before it.",
    ),
    Span(
        name="Aguelhok reached without a fight at a position",
        start="kidal:go",
        end="aguelhok:capture",
        events=("contact",),
        reason="Aguelhok: no position on the way to it is defended in the scenario.",
    ),
)


def _spans(tables: RunTables) -> Iterator[FixedOutcome]:
    path = trace(tables, ARMY_COLUMN)
    for name, start, end, kinds, reason in SPANS:
        since, until, spot = (
            hours(tables, start, ARMY_COLUMN),
            hours(tables, end, ARMY_COLUMN),
            milestone(tables, end, ARMY_COLUMN),
        )
        if since is None or until is None or spot is None:
            continue
        since, until = since[path.rows], until[path.rows]
        hour, who = path["hour"], path.history
        if start == end:
            inside = np.abs(path["km"] - spot["km"]) < STILL_KM
        else:
            inside = (hour > since[who]) & (hour < until[who])
        fights = path.number(path.of(*kinds) & inside)
        known = np.isfinite(since) & np.isfinite(until)
        share = float((fights[known] == 0).mean()) if known.any() else None
        yield FixedOutcome(name=name, reason=reason, share=share, runs=int(known.sum()))
