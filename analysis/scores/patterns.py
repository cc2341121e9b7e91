"""Qualitative checks, as pattern-oriented modelling has them: the record's tests, yes or no a run, as tables.

Each is crude, and none is fitted; together they are hard to meet. Where a run cannot be judged (no
contact, no second hold) the pattern is unknown there, and its share is over the others. Intervals are those
of chance over a finite number of runs, and of nothing else.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from analysis.scores.judging import Judge, Judged
from analysis.tables import timeline
from analysis.words import names
from analysis.words.text import aligned, json_of, paragraphs
from sim.record.record import Record
from sim.store.reader import RunTables

FITTED = "all fitted dates at once"
FITTED_RULE = "Every reported interval that fits may read is met in one run; reported numbers are apart."
CAMP_RULE = "Bases: the side present takes control of a vacated base, which the scenario nearly decides."
ASSUMED = "assumption"
PATTERNS_NOTE = """\
Shares are over the runs that can be judged, and the interval is that of their number alone; `of all`
counts the others as not meeting it."""
NO_ROWS = "The record names no patterns of its own (patterns.yaml)."


class Patterns(NamedTuple):
    """The checks judged in a result, what is fixed by assumption, and what it lacks that others need."""

    judged: list[Judged]
    fixed: list[Judged]
    not_judged: dict[str, str]


def patterns(tables: RunTables, record: Record) -> Patterns:
    """The record's tests of a run of one design point, and whether all fitted dates are met at once.

    Outcomes are over the runs that did not fail: 1, 0 or nan (see analysis.scores.judging).
    """
    judge = Judge(tables)
    needed = {row.name: judge.lacking(row) for row in (*record.patterns, *record.by_construction)}
    judged = [judge.judged(row, row.sentence) for row in record.patterns if needed[row.name] is None]
    met = timeline.meeting(tables, record, ("fit",))
    if met is not None:
        judged.append(Judged(name=FITTED, rule=FITTED_RULE, outcome=met.astype(float), of=len(met)))
    not_judged = {name: what for name, what in needed.items() if what is not None}
    return Patterns(judged, by_construction(judge, record), not_judged)


def by_construction(judge: Judge, record: Record) -> list[Judged]:
    """What a run shows because of its rules, not of its numbers: camps, and the record's rows."""
    rows = [row for row in record.by_construction if judge.lacking(row) is None]
    return [*_camps(judge.tables, record), *(judge.judged(row, row.reason) for row in rows)]


def _camps(tables: RunTables, record: Record) -> Iterator[Judged]:
    ids = [row.side for row in tables.sides]
    for camp, place in tables.manifest.get("camps", {}).items():
        seen = next((o for o in record.observations if o.event == f"{place}:camp_taken" and o.who), None)
        if seen is not None:
            holder = tables.runs[f"camp:{camp}"][tables.done]
            share = np.asarray(holder == ids.index(str(seen.who)), float)
            name = f"base at {_base(tables, camp, place)} under the control of the {seen.who}"
            yield Judged(name=name, rule=CAMP_RULE, outcome=share, of=len(holder))


def _base(tables: RunTables, camp: str, place: str) -> str:
    """Where a base is; with its own name in brackets where a place has several."""
    name, places = names.place(tables, place), list(tables.manifest["camps"].values())
    return name if places.count(place) == 1 else f"{name} ({names.spaced(camp)})"


def together(members: Sequence[Judged], name: str = "all of these together") -> Judged:
    """Some patterns, one or more, met at once, over the runs in which each can be judged."""
    all_met = np.min([pattern.outcome for pattern in members], axis=0)  # nan where any is unknown
    rule = "Every one of them, where all can be judged."
    return Judged(name=name, rule=rule, outcome=all_met, of=min(p.of for p in members))


def all_together(members: Sequence[Judged]) -> list[Judged]:
    """The patterns together, without and with the fitted dates, where that is more than one."""
    weak = [pattern for pattern in members if pattern.name != FITTED]
    sets = [(weak, "all but the fitted dates together")] if len(weak) < len(members) else []
    sets.append((list(members), "all of these together"))
    return [together(some, name) for some, name in sets if len(some) > 1]


# --- as text and JSON ------------------------------------------------------------------------------------


def text(tables: RunTables, record: Record) -> str:
    """Each check alone and all together, their rules, what is fixed by assumption, what cannot be judged."""
    rows, fixed, not_judged = patterns(tables, record)
    parts = [] if record.patterns else [NO_ROWS]
    if rows:
        head = ["qualitative check", "share", "95 % interval", "runs judged", "of all"]
        parts += [aligned([head, *map(_cells, [*rows, *all_together(rows)])])]
        rules = [f"{pattern.name}: {pattern.rule}" for pattern in rows]
        parts += [paragraphs([PATTERNS_NOTE, _sources(record), *rules])]
    if fixed:
        lines = [["fixed by assumption, never counted", "share", "runs"]]
        lines += [[item.name, _share(item.share), f"{item.runs_known:,}"] for item in fixed]
        parts += [aligned(lines), paragraphs(dict.fromkeys(item.rule for item in fixed))]
    if not_judged:
        groups = [
            f"no {what}: {', '.join(name for name in not_judged if not_judged[name] == what)}"
            for what in dict.fromkeys(not_judged.values())
        ]
        parts.append(paragraphs([f"Not judged, for the run has {'; '.join(groups)}."]))
    return "\n\n".join(parts)


def _sources(record: Record) -> str:
    """Where the fixed numbers of the patterns are from."""
    named = [f"{row.name}: {row.source}" for row in record.patterns if row.source != ASSUMED]
    return ". ".join([*named, f"All {'other ' if named else ''}fixed numbers are assumptions."])


def _cells(pattern: Judged) -> list[str]:
    span = "" if pattern.interval is None else "{:.5f} to {:.5f}".format(*pattern.interval)
    judged = f"{pattern.runs_known:,} of {pattern.of:,}"
    share = (pattern.share or 0.0) * pattern.runs_known / pattern.of
    return [pattern.name, _share(pattern.share), span, judged, f"{share:.5f}"]


def _share(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.5f}"


def as_json(tables: RunTables, record: Record) -> dict[str, object]:
    """The same as one JSON object."""
    rows, fixed, not_judged = patterns(tables, record)
    return {
        "patterns": [_entry(pattern) for pattern in rows],
        "together": [_entry(pattern) for pattern in all_together(rows)],
        "by_construction": [
            {"name": item.name, "reason": item.rule, "share": item.share, "judged": item.runs_known}
            for item in fixed
        ],
        "not_judged": [{"name": name, "lacks": what} for name, what in not_judged.items()],
    }


def _entry(pattern: Judged) -> dict[str, object]:
    shares = json_of(pattern, "name", "rule", "share", "interval")
    return shares | {"judged": pattern.runs_known, "of": pattern.of}
