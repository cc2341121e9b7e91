"""Weak patterns, as pattern-oriented modelling has them: named checks with a fixed rule, yes or no a history.

Each is crude, and none is fitted; together they are hard to meet. Where a history cannot be judged (no
contact, no second hold) the pattern is unknown there, and its share is over the others. Intervals are those
of chance over a finite number of histories, and of nothing else. All fixed numbers are assumptions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.scores.by_construction import ARMY_COLUMN, STILL_KM, by_construction
from analysis.tables import timeline
from analysis.tables.clock import horizon
from analysis.tables.histories import Histories, hours, milestone, nights, trace
from analysis.tables.monte_carlo import wilson
from analysis.tables.text import aligned, paragraphs
from sim.record.record import Record
from sim.store.reader import RunTables

FITTED = "all fitted dates at once"
UN_COLUMN = "un"
"""The UN's column from Kidal, by its id in the scenarios."""
FASTER = 2.0
"""assumption: how many times the later daily rate the first day makes at least."""
DUSK_H = 1.0
"""assumption: hours before first light and after sunset that still count as near daylight."""
FOLLOWS_H = 24.0
"""assumption: hours after a strike or contact in which a halt begins that follows it."""
ALIKE = (0.5, 2.0)
"""assumption: the second hold as a multiple of the first, from and to."""


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A pattern: its name, its rule in a sentence, and over the runs that did not fail 1, 0 or nan (unknown).

    `of` is how many histories it looks at: those that are stored, or all.
    """

    name: str
    rule: str
    outcome: np.ndarray = field(repr=False)
    of: int

    @property
    def runs_known(self) -> int:
        """On how many histories it rests."""
        return int(np.isfinite(self.outcome).sum())

    @property
    def share(self) -> float | None:
        """The share of those that meet it; None if there are none."""
        return float(np.nanmean(self.outcome)) if self.runs_known else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share; None if there is none."""
        if self.share is None:
            return None
        low, high = wilson(self.share * self.runs_known, self.runs_known).tolist()
        return low, high


def patterns(tables: RunTables, record: Record) -> list[Pattern]:
    """The patterns that a run of one design point has what they need for."""
    path = trace(tables, ARMY_COLUMN)
    return [
        *_first_day(tables, path),
        *_daylight(tables, path),
        *_long_halt(tables, path),
        *_un_slower(tables, path),
        *_strike_first(tables),
        *_second_hold(tables),
        *_fitted(tables, record),
    ]


def together(members: Sequence[Pattern], name: str = "all of these together") -> Pattern | None:
    """Some patterns met at once, over the histories in which each can be judged; None if there are none."""
    if not members:
        return None
    all_met = np.min([pattern.outcome for pattern in members], axis=0)  # nan where any is unknown
    return Pattern(
        name=name,
        rule="Every one of them, where all can be judged.",
        outcome=all_met,
        of=min(p.of for p in members),
    )


# --- the patterns ----------------------------------------------------------------------------------------


def _pattern(
    name: str, rule: str, met: np.ndarray, known: np.ndarray, path: Histories, total: int
) -> Pattern:
    """A pattern judged on stored histories, laid out over all runs."""
    values = np.full(total, np.nan)
    values[path.rows[known]] = met[known]
    return Pattern(name=name, rule=rule, outcome=values, of=len(path))


def _first_km(path: Histories) -> tuple[np.ndarray, np.ndarray]:
    """Road-km made on the day of departure, and the midnight after it (h); inf where it did not go."""
    left = path.at(path.first(path.of("departure")), "hour")
    start = path.at(path.first(path.of("departure")), "km")
    midnight = 24.0 * (np.floor(left / 24.0) + 1.0)
    furthest = path.most("km", path["hour"] < midnight[path.history])
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(left), furthest - start, np.inf), midnight


def _first_day(tables: RunTables, path: Histories) -> Iterator[Pattern]:
    spot, contact = (
        milestone(tables, "anefis:contact", ARMY_COLUMN),
        hours(tables, "anefis:contact", ARMY_COLUMN),
    )
    if spot is None or contact is None or milestone(tables, "gao:departure", ARMY_COLUMN) is None:
        return
    first, midnight = _first_km(path)
    days = (contact[path.rows] - midnight) / 24.0
    known = np.isfinite(days) & (days > 0.0) & np.isfinite(first)
    mean_pace = (spot["km"] - first)[known] / days[known]
    met = np.zeros(len(path), bool)
    met[known] = first[known] >= FASTER * mean_pace
    yield _pattern(
        "first day at least twice the later rate",
        f"The army's column makes on its day of departure at least {FASTER:g} times the road-km a day that "
        "it makes from the midnight after it to the first contact south of Anefis.",
        met=met,
        known=known,
        path=path,
        total=len(contact),
    )


