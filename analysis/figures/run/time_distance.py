"""The time-distance diagram of a run: columns, cover, fights and reports by hour and km.

Hours count from 00:00 UTC of the scenario's first day; km are road-km from the column's start.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch, Rectangle
from matplotlib.transforms import Bbox

from analysis.figures.base import common, cover_strip
from analysis.figures.base.canvas import StyledFigure, styled
from analysis.figures.base.common import of_column, picked
from analysis.figures.base.labels import WIDE_HALO, Room, apart
from analysis.figures.base.page import short_name, wrapped
from analysis.figures.base.style import INK, QUIET, Look, looks_with, named_looks
from analysis.tables.clock import begins, horizon, hour_of, origin
from analysis.tables.histories import Histories, median, nights, trace, turned_back, under_way
from analysis.tables.scored_observations import NO_REPORTS, observed
from analysis.words import names
from analysis.words.text import counted
from sim.record.record import Record
from sim.record.rows import Claim, Observation
from sim.store.reader import RunTables
from sim.store.schema import Table

ENLARGED = "The first days of the diagram above, enlarged, with the names of their reports."
ENLARGEMENT_HOURS = 960.0  # a longer time has its first days enlarged
PLACE_NAMES, START_NAME, LEGEND_NAMES = 1.35, 0.9, 2.5  # inches that names may take
NEAR = 4.0  # points: a name so near its box is its own
QUIET_HOURS = 72.0  # without a report: up to there
FANS = ((0.25, "#9cc3de", "50 % prediction interval"), (0.05, "#d6e6f1", "90 % prediction interval"))
TURNED_BACK: dict[str, Any] = {
    "ls": "",
    "marker": "x",
    "ms": 4.5,
    "mew": 0.8,
    "color": "#5c5c5c",
    "alpha": 0.6,
    "zorder": 3.5,
}
LINE: dict[str, Any] = {"color": INK, "lw": 2.2, "zorder": 4, "path_effects": WIDE_HALO}
NIGHT_POINTS = 5.0  # points: a narrower night is not shaded

PLACED = ("departure", "entry", "arrival", "capture")  # claims of where the column was
SYMBOLS = named_looks("symbols")


class Box(NamedTuple):
    """A reported interval (h) at a place (km): its event, who says it, whether parties contest that.

    `who` is a kind of report or a party, `look` how it is drawn.
    """

    event: str
    km: float
    start: float
    end: float
    who: str
    look: Look
    contested: bool


def quantile(ordered: np.ndarray, level: float) -> np.ndarray:
    """A quantile (hours,) of values (runs, hours) in ascending order, nan last; nan where there is none."""
    at = level * np.maximum(np.isfinite(ordered).sum(axis=0) - 1, 0)
    low = np.take_along_axis(ordered, np.floor(at).astype(int)[np.newaxis], 0)[0]
    high = np.take_along_axis(ordered, np.ceil(at).astype(int)[np.newaxis], 0)[0]
    return np.asarray(low + (at % 1.0) * (high - low))


def arrivals(tables: RunTables, column: str) -> np.ndarray:
    """The hour at which each stored run comes to the end of the column's way (runs,); inf: never."""
    end = of_column(tables.route, column)["km"].max() - 1e-6
    return np.array([min(hour[km >= end], default=np.inf) for hour, km in trace(tables, column).paths()])


