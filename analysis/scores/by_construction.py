"""What a run shows because of its rules and inputs: listed with its reason and share, and never counted."""

from collections.abc import Iterator

import numpy as np

from analysis.scores.judging import Judge, Judged
from sim.record.record import Record
from sim.store.reader import RunTables


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
            reason = (
                "Camps: a vacated camp passes to the side present there, which the scenario nearly decides."
            )
            yield Judged(
                name=f"the camp {camp} passes to the {seen.who}", rule=reason, outcome=share, of=len(holder)
            )
