"""Persons who left their towns over time, from where, and to where they came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.figures.base import common
from analysis.figures.base.page import FigureLayout, legend_tall, sheet, styled
from analysis.figures.base.style import INK, party_look
from analysis.figures.run.time_distance import FANS
from analysis.tables import clock, outcomes
from analysis.tables.histories import Histories
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.store.reader import RunTables

THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")
BAR_COLOUR = "#56b4e9"


def gone(histories: Histories, hours: np.ndarray) -> np.ndarray:
    """Persons who have left their towns by each hour, a row a history."""
    rows = histories.by_hour("displaced")
    at = np.searchsorted(hours, histories.events["hour"][rows])
    left = np.zeros((len(histories), len(hours) + 1))
    np.add.at(left, (histories.history[rows], at), histories.events["amount"][rows])
    total: np.ndarray = np.cumsum(left, axis=1)[:, :-1]
    return total


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """All who left, over time, beside the reported number; below, by town and by destination at the end."""
    parts = [_parts(tables, kind) for kind in ("displaced", "arrived")]
    if not any(parts):
        common.none("displaced", "towns or destinations")
    histories, hours = common.stored(tables, "displaced"), common.grid(tables, 12.0)
    count = outcomes.counted(tables, record, "displaced")
    count = count if count is not None and count.at is not None else None
    single = len(histories) == 1
    key = _key(histories, count)
    bars = 0.24 * max(map(len, parts)) + 0.1
    under = 0.55 + legend_tall([str(handle.get_label()) for handle in key], 8.9)
    title = f"{common.name_of(tables)}: persons who left their towns"
    more = "Below: over all runs that did not fail, at the end of the scenario"
    more += "." if single else "; a bar is the mean, a line 5 to 95 % of the runs."
    page = sheet(
        title,
        common.caption(tables, more, len(histories)),
        tall=bars + 0.95 + 3.0,
        left=0.8,
        right=0.3,
        under=under,
    )
    top = page.axes(0.0, bars + 0.95, page.wide, 3.0)
    _total(top, tables, record=record, left=gone(histories, hours), hours=hours, count=count)
    for number, (values, words) in enumerate(zip(parts, ("gone from it", "come to it"), strict=True)):
        _bars(page, number, bars, values, words)
    page.legend(key, 0.5)
    return page.figure


def _parts(tables: RunTables, kind: str) -> dict[str, np.ndarray]:
    """Persons by town or by destination over the runs that did not fail, the most first."""
    found = [name for name in outcomes.names(tables) if name.startswith(f"{kind}:")]
    names = common.place_names(tables, [name.partition(":")[2] for name in found])
    rows = {word: outcomes.numbers(tables, name) for word, name in zip(names, found, strict=True)}
    return dict(sorted(rows.items(), key=lambda row: -float(row[1].mean(dtype=float))))


def _total(
    axis: Axes,
    tables: RunTables,
    record: Record,
    left: np.ndarray,
    hours: np.ndarray,
    count: ReportedCount | None,
) -> None:
    if len(left) > 1:
        for low, color, _ in FANS[::-1]:
            axis.fill_between(
                hours, *np.quantile(left, (low, 1.0 - low), axis=0), color=color, lw=0, gid="fan"
            )
    axis.plot(hours, np.median(left, axis=0), color=INK, lw=1.8, gid="median", zorder=3)
    if count is not None and count.at is not None:
        end, (low, high) = clock.hour_of(tables, count.at), count.number
        where = (end - 24.0, low), 24.0, high - low
        axis.add_patch(Rectangle(*where, gid="report", zorder=4, **common.paint(count.kind)))
    common.dated(axis, tables, float(hours[0]), float(hours[-1]))
    axis.set_ylim(0.0)
    axis.set_ylabel("persons gone so far")
    axis.yaxis.set_major_formatter(THOUSANDS)


def _bars(page: FigureLayout, number: int, tall: float, values: dict[str, np.ndarray], words: str) -> None:
    """Persons by town or by destination."""
    room = 1.1  # inches for names
    wide = page.wide / 2.0 - room + 0.2
    axis = page.axes(0.4 + number * (wide + room + 0.15), 0.0, wide - 0.3, tall)
    if not values:
        axis.set_visible(False)
        return
    for level, persons in enumerate(values.values()):
        axis.barh(level, float(persons.mean(dtype=float)), 0.62, fc=BAR_COLOUR, ec=INK, lw=0.5)
        axis.patches[-1].set_gid(f"bar:{words}")
        if len(persons) > 1:
            axis.plot(np.quantile(persons, (0.05, 0.95)), [level, level], color=INK, lw=1.2, marker="|", ms=5)
    axis.set_yticks(range(len(values)), list(values))
    axis.set_ylim(len(values) - 0.45, -0.55)
    axis.tick_params(axis="y", length=0)
    axis.set_xlim(0.0)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.xaxis.set_major_formatter(THOUSANDS)
    axis.set_xlabel(f"persons {words} by the end")


def _key(histories: Histories, count: ReportedCount | None) -> Sequence[Any]:
    single = len(histories) == 1
    label = "one history" if single else f"median of {len(histories):,} histories"
    key: list[Any] = [Line2D([], [], color=INK, lw=1.8, label=label)]
    key += [Patch(color=color, label=word) for _, color, word in (() if single else FANS)]
    if count is not None:
        low, high = count.number
        label = f"reported: {low:,} to {high:,} ({party_look(count.kind).label})"
        key.append(Patch(label=label, **common.paint(count.kind)))
    return key
