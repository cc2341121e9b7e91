"""The joint evidence of a model: its islands run, on all cores, each kept by a hash of what decides it.

An island is a particle filter whose runs draw their parameters from the prior (or the posterior) of the
inputs, run by run. Its seed hangs on the island's number alone: models are compared on common numbers.
"""

import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
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
from sim.record.record import load_record
from sim.store.provenance import digest
from sim.store.reader import RunTables
from sim.store.syntax import syntax_hash
from sim.studies import report_rows
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


def rows_of(inputs: Inputs) -> list[JointRow]:
    """The rows of a scenario in the order in which they are asked. Raises FaultyInput."""
    tables, name = planned(inputs), inputs.loaded.name
    return in_order(joint_rows(tables, of_run(tables, load_record(inputs.loaded.case)), name), name)


def evidence(
    name: str,
    inputs: Inputs,
    plan: IslandPlan,
    *,
    rows: Sequence[JointRow] | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda islands, failed: None,
) -> Evidence:
    """Run a model's islands, or take those that are kept.

    `progress` is told, by any thread, how many more are there, and that none failed. Raises FaultyInput;
    compiled.NotCompiled.
    """
    of_record = tuple(rows_of(inputs) if rows is None else rows)
    asks = report_rows.rows_of([report_rows.of_row(inputs.template, row) for row in of_record])
    compiled.prepare_filter(inputs.template.world, asks)

    def island(number: int) -> tuple[np.ndarray, int]:
        logs_and_roots = _kept(inputs, asks, plan, number)
        progress(1, 0)
        return logs_and_roots

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        islands = list(pool.map(island, range(plan.islands)))
    return Evidence(
        name=name,
        rows=of_record,
        logs=np.array([logs for logs, _ in islands]).reshape(plan.islands, len(of_record)),
        roots=np.array([roots for _, roots in islands]),
        runs=plan.runs,
    )


def _kept(inputs: Inputs, asks: np.ndarray, plan: IslandPlan, number: int) -> tuple[np.ndarray, int]:
    """An island's logs (rows,) and roots: from the cache, or run and put there."""
    path = _path(inputs, asks, plan, number)
    if path is not None:
        with suppress(entries.FileDamage, OSError):
            if (content := entries.get(path)) is not None:
                logs, roots = np.load(io.BytesIO(content)), 0
                return logs[:-1], int(logs[-1])
    logs, roots = _island(inputs, asks, plan, number)
    if path is not None:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = io.BytesIO()
            np.save(stream, np.append(logs, roots))
            entries.put(path, stream.getvalue())
    return logs, roots


def _path(inputs: Inputs, asks: np.ndarray, plan: IslandPlan, number: int) -> Path | None:
    """Where an island is kept; None where the user has no home."""
    decided = [f"{key}:{value}" for key, value in inputs.hashes.items()]
    key = digest(*decided, asks.tobytes(), repr((plan.runs, plan.seed, number)), syntax_hash(__name__))
    with suppress(RuntimeError):
        return entries.home() / KEPT / f"{key}.npy"
    return None


def _island(inputs: Inputs, asks: np.ndarray, plan: IslandPlan, number: int) -> tuple[np.ndarray, int]:
    """Run an island: the logs (rows,) of its mean weights, and of how many first runs it is in the end."""
    key = mix(plan.seed ^ key_of("island", str(number)))
    seeds = replicate_seeds(key, np.arange(len(asks) * plan.runs)).reshape(len(asks), -1)
    logs, roots = compiled.run_filter(
        inputs.template.world,
        seeds,
        uniforms(seeds[:, 0], key_of("filter", "draw")),
        inputs.parameters.draws(seeds[0]),
        spread=True,
        asks=asks,
        needs=np.zeros((len(asks), 2)),
        late=late_draws(inputs, seeds),
    )
    return logs, len(np.unique(roots))


def late_draws(inputs: Inputs, seeds: np.ndarray) -> compiled.LateDraws:
    """Other draws, by seeds (reports, runs), of what is read late: of each parameter its prior's.

    One of a posterior stays a clone's own, for it is drawn with the others.
    """
    parameters = inputs.parameters
    names = tuple(name for name in LATE if name not in parameters.fitted | parameters.pinned)
    alone = replace(parameters, pinned=frozenset(parameters.rows) - frozenset(names))
    records = [alone.draws(of_report) for of_report in seeds]
    return compiled.LateDraws(
        names, np.array([[row[name] for name in names] for row in records]).swapaxes(1, 2)
    )
