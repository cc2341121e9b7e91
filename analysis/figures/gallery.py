"""All figures by name: what each takes and needs, and why one cannot be drawn from a result.

What draws is imported when it is asked for: help lists the rows and needs none of it.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.files.case import Case
    from sim.record.record import Record
    from sim.store.reader import RunTables


class GalleryFigure(NamedTuple):
    """A figure: what it shows, which module draws it, what it needs and heeds."""

    about: str
    module: str
    needs: tuple[str, ...] = ()  # of NEEDS
    heeds: tuple[str, ...] = ()  # options: milestone, by, run
    other: str = ""  # results (of RESULTS) that it is drawn of, if not those of its module's folder

    @property
    def takes(self) -> str:
        """Of which results (RESULTS) it is drawn."""
        return self.other or self.module.partition(".")[0]


RESULTS = {
    "run": "a result",
    "history": "a stored run",
    "sweep": "a sweep",
    "discovery": "a result with drawn parameters, or a sweep",
    "fit": "a calibration",
    "pair": "two results of one random seed",
    "several": "two results or more",
}
"""What figures are drawn of."""
FIGURES = {
    "time-distance": GalleryFigure(
        about="Time-distance diagram of the column, beside the reports",
        module="run.time_distance",
        needs=("column",),
    ),
    "milestones": GalleryFigure(about="Milestones beside the reports", module="run.milestones"),
    "map": GalleryFigure(
        about="Map of the route, control and events",
        module="run.map",
        needs=("histories", "network"),
        heeds=("by",),
    ),
    "captured": GalleryFigure(
        about="Pr(capture or arrival) by date",
        module="run.arrival_curve",
        needs=("finished", "milestones"),
        heeds=("milestone", "by"),
    ),
    "delays": GalleryFigure(about="Time budget by leg", module="run.delays", needs=("column", "leg")),
    "cover": GalleryFigure(
        about="Drone cover", module="run.drone_cover", needs=("column", "drones", "histories")
    ),
    "holders": GalleryFigure(
        about="Territorial control over time", module="run.control", needs=("holders", "histories")
    ),
    "displaced": GalleryFigure(about="Displacement", module="run.displaced", needs=("towns", "histories")),
    "claims": GalleryFigure(about="Claims by date and party", module="run.claims", needs=("claims",)),
    "film": GalleryFigure(
        about="What happens in one run, hour by hour (.mp4 with ffmpeg, else .gif)",
        module="",
        heeds=("run",),
        other="history",
    ),
    "probability": GalleryFigure(
        about="Pr(before a date) along a factor",
        module="sweep.probability",
        needs=("milestones", "factor"),
        heeds=("milestone", "by"),
    ),
    "ridges": GalleryFigure(
        about="Date of a milestone at each design point",
        module="sweep.ridges",
        needs=("milestones", "few points"),
        heeds=("milestone",),
    ),
    "heat": GalleryFigure(
        about="Pr(before a date) over two factors",
        module="sweep.heat",
        needs=("milestones", "two", "across", "down"),
        heeds=("milestone", "by"),
    ),
    "sensitivity": GalleryFigure(
        about="Sensitivity of a milestone",
        module="sweep.sensitivity",
        needs=("milestones", "sample"),
        heeds=("milestone",),
    ),
    "curves": GalleryFigure(
        about="Effect of each parameter on a milestone",
        module="sweep.curves",
        needs=("milestones", "one at a time", "values"),
        heeds=("milestone",),
    ),
    "box": GalleryFigure(
        about="Box of parameters in which an event is frequent",
        module="sweep.box",
        heeds=("milestone", "by"),
        other="discovery",
    ),
    "posterior": GalleryFigure(
        about="Prior and posterior of each parameter", module="sweep.prior_posterior", other="fit"
    ),
    "paired": GalleryFigure(
        about="Differences of two results, with common random numbers", module="sweep.paired", other="pair"
    ),
    "compared": GalleryFigure(
        about="Pr(headline milestone) by date, a line a result", module="sweep.compared", other="several"
    ),
}
"""The figures by name; of those of a result, the first that can be drawn is the default."""


# --- what a figure needs -----------------------------------------------------------------------------------


class Need(NamedTuple):
    """What a figure needs of a result, in words, and how many of it there are and may be."""

    words: str
    found: "Callable[[RunTables, Record], int]"
    within: tuple[float, float] = (1, float("inf"))


def _number_of(module: str, function: str) -> "Callable[[RunTables, Record], int]":
    """How many things a function makes of the tables of a result; it is imported when they are counted."""
    return lambda tables, _: len(getattr(import_module(f"analysis.{module}"), function)(tables))


def _towns(tables: "RunTables", _: "Record") -> int:
    from analysis.tables.outcomes import names

    return len(names(tables, "displaced")) + len(names(tables, "arrived"))


def _places(tables: "RunTables", _: "Record") -> int:
    return len({*tables.route["place"], *tables.cover["station"], *tables.manifest.get("holders", ())})


def _holders(tables: "RunTables", _: "Record") -> int:
    return len(tables.manifest.get("holders", ())) + len(tables.manifest.get("camps", ()))


def _claims(tables: "RunTables", record: "Record") -> int:
    return len(import_module("analysis.figures.run.claims").lines(tables, record))


def _values(which: int) -> "Callable[[RunTables, Record], int]":
    """How many values the factor across (0) or down (1) has."""
    heat = "analysis.figures.sweep.heat"
    return lambda tables, _: len(import_module(heat).factors(tables)[which].names)


def _kind(*kinds: str) -> "Callable[[RunTables, Record], int]":
    """Whether the design of a sweep is of some kinds."""
    return lambda tables, _: int((tables.manifest.get("design") or {}).get("kind") in kinds)


_FACTORS = _number_of("tables.sweeps", "axes")
NEEDS = {
    "column": Need("a column", lambda tables, _: len(tables.manifest["columns"])),
    "milestones": Need("milestones", lambda tables, _: len(tables.manifest["milestones"])),
    "finished": Need("finished runs", lambda tables, _: int(tables.done.sum())),
    "histories": Need("stored runs", _number_of("tables.histories", "stored")),
    "network": Need("places of the network", _places),
    "leg": Need("a column that reached an objective", _number_of("tables.time_budget", "legs")),
    "drones": Need("drones", lambda tables, _: len(tables.cover["km"])),
    "holders": Need("places or camps that somebody holds", _holders),
    "towns": Need("towns or destinations", _towns),
    "claims": Need("claims about its places in its time", _claims),
    "factor": Need("a factor that varies", _FACTORS),
    "few points": Need(
        "40 design points at most", lambda tables, _: len(tables.points["design_id"]), (1, 40)
    ),
    "two": Need("two factors, and no more, to distinguish the points", _FACTORS, (2, 2)),
    "across": Need("24 values at most of the factor across", _values(0), (1, 24)),
    "down": Need("40 values at most of the factor down", _values(1), (1, 40)),
    "sample": Need(
        "a design of kind morris, saltelli or latin-hypercube", _kind("morris", "saltelli", "latin-hypercube")
    ),
    "one at a time": Need("a design of kind one-at-a-time", _kind("one-at-a-time")),
    "values": Need("three values or more of some parameter", _number_of("figures.sweep.curves", "panels")),
}
"""What figures need, counted in a result."""


def fault(name: str, tables: "RunTables", record: "Record") -> str | None:
    """Why a figure cannot be drawn from the tables of a run or sweep, None if it can."""
    for need in (NEEDS[word] for word in FIGURES[name].needs):
        count = need.found(tables, record)
        if not need.within[0] <= count <= need.within[1]:
            return f"expected {need.words}, found {count or 'none'}"
    return None


# --- drawing -----------------------------------------------------------------------------------------------


def names(takes: str) -> list[str]:
    """The figures of a kind of result."""
    return [name for name, row in FIGURES.items() if row.takes == takes]


def listed() -> str:
    """All figures by what they are drawn of, for help."""
    return " ".join(f"Of {words}: {', '.join(names(takes))}." for takes, words in RESULTS.items())


def chosen(name: str | None, tables: "RunTables", record: "Record") -> str:
    """A figure of a run or sweep by its name, or the first that can be drawn.

    Raises FaultyInput for a figure that is none of such a result, or that cannot be drawn from it.
    """
    from sim.files.yaml_tree import Where, nearest, refuse

    takes = "run" if tables.manifest.get("design") is None else "sweep"
    known = names(takes)
    default = next((other for other in known if fault(other, tables, record) is None), known[0])
    name, where = name or default, Where(f"--figure {name or default}", 0)
    if name not in known:
        words = "a run" if takes == "run" else "a sweep (--point N: of a run)"
        refuse(where, f"is no figure of {words}; {nearest(name, known, 'list figures')}")
    if why := fault(name, tables, record):
        refuse(where, why if name == default else f"{why}; {default!r} can be drawn")
    return name


def painter(name: str) -> "Callable[..., Figure]":
    """What draws a figure."""
    draws: Callable[..., Figure] = import_module(f"analysis.figures.{FIGURES[name].module}").draw
    return draws


def draw(
    name: str | None,
    tables: "RunTables",
    record: "Record",
    milestone: str | None = None,
    by: datetime | None = None,
) -> "Figure":
    """A figure of a run or sweep by its name, or the first that can be drawn.

    A milestone and a moment are for those that heed them.

    Raises FaultyInput for a figure that cannot be drawn, and a milestone that the result has not.
    """
    known = chosen(name, tables, record)
    row, options = FIGURES[known], {"milestone": milestone, "by": by}
    given: dict[str, Any] = {option: options[option] for option in row.heeds}
    return painter(known)(tables, record, **given, **(_land(tables.case) if "network" in row.needs else {}))


def _land(case: "Case") -> dict[str, Any]:
    """The network, outlines, countries and alternative radii of a case, for the map."""
    from analysis.figures.base.outlines import load_countries, load_outlines
    from sim.scenario.hypotheses import radii
    from sim.scenario.network import load_network

    lines = {"outlines": load_outlines(case), "countries": load_countries(case)}
    return {"network": load_network(case), "rivals": radii(case), **lines}
