"""A figure of the milestones of a run: simulated dates beside the reported intervals, a row a milestone."""

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.tables import timeline
from analysis.tables.clock import begins, horizon, hour_of, interval_of
from analysis.tables.scored_observations import NO_REPORTS
from analysis.words import names
from analysis.words.text import counted
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

SET_ROLES = ("input", "fixed by assumption")
"""Roles of the report of a milestone that the scenario sets: it is no finding, and has no row."""


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """Each milestone's median and 5 to 95 % of the runs that did not fail (UTC), and the report as a box.

    What the scenario sets has no row, unless nothing else has.
    """
    every, span = timeline.rows(tables, record), (begins(tables), horizon(tables))
    rows = [row for row in every if names.role(row.use) not in SET_ROLES] or every
    kinds = dict.fromkeys(row.observation.kind for row in rows if row.observation is not None)
    how = "A box spans the hours that are reported." if kinds else f"There are {NO_REPORTS}."
    page, axis = common.sheet_of_rows(
        f"{common.name_of(tables)}: simulated milestones{' and reported intervals' * bool(kinds)}",
        common.caption(tables, f"{how} {_how(len(every) - len(rows))}"),
        0.3 * len(rows) + 0.1,
        [names.milestone(tables, row.milestone) for row in rows],
        least=1.6,
        right=1.6,
        key=[common.median_key(tables), *map(common.report_patch, kinds)],
    )
    axis.set_xlim(span)
    for level, row in enumerate(rows):
        if row.observation is not None:
            between = interval_of(tables, row.observation)
            common.report_box(axis, between, (level - 0.32, level + 0.32), row.observation.kind, 2)
        hours = [np.inf if moment is None else hour_of(tables, moment) for moment in row.quantiles]
        common.median(axis, level, hours, span[1])
        unscored = f", {names.role(row.use)}" if row.use not in ("", *SCORED) else ""
        common.note(axis, level, f"{row.share_reached:.2f}{unscored}")
    common.dated(axis, tables, *span)
    common.note_head(axis, "Pr(event)")
    return page.figure


def _how(left_out: int) -> str:
    text = "Pr(event): share of the runs in which it comes."
    set_there = f" {counted(left_out, 'milestone')} set by the scenario not drawn." if left_out else ""
    return text + set_there
