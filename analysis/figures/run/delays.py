"""The time budget of each leg: what the days went on, by cause, as stacked bars."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch
from analysis.figures.base.style import INK, named_looks
from analysis.tables.time_budget import TimeBudget, legs
from analysis.words import names
from analysis.words.text import capital
from sim.record.record import Record
from sim.store.reader import RunTables

CAUSES = {cause: look | {"ec": INK, "lw": 0.4} for cause, look in named_looks("causes").items()}
"""The look of each cause, in the order in which they are stacked."""
TOTAL: dict[str, Any] = {"color": INK, "lw": 1.2, "marker": "|", "ms": 4.5}


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """A bar a leg, stacked by cause: mean hours of the runs that came to it, and how far their sum varies.

    The line below a bar spans 5 to 95 % of the runs' sums (h).
    """
    rows, single = legs(tables), len(tables.done) == 1
    booked = [cause for cause in CAUSES if any(cause in leg.hours for leg in rows)]
    key = [key_patch(names.cause(cause), **CAUSES[cause] | {"lw": 0.5}) for cause in booked]
    if not single:
        key.append(key_line("90 % prediction interval of the total", **TOTAL))
    places = common.place_names(tables, [leg.place for leg in rows])
    titles = [
        f"{capital(names.column(tables, leg.column))} to {place}"
        for leg, place in zip(rows, places, strict=True)
    ]
    word = "days by cause" if single else "mean days by cause, of the runs that reached the end of the leg"
    more = "A leg runs from the departure, or from the capture before it; each hour is booked to one cause."
    page, axis = common.sheet_of_rows(
        f"{common.name_of(tables)}: time budget by leg\n{word}",
        common.caption(tables, more),
        0.42 * len(rows),
        titles,
        least=1.2,
        edges=(0.5, 0.5),
        right=1.5,
        under=0.6,
        key=key,
    )
    for level, leg in enumerate(rows):
        _bar(axis, level, leg, single)
    axis.set_xlim(0.0, 1.03 / 24.0 * max(max(leg.total[-1], sum(leg.hours.values())) for leg in rows))
    axis.set_xlabel("days")
    common.note_head(axis, "total" if single else "mean total; Pr(event)")
    return page.figure


def _bar(axis: Axes, level: int, leg: TimeBudget, single: bool) -> None:
    start = 0.0
    for cause, look in CAUSES.items():
        days = leg.hours.get(cause, 0.0) / 24.0
        if days > 0.0:
            axis.barh(level - 0.06, days, 0.54, left=start, gid=f"days:{cause}", **look)
        start += days
    if not single:
        axis.plot(leg.total[[0, -1]] / 24.0, [level + 0.33] * 2, gid="total", zorder=4, **TOTAL)
    common.note(axis, level, f"{start:,.1f} days" + ("" if single else f"; {leg.share_reached:.2f}"))
