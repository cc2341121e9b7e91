"""Studies: what analysis asks for is run here and told to it, table by table, each stored as it comes.

A study that was stopped is asked again from the start, and what is stored is told to it at once.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, cast

import numpy as np
import pyarrow.parquet as pq

from analysis.inference.fits import fit_summary
from analysis.inference.fits.profiles import profiles
from analysis.inference.rivals import Ranking, check, rows_of, verdict
from analysis.inference.smc import Proposals, Sample, Settings, conclude
from analysis.tables.scored_observations import of_run
from sim.console import Progress
from sim.designs.design import load_design
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job, tables_of
from sim.ensembles.run_job import do
from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.units import DayRange
from sim.files.yaml_tree import refuse
from sim.parameters.parameter import exact
from sim.parameters.posterior import PosteriorSheet, as_csv, made
from sim.record.record import held_out_hash, load_record
from sim.scenario.schema import Scenario
from sim.store import provenance, resuming, writer
from sim.store.reader import RERUN_REMEDY, RunTables, is_whole, read_manifest
from sim.store.schema import VERSION
from sim.store.writer import Folder
from sim.studies.calibration.likelihood import Likelihood
from sim.studies.calibration.plan import CalibrationPlan

STEP_TABLE = "steps"
POINTS = "points.csv"
"""The points of a posterior, one a line, all alike in weight (docs/guides/calibration.md)."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What to fit: a plan, a seed, and how the sample is taken."""

    plan: CalibrationPlan
    seed: int
    settings: Settings
    out: Path | None = None

    @property
    def hash(self) -> str:
        """The hash of everything that decides the numbers."""
        blocks = self.plan.blocks
        parts = [f"{key}:{value}" for block in blocks for key, value in block.inputs.hashes.items()]
        asks = [block.asks.tobytes() for block in blocks]
        seed, settings = str(self.seed), repr(self.settings)
        return provenance.digest(self.plan.text, seed, settings, provenance.rules(), *parts, *asks)

    @property
    def folder(self) -> Path:
        """Where the fit is stored."""
        return self.out or Path("runs") / f"calibration-{self.plan.name}-{self.hash}"


class Fit(TypedDict):
    """What a command reads of a fit, of all that its manifest says and `analysis.inference.fits`."""

    summary: str
    faults: list[str]
    parameters: list[dict[str, Any]]


def calibrate(job: Calibration, workers: int | None = None) -> tuple[Path, Fit]:
    """Fit, or find it done already or go on with it; returns its folder and account
    (analysis.inference.fits.fit_summary).

    Raises FaultyInput; OSError if a step cannot be stored; sim.engine.compiled.NotCompiled.
    """
    if not resuming.is_finished(job.folder, job.hash):
        resuming.check_writable(job.folder)
        likelihood = Likelihood(job.plan, workers)
        with resuming.opened(job.folder, _manifest(job), {"plan.yaml": job.plan.text.encode()}) as place:
            place.put(_files(job, _sample(job, likelihood, place), place.manifest["record"]))
            place.finish()
    return job.folder, read_fit(job.folder)


def rivals(
    design: str,
    scenario: str,
    *,
    seed: int,
    runs: int | None,
    sets: Sequence[str],
    with_: Sequence[str],
    params: Sequence[Path],
    groups: Sequence[str],
    out: Path | None = None,
    workers: int | None = None,
    case: Case = BUNDLED,
) -> tuple[Path, RunTables, Ranking]:
    """Run competing explanations and weigh them by the held-out rows of some groups. Raises FaultyInput."""
    inputs = load_inputs(scenario, params, sets, with_, case=case)
    for group in sorted(set(groups) & inputs.parameters.spent):
        right = "expected another group"
        refuse(f"--group {group}", f"a posterior of --params was fitted to these rows; {right}")
    loaded = load_design(design, inputs, seed)
    check(loaded.factors, loaded.sheet.common_random_numbers, loaded.file)
    job = Job(inputs=inputs, seed=seed, runs=runs or loaded.sheet.runs, draw=True, design=loaded, out=out)
    planned = tables_of(job)
    record = of_run(planned, load_record(case))
    rows_of(planned, record, groups, scenario)  # refused before anything is run
    folder, tables = do(job, workers=workers)
    return folder, tables, verdict(tables, record, display_path(folder), groups, dates_of(job))


