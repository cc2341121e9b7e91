"""Who holds each place and camp over time, as shares of the stored histories."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from analysis.figures.base import common
from analysis.figures.base.page import legend_tall, sheet, styled, widest
from analysis.figures.base.sides import UNHELD, SideLook, holders, side_of, stacked
from analysis.tables.histories import Histories
from analysis.tables.scored_observations import reported
from sim.record.record import Record
from sim.state.kinds import Side
from sim.store.reader import RunTables


class HolderShares(NamedTuple):
    """A place or camp: its key (`camp:id` of a camp), its place, and the share of each side at each hour."""

    key: str
    place: str
    shares: np.ndarray  # hours by side


def over_time(tables: RunTables, histories: Histories, hours: np.ndarray) -> list[HolderShares]:
    """Shares of the histories in which each side holds a place or a camp, at hours in ascending order.

    Only advancing columns capture; what falls is the contesting side's; a camp is the withdrawing side's
    until it is vacated, and a place that nobody held goes with its camp. A camp that is left goes with its
    place.
    """
    sides = holders(tables)
    order = histories.by_hour("capture", "fallen", "camp_taken", "vacated")
    rows = [
        HolderShares(place, place, _place(histories, order, place, side_of(sides, side).code, hours))
        for place, side in _initial_holders(tables)
    ]
    for camp, place in tables.manifest.get("camps", {}).items():
        rows.append(HolderShares(f"camp:{camp}", place, _camp(histories, order, camp, place, hours)))
    return rows


def _initial_holders(tables: RunTables) -> list[tuple[str, str]]:
    return [(place, side) for place, side in tables.manifest.get("holders", {}).items()]


def _place(histories: Histories, order: np.ndarray, place: str, first: int, hours: np.ndarray) -> np.ndarray:
    return _followed(len(histories), first, hours, _turns(histories, order, place))


def _turns(
    histories: Histories, order: np.ndarray, place: str
) -> Iterator[tuple[int, float, int, int | None]]:
    """History, hour and new side of each change at a place, and who must have held it if that counts."""
    e = histories.events
    for row in order[e["place"][order] == place]:
        event, history, hour = e["event"][row], int(histories.history[row]), float(e["hour"][row])
        if event == "camp_taken":
            yield history, hour, int(e["amount"][row]), UNHELD.code
        elif event != "vacated":
            yield history, hour, Side.ADVANCING if event == "capture" else Side.CONTESTING, None


def _camp(histories: Histories, order: np.ndarray, camp: str, place: str, hours: np.ndarray) -> np.ndarray:
    e = histories.events
    about = order[e["place"][order] == place]
    left = np.full(len(histories), np.inf)
    gone = about[(e["event"][about] == "vacated") & (e["agent"][about] == camp)]
    left[histories.history[gone]] = e["hour"][gone]
    turns: list[tuple[int, float, int, int | None]] = []
    for row in about:
        event, history, hour = e["event"][row], int(histories.history[row]), float(e["hour"][row])
        of_camp = e["agent"][row] == camp
        if event in ("capture", "fallen") and hour >= left[history]:
            turns.append((history, hour, Side.ADVANCING if event == "capture" else Side.CONTESTING, None))
        elif of_camp and event in ("vacated", "camp_taken"):
            turns.append((history, hour, UNHELD.code if event == "vacated" else int(e["amount"][row]), None))
    return _followed(len(histories), Side.WITHDRAWING, hours, turns)


def _followed(count: int, first: int, hours: np.ndarray, turns: Any) -> np.ndarray:
    """Shares of the sides over time from who is first and all turns, which stand in order of their hours."""
    now = np.full(count, first)
    change = np.zeros((len(hours) + 1, UNHELD.code + 1))
    change[0, first] = count
    for history, hour, side, needed in turns:
        if needed is None or now[history] == needed:
            at = np.searchsorted(hours, hour)
            change[at, now[history]] -= 1
            change[at, side] += 1
            now[history] = side
    shares: np.ndarray = np.cumsum(change, axis=0)[:-1] / max(1, count)
    return shares


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """A row a place or camp: the share of the histories in which each side holds it, stacked, over time."""
    if not (tables.manifest.get("holders") or tables.manifest.get("camps")):
        common.none("holders", "places or camps that somebody holds")
    histories, hours = common.stored(tables, "holders"), common.grid(tables)
    rows = over_time(tables, histories, hours)
    moved = [row for row in rows if (np.ptp(row.shares, axis=0) > 0.0).any()]
    still = [row for row in rows if row not in moved] if moved else []
    rows = moved or rows
    names = _names(tables, rows)
    key = _key(tables, record, rows)
    text = common.caption(tables, _how(tables, still), len(histories))
    single = len(histories) == 1
    title = f"{common.name_of(tables)}: who holds each place and each camp" + (
        ", one history" if single else ""
    )
    row = min(0.62, max(0.34, 5.5 / len(rows)))
    left = widest(names, 8.5) + 0.55
    under = 0.6 + legend_tall([str(handle.get_label()) for handle in key], 9.4 - left)
    page = sheet(title, text, tall=row * len(rows), left=left, right=0.6, under=under)
    axis = page.body()
    for level, held in enumerate(rows):
        _bands(axis, level, held, hours, holders(tables))
        _report_box(axis, level, bracket(tables, record, held), float(hours[-1]))
    axis.set_yticks(range(len(rows)), names)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    common.dated(axis, tables, float(hours[0]), float(hours[-1]))
    page.heading("place; a row is as high as all histories" if not single else "place")
    page.legend(key, 0.55)
    return page.figure


def _how(tables: RunTables, still: Sequence[HolderShares]) -> str:
    text = "A band is as high as the share of the stored histories in which that side holds the place then."
    if still:
        said = [
            f"{common.place_names(tables, [held.place])[0]} ({_first(held, holders(tables))})"
            for held in still
        ]
        text += f" Not drawn, since it never changes: {', '.join(said)}."
    if tables.manifest.get("camps"):
        text += " Who takes a vacated camp follows from where the scenario puts people: it is no finding."
    return text


def _first(held: HolderShares, sides: Sequence[SideLook]) -> str:
    return sides[int(np.argmax(held.shares[0]))].name


def _names(tables: RunTables, rows: Sequence[HolderShares]) -> list[str]:
    names = common.place_names(tables, [row.place for row in rows])
    return [
        f"camp {row.key.partition(':')[2]}" if row.key.startswith("camp:") else name
        for row, name in zip(rows, names, strict=True)
    ]


def _bands(axis: Axes, level: int, held: HolderShares, hours: np.ndarray, sides: Sequence[SideLook]) -> None:
    """Stacked shares of a row, from its lower edge up."""
    base = np.zeros(len(hours))
    for side in stacked(sides):
        top = base + held.shares[:, side.code]
        if (top > base).any():
            edges = (level + 0.4 - 0.8 * base, level + 0.4 - 0.8 * top)
            some = np.convolve(top > base, (1, 1))[: len(hours)] > 0  # to the next hour
            gid = f"held:{held.key}:{side.name}"
            axis.fill_between(hours, *edges, where=some, step="post", lw=0.4, gid=gid, **side.paint)
        base = top
    axis.add_patch(Rectangle((0.0, level - 0.4), hours[-1], 0.8, fc="none", ec="#8c8c8c", lw=0.5, zorder=2))


class Bracket(NamedTuple):
    """A reported taking: its hours, the side that took, and whether the rules leave it no choice."""

    low: float
    high: float
    side: SideLook
    built: bool

    @property
    def look(self) -> dict[str, Any]:
        """Dashed where it is by construction; sides differ in colour and dashes."""
        return {"ec": self.side.report, "ls": (0, self.side.dashes) if self.built else "-"}

    @property
    def words(self) -> str:
        """What a legend says of it."""
        word, note = ("camp taken", " (by construction, not scored)") if self.built else ("captured", "")
        return f"reported: {word} by the {self.side.name} then{note}"


def bracket(tables: RunTables, record: Record, held: HolderShares) -> Bracket | None:
    """What is reported of the taking of a camp, or of the capture of a place."""
    word = "camp_taken" if held.key.startswith("camp:") else "capture"
    seen = reported(tables, record).get(f"{held.place}:{word}")
    if seen is None:
        return None
    low, high = common.interval(tables, seen)
    return Bracket(
        low=low, high=high, side=side_of(holders(tables), seen.who), built=seen.use == "by construction"
    )


def _report_box(axis: Axes, level: int, report_bracket: Bracket | None, most: float) -> None:
    """The reported interval as a box over its row."""
    if report_bracket is None:
        return
    wide = max(report_bracket.high - report_bracket.low, 0.004 * most)
    where: Any = ((report_bracket.low, level - 0.4), wide, 0.8)
    axis.add_patch(Rectangle(*where, fc="none", ec="white", lw=3.6, zorder=4))
    axis.add_patch(Rectangle(*where, fc="none", lw=1.7, zorder=4.1, gid="report", **report_bracket.look))


def _key(tables: RunTables, record: Record, rows: Sequence[HolderShares]) -> list[Any]:
    key: list[Any] = [
        side.patch
        for side in stacked(holders(tables))
        if any((row.shares[:, side.code] > 0.0).any() for row in rows)
    ]
    found = [bracket(tables, record, row) for row in rows]
    said = {one.words: one.look for one in found if one is not None}
    return key + [Patch(fc="none", lw=1.7, label=words, **look) for words, look in said.items()]
