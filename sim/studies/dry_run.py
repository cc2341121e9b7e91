"""What a job would run, in plain words: its inputs, how many runs, and about how long they take here."""

import os
from collections.abc import Iterable, Iterator
from datetime import date
from time import perf_counter

import numpy as np

from analysis.tables import clock
from analysis.words import changes, names
from analysis.words.text import SCREEN, day, days_of_years, number_range, wrapped
from sim.engine.batch import is_compiled
from sim.ensembles.ensemble import ensemble
from sim.ensembles.job import Job, tables_of
from sim.files.paths import display_path
from sim.files.units import DayRange
from sim.files.yaml_tree import Map
from sim.scenario.schema import Column, Drone
from sim.state.clock import midnight
from sim.store.reader import RunTables

TRIAL_RUNS = 2
"""Runs by which the time is estimated."""
SPEED_UP = 75.0
"""How many times faster compiled runs are, about (benchmarks/README.md)."""


def text(job: Job) -> str:
    """The inputs of a job in lines of a screen: scenario, columns, drones, changes, parameters, runs."""
    tables, scenario = tables_of(job), job.inputs.loaded.scenario
    span = days_of_years(clock.origin(tables), clock.end_of(tables))
    lines = [
        f"{scenario.summary.rstrip('.')}. {span}.",
        changes.line(tables),
        *(_column(tables, column) for column in scenario.columns),
        *(_drone(tables, drone, job.inputs.loaded.tree) for drone in scenario.drones),
        *_others(job),
        *_parameters(job),
        *changes.hindsight(tables),
        f"runs: {job.total:,} with seed {job.seed}; estimated time: {_time(seconds(job))}",
        f"nothing was run or stored; without --dry-run it would be in {display_path(job.folder)}",
    ]
    return "\n".join(wrapped(line, further="  ", width=SCREEN) for line in lines)


def as_json(job: Job) -> dict[str, object]:
    """The same as JSON has it; `seconds` is estimated."""
    tables, loaded, parameters = tables_of(job), job.inputs.loaded, job.inputs.parameters
    return {
        "scenario": loaded.name,
        "summary": loaded.scenario.summary,
        "columns": [_column(tables, column) for column in loaded.scenario.columns],
        "drones": [_drone(tables, drone, loaded.tree) for drone in loaded.scenario.drones],
        **changes.as_json(tables),
        "outcome_known": tables.manifest["outcome_known"],
        "parameters": job.parameters,
        "drawn": drawn(job),
        "pinned": sorted(parameters.pinned),
        "runs": job.total,
        "seed": job.seed,
        "seconds": round(seconds(job), 1),
        "out": display_path(job.folder),
    }


def _column(tables: RunTables, column: Column) -> str:
    """Who a column is, how strong, from where to where, and when it departs."""
    persons = _sum(serial.persons for serial in column.serials)
    vehicles = _sum(serial.vehicles for serial in column.serials)
    ways = [names.place(tables, objective.place) for objective in column.objectives]
    if column.holds is not None:
        further = f", and is to go on to {', '.join(ways[1:])}" if ways[1:] else ""
        when = f"holds {ways[0]} from {_when(column.holds)}{further}"
    else:
        start = f"{names.place(tables, column.from_)} on {_when(column.departs)}"
        when = f"departs from {start} for {', '.join(ways)}"
    who = f"{names.column(tables, column.id)} ({_side(tables, column.side)})"
    named = [f"{order.do} at {names.place(tables, order.at)}" for order in column.orders]
    orders = f"; ordered to {', '.join(named)}" if named else ""
    return f"{who}: {persons} persons, {vehicles} vehicles; {when}{orders}"


