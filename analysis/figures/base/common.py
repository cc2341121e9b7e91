"""What the figures of a run share: whose histories they show, the words below them, and dates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NoReturn

import numpy as np
from matplotlib.axes import Axes

from analysis.figures.base.style import party_look
from analysis.tables import histories
from analysis.tables.clock import begins, horizon, hour_of, interval_of, origin
from analysis.tables.histories import Histories
from sim.files.yaml_tree import Where, refuse
from sim.record.rows import Observation
from sim.state.clock import moment_at
from sim.store.reader import RunTables

DRAWS = {"prior": "each parameter drawn from its prior", "fixed": "each parameter at its one value"}


def stored(tables: RunTables, figure: str) -> Histories:
    """The stored histories of a run. Raises FaultyInput if it has none."""
    found = histories.stored(tables)
    if not len(found):
        none(figure, "histories")
    return found


def none(figure: str, what: str, other: str = "milestones") -> NoReturn:
    """Refuse a figure that a run cannot give."""
    refuse(Where(f"--figure {figure}", 0), f"needs {what}; this run has none, but '{other}'")


def name_of(tables: RunTables) -> str:
    """The scenario and its rivals."""
    return " with ".join([tables.manifest["scenario"], *tables.manifest.get("hypotheses", ())])


def caption(tables: RunTables, more: str, histories: int | None = None) -> str:
    """What was run, how many of its histories are shown if not all runs are, and how to read a figure."""
    m = tables.manifest
    text = f"{name_of(tables)}, seed {m['seed']}, runs: {m['runs']:,}, {DRAWS.get(m['parameters'], '')}"
    text += f" but {len(m['pinned'])} set by hand" if m.get("pinned") else ""
    failed = int((~tables.done).sum())
    text += f"; runs that failed and are not shown: {failed:,}" if failed else ""
    text += (
        f"; the first {histories:,} histories are shown"
        if histories is not None and histories < m["runs"]
        else ""
    )
    return f"{text}. {more}".rstrip()


def dated(axis: Axes, tables: RunTables, start: float, end: float, most: int = 11) -> None:
    """Dates along the bottom of an axis (UTC) from an hour to another."""
    axis.set_xlim(start, end)
    dates(axis, origin(tables), start, end, most)
    word = "month-day" if end - start >= 48.0 else "month-day and hour"
    first = min(axis.get_xticks(), default=start)  # what is written there, not what lies before it
    axis.set_xlabel(f"{word} (UTC) from {date(tables, first, '%Y-%m-%d')}")


def date(tables: RunTables, hour: float, form: str = "%m-%d") -> str:
    """The date of an hour."""
    return f"{moment_at(origin(tables), hour):{form}}"


def moment(tables: RunTables, by: datetime | None) -> float:
    """The hour of a moment that was asked for, the end of the scenario if none was."""
    return horizon(tables) if by is None else min(horizon(tables), max(begins(tables), hour_of(tables, by)))


def grid(tables: RunTables, step: float = 0.0) -> np.ndarray:
    """Hours from the start to the end of the scenario, at least 400 of them."""
    start, end = begins(tables), horizon(tables)
    length = end - start
    return np.linspace(start, end, 1 + int(np.ceil(length / (step or max(1.0, length / 400.0)))))


def interval(tables: RunTables, observation: Observation) -> tuple[float, float]:
    """The hours of a reported interval."""
    return interval_of(tables, observation)


def paint(kind: str) -> dict[str, Any]:
    """How a report of a kind is drawn."""
    return party_look(kind).paint


def place_names(tables: RunTables, places: Iterable[str]) -> list[str]:
    """Names of places: those of the itineraries, else ids made readable."""
    known = dict(zip(tables.route["place"], tables.route["name"], strict=True))
    return [str(known.get(place, readable(place))) for place in places]


def readable(place: str) -> str:
    """An id as a name."""
    return place.replace("_apt", " airport").replace("_", " ").title()


def dates(axis: Axes, zero: datetime, start: float, end: float, most: int = 9) -> None:
    """Ticks at midnights between two hours, so many at most; at hours of the day where that is too few."""
    step = 24.0 * max(1, int(np.ceil((end - start) / 24.0 / most)))
    if end - start < 48.0:
        step = next(hours for hours in (1.0, 2.0, 3.0, 6.0, 12.0) if (end - start) / hours < 7)
    hours = np.arange(step * np.ceil(start / step), end + 1e-6, step)
    form = "%m-%d" if step >= 24.0 else "%m-%d %H:%M"
    axis.set_xticks(hours, [f"{moment_at(zero, hour):{form}}" for hour in hours])