def read_fit(folder: Path) -> Fit:
    """A finished fit: its manifest and account. Raises FaultyInput if there is none."""
    manifest = read_manifest(folder, ())
    if manifest.get("kind") != "calibration" or "files" not in manifest:
        refuse(folder, "is no finished calibration; `kidal calibrate` makes one")
    if not is_whole(folder / "fit.json", manifest["files"]["fit.json"]):
        refuse(folder / "fit.json", f"is missing or damaged; {RERUN_REMEDY}")
    account = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    return cast("Fit", {**manifest, **account})


def _manifest(job: Calibration) -> dict[str, object]:
    """What is fitted, with which hashes; the held-out rows are hashed before anything is run."""
    plan = job.plan
    return {
        "schema": VERSION,
        "hash": job.hash,
        "kind": "calibration",
        "plan": plan.name,
        "summary": plan.sheet.summary,
        "modules": [module.id for module in plan.sheet.modules],
        "rows": plan.rows,
        "held": list(plan.held_out),
        "record": held_out_hash(plan.case),
        **({"case": plan.case.name} if plan.case.name else {}),
        "seed": job.seed,
        "settings": asdict(job.settings),
        "parts": 0,
        **provenance.surroundings(),
    }


class _Sampled(NamedTuple):
    """A sample, and all points that were weighed for it: `z` and the logs of their rows, step by step."""

    sample: Sample
    z: list[np.ndarray]
    logs: list[np.ndarray]


def _sample(job: Calibration, likelihood: Likelihood, place: Folder) -> _Sampled:
    """Have the sample taken, told what is stored and then what is run."""
    numbers, settings = itertools.count(), job.settings
    weighed: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    progress = Progress(settings.first + settings.points, what="points", about=True)

    def answer(proposals: Proposals) -> np.ndarray:
        number = next(numbers)
        logs = _stored(place, number, proposals)
        progress.expect(len(proposals.z) + proposals.left)
        if logs is not None:
            progress.skip(len(logs))
        else:
            logs = likelihood(proposals, job.plan.values(proposals.z), progress)
            table = {f"z{i}": column for i, column in enumerate(np.ascontiguousarray(proposals.z.T))}
            table |= {f"row{i}": column for i, column in enumerate(np.ascontiguousarray(logs.T))}
            place.add(number, {writer.part_file(STEP_TABLE, number): writer.encoded(table)})
        weighed[0].append(proposals.z)
        weighed[1].append(logs)
        return logs

    with progress:
        progress.begin(0, "")
        return _Sampled(conclude(job.plan.talk(job.seed, settings), answer), *weighed)


def _stored(place: Folder, number: int, proposals: Proposals) -> np.ndarray | None:
    """What was told, if it is stored; None if it is not, or something else was asked then."""
    if number not in place.stored:
        return None
    table = pq.read_table(place.path / writer.part_file(STEP_TABLE, number))
    names = {kind: [name for name in table.column_names if name.startswith(kind)] for kind in ("z", "row")}
    z, logs = map(np.column_stack, ([table[name] for name in names[kind]] for kind in names))
    return logs if np.array_equal(z, proposals.z) else None


def _files(job: Calibration, sampled: _Sampled, record: str) -> dict[str, bytes]:
    """The account, and unless it is no result, the posterior as files that `--params` takes.

    `record` is the hash of the held-out rows before anything was run.
    """
    plan, rows, sample = job.plan, job.plan.parameters.rows, sampled.sample
    names, values = plan.sheet.parameters, plan.values(sample.z)
    in_units = {name: column / rows[name].in_unit for name, column in values.items()}
    account = fit_summary.account(
        sample,
        names,
        prior={name: column / rows[name].in_unit for name, column in plan.values(sample.prior).items()},
        posterior=in_units,
        units={name: rows[name].unit for name in names},
        rows=plan.rows,
        modules=[module.id for module in plan.sheet.modules],
        profiles=profiles(np.concatenate(sampled.z), np.concatenate(sampled.logs).sum(axis=1)),
    )
    files = {"fit.json": (json.dumps(account, indent=1) + "\n").encode()}
    if account["faults"]:
        return files
    return files | {POINTS: _points(sample, in_units, plan.rows)} | _posterior(job, values, record)


