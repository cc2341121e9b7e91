"""All figures by name: of a run, of a sweep, and of two runs."""

from collections.abc import Callable
from datetime import datetime

from matplotlib.figure import Figure

from analysis import (
    captured,
    curves,
    delays,
    displaced,
    drone_cover,
    figures,
    holders,
    influences,
    maps,
    milestones,
    paired,
    shown,
    sweep_figures,
    told,
)
from analysis.layout import wrapped
from analysis.outlines import load_outlines
from analysis.record import Record
from sim.hypotheses import radii
from sim.network import load_network
from sim.stored import RunTables

Draw = Callable[[RunTables, Record, str | None, datetime | None], Figure]


def _plain(draw: Callable[[RunTables, Record], Figure]) -> Draw:
    """A figure that asks for neither milestone nor date."""
    return lambda tables, record, _milestone, _by: draw(tables, record)


def _map(tables: RunTables, record: Record, _milestone: str | None, by: datetime | None) -> Figure:
    """The map on the network, outlines and rival radii that come with the program."""
    return maps.draw(tables, record, load_network(), load_outlines(), radii(), by)


def _milestones(tables: RunTables, record: Record, _milestone: str | None, _by: datetime | None) -> Figure:
    """The milestones, with a caption as the other figures have it."""
    text = shown.caption(tables, "A box spans the hours that are reported.")
    return milestones.draw(tables, record, wrapped(text, 9.6, 7.5))


RUN_FIGURES: dict[str, Draw] = {
    **{name: _plain(draw) for name, draw in figures.FIGURES.items()},
    "milestones": _milestones,
    "map": _map,
    "captured": captured.draw,
    "delays": delays.draw,
    "cover": drone_cover.draw,
    "holders": holders.draw,
    "displaced": displaced.draw,
    "claims": told.draw,
}
"""Figures of a run; each takes tables, the record, and if wanted a milestone and a date."""
SWEEP_FIGURES: dict[str, Draw] = {
    **sweep_figures.SWEEP_FIGURES,
    "sensitivity": influences.draw,
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
