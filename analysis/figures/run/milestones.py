"""A figure of the milestones of a run: simulated hours beside the reported intervals, a row a milestone."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.page import sheet, styled, widest
from analysis.tables import timeline
from analysis.tables.clock import begins, horizon, hour_of, interval_of, origin
from analysis.tables.timeline import MilestoneRow
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """Each milestone's median and 5 to 95 % of the runs that did not fail (UTC), and the report as a box."""
    rows, span = timeline.rows(tables, record), (begins(tables), horizon(tables))
    kinds = dict.fromkeys(row.observation.kind for row in rows if row.observation is not None)
    key: list[Artist] = [common.median_key(tables), *map(common.report_patch, kinds)]
    names, start = [row.milestone for row in rows], common.date(tables, 0.0, "%Y-%m-%d")
    page = sheet(
        f"{common.name_of(tables)}: simulated milestones beside the reported intervals",
        common.caption(tables, "A box spans the hours that are reported."),
        0.3 * len(rows) + 0.1,
        left=max(1.6, widest(names, 8.5) + 0.35),
        right=1.6,
        key=key,
    )
    axis = page.body()
    axis.set_xlim(span)
    for level, row in enumerate(rows):
        if row.observation is not None:
            hours = interval_of(tables, row.observation)
            common.report_box(axis, hours, (level - 0.32, level + 0.32), row.observation.kind, 2)
        common.median(axis, level, _hours(tables, row), span[1])
        unscored = f", {row.use}" if row.use not in ("", *SCORED) else ""
        common.note(axis, level, f"P {row.share_reached:.2f}{unscored}")
    common.rows(axis, names)
    common.dates(axis, origin(tables), *span)
    axis.set_xlabel(f"month-day (UTC) from {start}; P: share of the runs in which it comes")
    axis.grid(axis="x", zorder=0, **common.GRID_LINES)
    return page.figure


def _hours(tables: RunTables, row: MilestoneRow) -> list[float]:
    return [np.inf if moment is None else hour_of(tables, moment) for moment in row.quantiles]
