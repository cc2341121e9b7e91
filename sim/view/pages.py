"""What the page shows: a scenario that is run anew for each change, or a result as it is stored.

A page is made once and never changed; what a request asks for comes with it and goes with it.
"""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from analysis.figures.base.outlines import load_outlines
from analysis.figures.run.time_distance import reported, window
from analysis.replay import figures
from analysis.replay.layers import ground
from analysis.replay.legend import legend
from analysis.replay.scene import About, scene, way_of
from analysis.tables import clock, timeline
from analysis.tables.histories import trace
from analysis.tables.scored_observations import of_run
from analysis.words import changes, names
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import ensemble
from sim.ensembles.job import Job, tables_of
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import nearest, refuse
from sim.record.record import Record, load_record
from sim.scenario.network import Network, load_network
from sim.store.reader import RERUN_ADVICE, RunTables
from sim.view import milestones, runs
from sim.view.controls import Control, Controls, changed, controls

Request = Mapping[str, object]
REPLICATE = "replicate"
LONGEST_FILE_NAME = 100
"""Letters of the name of a file, at most; of a longer one a hash tells the rest."""
BY = "by"
"""A day by which milestones are asked for."""


@dataclass(frozen=True)
class Ground:
    """What every scene stands on: the record, the network and the traces of the map."""

    record: Record
    network: Network
    base: list[dict[str, Any]]

    def scene(self, tables: RunTables, about: About, replicate: int | None = None) -> dict[str, object]:
        """A scene with its map and its time-distance diagrams, ready to be sent."""
        record = of_run(tables, self.record)
        played = scene(tables, record, self.network, about, replicate)
        played["map"] = figures.map_figure(played, self.network, self.base)
        names = [column["id"] for column in played["columns"]]
        played["distance"] = {name: figures.distance_figure(played, name) for name in names}
        played["legend"] = legend(self.record, played["inks"], played["control"])
        return played

    def fan(
        self, tables: RunTables, column: str, say: str, by: date | None, base: RunTables | None = None
    ) -> dict[str, object]:
        """The fan of a column in the runs of some tables beside that of the base case, and its numbers.

        With them comes the table of milestones, and their probability `by` a day. Raises FaultyInput.
        """
        columns = tables.manifest["columns"]
        if column not in columns:
            name = str(column)[:40]
            refuse("Column", f"{name!r} is unknown; {nearest(name, columns)}")
        record = of_run(tables, self.record)
        boxes = reported(tables, record, column)
        cases = [each for each in (tables, base) if each]
        spans = [window(each, boxes, column) for each in cases]
        span = min(first for first, _ in spans), max(last for _, last in spans)
        hours = runs.grid(span)
        fans = [figures.Fan.of(trace(each, column), hours) for each in cases]
        title = f"{tables.manifest['scenario']}, {names.column(tables, column)}: {say}"
        return {
            "figure": figures.fan_figure(boxes, way_of(tables, column), span, *fans),
            "csv": f"# {' '.join(title.split())}\n{figures.fan_csv(clock.origin(tables), *fans)}",
            "file": file_name(tables, column),
            "say": say,
            "title": title,
            "zero": tables.manifest["start"],
            "milestones": milestones.table(tables, record, by, base),
        }


def file_name(tables: RunTables, column: str) -> str:
    """What files of a fan are called, without ending: result, column, random seed and what was changed."""
    manifest = tables.manifest
    parts = [manifest.get("label") or manifest["scenario"], column, f"seed {manifest['seed']}"]
    name = re.sub(r"[^\w.]+", "-", " ".join([*parts, changes.in_words(tables)])).strip("-.").lower()
    if len(name) <= LONGEST_FILE_NAME:
        return name
    return f"{name[:LONGEST_FILE_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def make_ground(case: Case) -> Ground:
    """Read the record and the network of a case. Raises FaultyInput."""
    network = load_network(case)
    return Ground(load_record(case, network.places), network, ground(network, load_outlines(case)))


class Page(Protocol):
    """What the layout and the callbacks take of a page: its texts, its settings, and what answers them."""

    title: str
    name: str
    summary: str
    seed: int | None
    """The random seed that a visitor may change; None: of a result, whose runs stand."""
    days: tuple[date, date]
    columns: dict[str, str]
    """Names of columns by their ids."""
    controls: Controls

    def check(self, request: Request) -> object:
        """Look whether what is asked for can be. Raises FaultyInput."""

    def scene(self, request: Request) -> dict[str, object]:
        """One run, to be played. Raises FaultyInput."""

    def fan(self, request: Request, column: str) -> dict[str, object]:
        """Many runs of a column, as fans. Raises FaultyInput."""

    def warm(self) -> None:
        """Do ahead what takes long."""


