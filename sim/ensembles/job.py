"""A job: which runs of which design points make up a result folder, and in which parts they are done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds
from sim.designs.design import Design, Point
from sim.designs.variants import Variation, variation
from sim.engine.inputs import Inputs
from sim.engine.outcomes import names
from sim.engine.template import Template
from sim.ensembles import route_tables
from sim.ensembles.changes import changes
from sim.ensembles.results import RunBatch
from sim.files.case_file import case_file
from sim.files.yaml_tree import dump
from sim.scenario.decided import decided
from sim.scenario.hypotheses import summary_of
from sim.scenario.mechanisms import no_opinion
from sim.scenario.schema import CASE_RECORD, Milestone
from sim.state.clock import midnight, moment_at
from sim.store import provenance
from sim.store.manifest_names import shown
from sim.store.reader import RunTables
from sim.store.schema import VERSION, Table

KEEP = 1000
"""Runs of a job that are kept as whole histories: the first ones of each design point."""
PART = 65_536
"""Runs of a part, at most."""
PART_RUNS, JOB_PARTS = 1000, 32
"""Runs of a part at least, and parts of a job of middling size: so that all workers have something to do."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to run: inputs, seed, how many runs a design point, and whether parameters are drawn.

    Without a design there is one point, at which nothing is moved. A run's number is its design point times
    the runs of a point, plus its replicate. `histories` runs are kept whole, shared among the points.
    """

    inputs: Inputs
    seed: int
    runs: int
    draw: bool
    design: Design | None = None
    out: Path | None = None
    size: int | None = None  # of a part, in runs; by default as many as suit
    chunk: int | None = None  # runs done at a time; by default as many as suit the mode
    histories: int = KEEP
    label: str = ""  # by which people know the result; it decides no number

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The design points."""
        return self.design.points if self.design else (Point({}, ()),)

    @cached_property
    def variation(self) -> Variation:
        """What the design moves, by factor. Raises FaultyInput with every fault of every point."""
        return variation(self.inputs, self.design)

    @property
    def total(self) -> int:
        """Runs in all."""
        return self.runs * len(self.points)

    @property
    def part_size(self) -> int:
        """Runs of each part but the last."""
        return self.size or min(PART, max(PART_RUNS, -(-self.total // JOB_PARTS)))

    @property
    def keep(self) -> int:
        """Runs of each design point that are kept with their events."""
        return self.histories // len(self.points)

    @property
    def parameters(self) -> str:
        """What the runs' parameters are: 'prior', 'posterior', or 'fixed' (each parameter's value)."""
        source = "posterior" if self.inputs.parameters.posteriors else "prior"
        return source if self.draw else "fixed"

    @cached_property
    def hash(self) -> str:
        """The hash of everything that decides the numbers."""
        parts = [f"{key}:{value}" for key, value in self.inputs.hashes.items()]
        parts += [provenance.rules(), str(self.seed), str(self.runs), self.parameters]
        if self.histories != KEEP:
            parts.append(f"histories:{self.histories}")
        if self.design is not None:
            parts.append(str(self.design.sheet.common_random_numbers))
            parts += [*map(_as_text, self.points), *self.variation.hashes]
        return provenance.digest(*parts)

    @property
    def folder(self) -> Path:
        """Where the runs are stored."""
        named = [self.inputs.loaded.name, *([self.design.name] if self.design else []), self.hash]
        return self.out or Path("runs") / "-".join(named)

    def seeds(self, points: np.ndarray, replicates: np.ndarray) -> np.ndarray:
        """Run seeds (unsigned 64 bits) of runs by their points and replicates, all of shape (runs,).

        With common random numbers those of a replicate are the same at every design point.
        """
        if self.design is None or self.design.sheet.common_random_numbers:
            return replicate_seeds(self.seed, replicates)
        seeds = np.empty(len(points), "u8")
        for point in np.unique(points):
            rows = points == point
            seeds[rows] = replicate_seeds(mix(self.seed ^ key_of("point", str(point))), replicates[rows])
        return seeds

    def stretches(self, number: int) -> Iterator[tuple[Inputs, np.ndarray]]:
        """A part's runs by number (runs,), ascending, cut where the scenario changes; and their inputs."""
        first, last = number * self.part_size, min(self.total, (number + 1) * self.part_size)
        points = np.arange(first, last) // self.runs
        kinds = self.variation.variants[points]
        cuts = [first, *(first + 1 + np.flatnonzero(np.diff(kinds))).tolist(), last]
        for start, end in pairwise(cuts):
            point = self.points[start // self.runs]
            yield self.variation.scenarios.at(point), np.arange(start, end)


def _as_text(point: Point) -> str:
    settings = "\n".join(f"{name}={text}" for name, text in point.settings.items())
    return f"{settings}\n{', '.join(point.hypotheses)}"


def axes(job: Job) -> dict[str, Table]:
    """What a figure needs beside the runs, and the table of design points."""
    loaded, template = job.inputs.loaded, job.inputs.template
    settings = [_as_text(point).strip().replace("\n", ", ") for point in job.points]
    points: Table = {"design_id": np.arange(len(job.points), dtype="i4"), **job.variation.columns}
    return {
        "route": route_tables.route_table(loaded, template),
        "daylight": route_tables.daylight_table(loaded, template),
        "cover": route_tables.cover_table(loaded, template),
        "points": points | {"settings": np.array(settings, object)},
    }


def texts(job: Job) -> dict[str, str]:
    """The files that a job was read from, as they were used."""
    parameters = job.inputs.parameters
    files = {one.file(number): one.content.decode() for number, one in enumerate(parameters.posteriors)}
    files["scenario.yaml"] = dump(job.inputs.loaded.tree) + "\n"
    files["parameters.yaml"] = parameters.text()
    return files | ({"design.yaml": job.design.text} if job.design else {})


def manifest(job: Job) -> dict[str, object]:
    """What is run, with which hashes, versions and command."""
    head = {"schema": VERSION, "hash": job.hash}
    return {**head, **described(job), "hashes": job.inputs.hashes, **provenance.surroundings()}


def tables_of(job: Job) -> RunTables:
    """A job's tables before anything is run: its manifest alone."""
    return RunTables(manifest=described(job), case=job.inputs.loaded.case)


def in_memory(job: Job, result: RunBatch) -> RunTables:
    """A job's tables of what its runs gave, stored nowhere."""
    return RunTables(
        manifest=described(job),
        runs=result.runs,
        events=result.events,
        reports=result.reports,
        **axes(job),
        case=job.inputs.loaded.case,
        name="",
    )


def described(job: Job) -> dict[str, object]:
    """What is run: the part of a manifest that tells nothing of hashes, versions and the machine."""
    return {
        **_scenario_described(job.inputs),
        **_changed(job),
        "runs": job.total,
        "seed": job.seed,
        "parameters": job.parameters,
        "pinned": sorted(job.inputs.parameters.pinned),
        "spent": sorted(job.inputs.parameters.spent) if job.draw else [],
        "design": None if job.design is None else _about(job.design, job),
        "parts": -(-job.total // job.part_size),
        "part_size": job.part_size,
        **({} if job.histories == KEEP else {"histories": job.histories}),
    }


def _changed(job: Job) -> dict[str, object]:
    """What a manifest says of a job's label, and of what it was given to change."""
    inputs, many = job.inputs, job.total > 1
    case, hypotheses = inputs.loaded.case, inputs.loaded.hypotheses
    changed = changes(inputs, draw=job.draw, many=many)
    return {
        "label": job.label,
        "summaries": {shown(name): shown(summary_of(name, case)) for name in hypotheses},
        "set": {shown(name): shown(text) for name, text in inputs.settings.items()},
        "params": [file.described() for file in inputs.parameters.files],
        "changes": [{key: shown(str(text)) for key, text in change.items()} for change in changed],
    }


def _scenario_described(inputs: Inputs) -> dict[str, object]:
    """What a manifest says of a scenario."""
    loaded, scenario, run = inputs.loaded, inputs.loaded.scenario, inputs.template.world.run[0]
    silent, ordered = no_opinion(scenario), decided(scenario, loaded.network, loaded.case)
    return {
        "scenario": loaded.name,
        "case": loaded.case.name,
        "summary": scenario.summary,
        **({} if scenario.record == CASE_RECORD else {"reports": scenario.record}),
        "file": loaded.file,
        "start": scenario.start.day.isoformat(),
        "given": scenario.start.given,
        "hypotheses": list(loaded.hypotheses),
        "begins": float(run["begins"]),
        "end": _moment(scenario.start.day, float(run["horizon"])),
        "columns": [column.id for column in scenario.columns],
        "column_names": {column.id: column.name for column in scenario.columns if column.name},
        "places": {place.id: place.name for place in loaded.network.places.values()},
        "milestones": _milestones(inputs),
        "headline": list(scenario.headline),
        "outcomes": names(inputs.template),
        "sides": [row.model_dump(mode="json") for row in case_file(loaded.case).sides],
        "holders": dict(scenario.holders),
        "camps": {camp.id: camp.place for camp in scenario.camps},
        "outcome_known": [shown(path) for path in scenario.outcome_known] + inputs.parameters.outcome_known,
        **({"no_opinion": silent} if silent else {}),
        **({"decided": ordered} if ordered else {}),
    }


def _milestones(inputs: Inputs) -> list[dict[str, object]]:
    """The milestones of a scenario, with where on its column's way each is (km)."""
    template = inputs.template
    return [
        {
            "id": source.id,
            "column": source.column,
            "km": _km(template, source) if source.column else None,
            "from_km": float(row["from_km"]),
            "to_km": float(row["to_km"]),
        }
        for source, row in zip(inputs.loaded.scenario.milestones, template.world.milestones, strict=True)
    ]


def _km(template: Template, source: Milestone) -> float:
    """The km at which a column first comes to a milestone's place; its start only if it never comes back."""
    kms = [km for place, km in template.ways[source.column or ""] if place == (source.at or source.place)]
    comes_back = len(kms) > 1 and kms[0] == 0.0 and source.event not in ("departure", "go")
    return kms[1] if comes_back else kms[0]


def _moment(day: date, hour: float) -> str:
    """An hour after 00:00 UTC of a day: a date where that is a midnight."""
    moment = moment_at(midnight(day), hour).replace(tzinfo=None)
    return moment.isoformat() if moment.time() > time() else moment.date().isoformat()


def _about(design: Design, job: Job) -> dict[str, object]:
    """What a manifest says of a design."""
    sheet = design.sheet
    return {
        "name": design.name,
        "kind": sheet.kind,
        "summary": sheet.summary,
        "file": design.file,
        "points": len(design.points),
        "runs": job.runs,
        "common": sheet.common_random_numbers,
        "milestone": sheet.milestone,
        "by": sheet.by and sheet.by.isoformat(),
        "factors": _factors(design, job),
    }


def _factors(design: Design, job: Job) -> list[dict[str, object]]:
    """The factors of a design with their units, and with their groups where those move together."""
    groups = [{"group": group} for group in design.groups] or [{}] * len(design.factors)
    return [
        {"name": name, "unit": job.variation.units[name], **group}
        for name, group in zip(design.factors, groups, strict=True)
    ]
