"""The time-distance diagram of a run: columns, cover, fights and reports by hour and km.

Hours count from 00:00 UTC of the scenario's first day; km are road-km from the column's start.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from analysis.figures.base import cover_strip
from analysis.figures.base.common import DRAWS
from analysis.figures.base.style import INK, QUIET, STYLE_SHEET, legend_place, party_look
from analysis.figures.run import milestones
from analysis.tables.clock import begins, horizon, hour_of, origin
from analysis.tables.histories import nights, trace
from analysis.tables.scored_observations import observed
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import Claim, Observation
from sim.state.clock import moment_at
from sim.store.reader import RunTables
from sim.store.schema import Table

ENLARGED = "The first days of the diagram above, enlarged."
ENLARGEMENT_HOURS = 960.0  # a longer time has its first days enlarged
QUIET_HOURS = 72.0  # without a report: up to there
FANS = ((0.25, "#9cc3de", "half of them"), (0.05, "#d6e6f1", "nine in ten of them"))

PLACED = ("departure", "entry", "arrival", "capture")  # claims of where the column was
EVENT_VERBS = {"departure": "leaves", "arrival": "reached", "harassment": "harassed"}
EVENT_VERBS |= {"contact": "fight", "capture": "captured", "mine": "mine strike"}
SYMBOLS = {
    "mine": ("X", INK, "mine strike, reported"),
    "mine_unreported": ("X", "white", "mine strike, not reported"),
    "ambush": ("v", INK, "ambush"),
    "contact": ("D", INK, "fight at a position"),
}


class Box(NamedTuple):
    """A reported interval (h) at a place (km): its event, its look, whether parties contest it."""

    event: str
    km: float
    start: float
    end: float
    look: str
    contested: bool


def arrivals(tables: RunTables, column: str) -> np.ndarray:
    """The hour at which each stored history comes to the end of the column's way; inf if never."""
    end = _of(tables.route, column)["km"].max() - 1e-6
    return np.array([min(hour[km >= end], default=np.inf) for hour, km in trace(tables, column).paths()])


def reported(tables: RunTables, record: Record, column: str) -> list[Box]:
    """A box for each reported milestone of a column, then for each contested claim of where it was."""
    way, known = _of(tables.route, column), {claim.id: claim for claim in record.claims}
    kms = dict(zip(way["place"], way["km"], strict=True))
    kms |= {m["id"]: m["km"] for m in tables.manifest["milestones"] if m["column"] == column}
    milestone_ids = {m["id"] for m in tables.manifest["milestones"] if m["column"] == column}
    about = [item for item in record.observations if item.column in (None, column)]
    seen = {item.event: item for item in about if item.event in milestone_ids}
    rows: list[tuple[Observation | Claim, str]] = [(o, known[o.claims[0]].party) for o in seen.values()]
    for claim in record.claims:
        others = [known[name] for name in claim.contradicted_by]
        disputed = any(other.event == claim.event and other.party != claim.party for other in others)
        placed = claim.event.split(":")[1] in PLACED and claim.event not in seen
        rows += [(claim, claim.party)] if disputed and placed and claim.column in (None, column) else []
    boxes = []
    for item, party in rows:
        km: Any = kms.get(item.event, kms.get(item.event.split(":")[0], np.nan))
        box = Box(
            event=item.event,
            km=float(km),
            start=hour_of(tables, item.earliest),
            end=hour_of(tables, item.latest),
            look=party if item.kind == "party" else item.kind,
            contested=item.event not in seen,
        )
        boxes.append(box)
    return [box for box in dict.fromkeys(boxes) if box.km >= 0.0]


def window(tables: RunTables, boxes: Sequence[Box], column: str) -> tuple[float, float]:
    """The hours shown, whole days: to a day after the last report, and nine in ten of those that arrive."""
    came, last = arrivals(tables, column), horizon(tables)
    came = came[np.isfinite(came)]
    ends = [box.end + 24.0 for box in boxes] + ([np.quantile(came, 0.9) + 6.0] if len(came) else [])
    starts = [box.start for box in boxes] + [hour[0] for hour, _ in trace(tables, column).paths()]
    first = min(starts, default=begins(tables))
    start = 24.0 * np.floor(max(begins(tables), first) / 24.0)
    return start, max(start + 24.0, min(last, 24.0 * np.ceil(max(ends, default=last) / 24.0)))