class ScenarioPage:
    """A scenario: each change makes one run, or a thousand for the fans."""

    def __init__(self, inputs: Inputs, seed: int) -> None:
        """The page of checked inputs. Raises FaultyInput."""
        self.inputs, self.ground = inputs, make_ground(inputs.loaded.case)
        self.seed: int | None = seed
        self.title = title_of(inputs.loaded.case)
        self.name, self.summary = inputs.loaded.name, inputs.loaded.scenario.summary
        tables = tables_of(Job(inputs=inputs, seed=seed, runs=1, draw=False))
        self.summary += f"; {changes.line(tables)}" if tables.changes else ""
        self.days = inputs.loaded.scenario.start.day, inputs.loaded.scenario.end
        self.columns = {
            column.id: column.name or names.spaced(column.id) for column in inputs.loaded.scenario.columns
        }
        self.controls = controls(inputs)

    def check(self, request: Request) -> None:
        """Look whether what is asked for can be. Raises FaultyInput."""
        day_of(request, self.days)
        changed(self.inputs, self.controls, request)

    def scene(self, request: Request) -> dict[str, object]:
        """One plain run with what is asked for."""
        inputs, seed = changed(self.inputs, self.controls, request)
        return self.ground.scene(runs.one_run(inputs, seed), runs.about(inputs.loaded))

    def fan(self, request: Request, column: str) -> dict[str, object]:
        """A thousand runs with what is asked for, parameters from their priors, and as many of the base."""
        inputs, seed = changed(self.inputs, self.controls, request)
        tables = runs.many(inputs, seed)
        base = None if inputs is self.inputs else runs.many(self.inputs, seed)
        count = len(tables.runs["replicate"])
        say = f"{count:,} runs, random seed {seed}, parameters drawn from their priors"
        say += f"; {changes.in_words(tables)}; grey: the base case, with common random numbers" * bool(base)
        return self.ground.fan(tables, column, say, day_of(request, self.days), base)

    def warm(self) -> None:
        """Compile the rules."""
        seeds = np.arange(1, dtype="u8")
        ensemble(self.inputs.template, self.inputs.parameters.values(), seeds, compiled=True, workers=1)


class FolderPage:
    """A result: its stored runs, one at a time, and all of them as fans."""

    def __init__(self, folder: Path, tables: RunTables, ground: Ground | None = None) -> None:
        """The page of a finished result with stored runs; of its case's ground, if it is read already.

        Raises FaultyInput.
        """
        self.tables, self.ground = tables, ground or make_ground(tables.case)
        self.seed: int | None = None
        timeline.check_single(self.tables, display_path(folder))
        stored = [str(number) for number in np.unique(self.tables.events["replicate"])]
        if not stored:
            refuse(folder, f"has no stored run; {RERUN_ADVICE}")
        self.about, self.title = runs.about_folder(folder, tables.case), title_of(tables.case)
        self.name, self.summary = tables.label, f"{tables.manifest['summary']}; {changes.line(tables)}"
        self.days = clock.origin(tables).date(), clock.end_of(tables).date()
        self.columns = {name: names.column(tables, name) for name in tables.manifest["columns"]}
        label = f"Replicate of {len(stored):,} stored"
        numbers = dict(zip(stored, stored, strict=True))
        self.controls = Controls((Control(name=REPLICATE, label=label, default=stored[0], choices=numbers),))

    def check(self, request: Request) -> int:
        """The replicate that is asked for. Raises FaultyInput if it is not stored, or a day is invalid."""
        day_of(request, self.days)
        text = str(request.get(REPLICATE) or self.controls.fields[0].default)
        if text not in self.controls.fields[0].choices:
            refuse("Replicate", f"{text[:40]!r} is not stored; expected one of the list")
        return int(text)

    def scene(self, request: Request) -> dict[str, object]:
        """A stored run. Raises FaultyInput if there is none of its number."""
        return self.ground.scene(self.tables, self.about, self.check(request))

    def fan(self, request: Request, column: str) -> dict[str, object]:
        """All stored runs."""
        say = f"the {len(self.controls.fields[0].choices):,} stored runs of {self.name}"
        return self.ground.fan(self.tables, column, say, day_of(request, self.days))

    def warm(self) -> None:
        """Nothing takes long."""


def title_of(case: Case) -> str:
    """What a page is called: by its case."""
    return case.name or "Kidal Offensive"


def day_of(request: Request, days: tuple[date, date]) -> date | None:
    """The day by which milestones are asked for, if any. Raises FaultyInput unless it is one of some days."""
    text = str(request.get(BY) or "")
    if not text:
        return None
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(text[:10])
    if day is None or not days[0] < day <= days[1]:
        refuse(
            "Probability before", f"{text[:40]!r} is invalid; expected a day after {days[0]}, to {days[1]}"
        )
    return day
