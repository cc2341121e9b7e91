"""When the milestones of the headline come in many runs: the table below the fans."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from analysis.answers.answer import headline
from analysis.tables import clock, timeline
from analysis.tables.scored_observations import observed
from analysis.words import names, text
from sim.record.record import Record
from sim.state.clock import midnight
from sim.store.reader import RunTables

AFTER = "after the end"
HEAD = ("Milestone", "Median")
ENDS = ("Pr by the end", "90 % prediction interval", "Reported")


def table(
    tables: RunTables, record: Record, by: date | None, base: RunTables | None = None
) -> list[list[str]]:
    """A head, then for each headline milestone a row of the runs, and one of the base case (without a name).

    The probability before a day (00:00 UTC) is given, too.
    """
    lines = [[*HEAD, *([f"Pr before {text.day(midnight(by))}"] if by else []), *ENDS]]
    columns = {row["id"]: row["column"] for row in tables.manifest["milestones"]}
    for name in headline(tables, record):
        seen = observed(record, name, columns[name])
        reported = text.reported_days(seen.earliest, seen.latest) if seen else ""
        lines.append([names.milestone(tables, name), *_cells(tables, name, reported, by)])
        if base is not None:
            lines.append(["", *_cells(base, name, "", by)])
    return lines


def _cells(tables: RunTables, name: str, reported: str, by: date | None) -> Sequence[str]:
    """Median, shares of the runs, interval and what is reported as people read them."""
    hours = tables.runs[name][tables.done]
    low, median, high = timeline.quantiles(tables, hours)
    ends = [clock.hour_of(tables, midnight(by))] if by else []
    shares = [text.percent(int(timeline.is_before(hours, end).sum()), len(hours)) for end in (*ends, np.inf)]
    interval = text.days(low, high) if low else AFTER
    return text.day(median) if median else AFTER, *shares, interval, reported