def first_days(boxes: Sequence[Box], start: float, end: float) -> float | None:
    """The hour up to which the first reports of a long time are enlarged, if they crowd."""
    last = min((box.start for box in boxes), default=end)
    for box in sorted(boxes, key=lambda box: box.start) if end - start > ENLARGEMENT_HOURS else ():
        if box.start - last > QUIET_HOURS:
            crowd = {other.km for other in boxes if other.end <= last}
            return float(24.0 * np.ceil((last + 6.0) / 24.0)) if len(crowd) > 2 else None
        last = max(last, box.end)
    return None


def _of(table: Table, column: str) -> Table:
    return {name: values[table["column"] == column] for name, values in table.items()}


def _below(table: Table, km: float) -> Table:
    return {name: values[table["km"] <= km] for name, values in table.items()}


def _date(tables: RunTables, hour: float, form: str = "%Y-%m-%d") -> str:
    return f"{moment_at(origin(tables), hour):{form}}"


def time_distance(
    axis: Axes, tables: RunTables, record: Record, column: str | None = None, until: float | None = None
) -> None:
    """A column's road-km against time (UTC): simulated as a line or fans, reported intervals as boxes."""
    column = column or tables.manifest["columns"][0]
    way, boxes = _of(tables.route, column), reported(tables, record, column)
    reach, (start, end) = _of(tables.cover, column), window(tables, boxes, column)
    if until is not None:
        end, boxes = until, [box for box in boxes if box.end <= until]
        furthest = max(box.km for box in boxes)
        way, reach = _below(way, furthest), _below(reach, furthest)
    top = float(way["km"].max())
    axis.set(xlim=(start, end), ylim=(-0.04 * top, 1.1 * top))
    for dusk, dawn in nights(tables):
        axis.axvspan(dusk, dawn, color=INK, alpha=0.06, lw=0, zorder=2, gid="night")
    days = np.arange(start, end, 24.0)
    shown = days[:: int(np.ceil(36 * len(days) / _points(axis)[0]))]
    shown = shown[shown + 12.0 < end - 0.025 * (end - start)]
    axis.set_xticks(days, [""] * len(days))
    axis.set_xticks(shown + 12.0, [_date(tables, day, "%m-%d") for day in shown], minor=True)
    axis.set_xlabel(
        f"month-day of {tables.manifest['start'][:4]} (UTC): a tick is midnight, nights are shaded"
    )
    _places(axis, way)
    _simulated(axis, tables, column)
    _reports(axis, boxes)
    cover_strip.strip(axis, reach)
    _legends(axis, boxes)
    text = _caption(tables, record, column, end) if until is None else ENLARGED
    axis.set_title(
        _sentence(tables, boxes, column) if until is None else f"Enlarged: to {_date(tables, end)}"
    )
    below = -77 / _points(axis)[1]
    axis.text(-0.24, below, text, transform=axis.transAxes, fontsize=7, color=QUIET, va="top")


def _places(axis: Axes, way: Table) -> None:
    """The marks of the way as lines and names with their km, spread apart; others where there is room."""
    (low, high), (wide, tall) = axis.get_ylim(), _points(axis)
    gap, level = 13.0 * (high - low) / tall, -np.inf
    rows = sorted(zip(way["km"], way["name"], way["mark"], strict=True))
    place_kms = [km for km, _, mark in rows if mark]
    for km, _, _ in rows:
        place_kms += [km] if min(abs(km - other) for other in place_kms) >= gap else []
    rows = [
        row for row in rows if row[0] in (place_kms if len(place_kms) * gap < high - low else place_kms[:1])
    ]
    axis.set_yticks([km for km, _, _ in rows], [""] * len(rows))
    axis.hlines([km for km, _, mark in rows if mark], *axis.get_xlim(), color="#d9d9d9", lw=0.6, zorder=0.5)
    where: Any = {"xycoords": axis.get_yaxis_transform(), "textcoords": ("axes points", "data")}
    where["arrowprops"] = {"arrowstyle": "-", "color": "#b3b3b3", "lw": 0.6, "shrinkA": 1, "shrinkB": 4}
    for km, name, mark in rows:
        level = max(km, level + gap)
        text = axis.annotate(f"{name}  {km:.0f}", (0, km), (-12, level), **where)
        text.set(ha="right", va="center", color=INK if mark else QUIET)
    axis.set_ylabel(f"road-km from {way['name'][0]}", rotation=0, ha="right", va="center")
    axis.yaxis.set_label_coords(-12 / wide, 1.0)