def _drone(tables: RunTables, drone: Drone, tree: Map) -> str:
    """A drone detachment: its radius as the scenario writes it, its station, and from when it works."""
    radius = next(row["radius"] for row in tree["drones"] if row["id"] == drone.id)
    follows = ", which follows the columns" if drone.moves_forward else ""
    station = f"control station at {names.place(tables, drone.station)}{follows}"
    who = f"drones {names.drone(drone.id)} ({_side(tables, drone.side)})"
    return f"{who}: radius {radius}, {station}; from {_when(drone.ready)}"


def _side(tables: RunTables, side: str) -> str:
    """What a side is called."""
    return next((row.name for row in tables.sides if row.side == side), side)


def _others(job: Job) -> Iterator[str]:
    """How many of the other agents there are."""
    scenario = job.inputs.loaded.scenario
    kinds = ("groups", "garrisons", "camps", "towns", "airlifts", "raids")
    numbers = {kind: len(getattr(scenario, kind)) for kind in kinds}
    counts = [f"{number} {kind if number > 1 else kind[:-1]}" for kind, number in numbers.items() if number]
    if counts:
        yield f"beside them: {', '.join(counts)}"


def drawn(job: Job) -> list[str]:
    """The parameters that differ between the runs of a job."""
    parameters = job.inputs.parameters
    rows = parameters.rows.items() if job.draw else ()
    return [
        name
        for name, row in rows
        if name not in parameters.pinned and (row.kind != "fixed" or name in parameters.fitted)
    ]


def _parameters(job: Job) -> Iterator[str]:
    """Which parameters are drawn, by their names, which are set, and how many keep their value."""
    names_drawn, pinned = drawn(job), sorted(job.inputs.parameters.pinned)
    at_value = len(job.inputs.parameters.rows) - len(names_drawn) - len(pinned)
    if names_drawn:
        yield f"parameters drawn ({len(names_drawn)}, {job.parameters}): {_listed(names_drawn)}"
    if pinned:
        yield f"parameters set ({len(pinned)}): {_listed(pinned)}"
    yield f"parameters at their value: {at_value}" + ("" if job.draw else "; only chance is drawn")


def _listed(parameters: Iterable[str]) -> str:
    return ", ".join(map(names.spaced, parameters))


def _when(value: date | DayRange | str | None) -> str:
    """A day, one of several, or the hour that the record gives."""
    if isinstance(value, DayRange):
        return f"a day from {_when(value.first)} to {_when(value.last)}"
    return day(midnight(value), year=True) if isinstance(value, date) else "the reported hour"


def _sum(ranges: Iterable[tuple[int, int]]) -> str:
    """The sum of numbers that are known within ranges, for reading."""
    low, high = map(sum, zip(*ranges, strict=True))
    return number_range(low, high)


# --- the time -----------------------------------------------------------------------------------------------


def seconds(job: Job) -> float:
    """About how many seconds a job takes here, compiling left out, by a few runs that are not stored."""
    bare, whole = _trial(job, keep=0), _trial(job, keep=TRIAL_RUNS)
    cores = (os.cpu_count() or 1) * SPEED_UP if is_compiled(job.total, None) else 1.0
    histories = min(job.total, job.keep * len(job.points))
    return job.total * bare / cores + histories * max(0.0, whole - bare)


def _trial(job: Job, *, keep: int) -> float:
    """Seconds of a plain run, of which the first so many have their events and reports made."""
    parameters, points = job.inputs.parameters, np.zeros(TRIAL_RUNS, int)
    given = parameters.draws if job.draw else parameters.values()
    began = perf_counter()
    seeds = job.seeds(points, np.arange(TRIAL_RUNS))
    ensemble(job.inputs.template, given, seeds, spread=job.draw, keep=keep, compiled=False)
    return (perf_counter() - began) / TRIAL_RUNS


def _time(estimate: float) -> str:
    """Seconds for reading."""
    if estimate < 10.0:
        return "under 10 s"
    return (
        f"about {10 * round(estimate / 10.0)} s" if estimate < 120.0 else f"about {estimate / 60.0:.0f} min"
    )