def reported(tables: RunTables, record: Record, column: str) -> list[Box]:
    """A box for each reported milestone of a column, then for each contested claim of where it was."""
    way, known = of_column(tables.route, column), {claim.id: claim for claim in record.claims}
    milestones = {m["id"]: m["km"] for m in tables.manifest["milestones"] if m["column"] == column}
    kms = {**dict(zip(way["place"], way["km"], strict=True)), **milestones}
    about = [item for item in record.observations if item.column in (None, column)]
    seen = {item.event: item for item in about if item.event in milestones}
    looks = looks_with(record.parties)
    rows: list[tuple[Observation | Claim, str]] = [
        (o, known[o.claims[0]].party if o.kind == "party" else o.kind) for o in seen.values()
    ]
    for claim in record.claims:
        others = [known[name] for name in claim.contradicted_by]
        disputed = any(other.event == claim.event and other.party != claim.party for other in others)
        placed = claim.event.split(":")[1] in PLACED and claim.event not in seen
        who = claim.party if claim.kind == "party" else claim.kind
        rows += [(claim, who)] if disputed and placed and claim.column in (None, column) else []
    boxes = [
        Box(
            event=item.event,
            km=float(kms.get(item.event, kms.get(item.event.split(":")[0], np.nan))),
            start=hour_of(tables, item.earliest),
            end=hour_of(tables, item.latest),
            who=who,
            look=looks[who],
            contested=item.event not in seen,
        )
        for item, who in rows
    ]
    return [box for box in dict.fromkeys(boxes) if box.km >= 0.0]


def window(tables: RunTables, boxes: Sequence[Box], column: str) -> tuple[float, float]:
    """The hours shown, whole days: to a day after the last report, and nine in ten of those that arrive."""
    came, end = arrivals(tables, column), horizon(tables)
    came = came[np.isfinite(came)]
    ends = [box.end + 24.0 for box in boxes] + ([np.quantile(came, 0.9) + 6.0] if len(came) else [])
    starts = [box.start for box in boxes] + [hour[0] for hour, _ in trace(tables, column).paths()]
    first = min(starts, default=begins(tables))
    start = 24.0 * np.floor(max(begins(tables), first) / 24.0)
    return start, max(start + 24.0, min(end, 24.0 * np.ceil(max(ends, default=end) / 24.0)))


def first_days(boxes: Sequence[Box], start: float, end: float) -> float | None:
    """The hour up to which the first reports of a long time are enlarged, if they crowd."""
    last = min((box.start for box in boxes), default=end)
    for box in sorted(boxes, key=lambda box: box.start) if end - start > ENLARGEMENT_HOURS else ():
        if box.start - last > QUIET_HOURS:
            crowd = {other.km for other in boxes if other.end <= last}
            return float(24.0 * np.ceil((last + 6.0) / 24.0)) if len(crowd) > 2 else None
        last = max(last, box.end)
    return None


def columns_drawn(tables: RunTables, record: Record) -> list[str]:
    """The columns of which some milestone is reported, or the first."""
    rows, columns = tables.manifest["milestones"], tables.manifest["columns"]
    seen = {row["column"] for row in rows if observed(record, row["id"], row["column"])}
    return [name for name in columns if name in seen] or columns[:1]


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """The time-distance diagram of each column of which something is reported, one below the other.

    A diagram has road-km against hours (UTC), simulated as a line or fans, reported intervals as boxes; the
    first days of a long time are drawn once more below it.
    """
    parts: list[tuple[str, float | None]] = []
    for column in columns_drawn(tables, record):
        boxes = reported(tables, record, column)
        until = first_days(boxes, *window(tables, boxes, column))
        parts += [(column, None)] if until is None else [(column, None), (column, until)]
    figure, share = StyledFigure(figsize=(10, 6.25 * len(parts))), 1.0 / len(parts)
    for low, (column, until) in enumerate(reversed(parts)):
        axis = figure.add_axes((0.19, (low + 0.23) * share, 0.74, 0.69 * share))
        _diagram(axis, tables, record, column, until)
    return figure


