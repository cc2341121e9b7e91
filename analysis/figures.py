"""Figures of a run: they take its tables, the record and an axis, never a model.

Hours count from 00:00 UTC of the scenario's first day, km are road-km from the column's start.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.record import Claim, Observation, Record
from sim.schema import Table
from sim.store import RunTables

STYLE = Path(__file__).with_name("style.mplstyle")
INK, QUIET, NIGHT, HALF, NINE, COVER = "#1a1a1a", "#666666", "#f1f1f3", "#9cc3de", "#d3e4f0", "#56b4e9"


class Look(NamedTuple):
    """How a kind of report or a party is drawn, told apart in grey by lightness, hatch and edge."""

    label: str
    face: str
    hatch: str
    edge: str


# The colours are Okabe and Ito's. What more voices bear out is darker and fuller; a party alone is hatched.
LOOKS = {
    "both sides agree": Look("both sides agree", "#d55e00", "", "#7a3500"),
    "independent": Look("independent", "#e69f00", "", "#8a5f00"),
    "one source": Look("one source", "#fbf3a0", "", "#8a7d00"),
    "against interest": Look("against its own interest", "#d55e00", "....", "#7a3500"),
    "army": Look("army", "#b9e3d3", "////", "#009e73"),
    "csp": Look("CSP (rebels)", "#f3dbe8", "\\\\\\\\", "#a8487f"),
    "jnim": Look("JNIM", "#cccccc", "xxxx", "#000000"),
    "un": Look("UN", "#d6ecf9", "||||", "#0072b2"),
    "gatia": Look("GATIA", "#ffffff", "++++", "#009e73"),
    "civilians": Look("civilians", "#ffffff", "----", "#666666"),
    "narrative": Look("one source", "#fbf3a0", "", "#8a7d00"),
}
WORDS = {
    "departure": "leaves",
    "arrival": "reached",
    "harassment": "harassed by night",
    "mine": "mine strike",
    "contact": "fight",
    "capture": "captured",
}
PLACED = ("arrival", "departure", "entry", "capture")
SYMBOLS = {
    "mine": ("X", INK, "mine strike, reported"),
    "mine_unreported": ("X", "white", "mine strike, not reported"),
    "ambush": ("v", INK, "ambush"),
    "contact": ("D", INK, "fight at a position"),
}


class Box(NamedTuple):
    """A reported interval (h) at a place (km): its event, its look, and whether parties contest it."""

    event: str
    km: float
    start: float
    end: float
    look: str
    contested: bool


# --- what is drawn, as numbers ---------------------------------------------------------------------------


def positions(events: Table, column: str, hours: np.ndarray) -> np.ndarray:
    """Road-km of a column at each hour, a row a stored history: linear between its successive events.

    Before its first event a column stands at its start, after its last where it is then.
    """
    if not events or not len(hours):
        return np.empty((0, len(hours)))
    mine = (events["kind"] == "column") & (events["agent"] == column)
    order = np.flatnonzero(mine)[np.lexsort((events["hour"][mine], events["replicate"][mine]))]
    replicate, hour, km = (events[name][order] for name in ("replicate", "hour", "km"))
    cuts = np.flatnonzero(np.diff(replicate)) + 1
    rows = zip(np.split(hour, cuts), np.split(km, cuts), strict=True)
    return np.array([np.interp(hours, h, k, left=0.0) for h, k in rows if len(h)]).reshape(-1, len(hours))


def nights(daylight: Table) -> list[tuple[float, float]]:
    """Sunset to first light (h) of each night; the first begins with hour 0."""
    return list(zip([0.0, *daylight["sunset"][:-1]], daylight["first_light"], strict=True))


def reported(tables: RunTables, record: Record, column: str) -> list[Box]:
    """A box for each observation of a column on its route, then for each claim that parties contest."""
    way = _rows(tables.route, column)
    kms = dict(zip(way["place"], way["km"], strict=True))
    at = {m["id"]: m["km"] for m in tables.manifest["milestones"] if m["column"] == column}
    seen = [o for o in record.observations if o.column in (None, column)]
    known = {claim.id: claim for claim in record.claims}
    observed = {o.event for o in seen}
    claims = [
        claim
        for claim in record.claims
        if claim.column in (None, column) and claim.event not in observed and _is_contested(claim, known)
    ]
    boxes: dict[Box, None] = {}
    for item in [*seen, *claims]:
        place, word = item.event.split(":")
        km = at.get(item.event, kms.get(place))
        if km is not None and (item in seen or word in PLACED):
            start, end = _hour(tables, item.earliest), _hour(tables, item.latest)
            boxes[Box(item.event, float(km), start, end, _look(item, known), item not in seen)] = None
    return list(boxes)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Ascending positions at least `gap` apart, as near to those wanted (ascending) as can be."""
    blocks: list[list[float]] = []  # sum and count of wanted places, each less what stands below it
    for index, place in enumerate(wanted):
        blocks.append([place - index * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + count]
    level = [total / count for total, count in blocks for _ in range(int(count))]
    return [place + index * gap for index, place in enumerate(level)]


def arrivals(tables: RunTables, column: str) -> np.ndarray:
    """The hour at which the column of each stored history comes to the end of its route; inf if never."""
    events, end = tables.events, _rows(tables.route, column)["km"].max()
    if not events:
        return np.empty(0)
    mine = (events["kind"] == "column") & (events["agent"] == column)
    there = mine & (events["km"] >= end - 1e-6)
    first = [events["hour"][there & (events["replicate"] == r)] for r in np.unique(events["replicate"][mine])]
    return np.array([hours.min() if len(hours) else np.inf for hours in first])


def window(tables: RunTables, boxes: Sequence[Box], column: str) -> tuple[float, float]:
    """The hours a figure shows, whole days: to a day after the last report, or nine in ten of the arrivals."""
    horizon = _hour(tables, datetime.fromisoformat(tables.manifest["end"]))
    came = arrivals(tables, column)
    came = came[np.isfinite(came)]
    ends = [max((box.end for box in boxes), default=0.0) + 24.0]
    ends.append(float(np.quantile(came, 0.9)) + 6.0 if len(came) else horizon if not boxes else 0.0)
    starts = [box.start for box in boxes] + [float(np.min(tables.events["hour"]))] * bool(tables.events)
    start = min(24.0 * np.floor(min(starts, default=0.0) / 24.0), horizon - 24.0)
    return start, max(start + 24.0, min(horizon, 24.0 * np.ceil(max(ends) / 24.0)))


def _is_contested(claim: Claim, known: dict[str, Claim]) -> bool:
    """Whether another party contradicts a claim about the same event."""
    others = [known[name] for name in claim.contradicted_by]
    return any(other.event == claim.event and other.party != claim.party for other in others)


def _look(item: Claim | Observation, known: dict[str, Claim]) -> str:
    if item.kind != "party":
        return item.kind
    return item.party if isinstance(item, Claim) else known[item.claims[0]].party


def _rows(table: Table, column: str) -> Table:
    """The rows of one column."""
    mine = table["column"] == column
    return {name: values[mine] for name, values in table.items()}


def _hour(tables: RunTables, moment: datetime) -> float:
    start = datetime.fromisoformat(tables.manifest["start"]).replace(tzinfo=UTC)
    return (moment.replace(tzinfo=UTC) - start) / timedelta(hours=1)


def _date(tables: RunTables, hour: float, form: str = "{0.day} {0:%b}") -> str:
    return form.format(datetime.fromisoformat(tables.manifest["start"]) + timedelta(hours=hour))


# --- the time-distance diagram ---------------------------------------------------------------------------


def time_distance(axis: Axes, tables: RunTables, record: Record, column: str | None = None) -> None:
    """A column's road-km against time (UTC): simulated as a line or fans, reported intervals as boxes."""
    column = column or tables.manifest["columns"][0]
    way, boxes = _rows(tables.route, column), reported(tables, record, column)
    top, (start, end) = float(way["km"].max()), window(tables, boxes, column)
    axis.set_xlim(start, end)
    axis.set_ylim(-0.04 * top, 1.1 * top)
    for dusk, dawn in nights(tables.daylight):
        axis.axvspan(dusk, dawn, color=NIGHT, lw=0, zorder=0, gid="night")
    _days(axis, tables)
    _places(axis, way)
    line = _simulated(axis, tables, column)
    drawn = _draw(axis, boxes, 0.024 * top)
    looks = {LOOKS[box.look]: box for box in boxes if not box.contested}
    handles = [Patch(fc=k.face, ec=k.edge, hatch=k.hatch, label=f"reported: {k.label}") for k in looks]
    contested = dict.fromkeys(LOOKS[box.look] for box in boxes if box.contested)
    handles += [Patch(fc="white", ec=k.edge, ls="--", label=f"contested: {k.label}") for k in contested]
    legend = axis.legend(handles=[*axis.get_legend_handles_labels()[0], *handles], loc="lower right")
    legend.set_zorder(6)
    _name(axis, boxes, drawn, line, [legend.get_window_extent()])
    _cover(axis, _rows(tables.cover, column), top)
    axis.set_title(_sentence(tables, boxes, column))


def _days(axis: Axes, tables: RunTables) -> None:
    """A tick at each midnight and the date at noon, as many as fit."""
    start, end = axis.get_xlim()
    days = np.arange(start, end, 24.0)
    every = int(np.ceil(42 * len(days) / _points(axis)[0]))
    axis.set_xticks(days)
    axis.tick_params(axis="x", which="major", labelbottom=False, length=5)
    axis.set_xticks(days[::every] + 12.0, [_date(tables, day) for day in days[::every]], minor=True)
    axis.tick_params(axis="x", which="minor", length=0, pad=4)
    axis.set_xlabel(f"time (UTC, {tables.manifest['start'][:4]}); a tick is midnight, a night is shaded")


def _places(axis: Axes, way: Table) -> None:
    """The marks of the way as lines and names with their km, other places where there is room for them."""
    gap = 13.0 / _points(axis)[1] * float(np.ptp(axis.get_ylim()))
    kept = [float(km) for km, mark in zip(way["km"], way["mark"], strict=True) if mark]
    for km, mark in zip(way["km"], way["mark"], strict=True):
        if not mark and min(abs(km - other) for other in kept) >= gap:
            kept.append(float(km))
    kept = kept if len(kept) * gap < np.ptp(axis.get_ylim()) else [min(kept), max(kept)]
    rows = [row for row in zip(way["km"], way["name"], way["mark"], strict=True) if row[0] in kept]
    axis.set_yticks([row[0] for row in rows], [""] * len(rows))
    axis.hlines([row[0] for row in rows if row[2]], *axis.get_xlim(), color="#d9d9d9", lw=0.6, zorder=0.5)
    for (km, name, mark), level in zip(rows, spread([row[0] for row in rows], gap), strict=True):
        axis.annotate(
            f"{name}  {km:.0f}",
            (0, km),
            (-14, level),
            xycoords=axis.get_yaxis_transform(),
            textcoords=("axes points", "data"),  # type: ignore[arg-type]
            ha="right",
            va="center",
            color=INK if mark else QUIET,
            arrowprops={"arrowstyle": "-", "color": "#b3b3b3", "lw": 0.6, "shrinkA": 1, "shrinkB": 4},
        )
    axis.set_ylabel(f"place and road-km from {way['name'][0]}", labelpad=122)


def _simulated(axis: Axes, tables: RunTables, column: str) -> np.ndarray:
    """One history as a line with what befell it, several as median and 50 and 90 % fans; the line's points."""
    hours = np.arange(axis.get_xlim()[0], axis.get_xlim()[1] + 0.1, 0.1)
    km = positions(tables.events, column, hours)
    if not len(km):
        return np.empty((0, 2))
    halo = [withStroke(linewidth=3.6, foreground="white")]
    if len(km) > 1:
        low, lower, line, upper, high = np.quantile(km, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
        axis.fill_between(hours, low, high, color=NINE, lw=0, zorder=1, label="90 % of them")
        axis.fill_between(hours, lower, upper, color=HALF, lw=0, zorder=1.5, label="50 % of them")
        label = f"median of {len(km):,} simulated histories"
    else:
        line, label = km[0], "one simulated history"
    axis.plot(hours, line, color=INK, lw=2.2, zorder=4, label=label, path_effects=halo)
    for event, (marker, face, label) in SYMBOLS.items() if len(km) == 1 else ():
        mine = (tables.events["event"] == event) & (tables.events["agent"] == column)
        x, y = tables.events["hour"][mine], tables.events["km"][mine]
        if len(x):
            axis.plot(x, y, marker, ms=8, mfc=face, mec=INK, label=label, zorder=5, clip_on=False)
    return np.column_stack([hours, line])


def _draw(axis: Axes, boxes: Sequence[Box], height: float) -> list[Rectangle]:
    """Boxes at their km; those that would cover an earlier one stand above it."""
    drawn: list[Rectangle] = []
    for box in boxes:
        low = box.km - height / 2
        while any(
            low < other.get_y() + height and other.get_y() < low + height
            and box.start < other.get_x() + other.get_width() and other.get_x() < box.end
            for other in drawn
        ):
            low += 1.15 * height
        look = LOOKS[box.look]
        fill = {"fc": "none", "ls": (0, (3, 1.5)), "lw": 1.3} if box.contested else {"fc": look.face, "hatch": look.hatch}
        drawn.append(Rectangle((box.start, low), box.end - box.start, height, ec=look.edge, zorder=3, gid="report", **fill))
        axis.add_patch(drawn[-1])
    return drawn


def _name(axis: Axes, boxes: Sequence[Box], drawn: Sequence[Rectangle], line: np.ndarray, taken: list[Bbox]) -> None:
    """Name each box where nothing else stands; a name without room is left out."""
    taken = [*taken, *(patch.get_window_extent() for patch in drawn)]
    points = axis.transData.transform(line) if len(line) else line
    frame, named = axis.get_window_extent(), set()
    for box, patch in zip(boxes, drawn, strict=True):
        word = box.event.partition(":")[2].replace("_", " ")
        if box.event in named:
            continue
        text = "entry, contested" if box.contested else WORDS.get(word, word)
        for x, y, dx, dy, ha, va in _sides(patch):
            label = axis.annotate(text, (x, y), (dx, dy), textcoords="offset points", ha=ha, va=va, fontsize=7.5, color=INK, zorder=7)
            room = label.get_window_extent()
            if frame.containsx(room.x0) and frame.containsx(room.x1) and frame.y0 < room.y0 and room.y1 < frame.y1 and not room.count_overlaps(taken) and not room.count_contains(points):
                taken.append(room)
                named.add(box.event)
                break
            label.remove()


def _sides(patch: Rectangle) -> Iterator[tuple[float, float, int, int, str, str]]:
    """Where a box's name may stand: at its left, above, below, at its right, then further off."""
    (x, y), (w, h) = patch.get_xy(), (patch.get_width(), patch.get_height())
    for far in (3, 9, 16):
        yield x, y + h / 2, -far, 0, "right", "center"
        yield x + w, y + h / 2, far, 0, "left", "center"
        yield x, y + h, 0, far, "left", "bottom"
        yield x + w, y + h, 0, far, "right", "bottom"
        yield x + w, y, 0, -far, "right", "top"
        yield x, y, 0, -far, "left", "top"


def _cover(axis: Axes, cover: Table, top: float) -> None:
    """A strip at the right: the best detachment's cover by km, hatched where none reaches."""
    if not len(cover["km"]):
        return
    strip = axis.inset_axes((1.012, 0, 0.045, 1))
    strip.set_ylim(axis.get_ylim())
    strip.set_xlim(0, 1)
    km = np.unique(cover["km"])
    best = np.array([cover["cover"][cover["km"] == here].max() for here in km])
    strip.fill_betweenx(km, 0, best, color=COVER, lw=0)
    strip.fill_betweenx(km, 0, 1, where=best <= 0, fc="none", ec="#999999", hatch="////", lw=0)
    strip.set_yticks([])
    strip.set_xticks([0, 1], ["0", "1"])
    strip.set_xlabel("drone cover,\nshare of time", labelpad=1)


def _sentence(tables: RunTables, boxes: Sequence[Box], column: str) -> str:
    """When the simulated column came to the end of its way, and what the reports say."""
    goal, hours = str(_rows(tables.route, column)["name"][-1]), arrivals(tables, column)
    middle = float(np.quantile(hours, 0.5, method="inverted_cdf")) if len(hours) else np.inf
    who = "Half of the simulated columns are" if len(hours) > 1 else "The simulated column is"
    when = f"in {goal} by {_date(tables, middle, '{0.day} {0:%B, %H:%M}')}" if middle < np.inf else f"never in {goal}"
    last = max((b for b in boxes if not b.contested and b.event.split(":")[1] in PLACED[::2] + PLACED[3:]), key=lambda b: b.km, default=None)
    if last is None or last.km < _rows(tables.route, column)["km"].max():
        return f"{who} {when}"
    days = dict.fromkeys(_date(tables, hour) for hour in (last.start, last.end - 0.01))
    return f"{who} {when}; the reports say {' to '.join(days)}"


def caption(tables: RunTables, column: str) -> str:
    """What a figure shows: seed, runs, parameters, cover, and what lies beyond its end."""
    m, hours, cover = tables.manifest, arrivals(tables, column), _rows(tables.cover, column)
    drawn = {"prior": "each parameter drawn from its prior", "fixed": "each parameter at its value"}
    failed = int((tables.runs["status"] == "failed").sum())
    return f"{m['summary']}. Seed {m['seed']}, {m['runs']:,} runs"


def _points(axis: Axes) -> tuple[float, float]:
    """Width and height of an axis in points."""
    box, scale = axis.get_window_extent(), 72.0 / axis.figure.dpi
    return box.width * scale, box.height * scale


def _figure(tables: RunTables, record: Record) -> Figure:
    """The time-distance diagram of each column of a run."""
    columns = tables.manifest["columns"]
    with style.context(STYLE):
        figure = Figure(figsize=(10, 0.85 + 5.4 * len(columns)))
        FigureCanvasAgg(figure)
        figure.subplots_adjust(0.2, 0.16, 0.93, 0.92)
        for row, column in enumerate(columns):
            axis = figure.add_subplot(len(columns), 1, row + 1)
            time_distance(axis, tables, record, column)
    return figure


FIGURES: dict[str, Callable[[RunTables, Record], Figure]] = {"time-distance": _figure}


def save(figure: Figure, path: Path) -> None:
    """Write a figure beside its place, then rename it; the same figure gives the same bytes."""
    nothing = {".png": ["Software"], ".svg": ["Date", "Creator"], ".pdf": ["CreationDate", "Creator", "Producer"]}
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with style.context(STYLE):
        figure.savefig(aside, format=path.suffix[1:], metadata=dict.fromkeys(nothing[path.suffix]))
    aside.replace(path)
