"""Persons who left their towns over time, from where, and to where they came."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, sheet, short_name
from analysis.figures.base.style import INK, LOOKS
from analysis.figures.run.time_distance import FANS, fans
from analysis.tables import outcomes
from analysis.tables.clock import hour_of
from analysis.tables.histories import Histories, stored
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.store.reader import RunTables

THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")
BAR_COLOUR = "#56b4e9"
TOWN_NAMES = 1.1  # inches for names of towns
OVER_TIME = {True: "displaced_to_border", False: "displaced"}
"""The outcome that is shown over time, by whether some destination lies at a border."""
ALL: dict[str, Any] = {"color": INK, "lw": 1.2, "ls": "--", "zorder": 2.9}
"""The look of all who left, beside those who set out for a border."""


def gone(histories: Histories, hours: np.ndarray, outcome: str = "displaced") -> np.ndarray:
    """Persons who have left their towns by each hour: (runs, hours), for ascending hours (hours,).

    With the outcome "displaced_to_border", those of them who set out for a border.
    """
    event, column = outcomes.amount_of(outcome)
    leaving = histories.where(histories.of(event))
    left = np.zeros((len(histories), len(hours) + 1))
    np.add.at(left, (leaving.history, np.searchsorted(hours, leaving["hour"])), leaving[column])
    total: np.ndarray = np.cumsum(left, axis=1)[:, :-1]
    return total


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """Persons who left, over time, beside the reported number; below, by town and destination at the end.

    Where a destination lies at a border, those who set out for one, and beside them all who left.
    """
    parts = [_parts(tables, kind) for kind in ("displaced", "arrived")]
    histories, hours = stored(tables), common.grid(tables, 12.0)
    shown = OVER_TIME[bool(outcomes.names(tables, "displaced_to_border"))]
    count = outcomes.counted(tables, record, shown)
    bars, end = 0.24 * max(map(len, parts)) + 0.1, "at the end of the scenario"
    spread = "." if len(histories) == 1 else "; a bar is the mean, a line 5 to 95 % of the runs."
    more = f"Below: over all runs that did not fail, {end}{spread}"
    page = sheet(
        f"{common.name_of(tables)}: displaced persons",
        common.caption(tables, more, len(histories)),
        bars + 0.95 + 3.0,
        left=0.8,
        key=_key(histories, count, shown),
    )
    axis = page.axes(0.0, bars + 0.95, page.wide, 3.0)
    left = gone(histories, hours, shown)
    if len(left) > 1:
        fans(axis, hours, left)
    axis.plot(hours, np.median(left, axis=0), color=INK, lw=1.8, gid="median", zorder=3)
    if shown != "displaced":
        axis.plot(hours, np.median(gone(histories, hours), axis=0), gid="all", **ALL)
    if count is not None and count.at is not None:
        hour = hour_of(tables, count.at)
        common.report_box(axis, (hour - 24.0, hour), count.number, count.kind, 4)
    common.dated(axis, tables, float(hours[0]), float(hours[-1]))
    axis.set_ylim(0.0)
    axis.set_ylabel("cumulative displacement, persons")
    axis.yaxis.set_major_formatter(THOUSANDS)
    wide = page.wide / 2.0 - TOWN_NAMES + 0.2
    for number, (persons, words) in enumerate(
        zip(parts, ("displaced, by origin", "arrived, by destination"), strict=True)
    ):
        if persons:
            _bars(page.axes(0.4 + number * (wide + TOWN_NAMES + 0.15), 0.0, wide - 0.3, bars), persons, words)
    return page.figure


def _parts(tables: RunTables, kind: str) -> dict[str, np.ndarray]:
    """Persons by town or by destination over the runs that did not fail, the most first."""
    outcome_names = outcomes.names(tables, kind)
    names = common.place_names(tables, [name.partition(":")[2] for name in outcome_names])
    persons = [outcomes.numbers(tables, name) for name in outcome_names]
    rows = zip(names, persons, strict=True)
    return dict(sorted(rows, key=lambda row: -float(row[1].mean(dtype=float))))


def _bars(axis: Axes, by_place: dict[str, np.ndarray], words: str) -> None:
    """Persons by town or by destination."""
    for level, persons in enumerate(by_place.values()):
        axis.barh(level, float(persons.mean(dtype=float)), 0.62, fc=BAR_COLOUR, ec=INK, lw=0.5)
        axis.patches[-1].set_gid(f"bar:{words}")
        if len(persons) > 1:
            axis.plot(np.quantile(persons, (0.05, 0.95)), [level, level], color=INK, lw=1.2, marker="|", ms=5)
    common.rows(axis, [short_name(name, TOWN_NAMES) for name in by_place], 0.55, 0.55)
    axis.set_xlim(0.0)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter(THOUSANDS)
    axis.set_xlabel(f"persons {words}, at the end")


def _key(histories: Histories, count: ReportedCount | None, shown: str) -> list[Artist]:
    middle, to_border = common.middle_of(len(histories)), shown != "displaced"
    key = [key_line(f"towards a border, {middle}" if to_border else middle, color=INK, lw=1.8)]
    key += [key_patch(word, color=color) for _, color, word in FANS if len(histories) > 1]
    key += [key_line(f"all who left, {middle}", **ALL)] * to_border
    if count is not None and count.at is not None:
        (low, high), look = count.number, LOOKS[count.kind]
        key.append(key_patch(f"reported: {low:,} to {high:,} ({look.label})", **look.paint))
    return key