def _simulated(axis: Axes, tables: RunTables, column: str) -> None:
    """One history as a line with what befell it, several as median and fans."""
    hours = np.arange(axis.get_xlim()[0], axis.get_xlim()[1] + 0.05, 0.1)
    km = trace(tables, column).positions(hours)
    if not len(km):
        return
    label = f"median of {len(km):,} histories" if len(km) > 1 else "one history"
    halo = [withStroke(linewidth=3.6, foreground="white")]
    axis.plot(
        hours,
        np.quantile(km, 0.5, axis=0, method="higher"),
        color=INK,
        lw=2.2,
        zorder=4,
        label=label,
        path_effects=halo,
    )
    for low, color, label in FANS if len(km) > 1 else ():
        fan = np.quantile(km, [low, 1.0 - low], axis=0)
        axis.fill_between(hours, *fan, color=color, lw=0, zorder=1 + low, label=label)
    for event, (marker, face, label) in SYMBOLS.items() if len(km) == 1 else ():
        of_event = (tables.events["event"] == event) & (tables.events["agent"] == column)
        x, y, label = (
            tables.events["hour"][of_event],
            tables.events["km"][of_event],
            label if of_event.any() else "_",
        )
        axis.plot(x, y, marker, ms=8, mfc=face, mec=INK, label=label, zorder=5)


def _reports(axis: Axes, boxes: Sequence[Box]) -> None:
    """Boxes at their km, one that would cover an earlier one above it; each event is named once."""
    drawn: list[Rectangle] = []
    height = 0.027 * float(np.ptp(axis.get_ylim()))
    for box in boxes:
        low, earlier = box.km - height / 2, [p for p in drawn if box.start < p.get_x() + p.get_width()]
        while any(abs(low - p.get_y()) < height and p.get_x() < box.end for p in earlier):
            low += 1.15 * height
        drawn.append(Rectangle((box.start, low), box.end - box.start, height, **_paint(box)))
        axis.add_patch(drawn[-1]).set(gid="report", zorder=3, label="_")
    walls = [patch.get_window_extent() for patch in drawn]
    lines = [axis.transData.transform(np.asarray(line.get_xydata())) for line in axis.lines]
    taken = [*walls, *(Bbox([point - 4, point + 4]) for line in lines for point in line)]
    for index in {box.event: index for index, box in enumerate(boxes)}.values():
        _name(axis, boxes[index], drawn[index], taken, walls[:index] + walls[index + 1 :])


def _paint(box: Box) -> dict[str, Any]:
    look = party_look(box.look)
    if box.contested:
        contested = {"fc": "none", "ec": look.edge, "ls": (0, look.dashes), "lw": 1.3}
        return contested | {"label": f"contested: {look.label}"}
    return look.paint | {"label": look.label}


def _name(axis: Axes, box: Box, patch: Rectangle, taken: list[Bbox], walls: list[Bbox]) -> None:
    """Name a box where nothing is taken (pixels) and no other box between; without room it has no name."""
    word, frame, box_extent = box.event.split(":")[1], axis.get_window_extent(), patch.get_window_extent()
    text = f"{word}, contested" if box.contested else EVENT_VERBS.get(word, word.replace("_", " "))
    (x, y), w, h = patch.get_xy(), patch.get_width(), patch.get_height()
    beside = (x, y + h / 2, -1, 0, "right", "center"), (x + w, y + h / 2, 1, 0, "left", "center")
    above = (x, y + h, 0, 1, "left", "bottom"), (x + w, y + h, 0, 1, "right", "bottom")
    below = (x + w, y, 0, -1, "right", "top"), (x, y, 0, -1, "left", "top")
    for far, (at, level, dx, dy, ha, va) in product((3, 9, 16, 24), (*beside, *above, *below)):
        label = axis.annotate(text, (at, level), (far * dx, far * dy), textcoords="offset points", zorder=7)
        label.set(ha=ha, va=va, fontsize=7.5)
        room = label.get_window_extent()
        inside = frame.contains(*room.min) and frame.contains(*room.max)
        between = far > 3 and Bbox.union([room, box_extent]).count_overlaps(walls)
        if inside and not between and not room.count_overlaps(taken):
            taken.append(room)
            return
        label.remove()


def _legends(axis: Axes, boxes: Sequence[Box]) -> None:
    """A row for what is simulated and a row for what is reported, below the axis."""
    wide, high = _points(axis)
    paints = map(_paint, sorted(boxes, key=lambda box: (box.contested, legend_place(box.look))))
    said = {paint["label"]: Patch(**paint) for paint in paints}
    rows: Any = (("simulated", axis.get_legend_handles_labels()[0]), ("reported", [*said.values()]))
    for low, (word, handles) in zip((-48 / high, -64 / high), rows, strict=True):
        axis.text(-12 / wide, low, word if handles else "", transform=axis.transAxes, ha="right", va="center")
        where: Any = {"loc": "center left", "bbox_to_anchor": (-6 / wide, low), "ncols": max(1, len(handles))}
        axis.add_artist(Legend(axis, handles, [handle.get_label() for handle in handles], **where))