def _daylight(tables: RunTables, path: Histories) -> Iterator[Pattern]:
    if milestone(tables, "anefis:contact", ARMY_COLUMN) is None or not len(tables.daylight["sunset"]):
        return
    fights = path.of("ambush", "contact")
    hour = path["hour"]
    dark = fights & _in_the_dark(tables, hour)
    fought = path.number(fights)
    in_dark = path.number(dark)
    yield _pattern(
        "fights begin near daylight",
        f"Every ambush and every contact of the army's column begins between {DUSK_H:g} h before first light "
        f"and {DUSK_H:g} h after sunset. At a position they do by rule: only ambushes can fail it.",
        met=in_dark == 0,
        known=fought > 0,
        path=path,
        total=int(tables.done.sum()),
    )


def _in_the_dark(tables: RunTables, hour: np.ndarray) -> np.ndarray:
    """Which hours are more than a little after the last sunset and before the next first light."""
    found = np.zeros(len(hour), bool)
    for dusk, dawn in nights(tables):
        found |= (hour > dusk + DUSK_H) & (hour < dawn - DUSK_H)
    return found


def _long_halt(tables: RunTables, path: Histories) -> Iterator[Pattern]:
    capture = hours(tables, "anefis:capture", ARMY_COLUMN)
    if capture is None or milestone(tables, "gao:departure", ARMY_COLUMN) is None:
        return
    begin = _longest_halt(path, capture[path.rows])
    cause = path.of("mine", "mine_unreported", "ambush", "contact")
    since = begin[path.history] - path["hour"]
    near = cause & (since >= 0.0) & (since <= FOLLOWS_H)
    met = path.number(near) > 0
    yield _pattern(
        "the longest halt follows a strike or contact",
        "The longest time without progress before the capture of Anefis, nights among it, begins within "
        f"{FOLLOWS_H:g} h after a mine strike, an ambush or a contact.",
        met=met,
        known=np.isfinite(begin),
        path=path,
        total=len(capture),
    )


def _longest_halt(path: Histories, until: np.ndarray) -> np.ndarray:
    """When each history's longest time at one km before an hour began; inf if it has none, or not that hour.

    The way round a position is on no road: time on it is progress.
    """
    begin = np.full(len(path), np.inf)
    if not len(path.history):
        return begin
    hour, km = path["hour"], path["km"]
    same = (np.diff(path.history) == 0) & (np.abs(np.diff(km)) < STILL_KM) & ~path.of("round")[:-1]
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    ends = np.concatenate((starts[1:] - 1, [len(km) - 1]))
    who = path.history[starts]
    last = np.minimum(hour[ends], until[who])
    lasted = np.where(np.isfinite(until[who]), last - hour[starts], 0.0)
    order = np.lexsort((hour[starts], -lasted, who))
    who = who[order]
    longest = order[np.concatenate(([True], who[1:] != who[:-1]))]
    longest = longest[lasted[longest] > 0.0]
    begin[path.history[starts[longest]]] = hour[starts[longest]]
    return begin


def _un_slower(tables: RunTables, path: Histories) -> Iterator[Pattern]:
    way = milestone(tables, "gao:arrival", UN_COLUMN)
    left, came = hours(tables, "kidal:departure", UN_COLUMN), hours(tables, "gao:arrival", UN_COLUMN)
    if way is None or left is None or came is None or milestone(tables, "gao:departure", ARMY_COLUMN) is None:
        return
    first, _ = _first_km(path)
    days = (came - left)[path.rows] / 24.0
    known = np.isfinite(days) & (days > 0.0) & np.isfinite(first)
    met = np.zeros(len(path), bool)
    met[known] = way["km"] / days[known] < first[known]
    words = "The UN's column makes fewer road-km a day from Kidal to Gao, nights among it, than the army's "
    words += "column on its day of departure."
    name = "the UN's column slower than the army's first day"
    yield _pattern(name, words, met=met, known=known, path=path, total=len(came))


def _strike_first(tables: RunTables) -> Iterator[Pattern]:
    go = hours(tables, "anefis:go", ARMY_COLUMN)
    if go is None or "kidal:first_strike" not in tables.runs:
        return
    strike = tables.runs["kidal:first_strike"][tables.done]
    met = np.where(np.isfinite(go), strike < go, np.nan)
    rule = "A drone strike on Kidal comes before the army's column leaves Anefis for Kidal."
    yield Pattern(name="a strike on Kidal precedes the go", rule=rule, outcome=met, of=len(met))