def _diagram(axis: Axes, tables: RunTables, record: Record, column: str, until: float | None) -> None:
    """The diagram of a column over the whole time, or up to an hour."""
    way, boxes = of_column(tables.route, column), reported(tables, record, column)
    reach, (start, end) = of_column(tables.cover, column), window(tables, boxes, column)
    enlarged = None if until is not None else first_days(boxes, start, end)
    if until is None:
        title, text = _sentence(tables, boxes, column), _caption(tables, record, column, end)
    else:
        end, boxes = until, [box for box in boxes if box.end <= until]
        furthest = max(box.km for box in boxes)
        way, reach = picked(way, way["km"] <= furthest), picked(reach, reach["km"] <= furthest)
        title, text = f"Enlarged: the days before {common.date(tables, end, year=True)}", ENLARGED
    top = float(way["km"].max())
    axis.set(xlim=(start, end), ylim=(-0.04 * top, 1.1 * top))
    _days(axis, tables)
    _places(axis, way)
    _simulated(axis, tables, column)
    _reports(axis, boxes, enlarged)
    cover_strip.strip(axis, reach)
    _legends(axis, boxes)
    axis.set_title(wrapped(title, 9.4, 10.5), x=-0.24)
    look: Any = {"transform": axis.transAxes, "fontsize": 7, "color": QUIET, "va": "top"}
    axis.text(-0.24, -77 / _points(axis)[1], text, **look)


def _days(axis: Axes, tables: RunTables) -> None:
    """As many dates as there is room for; nights that can be seen are shaded, with a tick each midnight."""
    start, end = axis.get_xlim()
    wide, words = _points(axis)[0], common.dates_label(tables, start, end)
    if shaded := 12.0 * wide / (end - start) >= NIGHT_POINTS:
        for dusk, dawn in nights(tables):
            axis.axvspan(dusk, dawn, color=INK, alpha=0.06, lw=0, zorder=2, gid="night")
    shown = np.array(
        common.midnights(origin(tables), start, end - max(24.0, 0.03 * (end - start)), int(wide / 40.0))
    )
    days, texts = np.arange(start, end, 24.0), [common.date(tables, hour) for hour in shown]
    if shaded:
        axis.set_xticks(days, [""] * len(days))
        axis.set_xticks(shown + 12.0, texts, minor=True)
    else:
        axis.set_xticks(shown, texts)
    axis.set_xlabel(f"{words}; a tick is midnight{', nights are shaded' if shaded else ''}")


def _places(axis: Axes, way: Table) -> None:
    """The marks of the way as lines and names with their km, spread apart; others where there is room."""
    (low, high), (wide, tall) = axis.get_ylim(), _points(axis)
    gap, level = 13.0 * (high - low) / tall, -np.inf
    rows = sorted(zip(way["km"], way["name"], way["mark"], strict=True))
    marks = [km for km, _, mark in rows if mark]
    shown = apart(marks, [km for km, _, _ in rows], gap)
    shown = shown if len(shown) * gap < high - low else shown[:1]
    rows = [row for row in rows if row[0] in shown]
    axis.set_yticks([km for km, _, _ in rows], [""] * len(rows))
    marks = [km for km, _, mark in rows if mark]
    axis.hlines(marks, *axis.get_xlim(), color="#d9d9d9", lw=0.6, zorder=0.5)
    where: Any = {"xycoords": axis.get_yaxis_transform(), "textcoords": ("axes points", "data")}
    where["arrowprops"] = {"arrowstyle": "-", "color": "#b3b3b3", "lw": 0.6, "shrinkA": 1, "shrinkB": 4}
    for km, name, mark in rows:
        level = max(km, level + gap)
        text = axis.annotate(f"{short_name(name, PLACE_NAMES)}  {km:.0f}", (0, km), (-12, level), **where)
        text.set(ha="right", va="center", color=INK if mark else QUIET)
    start = short_name(way["name"][0], START_NAME)
    axis.set_ylabel(f"road-km from {start}", rotation=0, ha="right", va="center")
    axis.yaxis.set_label_coords(-12 / wide, 1.0)


def _simulated(axis: Axes, tables: RunTables, column: str) -> None:
    """One run as a line with what befell it, several as median and fans."""
    hours = np.arange(axis.get_xlim()[0], axis.get_xlim()[1] + 0.05, 0.1)
    histories = trace(tables, column)
    runs = len(histories.paths())
    if runs > 1:
        _many(axis, hours, histories)
    if runs != 1:
        return
    axis.plot(hours, histories.positions(hours)[0], label=common.middle_of(1), **LINE)
    mine = picked(tables.events, tables.events["agent"] == column)
    for event, symbol in SYMBOLS.items():
        at = mine["event"] == event
        look: Any = {"ls": "", "ms": 8, "mec": INK, "zorder": 5}
        look |= symbol | ({} if at.any() else {"label": "_"})
        axis.plot(mine["hour"][at], mine["km"][at], **look)


