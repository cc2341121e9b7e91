"""P(a milestone by a date) as a curve against the date, beside the interval that is reported."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.base import common
from analysis.figures.base.page import FigureLayout, legend_tall, sheet, styled
from analysis.figures.base.style import BAND_COLOUR, INK, party_look
from analysis.tables import sweeps
from analysis.tables.clock import horizon
from analysis.tables.monte_carlo import wilson
from analysis.tables.scored_observations import reported, use_of
from sim.record.record import Record
from sim.record.rows import SCORED, Observation
from sim.store.reader import RunTables

ARRIVAL_EVENTS = ("capture", "arrival")
CURVE_POINTS = 400  # of a curve
LEAST_WINDOW = 50.0  # h, so that ticks are days


@styled
def draw(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> Figure:
    """The captures and arrivals that are scored, a panel each; or the one milestone that is asked for."""
    names = chosen(tables, record, milestone)
    observation = reported(tables, record)
    runs = int(tables.done.sum())
    across = min(3, len(names))
    down = -(-len(names) // across)
    tall = 2.1 if down > 1 else 2.9
    observations = [observation[name] for name in names if name in observation]
    key = _key(runs, observations, {row.event: use_of(tables, record, row) for row in observations})
    under = 0.6 + legend_tall([str(handle.get_label()) for handle in key], 9.0)
    what = names[0] if len(names) == 1 else "captures and arrivals"
    title = f"{common.name_of(tables)}: P({what} by a date)"
    more = (
        "A curve is the share of the runs in which it has come by then; a run in which it never comes counts."
    )
    page = sheet(
        title,
        common.caption(tables, more),
        tall=down * tall + (down - 1) * 0.75,
        left=0.7,
        right=0.3,
        under=under,
    )
    for number, name in enumerate(names):
        axis = _panel_axes(page, number, across, down, tall)
        _panel(axis, tables, name, observation.get(name))
        if number % across == 0:
            axis.set_ylabel("share of the runs")
    page.legend(key, 0.55)
    return page.figure


def chosen(tables: RunTables, record: Record, milestone: str | None) -> list[str]:
    """The milestones to draw: the one asked for, else captures and arrivals, those that are scored if any."""
    if not tables.done.any():
        common.none("captured", "finished runs")
    names = [m["id"] for m in tables.manifest["milestones"]]
    if milestone is not None or not names:
        return [sweeps.chosen(tables, record, milestone)]
    wanted = [name for name in names if name.split(":")[1] in ARRIVAL_EVENTS]
    scored = [name for name in reported(tables, record, SCORED) if name in wanted]
    return scored or wanted or [sweeps.chosen(tables, record, None)]


def curve(hours: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of runs that have come by each hour, and Wilson's 95 % interval of it, a row each."""
    hits = np.searchsorted(np.sort(hours), grid, side="right")
    return hits / len(hours), wilson(hits, np.full(len(grid), len(hours)))


def _panel_axes(page: FigureLayout, number: int, across: int, down: int, tall: float) -> Axes:
    wide = (page.wide - 0.55 * (across - 1)) / across
    line, place = divmod(number, across)
    return page.axes(place * (wide + 0.55), (down - 1 - line) * (tall + 0.75), wide, tall)


def _panel(axis: Axes, tables: RunTables, name: str, observation: Observation | None) -> None:
    hours = tables.runs[name][tables.done]
    start, end = _window(tables, hours, observation)
    grid = np.unique(
        np.concatenate([np.linspace(start, end, CURVE_POINTS), hours[(hours > start) & (hours < end)][:2000]])
    )
    share, between = curve(hours, grid)
    if observation is not None:
        axis.axvspan(
            *common.interval(tables, observation),
            gid="report",
            lw=0.6,
            zorder=0.5,
            **common.paint(observation.kind),
        )
    if len(hours) > 1:
        axis.fill_between(
            grid, between[:, 0], between[:, 1], step="post", color=BAND_COLOUR, lw=0, gid="band", zorder=2
        )
    axis.plot(grid, share, color=INK, lw=1.6, drawstyle="steps-post", gid="curve", zorder=3)
    common.dated(axis, tables, start, end, 4)
    axis.xaxis.label.set_fontsize(7)
    axis.set(ylim=(-0.03, 1.03), yticks=(0.0, 0.5, 1.0))
    ever = float(np.isfinite(hours).mean())
    title = f"{name}, P {ever:.2f}" if len(hours) > 1 else f"{name}, {'came' if ever else 'never came'}"
    axis.set_title(title, fontsize=8.5, pad=5)


def _window(tables: RunTables, hours: np.ndarray, observation: Observation | None) -> tuple[float, float]:
    """The hours of a panel: nearly all that comes, what is reported, and room beside."""
    last = float(horizon(tables))
    came = hours[np.isfinite(hours)]
    ends = list(np.quantile(came, (0.005, 0.98))) if len(came) else []
    ends += list(common.interval(tables, observation)) if observation is not None else []
    low, high = (min(ends), max(ends)) if ends else (0.0, last)
    pad = max(12.0, 0.08 * (high - low), (LEAST_WINDOW - high + low) / 2.0)
    return low - pad, max(low - pad + LEAST_WINDOW, min(max(last, high + 1.0), high + pad))


def _key(runs: int, observation: Sequence[Observation], uses: Mapping[str, str]) -> list[Any]:
    key: list[Any] = [Line2D([], [], color=INK, lw=1.6, label="share of the runs in which it has come")]
    if runs > 1:
        key.append(Patch(color=BAND_COLOUR, label=f"95 % interval (Wilson), {runs:,} runs"))
    said = {(row.kind, use if (use := uses[row.event]) not in SCORED else "") for row in observation}
    for kind, use in sorted(said):
        label = f"reported: {party_look(kind).label}" + (f" ({use}, not scored)" if use else "")
        key.append(Patch(label=label, **common.paint(kind)))
    return key
