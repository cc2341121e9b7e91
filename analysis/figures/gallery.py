"""All figures by name: of a run, of a sweep, and of two runs."""

from collections.abc import Callable
from datetime import datetime

from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.outlines import load_outlines
from analysis.figures.base.page import wrapped
from analysis.figures.run import (
    arrival_curve,
    claims,
    control,
    delays,
    displaced,
    drone_cover,
    map,
    milestones,
    time_distance,
)
from analysis.figures.sweep import curves, paired, sensitivity
from analysis.figures.sweep import figures as sweep_figures
from sim.record.record import Record
from sim.scenario.hypotheses import radii
from sim.scenario.network import load_network
from sim.store.reader import RunTables

DrawFigure = Callable[[RunTables, Record, str | None, datetime | None], Figure]


def _plain(draw: Callable[[RunTables, Record], Figure]) -> DrawFigure:
    """A figure that asks for neither milestone nor date."""
    return lambda tables, record, _milestone, _by: draw(tables, record)


def _map(tables: RunTables, record: Record, _milestone: str | None, by: datetime | None) -> Figure:
    """The map on the network, outlines and rival radii that come with the program."""
    case = tables.case
    network, outlines = load_network(case), load_outlines(case)
    return map.draw(tables, record, network=network, outlines=outlines, rivals=radii(case), by=by)


def _milestones(tables: RunTables, record: Record, _milestone: str | None, _by: datetime | None) -> Figure:
    """The milestones, with a caption as the other figures have it."""
    text = common.caption(tables, "A box spans the hours that are reported.")
    return milestones.draw(tables, record, wrapped(text, 9.6, 7.5))


RUN_FIGURES: dict[str, DrawFigure] = {
    **{name: _plain(draw) for name, draw in time_distance.TIME_FIGURES.items()},
    "milestones": _milestones,
    "map": _map,
    "captured": arrival_curve.draw,
    "delays": delays.draw,
    "cover": drone_cover.draw,
    "holders": control.draw,
    "displaced": displaced.draw,
    "claims": claims.draw,
}
"""Figures of a run; each takes tables, the record, and if wanted a milestone and a date."""
SWEEP_FIGURES: dict[str, DrawFigure] = {
    **sweep_figures.POINT_FIGURES,
    "sensitivity": sensitivity.draw,
    "curves": curves.draw,
}
"""Figures of a sweep, likewise."""
PAIR_FIGURES: dict[str, Callable[[RunTables, RunTables], Figure]] = {"paired": paired.draw}
"""Figures of two runs."""
TAKES: dict[str, tuple[str, ...]] = {
    "map": ("by",),
    "captured": ("milestone",),
    "probability": ("milestone", "by"),
    "heat": ("milestone", "by"),
    "ridges": ("milestone",),
    "sensitivity": ("milestone",),
    "curves": ("milestone",),
}
"""Which options a figure heeds; the others heed neither."""
