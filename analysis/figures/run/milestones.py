"""A figure of the milestones of a run: simulated hours beside the reported intervals, a row a milestone."""

from datetime import datetime
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from analysis.figures.base.common import dates
from analysis.figures.base.style import INK, QUIET, STYLE_SHEET, party_look
from analysis.tables import clock, timeline
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables


def draw(tables: RunTables, record: Record, text: str = "") -> Figure:
    """The milestones of a run beside the reported intervals, with a caption of two lines at most."""
    rows = len(tables.manifest["milestones"])
    below = 1.8 if text else 1.3  # inches
    high = 0.3 * rows + 0.5 + below
    with style.context(STYLE_SHEET):
        figure = Figure(figsize=(10, high))
        FigureCanvasAgg(figure)
        axis = figure.add_axes((0.24, below / high, 0.6, (0.3 * rows + 0.1) / high))
        draw_on(axis, tables, record)
        where: Any = {"fontsize": 7.5, "color": QUIET, "va": "bottom", "gid": "caption"}
        figure.text(0.02, 0.15 / high, text, **where)
    return figure


def draw_on(axis: Axes, tables: RunTables, record: Record) -> None:
    """Each milestone's median and 5 to 95 % of the runs (UTC), and the reported interval as a box."""
    rows, zero = timeline.rows(tables, record), clock.origin(tables)
    last = clock.horizon(tables)
    report_styles: dict[str, dict[str, Any]] = {}
    for level, row in enumerate(rows):
        if row.observation is not None:
            label, face, edge, hatch, _ = party_look(row.observation.kind)
            paint: dict[str, Any] = {"fc": face, "ec": edge, "hatch": hatch}
            report_styles[f"reported: {label}"] = paint
            low, high = clock.interval_of(tables, row.observation)
            box = Rectangle((low, level - 0.32), high - low, 0.64, zorder=2, gid="report", **paint)
            axis.add_patch(box)
        hours = [last if t is None else clock.hour_of(tables, t) for t in row.quantiles]
        axis.plot([hours[0], hours[-1]], [level, level], color=INK, lw=1.2, zorder=3)
        axis.plot([hours[1]], [level], "o", color=INK, ms=5 if hours[1] < last else 0, zorder=4)
        note = f"P {row.share_reached:.2f}" + (f", {row.use}" if row.use not in ("", *SCORED) else "")
        where: Any = {"xycoords": ("axes fraction", "data"), "va": "center"}
        axis.annotate(note, (1.01, level), fontsize=7.5, color=QUIET, **where)
    _frame(axis, [row.milestone for row in rows], zero, (clock.begins(tables), last))
    single = len(tables.done) == 1
    word = "one history" if single else "median and 5 to 95 % of the runs; to the edge: never"
    handles: list[Any] = [Line2D([], [], color=INK, marker="o", ms=5, lw=0 if single else 1.2, label=word)]
    handles += [Patch(label=label, **paint) for label, paint in report_styles.items()]
    below = -0.6 / (0.3 * len(rows) + 0.1)
    axis.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, below), ncols=2)
    name = " with ".join([tables.manifest["scenario"], *tables.manifest.get("hypotheses", ())])
    axis.set_title(f"{name}: simulated milestones beside the reported intervals")


def _frame(axis: Axes, names: list[str], zero: datetime, span: tuple[float, float]) -> None:
    """Names of the rows, and dates along the bottom, nine at most."""
    axis.set_yticks(range(len(names)), names)
    axis.set(xlim=span, ylim=(len(names) - 0.4, -0.6))
    dates(axis, zero, *span)
    axis.set_xlabel(f"month-day (UTC) from {zero:%Y-%m-%d}; P: share of the runs in which it comes")
    axis.grid(axis="x", color="#e5e5e5", lw=0.6, zorder=0)
