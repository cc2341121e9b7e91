"""Delay accounting: on what the hours of each leg went, by cause, as stacked bars."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.base import common
from analysis.figures.base.page import legend_tall, sheet, styled, widest
from analysis.figures.base.style import INK, QUIET
from analysis.tables import outcomes
from sim.record.record import Record
from sim.store.reader import RunTables

CAUSE_STYLES: dict[str, tuple[str, str]] = {
    "march": ("#e69f00", ""),
    "night": ("#262626", ""),
    "mine": ("#ffffff", "xxxx"),
    "contact": ("#e06a00", ""),
    "undecided": ("#f2b98f", "////"),
    "refit": ("#006b4e", ""),
    "reinforced": ("#a5dccb", "...."),
    "drones": ("#8fd0f5", ""),
    "camp_vacated": ("#7fb2d9", "||||"),
    "road_clear": ("#cfe8f8", "\\\\\\\\"),
    "planning": ("#a0447b", ""),
    "calendar": ("#f7ef7a", ""),
    "supply": ("#fbf8c8", "----"),
    "beaten": ("#000000", ""),
}
"""Colour and hatch of each cause, in the order in which they are stacked: hues of Okabe and Ito, in steps of
lightness, so that any two differ in grey by a step or by their hatch."""


class TimeBudget(NamedTuple):
    """A column's way to an objective: mean hours by cause, 5, 50 and 95 % of their sum, share that came."""

    column: str
    place: str
    hours: dict[str, float]
    total: np.ndarray
    share_reached: float


def legs(tables: RunTables) -> list[TimeBudget]:
    """The legs that some run came to, over the runs that did; of one run, all that it set out on."""
    budgets, single = [], len(tables.done) == 1
    names = outcomes.names(tables)
    for way in (name.removeprefix("reached:") for name in names if name.startswith("reached:")):
        there = (outcomes.numbers(tables, f"reached:{way}") > 0.0) | single
        causes = [name for name in names if name.startswith(f"hours:{way}:")]
        booked = {name.rpartition(":")[2]: outcomes.numbers(tables, name)[there] for name in causes}
        if not there.any() or not booked:
            continue
        came = float((outcomes.numbers(tables, f"reached:{way}") > 0.0).mean())
        budgets.append(_time_budget(way, booked, came))
    return [budget for budget in budgets if budget.hours]


def _time_budget(way: str, booked: Mapping[str, np.ndarray], came: float) -> TimeBudget:
    """A leg by its hours of each cause, a number a run."""
    column, place = way.split(":")
    return TimeBudget(
        column=column,
        place=place,
        hours={cause: float(hours.mean(dtype=float)) for cause, hours in booked.items() if hours.any()},
        total=np.quantile(np.sum(list(booked.values()), axis=0), (0.05, 0.5, 0.95)),
        share_reached=came,
    )


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """A bar a leg, stacked by cause: mean hours of the runs that came to it, and how far their sum varies."""
    if not tables.manifest["columns"]:
        common.none("delays", "a column")
    rows = legs(tables)
    if not rows:
        common.none("delays", "a column that came to an objective")
    single = len(tables.done) == 1
    causes = [cause for cause in CAUSE_STYLES if any(cause in leg.hours for leg in rows)]
    key: list[Any] = [_patch(cause) for cause in causes]
    if not single:
        key.append(Line2D([], [], color=INK, lw=1.2, marker="|", ms=4.5, label="5 to 95 % of the total"))
    names = [_name(tables, leg) for leg in rows]
    left, right = max(1.2, widest(names, 8.5) + 0.35), 1.5
    high = 0.42 * len(rows)
    under = 0.65 + legend_tall([str(handle.get_label()) for handle in key], 10.0 - left - right)
    word = "hours by cause" if single else "mean hours by cause, of the runs that came to it"
    title = f"{common.name_of(tables)}: where the time of each leg went\n{word}"
    more = "A leg runs from the departure, or from the capture before it; each hour is booked to one cause."
    page = sheet(title, common.caption(tables, more), tall=high, left=left, right=right, under=under)
    axis = page.body()
    for level, leg in enumerate(rows):
        _bar(axis, level, leg, single)
    _frame(axis, names, rows, single)
    page.legend(key, 0.6)
    return page.figure


def _name(tables: RunTables, leg: TimeBudget) -> str:
    return f"{leg.column}: to {common.place_names(tables, [leg.place])[0]}"


def _patch(cause: str) -> Patch:
    face, hatch = CAUSE_STYLES[cause]
    return Patch(fc=face, ec=INK, lw=0.5, hatch=hatch, label=cause.replace("_", " "))


def _bar(axis: Axes, level: int, leg: TimeBudget, single: bool) -> None:
    start = 0.0
    for cause, (face, hatch) in CAUSE_STYLES.items():
        hours = leg.hours.get(cause, 0.0)
        if hours > 0.0:
            look: Any = {"fc": face, "ec": INK, "lw": 0.4, "hatch": hatch, "gid": f"hours:{cause}"}
            axis.barh(level - 0.06, hours, 0.54, left=start, **look)
        start += hours
    if not single:
        low, _, high = leg.total
        axis.plot(
            [low, high], [level + 0.33] * 2, color=INK, lw=1.2, marker="|", ms=4.5, gid="total", zorder=4
        )
    note = f"{start:,.0f} h" + ("" if single else f", P {leg.share_reached:.2f}")
    where: Any = {"xycoords": ("axes fraction", "data"), "va": "center"}
    axis.annotate(note, (1.015, level), fontsize=7.5, color=QUIET, **where)


def _frame(axis: Axes, names: Sequence[str], rows: Sequence[TimeBudget], single: bool) -> None:
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.set_xlim(0.0, 1.03 * max(max(leg.total[-1], sum(leg.hours.values())) for leg in rows))
    word = "their total" if single else "the mean total, and P: share of the runs that came to it"
    axis.set_xlabel(f"hours; at the right {word}")
    axis.grid(axis="x", color="#e5e5e5", lw=0.6)