def _many(axis: Axes, hours: np.ndarray, histories: Histories) -> None:
    """Median and fans of the runs that are not turned back yet, and where the others are."""
    km, (back_hour, back_km) = under_way(histories, hours), turned_back(histories)
    gone = back_hour <= hours[-1]
    middle = common.middle_of(len(km), back=bool(gone.any()))
    axis.plot(hours, median(km), label=middle, **LINE)
    fans(axis, hours, km)
    if gone.any():
        words = f"{gone.sum():,} of {len(km):,} turned back"
        axis.plot(back_hour[gone], back_km[gone], gid="turned back", label=words, **TURNED_BACK)


def fans(axis: Axes, hours: np.ndarray, values: np.ndarray) -> None:
    """The 50 % and 90 % prediction intervals of some runs (rows) by the hour, as bands; nan: counts not."""
    ordered = np.sort(values, axis=0)
    for low, color, label in FANS:
        edges = quantile(ordered, low), quantile(ordered, 1.0 - low)
        axis.fill_between(hours, *edges, color=color, lw=0, zorder=1 + low, label=label, gid="fan")


def _reports(axis: Axes, boxes: Sequence[Box], enlarged: float | None) -> None:
    """Boxes at their km, one that would cover an earlier one above it.

    Each event is named once, unless its box lies before an hour up to which an enlargement names them.
    """
    patches: list[Rectangle] = []
    height = 0.027 * float(np.ptp(axis.get_ylim()))
    for box in boxes:
        low, earlier = box.km - height / 2, [p for p in patches if box.start < p.get_x() + p.get_width()]
        while any(abs(low - p.get_y()) < height and p.get_x() < box.end for p in earlier):
            low += 1.15 * height
        patches.append(Rectangle((box.start, low), box.end - box.start, height, **_paint(box)))
        axis.add_patch(patches[-1]).set(gid="report", zorder=3, label="_")
    walls = [patch.get_window_extent() for patch in patches]
    room = Room(axis, walls)
    for line in axis.lines:
        room.about(line.get_xdata(), line.get_ydata(), 4 * 72.0 / axis.figure.dpi)
    last = {box.event: index for index, box in enumerate(boxes) if box.end > (enlarged or -np.inf)}
    for index in last.values():
        _name(room, boxes[index], patches[index], walls[:index] + walls[index + 1 :])


def _paint(box: Box) -> dict[str, Any]:
    look = box.look
    if box.contested:
        edge = {"fc": "none", "ec": look.edge, "ls": (0, look.dashes), "lw": 1.3}
        return {**edge, "label": f"contested: {look.label}"}
    return {**look.paint, "label": look.label}


def _name(room: Room, box: Box, patch: Rectangle, others: list[Bbox]) -> None:
    """Name a box where nothing is taken and no other box between; without room it has no name."""
    extent = patch.get_window_extent()
    near = extent.padded(NEAR * room.axis.figure.dpi / 72.0)
    text = names.event(box.event.split(":")[1]) + (", contested" if box.contested else "")

    def linked(label: Bbox) -> bool:
        return bool(label.overlaps(near) or not Bbox.union([label, extent]).count_overlaps(others))

    room.put(text, _beside(patch), 0.0, linked, zorder=7, fontsize=7.5)