def _points(sample: Sample, values: Mapping[str, np.ndarray], rows: Sequence[str]) -> bytes:
    """The points of a posterior as CSV: parameters in their units, logs of prior and likelihood (nats)."""
    logs = {"log_prior": fit_summary.log_prior(sample.z), "log_likelihood": sample.logs.sum(axis=1)}
    of_rows = {f"log_likelihood {row}": column for row, column in zip(rows, sample.logs.T, strict=True)}
    columns = {**values, **logs, **of_rows}
    return as_csv(list(columns), np.column_stack(list(columns.values())))


def read_points(folder: Path) -> dict[str, np.ndarray]:
    """The points of a fit's posterior, by the columns of points.csv (points,). Raises FaultyInput."""
    manifest, path = read_manifest(folder, ()), folder / POINTS
    if POINTS not in manifest.get("files", {}):
        refuse(folder, f"has no {POINTS}: the fit gave no result, or is older; `kidal calibrate` makes one")
    if not is_whole(path, manifest["files"][POINTS]):
        refuse(path, f"is missing or damaged; {RERUN_REMEDY}")
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    table = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    return dict(zip(head.split(","), table.T, strict=True))


def _posterior(job: Calibration, values: Mapping[str, np.ndarray], record: str) -> dict[str, bytes]:
    rows = job.plan.parameters.rows
    sheet = PosteriorSheet(
        draws="posterior-0.csv",
        seal="-",
        rules=provenance.rules(),
        plan=job.plan.name,
        held=job.plan.held_out,
        record=record,
        case=job.plan.case.name or None,
    )
    posterior = made(list(values), np.column_stack(list(values.values())), sheet)
    lines = [f"  {name}: {{value: {exact(rows[name], float(np.median(v)))}}}\n" for name, v in values.items()]
    head = f"# The posterior of the calibration {job.plan.name!r}, seed {job.seed}; a value is its median.\n"
    text = f"{head}posteriors:\n{posterior.as_text(0)}parameters:\n{''.join(lines)}"
    return {"posterior.yaml": text.encode(), posterior.file(0): posterior.content}


# --- the dates that a scenario's go leans on ----------------------------------------------------------------


def dates_of(job: Job) -> list[list[date]]:
    """The dates that the scenario of each design point leans on."""
    points = (job.variation.scenarios.at(point).loaded.scenario for point in job.points)
    return [sorted(set(leans_on(scenario))) for scenario in points]


def leans_on(scenario: Scenario) -> Iterator[date]:
    """The dates by which conditions of a go come true, as far as they are inputs; and of late drones."""
    for closure in scenario.closures:
        yield from filter(None, (closure.from_, closure.until))
    for column in scenario.columns:
        yield from (order.until for order in column.orders if order.until is not None)
        goals = [objective.place for objective in column.objectives]
        camps = [camp for camp in scenario.camps if camp.place in goals]
        if "reinforced" in column.go:
            for other in scenario.columns:
                if other.reinforces == column.id:
                    yield from _days_of(other.departs)
        if "calendar" in column.go:
            yield from (camp.opens for camp in camps if camp.opens is not None)
        if "camp_vacated" in column.go or "road_clear" in column.go:
            yield from (camp.vacated for camp in camps)
    yield from (drone.ready for drone in scenario.drones if drone.ready > scenario.start.day)


def _days_of(departs: date | DayRange | str | None) -> Iterator[date]:
    """Each day on which a column may depart, as far as it is an input."""
    if isinstance(departs, DayRange):
        span = (departs.last - departs.first).days
        yield from (departs.first + timedelta(days=day) for day in range(span + 1))
    elif isinstance(departs, date):
        yield departs