def _second_hold(tables: RunTables) -> Iterator[Pattern]:
    names = ("anefis:capture", "anefis:go", "kidal:capture", "kidal:go")
    moments = [hours(tables, name, ARMY_COLUMN) for name in names]
    known_moments = [moment for moment in moments if moment is not None]
    if len(known_moments) < len(names):
        return
    taken, go, kidal, second_go = known_moments
    with np.errstate(invalid="ignore"):
        first, second = go - taken, second_go - kidal
        lasted = np.where(np.isfinite(kidal), horizon(tables) - kidal, 0.0)
        met = np.where(
            np.isfinite(first) & np.isfinite(second),
            (second >= ALIKE[0] * first) & (second <= ALIKE[1] * first),
            np.where(np.isfinite(first) & (lasted > ALIKE[1] * first), 0.0, np.nan),
        )
    rule = (
        f"The hold at Kidal lasts {ALIKE[0]:g} to {ALIKE[1]:g} times that at Anefis. One that still lasts "
        "when the scenario ends is unknown, unless it is too long already."
    )
    yield Pattern(name="the second hold is like the first", rule=rule, outcome=met, of=len(met))


def _fitted(tables: RunTables, record: Record) -> Iterator[Pattern]:
    met = timeline.meeting(tables, record, ("fit",))
    if met is not None:
        rule = "Every reported interval that fits may read is met in one history; reported numbers are apart."
        yield Pattern(name=FITTED, rule=rule, outcome=met.astype(float), of=len(met))


# --- as text and JSON ------------------------------------------------------------------------------------


def _all_together(members: Sequence[Pattern]) -> list[Pattern]:
    """The patterns together, without and with the fitted dates, where that is more than one."""
    weak = [pattern for pattern in members if pattern.name != FITTED]
    sets = [(weak, "all but the fitted dates together")] if len(weak) < len(members) else []
    sets.append((list(members), "all of these together"))
    asked = [together(some, name) for some, name in sets if len(some) > 1]
    return [item for item in asked if item is not None]


def text(tables: RunTables, record: Record) -> str:
    """Each pattern alone and all together, their rules, what holds by construction; empty if it has none."""
    rows = patterns(tables, record)
    parts = []
    if rows:
        head = ["weak pattern", "share", "95 % interval", "histories judged", "of all"]
        parts += [aligned([head, *map(_cells, [*rows, *_all_together(rows)])])]
        rules = [f"{pattern.name}: {pattern.rule}" for pattern in rows]
        note = (
            "Shares are over the histories that can be judged, and the interval is that of their number "
            "alone; `of all` counts the others as not meeting it."
        )
        parts += [paragraphs([note, "All fixed numbers are assumptions.", *rules])]
    built = by_construction(tables, record)
    if built:
        lines = [["by construction, never counted", "share", "histories"]]
        lines += [[item.name, _share(item.share), f"{item.runs:,}"] for item in built]
        reasons = dict.fromkeys(item.reason for item in built)
        parts += [aligned(lines), paragraphs(reasons)]
    return "\n\n".join(parts)


def _cells(pattern: Pattern) -> list[str]:
    span = "" if pattern.interval is None else "{:.5f} to {:.5f}".format(*pattern.interval)
    judged, share = (
        f"{pattern.runs_known:,} of {pattern.of:,}",
        (pattern.share or 0.0) * pattern.runs_known / pattern.of,
    )
    return [pattern.name, _share(pattern.share), span, judged, f"{share:.5f}"]


def _share(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.5f}"


def as_json(tables: RunTables, record: Record) -> dict[str, Any]:
    """The same as one JSON object."""
    rows = patterns(tables, record)
    built = by_construction(tables, record)
    return {
        "patterns": [_entry(pattern) for pattern in rows],
        "together": [_entry(pattern) for pattern in _all_together(rows)],
        "by_construction": [
            {"name": item.name, "reason": item.reason, "share": item.share, "judged": item.runs}
            for item in built
        ],
    }


def _entry(pattern: Pattern) -> dict[str, Any]:
    span = None if pattern.interval is None else list(pattern.interval)
    entry = {"name": pattern.name, "rule": pattern.rule, "share": pattern.share, "interval": span}
    return entry | {"judged": pattern.runs_known, "of": pattern.of}