def _sentence(tables: RunTables, boxes: Sequence[Box], column: str) -> str:
    """When the simulated column comes to the end of its way, and what the reports say of that."""
    way, hours = _of(tables.route, column), arrivals(tables, column)
    came, goal = int(np.isfinite(hours).sum()), way["name"][-1]
    sentence = f"{came:,} of {len(hours):,} simulated columns reach {goal}"
    if 2 * came >= len(hours) > 0:
        who = "Half of the simulated columns reach" if len(hours) > 1 else "The simulated column reaches"
        middle = float(np.ceil(np.sort(hours)[(len(hours) - 1) // 2]))
        sentence = f"{who} {goal} by {_date(tables, middle, '%Y-%m-%d %H:00')}"
    last = [b for b in boxes if b.event.split(":")[1] in PLACED[2:] and b.km == way["km"].max()]
    days = dict.fromkeys(_date(tables, hour) for box in last[:1] for hour in (box.start, box.end - 0.01))
    return f"{sentence}; reported: {' to '.join(days)}" if days else sentence


def _caption(tables: RunTables, record: Record, column: str, end: float) -> str:
    """What a figure that ends at an hour shows: runs, seed, parameters, what is not shown, how to read it."""
    m, events, hours = tables.manifest, tables.events, arrivals(tables, column)
    rivals = "".join(f" with {name}," for name in m.get("hypotheses", ()))
    text = f"{m['scenario']},{rivals} seed {m['seed']}, runs: {m['runs']:,}, {DRAWS.get(m['parameters'], '')}"
    text += f" but {len(m['pinned'])} set by hand" if m.get("pinned") else ""
    if len(hours) < m["runs"]:
        failed = (~tables.done).sum()
        text += f"; {len(hours):,} histories are stored and shown, {failed:,} runs failed"
    if late := (hours > end).sum():
        back = (events["event"] == "beaten") & (events["agent"] == column) & (events["hour"] <= end)
        text += f"; {late:,} of {len(hours):,} not there when the axis ends, {back.sum():,} beaten back"
    caption = (
        "A box spans the hours reported for its place; dashed: what one party claims and another denies."
    )
    drawn = len(columns_drawn(tables, record))
    if drawn < len(m["columns"]):
        caption += f" {drawn} of {len(m['columns'])} columns are drawn."
    return f"{text}.\n{caption}"


def _points(axis: Axes) -> tuple[float, float]:
    """Width and height of an axis in points."""
    scale = 72.0 / axis.figure.dpi
    return axis.bbox.width * scale, axis.bbox.height * scale


def columns_drawn(tables: RunTables, record: Record) -> list[str]:
    """The columns of which some milestone is reported, or the first."""
    rows, columns = tables.manifest["milestones"], tables.manifest["columns"]
    seen = {row["column"] for row in rows if observed(record, row["id"], row["column"])}
    return [name for name in columns if name in seen] or columns[:1]


def _parts(tables: RunTables, record: Record, column: str) -> list[float | None]:
    """The whole time, and the end of its first days if they are enlarged."""
    boxes = reported(tables, record, column)
    first = first_days(boxes, *window(tables, boxes, column))
    return [None] if first is None else [None, first]


def draw(tables: RunTables, record: Record) -> Figure:
    """The time-distance diagram of each column of which something is reported, one below the other."""
    if not tables.manifest["columns"]:
        refuse(Where("--figure time-distance", 0), "needs a column; this run has none, but 'milestones'")
    columns = columns_drawn(tables, record)
    with style.context(STYLE_SHEET):
        parts = [(name, until) for name in columns for until in _parts(tables, record, name)]
        figure = Figure(figsize=(10, 6.25 * len(parts)))
        FigureCanvasAgg(figure)
        for low, part in enumerate(reversed(parts)):
            axis = figure.add_axes((0.19, (low + 0.23) / len(parts), 0.74, 0.69 / len(parts)))
            time_distance(axis, tables, record, *part)
    return figure


TIME_FIGURES: dict[str, Callable[[RunTables, Record], Figure]] = {
    "time-distance": draw,
    "milestones": milestones.draw,
}
"""Figures by name."""
