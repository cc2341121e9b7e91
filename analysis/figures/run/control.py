"""Who holds each place and camp over time, as shares of the stored runs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_patch, sheet, short_name, widest
from analysis.figures.base.sides import UNHELD, SideLook, holders, side_of, stacked
from analysis.tables.clock import interval_of
from analysis.tables.histories import Histories, stored
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
    """Shares of the runs in which each side holds a place or a camp, at ascending hours (hours,).

    Only advancing columns capture; what falls is the contesting side's; a camp is the withdrawing side's
    until it is vacated, and a place that nobody held goes with its camp. A camp that is left goes with its
    place.
    """
    sides, rows = holders(tables), []
    for place, name in tables.manifest.get("holders", {}).items():
        shares = _followed(histories, hours, side_of(sides, name).code, _turns(histories, place))
        rows.append(HolderShares(place, place, shares))
    for camp, place in tables.manifest.get("camps", {}).items():
        shares = _followed(histories, hours, Side.WITHDRAWING, _turns(histories, place, camp))
        rows.append(HolderShares(f"camp:{camp}", place, shares))
    return rows


def _turns(
    histories: Histories, place: str, camp: str | None = None
) -> Iterator[tuple[int, float, int, bool]]:
    """Run, hour and new side of each change at a place or its camp, and whether nobody must have held it.

    A place follows its captures and falls, and its camp where nobody holds it; a camp that was left follows
    its place, and who takes it over.
    """
    e, left = histories.events, np.full(len(histories), camp is None)
    order = histories.by_hour("capture", "fallen", "camp_taken", "vacated")
    for row in order[e["place"][order] == place]:
        event, history, hour = e["event"][row], int(histories.history[row]), float(e["hour"][row])
        of_camp = e["agent"][row] == camp
        if event in ("capture", "fallen"):
            if left[history]:
                yield history, hour, Side.ADVANCING if event == "capture" else Side.CONTESTING, False
        elif event == "camp_taken" and (of_camp or camp is None):
            yield history, hour, int(e["amount"][row]), camp is None
        elif of_camp:
            left[history] = True
            yield history, hour, UNHELD.code, False


def _followed(
    histories: Histories, hours: np.ndarray, first: int, turns: Iterable[tuple[int, float, int, bool]]
) -> np.ndarray:
    """Shares of the sides over time from who is first and all turns, which stand in order of their hours."""
    now = np.full(len(histories), first)
    change = np.zeros((len(hours) + 1, UNHELD.code + 1))
    change[0, first] = len(histories)
    for history, hour, side, unheld in turns:
        if not unheld or now[history] == UNHELD.code:
            at = np.searchsorted(hours, hour)
            change[at, now[history]] -= 1
            change[at, side] += 1
            now[history] = side
    shares: np.ndarray = np.cumsum(change, axis=0)[:-1] / max(1, len(histories))
    return shares


@styled
def draw(tables: RunTables, record: Record) -> Figure:
    """A row a place or camp: the share of the stored runs in which each side holds it, by hour (UTC)."""
    histories, hours = stored(tables), common.grid(tables)
    rows = over_time(tables, histories, hours)
    moved = [row for row in rows if (np.ptp(row.shares, axis=0) > 0.0).any()]
    still = [row for row in rows if row not in moved] if moved else []
    rows = moved or rows
    names, brackets = _names(tables, rows), [bracket(tables, record, row) for row in rows]
    single = len(histories) == 1
    page = sheet(
        f"{common.name_of(tables)}: territorial control of places and bases{', one run' if single else ''}",
        common.caption(tables, _how(tables, still), len(histories)),
        min(0.62, max(0.34, 5.5 / len(rows))) * len(rows),
        left=widest(names, 8.5) + 0.55,
        right=0.6,
        under=0.55,
        key=_key(holders(tables), rows, brackets),
    )
    axis = page.body()
    for level, (row, seen) in enumerate(zip(rows, brackets, strict=True)):
        _bands(axis, level, row, hours, holders(tables))
        if seen is not None:
            wide = max(seen.high - seen.low, 0.004 * float(hours[-1]))
            where: Any = ((seen.low, level - 0.4), wide, 0.8)
            axis.add_patch(Rectangle(*where, fc="none", ec="white", lw=3.6, zorder=4))
            axis.add_patch(Rectangle(*where, fc="none", lw=1.7, zorder=4.1, gid="report", **seen.look))
    common.rows(axis, names, 0.5, 0.5)
    common.dated(axis, tables, float(hours[0]), float(hours[-1]))
    page.heading("place; a row is as high as all runs" if not single else "place")
    return page.figure


def _how(tables: RunTables, still: Sequence[HolderShares]) -> str:
    text = "A band is as high as the share of the stored runs in which that side controls the place then."
    if still:
        names = common.place_names(tables, [row.place for row in still])
        sides = [holders(tables)[int(np.argmax(row.shares[0]))].name for row in still]
        words = [f"{name} ({side})" for name, side in zip(names, sides, strict=True)]
        text += f" Not drawn, since it never changes: {', '.join(words)}."
    if tables.manifest.get("camps"):
        text += " Who takes over a vacated base is fixed by where the scenario puts people: no result."
    return text


def _names(tables: RunTables, rows: Sequence[HolderShares]) -> list[str]:
    names = common.place_names(tables, [row.place for row in rows])
    return [
        f"{short_name(name)}: UN base" if row.key.startswith("camp:") else short_name(name)
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
    """A reported taking: its hours, its look, and what a legend says of it."""

    low: float
    high: float
    look: dict[str, Any]
    words: str


def bracket(tables: RunTables, record: Record, held: HolderShares) -> Bracket | None:
    """What is reported of the taking of a camp, or of the capture of a place.

    It is dashed where the rules leave it no choice; sides differ in colour and dashes.
    """
    word = "camp_taken" if held.key.startswith("camp:") else "capture"
    seen = reported(tables, record).get(f"{held.place}:{word}")
    if seen is None:
        return None
    (low, high), side = interval_of(tables, seen), side_of(holders(tables), seen.who)
    words = f"reported: captured by the {side.name}"
    look: dict[str, Any] = {"ec": side.report, "ls": "-"}
    if seen.use == "fixed by assumption":
        look["ls"] = (0, side.dashes)
        words = f"reported: base taken over by the {side.name} (fixed by assumption, not scored)"
    return Bracket(low=low, high=high, look=look, words=words)


def _key(
    sides: Sequence[SideLook], rows: Sequence[HolderShares], brackets: Sequence[Bracket | None]
) -> list[Artist]:
    held = np.any([row.shares.any(axis=0) for row in rows], axis=0)
    looks = {seen.words: seen.look for seen in brackets if seen is not None}
    key = [side.patch for side in stacked(sides) if held[side.code]]
    return key + [key_patch(words, fc="none", lw=1.7, **look) for words, look in looks.items()]