def _beside(patch: Rectangle) -> Iterator[dict[str, Any]]:
    """Places for the name of a box: at its left and right, above and below it, the nearer ones first."""
    (x, y), w, h = patch.get_xy(), patch.get_width(), patch.get_height()
    beside = (x, y + h / 2, -1, 0, "right", "center"), (x + w, y + h / 2, 1, 0, "left", "center")
    above = (x, y + h, 0, 1, "left", "bottom"), (x + w, y + h, 0, 1, "right", "bottom")
    below = (x + w, y, 0, -1, "right", "top"), (x, y, 0, -1, "left", "top")
    for far, (at, level, dx, dy, ha, va) in product((3, 9, 16, 24), (*beside, *above, *below)):
        by = {"xy": (at, level), "xytext": (far * dx, far * dy), "textcoords": "offset points"}
        yield by | {"ha": ha, "va": va}


def _legends(axis: Axes, boxes: Sequence[Box]) -> None:
    """A row for what is simulated and a row for what is reported, below the axis."""
    wide, high = _points(axis)
    paints = map(_paint, sorted(boxes, key=lambda box: (box.contested, box.look.place)))
    patches = {paint["label"]: Patch(**paint) for paint in paints}
    simulated: Sequence[Artist] = axis.get_legend_handles_labels()[0]
    rows = (("simulated", -48 / high, simulated), ("reported", -64 / high, [*patches.values()]))
    for word, low, handles in rows:
        axis.text(-12 / wide, low, word if handles else "", transform=axis.transAxes, ha="right", va="center")
        where: Any = {
            "loc": "center left",
            "bbox_to_anchor": (-6 / wide, low),
            "ncols": max(1, len(handles)),
            "columnspacing": 1.0,
            "fontsize": 7.5,
        }
        labels = [short_name(str(handle.get_label()), LEGEND_NAMES) for handle in handles]
        axis.add_artist(Legend(axis, handles, labels, **where))


def _sentence(tables: RunTables, boxes: Sequence[Box], column: str) -> str:
    """When the simulated column comes to the end of its way, and what the reports say of that."""
    way, hours = of_column(tables.route, column), arrivals(tables, column)
    came, goal = int(np.isfinite(hours).sum()), short_name(way["name"][-1], PLACE_NAMES)
    sentence = f"reaches {goal} in {came:,} of {counted(len(hours), 'run')}"
    if 2 * came >= len(hours) > 0:
        middle = float(np.sort(hours)[(len(hours) - 1) // 2])
        many = f", median {common.date(tables, middle, year=True)}"
        sentence += many if len(hours) > 1 else f", on {common.plain_hour(tables, middle)}"
    last = [b for b in boxes if b.event.split(":")[1] in PLACED[2:] and b.km == way["km"].max()]
    edges = [hour for box in last[:1] for hour in (box.start, box.end - 0.01)]
    days = dict.fromkeys(common.date(tables, hour, year=True) for hour in edges)
    sentence = f"The {short_name(names.column(tables, column), PLACE_NAMES)} {sentence}"
    return f"{sentence}; reported {' to '.join(days)}" if days else sentence


def _caption(tables: RunTables, record: Record, column: str, end: float) -> str:
    """What a figure that ends at an hour shows: what was run, what is not shown, how to read it."""
    columns, hours, late = tables.manifest["columns"], arrivals(tables, column), ""
    if not_there := (hours > end).sum():
        events = picked(tables.events, tables.events["agent"] == column)
        back = ((events["event"] == "beaten") & (events["hour"] <= end)).sum()
        late = f"{not_there:,} of {counted(len(hours), 'run')} not there when the axis ends, "
        late += f"{back:,} turned back" + (" and in no band since." if back else ".")
    how = "A box spans the hours reported for its place; dashed: what one party claims and another denies."
    how = how if record.claims else f"There are {NO_REPORTS}."
    shown = len(columns_drawn(tables, record))
    if shown < len(columns):
        how += f" {shown} of {len(columns)} columns are drawn."
    return f"{wrapped(common.caption(tables, late, len(hours)), 9.4, 7.0)}\n{how}"


def _points(axis: Axes) -> tuple[float, float]:
    """Width and height of an axis in points."""
    scale = 72.0 / axis.figure.dpi
    return axis.bbox.width * scale, axis.bbox.height * scale
