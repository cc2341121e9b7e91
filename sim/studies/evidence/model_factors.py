"""Models weighed on records that they wrote themselves, by brute force and by filters.

Each record is written of a run of a model that is drawn with equal weight. The sums over whole runs, and the
islands of filters, are kept by a hash of what decides them, so what was stopped goes on.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analysis.evidence.joint import Evidence
from analysis.evidence.pseudo_records import written
from analysis.evidence.record_rows import PoolEvidence, pool_evidence, record_rows, weight_sums
from analysis.evidence.rows import JointRow, in_order
from analysis.evidence.rows import before_held_out as count_before
from analysis.inference.self_checks import ModelProbabilities, model_probabilities
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.engine import outcomes
from sim.engine.batch import Chunk
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import mode_of
from sim.store.provenance import digest
from sim.studies.evidence.islands import asked_of, kept, place_of, rows_of
from sim.studies.evidence.pseudo_fits import PseudoRows, pseudo_rows
from sim.studies.evidence.size import IslandPlan


@dataclass(frozen=True, kw_only=True)
class FactorPlan:
    """How many records are drawn from models, and by how many whole runs of each model they are weighed.

    Where those are worth less than `least` runs of some model, islands of filters weigh the record instead.
    A record has the first `rows` of those before the first that is held out; None: all of them.
    """

    records: int = 500
    rows: int | None = None
    pool: int = 4_000_000
    least: float = 30.0
    seed: int = 1
    islands: IslandPlan = field(default_factory=lambda: IslandPlan(runs=4000, islands=4))


class Factors(NamedTuple):
    """Models weighed on records that they wrote: by brute force where it is worth enough, else by filters.

    `effective` (records, models) is what brute force rests on, `by_force` (records, models) its logs.
    `filtered` (records,) says which records filters weighed; `errors` are those of their logs, nan of others.
    """

    judged: ModelProbabilities
    effective: np.ndarray
    by_force: np.ndarray
    filtered: np.ndarray
    errors: np.ndarray


POOL_BATCH = 50_000
"""Runs of a pool that are kept together."""


def factors(
    models: Sequence[Inputs],
    plan: FactorPlan,
    *,
    most_filtered: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda records, failed: None,
) -> Factors:
    """Draw records from models with equal weight and weigh each by every model.

    With `most_filtered` filters weigh so many records at most, those for which brute force is worth least.
    Raises sim.engine.compiled.NotCompiled.
    """
    scenario = pseudo_rows(models[0], before_held_out(models[0])[: plan.rows])
    records, wrote = drawn_records(models, scenario, plan)
    pools = [by_pool(one, scenario.rows, records, plan, workers) for one in models]
    by_force = np.array([one.logs for one in pools]).T
    effective = np.array([one.effective for one in pools]).T
    weak = np.argsort(effective.min(axis=1), kind="stable")[:most_filtered]
    weak = weak[effective.min(axis=1)[weak] < plan.least]
    logs, errors = by_force.copy(), np.full(by_force.shape, np.nan)
    for number in weak:
        for place, one in enumerate(models):
            logs[number, place], errors[number, place] = by_filter(one, records[number], plan.islands)
        progress(1, 0)
    filtered = np.isin(np.arange(plan.records), weak)
    return Factors(
        judged=model_probabilities(logs, wrote),
        effective=effective,
        by_force=by_force,
        filtered=filtered,
        errors=errors,
    )


def before_held_out(inputs: Inputs) -> list[JointRow]:
    """The rows before the first that is held out, as runs are asked."""
    rows = rows_of(inputs)
    return rows[: count_before(rows)]


def drawn_records(
    models: Sequence[Inputs], scenario: PseudoRows, plan: FactorPlan
) -> tuple[list[list[JointRow]], np.ndarray]:
    """The records of a plan, each as its rows, and which model wrote each (records,)."""
    seeds = replicate_seeds(mix(plan.seed ^ key_of("factors", "records")), np.arange(plan.records))
    wrote = (uniforms(seeds, key_of("factors", "model")) * len(models)).astype(int)
    truths = np.empty((plan.records, len(scenario.rows)))
    for place, inputs in enumerate(models):
        truths[wrote == place] = many_truths(inputs, scenario.rows, seeds[wrote == place])
    reports = written(scenario.rows, scenario.windows.starts, truths, seeds)
    return [record_rows(reports, number, scenario.windows) for number in range(plan.records)], wrote


def by_pool(
    inputs: Inputs,
    rows: Sequence[JointRow],
    records: Sequence[Sequence[JointRow]],
    plan: FactorPlan,
    workers: int | None = None,
) -> PoolEvidence:
    """Weigh records by the whole runs of a model's pool, of which the sums of each batch are kept."""
    distinct = list(dict.fromkeys(map(tuple, records)))
    decided = (sorted(inputs.hashes.items()), tuple(rows), digest(repr(distinct)))
    pool = mix(plan.seed ^ key_of("factors", "pool"))

    def batch(first: int) -> np.ndarray:
        seeds = replicate_seeds(pool, np.arange(first, min(first + POOL_BATCH, plan.pool)))

        def sums() -> np.ndarray:
            return np.array(weight_sums(distinct, many_truths(inputs, rows, seeds)))

        return kept(place_of(__name__, "pool", *decided, digest(seeds.tobytes())), sums)

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as threads:
        batches = list(threads.map(batch, range(0, plan.pool, POOL_BATCH)))
    places = {record: place for place, record in enumerate(distinct)}
    sums, squares = np.sum(batches, axis=0)[:, [places[tuple(record)] for record in records]]
    return pool_evidence(sums, squares, plan.pool)


def many_truths(inputs: Inputs, rows: Sequence[JointRow], seeds: np.ndarray) -> np.ndarray:
    """What runs give for rows (runs, rows): hours of milestones (inf: never), strikes in the whole run.

    Raises ValueError for people, who are read at an hour, and for a run that fails.
    """
    template = inputs.template
    records = inputs.parameters.draws(seeds)
    chunk = Chunk(
        scenario=template, seeds=seeds, records=records, spread=True, keep=np.zeros(len(seeds), bool)
    )
    mode_of(template, len(seeds))(chunk)
    if failed := [error for error in chunk.errors if error]:
        raise ValueError(f"a run failed: {failed[0]}")
    names, milestones = outcomes.names(template), list(template.milestones)
    truths = np.empty((len(seeds), len(rows)))
    for place, row in enumerate(rows):
        if row.ask == "displaced":
            raise ValueError(f"{row.name} is read at an hour; expected rows of hours and strikes")
        strikes = row.ask == "strikes"
        truths[:, place] = (
            chunk.out[:, names.index(f"mines:{row.column}")]
            if strikes
            else chunk.hours[:, milestones.index(str(row.milestone))]
        )
    return truths


def by_filter(inputs: Inputs, record: Sequence[JointRow], plan: IslandPlan) -> tuple[float, float]:
    """The log evidence of a record by islands of filters, and its standard error (nats)."""
    rows = in_order(record, inputs.loaded.name)
    of_model = asked_of(inputs, rows, plan)

    def island(number: int) -> np.ndarray:
        return kept(of_model.path(f"record {number}"), lambda: of_model.run(number).logs)

    logs = np.array([island(number) for number in range(plan.islands)])
    roots = np.full(plan.islands, plan.runs)
    islands = Evidence(name="", rows=tuple(rows), logs=logs, roots=roots, runs=plan.runs)
    return islands.up_to(len(rows))
