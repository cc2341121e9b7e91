"""What the page shows: a scenario that is run anew for each change, or a run folder as it is stored.

A page is made once and never changed; what a request asks for comes with it and goes with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.figures.base.outlines import load_outlines
from analysis.figures.run.time_distance import reported, window
from analysis.replay import figures
from analysis.replay.layers import ground
from analysis.replay.legend import legend
from analysis.replay.scene import About, scene, way_of
from analysis.tables import changes, timeline
from analysis.tables.histories import trace
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import ensemble
from sim.ensembles.job import Job, tables_of
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import nearest, refuse
from sim.record.record import Record, load_record
from sim.scenario.network import Network, load_network
from sim.store.reader import RERUN_ADVICE, RunTables
from sim.view import runs
from sim.view.controls import Control, Controls, changed, controls

Request = Mapping[str, object]
REPLICATE = "replicate"


@dataclass(frozen=True)
class Ground:
    """What every scene stands on: the record, the network and the traces of the map."""

    record: Record
    network: Network
    base: list[dict[str, Any]]

    def scene(self, tables: RunTables, about: About, replicate: int | None = None) -> dict[str, object]:
        """A scene with its map and its time-distance diagrams, ready to be sent."""
        record = self.record.between(*timeline.span(tables))
        played = scene(tables, record, self.network, about, replicate)
        played["map"] = figures.map_figure(played, self.network, self.base)
        names = [column["id"] for column in played["columns"]]
        played["distance"] = {name: figures.distance_figure(played, name) for name in names}
        played["legend"] = legend(self.record, played["inks"])
        return played

    def fan(self, tables: RunTables, column: str, say: str) -> dict[str, object]:
        """Fans of a column's way in the histories of some tables, and a sentence. Raises FaultyInput."""
        columns = tables.manifest["columns"]
        if column not in columns:
            name = str(column)[:40]
            refuse("Column", f"{name!r} is none here; {nearest(name, columns)}")
        boxes = reported(tables, self.record.between(*timeline.span(tables)), column)
        span = window(tables, boxes, column)
        hours = runs.grid(span)
        km = trace(tables, column).positions(hours)
        fans = figures.fan_figure(hours, km, boxes, way_of(tables, column), span)
        return {"figure": fans, "say": say, "zero": tables.manifest["start"]}


def make_ground(case: Case) -> Ground:
    """Read the record and the network of a case. Raises FaultyInput."""
    network = load_network(case)
    return Ground(load_record(case, network.places), network, ground(network, load_outlines(case)))


class ScenarioPage:
    """A scenario: each change runs one history, or a thousand for the fans."""

    def __init__(self, inputs: Inputs, seed: int) -> None:
        """The page of checked inputs. Raises FaultyInput."""
        self.inputs, self.ground = inputs, make_ground(inputs.loaded.case)
        self.seed: int | None = seed
        self.title, self.summary = inputs.loaded.name, inputs.loaded.scenario.summary
        tables = tables_of(Job(inputs=inputs, seed=seed, runs=1, draw=False))
        self.summary += f"; {changes.line(tables)}" if tables.changes else ""
        self.columns = [column.id for column in inputs.loaded.scenario.columns]
        self.controls = controls(inputs)

    def scene(self, request: Request) -> dict[str, object]:
        """One plain history with what is asked for."""
        inputs, seed = changed(self.inputs, self.controls, request)
        return self.ground.scene(runs.one_history(inputs, seed), runs.about(inputs.loaded))

    def fan(self, request: Request, column: str) -> dict[str, object]:
        """A thousand histories with what is asked for, parameters from their priors."""
        inputs, seed = changed(self.inputs, self.controls, request)
        tables = runs.many(inputs, seed)
        count = len(tables.runs["replicate"])
        say = f"{count:,} histories from seed {seed}, parameters drawn from their priors"
        return self.ground.fan(tables, column, say)

    def warm(self) -> None:
        """Compile the rules."""
        seeds = np.arange(1, dtype="u8")
        ensemble(self.inputs.template, self.inputs.parameters.values(), seeds, compiled=True, workers=1)


class FolderPage:
    """A run folder: its stored histories, one at a time, and all of them as fans."""

    def __init__(self, folder: Path, tables: RunTables) -> None:
        """The page of a finished run folder with stored histories. Raises FaultyInput."""
        self.tables, self.ground = tables, make_ground(tables.case)
        self.seed: int | None = None
        timeline.check_single(self.tables, display_path(folder))
        stored = [str(number) for number in np.unique(self.tables.events["replicate"])]
        if not stored:
            refuse(folder, f"has no stored history; {RERUN_ADVICE}")
        self.about = runs.about_folder(folder, tables.case)
        self.title = self.tables.label
        self.summary = f"{self.tables.manifest['summary']}; {changes.line(self.tables)}"
        self.columns = list(self.tables.manifest["columns"])
        label = f"History of {len(stored):,} stored"
        self.controls = Controls(
            (Control(name=REPLICATE, label=label, default=stored[0], choices=tuple(stored), free=False),), {}
        )

    def scene(self, request: Request) -> dict[str, object]:
        """A stored history. Raises FaultyInput if there is none of its number."""
        text = str(request.get(REPLICATE) or self.controls.fields[0].default)
        if text not in self.controls.fields[0].choices:
            refuse("History", f"{text[:40]!r} is not stored; one of the list would be right")
        return self.ground.scene(self.tables, self.about, int(text))

    def fan(self, request: Request, column: str) -> dict[str, object]:
        """All stored histories."""
        say = f"the {len(self.controls.fields[0].choices):,} stored histories of the run folder"
        return self.ground.fan(self.tables, column, say)

    def warm(self) -> None:
        """Nothing takes long."""


Page = ScenarioPage | FolderPage
"""What the layout and the callbacks take."""
