"""The joint evidence of a model: its islands run, on all cores, each kept by a hash of what decides it.

An island is a particle filter whose runs draw their parameters from the prior (or the posterior) of the
inputs, run by run. Its seed hangs on the island's number alone: models are compared on common numbers.
"""

import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.evidence.joint import Evidence
from analysis.evidence.rows import JointRow, in_order, joint_rows
from analysis.tables.scored_observations import of_run
from sim.cache import entries
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.engine import compiled
from sim.engine.branch import LATE
from sim.engine.inputs import Inputs
from sim.ensembles.job import Job, axes, tables_of
from sim.record.record import Record, load_record
from sim.store.provenance import digest
from sim.store.reader import RunTables
from sim.store.syntax import syntax_hash
from sim.studies.calibration import report_rows
from sim.studies.evidence.size import IslandPlan

KEPT = "evidence"
"""The folder of islands, in the user's cache folder."""


def planned(inputs: Inputs) -> RunTables:
    """The tables of a scenario before any run, with its ways."""
    job = Job(inputs=inputs, seed=1, runs=1, draw=True)
    tables, known = tables_of(job), axes(job)
    return replace(
        tables,
        route=known["route"],
        daylight=known["daylight"],
        cover=known["cover"],
        points=known["points"],
    )


def planned_with_record(inputs: Inputs) -> tuple[RunTables, Record]:
    """The tables of a scenario before any run, and what of the record its runs are laid beside."""
    tables = planned(inputs)
    return tables, of_run(tables, load_record(inputs.loaded.case))


def rows_of(inputs: Inputs) -> list[JointRow]:
    """The rows of a scenario in the order in which they are asked. Raises FaultyInput."""
    (tables, record), name = planned_with_record(inputs), inputs.loaded.name
    return in_order(joint_rows(tables, record, name), name)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Inputs, and what their runs are asked: rows of numbers, by islands of a plan."""

    inputs: Inputs
    asks: np.ndarray
    plan: IslandPlan

    def run(self, number: int) -> compiled.Filtered:
        """Run an island."""
        plan, asks = self.plan, self.asks
        key = mix(plan.seed ^ key_of("island", str(number)))
        seeds = replicate_seeds(key, np.arange(len(asks) * plan.runs)).reshape(len(asks), -1)
        return compiled.run_filter(
            self.inputs.template.world,
            seeds,
            uniforms(seeds[:, 0], key_of("filter", "draw")),
            self.inputs.parameters.draws(seeds[0]),
            spread=True,
            asks=asks,
            needs=np.zeros((len(asks), 2)),
            late=late_draws(self.inputs, seeds),
        )

    def path(self, what: str) -> Path | None:
        """Where something of it is kept; None where the user has no home."""
        questions = digest(self.asks.tobytes())
        return place_of(__name__, self.inputs.hashes, questions, self.plan.runs, self.plan.seed, what)


def asked_of(inputs: Inputs, rows: Sequence[JointRow], plan: IslandPlan) -> Asked:
    """What runs are asked, with the filter compiled. Raises compiled.NotCompiled."""
    asks = report_rows.rows_of([report_rows.of_row(inputs.template, row) for row in rows])
    compiled.prepare_filter(inputs.template.world, asks)
    return Asked(inputs=inputs, asks=asks, plan=plan)


def evidence(
    name: str,
    inputs: Inputs,
    plan: IslandPlan,
    *,
    rows: Sequence[JointRow],
    silent: frozenset[str] = frozenset(),
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda islands, failed: None,
) -> Evidence:
    """Run a model's islands, or take those that are kept.

    Rows that are `silent`, by their names, are weighed at the base rate of a false report. `progress` is
    told, by any thread, how many more are there, and that none failed. Raises compiled.NotCompiled.
    """
    question = asked_of(inputs, [row.at_base_rate() if row.name in silent else row for row in rows], plan)

    def island(number: int) -> np.ndarray:
        numbers = kept(question.path(str(number)), lambda: _numbers(question.run(number)))
        progress(1, 0)
        return numbers

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        islands = np.array(list(pool.map(island, range(plan.islands))))
    return Evidence(
        name=name,
        rows=tuple(rows),
        logs=islands[:, :-1],
        roots=islands[:, -1].astype(int),
        runs=plan.runs,
        silent=silent,
    )


def _numbers(island: compiled.Filtered) -> np.ndarray:
    """What is kept of an island: the logs of its rows (rows,), and the number of its roots behind them."""
    return np.append(island.logs, len(np.unique(island.roots)))


def place_of(module: str, *decided: object) -> Path | None:
    """Where something is kept that is decided so and by a module's code; None where the user has no home."""
    with suppress(RuntimeError):
        return entries.home() / KEPT / f"{digest(*map(str, decided), syntax_hash(module))}.npy"
    return None


def kept(path: Path | None, make: Callable[[], np.ndarray]) -> np.ndarray:
    """Numbers (count,) from the cache, or made and put there; what is damaged is made again."""
    if path is None:
        return make()
    with suppress(entries.FileDamage, OSError):
        if (content := entries.get(path)) is not None:
            return np.asarray(np.load(io.BytesIO(content)))
    numbers = make()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = io.BytesIO()
        np.save(stream, numbers)
        entries.put(path, stream.getvalue())
    return numbers


def late_draws(inputs: Inputs, seeds: np.ndarray) -> compiled.LateDraws:
    """Other draws, by seeds (reports, runs), of what is read late: of each parameter its prior's.

    One of a posterior stays a clone's own, for it is drawn with the others.
    """
    parameters = inputs.parameters
    names = tuple(name for name in LATE if name not in parameters.fitted | parameters.pinned)
    alone = replace(parameters, pinned=frozenset(parameters.rows) - frozenset(names))
    records = (alone.draws(of_report) for of_report in seeds)
    values = [[of_report[name] for name in names] for of_report in records]
    shape = (len(seeds), len(names), seeds.shape[1])
    return compiled.LateDraws(names, np.array(values).reshape(shape).swapaxes(1, 2))
